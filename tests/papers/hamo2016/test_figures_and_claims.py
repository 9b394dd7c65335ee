"""Every figure as a user gets it, on the quick grids: its claims, its picture, its files."""

import json
from pathlib import Path
from typing import Any

import pytest

from attractron.core.files import read_dataset
from attractron.papers.catalogue import all_figures
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.report import list_figures, reproduce

KNOWN_TO_DIFFER = {
    ("hamo-2b", "reaching Δ = 790 µeV ≈ 8 K"),
    ("hamo-3d-e", "which is exactly equal to δ"),
    (
        "hamo-scaling",
        "Our experiments achieved pairing energies of about 8 K with rather large quantum dots (approximately 400 nm).",
    ),
}

NAMES = [
    "hamo-1",
    "hamo-1c-d",
    "hamo-2a",
    "hamo-2b",
    "hamo-2a-read",
    "hamo-2b-read",
    "hamo-2c-f",
    "hamo-3a",
    "hamo-3b",
    "hamo-3c",
    "hamo-3-slope",
    "hamo-3d-e",
    "hamo-s6",
    "hamo-s6-distance",
    "hamo-4a",
    "hamo-4b",
    "hamo-4c-d",
    "hamo-4e-f",
    "hamo-4-shares",
    "hamo-drawn",
    "hamo-scaling",
    "hamo-equations",
]


@pytest.fixture(scope="module", params=NAMES)
def made(request: pytest.FixtureRequest, quick: Any) -> tuple[PaperFigure, Any, list[Claim]]:
    figure, dataset = all_figures()[request.param], quick(request.param)
    return figure, dataset, figure.claims(dataset)


def test_the_list_is_in_the_order_of_the_papers() -> None:
    listed = [name for name, _ in list_figures()]
    assert listed[: len(NAMES)] == NAMES
    papers = [name.partition("-")[0] for name in listed if name.startswith(("hamo-", "shavit-", "measured-"))]
    assert list(dict.fromkeys(papers)) == ["hamo", "shavit", "measured"]
    assert all(title for _, title in list_figures())


def test_every_claim_holds_or_differs_for_a_known_reason(made: tuple[PaperFigure, Any, list[Claim]]) -> None:
    figure, _, claims = made
    assert claims
    assert {claim.figure for claim in claims} == {figure.name}
    assert [claim.claim for claim in claims if claim.status == "fails"] == []
    differing = [(claim.figure, claim.claim) for claim in claims if claim.status == "differs"]
    assert len(differing) == len(set(differing))
    assert set(differing) == {entry for entry in KNOWN_TO_DIFFER if entry[0] == figure.name}


def test_every_figure_says_what_it_rests_on(made: tuple[PaperFigure, Any, list[Claim]]) -> None:
    figure, dataset, claims = made
    assert "hamo2016" in dataset.attrs["references"]
    assert json.loads(dataset.attrs["parameters"])
    for variable in dataset.variables.values():
        assert variable.attrs["units"]
        assert variable.attrs["long_name"]
    assert all("Hamo et al., Nature 535, 395 (2016)" in claim.source for claim in claims)
    assert "our choice" in figure.caption or "paper's" in figure.caption


def test_every_picture_has_labelled_axes(made: tuple[PaperFigure, Any, list[Claim]]) -> None:
    figure, dataset, _ = made
    picture = figure.draw(dataset)
    picture.draw_without_rendering()  # test_overlaps renders them all
    for ax in picture.axes:
        if ax.axison and ax.get_label() != "<colorbar>":
            shared_x, shared_y = ax.get_shared_x_axes(), ax.get_shared_y_axes()
            assert any(each.get_ylabel() for each in shared_y.get_siblings(ax))
            labelled = any(each.get_xlabel() for each in shared_x.get_siblings(ax))
            assert labelled or ax.get_xticklabels()[0].get_text()


def test_a_figure_survives_its_file(tmp_path: Path) -> None:
    claims = reproduce(["hamo-2a"], tmp_path, quick=True)
    stored = read_dataset(tmp_path / "hamo-2a.nc")
    assert all_figures()["hamo-2a"].claims(stored) == claims
    assert (tmp_path / "hamo-2a.nc").stat().st_size < stored.nbytes / 2
