"""Sums over Matsubara frequencies of two poles, the building blocks of the closed third-order integral.

    S_pq(v, w) = Σ_{n≥0} ψ^(p)(n+w)/(n+v)^(1+q),    p, q = 0, 1    (½ln²∞ taken off S₀₀)

The first N terms are added up; the rest is Euler and Maclaurin's formula from the midpoint N-½ on. With X = N-½+v,
Z = N-1+w, u = x+Z-X for x from X to ∞, d = Z-X and the series of ψ(½+u) about half-integers (`special`),

    ∫ψ(½+u)/x dx = -½ln²X - Li₂(-d/X) + Σ_m e_m Q_2m,      Q_m = ∫_X^∞ dx/[(x+d)^m x] = Z^(-m) q_m,
    q_m = Σ_k (d/Z)^k/(m+k),      q_(m-1) = (d/Z) q_m + 1/(m-1),      q_1 = ln(Z/X)/(d/Z),

and by parts ∫ψ'/x = Q_1 - Σ 2m e_m Q_(2m+1), ∫ψ/x² = ψ(½+Z)/X + ∫ψ'/x, ∫ψ'/x² = ψ'(½+Z)/X + ∫ψ''/x.

For an energy x (k_BT = 1, ĉ = 1/2π) two families of arguments occur: v₁ = ½-iĉx, w₁ = 1+iĉ(x-Δ) and
v₂ = 1-iĉ(x-Δ), w₂ = 3/2+iĉx. `Tables` hold for both what depends on one energy alone.
"""

import cmath
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.transport.compiled import compiled
from attractron.transport.special import HALF_INTEGER, digamma_trigamma, dilogarithm, reciprocal, squared

ComplexArray = NDArray[np.complex128]

UNIT = 1 / (2 * math.pi)

RADIUS = 10.0
"""|X| and |Z| from which the tail is expanded."""

MOST = int(RADIUS) + 1
"""Terms that are added up at most, and one."""

TERMS = 7
"""Terms of the series about half-integers, from this far on good to rounding."""

ORDERS = 2 * TERMS
LENGTH = 2 * TERMS + 3
"""One more than the largest m of q_m."""

NEAR_SQUARED = 0.04
"""|d/Z|² up to which q_m come from the largest m down; the errors of either direction stay below rounding."""

TAYLOR = np.array(
    [[e * math.comb(2 * m + j - 1, j) for m, e in enumerate(HALF_INTEGER[:TERMS], 1)] for j in range(ORDERS + 1)]
)
"""Coefficients of (-1)^j u^(-2m-j) h^j in ψ(½+u+h), less ln(u+h)."""


class Tables(NamedTuple):
    """Work space for six energies in two families."""

    poles: ComplexArray  # (family, energy, n): 1/(n+v)
    digammas: ComplexArray  # (family, energy, n): ψ(n+w)
    trigammas: ComplexArray  # (family, energy, n): ψ'(n+w)
    taylor: ComplexArray  # (family, energy, 2, j): of ψ and ψ' about ½+Z
    series: ComplexArray  # (family, energy, m-1): e_m Z^(-2m)
    ends: ComplexArray  # (family, energy, 6): X, 1/X, ln X, Z, 1/Z, ln Z
    q: ComplexArray  # (m,)


@compiled
def make_tables() -> Tables:
    """Room for the tables."""
    return Tables(
        np.empty((2, 6, MOST), np.complex128),
        np.empty((2, 6, MOST), np.complex128),
        np.empty((2, 6, MOST), np.complex128),
        np.empty((2, 6, 2, ORDERS), np.complex128),
        np.empty((2, 6, TERMS), np.complex128),
        np.empty((2, 6, 6), np.complex128),
        np.empty(LENGTH, np.complex128),
    )


@compiled
def terms_needed(poles: FloatArray, Delta: float) -> int:
    """N, which takes the ends of all direct sums out of a circle about the origin."""
    least = math.inf
    for x in poles.flat:
        least = min(least, abs(x), abs(x - Delta))
    return math.ceil(math.sqrt(max(0.0, RADIUS**2 - (UNIT * least) ** 2)))


@compiled
def fill(tables: Tables, energy: int, x: float, Delta: float, terms: int) -> None:
    """The tables of one energy."""
    half, whole = complex(0.5, UNIT * x), complex(1.0, UNIT * (x - Delta))
    for n in range(terms + 1):
        tables.poles[0, energy, n] = reciprocal((n + half).conjugate())
        tables.poles[1, energy, n] = reciprocal((n + whole).conjugate())
    _fill_polygammas(tables, 0, energy, whole, terms)
    _fill_polygammas(tables, 1, energy, half + 1.0, terms)
    _fill_tail(tables, 0, energy, terms - 0.5 + half.conjugate(), terms - 1.0 + whole)
    _fill_tail(tables, 1, energy, terms - 0.5 + whole.conjugate(), terms + half)


