"""Intervals and bounds: published tables, Gaussian theory, curves that respond less and less, coverage on seeds."""

import numpy as np
import pytest
from scipy.stats import norm

from attractron.readout.profile_likelihood import (
    ONE_SIDED,
    TWO_SIDED,
    Likelihood,
    bound,
    careful_deviation,
    critical,
    interval,
    resolved,
)

INFINITE = np.inf


def half_line(measured):
    """One measurement ± 1 of what cannot be negative."""
    return Likelihood(
        names=("x",),
        best=np.array([max(measured, 0.0)]),
        residual=lambda point: point - measured,
        jacobian=lambda point: np.ones((1, 1)),
        lows=np.zeros(1),
        highs=np.array([INFINITE]),
    )


@pytest.mark.parametrize(
    ("measured", "lower", "upper"),
    # Feldman and Cousins, Table X, 95 % C.L.
    [(-3.0, 0.0, 0.42), (-2.0, 0.0, 0.62), (-1.0, 0.0, 1.10), (0.0, 0.0, 1.96), (1.0, 0.0, 2.96), (2.0, 0.35, 3.96)],
)
def test_the_published_intervals(measured, lower, upper):
    assert interval(half_line(measured), "x") == pytest.approx((lower, upper), abs=0.006)


@pytest.mark.parametrize("truth", [0.0, 0.3, 1.0, 1.7, 3.0])
def test_critical_values_cover_95_percent_by_integration(truth):
    measured = np.linspace(truth - 8, truth + 8, 200_001)
    best = np.maximum(measured, 0)
    rise = (measured - truth) ** 2 - (measured - best) ** 2
    weight = norm.pdf(measured - truth) * (measured[1] - measured[0])
    assert weight[rise <= critical(truth)].sum() == pytest.approx(0.95, abs=2e-4)


def line(seed, truth=(0.3, 1.0), size=40, noise=0.5):
    """Slope and offset of a straight line: the profile is a parabola and everything is known."""
    x = np.linspace(-1, 2, size)
    columns = np.stack([x, np.ones(size)], axis=1) / noise
    data = columns @ np.array(truth) + np.random.default_rng(seed).standard_normal(size)
    best = np.linalg.lstsq(columns, data, rcond=None)[0]
    covariance = np.linalg.inv(columns.T @ columns)
    fit = Likelihood(
        names=("slope", "offset"),
        best=best,
        residual=lambda point: columns @ point - data,
        jacobian=lambda point: columns,
        lows=np.full(2, -INFINITE),
        highs=np.full(2, INFINITE),
    )
    return fit, best, np.sqrt(np.diag(covariance))


def test_a_linear_fit_has_the_intervals_of_its_covariance():
    fit, best, spread = line(1)
    for at, name in enumerate(fit.names):
        assert fit.deviation(name) == pytest.approx(spread[at], rel=1e-9)
        reach = np.sqrt(TWO_SIDED) * spread[at]
        assert interval(fit, name) == pytest.approx((best[at] - reach, best[at] + reach), rel=1e-3)
        assert bound(fit, name) == pytest.approx(best[at] + np.sqrt(ONE_SIDED) * spread[at], rel=1e-3)
        assert bound(fit, name, "lower") == pytest.approx(best[at] - np.sqrt(ONE_SIDED) * spread[at], rel=1e-3)


def test_variance_scales_as_noise_does():
    fit, best, _ = line(2)
    louder = Likelihood(**{**fit.__dict__, "variance": lambda direction: 4.0})
    assert bound(louder, "slope") - best[0] == pytest.approx(2 * (bound(fit, "slope") - best[0]), rel=2e-3)


def powered(power, measured=0.0):
    """x^power measured ± 1: flat at zero, where its slope says that nothing at all is known."""
    best = np.array([max(measured, 0.0) ** (1 / power)])
    return Likelihood(
        names=("x",),
        best=best,
        residual=lambda point: point**power - measured,
        jacobian=lambda point: np.array([[power * point[0] ** (power - 1)]]),
        lows=np.zeros(1),
        highs=np.array([INFINITE]),
    )


