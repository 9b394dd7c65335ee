"""Arrays as other programs store them: Labber's channels, records, columns with names."""

import h5py
import numpy as np

from attractron.readout.files.load import load
from tests.readout.files.small_image import COLUMNS, IMAGE, TABLE, X, Y, check


def labber(path, sweeps):
    """(point, channel, sweep), the inner loop along the first dimension."""
    stacked = np.stack([X, Y, IMAGE], axis=1)[:sweeps]  # (sweep, channel, point)
    text = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file["Data/Data"] = stacked.transpose(2, 1, 0)
        names = [("P4", ""), ("P3", ""), ("I", "")]
        file["Data/Channel names"] = np.array(names, dtype=[("name", text), ("info", text)])
        file["Data/Time stamp"] = np.arange(float(sweeps))
        units = [("P4", "mV"), ("P3", "mV"), ("I", "pA")]
        file["Channels"] = np.array(units, dtype=[("name", text), ("unitPhys", text)])


def test_labber(tmp_path):
    labber(tmp_path / "x.hdf5", 6)
    read = load(tmp_path / "x.hdf5")
    check(read)
    assert read["signal"].dims == ("P4", "P3")  # the outer loop first, as the scan took it
    assert read["signal"].attrs["units"] == "pA"
    labber(tmp_path / "y.hdf5", 1)
    trace = load(tmp_path / "y.hdf5")
    np.testing.assert_array_equal(trace["P3"], COLUMNS)
    np.testing.assert_array_equal(trace["signal"], IMAGE[0])


def test_records_and_columns_with_names(tmp_path):
    records = np.array(list(map(tuple, TABLE)), dtype=[("P4 (mV)", float), ("P3 (mV)", float), ("I (pA)", float)])
    np.save(tmp_path / "x.npy", records)
    np.savez(tmp_path / "x.npz", table=records)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["table"] = records
    with h5py.File(tmp_path / "y.h5", "w") as file:
        file["table"] = TABLE
        file["table"].attrs["columns"] = ["P4 (mV)", "P3 (mV)", "I (pA)"]
    for name in ("x.npy", "x.npz", "x.h5", "y.h5"):
        check(load(tmp_path / name))
