"""Arrays with names out of NetCDF, HDF5 and NumPy files, with their axes and units as far as the file says them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.errors import InputError


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


def read_netcdf(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Variables and coordinates of a NetCDF file, version 3 or 4, and its attributes."""
    import xarray as xr

    engine = "scipy" if path.read_bytes()[:3] == b"CDF" else "h5netcdf"
    with xr.open_dataset(path, engine=engine, decode_times=False, decode_coords=False) as opened:
        loaded = opened.load()
    arrays = {}
    for name, variable in loaded.variables.items():
        own_axis = variable.dims == (name,)
        axes = None if own_axis else tuple(str(dim) for dim in variable.dims)
        arrays[str(name)] = Array(values=variable.to_numpy(), unit=_text(variable.attrs.get("units")), axes=axes)
    return arrays, {str(key): str(value) for key, value in loaded.attrs.items()}


def read_hdf5(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Datasets of an HDF5 file by their full names, with the dimension scales as axes, and its attributes."""
    import h5py

    arrays: Arrays = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and item.shape is not None:
            scales = [scale[0].name.strip("/") if len(scale) else None for scale in item.dims]
            axes = None if item.is_scale or None in scales else tuple(map(str, scales))
            unit = _text(item.attrs.get("units", item.attrs.get("unit")))
            arrays[name] = Array(values=item[()] if item.ndim else np.asarray(item[()]), unit=unit, axes=axes)

    with h5py.File(path, "r") as file:
        file.visititems(visit)
        attributes = {str(key): _text(value) or "" for key, value in file.attrs.items()}
    return arrays, attributes


def read_npz(path: Path) -> tuple[Arrays, dict[str, str]]:
    """Arrays of a NumPy archive; a unit stands in the name: "P3 (mV)"."""
    with np.load(path, allow_pickle=False) as archive:
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise ValueError("a single array, no archive")
        named = [(split_unit(name), archive[name]) for name in archive.files]
    return {name: Array(values=values, unit=unit) for (name, unit), values in named}, {}


def split_unit(label: str) -> tuple[str, str | None]:
    """Name and unit of a label: "P3 (mV)" or "VG [V]"; no unit in brackets means None."""
    head, opening, tail = label.strip().rstrip(")]").replace("[", "(").rpartition("(")
    if not opening or label.strip()[-1] not in ")]":
        return label.strip(), None
    return head.strip(), tail.strip() or None


def resolve(path: Path, arrays: Arrays, variable: str | None, axes: tuple[str, ...] | None) -> tuple[str, Array]:
    """The quantity to read and its name, with an axis for every dimension longer than one.

    Without a `variable` the file must have one quantity, or one that is called as results of this package call it.
    Where the file does not tie axes to dimensions, a dimension's axis is the only one-dimensional array of its length
    that rises or falls strictly; where that leaves a choice, `axes` must name them.

    Raises:
        InputError: no such quantity, none, or several; axes that are not there, do not fit or cannot be told.
    """
    numeric = {name: array for name, array in arrays.items() if array.values.dtype.kind in "fiubc"}
    if not any(array.values.size > 1 for array in numeric.values()):
        raise InputError(str(path), "hold arrays of numbers", ", ".join(arrays) or "nothing")
    name = _chosen(path, numeric, variable, axes)
    found = numeric[name]
    names = axes or found.axes or _axes_by_length(path, name, numeric)
    if len(names) == found.values.ndim:
        kept = [at for at, size in enumerate(found.values.shape) if size > 1 or found.values.ndim == 1]
        names = tuple(names[at] for at in kept)
    values = found.values.reshape([size for size in found.values.shape if size > 1] or -1)
    if values.ndim > 2:
        raise InputError(f"{path}: {name!r}", "have one axis or two", f"{values.ndim} axes of {values.shape} points")
    if len(names) != values.ndim:
        raise InputError("axes", f"name the {values.ndim} axes of {name!r}, slowest first", ", ".join(names))
    for axis, size in zip(names, values.shape, strict=True):
        _check_axis(path, axis, size, numeric)
    return name, Array(values=values, unit=found.unit, axes=names)


MEASURED = ("signal", "detector_current")
"""What results of this package call a measured quantity and a simulated one."""


def _chosen(path: Path, arrays: Arrays, variable: str | None, axes: tuple[str, ...] | None) -> str:
    if variable is not None:
        if variable not in arrays:
            raise InputError("variable", f"name an array of {path.name} ({', '.join(arrays)})", repr(variable))
        return variable
    used = set(axes or ()) | {axis for array in arrays.values() for axis in array.axes or ()}
    candidates = [name for name, array in arrays.items() if name not in used and array.values.size > 1]
    named = [name for name in candidates if name in MEASURED]
    if len(named) == 1:
        return named[0]
    most = max((arrays[name].values.squeeze().ndim for name in candidates), default=0)
    if most > 1 or not any(arrays[name].axes for name in candidates):
        candidates = [name for name in candidates if arrays[name].values.squeeze().ndim == most]
    if len(candidates) == 2 and all(arrays[name].axes is None for name in candidates) and most == 1:
        # Of two bare arrays the one that does not run strictly one way cannot be the axis.
        candidates = [name for name in candidates if not _runs_one_way(arrays[name])] or candidates
    if len(candidates) != 1:
        remedy = "name the one to read with variable=... (on the command line: --variable NAME)"
        raise InputError(
            str(path), "hold one quantity over its axes", f"{len(candidates)} ({', '.join(candidates)})", remedy
        )
    return candidates[0]


def _axes_by_length(path: Path, name: str, arrays: Arrays) -> tuple[str, ...]:
    sizes = [size for size in arrays[name].values.shape if size > 1]
    fitting = [
        [other for other, array in arrays.items() if other != name and array.values.shape == (size,)] for size in sizes
    ]
    fitting = [[other for other in group if _runs_one_way(arrays[other])] or group for group in fitting]
    if any(len(group) != 1 for group in fitting) or len(set(sizes)) < len(sizes):
        known = ", ".join(sorted({other for group in fitting for other in group})) or "none of its lengths"
        remedy = "name them, slowest first, with axes=[...] (on the command line: --axes A,B)"
        raise InputError(f"{path}: {name!r}", "have axes that can be told", f"arrays {known}", remedy)
    return tuple(group[0] for group in fitting)


def _check_axis(path: Path, axis: str, size: int, arrays: Arrays) -> None:
    if axis not in arrays:
        remedy = "store its values, or name another array with axes=[...]"
        raise InputError(f"{path}: axis {axis!r}", "have values in the file", ", ".join(arrays), remedy)
    if arrays[axis].values.squeeze().shape != (size,):
        raise InputError(f"{path}: axis {axis!r}", f"have {size} points", f"shape {arrays[axis].values.shape}")


def _runs_one_way(array: Array) -> bool:
    if array.values.dtype.kind == "c":
        return False
    steps = np.diff(array.values.astype(float))
    return bool((steps > 0).all() or (steps < 0).all())


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace").strip() or None
    return None if value is None else str(value).strip() or None


Reader = Callable[[Path], tuple[Arrays, dict[str, str]]]
READERS: dict[str, tuple[str, Reader]] = {
    ".nc": ("NetCDF", read_netcdf),
    ".h5": ("HDF5", read_hdf5),
    ".hdf5": ("HDF5", read_hdf5),
    ".npz": ("NumPy archive", read_npz),
}
"""File ending → name of the format and its reader."""
