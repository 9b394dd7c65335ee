"""Verdicts: what gaps of known phases say, and that little is said of little."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.lattice import PrimarySecondary, phase_of_chain
from attractron.lattice.gaps import GAPS, extrapolate
from attractron.lattice.verdict import PHASES, judge

LENGTHS = [8, 16, 32]


def made(spin, binding, pair, hole, trion, slope=4.0):
    """Gaps that tend to given values as 1/(L + 1)² if open, as 1/(L + 1) if closed."""
    x = 1 / (np.array(LENGTHS) + 1.0)
    limits = dict.fromkeys(GAPS, 0.0) | {
        "spin_gap": spin,
        "pair_binding": binding,
        "D_pair": pair,
        "D_hole": hole,
        "D_trion": trion,
    }
    values = {name: limit + (slope * x**2 if limit else slope * x) for name, limit in limits.items()}
    for name in ("pair_binding", "pair_binding_adding", "trion_binding"):
        values[name] = limits[name] + 0 * x
    return values


def said(values, lengths=LENGTHS):
    limits = {name: extrapolate(lengths, each) if len(lengths) > 2 else (np.nan,) * 2 for name, each in values.items()}
    code, why = judge(lengths, values, limits)
    return PHASES[code], why


@pytest.mark.parametrize(
    ("phase", "limits"),
    [
        ("decoupled", (0, 0, 0, 0, 0)),
        ("paired", (1, 1, 0, 0, 0)),
        ("trion", (1, 1, 1.5, 1.5, 0)),
        ("trion", (1, 0, 1.5, 1.5, 0)),
        ("undecided", (0, 1, 0, 0, 0)),
        ("undecided", (1, 0, 0, 0, 0)),
        ("undecided", (1, 1, 1.5, 0, 0)),
        ("undecided", (1, 1, 1.5, 1.5, 1.5)),
    ],
)
def test_what_the_gaps_of_each_phase_say(phase, limits):
    assert said(made(*limits))[0] == phase


def test_segregation_is_never_taken_for_a_phase():
    values = made(1, 1, 0, 0, 0)
    values["D_hole"] = values["D_hole"] - 0.3
    assert said(values)[0] == "undecided"
    assert "splitting into parts" in said(values)[1]


def test_two_lengths_decide_nothing():
    values = {name: each[:2] for name, each in made(1, 1, 0, 0, 0).items()}
    assert said(values, LENGTHS[:2]) == ("undecided", "2 lengths: a finite chain has gaps in any phase")


def test_recorded_spin_gaps_of_a_trion_chain_stay_open():
    """1.459, 1.240, 1.147 at 8, 16, 32 sites (matrix product states)."""
    limit, error = extrapolate(LENGTHS, [1.459, 1.240, 1.147])
    assert limit > 2 * error


def test_free_chains_are_never_bound():
    model = PrimarySecondary(length=4, t=1, U=0, V1=0, t_sec=1, V_sec=0, V_sec2=0, V=0)
    found = phase_of_chain(model, [2, 4, 6], n_up=2, n_down=2, n_sec=2)
    assert PHASES[int(found["phase"])] in ("decoupled", "undecided")
    assert found["spin_gap"].to_numpy() == pytest.approx([2.0, 4 * np.cos(2 * np.pi / 5), 4 * np.cos(3 * np.pi / 7)])


@pytest.mark.parametrize(
    ("lengths", "says"),
    [([4, 6], "keep all numbers of particles whole: got 6; n_up = 1 on 4 sites would be 1.5"), ([8, 4], "rise")],
)
def test_bad_lengths_are_refused(lengths, says):
    model = PrimarySecondary(length=4, t=1, U=0, V1=0, t_sec=1, V_sec=0, V_sec2=0, V=0)
    with pytest.raises(InputError, match=says):
        phase_of_chain(model, lengths, n_up=1, n_down=1, n_sec=3)


def test_an_error_that_covers_everything_closes_no_gap():
    values = made(0, 0, 0, 0, 0)
    values["spin_gap"] = np.array([0.9, 0.7, 0.4])
    assert said(values) == (
        "undecided",
        "no phase has all of: spin_gap unknown, pair_binding closed, D_pair closed, D_hole closed, D_trion closed",
    )


def test_a_ring_has_no_verdict():
    ring = PrimarySecondary(length=4, t=1, U=2, V1=0, t_sec=0.5, V_sec=2, V_sec2=0, V=4, boundary="periodic")
    with pytest.raises(InputError, match='boundary="open"'):
        phase_of_chain(ring, [4], n_up=1, n_down=1, n_sec=3)
