"""Special functions against mpmath, and arithmetic against exact fractions."""

import cmath
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.transport.integrals.special import (
    bose_below,
    differences,
    dilogarithm,
    excess,
    fermi,
    fermi_above,
    logarithm,
)

ACCURACY = 1e-13
EXAMPLES = settings(max_examples=60)

mpmath.mp.dps = 30


def complexes(least_real, largest):
    """Numbers of the right half-plane, of all sizes up to the largest."""
    parts = st.floats(-largest, largest) | st.floats(-10.0, 10.0)
    return st.builds(complex, parts.map(lambda part: least_real + abs(part)), parts)


def exact(order, z):
    return complex(mpmath.polygamma(order, mpmath.mpmathify(z)))


@EXAMPLES
@given(z=complexes(0.2, 1e4))
def test_logarithm(z):
    assert abs(logarithm(z) - cmath.log(z)) <= 4e-16 * (1.0 + abs(cmath.log(z)))


@EXAMPLES
@given(x=complexes(0.2, 1e3), shift=complexes(0.0, 1e3), power=st.integers(-12, 0))
def test_divided_differences_do_not_cancel(x, shift, power):
    """mpmath subtracts with 60 digits. Errors are counted beside the largest term, since ψ' has zeros."""
    y = x + complex(round(shift.real, 9), round(shift.imag, 9)) * 10.0**power
    with mpmath.workdps(60):
        one, other = mpmath.mpmathify(x), mpmath.mpmathify(y)
        expected = [
            complex((mpmath.polygamma(order, one) - mpmath.polygamma(order, other)) / (one - other))
            if x != y
            else exact(order + 1, x)
            for order in range(2)
        ]
    digamma, trigamma = differences(x, y)
    assert abs(digamma - expected[0]) <= ACCURACY * (abs(expected[0]) + 1 / abs(x * y))
    assert abs(trigamma - expected[1]) <= ACCURACY * (abs(expected[1]) + abs(x + y) / abs(x * y) ** 2)


@pytest.mark.parametrize("z", [0.25, 0.5, 1.0, 3.2 - 0.4j, 0.5 + 20j, 7.0 - 1e3j, 0.25 - 1e4j])
def test_differences_of_equal_arguments_are_trigamma_and_tetragamma(z):
    trigamma, tetragamma = differences(complex(z), complex(z))
    assert abs(trigamma / exact(1, z) - 1) < ACCURACY
    assert abs(tetragamma / exact(2, z) - 1) < ACCURACY


@EXAMPLES
@given(
    z=st.builds(cmath.rect, st.sampled_from([1e-9, 1e-4, 0.3, 0.5, 0.999, 1.0, 1.001, 2.0, 1e4]), st.floats(1e-3, 6.28))
    | st.builds(complex, st.sampled_from([0.5, -3.0, 1.0]), st.floats(0.01, 50.0))
)
def test_dilogarithm(z):
    expected = complex(mpmath.polylog(2, mpmath.mpmathify(z)))
    assert abs(dilogarithm(z) - expected) <= ACCURACY * abs(expected)


def test_dilogarithm_where_it_is_known():
    assert dilogarithm(0j) == 0
    assert dilogarithm(1 + 0j) == pytest.approx(math.pi**2 / 6, rel=1e-15)
    assert dilogarithm(-1 + 0j) == pytest.approx(-(math.pi**2) / 12, rel=1e-15)
    assert dilogarithm(0.5 + 0j) == pytest.approx(math.pi**2 / 12 - math.log(2) ** 2 / 2, rel=1e-15)


@given(x=st.floats(-700.0, 700.0))
def test_fermi_and_bose_functions(x):
    above, below = mpmath.mpc(x, mpmath.pi / 2), mpmath.mpc(x, -mpmath.pi / 2)
    assert fermi(x) == pytest.approx(float(1 / (mpmath.exp(mpmath.mpf(x)) + 1)), rel=ACCURACY, abs=0)
    assert abs(fermi_above(x) * complex(1 + mpmath.exp(above)) - 1) < ACCURACY
    assert abs(bose_below(x) * complex(mpmath.exp(below) - 1) - 1) < ACCURACY


def test_fermi_functions_do_not_overflow():
    assert [fermi(1e5), fermi(-1e5), fermi_above(1e5), fermi_above(-1e5)] == [0.0, 1.0, 0.0, 1.0]


@given(energies=st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4))
def test_excess_is_rounded_once(energies):
    """Error-free transformations: what is lost in sums is of second order in the rounding."""
    true = Fraction(energies[0]) - sum(Fraction(energy) for energy in energies[1:])
    allowed = np.finfo(float).eps * abs(true) + Fraction(4 * np.finfo(float).eps ** 2 * max(map(abs, energies)))
    assert abs(Fraction(excess(*energies)) - true) <= allowed
