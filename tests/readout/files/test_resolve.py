"""Roles of arrays that a file does not tell: named by the user, or by the package that wrote the file."""

import h5py
import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.papers.measured import DATA
from attractron.readout import charging_line, read_vertex
from attractron.readout.files.load import load
from tests.readout.files.small_image import TABLE, check


def test_columns_without_names_are_named_by_the_user(tmp_path):
    np.save(tmp_path / "x.npy", TABLE)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["table"] = TABLE
    for name in ("x.npy", "x.h5"):
        with pytest.raises(InputError, match=r"30 x 3 numbers only.*--axes column1,column2 --variable column3"):
            load(tmp_path / name, units="mV")
        read = load(tmp_path / name, units="mV", axes=["column1", "column2"], variable="column3")
        check(read.rename(column1="P4", column2="P3"))


def test_of_bare_arrays_the_one_that_is_swept_there_and_back_is_the_axis(tmp_path):
    there = np.linspace(-2.0, 2.0, 9)
    gate, noise = np.append(there, there[::-1]), np.random.default_rng(0).standard_normal(18)
    np.savez(tmp_path / "x.npz", **{"P1 (mV)": gate, "I": noise})
    up, down = (load(tmp_path / "x.npz", sweep=sweep)["signal"] for sweep in ("up", "down"))
    np.testing.assert_array_equal(up.sortby("P1"), noise[:9])
    np.testing.assert_array_equal(down.sortby("P1"), noise[9:][::-1])


@pytest.mark.parametrize(("flat", "got"), [(1.5, "got 1.5 everywhere"), (np.nan, "got no finite number")])
def test_what_was_measured_while_nothing_was_is_no_setting(tmp_path, flat, got):
    """Settings that stay the same are left out, but not the one array that may have been measured."""
    gates = {"P1 (mV)": np.arange(6.0), "P2 (mV)": np.arange(4.0)}
    np.savez(tmp_path / "image.npz", **gates, I=np.full((4, 6), flat))
    np.savez(tmp_path / "trace.npz", **{"P1 (mV)": np.arange(6.0), "I": np.full(6, flat)})
    for name in ("image.npz", "trace.npz"):
        with pytest.raises(InputError, match=f"'I'` must vary: {got}; what measured it was off"):
            load(tmp_path / name)


def test_a_bare_matrix_gets_its_axes_from_the_user(tmp_path):
    wide = np.random.default_rng(0).standard_normal((6, 12))
    np.save(tmp_path / "x.npy", wide)
    np.savetxt(tmp_path / "x.txt", wide)
    np.savetxt(tmp_path / "x.csv", wide, delimiter=",")
    for name in ("x.npy", "x.txt", "x.csv"):
        with pytest.raises(InputError, match=r'6 x 12 numbers only; .*with --axes "P4=-20:0,P3=-10:5"'):
            load(tmp_path / name)
        read = load(tmp_path / name, axes={"P4": [-20.0, 0.0], "P3": [5.0, -10.0]})
        np.testing.assert_allclose(read["P4"], np.linspace(-20, 0, 6))
        np.testing.assert_allclose(read["P3"], np.linspace(5, -10, 12))
        np.testing.assert_allclose(read["signal"], wide, rtol=1e-15)
    np.save(tmp_path / "y.npy", wide[0])
    assert load(tmp_path / "y.npy", axes={"P4": (0, 11)})["signal"].dims == ("P4",)
    for axes, message in (
        ({"P4": [0, 1]}, "name the 2 axes"),
        ({"signal": [0, 1], "P3": [0, 1]}, "axes, signal` must have no ends where the file holds its values"),
        ({"P4": [0], "P3": [0, 1]}, "axes, P4` must have a first and a last value in mV"),
        ({"P4": [0, 0], "P3": [0, 1]}, "axis 'P4'` must vary"),
        ({"P4": [0, np.nan], "P3": [0, 1]}, "axes, P4` must be finite"),
    ):
        with pytest.raises(InputError, match=message):
            load(tmp_path / "x.npy", axes=axes)


def test_a_reading_of_a_trace_is_read_again(tmp_path):
    """Its axis is said in the file: a signal of few values and a mask over it are no grid."""
    first = load(DATA / "addition_line.nc")
    result = charging_line(first, lever_arm=0.1)
    result["signal"] = result["signal"].round(4)
    result.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    np.testing.assert_array_equal(load(tmp_path / "x.nc")["signal"], result["signal"])
    assert load(tmp_path / "x.nc", variable="residual")["signal"].dims == ("P4",)
    columns = {"V (mV)": first["P4"], "I": result["signal"], "used": np.arange(800) % 97 > 0, "J": first["signal"]}
    np.savez(tmp_path / "y.npz", **columns)
    assert load(tmp_path / "y.npz", variable="I", axes=["V"])["signal"].dims == ("V",)
    with pytest.raises(InputError, match="hold one quantity over its axes"):
        load(tmp_path / "y.npz")


def test_a_reading_is_read_again(tmp_path):
    first = load(DATA / "anti_crossing.nc").isel(P3=slice(0, None, 16))
    result = read_vertex(first)
    result.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    np.testing.assert_allclose(load(tmp_path / "x.nc")["signal"], result["data"])
    np.testing.assert_allclose(load(tmp_path / "x.nc", variable="residual")["signal"], result["residual"])
