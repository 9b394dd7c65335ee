"""A dot whose electrons attract, between two leads: its conductance is that of pairs (Koch, Raikh and von Oppen 2006).

Two spinless levels (or a level with spin, a level for each) with the interaction W < 0 hold none or two electrons.
Where both cost the same, 2ε + W = 0, one electron costs |W|/2, and what conducts in second order are elastic passage
and pairs that enter or leave at once, each electron from any lead. With Γ of each level to each of both leads and
x = (2ε + W)/k_BT

    ħ w(0 → 2) = (Γ²/2π) A² k_BT x/(e^x - 1)   for each choice of leads,     A = 1/ε - 1/(ε + W),

and so, with the populations 1/(e^{±x} + 1), at small bias

    G_pair = (e²/h) Γ²A² x/sinh x,     at the centre  (e²/h) 16 Γ²/W² [1 + (2π²/3)(2k_BT/W)²],
    G_elastic = 2 (e²/h) (2Γ/W)² [1 + π²(2k_BT/W)²]   there:

the pairs carry twice as much as single electrons, at any temperature below |W|, along a line of the width of k_BT. The
brackets are what Fermi functions leave of 1/(y - ε)², the first terms of Sommerfeld's series.
"""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.dots import Device, Gate
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.transport import Junction, Lead, differential_conductance

W, GAMMA, KELVIN = -2.0, 0.01, 0.2
"""Interaction of the two electrons and Γ of each level to each lead in meV; K."""

LARGEST = 5.0
"""|x| up to which the pairs are compared with x/sinh x: from there on they are less than a tenth."""


def junction() -> Junction:
    """Two levels that attract, each between a source and a drain; the gate "V" lowers both."""
    device = Device(
        dots=("1", "2"), repulsion=np.array([[0.0, W], [W, 0.0]]), gates={"V": Gate(lever_arms={"1": 1.0, "2": 1.0})}
    )
    leads = tuple(
        Lead(name=f"{name}{dot}", dot=dot, Gamma=GAMMA, temperature=KELVIN, bias=bias)
        for dot in device.dots
        for name, bias in (("S", 0.5), ("D", -0.5))
    )
    return Junction(device=device, leads=leads)


def line(x: FloatArray) -> FloatArray:
    """x/sinh x."""
    small = np.abs(x) < 1e-6
    return np.where(small, 1.0, x / np.sinh(np.where(small, 1.0, x)))


def compute(quick: bool) -> xr.Dataset:
    """Conductance of both levels over the gate, with and without processes of two electrons."""
    kT = K_B * KELVIN
    x = np.linspace(-12.0, 12.0, 49 if quick else 97)
    gate = (W - x * kT) / 2  # ε = -V, so that x = (2ε + W)/k_BT
    found = {
        processes: 2
        * differential_conductance(junction(), {"V": gate[::-1]}, processes=processes)["conductance"].values
        for processes in ("0e", "1e")
    }
    elastic = found["0e"][::-1]
    hand = 16 * (GAMMA / W) ** 2 * (1 + 2 * (np.pi * kT / W) ** 2 * 4 / 3)
    single = 8 * (GAMMA / W) ** 2 * (1 + 4 * (np.pi * kT / W) ** 2)
    return dataset(
        {
            "total": ("x", found["1e"][::-1], "e²/h", "conductance of both levels"),
            "elastic": ("x", elastic, "e²/h", "part that passes elastically"),
            "pairs": ("x", found["1e"][::-1] - elastic, "e²/h", "part that pairs carry"),
            "pairs_by_hand": ("x", hand * line(x), "e²/h", "part that pairs carry, by hand"),
            "elastic_by_hand": ((), single, "e²/h", "part that passes elastically at the centre, by hand"),
        },
        {"x": ("x", x, "1", "cost of a pair over k_BT, (2ε + W)/k_BT")},
        question="papers.ours.pair_tunnelling",
        parameters=junction().describe(),
        options={"processes": "1e", "method": "finite-part"},
        method="golden-rule rates of second order in finite parts, Breit and Wigner's resonance; by hand",
        validity=["Second order in Γ: Γ ≪ k_BT ≪ |W|; the charge Kondo effect at low temperature is left out."],
        references=["koch2006", "kaasbjerg_jauho2016"],
    )


def readings(result: xr.Dataset) -> Readings:
    """Parts at the centre, and how far the line of the pairs is from x/sinh x."""
    centre = result.sel(x=0.0, method="nearest")
    near = result.sel(x=slice(-LARGEST, LARGEST))
    shape = near["pairs"] / centre["pairs"] / line(near["x"].values) - 1
    return {
        "total": 1e4 * float(centre["total"]),
        "pairs": 1e4 * float(centre["pairs"]),
        "elastic": 1e4 * float(centre["elastic"]),
        "pairs_by_hand": 1e4 * float(centre["pairs_by_hand"]),
        "elastic_by_hand": 1e4 * float(result["elastic_by_hand"]),
        "ratio": float(centre["pairs"] / centre["elastic"]),
        "shape": float(abs(shape).max()),
    }


def draw(result: xr.Dataset) -> Figure:
    """The parts over the cost of a pair, and the line of the pairs."""
    figure, (parts, shape) = panels(9.6, 4.0, columns=2)
    lettered((parts, shape))
    for name, label, colour in (
        ("total", "both", "black"),
        ("pairs", "pairs", OKABE_ITO[0]),
        ("elastic", "elastic passage", OKABE_ITO[1]),
    ):
        parts.plot(result["x"], 1e4 * result[name], color=colour, label=label)
    parts.set(ylabel="conductance ($10^{-4}$ e²/h)", ylim=(0, None))
    parts.legend(loc="upper right")
    shown = result.isel(x=slice(None, None, 2))
    shape.plot(shown["x"], 1e4 * shown["pairs"], "o", color=OKABE_ITO[0], markerfacecolor="none", label="calculated")
    shape.plot(result["x"], 1e4 * result["pairs_by_hand"], color="black", label="by hand, ∝ x/sinh x")
    shape.set(yscale="log", ylabel="conductance of pairs ($10^{-4}$ e²/h)")
    shape.legend(loc="lower center")
    for ax in (parts, shape):
        ax.set(xlabel=r"$x = (2\varepsilon + W)/k_\mathrm{B}T$")
    return figure


FIGURES = (
    Recipe(
        name="pair-tunnelling",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"W": W, "Gamma": 1e3 * GAMMA, "T": KELVIN, "largest": LARGEST},
    ),
)
