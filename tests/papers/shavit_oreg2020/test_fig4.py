"""Phases and their shares against what was integrated elsewhere, and claims against datasets that contradict them."""

import math
from typing import Any

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig4, planes
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import phase_diagram
from tests.papers.judged import statuses
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
        strong = np.exp(run.sol(-math.log(mismatch))[1]) >= 1.0
        expected = 2 if strong else int(run.y[0].min() < 0)
        assert int(panel[row, column]) == expected


def test_only_the_tanh_leaves_no_decoupled_phase_at_strong_repulsion(made: xr.Dataset) -> None:
    left = {name: fig4.shares_by_repulsion(made, name)["decoupled"][-1] for name in CUTOFFS}
    assert left["tanh"] == 0.0
    assert min(left["sharp"], left["frozen"]) > 0.5
    assert float(made["source_grows"].sel(scheme="tanh", K=0.4)) > 0.7
    assert float(made["source_grows"].sel(scheme=["sharp", "frozen"]).max()) == 0.0


def test_claims_on_phases_fail_on_a_dataset_that_contradicts_them(quick: Any, made: xr.Dataset) -> None:
    panels = quick("shavit-4")
    phase = panels["phase"]
    mirrored = panels.assign(phase=phase.isel(mismatch=slice(None, None, -1)).assign_coords(mismatch=phase["mismatch"]))
    assert statuses("shavit-4", mirrored)[0] == "fails"
    weaker = panels.assign(phase=phase.isel(K=[2, 1, 0]).assign_coords(K=phase["K"]))
    assert statuses("shavit-4", weaker)[1:3] == ["fails", "fails"]
    between = panels.assign(phase=phase.isel(K=[0, 2, 1]).assign_coords(K=phase["K"]))
    assert statuses("shavit-4", between)[1] == "fails"
    sharp = made.sel(scheme=["sharp"]).assign_coords(scheme=["tanh"])
    assert statuses("shavit-4", sharp)[2] == "fails"
    everywhere = panels.assign(phase=phase.isel(K=[0, 0, 0]).assign_coords(K=phase["K"]))
    assert statuses("shavit-4", everywhere)[3] == "holds"
    reversed_panels = made.assign(phase=made["phase"].isel(K=[2, 1, 0]).assign_coords(K=made["K"]))
    found = statuses(NAME, reversed_panels)
    assert found == ["fails", "fails", "fails", "holds", "fails", "fails"]
