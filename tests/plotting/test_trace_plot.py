"""The picture of a fitted trace shows its data, its fit and what is left."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.plotting.readings import picture_trace, plot_residual, plot_trace
from attractron.plotting.style import new_axes

GATE = np.linspace(0.0, 3.0, 7)
DATA = np.array([1.0, 1.2, np.nan, 9.0, 2.8, 3.1, 3.0])
FIT = np.array([1.1, 1.1, np.nan, 2.0, 2.9, 3.0, 3.1])
USED = np.array([1, 1, 0, 0, 1, 1, 1])


@pytest.fixture
def result():
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


def test_data_outliers_fit_and_step(result):
    lines = drawn(plot_trace(result))
    np.testing.assert_array_equal(lines["data"].get_ydata(), DATA[USED == 1])
    np.testing.assert_array_equal(lines["outliers, not used"].get_ydata(), [9.0])
    np.testing.assert_array_equal(lines["fit"].get_xdata(), GATE[np.isfinite(FIT)])
    assert set(lines["step"].get_xdata()) == {1.5}


def test_labels_and_axes(result):
    ax = new_axes()
    assert plot_trace(result, ax) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("P4 (mV)", "current (pA)")
    band = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((1.4, 1.6))


def test_without_outliers_and_place_there_is_neither(result):
    plain = result.drop_vars(["position", "position_uncertainty"]).assign(used=("P4", np.isfinite(DATA) * 1))
    assert set(drawn(plot_trace(plain))) == {"data", "fit"}
    assert len(plot_residual(plain).lines) == 2


def test_a_step_without_a_place_is_not_drawn(result):
    """A model that does not describe the trace gives no number; data and fit are still seen."""
    nowhere = result.assign(position=((), np.nan), position_uncertainty=((), np.nan))
    assert set(drawn(plot_trace(nowhere))) == {"data", "outliers, not used", "fit"}
    assert len(plot_residual(nowhere).lines) == 2


def test_the_legend_hides_no_data(result):
    ax = picture_trace(result).axes[0]
    ax.figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    assert legend.y0 >= ax.get_window_extent().y1
    assert ax.figure.bbox.y1 >= legend.y1


def test_residual_of_the_points_used(result):
    ax = plot_residual(result)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), (DATA - FIT)[USED == 1])
    assert ax.get_ylabel() == "residual (pA)"


def test_picture_has_fit_above_residual(result):
    above, below = picture_trace(result).axes
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
def test_what_is_no_fitted_trace_is_refused(result, change, message):
    for draw in (plot_trace, plot_residual, picture_trace):
        with pytest.raises(InputError, match=message):
            draw(change(result))
