"""Files read from end to end: what is written, and what is refused before it."""

import json

import h5py
import numpy as np
import pytest
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError, OutputError
from attractron.core.files import read_dataset
from attractron.dots import Detector, building_block, effective_interaction, stability_diagram
from attractron.measurement import ReadOptions, read_data
from attractron.measurement.kinds.kind import NOTHING_READ
from attractron.measurement.readings import READINGS
from attractron.papers.measured import DATA
from attractron.plotting import picture
from attractron.readout import load

ARMS = {"V_L": {"L": 1.0, "R": 0.3}, "V_R": {"R": 0.8, "L": 0.2}}
TEXT = "V_L=1, V_R=0.2; V_L=0.3, V_R=0.8"
DEVICE = building_block(W=0.83, U=2.0, delta=2.0, t=0.05, lever_arms=ARMS)
KELVIN = 0.6
AXES = {"V_L": np.linspace(-1.5, 3.0, 90), "V_R": np.linspace(-1.5, 3.5, 100)}


@pytest.fixture(scope="module")
def diagram() -> xr.Dataset:
    """An attractive device, with noise."""
    detector = Detector(weights={"L": -100.0, "R": -50.0}, white_noise=8.0, seed=3)
    found = stability_diagram(DEVICE, AXES, temperature=KELVIN, detector=detector)
    return found[["detector_current"]].drop_attrs(deep=False)


