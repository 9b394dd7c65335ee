"""Charge stability diagrams, and any other quantity over two knobs."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.plotting.style import COLOUR_MAP, axis_label, new_axes, quantity_label

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

SMALLEST_REGION = 0.004
"""Part of the picture below which a charge state has no label: it would hide what it names."""

MOST_PIXELS = 1000
"""Along each axis: boundaries need not be found finer than anyone can see."""


def plot(result: "xr.Dataset", ax: "Axes | None" = None, *, variable: str = "detector_current") -> "Axes":
    """Draw a quantity over two knobs in colour, with the boundaries and names of the charge states if there are any.

    δV runs to the right and V upwards when both are there, as in the papers; otherwise the first dimension runs to
    the right. Without charge states the line on which the quantity vanishes is drawn.

    Args:
        result: the dataset, with `variable` and perhaps `charge_state` over the same two dimensions.
        ax: axes to draw on; new ones by default.
        variable: the quantity in colour.

    Returns:
        The axes.

    Raises:
        InputError: no such variable, or not over two dimensions of at least two points.
    """
    x, y = _directions(result, variable)
    ax = new_axes() if ax is None else ax
    result = result.sortby([x, y])
    across, up = result[x].to_numpy(), result[y].to_numpy()
    values = result[variable].transpose(y, x)
    colours = ax.pcolorfast(edges(across), edges(up), values.to_numpy(), cmap=COLOUR_MAP)
    if "flag_values" not in values.attrs:
        ax.figure.colorbar(colours, ax=ax, label=quantity_label(values))
    if "charge_state" in result and set(result["charge_state"].dims) == {x, y}:
        rows, columns = (slice(None, None, -(-size // MOST_PIXELS)) for size in values.shape)
        codes = result["charge_state"].transpose(y, x)[rows, columns]
        across, up = across[columns], up[rows]
        _outline(ax, across, up, codes.to_numpy())
        _name_regions(ax, across, up, codes)
    elif values.min() < 0 < values.max():
        ax.contour(across, up, values, levels=[0.0], colors="white", linewidths=1.0)
    ax.set_xlabel(axis_label(result[x]))
    ax.set_ylabel(axis_label(result[y]))
    return ax


def _directions(result: "xr.Dataset", variable: str) -> tuple[str, str]:
    """Dimensions to the right and upwards."""
    quantity = result[choice("variable", variable, (str(name) for name in result.data_vars))]
    dims = [str(dim) for dim in quantity.dims]
    if len(dims) != 2 or min(quantity.shape) < 2:
        shape = ", ".join(f"{dim}: {size}" for dim, size in zip(dims, quantity.shape, strict=True))
        raise InputError(
            variable, "have two dimensions of at least two points", f"({shape})", "pick values with result.isel(...)"
        )
    x, y = ("delta_V", "V") if set(dims) == {"V", "delta_V"} else dims
    return x, y


def edges(points: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Borders of the pixels around points that rise."""
    middle = (points[1:] + points[:-1]) / 2
    return np.concatenate([[2 * points[0] - middle[0]], middle, [2 * points[-1] - middle[-1]]])


def _outline(ax: "Axes", across: "NDArray[np.float64]", up: "NDArray[np.float64]", codes: "NDArray[np.int_]") -> None:
    """Thin lines around every charge state but one: the last one's are all drawn by its neighbours."""
    for code in np.unique(codes)[:-1]:
        inside = (codes == code).astype(float)
        ax.contour(across, up, inside, levels=[0.5], colors="white", linewidths=0.6)


def _name_regions(ax: "Axes", across: "NDArray[np.float64]", up: "NDArray[np.float64]", codes: "xr.DataArray") -> None:
    from matplotlib.patheffects import withStroke

    names = flag_names(codes)
    for code, name in names.items():
        rows, columns = np.nonzero(codes.to_numpy() == code)
        if rows.size < SMALLEST_REGION * codes.size:
            continue
        # The pixel of the region nearest to its centroid: the centroid itself may lie outside.
        nearest = np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2)
        ax.text(
            across[columns[nearest]],
            up[rows[nearest]],
            name,
            ha="center",
            va="center",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )
