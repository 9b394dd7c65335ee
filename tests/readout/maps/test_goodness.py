"""Goodness of fit of a map: noise passes, structure does not, whatever the noise's colour along the scan."""

import numpy as np
import pytest

from attractron.readout.maps.goodness import map_goodness
from tests.readout.maps.photon_maps import pink


@pytest.mark.parametrize("colour", ["white", "pink"])
def test_noise_is_no_misfit(colour):
    wrong = 0
    for seed in range(30):
        draw = np.random.default_rng([seed, 3])
        left = draw.normal(size=(40, 50))
        if colour == "pink":
            left = 0.8 * left + 0.6 * pink(draw, left.shape)
        wrong += map_goodness(left, 10 * np.ones_like(left)).significant
    assert wrong <= 1


def test_structure_is_a_misfit_and_its_size_is_told():
    draw = np.random.default_rng(1)
    y, x = np.mgrid[-1:1:40j, -1:1:50j]
    structure = 1.5 * np.exp(-(x**2 + y**2) / 0.1)
    found = map_goodness(structure + draw.normal(size=x.shape), 20 * np.sin(5 * x) + 0 * y)
    assert found.significant
    assert found.share * 20 * np.std(np.sin(5 * x)) == pytest.approx(np.sqrt(np.mean(structure**2)), rel=0.3)


def test_chi_squared_counts_measured_pixels_only():
    left, signal = np.ones((20, 20)), np.ones((20, 20))
    left[:10], signal[:10] = 0.0, np.nan
    assert map_goodness(left, signal).chi_squared == pytest.approx(1.0)
