"""Uncertainties under white and 1/f noise are what repeated measurements scatter by."""

import numpy as np
import pytest

from attractron.dots.detector import one_over_f
from attractron.readout.trace.noise import correlation, covariance

COLUMNS = np.column_stack([np.ones(300), np.linspace(-1, 1, 300), np.linspace(-3, 3, 300) > 0.3])


def fitted(noise):
    found = np.linalg.lstsq(COLUMNS, noise, rcond=None)[0]
    return found, covariance(COLUMNS, noise - COLUMNS @ found)


@pytest.mark.parametrize(("white", "pink"), [(1.0, 0.0), (0.3, 1.0), (0.0, 1.0)])
def test_covariance_is_that_of_repeated_fits(white, pink):
    pulls = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        noise = white * generator.standard_normal(300) + pink * one_over_f(300, generator)
        found, spread = fitted(noise)
        pulls.append(found[1:] / np.sqrt(np.diag(spread))[1:])
    np.testing.assert_allclose(np.mean(pulls, axis=0), 0, atol=0.2)
    np.testing.assert_allclose(np.std(pulls, axis=0), 1, atol=0.3)


def test_white_noise_has_no_correlation():
    # σ² (XᵀX)⁻¹ of ordinary least squares, where no 1/f noise is found.
    noise = np.random.default_rng(1).standard_normal(300)
    found, spread = fitted(noise)
    residual = noise - COLUMNS @ found
    expected = np.linalg.inv(COLUMNS.T @ COLUMNS) * (residual @ residual) / 297
    np.testing.assert_allclose(spread, expected, rtol=1e-9)
    np.testing.assert_array_equal(correlation(residual)[1:], 0)


def test_pink_noise_is_found_with_its_size():
    found = [correlation(one_over_f(1000, np.random.default_rng(seed)))[:2] for seed in range(50)]
    assert np.median([lag[1] / lag[0] for lag in found]) > 0.6


def test_what_the_data_do_not_fix_has_an_infinite_uncertainty():
    doubled = np.column_stack([COLUMNS, COLUMNS[:, 0]])
    noise = np.random.default_rng(0).standard_normal(300)
    assert np.isinf(covariance(doubled, noise)).all()
    assert np.isinf(covariance(COLUMNS * [1, 0, 1], noise)).all()
    assert np.isinf(covariance(COLUMNS[:3], noise[:3])).all()


def test_noise_free_data_have_no_uncertainty():
    np.testing.assert_array_equal(covariance(COLUMNS, np.zeros(300)), 0)
