"""A trace with the curve fitted to it, and what is left."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, axis_label, new_axes, quantity_label

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDED = ("signal", "fit", "residual", "used")


def plot(result: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw data, outliers that were left out, the fitted curve, and the place of the step with its uncertainty.

    Args:
        result: `signal`, `fit` and `used` over one axis, perhaps `position` and `position_uncertainty` on it.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: the result is no fitted trace.
    """
    axis = _axis(result)
    ax = new_axes() if ax is None else ax
    gate, signal = axis.to_numpy(), result["signal"].to_numpy()
    used = result["used"].to_numpy() == 1
    out = ~used & np.isfinite(signal)
    ax.plot(gate[used], signal[used], ".", color="0.55", markersize=4, label="data")
    if out.any():
        ax.plot(gate[out], signal[out], "x", color=OKABE_ITO[3], markersize=5, label="outliers, not used")
    fitted = np.isfinite(result["fit"].to_numpy())
    ax.plot(gate[fitted], result["fit"].to_numpy()[fitted], color=OKABE_ITO[0], linewidth=1.8, label="fit")
    if _has_position(result):
        place, spread = float(result["position"]), float(result["position_uncertainty"])
        ax.axvline(place, color=OKABE_ITO[1], linewidth=1.0, label="step")
        if 0 < spread < np.inf:
            ax.axvspan(place - spread, place + spread, color=OKABE_ITO[1], alpha=0.3, linewidth=0)
    ax.set_xlabel(axis_label(axis))
    ax.set_ylabel(quantity_label(result["signal"]))
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)  # above the data, not on them
    return ax


def plot_residual(result: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw data minus fit for the points that the fit uses; structure in the step means a wrong line shape.

    Args:
        result: as for `plot`, with `residual`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: the result is no fitted trace.
    """
    axis = _axis(result)
    ax = new_axes(height=2.0) if ax is None else ax
    used = result["used"].to_numpy() == 1
    ax.axhline(0.0, color=OKABE_ITO[0], linewidth=1.2)
    ax.plot(axis.to_numpy()[used], result["residual"].to_numpy()[used], ".", color="0.55", markersize=3)
    if _has_position(result):
        ax.axvline(float(result["position"]), color=OKABE_ITO[1], linewidth=1.0)
    ax.set_xlabel(axis_label(axis))
    ax.set_ylabel(quantity_label(result["residual"]))
    return ax


def picture(result: "xr.Dataset") -> "Figure":
    """Fit above, residual below on the same axis.

    Raises:
        InputError: the result is no fitted trace.
    """
    from matplotlib.figure import Figure

    _axis(result)
    figure = Figure(figsize=(6.0, 5.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    plot(result, above).set_xlabel("")
    plot_residual(result, below).set_ylabel("residual")  # in the unit of the panel above
    figure.align_ylabels()
    return figure


def _has_position(result: "xr.Dataset") -> bool:
    """Where the model does not describe the trace the step has no place."""
    return "position" in result and bool(np.isfinite(result["position"]))


def _axis(result: "xr.Dataset") -> "xr.DataArray":
    missing = [name for name in NEEDED if name not in result]
    if missing or result["signal"].ndim != 1:
        got = f"no {', '.join(missing)}" if missing else f"dimensions {result['signal'].dims}"
        raise InputError("result", "be a fitted trace", got, "make it with readout.charging_line or interdot_line")
    return result[result["signal"].dims[0]]
