"""What a vertex leaves of an image, and its four lines: measured against the noise, on images made to measure."""

from dataclasses import replace

import numpy as np
import pytest

from attractron.readout.vertex.fit import SHAPES, VertexFit, model
from attractron.readout.vertex.geometry import geometry
from attractron.readout.vertex.goodness_of_fit import goodness_of_fit
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.model import PARAMETERS, occupations
from attractron.readout.vertex.scan_noise import estimate
from attractron.readout.vertex.status import not_described

SHAPE = np.array([0.2, 0.1, 1.7, -0.1, 0.1, 0.5, -3.5, -3.4, -3.4, -3.0, 0.0, 0.0, -3.4])
STEPS = [1.0, 0.7]
SIZE = (90, 100)


def made(noise: float, change=None, seed: int = 0, shape: np.ndarray = SHAPE) -> VertexFit:
    """The true parameters as the fit of an image, in white noise, which a change has altered."""
    assert len(SHAPE) == len(PARAMETERS) == SHAPES
    axes = (np.linspace(-1, 1, SIZE[0]), np.linspace(-1, 1, SIZE[1]))
    blank = Image(values=np.zeros(SIZE), missing=np.zeros(SIZE, dtype=bool), axes=axes, names=("V_L", "V_R"), scale=1.0)
    parameters = np.concatenate([shape, STEPS, np.zeros(len(blank.background_terms))])
    clean = model(blank, parameters)
    values = clean if change is None else change(clean)
    values = values + noise * np.random.default_rng(seed).standard_normal(SIZE)
    covariance = 1e-4 * np.eye(len(parameters))
    return VertexFit(
        image=replace(blank, values=values),
        parameters=parameters,
        covariance=covariance,
        seen=np.array([100.0, 70.0]),
        noise=estimate(values - clean),
        rival=100.0,
    )


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [0.01, 0.3])
def test_the_true_vertex_leaves_noise_and_even_lines(noise: float, seed: int) -> None:
    good = goodness_of_fit(made(noise, seed=seed))
    assert not not_described(good)
    assert max(abs(good.deviations), abs(good.near_deviations)) < 5
    for arm in good.arms:
        assert np.abs((np.array(arm.heights) - 1) / arm.errors).max() < 4


def test_lines_are_as_long_as_those_drawn_to_the_edge() -> None:
    """The window is 2 wide, as the axes are, so that the drawn segments have the lengths of the arms."""
    fitted = made(0.01)
    drawn = geometry(fitted, None, "same-sign", None).segments
    lengths = np.hypot(*(drawn[:, 1] - drawn[:, 0]).T)
    for arm, length in zip(goodness_of_fit(fitted).arms, lengths, strict=True):
        gain = np.exp((0.5 if arm.dot == 0 else -0.5) * SHAPE[PARAMETERS.index("rho")])
        full = 3.53 * np.exp(SHAPE[PARAMETERS.index(f"log_width_{arm.dot + 1}")]) / gain
        assert arm.widths * full == pytest.approx(length, abs=0.01)
        assert 0.7 * length < arm.pixels * 2 / np.mean(SIZE) < 1.05 * length


def ended(clean: np.ndarray) -> np.ndarray:
    """Dot 2's step fades out where the first axis goes beyond 0.45."""
    second = occupations(SHAPE, np.linspace(-1, 1, SIZE[0]), np.linspace(-1, 1, SIZE[1]))[1]
    fade = np.clip((np.linspace(-1, 1, SIZE[0]) - 0.45) / 0.1, 0, 1)[:, None]
    return clean - fade * STEPS[1] * (second - 0.5)


def test_a_line_that_ends_is_not_even() -> None:
    arms = goodness_of_fit(made(0.05, ended)).arms
    lowest = min((height, error) for arm in arms for height, error in zip(arm.heights, arm.errors, strict=True))
    assert lowest[0] < 0.5
    assert lowest[0] + 4 * lowest[1] < 1


def test_rows_that_jump_are_left_beside_the_lines_only() -> None:
    """Shifts of single rows repeat in no neighbour: the first measure does not see them, the second does."""
    shifts = np.random.default_rng(1).integers(-4, 5, SIZE[0])
    places = np.arange(SIZE[1])

    def jumping(clean: np.ndarray) -> np.ndarray:
        return np.stack([np.interp(places - shift, places, row) for row, shift in zip(clean, shifts, strict=True)])

    good = goodness_of_fit(made(0.02, jumping))
    assert not_described(good)
    assert good.near > 0.02
    assert good.left < 0.05


def test_a_further_line_is_left_from_row_to_row() -> None:
    x, y = np.linspace(-1, 1, SIZE[0])[:, None], np.linspace(-1, 1, SIZE[1])
    good = goodness_of_fit(made(0.02, lambda clean: clean + 0.4 * np.tanh((y + 0.4 * x - 0.6) / 0.03)))
    assert not_described(good)
    assert good.left > 0.05
