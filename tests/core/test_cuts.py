"""Parts of a result: the nearest values, ranges, and straight lines, exact where linear interpolation is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.cuts import line_cut, select
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags

X, Y, Z = np.array([0.0, 0.3, 1.0, 2.0]), np.array([5.0, 4.0, 2.5]), np.array([-1.0, 1.0])


def of(values, units=("mV", "mV", "K")):
    """A field over x (rising), y (falling) and z, with what else a result may hold."""
    code = np.add.outer(np.arange(X.size), np.arange(Y.size)).astype(np.int32) % 3
    found = dataset(
        {
            "field": (("x", "y", "z"), values, "meV", "a field"),
            "wave": (("x", "y"), values[:, :, 0] * (1 + 2j), "1", "a complex field"),
            "phase": (("x", "y"), code, "1", "phase"),
            "edge": ("x", 2 * X, "mV", "depends on x alone"),
            "dot": (("name", "y"), np.ones((2, 3)) * Y, "1", "over names"),
            "single": ((), 3.0, "1", "depends on nothing"),
        },
        {
            "x": ("x", X, units[0], "x"),
            "y": ("y", Y, units[1], "y"),
            "z": ("z", Z, units[2], "z"),
            "name": ("name", ["L", "R"], "1", "dot"),
            "also": ("x", X**2, "mV", "goes with x"),
        },
        question="tests.field",
        parameters={},
        method="by hand",
        validity=("Everywhere.",),
        references=("hamo2016",),
    )
    found["phase"].attrs.update(flags({0: "none", 1: "paired", 2: "trion"}))
    return found


def multilinear(c, x, y, z):
    """Linear in each of x, y, z: what interpolation has to give back, whatever the cells."""
    return c[0] + c[1] * x + c[2] * y + c[3] * z + c[4] * x * y + c[5] * y * z + c[6] * x * z + c[7] * x * y * z


RESULT = of(multilinear([1, 2, -1, 0.5, 0.3, 0, 0, 0.1], *np.meshgrid(X, Y, Z, indexing="ij")))
numbers = st.floats(-10, 10)


@settings(max_examples=60, deadline=None)
@given(
    c=st.lists(numbers, min_size=8, max_size=8),
    ends=st.tuples(*(st.tuples(*2 * [st.floats(a.min(), a.max())]) for a in (X, Y, Z))),
    points=st.integers(2, 9),
)
def test_what_is_linear_in_each_axis_is_exact_along_any_line(c, ends, points):
    if all(abs(a - b) < 1e-12 for a, b in ends):
        return
    whole = of(multilinear(c, *np.meshgrid(X, Y, Z, indexing="ij")))
    start, stop = ({name: end[n] for name, end in zip("xyz", ends, strict=True)} for n in (0, 1))
    cut = line_cut(whole, start=start, stop=stop, points=points)
    exact = multilinear(c, *(np.linspace(*end, points) for end in ends))
    scale = 1 + np.abs(c).sum() * 10
    np.testing.assert_allclose(cut["field"], exact, atol=1e-7 * scale)  # a share that close to a point is on it
    assert [*cut["field"].dims, *cut["z"].dims] == ["fraction", "fraction"]


def test_a_cut_says_how_far_and_where_it_is():
    cut = line_cut(RESULT, start={"x": 0.0, "y": 2.5}, stop={"x": 2.0, "y": 4.0}, points=6)
    assert cut["field"].dims == ("distance", "z")
    assert float(cut["distance"][-1]) == pytest.approx(2.5)
    assert cut["distance"].attrs["units"] == "mV"
    np.testing.assert_allclose(cut["x"], np.linspace(0, 2, 6))
    np.testing.assert_allclose(cut["y"], np.linspace(2.5, 4, 6))
    np.testing.assert_allclose(cut["wave"], cut["field"][:, 0] * (1 + 2j))
    np.testing.assert_allclose(cut["edge"], 2 * cut["x"])
    np.testing.assert_allclose(cut["dot"].sel(name="R"), cut["y"])
    assert cut["single"].equals(RESULT["single"])
    assert "also" in cut.coords
    assert cut.attrs["line_cut"] == '{"start": {"x": 0.0, "y": 2.5}, "stop": {"x": 2.0, "y": 4.0}}'
    assert cut["field"].attrs == {"units": "meV", "long_name": "a field", "interpolation": "linear"}
    assert "line_cut" not in RESULT.attrs


def test_flags_are_those_of_the_nearest_point():
    cut = line_cut(RESULT, start={"x": 0.0, "y": 5.0}, stop={"x": 1.999, "y": 2.501}, points=38)
    near = RESULT["phase"].sel(x=cut["x"], y=cut["y"], method="nearest")
    assert np.array_equal(cut["phase"], near)
    assert cut["phase"].dtype == np.int32
    assert cut["phase"].attrs["interpolation"] == "nearest"


def test_what_has_no_value_stays_without_and_spreads_to_its_cells_alone():
    values = RESULT["field"].to_numpy().copy()
    values[1, 1] = np.nan
    cut = line_cut(of(values), start={"x": 0.0, "y": 2.5}, stop={"x": 2.0, "y": 2.5}, points=21)
    assert cut["field"].notnull().all(), "a line on points that have values"
    across = line_cut(of(values), start={"x": 0.0, "y": 3.0}, stop={"x": 2.0, "y": 3.0}, points=201)["field"]
    assert np.array_equal(across.isnull().any("z"), (across["x"] > 1e-9) & (across["x"] < 1 - 1e-9))


@pytest.mark.parametrize(
    ("start", "stop", "said"),
    [
        ({"x": 0}, {"y": 1}, "`stop` must name the same axes as start, one or several: got x, and y"),
        ({}, {}, "got none, and none"),
        ({"xx": 0}, {"xx": 1}, r"must be an axis of numbers of the result \(x, y, z\): got xx; did you mean 'x'"),
        ({"name": 0}, {"name": 1}, "must be an axis of numbers"),
        ({"x": 0}, {"x": 2.1}, "`x` must lie within 0 to 2 mV: got 2.1"),
        ({"z": "-2 K"}, {"z": 0}, "`z` must lie within -1 to 1 K: got -2"),
        ({"x": np.nan}, {"x": 2}, "`x` must be finite"),
        ({"x": "1 T"}, {"x": 2}, "`x` must be given in units of mV: got '1 T'"),
        ({"x": 1}, {"x": 1}, "`stop` must lie elsewhere than start: got x = 1"),
    ],
)
def test_lines_that_cannot_be_drawn(start, stop, said):
    with pytest.raises(InputError, match=said):
        line_cut(RESULT, start=start, stop=stop)


def test_a_result_may_not_have_the_name_of_the_line():
    with pytest.raises(InputError, match="have no axis or variable of this name: got 'distance'"):
        line_cut(RESULT.rename(edge="distance"), start={"x": 0}, stop={"x": 1})


def test_the_nearest_values_and_whole_ranges_are_taken():
    part = select(RESULT, {"x": "400 µV", "name": "R", "y": (4.2, 2.5)})
    assert float(part["x"]) == 0.3
    assert part["y"].to_numpy().tolist() == [4.0, 2.5]
    assert part["dot"].dims == ("y",)
    assert part.attrs["selection"] == '{"x": 0.3, "name": "R", "y": [4.0, 2.5]}'
    assert select(part, {"y": (None, 3)}).sizes["y"] == 1
    assert float(select(RESULT, {"also": 1.1})["x"]) == 1.0
    assert select(RESULT, {}).identical(RESULT)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"X": 1}, r"must be one of the result \(x, y, z, name, also\): got X; did you mean 'x'"),
        ({"x": 2.6}, "`x` must lie within 0 to 2: got 2.6"),
        ({"x": "near"}, "`x` must be a number in mV"),
        ({"x": (3, 4)}, "`x` must have points in the range, of 0 to 2: got 3 to 4"),
        ({"name": "l"}, "`name` must be one of L, R: got 'l'; did you mean 'L'"),
        ({"name": (0, 1)}, "`name` must be one of L, R: got a range"),
    ],
)
def test_parts_that_are_not_there(wanted, said):
    with pytest.raises(InputError, match=said):
        select(RESULT, wanted)
