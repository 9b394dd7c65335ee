"""Claims of the mass against datasets that contradict them, and the map against flows."""

import numpy as np
import xarray as xr

from attractron.papers.shavit_oreg2020 import mass
from attractron.wires import Tanh, massive_secondary
from tests.papers.judged import claims

NAME = "shavit-mass"


def statuses(result: xr.Dataset) -> dict[str, str]:
    return {claim.reading: claim.status for claim in claims(NAME, result)}


def test_the_map_has_the_phases_of_the_flow(made: xr.Dataset) -> None:
    few = made.isel(mass=slice(None, None, 16), mu=slice(None, None, 16))
    bands = {"k_F": mass.K_F, "velocity": mass.VELOCITY, "alpha_0": mass.ALPHA_0}
    axes = {name: few[name].values for name in ("mass", "mu")}
    found = massive_secondary(mass.WIRES, axes, cutoff=Tanh(1.5), **bands)["phase"]
    ends = few["limit"].sel(cutoff="tanh", knob="mismatch").values
    np.testing.assert_array_equal(2 - np.digitize(few["cut"], ends), found)


def test_claims_see_a_stiffness_that_changes_everywhere(made: xr.Dataset) -> None:
    everywhere = made.assign(K_c_change=made["K_c_change"] + 0.1)
    assert statuses(made)["power"] == "differs"
    assert statuses(everywhere)["power"] == "holds"
    assert statuses(everywhere)["far"] == "fails"


def test_claims_see_a_mass_that_does_nothing(made: xr.Dataset) -> None:
    idle = statuses(made.assign(phase=0 * made["phase"] + 2, l_mass=made["l_mass"] + 0.1))
    assert {idle[name] for name in ("l_mass", "sequence", "heaviest", "trions_until")} == {"fails"}
    other = made["limit"].where(made["knob"] != "mass", 0.5)
    assert statuses(made.assign(limit=other))["pairs_over_mass"] == "fails"
