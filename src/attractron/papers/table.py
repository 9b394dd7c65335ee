"""The tables of claims of a paper, in the folder `claims` beside its recipes, which can be read without any code.

`claims/paper.toml` says what several figures share:

    paper = "…"                      # stands before every `source`

    [text]                           # sentences that several entries use, as {own}
    own = "t = {t} meV is our choice."

`claims/<figure>.toml` says all else of a figure:

    title = "…"
    source = "Fig. 2a"               # in the paper; or `basis` = "…", for what does not stand there
    caption = "…"                    # with {parameters} of the recipe
    python = '''…'''                # a few lines that calculate it with the public interface; no template

    [[claim]]
    quote = "…"                      # the paper's words, or what we say
    source = "p. 396, and Fig. 2a"   # or `basis`: an independent answer that the paper does not give
    reading = "interaction"          # what was computed
    published = 830.0                # a number, a bound ("≥ 0"), words, true or false; or {reading = "…"}
    unit = "µeV"                     # of numbers and bounds; "1" for pure ones
    tolerance = {reading = "pixel"}  # of numbers and bounds; or a number, 0 for none; a margin for "<" and ">"
    tolerance_from = "one pixel of the image, {pixel:.1f} µeV"
    note = "…"                       # what else must be known
    read_back = true                 # only where the picture gives back what went into it: no prediction
    instead = 2.0                    # only where the paper disagrees with its own formulas; or {reading = "…"}
    depends_on = "t"                 # only where it depends on what the paper leaves open, …
    choices = "interaction_for_t"    # … with the reading that has a value for each choice, by the choice's name

    [[claim.case]]                   # a claim for each case, whose keys are added to those above
    source = "p. 397"

All texts but `quote`, `title` and `python` are templates: {name} or {name:format} is a parameter or a reading of the
recipe, an entry of [text], or {paper}. Line ends count as blanks. The status of a claim is worked out, never typed in.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources import files as package_files
from string import Formatter
from typing import Any, TypeVar

import xarray as xr
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from attractron.core.checks import nearest, shown
from attractron.core.errors import InputError
from attractron.papers.claims import Claim, Value, bound
from attractron.papers.figures import PaperFigure, Reading, Recipe

FOLDER, PAPER = "claims", "paper"

Names = Mapping[str, Reading]
"""What a template may name."""


def with_table(package: str, recipes: Sequence[Recipe]) -> tuple[PaperFigure, ...]:
    """The recipes of a package joined with its tables of claims, in their order.

    Raises:
        InputError: a table is not as described above, or does not fit its recipe; the figure and the claim are named.
            Whether every reading is used, and every name in a note known, needs a dataset: that is checked when the
            figure's claims are asked for.
    """
    folder = package_files(package).joinpath(FOLDER)
    texts = {
        file.name.removesuffix(".toml"): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }
    return join(texts.pop(PAPER, ""), texts, recipes, f"{package.rpartition('.')[2]}/{FOLDER}")


def join(
    paper: str, entries: Mapping[str, str], recipes: Sequence[Recipe], where: str = FOLDER
) -> tuple[PaperFigure, ...]:
    """The same with the text of paper.toml and that of each figure's file; `where` is what errors call the folder."""
    wanted = [recipe.name for recipe in recipes]
    if missing := [name for name in wanted if name not in entries]:
        raise InputError(where, "have a file for each recipe", f"none for {', '.join(missing)}")
    if left := sorted(set(entries) - set(wanted)):
        raise InputError(where, "have a recipe for each file", f"none for {', '.join(left)}")
    shared = _read(_Paper, paper, f"{where}/{PAPER}.toml", {})
    figures = tuple(_figure(recipe, entries[recipe.name], shared, f"{where}/{recipe.name}.toml") for recipe in recipes)
    for name in shared.text:
        if not any(f"{{{name}}}" in text for text in (paper, *entries.values())):
            raise InputError(f"{where}/{PAPER}.toml", "use every entry of [text]", f"{name}, which is not used")
    return figures


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
    read_back: bool = False
    depends_on: str = ""
    choices: str = ""

    @model_validator(mode="after")
    def numbers_have_units_and_tolerances(self) -> "_Row":
        """Words have neither, and a tolerance has an origin."""
        if not isinstance(self.published, _Worked):
            numeric = isinstance(self.published, float) or bound(self.published) is not None
            if numeric and (self.tolerance is None or not self.unit):
                raise ValueError("a number needs a `unit` and a `tolerance` (0 for none)")
            if not numeric and (self.tolerance is not None or self.unit):
                raise ValueError("words, true and false have neither `unit` nor `tolerance`")
        limit = None if isinstance(self.published, _Worked) else bound(self.published)
        if limit is not None and limit[0] in "<>" and not self.tolerance:
            raise ValueError("a strict bound needs a margin, its `tolerance`")
        if bool(self.tolerance) != bool(self.tolerance_from):
            raise ValueError("`tolerance_from` says where a tolerance comes from, unless it is 0")
        if bool(self.depends_on) != bool(self.choices):
            raise ValueError("`depends_on` and `choices` belong together")
        return self

    def readings(self) -> set[str]:
        """Readings that the row names, those in its texts left out."""
        worked = (value for value in (self.published, self.tolerance, self.instead) if isinstance(value, _Worked))
        return {self.reading, *([self.choices] if self.choices else []), *(value.reading for value in worked)}

    def full_note(self) -> str:
        """Template of the note and of where the tolerance comes from."""
        return f"{self.note} Tolerance: {self.tolerance_from}.".lstrip() if self.tolerance_from else self.note


