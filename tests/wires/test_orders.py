"""Orders of the gapless and the paired primary wire, and electrons tunnelling into it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from attractron.core.errors import InputError
from attractron.wires.model import CoupledWires
from attractron.wires.orders import (
    LOGARITHM,
    ORDERS,
    superconducting,
    superconducting_margin,
    susceptibilities,
    tunnelling_exponents,
)

numbers = st.floats(0.1, 3.0)


def correlations(u_c, K_c, u, K, V_phi, V_theta):
    """M from the normal modes, an oracle beside the geometric mean of `bare`.

    H = [∂φᵀA∂φ + ∂θᵀB∂θ]/2π: with φ = Lx, B = LLᵀ, LᵀAL = R diag(v²) Rᵀ, the modes Rᵀx are oscillators of velocity v
    whose φ fluctuates as 1/v: M = L R diag(1/v) Rᵀ Lᵀ.
    """
    A = np.array([[u_c / K_c, V_phi / np.pi], [V_phi / np.pi, u / K]])
    B = np.array([[u_c * K_c, V_theta / np.pi], [V_theta / np.pi, u * K]])
    L = np.linalg.cholesky(B)
    squares, R = np.linalg.eigh(L.T @ A @ L)
    return L @ R @ np.diag(squares**-0.5) @ R.T @ L.T


@given(
    K_c=st.floats(0.3, 2),
    K=st.floats(0.2, 2),
    u=st.floats(0.3, 1.5),
    upsilon=st.floats(-0.6, 0.6),
    dual=st.floats(-1.0, 1.0),
)
def test_three_numbers_hold_for_any_forward_scattering(K_c, K, u, upsilon, dual):
    """Density waves have M_cc, pairs (M⁻¹)_cc, on the line (13) and off it."""
    V_phi = np.pi * upsilon * np.sqrt(u / (K_c * K))
    V_theta = dual * -V_phi * u * K_c * K
    M = correlations(1.0, K_c, u, K, V_phi, V_theta)
    wires = CoupledWires(K_c=K_c, K=K, u_ratio=u, upsilon=upsilon, V_theta_ratio=dual, y_s=0.1, y=0.1)
    charge = {"K_c": wires.K_c_tilde, "K": wires.K_tilde, "Q": wires.Q}
    result = susceptibilities(**charge, phase="paired")
    inverse = np.linalg.inv(M)
    assert float(result["exponent"].sel(order="CDW")) == pytest.approx(M[0, 0] - 2, rel=1e-9, abs=1e-9)
    assert float(result["exponent"].sel(order="singlet")) == pytest.approx(inverse[0, 0] - 2, rel=1e-9, abs=1e-9)
    bulk, end = tunnelling_exponents(**charge)
    assert bulk == pytest.approx((M[0, 0] + inverse[0, 0] - 2) / 4, rel=1e-9, abs=1e-9)
    assert end == pytest.approx((inverse[0, 0] - 1) / 2, rel=1e-9, abs=1e-9)
    if abs(M[0, 0] - inverse[0, 0]) > 1e-9:
        assert superconducting(**charge) == (M[0, 0] > inverse[0, 0])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("phase_charge", [{"K_c": 0.8}, {"K_c": 1.3, "K": 0.5, "Q": 0.4}])
def test_logarithms_are_those_of_the_integrated_flow(order, phase_charge):
    """exp(-2∫(d - d_end)dl) along dy_s/dl = -y_s², d from the first-order products of operators: a cosine of √2φ_s and
    the interaction cos √8φ_s give K_s/2 ± y_s/2, √2θ_s gives 1/(2K_s), and K_s = 1 + y_s/2."""
    y_s, ell = 0.3, 40.0
    spin = {
        "CDW": lambda y: (1 + y / 2) / 2 + y / 2,
        "singlet": lambda y: (1 + y / 2) / 2 + y / 2,
        "SDW": lambda y: (1 + y / 2) / 2 - y / 2,
        "triplet": lambda y: (1 + y / 2) / 2 - y / 2,
    }[order]
    flow = solve_ivp(lambda _, s: [-(s[0] ** 2), spin(s[0]) - 0.5], (0, ell), [y_s, 0.0], rtol=1e-11, atol=1e-13)
    factor = (1 + y_s * ell) ** LOGARITHM[order]
    assert factor == pytest.approx(np.exp(-2 * flow.y[1, -1]), rel=1e-7)
    # The transverse component of the same order, 1/(2K_s), agrees to first order: spin rotations do not break the tie.
    step = 1e-6
    if LOGARITHM[order] > 0:
        assert (1 / (2 + step) - 0.5) / step == pytest.approx(spin(1.0) - 0.5, rel=1e-5)
    result = susceptibilities(**phase_charge, y_s=y_s)
    assert float(result["logarithm"].sel(order=order)) == LOGARITHM[order]


def test_free_electrons_have_no_exponents():
    result = susceptibilities(K_c=1.0)
    np.testing.assert_allclose(result["exponent"], 0.0)
    assert float(result["bulk_tunnelling"]) == float(result["end_tunnelling"]) == 0.0


def test_ties_are_broken_by_logarithms():
    assert str(susceptibilities(K_c=0.8, y_s=0.1)["dominant"].item()) == "SDW"
    assert str(susceptibilities(K_c=1.2, y_s=0.1)["dominant"].item()) == "triplet"
    assert str(susceptibilities(K_c=0.8, phase="paired")["dominant"].item()) == "CDW"
    assert str(susceptibilities(K_c=1.2, phase="paired")["dominant"].item()) == "singlet"


def test_the_paired_phase_has_gaps():
    result = susceptibilities(K_c=0.8, phase="paired")
    assert list(result["order"].to_numpy()[result["gapped"].to_numpy()]) == ["SDW", "triplet"]
    assert np.isinf(float(result["bulk_tunnelling"]))
    np.testing.assert_allclose(result["exponent"].sel(order=["CDW", "singlet"]), [0.8 - 2, 1 / 0.8 - 2])


@given(K_c=numbers, K=numbers, Q=st.floats(-2, 2))
def test_superconductivity_is_the_dominant_order(K_c, K, Q):
    margin = float(superconducting_margin(K_c, K, Q))
    if abs(margin) > 1e-9:
        dominant = str(susceptibilities(K_c=K_c, K=K, Q=Q, phase="paired")["dominant"].item())
        assert bool(superconducting(K_c, K, Q)) == (dominant == "singlet") == (margin > 0)
    # Repulsion between the wires is not special: only Q² counts; and without it K_c > 1 decides.
    assert superconducting_margin(K_c, K, -Q) == superconducting_margin(K_c, K, Q)
    assert bool(superconducting(K_c, K, 0.0)) == (K_c > 1 / K_c)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"K_c": 0.0}, "`K_c` must be positive: got 0.0"),
        ({"K_c": 1.0, "K": -1.0}, "`K` must be positive"),
        ({"K_c": 1.0, "Q": np.nan}, "`Q` must be finite"),
        ({"K_c": 1.0, "phase": "trion"}, "`phase` must be one of decoupled, paired"),
        ({"K_c": 1.0, "y_s": -0.1}, "`y_s` must be positive, or 0"),
        ({"K_c": 1.0, "y_s": 0.1, "phase": "paired"}, "`y_s` must be positive, or 0"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        susceptibilities(**arguments)


def test_bad_arrays_are_refused():
    with pytest.raises(InputError, match=r"`K_c` must be positive: got \[-1.0\]"):
        superconducting(np.array([1.0, -1.0]), 1.0, 0.0)
