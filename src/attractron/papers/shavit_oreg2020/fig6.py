"""Fig. 6: a half-filled Hubbard ladder as the secondary (22), drawn from its states, and its phases over the gate."""

from dataclasses import asdict

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset
from attractron.papers.figures import Readings, Recipe, lettered
from attractron.papers.shavit_oreg2020.common import CUTOFF_AXIS, CUTOFF_OPTIONS, CUTOFFS
from attractron.plotting.phases import tints
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, Rung, Scheme, hubbard_chain, ladder
from attractron.wires.dimensions import normal_modes, scaling_dimension, two_wires
from attractron.wires.flow.phase_diagram import answers_at
from attractron.wires.ladder import relative_charge, total_charge

T, U, V_RUNG, SPACING, U_C, K_C, K_F, GAP = 5.0, 4.0, 2.0, 5.0, 80.0, 0.8, 0.36, 0.5
"""Ladder and wire in meV, nm and 1/nm, Ẽ = 0.5 meV: our choice, the paper gives no numbers."""

FIXED = {"t": T, "U": U, "V_rung": V_RUNG, "spacing": SPACING, "alpha_0": SPACING, "gap": GAP}
FIXED |= {"K_c": K_C, "u_c": U_C, "k_F": K_F, "y_s": 0.1}

GATES, COUPLINGS = (-8.0, 8.0), (0.1, 12.0)
"""Windows of the back gate and of V, meV."""

TYPICAL = 1.0
"""V at which numbers are compared and the gate is swept, meV."""

COARSE = 21
"""Values of V between which phases begin."""

UNTUNED = 2.0
"""A gate, meV, at which neither coupling fits: where one does, the ladder pairs for the smallest V of the window."""

PREFACTORS = {"ladder": 1.0, "wire": 2.0}
"""β of cos(√2φ_c + βφ)."""

RUNGS, EXCITED, TUNNELLING = 6, 3, 0.3
"""Rungs that are drawn, which of them is excited, its tunnelling in meV."""

LEANING = -0.5
"""Gate of the drawing, meV: an excited rung has its two electrons on the near leg."""


def compute(quick: bool) -> xr.Dataset:
    """Occupations of the drawing, where spins and trions become gapped over the gate, a sweep of the gate, numbers."""
    gates = np.linspace(*GATES, 17 if quick else 129)
    ends = np.array([[_ends(beta, gates, name, 3 if quick else 8) for beta in PREFACTORS.values()] for name in CUTOFFS])
    sweep = np.linspace(*GATES, 321)
    swept = [_phases(1.0, np.full_like(sweep, TYPICAL), sweep, name) for name in CUTOFFS]
    over_gate = [ladder(**FIXED, V=TYPICAL, back_gate=float(gate)) for gate in sweep]
    wires = CoupledWires(**ladder(**FIXED, V=TYPICAL))
    stiff = np.array([0.0, 1.0, 2.0, 3.0])
    costs = [Rung(t=TUNNELLING, U=10.0, V_rung=float(v), electrons=2).response()[1] for v in stiff]
    return dataset(
        {
            "occupation": (("leg", "rung"), _occupations(), "1", "electrons on a site"),
            "ends": (("cutoff", "secondary", "end", "gate"), ends, "meV", "V at which a phase begins"),
            "phase": (("cutoff", "sweep"), np.stack(swept), "1", "phase of the ladder, 0, 1, 2"),
            **_over(over_gate, "sweep"),
            "dimension": (("secondary",), _dimensions(wires), "1", "dimension of cos(√2φ_c + βφ)"),
            "dimension_exact": (("secondary",), _exact(wires), "1", "the same from normal modes"),
            "soliton": ("V_rung", costs, "meV", "energy of a soliton"),
            "K_relative": ((), relative_charge(U=U, V_rung=1.0, t=T), "1", "K_ρ-"),
            "K_total": ((), total_charge(U=U, V_rung=1.0, t=T), "1", "K_ρ+"),
            "K_free": ((), relative_charge(U=U, V_rung=U / 2, t=T), "1", "K_ρ- at V_r = U/2"),
            "K_leg": ((), relative_charge(U=0.1 * T, V_rung=0.0, t=T), "1", "K_ρ- of legs apart, U = t/10"),
            "K_chain": ((), _chain(0.1), "1", "K of the Hubbard chain near half filling, U = t/10"),
        },
        {
            "leg": ("leg", ["near", "far"], "1", "leg of the ladder"),
            "rung": ("rung", np.arange(RUNGS), "1", "rung"),
            "cutoff": CUTOFF_AXIS,
            "secondary": ("secondary", list(PREFACTORS), "1", "secondary"),
            "end": ("end", ["spin gap", "trion"], "1", "what begins"),
            "gate": ("gate", gates, "meV", "back gate"),
            "sweep": ("sweep", sweep, "meV", "back gate"),
            "V_rung": ("V_rung", stiff, "meV", "repulsion across a rung, U = 10 meV"),
        },
        question="papers.shavit_oreg2020.fig6",
        parameters={**FIXED, "V": TYPICAL},
        options=CUTOFF_OPTIONS,
        method="flow of second order with V_θ = 0, complete feedback; ends of phases by bisection in V",
        validity=[
            "K of the ladder to first order; the pinned fields in the cosines are taken as 1 (pinned_factor).",
            "The wire that is compared has all numbers of the ladder but the prefactor of its field.",
        ],
        references=["shavit_oreg2020", "little1964", "attractron"],
    )


