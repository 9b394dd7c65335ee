"""A qubit's sign of the interaction: which state attracts, and claims that fail on other data."""

from typing import Any

import pytest

from attractron.papers.ours.qubit_sign import W, excited, ground, turning
from tests.papers.judged import by_reading


def test_the_sign_turns_with_the_qubit_beyond_one_repulsion_only() -> None:
    for t in (0.0, 0.1, 0.7):
        U = float(turning(t))
        assert ground(0.99 * U, t) > 0 > ground(1.01 * U, t)
        assert excited(0.99 * U, t) > 0 < excited(1.01 * U, t)
        assert excited(U, t) == pytest.approx(2 * W)  # what the polarizer adds is -W in one state and W in the other


def test_claims_fail_on_data_that_contradict_them(quick: Any) -> None:
    qubit = quick("qubit-sign")
    found = by_reading("qubit-sign", qubit.assign(turning=1.001 * qubit["turning"]))
    assert {found["apart"], found["without_tunnelling"]} == {"fails"}
    found = by_reading("qubit-sign", qubit.assign(ground=-qubit["ground"], excited=-qubit["excited"]))
    assert {found[name] for name in ("attracts", "repels", "mirror")} == {"fails"}
