"""Files of every format give the same labelled data; what a file does not say is refused in one line."""

import itertools

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron import dots
from attractron.core.errors import InputError
from attractron.core.files import write_dataset
from attractron.papers.measured import DATA
from attractron.readout.files.load import load

P3 = np.array([-1.0, -0.5, 0.25, 1.0])
P4 = np.array([3.0, 2.0, 0.0])
IMAGE = np.arange(12.0).reshape(3, 4) ** 1.5 - 7


def matrix(path, corner="P4 (mV)\\P3 (mV)", delimiter=","):
    lines = [delimiter.join([corner, *map(str, P3)])]
    lines += [delimiter.join(map(str, [gate, *row])) for gate, row in zip(P4, IMAGE, strict=True)]
    path.write_text("\n".join(lines), encoding="utf-8")


def columns(path, order=slice(None), header="P4 [mV],P3 [mV],I (pA)"):
    rows = [(a, b, v) for (a, b), v in zip(itertools.product(P4, P3), IMAGE.ravel(), strict=True)]
    body = [",".join(map(repr, row)) for row in np.array(rows)[order].tolist()]
    path.write_text("\n".join([header, *body] if header else body), encoding="utf-8")


def netcdf(path, **attrs):
    data = xr.Dataset({"I": (("P4", "P3"), IMAGE, {"units": "pA"})}, {"P4": P4, "P3": P3}, attrs)
    for axis in ("P4", "P3"):
        data[axis].attrs["units"] = "mV"
    data.to_netcdf(path, engine="h5netcdf")


def hdf5(path):
    with h5py.File(path, "w") as file:
        for name, values in (("P4", P4), ("P3", P3), ("I", IMAGE)):
            file[name] = values
        for position, axis in enumerate(("P4", "P3")):
            file[axis].attrs["units"] = "mV"
            file[axis].make_scale()
            file["I"].dims[position].attach_scale(file[axis])
        file["I"].attrs["unit"] = "pA"


def check(result):
    assert result["signal"].dims == ("P4", "P3")
    rising = result.sortby(["P4", "P3"])
    np.testing.assert_array_equal(rising["P4"], P4[::-1])
    np.testing.assert_array_equal(rising["P3"], P3)
    np.testing.assert_array_equal(rising["signal"], IMAGE[::-1])
    assert result["P4"].attrs["units"] == result["P3"].attrs["units"] == "mV"


def test_every_format_gives_the_same_image(tmp_path):
    matrix(tmp_path / "a.csv")
    matrix(tmp_path / "a.dat", delimiter="\t")
    matrix(tmp_path / "b.txt", delimiter=";")
    columns(tmp_path / "c.csv")
    netcdf(tmp_path / "d.nc")
    hdf5(tmp_path / "e.h5")
    hdf5(tmp_path / "f.hdf5")
    np.savez(tmp_path / "g.npz", **{"P4 (mV)": P4, "P3 (mV)": P3, "I (pA)": IMAGE})
    for file in sorted(tmp_path.iterdir()):
        result = load(file)
        check(result)
        expected = "a.u." if file.name in ("a.csv", "a.dat", "b.txt") else "pA"
        assert result["signal"].attrs["units"] == expected
        assert result.attrs["file"] == file.name


@given(order=st.permutations(range(12)))
def test_columns_may_come_in_any_order(tmp_path_factory, order):
    path = tmp_path_factory.mktemp("shuffled") / "x.csv"
    columns(path, list(order))
    check(load(path))


def test_columns_without_a_header_are_read_when_they_are_named(tmp_path):
    columns(tmp_path / "x.csv", header=None)
    with pytest.raises(InputError, match=r"name its columns: got 3 columns without names.*cannot be known.*column1"):
        load(tmp_path / "x.csv")
    result = load(tmp_path / "x.csv", axes=["column1", "column2"], variable="column3", units="mV")
    check(result.rename(column1="P4", column2="P3"))
    assert "column1, column2 was given by the user" in result.attrs["validity"]


def test_missing_pixels_stay_missing(tmp_path):
    columns(tmp_path / "x.csv", [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11])
    result = load(tmp_path / "x.csv")
    assert np.isnan(result["signal"].sel(P4=2.0, P3=-0.5))
    assert int(result["signal"].isnull().sum()) == 1
    assert "1 of 12 points are missing" in result.attrs["validity"]


