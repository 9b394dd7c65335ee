"""The compiled integration: its equations by symmetry, its order, its closed tail, its events."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from attractron.wires import CoupledWires, Sharp, Tanh
from attractron.wires.flow import kernel
from attractron.wires.flow.scheme import Scheme, prepare

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
    flows = prepare(wires.bare(), 2.0, Scheme(feedback="complete"))
    out = np.zeros(9)
    kernel.equations(0.0, flows.x[0], flows.par[0], flows.flags[0], out)
    start = wires.bare()
    M_inverse = np.array([[1 / 1.1, 0, 0], [0, start.p, start.r], [0, start.r, start.q]])
    rates, feedback = gas(y_s, y, M_inverse)
    assert out[0] == pytest.approx(rates["s"], abs=1e-12)
    assert out[2] == pytest.approx(rates["+"] / (y / math.sqrt(2)), abs=1e-12)
    np.testing.assert_allclose(out[4:7], [feedback[1, 1], feedback[1, 2], feedback[2, 2]], atol=1e-12)
    # X = 2(K_s - 1): the line-preserving form of (16b) is dK_s/dl = -d(1/K_s)/dl.
    assert out[0] + out[1] == pytest.approx(-2 * feedback[0, 0], abs=1e-12)


def fixed_steps(number, span=3.0):
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.2, y=0.3, y_2=0.1, upsilon=0.3, K_s=1.2, theta=0.7, mismatch=0.3)
    scheme = Scheme(cutoff=Tanh(1.0), feedback="complete", phase_factor="complete", spin="published")
    flows = prepare(wires.bare(), 2.0, scheme)
    x, K = flows.x[0].copy(), np.zeros((kernel.ROWS, 9))
    h = span / number
    for step in range(number):
        kernel.equations(step * h, x, flows.par[0], flows.flags[0], K[0])
        kernel.advance(step * h, x, h, flows.par[0], flows.flags[0], K, K[kernel.STAGES + 1])
        x = K[kernel.STAGES + 1].copy()
    return x


def test_the_order_is_eight():
    exact = fixed_steps(160)
    numbers = np.array([6, 8, 10])
    errors = np.array([np.abs(fixed_steps(number) - exact).max() for number in numbers])
    orders = -np.diff(np.log(errors)) / np.diff(np.log(numbers))
    assert np.all((orders > 7.5) & (orders < 8.5)), orders
    assert errors[-1] < 1e-9


def test_the_error_estimate_is_of_the_size_of_the_error():
    """It falls as the eighth power of the step."""
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.2, y=0.3, mismatch=0.3)
    flows = prepare(wires.bare(), 2.0, Scheme())
    K, found = np.zeros((kernel.ROWS, 9)), []
    for h in (1.6, 0.4):
        kernel.equations(0.0, flows.x[0], flows.par[0], flows.flags[0], K[0])
        kernel.advance(0.0, flows.x[0], h, flows.par[0], flows.flags[0], K, K[kernel.STAGES + 1])
        found.append(kernel.error_of(flows.x[0], K[kernel.STAGES + 1], h, K))
    assert 7 < math.log(found[0] / found[1]) / math.log(4) < 9


@given(st.floats(0.01, 0.9), st.floats(-1.5, 1.5))
def test_the_closed_tail_is_the_quadrature(y, X):
    """∫dX/(X² - A) from the end to the start, by quadrature in y for X < 0 and with the pole-free form in X else."""
    invariant = X * X - y * y
    found = kernel.remaining(y, X, invariant, 1.0)
    if invariant >= 0 and X >= 0:
        assert found == math.inf
        return
    end = -math.sqrt(1 + invariant)
    split = np.linspace(end, X, 40)
    parts = [quad(lambda x: 1 / (x * x - invariant), a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(split)]
    if abs(invariant) > 1e-6:
        assert found == pytest.approx(sum(parts), rel=1e-7)


def test_the_closed_tail_is_smooth_at_the_line():
    y = 0.2
    on_the_line = 1 / y - 1
    assert kernel.remaining(y, -y, 0.0, 1.0) == pytest.approx(on_the_line, rel=1e-15)
    for shift in (1e-6, -1e-6):
        moved = kernel.remaining(y, -y + shift, (-y + shift) ** 2 - y * y, 1.0)
        twice = kernel.remaining(y, -y + 2 * shift, (-y + 2 * shift) ** 2 - y * y, 1.0)
        assert twice - on_the_line == pytest.approx(2 * (moved - on_the_line), rel=1e-3)


def test_the_cut_off_keeps_its_digits():
    """½[1 - tanh z] is 0 beyond z = 19; e^{-2z} is not."""
    for z in (0.0, 1.0, 16.0, 19.0, 30.0, 300.0, -30.0):
        assert kernel.log_cut(1.0 + 1.5 * z, 1.0, 1.5) == pytest.approx(-np.logaddexp(0.0, 2 * z), rel=1e-13)


def single_step(x, par, flags, h):
    K = np.zeros((kernel.ROWS, 9))
    kernel.equations(0.0, x, par, flags, K[0])
    kernel.advance(0.0, x, h, par, flags, K, K[kernel.STAGES + 1])
    return K


def test_a_maximum_inside_a_step_is_not_stepped_over():
    """y_s = -0.9 with X = 2 dies out and takes the growth of y with it: ln y rises and falls again within one step."""
    wires = CoupledWires(K_c=1.0, K=0.8, y_s=-0.9, y=1.0, K_s=2.0)
    flows = prepare(wires.bare(), 2.0, Scheme(cutoff=Sharp()))
    x, par, flags, levels = flows.x[0], flows.par[0], flows.flags[0], np.array([10.0, 0.0])
    flags[0] = kernel.OFF  # no source: ln y is linear in its start
    top = max(single_step(x, par, flags, h)[kernel.STAGES + 1, 2] for h in np.linspace(0.01, 1.5, 150))
    x[2] = -top / 2
    h = 1.5
    K = single_step(x, par, flags, h)
    assert x[2] < 0 > K[kernel.STAGES + 1, 2]
    at = kernel.meets(1, 0.0, x, h, par, flags, levels, K)
    assert 0 < at < h
    assert single_step(x, par, flags, at)[kernel.STAGES + 1, 2] == pytest.approx(0.0, abs=1e-13)
    x[2] = -2 * top
    assert kernel.meets(1, 0.0, x, h, par, flags, levels, single_step(x, par, flags, h)) == -1
