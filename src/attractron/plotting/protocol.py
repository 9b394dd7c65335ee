"""Conductances as staircases over a knob, with the phases that they belong to as grey bands."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import flag_names
from attractron.plotting.style import OKABE_ITO, new_axes, quantity_label, with_unit

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STAIRS = ("conductance", "cross_conductance")
GREYS = ("1.0", "0.93", "0.85", "0.77")


def plot(dataset: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw the staircases over the only dimension of `phase`.

    Args:
        dataset: variables `conductance`, `cross_conductance` and `phase` (with CF flags) over one dimension.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.
    """
    ax = new_axes() if ax is None else ax
    knob = dataset[str(dataset["phase"].dims[0])]
    bands(ax, knob.to_numpy(), dataset["phase"])
    for name, colour in zip(STAIRS, OKABE_ITO, strict=False):
        # Between two points the place of the step is unknown: it is drawn halfway.
        label = str(dataset[name].attrs["long_name"])
        ax.plot(knob, dataset[name], color=colour, drawstyle="steps-mid", linewidth=1.8, label=label)
    ax.axhline(0.0, color="0.5", linewidth=0.8, zorder=1)
    ax.margins(y=0.12)
    ax.set_xlabel(quantity_label(knob))
    ax.set_ylabel(with_unit("conductance", dataset["conductance"]))
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def bands(ax: "Axes", knob: "np.ndarray[tuple[int], np.dtype[np.float64]]", phase: "xr.DataArray") -> None:
    """Phases over a knob as grey bands with their names."""
    codes, names = phase.to_numpy(), flag_names(phase)
    between = (knob[1:] + knob[:-1]) / 2
    changes = np.flatnonzero(np.diff(codes))
    edges = [knob[0], *between[changes], knob[-1]]
    for left, right, code in zip(edges[:-1], edges[1:], [codes[0], *codes[changes + 1]], strict=True):
        ax.axvspan(left, right, color=GREYS[int(code) % len(GREYS)], linewidth=0, zorder=0)
        place = (left + right) / 2
        ax.text(place, 0.5, names[int(code)], transform=ax.get_xaxis_transform(), ha="center", rotation=90, va="center")


def picture(result: "xr.Dataset") -> "Figure":
    """The staircases on a figure of their own."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.0, 4.5), layout="constrained")
    plot(result, figure.add_subplot())
    return figure
