"""Scans of nested loops, line by line over the same set points: recognised from their columns without a search."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray


def loops(columns: Sequence[NDArray[np.generic]]) -> tuple[FloatArray, ...] | None:
    """Set points of each loop, the outermost first, of columns in that order; None where they are no nested loops.

    Every loop runs through the same set points each time, one way and exactly; the scan may have been stopped.

    Example:
        >>> from attractron.readout.files.raster import loops
        >>> loops([np.array([1.0, 1, 2, 2, 3]), np.array([5.0, 4, 5, 4, 5])])
        (array([1., 2., 3.]), array([5., 4.]))
    """
    size = columns[0].size
    found = []
    outer = size
    for at, column in enumerate(columns):
        block = 1 if at == len(columns) - 1 else _first_change(column)
        points = np.asarray(column[:outer:block], dtype=float)
        steps = np.diff(points)
        one_way = bool((steps > 0).all() or (steps < 0).all())
        if points.size < 2 or not one_way or (at > 0 and outer % block):
            return None
        if not np.array_equal(np.resize(np.repeat(points, block), size), column):
            return None
        found.append(points)
        outer = block
    return tuple(found)


def _first_change(column: NDArray[np.generic]) -> int:
    """How many values at the beginning are the same."""
    changed = column != column[0]
    return int(np.argmax(changed)) if changed.any() else column.size


def on_loops(values: NDArray[np.generic], points: Sequence[FloatArray]) -> NDArray[np.generic]:
    """Values of nested loops as an array over their set points, which rise; NaN where a scan was stopped."""
    shape = tuple(axis.size for axis in points)
    full = np.full(prod(shape), np.nan, dtype=np.result_type(values.dtype, np.float32))
    full[: values.size] = values
    return full.reshape(shape)[tuple(slice(None, None, 1 if axis[1] > axis[0] else -1) for axis in points)]
