"""Noise of pixels from how neighbours differ."""

import numpy as np
import pytest

from attractron.readout.maps.pixel_noise import pixel_noise


@pytest.mark.parametrize("seed", range(4))
def test_white_noise_on_a_smooth_map_is_found(seed):
    draw = np.random.default_rng(seed)
    y, x = np.mgrid[-1:1:60j, -1:1:80j]
    image = 100 * np.tanh(2 * x + y) + 0.7 * draw.normal(size=x.shape)
    found = pixel_noise(image)
    assert found.white == pytest.approx(0.7, rel=0.15)
    assert found.relative == 0.0


def test_noise_that_grows_with_the_signal_is_found():
    draw = np.random.default_rng(1)
    x = np.tile(np.linspace(-4, 4, 150), (120, 1))
    signal = 1000 / (1 + np.exp(-2 * x))
    image = signal + np.hypot(1.0, 0.02 * signal) * draw.normal(size=x.shape)
    found = pixel_noise(image)
    assert found.white == pytest.approx(1.0, rel=0.3)
    assert found.relative == pytest.approx(0.02, rel=0.3)
    assert found.of(np.array([0.0, 1000.0])) == pytest.approx([1.0, 20.0], rel=0.35)


def test_sharp_edges_and_missing_pixels_do_not_count_as_noise():
    draw = np.random.default_rng(2)
    image = np.where(np.arange(90) > 40, 50.0, 0.0) + 0.5 * draw.normal(size=(70, 90))
    image[10:14, 20:30] = np.nan
    assert pixel_noise(image).white == pytest.approx(0.5, rel=0.15)
