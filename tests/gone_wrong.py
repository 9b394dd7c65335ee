"""Study files and data files gone wrong, as hands and disks make them wrong; the same for the same seed."""

import re
from collections.abc import Callable

import numpy as np

NUMBERS = (
    *(
        "1e200",
        "-1e308",
        "1e-300",
        "-0.0",
        "0",
        "1e19",
        "-1",
        "nan",
        "inf",
        "-inf",
        "1" * 5000,
        "10" * 40,
        "2.5",
        "1e3",
    ),
    *(
        "1_000",
        "0x7fffffffffffffff",
        "9223372036854775808",
        "1e-7",
        "-2.41",
        "1e6",
        "true",
        "1979-05-27",
        '""',
        "[]",
        "{}",
    ),
)
TEXTS = (
    *(
        '"1 meV**9**9**9"',
        f'"1 {"(" * 2000}meV{")" * 2000}"',
        '"830 µeV"',
        '"0.83 MeV"',
        '"200 GHz"',
        '"9.6 K"',
        '"5 nm"',
    ),
    *(
        '"1 degC"',
        '"-50 mK"',
        '"1e400 meV"',
        '"nan meV"',
        '"electrons"',
        '"holes"',
        '"ünïcödé"',
        '"\\u0000"',
        "'''\n'''",
    ),
    *(
        '"1 meV; import os"',
        "\"__import__('os')\"",
        f'"{"9" * 400} meV"',
        '"1 %"',
        '"1 / 0"',
        '"1 meV^-99"',
        '"../../etc"',
    ),
    *("[1, 2, 3]", "[3.0, 1.0]", "[0.1, 0.1]", "[[1, 2], [3, 4]]", "[" * 500 + "]" * 500, "{ a = { b = { c = 1 } } }"),
    *(
        "{ start = 0, stop = 1 }",
        "{ start = 1, stop = 1, points = 3 }",
        "{ start = 0, stop = 1, points = 3, step = 1 }",
    ),
    *(
        "{ start = 0.0, stop = 3.0, points = 1 }",
        '{ start = "1 K", stop = 2, points = 3 }',
        '["L"]',
        '[""]',
        "{ L = 1 }",
    ),
)
_NUMBER = re.compile(r"(?<![\w.\"])-?\d+(?:\.\d+)?(?![\w.])")
_TEXT = re.compile(r'"[^"\n]*"')
_VALUE = re.compile(r"(?<== )[^#\n]+?(?=\s*(?:#|$))", re.MULTILINE)
_KEY = re.compile(r"^(?:# )?([A-Za-z_][\w.]*)(?= =)", re.MULTILINE)
_COMMENTED = re.compile(r"^# (?=\[|\w+ = )", re.MULTILINE)
_POINTS = re.compile(r"points = \d+")

Draw = np.random.Generator


def small(template: str, points: int = 3) -> str:
    """A template whose axes have few points."""
    return _POINTS.sub(f"points = {points}", template)


def study(template: str, draw: Draw) -> bytes:
    """A study file with one to three things wrong, or with an encoding that is."""
    text = template
    for _ in range(draw.integers(1, 4)):
        text = CHANGES[draw.integers(len(CHANGES))](text, draw)
    raw = text.encode("utf-8")
    return _bytes(raw, text, draw) if draw.random() < 0.1 else raw


def _one(pattern: re.Pattern[str], new: Callable[[str, Draw], str]) -> Callable[[str, Draw], str]:
    """A change of one place that a pattern finds."""

    def change(text: str, draw: Draw) -> str:
        places = list(pattern.finditer(text))
        if not places:
            return text
        place = places[draw.integers(len(places))]
        return text[: place.start()] + new(place[0], draw) + text[place.end() :]

    return change


def _among(values: tuple[str, ...]) -> Callable[[str, Draw], str]:
    return lambda _, draw: values[draw.integers(len(values))]


def _swapped(key: str, draw: Draw) -> str:
    at = draw.integers(len(key))
    return key[:at] + key[at + 1 :] + key[at] if draw.random() < 0.5 else key[:at] + "x" + key[at:]


def _lines(text: str, draw: Draw) -> str:
    """A line left out, twice, or elsewhere; or the end missing."""
    lines = text.splitlines(keepends=True) or [""]
    at, to, kind = draw.integers(len(lines)), draw.integers(len(lines)), draw.integers(4)
    if kind == 3:
        return "".join(lines)[: draw.integers(len(text) + 1)]
    line = lines.pop(at) if kind != 1 else lines[at]
    if kind != 0:
        lines.insert(to, line)
    return "".join(lines)


def _bytes(raw: bytes, text: str, draw: Draw) -> bytes:
    forms = (
        text.encode("latin-1", "replace"),
        text.encode("utf-16"),
        b"\xef\xbb\xbf" + raw,
        raw.replace(b"\n", b"\r\n"),
        flipped(raw, draw),
        raw[: draw.integers(len(raw) + 1)] + bytes(draw.integers(0, 256, 20, dtype=np.uint8)),
        b"",
    )
    return forms[draw.integers(len(forms))]


CHANGES = (
    _one(_NUMBER, _among(NUMBERS)),
    _one(_NUMBER, _among(NUMBERS)),
    _one(_VALUE, _among(NUMBERS + TEXTS)),
    _one(_TEXT, _among(TEXTS)),
    _one(_KEY, _swapped),
    _one(_COMMENTED, lambda _, draw: ""),
    _one(_COMMENTED, lambda _, draw: ""),
    _lines,
)


def flipped(raw: bytes, draw: Draw, most: int = 8) -> bytes:
    """Some bits of a file turned over."""
    changed = bytearray(raw)
    for at in draw.integers(0, len(raw) * 8, draw.integers(1, most + 1)) if raw else ():
        changed[at // 8] ^= 1 << (at % 8)
    return bytes(changed)


def data(raw: bytes, draw: Draw) -> bytes:
    """A data file that is cut off, has bits turned over, zeros in it, or more at its end; or that is empty.

    HDF5 files are cut off only: its library loops without end at some whose links were turned over.
    """
    kind, at = draw.integers(6), int(draw.integers(len(raw) + 1))
    if kind == 0 or raw.startswith(b"\x89HDF"):
        return raw[:at]
    if kind == 1:
        return raw[:at] + bytes(64) + raw[at + 64 :]
    if kind == 2:
        return raw + bytes(draw.integers(0, 256, 64, dtype=np.uint8))
    if kind == 3 and draw.random() < 0.2:
        return b""
    if kind == 4:  # the header
        return flipped(raw[:200], draw) + raw[200:]
    return flipped(raw, draw, 40)
