"""Second-order and elastic integrals against quadrature, their limits by order, and their laws."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from attractron.core.errors import InputError
from attractron.transport.integrals.second_order import (
    breit_wigner,
    broadened,
    elastic_second_order,
    finite_part,
    landauer,
    sequential,
)

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "data" / "reference" / "third_order_integral.json").read_text(encoding="utf-8")
)
T = 17.234666524

energy = st.floats(-20.0, 20.0).map(lambda value: round(value, 9))


def on_a_parallel(a, b, Delta, height=1.0):
    """The finite part by definition, k_BT = 1: Re ∫dy f(y)f(Δ-y) A² along Im y = height, any height below π.

    The trapezoid's error is exp(-2π height/step) = 1e-27. Also the integral of the modulus, beside which errors count.
    """
    y = np.arange(min(Delta, 0.0) - 45, max(Delta, 0.0) + 45, 0.1) + 1j * height
    integrand = fermi(y) * fermi(Delta - y) * (1 / (y - a) - 1 / (y - b)) ** 2
    return 0.1 * integrand.real.sum(), 0.1 * np.abs(integrand).sum()


def fermi(z):
    small = np.exp(np.where(z.real > 0, -z, z))
    return np.where(z.real > 0, small, 1) / (1 + small)


def test_finite_part_of_the_references():
    found = [finite_part(row["a"], row["b"], row["Delta"], row["T"]) / row["J2"] for row in REFERENCE["second_order"]]
    np.testing.assert_allclose(found, 1.0, rtol=0, atol=1e-12)


@given(a=energy, apart=st.floats(1e-2, 40.0), Delta=energy)
def test_finite_part_is_the_integral_on_a_parallel(a, apart, Delta):
    b = a - np.copysign(apart, a)
    expected, size = on_a_parallel(a, b, Delta)
    assert abs(finite_part(a, b, Delta, 1.0) - expected) <= 1e-11 * size


@given(a=energy, b=energy, Delta=energy)
def test_laws_of_the_finite_part(a, b, Delta):
    value = finite_part(a, b, Delta, 1.0)
    allowed = 1e-11 * (on_a_parallel(a, b, Delta)[1] + abs(value))
    assert abs(finite_part(b, a, Delta, 1.0) - value) <= allowed
    assert abs(np.exp(-Delta) * finite_part(-a, -b, -Delta, 1.0) - value) <= allowed


@given(a=energy, b=energy, Delta=energy, power=st.integers(-10, 10))
def test_the_finite_part_scales(a, b, Delta, power):
    scale = 2.0**power  # by powers of two without rounding
    assert scale * finite_part(scale * a, scale * b, scale * Delta, scale) == finite_part(a, b, Delta, 1.0)


@pytest.mark.parametrize(("a", "Delta"), [(0.25, -2.0), (-4.0, 1.0), (30.0, 0.0), (1e3, -3.0)])
def test_without_interaction_the_finite_part_vanishes_as_its_square(a, Delta):
    """J₂ = (a-b)² [c + O((a-b)²)] at a fixed middle, over nine decades and both ways of calculation."""
    assert finite_part(a, a, Delta, 1.0) == 0.0
    apart = 0.5 ** np.arange(2, 32)  # sums and differences with the middle are exact
    curvature = finite_part(a - apart, a + apart, Delta, 1.0) / (2 * apart) ** 2
    rest = curvature / curvature[-1] - 1
    np.testing.assert_allclose(rest[2:4] / rest[3:5], 4.0, rtol=0.05)
    assert (np.abs(rest[10:]) < 2 * np.abs(rest[4] * 0.25 ** np.arange(6, 26)) + 1e-11).all()


@pytest.mark.parametrize(("a", "b"), [(2.0, -1.0), (300.0, -200.0), (0.0, 5.0)])
def test_degenerate_states_are_points_like_any_other(a, b):
    Delta = np.array([-1e-6, -1e-9, 0.0, 1e-9, 1e-6])
    slope = (finite_part(a, b, 1e-3, 1.0) - finite_part(a, b, -1e-3, 1.0)) / 2e-3
    np.testing.assert_allclose(finite_part(a, b, Delta, 1.0), finite_part(a, b, 0.0, 1.0) + slope * Delta, rtol=1e-11)


@pytest.mark.parametrize("kT", [1e-3, 1.0])
def test_far_from_the_shell_second_order_is_fermi_golden_rule(kT):
    """For |a|, |b| ≫ k_BT, Δ: J₂ → Δ n(Δ) (1/a - 1/b)², corrections falling as the inverse of the energies."""
    a, b, Delta = np.array([1e3, 1e4]) * kT, np.array([-2e3, -2e4]) * kT, -1.7 * kT
    ratio = finite_part(a, b, Delta, kT) / (1 / a - 1 / b) ** 2 / (Delta / np.expm1(Delta / kT))
    errors = np.abs(ratio - 1)
    assert errors[0] < 2e-3
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.02)


def on_the_real_axis(a, b, Delta, gamma):
    """J₂ with broadened states by definition, k_BT = 1, in two parts: the integral and what is taken off it.

    The trapezoid's error is exp(-2πγ/step) = 2e-14 at γ = 0.2.
    """
    y = np.arange(min(Delta, 0.0) - 45, max(Delta, 0.0) + 45, 0.04)
    amplitude = 1 / (y - a + 1j * gamma) - 1 / (y - b - 1j * gamma)
    whole = 0.04 * (expit(-y) * expit(y - Delta) * np.abs(amplitude) ** 2).sum()
    return whole, np.pi / gamma * (expit(-a) * expit(a - Delta) + expit(-b) * expit(b - Delta))


@given(a=energy, b=energy, Delta=energy, gamma=st.floats(0.2, 5.0))
def test_broadened_is_the_integral_on_the_real_axis(a, b, Delta, gamma):
    whole, shell = on_the_real_axis(a, b, Delta, gamma)
    assert abs(broadened(a, b, Delta, 1.0, gamma) - (whole - shell)) <= 1e-11 * (whole + shell) + 1e-15 / gamma


@pytest.mark.parametrize("apart", [*10.0 ** -np.arange(0.0, 9.0), 3.1e-5, 2.9e-5, 0.0])
def test_broadened_where_its_quotient_becomes_a_derivative(apart):
    whole, shell = on_the_real_axis(0.3, 0.3 + apart, -1.0, 0.5)
    assert float(broadened(0.3, 0.3 + apart, -1.0, 1.0, 0.5)) == pytest.approx(whole - shell, rel=2e-10)


@pytest.mark.parametrize(
    ("a", "b", "Delta", "ratio"), [(2.0, -3.0, 0.0, 2), (0.5, 0.1, -4.0, 2), (-60.0, 50.0, -5.0, 4)]
)
def test_broadening_vanishes_linearly_or_far_from_the_shell_as_its_square(a, b, Delta, ratio):
    gamma = ratio * 5e-3 * 0.5 ** np.arange(4)
    difference = broadened(a, b, Delta, 1.0, gamma) - finite_part(a, b, Delta, 1.0)
    np.testing.assert_allclose(difference[:-1] / difference[1:], ratio, rtol=0.1)


@given(first=energy, second=energy, width=st.floats(0.5, 10.0))
def test_landauer_is_the_integral_over_a_lorentzian(first, second, width):
    """The trapezoid's error is exp(-πΓ/step) = 1e-17 at the smallest Γ."""
    x = np.arange(min(-first, -second) - 45, max(-first, -second) + 45, 0.04)
    lorentzian = width / (2 * np.pi) / (x**2 + width**2 / 4)
    expected = 0.04 * ((expit(-first - x) - expit(-second - x)) * lorentzian).sum()
    assert float(landauer(first, second, width, 1.0)) == pytest.approx(expected, rel=1e-11, abs=1e-14)


