"""HDF5 as quantify and plottr lay it out, and as nobody in particular does."""

import h5py
import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.measurement import ReadOptions
from attractron.measurement.axis_names import by_label
from attractron.readout.files.load import load
from tests.readout.files.small_image import COLUMNS, IMAGE, ROWS, X, Y, check


def quantify(path, taken=30, slow=0):
    """As quantify-core 0.9 writes `dataset.hdf5`: x0 is the gate of the inner loop, points to come are NaN."""
    grids = (X, Y) if slow == 0 else (X.T, Y.T)
    values = (IMAGE if slow == 0 else IMAGE.T).ravel()
    data = xr.Dataset(
        {"y0": ("dim_0", np.where(np.arange(30) < taken, values, np.nan))},
        {f"x{at}": ("dim_0", grid.ravel()) for at, grid in enumerate(grids)},
        {"tuid": "20260101-120000-000-abcdef", "name": "csd", "grid_2d": 1, "xlen": 6, "ylen": 5},
    )
    for name, parameter, label, unit in (
        ("x0", "P4", "Plunger 4", "mV"),
        ("x1", "P3", "Plunger 3", "mV"),
        ("y0", "I", "Sensor current", "pA"),
    ):
        data[name].attrs.update(name=parameter, long_name=label, units=unit, batched=0)
    data.to_netcdf(path, engine="h5netcdf", invalid_netcdf=path.suffix != ".nc")  # which warns of that ending
    return path


@pytest.mark.parametrize("name", ["dataset.hdf5", "dataset.nc", "dataset"])
@pytest.mark.parametrize("slow", [0, 1])
def test_quantify(tmp_path, name, slow):
    read = load(quantify(tmp_path / name, slow=slow))
    check(read)
    assert read["signal"].dims == (("P4", "P3") if slow == 0 else ("P3", "P4"))  # the outer loop first
    assert read["signal"].attrs == {"units": "pA", "long_name": "Sensor current"}
    named = load(tmp_path / name, variable="y0", axes=["x0", "x1"])
    check(named.rename(x0="P4", x1="P3"))
    options = ReadOptions(lever_arms="x0=0.1, Plunger 3=0.03; P4=0.04, x1=0.09", crop="x1=-3:0", along="Plunger 4")
    found = by_label(read, options)
    assert found.lever_arms == "P4=0.1,P3=0.03; P4=0.04,P3=0.09"
    assert (found.crop, found.along) == ("P3=-3:0", "P4")


def test_quantify_stopped(tmp_path):
    read = load(quantify(tmp_path / "x.hdf5", taken=17))["signal"].to_numpy()
    np.testing.assert_array_equal(read.ravel()[:17], IMAGE.ravel()[:17])
    assert np.isnan(read.ravel()[17:]).all()


@pytest.mark.parametrize("shuffled", [False, True])
def test_three_set_points(tmp_path, shuffled):
    """Each image taken again and again: what the third one is for is said, and averaged over."""
    order = np.random.default_rng(0).permutation(90) if shuffled else np.arange(90)
    repeat, rows, columns = np.meshgrid(np.arange(3.0), ROWS, COLUMNS, indexing="ij")
    images = np.stack([IMAGE - 0.25, IMAGE, IMAGE + 0.25])
    arrays = {
        "repetition": (repeat.ravel()[order], "", ()),
        "P4": (rows.ravel()[order], "mV", ()),
        "P3": (columns.ravel()[order], "mV", ()),
        "I": (images.ravel()[order], "pA", ["repetition", "P4", "P3"]),
    }
    read = load(plottr(tmp_path / "x.ddh5", arrays))
    np.testing.assert_allclose(read["signal"].transpose("P4", "P3"), IMAGE, rtol=1e-14)


def plottr(path, arrays, group="data"):
    """As plottr 0.15 writes a data dictionary: array → values, unit, names of its axes."""
    with h5py.File(path, "a") as file:
        file.create_group(group).attrs["__creation_time_sec__"] = 1.7e9
        for name, (values, unit, axes) in arrays.items():
            item = file[group].create_dataset(name, data=values, maxshape=(None, *np.shape(values)[1:]))
            item.attrs["__creation_time_sec__"] = 1.7e9
            item.attrs["unit"] = unit
            if axes:
                item.attrs["axes"] = np.char.encode(axes, "utf8")
    return path


def test_plottr(tmp_path):
    columns = {"P4": (X.ravel(), "mV", ()), "P3": (Y.ravel(), "mV", ()), "I": (IMAGE.ravel(), "pA", ["P4", "P3"])}
    read = load(plottr(tmp_path / "x.ddh5", columns))
    check(read)
    assert read["signal"].attrs["units"] == "pA"
    images = {"P4": (X, "mV", ()), "P3": (Y, "mV", ()), "I": (IMAGE, "pA", ["P4", "P3"])}
    check(load(plottr(tmp_path / "y.ddh5", images)))
    late = columns | {"I": (IMAGE.ravel()[:17], "pA", ["P4", "P3"])}  # the set point of the next point was written
    np.testing.assert_array_equal(load(plottr(tmp_path / "z.ddh5", late))["P4"], ROWS[:4])
    both = columns | {"Q": (2 * IMAGE.ravel(), "pA", ["P4", "P3"])}
    with pytest.raises(InputError, match=r"hold one quantity over its axes: got 2 \(I, Q\)"):
        load(plottr(tmp_path / "w.ddh5", both))
    np.testing.assert_array_equal(load(tmp_path / "w.ddh5", variable="Q")["signal"], 2 * IMAGE)
    plottr(tmp_path / "x.ddh5", columns, group="data_1")
    with pytest.raises(InputError, match=r"got 2 \(data/I, data_1/I\)"):
        load(tmp_path / "x.ddh5")
    check(load(tmp_path / "x.ddh5", variable="data_1/I").rename({"data_1_P4": "P4", "data_1_P3": "P3"}))


def test_complex_numbers_as_records(tmp_path):
    """Programs without complex numbers of their own store pairs."""
    with h5py.File(tmp_path / "x.h5", "w") as file:
        pairs = np.zeros(5, dtype=[("real", float), ("imag", float)])
        pairs["real"], pairs["imag"] = np.arange(5) ** 2, 0.0
        file["Z"] = pairs
        file["V"] = COLUMNS
        file["V"].attrs["units"] = "mV"
    with h5py.File(tmp_path / "x.h5") as file:
        assert file["Z"].dtype.names == ("real", "imag")
    from attractron.readout.files.hdf5 import read_hdf5

    arrays, _ = read_hdf5(tmp_path / "x.h5")
    np.testing.assert_array_equal(arrays["Z"].values, np.arange(5) ** 2 + 0j)


def test_labels_come_along(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["I"], file["V"] = COLUMNS**2, COLUMNS
        file["I"].attrs["long_name"], file["V"].attrs["label"] = "Sensor", "Gate 4"
        file["V"].attrs["unit"] = "V"
        file["V"].make_scale()
        file["I"].dims[0].attach_scale(file["V"])
    read = load(tmp_path / "x.h5")
    assert (read["signal"].attrs["long_name"], read["V"].attrs["long_name"]) == ("Sensor", "Gate 4")
