"""Models show themselves in a notebook: what they are, and their parameters with units, as a table."""

import inspect
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from html import escape
from typing import Annotated, Any, get_args, get_origin

import numpy as np

from attractron.core.units import Unit

MOST_ROWS = 8
"""Rows and columns of an array, and entries of a tuple, that are shown."""

_ENTRY = re.compile(r"^ {4,8}(?P<names>\w+(, \w+)*): (?P<text>.*(\n {9,}.*)*)", flags=re.MULTILINE)
"""A parameter in a docstring; what goes on in the next lines stands further in."""

_CELL = "text-align:left;vertical-align:top;padding:0.1em 1.2em 0.1em 0"


class ShownAsTable:
    """A dataclass that a notebook shows as a table: name, value with its unit, and what the docstring says of it.

    Colours are those of the notebook, light or dark.

    Example:
        >>> "<td>0.9</td>" in at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2)._repr_html_().replace(
        ...     f' style="{_CELL}"', "")
        True
    """

    def _repr_html_(self) -> str:
        return table(self)


def table(model: Any) -> str:
    """A dataclass as a table in HTML; a parameter that is not given has no row.

    Args:
        model: an instance of a dataclass whose docstring names its parameters.

    Example:
        >>> from attractron.core.html import table
        >>> table(at.dots.Island(dots=("T", "B"), electrons=1)).startswith("<div><strong>Island</strong>")
        True
    """
    said = _docstring(type(model))
    title = f"<strong>{escape(type(model).__name__)}</strong> {escape(_first_sentence(type(model)))}"
    rows = [
        f'<tr><th scope="row" style="{_CELL}">{escape(field.name)}</th>'
        f'<td style="{_CELL}">{_shown(getattr(model, field.name), unit_of(field.type))}</td>'
        f'<td style="{_CELL};opacity:0.75">{escape(said.get(field.name, ""))}</td></tr>'
        for field in fields(model)
        if not field.name.startswith("_") and getattr(model, field.name) is not None
    ]
    return f"<div>{title}" + (f"<table><tbody>{''.join(rows)}</tbody></table>" if rows else "") + "</div>"


def unit_of(annotation: Any) -> str:
    """The unit in an annotation, at any depth of it; "" where there is none, or where it is a pure number.

    Example:
        >>> from attractron.core.html import unit_of
        >>> from attractron.core.units import Energy, Number
        >>> unit_of(Energy | None), unit_of(Number), unit_of(int)
        ('meV', '', '')
    """
    if get_origin(annotation) is Annotated:
        units = [extra.name for extra in annotation.__metadata__ if isinstance(extra, Unit)]
        if units:
            return "" if units[0] == "1" else units[0]
    return next(filter(None, map(unit_of, get_args(annotation))), "")


def _first_sentence(kind: type) -> str:
    return (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")


def _docstring(kind: type) -> dict[str, str]:
    """Parameter → what the docstring says of it."""
    return {
        name: " ".join(entry["text"].split())
        for entry in _ENTRY.finditer(kind.__doc__ or "")
        for name in entry["names"].split(", ")
    }


def _shown(value: Any, unit: str) -> str:
    """A value in HTML, with its unit."""
    if is_dataclass(value):
        return _one_line(value)
    if isinstance(value, np.ndarray):
        return _array(value, unit)
    if isinstance(value, Mapping):
        return _several(
            (f"{_key(key)}: {_shown(each, unit).replace('<br>', ', ')}" for key, each in value.items()),
            len(value),
            "<br>",
        )
    if isinstance(value, tuple | list):
        nested = any(is_dataclass(each) for each in value)
        return _several((_shown(each, unit) for each in value), len(value), "<br>" if nested else ", ")
    if callable(value):
        return f"<code>{escape(getattr(value, '__name__', repr(value)))}</code>"
    number = isinstance(value, float | np.floating)
    return escape(f"{value:.6g}" if number else str(value)) + (f" {escape(unit)}" if unit else "")


def _one_line(part: Any) -> str:
    """A part of a model: what is neither empty nor left out."""
    given = [
        f"{escape(field.name)} {_shown(getattr(part, field.name), unit_of(field.type)).replace('<br>', ', ')}"
        for field in fields(part)
        if not field.name.startswith("_") and _is_given(getattr(part, field.name))
    ]
    return f"{escape(type(part).__name__)}({'; '.join(given)})"


def _is_given(value: Any) -> bool:
    return value is not None and not (isinstance(value, Mapping | tuple | list | np.ndarray) and len(value) == 0)


def _several(shown: Iterable[str], number: int, between: str) -> str:
    first = [each for each, _ in zip(shown, range(MOST_ROWS), strict=False)]
    return between.join(first + ([f"… ({number})"] if number > MOST_ROWS else [])) or "none"


def _key(key: Any) -> str:
    return escape("-".join(key) if isinstance(key, tuple) else str(key))


def _array(values: Any, unit: str) -> str:
    """Few numbers in rows; of many, how many they are."""
    if values.ndim > 2 or max(values.shape, default=0) > MOST_ROWS:
        size = " × ".join(str(length) for length in values.shape)
        return f"{size} numbers from {values.min():.6g} to {values.max():.6g}{unit and ' ' + escape(unit)}"
    lines = ["&ensp;".join(f"{number:.6g}" for number in row) for row in np.atleast_2d(values) if values.size]
    return "<br>".join(lines) + (f" {escape(unit)}" if unit and lines else "") or "none"
