"""Sums over Matsubara frequencies of two poles, the building blocks of the closed third-order integral.

    S_pq(v, w) = Σ_{n≥0} ψ^(p)(n+w)/(n+v)^(1+q),    p, q = 0, 1    (½ln²∞ taken off S₀₀)

The first N terms are added up; the rest is Euler and Maclaurin's formula from the midpoint N-½ on. With X = N-½+v,
Z = N-1+w, u = x+Z-X for x from X to ∞, d = Z-X and the series of ψ(½+u) about half-integers (`special`),

    ∫ψ(½+u)/x dx = -½ln²X - Li₂(-d/X) + Σ_m e_m Q_2m,      Q_m = ∫_X^∞ dx/[(x+d)^m x] = Z^(-m) q_m,
    q_m = Σ_k (d/Z)^k/(m+k),      q_(m-1) = (d/Z) q_m + 1/(m-1),      q_1 = ln(Z/X)/(d/Z),

and by parts ∫ψ'/x = Q_1 - Σ 2m e_m Q_(2m+1), ∫ψ/x² = ψ(½+Z)/X + ∫ψ'/x, ∫ψ'/x² = ψ'(½+Z)/X + ∫ψ''/x.

The formula's corrections are Σ_j ε_j g_j, where g_j are the Taylor coefficients at X of g = ψ^(p)(½+u) x^(-1-q) and ε_j
the weights e_m of the odd orders j = 2m-1. With the Taylor coefficients ψ_i of ψ^(p) at ½+Z they are Σ_i ψ_i c_i, where

    c_i = Σ_j ε_j [(j-i)th Taylor coefficient of x^(-1-q)]:    c_i = (ε_i - c_(i+1))/X for q = 0, and from these once
    more (c_i - c_(i+1))/X for q = 1,

belong to the pole alone. First terms and corrections are thus one scalar product of two tables of single energies.

For an energy x (k_BT = 1, ĉ = 1/2π) two families of arguments occur: v₁ = ½-iĉx, w₁ = 1+iĉ(x-Δ) and
v₂ = 1-iĉ(x-Δ), w₂ = 3/2+iĉx. One family's 1/(n+w) are the conjugates of the other's 1/(n+v).
"""

import math

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.jit import jit
from attractron.transport.integrals.special import HALF_INTEGER, UNIT, dilogarithm, logarithm, reciprocal, squared

ComplexArray = NDArray[np.complex128]

RADIUS = 10.0
"""|X| and |Z| from which the tail is expanded."""

MOST = int(RADIUS) + 2
"""Terms that are added up at most, and two."""

TERMS = 7
"""Terms of the series about half-integers, from this far on good to rounding."""

ORDERS = 2 * TERMS
"""Taylor coefficients of each polygamma; in the tables they come before the terms that are added up."""

LENGTH = 2 * TERMS + 3
"""One more than the largest m of q_m."""

NEAR_SQUARED = 0.04
"""|d/Z|² up to which q_m come from the largest m down; the errors of either direction stay below rounding."""

TAYLOR = np.array([[math.comb(2 * m + j - 1, j) for m in range(1, TERMS + 1)] for j in range(ORDERS + 1)], dtype=float)
"""Coefficients of e_m (-1)^j u^(-2m-j) h^j in ψ(½+u+h), less ln(u+h)."""

POLE, DOUBLE_POLE = 0, 1
"""Rows of the tables: c_i, then 1/(n+v), its square."""

DIGAMMA, TRIGAMMA = 2, 3
"""Taylor coefficients of ψ and ψ' about ½+Z, then ψ(n+w), ψ'(n+w)."""

OF_DIGAMMA, OF_TRIGAMMA, OF_TETRAGAMMA = 4, 5, 6
"""At m-1, what q_2m, q_(2m+1), q_(2m+2) count in ∫ψ/x, ∫ψ'/x, ∫ψ''/x."""

ENDS = 7
"""X, 1/X, ln X, Z, 1/Z, ln Z."""


@jit
def make_tables() -> ComplexArray:
    """Room for the tables (family, energy, row, column) of six energies.

    They are one array, and rows are no views of it: counting references to views took a quarter of the time.
    """
    return np.empty((2, 6, 8, ORDERS + MOST), np.complex128)


@jit
def make_q() -> ComplexArray:
    """Room for q_m."""
    return np.empty(LENGTH, np.complex128)


