"""Supplementary Fig. 6: 2Δ against the repulsion U between system and polarizer."""

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from attractron.core.results import dataset
from attractron.dots import building_block
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016.diagrams import PAPER, W, read_scan, rounding

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

TUNNELLING, FIXED, LARGEST = 0.05, 2.0, 3.0
"""t, the detuning that stays while U changes, and the largest U, meV: our choice, the paper's text gives none."""

DEVICE = building_block(W=W, U=FIXED, delta=FIXED, t=TUNNELLING)
PATHS = ("best", "fixed")

ABOVE, RISING, FLAT = slice(W, LARGEST), slice(0.5 * FIXED + 0.2, FIXED - 0.2), slice(FIXED + 0.2, LARGEST)
"""Where electrons attract at the best detuning, and the parts of the fixed path away from its kinks at δ/2 and δ."""


def scan(quick: bool) -> "xr.Dataset":
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
        question="papers.hamo2016.scan",
        parameters=DEVICE.describe(),
        method="a stability diagram for each U; 2Δ from its triple points",
        validity=["Ground state; charge states are classical, the polarizer is solved exactly."],
        references=["hamo2016"],
    )


def claims(result: "xr.Dataset") -> list[Claim]:
    """The slopes of 2Δ in U along both paths, and whether the first is a straight line."""
    claim = partial(
        Claim,
        figure="hamo-s6",
        claim="The measured dependence of 2Δ on U (Supplementary Fig. 6) shows a linear dependence with unit slope.",
    )
    best, rising, flat = (
        _line(result, path, part) for path, part in (("best", ABOVE), ("fixed", RISING), ("fixed", FLAT))
    )
    level = float(result["two_delta"].sel(path="fixed", U=FLAT).mean())
    own = f"t = {TUNNELLING} meV is our choice."
    return [
        claim(
            source=f"{PAPER}, p. 398, along the best detuning δ = U",
            published=1.0,
            computed=best.slope,
            tolerance=best.slope_error,
            unit="meV/meV",
            note=f"Straight line through the readings with U > W = {W} meV. {own} Tolerance: how much tunnelling "
            "rounds the two ends differently, and one pixel at either end.",
        ),
        claim(
            source=f"{PAPER}, p. 398, along the best detuning δ = U",
            published=0.0,
            computed=best.residual,
            tolerance=best.residual_error,
            unit="meV",
            note="Largest distance of a reading from that line. Tolerance: the same rounding, and one pixel.",
        ),
        claim(
            source=f"{PAPER}, p. 398, at a fixed detuning δ = {FIXED:g} meV",
            published=1.0,
            computed=rising.slope,
            tolerance=rising.slope_error,
            unit="meV/meV",
            instead=2.0,
            note="The paper's text does not say whether δ was readjusted at each U. With δ fixed its own equations "
            f"give 2Δ = 2U − δ − W for δ/2 < U < δ, slope 2 and not 1 (here {rising.slope:.2f}), and beyond U = δ no "
            f"dependence at all (slope {flat.slope:.2f}): 2Δ stays at δ − W = {FIXED - W:.2f} meV (here {level:.2f} "
            f"meV). Unit slope needs δ = U. {own} Tolerance: rounding by t and one pixel at either end of "
            f"{RISING.start:g} to {RISING.stop:g} meV.",
        ),
    ]


class _Line(NamedTuple):
    """A straight line through readings, and what tunnelling and pixels may do to its slope and to their distance."""

    slope: float
    slope_error: float
    residual: float
    residual_error: float


def _line(result: "xr.Dataset", path: str, part: slice) -> _Line:
    chosen = result.sel(path=path, U=part)
    U, readings, pixel = chosen["U"].values, chosen["two_delta"].values, float(chosen["resolution"].max())
    slope, start = np.polyfit(U, readings, 1)
    fixed = path == "fixed"
    ends = [rounding(FIXED if fixed else end, end, TUNNELLING) for end in (U[0], U[-1])]
    apart = sum(ends) if fixed else abs(ends[1] - ends[0])
    residual = float(np.abs(readings - slope * U - start).max())
    return _Line(float(slope), float((apart + 2 * pixel) / np.ptp(U)), residual, float(apart + pixel))


def draw(result: "xr.Dataset") -> "Figure":
    """Both paths, with the lines that equations (1) to (3) give for t → 0."""
    from matplotlib.figure import Figure

    from attractron.plotting.style import OKABE_ITO

    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    ax = figure.add_subplot()
    U = result["U"].values
    limits = {"best": U - W, "fixed": np.clip(2 * U - FIXED, 0.0, FIXED) - W}
    labels = {"best": "best detuning, δ = U: slope 1", "fixed": f"δ fixed at {FIXED:g} meV: slope 2, then none"}
    ax.axhline(0.0, color="0.6", linewidth=0.8)
    for path, colour, marker in zip(PATHS, OKABE_ITO, "os", strict=False):
        ax.plot(U, limits[path], color=colour, linewidth=1.0, linestyle="--")
        ax.plot(U, result["two_delta"].sel(path=path), marker, color=colour, markersize=4, label=labels[path])
    ax.plot([], [], color="0.4", linewidth=1.0, linestyle="--", label="t → 0")
    ax.set_xlabel("U (meV)")
    ax.set_ylabel("2Δ (meV)")
    ax.set_title("Attraction driven by repulsion")
    ax.legend(frameon=False)
    return figure


FIGURES = (
    PaperFigure(
        name="hamo-s6",
        title="The attraction grows with the repulsion that drives it",
        source=f"{PAPER}, Supplementary Fig. 6 and p. 398",
        caption="2Δ against the repulsion U between system and polarizer, every point read from the triple points of a "
        f"stability diagram of its own, with the detuning kept at its best (δ = U) and at δ = {FIXED:g} meV. Dashed: "
        f"the limit t → 0. W = {W} meV is the paper's; t = {TUNNELLING} meV and the fixed δ are our choice.",
        compute=scan,
        draw=draw,
        claims=claims,
    ),
)
