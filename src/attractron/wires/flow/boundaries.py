"""Phase boundaries as curves: traced on a grid, then each point found by bisection along the normal, not by pixels.

Where labels on a grid change: crossings of the grid's edges, joined to curves cell by cell. Knows no physics.

Coordinates are fractions of the grid, (0, 0) to (1, 1).
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, whole
from attractron.core.checks import axes as checked_axes
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.wires.flow.cutoffs import PUBLISHED, Cutoff
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.phase_diagram import phases_at
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.validity import METHOD, REFERENCES
from attractron.wires.model import KNOBS, CoupledWires

if TYPE_CHECKING:
    import xarray as xr

Labels = NDArray[np.int8]
Label = Callable[[FloatArray], Labels]
"""Labels at points (point, 2)."""

Pair = tuple[int, int]


def bisected(
    label: Label, low: FloatArray, high: FloatArray, at_low: Labels, at_high: Labels, steps: int
) -> tuple[FloatArray, Labels, Labels]:
    """Halve the segments (n, 2) between two labels that differ: the middle of the last ones, and both labels there."""
    low, high, at_low, at_high = low.copy(), high.copy(), at_low.copy(), at_high.copy()
    for _ in range(steps):
        middle = (low + high) / 2
        found = label(middle)
        same = found == at_low
        low[same], high[~same], at_high[~same] = middle[same], middle[~same], found[~same]
    return (low + high) / 2, at_low, at_high


def curves(label: Label, labels: Labels, steps: int) -> list[tuple[Pair, FloatArray, bool]]:
    """All curves between two labels on a grid (row, column): the two labels, points (n, 2) and whether it is closed."""
    edges = _edges(labels)
    if not len(edges):
        return []
    scale = np.array(labels.shape) - 1.0
    low, high = edges[:, :2], edges[:, 2:]
    at_low, at_high = labels[low[:, 0], low[:, 1]], labels[high[:, 0], high[:, 1]]
    points, first, second = bisected(label, low / scale, high / scale, at_low, at_high, steps)
    pairs = [(int(min(pair)), int(max(pair))) for pair in zip(first, second, strict=True)]
    found = []
    for pair in sorted(set(pairs)):
        members = [number for number, own in enumerate(pairs) if own == pair]
        for chain, closed in _chains(_links(edges, points, members)):
            found.append((pair, points[chain], closed))
    return found


def _edges(labels: Labels) -> NDArray[np.intp]:
    """Edges (n, 4) of the grid whose ends carry different labels: row and column of both ends."""
    found = []
    for step in ((1, 0), (0, 1)):
        ahead = labels[step[0] :, step[1] :]
        start = np.argwhere(labels[: ahead.shape[0], : ahead.shape[1]] != ahead)
        found.append(np.concatenate([start, start + step], axis=1))
    return np.concatenate(found)


def _links(edges: NDArray[np.intp], points: FloatArray, members: list[int]) -> dict[int, list[int]]:
    """Which crossings follow each other: those of one cell, nearest first, each with two neighbours at most."""
    cells: dict[tuple[int, int], list[int]] = {}
    for number in members:
        row, column, to_row, _ = (int(index) for index in edges[number])
        beside = (row, column - 1) if to_row > row else (row - 1, column)
        for cell in ((row, column), beside):
            cells.setdefault(cell, []).append(number)
    links: dict[int, list[int]] = {number: [] for number in members}
    for inside in cells.values():
        left = list(inside)
        while len(left) > 1:
            _, first, second = min(
                (float(np.hypot(*(points[a] - points[b]))), a, b) for i, a in enumerate(left) for b in left[i + 1 :]
            )
            links[first].append(second)
            links[second].append(first)
            left = [number for number in left if number not in (first, second)]
    return links


def _chains(links: dict[int, list[int]]) -> list[tuple[list[int], bool]]:
    """Walk along the links: open chains from their ends first, then the closed ones."""
    free, found = set(links), []
    for start in sorted(links, key=lambda number: (len(links[number]), number)):
        if start not in free:
            continue
        chain, closed = [start], False
        free.remove(start)
        while step := [number for number in links[chain[-1]] if number in free]:
            chain.append(step[0])
            free.remove(step[0])
        closed = len(chain) > 2 and start in links[chain[-1]]
        found.append((chain, closed))
    return found


def spread_evenly(points: FloatArray, closed: bool, number: int) -> tuple[FloatArray, FloatArray]:
    """Points (number, 2) at even distances along a polyline, and the unit normals there."""
    line = np.concatenate([points, points[:1]]) if closed else points
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    if length[-1] == 0.0:
        return np.repeat(points[:1], number, axis=0), np.tile([0.0, 1.0], (number, 1))
    at = np.linspace(0.0, length[-1], number, endpoint=not closed)
    even = np.stack([np.interp(at, length, line[:, axis]) for axis in range(2)], axis=1)
    return even, normals(even, closed)


def normals(points: FloatArray, closed: bool) -> FloatArray:
    """Unit vectors (n, 2) to the left of the way along points (n, 2)."""
    if closed:
        ahead = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    else:
        ahead = np.gradient(points, axis=0) if len(points) > 1 else np.array([[1.0, 0.0]])
    size = np.hypot(*ahead.T)[:, None]
    ahead = np.where(size > 0, ahead / np.where(size > 0, size, 1.0), [1.0, 0.0])
    return np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)


def pulled(label: Label, points: FloatArray, normal: FloatArray, widths: Any, steps: int) -> tuple[FloatArray, Any]:
    """Points moved along their normals to where the label changes, from the narrowest of the widths (tried in order)
    across which it does; and which of them could be."""
    found, done = points.copy(), np.zeros(len(points), dtype=bool)
    for width in widths:
        left = np.flatnonzero(~done)
        low, high = (np.clip(points[left] + sign * width * normal[left], 0.0, 1.0) for sign in (-1, 1))
        at_low, at_high = label(low), label(high)
        differ = at_low != at_high
        own = left[differ]
        found[own], _, _ = bisected(label, low[differ], high[differ], at_low[differ], at_high[differ], steps)
        done[own] = True
    return found, done


COARSE = 12
"""Halvings of an edge of the grid before points are spread along the curve."""
FINE = 32
"""Halvings along the normal."""
WIDTHS = (0.02, 0.2, 1.0)
"""Half lengths of the normals that are searched, in cells of the grid."""


def phase_boundary(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    points: int = 100,
    cutoff: Cutoff = PUBLISHED,
    y_threshold: float = 1.0,
    ys_threshold: float = 1.0,
    feedback: str = "published",
    spin: str = "line-preserving",
    phase_factor: str = "published",
) -> "xr.Dataset":
    """The boundaries between phases in a plane of two parameters.

    Phases are calculated on the grid of the two axes; every change along an edge of the grid is bisected, crossings are
    joined to curves (one for each pair of phases and connected piece; islands are closed curves), and `points` points
    along every curve are bisected along its normal to 1e-9 of a cell. What is smaller than a cell may be missed.

    Args:
        wires: the bare couplings.
        axes: two knobs with arrays, the grid that is searched; numbers fix other knobs.
        points: on each curve.
        cutoff, y_threshold, ys_threshold, feedback, spin, phase_factor: as in `flow`.

    Returns:
        Dataset with the dimensions `curve`, `point` and `axis`: the two knobs (curve, point), `normal` (curve, point,
        axis) as fractions of the grid, `phase_left` and `phase_right` (curve), the phases on the side that the normal
        points to and on the other, and `closed` (curve). A point that no bisection found is not a number.

    Raises:
        InputError: not two axes with two points at least, and as `phase_diagram`.
    """
    scheme = Scheme(
        cutoff=cutoff,
        y_threshold=y_threshold,
        ys_threshold=ys_threshold,
        feedback=feedback,
        spin=spin,
        phase_factor=phase_factor,
    )
    knobs = checked_axes("axes", axes, KNOBS)
    number = whole("points", points, at_least=3)
    grid = {name: np.asarray(values) for name, values in knobs.items() if np.ndim(values)}
    if len(grid) != 2 or any(values.size < 2 for values in grid.values()):
        sizes = {name: values.size for name, values in grid.items()}
        raise InputError("axes", "hold two arrays of at least two points", sizes, "the grid that is searched")
    scheme.check(wires.fields(knobs))
    held = wires.with_parameters(**{name: float(values[0]) for name, values in grid.items()})
    held = held.with_parameters(**{name: value for name, value in knobs.items() if name not in grid})
    first, second = grid
    names = (first, second)
    found = traced(held, names, (grid[names[0]], grid[names[1]]), scheme, number)
    result = dataset(
        found,
        {"axis": ("axis", list(names), "1", "knob")},
        question="wires.phase_boundary",
        parameters=wires.describe(),
        options={**scheme.describe(), "fixed": {name: v for name, v in knobs.items() if name not in grid}},
        method=f"{METHOD}; phases on a grid of {' x '.join(str(v.size) for v in grid.values())}, bisected",
        validity=["Boundaries are conventions of the scheme as phases are; pieces within one cell may be missed."],
        references=REFERENCES,
    )
    for side in ("phase_left", "phase_right"):
        result[side].attrs.update(flags(PHASES))
    return result


def traced(
    wires: CoupledWires, names: tuple[str, str], grid: tuple[FloatArray, FloatArray], scheme: Scheme, number: int
) -> dict[str, Variable]:
    """All curves with `number` points each; the variables of `phase_boundary`."""
    sizes = np.array([values.size for values in grid])

    def position(fractions: FloatArray) -> FloatArray:
        columns = [np.interp(fractions[:, a] * (sizes[a] - 1), np.arange(sizes[a]), grid[a]) for a in range(2)]
        return np.stack(columns, axis=1)

    def label(fractions: FloatArray) -> Labels:
        return phases_at(wires, names, position(fractions), scheme)

    corners = np.stack(np.meshgrid(*(np.linspace(0, 1, size) for size in sizes), indexing="ij"), axis=-1)
    labels = label(corners.reshape(-1, 2)).reshape(tuple(sizes))
    cell = 1 / (sizes.max() - 1)
    points, directions, sides, closures = [], [], [], []
    for _, line, closed in curves(label, labels, COARSE):
        even, normal = spread_evenly(line, closed, number)
        even, done = pulled(label, even, normal, [cell * width for width in WIDTHS], FINE)
        if not done.any():  # a corner of the grid cut off within one cell
            continue
        normal = normals(even, closed)
        middle = int(np.argmax(done))
        middle = number // 2 if done[number // 2] else middle
        beside = even[middle] + np.array([[1e-6], [-1e-6]]) * normal[middle]
        points.append(np.where(done[:, None], position(even), np.nan))
        directions.append(normal)
        sides.append(label(np.clip(beside, 0.0, 1.0)))
        closures.append(closed)
    shape = (len(points), number, 2)
    where, codes = np.reshape(points, shape), np.reshape(sides, (len(points), 2)).astype(np.int8)
    return {
        names[0]: (("curve", "point"), where[..., 0], "1", KNOBS[names[0]]),
        names[1]: (("curve", "point"), where[..., 1], "1", KNOBS[names[1]]),
        "normal": (("curve", "point", "axis"), np.reshape(directions, shape), "1", "normal in fractions of the grid"),
        "phase_left": ("curve", codes[:, 0], "1", "phase on the side of the normal"),
        "phase_right": ("curve", codes[:, 1], "1", "phase on the other side"),
        "closed": ("curve", np.array(closures, dtype=bool), "1", "the curve is closed"),
    }
