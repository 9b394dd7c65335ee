"""Sums over configurations: both ways of prolonging walks give the same, and the sums are those of all walks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.dots.chain import transfer_matrix as path_sums
from attractron.dots.chain.transfer_matrix import (
    COUNT,
    ENERGY,
    HIGH,
    LOG_WEIGHT,
    LOW,
    PAIRS,
    VARIANCE,
    Sums,
    make_step,
    start,
    totals,
)

couplings = st.floats(-2.0, 2.0).map(lambda value: round(value, 3))


@st.composite
def gases(draw, *, furthest=3):
    """Coefficients (site, pairs) of a random lattice gas, one point."""
    size = draw(st.integers(1, furthest))
    values = draw(st.lists(couplings, min_size=size + 1, max_size=size + 1))
    return np.array(values[:1]), np.array([values[1:]])


def zero_temperature(site, pairs, slack=1e-11):
    return make_step(np.zeros_like(site), np.zeros_like(pairs), (site, pairs), np.full(len(site), slack))


def same_sums(first, second):
    for left, right in zip(first, second, strict=True):
        np.testing.assert_allclose(
            left.values + left.offset[..., None, None],
            right.values + right.offset[..., None, None],
            rtol=1e-9,
            atol=1e-9,
        )


@given(gas=gases(), sites=st.integers(9, 80), periodic=st.booleans(), cold=st.booleans())
def test_walking_and_doubling_agree(gas, sites, periodic, cold):
    step = zero_temperature(*gas) if cold else make_step(*gas)
    rows = start(step, periodic=periodic)
    walked = path_sums._walk(rows, step, sites, sites)
    doubled = path_sums._double(rows, step, sites)
    same_sums([walked], [doubled])


@pytest.mark.parametrize("cold", [False, True])
def test_sums_that_have_settled_are_known_for_any_length(cold, monkeypatch):
    # Far from any degeneracy walks settle within tens of sites; then a million sites cost no more than a hundred.
    site, pairs = np.array([-0.7]), np.array([[-0.9, 0.4]])
    step = zero_temperature(-site, -pairs) if cold else make_step(site, pairs)
    rows = start(step, periodic=False)
    steps_taken = []
    add_site = path_sums.add_site
    monkeypatch.setattr(path_sums, "add_site", lambda *given: steps_taken.append(1) or add_site(*given))
    walked = path_sums._walk(rows, step, 10**6, 1000)
    assert 0 < len(steps_taken) < 300
    same_sums([walked], [path_sums._double(rows, step, 10**6)])


def test_sums_that_do_not_settle_are_doubled():
    # Two phases, all empty and all full, a wall between them costs e^-30: nothing settles within a thousand sites.
    site, pairs = np.array([30.0 - 1e-4, -1.0]), np.array([[-30.0], [0.5]])
    step = make_step(site, pairs)
    rows = start(step, periodic=True)
    same_sums([path_sums._walk(rows, step, 50_000, 100)], [path_sums._double(rows, step, 50_000)])


def test_points_finish_on_their_own():
    # Each point of a batch has the sums that it has alone, settled early or late.
    site = np.linspace(-3, 3, 9)
    pairs = np.tile([[-1.5, 0.5]], (9, 1))
    together = make_step(site, pairs)
    found = path_sums._walk(start(together, periodic=False), together, 5000, 5000)
    for point in range(9):
        alone = together.part(slice(point, point + 1))
        expected = path_sums._double(start(alone, periodic=False), alone, 5000)
        same_sums([path_sums._take(found, np.array([point]))], [expected])


def test_long_ranges_are_walked_and_short_ones_doubled(monkeypatch):
    taken = []
    for name in ("_walk", "_double"):
        way = getattr(path_sums, name)
        monkeypatch.setattr(path_sums, name, lambda *given, way=way, name=name: taken.append(name) or way(*given))
    for reach in (1, 6):
        totals(make_step(np.array([-1.0]), np.full((1, reach), -0.5)), 100_000, periodic=False)
    assert taken[0] == "_double"
    assert taken[1] == "_walk"


def test_walks_between_windows_that_do_not_meet_have_no_weight():
    # Two sites of a window of three: from 000 only the windows 000, 001, 010, 011 can be reached.
    step = make_step(np.array([0.3]), np.array([[0.2, 0.1, 0.4]]))
    rows = path_sums._double(start(step, periodic=False), step, 2)
    reached = np.isfinite(rows.values[LOG_WEIGHT, 0, 0])
    np.testing.assert_array_equal(reached, [True] * 4 + [False] * 4)


def test_merging_follows_the_law_of_total_variance():
    # Two alternatives with weights 1 and 3: mean 0.25·2 + 0.75·6 = 5, variance 0.25(1 + 9) + 0.75(2 + 1) = 4.75.
    candidates = np.zeros((4, 1, 2))
    candidates[LOG_WEIGHT, 0] = np.log([1.0, 3.0])
    candidates[COUNT, 0] = [2.0, 6.0]
    candidates[PAIRS, 0] = [0.0, 4.0]
    candidates[VARIANCE, 0] = [1.0, 2.0]
    merged = path_sums.merge(candidates, np.zeros(1))
    np.testing.assert_allclose(merged[[LOG_WEIGHT, COUNT, PAIRS, VARIANCE], 0], [np.log(4.0), 5.0, 3.0, 4.75])


def test_at_zero_temperature_only_the_lowest_energies_count():
    candidates = np.zeros((7, 1, 3))
    candidates[ENERGY, 0] = [1.0, 1.0 + 1e-9, 1.1]
    candidates[COUNT, 0] = candidates[LOW, 0] = candidates[HIGH, 0] = [2.0, 4.0, 9.0]
    tied = path_sums.merge(candidates, np.array([1e-8]))[:, 0]
    np.testing.assert_allclose(tied[[COUNT, LOW, HIGH, ENERGY, LOG_WEIGHT]], [3.0, 2.0, 4.0, 1.0, np.log(2.0)])
    apart = path_sums.merge(candidates, np.array([1e-10]))[:, 0]
    np.testing.assert_allclose(apart[[COUNT, LOW, HIGH, LOG_WEIGHT]], [2.0, 2.0, 2.0, 0.0])


@given(gas=gases(furthest=4), sites=st.integers(5, 12))
def test_walks_backwards_are_the_same_walks(gas, sites):
    # The total over all lines does not depend on the end from which it is built: interactions see distances only.
    step = make_step(*gas)
    mirror = step.reversed()
    ends = Sums(np.zeros((4, 1, 1, step.states)), np.zeros((4, 1)))
    backwards = path_sums.advance(ends, mirror, sites)
    total = backwards.values[:, 0, 0, 0] + backwards.offset[:, 0]
    np.testing.assert_allclose(total, totals(step, sites, periodic=False)[:, 0], rtol=1e-10, atol=1e-10)


def test_work_in_blocks_does_not_change_the_result(monkeypatch):
    step = make_step(np.linspace(-2, 2, 30), np.tile([[0.5, -1.0]], (30, 1)))
    whole = totals(step, 1000, periodic=True)
    monkeypatch.setattr(path_sums, "BLOCK", 40)
    np.testing.assert_allclose(totals(step, 1000, periodic=True), whole, rtol=1e-13)
