"""Third-order integrals by the closed form or the line integral, compiled, one after the other."""

import math

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.jit import cached_jit, jit
from attractron.transport.integrals.third_order_closed import Work, closed, make_work
from attractron.transport.integrals.third_order_line import STEP, line

TOLERANCE = 2e-10
"""Relative error by rounding above which the closed form gives way to the line integral."""


@jit
def third_order(work: Work, poles: FloatArray, Delta: float, by_line: bool) -> tuple[float, bool]:
    """j₃ for k_BT = 1, and whether it is a line integral, on demand or because the closed form cancels."""
    value, error, factor = 0.0, math.inf, 1.0
    if not by_line:
        if Delta > 0.0:  # J(a, b, Δ) = e^-Δ J(-a, -b, -Δ), since f(y) = e^-y f(-y)
            poles, Delta, factor = -poles, -Delta, math.exp(-Delta)
        value, error = closed(work, poles, Delta)
    if error <= TOLERANCE * abs(value) < math.inf:
        return factor * value, False
    return factor * line(poles, Delta, STEP), True


@cached_jit(compilation=12.0, item=0.01)
def third_order_integrals(
    a: FloatArray, b: FloatArray, Delta: FloatArray, kT: FloatArray, by_line: bool, results: FloatArray
) -> int:
    """Integrals (i,) with a, b (i, 3), Δ, kT (i,); fills in results, counts line integrals."""
    work, poles, count = make_work(), np.empty((3, 2)), 0
    for index in range(results.size):
        scale = kT[index]
        for j in range(3):
            poles[j, 0], poles[j, 1] = a[index, j] / scale, b[index, j] / scale
        value, helped = third_order(work, poles, Delta[index] / scale, by_line)
        results[index] = value / scale**2
        count += helped
    return count
