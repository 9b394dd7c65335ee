"""Fig. 1c, d: both devices to scale, and the wells that their gates make along the tubes; insets of Fig. 3a-c."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.geometry import crossed_nanotubes, potential_energy
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.drawings import DISTANCE, DOT
from attractron.plotting import layouts
from attractron.plotting.style import OKABE_ITO, legend_below

SYSTEM = {"V_bL": -80.0, "V_L": 80.0, "V_C": -120.0, "V_R": 80.0, "V_bR": -80.0}
"""Voltages of the system's gates, mV: our choice."""

POLARIZER = {"P_1": -120.0, "P_2": 80.0, "P_3": -40.0, "P_4": 80.0, "P_5": -120.0}
"""Those of the polarizer's: P_2 is the paper's V_B, P_4 its V_T."""

DETUNINGS = (0.39, 1.01, 2.57)
"""δ of Fig. 3a-c, meV."""

HALF, STEP = 480.0, 5.0
"""Half of the length of tube that is shown, and its steps, nm."""


def compute(quick: bool) -> xr.Dataset:
    """Potential energy of an electron along both tubes, the polarizer's tilted by each detuning."""
    drawn = crossed_nanotubes(distance=DISTANCE)
    along = np.arange(-HALF, HALF + STEP / 2, STEP)
    middle = np.zeros_like(along)
    system = np.stack([along, middle, middle], axis=1)
    polarizer = np.stack([middle, along + DOT / 2, middle + DISTANCE], axis=1)
    found = potential_energy(
        drawn, {**SYSTEM, **POLARIZER}, np.concatenate([system, polarizer]), resolution="coarse" if quick else "normal"
    )
    energy = found["potential_energy"].values
    arms = found["lever_arm"].values.reshape(len(found["gate"]), 2, -1)
    gates = [str(gate) for gate in found["gate"].values]
    tilt = (arms[gates.index("P_2"), 1] - arms[gates.index("P_4"), 1]) / 2  # of 1 mV between both, shared by them
    flat = energy[along.size :]
    wells = _wells(flat)
    per_volt = float(tilt[wells[0]] - tilt[wells[-1]])  # B is on the left
    tilted = [flat - delta / per_volt * tilt for delta in (0.0, *DETUNINGS)]
    density = 2 / DOT * np.cos(np.pi * (along + DOT / 2) / DOT) ** 2 * (along <= 0) * (along >= -DOT)
    return dataset(
        {
            "system": ("along", energy[: along.size], "meV", "potential energy of an electron"),
            "polarizer": (("delta", "along"), tilted, "meV", "potential energy of an electron"),
            "own_gate": ((), float(density @ arms[gates.index("V_L"), 0] * STEP), "meV/mV", "lever arm of V_L on L"),
            "difference": ((), 1 / per_volt, "mV", "voltage between the gates of T and B for 1 meV"),
        },
        {
            "along": ("along", along, "nm", "distance from the middle of the suspended tube"),
            "delta": ("delta", [0.0, *DETUNINGS], "meV", "detuning of the polarizer"),
        },
        question="papers.hamo2016.fig1cd",
        parameters=drawn.describe(),
        options={"system": SYSTEM, "polarizer": POLARIZER},
        method="Galerkin boundary elements; tilts by reciprocity",
        validity=["No carriers; vacuum; all lengths but three, and all voltages, are assumed."],
        references=["hamo2016"],
    )


def _wells(energy: FloatArray) -> NDArray[np.intp]:
    """Places of the minima within the tube."""
    inner = energy[1:-1]
    return 1 + np.flatnonzero((inner < energy[:-2]) & (inner < energy[2:]))


def readings(result: xr.Dataset) -> Readings:
    """Wells along both tubes, their barriers, and how much the polarizer's are detuned."""
    system, flat = result["system"].values, result["polarizer"].sel(delta=0.0).values
    wells = _wells(system)
    found: Readings = {
        "wells": f"{wells.size} and {_wells(flat).size}",
        "own_gate": float(result["own_gate"]),
        "difference": float(result["difference"]),
    }
    middle = int(np.argmin(abs(result["along"].values)))
    sides = min(system[: wells[0]].max(), system[wells[-1] :].max())
    found["higher"] = float((system[middle] - system[wells].max()) / (sides - system[wells].max()))
    for delta in DETUNINGS:
        energy = result["polarizer"].sel(delta=delta).values
        minima = energy[_wells(energy)]
        found[f"detuning_{delta:g}"] = float(minima[-1] - minima[0])
    return found


def draw(result: xr.Dataset) -> Figure:
    """Each tube with its gates cut along it, and below it the potential that they make."""
    figure, axes = panels(11.0, 6.6, rows=2, columns=2)
    for ax, along, tube in zip(axes[:2], "xy", ("system", "polarizer"), strict=True):
        layouts.plot_section(result, ax, along=along, at=0.0)
        ax.set_title(f"{tube}'s tube, {ax.get_title()}")
    x = result["along"].values
    axes[2].plot(x, result["system"], color=OKABE_ITO[2])
    for number, (delta, colour) in enumerate(zip(result["delta"].values, ("black", *OKABE_ITO), strict=False)):
        style = "--" if number == 0 else "-"
        row = result["polarizer"].sel(delta=delta)
        axes[3].plot(x + DOT / 2, row, style, color=colour, label=f"δ = {delta:g} meV")
    for ax, above, name in zip(axes[2:], axes[:2], "xy", strict=True):
        ax.set(xlim=above.get_xlim(), xlabel=f"{name} (nm)", ylabel="energy of an electron (meV)")
    lowest = float(result["polarizer"].min())
    axes[3].set_ylim(lowest - 1, lowest + 20)
    legend_below(axes[3], columns=4)
    lettered(axes, [ax.get_title() for ax in axes])
    for ax in axes:
        ax.set_title("")
    return figure


FIGURES = (
    Recipe(
        name="hamo-1c-d",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"distance": DISTANCE, "dot": DOT},
    ),
)
