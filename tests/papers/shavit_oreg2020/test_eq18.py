"""Lines against closed forms and single flows, and claims against datasets that contradict them."""

import itertools

import numpy as np
import pytest
import xarray as xr

from attractron.core.results import flag_names
from attractron.papers.shavit_oreg2020 import eq18, eq18_search
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


def test_through_the_flow_the_lines_and_the_orders_are_those_of_single_flows(made: xr.Dataset) -> None:
    line = made["line"].sel(cutoff="sharp", feedback="published").dropna("place").values[::5]
    assert len(line) >= 3
    for upsilon, K_c in line:
        end = flow(eq18.WIRES.with_parameters(upsilon=float(upsilon), K_c=float(K_c)), cutoff=Sharp())
        K_c_end, K_end, Q_end = (float(end[f"{name}_end"]) for name in ("K_c_tilde", "K_tilde", "Q"))
        assert K_c_end + Q_end**2 * K_end == pytest.approx(1 / K_c_end, abs=1e-6)
    names = flag_names(made["order"])
    for cutoff, column in itertools.product(CUTOFFS, (1, 8, 15, 20)):
        at = made["order"].sel(cutoff=cutoff).isel(upsilon=column, K_c=13)
        wires = eq18.WIRES.with_parameters(upsilon=float(at["upsilon"]), K_c=float(at["K_c"]))
        assert names[int(at)].split(",")[0] == phase_name(flow(wires, cutoff=CUTOFFS[cutoff]))


def test_wires_are_drawn_from_the_stated_ranges_the_same_each_time(made: xr.Dataset) -> None:
    again = eq18_search.search(True)
    for name in ("drawn", "sample", "drawn_order"):
        np.testing.assert_array_equal(made[name].values, again[name][1])
    for code, ranges in ((0, eq18_search.RANGES), (1, eq18_search.CORNER)):
        part = made["drawn"][:, made["sample"].values == code]
        assert part.shape[1] > 100
        for name, (low, high) in ranges.items():
            assert ((part.sel(knob=name) >= low) & (part.sel(knob=name) <= high)).all()
    assert (eq18.knob(made, "upsilon") * eq18.knob(made, "u_ratio") < 1).all()


def test_orders_of_drawn_wires_are_those_of_single_flows(made: xr.Dataset) -> None:
    names = flag_names(made["drawn_order"])
    for point in (3, 200, 400, -1):
        wires = eq18_search.EXAMPLE.with_parameters(
            **dict(zip(made["knob"].values, made["drawn"].values[:, point], strict=True))
        )
        for cutoff, feedback in itertools.product(CUTOFFS, ("published", "complete")):
            end = flow(wires, cutoff=CUTOFFS[cutoff], feedback=feedback)
            found = names[int(made["drawn_order"].sel(cutoff=cutoff, feedback=feedback)[point])]
            assert found.split(",")[0] == phase_name(end)
            K_c_end, K_end, Q_end = (float(end[f"{name}_end"]) for name in ("K_c_tilde", "K_tilde", "Q"))
            if phase_name(end) == "paired":
                assert found.endswith("superconductor") == (K_c_end + Q_end**2 * K_end > 1 / K_c_end)


def test_claims_of_superconductivity_see_other_orders(made: xr.Dataset) -> None:
    waves, pairs = eq18.DENSITY_WAVE, eq18.SUPERCONDUCTOR
    order = made["drawn_order"]
    turned = made.assign(drawn_order=xr.where(order == waves, pairs, order).assign_attrs(order.attrs))
    assert statuses(NAME, turned)[0] == "fails"
    without = made.assign(drawn_order=xr.where(order == pairs, waves, order).assign_attrs(order.attrs))
    assert statuses(NAME, without)[:5] == ["holds", *["fails"] * 4]
    K_c = made["axis"] == "K_c"
    higher = made.assign(bare_line=made["bare_line"] + 0.5 * K_c)
    assert statuses(NAME, higher)[5:] == ["fails", "differs", "fails", "fails"]
    lower = made.assign(bare_line=made["bare_line"] - 0.1 * K_c)
    assert statuses(NAME, lower)[6] == "holds"
