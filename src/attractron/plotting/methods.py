"""Several methods for one quantity, and where each of them holds."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from attractron.core.errors import InputError
from attractron.plotting.style import OKABE_ITO, axis_label, new_axes, quantity_label

NAMES = {
    "sequential": "sequential",
    "0e": "0e rates",
    "1e": "1e rates",
    "2e": "2e rates",
    "landauer": "Landauer",
    "nrg": "renormalisation group",
    "hierarchy": "hierarchy",
}


def plot(result: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Curves of all methods over the one axis that there is; filled marks where a method holds, open ones where not.

    Args:
        result: of `attractron.compare.transport`, over one axis.
        ax: axes to draw into.

    Raises:
        InputError: not one axis.

    Example:
        >>> leads = [
        ...     at.transport.Lead(name=name, dot="P", Gamma=0.01, temperature=0.1, bias=bias)
        ...     for name, bias in (("S", 1), ("D", 0))
        ... ]
        >>> junction = at.transport.Junction(device=at.dots.Device(dots=("P",), repulsion=[[0.0]]), leads=leads)
        >>> at.plotting.methods.plot(at.compare.transport(junction, {"V_SD": [0.01, 0.05]})).get_ylabel()
        'current out of lead S (pA)'
    """
    dims = [dim for dim in result["value"].dims if dim != "theory"]
    if len(dims) != 1:
        raise InputError("result", "compare methods over one axis", f"axes {', '.join(map(str, dims)) or 'none'}")
    along = result[dims[0]]
    drawn = ax if ax is not None else new_axes()
    for method, colour in zip(result["theory"].to_numpy(), OKABE_ITO, strict=False):
        part = result.sel(theory=method)
        holds = part["holds"].to_numpy() == 1
        value, error = part["value"].to_numpy(), np.nan_to_num(part["error"].to_numpy())
        style = "--" if method in ("nrg", "hierarchy") else "-"
        drawn.errorbar(along, value, error, fmt=style, color=colour, linewidth=1.2, capsize=2, label=NAMES[str(method)])
        drawn.plot(along[holds], value[holds], "o", color=colour, markersize=4)
        drawn.plot(along[~holds], value[~holds], "o", color=colour, markersize=4, markerfacecolor="white")
    if (result["value"].fillna(1.0) > 0).all():
        drawn.set_yscale("log")
    drawn.set(xlabel=axis_label(along), ylabel=quantity_label(result["value"]))
    drawn.legend(fontsize="small")
    return drawn
