"""Fig. 4b: the polarizer conducts beside an odd number of system electrons and is blocked beside an even one."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import Device
from attractron.dots.parts import Parameter
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.experiment import COUPLINGS, TEMPERATURE, U
from attractron.plotting.style import OKABE_ITO
from attractron.transport import Junction, Lead, current

BIAS = -1.3
"""The paper's, mV."""

STATES = {"(0,0)": 0, "(1,0)": 1, "(0,1)": 1, "(1,1)": 2}
"""Electrons of the system that the polarizer's electron is repelled by."""

BETAS = (0.5, 0.0)
"""Lever arms of the source on P: with which the published picture comes out, and that of the other panels."""

SCAN = np.linspace(0.0, 0.95, 96)
"""Lever arms of the source on P for which it is asked who conducts at µ_P = U."""

V_B, ALPHA_B = 241.5, 0.61
"""The gate voltage of the dashed line, mV, the paper's; the lever arm of V_B on P, meV/mV, our choice: that of V on L
and R."""

CONDUCTS = 0.25
"""Part of a peak's height above which a state is said to conduct: twice the part that the tails reach at most where
the other states are blocked, and half of what is left where a Fermi edge goes through the level."""

WIDTH = COUPLINGS["Gamma_S"] + COUPLINGS["Gamma_D"]


def frozen(electrons: int, beta: float) -> Junction:
    """The polarizer dot alone, its level raised by U for every electron on the system, whose charge stands still."""
    device = Device(
        dots=("P",),
        repulsion=np.zeros((1, 1)),
        levels=np.array([U * electrons]),
        parameters={"mu_P": Parameter(value=0.0, levels={"P": -1.0})},
    )
    leads = (
        Lead(
            name="S",
            dot="P",
            Gamma=COUPLINGS["Gamma_S"],
            temperature=TEMPERATURE,
            bias=1.0,
            lever_arms={"P": beta},
        ),
        Lead(name="D", dot="P", Gamma=COUPLINGS["Gamma_D"], temperature=TEMPERATURE),
    )
    return Junction(device=device, leads=leads)


def compute(quick: bool) -> xr.Dataset:
    """The current over the polarizer's chemical potential for the four charge states of the system."""
    mu_P = U + np.linspace(-2.6, 2.6, 209 if quick else 833)
    found = [
        [
            current(frozen(electrons, beta), {"mu_P": mu_P, "V_SD": BIAS}, processes="0e")
            for electrons in STATES.values()
        ]
        for beta in BETAS
    ]
    values = np.array([[result["current"].values for result in row] for row in found])
    dashes = [
        [
            float(current(frozen(electrons, float(beta)), {"mu_P": U, "V_SD": BIAS}, processes="0e")["current"])
            for electrons in STATES.values()
        ]
        for beta in SCAN
    ]
    heights = np.abs(values).max(axis=(0, 2))  # a lever arm moves a peak and leaves its height
    return dataset(
        {
            "current": (("beta", "state", "mu_P"), values, "pA", "current out of the source"),
            "at_dashes": (("scanned", "state"), np.abs(dashes) / heights, "1", "|I| at µ_P = U over the peak's height"),
        },
        {
            "beta": ("beta", list(BETAS), "1", "lever arm β of the source on P"),
            "scanned": ("scanned", SCAN, "1", "lever arm β of the source on P"),
            "state": ("state", list(STATES), "1", "charge state of the system (L,R)"),
            "mu_P": ("mu_P", mu_P, "meV", "chemical potential µ_P of the polarizer, moved by V_B"),
        },
        question="papers.hamo2016.fig4b",
        parameters={**COUPLINGS, "U": U, "temperature": TEMPERATURE, "V_SD": BIAS},
        method="Breit and Wigner's resonance between source and drain beside a frozen charge, exact for one level",
        validity=["The charge of the system stands still; the polarizer dot has one level without spin."],
        references=["hamo2016"],
    )


def readings(result: xr.Dataset) -> Readings:
    """Which states conduct at µ_P = U, for which lever arms of the source, and where the peaks lie."""
    half = result.sel(beta=BETAS[0])
    edges = {state: _half_heights(half.sel(state=state)) for state in STATES}
    step = float(result["mu_P"][1] - result["mu_P"][0])
    blocked, conducting = (_crossing(result, state, CONDUCTS) for state in ("(0,0)", "(1,1)"))
    nearer = {f"β = {beta:g}": _nearer(edges, beta) for beta in (0.0, 0.2, 0.4, 0.5, 0.6, 0.8)}
    sizes = result["at_dashes"].sel(scanned=BETAS[0], method="nearest")
    odd = np.array([electrons == 1 for electrons in STATES.values()])
    return {
        "conducting": _conducting(result, BETAS[0]),
        "conducting_by_beta": {
            f"0 ≤ β < {blocked:.3f}": _conducting(result, 0.0),
            f"{blocked:.3f} < β < {conducting:.3f}": _conducting(result, (blocked + conducting) / 2),
            f"β > {conducting:.3f}": _conducting(result, float(SCAN[-1])),
        },
        "weakness": float(sizes.values[~odd].max() / sizes.values[odd].min()),
        "blocked": blocked,
        "blocked_at_half": _crossing(result, "(0,0)", 0.5),
        "first_slope": 1 / (1 - blocked),
        "second_slope": 2 / (1 - blocked),
        "below": U - edges["(0,0)"][1],
        "above": edges["(1,1)"][0] - U,
        "nearer": _nearer(edges, BETAS[0]),
        "nearer_by_beta": nearer,
        "step": step,
        "shift": 1e3 * _largest_shift(edges),
        "step_in_micro": 1e3 * step,
    }