def test_breit_wigner_currents_of_the_references():
    table = REFERENCE["breit_wigner"]
    for row in table["rows"]:
        level = 925.0 * np.arange(3) - row["muP"]
        current = table["pA_per_micro_eV"] * 92.5**2 / 185.0 * landauer(level + 1300.0, level, 185.0, T)
        np.testing.assert_allclose(current, [row["n0"], row["n1"], row["n2"]], rtol=1e-12)


@pytest.mark.parametrize(("level", "bias", "ratio"), [(3.0, 2.0, 8), (-1.0, 0.5, 8), (60.0, 10.0, 16)])
def test_elastic_orders_follow_from_the_exact_one(level, bias, ratio):
    """Without its first two orders in Γ the exact current falls as the third, far from the shell as the fourth."""
    width = 0.1 * 0.5 ** np.arange(4)
    rest = width * (
        breit_wigner(level - bias, level, width, 1.0) - elastic_second_order(level - bias, level, width, 1.0)
    )
    np.testing.assert_allclose(rest[:-1] / rest[1:], ratio, rtol=0.1)


def test_deep_blockade():
    """I → (e²/h)(Γ_SΓ_D/ε²)V [1 + (π²k_B²T² - Γ²/4)/ε² + O(ε⁻⁴)]: Sommerfeld's expansion of the Lorentzian's tail."""
    level, bias, width = np.array([500.0, 1000.0, 2000.0, 4000.0]), 0.0625, 185.0
    conductance = 2 * np.pi * level**2 / (width * bias) * landauer(level - bias / 2, level + bias / 2, width, T)
    rest = conductance - 1 - ((np.pi * T) ** 2 - width**2 / 4) / level**2
    np.testing.assert_allclose(rest[:-1] / rest[1:], 16.0, rtol=0.15)


