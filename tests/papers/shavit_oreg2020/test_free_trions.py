"""K_f from matrices, and claims against datasets that contradict them."""

import itertools

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import free_trions
from tests.papers.judged import statuses

NAME = "shavit-kf3"


def test_the_lines_have_K_f_3(made: xr.Dataset) -> None:
    """K_f from matrices: rotate A, B into (φ_g, φ_f); pinned φ_g leaves a_ff and, as θ_g is free, 1/(b⁻¹)_ff."""
    R = np.array([[1, np.sqrt(2)], [np.sqrt(2), -1]]) / np.sqrt(3)
    checked = 0
    for K_c, K in itertools.product(made["K_c"].values, made["K"].values):
        for form in ("published", "complete"):
            upsilon = float(made["upsilon_line"].sel(K_c=K_c, K=K, form=form))
            if np.isnan(upsilon):
                continue
            v = upsilon / np.sqrt(K_c * K)
            a, b = R @ [[1 / K_c, v], [v, 1 / K]] @ R, R @ np.diag([K_c, K]) @ R
            stiffness = b[1, 1] if form == "published" else 1 / np.linalg.inv(b)[1, 1]
            assert np.sqrt(stiffness / a[1, 1]) == pytest.approx(3.0, rel=1e-9)
            checked += 1
    assert checked > 60
    excess = made["excess"].sel(form="published") / (2 * made["K_c"] + made["K"])
    np.testing.assert_allclose(excess.values[np.isfinite(excess.values)], 8 / 9)  # a_ff = b_ff/9
    middle = made["K_f"].isel(K_map=3, upsilon=20)
    K, v = float(middle["K_map"]), float(middle["upsilon"]) / np.sqrt(0.8 * float(middle["K_map"]))
    expected = np.sqrt((1.6 + K) / (2 / 0.8 + 1 / K - np.sqrt(8) * v))
    assert float(middle) == pytest.approx(expected)


def test_claims_of_free_trions_see_a_weaker_need(made: xr.Dataset) -> None:
    weaker = made.assign(excess=made["excess"] - 5.0, upsilon_line=made["upsilon_line"] - 0.4)
    assert statuses(NAME, weaker)[:3] == ["fails", "fails", "fails"]
    wider = made["upsilon_line"] + xr.DataArray([0.0, 0.01], coords={"form": made["form"]})
    assert free_trions.readings(made.assign(upsilon_line=wider))["shift"] == pytest.approx(0.023, abs=1e-3)
