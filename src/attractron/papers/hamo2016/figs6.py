"""Supplementary Fig. 6: 2Δ against the repulsion U between system and polarizer."""

from typing import NamedTuple

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.dots import building_block
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.diagrams import W, read_scan, rounding
from attractron.plotting.style import OKABE_ITO

TUNNELLING, FIXED, LARGEST = 0.05, 2.0, 3.0
"""t, the detuning that stays while U changes, and the largest U, meV: our choice, the paper's text gives none."""

DEVICE = building_block(W=W, U=FIXED, delta=FIXED, t=TUNNELLING)
PATHS = ("best", "fixed")

ABOVE, RISING, FLAT = slice(W, LARGEST), slice(0.5 * FIXED + 0.2, FIXED - 0.2), slice(FIXED + 0.2, LARGEST)
"""Where electrons attract at the best detuning, and the parts of the fixed path away from its kinks at δ/2 and δ."""


def scan(quick: bool) -> xr.Dataset:
    """2Δ(U) read from diagrams, with the detuning kept at its best, δ = U, and at a fixed value."""
    U = np.linspace(0.2, LARGEST, 15 if quick else 29)
    paths = [
        [DEVICE.with_parameters(U=float(value), delta=float(value)) for value in U],
        [DEVICE.with_parameters(U=float(value)) for value in U],
    ]
    readings = np.array([read_scan(devices, quick) for devices in paths])  # (path, quantity, U)
    dims = ("path", "U")
    return dataset(
        {
            "two_delta": (dims, readings[:, 0], "meV", "2Δ = −W_eff, read from the triple points"),
            "resolution": (dims, readings[:, 1], "meV", "change of the chemical potential over a pixel"),
        },
        {
            "path": ("path", list(PATHS), "1", "detuning: best (δ = U) or fixed"),
            "U": ("U", U, "meV", "repulsion U of system and polarizer"),
        },
        question="papers.hamo2016.figs6",
        parameters=DEVICE.describe(),
        method="a stability diagram for each U; 2Δ from its triple points",
        validity=["Ground state; charge states are classical, the polarizer is solved exactly."],
        references=["hamo2016"],
    )


def readings(result: xr.Dataset) -> Readings:
    """The slopes of 2Δ in U along both paths, and whether the first is a straight line."""
    best, rising, flat = (
        _line(result, path, part) for path, part in (("best", ABOVE), ("fixed", RISING), ("fixed", FLAT))
    )
    return {
        "slope": best.slope,
        "slope_error": best.slope_error,
        "residual": best.residual,
        "residual_error": best.residual_error,
        "rising_slope": rising.slope,
        "rising_slope_error": rising.slope_error,
        "flat_slope": flat.slope,
        "flat_level": float(result["two_delta"].sel(path="fixed", U=FLAT).mean()),
    }


class _Line(NamedTuple):
    """A straight line through readings, and what tunnelling and pixels may do to its slope and to their distance."""

    slope: float
    slope_error: float
    residual: float
    residual_error: float


def _line(result: xr.Dataset, path: str, part: slice) -> _Line:
    chosen = result.sel(path=path, U=part)
    U, readings, pixel = chosen["U"].values, chosen["two_delta"].values, float(chosen["resolution"].max())
    slope, start = np.polyfit(U, readings, 1)
    fixed = path == "fixed"
    ends = [rounding(FIXED if fixed else end, end, TUNNELLING) for end in (U[0], U[-1])]
    apart = sum(ends) if fixed else abs(ends[1] - ends[0])
    residual = float(np.abs(readings - slope * U - start).max())
    return _Line(float(slope), float((apart + 2 * pixel) / np.ptp(U)), residual, float(apart + pixel))


def draw(result: xr.Dataset) -> Figure:
    """Both paths, with the lines that equations (1) to (3) give for t → 0."""
    figure, (ax,) = panels(6.4, 4.8)
    U = result["U"].values
    limits = {"best": U - W, "fixed": np.clip(2 * U - FIXED, 0.0, FIXED) - W}
    labels = {"best": "best detuning, δ = U: slope 1", "fixed": f"δ fixed at {FIXED:g} meV: slope 2, then none"}
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    for path, colour, marker in zip(PATHS, OKABE_ITO, "os", strict=False):
        ax.plot(U, limits[path], color=colour, linewidth=1.0, linestyle="--")
        ax.plot(U, result["two_delta"].sel(path=path), marker, color=colour, markersize=4, label=labels[path])
    ax.plot([], [], color="0.4", linewidth=1.0, linestyle="--", label="t → 0")
    ax.set(xlabel="U (meV)", ylabel="2Δ (meV)", title="Attraction driven by repulsion")
    ax.legend(frameon=False)
    return figure


FIGURES = (
    Recipe(
        name="hamo-s6",
        compute=scan,
        draw=draw,
        readings=readings,
        parameters={
            "W": W,
            "t": TUNNELLING,
            "delta": FIXED,
            "delta_less_W": FIXED - W,
            "from_U": RISING.start,
            "to_U": RISING.stop,
        },
    ),
)
