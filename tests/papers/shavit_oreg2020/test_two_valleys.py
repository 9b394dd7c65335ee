"""Dimensions against closed forms, and claims against datasets that contradict them."""

import numpy as np
import xarray as xr

from tests.papers.judged import statuses

NAME = "shavit-two-valleys"


def test_dimensions_are_closed_forms(made: xr.Dataset) -> None:
    K = made["K"].values
    between = made["dimension"].sel(gaps="between valleys")
    np.testing.assert_allclose(between.sel(kind="pairs"), 1 / (4 * K))
    np.testing.assert_allclose(between.sel(kind="density wave"), K)
    within = made["dimension"].sel(gaps="within valleys")
    np.testing.assert_allclose(within.sel(kind="density wave"), K / 4)
    np.testing.assert_allclose(within.sel(kind="four electrons"), 1 / K)


def test_claims_see_other_tubes(made: xr.Dataset) -> None:
    worse = made.assign(margin=made["margin"] - 1.0)
    assert statuses(NAME, worse)[:3] == ["fails"] * 3
    assert statuses(NAME, made.assign(one_valley=made["one_valley"] + 0.1))[3] == "fails"
    assert statuses(NAME, made.assign(dimension=made["dimension"] * 1.1))[4] == "fails"
    for number, name in ((5, "dephased_pairs"), (6, "commensurate_pairs")):
        assert statuses(NAME, made.assign({name: ~made[name]}))[number] == "fails"
    assert statuses(NAME, made.assign(secondary=made["secondary"] + 0.01))[7:9] == ["fails"] * 2
