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
STRAIGHT = slice(0.3, 2.2)
"""Detunings in meV away from the kinks at δ = 0 and δ = U, which tunnelling rounds."""

HALF = {"a": 1.2, "b": 1.2, "c": 1.5}
"""Half of each window, mV."""


def detuned_diagram(panel: str, quick: bool) -> xr.Dataset:
    """The diagram of one panel; the window is centred on the vertex, at (W + δ)/2 for t → 0."""
    delta = DETUNINGS[panel]
    device = DEVICE.with_parameters(delta=delta)
    return around(device, (W + delta) / 2, HALF[panel], quick, weights={"L": -100.0, "R": -10.0})


def detuned_readings(panel: str, diagram: xr.Dataset) -> Readings:
    """Which way the interaction line lies, and that its change from W is δ, in meV."""
    reading, device = Reading(diagram), DEVICE.with_parameters(delta=DETUNINGS[panel])
    shift = rounding(DETUNINGS[panel], U, TUNNELLING)
    return {
        "orientation": reading.orientation,
        "tilt": reading.angle_error,
        "taken": W - reading.interaction,
        "W_eff": reading.interaction,
        "W_eff_exact": effective_interaction(device),
        "shift": shift,
        "pixel": reading.resolution,
        "shift_and_pixel": shift + reading.resolution,
    }


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
    return dataset(
        {
            "two_delta": ("delta", pairing, "meV", "2Δ = −W_eff, read from the triple points"),
            "resolution": ("delta", resolution, "meV", "change of the chemical potential over a pixel"),
        },
        {"delta": ("delta", delta, "meV", "detuning δ")},
        question="papers.hamo2016.fig3ac",
        parameters=DEVICE.describe(),
        method="a stability diagram for each detuning; 2Δ from its triple points",
        validity=["Ground state; charge states are classical, the polarizer is solved exactly."],
        references=["hamo2016"],
    )


def growth_readings(scan: xr.Dataset) -> Readings:
    """The slope of 2Δ in δ, over the three published detunings and over the part that tunnelling rounds least."""
    three, straight = scan.sel(delta=list(DETUNINGS.values())), scan.sel(delta=STRAIGHT)
    slope, slope_error = _slope(three)
    steady, steady_error = _slope(straight)
    pixel, most = float(scan["resolution"].max()), rounding(0.0, U, TUNNELLING)
    return {
        "slope": slope,
        "slope_error": slope_error,
        **{f"two_delta_{panel}": float(value) for panel, value in zip(DETUNINGS, three["two_delta"], strict=True)},
        "rounding_a": rounding(DETUNINGS["a"], U, TUNNELLING),
        "rounding_c": rounding(DETUNINGS["c"], U, TUNNELLING),
        "pixel": pixel,
        "steady_slope": steady,
        "steady_slope_error": steady_error,
        "bend": _bend(straight),
        "bend_error": max(rounding(end, U, TUNNELLING) for end in (STRAIGHT.start, STRAIGHT.stop)) + pixel,
        "taken_at_zero": W + float(scan["two_delta"].sel(delta=0.0)),
        "rounding_at_zero": most,
        "taken_at_zero_error": most + pixel,
    }


def _slope(readings: xr.Dataset) -> tuple[float, float]:
    """Slope of 2Δ in δ, and what tunnelling and pixels may do to it."""
    delta = readings["delta"].values
    ends = sum(rounding(float(end), U, TUNNELLING) for end in (delta[0], delta[-1]))
    slope = float(np.polyfit(delta, readings["two_delta"].values, 1)[0])
    return slope, float((ends + 2 * readings["resolution"].max()) / np.ptp(delta))


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
        ax.annotate(f"3{panel}", (delta, value), xytext=(0, -9), textcoords="offset points", ha="center", va="top")
    ax.set(xlabel="δ (meV)", ylabel="2Δ (meV)", title="Below zero the electrons repel, above they attract")
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
