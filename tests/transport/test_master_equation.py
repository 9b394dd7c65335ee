"""Steady states against LU, against detailed balance over hundreds of decades, and where there is more than one.

Resolvents against solutions with many digits.
"""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.transport.master_equation import (
    STATUS,
    closed_classes,
    components,
    resolvent,
    resolvent_with_loss,
    steady_state,
)

PAIRS = np.array([(i, j) for i in range(6) for j in range(i + 1, 6)])


def balance(forward, backward, p, initial, final):
    change = np.zeros(len(p))
    for rate, back, i, f in zip(forward, backward, initial, final, strict=True):
        change[f] += rate * p[i] - back * p[f]
        change[i] -= rate * p[i] - back * p[f]
    return change


@given(st.integers(0, 10**6))
def test_populations_balance_all_rates(seed):
    rng = np.random.default_rng(seed)
    forward, backward = 10 ** rng.uniform(-4, 0, (2, 3, len(PAIRS)))
    p, status = steady_state(forward, backward, PAIRS[:, 0], PAIRS[:, 1], 6)
    assert not status.any()
    assert p.sum(axis=1) == pytest.approx(1.0, rel=1e-14)
    for point in range(3):
        residue = balance(forward[point], backward[point], p[point], *PAIRS.T)
        assert np.abs(residue).max() < 1e-15 * (forward + backward).sum()


@given(st.lists(st.floats(-300, 0), min_size=6, max_size=6), st.integers(0, 10**6))
def test_detailed_balance_keeps_every_digit_of_tiny_populations(logs, seed):
    """Rates that obey p_i Γ_ij = p_j Γ_ji have the populations p, whatever their size."""
    p = 10.0 ** np.array(logs)
    p /= p.sum()
    strength = 10 ** np.random.default_rng(seed).uniform(-2, 0, len(PAIRS))
    i, f = PAIRS.T
    largest = np.maximum(p[i], p[f])
    forward, backward = strength * p[f] / largest, strength * p[i] / largest
    found, status = steady_state(forward[None], backward[None], i, f, 6)
    assert not status.any()
    assert found[0] == pytest.approx(p, rel=1e-12, abs=0)


def test_states_that_empty_into_one_class_have_no_population():
    """0 → 1 ⇄ 2: one closed class, in any numbering."""
    for order in ([0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]):
        initial, final = np.array([order[0], order[1]]), np.array([order[1], order[2]])
        p, status = steady_state(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]]), initial, final, 3)
        assert status[0] == 0
        assert p[0, order] == pytest.approx([0.0, 0.25, 0.75], rel=1e-15)


def test_two_closed_classes_have_no_single_steady_state():
    """0 ← 1 → 2: where it ends depends on chance; and two points beside it are untouched."""
    initial, final = np.array([0, 1]), np.array([1, 2])
    forward, backward = np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]), np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    p, status = steady_state(forward, backward, initial, final, 3)
    assert [STATUS[code] for code in status] == ["ok", "several steady states", "ok"]
    assert np.isnan(p[1]).all()
    assert p[0] == pytest.approx([1 / 3] * 3)
    assert p[2] == pytest.approx([0.0, 1.0, 0.0])
    assert closed_classes(forward[1], backward[1], initial, final, 3) == [[0], [2]]
    assert closed_classes(forward[0], backward[0], initial, final, 3) == [[0, 1, 2]]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_rates_without_a_number_are_marked(bad):
    p, status = steady_state(np.array([[bad], [1.0]]), np.array([[1.0], [1.0]]), np.array([0]), np.array([1]), 2)
    assert [STATUS[code] for code in status] == ["out of range", "ok"]
    assert np.isnan(p[0]).all()
    assert p[1] == pytest.approx([0.5, 0.5])


def test_parts_without_processes_between_them():
    assert components([0, 2], [1, 3], 5) == [[0, 1], [2, 3], [4]]


def test_many_decades_do_not_overflow():
    """A ladder up which the populations grow by 1e290 twice."""
    up, down = np.array([[1.0, 1.0]]), np.array([[1e-290, 1e-290]])
    for initial, final in (([0, 1], [1, 2]), ([2, 1], [1, 0])):
        p, status = steady_state(up, down, np.array(initial), np.array(final), 3)
        assert status[0] == 0
        assert p[0, final[-1]] == 1.0
        assert p[0, 1] == pytest.approx(1e-290, rel=1e-12, abs=0)
        assert p[0, initial[0]] == 0.0


