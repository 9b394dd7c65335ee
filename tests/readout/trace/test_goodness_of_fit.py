"""Residuals that are no noise are told from noise; a wrong model gives no number, an inexact one a wider error."""

import numpy as np
import pytest
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.dots.detector import one_over_f
from attractron.readout.trace.goodness_of_fit import UNLIKELY, goodness_of_fit

GATE = np.linspace(-8.0, 8.0, 300)
ALPHA, KELVIN = 0.1, 0.4
CHARGE = expit(ALPHA * (GATE - 1.3) / (K_B * KELVIN))


def white(seed):
    return np.random.default_rng(seed).standard_normal(GATE.size)


def pink(seed):
    return one_over_f(GATE.size, np.random.default_rng(seed))


NOISES = {
    "white": white,
    "pink": lambda seed: pink(seed),
    "mixed": lambda seed: white(seed) + 2 * pink(seed + 1000),
}


@pytest.mark.parametrize("noise", NOISES)
def test_noise_is_hardly_ever_taken_for_a_misfit(noise):
    # Without a fit before it the test has its nominal size: χ² with 2K degrees of freedom.
    chances = [goodness_of_fit(NOISES[noise](seed), CHARGE, 10.0).probability for seed in range(400)]
    for level in (0.01, 0.1):
        assert np.mean(np.array(chances) < level) < level + 3 * np.sqrt(level / 400)
    assert min(chances) > UNLIKELY / 10


def test_a_slow_wave_is_found_with_its_size():
    # A wave of whole periods is one harmonic: its r.m.s. over that of the step is known.
    wave = 0.1 * np.sin(6 * np.pi * np.arange(GATE.size) / GATE.size)
    found = goodness_of_fit(wave + 0.01 * white(1), CHARGE, 10.0)
    bent = CHARGE - np.polynomial.Polynomial.fit(GATE, CHARGE, 1)(GATE)
    assert found.significant
    assert found.share == pytest.approx(0.1 / np.sqrt(2) / np.std(bent), rel=0.1)
    assert found.noise == pytest.approx(0.01, rel=0.15)
    assert found.chi_squared == pytest.approx(0.005 / found.noise**2, rel=0.05)


def test_rounding_is_no_misfit():
    for residual in (np.zeros(300), 1e-14 * np.sin(GATE)):
        assert goodness_of_fit(residual, CHARGE, 10.0).probability == 1
