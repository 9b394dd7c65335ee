"""Fig. 3a-c: three detunings of the polarizer, and how the attraction grows with it."""

from functools import partial

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.dots import building_block, effective_interaction
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.diagrams import Reading, W, around, draw, read_scan, rounding
from attractron.plotting.style import OKABE_ITO

U, TUNNELLING = 2.6, 0.05
"""Our choice, the paper gives neither. At U = 2.41 meV, as for Fig. 2b, the δ of Fig. 3c would lie past the optimum
δ = U, where pairing weakens again; the paper sees it grow up to there."""

DEVICE = building_block(W=W, U=U, delta=U, t=TUNNELLING)
DETUNINGS = {"a": 0.39, "b": 1.01, "c": 2.57}
ANY = (
    *((2.6, t) for t in (0.0, 0.02, 0.05, 0.1, 0.2)),
    *((3.0, t) for t in (0.05, 0.1, 0.2)),
    *((4.0, t) for t in (0.05, 0.2, 0.4)),
)
"""U and t in meV for which the paper's statements are asked."""

CHOICES = [f"U = {U:g} meV, t = {t:g} meV" for U, t in ANY]

LAST_DIGIT = 0.005
"""Half of the last digit of the published detunings, meV."""

STRAIGHT = slice(0.3, 2.2)
"""Detunings in meV away from the kinks at δ = 0 and δ = U, which tunnelling rounds."""

HALF = {"a": 1.5, "b": 1.2, "c": 1.5}
"""Half of each window, mV."""


def detuned_diagram(panel: str, quick: bool) -> xr.Dataset:
    """The diagram of one panel; the window is centred on the vertex, at (W + δ)/2 for t → 0."""
    delta = DETUNINGS[panel]
    device = DEVICE.with_parameters(delta=delta)
    diagram = around(device, (W + delta) / 2, HALF[panel], quick, weights={"L": -100.0, "R": -10.0})
    taken = [W - effective_interaction(device.with_parameters(U=U, t=t)) for U, t in ANY]
    return diagram.assign(
        taken=("choice", taken, {"units": "meV", "long_name": "W − W_eff for other U and t"}),
        choice=("choice", CHOICES, {"units": "1", "long_name": "U and t"}),
    )


def detuned_readings(panel: str, diagram: xr.Dataset) -> Readings:
    """Which way the interaction line lies, W_eff in meV, and its change from W over δ."""
    reading, delta = Reading(diagram), DETUNINGS[panel]
    return {
        "orientation": reading.orientation,
        "tilt": reading.angle_error,
        "taken": (W - reading.interaction) / delta,
        "taken_by_choice": _by_choice(diagram["taken"] / delta),
        "taken_error": (LAST_DIGIT + reading.resolution) / delta,
        "W_eff": reading.interaction,
        "pixel": reading.resolution,
    }


def _by_choice(values: xr.DataArray) -> dict[str, float]:
    return {str(name): float(value) for name, value in zip(values["choice"].values, values.values, strict=True)}


def draw_detuned(panel: str, diagram: xr.Dataset) -> Figure:
    """One panel of Fig. 3a-c."""
    (figure, (ax,)), reading = panels(6.4, 5.2), Reading(diagram)
    size = f"{1e3 * abs(reading.interaction):.0f} µeV"
    draw(reading, ax, rf"$W_{{\mathrm{{eff}}}}$ = {size}" if reading.interaction > 0 else f"2Δ = {size}")
    ax.set_title(f"δ = {DETUNINGS[panel]} meV: {'repulsion' if reading.interaction > 0 else 'attraction'}")
    return figure


