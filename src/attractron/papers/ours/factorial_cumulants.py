"""Counting tells attraction from repulsion: generalised factorial cumulants of a dot whose electrons attract.

A detector counts the electrons that come onto a dot with spin (interaction U) in a window of time t. Without it
(-1)^{m-1} C_s,m(t) ≥ 0 for all orders m, times and s ≥ 0 (`attractron.transport.counting.factorial_cumulants`).
Attraction brings electrons in twos: after one has come, the other follows faster than at random, and already

    C_1,2(t) → t² [2p_0 Γ² f(ε) f(ε + U) - λ²],    λ = 2p_0 Γ f(ε) + p_1 Γ f(ε + U),    for t → 0

is positive, where the rule wants it negative; Γ is the sum of both leads, p_n the probability of n electrons. In long
windows it is not: exchanging electron and hole of one spin turns U into -U and arrivals of this spin into departures,
of which there are as many, so that at the symmetric point the factorial cumulants of attraction grow as those of
repulsion, which obey. With s → 0 the sign shows at any time (Stegmann et al. 2015; Kleinherbers et al. 2018).
"""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B, PER_NS
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.transport import Junction, factorial_cumulants, spin_junction

U, GAMMA, KELVIN = 0.35, 0.001, 1.0
"""|U|, and Γ of each spin to each lead, meV; K."""

INTERACTIONS = {"attraction": -U, "none": 0.0, "repulsion": U}

ORDERS = 6

PARAMETERS = np.array([0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.22, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 2.0])
"""s: where P(0) weighs most, closely."""


def junction(interaction: float) -> Junction:
    """The dot between two leads."""
    return spin_junction(U=interaction, Gamma_S=GAMMA, Gamma_D=GAMMA, temperature=KELVIN)


def beginning() -> FloatArray:
    """C_1,2/(t C_1,1) in short windows at the symmetric point by hand, 1/ns (interaction,)."""
    found = []
    for interaction in INTERACTIONS.values():
        single = -interaction / 2  # ε
        weights = np.array([1.0, 2 * np.exp(-single / (K_B * KELVIN)), 1.0])
        p = weights / weights.sum()
        first, second = (2 * GAMMA * PER_NS * expit(-x / (K_B * KELVIN)) for x in (single, single + interaction))
        often = 2 * p[0] * first + p[1] * second
        found.append((2 * p[0] * first * second - often**2) / often)
    return np.array(found)


def compute(quick: bool) -> xr.Dataset:
    """Generalised factorial cumulants of the electrons that come, in equilibrium at the symmetric point."""
    s = np.array([0.0, 1.0, 2.0]) if quick else PARAMETERS
    times = np.geomspace(1e-4, 1e3, 15 if quick else 29)
    options: dict[str, Any] = {"dots": ["up", "down"], "orders": ORDERS, "processes": "sequential", "origin": "centre"}
    found = [
        [factorial_cumulants(junction(interaction), {"V": 0.0}, times, s=float(each), **options) for each in s]
        for interaction in INTERACTIONS.values()
    ]
    cumulant, broken = (
        np.array([[result[name].values for result in row] for row in found])
        for name in ("factorial_cumulant", "interaction")
    )
    dims = ("interaction", "s", "cumulant_order", "time")
    return dataset(
        {
            "factorial_cumulant": (dims, cumulant, "1", "generalised factorial cumulant"),
            "broken": (dims, broken, "1", "a sign that electrons without interaction cannot have"),
            "beginning": (
                "interaction",
                beginning(),
                "1/ns",
                "second over first cumulant and time, s = 1, t → 0, by hand",
            ),
        },
        {
            "interaction": ("interaction", list(INTERACTIONS), "1", "interaction"),
            "s": ("s", s, "1", "parameter s of the cumulants"),
            "cumulant_order": ("cumulant_order", np.arange(1, ORDERS + 1), "1", "order of the cumulant"),
            "time": ("time", times, "ns", "length of the window"),
        },
        question="papers.ours.factorial_cumulants",
        parameters=junction(-U).describe(),
        method="generating function of sequential tunnelling with a counting field",
        validity=["Sequential tunnelling: Γ far below k_BT, |U| of a few k_BT. The detector misses nothing."],
        references=["stegmann2015", "kleinherbers2018", "kambly2011"],
    )


