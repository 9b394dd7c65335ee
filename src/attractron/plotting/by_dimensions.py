"""Pictures of any quantity by the axes that it depends on: curves over one, a map over two, several over three."""

from collections.abc import Callable, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.plotting import lines, phases, stability
from attractron.plotting.style import MOST_PANELS, OKABE_ITO, alone, panels, phase_name

GATES = ("V", "delta_V")
"""Axes of the diagrams of the papers, which share a panel."""

REST = "choose one of their values (--sel, in Python core.select)"

Draw = Callable[[xr.Dataset, Axes], Axes]


def picture(result: xr.Dataset, variable: str, over: Sequence[str] = ()) -> Figure:
    """Draw a quantity over its axes, or over one or two of them.

    Args:
        result: any result; dimensions of one point do not count.
        variable: the quantity. Flags are drawn as regions with names, complex numbers by their size.
        over: the axis to the right, then the one upwards; by default all that the quantity depends on. What is left
            makes curves or panels.

    Raises:
        InputError: no such quantity, or a text; no such axis; more axes than a picture has room for.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0, 3.5, 36), "delta_V": np.linspace(-2, 2, 41)}
        >>> diagram = at.dots.stability_diagram(device, axes)
        >>> figure = at.plotting.by_dimensions.picture(diagram, "gap", ["V", "delta_V"])
        >>> figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()
        ('V (mV)', 'δV (mV)')
    """
    choice("variable", variable, (str(name) for name in result.data_vars))
    shown = _drawable(result.squeeze(), variable)
    dims = [str(dim) for dim in shown[variable].dims]
    for name in over:
        choice("over", name, dims)
    if len(set(over)) < len(over) or len(over) > 2:
        raise InputError("over", "name one or two axes", ", ".join(over))
    if not 1 <= len(dims) <= 3:
        raise InputError(variable, "depend on one to three axes to be drawn", ", ".join(dims) or "none", REST)
    rest = [dim for dim in dims if dim not in over]
    if not over:
        return _over_all(shown, variable)
    if len(over) == 2:
        ordered = shown.transpose(*rest, *over, ...)
        draw = _map(variable, x=over[0])
        return panels(ordered, rest[0], draw) if rest else alone(draw)(ordered)
    if len(rest) == 2:
        raise InputError("over", "name two of three axes", ", ".join(over), f"or {REST}: {', '.join(rest)}")
    if rest and shown.sizes[rest[0]] > lines.MOST_CURVES:
        shown = shown.isel({rest[0]: _some(shown.sizes[rest[0]])})
    return alone(_curves(variable, x=over[0]))(shown)


def _some(size: int) -> np.ndarray:
    """Of many values so many as there are panels, evenly among them."""
    return np.unique(np.linspace(0, size - 1, MOST_PANELS).round().astype(int))


def _drawable(result: xr.Dataset, variable: str) -> xr.Dataset:
    """The result with a quantity that is a number, and with a count along axes without values."""
    quantity = result[variable]
    if quantity.dtype.kind not in "biufc":
        raise InputError(variable, "be a quantity", f"{quantity.dtype}", "texts are not drawn")
    counts = {str(dim): np.arange(result.sizes[dim]) for dim in quantity.dims if dim not in result.coords}
    if quantity.dtype.kind == "c":
        name = quantity.attrs.get("long_name", variable)
        size = quantity.copy(data=np.abs(quantity.to_numpy()))
        return result.assign({variable: size.assign_attrs(long_name=f"size of {name}")}).assign_coords(counts)
    if quantity.dtype.kind == "b":
        return result.assign({variable: quantity.astype(int).assign_attrs(quantity.attrs)}).assign_coords(counts)
    return result.assign_coords(counts)


