"""Offsets of whole lines and lags between them: found where they were put, and not where there are none."""

import numpy as np
import pytest

from attractron.readout.vertex.scan_lines import aligned, differences, jumps, lag, restless, subtracted
from tests.readout.vertex_images import vertex_image

SHAPE = (60, 80)


def along(values: np.ndarray, axis: int) -> np.ndarray:
    """Lines that run along the last axis turned to run along another."""
    return values if axis == 1 else values.T


def slanted(seed: int, lagging: int = 0) -> np.ndarray:
    """A step of height one across all lines, slanted and four pixels wide, in noise of 0.1; every second line lags."""
    places = np.arange(SHAPE[1]) - 40.0 + 0.4 * np.arange(SHAPE[0])[:, None]
    places[1::2] -= lagging
    return np.tanh(places / 2) / 2 + 0.1 * np.random.default_rng(seed).standard_normal(SHAPE)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("middle", [np.mean, np.median])
def test_lines_whose_mean_or_median_was_subtracted(axis: int, middle) -> None:
    values = slanted(0)
    assert subtracted(values) is None
    values -= middle(values, axis=1, keepdims=True)
    assert subtracted(along(values, axis)) == axis
    values[3] = np.nan
    assert subtracted(along(values + 2.0, axis)) == axis


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("seed", range(3))
def test_a_jump_between_two_lines(axis: int, seed: int) -> None:
    values = slanted(seed)
    assert not jumps(along(values, axis), axis)
    values[20:] += 0.5
    assert jumps(along(values, axis), axis)


def test_a_charging_line_along_the_lines_is_no_jump() -> None:
    """It is wider than one line, where it can be told at all."""
    across = np.tanh((np.arange(SHAPE[0]) - 30.2) / 2)[:, None] / 2
    assert not jumps(slanted(1) + across, 1)


def test_differences_have_the_spread_of_what_was_added() -> None:
    """White noise of variance v over m pixels: the median of the difference of two lines has the variance π v/m."""
    generator = np.random.default_rng(0)
    values = 0.1 * generator.standard_normal((400, 300))
    _, spread, within = differences(values, 1)
    assert spread == pytest.approx(0.1 * np.sqrt(np.pi / 300), rel=0.15)
    assert within == pytest.approx(0.1 * np.sqrt(np.pi / 300), rel=0.03)
    assert not restless(values, 1)
    assert restless(values + 0.05 * generator.standard_normal((400, 1)), 1)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("pixels", [-4, 1, 3])
def test_a_lag_is_found_and_undone(axis: int, pixels: int) -> None:
    values = along(slanted(2, pixels), axis)
    found, shift = lag(values)
    assert found == axis
    assert shift == pytest.approx(pixels, abs=0.15)
    assert lag(aligned(values, found, shift))[1] == 0.0


def test_undoing_a_lag_moves_every_other_line_and_the_rest_by_halves() -> None:
    ramp = np.tile(np.arange(10.0), (4, 1))
    moved = aligned(ramp, 1, 2.0)
    assert moved[0, 2:-2] == pytest.approx(ramp[0, 2:-2] - 1)
    assert moved[1, 2:-2] == pytest.approx(ramp[1, 2:-2] + 1)
    assert aligned(ramp.T, 0, 2.0) == pytest.approx(moved.T)


@pytest.mark.parametrize("seed", range(6))
def test_a_clean_vertex_has_none_of_it(seed: int) -> None:
    values = vertex_image(seed, pixels=(90, 100), noise=0.2)[0].values
    assert subtracted(values) is None
    assert lag(values)[1] == 0.0
    assert not any(jumps(values, axis) for axis in (0, 1))
