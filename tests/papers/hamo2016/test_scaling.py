"""The scaling estimate against its power law and datasets that contradict the claims."""

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.papers.hamo2016 import scaling
from tests.papers.judged import claims, statuses


def test_scaling_is_a_power_law_through_the_measured_point() -> None:
    result = scaling.compute(True)
    assert result["pairing_energy"].values == pytest.approx(0.79 * 400.0 / result["size"].values)
    hot = result["pairing_temperature"] * result["size"]
    assert hot.values == pytest.approx(np.full(hot.size, float(hot[0])), rel=1e-6)
    room = claims("hamo-scaling", result)[3]
    assert room.computed == pytest.approx(0.79 * 400.0 / (K_B * 300.0))


def test_scaling_claims_fail_on_a_dataset_that_contradicts_them() -> None:
    result = scaling.compute(True)
    weak = result.assign(pairing_energy=result["pairing_energy"] / 20)
    assert statuses("hamo-scaling", weak) == ["holds", "fails", "fails", "fails"]
    flat = result.assign(pairing_energy=0.79 + 0 * result["pairing_energy"])
    assert statuses("hamo-scaling", flat)[0] == "fails"
