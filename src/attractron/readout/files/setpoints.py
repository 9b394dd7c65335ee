"""Set points of a scan that a file repeats for every pixel: found, freed from rounding and jitter, axes again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays
from attractron.readout.files.jitter import FEWEST, JITTER, settled
from attractron.readout.files.raster import loops, on_loops
from attractron.readout.files.reduced import cells_of_sweeps, image_of
from attractron.readout.files.stopped import blanked

MOST_REPEATED = 1.5
"""Points over those of the grid that they make."""

EVENLY = 0.8
"""Part of the points of a grid that are measured equally often where they are measured more than once."""

SWEEP = "sweep"
"""Dimension of images that were taken on the way up and on the way down."""

MOST_COLUMNS = 8
"""Columns of a table among which two axes are looked for."""


def on_grid(first: FloatArray, second: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Two columns, settled as little as need be, whose values repeat on a grid of which more than half is there."""
    for jitter in JITTER if np.isfinite(first).all() and np.isfinite(second).all() else ():
        pair = settled(first, jitter), settled(second, jitter)
        if _fills(*(np.unique(column, return_inverse=True)[1] for column in pair)):
            return pair
    return None


def _fills(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> bool:
    """Points in these rows and columns make a grid, of which some may be missing and some be there twice."""
    sizes = int(rows.max()) + 1, int(columns.max()) + 1
    whole = sizes[0] * sizes[1]
    if min(sizes) == 1 or not max(whole / 2, *sizes) < rows.size:
        return False
    counts = np.unique(rows * sizes[1] + columns, return_counts=True)[1]
    # Readings of a detector are no axis, though some of them are alike: they do not come back equally often.
    evenly = min(sizes) >= FEWEST and np.mean(counts == np.median(counts)) > EVENLY
    return bool(counts.size > whole / 2 and (rows.size <= MOST_REPEATED * whole or evenly))


def axes_of_table(columns: Mapping[str, Array]) -> tuple[str, str] | None:
    """The only two columns whose values repeat on a grid; None where there are none, or a choice."""
    real = {name: np.asarray(array.values, dtype=float) for name, array in columns.items()}
    real = {name: column for name, column in real.items() if np.isfinite(column).all()}
    if len(columns) > MOST_COLUMNS:
        return None
    nested = [pair for pair in permutations(real, 2) if _nested(real[pair[0]], real[pair[1]])]
    if len(nested) == 1:
        first, second = (name for name in columns if name in nested[0])
        return first, second
    for jitter in JITTER:
        places = {name: np.unique(settled(column, jitter), return_inverse=True)[1] for name, column in real.items()}
        places = {name: place for name, place in places.items() if place.max() >= FEWEST - 1}
        pairs = [pair for pair in combinations(places, 2) if _fills(places[pair[0]], places[pair[1]])]
        if pairs:
            return pairs[0] if len(pairs) == 1 else None
    return None


def _nested(slow: FloatArray, fast: FloatArray) -> bool:
    """Two columns are the loops of a scan line by line."""
    points = loops((slow, fast)) if slow.size and slow[0] == slow[1] else None
    return points is not None and min(axis.size for axis in points) >= FEWEST


def gridded(path: Path, columns: Mapping[str, Array], along: tuple[str, str]) -> Arrays:
    """Columns as images over two of them, whose values become rising axes.

    Points that were measured again are averaged; where each was passed on the way up and on the way down the images
    have a dimension of two sweeps.

    Raises:
        InputError: axes that are not finite or do not repeat on a grid.
    """
    axes = [np.asarray(columns[name].values, dtype=float) for name in along]
    for name, column in zip(along, axes, strict=True):
        if not np.isfinite(column).all():
            raise InputError(f"{path}: axis {name!r}", "be finite", column[~np.isfinite(column)][0])
    for at, order in enumerate((along, along[::-1])):
        points_of = loops([axes[at], axes[1 - at]]) if axes[at][0] == axes[at][1] else None
        if points_of is not None:
            return _of_loops(columns, order, points_of, along)
    pairs = [np.unique(column, return_inverse=True) for column in on_grid(*axes) or axes]
    points, places = [pair[0] for pair in pairs], tuple(pair[1] for pair in pairs)
    sizes = [values.size for values in points]
    where = f"{path}: axes {' and '.join(along)}"
    if np.prod(sizes) > 2 * axes[0].size:
        got = f"{axes[0].size} points with {sizes[0]} and {sizes[1]} different values"
        raise InputError(where, "repeat on a grid", got)
    flat = np.ravel_multi_index(places, sizes)
    others = {name: array for name, array in columns.items() if name not in along}
    flat, others = _once(flat, others)
    found = {name: replace(columns[name], values=values, axes=None) for name, values in zip(along, points, strict=True)}
    way = cells_of_sweeps(axes, flat) if np.unique(flat).size < flat.size == axes[0].size else None
    if way is not None:
        found[SWEEP] = Array(values=np.arange(2))
    for name, array in others.items():
        if way is None:
            image, noise = image_of(array.values, flat, sizes)
            found[name] = replace(array, values=image, axes=along, noise=noise, notes=(*array.notes, *_said(flat)))
        else:
            image, noise = image_of(array.values, way * int(np.prod(sizes)) + flat, (2, *sizes))
            found[name] = replace(array, values=image, axes=(SWEEP, *along), noise=None)
    return found


def _of_loops(
    columns: Mapping[str, Array], order: tuple[str, str], points: Sequence[FloatArray], along: tuple[str, str]
) -> Arrays:
    """Columns of a scan line by line as images with rising axes."""
    found = {
        name: replace(columns[name], values=np.sort(line), axes=None) for name, line in zip(order, points, strict=True)
    }
    for name, array in columns.items():
        if name not in order:
            image = on_loops(array.values, points)
            found[name] = replace(array, values=image if order == along else image.T, axes=along)
    return found


def _once(flat: NDArray[np.intp], others: Mapping[str, Array]) -> tuple[NDArray[np.intp], Arrays]:
    """Points without those that were written again, which are so where all of them have the same values."""
    unique, first, back = np.unique(flat, return_index=True, return_inverse=True)
    if unique.size == flat.size:
        return flat, dict(others)
    for array in others.values():
        again = array.values[first][back]
        if not ((array.values == again) | (np.isnan(array.values) & np.isnan(again))).all():
            return flat, dict(others)
    first = np.sort(first)
    return flat[first], {name: replace(array, values=array.values[first]) for name, array in others.items()}


def _said(flat: NDArray[np.intp]) -> tuple[str, ...]:
    points = np.unique(flat).size
    if points == flat.size:
        return ()
    return (f"{flat.size} readings at {points} points: their means, with their spread as the noise.",)


def flattened(arrays: Arrays) -> Arrays:
    """Set points stored as images, one value a pixel ("meshgrid"), as axes; the images of their shape get them."""
    images = {name: array for name, array in arrays.items() if array.values.ndim == 2 and array.axes is None}
    for shape in {array.values.shape for array in images.values()}:
        group = blanked({name: array for name, array in images.items() if array.values.shape == shape})
        if len(group) > 1 and any(along(array.values, dim) is not None for array in group.values() for dim in (0, 1)):
            images |= group
    found = arrays | images
    axes: dict[tuple[tuple[int, ...], int], list[str]] = {}
    for name, array in images.items():
        for dim in (0, 1):
            line = along(array.values, dim)
            if line is not None and sum(other.values.shape == array.values.shape for other in arrays.values()) > 1:
                found[name] = replace(array, values=line)
                axes.setdefault((array.values.shape, dim), []).append(name)
    for name, array in images.items():
        shape = array.values.shape
        if found[name] is not array or not any((shape, dim) in axes for dim in (0, 1)):
            continue
        taken = [names for (size, _), names in axes.items() if size == shape]
        pair = [axes.get((shape, dim)) or _lines(arrays, shape[dim], taken) for dim in (0, 1)]
        if all(len(names) == 1 for names in pair):
            found[name] = replace(array, axes=(pair[0][0], pair[1][0]))
    return found


def _lines(arrays: Arrays, size: int, taken: list[list[str]]) -> list[str]:
    used = {name for names in taken for name in names}
    return [name for name, array in arrays.items() if array.values.shape == (size,) and name not in used]


def along(values: NDArray[np.generic], dim: int) -> FloatArray | None:
    """The set points along one dimension of an image that is constant along the others but for jitter, else None.

    A scan that was stopped has none for its last pixels, and NaN for its last rows.
    """
    if values.dtype.kind not in "fiu" or values.shape[dim] < FEWEST:
        return None
    rows = np.moveaxis(np.asarray(values, dtype=float), dim, 0).reshape(values.shape[dim], -1)
    lowest, highest = rows.min(axis=1), rows.max(axis=1)
    known = np.ones(lowest.size, dtype=bool)
    if not np.isfinite(lowest).all():
        finite = np.isfinite(rows)
        known = finite.any(axis=1)
        lowest, highest = np.where(finite, rows, np.inf).min(axis=1), np.where(finite, rows, -np.inf).max(axis=1)
    if np.count_nonzero(known) < FEWEST:
        return None
    spread = float(np.max(highest[known] - lowest[known]))
    line = np.where(known, lowest, np.nan)
    if spread > 0:
        line[known] = np.nanmedian(rows[known], axis=1)
    steps = np.diff(line[known])
    one_way = bool((steps > 0).all() or (steps < 0).all())
    return line if one_way and spread <= JITTER[-1] * np.abs(steps).min() else None
