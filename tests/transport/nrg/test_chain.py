"""Wilson chains against the moments of the flat band that they stand for, and against their own asymptotics."""

import numpy as np
import pytest

from attractron.transport.nrg.chain import hoppings


def test_hoppings_fall_off_as_they_must():
    found = np.array(hoppings(6.0, 0.4, 24))
    np.testing.assert_allclose(found[14:] / found[13:-1], 6.0**-0.5, rtol=1e-6)


@pytest.mark.parametrize("Lambda", [2.0, 6.0])
def test_the_mean_over_twists_has_the_moments_of_the_flat_band(Lambda):
    """⟨ω²⟩ = 1/3 and ⟨ω⁴⟩ = 1/5 of a density ½ on [-1, 1]; of a chain they are t_1² and t_1² (t_1² + t_2²)."""
    points, weights = np.polynomial.legendre.leggauss(12)
    second, fourth = 0.0, 0.0
    for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
        t1, t2 = hoppings(Lambda, float(point), 3)
        second += weight * t1**2
        fourth += weight * t1**2 * (t1**2 + t2**2)
    assert (second, fourth) == (pytest.approx(1 / 3, rel=1e-9), pytest.approx(1 / 5, rel=1e-9))


@pytest.mark.parametrize("sites", [24, 48])
def test_no_digits_are_lost_along_the_chain(sites):
    """The chain as a matrix has the star's energies ε_j = Λ^{2-j-z}(1 - 1/Λ)/ln Λ, z = 1, and no others: what rounding
    makes of a recursion are levels of no weight among them."""
    Lambda = 4.0
    t = np.array(hoppings(Lambda, 1.0, sites))
    found = np.linalg.eigvalsh(np.diag(t, 1) + np.diag(t, -1))
    star = Lambda ** (1.0 - np.arange(2, 8)) * (1 - 1 / Lambda) / np.log(Lambda)
    np.testing.assert_allclose(np.sort(found)[::-1][1:7], star, rtol=1e-10)


def test_a_short_chain_is_the_beginning_of_a_long_one_up_to_the_levels_left_out():
    np.testing.assert_allclose(hoppings(6.0, 0.3, 6), hoppings(6.0, 0.3, 12)[:5], rtol=1e-12)
