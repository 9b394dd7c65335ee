"""The page without a browser: what is moved on it changes numbers, pictures and verdict, and what it gives away."""

import base64
import html
import re

import numpy as np
import pytest
from bokeh.document import Document
from bokeh.events import RangesUpdate
from bokeh.models import NumericInput, Select, Slider, Toggle

import attractron as at
from attractron.core.errors import InputError
from attractron.explorer.models import pictures
from attractron.explorer.page import Explorer
from attractron.explorer.view import study_from, with_points
from attractron.explorer.worker import Worker

HERE = Worker(apart=False)


def explorer(kind="building-block", points=13, texts=None):
    """A page with few points whose fine pictures do not wait."""
    page = Document()
    made = Explorer(page, [with_points(text, points) for text in texts or pictures(kind)], kind, HERE)
    page.add_root(made.root())
    made.rested()
    return made


def letters(text):
    return re.sub(r"\W|_", "", text).casefold()


def said(page):
    return html.unescape(re.sub("<[^>]*>", "", page.verdict.text))


def test_all_that_it_is_made_of_is_there():
    page = Document()
    at.explorer.document("wires", worker=HERE)(page)
    assert page.title == "Attractron explorer"
    assert {"slider K_c", "slider mismatch", "choice cutoff", "model", "dark"} <= {
        model.name for model in page.select({}) if model.name
    }
    assert len(list(page.select({"type": Slider}))) == len(list(page.select({"type": NumericInput})))
    assert list(page.select({"type": Select}))
    assert list(page.select({"type": Toggle}))


def test_the_potential_follows_voltages_and_waits_for_lengths():
    page = explorer("layout", texts=pictures("layout")[2:])
    panel = page.panels[0]
    curve = panel.picture.sources["potential_energy 0"]
    begun = curve.data["y"]
    page.set("axes.dots.L.radius", 2.0)
    assert curve.data["y"] is begun
    assert not panel.current
    page.rested()
    assert panel.current
    page.set("axes.V_C", -150.0)
    middle = np.argmax(begun)
    assert curve.data["y"][middle] > begun[middle] + 5.0, "the barrier"
    assert "Barriers between them" in said(page)


def test_every_slider_changes_the_verdict_and_the_picture():
    page = explorer()
    for name, to in {"W": 1.2, "U": 1.7, "delta": 2.1, "t": np.log10(0.5), "temperature": 0.3}.items():
        before = page.panels[0].picture.sources["image"].data["image"][0]
        page.sliders[name][2].value = to
        page.rested()
        values = {each: page.value(each) for each in page.sliders}
        assert values[name] == pytest.approx(10**to if name in ("t", "temperature") else to, rel=1e-3)
        kelvin = values.pop("temperature")
        device = at.dots.building_block(**values)
        summary = at.dots.verdict(device, uncertainty={"W": 0.02}, temperature=kelvin).attrs["summary"]
        assert letters(said(page)) == letters(summary)
        axes = {axis: page.panels[0].answer.result[axis].to_numpy() for axis in ("V", "delta_V")}
        wanted = at.dots.stability_diagram(device, axes, temperature=kelvin)["detector_current"]
        now = page.panels[0].picture.sources["image"].data["image"][0]
        np.testing.assert_array_equal(now, wanted.transpose("V", "delta_V"))
        assert not np.array_equal(before, now)


def test_a_typed_number_is_used_as_it_is_and_its_slider_follows():
    page = explorer()
    page.sliders["U"][1].value = 2.123456
    assert page.changes == {"model.U": 2.123456}
    assert page.sliders["U"][2].value == 2.123456
    page.sliders["U"][1].value = 20.0
    assert page.sliders["U"][2].end == 20.0


def test_refused_values_are_said_and_the_picture_stays():
    page = explorer("wires")
    figure = page.panels[0].picture.figure
    page.sliders["upsilon"][1].value = 1.5
    assert "upsilon" in page.panels[0].refusal
    assert 'role="alert"' in page.verdict.text
    assert page.panels[0].picture.figure is figure
    page.sliders["upsilon"][1].value = 0.2
    assert 'role="alert"' not in page.verdict.text


