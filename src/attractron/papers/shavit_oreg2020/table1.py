"""Table I: what tells the three phases apart, tunnelling and conductance."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.shavit_oreg2020.common import each
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, conductance, excitation_costs, susceptibilities

PHASES = ("decoupled", "paired", "trion")
WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12)
"""Parameters of Fig. 4, K of our choice; only the power of tunnelling depends on them."""


def compute(quick: bool) -> xr.Dataset:
    """Conductances in each phase, grounded and floating, and how electrons tunnel in. Quick is the same."""
    found = [conductance(phase=phase) for phase in PHASES]
    between = np.stack([own["contact_conductance"].values for own in found])
    floating = [own["floating_conductance"].values[0] for own in found]
    costs = np.array([_costs(phase) for phase in PHASES])
    G = "e²/h"
    return dataset(
        {
            "conductance": ("phase", between[:, 0, 0], G, "conductance of the primary, secondary grounded"),
            "cross_conductance": ("phase", between[:, 1, 0], G, "current of the secondary per voltage on the primary"),
            "floating": ("phase", floating, G, "conductance of the primary, secondary floating"),
            "power": (
                "phase",
                [_power(phase) for phase in PHASES],
                "1",
                "power of the primary's density of states, infinite where it has a gap",
            ),
            "primary_gapped": ("phase", costs[:, 0] > 0, "1", "adding an electron costs energy"),
            "secondary_gapped": ("phase", costs[:, 1] > 0, "1", "adding to the secondary costs energy"),
            "trion_gapped": ("phase", costs[:, 2] > 0, "1", "adding a trion costs energy"),
        },
        {"phase": ("phase", list(PHASES), "1", "phase")},
        question="papers.shavit_oreg2020.table1",
        parameters=WIRES.describe(),
        method=str(found[0].attrs["method"]),
        validity=[str(found[0].attrs["validity"])],
        references=["shavit_oreg2020"],
    )


def _costs(phase: str) -> list[float]:
    """Energy to add an electron, a particle of the secondary and a trion, in units of the gaps that are open."""
    cost = excitation_costs(spin_gap=float(phase != "decoupled"), trion_gap=float(phase == "trion"))["cost"]
    return [float(cost.sel(excitation=name)) for name in ("electron", "secondary particle", "trion")]


def _power(phase: str) -> float:
    """Of the energy in the density of states for electrons."""
    if phase == "trion":
        return np.inf
    found = susceptibilities(K_c=WIRES.K_c_tilde, K=WIRES.K_tilde, Q=WIRES.Q, phase=phase)
    return float(found["bulk_tunnelling"])


def readings(result: xr.Dataset) -> Readings:
    """The entries of the table, the counterflow, and the floating secondary."""
    gapped, trion = result["primary_gapped"], result.sel(phase="trion")
    return {
        **each("tunnelling", gapped.copy(data=np.where(gapped, "gap", "power-law"))),
        **each("G", result["conductance"]),
        "power": float(result["power"].sel(phase="decoupled")),
        "counterflow": float(trion["cross_conductance"]),
        "floating_trion": float(trion["floating"]),
        "floating_paired": float(result["floating"].sel(phase="paired")),
        "both_gapped": bool(trion["primary_gapped"] and trion["secondary_gapped"] and not trion["trion_gapped"]),
    }


def draw(result: xr.Dataset) -> Figure:
    """The table above, the conductances below."""
    figure, (top, ax) = panels(7.6, 5.4, rows=2, height_ratios=[0.5, 1.0])
    _draw_table(result, top)
    for number, name in enumerate(("conductance", "floating", "cross_conductance")):
        place = np.arange(len(PHASES)) + 0.25 * (number - 1)
        values = np.round(result[name].values, 12) + 0.0  # no "-0"
        bars = ax.bar(place, values, 0.22, color=OKABE_ITO[number], label=str(result[name].attrs["long_name"]))
        ax.bar_label(bars, fmt="%.3g", padding=2)
    ax.axhline(0.0, color="0.4", linewidth=0.8)
    ax.set_xticks(np.arange(len(PHASES)), PHASES)
    ax.set(ylabel="conductance (e²/h)", ylim=(-1.0, 3.6))
    ax.legend(frameon=False, loc="upper left")
    return figure


def _draw_table(result: xr.Dataset, ax: Axes) -> None:
    gapped, power = result["primary_gapped"].values, result["power"].values
    rows = {
        "tunnelling into the primary": [
            "gap" if gap else f"power-law, ω^{p:.3f}" for gap, p in zip(gapped, power, strict=True)
        ],
        "into the secondary": ["gap" if gap else "no gap" for gap in result["secondary_gapped"].values],
        "conductance (e²/h)": [f"{value:.4g}" for value in result["conductance"].values],
    }
    ax.set_axis_off()
    table = ax.table(list(rows.values()), rowLabels=list(rows), colLabels=list(PHASES), loc="center", cellLoc="center")
    table.scale(1.0, 1.6)


FIGURES = (
    Recipe(
        name="shavit-table1",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"trion_G": 4 / 3, "trion_counterflow": -2 / 3},
    ),
)
