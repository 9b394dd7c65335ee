"""Tunnelling into both wires in each phase, and the spectral function of the primary, gapless and paired."""

import math
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.spectra import plot_spectrum
from attractron.plotting.style import OKABE_ITO
from attractron.wires import TrionLiquid, spectral_function, trion_phase, tunnelling
from attractron.wires.probes.spectral import with_spin_gap

K_C, K, Q, LAMBDA = 0.5, 0.4, 0.2, 20.0
"""Luttinger parameters at the end of the flow and the bandwidth in meV."""

SPIN_GAP, TRION_GAP, T, COLDEST = 0.5, 0.3, 0.1, 0.03
"""meV and K, all our choice: the paper gives no numbers."""

U_C, U_S = 400.0, 200.0
"""ħu in meV nm."""

K_F = float(trion_phase(TrionLiquid(K_c=K_C, K=K))["K_f_complete"])
NUMBERS = {"K_c": K_C, "K": K, "Q": Q, "Lambda": LAMBDA}
PHASES: dict[str, dict[str, Any]] = {
    "decoupled": {},
    "paired": {"phase": "paired", "spin_gap": SPIN_GAP},
    "trion": {"phase": "trion", "spin_gap": SPIN_GAP, "trion_gap": TRION_GAP, "K_f": K_F},
}
WIRES = ("primary", "secondary")

FLOOR = 1e-7
"""Below this a conductance is drawn as none."""

WARM = 10.0
"""K, at which the weights of all momenta are added up: a smooth function of q."""


def compute(quick: bool) -> xr.Dataset:
    """dI/dV over the bias for each phase and wire, its temperature dependence, and two spectral functions."""
    bias, kelvin = np.linspace(0.0, 2.0, 81 if quick else 321), np.geomspace(COLDEST, 3.0, 13 if quick else 25)
    small = np.geomspace(1e-3, 1e-1, 3)  # mV above nothing or a gap, in the ground state
    curves, warm, cold, gaps = (np.array(each) for each in zip(*_tunnelling(bias, kelvin, small), strict=True))
    shape = (len(PHASES), len(WIRES), -1)
    grid = (np.linspace(-0.006, 0.012, 61 if quick else 241), np.linspace(-4.0, 5.0, 91 if quick else 361))
    liquid = {"K_c": K_C, "u_c": U_C, "u_s": U_S, "Lambda": LAMBDA}
    spectra = {
        name: spectral_function(*grid, **liquid, spin_gap=gap)
        for name, gap in (("gapless", None), ("paired", SPIN_GAP))
    }
    above = np.geomspace(1e-4, 1e-2, 3)  # meV above the threshold of the largest q
    q = float(grid[0][-1])
    edges = [
        spectral_function([q], start + above, **liquid, spin_gap=gap)["spectral_function"].to_numpy()[0]
        for start, gap in ((U_S * q, None), (float(np.hypot(SPIN_GAP, U_S * q)), SPIN_GAP))
    ]
    charge = spectral_function([q], U_C * q + above, **liquid)["spectral_function"].to_numpy()[0]
    lowest = _lowest(grid[0], liquid)
    momenta = np.linspace(-0.08, 0.1, 901)
    added = spectral_function(momenta, [1.0], **liquid, temperature=WARM)["spectral_function"].to_numpy()[:, 0]
    density = tunnelling([1.0], temperature=WARM, K_c=K_C, Lambda=LAMBDA)["density"].to_numpy()[0]
    dims = ("phase", "wire")
    return dataset(
        {
            "conductance": ((*dims, "bias"), curves.reshape(shape), "1", "dI/dV over that without interactions"),
            "zero_bias": ((*dims, "temperature"), warm.reshape(shape), "1", "the same at no bias"),
            "above_gap": ((*dims, "small"), cold.reshape(shape), "1", "the same above the gap at no temperature"),
            "gap": (dims, gaps.reshape(shape[:2]), "meV", "gap for one electron"),
            **{
                f"{name}_{short}": (tuple(map(str, found[long].dims)), found[long].to_numpy(), unit, f"{text}, {name}")
                for name, found in spectra.items()
                for short, long, unit, text in (
                    ("spectrum", "spectral_function", "1/meV", "spectral function A"),
                    ("threshold", "threshold", "meV", "threshold of electrons"),
                    ("hole_threshold", "hole_threshold", "meV", "threshold of holes"),
                )
            },
            "charge": ("q", spectra["gapless"]["charge_edge"].to_numpy(), "meV", "energy of the charge alone"),
            "gapless_edge": ("above", edges[0], "1/meV", "A above its threshold, decoupled"),
            "paired_edge": ("above", edges[1], "1/meV", "A above its threshold, paired"),
            "charge_edge": ("above", charge, "1/meV", "A above u_c q, decoupled"),
            "lowest": ("q", lowest, "meV", "lowest energy with weight, paired"),
            "added": ((), float(np.trapezoid(added, momenta)) * np.sqrt(U_C * U_S), "1", "sum of A over q"),
            "density": ((), float(density), "1", "density of states"),
        },
        {
            "phase": ("phase", list(PHASES), "1", "phase"),
            "wire": ("wire", list(WIRES), "1", "wire"),
            "bias": ("bias", bias, "mV", "bias"),
            "temperature": ("temperature", kelvin, "K", "temperature"),
            "small": ("small", small, "mV", "bias above the gap"),
            "above": ("above", above, "meV", "energy above the threshold"),
            "q": ("q", grid[0], "1/nm", "momentum less k_F"),
            "omega": ("omega", grid[1], "meV", "energy"),
        },
        question="papers.shavit_oreg2020.spectra",
        parameters={**NUMBERS, "spin_gap": SPIN_GAP, "trion_gap": TRION_GAP, "K_f": K_F, "u_c": U_C, "u_s": U_S},
        method="wires.tunnelling and wires.spectral_function",
        validity=("One electron at a time, energies far below Λ; spectral functions without the secondary (Q = 0).",),
        references=("shavit_oreg2020", "voit1998", "essler_tsvelik2002"),
    )


