"""Couplings that flow with the length scale, and the temperatures at which a flow stops."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from attractron.core.results import flag_names
from attractron.plotting import phases
from attractron.plotting.style import (
    OKABE_ITO,
    alone,
    legend_beside,
    new_axes,
    phase_name,
    quantity_label,
    scale_axes,
    typeset,
    with_unit,
)

RUNNING = (
    *("running_y_s", "running_y", "running_y_2", "running_K_s"),
    *("running_K_c_tilde", "running_K_tilde", "running_Q"),
)
EVENTS = {"l_spin": "spin gap", "l_trion": "trion gap"}
COUPLINGS = {"J": "Josephson coupling", "U": "π-CDW coupling"}
TAIL = 1.15
"""How far beyond the last event the picture goes."""


def plot(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the trajectory of one flow: couplings and Luttinger parameters over l, its events as vertical lines.

    Args:
        dataset: variables `running_…` over `l` and the scalars `phase` (CF flags), `l_spin`, `l_trion`.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
        >>> ax = at.plotting.flows.plot(at.wires.flow(wires))
        >>> ax.get_title(loc="left"), ax.get_xlabel()
        ('paired', 'logarithm l of the length scale')
    """
    ax = new_axes() if ax is None else ax
    drawn = [name for name in RUNNING if name in dataset and bool((abs(dataset[name]) > 0).any())]
    for name, colour in zip(drawn, OKABE_ITO, strict=False):
        ax.plot(dataset["l"], dataset[name], color=colour, label=typeset(str(dataset[name].attrs["long_name"])))
    ax.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    ends = [float(dataset["l"][np.isfinite(dataset["running_y_s"].to_numpy())].max())]
    for (name, text), style in zip(EVENTS.items(), ("--", ":"), strict=True):
        where = float(dataset[name])
        if np.isfinite(where) and where <= float(dataset["l"].max()):
            ends.append(where)
            ax.axvline(where, color="0.3", linestyle=style, linewidth=1.2, label=text)
    ax.set_xlim(float(dataset["l"].min()), TAIL * max(ends) or 1.0)
    # Beyond strong coupling y_2 may be huge; what matters lies around 1.
    ax.set_ylim(max(ax.get_ylim()[0], -1.5), min(ax.get_ylim()[1], 2.0))
    ax.set_title(flag_names(dataset["phase"])[int(dataset["phase"])], loc="left", fontsize="medium")
    ax.set_xlabel(quantity_label(dataset["l"]))
    legend_beside(ax)
    return ax


def picture(result: xr.Dataset) -> Figure:
    """The trajectory of one flow, or the phases of several.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
        >>> at.plotting.flows.picture(at.wires.flow(wires)).axes[0].get_title(loc="left")
        'paired'
    """
    squeezed = result.squeeze()
    if squeezed["phase"].ndim:
        return phases.picture(result)
    return alone(plot, width=6.5)(squeezed)


def plot_temperatures(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the temperatures of both crossovers over one knob, and what lies between them.

    Args:
        dataset: `spin_temperature` and `trion_temperature` (or `spin_scale`, `trion_scale`) over one dimension.
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1)
        >>> found = at.wires.crossover_temperatures(wires, {"mismatch": [0.01, 0.1, 0.5]}, Lambda=10.0)
        >>> at.plotting.flows.plot_temperatures(found).get_ylabel()
        'temperature (K)'
    """
    ax = new_axes() if ax is None else ax
    suffix = "temperature" if "spin_temperature" in dataset else "scale"
    curves = [dataset[f"{name}_{suffix}"] for name in ("spin", "trion")]
    knob = dataset[str(curves[0].dims[0])]
    spin, trion = (curve.where(curve > 0).to_numpy() for curve in curves)
    known = np.concatenate([spin[np.isfinite(spin)], trion[np.isfinite(trion)]])
    for curve, values, colour in zip(curves, (spin, trion), OKABE_ITO, strict=False):
        ax.plot(knob, values, color=colour, linewidth=1.8, label=typeset(str(curve.attrs["long_name"])))
    shades = phases.tints(3)
    if known.size:
        ax.set_yscale("log")
        floor, top = known.max() * 1e-6, 3 * known.max()
        lowest = max(known.min() / 3, floor)
        ax.set_ylim(lowest, top)
        below = np.nan_to_num(trion, nan=0.0)
        ax.fill_between(knob, np.maximum(below, lowest), top, color=shades[0], linewidth=0, zorder=0)
        upper = np.maximum(np.nan_to_num(spin, nan=0.0), below)
        ax.fill_between(
            knob, np.maximum(below, lowest), np.maximum(upper, lowest), color=shades[1], linewidth=0, zorder=0
        )
        ax.fill_between(knob, lowest, np.maximum(below, lowest), color=shades[2], linewidth=0, zorder=0)
    named = zip(shades, ("decoupled", "paired", "trion"), strict=True)
    handles = [Patch(facecolor=colour, label=name) for colour, name in named]
    ax.legend(handles=[*ax.lines, *handles], frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    scale_axes(ax, knob.to_numpy())
    ax.margins(x=0.0)
    ax.set_xlabel(quantity_label(knob))
    ax.set_ylabel(with_unit("temperature" if suffix == "temperature" else "k_BT/Λ", curves[0]))
    return ax


def picture_temperatures(result: xr.Dataset) -> Figure:
    """Crossovers over one knob, or the phases at T = 0 over more.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1)
        >>> found = at.wires.crossover_temperatures(wires, {"mismatch": [0.01, 0.1, 0.5]})
        >>> at.plotting.flows.picture_temperatures(found).axes[0].get_ylabel()
        '$k_{\\\\mathrm{B}}T$/Λ'
    """
    squeezed = result.squeeze()
    if squeezed["phase"].ndim == 1:
        return alone(plot_temperatures, width=6.5)(squeezed)
    return phases.picture(result)


def plot_array(dataset: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw the couplings of neighbouring wires over l on a logarithmic axis.

    Args:
        dataset: `J` and `U` over `l`, and the scalar `phase` (CF flags).
        ax: axes to draw on; new ones by default.

    Returns:
        The axes.

    Example:
        >>> array = at.wires.ArrayOfWires(K_c=0.8, l_spin=4.0, U_perp=0.1, t_perp=0.05, Lambda=10.0)
        >>> at.plotting.flows.plot_array(at.wires.array_flow(array)).get_title(loc="left")
        'π-CDW'
    """
    ax = new_axes() if ax is None else ax
    for (name, label), colour in zip(COUPLINGS.items(), OKABE_ITO, strict=False):
        values = dataset[name].where(dataset[name] > 0)
        if bool(values.notnull().any()):
            ax.plot(dataset["l"], values, color=colour, label=label)
    ax.axhline(1.0, color="0.6", linewidth=0.8, zorder=0)
    if ax.get_legend_handles_labels()[0]:
        ax.set_yscale("log")
        legend_beside(ax)
    ax.set_title(phase_name(flag_names(dataset["phase"])[int(dataset["phase"])]), loc="left", fontsize="medium")
    ax.set_xlabel(quantity_label(dataset["l"]))
    ax.set_ylabel("coupling")
    return ax


temperatures, array = plot_temperatures, plot_array
"""Their former names."""
