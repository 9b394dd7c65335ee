"""Our own figures as a user gets them: their claims hold, and fail on data that contradict them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from attractron.core.files import read_dataset
from attractron.core.references import reference
from attractron.papers.ours import FIGURES, counting, drawings, overlay
from attractron.transport import current
from tests.papers.judged import statuses

OURS = {figure.name: figure for figure in FIGURES}


@pytest.fixture(params=OURS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def failing(name: str, changed: xr.Dataset) -> list[int]:
    return [number for number, status in enumerate(statuses(name, changed)) if status == "fails"]


def test_every_claim_holds(name: str, quick: Any) -> None:
    claims = OURS[name].claims(quick(name))
    assert [claim.claim for claim in claims if claim.status != "holds"] == []
    assert {claim.figure for claim in claims} == {name}
    assert len({(claim.claim, claim.source) for claim in claims}) == len(claims)


def test_a_figure_says_what_it_rests_on(name: str, quick: Any) -> None:
    result = quick(name)
    assert all(reference(key) for key in result.attrs["references"].split(", "))
    assert all(variable.attrs["units"] and variable.attrs["long_name"] for variable in result.variables.values())
    assert "our choice" in OURS[name].caption.lower()


def test_figures_survive_their_files_and_have_labelled_pictures(tmp_path: Path, reproduced: Any) -> None:
    claims = reproduced(OURS, tmp_path)
    stored = {name: read_dataset(tmp_path / f"{name}.nc") for name in OURS}
    assert [claim for name, result in stored.items() for claim in OURS[name].claims(result)] == claims
    axes = {name: OURS[name].draw(result).axes for name, result in stored.items()}
    labels = [ax.get_xlabel() for ax in axes["counting-pairs"]]
    assert labels == ["frequency (GHz)", "length of the window (ns)", "time since an electron came to L (ns)"]
    assert [ax.get_ylabel() for ax in axes["counting-pairs"]] == [
        stored["counting-pairs"][variable].attrs["long_name"]
        for variable in ("correlation", "cumulant_ratio", "followed")
    ]
    maps = [ax for ax in axes["pair-current-on-diagram"] if ax.get_label() != "<colorbar>"]
    assert [(ax.get_xlabel(), ax.get_ylabel()) for ax in maps] == [("δV (mV)", "V (mV)")] * 2
    assert {text.get_text() for text in maps[0].texts} == {"(0,0,1)", "(0,1,0)", "(1,0,0)", "(1,1,0)"}


def test_the_two_junctions_differ_in_U_alone() -> None:
    """W_eff from the energies of all eight charge states, E = -µ_P n_P + W n_L n_R + U(n_L + n_R)n_P."""
    for U, expected in zip(counting.REPULSIONS, (-0.335, 0.335), strict=True):
        ground = {
            n: min(-U * p + counting.W * (n == 2) + U * n * p for p in (0, 1))  # µ_P = U, levels of L and R at zero
            for n in (0, 1, 2)
        }
        assert ground[2] + ground[0] - 2 * ground[1] == pytest.approx(expected)
    one, other = (counting.junction(U) for U in counting.REPULSIONS)
    assert one.leads == other.leads
    assert one.broadening < 1


def test_R_follows_L_as_two_independent_ways_say(quick: Any) -> None:
    """In the end R follows L unless L comes alone and is next itself; at once, if it comes in a pair."""
    result = quick("counting-pairs")
    followed = result["followed"]
    assert (followed.diff("time") >= 0).all()
    assert followed.isel(time=-1).values == pytest.approx(1.0, abs=1e-3)
    share = result["pair_share"].values[0]
    # Of the electrons in pairs half come to L; of the others all may, or none.
    assert share / 2 / (share / 2 + 1 - share) < followed.values[0, 0] < 1
    assert followed.values[1, 0] < 1e-4


@pytest.mark.parametrize(
    ("variable", "junction", "change", "numbers"),
    [
        ("lead_current", 0, lambda x: x + 1e-8, [0]),  # arrivals carry 1.6 fA
        ("zero_frequency", 1, lambda x: x + 1e-8, [1]),
        ("correlation", 0, lambda x: x - 1e-7, [2]),
        ("correlation", 0, lambda x: np.minimum(x, np.linspace(1, -0.1, x.size)), [3]),
        ("correlation", 1, lambda x: x + 1e-7, [4]),
        ("correlation", 1, lambda x: -x, [4, 5]),
        ("cumulant_ratio", 0, lambda x: x - np.linspace(0.02, 0.0, x.size), [6]),
        ("cumulant_ratio", 0, lambda x: x + np.linspace(0.0, 0.01, x.size), [7]),
        ("cumulant_ratio", 1, lambda x: x - 1e-7, [8]),
        ("followed", 0, lambda x: 0.4 * x, [9]),
        ("followed", 1, lambda x: 0.95 * x, [10]),
    ],
)
def test_claims_about_counting_fail_on_what_contradicts_them(
    quick: Any, variable: str, junction: int, change: Any, numbers: list[int]
) -> None:
    result = quick("counting-pairs").copy(deep=True)
    result[variable].values[junction] = change(result[variable].values[junction])
    assert failing("counting-pairs", result) == numbers
    assert failing("counting-pairs", result.isel(W_eff=[1, 0])) == numbers


def test_claims_about_the_map_fail_on_what_contradicts_them(quick: Any) -> None:
    result = quick("pair-current-on-diagram")
    name = "pair-current-on-diagram"
    assert failing(name, result.assign(occupation_difference=1e-8)) == [0]
    stretched = result.assign_coords(delta_V=result["delta_V"] * 1.2)
    assert failing(name, stretched) == [1]
    steps = {direction: result["current"].roll(V=direction, roll_coords=False) for direction in (4, -7)}
    for shifted in steps.values():  # up by 49 µeV, down by 86 µeV
        assert 2 in failing(name, result.assign(current=shifted))
    assert failing(name, result.assign(gain=result["gain"] / result["gain"].max())) == [3]


def test_line_and_ridge(quick: Any) -> None:
    """The line is at V = 0 by symmetry, the ridge between it and δµ = eV_SD/2, as from a transposed dataset."""
    result = quick("pair-current-on-diagram")
    found = overlay.line_and_ridge(result)
    assert np.abs(found["line"]).max() < 1e-12
    assert 0 < found["ridge"].min() <= found["ridge"].max() < 0.5 * overlay.BIAS / overlay.ALPHA
    xr.testing.assert_identical(overlay.line_and_ridge(result.transpose("delta_V", "V")), found)


def test_populations_are_those_of_the_dots(quick: Any) -> None:
    """⟨n_L + n_R⟩ = P(one) + 2P(both)."""
    result = quick("counting-pairs")
    for number, U in enumerate(counting.REPULSIONS):
        occupation = current(counting.junction(U), counting.CENTRE, origin="centre")["occupation"]
        found = result.isel(W_eff=number)
        expected = float(found["one_filled"] + 2 * found["both_filled"])
        assert float(occupation.sel(dot=["L", "R"]).sum()) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "variable", "change", "numbers"),
    [
        ("drawn-map", "best_height", lambda x: x + 4, [0]),
        ("drawn-map", "best_two_delta", lambda x: 0.98 * x, [1]),
        ("drawn-map", "two_delta", lambda x: 1.02 * x, [2]),
        ("drawn-map", "two_delta", lambda x: x + 1.0, [2, 3]),
        ("drawn-best", "nominal", lambda x: 0.99 * x, [0]),
        ("drawn-best", "best", lambda x: x + 10, [1, 2]),
        ("drawn-best", "two_delta", lambda x: 0.9 * x, [3, 4]),
    ],
)
def test_claims_about_drawings_fail_on_what_contradicts_them(
    quick: Any, name: str, variable: str, change: Any, numbers: list[int]
) -> None:
    result = quick(name)
    assert failing(name, result.assign({variable: change(result[variable])})) == numbers


def test_the_gates_of_both_chips_are_equally_far_in_the_map() -> None:
    tubes = drawings.between(height=90.0, solid_planes=True)
    assert [plane.z for plane in tubes.planes] == [-90.0, 125.0 + 90.0]