def ratio(result: xr.Dataset, interaction: str, s: float) -> xr.DataArray:
    """C_s,2/C_s,1 over the time."""
    part = result["factorial_cumulant"].sel(interaction=interaction).sel(s=s, method="nearest", drop=True)
    return part.sel(cumulant_order=2, drop=True) / part.sel(cumulant_order=1, drop=True)


def readings(result: xr.Dataset) -> Readings:
    """How many signs are broken, when, and what short and long windows have to give."""
    broken = result["broken"].astype(bool)
    orders = broken.any(("s", "time"))
    ordinary = broken.sel(s=1.0, method="nearest").any("time").sel(interaction="attraction")
    at_zero = broken.sel(interaction="attraction", s=0.0, cumulant_order=2)
    late = broken.isel(time=-1).sel(interaction="attraction", cumulant_order=2)
    starts, grown = [], []
    for name in INTERACTIONS:
        starts.append(float(ratio(result, name, 1.0)[0] / result["time"][0]))
        part = result["factorial_cumulant"].sel(interaction=name).sel(s=1.0, method="nearest")
        steps = part.isel(time=-1) - part.isel(time=-2)
        grown.append((steps / steps.sel(cumulant_order=1)).values)
    return {
        "broken_none": int(broken.sel(interaction="none").sum()),
        "broken_repulsion": int(broken.sel(interaction="repulsion").sum()),
        "orders_attraction": int(orders.sel(interaction="attraction").sum()),
        "orders_ordinary": int(ordinary.sum()),
        "at_any_time": float(at_zero.mean()),
        "late_ordinary": int(late.sel(s=1.0, method="nearest")),
        "beginning": float(np.abs(np.array(starts) / result["beginning"].values - 1).max()),
        "grows_alike": float(np.abs(grown[0] - grown[2]).max()),
    }


def draw(result: xr.Dataset) -> Figure:
    """Second over first cumulant over the time, and where s and time show attraction."""
    figure, (curves, where) = panels(10.5, 4.4, columns=2)
    lettered((curves, where))
    time = result["time"].values
    for name, s, style, colour in (
        ("attraction", 0.0, "-", OKABE_ITO[1]),
        ("attraction", 1.0, "-", OKABE_ITO[0]),
        ("none", 1.0, "--", OKABE_ITO[2]),
        ("repulsion", 1.0, ":", OKABE_ITO[3]),
        ("repulsion", 0.0, "-.", OKABE_ITO[4]),
    ):
        curves.plot(time, ratio(result, name, s), style, color=colour, label=f"{name}, s = {s:g}")
    curves.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    curves.set(xscale="log", xlim=(1e-2, time[-1]), ylim=(-1.0, 1.5))
    curves.set(xlabel="length of the window (ns)", ylabel=r"$C_{s,2}/C_{s,1}$")
    curves.legend(loc="upper left", fontsize="small")
    part = result["factorial_cumulant"].sel(interaction="attraction")
    values = (part.sel(cumulant_order=2) / part.sel(cumulant_order=1)).transpose("s", "time").values
    drawn = where.pcolormesh(
        time, result["s"], values, cmap="RdBu_r", vmin=-1.0, vmax=1.0, shading="gouraud", rasterized=True
    )
    where.contour(time, result["s"], values, levels=[0.0], colors="black", linewidths=1.2)
    figure.colorbar(drawn, ax=where, extend="both", label=r"$C_{s,2}/C_{s,1}$, attraction")
    where.set(xscale="log", xlim=(1e-2, time[-1]), ylim=(0, 1), xlabel="length of the window (ns)", ylabel="s")
    return figure


FIGURES = (
    Recipe(
        name="factorial-cumulants",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"U": U, "Gamma": 1e3 * GAMMA, "T": KELVIN, "orders": ORDERS},
    ),
)
