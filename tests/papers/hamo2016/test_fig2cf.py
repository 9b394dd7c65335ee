"""Potentials of an electron against closed forms and datasets that contradict the claims."""

import numpy as np
import pytest
import xarray as xr

from attractron.dots.capacitance import building_block_parameters
from attractron.papers.hamo2016 import fig2cf
from tests.papers.judged import claims


@pytest.fixture(scope="module")
def screened() -> xr.Dataset:
    return fig2cf.compute(True)


def test_the_conductors_are_the_building_block_of_figure_2b() -> None:
    found = building_block_parameters(fig2cf.conductors(metal=False))
    assert found == pytest.approx({"W": 0.83, "U": 2.41, "delta": 2.41})
    assert fig2cf.conductors(metal=True).grounded == ("T", "B")


def test_potentials_against_closed_forms(screened: xr.Dataset) -> None:
    # t → 0 at δ = U: the dipole takes δ from the neighbour, W - δ, and as much from the second electron on the site.
    limit = screened["potential"].sel(panel="single electron")
    assert limit.values == pytest.approx([10.0 - 2.41, 0.83 - 2.41])
    # Grounded T and B: Schur complement of M, M_ij - M_iX (M_XX)⁻¹ M_Xj.
    M = fig2cf.REPULSION
    metal = M[:2, :2] - M[:2, 2:] @ np.linalg.inv(M[2:, 2:]) @ M[2:, :2]
    assert screened["potential"].sel(panel="continuum").values == pytest.approx(metal[0])
    dressed = screened["potential"].sel(panel="single electron, t = 0.05 meV")
    assert float(dressed.sel(site="R")) == pytest.approx(-1.4820737965, abs=1e-9)


def test_the_field_claims_are_about_a_small_field_and_the_weakest(screened: xr.Dataset) -> None:
    # Internal over external: 1 - U_d/√(φ² + 4t²), weakest at the largest φ; U_d = ½(M_TT + M_BB - 2 M_TB) = 9 meV.
    found = {claim.reading: claim.computed for claim in claims("hamo-2c-f", screened)}
    for name, field in (("over_screening_weakest", fig2cf.FIELD), ("over_screening_small", fig2cf.SMALL)):
        assert found[name] == pytest.approx(1 - 9.0 / np.hypot(field, 2 * fig2cf.TUNNELLING))


def test_random_conductors_are_the_same_for_the_same_seed_and_differ_otherwise() -> None:
    first, again, other = (fig2cf.random_conductors(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.C, again.C)
    assert first.potentials == again.potentials
    assert first.C.shape != other.C.shape or not np.allclose(first.C, other.C)


def test_screening_claims_fail_on_a_dataset_that_contradicts_them(screened: xr.Dataset) -> None:
    def failing(result: xr.Dataset) -> set[str]:
        return {claim.reading for claim in claims("hamo-2c-f", result) if claim.status == "fails"}

    assert failing(screened) == set()
    flipped = screened.assign(potential=-screened["potential"], dressed_site=-screened["dressed_site"].clip(2.0))
    signs = {"bare_lower", "metal_lower", "dressed_neighbour", "limit_neighbour", "dressed_site"}
    assert failing(flipped) == signs
    unscreened = screened.assign(
        internal=screened["external"] + 0 * screened["internal"], over_screening=1 + 0 * screened["over_screening"]
    )
    assert failing(unscreened) == {"field_in_metal", "over_screening_small", "over_screening_weakest"}
    exchanged = screened.assign(continuum=screened["integer"], integer=screened["continuum"])
    assert failing(exchanged) == {"least_continuous", "least_whole"}
