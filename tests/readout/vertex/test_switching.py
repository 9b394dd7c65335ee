"""A detector that switches between two levels: its states are found, and charges that jump are not taken for them."""

import itertools

import numpy as np
import pytest

from attractron.core.results import flag_names
from attractron.readout.vertex.switching import PENALTY, _most_likely, switching
from attractron.readout.vertex.vertex import read_vertex
from tests.readout.other_images import other_image
from tests.readout.vertex_images import disturbed_image

SIZE = (60, 70)
NOWHERE = np.zeros(SIZE, dtype=bool)


def states(dwell: float, seed: int = 0) -> np.ndarray:
    """0 or 1, with another one after so many pixels in the mean, along the last axis."""
    switches = np.random.default_rng(seed).random(SIZE).ravel() < 1 / dwell
    return (switches.cumsum() % 2).reshape(SIZE)


def noise(seed: int = 1) -> np.ndarray:
    return 0.25 * np.random.default_rng(seed).normal(size=SIZE)


def test_the_most_likely_states_are_those_of_an_exhaustive_search() -> None:
    """Of all 2^9 sequences the one with the largest sum of advantages less the penalty of every switch."""
    draw = np.random.default_rng(4)
    for _ in range(20):
        advantage = PENALTY * draw.normal(size=9)
        every = np.array(list(itertools.product((0, 1), repeat=9)))
        scores = every @ advantage - PENALTY * np.sum(np.abs(np.diff(every, axis=1)), axis=1)
        assert np.array_equal(_most_likely(advantage), every[np.argmax(scores)].astype(bool))


@pytest.mark.parametrize("fast", [0, 1])
@pytest.mark.parametrize("dwell", [60.0, 900.0])
def test_states_and_height_are_found(dwell: float, fast: int) -> None:
    true = states(dwell)
    residual = 0.8 * true + noise()
    found = switching(residual if fast == 1 else residual.T, fast, NOWHERE if fast == 1 else NOWHERE.T)
    assert found is not None
    levels = found.states if fast == 1 else found.states.T
    assert np.mean((levels > 0) != (true == 1)) < 0.01
    assert found.height == pytest.approx(0.8, rel=0.05)
    assert found.count == pytest.approx(np.sum(np.diff(true.ravel()) != 0), rel=0.15)
    assert found.states.mean() == pytest.approx(0.0, abs=1e-12)


def test_noise_alone_does_not_switch() -> None:
    assert switching(noise(), 1, NOWHERE) is None


def test_a_line_that_the_fit_has_missed_is_no_detector_that_switches() -> None:
    columns = np.arange(SIZE[1])
    missed = (columns > 20 + 0.3 * np.arange(SIZE[0])[:, None]).astype(float)
    assert switching(missed + noise(), 1, NOWHERE) is None


def test_jumps_near_the_lines_are_the_charges_own() -> None:
    """Of each row a piece of random length beside a line jumps."""
    draw, residual, near = np.random.default_rng(5), noise(), NOWHERE.copy()
    near[:, 25:45] = True
    for row in residual:
        row[30 : 30 + draw.integers(0, 12)] += 1.0
    assert switching(residual, 1, near) is None


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [0, 2])
def test_a_vertex_under_telegraph_switches_is_read_and_these_are_said(seed: int) -> None:
    image, truth = disturbed_image(seed, "telegraph")
    result = read_vertex(image, lever_arms=truth.lever_arms)
    assert flag_names(result["status"])[int(result["status"])] == "repulsive"
    error = float(result["effective_interaction_uncertainty"])
    assert abs(float(result["effective_interaction"]) - truth.interaction) < 3 * error
    assert error < 0.05 * truth.interaction
    assert "The detector switches" in result.attrs["summary"]
    assert "between two levels 50 pA apart" in result.attrs["summary"]


@pytest.mark.thorough
def test_charges_that_latch_stay_refused() -> None:
    result = read_vertex(other_image(17, "latching")[0])
    assert flag_names(result["status"])[int(result["status"])] in ("no_vertex", "several_vertices")
