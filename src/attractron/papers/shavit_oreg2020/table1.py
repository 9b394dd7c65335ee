"""Table I: what tells the three phases apart, tunnelling and conductance, and the scattering matrix behind it."""

import math
from fractions import Fraction
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered
from attractron.papers.shavit_oreg2020.common import CUTOFFS, each
from attractron.plotting.style import OKABE_ITO, new_figure
from attractron.wires import (
    CoupledWires,
    conductance,
    exact_dimensions,
    excitation_costs,
    flow,
    phase_name,
    susceptibilities,
)

PHASES = ("decoupled", "paired", "trion")
WIRES = CoupledWires(K_c=0.9, K=0.6, y_s=0.1, y=0.1, upsilon=0.12)
"""Parameters of Fig. 4, K of our choice: that of Fig. 3, at which all three phases occur under the tanh."""

PLACES = {"decoupled": (0.8, 0.02), "paired": (0.05, 0.1), "trion": (0.0, 0.1)}
"""e^{-l*} and y⁰ of a point in each phase."""

EXCITATIONS = ("electron", "secondary particle", "trion")
FREE_K_C = (0.25, 0.5, 1.0)
"""Of a wire without a second one, where the powers are closed forms."""

VECTORS = np.array([[1.0, -1.0, 0.0], [1.0, 1.0, 2.0], [1.0, 1.0, -1.0]]) / np.sqrt([[2.0], [6.0], [3.0]])
"""n_s, n_g and n_f before (D4)."""


def compute(quick: bool) -> xr.Dataset:
    """Scattering matrices and conductances in each phase, gaps of a point in each, powers. Quick is the same."""
    found = [conductance(phase=phase) for phase in PHASES]
    G = "e²/h"
    dims = ("phase", "mode", "driven_mode")
    terminals = ("phase", "terminal", "driven_terminal")
    return dataset(
        {
            "T": (dims, np.stack([own["conductance"].values for own in found]), "1", "transmission T of (D1)"),
            "contact": (
                ("phase", "contact", "driven_contact"),
                np.stack([own["contact_conductance"].values for own in found]),
                G,
                "current of a wire per voltage on another, all others grounded",
            ),
            "terminal_conductance": (
                terminals,
                np.stack([own["terminal_conductance"].values for own in found]),
                G,
                "current into a terminal per potential of another",
            ),
            "floating": (
                "phase",
                [float(own["floating_conductance"][0]) for own in found],
                G,
                "conductance of the primary, secondary floating",
            ),
            "vector": (("name", "mode"), VECTORS, "1", "unit vectors of what is pinned, and of what is free"),
            **_gaps(),
            **_powers(),
        },
        {
            "phase": ("phase", list(PHASES), "1", "phase"),
            "excitation": ("excitation", list(EXCITATIONS), "1", "excitation"),
            "name": ("name", ["n_s", "n_g", "n_f"], "1", "combination of the modes"),
            "free_K_c": ("free_K_c", list(FREE_K_C), "1", "Luttinger parameter of a wire alone"),
        },
        question="papers.shavit_oreg2020.table1",
        parameters=WIRES.describe(),
        options={"places": PLACES},
        method=str(found[0].attrs["method"]),
        validity=[str(found[0].attrs["validity"])],
        references=["shavit_oreg2020"],
    )


def _gaps() -> "dict[str, tuple[tuple[str, ...], np.ndarray, str, str]]":
    """What the flow makes of a point in each phase: its name, the gaps over Λ and the costs of excitations."""
    names, gaps, costs = [], [], []
    for mismatch, y in PLACES.values():
        wires = WIRES.with_parameters(mismatch=mismatch, y=y)
        first = flow(wires, cutoff=CUTOFFS["tanh"])
        both = flow(wires, cutoff=CUTOFFS["tanh"], stop="both")
        names.append(phase_name(first))
        trion = math.exp(-float(both["l_trion"])) if names[-1] == "trion" else 0.0
        gaps.append([math.exp(-float(both["l_spin"])), trion])
        cost = excitation_costs(spin_gap=gaps[-1][0], trion_gap=gaps[-1][1])["cost"]
        costs.append([float(cost.sel(excitation=name)) for name in EXCITATIONS])
    return {
        "flow_phase": (("phase",), np.array(names), "1", "phase by the flow"),
        "gap": (("phase", "gap_of"), np.array(gaps), "1", "spin gap and trion gap over Λ"),
        "cost": (("phase", "excitation"), np.array(costs), "1", "lowest energy of an excitation over Λ"),
    }


