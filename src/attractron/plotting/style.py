"""What all pictures share: colours that colour-blind readers can tell apart, labels with units, new axes."""

import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
"""Colours of lines (Okabe and Ito), yellow last because it is faint on white."""

COLOUR_MAP = "viridis"

_GREEK = {"alpha": "α", "beta": "β", "delta": "δ", "mu": "µ", "upsilon": "υ"}


def new_axes(width: float = 6.0, height: float = 4.5) -> "Axes":
    """Axes on a figure of their own, in inches, without pyplot and thus without global state."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained").add_subplot()


def symbol(name: str) -> str:
    """A name as the papers print it: delta_V → δV, V_L → V with the index L."""
    head, _, tail = name.partition("_")
    head = _GREEK.get(head, head)
    if not tail:
        return head
    if head != name.partition("_")[0]:
        return head + tail
    return rf"${head}_{{\mathrm{{{tail}}}}}$" if re.fullmatch(r"\w+", head + tail) else name


def with_unit(text: str, variable: "xr.DataArray") -> str:
    """The text with the variable's unit, unless it is a pure number."""
    unit = variable.attrs.get("units", "1")
    return text if unit == "1" else f"{text} ({unit})"


def axis_label(coordinate: "xr.DataArray") -> str:
    """Label of an axis: the symbol of the knob and its unit."""
    return with_unit(symbol(str(coordinate.name)), coordinate)


def quantity_label(variable: "xr.DataArray") -> str:
    """Label of a quantity: its long name and its unit."""
    return with_unit(str(variable.attrs.get("long_name", variable.name)), variable)


def setting(name: str, value: Any, variable: "xr.DataArray") -> str:
    """One value of a knob: "δ = 0.39 meV"."""
    unit = variable.attrs.get("units", "1")
    shown = f"{value:.4g}" if np.issubdtype(type(value), np.number) else str(value)
    return f"{symbol(name)} = {shown}" + ("" if unit == "1" else f" {unit}")
