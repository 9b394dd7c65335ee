"""QCoDeS' databases (`.db`), read with SQLite alone: runs, their parameters, and what depends on what."""

import io
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.errors import InputError
from attractron.readout.files.containers import Array, Arrays, Contents

if TYPE_CHECKING:
    import sqlite3

SHOWN = 12
"""Runs that an error lists, the last ones."""


@dataclass(frozen=True, kw_only=True)
class _Run:
    """A run of a database: its number, name, table of results, parameters measured with what they depend on."""

    number: int
    name: str
    table: str
    measured: dict[str, tuple[str, ...]]
    units: dict[str, str]
    labels: dict[str, str]
    shapes: dict[str, tuple[int, ...]]

    def __str__(self) -> str:
        what = "; ".join(f"{name} over {', '.join(axes)}" for name, axes in self.measured.items())
        return f"{self.number} {self.name}: {what}"


def read_database(path: Path, wanted: str | None = None) -> Contents:
    """What one run of a database measured: the only one with results, or the one that `wanted` names.

    A run is named by its number, "12", or with a parameter of it, "12/dmm_v". Rows hold numbers, complex numbers, or
    arrays of them, whose other columns then belong to all of their points.

    Raises:
        InputError: no such run, none with results, or several of which none is named.
    """
    with _opened(path) as database:
        runs = [run for run in _runs(database) if run.measured and _has_rows(database, run)]
        if not runs:
            raise InputError(str(path), "hold results", "a database of runs without any")
        run, name = _asked(path, runs, wanted)
        arrays: Arrays = {}
        for each in run.measured if name is None else (name,):
            arrays.update(_results(database, run, each, arrays))
    if name is not None:
        aliases = (f"{run.number}/{name}", str(run.number))
        arrays[name] = replace(arrays[name], aliases=aliases)
    return arrays, {"source": f"run {run.number} ({run.name}) of {path.name}"}


def _asked(path: Path, runs: list[_Run], wanted: str | None) -> tuple[_Run, str | None]:
    """The run and, where that is clear, the parameter that are wanted."""
    if wanted is None:
        if len(runs) > 1:
            raise _several(path, runs)
        return runs[0], next(iter(runs[0].measured)) if len(runs[0].measured) == 1 else None
    number, _, name = wanted.partition("/")
    fitting = [run for run in runs if str(run.number) == number]
    if not fitting:  # a parameter of the only run that measured it
        named = [(run, own) for run in runs for own in run.measured if wanted in (own, run.labels.get(own))]
        if len(named) == 1:
            return named[0]
        if len(runs) > 1:
            raise _several(path, [run for run, _ in named] or runs, wanted)
        return runs[0], None
    run = fitting[0]
    own = [each for each in run.measured if name in (each, run.labels.get(each))]
    if not own and (name or len(run.measured) > 1):
        listed = ", ".join(f"{number}/{each}" for each in run.measured)
        raise InputError("variable", f"name what run {number} of {path.name} measured ({listed})", repr(wanted))
    return run, own[0] if own else next(iter(run.measured))


def _several(path: Path, runs: list[_Run], wanted: str | None = None) -> InputError:
    listed = " | ".join(map(str, runs[-SHOWN:]))
    shown = f"{len(runs)} runs" + (f", the last {SHOWN} of which are {listed}" if len(runs) > SHOWN else f": {listed}")
    last = runs[-1]
    remedy = f"say for example --variable {last.number}/{next(iter(last.measured))} (in Python: variable=...)"
    if wanted is not None:
        return InputError("variable", f"name one run of {path.name}, which holds {shown}", repr(wanted), remedy)
    return InputError(str(path), "hold one run, or have it named", shown, remedy)


@contextmanager
def _opened(path: Path) -> Iterator["sqlite3.Connection"]:
    """The database, never written to, and without files that SQLite puts beside it.

    Rows that a measurement adds stand in a second file at first ("write-ahead log"), which is read with the database.
    """
    import sqlite3

    address = path.resolve().as_uri()
    log = path.with_name(path.name + "-wal")
    growing = log.exists() and log.stat().st_size > 0
    try:
        connection = sqlite3.connect(f"{address}?mode=ro" + ("" if growing else "&immutable=1"), uri=True)
        with closing(connection):
            yield connection
    except sqlite3.Error as error:
        raise ValueError(f"SQLite: {error}") from error


