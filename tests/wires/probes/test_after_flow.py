"""From a flow to the numbers of measurements."""

import pytest

from attractron.core.errors import InputError
from attractron.wires import CoupledWires, end_of_flow, flow, tunnelling

PAIR = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)


@pytest.mark.parametrize(("y", "phase"), [(0.0, "decoupled"), (0.1, "paired"), (0.4, "trion")])
def test_every_phase_can_be_tunnelled_into(y, phase):
    numbers = end_of_flow(flow(PAIR.with_parameters(y=y), Lambda=10.0))
    assert numbers["phase"] == phase
    assert numbers["Lambda"] == 10.0
    found = tunnelling([0.001, 9.0], temperature=0.0, **numbers)
    assert (float(found.gap) > 0) == (phase != "decoupled")
    assert (float(found.conductance[0]) == 0) == (phase != "decoupled")


@pytest.mark.parametrize("stop", ["first", "both"])
def test_gaps_of_trions(stop):
    numbers = end_of_flow(flow(PAIR.with_parameters(y=0.4), Lambda=10.0, stop=stop))
    assert numbers["spin_gap"] > 0
    assert numbers["trion_gap"] > 0


@pytest.mark.parametrize("given", [{}, {"axes": {"y": [0.1, 0.2]}, "Lambda": 10.0}])
def test_one_flow_with_units_is_asked_for(given):
    with pytest.raises(InputError, match="result"):
        end_of_flow(flow(PAIR, **given))
