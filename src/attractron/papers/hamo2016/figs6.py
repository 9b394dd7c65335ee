"""Supplementary Fig. 6: 2Δ against the repulsion U between system and polarizer."""

from typing import NamedTuple

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.dots import building_block, effective_interaction
from attractron.papers.figures import Readings, Recipe, panels
from attractron.papers.hamo2016.diagrams import W, read_scan, rounding
from attractron.plotting.style import OKABE_ITO

TUNNELLING, FIXED, LARGEST = 0.05, 2.0, 3.0
"""t, the detuning that stays while U changes, and the largest U, meV: our choice, the paper's text gives none."""

DEVICE = building_block(W=W, U=FIXED, delta=FIXED, t=TUNNELLING)
PATHS = ("best", "fixed")

PARTS = (0.5, 0.7, 0.8, 0.9, 0.96, 1.0, 1.04, 1.1, 1.2, 1.5)
"""δ/U for which the slope is asked, had the detuning been kept at that part of U."""

ANY_TUNNELLING = (0.1, 0.2, 0.3, 0.5)
"""meV for which it is asked at δ = U."""

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
    treatments = _treatments()
    return dataset(
        {
            "two_delta": (dims, readings[:, 0], "meV", "2Δ = −W_eff, read from the triple points"),
            "resolution": (dims, readings[:, 1], "meV", "change of the chemical potential over a pixel"),
            "slope": ("treatment", list(treatments.values()), "1", "slope of 2Δ in U"),
        },
        {
            "path": ("path", list(PATHS), "1", "detuning: best (δ = U) or fixed"),
            "U": ("U", U, "meV", "repulsion U of system and polarizer"),
            "treatment": ("treatment", list(treatments), "1", "how δ is kept while U changes"),
        },
        question="papers.hamo2016.figs6",
        parameters=DEVICE.describe(),
        method="a stability diagram for each U; 2Δ from its triple points",
        validity=["Ground state; charge states are classical, the polarizer is solved exactly."],
        references=["hamo2016"],
    )


def _treatments() -> dict[str, float]:
    """Slope of 2Δ in U, from W up to the largest U, for each way to keep the detuning."""
    U = np.linspace(W, LARGEST, 30)

    def slope(U: FloatArray, delta: FloatArray, t: float = TUNNELLING) -> float:
        devices = [DEVICE.with_parameters(U=float(u), delta=float(d), t=t) for u, d in zip(U, delta, strict=True)]
        return float(np.polyfit(U, [-effective_interaction(device) for device in devices], 1)[0])

    parts = {f"δ = {part:g} U": slope(U, part * U) for part in PARTS}
    fixed = {
        f"δ fixed, U from {part.start:g} to {part.stop:g} meV": slope(some, np.full(some.size, FIXED))
        for part in (RISING, FLAT)
        for some in [np.linspace(part.start, part.stop, 20)]
    }
    return parts | fixed | {f"δ = U, t = {t:g} meV": slope(U, U, t) for t in ANY_TUNNELLING}


def readings(result: xr.Dataset) -> Readings:
    """The slope of 2Δ in U at the best detuning and for all others, and whether the first is a straight line."""
    best = _line(result, "best", ABOVE)
    return {
        "slope": best.slope,
        "slope_by_treatment": {
            str(name): float(slope) for name, slope in zip(result["treatment"].values, result["slope"], strict=True)
        },
        "residual": best.residual,
        "residual_error": best.residual_error,
        "flat_level": float(result["two_delta"].sel(path="fixed", U=FLAT).mean()),
        "pixel": float(result["resolution"].sel(U=FLAT).max()),
    }


class _Line(NamedTuple):
    """A straight line through readings, and what tunnelling and pixels may do to their distance from it."""

    slope: float
    residual: float
    residual_error: float


def _line(result: xr.Dataset, path: str, part: slice) -> _Line:
    chosen = result.sel(path=path, U=part)
    U, readings, pixel = chosen["U"].values, chosen["two_delta"].values, float(chosen["resolution"].max())
    slope, start = np.polyfit(U, readings, 1)
    ends = [rounding(end, end, TUNNELLING) for end in (U[0], U[-1])]
    residual = float(np.abs(readings - slope * U - start).max())
    return _Line(float(slope), residual, float(abs(ends[1] - ends[0]) + pixel))


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
        },
    ),
)
