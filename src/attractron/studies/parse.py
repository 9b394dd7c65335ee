"""Read a study file: every error names the file, the line, the key, what was expected, what came, the nearest name."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from attractron.core import checks
from attractron.core.axes import Axes
from attractron.core.checks import FloatArray, nearest, shown
from attractron.core.errors import InputError
from attractron.studies.schemas import Schema, number
from attractron.studies.study import Dimension, Kind, Question, Study, knobs_of
from attractron.studies.toml import Document, Keys, read_toml


class _File(Schema):
    kind: str
    model: dict[str, Any] = Field(default_factory=dict)
    question: dict[str, Any] = Field(default_factory=dict)
    axes: dict[str, Any] = Field(default_factory=dict)
    uncertainty: dict[str, Any] = Field(default_factory=dict)


class _Range(Schema):
    start: Any
    stop: Any
    points: int = Field(ge=2)


AnySchema = TypeVar("AnySchema", bound=Schema)


def read_study(path: str | Path, kinds: Mapping[str, Kind]) -> Study:
    """Read and check a study file; numbers leave it in the units of the package.

    Raises:
        InputError: whatever is wrong with the file, with its line and key.
    """
    document = read_toml(path)
    file = _validated(_File, document, ())
    kind = kinds[checks.choice(document.where(("kind",)), file.kind, kinds)]
    model = _built(kind, document)
    question_name = str(file.question.get("name", next(iter(kind.questions))))
    question = kind.questions[checks.choice(document.where(("question", "name")), question_name, kind.questions)]
    parameters = kind.parameters(model)
    axes = _axes(document, file.axes, knobs_of(kind, model, question))
    held = {name: value for name, value in axes.fixed.items() if name in parameters}
    options = _options(question, document, axes, {**kind.controls(model), **parameters})
    study = Study(
        document=document,
        kind=kind,
        model=_varied(kind, model, held, document),
        question_name=question_name,
        options=options,
        axes=Axes({name: value for name, value in axes.items() if np.ndim(value) or name in kind.controls(model)}),
        uncertainty=_uncertainty(document, file.uncertainty, parameters),
        dimensions=tuple(Dimension(name=name, values={name: values}) for name, values in axes.swept.items()),
    )
    _check_fit(study)
    return study


def at_its_line(study: Study, error: InputError) -> InputError:
    """An error of the physics with the place in the file that it is about, as far as its argument tells."""
    return _placed(study.document, error, ("question", "axes", "uncertainty", "model"))


def _built(kind: Kind, document: Document) -> Any:
    table = _validated(kind.table, document, ("model",))
    try:
        return table.made()
    except InputError as error:
        raise _placed(document, error, ("model",)) from None


def _varied(kind: Kind, model: Any, values: Mapping[str, float], document: Document) -> Any:
    if not values:
        return model
    try:
        return kind.vary(model, values)
    except InputError as error:
        raise _placed(document, error, ("axes",)) from None


def _axes(document: Document, table: Mapping[str, Any], units: Mapping[str, str]) -> Axes:
    axes: dict[str, FloatArray | float] = {}
    for name, value in table.items():
        keys = ("axes", name)
        _check_knob(document, keys, units)
        if isinstance(value, dict):
            given = _validated(_Range, document, keys)
            start, stop = (
                number(document.where((*keys, end)), getattr(given, end), units[name]) for end in ("start", "stop")
            )
            axes[name] = checks.axis(document.where(keys), np.linspace(start, stop, given.points))
        elif isinstance(value, list) and any(isinstance(item, list) for item in value):
            raise document.error(keys, "be one-dimensional", shown(value), "give the axis, not the grid")
        elif isinstance(value, list):
            points = [number(document.where((*keys, n)), item, units[name]) for n, item in enumerate(value)]
            axes[name] = checks.axis(document.where(keys), np.array(points))
        else:
            axes[name] = number(document.where(keys), value, units[name])
    return Axes(axes)


def _options(question: Question, document: Document, axes: Axes, model: Mapping[str, str]) -> Any:
    """The checked table `[question]`; what `[axes]` says of an option goes before it."""
    named = {name: float(np.ravel(value)[0]) for name, value in axes.items() if name not in model}
    return _validated(question.options, document, ("question",), named)


def _uncertainty(document: Document, table: Mapping[str, Any], units: Mapping[str, str]) -> dict[str, float]:
    found = {}
    for name, value in table.items():
        keys = ("uncertainty", name)
        _check_knob(document, keys, units)
        where = document.where(keys)
        found[name] = checks.non_negative(where, number(where, value, units[name]))
    return found


def _check_knob(document: Document, keys: Keys, units: Mapping[str, str]) -> None:
    name = str(keys[-1])
    if name not in units:
        expected = f"name a {'parameter' if keys[0] == 'uncertainty' else 'knob'} of the model ({', '.join(units)})"
        raise document.error(keys, expected, repr(name), nearest(name, units))


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
        if question.knobs is not None and name not in question.knobs and name in controls:
            usable = [*question.knobs, *(knob for knob in study.units if knob not in controls)]
            expected = f"be an axis of the question {study.question_name!r} ({', '.join(usable)})"
            raise document.error(("axes", name), expected, repr(name), "leave it out, or ask another question")


def _validated(
    schema: type[AnySchema], document: Document, keys: Keys, beside: Mapping[str, Any] | None = None
) -> AnySchema:
    """The table at `keys`, with what another table says of its keys."""
    table: Any = document.data
    for key in keys:
        table = table.get(key, {})
    try:
        return schema.model_validate({**table, **beside} if beside else table)
    except ValidationError as error:
        # An unknown key often explains why another one is missing.
        details = sorted(error.errors(), key=lambda entry: entry["type"] != "extra_forbidden")
        raise _input_error(schema, document, keys, details[0]) from None


def _input_error(schema: type[Schema], document: Document, table: Keys, detail: ErrorDetails) -> InputError:
    keys = (*table, *detail["loc"])
    if detail["type"] == "extra_forbidden":
        names = _names(schema, detail["loc"][:-1])
        return document.error(keys, f"be one of {', '.join(names)}", "an unknown key", nearest(str(keys[-1]), names))
    if detail["type"] == "missing":
        return document.error(keys, "be given", "nothing", f"add {keys[-1]} = ...")
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return document.error(keys, cause.expected, cause.got, cause.remedy)
    expected = re.sub(r"^\w+ should | after validation.*$", "", detail["msg"])
    return document.error(keys, expected, shown(detail["input"]))


def _names(schema: type[Schema], path: tuple[str | int, ...]) -> list[str]:
    """The keys that are allowed in the table at `path`."""
    for key in path:
        if key in schema.model_fields:
            schema = _schema_in(schema.model_fields[str(key)].annotation) or schema
    return list(schema.model_fields)


def _schema_in(annotation: Any) -> type[Schema] | None:
    """The schema in an annotation such as `dict[str, Dot]`."""
    if isinstance(annotation, type) and issubclass(annotation, Schema):
        return annotation
    return next((found for part in get_args(annotation) if (found := _schema_in(part))), None)


def _placed(document: Document, error: InputError, tables: tuple[str, ...]) -> InputError:
    """The error with the place of what its argument names: "axes['V']", "gates['V_L'].offset", "temperature"."""
    path: Keys = tuple(
        int(index) if index else name or word
        for name, index, word in re.findall(r"\['([^']*)'\]|\[(\d+)\]|([^.\[\]]+)", error.argument)
    )
    named = path[1:] if path[:1] and path[0] in tables else path
    for table in (path[0],) if len(named) < len(path) else tables:
        for keys in document.lines:
            if keys[0:1] == (table,) and keys[-1:] == named[:1] and len(keys) > 1:
                return document.error((*keys, *named[1:]), error.expected, error.got, error.remedy)
    if len(path) == 1 and path[0] in tables:
        return document.error(path, error.expected, error.got, error.remedy)
    place = document.where(tables[:1])
    return InputError(f"{place}: {error.argument}", error.expected, error.got, error.remedy)
