"""Sharing a polarizer against closed forms and datasets that contradict the claims."""

import numpy as np
import pytest
import xarray as xr

from attractron.papers.hamo2016 import fig3de
from tests.papers.judged import statuses


@pytest.fixture(scope="module")
def shared() -> xr.Dataset:
    return fig3de.compute(True)


def test_pairs_on_the_long_chain_are_those_of_the_exact_short_one(shared: xr.Dataset) -> None:
    assert shared["pair_energy"].values == pytest.approx(shared["pair_energy_long"].values, abs=1e-12)
    assert shared["pair_energy"].values == pytest.approx([0.83 - 1.01, 0.0, 0.0, 0.0, 0.0], abs=1e-12)


def test_the_gain_is_the_closed_form(shared: xr.Dataset) -> None:
    def p(electrons: int, delta: np.ndarray, t: float) -> np.ndarray:
        return np.asarray(fig3de.U * electrons / 2 - np.hypot((delta - fig3de.U * electrons) / 2, t))

    for t in fig3de.TUNNELLINGS:
        delta = shared["delta"].values
        expected = 2 * p(1, delta, t) - p(0, delta, t) - p(2, delta, t)
        assert shared["gain"].sel(t=t).values == pytest.approx(expected, abs=1e-12)


def test_sharing_claims_fail_on_a_dataset_that_contradicts_them(shared: xr.Dataset) -> None:
    same = shared.assign(
        occupation=shared["occupation"].isel(arrangement=[0, 0]).assign_coords(arrangement=["far", "near"])
    )
    assert statuses("hamo-3d-e", same)[:2] == ["holds", "fails"]
    less = shared.assign(pair_energy=shared["pair_energy"] + 1e-6, gain=shared["gain"] * (1 + 1e-6))
    assert statuses("hamo-3d-e", less)[2:] == ["fails"] * 5
