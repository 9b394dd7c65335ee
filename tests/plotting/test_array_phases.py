"""The picture of an array's phases shows the numbers that it was given."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import flags
from attractron.plotting.phases import plot_array
from attractron.plotting.style import new_axes

NAMES = {0: "decoupled", 1: "superconductor", 2: "pi-CDW", 3: "undecided"}


def diagram():
    t_perp = np.geomspace(0.01, 1, 21)
    U_perp = np.linspace(0, 0.3, 11)
    phase = np.where(np.add.outer(-10 * U_perp, np.log(t_perp)) > -4, 1, 2).astype(np.int32)
    phase[:4, :5] = 0
    temperature = np.where(phase == 0, 0.0, np.broadcast_to(t_perp**2, phase.shape))
    dims = ("U_perp", "t_perp")
    return xr.Dataset(
        {
            "phase": (dims, phase, {"units": "1", "long_name": "phase"} | flags(NAMES)),
            "transition_temperature": (dims, temperature, {"units": "K", "long_name": "temperature of the order"}),
            "valid": (dims, np.broadcast_to(t_perp < 0.8, phase.shape)),
        },
        {
            "U_perp": ("U_perp", U_perp, {"units": "1", "long_name": "repulsion"}),
            "t_perp": ("t_perp", t_perp, {"units": "meV", "long_name": "hopping"}),
        },
    )


def test_the_picture_shows_temperatures_and_phases():
    data = diagram()
    ax = plot_array(data)
    shown = ax.collections[0].get_array()
    expected = data["transition_temperature"].to_numpy().T
    np.testing.assert_array_equal(shown.reshape(expected.shape).mask, expected == 0)
    np.testing.assert_array_equal(shown.compressed(), expected[expected > 0])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("repulsion", "hopping (meV)")
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")
    assert [text.get_text() for text in ax.texts] == ["decoupled", "superconductor", "π-CDW"]
    for text in ax.texts:
        x, y = text.get_position()
        code = int(data["phase"].sel(U_perp=x, t_perp=y, method="nearest"))
        assert NAMES[code].replace("pi-", "π-") == text.get_text()
    assert ax.figure.axes[1].get_ylabel() == "temperature of the order (K)"


def test_falling_axes_are_drawn_rising():
    data = diagram()
    rising, falling = (plot_array(each).collections[0] for each in (data, data[{"U_perp": slice(None, None, -1)}]))
    np.testing.assert_array_equal(rising.get_array(), falling.get_array())


def test_it_is_drawn_where_it_is_wanted():
    ax = new_axes()
    assert plot_array(diagram(), ax) is ax


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InputError, match="`dataset` must have two dimensions of at least two points"):
        plot_array(diagram().isel(t_perp=0))
    with pytest.raises(InputError, match="`dataset` must have a point with an order"):
        plot_array(diagram().isel(U_perp=slice(0, 4), t_perp=slice(0, 5)))
