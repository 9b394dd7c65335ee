"""The overlay picture of a vertex."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.plotting.readings import picture_vertex, plot_vertex


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
    titles = [ax.get_title() for ax in figure.axes]
    assert titles[:3] == ["data", "lines found", "data less fit"]
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
