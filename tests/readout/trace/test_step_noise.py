"""Noise that a step itself makes: it is seen, weighs the points, and is said; spikes and wrong shapes are none."""

import numpy as np
import pytest
import xarray as xr
from scipy.special import expit
from scipy.stats import norm

from attractron.core.constants import K_B
from attractron.core.results import flag_names
from attractron.readout.trace.search import Guess
from attractron.readout.trace.step_noise import noise_on_step
from attractron.readout.trace.trace import charging_line

GATE = np.linspace(-10.0, 10.0, 400)
ALPHA, KELVIN, PLACE = 0.1, 0.4, 1.3
WIDTH = K_B * KELVIN / ALPHA
CHARGE = expit((GATE - PLACE) / WIDTH)
ALL = np.ones(GATE.size, dtype=bool)


def trace(signal):
    data = {"signal": ("P", signal, {"units": "pA"})}
    return xr.Dataset(data, {"P": ("P", GATE, {"units": "mV"})}, {"derivative": 0})


def hopping(seed, looks):
    """A point is the mean over so many looks at an electron that hops in between."""
    rng = np.random.default_rng(seed)
    return rng.binomial(looks, CHARGE) / looks + 0.01 * rng.standard_normal(GATE.size)


def test_an_electron_that_hops_has_the_noise_of_a_binomial():
    found = noise_on_step(GATE, hopping(1, 10) - CHARGE, ALL, Guess(position=PLACE, width=WIDTH))
    assert found is not None
    assert found.max() == pytest.approx(np.sqrt(1 + 1 / 40 / 0.01**2), rel=0.4)
    assert found[[0, -1]] == pytest.approx(1)


def test_even_noise_spikes_and_a_width_that_is_wrong_are_none():
    guess = Guess(position=PLACE, width=WIDTH)
    for seed in range(50):
        even = 0.01 * np.random.default_rng(seed).standard_normal(GATE.size)
        assert noise_on_step(GATE, even, ALL, guess) is None
    even[np.argmin(np.abs(GATE - PLACE))] += 1.0
    assert noise_on_step(GATE, even, ALL, guess) is None
    assert noise_on_step(GATE, even + CHARGE - expit((GATE - PLACE) / (1.1 * WIDTH)), ALL, guess) is None


@pytest.mark.parametrize("seeds", [1, pytest.param(12, marks=pytest.mark.validation)])
def test_pulls_of_an_electron_that_hops_slowly(seeds):
    """Points on the step scatter up to 20 times as much as beside it: counted alike, pulls reach five."""
    pulls, refused = [], 0
    for seed in range(seeds):
        found = charging_line(trace(hopping(seed, 12)), lever_arm=ALPHA)
        if flag_names(found["status"])[int(found["status"])] not in ("described", "open"):
            refused += 1
            continue
        assert "The noise on the step is" in found.attrs["summary"]
        pulls += [
            (float(found[name]) - value) / float(found[f"{name}_uncertainty"])
            for name, value in {"temperature": KELVIN, "position": PLACE}.items()
        ]
    assert np.abs(pulls).max() < norm.isf(0.0005 / len(pulls))  # 1 in 1000 for all of them together
    assert refused <= 0.1 * seeds


def test_a_step_on_the_detectors_own_peak():
    """The detector's peak moves by 3/4 of its width: bent, with another slope and bend for each charge."""

    def peak(x):
        return np.cosh(x / 0.4) ** -2

    for bias in [-0.35]:
        gate = 0.02 * GATE + bias
        signal = (1 - CHARGE) * peak(gate) + CHARGE * peak(gate + 0.3)
        signal += 0.003 * np.random.default_rng(3).standard_normal(GATE.size)
        found = charging_line(trace(signal), lever_arm=ALPHA)
        for name, value in {"temperature": KELVIN, "position": PLACE}.items():
            assert abs(float(found[name]) - value) < 3 * float(found[f"{name}_uncertainty"])
        assert float(found["temperature_uncertainty"]) < 0.06
