"""The closing estimate: the pairing energy against the size of the device."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.dots import Device, building_block, pairing_energy, pairing_temperature
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.diagrams import W
from attractron.plotting.style import OKABE_ITO

U = 2.41
"""U = δ = W + 2Δ with t → 0, as for Fig. 2b: our choice, the paper gives W and Δ."""

SIZE, ROOM = 400.0, 300.0
"""Size of the measured dots in nm, and room temperature in K."""

MEASURED, ROUNDED = 0.790 / K_B, 8.0
"""The paper's Δ = 790 µeV in K, and its own reading of it."""


def device(size: float) -> Device:
    """The building block with every length, and so every Coulomb energy inversely, scaled from 400 nm."""
    factor = SIZE / size
    return building_block(W=W * factor, U=U * factor, delta=U * factor, t=0.0)


def compute(quick: bool) -> xr.Dataset:
    """Δ and the temperature that attraction survives, from 1 nm to 1 µm."""
    size = np.geomspace(1.0, 1000.0, 7 if quick else 13)
    devices = [device(float(length)) for length in size]
    return dataset(
        {
            "pairing_energy": ("size", [pairing_energy(each) for each in devices], "meV", "pairing energy Δ"),
            "pairing_temperature": (
                "size",
                [pairing_temperature(each) for each in devices],
                "K",
                "temperature above which electrons do not attract",
            ),
        },
        {"size": ("size", size, "nm", "size of a dot")},
        question="papers.hamo2016.scaling",
        parameters={"size": SIZE, **device(SIZE).describe()},
        method="exact diagonalisation at each size, all Coulomb energies scaled as 1/size",
        validity=["Electrostatics has no length of its own; t → 0, so that nothing else sets a scale."],
        references=["hamo2016"],
    )


def readings(result: xr.Dataset) -> Readings:
    """The power law, and what it promises at the nanometre scale, in K and nm."""
    size, kelvin = result["size"].values, result["pairing_energy"].values / K_B
    smallest, room = _interpolated(size[0], size, kelvin), _room_size(result)
    cautious = ROUNDED / MEASURED  # of all energies, and so of the size at which they reach room temperature
    return {
        "power": float(np.polyfit(np.log(size), np.log(kelvin), 1)[0]),
        "measured": _interpolated(SIZE, size, kelvin),
        "smallest_size": float(size[0]),
        "smallest": smallest,
        "smallest_from_8_K": cautious * smallest,
        "smallest_error": (1 - cautious) * smallest,
        "room": room,
        "room_from_8_K": cautious * room,
        "room_error": (1 - cautious) * room,
    }


def _interpolated(x: float, places: FloatArray, values: FloatArray) -> float:
    """A power law between points."""
    return float(np.exp(np.interp(np.log(x), np.log(places), np.log(values))))


def _room_size(result: xr.Dataset) -> float:
    """Size at which Δ is k_B times room temperature, nm."""
    size, kelvin = result["size"].values, result["pairing_energy"].values / K_B
    return float(np.exp(np.interp(-np.log(ROOM), -np.log(kelvin), np.log(size))))


def draw(result: xr.Dataset) -> Figure:
    """Δ/k_B and the surviving temperature over the size, with room temperature and the measured point."""
    figure, (ax,) = panels(6.6, 4.8)
    size, kelvin = result["size"], result["pairing_energy"] / K_B
    ax.fill_between(size, kelvin * ROUNDED / MEASURED, kelvin, color=OKABE_ITO[0], alpha=0.25, linewidth=0)
    ax.plot(size, kelvin, color=OKABE_ITO[0], label="Δ/$k_\\mathrm{B}$ from 790 µeV (band: down to 8 K at 400 nm)")
    ax.plot(
        size,
        result["pairing_temperature"],
        color=OKABE_ITO[2],
        linestyle="-.",
        label="temperature that attraction survives",
    )
    ax.axhline(ROOM, color="0.4", linestyle="--")
    ax.annotate("room temperature, 300 K", (900, ROOM), xytext=(0, 3), textcoords="offset points", ha="right")
    room = _room_size(result)
    ax.plot(room, ROOM, "o", color=OKABE_ITO[1])
    ax.annotate(f"{room:.1f} nm", (room, ROOM), xytext=(-4, -4), textcoords="offset points", ha="right", va="top")
    ax.plot(SIZE, MEASURED, "s", color="black", label="measured, about 400 nm")
    ax.set(xscale="log", yscale="log", title="Smaller devices pair more strongly")
    ax.set(xlabel="size of a dot (nm)", ylabel="temperature, or energy / $k_\\mathrm{B}$ (K)")
    ax.legend(frameon=False)
    return figure


FIGURES = (
    Recipe(
        name="hamo-scaling",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"size": SIZE, "kelvin_of_790": MEASURED, "room_kelvin": ROOM, "room_energy": K_B * ROOM},
    ),
)
