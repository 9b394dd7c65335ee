"""Charge stability diagrams, and any other quantity over two knobs."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize, SymLogNorm

from attractron.core.checks import FloatArray, choice
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.plotting.style import COLOUR_MAP, axis_label, edges, name_regions, new_axes, quantity_label, scale_axes

SMALLEST_REGION = 0.004
"""Part of the picture below which a charge state has no label."""

MOSTLY = 0.95
"""Part of the picture in which the ground state must be single for the gap to tell boundaries."""

MOST_PIXELS = 1000
"""Along each axis: boundaries need not be found finer than anyone can see."""


SCALES = ("linear", "logarithmic")

DECADES = 5
"""Of a logarithmic scale at most; between opposite signs it is linear over the lowest of three."""


def plot(
    result: xr.Dataset,
    ax: Axes | None = None,
    *,
    variable: str = "detector_current",
    scale: str = "linear",
    x: str | None = None,
) -> Axes:
    """Draw a quantity over two knobs in colour, with the boundaries and names of the charge states if there are any.

    δV runs to the right and V upwards when both are there, as in the papers; otherwise the first dimension runs to
    the right. Without charge states the line on which the quantity vanishes is drawn.

    Args:
        result: the dataset, with `variable` and perhaps `charge_state` over the same two dimensions.
        ax: axes to draw on; new ones by default.
        variable: the quantity in colour.
        scale: of the colours, "linear" or "logarithmic", over five decades at most.
        x: the dimension that runs to the right, instead.

    Returns:
        The axes.

    Raises:
        InputError: no such variable, scale or dimension, or not over two dimensions of at least two points.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0, 3.5, 36), "delta_V": np.linspace(-2, 2, 41)}
        >>> ax = at.plotting.stability.plot(at.dots.stability_diagram(device, axes))
        >>> ax.get_xlabel(), sorted(text.get_text() for text in ax.texts)
        ('δV (mV)', ['(0,0)', '(0,1)', '(1,0)', '(1,1)'])
    """
    x, y = _directions(result, variable, x)
    ax = new_axes() if ax is None else ax
    result = result.sortby([x, y])
    across, up = result[x].to_numpy(), result[y].to_numpy()
    values = result[variable].transpose(y, x)
    norm = _norm(values.to_numpy(), choice("scale", scale, SCALES))
    draw = ax.pcolormesh if scale_axes(ax, across, up) else ax.pcolorfast  # which is for linear axes
    colours = draw(edges(across), edges(up), values.to_numpy(), cmap=COLOUR_MAP, norm=norm)
    if "flag_values" not in values.attrs:
        ax.figure.colorbar(colours, ax=ax, label=quantity_label(values))
    if "charge_state" in result and set(result["charge_state"].dims) == {x, y}:
        rows, columns = (slice(None, None, -(-size // MOST_PIXELS)) for size in values.shape)
        states = result["charge_state"].transpose(y, x)[rows, columns]
        across, up, codes = across[columns], up[rows], states.to_numpy()
        gap = result["gap"].transpose(y, x)[rows, columns].to_numpy() if _has_gap(result, x, y) else None
        _draw_borders(ax, across, up, codes, gap)
        name_regions(ax, across, up, codes, flag_names(states), SMALLEST_REGION)
    elif values.min() < 0 < values.max():
        ax.contour(across, up, values, levels=[0.0], colors="white", linewidths=1.0)
    ax.set_xlabel(axis_label(result[x]))
    ax.set_ylabel(axis_label(result[y]))
    return ax


def _directions(result: xr.Dataset, variable: str, wanted: str | None) -> tuple[str, str]:
    """Dimensions to the right and upwards."""
    quantity = result[choice("variable", variable, (str(name) for name in result.data_vars))]
    dims = [str(dim) for dim in quantity.dims]
    if len(dims) != 2 or min(quantity.shape) < 2:
        shape = ", ".join(f"{dim}: {size}" for dim, size in zip(dims, quantity.shape, strict=True))
        raise InputError(
            variable, "have two dimensions of at least two points", f"({shape})", "pick values with result.isel(...)"
        )
    for dim in dims:
        if dim in result.coords and not np.issubdtype(result[dim].dtype, np.number):
            raise InputError(
                variable, "have numbers along both directions", dim, f"pick one with result.sel({dim}=...)"
            )
    first, second = ("delta_V", "V") if set(dims) == {"V", "delta_V"} else dims
    return (first, second) if wanted is None or choice("x", wanted, dims) == first else (second, first)


def _norm(values: np.ndarray, scale: str) -> Normalize | None:
    """How values become colours."""
    size = np.abs(values[np.isfinite(values)])
    if scale == "linear" or not size.size or size.max() == 0:
        return None
    highest = float(size.max())
    if np.nanmin(values) < 0:
        return SymLogNorm(1e-3 * highest, vmin=-highest, vmax=highest)
    return LogNorm(max(float(size.min()), 10.0**-DECADES * highest), highest, clip=True)


def _has_gap(result: xr.Dataset, x: str, y: str) -> bool:
    """Whether the gap to the next state is there and finite, so that it vanishes on boundaries alone."""
    if "gap" not in result or set(result["gap"].dims) != {x, y}:
        return False
    gap = result["gap"].to_numpy()
    return bool((gap > 1e-9 * gap.max()).mean() > MOSTLY)


def _draw_borders(
    ax: Axes, across: FloatArray, up: FloatArray, codes: np.ndarray, gap: FloatArray | None = None
) -> None:
    """Thin lines around every charge state but one: the last one's are all drawn by its neighbours.

    Where the gap to the next state is known, it is positive inside and negative outside a smooth function, whose zero
    is a curve; else they run between the pixels.
    """
    for code in np.unique(codes)[:-1]:
        inside = codes == code
        depth, level = (inside.astype(float), 0.5) if gap is None else (np.where(inside, gap, -gap), 0.0)
        ax.contour(across, up, depth, levels=[level], colors="white", linewidths=0.6)
