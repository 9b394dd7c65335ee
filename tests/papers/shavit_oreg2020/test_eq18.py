"""Lines against closed forms and single flows, and claims against datasets that contradict them."""

import itertools

import numpy as np
import pytest
import xarray as xr

from attractron.core.results import flag_names
from attractron.papers.shavit_oreg2020 import eq18
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import Sharp, flow, phase_name
from tests.papers.judged import statuses

NAME = "shavit-18"


def test_bare_lines_are_closed_forms(made: xr.Dataset) -> None:
    """(14) in (18): K̃_c + Q²K̃ = 1/K̃_c is K_c²[1 - r²υ² + rυ²√((1 - r²υ²)/(1 - υ²))] = 1, r = u/u_c. With V_θ = 0 and
    u = u_c the modes φ_c ± φ (scaled) have K = 1/√(1 ± υ): M_cc/K_c = ½[(1 + υ)^-½ + (1 - υ)^-½], its inverse's
    K_c(M⁻¹)_cc = ½[(1 + υ)^½ + (1 - υ)^½], of the ratio √(1 - υ²)."""
    for setting, numbers in eq18.LINES.items():
        line = made["bare_line"].sel(setting=setting)
        upsilon, K_c = (line.sel(axis=name).dropna("vertex").values for name in ("upsilon", "K_c"))
        r = numbers["u_ratio"]
        squared = 1 / (1 - (r * upsilon) ** 2 + r * upsilon**2 * np.sqrt((1 - (r * upsilon) ** 2) / (1 - upsilon**2)))
        if "V_theta_ratio" in numbers:
            squared = np.sqrt(1 - upsilon**2)
        assert upsilon.size > 15
        np.testing.assert_allclose(K_c, np.sqrt(squared), atol=2e-6)


def test_through_the_flow_the_line_and_the_orders_are_those_of_single_flows(made: xr.Dataset) -> None:
    line = made["line"].sel(cutoff="sharp").dropna("place").values[::5]
    assert len(line) >= 3
    for upsilon, K_c in line:
        end = flow(eq18.WIRES.with_parameters(upsilon=float(upsilon), K_c=float(K_c)), cutoff=Sharp())
        K_c_end, K_end, Q_end = (float(end[f"{name}_end"]) for name in ("K_c_tilde", "K_tilde", "Q"))
        assert K_c_end + Q_end**2 * K_end == pytest.approx(1 / K_c_end, abs=1e-6)
    names = flag_names(made["order"])
    for cutoff, column in itertools.product(CUTOFFS, (1, 8, 15, 20)):
        at = made["order"].sel(cutoff=cutoff, feedback="complete").isel(upsilon=column, K_c=13)
        wires = eq18.WIRES.with_parameters(upsilon=float(at["upsilon"]), K_c=float(at["K_c"]))
        end = flow(wires, cutoff=CUTOFFS[cutoff], feedback="complete")
        assert names[int(at)].split(",")[0] == phase_name(end)


def test_claims_of_superconductivity_see_other_orders(made: xr.Dataset) -> None:
    waves, pairs = eq18.DENSITY_WAVE, eq18.SUPERCONDUCTOR
    order = made["order"]
    turned = made.assign(order=xr.where(order == waves, pairs, order).assign_attrs(order.attrs))
    assert statuses(NAME, turned)[:2] == ["fails", "holds"]
    without = made.assign(order=xr.where(order == pairs, waves, order).assign_attrs(order.attrs))
    assert statuses(NAME, without)[:4] == ["holds", "differs", "fails", "fails"]
    higher = made.assign(bare_line=made["bare_line"] + 0.5)
    assert statuses(NAME, higher)[4:] == ["fails", "differs", "fails"]
    lower = made.assign(bare_line=made["bare_line"] - 0.1)
    assert statuses(NAME, lower)[5] == "holds"
