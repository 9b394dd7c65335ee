"""The sequences against single flows, the bound charge against its equation, claims against other datasets."""

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import solve_bvp

from attractron.core.results import flag_names
from attractron.papers.shavit_oreg2020 import fig1
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import flow, phase_name, superconducting
from tests.papers.judged import statuses

NAME = "shavit-1"


@pytest.mark.parametrize("wires", fig1.INTRINSIC)
def test_the_sequence_is_that_of_single_flows(made: xr.Dataset, wires: str) -> None:
    names = flag_names(made["phase"])
    for number in (10, 40, 60, 90):
        model = fig1.INTRINSIC[wires].with_parameters(mismatch=float(np.exp(-made["p"][number])))
        end = flow(model, cutoff=CUTOFFS["sharp"])
        own = made.sel(wires=wires, cutoff="sharp").isel(p=number)
        assert names[int(own["phase"])] == phase_name(end)
        if phase_name(end) == "paired":
            pairs = superconducting(*(float(end[name]) for name in ("K_c_tilde_end", "K_tilde_end", "Q_end")))
            assert bool(own["margin"] > 0) == bool(pairs)


def test_the_bound_charge_solves_the_equation_of_the_pinned_phase() -> None:
    """ψ = 2φ, ψ'' = sin ψ/ξ² from 0 to 2π, by collocation; ∂φ/π = ψ'/2π."""
    x = np.linspace(-30.0, 30.0, 601)
    guess = np.stack([np.pi * (1 + np.tanh(x / 3)), np.pi / 3 / np.cosh(x / 3) ** 2])

    def slopes(_: np.ndarray, psi: np.ndarray) -> np.ndarray:
        return np.stack([psi[1], np.sin(psi[0]) / 9])

    def ends(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.array([left[0] - 4 * np.arctan(np.exp(-10.0)), right[0] - 4 * np.arctan(np.exp(10.0))])

    solved = solve_bvp(slopes, ends, x, guess, tol=1e-9, max_nodes=20_000)
    np.testing.assert_allclose(solved.sol(x)[1] / (2 * np.pi), fig1.bound_charge(x, 3.0), atol=1e-6)


def test_claims_see_other_sequences(made: xr.Dataset) -> None:
    turned = made.assign(phase=made["phase"].isel(p=slice(None, None, -1)).assign_coords(p=made["p"]))
    assert statuses(NAME, turned)[:3] == ["fails"] * 3
    assert statuses(NAME, made.assign(margin=-made["margin"]))[3] == "fails"
    assert statuses(NAME, made.assign(K_f=made["K_f"] * 0 + 2.9))[6] == "fails"
    assert statuses(NAME, made.assign(excitation=made["excitation"] * 2))[7] == "fails"
