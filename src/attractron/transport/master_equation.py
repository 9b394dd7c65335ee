"""The master equation dp/dt = Lp of a few charge states, for many sets of rates at once.

With rates Γ_{i→f} the rate matrix is L = Σ Γ_{i→f}(|f⟩⟨i| - |i⟩⟨i|). Its steady state is what a current rests on;
noise, cumulants and waiting times ask for solutions of (L - κ)x = b, where κ_i is zero, a rate at which the state is
left for good, or a frequency -iω. All come from Gaussian elimination in the form of Grassmann, Taksar and Heyman:
states are taken out one after the other, and the rates among the others make up for it. With T_s = Σ_f Γ_{s→f} + κ_s

    Γ_{i→f} += Γ_{i→s}Γ_{s→f}/T_s,   κ_i += Γ_{i→s}κ_s/T_s,   b_f += b_sΓ_{s→f}/T_s.

No rates are subtracted, the diagonal of L is never formed. So each population, and where b has one sign each entry of
x, is accurate for itself, however much rates differ: of a population of 1e-40 all digits count, since a current may
rest on it. It needs a last state that all others can reach; such a state exists exactly when the rates have one closed
class of states and hence one steady state.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from attractron.core.checks import FloatArray
from attractron.core.jit import cached_jit, jit
from attractron.transport.processes import Indices

OUT_OF_RANGE = 2
STATUS = {0: "ok", 1: "several steady states", OUT_OF_RANGE: "out of range"}
"""What may become of a point; the codes of the variable `status`."""

VANISHING = 1e-305
"""Rates below it have lost their digits, and count as zero."""

SMALL, HUGE = 1e-280, 1e200
"""Between them plain numbers do; beyond, as some ten millikelvin bring it about, their logarithms are taken."""

Numbers = NDArray[np.float64] | NDArray[np.complex128]


def steady_state(
    forward: FloatArray, backward: FloatArray, initial: Indices, final: Indices, states: int
) -> tuple[FloatArray, NDArray[np.int8]]:
    """Populations that the rates keep in balance,

        Σ_j (p_j Γ_{j→i} - p_i Γ_{i→j}) = 0,   Σ_i p_i = 1,

    each with full relative accuracy, by elimination without subtractions (Grassmann, Taksar and Heyman).

    Args:
        forward: rates from `initial` to `final`, any unit (point, process), none negative.
        backward: rates from `final` to `initial`.
        initial, final: numbers of the states (process,).
        states: how many states there are.

    Returns:
        Populations (point, state), NaN where there is not exactly one steady state, and codes of `STATUS` (point,).
    """
    populations = np.empty((len(forward), states))
    status = np.empty(len(forward), dtype=np.int8)
    steady_states.for_items(len(forward) * states**3)(
        np.ascontiguousarray(forward),
        np.ascontiguousarray(backward),
        np.ascontiguousarray(initial),
        np.ascontiguousarray(final),
        populations,
        status,
    )
    return populations, status


def components(initial: Sequence[int] | Indices, final: Sequence[int] | Indices, states: int) -> list[list[int]]:
    """The parts of a set of states between which no process leads, either way."""
    return _parts(initial, final, states, "weak")


def closed_classes(
    forward: FloatArray, backward: FloatArray, initial: Indices, final: Indices, states: int
) -> list[list[int]]:
    """The sets of states that the rates (process,) lead into and never out of: as many as there are steady states."""
    on, back = forward > VANISHING, backward > VANISHING
    starts, ends = np.append(initial[on], final[back]), np.append(final[on], initial[back])
    parts = _parts(starts, ends, states, "strong")
    home = {state: number for number, part in enumerate(parts) for state in part}
    left = {home[int(start)] for start, end in zip(starts, ends, strict=True) if home[int(start)] != home[int(end)]}
    return [part for number, part in enumerate(parts) if number not in left]


def _parts(
    starts: Sequence[int] | Indices, ends: Sequence[int] | Indices, states: int, connection: str
) -> list[list[int]]:
    graph = coo_array((np.ones(len(starts)), (starts, ends)), shape=(states, states))
    count, labels = connected_components(graph, directed=True, connection=connection)
    return sorted(np.flatnonzero(labels == label).tolist() for label in range(count))


def resolvent(rates: FloatArray, last: NDArray[np.intp], b: FloatArray, frequency: float = 0.0) -> Numbers:
    """The solution of (L + iω)x = b with Σx = 0, for Σb = 0: unique also at ω = 0, where L has no inverse.

    Args:
        rates: Γ from column to row, diagonals do not count (point, state, state).
        last: number of a state that all others reach (point,).
        b: right-hand sides (point, state, column).
        frequency: ω in units of the rates.

    Returns:
        x (point, state, column); not finite where the rates have no single steady state.
    """
    points, states, _ = b.shape
    loss = np.full((points, states), -1j * frequency) if frequency else np.zeros((points, states))
    both = np.concatenate([b, np.zeros((points, states, 1))], axis=2)
    # One column more, without b and with x = 1 in the last state, is the steady state, by which Σx = 0 is reached.
    x, _ = _solved(rates, loss, last, both, of_last=np.append(np.zeros(b.shape[2]), 1.0))
    free, homogeneous = x[..., :-1], x[..., -1:]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.asarray(free - homogeneous * (free.sum(axis=1) / homogeneous.sum(axis=1))[:, None, :])


def resolvent_with_loss(rates: FloatArray, loss: FloatArray, last: NDArray[np.intp], b: FloatArray) -> FloatArray:
    """The solution of (L - κ)x = b for rates κ ≥ 0 of leaving for good (point, state); the rest as in `resolvent`.

    -x is the time spent in each state when b is minus where it began.
    """
    points, states, columns = b.shape
    both = np.concatenate([b, np.zeros((points, states, 1))], axis=2)
    # What the last equation still asks for, -κx = b with all other states taken out, fixes x of the last state.
    x, (rest, lost) = _solved(rates, loss, last, both, of_last=np.append(np.zeros(columns), 1.0))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.asarray((x[..., :-1] - x[..., -1:] * (rest[:, :-1] / lost[:, None])[:, None, :]).real)


def _solved(
    rates: FloatArray, loss: Numbers, last: NDArray[np.intp], b: Numbers, of_last: FloatArray
) -> tuple[Numbers, tuple[Numbers, Numbers]]:
    """x of all equations but that of the last state, at its value given; and b and κ of the last equation."""
    states = rates.shape[1]
    order = np.tile(np.arange(states), (len(rates), 1))  # the last state to be eliminated comes first
    order[:, 0], order[np.arange(len(rates)), last] = last, 0
    kind = np.result_type(loss, b)
    q = np.take_along_axis(np.take_along_axis(rates, order[:, :, None], 1), order[:, None, :], 2).astype(kind)
    kappa = np.take_along_axis(loss, order, 1).astype(kind)
    right = np.take_along_axis(b, order[:, :, None], 1).astype(kind)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        totals = np.ones((len(rates), states), dtype=kind)
        for s in range(states - 1, 0, -1):
            totals[:, s] = q[:, :s, s].sum(axis=1) + kappa[:, s]
            share = q[:, :s, s] / totals[:, s, None]  # where the eliminated state goes
            q[:, :s, :s] += share[:, :, None] * q[:, s, None, :s]
            kappa[:, :s] += q[:, s, :s] * (kappa[:, s] / totals[:, s])[:, None]
            right[:, :s] += share[:, :, None] * right[:, s, None, :]
        x = np.empty_like(right)
        x[:, 0] = of_last
        for s in range(1, states):
            arriving = np.einsum("ni,nic->nc", q[:, s, :s], x[:, :s])
            x[:, s] = (arriving - right[:, s]) / totals[:, s, None]
    back = np.empty_like(x)
    np.put_along_axis(back, order[:, :, None], x, 1)
    return back, (right[:, 0], kappa[:, 0])


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

    The last state goes first. What came to it from a source is shared among the states that it leads to; its row of q
    is kept, and when all but state 0 are gone, populations follow upwards: p_s = Σ_i p_i Γ_{i→s}/T_s over i < s.
    False where a number comes near the end of its range, so that digits may be lost.
    """
    size = q.shape[0]
    for state in range(size - 1, 0, -1):
        # From the rates that are left, not as minus a diagonal entry, which would be a difference.
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
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))


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
    highest, sum_of_all = p.max(), 0.0
    for state in range(size):
        p[state] = math.exp(p[state] - highest)
        sum_of_all += p[state]
    p /= sum_of_all
    return True


@jit
def _take_logs(q: FloatArray) -> None:
    """The logarithm of each rate; one by one, since NumPy's of arrays rounds otherwise."""
    for row in range(q.shape[0]):
        for column in range(q.shape[0]):
            q[row, column] = math.log(q[row, column]) if q[row, column] > 0.0 else -math.inf


@jit
def _reorder(q: FloatArray, order: NDArray[np.intp], ordered: FloatArray) -> None:
    for row in range(order.size):
        for column in range(order.size):
            ordered[row, column] = q[order[row], order[column]]


@cached_jit(compilation=5.0, item=1e-6)
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
                _take_logs(ordered)
                if not _eliminate_logs(ordered, p):
                    status[point] = 2
            for row in range(size):
                populations[point, order[row]] = p[row]
            order[0], order[root] = 0, root
        if status[point] != 0:
            populations[point] = np.nan
