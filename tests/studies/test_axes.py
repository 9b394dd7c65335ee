"""Axes of study files: ranges, steps, lists, axes that are varied together, and numbers of the question."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron import studies
from attractron.core.errors import InputError
from attractron.studies.axes import read_axes
from attractron.studies.grid import compute_study
from attractron.studies.parse import read_study
from attractron.studies.toml import parse_toml
from tests.studies.lever import KINDS

HEAD = 'kind = "lever"\nmodel = { slope = 1.5, offset = 0.25 }\n'
UNITS = {"x": "mV", "slope": "meV", "offset": "meV"}


def axes_of(text):
    return read_axes(parse_toml("[axes]\n" + text), UNITS)


@pytest.fixture
def lever(tmp_path):
    def read(text):
        path = tmp_path / "s.toml"
        path.write_text(HEAD + text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


positive, numbers = st.floats(1e-6, 1e6), st.floats(-5, 5).map(lambda number: round(number, 50))


@given(start=positive, stop=positive, points=st.integers(2, 60))
def test_a_logarithmic_axis_has_one_ratio_and_both_ends(start, stop, points):
    if 0.99 < stop / start < 1.01:
        return
    (axis,) = axes_of(f'x = {{ start = {start!r}, stop = {stop!r}, points = {points}, spacing = "log" }}').dimensions
    values = axis.values["x"]
    assert (values[0], values[-1], values.size) == (start, stop, points)
    np.testing.assert_allclose(values[1:] / values[:-1], (stop / start) ** (1 / (points - 1)), rtol=1e-9)


@given(start=st.integers(-50, 50), step=st.integers(1, 30), count=st.integers(1, 40), tenths=st.integers(0, 9))
def test_steps_reach_stop_where_it_is_a_whole_number_of_them_away_and_say_so_where_not(start, step, count, tenths):
    stop = f"{start * 0.1 + (count + tenths / 10) * step * 0.1:.12g}"
    for sign in (1, -1):
        grid = axes_of(
            f"x = {{ start = {sign * start / 10!r}, stop = {sign * float(stop)!r}, step = {sign * step / 10!r} }}"
        )
        values = grid.dimensions[0].values["x"]
        assert values.size == count + 1
        np.testing.assert_allclose(values, sign * (start + np.arange(count + 1) * step) / 10, rtol=1e-12, atol=1e-12)
        assert (values[-1] == sign * float(stop)) == (tenths == 0) == (not grid.notes)


def test_steps_of_a_hundredth_end_where_they_should():
    grid = axes_of('x = { start = "10 µV", stop = 0.6, step = 0.01 }')
    assert (grid.dimensions[0].size, grid.dimensions[0].values["x"][-1]) == (60, 0.6)


@settings(max_examples=5)
@given(pairs=st.lists(st.tuples(numbers, numbers), min_size=2, max_size=4, unique_by=lambda pair: pair[0]))
def test_axes_that_are_varied_together_are_the_diagonal_of_the_grid(pairs, tmp_path_factory):
    slopes, offsets = zip(*sorted(pairs), strict=True)
    if len(set(offsets)) < len(offsets) or 13.0 in slopes:
        return
    folder, rest = tmp_path_factory.mktemp("axes"), "x = { start = -1, stop = 1, points = 5 }\n"
    order = np.argsort(offsets)

    def computed(text):
        (folder / "s.toml").write_text(HEAD + "[axes]\n" + text + rest, encoding="utf-8")
        return compute_study(read_study(folder / "s.toml", KINDS))

    together = computed(f'offset = {{ values = {list(offsets)}, with = "slope" }}\nslope = {list(slopes)}\n')
    crossed = computed(f"slope = {list(slopes)}\noffset = {[offsets[n] for n in order]}\n")
    assert together["height"].dims == ("slope", "x")
    assert together["offset"].dims == ("slope",)
    assert together["offset"].attrs == {"units": "meV", "long_name": "offset"}
    for at, offset in enumerate(offsets):
        line = crossed["height"].isel(slope=at).sel(offset=offset).to_numpy()
        assert together["height"].isel(slope=at).to_numpy().tobytes() == line.tobytes()


def test_a_range_that_goes_with_an_axis_has_its_points_and_gates_may(lever):
    found = compute_study(lever('[axes]\nx = [1, 2, 4]\nslope = { start = "1 meV", stop = 3, with = "x" }\n'))
    assert found["height"].dims == ("x",)
    np.testing.assert_array_equal(found["height"], np.array([1, 2, 3]) * [1, 2, 4] + 0.25)


@pytest.mark.parametrize(
    ("axis", "says"),
    [
        ("V_L = { start = 0, points = 5 }", "axes.V_L.stop` must be given"),
        ("V_L = { points = 5, spacing = 'log' }", "a start and a stop, or nothing but its points"),
        ("V_L = { step = 0.1 }", "a start and a stop, or nothing but its points"),
        ("W = { points = 5 }", "only gates over which charges change find a window"),
    ],
)
def test_only_gates_of_a_diagram_find_their_window(axis, says, tmp_path):
    path = tmp_path / "s.toml"
    head = 'kind = "building-block"\nmodel = { W = 0.83, U = 2.41, delta = 2.41, t = 0.05 }\n[axes]\n'
    path.write_text(head + axis, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(says)):
        read_study(path, studies.KINDS)


def test_notes_of_axes_are_in_the_result(lever):
    found = compute_study(lever("[axes]\nx = { start = 0, stop = 1, step = 0.3 }\n"))
    assert found.attrs["validity"].endswith("The axis x ends at 0.9: 1 is no whole number of steps away.")


BLOCK = """\
kind = "building-block"
model = { W = 0.83, U = 2.41, delta = 2.41, t = 0.05 }
[question]
name = "effective-interaction"
"""


def test_an_option_of_the_question_is_an_axis(study):
    found = compute_study(study(BLOCK + '[axes]\ntemperature = ["50 mK", 1, 5]\nU = [2.3, 2.4]\n'))
    assert found["effective_interaction"].dims == ("temperature", "U")
    np.testing.assert_array_equal(found["temperature"], [0.05, 1.0, 5.0])
    assert found["temperature"].attrs == {"units": "K", "long_name": "temperature"}
    warm = BLOCK + "temperature = 5\n"
    single = compute_study(study(warm + "[axes]\nU = [2.3, 2.4]\n"))
    np.testing.assert_array_equal(found["effective_interaction"].sel(temperature=5), single["effective_interaction"])
    assert "temperature" not in json.loads(found.attrs["options"]), "no one temperature is that of the whole"
    assert "summary" not in found.attrs


def test_an_option_is_held_among_the_axes(study):
    held = compute_study(study(BLOCK + "[axes]\ntemperature = 5\nU = [2.3, 2.4]\n"))
    assert json.loads(held.attrs["options"])["temperature"] == 5
    assert held["effective_interaction"].dims == ("U",)


WIRES = """\
kind = "wires"
model = { K_c = 0.85, K = 0.4, y_s = 0.1, y = 0.1, Lambda = 10 }
question = { name = "QUESTION" }
[axes]
"""


def test_an_option_that_the_file_must_give_may_be_an_axis(study):
    found = study(WIRES.replace("QUESTION", "impurity") + "impurity = [0.5, 1]\n")
    assert found.options.impurity == 0.5


BAD = [
    ("flow", "length = [1, 2]", "line 5: axes.length", "name a knob of the model (K_c"),
    ("impurity", "impurity = 1\nLambda = [5, 10]", "line 6: axes.Lambda", "leave the other axes of a result"),
    (
        "phase-diagram",
        "upsilon = { start = 0, stop = 1.5, points = 4 }",
        "line 5: axes.upsilon",
        "lie in (-1, 1): got upsilon = 1; point 2 of 4; beyond it",
    ),
    ("phase-diagram", "y = [0.1]\nK_c = [0.9,\n-1]", "line 7: axes.K_c[1]", "be positive: got K_c = -1; point 1 of 2"),
    (
        "flow",
        "y = { start = 0, stop = 1, points = 9, spacing = 'log' }",
        "line 5: axes.y.start",
        "be positive on a log",
    ),
    ("flow", "y = { start = 0, stop = 1, step = -1 }", "line 5: axes.y.step", "lead from 0 to 1: got -1"),
    ("flow", "y = { start = 0, stop = 1, step = 1e-30 }", "line 5: axes.y.step", "make an axis of at most 3e+07"),
    ("flow", "y = { start = 0, stop = 1, step = 2 }", "line 5: axes.y.step", "be at most from start to stop, 1: got 2"),
    ("flow", "y = { start = 0, stop = 1, step = 1, points = 2 }", "line 5: axes.y.step", "be left out beside points"),
    (
        "flow",
        "y = { start = 0, stop = 1 }",
        "line 5: axes.y.points",
        "be given: got nothing; add points = ..., or step",
    ),
    ("flow", "y = { start = 0, stop = 1, points = 10000000000000000000 }", "line 5: axes.y.points", "be less than"),
    (
        "flow",
        "y = [0.1, 0.2]\nK = { values = [1, 2, 3], with = 'y' }",
        "line 6: axes.K",
        "have as many points as y, with which it is varied (2): got 3 points",
    ),
    (
        "flow",
        "y = [1, 2]\nK = { values = [1, 2], with = 'Y' }",
        "line 6: axes.K.with",
        "(y): got 'Y'; did you mean 'y'?",
    ),
    ("flow", "y = 1\nK = { values = [1], with = 'y' }", "line 6: axes.K.with", "(there is none): got 'y'"),
    ("flow", "y = { values = ['1 K'] }", "line 5: axes.y.values[0]", "be a number without a unit: got '1 K'"),
]


@pytest.mark.parametrize(("question", "axes", "place", "says"), BAD)
def test_bad_axes_say_where_and_what_before_the_start(study, question, axes, place, says):
    with pytest.raises(InputError) as caught:
        compute_study(study(WIRES.replace("QUESTION", question) + axes + "\n"))
    assert str(caught.value).startswith(f"`s.toml, {place}` must ")
    assert says in str(caught.value)
