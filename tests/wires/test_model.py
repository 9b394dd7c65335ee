"""Coupled wires: what the forward scattering does to the quadratic part, on the line (13) and off it; bad input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from attractron.core.axes import Axes
from attractron.core.errors import InputError
from attractron.wires import CoupledWires
from attractron.wires.model import initial_couplings

PARAMETERS = {"K_c": 0.9, "K": 0.4, "y_s": 0.1, "y": 0.2, "upsilon": 0.12, "mismatch": 0.1}


def wires(**changes):
    return CoupledWires(**(PARAMETERS | changes))


def correlations(K_c, K, u, upsilon, ratio):
    """M = B^½(B^½AB^½)^{-½}B^½ of H = [∂φᵀA∂φ + ∂θᵀB∂θ]/2π with u_c = 1: A and B read off (9), (11) and (12), where
    V_φ/π = υ√(u/(K_cK)) and V_θ = -(ratio) V_φ u K_cK."""
    V_phi = upsilon * math.sqrt(u / (K_c * K))
    V_theta = -ratio * V_phi * u * K_c * K
    A, B = np.array([[1 / K_c, V_phi], [V_phi, u / K]]), np.array([[K_c, V_theta], [V_theta, u * K]])
    root = sqrtm(B)
    return root @ np.linalg.inv(sqrtm(root @ A @ root)) @ root


MODELS = {
    "K_c": st.floats(0.3, 1.5),
    "K": st.floats(0.1, 1.5),
    "u": st.floats(0.4, 2.0),
    "upsilon": st.floats(-0.45, 0.45),
}


@given(**MODELS, ratio=st.floats(-1.0, 1.1))
def test_the_quadratic_part_is_diagonalised(K_c, K, u, upsilon, ratio):
    model = wires(K_c=K_c, K=K, u_ratio=u, upsilon=upsilon, V_theta_ratio=ratio)
    M = correlations(K_c, K, u, upsilon, ratio)
    start = model.initial_couplings()
    inverse = [[start.p, start.r], [start.r, start.q]]
    np.testing.assert_allclose(inverse @ M, np.eye(2), atol=1e-10)
    for sign, dimension in zip((1, -1), model.dimensions, strict=True):
        v = np.array([math.sqrt(2), 2.0 * sign])
        assert dimension == pytest.approx(v @ M @ v / 4, rel=1e-10)


@given(**MODELS)
def test_on_the_line_it_is_the_published_shift(K_c, K, u, upsilon):
    """(14a-c), with the square root in υ that the definition of V_φ demands."""
    model = wires(K_c=K_c, K=K, u_ratio=u, upsilon=upsilon)
    assert model.K_c_tilde == pytest.approx(K_c * math.sqrt(1 - (u * upsilon) ** 2), rel=1e-12)
    assert model.K_tilde == pytest.approx(K / math.sqrt(1 - upsilon**2), rel=1e-12)
    assert pytest.approx(upsilon * math.sqrt(u * K_c / K), rel=1e-10, abs=1e-15) == model.Q
    for sign, dimension in zip((1, -1), model.dimensions, strict=True):
        shifted = (1 - sign * model.Q / math.sqrt(2)) ** 2 * model.K_tilde
        assert dimension == pytest.approx(model.K_c_tilde / 2 + shifted, rel=1e-10)


def test_couplings_with_units():
    """V_φ of a density-density coupling V is √2 V, V_θ = 0; on the line (13) the ratio is 1 exactly."""
    u_c, u, K_c, K = 300.0, 210.0, 0.8, 0.5
    V_phi = 60.0
    model = CoupledWires.from_couplings(K_c=K_c, K=K, u_c=u_c, u=u, V_phi=V_phi, y_s=0.1, y=0.2)
    assert str(model.V_theta_ratio) == "0.0", "not -0"
    assert model.upsilon == pytest.approx(math.sqrt(K_c * K / (u_c * u)) * V_phi / math.pi)
    line = -V_phi * (u / u_c) * K_c * K
    model = CoupledWires.from_couplings(K_c=K_c, K=K, u_c=u_c, u=u, V_phi=V_phi, V_theta=line, y_s=0.1, y=0.2)
    assert model.V_theta_ratio == 1
    with pytest.raises(InputError, match="`V_theta` must be 0 where V_phi is 0"):
        CoupledWires.from_couplings(K_c=K_c, K=K, u_c=u_c, u=u, V_phi=0.0, V_theta=1.0, y_s=0.1, y=0.2)


def test_particles_exchange_the_signs_of_the_secondary_field():
    holes, particles = wires(), wires(carriers="particles")
    assert particles.Q == -holes.Q
    assert particles.dimensions == holes.dimensions[::-1]


def test_cut_offs_of_the_momenta_and_the_mass():
    assert wires(mismatch=0.1).l_star == pytest.approx((math.log(10), math.log(10)))
    assert wires(mismatch=0.0).l_star == (math.inf, math.inf)
    assert wires(mismatch=0.1, mismatch_2=1.0).l_star == pytest.approx((math.log(10), 0.0))
    assert wires(mismatch=0.1, mismatch_2=0.5, mass=0.2).l_star == pytest.approx((math.log(5), math.log(2)))


def test_a_k_s_on_the_line_is_on_the_line():
    for y_s in (0.1, 0.3, 0.7, -0.2):
        assert wires(y_s=y_s, K_s=1 + y_s / 2).initial_couplings().D == 0
    assert pytest.approx(2e-12, rel=1e-3) == wires(K_s=1.05 + 1e-12).initial_couplings().D


def test_arrays_of_parameters_are_what_the_models_are():
    K, upsilon = np.linspace(0.2, 0.8, 3), np.linspace(-0.3, 0.3, 4)
    start = initial_couplings(wires().fields(Axes({"K": K, "upsilon": upsilon})))
    assert start.p.shape == (3, 4)
    for i, j in np.ndindex(3, 4):
        one = wires(K=float(K[i]), upsilon=float(upsilon[j])).initial_couplings()
        assert all(float(many[i, j]) == float(single) for many, single in zip(start, one, strict=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"upsilon": 1.0}, r"`upsilon` must lie in \(-1, 1\): got 1.0; beyond it the wires phase-separate"),
        ({"upsilon": -1.2}, r"`upsilon` must lie in \(-1, 1\): got -1.2"),
        ({"upsilon": 0.6, "u_ratio": 2.0}, r"`upsilon \* u_ratio` must lie in \(-1, 1\): got 1.2"),
        (
            {"upsilon": 0.6, "V_theta_ratio": 2.0},
            r"`V_theta_ratio \* upsilon \* u_ratio` must lie in \(-1, 1\): got 1.2",
        ),
        ({"K": 0.0}, "`K` must be positive: got 0.0"),
        ({"K_c": -1.0}, "`K_c` must be positive: got -1.0"),
        ({"K_s": 0.0}, "`K_s` must be positive: got 0.0; K_s > 1 means repulsion"),
        ({"u_ratio": 0.0}, "`u_ratio` must be positive: got 0.0; it is the ratio of two speeds"),
        ({"mismatch": 1.1}, r"`mismatch` must lie in \[0, 1\]: got 1.1; it is e\^-l"),
        ({"mismatch_2": -0.1}, r"`mismatch_2` must lie in \[0, 1\]: got -0.1"),
        ({"mass": 2.0}, r"`mass` must lie in \[0, 1\]: got 2.0"),
        ({"theta": 0.3}, r"`theta` must be 0 on the SU\(2\) line \(K_s=None\): got 0.3; .*give K_s"),
        ({"y": math.nan}, "`y` must be finite: got nan"),
        ({"y_s": None}, "`y_s` must be a number: got None"),
        ({"carriers": "hole"}, "`carriers` must be one of holes, particles: got 'hole'; did you mean 'holes'"),
        ({"beta": 0.0}, "`beta` must be positive: got 0.0"),
    ],
)
def test_bad_input(changes, message):
    with pytest.raises(InputError, match=message):
        wires(**changes)


def test_bad_values_on_axes_are_found_in_combination():
    with pytest.raises(InputError, match=r"`upsilon \* u_ratio` must lie in \(-1, 1\): got 1"):
        wires().fields(Axes({"upsilon": np.array([0.1, 0.8]), "u_ratio": np.array([0.5, 1.25])}))
