"""Which array of a file is the quantity, and which ones are its axes: said by the file or the user, never guessed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays, called
from attractron.readout.files.coordinates import placed
from attractron.readout.files.quadratures import may_be_quadratures, paired, real_signal
from attractron.readout.files.read_back import followed, reads_back
from attractron.readout.files.reduced import straightened, without_dimensions
from attractron.readout.files.setpoints import MOST_COLUMNS, axes_of_table, flattened, gridded
from attractron.readout.files.stopped import UNTAKEN, reached, without_blank_rows

Spans = Mapping[str, tuple[float, float, str]]
"""Axis → first and last value of evenly spaced points, and their unit."""


def resolve(
    path: Path,
    arrays: Arrays,
    variable: str | None,
    axes: tuple[str, ...] | None,
    spans: Spans,
    *,
    average: str | None = None,
    sweep: str | None = None,
) -> tuple[str, Array, Arrays]:
    """The quantity to read and its name, with an axis for every dimension longer than one, and all arrays as read.

    Without a `variable` the file must have one quantity, or one that is called as results of this package call it.
    Where the file does not tie axes to dimensions, a dimension's axis is the only one-dimensional array of its length
    that rises or falls strictly; where that leaves a choice, `axes` must name them. Repeats are averaged, and of
    sweeps up and down one is taken (see `reduced`).

    Raises:
        InputError: no such quantity, none, or several; axes that are not there, do not fit or cannot be told.
    """
    numeric = {name: array for name, array in arrays.items() if array.values.dtype.kind in "fiubc"}
    if not any(array.values.size > 1 for array in numeric.values()):
        raise InputError(str(path), "hold arrays of numbers", ", ".join(arrays) or "nothing")
    for axis in spans:
        if axis in numeric:
            raise InputError(
                f"axes, {axis}", "have no ends where the file holds its values", "both", f"say {axis} only"
            )
    numeric, variable = paired(path, numeric, variable)
    numeric = called(numeric, [name for name in (variable, *(axes or ())) if name is not None])
    variable = None if variable is None else _short(variable, numeric)
    axes = None if axes is None else tuple(_short(axis, numeric) for axis in axes)
    if any(array.coordinates for array in numeric.values()):
        variable = _chosen(path, numeric, variable, axes)
        numeric = placed(path, variable, numeric, axes)
        if axes is not None and set(numeric[variable].axes or ()) == set(axes):
            axes = numeric[variable].axes  # the file knows which of them belongs to which dimension
    numeric = _tabled(path, flattened(numeric), variable, axes)
    name = _chosen(path, numeric, variable, axes)
    found = real_signal(numeric[name])
    names = axes or found.axes or _axes_by_length(path, name, numeric)
    if len(names) == found.values.ndim:
        long = [at for at, size in enumerate(found.values.shape) if size > 1 or found.values.ndim == 1]
        names = tuple(names[at] for at in long)
    values = found.values.reshape([size for size in found.values.shape if size > 1] or -1)
    if len(names) != values.ndim:
        raise InputError("axes", f"name the {values.ndim} axes of {name!r}, slowest first", ", ".join(names))
    found = replace(found, values=values, axes=names)
    found = without_dimensions(path, name, found, numeric, average=average, sweep=sweep)
    values, names = found.values, found.axes or ()
    if values.ndim > 2:
        sizes = ", ".join(f"{axis}: {size}" for axis, size in zip(names, values.shape, strict=True))
        remedy = "average over one of repeats with --average AXIS (in Python: average=...), or store one image a file"
        raise InputError(f"{path}: {name!r}", "have one axis or two", f"{values.ndim} axes ({sizes})", remedy)
    for axis, size in zip(names, values.shape, strict=True):
        if axis in spans:
            first, last, unit = spans[axis]
            numeric[axis] = Array(values=np.linspace(first, last, size), unit=unit)
        _check_axis(path, axis, size, numeric)
    name, found, numeric = _reached(name, found, numeric)
    found, numeric = followed(found, numeric, chosen=axes is not None)
    return name, *straightened(path, name, found, numeric, sweep)


def _reached(name: str, found: Array, arrays: Arrays) -> tuple[str, Array, Arrays]:
    """The quantity and its axes without the set points that a scan never got to."""
    values, missing, arrays, noise = found.values, dict(found.missing), dict(arrays), found.noise
    for dim, axis in enumerate(found.axes or ()):
        points = arrays[axis].values.squeeze()
        if points.dtype.kind not in "fiu" or points.size == 0:
            continue
        kept = reached(np.asarray(points, dtype=float), values, dim)
        if not kept.all() and kept.any():
            cut = int((~kept).sum()) * (values.size // kept.size)
            if cut > sum(missing.values()):  # else the file has said it of more than these
                missing[UNTAKEN] = cut
            values = np.compress(kept, values, axis=dim)
            noise = None if noise is None else np.compress(kept, noise, axis=dim)
            arrays[axis] = replace(arrays[axis], values=points[kept])
    return name, replace(found, values=values, missing=missing, noise=noise), arrays


def _short(name: str, arrays: Arrays) -> str:
    """A dataset in a group by its own name, as it was read, where the user gives the full one."""
    base = name.rpartition("/")[2]
    return base if name not in arrays and base in arrays else name


def _tabled(path: Path, arrays: Arrays, variable: str | None, axes: tuple[str, ...] | None) -> Arrays:
    """Columns of one length, two of them set points, as images; other arrays as they are."""
    arrays = _split_matrix(arrays, axes)
    groups: dict[tuple[int, tuple[str, ...] | None], Arrays] = {}
    for name, array in arrays.items():
        if array.values.ndim == 1 and array.values.dtype.kind != "c" and not _has_axis(array, arrays):
            groups.setdefault((array.values.size, array.axes), {})[name] = array
    columns = max((group for group in groups.values() if len(group) > 2), key=len, default={})
    if not columns or (variable is not None and variable not in columns):
        return arrays
    columns = without_blank_rows(columns)
    if axes is not None:
        along = (axes[0], axes[1]) if len(axes) == 2 and set(axes) <= set(columns) else None
    else:
        along = None if any(array.values.ndim > 1 for array in arrays.values()) else axes_of_table(columns)
    return arrays if along is None else arrays | gridded(path, columns, along)


def _has_axis(array: Array, arrays: Arrays) -> bool:
    """The file ties a line of values to its axis; the numbers of the rows of a table are none."""
    axis = None if array.axes is None else arrays.get(array.axes[0])
    return axis is not None and not (axis.unit is None and bool((np.diff(axis.values) == 1).all()))


COLUMN = re.compile(r"column[1-9]\d*")
"""What columns without a name are called."""


def _split_matrix(arrays: Arrays, axes: tuple[str, ...] | None) -> Arrays:
    """A matrix of columns, where the user names axes as columns: column1, column2, …."""
    matrices = [array for array in arrays.values() if array.values.ndim == 2]
    if (
        axes is None
        or len(matrices) != 1
        or set(axes) <= set(arrays)
        or not all(COLUMN.fullmatch(axis) for axis in axes)
    ):
        return arrays
    columns = enumerate(matrices[0].values.T, start=1)
    return arrays | {f"column{number}": Array(values=values) for number, values in columns}


MEASURED = ("signal", "detector_current")
"""What results of this package call a measured quantity and a simulated one."""


FITTED = {"data", "model", "residual"}
"""What those hold that read an image or fit it; the data in them are read again."""


def _chosen(path: Path, arrays: Arrays, variable: str | None, axes: tuple[str, ...] | None) -> str:
    if variable is not None:
        if variable not in arrays:
            raise InputError("variable", f"name an array of {path.name} ({', '.join(arrays)})", repr(variable))
        return variable
    used = set(axes or ()) | {axis for array in arrays.values() for axis in (*(array.axes or ()), *array.coordinates)}
    candidates = [name for name, array in arrays.items() if name not in used and array.values.size > 1]
    most = max((arrays[name].values.squeeze().ndim for name in candidates), default=0)
    named = [name for name in candidates if name in MEASURED or (name == "data" and set(arrays) >= FITTED)]
    named = [name for name in named if most < 2 or not _may_be_axis(arrays[name])]  # axes may be called so, too
    if len(named) == 1:
        return named[0]
    moving = [name for name in candidates if _varies(arrays[name])]
    _not_flat(path, arrays, moving, [name for name in candidates if name not in moving])
    candidates = moving or candidates
    most = max((arrays[name].values.squeeze().ndim for name in candidates), default=0)
    if most > 1 or not any(arrays[name].axes for name in candidates):
        candidates = [name for name in candidates if arrays[name].values.squeeze().ndim == most]
    candidates = [name for name in candidates if not _again(arrays[name], arrays)] or candidates
    if len(candidates) > 1 and all(arrays[name].axes is None for name in candidates) and most == 1:
        # Of bare arrays the only one that runs strictly one way, or there and back over the same points, is the axis.
        for swept in (_runs_one_way, _retraces):
            others = [name for name in candidates if not swept(arrays[name])]
            if len(others) == len(candidates) - 1:
                candidates = others
                break
    if len(candidates) != 1:
        remedy = "name the one to read with --variable NAME (in Python: variable=...)"
        if len(candidates) == 2 and may_be_quadratures(*(arrays[name] for name in candidates)):
            remedy += f"; two quadratures are one complex signal: --variable {','.join(candidates)}"
        raise InputError(
            str(path), "hold one quantity over its axes", f"{len(candidates)} ({', '.join(candidates)})", remedy
        )
    return candidates[0]


def _again(array: Array, arrays: Arrays) -> bool:
    """The only axis of an array is what it holds."""
    return array.axes is not None and len(array.axes) == 1 and reads_back(array, arrays.get(array.axes[0]))


def _axes_by_length(path: Path, name: str, arrays: Arrays) -> tuple[str, ...]:
    if arrays[name].values.ndim == 2 and not any(array.values.ndim == 1 for array in arrays.values()):
        raise bare_matrix(path, arrays[name].values.shape)
    sizes = [size for size in arrays[name].values.shape if size > 1]
    fitting = [
        [other for other, array in arrays.items() if other != name and array.values.shape == (size,)] for size in sizes
    ]
    fitting = [[other for other in group if _runs_one_way(arrays[other])] or group for group in fitting]
    if any(len(group) != 1 for group in fitting) or len(set(sizes)) < len(sizes):
        known = ", ".join(sorted({other for group in fitting for other in group})) or "of other lengths only"
        if len(arrays) == 1 and len(sizes) == 1:
            remedy = 'give its first and last value in mV with --axes "P3=-10:5" (in Python: axes={"P3": [-10, 5]})'
            raise InputError(f"{path}: {name!r}", "have an axis", f"{sizes[0]} numbers only", remedy)
        remedy = "name them, slowest first, with --axes A,B (in Python: axes=[...]); repeats are called repeat"
        raise InputError(f"{path}: {name!r}", "have axes that can be told", f"arrays {known}", remedy)
    return tuple(group[0] for group in fitting)


def _may_be_axis(array: Array) -> bool:
    return array.axes is None and array.values.squeeze().ndim == 1 and _runs_one_way(array)


def _varies(array: Array) -> bool:
    """Settings that stay the same during a scan are written beside what is measured."""
    known = array.values[np.isfinite(array.values)]
    return bool(known.size and (known != known.flat[0]).any())


def _not_flat(path: Path, arrays: Arrays, moving: list[str], still: list[str]) -> None:
    """Axes alone vary beside the one other array: that is what was measured, and not a setting.

    Raises:
        InputError: nothing but axes varies.
    """
    if len(still) != 1 or not moving or not all(_may_be_axis(arrays[name]) for name in moving):
        return
    flat = arrays[still[0]].values
    if flat.squeeze().ndim == 2 or len(moving) == flat.squeeze().ndim == 1:
        known = flat[np.isfinite(flat)]
        got = f"{known.flat[0]:g} everywhere" if known.size else "no finite number"
        raise InputError(f"{path}: {still[0]!r}", "vary", got, "what measured it was off, overloaded or not connected")


def _check_axis(path: Path, axis: str, size: int, arrays: Arrays) -> None:
    if axis not in arrays:
        remedy = "store its values, or name another array with --axes A,B (in Python: axes=[...])"
        raise InputError(f"{path}: axis {axis!r}", "have values in the file", ", ".join(arrays), remedy)
    if arrays[axis].values.squeeze().shape != (size,):
        raise InputError(f"{path}: axis {axis!r}", f"have {size} points", f"shape {arrays[axis].values.shape}")


def bare_matrix(path: Path, shape: tuple[int, ...]) -> InputError:
    """The error of a matrix of numbers that come without gate voltages."""
    image = 'give their first and last values in mV, rows first, with --axes "P4=-20:0,P3=-10:5"'
    image += ' (in Python: axes={"P4": [-20, 0], "P3": [-10, 5]})'
    trace = "say --axes column1 --variable column2"
    trace += ' (in Python: axes=["column1"], variable="column2")'
    columns = "say --axes column1,column2 --variable column3"
    columns += ' (in Python: axes=["column1", "column2"], variable="column3")'
    if shape[1] == 2:
        remedy = f"of a trace in two columns {trace}"
    elif shape[1] <= MOST_COLUMNS:
        remedy = f"{image}; or where these are columns {columns}"
    elif shape[0] == 2:
        remedy = f"store a trace in two columns, not in two rows, and {trace}"
    else:
        remedy = image
    return InputError(str(path), "hold the axes of its matrix, too", f"{shape[0]} x {shape[1]} numbers only", remedy)


def _retraces(array: Array) -> bool:
    values = array.values.squeeze()
    half = replace(array, values=values[: (values.size + 1) // 2])
    return values.dtype.kind in "fiu" and bool((values == values[::-1]).all()) and _runs_one_way(half)


def _runs_one_way(array: Array) -> bool:
    if array.values.dtype.kind == "c":
        return False
    steps = np.diff(array.values.astype(float))
    return bool((steps > 0).all() or (steps < 0).all())
