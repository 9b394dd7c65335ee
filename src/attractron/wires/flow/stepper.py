"""One step of the flow: the explicit Runge-Kutta pair of order 8(5,3) of Dormand and Prince.

Coefficients: Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I. The work space K (ROWS, SIZE) holds
the slopes of the twelve stages, that at the end of the step, the new state, and two rows for the estimate of the error.
"""

import math
from typing import Any

import numpy as np
from scipy.integrate import DOP853

from attractron.core.checks import FloatArray
from attractron.core.jit import jit
from attractron.wires.flow.equations import SIZE, equations

A, B, C = np.ascontiguousarray(DOP853.A), np.ascontiguousarray(DOP853.B), np.ascontiguousarray(DOP853.C)
E3, E5 = np.ascontiguousarray(DOP853.E3), np.ascontiguousarray(DOP853.E5)
STAGES = 12
ROWS = STAGES + 4

RTOL, ATOL = 1e-12, 1e-14
"""Of every component of the state and step; events then hold to 1e-10 in l."""


@jit
def advance(ell: float, x: Any, h: float, par: Any, flags: Any, K: Any, new: Any) -> None:
    """One step from the slope K[0]: the new state and its slope K[12]."""
    for stage in range(1, STAGES):
        for j in range(SIZE):
            new[j] = x[j]
        for k in range(stage):
            weight = h * A[stage, k]
            if weight != 0.0:
                for j in range(SIZE):
                    new[j] += weight * K[k, j]
        equations(ell + C[stage] * h, new, par, flags, K[stage])
    for j in range(SIZE):
        new[j] = x[j]
    for k in range(STAGES):
        weight = h * B[k]
        if weight != 0.0:
            for j in range(SIZE):
                new[j] += weight * K[k, j]
    equations(ell + h, new, par, flags, K[STAGES])


@jit
def error_of(x: FloatArray, new: FloatArray, h: float, K: FloatArray) -> float:
    """Estimated error of a step in units of the tolerance; very large for a step that left the range of floats.

    Squares are products: x ** 2 of Python and of compiled code may differ in the last bit.
    """
    e5, e3 = K[STAGES + 2], K[STAGES + 3]
    e5[:] = 0.0
    e3[:] = 0.0
    for k in range(STAGES + 1):
        five, three = E5[k], E3[k]
        if five != 0.0 or three != 0.0:
            for j in range(SIZE):
                e5[j] += five * K[k, j]
                e3[j] += three * K[k, j]
    fifth, third = 0.0, 0.0
    for j in range(SIZE):
        scale = 1 / (ATOL + RTOL * max(abs(x[j]), abs(new[j])))
        fifth += (e5[j] * scale) * (e5[j] * scale)
        third += (e3[j] * scale) * (e3[j] * scale)
    if fifth == 0.0:
        return 0.0
    # The estimates of orders 5 and 3 combine to one of order 8 (Hairer, Nørsett, Wanner, sec. II.10).
    error = float(h * fifth / math.sqrt((fifth + 0.01 * third) * SIZE))
    return error if math.isfinite(error) else 1e10


@jit
def shorter(h: float, error: float) -> float:
    """The step to try where the last one, h, had too large an error."""
    return float(h * max(0.2, 0.9 * error ** (-1 / 8)))


@jit
def longer(h: float, error: float) -> float:
    """The step that comes after h, whose error was small enough."""
    return float(h * min(5.0, 0.9 * max(error, 1e-12) ** (-1 / 8)))
