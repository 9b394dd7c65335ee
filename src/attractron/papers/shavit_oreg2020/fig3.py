"""Fig. 3: repulsion within the primary wire against what the secondary mediates, and what the mismatch decides."""

import math
from dataclasses import replace

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from attractron.core.results import Variable, dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import each, stacked
from attractron.papers.shavit_oreg2020.planes import PAIRS, boundary_paths, knobs, padded, smallest_y, vertices
from attractron.papers.shavit_oreg2020.reading import LARGEST, LENGTHS, READING, length_name
from attractron.plotting import phases
from attractron.plotting.style import COLOUR_MAP, OKABE_ITO, quantity_label
from attractron.wires import CoupledWires, Tanh, flow, phase_diagram

CUTOFF = Tanh(chi=1.0)
SCHEME = replace(READING, cutoff=CUTOFF)
WIRES = CoupledWires(K_c=0.85, K=0.6, upsilon=0.15, y_s=0.15, y=0.12)
"""Bare couplings of Fig. 3, at the red dot of its maps."""

CUTS = (2.0, 3.0)
"""l* of panels a, b and of c, d."""

LIMITS = (20.0, LARGEST, 60.0, 200.0)
"""l_max at which the lines l_spin = l_max are compared with the boundary; the paper's text gives no value."""

DOT = OKABE_ITO[1]
"""Colour of the dot and of y_s, red in the paper."""

LONGEST = 24.0
"""l up to which the flows of the dot are drawn."""


def compute(quick: bool) -> xr.Dataset:
    """l_spin over both couplings, the flows of the dot for θ = 0 and π, and the smallest y that opens a gap."""
    size = 41 if quick else 161
    axes = {"y": np.linspace(0.0, 0.3, size), "y_s": np.linspace(-0.1, 0.3, size)}
    theta, length = np.array([0.0, np.pi]), np.linspace(0.0, LONGEST, 241)
    wires = [WIRES.with_parameters(mismatch=math.exp(-cut)) for cut in CUTS]
    # θ turns y_s off the SU(2) line, so that K_s has to be a coupling of its own.
    free = [own.with_parameters(K_s=1 + WIRES.y_s / 2) for own in wires]
    flows = [flow(own, cutoff=CUTOFF, axes={"theta": theta, "l": length}) for own in free]
    result = dataset(
        {**_plane(wires, axes, 24 if quick else 48), **_dot(flows)},
        {
            "l_star": ("l_star", list(CUTS), "1", "l* where the mismatch cuts the coupling off"),
            **knobs(axes),
            **vertices(axes),
            "theta": ("theta", theta, "rad", "phase between the spins' backscattering"),
            "l": ("l", length, "1", "logarithm l of the length scale"),
            "l_max": ("l_max", [*LIMITS, math.inf], "1", "infrared cut-off l_max"),
        },
        question="papers.shavit_oreg2020.fig3",
        parameters=WIRES.describe(),
        options=SCHEME.describe(),
        method=flows[0].attrs["method"],
        validity=[str(flows[0].attrs["validity"]), "The map looks at y_s alone: paired and trion phase have a gap."],
        references=["shavit_oreg2020"],
    )
    result["phase"].attrs.update(flags(flag_names(flows[0]["phase"])))
    return result


def _plane(wires: list[CoupledWires], axes: dict[str, np.ndarray], search: int) -> dict[str, Variable]:
    """What is found in the plane of both couplings; boundaries are searched for on a grid of its own."""
    maps = [phase_diagram(own, axes, cutoff=CUTOFF, stop="both", workers=1)["l_spin"].values.T for own in wires]
    grid = {name: np.linspace(values[0], values[-1], search) for name, values in axes.items()}
    paths, ends = (
        padded([boundary_paths(own, grid, scheme=replace(SCHEME, l_max=end), points=60) for own in wires])
        for end in (LARGEST, math.inf)
    )
    critical = [[smallest_y(own, cutoff=CUTOFF, limit=limit) for limit in (*LIMITS, math.inf)] for own in wires]
    return {
        "l_spin": (("l_star", "y_s", "y"), np.array(maps), "1", "l where y_s is strong, ln of Λ over the spin gap"),
        "boundary": (("l_star", "pair", "vertex", "axis"), paths, "1", "boundary of two phases on the scale of l_max"),
        "boundary_without": (("l_star", "pair", "end", "axis"), ends, "1", "boundary of two phases, without l_max"),
        "smallest_y": (("l_star", "l_max"), critical, "1", "smallest y with l_spin < l_max at y_s of the dot"),
    }


