"""Steady states of many small Markov chains, compiled: one closed class, then elimination without subtractions.

Grassmann, Taksar and Heyman's form of Gaussian elimination never subtracts, so that populations keep their relative
accuracy however small they are. It needs a last state that all others can reach; such a state exists exactly when the
chain has one closed class of states and hence one steady state. The kernel calls nothing outside this file, whose text
therefore tells its versions apart on disk.
"""

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.jit import cached_jit, jit

VANISHING = 1e-305
"""Rates below it have lost their digits, and count as zero."""

SMALL, HUGE = 1e-280, 1e200
"""Between them plain numbers do; beyond, as some ten millikelvin bring it about, their logarithms are taken."""


@jit
def _reach(q: FloatArray, start: int, seen: NDArray[np.bool_], stack: NDArray[np.intp]) -> None:
    """Mark every state from which `start` can be reached."""
    seen[start] = True
    stack[0] = start
    top = 1
    while top > 0:
        top -= 1
        target = stack[top]
        for state in range(q.shape[0]):
            if q[state, target] > 0.0 and not seen[state]:
                seen[state] = True
                stack[top] = state
                top += 1


@jit
def _root(q: FloatArray, seen: NDArray[np.bool_], stack: NDArray[np.intp]) -> int:
    """A state that all others can reach, or -1.

    If there is one, the last start of a search that marks all states by searches from unmarked ones is one too.
    """
    seen[:] = False
    last = 0
    for state in range(q.shape[0]):
        if not seen[state]:
            last = state
            _reach(q, state, seen, stack)
    seen[:] = False
    _reach(q, last, seen, stack)
    return last if seen.all() else -1


@jit
def _eliminate(q: FloatArray, p: FloatArray) -> bool:
    """The steady state p of the rates q from row to column, which are used up; state 0 is reached from all others.

    False where a number comes near the end of its range, so that digits may be lost.
    """
    size = q.shape[0]
    for state in range(size - 1, 0, -1):
        total = 0.0
        for target in range(state):
            total += q[state, target]
        if not SMALL < total < np.inf:
            return False
        for source in range(state):
            if q[source, state] > 0.0:
                share = q[source, state] / total
                q[source, state] = share
                for target in range(state):
                    q[source, target] += share * q[state, target]
    p[0] = 1.0
    sum_of_all = 1.0
    for state in range(1, size):
        p[state] = 0.0
        for source in range(state):
            p[state] += p[source] * q[source, state]
        if not SMALL < p[state] < HUGE:
            return False
        sum_of_all += p[state]
    p /= sum_of_all
    return True


@jit
def _sum_of_logs(x: float, y: float) -> float:
    """ln(e^x + e^y)."""
    high, low = max(x, y), min(x, y)
    return high if low == -np.inf else high + np.log1p(np.exp(low - high))


@jit
def _eliminate_logs(q: FloatArray, p: FloatArray) -> bool:
    """The same with the logarithms of the rates, for which no range ends; slower, to 1e-13 of the populations."""
    size = q.shape[0]
    for state in range(size - 1, 0, -1):
        total = -np.inf
        for target in range(state):
            total = _sum_of_logs(total, q[state, target])
        if not -np.inf < total < np.inf:
            return False
        for source in range(state):
            q[source, state] -= total
            for target in range(state):
                q[source, target] = _sum_of_logs(q[source, target], q[source, state] + q[state, target])
    p[0] = 0.0
    for state in range(1, size):
        p[state] = -np.inf
        for source in range(state):
            p[state] = _sum_of_logs(p[state], p[source] + q[source, state])
    p[:] = np.exp(p - p.max())
    p /= p.sum()
    return True


@jit
def _reorder(q: FloatArray, order: NDArray[np.intp], ordered: FloatArray) -> None:
    for row in range(order.size):
        for column in range(order.size):
            ordered[row, column] = q[order[row], order[column]]


@cached_jit(compilation=6.0, item=1e-6)
def steady_states(
    forward: FloatArray,
    backward: FloatArray,
    initial: NDArray[np.intp],
    final: NDArray[np.intp],
    populations: FloatArray,
    status: NDArray[np.int8],
) -> None:
    """Fill populations (point, state) and status (point,): 0 well, 1 several closed classes, 2 rates without a number.

    Rates (point, process) lead from `initial` to `final` and back; where the status is not 0, populations are NaN.
    """
    size = populations.shape[1]
    q, ordered, p = np.empty((size, size)), np.empty((size, size)), np.empty(size)
    seen, stack, order = np.empty(size, dtype=np.bool_), np.empty(size, dtype=np.intp), np.arange(size)
    for point in range(populations.shape[0]):
        q[:] = 0.0
        total = 0.0
        for process in range(initial.size):
            there, back = forward[point, process], backward[point, process]
            if there > VANISHING:
                q[initial[process], final[process]] += there
            if back > VANISHING:
                q[final[process], initial[process]] += back
            total += there + back
        status[point] = 0 if np.isfinite(total) else 2
        root = _root(q, seen, stack) if status[point] == 0 else 0
        if root < 0:
            status[point] = 1
        if status[point] == 0:
            order[0], order[root] = root, 0
            _reorder(q, order, ordered)
            if not _eliminate(ordered, p):
                _reorder(q, order, ordered)
                if not _eliminate_logs(np.log(ordered), p):
                    status[point] = 2
            for row in range(size):
                populations[point, order[row]] = p[row]
            order[0], order[root] = 0, root
        if status[point] != 0:
            populations[point] = np.nan
