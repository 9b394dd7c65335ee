"""Text tables: a matrix with its axes in the first row and column, columns x, y, value in any order, or a trace."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays
from attractron.readout.files.fields import is_number, to_number, without_number
from attractron.readout.files.limits import text_of
from attractron.readout.files.resolve import Spans, bare_matrix
from attractron.readout.files.setpoints import MOST_COLUMNS, axes_of_table, gridded, on_grid
from attractron.readout.files.text import Table, decoded, read_text
from attractron.readout.files.units import split_unit

_NAME_HEADER = 'add a header line such as "P3 (mV),P4 (mV),signal (pA)"'


def read_table(
    path: Path, variable: str | None, axes: tuple[str, ...] | None, spans: Spans
) -> tuple[Arrays, dict[str, str]]:
    """Arrays of a text table, and under "validity_of_file" what was left out of it.

    Columns without a header are called column1, column2, …. The first two columns are axes of an image when their
    values repeat on a grid, otherwise the first column is the axis of all others; `axes` says it differently.

    Raises:
        InputError: no text, no numbers, lines of different length, columns whose roles cannot be known, points that
            are not on a grid.
    """
    table = read_text(path, decoded(path, text_of(path)))
    arrays, notes = _arrays(path, table, variable, axes, spans)
    return arrays, {"validity_of_file": " ".join([*table.notes, *notes])}


def _arrays(
    path: Path, table: Table, variable: str | None, axes: tuple[str, ...] | None, spans: Spans
) -> tuple[Arrays, list[str]]:
    header, numbers = table.header, table.numbers
    if header is not None and len(header) > 2 and all(is_number(field, comma=True) for field in header[1:]):
        return _matrix(path, header, numbers), []
    if spans:
        return {"signal": Array(values=numbers if numbers.shape[1] > 1 else numbers[:, 0])}, []
    if numbers.shape[1] == 1:
        raise InputError(str(path), "have a column for the axis and one for the signal", "one column", _NAME_HEADER)
    unnamed = [f"column{number}" for number in range(1, numbers.shape[1] + 1)]
    if header is None and numbers.shape[1] > MOST_COLUMNS:
        raise bare_matrix(path, (numbers.shape[0], numbers.shape[1]))
    columns = _labelled(path, header or unnamed, table.units, numbers)
    clocks = [list(columns)[at] for at in table.clocks]
    notes: list[str] = []
    if header is not None or clocks:
        columns, notes = _without_counts(columns, clocks, variable, axes)
    if header is None and len(columns) > 2 and (axes is None or variable is None):
        roles = "which are axes and which are traces cannot be known"
        remedy = f"{_NAME_HEADER}, or say --axes column1,column2 --variable column3 (in Python: axes=..., variable=...)"
        if len(columns) > 3:
            remedy += (
                "; a matrix with its axes in the first row and column has an empty first field, one "
                'without them needs --axes "P4=-20:0,P3=-10:5" (mV)'
            )
        raise InputError(str(path), "name its columns", f"{len(columns)} columns without names: {roles}", remedy)
    return _over_axes(path, columns, axes), notes


def _labelled(path: Path, header: Sequence[str], units: Sequence[str] | None, numbers: NDArray[Any]) -> Arrays:
    """Columns by their names, with units from the names or from the row below."""
    labels = [split_unit(field) for field in header]
    names = [name or f"column{number}" for number, (name, _) in enumerate(labels, start=1)]
    if len(set(names)) < len(names):
        raise InputError(str(path), "give every column a name of its own", ", ".join(names))
    below = [None] * len(names) if units is None else [split_unit(f"({unit.strip('()[]<>{} ')})")[1] for unit in units]
    return {
        name: Array(values=_real(values), unit=own or other)
        for name, values, (_, own), other in zip(names, numbers.T, labels, below, strict=True)
    }


def _real(values: NDArray[Any]) -> NDArray[Any]:
    """A column without imaginary parts that are all zero, because another one is complex."""
    return values.real if values.dtype.kind == "c" and not np.nan_to_num(values.imag).any() else values


COUNTS = ("index", "idx", "#", "no", "no.", "nr", "n", "i", "point", "pt", "step", "row", "sample", "column1")
"""What a column is called that numbers the lines."""

STAMPS = ("time", "date", "stamp", "epoch", "clock")
"""What is in the name of a column that says when a point was taken."""

EPOCH = (1e9, 4e9)
"""s since 1970 in which laboratories have measured."""


def _without_counts(
    columns: Arrays, clocks: Sequence[str], variable: str | None, axes: tuple[str, ...] | None
) -> tuple[Arrays, list[str]]:
    """Columns without those that number the lines or say when they were written, where others are left to be read.

    Where a time is all that a signal can be read over it is counted from the first point.
    """
    asked = {*(axes or ()), variable}
    notes = []
    for name, array in list(columns.items()):
        told = name in clocks
        values = array.values
        if values.dtype.kind == "c" or not (told or _is_stamp(name, array) or _numbers_lines(name, array)):
            continue
        others = [other for other in columns if other != name and other not in clocks]
        if name not in asked and len(others) > 1 and (told or _leads(columns, others)):
            del columns[name]
            notes.append(
                f"The column {name} {'says when points were taken' if array.unit or told else 'counts'}: left out."
            )
        elif told or (_is_stamp(name, array) and EPOCH[0] < np.nanmin(values)):
            scale = 1.0 if told or np.nanmax(values) < EPOCH[1] else 1e-3
            columns[name] = replace(array, values=(values - values[0]) * scale, unit="s")
    return columns, notes


def _is_stamp(name: str, array: Array) -> bool:
    """A column whose name says that it holds times, and whose values do not fall."""
    named = any(word in name.casefold() for word in STAMPS) or name.casefold() == "t"
    values = np.asarray(array.values, dtype=float)
    seconds = bool(np.isfinite(values).all() and (np.diff(values) >= 0).all())
    return seconds and (named and (array.unit in (None, "s", "ms", "sec") or "time" in name.casefold()))


def _numbers_lines(name: str, array: Array) -> bool:
    values = np.asarray(array.values, dtype=float)
    counted = array.unit is None and name.casefold() in COUNTS and values[0] in (0, 1)
    return bool(counted and (np.diff(values) == 1).all())


def _leads(columns: Arrays, others: Sequence[str]) -> bool:
    """The first of the other columns may be an axis: it is not the same all over, and does not scatter."""
    first = np.asarray(np.real(columns[others[0]].values), dtype=float)
    steps = np.diff(first[np.isfinite(first)])
    turns = np.count_nonzero(np.diff(np.sign(steps[steps != 0])))
    return bool(steps.any() and turns <= max(2, first.size // 8))


def _matrix(path: Path, header: list[str], numbers: NDArray[Any]) -> Arrays:
    r"""Axes in the first row and column; the corner may name them: "P4 (mV)\P3 (mV)" for rows and columns."""
    corner = [part for part in header[0].split("\\") if not without_number(part.strip())]
    if len(corner) not in (0, 2):
        wanted = "name the axes of rows and columns in its first field, or leave it empty"
        raise InputError(str(path), wanted, repr(header[0]), r'for example "P4 (mV)\P3 (mV)"')
    rows, columns = (split_unit(part) for part in corner or ("rows", "columns"))
    across = np.array([to_number(field, comma=True) for field in header[1:]], dtype=float)
    return {
        rows[0]: Array(values=numbers[:, 0], unit=rows[1]),
        columns[0]: Array(values=across, unit=columns[1]),
        "signal": Array(values=numbers[:, 1:], axes=(rows[0], columns[0])),
    }


def _once(table: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """A trace without lines that are written again behind themselves."""
    rows = np.stack(list(table.values()), axis=1)
    again = np.all((rows[1:] == rows[:-1]) | (np.isnan(rows[1:]) & np.isnan(rows[:-1])), axis=1)
    return {name: values[np.concatenate([[True], ~again])] for name, values in table.items()}


def _set_points(table: dict[str, NDArray[Any]], names: list[str]) -> tuple[str, ...] | None:
    """The first two columns where they are those of a grid, else the only two that are."""
    if len(names) < 3:
        return None
    if on_grid(table[names[0]], table[names[1]]) is not None:
        return tuple(names[:2])
    return axes_of_table({name: Array(values=values) for name, values in table.items()})


def _over_axes(path: Path, columns: Arrays, axes: tuple[str, ...] | None) -> Arrays:
    names = list(columns)
    for axis in axes or ():
        if axis not in names:
            raise InputError("axes", f"name columns of {path.name} ({', '.join(names)})", repr(axis))
    table = {name: array.values for name, array in columns.items()}
    along = axes or _set_points(table, names) or (names[0],)
    if len(along) == 1:
        table = _once(table)
        return {
            name: replace(columns[name], values=table[name], axes=None if name == along[0] else along)
            for name in (along[0], *(name for name in names if name != along[0]))
        }
    if len(along) != 2:
        raise InputError("axes", "name one axis or two", ", ".join(along))
    return gridded(path, columns, (along[0], along[1]))
