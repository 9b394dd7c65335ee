"""Conductances against the boundary conditions, and claims against datasets that contradict them."""

import numpy as np
import pytest
import xarray as xr

from tests.papers.judged import statuses

NAME = "shavit-table1"


def test_conductances_solve_the_boundary_conditions(made: xr.Dataset) -> None:
    """n_sᵀT = n_gᵀT = 0 and n_fᵀT = n_fᵀ (D4, D5) as linear equations for T; no current through a floating one."""
    n_s, n_g, n_f = np.array([1, -1, 0]), np.array([1, 1, 2]), np.array([1, 1, -1])
    T = np.linalg.solve(np.array([n_s, n_g, n_f]), np.array([0 * n_s, 0 * n_g, n_f]))
    drive = np.array([1.0, 1.0, 0.0])
    found = made.sel(phase="trion")
    assert float(found["conductance"]) == pytest.approx(drive @ T @ drive)
    assert float(found["cross_conductance"]) == pytest.approx((T @ drive)[2])
    V = -(T @ drive)[2] / T[2, 2]
    assert float(found["floating"]) == pytest.approx(drive @ T @ [1.0, 1.0, V], abs=1e-12)
    np.testing.assert_array_equal(np.isinf(made["power"]), [False, True, True])


def test_claims_of_the_table_see_other_entries(made: xr.Dataset) -> None:
    exchanged = made.isel(phase=[2, 0, 1]).assign_coords(phase=made["phase"])
    assert statuses(NAME, exchanged) == [
        *("fails", "fails", "holds"),
        *("fails", "holds", "fails"),
        *("fails", "fails", "fails"),
    ]
