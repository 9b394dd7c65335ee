"""The third-order integral in closed form: thirty-six terms of two or three poles, reduced to transforms of two poles.

With k_BT = 1, p_j = 1/(y_j-a_j), q_j = 1/(y_j-b_j):

    A₃² = Σ_{j≠k} p_j²q_k² + 2Σ_{j<k} p_jq_j p_kq_k + 2Σ_j (p_j² q_kq_m + q_j² p_kp_m) + 2Σ_{(j,k,m)} p_j p_kq_k q_m.

Two poles of one energy split, p_kq_k = (p_k - q_k)/(a_k - b_k), or are ½(p_k² + q_k²) - ½(a_k - b_k)² p_k²q_k² with the
last term left out; three poles α, β, γ of three energies obey 1/xyz = (1/s)(1/xy + 1/xz + 1/yz), s = x+y+z = Δ-α-β-γ,
and a square on x is a derivative by α. What is left are twelve pairs of poles, for each of them the transform

    K(α, β) = P∬dy₁dy₂ f(y₁)f(y₂)f(y₃)/[(y₁-α)(y₂-β)] + (π²/3) F,      F = f(α)f(β)f(Δ-α-β),

and its derivatives; the weight of F is the mean over the contours (c, c, -2c) and permutations, and the only one that
keeps the sum finite as s → 0. With ĉ = 1/2π, e = ½+iĉβ and the two families of sums of `matsubara_sums`,

    K = f(Δ) Re G - (2π²/3) F,      G = S₀₀(v₁,w₁) - S₀₀(v₂,w₂) - ψ(e)[ψ(v₂) - ψ(v₁)].

Terms may cancel: where s or a_k - b_k are small, where all poles are far away, or where the integral changes sign. The
sizes of all terms are added up beside their values and tell how many digits are left.
"""

import math
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.jit import jit
from attractron.transport.integrals.matsubara_sums import (
    DIGAMMA,
    ORDERS,
    POLE,
    TRIGAMMA,
    ComplexArray,
    fill,
    make_q,
    make_tables,
    matsubara_sums,
    terms_needed,
)
from attractron.transport.integrals.special import PI_SQUARED, UNIT, excess, fermi, size

DEGENERATE = 1e-6
"""|a_j - b_j| in k_BT up to which two poles count as a double one; its square is the error."""

ROUNDING = 2.0**-51
"""Error of a term relative to its size, roundings added up: at most this in thousands of random integrals."""


class Work(NamedTuple):
    """Work space of one thread."""

    tables: ComplexArray  # of `matsubara_sums`
    q: ComplexArray  # likewise
    digammas: ComplexArray  # (energy, 4): ψ(e), ψ'(e), ψ(v₂)-ψ(v₁), ψ'(v₂)-ψ'(v₁)
    sizes: FloatArray  # (energy, 3): of what the last two are differences of; f
    weights: FloatArray  # (pair of dots j and j+1, pole of j, pole of j+1, order in α, order in β)


@jit
def make_work() -> Work:
    """Room for one integral."""
    return Work(make_tables(), make_q(), np.empty((6, 4), np.complex128), np.empty((6, 3)), np.empty((3, 2, 2, 2, 2)))