@jit
def terms_needed(poles: FloatArray, Delta: float) -> int:
    """N, which takes the ends of all direct sums out of a circle about the origin."""
    least = math.inf
    for x in poles.flat:
        least = min(least, abs(x), abs(x - Delta))
    far = UNIT * least  # the least imaginary part of any argument, which leads out of the circle as N does
    return math.ceil(math.sqrt(max(0.0, RADIUS * RADIUS - far * far)))


@jit
def fill(tables: ComplexArray, energy: int, x: float, Delta: float, terms: int) -> None:
    """The tables of one energy."""
    half, whole = complex(0.5, UNIT * x), complex(1.0, UNIT * (x - Delta))
    _fill_poles(tables, 0, energy, half.conjugate(), terms)
    _fill_poles(tables, 1, energy, whole.conjugate(), terms)
    _fill_tail(tables, 0, energy, terms - 0.5 + half.conjugate(), terms - 1.0 + whole)
    _fill_tail(tables, 1, energy, terms - 0.5 + whole.conjugate(), terms + half)
    _fill_polygammas(tables, 0, energy, terms)
    _fill_polygammas(tables, 1, energy, terms)


@jit
def _fill_poles(tables: ComplexArray, family: int, energy: int, v: complex, terms: int) -> None:
    for n in range(terms + 1):
        pole = reciprocal(n + v)
        tables[family, energy, POLE, ORDERS + n] = pole
        tables[family, energy, DOUBLE_POLE, ORDERS + n] = pole * pole


@jit
def _fill_tail(tables: ComplexArray, family: int, energy: int, X: complex, Z: complex) -> None:
    x_inverse, z_inverse, log_z = reciprocal(X), reciprocal(Z), logarithm(Z)
    for column, value in enumerate((X, x_inverse, logarithm(X), Z, z_inverse, log_z)):
        tables[family, energy, ENDS, column] = value
    _fill_corrections(tables, family, energy, x_inverse)
    _fill_series(tables, family, energy, z_inverse)
    _fill_taylor(tables, family, energy, z_inverse, log_z)


