"""The datasets against independent oracles, and claims against datasets that contradict them."""

import itertools
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline

from attractron.core.results import flag_names
from attractron.papers.shavit_oreg2020 import array, impurity, trion, tuning
from attractron.papers.shavit_oreg2020 import eq18 as superconductivity
from attractron.papers.shavit_oreg2020 import fig8 as nanotube
from attractron.papers.shavit_oreg2020 import table1 as conductances
from attractron.papers.shavit_oreg2020.common import CUTOFFS
from attractron.wires import Sharp, flow, phase_name


@pytest.fixture
def made(quick: Any, request: pytest.FixtureRequest) -> xr.Dataset:
    return quick(request.param)


def statuses(claims: list) -> list[str]:
    return [claim.status for claim in claims]


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("made", [name], indirect=True)


@only("shavit-8")
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
    assert nanotube.zero(made) == pytest.approx(np.sqrt(9 - 6.25) / hbar_v, rel=1e-3)


@only("shavit-8")
def test_claims_of_the_tube_see_a_shifted_fermi_level_and_turned_bands(made: xr.Dataset) -> None:
    deeper = made.assign(energy=made["energy"] + 1.0)  # µ = -4 meV: two bands
    assert statuses(nanotube.claims(deeper))[0] == "fails"
    turned = made.assign(energy=-made["energy"])
    assert statuses(nanotube.claims(turned))[1] == "fails"
    assert statuses(nanotube.claims(made.assign(high=made["high"] + 0.1)))[3] == "fails"


@only("shavit-table1")
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


@only("shavit-table1")
def test_claims_of_the_table_see_other_entries(made: xr.Dataset) -> None:
    exchanged = made.isel(phase=[2, 0, 1]).assign_coords(phase=made["phase"])
    assert statuses(conductances.claims(exchanged)) == [
        *("fails", "fails", "holds"),
        *("fails", "holds", "fails"),
        *("fails", "fails", "fails"),
    ]


@only("shavit-kf3")
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


@only("shavit-kf3")
def test_claims_of_free_trions_see_a_weaker_need(made: xr.Dataset) -> None:
    weaker = made.assign(excess=made["excess"] - 5.0, upsilon_line=made["upsilon_line"] - 0.2)
    assert statuses(trion.claims(weaker))[:3] == ["fails", "fails", "fails"]
    wider = made["upsilon_line"] + xr.DataArray([0.0, 0.01], coords={"form": made["form"]})
    assert trion.claims(made.assign(upsilon_line=wider))[3].computed == pytest.approx(0.023, abs=1e-3)


@only("shavit-18")
def test_bare_lines_are_closed_forms(made: xr.Dataset) -> None:
    """(14) in (18): K̃_c + Q²K̃ = 1/K̃_c is K_c²[1 - r²υ² + rυ²√((1 - r²υ²)/(1 - υ²))] = 1, r = u/u_c. With V_θ = 0 and
    u = u_c the modes φ_c ± φ (scaled) have K = 1/√(1 ± υ): M_cc/K_c = ½[(1 + υ)^-½ + (1 - υ)^-½], its inverse's
    K_c(M⁻¹)_cc = ½[(1 + υ)^½ + (1 - υ)^½], of the ratio √(1 - υ²)."""
    for setting, numbers in superconductivity.LINES.items():
        line = made["bare_line"].sel(setting=setting)
        upsilon, K_c = (line.sel(axis=name).dropna("vertex").values for name in ("upsilon", "K_c"))
        r = numbers["u_ratio"]
        squared = 1 / (1 - (r * upsilon) ** 2 + r * upsilon**2 * np.sqrt((1 - (r * upsilon) ** 2) / (1 - upsilon**2)))
        if "V_theta_ratio" in numbers:
            squared = np.sqrt(1 - upsilon**2)
        assert upsilon.size > 15
        np.testing.assert_allclose(K_c, np.sqrt(squared), atol=2e-6)


@only("shavit-18")
def test_through_the_flow_the_line_and_the_orders_are_those_of_single_flows(made: xr.Dataset) -> None:
    line = made["line"].sel(cutoff="sharp").dropna("place").values[::5]
    assert len(line) >= 3
    for upsilon, K_c in line:
        end = flow(superconductivity.WIRES.with_parameters(upsilon=float(upsilon), K_c=float(K_c)), cutoff=Sharp())
        K_c_end, K_end, Q_end = (float(end[f"{name}_end"]) for name in ("K_c_tilde", "K_tilde", "Q"))
        assert K_c_end + Q_end**2 * K_end == pytest.approx(1 / K_c_end, abs=1e-6)
    names = flag_names(made["order"])
    for cutoff, column in itertools.product(CUTOFFS, (1, 8, 15, 20)):
        at = made["order"].sel(cutoff=cutoff, feedback="complete").isel(upsilon=column, K_c=13)
        wires = superconductivity.WIRES.with_parameters(upsilon=float(at["upsilon"]), K_c=float(at["K_c"]))
        end = flow(wires, cutoff=CUTOFFS[cutoff], feedback="complete")
        assert names[int(at)].split(",")[0] == phase_name(end)