def _tunnelling(
    bias: FloatArray, kelvin: FloatArray, small: FloatArray
) -> list[tuple[FloatArray, FloatArray, FloatArray, float]]:
    found = []
    for numbers in PHASES.values():
        for wire in WIRES:
            asked: dict[str, Any] = {**NUMBERS, **numbers, "wire": wire}
            curve = tunnelling(bias, temperature=T, **asked)
            gap = float(curve["gap"])
            warm = tunnelling([0.0], temperature=kelvin, **asked)["conductance"].to_numpy()[:, 0]
            cold = tunnelling(gap + small, temperature=0.0, **asked)["conductance"].to_numpy()
            found.append((curve["conductance"].to_numpy(), warm, cold, gap))
    return found


def _lowest(q: FloatArray, liquid: dict[str, float]) -> FloatArray:
    """The lowest positive energy at which the paired wire has any weight, by bisection, for each q."""
    low, high = np.zeros_like(q), np.full_like(q, 8.0)
    for _ in range(40):
        middle = (low + high) / 2
        there = with_spin_gap(q, middle, spin_gap=SPIN_GAP, **liquid) > 0
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    return high


def readings(result: xr.Dataset) -> Readings:
    """Powers, gaps and activation energies, and sums over momenta."""
    zero, above = result["zero_bias"], result["above_gap"]
    inside = result["conductance"].sel(bias=0.0)
    q = result["q"].to_numpy()
    hyperbola = np.hypot(SPIN_GAP, U_S * q)
    kinds = {
        f"{wire}_{phase}": "Gap" if float(inside.sel(phase=phase, wire=wire)) < FLOOR else "Power-law"
        for phase in PHASES
        for wire in WIRES
    }
    return {
        **kinds,
        "temperature_power": _slope(zero.sel(phase="decoupled", wire="primary")),
        "bias_power": _slope(above.sel(phase="decoupled", wire="primary")),
        "paired_power": _slope(above.sel(phase="paired", wire="primary")),
        "trion_power": _slope(above.sel(phase="trion", wire="primary")),
        "secondary_power": _slope(above.sel(phase="paired", wire="secondary")),
        "zero_bias_amplitude": float(zero.sel(phase="decoupled", wire="primary")[0]),
        "one_soliton": float((above.sel(phase="paired") / above.sel(phase="decoupled")).sel(wire="primary")[0]),
        "activation": _activation(zero.sel(phase="paired", wire="primary")),
        "secondary_gap": float(result["gap"].sel(phase="trion", wire="secondary")),
        "gapless_edge_power": _slope(result["gapless_edge"]),
        "paired_edge_power": _slope(result["paired_edge"]),
        "charge_edge_power": _slope(result["charge_edge"]),
        "edge": 1e3 * float(np.abs(result["lowest"].to_numpy() - hyperbola).max()),
        "sum_of_momenta": float(result["added"] / result["density"]),
    }


