"""Samples of a posterior: every parameter alone and in pairs."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, new_figure

MOST = 6
"""Parameters that are drawn: those first that are not of the background."""

BACKGROUND = ("background", "slope", "slope_change", "curvature_change")

BINS, PAIR_BINS = 40, 30
SHARES = (0.95, 0.68)
"""Of the samples inside the lines of a pair."""


def picture(result: xr.Dataset) -> Figure:
    """Histograms on the diagonal (dashed: ends of the 95 % interval), pairs below it with lines around 68 and 95 %.

    Args:
        result: `posterior` (sample, parameter) with `units` and `posterior_interval`.

    Raises:
        InputError: the result holds no samples.

    Example:
        >>> import xarray as xr
        >>> samples = np.random.default_rng(1).standard_normal((500, 2))
        >>> ends = np.quantile(samples, [0.025, 0.975], axis=0).T
        >>> found = {"posterior": (("sample", "parameter"), samples)}
        >>> found |= {"posterior_interval": (("parameter", "end"), ends)}
        >>> axes = {"parameter": ["temperature", "position"], "units": ("parameter", ["K", "mV"])}
        >>> figure = at.plotting.posteriors.picture(xr.Dataset(found, axes))
        >>> [ax.get_xlabel() for ax in figure.axes if ax.get_xlabel()]
        ['temperature (K)', 'position (mV)']
    """
    if "posterior" not in result or "posterior_interval" not in result:
        raise InputError("result", "hold samples of a posterior", ", ".join(map(str, result.data_vars)) or "nothing")
    names = [str(name) for name in result["parameter"].to_numpy()]
    drawn = sorted(range(len(names)), key=lambda at: (names[at] in BACKGROUND, at))[:MOST]
    samples, units = result["posterior"].to_numpy()[:, drawn], result["units"].to_numpy()[drawn]
    ends = result["posterior_interval"].to_numpy()[drawn]
    labels = [
        names[at].replace("_", " ") + ("" if unit == "1" else f" ({unit})")
        for at, unit in zip(drawn, units, strict=True)
    ]
    count = len(drawn)
    figure = new_figure(2.2 * count + 0.8, 2.2 * count + 0.4)
    grid = figure.add_gridspec(count, count)
    for row in range(count):
        for column in range(row + 1):
            ax = figure.add_subplot(grid[row, column])
            if row == column:
                _alone(samples[:, row], ends[row], ax)
            else:
                _pair(samples[:, column], samples[:, row], ax)
            ax.locator_params(nbins=3)
            if row == count - 1:
                ax.set_xlabel(labels[column])
                ax.tick_params(axis="x", labelrotation=30)
            else:
                ax.tick_params(labelbottom=False)
            if column == 0 and row > 0:
                ax.set_ylabel(labels[row])
            elif column > 0 and row != column:
                ax.tick_params(labelleft=False)
    figure.align_labels()
    return figure


def _alone(samples: FloatArray, ends: FloatArray, ax: Axes) -> None:
    ax.hist(samples, bins=BINS, color=OKABE_ITO[5])
    for end in ends:
        ax.axvline(float(end), color=OKABE_ITO[1], linestyle="--", linewidth=1.0)
    ax.set_xlim(float(samples.min()), float(samples.max()))
    ax.set_yticks([])


def _pair(across: FloatArray, up: FloatArray, ax: Axes) -> None:
    """Density as grey, and the lines around the densest parts that hold these shares of the samples."""
    counts, x, y = np.histogram2d(across, up, bins=PAIR_BINS)
    ordered = np.sort(counts.ravel())[::-1]
    held = np.cumsum(ordered) / ordered.sum()
    levels = sorted({float(ordered[int(np.searchsorted(held, share))]) for share in SHARES})
    ax.pcolormesh(x, y, counts.T, cmap="Greys", rasterized=True)
    middles = (x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2
    if counts.max() > levels[-1]:
        ax.contour(*middles, counts.T, levels=levels, colors=OKABE_ITO[0], linewidths=1.0)
