"""Text to numbers: encodings, dialects and preambles of tables as instruments and people write them."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.errors import InputError
from attractron.readout.files.blocks import is_setting, slow_set_points
from attractron.readout.files.fields import DATE, Number, is_number, to_number, without_number
from attractron.readout.files.units import are_units

HEAD = 5000
"""Lines among which the first of the numbers is looked for."""

SAMPLE = 40
"""Lines that tell the dialect."""

FEWEST = 2
"""Lines of a sample from which on the last one is not needed."""

MOST_WORDS = 3
"""Lines of words within a table, one below the other."""

MARKS = ("\t", ";", "|", ",")
"""Between fields, the surest first; without any of them it is blanks."""

BREAKS = dict.fromkeys(map(ord, "\n\r\t\f"))
"""What is in texts but is not printed."""

WIDE = r"\s{2,}"
"""Between names that have blanks."""

_FOREIGN = {"{": "JSON", "[": "JSON", "<": "XML or HTML"}

_COMMENT = re.compile(r"\s*(?:#+|%+|!+|//+|;+(?=\s*[^\W\d_]|\s*$)) *")
_NUMERIC = re.compile(r"[\s\"'(,;|]*[-+.\d]")
_QTLAB_NAME = re.compile(r"name\s*:\s*(.*\S)", re.IGNORECASE)

COMMENTS = ("#", "%", "!", "//", ";")


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Lines of a text, and their numbers in the file."""

    texts: list[str]
    numbers: Sequence[int]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.texts)

    def part(self, first: int, end: int) -> "Lines":
        """Those from `first` to before `end`."""
        return Lines(texts=self.texts[first:end], numbers=self.numbers[first:end])


@dataclass(frozen=True, kw_only=True)
class Table:
    """Numbers in columns, and what stands above them.

    Attributes:
        header: a name for every column, None where there is none.
        units: of the columns, from a row of their own; None where there is none.
        numbers: (line, column), complex where some are.
        clocks: columns that were dates or times of day, now in seconds.
        notes: what was left out.
    """

    header: list[str] | None
    units: list[str] | None
    numbers: NDArray[Any]
    clocks: tuple[int, ...] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What stands between the fields of a line (None: blanks), and before decimals."""

    mark: str | None
    comma: bool

    def fields(self, line: str) -> list[str]:
        """The fields of a line, without quotation marks."""
        return fields(line, self.mark)

    def number(self, text: str) -> Number | None:
        """The number in a field, NaN where one is missing, None where it is something else."""
        return to_number(text, comma=self.comma)


def fields(line: str, mark: str | None) -> list[str]:
    """The fields of a line between marks, or between blanks; one before a bracket belongs to the unit: P3 (mV)."""
    if mark is None:
        pattern = r"\"[^\"]*\"|'[^']*'|\S+(?:\s+[(\[][^)\]]*[)\]])*"
        return [each.strip("\"'") for each in re.findall(pattern, line.strip())]
    if '"' not in line:
        return [each.strip().strip("'") for each in line.strip(" \r\n").split(mark)]
    # One line at a time: a quotation mark that is not closed must not swallow the lines below.
    return [
        each.strip().strip("\"'") for each in next(csv.reader([line.strip(" ")], delimiter=mark, skipinitialspace=True))
    ]


_MINUS = re.compile(r"[\u2212\u2013](?=[\d.,])")
"""A minus sign, or a dash, before a number, as typeset text has it."""


def decoded(path: Path, raw: bytes) -> str:
    """The text of a file, with typeset minus signs as numbers have them.

    Raises:
        InputError: bytes that are no text.
    """
    return _MINUS.sub("-", _letters(path, raw))


def _letters(path: Path, raw: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or UTF-32, with or without a mark of their order, or in Latin-1.

    Raises:
        InputError: bytes that are no text.
    """
    for mark, encoding in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="ignore")  # a file that is cut off ends within a letter
    if b"\x00" in raw:
        start = np.frombuffer(raw[:4096], dtype=np.uint8)
        zeros = float((start[::2] == 0).mean()), float((start[1::2] == 0).mean())
        text = raw.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", errors="ignore")
        if max(zeros) < 0.5 or min(zeros) > 0.1 or not text[:HEAD].translate(BREAKS).isprintable():
            raise InputError(str(path), "be a text table", "a binary file")
        return text
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return raw.decode("utf-8-sig", errors="ignore")
        return raw.decode("latin-1")


