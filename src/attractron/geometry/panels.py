"""Mutual potentials of panels with constant charge: P_ij = (1/A_i A_j) ∬ G over both, symmetric, positive definite.

Parallel rectangles, with differences x, y of their edges and w of their heights, by the fourth difference of

    H = ½(y² - w²) x asinh(x/√(y² + w²)) + ½(x² - w²) y asinh(y/√(x² + w²)) - (x² + y² - 2w²) R/6 - xyw atan(xy/wR)

(R² = x² + y² + w², ∂²∂² H = 1/R). At right angles: the closed potential of one rectangle at 3 × 3 Gauss points of the
other, both ways, and the mean. Far ones: 1/R and the quadrupoles of both.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.geometry.blocks import Blocks
from attractron.geometry.clouds import gauss
from attractron.geometry.images import Images
from attractron.geometry.mesh import Panels
from attractron.geometry.triangle_potentials import at_points
from attractron.geometry.triangle_potentials import mutual as triangles_mutual
from attractron.geometry.triangles import Mesh, Triangles

FAR = 6.0
"""Distance, in sums of half diagonals, from which two panels are taken for points with quadrupoles."""

BLOCK = 2_000_000
"""Corner differences that are computed at once."""

MOST = 500_000
"""Pairs of panels that are computed at once, and so what is held beside the matrix itself."""

TINY = 1e-300


def matrix(meshes: Sequence[Mesh], images: Images, blocks: Blocks | None = None) -> FloatArray:
    """P in 1/nm, (panels, panels).

    Args:
        meshes: the cut rectangles.
        images: mirror images of the medium and of planes.
        blocks: where blocks of pairs of rectangles are kept that come again.
    """
    starts = np.cumsum([0, *(mesh.count for mesh in meshes)])
    found = np.empty((starts[-1], starts[-1]))
    places = [slice(first, last) for first, last in pairwise(starts)]
    for i, (mesh, rows) in enumerate(zip(meshes, places, strict=True)):
        for j, (other, columns) in enumerate(zip(meshes[: i + 1], places[: i + 1], strict=True)):
            block = found[rows, columns]  # a view, so that nothing else of its size is held
            if blocks is None or not blocks.fill(block, mesh, other):
                _fill(block, mesh, other, images)
                if blocks is not None:
                    blocks.keep(block, mesh, other)
            if i == j:
                _mirror(block)
            else:
                found[columns, rows] = block.T
    return found


def mutual(mesh: Mesh, other: Mesh, images: Images, like: tuple[Mesh, Mesh, Images] | None = None) -> FloatArray:
    """The block of P of two rectangles, (panels, panels) in 1/nm.

    Args:
        mesh, other: the cut rectangles.
        images: mirror images.
        like: meshes, cut alike, and images that decide in their place which pairs are far; so it does not change
            between two drawings whose difference is wanted.
    """
    block = np.empty((mesh.count, other.count))
    _fill(block, mesh, other, images, like)
    return block


def _fill(
    block: FloatArray,
    mesh: Mesh,
    other: Mesh,
    images: Images,
    like: tuple[Mesh, Mesh, Images] | None = None,
) -> None:
    own, its, around = (mesh, other, images) if like is None else like
    images, around = images.between(mesh, other), around.between(own, its)
    most = max(1, MOST // other.count)
    start = 0
    for strip, decisive in zip(_strips(mesh, most), _strips(own, most), strict=True):
        block[start : start + strip.count] = sum(
            images.weight[k]
            * _mutual(
                strip,
                other.mirrored(images.sign[k], images.shift[k]),
                _far(decisive, its.mirrored(around.sign[k], around.shift[k])),
            )
            for k in range(len(images.weight))
        )
        start += strip.count


def _strips(mesh: Mesh, most: int) -> Iterator[Mesh]:
    return mesh.strips(most)


def _mirror(block: FloatArray) -> None:
    """The lower triangle onto the upper one, which differs from it by rounding."""
    for k in range(1, len(block)):
        block[:k, k] = block[k, :k]


def potentials(points: FloatArray, meshes: Sequence[Mesh], images: Images) -> FloatArray:
    """Potential of each panel's unit charge at points: (points, panels) in 1/nm."""
    found = []
    for mesh in meshes:
        seen = images.below(mesh)
        found.append(
            sum(
                weight * _at(points, mesh.mirrored(sign, shift))
                for weight, sign, shift in zip(seen.weight, seen.sign, seen.shift, strict=True)
            )
        )
    return np.concatenate([np.zeros((len(points), 0)), *found], axis=1)


def _far(first: Mesh, second: Mesh) -> NDArray[np.bool_]:
    """Which pairs of panels are far from each other: (panels, panels)."""
    size = first.reach()[:, None] + second.reach()
    return np.asarray(_apart(first, second) > (FAR * size) ** 2)


def _apart(first: Mesh, second: Mesh) -> FloatArray:
    """Square of the distance of centres."""
    found = np.zeros((first.count, second.count))
    for a, b in zip(first.centres().T, second.centres().T, strict=True):
        found += (a[:, None] - b) ** 2
    return found


