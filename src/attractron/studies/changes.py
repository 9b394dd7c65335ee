"""One number of a study changed, on the command line or in Python: the text changes, and with it all that follows."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from attractron.core.checks import shown
from attractron.core.errors import InputError
from attractron.studies.toml import Document, Keys, key_path, parse_toml, spans

TABLES = ("model", "question", "axes")
"""Where a key without its table is looked for; one that is nowhere is of the first."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_INSIDE = re.compile(r"\}\s*$")


def assignments(entries: list[str]) -> dict[str, str]:
    """Key → value as it is typed, "U=2.0" or "axes.V.points=50".

    Raises:
        InputError: an entry without "=", or a key twice.

    >>> assignments(["U=2.0", "carriers=holes"])
    {'U': '2.0', 'carriers': 'holes'}
    """
    found: dict[str, str] = {}
    for entry in entries:
        key, equals, value = (part.strip() for part in entry.partition("="))
        if not (key and equals and value):
            raise InputError("--set", "be of the form KEY=VALUE", shown(entry), "U=2.0, or axes.V.points=50")
        if key in found:
            raise InputError("--set", "give a key once", shown(key))
        found[key] = value
    return found


def changed(document: Document, changes: Mapping[str, Any]) -> Document:
    """A document with other values, or with more of them; its comments stay.

    Args:
        document: of a study.
        changes: key, with its table ("axes.V.points") or alone where only one table has it, → value: text is taken as
            TOML where it is some, else as text.

    Raises:
        InputError: a key that several tables have, or one within what is no table.

    >>> study = parse_toml("[model]\\nU = 2.41  # meV")
    >>> changed(study, {"U": 2.0, "carriers": "holes"}).text
    '[model]\\ncarriers = "holes"\\nU = 2.0  # meV'
    """
    text = document.text.replace("\r\n", "\n")
    for key, value in changes.items():
        text = _with(text, _path(parse_toml(text, name=document.name), key), _as_toml(value), key)
    return parse_toml(text, name=document.name)


def _path(document: Document, key: str) -> Keys:
    """Where a key stands, or is to stand."""
    path = tuple(key.split("."))
    if path[0] in document.data or path[0] == "kind":
        return path
    found = [(table, *path) for table in TABLES if path[0] in _table(document.data, table)]
    if not found and len(path) > 1:
        return path
    if len(found) > 1:
        places = " or ".join(key_path(each) for each in found)
        raise InputError(
            f"--set {key}", "say which of several it changes", f"{key}, which is in both", f"write {places}"
        )
    return found[0] if found else (TABLES[0], *path)


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    return table if isinstance(table, dict) else {}


def _as_toml(value: Any) -> str:
    """A value as TOML: of a text, itself if it is one value, else in quotes."""
    if isinstance(value, str):
        try:
            if "\n" not in value and list(tomllib.loads(f"value = {value}")) == ["value"]:
                return value
        except (ValueError, RecursionError):
            pass
    return _inline(value.tolist() if hasattr(value, "tolist") else value)


def _inline(value: Any) -> str:
    """Numbers, texts, lists and tables on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_quoted(str(key))} = {_inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _with(text: str, path: Keys, value: str, key: str) -> str:
    """The text with a value at a path: in the place of the old one, in its table, or in a table of its own."""
    known = spans(text)
    if path in known and not _has_header(text, known[path]):
        start, end = known[path]
        return text[:start] + value + text[end:]
    parent, name = path[:-1], _quoted(str(path[-1]))
    if not parent:  # before the first table
        return f"{name} = {value}\n{text}"
    if parent not in known:
        header = ".".join(_quoted(str(part)) for part in parent)
        return f"{text.rstrip()}\n\n[{header}]\n{name} = {value}\n"
    start, end = known[parent]
    if _has_header(text, known[parent]):
        return f"{text[:end]}\n{name} = {value}{text[end:]}"
    inside = _INSIDE.sub("", text[start:end])
    if inside == text[start:end]:
        raise InputError(f"--set {key}", f"name a key of a table, which {key_path(parent)} is not", shown(inside))
    comma = "" if inside.strip() in ("{", "") else ","
    return f"{text[:start]}{inside.rstrip()}{comma} {name} = {value} }}{text[end:]}"


def _has_header(text: str, span: tuple[int, int]) -> bool:
    """The span is the rest of the line behind a header."""
    return text[span[0] - 1 : span[0]] == "]" and text[: span[0]].rpartition("\n")[2].lstrip().startswith("[")


def _quoted(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
