"""Scans that were stopped, in all forms that files have of it; and fill values, which never become a signal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.readout.files.load import load
from attractron.readout.files.stopped import reached, without_tail
from tests.readout.files.small_image import COLUMNS, IMAGE, ROWS, X, Y

TAKEN = 17
"""Points of 6 x 5 that the scans below took: three lines and two points."""


def after(values, blank):
    """Values with a mark behind the last one taken."""
    return np.where(np.arange(values.size).reshape(values.shape) < TAKEN, values, blank)


def check_stopped(read, rows=4):
    np.testing.assert_array_equal(read["P4"], ROWS[:rows])
    np.testing.assert_array_equal(read["P3"], COLUMNS)
    np.testing.assert_array_equal(read["signal"], after(IMAGE, np.nan)[:rows])
    missing = 5 * rows - TAKEN
    assert f"{missing} of {5 * rows} points are missing" in read.attrs["validity"]


@pytest.mark.parametrize("blank", [np.nan, 0.0])
def test_set_points_as_images(tmp_path, blank):
    images = {"P4 (mV)": after(X, blank), "P3 (mV)": after(Y, blank), "I (pA)": after(IMAGE, blank)}
    np.savez(tmp_path / "x.npz", **images)
    read = load(tmp_path / "x.npz")
    check_stopped(read)
    assert "Never measured: 10 points (without set points, never taken)" in read.attrs["validity"]


@pytest.mark.parametrize("blank", [np.nan, 0.0])
def test_set_points_as_columns(tmp_path, blank):
    columns = {"P4 (mV)": X, "P3 (mV)": Y, "I (pA)": IMAGE}
    np.savez(tmp_path / "x.npz", **{name: after(values, blank).ravel() for name, values in columns.items()})
    read = load(tmp_path / "x.npz")
    check_stopped(read)
    assert "Never measured: 13 points (without set points, never taken)" in read.attrs["validity"]


@pytest.mark.parametrize("blank", [np.nan, 0.0])
def test_the_slow_axis_only(tmp_path, blank):
    """Stored once a line; 12 lines planned, 6 taken, the fast axis written before."""
    slow = np.concatenate([ROWS, np.full(6, blank)])
    signal = np.concatenate([IMAGE, np.full((6, 5), blank)])
    np.savez(tmp_path / "x.npz", **{"P4 (mV)": slow, "P3 (mV)": COLUMNS, "I": signal})
    read = load(tmp_path / "x.npz")
    np.testing.assert_array_equal(read["P4"], ROWS)
    np.testing.assert_array_equal(read["signal"], IMAGE)
    assert "Never measured: 30 points" in read.attrs["validity"]


@pytest.mark.parametrize("blank", [np.nan, 0.0])
def test_a_trace(tmp_path, blank):
    gate, signal = np.linspace(1.0, 2.0, 20), np.random.default_rng(0).standard_normal(20)
    planned = {"V (mV)": gate, "I": np.where(np.arange(20) < 13, signal, blank)}
    np.savez(tmp_path / "x.npz", **planned)
    read = load(tmp_path / "x.npz")["signal"].to_numpy()
    np.testing.assert_array_equal(read, np.where(np.arange(20) < 13, signal, np.nan))
    np.savez(tmp_path / "y.npz", **{name: np.where(np.arange(20) < 13, v, blank) for name, v in planned.items()})
    read = load(tmp_path / "y.npz", variable="I", axes=["V"])
    np.testing.assert_array_equal(read["V"], gate[:13])
    np.testing.assert_array_equal(read["signal"], signal[:13])


def test_zeros_in_a_signal_whose_axes_are_complete(tmp_path):
    """An array that was made of zeros before the scan; a detector never gives exactly zero, line after line."""
    np.savez(tmp_path / "x.npz", **{"P4 (mV)": ROWS, "P3 (mV)": COLUMNS, "I": after(IMAGE, 0.0)})
    read = load(tmp_path / "x.npz")
    np.testing.assert_array_equal(read["signal"], after(IMAGE, np.nan))
    assert "Never measured: 13 points (exactly zero behind the last value, never taken)" in read.attrs["validity"]


@given(rows=st.integers(2, 6), columns=st.integers(2, 6), seed=st.integers(0, 99))
def test_zeros_of_a_signal_that_switches_are_its_values(rows, columns, seed):
    switch = np.random.default_rng(seed).integers(0, 2, (rows, columns)).astype(float)
    switch[-1] = 0.0
    np.testing.assert_array_equal(without_tail(switch)[0], switch)
    switch[0] = 1.0
    np.testing.assert_array_equal(without_tail(switch)[0], switch)


@pytest.mark.parametrize(
    ("axis", "kept"),
    [
        ([-2.0, -1.0, 0.0], 3),  # zero is where the axis ends
        ([1.0, 2.0, 0.0], 2),  # it would turn back
        ([-2.0, -1.0, 0.0, 0.0], 2),
        ([-2.0, -1.0, 0.5, np.nan], 3),
    ],
)
def test_how_far_an_axis_got(axis, kept):
    signal = np.ones((len(axis), 4))
    signal[kept:] = 0.0
    signal[2:] = 0.0
    assert reached(np.array(axis), signal, 0).sum() == kept


def test_set_points_that_are_missing_beside_measured_values_are_refused(tmp_path):
    slow = ROWS.copy()
    slow[4] = np.nan
    np.savez(tmp_path / "x.npz", **{"P4 (mV)": slow, "P3 (mV)": COLUMNS, "I": IMAGE})
    with pytest.raises(InputError, match="axis 'P4'` must be finite"):
        load(tmp_path / "x.npz")


@pytest.mark.parametrize("kind", ["f4", "f8"])
@pytest.mark.parametrize(("mark", "why"), [(9.9692099683868690e36, "NetCDF fills in"), (1e37, "does not declare")])
def test_no_fill_value_becomes_a_signal(tmp_path, kind, mark, why):
    signal = after(IMAGE, mark).astype(kind)
    np.savez(tmp_path / "x.npz", **{"P4 (mV)": ROWS, "P3 (mV)": COLUMNS, "I": signal})
    read = load(tmp_path / "x.npz")
    np.testing.assert_array_equal(read["signal"], after(IMAGE.astype(kind), np.nan))
    assert f"Never measured: 13 points ({mark:.6g}, " in read.attrs["validity"]
    assert why in read.attrs["validity"]


def test_fill_values_of_several_kinds_are_named(tmp_path):
    signal = IMAGE.copy()
    signal[5, :2] = 1e37, 3e38
    np.savez(tmp_path / "x.npz", **{"P4 (mV)": ROWS, "P3 (mV)": COLUMNS, "I": signal})
    message = r"hold no fill values beside values up to .*: got 2 of 30 points between 1e\+37 and 3e\+38; .*NaN"
    with pytest.raises(InputError, match=message):
        load(tmp_path / "x.npz")
    np.savez(tmp_path / "y.npz", **{"P4 (mV)": ROWS, "P3 (mV)": COLUMNS, "I": IMAGE * 1e37})
    np.testing.assert_array_equal(load(tmp_path / "y.npz")["signal"], IMAGE * 1e37)  # a unit of its own


def test_what_an_instrument_says_instead_of_a_number(tmp_path):
    signal = IMAGE.copy()
    signal[5, :3] = 9.9e37, -9.9e37, 9.91e37
    np.savez(tmp_path / "x.npz", **{"P4 (mV)": ROWS, "P3 (mV)": COLUMNS, "I": signal})
    read = load(tmp_path / "x.npz")
    np.testing.assert_array_equal(read["signal"], np.where(signal**2 > 1e30, np.nan, signal))
    assert "(-9.9e+37, by which an instrument says that it was overloaded)" in read.attrs["validity"]
    assert "(9.91e+37, by which an instrument says that it has no number)" in read.attrs["validity"]


def test_fill_values_in_set_points(tmp_path):
    columns = {"P4 (mV)": X, "P3 (mV)": Y, "I (pA)": IMAGE}
    np.savez(tmp_path / "x.npz", **{name: after(values, 1e37).ravel() for name, values in columns.items()})
    check_stopped(load(tmp_path / "x.npz"))
