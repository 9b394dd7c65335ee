"""Pick-up in the lines of a scan: found where it was put, not where there is none, and taken out of data and model."""

import numpy as np
import pytest

from attractron.core.results import flag_names
from attractron.readout.vertex.image import block_means, prepare
from attractron.readout.vertex.pick_up import pick_up
from attractron.readout.vertex.vertex import read_vertex
from tests.readout.vertex_images import disturbed_image, vertex_image

SHAPE = (90, 130)


def hum(frequency: float, seed: int, *, noise: float = 0.3) -> np.ndarray:
    """A wave of amplitude one with a random phase in each line, along the last axis, in white noise."""
    draw = np.random.default_rng(seed)
    phases = 2 * np.pi * frequency * np.arange(SHAPE[1]) + draw.uniform(0, 2 * np.pi, SHAPE[0])[:, None]
    return np.cos(phases) + noise * draw.normal(size=SHAPE)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("frequency", [0.0613, 0.1894, 0.2500, 0.4444])
def test_the_frequency_is_found_to_a_hundredth_of_a_cycle_in_a_line(frequency: float, axis: int) -> None:
    values = hum(frequency, 1)
    found = pick_up(values if axis == 1 else values.T)
    assert found is not None
    assert found.axis == axis
    assert found.frequencies == (pytest.approx(frequency, abs=0.01 / SHAPE[1]),)
    assert found.amplitudes == (pytest.approx(1.0, rel=0.05),)


def test_a_harmonic_is_found_beside_the_fundamental() -> None:
    found = pick_up(hum(0.07, 1) + 0.4 * hum(0.21, 2))
    assert found is not None
    assert sorted(found.frequencies) == pytest.approx([0.07, 0.21], abs=2e-4)


@pytest.mark.parametrize("seed", range(12))
def test_no_pick_up_is_found_in_images_without(seed: int) -> None:
    assert pick_up(prepare(vertex_image(seed)[0], "current", None).values) is None


def test_waves_are_gone_and_taken_out_once() -> None:
    """A projection: what it leaves has none of the waves, and is left as it is the second time."""
    values = hum(0.1, 3, noise=0.1)
    found = pick_up(values)
    assert found is not None
    left = found.removed(values)
    assert left.std() == pytest.approx(0.1, rel=0.05)
    assert found.removed(left) == pytest.approx(left, abs=1e-12)
    assert found.removed(np.stack([values, left]))[0] == pytest.approx(left, abs=1e-12)


def test_lines_less_their_means_lose_waves_and_means_at_once() -> None:
    """A wave of no whole number of cycles has a mean: to take out first one and then the other would not be enough."""
    values = hum(0.0613, 6)
    found = pick_up(values)
    assert found is not None
    left = found.of_levelled().removed(values)
    assert left.mean(axis=1) == pytest.approx(0.0, abs=1e-12)
    assert found.removed(left) == pytest.approx(left, abs=1e-12)
    offsets = np.arange(SHAPE[0])[:, None]
    assert found.of_levelled().removed(values + offsets) == pytest.approx(left, abs=1e-9)


def test_a_coarse_image_loses_what_the_fine_one_lost() -> None:
    """Means of blocks of an image without waves, and the same image in blocks without the coarse waves, agree."""
    found = pick_up(hum(0.11, 4))
    assert found is not None
    blocks = np.repeat(np.random.default_rng(5).normal(size=(SHAPE[0], SHAPE[1] // 5)), 5, axis=1)
    coarse = found.coarse(5).removed(block_means(blocks, [1, 5]))
    assert coarse == pytest.approx(block_means(found.removed(blocks), [1, 5]), abs=1e-12)


@pytest.mark.parametrize("seed", [5, pytest.param(4, marks=pytest.mark.thorough)])
def test_a_vertex_under_pick_up_is_read_and_the_pick_up_said(seed: int) -> None:
    image, truth = disturbed_image(seed, "hum")
    result = read_vertex(image, lever_arms=truth.lever_arms)
    assert flag_names(result["status"])[int(result["status"])] == ("attractive" if seed % 2 else "repulsive")
    error = float(result["effective_interaction_uncertainty"])
    assert abs(float(result["effective_interaction"]) - truth.interaction) < 3 * error
    assert error < 0.05 * abs(truth.interaction)
    assert "Periodic pick-up along" in result.attrs["summary"]
    assert "free in every line" in result.attrs["validity"]
