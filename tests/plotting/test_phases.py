"""Phases of wires and arrays, their boundaries: what is drawn is what the dataset says."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.plotting import phases, picture
from attractron.plotting.phases import plot_array
from attractron.plotting.style import new_axes
from attractron.wires import Nanotube, WireAndTube, experiment

NAMES = {0: "decoupled", 1: "paired", 2: "trion"}
ORDERS = {0: "decoupled", 1: "superconductor", 2: "pi-CDW", 3: "undecided"}


def made(codes, question="tests.phases", **extra):
    """Phases over (a, b), or (a,), with scales that are their codes."""
    codes = np.asarray(codes, dtype=np.int8)
    dims = ("a", "b", "c")[: codes.ndim]
    result = dataset(
        {
            "phase": (dims, codes, "1", "phase"),
            "l_spin": (dims, np.where(codes == 1, 3.0, np.inf), "1", "spin scale"),
            "l_trion": (dims, np.where(codes == 2, 2.0, np.nan), "1", "trion scale"),
            **{name: (dims, np.asarray(values), "1", name) for name, values in extra.items()},
        },
        {
            dim: (dim, np.linspace(0.0, 1.0, size), "meV", f"knob {dim}")
            for dim, size in zip(dims, codes.shape, strict=True)
        },
        question=question,
        parameters={},
        method="",
        validity=(),
        references=(),
    )
    result["phase"].attrs.update(flags(NAMES))
    return result


MAP = np.repeat([[0, 0, 1, 2], [0, 1, 1, 2], [0, 1, 2, 2]], 2, axis=0)


def test_a_map_has_the_tint_of_every_phase_at_its_place():
    ax = phases.plot(made(MAP))
    drawn = np.asarray(ax.collections[0].get_array())
    np.testing.assert_array_equal(drawn, phases.tints(3)[MAP.T])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("knob a (meV)", "knob b (meV)")
    assert sorted(text.get_text() for text in ax.texts) == ["decoupled", "paired", "trion"]
    assert ax.get_legend() is None


def test_names_stand_in_their_regions():
    result = made(MAP)
    for text in phases.plot(result).texts:
        code = int(result["phase"].sel(a=text.get_position()[0], b=text.get_position()[1]))
        assert NAMES[code] == text.get_text()


def test_falling_axes_are_drawn_rising():
    falling = made(MAP).isel(a=slice(None, None, -1), b=slice(None, None, -1))
    drawn = np.asarray(phases.plot(falling).collections[0].get_array())
    np.testing.assert_array_equal(drawn, phases.tints(3)[MAP.T])


def test_disputed_points_are_hatched():
    agreed = np.ones(MAP.shape, dtype=bool)
    assert phases.plot(made(MAP, unanimous=agreed)).get_legend() is None
    agreed[0, 0] = False
    ax = phases.plot(made(MAP, unanimous=agreed))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["conventions disagree"]
    (hatched,) = [each for each in ax.collections if getattr(each, "hatches", [None]) == [phases.HATCH]]
    (path,) = hatched.get_paths()
    np.testing.assert_allclose(path.get_extents().get_points(), [[-0.1, -1 / 6], [0.1, 1 / 6]], err_msg="its pixel")


def test_tints_are_light_and_differ():
    found = phases.tints(5)
    assert (found.min(axis=1) > 0.5).all() or (found.mean(axis=1) > 0.5).all()
    assert len({tuple(each) for each in found}) == 5


def test_the_number_of_knobs_chooses_the_picture():
    assert len(phases.picture(made(MAP)).axes) == 1
    (line,) = phases.picture(made([0, 1, 1, 2])).axes
    np.testing.assert_array_equal(line.lines[0].get_ydata(), [np.nan, 3, 3, np.nan])
    np.testing.assert_array_equal(line.lines[1].get_ydata(), [np.nan, np.nan, np.nan, 2])
    panels = phases.picture(made(np.repeat(MAP[None], 3, axis=0))).axes
    assert [ax.get_title(loc="left") for ax in panels] == ["(a)  a = 0 meV", "(b)  a = 0.5 meV", "(c)  a = 1 meV"]
    with pytest.raises(InputError, match="one to three knobs: got 0"):
        phases.picture(made(1))
    with pytest.raises(InputError, match="two dimensions of at least two points"):
        phases.plot(made([0, 1]))


def array():
    t_perp = np.geomspace(0.01, 1, 21)
    U_perp = np.linspace(0, 0.3, 11)
    phase = np.where(np.add.outer(-10 * U_perp, np.log(t_perp)) > -4, 1, 2).astype(np.int32)
    phase[:4, :5] = 0
    temperature = np.where(phase == 0, 0.0, np.broadcast_to(t_perp**2, phase.shape))
    dims = ("U_perp", "t_perp")
    return xr.Dataset(
        {
            "phase": (dims, phase, {"units": "1", "long_name": "phase"} | flags(ORDERS)),
            "transition_temperature": (dims, temperature, {"units": "K", "long_name": "temperature of the order"}),
            "valid": (dims, np.broadcast_to(t_perp < 0.8, phase.shape)),
        },
        {
            "U_perp": ("U_perp", U_perp, {"units": "1", "long_name": "repulsion"}),
            "t_perp": ("t_perp", t_perp, {"units": "meV", "long_name": "hopping"}),
        },
    )


def test_an_array_shows_temperatures_and_phases():
    data = array()
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
        assert ORDERS[code].replace("pi-", "π-") == text.get_text()
    assert ax.figure.axes[1].get_ylabel() == "temperature of the order (K)"


def test_falling_axes_of_an_array_are_drawn_rising():
    data = array()
    rising, falling = (plot_array(each).collections[0] for each in (data, data[{"U_perp": slice(None, None, -1)}]))
    np.testing.assert_array_equal(rising.get_array(), falling.get_array())


def test_an_array_is_drawn_where_it_is_wanted():
    ax = new_axes()
    assert plot_array(array(), ax) is ax


def test_an_array_that_cannot_be_drawn_is_refused():
    with pytest.raises(InputError, match="`dataset` must have two dimensions of at least two points"):
        plot_array(array().isel(t_perp=0))
    with pytest.raises(InputError, match="`dataset` must have a point with an order"):
        plot_array(array().isel(U_perp=slice(0, 4), t_perp=slice(0, 5)))


def paths(pairs: int = 3) -> xr.DataArray:
    """Two pieces for the first pair, none for the others."""
    values = np.full((pairs, 5, 2), np.nan)
    values[0, [0, 1, 3, 4]] = [[0.0, 1.0], [1.0, 2.0], [3.0, 4.0], [4.0, 5.0]]
    names = [f"pair {number}" for number in range(pairs)]
    return xr.DataArray(values, dims=("pair", "vertex", "axis"), coords={"pair": names})


def test_a_line_for_each_pair_that_has_a_boundary_within_limits_that_stay() -> None:
    ax = new_axes()
    (under,) = ax.plot([0.0, 1.0], [2.0, 3.0])
    limits = ax.axis()
    drawn = phases.plot_boundaries(paths(), ax)
    assert drawn is ax
    assert ax.axis() == limits
    line = next(own for own in ax.get_lines() if own is not under)
    assert len(ax.get_lines()) == 2
    assert line.get_label() == "pair 0"
    assert np.array_equal(line.get_xydata(), paths().to_numpy()[0], equal_nan=True)


def test_new_axes_show_all_of_it_and_colours_can_be_chosen() -> None:
    ax = phases.plot_boundaries(paths().transpose("axis", "vertex", "pair"), colours=("red", "blue", "green"))
    assert ax.get_xlim()[1] >= 4.0
    assert ax.get_lines()[0].get_color() == "red"


def test_boundaries_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(InputError, match="`paths` must be over pair, vertex and axis"):
        phases.plot_boundaries(paths().isel(pair=0))
    with pytest.raises(InputError, match=r"`colours` must be one for each pair.*there are 4 pairs"):
        phases.plot_boundaries(paths(4))


def test_an_experiment_over_one_knob_is_drawn_by_its_gaps() -> None:
    tube = Nanotube(Delta_0=60.0, Delta_so=1.0, radius=1.0, field=2.5)
    setup = WireAndTube(tube=tube, k_F=0.02, v_F=400.0, distance=15.0, lever_arm=0.1)
    [ax, *_] = picture(experiment(setup, {"gate": [-588.0, -587.0, -586.0]})).axes
    assert ax.get_ylabel() == "gap over k_B (K)"
    assert len(ax.lines) == 2
