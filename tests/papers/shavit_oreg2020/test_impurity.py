"""Energies against the published powers, and claims against datasets that contradict them."""

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import impurity
from tests.papers.judged import statuses

NAME = "shavit-impurity"


def test_energies_are_the_published_powers(made: xr.Dataset) -> None:
    for K_c in impurity.MANY_K_C:
        at = made.sel(K_c=K_c)
        np.testing.assert_allclose(at["gapless_scale"], at["strength"] ** (2 / (1 - K_c)), rtol=1e-10)
        np.testing.assert_allclose(at["paired_scale"], at["strength"] ** (2 / (2 - K_c)), rtol=1e-10)
    assert float(made["E_sG"]) == pytest.approx(10.0 * 0.1 ** (2 / 1.5))


def test_claims_of_the_impurity_see_exchanged_wires(made: xr.Dataset) -> None:
    exchanged = made.assign(gapless_scale=made["paired_scale"], paired_scale=made["gapless_scale"], drop=-made["drop"])
    assert statuses(NAME, exchanged) == ["fails"] * 5
    early = made.assign(drop=("omega", np.linspace(2.0, 1.0, made.sizes["omega"])))
    assert statuses(NAME, early)[4] == "fails"
