"""What a file holds more than once, brought to one trace or image: repeats averaged, one of two sweeps chosen."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray, choice, shown
from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays
from attractron.readout.files.repeats import averaged, is_repeat, over_dimension
from attractron.readout.files.sweeps import NAMES, SWEEPS, directions, merged
from attractron.readout.files.units import NONE, scale


def without_dimensions(
    path: Path, name: str, found: Array, arrays: Arrays, *, average: str | None, sweep: str | None
) -> Array:
    """The quantity without dimensions of repeats, over which it is averaged, and of two sweeps, of which one is taken.

    A dimension of repeats has no unit, and is called so ("repeat", "average", …) or named by the user.

    Raises:
        InputError: a dimension to average over that is not there, or has a unit.
    """
    names = found.axes or ()
    if average is not None and average not in names:
        raise InputError("average", f"name an axis of {name!r} ({', '.join(names)})", repr(average))
    for axis in names:
        dim = (found.axes or ()).index(axis)
        size = found.values.shape[dim]
        rest = tuple(other for other in found.axes or () if other != axis)
        unit = scale(arrays[axis].unit) if axis in arrays else scale(None)
        bare = unit is not None and unit.unit == NONE
        if axis == average and not bare:
            raise InputError("average", "name an axis of repeats, without unit", f"{axis!r} in {arrays[axis].unit}")
        if size == len(SWEEPS) and axis.casefold() in NAMES and rest:
            chosen = SWEEPS[0] if sweep is None else choice("sweep", sweep, SWEEPS)
            values = np.take(found.values, SWEEPS.index(chosen), axis=dim)
            notes = (*found.notes, _which(chosen))
            found = replace(found, values=values, axes=rest, sweeps=SWEEPS, notes=notes)
        elif rest and (axis == average or (bare and is_repeat(axis))):
            mean, noise = over_dimension(np.asarray(found.values, dtype=float), dim)
            said = f"Mean over {size} repeats ({axis}); the noise is how far they lie apart."
            found = replace(found, values=mean, noise=noise, axes=rest, notes=(*found.notes, said))
    return found


def _which(chosen: str) -> str:
    other = SWEEPS[1 - SWEEPS.index(chosen)]
    return f"Swept up and down: these are the points of the sweep {chosen}; sweep {other!r} gives the others."


def straightened(path: Path, name: str, found: Array, arrays: Arrays, sweep: str | None) -> tuple[Array, Arrays]:
    """The quantity over axes that rise or fall: one of two sweeps, set points in order, those that repeat averaged.

    Raises:
        InputError: a sweep that is asked for where there is one only; a signal that runs one way over an axis that
            does not.
    """
    for dim, axis in enumerate(found.axes or ()):
        points = arrays[axis].values.squeeze()
        if points.dtype.kind not in "fiu" or points.ndim != 1 or points.size < 2 or not np.isfinite(points).all():
            continue
        steps = np.diff(points.astype(float))
        if (steps > 0).all() or (steps < 0).all() or not steps.any():
            continue
        _check_roles(path, name, axis, found, points)
        found, values = _along(found, dim, points.astype(float), sweep)
        arrays = arrays | {axis: replace(arrays[axis], values=values)}
    if sweep is not None and not found.sweeps:
        raise InputError("sweep", "be left out where the axis is swept one way", repr(choice("sweep", sweep, SWEEPS)))
    return found, arrays


def _check_roles(path: Path, name: str, axis: str, found: Array, points: NDArray[Any]) -> None:
    """Where the signal rises or falls from point to point and the axis does not, one was taken for the other."""
    steps = np.diff(found.values) if found.values.ndim == 1 else np.zeros(1)
    if (steps > 0).all() or (steps < 0).all():
        remedy = f"say --axes {name} --variable {axis} (in Python: axes=[{name!r}], variable={axis!r})"
        wanted = f"rise or fall, or {name!r} be its axis, which does"
        raise InputError(f"{path}: axis {axis!r}", wanted, shown(points.tolist()), remedy)


def _along(found: Array, dim: int, points: FloatArray, sweep: str | None) -> tuple[Array, FloatArray]:
    """The same with one dimension in order, and the axis of that."""
    notes = list(found.notes)
    way = directions(points)
    both = bool((way > 0).any() and (way < 0).any())
    if both:
        chosen = SWEEPS[0] if sweep is None else choice("sweep", sweep, SWEEPS)
        kept = way == (1 if chosen == SWEEPS[0] else -1)
        notes.append(_which(chosen))
    else:
        kept = np.ones(points.size, dtype=bool)
    rows = np.moveaxis(found.values, dim, 0)[kept]
    axis, places = merged(points[kept])
    rest = rows[0].size
    cells = (places[:, None] * rest + np.arange(rest)).ravel()
    noise = None
    if axis.size < places.size:
        mean, noise = averaged(rows.ravel(), cells, axis.size * rest)
        notes.append(f"{places.size} readings at {axis.size} set points: their means, with their spread as the noise.")
    else:
        mean = np.empty(rows.size)
        mean[cells] = rows.ravel()
        if not both and (np.diff(places) != 1).any() and (np.diff(places) != -1).any():
            notes.append("The points are put in the order of the axis.")
    shape = (axis.size, *rows.shape[1:])
    image, error = (None if each is None else np.moveaxis(each.reshape(shape), 0, dim) for each in (mean, noise))
    if not both and points[0] > points[-1]:
        axis, image = axis[::-1], np.flip(np.asarray(image), axis=dim)
        error = None if error is None else np.flip(error, axis=dim)
    return replace(
        found,
        values=np.asarray(image),
        noise=error if found.noise is None else found.noise,
        notes=tuple(notes),
        sweeps=SWEEPS if both else found.sweeps,
    ), axis


def cells_of_sweeps(axes: Sequence[FloatArray], flat: NDArray[np.intp]) -> NDArray[np.intp] | None:
    """Of points on a grid that were taken more than once 0 for a sweep up, 1 for one down; None where all go one way.

    The axis that changes more often is swept; a sweep lasts while the other one stays.
    """
    changes = [np.count_nonzero(np.diff(axis)) for axis in axes]
    fast, slow = (axes[0], axes[1]) if changes[0] > changes[1] else (axes[1], axes[0])
    way = np.zeros(flat.size, dtype=np.intp)
    cuts = np.flatnonzero(np.diff(slow)) + 1
    for block in np.split(np.arange(flat.size), cuts):
        way[block] = directions(fast[block]) if block.size > 1 else 1
    up, down = np.unique(flat[way > 0]), np.unique(flat[way < 0])
    shared = np.intersect1d(up, down).size
    return (way < 0).astype(np.intp) if shared > max(up.size, down.size) / 2 else None


def image_of(values: NDArray[Any], flat: NDArray[np.intp], sizes: Sequence[int]) -> tuple[NDArray[Any], Any]:
    """An image out of its points, of which some may have been measured again, and the noise that these tell."""
    whole = int(np.prod(sizes))
    if np.unique(flat).size == flat.size or values.dtype.kind == "c":
        image = np.full(whole, np.nan, dtype=np.result_type(values.dtype, float))
        image[flat] = values
        return image.reshape(sizes), None
    mean, noise = averaged(values, flat, whole)
    return mean.reshape(sizes), None if noise is None else noise.reshape(sizes)
