"""Fig. 1: the wires, the excitation between them, and the phases along a tunable parameter with their tendencies."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.figures import Readings, Recipe
from attractron.papers.shavit_oreg2020.common import CUTOFF_AXIS, CUTOFFS, each
from attractron.plotting.style import OKABE_ITO, lettered, new_figure
from attractron.wires import CoupledWires, TrionLiquid, flow, phase_diagram, trion_phase
from attractron.wires.orders import superconducting_margin
from attractron.wires.trion import FREE_TRIONS

INTRINSIC = {
    "strong repulsion": CoupledWires(K_c=0.9, K=0.6, y_s=0.1, y=0.1, upsilon=0.12),
    "weak repulsion, slow secondary": CoupledWires(K_c=0.97, K=0.9, y_s=0.02, y=0.15, upsilon=0.9, u_ratio=0.5),
    "weak repulsion, equal velocities": CoupledWires(K_c=0.97, K=0.6, y_s=0.05, y=0.05, upsilon=0.9),
}
"""What is not tuned: K_c, y_s and υ of Fig. 4, and two pairs of wires of our choice with strong forward scattering."""

LAST = 6.0
"""Largest l* of the sequence: our choice."""

EXCITED = "strong repulsion"
REACH = 400.0
"""Half of the piece of the wires that is drawn, in α_0."""

CHOSEN = "sharp"
"""The cut-off at which tendencies are read."""

ROOM = 0.75
"""Length of a piece, in l*, in which its name can be written."""

PAIRED, TRION = 1, 2
SEQUENCE = {0: "decoupled", PAIRED: "paired", TRION: "trion"}
COLOURS = {0: "0.85", PAIRED: "#CFC1E5", TRION: "#F3C9A5"}
PRIMARY, SECONDARY, EXCITATION = "#8E6BBF", "#8C5A2B", OKABE_ITO[4]


def compute(quick: bool) -> xr.Dataset:
    """Phases along l* for three pairs of wires and three cut-offs, what dominates in them, and a bound charge."""
    p = np.linspace(0.02, LAST, 121 if quick else 481)
    dims = ("wires", "cutoff", "p")
    found = [
        [
            phase_diagram(wires, {"mismatch": np.exp(-p)[::-1]}, cutoff=cutoff, end=True, workers=1)
            for cutoff in CUTOFFS.values()
        ]
        for wires in INTRINSIC.values()
    ]
    phase = np.array([[each["phase"].values[::-1] for each in row] for row in found]).astype(np.int32)
    ends = [
        np.array([[each[name].values[::-1] for each in row] for row in found])
        for name in ("K_c_tilde_end", "K_tilde_end", "Q_end")
    ]
    margin = np.where(phase == PAIRED, superconducting_margin(*ends), np.nan)
    K_f = [float(trion_phase(TrionLiquid.from_wires(wires))["K_f_complete"]) for wires in INTRINSIC.values()]
    x = np.linspace(-REACH, REACH, 801)
    size = _size(INTRINSIC[EXCITED])
    result = dataset(
        {
            "phase": (dims, phase, "1", "phase"),
            "margin": (dims, margin, "1", "K̃_c + Q²K̃ - 1/K̃_c in the paired phase"),
            "K_f": ("wires", K_f, "1", "K_f of the trions"),
            "excitation": ("x", bound_charge(x, size), "1", "density of the bound charge, in 1/α₀"),
            "size": ((), size, "1", "size of a trion, in α₀"),
        },
        {
            "wires": ("wires", list(INTRINSIC), "1", "what is not tuned"),
            "cutoff": CUTOFF_AXIS,
            "p": ("p", p, "1", "tunable parameter p = l*"),
            "x": ("x", x, "1", "place along the wires, in α₀"),
        },
        question="papers.shavit_oreg2020.fig1",
        parameters={name: wires.describe() for name, wires in INTRINSIC.items()},
        options={"chosen": CHOSEN},
        method="flows along one line of the mismatch; soliton of the pinned phase with the length of the trion gap",
        validity=["Tendencies take the Luttinger parameters at the end of each flow; K_f takes the bare ones."],
        references=["shavit_oreg2020", "attractron"],
    )
    result["phase"].attrs.update(flags(SEQUENCE))
    return result


def _size(wires: CoupledWires) -> float:
    """e^{l_trion} of nearly commensurate wires: length over which the pinned phase returns to its value, in α_0."""
    return float(np.exp(flow(wires.with_parameters(mismatch=np.exp(-LAST)), cutoff=CUTOFFS[CHOSEN])["l_trion"]))


def bound_charge(x: FloatArray, size: float) -> FloatArray:
    """∂φ/π around a pair at x = 0: √2φ_c + 2φ is pinned, the pair turns √2φ_c by 2π at one place, and 2φ = 4 arctan
    e^{x/ξ}, the soliton of the sine-Gordon equation, brings the sum back: sech(x/ξ)/(πξ), one particle in all."""
    return np.asarray(1 / (np.pi * size * np.cosh(x / size)))


def readings(result: xr.Dataset) -> Readings:
    """The order of the phases, what dominates in each, and how much charge is bound."""
    chosen = result.sel(cutoff=CHOSEN)
    strong, slow, equal = (chosen.sel(wires=name) for name in INTRINSIC)
    return {
        "order_strong": _order(strong["phase"]),
        **{f"order_{name}": _order(own["phase"]) for name, own in (("slow", slow), ("equal", equal))},
        **{
            f"orders_{short}": {
                f"cut-off {cutoff}": _order(result["phase"].sel(wires=name, cutoff=cutoff)) for cutoff in CUTOFFS
            }
            for short, name in zip(("strong", "slow", "equal"), INTRINSIC, strict=True)
        },
        "wave_margin": float(strong["margin"].max()),
        "pair_margin": float(slow["margin"].min()),
        "pair_margins": {
            f"cut-off {cutoff}": float(result["margin"].sel(wires=slow["wires"].item(), cutoff=cutoff).min())
            for cutoff in CUTOFFS
        },
        **each("K_f", chosen["K_f"].assign_coords(wires=["strong", "slow", "equal"])),
        "charge": float(np.trapezoid(result["excitation"], result["x"])),
        "size": float(result["size"]),
    }


def _order(phase: xr.DataArray) -> str:
    codes, names = phase.values, flag_names(phase)
    return ", ".join(names[int(code)] for code in codes[np.r_[True, np.diff(codes) != 0]])


def draw(result: xr.Dataset) -> Figure:
    """The wires above, the sequences below, a strip for each cut-off."""
    figure = new_figure(10.0, 8.0)
    grid = figure.add_gridspec(2, 1, height_ratios=[0.8, 1.0])
    top, bottom = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    _draw_wires(result, top)
    _draw_sequences(result, bottom)
    lettered([top, bottom])
    return figure


def _draw_wires(result: xr.Dataset, ax: Axes) -> None:
    x, density = result["x"].values, result["excitation"].values
    wires = ((1.0, PRIMARY, "primary wire: electrons ↑ and ↓", "bottom"), (-1.0, SECONDARY, "secondary wire", "top"))
    for height, colour, name, side in wires:
        ends = [-0.93 * REACH, 0.93 * REACH]
        ax.plot(ends, [height] * 2, color=colour, linewidth=34, alpha=0.35, solid_capstyle="round")
        ax.text(ends[0], height * 1.42, name, va=side)
    ax.fill_between(x, -1.0, -1.0 + 1.2 * density / density.max(), color=EXCITATION, alpha=0.9, linewidth=0)
    ax.annotate(
        "bound charge of the secondary,\nsoliton of the pinned phase",
        (float(result["size"]), -0.3),
        (0.42 * REACH, 0.05),
        arrowprops={"arrowstyle": "->", "color": "0.3"},
        va="center",
    )
    electron = {"boxstyle": "circle,pad=0.25", "facecolor": PRIMARY, "edgecolor": "white"}
    for place, spin in ((-0.03, "↑"), (0.03, "↓"), (-0.75, "↑"), (-0.42, "↓"), (0.5, "↓"), (0.78, "↑")):
        ax.text(place * REACH, 1.0, spin, ha="center", va="center", color="white", fontweight="bold", bbox=electron)
    ax.annotate("", (0.0, -0.05), (0.0, 0.66), arrowprops={"arrowstyle": "<->", "color": "0.2", "linestyle": "--"})
    ax.text(-0.03 * REACH, 0.3, "Coulomb force $V$", ha="right", va="center")
    ax.set(xlim=(-REACH, REACH), ylim=(-1.75, 1.75), xlabel=r"place along the wires ($\alpha_0$)", ylabel="two wires")
    ax.set_yticks([])
    for side in ("left", "right", "top"):
        ax.spines[side].set_visible(False)


def _draw_sequences(result: xr.Dataset, ax: Axes) -> None:
    p, ticks = result["p"].values, {}
    for row, name in enumerate(INTRINSIC):
        for strip, cutoff in enumerate(CUTOFFS):
            own = result.sel(wires=name, cutoff=cutoff)
            level = -(row * 4 + strip)
            ticks[level] = cutoff
            _draw_strip(own, p, level, ax)
        ax.text(0.02, -(row * 4) + 0.62, f"{name}: {_told(name)}", va="bottom")
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.set(
        xlim=(0.0, p[-1]),
        ylim=(-10.6, 1.6),
        ylabel="cut-off",
        xlabel=r"tunable parameter $p = l^* = \ln 1/[(k_F + k)\alpha_0]$",
    )
    for side in ("right", "top"):
        ax.spines[side].set_visible(False)
    handles = [Patch(facecolor=COLOURS[code], label=name) for code, name in SEQUENCE.items()]
    handles.append(
        Patch(facecolor="white", edgecolor="0.4", hatch="....", label="superconducting correlations prevail")
    )
    ax.legend(handles=handles, frameon=False, ncols=4, loc="lower right", bbox_to_anchor=(1.0, 1.0))


def _told(name: str) -> str:
    wires = INTRINSIC[name]
    numbers = {"K_c": wires.K_c, "K": wires.K, r"\upsilon": wires.upsilon, "u/u_c": wires.u_ratio, "y": wires.y}
    return ", ".join(f"${symbol} = {value:g}$" for symbol, value in numbers.items())


def _draw_strip(own: xr.Dataset, p: FloatArray, level: int, ax: Axes) -> None:
    """Pieces of one phase and tendency, named where there is room."""
    phase, pairs = own["phase"].values, own["margin"].values > 0
    trions = "SC" if float(own["K_f"]) > FREE_TRIONS else "CDW"
    kinds = phase * 2 + np.where(phase == PAIRED, pairs, False)
    starts = np.flatnonzero(np.r_[True, np.diff(kinds) != 0])
    borders = np.r_[0.0, (p[starts[1:]] + p[starts[1:] - 1]) / 2, p[-1]]
    for start, left, right in zip(starts, borders[:-1], borders[1:], strict=True):
        code = int(phase[start])
        tendency = {PAIRED: "SC" if pairs[start] else "CDW", TRION: trions}.get(code, "")
        bar = ax.barh(level, right - left, 0.86, left, color=COLOURS[code], edgecolor="0.4", linewidth=0.8)
        if tendency == "SC":
            bar[0].set_hatch("....")
        if right - left > ROOM:
            text = f"{SEQUENCE[code]} {tendency}".strip()
            ax.text(
                (left + right) / 2,
                level,
                text,
                ha="center",
                va="center",
                bbox={"boxstyle": "square,pad=0.1", "facecolor": COLOURS[code], "edgecolor": "none"},
            )


FIGURES = (
    Recipe(
        name="shavit-1",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"chosen": CHOSEN, "last": LAST, "reach": REACH},
    ),
)
