"""Kernels of second-order integrals: finite parts, intermediate states of a width, and resonances between two leads.

With k_BT = 1, ĉ = 1/2π, all are made of the transform of two Fermi functions, n the Bose function,

    C(z) = ∫dy f(y)f(Δ-y)/(y-z) = n(Δ)[ψ(½-iĉ(z-Δ)) - ψ(½-iĉz)],    Im z > 0,

and its derivative. Differences of ψ are divided differences times Δ, so that Δ = 0 is a point like any other.
"""

import math

from attractron.core.checks import FloatArray
from attractron.core.jit import cached_jit, jit
from attractron.transport.integrals.special import differences, fermi, fermi_above, reciprocal, size

UNIT = 1 / (2 * math.pi)
HALF_PI = 0.5j * math.pi

TOLERANCE = 1e-12
"""Relative error by rounding above which the closed form gives way to a trapezoid."""

ROUNDING = 2.0**-51

STEP = 7 / 32
"""Step of the trapezoid in k_BT; its error falls as exp(-π²/step), times about 1e5 for double poles: 3e-15."""

REACH = 42.0
"""How far the window goes beyond the energies where electrons and holes meet, in k_BT: e^-42 is 6e-19."""

CLOSE = 3e-5
"""|a-b| in k_BT below which a quotient is the derivative at the middle; either is exact to about 1e-10 there."""


@jit
def finite_part(a: float, b: float, Delta: float) -> float:
    """j₂: the closed form, or a trapezoid where it cancels (a → b, or both far away)."""
    if a == b:
        return 0.0
    value_a, slope_a = _differences(a, Delta)
    value_b, slope_b = _differences(b, Delta)
    weight, apart = _bose_times(Delta), a - b
    closed = UNIT**2 * (slope_a + slope_b).real - 2 * UNIT * (value_a.imag - value_b.imag) / apart
    sizes = UNIT**2 * (size(slope_a) + size(slope_b)) + 2 * UNIT * (size(value_a) + size(value_b)) / abs(apart)
    if ROUNDING * sizes <= TOLERANCE * abs(closed):
        return weight * closed
    return finite_part_line(a, b, Delta, STEP)


@jit
def _differences(energy: float, Delta: float) -> tuple[complex, complex]:
    """Of ψ and ψ' between ½+iĉ(x-Δ) and ½+iĉx."""
    return differences(complex(0.5, UNIT * (energy - Delta)), complex(0.5, UNIT * energy))


@jit
def _bose_times(Delta: float) -> float:
    """Δ n(Δ)."""
    return 1.0 if Delta == 0.0 else Delta / math.expm1(Delta)


@jit
def finite_part_line(a: float, b: float, Delta: float, step: float) -> float:
    """j₂ by a trapezoid on Im y = π/2: Re ∫dy f(y)f(Δ-y) (a-b)²/[(y-a)(y-b)]², without cancellation."""
    start, end = min(0.0, Delta) - REACH, max(0.0, Delta) + REACH
    total = 0.0
    for index in range(math.floor(start / step), math.ceil(end / step) + 1):
        x = index * step
        amplitude = (a - b) * reciprocal((x + HALF_PI - a) * (x + HALF_PI - b))
        total += (fermi_above(x) * fermi_above(Delta - x).conjugate() * amplitude * amplitude).real
    return total * step


@jit
def broadened(a: float, b: float, Delta: float, gamma: float) -> float:
    """j₂ with intermediate states of half-width γ, less what two sequential events make of them."""
    c_a, c_b = _transform(a, gamma, Delta)[0], _transform(b, gamma, Delta)[0]
    crossed = (c_a - c_b) / (a - b) if abs(a - b) > CLOSE else _transform(0.5 * (a + b), gamma, Delta)[1]
    on_shell = fermi(a) * fermi(Delta - a) + fermi(b) * fermi(Delta - b)
    return (c_a.imag + c_b.imag - math.pi * on_shell) / gamma - 2.0 * crossed.real


@jit
def _transform(energy: float, gamma: float, Delta: float) -> tuple[complex, complex]:
    """C and its derivative at energy + iγ."""
    far, near = complex(0.5 + UNIT * gamma, UNIT * (Delta - energy)), complex(0.5 + UNIT * gamma, -UNIT * energy)
    value, slope = differences(far, near)
    weight = _bose_times(Delta)
    return 1j * UNIT * weight * value, UNIT**2 * weight * slope


@jit
def landauer(first: float, second: float, width: float) -> float:
    """∫dω (f_1 - f_2) L for a level counted from the chemical potentials of two leads, as a divided difference of ψ."""
    value = differences(complex(0.5 + UNIT * width / 2, UNIT * first), complex(0.5 + UNIT * width / 2, UNIT * second))[
        0
    ]
    return UNIT * (second - first) * value.real / math.pi


@jit
def elastic_second_order(first: float, second: float, width: float) -> float:
    """(Γ/2π)[Φ'(x₁) - Φ'(x₂)], what `landauer` has in first order of Γ."""
    slope = differences(complex(0.5, UNIT * first), complex(0.5, UNIT * second))[1]
    return UNIT**3 * width * (second - first) * slope.real


FINITE_PART, BROADENED, LANDAUER, ELASTIC_SECOND_ORDER = range(4)


@cached_jit(compilation=8.0, item=1e-4)
def second_order_integrals(
    kind: int,
    first: FloatArray,
    second: FloatArray,
    third: FloatArray,
    fourth: FloatArray,
    kT: FloatArray,
    results: FloatArray,
) -> None:
    """Integrals (i,): their kind, three or (broadened) four energies, kT, and results to fill in."""
    for index in range(results.size):
        scale = kT[index]
        x, y, z = first[index] / scale, second[index] / scale, third[index] / scale
        if kind == FINITE_PART:
            results[index] = finite_part(x, y, z) / scale
        elif kind == BROADENED:
            results[index] = broadened(x, y, z, fourth[index] / scale) / scale
        elif kind == LANDAUER:
            results[index] = landauer(x, y, z)
        else:
            results[index] = elastic_second_order(x, y, z)
