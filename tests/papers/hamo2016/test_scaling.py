"""The scaling estimate against its power law and datasets that contradict the claims."""

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.papers.hamo2016 import fig2cf, scaling
from tests.papers.judged import claims


def failing(result) -> set[str]:
    return {claim.reading for claim in claims("hamo-scaling", result) if claim.status == "fails"}


def test_the_capacitances_are_those_of_the_conductors_of_figure_2() -> None:
    assert pytest.approx(fig2cf.conductors(metal=False).C, abs=5e-5) == scaling.CAPACITANCES


def test_scaling_is_a_power_law_through_the_measured_point() -> None:
    result = scaling.compute(True)
    assert result["pairing_energy"].values == pytest.approx(0.79 * 400.0 / result["size"].values, rel=1e-4)
    hot = result["pairing_temperature"] * result["size"]
    assert hot.values == pytest.approx(np.full(hot.size, float(hot[0])), rel=1e-6)
    found = {claim.reading: claim.computed for claim in claims("hamo-scaling", result)}
    assert found["room"] == pytest.approx(0.79 * 400.0 / (K_B * 300.0), rel=1e-4)


def test_scaling_claims_fail_on_a_dataset_that_contradicts_them() -> None:
    result = scaling.compute(True)
    assert failing(result) == set()
    weak = result.assign({name: result[name] / 20 for name in ("pairing_energy", "of_nanometres")})
    assert failing(weak) == {"measured", "size_of_measured", "over_room", "room", "survives"}
    flat = result.assign(pairing_energy=0.79 + 0 * result["pairing_energy"])
    assert "power" in failing(flat)
