"""The table of claims of a paper, `claims.toml` beside its recipes, which can be read without any code.

    paper = "…"                      # stands before every `source`

    [text]                           # sentences that several entries use, as {own}
    own = "t = {t} meV is our choice."

    [[figure]]
    name = "hamo-2a"
    title = "…"
    source = "Fig. 2a"               # in the paper; or `basis` = "…", for what does not stand there
    caption = "…"                    # with {parameters} of the recipe

    [[figure.claim]]
    quote = "…"                      # the paper's words, or what we say
    source = "p. 396, and Fig. 2a"   # or `basis`
    reading = "interaction"          # what was computed
    published = 830.0                # a number, a bound ("≥ 0"), words, true or false; or {reading = "…"}
    unit = "µeV"                     # of numbers and bounds; "1" for pure ones
    tolerance = {reading = "pixel"}  # of numbers and bounds; or a number, 0 for none
    tolerance_from = "one pixel of the image, {pixel:.1f} µeV"
    instead = 2.0                    # only where the paper disagrees with its own formulas; or {reading = "…"}
    note = "…"                       # what else must be known

    [[figure.claim.case]]            # a claim for each case, whose keys are added to those above
    source = "p. 397"

All texts but `quote` and `title` are templates: {name} or {name:format} is a parameter or a reading of the recipe, an
entry of [text], or {paper}. Line ends count as blanks. The status of a claim is worked out and never typed in.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.resources import files as package_files
from string import Formatter
from typing import Any

import xarray as xr
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from attractron.core.checks import nearest, shown
from attractron.core.errors import InputError
from attractron.papers.claims import Claim, bound
from attractron.papers.figures import PaperFigure, Readings, Recipe

NAME = "claims.toml"

Names = Mapping[str, float | str | bool | None]
"""What a template may name."""


def with_table(package: str, recipes: Sequence[Recipe]) -> tuple[PaperFigure, ...]:
    """The recipes of a package joined with its table of claims, in their order.

    Raises:
        InputError: the table is not as described above, or does not fit the recipes; the figure and the claim are
            named. Whether every reading is used, and every name in a note known, needs a dataset: that is checked
            when the figure's claims are asked for.
    """
    text = package_files(package).joinpath(NAME).read_text(encoding="utf-8")
    return join(text, recipes, f"{package.rpartition('.')[2]}/{NAME}")


def join(text: str, recipes: Sequence[Recipe], where: str = NAME) -> tuple[PaperFigure, ...]:
    """The same with the text of a table; `where` is what errors call it."""
    table = _read(text, where)
    entries, wanted = [entry.name for entry in table.figure], [recipe.name for recipe in recipes]
    for name in entries:
        if entries.count(name) > 1:
            raise InputError(where, "have one entry for each figure", f"two of {name}")
    if missing := [name for name in wanted if name not in entries]:
        raise InputError(where, "have an entry for each recipe", f"none for {', '.join(missing)}")
    if left := [name for name in entries if name not in wanted]:
        raise InputError(where, "have a recipe for each entry", f"none for {', '.join(left)}")
    if entries != wanted:
        raise InputError(where, f"have the order of its recipes ({', '.join(wanted)})", ", ".join(entries))
    return tuple(
        _joined(entry, recipe, table.paper, where) for entry, recipe in zip(table.figure, recipes, strict=True)
    )


class _Entry(BaseModel):
    """Part of a table: no keys but these, no other kinds of value."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Sourced(_Entry):
    source: str | None = None
    basis: str | None = None

    def origin(self) -> str:
        """Template of where it stands; without a source or a basis that is the paper as a whole."""
        if self.basis is not None:
            return self.basis
        return "{paper}" if self.source is None else "{paper}" + ("" if self.source[0] in ",;" else ", ") + self.source


class _Worked(_Entry):
    """`{reading = "name"}`: a value that is worked out."""

    reading: str


class _Row(_Sourced):
    quote: str
    reading: str
    published: bool | float | str | _Worked
    unit: str = ""
    tolerance: float | _Worked | None = None
    tolerance_from: str = ""
    instead: bool | float | str | _Worked | None = None
    note: str = ""

    @model_validator(mode="after")
    def numbers_have_units_and_tolerances(self) -> "_Row":
        """Words have neither, and a tolerance has an origin."""
        if not isinstance(self.published, _Worked):
            numeric = isinstance(self.published, float) or bound(self.published) is not None
            if numeric and (self.tolerance is None or not self.unit):
                raise ValueError("a number needs a `unit` and a `tolerance` (0 for none)")
            if not numeric and (self.tolerance is not None or self.unit):
                raise ValueError("words, true and false have neither `unit` nor `tolerance`")
        if bool(self.tolerance) != bool(self.tolerance_from):
            raise ValueError("`tolerance_from` says where a tolerance comes from, unless it is 0")
        return self

    def readings(self) -> set[str]:
        """Readings that the row names, those in its texts left out."""
        worked = (value for value in (self.published, self.tolerance, self.instead) if isinstance(value, _Worked))
        return {self.reading, *(value.reading for value in worked)}

    def full_note(self) -> str:
        """Template of the note and of where the tolerance comes from."""
        return f"{self.note} Tolerance: {self.tolerance_from}.".lstrip() if self.tolerance_from else self.note


