"""Numbers of the table `[model]` by their place in it: each may be an axis, `leads.S_A.Gamma` or `dots.L.level`."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from attractron.studies.schemas import Schema, unit_of
from attractron.studies.validation import as_input_error

SEPARATOR = "."


def numbers_of(table: Schema) -> dict[str, str]:
    """Place → unit of every number in a table and in the tables within; "1" for a number without a unit.

    Those that the file leaves out are there too, for tables that it gives: the `offset` of each gate, say.

    >>> from attractron.studies.kinds.catalogue import KINDS
    >>> leads = {"S": {"dot": "A", "Gamma": 0.1, "temperature": 0.2}}
    >>> table = KINDS["leads"].table.model_validate({"dots": {"A": {}}, "leads": leads})
    >>> list(numbers_of(table).items())[:4]
    [('dots.A.level', 'meV'), ('dots.A.on_site', 'meV'), ('dots.A.max_electrons', '1'), ('leads.S.Gamma', 'meV')]
    """
    return dict(_in_table("", table))


def with_numbers(table: Schema, values: Mapping[str, float]) -> Schema:
    """The table with other numbers at some places.

    Raises:
        InputError: a place whose number is not of this kind, such as half a site, with the place as its argument.
    """
    data = _plain(table)
    for path, value in values.items():
        *parents, last = path.split(SEPARATOR)
        entry = data
        for parent in parents:
            entry = entry[int(parent)] if isinstance(entry, list) else entry.setdefault(parent, {})
        number = int(value) if float(value).is_integer() else value
        if isinstance(entry, list):
            entry[int(last)] = number
        else:
            entry[last] = number
    try:
        return type(table).model_validate(data)
    except ValidationError as error:
        raise as_input_error(error) from None


def _in_table(path: str, table: Schema) -> Iterator[tuple[str, str]]:
    for name, field in type(table).model_fields.items():
        yield from _in_value(f"{path}{name}", (field.annotation, field.metadata), getattr(table, name))


def _in_value(path: str, kind: tuple[Any, Any], value: Any) -> Iterator[tuple[str, str]]:
    """Of a value whose annotation and metadata are `kind`."""
    if isinstance(value, Schema):
        yield from _in_table(f"{path}{SEPARATOR}", value)
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _in_value(f"{path}{SEPARATOR}{name}", (_within(kind[0], dict, 1), ()), entry)
    elif isinstance(value, list | tuple):
        # A tuple of numbers has its unit itself.
        inner = (_within(kind[0], list, 0), kind[1])
        for at, entry in enumerate(value):
            yield from _in_value(f"{path}{SEPARATOR}{at}", inner, entry)
    elif value is None or (isinstance(value, float | int) and not isinstance(value, bool)):
        unit = unit_of(*kind) or (None if value is None else "1")
        if unit:
            yield path, unit


def _within(annotation: Any, container: type, position: int) -> Any:
    """What a container in an annotation, such as `dict[str, Gate]` or that or None, holds."""
    if get_origin(annotation) is container:
        return get_args(annotation)[position]
    return next((found for part in get_args(annotation) if (found := _within(part, container, position))), None)


def _plain(value: Any) -> Any:
    """Tables as what a file would give, without what is left out."""
    if isinstance(value, Schema):
        return {name: _plain(getattr(value, name)) for name in value.model_fields_set}
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, list | tuple) else value
