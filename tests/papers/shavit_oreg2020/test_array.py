"""Dimensions against closed forms, maps against SciPy, and claims against datasets that contradict them."""

import itertools

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline

from attractron.papers.shavit_oreg2020 import array
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import Sharp, flow
from tests.papers.judged import statuses

NAME = "shavit-array"


def test_dimensions_and_gaps_are_closed_forms(made: xr.Dataset) -> None:
    """1/K_c- and K_c- of two wires; on a ring of eight (1/8)Σ(1 - cos q)K^∓1 with K(q) = K_c/√(1 + 4xK_c cos q)."""
    K_minus = 0.4 / np.sqrt(1 - 0.8 * made["x"].values)
    np.testing.assert_allclose(made["dimension_two"], np.stack([1 / K_minus, K_minus], axis=1))
    np.testing.assert_allclose(made["dimension"], np.stack([1 / made["K"], made["K"]], axis=1))
    q = 2 * np.pi * np.arange(8) / 8
    K = 0.4 / np.sqrt(1 + 1.6 * made["x_ring"].values[:, None] * np.cos(q))
    sums = [np.mean((1 - np.cos(q)) * each, axis=1) for each in (1 / K, K)]
    np.testing.assert_allclose(made["dimension_ring"], np.stack(sums, axis=1))
    for name, cutoff in CUTOFFS.items():
        end = flow(array.WIRES, cutoff=cutoff)
        assert float(made["l_spin"].sel(cutoff=name)) == pytest.approx(float(end["l_spin"]))
        assert float(made["K_c_end"].sel(cutoff=name)) == pytest.approx(float(end["K_c_tilde_end"]))


class Strong:
    """The larger of the two couplings passes 1: ends the integration."""

    terminal = True

    def __call__(self, _: float, state: np.ndarray) -> float:
        return float(max(state[0], state[1]) - 1)


def slopes(_: float, state: np.ndarray) -> list[float]:
    """d/dl of (J, U, K) of two wires."""
    J, U, K = state
    return [(2 - 1 / K) * J, (2 - K) * U, (J**2 - (K * U) ** 2) / 4]


def test_the_maps_are_those_of_single_arrays(made: xr.Dataset) -> None:
    """J = (t/Δ_s)² and U = 4·0.1x F e^((1 - K_c-)l̄) at the spin gap, and d_J, d_U, K_c- flow on: by SciPy."""
    l_spin, K_c = float(made["l_spin"].sel(cutoff="sharp")), float(made["K_c_end"].sel(cutoff="sharp"))
    path = flow(array.WIRES, cutoff=Sharp(), axes={"l": np.linspace(0.0, l_spin, 2001)})
    excess = CubicSpline(path["l"], (path["running_K_s"] + path["running_y_s"] - 1) / 2)
    F = np.exp(-2 * float(excess.integrate(0.0, l_spin)))
    for column, row in itertools.product((1, 5, 9), (1, 5, 7)):
        at = made["phase"].sel(cutoff="sharp", case="two wires").isel(U_perp=column, t_ratio=row)
        x, J = float(at["U_perp"]), float(at["t_ratio"]) ** 2
        K = K_c / np.sqrt(1 - 2 * x * K_c)
        U = 0.4 * x * F * np.exp((1 - K) * l_spin)
        if max(J, U) >= 1:
            continue

        end = solve_ivp(slopes, (0, 100), [J, U, K], events=Strong(), rtol=1e-9).y[:, -1]
        assert int(at) == (array.SUPERCONDUCTOR if end[0] > end[1] else array.PI_CDW)
    dephased = made["phase"].sel(cutoff="sharp", case=array.DEPHASED)
    assert -np.log(array.DELTA) < l_spin
    assert (dephased == array.SUPERCONDUCTOR).all()  # no π-CDW coupling is left at the spin gap


def test_claims_of_the_array_see_other_arrays(made: xr.Dataset) -> None:
    exchanged = made["dimension"].isel(coupling=[1, 0]).assign_coords(coupling=made["coupling"])
    assert statuses(NAME, made.assign(dimension=exchanged))[0] == "fails"
    assert statuses(NAME, made.assign(dimension=made["dimension"] + [0.0, 0.1]))[3] == "fails"
    rising = {name: made[name].isel({dim: slice(None, None, -1)}).values for name, dim in array.REPELLING.values()}
    turned = made.assign({name: (made[name].dims, values) for name, values in rising.items()})
    assert statuses(NAME, turned)[1:3] == ["fails", "fails"]
    phase = made["phase"]
    swapped = xr.where(phase == 1, 2, xr.where(phase == 2, 1, phase)).assign_attrs(phase.attrs)
    assert statuses(NAME, made.assign(phase=swapped))[4:] == ["fails"] * 5
