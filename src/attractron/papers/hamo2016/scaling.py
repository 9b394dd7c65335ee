"""The closing estimate: the pairing energy against the size of the device."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.constants import K_B
from attractron.core.results import dataset
from attractron.dots import Device, building_block, pairing_energy, pairing_temperature
from attractron.dots.capacitance import CapacitanceModel, building_block_parameters
from attractron.papers.figures import Readings, Recipe, panels
from attractron.plotting.style import OKABE_ITO

CAPACITANCES = np.array(
    [
        [17.2937, -0.1783, -0.0501, -4.6333],
        [-0.1783, 17.2937, -0.0501, -4.6333],
        [-0.0501, -0.0501, 16.1839, -1.5912],
        [-4.6333, -4.6333, -1.5912, 18.6921],
    ]
)
"""Maxwell matrix of L, R, T, B at 400 nm in aF: that of Fig. 2c-f, with the paper's W and, at t → 0, its Δ."""

SIZE, ROOM = 400.0, 300.0
"""Size of the measured dots in nm, and room temperature in K."""

MEASURED, ROUNDED = 9.168, 8.0
"""The paper's Δ = 790 µeV in K, and its own reading of it."""

NANOMETRES = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 12.0)
"""What "the nanometre scale" may be."""


def device(size: float) -> Device:
    """The building block of conductors of another size, nm: electrostatics makes capacitances proportional to it."""
    block = CapacitanceModel(
        names=("L", "R", "T", "B"),
        C=CAPACITANCES * size / SIZE,
        system=("L", "R"),
        floating=(("T", "B"),),
        electrons=(1,),
    )
    found = building_block_parameters(block)
    # At the best detuning, for which a potential has to scale along.
    return building_block(W=found["W"], U=found["U"], delta=found["U"], t=0.0)


def compute(quick: bool) -> xr.Dataset:
    """Δ and the temperature that attraction survives, from 1 nm to 1 µm."""
    size = np.geomspace(1.0, 1000.0, 7 if quick else 13)
    devices = [device(float(length)) for length in size]
    return dataset(
        {
            "pairing_energy": ("size", [pairing_energy(each) for each in devices], "meV", "pairing energy Δ"),
            "of_nanometres": ("nanometres", [_kelvin(size) for size in NANOMETRES], "K", "pairing energy over k_B"),
            "pairing_temperature": (
                "size",
                [pairing_temperature(each) for each in devices],
                "K",
                "temperature above which electrons do not attract",
            ),
        },
        {
            "size": ("size", size, "nm", "size of a dot"),
            "nanometres": ("nanometres", list(NANOMETRES), "nm", "size of a dot"),
        },
        question="papers.hamo2016.scaling",
        parameters={"size": SIZE, **device(SIZE).describe()},
        method="Maxwell matrix proportional to the size; exact diagonalisation with the energies that follow",
        validity=["Electrostatics has no length of its own; t → 0, so that nothing else sets a scale."],
        references=["hamo2016"],
    )


def _kelvin(size: float) -> float:
    return pairing_energy(device(size)) / K_B


def readings(result: xr.Dataset) -> Readings:
    """The power law, where it passes through the measured point, and what it promises at the nanometre scale."""
    size, kelvin = result["size"].values, result["pairing_energy"].values / K_B
    over_room = result["of_nanometres"] / ROOM
    return {
        "power": float(np.polyfit(np.log(size), np.log(kelvin), 1)[0]),
        "measured": float(np.exp(np.interp(np.log(400.0), np.log(size), np.log(kelvin)))),
        "size_of_measured": _size_at(MEASURED, result),
        "over_room": float(over_room[0]),
        "over_room_by_size": {
            f"{nm:g} nm": float(ratio) for nm, ratio in zip(result["nanometres"].values, over_room, strict=True)
        },
        "room": _size_at(ROOM, result),
        "survives": float((result["pairing_temperature"] / kelvin).mean()),
    }


def _size_at(temperature: float, result: xr.Dataset) -> float:
    """Size at which Δ is k_B times a temperature in K, nm: a power law between points."""
    size, kelvin = result["size"].values, result["pairing_energy"].values / K_B
    return float(np.exp(np.interp(-np.log(temperature), -np.log(kelvin), np.log(size))))


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
    room = _size_at(ROOM, result)
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
        parameters={"size": SIZE, "room_kelvin": ROOM},
    ),
)
