"""Claims of the ladder against datasets that contradict them, and the ends of phases against flows one by one."""

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig6
from attractron.wires import CoupledWires, Sharp, flow, ladder, phase_name
from tests.papers.judged import claims

NAME = "shavit-6"


def statuses(result: xr.Dataset) -> dict[str, str]:
    return {claim.reading: claim.status for claim in claims(NAME, result)}


@pytest.mark.parametrize("gate", [-3.0, 0.0, 2.0])
def test_phases_begin_where_they_are_drawn(made: xr.Dataset, gate: float) -> None:
    ends = made["ends"].sel(cutoff="sharp", secondary="ladder").sel(gate=gate, method="nearest")
    at = float(ends["gate"])
    for end, before, after in (("spin gap", "decoupled", "paired"), ("trion", "paired", "trion")):
        for factor, expected in ((0.95, before), (1.05, after)):
            V = factor * float(ends.sel(end=end))
            wires = CoupledWires(**ladder(**fig6.FIXED, V=V, back_gate=at))
            assert phase_name(flow(wires, cutoff=Sharp(), feedback="complete")) == expected


def test_phases_follow_each_other_up_to_the_window(made: xr.Dataset) -> None:
    V = np.geomspace(*fig6.COUPLINGS, 40)
    for gate in (-6.0, 0.0, 3.0):
        for beta in (1.0, 2.0):
            assert (np.diff(fig6._phases(beta, V, np.full_like(V, gate), "sharp")) >= 0).all()


def test_claims_see_a_ladder_that_is_a_wire(made: xr.Dataset) -> None:
    wire = made.sel(secondary=["wire", "wire"]).assign_coords(secondary=["ladder", "wire"])
    broken = statuses(wire)
    assert {broken["gain"], broken["onset_ratio"]} == {"fails"}


def test_claims_see_another_drawing(made: xr.Dataset) -> None:
    assert statuses(made.assign(occupation=0 * made["occupation"] + 1))["near"] == "fails"
