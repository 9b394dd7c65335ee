"""The search of a vertex that needs no response: it holds what any response makes of it, and finds shifts and lines."""

import numpy as np
import pytest

from attractron.readout.vertex.image import Image
from attractron.readout.vertex.model import CENTRE, DIRECTIONS, occupations
from attractron.readout.vertex.sensor_search import Regions, gradient_direction, sensor_search

SIZE = (40, 44)
PLACES = (np.linspace(-1, 1, SIZE[0]), np.linspace(-1, 1, SIZE[1]))
ANGLE = 1.1
GEOMETRY = np.array([0.3, -0.05, 1.5, 0.1, 0.1, 0.5])
WIDTHS = [-3.8, -3.8, -4.8, 0.0, 0.0, 0.0, -3.8]
SHIFTS = np.array([0.3, -0.2])


def response(u: np.ndarray) -> np.ndarray:
    """A peak with a shoulder."""
    return 1 / np.cosh((u - 0.1) / 0.4) ** 2 + 0.3 * np.tanh(3 * (u + 0.5))


def image(noise: float = 0.01) -> Image:
    x, y = np.meshgrid(*PLACES, indexing="ij")
    n = occupations(np.array([*GEOMETRY, *WIDTHS]), *PLACES)
    values = response(np.cos(ANGLE) * x + np.sin(ANGLE) * y + np.tensordot(SHIFTS, n, axes=1))
    values = values + noise * np.random.default_rng(0).normal(size=SIZE)
    return Image(values=values, missing=np.zeros(SIZE, dtype=bool), axes=PLACES, names=("x", "y"), scale=1.0)


def turned(geometry: np.ndarray) -> np.ndarray:
    """A geometry in coordinates along the gradient and across it."""
    result = geometry.copy()
    c, s = np.cos(ANGLE), np.sin(ANGLE)
    result[CENTRE] = c * geometry[1] + s * geometry[3], c * geometry[3] - s * geometry[1]
    result[DIRECTIONS] -= ANGLE
    return result


def test_the_direction_of_the_gradient() -> None:
    assert gradient_direction(image()) == pytest.approx(ANGLE, abs=0.03)


def test_the_vertex_leaves_little_and_lines_elsewhere_leave_much() -> None:
    regions = Regions(image(), ANGLE)
    right = turned(GEOMETRY)
    assert regions.in_window(right) == pytest.approx(GEOMETRY)
    moved = right + np.array([0.0, 0.3, 0.0, -0.3, 0.0, 0.0])
    apart = right + np.array([0.4, 0.0, 0.0, 0.0, 0.0, 0.0])
    left = regions(np.stack([right, moved, apart], axis=1))
    assert left[0] < 0.05
    assert np.all(left[1:] > 4 * left[0])


def test_charges_counted_the_other_way_round_are_the_same_hypothesis() -> None:
    """n → 1 - n of one dot turns φ by π and the sign of W: 1, n_1, n_2 and n_1 n_2 hold the same images."""
    regions = Regions(image(), ANGLE)
    other = turned(GEOMETRY)
    other[0] += np.pi
    other[5] *= -1
    left = regions(np.stack([turned(GEOMETRY), other], axis=1))
    assert left[1] == pytest.approx(left[0], rel=0.1)


def test_shifts_follow_from_what_the_regions_have_in_common() -> None:
    pairs = Regions(image(), ANGLE).shifts(turned(GEOMETRY))
    assert np.abs(pairs[:3] - SHIFTS).max(axis=1).min() < 0.06


def test_the_search_finds_lines_and_shifts() -> None:
    angle, found = sensor_search(image(), 0)
    assert angle == pytest.approx(ANGLE, abs=0.03)
    geometry = found[0][0]
    assert geometry[CENTRE] == pytest.approx(GEOMETRY[CENTRE], abs=0.05)
    directions = np.sort(geometry[DIRECTIONS] % np.pi)
    assert directions == pytest.approx(GEOMETRY[DIRECTIONS], abs=0.08)
