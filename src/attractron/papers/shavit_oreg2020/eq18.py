"""The condition (18): where superconductivity dominates the paired phase, in bare parameters and through the flow."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.results import dataset, flag_names, flags
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import CUTOFFS, FEEDBACKS, PAPER, padded
from attractron.wires import CoupledWires, phase_diagram, superconducting, superconducting_boundary

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "shavit-18"

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.05, y=0.1, mismatch=0.1, u_ratio=0.5)
"""Of panels (b) to (d); all our choice, with a slow secondary, as (18) needs it (see the claims)."""

BARE = WIRES.with_parameters(y=0.0, y_s=-0.1)
"""Paired by an attraction of its own: nothing flows but y_s, and (18) decides by the bare numbers."""

LINES: dict[str, dict[str, float]] = {
    "u = u_c/4": {"u_ratio": 0.25},
    "u = u_c/2": {"u_ratio": 0.5},
    "u = u_c": {"u_ratio": 1.0},
    "u = u_c, V_θ = 0": {"u_ratio": 1.0, "V_theta_ratio": 0.0},
}
"""Settings of the bare lines; all but the last on the line (13)."""

EQUAL, CONTACT = "u = u_c", "u = u_c, V_θ = 0"

ORDERS = {0: "decoupled", 1: "paired, density wave", 2: "paired, superconductor", 3: "trion"}
DENSITY_WAVE, SUPERCONDUCTOR = 1, 2
TINTS = ("0.88", "#56B4E9", "#D55E00", "#E69F00")
"""Colours of these phases, Okabe and Ito's but for the grey."""

STRONGEST = 0.95
"""Largest υ drawn."""


def compute(quick: bool) -> "xr.Dataset":
    """The bare lines for ratios of velocities, and the order through the flow for cut-offs and forms of feedback."""
    steps, points = (21, 24) if quick else (61, 80)
    axes = {"upsilon": np.linspace(0.0, STRONGEST, steps), "K_c": np.linspace(0.7, 1.1, steps)}
    fine = {"upsilon": axes["upsilon"], "K_c": np.linspace(0.5, 1.1, steps)}
    bare = padded([_line(BARE.with_parameters(**setting), fine, points, "complete") for setting in LINES.values()])
    curves = padded([_line(WIRES, axes, points, "published", cutoff=cutoff) for cutoff in CUTOFFS.values()])
    order = np.array(
        [[_order(axes, cutoff=cutoff, feedback=feedback) for feedback in FEEDBACKS] for cutoff in CUTOFFS.values()]
    )
    result = dataset(
        {
            "bare_line": (("setting", "vertex", "axis"), bare, "1", "line (18) of the bare numbers"),
            "line": (("cutoff", "place", "axis"), curves, "1", "line (18) through the flow, published feedback"),
            "order": (("cutoff", "feedback", *axes), order, "1", "phase and dominant order"),
        },
        {
            "setting": ("setting", list(LINES), "1", "velocities and forward scattering"),
            "cutoff": ("cutoff", list(CUTOFFS), "1", "how the coupling is cut off"),
            "feedback": ("feedback", list(FEEDBACKS), "1", "form of (16e, f)"),
            "axis": ("axis", list(axes), "1", "knob"),
            "upsilon": ("upsilon", axes["upsilon"], "1", "forward scattering υ between the wires"),
            "K_c": ("K_c", axes["K_c"], "1", "Luttinger parameter of the primary's charge"),
        },
        question="papers.shavit_oreg2020.superconductivity",
        parameters=WIRES.describe(),
        method="(18) with K̃_c, K̃ and Q at the end of the flow; boundaries bisected along their normals",
        validity=["At the end of the flow y_s is strong; K̃_c, K̃ and Q there depend on the scheme."],
        references=["shavit_oreg2020", "attractron"],
    )
    result["order"].attrs.update(flags(ORDERS))
    return result


def _line(
    wires: CoupledWires, axes: dict[str, FloatArray], points: int, feedback: str, **conventions: Any
) -> FloatArray:
    """The boundary as one path (vertex, axis), its pieces separated by vertices that are not a number."""
    found = superconducting_boundary(wires, axes, points=points, feedback=feedback, **conventions)
    curves = np.stack([found[name].values for name in axes], axis=-1)
    gap = np.full((len(curves), 1, 2), np.nan)
    return np.concatenate([curves, gap], axis=1).reshape(-1, 2)