@jit
def closed(work: Work, poles: FloatArray, Delta: float) -> tuple[float, float]:
    """j₃ for k_BT = 1, Δ ≤ 0 and poles (3, 2) of a and b, and its error by rounding, which is not finite at s = 0."""
    tables, q, digammas, sizes, weights = work
    if not _weigh(weights, poles, Delta):
        return 0.0, math.inf
    terms, scale = terms_needed(poles, Delta), fermi(Delta)  # Δ ≤ 0: f(Δ) is ½ at least, K keeps its digits
    for j in range(3):
        for own in range(2):
            fill(tables, 2 * j + own, poles[j, own], Delta, terms)
            _fill_digammas(tables, digammas, sizes, 2 * j + own, poles[j, own])
    # The sum does not say what cancelled in it: the sizes of its terms, added up beside it, do.
    total, error = 0.0, 0.0
    # Twelve pairs: each of the six poles with both poles of the next dot, so that every two dots meet once.
    for first in range(6):
        after = (first // 2 + 1) % 3
        for second in range(2 * after, 2 * after + 2):
            f_c = fermi(excess(Delta, poles[first // 2, first % 2], poles[after, second % 2], 0.0))
            value, lost = _transforms(tables, q, digammas, sizes, weights, first, second, scale, f_c, terms)
            total += value
            error += lost
    return total, ROUNDING * error


@jit
def _weigh(weights: FloatArray, poles: FloatArray, Delta: float) -> bool:
    """The weight of each transform in A₃²; False where s = 0."""
    weights[:] = 0.0
    for j in range(3):
        k, m = (j + 1) % 3, (j + 2) % 3
        double, next_double = _double(poles, j), _double(poles, k)
        for own in range(2):
            _add(weights, j, own, k, 1 - own, 1, 1, 1.0)  # p_j²q_k² and q_j²p_k²: derivatives by both poles
            value = _splitting(poles, j, own)
            # 2p_j²q_kq_m and its like; then 2p_jq_j p_kq_m, split at dot j, with the others in either order.
            if not (
                _three(weights, poles, Delta, j, own, k, 1 - own, m, 1 - own, True, 2.0)
                and _three(weights, poles, Delta, j, own, k, 0, m, 1, double, value)
                and _three(weights, poles, Delta, j, own, k, 1, m, 0, double, value)
            ):
                return False
            for other in range(2):  # 2p_jq_j p_kq_k, split at both dots
                both = 0.5 * value * _splitting(poles, k, other)
                _add(weights, j, own, k, other, int(double), int(next_double), both)
    return True


@jit
def _double(poles: FloatArray, j: int) -> bool:
    return bool(abs(poles[j, 0] - poles[j, 1]) <= DEGENERATE)


@jit
def _splitting(poles: FloatArray, j: int, own: int) -> float:
    """The weight of one pole, simple or squared, in 2p_jq_j."""
    if _double(poles, j):
        return 1.0
    return float(2.0 / (poles[j, own] - poles[j, 1 - own]))


@jit
def _three(
    weights: FloatArray,
    poles: FloatArray,
    Delta: float,
    j: int,
    of_j: int,
    k: int,
    of_k: int,
    m: int,
    of_m: int,
    double: bool,
    value: float,
) -> bool:
    """Three poles of three dots, that of the first squared if double, as pairs of poles; False where s = 0.

    1/xyz = (1/s)(1/xy + 1/xz + 1/yz); the derivative by α, which x = y_j - α squares, falls on 1/s as well:
    1/x²yz = (1/s)(1/x²y + 1/x²z) + (1/s²)(1/xy + 1/xz + 1/yz).
    """
    s = excess(Delta, poles[j, of_j], poles[k, of_k], poles[m, of_m])
    if s == 0.0:
        return False
    value /= s
    if double:
        _add(weights, j, of_j, k, of_k, 1, 0, value)
        _add(weights, j, of_j, m, of_m, 1, 0, value)
        value /= s
    _add(weights, j, of_j, k, of_k, 0, 0, value)
    _add(weights, j, of_j, m, of_m, 0, 0, value)
    _add(weights, k, of_k, m, of_m, 0, 0, value)
    return True


@jit
def _add(weights: FloatArray, j: int, of_j: int, k: int, of_k: int, p: int, q: int, value: float) -> None:
    """Add to the weight of the transform with derivatives of order p and q by the poles of dots j and k."""
    if k == (j + 1) % 3:
        weights[j, of_j, of_k, p, q] += value
    else:
        weights[k, of_k, of_j, q, p] += value


@jit
def _fill_digammas(tables: ComplexArray, digammas: ComplexArray, sizes: FloatArray, energy: int, x: float) -> None:
    """What belongs to one energy beside the tables of sums."""
    step = tables[0, energy, POLE, ORDERS].conjugate()
    # ψ(e) = ψ(e+1) - 1/e, e+1 = w₂ and 1/e the conjugate of 1/v₁: no polygamma is evaluated twice.
    half, half_slope = tables[1, energy, DIGAMMA, ORDERS] - step, tables[1, energy, TRIGAMMA, ORDERS] + step * step
    whole, whole_slope = tables[0, energy, DIGAMMA, ORDERS], tables[0, energy, TRIGAMMA, ORDERS]
    digammas[energy, 0], digammas[energy, 1] = half, half_slope  # one step below w₂
    digammas[energy, 2] = (whole - half).conjugate()  # v₁ and v₂ are the conjugates of e and w₁
    digammas[energy, 3] = (whole_slope - half_slope).conjugate()
    sizes[energy, 0], sizes[energy, 1] = size(whole) + size(half), size(whole_slope) + size(half_slope)
    sizes[energy, 2] = fermi(x)


@jit
def _transforms(
    tables: ComplexArray,
    q: ComplexArray,
    digammas: ComplexArray,
    sizes: FloatArray,
    weights: FloatArray,
    first: int,
    second: int,
    scale: float,
    f_c: float,
    terms: int,
) -> tuple[float, float]:
    """K(α, β) and its derivatives times their weights, and the sizes of what these are differences of.

    The scale is f(Δ), and f_c = f(Δ-α-β).
    """
    j, own, other = first // 2, first % 2, second % 2
    plain, by_b = weights[j, own, other, 0, 0], weights[j, own, other, 0, 1]
    by_a, by_both = weights[j, own, other, 1, 0], weights[j, own, other, 1, 1]
    slopes = by_a != 0.0 or by_b != 0.0 or by_both != 0.0  # without degenerate poles half of the pairs have none
    s_00, s_01, s_10, s_11 = matsubara_sums(tables, q, 0, first, second, terms, slopes)
    t_00, t_01, t_10, t_11 = matsubara_sums(tables, q, 1, first, second, terms, slopes)
    digamma, step, steps = digammas[second, 0], digammas[first, 2], sizes[first, 0]
    f_a, f_b = sizes[first, 2], sizes[second, 2]
    shell = -2 * PI_SQUARED / 3 * f_a * f_b * f_c  # and its derivatives: f' = -f(1-f), f_c depends on α and β alike
    lost = size(s_00) + size(t_00) + size(digamma) * steps
    value, error = _weighted(plain, scale * (s_00 - t_00 - digamma * step).real, shell, scale * lost)
    if not slopes:
        return value, error
    # v and w hold their energies as ±iĉx: each derivative brings ±iĉ, and real parts of G become imaginary, and back.
    trigamma, slope, bends = digammas[second, 1], digammas[first, 3], sizes[first, 1]
    of_a, of_b = f_a - f_c, f_b - f_c
    scale *= UNIT
    lost = size(s_01) + size(t_01) + size(digamma) * bends
    a = _weighted(by_a, -scale * (s_01 - t_01 + digamma * slope).imag, shell * of_a, scale * lost)
    lost = size(s_10) + size(t_10) + size(trigamma) * steps
    b = _weighted(by_b, -scale * (s_10 - t_10 - trigamma * step).imag, shell * of_b, scale * lost)
    scale *= UNIT
    lost = size(s_11) + size(t_11) + size(trigamma) * bends
    bend = shell * (of_a * of_b - f_c * (1.0 - f_c))
    both = _weighted(by_both, -scale * (s_11 - t_11 + trigamma * slope).real, bend, scale * lost)
    return value + a[0] + b[0] + both[0], error + a[1] + b[1] + both[1]


@jit
def _weighted(weight: float, off_shell: float, on_shell: float, lost: float) -> tuple[float, float]:
    return weight * (off_shell + on_shell), abs(weight) * (abs(off_shell) + abs(on_shell) + lost)