def _powers() -> "dict[str, tuple[tuple[str, ...], np.ndarray, str, str]]":
    """Powers of the gapless primary's density of states, of wires apart and at Fig. 4's numbers by two methods."""
    alone = [susceptibilities(K_c=K_c) for K_c in FREE_K_C]
    beside = susceptibilities(K_c=WIRES.K_c_tilde, K=WIRES.K_tilde, Q=WIRES.Q)
    V_phi = WIRES.upsilon * math.pi / math.sqrt(WIRES.K_c * WIRES.K)
    modes = exact_dimensions(
        K_c=WIRES.K_c, u_c=1.0, K=WIRES.K, u=1.0, V_phi=V_phi, V_theta=-V_phi * WIRES.K_c * WIRES.K
    )
    electron = (float(modes["dimension_cdw"]) + float(modes["dimension_sc"])) / 4 + 1 / 4
    return {
        "bulk": (("free_K_c",), np.array([float(own["bulk_tunnelling"]) for own in alone]), "1", "power in the bulk"),
        "end": (("free_K_c",), np.array([float(own["end_tunnelling"]) for own in alone]), "1", "power at the end"),
        "power": ((), np.array(float(beside["bulk_tunnelling"])), "1", "power in the bulk at Fig. 4's numbers"),
        "power_by_modes": ((), np.array(2 * electron - 1), "1", "the same from the normal modes"),
    }


def readings(result: xr.Dataset) -> Readings:
    """The entries of the table, the laws of T, gaps and powers."""
    trion, paired = result.sel(phase="trion"), result.sel(phase="paired")
    T, vectors = result["T"].values, result["vector"].values
    solved = np.linalg.solve(vectors, np.diag([0.0, 0.0, 1.0]) @ vectors)  # n_sᵀT = n_gᵀT = 0, n_fᵀT = n_fᵀ
    terminal = result["terminal_conductance"].values
    spin, bound = trion["gap"].values
    electron = result["cost"].sel(excitation="electron")
    others = trion["cost"]
    return {
        **each("tunnelling", electron.copy(data=np.where(electron > 0, "gap", "power-law"))),
        **each("flow", result["flow_phase"]),
        **each("G", result["contact"].isel(contact=0, driven_contact=0)),
        "counterflow": float(trion["contact"][1, 0]),
        "own_G": float(trion["contact"][1, 1]),
        "paired_drag": float(paired["contact"][1, 0]),
        "T_same": float(T[2, 0, 0]),
        "T_spins": float(T[2, 0, 1]),
        "T_drag": float(T[2, 2, 0]),
        "T_paired": float(T[1, 0, 1]),
        "T_solved": float(np.abs(T[2] - solved).max()),
        "T_projector": float(np.abs(T @ T - T).max()),
        "T_symmetric": float(np.abs(T - np.swapaxes(T, 1, 2)).max()),
        "conservation": float(max(np.abs(terminal.sum(axis=axis)).max() for axis in (1, 2))),
        "orthonormal": float(np.abs(vectors @ vectors.T - np.eye(3)).max()),
        "floating_trion": float(trion["floating"]),
        "floating_paired": float(paired["floating"]),
        "electron_in_paired": float(electron.sel(phase="paired") / paired["gap"].values[0]),
        "half_soliton": float((electron.sel(phase="trion") - spin) / bound),
        "secondary_in_trion": float(others.sel(excitation="secondary particle") / bound),
        "trion_in_trion": float(others.sel(excitation="trion") / bound),
        "secondary_in_paired": float(paired["cost"].sel(excitation="secondary particle") / paired["gap"].values[0]),
        "spin_gap": float(paired["gap"].values[0]),
        "trion_spin_gap": float(spin),
        "trion_gap": float(bound),
        **{
            f"bulk_{name}": float(value) for name, value in zip(("quarter", "half", "one"), result["bulk"], strict=True)
        },
        **{f"end_{name}": float(value) for name, value in zip(("quarter", "half", "one"), result["end"], strict=True)},
        "power": float(result["power"]),
        "power_by_modes": float(result["power_by_modes"]),
    }