def _over(found: list[dict[str, float]], dim: str) -> dict[str, Variable]:
    names = {
        "mismatch": "e^-l* of the first coupling",
        "mismatch_2": "e^-l* of the second coupling",
        "mass": "e^-l*_m of the gap",
        "y": "y",
        "upsilon": "υ",
    }
    return {name: (dim, [each[name] for each in found], "1", text) for name, text in names.items()}


def _phases(beta: float, V: FloatArray, gate: FloatArray, cutoff: str) -> FloatArray:
    """Codes of phases, 0 decoupled, 1 paired, 2 trion, for a prefactor β."""
    points = [ladder(**FIXED, V=float(v), back_gate=float(g)) for v, g in zip(V, gate, strict=True)]
    varying = ("y", "y_2", "upsilon", "mismatch", "mismatch_2", "mass")
    fields = asdict(CoupledWires(**points[0])) | {name: np.array([each[name] for each in points]) for name in varying}
    return np.asarray(answers_at(fields, beta, Scheme(cutoff=CUTOFFS[cutoff], feedback="complete"))["phase"][0])


def _ends(beta: float, gates: FloatArray, cutoff: str, rounds: int) -> FloatArray:
    """Smallest V with a spin gap and smallest V of the trion phase at each gate (end, gate), bisected in ln V."""
    coarse = np.geomspace(*COUPLINGS, COARSE)
    codes = _phases(beta, np.repeat(coarse, gates.size), np.tile(gates, coarse.size), cutoff).reshape(COARSE, -1)
    found = []
    for least in (1, 2):
        first = np.argmax(codes >= least, axis=0)
        low, high = coarse[np.maximum(first - 1, 0)], coarse[first]
        for _ in range(rounds):
            middle = np.sqrt(low * high)
            there = _phases(beta, middle, gates, cutoff) >= least
            low, high = np.where(there, low, middle), np.where(there, middle, high)
        found.append(np.where((codes >= least).any(axis=0), high, np.nan))
    return np.array(found)


def _dimensions(wires: CoupledWires) -> list[float]:
    return [wires.with_parameters(beta=beta).dimensions[0] for beta in PREFACTORS.values()]


def _exact(wires: CoupledWires) -> list[float]:
    """From the modes of two liquids coupled by the plain density-density V of the ladder, V_φ = √2Va."""
    u = 2 * T * SPACING / wires.K
    modes = normal_modes(*two_wires(K_c=K_C, u_c=U_C, K=wires.K, u=u, V_phi=np.sqrt(2) * TYPICAL * SPACING))
    return [scaling_dimension(modes, [np.sqrt(2), beta]) for beta in PREFACTORS.values()]


def _chain(U_over_t: float) -> float:
    """K of the Hubbard chain at 0.9 electrons a site: nearer to one logarithms of its gap matter."""
    return float(hubbard_chain([U_over_t], [0.9])["K_c"].values.ravel()[0])


def _occupations() -> FloatArray:
    """Electrons on the sites (leg, rung) of the drawing: ground states of rungs, one of them in its excited state."""
    rung = Rung(t=TUNNELLING, delta=LEANING, U=U, V_rung=V_RUNG, electrons=2)
    H, near = rung.matrices()
    states = np.linalg.eigh(H)[1]
    on_near = np.diag(states.T @ near @ states)
    found = np.full((2, RUNGS), on_near[0])
    found[0, EXCITED] = on_near[1]
    found[1] = 2 - found[0]
    return found


