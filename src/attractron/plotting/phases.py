"""Phases over two knobs as tinted regions with names, hatched where conventions disagree; over one knob the scales."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.plotting import protocol
from attractron.plotting.stability import edges
from attractron.plotting.style import OKABE_ITO, new_axes, quantity_label, setting

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

TINT = 0.45
"""Part of the phase's colour in its tint; the rest is white, so that labels can be read."""

SMALLEST_REGION = 0.01
"""Part of the picture below which a phase has no label."""

HATCH = "////"

MOST_PANELS = 6

SCALES = ("l_spin", "l_trion")


def plot(dataset: "xr.Dataset", ax: "Axes | None" = None, *, variable: str = "phase") -> "Axes":
    """Draw phases; the first dimension runs to the right.

    Args:
        dataset: `variable` with CF flags over two dimensions; hatched where `unanimous`, if it is there, is false.
        ax: axes to draw on; new ones by default.
        variable: the phase codes.

    Returns:
        The axes.

    Raises:
        InputError: not over two dimensions of at least two points.
    """
    dims = [str(dim) for dim in dataset[variable].dims]
    if len(dims) != 2 or min(dataset[variable].shape) < 2:
        raise InputError("dataset", "have two dimensions of at least two points", dict(dataset[variable].sizes))
    x, y = dims
    dataset = dataset.sortby(dims).transpose(y, x, ...)
    ax = new_axes() if ax is None else ax
    across, up, phase = dataset[x].to_numpy(), dataset[y].to_numpy(), dataset[variable]
    names = flag_names(phase)
    drawn = np.searchsorted(list(names), phase.to_numpy())
    ax.pcolormesh(edges(across), edges(up), tints(len(names))[drawn])
    corners = _corners(across), _corners(up)
    for code in np.unique(drawn)[:-1]:  # the last one's boundaries are all drawn by its neighbours
        ax.contour(*corners, _pixels(drawn == code), levels=[0.5], colors="black", linewidths=1.0)
    if "unanimous" in dataset and dataset["unanimous"].dims == (y, x) and not dataset["unanimous"].all():
        disputed = _pixels(~dataset["unanimous"].to_numpy())
        ax.contourf(*corners, disputed, levels=[0.5, 1.5], colors="none", hatches=[HATCH])
        ax.set_title(f"{HATCH[:2]} conventions disagree", fontsize="small", loc="right")
    _names(ax, across, up, drawn, list(names.values()))
    ax.set_xlabel(quantity_label(dataset[x]))
    ax.set_ylabel(quantity_label(dataset[y]))
    return ax


def tints(number: int) -> "NDArray[np.float64]":
    """Colours (number, 3) of phases: the first, where nothing happens, grey; then light Okabe and Ito colours."""
    from matplotlib.colors import to_rgb

    colours = np.array([to_rgb("0.75"), *map(to_rgb, OKABE_ITO)])[:number]
    return np.asarray(1 - TINT * (1 - colours))


def picture(result: "xr.Dataset") -> "Figure":
    """The picture of phases over one knob (the scales), two (a map) or three (maps).

    Raises:
        InputError: phases over no knob or more than three.
    """
    from matplotlib.figure import Figure

    squeezed = result.squeeze()
    dims = [str(dim) for dim in squeezed["phase"].dims]
    if not 1 <= len(dims) <= 3:
        raise InputError("result", "have phases over one to three knobs", f"{len(dims)}")
    if len(dims) < 3:
        figure = Figure(figsize=(6.0, 4.5), layout="constrained")
        draw = plot if len(dims) == 2 else scales
        draw(squeezed, figure.add_subplot())
        return figure
    return panels(squeezed, min(dims, key=squeezed.sizes.__getitem__))


def panels(result: "xr.Dataset", outer: str) -> "Figure":
    """A map for each of some values of a knob."""
    from matplotlib.figure import Figure

    size = result.sizes[outer]
    chosen = np.unique(np.linspace(0, size - 1, min(size, MOST_PANELS)).round().astype(int))
    columns = min(3, chosen.size)
    figure = Figure(figsize=(4.5 * columns, 3.8 * -(-chosen.size // columns)), layout="constrained")
    for number, index in enumerate(chosen, start=1):
        ax = plot(result.isel({outer: index}), figure.add_subplot(-(-chosen.size // columns), columns, number))
        ax.set_title(setting(outer, result[outer].to_numpy()[index], result[outer]), loc="left")
    return figure


def scales(result: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw the scales of the flow over one knob, the phases as grey bands behind them."""
    ax = new_axes() if ax is None else ax
    knob = result[str(result["phase"].dims[0])]
    protocol.bands(ax, knob.to_numpy(), result["phase"])
    for name, colour in zip(SCALES, OKABE_ITO, strict=False):
        values = result[name].where(np.isfinite(result[name]))
        ax.plot(knob, values, color=colour, label=quantity_label(result[name]), marker="o", markersize=3)
    ax.set_xlabel(quantity_label(knob))
    ax.set_ylabel("l")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def _corners(points: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Both ends of every pixel, so that contours follow the pixels and not straight lines between their centres."""
    return np.repeat(edges(points), 2)[1:-1]


def _pixels(inside: "NDArray[np.bool_]") -> "NDArray[np.float64]":
    """A mask at the corners of its pixels."""
    return np.repeat(np.repeat(inside.astype(float), 2, axis=0), 2, axis=1)


def _names(
    ax: "Axes", across: "NDArray[np.float64]", up: "NDArray[np.float64]", codes: "NDArray[np.intp]", names: list[str]
) -> None:
    from matplotlib.patheffects import withStroke

    for code, name in enumerate(names):
        rows, columns = np.nonzero(codes == code)
        if rows.size < max(1.0, SMALLEST_REGION * codes.size):
            continue
        # The pixel of the region nearest to its centroid: the centroid itself may lie outside.
        nearest = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
        halo = [withStroke(linewidth=3, foreground="white")]
        text = name.replace("_", " ").replace("pi-", "π-")
        ax.text(across[columns[nearest]], up[rows[nearest]], text, ha="center", va="center", path_effects=halo)