def draw(result: xr.Dataset) -> Figure:
    """The table above; the conductances and the scattering matrix of the trion phase below."""
    figure = new_figure(11.0, 6.0)
    grid = figure.add_gridspec(2, 2, height_ratios=[0.62, 1.0], width_ratios=[1.6, 1.0])
    top, left, right = (figure.add_subplot(place) for place in (grid[0, :], grid[1, 0], grid[1, 1]))
    _draw_table(result, top)
    _draw_conductances(result, left)
    _draw_transmission(result, right)
    lettered((top, left, right), ("", "conductances", "T of the trion phase"))
    return figure


def _draw_conductances(result: xr.Dataset, ax: Axes) -> None:
    contact = result["contact"]
    bars = {
        "primary, secondary grounded": contact.isel(contact=0, driven_contact=0),
        "primary, secondary floating": result["floating"],
        "secondary per voltage on the primary": contact.isel(contact=1, driven_contact=0),
    }
    for number, (label, values) in enumerate(bars.items()):
        heights = np.round(values.values, 12) + 0.0  # no "-0"
        drawn = ax.bar(np.arange(3) + 0.27 * (number - 1), heights, 0.24, color=OKABE_ITO[number], label=label)
        texts = [_fraction(height) for height in heights]
        ax.bar_label(drawn, texts, padding=2)
    ax.axhline(0.0, color="0.4", linewidth=0.8)
    ax.set_xticks(np.arange(3), PHASES)
    ax.set(ylabel="conductance (e²/h)", ylim=(-1.0, 3.9))
    ax.legend(frameon=False, loc="upper left")


def _draw_transmission(result: xr.Dataset, ax: Axes) -> None:
    """Entries of T as numbers on their colours."""
    T = result["T"].sel(phase="trion").values
    ax.imshow(T, cmap="PuOr", vmin=-1.0, vmax=1.0)
    for row, column in np.ndindex(T.shape):
        ax.text(column, row, f"{'−' if T[row, column] < 0 else ''}{abs(T[row, column]):.3f}", ha="center", va="center")
    modes = ["↑", "↓", "secondary"]
    ax.set_xticks(range(3), modes)
    ax.set_yticks(range(3), modes)
    ax.set(xlabel="voltage along", ylabel="current of")


def _draw_table(result: xr.Dataset, ax: Axes) -> None:
    found = readings(result)
    power = rf"power-law, $\omega^{{{found['power']:.3f}}}$"
    rows = {
        "tunnelling into the primary": [
            power if found[f"tunnelling_{phase}"] == "power-law" else str(found[f"tunnelling_{phase}"])
            for phase in PHASES
        ],
        "two-terminal conductance (e²/h)": [_fraction(found[f"G_{phase}"]) for phase in PHASES],
        "energy of an electron": [_energy(value) for value in result["cost"].sel(excitation="electron").values],
        "of a particle of the secondary": [
            _energy(value) for value in result["cost"].sel(excitation="secondary particle").values
        ],
        "of a trion": [_energy(value) for value in result["cost"].sel(excitation="trion").values],
    }
    ax.set_axis_off()
    table = ax.table(list(rows.values()), rowLabels=list(rows), colLabels=list(PHASES), loc="center", cellLoc="center")
    table.scale(1.0, 1.5)


def _fraction(value: Any) -> str:
    return str(Fraction(float(value)).limit_denominator(12)).replace("-", "−")


def _energy(value: float) -> str:
    return rf"${value:.2g}\,\Lambda$" if value >= 0.01 else ("0" if value == 0 else _small(value))


def _small(value: float) -> str:
    mantissa, _, power = f"{value:.1e}".partition("e")
    return rf"${mantissa}\times 10^{{{int(power)}}}\,\Lambda$"


FIGURES = (Recipe(name="shavit-table1", compute=compute, draw=draw, readings=readings),)