@jit
def _fill_corrections(tables: ComplexArray, family: int, energy: int, inverse: complex) -> None:
    """c_i for q = 0, 1."""
    simple, double = 0j, 0j
    for i in range(ORDERS - 1, -1, -1):
        simple = ((HALF_INTEGER[i // 2] if i % 2 else 0.0) - simple) * inverse
        double = (simple - double) * inverse
        tables[family, energy, POLE, i] = simple
        tables[family, energy, DOUBLE_POLE, i] = double


@jit
def _fill_series(tables: ComplexArray, family: int, energy: int, inverse: complex) -> None:
    """e_m Z^(-2m), -2m e_m Z^(-2m-1), 2m(2m+1) e_m Z^(-2m-2)."""
    square, power = inverse * inverse, 1.0 + 0j
    for m in range(1, TERMS + 1):
        power *= square
        term = HALF_INTEGER[m - 1] * power
        tables[family, energy, OF_DIGAMMA, m - 1] = term
        tables[family, energy, OF_TRIGAMMA, m - 1] = -2 * m * term * inverse
        tables[family, energy, OF_TETRAGAMMA, m - 1] = 2 * m * (2 * m + 1) * term * square


@jit
def _fill_taylor(tables: ComplexArray, family: int, energy: int, inverse: complex, log: complex) -> None:
    """Taylor coefficients of ψ and ψ' about ½+Z."""
    total, power = 0j, 1.0 + 0j
    for m in range(TERMS - 1, -1, -1):  # the smallest terms first
        total += tables[family, energy, OF_DIGAMMA, m]
    tables[family, energy, DIGAMMA, 0] = log + total
    for j in range(1, ORDERS + 1):
        power = -power * inverse  # (-1)^j Z^(-j)
        total = 0j
        for m in range(TERMS - 1 - j // 2, -1, -1):  # further terms do not count so far from the midpoint
            total += TAYLOR[j, m] * tables[family, energy, OF_DIGAMMA, m]
        total = power * (total - 1.0 / j)
        tables[family, energy, DIGAMMA, j] = total  # that of order 14 gives way to the first term
        tables[family, energy, TRIGAMMA, j - 1] = j * total


@jit
def _fill_polygammas(tables: ComplexArray, family: int, energy: int, terms: int) -> None:
    """ψ(n+w) and ψ'(n+w): at n = N half a unit from the midpoint, and from there down."""
    digamma, trigamma = 0j, 0j
    for i in range(ORDERS - 1, -1, -1):
        digamma = 0.5 * digamma + tables[family, energy, DIGAMMA, i]
        trigamma = 0.5 * trigamma + tables[family, energy, TRIGAMMA, i]
    tables[family, energy, DIGAMMA, ORDERS + terms] = digamma
    tables[family, energy, TRIGAMMA, ORDERS + terms] = trigamma
    for n in range(terms - 1, -1, -1):  # ψ(z) = ψ(z+1) - 1/z, from where the series is good to where it is not
        step = tables[1 - family, energy, POLE, ORDERS + n + family].conjugate()  # 1/(n+w)
        digamma -= step
        trigamma += step * step
        tables[family, energy, DIGAMMA, ORDERS + n] = digamma
        tables[family, energy, TRIGAMMA, ORDERS + n] = trigamma


@jit
def matsubara_sums(
    tables: ComplexArray, q: ComplexArray, family: int, first: int, second: int, terms: int, slopes: bool
) -> tuple[complex, complex, complex, complex]:
    """S₀₀, S₀₁, S₁₀, S₁₁ for the pole of the first energy and the polygammas of the second; or S₀₀ alone."""
    t_00, t_01, t_10, t_11 = _integrals(tables, q, family, first, second, slopes)
    s_00, s_01, s_10, s_11 = 0j, 0j, 0j, 0j  # the integrals, which are large, come last: fewer roundings count
    if not slopes:
        for i in range(ORDERS + terms):
            s_00 += tables[family, second, DIGAMMA, i] * tables[family, first, POLE, i]
        return t_00 + s_00, s_01, s_10, s_11
    for i in range(ORDERS + terms):
        simple, double = tables[family, first, POLE, i], tables[family, first, DOUBLE_POLE, i]
        digamma, trigamma = tables[family, second, DIGAMMA, i], tables[family, second, TRIGAMMA, i]
        s_00 += digamma * simple
        s_01 += digamma * double
        s_10 += trigamma * simple
        s_11 += trigamma * double
    return t_00 + s_00, t_01 + s_01, t_10 + s_10, t_11 + s_11


@jit
def _integrals(
    tables: ComplexArray, q: ComplexArray, family: int, first: int, second: int, slopes: bool
) -> tuple[complex, complex, complex, complex]:
    """∫ψ/x, ∫ψ/x², ∫ψ'/x, ∫ψ'/x² from X to ∞; or the first alone."""
    X, x_inverse, log_x = tables[family, first, ENDS, 0], tables[family, first, ENDS, 1], tables[family, first, ENDS, 2]
    Z, z_inverse = tables[family, second, ENDS, 3], tables[family, second, ENDS, 4]
    _fill_q(q, (Z - X) * z_inverse, tables[family, second, ENDS, 5] - log_x)
    s_00 = -0.5 * log_x * log_x - dilogarithm((X - Z) * x_inverse)
    for m in range(1, TERMS + 1):
        s_00 += tables[family, second, OF_DIGAMMA, m - 1] * q[2 * m]
    if not slopes:
        return s_00, 0j, 0j, 0j
    single, double = z_inverse * q[1], -z_inverse * z_inverse * q[2]
    for m in range(1, TERMS + 1):
        single += tables[family, second, OF_TRIGAMMA, m - 1] * q[2 * m + 1]
        double += tables[family, second, OF_TETRAGAMMA, m - 1] * q[2 * m + 2]
    s_01 = single + tables[family, second, DIGAMMA, 0] * x_inverse
    return s_00, s_01, single, double + tables[family, second, TRIGAMMA, 0] * x_inverse


@jit
def _fill_q(q: ComplexArray, ratio: complex, log_ratio: complex) -> None:
    """q_1 … q_(2m+2), from d/Z and ln Z/X.

    Upwards each step multiplies the errors by Z/d, downwards by d/Z; the error of a start at zero, eight steps beyond
    the last one, is then as small beside what these last ones count.
    """
    if squared(ratio) > NEAR_SQUARED:
        over = reciprocal(ratio)
        q[1] = log_ratio * over
        for m in range(2, LENGTH):
            q[m] = (q[m - 1] - 1.0 / (m - 1)) * over
    else:
        last = 0j
        for m in range(LENGTH + 8, 0, -1):
            last = ratio * last + 1.0 / m
            if m < LENGTH:
                q[m] = last
