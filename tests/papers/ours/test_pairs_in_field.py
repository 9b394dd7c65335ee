"""Lines of a dot in a field: found on shapes whose maxima are known, and claims that fail on other data."""

from typing import Any

import numpy as np
import pytest

from attractron.papers.ours.pairs_in_field import U, lines
from tests.papers.judged import by_reading


def test_lines_are_found_between_the_points() -> None:
    gate = np.linspace(-1.0, 1.0, 41)
    two = np.exp(-((gate - 0.413) ** 2) / 0.01) + np.exp(-((gate + 0.387) ** 2) / 0.01)
    assert lines(two, gate) == pytest.approx([-0.387, 0.413], abs=1e-6)
    assert lines(np.cosh(gate), gate).size == 0


def test_claims_fail_on_data_that_contradict_them(quick: Any) -> None:
    name = "pairs-in-field"
    result = quick(name)
    turned = by_reading(name, result.assign(conductance=result["conductance"].roll(sign=1, roll_coords=False)))
    assert {turned["most_below"], turned["onset"], turned["repulsion"]} == {"fails"}
    wider = by_reading(name, result.assign_coords(E_Z=1.05 * result["E_Z"]))
    assert {wider["slope"], wider["onset"], wider["repulsion"]} == {"fails"}
    moved = by_reading(name, result.assign_coords(V=result["V"] + 0.001))
    assert moved["stays"] == "fails"
    higher = by_reading(name, result.assign(conductance=result["conductance"] * (1 + 0.01 * result["E_Z"])))
    assert {higher["peak"], higher["exchanged"]} == {"fails"}
    flat = result.assign(conductance=result["conductance"].where(result["E_Z"] > U, 1.0 + result["V"]))
    assert by_reading(name, flat)["least_below"] == "fails"
    merged = result.assign(conductance=result["conductance"].where(result["E_Z"] < 0.6, np.exp(-(result["V"] ** 2))))
    assert by_reading(name, merged)["least_above"] == "fails"
    many = by_reading(name, result.assign(conductance=result["conductance"] * (2 + np.cos(100 * result["V"]))))
    assert many["most_above"] == "fails"
