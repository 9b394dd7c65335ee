"""Quantities over one knob: one curve, or a few for the values of a second one."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, axis_label, new_axes, quantity_label, setting

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

MOST_CURVES = len(OKABE_ITO)


def plot(result: "xr.Dataset", ax: "Axes | None" = None, *, variable: str, x: str | None = None) -> "Axes":
    """Draw a quantity over one knob; a second, shorter dimension makes several curves.

    Args:
        result: the dataset.
        ax: axes to draw on; new ones by default.
        variable: the quantity.
        x: the dimension that runs to the right; the longest by default.

    Returns:
        The axes.

    Raises:
        InputError: no such variable or dimension, not one or two dimensions, or more curves than colours.
    """
    quantity = result[choice("variable", variable, (str(name) for name in result.data_vars))]
    sizes = {str(dim): size for dim, size in zip(quantity.dims, quantity.shape, strict=True)}
    if len(sizes) not in (1, 2):
        raise InputError(variable, "have one or two dimensions", f"{len(sizes)}", "pick values with result.isel(...)")
    along = max(sizes, key=sizes.__getitem__) if x is None else choice("x", x, sizes)
    others = [dim for dim in sizes if dim != along]
    if others and sizes[others[0]] > MOST_CURVES:
        raise InputError(others[0], f"have at most {MOST_CURVES} values, one a curve", sizes[others[0]], "draw a map")
    ax = new_axes() if ax is None else ax
    _curves(ax, quantity, along, others)
    if float(quantity.min()) < 0 < float(quantity.max()):
        ax.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    ax.set_xlabel(axis_label(result[along]))
    ax.set_ylabel(quantity_label(quantity))
    return ax


def _curves(ax: "Axes", quantity: "xr.DataArray", along: str, others: list[str]) -> None:
    points = quantity[along].to_numpy()
    values = quantity.transpose(*others, along).to_numpy().reshape(-1, points.size)
    marker = "o" if points.size <= 20 or not np.issubdtype(points.dtype, np.floating) else None
    style = "-" if np.issubdtype(points.dtype, np.number) else "none"  # there is nothing between two names
    for number, curve in enumerate(values):
        name = setting(others[0], quantity[others[0]].values[number], quantity[others[0]]) if others else None
        ax.plot(points, curve, color=OKABE_ITO[number], linestyle=style, marker=marker, markersize=4, label=name)
    if others:
        ax.legend()
