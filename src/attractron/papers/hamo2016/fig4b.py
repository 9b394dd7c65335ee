"""Fig. 4b: the polarizer conducts beside an odd number of system electrons and is blocked beside an even one."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import Device
from attractron.dots.parts import Parameter
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.experiment import COUPLINGS, TEMPERATURE, U
from attractron.plotting.style import OKABE_ITO
from attractron.transport import Junction, Lead, current

BIAS = -1.3
"""The paper's, mV."""

STATES = {"(0,0)": 0, "(1,0)": 1, "(0,1)": 1, "(1,1)": 2}
"""Electrons of the system that the polarizer's electron is repelled by."""

BETAS = (0.5, 0.0)
"""Lever arms of the source on P: with which the published picture comes out, and that of the other panels."""

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
    values = [[result["current"].values for result in row] for row in found]
    return dataset(
        {"current": (("beta", "state", "mu_P"), values, "pA", "current out of the source")},
        {
            "beta": ("beta", list(BETAS), "1", "lever arm β of the source on P"),
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
    """Which states conduct at µ_P = U, with and without a lever arm of the source, and where the peaks lie."""
    half, none = (result.sel(beta=beta) for beta in BETAS)
    edges = {state: _half_heights(half.sel(state=state)) for state in STATES}
    step = float(result["mu_P"][1] - result["mu_P"][0])
    below, above = U - edges["(0,0)"][1], edges["(1,1)"][0] - U
    return {
        "conducting": _conducting(half),
        "weakness": _weakness(half),
        "conducting_without": _conducting(none),
        "below": below,
        "above": above,
        "nearer": min(below, above),
        "step": step,
        "shift": 1e3 * _largest_shift(edges),
        "step_in_micro": 1e3 * step,
    }


def _half_heights(curve: xr.Dataset) -> tuple[float, float]:
    """µ_P where the current passes half of its largest size, on both sides of the peak, meV."""
    size, mu_P = np.abs(curve["current"].to_numpy()), curve["mu_P"].to_numpy()
    top, half = int(size.argmax()), size.max() / 2
    return float(np.interp(half, size[: top + 1], mu_P[: top + 1])), float(np.interp(-half, -size[top:], mu_P[top:]))


def _at_dashes(curves: xr.Dataset) -> FloatArray:
    """|I| of every state at µ_P = U, pA."""
    rows = curves["current"].sel(state=list(STATES)).transpose("state", "mu_P").to_numpy()
    return np.array([abs(float(np.interp(U, curves["mu_P"], row))) for row in rows])


def _conducting(curves: xr.Dataset) -> str:
    heights = abs(curves["current"].sel(state=list(STATES))).max("mu_P").to_numpy()
    return ", ".join(state for state, on in zip(STATES, _at_dashes(curves) > CONDUCTS * heights, strict=True) if on)


def _weakness(curves: xr.Dataset) -> float:
    sizes, odd = _at_dashes(curves), np.array([electrons == 1 for electrons in STATES.values()])
    return float(sizes[~odd].max() / sizes[odd].min())


def _largest_shift(edges: dict[str, tuple[float, float]]) -> float:
    centres = [sum(edges[state]) / 2 for state in ("(0,0)", "(1,0)", "(1,1)")]
    return float(max(np.diff(centres), key=lambda shift: abs(shift - U)))


def draw(result: xr.Dataset) -> Figure:
    """The four curves, once for each lever arm."""
    figure, (left, right) = panels(10.4, 4.4, columns=2, sharey=True)
    styles = {"(0,0)": "-", "(1,0)": "-", "(0,1)": (0, (4, 3)), "(1,1)": "-"}
    colours = dict(zip(STATES, (OKABE_ITO[0], OKABE_ITO[1], OKABE_ITO[4], OKABE_ITO[2]), strict=True))
    for ax, beta, title in zip((left, right), BETAS, ("the published picture", "as in the other panels"), strict=True):
        for state, style in styles.items():
            curve = result["current"].sel(beta=beta, state=state) / -1e3
            ax.plot(result["mu_P"], curve, color=colours[state], linestyle=style, label=state)
        ax.axvline(U, color="black", linestyle=(0, (5, 4)), linewidth=1.0)
        ax.set(title=f"β = {beta:g}: {title}", ylabel="−I (nA)")
        ax.set_xlabel("chemical potential µ$_\\mathrm{P}$ of the polarizer (meV)")
    left.legend(title="system (L,R)", frameon=False, loc="upper left")
    return figure


BLOCKING = 1 - U / abs(BIAS)
"""β above which (0,0) is blocked at µ_P = U."""

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
            "blocking": BLOCKING,
            "first_slope": 1 / (1 - BLOCKING),
            "second_slope": 2 / (1 - BLOCKING),
        },
    ),
)
