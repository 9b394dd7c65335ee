"""Text tables: a matrix with its axes in the first row and column, columns x, y, value in any order, or a trace."""

import csv
import gzip
import re
from pathlib import Path

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays
from attractron.readout.files.resolve import Spans, bare_matrix
from attractron.readout.files.setpoints import MOST_COLUMNS, axes_of_table, gridded, on_grid
from attractron.readout.files.units import split_unit

MISSING = ("", "nan", "na", "n/a", "null", "none", "-", "--")
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?")
_NAME_HEADER = 'add a header line such as "P3 (mV),P4 (mV),signal (pA)"'


def read_table(path: Path, variable: str | None, axes: tuple[str, ...] | None, spans: Spans) -> Arrays:
    """Arrays of a text table; comment lines start with # or %, fields end at a tab, semicolon, comma or blank.

    Columns without a header are called column1, column2, …. The first two columns are axes of an image when their
    values repeat on a grid, otherwise the first column is the axis of all others; `axes` says it differently.

    Raises:
        InputError: no text, no numbers, lines of different length, columns whose roles cannot be known, points that
            are not on a grid.
    """
    header, rows, first_line = _split(path, _decoded(path))
    numbers = _numbers(path, rows, first_line)
    if header is not None and len(header) > 2 and all(_is_number(field) for field in header[1:]):
        return _matrix(path, header, numbers)
    if spans:
        return {"signal": Array(values=numbers if numbers.shape[1] > 1 else numbers[:, 0])}
    if numbers.shape[1] == 1:
        raise InputError(str(path), "have a column for the axis and one for the signal", "one column", _NAME_HEADER)
    unnamed = [f"column{number}" for number in range(1, numbers.shape[1] + 1)]
    if header is None and numbers.shape[1] > MOST_COLUMNS:
        raise bare_matrix(path, numbers.shape)
    if header is None and numbers.shape[1] > 2 and (axes is None or variable is None):
        roles = "which are axes and which are traces cannot be known"
        remedy = f"{_NAME_HEADER}, or say --axes column1,column2 --variable column3 (in Python: axes=..., variable=...)"
        if numbers.shape[1] > 3:
            remedy += "; a matrix with its axes in the first row and column has an empty first field, one "
            'without them needs --axes "P4=-20:0,P3=-10:5" (mV)'
        raise InputError(str(path), "name its columns", f"{numbers.shape[1]} columns without names: {roles}", remedy)
    return _columns(path, header or unnamed, numbers, axes)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    if path.suffix.lower() == ".gz":
        raw = gzip.decompress(raw)
    if b"\x00" in raw:
        raise InputError(str(path), "be a text table", "a binary file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _split(path: Path, text: str) -> tuple[list[str] | None, list[list[str]], int]:
    """Header (if any), rows of fields, and the line number of the first row."""
    lines = [(number, line.strip(" \r\n")) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    comments = [line.lstrip("#% \t") for _, line in lines if line.startswith(("#", "%"))]
    body = [(number, line) for number, line in lines if not line.startswith(("#", "%"))]
    if not body:
        raise InputError(str(path), "hold numbers", "no line of data")
    typical = body[len(body) // 2][1]  # neither the header nor a last line that is cut off
    delimiter = next((mark for mark in ("\t", ";", ",") if mark in typical), None)
    if delimiter == "," and len(typical.split()) > 1 and all(map(_is_number, typical.split())):
        delimiter = None  # 1,5 2,5: blanks between decimal commas
    rows = _fields([line for _, line in body], delimiter)
    if len(rows) > 1 and all(row[-1] == "" for row in rows[1:]) and len({len(row) for row in rows}) == 1:
        rows = [row[:-1] for row in rows]  # every line ends with a delimiter
    _check_width(path, rows, [number for number, _ in body])
    if not all(_is_number(field) for field in rows[0]) or rows[0][0].lower() in MISSING:
        if len(rows) == 1:
            raise InputError(str(path), "hold numbers", "a header only")
        return rows[0], rows[1:], body[1][0]
    named = _fields(comments, delimiter)
    fitting = [row for row in named if len(row) == len(rows[0]) and not any(_is_number(field) for field in row)]
    return (fitting[-1] if fitting else None), rows, body[0][0]


def _fields(lines: list[str], delimiter: str | None) -> list[list[str]]:
    if delimiter is None:
        # A blank before a bracket belongs to the unit: P3 (mV).
        return [[field.strip("\"'") for field in re.split(r"\s+(?![(\[])", line.strip())] for line in lines]
    # One line at a time: a quotation mark that is not closed must not swallow the lines below.
    parsed = (next(csv.reader([line], delimiter=delimiter)) for line in lines)
    return [[field.strip().strip("\"'") for field in row] for row in parsed]


def _check_width(path: Path, rows: list[list[str]], numbers: list[int]) -> None:
    width = len(rows[-1]) if len(rows) == 2 else max(len(row) for row in rows[:2])
    for number, row in zip(numbers, rows, strict=True):
        if len(row) != width:
            raise InputError(f"{path}, line {number}", f"have {width} fields like the lines before", len(row))


def _is_number(field: str) -> bool:
    return field.lower() in MISSING or _to_float(field) is not None


def _to_float(field: str) -> float | None:
    try:
        return float(field)
    except ValueError:
        return float(field.replace(",", ".")) if _DECIMAL_COMMA.fullmatch(field) else None


def _numbers(path: Path, rows: list[list[str]], first_line: int) -> FloatArray:
    table = np.empty((len(rows), len(rows[0])))
    for at, row in enumerate(rows):
        for column, field in enumerate(row):
            number = np.nan if field.lower() in MISSING else _to_float(field)
            if number is None:
                where = f"{path}, row {at + 1} of the data (which starts in line {first_line})"
                what = "be a real number" if re.search(r"\d[ij]\)?$", field) else "be a number"
                raise InputError(f"{where}, field {column + 1}", what, repr(field))
            table[at, column] = number
    if not np.isfinite(table).any():
        raise InputError(str(path), "hold numbers", "none that is finite")
    return table


def _matrix(path: Path, header: list[str], numbers: FloatArray) -> Arrays:
    r"""Axes in the first row and column; the corner may name them: "P4 (mV)\P3 (mV)" for rows and columns."""
    corner = [part for part in header[0].split("\\") if part.lower() not in MISSING]
    if len(corner) not in (0, 2):
        wanted = "name the axes of rows and columns in its first field, or leave it empty"
        raise InputError(str(path), wanted, repr(header[0]), r'for example "P4 (mV)\P3 (mV)"')
    rows, columns = (split_unit(part) for part in corner or ("rows", "columns"))
    across = np.array([np.nan if field.lower() in MISSING else _to_float(field) for field in header[1:]], dtype=float)
    return {
        rows[0]: Array(values=numbers[:, 0], unit=rows[1]),
        columns[0]: Array(values=across, unit=columns[1]),
        "signal": Array(values=numbers[:, 1:], axes=(rows[0], columns[0])),
    }


def _once(table: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """A trace without lines that are written again behind themselves."""
    rows = np.stack(list(table.values()), axis=1)
    again = np.all((rows[1:] == rows[:-1]) | (np.isnan(rows[1:]) & np.isnan(rows[:-1])), axis=1)
    return {name: values[np.concatenate([[True], ~again])] for name, values in table.items()}


def _set_points(table: dict[str, FloatArray], names: list[str]) -> tuple[str, ...] | None:
    """The first two columns where they are those of a grid, else the only two that are."""
    if len(names) < 3:
        return None
    if on_grid(table[names[0]], table[names[1]]) is not None:
        return tuple(names[:2])
    return axes_of_table({name: Array(values=values) for name, values in table.items()})


def _columns(path: Path, header: list[str], numbers: FloatArray, axes: tuple[str, ...] | None) -> Arrays:
    labels = [split_unit(field) for field in header]
    names = [name or f"column{number}" for number, (name, _) in enumerate(labels, start=1)]
    if len(set(names)) < len(names):
        raise InputError(str(path), "give every column a name of its own", ", ".join(names))
    for axis in axes or ():
        if axis not in names:
            raise InputError("axes", f"name columns of {path.name} ({', '.join(names)})", repr(axis))
    table = dict(zip(names, numbers.T, strict=True))
    units = {name: unit for name, (_, unit) in zip(names, labels, strict=True)}
    along = axes or _set_points(table, names) or (names[0],)
    others = [name for name in names if name not in along]
    if len(along) == 1:
        table = _once(table)
        found = {name: Array(values=table[name], unit=units[name], axes=along) for name in others}
        return {along[0]: Array(values=table[along[0]], unit=units[along[0]]), **found}
    if len(along) != 2:
        raise InputError("axes", "name one axis or two", ", ".join(along))
    return gridded(path, {name: Array(values=table[name], unit=units[name]) for name in names}, (along[0], along[1]))
