"""Rate equations: the steady state of dp/dt = 0, and the parts into which a space of charge states may fall."""

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
    steady_states(
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