@pytest.fixture(scope="module")
def data(diagram, tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "device.nc"
    diagram.to_netcdf(path, engine="h5netcdf")
    return path


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    gate = np.linspace(-5.0, 5.0, 300)
    signal = 3.0 / (1 + np.exp(-0.1 * (gate - 0.7) / (K_B * 0.3)))
    signal += 0.05 * np.random.default_rng(1).standard_normal(gate.size)
    path = tmp_path_factory.mktemp("data") / "line.csv"
    np.savetxt(path, np.stack([gate, signal], axis=1), delimiter=",", header="P3 (mV),sensor (nA)", comments="")
    return path


def test_a_diagram_becomes_a_result_a_picture_and_a_summary(data, tmp_path) -> None:
    reading = read_data(data, tmp_path / "out", ReadOptions(lever_arms=TEXT))
    assert [path.name for path in reading.files] == ["device-read.nc", "device-read.png", "summary.json"]
    W_eff = effective_interaction(DEVICE, temperature=KELVIN)
    assert reading.found
    assert "attractive" in reading.text
    stored = read_dataset(reading.files[0])
    assert float(stored["effective_interaction"]) == pytest.approx(W_eff, rel=0.04)
    summary = json.loads(reading.files[2].read_text(encoding="utf-8"))
    number = summary["numbers"]["effective_interaction"]
    assert number == {
        "value": float(stored["effective_interaction"]),
        "unit": "meV",
        "uncertainty": float(stored["effective_interaction_uncertainty"]),
    }
    assert summary["status"] == "attractive"
    assert summary["file"] == "device.nc"
    assert np.shape(summary["numbers"]["triple_point"]["value"]) == (2, 2)
    assert summary["numbers"]["triple_point"]["over"] == ["point", ["V_L", "V_R"]]
    assert "data" not in summary["numbers"]


def test_a_known_temperature_gives_interaction_and_lever_arms(data, tmp_path) -> None:
    reading = read_data(data, tmp_path, ReadOptions(temperature="600 mK"))
    W_eff = effective_interaction(DEVICE, temperature=KELVIN)
    assert float(reading.result["effective_interaction"]) == pytest.approx(W_eff, rel=0.08)
    arms = np.sort(reading.result["lever_arm"].values.ravel())
    assert arms == pytest.approx([0.2, 0.3, 0.8, 1.0], rel=0.1)
    assert "widths" in reading.result.attrs["validity"]
    assert "taking both dots" in reading.text  # the sign rests on an assumption, which the sentence says


def test_a_trace_becomes_a_temperature(trace, tmp_path) -> None:
    reading = read_data(trace, tmp_path, ReadOptions(lever_arms="100 µeV/mV"))
    assert float(reading.result["temperature"]) == pytest.approx(0.3, rel=0.05)
    summary = json.loads(reading.files[2].read_text(encoding="utf-8"))
    assert summary["numbers"]["temperature_status"]["meaning"] == "resolved"
    assert summary["reading"] == "charging-line"


def test_a_cut_along_one_gate_is_a_trace(data, tmp_path) -> None:
    reading = read_data(data, tmp_path, ReadOptions(crop="V_R=-1", lever_arms="1"))
    assert reading.result["signal"].dims == ("V_L",)
    assert float(reading.result["temperature"]) == pytest.approx(KELVIN, rel=0.2)


def test_an_image_without_a_vertex_is_said_and_kept(data, tmp_path) -> None:
    reading = read_data(data, tmp_path, ReadOptions(crop="V_L=-1.5:0, V_R=-1.5:-0.3"))
    assert not reading.found
    assert "No vertex" in reading.text
    assert all(path.exists() for path in reading.files)
    summary = json.loads(reading.files[2].read_text(encoding="utf-8"))
    assert summary["numbers"]["interaction_line_length"]["value"] is None


def test_a_derivative_needs_its_axis(diagram, tmp_path) -> None:
    current = diagram["detector_current"]
    derived = current.differentiate("V_R").assign_attrs(units="pA/mV")
    for name, path in (("transconductance", tmp_path / "silent.h5"), ("dI/dV_R", tmp_path / "named.h5")):
        with h5py.File(path, "w") as file:
            dataset = file.create_dataset(name.replace("/", "_"), data=derived.values)
            dataset.attrs.update(units="pA/mV", long_name=name)
            for at, axis in enumerate(derived.dims):
                file[axis] = derived[axis].values
                file[axis].attrs["units"] = "mV"
                file[axis].make_scale(axis)
                dataset.dims[at].attach_scale(file[axis])
    with pytest.raises(InputError, match="along"):
        read_data(tmp_path / "silent.h5", tmp_path / "out", ReadOptions(lever_arms=TEXT))
    told = read_data(tmp_path / "silent.h5", tmp_path / "out", ReadOptions(lever_arms=TEXT, along="V_R"))
    with pytest.raises(OutputError, match=r"out holds what came of silent\.h5: choose another --out"):
        read_data(tmp_path / "named.h5", tmp_path / "out", ReadOptions(lever_arms=TEXT))
    named = read_data(tmp_path / "named.h5", tmp_path / "other", ReadOptions(lever_arms=TEXT))
    W_eff = effective_interaction(DEVICE, temperature=KELVIN)
    assert float(told.result["effective_interaction"]) == pytest.approx(W_eff, rel=0.1)
    assert float(named.result["effective_interaction"]) == float(told.result["effective_interaction"])


STUDY = """\
kind = "building-block"
model = { W = 0.7, U = 1.8, delta = 1.8, t = 0.05, lever_arms = { V_L = { L = 1.0, R = 0.2 }, V_R = { R = 0.7 } } }
question = { name = "stability-diagram", temperature = "500 mK" }
axes = { V_L = 0.0, V_R = [0.0, 1.0] }
"""


@pytest.fixture
def study(tmp_path):
    path = tmp_path / "device.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def test_a_device_is_fitted_to_the_whole_diagram(data, study, tmp_path) -> None:
    reading = read_data(data, tmp_path / "out", ReadOptions(device=study))
    names = ["device-read.nc", "device-read.png", "device-fit.nc", "device-fit.png", "summary.json"]
    assert [path.name for path in reading.files] == names
    W_eff = effective_interaction(DEVICE, temperature=KELVIN)  # the largest lever arm, which is held, is the true one
    found, error = (float(reading.fit[f"effective_interaction{part}"]) for part in ("", "_uncertainty"))
    assert abs(found - W_eff) < 4 * error < 0.1 * abs(W_eff)
    fit = json.loads(reading.files[-1].read_text(encoding="utf-8"))["fit"]
    assert fit["effective_interaction"]["value"] == found
    assert fit["parameters"]["temperature"]["status"] == "determined"
    assert fit["parameters"]["temperature"]["value"] == pytest.approx(KELVIN, rel=0.2)
    assert fit["parameters"]["U"] == {"value": None, "uncertainty": None, "unit": "meV", "status": "not_fixed"}
    assert "Held: lever_arm.V_L.L = 1 meV/mV." in reading.text
    assert read_dataset(reading.files[2]).attrs["file"] == "device.nc"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (STUDY.replace("500 mK", "0 K"), "temperature"),
        (STUDY.replace("stability-diagram", "verdict").replace("axes", "#"), "stability diagram"),
        (STUDY.replace("V_R", "V_X"), "device.toml"),
        ("kind = 1", "kind"),
    ],
)
def test_a_study_that_does_not_fit_the_diagram_is_refused(data, study, tmp_path, text, message) -> None:
    study.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_data(data, tmp_path / "out", ReadOptions(device=study))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reading": "line"}, "one of"),
        ({"reading": "charging-line"}, "cut along one gate"),
        ({"slopes": "same"}, "left out for a vertex"),
        ({"lever_arms": TEXT, "interaction": 1.0}, "left out"),
        ({"interaction": 1.0, "temperature": 1.0}, "left out"),
        ({"lever_arms": "0.1"}, "two dots"),
        ({"lever_arms": "V_L=1; V_7=0.2"}, "one of"),
        ({"crop": "P9=1:2"}, "name axes"),
        ({"crop": "V_L=7:9"}, "lie within"),
        ({"crop": "V_L=0:0.3"}, "at least 16"),
        ({"crop": "V_L=0:0.06"}, "crop, V_L` must leave at least 3 points: got 1; widen it"),
        ({"crop": "V_L=-1, V_R=-1"}, "be a range: nothing is left of a trace at one point: got -1"),
        ({"axis_unit": ""}, "`units` must be a unit, V or mV: got ''"),
        ({"crop": "V_R=-1"}, "lever-arms"),
        ({"crop": "V_R=-1", "reading": "interdot-line", "lever_arms": "1"}, "temperature"),
        ({"crop": "V_R=-1", "reading": "vertex"}, "one axis"),
        ({"variable": "I"}, "name an array"),
        ({"free": ["W"]}, "with a device"),
        ({"crop": "V_R=-1", "lever_arms": "1", "device": "device.toml"}, "left out"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(data, tmp_path, options, message) -> None:
    with pytest.raises(InputError, match=message):
        read_data(data, tmp_path / "out", ReadOptions(**options))
    assert not (tmp_path / "out").exists()


def test_a_trace_of_a_wrong_model_is_said_and_kept(tmp_path) -> None:
    options = ReadOptions(quantity="derivative", lever_arms="0.1")
    reading = read_data(DATA / "addition_line.nc", tmp_path / "out", options)
    assert not reading.found
    assert reading.text.startswith("No charging line can be read: ")
    summary = json.loads(reading.files[2].read_text(encoding="utf-8"))
    assert summary["status"] in NOTHING_READ
    assert summary["numbers"]["temperature"]["value"] is None
    right = read_data(DATA / "addition_line.nc", tmp_path / "out", ReadOptions(lever_arms="0.1"))
    assert right.found
    assert json.loads(right.files[2].read_text(encoding="utf-8"))["status"] == "described"


def test_of_two_steps_that_near_to_a_place_is_read(tmp_path) -> None:
    """Without a place the result says where they are, and its picture shows what was tried."""
    gate = np.linspace(-8.0, 8.0, 300)
    step = [1 / (1 + np.exp(-0.1 * (gate - place) / (K_B * 0.3))) for place in (-3.0, 3.5)]
    signal = step[0] + 0.7 * step[1] + 0.01 * np.random.default_rng(1).standard_normal(gate.size)
    path = tmp_path / "two.csv"
    np.savetxt(path, np.stack([gate, signal], axis=1), delimiter=",", header="P3 (mV),sensor (nA)", comments="")
    refused = read_data(path, tmp_path / "out", ReadOptions(lever_arms="0.1"))
    assert not refused.found
    assert "there are 2 steps, at " in refused.text
    assert "No charging line can be read" in picture(refused.result).get_suptitle().replace("\n", " ")
    for near, place in (("-2", -3.0), ("P3=3 mV", 3.5)):
        found = read_data(path, tmp_path / "out", ReadOptions(lever_arms="0.1", near=near))
        assert float(found.result["position"]) == pytest.approx(place, abs=0.1)
    with pytest.raises(InputError, match="`near` must be one place on P3"):
        read_data(path, tmp_path / "out", ReadOptions(lever_arms="0.1", near="P3=1:2"))


@pytest.mark.parametrize("kind", ["vertex", "charging-line", "interdot-line"])
def test_a_kind_knows_the_names_of_its_result(data, tmp_path, kind) -> None:
    """Every name that a result has besides its axes, and no other: axes called so are renamed in it."""
    cut = {} if kind == "vertex" else {"crop": "V_R=-1", "reading": kind}
    arms = TEXT if kind == "vertex" else "1"
    kelvin = {"temperature": KELVIN} if kind == "interdot-line" else {}
    result = read_data(data, tmp_path / "out", ReadOptions(lever_arms=arms, **cut, **kelvin)).result
    scaled = read_data(data, tmp_path / "out", ReadOptions(temperature=KELVIN)).result if kind == "vertex" else result
    names = {*map(str, result.variables), *map(str, result.dims), *map(str, scaled.variables)} - {"V_L", "V_R"}
    assert {name for name in names if not READINGS[kind].has(name)} == set()
    of_refused = {name for name in READINGS[kind].own_names.split() if name.startswith("attempted_")}
    assert set(READINGS[kind].own_names.split()) - {"signal"} - of_refused <= names
    assert not READINGS[kind].has("V_L")


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("step", "point"), marks=pytest.mark.validation),
        pytest.param(("model", "line/2"), marks=pytest.mark.validation),
        ("signal", "gate 1, ε [left]"),
    ],
)
def test_axes_may_have_any_name(data, tmp_path, names) -> None:
    """Lever arms and crop go by the names in the file; sentence, picture and axes show them."""
    plain = read_data(data, tmp_path / "plain", ReadOptions(lever_arms=TEXT))
    measured = load(data)
    axes = {f"{name} (mV)": measured[axis].values for name, axis in zip(names, ("V_L", "V_R"), strict=True)}
    np.savez(tmp_path / "x.npz", **axes, sensor=measured["signal"].values)
    arms = TEXT.replace("V_L", names[0]).replace("V_R", names[1])
    reading = read_data(tmp_path / "x.npz", tmp_path / "out", ReadOptions(lever_arms=arms, crop=f"{names[0]}=-10:10"))
    np.testing.assert_allclose(reading.result["triple_point"], plain.result["triple_point"], atol=1e-9)
    assert f"triple points at ({names[1]}, {names[0]}) = " in reading.text
    assert picture(xr.load_dataset(reading.files[0])).axes[0].get_xlabel() == f"{names[1]} (mV)"


def test_a_folder_that_cannot_be_made_is_refused(data, tmp_path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputError):
        read_data(data, tmp_path / "out", ReadOptions())
