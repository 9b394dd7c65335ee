"""What the claims read from the figures' datasets, against values integrated or derived elsewhere."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from attractron.papers.claims import Claim
from attractron.papers.shavit_oreg2020 import common as planes
from attractron.papers.shavit_oreg2020 import fig2 as forward_scattering
from attractron.papers.shavit_oreg2020 import fig3 as competition
from attractron.papers.shavit_oreg2020 import fig4 as phase_diagrams
from attractron.papers.shavit_oreg2020 import fig5 as finite_temperature
from attractron.papers.shavit_oreg2020 import spread
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, flow, phase_diagram

Quick = Callable[[str], xr.Dataset]


@pytest.fixture(scope="module")
def rival(quick: Quick) -> xr.Dataset:
    return quick("shavit-3")


@pytest.fixture(scope="module")
def favoured(quick: Quick) -> xr.Dataset:
    return quick("shavit-2")


@pytest.fixture(scope="module")
def schemes(quick: Quick) -> xr.Dataset:
    return quick("shavit-4-schemes")


@pytest.fixture(scope="module")
def cooled(quick: Quick) -> xr.Dataset:
    return quick("shavit-5")


@pytest.fixture(scope="module")
def spreads(quick: Quick) -> xr.Dataset:
    return quick("shavit-spread")


def statuses(claims: Sequence[Claim]) -> list[str]:
    return [claim.status for claim in claims]


def published_flow(wires: CoupledWires, chi: float, end: float) -> Any:
    """(16) on the SU(2) line with the tanh, by SciPy: y_s, ln y, 1/K̃, 1/K̃_c over l."""
    Q, l_star = wires.Q, -math.log(wires.mismatch)

    def slope(ell: float, x: Any) -> list[float]:
        y_s, ln_y, inverse_K, inverse_K_c = x
        source = math.exp(2 * ln_y) / (1 + math.exp(2 * (ell - l_star) / chi))
        growth = 2 - 1 / (2 * inverse_K_c) - (1 + y_s / 2) / 2 - (1 - Q / math.sqrt(2)) ** 2 / inverse_K - y_s / 2
        return [-(y_s**2) - source / 4, growth, source / 4, source / 8]

    start = [wires.y_s, math.log(wires.y), 1 / wires.K_tilde, 1 / wires.K_c_tilde]
    return solve_ivp(slope, (0.0, end), start, method="DOP853", rtol=1e-11, atol=1e-13, dense_output=True)


# --- planes


def test_the_smallest_y_is_the_edge_of_the_gapped_phase() -> None:
    wires = competition.WIRES.with_parameters(mismatch=math.exp(-2.0))
    y = planes.smallest_y(wires, cutoff=Tanh(1.0))
    phases = phase_diagram(wires, {"y": [y - 1e-8, y]}, cutoff=Tanh(1.0))["phase"].values
    assert list(phases) == [0, 1]


def test_the_smallest_y_is_zero_for_an_attractive_wire_and_none_where_no_gap_opens() -> None:
    attractive = competition.WIRES.with_parameters(y_s=-0.2)
    assert planes.smallest_y(attractive, cutoff=Sharp()) == 0.0
    # l_spin = 1/0.2 - 1 = 4 at y = 0
    assert planes.smallest_y(attractive, cutoff=Sharp(), limit=3.9) > 0.0
    cut_at_once = competition.WIRES.with_parameters(mismatch=1.0)
    assert math.isnan(planes.smallest_y(cut_at_once, cutoff=Sharp()))


@pytest.mark.parametrize("cutoff", [Tanh(1.5), Sharp(), Frozen(1.5)])
def test_boundary_paths_separate_the_phases_that_they_name(cutoff: Any) -> None:
    axes = {"mismatch": np.linspace(0.1, 0.8, 15), "y": np.linspace(0.05, 0.6, 15)}
    paths = planes.boundary_paths(phase_diagrams.WIRES, axes, cutoff=cutoff, points=9)
    assert paths.shape[0] == len(planes.PAIRS)
    codes = {"decoupled": 0, "paired": 1, "trion": 2}
    for pair, path in zip(planes.PAIRS, paths, strict=True):
        pieces = np.split(path, np.flatnonzero(np.isnan(path[:, 0])))
        for mismatch, y in np.concatenate([piece[3:-2] for piece in pieces]):
            beside = {"mismatch": float(mismatch), "y": y + np.array([-1e-3, 1e-3])}
            found = phase_diagram(phase_diagrams.WIRES, beside, cutoff=cutoff)["phase"].values
            assert sorted(found) == sorted(codes[name] for name in pair.split(" to "))


def test_shorter_paths_end_in_missing_vertices() -> None:
    long, short = np.ones((2, 3, 2)), np.zeros((2, 1, 2))
    joined = planes.padded([long, short])
    assert joined.shape == (2, 2, 3, 2)
    assert np.array_equal(joined[0], long)
    assert np.array_equal(joined[1, :, :1], short)
    assert np.isnan(joined[1, :, 1:]).all()


# --- Fig. 2


def test_dimensions_are_those_of_the_quadratic_hamiltonian(favoured: xr.Dataset) -> None:
    # Diagonalising the two modes with V_θ on the line (13), instead of the shift (14).
    for upsilon in (-0.3, 0.15, 0.45):
        wires = forward_scattering.FAVOURED.with_parameters(upsilon=upsilon)
        exact = dimensions_by_diagonalisation(wires) + (1 + wires.y_s / 2) / 2
        drawn = favoured["dimension"].sel(upsilon=upsilon, method="nearest")
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


def test_claims_on_forward_scattering_fail_on_a_dataset_that_contradicts_them(favoured: xr.Dataset) -> None:
    exchanged = favoured.assign(dimension=favoured["dimension"].isel(coupling=[1, 0]).drop_vars("coupling"))
    assert statuses(forward_scattering.claims(exchanged))[:3] == ["fails"] * 3
    for name in forward_scattering.COUPLINGS:
        both = favoured["dimension"].sel(coupling=[name, name]).assign_coords(coupling=favoured["coupling"])
        assert statuses(forward_scattering.claims(favoured.assign(dimension=both)))[2] == "fails"
    swapped = favoured.assign(smallest_y=favoured["smallest_y"].isel(carriers=[1, 0]).drop_vars("carriers"))
    assert statuses(forward_scattering.claims(swapped))[3:] == ["holds", "fails", "holds"]
    lopsided = favoured.assign(smallest_y=favoured["smallest_y"] * (1 + favoured["upsilon"] / 10))
    assert statuses(forward_scattering.claims(lopsided))[3] == "fails"
    gapless = favoured.assign(smallest_y=favoured["smallest_y"].where(favoured["upsilon"] < 0.5))
    assert statuses(forward_scattering.claims(gapless))[5] == "fails"


# --- Fig. 3


def test_the_dot_follows_the_published_equations(rival: xr.Dataset) -> None:
    for cut in competition.CUTS:
        wires = competition.WIRES.with_parameters(mismatch=math.exp(-cut))
        path = rival.sel(l_star=cut, theta=0.0)
        points = path["l"].values[path["l"].values <= 15.0]
        y_s, ln_y, *_ = published_flow(wires, 1.0, 15.0).sol(points)
        assert path["running_y_s"].values[: points.size] == pytest.approx(y_s, abs=1e-8)
        assert path["running_y"].values[: points.size] == pytest.approx(np.exp(ln_y), rel=1e-7)


def test_the_dot_is_gapless_at_the_shorter_cut_and_paired_at_the_longer(rival: xr.Dataset) -> None:
    assert [competition.phase_of_dot(rival, cut, 0.0) for cut in competition.CUTS] == ["decoupled", "paired"]
    gap = float(rival["dot_l_spin"].sel(l_star=3.0, theta=0.0))
    path = published_flow(competition.WIRES.with_parameters(mismatch=math.exp(-3.0)), 1.0, 20.8)
    crossing = brentq(lambda ell: path.sol(ell)[0] + 1, 10.0, 20.8)
    assert gap == pytest.approx(20.45086, abs=1e-5)
    assert gap == pytest.approx(crossing, abs=1e-6)


def test_a_largest_l_would_move_the_boundary(rival: xr.Dataset) -> None:
    short = rival["smallest_y"].sel(l_star=2.0).values
    assert short[:3] == pytest.approx([0.2046, 0.1929, 0.1844], abs=5e-5)
    assert short[3] < short[2]
    # Without source y_s(l) = y_s/(1 + y_s l): a gap at l_max needs y_s ≈ -1/l_max, the line comes down as 1/l_max.
    assert (short[0] - short[3]) / (short[2] - short[3]) == pytest.approx(200 / 30, rel=0.1)


def test_the_map_is_that_of_the_flow_and_closed_form_without_coupling(rival: xr.Dataset) -> None:
    bare = rival["l_spin"].sel(y=0.0)
    attractive = bare["y_s"].values < -1e-9
    expected = -1 / bare["y_s"].values[attractive] - 1
    assert bare.values[:, attractive] == pytest.approx(np.array([expected, expected]), rel=1e-12)
    assert np.isinf(bare.values[:, ~attractive]).all()


def test_claims_on_competition_fail_on_a_dataset_that_contradicts_them(rival: xr.Dataset) -> None:
    other = rival.assign(phase=rival["phase"].isel(l_star=[1, 0]).drop_vars("l_star"))
    assert statuses(competition.claims(other))[0] == "fails"
    sharp = rival.assign(smallest_y=0 * rival["smallest_y"] + rival["smallest_y"].isel(l_max=-1))
    assert statuses(competition.claims(sharp))[1] == "holds"
    fading = rival.assign(running_y=0 * rival["running_y"] + np.exp(-rival["l"]))
    assert statuses(competition.claims(fading))[2] == "fails"
    usual = rival.assign(running_y_s=rival["running_y_s"].isel(theta=[0, 0]).assign_coords(theta=rival["theta"]))
    assert statuses(competition.claims(usual))[3] == "fails"
    shifted = rival.assign_coords(y_s=rival["y_s"] + 0.01)
    assert statuses(competition.claims(shifted))[4] == "fails"


# --- Fig. 4


def test_shares_of_the_window_depend_on_the_cut_off_as_integrated_elsewhere() -> None:
    # Shares integrated independently of this code, to two digits.
    axes = {"mismatch": np.linspace(*phase_diagrams.MISMATCH, 100), "y": np.linspace(*phase_diagrams.COUPLING, 100)}
    known = {0.4: {"tanh": 0.77, "sharp": 0.05, "frozen": 0.22}, 0.8: {"tanh": 0.38, "sharp": 0.09, "frozen": 0.18}}
    for K, expected in known.items():
        wires = phase_diagrams.WIRES.with_parameters(K=K)
        found = {
            name: float(
                planes.shares(phase_diagram(wires, axes, cutoff=cutoff)["phase"], "paired", phase_diagrams.PLANE)
            )
            for name, cutoff in planes.CUTOFFS.items()
        }
        assert found == pytest.approx(expected, abs=0.01)


def test_phases_agree_with_scipy_at_single_points(schemes: xr.Dataset) -> None:
    # y strong before l*: trion; else the sign of y_s long after l* decides, where x < 1/χ.
    panel = schemes["phase"].sel(scheme="tanh", K=0.8)
    for row, column in ((5, 30), (20, 20), (30, 3), (12, 35)):
        mismatch, y = float(panel["mismatch"][column]), float(panel["y"][row])
        wires = phase_diagrams.WIRES.with_parameters(K=0.8, y=y, mismatch=mismatch)
        run = published_flow(wires, 1.5, 9.0)
        strong = np.exp(run.sol(-math.log(mismatch))[1]) >= 1.0
        expected = 2 if strong else int(run.y[0].min() < 0)
        assert int(panel[row, column]) == expected


def test_only_the_tanh_leaves_no_decoupled_phase_at_strong_repulsion(schemes: xr.Dataset) -> None:
    left = {name: phase_diagrams.full_shares(schemes, name)["decoupled"][-1] for name in planes.CUTOFFS}
    assert left["tanh"] == 0.0
    assert min(left["sharp"], left["frozen"]) > 0.5
    assert float(schemes["source_grows"].sel(scheme="tanh", K=0.4)) > 0.7
    assert float(schemes["source_grows"].sel(scheme=["sharp", "frozen"]).max()) == 0.0


def test_claims_on_phases_fail_on_a_dataset_that_contradicts_them(quick: Quick, schemes: xr.Dataset) -> None:
    panels = quick("shavit-4")
    phase = panels["phase"]
    mirrored = panels.assign(phase=phase.isel(mismatch=slice(None, None, -1)).assign_coords(mismatch=phase["mismatch"]))
    assert statuses(phase_diagrams.claims(mirrored))[0] == "fails"
    weaker = panels.assign(phase=phase.isel(K=[2, 1, 0]).assign_coords(K=phase["K"]))
    assert statuses(phase_diagrams.claims(weaker))[1:3] == ["fails", "fails"]
    between = panels.assign(phase=phase.isel(K=[0, 2, 1]).assign_coords(K=phase["K"]))
    assert statuses(phase_diagrams.claims(between))[1] == "fails"
    sharp = schemes.sel(scheme=["sharp"]).assign_coords(scheme=["tanh"])
    assert statuses(phase_diagrams.claims(sharp))[2] == "fails"
    everywhere = panels.assign(phase=phase.isel(K=[0, 0, 0]).assign_coords(K=phase["K"]))
    assert statuses(phase_diagrams.claims(everywhere))[3] == "holds"
    reversed_panels = schemes.assign(phase=schemes["phase"].isel(K=[2, 1, 0]).assign_coords(K=schemes["K"]))
    found = statuses(phase_diagrams.claims_of_schemes(reversed_panels))
    assert found == ["fails", "fails", "fails", "holds", "fails", "fails"]


# --- Fig. 5


@pytest.mark.parametrize(("l_star", "spin", "trion"), [(3.0, 5.355637, 3.226176), (5.0, 4.240670, 3.196641)])
def test_scales_are_those_of_the_reference_flows(l_star: float, spin: float, trion: float) -> None:
    found = finite_temperature.scales(Tanh(1.5), "published", 1.0, np.array([l_star]))
    cut = 1 / (1 + math.exp(2 * (trion - l_star) / 1.5))
    assert found[0] == pytest.approx(math.exp(-spin), rel=1e-6)
    assert found[1] == pytest.approx(math.exp(-trion) * cut, rel=1e-6)


@pytest.mark.parametrize("feedback", planes.FEEDBACKS)
@pytest.mark.parametrize("cutoff", [Tanh(1.5), Frozen(1.5), Sharp()])
def test_scales_are_those_of_a_single_flow(cutoff: Any, feedback: str) -> None:
    wires = finite_temperature.WIRES.with_parameters(mismatch=math.exp(-4.0))
    alone = flow(wires, cutoff=cutoff, feedback=feedback, y_threshold=1.3, stop="both")
    spin, trion = finite_temperature.scales(cutoff, feedback, 1.3, np.array([4.0]))
    assert spin == pytest.approx(math.exp(-float(alone["l_spin"])), rel=1e-9)
    cut = 1.0 if isinstance(cutoff, Sharp) else 1 / (1 + math.exp(2 * (float(alone["l_trion"]) - 4.0) / 1.5))
    assert trion == pytest.approx(math.exp(-float(alone["l_trion"])) * cut, rel=1e-9)


def test_the_factor_left_over_is_one_long_before_the_cut_and_nothing_long_after() -> None:
    far = np.array([-math.inf, -50.0, 0.0, 50.0, math.inf])
    assert finite_temperature.left_over(Tanh(1.5), far) == pytest.approx([1.0, 1.0, 0.5, 0.0, 0.0])
    assert finite_temperature.left_over(Sharp(), far) == pytest.approx([1.0, 1.0, 0.0, 0.0, 0.0])


def test_the_spin_scale_does_not_know_the_threshold_of_y() -> None:
    l_star = np.array([1.0, 3.0, 6.0])
    for cutoff in planes.CUTOFFS.values():
        low, high = (finite_temperature.scales(cutoff, "published", value, l_star)[0] for value in (0.5, 4.0))
        assert low == pytest.approx(high, rel=1e-9)


def test_the_range_of_the_sequence_is_where_the_spin_scale_is_higher(cooled: xr.Dataset) -> None:
    made_up = cooled.assign(trion_scale=0 * cooled["trion_scale"] + 1.0, spin_scale=cooled["spin_scale"] * 0 + 0.5)
    assert finite_temperature.width(made_up, "tanh", "published", 1.0) == 0.0
    assert math.isinf(finite_temperature.least_threshold(made_up, "sharp", "complete"))
    part = made_up.assign(spin_scale=made_up["spin_scale"] + (made_up["l_star"] > 4.0))
    step = float(cooled["l_star"][1] - cooled["l_star"][0])
    assert finite_temperature.width(part, "tanh", "published", 1.0) == pytest.approx(4.0, abs=step)
    assert finite_temperature.least_threshold(part, "sharp", "complete") == 0.5
    nothing = part.assign(trion_scale=0 * part["trion_scale"])
    assert finite_temperature.width(nothing, "tanh", "published", 1.0) == 0.0
    assert finite_temperature.scale_ratio(nothing).isnull().all()


def test_claims_on_cooling_fail_on_a_dataset_that_contradicts_them(cooled: xr.Dataset) -> None:
    exchanged = cooled.assign(spin_scale=cooled["spin_scale"] * 10)
    assert statuses(finite_temperature.claims(exchanged))[0] == "holds"
    weak = cooled.assign(spin_scale=cooled["spin_scale"] / 1e3)
    assert statuses(finite_temperature.claims(weak))[1:] == ["fails", "fails"]


# --- spread


def test_normalisations_differ_by_eight_in_the_square() -> None:
    derived, literal = spread.NORMALISATIONS.values()
    assert (derived / literal) ** 2 == pytest.approx(8.0)
    assert derived / literal == pytest.approx(spread.APART)


def test_readings_of_the_spread_on_a_drawn_diagram(spreads: xr.Dataset) -> None:
    y, steps = spreads["y"], int(spreads["steps"])
    assert float(y[steps] / y[0]) == pytest.approx(spread.APART)
    # Paired from the 10th step on, trion from the 30th; 20 of 49 rows, and 20 - steps of them for both normalisations.
    number = xr.DataArray(np.arange(y.size), dims="y", coords={"y": y})
    drawn = spreads.assign(phase=spreads["phase"] * 0 + (number >= 10) * 1 + (number >= 30) * 1)
    drawn["phase"].attrs.update(spreads["phase"].attrs)
    assert spread.in_common(drawn, normalised=True) == pytest.approx(20 / y.size)
    assert spread.in_common(drawn, normalised=False) == pytest.approx((20 - steps) / y.size)
    assert spread.orders(drawn, "tanh", "published") == {"decoupled, paired, trion"}
    onset = spread.onset(drawn, ("trion",))
    assert np.unique(onset) == pytest.approx([float(y[30])])
    later = onset.where(onset["cutoff"] != "sharp", onset * 3)
    assert spread.factor(later, "cutoff") == pytest.approx(3.0)
    assert spread.factor(later, "feedback") == pytest.approx(1.0)
    none = onset.where(onset["mismatch"] < 0.5, math.inf)
    assert spread.factor(none, "cutoff") == pytest.approx(1.0)


def test_the_sharp_paired_phase_is_narrower_than_the_normalisations_are_apart(spreads: xr.Dataset) -> None:
    gap, trion = spread.onset(spreads, ("paired", "trion")), spread.onset(spreads, ("trion",))
    ratio = (trion / gap).sel(cutoff="sharp")
    assert float(ratio.where(np.isfinite(ratio)).max()) < spread.APART


def test_phases_are_those_of_each_convention_alone(spreads: xr.Dataset) -> None:
    mismatch, y = spreads["mismatch"].values[8:10], spreads["y"].values
    found = {}
    for name, cutoff in planes.CUTOFFS.items():
        for feedback in planes.FEEDBACKS:
            axes = {"y": y, "mismatch": mismatch}
            alone = phase_diagram(phase_diagrams.WIRES, axes, cutoff=cutoff, feedback=feedback)["phase"].values
            found[alone.tobytes()] = name
            assert np.array_equal(spreads["phase"].sel(cutoff=name, feedback=feedback)[:, 8:10], alone)
    assert len(found) == 6


def test_claims_on_the_spread_fail_on_a_dataset_that_contradicts_them(spreads: xr.Dataset) -> None:
    phase = spreads["phase"]

    def changed(values: xr.DataArray) -> xr.Dataset:
        return spreads.assign(phase=values.assign_attrs(phase.attrs))

    assert statuses(spread.claims(changed(phase * 0)))[0] == "fails"
    assert statuses(spread.claims(changed(phase * 0 + 1)))[1] == "holds"
    assert statuses(spread.claims(changed(phase.where(phase["feedback"] == "published", 0))))[2] == "fails"
    alike = phase.sel(cutoff=["tanh"] * 3).assign_coords(cutoff=phase["cutoff"])
    assert statuses(spread.claims(changed(alike)))[3] == "fails"
