"""Files that would fill the memory or the disk are refused before they do, and nothing that they hold is run."""

import gzip
import io
import zipfile

import h5py
import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.readout import load
from attractron.readout.files import limits


def announced(shape):
    """A NumPy array that says it is so large, and holds nothing."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return header.getvalue()


def bomb_gz(path):
    with gzip.open(path, "wb") as file:
        file.write(bytes(3 << 20))


def bomb_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", bytes(3 << 20))


def bomb_npz(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("signal.npy", announced((60_000, 6_000)))


def empty_h5(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("group/signal", shape=(200_000, 20_000), chunks=(1000, 1000), dtype="f8")


def trap_npz(path):
    np.savez(path, signal=np.array([slice(3)], dtype=object))


@pytest.mark.parametrize(
    ("name", "write", "message"),
    [
        ("x.csv.gz", bomb_gz, r"x.csv.gz` must be smaller than what it holds by 100 times at most: got one of 0.0 MB"),
        ("x.zip", bomb_zip, "x.zip` must be smaller than what it holds"),
        (
            "x.npz",
            bomb_npz,
            r"x.npz: 'signal'` must hold arrays of at most 1.1 GB: got 60000 x 6000 numbers \(2.88 GB\)",
        ),
        ("x.npy", lambda path: path.write_bytes(announced((10**6, 10**6))), "must hold arrays of at most 1.1 GB"),
        ("x.h5", empty_h5, "'group/signal'` must hold arrays of at most 1.1 GB"),
        ("x.npz", trap_npz, "must hold arrays of numbers: got Python objects"),
        ("x.npy", lambda path: np.save(path, np.array([slice(3)], dtype=object)), "must hold arrays of numbers"),
        ("x.csv", lambda path: path.write_text("1," * 1_000_001), "must have lines of at most 2000000 characters"),
        (
            "x.csv",
            lambda path: path.write_text("V (mV),I\n1,1e300\n2,2e300\n3,1e300\n"),
            "'I'` must have a largest number",
        ),
        (
            "x.csv",
            lambda path: path.write_text("V (mV),I\n1e300,1\n2e300,2\n3e300,1\n"),
            "axis 'V'` must have a largest",
        ),
    ],
)
def test_what_is_too_large(tmp_path, monkeypatch, name, write, message):
    monkeypatch.setattr(limits, "SUSPICIOUS", 1 << 20)
    write(tmp_path / name)
    with pytest.raises(InputError, match=message):
        load(tmp_path / name)


def test_a_package_of_data_is_unpacked(tmp_path):
    with gzip.open(tmp_path / "x.csv.gz", "wt") as file:
        file.write("V (mV),I\n1,1\n2,2\n3,1\n")
    assert load(tmp_path / "x.csv.gz")["signal"].values.tolist() == [1, 2, 1]
