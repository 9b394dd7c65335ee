"""Coulomb peaks: data and fit, what is left, and how other shapes do."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.errors import InputError
from attractron.plotting.readings import plot_residual, plot_trace
from attractron.plotting.style import OKABE_ITO, axis_label, lettered, new_axes, new_figure, quantity_label, with_unit

DECISIVE = 10.0
"""ΔBIC from which on a shape is excluded."""


def picture_peak(result: xr.Dataset) -> Figure:
    """Data and fit above what is left, and beside them how much worse other shapes are.

    Raises:
        InputError: the result is no fitted trace.

    Example:
        >>> import xarray as xr
        >>> gate = np.linspace(-5, 5, 101)
        >>> current = np.cosh(2 * gate) ** -2 + np.random.default_rng(1).normal(0, 0.02, 101)
        >>> trace = xr.Dataset({"signal": ("P", current, {"units": "nA"})}, {"P": ("P", gate, {"units": "mV"})})
        >>> len(at.plotting.peaks.picture_peak(at.readout.coulomb_peak(trace)).axes)
        3
    """
    figure = new_figure(10.0, 5.0)
    grid = figure.add_gridspec(2, 2, height_ratios=[3, 1], width_ratios=[1.6, 1])
    above = figure.add_subplot(grid[0, 0])
    below = figure.add_subplot(grid[1, 0], sharex=above)
    plot_trace(result, above, place="peak").set_xlabel("")
    above.tick_params(labelbottom=False)
    plot_residual(result, below).set_ylabel("residual")  # in the unit of the panel above
    beside = plot_scores(result, figure.add_subplot(grid[:, 1]))
    lettered((above, below, beside))
    figure.align_ylabels([above, below])
    return figure


def picture_peaks(result: xr.Dataset) -> Figure:
    """A row of peaks with its fit and what is left, and below it the spacings of neighbours.

    Raises:
        InputError: the result is no fitted trace.

    Example:
        >>> import xarray as xr
        >>> gate = np.linspace(0, 30, 401)
        >>> current = sum(np.cosh(2 * (gate - place)) ** -2 for place in (5, 15, 25))
        >>> noise = np.random.default_rng(1).normal(0, 0.02, gate.size)
        >>> trace = xr.Dataset({"signal": ("P", current + noise, {"units": "nA"})}, {"P": ("P", gate, {"units": "mV"})})
        >>> figure = at.plotting.peaks.picture_peaks(at.readout.coulomb_peaks(trace))
        >>> [ax.get_ylabel() for ax in figure.axes]
        ['signal (nA)', 'residual', 'spacing (mV)']
    """
    figure = new_figure(8.0, 6.5)
    above, middle, below = figure.subplots(3, 1, sharex=True, height_ratios=[3, 1, 1.6])
    plot_trace(result, above, left_out="not used").set_xlabel("")
    plot_residual(result, middle).set_ylabel("residual")  # in the unit of the panel above
    middle.set_xlabel("")
    plot_spacings(result, below)
    lettered((above, middle, below))
    figure.align_ylabels()
    return figure


def picture_series(result: xr.Dataset) -> Figure:
    """Traces at all temperatures with their fits, shifted, and the width over temperature.

    Raises:
        InputError: the result is no series.

    Example:
        >>> import xarray as xr
        >>> gate, kelvin = np.linspace(-5, 5, 101), np.array([0.1, 0.3, 0.6])
        >>> current = np.cosh(gate / (2 * kelvin[:, None])) ** -2 + np.random.default_rng(1).normal(0, 0.01, (3, 101))
        >>> axes = {"T": ("T", kelvin, {"units": "K"}), "P": ("P", gate, {"units": "mV"})}
        >>> series = xr.Dataset({"signal": (("T", "P"), current, {"units": "nA"})}, axes)
        >>> figure = at.plotting.peaks.picture_series(at.readout.coulomb_peak_series(series))
        >>> [ax.get_xlabel() for ax in figure.axes]
        ['P (mV)', 'T (K)']
    """
    absent = [name for name in ("signal", "fit", "width", "width_fit") if name not in result]
    if absent:
        raise InputError("result", "be a series of peaks", f"no {', '.join(absent)}")
    figure = new_figure(10.0, 4.8)
    left, right = figure.subplots(1, 2)
    gate = result[result["signal"].dims[1]]
    shift = 0.3 * float(np.nanmax(result["signal"]) - np.nanmin(result["signal"]))
    for at in range(result.sizes["bath_temperature"]):
        signal, fit = (result[name].to_numpy()[at] + at * shift for name in ("signal", "fit"))
        read = "row_status" not in result or int(result["row_status"][at]) == 0
        left.plot(gate, signal, ".", color="0.6", markersize=2.5)
        left.plot(gate, fit, color=OKABE_ITO[0] if read else OKABE_ITO[3], linewidth=1.2)
    left.set_xlabel(axis_label(gate))
    left.set_ylabel(f"{quantity_label(result['signal'])}, shifted, hottest above")
    kelvin = result["bath_temperature"].to_numpy()
    errors = result["width_uncertainty"].to_numpy()
    right.errorbar(kelvin, result["width"].to_numpy(), yerr=errors, fmt="o", color="0.35", markersize=4, label="widths")
    right.plot(kelvin, result["width_fit"].to_numpy(), color=OKABE_ITO[0], label="√(T² + T₀²)")
    right.set_xlim(0, 1.05 * kelvin.max())
    right.set_ylim(bottom=0)
    right.set_xlabel("T (K)")
    right.set_ylabel(quantity_label(result["width"]))
    right.legend(frameon=False, loc="lower right")
    lettered((left, right))
    return figure


def plot_spacings(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the spacing of each pair of neighbours at their middle, and the mean.

    Args:
        result: with `spacing` over `gap` and `position` over `peak`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> import xarray as xr
        >>> mV = {"units": "mV", "long_name": "spacing"}
        >>> row = {"position": ("peak", [1.0, 3.0], mV), "spacing": ("gap", [2.0], mV)}
        >>> row |= {"spacing_uncertainty": ("gap", [0.1], mV), "spacing_mean": ((), 2.0, mV)}
        >>> row |= {"signal": ("P", [0.0, 1.0], mV)}
        >>> result = xr.Dataset(row, {"P": ("P", [0.0, 4.0], {"units": "mV"})})
        >>> at.plotting.peaks.plot_spacings(result).get_ylabel()
        'spacing (mV)'
    """
    ax = new_axes() if ax is None else ax
    axis = result[result["signal"].dims[0]]
    places, spacing = result["position"].to_numpy(), result["spacing"].to_numpy()
    if np.isfinite(spacing).any():
        middles = (places[1:] + places[:-1]) / 2
        ax.errorbar(middles, spacing, yerr=result["spacing_uncertainty"].to_numpy(), fmt="o", color=OKABE_ITO[0])
        mean = float(result["spacing_mean"])
        ax.axhline(mean, color=OKABE_ITO[1], linewidth=1.0)
        reach = 1.3 * float(np.abs(spacing - mean).max()) or 0.1 * abs(mean)
        ax.set_ylim(mean - reach, mean + reach)
    ax.set_xlabel(axis_label(axis))
    ax.set_ylabel(with_unit("spacing", result["spacing"]))
    return ax


