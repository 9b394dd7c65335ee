"""Jumps and telegraph switching are told from charging steps, spikes and noise."""

import itertools

import numpy as np
import pytest
from scipy.special import expit

from attractron.readout.trace.switches import find_switches, telegraph_levels

PLACE = np.arange(600)


def white(seed, level=0.05):
    return level * np.random.default_rng(seed).standard_normal(PLACE.size)


def test_a_jump_is_found_and_a_step_is_none():
    step = expit((PLACE - 200) / 8)
    assert find_switches(step + white(1)).jumps == ()
    assert find_switches(step + 0.6 * (PLACE > 423) + white(1)).jumps == (423,)
    for width in (0.75, 1, 2, 5):  # a step as wide as three points, 4 k_B T, is no jump however quiet the trace
        assert find_switches(expit((PLACE - 300.3) / width) + white(1, 1e-3)).jumps == ()


def test_a_noisy_rise_over_a_few_points_is_no_jump():
    """Means over the steps of a coarse source lie off the curve where it is steep: the rise goes on two points away."""
    means = [0.0, 0.006, 0.031, 0.057, 0.087, 0.146, 0.215, 0.388, 0.474, 0.636, 0.764, 0.849, 0.901, 0.951, 0.979, 1.0]
    rise = np.concatenate([np.zeros(40), means, np.ones(40)])
    assert find_switches(rise + 0.006 * np.random.default_rng(0).standard_normal(rise.size)).jumps == ()


def test_spikes_are_no_jumps():
    signal = white(2)
    signal[[100, 250, 251, 400]] += 2.0
    assert find_switches(signal).jumps == ()


def test_switching_between_two_levels_is_seen():
    rng = np.random.default_rng(3)
    state = np.cumsum(rng.random(PLACE.size) < 0.03) % 2
    found = find_switches(0.8 * state + white(3))
    assert found.levels is not None
    assert np.mean(found.levels != state) < 0.1
    exact = telegraph_levels(0.8 * state + white(3))
    np.testing.assert_array_equal(exact, state)


def test_viterbi_is_the_minimum_of_all_sequences():
    """Every sequence of nine levels tried: none costs less than that found."""
    from attractron.readout.trace.switches import _viterbi

    rng = np.random.default_rng(4)
    for _ in range(5):
        data = rng.standard_normal(9)

        def cost(levels, data=data):
            levels = np.array(levels)
            return np.sum((data - 2 * levels + 1) ** 2) / (2 * 0.7**2) + 1.3 * np.count_nonzero(np.diff(levels))

        best = min(itertools.product((0, 1), repeat=9), key=cost)
        assert cost(_viterbi(data, -1.0, 1.0, 0.7, 1.3)) == pytest.approx(cost(best))


def test_noise_has_no_levels():
    assert all(telegraph_levels(white(seed)) is None for seed in range(30))
    assert not any(find_switches(white(seed)).jumps for seed in range(100))