def _dot(flows: list[xr.Dataset]) -> dict[str, Variable]:
    """How the couplings of the dot run, and where that ends."""
    dims = ("l_star", "theta")
    return {
        "running_y_s": ((*dims, "l"), stacked(flows, "running_y_s"), "1", "y_s along the flow of the dot"),
        "running_y": ((*dims, "l"), stacked(flows, "running_y"), "1", "y along the flow of the dot"),
        "phase": (dims, stacked(flows, "phase"), "1", "phase of the dot"),
        "dot_l_spin": (dims, stacked(flows, "l_spin"), "1", "l_spin of the dot"),
    }


def readings(result: xr.Dataset) -> Readings:
    """Competition, cooperation, the boundary and what moves it, the phase θ, and the effective attraction."""
    limits = [f"{limit:g}" for limit in (*LIMITS, math.inf)]
    smallest = result["smallest_y"].assign_coords(l_max=limits)
    shifts = smallest.sel(l_star=2.0) / smallest.sel(l_star=3.0)
    together = cooperation(result)
    return {
        "dots": _phases_of_dots(result, LARGEST),
        "dots_by_length": {length_name(l_max): _phases_of_dots(result, l_max) for l_max in LENGTHS},
        "turned_dots": " and ".join(_phase_of_dot(result, cut, math.pi) for cut in CUTS),
        "gap": float(result["dot_l_spin"].sel(l_star=3.0, theta=0.0)),
        **each("y_below", smallest.sel(l_star=2.0)),
        "y_below_inf_long": float(smallest.sel(l_star=3.0, l_max="inf")),
        "shift": float(shifts.sel(l_max=f"{LARGEST:g}")),
        "shifts": {length_name(float(limit)): float(shifts.sel(l_max=limit)) for limit in limits},
        "limits_agree": bool(np.ptp(smallest.sel(l_star=2.0).values) < 1e-3),
        "cooperation": together["|y|"],
        "cooperation_by": together,
        "reversal": reversal(result),
        "end_of_line": _iso_line(result),
    }


def _phase_of_dot(result: xr.Dataset, l_star: float, theta: float, l_max: float = math.inf) -> str:
    at = {"l_star": l_star, "theta": theta}
    opens = float(result["dot_l_spin"].sel(at))
    return flag_names(result["phase"])[int(result["phase"].sel(at))] if opens <= l_max else "decoupled"


def _phases_of_dots(result: xr.Dataset, l_max: float) -> str:
    return ", ".join(_phase_of_dot(result, cut, 0.0, l_max) for cut in CUTS)


def cooperation(result: xr.Dataset) -> dict[str, float]:
    """Least slope of |y_s| and of y where y_s < 0 on the paired flow of the dot, y with and without its cut-off factor;
    not a number if y_s never is negative."""
    path = result.sel(l_star=3.0, theta=0.0)
    y_s, y = path["running_y_s"].values, path["running_y"].values
    negative = np.flatnonzero(y_s < 0)  # nan is not
    if negative.size < 2:
        return dict.fromkeys(("|y|", "√c|y|"), math.nan)
    lowered = y / np.sqrt(1 + np.exp(2 * (path["l"].values - 3.0) / CUTOFF.chi))
    step = float(result["l"][1] - result["l"][0])
    return {
        name: float(min(np.diff(np.abs(y_s[negative])).min(), np.diff(strength[negative]).min())) / step
        for name, strength in (("|y|", y), ("√c|y|", lowered))
    }


def reversal(result: xr.Dataset) -> float:
    """Least y_s(θ = π) less y_s of the primary wire alone, y_s⁰/(1 + y_s⁰ l), for l ≥ 1."""
    alone = WIRES.y_s / (1 + WIRES.y_s * result["l"])
    excess = (result["running_y_s"].sel(theta=np.pi) - alone).where(result["l"] >= 1)
    return float(excess.min())


