"""Points that a scan never took: set points left empty or zero behind a stop, values never written, fill values."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays
from attractron.readout.files.netcdf import UNWRITTEN_FLOAT

UNTAKEN = "without set points, never taken"
ZEROS = "exactly zero behind the last value, never taken"
"""Why points are missing, as the notes on a file say it."""

HUGE = 1e30
"""No signal, whatever its unit, has numbers of this size beside others of order one; fill values do."""

MARKS = {
    UNWRITTEN_FLOAT: "which NetCDF fills in where nothing was written",
    9.9e37: "by which an instrument says that it was overloaded",
    -9.9e37: "by which an instrument says that it was overloaded",
    9.91e37: "by which an instrument says that it has no number",
}
"""Numbers that stand for none: of NetCDF, and of instruments by the standard of their commands (SCPI 1999, 7.2.1)."""

FEWEST_ZEROS = 3
"""Zeros at the end of a trace from which on they are more than chance."""

FEW_LEVELS = 8
"""Different numbers that a signal has at least which takes any value."""


def blanked(group: Mapping[str, Array]) -> Arrays:
    """Arrays of one shape with NaN for points that are exactly zero in all of them: a scan never got there.

    There must be two such points or more, for (0, 0) is a set point.
    """
    stacked = [np.asarray(array.values) for array in group.values()]
    zero = np.logical_and.reduce([values == 0 for values in stacked])
    if np.count_nonzero(zero) < 2 or zero.all():
        return dict(group)
    found = {}
    for name, array in group.items():
        values = np.asarray(array.values, dtype=np.result_type(array.values.dtype, np.float32)).copy()
        values[zero] = np.nan
        found[name] = replace(array, values=values)
    return found


def without_blank_rows(columns: Mapping[str, Array]) -> Arrays:
    """Columns of a table without the rows that are empty in all of them, or at its end exactly zero (two or more)."""
    stacked = [array.values.astype(float) for array in columns.values()]
    empty = np.logical_and.reduce([np.isnan(values) for values in stacked])
    filled = np.flatnonzero(~(empty | np.logical_and.reduce([values == 0 for values in stacked])))
    last = int(filled[-1]) if filled.size else empty.size
    if np.count_nonzero(~empty[last + 1 :]) > 1:
        empty[last + 1 :] = True
    if not empty.any() or empty.all():
        return dict(columns)
    note = {UNTAKEN: int(empty.sum())}
    return {
        name: replace(array, values=array.values[~empty], missing={**array.missing, **note})
        for name, array in columns.items()
    }


def without_fill(array: Array) -> Array:
    """The same with NaN for what can be no value: a known mark, or one huge number that comes beside usual ones."""
    huge, largest = _huge(array.values)
    if not huge.any() or not largest < HUGE * 1e-10:
        return array
    missing, gone = dict(array.missing), np.zeros(huge.shape, dtype=bool)
    for mark, why in MARKS.items():
        where = huge & np.isclose(array.values, mark, rtol=1e-6)
        if where.any():
            missing[f"{mark:.6g}, {why}"] = int(where.sum())
            gone |= where
    others = np.unique(array.values[huge & ~gone])
    if others.size == 1 and largest > 0:
        missing[f"{others[0].real:.6g}, a fill value that the file does not declare"] = int((huge & ~gone).sum())
        gone = huge
    return replace(array, values=np.where(gone, np.nan, array.values), missing=missing) if gone.any() else array


def check_size(what: str, values: NDArray[Any]) -> None:
    """Refuse a signal of which some numbers can only be fill values, without knowing which.

    Raises:
        InputError: several huge numbers beside usual ones.
    """
    huge, largest = _huge(values)
    if huge.any() and 0 < largest < HUGE * 1e-10:
        size = np.abs(values[huge])
        got = f"{int(huge.sum())} of {values.size} points between {size.min():.3g} and {size.max():.3g}"
        remedy = "no detector measures these: put NaN where nothing was measured, or declare a _FillValue"
        raise InputError(what, f"hold no fill values beside values up to {largest:.3g}", got, remedy)


def _huge(values: NDArray[Any]) -> tuple[NDArray[np.bool_], float]:
    """Where numbers are of a size that no signal has, and the largest of the others."""
    if values.dtype.kind not in "fc" or values.size == 0:
        return np.zeros(values.shape, dtype=bool), 0.0
    size: NDArray[Any] = np.abs(values)
    usual: NDArray[np.bool_] = np.isfinite(size)
    huge: NDArray[np.bool_] = np.greater(size, HUGE) & usual
    return huge, float(np.max(size, where=usual & ~huge, initial=0.0)) if huge.any() else 0.0


def without_tail(values: FloatArray) -> tuple[FloatArray, int]:
    """A signal with NaN for the zeros behind its last value, and their number, where they were never written.

    They are at least a whole row (of a trace three), while nothing before is exactly zero and half of it or more are
    different numbers, not the few levels of a signal that switches: a detector does not do that.
    """
    flat = values.ravel()
    filled = np.flatnonzero(flat != 0)
    first = filled[-1] + 1 if filled.size else flat.size
    number = flat.size - first
    if number < (values.shape[-1] if values.ndim > 1 else FEWEST_ZEROS):
        return values, 0
    before = flat[:first]
    if filled.size < first or np.unique(before).size < max(FEW_LEVELS, before.size / 2):
        return values, 0
    cut = flat.copy()
    cut[first:] = np.nan
    return cut.reshape(values.shape), number


def reached(axis: FloatArray, signal: NDArray[np.generic], dim: int) -> NDArray[np.bool_]:
    """Which points of an axis a scan got to: not those that are NaN, or zero at its end, where the signal is empty.

    A single zero at the end is a set point where the axis goes on to it in one direction.
    """
    rows = np.moveaxis(np.asarray(signal), dim, 0).reshape(axis.size, -1)
    void = (np.isnan(rows) | (rows == 0)).all(axis=1)
    kept: NDArray[np.bool_] = np.logical_not(np.isnan(axis) & void)
    blank = (axis == 0) & void
    zeros = axis.size if blank.all() else int(np.argmin(blank[::-1]))
    first = axis.size - zeros
    if zeros > 1 or (zeros == 1 and not _one_way(axis) and _one_way(axis[:first])):
        kept[first:] = False
    return kept


def _one_way(axis: FloatArray) -> bool:
    steps = np.diff(axis)
    return bool((steps > 0).all() or (steps < 0).all())