def _runs(database: "sqlite3.Connection") -> list[_Run]:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"runs", "layouts", "dependencies"} <= tables:
        raise ValueError("an SQLite database, but not one of QCoDeS: it has no tables of runs and layouts")
    columns = {row[1] for row in database.execute("PRAGMA table_info(runs)")}
    description = "run_description" if "run_description" in columns else "NULL"
    layouts: dict[int, dict[int, tuple[str, str, str]]] = {}
    for key, run, name, label, unit in database.execute(
        "SELECT layout_id, run_id, parameter, label, unit FROM layouts"
    ):
        layouts.setdefault(run, {})[key] = (name, label or "", unit or "")
    axes: dict[int, list[int]] = {}
    for key, on in database.execute("SELECT dependent, independent FROM dependencies ORDER BY dependent, axis_num"):
        axes.setdefault(key, []).append(on)
    found = []
    query = f"SELECT run_id, name, result_table_name, {description} FROM runs ORDER BY run_id"
    for number, name, table, text in database.execute(query):
        own = layouts.get(number, {})
        measured = {own[key][0]: tuple(own[on][0] for on in axes[key] if on in own) for key in own if key in axes}
        found.append(
            _Run(
                number=number,
                name=name or "",
                table=table,
                measured=measured,
                units={parameter: unit for parameter, _, unit in own.values()},
                labels={parameter: label for parameter, label, _ in own.values()},
                shapes=_shapes(text),
            )
        )
    return [run for run in found if run.table in tables]


def _shapes(description: str | None) -> dict[str, tuple[int, ...]]:
    """Shapes of measured parameters, where whoever measured them said so."""
    told = json.loads(description or "{}").get("shapes") or {}
    return {name: tuple(int(size) for size in shape) for name, shape in told.items()}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _has_rows(database: "sqlite3.Connection", run: _Run) -> bool:
    return database.execute(f"SELECT 1 FROM {_quoted(run.table)} LIMIT 1").fetchone() is not None


def _results(database: "sqlite3.Connection", run: _Run, name: str, before: Arrays) -> Arrays:
    """A measured parameter with its set points, row by row or, where the shape is known, as images.

    Set points of several parameters of a run need not be the same: where they differ from those `before`, they get the
    name of the parameter before their own.
    """
    names = (*run.measured[name], name)
    columns = ", ".join(map(_quoted, names))
    query = f"SELECT {columns} FROM {_quoted(run.table)} WHERE {_quoted(name)} IS NOT NULL ORDER BY id"
    rows = database.execute(query).fetchall()
    if not rows:
        return {}
    parts = _columns(rows)
    shape, missing = run.shapes.get(name, ()), {}
    size = parts[0].size
    if len(shape) == len(names) - 1 > 1 and size <= prod(shape) and size % prod(shape[1:]) == 0:
        parts = [part.reshape(-1, *shape[1:]) for part in parts]
    if shape and 0 < size < prod(shape):
        missing = {f"of the {' x '.join(map(str, shape))} planned, never taken": prod(shape) - size}
    found: Arrays = {}
    axes = []
    for each, part in zip(names, parts, strict=True):
        array = Array(values=part, unit=run.units.get(each) or None, label=run.labels.get(each) or None)
        own = each if each not in before or np.array_equal(before[each].values, part) else f"{name}/{each}"
        axes.append(own)
        found[own] = array
    return found | {name: replace(found[name], coordinates=tuple(axes[:-1]), missing=missing)}


def _columns(rows: list[tuple[Any, ...]]) -> list[NDArray[Any]]:
    """Cells of rows as one column for each parameter: numbers, and arrays that are stored as NumPy writes them."""
    if not any(isinstance(cell, bytes) for cell in rows[0]):
        return [_numbers(column) for column in zip(*rows, strict=True)]
    cells = [[_cell(cell) for cell in row] for row in rows]
    sizes = [max(cell.size for cell in row) for row in cells]
    return [
        np.concatenate([np.broadcast_to(row[at].ravel(), size) for row, size in zip(cells, sizes, strict=True)])
        for at in range(len(rows[0]))
    ]


def _numbers(column: tuple[Any, ...]) -> NDArray[Any]:
    if any(isinstance(cell, str | bytes) or cell is None for cell in column):
        return np.concatenate([_cell(cell).ravel() for cell in column])
    return np.array(column, dtype=float)


def _cell(value: Any) -> NDArray[Any]:
    """A number, "nan", or the bytes of an array: QCoDeS stores complex numbers as arrays of one."""
    if isinstance(value, bytes):
        return np.asarray(np.load(io.BytesIO(value), allow_pickle=False))
    return np.array([np.nan if value is None else float(value)])
