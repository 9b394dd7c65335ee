"""Fractions that pinned modes leave, from least squares in place of a projector."""

from typing import Any

import numpy as np
import pytest

from attractron.papers.ours.pinned_phases import CASES, by_hand
from tests.papers.judged import by_reading


@pytest.mark.parametrize("case", CASES)
def test_fractions_are_what_balances_at_a_pinned_region_leave(case: str, quick: Any) -> None:
    """What comes out solves J = 1 - λn with n·J = 0 for every pin: least squares, no projector."""
    modes, pins = CASES[case]
    current = np.ones(modes)
    if pins:
        forces = np.linalg.lstsq(np.array(pins, dtype=float).T, current, rcond=None)[0]
        current -= np.array(pins, dtype=float).T @ forces
        assert np.array(pins) @ current == pytest.approx(np.zeros(len(pins)), abs=1e-12)
    assert float(by_hand(modes, pins)) == pytest.approx(current.sum(), abs=1e-12)
    assert float(quick("pinned-phases")["conductance"].sel(pins=case)) == pytest.approx(current.sum(), abs=1e-12)


def test_claims_fail_on_data_that_contradict_them(quick: Any) -> None:
    pinned = quick("pinned-phases")
    found = by_reading("pinned-phases", pinned.assign(conductance=1.001 * pinned["conductance"]))
    assert {found[name] for name in ("two_fifths", "bound", "beside", "neutral", "apart")} == {"fails"}
    assert by_reading("pinned-phases", pinned.assign(free_modes=pinned["free_modes"] + 1))["free"] == "fails"
