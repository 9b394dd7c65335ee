"""NumPy's own files: `.npz` archives and `.npy` arrays, with units in the names."""

import zipfile
from pathlib import Path

import numpy as np

from attractron.readout.files.containers import Contents, labelled

MAGIC = b"\x93NUMPY"


def read_npz(path: Path, wanted: str | None = None) -> Contents:
    """Arrays of a NumPy archive; a unit stands in the name: "P3 (mV)". Python objects, which hold notes, are left out.

    They are not opened: to unpickle them would run what the file says.
    """
    if not zipfile.is_zipfile(path):
        raise ValueError("not a readable npz")
    with zipfile.ZipFile(path) as parts:
        objects = {part.removesuffix(".npy") for part in parts.namelist() if _holds_objects(parts, part)}
    with np.load(path, allow_pickle=False) as archive:
        names = [name for name in archive.files if name not in objects] or archive.files  # only objects: NumPy refuses
        return labelled({name: archive[name] for name in names}), {}


def _holds_objects(archive: zipfile.ZipFile, part: str) -> bool:
    """The header of an array in an archive says that it holds Python objects."""
    with archive.open(part) as file:
        if file.read(6) != MAGIC:
            return False
        header = (
            np.lib.format.read_array_header_1_0 if file.read(2)[:1] == b"\x01" else np.lib.format.read_array_header_2_0
        )
        return bool(header(file)[2].hasobject)


def read_npy(path: Path, wanted: str | None = None) -> Contents:
    """The array of a NumPy file, called `signal`, or the fields of its records."""
    with path.open("rb") as file:
        if file.read(6) != MAGIC:
            raise ValueError("not a readable npy")
    return labelled({"signal": np.load(path, allow_pickle=False)}), {}
