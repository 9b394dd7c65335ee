"""Outlines of flat polygons: whether they cross themselves, and triangles that cover what they enclose."""

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray

TOUCH = 1e-12
"""Part of the extent within which two sides touch."""


def crossing(corners: FloatArray) -> tuple[int, int] | None:
    """Two sides of a closed outline that cross or touch, neighbours that fold back on each other too; or None.

    Args:
        corners: (corners, 2).
    """
    starts, ends = corners, np.roll(corners, -1, axis=0)
    number = len(corners)
    room = TOUCH * float(np.ptp(corners, axis=0).max())
    if room == 0:
        return 0, 1
    for k in range(number):
        nearest = np.array([distance(starts[k], starts, ends), distance(ends[k], starts, ends)]).min(axis=0)
        back = distance(corners, starts[k : k + 1], ends[k : k + 1])
        nearest = np.minimum(nearest, np.minimum(back, np.roll(back, -1)))
        cut = _sides(starts[k], ends[k], starts) * _sides(starts[k], ends[k], ends) < 0
        cut &= _sides(starts, ends, starts[k]) * _sides(starts, ends, ends[k]) < 0
        bad = cut | (nearest <= room)
        ahead, behind = (k + 1) % number, (k - 1) % number
        bad[[k, behind, ahead]] = False
        if bad.any():
            return k, int(np.argmax(bad))
        if np.linalg.norm(ends[k] - starts[k]) <= room:
            return k, ahead
        if distance(ends[ahead], starts[k : k + 1], ends[k : k + 1])[0] <= room:
            return k, ahead
        if distance(starts[k], starts[ahead : ahead + 1], ends[ahead : ahead + 1])[0] <= room:
            return k, ahead
    return None


def distance(point: FloatArray, starts: FloatArray, ends: FloatArray) -> FloatArray:
    """From a point to straight lines between two ends, in any number of dimensions: (lines,)."""
    step = ends - starts
    square = np.sum(step**2, axis=-1)
    share = np.sum((point - starts) * step, axis=-1) / np.where(square > 0, square, 1.0)
    return np.asarray(np.linalg.norm(point - starts - np.clip(share, 0, 1)[..., None] * step, axis=-1))


def inside(points: FloatArray, corners: FloatArray) -> NDArray[np.bool_]:
    """Whether points (points, 2) lie within an outline."""
    found = np.zeros(len(points), dtype=bool)
    x, y = points.T
    for (a, b), (c, d) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (b > y) != (d > y)
        found ^= crosses & (x < a + (y - b) * (c - a) / (d - b if d != b else 1.0))
    return found


def ears(corners: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Triangles that cover a polygon, by cutting off ears, the best shaped one first.

    Returns:
        Corners (triangles, 3, 2), counter-clockwise; whether the side from each corner to the next is one of the
        outline, (triangles, 3).
    """
    number = len(corners)
    left = list(range(number)) if area(corners) > 0 else list(range(number))[::-1]
    found, free = [], []

    def on_outline(a: int, b: int) -> bool:
        return (a - b) % number in (1, number - 1)

    while len(left) > 3:
        best, quality = -1, -np.inf
        for k in range(len(left)):
            triangle = corners[[left[k - 1], left[k], left[(k + 1) % len(left)]]]
            others = [i for i in left if i not in (left[k - 1], left[k], left[(k + 1) % len(left)])]
            worth = _quality(triangle)
            if worth > quality and not _within(corners[others], triangle).any():
                best, quality = k, worth
        a, b, c = left[best - 1], left[best], left[(best + 1) % len(left)]
        if quality > 0:
            found.append((a, b, c))
        del left[best]
    if _quality(corners[left]) > 0:
        found.append((left[0], left[1], left[2]))
    free = [[on_outline(a, b), on_outline(b, c), on_outline(c, a)] for a, b, c in found]
    return corners[np.array(found)], np.array(free)


def area(corners: FloatArray) -> float:
    """Area of an outline, positive where it runs counter-clockwise."""
    ahead = np.roll(corners, -1, axis=0)
    return float(np.sum(corners[:, 0] * ahead[:, 1] - corners[:, 1] * ahead[:, 0]) / 2)


def _quality(triangle: FloatArray) -> float:
    """Area over the sum of squares of the sides; zero or less for what is no ear."""
    square = float(np.sum((triangle - np.roll(triangle, 1, axis=0)) ** 2))
    found = float(_sides(triangle[0], triangle[1], triangle[2])) / square
    return found if abs(found) > TOUCH else 0.0


def _within(points: FloatArray, triangle: FloatArray) -> NDArray[np.bool_]:
    """Whether points lie within a triangle or on it."""
    sides = np.array([_sides(triangle[k], triangle[(k + 1) % 3], points) for k in range(3)])
    return np.asarray((sides >= 0).all(axis=0))


def _sides(start: FloatArray, end: FloatArray, point: FloatArray) -> FloatArray:
    """On which side of a line a point lies: positive on the left."""
    step, other = end - start, point - start
    return np.asarray(step[..., 0] * other[..., 1] - step[..., 1] * other[..., 0])
