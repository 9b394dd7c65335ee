"""Coulomb peaks: data and fit, what is left, and how other shapes do."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.plotting.readings import plot_residual, plot_trace
from attractron.plotting.style import OKABE_ITO, lettered, new_axes, new_figure

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
    ax.set_xlabel("ΔBIC (excluded from the dashed line on)")
    return ax
