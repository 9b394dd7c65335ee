"""The fractional conductance against temperature, length and the chemical potential of the secondary."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, flow, fractional_conductance, plateau_halfwidth

GAP, U_G, LENGTHS = 0.5, 200.0, (300.0, 1000.0, 10000.0)
"""Δ in meV, ħu_g in meV nm and lengths in nm: our choice."""

KELVIN = (0.3, 1.0, 3.0)
K, U = 0.4, 300.0
"""Of the secondary, which turn a detuning into a chemical potential; ħu in meV nm."""

COLD, HOT, LONG = 0.05, 400.0, LENGTHS[-1]
"""K and nm: the ends of the temperatures, and the long wire."""

LONGEST = 1e5
"""nm, in which fringes are denser than the temperature that is activated."""

BARE_Y = (0.01, 0.02)
"""Couplings between which the gap's power is read, and the wires of it."""
WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.0, y=BARE_Y[0])


def compute(quick: bool) -> xr.Dataset:
    """Conductances over the temperature, the length and the detuning; the gap over the bare coupling."""
    kelvin = np.geomspace(COLD, HOT, 41 if quick else 121)
    length = np.linspace(50.0, 3000.0, 31 if quick else 119)
    detuning = np.linspace(-1.5, 1.5, 121 if quick else 481)
    over_T = fractional_conductance({"length": LENGTHS, "temperature": kelvin}, gap=GAP, velocity=U_G)
    over_L = fractional_conductance({"temperature": [0.0, *KELVIN], "length": length}, gap=GAP, velocity=U_G)
    over_m = fractional_conductance(
        {"temperature": KELVIN, "detuning": detuning, "length": LONG}, gap=GAP, velocity=U_G
    )
    longest = fractional_conductance({"temperature": kelvin, "length": LONGEST}, gap=GAP, velocity=U_G)
    ends = [float(flow(WIRES.with_parameters(y=y))["l_trion"]) for y in BARE_Y]
    return dataset(
        {
            "primary": (("length", "temperature"), over_T["primary"].values, "e²/h", "conductance of the primary"),
            "drag": (("length", "temperature"), over_T["drag"].values, "e²/h", "drag"),
            "activated": ("temperature", longest["passed"].values, "1", f"part that passes, {LONGEST:g} nm"),
            "recovery": ("length", over_T["recovery_temperature"].values[:, 0], "K", "recovery temperature"),
            "tail": (("kelvin", "along"), over_L["passed"].values, "1", "part that passes, over the length"),
            "plateau": (("bath", "detuning"), over_m["primary"].values, "e²/h", "conductance of the primary"),
            "plateau_drag": (("bath", "detuning"), over_m["drag"].values, "e²/h", "drag"),
            "l_trion": ("y", ends, "1", "l of the trion gap"),
        },
        {
            "length": ("length", list(LENGTHS), "nm", "length"),
            "temperature": ("temperature", kelvin, "K", "temperature"),
            "kelvin": ("kelvin", [0.0, *KELVIN], "K", "temperature"),
            "bath": ("bath", list(KELVIN), "K", "temperature"),
            "along": ("along", length, "nm", "length"),
            "detuning": ("detuning", detuning, "meV", "detuning"),
            "y": ("y", list(BARE_Y), "1", "bare coupling"),
        },
        question="papers.shavit_oreg2020.fractional",
        parameters={"gap": GAP, "velocity": U_G, "wires": WIRES.describe()},
        method=str(over_T.attrs["method"]),
        validity=[str(over_T.attrs["validity"])],
        references=str(over_T.attrs["references"]).split(", "),
    )


def readings(result: xr.Dataset) -> Readings:
    """Both limits, the activation, the length of the tail, the width of the plateau, and the power of the gap."""
    long = result.sel(length=LONG)
    cold, hot = long.isel(temperature=0), long.isel(temperature=-1)
    off = result["plateau"].isel(detuning=0).sel(bath=KELVIN[0])
    return {
        "plateau_G": float(cold["primary"]),
        "plateau_drag": float(cold["drag"]),
        "total": float(cold["primary"] + cold["drag"]),
        "hot_G": float(hot["primary"]),
        "detuned_G": float(off),
        "activation": _activation(result["activated"]),
        "decay_length": _decay(result["tail"].sel(kelvin=0.0)),
        "half_width": _half_width(result["plateau"].sel(bath=KELVIN[0])),
        "recovery": float(result["recovery"].sel(length=LENGTHS[0])),
        "gap_power": float(-np.diff(result["l_trion"])[0] / np.diff(np.log(result["y"]))[0]),
    }


