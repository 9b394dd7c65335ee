"""The third-order integral by direct quadrature over two energies: slow, simple, and nothing but its definition."""

import math

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray

ComplexArray = NDArray[np.complex128]

STEP = 1 / 8
"""Step of the trapezoid in k_BT; its error falls as exp(-2π²/3 step). Nodes are exact multiples of a power of two."""

REACH = 42.0
"""How far the window goes beyond the energies where electrons and holes meet, in k_BT: e^-42 is 6e-19."""

SHIFTS = math.pi / 3 * np.array([[1, 1, -2], [1, -2, 1], [-2, 1, 1]])
"""Im y of the three energies on the three contours: as far from the real poles as from those of f at ±iπ."""


def quadrature(poles: FloatArray, Delta: float, step: float = STEP) -> float:
    """j₃ for k_BT = 1, any Δ and poles (3, 2) of a and b: the real part of the mean of three double trapezoids.

        j₃ = Re ⅓Σ_contours ∬ dy₁dy₂ f(y₁)f(y₂)f(y₃) [Σ_{j≠k} 1/((y_j-a_j)(y_k-b_k))]²,   y₃ = Δ-y₁-y₂

    On parallels of the real axis the integrand is analytic within π/3, so that the trapezoid converges exponentially.
    """
    index = np.arange(np.floor((min(0.0, Delta) - REACH) / step), np.ceil((max(0.0, Delta) + REACH) / step) + 1)
    y = step * index
    third = Delta - step * (2 * index[0] + np.arange(2 * y.size - 1))  # y₃ depends on the sum of both indices alone
    return float(np.mean([_double_sum((y, y, third), shifts, poles) for shifts in SHIFTS])) * step**2


def _double_sum(y: tuple[FloatArray, ...], shifts: FloatArray, poles: FloatArray) -> float:
    z = [y[j] + 1j * shifts[j] for j in range(3)]
    f = [_fermi(z[j]) for j in range(3)]
    p, q = ([1 / (z[j] - poles[j, own]) for j in range(3)] for own in range(2))
    total = 0.0
    for row in range(y[0].size):
        p3, q3, f3 = (values[row : row + y[1].size] for values in (p[2], q[2], f[2]))
        amplitude = p[0][row] * (q[1] + q3) + p[1] * (q[0][row] + q3) + p3 * (q[0][row] + q[1])
        total += (f[0][row] * (f[1] * f3 @ amplitude**2)).real
    return total


def _fermi(z: ComplexArray) -> ComplexArray:
    """1/(e^z + 1), with its tail."""
    small = np.exp(np.where(z.real > 0, -z, z))
    return np.asarray(np.where(z.real > 0, small, 1) / (1 + small))
