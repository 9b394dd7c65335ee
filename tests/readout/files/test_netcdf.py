"""What the conventions of NetCDF and CF say of values: unwritten, packed, out of range, gathered; both versions."""

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import netcdf_file

from attractron.core.errors import InputError
from attractron.readout.files.load import load
from attractron.readout.files.netcdf import UNWRITTEN_FLOAT, decoded, named
from tests.readout.files.small_image import COLUMNS, IMAGE, ROWS, check


def grid(signal=IMAGE, **attrs):
    data = xr.Dataset({"I": (("P4", "P3"), signal, {"units": "pA"} | attrs)}, {"P4": ROWS, "P3": COLUMNS})
    for axis in ("P4", "P3"):
        data[axis].attrs["units"] = "mV"
    return data


def write(data, path, engine="h5netcdf"):
    data.to_netcdf(path, engine=engine, encoding={name: {"_FillValue": None} for name in data.variables})
    return path


@pytest.mark.parametrize("engine", ["h5netcdf", "scipy"])
def test_what_nobody_wrote_is_missing(tmp_path, engine):
    """NetCDF's default: one bit pattern, for which no attribute stands."""
    signal = IMAGE.copy()
    signal[4:] = UNWRITTEN_FLOAT
    read = load(write(grid(signal), tmp_path / "x.nc", engine))
    np.testing.assert_array_equal(read["signal"], np.where(signal > 1e30, np.nan, signal))
    assert "10 of 30 points are missing" in read.attrs["validity"]
    assert "Never measured: 10 points (9.96921e+36, which NetCDF fills in" in read.attrs["validity"]


@pytest.mark.parametrize("engine", ["h5netcdf", "scipy"])
@pytest.mark.parametrize(("kind", "mark"), [("i2", -32767), ("i4", -2147483647), ("f4", np.float32(UNWRITTEN_FLOAT))])
def test_the_default_of_each_type(tmp_path, engine, kind, mark):
    whole = np.arange(30).reshape(6, 5).astype(kind)
    whole[5, 3:] = mark
    read = load(write(grid(whole), tmp_path / "x.nc", engine))["signal"]
    assert int(read.isnull().sum()) == 2
    np.testing.assert_array_equal(read[:5], whole[:5])


def test_marks_that_the_file_declares(tmp_path):
    signal = np.where(IMAGE > 0.5, -9999.0, IMAGE)
    with pytest.raises(AssertionError):  # not declared, it is a number like others
        assert np.isnan(load(write(grid(signal), tmp_path / "x.nc"))["signal"]).any()
    for name in ("_FillValue", "missing_value"):
        grid(signal, **{name: -9999.0}).to_netcdf(tmp_path / "y.nc", engine="h5netcdf")
        read = load(tmp_path / "y.nc")
        np.testing.assert_array_equal(read["signal"], np.where(IMAGE > 0.5, np.nan, IMAGE))
        assert f"({name} -9999)" in read.attrs["validity"]


def test_packed_values_and_their_range(tmp_path):
    """0.5 x + 3 of what is stored; the range is that of what is stored (CF 2.5.1)."""
    packed = np.arange(30, dtype="i2").reshape(6, 5)
    data = grid(packed, scale_factor=0.5, add_offset=3.0, valid_range=np.array([2, 27], dtype="i2"))
    for engine in ("h5netcdf", "scipy"):
        read = load(write(data, tmp_path / "x.nc", engine))["signal"].to_numpy()
        np.testing.assert_array_equal(np.isnan(read.ravel()), np.isin(np.arange(30), (0, 1, 28, 29)))
        np.testing.assert_array_equal(read.ravel()[2:28], 0.5 * np.arange(2, 28) + 3)


@settings(max_examples=40)
@given(
    values=st.lists(st.integers(-1000, 1000), min_size=1, max_size=20),
    scale=st.sampled_from([None, 0.25, 2.0]),
    low=st.integers(-900, 0),
    mark=st.integers(-1000, 1000),
)
def test_a_value_is_scaled_or_missing_and_never_the_mark(values, scale, low, mark):
    raw = np.array(values, dtype="i4")
    attributes = {"valid_min": low, "_FillValue": mark} | ({} if scale is None else {"scale_factor": scale})
    found, missing = decoded(raw, attributes)
    gone = (raw == mark) | (raw < low)
    np.testing.assert_array_equal(np.isnan(found.astype(float)), gone)
    np.testing.assert_array_equal(found[~gone], raw[~gone] * (scale or 1))
    assert sum(missing.values()) == gone.sum()