@pytest.mark.parametrize(
    "text",
    [
        "VG [V],I (nA)\n0.1,1\n0.2,2\n0.4,\n",
        "# made by hand\n# VG (V)  I (nA)\n0.1 1\n0.2 2\n0.4 nan\n",
        '# "VG (V)"\t"I (nA)"\n0.1\t1\n\n0.2\t2\n0.4\tNaN\n',
        "\ufeffVG (V);I (nA)\r\n0,1;1,0\r\n0,2;2,0\r\n0,4;NaN\r\n",
        "VG (V),I (nA),\n0.1,1,\n0.2,2,\n0.4,,\n",
    ],
)
def test_traces_as_text(tmp_path, text):
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    result = load(tmp_path / "x.csv")
    np.testing.assert_allclose(result["VG"], [100.0, 200.0, 400.0])
    np.testing.assert_array_equal(result["signal"], [1.0, 2.0, np.nan])
    assert result["signal"].attrs == {"units": "nA", "long_name": "I"}


def test_units_are_never_guessed(tmp_path):
    (tmp_path / "x.csv").write_text("0.1,1\n0.2,2\n0.4,5\n")
    bare = load(tmp_path / "x.csv")
    assert bare["column1"].attrs["units"] == "1"
    assert "The file names no unit of column1." in bare.attrs["validity"]
    np.testing.assert_allclose(load(tmp_path / "x.csv", units="V")["column1"], [100, 200, 400])
    np.testing.assert_allclose(load(tmp_path / "x.csv", units={"column1": "mV"})["column1"], [0.1, 0.2, 0.4])
    with pytest.raises(InputError, match="`units` must name axes of the quantity"):
        load(tmp_path / "x.csv", units={"column2": "mV"})
    with pytest.raises(InputError, match=r"`units` must be a unit of a voltage, energy, .*: got 'kg m'"):
        load(tmp_path / "x.csv", units="kg m")
    columns(tmp_path / "y.csv")
    with pytest.raises(InputError, match="`units` must agree with the file, where P4 is in mV"):
        load(tmp_path / "y.csv", units="V")
    overruled = load(tmp_path / "y.csv", units={"P4": "V"})
    np.testing.assert_allclose(overruled["P4"], [0, 2000, 3000])
    assert "It overrules the file, where P4 is in mV." in overruled.attrs["validity"]
    assert load(tmp_path / "y.csv", units={"P4": "mV"}).attrs["validity"].count("overrules") == 0


@pytest.mark.parametrize(
    ("unit", "own", "factor"),
    [
        *(("uV", "mV", 1e-3), ("Volts", "mV", 1e3), ("\u03bcV", "mV", 1e-3), ("µeV", "meV", 1e-3), ("eV", "meV", 1e3)),
        *(("J", "meV", 1e3 / 1.602176634e-19), ("MHz", "GHz", 1e-3), ("rad/s", "GHz", 1e-9 / (2 * np.pi))),
        *(("ms", "s", 1e-3), ("min", "s", 60.0), ("mT", "T", 1e-3), ("Gauss", "T", 1e-4), ("mK", "K", 1e-3)),
        *(
            ("points", "1", 1.0),
            ("a.u.", "1", 1.0),
            ("#", "1", 1.0),
            ("pixel", "1", 1.0),
            ("dBm", "dBm", 1.0),
            ("A", "A", 1.0),
        ),
    ],
)
def test_axes_of_every_kind_come_in_one_unit(tmp_path, unit, own, factor):
    (tmp_path / "x.csv").write_text(f"a [{unit}],I\n1,1\n2,2\n4,5\n", encoding="utf-8")
    axis = load(tmp_path / "x.csv")["a"]
    assert axis.attrs["units"] == own
    np.testing.assert_allclose(axis, factor * np.array([1.0, 2, 4]), rtol=1e-14)


def test_degrees_have_a_zero_of_their_own(tmp_path):
    (tmp_path / "x.csv").write_text("t,I\n0,1\n1,2\n10,5\n", encoding="utf-8")
    np.testing.assert_allclose(load(tmp_path / "x.csv", units="degC")["t"], [273.15, 274.15, 283.15])


def test_one_unit_for_all_axes_is_for_those_without(tmp_path):
    rows = [f"{a},{b},{a * b**2}" for a, b in itertools.product([0.1, 0.2, 0.4], [1, 2, 3])]
    (tmp_path / "x.csv").write_text("\n".join(["P1,eps (ueV),I", *rows]), encoding="utf-8")
    data = load(tmp_path / "x.csv", units="V")
    assert (data["P1"].attrs["units"], data["eps"].attrs["units"]) == ("mV", "meV")
    np.testing.assert_allclose(data["P1"], [100, 200, 400])
    np.testing.assert_allclose(load(tmp_path / "x.csv", units={"eps": "GHz", "P1": "mV"})["eps"], [1, 2, 3])


