"""Telegraph switching: a hidden Markov chain whose sums over all sequences are known for short traces."""

import itertools

import numpy as np
import pytest
from scipy.special import expit

from attractron.readout.trace.telegraph import _alternating, chances, start_of, telegraph
from tests.readout.line_traces import LEVER_ARM, line_trace

PLACE = np.arange(600)
FLAT = np.stack([PLACE**0, PLACE / 600], axis=1)


def white(seed, level=0.05):
    return level * np.random.default_rng(seed).standard_normal(PLACE.size)


def states(seed, chance=0.05):
    return np.cumsum(np.random.default_rng([seed, 1]).random(PLACE.size) < chance) % 2


def sequences(size):
    return np.array(list(itertools.product((0, 1), repeat=size)))


def test_chances_are_those_of_all_sequences():
    """P(z_i = 1 | y), and the switches that are expected, summed over all sequences of nine points."""
    rng, (up, down) = np.random.default_rng(4), (0.2, 0.35)
    every = sequences(9)
    turn = np.array([[1 - up, up], [down, 1 - down]])
    for _ in range(5):
        odds = 2 * rng.standard_normal(9)
        first = np.where(every[:, 0] == 1, up, down) / (up + down)
        weights = first * np.prod(turn[every[:, :-1], every[:, 1:]], axis=1) * np.exp(every @ odds)
        weights /= weights.sum()
        chance, rates = chances(odds, (up, down))
        np.testing.assert_allclose(chance, weights @ every, rtol=1e-12)
        lows, highs = weights @ (every[:, :-1] == 0), weights @ (every[:, :-1] == 1)
        rises = weights @ ((every[:, :-1] == 0) & (every[:, 1:] == 1))
        falls = weights @ ((every[:, :-1] == 1) & (every[:, 1:] == 0))
        np.testing.assert_allclose(rates, [rises.sum() / lows.sum(), falls.sum() / highs.sum()], rtol=1e-12)


def test_turns_are_the_likeliest_of_all_sequences():
    """Every sequence of nine levels tried: none costs less than that found; far differences are of no kind."""
    rng, price = np.random.default_rng(4), float(np.log(0.8 / 0.2))
    every = sequences(9)
    for _ in range(5):
        change = 3 * rng.standard_normal(8)
        turns = np.diff(every, axis=1)
        most = -np.log(1e-6 / np.ptp(change) * np.sqrt(2 * np.pi))
        costs = np.sum(np.minimum(0.5 * (change - 3 * turns) ** 2, most) + price * np.abs(turns), axis=1)
        found = _alternating(change, 3.0, 0.2)
        mine = np.flatnonzero((np.diff(every, axis=1) == np.diff(found)).all(axis=1))
        assert costs[mine].min() == pytest.approx(costs.min())


@pytest.mark.parametrize("chance", [0.02, 0.1, 0.25])
def test_levels_beside_a_line_are_found_without_it(chance):
    """Fast switching too, which stays for one point only as often as not; ends of the trace are points as others."""
    line = expit((PLACE - 300) / 3)
    for seed in range(5):
        state = states(seed, chance)
        found = start_of(0.6 * state + line + white(seed))
        assert found is not None
        assert min(np.sum(found != state), np.sum(found == state)) <= 2


def test_the_chain_is_fitted_beside_a_background():
    for seed in range(5):
        found = telegraph(0.4 * states(seed) - PLACE / 600 + white(seed), FLAT)
        assert found is not None
        np.testing.assert_array_equal(found.chance > 0.5, states(seed))
        assert found.size == pytest.approx(0.4, abs=0.02)
        assert found.noise == pytest.approx(0.05, rel=0.1)


def test_points_that_may_be_at_either_level_are_doubted():
    """As many are wrong as the chances say: 3.8 sigma apart, and some of the switches a point early or late."""
    wrong = expected = doubted = 0.0
    for seed in range(20):
        found = telegraph(0.19 * states(seed, 0.1) + white(seed), FLAT)
        assert found is not None
        wrong += np.sum((found.chance > 0.5) != states(seed, 0.1))
        expected += np.minimum(found.chance, 1 - found.chance).sum()
        doubted += float(found.doubt.max())
    assert 0.7 < wrong / expected < 1.4
    assert doubted / 20 > 1


def test_a_spike_is_no_visit():
    signal = 0.6 * states(1, 0.02) + white(1)
    signal[100] += 3.0
    found = telegraph(signal, FLAT)
    assert found is not None
    assert found.size == pytest.approx(0.6, abs=0.02)
    assert found.chance[100] == pytest.approx(found.chance[101], abs=0.01)


def test_noise_has_no_levels():
    assert all(telegraph(white(seed), FLAT) is None for seed in range(30))
    assert all(start_of(white(seed)) is None for seed in range(30))
    walk = [np.cumsum(white(seed)) for seed in range(10)]
    assert all(start_of(each) is None for each in walk)


@pytest.mark.thorough
def test_lines_beside_switching_are_read():
    """Seeds that were wrong and sure, or taken for two steps, before the chain was found beside the line."""
    from attractron.readout import charging_line

    for seed in (1003, 3005, 3023, 5000):
        data, truth = line_trace("telegraph", seed)
        found = charging_line(data, lever_arm=LEVER_ARM)
        for name in ("temperature", "position"):
            away = float(found[name]) - getattr(truth, name)
            assert abs(away) < 3 * float(found[f"{name}_uncertainty"])
