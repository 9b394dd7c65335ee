"""The thermopower of a dot: one zero where its electrons attract, three where they repel each other.

Two spinless levels at ε (or one with spin) with the interaction U pass electrons at ε while they are empty and at ε + U
while one is filled. Sequential tunnelling through such a chain of charges averages both,

    S = -(1/eT) [ε c_01 + (ε + U) c_12]/(c_01 + c_12),    c_12/c_01 = e^{-ε/k_BT} f(ε + U)/f(ε),

with δ = ε + U/2 from the symmetric point, where S is zero. Its slope there,

    S = -(δ/eT) [1 - y/(1 + e^{-y})],     y = U/2k_BT,

has the sign of one level for attraction at any temperature. With repulsion it turns over below the temperature at which
y = 1 + e^{-y}, k_BT = 0.3911 U, and two more zeros appear, close to the levels. Far below k_BT = |U| attraction leaves
S = -(2ε + U)/2eT for |δ| < |U|/2: the charge 2e and the energy 2ε + U that a pair would carry, though each electron
tunnels by itself; outside one level, S = -ε/eT or -(ε + U)/eT.

Pairs and elastic passage are of order Γ² and not in S. At the symmetric point they are known (`pair_tunnelling`): below
some temperature they conduct more than single electrons.
"""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter
from scipy.optimize import brentq

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.dots import Device, Gate
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.transport import Junction, Lead, differential_conductance, thermopower

U, GAMMA = 0.5, 1e-4
"""|U| and Γ of each level to each lead, meV."""

SHOWN = 0.5
"""Temperature of the curves, K."""

SIGNS = {"attraction": -1.0, "repulsion": 1.0}

KELVIN = 1e3
"""µV/K for each mV/K."""

STEP = 1e-4
"""Distance from the symmetric point in |U| at which the slope is taken."""


def junction(sign: float) -> Junction:
    """Two levels, each between a source and a drain; the gate "V" lowers both."""
    off = sign * U
    device = Device(
        dots=("up", "down"),
        repulsion=np.array([[0.0, off], [off, 0.0]]),
        gates={"V": Gate(lever_arms={"up": 1.0, "down": 1.0})},
    )
    leads = tuple(
        Lead(name=f"{name}_{dot}", dot=dot, Gamma=GAMMA, temperature=SHOWN, bias=bias)
        for dot in device.dots
        for name, bias in (("S", 0.5), ("D", -0.5))
    )
    return Junction(device=device, leads=leads)


def slope(y: FloatArray | float) -> FloatArray:
    """-eT dS/dδ at the symmetric point, by hand."""
    return np.asarray(1 - y / (1 + np.exp(-np.asarray(y))))


def compute(quick: bool) -> xr.Dataset:
    """Thermopower over gate and temperature for both signs of U, and the conductance at the symmetric point."""
    gate = np.linspace(-0.8, 0.8, 81 if quick else 161)[:-1] + (0.01 if quick else 0.005)  # not V = 0
    kelvin = np.geomspace(0.25, 4.0, 13 if quick else 25)
    signs = list(SIGNS.values())
    found = [thermopower(junction(sign), {"V": gate, "temperature": kelvin}, origin="centre") for sign in signs]
    near = [
        thermopower(junction(sign), {"V": [-STEP * U, 0.0], "temperature": kelvin}, origin="centre") for sign in signs
    ]
    at_centre = {"V": np.array(0.0), "temperature": kelvin}
    both = (
        2 * differential_conductance(junction(-1.0), at_centre, processes="1e", origin="centre")["conductance"].values
    )
    single = np.array([each["conductance"].isel(V=1) for each in near])
    return dataset(
        {
            "thermopower": (
                ("sign", "V", "temperature"),
                [each["thermopower"] for each in found],
                "µV/K",
                "thermopower",
            ),
            "slope": (
                ("sign", "temperature"),
                [-each["thermopower"].isel(V=0).values * kelvin / KELVIN / (STEP * U) for each in near],
                "1",
                "-eT dS/dδ at the symmetric point",
            ),
            "single": (("sign", "temperature"), single, "e²/h", "conductance by single electrons, symmetric point"),
            "second_order": (
                "temperature",
                both - single[0],
                "e²/h",
                "what processes of order Γ² add to the conductance, attraction, symmetric point",
            ),
        },
        {
            "sign": ("sign", list(SIGNS), "1", "interaction"),
            "V": ("V", gate, "mV", "gate from the symmetric point"),
            "temperature": ("temperature", kelvin, "K", "temperature"),
        },
        question="papers.ours.thermopower",
        parameters=junction(-1.0).describe(),
        method="linear response of sequential tunnelling; second order in finite parts for the conductance",
        validity=["Sequential tunnelling alone makes S: above the temperature where order Γ² conducts as much."],
        references=["beenakker_staring1992", "koch2006"],
    )


def turning() -> float:
    """Temperature above which repulsion has one zero, K: y = 1 + e^{-y}."""
    y = brentq(lambda y: y - 1 - np.exp(-y), 1.0, 2.0, xtol=1e-14)
    return float(U / (2 * K_B * y))


