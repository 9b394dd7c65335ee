"""Results at points that lie anywhere: a line through them, or a map of the triangles between them."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.interpolate import NearestNDInterpolator

from attractron.core.errors import InputError
from attractron.plotting import phases
from attractron.plotting.style import COLOUR_MAP, alone, axis_label, quantity_label

POINT = "point"
"""The dimension of such a result."""

RASTER = 300
"""Pixels along each axis of a map of regions."""


def knobs(result: xr.Dataset) -> list[str]:
    """The coordinates that say where the points are; none of a result that has no such points.

    Example:
        >>> import xarray as xr
        >>> at.plotting.scattered.knobs(xr.Dataset(coords={"x": ("point", [0.0, 1.0])}))
        ['x']
    """
    found = [str(name) for name, each in result.coords.items() if each.dims == (POINT,) and name != POINT]
    order = str(result.attrs.get("adaptive", "")).split(", ")  # as the study names them
    return sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))


def in_order(result: xr.Dataset) -> xr.Dataset:
    """Points over one knob as a result along it, as any other is.

    Example:
        >>> import xarray as xr
        >>> result = xr.Dataset({"a": ("point", [3, 4])}, {"x": ("point", [1.0, 0.0])})
        >>> at.plotting.scattered.in_order(result)["a"].to_numpy()
        array([4, 3])
    """
    (knob,) = knobs(result)
    return result.drop_vars(POINT, errors="ignore").sortby(knob).swap_dims({POINT: knob})


def picture(result: xr.Dataset, variable: str) -> Figure:
    """The map of a quantity at points of a plane; a dot is a point.

    Example:
        >>> import xarray as xr
        >>> place = {"x": ("point", [0.0, 1.0, 0.0, 1.0]), "y": ("point", [0.0, 0.0, 1.0, 1.0])}
        >>> result = xr.Dataset({"a": ("point", [0.0, 1.0, 2.0, 3.0], {"units": "meV", "long_name": "gap"})}, place)
        >>> at.plotting.scattered.picture(result, "a").axes[1].get_ylabel()
        'gap (meV)'
    """
    return alone(lambda part, ax: plot(part, ax, variable=variable))(result)


def plot(result: xr.Dataset, ax: Axes, *, variable: str) -> Axes:
    """Draw a quantity at points of a plane: in triangles between them, flags as regions of the nearest point.

    Args:
        result: with `variable` over `point`, and two coordinates over it.
        ax: axes to draw on.
        variable: the quantity.

    Returns:
        The axes.

    Raises:
        InputError: the quantity depends on more than the points, or these are not in a plane.

    Example:
        >>> import xarray as xr
        >>> place = {"x": ("point", [0.0, 1.0, 0.0, 1.0]), "y": ("point", [0.0, 0.0, 1.0, 1.0])}
        >>> result = xr.Dataset({"a": ("point", [0.0, 1.0, 2.0, 3.0])}, place)
        >>> at.plotting.scattered.plot(result, at.plotting.style.new_axes(), variable="a").get_xlabel()
        'x'
    """
    quantity, names = result[variable], knobs(result)
    if quantity.dims != (POINT,) or len(names) != 2:
        raise InputError(variable, "be a number at each point of a plane", f"over {', '.join(map(str, quantity.dims))}")
    known = np.isfinite(quantity.to_numpy().astype(float))
    across, up = (result[name].to_numpy()[known] for name in names)
    even = [_even(values) for values in (across, up)]
    if "flag_values" in quantity.attrs:
        grid = [np.linspace(values.min(), values.max(), RASTER) for values in even]
        found = NearestNDInterpolator(np.stack([_unit(values) for values in even], axis=-1), quantity.to_numpy()[known])
        codes = found(*np.meshgrid(*(_unit(values) for values in grid), indexing="ij"))
        places = {
            name: (name, np.exp(values) if own is not plain else values, result[name].attrs)
            for name, values, own, plain in zip(names, grid, even, (across, up), strict=True)
        }
        phases.plot(xr.Dataset({variable: (tuple(names), codes, quantity.attrs)}, places), ax, variable=variable)
    else:
        drawn = ax.tripcolor(across, up, quantity.to_numpy()[known], shading="gouraud", cmap=COLOUR_MAP)
        ax.figure.colorbar(drawn, ax=ax, label=quantity_label(quantity))
        ax.set_xlabel(axis_label(result[names[0]]))
        ax.set_ylabel(axis_label(result[names[1]]))
    for values, own, scale in zip((across, up), even, (ax.set_xscale, ax.set_yscale), strict=True):
        if own is not values:
            scale("log")
    ax.set(xlim=(across.min(), across.max()), ylim=(up.min(), up.max()))
    ax.plot(across, up, ".", color="black", markersize=1.0, alpha=0.5)
    return ax


def _even(values: np.ndarray) -> np.ndarray:
    """The logarithm of values that lie more evenly there."""
    if values.min() <= 0:
        return values
    skew = [
        abs(float(np.median(each) - (each.min() + each.max()) / 2)) / np.ptp(each) for each in (values, np.log(values))
    ]
    return np.log(values) if skew[1] < skew[0] / 2 and values.max() > 10 * values.min() else values


def _unit(values: np.ndarray) -> np.ndarray:
    return np.asarray((values - values.min()) / np.ptp(values))
