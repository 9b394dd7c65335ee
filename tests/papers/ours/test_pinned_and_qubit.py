"""Fractions from a circuit of reflections, and a qubit's two levels from its characteristic equation."""

from typing import Any

import numpy as np
import pytest

from attractron.papers.ours.pinned_phases import CASES, by_hand
from attractron.papers.ours.qubit_sign import W, excited, ground, turning
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


def test_the_sign_turns_with_the_qubit_beyond_one_repulsion_only() -> None:
    for t in (0.0, 0.1, 0.7):
        U = float(turning(t))
        assert ground(0.99 * U, t) > 0 > ground(1.01 * U, t)
        assert excited(0.99 * U, t) > 0 < excited(1.01 * U, t)
        assert excited(U, t) == pytest.approx(2 * W)  # what the polarizer adds is -W in one state and W in the other


def test_claims_fail_on_data_that_contradict_them(quick: Any) -> None:
    pinned, qubit = quick("pinned-phases"), quick("qubit-sign")
    found = by_reading("pinned-phases", pinned.assign(conductance=1.001 * pinned["conductance"]))
    assert {found[name] for name in ("two_fifths", "bound", "beside", "neutral", "apart")} == {"fails"}
    assert by_reading("pinned-phases", pinned.assign(free_modes=pinned["free_modes"] + 1))["free"] == "fails"
    found = by_reading("qubit-sign", qubit.assign(turning=1.001 * qubit["turning"]))
    assert {found["apart"], found["without_tunnelling"]} == {"fails"}
    found = by_reading("qubit-sign", qubit.assign(ground=-qubit["ground"], excited=-qubit["excited"]))
    assert {found[name] for name in ("attracts", "repels", "mirror")} == {"fails"}
