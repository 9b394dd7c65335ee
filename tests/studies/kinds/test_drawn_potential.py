"""The potential along a line of a drawing as a study: wells, barriers, and what is no well."""

import numpy as np
import pytest

from attractron import geometry, plotting
from attractron.core.errors import InputError
from attractron.studies import compute_study, template

OWN = template("layout").partition("[question]")[0] + '[question]\nname = "potential"\npoints = 41\n[axes]\n'


def answered(study):
    result = compute_study(study)
    return result, study.question.verdict(study, result)


def test_two_plungers_and_a_barrier_make_two_wells(study):
    result, said = answered(study(OWN + 'V_L = "0.08 V"\nV_R = 80\nV_C = -120\n'))
    drawn = study(OWN + "V_L = 1").model.layout
    voltages = {"V_L": 80.0, "V_R": 80.0, "V_C": -120.0}
    places = [[x, 0, 0] for x in np.linspace(-500, 500, 41)]
    alone = geometry.potential_energy(drawn, voltages, places)["potential_energy"]
    np.testing.assert_allclose(result["potential_energy"], alone, rtol=1e-12)
    assert said.numbers["lowest"][0] == pytest.approx(float(alone.min()))
    assert said.numbers["barrier"][0] == pytest.approx(float(alone[20] - alone.min()), rel=1e-6)
    assert said.text.startswith("Wells of an electron: ")
    assert "at x = -275 nm" in said.text
    assert "at x = 275 nm" in said.text
    assert plotting.main_variable(result) == "potential_energy"


def test_voltages_and_numbers_of_a_drawing_are_axes(study):
    result, said = answered(study(OWN + "V_L = [0, 80]\ngates.V_L.z = [-150, -130]\n"))
    assert result["potential_energy"].dims == ("gates.V_L.z", "V_L", "x")
    assert (result["potential_energy"].sel(V_L=0) == 0).all()
    deeper = result["potential_energy"].sel(V_L=80).min("x")
    assert deeper[1] < deeper[0], "a gate that is nearer makes the deeper well"
    assert said.text.startswith("At gates.V_L.z = -150, V_L = 0, the first of 2 × 2 values: ")


def test_turns_within_the_error_of_the_mesh_are_no_wells(study):
    half = study(OWN.replace("points = 41", "points = 41\nstart = 0") + "V_L = 80\n")
    result, said = answered(half)
    assert said.text == "The line has no well: the energy of an electron falls towards x = 0 nm."
    at = {"x": 20}
    wiggled = result.copy(deep=True)
    wiggled["potential_energy"][at] = wiggled["potential_energy"][19] - 0.5 * result["potential_energy_error"].max()
    assert half.question.verdict(half, wiggled).text == said.text
    wiggled["potential_energy"][at] -= 2 * result["potential_energy_error"].max()
    assert half.question.verdict(half, wiggled).text.startswith("Wells of an electron: ")


def test_holes_are_drawn_to_the_other_side(study):
    holes = OWN.replace("[model]", '[model]\ncarriers = "holes"')
    _, said = answered(study(holes + "V_C = -50\n"))
    assert said.text.startswith("Wells of a hole: -")
    assert "at x = 0 nm" in said.text


@pytest.mark.parametrize(
    ("axes", "says"), [("", "hold a gate away from 0 mV"), ("V_C = 0", "hold a gate away"), ("V = 80", "be an axis of")]
)
def test_no_voltage_is_no_potential(study, axes, says):
    with pytest.raises(InputError, match=says):
        compute_study(study(OWN + axes))
