"""One level counted: every way of counting beside what is known of two rates in turn.

Within the window of the bias electrons enter at the rate a = Γ_S/ħ and leave at b = Γ_D/ħ. With Γ = a + b, I = e ab/Γ:

    F = (a² + b²)/Γ²,   C₃/C₁ = (a⁴ - 2a³b + 6a²b² - 2ab³ + b⁴)/Γ⁴,   S(ω) = 2eI[1 - 2ab/(Γ² + ω²)];

after an electron the next one comes with the density w(τ) = ab(e^{-bτ} - e^{-aτ})/(a - b); an arrival follows another
at the rate (I/e)(1 - e^{-Γτ}), so that the second factorial cumulant of arrivals in a window t is

    C_F,2 = 2(I/e)∫_0^t(t - τ)[-(I/e)e^{-Γτ}]dτ = -2(ab/Γ)²[t/Γ - (1 - e^{-Γt})/Γ²].

Without bias S = 4k_BTG, whatever carries the current (Johnson and Nyquist): also by pairs, and elastically.
"""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import constants

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import Device
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.ours.counting import junction
from attractron.plotting.style import OKABE_ITO
from attractron.transport import Junction, Lead, cumulants, factorial_cumulants, noise_spectrum, waiting_times

SUM, KELVIN, BIAS = 0.004, 0.1, 1.0
"""Γ_S + Γ_D in meV, K, and the bias in mV around the level."""

SHARES = np.linspace(0.05, 0.95, 19)
"""Γ_S over the sum."""

SHARE = 0.3
"""Of what is drawn over frequency and time."""

SMALL_BIAS = 1e-4
"""Of the linear response, mV: the square of a hundredth of k_BT is what it leaves out."""

PER_NS = constants.e * 1e-3 / constants.hbar * 1e-9
"""1/ħ in 1/ns per meV."""

Columns = dict[str, tuple[tuple[str, ...], FloatArray | float, str, str]]


def level(share: float) -> Junction:
    """A level in the middle of the window."""
    leads = (
        Lead(name="S", dot="P", Gamma=share * SUM, temperature=KELVIN, bias=0.5),
        Lead(name="D", dot="P", Gamma=(1 - share) * SUM, temperature=KELVIN, bias=-0.5),
    )
    return Junction(device=Device(dots=("P",), repulsion=np.zeros((1, 1))), leads=leads)


def rates(share: FloatArray | float) -> tuple[FloatArray, FloatArray]:
    """a and b in 1/ns."""
    a = np.asarray(share, dtype=float) * SUM * PER_NS
    return a, SUM * PER_NS - a


def compute(_quick: bool) -> xr.Dataset:
    """Cumulants, noise, waiting times and factorial cumulants, each beside its closed form."""
    frequency = SUM * PER_NS * np.geomspace(1e-2, 1e1, 31)
    time = np.linspace(0.0, 8.0, 33) / (SUM * PER_NS)
    return dataset(
        _asymmetric() | _spectrum(frequency) | _in_time(time) | _nyquist(),
        {
            "share": ("share", SHARES, "1", "share of the source in Γ"),
            "frequency": ("frequency", frequency, "GHz", "frequency"),
            "time": ("time", time, "ns", "time"),
        },
        question="papers.ours.one_level",
        parameters=level(SHARE).describe(),
        options={"V_SD": BIAS, "processes": "sequential"},
        method="jumps at golden-rule rates; closed forms of two rates in turn",
        validity=["First order in Γ, the level far inside the window of the bias."],
        references=["bagrets_nazarov2003", "korotkov1994", "kambly2011", "brandes2008"],
    )


def _asymmetric() -> Columns:
    found = [cumulants(level(float(share)), {"V_SD": BIAS}, processes="sequential", orders=3) for share in SHARES]
    third = [float(each["cumulant"][2] / each["cumulant"][0]) for each in found]
    a, b = rates(SHARES)
    total = a + b
    skewness = (a**4 - 2 * a**3 * b + 6 * a**2 * b**2 - 2 * a * b**3 + b**4) / total**4
    return {
        "fano": (("share",), np.array([float(each["fano"]) for each in found]), "1", "Fano factor"),
        "fano_by_hand": (("share",), (a**2 + b**2) / total**2, "1", "Fano factor by hand"),
        "third": (("share",), np.array(third), "1", "third cumulant over the first"),
        "third_by_hand": (("share",), skewness, "1", "third cumulant over the first by hand"),
    }