@compiled
def _fill_polygammas(tables: Tables, family: int, energy: int, w: complex, terms: int) -> None:
    digamma, trigamma = digamma_trigamma(w + terms)
    tables.digammas[family, energy, terms] = digamma
    tables.trigammas[family, energy, terms] = trigamma
    for n in range(terms - 1, -1, -1):
        step = reciprocal(w + n)
        digamma -= step
        trigamma += step * step
        tables.digammas[family, energy, n] = digamma
        tables.trigammas[family, energy, n] = trigamma


@compiled
def _fill_tail(tables: Tables, family: int, energy: int, X: complex, Z: complex) -> None:
    ends, taylor, series = tables.ends[family, energy], tables.taylor[family, energy], tables.series[family, energy]
    ends[0], ends[1], ends[2] = X, reciprocal(X), cmath.log(X)
    ends[3], ends[4], ends[5] = Z, reciprocal(Z), cmath.log(Z)
    inverse = ends[4]
    square, power, total = inverse * inverse, 1.0 + 0j, ends[5]
    for m in range(TERMS):
        power *= square
        series[m] = HALF_INTEGER[m] * power
        total += series[m]
    taylor[0, 0], power = total, 1.0 + 0j
    for j in range(1, ORDERS + 1):
        power = -power * inverse  # (-1)^j Z^(-j)
        total = 0j
        for m in range(TERMS - 1 - j // 2, -1, -1):  # further terms do not count so far from the midpoint
            total = (total + TAYLOR[j, m]) * square
        total = power * (total - 1.0 / j)
        taylor[1, j - 1] = j * total
        if j < ORDERS:
            taylor[0, j] = total


@compiled
def pole_sums(
    tables: Tables, family: int, first: int, second: int, terms: int, slopes: bool
) -> tuple[complex, complex, complex, complex]:
    """S₀₀, S₀₁, S₁₀, S₁₁ for the pole of the first energy and the polygammas of the second; or S₀₀ alone."""
    poles = tables.poles[family, first]
    digammas, trigammas = tables.digammas[family, second], tables.trigammas[family, second]
    s_00, s_01, s_10, s_11 = _tail(tables, family, first, second, slopes)
    for n in range(terms):
        s_00 += digammas[n] * poles[n]
    if slopes:
        for n in range(terms):
            slope = trigammas[n] * poles[n]
            s_01 += digammas[n] * poles[n] * poles[n]
            s_10 += slope
            s_11 += slope * poles[n]
    return s_00, s_01, s_10, s_11


@compiled
def _tail(
    tables: Tables, family: int, first: int, second: int, slopes: bool
) -> tuple[complex, complex, complex, complex]:
    X, x_inverse, log_x = tables.ends[family, first, 0], tables.ends[family, first, 1], tables.ends[family, first, 2]
    Z, z_inverse, log_z = tables.ends[family, second, 3], tables.ends[family, second, 4], tables.ends[family, second, 5]
    q, series, taylor = tables.q, tables.series[family, second], tables.taylor[family, second]
    _fill_q(q, (Z - X) * z_inverse, log_z - log_x)
    s_00, s_01, s_10, s_11 = _corrections(taylor, x_inverse)
    s_00 -= 0.5 * log_x * log_x + dilogarithm((X - Z) * x_inverse)
    for m in range(1, TERMS + 1):
        s_00 += series[m - 1] * q[2 * m]
    if not slopes:
        return s_00, 0j, 0j, 0j
    single, double = q[1], -q[2]
    for m in range(1, TERMS + 1):
        single -= 2 * m * series[m - 1] * q[2 * m + 1]
        double += 2 * m * (2 * m + 1) * series[m - 1] * q[2 * m + 2]
    single, double = z_inverse * single, z_inverse * z_inverse * double  # ∫ψ'(½+u)/x, ∫ψ''(½+u)/x
    return s_00, s_01 + single + taylor[0, 0] * x_inverse, s_10 + single, s_11 + double + taylor[1, 0] * x_inverse


@compiled
def _fill_q(q: ComplexArray, ratio: complex, log_ratio: complex) -> None:
    """q_1 … q_(2m+2), from d/Z and ln Z/X."""
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


@compiled
def _corrections(taylor: ComplexArray, inverse: complex) -> tuple[complex, complex, complex, complex]:
    """Euler and Maclaurin's Σ_k e_k g^(2k-1)/(2k-1)! at X for g = ψ/x, ψ/x², ψ'/x, ψ'/x², from Taylor coefficients."""
    s_00, s_01, s_10, s_11 = 0j, 0j, 0j, 0j
    g_00, g_01, g_10, g_11 = 0j, 0j, 0j, 0j
    for j in range(ORDERS):
        g_00 = (taylor[0, j] - g_00) * inverse  # the coefficients of ψ are X g_j + g_(j-1)
        g_01 = (g_00 - g_01) * inverse
        g_10 = (taylor[1, j] - g_10) * inverse
        g_11 = (g_10 - g_11) * inverse
        if j % 2:
            weight = HALF_INTEGER[j // 2]
            s_00 += weight * g_00
            s_01 += weight * g_01
            s_10 += weight * g_10
            s_11 += weight * g_11
    return s_00, s_01, s_10, s_11