def test_ends_of_axes_have_units(tmp_path):
    np.savetxt(tmp_path / "x.txt", IMAGE)
    data = load(tmp_path / "x.txt", axes={"P": [-1, 1], "eps": ["-50 ueV", "0.1 meV"]})
    np.testing.assert_allclose(data["eps"], [-0.05, 0, 0.05, 0.1], atol=1e-15)
    np.testing.assert_allclose(data["P"], [-1, 0, 1])
    np.testing.assert_allclose(
        load(tmp_path / "x.txt", axes={"P": [-1, 1], "f": [0, 3]}, units="V")["P"], [-1e3, 0, 1e3]
    )
    for ends, message in (
        (["1 K", "1 mV"], "have both ends in units of one kind"),
        (["1 kg", "2 kg"], "be a unit of a voltage"),
        ([1, 2, 3], "have a first and a last value"),
        (["a", 2], "be a number"),
    ):
        with pytest.raises(InputError, match=message):
            load(tmp_path / "x.txt", axes={"P": ends, "eps": [0, 1]})


@pytest.mark.parametrize(
    ("name", "unit", "quantity", "derivative"),
    [
        ("I", "pA", None, 0),
        ("dI/dV", "", None, 1),
        ("dIdV", "S", None, 1),
        ("I", "pA/mV", None, 1),
        ("detector", "A V^-1", None, 1),
        ("different", "V", None, 0),
        ("delta_I", "A", None, 0),
        ("drive", "V", None, 0),
        ("I", "pA", "derivative", 1),
        ("dIdV", "S", "current", 0),
    ],
)
def test_current_or_derivative(tmp_path, name, unit, quantity, derivative):
    (tmp_path / "x.csv").write_text(f"V (mV),{name} ({unit})\n1,1\n2,2\n3,3\n")
    assert load(tmp_path / "x.csv", quantity=quantity).attrs["derivative"] == derivative


def test_arrays_that_cannot_be_told_apart_are_named_by_the_user(tmp_path):
    square = np.arange(9.0).reshape(3, 3)
    np.savez(tmp_path / "x.npz", a=[1.0, 2, 3], b=[4.0, 5, 6], z=square)
    with pytest.raises(InputError, match=r"'z'` must have axes that can be told: got arrays a, b; .*--axes A,B"):
        load(tmp_path / "x.npz", units="mV")
    result = load(tmp_path / "x.npz", axes=["b", "a"], units="mV")
    np.testing.assert_array_equal(result["signal"].sel(b=5.0, a=3.0), square[1, 2])
    np.savez(tmp_path / "y.npz", x=[3.0, 2, 1], y=[1.0, 4, 2])
    assert load(tmp_path / "y.npz", units="mV")["signal"].dims == ("x",)
    np.savez(tmp_path / "z.npz", x=[3.0, 2, 1], y=[1.0, 2, 4])
    with pytest.raises(InputError, match=r"hold one quantity over its axes: got 2 \(x, y\)"):
        load(tmp_path / "z.npz", units="mV")


def test_results_of_this_package_are_read_back(tmp_path):
    first = load(DATA / "addition_line.nc")
    write_dataset(first, tmp_path / "x.nc")
    np.testing.assert_array_equal(load(tmp_path / "x.nc")["signal"], first["signal"])
    device = dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    diagram = dots.stability_diagram(device, {"V": np.linspace(0, 3, 5), "delta_V": np.linspace(-1, 1, 4)})
    write_dataset(diagram, tmp_path / "y.nc")
    image = load(tmp_path / "y.nc")["signal"]
    np.testing.assert_array_equal(image, diagram["detector_current"])
    assert (image.dims, image.attrs["units"]) == (("V", "delta_V"), "pA")


def test_the_measured_files():
    image = load(DATA / "anti_crossing.nc")
    assert dict(image.sizes) == {"P4": 60, "P3": 928}
    assert image["P4"][0] > image["P4"][-1]
    assert image.attrs["source"].startswith("QuTech-Delft/qtt@f7de35da")
    assert load(DATA / "addition_line.nc")["signal"].attrs["units"] == "V (keithley amplitude)"


@pytest.mark.parametrize(
    "name", ["signal", "noise", "Gate 1, left [coarse]", "ε/h", "V_{g,1}^*", ".", "$P_1$", "a=b: c"]
)
def test_axes_of_any_name(tmp_path, name):
    quoted = f'"{name} (mV)";I'
    (tmp_path / "x.csv").write_text(f"{quoted}\n1;1\n2;5\n3;2\n", encoding="utf-8")
    data = load(tmp_path / "x.csv")
    (dim,) = data["signal"].dims
    assert data[dim].attrs["long_name"] == name
    assert data[dim].attrs.get("name_in_file", dim) == name
    write_dataset(data, tmp_path / "again.nc")
    np.testing.assert_array_equal(load(tmp_path / "again.nc")["signal"], [1, 5, 2])


