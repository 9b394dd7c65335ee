"""Any quantity over any of its axes."""

import numpy as np
import pytest

from attractron.core.cuts import line_cut, select
from attractron.core.errors import InputError
from attractron.core.files import COMPUTED
from attractron.plotting import phases, picture
from tests.core.test_cuts import RESULT


def labels(figure):
    return [(ax.get_xlabel(), ax.get_ylabel()) for ax in figure.axes if ax.get_xlabel()]


def test_over_which_axes():
    assert labels(picture(RESULT, "field", ["y", "x"])) == 2 * [("y (mV)", "x (mV)")]
    flat = select(RESULT, {"z": 1.0})
    assert labels(picture(flat, "field", ["x"])) == [("x (mV)", "a field (meV)")]
    assert len(picture(flat, "wave", ["x"]).axes[0].lines) == 3, "a curve for each y"
    assert labels(picture(flat, "wave")) == [("x (mV)", "size of a complex field")]
    assert labels(picture(RESULT, "dot")) == [("y (mV)", "over names")]


def test_flags_are_regions_with_names_or_steps_between_them():
    assert {text.get_text() for text in picture(RESULT, "phase").axes[0].texts} <= {"none", "paired", "trion"}
    assert labels(picture(RESULT, "phase", ["y", "x"])) == [("y (mV)", "x (mV)")]
    (ax,) = picture(select(RESULT, {"y": 5.0}), "phase").axes
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["none", "paired", "trion"]
    assert ax.lines[0].get_drawstyle() == "steps-mid"


def test_a_cut_says_where_it_begins_and_ends():
    cut = line_cut(RESULT, start={"x": 0, "y": 2.5}, stop={"x": 2, "y": 4})
    (label, _), *_ = labels(picture(select(cut, {"z": 1.0}), "field"))
    assert label == "distance along the cut (mV)\nfrom x = 0 mV, y = 2.5 mV to x = 2 mV, y = 4 mV"


def test_parts_of_a_result_with_a_picture_of_its_own():
    reading = RESULT.assign_attrs(question="readout.read_vertex").rename(edge="data")
    part = select(reading, {"z": 1.0})
    assert labels(picture(part, "field", ["x", "y"])) == [("x (mV)", "y (mV)")]
    assert labels(picture(part)) == [("x (mV)", "depends on x alone (mV)")]


def test_what_was_not_computed_has_no_colour():
    flat = select(RESULT, {"z": 1.0})
    known = np.ones((4, 3), bool)
    known[:2] = False
    colours = phases.plot(flat.assign({COMPUTED: (("x", "y"), known)})).collections[0].get_array()
    assert np.isclose(colours, 1.0).all(axis=-1).sum() == 6


@pytest.mark.parametrize(
    ("variable", "over", "said"),
    [
        ("fields", [], "`variable` must be one of .* did you mean 'field'"),
        ("field", ["w"], "`over` must be one of x, y, z: got 'w'"),
        ("field", ["x", "x"], "`over` must name one or two axes"),
        ("field", ["x", "y", "z"], "`over` must name one or two axes"),
        ("field", ["x"], r"`over` must name two of three axes: got x; or choose one of their values .*: y, z"),
        ("single", [], "`single` must depend on one to three axes to be drawn: got none"),
    ],
)
def test_what_cannot_be_drawn(variable, over, said):
    with pytest.raises(InputError, match=said):
        picture(RESULT, variable, over)
