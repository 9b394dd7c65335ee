"""Boundaries of phases that are known as curves, drawn as lines over a map."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, new_axes

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

COLOURS = (OKABE_ITO[6], OKABE_ITO[1], OKABE_ITO[3])
"""Of the lines unless others are given: black, vermilion, purple."""


def plot(paths: "xr.DataArray", ax: "Axes | None" = None, *, colours: Sequence[str] = COLOURS) -> "Axes":
    """Draw one path for each pair of phases.

    Args:
        paths: over (pair, vertex, axis), the first of `axis` to the right; a vertex that is not a number ends a piece.
        ax: axes to draw on, whose limits stay; new ones by default.
        colours: of the pairs.

    Returns:
        The axes.

    Raises:
        InputError: other dimensions, or more pairs than colours.
    """
    if set(paths.dims) != {"pair", "vertex", "axis"} or paths.sizes["axis"] != 2:
        raise InputError("paths", "be over pair, vertex and axis (of two)", dict(paths.sizes))
    if paths.sizes["pair"] > len(colours):
        raise InputError("colours", "be one for each pair", len(colours), f"there are {paths.sizes['pair']} pairs")
    fresh = ax is None
    ax = new_axes() if ax is None else ax
    limits = ax.axis()
    for pair, colour in zip(paths["pair"].to_numpy(), colours, strict=False):
        right, up = paths.sel(pair=pair).transpose("axis", "vertex").to_numpy()
        if np.isfinite(right).any():
            ax.plot(right, up, color=colour, linewidth=2.0, label=str(pair))
    if not fresh:
        ax.axis(limits)
    return ax
