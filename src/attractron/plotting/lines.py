"""Curves: quantities over one knob, energy bands over momentum, and a curve on a map."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.plotting import stability
from attractron.plotting.style import (
    OKABE_ITO,
    axis_label,
    legend_beside,
    new_axes,
    quantity_label,
    scale_axes,
    setting,
)

MOST_CURVES = len(OKABE_ITO)

VALLEY_STYLES = ("-", "--", ":", "-.")


def plot(result: xr.Dataset, ax: Axes | None = None, *, variable: str, x: str | None = None) -> Axes:
    """Draw a quantity over one knob; a second, shorter dimension makes several curves.

    Args:
        result: the dataset; the variable that the quantity's attribute `ancillary_variables` (CF) names is its error.
        ax: axes to draw on; new ones by default.
        variable: the quantity.
        x: the dimension that runs to the right; the longest by default.

    Returns:
        The axes.

    Raises:
        InputError: no such variable or dimension, not one or two dimensions, or more curves than colours.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> sweep = at.dots.effective_interaction(device, {"delta": np.linspace(0, 5, 11), "U": [1.5, 2.0]})
        >>> ax = at.plotting.lines.plot(sweep, variable="effective_interaction")
        >>> ax.get_xlabel(), [text.get_text() for text in ax.get_legend().get_texts()]
        ('δ (meV)', ['U = 1.5 meV', 'U = 2 meV'])
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
    error = result.get(str(quantity.attrs.get("ancillary_variables", "")))
    _curves(ax, quantity, along, others, error)
    if float(quantity.min()) < 0 < float(quantity.max()):
        ax.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    scale_axes(ax, result[along].to_numpy())
    ax.set_xlabel(axis_label(result[along]))
    ax.set_ylabel(quantity_label(quantity))
    return ax


def _curves(ax: Axes, quantity: xr.DataArray, along: str, others: list[str], error: xr.DataArray | None = None) -> None:
    points = quantity[along].to_numpy()
    values, *bars = (
        each.transpose(*others, along).to_numpy().reshape(-1, points.size)
        for each in (quantity, error)
        if each is not None
    )
    marker = "o" if points.size <= 20 or not np.issubdtype(points.dtype, np.floating) else None
    joined = np.issubdtype(points.dtype, np.number) and along != "sample"  # there is nothing between names, or samples
    style = "-" if joined else "none"
    for number, curve in enumerate(values):
        name = setting(others[0], quantity[others[0]].values[number], quantity[others[0]]) if others else None
        ax.plot(points, curve, color=OKABE_ITO[number], linestyle=style, marker=marker, markersize=4, label=name)
        for bar in bars:
            ax.errorbar(points, curve, bar[number], fmt="none", ecolor=OKABE_ITO[number], elinewidth=1.0, capsize=2.0)
    if others:
        legend_beside(ax)


def plot_bands(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw bands over momentum, colours for the spin and line styles for the valley; the Fermi level is black.

    Args:
        dataset: variable `energy` over `spin`, `valley`, `branch` and `q`, measured from the Fermi level.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.5)
        >>> ax = at.plotting.lines.plot_bands(at.wires.bands(tube, np.linspace(-0.02, 0.02, 11), mu=-3.0))
        >>> [text.get_text() for text in ax.get_legend().get_texts()][0], len(ax.lines)
        ('spin +1, valley +1', 9)
    """
    ax = new_axes() if ax is None else ax
    for spin, colour in zip(dataset["spin"].values, OKABE_ITO, strict=False):
        for valley, style in zip(dataset["valley"].values, VALLEY_STYLES, strict=False):
            curves = dataset["energy"].sel(spin=spin, valley=valley).transpose("q", "branch")
            drawn = ax.plot(dataset["q"], curves, color=colour, linestyle=style, linewidth=1.6)
            drawn[0].set_label(f"spin {spin:+d}, valley {valley:+d}".replace("-", "−"))
    ax.axhline(0.0, color="black", linewidth=1.0)
    ax.set_xlabel(quantity_label(dataset["q"]))
    ax.set_ylabel(quantity_label(dataset["energy"]))
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return ax


def plot_on_map(
    dataset: xr.Dataset,
    ax: Axes | None = None,
    *,
    variable: str = "K_f_complete",
    line: xr.Dataset | None = None,
    label: str | None = None,
) -> Axes:
    """Draw a quantity over two parameters with a curve on it, such as K_f with the line on which trions are free.

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

    Example:
        >>> liquid, K = at.wires.TrionLiquid(K_c=1.0, K=1.0), np.linspace(0.9, 1.1, 5)
        >>> line = at.wires.free_trion_line(liquid, {"K": K}, {"V_phi": (2.7, 2.99)})
        >>> phase = at.wires.trion_phase(liquid, {"K": K, "V_phi": np.linspace(2.7, 2.99, 7)})
        >>> ax = at.plotting.lines.plot_on_map(phase, line=line, label="K_f = 3")
        >>> ax.get_legend().get_texts()[0].get_text()
        'K_f = 3'
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
