"""Packed and remote files are read as if they lay there; formats are told by their first bytes."""

import gzip
import io
import sys
import types
import zipfile

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement.read import data_name
from attractron.readout.files.load import load
from tests.readout.files.small_image import HEADER, IMAGE, TABLE, check, write
from tests.readout.files.test_hdf5 import quantify
from tests.readout.files.test_qcodes import NUMBERS, add_run


def archive(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


@pytest.fixture
def text(tmp_path):
    return write(tmp_path / "x.csv").read_bytes()


def test_a_zipped_file(tmp_path, text):
    read = load(archive(tmp_path / "run.zip", {"folder/x.csv": text, "folder/notes.json": "{}", "__MACOSX/x.csv": ""}))
    check(read)
    assert read.attrs["file"] == "run.zip"
    check(load(archive(tmp_path / "a.zip", {"x": text})))  # one file, whatever it is called
    check(load(archive(tmp_path / "b.zip", {"x.csv.gz": gzip.compress(text)})))
    check(load(archive(tmp_path / "c.zip", {"x.hdf5": quantify(tmp_path / "q.hdf5").read_bytes()})))
    check(load(archive(tmp_path / "d.zip", {"x.db": add_run(tmp_path / "q.db", NUMBERS).read_bytes()})))


def test_a_zipped_file_among_several(tmp_path, text):
    path = archive(tmp_path / "run.zip", {"1/x.csv": text, "2/y.csv": text[:40]})
    with pytest.raises(InputError, match=r"hold one file of data: got 2 \(1/x.csv, 2/y.csv\); name one: .*/1/x.csv"):
        load(path)
    check(load(path / "1" / "x.csv"))
    check(load(f"{path}/x.csv"))
    with pytest.raises(InputError, match=r"be one of the files of the archive: 1/x.csv, 2/y.csv: got 'z.csv'"):
        load(path / "z.csv")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "hold a file of data: got an empty archive"),
        ({"a.json": "1", "b.md": "2"}, r"hold one file of data: got 2 \(a.json, b.md\)"),
        ({"[Content_Types].xml": "", "xl/workbook.xml": ""}, "got a workbook of Excel or the like; save it as CSV"),
        ({"x.csv": ""}, "must hold data: got an empty file"),
    ],
)
def test_archives_without_data(tmp_path, files, message):
    with pytest.raises(InputError, match=message):
        load(archive(tmp_path / "x.zip", files))


def test_errors_name_the_file_that_the_user_knows(tmp_path):
    path = archive(tmp_path / "x.zip", {"x.csv": "V (mV),I\n1,a\n2,b\n3,c\n"})
    with pytest.raises(InputError, match="must be a number: got 'a'") as caught:
        load(path)
    assert str(caught.value).startswith(f"`{path}, line 2")
    (tmp_path / "y.zip").write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"y\.zip"):
        load(tmp_path / "y.zip")


def test_binary_files_behind_gz(tmp_path):
    for path in (quantify(tmp_path / "x.hdf5"), add_run(tmp_path / "x.db", NUMBERS)):
        packed = path.with_name(path.name + ".gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        check(load(packed))


def test_endings_do_not_decide(tmp_path, text):
    np.savez(tmp_path / "a.npz", **dict(zip(HEADER.split(","), TABLE.T, strict=True)))
    np.save(tmp_path / "b.npy", IMAGE)
    quantify(tmp_path / "c.hdf5")
    add_run(tmp_path / "d.db", NUMBERS)
    xr.load_dataset(tmp_path / "c.hdf5", engine="h5netcdf").to_netcdf(tmp_path / "e.nc", engine="scipy")
    (tmp_path / "f.csv").write_bytes(text)
    for path in sorted(tmp_path.glob("?.*")):
        options = {"axes": {"P4": [-3, 2], "P3": [1, 6.25]}} if path.suffix == ".npy" else {}
        for name in (f"{path.stem}.bin", path.stem):
            (tmp_path / name).write_bytes(path.read_bytes())
            read = load(tmp_path / name, **options)
            if path.suffix == ".nc":
                read = read.rename(x0="P4", x1="P3")
            np.testing.assert_array_equal(read["signal"].transpose("P4", "P3"), IMAGE)


class Server:
    """What `fsspec.open` gives: a context of a binary file, or the error of a server."""

    def __init__(self, files):
        self.files = files

    def open(self, url, mode):
        assert mode == "rb"
        if url not in self.files:
            raise FileNotFoundError(url)
        return io.BytesIO(self.files[url])


def test_a_file_at_a_url(tmp_path, monkeypatch, text):
    server = Server({"https://lab.org/run/x.csv?version=2": text, "s3://runs/x.csv.gz": gzip.compress(text)})
    monkeypatch.setitem(sys.modules, "fsspec", types.SimpleNamespace(open=server.open))
    for url in server.files:
        read = load(url)
        check(read)
    assert read.attrs["file"] == "x.csv.gz"
    with pytest.raises(InputError, match=r"`https://lab.org/y.csv` must be a file that can be fetched: got .File"):
        load("https://lab.org/y.csv")


def test_a_url_without_what_fetches_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError, match=r'without fsspec: got a URL; install it with pip install "attractron.remote'):
        load("https://lab.org/x.csv")

    def lacking(url, mode):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setitem(sys.modules, "fsspec", types.SimpleNamespace(open=lacking))
    with pytest.raises(InputError, match=r"be a URL that fsspec can open here: got .Install s3fs"):
        load("s3://runs/x.csv")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/x.csv.gz", "x"),
        ("run.zip", "run"),
        ("run.nc.zip", "run"),
        ("run.zip/3/x.nc", "x"),
        ("https://lab.org/run/x.nc?a=1.2#b", "x"),
        ("x", "x"),
        ("https://lab.org/?a=1", "lab"),
    ],
)
def test_names_of_results(path, name):
    assert data_name(path) == name
