"""Fig. 4 against numbers of an independent code, closed forms, and datasets that contradict its claims."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from attractron.core.constants import CONDUCTANCE_QUANTUM, K_B
from attractron.core.results import flag_names
from attractron.dots import building_block
from attractron.papers.hamo2016 import fig4b, fig4cd, fig4ef
from attractron.papers.hamo2016.experiment import ALPHA, SETS, U, W, experiment
from attractron.transport import current, differential_conductance
from tests.papers.judged import statuses

REFERENCE = Path(__file__).parents[2] / "data" / "reference" / "pair_currents.json"
PAIR = json.loads(REFERENCE.read_text(encoding="utf-8"))


def referenced(alpha_V: float, alpha_delta_V: float, bias: float) -> list[float]:
    """Currents 0e, 1e, 2e of the independent code at a point in µeV, pA."""
    columns = [PAIR["sets"][0]["columns"].index(name) for name in ("0e", "1e finite-part", "2e finite-part")]
    [row] = [row for row in PAIR["sets"][0]["points"] if row[:3] == [alpha_V, alpha_delta_V, bias]]
    return [row[column] for column in columns]


def test_the_junction_is_that_of_the_reference() -> None:
    parameters = PAIR["sets"][0]["parameters"]
    found = {f"G{lead.name}": 1e3 * lead.Gamma for lead in experiment().leads} | {"U": 1e3 * U, "W": 1e3 * W}
    assert found == pytest.approx({name: parameters[name] for name in found})
    assert 1e3 * K_B * (experiment().temperature or 0.0) == pytest.approx(parameters["T"])


# ---- 4a


@pytest.fixture(scope="module")
def device(quick: Any) -> xr.Dataset:
    found: xr.Dataset = quick("hamo-4a")
    return found


def test_rates_of_the_device_are_golden_rule(device: xr.Dataset) -> None:
    """Γ f(E_f - E_i - µ_lead), with E(0,0,1) - E(0,0,0) = -µ_P and E(1,0,0) - E(0,0,0) = -(U + W)/2 at the centre."""
    for lead, final, cost, Gamma in (
        ("S", "(0,0,1)", -U - 0.1, 0.0925),
        ("D", "(0,0,1)", -U, 0.0925),
        ("R", "(0,1,0)", -(U + W) / 2, 0.41625),
        ("L", "(1,0,0)", -(U + W) / 2, 0.21275),
    ):
        there = float(device["rate"].sel(lead=lead, initial="(0,0,0)", final=final))
        back = float(device["rate"].sel(lead=lead, initial=final, final="(0,0,0)"))
        assert there == pytest.approx(Gamma / (1 + np.exp(cost / (K_B * 0.2))), rel=1e-9)
        assert back == pytest.approx(there * np.exp(cost / (K_B * 0.2)), rel=1e-9)


def test_parity_is_an_operator_that_commutes_with_the_closed_device_alone(device: xr.Dataset) -> None:
    closed = np.diag(device["closed_parity"].values)
    moves = device["amplitude"].values
    assert np.array_equal(closed @ moves, moves @ closed)
    assert np.count_nonzero(moves) == 8  # T → B and back beside four charges of L and R
    assert np.array_equal(moves, moves.T)
    assert set(moves[moves > 0]) == {abs(building_block(W=W, U=U, delta=U, t=0.05).tunnelling).max()}
    opened, flips = np.diag(device["parity"].values), device["rate"].sum("lead").values
    assert np.array_equal(opened @ flips, -flips @ opened)


def test_device_claims_fail_on_a_dataset_that_contradicts_them(device: xr.Dataset) -> None:
    leaking = device.copy(deep=True)
    leaking["amplitude"][0, 1] = 0.1  # (0,0,0,1) → (0,0,0,0)
    assert statuses("hamo-4a", leaking)[0] == "fails"
    assert statuses("hamo-4a", device.assign(parity=abs(device["parity"])))[1] == "fails"
    closed = device.assign(rate=device["rate"] * (device["lead"] != "D"))
    assert statuses("hamo-4a", closed)[2:] == ["fails", "fails", "holds", "holds"]
    strong = device.assign(rate=1.3 * device["rate"])
    assert statuses("hamo-4a", strong)[3:] == ["fails", "fails", "fails"]


# ---- 4b


@pytest.fixture(scope="module")
def blockade(quick: Any) -> xr.Dataset:
    found: xr.Dataset = quick("hamo-4b")
    return found


def test_frozen_states_are_those_of_the_independent_code() -> None:
    for point in PAIR["breit_wigner"]["points"]:
        for electrons, expected in enumerate(point["currents"]):
            junction = fig4b.frozen(electrons, 0.0)
            found = current(junction, {"mu_P": 1e-3 * point["mu_P"], "V_SD": -1.3}, processes="0e")
            assert float(found["current"]) == pytest.approx(expected, rel=1e-9)


def test_a_lever_arm_shifts_the_curves(blockade: xr.Dataset) -> None:
    """ε = U n - µ_P + β eV: I(µ_P; β) = I(µ_P - β eV; 0). At β = 1/2 (0,0) and (1,1) mirror each other about U."""
    steps = round(0.5 * 1.3 / float(blockade["mu_P"][1] - blockade["mu_P"][0]))
    half, none = (blockade["current"].sel(beta=beta).transpose("state", "mu_P").values for beta in (0.5, 0.0))
    assert half[:, :-steps] == pytest.approx(none[:, steps:], rel=1e-9)
    assert half[0] == pytest.approx(half[3, ::-1], rel=1e-6)
    assert np.array_equal(half[1], half[2])


def test_who_conducts_over_the_lever_arm_follows_from_shifted_curves(blockade: xr.Dataset) -> None:
    """I(µ_P; β) = I(µ_P - β eV; 0): the scan is the curve of β = 0 read elsewhere; (0,0) is blocked from 0.364 on."""
    none = blockade.sel(beta=0.0)
    for state in fig4b.STATES:
        curve = abs(none["current"].sel(state=state))
        moved = np.interp(U + 1.3 * blockade["scanned"], none["mu_P"], curve / float(curve.max()))
        assert blockade["at_dashes"].sel(state=state).values == pytest.approx(moved, abs=0.01)
    found = fig4b.readings(blockade)
    assert found["blocked"] == pytest.approx(0.364, abs=1e-3)
    assert (found["first_slope"], found["second_slope"]) == pytest.approx((1.57, 3.15), abs=5e-3)
    assert list(found["conducting_by_beta"].values()) == [  # type: ignore[union-attr]
        "(0,0), (1,0), (0,1)",
        "(1,0), (0,1)",
        "(1,0), (0,1), (1,1)",
    ]


def test_blockade_claims_fail_on_a_dataset_that_contradicts_them(blockade: xr.Dataset) -> None:
    assert statuses("hamo-4b", blockade) == ["open", "open", "holds"]
    exchanged = blockade.assign_coords(state=blockade["state"].values[[1, 0, 3, 2]])
    assert statuses("hamo-4b", exchanged)[0] == "fails"
    always = blockade.assign(at_dashes=blockade["at_dashes"].isel(scanned=0) + 0 * blockade["scanned"])
    assert statuses("hamo-4b", always)[0] == "fails"
    wide = blockade.assign_coords(mu_P=U + 3 * (blockade["mu_P"] - U))
    assert statuses("hamo-4b", wide)[1:] == ["open", "fails"]
    squeezed = blockade.assign_coords(mu_P=U + 0.9 * (blockade["mu_P"] - U))
    assert statuses("hamo-4b", squeezed)[2] == "fails"


# ---- 4c, d


@pytest.fixture(scope="module")
def maps(quick: Any) -> xr.Dataset:
    found: xr.Dataset = quick("hamo-4c-d")
    return found


def test_the_peak_and_the_plateau_are_those_of_the_independent_code(maps: xr.Dataset) -> None:
    at = maps["current"].sel(V=0.025 / ALPHA, delta_V=0.0, method="nearest")
    assert at.values == pytest.approx([41.943, 35.704, 232.59], abs=5e-3)
    plateau = maps["current"].sel(V=0.0, method="nearest").isel(delta_V=[0, -1])
    assert plateau.values == pytest.approx(np.full((3, 2), 2861.1), abs=0.06)


def test_the_linear_conductance_of_the_centre() -> None:
    """dI/dV at the centre without bias: 0.051 e²/h, as an independent code has it."""
    found = differential_conductance(experiment(), {"V_SD": 0.0}, origin="centre")
    assert float(found["conductance"]) == pytest.approx(0.051, abs=6e-4)


def test_charge_states_follow_the_charging_energies(maps: xr.Dataset) -> None:
    """Far from every line: (0,1) left, (1,0) right, (0,0) below, (1,1) above."""
    names, codes = flag_names(maps["charge_state"]), maps["charge_state"].transpose("processes", "V", "delta_V")
    middle = codes.shape[1] // 2
    for row, column, expected in (
        (middle, 0, "(0,1)"),
        (middle, -1, "(1,0)"),
        (0, middle, "(0,0)"),
        (-1, middle, "(1,1)"),
    ):
        assert {names[int(code)] for code in codes[:, row, column]} == {expected}


def test_map_claims_fail_on_a_dataset_that_contradicts_them(maps: xr.Dataset) -> None:
    without = maps.isel(processes=[0, 1, 1]).assign_coords(processes=list(SETS.values()))
    assert statuses("hamo-4c-d", without) == ["holds", "fails", "fails", "fails"]
    always = maps.isel(processes=[2, 2, 2]).assign_coords(processes=list(SETS.values()))
    assert statuses("hamo-4c-d", always) == ["holds", "holds", "holds", "fails"]
    leaky = maps.assign(current=maps["current"] + 300.0)
    assert statuses("hamo-4c-d", leaky)[0] == "fails"
    shifted = maps.assign_coords(V=maps["V"] + 0.1)
    assert statuses("hamo-4c-d", shifted)[2] == "fails"


# ---- 4e, f


@pytest.fixture(scope="module")
def slopes(quick: Any) -> xr.Dataset:
    found: xr.Dataset = quick("hamo-4e-f")
    return found


@pytest.mark.parametrize("point", [(100, 0, 100), (100, 0, 400), (300, 0, 600), (600, 0, 900)])
def test_the_maps_are_those_of_the_independent_code(slopes: xr.Dataset, point: tuple[int, int, int]) -> None:
    at = slopes["current"].sel(alpha_V=1e-3 * point[0], V_SD=1e-3 * point[2], method="nearest")
    assert at.values == pytest.approx(referenced(*point), rel=1e-4)


def test_single_electrons_fill_the_trap(slopes: xr.Dataset) -> None:
    """αV = 100, V = 300 µeV: 170 → 97 → 1886 pA; left of (U - W)/2 neither 0e nor 1e turns on below U."""
    at = slopes["current"].sel(alpha_V=0.1, V_SD=0.3, method="nearest")
    assert at.values == pytest.approx([170, 97, 1886], abs=0.5)
    left = slopes["inelastic"].sel(alpha_V=0.1, method="nearest").sel(V_SD=slice(0, 0.8))
    right = slopes["inelastic"].sel(alpha_V=0.4, method="nearest").sel(V_SD=slice(0, 0.8))
    assert float(left.isel(processes=1).max()) < 0.05 * float(right.isel(processes=1).max())


def test_corners_of_crossing_lines() -> None:
    first, second = (
        xr.Dataset({"slope": slope, "bias": bias, "middle": middle})
        for slope, bias, middle in ((2.0, 0.2, 0.1), (1.0, 0.705, 0.46))
    )
    assert fig4ef.corner(first, second) == pytest.approx((0.245, 0.49))


def test_ranges_lie_within_the_lines() -> None:
    found = fig4ef.ranges()
    margin = 3.5 * K_B * 0.2
    assert found["2e"] == pytest.approx((margin, 0.245 - margin))
    assert found["1e"] == pytest.approx((0.245 + margin, 0.68 - margin))
    assert found["0e"] == pytest.approx((0.68 + margin, 0.9))


def test_slope_claims_fail_on_a_dataset_that_contradicts_them(slopes: xr.Dataset) -> None:
    higher = slopes.assign_coords(V_SD=1.6 * slopes["V_SD"])
    assert statuses("hamo-4e-f", higher)[:5] == ["holds", "open", "open", "fails", "fails"]
    lower = slopes.assign_coords(V_SD=0.4 * slopes["V_SD"])
    assert statuses("hamo-4e-f", lower)[1:5] == ["open", "open", "fails", "fails"]
    own = slopes.assign(choice_slope=0 * slopes["choice_slope"] + 0.5)
    assert statuses("hamo-4e-f", own.assign_coords(V_SD=1.6 * own["V_SD"]))[1:3] == ["fails", "fails"]
    without = slopes.isel(processes=[0, 2, 2]).assign_coords(processes=list(SETS.values()))
    assert statuses("hamo-4e-f", without)[6] == "fails"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"W": 0.3}, ["holds", "fails", "fails"]),  # U as published; U - W = 625 µeV
        ({"U": 1.05, "mu_P": 1.05}, ["fails", "fails", "holds"]),  # W as published; U - W = 615 µeV
    ],
)
def test_thresholds_of_other_devices_are_told_apart(
    slopes: xr.Dataset, changes: dict[str, float], expected: list[str]
) -> None:
    axes = {"V": slopes["alpha_V"].values / ALPHA, "V_SD": slopes["V_SD"].values}
    other = current(experiment().with_parameters(**changes), axes, origin="centre")
    changed = slopes.copy(deep=True)
    changed["inelastic"][-1] = (other["current"] - other["contribution"].sel(order="elastic", lead="S")).values
    assert statuses("hamo-4e-f", changed)[3:6] == expected


def test_what_cannot_be_is_marked_and_drawn(maps: xr.Dataset, slopes: xr.Dataset) -> None:
    for result, bias, module, number in (
        (maps, 0.1, fig4cd, 1),
        (slopes, slopes["V_SD"], fig4ef, 2),
    ):
        beyond = result["current"] > CONDUCTANCE_QUANTUM * bias * (1 + 1e-9)
        assert bool(beyond.sel(processes=SETS["2e"]).any())
        assert not bool(beyond.sel(processes=SETS["0e"]).any())
        assert np.array_equal(result["beyond_unitarity"].values.astype(bool), beyond.transpose(*result.current.dims))
        drawn = module.draw(result).axes[number]
        assert any(getattr(collection, "hatches", [None])[0] for collection in drawn.collections)


# ---- shares


@pytest.fixture(scope="module")
def shares(quick: Any) -> xr.Dataset:
    found: xr.Dataset = quick("hamo-4-shares")
    return found


def test_shares_add_up_to_the_current(shares: xr.Dataset) -> None:
    total = shares["part"].sum("process")
    at = {"V": 0.025 / ALPHA, "V_SD": 0.1}
    for processes, found in (("2e", total), ("1e", shares["without_pairs"])):
        for detuning in (0.0, 0.2, -0.4):
            expected = current(experiment(), {"delta_V": detuning / ALPHA, **at}, processes=processes, origin="centre")
            there = found.sel(alpha_delta_V=detuning, method="nearest")
            assert float(there) == pytest.approx(float(expected["current"]), rel=1e-6)
    assert float(total.sel(alpha_delta_V=0.2, method="nearest")) == pytest.approx(referenced(25, 200, 100)[2], rel=1e-5)
    assert float(shares["part"].sel(process="2e").min()) >= 0.0


def test_prescriptions_part_with_the_square_of_the_coupling(shares: xr.Dataset) -> None:
    """Half-widths ±iγ enter the broadened integrals in pairs, so that their difference to the finite part is even in γ.

    Where k_BT is the largest energy but Γ small, halving Γ divides it by 4.
    """
    warm = shares.sel(temperature=0.8)
    logs = np.log(warm["spread"].values[:3]), np.log(warm["scale"].values[:3])
    assert np.diff(logs[0]) / np.diff(logs[1]) == pytest.approx([2.0, 2.0], abs=0.1)
    assert (np.diff(shares["spread"].values, axis=1) > 0).all()
    width = 0.41625 * shares["scale"].values / (K_B * 0.8)
    assert warm["broadening"].values == pytest.approx(width)


def test_pairs_carry_less_than_half_only_where_clamping_rules(shares: xr.Dataset) -> None:
    """Inside the line a share below one half goes with an effect of clamping above 4 %, and none above with more."""
    inside = shares.isel(alpha_delta_V=np.abs(shares["alpha_delta_V"].values) <= (U - W) / 2)
    share = (inside["part"].sel(process="2e") / inside["part"].sum("process")).values
    effect = inside["clamping"].values
    assert effect[share < 0.5].min() > 0.04 > effect[share > 0.5].max()


def test_share_claims_fail_on_a_dataset_that_contradicts_them(shares: xr.Dataset) -> None:
    assert statuses("hamo-4-shares", shares) == ["holds", "open", "holds", "holds", "holds", "holds"]
    swapped = shares.assign_coords(process=shares["process"].values[::-1])
    assert statuses("hamo-4-shares", swapped)[:2] == ["fails", "fails"]
    trusted = shares.assign(clamping=0 * shares["clamping"])
    assert statuses("hamo-4-shares", trusted)[1] == "fails"
    needless = shares.assign(without_pairs=0.9 * shares["part"].sum("process"))
    assert statuses("hamo-4-shares", needless)[2] == "fails"
    single = shares.assign(sequential=0.5 * shares["part"].sum("process"))
    assert statuses("hamo-4-shares", single)[3] == "fails"
    assert statuses("hamo-4-shares", shares.assign(spread=0.1 * shares["spread"]))[4:] == ["fails", "holds"]
    assert statuses("hamo-4-shares", shares.assign(spread=10 * shares["spread"]))[4:] == ["holds", "fails"]