def test_rates_down_to_the_end_of_floating_point():
    """A chain whose shares and populations leave the range of numbers on the way, in every numbering of its states.

    On a line of states p_{i+1}/p_i is forward_i over backward_i; here p is (1, 1e-290, 1e-120, 1e-300, 3)/4.
    """
    forward, backward = np.array([[1e-290, 1e-130, 1e-180, 1.0]]), np.array([[1.0, 1e-300, 1.0, 1e-300 / 3]])
    expected = np.array([1.0, 1e-290, 1e-120, 1e-300, 3.0]) / 4
    for order in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [1, 4, 0, 3, 2], [3, 1, 2, 0, 4]):
        names = np.array(order)
        p, status = steady_state(forward, backward, names[:-1], names[1:], 5)
        assert status[0] == 0
        assert p[0, names] == pytest.approx(expected, rel=1e-12, abs=0)


def test_products_of_rates_that_lose_their_digits():
    """0 ⇄ 1 ⇄ 2, where the way over 1 has the rate 2e-315, of which plain numbers keep eight digits."""
    forward, backward = np.array([[3e-160, 7e-156]]), np.array([[1.0, 2e-304]])
    expected = np.array([1.0, 3e-160, 3e-160 / 2e-304 * 7e-156])
    for order in ([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]):
        names = np.array(order)
        p, status = steady_state(forward, backward, names[:-1], names[1:], 3)
        assert status[0] == 0
        assert p[0, names] == pytest.approx(expected / expected.sum(), rel=1e-12, abs=0)


def test_rates_without_digits_count_as_zero():
    """Below 2e-308 numbers lose their digits: two states joined by such rates alone have no steady state."""
    forward, backward = np.array([[1e-309], [1e-300]]), np.array([[3e-309], [3e-300]])
    p, status = steady_state(forward, backward, np.array([0]), np.array([1]), 2)
    assert [STATUS[code] for code in status] == ["several steady states", "ok"]
    assert p[1] == pytest.approx([0.75, 0.25])
    assert closed_classes(forward[0], backward[0], np.array([0]), np.array([1]), 2) == [[0], [1]]


def exact(rates, loss, b, without=()):
    """x of (L - κ)x = b with a hundred and fifty digits; states in `without` are left out and only left for."""
    kept = [state for state in range(len(b)) if state not in without]
    with mpmath.workdps(150):
        matrix = mpmath.matrix(len(kept), len(kept))
        for column, i in enumerate(kept):
            for f in set(range(len(b))) - {i}:
                if f in kept:
                    matrix[kept.index(f), column] += mpmath.mpf(rates[f, i])
                matrix[column, column] -= mpmath.mpf(rates[f, i])
            matrix[column, column] -= mpmath.mpf(loss[i])
        solved = mpmath.lu_solve(matrix, mpmath.matrix([b[state] for state in kept]))
    x = [mpmath.mpf(0)] * len(b)
    for state, value in zip(kept, solved, strict=True):
        x[state] = value
    return x


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_times_spent_before_leaving_keep_every_digit(seed):
    """-(L - κ)⁻¹ has no negative entries, and its elimination no subtraction: forty decades, each entry for itself."""
    rng = np.random.default_rng(seed)
    rates, loss = 10 ** rng.uniform(-40, 0, (1, 5, 5)), 10 ** rng.uniform(-40, 0, (1, 5))
    b = -rng.uniform(0, 1, 5)
    found = resolvent_with_loss(rates, loss, rng.integers(0, 5, 1), b[None, :, None])
    expected = [float(x) for x in exact(rates[0], loss[0], b)]
    assert found[0, :, 0] == pytest.approx(expected, rel=1e-12, abs=0)


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_rates_of_any_disparity(seed):
    """Lx = b, Σx = 0: as accurate as the rounding of b allows, ε times y = the time spent on the way to the last state.

    x = x̂ - pΣx̂ with x̂ = 0 in the last state, and |x̂| ≤ y, which solves -Ly = |b| with the last state left for good.
    """
    rng = np.random.default_rng(seed)
    rates, nothing = 10 ** rng.uniform(-30, 0, (1, 5, 5)), np.zeros(5)
    start, stop = rng.permutation(5)[:2]
    b = np.zeros(5)
    b[start], b[stop] = -1.0, 1.0
    initial, final = np.triu_indices(5, 1)
    p, _ = steady_state(rates[:, final, initial], rates[:, initial, final], initial, final, 5)
    last = p.argmax(axis=1)
    free = exact(rates[0], nothing, b, without=last)
    expected = np.array([float(x - mpmath.mpf(weight) * sum(free)) for x, weight in zip(free, p[0], strict=True)])
    times = np.array([float(x) for x in exact(rates[0], nothing, -np.abs(b), without=last)])
    assert (times >= 0).all()
    found = resolvent(rates, last, b[None, :, None])[0, :, 0]
    assert (np.abs(found - expected) <= 1e-13 * (times + p[0] * times.sum())).all()
