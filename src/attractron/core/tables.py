"""A result as a table that spreadsheets read: comma-separated values, units in the header."""

import csv
from collections.abc import Iterator
from itertools import islice, product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.core.files import COMPUTED, atomic
from attractron.core.results import flag_names

WIDEST = 1000
"""Columns at most that names along a dimension make."""

AT_ONCE = 1 << 16
"""Rows that are made at once."""


def write_csv(dataset: xr.Dataset, path: str | Path, *, variable: str, table: bool = False) -> list[str]:
    """Write a variable, and what else depends on its axes, as comma-separated values.

    A row is a point of the axes of numbers that the variable depends on; columns are these axes, what else goes with
    them, the variable, and every other one that depends on no other axis. What has names along a dimension (dots,
    states) has a column a name, `occupation[L] (1)`. Flags are words, complex numbers two columns, `Re a` and `Im a`;
    where nothing was computed there is nothing. Numbers are as short as gives the same number back.

    Args:
        dataset: any result.
        path: of the file.
        variable: what the table is of.
        table: instead, the variable alone with the second of its axes to the right: a row a value of the first, which
            is its first column; the header has the values of the second.

    Returns:
        The variables that are left out, since they depend on something else.

    Raises:
        InputError: no such variable; `table` of one that has no two axes; too many columns.
        OutputError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> sweep = at.dots.effective_interaction(device, {"delta": [1.0, 2.0]})
        >>> path = f"{tempfile.mkdtemp()}/sweep.csv"
        >>> at.core.write_csv(sweep, path, variable="effective_interaction")
        []
        >>> from pathlib import Path
        >>> print(Path(path).read_text().splitlines()[0])
        delta (meV),effective_interaction (meV),pairing_energy (meV)
    """
    choice("variable", variable, (str(name) for name in dataset.data_vars))
    along = [str(dim) for dim in dataset[variable].dims if _of_numbers(dataset, str(dim))]
    if table:
        rows, left = _wide(dataset[variable], _computed(dataset), along), []
    else:
        names = [str(name) for name in dataset.data_vars if _axes(dataset, str(name)) <= set(along)]
        left = [str(name) for name in dataset.data_vars if name not in names]
        rows = _long(dataset, [variable, *(name for name in names if name != variable)], along)
    with atomic(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return left


def _of_numbers(dataset: xr.Dataset, dim: str) -> bool:
    """Whether a dimension is an axis of numbers, rather than one of names or of components."""
    return dim in dataset.coords and dataset[dim].dtype.kind in "biufM"


def _axes(dataset: xr.Dataset, name: str) -> set[str]:
    return {str(dim) for dim in dataset[name].dims if _of_numbers(dataset, str(dim))}


def _computed(dataset: xr.Dataset) -> xr.DataArray | None:
    return dataset.get(COMPUTED)


def _long(dataset: xr.Dataset, names: list[str], along: list[str]) -> Iterator[list[Any]]:
    """The header, and a row a point."""
    axes = [str(name) for name in dataset.coords if name in along]
    beside = [str(name) for name in dataset.coords if name not in axes and set(dataset[name].dims) <= set(along)]
    columns: dict[str, xr.DataArray] = {}
    for name in [*sorted(axes, key=along.index), *beside, *names]:
        columns |= _columns(dataset[name], along)
    if len(columns) > WIDEST:
        raise InputError("variable", f"make at most {WIDEST} columns", len(columns), "choose parts of it first")
    yield list(columns)
    computed = _computed(dataset)
    own = {column: column.partition(" (")[0] == COMPUTED for column in columns}
    sizes = {dim: dataset.sizes[dim] for dim in along}
    lengths = [*sizes.values(), 1]
    step = max(1, AT_ONCE // max(1, prod(lengths[1:])))
    for first in range(0, lengths[0], step):
        part = {along[0]: slice(first, first + step)} if along else {}
        blocks = [
            _cells(_filled(array, part, sizes), None if own[name] else _filled(computed, part, sizes))
            for name, array in columns.items()
        ]
        yield from (list(row) for row in zip(*blocks, strict=True))


def _filled(array: xr.DataArray | None, part: dict[str, slice], sizes: dict[str, int]) -> Any:
    """A variable at all points of a part, as if it depended on all the axes."""
    if array is None or not set(map(str, array.dims)) <= set(sizes):
        return None
    cut = array.isel({dim: where for dim, where in part.items() if dim in array.dims})
    shape = [len(range(*part[dim].indices(size))) if dim in part else size for dim, size in sizes.items()]
    own = cut.transpose(*(dim for dim in sizes if dim in cut.dims)).to_numpy()
    there = own.reshape([length if dim in cut.dims else 1 for dim, length in zip(sizes, shape, strict=True)])
    return xr.DataArray(np.broadcast_to(there, shape), attrs=array.attrs)


def _columns(array: xr.DataArray, along: list[str]) -> dict[str, xr.DataArray]:
    """Header → values over axes of numbers: a column a name along any other dimension."""
    others = [str(dim) for dim in array.dims if dim not in along]
    unit = str(array.attrs.get("units", ""))
    labels = [
        [str(each) for each in (array[dim].to_numpy() if dim in array.coords else range(array.sizes[dim]))]
        for dim in others
    ]
    found: dict[str, xr.DataArray] = {}
    for place in islice(product(*(range(len(each)) for each in labels)), WIDEST + 1):
        named = ", ".join(label[n] for label, n in zip(labels, place, strict=True))
        head = f"{array.name}[{named}]" if others else str(array.name)
        values = array.isel(dict(zip(others, place, strict=True)))
        for begin, component in _components(values).items():
            found[f"{begin}{head}" + (f" ({unit})" if unit else "")] = component
    return found


def _components(array: xr.DataArray) -> dict[str, xr.DataArray]:
    return {"Re ": array.real, "Im ": array.imag} if array.dtype.kind == "c" else {"": array}


def _cells(array: xr.DataArray, computed: xr.DataArray | None) -> list[Any]:
    """Values as they are written."""
    values = array.to_numpy().ravel()
    if "flag_values" in array.attrs:
        names = flag_names(array)
        cells = [names.get(int(value), str(value)) for value in values]
    else:
        cells = values.astype(str).tolist() if values.dtype.kind in "UTMSO" else values.tolist()
    if computed is None:
        return cells
    return [cell if known else "" for cell, known in zip(cells, computed.to_numpy().ravel(), strict=True)]


def _wide(array: xr.DataArray, computed: xr.DataArray | None, along: list[str]) -> Iterator[list[Any]]:
    """The header, and a row a value of the first axis."""
    if array.ndim != 2 or len(along) != 2 or array.dtype.kind == "c":
        got = f"{array.dtype} over {', '.join(map(str, array.dims)) or 'no axis'}"
        raise InputError("table", "be of real numbers or flags over two axes of numbers", got, "write all in rows")
    down, right = along
    units = {name: str(array[name].attrs.get("units", "1")) for name in along}
    if array.sizes[right] > WIDEST * 16:
        raise InputError("table", f"make at most {WIDEST * 16} columns", array.sizes[right], "write all in rows")
    of = f"{array.name} ({array.attrs.get('units', '1')}): {down} ({units[down]}) down, {right} ({units[right]}) right"
    yield [of, *array[right].to_numpy().tolist()]
    known = None if computed is None or set(computed.dims) != set(along) else computed.transpose(down, right)
    for n, value in enumerate(array[down].to_numpy().tolist()):
        row = array.isel({down: n})
        yield [value, *_cells(row, None if known is None else known.isel({down: n}))]
