"""The closing estimate from drawings: the pairing energy against the size of the device, with and without its gates."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from scipy.optimize import brentq

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.dots import building_block, pairing_temperature
from attractron.geometry import crossed_nanotubes, scaling
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.closed_forms import interaction_at
from attractron.papers.hamo2016.drawings import ASSUMED
from attractron.plotting.style import OKABE_ITO

SIZE, ROOM = 400.0, 300.0
"""Size of the measured dots in nm, and room temperature in K."""

MEASURED, ROUNDED = 9.168, 8.0
"""The paper's Δ = 790 µeV in K, and its own reading of it."""

NANOMETRES = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 12.0)
"""What "the nanometre scale" may be."""

GATES = ("height", "polarizer_height")
"""Lengths that stay where gates are left behind, and so does the tubes' radius."""

KEPT: dict[str, tuple[str, ...]] = {"everything": (), "all but the gates": (*GATES, "radius")}
"""What is scaled → lengths that stay."""

LARGEST, SMALLEST = 1000.0, 1.0
"""Sizes in nm."""


def compute(quick: bool) -> xr.Dataset:
    """W, U and Δ from 1 µm down to 1 nm, with all lengths scaled and with the gates left where they are."""
    size = np.geomspace(LARGEST, SMALLEST, 13 if quick else 31)
    fixed: dict[str, Any] = {**ASSUMED["B"], "solid_planes": True}
    found = [scaling(crossed_nanotubes, size / SIZE, keep=keep, fixed=fixed, method="images") for keep in KEPT.values()]
    dims = ("scaled", "size")
    return dataset(
        {
            name: (dims, [each[name].values for each in found], "meV", text)
            for name, text in {
                "W": "repulsion of L and R",
                "U": "near site less far site",
                "pairing_energy": "pairing energy Δ, t → 0",
            }.items()
        }
        | {
            "pairing_temperature": (
                "size",
                _survived(found[0]),
                "K",
                "temperature above which electrons do not attract",
            )
        },
        {
            "scaled": ("scaled", list(KEPT), "1", "lengths that are scaled"),
            "size": ("size", size, "nm", "distance of L and R, about the length of a dot"),
        },
        question="papers.hamo2016.scaling",
        parameters=crossed_nanotubes(**fixed).describe(),
        method="mirror images of solid planes in place of the gates",
        validity=["Frozen clouds; vacuum; t → 0; levels, tunnelling and the tubes' atoms have scales of their own."],
        references=["hamo2016"],
    )


def _survived(found: xr.Dataset) -> list[float]:
    """Temperature up to which electrons attract, K: of the largest device, and as its energies for all others."""
    W, U = (float(found[name][0]) for name in ("W", "U"))
    first = pairing_temperature(building_block(W=W, U=U, delta=U, t=0.0))
    return [float(first * value) for value in found["pairing_energy"].values / float(found["pairing_energy"][0])]


def readings(result: xr.Dataset) -> Readings:
    """The power law, what it promises at the nanometre scale, and what is left of it with the gates left behind."""
    size = result["size"].values
    whole, left = (result["pairing_energy"].sel(scaled=name).values / K_B for name in KEPT)
    large = (size <= 1.001 * SIZE) & (size > SIZE / 4)
    over_room = {f"{nm:g} nm": _at(nm, size, whole) / ROOM for nm in NANOMETRES}
    W, U = (float(result[name].sel(scaled="everything")[0]) for name in ("W", "U"))
    by_hand = brentq(lambda T: float(interaction_at(T, W, U, U, 0.0)), 1e-3, 1e3)
    power = _power(size, whole)
    return {
        "power": power,
        "power_by_gates": {"all lengths scaled": power, "gates left where they are": _power(size[large], left[large])},
        "measured": _at(SIZE, size, whole),
        "size_of_measured": _size_at(MEASURED, size, whole),
        "over_room": over_room["1 nm"],
        "over_room_by_size": over_room,
        "room": _size_at(ROOM, size, whole),
        "survives": float((result["pairing_temperature"].values / whole).mean()),
        "survives_by_hand": by_hand / ((U - W) / 2 / K_B),
        "left": float(left[size <= NANOMETRES[-1]].max()),
        "most": float(left.max()),
        "most_at": float(size[left.argmax()]),
    }


def _power(size: FloatArray, kelvin: FloatArray) -> float:
    return float(np.polyfit(np.log(size), np.log(kelvin), 1)[0])


def _at(nm: float, size: FloatArray, kelvin: FloatArray) -> float:
    """Δ/k_B in K at a size: a power law between points."""
    return float(np.exp(np.interp(-np.log(nm), -np.log(size), np.log(kelvin))))


def _size_at(temperature: float, size: FloatArray, kelvin: FloatArray) -> float:
    """Size at which Δ is k_B times a temperature in K, nm."""
    return float(np.exp(np.interp(np.log(temperature), np.log(kelvin), np.log(size))))


def draw(result: xr.Dataset) -> Figure:
    """Δ/k_B over the size with all lengths scaled and with gates left behind, room temperature, the measured point."""
    figure, (ax,) = panels(7.4, 5.2)
    size = result["size"].values
    whole, left = (result["pairing_energy"].sel(scaled=name).values / K_B for name in KEPT)
    ax.plot(size, whole, color=OKABE_ITO[0], label="Δ/$k_\\mathrm{B}$, all lengths scaled")
    ax.plot(
        size,
        result["pairing_temperature"],
        color=OKABE_ITO[2],
        linestyle="-.",
        label="temperature that attraction survives then",
    )
    fine = np.geomspace(size.min(), size.max(), 400)
    smooth = np.interp(np.log(fine), np.log(size[::-1]), left[::-1])
    ax.plot(
        fine, np.where(smooth > 0, smooth, np.nan), color=OKABE_ITO[1], label="Δ/$k_\\mathrm{B}$, gates left behind"
    )
    lost = fine[smooth <= 0].max()
    ax.axvspan(size.min(), lost, color=OKABE_ITO[1], alpha=0.12, linewidth=0, label="they repel, gates left behind")
    ax.axhline(ROOM, color="0.4", linestyle="--")
    ax.annotate("room temperature, 300 K", (900, ROOM), xytext=(0, 3), textcoords="offset points", ha="right")
    room = _size_at(ROOM, size, whole)
    ax.plot(room, ROOM, "o", color=OKABE_ITO[0])
    ax.annotate(f"{room:.1f} nm", (room, ROOM), xytext=(-5, -5), textcoords="offset points", ha="right", va="top")
    ax.plot(SIZE, MEASURED, "s", color="black", label="measured, about 400 nm")
    ax.set(xscale="log", yscale="log", xlim=(size.min(), size.max()), ylim=(1, 2e4))
    ax.set(xlabel="size, distance of L and R (nm)", ylabel="temperature, or energy / $k_\\mathrm{B}$ (K)")
    ax.legend(frameon=False, loc="upper right", fontsize="small")
    return figure


FIGURES = (
    Recipe(
        name="hamo-scaling",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"size": SIZE, "room_kelvin": ROOM},
    ),
)
