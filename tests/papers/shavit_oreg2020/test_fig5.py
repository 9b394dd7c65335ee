"""Scales against single flows, and claims against datasets that contradict them."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig5
from attractron.papers.shavit_oreg2020.common import CUTOFFS, FEEDBACKS
from attractron.papers.shavit_oreg2020.reading import MEASURES, READING
from attractron.wires import Frozen, Scheme, Sharp, Tanh, flow
from tests.papers.judged import by_reading

NAME = "shavit-5"


@pytest.mark.parametrize(("l_star", "spin", "trion"), [(3.0, 5.355637, 3.226176), (5.0, 4.240670, 3.196641)])
def test_scales_are_those_of_the_reference_flows(l_star: float, spin: float, trion: float) -> None:
    found = fig5.scales(Scheme(), np.array([l_star]))
    cut = 1 / (1 + math.exp(2 * (trion - l_star) / 1.5))
    assert found[0] == pytest.approx(math.exp(-spin), rel=1e-6)
    assert found[1] == pytest.approx(math.exp(-trion) * cut, rel=1e-6)


@pytest.mark.parametrize("feedback", FEEDBACKS)
@pytest.mark.parametrize("measure", list(MEASURES))
@pytest.mark.parametrize("cutoff", [Tanh(1.5), Frozen(1.5), Sharp()])
def test_scales_are_those_of_a_single_flow(cutoff: Any, feedback: str, measure: str) -> None:
    wires = fig5.WIRES.with_parameters(mismatch=math.exp(-4.5))
    scheme = Scheme(cutoff=cutoff, feedback=feedback, strong_coupling=measure, y_threshold=0.8, stop="both")
    alone = flow(wires, scheme=scheme)
    spin, trion = fig5.scales(scheme, np.array([4.5]))
    assert spin == pytest.approx(math.exp(-float(alone["l_spin"])), rel=1e-9)
    cut = 1.0 if isinstance(cutoff, Sharp) else 1 / (1 + math.exp(2 * (float(alone["l_trion"]) - 4.5) / 1.5))
    assert trion == pytest.approx(math.exp(-float(alone["l_trion"])) * cut, rel=1e-9)


def test_the_spin_scale_does_not_know_what_counts_as_a_strong_y() -> None:
    l_star = np.array([1.0, 3.0, 6.0])
    for cutoff in CUTOFFS.values():
        schemes = [
            Scheme(cutoff=cutoff, strong_coupling=measure, y_threshold=value, l_max=30.0)
            for measure in MEASURES
            for value in (0.5, 4.0)
        ]
        first, *others = (fig5.scales(scheme, l_star)[0] for scheme in schemes)
        for other in others:
            assert other == pytest.approx(first, rel=1e-9)


def test_scales_cross_once_under_the_reading(made: xr.Dataset) -> None:
    ell = float(made["crossing"])
    below, above = (fig5.scales(READING, np.array([ell + step])) for step in (-1e-3, 1e-3))
    assert below[0] > below[1]
    assert above[0] < above[1]
    assert math.isnan(fig5.crossing(replace(READING, strong_coupling="bare")))


def test_the_range_of_the_sequence_is_where_the_spin_scale_is_higher(made: xr.Dataset) -> None:
    step = float(made["l_star"][1] - made["l_star"][0])
    even = made.assign(trion_scale=0 * made["trion_scale"] + 1.0, spin_scale=made["spin_scale"] * 0 + 0.5)
    assert fig5.readings(even)["length"] == 0.0
    part = even.assign(spin_scale=even["spin_scale"] + (even["l_star"] > 4.0))
    assert fig5.readings(part)["length"] == pytest.approx(2.0, abs=step)
    nothing = part.assign(trion_scale=0 * part["trion_scale"])
    assert fig5.readings(nothing)["length"] == 0.0


def test_claims_on_cooling_fail_on_a_dataset_that_contradicts_them(made: xr.Dataset) -> None:
    numbers = {f"{name}_{cut}": "holds" for cut in (3, 4) for name in ("spin", "trion")}
    assert by_reading(NAME, made) == {
        "length": "open",
        "crossing": "holds",
        "ground": "differs",
        "phases": "holds",
        "l_spin_sharp": "holds",
        "l_spin_frozen": "holds",
        "sharp_at_3": "holds",
        **numbers,
    }
    weak = made.assign(spin_scale=made["spin_scale"] / 1e6)
    assert by_reading(NAME, weak)["length"] == "fails"
    moved = made.assign(spin=made["spin"] * 1.01, trion=made["trion"] * 1.01, crossing=made["crossing"] + 0.01)
    found = by_reading(NAME, moved)
    assert all(found[name] == "fails" for name in (*numbers, "crossing"))
    trions = made.assign(phase=(0 * made["phase"] + 2).assign_attrs(made["phase"].attrs))
    assert by_reading(NAME, trions)["ground"] == "holds"
