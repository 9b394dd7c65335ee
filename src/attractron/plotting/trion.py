"""A quantity over two parameters with a curve on it, such as K_f with the line on which trions are free."""

from typing import TYPE_CHECKING

import numpy as np

from attractron.core.errors import InputError
from attractron.plotting import stability

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes


def plot(
    dataset: "xr.Dataset",
    ax: "Axes | None" = None,
    *,
    variable: str = "K_f_complete",
    line: "xr.Dataset | None" = None,
    label: str | None = None,
) -> "Axes":
    """Draw the map and the curve.

    Args:
        dataset: with `variable` over two dimensions.
        ax: axes to draw on; new ones by default.
        variable: the quantity in colour.
        line: points of a curve, both parameters as variables over `point`; drawn as a line when one of them rises or
            falls from point to point, as dots otherwise.
        label: name of the curve for a legend.

    Returns:
        The axes.

    Raises:
        InputError: a map that is not over two dimensions, or a curve in other parameters.
    """
    dims = [str(dim) for dim in dataset[variable].dims] if variable in dataset else []
    if line is not None and not set(dims) <= {str(name) for name in line.data_vars}:
        raise InputError("line", f"have the variables {', '.join(dims)}", ", ".join(map(str, line.data_vars)))
    ax = stability.plot(dataset, ax, variable=variable)
    if line is not None:
        across, up = (line[dim].to_numpy() for dim in dims)
        steps = np.diff(across), np.diff(up)
        single = any(np.all(step > 0) or np.all(step < 0) for step in steps)
        limits = ax.get_xlim(), ax.get_ylim()
        ax.plot(across, up, "-" if single else ".", color="white", linewidth=2.0, markersize=3, label=label)
        ax.set(xlim=limits[0], ylim=limits[1])
        if label is not None:
            ax.legend(loc="best", facecolor="0.3", labelcolor="white")
    return ax
