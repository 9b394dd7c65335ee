"""Metallic wires: equipotentials cut into segments of constant charge, as dots of many electrons are.

Charges on thin tubes repel as 1/√(R² + a²). Segments on parallel lines, with s² = a² + (distance of the lines)² and
F(t) = t asinh(t/s) - √(t² + s²), so that F'' = 1/√(t² + s²):

    ∫_a^b du ∫_c^d dv 1/√((u - v)² + s²) = F(b - c) - F(b - d) - F(a - c) + F(a - d).

Others: the potential of one segment, [asinh((u + l)/s) - asinh((u - l)/s)]/2l, at Gauss points of the other, both ways.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.cloud_energies import repulsion, repulsions
from attractron.geometry.clouds import POINTS, Cloud, Uniform, WireDot, gauss
from attractron.geometry.images import Images

FEWEST, MOST = 4, 48
"""Gauss points on a segment for another wire that is far, and for one that is near."""

PARALLEL = 1e-12
"""Sine squared of the angle up to which two wires are parallel."""

ENDS = 1e-9
"""Part of their lengths by which two wires on one line may overlap through rounding."""


def edges_of(wire: WireDot) -> FloatArray:
    """Where its segments end, along the wire from its centre, nm: (segments + 1,)."""
    assert wire.segments
    return np.linspace(-wire.shape.reach, wire.shape.reach, wire.segments + 1)


def points_of(wire: WireDot, distance: float = np.inf) -> tuple[FloatArray, FloatArray]:
    """Positions (points, 3) that stand for a wire's segments at a distance, and their charges (points, segments)."""
    edges = edges_of(wire)
    wanted = max(POINTS / wire.segments, 8 * (edges[1] - edges[0]) / max(distance, wire.radius))
    u, weight = _gauss_points(edges, int(np.clip(np.ceil(wanted), 2, MOST)))
    charge = np.kron(np.eye(wire.segments), weight[: len(u) // wire.segments, None])
    return np.array(wire.centre) + u[:, None] * wire.axis, np.asarray(charge)


def energies(clouds: Sequence[Cloud], wires: Sequence[WireDot], images: Images) -> FloatArray:
    """Mean of G in 1/nm over pairs of clouds, and of segments of the wires behind them: (element, element)."""
    own = repulsions(tuple(clouds), images)
    if not wires:
        return own
    parts = [piece for wire in wires for piece in pieces(wire)]
    across = np.array([[repulsion(part, cloud, images) for cloud in clouds] for part in parts])
    across = across.reshape(len(parts), len(clouds))
    return np.block([[own, across.T], [across, matrix(wires, images)]])


def pieces(wire: WireDot) -> list[WireDot]:
    """Its segments as clouds of their own."""
    edges = edges_of(wire)
    shape = Uniform(length=float(edges[1] - edges[0]))
    centres = np.array(wire.centre) + (edges[1:] + edges[:-1])[:, None] / 2 * wire.axis
    return [replace(wire, centre=tuple(centre), shape=shape) for centre in centres.tolist()]


def matrix(wires: Sequence[WireDot], images: Images) -> FloatArray:
    """Mean of G over pairs of segments in 1/nm: (segments of all wires, the same), symmetric."""
    return np.block([[_mutual(first, second, images) for second in wires] for first in wires])


def merged(segments: int) -> FloatArray:
    """(segments, segments // 2): every two segments of a wire, or three where one is left over, taken for one."""
    groups = np.minimum(np.arange(segments) // 2, max(segments // 2, 1) - 1)
    member = (groups[:, None] == np.arange(max(segments // 2, 1))).astype(float)
    return np.asarray(member / member.sum(axis=0))


def overlap(first: WireDot, second: WireDot) -> bool:
    """Whether two tubes have space in common; on one line they may touch with their ends."""
    between = np.array(second.centre) - np.array(first.centre)
    reach, other = first.shape.edge, second.shape.edge
    room = reach + other
    cosine = float(first.axis @ second.axis)
    sideways = between - (between @ first.axis) * first.axis
    if 1 - cosine**2 < PARALLEL and np.linalg.norm(sideways) < first.radius + second.radius:
        return bool(abs(between @ first.axis) < room * (1 - ENDS))
    return bool(distance(first, second) < (first.radius + second.radius) * (1 - ENDS))


def distance(first: WireDot, second: WireDot) -> float:
    """Between two lines of finite length in nm: from the nearest points of infinite ones, and from all ends."""
    between = np.array(first.centre) - np.array(second.centre)
    cosine = float(first.axis @ second.axis)
    along, other = float(between @ first.axis), float(between @ second.axis)
    starts = [-first.shape.edge, first.shape.edge]
    if 1 - cosine**2 >= PARALLEL:
        starts.append(float(np.clip((other * cosine - along) / (1 - cosine**2), starts[0], starts[1])))
    found = []
    for u in starts:
        v = np.clip(other + u * cosine, -second.shape.edge, second.shape.edge)
        u = np.clip(v * cosine - along, -first.shape.edge, first.shape.edge)
        found.append(np.linalg.norm(between + u * first.axis - v * second.axis))
    for v in (-second.shape.edge, second.shape.edge):
        u = np.clip(v * cosine - along, -first.shape.edge, first.shape.edge)
        found.append(np.linalg.norm(between + u * first.axis - v * second.axis))
    return float(min(found))


def _gauss_points(edges: FloatArray, number: int) -> tuple[FloatArray, FloatArray]:
    """Places (segments × number,) and the share of a segment's charge at each of them."""
    nodes, weights = gauss(number)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + nodes)).ravel(), np.tile(weights / 2, len(edges) - 1)


def _mutual(first: WireDot, second: WireDot, images: Images) -> FloatArray:
    square = (first.radius**2 + second.radius**2) / 2
    found = np.zeros((first.segments, second.segments))
    for weight, sign, shift in zip(images.weight, images.sign, images.shift, strict=True):
        mirror = np.array([1.0, 1.0, sign])
        axis, centre = second.axis * mirror, np.array(second.centre) * mirror + [0.0, 0.0, shift]
        cosine = float(first.axis @ axis)
        if 1 - cosine**2 < PARALLEL:
            found += weight * _parallel(first, second, centre, np.sign(cosine), square)
        else:
            back = (np.array(first.centre) - [0.0, 0.0, shift]) * mirror
            found += weight / 2 * _means(first, second, centre, axis, square)
            found += weight / 2 * _means(second, first, back, first.axis * mirror, square).T
    return found


def _parallel(first: WireDot, second: WireDot, centre: FloatArray, sign: float, square: float) -> FloatArray:
    """Means over segments of two parallel wires; the second, or its image, is at `centre` and runs along `sign`."""
    between = centre - np.array(first.centre)
    along = float(between @ first.axis)
    s = np.sqrt(square + max(float(between @ between) - along**2, 0.0))
    own, other = edges_of(first), along + sign * edges_of(second)
    t = own[:, None] - other
    F = t * np.arcsinh(t / s) - np.sqrt(t**2 + s**2)
    area = np.outer(np.diff(own), np.diff(other))
    return np.asarray(-np.diff(np.diff(F, axis=0), axis=1) / area)


def _means(first: WireDot, second: WireDot, centre: FloatArray, axis: FloatArray, square: float) -> FloatArray:
    """Means over the first's segments of the potentials of the second's, which lies at `centre` along `axis`."""
    edges, others = edges_of(first), edges_of(second)
    ends = np.array(first.centre) + np.array([-1.0, 0.0, 1.0])[:, None] * first.shape.reach * first.axis
    width = edges[1] - edges[0]
    lines = np.linspace(ends[0], ends[2], 2 * first.segments + 1)
    foot = np.clip((lines - centre) @ axis, others[0], others[-1])
    gap = float(np.linalg.norm(lines - centre - foot[:, None] * axis, axis=1).min())
    number = int(np.clip(np.ceil(8 * width / max(gap, np.sqrt(square))), FEWEST, MOST))
    u, weights = _gauss_points(edges, number)
    relative = np.array(first.centre) - centre + u[:, None] * first.axis
    along = relative @ axis
    s = np.sqrt(np.maximum(np.sum(relative**2, axis=1) - along**2, 0.0) + square)
    terms = np.arcsinh((along[:, None] - others) / s[:, None])
    potential = np.stack([(terms[:, k] - terms[:, n]) for k, n in pairwise(range(len(others)))], axis=1)
    potential /= np.diff(others)
    return np.asarray((potential * weights[:, None]).reshape(first.segments, number, -1).sum(axis=1))