def _order(axes: dict[str, FloatArray], **conventions: Any) -> "np.ndarray[Any, np.dtype[np.int32]]":
    """Codes of `ORDERS` (upsilon, K_c)."""
    found = phase_diagram(WIRES, axes, end=True, workers=1, **conventions)
    names, codes = flag_names(found["phase"]), found["phase"].values
    pairs = superconducting(*(found[f"{name}_end"].values for name in ("K_c_tilde", "K_tilde", "Q")))
    paired = np.where(pairs, SUPERCONDUCTOR, DENSITY_WAVE)
    by_name = {"decoupled": 0 * paired, "paired": paired, "trion": 3 + 0 * paired}
    return np.asarray(np.select([codes == code for code in names], [by_name.get(n, -1) for n in names.values()]), "i4")


def claims(result: "xr.Dataset") -> list[Claim]:
    """Density waves as a rule, superconductivity in a limited regime, and what Q does to the line."""
    claim = partial(Claim, figure=NAME)
    where = f"{PAPER}, sec. II C 2 and (18)"
    share = superconducting_share(result)
    parts = {name: float(share.sel(cutoff=name, feedback="published")) for name in CUTOFFS}
    spread = "; ".join(
        f"{name} {100 * float(share.sel(cutoff=name).min()):.0f} to {100 * float(share.sel(cutoff=name).max()):.0f} %"
        for name in CUTOFFS
    )
    own = (
        f"Share of the paired points with K_c < 1 and υ up to {STRONGEST} where superconductivity dominates, "
        f"u = u_c/2, published feedback. Over both feedbacks: {spread}. The window and its parameters are our choice."
    )
    equal, contact = _lowest(result, EQUAL), _lowest(result, CONTACT)
    slow = {name: _lowest(result, name) for name in list(LINES)[:2]}
    Q_line = "strong primary-secondary interaction (which increases the parameter Q) can render the SC pairing "
    Q_line += "fluctuation more dominant if K̃_c + Q²K̃ > 1/K̃_c"
    return [
        claim(
            claim="we find generically a tendency towards a charge-density-wave (CDW) phase in the primary wire, with "
            "sub-dominant superconducting (SC) fluctuations",
            source=f"{where}; largest share of superconductivity among cut-offs and feedbacks",
            published="< 0.5",
            computed=float(share.max()),
            tolerance=0.0,
            unit="1",
            note=own,
        ),
        *(
            claim(
                claim="for sufficiently weak interactions between the spinful electrons (K_c → 1), Q drives the "
                "spin-gapped system to the 1D phase analogous to a superconductor",
                source=f"{where}; is there superconductivity for K_c < 1? cut-off {name}",
                published=True,
                computed=parts[name] > 0,
                instead=False if name == "tanh" else None,
                note=f"Share {parts[name]:.3f}. {own}" + (TANH if name == "tanh" else ""),
            )
            for name in CUTOFFS
        ),
        claim(
            claim=Q_line,
            source=f"{where}; lowest K_c of the line (18) for a slow secondary, on the line (13), bare numbers",
            published="< 1",
            computed=max(slow.values()),
            tolerance=0.0,
            unit="1",
            note="; ".join(f"{name}: down to K_c = {value:.3f}" for name, value in slow.items())
            + f", at υ = {STRONGEST}. On the line (13) the condition is K_c²[1 - r²υ² + rυ²√((1 - r²υ²)/(1 - υ²))] > 1 "
            "with r = u/u_c: K drops out, and for weak υ only r < 1 helps.",
        ),
        claim(
            claim=Q_line,
            source=f"{where}; equal velocities on the line (13), as in the paper's figures: can it?",
            published=True,
            computed=bool(equal < 1 - 1e-6),
            instead=False,
            note="It can (yes) by the sentence, it cannot (no) by (14) with u = u_c: the bracket above is then 1 for "
            f"every υ, and (18) is K_c > 1, no matter how strong Q is (lowest K_c of the line {equal:.4f}). What Q²K̃ "
            "adds, the smaller K̃_c takes away.",
        ),
        claim(
            claim=Q_line,
            source=f"{where}; density-density coupling, V_θ = 0 (exact dimensions), equal velocities",
            published="< 1",
            computed=contact,
            tolerance=0.0,
            unit="1",
            note=f"Lowest K_c on the line, at υ = {STRONGEST}. Off the line (13) forward scattering helps at equal "
            "velocities too: there (18) is K_c > (1 - υ²)^(1/4).",
        ),
    ]


