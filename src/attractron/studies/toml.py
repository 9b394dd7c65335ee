"""TOML with line numbers: `tomllib` gives values without positions, a good error needs both."""

import re
import sys
import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attractron.core.errors import InputError

Keys = tuple[str | int, ...]
"""Where a value stands: ("axes", "V", "points"), or ("dots", 0, "name") for an item of an array."""

LARGEST = 4_000_000
"""Characters of a study file: one of a megabyte is read in a second."""

DEEPEST = 12
"""Arrays and tables within each other; no key of a study needs more than six."""

_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'  # a multi-line string may end in up to two quotes of its own
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A TOML file: its name, text, values, and the line of every value."""

    name: str
    text: str
    data: dict[str, Any]
    lines: dict[Keys, int]

    def where(self, keys: Keys) -> str:
        """File, line and key path for an error message; a key that is not there has the line of its table."""
        known = next(keys[:n] for n in range(len(keys), -1, -1) if keys[:n] in self.lines)
        place = f"{self.name}, line {self.lines[known]}"
        return f"{place}: {key_path(keys)}" if keys else place

    def error(self, keys: Keys, expected: str, got: object, remedy: str = "") -> InputError:
        """An InputError about the value at `keys`."""
        return InputError(self.where(keys), expected, got, remedy)


def read_toml(path: str | Path) -> Document:
    """Read a TOML file.

    Raises:
        InputError: there is no such file, it is not UTF-8 text, or not TOML (with the line).
    """
    source = Path(path)
    try:
        with source.open(encoding="utf-8-sig") as file:
            text = file.read(LARGEST + 1)
    except UnicodeDecodeError:
        raise InputError(str(source), "be UTF-8 text", "bytes that are not", "save it as UTF-8") from None
    except OSError as error:
        raise InputError(str(source), "be a TOML file", (error.strerror or str(error)).lower()) from None
    if len(text) > LARGEST:
        raise InputError(str(source), "be a study file", f"more than {LARGEST:_} characters".replace("_", " "))
    return parse_toml(text, name=source.name)


def parse_toml(text: str, *, name: str = "study") -> Document:
    """Parse TOML text; `name` stands for the file in error messages."""
    try:
        data, lines = tomllib.loads(text), line_numbers(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = found[1] if found and found[1] else len(text.rstrip().splitlines()) or 1
        reason = str(error)[: found.start()] if found else str(error)
        got = f"a syntax error ({reason[:1].lower()}{reason[1:]})"
        raise InputError(f"{name}, line {line}", "be TOML", got) from None
    except ValueError:  # Python turns no more digits into a whole number
        raise _no_number(name, text) from None
    except RecursionError:
        raise InputError(name, f"nest arrays and tables at most {DEEPEST} deep", "hundreds") from None
    document = Document(name=name, text=text, data=data, lines=lines)
    deep = _too_deep(data)
    if deep:
        raise document.error(deep[:1], f"nest arrays and tables at most {DEEPEST} deep", "a deeper one")
    return document


def _no_number(name: str, text: str) -> InputError:
    most = sys.get_int_max_str_digits()
    found = re.search(rf"[\d_]{{{most}}}", text)
    line = "" if found is None else f", line {text.count(chr(10), 0, found.start()) + 1}"
    return InputError(f"{name}{line}", "hold numbers that can be calculated with", f"one of more than {most} digits")


def _too_deep(data: dict[str, Any]) -> Keys:
    """Where something is nested too deep, () where nothing is; without recursion, whose depth Python limits."""
    level: list[tuple[Keys, Any]] = [((key,), value) for key, value in data.items()]
    for _ in range(DEEPEST):
        level = [
            ((*keys, key), item)
            for keys, value in level
            if isinstance(value, dict | list)
            for key, item in (value.items() if isinstance(value, dict) else enumerate(value))
            if isinstance(item, dict | list)
        ]
    return level[0][0] if level else ()


def key_path(keys: Keys) -> str:
    """The keys as a user would write them: `dots[0].name`."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return "".join(parts).removeprefix(".")