def _slope(values: xr.DataArray) -> float:
    """Power between the ends of the axis, the two lowest points deciding."""
    axis = values[values.dims[0]].to_numpy()
    return float(np.diff(np.log(values.to_numpy()[:2]))[0] / np.diff(np.log(axis[:2]))[0])


def _activation(zero: xr.DataArray) -> float:
    """Arrhenius' energy in meV of √(kT) dI/dV, next to a fifteenth of the gap."""
    kT = K_B * zero["temperature"].to_numpy()
    at = int(np.searchsorted(kT, SPIN_GAP / 15))
    logs = np.log(np.sqrt(kT) * zero.to_numpy())[at : at + 2]
    return float((logs[1] - logs[0]) / (1 / kT[at] - 1 / kT[at + 1]))


def draw(result: xr.Dataset) -> Figure:
    """dI/dV of both wires, and two maps of A."""
    figure, axes = panels(10.4, 8.4, rows=2, columns=2)
    for ax, wire in zip(axes[:2], WIRES, strict=True):
        _draw_conductance(result["conductance"].sel(wire=wire), ax)
    for ax, name in zip(axes[2:], ("gapless", "paired"), strict=True):
        _draw_map(result, name, ax)
    lettered(axes, ["into the primary", "into the secondary", "primary, decoupled", "primary, paired"])
    return figure


def _draw_conductance(curves: xr.DataArray, ax: Axes) -> None:
    styles = ("-", "--", ":")
    for phase, colour, style in zip(PHASES, OKABE_ITO, styles, strict=False):
        ax.plot(curves["bias"], curves.sel(phase=phase), style, color=colour, linewidth=2, label=phase)
    ax.set(xlabel="bias (mV)", ylabel=r"$dI/dV$ over that without interactions", xlim=(0, 2), ylim=(0, None))
    ax.margins(y=0.15)
    ax.legend(frameon=False, loc="best")


def _draw_map(result: xr.Dataset, name: str, ax: Axes) -> None:
    names = ("spectrum", "threshold", "hole_threshold")
    parts = dict(zip(("spectral_function", *names[1:]), (result[f"{name}_{each}"] for each in names), strict=True))
    plot_spectrum(xr.Dataset({**parts, "charge_edge": result["charge"]}), ax)


_A = (K_C + Q * Q * K + 1 / K_C - 2) / 4
_GAMMA = (K_C + 1 / K_C - 2) / 8

FIGURES = (
    Recipe(
        name="shavit-spectra",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={
            **NUMBERS,
            "spin_gap": SPIN_GAP,
            "trion_gap": TRION_GAP,
            "K_f": K_F,
            "T": T,
            "u_c": U_C,
            "u_s": U_S,
            "warm": WARM,
            "floor": FLOOR,
            "bulk_exact": _A,
            "coldest": COLDEST,
            "amplitude_exact": (2 * math.pi * K_B * COLDEST / LAMBDA) ** _A
            * math.gamma(1 + _A / 2) ** 2
            / math.gamma(2 + _A),
            "secondary_exact": (K + 1 / K + Q * Q / K_C) / 2 - 1,
            "trion_exact": (K_F + 1 / K_F) / 6 - 0.5,
            "threshold_exact": 2 * _GAMMA - 0.5,
            "charge_exact": _GAMMA - 0.5,
        },
    ),
)