@settings(max_examples=30)
@given(
    gate=st.lists(st.integers(-(10**6), 10**6), min_size=3, max_size=12, unique=True),
    falling=st.booleans(),
    unit=st.sampled_from(["mV", "V", "µV"]),
)
def test_axes_of_any_spacing_direction_and_unit(tmp_path_factory, gate, falling, unit):
    points = np.sort(np.array(gate, dtype=float))[:: -1 if falling else 1]
    signal = np.arange(points.size) % 2
    path = tmp_path_factory.mktemp("trace") / "x.csv"
    rows = [f"{a!r},{b}" for a, b in zip(points.tolist(), signal, strict=True)]
    path.write_text("\n".join([f"G ({unit}),I", *rows]), encoding="utf-8")
    result = load(path)
    np.testing.assert_allclose(result["G"], points * {"mV": 1.0, "V": 1e3, "µV": 1e-3}[unit], rtol=1e-14)
    np.testing.assert_array_equal(result["signal"], signal)


BAD_TEXT = {
    "": "must hold data: got an empty file",
    "\n\n": "must hold numbers: got no line of data",
    "# only a comment\n": "must hold numbers: got no line of data",
    "V (mV),I\n": "must hold numbers: got a header only",
    "V (mV),I\n1,a\n2,b\n3,c\n": r"field 2` must be a number: got 'a'",
    "V (mV),I\n1,2\n2,3,4\n3,5\n": r"line 3` must have 2 fields like the lines before: got 3",
    "V (mV),I\n1,nan\n2,nan\n3,nan\n": "'I'` must hold numbers: got none that is finite",
    "V (mV),I\n1,1\n1,2\n1,3\n": r"axis 'V'` must vary: got 3 times 1",
    "V (mV),I\n1,1\nnan,2\n3,3\n": r"axis 'V'` must be finite: got nan at index 1",
    "I (nA),V (mV)\n1,1\n3,2\n2,3\n": r"axis 'I'` must rise or fall, or 'V' be its axis, which does",
    "V (mV),I\n1,1\n3,2\n": r"axis 'V'` must have at least 3 points: got 2",
    "1\n2\n3\n": "have a column for the axis and one for the signal: got one column",
    "V (mV),I,J\n1,1,5\n2,2,4\n3,4,7\n": r"hold one quantity over its axes: got 2 \(I, J\).*--variable NAME",
    "V (mV),V (mV)\n1,1\n2,2\n3,4\n": "give every column a name of its own: got V, V",
    "P (mV),0,1,2\n0,1,2,3\n1,4,5,6\n2,7,8,9\n": "name the axes of rows and columns in its first field",
    "0,0,1,2\n0,1,2,3\n1,4,5,6\n2,7,8,9\n": "got 4 columns without names.*an empty first field",
}


@pytest.mark.parametrize(("text", "message"), BAD_TEXT.items())
def test_bad_tables(tmp_path, text, message):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        load(tmp_path / "x.csv")
    assert "\n" not in str(caught.value)


def write_three_axes(path):
    np.savez(path, x=[1.0, 2, 3], y=np.zeros((3, 3, 3)))


def write_names(path):
    np.savez(path, x=np.array(["a", "b"]))


def write_pickled(path):
    np.savez(path, x=np.array([{}, {}], dtype=object))


def write_cut(path):
    netcdf(path.with_suffix(".nc"))
    path.write_bytes(path.with_suffix(".nc").read_bytes()[:2000])


def write_text(path):
    path.write_text("1,2\n")


