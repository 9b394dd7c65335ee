"""The fitted model against the partition function of two dots, and its derivatives and geometry."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.readout.anticrossing import (
    PARAMETERS,
    derivatives,
    flipped,
    gradients,
    line,
    occupations,
    triple_points,
)

ROWS, COLUMNS = np.linspace(-1, 1, 17), np.linspace(-1, 1, 21)


def parameters(W: float, *, widths=(-2.5, -2.2), softness=-2.1, tails=-0.5) -> np.ndarray:
    return np.array([0.3, 0.1, 1.9, -0.2, 0.4, W, *widths, softness, tails, 0.0, 0.0])


models = st.builds(
    lambda phi, turn, x, y, rho, W, *bends: np.array([phi, x, phi + turn, y, rho, W, -2.3, -2.0, -2.2, -1.0, *bends]),
    st.floats(0, 3.1),
    st.floats(0.3, 2.8),
    st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
    st.floats(-1, 1),
    st.floats(0.05, 0.6) | st.floats(-0.6, -0.05),
    st.floats(-0.2, 0.2),
    st.floats(-0.2, 0.2),
)


@pytest.mark.parametrize("W", [0.4, 0.0, -0.4])
def test_equal_widths_without_tails_are_the_thermal_occupations(W: float) -> None:
    """Z = 1 + e^{a} + e^{b} + e^{a+b-W} with a, b = µ/k_BT: <n_1> = (e^a + e^{a+b-W})/Z. All widths equal k_BT."""
    kT = 0.07
    width = np.log(kT)
    shape = parameters(W, widths=(width, width), softness=width, tails=-60.0)
    grids = np.stack(np.broadcast_arrays(ROWS[:, None] - 0.1, COLUMNS + 0.2))
    a, b = (np.tensordot(gradients(shape), grids, axes=1) + W / 2) / kT
    full = np.exp(a + b - W / kT)
    expected = np.stack([np.exp(a) + full, np.exp(b) + full]) / (1 + np.exp(a) + np.exp(b) + full)
    assert occupations(shape, ROWS, COLUMNS) == pytest.approx(expected, abs=1e-12)


@given(models)
def test_derivatives_are_those_of_the_occupations(shape: np.ndarray) -> None:
    values, changes = derivatives(shape, ROWS, COLUMNS)
    assert values == pytest.approx(occupations(shape, ROWS, COLUMNS), abs=1e-12)
    for index in range(len(PARAMETERS)):
        step = 1e-6 * np.eye(len(PARAMETERS))[index]
        difference = (occupations(shape + step, ROWS, COLUMNS) - occupations(shape - step, ROWS, COLUMNS)) / 2e-6
        assert changes[:, index] == pytest.approx(difference, abs=1e-5)


@given(models, st.sampled_from([0, 1]))
def test_counting_a_dots_charge_the_other_way_round_is_the_same_picture(shape: np.ndarray, dot: int) -> None:
    other = flipped(shape, dot)
    before, after = occupations(shape, ROWS, COLUMNS), occupations(other, ROWS, COLUMNS)
    assert after[dot] == pytest.approx(1 - before[dot], abs=1e-9)
    assert after[1 - dot] == pytest.approx(before[1 - dot], abs=1e-9)
    assert np.sort(triple_points(other), axis=0) == pytest.approx(np.sort(triple_points(shape), axis=0))


def potentials(shape: np.ndarray, places: np.ndarray) -> np.ndarray:
    """µ_1 and µ_2 at places (place, axis), from their definition, (dot, place)."""
    x, y = (places - shape[[1, 3]]).T
    return np.stack(
        [
            gain * (np.cos(phi) * x + np.sin(phi) * y + bend / 2 * (np.cos(phi) * y - np.sin(phi) * x) ** 2)
            + shape[5] / 2
            for gain, phi, bend in zip(np.exp([shape[4] / 2, -shape[4] / 2]), shape[[0, 2]], shape[10:], strict=True)
        ]
    )


@given(models)
def test_both_potentials_change_by_the_interaction_between_the_triple_points(shape: np.ndarray) -> None:
    W = shape[5]
    shape[10:] *= np.sin(shape[2] - shape[0]) ** 2 / 2  # lines that are nearly parallel bend less, or never meet
    expected = [[0, W], [0, W]] if W > 0 else [[W, 0], [0, W]]
    assert potentials(shape, triple_points(shape)) == pytest.approx(np.array(expected), abs=1e-6)


@given(models, st.sampled_from([0, 1]), st.floats(-0.8, 0.8), st.floats(-0.8, 0.8))
def test_a_line_keeps_its_dots_potential_and_gradients_are_its_slopes(
    shape: np.ndarray, dot: int, x: float, y: float
) -> None:
    place = np.array([x, y])
    places = line(shape, dot, place, np.linspace(-0.5, 0.5, 5))
    assert places[2] == pytest.approx(place)
    assert potentials(shape, places)[dot] == pytest.approx(np.full(5, potentials(shape, place[None])[dot, 0]))
    steps = np.array([[1e-6, 0], [0, 1e-6]])
    slopes = (potentials(shape, place + steps) - potentials(shape, place - steps)) / 2e-6
    assert gradients(shape, place) == pytest.approx(slopes, abs=1e-8)
