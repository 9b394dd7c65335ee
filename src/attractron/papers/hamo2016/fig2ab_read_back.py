"""Fig. 2a and 2b in noise, read by `readout.read_vertex`: W and Δ from the image alone, with their uncertainties."""

from functools import partial

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.constants import K_B
from attractron.core.results import flag_names, to_json
from attractron.dots import Detector, Device, pairing_energy, stability_diagram
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016 import fig3ac
from attractron.papers.hamo2016.diagrams import TEMPERATURE, W, window
from attractron.papers.hamo2016.fig2ab import BARE, HALF, PAIRED, U
from attractron.plotting.readings import plot_vertex
from attractron.plotting.style import OKABE_ITO
from attractron.readout import read_vertex

NOISE = 15.0
"""R.m.s. of the white noise, and of the 1/f noise, in pA: together a fifth of the left dot's step."""

PIXELS = (200, 188)
"""Along V and δV, about as many as are measured."""

IMAGES = {False: 12, True: 3}
"""Images of each device that differ in their noise only, in full and when quick."""

STEPS = {"2a": {"L": -100.0, "R": -60.0}, "2b": {"L": -100.0, "R": -10.0}}
"""The detector's steps in pA, those of Fig. 2a and 2b."""

DECIDED = PAIRED.with_parameters(U=fig3ac.U)
"""Fig. 2b away from δ = U, with the U of Fig. 3a-c. At δ = U an electron beside the polarizer costs as much as moving
the polarizer's: either state has it, and their entropy k_B ln 2 raises W_eff by 2 k_B T ln 2. Here nothing is
degenerate, and at t → 0 W_eff = W - δ all the same."""

DEVICES: dict[str, tuple[Device, ...]] = {"2a": (BARE,), "2b": (DECIDED, PAIRED)}
"""Of each figure; the image of the first is shown."""

ANY_TEMPERATURE = (0.01, 0.02, 0.05, 0.08, 0.1, 0.2, 0.5)
"""K for which Δ is asked at δ = U; the text names a dilution refrigerator and no temperature."""

DOUBTED = 1.5
"""Times the median uncertainty, from which on a reading has found a contradiction between slopes and lever arms."""

DELTA = {"2a": W / 2, "2b": (U + W) / 2}
"""Middle of the window along V, mV."""


def compute(panel: str, quick: bool) -> xr.Dataset:
    """The reading of the first image, and the interaction read from all images of all devices."""
    devices = DEVICES[panel]
    readings = [[_read(panel, device, seed) for seed in range(IMAGES[quick])] for device in devices]
    first = readings[0][0]
    warm = [pairing_energy(PAIRED, temperature=T) for T in ANY_TEMPERATURE]
    return (
        first.assign(
            Delta_of_T=("any_T", warm, {"units": "meV", "long_name": "Δ at δ = U and t → 0"}),
        )
        .assign(
            {
                f"reading{suffix}": (
                    ("U", "seed"),
                    [[float(reading[f"effective_interaction{suffix}"]) for reading in row] for row in readings],
                    {"units": "meV", "long_name": label},
                )
                for suffix, label in (("", "W_eff read"), ("_uncertainty", "standard deviation of the W_eff read"))
            }
        )
        .assign_coords(
            U=("U", [device.named()["U"].value for device in devices], {"units": "meV", "long_name": "repulsion U"}),
            seed=("seed", np.arange(IMAGES[quick]), {"units": "1", "long_name": "seed of the noise"}),
            any_T=("any_T", list(ANY_TEMPERATURE), {"units": "K", "long_name": "temperature"}),
        )
        .assign_attrs(
            question="papers.hamo2016.fig2ab_read_back",
            parameters=to_json(devices[0].describe() | {"detector": _detector(panel, 0).describe(devices[0])}),
        )
    )


def _read(panel: str, device: Device, seed: int) -> xr.Dataset:
    diagram = stability_diagram(
        device, window(DELTA[panel], HALF, PIXELS), temperature=TEMPERATURE, detector=_detector(panel, seed)
    )
    arms = {
        dot: {axis: float(device.lever_arms(axis)[device.index(dot)]) for axis in ("V", "delta_V")}
        for dot in device.open_dots
    }
    return read_vertex(diagram["detector_current"], lever_arms=arms)


def _detector(panel: str, seed: int) -> Detector:
    return Detector(background=500.0, weights=STEPS[panel], white_noise=NOISE, pink_noise=NOISE, seed=seed)