TANH = (
    " By the published cut-off there is none (no instead of yes): no point of this window stays decoupled, for the "
    "source c y² goes on far beyond l*, and lowers K̃_c on the way by more than Q can make good."
)


def superconducting_share(result: "xr.Dataset") -> "xr.DataArray":
    """Part of the paired points with K_c < 1 in which superconductivity dominates (cutoff, feedback)."""
    repelling = result["order"].where(result["K_c"] < 1, drop=True)
    over = ("upsilon", "K_c")
    pairs, waves = ((repelling == code).sum(over) for code in (SUPERCONDUCTOR, DENSITY_WAVE))
    return pairs / (pairs + waves)


def _lowest(result: "xr.Dataset", setting: str) -> float:
    """The lowest K_c of a bare line."""
    return float(result["bare_line"].sel(setting=setting, axis="K_c").min())


def draw(result: "xr.Dataset") -> "Figure":
    """The bare lines, and the order through the flow by each cut-off."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(10.6, 8.2), layout="constrained")
    first, *others = figure.subplots(2, 2).ravel()
    for setting, colour, style in zip(LINES, OKABE_ITO, ("-", "-", "-", "--"), strict=False):
        path = result["bare_line"].sel(setting=setting)
        first.plot(path.sel(axis="upsilon"), path.sel(axis="K_c"), style, color=colour, label=setting)
    first.set_title("(a)  bare numbers: above a line pairs dominate", loc="left")
    first.set_ylim(0.5, 1.1)
    first.legend(frameon=False, loc="lower left")
    for ax, name, letter in zip(others, CUTOFFS, "bcd", strict=True):
        _orders(ax, result.sel(cutoff=name))
        ax.set_title(f"({letter})  through the flow, cut-off {name}", loc="left")
        ax.set_ylim(float(result["K_c"].min()), float(result["K_c"].max()))
    for ax in (first, *others):
        ax.axhline(1.0, color="0.5", linewidth=0.8)
        ax.set_xlim(0.0, STRONGEST)
        ax.set_xlabel("forward scattering υ between the wires")
        ax.set_ylabel("bare K_c of the primary")
    handles = [Patch(color=tint, label=name) for name, tint in zip(ORDERS.values(), TINTS, strict=True)]
    others[0].legend(handles=handles, loc="lower left", framealpha=0.9)
    return figure


def _orders(ax: "Axes", result: "xr.Dataset") -> None:
    """Phases as tints, the line (18) with the published feedback, and the region with the complete one."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    across, up = result["upsilon"].values, result["K_c"].values
    published, complete = (result["order"].sel(feedback=each).values.T for each in FEEDBACKS)
    norm = BoundaryNorm(np.arange(-0.5, 4.5), 4)
    ax.pcolormesh(across, up, published, cmap=ListedColormap(TINTS), norm=norm, shading="nearest", rasterized=True)
    ax.plot(result["line"].sel(axis="upsilon"), result["line"].sel(axis="K_c"), color="black", linewidth=1.4)
    if (complete == SUPERCONDUCTOR).any():
        inside = (complete == SUPERCONDUCTOR).astype(float)
        ax.contour(across, up, inside, levels=[0.5], colors="black", linestyles="dashed", linewidths=1.0)


FIGURES = (
    PaperFigure(
        name=NAME,
        title="Where the paired wire is a superconductor",
        source=f"{PAPER}, (18) and sec. II C 2",
        caption="(a) The line (18) with bare numbers, K = 0.4, for ratios of the velocities on the line (13), and for "
        "a density-density coupling. (b) to (d) Phases and dominant order through the flow by each cut-off, u = u_c/2, "
        "K = 0.4, y_s = 0.05, y = 0.1, e^(-l*) = 0.1 (our choice; the paper draws no such figure): the black line is "
        "(18) at the end of the flow, dashed the region of superconductivity with the complete feedback.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
