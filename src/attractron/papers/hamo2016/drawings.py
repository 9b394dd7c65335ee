"""The crossed nanotubes as they may have been built: lengths that the paper gives, and sets of assumed ones."""

from collections.abc import Mapping
from typing import Any

from attractron.geometry import Gaussian, Layout, crossed_nanotubes

DISTANCE, DOT = 125.0, 400.0
"""The paper's distance of the tubes and length of a dot, both "approximately", nm."""

ASSUMED: dict[str, dict[str, Any]] = {
    "A": {},
    "B": {"height": 149.0, "polarizer_height": 200.0, "dot": 300.0, "top_distance": 500.0},
    "C": {"height": 150.0, "polarizer_height": 300.0, "distance": 118.0, "shape": Gaussian(rms=50.0)},
}
"""Lengths in nm. A: round ones, before anything was compared; B and C: chosen so that W and 2Δ are near the paper's."""

SECOND_CHIP = ("distance", "polarizer_height", "top_distance")


def system_alone(lengths: Mapping[str, Any]) -> Layout:
    """The system's chip without the polarizer's."""
    return crossed_nanotubes(
        polarizer=False, **{name: value for name, value in lengths.items() if name not in SECOND_CHIP}
    )