def _mutual(first: Mesh, second: Mesh, far: NDArray[np.bool_]) -> FloatArray:
    """Mean of 1/R over pairs of panels of two rectangles or other surfaces: (panels, panels)."""
    if isinstance(first, Triangles) or isinstance(second, Triangles):
        return triangles_mutual(first, second, far)
    if not far.any():
        return _exact(first, second)
    own, other = first.half_widths() ** 2, second.half_widths() ** 2
    stretch = np.zeros((first.count, second.count))  # Σ_k t_k² h_k², h² of both panels, t = R's own components
    for a, b, h, g in zip(first.centres().T, second.centres().T, own.T, other.T, strict=True):
        stretch += (a[:, None] - b) ** 2 * (h[:, None] + g)
    inverse = 1 / np.where(far, _apart(first, second), 1.0)
    stretch = 3 * stretch * inverse - own.sum(axis=1)[:, None] - other.sum(axis=1)
    approximate = np.asarray(np.sqrt(inverse) * (1 + stretch * inverse / 6))
    return approximate if far.all() else np.where(far, approximate, _exact(first, second))


def _exact(first: Panels, second: Panels) -> FloatArray:
    if first.normal == second.normal:
        return _parallel(first, second)
    return np.asarray((_upright(first, second) + _upright(second, first).T) / 2)


def _parallel(first: Panels, second: Panels) -> FloatArray:
    w = abs(first.height - second.height)
    x = first.edges[0][:, None] - second.edges[0]
    y = first.edges[1][:, None] - second.edges[1]
    corners = _fourfold(x[:, :, None, None], y, w)
    for k in range(4):
        corners = np.diff(corners, axis=k)
    whole = corners.transpose(0, 2, 1, 3)  # (own first, own second, other first, other second)
    sides = [np.diff(edge) for edge in (*first.edges, *second.edges)]
    area = np.multiply.outer(np.multiply.outer(sides[0], sides[1]), np.multiply.outer(sides[2], sides[3]))
    return np.asarray((whole / area).reshape(first.count, second.count))


def _fourfold(x: FloatArray, y: FloatArray, w: float) -> FloatArray:
    """H of the module's docstring; terms that its differences do not see are left out."""
    xx, yy, ww = x**2, y**2, w**2
    R = np.sqrt(xx + yy + ww)
    found = 0.5 * (yy - ww) * x * _asinh(x, R, yy + ww) + 0.5 * (xx - ww) * y * _asinh(y, R, xx + ww)
    found -= (xx + yy - 2 * ww) * R / 6
    if w:
        found -= x * y * w * np.arctan(x * y / (w * R))
    return np.asarray(found)


def _asinh(x: FloatArray, R: FloatArray, rest: FloatArray) -> FloatArray:
    """asinh(x/√rest) with R² = x² + rest; finite where both vanish, since what it is multiplied with vanishes there."""
    return np.asarray(np.copysign(np.log(np.abs(x) + R + TINY) - 0.5 * np.log(rest + TINY), x))


def _upright(points_of: Panels, sources: Panels) -> FloatArray:
    """Means over Gauss points of one rectangle's panels of the potential of the other's: (panels, panels)."""
    nodes, weights = gauss(3)
    places = []
    for edge in points_of.edges:
        half = np.diff(edge)[:, None] / 2
        places.append((edge[:-1, None] + half * (1 + nodes)).ravel())
    first, second = (len(edge) - 1 for edge in points_of.edges)
    points = np.full((first * 3, second * 3, 3), points_of.height)
    points[..., points_of.sides[0]] = places[0][:, None]
    points[..., points_of.sides[1]] = places[1]
    values = _at(points.reshape(-1, 3), sources).reshape(first, 3, second, 3, sources.count)
    return np.asarray(np.einsum("iajbp,a,b->ijp", values, weights / 2, weights / 2).reshape(-1, sources.count))


def _at(points: FloatArray, mesh: Mesh) -> FloatArray:
    """Potential at points of unit charges on the panels, in closed form: (points, panels)."""
    if isinstance(mesh, Triangles):
        return at_points(points, mesh)
    parts = []
    corners = len(mesh.edges[0]) * len(mesh.edges[1])
    step = max(1, BLOCK // corners)
    for start in range(0, len(points), step):
        some = points[start : start + step]
        x = (mesh.edges[0] - some[:, mesh.sides[0], None])[:, :, None]
        y = (mesh.edges[1] - some[:, mesh.sides[1], None])[:, None, :]
        z = np.abs(mesh.height - some[:, mesh.normal])[:, None, None]
        R = np.sqrt(x**2 + y**2 + z**2)
        value = x * _asinh(y, R, x**2 + z**2) + y * _asinh(x, R, y**2 + z**2) - z * np.arctan2(x * y, z * R)
        parts.append(np.diff(np.diff(value, axis=1), axis=2))
    area = np.outer(*(np.diff(edge) for edge in mesh.edges))
    return np.asarray((np.concatenate(parts) / area).reshape(len(points), mesh.count))
