"""Phases of an array over two knobs: the temperature of the order in colour, the phases' boundaries and names on it."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.plotting import lines, phases
from attractron.plotting.style import COLOUR_MAP, new_axes, quantity_label

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

DECADES = 6
"""Range of the colours below the highest temperature."""

SMALLEST_REGION = 0.01
"""Part of the picture below which a phase has no label."""


def plot(dataset: "xr.Dataset", ax: "Axes | None" = None) -> "Axes":
    """Draw the phases of an array; the first dimension runs to the right. Axes with even ratios are logarithmic.

    Where nothing orders the picture is grey; points outside the validity are hatched.

    Args:
        dataset: `phase` (CF flags), `transition_temperature` and `valid` over the same two dimensions.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Raises:
        InputError: not over two dimensions of at least two points, or no point with an order.
    """
    from matplotlib.colors import LogNorm

    dims = [str(dim) for dim in dataset["phase"].dims]
    if len(dims) != 2 or min(dataset["phase"].shape) < 2:
        raise InputError("dataset", "have two dimensions of at least two points", dict(dataset["phase"].sizes))
    x, y = dims
    dataset = dataset.sortby(dims).transpose(y, x, ...)
    across, up = dataset[x].to_numpy(), dataset[y].to_numpy()
    temperature = np.ma.masked_less_equal(dataset["transition_temperature"].to_numpy(), 0.0)
    if temperature.count() == 0:
        raise InputError("dataset", "have a point with an order", "none with a transition temperature above 0")
    ax = new_axes() if ax is None else ax
    ax.set_facecolor("0.85")
    lowest, highest = float(temperature.min()), float(temperature.max())
    norm = LogNorm(max(highest * 10.0**-DECADES, lowest), highest)
    colours = ax.pcolormesh(across, up, temperature, shading="nearest", cmap=COLOUR_MAP, norm=norm)
    extend = "min" if lowest < highest * 10.0**-DECADES else "neither"
    label = quantity_label(dataset["transition_temperature"])
    ax.figure.colorbar(colours, ax=ax, label=label, extend=extend)
    _outline(ax, across, up, dataset["phase"])
    if not dataset["valid"].all():
        hidden = ~dataset["valid"].to_numpy()
        ax.contourf(across, up, hidden.astype(float), levels=[0.5, 1.5], colors="none", hatches=["///"])
    for values, scale in ((across, ax.set_xscale), (up, ax.set_yscale)):
        if _geometric(values):
            scale("log")
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
    ax.set_xlabel(quantity_label(dataset[x]))
    ax.set_ylabel(quantity_label(dataset[y]))
    return ax


def _geometric(values: "NDArray[np.float64]") -> bool:
    return bool(values.size > 2 and values[0] > 0 and np.allclose(values[1:] / values[:-1], values[1] / values[0]))


def _outline(ax: "Axes", across: "NDArray[np.float64]", up: "NDArray[np.float64]", phase: "xr.DataArray") -> None:
    from matplotlib.patheffects import withStroke

    codes = phase.to_numpy()
    for code, name in flag_names(phase).items():
        rows, columns = np.nonzero(codes == code)
        if rows.size == 0:
            continue
        if rows.size < codes.size:
            ax.contour(across, up, (codes == code).astype(float), levels=[0.5], colors="white", linewidths=1.2)
        if rows.size < SMALLEST_REGION * codes.size:
            continue
        # The pixel of the region nearest to its centroid: the centroid itself may lie outside.
        nearest = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
        at = across[columns[nearest]], up[rows[nearest]]
        halo = [withStroke(linewidth=2.5, foreground="white")]
        ax.text(*at, name.replace("pi-", "π-"), ha="center", va="center", path_effects=halo)


def picture(result: "xr.Dataset") -> "Figure":
    """The map on a figure of its own; without an order anywhere, or over another number of knobs, the phases."""
    from matplotlib.figure import Figure

    squeezed = result.squeeze()
    temperature = squeezed["transition_temperature"]
    figure = Figure(figsize=(6.0, 4.5), layout="constrained")
    if temperature.ndim == 1:
        lines.plot(squeezed, figure.add_subplot(), variable="transition_temperature")
    elif temperature.ndim == 2 and bool((temperature > 0).any()):
        plot(squeezed, figure.add_subplot())
    else:
        return phases.picture(result)
    return figure