def zeros(result: xr.Dataset, sign: str) -> FloatArray:
    """Changes of the sign of S along the gate (temperature,)."""
    values = np.sign(result["thermopower"].sel(sign=sign).transpose("V", "temperature").values)
    return np.asarray(np.count_nonzero(np.diff(values, axis=0), axis=0))


def readings(result: xr.Dataset) -> Readings:
    """Zeros of both signs, symmetry, slopes and limits."""
    attraction, repulsion = (result.sel(sign=sign) for sign in SIGNS)
    kelvin = result["temperature"].values
    warm = kelvin > turning()
    S = result["thermopower"].transpose("sign", "V", "temperature").values
    cold = attraction["thermopower"].sel(temperature=kelvin.min())
    delta = -cold["V"]
    level = -cold * kelvin.min() / KELVIN  # eT S with the sign of an energy, meV
    y = np.array([[sign * U / (2 * K_B * each) for each in kelvin] for sign in SIGNS.values()])
    margin = 4 * K_B * kelvin.min()
    inside, outside = np.abs(delta) < U / 2 - margin, np.abs(delta) > U / 2 + margin
    single = delta + U / 2 * np.sign(delta)
    share = result["second_order"] / (attraction["single"] + result["second_order"])
    found = 1 / np.interp(0.0, repulsion["slope"].values, 1 / kelvin)  # nearly linear in y
    return {
        "most_zeros_attraction": int(zeros(result, "attraction").max()),
        "least_zeros_attraction": int(zeros(result, "attraction").min()),
        "zeros_repulsion_cold": int(zeros(result, "repulsion")[~warm].max()),
        "least_zeros_repulsion_cold": int(zeros(result, "repulsion")[kelvin < 0.9 * turning()].min()),
        "zeros_repulsion_warm": int(zeros(result, "repulsion")[warm].max()),
        "turning": float(K_B * found / U),
        "odd": float(np.abs(S + S[:, ::-1]).max() / np.abs(S).max()),
        "slope": float(np.abs(result["slope"].values - slope(y)).max()),
        "valley": float(np.abs((level - delta)[inside]).max() / U),
        "outside": float(np.abs((level - single)[outside]).max() / U),
        "share_shown": float(np.interp(SHOWN, kelvin, share)),
        "same": float(np.abs(attraction["single"] / repulsion["single"] - 1).max()),
        "crossing": float(np.interp(0.5, share.values[::-1], kelvin[::-1])),
    }


def draw(result: xr.Dataset) -> Figure:
    """Thermopower over the gate, its maps over gate and temperature, and what conducts at the symmetric point."""
    figure, axes = panels(11.0, 8.0, rows=2, columns=2)
    lettered(axes)
    curves, *maps, conducting = axes
    kelvin = result["temperature"].values
    shown = float(kelvin[np.argmin(np.abs(kelvin - SHOWN))])
    for sign, colour, across in zip(SIGNS, OKABE_ITO, maps, strict=False):
        part = result.sel(sign=sign)
        curves.plot(part["V"], part["thermopower"].sel(temperature=shown) / KELVIN, color=colour, label=sign)
        _map(figure, across, part, sign)
    curves.plot(result["V"], result["V"] / shown, ":", color="black", label=r"$-(2\varepsilon + U)/2eT$")
    curves.axhline(0.0, color="0.6", linewidth=0.8, zorder=0)
    curves.set(xlabel="gate V (mV)", ylabel=f"thermopower (mV/K) at {shown:.2g} K", ylim=(-2.2, 2.2))
    curves.legend(loc="upper left", fontsize="small")
    conducting.plot(kelvin, result["single"].isel(sign=0), color="black", label="single electrons, either sign")
    more = result["second_order"].where(result["second_order"] > 0)
    conducting.plot(kelvin, more, "--", color="black", label="pairs, elastic passage (order Γ²), attraction")
    conducting.set(yscale="log", ylabel="conductance at V = 0 (e²/h)", ylim=(3e-8, 3e-3))
    conducting.set_xscale("log")
    _kelvin(conducting.xaxis)
    conducting.legend(loc="upper left", fontsize="small")
    return figure


def _map(figure: Figure, ax: Axes, part: xr.Dataset, sign: str) -> None:
    """S over gate and temperature, with the lines on which it is zero."""
    S = part["thermopower"].transpose("temperature", "V").values / KELVIN
    gate, kelvin = part["V"].values, part["temperature"].values
    drawn = ax.pcolormesh(gate, kelvin, S, cmap="RdBu_r", vmin=-1.0, vmax=1.0, shading="gouraud", rasterized=True)
    ax.contour(gate, kelvin, S, levels=[0.0], colors="black", linewidths=1.2)
    figure.colorbar(drawn, ax=ax, extend="both", label="thermopower (mV/K)")
    ax.set_yscale("log")
    _kelvin(ax.yaxis)
    ax.yaxis.set_label_text(f"temperature (K), {sign}")
    ax.set(xlabel="gate V (mV)")


def _kelvin(axis: Axis) -> None:
    """Plain numbers on a logarithmic axis of temperatures."""
    axis.set_major_locator(FixedLocator([0.25, 0.5, 1.0, 2.0, 4.0]))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())
    axis.set_label_text("temperature (K)")


FIGURES = (
    Recipe(
        name="thermopower",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"U": U, "Gamma": 1e3 * GAMMA, "T": SHOWN},
    ),
)
