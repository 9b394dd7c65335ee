"""The fitted model against the partition function of two dots, and its derivatives and geometry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.readout.vertex.fit import model_error
from attractron.readout.vertex.model import (
    FULL_WIDTH,
    PARAMETERS,
    derivatives,
    flipped,
    gradients,
    line,
    matched,
    occupations,
    triple_points,
)

ROWS, COLUMNS = np.linspace(-1, 1, 17), np.linspace(-1, 1, 21)


def parameters(W: float, *, widths=(-2.5, -2.2, -2.3), softness=-2.1, tails=-0.5) -> np.ndarray:
    return np.array([0.3, 0.1, 1.9, -0.2, 0.4, W, *widths[:2], softness, tails, 0.0, 0.0, widths[2]])


models = st.builds(
    lambda phi, turn, x, y, rho, W, *more: np.array([phi, x, phi + turn, y, rho, W, -2.3, -2.0, -2.2, -1.0, *more]),
    st.floats(0, 3.1),
    st.floats(0.3, 2.8),
    st.floats(-0.5, 0.5),
    st.floats(-0.5, 0.5),
    st.floats(-1, 1),
    st.floats(0.05, 0.6) | st.floats(-0.6, -0.05),
    st.floats(-0.2, 0.2),
    st.floats(-0.2, 0.2),
    st.floats(-3.0, -1.5),
)


@pytest.mark.parametrize("W", [0.4, 0.0, -0.4])
def test_equal_widths_without_tails_are_the_thermal_occupations(W: float) -> None:
    """Z = 1 + e^{a} + e^{b} + e^{a+b-W} with a, b = µ/k_BT: <n_1> = (e^a + e^{a+b-W})/Z. All widths equal k_BT."""
    kT = 0.07
    width = np.log(kT)
    shape = parameters(W, widths=(width, width, width), softness=width, tails=-60.0)
    grids = np.stack(np.broadcast_arrays(ROWS[:, None] - 0.1, COLUMNS + 0.2))
    a, b = (np.tensordot(gradients(shape), grids, axes=1) + W / 2) / kT
    full = np.exp(a + b - W / kT)
    expected = np.stack([np.exp(a) + full, np.exp(b) + full]) / (1 + np.exp(a) + np.exp(b) + full)
    assert occupations(shape, ROWS, COLUMNS) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("W", "crossed"), [(0.4, 1e-4), (-0.4, 0.12)])
def test_common_shifts_broaden_the_interaction_line_by_their_effect_on_it(W: float, crossed: float) -> None:
    """Ground states of E = -n_1 µ_1 - n_2 µ_2 + n_1 n_2 W, averaged over equal shifts of both µ, logistic, of scale w.

    A logistic shift has F as its distribution, so that each line is as wide as the shift moves it: w for one charge
    at a time, 2w for both (W < 0), 0 for the line on which one replaces the other (W > 0).
    """
    w = 0.06
    shape = parameters(W, widths=(np.log(w), np.log(w), np.log(crossed)), softness=np.log(1e-4), tails=-60.0)
    grids = np.stack(np.broadcast_arrays(ROWS[:, None] - 0.1, COLUMNS + 0.2))
    first, second = np.tensordot(gradients(shape), grids, axes=1) + W / 2
    expected = np.zeros((2, *first.shape))
    quantiles = (np.arange(4000) + 0.5) / 4000
    for shift in w * np.log(quantiles / (1 - quantiles)):
        energies = [0 * first, -first - shift, -second - shift, W - first - second - 2 * shift]
        state = np.argmin(energies, axis=0)
        expected += np.stack([state % 2, state // 2]) / quantiles.size
    found = occupations(shape, ROWS, COLUMNS)
    off_the_line = np.abs(first - second) > 0.01 if W > 0 else np.ones(first.shape, dtype=bool)
    assert found[:, off_the_line] == pytest.approx(expected[:, off_the_line], abs=5e-3)


@settings(max_examples=25)
@given(models)
def test_derivatives_are_those_of_the_occupations(shape: np.ndarray) -> None:
    values, changes = derivatives(shape, ROWS, COLUMNS)
    assert values == pytest.approx(occupations(shape, ROWS, COLUMNS), abs=1e-12)
    for index in range(len(PARAMETERS)):
        step = 1e-6 * np.eye(len(PARAMETERS))[index]
        difference = (occupations(shape + step, ROWS, COLUMNS) - occupations(shape - step, ROWS, COLUMNS)) / 2e-6
        assert changes[:, index] == pytest.approx(difference, abs=1e-5)


@given(models, st.sampled_from([0, 1]))
def test_counting_a_dots_charge_the_other_way_round_is_the_same_image(shape: np.ndarray, dot: int) -> None:
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
            for gain, phi, bend in zip(np.exp([shape[4] / 2, -shape[4] / 2]), shape[[0, 2]], shape[10:12], strict=True)
        ]
    )


@given(models)
def test_both_potentials_change_by_the_interaction_between_the_triple_points(shape: np.ndarray) -> None:
    W = shape[5]
    shape[10:12] *= np.sin(shape[2] - shape[0]) ** 2 / 2  # lines that are nearly parallel bend less, or never meet
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


@given(models, st.floats(0.1, 10), st.floats(0.1, 10))
def test_lever_arms_go_to_the_dots_whose_lines_they_describe(shape: np.ndarray, first: float, second: float) -> None:
    arms = gradients(shape) * [[first], [-second]]
    assert matched(shape, arms) == pytest.approx(arms)
    assert matched(shape, arms[::-1]) == pytest.approx(arms)


@pytest.mark.parametrize("rho", [-2000.0, 2000.0])
def test_lever_arms_that_run_away_give_numbers(rho: float) -> None:
    shape = parameters(0.4)
    shape[PARAMETERS.index("rho")] = rho
    values, changes = derivatives(shape, ROWS, COLUMNS)
    assert np.isfinite(values).all()
    assert np.isfinite(changes).all()


def test_thermal_lines_have_the_fitted_shape_and_others_an_error_of_the_size() -> None:
    """None of the size for a Fermi function, all of it for equal parts of both; of the place in any case."""
    shape = np.array([0.3, -0.1, 1.3, 0.1, 0.2, 0.5, -2.0, -2.1, -2.5, 0.0, 0.01, -0.02, -2.2])
    width = FULL_WIDTH * np.mean(np.exp([-2.0, -2.1]))
    np.testing.assert_allclose(model_error(shape), width * np.array([0.02, 0.02, 0.01]))
    shape[9] = -9.0  # an arctangent's part of 1e-4
    np.testing.assert_allclose(model_error(shape), width * np.array([0.02, 0.02, 0.000222]), rtol=1e-2)
