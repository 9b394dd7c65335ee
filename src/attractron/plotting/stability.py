"""Charge stability diagrams, and any other quantity over two knobs."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from attractron.core.checks import FloatArray, choice
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.plotting.style import COLOUR_MAP, axis_label, edges, name_regions, new_axes, quantity_label

SMALLEST_REGION = 0.004
"""Part of the picture below which a charge state has no label."""

MOST_PIXELS = 1000
"""Along each axis: boundaries need not be found finer than anyone can see."""


def plot(result: xr.Dataset, ax: Axes | None = None, *, variable: str = "detector_current") -> Axes:
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

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0, 3.5, 36), "delta_V": np.linspace(-2, 2, 41)}
        >>> ax = at.plotting.stability.plot(at.dots.stability_diagram(device, axes))
        >>> ax.get_xlabel(), sorted(text.get_text() for text in ax.texts)
        ('δV (mV)', ['(0,0)', '(0,1)', '(1,0)', '(1,1)'])
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
        states = result["charge_state"].transpose(y, x)[rows, columns]
        across, up, codes = across[columns], up[rows], states.to_numpy()
        _draw_borders(ax, across, up, codes)
        name_regions(ax, across, up, codes, flag_names(states), SMALLEST_REGION)
    elif values.min() < 0 < values.max():
        ax.contour(across, up, values, levels=[0.0], colors="white", linewidths=1.0)
    ax.set_xlabel(axis_label(result[x]))
    ax.set_ylabel(axis_label(result[y]))
    return ax


def _directions(result: xr.Dataset, variable: str) -> tuple[str, str]:
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


def _draw_borders(ax: Axes, across: FloatArray, up: FloatArray, codes: np.ndarray) -> None:
    """Thin lines around every charge state but one: the last one's are all drawn by its neighbours."""
    for code in np.unique(codes)[:-1]:
        inside = (codes == code).astype(float)
        ax.contour(across, up, inside, levels=[0.5], colors="white", linewidths=0.6)