def read_text(path: Path, text: str) -> Table:
    """The table of a text: its numbers, and the names and units above them.

    The table begins with the first line of numbers only that has as many fields as most lines. The last line above it
    with as many fields, in a comment or not, has the names; or the last but one, where the last has units.

    Raises:
        InputError: no numbers; lines of different length; thousands separators; a field that is no number.
    """
    lines, comments = _lines(text)
    if not lines:
        raise InputError(str(path), "hold numbers", "no line of data")
    foreign = _FOREIGN.get(lines.texts[0].lstrip()[:1])
    if foreign and lines.texts[-1].rstrip()[-1:] in "}]>":
        raise InputError(str(path), "be a text table", foreign, "convert it to CSV or NetCDF")
    dialect = _dialect(path, lines.texts)
    start, width, corner = _start(lines.texts, dialect)
    if start == len(lines):
        raise _no_numbers(path, lines, dialect)
    first = lines.numbers[start]
    before = [entry for entry in comments if entry[0] < first]
    above = [line for _, line in sorted([*before, *zip(lines.numbers[:start], lines.texts[:start], strict=True)])]
    body, notes = _without_text(lines.part(start + corner, len(lines)), set(above), dialect)
    if not body:
        raise InputError(str(path), "hold numbers", "a header only")
    numbers, clocks, more = _numbers(path, body, dialect, width)
    heads = [line for line in above if not is_setting(line)]
    names, units = (dialect.fields(lines.texts[start]), None) if corner else _names(heads, dialect, numbers)
    if names is not None and len(names) < numbers.shape[1]:
        numbers = numbers[:, : len(names)]  # every line ends with a mark
    elif names is None and np.isnan(numbers[:, -1]).all() and numbers.shape[1] > 1:
        numbers = numbers[:, :-1]
    if not np.isfinite(numbers).any():
        raise InputError(str(path), "hold numbers", "none that is finite")
    slow = slow_set_points(comments, body.numbers[: len(numbers)]) if comments else None
    if slow is not None:
        name, points = slow
        names = [name, *(names or [f"column{number}" for number in range(1, numbers.shape[1] + 1)])]
        numbers = np.column_stack([points, numbers])
        units = None if units is None else ["", *units]
        clocks = tuple(place + 1 for place in clocks)
        more = [*more, f"The set points of {name} stand in comments above the blocks."]
    return Table(header=names, units=units, numbers=numbers, clocks=clocks, notes=notes + more)


def _lines(text: str) -> tuple[Lines, list[tuple[int, str]]]:
    """Lines that say something, and comments, each with its number."""
    texts = text.splitlines()
    lines = Lines(texts=texts, numbers=range(1, len(texts) + 1))
    comments = []
    if any(mark in text for mark in COMMENTS):
        comments = [(number, line) for number, line in enumerate(texts, start=1) if _COMMENT.match(line)]
    if comments or "" in texts or any(map(str.isspace, texts)):
        marked = {number for number, _ in comments}
        keep = [at for at, line in enumerate(texts) if at + 1 not in marked and line and not line.isspace()]
        lines = Lines(texts=[texts[at] for at in keep], numbers=[at + 1 for at in keep])
    return lines, comments