def line_numbers(text: str) -> dict[Keys, int]:
    """The line (from 1) of every table, key and array item of a valid TOML document; the document itself is ().

    A table that is only implied (`a` in `[a.b]` or in `a.b = 1`) has the line on which it is first implied, unless it
    has a header of its own.
    """
    return _Locator(text.replace("\r\n", "\n")).document()


def spans(text: str) -> dict[Keys, tuple[int, int]]:
    """Begin and end of every value of a valid TOML document in its text, whose lines end in "\\n"; of a table with a
    header, from behind the header to the end of that line.

    >>> text = "[model]\\nU = 2.41  # meV"
    >>> {keys: text[slice(*span)] for keys, span in spans(text).items()}
    {('model',): '', ('model', 'U'): '2.41'}
    """
    found = _Locator(text)
    found.document()
    return found.spans


class _Locator:
    """One pass over text that `tomllib` has accepted, so that nothing needs to be checked again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [found.start() for found in re.finditer("\n", text)]
        self.lines: dict[Keys, int] = {(): 1}
        self.lengths: dict[Keys, int] = {}  # of the arrays of tables met so far
        self.spans: dict[Keys, tuple[int, int]] = {}  # of values, and of the rest of the line behind a header

    def document(self) -> dict[Keys, int]:
        table: Keys = ()
        self._take(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._take(_BLANK)
        return self.lines

    def _header(self) -> Keys:
        line = self._line()
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        *parents, last = self._key()
        self.at += brackets
        table: Keys = ()
        for part in parents:
            table = self._latest((*table, part))
            self.lines.setdefault(table, line)
        table = (*table, last)
        self.lines.setdefault(table, line)
        if brackets == 2:
            self.lengths[table] = self.lengths.get(table, 0) + 1
        table = self._latest(table)
        self.lines[table] = line
        end = self.text.find("\n", self.at)
        self.spans[table] = (self.at, len(self.text) if end < 0 else end)
        return table

    def _latest(self, table: Keys) -> Keys:
        """The last item of an array of tables; any other table as it is."""
        return (*table, self.lengths[table] - 1) if table in self.lengths else table

    def _pair(self, table: Keys) -> None:
        line = self._line()
        for part in self._key():
            table = (*table, part)
            self.lines.setdefault(table, line)
        self.at += 1  # the equals sign
        self._take(_SPACE)
        self._value(table)

    def _key(self) -> list[str]:
        """A key, dotted or not, and the blanks around it."""
        parts: list[str] = []
        while not parts or self.text.startswith(".", self.at):
            self.at += bool(parts)
            self._take(_SPACE)
            quoted = self.text[self.at] in "\"'"
            part = self._take(_STRING if quoted else _BARE_KEY)
            parts.append(next(iter(tomllib.loads(f"{part} = 0"))))
            self._take(_SPACE)
        return parts

    def _value(self, keys: Keys) -> None:
        start = self.at
        self._take_value(keys)
        self.spans[keys] = (start, start + len(self.text[start : self.at].rstrip()))

    def _take_value(self, keys: Keys) -> None:
        match self.text[self.at]:
            case "[":
                self._items(keys)
            case "{":
                self._members(keys)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _items(self, keys: Keys) -> None:
        self.at += 1
        self._take(_BLANK)
        index = 0
        while self.text[self.at] != "]":
            self.lines[*keys, index] = self._line()
            self._value((*keys, index))
            self._take(_BLANK)
            index += 1
        self.at += 1

    def _members(self, keys: Keys) -> None:
        self.at += 1
        self._take(_BLANK)
        while self.text[self.at] != "}":
            self._pair(keys)
            self._take(_BLANK)
        self.at += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _line(self) -> int:
        return bisect_left(self.newlines, self.at) + 1
