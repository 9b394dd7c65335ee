"""The exponential trend of a coupling over a gate."""

import numpy as np
import pytest

from attractron.readout.maps.trend import CONSTANT, EXPONENTIAL, exponential

GATE = np.linspace(-320.0, -290.0, 16)


def measured(seed, truth, spread):
    """t and its uncertainty from t² with normal errors, as an interdot line gives them."""
    square = np.maximum(truth**2 + spread * np.random.default_rng(seed).normal(size=truth.size), 0.0)
    return np.sqrt(square), np.sqrt(square + spread) - np.sqrt(square)


def test_an_exact_trend_is_found():
    t = 0.01 * np.exp(0.08 * (GATE - GATE.mean()))
    found = exponential(GATE, t, 0.01 * t)
    assert found.rate == pytest.approx(0.08, rel=1e-6)
    assert found.coupling == pytest.approx(0.01 * np.exp(0.08 * (found.centre - GATE.mean())), rel=1e-6)
    assert found.comparison.best == EXPONENTIAL


def test_pulls_are_of_unit_width():
    truth = 0.004 * np.exp(0.09 * (GATE - GATE[0]))
    pulls = []
    for seed in range(200):
        found = exponential(GATE, *measured(seed, truth, (0.004) ** 2 * np.ones(GATE.size)))
        pulls.append((found.rate - 0.09) / found.rate_error)
    assert np.std(pulls) == pytest.approx(1.0, abs=0.15)
    assert abs(np.mean(pulls)) < 0.3


def test_a_constant_and_what_is_neither_are_told():
    flat = exponential(GATE, *measured(1, np.full(GATE.size, 0.01), 1e-6 * np.ones(GATE.size)))
    assert flat.comparison.best == CONSTANT
    assert flat.described
    bent = 0.01 * (1 + 0.5 * np.sin(GATE / 3))
    assert not exponential(GATE, bent, 0.01 * bent).described


def test_few_rows_have_no_trend():
    t = np.full(GATE.size, np.nan)
    t[:4] = 0.01
    assert exponential(GATE, t, 0.1 * t) is None
