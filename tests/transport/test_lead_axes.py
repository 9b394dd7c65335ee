"""Couplings and temperatures of leads as axes: the junctions one by one, and what is said of all of them."""

import json

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.dots import Device
from attractron.transport import Junction, Lead, current, differential_conductance
from attractron.transport.lead_axes import with_leads
from attractron.transport.summary import summary


@pytest.fixture
def junction():
    source = Lead(name="S", dot="P", Gamma=0.01, temperature=0.1, bias=1.0)
    drain = Lead(name="D", dot="P", Gamma=0.02, temperature=0.1)
    return Junction(device=Device(dots=("P",), repulsion=[[0.0]]), leads=[source, drain])


@pytest.mark.parametrize("question", [current, differential_conductance])
def test_axes_of_leads_are_junctions_one_by_one(junction, question):
    axes = {"V_SD": [0.1, 0.2], "Gamma_S": [0.01, 0.03], "temperature": [0.1, 0.2, 0.4]}
    found = question(junction, axes, processes="0e")
    name = "current" if question is current else "conductance"
    assert found[name].dims == ("V_SD", "Gamma_S", "temperature")
    assert (found["Gamma_S"].attrs["units"], found["temperature"].attrs["units"]) == ("meV", "K")
    for Gamma in axes["Gamma_S"]:
        for kelvin in axes["temperature"]:
            other = with_leads(junction, {"Gamma_S": Gamma, "temperature": kelvin})
            alone = question(other, {"V_SD": [0.1, 0.2]}, processes="0e")
            np.testing.assert_array_equal(found[name].sel(Gamma_S=Gamma, temperature=kelvin), alone[name])
    assert found.attrs["axes"] == "V_SD, Gamma_S, temperature"
    widest = with_leads(junction, {"Gamma_S": 0.03, "temperature": 0.1}).broadening
    assert f"the largest width of a level is {widest:.3g} k_BT" in found.attrs["validity"]


def test_a_held_coupling_is_the_junctions(junction):
    found = current(junction, {"Gamma_S": 0.03, "V_SD": [0.1, 0.2]}, processes="0e")
    alone = current(with_leads(junction, {"Gamma_S": 0.03}), {"V_SD": [0.1, 0.2]}, processes="0e")
    np.testing.assert_array_equal(found["current"], alone["current"])
    assert json.loads(found.attrs["parameters"])["leads"][0]["Gamma"] == 0.03
    assert summary(found) == summary(alone)


def test_the_verdict_says_where(junction):
    found = current(junction, {"Gamma_S": [0.01, 0.03], "V_SD": 0.2}, processes="0e")
    assert "at Gamma_S = 0.03 meV, V_SD = 0.2 mV" in summary(found)


@pytest.mark.parametrize(
    ("axes", "says"),
    [
        ({"Gamma_S": [0.1, -1]}, "strictly|positive"),
        ({"temperature": [0.0, 1]}, "above zero"),
        ({"Gamma_X": 1}, "knob"),
    ],
)
def test_bad_axes_of_leads(junction, axes, says):
    with pytest.raises(InputError, match=says):
        current(junction, axes, processes="0e")
