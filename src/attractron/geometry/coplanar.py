"""Mutual potentials of panels with straight edges in one plane, in closed form.

There ∇·∇' R = -1/R, so that areas become edges: with e, e' the edges of both panels, run around in one direction,

    ∬ dA dA'/R = -Σ_ee' (e·e')/|e||e'| ∬ R dl dl'.

Two lines that cross have R homogeneous in the distances s, s' from where they do, so that by Euler's theorem

    ∬ R dl dl' = [s I(s) + s' I'(s')]/3 between the ends,      I the integral of R along the other edge,

[l R + d² asinh(l/d)]/2 of a point at a distance d from its line. Two parallel lines, d apart: the second difference of
R³/6 + d² (t asinh(t/d) - R)/2.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray

PARALLEL = 1e-9
"""Sine of the angle up to which lines are parallel."""

DIGITS = 1e-13
"""Part of the extent up to which corners are the same."""

TINY = 1e-300

Integers = NDArray[np.intp]


class Net(NamedTuple):
    """Panels as a net: each vertex and each edge once.

    Attributes:
        vertices: (vertices, 2).
        ends: numbers of the vertices of each edge, (edges, 2).
        sides: which edges a panel has, (panels, corners).
        signs: whether it runs along them (1) or against them (-1), (panels, corners).
    """

    vertices: FloatArray
    ends: Integers
    sides: Integers
    signs: FloatArray


def net(corners: FloatArray) -> Net:
    """The net of panels, corners (panels, corners, 2) run around in one direction."""
    flat = corners.reshape(-1, 2)
    scale = DIGITS * max(float(np.ptp(flat, axis=0).max()), TINY)
    keys = np.rint((flat - flat.min(axis=0)) / scale)
    _, first, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    own = number.reshape(corners.shape[:2])
    pairs = np.stack([own, np.roll(own, -1, axis=1)], axis=-1)
    signs = np.where(pairs[..., 0] < pairs[..., 1], 1.0, -1.0)
    ends, sides = np.unique(np.sort(pairs, axis=-1).reshape(-1, 2), axis=0, return_inverse=True)
    return Net(flat[first], ends, sides.reshape(own.shape), signs)


def integrals(first: FloatArray, second: FloatArray) -> FloatArray:
    """∬ dA dA'/R over pairs of panels in one plane, corners (panels, corners, 2) counter-clockwise, in nm³."""
    one, other = net(first), net(second)
    edges = _edges(one, other)
    rows = np.zeros((len(first), len(other.ends)))
    for k in range(first.shape[1]):
        rows += one.signs[:, k, None] * edges[one.sides[:, k]]
    found = np.zeros((len(first), len(second)))
    for k in range(second.shape[1]):
        found -= other.signs[:, k] * rows[:, other.sides[:, k]]
    return found


def _edges(one: Net, other: Net) -> FloatArray:
    """cos ∬ R dl dl' over pairs of edges: (edges, edges)."""
    a, b = one.vertices[one.ends], other.vertices[other.ends]
    along, lengths = _directions(a)
    others, other_lengths = _directions(b)
    cosine = along @ others.T
    sine = _cross(along[:, None], others)
    # where the lines cross, seen from the starts of both
    between = b[None, :, 0] - a[:, None, 0]
    parallel = abs(sine) < PARALLEL
    safe = np.where(parallel, 1.0, sine)
    s = _cross(between, others) / safe
    t = _cross(between, along[:, None]) / safe
    start = _means_of_distance(one.vertices, b, others, other_lengths)  # (vertices, edges of other)
    end = _means_of_distance(other.vertices, a, along, lengths)
    found = (lengths[:, None] - s) * start[one.ends[:, 1]] + s * start[one.ends[:, 0]]
    found += ((other_lengths[:, None] - t.T) * end[other.ends[:, 1]] + t.T * end[other.ends[:, 0]]).T
    found /= 3
    rows, columns = np.nonzero(parallel)
    found[rows, columns] = _beside(a[rows], along[rows], lengths[rows], b[columns])
    return np.asarray(cosine * found)


def _directions(ends: FloatArray) -> tuple[FloatArray, FloatArray]:
    step = ends[:, 1] - ends[:, 0]
    lengths = np.linalg.norm(step, axis=1)
    return step / lengths[:, None], lengths


def _cross(first: FloatArray, second: FloatArray) -> FloatArray:
    return np.asarray(first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0])


def _means_of_distance(points: FloatArray, ends: FloatArray, along: FloatArray, lengths: FloatArray) -> FloatArray:
    """∫ R dl from points over edges: (points, edges)."""
    relative = ends[:, 0] - points[:, None]
    start = np.einsum("pei,ei->pe", relative, along)
    d = abs(_cross(relative, along))
    found = np.zeros(d.shape)
    for place, sign in ((start + lengths, 0.5), (start, -0.5)):
        R = np.hypot(place, d)
        found += sign * (place * R + d**2 * _asinh(place, R, d))
    return found


def _beside(a: FloatArray, along: FloatArray, lengths: FloatArray, b: FloatArray) -> FloatArray:
    """∬ R dl dl' over pairs of parallel edges: (pairs,)."""
    relative = b - a[:, :1]
    places = np.einsum("pki,pi->pk", relative, along)
    d = abs(_cross(relative[:, 0], along))
    found = np.zeros(len(a))
    for u, sign in ((lengths, 1.0), (np.zeros(len(a)), -1.0)):
        for k, other in ((0, 1.0), (1, -1.0)):
            t = u - places[:, k]
            R = np.hypot(t, d)
            found += sign * other * (R**3 / 6 + d**2 / 2 * (t * _asinh(t, R, d) - R))
    # ∬ over (u, v) of f(u - v) is minus the second difference in u and v; edges that run against each other turn it
    return np.asarray(found * np.sign(places[:, 1] - places[:, 0]))


def _asinh(x: FloatArray, R: FloatArray, d: FloatArray) -> FloatArray:
    """asinh(x/d), finite where d vanishes."""
    return np.asarray(np.copysign(np.log(abs(x) + R + TINY) - np.log(d + TINY), x))