def _over_all(result: xr.Dataset, variable: str) -> Figure:
    """Curves, a map, or maps for some values of the knob that is no gate axis of the paper's diagram."""
    quantity = result[variable]
    dims = [str(dim) for dim in quantity.dims]
    names = [dim for dim in dims if quantity[dim].dtype.kind not in "iufb"]
    if len(dims) == 3:
        others = names if len(names) == 1 else [dim for dim in dims if dim not in GATES]
        return panels(result, others[0] if len(others) == 1 else dims[0], _map(variable))
    if len(dims) == 2 and names and result.sizes[names[0]] > lines.MOST_CURVES:
        return panels(result, names[0], _curves(variable))
    return alone(_on_axes(result, variable))(result)


def plot(result: xr.Dataset, ax: Axes, *, variable: str) -> Axes:
    """Draw a quantity over its one or two axes.

    Args:
        result: any result; dimensions of one point do not count.
        ax: axes to draw on.
        variable: the quantity.

    Returns:
        The axes.

    Raises:
        InputError: more axes.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> sweep = at.dots.effective_interaction(device, {"delta": [1.0, 2.0, 3.0]})
        >>> ax = at.plotting.style.new_axes()
        >>> at.plotting.by_dimensions.plot(sweep, ax, variable="effective_interaction").get_xlabel()
        'δ (meV)'
    """
    shown = _drawable(result.squeeze(), variable)
    dims = [str(dim) for dim in shown[variable].dims]
    if not 1 <= len(dims) <= 2:
        raise InputError(variable, "depend on one or two axes to be drawn here", ", ".join(dims) or "none", REST)
    return _on_axes(shown, variable)(shown, ax)


def _on_axes(result: xr.Dataset, variable: str) -> Draw:
    """Curves, or a map where there are too many of them or regions."""
    quantity = result[variable]
    few = min(quantity.shape) <= lines.MOST_CURVES and "charge_state" not in result
    curves = quantity.ndim == 1 or (few and "flag_values" not in quantity.attrs)
    return _curves(variable) if curves else _map(variable)


def _curves(variable: str, x: str | None = None) -> Draw:
    def curves(part: xr.Dataset, ax: Axes) -> Axes:
        if "flag_values" in part[variable].attrs and part[variable].ndim == 1:
            return plot_flags(part, ax, variable=variable)
        return lines.plot(part, ax, variable=variable, x=x)

    return curves


def _map(variable: str, x: str | None = None) -> Draw:
    """A map; of flags, regions with names while there are colours for them."""

    def draw(part: xr.Dataset, ax: Axes) -> Axes:
        quantity = part[variable]
        if quantity.ndim == 1:
            return _curves(variable)(part, ax)
        regions = "flag_values" in quantity.attrs and np.size(quantity.attrs["flag_values"]) <= len(OKABE_ITO) + 1
        if regions and variable != "charge_state":
            first = [x] if x else list(quantity.dims)[:1]
            return phases.plot(part.transpose(*first, ...), ax, variable=variable)
        # Currents of first, second and third order lie decades apart.
        of_leads = str(part.attrs.get("question")) == "transport.current" and variable == "current"
        return stability.plot(part, ax, variable=variable, scale="logarithmic" if of_leads else "linear", x=x)

    return draw


def plot_flags(result: xr.Dataset, ax: Axes, *, variable: str) -> Axes:
    """Draw flags over one axis as steps between their names.

    Args:
        result: with `variable` over one dimension.
        ax: axes to draw on.
        variable: the flags.

    Returns:
        The axes.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> sweep = at.dots.stability_diagram(device, {"V": np.linspace(0, 3.5, 36), "delta_V": 0.0})
        >>> ax = at.plotting.by_dimensions.plot_flags(sweep, at.plotting.style.new_axes(), variable="charge_state")
        >>> [text.get_text() for text in ax.get_yticklabels()]
        ['(0,0)', '(1,1)']
    """
    names = flag_names(result[variable])
    lines.plot(result, ax, variable=variable)
    for line in ax.lines:
        line.set_drawstyle("steps-mid")
    present = [code for code in names if (result[variable] == code).any()]
    ax.set_yticks(present, [phase_name(names[code]) for code in present])
    return ax
