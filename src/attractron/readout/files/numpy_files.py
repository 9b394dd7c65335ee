"""NumPy's own files: `.npz` archives and `.npy` arrays, with units in the names."""

import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from attractron.core.errors import InputError
from attractron.readout.files.containers import Contents, labelled
from attractron.readout.files.limits import check_array

MAGIC = b"\x93NUMPY"


def read_npz(path: Path, wanted: str | None = None) -> Contents:
    """Arrays of a NumPy archive; a unit stands in the name: "P3 (mV)". Python objects, which hold notes, are left out.

    They are not opened: to unpickle them would run what the file says.
    """
    if not zipfile.is_zipfile(path):
        raise ValueError("not a readable npz")
    with zipfile.ZipFile(path) as parts:
        objects = {part.removesuffix(".npy") for part in parts.namelist() if _holds_objects(path, parts, part)}
    with np.load(path, allow_pickle=False) as archive:
        names = [name for name in archive.files if name not in objects]
        if not names:
            raise _only_objects(path)
        return labelled({name: archive[name] for name in names}), {}


def _holds_objects(path: Path, archive: zipfile.ZipFile, part: str) -> bool:
    """The header of an array in an archive says that it holds Python objects."""
    with archive.open(part) as file:
        return file.read(6) == MAGIC and _announced(path, part.removesuffix(".npy"), file).hasobject


def _announced(path: Path, name: str, file: IO[bytes]) -> np.dtype:
    """The kind of numbers by the header of an array, whose size it gives is checked; behind the first six bytes."""
    old = file.read(2)[:1] == b"\x01"
    header = np.lib.format.read_array_header_1_0 if old else np.lib.format.read_array_header_2_0
    shape, _, kind = header(file)
    if not kind.hasobject:
        check_array(path, name, shape, kind.itemsize)
    return kind


def _only_objects(path: Path) -> InputError:
    got = "Python objects (pickles), which would run what they say"
    return InputError(str(path), "hold arrays of numbers", got, "save the numbers alone")


def read_npy(path: Path, wanted: str | None = None) -> Contents:
    """The array of a NumPy file, called `signal`, or the fields of its records."""
    with path.open("rb") as file:
        if file.read(6) != MAGIC:
            raise ValueError("not a readable npy")
        if _announced(path, "signal", file).hasobject:
            raise _only_objects(path)
    return labelled({"signal": np.load(path, allow_pickle=False)}), {}
