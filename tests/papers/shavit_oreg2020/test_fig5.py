"""Scales against single flows, and claims against datasets that contradict them."""

import math
from typing import Any

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig5
from attractron.papers.shavit_oreg2020.common import CUTOFFS, FEEDBACKS
from attractron.wires import Frozen, Sharp, Tanh, flow
from tests.papers.judged import statuses

NAME = "shavit-5"


@pytest.mark.parametrize(("l_star", "spin", "trion"), [(3.0, 5.355637, 3.226176), (5.0, 4.240670, 3.196641)])
def test_scales_are_those_of_the_reference_flows(l_star: float, spin: float, trion: float) -> None:
    found = fig5.scales(Tanh(1.5), "published", 1.0, np.array([l_star]))
    cut = 1 / (1 + math.exp(2 * (trion - l_star) / 1.5))
    assert found[0] == pytest.approx(math.exp(-spin), rel=1e-6)
    assert found[1] == pytest.approx(math.exp(-trion) * cut, rel=1e-6)


@pytest.mark.parametrize("feedback", FEEDBACKS)
@pytest.mark.parametrize("cutoff", [Tanh(1.5), Frozen(1.5), Sharp()])
def test_scales_are_those_of_a_single_flow(cutoff: Any, feedback: str) -> None:
    wires = fig5.WIRES.with_parameters(mismatch=math.exp(-4.0))
    alone = flow(wires, cutoff=cutoff, feedback=feedback, y_threshold=1.3, stop="both")
    spin, trion = fig5.scales(cutoff, feedback, 1.3, np.array([4.0]))
    assert spin == pytest.approx(math.exp(-float(alone["l_spin"])), rel=1e-9)
    cut = 1.0 if isinstance(cutoff, Sharp) else 1 / (1 + math.exp(2 * (float(alone["l_trion"]) - 4.0) / 1.5))
    assert trion == pytest.approx(math.exp(-float(alone["l_trion"])) * cut, rel=1e-9)


def test_the_spin_scale_does_not_know_the_threshold_of_y() -> None:
    l_star = np.array([1.0, 3.0, 6.0])
    for cutoff in CUTOFFS.values():
        low, high = (fig5.scales(cutoff, "published", value, l_star)[0] for value in (0.5, 4.0))
        assert low == pytest.approx(high, rel=1e-9)


def test_the_range_of_the_sequence_is_where_the_spin_scale_is_higher(made: xr.Dataset) -> None:
    made_up = made.assign(trion_scale=0 * made["trion_scale"] + 1.0, spin_scale=made["spin_scale"] * 0 + 0.5)
    assert fig5.readings(made_up)["length_at_1"] == 0.0
    assert math.isinf(fig5.readings(made_up)["onset_sharp_complete"])
    part = made_up.assign(spin_scale=made_up["spin_scale"] + (made_up["l_star"] > 4.0))
    step = float(made["l_star"][1] - made["l_star"][0])
    assert fig5.readings(part)["length_at_1"] == pytest.approx(4.0, abs=step)
    assert fig5.readings(part)["onset_sharp_complete"] == 0.5
    nothing = part.assign(trion_scale=0 * part["trion_scale"])
    assert fig5.readings(nothing)["length_at_1"] == 0.0
    assert math.isnan(fig5.readings(nothing)["highest_ratio"])


def test_claims_on_cooling_fail_on_a_dataset_that_contradicts_them(made: xr.Dataset) -> None:
    exchanged = made.assign(spin_scale=made["spin_scale"] * 10)
    assert statuses(NAME, exchanged)[0] == "holds"
    weak = made.assign(spin_scale=made["spin_scale"] / 1e3)
    assert statuses(NAME, weak)[1:] == ["fails", "fails"]