@only("shavit-18")
def test_claims_of_superconductivity_see_other_orders(made: xr.Dataset) -> None:
    waves, pairs = superconductivity.DENSITY_WAVE, superconductivity.SUPERCONDUCTOR
    order = made["order"]
    turned = made.assign(order=xr.where(order == waves, pairs, order).assign_attrs(order.attrs))
    assert statuses(superconductivity.claims(turned))[:2] == ["fails", "holds"]
    without = made.assign(order=xr.where(order == pairs, waves, order).assign_attrs(order.attrs))
    assert statuses(superconductivity.claims(without))[:4] == ["holds", "differs", "fails", "fails"]
    higher = made.assign(bare_line=made["bare_line"] + 0.5)
    assert statuses(superconductivity.claims(higher))[4:] == ["fails", "differs", "fails"]
    lower = made.assign(bare_line=made["bare_line"] - 0.1)
    assert statuses(superconductivity.claims(lower))[5] == "holds"


@only("shavit-impurity")
def test_energies_are_the_published_powers(made: xr.Dataset) -> None:
    for K_c in impurity.MANY_K_C:
        at = made.sel(K_c=K_c)
        np.testing.assert_allclose(at["gapless_scale"], at["strength"] ** (2 / (1 - K_c)), rtol=1e-10)
        np.testing.assert_allclose(at["paired_scale"], at["strength"] ** (2 / (2 - K_c)), rtol=1e-10)
    assert float(made["E_sG"]) == pytest.approx(10.0 * 0.1 ** (2 / 1.5))


@only("shavit-impurity")
def test_claims_of_the_impurity_see_exchanged_wires(made: xr.Dataset) -> None:
    exchanged = made.assign(gapless_scale=made["paired_scale"], paired_scale=made["gapless_scale"], drop=-made["drop"])
    assert statuses(impurity.claims(exchanged)) == ["fails"] * 5
    early = made.assign(drop=("omega", np.linspace(2.0, 1.0, made.sizes["omega"])))
    assert statuses(impurity.claims(early))[4] == "fails"


@only("shavit-protocol")
def test_the_sweep_is_that_of_single_flows(made: xr.Dataset) -> None:
    """k from the band by hand, e^(-l*) = |k_F - k|α_0, one flow for each of some µ."""
    hbar_v = 6.582119569e-4 * 8e5
    k = np.sqrt(made["mu"].values ** 2 - 2.5**2) / hbar_v
    mismatch = 50.0 * np.abs(np.sqrt(3.0**2 - 2.5**2) / hbar_v - k)
    np.testing.assert_allclose(made["mismatch"], mismatch, atol=1e-12)
    names = flag_names(made["phase"])
    for cutoff, number in itertools.product(CUTOFFS, range(0, made.sizes["mu"], 11)):
        end = flow(tuning.WIRES.with_parameters(mismatch=float(mismatch[number])), cutoff=CUTOFFS[cutoff])
        assert names[int(made["phase"].sel(cutoff=cutoff)[number])] == phase_name(end)
    G = {"decoupled": 2.0, "paired": 2.0, "trion": 4 / 3}
    for name in CUTOFFS:
        swept = made.sel(cutoff=name)
        np.testing.assert_allclose(swept["conductance"], [G[names[int(code)]] for code in swept["phase"]])


@only("shavit-protocol")
def test_the_survey_finds_what_lies_just_beyond_the_trion_phase(made: xr.Dataset) -> None:
    """By bisection of the mismatch at which the trion phase ends, one flow at a time."""
    for number in (0, 4, 8):
        wires = tuning.WIRES.with_parameters(y_s=0.6, y=float(made["y"][number]))
        low, high = 1e-6, 0.9
        while high / low > 1.02:
            middle = np.sqrt(low * high)
            inside = phase_name(flow(wires.with_parameters(mismatch=middle), cutoff=Sharp())) == "trion"
            low, high = (middle, high) if inside else (low, middle)
        beyond = phase_name(flow(wires.with_parameters(mismatch=high), cutoff=Sharp()))
        found = made["found"].sel(cutoff="sharp", y_s=0.6)[number]
        assert flag_names(made["found"])[int(found)] == beyond


@only("shavit-protocol")
def test_claims_of_the_protocol_see_other_sweeps(made: xr.Dataset) -> None:
    flat = made.assign(conductance=2.0 + 0 * made["conductance"])
    assert statuses(tuning.claims(flat))[:3] == ["fails"] * 3
    unpaired = made.assign(phase=xr.where(made["phase"] == 1, 0, made["phase"]).assign_attrs(made["phase"].attrs))
    assert statuses(tuning.claims(unpaired))[3:6] == ["fails"] * 3
    never = made.assign(returned=made["returned"] & False)
    assert statuses(tuning.claims(never))[3:6] == ["fails"] * 3
    weak = made["found"].where(made["y"] > 0.02, 0).assign_attrs(made["found"].attrs)
    assert statuses(tuning.claims(made.assign(found=weak)))[6] == "holds"


@only("shavit-array")
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


@only("shavit-array")
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


@only("shavit-array")
def test_claims_of_the_array_see_other_arrays(made: xr.Dataset) -> None:
    exchanged = made["dimension"].isel(coupling=[1, 0]).assign_coords(coupling=made["coupling"])
    assert statuses(array.claims(made.assign(dimension=exchanged)))[0] == "fails"
    assert statuses(array.claims(made.assign(dimension=made["dimension"] + [0.0, 0.1])))[3] == "fails"
    rising = {name: made[name].isel({dim: slice(None, None, -1)}).values for name, dim in array.REPELLING}
    turned = made.assign({name: (made[name].dims, values) for name, values in rising.items()})
    assert statuses(array.claims(turned))[1:3] == ["fails", "fails"]
    phase = made["phase"]
    swapped = xr.where(phase == 1, 2, xr.where(phase == 2, 1, phase)).assign_attrs(phase.attrs)
    assert statuses(array.claims(made.assign(phase=swapped)))[4:] == ["fails"] * 5
