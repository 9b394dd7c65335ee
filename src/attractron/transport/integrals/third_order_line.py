"""The third-order integral with one of its two integrations done in closed form, for any arguments.

It is the second way to the integral, and the way out where the closed form of both integrations cancels.

With k_BT = 1, ĉ = 1/2π, y₁ fixed at Im y₁ = π/2 and ω = Δ-y₁, products of poles in y₂ and y₃ = ω-y₂ split into single
poles, which leaves four of them, each with an explicit factor s that vanishes with the interaction:

    A₃ = -[w₁/(y₂-a₂) + w₂/(y₂-b₂) + w₃/(y₃-a₃) + w₄/(y₃-b₃)],      p = 1/(y₁-a₁),  q = 1/(y₁-b₁),
    w₁ = (Δ-b₁-a₂-b₃) q/(ω-a₂-b₃),      w₂ = (Δ-a₁-b₂-a₃) p/(ω-b₂-a₃),
    w₃ = (Δ-b₁-b₂-a₃) q/(ω-b₂-a₃),      w₄ = (Δ-a₁-a₂-b₃) p/(ω-a₂-b₃).

Its square is linear in the transform of two Fermi functions, its derivative and its divided difference. The mean over
the contours takes y₂ (and likewise y₃) once above the poles and twice below them:

    C(α) = ∫dy f(y)f(ω-y)/(y-α) = n(ω)[ψ(½+iĉ(α-ω)) - ψ(½+iĉα)] + (4πi/3) f(α)f(ω-α).
"""

import math

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.jit import jit
from attractron.transport.integrals.special import (
    HALF_PI,
    REACH,
    UNIT,
    UNIT_SQUARED,
    bose_below,
    differences,
    excess,
    fermi,
    fermi_above,
    reciprocal,
)

ON_SHELL = 4j * math.pi / 3


@jit
def line(poles: FloatArray, Delta: float, step: float) -> float:
    """j₃ for k_BT = 1, any Δ and poles (3, 2) of a and b; the step is that of the trapezoid in y₁."""
    outer = _outer(poles, Delta)
    a, b = np.empty(3), np.empty(3)
    for j in range(3):
        a[j], b[j] = poles[(outer + j) % 3]
    far_2 = differences(_argument(a[1]), _argument(b[1]))[0]
    far_3 = differences(_argument(a[2]), _argument(b[2]))[0]
    start, end = min(0.0, Delta) - REACH, max(0.0, Delta) + REACH
    total = 0.0
    for index in range(math.floor(start / step), math.ceil(end / step) + 1):
        x = index * step
        total += (fermi_above(x) * _inner(a, b, Delta, x, far_2, far_3)).real
    return total * step


@jit
def _outer(poles: FloatArray, Delta: float) -> int:
    """Which energy stays: the one whose integrand has its nearest resonance farthest away, and cancels least."""
    best, farthest = 0, -1.0
    for j in range(3):
        k, m = (j + 1) % 3, (j + 2) % 3
        nearest = min(abs(poles[j, 0]), abs(poles[j, 1]))
        for of_k in range(2):
            for of_m in range(2):
                nearest = min(nearest, abs(Delta - poles[k, of_k] - poles[m, of_m]))
        if nearest > farthest:
            best, farthest = j, nearest
    return best


@jit
def _argument(energy: float) -> complex:
    return complex(0.5, UNIT * energy)


@jit
def _inner(a: FloatArray, b: FloatArray, Delta: float, x: float, far_2: complex, far_3: complex) -> complex:
    """The integral over y₂ of f(y₂)f(y₃)A₃², averaged over the contours, at Re y₁ = x."""
    y, omega = x + HALF_PI, Delta - x - HALF_PI
    p, q = reciprocal(y - a[0]), reciprocal(y - b[0])
    r_ab, r_ba = reciprocal(omega - a[1] - b[2]), reciprocal(omega - b[1] - a[2])
    w_1, w_2 = excess(Delta, b[0], a[1], b[2]) * q * r_ab, excess(Delta, a[0], b[1], a[2]) * p * r_ba
    w_3, w_4 = excess(Delta, b[0], b[1], a[2]) * q * r_ba, excess(Delta, a[0], a[1], b[2]) * p * r_ab
    own_2, a_2, b_2 = _dot(a[1], b[1], Delta - x, w_1, w_2, far_2)
    own_3, a_3, b_3 = _dot(a[2], b[2], Delta - x, w_3, w_4, far_3)
    r_aa, r_bb = reciprocal(omega - a[1] - a[2]), reciprocal(omega - b[1] - b[2])
    crossed = w_1 * (w_3 * r_aa * (a_2 + a_3) + w_4 * r_ab * (a_2 + b_3))
    crossed += w_2 * (w_3 * r_ba * (b_2 + a_3) + w_4 * r_bb * (b_2 + b_3))
    return own_2 + own_3 + 2.0 * crossed


@jit
def _dot(a: float, b: float, x: float, w_a: complex, w_b: complex, far: complex) -> tuple[complex, complex, complex]:
    """The integral of [w_a/(y-a) + w_b/(y-b)]², and C(a), C(b), at ω = x - iπ/2.

    `far` is the divided difference of ψ between ½+iĉa and ½+iĉb, which does not depend on ω.
    """
    omega, n = x - HALF_PI, bose_below(x)
    near_a, near_b = complex(0.25, UNIT * (a - x)), complex(0.25, UNIT * (b - x))
    value_a, slope_a = differences(near_a, _argument(a))
    value_b, slope_b = differences(near_b, _argument(b))
    f_a, f_b = fermi(a), fermi(b)
    g_a, g_b = fermi_above(x - a).conjugate(), fermi_above(x - b).conjugate()  # f(ω-a), f(ω-b)
    pair_a, pair_b = ON_SHELL * f_a * g_a, ON_SHELL * f_b * g_b
    c_a, c_b = pair_a - UNIT * 1j * omega * n * value_a, pair_b - UNIT * 1j * omega * n * value_b
    d_a = pair_a * (f_a - g_a) + UNIT_SQUARED * omega * n * slope_a
    d_b = pair_b * (f_b - g_b) + UNIT_SQUARED * omega * n * slope_b
    # [f(a)f(ω-a) - f(b)f(ω-b)]/(a-b) as a product, with the falling exponential: no difference, a = b included.
    if a <= b:
        quotient = ON_SHELL * _expm1_ratio(a - b) * f_a * g_b * (f_b - g_a)
    else:
        quotient = ON_SHELL * _expm1_ratio(b - a) * f_b * g_a * (f_a - g_b)
    quotient += UNIT * 1j * n * (differences(near_a, near_b)[0] - far)
    return w_a * w_a * d_a + w_b * w_b * d_b + 2.0 * w_a * w_b * quotient, c_a, c_b


@jit
def _expm1_ratio(x: float) -> float:
    """(e^x - 1)/x."""
    return 1.0 if x == 0.0 else math.expm1(x) / x
