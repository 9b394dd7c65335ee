"""All figures as a user gets them, on the quick grids: claims, pictures and what they rest on."""

import json
from pathlib import Path
from typing import Any

import pytest

from attractron.core.files import read_dataset, write_dataset
from attractron.papers.catalogue import all_figures
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.report import reproduce

PAPER = "Shavit and Oreg, Phys. Rev. Research 2, 043283 (2020)"

OF_THE_FLOW = ("shavit-2", "shavit-3", "shavit-4", "shavit-4-schemes", "shavit-5", "shavit-spread")
"""Their panels share axes, whose labels stand at the rim alone."""

NAMES = [
    "shavit-equations",
    "shavit-1",
    *OF_THE_FLOW[:-1],
    "shavit-6",
    "shavit-table1",
    "shavit-18",
    "shavit-decoupled",
    "shavit-spectra",
    "shavit-impurity",
    "shavit-impurity-flow",
    "shavit-disorder",
    "shavit-conductance",
    "shavit-kf3",
    "shavit-trion",
    "shavit-mass",
    "shavit-side-chains",
    "shavit-8",
    "shavit-protocol",
    "shavit-knobs",
    "shavit-array",
    "shavit-array-kt",
    "shavit-two-valleys",
    "shavit-spread",
]

DIFFERING = {
    "shavit-equations": ["We enforce K_s, y_s to follow", "g_1 = g_2 = V/2"],
    "shavit-3": ["l̄ = l_max then marks the phase boundary"],
    "shavit-5": ["The trion phase is where y, the inter-wire back-scattering fugacity"],
    "shavit-18": ["strong primary-secondary interaction"],
    "shavit-trion": ["the remaining sector combining charge modes"],
    "shavit-mass": ["l_m,* = ln Λ_sec", "one may integrate out the auxiliary fermions"],
}


@pytest.fixture(scope="module", params=NAMES)
def made(request: pytest.FixtureRequest, quick: Any) -> tuple[PaperFigure, Any, list[Claim]]:
    figure, dataset = all_figures()[request.param], quick(request.param)
    return figure, dataset, figure.claims(dataset)


def test_the_figures_are_listed_in_this_order() -> None:
    assert [name for name in all_figures() if name.startswith("shavit-")] == NAMES


def test_every_claim_holds_or_differs_for_a_known_reason(made: tuple[PaperFigure, Any, list[Claim]]) -> None:
    figure, _, claims = made
    assert {claim.figure for claim in claims} == {figure.name}
    assert [claim.claim for claim in claims if claim.status == "fails"] == []
    differing = [claim.claim for claim in claims if claim.status == "differs"]
    beginnings = DIFFERING.get(figure.name, [])
    assert len(differing) == len(beginnings)
    assert all(text.startswith(beginning) for text, beginning in zip(differing, beginnings, strict=True))


def test_every_figure_says_what_it_rests_on(made: tuple[PaperFigure, Any, list[Claim]]) -> None:
    figure, dataset, claims = made
    assert "shavit_oreg2020" in dataset.attrs["references"]
    assert json.loads(dataset.attrs["parameters"])
    for variable in dataset.variables.values():
        assert variable.attrs["units"]
        assert variable.attrs["long_name"]
    ours = "this figure" if figure.name in OF_THE_FLOW else PAPER
    assert all(PAPER in claim.source or claim.source.startswith(ours) for claim in claims)
    assert "our choice" in figure.caption or (
        figure.name not in OF_THE_FLOW and "caption's parameters" in figure.caption
    )


def test_every_picture_has_labelled_axes(made: tuple[PaperFigure, Any, list[Claim]]) -> None:
    figure, dataset, _ = made
    picture = figure.draw(dataset)
    picture.draw_without_rendering()  # test_overlaps renders them all
    shared = figure.name in OF_THE_FLOW
    for ax in picture.axes:
        place = ax.get_subplotspec()
        if ax.get_label() == "<colorbar>" or (place is None if shared else not ax.axison):
            continue
        assert ax.get_ylabel() or (shared and not place.is_first_col())
        assert ax.get_xlabel() or (not place.is_last_row() if shared else ax.get_xticklabels()[0].get_text())


def test_claims_are_those_of_the_stored_dataset(made: tuple[PaperFigure, Any, list[Claim]], tmp_path: Path) -> None:
    figure, dataset, claims = made
    write_dataset(dataset, tmp_path / "stored.nc")
    assert figure.claims(read_dataset(tmp_path / "stored.nc")) == claims


def test_a_figure_is_reproduced(tmp_path: Path) -> None:
    assert {claim.figure for claim in reproduce(["shavit-spread"], tmp_path, quick=True)} == {"shavit-spread"}
    assert (tmp_path / "shavit-spread.png").stat().st_size > 0
