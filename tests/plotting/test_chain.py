"""Pictures of chains show the numbers that they were given."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.plotting.chain import plot_clusters, plot_filling, plot_pairs
from attractron.plotting.style import OKABE_ITO, new_axes


def variable(dims, values, units, long_name):
    return xr.Variable(dims, values, {"units": units, "long_name": long_name})


def fillings(temperatures=(0.0, 1.0)):
    mu = np.array([1.0, 2.0, 3.0])
    kelvin = np.array(temperatures)
    return xr.Dataset(
        {"filling": variable(("temperature", "mu"), np.add.outer(kelvin, mu) / 9, "1", "filling")},
        {
            "mu": variable("mu", mu, "meV", "chemical potential"),
            "temperature": variable("temperature", kelvin, "K", "temperature"),
        },
    )


def clusters():
    return xr.Dataset(
        {"binding_per_electron": variable("size", [0.0, -0.9, -0.5], "meV", "binding energy per electron")},
        {"size": variable("size", [1, 2, 3], "1", "electrons in the cluster")},
    )


def pairs():
    return xr.Dataset(
        {
            "pair_energy": variable("distance", [-1.8, 0.2], "meV", "interaction of a pair"),
            "repulsion": variable("distance", [0.5, 0.2], "meV", "bare repulsion of a pair"),
        },
        {"distance": variable("distance", [1, 2], "1", "distance in sites")},
    )


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_filling_draws_a_staircase_at_zero_temperature_and_curves_above():
    data = fillings()
    ax = plot_filling(data)
    for line, values, style in zip(ax.lines, data["filling"].values, ["steps-mid", "default"], strict=True):
        np.testing.assert_array_equal(line.get_xdata(), data["mu"])
        np.testing.assert_array_equal(line.get_ydata(), values)
        assert line.get_drawstyle() == style
    assert ax.get_xlabel() == "µ (meV)"
    assert ax.get_ylabel() == "filling"
    assert labels(ax) == ["temperature = 0 K", "temperature = 1 K"]


def test_one_filling_needs_no_legend():
    ax = plot_filling(fillings().isel(temperature=1))
    assert len(ax.lines) == 1
    assert ax.lines[0].get_drawstyle() == "default"
    assert ax.get_legend() is None


def test_pictures_are_drawn_where_they_are_wanted():
    for plot, data in ((plot_filling, fillings()), (plot_clusters, clusters()), (plot_pairs, pairs())):
        ax = new_axes()
        assert plot(data, ax) is ax
        assert plot(data) is not ax


def test_clusters_of_several_chains_share_the_axes_in_their_own_colours():
    ax = plot_clusters(clusters(), label="short")
    plot_clusters(-clusters(), ax, label="long")
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_array_equal(marks[0].get_ydata(), [0.0, -0.9, -0.5])
    np.testing.assert_array_equal(marks[1].get_ydata(), [0.0, 0.9, 0.5])
    assert [line.get_color() for line in marks] == list(OKABE_ITO[:2])
    assert labels(ax) == ["short", "long"]
    assert ax.get_xlabel() == "electrons in the cluster"
    assert ax.get_ylabel() == "binding energy per electron (meV)"


def test_pairs_show_the_bare_repulsion_once_in_the_legend():
    ax = plot_pairs(pairs(), label="one")
    plot_pairs(pairs(), ax, label="two")
    bare = [line for line in ax.lines if line.get_marker() == "s"]
    np.testing.assert_array_equal(bare[0].get_ydata(), [0.5, 0.2])
    drawn = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_array_equal(drawn[1].get_ydata(), [-1.8, 0.2])
    assert drawn[0].get_color() != drawn[1].get_color()
    assert labels(ax) == ["one", "bare repulsion", "two"]
    assert ax.get_ylabel() == "interaction of a pair (meV)"


def test_a_picture_of_pairs_without_a_name_has_the_repulsion_in_its_legend():
    assert labels(plot_pairs(pairs())) == ["bare repulsion"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (fillings().isel(mu=0), "`dataset` must have the dimension mu and at most one more"),
        (fillings().expand_dims("delta"), "`dataset` must have the dimension mu and at most one more"),
        (fillings(range(9)), "`temperature` must have at most 8 values, one a curve: got 9"),
    ],
)
def test_what_cannot_be_drawn_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        plot_filling(data)