class _Figure(_Sourced):
    name: str
    title: str
    caption: str
    claim: list[_Row]


class _Table(_Entry):
    paper: str
    text: dict[str, str] = {}
    figure: list[_Figure]


def _read(text: str, where: str) -> _Table:
    """The table with cases resolved, sentences of [text] in their places, and no line ends."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(where, "be a TOML file", str(error)) from error
    for figure in raw.get("figure", []):
        figure["claim"] = [
            claim | case for claim in figure.get("claim", []) for case in claim.pop("case", None) or [{}]
        ]
    sentences = raw.get("text", {})
    for name in sentences:
        if f"{{{name}}}" not in text:
            raise InputError(where, "use every entry of [text]", f"{name}, which is not used")
    try:
        return _Table.model_validate(_in_place(raw, sentences))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(_place(where, first["loc"], raw), "be as a table of claims is", first["msg"]) from error


def _in_place(entry: Any, sentences: Mapping[str, str]) -> Any:
    """Any part of a table with its texts on one line and the sentences in their places."""
    if isinstance(entry, dict):
        return {key: _in_place(value, sentences) for key, value in entry.items()}
    if isinstance(entry, list):
        return [_in_place(value, sentences) for value in entry]
    if not isinstance(entry, str):
        return entry
    for name, sentence in reversed(list(sentences.items())):  # so that a sentence may use those before it
        entry = entry.replace(f"{{{name}}}", sentence)
    return re.sub(r"[ \n]+", " ", entry.strip())


def _place(where: str, steps: tuple[int | str, ...], raw: dict[str, Any]) -> str:
    """Where an error is, in words."""
    if steps[0] == "figure" and len(steps) > 1:
        where += f", {raw['figure'][steps[1]].get('name', f'figure {steps[1]}')}"
        if steps[2:3] == ("claim",) and len(steps) > 3:
            where += f", claim {int(steps[3]) + 1}"
    return f"{where}: {steps[-1]}"


def _joined(entry: _Figure, recipe: Recipe, paper: str, where: str) -> PaperFigure:
    known, where = {"paper": paper, **recipe.parameters}, f"{where}, {entry.name}"
    named = _named(entry, where)
    if unused := set(recipe.parameters) - named:
        raise InputError(where, "use every parameter of its recipe", ", ".join(sorted(unused)))
    return PaperFigure(
        name=entry.name,
        title=entry.title,
        source=_filled(entry.origin(), known, where),
        caption=_filled(entry.caption, known, where),
        compute=recipe.compute,
        draw=recipe.draw,
        claims=partial(_claims, entry, recipe.readings, known, where),
    )


def _claims(
    entry: _Figure, readings: Callable[[xr.Dataset], Readings], known: Names, where: str, result: xr.Dataset
) -> list[Claim]:
    found = readings(result)
    if twice := set(found) & set(known):
        raise InputError(where, "call readings and parameters by different names", ", ".join(sorted(twice)))
    names = {**known, **found}
    claims = [_claim(entry.name, row, names, f"{where}, claim {n}") for n, row in enumerate(entry.claim, start=1)]
    if unused := set(found) - _named(entry, where):
        raise InputError(where, "use every reading of its recipe", ", ".join(sorted(unused)))
    return claims


def _claim(figure: str, row: _Row, names: Names, where: str) -> Claim:
    def value(given: bool | float | str | _Worked | None) -> Any:
        found = _known(given.reading, names, where) if isinstance(given, _Worked) else given
        return found if found is None or isinstance(found, bool | str) else float(found)

    return Claim(
        figure=figure,
        claim=row.quote,
        source=_filled(row.origin(), names, where),
        published=value(row.published),
        computed=_known(row.reading, names, where),
        tolerance=value(row.tolerance),
        unit=row.unit,
        note=_filled(row.full_note(), names, where),
        instead=value(row.instead),
    )


def _named(entry: _Figure, where: str) -> set[str]:
    """Every name in an entry, of readings and in texts."""
    texts = [entry.caption, entry.origin()]
    for row in entry.claim:
        texts += [row.origin(), row.full_note()]
    worked = {name for row in entry.claim for name in row.readings()}
    return worked.union(*(_names_in(text, where) for text in texts))


def _names_in(template: str, where: str) -> list[str]:
    try:
        return [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise _no_template(template, where, error) from error


def _filled(template: str, names: Names, where: str) -> str:
    for name in _names_in(template, where):
        _known(name, names, where)
    try:
        return template.format_map(names)
    except (TypeError, ValueError) as error:
        raise _no_template(template, where, error) from error


def _known(name: str, names: Names, where: str) -> float | str | bool | None:
    if name not in names:
        expected = f"name what its recipe has ({', '.join(sorted(names))})"
        raise InputError(where, expected, repr(name), nearest(name, names))
    return names[name]


def _no_template(template: str, where: str, error: Exception) -> InputError:
    return InputError(where, "have texts with {name} or {name:format} in them", f"{shown(template)} ({error})")
