"""Every number of the full report is the one that was recorded: a change that moves one has to say so.

`tests/data/reference/claims.json` holds what `attractron reproduce` wrote, a claim a line; `claims_quick.json` that of
`--quick`, for figures whose full form takes long. Whoever means to change a number runs
`python -m tests.papers.test_recorded_claims` and reads the difference before it is committed.
"""

import json
from itertools import groupby
from pathlib import Path

import pytest

from attractron.papers.catalogue import all_figures

RECORD = Path(__file__).parents[1] / "data" / "reference" / "claims.json"
QUICK_RECORD = RECORD.with_name("claims_quick.json")
KEYS = ("figure", "claim", "published", "computed", "tolerance", "unit", "status")

RELATIVE = 1e-6
"""Of a number: processors round differently, and least squares end within their tolerance."""


def recorded(record=RECORD):
    rows = json.loads(record.read_text(encoding="utf-8"))
    return {figure: list(group) for figure, group in groupby(rows, key=lambda row: row["figure"])}


def calculated(name, dataset=None):
    figure = all_figures()[name]
    dataset = figure.compute(False) if dataset is None else dataset
    return [{key: claim.record()[key] for key in KEYS} for claim in figure.claims(dataset)]


LONG = (
    "hamo-2a-read",
    "hamo-2b-read",
    "hamo-drawn",
    "pair-current-on-diagram",
    "pair-peak",
    "drawn-map",
    "drawn-best",
    "shavit-spread",
)
"""Figures whose full form takes half a minute: 24 images are read, say."""

QUICK = (
    "hamo-4c-d",
    "hamo-4e-f",
    "shavit-2",
    "shavit-3",
    "shavit-4",
    "shavit-4-schemes",
    "shavit-18",
    "shavit-protocol",
    "shavit-knobs",
    "shavit-array",
)
"""Figures whose full form takes three to fifteen seconds: `make test-all` has their quick form."""


def _mark(name):
    return pytest.mark.validation if name in LONG + QUICK else pytest.mark.thorough


def test_every_figure_is_recorded():
    assert list(recorded()) == [name for name in all_figures() if name in recorded()]
    assert set(all_figures()) == set(recorded())


@pytest.mark.parametrize("name", [pytest.param(name, marks=_mark(name)) for name in recorded()])
def test_every_number_is_the_recorded_one(name):
    same_numbers(recorded()[name], calculated(name))


@pytest.mark.thorough
@pytest.mark.parametrize("name", QUICK)
def test_every_number_of_the_quick_form_is_the_recorded_one(name, quick):
    same_numbers(recorded(QUICK_RECORD)[name], calculated(name, quick(name)))


def same_numbers(before, after):
    assert len(after) == len(before)
    for old, new in zip(before, after, strict=True):
        for key in KEYS:
            same = pytest.approx(old[key], rel=RELATIVE, abs=1e-9) if isinstance(old[key], float) else old[key]
            assert new[key] == same, f"{key} of {old['claim']!r}"


def write(record, claims):
    lines = [json.dumps(row, ensure_ascii=False) for row in claims]
    record.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write(QUICK_RECORD, [row for name in QUICK for row in calculated(name, all_figures()[name].compute(True))])
    write(RECORD, [row for name in all_figures() for row in calculated(name)])
