"""The scaling estimate: a power law as long as gates scale along; datasets that contradict the claims."""

import pytest

from attractron.core.constants import K_B
from attractron.papers.hamo2016 import scaling
from tests.papers.judged import claims


@pytest.fixture(scope="module")
def result():
    return scaling.compute(True)


def failing(result) -> set[str]:
    return {claim.reading for claim in claims("hamo-scaling", result) if claim.status == "fails"}


def test_scaling_is_a_power_law(result) -> None:
    energy = result["pairing_energy"].sel(scaled="everything")
    assert (energy * energy["size"]).values == pytest.approx(float(energy[0] * energy["size"][0]), rel=1e-9)
    found = {claim.reading: claim.computed for claim in claims("hamo-scaling", result)}
    assert found["room"] == pytest.approx(float(energy[0] * energy["size"][0]) / (K_B * 300.0), rel=1e-4)


def test_both_are_the_same_device_at_400_nm(result) -> None:
    """Where nothing is scaled, nothing is left behind."""
    at = result["pairing_energy"].interp(size=scaling.SIZE)
    assert float(at[0]) == pytest.approx(float(at[1]), rel=0.05)


def test_scaling_claims_fail_on_a_dataset_that_contradicts_them(result) -> None:
    assert failing(result) == set()
    weak = result.assign(pairing_energy=result["pairing_energy"] / 20)
    assert failing(weak) == {"measured", "size_of_measured", "over_room", "room", "survives"}
    energy = result["pairing_energy"]
    assert {"left", "most"} <= failing(result.assign(pairing_energy=energy[0] + 0 * energy))
    flat = result.assign(pairing_energy=0.79 + 0 * energy)
    assert "power" in failing(flat)
