"""Dimensions against a diagonalisation, and claims against datasets that contradict them."""

import math
from typing import Any

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig2
from attractron.wires import CoupledWires
from tests.papers.judged import statuses

NAME = "shavit-2"


def test_dimensions_are_those_of_the_quadratic_hamiltonian(made: xr.Dataset) -> None:
    # Diagonalising the two modes with V_θ on the line (13), instead of the shift (14).
    for upsilon in (-0.3, 0.15, 0.45):
        wires = fig2.FAVOURED.with_parameters(upsilon=upsilon)
        exact = dimensions_by_diagonalisation(wires) + (1 + wires.y_s / 2) / 2
        drawn = made["dimension"].sel(upsilon=upsilon, method="nearest")
        assert drawn.values == pytest.approx(exact, abs=1e-9)


def dimensions_by_diagonalisation(wires: CoupledWires) -> Any:
    """Dimensions of both charge parts from M = B^½(B^½AB^½)^(-½)B^½, u_c = 1."""
    u, off = wires.u_ratio, wires.upsilon * math.sqrt(wires.u_ratio / (wires.K_c * wires.K))
    A = np.array([[1 / wires.K_c, off], [off, u / wires.K]])
    dual = -off * u * wires.K_c * wires.K
    B = np.array([[wires.K_c, dual], [dual, u * wires.K]])
    root = symmetric_power(B, 0.5)
    M = root @ symmetric_power(root @ A @ root, -0.5) @ root
    vectors = np.array([[math.sqrt(2), 2.0], [math.sqrt(2), -2.0]])
    return np.einsum("iv,vw,iw->i", vectors, M, vectors) / 4


def symmetric_power(matrix: Any, power: float) -> Any:
    values, vectors = np.linalg.eigh(matrix)
    return vectors * values**power @ vectors.T


def test_claims_on_forward_scattering_fail_on_a_dataset_that_contradicts_them(made: xr.Dataset) -> None:
    exchanged = made.assign(dimension=made["dimension"].isel(coupling=[1, 0]).drop_vars("coupling"))
    assert statuses(NAME, exchanged)[:3] == ["fails"] * 3
    for name in fig2.COUPLINGS:
        both = made["dimension"].sel(coupling=[name, name]).assign_coords(coupling=made["coupling"])
        assert statuses(NAME, made.assign(dimension=both))[2] == "fails"
    swapped = made.assign(smallest_y=made["smallest_y"].isel(carriers=[1, 0]).drop_vars("carriers"))
    assert statuses(NAME, swapped)[3:6] == ["holds", "fails", "holds"]
    lopsided = made.assign(smallest_y=made["smallest_y"] * (1 + made["upsilon"] / 10))
    assert statuses(NAME, lopsided)[3] == "fails"
    gapless = made.assign(smallest_y=made["smallest_y"].where(made["upsilon"] < 0.5))
    assert statuses(NAME, gapless)[5] == "fails"
