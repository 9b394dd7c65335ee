"""What is said of the point under the mouse is what the result has there."""

import numpy as np
import pytest

import attractron as at
from attractron.explorer.point import nearest, said

DEVICE = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
AXES = {"V": np.linspace(0, 3.5, 36), "delta_V": np.linspace(-2, 2, 41)}


@pytest.mark.parametrize(("V", "delta_V", "state"), [(0.5, 0.0, "(0,0)"), (3.0, 0.0, "(1,1)"), (1.6, 1.5, "(1,0)")])
def test_the_charge_state(V, delta_V, state):
    text = said(at.dots.stability_diagram(DEVICE, AXES), {"delta_V": delta_V, "V": V})
    assert text.startswith(f"δV = {delta_V:.4g} mV, V = {V:.4g} mV: {state}, ")
    assert "meV" in text


def test_a_place_outside_is_that_of_the_edge():
    result = at.dots.stability_diagram(DEVICE, AXES)
    assert float(nearest(result, {"V": 99.0, "delta_V": -99.0})["V"]) == 3.5


def test_the_phase_and_its_scales():
    wires = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1)
    result = at.wires.phase_diagram(wires, {"mismatch": [0.01, 0.5], "y": [0.1, 0.5]})
    assert said(result, {"mismatch": 0.01, "y": 0.5}).startswith("mismatch = 0.01, y = 0.5: trion, ")


def test_the_flow_beyond_its_end_has_no_values():
    wires = at.wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
    flow = at.wires.flow(wires, axes={"l": np.linspace(0, 20, 41)})
    assert said(flow, {"l": 20.0}).endswith("no values")
    assert "y_s 0.1" in said(flow, {"l": 0.0})
