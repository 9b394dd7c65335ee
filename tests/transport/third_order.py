"""Two more ways to the third-order integral: by a line integral, and by its definition.

The line is what the closed form gives way to where its terms cancel; here it serves everywhere. The quadrature over two
energies is slow, simple, and nothing but the definition.
"""

import math

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.jit import cached_jit
from attractron.transport.integrals.special import STEP as LINE_STEP
from attractron.transport.integrals.third_order_line import line

ComplexArray = NDArray[np.complex128]

STEP = 1 / 8
"""Step of the trapezoid in k_BT; its error falls as exp(-2π²/3 step). Nodes are exact multiples of a power of two."""

REACH = 42.0
"""How far the window goes beyond the energies where electrons and holes meet, in k_BT: e^-42 is 6e-19."""

SHIFTS = math.pi / 3 * np.array([[1, 1, -2], [1, -2, 1], [-2, 1, 1]])
"""Im y of the three energies on the three contours: as far from the real poles as from those of f at ±iπ."""


def by_line(a, b, Delta, kT):
    """J₃ for arguments as of `third_order_integral`."""
    poles, change, scale = _broadcast(a, b, Delta, kT)
    results = np.empty(change.shape)
    for fill, some in line_integrals.pieces(results.size):
        fill(poles.reshape(-1, 3, 2)[some], change.ravel()[some], results.reshape(-1)[some])
    return results / scale**2


@cached_jit(compilation=10.0, item=0.03)
def line_integrals(poles, Delta, results):
    """j₃ (i,) for k_BT = 1, poles (i, 3, 2) and Δ (i,)."""
    for index in range(results.size):
        results[index] = line(poles[index], Delta[index], LINE_STEP)


def by_quadrature(a, b, Delta, kT):
    """The same by the definition: 20 ms and more each, growing as (Δ/k_BT)²."""
    poles, change, scale = _broadcast(a, b, Delta, kT)
    each = [quadrature(*pair) for pair in zip(poles.reshape(-1, 3, 2), change.ravel(), strict=True)]
    return np.reshape(each, change.shape) / scale**2


def _broadcast(a, b, Delta, kT):
    """Poles (…, 3, 2) and Δ (…) in units of k_BT, and k_BT, in one shape."""
    kT = np.asarray(kT, dtype=float)
    poles = np.stack(np.broadcast_arrays(a / kT[..., None], b / kT[..., None]), axis=-1)
    change = Delta / kT
    shape = np.broadcast_shapes(poles.shape[:-2], change.shape)
    return np.broadcast_to(poles, (*shape, 3, 2)).copy(), np.broadcast_to(change, shape).copy(), kT


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
