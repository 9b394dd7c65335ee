"""Tables of a study file against their schemas; errors of the physics at the place in the file that they are about."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from attractron.core.checks import nearest, shown
from attractron.core.errors import InputError
from attractron.studies.schemas import Schema
from attractron.studies.toml import Document, Keys

AnySchema = TypeVar("AnySchema", bound=Schema)


def validated(
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
    return document.error(keys, _expected(detail), shown(detail["input"]))


def as_input_error(error: ValidationError) -> InputError:
    """The first thing wrong with a table, with its place in it as the argument."""
    detail = error.errors()[0]
    place = ".".join(map(str, detail["loc"]))
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, InputError):
        return InputError(place, cause.expected, cause.got, cause.remedy)
    return InputError(place, _expected(detail), shown(detail["input"]))


EXPECTED = {
    "model_type": "be a table, { key = value, … }",
    "dict_type": "be a table, { name = value, … }",
    "list_type": "be a list, [value, …]",
    "string_type": "be text in quotes",
    "bool_type": "be true or false",
    "int_type": "be a whole number",
}
"""Of pydantic's types of error, in the words of a study file."""


def _expected(detail: ErrorDetails) -> str:
    if detail["type"] in EXPECTED:
        return EXPECTED[detail["type"]]
    return re.sub(r"^\w+ should | after validation.*$", "", detail["msg"])


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


def placed(document: Document, error: InputError, tables: tuple[str, ...]) -> InputError:
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