def test_a_choice_changes_the_question():
    page = explorer("wires", points=5)
    select = next(each for each in page.knobs.children if each.name == "choice cutoff")
    select.value = "sharp"
    page.rested()
    assert "Sharp" in page.panels[0].answer.result.attrs["options"] + page.panels[0].answer.result.attrs["method"]
    feedback = next(each for each in page.knobs.children if each.name == "choice feedback")
    feedback.value = "complete"
    feedback.value = ""
    assert "question.feedback" not in page.changes


def test_the_point_of_the_phase_diagram_is_read_out_and_taken():
    page = explorer("wires")
    panel = page.panels[1]
    page.pointed(panel, 0.5, 0.1)
    assert "paired" in panel.point.text
    page.tapped(panel, 0.5, 0.1)
    assert (page.value("mismatch"), page.value("y")) == (0.5, 0.1)
    assert panel.picture.sources["mark"].data == {"x": [0.5], "y": [0.1]}
    page.pointed(panel, None, None)
    assert "double click" in panel.point.text


def test_what_is_zoomed_into_is_calculated_there():
    page = explorer()
    panel = page.panels[0]
    page.zoomed(panel, RangesUpdate(panel.picture.figure, x0=-0.5, x1=0.5, y0=1.0, y1=2.0))
    page.rested()
    axes = study_from(panel.answer.text).swept
    assert (axes["V"][[0, -1]] == [1.0, 2.0]).all()
    assert (axes["delta_V"][[0, -1]] == [-0.5, 0.5]).all()


def given(page):
    name, kind, content = page.payload.text.split("|")
    return name, kind, base64.b64decode(content)


def test_the_study_file_of_what_is_shown(tmp_path):
    page = explorer()
    page.sliders["U"][1].value = 2.0
    page.rested()
    page.give(page.panels[0], "toml")
    name, kind, content = given(page)
    assert (name, kind) == ("building-block.toml", "text/plain")
    (tmp_path / name).write_bytes(content)
    result = at.studies.compute_study(at.studies.read(tmp_path / name))
    np.testing.assert_array_equal(result["detector_current"], page.panels[0].answer.result["detector_current"])
    assert "U = 2.0" in content.decode()


@pytest.mark.parametrize(("form", "begin"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_the_picture_of_the_library(form, begin):
    page = explorer("wires")
    page.give(page.panels[0], form)
    assert given(page)[2].startswith(begin)


def test_the_lines_of_python_follow():
    page = explorer()
    page.unfold(page.panels[0])
    page.sliders["W"][1].value = 0.9
    page.rested()
    assert "W=0.9" in page.panels[0].code.text
    page.unfold(page.panels[0])
    assert not page.panels[0].code.visible


def test_another_model_takes_the_place():
    page = explorer()
    page.models.value = "leads"
    assert set(page.sliders) >= {"U_AB", "V_SD"}
    assert len(page.panels) == 1
    assert "current" in said(page)


def test_a_study_of_the_users_own_and_its_result(tmp_path):
    text = (
        'kind = "chain"\nmodel = { sites = 3, W = 0.8, U = 2.0, delta = 2.0, t = 0.1 }\n[axes]\nV = { points = 40 }\n'
    )
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    result = at.studies.compute_study(at.studies.read(tmp_path / "mine.toml"))
    at.core.files.write_dataset(result, tmp_path / "mine.nc")
    for path in (tmp_path / "mine.toml", tmp_path / "mine.nc"):
        page = Document()
        at.explorer.document(path, worker=HERE)(page)
        assert {"slider W", "slider temperature"} <= {each.name for each in page.select({"type": Slider})}


def test_what_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml"):
        at.explorer.document(tmp_path / "none.toml", worker=HERE)


def test_dark_and_light():
    page = explorer()
    page.dark.active = True
    assert page.panels[0].picture.figure.background_fill_color == page.colours["page"] == "#1b1e23"
    assert page.whole.styles["background"] == "#1b1e23"
    page.models.value = "wires"
    assert page.panels[0].picture.figure.background_fill_color == "#1b1e23"
