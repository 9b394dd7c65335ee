"""Whether discs, polygons and spheres touch other metal or dots.

Flat surfaces are triangles, and two triangles are apart where a plane separates them: one across a normal, across the
product of two edges, or upright on a triangle through an edge.
"""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.clouds import Cloud, PlaneDot, WireDot
from attractron.geometry.metals import Rectangle
from attractron.geometry.outlines import distance, inside
from attractron.geometry.surfaces import Sphere, Surface

ROOM = 1e-9
"""Part of the extent up to which what is apart touches."""

STEPS = 20_000
"""Points of a wire at which its distance to metal is taken, at most."""


def touch(first: Rectangle | Surface, second: Rectangle | Surface) -> bool:
    """Whether two surfaces have a point in common, or one lies within a sphere."""
    if not _boxes_meet(first, second, 0.0):
        return False
    if isinstance(first, Sphere) and isinstance(second, Sphere):
        apart = np.linalg.norm(np.array(first.centre) - np.array(second.centre))
        return bool(apart <= first.radius + second.radius)
    if isinstance(second, Sphere):
        return touch(second, first)
    if isinstance(first, Sphere):
        return bool(_to_triangles(np.array(first.centre), _triangles(second)) <= first.radius)
    return _meet(_triangles(first), _triangles(second))


def overlap(first: Rectangle | Surface, second: Rectangle | Surface) -> bool:
    """Whether two parts of one metal cover an area together, or spheres of it cut anything."""
    if isinstance(first, Sphere) or isinstance(second, Sphere):
        return touch(first, second)
    flat = [k for k in range(3) if first.low[k] == first.high[k] == second.low[k] == second.high[k]]
    return bool(flat) and _boxes_meet(first, second, 0.0) and _meet(_triangles(first), _triangles(second), flat=True)


def reaches(cloud: Cloud, surface: Surface, radius: float) -> bool:
    """Whether a cloud comes within `radius` of a surface, or lies in a sphere."""
    if not _boxes_meet(cloud, surface, radius):
        return False
    if isinstance(cloud, PlaneDot):
        x, y = (cloud.low[0], cloud.high[0]), (cloud.low[1], cloud.high[1])
        return touch(Rectangle(x=x, y=y, z=cloud.centre[2]), surface)
    start = np.array(cloud.centre) - cloud.shape.edge * cloud.axis
    if isinstance(surface, Sphere):
        end = start + 2 * cloud.shape.edge * cloud.axis
        return bool(distance(np.array(surface.centre), start[None], end[None])[0] <= surface.radius + radius)
    return _reaches_sheet(cloud, start, surface.outline, surface.z, radius)


def _reaches_sheet(wire: WireDot, start: FloatArray, corners: FloatArray, z: float, radius: float) -> bool:
    number = int(np.clip(np.ceil(8 * wire.shape.edge / radius), 2, STEPS))
    points = start + np.linspace(0, 2 * wire.shape.edge, number)[:, None] * wire.axis
    points = points[abs(points[:, 2] - z) <= radius]
    if inside(points[:, :2], corners).any():
        return True
    sheet = np.concatenate([corners, np.full((len(corners), 1), z)], axis=1)
    ends = np.roll(sheet, -1, axis=0)
    return any(bool((distance(point, sheet, ends) <= radius).any()) for point in points)


def _boxes_meet(first: Cloud | Rectangle | Surface, second: Cloud | Rectangle | Surface, room: float) -> bool:
    return all(first.low[k] <= second.high[k] + room and second.low[k] <= first.high[k] + room for k in range(3))


def _triangles(part: Rectangle | Surface) -> FloatArray:
    """Few triangles that cover what is flat: (triangles, 3, 3)."""
    assert not isinstance(part, Sphere)
    if not isinstance(part, Rectangle):
        return part.triangles
    one, two = (k for k in range(3) if k != part.normal)
    corners = np.tile(np.array(part.low), (4, 1))
    corners[1:3, one] = part.high[one]
    corners[2:, two] = part.high[two]
    return corners[[[0, 1, 2], [0, 2, 3]]]


def _meet(first: FloatArray, second: FloatArray, *, flat: bool = False) -> bool:
    """Whether triangles of two sets meet; with `flat`, all of one plane, only where they cover an area together."""
    room = ROOM * float(max(np.ptp(first, axis=(0, 1)).max(), np.ptp(second, axis=(0, 1)).max()))
    others = np.roll(second, -1, axis=1) - second
    normals = np.cross(others[:, 0], others[:, 1])
    for triangle in first:
        own = np.roll(triangle, -1, axis=0) - triangle
        normal = np.cross(own[0], own[1])
        axes = [np.broadcast_to(np.cross(normal, edge), normals.shape) for edge in own]
        axes += [np.cross(normals, others[:, k]) for k in range(3)]
        if not flat:
            axes += [np.broadcast_to(normal, normals.shape), normals]
            axes += [np.cross(edge, others[:, k]) for edge in own for k in range(3)]
        apart = np.zeros(len(second), dtype=bool)
        for axis in axes:
            size = np.linalg.norm(axis, axis=1)
            unit = axis / np.where(size > 0, size, 1.0)[:, None]
            a, b = unit @ triangle.T, np.einsum("tki,ti->tk", second, unit)
            gap = np.maximum(a.min(axis=1) - b.max(axis=1), b.min(axis=1) - a.max(axis=1))
            apart |= (size > 0) & (gap > (-room if flat else room))
        if not apart.all():
            return True
    return False


def _to_triangles(point: FloatArray, triangles: FloatArray) -> float:
    """From a point to the nearest of triangles."""
    ends = np.roll(triangles, -1, axis=1)
    found = min(distance(point, triangles[:, k], ends[:, k]).min() for k in range(3))
    edges = ends - triangles
    normal = np.cross(edges[:, 0], edges[:, 1])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    relative = point - triangles
    over = (np.einsum("tki,tki->tk", np.cross(normal[:, None], edges), relative) >= 0).all(axis=1)
    height = abs(np.einsum("ti,ti->t", relative[:, 0], normal))
    return float(min(found, height[over].min(initial=np.inf)))
