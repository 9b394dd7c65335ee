"""Linear integral equations of the Bethe ansatz: quadrature on a symmetric interval, refined until it stands still.

All densities and dressed functions are even, f(-x) = f(x), and all kernels analytic. So ∫_{-Q}^{Q} K(x, x') f(x') dx'
is the sum of w_j [K(x, x_j) + K(x, -x_j)] f(x_j) over the positive nodes of an even Gauss-Legendre rule, whose error
falls exponentially with the number of nodes, and the values between the nodes follow from the equation itself
(Nyström).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import roots_legendre

from attractron.core.checks import FloatArray

TOLERANCE = 1e-11
"""Change between two rules, one with twice the other's nodes, below which the finer one is taken."""

ROUNDING = 1e-15
"""Rounding of one node's terms of order one; that of a sum grows with the root of their number."""

MOST_NODES = 2048
"""Positive nodes of the finest rule; its matrix takes 34 MB."""

NEWTON_STEPS = 60
"""Bound on the iterations of `newton`."""

NEWTON_CHANGE = 1e-10
"""Relative step of `newton` that is the last one: what remains is its square."""

NEWTON_VALUE = 4e-15
"""Value, of a function of order one, that `newton` does not tell from zero."""


class Refined(NamedTuple):
    """Values from the finest rule, and the largest change of one of them, the first apart, from the rule before it."""

    values: FloatArray
    error: float


def half_rule(nodes: int, end: float) -> tuple[FloatArray, FloatArray]:
    """Positive nodes and weights, each (node,), of the Gauss-Legendre rule with 2 `nodes` points on [-end, end]."""
    x, w = _unit_rule(nodes)
    return end * x, end * w


@lru_cache(maxsize=32)
def _unit_rule(nodes: int) -> tuple[FloatArray, FloatArray]:
    x, w = roots_legendre(2 * nodes)
    return x[nodes:], w[nodes:]


def refined(solve: Callable[[int, FloatArray | None], FloatArray], nodes: int) -> Refined:
    """Double the number of nodes until the values stand still or `MOST_NODES` is reached.

    Args:
        solve: number of positive nodes, values of the rule before (None at first) → values (quantity,); the first is
            the end of the sea, which may be far less well determined than what follows from it, and does not count.
        nodes: of the first rule.

    Returns:
        Values and the estimate of their absolute error (they are of order one, in units of the hopping). Since
        convergence is exponential, the change estimates the error of the coarser rule and is far above that of the
        finer one, down to rounding, which bounds it below.
    """
    nodes = min(nodes, MOST_NODES // 2)
    finer = solve(nodes, None)
    while True:
        nodes, coarser = 2 * nodes, finer
        finer = solve(nodes, coarser)
        change = float(np.max(np.abs(finer - coarser)[1:]))
        if change < TOLERANCE or 2 * nodes > MOST_NODES:
            return Refined(finer, max(change, ROUNDING * float(np.sqrt(nodes))))


def newton(function: Callable[[float], tuple[float, float]], start: float, high: float) -> float:
    """Zero of a rising function of order one on (0, high) by Newton's method, kept in the bracket by bisection.

    Args:
        function: x → value and slope; negative at 0 and positive at `high`, where it is never evaluated.
        start: first guess in the bracket.
        high: end of the bracket; approached by steps that at most double x, since it may be very far.
    """
    x, low = start, 0.0
    for _ in range(NEWTON_STEPS):
        value, slope = function(x)
        low, high = (x, high) if value < 0 else (low, x)
        step = x - value / slope if slope > 0 else np.inf  # a slope that is lost to rounding tells nothing: bisect
        if abs(step - x) <= NEWTON_CHANGE * x:
            return step
        if abs(value) <= NEWTON_VALUE:
            return x
        x = step if low < step < min(high, 2 * x) else (low + min(high, 2 * x)) / 2
    return x
