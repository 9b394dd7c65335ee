"""Conductances against the boundary conditions, and claims against datasets that contradict them."""

import numpy as np
import pytest
import xarray as xr

from tests.papers.judged import claims

NAME = "shavit-table1"


def failing(made: xr.Dataset) -> set[str]:
    """Readings of the claims that fail."""
    return {claim.reading for claim in claims(NAME, made) if claim.status == "fails"}


def test_conductances_solve_the_boundary_conditions(made: xr.Dataset) -> None:
    """n_sᵀT = n_gᵀT = 0 and n_fᵀT = n_fᵀ (D4, D5) as linear equations for T; no current through a floating one."""
    n_s, n_g, n_f = np.array([1, -1, 0]), np.array([1, 1, 2]), np.array([1, 1, -1])
    T = np.linalg.solve(np.array([n_s, n_g, n_f]), np.array([0 * n_s, 0 * n_g, n_f]))
    drive = np.array([1.0, 1.0, 0.0])
    found = made.sel(phase="trion")
    assert float(found["contact"][0, 0]) == pytest.approx(drive @ T @ drive)
    assert float(found["contact"][1, 0]) == pytest.approx((T @ drive)[2])
    V = -(T @ drive)[2] / T[2, 2]
    assert float(found["floating"]) == pytest.approx(drive @ T @ [1.0, 1.0, V], abs=1e-12)


def test_the_points_lie_in_the_phases_of_the_table(made: xr.Dataset) -> None:
    np.testing.assert_array_equal(made["flow_phase"], made["phase"])


def test_claims_of_the_table_see_other_entries(made: xr.Dataset) -> None:
    assert failing(made) == set()
    exchanged = made.isel(phase=[2, 0, 1]).assign_coords(phase=made["phase"])
    assert failing(exchanged) >= {
        *("tunnelling_decoupled", "tunnelling_paired", "G_decoupled", "G_trion"),
        *("counterflow", "T_drag", "T_solved", "T_paired", "floating_trion"),
    }
    assert failing(made.assign(T=0.9 * made["T"])) >= {"T_projector", "T_solved", "T_same"}
    lopsided = made.assign(T=made["T"] + 0.1 * xr.DataArray(np.triu(np.ones((3, 3)), 1), dims=["mode", "driven_mode"]))
    assert "T_symmetric" in failing(lopsided)
    assert failing(made.assign(bulk=made["bulk"] + 1)) == {"bulk_quarter", "bulk_half", "bulk_one"}
    assert failing(made.assign(power=made["power"] + 1)) == {"power"}
    assert failing(made.assign(cost=0 * made["cost"])) >= {"tunnelling_paired", "half_soliton", "secondary_in_trion"}
