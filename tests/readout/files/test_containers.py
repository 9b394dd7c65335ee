"""Arrays as other programs store them: Labber's channels, records, columns with names."""

import h5py
import numpy as np

from attractron.readout.files.load import load
from tests.readout.files.small_image import COLUMNS, IMAGE, ROWS, TABLE, X, Y, check


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


def test_labber_knows_what_was_stepped_and_where_it_stopped(tmp_path):
    labber(tmp_path / "x.hdf5", 6)
    text = h5py.string_dtype()
    with h5py.File(tmp_path / "x.hdf5", "a") as file:
        file["Log list"] = np.array([("I",)], dtype=[("channel_name", text)])
        file["Data"].attrs["Step dimensions"] = [5, 6, 1]
        file["Data"].attrs["Entries, last trace"] = 2
    read = load(tmp_path / "x.hdf5")
    assert read["signal"].dims == ("P4", "P3")
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(read["signal"])), [27, 28, 29])


def test_labbers_vectors(tmp_path):
    """A channel that is a trace for each point of the loop: (point, part, sweep), its axis as start and step."""
    text = h5py.string_dtype()
    with h5py.File(tmp_path / "x.hdf5", "w") as file:
        file["Data/Data"] = ROWS.reshape(6, 1, 1)
        file["Data/Channel names"] = np.array([("P4", "")], dtype=[("name", text), ("info", text)])
        file["Log list"] = np.array([("S21",)], dtype=[("channel_name", text)])
        units = [("P4", "mV"), ("S21", "dB")]
        file["Channels"] = np.array(units, dtype=[("name", text), ("unitPhys", text)])
        file["Traces/S21"] = IMAGE.T[:, None, :]
        file["Traces/S21_N"] = np.full(6, 5)
        file["Traces/S21_t0dt"] = np.tile([4e9, 1e6], (6, 1))
        file["Traces/S21"].attrs.update({"x, name": "Frequency", "x, unit": "Hz", "complex": False})
        file["Traces/Time stamp"] = np.arange(6.0)
    read = load(tmp_path / "x.hdf5")
    assert read["signal"].dims == ("P4", "Frequency")
    np.testing.assert_allclose(read["Frequency"], 4 + 1e-3 * np.arange(5))  # GHz
    np.testing.assert_array_equal(read["signal"], IMAGE)
    assert read["signal"].attrs["units"] == "dB"


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
