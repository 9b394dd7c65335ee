"""Claims of side chains against datasets that contradict them."""

import xarray as xr

from tests.papers.judged import claims

NAME = "shavit-side-chains"


def statuses(result: xr.Dataset) -> dict[str, str]:
    return {claim.reading: claim.status for claim in claims(NAME, result)}


def test_claims_see_an_attraction_of_first_order(made: xr.Dataset) -> None:
    linear = -0.5 * made["V"]
    broken = statuses(made.assign(attraction=linear, attraction_biased=linear))
    assert {broken[name] for name in ("power_of_V", "coefficient", "overcome", "overcome_biased")} == {"fails"}
    flat = made.assign(attraction_over_cost=0 * made["attraction_over_cost"] - 1)
    assert statuses(flat)["power_of_cost"] == "fails"


def test_claims_see_pairs_that_retardation_does_not_matter_to(made: xr.Dataset) -> None:
    always = made.assign(pair=0 * made["pair"] + made["static"] * 1.1, anisotropy=0 * made["anisotropy"] + 1)
    broken = statuses(always)
    assert {broken[name] for name in ("static_pair", "unbinds_at", "anisotropy_equal")} == {"fails"}
    assert broken["anisotropy_static"] == "holds"
