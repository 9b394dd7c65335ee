"""Other shapes beside a vertex: each of them wins on images that it made, and none on a vertex."""

from dataclasses import replace

import numpy as np
import pytest

from attractron.readout.vertex import rival_shapes as shapes
from attractron.readout.vertex.fit import SHAPES, VertexFit, model
from attractron.readout.vertex.image import Image, prepare
from attractron.readout.vertex.model import occupations, triple_points
from attractron.readout.vertex.rivals import INSTEAD, VERTEX, islands, rivals
from attractron.readout.vertex.scan_noise import estimate
from tests.readout.other_images import other_image
from tests.readout.vertex.test_goodness_of_fit import SHAPE, STEPS, made

SIZE = (80, 84)
NOISE = 0.03
X, Y = np.linspace(-1, 1, SIZE[0])[:, None], np.linspace(-1, 1, SIZE[1])
COURSE = np.array([0.6, 0.1, 0.0])


def attempted(values: np.ndarray) -> VertexFit:
    """A vertex whose lines lie somewhere, its heights by least squares, as the fit of an image of something else."""
    values = values / np.ptp(values) + NOISE * np.random.default_rng(1).standard_normal(SIZE)
    axes = (X[:, 0], Y)
    image = Image(values=values, missing=np.zeros(SIZE, dtype=bool), axes=axes, names=("V_L", "V_R"), scale=1.0)
    count = SHAPES + 2 + len(image.background_terms)
    units = np.eye(count)[SHAPES:]
    shape = np.concatenate([SHAPE, np.zeros(count - SHAPES)])
    terms = np.stack([model(image, shape + unit) for unit in units]).reshape(len(units), -1)
    parameters = shape + np.linalg.lstsq(terms.T, values.ravel())[0] @ units
    return VertexFit(
        image=image,
        parameters=parameters,
        covariance=np.eye(count),
        seen=np.array([9.0, 9.0]),
        noise=estimate(NOISE * np.random.default_rng(2).standard_normal(SIZE)),
        rival=10.0,
    )


PLACE = [SHAPE[0], SHAPE[1], SHAPE[2], SHAPE[3]]
CORNER = triple_points(SHAPE)[0]

MADE = {
    "one smooth maximum": shapes.peak((X, Y), np.array([0.3, -0.2, -1.0, -0.7, 0.3]))[0],
    "one line": shapes.line((X, Y), np.array([*COURSE, 0.1, -3.0]))[0],
    "parallel lines": sum(shapes.line((X, Y), np.array([*COURSE, place, -3.4]))[0] for place in (-0.6, -0.1, 0.5)),
    "crossing lines": np.tensordot([1.0, 0.7], shapes.crossing((X, Y), np.array([*PLACE, -3.2, -3.0]))[:2], axes=1),
    "two gates that pinch off": shapes.crossing((X, Y), np.array([*PLACE, -3.2, -3.0]))[2],
    "several vertices": shapes.honeycomb((X, Y), np.array([*SHAPE[:6], -3.4, 0.7, 0.8])).sum(axis=0),
    "bias triangles": shapes.triangles((X, Y), np.array([*CORNER, 0.2, 1.7, 0.95, 0.8, -3.5, 0.2, 0.25])).sum(axis=0),
}
"""Images of each shape, near enough to the vertex from which fits of the others start."""


@pytest.mark.parametrize("name", MADE)
def test_what_an_image_shows_wins(name: str) -> None:
    found = rivals(attempted(MADE[name]))
    assert name in found.open_between()
    assert VERTEX not in found.open_between()


def test_a_smooth_background_needs_no_lines() -> None:
    """A quadratic has the fewest parameters of all; of waves a broad maximum may be as good a description."""
    found = rivals(attempted(X * Y + 0.3 * X**2 - Y))
    assert found.best == "smooth background"
    waves = rivals(attempted(np.sin(3 * X) * np.cos(2.5 * Y)))
    assert VERTEX not in waves.open_between()


@pytest.mark.parametrize("noise", [0.02, 0.2])
def test_a_vertex_wins_on_its_own_image(noise: float) -> None:
    found = rivals(made(noise))
    assert found.best == VERTEX
    assert found.decisive


def test_every_rival_has_a_name_and_a_way_on() -> None:
    assert set(rivals(made(0.1)).names) <= {VERTEX, *INSTEAD}
    assert all(what and way_on for what, way_on in INSTEAD.values())


def test_rows_that_jump_win_over_the_vertex_that_they_come_from() -> None:
    """One dot's charges moved by up to six blocks in every row, in noise that is low enough to tell."""
    fitted = made(0.02)
    rows = np.random.default_rng(3).integers(-12, 13, fitted.image.values.shape[0])
    places = np.arange(fitted.image.values.shape[1])
    second = occupations(SHAPE, *fitted.image.places)[1]
    late = np.stack([np.interp(places - shift, places, row) for row, shift in zip(second, rows, strict=True)])
    values = fitted.image.values + STEPS[1] * (late - second)
    jumped = replace(fitted, image=replace(fitted.image, values=values))
    assert rivals(jumped).best == "rows that jump"


@pytest.mark.parametrize(("scale", "offset"), [(-3.0, 4.0)])
def test_scores_do_not_depend_on_scale_and_offset(scale: float, offset: float) -> None:
    """An offset is part of the background, and a scale of the heights and the noise."""
    fitted = made(0.1)
    parameters = fitted.parameters.copy()
    parameters[SHAPES:] *= scale
    parameters[SHAPES + 2] += offset
    other = replace(
        fitted, image=replace(fitted.image, values=scale * fitted.image.values + offset), parameters=parameters
    )
    before, after = (dict(zip(found.names, found.scores, strict=True)) for found in map(rivals, (fitted, other)))
    assert before.keys() == after.keys()
    for name in ("crossing lines", "smooth background", "parallel lines"):
        assert after[name] == pytest.approx(before[name], rel=0.02, abs=1.0)


@pytest.mark.parametrize("seed", [0, 26, 39])
def test_islands_of_current(seed: int) -> None:
    image, kind = other_image(seed)
    assert kind == "triangles"
    assert islands(prepare(image, "current", None))


def test_a_vertex_has_no_islands() -> None:
    assert not islands(made(0.05).image)