def _iso_line(result: xr.Dataset) -> float:
    """Where the line of the dot's gap ends at y = 0 in panel c, between the rows of the map."""
    column = result["l_spin"].sel(l_star=3.0, y=0.0)
    column = column.where(np.isfinite(column), drop=True)
    # l_spin + 1 = -1/y_s there: its inverse is linear in y_s.
    inverse = 1 / (1 + column.values[::-1])
    wanted = 1 / (1 + float(result["dot_l_spin"].sel(l_star=3.0, theta=0.0)))
    return float(np.interp(wanted, inverse, column["y_s"].values[::-1]))


def draw(result: xr.Dataset) -> Figure:
    """Maps of l_spin on the left, flows of the dot on the right, l* = 2 above l* = 3."""
    figure, axes = panels(11.0, 8.8, rows=2, columns=2, width_ratios=[1.0, 1.1])
    for cut, left, right in zip(CUTS, axes[::2], axes[1::2], strict=True):
        _draw_map(result.sel(l_star=cut), left)
        _draw_flows(result.sel(l_star=cut), right)
    lettered(axes, [f"l* = {cut:g}" for cut in CUTS for _ in "ab"])
    handles = [handle for ax in axes[:2] for handle in ax.get_legend_handles_labels()[0]]
    names = [name for ax in axes[:2] for name in ax.get_legend_handles_labels()[1]]
    figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
    return figure


def _draw_map(panel: xr.Dataset, ax: Axes) -> None:
    """min(l_spin, l_max) in colour, the boundary on that scale, and that of the ground state."""
    shown = np.minimum(panel["l_spin"], LARGEST)
    mesh = ax.pcolormesh(panel["y"], panel["y_s"], shown, cmap=f"{COLOUR_MAP}_r", shading="nearest", vmin=0.0)
    ax.figure.colorbar(mesh, ax=ax, label=rf"$\min(l_{{\mathrm{{spin}}}}, {LARGEST:g})$")
    gapless = [pair for pair in PAIRS if pair.startswith("decoupled")]
    for name, vertex, style, label in (
        ("boundary", "vertex", "-", rf"$l_{{\mathrm{{spin}}}} = l_{{\mathrm{{max}}}} = {LARGEST:g}$"),
        ("boundary_without", "end", "--", r"the boundary without $l_{\mathrm{max}}$"),
    ):
        paths = panel[name].sel(pair=gapless).rename({vertex: "vertex"} if vertex != "vertex" else {})
        before = len(ax.lines)
        phases.plot_boundaries(paths, ax, colours=["white"] * len(gapless))
        for number, line in enumerate(ax.lines[before:]):
            line.set(linestyle=style, label="_" if number else label)
            line.set_path_effects([withStroke(linewidth=3.5, foreground="0.15")])
    ax.plot(
        WIRES.y, WIRES.y_s, "o", color=DOT, markeredgecolor="white", markersize=8, label="the dot", linestyle="none"
    )
    ax.set_xlabel(quantity_label(panel["y"]))
    ax.set_ylabel(quantity_label(panel["y_s"]))


def _draw_flows(panel: xr.Dataset, ax: Axes) -> None:
    """y_s for both θ, and y until it leaves the picture."""
    usual = panel.sel(theta=0.0)
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    ax.plot(panel["l"], usual["running_y_s"], color=DOT, linewidth=2.0, label=r"$y_s$")
    turned = panel["running_y_s"].sel(theta=np.pi)
    ax.plot(panel["l"], turned, color=DOT, linestyle=":", label=r"$y_s$ for θ = π")
    ax.plot(panel["l"], usual["running_y"], color=OKABE_ITO[0], label="y")
    ax.axvline(float(panel["l_star"]), color="0.3", linestyle="--", linewidth=1.0, label=r"$l^{*}$")
    ax.set(xlim=(0.0, LONGEST), ylim=(-1.05, 1.05))
    ax.set_xlabel(quantity_label(panel["l"]))
    ax.set_ylabel("running couplings")


FIGURES = (
    Recipe(
        name="shavit-3",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"y_s": WIRES.y_s, "y": WIRES.y, "largest": LARGEST},
    ),
)
