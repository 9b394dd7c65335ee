"""Files that the HDF5 library does not come back from end with a line; healthy ones are read as ever."""

import os
import time

import numpy as np
import pytest
import xarray as xr

from attractron.core import hdf5
from attractron.core.errors import InputError
from attractron.core.files import read_dataset, write_dataset
from attractron.readout.files.formats import format_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be copied here")


@pytest.fixture
def healthy(tmp_path, monkeypatch):
    monkeypatch.setattr(hdf5, "SECONDS", 1)
    x = np.linspace(0, 1, 40)
    result = xr.Dataset({"a": (("x", "y"), np.outer(x, x)), "n": ("dot", ["L", "R"])}, {"x": x, "y": x}, {"study": "s"})
    return write_dataset(result, tmp_path / "a.nc"), result


def endless(_item, *, whole):
    while whole:
        pass


def crashing(_item, *, whole):
    os.abort()


def test_a_healthy_file_is_read(healthy):
    path, result = healthy
    xr.testing.assert_identical(read_dataset(path), result)


@pytest.mark.parametrize(("look", "said"), [(endless, "runs without end"), (crashing, "crashes")])
def test_what_the_library_does_not_come_back_from_is_refused(healthy, monkeypatch, look, said):
    path, _ = healthy
    monkeypatch.setattr(hdf5, "_look_at", look)
    with pytest.raises(InputError, match=f"HDF5 library {said}"):
        (read_dataset if look is endless else format_of)(path)


def test_what_the_library_refuses_the_reader_says(healthy, monkeypatch):
    path, _ = healthy
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(InputError, match="truncated"):
        read_dataset(path)


def test_without_copies_of_a_process_nothing_is_tried(healthy, monkeypatch):
    path, result = healthy
    monkeypatch.delattr(os, "fork")
    monkeypatch.setattr(hdf5, "_look_at", crashing)
    xr.testing.assert_identical(read_dataset(path), result)


@pytest.mark.parametrize("seeds", [range(6), pytest.param(range(6, 200), marks=pytest.mark.validation)])
def test_damaged_files_are_read_or_refused(healthy, seeds):
    """Without the check some of them never end (seed and layout of the file decide which)."""
    path, _ = healthy
    content = path.read_bytes()
    refused = 0
    for seed in seeds:
        own, damaged = np.random.default_rng(seed), bytearray(content)
        for place in own.integers(8, min(len(content), 8000), own.integers(1, 12)):
            damaged[place] = own.integers(256)
        path.write_bytes(damaged)
        began = time.process_time()
        try:
            read_dataset(path)
        except InputError:
            refused += 1
        assert time.process_time() - began < 5
    assert 0 < refused < len(seeds)
