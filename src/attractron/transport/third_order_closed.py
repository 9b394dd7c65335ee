"""The third-order integral in closed form: thirty-six terms of two or three poles, reduced to transforms of two poles.

With k_BT = 1, p_j = 1/(y_j-a_j), q_j = 1/(y_j-b_j):

    A₃² = Σ_{j≠k} p_j²q_k² + 2Σ_{j<k} p_jq_j p_kq_k + 2Σ_j (p_j² q_kq_m + q_j² p_kp_m) + 2Σ_{(j,k,m)} p_j p_kq_k q_m.

Two poles of one energy split, p_kq_k = (p_k - q_k)/(a_k - b_k), or are ½(p_k² + q_k²) - ½(a_k - b_k)² p_k²q_k² with the
last term left out; three poles α, β, γ of three energies obey 1/xyz = (1/s)(1/xy + 1/xz + 1/yz), s = x+y+z = Δ-α-β-γ,
and a square on x is a derivative by α. What is left are twelve pairs of poles, for each of them the transform

    K(α, β) = P∬dy₁dy₂ f(y₁)f(y₂)f(y₃)/[(y₁-α)(y₂-β)] + (π²/3) F,      F = f(α)f(β)f(Δ-α-β),

and its derivatives; the weight of F is the mean over the contours (c, c, -2c) and permutations, and the only one that
keeps the sum finite as s → 0. With ĉ = 1/2π, e = ½+iĉβ and the two families of sums of `pole_sums`,

    K = f(Δ) Re G - (2π²/3) F,      G = S₀₀(v₁,w₁) - S₀₀(v₂,w₂) - ψ(e)[ψ(v₂) - ψ(v₁)].

Terms may cancel: where s or a_k - b_k are small, where all poles are far away, or where the integral changes sign. The
sizes of all terms are added up beside their values and tell how many digits are left.
"""

import math
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.transport.compiled import compiled
from attractron.transport.pole_sums import UNIT, Tables, fill, make_tables, pole_sums, terms_needed
from attractron.transport.special import excess, fermi, size

DEGENERATE = 1e-6
"""|a_j - b_j| in k_BT up to which two poles count as a double one; its square is the error."""

ROUNDING = 2.0**-51
"""Error of a term relative to its size, roundings added up: at most this in thousands of random integrals."""


class Work(NamedTuple):
    """Work space of one thread."""

    tables: Tables
    weights: FloatArray  # (pair of dots j and j+1, pole of j, pole of j+1, order in α, order in β)
    transforms: FloatArray  # (order in α, order in β, value and size)


@compiled
def make_work() -> Work:
    """Room for one integral."""
    return Work(make_tables(), np.empty((3, 2, 2, 2, 2)), np.empty((2, 2, 2)))


@compiled
def closed(work: Work, poles: FloatArray, Delta: float) -> tuple[float, float]:
    """j₃ for k_BT = 1, Δ ≤ 0 and poles (3, 2) of a and b, and its error by rounding, which is not finite at s = 0."""
    if not weigh(work.weights, poles, Delta):
        return 0.0, math.inf
    terms = terms_needed(poles, Delta)
    for j in range(3):
        for own in range(2):
            fill(work.tables, 2 * j + own, poles[j, own], Delta, terms)
    total, sizes = 0.0, 0.0
    for j in range(3):
        k = (j + 1) % 3
        for own in range(2):
            for other in range(2):
                weights = work.weights[j, own, other]
                slopes = weights[0, 1] != 0.0 or weights[1, 0] != 0.0 or weights[1, 1] != 0.0
                _transform(work, 2 * j + own, 2 * k + other, poles[j, own], poles[k, other], Delta, terms, slopes)
                for p in range(2):
                    for q in range(2):
                        total += weights[p, q] * work.transforms[p, q, 0]
                        sizes += abs(weights[p, q]) * work.transforms[p, q, 1]
    return total, ROUNDING * sizes