def growth(quick: bool) -> xr.Dataset:
    """2Δ read from diagrams at many detunings, the three of Fig. 3a-c among them."""
    grid = np.linspace(0.0, 2.5, 11 if quick else 26)
    delta = np.unique(np.concatenate([grid, list(DETUNINGS.values())]))
    devices = [DEVICE.with_parameters(delta=float(value)) for value in delta]
    pairing, resolution = read_scan(devices, quick)
    at_three = np.array(list(DETUNINGS.values()))
    lines = [effective_interaction(DEVICE.with_parameters(U=U, t=t), {"delta": at_three}) for U, t in ANY]
    slopes = [float(np.polyfit(at_three, -line["effective_interaction"].values, 1)[0]) for line in lines]
    return dataset(
        {
            "two_delta": ("delta", pairing, "meV", "2Δ = −W_eff, read from the triple points"),
            "resolution": ("delta", resolution, "meV", "change of the chemical potential over a pixel"),
            "slope": ("choice", slopes, "1", "slope of 2Δ over the three detunings for other U and t"),
        },
        {
            "delta": ("delta", delta, "meV", "detuning δ"),
            "choice": ("choice", CHOICES, "1", "U and t"),
        },
        question="papers.hamo2016.fig3ac",
        parameters=DEVICE.describe(),
        method="a stability diagram for each detuning; 2Δ from its triple points",
        validity=["Ground state; charge states are classical, the polarizer is solved exactly."],
        references=["hamo2016"],
    )


def growth_readings(scan: xr.Dataset) -> Readings:
    """The slope of 2Δ in δ over the three published detunings, how straight it is, and what is left at δ = 0."""
    three, straight = scan.sel(delta=list(DETUNINGS.values())), scan.sel(delta=STRAIGHT)
    delta, pixel = three["delta"].values, float(scan["resolution"].max())
    taken = W + scan["two_delta"]
    return {
        "slope": float(np.polyfit(delta, three["two_delta"].values, 1)[0]),
        "slope_error": float(2 * (LAST_DIGIT + pixel) / np.ptp(delta)),
        "slope_by_choice": _by_choice(scan["slope"]),
        **{f"two_delta_{panel}": float(value) for panel, value in zip(DETUNINGS, three["two_delta"], strict=True)},
        "pixel": pixel,
        "bend": _bend(straight),
        "bend_error": max(rounding(end, U, TUNNELLING) for end in (STRAIGHT.start, STRAIGHT.stop)) + pixel,
        "at_zero": float(taken.sel(delta=0.0) / taken.max()),
    }


def _bend(readings: xr.Dataset) -> float:
    delta, two_delta = readings["delta"].values, readings["two_delta"].values
    return float(np.abs(two_delta - np.polyval(np.polyfit(delta, two_delta, 1), delta)).max())


def draw_growth(scan: xr.Dataset) -> Figure:
    """2Δ against δ, with the three published detunings and the line of unit slope."""
    figure, (ax,) = panels(6.4, 4.6)
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    ax.plot(scan["delta"], scan["delta"] - W, color="0.4", linestyle="--", label="unit slope: δ − W (t → 0)")
    ax.plot(scan["delta"], scan["two_delta"], ".", color=OKABE_ITO[0], label="read from the diagrams")
    for panel, delta in DETUNINGS.items():
        value = float(scan["two_delta"].sel(delta=delta))
        ax.plot(delta, value, "o", color=OKABE_ITO[1], markersize=8)
        ax.annotate(
            f"3{panel}", (delta, value), xytext=(9, -6), textcoords="offset points", ha="left", va="top", clip_on=False
        )
    ax.set(xlabel="δ (meV)", ylabel="2Δ (meV)", title="Below zero the electrons repel, above they attract")
    ax.set_xlim(-0.15, 2.85)
    ax.legend(frameon=False)
    return figure


FIGURES = (
    *(
        Recipe(
            name=f"hamo-3{panel}",
            compute=partial(detuned_diagram, panel),
            draw=partial(draw_detuned, panel),
            readings=partial(detuned_readings, panel),
            parameters={"W": W, "U": U, "t": TUNNELLING, "delta": delta},
        )
        for panel, delta in DETUNINGS.items()
    ),
    Recipe(
        name="hamo-3-slope",
        compute=growth,
        draw=draw_growth,
        readings=growth_readings,
        parameters={"W": W, "U": U, "t": TUNNELLING, "from_delta": STRAIGHT.start, "to_delta": STRAIGHT.stop},
    ),
)