def readings(result: xr.Dataset) -> Readings:
    """Relevance, couplings, what the gate does, solitons, Luttinger parameters."""
    dimension, exact = (result[name].sel(secondary="ladder") for name in ("dimension", "dimension_exact"))
    onset = result["ends"].sel(end="spin gap").sel(gate=UNTUNED, method="nearest")
    ratio = onset.sel(secondary="ladder") / onset.sel(secondary="wire")
    met = {f"cut-off {name}": float(len(np.unique(result["phase"].sel(cutoff=name)))) for name in CUTOFFS}
    sweep, mass = result["sweep"].values, result["mass"].values
    u = 2 * T * SPACING  # K_ρ- = 1
    best = int(np.argmin(result["mismatch"].values))
    V = TYPICAL * SPACING
    mean = (U_C + u) / 2
    slope = np.polyfit(10.0 - result["V_rung"].values, result["soliton"].values, 1)[0]
    return {
        "ladder_dimension": float(dimension),
        "ladder_exact": float(exact),
        "gain": float(result["dimension"].sel(secondary="wire") - dimension),
        "wire_dimension": float(result["dimension"].sel(secondary="wire")),
        "onset_ratio": float(ratio.sel(cutoff="sharp")),
        "onset_ratios": {f"cut-off {name}": float(ratio.sel(cutoff=name)) for name in CUTOFFS},
        "onset_ladder": float(onset.sel(secondary="ladder", cutoff="sharp")),
        "onset_wire": float(onset.sel(secondary="wire", cutoff="sharp")),
        "phases_met": met["cut-off sharp"],
        "phases_met_by": dict(met),
        "y_factor": float(result["y"][0] * np.pi * mean / (np.sqrt(2) * V)),
        "V_phi": float(result["upsilon"][0] * np.pi * np.sqrt(U_C * u / K_C) / V),
        "gap_per_gate": float(np.diff(np.interp([0.1, 0.4], sweep, mass))[0] / 0.3 * u / SPACING),
        "mass_at_zero": float(np.interp(0.0, sweep, mass)),
        "mass_by_hand": GAP * SPACING / u,
        "fits_at": float(sweep[best]),
        "fits_by_hand": float(np.sqrt(GAP**2 + (2 * u * (K_F - np.pi / (2 * SPACING))) ** 2)),
        "step": float(sweep[1] - sweep[0]),
        "slope": float(slope),
        "soliton": float(result["soliton"][0]),
        "soliton_by_hand": float((10.0 + np.sqrt(100.0 + 16 * TUNNELLING**2)) / 2),
        "K_ratio": float((1 - result["K_total"]) / abs(1 - result["K_relative"])),
        "K_relative": float(result["K_relative"]),
        "K_total": float(result["K_total"]),
        "K_free": float(result["K_free"]),
        "below_one": float(1 - result["K_leg"]),
        "chain_below_one": float(1 - result["K_chain"]),
        "near": float(result["occupation"].sel(leg="near")[EXCITED]),
        "ground": float(result["occupation"].sel(leg="near")[0]),
    }


def draw(result: xr.Dataset) -> Figure:
    """The set-up, and the phases over the back gate beside a ladder and beside a wire."""
    figure = Figure(figsize=(11.4, 8.6), layout="constrained")
    axes = figure.subplot_mosaic("AA;BC", height_ratios=(1.0, 1.25))
    _draw_setup(result, axes["A"])
    _draw_phases(result, axes["B"], "ladder")
    _draw_phases(result, axes["C"], "wire")
    lettered(
        axes.values(),
        (
            "a wire beside a Mott insulator",
            r"ladder: $\cos(\sqrt{2}\varphi_c + \varphi_{\rho-})$",
            r"the same with $\cos(\sqrt{2}\varphi_c + 2\varphi)$",
        ),
    )
    patches = [Patch(facecolor=colour, edgecolor="black", label=name) for name, colour in _COLOURS.items()]
    lines = axes["B"].get_legend_handles_labels()[0]
    figure.legend(handles=[*patches, *lines], loc="outside lower center", ncols=4, frameon=False)
    return figure


_COLOURS = dict(zip(("decoupled", "paired", "trion"), map(tuple, tints(3)), strict=True))
_PRIMARY, _SECONDARY, _EXCITATION = OKABE_ITO[3], "#8B5A2B", OKABE_ITO[2]


