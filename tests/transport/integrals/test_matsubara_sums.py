"""Sums of two poles against sums of mpmath, and the polygammas in their tables."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.transport.integrals.matsubara_sums import (
    DIGAMMA,
    ORDERS,
    TRIGAMMA,
    fill,
    make_q,
    make_tables,
    matsubara_sums,
)
from attractron.transport.integrals.special import UNIT

energies = st.floats(-1e4, 1e4) | st.floats(-30.0, 30.0)


def arguments(family, alpha, beta, Delta):
    """v and w of a family."""
    if family == 0:
        return mpmath.mpc(0.5, -UNIT * alpha), mpmath.mpc(1.0, UNIT * (beta - Delta))
    return mpmath.mpc(1.0, -UNIT * (alpha - Delta)), mpmath.mpc(1.5, UNIT * beta)


def oracle(v, w, p, q):
    """S_pq: the first M terms, then Euler and Maclaurin's formula with an integral by quadrature.

    It is Σ_{n≥M} g(n) = ∫g dx + g(M)/2 - Σ_k B_2k g_(2k-1)/2k from M to ∞, with the Taylor coefficients g_j of g at M.
    In S₀₀ the integrand goes as ln(x)/x, whose integral from M on is ½ln²∞ - ½ln²M; ½ln²∞ is taken off.
    """
    far = 30 + int(abs(v) + abs(w))

    def g(x):
        return mpmath.polygamma(p, x + w) / (x + v) ** (1 + q)

    def convergent(x):
        return g(x) - (mpmath.log(x) / x if p == q == 0 else 0)

    total = mpmath.fsum(g(n) for n in range(far)) - (mpmath.log(far) ** 2 / 2 if p == q == 0 else 0)
    total += far * mpmath.quad(lambda t: convergent(far / t) / t**2, [0, 1]) + g(far) / 2
    coefficients = mpmath.taylor(g, far, 6)
    for k in range(1, 4):
        total -= mpmath.bernoulli(2 * k) / (2 * k) * coefficients[2 * k - 1]
    return complex(total)


@pytest.mark.parametrize("family", [0, 1])
@pytest.mark.parametrize(("alpha", "beta", "Delta"), [(3.0, -7.5, -2.0), (-20.0, 35.0, -11.0)])
def test_against_sums_of_mpmath(family, alpha, beta, Delta):
    tables = make_tables()
    fill(tables, 0, alpha, Delta, 10)
    fill(tables, 3, beta, Delta, 10)
    sums = matsubara_sums(tables, make_q(), family, 0, 3, 10, True)
    v, w = arguments(family, alpha, beta, Delta)
    expected = [oracle(v, w, p, q) for p in range(2) for q in range(2)]
    np.testing.assert_allclose(sums, expected, rtol=1e-12)
    assert matsubara_sums(tables, make_q(), family, 0, 3, 10, False)[0] == pytest.approx(sums[0], rel=1e-15)


@pytest.mark.parametrize(
    ("alpha", "beta", "Delta", "counts"), [(3.0, -7.5, -2.0, (10, 11)), (90.0, -150.0, -300.0, (0, 3, 10))]
)
def test_it_does_not_matter_how_many_terms_are_added_up(alpha, beta, Delta, counts):
    """With none X and Z are imaginary, and Im Li₂ is on its cut: of S₀₀ the real part counts, as in the integral."""
    found = []
    for terms in counts:
        tables = make_tables()
        fill(tables, 0, alpha, Delta, terms)
        fill(tables, 3, beta, Delta, terms)
        sums = np.array([matsubara_sums(tables, make_q(), family, 0, 3, terms, True) for family in range(2)])
        sums[:, 0] = sums[:, 0].real
        found.append(sums)
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], rtol=1e-13)


@settings(max_examples=40)
@given(x=energies, Delta=energies, terms=st.integers(10, 11))
def test_polygammas(x, Delta, terms):
    tables = make_tables()
    fill(tables, 0, x, Delta, terms)
    for family in range(2):
        w = arguments(family, 0.0, x, Delta)[1]
        for n in (0, 1, terms):
            digamma, trigamma = (complex(mpmath.polygamma(order, n + w)) for order in range(2))
            assert abs(tables[family, 0, DIGAMMA, ORDERS + n] - digamma) <= 1e-14 * (1.0 + abs(digamma))
            assert abs(tables[family, 0, TRIGAMMA, ORDERS + n] - trigamma) <= 1e-14 * (abs(trigamma) + 1 / abs(w) ** 2)