def plot_scores(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw ΔBIC of the shapes that were fitted, best above; beyond the dashed line they are excluded.

    Args:
        result: with `score` over `candidate`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> import xarray as xr
        >>> scores = xr.Dataset({"score": ("candidate", [0.0, 40.0])}, {"candidate": ["thermal peak", "step"]})
        >>> [label.get_text() for label in at.plotting.peaks.plot_scores(scores).get_yticklabels()]
        ['thermal peak', 'step']
    """
    ax = new_axes() if ax is None else ax
    scores = result["score"].to_numpy()
    places = np.arange(scores.size)
    colours = [OKABE_ITO[0] if score < DECISIVE else "0.75" for score in scores]
    ax.barh(places, scores, color=colours, height=0.6)
    ax.plot(scores, places, "o", color=OKABE_ITO[0], markersize=4, clip_on=False)  # a score of zero has no bar
    ax.axvline(DECISIVE, color=OKABE_ITO[1], linestyle="--", linewidth=1.0)
    ax.set_xscale("symlog", linthresh=DECISIVE)
    ax.set_xlim(0, max(10 * DECISIVE, 2 * float(scores.max())))
    ax.set_yticks(places, [str(name) for name in result["candidate"].to_numpy()])
    ax.invert_yaxis()
    ax.set_xlabel("ΔBIC (dashed: excluded beyond)")
    return ax
