"""How discs, polygons and spheres are cut into triangles, finer towards free edges and where clouds are near.

Flat ones are fans: triangles with one side on the outline and the third corner inside, cut in rows at distances
(k/m)⁴ from the outline and in columns, closer at corners. Rows and columns add up cuts towards clouds, as those of
rectangles. A polygon that its centre does not see all of is made of triangles first, each a fan of three from the
middle of its inscribed circle; sides inside are not graded. Spheres are icosahedra, each face cut alike and moved onto
the sphere, with the volume of the sphere: the error of a capacitance is then almost cubic as well.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.mesh import EDGE, NEAR, POWER
from attractron.geometry.outlines import area, ears
from attractron.geometry.surfaces import Disc, Polygon, Sphere, Surface, Triple
from attractron.geometry.triangles import Triangles, divided

ROWS = 3.0
"""Rows from an edge to the middle at resolution 1."""

COLUMNS = 12.0
"""Columns around a disc at resolution 1."""

SPHERE = 5.0
"""Cuts along the edges of an icosahedron at resolution 1."""

DEEPEST = 4
"""How often triangles of a sphere are cut again towards clouds."""

SEEN = 0.3
"""Height of each fan of a polygon over its centre, in parts of the largest one, from which one fan per side will do."""

SHARP = 0.5
"""Cosine of the turn at a corner up to which charge crowds there."""

WIDE, LONG = 24, 120
"""Points across and along a fan at which distances to clouds are taken."""

Boxes = Sequence[tuple[Triple, Triple]]


def cut(surface: Surface, metal: int, boxes: Boxes, resolution: float) -> Triangles:
    """The panels of a surface.

    Args:
        surface: a disc, a polygon or a sphere.
        metal: number of the metal that it belongs to.
        boxes: corners of the boxes around the clouds, nm.
        resolution: multiplies the cuts along each side.
    """
    clouds = np.array(boxes).reshape(-1, 2, 3)
    if isinstance(surface, Sphere):
        return Triangles(_sphere(surface, clouds, resolution), metal)
    corners = _disc(surface, clouds, resolution) if isinstance(surface, Disc) else _polygon(surface, clouds, resolution)
    height = np.full((*corners.shape[:2], 1), surface.z)
    return Triangles(np.concatenate([corners, height], axis=2), metal)


def _disc(disc: Disc, clouds: FloatArray, resolution: float) -> FloatArray:
    apex = np.array(disc.centre)

    def base(u: FloatArray) -> FloatArray:
        return np.asarray(apex + disc.radius * np.stack([np.cos(2 * np.pi * u), np.sin(2 * np.pi * u)], axis=-1))

    t = np.linspace(0, 1, 2 * LONG + 1)
    columns = _columns(base(t), apex, disc.z, t, COLUMNS, clouds, resolution)
    turns = 2 * np.pi * np.diff(columns)
    wider = np.sqrt(2 * np.pi / np.sin(turns).sum())  # the polygon has the area of the disc
    return _fan(apex + wider * (base(columns) - apex), apex, disc.z, True, clouds, resolution)


def _polygon(polygon: Polygon, clouds: FloatArray, resolution: float) -> FloatArray:
    corners = polygon.outline if area(polygon.outline) > 0 else polygon.outline[::-1]
    steps = np.roll(corners, -1, axis=0) - corners
    directions = steps / np.linalg.norm(steps, axis=1, keepdims=True)
    sharp = np.einsum("ki,ki->k", directions, np.roll(directions, 1, axis=0)) < SHARP
    centre = _centroid(corners)
    heights = directions[:, 0] * (centre - corners)[:, 1] - directions[:, 1] * (centre - corners)[:, 0]
    far = np.linalg.norm(corners - centre, axis=1).max()
    fans = []
    if heights.min() > min(SEEN * heights.max(), SEEN * far):
        for k in range(len(corners)):
            fans.append((corners[k], corners[(k + 1) % len(corners)], centre, True))
    else:
        for triangle, free in zip(*ears(corners), strict=True):
            sides = np.linalg.norm(np.roll(triangle, -1, axis=0) - triangle, axis=1)
            middle = np.roll(sides, -1) @ triangle / sides.sum()
            fans += [(triangle[k], triangle[(k + 1) % 3], middle, bool(free[k])) for k in range(3)]
    blunt = {tuple(corner) for corner, edged in zip(corners.tolist(), sharp, strict=True) if not edged}
    parts = []
    t = np.linspace(0, 1, 2 * LONG + 1)
    x = np.where(t < 0.5, 8 * t**POWER, 1 - 8 * (1 - t) ** POWER)
    for start, stop, apex, free in fans:
        smooth = tuple(start.tolist()) in blunt and tuple(stop.tolist()) in blunt
        place = t if smooth else x
        along = start + place[:, None] * (stop - start)
        columns = _columns(along, apex, polygon.z, place, EDGE if smooth else 2 * EDGE, clouds, resolution)
        base = start + columns[:, None] * (stop - start)
        parts.append(_fan(base, apex, polygon.z, free, clouds, resolution))
    return np.concatenate(parts)


def _columns(
    base: FloatArray, apex: FloatArray, z: float, place: FloatArray, cuts: float, clouds: FloatArray, resolution: float
) -> FloatArray:
    """Where columns of a fan end, in terms of `place` along its base."""
    s = np.linspace(0, 1, WIDE)[:-1]
    away = _distance(base[:, None] + s[:, None] * (apex - base)[:, None], z, clouds)  # (base, along)
    room = np.linalg.norm(apex - base, axis=1)[:, None] * 0 + (1 - s)  # columns narrow towards the apex
    steps = np.linalg.norm(np.diff(base, axis=0), axis=1)
    floor = steps.sum() / (4 * LONG)
    density = np.max(NEAR * room / np.maximum(away, floor), axis=1) if len(clouds) else np.zeros(len(base))
    return _even(place, cuts * np.linspace(0, 1, len(base)), density, steps, resolution)


def _fan(base: FloatArray, apex: FloatArray, z: float, free: bool, clouds: FloatArray, resolution: float) -> FloatArray:
    """Triangles of a fan whose columns start at `base`: (triangles, 3, 2)."""
    t = np.linspace(0, 1, LONG + 1)
    s = t**POWER if free else t
    some = base[:: max(1, len(base) // WIDE)]
    reach = np.linalg.norm(apex - some, axis=1)
    away = _distance(some[:, None] + s[:, None] * (apex - some)[:, None], z, clouds)
    floor = reach.max() / (4 * LONG)
    density = np.max(NEAR * reach[:, None] / np.maximum(away, floor), axis=0) if len(clouds) else np.zeros(len(s))
    rows = _even(s, ROWS * t, density, np.diff(s), resolution)
    grid = base + rows[:, None, None] * (apex - base)  # (rows, columns, 2)
    a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]
    lower, upper = np.stack([a, b, d], axis=2), np.stack([b, c, d], axis=2)[:-1]  # none at the apex
    return np.concatenate([lower.reshape(-1, 3, 2), upper.reshape(-1, 3, 2)])


def _even(place: FloatArray, cuts: FloatArray, density: FloatArray, steps: FloatArray, resolution: float) -> FloatArray:
    """Places between which `cuts` and the integral of `density` over steps rise alike, ends included."""
    rising = cuts.copy()
    rising[1:] += np.cumsum(steps * (density[1:] + density[:-1]) / 2)
    number = max(1, int(np.ceil(resolution * rising[-1] - 1e-6)))
    inner = np.interp(np.linspace(0, rising[-1], number + 1)[1:-1], rising, place)
    return np.array([place[0], *inner, place[-1]])


def _distance(points: FloatArray, z: float, clouds: FloatArray) -> FloatArray:
    """From points (…, 2) at a height to the nearest box: (…)."""
    found = np.full(points.shape[:-1], np.inf)
    for low, high in clouds:
        gap = np.maximum(np.maximum(low[:2] - points, points - high[:2]), 0.0)
        upright = max(low[2] - z, z - high[2], 0.0)
        found = np.minimum(found, np.sqrt(np.sum(gap**2, axis=-1) + upright**2))
    return found


def _centroid(corners: FloatArray) -> FloatArray:
    ahead = np.roll(corners, -1, axis=0)
    cross = corners[:, 0] * ahead[:, 1] - corners[:, 1] * ahead[:, 0]
    return np.asarray((corners + ahead).T @ cross / (3 * cross.sum()))


def _sphere(sphere: Sphere, clouds: FloatArray, resolution: float) -> FloatArray:
    number = max(2, int(np.ceil(SPHERE * resolution - 1e-6)))
    corners = _unit(divided(_icosahedron(), number))
    centre = np.array(sphere.centre)
    for _ in range(DEEPEST):
        points = centre + sphere.radius * corners
        middles, size = points.mean(axis=1), np.linalg.norm(points - np.roll(points, 1, axis=1), axis=2).max(axis=1)
        away = np.full(len(points), np.inf)
        for low, high in clouds:
            gap = np.maximum(np.maximum(low - middles, middles - high), 0.0)
            away = np.minimum(away, np.linalg.norm(gap, axis=1))
        large = resolution * NEAR * size > away
        if not large.any():
            break
        corners = np.concatenate([corners[~large], _unit(divided(corners[large], 2))])
    volume = np.einsum("pi,pi->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6
    return np.asarray(centre + sphere.radius * np.cbrt(4 * np.pi / 3 / volume) * corners)


def _icosahedron() -> FloatArray:
    """Its twenty faces, seen counter-clockwise from outside: (20, 3, 3)."""
    golden = (1 + np.sqrt(5)) / 2
    places = [np.roll([0.0, a, b * golden], k) for a in (1, -1) for b in (1, -1) for k in range(3)]
    found = []
    for faces in combinations(places, 3):
        face = np.array(faces)
        if np.allclose(np.linalg.norm(face - np.roll(face, 1, axis=0), axis=1), 2):
            found.append(face if np.linalg.det(face) > 0 else face[::-1])
    return np.array(found)


def _unit(corners: FloatArray) -> FloatArray:
    return np.asarray(corners / np.linalg.norm(corners, axis=-1, keepdims=True))
