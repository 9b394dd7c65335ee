"""Set points that a file repeats for every pixel: rounding and jitter taken off, a grid found where there is one."""

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.readout.files.load import load
from attractron.readout.files.setpoints import settled
from tests.readout.files.small_image import COLUMNS, IMAGE, ROWS, TABLE, X, Y, check, write


@settings(max_examples=40)
@given(
    steps=st.lists(st.floats(0.2, 2.0), min_size=2, max_size=9),
    repeats=st.integers(2, 6),
    seed=st.integers(0, 2**32 - 1),
    size=st.sampled_from([1e-15, 1e-8, 1e-3, 0.05]),
)
def test_jitter_below_a_quarter_of_a_step_is_taken_off(steps, repeats, seed, size):
    """However uneven the steps and however large the jitter: as many values as set points, each near its own."""
    points = np.concatenate([[0.0], np.cumsum(steps)])
    away = np.random.default_rng(seed).uniform(-0.5, 0.5, (repeats, points.size)) * size * min(steps)
    column = (points + away).ravel()
    found = settled(column, 0.25)
    assert np.unique(found).size == points.size
    np.testing.assert_allclose(found, np.tile(points, repeats), rtol=0, atol=size * min(steps) + 1e-14)


def test_values_that_are_no_set_points_stay():
    generator = np.random.default_rng(3)
    noise = generator.standard_normal(300)
    telegraph = np.repeat([0.0, 1.0, 0.0], 100) + 0.01 * noise
    for column in (np.linspace(0, 1, 50), np.geomspace(1e-3, 1e3, 50), noise, telegraph, np.array([0.0, 0.1, 5, 10])):
        np.testing.assert_array_equal(settled(column, 0.25), column)


@pytest.mark.parametrize("jitter", [1e-15, 1e-7, 0.05])
def test_gates_that_are_read_back_are_settled(tmp_path, jitter):
    table = TABLE + np.random.default_rng(1).uniform(-jitter, jitter, TABLE.shape) * [1, 1, 0]
    check(load(write(tmp_path / "x.csv", table)), atol=jitter)
    check(load(write(tmp_path / "x.csv", table), axes=["P4", "P3"]), atol=jitter)


def test_jitter_beyond_a_quarter_of_a_step_is_refused(tmp_path):
    """0.4 of the 0.6 that are left between neighbours: dense enough to be seen as groups, too wide to be trusted."""
    x, y = (values.ravel() for values in np.meshgrid(np.arange(40.0), np.arange(40.0)))
    away = np.random.default_rng(1).uniform(-0.2, 0.2, (2, x.size))
    table = np.stack([x + away[0], y + away[1], np.sin(x)], axis=1)
    with pytest.raises(InputError, match="axes P4 and P3` must repeat on a grid: got 1600 points"):
        load(write(tmp_path / "x.csv", table), axes=["P4", "P3"])


def test_lines_written_twice_are_one(tmp_path):
    check(load(write(tmp_path / "x.csv", np.concatenate([TABLE, TABLE[-4:]]))))
    trace = np.stack([ROWS, IMAGE[:, 0]], axis=1)
    read = load(write(tmp_path / "y.csv", np.concatenate([trace, trace[-1:], trace[-1:]]), "P4 (mV),I"))
    np.testing.assert_array_equal(read["P4"], ROWS)
    other = load(write(tmp_path / "x.csv", np.concatenate([TABLE, TABLE[-1:] + np.array([0, 0, 1])])))
    assert float(other["signal"].isel(P4=-1, P3=-1) - TABLE[-1, 2]) == pytest.approx(0.5)
    assert f"{len(TABLE) + 1} readings at {len(TABLE)} points" in other.attrs["validity"]


def test_a_constant_column_is_a_setting(tmp_path):
    table = np.insert(TABLE, 2, 0.5, axis=1)
    check(load(write(tmp_path / "x.csv", table, "P4 (mV),P3 (mV),V_sd (mV),I (pA)")))
    first = np.insert(TABLE, 0, 0.5, axis=1)
    check(load(write(tmp_path / "x.csv", first, "V_sd (mV),P4 (mV),P3 (mV),I (pA)")))
    setting = load(write(tmp_path / "x.csv", table, "P4 (mV),P3 (mV),V (mV),I"), variable="V")
    np.testing.assert_array_equal(setting["signal"], 0.5)


