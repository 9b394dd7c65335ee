"""The potential of gates: reciprocity with induced charge, gauge, planes in closed form, bad input."""

import numpy as np
import pytest

from attractron import geometry
from attractron.core.errors import InputError

STRIPS = geometry.gate_array(("a", "b"), z=-100, pitch=200, width=150, length=1000)


def test_it_is_the_charge_that_a_short_cloud_induces():
    """Reciprocity: a gate's potential at a dot is what the dot's electron induces on the gate."""
    dot = geometry.WireDot(name="L", centre=(30, 20, 0), along="x", shape=geometry.Uniform(length=1))
    drawn = geometry.Layout(metals=STRIPS, clouds=(dot,))
    arms = geometry.electrostatics(drawn, resolution="coarse")["lever_arm"].sel(dot="L").values
    found = geometry.potential_energy(drawn, {"a": 3.0, "b": -2.0}, [[30, 20, 0]], resolution="coarse")
    np.testing.assert_allclose(found["lever_arm"].values[:, 0], arms, rtol=1e-5)
    assert float(found["potential_energy"][0]) == pytest.approx(-(3 * arms[0] - 2 * arms[1]), abs=1e-5)


def test_inside_a_closed_box_it_is_the_voltage_of_the_box():
    box = geometry.box("shield", x=(-100, 100), y=(-100, 100), z=(-100, 100))
    inside = geometry.potential_energy(geometry.Layout(metals=(box,)), {"shield": 5.0}, [[0, 0, 0], [40, -30, 60]])
    assert (abs(inside["potential_energy"] + 5.0) <= inside["potential_energy_error"]).all()
    assert float(inside["potential_energy_error"].max()) < 0.03


def test_between_two_planes_it_is_linear():
    planes = (geometry.Plane(name="low", z=-100), geometry.Plane(name="high", z=300))
    found = geometry.potential_energy(geometry.Layout(metals=planes), {"high": 4.0}, [[0, 0, 0], [7, 5, 200]])
    np.testing.assert_allclose(found["potential_energy"], [-1.0, -3.0], rtol=1e-12)
    assert found.attrs["method"] == "mirror images of solid planes"


@pytest.mark.parametrize(
    ("voltages", "points", "says"),
    [
        ({"c": 1.0}, [[0, 0, 0]], "name gates"),
        ({"a": np.nan}, [[0, 0, 0]], "voltages"),
        ({"a": 1.0}, [0, 0, 0], "rows of finite"),
    ],
)
def test_bad_input_is_said(voltages, points, says):
    with pytest.raises(InputError, match=says):
        geometry.potential_energy(geometry.Layout(metals=STRIPS), voltages, points)


def test_points_in_an_oxide_are_refused():
    gate = geometry.rectangle("G", x=(0, 50), y=(0, 50), z=10)
    drawn = geometry.Layout(metals=(gate,), medium=geometry.OxideStack(substrate=11.7, oxide=3.9, thickness=10))
    with pytest.raises(InputError, match="below the oxide"):
        geometry.potential_energy(drawn, {"G": 1.0}, [[0, 0, 5]])


TUBE = geometry.WireDot(name="L", centre=(30, 20, 0), along="x", shape=geometry.Uniform(length=100))
FLAT = geometry.PlaneDot(name="F", centre=(0, 60, -10), rms=20)


def test_along_a_line_it_is_that_at_its_points_for_any_voltages():
    drawn = geometry.Layout(metals=STRIPS, clouds=(TUBE, FLAT))
    axes = {"b": np.array([-3.0, 0.0, 7.0]), "a": 2.0}
    found = geometry.potential_along(drawn, axes, start=-200, stop=300, points=6, resolution="coarse")
    assert found["potential_energy"].dims == ("b", "x")
    places = [[x, 20, 0] for x in found["x"].values]
    for volts in axes["b"]:
        one = geometry.potential_energy(drawn, {"a": 2.0, "b": volts}, places, resolution="coarse")
        for name in ("potential_energy", "potential_energy_error"):
            np.testing.assert_allclose(found[name].sel(b=volts), one[name], rtol=1e-12)


def test_the_line_goes_through_the_dot_that_is_named():
    drawn = geometry.Layout(metals=STRIPS, clouds=(TUBE, FLAT))
    given = {"start": -100, "stop": 100, "points": 3, "resolution": "coarse"}
    found = geometry.potential_along(drawn, {"a": 5.0}, through="F", along="y", **given)
    places = [[0, -100, -10], [0, 0, -10], [0, 100, -10]]
    one = geometry.potential_energy(drawn, {"a": 5.0}, places, resolution="coarse")
    np.testing.assert_allclose(found["potential_energy"], one["potential_energy"], rtol=1e-12)
    assert geometry.potential_along(drawn, {"a": 5.0}, through="F", **given)["x"].size == 3, "x where no wire leads"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"axes": {"c": 1.0}}, "name a knob of the model \\(a, b\\)"),
        ({"through": "Q"}, "`through` must be one of L"),
        ({"along": "z"}, "`along` must be one of x, y"),
        ({"start": 500.0}, "`stop` must be greater than start = 500 nm"),
        ({"points": 1}, "`points` must be at least 2"),
        ({"layout": geometry.Layout(metals=STRIPS)}, "have a dot that the line goes through"),
    ],
)
def test_bad_lines_are_said(changes, says):
    given = {"layout": geometry.Layout(metals=STRIPS, clouds=(TUBE,)), "axes": {"a": 1.0}, **changes}
    with pytest.raises(InputError, match=says):
        geometry.potential_along(given.pop("layout"), given.pop("axes"), **given)
