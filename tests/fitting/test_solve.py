"""The pieces of the fit: what enters the sums, what bounds it, and where its start comes from."""

import numpy as np
import pytest

from attractron.dots import Detector
from attractron.fitting.initial_guess import linear_part, with_interaction
from attractron.fitting.model import DiagramModel
from attractron.fitting.solve import make_problem, solve
from tests.fitting.diagram_images import simulated

FREE = ("W", "t", "temperature", "offset.L", "offset.R", "weight.L", "weight.R", "background", "tunnel_broadening")


@pytest.fixture(scope="module")
def problem():
    """Near the truth of an attractive image with a corner missing, larger than what the minimum is found on."""
    sample = simulated(1, shape=(200, 44), error=0.0)
    axes = tuple(sample.image[name].values for name in ("V_L", "V_R"))
    model = DiagramModel(device=sample.start, names=("V_L", "V_R"), axes=axes)
    data = sample.image.values.copy()
    data[:9, :9] = np.nan
    values = model.initial_values(Detector(), sample.temperature, {}) | {
        name: float(value) for name, value in sample.truth.items() if name.startswith(("slope", "weight", "back"))
    }
    return sample, make_problem(model, data, values, FREE)


def test_missing_pixels_enter_no_sum(problem):
    _, made = problem
    residual, slopes = made.derivatives(made.start)
    missing = np.isnan(made.data)
    assert (residual[missing] == 0).all()
    assert (slopes[:, missing] == 0).all()
    assert (np.abs(slopes[:, ~missing]).max(axis=1) > 0).all()
    np.testing.assert_allclose(residual, made.residual(made.start), atol=1e-10)


def test_bounds_are_those_of_physics(problem):
    _, made = problem
    lows = dict(zip(made.free, made.bounds[0], strict=True))
    assert lows["W"] == lows["t"] == lows["tunnel_broadening"] == 0.0
    assert lows["temperature"] > 0
    assert np.isneginf([lows["offset.L"], lows["weight.L"], lows["background"]]).all()
    assert np.isposinf(made.bounds[1]).all()


def test_the_minimum_is_stationary_and_its_residual_is_its_own(problem):
    """At the minimum the whitened residual is orthogonal to all derivatives, up to the pull of the ranges; that of
    every other row, where the search ends, is elsewhere."""
    _, made = problem
    assert made.thinned().model.shape == (100, 44)
    found = solve(made)
    assert found.settled
    residual, slopes = made.derivatives(found.point)
    np.testing.assert_array_equal(residual, found.residual)
    whitened = found.noise.whiten(slopes)
    np.testing.assert_allclose(whitened @ whitened.T, found.information, rtol=1e-10)
    pull = whitened @ found.noise.whiten(residual) - (found.point - made.start) / made.ranges
    step = np.linalg.solve(found.information + np.eye(len(pull)), pull)
    inside = found.point - made.bounds[0] > 1e-9 * made.ranges
    assert np.sqrt(np.sum((step * pull)[inside])) < 0.06


def test_the_linear_part_is_the_least_squares_solution(problem):
    """Without noise it finds weights and background exactly, missing pixels or not."""
    _, made = problem
    exact = made.model.current(made.values)
    exact[np.isnan(made.data)] = np.nan
    spoiled = {**made.values, "weight.L": 1.0, "weight.R": 2.0, "background": -7.0}
    found, left = linear_part(made.model, spoiled, made.free, exact)
    for name in made.values:
        assert found[name] == pytest.approx(made.values[name], abs=1e-6)
    assert left == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("target", [-1.0, -0.3, 0.4])
def test_the_hamiltonian_is_moved_to_an_interaction(problem, target):
    _, made = problem
    moved = with_interaction(made.model, made.values, ("W", "delta", "t"), target)
    assert made.model.energies(moved)[2] == pytest.approx(target, abs=1e-5)
    assert {name for name in moved if moved[name] != made.values[name]} <= {"W", "delta", "t"}
    assert with_interaction(made.model, made.values, ("temperature",), target) == made.values
