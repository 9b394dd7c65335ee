"""The table of claims: what it may say, how its texts are filled, and what is refused."""

import re
from typing import Any

import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.papers.catalogue import all_figures
from attractron.papers.figures import Readings, Recipe
from attractron.papers.table import join

PAPER = """
paper = "Somebody (2000)"

[text]
field = "at {B:g} T"
own = "The field, {field}, is ours."
"""

TABLE = """
title = "A {line}"
source = "Fig. 1"
caption = \"\"\"
A line
{field}.\"\"\"

[[claim]]
quote = "It {is}
steep"
source = "p. 1"
reading = "slope"
published = 2
unit = "mV"
tolerance = { reading = "step" }
tolerance_from = "one step of {step:.1f} mV"
note = "Read {where}. {own}"
"""
TABLE = TABLE.replace('"It {is}\nsteep"', '"""\nIt {is}\nsteep"""')
CASES = """
[[claim.case]]
[[claim.case]]
basis = "{paper}, as told; it differs"
published = 3
instead = { reading = "slope" }
note = "Not 3 but {slope:g}. {where} {own}"
"""


def recipe(readings: Readings | None = None, name: str = "line", **parameters: float | str) -> Recipe:
    found: Readings = {"slope": 2.25, "step": 0.5, "where": "there"} if readings is None else readings
    parameters = parameters or {"B": 1.5}

    def nothing(_: Any) -> Any:
        raise NotImplementedError

    return Recipe(name=name, compute=nothing, draw=nothing, readings=lambda _: found, parameters=parameters)


def claims(text: str = TABLE, own: Recipe | None = None) -> list[Any]:
    [figure] = join(PAPER, {"line": text}, [own or recipe()])
    return figure.claims(xr.Dataset())


def test_a_figure_is_its_recipe_and_its_entry() -> None:
    own = recipe()
    [figure] = join(PAPER, {"line": TABLE}, [own])
    assert (figure.name, figure.paper, figure.title) == ("line", "Somebody (2000)", "A {line}")
    assert figure.source == "Somebody (2000), Fig. 1"
    assert figure.caption == "A line at 1.5 T."
    assert (figure.compute, figure.draw) == (own.compute, own.draw)


def test_a_claim_is_filled_from_readings_and_parameters() -> None:
    [found] = claims()
    assert found.figure == "line"
    assert found.claim == "It {is} steep"
    assert found.source == "Somebody (2000), p. 1"
    assert (found.published, found.computed, found.tolerance, found.unit) == (2.0, 2.25, 0.5, "mV")
    assert isinstance(found.published, float)
    assert found.note == "Read there. The field, at 1.5 T, is ours. Tolerance: one step of 0.5 mV."
    assert found.status == "holds"


def test_cases_share_what_they_do_not_say_themselves() -> None:
    text = TABLE + CASES
    first, second = claims(text.replace('tolerance = { reading = "step" }', "tolerance = 0.5"), recipe())
    assert first == claims()[0]
    assert (second.source, second.published, second.status) == ("Somebody (2000), as told; it differs", 3.0, "differs")
    assert second.claim == first.claim


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "Somebody (2000)"),
        ('source = "; the left one"', "Somebody (2000); the left one"),
        ('basis = "theory"', "theory"),
    ],
)
def test_a_source_stands_in_the_paper_and_a_basis_elsewhere(line: str, expected: str) -> None:
    assert claims(TABLE.replace('source = "p. 1"', line))[0].source == expected


def test_words_and_yes_or_no_have_no_tolerance() -> None:
    text = re.sub(r"published(.|\n)*note", "published = true\nnote", TABLE)
    own: Readings = {"slope": False, "where": "there"}
    assert claims(text, recipe(own))[0].status == "fails"
    assert claims(text, recipe(own | {"slope": True}))[0].status == "holds"
    assert claims(text.replace("true", '"steep"'), recipe(own | {"slope": "steep"}))[0].status == "holds"


def test_what_was_not_found_fails() -> None:
    assert claims(own=recipe({"slope": None, "step": 0.5, "where": "there"}))[0].status == "fails"