def _activation(passed: xr.DataArray) -> float:
    """Arrhenius' energy in meV of 𝒯/√(kT) between the temperatures next to a twentieth of the gap."""
    kT = K_B * passed["temperature"].to_numpy()
    at = int(np.searchsorted(kT, GAP / 20))
    logs = np.log(passed.to_numpy() / np.sqrt(kT))[at : at + 2]
    return float((logs[1] - logs[0]) / (1 / kT[at] - 1 / kT[at + 1]))


def _decay(tail: xr.DataArray) -> float:
    """nm over which the tail falls by e, between the two longest wires."""
    ends = tail.isel(along=[-2, -1])
    return float(-np.diff(ends["along"])[0] / np.diff(np.log(ends.to_numpy()))[0])


def _half_width(plateau: xr.DataArray) -> float:
    """Half of the width in meV at half of the dip; not a number where there is none."""
    deep, detuning = 2 - plateau.to_numpy(), plateau["detuning"].to_numpy()
    right = detuning >= 0
    shallow = np.flatnonzero(deep[right] < deep[right][0] / 2)
    if not shallow.size:
        return float("nan")
    around = slice(shallow[0] - 1, shallow[0] + 1)
    return float(np.interp(-deep[right][0] / 2, -deep[right][around], detuning[right][around]))


def draw(result: xr.Dataset) -> Figure:
    """G over the temperature, the tail over the length, and the plateau."""
    figure, axes = panels(13.0, 4.3, columns=3)
    for length, colour in zip(LENGTHS, OKABE_ITO, strict=False):
        curve = result["primary"].sel(length=length)
        axes[0].plot(result["temperature"], curve, color=colour, label=f"{1e-3 * length:g} µm")
    axes[0].axvline(GAP / K_B, color="0.5", linewidth=0.8, linestyle=":", label=r"$\Delta/k_B$")
    axes[0].set(xscale="log", xlabel="temperature (K)", ylabel="conductance of the primary (e²/h)", ylim=(1.25, 2.1))
    for kelvin, colour in zip(result["kelvin"].to_numpy(), OKABE_ITO, strict=False):
        axes[1].plot(1e-3 * result["along"], result["tail"].sel(kelvin=kelvin), color=colour, label=f"{kelvin:g} K")
    axes[1].set(yscale="log", ylim=(1e-8, 2), xlabel="length (µm)", ylabel=r"part of $\varphi_g$'s current that passes")
    chemical = result["detuning"] * plateau_halfwidth(gap=GAP, K=K, u=U, u_g=U_G) / GAP
    for kelvin, colour in zip(KELVIN, OKABE_ITO, strict=False):
        axes[2].plot(chemical, result["plateau"].sel(bath=kelvin), color=colour, label=f"primary, {kelvin:g} K")
        axes[2].plot(chemical, result["plateau_drag"].sel(bath=kelvin), "--", color=colour)
    axes[2].plot([], [], "--", color="0.3", label="drag")
    axes[2].set(xlabel="chemical potential of the secondary (meV)", ylabel="conductance (e²/h)", ylim=(-0.9, 2.2))
    for ax in axes[:2]:
        ax.axhline(4 / 3 if ax is axes[0] else 1.0, color="0.8", linewidth=0.8, zorder=0)
    axes[0].legend(frameon=False, loc="upper left")
    axes[1].legend(frameon=False, loc="lower left")
    axes[2].legend(frameon=False, loc="center right")
    lettered(axes)
    return figure


FIGURES = (
    Recipe(
        name="shavit-conductance",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            "gap": GAP,
            "u_g": U_G,
            "K": K,
            "u": U,
            "cold": COLD,
            "hot": HOT,
            "long": LONG,
            "short": LENGTHS[0],
            "coldest": KELVIN[0],
            "exact_decay": U_G / GAP / 2,
            "exact_half": 2 * GAP / 3**0.5,
            "thermal": K_B * KELVIN[0],
            "activation_error": 9 / 8 * (GAP / 15) ** 2 / GAP,
            "longest": LONGEST,
            "hot_allowance": 1.05 * np.pi / 6 * GAP / (K_B * HOT),
            "exact_power": 1 / (1.5 - 0.9 / 2 - 0.4),
            "exact_recovery": U_G / (K_B * LENGTHS[0]) / float(np.cosh(LENGTHS[0] * GAP / U_G)) ** 3,
            "y_small": BARE_Y[0],
            "y_large": BARE_Y[1],
        },
    ),
)
