"""What the conventions of NetCDF and CF say of values (unwritten, packed, out of range, gathered); NetCDF 3 files."""

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.readout.files.containers import Array, Arrays, Contents, label_of, text, unit_of

UNWRITTEN = {"i2": -32767, "i4": -2147483647, "i8": -9223372036854775806, "u2": 65535, "u4": 4294967295}
"""What the NetCDF library fills whole numbers with that nobody wrote (NC_FILL_SHORT, …); bytes have no such value."""

UNWRITTEN_FLOAT = 9.9692099683868690e36
"""The same for floating-point numbers (NC_FILL_FLOAT, NC_FILL_DOUBLE)."""

MOST_OF_GRID = 2
"""Points of a grid over points taken, up to which gathered values come as the grid, beyond it as columns."""


def decoded(raw: NDArray[Any], attributes: Mapping[str, Any]) -> tuple[NDArray[Any], dict[str, int]]:
    """Values of a variable, NaN where none was written or it is out of range, and how many points for which reason.

    Whole numbers stay such where nothing is missing or packed. Fill values and ranges are those of the packed values
    (CF conventions 1.11, sections 2.5.1 and 8.1).
    """
    if raw.dtype.kind not in "fiu":
        return raw, {}
    if raw.dtype.kind == "i" and (text(attributes.get("_Unsigned")) or "").lower() == "true":
        raw = raw.view(raw.dtype.str.replace("i", "u"))
    missing: dict[str, int] = {}
    gone = np.zeros(raw.shape, dtype=bool)
    for reason, where in _absent(raw, attributes):
        new = where & ~gone
        if new.any():
            missing[reason] = int(new.sum())
            gone |= new
    scale, offset = (_numbers(attributes, name) for name in ("scale_factor", "add_offset"))
    if not gone.any() and scale is None and offset is None:
        return raw, {}
    values = raw.astype(raw.dtype if raw.dtype.kind == "f" and scale is None and offset is None else float)
    values[gone] = np.nan
    if scale is not None:
        values *= scale[0]
    if offset is not None:
        values += offset[0]
    return values, missing


def _absent(raw: NDArray[Any], attributes: Mapping[str, Any]) -> list[tuple[str, NDArray[np.bool_]]]:
    """Reason and place of what was never measured, in the words of the file's own attributes."""
    found = []
    for name in ("_FillValue", "missing_value"):
        marks = _numbers(attributes, name)
        for mark in () if marks is None else marks[np.isfinite(marks)]:
            found.append((f"{name} {mark:.6g}", _equals(raw, mark)))
    if "_FillValue" not in attributes:
        mark = UNWRITTEN_FLOAT if raw.dtype.kind == "f" else UNWRITTEN.get(raw.dtype.str[1:])
        if mark is not None:
            found.append((f"{mark:.6g}, which NetCDF fills in where nothing was written", _equals(raw, mark)))
    limits = _numbers(attributes, "valid_range")
    low, high = limits[:2] if limits is not None and limits.size == 2 else (None, None)
    lowest, highest = _numbers(attributes, "valid_min"), _numbers(attributes, "valid_max")
    low, high = low if lowest is None else lowest[0], high if highest is None else highest[0]
    if low is not None:
        found.append((f"below the least valid value {low:g}", raw < low))
    if high is not None:
        found.append((f"above the largest valid value {high:g}", raw > high))
    return found


def _equals(raw: NDArray[Any], mark: float) -> NDArray[np.bool_]:
    """Stored numbers that are a mark, which the file may store with another precision."""
    if raw.dtype.kind == "f":
        return np.asarray(np.abs(raw - mark) <= 1e-6 * abs(mark)) if abs(mark) > 1e30 else raw == raw.dtype.type(mark)
    return np.asarray(raw == mark)


def _numbers(attributes: Mapping[str, Any], name: str) -> NDArray[Any] | None:
    if name not in attributes:
        return None
    values = np.atleast_1d(np.asarray(attributes[name]))
    return values if values.dtype.kind in "fiu" and values.size else None


