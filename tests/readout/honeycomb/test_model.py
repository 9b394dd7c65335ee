"""The charge states of two dots: derivatives, the limit of a single vertex, triple points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.readout.honeycomb.model import (
    SHARED,
    TUNNELLING,
    ChargeStates,
    derivatives,
    occupations,
    potentials,
    weights,
)
from attractron.readout.honeycomb.triple_points import single, triple_points
from attractron.readout.vertex import model as vertex

ROWS, COLUMNS = np.linspace(-1, 1, 18), np.linspace(-1, 1, 23)
STATES = ChargeStates(lines=(3, 2), own=((0, 0), (1, 1), (2, 0)))
POINT = np.concatenate(
    [
        [0.3, 1.4, 0.4, np.log(0.06), 0.02, -0.03, 0.04, 0.05, 0.15, 0.7],
        [-0.6, 0.0, 0.7],
        [-0.4, 0.5],
        [0.1, 0.2, -0.12],
    ]
)


@pytest.mark.parametrize("tunnelling", [0.7, -0.4])
def test_derivatives_are_those_of_the_occupations(tunnelling):
    """Central differences of second order: the error falls by four when the step is halved, until rounding."""
    point = POINT.copy()
    point[TUNNELLING] = tunnelling
    values, changes = derivatives(STATES, point, ROWS, COLUMNS)
    assert values == pytest.approx(occupations(STATES, point, ROWS, COLUMNS), abs=1e-12)

    def error(at: int, step: float) -> float:
        away = step * np.eye(STATES.size)[at]
        up, down = (occupations(STATES, point + sign * away, ROWS, COLUMNS) for sign in (1, -1))
        return float(np.abs((up - down) / (2 * step) - changes[:, at]).max())

    for at in range(STATES.size):
        coarse, fine = error(at, 2e-3), error(at, 1e-3)
        assert coarse / fine == pytest.approx(4.0, rel=0.2), at


@pytest.mark.parametrize("W", [0.3, -0.3])
def test_one_line_of_each_dot_is_the_vertex_of_the_other_model(W):
    """`readout.vertex.model` is exact for two levels when all its widths are k_B T and τ = 1: <n_i> must agree."""
    states = ChargeStates(lines=(1, 1), own=((0, 0),))
    width = np.log(0.07)
    shape = np.concatenate([[0.4, 1.3, 0.3, width, 0, 0, 0, 0, W, 0], [0.1], [-0.05], [W]])
    alone = single(states, shape, 0, 0)
    alone[[8, 9]] = width, -40.0  # softness τ w = k_B T, no tails
    assert occupations(states, shape, ROWS, COLUMNS) == pytest.approx(
        vertex.occupations(alone, ROWS, COLUMNS), abs=1e-12
    )
    assert triple_points(states, shape, 0, 0) == pytest.approx(vertex.triple_points(alone), abs=1e-9)


@given(W=st.floats(-0.3, 0.3).filter(lambda W: abs(W) > 0.02), k=st.integers(0, 2), m=st.integers(0, 1))
def test_three_states_meet_at_a_triple_point(W, k, m):
    """Where they meet the three most likely states are equally likely, whatever the bends."""
    everything = tuple((a, b) for a in range(3) for b in range(2))
    states = ChargeStates(lines=(3, 2), own=everything)
    shape = np.concatenate([POINT[: len(SHARED) + 5], np.full(6, W)])
    shape[TUNNELLING] = 0.0
    for place in triple_points(states, shape, k, m):
        chance = weights(states, shape, potentials(shape, *place[:, None]))
        # The four states of the vertex; the other lines may cross them when |W| is large and shift them out of the way.
        of_vertex = (np.abs(states.numbers[0] - k - 0.5) < 1) & (np.abs(states.numbers[1] - m - 0.5) < 1)
        best = np.sort(chance[0, of_vertex])[::-1]
        assert best[2] == pytest.approx(best[0], rel=1e-6)
        assert best[3] < best[2]


@pytest.mark.parametrize("W", [0.3, -0.3])
@pytest.mark.parametrize("t", [0.02, 0.1, 0.3])
def test_tunnelling_mixes_two_states_as_their_hamiltonian_does(W, t):
    """One electron in two levels: a mixture of the eigenvectors of [[E_10, t], [t, E_01]] and of (0,0), (1,1)."""
    states, w = ChargeStates(lines=(1, 1), own=((0, 0),)), 0.07
    shape = np.concatenate([[0.4, 1.3, 0.0, np.log(w), 0, 0, 0, 0, W, (t / w) ** 2], [0.1], [-0.05], [W]])
    x, y = (grid.ravel() for grid in np.meshgrid(ROWS, COLUMNS, indexing="ij"))
    first, second = potentials(shape, x, y) - np.array([[0.1], [-0.05]])
    blocks = np.array([[-first, np.full_like(first, t)], [np.full_like(first, t), -second]])
    energies, vectors = np.linalg.eigh(np.moveaxis(blocks, -1, 0))
    levels = np.column_stack([np.zeros_like(first), W - first - second, energies])
    chance = np.exp(-(levels - levels.min(axis=1, keepdims=True)) / w)
    chance /= chance.sum(axis=1, keepdims=True)
    one, two = (chance[:, 1] + np.sum(chance[:, 2:] * vectors[:, dot] ** 2, axis=1) for dot in (0, 1))
    found = occupations(states, shape, ROWS, COLUMNS).reshape(2, -1)
    assert found == pytest.approx(np.array([one, two]), abs=1e-10)
