"""Phases and their shares against what was integrated elsewhere, and claims against datasets that contradict them."""

import math
from typing import Any

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig4, planes
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import phase_diagram
from tests.papers.judged import by_reading
from tests.papers.shavit_oreg2020.helpers import published_flow

NAME = "shavit-4-schemes"


def test_shares_of_the_window_depend_on_the_cut_off_as_integrated_elsewhere() -> None:
    # Shares integrated independently of this code, to two digits.
    axes = {"mismatch": np.linspace(*fig4.MISMATCH, 100), "y": np.linspace(*fig4.COUPLING, 100)}
    known = {0.4: {"tanh": 0.77, "sharp": 0.05, "frozen": 0.22}, 0.8: {"tanh": 0.38, "sharp": 0.09, "frozen": 0.18}}
    for K, expected in known.items():
        wires = fig4.WIRES.with_parameters(K=K)
        found = {
            name: float(planes.shares(phase_diagram(wires, axes, cutoff=cutoff)["phase"], "paired", fig4.PLANE))
            for name, cutoff in CUTOFFS.items()
        }
        assert found == pytest.approx(expected, abs=0.01)


def test_phases_agree_with_scipy_at_single_points(made: xr.Dataset) -> None:
    # y strong before l*: trion; else the sign of y_s long after l* decides, where x < 1/χ.
    panel = made["phase"].sel(scheme="tanh", K=0.8)
    for row, column in ((5, 30), (20, 20), (30, 3), (12, 35)):
        mismatch, y = float(panel["mismatch"][column]), float(panel["y"][row])
        wires = fig4.WIRES.with_parameters(K=0.8, y=y, mismatch=mismatch)
        run = published_flow(wires, 1.5, 9.0)
        ell = np.linspace(0.0, -math.log(mismatch), 400)
        # √c y before l*; at the l_max of the reading y_s = -1 is what a y_s(9) < -1/(30 - 9 + 1) becomes, or more.
        strength = np.exp(run.sol(ell)[1]) / np.sqrt(1 + np.exp(2 * (ell - ell[-1]) / 1.5))
        expected = 2 if (strength >= 1.0).any() else int(run.y[0].min() < -0.1)
        assert int(panel[row, column]) == expected


def test_the_tanh_leaves_a_decoupled_phase_at_strong_repulsion_on_a_finite_scale_only(made: xr.Dataset) -> None:
    left = {name: fig4.shares_by_repulsion(made, name)["decoupled"][-1] for name in CUTOFFS}
    assert 0.01 < left["tanh"] < 0.06
    assert min(left["sharp"], left["frozen"]) > 0.6
    without = made["share"].sel(K=0.4, in_phase="decoupled")
    assert (without.sel(l_max=math.inf) == 0).all()
    assert (without.diff("l_max") <= 0).all()
    assert float(made["source_grows"].sel(scheme="tanh", K=0.4)) > 0.7
    assert float(made["source_grows"].sel(scheme=["sharp", "frozen"]).max()) == 0.0


@pytest.mark.parametrize(("measure", "l_max"), [("bare", 20.0), ("with_cutoff", 30.0), ("bare", math.inf)])
def test_shares_by_reading_are_those_of_diagrams_with_it(made: xr.Dataset, measure: str, l_max: float) -> None:
    axes = {"y": np.linspace(*fig4.COUPLING, 24), "mismatch": np.linspace(*fig4.MISMATCH, 24)}
    wires = fig4.WIRES.with_parameters(K=0.6)
    phase = phase_diagram(wires, axes, strong_coupling=measure, l_max=l_max)["phase"]
    for code, name in enumerate(("decoupled", "paired", "trion")):
        found = made["share"].sel(measure=measure, l_max=l_max, K=0.6, in_phase=name)
        assert float(found) == pytest.approx(float((phase == code).mean()))


def test_claims_on_phases_fail_on_a_dataset_that_contradicts_them(quick: Any, made: xr.Dataset) -> None:
    panels = quick("shavit-4")
    phase = panels["phase"]
    assert by_reading("shavit-4", panels) == {
        "trion_rise": "holds",
        "gapped_ratio": "holds",
        "share_step": "holds",
        "panels": "open",
    }
    mirrored = panels.assign(phase=phase.isel(mismatch=slice(None, None, -1)).assign_coords(mismatch=phase["mismatch"]))
    assert by_reading("shavit-4", mirrored)["trion_rise"] == "fails"
    order = {"K": [2, 1, 0]}
    weaker = panels.assign(
        phase=phase.isel(order).assign_coords(K=phase["K"]),
        share=panels["share"].isel(order).assign_coords(K=phase["K"]),
    )
    found = by_reading("shavit-4", weaker)
    assert (found["gapped_ratio"], found["share_step"]) == ("fails", "fails")
    nowhere = panels.assign(phase=(0 * phase).assign_attrs(phase.attrs), share=0 * panels["share"])
    assert by_reading("shavit-4", nowhere)["panels"] == "fails"
    assert by_reading(NAME, made) == {"trion_step": "holds", "paired_step": "open"}
    reversed_panels = made.assign(phase=made["phase"].isel(K=[2, 1, 0]).assign_coords(K=made["K"]))
    assert by_reading(NAME, reversed_panels) == {"trion_step": "fails", "paired_step": "fails"}
