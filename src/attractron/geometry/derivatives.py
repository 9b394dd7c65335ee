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
from attractron.geometry.panels import mutual, potentials
from attractron.geometry.solution import Meshes, charges, remainder

STEP = 3e-5
"""Of a length: up and down for differences of the matrix, between truncation (its square) and rounding."""

WIDE = 1e-3
"""The same where a difference costs little and is of fourth order."""


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
    draw: Draw, argument: str, at: Mapping[str, float], lengths: Sequence[str], meshes: Meshes
) -> Derivatives:
    """Repulsions of a drawing and their derivatives by some of its lengths.

    Args:
        draw: function of named lengths.
        argument: what an error names.
        at: values of the lengths, nm; those in `lengths` at least.
        lengths: by which to derive.
        meshes: of the layout there; empty for mirror images alone.
    """
    layout = layout_at(draw, argument, **at)
    if layout.metallic:
        remedy = "scan the length with `distance_scan`"
        raise InputError("draw", "have no metallic dots for derivatives", ", ".join(layout.metallic), remedy)

    def at_step(name: str, step: float) -> Layout:
        return layout_at(draw, argument, **{**at, name: at[name] + step})

    if not meshes[0]:
        best = _direct(layout)
        slopes = []
        for name in lengths:
            h = WIDE * _size(at[name])
            one, two = (_direct(at_step(name, k * h)) - _direct(at_step(name, -k * h)) for k in (1, 2))
            slopes.append((8 * one - two) / (12 * h))
        found = np.array(slopes).reshape(len(lengths), *best.shape)
        return Derivatives(best, found, np.zeros_like(best), np.zeros_like(found))
    steps = {name: STEP * _size(at[name]) for name in lengths}
    pairs = {name: (at_step(name, steps[name]), at_step(name, -steps[name])) for name in lengths}
    values, slopes_of = [], []
    for mesh in meshes:
        M, Q = _solution(layout, mesh)
        values.append(M)
        rise = [_difference(layout, *pairs[name], mesh, Q) / (2 * steps[name]) for name in lengths]
        slopes_of.append(np.array(rise).reshape(len(lengths), *M.shape))
    left = remainder(meshes)
    step, slope_step = values[0] - values[1], slopes_of[0] - slopes_of[1]
    return Derivatives(values[0] + left * step, slopes_of[0] + left * slope_step, step, slope_step)


def stretched(mesh: Sequence[Panels], before: Layout, after: Layout) -> list[Panels]:
    """The panels of one layout on the rectangles of another, every cut at the same fraction of its side.

    Raises:
        InputError: the layouts do not have the same rectangles.
    """
    pairs = []
    for metal, same in zip(before.finite_metals, after.finite_metals, strict=False):
        pairs += list(zip(metal.rectangles, same.rectangles, strict=False))
    if len(pairs) != len(mesh) or any(one.normal != other.normal for one, other in pairs):
        raise InputError("draw", "have the same metals for all lengths", "others at a small step")
    found = []
    for panels, (one, other) in zip(mesh, pairs, strict=True):
        first, second = (
            other.low[k] + (edge - one.low[k]) * (other.high[k] - other.low[k]) / (one.high[k] - one.low[k])
            for k, edge in zip(panels.sides, panels.edges, strict=True)
        )
        found.append(Panels(panels.normal, other.low[panels.normal], panels.sides, (first, second), panels.metal))
    return found


def _size(value: float) -> float:
    """What a step is measured in: the length itself, or 100 nm for one that is zero, as of a misplacement."""
    return abs(value) or 100.0


def _images(layout: Layout) -> Images:
    return images_of(layout.medium, tuple(plane.z for plane in layout.planes))


def _direct(layout: Layout) -> FloatArray:
    return COULOMB * repulsions(layout.clouds, _images(layout))


def _solution(layout: Layout, mesh: Sequence[Panels]) -> tuple[FloatArray, FloatArray]:
    """M in meV and q, (panel, dot)."""
    found = charges(layout, mesh, _images(layout))
    M = _direct(layout) - COULOMB * found.potential.T @ found.induced
    return (M + M.T) / 2, found.induced


def _difference(base: Layout, up: Layout, down: Layout, mesh: Sequence[Panels], q: FloatArray) -> FloatArray:
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
            part = sign * one.T @ mutual(*pair, _images(layout), (mesh[j], mesh[i], _images(base))) @ other
            found += part if i == j else part + part.T
    return np.asarray(COULOMB * found)
