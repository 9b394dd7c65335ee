"""Figures of what the phases bring about, as a user gets them on the quick grids: claims, pictures, their sources."""

import json
from pathlib import Path
from typing import Any

import pytest

from attractron.core.files import read_dataset, write_dataset
from attractron.papers.catalogue import all_figures
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.shavit_oreg2020.planes import PAPER

NAMES = [
    "shavit-table1",
    "shavit-18",
    "shavit-impurity",
    "shavit-kf3",
    "shavit-8",
    "shavit-protocol",
    "shavit-array",
]

DIFFERING = {
    "shavit-18": ["for sufficiently weak interactions between the spinful electrons", "strong primary-secondary"],
    "shavit-kf3": ["the remaining sector combining charge modes"],
    "shavit-protocol": ["... unless the interwire interactions are too weak"],
}


@pytest.fixture(scope="module", params=NAMES)
def made(request: pytest.FixtureRequest, quick: Any) -> tuple[PaperFigure, Any, list[Claim]]:
    figure, dataset = all_figures()[request.param], quick(request.param)
    return figure, dataset, figure.claims(dataset)


def test_the_figures_are_listed_in_this_order() -> None:
    assert [name for name in all_figures() if name in NAMES] == NAMES


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
    assert all(PAPER in claim.source for claim in claims)
    assert "our choice" in figure.caption or "caption's parameters" in figure.caption


def test_every_picture_has_labelled_axes(made: tuple[PaperFigure, Any, list[Claim]], tmp_path: Path) -> None:
    figure, dataset, _ = made
    picture = figure.draw(dataset)
    picture.savefig(tmp_path / "picture.png")
    for ax in picture.axes:
        if ax.axison and ax.get_label() != "<colorbar>":
            assert ax.get_ylabel()
            assert ax.get_xlabel() or ax.get_xticklabels()[0].get_text()


def test_claims_are_those_of_the_stored_dataset(made: tuple[PaperFigure, Any, list[Claim]], tmp_path: Path) -> None:
    figure, dataset, claims = made
    write_dataset(dataset, tmp_path / "stored.nc")
    assert figure.claims(read_dataset(tmp_path / "stored.nc")) == claims
