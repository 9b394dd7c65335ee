"""Whitened noise has unit variance at all frequencies, whatever its colour."""

import numpy as np
import pytest

from attractron.dots.detector import one_over_f
from attractron.readout.trace.whitening import whitening

SIZE = 300


@pytest.mark.parametrize("pink", [0.0, 1.0, 5.0])
def test_noise_becomes_white(pink):
    powers = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        noise = rng.standard_normal(SIZE) + pink * one_over_f(SIZE, rng)
        powers.append(whitening(noise, 0)(noise) ** 2)
    mean = np.mean(powers, axis=0)
    assert mean.mean() == pytest.approx(1, abs=0.03)
    assert mean[5:50].mean() == pytest.approx(mean[150:].mean(), rel=0.12)


def test_columns_are_whitened_as_data_are():
    noise = one_over_f(SIZE, np.random.default_rng(1))
    white = whitening(noise, 2)
    columns = np.random.default_rng(2).standard_normal((SIZE, 3))
    np.testing.assert_allclose(white(columns)[:, 1], white(columns[:, 1]))
    np.testing.assert_allclose(white(columns @ [1, 2, 3]), white(columns) @ [1, 2, 3])


def test_parameters_of_the_fit_count():
    noise = np.random.default_rng(3).standard_normal(SIZE)
    ratio = whitening(noise, 50).amplitudes[0] / whitening(noise, 0).amplitudes[0]
    assert ratio == pytest.approx(np.sqrt(SIZE / (SIZE - 50)))