def test_a_switching_signal_is_no_axis(tmp_path):
    """Two levels of a signal beside 300 gate voltages are no grid of which half the points are missing."""
    gate, noise = np.linspace(0, 1, 300), np.random.default_rng(0).standard_normal(300)
    for level in (np.arange(300) % 2.0, np.arange(300) % 2 + 1e-3 * noise):
        path = write(tmp_path / "x.csv", np.stack([gate, level, noise], axis=1), "P4 (mV),I,J")
        assert load(path, variable="I")["signal"].dims == ("P4",)


def test_a_status_beside_a_coarse_signal_is_no_grid(tmp_path):
    """As many points as three levels times 100 values, but few of the pairs occur."""
    noise = np.random.default_rng(0).standard_normal(300)
    status = np.where(np.arange(300) < 3, np.arange(300), 0)
    np.savez(tmp_path / "x.npz", **{"V (mV)": np.sort(noise), "I": np.arange(300) // 3, "status": status, "J": noise})
    assert load(tmp_path / "x.npz", variable="I", axes=["V"])["signal"].dims == ("V",)
    with pytest.raises(InputError, match=r"one quantity over its axes: got 3"):
        load(tmp_path / "x.npz")


def test_values_over_an_axis_of_the_file_stay_over_it(tmp_path):
    """Even where two of them repeat as set points do."""
    lines = {"a": TABLE[:, 0], "b": TABLE[:, 1], "I": TABLE[:, 2]}
    gate = ("P4", np.linspace(0, 1, 30), {"units": "mV"})
    data = xr.Dataset({name: ("P4", values) for name, values in lines.items()}, {"P4": gate})
    data.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    np.testing.assert_array_equal(load(tmp_path / "x.nc", variable="I")["signal"], TABLE[:, 2])


def qcodes(path, **extra):
    """A table as QCoDeS exports it: an index, and every parameter over it; units in the attribute `unit`."""
    columns = {"dmm": ("index", TABLE[:, 2], {"unit": "A"})}
    columns |= {name: ("index", TABLE[:, at] / 1e3, {"unit": "V"}) for at, name in enumerate(("P4", "P3"))}
    return xr.Dataset(columns, **extra).to_netcdf(path, engine="h5netcdf")


def test_tables_in_netcdf_files(tmp_path):
    qcodes(tmp_path / "a.nc")
    check(load(tmp_path / "a.nc"), atol=1e-12)
    qcodes(tmp_path / "b.nc", coords={"index": np.arange(30)})
    check(load(tmp_path / "b.nc"), atol=1e-12)
    check(load(tmp_path / "b.nc", axes=["P4", "P3"], variable="dmm"), atol=1e-12)
    assert load(tmp_path / "b.nc", axes=["P3", "P4"])["signal"].dims == ("P3", "P4")


@pytest.mark.parametrize("side", [6, 5])
def test_set_points_as_images(tmp_path, side):
    """Also of a square image, whose axes their lengths would not tell."""
    x, y, image = X[:side], Y[:side], IMAGE[:side]
    jitter = 0.02 * np.random.default_rng(2).uniform(-1, 1, x.shape)
    for first, second in ((x, y), (x + jitter, y + jitter), (ROWS[:side], y)):
        np.savez(tmp_path / "x.npz", **{"P4 (mV)": first, "P3 (mV)": second, "I (pA)": image})
        read = load(tmp_path / "x.npz")
        np.testing.assert_allclose(read["P4"], ROWS[:side], atol=0.02)
        np.testing.assert_allclose(read["P3"], COLUMNS, atol=0.02)
        np.testing.assert_array_equal(read["signal"], image)
        with h5py.File(tmp_path / "x.h5", "w") as file:
            for name, values in (("P4", first), ("P3", second), ("I", image)):
                file[f"Data Arrays/{name}"] = values
                file[f"Data Arrays/{name}"].attrs["unit"] = b"mV"
        assert load(tmp_path / "x.h5")["signal"].equals(
            read["signal"].assign_attrs(load(tmp_path / "x.h5").signal.attrs)
        )
    np.savez(tmp_path / "t.npz", P4=x.T, P3=y.T, I=image.T)
    assert load(tmp_path / "t.npz", units="mV")["signal"].dims == ("P3", "P4")


def test_a_scan_that_was_stopped_has_set_points_where_it_was(tmp_path):
    table = TABLE[: 4 * 5 + 2]
    read = load(write(tmp_path / "x.csv", table))
    np.testing.assert_array_equal(read["P4"], ROWS[:5])
    assert int(read["signal"].isnull().sum()) == 3