def replaced(old: str, new: str) -> str:
    assert old in TABLE
    return TABLE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "`claims/line.toml` must be a TOML file"),
        (
            replaced('unit = "mV"', 'units = "mV"'),
            "line.toml, claim 1: units` must be as a table of claims is: got Extra",
        ),
        (replaced('title = "A {line}"', ""), "line.toml: title` must .*: got Field required"),
        (replaced('reading = "slope"', ""), "line.toml, claim 1: reading` must .*: got Field required"),
        (replaced('title = "A {line}"', "title = 3"), "line.toml: title` must .*: got Input should be a valid string"),
        (replaced('unit = "mV"', ""), "line.toml, claim 1.*a number needs a `unit` and a `tolerance`"),
        (replaced('tolerance = { reading = "step" }', ""), "a number needs a `unit` and a `tolerance`"),
        (replaced("published = 2", 'published = "steep"'), "words, true and false have neither `unit` nor `tolerance`"),
        (replaced('tolerance_from = "one step of {step:.1f} mV"', ""), "`tolerance_from` says where a tolerance"),
        (replaced('tolerance = { reading = "step" }', "tolerance = 0"), "`tolerance_from` says where a tolerance"),
        (replaced('{ reading = "step" }', '{ readings = "step" }'), "line.toml, claim 1"),
        (replaced("{field}.", "{fields:g}."), "`claims/line.toml` must name what its recipe has .*'fields'"),
        (replaced("{field}.", "{slope}."), "`claims/line.toml` must name what its recipe has .*'slope'"),
        (replaced("{field}.", "{B."), "must have texts with {name} or {name:format} in them"),
        (replaced("{field}.", "{B.real}."), "must name what its recipe has .*'B.real'"),
        (replaced("Read {where}.", "{where."), "must have texts with {name} or {name:format} in them"),
    ],
)
def test_a_table_that_is_not_as_it_should_be_is_refused_when_it_is_read(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        claims(text)


@pytest.mark.parametrize(
    ("text", "own", "message"),
    [
        (
            replaced("{where}", "{were}"),
            recipe(),
            "claim 1` must name what its recipe has .*did you mean 'where'",
        ),
        (
            replaced("{where}", "{where:.2f}"),
            recipe(),
            "line.toml, claim 1` must have texts with {name} or {name:format}",
        ),
        (
            replaced('reading = "slope"', 'reading = "slop"'),
            recipe(),
            "claim 1` must name what its recipe has .*'slope'",
        ),
        (TABLE, recipe({"step": 0.5, "where": "there"}), "line.toml, claim 1` must name what its recipe has .*'slope'"),
        (
            TABLE,
            recipe({"slope": 2.25, "step": 0.5, "where": "there", "B": 2.0}),
            "line.toml` must call readings and parameters by different names: got B",
        ),
        (
            TABLE,
            recipe({"slope": 2.25, "step": 0.5, "where": "", "end": 1.0}),
            "use every reading of its recipe: got end",
        ),
    ],
)
def test_a_table_that_does_not_fit_the_readings_is_refused(text: str, own: Recipe, message: str) -> None:
    with pytest.raises(InputError, match=message):
        claims(text, own)


def test_every_parameter_is_used() -> None:
    with pytest.raises(InputError, match="use every parameter of its recipe: got E"):
        claims(own=recipe(B=1.5, E=2.0))


def test_files_and_recipes_are_of_the_same_figures() -> None:
    line, curve = recipe(), recipe(name="curve")
    found = join(PAPER, {"line": TABLE, "curve": TABLE}, [curve, line])
    assert [figure.name for figure in found] == ["curve", "line"]
    with pytest.raises(InputError, match="have a file for each recipe: got none for curve"):
        join(PAPER, {"line": TABLE}, [curve, line])
    with pytest.raises(InputError, match="have a recipe for each file: got none for curve"):
        join(PAPER, {"line": TABLE, "curve": TABLE}, [line])


@pytest.mark.parametrize(
    ("paper", "message"),
    [
        ("paper = ", "`claims/paper.toml` must be a TOML file"),
        (PAPER.replace("paper =", "papers ="), "`claims/paper.toml: paper` must .*: got Field required"),
        (PAPER + 'more = "more"', "paper.toml` must use every entry of .text.: got more, which is not used"),
    ],
)
def test_what_figures_share_is_checked_too(paper: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        join(paper, {"line": TABLE}, [recipe()])


OPEN = (
    TABLE
    + """
depends_on = "the field, {B:g} T here"
choices = "by_field"
"""
)


def test_what_the_paper_leaves_open_is_judged_for_each_choice() -> None:
    found: Readings = {"slope": 2.25, "step": 0.5, "where": "there"}
    [half] = claims(OPEN, recipe(found | {"by_field": {"1 T": 2.0, "2 T": 3.0, "3 T": None}}))
    assert half.status == "open"
    assert half.record()["note"].endswith(
        "Depends on the field, 1.5 T here. Holds for: 1 T (2.00 mV). Not for: 2 T (3.00 mV), 3 T (not found)."
    )
    assert claims(OPEN, recipe(found | {"by_field": {"1 T": 2.0}}))[0].status == "holds"
    assert claims(OPEN, recipe(found | {"slope": 3.0, "by_field": {"1 T": 4.0}}))[0].status == "fails"
    with pytest.raises(InputError, match=r"line.toml, claim 1` must have a value for each choice in 'by_field': got 2"):
        claims(OPEN, recipe(found | {"by_field": 2.0}))
    with pytest.raises(InputError, match="must have one value in 'slope'"):
        claims(own=recipe(found | {"slope": {"1 T": 2.0}}))
    with pytest.raises(InputError, match="`depends_on` and `choices` belong together"):
        claims(OPEN.replace('choices = "by_field"', ""), recipe(found))


def test_what_is_read_back_says_so() -> None:
    assert claims(TABLE + "read_back = true")[0].record()["read_back"]
    assert not claims()[0].record()["read_back"]


def test_lines_of_python_are_left_as_they_are() -> None:
    lines = "import attractron as at\n{own}\n"
    [figure] = join(PAPER, {"line": f"python = '''\n{lines}'''\n" + TABLE}, [recipe()])
    assert figure.python == lines


@pytest.mark.parametrize("name", all_figures())
def test_no_text_of_a_figure_is_left_unfilled(name: str) -> None:
    figure = all_figures()[name]
    for text in (figure.title, figure.source, figure.caption):
        assert text.strip()
        assert "{" not in text
        assert "  " not in text
