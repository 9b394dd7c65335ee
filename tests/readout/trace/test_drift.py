"""Levels of white noise, 1/f noise and drift are found; in them least squares scatters as its covariance says."""

import numpy as np
import pytest
from scipy.special import expit

from attractron.dots.detector import one_over_f
from attractron.readout.trace.drift import TraceNoise, averaged, contradiction, estimate

SIZE = 300
PLACE = np.linspace(-1, 1, SIZE)
BACKGROUND = np.stack([PLACE**0, PLACE, PLACE**2], axis=1)
COLUMNS = np.column_stack([BACKGROUND, expit((PLACE - 0.1) / 0.05)])


def white(rng):
    return rng.standard_normal(SIZE)


def pink(rng):
    return 0.3 * white(rng) + one_over_f(SIZE, rng)


def walking(rng):
    return white(rng) + 0.3 * np.cumsum(white(rng))


@pytest.mark.parametrize("noise", [white, pytest.param(pink, marks=pytest.mark.thorough), walking])
def test_pulls_of_a_step(noise):
    rng, pulls = np.random.default_rng(3), []
    for _ in range(120):
        signal = noise(rng)
        found = estimate(COLUMNS, signal)
        columns = found.whiten(COLUMNS)
        height = np.linalg.lstsq(columns, found.whiten(signal), rcond=None)[0][3]
        pulls.append(height / np.sqrt(np.linalg.inv(columns.T @ columns)[3, 3]))
    assert abs(np.mean(pulls)) < 0.3
    assert np.std(pulls) == pytest.approx(
        1, abs=0.25
    )  # three standard deviations of 120, and levels that are estimated


@pytest.mark.thorough
def test_slow_noise_that_hardly_shows_counts():
    """A walk that is not always told: in the likeliest noise pulls are too wide, in the averaged one less so."""
    rng, shape = np.random.default_rng(6), np.column_stack([BACKGROUND, expit((PLACE - 0.1) / 0.03)])
    pulls: dict[str, list[float]] = {"likeliest": [], "averaged": []}
    for _ in range(80):
        signal = white(rng) + 0.05 * np.cumsum(white(rng))
        likeliest = estimate(shape, signal)
        for name, noise in (("likeliest", likeliest), ("averaged", averaged(shape, signal, likeliest))):
            columns = noise.whiten(shape)
            height = np.linalg.lstsq(columns, noise.whiten(signal), rcond=None)[0][3]
            pulls[name].append(height / np.sqrt(np.linalg.inv(columns.T @ columns)[3, 3]))
    assert np.std(pulls["likeliest"]) > 1.3
    assert np.std(pulls["averaged"]) < 0.9 * np.std(pulls["likeliest"])


def test_averaged_noise_is_the_likeliest_where_the_data_tell_it():
    rng = np.random.default_rng(2)
    signal = rng.standard_normal(2000) + 0.3 * np.cumsum(rng.standard_normal(2000))
    likeliest = estimate(np.ones((2000, 1)), signal)
    mean = averaged(np.ones((2000, 1)), signal, likeliest)
    np.testing.assert_allclose(mean.spectrum, likeliest.spectrum, rtol=0.25)


def test_a_random_walk_is_diagonal_in_the_cosines():
    """DᵀD, D the differences of neighbours, has these cosines as eigenvectors: whitened differences are white."""
    noise = TraceNoise(size=8, levels=(0.0, 0.0, 1.0, 0.0))
    whitened = noise.whiten(np.eye(8))[1:]
    differences = np.diff(np.eye(8), axis=0)
    np.testing.assert_allclose(whitened.T @ whitened, differences.T @ differences, atol=1e-12)


def test_white_noise_is_hardly_ever_taken_for_drift():
    rng = np.random.default_rng(1)
    levels = [estimate(COLUMNS, white(rng)).levels for _ in range(60)]
    assert np.mean([sum(each[1:]) > 0 for each in levels]) < 0.12
    assert np.mean([each[0] for each in levels]) == pytest.approx(1.0, abs=0.05)


def test_the_level_of_a_walk_is_found():
    rng = np.random.default_rng(2)
    levels = [estimate(BACKGROUND, walking(rng)).levels for _ in range(40)]
    walks = [walk + pink for _, pink, walk, _ in levels]
    assert np.median(walks) == pytest.approx(0.09, rel=0.5)


def test_noise_that_is_forgotten_has_a_corner():
    rng = np.random.default_rng(5)
    slow = np.zeros(3000)
    for at in range(1, slow.size):  # an autoregressive process: S = 1/(w² + c²) with c² = (1 - a)²/a, times 1/a
        slow[at] = 0.8 * slow[at - 1] + rng.standard_normal()
    found = estimate(np.ones((3000, 1)), slow)
    assert found.corner == pytest.approx(0.2 / np.sqrt(0.8), rel=0.2)


def test_rounding_has_a_floor():
    assert estimate(BACKGROUND, PLACE).white == pytest.approx(2e-6, rel=0.01)


def test_points_that_scatter_more_count_less():
    """Half of the points five times as noisy: whitened least squares is that with weights 1/σ²."""
    rng, spread = np.random.default_rng(6), np.where(np.arange(SIZE) % 2, 5.0, 1.0)
    pulls = []
    for _ in range(60):
        signal = spread * white(rng)
        found = estimate(COLUMNS, signal, spread=spread)
        columns = found.whiten(COLUMNS)
        height = np.linalg.lstsq(columns, found.whiten(signal), rcond=None)[0]
        pulls.append(height[3] / np.sqrt(np.linalg.inv(columns.T @ columns)[3, 3]))
        if found.levels[1:] == (0.0, 0.0, 0.0):
            weights = COLUMNS / spread[:, None]
            np.testing.assert_allclose(height, np.linalg.lstsq(weights, signal / spread, rcond=None)[0], atol=1e-10)
    assert np.std(pulls) == pytest.approx(1, abs=0.35)


def test_a_drift_contradicts_white_noise_and_levels_do_not_count():
    signal = walking(np.random.default_rng(4))
    noises = [TraceNoise(size=SIZE, levels=levels) for levels in ((1.0, 0.0, 0.0, 0.0), (1.0, 0.0, 0.09, 0.0))]
    against = contradiction(BACKGROUND, signal, *noises)
    assert against > 50
    assert contradiction(BACKGROUND, signal, *noises[::-1]) == pytest.approx(-against)
    louder = TraceNoise(size=SIZE, levels=(9.0, 0.0, 0.81, 0.0))
    assert contradiction(BACKGROUND, signal, noises[0], louder) == pytest.approx(against, rel=1e-9)
