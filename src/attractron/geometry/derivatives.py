"""Derivatives of repulsions by lengths of a drawing, without another solution (adjoint).

With the charges Q_i = (cloud i, -q_i) of one solution, M_ij = KE Q_iᵀ P Q_j is stationary in q. So

    dM_ij/dp = KE Q_iᵀ (dP/dp) Q_j,      P over clouds and panels,

with the charges as they are and the panels stretched with their rectangles. dP/dp is a central difference of the
matrix between its charges; pairs of rectangles that do not move against each other drop out of it.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import COULOMB
from attractron.core.errors import InputError
from attractron.geometry.blocks import geometry_of
from attractron.geometry.cloud_energies import repulsions
from attractron.geometry.images import Images, images_of
from attractron.geometry.layout import Layout
from attractron.geometry.lengths import Draw, layout_at
from attractron.geometry.media import Vacuum
from attractron.geometry.mesh import Panels
from attractron.geometry.metals import Rectangle
from attractron.geometry.panels import mutual, potentials
from attractron.geometry.solution import Meshes, charges, extrapolated, remainder
from attractron.geometry.surfaces import Polygon, Surface
from attractron.geometry.triangles import Mesh, Triangles

STEP = 3e-5
"""Of a length: up and down for differences of the matrix, between truncation (its square) and rounding."""

WIDE = 1e-4
"""The same for mirror images, where rounding is less."""

ZERO = 100.0
"""nm, what steps are measured in for a length that is zero, as of a misplacement."""

STIFF = 1e-9
"""Part of the extent of a polygon by which its corners may move against each other, through rounding."""

Sides = tuple[Layout, Layout, float]
"""Drawings a step up and a step down, and what lies between; that in the middle in the place of one that cannot be."""

Pairs = Sequence[tuple[int, int]]


class Derivatives(NamedTuple):
    """At one point of a drawing.

    Attributes:
        repulsion: M in meV, (dot, dot).
        slopes: dM/dp in meV/nm, (length, dot, dot).
        repulsion_step: difference of M on two meshes.
        slope_steps: difference of the slopes on two meshes.
    """

    repulsion: FloatArray
    slopes: FloatArray
    repulsion_step: FloatArray
    slope_steps: FloatArray


def derivatives(
    draw: Draw,
    argument: str,
    at: Mapping[str, float],
    lengths: Sequence[str],
    meshes: Meshes,
    pairs: Pairs | None = None,
) -> Derivatives:
    """Repulsions of a drawing and their derivatives by some of its lengths.

    Args:
        draw: function of named lengths.
        argument: what an error names.
        at: values of the lengths, nm; those in `lengths` at least.
        lengths: by which to derive.
        meshes: of the layout there; empty for mirror images alone.
        pairs: of dots that are wanted, all by default; others may be left out where that saves time.
    """
    layout = layout_at(draw, argument, **at)
    flows = layout.flows
    adjoint = bool(meshes[0]) and not flows
    sides = [_sides(draw, argument, at, name, layout, STEP if adjoint else WIDE) for name in lengths]
    if flows:
        return _whole(layout, meshes, sides)
    if not adjoint:
        best = _direct(layout, pairs)
        slopes = [(_direct(up, pairs) - _direct(down, pairs)) / width for up, down, width in sides]
        found = np.array(slopes).reshape(len(lengths), *best.shape)
        return Derivatives(best, found, np.zeros_like(best), np.zeros_like(found))
    values, slopes_of = [], []
    for mesh in meshes:
        M, Q = _solution(layout, mesh)
        values.append(M)
        rise = [_difference(layout, up, down, mesh, Q) / width for up, down, width in sides]
        slopes_of.append(np.array(rise).reshape(len(lengths), *M.shape))
    left = remainder(meshes)
    step, slope_step = values[0] - values[1], slopes_of[0] - slopes_of[1]
    return Derivatives(values[0] + left * step, slopes_of[0] + left * slope_step, step, slope_step)


def _sides(draw: Draw, argument: str, at: Mapping[str, float], name: str, layout: Layout, step: float) -> Sides:
    step *= abs(at[name]) or ZERO
    found, width = [], 0.0
    for sign in (1, -1):
        try:
            found.append(layout_at(draw, argument, **{**at, name: at[name] + sign * step}))
            width += step
        except InputError:
            if sign < 0 and not width:  # neither side can be
                raise
            found.append(layout)
    return found[0], found[1], width


def _whole(layout: Layout, meshes: Meshes, sides: Sequence[Sides]) -> Derivatives:
    """By differences of whole solutions, where charges flow on metal that floats."""
    best, step = (each.repulsion for each in extrapolated(layout, meshes))
    found = np.zeros((2, len(sides), *best.shape))
    for k, (up, down, width) in enumerate(sides):
        for other, sign in ((up, 1), (down, -1)):
            solved = extrapolated(other, (stretched(meshes[0], layout, other), stretched(meshes[1], layout, other)))
            found[:, k] += sign * np.stack([each.repulsion for each in solved]) / width
    return Derivatives(best, found[0], step, found[1])


def stretched(mesh: Sequence[Mesh], before: Layout, after: Layout) -> list[Mesh]:
    """The panels of one layout on the metals of another, every cut at the same fraction of its side.

    Raises:
        InputError: the layouts do not have the same parts, or a polygon whose corners move against each other.
    """
    pairs = []
    for metal, same in zip(before.finite_metals, after.finite_metals, strict=False):
        pairs += list(zip(metal.parts, same.parts, strict=False))
    if len(pairs) != len(mesh) or any(not _alike(one, other) for one, other in pairs):
        raise InputError("draw", "have the same metals for all lengths", "others at a small step")
    found: list[Mesh] = []
    for panels, (one, other) in zip(mesh, pairs, strict=True):
        if not isinstance(panels, Panels):
            found.append(Triangles(_onto(panels.corners, one, other), panels.metal))
            continue
        first, second = (
            other.low[k] + (edge - one.low[k]) * (other.high[k] - other.low[k]) / (one.high[k] - one.low[k])
            for k, edge in zip(panels.sides, panels.edges, strict=True)
        )
        found.append(Panels(panels.normal, other.low[panels.normal], panels.sides, (first, second), panels.metal))
    return found


def _alike(one: Rectangle | Surface, other: Rectangle | Surface) -> bool:
    """Whether one is the other, moved or stretched as a whole."""
    if isinstance(one, Rectangle) and isinstance(other, Rectangle):
        return one.normal == other.normal
    if isinstance(one, Polygon) and isinstance(other, Polygon):
        if len(one.corners) != len(other.corners):
            return False
        moved = _onto(np.array([(*corner, one.z) for corner in one.corners]), one, other)[:, :2]
        scale = max(abs(np.subtract(other.high, other.low)))
        if np.abs(moved - np.array(other.corners)).max() > STIFF * scale:
            raise InputError("draw", "stretch polygons as a whole", "one whose corners move against each other")
        return True
    return type(one) is type(other)


def _onto(points: FloatArray, one: Rectangle | Surface, other: Rectangle | Surface) -> FloatArray:
    """Points in the box around one, moved into that around the other."""
    low, start = np.array(one.low), np.array(other.low)
    size, width = np.array(one.high) - low, np.array(other.high) - start
    return np.asarray(start + (points - low) * np.where(size > 0, width / np.where(size > 0, size, 1.0), 1.0))


def _images(layout: Layout) -> Images:
    return images_of(layout.medium, tuple(plane.z for plane in layout.planes))


def _direct(layout: Layout, pairs: Pairs | None = None) -> FloatArray:
    return COULOMB * repulsions(layout.clouds, _images(layout), pairs)


def _solution(layout: Layout, mesh: Sequence[Mesh]) -> tuple[FloatArray, FloatArray]:
    """M in meV and q, (panel, dot)."""
    found = charges(layout, mesh, _images(layout))
    M = _direct(layout) - COULOMB * found.potential.T @ found.induced
    return (M + M.T) / 2, found.induced


def _difference(base: Layout, up: Layout, down: Layout, mesh: Sequence[Mesh], q: FloatArray) -> FloatArray:
    """KE Qᵀ (P_up - P_down) Q in meV."""
    meshes = [stretched(mesh, base, layout) for layout in (up, down)]
    found = np.zeros((q.shape[1], q.shape[1]))
    for layout, panels, sign in zip((up, down), meshes, (1, -1), strict=True):
        images = _images(layout)
        p = np.empty_like(q)
        for k, (cloud, own) in enumerate(zip(layout.clouds, base.clouds, strict=True)):
            points, charge = cloud.points(base.clearance(own))  # as many points as in the solution
            p[:, k] = charge @ potentials(points, panels, images)
        found += sign * (repulsions(layout.clouds, images) - p.T @ q - q.T @ p)
    around = [(layout.medium, [plane.z for plane in layout.planes]) for layout in (up, down)]
    still, heights = around[0] == around[1], around[0] != (Vacuum(), [])
    starts = np.cumsum([0, *(each.count for each in mesh)])
    for i, j in combinations_with_replacement(range(len(mesh)), 2):
        pairs = [(each[j], each[i]) for each in meshes]
        if still and geometry_of(*pairs[0], heights=heights) == geometry_of(*pairs[1], heights=heights):
            continue
        one, other = q[starts[j] : starts[j + 1]], q[starts[i] : starts[i + 1]]
        for layout, pair, sign in zip((up, down), pairs, (1, -1), strict=True):
            images, before = _images(layout), _images(base)
            like = (mesh[j], mesh[i], before) if len(before.weight) == len(images.weight) else None
            part = sign * one.T @ mutual(*pair, images, like) @ other
            found += part if i == j else part + part.T
    return np.asarray(COULOMB * found)