def named(listed: object, names: Mapping[str, object] | Arrays, group: str = "") -> tuple[str, ...]:
    """The arrays that an attribute lists with blanks between them (`coordinates`, `compress`); names may hold blanks.

    Args:
        listed: the attribute.
        names: arrays of the file.
        group: what stands before the names of its arrays, "" or "group/".
    """
    rest, found = text(listed) or "", []
    known = {name.removeprefix(group): name for name in names if name.startswith(group)}
    known |= {name: name for name in names if name not in known}
    while rest:
        fitting = [name for name in known if rest == name or rest.startswith(name + " ")]
        first = max(fitting, key=len, default=None)
        if first is not None:
            found.append(known[first])
        rest = rest.removeprefix(rest.split(" ", 1)[0] if first is None else first).strip()
    return tuple(found)


def spread(arrays: Arrays, compress: Mapping[str, tuple[str, ...]]) -> Arrays:
    """Values that were gathered from a grid, back on it, or as columns with their set points where it is mostly empty.

    An index p of the gathered dimension stands for the place numpy.unravel_index(p, shape) of the grid
    (CF conventions 1.11, section 8.2, "lossless compression by gathering").

    Args:
        arrays: of the file.
        compress: gathered dimension → dimensions that it stands for.
    """
    found = dict(arrays)
    for packed, dims in compress.items():
        index = found.pop(packed).values.astype(int)
        shape = tuple(found[dim].values.size for dim in dims)
        if index.size and (index.min() < 0 or index.max() >= prod(shape)):
            raise ValueError(f"{packed} points outside of {' x '.join(map(str, shape))} set points")
        dense = prod(shape) <= MOST_OF_GRID * index.size and np.bincount(index, minlength=1).max() == 1
        if not dense:
            for dim, place in zip(dims, np.unravel_index(index, shape), strict=True):
                found[dim] = replace(found[dim], values=found[dim].values[place], axes=(packed,))
        for name, array in found.items():
            if array.axes is None or packed not in array.axes or name in dims:
                continue
            found[name] = _on_grid(array, packed, dims, index, shape) if dense else replace(array, coordinates=dims)
    return found


def _on_grid(
    array: Array, packed: str, dims: tuple[str, ...], index: NDArray[np.intp], shape: tuple[int, ...]
) -> Array:
    axes = array.axes or ()
    at = axes.index(packed)
    values = np.moveaxis(array.values, at, 0)
    grid = np.full((prod(shape), *values.shape[1:]), np.nan, dtype=np.result_type(values.dtype, float))
    grid[index] = values
    grid = grid.reshape(*shape, *values.shape[1:])
    missing = dict(array.missing)
    if prod(shape) > index.size:
        missing["not among the gathered ones"] = (prod(shape) - index.size) * values[0].size
    order = (*axes[:at], *dims, *axes[at + 1 :])
    grid = np.moveaxis(grid, range(len(dims)), range(at, at + len(dims)))
    return replace(array, values=grid, axes=order, missing=missing)


def read_netcdf3(path: Path, wanted: str | None = None) -> Contents:
    """Variables of a NetCDF file of version 3 ("classic"), and its attributes."""
    with xr.open_dataset(path, engine="scipy", decode_cf=False) as opened:
        return _contents(opened.load())


def read_zarr(path: Path, wanted: str | None = None) -> Contents:
    """Arrays of a Zarr store, which is a folder, and its attributes: a study's result, or another program's."""
    with xr.open_zarr(path, chunks=None, consolidated=False, decode_cf=False) as opened:
        return _contents(opened.load())


def _contents(loaded: xr.Dataset) -> Contents:
    variables = dict(loaded.variables)
    named_variables = {str(name): variable for name, variable in variables.items()}
    arrays, compress = {}, {}
    for name, variable in named_variables.items():
        if "compress" in variable.attrs:
            compress[name] = named(variable.attrs["compress"], named_variables)
        values, missing = decoded(variable.to_numpy(), variable.attrs)
        arrays[name] = Array(
            values=values,
            unit=unit_of(variable.attrs),
            axes=None if variable.dims == (name,) else tuple(str(dim) for dim in variable.dims),
            coordinates=named(variable.attrs.get("coordinates"), named_variables),
            label=label_of(variable.attrs),
            missing=missing,
        )
    return spread(arrays, compress), {str(key): str(value) for key, value in loaded.attrs.items()}
