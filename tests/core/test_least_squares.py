"""The driver of all fits: the minimum within bounds, its covariance, and a loss that single bad points do not move."""

import numpy as np
import pytest

from attractron.core.least_squares import minimise

X = np.linspace(0, 2, 40)


def exponential(data):
    """Residual and Jacobian of a exp(-b x) - data."""

    def residual(point):
        return point[0] * np.exp(-point[1] * X) - data

    def jacobian(point):
        decay = np.exp(-point[1] * X)
        return np.stack([decay, -point[0] * X * decay], axis=1)

    return residual, jacobian


def test_the_minimum_and_its_covariance():
    """At a minimum Jᵀr = 0; the pulls of many draws of unit noise have the covariance (JᵀJ)⁻¹ to first order."""
    truth = np.array([300.0, 0.7])
    curve = exponential(0.0)[0](truth)
    draws = []
    for seed in range(200):
        found = minimise(
            *exponential(curve + np.random.default_rng(seed).standard_normal(X.size)), np.array([100.0, 1])
        )
        assert np.abs(found.jacobian.T @ found.residual).max() < 1e-2
        assert found.squares == pytest.approx(np.sum(found.residual**2))
        draws.append(found.point)
    np.testing.assert_allclose(np.cov(np.transpose(draws)), found.covariance, rtol=0.3)


def test_bounds_hold():
    found = minimise(*exponential(2 * np.exp(-X)), np.array([1.0, 0.3]), bounds=(np.array([0, 0]), np.array([5, 0.5])))
    assert found.point[1] == pytest.approx(0.5, abs=1e-6)


def test_a_robust_fit_is_not_moved_by_single_points():
    data = 2 * np.exp(-X)
    data[[5, 20]] += 10
    plain, robust = (minimise(*exponential(data), np.ones(2), robust=scale) for scale in (None, 0.01))
    assert np.abs(robust.point - [2, 1]).max() < 1e-2 < np.abs(plain.point - [2, 1]).max()
