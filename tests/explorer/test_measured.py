"""A measured picture: its lines as handles, and the part that they span read anew."""

import base64
import json

import numpy as np
import pytest
import xarray as xr
from bokeh.document import Document

import attractron as at
from attractron.core.errors import InputError
from attractron.explorer.measured import Reading, difference, handles_of, is_measured, read_part
from attractron.explorer.worker import Worker

HERE = Worker(apart=False)


@pytest.fixture(scope="module")
def reading():
    device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    axes = {"V": np.linspace(0.0, 3.5, 40), "delta_V": np.linspace(-1.7, 1.7, 40)}
    image = at.dots.stability_diagram(device, axes, temperature=0.5)["detector_current"]
    return at.readout.read_vertex(image, lever_arms=[[1, 1], [1, -1]])


def test_handles_are_the_lines_that_were_read(reading):
    handles = handles_of(reading)
    np.testing.assert_array_equal(handles[:2], reading["triple_point"])
    np.testing.assert_array_equal(handles[2:], reading["charging_line"].isel(end=1))
    assert is_measured(reading)
    assert not is_measured(reading.assign_attrs(study="kind = ..."))


def test_lines_follow_their_handles(reading):
    page = Reading(Document(), reading, HERE)
    places = page.places()
    places[0] = [1.0, -0.5]
    page.handles.data = {"x": places[:, 1], "y": places[:, 0]}
    for line in (0, 2, 4):
        assert (page.lines.data["xs"][line][0], page.lines.data["ys"][line][0]) == (-0.5, 1.0)
    page.back()
    np.testing.assert_array_equal(page.places(), handles_of(reading))


def test_the_part_that_the_handles_span_is_read_anew(reading, monkeypatch):
    """The reading itself takes seconds and has its own tests: what it is given counts here."""
    given = {}

    def read(image, **options):
        given.update(options, image=image)
        return reading

    monkeypatch.setattr("attractron.explorer.measured.read_vertex", read)
    page = Reading(Document(), reading, HERE)
    places = page.places()
    places[2:] = [[2.5, -1.5], [0.6, 1.5], [0.6, -1.5], [2.5, 1.5]]
    places[0] += [0.0, 0.1]
    page.handles.data = {"x": places[:, 1], "y": places[:, 0]}
    page.refit()
    assert given["lever_arms"] == [[1, 1], [1, -1]]
    assert given["image"]["V"].min() >= 0.6
    assert given["image"]["V"].max() <= 2.5
    assert abs(given["image"]["delta_V"]).max() <= 1.5
    assert given["image"].size < reading["data"].size
    assert "lie 0.1 and" in page.more.text
    np.testing.assert_array_equal(page.places(), handles_of(reading))


@pytest.mark.thorough
def test_a_part_gives_the_same_vertex(reading):
    handles = handles_of(reading)
    handles[2:] = handles[[0, 1, 0, 1]] + 0.8 * (handles[2:] - handles[[0, 1, 0, 1]])
    found = read_part(reading, handles)
    assert float(found["effective_interaction"]) == pytest.approx(float(reading["effective_interaction"]), abs=0.02)
    assert "0.00" in difference(found, handles)


def test_too_small_a_part_is_refused_in_a_line(reading):
    page = Reading(Document(), reading, HERE)
    places = np.tile(page.places()[0], (6, 1)) + np.linspace(0, 0.3, 6)[:, None]
    page.handles.data = {"x": places[:, 1], "y": places[:, 0]}
    page.refit()
    assert 'role="alert"' in page.more.text
    assert page.result is reading


def given_away(page):
    name, _, content = page.payload.text.split("|")
    return name, base64.b64decode(content)


def test_what_is_given_away(reading):
    page = Reading(Document(), reading, HERE)
    page.numbers()
    name, content = given_away(page)
    found = json.loads(content)
    assert name == "reading.json"
    assert found["status"] == "attractive"
    assert found["numbers"]["effective_interaction"]["value"] == float(reading["effective_interaction"])
    np.testing.assert_array_equal(found["handles"]["mV"], handles_of(reading))
    page.give("png")
    assert given_away(page)[1].startswith(b"\x89PNG")


def test_a_file_of_a_reading_and_the_folder_of_read(reading, tmp_path):
    at.core.files.write_dataset(reading, tmp_path / "scan-read.nc")
    for path in (tmp_path / "scan-read.nc", tmp_path):
        page = Document()
        at.explorer.document(path, worker=HERE)(page)
        assert "attractive" in page.roots[0].children[0].text


def test_readings_without_lines_are_shown():
    gate = xr.Variable("V_P", np.linspace(0.0, 1.0, 20), {"units": "mV", "long_name": "V_P"})
    values = xr.Variable("V_P", np.linspace(0.0, 1.0, 20), {"units": "pA", "long_name": "signal"})
    names = dict.fromkeys(("signal", "fit", "residual"), values)
    used = xr.Variable("V_P", np.ones(20, dtype=int), {"units": "1", "long_name": "used"})
    trace = xr.Dataset({**names, "used": used}, {"V_P": gate}, {"question": "readout.charging_line", "summary": "T."})
    page = Reading(Document(), trace, HERE)
    assert page.handles is None
    assert "data:image/png" in page.whole.children[1].text
    with pytest.raises(InputError, match="lines"):
        handles_of(trace)
