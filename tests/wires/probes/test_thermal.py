"""Weights of powers of time: detailed balance, products of correlations as convolutions, known members."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.integrate import quad

from attractron.wires.probes.thermal import power_weight, power_weight_slope


@given(w=st.floats(-30, 30), eta=st.floats(0.05, 4))
def test_detailed_balance(w, eta):
    up, down = power_weight([w, -w], eta, 1.0)
    assert down == pytest.approx(np.exp(-w) * up, rel=1e-9)


@pytest.mark.parametrize(("eta", "other"), [(0.5, 0.7), (1.1, 0.3), (0.5, 0.5)])
@pytest.mark.parametrize("w", [-0.5, 0.4, 2.0])
def test_powers_of_time_multiply(eta, other, w):
    def product(e):
        return power_weight(e, eta, 0.3) * power_weight(w - e, other, 0.3)

    found, _ = quad(product, -30, 30, points=[0, w], limit=400)
    assert found == pytest.approx(power_weight(w, eta + other, 0.3), rel=1e-9)


def test_free_fermions_and_the_conductor():
    w = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(power_weight(w, 1.0, 0.7), 1 / (1 + np.exp(-w / 0.7)), rtol=1e-12)
    some = w[w != 0]
    np.testing.assert_allclose(power_weight(some, 2.0, 0.7), some / -np.expm1(-some / 0.7), rtol=1e-12)


@given(eta=st.floats(0.1, 3), w=st.floats(0.5, 5))
def test_cold_weights_are_powers(eta, w):
    """Corrections of a power are (kT/w)²: halving kT takes them to a quarter."""
    ground = power_weight(w, eta, 0.0)
    off = [power_weight(w, eta, kT) / ground - 1 for kT in (0.02 * w, 0.01 * w)]
    assert abs(off[0]) < 0.02
    assert off[1] == pytest.approx(off[0] / 4, rel=0.02, abs=1e-9)
    assert power_weight(-w, eta, 0.0) == 0


@given(eta=st.floats(0.1, 3), w=st.floats(-3, 3))
@example(eta=0.1, w=0.012)  # a high peak
def test_the_slope_is_the_derivative(eta, w):
    step = 2e-5  # of w: the weight changes on a scale of η
    up, down = power_weight([w + step, w - step], eta, 0.5)
    assert power_weight_slope(w, eta, 0.5) == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-7)
