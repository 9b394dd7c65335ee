"""Studies as the page takes them: fixed windows, coarse grids, limits, and no error that escapes."""

import numpy as np
import pytest

import attractron as at
from attractron.core.errors import InputError
from attractron.explorer.models import pictures
from attractron.explorer.view import MOST_ANSWERED, answer, axis_of, opened, study_from, with_points
from attractron.studies.kinds.catalogue import template
from attractron.studies.toml import parse_toml

BLOCK = template("building-block")


def document(text):
    return parse_toml(text, name="mine.toml")


def test_windows_are_fixed_when_a_study_is_opened():
    text = opened(document(BLOCK))
    axes = study_from(text).swept
    assert (axes["V"][[0, -1]] == [-0.2, 3.4]).all()
    moved = study_from(text, {"model.U": 4.0}).swept
    assert all(np.array_equal(axes[name], moved[name]) for name in axes)


def test_further_axes_are_held():
    study = study_from(opened(document(BLOCK.replace("[axes]", "[axes]\ntemperature = [0.1, 0.2, 0.3]"))))
    assert list(study.swept) == ["V", "delta_V"]
    assert study.held == {} or study.held == {"temperature": 0.1}
    assert study.options.temperature == 0.1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[samples]\npoints = 5\nof = { W = { mean = 0.83, deviation = 0.02 } }", "samples"),
        ("[adaptive]\npoints = 50\nof = { U = { start = 1.0, stop = 2.0 } }", "adaptive"),
    ],
)
def test_what_has_no_grid_is_refused(more, said):
    with pytest.raises(InputError, match=said):
        opened(document(f"{BLOCK}\n{more}\n"))


@pytest.mark.parametrize("kind", ["building-block", "wires"])
def test_coarse_points_are_points_of_the_question(kind):
    for text in pictures(kind):
        coarse = answer(text, {}, fine=False).result
        study = study_from(with_points(text, 9))
        wanted = at.studies.compute_study(study)
        nine = answer(with_points(text, 9), {}, fine=False).result
        name = at.plotting.main_variable(wanted)
        if name is not None:
            np.testing.assert_array_equal(nine[name], wanted[name])
            assert coarse[name].size <= 61**2


@pytest.mark.parametrize("key", ["model.W", "model.U", "model.delta", "model.t", "question.temperature"])
def test_every_control_gives_the_numbers_of_the_library(key):
    found = answer(with_points(pictures("building-block")[0], 21), {key: 0.6}, fine=True)
    own = {"W": 0.83, "U": 2.41, "delta": 2.41, "t": 0.05, "temperature": 0.05} | {key.partition(".")[2]: 0.6}
    kelvin = own.pop("temperature")
    device = at.dots.building_block(**own)
    axes = {name: found.result[name].to_numpy() for name in ("V", "delta_V")}
    wanted = at.dots.stability_diagram(device, axes, temperature=kelvin)
    for name in ("detector_current", "charge_state", "gap"):
        np.testing.assert_array_equal(found.result[name], wanted[name])
    summary = at.dots.verdict(device, uncertainty={"W": 0.02}, temperature=kelvin).attrs["summary"]
    assert found.verdict == summary


def test_the_file_of_what_is_shown_gives_the_same_numbers(tmp_path):
    shown = answer(pictures("building-block")[0], {"model.U": 2.0, "axes.V.points": 50}, fine=True)
    (tmp_path / "shown.toml").write_text(shown.text, encoding="utf-8")
    outcome = at.studies.run(at.studies.read(tmp_path / "shown.toml"), tmp_path / "out.nc")
    assert outcome.verdict.text == shown.verdict
    kept = at.core.files.read_dataset(tmp_path / "out.nc")
    np.testing.assert_array_equal(kept["detector_current"], shown.result["detector_current"])
    assert kept.sizes["V"] == 50


def test_a_value_that_the_model_refuses_is_said():
    found = answer(pictures("wires")[0], {"model.upsilon": 1.2}, fine=False)
    assert found.result is None
    assert "upsilon" in found.refusal
    assert "study.toml" not in found.refusal


def test_a_grid_has_a_limit():
    found = answer(pictures("building-block")[0], {"axes.V.points": 1000, "axes.delta_V.points": 1000}, fine=True)
    assert found.result is None
    assert str(MOST_ANSWERED) in found.refusal


def test_verdicts_wait_where_they_are_slow():
    text = pictures("building-block")[0]
    assert answer(text, {}, fine=False, quick_verdict=False).verdict is None
    assert answer(text, {}, fine=True, quick_verdict=False).verdict


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (np.linspace(0, 1, 5), {"start": 0.0, "stop": 1.0, "points": 5}),
        (np.geomspace(0.01, 1, 5), {"start": 0.01, "stop": 1.0, "points": 5, "spacing": "log"}),
        (np.array([0.0, 1.0, 5.0]), [0.0, 1.0, 5.0]),
        (np.array([0.0, 1.0]), [0.0, 1.0]),
    ],
)
def test_axes_as_a_file_has_them(values, wanted):
    assert axis_of(values, 201) == wanted
