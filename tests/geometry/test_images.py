"""Images of planes against the series of modes between them."""

import numpy as np
import pytest
from scipy.special import k0

from attractron.geometry import HalfSpace, Vacuum
from attractron.geometry.images import images_of


def green(images, source, point):
    z = images.sign * source[2] + images.shift
    sideways = (source[0] - point[0]) ** 2 + (source[1] - point[1]) ** 2
    return images.weight @ (1 / np.sqrt(sideways + (z - point[2]) ** 2))


@pytest.mark.parametrize("rho", [200.0, 236.0, 400.0])
def test_two_planes_are_a_series_of_modes(rho):
    """G = (4/H) Σ_n sin(nπ(z-z_lo)/H) sin(nπ(z'-z_lo)/H) K₀(nπρ/H)."""
    low, high, z, other = -130.0, 255.0, 0.0, 125.0
    k = np.arange(1, 200) * np.pi / (high - low)
    modes = 4 / (high - low) * np.sum(np.sin(k * (z - low)) * np.sin(k * (other - low)) * k0(k * rho))
    assert green(images_of(Vacuum(), (low, high)), (0, 0, z), (rho, 0, other)) == pytest.approx(modes, rel=1e-8)


@pytest.mark.parametrize("planes", [(-3.0,), (-3.0, 7.0)])
def test_the_potential_vanishes_on_planes(planes):
    images = images_of(Vacuum(), planes)
    for plane in planes:
        assert abs(green(images, (0, 0, 1.0), (2.0, 1.0, plane))) < 1e-9


def test_a_plane_takes_all_of_a_charge_and_two_share_it_by_distance():
    assert images_of(Vacuum(), (-3.0,)).share(np.array([1.0])) == pytest.approx(np.array([[1.0]]))
    assert images_of(Vacuum(), (-3.0, 7.0)).share(np.array([1.0])) == pytest.approx(np.array([[0.6], [0.4]]))
    assert images_of(Vacuum(), ()).share(np.array([1.0])).shape == (0, 1)


def test_a_half_space_of_vacuum_is_vacuum_and_a_huge_permittivity_reflects():
    place, other = (0, 0, -1.0), (2.0, 0, -3.0)
    assert green(images_of(HalfSpace(permittivity=1), ()), place, other) == pytest.approx(1 / np.sqrt(8), rel=1e-14)
    mirrored = 1 / np.sqrt(8) + 1 / np.sqrt(20)
    assert 1e9 * green(images_of(HalfSpace(permittivity=1e9), ()), place, other) == pytest.approx(mirrored, rel=1e-8)