@pytest.mark.parametrize("power", [1, 2, 4, 8])
@pytest.mark.parametrize("measured", [0.0, 0.7, 2.5])
def test_bounds_and_intervals_do_not_depend_on_the_parameter(power, measured):
    plain, bent = powered(1, measured), powered(power, measured)
    assert bound(bent, "x") == pytest.approx(bound(plain, "x") ** (1 / power), rel=3e-3)
    expected = tuple(end ** (1 / power) for end in interval(plain, "x"))
    assert interval(bent, "x") == pytest.approx(expected, rel=3e-3, abs=3e-3)


def test_a_parameter_without_response_has_no_bound():
    flat = Likelihood(
        names=("x", "y"),
        best=np.array([1.0, 2.0]),
        residual=lambda point: np.array([point[1] - 2.0, 0.0]),
        jacobian=lambda point: np.array([[0.0, 1.0], [0.0, 0.0]]),
        lows=np.zeros(2),
        highs=np.full(2, INFINITE),
    )
    assert bound(flat, "x") == INFINITE
    assert not resolved(flat, "x")
    assert interval(flat, "x") == (0.0, INFINITE)


def valley(seed, truth, correlation=-0.95):
    """Two correlated numbers that cannot be negative, with the constrained minimum in closed form."""
    covariance = np.array([[1.0, correlation], [correlation, 1.0]])
    root = np.linalg.cholesky(np.linalg.inv(covariance)).T
    seen = np.array(truth) + np.linalg.cholesky(covariance) @ np.random.default_rng(seed).standard_normal(2)
    ends = [
        seen,
        np.array([seen[0] - correlation * seen[1], 0.0]),
        np.array([0.0, seen[1] - correlation * seen[0]]),
        np.zeros(2),
    ]
    best = min((end for end in ends if np.all(end >= 0)), key=lambda end: np.sum((root @ (end - seen)) ** 2))
    return Likelihood(
        names=("x", "y"),
        best=best,
        residual=lambda point: root @ (point - seen),
        jacobian=lambda point: root,
        lows=np.zeros(2),
        highs=np.full(2, INFINITE),
    )


@pytest.mark.parametrize(
    "seeds", [30, pytest.param(100, marks=pytest.mark.thorough), pytest.param(300, marks=pytest.mark.validation)]
)
@pytest.mark.parametrize("truth", [(0.0, 3.0), (0.5, 0.0), (4.0, 0.0), (4.0, 4.0)])
def test_coverage_beside_a_second_edge(truth, seeds):
    """95 % to within three standard deviations, and bounds not below."""
    inside = above = 0
    for seed in range(seeds):
        fit = valley(seed, truth)
        low, high = interval(fit, "x")
        inside += low <= truth[0] <= high
        above += truth[0] <= bound(fit, "x", near_edges=["y"])
    assert 0.95 - 3 * np.sqrt(0.05 * 0.95 / seeds) <= inside / seeds
    assert above / seeds >= 0.945 - 3 * np.sqrt(0.05 * 0.95 / seeds)


def test_a_deviation_for_both_sides_is_that_of_the_farther_one():
    """χ² that rises as (x/0.1)² above and (x/0.3)² below: Δχ² = 4 at 0.2 and -0.6."""
    fit = Likelihood(
        names=("x",),
        best=np.zeros(1),
        residual=lambda point: point / np.where(point > 0, 0.1, 0.3),
        jacobian=lambda point: np.diag(1 / np.where(point > 0, 0.1, 0.3)),
        lows=np.array([-9.0]),
        highs=np.array([9.0]),
    )
    assert careful_deviation(fit, "x") == pytest.approx(0.3, rel=1e-2)
