"""Potentials of triangles with constant charge, and their mutual ones with rectangles.

Of one panel, at a height w over its plane, t the distance in the plane to an edge's line (positive inside) and l along
the edge, with R0² = t² + w², R² = R0² + l²:

    ∫ dA/R = Σ_edges [t asinh(l/R0) - |w| atan(t l/(R0² + |w| R))]  between the ends of the edge

(Wilton et al. 1984). Two panels in one plane: `coplanar`. Others: the mean of this at Gauss points of the other, both
ways. A triangle with itself: the mean of 1/R is (4/3) Σ_edges ln(s/(s - a))/a, a the edges and s half of their sum
(Eibert and Hansen 1995). Far ones: 1/R + tr[(S + S')(3nnᵀ - 1)]/2R³, S the means of (r - centre)(r - centre)ᵀ.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.geometry.clouds import gauss
from attractron.geometry.coplanar import integrals
from attractron.geometry.mesh import Panels
from attractron.geometry.triangles import OBLIQUE, Mesh, Triangles, divided

RULES = ((np.inf, 3, 1), (3.0, 7, 1), (1.2, 7, 3))
"""Up to which distance, in sums of reaches, two panels need how many Gauss points, on how many pieces of each side."""

AT_ONCE = 400_000
"""Pairs of points and panels that are computed at once."""

SAME = 1e-9
"""Distance of centres, in sizes, from which on two triangles are one and the same (or its image on a surface)."""

TINY = 1e-300


class Faces(NamedTuple):
    """Panels of either kind.

    Attributes:
        corners: (panels, corners, 3).
        along: unit vectors of the sides, (panels, corners, 3).
        inward: unit vectors in the plane across the sides, towards the inside, (panels, corners, 3).
        normal: (panels, 3).
        sides: their lengths, (panels, corners).
        areas: (panels,).
    """

    corners: FloatArray
    along: FloatArray
    inward: FloatArray
    normal: FloatArray
    sides: FloatArray
    areas: FloatArray

    def of(self, some: NDArray[np.intp]) -> "Faces":
        """Some of the panels, each of which may come several times."""
        return Faces(*(each[some] for each in self))


def mutual(first: Mesh, second: Mesh, far: NDArray[np.bool_]) -> FloatArray:
    """Mean of 1/R over pairs of panels, of which one or both are triangles: (panels, panels) in 1/nm."""
    found = _far(first, second)
    if far.all():
        return found
    own, other = faces(first), faces(second)
    if _coplanar(first, second):
        plane = [k for k in range(3) if k != first.normal]
        flat, others = own.corners[..., plane], other.corners[..., plane]
        turns = np.sign(own.normal[:, first.normal])[:, None] * np.sign(other.normal[:, first.normal])
        exact = turns * integrals(flat, others) / (own.areas[:, None] * other.areas)
        return np.where(far, found, exact)
    rows, columns = np.nonzero(~far)
    apart = np.linalg.norm(first.centres()[rows] - second.centres()[columns], axis=1)
    apart /= first.reach()[rows] + second.reach()[columns]
    fineness = np.digitize(-apart, [-distance for distance, *_ in RULES])
    for level, (_, points, pieces) in enumerate(RULES):
        here = np.flatnonzero(fineness == level + 1)
        rules = [_rule(each.corners.shape[1], points, pieces) for each in (own, other)]
        step = max(1, AT_ONCE // len(rules[0][1]))
        for start in range(0, len(here), step):
            some, opposite = (each[here[start : start + step]] for each in (rows, columns))
            one, two = own.of(some), other.of(opposite)
            found[some, opposite] = (_mean(one, two, *rules[0]) + _mean(two, one, *rules[1])) / 2
    if isinstance(first, Triangles) and isinstance(second, Triangles):
        same = apart < SAME
        found[rows[same], columns[same]] = own_potential(first.corners[rows[same]])
    return found


def at_points(points: FloatArray, mesh: Triangles) -> FloatArray:
    """Potential at points of unit charges on the panels, in closed form: (points, panels) in 1/nm."""
    found = np.empty((len(points), mesh.count))
    sources = faces(mesh)
    step = max(1, AT_ONCE // mesh.count)
    for start in range(0, len(points), step):
        some = np.broadcast_to(points[start : start + step], (mesh.count, len(points[start : start + step]), 3))
        found[start : start + step] = _potential(sources, some).T
    return found


def own_potential(corners: FloatArray) -> FloatArray:
    """Mean of 1/R over triangles with themselves: (triangles,)."""
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    half = sides.sum(axis=1, keepdims=True) / 2
    return np.asarray(4 / 3 * (np.log(half / (half - sides)) / sides).sum(axis=1))


def _potential(faces: Faces, points: FloatArray) -> FloatArray:
    """Mean of 1/R over panels from points (panels, points, 3): (panels, points)."""
    found = np.zeros(points.shape[:2])
    w = abs(np.einsum("pgi,pi->pg", points - faces.corners[:, :1], faces.normal))
    for k in range(faces.corners.shape[1]):
        relative = points - faces.corners[:, k, None]
        t = np.einsum("pgi,pi->pg", relative, faces.inward[:, k])
        start = -np.einsum("pgi,pi->pg", relative, faces.along[:, k])
        square = t**2 + w**2
        for end, sign in ((start + faces.sides[:, k, None], 1.0), (start, -1.0)):
            R = np.sqrt(square + end**2)
            found += sign * t * np.copysign(np.log(abs(end) + R + TINY) - 0.5 * np.log(square + TINY), end)
            found -= sign * w * np.arctan(t * end / (square + w * R + TINY))
    return np.asarray(found / faces.areas[:, None])


def faces(mesh: Mesh) -> Faces:
    """The panels of a mesh as polygons."""
    corners = mesh.corners if isinstance(mesh, Triangles) else _corners(mesh)
    edges = np.roll(corners, -1, axis=1) - corners
    normal = np.cross(edges[:, 0], edges[:, 1])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    sides = np.linalg.norm(edges, axis=2)
    along = edges / sides[..., None]
    return Faces(corners, along, np.cross(normal[:, None], along), normal, sides, mesh.areas())


def _coplanar(first: Mesh, second: Mesh) -> bool:
    """Whether both lie in one plane, across an axis."""
    if first.normal != second.normal or first.normal == OBLIQUE:
        return False
    scale = max(float(np.ptp(each.centres(), axis=0).max() + each.reach().max()) for each in (first, second))
    return abs(first.height - second.height) <= SAME * scale


def _corners(mesh: Panels) -> FloatArray:
    """Those of rectangles: (panels, 4, 3)."""
    signs = np.zeros((4, 3))
    signs[:, list(mesh.sides)] = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    return mesh.centres()[:, None] + signs * mesh.half_widths()[:, None]


def _mean(own: Faces, other: Faces, rule: FloatArray, weights: FloatArray) -> FloatArray:
    """Means over Gauss points of panels of the potentials of others: (pairs,)."""
    return np.asarray(_potential(other, np.einsum("gk,pki->pgi", rule, own.corners)) @ weights)


@cache
def _rule(corners: int, points: int, pieces: int) -> tuple[FloatArray, FloatArray]:
    """Gauss points of a triangle or a rectangle as means of its corners, (points, corners), and weights (points,).

    Args:
        corners: 3 or 4.
        points: of a triangle, 3 or 7, exact for polynomials of second or fifth order.
        pieces: into which each side is cut first.
    """
    if corners == 4:
        u, weight = gauss(2 if points == 3 else 3 * pieces)
        near, far = (1 - u) / 2, (1 + u) / 2
        rule = np.stack(
            [np.outer(a, b).ravel() for a, b in ((near, near), (far, near), (far, far), (near, far))], axis=1
        )
        return rule, np.outer(weight, weight).ravel() / 4
    if points == 3:
        rule, weights = np.full((3, 3), 1 / 6) + np.eye(3) / 2, np.full(3, 1 / 3)
    else:
        root = np.sqrt(15)
        rows = [np.full(3, 1 / 3)]
        rows += [np.roll([1 - 2 * a, a, a], k) for a in ((6 - root) / 21, (6 + root) / 21) for k in range(3)]
        rule = np.array(rows)
        weights = np.array([9 / 40] + [(155 - root) / 1200] * 3 + [(155 + root) / 1200] * 3)
    parts = divided(np.eye(3)[None], pieces)
    return np.concatenate([rule @ part for part in parts]), np.tile(weights, len(parts)) / len(parts)


def _far(first: Mesh, second: Mesh) -> FloatArray:
    apart = first.centres()[:, None] - second.centres()
    square = np.einsum("pqi,pqi->pq", apart, apart)
    inverse = 1 / np.where(square > 0, square, 1.0)
    stretch = np.zeros(square.shape)
    for moments, axis in ((first.moments(), 0), (second.moments(), 1)):
        label = "pij" if axis == 0 else "qij"
        stretch += 3 * np.einsum(f"pqi,{label},pqj->pq", apart, moments, apart, optimize=True) * inverse
        stretch -= np.expand_dims(np.einsum(label + "->" + label[0], moments * np.eye(3)), 1 - axis)
    return np.asarray(np.sqrt(inverse) * (1 + stretch * inverse / 2))