def readings(panel: str, reading: xr.Dataset) -> Readings:
    """W or Δ of the image shown in µeV, its sign, and how all readings lie around what went into the images."""
    # W is W_eff, and Δ is -W_eff/2.
    published, part = (830.0, 1e3) if panel == "2a" else (-1580.0, -500.0)
    first = reading.isel(U=0)
    pulls = (1e3 * first["reading"] - published) / (1e3 * first["reading_uncertainty"])
    found: Readings = {
        "read": part * float(reading["effective_interaction"]),
        "three_sigma": float(np.nan_to_num(3 * abs(part) * float(reading["effective_interaction_uncertainty"]))),
        "sign": flag_names(reading["status"])[int(reading["status"])],
        "rms_pull": float((pulls**2).mean(skipna=False) ** 0.5),
        "rms_spread": 3.0 / float(np.sqrt(2 * reading["seed"].size)),
        "largest_pull": float(abs(pulls).max(skipna=False)),
        "number": reading["seed"].size,
    }
    if panel == "2b":
        undecided = reading.sel(U=U)
        mean_error = float((undecided["reading_uncertainty"] ** 2).sum() ** 0.5) / undecided["seed"].size
        found["read_undecided"] = part * float(undecided["reading"].mean(skipna=False))
        found["mean_error"] = float(np.nan_to_num(1.5e3 * mean_error))
        found["doubted"] = int(_doubted(undecided).sum())
        found["Delta_by_T"] = {
            f"T = {T:g} K": 1e3 * float(Delta) for T, Delta in zip(ANY_TEMPERATURE, reading["Delta_of_T"], strict=True)
        }
    return found


def _doubted(readings: xr.Dataset) -> xr.DataArray:
    """Which readings found slopes that contradict the lever arms, and count it as an error."""
    error = readings["reading_uncertainty"]
    return error > DOUBTED * error.median("seed")


def draw(panel: str, reading: xr.Dataset) -> Figure:
    """The image with the lines found on it, and the readings of all images."""
    figure, (left, right) = panels(11.5, 5.0, columns=2, width_ratios=[1.25, 1.0])
    plot_vertex(reading, left)
    _draw_readings(panel, reading, right)
    lettered((left, right), [f"{NOISE * np.sqrt(2.0):.0f} pA of noise, and the lines found", "All images"])
    figure.set_layout_engine("constrained", wspace=0.06)
    return figure


def _draw_readings(panel: str, reading: xr.Dataset, ax: Axes) -> None:
    sign, published, name = (1e3, 830.0, "W") if panel == "2a" else (-1e3, 1580.0, "2Δ")
    ax.axhline(published, color="black", linewidth=1.0, label=f"{name} = {published:.0f} µeV, published")
    if panel == "2b":
        warm = 2e3 * pairing_energy(PAIRED, temperature=TEMPERATURE)
        label = f"{warm:.0f} µeV: 2Δ at {TEMPERATURE} K with δ = U"
        ax.axhline(warm, color="black", linestyle="--", linewidth=1.0, label=label)
    for row, (colour, marker) in enumerate(zip(OKABE_ITO[: reading["U"].size], "os", strict=False)):
        readings = reading.isel(U=row)
        doubted = _doubted(readings)
        for chosen, face, label in (
            (~doubted, colour, f"read, U = {float(reading['U'][row]):g} meV"),
            (doubted, "white", "the same, slopes contradict the lever arms"),
        ):
            some = readings.isel(seed=np.flatnonzero(chosen))
            if some["seed"].size:
                ax.errorbar(
                    some["seed"] + 1 + 0.15 * row,
                    sign * some["reading"],
                    1e3 * some["reading_uncertainty"],
                    fmt=marker,
                    color=colour,
                    markerfacecolor=face,
                    markersize=5,
                    label=label,
                )
    ax.set_xticks(reading["seed"].values + 1)
    ax.margins(y=0.1)
    ax.set(xlabel="image, each with noise of its own", ylabel=f"{name} as read, ± one standard deviation (µeV)")
    ax.legend(frameon=False, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.14))


_NOISY = {
    "noise_pA": NOISE,
    "last_seed": IMAGES[False] - 1,
    "rows": PIXELS[0],
    "columns": PIXELS[1],
    "T": TEMPERATURE,
}

FIGURES = (
    Recipe(
        name="hamo-2a-read",
        compute=partial(compute, "2a"),
        draw=partial(draw, "2a"),
        readings=partial(readings, "2a"),
        parameters={"W": W, **_NOISY},
    ),
    Recipe(
        name="hamo-2b-read",
        compute=partial(compute, "2b"),
        draw=partial(draw, "2b"),
        readings=partial(readings, "2b"),
        parameters={
            "W": W,
            "U": U,
            "larger_U": fig3ac.U,
            "entropy_of_two": 2e3 * K_B * TEMPERATURE * np.log(2.0),
            **_NOISY,
        },
    ),
)
