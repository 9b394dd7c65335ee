"""Bands against eigenvalues, and claims against datasets that contradict them."""

import itertools

import numpy as np
import pytest
import xarray as xr

from attractron.papers.shavit_oreg2020 import fig8
from tests.papers.judged import statuses

NAME = "shavit-8"


def test_bands_are_the_eigenvalues_of_the_hamiltonian(made: xr.Dataset) -> None:
    """(A1) as a matrix of 2 x 2 for each spin and valley, ħv q ρ_y + (Δ_0 + Δ_so σν + Δ_Φ ν) ρ_x - µ."""
    rho_x, rho_y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
    hbar_v = 6.582119569e-13 * 8e5 * 1e9  # meV s times nm/s
    for spin, valley in itertools.product((1, -1), (1, -1)):
        m = 4.0 + 1.0 * spin * valley + 0.5 * valley
        for number in (0, 17, 100):
            q = float(made["q"][number])
            found = made["energy"].sel(spin=spin, valley=valley).isel(q=number)
            expected = np.linalg.eigvalsh(hbar_v * q * rho_y + m * rho_x) + 3.0
            np.testing.assert_allclose(np.sort(found), expected, atol=1e-9)
    assert fig8.fermi_momentum(made) == pytest.approx(np.sqrt(9 - 6.25) / hbar_v, rel=1e-3)


def test_claims_of_the_tube_see_a_shifted_fermi_level_and_turned_bands(made: xr.Dataset) -> None:
    deeper = made.assign(energy=made["energy"] + 1.0)  # µ = -4 meV: two bands
    assert statuses(NAME, deeper)[0] == "fails"
    turned = made.assign(energy=-made["energy"])
    assert statuses(NAME, turned)[1] == "fails"
    assert statuses(NAME, made.assign(high=made["high"] + 0.1))[-1] == "fails"
    assert statuses(NAME, made.assign(half_gap=made["half_gap"] * 1.1))[5:9] == ["fails"] * 4