def _draw_setup(result: xr.Dataset, ax: Axes) -> None:
    """Primary wire, two legs with their electrons, the excited rung, the back gate."""
    ax.set(xlim=(-3.2, RUNGS + 2.2), ylim=(-2.3, 3.4), aspect="equal")
    ax.axis("off")
    ax.plot([-0.6, RUNGS - 0.4], [2.5, 2.5], color=_PRIMARY, linewidth=5, solid_capstyle="round", alpha=0.5)
    for place, up in ((0.6, True), (1.5, False), (3.4, True), (4.3, False)):
        _electron(ax, place, 2.5, _PRIMARY, [up])
    for leg, height in (("near", 1.0), ("far", 0.0)):
        ax.plot([-0.4, RUNGS - 0.6], [height, height], color=_SECONDARY, linewidth=1.5, zorder=1)
        for rung in range(RUNGS):
            count = round(float(result["occupation"].sel(leg=leg)[rung]))
            _electron(ax, rung, height, _SECONDARY, [[], [(rung + (leg == "far")) % 2 == 0], [True, False]][count])
    for rung in range(RUNGS):
        ax.plot([rung, rung], [0.0, 1.0], color=_SECONDARY, linewidth=1.0, zorder=1)
    ax.plot([EXCITED, EXCITED], [1.35, 2.2], ":", color="0.2", linewidth=1.5)
    ax.annotate("$V$", (EXCITED + 0.12, 1.85), va="center")
    _frame(ax, (-0.9, 2.05, RUNGS + 0.8, 0.9), _PRIMARY, "--")
    _frame(ax, (-0.75, -0.5, RUNGS + 0.5, 2.0), _SECONDARY, "--")
    _frame(ax, (EXCITED - 0.4, -0.4, 0.8, 1.8), _EXCITATION, ":")
    ax.add_patch(Rectangle((-0.75, -1.35), RUNGS + 0.5, 0.35, facecolor="0.75", edgecolor="black"))
    ax.annotate("primary wire", (-1.1, 2.5), ha="right", va="center", color=_PRIMARY)
    ax.annotate("two-leg Hubbard\nladder, half filled", (-1.1, 0.5), ha="right", va="center", color=_SECONDARY)
    ax.annotate("back gate", (-1.1, -1.17), ha="right", va="center")
    ax.annotate(r"$V_\mathrm{BG}$", (RUNGS, -1.17), ha="left", va="center")
    ax.annotate("doublon-holon\nexcitation", (RUNGS + 0.1, 0.5), ha="left", va="center", color=_EXCITATION)
    ax.annotate("", (EXCITED + 0.45, 0.5), (RUNGS + 0.05, 0.5), arrowprops={"arrowstyle": "->", "color": _EXCITATION})


def _electron(ax: Axes, x: float, y: float, colour: str, spins: list[bool]) -> None:
    """A site: a full circle with an arrow for each electron, an open one without any."""
    ax.plot(
        [x], [y], "o", markersize=13, markerfacecolor=colour if spins else "white", markeredgecolor=colour, zorder=3
    )
    for number, up in enumerate(spins):
        where, length = x + (0.09 * (2 * number - 1) if len(spins) == 2 else 0.0), 0.32 if up else -0.32
        arrow = {"arrowstyle": "->", "color": "black", "linewidth": 1.3}
        ax.annotate("", (where, y + length), (where, y - length), arrowprops=arrow, zorder=4)


def _frame(ax: Axes, box: tuple[float, float, float, float], colour: str, style: str) -> None:
    x, y, width, height = box
    ax.add_patch(
        Rectangle((x, y), width, height, fill=False, edgecolor=colour, linestyle=style, linewidth=1.8, zorder=2)
    )


def _draw_phases(result: xr.Dataset, ax: Axes, secondary: str) -> None:
    """Phases by the sharp cut-off as regions between their ends; lines for the others."""
    gate, ends = result["gate"].values, result["ends"].sel(secondary=secondary)
    low, high = COUPLINGS
    gap, trion = (np.nan_to_num(ends.sel(cutoff="sharp", end=end).values, nan=high) for end in ends["end"].values)
    ax.fill_between(gate, low, gap, color=_COLOURS["decoupled"], linewidth=0)
    ax.fill_between(gate, gap, trion, color=_COLOURS["paired"], linewidth=0)
    ax.fill_between(gate, trion, high, color=_COLOURS["trion"], linewidth=0)
    for name, style, colour in (("sharp", "-", "black"), ("tanh", "--", OKABE_ITO[1]), ("frozen", ":", OKABE_ITO[0])):
        for end in ends["end"].values:
            ax.plot(gate, ends.sel(cutoff=name, end=end), style, color=colour, linewidth=1.3)
        ax.plot([], [], linestyle=style, color=colour, label=f"boundaries, cut-off {name}")
    for edge in (-GAP, GAP):
        ax.axvline(edge, color="0.4", linestyle="-.", linewidth=1.0)
    ax.plot([], [], "-.", color="0.4", label=r"gap, $|\mu^*| = \tilde{E}$")
    ax.set(yscale="log", xlim=GATES, ylim=COUPLINGS, xlabel="back gate, near leg above far leg (meV)")
    ax.set_ylabel("repulsion $V$ of wire and near leg (meV)")


FIGURES = (
    Recipe(
        name="shavit-6",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            **{"t": T, "U": U, "V_rung": V_RUNG, "spacing": SPACING, "u_c": U_C, "K_c": K_C, "k_F": K_F, "gap": GAP},
            **{"typical": TYPICAL, "untuned": UNTUNED},
        },
    ),
)
