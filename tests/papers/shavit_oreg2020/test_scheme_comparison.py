"""Onsets on diagrams made up, phases against each convention alone, claims against datasets that contradict them."""

import math

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig4, scheme_comparison
from attractron.papers.shavit_oreg2020.common import CUTOFFS, FEEDBACKS
from attractron.wires import phase_diagram
from tests.papers.judged import statuses

NAME = "shavit-spread"


def test_normalisations_differ_by_eight_in_the_square() -> None:
    derived, literal = scheme_comparison.NORMALISATIONS.values()
    assert (derived / literal) ** 2 == pytest.approx(8.0)
    assert derived / literal == pytest.approx(scheme_comparison.APART)


def test_readings_of_the_spread_on_a_drawn_diagram(made: xr.Dataset) -> None:
    y, steps = made["y"], int(made["steps"])
    assert float(y[steps] / y[0]) == pytest.approx(scheme_comparison.APART)
    # Paired from the 10th step on, trion from the 30th; 20 of 49 rows, and 20 - steps of them for both normalisations.
    number = xr.DataArray(np.arange(y.size), dims="y", coords={"y": y})
    drawn = made.assign(phase=made["phase"] * 0 + (number >= 10) * 1 + (number >= 30) * 1)
    drawn["phase"].attrs.update(made["phase"].attrs)
    assert scheme_comparison.in_common(drawn, normalised=True) == pytest.approx(20 / y.size)
    assert scheme_comparison.in_common(drawn, normalised=False) == pytest.approx((20 - steps) / y.size)
    assert scheme_comparison.orders(drawn, "tanh", "published") == {"decoupled, paired, trion"}
    onset = scheme_comparison.onset(drawn, "trion")
    assert np.unique(onset) == pytest.approx([float(y[30])])
    later = onset.where(onset["cutoff"] != "sharp", onset * 3)
    assert scheme_comparison.factor(later, "cutoff") == pytest.approx(3.0)
    assert scheme_comparison.factor(later, "feedback") == pytest.approx(1.0)
    none = onset.where(onset["mismatch"] < 0.5, math.inf)
    assert scheme_comparison.factor(none, "cutoff") == pytest.approx(1.0)


def test_the_sharp_paired_phase_is_narrower_than_the_normalisations_are_apart(made: xr.Dataset) -> None:
    gap, trion = (scheme_comparison.onset(made, name) for name in ("spin gap", "trion"))
    ratio = (trion / gap).sel(cutoff="sharp")
    assert float(ratio.where(np.isfinite(ratio)).max()) < scheme_comparison.APART


def test_phases_are_those_of_each_convention_alone(made: xr.Dataset) -> None:
    mismatch, y = made["mismatch"].values[8:10], made["y"].values
    found = {}
    for name, cutoff in CUTOFFS.items():
        for feedback in FEEDBACKS:
            axes = {"y": y, "mismatch": mismatch}
            alone = phase_diagram(fig4.WIRES, axes, cutoff=cutoff, feedback=feedback)["phase"].values
            found[alone.tobytes()] = name
            assert np.array_equal(made["phase"].sel(cutoff=name, feedback=feedback)[:, 8:10], alone)
    assert len(found) == 6


def test_claims_on_the_spread_fail_on_a_dataset_that_contradicts_them(made: xr.Dataset) -> None:
    phase = made["phase"]

    def changed(values: xr.DataArray) -> xr.Dataset:
        return made.assign(phase=values.assign_attrs(phase.attrs))

    assert statuses(NAME, changed(phase * 0))[0] == "fails"
    assert statuses(NAME, changed(phase * 0 + 1))[1] == "holds"
    assert statuses(NAME, changed(phase.where(phase["feedback"] == "published", 0)))[2] == "fails"
    alike = phase.sel(cutoff=["tanh"] * 3).assign_coords(cutoff=phase["cutoff"])
    assert statuses(NAME, changed(alike))[3] == "fails"


def test_onsets_are_bisected_between_the_steps_of_the_grid(made: xr.Dataset) -> None:
    ratio = float(made["y"][1] / made["y"][0])
    for name in scheme_comparison.ONSETS:
        edge, step = made["edge"].sel(gap=name), scheme_comparison.onset(made, name)
        here = np.isfinite(step) & (step > made["y"][0])
        assert bool(((edge <= step) & (edge >= step / ratio * (1 - 1e-12))).where(here, True).all())
        assert bool((np.isfinite(edge) == np.isfinite(step)).all())
    column = {"mismatch": float(made["mismatch"][7])}
    edge = float(made["edge"].sel(gap="trion", cutoff="tanh", feedback="published")[7])
    beside = phase_diagram(fig4.WIRES, {"y": edge * np.array([1 - 1e-4, 1.0]), **column})["phase"].values
    assert list(beside == 2) == [False, True]
