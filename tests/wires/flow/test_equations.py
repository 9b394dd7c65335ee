"""The flow equations: the gas of three cosines, whose symmetry fixes all numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.wires import CoupledWires
from attractron.wires.flow.equations import equations, log_cut
from attractron.wires.flow.integrate import prepare
from attractron.wires.flow.scheme import Scheme

SPIN = np.array([math.sqrt(8), 0.0, 0.0])
PLUS, MINUS = np.array([math.sqrt(2), math.sqrt(2), 2.0]), np.array([-math.sqrt(2), math.sqrt(2), 2.0])


def gas(y_s, y, M_inverse):
    """Second-order flow of Σ_a Y_a cos(w_aᵀφ) in three fields (φ_s, φ_c, φ), for y_2 = 0.

    cos(√2φ_s)cos(vᵀφ) is the half sum of the cosines of w = (±√2, v), so that Y_± = y/√2 (y = g/(√2πū) is √2 times half
    of g/(πū)). Dimensions are wᵀMw/4. Products of operators give

        dM⁻¹/dl = κ Σ_a Y_a² w_a w_aᵀ,      dY_a/dl = (2 - d_a) Y_a - C Y_b Y_c      where w_a = ±w_b ± w_c.

    SU(2) fixes both numbers. With y = 0 it demands K_s = 1 + y_s/2 to be kept: -2(K_s-1)y_s = -y_s² = 2dK_s/dl, with
    dK_s/dl = -8κy_s² to this order: κ = 1/16. With y: -C y²/2 = 2dK_s/dl = -2·2·2κ y²/2, so C = 1/2.
    """
    M = np.linalg.inv(M_inverse)
    Y = {"s": y_s, "+": y / math.sqrt(2), "-": y / math.sqrt(2)}
    w = {"s": SPIN, "+": PLUS, "-": MINUS}
    feedback = sum(Y[a] ** 2 * np.outer(w[a], w[a]) for a in w) / 16
    rates = {a: (2 - w[a] @ M @ w[a] / 4) * Y[a] for a in w}
    rates = {
        "s": rates["s"] - Y["+"] * Y["-"] / 2,
        "+": rates["+"] - Y["s"] * Y["-"] / 2,
        "-": rates["-"] - Y["s"] * Y["+"] / 2,
    }
    return rates, feedback


@given(st.floats(-0.5, 0.5), st.floats(0.05, 0.8), st.floats(0.6, 1.0), st.floats(0.2, 0.9), st.floats(-0.6, 0.6))
def test_the_complete_equations_are_those_of_a_gas_of_three_cosines(y_s, y, K_c, K, upsilon):
    wires = CoupledWires(K_c=K_c, K=K, y_s=y_s, y=y, K_s=1.1, upsilon=upsilon)
    flows = prepare(wires.initial_couplings(), 2.0, Scheme(feedback="complete"))
    out = np.zeros(9)
    equations(0.0, flows.x[0], flows.par[0], flows.flags[0], out)
    start = wires.initial_couplings()
    M_inverse = np.array([[1 / 1.1, 0, 0], [0, start.p, start.r], [0, start.r, start.q]])
    rates, feedback = gas(y_s, y, M_inverse)
    assert out[0] == pytest.approx(rates["s"], abs=1e-12)
    assert out[2] == pytest.approx(rates["+"] / (y / math.sqrt(2)), abs=1e-12)
    np.testing.assert_allclose(out[4:7], [feedback[1, 1], feedback[1, 2], feedback[2, 2]], atol=1e-12)
    # X = 2(K_s - 1): the line-preserving form of (16b) is dK_s/dl = -d(1/K_s)/dl.
    assert out[0] + out[1] == pytest.approx(-2 * feedback[0, 0], abs=1e-12)


def test_the_cut_off_keeps_its_digits():
    """½[1 - tanh z] is 0 beyond z = 19; e^{-2z} is not."""
    par = np.zeros(10)
    par[8] = 1.5
    for z in (0.0, 1.0, 16.0, 19.0, 30.0, 300.0, -30.0):
        assert log_cut(1.0 + 1.5 * z, 1.0, par) == pytest.approx(-np.logaddexp(0.0, 2 * z), rel=1e-13)