@given(first=st.floats(-700.0, 700.0), apart=st.floats(1e-300, 700.0))
def test_sequential_keeps_its_digits(first, apart):
    second = first + apart
    apart = second - first
    expected = np.exp(-np.logaddexp(0, first) - np.logaddexp(0, -second)) * -np.expm1(-apart)
    assert float(sequential(first, second, 1.0)) == pytest.approx(expected, rel=1e-10, abs=1e-300)
    assert float(sequential(second, first, 1.0)) == -float(sequential(first, second, 1.0))


def test_energies_far_beyond_the_temperature():
    a = np.array([1e5, -1e5, 1e4, 0.0, 3e4])[:, None, None]
    b = np.array([-1e5, 5e4, 0.0])[:, None]
    Delta = np.array([-1e5, -1e3, 0.0, 1e3, 1e5])
    for values in (
        finite_part(a, b, Delta, 1.0),
        broadened(a, b, Delta, 1.0, 1e3),
        landauer(a, b, 1e3, 1.0),
        elastic_second_order(a, b, 1e3, 1.0),
        sequential(a, b, 1.0),
    ):
        assert np.isfinite(values).all()


def test_arrays_broadcast_and_numbers_do():
    assert finite_part(1.0, 2.0, 0.0, 1.0).shape == ()
    assert finite_part(np.ones((4, 1)), np.arange(3.0), 0.0, 1.0).shape == (4, 3)
    assert broadened(np.ones((0, 2)), 1.0, 0.0, 1.0, 1.0).shape == (0, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: finite_part("much", 1, 0, 1), "`a` must be an array of numbers: got 'much'"),
        (lambda: finite_part(1, np.nan, 0, 1), "`b` must be finite: got nan"),
        (lambda: finite_part(1, 2, np.inf, 1), "`Delta` must be finite: got inf"),
        (lambda: finite_part(1, 2, 0, 0), "`kT` must be positive: got 0.0"),
        (lambda: finite_part(1, 2, 0, 1e-6), "`kT` must be at least 1e-05 of the largest energy: got 1e-06"),
        (
            lambda: finite_part(np.ones(2), np.ones(3), 0, 1),
            r"`a, b, Delta, kT` must have shapes that broadcast together: got a \(2,\), b \(3,\), Delta \(\), kT \(\)",
        ),
        (lambda: broadened(1, 2, 0, 1, 0), "`gamma` must be positive: got 0.0"),
        (lambda: landauer(1, 2, -1, 1), "`width` must be positive: got -1.0"),
        (lambda: elastic_second_order(1, 2, 0, 1), "`width` must be positive: got 0.0"),
        (lambda: sequential(1, np.inf, 1), "`second` must be finite: got inf"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(InputError, match=f"^{message}$"):
        call()