def _spectrum(frequency: FloatArray) -> Columns:
    found = noise_spectrum(level(SHARE), {"V_SD": BIAS}, frequency, leads=("S", "S"), processes="sequential")
    a, b = rates(SHARE)
    schottky = 2 * (constants.e * 1e12) ** 2 * 1e9 * a * b / (a + b)  # 2eI in pA²/Hz
    by_hand = 1 - 2 * a * b / ((a + b) ** 2 + (2 * np.pi * frequency) ** 2)
    text = "noise over Schottky's 2eI"
    return {
        "noise": (("frequency",), found["spectrum"].values / schottky, "1", text),
        "noise_by_hand": (("frequency",), by_hand, "1", f"{text}, by hand"),
    }


def _in_time(time: FloatArray) -> Columns:
    device, axes = level(SHARE), {"V_SD": BIAS}
    waits = waiting_times(device, axes, time, dots=["P"], processes="sequential")
    seen = factorial_cumulants(device, axes, time, dots=["P"], orders=2, processes="sequential")
    density, arrivals = waits["waiting_time"].values[0, 0], seen["factorial_cumulant"].values[1]
    a, b = rates(SHARE)
    total = a + b
    waited = a * b * (np.exp(-b * time) - np.exp(-a * time)) / (a - b)
    second = -2 * (a * b / total) ** 2 * (time / total - (1 - np.exp(-total * time)) / total**2)
    return {
        "waiting": (("time",), density, "1/ns", "density of waiting times"),
        "waiting_by_hand": (("time",), waited, "1/ns", "density of waiting times by hand"),
        "factorial": (("time",), arrivals, "1", "second factorial cumulant"),
        "factorial_by_hand": (("time",), second, "1", "second factorial cumulant by hand"),
    }


def _nyquist() -> Columns:
    """S/4k_BTG of the pair junction, whose current pairs and elastic passage share."""
    found = cumulants(junction(0.77), {"V_SD": [0.0, SMALL_BIAS]}, origin="centre", orders=2)
    G = float(found["current"][1]) / SMALL_BIAS * 1e-9  # pA/mV in A/V
    thermal = 4 * constants.k * KELVIN * G * 1e24  # pA²/Hz
    return {"nyquist": ((), float(found["noise"][0]) / thermal, "1", "noise without bias over 4k_BTG")}


def readings(result: xr.Dataset) -> Readings:
    """The largest difference to every closed form, in units of its largest value."""
    names = ("fano", "third", "noise", "waiting", "factorial")
    apart = {
        name: float(abs(result[name] - result[f"{name}_by_hand"]).max() / abs(result[f"{name}_by_hand"]).max())
        for name in names
    }
    kT = constants.k * KELVIN / constants.e * 1e3
    middle = result.sel(share=0.5, method="nearest")
    return {
        **apart,
        "symmetric": float(middle["fano"]),
        "tail": 10 * float(np.exp(-BIAS / 2 / kT)) + 1e-9,
        "nyquist": float(result["nyquist"]),
        "nyquist_neglected": (SMALL_BIAS / kT) ** 2,
    }


def draw(result: xr.Dataset) -> Figure:
    """Dots on lines by hand."""
    figure, axes = panels(9.6, 7.6, rows=2, columns=2)
    lettered(axes)
    fano, spectrum, waiting, factorial = axes
    _compare(fano, result, "share", "fano", OKABE_ITO[0], "Fano factor")
    _compare(fano, result, "share", "third", OKABE_ITO[1], "third cumulant over the first")
    fano.set(xlabel=r"$\Gamma_\mathrm{S}/(\Gamma_\mathrm{S} + \Gamma_\mathrm{D})$", ylabel="cumulant over the current")
    _compare(spectrum, result, "frequency", "noise", OKABE_ITO[0], "calculated")
    spectrum.set(xscale="log", xlabel="frequency (GHz)", ylabel="noise over 2eI")
    _compare(waiting, result, "time", "waiting", OKABE_ITO[0], "calculated")
    waiting.set(xlabel="waiting time (ns)", ylabel="density (1/ns)")
    _compare(factorial, result, "time", "factorial", OKABE_ITO[0], "calculated")
    factorial.set(xlabel="length of the window (ns)", ylabel=r"factorial cumulant $C_\mathrm{F,2}$")
    for ax in axes:
        ax.plot([], [], color="black", label="by hand")
    fano.legend(loc="upper center")
    spectrum.legend(loc="upper left")
    waiting.legend(loc="upper right")
    factorial.legend(loc="lower left")
    return figure


def _compare(ax: Axes, result: xr.Dataset, x: str, name: str, colour: str, label: str) -> None:
    ax.plot(result[x], result[name], "o", color=colour, markersize=5, markerfacecolor="none", label=label)
    ax.plot(result[x], result[f"{name}_by_hand"], color="black")


FIGURES = (
    Recipe(
        name="counting-one-level",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"share": SHARE, "sum": 1e3 * SUM, "T": KELVIN, "bias": BIAS, "small_bias": 1e6 * SMALL_BIAS},
    ),
)
