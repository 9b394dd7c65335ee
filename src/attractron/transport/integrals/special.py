"""Special functions of complex arguments for compiled kernels: differences of digammas and trigammas, dilogarithm.

All of them are needed at Re z > 0 only. The series far from the origin are those about the half-integer point,

    ψ(½+u) = ln u + Σ_m e_m u^(-2m),    e_m = (1 - 2^(1-2m)) B_2m / 2m,

which hold even powers alone (DLMF 5.11.2 with the duplication formula); ψ(z) = ψ(z+1) - 1/z leads there.

Everything here gives the same bits in plain Python and compiled. What would not is kept out: `cmath.log` (Python goes
over log1p near |z| = 1, compiled code does not), quotients of complex numbers of NumPy (which multiply by an inverse),
powers (x**2 may go through `pow`), and `math.exp` beyond the range of numbers (an error in Python, inf compiled).
"""

import math
import sys

import numpy as np

from attractron.core.jit import jit

BERNOULLI = np.array([1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798])
"""B_2, B_4, … B_18."""

EVEN = 2 * np.arange(1, BERNOULLI.size + 1)

HALF_INTEGER = ((1 - 2.0 ** (1 - EVEN)) * BERNOULLI / EVEN)[:8]
"""e_1 … e_8; the same numbers are the weights of the Euler-Maclaurin formula from a midpoint."""

FAR_SQUARED = 81.0
"""|u|² from which eight terms of the series reach 1e-16 in ψ and 1e-15 in ψ'."""

DILOGARITHM = BERNOULLI / np.array([math.factorial(even + 1) for even in EVEN])
"""B_2k/(2k+1)!: enough for |ln(1-z)| ≤ π/3, where dilogarithms are expanded."""

UNIT = 1 / (2 * math.pi)
"""ĉ, from energies to arguments of ψ at k_BT = 1."""

UNIT_SQUARED = UNIT * UNIT

PI_SQUARED = math.pi * math.pi

HALF_PI = 0.5j * math.pi
"""Im y of line integrals, halfway from the poles on the real axis to those of the Fermi function at iπ (k_BT = 1)."""

STEP = 7 / 32
"""Step of their trapezoid in k_BT; its error falls as exp(-π²/step), times about 1e5 for poles of high order: 3e-15."""

REACH = 42.0
"""How far their window goes beyond the energies where electrons and holes meet, in k_BT: e^-42 is 6e-19."""

LARGEST_EXPONENT = math.log(sys.float_info.max)
"""Beyond it e^x is no number."""


@jit
def reciprocal(z: complex) -> complex:
    """1/z, a third of the time of a division that guards against overflow."""
    size_squared = squared(z)
    return complex(z.real / size_squared, -z.imag / size_squared)


@jit
def squared(z: complex) -> float:
    """|z|²."""
    return z.real * z.real + z.imag * z.imag


@jit
def logarithm(z: complex) -> complex:
    """ln z where |z|² neither overflows nor underflows."""
    return complex(0.5 * math.log(squared(z)), math.atan2(z.imag, z.real))


@jit
def _principal_log(z: complex) -> complex:
    """ln z for any z but zero. NumPy's hypot is that of compiled code, `math.hypot` is another one."""
    return complex(math.log(np.hypot(z.real, z.imag)), math.atan2(z.imag, z.real))


@jit
def guarded_expm1(x: float) -> float:
    """e^x - 1, infinite where it leaves the range of numbers."""
    return math.inf if x > LARGEST_EXPONENT else math.expm1(x)


@jit
def size(z: complex) -> float:
    """|Re z| + |Im z|, enough to judge a rounding by."""
    return abs(z.real) + abs(z.imag)


@jit
def excess(Delta: float, x: float, y: float, z: float) -> float:
    """Δ-x-y-z with the roundings of the sums put back: this difference of large energies is an interaction."""
    total, lost = Delta, 0.0
    for energy in (-x, -y, -z):
        before = total
        total += energy
        seen = total - before
        lost += (before - (total - seen)) + (energy - seen)
    return total + lost


@jit
def _log_difference(x: complex, y: complex) -> complex:
    """(ln x - ln y)/(x - y), by the series of the inverse hyperbolic tangent where x and y are close; 1/x at x = y."""
    total, apart = x + y, x - y
    if squared(apart) > 0.04 * squared(total):
        return (_principal_log(x) - _principal_log(y)) / apart
    ratio = apart / total
    square = ratio * ratio
    series = 0j
    for power in range(23, -1, -2):
        series = series * square + 1.0 / power
    return 2.0 * series / total