class _Figure(_Sourced):
    title: str
    caption: str
    python: str = ""
    claim: list[_Row]


class _Paper(_Entry):
    paper: str
    text: dict[str, str] = {}


Table = TypeVar("Table", bound=_Entry)


def _read(model: type[Table], text: str, where: str, sentences: Mapping[str, str]) -> Table:
    """The table with cases resolved, sentences of [text] in their places, and no line ends."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(where, "be a TOML file", str(error)) from error
    python = raw.pop("python", None)  # whose line ends and braces are its own
    if "claim" in raw:
        raw["claim"] = [claim | case for claim in raw["claim"] for case in claim.pop("case", None) or [{}]]
    found = _in_place(raw, sentences or raw.get("text", {})) | ({} if python is None else {"python": python})
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(_place(where, first["loc"]), "be as a table of claims is", first["msg"]) from error


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


def _place(where: str, steps: tuple[int | str, ...]) -> str:
    """Where an error is, in words."""
    if steps[0] == "claim" and len(steps) > 1:
        where += f", claim {int(steps[1]) + 1}"
    return f"{where}: {steps[-1]}"


def _figure(recipe: Recipe, text: str, shared: _Paper, where: str) -> PaperFigure:
    paper, entry = shared.paper, _read(_Figure, text, where, shared.text)
    known: dict[str, Reading] = {"paper": paper, **recipe.parameters}
    named = _named(entry, where)
    if unused := set(recipe.parameters) - named:
        raise InputError(where, "use every parameter of its recipe", ", ".join(sorted(unused)))
    return PaperFigure(
        name=recipe.name,
        paper=paper,
        title=entry.title,
        source=_filled(entry.origin(), known, where),
        caption=_filled(entry.caption, known, where),
        compute=recipe.compute,
        draw=recipe.draw,
        claims=partial(_claims, entry, recipe, known, where),
        python=entry.python,
    )


def _claims(entry: _Figure, recipe: Recipe, known: Names, where: str, result: xr.Dataset) -> list[Claim]:
    found = recipe.readings(result)
    if twice := set(found) & set(known):
        raise InputError(where, "call readings and parameters by different names", ", ".join(sorted(twice)))
    names = {**known, **found}
    claims = [_claim(recipe.name, row, names, f"{where}, claim {n}") for n, row in enumerate(entry.claim, start=1)]
    if unused := set(found) - _named(entry, where):
        raise InputError(where, "use every reading of its recipe", ", ".join(sorted(unused)))
    return claims


def _claim(figure: str, row: _Row, names: Names, where: str) -> Claim:
    def value(given: Value | _Worked | None) -> Any:
        if not isinstance(given, _Worked):
            return float(given) if isinstance(given, float | int) and not isinstance(given, bool) else given
        return _single(given.reading, names, where)

    return Claim(
        figure=figure,
        claim=row.quote,
        source=_filled(row.origin(), names, where),
        published=value(row.published),
        computed=_single(row.reading, names, where),
        tolerance=value(row.tolerance),
        unit=row.unit,
        note=_filled(row.full_note(), names, where),
        instead=value(row.instead),
        read_back=row.read_back,
        depends_on=_filled(row.depends_on, names, where),
        choices=_choices(row.choices, names, where) if row.choices else None,
        reading=row.reading,
    )


def _single(name: str, names: Names, where: str) -> Value | None:
    found = _known(name, names, where)
    if isinstance(found, Mapping):
        raise InputError(where, f"have one value in {name!r}", shown(found))
    return found if found is None or isinstance(found, bool | str) else float(found)


def _choices(name: str, names: Names, where: str) -> Mapping[str, Value | None]:
    found = _known(name, names, where)
    if not isinstance(found, Mapping):
        raise InputError(where, f"have a value for each choice in {name!r}", shown(found))
    return found


def _named(entry: _Figure, where: str) -> set[str]:
    """Every name in an entry, of readings and in texts."""
    texts = [entry.caption, entry.origin()]
    for row in entry.claim:
        texts += [row.origin(), row.full_note(), row.depends_on]
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


def _known(name: str, names: Names, where: str) -> Reading:
    if name not in names:
        expected = f"name what its recipe has ({', '.join(sorted(names))})"
        raise InputError(where, expected, repr(name), nearest(name, names))
    return names[name]


def _no_template(template: str, where: str, error: Exception) -> InputError:
    return InputError(where, "have texts with {name} or {name:format} in them", f"{shown(template)} ({error})")
