"""Arrays with names out of NetCDF, HDF5 and NumPy files, with their axes and units as far as the file says them."""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.readout.files.units import split_unit


@dataclass(frozen=True, kw_only=True)
class Array:
    """An array of a file.

    Attributes:
        values: the numbers.
        unit: as the file writes it, None where it says nothing.
        axes: name of the axis of each dimension, None where the file says nothing.
    """

    values: NDArray[Any]
    unit: str | None = None
    axes: tuple[str, ...] | None = None


Arrays = dict[str, Array]
"""Arrays by their names."""


def _read_netcdf(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Variables and coordinates of a NetCDF file, version 3 or 4, and its attributes."""
    engine = "scipy" if path.read_bytes()[:3] == b"CDF" else "h5netcdf"
    with xr.open_dataset(path, engine=engine, decode_times=False, decode_coords=False) as opened:
        loaded = opened.load()
    arrays = {}
    for name, variable in loaded.variables.items():
        own_axis = variable.dims == (name,)
        axes = None if own_axis else tuple(str(dim) for dim in variable.dims)
        arrays[str(name)] = Array(values=variable.to_numpy(), unit=_unit(variable.attrs), axes=axes)
    return arrays, {str(key): str(value) for key, value in loaded.attrs.items()}


def _read_hdf5(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Datasets of an HDF5 file, with the dimension scales as axes, and its attributes.

    A dataset in a group goes by its own name where no other dataset has it, else by its full name. Datasets of records
    and matrices with an attribute `columns` become an array for each column; Labber's `Data/Data` one for each channel.
    """
    arrays: Arrays = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and item.shape is not None:
            scales = [scale[0].name.strip("/") if len(scale) else None for scale in item.dims]
            axes = None if item.is_scale or None in scales else tuple(map(str, scales))
            values = item[()] if item.ndim else np.asarray(item[()])
            labels = item.attrs.get("columns")
            if name == LABBER and f"{LABBER_NAMES}" in item.file:
                arrays.update(_channels(item.file, values))
            elif values.dtype.names is not None:
                arrays.update(_fields(values))
            elif labels is not None and values.ndim == 2 and np.size(labels) == values.shape[1]:
                arrays.update(_labelled(dict(zip(map(_text, labels), values.T, strict=True))))
            else:
                arrays[name] = Array(values=values, unit=_unit(item.attrs), axes=axes)

    with h5py.File(path, "r") as file:
        file.visititems(visit)
        attributes = {str(key): _text(value) or "" for key, value in file.attrs.items()}
    return _short_names(arrays), attributes


LABBER, LABBER_NAMES, LABBER_UNITS = "Data/Data", "Data/Channel names", "Channels"
"""Where Labber keeps the values (point, channel, sweep), names of the channels, and what it knows of channels."""


def _channels(file: Any, values: NDArray[Any]) -> Arrays:
    """Labber's channels as images (sweep, point), or as columns where there is one sweep; complex ones as two."""
    units: dict[str, str | None] = {}
    if LABBER_UNITS in file and {"name", "unitPhys"} <= set(file[LABBER_UNITS].dtype.names or ()):
        units = {str(_text(row["name"])): _text(row["unitPhys"]) for row in file[LABBER_UNITS][()]}
    found = {}
    for at, row in enumerate(file[LABBER_NAMES][()]):
        name, part = str(_text(row[0])), _text(row[1])
        image = values[:, at, :].T
        label = f"{name}, {part}" if part else name
        found[label] = Array(values=image[0] if len(image) == 1 else image, unit=units.get(name))
    return found


def _short_names(arrays: Arrays) -> Arrays:
    bases = [name.rpartition("/")[2] for name in arrays]
    short = {name: base if bases.count(base) == 1 else name for name, base in zip(arrays, bases, strict=True)}
    return {
        short[name]: Array(
            values=array.values,
            unit=array.unit,
            axes=None if array.axes is None else tuple(short.get(axis, axis) for axis in array.axes),
        )
        for name, array in arrays.items()
    }


def _read_npz(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Arrays of a NumPy archive; a unit stands in the name: "P3 (mV)". Python objects, which hold notes, are left out.

    They are not opened: to unpickle them would run what the file says.
    """
    if not zipfile.is_zipfile(path):
        raise ValueError("not a readable npz")
    with zipfile.ZipFile(path) as parts:
        objects = {part.removesuffix(".npy") for part in parts.namelist() if _holds_objects(parts, part)}
    with np.load(path, allow_pickle=False) as archive:
        names = [name for name in archive.files if name not in objects] or archive.files  # only objects: NumPy refuses
        return _labelled({name: archive[name] for name in names}), {}


def _holds_objects(archive: zipfile.ZipFile, part: str) -> bool:
    """The header of an array in an archive says that it holds Python objects."""
    with archive.open(part) as file:
        if file.read(6) != b"\x93NUMPY":
            return False
        header = (
            np.lib.format.read_array_header_1_0 if file.read(2)[:1] == b"\x01" else np.lib.format.read_array_header_2_0
        )
        return bool(header(file)[2].hasobject)


def _read_npy(path: Path) -> tuple[Arrays, dict[str, str]]:
    """The array of a NumPy file, called `signal`, or the fields of its records."""
    with path.open("rb") as file:
        if file.read(6) != b"\x93NUMPY":
            raise ValueError("not a readable npy")
    return _labelled({"signal": np.load(path, allow_pickle=False)}), {}


def _labelled(values: Mapping[str | None, NDArray[Any]] | Mapping[str, NDArray[Any]]) -> Arrays:
    """Arrays by their labels, whose units stand in brackets; records become an array for each field."""
    found: Arrays = {}
    for label, array in values.items():
        if array.dtype.names is not None:
            found.update(_fields(array))
        else:
            name, unit = split_unit(label or "")
            found[name] = Array(values=array, unit=unit)
    return found


def _fields(records: NDArray[Any]) -> Arrays:
    return _labelled({name: records[name] for name in records.dtype.names or ()})


def _unit(attributes: Mapping[str, Any]) -> str | None:
    return _text(attributes.get("units", attributes.get("unit")))


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace").strip() or None
    return None if value is None else str(value).strip() or None


Reader = Callable[[Path], tuple[Arrays, dict[str, str]]]
READERS: dict[str, tuple[str, Reader]] = {
    ".nc": ("NetCDF", _read_netcdf),
    ".h5": ("HDF5", _read_hdf5),
    ".hdf5": ("HDF5", _read_hdf5),
    ".npz": ("NumPy archive", _read_npz),
    ".npy": ("NumPy array", _read_npy),
}
"""File ending → name of the format and its reader."""
