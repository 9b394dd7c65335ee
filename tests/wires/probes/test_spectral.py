"""A(q, ω): the closed form against its convolution, sums over momenta, singularities, known limits."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from attractron.core.errors import InputError
from attractron.wires.probes.spectral import (
    POINTS,
    gapless,
    gapless_at,
    mixing,
    spectral_function,
    with_spin_gap,
)
from attractron.wires.probes.thermal import power_weight
from attractron.wires.probes.tunnelling import ONE_SOLITON, channel, responses

U_C, U_S, LAMBDA = 400.0, 200.0, 50.0
SPEEDS = {"u_c": U_C, "u_s": U_S, "Lambda": LAMBDA}


def over(function, low, high, power=4):
    """∫ of a function with algebraic singularities at both ends."""
    start, end = (1e-13 * (high - low)) ** (1 / power), ((high - low) / 2) ** (1 / power)
    near = quad(lambda t: function(low + t**power) * power * t ** (power - 1), start, end, limit=400)[0]
    return near + quad(lambda t: function(high - t**power) * power * t ** (power - 1), start, end, limit=400)[0]


@pytest.mark.parametrize(("q", "omega"), [(0.01, 2.5), (0.01, 4.5), (-0.003, 2.0), (0.0, 1.0)])
def test_the_closed_form_is_the_convolution(q, omega):
    g, r = mixing(0.2), U_C / U_S
    plus, minus = omega + U_C * q, omega - U_C * q

    def product(c):
        weights = power_weight((plus - (1 + r) * c) / 2, 0.5 + g, 0) * power_weight((minus + (r - 1) * c) / 2, g, 0)
        return power_weight(c, 0.5, 0) * weights

    low, high = max(0.0, -minus / (r - 1)), plus / (1 + r)
    expected = np.sqrt(r) / 2 * LAMBDA ** (-2 * g) * over(product, low, high)
    assert gapless(q, omega, K_c=0.2, **SPEEDS) == pytest.approx(expected, rel=1e-4)


@given(K_c=st.floats(0.25, 0.9), omega=st.floats(0.5, 5.0))
@settings(max_examples=10)
def test_momenta_add_up_to_the_density_of_states(K_c, omega):
    edges = [-omega / U_C, omega / U_C, omega / U_S]
    total = sum(over(lambda q: float(gapless(q, omega, K_c=K_c, **SPEEDS)), *pair) for pair in pairwise(edges))
    density = responses(np.array([omega]), 0.0, channel(K_c=K_c), LAMBDA)[0, 0]
    assert total * np.sqrt(U_C * U_S) == pytest.approx(density, rel=2e-3)


@pytest.mark.parametrize("K_c", [0.5, 0.9])
def test_momenta_add_up_to_the_density_of_states_at_a_temperature(K_c):
    q, kT = np.linspace(-0.06, 0.09, 3001), 0.4
    total = np.trapezoid(gapless_at(q, 3.0, K_c=K_c, kT=kT, **SPEEDS), q) * np.sqrt(U_C * U_S)
    assert total == pytest.approx(responses(np.array([3.0]), kT, channel(K_c=K_c), LAMBDA)[0, 0], rel=1e-7)


def test_momenta_add_up_to_the_density_of_states_above_a_gap():
    omega, gap = 3.0, 1.2
    edge = np.sqrt(omega**2 - gap**2) / U_S
    total = over(lambda q: float(with_spin_gap(q, omega, K_c=0.5, spin_gap=gap, **SPEEDS)), -edge, edge)
    electron = channel(K_c=0.5, phase="paired", spin_gap=gap)
    expected = responses(np.array([omega]), 0.0, electron, LAMBDA)[0, 0]
    assert total * np.sqrt(U_C * U_S) == pytest.approx(expected, rel=2e-5)


def test_free_charge_lies_between_both_velocities():
    """K_c → 1: 1/π√((u_c q - ω)(ω - u_s q)), which integrates to 1."""
    q, omega = 0.01, np.array([2.2, 3.0, 3.9])
    expected = 1 / (np.pi * np.sqrt((U_C * q - omega) * (omega - U_S * q)))
    np.testing.assert_allclose(gapless(q, omega, K_c=0.99, **SPEEDS), expected, rtol=2e-3)
    assert gapless(q, 5.0, K_c=0.99, **SPEEDS) < 1e-4


@pytest.mark.parametrize("K_c", [0.3, 0.6])
def test_powers_at_the_singularities(K_c):
    g, step = mixing(K_c), np.array([1e-5, 1e-6])

    def power(q, omega):
        return np.diff(np.log(gapless(q, omega, K_c=K_c, **SPEEDS)))[0] / np.diff(np.log(step))[0]

    assert power(0.01, U_S * 0.01 + step) == pytest.approx(2 * g - 0.5, abs=1e-3)
    assert power(-0.01, U_C * 0.01 + step) == pytest.approx(g, abs=1e-3)
    if g < 0.25:
        assert power(0.01, U_C * 0.01 + step) == pytest.approx(g - 0.5, abs=0.03)
        assert power(0.01, U_C * 0.01 - step) == pytest.approx(g - 0.5, abs=0.03)


@pytest.mark.parametrize("q", [0.0, 0.01, -0.01])
def test_the_threshold_of_a_gap_and_its_power(q):
    edge, step = np.hypot(1.2, U_S * q), np.array([1e-4, 1e-5])
    values = with_spin_gap(q, edge + step, K_c=0.5, spin_gap=1.2, **SPEEDS)
    assert np.diff(np.log(values))[0] / np.diff(np.log(step))[0] == pytest.approx(2 * mixing(0.5) - 0.5, abs=1e-3)
    assert with_spin_gap(q, edge - 1e-6, K_c=0.5, spin_gap=1.2, **SPEEDS) == 0


def test_a_small_gap_leaves_the_gapless_wire():
    found = with_spin_gap(0.01, 2.5, K_c=0.5, spin_gap=1e-5, **SPEEDS)
    assert found == pytest.approx(ONE_SOLITON * gapless(0.01, 2.5, K_c=0.5, **SPEEDS), rel=1e-6)


@pytest.mark.parametrize("ratio", [1.5, 5.0, 30.0])
def test_the_rule_has_converged(monkeypatch, ratio):
    arguments = {"K_c": 0.5, "spin_gap": 1.0, **SPEEDS}
    found = with_spin_gap(0.001, ratio, **arguments)
    monkeypatch.setattr("attractron.wires.probes.spectral.POINTS", 4 * POINTS)
    assert found == pytest.approx(with_spin_gap(0.001, ratio, **arguments), rel=1e-6)


def test_equal_velocities_have_a_closed_product():
    omega = np.array([-1.0, 3.0, 5.0])
    near = gapless_at(0.01, omega, K_c=0.5, u_c=400.0, u_s=400.0 / 1.0001, Lambda=50.0, kT=0.4)
    np.testing.assert_allclose(
        near, gapless_at(0.01, omega, K_c=0.5, u_c=400.0, u_s=400.0, Lambda=50.0, kT=0.4), rtol=1e-3
    )


def test_cold_functions_approach_the_ground_state():
    q, omega = np.array([0.01, 0.01, -0.004]), np.array([2.8, 5.5, 3.0])
    ground = gapless(q, omega, K_c=0.5, **SPEEDS)
    off = [np.abs(gapless_at(q, omega, K_c=0.5, kT=kT, **SPEEDS) / ground - 1).max() for kT in (0.02, 0.01)]
    assert off[0] < 0.01
    assert off[1] == pytest.approx(off[0] / 4, rel=0.1)


def test_a_hole_is_an_electron_at_the_other_side():
    q, omega = [-0.01, 0.0, 0.01], [-6.0, -1.3, 1.3, 6.0]
    for numbers in ({}, {"spin_gap": 1.0}, {"temperature": 5.0}):
        values = spectral_function(q, omega, K_c=0.5, **SPEEDS, **numbers).spectral_function.values
        np.testing.assert_allclose(values, values[::-1, ::-1], rtol=1e-9)
        assert (values >= 0).all()


@pytest.mark.parametrize(
    ("argument", "numbers"),
    [
        ("u_c", {"u_c": 100.0}),
        ("K_c", {"K_c": 1.0}),
        ("temperature", {"temperature": 1.0, "spin_gap": 0.5}),
        ("spin_gap", {"spin_gap": -0.5}),
        ("q", {"q": [0.0, 0.0]}),
    ],
)
def test_errors_name_the_argument(argument, numbers):
    with pytest.raises(InputError, match=argument):
        spectral_function(**{"q": [0.01], "omega": [1.0], "K_c": 0.5, **SPEEDS, **numbers})


def test_the_charge_threshold_is_finite_where_its_power_is_positive():
    """A goes as |ω - u_c q|^(γ - 1/2) there: a value between its neighbours' for γ > 1/2."""
    before, at, after = spectral_function(
        [0.01], [4.0 - 1e-7, 4.0, 4.0 + 1e-7], K_c=0.1, u_c=400.0, u_s=200.0, Lambda=50.0
    )["spectral_function"].values.ravel()
    assert [at, at] == pytest.approx([before, after], rel=1e-3)


@pytest.mark.parametrize(("K_c", "at"), [(0.5, np.inf), (0.15, 0.0)])
def test_the_spin_threshold_diverges_where_its_power_is_negative(K_c, at):
    """2γ - 1/2 with γ = (K_c + 1/K_c - 2)/8: negative at K_c = 0.5, positive at 0.15."""
    found = spectral_function([0.01], [2.0], K_c=K_c, u_c=400.0, u_s=200.0, Lambda=50.0)
    assert float(found["spectral_function"].squeeze()) == at
