"""Which format a file has: by its first bytes, and only where these say nothing by its ending."""

from dataclasses import dataclass
from pathlib import Path

import h5py

from attractron.core.errors import InputError
from attractron.core.hdf5 import check_hdf5
from attractron.readout.files.containers import Reader
from attractron.readout.files.hdf5 import read_hdf5
from attractron.readout.files.matlab import read_mat
from attractron.readout.files.netcdf import read_netcdf3, read_zarr
from attractron.readout.files.numpy_files import MAGIC, read_npy, read_npz
from attractron.readout.files.qcodes import read_database


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of files.

    Attributes:
        name: what it is called.
        endings: of the files.
        reader: None of text, which is read as tables.
    """

    name: str
    endings: tuple[str, ...]
    reader: Reader | None


HDF5 = Format(name="HDF5", endings=(".h5", ".hdf5", ".hdf", ".ddh5"), reader=read_hdf5)
NETCDF4 = Format(name="NetCDF", endings=(".nc", ".nc4", ".cdf"), reader=read_hdf5)
NETCDF3 = Format(name="NetCDF", endings=(), reader=read_netcdf3)
NPZ = Format(name="NumPy archive", endings=(".npz",), reader=read_npz)
NPY = Format(name="NumPy array", endings=(".npy",), reader=read_npy)
DATABASE = Format(name="QCoDeS database", endings=(".db",), reader=read_database)
MAT = Format(name="MATLAB", endings=(".mat",), reader=read_mat)
MAT73 = Format(name="MATLAB", endings=(), reader=read_hdf5)
ZARR = Format(name="Zarr", endings=(), reader=read_zarr)
TEXT = Format(name="text", endings=(".csv", ".tsv", ".txt", ".dat"), reader=None)

FORMATS = (NETCDF4, HDF5, NPZ, NPY, DATABASE, MAT, TEXT)
"""By their endings."""

PACKED = (".gz", ".zip")
"""Endings of what holds another file."""

FIRST_BYTES = (
    (b"CDF\x01", NETCDF3),
    (b"CDF\x02", NETCDF3),
    (MAGIC, NPY),
    (b"SQLite format 3\x00", DATABASE),
    (b"MATLAB 5.0 MAT-file", MAT),
)

_FOREIGN = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"BM": "a bitmap",
    b"II*\x00": "a TIFF picture",
    b"MM\x00*": "a TIFF picture",
    b"CDF\x05": "a NetCDF file of 64-bit data (CDF-5)",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"\x80\x04": "a Python pickle, which would run what it says",
    b"\x80\x05": "a Python pickle, which would run what it says",
    b"\xd0\xcf\x11\xe0": "a document of an old Office",
    b"Rar!": "a RAR archive",
    b"TDSm": "a TDMS file of LabVIEW",
}
"""First bytes of what this package cannot read."""


def format_of(path: Path) -> Format:
    """The format of a file that is there and is not packed.

    Raises:
        InputError: a format that cannot be read.
    """
    if path.is_dir():
        return ZARR
    with path.open("rb") as file:
        first = file.read(4096)
    suffix = path.suffix.lower()
    by_ending = next((each for each in FORMATS if suffix in each.endings), None)
    if h5py.is_hdf5(path):
        check_hdf5(path)
        return MAT73 if first.startswith(b"MATLAB 7.3") else by_ending if by_ending in (HDF5, NETCDF4) else HDF5
    for magic, found in FIRST_BYTES:
        if first.startswith(magic):
            return found
    if first.startswith(b"PK\x03\x04"):
        return NPZ
    if by_ending is not None:
        return by_ending
    foreign = next((what for magic, what in _FOREIGN.items() if first.startswith(magic)), None)
    if foreign is None and _reads_as_text(first):
        return TEXT
    known = ", ".join(ending for each in FORMATS for ending in each.endings)
    remedy = f"convert it: read are {known}, also in .zip or with .gz"
    raise InputError(str(path), "be a file of data", foreign or "bytes of an unknown format", remedy)


def _reads_as_text(first: bytes) -> bool:
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1a" for byte in first)
    return b"\x00" not in first and controls == 0
