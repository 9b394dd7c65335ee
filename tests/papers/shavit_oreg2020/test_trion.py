"""Claims of the liquid of trions against datasets that contradict them."""

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import trion
from attractron.wires import CoupledWires
from tests.papers.judged import claims

NAME = "shavit-trion"


def statuses(result: xr.Dataset) -> dict[str, str]:
    return {claim.reading: claim.status for claim in claims(NAME, result)}


def test_invariants_are_those_of_the_wires() -> None:
    wires = CoupledWires(K_c=trion.K_C, K=trion.K, y_s=0.1, y=0.1, upsilon=0.5, u_ratio=trion.U_RATIO)
    assert trion._closed_form(0.5)[2] == pytest.approx(wires.dimensions[0])


def test_claims_see_other_coefficients(made: xr.Dataset) -> None:
    broken = statuses(made.assign(number=1.001 * made["number"], mode=1.001 * made["mode"]))
    assert [name for name, status in broken.items() if status == "fails"] == [
        *trion.SECTORS,
        "slow_mode",
        "fast_mode",
        "coupling_mode",
    ]


def test_claims_see_operators_that_decay_otherwise(made: xr.Dataset) -> None:
    broken = statuses(made.assign(dimension=made["dimension"] ** 2, momentum=made["momentum"] + 1))
    for name in ("free_dimension", "trion_momentum", "singlet_momentum", "harmonic_momentum"):
        assert broken[name] == "fails"
    lighter = statuses(made.assign(dimension=made["dimension"].where(made["operator"] != "trion pair", 0.1)))
    assert lighter["equal_orders"] == "fails"


def test_the_published_K_f_would_hold(made: xr.Dataset) -> None:
    assert statuses(made)["complete_K_f"] == "differs"
    assert statuses(made.assign(K_f_complete=made["K_f"]))["complete_K_f"] == "holds"


def test_one_impurity_apart_is_seen(made: xr.Dataset) -> None:
    raised = made["dimension"] + 0.1 * (made["operator"] == "impurity for one spin")
    assert statuses(made.assign(dimension=raised))["impurities_apart"] == "fails"
    assert np.isnan(made["dimension"]).sum() == 0