def gathered(path, index, **dims):
    with h5py.File(path, "w") as file:
        for name, values in {"P4": ROWS, "P3": COLUMNS, "multi_index": index, **dims}.items():
            file[name] = values
            file[name].make_scale(name)
            if name != "multi_index":
                file[name].attrs["units"] = "mV"
        file["multi_index"].attrs["compress"] = "P4 P3"
        file["I"] = IMAGE.ravel()[index]
        file["I"].dims[0].attach_scale(file["multi_index"])
        file["I"].attrs["units"] = "pA"
    return path


def test_gathered_values(tmp_path):
    """As QCoDeS exports a scan off the grid or stopped: CF 8.2, compression by gathering."""
    read = load(gathered(tmp_path / "x.nc", np.arange(22)))
    np.testing.assert_array_equal(read["signal"].to_numpy().ravel()[:22], IMAGE.ravel()[:22])
    assert np.isnan(read["signal"].to_numpy().ravel()[22:]).all()
    assert "Never measured: 8 points (not among the gathered ones)" in read.attrs["validity"]
    check(load(gathered(tmp_path / "y.nc", np.random.default_rng(1).permutation(30))))
    with pytest.raises(InputError, match="multi_index points outside of 6 x 5 set points"):
        load(bad_index(tmp_path / "z.nc"))


def bad_index(path):
    gathered(path, np.arange(30))
    with h5py.File(path, "a") as file:
        file["multi_index"][3] = 31
    return path


def test_gathered_values_whose_set_points_were_read_back(tmp_path):
    """Each of 30 points has set points of its own: as columns, on the grid of the levels that they jitter about."""
    noise = np.random.default_rng(2).uniform(-0.01, 0.01, (2, 30))
    rows, columns = np.repeat(ROWS, 5) + noise[0], np.tile(COLUMNS, 6) + noise[1]
    order = [np.argsort(values) for values in (rows, columns)]
    places = [np.argsort(each) for each in order]
    path = tmp_path / "x.nc"
    with h5py.File(path, "w") as file:
        index = places[0] * 30 + places[1]
        levels = {"P4": rows[order[0]], "P3": columns[order[1]], "multi_index": index}
        for name, values in levels.items():
            file[name] = values
            file[name].make_scale(name)
        file["multi_index"].attrs["compress"] = "P4 P3"
        file["I"] = IMAGE.ravel()
        file["I"].dims[0].attach_scale(file["multi_index"])
    check(load(path, units="mV"), atol=0.02)


def test_coordinates_beside_the_dimensions(tmp_path):
    """Dimensions that only count get the set points tied to them; a temperature along a true axis changes nothing."""
    data = xr.Dataset(
        {"I": (("row", "column"), IMAGE)},
        {"P4": ("row", ROWS, {"units": "mV"}), "P3": ("column", COLUMNS, {"units": "mV"})},
    )
    write(data, tmp_path / "x.nc")
    check(load(tmp_path / "x.nc"))
    noted = grid().assign_coords(temperature=("P4", np.linspace(0.1, 0.2, 6)))
    check(load(write(noted, tmp_path / "y.nc")))
    meshed = xr.Dataset(
        {"I": (("i", "j"), IMAGE)},
        {
            "P4": (("i", "j"), np.broadcast_to(ROWS[:, None], IMAGE.shape), {"units": "mV"}),
            "P3": (("i", "j"), np.broadcast_to(COLUMNS, IMAGE.shape), {"units": "mV"}),
        },
    )
    check(load(write(meshed, tmp_path / "z.nc")))


def test_names_with_blanks_in_a_list_of_names():
    names = {"x": 0, "gate left": 0, "gate": 0, "g/y": 0}
    assert named("gate left x", names) == ("gate left", "x")
    assert named("gate x nothing", names) == ("gate", "x")
    assert named("y x", names, "g/") == ("g/y", "x")


def test_letters_beside_the_numbers(tmp_path):
    """A text variable of a file of version 3 is no data."""
    with netcdf_file(tmp_path / "x.nc", "w") as file:
        for name, values in (("V", np.arange(4.0)), ("I", np.arange(4.0) ** 2)):
            if name == "V":
                file.createDimension("V", 4)
            file.createVariable(name, "d", ("V",))[:] = values
            file.variables[name].units = b"mV"
        file.createDimension("letters", 5)
        file.createVariable("note", "c", ("letters",))[:] = list("hello")
    np.testing.assert_array_equal(load(tmp_path / "x.nc")["signal"], [0, 1, 4, 9])