@compiled
def weigh(weights: FloatArray, poles: FloatArray, Delta: float) -> bool:
    """The weight of each transform in A₃²; False where s = 0."""
    weights[:] = 0.0
    for j in range(3):
        k, m = (j + 1) % 3, (j + 2) % 3
        double, next_double = _double(poles, j), _double(poles, k)
        for own in range(2):
            _add(weights, j, own, k, 1 - own, 1, 1, 1.0)
            value = _splitting(poles, j, own)
            if not (
                _three(weights, poles, Delta, j, own, k, 1 - own, m, 1 - own, True, 2.0)
                and _three(weights, poles, Delta, j, own, k, 0, m, 1, double, value)
                and _three(weights, poles, Delta, j, own, k, 1, m, 0, double, value)
            ):
                return False
            for other in range(2):
                both = 0.5 * value * _splitting(poles, k, other)
                _add(weights, j, own, k, other, int(double), int(next_double), both)
    return True


@compiled
def _double(poles: FloatArray, j: int) -> bool:
    return bool(abs(poles[j, 0] - poles[j, 1]) <= DEGENERATE)


@compiled
def _splitting(poles: FloatArray, j: int, own: int) -> float:
    """The weight of one pole, simple or squared, in 2p_jq_j."""
    if _double(poles, j):
        return 1.0
    return float(2.0 / (poles[j, own] - poles[j, 1 - own]))


@compiled
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
    """Three poles of three dots, that of the first squared if double, as pairs of poles; False where s = 0."""
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


@compiled
def _add(weights: FloatArray, j: int, of_j: int, k: int, of_k: int, p: int, q: int, value: float) -> None:
    """Add to the weight of the transform with derivatives of order p and q by the poles of dots j and k."""
    if k == (j + 1) % 3:
        weights[j, of_j, of_k, p, q] += value
    else:
        weights[k, of_k, of_j, q, p] += value


@compiled
def _transform(
    work: Work, first: int, second: int, alpha: float, beta: float, Delta: float, terms: int, slopes: bool
) -> None:
    """K(α, β) and, with slopes, its derivatives; beside them the sizes of what they are differences of."""
    tables, transforms, scale = work.tables, work.transforms, fermi(Delta)
    s_00, s_01, s_10, s_11 = pole_sums(tables, 0, first, second, terms, slopes)
    t_00, t_01, t_10, t_11 = pole_sums(tables, 1, first, second, terms, slopes)
    digamma, trigamma = _at_half(tables, second)  # ψ(e), ψ'(e)
    near, near_slope = _at_half(tables, first)  # conjugates of ψ(v₁), ψ'(v₁)
    far, far_slope = tables.digammas[0, first, 0], tables.trigammas[0, first, 0]  # of ψ(v₂), ψ'(v₂)
    step, slope = (far - near).conjugate(), (far_slope - near_slope).conjugate()
    steps, bends = size(near) + size(far), size(near_slope) + size(far_slope)
    f_a, f_b, f_c = fermi(alpha), fermi(beta), fermi(excess(Delta, alpha, beta, 0.0))
    of_a, of_b, shell = f_a - f_c, f_b - f_c, -2 * math.pi**2 / 3 * f_a * f_b * f_c
    _keep(transforms[0, 0], scale * (s_00 - t_00 - digamma * step).real, shell)
    transforms[0, 0, 1] += scale * (size(s_00) + size(t_00) + size(digamma) * steps)
    scale *= UNIT
    _keep(transforms[1, 0], -scale * (s_01 - t_01 + digamma * slope).imag, shell * of_a)
    transforms[1, 0, 1] += scale * (size(s_01) + size(t_01) + size(digamma) * bends)
    _keep(transforms[0, 1], -scale * (s_10 - t_10 - trigamma * step).imag, shell * of_b)
    transforms[0, 1, 1] += scale * (size(s_10) + size(t_10) + size(trigamma) * steps)
    scale *= UNIT
    _keep(transforms[1, 1], -scale * (s_11 - t_11 + trigamma * slope).real, shell * (of_a * of_b - f_c * (1.0 - f_c)))
    transforms[1, 1, 1] += scale * (size(s_11) + size(t_11) + size(trigamma) * bends)


@compiled
def _at_half(tables: Tables, energy: int) -> tuple[complex, complex]:
    """ψ and ψ' at ½+iĉx, one step below w₂."""
    step = tables.poles[0, energy, 0].conjugate()
    return tables.digammas[1, energy, 0] - step, tables.trigammas[1, energy, 0] + step * step


@compiled
def _keep(transform: FloatArray, off_shell: float, on_shell: float) -> None:
    transform[0] = off_shell + on_shell
    transform[1] = abs(off_shell) + abs(on_shell)
