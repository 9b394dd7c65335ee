"""A broken formula changes what a paper's figure says of a claim, by more than the claim tolerates.

A row of `tests/papers/mutations` that no claim notices is a hole in the claims: the report would be as green with the
wrong formula. `make mutations` runs them all, in some ten minutes; `make test-all` the first row of every third
equation.
`python -m pytest tests/test_claims_notice.py -m "thorough or mutations" -k "16e"` runs the rows of an equation.
"""

import importlib
import pkgutil
import re
from functools import cache

import pytest

from tests.broken_copies import PACKAGE, asked_of, copied
from tests.papers import mutations
from tests.papers.mutations.judge import judged

AREAS = sorted(module.name for module in pkgutil.iter_modules(mutations.__path__) if module.name != "judge")
ROWS = {
    f"{area}: {name}": row
    for area in AREAS
    for name, row in importlib.import_module(f"tests.papers.mutations.{area}").BROKEN.items()
}


def by_equation():
    """All rows; `make test-all` runs an area's first one of every third equation, which its name begins with."""
    seen = set()
    for name in ROWS:
        equation = re.split(r"[:,]", name.partition(": ")[2])[0]
        key = (name.partition(": ")[0], equation)
        often = key not in seen and len(seen) % 3 == 0
        yield pytest.param(name, marks=pytest.mark.thorough if often else pytest.mark.mutations)
        seen.add(key)


@cache
def sources(folder):
    return {path: path.read_text(encoding="utf-8") for path in sorted((PACKAGE / folder).rglob("*.py"))}


def place(row):
    """The file, and its text, in which the piece stands."""
    found = [(path, text) for path, text in sources(row.folder).items() if row.piece in text]
    assert len(found) == 1, f"{row.piece!r} stands in {[str(path) for path, _ in found]}"
    [(path, text)] = found
    assert text.count(row.piece) == 1, f"{row.piece!r} stands in {path} more than once"
    return path, text


@cache
def unbroken(figure):
    return judged(figure)


def of(claims, reading):
    return [claim for claim in claims if claim["reading"] == reading]


@pytest.mark.parametrize("name", ROWS)
def test_every_formula_stands_where_it_is_looked_for(name):
    place(ROWS[name])


@pytest.mark.parametrize("name", list(by_equation()))
def test_a_claim_notices(name, tmp_path):
    row = ROWS[name]
    path, text = place(row)
    before = of(unbroken(row.figure), row.reading)
    assert before, f"no claim of {row.figure} has the reading {row.reading}"
    assert all(claim["status"] != "fails" for claim in before)
    copied(tmp_path, path, text.replace(row.piece, row.broken))
    after = of(asked_of(tmp_path, judged, row.figure), row.reading)
    noticed = [new for old, new in zip(before, after, strict=True) if new["status"] not in (old["status"], "holds")]
    assert noticed, f"no claim notices: {before} became {after}"
