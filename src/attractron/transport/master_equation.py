"""Rate equations: the steady state of dp/dt = 0, and the parts into which a space of charge states may fall.

Linear equations with a rate matrix, many small ones at once, solved without subtracting rates.

With rates Γ_{i→f} and the rate matrix L = Σ Γ_{i→f}(|f⟩⟨i| - |i⟩⟨i|), counting, correlations and waiting need the
solution of (L - κ)x = b, where κ_i is zero, a rate at which the state is left for good, or a frequency -iω. States are
eliminated one after the other, as Grassmann, Taksar and Heyman do for the steady state: with T_s = Σ_f Γ_{s→f} + κ_s

    Γ_{i→f} += Γ_{i→s}Γ_{s→f}/T_s,   κ_i += Γ_{i→s}κ_s/T_s,   b_f += b_sΓ_{s→f}/T_s,

without subtracting rates. Where b has one sign every entry of x is accurate for itself, however much rates differ.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.transport.processes import Indices

OUT_OF_RANGE = 2
STATUS = {0: "ok", 1: "several steady states", OUT_OF_RANGE: "out of range"}
"""What may become of a point; the codes of the variable `status`."""


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
    from attractron.transport.elimination import steady_states

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
    from attractron.transport.elimination import VANISHING

    on, back = forward > VANISHING, backward > VANISHING
    starts, ends = np.append(initial[on], final[back]), np.append(final[on], initial[back])
    parts = _parts(starts, ends, states, "strong")
    home = {state: number for number, part in enumerate(parts) for state in part}
    left = {home[int(start)] for start, end in zip(starts, ends, strict=True) if home[int(start)] != home[int(end)]}
    return [part for number, part in enumerate(parts) if number not in left]


def _parts(
    starts: Sequence[int] | Indices, ends: Sequence[int] | Indices, states: int, connection: str
) -> list[list[int]]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(starts)), (starts, ends)), shape=(states, states))
    count, labels = connected_components(graph, directed=True, connection=connection)
    return sorted(np.flatnonzero(labels == label).tolist() for label in range(count))


Numbers = NDArray[np.float64] | NDArray[np.complex128]


def balanced(rates: FloatArray, last: NDArray[np.intp], b: FloatArray, frequency: float = 0.0) -> Numbers:
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
    killing = np.full((points, states), -1j * frequency) if frequency else np.zeros((points, states))
    both = np.concatenate([b, np.zeros((points, states, 1))], axis=2)
    x, _ = _eliminated(rates, killing, last, both, of_last=np.append(np.zeros(b.shape[2]), 1.0))
    free, homogeneous = x[..., :-1], x[..., -1:]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.asarray(free - homogeneous * (free.sum(axis=1) / homogeneous.sum(axis=1))[:, None, :])


def killed(rates: FloatArray, killing: FloatArray, last: NDArray[np.intp], b: FloatArray) -> FloatArray:
    """The solution of (L - κ)x = b for rates κ ≥ 0 of leaving for good (point, state); the rest as in `balanced`."""
    points, states, columns = b.shape
    both = np.concatenate([b, np.zeros((points, states, 1))], axis=2)
    x, (rest, lost) = _eliminated(rates, killing, last, both, of_last=np.append(np.zeros(columns), 1.0))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.asarray((x[..., :-1] - x[..., -1:] * (rest[:, :-1] / lost[:, None])[:, None, :]).real)


def _eliminated(
    rates: FloatArray, killing: Numbers, last: NDArray[np.intp], b: Numbers, of_last: FloatArray
) -> tuple[Numbers, tuple[Numbers, Numbers]]:
    """x of all equations but that of the last state, at its value given; and b and κ of the last equation."""
    states = rates.shape[1]
    order = np.tile(np.arange(states), (len(rates), 1))  # the last state to be eliminated comes first
    order[:, 0], order[np.arange(len(rates)), last] = last, 0
    kind = np.result_type(killing, b)
    q = np.take_along_axis(np.take_along_axis(rates, order[:, :, None], 1), order[:, None, :], 2).astype(kind)
    kappa = np.take_along_axis(killing, order, 1).astype(kind)
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
