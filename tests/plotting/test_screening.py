"""Pictures of screening show the numbers that they were given."""

import matplotlib.colors
import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.plotting.screening import plot_interaction_scan, plot_internal_field, plot_potentials
from attractron.plotting.style import new_axes


def labelled(dims, coords, **values):
    variables = {
        name: (dims, np.array(value, dtype=float), {"units": "meV", "long_name": f"{name} quantity"})
        for name, value in values.items()
    }
    return xr.Dataset(variables, {name: (name, value, attrs) for name, (value, attrs) in coords.items()})


def potentials():
    site = (["L", "R"], {"units": "1", "long_name": "system site"})
    return labelled(("site",), {"site": site}, bare=[8, 0.8], continuum=[7, 0.6], integer=[5, -1.6])


def field():
    external = ([-2.0, 0.0, 2.0], {"units": "meV", "long_name": "external potential difference"})
    medium = (["metal", "single electron"], {"units": "1", "long_name": "medium"})
    return labelled(("medium", "external"), {"medium": medium, "external": external}, internal=[[0, 0, 0], [5, 0, -5]])


def scan(bare=(2.0, 1.0, 4.0, 0.0)):
    model = (np.arange(4), {"units": "1", "long_name": "number"})
    return labelled(("model",), {"model": model}, bare=bare, continuum=[1, 1, 1, 0], integer=[1, -0.5, -3, -2])


def heights(ax):
    return [bar.get_height() for bar in ax.patches]


def test_bars_of_each_site_stand_side_by_side():
    ax = plot_potentials(potentials())
    assert heights(ax) == [8, 0.8, 7, 0.6, 5, -1.6]
    centres = np.array([bar.get_x() + bar.get_width() / 2 for bar in ax.patches]).reshape(3, 2)
    assert centres.mean(axis=0) == pytest.approx([0, 1])
    assert (np.diff(centres, axis=0) >= ax.patches[0].get_width() - 1e-12).all()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["L", "R"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("system site", "potential (meV)")
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["bare quantity", "continuum quantity", "integer quantity"]


def test_one_line_for_each_medium_and_one_without():
    ax = plot_internal_field(field())
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines if not line.get_label().startswith("_")}
    assert list(drawn) == ["no medium", "metal", "single electron"]
    assert drawn["no medium"] == pytest.approx([-2, 0, 2])
    assert drawn["metal"] == pytest.approx([0, 0, 0])
    assert drawn["single electron"] == pytest.approx([5, 0, -5])
    assert ax.get_xlabel() == "external potential difference (meV)"
    assert ax.get_ylabel() == "internal quantity (meV)"


def test_points_in_units_of_the_bare_interaction():
    # The fourth model has no bare interaction to be measured against.
    ax = plot_interaction_scan(scan())
    repulsive, attractive = (np.asarray(points.get_offsets()) for points in ax.collections[:2])
    assert repulsive == pytest.approx(np.array([[0.5, 0.5]]))
    assert attractive == pytest.approx(np.array([[1.0, -0.5], [0.25, -0.75]]))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["repulsive: 1", "attractive: 2"]
    assert ax.get_ylim()[0] < -0.75
    assert ax.get_ylabel() == "integer quantity / bare"


def test_nothing_to_measure_against():
    with pytest.raises(InputError, match="`dataset` must hold a model with a bare interaction"):
        plot_interaction_scan(scan(bare=(0.0, 0.0, 0.0, 0.0)))


@pytest.mark.parametrize(
    ("plot", "dataset"),
    [(plot_potentials, potentials()), (plot_internal_field, field()), (plot_interaction_scan, scan())],
)
def test_given_axes_are_used_and_can_be_drawn(plot, dataset):
    ax = new_axes()
    assert plot(dataset, ax) is ax
    ax.figure.canvas.draw()


def test_the_three_treatments_keep_their_colours():
    bars = plot_potentials(potentials()).patches
    lines = plot_internal_field(field()).lines
    metal, electron = (
        next(line for line in lines if line.get_label() == name) for name in ("metal", "single electron")
    )
    assert matplotlib.colors.same_color(bars[2].get_facecolor(), metal.get_color())
    assert matplotlib.colors.same_color(bars[4].get_facecolor(), electron.get_color())
