"""Readings beside their data: lines on an image, a fitted trace and what is left of it."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.plotting.readings import picture_trace, picture_vertex, plot_residual, plot_trace, plot_vertex
from attractron.plotting.style import new_axes

GATE = np.linspace(0.0, 3.0, 7)
DATA = np.array([1.0, 1.2, np.nan, 9.0, 2.8, 3.1, 3.0])
FIT = np.array([1.1, 1.1, np.nan, 2.0, 2.9, 3.0, 3.1])
USED = np.array([1, 1, 0, 0, 1, 1, 1])


def reading(*, found: bool = True) -> xr.Dataset:
    units = {"units": "mV"}
    names = ("y", "x")
    grid = {"units": "pA", "long_name": "signal"}
    points = np.array([[0.4, 0.3], [0.6, 0.7]]) if found else np.full((2, 2), np.nan)
    ends = np.array([[0.4, 0.0], [0.6, 1.0], [0.0, 0.3], [1.0, 0.7]])
    lines = np.stack([points[[0, 1, 0, 1]], ends], axis=1)
    return xr.Dataset(
        {
            "data": (names, np.arange(30.0).reshape(6, 5), grid),
            "residual": (names, np.ones((6, 5)), grid),
            "triple_point": (("point", "axis"), points, units),
            "triple_point_uncertainty": (("point", "axis"), np.full((2, 2), 0.05), units),
            "charging_line": (("line", "end", "axis"), lines, units),
        },
        {"y": ("y", np.linspace(1, 0, 6), units), "x": ("x", np.linspace(0, 1, 5), units)},
        {"summary": "The vertex is repulsive."},
    )


def test_the_legend_hides_neither_data_nor_labels() -> None:
    for figure, ax in ((plot_vertex(reading()).figure, 0), (picture_vertex(reading()).figure, 1)):
        figure.draw_without_rendering()
        axes = figure.axes[ax]
        legend = axes.get_legend().get_window_extent()
        assert legend.y1 <= axes.xaxis.label.get_window_extent().y0
        assert legend.y0 >= 0


def test_lines_and_triple_points_lie_on_the_data() -> None:
    ax = plot_vertex(reading())
    assert ax.get_xlabel() == "x (mV)"
    assert ax.get_ylabel() == "y (mV)"
    drawn = [line.get_xydata() for line in ax.get_lines()]
    assert any(np.shape(line) == (2, 2) and np.allclose(line, [[0.3, 0.4], [0.7, 0.6]]) for line in drawn)
    assert any(np.shape(line) == (2, 2) and np.allclose(line, [[0.3, 0.4], [0.0, 0.4]]) for line in drawn)
    assert ax.get_xlim() == pytest.approx((-0.125, 1.125))  # half a pixel beyond the data, not wider for the lines


def test_the_picture_shows_data_lines_and_residual_under_the_sentence() -> None:
    figure = picture_vertex(reading())
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles[:3] == ["(a)  data", "(b)  lines found", "(c)  data less fit"]
    assert len(figure.axes) == 6  # with their colour bars
    assert figure.get_suptitle() == "The vertex is repulsive."
    assert [bool(ax.get_lines()) for ax in figure.axes[:3]] == [False, True, False]


def test_without_a_vertex_only_the_data_is_drawn() -> None:
    ax = plot_vertex(reading(found=False))
    assert not ax.get_lines()
    assert ax.get_legend() is None


def test_given_axes_are_used() -> None:
    first = plot_vertex(reading())
    assert plot_vertex(reading(), ax=first) is first


def test_another_dataset_is_refused() -> None:
    with pytest.raises(InputError, match="triple_point"):
        plot_vertex(reading().drop_vars("triple_point"))


@pytest.fixture
def trace():
    pA = {"units": "pA", "long_name": "current"}
    return xr.Dataset(
        {
            "signal": ("P4", DATA, pA),
            "fit": ("P4", FIT, pA),
            "residual": ("P4", DATA - FIT, {"units": "pA", "long_name": "residual"}),
            "used": ("P4", USED),
            "position": ((), 1.5),
            "position_uncertainty": ((), 0.1),
        },
        {"P4": ("P4", GATE, {"units": "mV"})},
    )


def drawn(ax):
    return {line.get_label(): line for line in ax.lines}


def test_data_outliers_fit_and_step(trace):
    lines = drawn(plot_trace(trace))
    np.testing.assert_array_equal(lines["data"].get_ydata(), DATA[USED == 1])
    np.testing.assert_array_equal(lines["outliers, not used"].get_ydata(), [9.0])
    np.testing.assert_array_equal(lines["fit"].get_xdata(), GATE[np.isfinite(FIT)])
    assert set(lines["step"].get_xdata()) == {1.5}


def test_labels_and_axes(trace):
    ax = new_axes()
    assert plot_trace(trace, ax) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("P4 (mV)", "current (pA)")
    band = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((1.4, 1.6))


def test_without_outliers_and_place_there_is_neither(trace):
    plain = trace.drop_vars(["position", "position_uncertainty"]).assign(used=("P4", np.isfinite(DATA) * 1))
    assert set(drawn(plot_trace(plain))) == {"data", "fit"}
    assert len(plot_residual(plain).lines) == 2


def test_a_step_without_a_place_is_not_drawn(trace):
    """A model that does not describe the trace gives no number; data and fit are still seen."""
    nowhere = trace.assign(position=((), np.nan), position_uncertainty=((), np.nan))
    assert set(drawn(plot_trace(nowhere))) == {"data", "outliers, not used", "fit"}
    assert len(plot_residual(nowhere).lines) == 2


def test_the_legend_hides_no_data(trace):
    ax = picture_trace(trace).axes[0]
    ax.figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    assert legend.y0 >= ax.get_window_extent().y1
    assert ax.figure.bbox.y1 >= legend.y1


def test_residual_of_the_points_used(trace):
    ax = plot_residual(trace)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), (DATA - FIT)[USED == 1])
    assert ax.get_ylabel() == "residual (pA)"


def test_picture_has_fit_above_residual(trace):
    above, below = picture_trace(trace).axes
    assert above.get_position().y0 > below.get_position().y0
    assert below.get_xlabel() == "P4 (mV)"
    assert above.get_shared_x_axes().joined(above, below)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.drop_vars("fit"), "`result` must be a fitted trace: got no fit"),
        (lambda data: data.expand_dims(y=[0, 1]), "`result` must be a fitted trace: got dimensions"),
    ],
)
def test_what_is_no_fitted_trace_is_refused(trace, change, message):
    for draw in (plot_trace, plot_residual, picture_trace):
        with pytest.raises(InputError, match=message):
            draw(change(trace))
