"""Fig. 2a and 2b: the same two sites without and with the polarizer nearby."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.constants import K_B
from attractron.dots import building_block, effective_interaction
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.diagrams import Reading, W, around, draw
from attractron.plotting.style import OKABE_ITO

U, TUNNELLING = 2.41, (0.0, 0.05)
"""The paper gives neither for Fig. 2b. U = δ = W + 2Δ is what its 2Δ asks for when t → 0; t = 0.05 meV shows what a
tunnelling of a fiftieth of U takes away."""

BARE = building_block(W=W, U=0.0, delta=U, t=0.0)
PAIRED = building_block(W=W, U=U, delta=U, t=0.0)
ANY_TUNNELLING = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""The paper says that t is small against U, and no more: meV for which Δ is asked."""

HALF = 1.4
"""Half of the window, mV."""


def bare_diagram(quick: bool) -> xr.Dataset:
    """Fig. 2a: the polarizer is far away, U = 0."""
    return around(BARE, W / 2, HALF, quick, weights={"L": -100.0, "R": -60.0})


def paired_diagram(quick: bool) -> xr.Dataset:
    """Fig. 2b: δ = U, for t → 0 and for t = 0.05 meV; the right dot is a tenth as visible as the left one."""
    middle = (U + W) / 2
    diagram = around(PAIRED, middle, HALF, quick, weights={"L": -100.0, "R": -10.0}, t=np.array(TUNNELLING))
    over_t = effective_interaction(PAIRED, {"t": np.array(ANY_TUNNELLING)})["pairing_energy"]
    return diagram.assign(
        pairing_energy=("any_t", over_t.values, over_t.attrs),
        any_t=("any_t", list(ANY_TUNNELLING), {"units": "meV", "long_name": "tunnelling t"}),
    )


def bare_readings(diagram: xr.Dataset) -> Readings:
    """W in µeV, the vertical line and the odd ground states, read off the diagram."""
    reading = Reading(diagram)
    centre = reading.along_line(3)[:, 1]
    return {
        "W": 1e3 * reading.interaction,
        "pixel": 1e3 * reading.resolution,
        "angle": reading.angle,
        "tilt": reading.angle_error,
        "states": reading.states_across(),
        "split": 1e3 * float(abs(reading.energy("(1,0)", *centre) - reading.energy("(0,1)", *centre))),
    }


def paired_readings(diagram: xr.Dataset) -> Readings:
    """Δ in µeV, the horizontal line, the even ground states and the gap to the odd ones, read off the diagrams."""
    ideal, tunnelling = (Reading(diagram.isel(t=number)) for number in range(len(TUNNELLING)))
    line = ideal.along_line(201)
    gap, length = ideal.odd_gap(*line), abs(ideal.interaction)
    centre = gap[len(gap) // 2]
    return {
        "Delta": -1e3 * ideal.interaction / 2,
        "pixel": 1e3 * ideal.resolution,
        "half_pixel": 1e3 * ideal.resolution / 2,
        "angle": ideal.angle,
        "tilt": ideal.angle_error,
        "states": ideal.states_across(),
        "gap": 1e3 * centre,
        "gap_over_half_length": 2 * centre / length,
        "gap_over_half_length_error": 3 * ideal.resolution / length,
        "off_centre": float(line[1][np.argmax(gap)] - line[1].mean()),
        "off_centre_error": ideal.resolution,
        "kelvin": -ideal.interaction / 2 / K_B,
        "Delta_with_t": -1e3 * tunnelling.interaction / 2,
        "Delta_by_t": {
            f"t = {1e3 * t:g} µeV": 1e3 * float(Delta)
            for t, Delta in zip(ANY_TUNNELLING, diagram["pairing_energy"], strict=True)
        },
    }


def draw_bare(diagram: xr.Dataset) -> Figure:
    """Fig. 2a."""
    (figure, (ax,)), reading = panels(6.4, 5.2), Reading(diagram)
    draw(reading, ax, f"W = {1e3 * reading.interaction:.0f} µeV")
    ax.set_title("Bare: the interaction line is vertical")
    return figure


def draw_paired(diagram: xr.Dataset) -> Figure:
    """Fig. 2b, and the gap along its interaction line."""
    figure, (left, right) = panels(10.4, 5.0, columns=2, width_ratios=[1.5, 1.0])
    for number, (t, colour) in enumerate(zip(TUNNELLING, OKABE_ITO, strict=False)):
        reading = Reading(diagram.isel(t=number))
        if number == 0:
            draw(reading, left, f"2Δ = {-1e3 * reading.interaction:.0f} µeV")
        line = reading.along_line(101)
        gap = reading.odd_gap(*line)
        right.plot(line[1], gap, color=colour, label=f"t = {t:g} meV" if t else "t → 0")
        right.plot(line[1][50], gap[50], "o", color=colour)
    lettered((left, right), ["With the polarizer", "Gap to the odd states along the line"], "bg")
    right.set(xlabel="δV (mV)", ylabel="gap to (1,0) and (0,1) (meV)")
    right.set_ylim(0.0, 1.0)
    right.legend(frameon=False)
    figure.set_layout_engine("constrained", wspace=0.08)
    return figure


FIGURES = (
    Recipe(name="hamo-2a", compute=bare_diagram, draw=draw_bare, readings=bare_readings),
    Recipe(name="hamo-2b", compute=paired_diagram, draw=draw_paired, readings=paired_readings),
)
