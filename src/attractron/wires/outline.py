"""Where labels on a grid change: crossings of the grid's edges, joined to curves cell by cell. Knows no physics.

Coordinates are fractions of the grid, (0, 0) to (1, 1).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray

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
