"""Supplementary Fig. 6 with the knob that was turned: 2Δ against U, both from drawings at many distances."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.geometry import crossed_nanotubes, distance_scan, electrostatics
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.drawings import DISTANCE
from attractron.plotting.style import OKABE_ITO, legend_below

NEAREST, FARTHEST = 80.0, 300.0
"""Of the distances, nm: our choice."""

HEIGHTS = (130.0, 200.0, 300.0, 500.0)
"""Of the polarizer's tube over its gates, nm; the first is that of drawing A."""


def compute(quick: bool) -> xr.Dataset:
    """W, U and 2Δ over the distance, for gates of the second chip at several heights; W without it."""
    distance = np.unique([*np.linspace(NEAREST, FARTHEST, 12 if quick else 23), DISTANCE])
    names = {"W": "repulsion of L and R", "U": "near site less far site", "U_near": "repulsion with the near site"}
    found = [_scan(distance, height) for height in HEIGHTS]
    dims = ("polarizer_height", "distance")
    energies = {name: (dims, [each[name].values for each in found], "meV", text) for name, text in names.items()}
    alone = electrostatics(crossed_nanotubes(solid_planes=True, polarizer=False), method="images")["repulsion"]
    two_delta = [2 * each["pairing_energy"].values for each in found]
    return dataset(
        {
            **energies,
            "two_delta": (dims, two_delta, "meV", "2Δ at the best detuning, t → 0"),
            "W_alone": (
                (),
                float(alone.sel(dot="L", dot_2="R")),
                "meV",
                "repulsion of L and R without the second chip",
            ),
        },
        {
            "polarizer_height": ("polarizer_height", list(HEIGHTS), "nm", "of the polarizer's tube over its gates"),
            "distance": ("distance", distance, "nm", "distance of the tubes"),
        },
        question="papers.hamo2016.figs6_distance",
        parameters=crossed_nanotubes(solid_planes=True).describe(),
        method="mirror images of solid planes in place of the gates",
        validity=[
            "Frozen clouds; solid planes, 1 to 2 % from gates with gaps; heights and all but three lengths assumed."
        ],
        references=["hamo2016"],
    )


def _scan(distance: np.ndarray, height: float) -> xr.Dataset:
    fixed: dict[str, Any] = {"solid_planes": True, "polarizer_height": height}
    return distance_scan(crossed_nanotubes, distance, fixed=fixed, method="images")


def _slopes(result: xr.Dataset, against: str) -> list[float]:
    """Of a straight line through 2Δ over U, one for each height."""
    rows = [result.isel(polarizer_height=number) for number in range(result.sizes["polarizer_height"])]
    return [float(np.polyfit(row[against], row["two_delta"], 1)[0]) for row in rows]


def readings(result: xr.Dataset) -> Readings:
    """Slopes of 2Δ against U by what U is and where the second chip's gates are, and how W changes on the way."""
    heights = [f"{height:g} nm" for height in result["polarizer_height"].values]
    near, pair = _slopes(result, "U_near"), _slopes(result, "U")
    slopes = {f"U of the near site, gates at {name}": slope for name, slope in zip(heights, near, strict=True)}
    slopes |= {f"U less the far site, gates at {name}": slope for name, slope in zip(heights, pair, strict=True)}
    at = result["W"].sel(distance=DISTANCE).isel(polarizer_height=0)
    change = (result["W"].max("distance") - result["W"].min("distance")) / result["W_alone"]
    first = result.isel(polarizer_height=0)
    return {
        "slope": near[0],
        "slope_by_U": slopes,
        "U": 1e3 * float(first["U"].sel(distance=DISTANCE)),
        "W_change": float(change[0]),
        "W_change_by_height": {name: float(part) for name, part in zip(heights, change.values, strict=True)},
        "W_screened": 1e3 * float(at),
        "W_alone": 1e3 * float(result["W_alone"]),
    }


def draw(result: xr.Dataset) -> Figure:
    """2Δ against U, and W against the distance, for every height of the gates."""
    figure, axes = panels(11.0, 5.2, columns=2)
    U = np.array([0.9, 2.3])
    axes[0].plot(U, U - 0.83, color="0.4", linestyle="--", linewidth=1.0, label="slope 1: W = 0.83 meV fixed")
    for colour, height in zip(OKABE_ITO, result["polarizer_height"].values, strict=False):
        row = result.sel(polarizer_height=height)
        slope = np.polyfit(row["U_near"], row["two_delta"], 1)[0]
        axes[0].plot(
            row["U_near"], row["two_delta"], "o-", color=colour, markersize=3, label=f"{height:g} nm: {slope:.2f}"
        )
        axes[1].plot(row["distance"], row["W"], color=colour, label=f"{height:g} nm")
    axes[0].axhline(0.0, color="0.6", linewidth=0.8)
    axes[0].set(xlabel="U, repulsion with the near site (meV)", ylabel="2Δ (meV)")
    legend_below(axes[0], title="height over the second chip's gates: slope")
    axes[1].axhline(float(result["W_alone"]), color="0.2", linestyle=":", label="without the second chip")
    axes[1].axvline(DISTANCE, color="0.6", linewidth=0.8)
    axes[1].set(xlabel="distance of the tubes (nm)", ylabel="W (meV)")
    legend_below(axes[1], columns=3, title="height over the second chip's gates")
    lettered(axes)
    return figure


FIGURES = (
    Recipe(
        name="hamo-s6-distance",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"nearest": NEAREST, "farthest": FARTHEST, "distance": DISTANCE},
    ),
)
