"""Read a study file: every error names the file, the line, the key, what was expected, what came, the nearest name."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from pydantic import Field

from attractron.core import checks
from attractron.core.axes import Axes
from attractron.core.errors import InputError
from attractron.studies.axes import Grid, place_of, read_axes
from attractron.studies.knobs import check_knob, names_in
from attractron.studies.paths import with_numbers
from attractron.studies.plausible import energies_said
from attractron.studies.samples import SAMPLE
from attractron.studies.schemas import Schema, number
from attractron.studies.study import Dimension, Kind, Question, Study, knobs_of
from attractron.studies.toml import Document, read_toml
from attractron.studies.validation import placed, validated

MOST_TRIED = 1000
"""Points of a dimension that are tried before the start; of a longer one so many, evenly spread, and its extremes."""

MOST_SECONDS = 5.0
"""For the points of one dimension: of models that take long to make fewer are tried, but at least `LEAST_TRIED`."""

LEAST_TRIED = 10

MOST_SCANNED = 100_000
"""Points before one that is refused among which the first is looked for."""


class _File(Schema):
    kind: str
    model: dict[str, Any] = Field(default_factory=dict)
    question: dict[str, Any] = Field(default_factory=dict)
    axes: dict[str, Any] = Field(default_factory=dict)
    samples: dict[str, Any] = Field(default_factory=dict)
    adaptive: dict[str, Any] = Field(default_factory=dict)
    uncertainty: dict[str, Any] = Field(default_factory=dict)


MOST_NAMES = 24
"""Of knobs that an error lists."""


def read_study(path: str | Path, kinds: Mapping[str, Kind]) -> Study:
    """Read and check a study file; numbers leave it in the units of the package.

    Raises:
        InputError: whatever is wrong with the file, with its line and key.
    """
    return study_of(read_toml(path), kinds)


def study_of(document: Document, kinds: Mapping[str, Kind]) -> Study:
    """The study that a document describes, checked; as `read_study`."""
    file = validated(_File, document, ())
    kind = kinds[checks.choice(document.where(("kind",)), file.kind, kinds)]
    table = validated(kind.table, document, ("model",))
    model = _built(document, table, {})
    question_name = str(file.question.get("name", next(iter(kind.questions))))
    question = kind.questions[checks.choice(document.where(("question", "name")), question_name, kind.questions)]
    controls, parameters = kind.controls(model), kind.parameters(model)
    own = {**controls, **parameters}
    grid = read_axes(document, knobs_of(kind, table, model, question))
    places = {name: value for name, value in grid.held.items() if name not in {**own, **question.options.model_fields}}
    if places:
        model, table = _built(document, table, places), with_numbers(table, places)
    held = {name: value for name, value in grid.held.items() if name in parameters}
    axes = {name: value for name, value in grid.held.items() if name in controls} | grid.crossed
    study = Study(
        document=document,
        kind=kind,
        table=table,
        model=_varied(kind, model, held, document),
        question_name=question_name,
        options=_options(question, document, grid, own),
        axes=Axes({name: axes[name] for name in grid.order if name in axes}),
        uncertainty=_uncertainty(document, parameters),
        dimensions=grid.dimensions,
        held=held,
        order=grid.order,
        notes=grid.notes,
        adaptive=grid.adaptive,
    )
    _check_fit(study)
    if grid.open:
        grid = _with_windows(study, grid)
        study = replace(study, axes=Axes({**study.axes, **grid.crossed}), dimensions=grid.dimensions)
    _try(study, grid)
    return replace(study, notes=(*study.notes, *energies_said(study)))


def _with_windows(study: Study, grid: Grid) -> Grid:
    """The grid whose axes without ends have the windows that the question gives them, all others at their first."""
    window, gates = study.question.window, study.kind.controls(study.model)
    for name in grid.open:
        if window is None or name not in gates:
            expected = "have a start and a stop; only gates over which charges change find a window by themselves"
            raise study.document.error(place_of(study.document, name, 0), expected, "only points")
    first = {name: value for name, value in grid.first().items() if name in study.swept and name not in grid.open}
    query = study.query(study.axes.fixed, first)
    try:
        return grid.within(window(query, grid.open) if window else {})
    except InputError as error:
        raise placed(study.document, error, ("axes", "question", "model")) from None


def at_its_line(study: Study, error: InputError) -> InputError:
    """An error of the physics with the place in the file that it is about, as far as its argument tells."""
    tables: tuple[str, ...] = ("question", "axes", "samples", "uncertainty", "model")
    if error.argument in study.document.data.get("axes", {}):  # an option, perhaps, that [question] has too
        tables = ("axes", *tables)
    return placed(study.document, error, tables)


def _built(document: Document, table: Schema, places: Mapping[str, float]) -> Any:
    """The model of a table, in which the axes may hold some numbers."""
    try:
        return (with_numbers(table, places) if places else table).made()
    except InputError as error:
        raise placed(document, error, ("axes", "model") if places else ("model",)) from None


def _varied(kind: Kind, model: Any, values: Mapping[str, float], document: Document) -> Any:
    if not values:
        return model
    try:
        return kind.vary(model, values)
    except InputError as error:
        raise placed(document, error, ("axes",)) from None


def _options(question: Question, document: Document, grid: Grid, model: Mapping[str, str]) -> Any:
    """The checked table `[question]`; what the axes hold goes before it, what they vary need not be there.

    Of an option that varies, the value here is for what is said of the whole, such as a verdict at one temperature.
    """
    given = document.data.get("question", {})
    needed = {name for name, each in question.options.model_fields.items() if each.is_required() and name not in given}
    beside = {name: value for name, value in grid.first().items() if name in grid.held or name in needed}
    known = question.options.model_fields
    options = {name: value for name, value in beside.items() if name in known and name not in model}
    return validated(question.options, document, ("question",), options)


def _try(study: Study, grid: Grid) -> None:
    """Every value of every dimension, with the others at their first, is one that the model and the options take.

    Raises:
        InputError: the first that is not, with its place.
    """
    if not grid.dimensions:
        return
    first = grid.first()
    _refusal(study, first)  # what is loaded once is not counted
    begun = perf_counter()
    _refusal(study, first)
    most = min(MOST_TRIED, LEAST_TRIED + int(MOST_SECONDS / max(perf_counter() - begun, 1e-6)))
    for dimension in grid.dimensions:
        last = -1
        for at in _tried(dimension, most):
            if _refusal(study, first | dimension.at(at)) is not None:
                start = max(0 if dimension.name == SAMPLE else last + 1, at - MOST_SCANNED)
                refused = ((n, _refusal(study, first | dimension.at(n))) for n in range(start, at + 1))
                raise next(_at_point(study, error, dimension, n) for n, error in refused if error is not None)
            last = at


def _refusal(study: Study, point: Mapping[str, float]) -> InputError | None:
    """What the model or the options say against a point."""
    known = study.question.options.model_fields
    options = {name: value for name, value in point.items() if name in known and name not in study.own}
    try:
        study.query({}, {name: value for name, value in point.items() if name in study.swept})
        if options:
            validated(study.question.options, study.document, ("question",), options)
    except InputError as error:
        return error
    return None


def _tried(dimension: Dimension, most: int) -> list[int]:
    """Points of a dimension that are tried, in order."""
    if dimension.size <= most:
        return list(range(dimension.size))
    spread = np.linspace(0, dimension.size - 1, most).round().astype(int)
    ends = [int(find(values)) for values in dimension.values.values() for find in (np.argmin, np.argmax)]
    return sorted({*spread.tolist(), *ends})


def _at_point(study: Study, error: InputError, dimension: Dimension, at: int) -> InputError:
    """What the model refuses, at the axis that brings it there."""
    argument = str(error.argument).split(": ")[-1].removeprefix("question.")
    named = ".".join(filter(None, re.split(r"[\[\]'.]+", argument)))
    # At the first point of the grid it is the knob that the error names, or the table in which it stands.
    others = [] if at else [each for each in study.dimensions if each is not dimension]
    meant = [
        (each, name)
        for each in (dimension, *others)
        for name in each.values
        if name == named or name.startswith(f"{named}.")
    ]
    dimension, knob = meant[0] if meant else (dimension, next(iter(dimension.values)))
    point = ", ".join(
        f"{name} = {value:.6g} {study.units[name]}".removesuffix(" 1") for name, value in dimension.at(at).items()
    )
    where = study.document.where(place_of(study.document, knob, at))
    expected = error.expected if knob == named else f"leave `{named}` so that it can {error.expected}"
    remedy = f"point {at} of {dimension.size}" + (f"; {error.remedy}" if error.remedy else "")
    return InputError(where, expected, f"{point}" if knob == named else f"{error.got} for {point}", remedy)


def _uncertainty(document: Document, units: Mapping[str, str]) -> dict[str, float]:
    found = {}
    for name, keys in names_in(document, ("uncertainty",), units).items():
        check_knob(document, keys, units, name)
        where, value = document.where(keys), _held(document.data, keys)
        found[name] = checks.non_negative(where, number(where, value, units[name]))
    return found


def _held(data: Any, keys: Iterable[Any]) -> Any:
    for key in keys:
        data = data[key]
    return data


def _check_fit(study: Study) -> None:
    """The question has the axes that it needs, and nothing that it could not use."""
    question, document = study.question, study.document
    if study.uncertainty and not question.uncertain:
        expected = f"be left out for the question {study.question_name!r}, which does not use it"
        raise document.error(("uncertainty",), expected, ", ".join(study.uncertainty))
    swept = tuple(study.swept)
    for need in question.needs:
        if need not in study.axes.dims and not (need == "*" and swept):
            what = "at least one axis" if need == "*" else f"the axis {need}"
            remedy = f"for example {next(iter(study.units)) if need == '*' else need} = [first value, second value, …]"
            expected = f"have {what} with several points for the question {study.question_name!r}"
            raise document.error(("axes",), expected, f"axes {', '.join(swept) or 'none'}", remedy)
    controls = study.kind.controls(study.model)
    for name in study.asked:
        if name in controls and name not in study.taken:
            usable = [knob for knob in study.units if knob not in controls or knob in study.taken]
            names = [*usable[:MOST_NAMES], *(["…"] if len(usable) > MOST_NAMES else [])]
            expected = f"be an axis of the question {study.question_name!r} ({', '.join(names)})"
            raise document.error(("axes", name), expected, repr(name), "leave it out, or ask another question")
