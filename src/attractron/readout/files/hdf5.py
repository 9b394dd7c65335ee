"""HDF5 files, NetCDF 4 among them: datasets with their dimension scales and attributes, or a program's own layout."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from attractron.readout.files import labber, matlab, plottr, qcodes_loop
from attractron.readout.files.containers import (
    Array,
    Arrays,
    Contents,
    fields,
    label_of,
    labelled,
    renamed,
    short_names,
    text,
    texts,
    unit_of,
)
from attractron.readout.files.limits import check_array
from attractron.readout.files.netcdf import decoded, named, spread

NO_VARIABLE = "This is a netCDF dimension but not a netCDF variable"
"""How the NetCDF library marks a dimension that has a length, but no values."""

LAYOUTS = (labber, qcodes_loop, plottr, matlab)
"""Programs whose files hold more than datasets with dimension scales; each knows its own."""


def read_hdf5(path: Path, wanted: str | None = None) -> Contents:
    """Arrays of an HDF5 file, and its attributes."""
    with h5py.File(path, "r") as file:
        file.visititems(lambda name, item: _check_size(path, name, item))
        attributes = {str(key): text(value) or "" for key, value in file.attrs.items()}
        for layout in LAYOUTS:
            if layout.wrote(file):
                return layout.arrays(file), attributes
        return _datasets(file), attributes


def _check_size(path: Path, name: str, item: object) -> None:
    """What a file announces need not be in it: chunks that nobody wrote take no space."""
    if isinstance(item, h5py.Dataset) and item.shape is not None:
        check_array(path, name, item.shape, item.dtype.itemsize)


def _datasets(file: Any) -> Arrays:
    """Datasets with the dimension scales as axes.

    A dataset in a group goes by its own name where no other dataset has it, else by its full name. Datasets of records
    and matrices with an attribute `columns` become an array for each column. quantify's x0, x1, y0 go by the names of
    their parameters.
    """
    datasets: dict[str, Any] = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and item.shape is not None and not _only_a_length(item):
            datasets[name] = item

    file.visititems(visit)
    arrays: Arrays = {}
    compress: dict[str, tuple[str, ...]] = {}
    for name, item in datasets.items():
        group = name.rpartition("/")[0] + "/" if "/" in name else ""
        values = item[()] if item.ndim else np.asarray(item[()])
        columns = item.attrs.get("columns")
        if "compress" in item.attrs:
            compress[name] = named(item.attrs["compress"], datasets, group)
        if values.dtype.names is not None:
            arrays.update(_complex(name, item, values) or fields(values))
        elif columns is not None and values.ndim == 2 and np.size(columns) == values.shape[1]:
            arrays.update(labelled(dict(zip(map(text, columns), values.T, strict=True))))
        else:
            tied = named(item.attrs.get("coordinates"), datasets, group) or _depends_on(item, datasets, group)
            arrays[name] = _array(item, values, tied)
    return _by_parameter(short_names(spread(arrays, compress)), file.attrs)


def _depends_on(item: Any, datasets: Mapping[str, Any], group: str) -> tuple[str, ...]:
    """Set points as QCoDeS notes them on what it exports, of which a scan off the grid has no dimensions."""
    listed = [f"{group}{name}" for name in texts(item.attrs.get("depends_on"))]
    return tuple(listed) if all(name in datasets for name in listed) else ()


def _only_a_length(item: Any) -> bool:
    return bool((text(item.attrs.get("NAME")) or "").startswith(NO_VARIABLE))


def _array(item: Any, raw: NDArray[Any], coordinates: tuple[str, ...]) -> Array:
    scales = [scale[0].name.strip("/") if len(scale) else None for scale in item.dims]
    values, missing = decoded(raw, item.attrs)
    return Array(
        values=values,
        unit=unit_of(item.attrs),
        axes=None if item.is_scale or None in scales else tuple(map(str, scales)),
        coordinates=coordinates,
        label=label_of(item.attrs),
        aliases=tuple(alias for alias in (text(item.attrs.get("name")),) if alias),
        missing=missing,
    )


def _complex(name: str, item: Any, records: NDArray[Any]) -> Arrays:
    """Complex numbers that were stored as records of their parts; nothing where these are other records."""
    parts = matlab.complex_numbers(records)
    return {} if parts is None else {name: _array(item, parts, ())}


def _by_parameter(arrays: Arrays, attributes: Mapping[str, Any]) -> Arrays:
    """quantify calls set points x0, x1, … and values y0, y1, …; the attribute `name` is that of the parameter."""
    if "tuid" not in attributes:
        return arrays
    aliases = {name: array.aliases[0] for name, array in arrays.items() if array.aliases}
    return renamed(arrays, {name: alias for name, alias in aliases.items() if list(aliases.values()).count(alias) == 1})
