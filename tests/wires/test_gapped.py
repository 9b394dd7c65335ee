"""The response of a gapped liquid against quadrature over pairs and against a chain of electrons, site by site."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from attractron.core.errors import InputError
from attractron.wires.gapped import density_response, gapped_secondary

WIRES = {"mass": 2.0, "velocity": 500.0, "V_phi": 900.0, "K_c": 0.8, "u_c": 600.0}


def pairs(q, mass, velocity):
    """2 Σ|<x|ρ_q|0>|²/(L E_x) by quadrature; the overlap is that of two-component spinors (uk, m)/E, as vectors."""

    def spinors(k):
        return np.linalg.eigh(np.array([[velocity * k, mass], [mass, -velocity * k]]))

    def integrand(k):
        (low, high), (states, others) = zip(spinors(k), spinors(k + q), strict=True)
        return 2 * (others[:, 1] @ states[:, 0]) ** 2 / (high[1] - low[0]) / (2 * np.pi)

    scale = mass / velocity + abs(q)
    edges = [-np.inf, -10 * scale, -2 * scale, 2 * scale, 10 * scale, np.inf]
    return sum(quad(integrand, a, b, epsrel=1e-10)[0] for a, b in pairwise(edges))


@pytest.mark.parametrize("x", [0.05, 0.19, 0.21, 1.0, 8.0])
def test_response_is_the_sum_over_pairs(x):
    q = 2 * WIRES["mass"] * x / WIRES["velocity"]
    expected = pairs(q, WIRES["mass"], WIRES["velocity"])
    assert density_response(q, mass=2.0, velocity=500.0) == pytest.approx(expected, rel=1e-8)


def chain_response(sites, waves, mass):
    """χ(q) of a half-filled chain, hopping 1 (velocity 2), ±mass on alternating sites, by a small modulated potential.

    The ground-state energy changes by -χ h² L/4 under h cos(qx): second difference in h of the sum of negative levels.
    """
    x = np.arange(sites)
    H = np.diag(mass * (-1.0) ** x) - np.roll(np.eye(sites), 1, 0) - np.roll(np.eye(sites), -1, 0)
    wave, h = np.diag(np.cos(2 * np.pi * waves * x / sites)), 0.02
    with_field, without = (np.sum(np.linalg.eigvalsh(H + s * h * wave)[: sites // 2]) for s in (1, 0))
    return -4 * (with_field - without) / (h**2 * sites)


def test_a_gapped_chain_of_electrons_is_not_compressed():
    # Continuum limit: corrections of order (mass/bandwidth)² and h²; the fall as q² is what is tested.
    q = 2 * np.pi * np.array([1, 2]) / 200
    found = np.array([chain_response(200, waves, mass=0.5) for waves in (1, 2)])
    expected = density_response(q, mass=0.5, velocity=2.0)
    np.testing.assert_allclose(found / expected, 1.0, atol=0.1)
    assert np.log2(found[1] / found[0]) == pytest.approx(2.0, abs=0.05)


@given(x=st.floats(1e-12, 1e6))
def test_response_vanishes_as_the_square_within_the_bound(x):
    mass, velocity = 3.0, 400.0
    q = 2 * mass * x / velocity
    chi = density_response(q, mass=mass, velocity=velocity)
    assert 0 < chi <= velocity * q**2 / (6 * np.pi * mass**2) * (1 + 1e-12)
    assert chi <= 1 / (np.pi * velocity)


def test_leading_coefficient_by_its_order():
    # χ/q² tends to u/6πm² with an error of order q².
    q = np.array([4e-4, 2e-4, 1e-4])
    ratio = density_response(q, mass=2.0, velocity=500.0) / (500.0 * q**2 / (6 * np.pi * 4.0))
    np.testing.assert_allclose(np.log2((1 - ratio[:-1]) / (1 - ratio[1:])), 2.0, atol=0.01)


def test_series_meets_the_closed_form():
    x = np.array([0.2 * (1 - 1e-12), 0.2 * (1 + 1e-12)])
    below, above = density_response(4.0 * x / 500.0, mass=2.0, velocity=500.0)
    assert below == pytest.approx(above, rel=1e-11)


def test_correction_of_K_c_vanishes_in_the_long_wave_limit():
    q = np.array([1e-5, 2e-5, 4e-5])
    result = gapped_secondary(q, **WIRES)
    change = result["K_c_ratio"].to_numpy() - 1
    np.testing.assert_allclose(change, result["curvature"].item() * q**2, rtol=1e-3)
    np.testing.assert_allclose(np.log2(change[1:] / change[:-1]), 2.0, atol=1e-3)
    assert (result["response"] <= result["response_bound"]).all()


def test_far_above_the_gap_the_gapless_result_returns():
    # K_c/√(1-υ²), υ² = K_c V_φ²/(π² u_c u) for K = 1: M⁻¹ and (14) in the static limit of the secondary.
    result = gapped_secondary([1e5], **WIRES)
    upsilon2 = 0.8 * 900.0**2 / (np.pi**2 * 600.0 * 500.0)
    assert result["K_c_ratio"].item() == pytest.approx(1 / np.sqrt(1 - upsilon2), rel=1e-6)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mass": 0.0}, "`mass` must be positive"),
        ({"velocity": -1.0}, "`velocity` must be positive"),
        ({"V_phi": 1e5}, "`V_phi` must be smaller than .* meV nm: got 100000.0; beyond it the wires phase-separate"),
        ({"K_c": np.nan}, "`K_c` must be finite"),
    ],
)
def test_bad_input(changes, message):
    with pytest.raises(InputError, match=message):
        gapped_secondary([0.01], **{**WIRES, **changes})
