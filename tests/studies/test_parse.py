"""Study files: what comes out of a good one, and the one clear error that a bad one gives."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.studies.parse import read_study
from tests.studies.lever import KINDS

GOOD = """\
kind = "lever"   # line 1

[model]          # line 3
slope = "1500 µeV"
offset = 0.25

[question]       # line 7
name = "height"
temperature = "50 mK"

[axes]           # line 11
x = { start = "-0.001 V", stop = 1, points = 5 }

[uncertainty]    # line 14
slope = "20 µeV"
"""


@pytest.fixture
def study(tmp_path):
    def read(text=GOOD):
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


def test_units_are_converted_once_and_exactly(study):
    found = study()
    assert found.model.slope == 1.5
    assert found.model.offset == 0.25
    assert found.options.temperature == 0.05
    assert found.uncertainty == {"slope": 0.02}
    np.testing.assert_array_equal(found.axes["x"], [-1.0, -0.5, 0.0, 0.5, 1.0])
    assert found.units == {"x": "mV", "other": "mV", "slope": "meV", "offset": "meV"} | {
        "temperature": "K",
        "fail_at": "1",
    }


def test_the_first_question_is_the_default(study):
    found = study('kind = "lever"\nmodel = { slope = 1 }')
    assert (found.question_name, found.options.temperature, found.axes) == ("height", 0.0, {})


def test_lists_hold_units_and_numbers_fix_knobs(study):
    found = study(GOOD.replace("x = {", 'offset = "300 µeV"\nx = ["1 µV", 1, "1 V"]\n#'))
    np.testing.assert_array_equal(found.axes["x"], [0.001, 1.0, 1000.0])
    assert found.model.offset == 0.3, "a held parameter is the model's"
    assert list(found.axes) == ["x"]


def test_a_held_gate_stays_an_axis(study):
    assert study(GOOD.replace("x = {", "x = 2.5 #")).axes == {"x": 2.5}


CASES = [
    # what is changed, by what, the place, and what the message says
    ('"lever"', '"levre"', "line 1: kind", "be one of lever: got 'levre'; did you mean 'lever'?"),
    ('kind = "lever"', "", "line 1: kind", "be given: got nothing; add kind = ..."),
    ('kind = "lever"', "kind = 3", "line 1: kind", "be text in quotes: got 3"),
    ("[model] ", "[modle] ", "line 3: modle", "got an unknown key; did you mean 'model'?"),
    (
        'slope = "1500 µeV"',
        "slop = 1",
        "line 4: model.slop",
        "be one of slope, offset, tags: got an unknown key; did you mean 'slope'?",
    ),
    ('slope = "1500 µeV"', "", "line 3: model.slope", "be given: got nothing; add slope = ..."),
    ('"1500 µeV"', '"830 apples"', "line 4: model.slope", "got '830 apples'; the unit 'apples' is unknown"),
    ('"1500 µeV"', '"830 mT"', "line 4: model.slope", "be given in units of meV: got '830 mT'"),
    (
        '"1500 µeV"',
        '"much"',
        "line 4: model.slope",
        "be a number in meV, or text with a unit such as '1.5 meV': got 'much'",
    ),
    ('"1500 µeV"', "true", "line 4: model.slope", "be a number in meV: got true"),
    ('"1500 µeV"', "nan", "line 4: model.slope", "be finite: got nan"),
    ('"1500 µeV"', "[1, 2]", "line 4: model.slope", "be a number: got [1, 2]"),
    ('"1500 µeV"', "13", "line 4: model.slope", "not be 13: got 13.0; try 12"),
    ("offset = 0.25", "tags = { a = 1, b = 'x' }", "line 5: model.tags.b", "be a number in meV"),
    ('slope = "1500 µeV"\noffset = 0.25', "", "line 3: model.slope", "be given"),
    (
        '"height"',
        '"heigth"',
        "line 8: question.name",
        "be one of height, profile, sweep: got 'heigth'; did you mean 'height'?",
    ),
    ("temperature", "temprature", "line 9: question.temprature", "did you mean 'temperature'?"),
    ('"50 mK"', "-1", "line 9: question.temperature", "be zero or positive: got -1.0"),
    ('name = "height"', "scale = 1.5", "line 8: question.scale", "be a whole number: got 1.5"),
    ('name = "height"', "pair = [1]", "line 8: question.pair", "have at least 2 items: got [1]"),
    (
        "x = {",
        "y = {",
        "line 12: axes.y",
        "name a knob of the model (x, other, slope, offset, temperature, fail_at): got 'y'",
    ),
    ("x = {", "slopee = {", "line 12: axes.slopee", "did you mean 'slope'?"),
    (
        "x = {",
        "other = {",
        "line 12: axes.other",
        "be an axis of the question 'height' (x, slope, offset, temperature, fail_at): got 'other'",
    ),
    ("points = 5", "points = 1", "line 12: axes.x.points", "be greater than or equal to 2: got 1"),
    ("points = 5", "points = 5.5", "line 12: axes.x.points", "be a whole number: got 5.5"),
    (
        "points = 5",
        "point = 5",
        "line 12: axes.x.point",
        "be one of start, stop, points, step, spacing, with: got an unknown key; did you mean 'points'?",
    ),
    (", points = 5", "", "line 12: axes.x.points", "be given"),
    ("stop = 1", 'stop = "1 meV"', "line 12: axes.x.stop", "be given in units of mV: got '1 meV'"),
    ("stop = 1", "stop = -1", "line 12: axes.x", "rise or fall strictly"),
    ("x = {", "x = [] #", "line 12: axes.x", "have at least one point: got an empty axis"),
    (
        "x = {",
        "x = [1, 0, 2] #",
        "line 12: axes.x",
        "rise or fall strictly from point to point: got [1.0, 0.0, 2.0]; sort it",
    ),
    ("x = {", "x = [[1, 2], [3, 4]] #", "line 12: axes.x", "be one-dimensional: got [[1, 2], [3, 4]]; give the axis"),
    ("x = {", "x = [1,\n 'b'] #", "line 13: axes.x[1]", "be a number in mV"),
    ("x = {", "x = 'b' #", "line 12: axes.x", "be a number in mV"),
    ('"20 µeV"', '"-20 µeV"', "line 15: uncertainty.slope", "be zero or positive: got -0.02"),
    (
        'slope = "20 µeV"',
        "slop = 1",
        "line 15: uncertainty.slop",
        "name a parameter of the model (slope, offset): got 'slop'; did you mean 'slope'?",
    ),
    ("[axes] ", "[axes", "line 11", "be TOML: got a syntax error (expected ']'"),
]


@pytest.mark.parametrize(("old", "new", "place", "says"), CASES)
def test_bad_files_say_where_and_what(study, old, new, place, says):
    assert GOOD.count(old) >= 1
    with pytest.raises(InputError) as caught:
        study(GOOD.replace(old, new, 1))
    message = str(caught.value)
    assert message.startswith(f"`s.toml, {place}` must ")
    assert says in message
    assert "\n" not in message


def test_missing_axes_are_named(study):
    profile = GOOD.replace('"height"', '"profile"').replace("x = {", "offset = [0, 1] #")
    wanted = "have the axis x with several points for the question 'profile': got axes offset; for example x = "
    with pytest.raises(InputError, match=f"line 11: axes` must {wanted}"):
        study(profile)
    sweep = 'kind = "lever"\nmodel = { slope = 1 }\nquestion = { name = "sweep" }'
    with pytest.raises(InputError, match=r"line 1: axes` must have at least one axis with several.*got axes none"):
        study(sweep)