def _dialect(path: Path, lines: list[str]) -> Dialect:
    """What most lines of numbers have between their fields."""
    middle = _typical(lines)
    most = max(1, len(middle) // 2)
    mark = next((mark for mark in MARKS if sum(mark in line for line in middle) >= most), None)
    if mark == "," and all(len(line.split()) > 1 and all(map(_with_comma, line.split())) for line in middle):
        mark = None  # 1,5 2,5: blanks between decimal commas
    sample = [each for line in middle for each in fields(line, mark)]
    comma = any(re.fullmatch(r"[-+]?\d*,\d+([eEdD][-+]?\d+)?", each) for each in sample)
    point = [each for each in sample if re.fullmatch(r"[-+]?\d*\.\d+([eEdD][-+]?\d+)?", each)]
    if comma and point:
        got = "numbers with a comma and numbers with a point"
        raise InputError(str(path), "have one decimal sign and no thousands separators", got, "write it with one")
    return Dialect(mark=mark, comma=comma)


def _typical(lines: list[str]) -> list[str]:
    """Lines of numbers at the end, from their first on where there are few; the very last one may be cut off."""
    found: list[str] = []
    words = 0
    for line in reversed(lines):
        few = _NUMERIC.match(line) is not None
        words = 0 if few else words + 1
        if words > MOST_WORDS and found:
            break
        found += [line] if few else []
        if len(found) > SAMPLE:
            break
    found.reverse()
    return found[:-1] if len(found) > FEWEST else found or lines[-SAMPLE:]


def _with_comma(text: str) -> bool:
    return to_number(text, comma=True) is not None and not text.endswith(",")


def _is_line_of_numbers(found: Sequence[str], dialect: Dialect) -> bool:
    return all(is_number(each, comma=dialect.comma) for each in found) and not all(map(without_number, found))


def _start(lines: list[str], dialect: Dialect) -> tuple[int, int, bool]:
    """Index of the first line of the table, the number of its fields, and whether it is the axis of a matrix."""
    width = Counter(len(dialect.fields(line)) for line in _typical(lines)).most_common(1)[0][0]
    for at, line in enumerate(lines[:HEAD]):
        found = dialect.fields(line)
        if len(found) == width and _is_line_of_numbers(found, dialect):
            corner = width > 2 and without_number(found[0]) and at + 1 < len(lines) and _is_axis(found, dialect)
            return at, width, corner
    return len(lines), width, False


def _is_axis(found: Sequence[str], dialect: Dialect) -> bool:
    """An empty field and numbers that run one way: the axis of the columns of a matrix."""
    steps = np.diff([np.real(dialect.number(each) or 0) for each in found[1:]])
    return bool((steps > 0).all() or (steps < 0).all())


def _no_numbers(path: Path, lines: Lines, dialect: Dialect) -> InputError:
    if len(lines) == 1:
        return InputError(str(path), "hold numbers", "a header only")
    for place, each in enumerate(dialect.fields(lines.texts[1]), start=1):
        if not is_number(each, comma=dialect.comma):
            return InputError(f"{path}, line {lines.numbers[1]}, field {place}", "be a number", repr(each), _hint(each))
    return InputError(str(path), "hold numbers", "no line of data")


def _without_text(lines: Lines, above: set[str], dialect: Dialect) -> tuple[Lines, list[str]]:
    """Lines of a table without names that its blocks repeat, and without words that stand below it."""
    if not above.isdisjoint(lines.texts):
        keep = [at for at, line in enumerate(lines.texts) if line not in above]
        lines = Lines(texts=[lines.texts[at] for at in keep], numbers=[lines.numbers[at] for at in keep])
    last = len(lines)
    while last > 0 and not any(is_number(each, comma=dialect.comma) for each in dialect.fields(lines.texts[last - 1])):
        last -= 1
    notes = [f"{len(lines) - last} lines of text below the table are left out."] if last < len(lines) else []
    return lines.part(0, last), notes


def _numbers(path: Path, lines: Lines, dialect: Dialect, width: int) -> tuple[NDArray[Any], tuple[int, ...], list[str]]:
    """(line, column), columns that are dates or times of day, and notes."""
    notes = []
    if len(lines) > 1 and len(dialect.fields(lines.texts[-1])) < width:
        lines = lines.part(0, len(lines) - 1)
        notes.append("The last line is cut off and left out, as of a scan that was stopped.")
    rows = lines.texts
    fast = _fast([row.replace(",", ".") for row in rows] if dialect.comma else rows, dialect.mark)
    if fast is not None and fast.shape[1] == width:
        return fast, (), notes
    split = [dialect.fields(line) for line in rows]
    for number, row in zip(lines.numbers, split, strict=True):
        if len(row) != width:
            raise InputError(f"{path}, line {number}", f"have {width} fields like the lines before", len(row))
    columns, clocks = [], []
    for place in range(width):
        values, clock = _column(path, lines, [row[place] for row in split], place, dialect)
        columns.append(values)
        clocks += [place] if clock else []
    return np.stack(columns, axis=1), tuple(clocks), notes


def _fast(rows: list[str], mark: str | None) -> NDArray[Any] | None:
    """Numbers of lines that have nothing else."""
    try:
        return np.loadtxt(rows, delimiter=mark, comments=None, ndmin=2)
    except ValueError:
        return None


def _column(path: Path, lines: Lines, found: list[str], place: int, dialect: Dialect) -> tuple[NDArray[Any], bool]:
    """A column of numbers, and whether they were dates or times of day: then in seconds."""
    try:
        return np.array(found, dtype=float), False
    except ValueError:
        pass
    values = [dialect.number(each) for each in found]
    if None in values:
        at = values.index(None)
        where = f"{path}, line {lines.numbers[at]}, field {place + 1}"
        raise InputError(where, "be a number", repr(found[at]), _hint(found[at]))
    array = np.array(values)
    return array, any(":" in each or DATE.fullmatch(each) for each in found)


def _hint(text: str) -> str:
    if re.fullmatch(r"[-+]?\d{1,3}([,.' ]\d{3})+([.,]\d*)?", text):
        return "write it without thousands separators"
    return ""


def _names(above: list[str], dialect: Dialect, numbers: NDArray[Any]) -> tuple[list[str] | None, list[str] | None]:
    """Names of the columns and their units, each None where no line says them."""
    width = numbers.shape[1]
    listed = _qtlab_names(above, width)
    if listed is not None:
        return listed, None
    empty = width - 1 if width > 1 and np.isnan(numbers[:, -1]).all() else width
    rows = [_row(line, dialect, {width, empty}, line is above[-1]) for line in above]
    units = None
    for at in reversed(range(len(rows))):
        row = rows[at]
        if row is None:
            continue
        if (
            units is None
            and are_units(row)
            and at > 0
            and rows[at - 1] is not None
            and not are_units(rows[at - 1] or [])
        ):
            units = row
        else:
            return row, units
    return None, None


def _uncommented(line: str) -> str:
    mark = _COMMENT.match(line)
    return line if mark is None else line[mark.end() :]


def _row(line: str, dialect: Dialect, widths: set[int], last: bool) -> list[str] | None:
    """A line above the table as names, whatever stands between them, where it has as many as there are columns."""
    bare = _uncommented(line)
    for text in (line, bare) if dialect.mark == ";" and line.lstrip().startswith(";") else (bare,):
        for mark in dict.fromkeys((dialect.mark, *MARKS, WIDE, None)):
            split = re.split(WIDE, text.strip()) if mark == WIDE else fields(text, mark)
            found = [re.sub(r"^[\"']|[\"']$", "", each) for each in split]
            while len(found) > min(widths) and found[-1] == "":
                found.pop()
            if last and mark == dialect.mark and len(found) == max(widths) + 1:
                found.pop()  # a column of comments without any
            if len(found) not in widths or found[-1] == "":
                continue
            plain = [each for each in found if not to_number(each, comma=dialect.comma) is not None or each == ""]
            corner = len(found) > 2 and not is_number(found[0], comma=dialect.comma) and not plain[1:]
            if (len(plain) == len(found) and not any(each.endswith((":", "=")) for each in found)) or corner:
                return found
    return None


def _qtlab_names(above: list[str], width: int) -> list[str] | None:
    """Names of columns that a preamble lists one below the other, as qtlab writes them."""
    found = [name[1] for line in above if (name := _QTLAB_NAME.fullmatch(_uncommented(line).strip()))]
    return found if len(found) == width else None
