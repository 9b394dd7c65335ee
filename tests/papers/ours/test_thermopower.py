"""The thermopower of both signs of U: the turning temperature by hand, and claims that fail on other data."""

from typing import Any

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.papers.ours.thermopower import U, slope, turning
from tests.papers.judged import by_reading


def test_the_slope_turns_over_for_repulsion_alone() -> None:
    y = U / (2 * K_B * turning())
    assert y == pytest.approx(1.278464542761074, rel=1e-12)  # 1 + W(1/e), Lambert's function
    assert float(slope(0.99 * y)) > 0 > float(slope(1.01 * y))
    assert (slope(-np.geomspace(1e-3, 30, 50)) > 1).all()


def test_claims_fail_on_data_that_contradict_them(quick: Any) -> None:
    result = quick("thermopower")
    turned = result.assign(thermopower=result["thermopower"].roll(sign=1, roll_coords=False))
    found = by_reading("thermopower", turned)
    for reading in ("most_zeros_attraction", "zeros_repulsion_cold", "least_zeros_repulsion_cold", "valley", "outside"):
        assert found[reading] == "fails"
    shifted = by_reading("thermopower", result.assign(thermopower=result["thermopower"] + 1.0))
    assert shifted["odd"] == "fails"
    none = by_reading("thermopower", result.assign(thermopower=abs(result["thermopower"]) + 1.0))
    assert {none["least_zeros_attraction"], none["zeros_repulsion_warm"]} == {"fails"}
    steeper = by_reading("thermopower", result.assign(slope=result["slope"] + 0.05))
    assert {steeper["slope"], steeper["turning"]} == {"fails"}
    assert by_reading("thermopower", result.assign(second_order=3 * result["second_order"]))["share_shown"] == "fails"
    uneven = result.assign(single=result["single"] * (1 + 1e-3 * (result["sign"] == "repulsion")))
    assert by_reading("thermopower", uneven)["same"] == "fails"
