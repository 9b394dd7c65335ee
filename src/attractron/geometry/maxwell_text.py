"""Tables of capacitances as solvers write them: separated values with names, and the listing of FastCap."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray, shown
from attractron.core.checks import names as names_of
from attractron.core.errors import InputError

UNITS = {"aF": 1.0, "fF": 1e3, "pF": 1e6, "nF": 1e9, "uF": 1e12, "µF": 1e12, "F": 1e18}
"""aF in a unit."""

UNIT = re.compile(r"[(\[]\s*([a-zA-Zµ]+)\s*[)\]]\s*$")
"""A unit in brackets at the end of a column's name."""

TERMINAL = re.compile(r"^C\[\w+\]\[(\w+)\]$")
"""A column's name as some solvers write it, `C[i][2]`."""

LISTING = re.compile(r"^CAPACITANCE MATRIX,\s*(atto|femto|pico|nano|micro|)farads", re.IGNORECASE)
"""The line above the matrix in FastCap's listing."""

PREFIXES = {"atto": "aF", "femto": "fF", "pico": "pF", "nano": "nF", "micro": "uF", "": "F"}

GROUP = re.compile(r"%GROUP\d+$")
"""What FastCap adds to the name of a conductor."""


class Table(NamedTuple):
    """Names, numbers and the unit (None if none is named) of a matrix."""

    names: tuple[str, ...]
    values: FloatArray
    unit: str | None
    misses: FloatArray | None = None


def read_table(path: Path) -> Table:
    """A table of values separated by commas, semicolons, tabs or blanks, or FastCap's listing.

    Names stand in the first row, and in the first column unless rows have numbers only. Lines that begin with # or %
    are left out, except that of a header right above the numbers.

    Raises:
        InputError: no text, no square table, names that differ between rows and columns, two units.

    Example:
        >>> from pathlib import Path
        >>> from attractron.geometry.maxwell_text import read_table
        >>> path = Path("fastcap.txt")
        >>> _ = path.write_text('''CAPACITANCE MATRIX, femtofarads
        ...                    1      2
        ... L%GROUP1 1      0.05  -0.01
        ... G%GROUP2 2     -0.01   0.05''')
        >>> read_table(path).names, read_table(path).unit
        (('L', 'G'), 'fF')
    """
    lines = [line.strip(" \r") for line in _decoded(path).splitlines()]
    lines = [line for line in lines if line.strip()]
    start = next((k for k, line in enumerate(lines) if LISTING.match(line)), None)
    if start is not None:
        return _listing(lines[start:], path)
    return _separated(_without_remarks(lines), path)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("source", "be a table as text, or NetCDF", f"{path}, which is neither")


def _without_remarks(lines: list[str]) -> list[str]:
    """Lines of the table; the last % line above it is its header if it has as many cells."""
    first = next((k for k, line in enumerate(lines) if line[0] not in "#%"), len(lines))
    kept = [line for line in lines if line[0] not in "#%"]
    if 0 < first < len(lines) and lines[first - 1][0] == "%" and len(kept) > 1:
        header = lines[first - 1].lstrip("% ")
        mark = _mark(header)
        if mark is not None and len(header.split(mark)) == len(kept[0].split(mark)):
            return [header, *kept]
    return kept


def _mark(line: str) -> str | None:
    """What separates the cells of a line; None for blanks."""
    return next((mark for mark in ("\t", ";", ",") if mark in line), None)


def _listing(lines: list[str], path: Path) -> Table:
    found = LISTING.match(lines[0])
    rows = [line.split() for line in lines[2 : 2 + len(lines[1].split())]] if len(lines) > 1 else []
    if not rows or any(len(row) != len(rows) + 2 for row in rows):
        raise InputError("source", "have FastCap's matrix below its line", f"{len(rows)} rows in {path}")
    short = [GROUP.sub("", row[0]) for row in rows]
    labels = short if len(set(short)) == len(short) else [row[0] for row in rows]
    unit = PREFIXES[found[1].lower()] if found else None
    return Table(names_of("source", labels), _numbers([row[2:] for row in rows], False), unit)


def _separated(lines: list[str], path: Path) -> Table:
    if not lines:
        raise InputError("source", "hold a table", f"nothing in {path}")
    mark = _mark(lines[0])
    if mark is None:
        lines = [re.sub(r"\s+(?=[(\[])", "", lines[0]), *lines[1:]]
    cells = [[cell.strip().strip('"') for cell in line.split(mark)] for line in lines]
    head, rows = cells[0], cells[1:]
    if mark is None and len(rows) == len(head) and all(len(row) == len(head) + 1 for row in rows):
        head = ["", *head]  # blanks above the names of rows
    bare = len(rows) == len(head) and all(len(row) == len(head) for row in rows)
    if bare:  # numbers only: rows in the order of columns
        head, rows = ["", *head], [[UNIT.sub("", name).strip(), *row] for name, row in zip(head, rows, strict=True)]
    if any(len(row) != len(head) for row in rows) or len(rows) != len(head) - 1:
        got = f"{len(rows)} rows below {len(head)} cells in {path}"
        raise InputError("source", "be a square table with names in its first row and first column", got)
    units = {found[1] for cell in head if (found := UNIT.search(cell))} | ({head[0]} & set(UNITS))
    if len(units) > 1:
        raise InputError("source", "be in one unit", shown(tuple(sorted(units))))
    labels = [_label(cell) for cell in head[1:]]
    own = labels if bare else [_whole(row[0]) for row in rows]
    if sorted(own) != sorted(labels):
        raise InputError("source", "have the same names along rows and columns", f"{own} and {labels}")
    if len(set(own)) == len(own):
        rows = [rows[own.index(label)] for label in labels]
    values = _numbers([row[1:] for row in rows], mark != ",")
    return Table(names_of("source", labels), values, units.pop() if units else None)


def _numbers(rows: list[list[str]], comma: bool) -> FloatArray:
    """Numbers, with a decimal comma where commas separate nothing."""
    try:
        return np.array([[float(cell.replace(",", ".") if comma else cell) for cell in row] for row in rows])
    except ValueError as error:
        raise InputError("source", "hold numbers below and beside its names", str(error)) from error


def _label(cell: str) -> str:
    bare = UNIT.sub("", cell).strip()
    terminal = TERMINAL.match(bare)
    return terminal[1] if terminal else bare


def _whole(label: str) -> str:
    """A name, or a number of a terminal as solvers write it, 1.00e+00."""
    try:
        number = float(label)
    except ValueError:
        return label
    return str(int(number)) if number == int(number) else label
