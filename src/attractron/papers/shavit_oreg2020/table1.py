"""Table I: what tells the three phases apart, tunnelling and conductance."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import dataset
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.common import PAPER
from attractron.wires import CoupledWires, conductance, excitation_costs, susceptibilities

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "shavit-table1"

PHASES = ("decoupled", "paired", "trion")
WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12)
"""Parameters of Fig. 4, K of our choice; only the power of tunnelling depends on them."""

ROUNDING = 1e-9


def compute(quick: bool) -> "xr.Dataset":
    """Conductances in each phase, grounded and floating, and how electrons tunnel in. Quick is the same."""
    found = [conductance(phase=phase) for phase in PHASES]
    between = np.stack([each["contact_conductance"].values for each in found])
    costs = [_costs(phase) for phase in PHASES]
    numbers = {"K_c": WIRES.K_c_tilde, "K": WIRES.K_tilde, "Q": WIRES.Q}
    power = [
        float(susceptibilities(**numbers, phase=phase)["bulk_tunnelling"]) if phase != "trion" else np.inf
        for phase in PHASES
    ]
    G = "e²/h"
    return dataset(
        {
            "conductance": ("phase", between[:, 0, 0], G, "conductance of the primary, secondary grounded"),
            "cross_conductance": ("phase", between[:, 1, 0], G, "current of the secondary per voltage on the primary"),
            "floating": (
                "phase",
                [each["floating_conductance"].values[0] for each in found],
                G,
                "conductance of the primary, secondary floating",
            ),
            "power": ("phase", power, "1", "power of the primary's density of states, infinite where it has a gap"),
            "primary_gapped": ("phase", [cost[0] > 0 for cost in costs], "1", "adding an electron costs energy"),
            "secondary_gapped": ("phase", [cost[1] > 0 for cost in costs], "1", "adding to the secondary costs energy"),
            "trion_gapped": ("phase", [cost[2] > 0 for cost in costs], "1", "adding a trion costs energy"),
        },
        {"phase": ("phase", list(PHASES), "1", "phase")},
        question="papers.shavit_oreg2020.conductances",
        parameters=WIRES.describe(),
        method=str(found[0].attrs["method"]),
        validity=[str(found[0].attrs["validity"])],
        references=["shavit_oreg2020"],
    )


def _costs(phase: str) -> tuple[float, float, float]:
    """Energy to add an electron, a particle of the secondary and a trion, in units of the gaps that are open."""
    gaps = {"spin_gap": float(phase != "decoupled"), "trion_gap": float(phase == "trion")}
    cost = excitation_costs(**gaps)["cost"]
    electron, secondary, trion = (float(cost.sel(excitation=n)) for n in ("electron", "secondary particle", "trion"))
    return electron, secondary, trion


def claims(result: "xr.Dataset") -> list[Claim]:
    """The entries of Table I, the counterflow, and the floating secondary."""
    claim = partial(Claim, figure=NAME)
    exact = "Sum over the modes that are not pinned, T = 1 - Σ n nᵀ. Tolerance: rounding."
    table = f"{PAPER}, Table I"
    tunnelling = [
        claim(
            claim=f"Single-electron tunneling, {phase}: {published}",
            source=table,
            published=published.lower(),
            computed="gap" if bool(result["primary_gapped"].sel(phase=phase)) else "power-law",
            note=note,
        )
        for phase, published, note in (
            (
                "decoupled",
                "Power-law",
                f"No soliton is needed; the density of states goes as ω^{float(result['power'][0]):.3f} with the "
                "parameters of Fig. 4 and K = 0.4 (our choice).",
            ),
            ("paired", "Gap", "An electron is a soliton of the pinned φ_s: it costs the spin gap."),
            ("trion", "Gap", "A soliton of φ_s and half a soliton of φ_g: it costs both gaps."),
        )
    ]
    G = [
        claim(
            claim=f"Two-terminal conductance, {phase}: {shown}",
            source=table,
            published=published,
            computed=float(result["conductance"].sel(phase=phase)),
            tolerance=ROUNDING,
            unit="e²/h",
            note=exact,
        )
        for phase, published, shown in (("decoupled", 2.0, "2"), ("paired", 2.0, "2"), ("trion", 4 / 3, "4/3"))
    ]
    trion = result.sel(phase="trion")
    return [
        *tunnelling,
        *G,
        claim(
            claim="there is a counterflow of current in the secondary wire, yet it is also fractional, corresponding "
            "to a cross-conductance of -2/3 e²/h",
            source=f"{PAPER}, sec. II C 3 and (D6)",
            published=-2 / 3,
            computed=float(trion["cross_conductance"]),
            tolerance=ROUNDING,
            unit="e²/h",
            note=f"For a hole-like secondary; a particle-like one is dragged along, +2/3 e²/h. {exact}",
        ),
        claim(
            claim='In the trion phase, where the charge in the primary wire is "locked" to the secondary holes, we '
            "expect zero current to flow in the primary wire",
            source=f"{PAPER}, Appendix D, secondary floating",
            published=0.0,
            computed=float(trion["floating"]),
            tolerance=ROUNDING,
            unit="e²/h",
            note="4/3 - (2/3)²/(1/3) = 0: the trion carries charge only while the secondary can return it, the "
            f"absolute drag. In the paired phase it stays {float(result['floating'].sel(phase='paired')):.3g} e²/h. "
            "Tolerance: rounding.",
        ),
        claim(
            claim="a single-particle gap exists in the spectral function of the primary electronic wire, but also in "
            "that of the secondary system",
            source=f"{PAPER}, sec. II C 3",
            published=True,
            computed=bool(trion["primary_gapped"] and trion["secondary_gapped"] and not trion["trion_gapped"]),
            note="An electron and a particle of the secondary cost energy in the trion phase, a trion costs none; in "
            "the paired phase the secondary has no gap.",
        ),
    ]


def draw(result: "xr.Dataset") -> "Figure":
    """The table above, the conductances below."""
    from matplotlib.figure import Figure

    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(7.6, 5.4), layout="constrained")
    top, ax = figure.subplots(2, 1, height_ratios=[0.5, 1.0])
    top.set_axis_off()
    gapped, power = result["primary_gapped"].values, result["power"].values
    entries = ["gap" if gap else f"power-law, ω^{p:.3f}" for gap, p in zip(gapped, power, strict=True)]
    rows = {
        "tunnelling into the primary": entries,
        "into the secondary": ["gap" if gap else "no gap" for gap in result["secondary_gapped"].values],
        "conductance (e²/h)": [f"{value:.4g}" for value in result["conductance"].values],
    }
    table = top.table(list(rows.values()), rowLabels=list(rows), colLabels=list(PHASES), loc="center", cellLoc="center")
    table.scale(1.0, 1.6)
    for number, name in enumerate(("conductance", "floating", "cross_conductance")):
        place = np.arange(len(PHASES)) + 0.25 * (number - 1)
        values = np.round(result[name].values, 12) + 0.0
        bars = ax.bar(place, values, 0.22, color=OKABE_ITO[number], label=str(result[name].attrs["long_name"]))
        ax.bar_label(bars, fmt="%.3g", padding=2)
    ax.axhline(0.0, color="0.4", linewidth=0.8)
    ax.set_xticks(np.arange(len(PHASES)), PHASES)
    ax.set_ylabel("conductance (e²/h)")
    ax.set_ylim(-1.0, 3.6)
    ax.legend(frameon=False, loc="upper left")
    return figure


FIGURES = (
    PaperFigure(
        name=NAME,
        title="What tells the three phases apart",
        source=f"{PAPER}, Table I, sec. II C 3 and Appendix D",
        caption="Single-electron tunnelling and conductances of clean wires in the three phases, hole-like secondary. "
        "The conductances depend on what is pinned and on nothing else; the power of the decoupled phase is that of "
        "K_c = 0.9, υ = 0.12 (Fig. 4) and K = 0.4 (our choice), before the flow.",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
