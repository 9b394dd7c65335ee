"""Jumps are told from charging steps, spikes and noise (telegraph switching: `test_telegraph`)."""

import numpy as np
from scipy.special import expit

from attractron.readout.trace.search import despiked
from attractron.readout.trace.switches import find_switches

PLACE = np.arange(600)


def white(seed, level=0.05):
    return level * np.random.default_rng(seed).standard_normal(PLACE.size)


def switches(signal):
    return find_switches(signal, despiked(signal))


def test_a_jump_is_found_and_a_step_is_none():
    step = expit((PLACE - 200) / 8)
    assert switches(step + white(1)).jumps == ()
    assert switches(step + 0.6 * (PLACE > 423) + white(1)).jumps == (423,)
    for width in (0.75, 1, 2, 5):  # a step as wide as three points, 4 k_B T, is no jump however quiet the trace
        assert switches(expit((PLACE - 300.3) / width) + white(1, 1e-3)).jumps == ()


def test_a_noisy_rise_over_a_few_points_is_no_jump():
    """Means over the steps of a coarse source lie off the curve where it is steep: the rise goes on two points away."""
    means = [0.0, 0.006, 0.031, 0.057, 0.087, 0.146, 0.215, 0.388, 0.474, 0.636, 0.764, 0.849, 0.901, 0.951, 0.979, 1.0]
    rise = np.concatenate([np.zeros(40), means, np.ones(40)])
    assert switches(rise + 0.006 * np.random.default_rng(0).standard_normal(rise.size)).jumps == ()


def test_spikes_are_no_jumps():
    signal = white(2)
    signal[[100, 250, 251, 400]] += 2.0
    assert switches(signal).jumps == ()


def test_noise_has_no_jumps():
    assert not any(switches(white(seed)).jumps for seed in range(100))
