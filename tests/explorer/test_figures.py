"""Pictures in the browser hold the numbers of their result, in the right place, and take those of another."""

import numpy as np
import pytest

import attractron as at
from attractron.explorer.figures import DARK, LIGHT, Picture, form_of

DEVICE = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
WIRES = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
PLANE = {"mismatch": np.geomspace(0.01, 0.9, 10), "y": np.linspace(0, 0.5, 9)}


def diagram(U=2.41, points=21):
    device = at.dots.building_block(W=0.83, U=U, delta=2.41, t=0.05)
    return at.dots.stability_diagram(
        device, {"V": np.linspace(0, 3.5, points), "delta_V": np.linspace(-2, 2, points + 4)}
    )


def test_a_map_has_every_number_in_its_place():
    picture = Picture(diagram(), "diagram")
    data = picture.sources["image"].data
    wanted = diagram()["detector_current"].transpose("V", "delta_V").to_numpy()
    np.testing.assert_array_equal(data["image"][0], wanted)
    assert (data["x"][0], data["dw"][0]) == pytest.approx((-2 - 1 / 12, 4 + 1 / 6))
    assert picture.figure.xaxis[0].axis_label == "δV (mV)"
    assert picture.figure.yaxis[0].axis_label == "V (mV)"
    assert sorted(picture.sources["names"].data["text"]) == ["(0,0)", "(0,1)", "(1,0)", "(1,1)"]


def test_names_and_borders_are_where_the_states_are():
    result = diagram(points=81)
    picture = Picture(result, "diagram")
    names = result["charge_state"].attrs["flag_meanings"].split()
    texts = picture.sources["names"].data
    for x, y, text in zip(texts["x"], texts["y"], texts["text"], strict=True):
        here = result["charge_state"].sel(V=y, delta_V=x, method="nearest")
        assert names[list(result["charge_state"].attrs["flag_values"]).index(int(here))] == text
    borders = picture.sources["borders"].data
    for xs, ys in zip(borders["xs"], borders["ys"], strict=True):
        for x, y in zip(xs[::9], ys[::9], strict=True):
            assert float(result["gap"].interp(V=y, delta_V=x)) < 0.15


def test_a_picture_takes_other_numbers_and_keeps_what_was_zoomed():
    picture = Picture(diagram(), "diagram")
    picture.figure.x_range.start = 0.5
    other = diagram(U=1.0, points=11)
    assert picture.takes(other)
    picture.update(other)
    assert picture.sources["image"].data["image"][0].shape == (11, 15)
    assert picture.figure.x_range.start == 0.5


@pytest.mark.parametrize(
    ("result", "form"),
    [
        (lambda: diagram(), "map"),
        (lambda: at.dots.effective_interaction(DEVICE, {"delta": np.linspace(0, 5, 11)}), "lines"),
        (lambda: at.dots.effective_interaction(DEVICE, {"delta": np.linspace(0, 5, 11), "U": [1.5, 2.0]}), "lines"),
        (lambda: at.wires.flow(WIRES, axes={"l": np.linspace(0, 20, 101)}), "flow"),
        (lambda: at.wires.phase_diagram(WIRES, PLANE), "regions"),
        (lambda: at.wires.phase_diagram(WIRES, {"y": np.linspace(0.01, 0.5, 9)}), "lines"),
        (lambda: at.dots.verdict(DEVICE), "numbers"),
    ],
)
def test_every_form_of_a_result_is_drawn_and_painted(result, form):
    found = result()
    assert form_of(found)[0] == form
    picture = Picture(found, "title")
    for colours in (DARK, LIGHT):
        picture.paint(colours)
        assert picture.figure.border_fill_color == colours["page"]
    drawn = [source for source in picture.sources.values() if any(len(each) for each in source.data.values())]
    assert drawn or form == "numbers"


def test_lines_have_their_numbers_and_a_legend():
    result = at.dots.effective_interaction(DEVICE, {"delta": np.linspace(0, 5, 11), "U": [1.5, 2.0]})
    picture = Picture(result, "interaction")
    np.testing.assert_array_equal(
        picture.sources["effective_interaction 1"].data["y"], result["effective_interaction"].sel(U=2.0)
    )
    assert [item.label.value for item in picture.figure.legend[0].items] == ["U = 1.5", "U = 2.0"]


def test_regions_on_a_logarithmic_axis_and_the_point_that_is_marked():
    axes = {"mismatch": np.geomspace(0.01, 0.9, 12), "y": np.linspace(0.01, 0.5, 9)}
    result = at.wires.phase_diagram(WIRES, axes)
    picture = Picture(result, "phases")
    assert type(picture.figure.x_scale).__name__ == "LogScale"
    np.testing.assert_array_equal(picture.sources["image"].data["image"][0], result["phase"].transpose("y", "mismatch"))
    picture.mark({"mismatch": 0.05, "y": 0.1, "K": 0.4})
    assert picture.sources["mark"].data == {"x": [0.05], "y": [0.1]}
    picture.mark({"K": 0.4})
    assert picture.sources["mark"].data == {"x": [], "y": []}


def test_the_events_of_a_flow_stand_where_they_are():
    flow = at.wires.flow(WIRES, axes={"l": np.linspace(0, 20, 101)})
    picture = Picture(flow, "flow")
    assert picture.sources["l_spin"].data["x"] == [float(flow["l_spin"])] * 2
    assert picture.sources["l_trion"].data["x"] == []
    np.testing.assert_allclose(picture.sources["running_y_s"].data["y"][0], 0.1)