@pytest.mark.parametrize(
    ("name", "write", "message"),
    [
        ("x.npz", write_three_axes, "must have .*axes"),
        ("x.npz", write_names, "must hold arrays of numbers: got x"),
        ("x.npz", write_pickled, "must hold arrays of numbers: got Python objects"),
        ("x.npz", write_text, "must be a readable NumPy archive file.*cut off, or of another format"),
        ("x.nc", write_text, "must be a readable NetCDF file"),
        ("x.h5", write_text, "must be a readable HDF5 file"),
        ("x.h5", write_cut, "must be a readable HDF5 file"),
        (
            "x.png",
            lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n"),
            "be a file of data: got a PNG picture; convert it",
        ),
        (
            "x.any",
            lambda path: path.write_bytes(bytes(range(256))),
            "be a file of data: got bytes of an unknown",
        ),
        ("x.csv", lambda path: path.write_bytes(b"\x89\x00\x01"), "must be a text table: got a binary file"),
        ("x.csv", lambda path: path.mkdir(), "must be a file, or a Zarr store: got a folder"),
        ("x.csv", lambda path: None, "must be a file: got no such file"),
    ],
)
def test_bad_files(tmp_path, name, write, message):
    write(tmp_path / name)
    with pytest.raises(InputError, match=message) as caught:
        load(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_bad_arguments(tmp_path):
    netcdf(tmp_path / "x.nc")
    for options, message in (
        ({"variable": "J"}, r"`variable` must name an array of x.nc \(.*I.*\): got 'J'"),
        ({"axes": "P4"}, "`axes` must be a list of different names"),
        ({"axes": ["P4"]}, "`axes` must name the 2 axes of 'I'"),
        ({"axes": ["P3", "P4"]}, r"axis 'P3'` must have 3 points: got shape \(4,\)"),
        ({"axes": ["P4", "P9"]}, "axis 'P9'` must have values in the file"),
        ({"units": 3}, "`units` must be a unit or map axes to units"),
        ({"quantity": "resistance"}, "`quantity` must be one of current, derivative"),
    ):
        with pytest.raises(InputError, match=message):
            load(tmp_path / "x.nc", **options)


def test_more_than_two_axes(tmp_path):
    cube = xr.Dataset({"I": (("a", "b", "c"), np.zeros((3, 3, 3)))}, {name: [0.0, 1, 2] for name in "abc"})
    cube.to_netcdf(tmp_path / "x.nc", engine="h5netcdf")
    with pytest.raises(InputError, match=r"'I'` must have one axis or two: got 3 axes"):
        load(tmp_path / "x.nc")
    cube.isel(b=[1]).to_netcdf(tmp_path / "y.nc", engine="h5netcdf")
    assert load(tmp_path / "y.nc", units="mV")["signal"].dims == ("a", "c")


def test_several_quantities_are_listed(tmp_path):
    data = xr.Dataset({"I": ("V", [1.0, 2, 3]), "J": ("V", [3.0, 4, 6])}, {"V": ("V", [0.0, 1, 2], {"units": "V"})})
    data.to_netcdf(tmp_path / "x.nc", engine="scipy")
    with pytest.raises(InputError, match=r"hold one quantity over its axes: got 2 \(I, J\)"):
        load(tmp_path / "x.nc")
    np.testing.assert_array_equal(load(tmp_path / "x.nc", variable="J")["V"], [0, 1000, 2000])


def test_a_slash_in_the_name_of_an_axis_becomes_an_underscore(tmp_path) -> None:
    path = tmp_path / "grouped.h5"
    with h5py.File(path, "w") as file:
        signal = file.create_dataset("data/sensor", data=np.arange(12.0).reshape(3, 4) ** 2)
        for at, (name, size) in enumerate((("V_L", 3), ("V_R", 4))):
            scale = file.create_dataset(f"data/{name}", data=np.arange(float(size)))
            scale.attrs["units"] = "mV"
            scale.make_scale(name)
            signal.dims[at].attach_scale(scale)
    data = load(path)
    assert data["signal"].dims == ("V_L", "V_R")
    assert load(path, axes=["data/V_L", "V_R"], variable="data/sensor").equals(data)
    with h5py.File(path, "a") as file:  # a second array of the name: only its full one tells it
        file["old/V_L"] = np.arange(3.0)
        file["old/V_R"] = np.arange(4.0)
    data = load(path)
    assert data["signal"].dims == ("data_V_L", "data_V_R")
    data.to_netcdf(tmp_path / "again.nc", engine="h5netcdf")


def test_notes_in_an_archive_are_left_out(tmp_path):
    """A dictionary of settings beside the arrays is a pickled object, which is never opened."""
    gate = np.linspace(-1.0, 1.0, 30)
    np.savez(tmp_path / "x.npz", gate=gate, current=gate**2, meta=np.array({"run": 12}, dtype=object))
    found = load(tmp_path / "x.npz", units="mV")
    np.testing.assert_array_equal(found["signal"], gate**2)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_last_line_that_is_cut_off_is_left_out(tmp_path, mark):
    lines = [f"V (mV){mark}I (nA)", *(f"{at}{mark}{at**2}" for at in range(9)), "9"]
    (tmp_path / "x.csv").write_text("\n".join(lines))
    data = load(tmp_path / "x.csv")
    assert data["V"].size == 9
    assert "The last line is cut off and left out" in data.attrs["validity"]