@jit
def differences(x: complex, y: complex) -> tuple[complex, complex]:
    """(ψ(x) - ψ(y))/(x - y) and (ψ'(x) - ψ'(y))/(x - y) for Re x, Re y > 0 without cancellation, x = y included.

    Where x = y they are ψ'(x) and ψ''(x). The recurrence adds 1/xy and -(x+y)/(xy)²; with A = x^(-2), B = y^(-2) the
    powers of the series divide as A^m - B^m = (A - B) h_m, h_(m+1) = A h_m + B^m.
    """
    digamma, trigamma = 0j, 0j
    # Both go on in the same steps: x - y, by which all is divided, stays what it is.
    while squared(x - 0.5) < FAR_SQUARED or squared(y - 0.5) < FAR_SQUARED:
        step = reciprocal(x * y)
        digamma += step
        trigamma -= (x + y) * step * step
        x += 1.0
        y += 1.0
    x -= 0.5
    y -= 0.5
    x_inverse, y_inverse = reciprocal(x), reciprocal(y)
    x_square, y_square = x_inverse * x_inverse, y_inverse * y_inverse
    digamma += _log_difference(x, y)
    trigamma -= x_inverse * y_inverse
    scale = -(x + y) * x_square * y_square  # (A - B)/(x - y)
    x_power, y_power, quotient = 1.0 + 0j, 1.0 + 0j, 0j  # A^m, B^m, h_m
    for index in range(HALF_INTEGER.size):
        quotient = x_square * quotient + y_power
        x_power *= x_square
        y_power *= y_square
        digamma += HALF_INTEGER[index] * scale * quotient
        slope = y_inverse * scale * quotient - x_inverse * y_inverse * x_power
        trigamma -= 2.0 * (index + 1) * HALF_INTEGER[index] * slope
    return digamma, trigamma


@jit
def dilogarithm(z: complex) -> complex:
    """Li₂(z) = -∫₀^z ln(1-t)/t dt on the principal sheet (DLMF 25.12), cut from 1 to ∞, where a zero Im z has a side.

    Inversion Li₂(z) = -Li₂(1/z) - π²/6 - ½ln²(-z) and reflection Li₂(z) = π²/6 - ln z ln(1-z) - Li₂(1-z) lead to
    |z| ≤ 1, Re z ≤ ½, where Li₂ = w - w²/4 + Σ_k B_2k w^(2k+1)/(2k+1)! converges fast in w = -ln(1-z).
    """
    if z == 0.0:
        return 0j
    sign, constant = 1.0, 0j
    if squared(z) > 1.0:
        log = _principal_log(-z)
        constant = -PI_SQUARED / 6 - 0.5 * (log * log)
        z, sign = reciprocal(z), -1.0
    if z.real > 0.5:
        if z == 1.0:
            return constant + sign * PI_SQUARED / 6
        constant += sign * (PI_SQUARED / 6 - _principal_log(z) * _principal_log(1.0 - z))
        z, sign = 1.0 - z, -sign
    # w = -ln(1-z); |1-z|² as 1 and what is added to it keeps the digits of a small z.
    w = complex(-0.5 * math.log1p(squared(z) - 2.0 * z.real), math.atan2(z.imag, 1.0 - z.real))
    square = w * w
    series = 0j
    for index in range(DILOGARITHM.size - 1, -1, -1):
        series = (series + DILOGARITHM[index]) * square
    return constant + sign * (w - 0.25 * square + w * series)


@jit
def fermi(x: float) -> float:
    """1/(e^x + 1)."""
    if x > 0.0:
        tail = math.exp(-x)
        return tail / (1.0 + tail)
    return 1.0 / (1.0 + math.exp(x))


@jit
def fermi_above(x: float) -> complex:
    """The Fermi function halfway to its first pole, f(x + iπ/2) = 1/(1 + i e^x); f(x - iπ/2) is its conjugate."""
    if x > 0.0:
        tail = math.exp(-x)
        return complex(tail, -1.0) * tail / (1.0 + tail * tail)
    rise = math.exp(x)
    return complex(1.0, -rise) / (1.0 + rise * rise)


@jit
def bose_below(x: float) -> complex:
    """The Bose function n(x - iπ/2) = -1/(1 + i e^x)."""
    return -fermi_above(x)