def _crossing(result: xr.Dataset, state: str, part: float) -> float:
    """β at which |I| of a state at µ_P = U passes a part of the height of its peak; the other way round for (1,1)."""
    size, beta = result["at_dashes"].sel(state=state).to_numpy(), result["scanned"].to_numpy()
    sign = -1.0 if state == "(0,0)" else 1.0
    return float(np.interp(sign * part, sign * size, beta))


def _nearer(edges: dict[str, tuple[float, float]], beta: float) -> float:
    """How far the levels of (0,0) and (1,1) are from the nearer Fermi energy at µ_P = U, negative within, meV."""
    moved = (beta - BETAS[0]) * abs(BIAS)
    return min(U - edges["(0,0)"][1] + moved, edges["(1,1)"][0] - moved - U)


def _half_heights(curve: xr.Dataset) -> tuple[float, float]:
    """µ_P where the current passes half of its largest size, on both sides of the peak, meV."""
    size, mu_P = np.abs(curve["current"].to_numpy()), curve["mu_P"].to_numpy()
    top, half = int(size.argmax()), size.max() / 2
    return float(np.interp(half, size[: top + 1], mu_P[: top + 1])), float(np.interp(-half, -size[top:], mu_P[top:]))


def _conducting(result: xr.Dataset, beta: float) -> str:
    sizes = result["at_dashes"].sel(state=list(STATES)).interp(scanned=beta).values
    return ", ".join(state for state, on in zip(STATES, sizes > CONDUCTS, strict=True) if on)


def _largest_shift(edges: dict[str, tuple[float, float]]) -> float:
    centres = [sum(edges[state]) / 2 for state in ("(0,0)", "(1,0)", "(1,1)")]
    return float(max(np.diff(centres), key=lambda shift: abs(shift - U)))


def draw(result: xr.Dataset) -> Figure:
    """The four curves, once for each lever arm, and who conducts at the dashed line over the lever arm."""
    figure, axes = panels(13.6, 4.6, columns=3)
    styles = {"(0,0)": "-", "(1,0)": "-", "(0,1)": (0, (4, 3)), "(1,1)": "-"}
    colours = dict(zip(STATES, (OKABE_ITO[0], OKABE_ITO[1], OKABE_ITO[4], OKABE_ITO[2]), strict=True))
    for ax, beta in zip(axes, BETAS, strict=False):
        for state, style in styles.items():
            curve = result["current"].sel(beta=beta, state=state) / -1e3
            ax.plot(result["mu_P"], curve, color=colours[state], linestyle=style, label=state)
        ax.axvline(U, color="black", linestyle=(0, (5, 4)), linewidth=1.0)
        ax.set(ylabel="−I (nA)", xlabel="chemical potential µ$_\\mathrm{P}$ of the polarizer (meV)")
        gate = ax.secondary_xaxis("top", functions=(_volts, _energy))
        gate.set_xlabel("V$_\\mathrm{B}$ (mV)")
    last = axes[2]
    for state, style in styles.items():
        part = result["at_dashes"].sel(state=state)
        last.plot(result["scanned"], part, color=colours[state], linestyle=style, label=state)
    last.axhline(CONDUCTS, color="0.5", linestyle=":", linewidth=1.2)
    for beta in BETAS:
        last.axvline(beta, color="0.7", linewidth=0.8)
    last.set(xlabel="lever arm β of the source on P", ylabel="|I| at the dashes over the peak's height")
    lettered(axes, [*(f"β = {beta:g}" for beta in BETAS), "At the dashes, over β"])
    last.legend(title="system (L,R)", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _volts(mu_P: ArrayLike) -> FloatArray:
    """V_B in mV."""
    return np.asarray(V_B + (np.asarray(mu_P) - U) / ALPHA_B)


def _energy(volts: ArrayLike) -> FloatArray:
    """µ_P in meV."""
    return np.asarray(U + ALPHA_B * (np.asarray(volts) - V_B))


FIGURES = (
    Recipe(
        name="hamo-4b",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "T": TEMPERATURE,
            "U": U,
            "conducts": CONDUCTS,
            "width": WIDTH,
            "V_B": V_B,
            "alpha_B": ALPHA_B,
        },
    ),
)
