"""Set points that a file ties to its values: one for each value (columns, images), or one for each row of them."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from pathlib import Path

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays
from attractron.readout.files.netcdf import MOST_OF_GRID
from attractron.readout.files.raster import loops, on_loops
from attractron.readout.files.setpoints import along, gridded
from attractron.readout.files.stopped import UNTAKEN, blanked


def placed(path: Path, name: str, arrays: Arrays, order: Sequence[str] | None) -> Arrays:
    """The same arrays, with axes for `name` made of the set points that the file ties to it.

    Args:
        path: the file, for errors.
        name: the quantity.
        arrays: of the file.
        order: names of the axes, slowest first, where the user gives them.

    Raises:
        InputError: set points of columns that do not repeat on a grid.
    """
    found = arrays[name]
    if found.axes is not None and all(axis in arrays and not _counts(arrays[axis]) for axis in found.axes):
        return arrays  # the dimensions' own values; what else is tied to them are notes (temperature, time)
    given = tuple(order or found.coordinates)
    points = {other: arrays[other] for other in given if other in arrays and other != name}
    if len(points) < len(given) or not points:
        return arrays
    rows = _of_dimensions(found, points)
    if rows is not None:
        return arrays | {name: replace(found, axes=rows)}
    if any(array.values.shape != found.values.shape for array in points.values()):
        return arrays
    group = blanked({name: found, **points})
    if found.values.ndim > 1:
        image = _image(name, group)
        if image is not None:
            return arrays | image
        group = {other: replace(array, values=array.values.ravel()) for other, array in group.items()}
    found = group.pop(name)
    points = group
    return arrays | _columns(path, name, found, points, order)


def _counts(array: Array) -> bool:
    """Numbers of rows, which are no set points."""
    values = array.values
    return array.unit is None and values.ndim == 1 and values.dtype.kind in "iu" and bool((np.diff(values) == 1).all())


def _of_dimensions(found: Array, points: Arrays) -> tuple[str, ...] | None:
    """The set points of each dimension, where each belongs to one of them; its own values where no others do."""
    if found.values.ndim == 1:
        return tuple(points) if len(points) == 1 else None
    axes: list[str] = []
    for dim, size in enumerate(found.values.shape):
        own = None if found.axes is None else found.axes[dim]
        fitting = [
            other
            for other, array in points.items()
            if array.values.shape == (size,) and (own is None or array.axes in (None, (own,), (other,)))
        ]
        if own is None and len(fitting) > 1:
            return None
        if not fitting and own is None:
            return None
        axes.append(fitting[0] if fitting else str(own))
    return tuple(axes) if len(set(axes)) == len(axes) and set(points) <= set(axes) else None


def _image(name: str, arrays: Arrays) -> Arrays | None:
    """Set points as images that each vary along one dimension only, as axes."""
    found = arrays[name]
    lines: dict[int, list[tuple[str, FloatArray]]] = {dim: [] for dim in range(found.values.ndim)}
    for other, array in arrays.items():
        if other == name:
            continue
        for dim in lines:
            line = along(array.values, dim)
            if line is not None:
                lines[dim].append((other, line))
    if any(len(choice) != 1 for dim, choice in lines.items() if found.values.shape[dim] > 1):
        return None
    axes = {dim: choice[0] for dim, choice in lines.items() if choice}
    if len(axes) < found.values.ndim:
        return None
    result = {other: replace(arrays[other], values=line, axes=None) for other, line in axes.values()}
    return result | {name: replace(found, axes=tuple(axes[dim][0] for dim in sorted(axes)))}


def _columns(path: Path, name: str, found: Array, points: Arrays, order: Sequence[str] | None) -> Arrays:
    """Columns of set points and values as a trace or an image; rows without set points are left out."""
    known = np.logical_and.reduce([np.isfinite(array.values.astype(float)) for array in points.values()])
    missing = dict(found.missing)
    if not known.all():
        missing[UNTAKEN] = int((~known).sum())
    columns = {other: replace(array, values=array.values[known], axes=None) for other, array in points.items()}
    found = replace(found, values=found.values[known], missing=missing, axes=None)
    moving = [other for other, array in columns.items() if array.values.size and np.ptp(array.values) > 0]
    if len(moving) < 2:
        axis = (moving or list(points))[0]
        return {**columns, name: replace(found, axes=(axis,))}
    along = moving if order else sorted(moving, key=lambda other: _changes(columns[other]))
    lines = loops([columns[other].values for other in along])
    if lines is not None:
        rising = {
            other: replace(columns[other], values=np.sort(line)) for other, line in zip(along, lines, strict=True)
        }
        return {**rising, name: replace(found, values=on_loops(found.values, lines), axes=tuple(along))}
    if len(along) > 2:
        return _grid_of_many(path, name, found, {other: columns[other] for other in along})
    return gridded(path, {**{other: columns[other] for other in moving}, name: found}, (along[0], along[1]))


def _grid_of_many(path: Path, name: str, found: Array, columns: Arrays) -> Arrays:
    """Columns over more than two set points, each of exact values, in any order.

    Raises:
        InputError: set points that do not repeat, or that come twice.
    """
    pairs = [np.unique(array.values, return_inverse=True) for array in columns.values()]
    shape = tuple(points.size for points, _ in pairs)
    where = f"{path}: {name!r}"
    if prod(shape) > MOST_OF_GRID * found.values.size:
        remedy = "name the two that make the image with --axes A,B (in Python: axes=[...])"
        raise InputError(where, "have one set point or two, or more that repeat on a grid", ", ".join(columns), remedy)
    flat = np.ravel_multi_index(tuple(place for _, place in pairs), shape)
    if np.unique(flat).size < flat.size:
        raise InputError(where, "have every point once", f"{flat.size - np.unique(flat).size} repeats")
    values = np.full(shape, np.nan, dtype=np.result_type(found.values.dtype, np.float32))
    values.flat[flat] = found.values
    points = {other: replace(columns[other], values=pair[0]) for other, pair in zip(columns, pairs, strict=True)}
    return {**points, name: replace(found, values=values, axes=tuple(columns))}


def _changes(array: Array) -> int:
    """How often a set point is changed: the slow one less often."""
    return int(np.count_nonzero(np.diff(array.values)))
