"""Known densities are sampled with their means, widths and tails, with proposals of a fit's covariance or without."""

import numpy as np
import pytest

from attractron.readout.sampling import Target, samples


def target(logarithm, covariance=None, low=-np.inf, watched=None):
    return Target(
        start=np.ones(2),
        scales=np.ones(2),
        lows=np.full(2, low),
        highs=np.full(2, np.inf),
        logarithm=logarithm,
        covariance=covariance,
        watched=watched,
    )


@pytest.mark.parametrize("covariance", [None, np.eye(2), np.array([[4.0, -1.0], [-1.0, 3.0]])])
def test_a_gaussian_whatever_is_proposed(covariance):
    """Proposals only change how fast: their ratio in the acceptance takes them out again."""
    own = np.array([[1.0, 0.6], [0.6, 2.0]])
    inverse = np.linalg.inv(own)
    found = samples(target(lambda x: -0.5 * float(x @ inverse @ x), covariance), seed=2)
    assert np.abs(found.chain.mean(axis=0)).max() < 0.1
    np.testing.assert_allclose(np.cov(found.chain.T), own, atol=0.15)


def test_exponentials_end_at_their_bound():
    """p = exp(-x - y) from zero on: mean 1, deviation 1, 95 % below ln 20."""
    found = samples(target(lambda x: -float(x.sum()), np.eye(2), low=0.0), seed=3)
    assert found.chain.min() >= 0
    np.testing.assert_allclose(found.chain.mean(axis=0), 1, atol=0.08)
    np.testing.assert_allclose(np.quantile(found.chain, 0.95, axis=0), np.log(20), atol=0.25)


def test_only_watched_parameters_have_times():
    found = samples(target(lambda x: -0.5 * float(x @ x), np.eye(2), watched=(1,)), seed=4)
    assert found.times.shape == (1,)
    assert found.chain.shape[1] == 2
