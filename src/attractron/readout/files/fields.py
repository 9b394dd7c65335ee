"""One field of a text table: a number in any spelling, a time, or what stands where there is none."""

import re
from datetime import datetime, timedelta

Number = float | complex

MISSING = frozenset(
    (
        *("", "nan", "na", "n/a", "#n/a", "#num!", "#div/0!", "null", "<null>", "none", "-", "--", "---", "?", "*"),
        *("1.#qnan", "-1.#qnan", "1.#ind", "-1.#ind", "1.#snan", "nan(ind)", "-nan(ind)", "-nan", "+nan", "missing"),
        *("1.#inf", "-1.#inf", "inf", "+inf", "-inf", "infinity", "-infinity", "∞", "-∞"),
        *("overload", "ovld", "ovl", "overflow", "ovflw", "underflow", "saturated", "err", "error", "invalid"),
    )
)
"""What stands where there is no number, in small letters."""

DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([AaPp][Mm])?")
_FORTRAN = re.compile(r"(?<=[\d.])[dD](?=[-+]?\d)")
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+([eEdD][-+]?\d+)?|[-+]?\d+,")


def without_number(text: str) -> bool:
    """A field that says that there is no number."""
    return text.casefold() in MISSING and text != "nA"


def is_number(text: str, *, comma: bool) -> bool:
    """A field with a number, a time, or none."""
    return to_number(text, comma=comma) is not None


def to_number(text: str, *, comma: bool) -> Number | None:
    """The number in a field, a date or time of day in seconds, NaN where there is no number; None for anything else.

    Args:
        text: the field.
        comma: decimals are behind a comma.

    Example:
        >>> from attractron.readout.files.fields import to_number
        >>> [to_number(text, comma=True) for text in ("1,5", "1.0D-3", "(1+2j)", "OVERLOAD", "00:01:02,5", "gate")]
        [1.5, 0.001, (1+2j), nan, 62.5, None]
    """
    try:
        return float(text)
    except ValueError:
        pass
    if without_number(text):
        return float("nan")
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    text = _FORTRAN.sub("e", text)
    try:
        return float(text)
    except ValueError:
        return _complex(text, comma) or _seconds(text)


def _complex(text: str, comma: bool) -> complex | None:
    """(1+2j), 1+2i, 1 + 2*i, or a pair (1, 2)."""
    inner = text.removeprefix("(").removesuffix(")")
    pair = inner.split(", " if comma else ",")
    bare = (inner.replace(",", ".") if comma else inner).replace(" ", "")
    try:
        if len(pair) == 2 and text.startswith("("):
            return complex(float(pair[0]), float(pair[1]))
        if bare[-1:] in ("i", "j", "I", "J") and any(map(str.isdigit, bare)):
            return complex(bare[:-1].removesuffix("*") + "j")
    except ValueError:
        pass
    return None


def _seconds(text: str) -> float | None:
    """A time of day in seconds since midnight, a date in seconds since 1970."""
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        hours, minutes, seconds, half = clock.groups()
        late = 12 * (half.casefold() == "pm") + int(hours) % 12 if half else int(hours)
        return 3600.0 * late + 60.0 * int(minutes) + float((seconds or "0").replace(",", "."))
    day = DATE.match(text)
    if day is None:
        return None
    year, month, date = map(int, re.split(r"[-/.]", day[0]))
    try:
        moment = datetime.fromisoformat(f"{year:04}-{month:02}-{date:02}{text[day.end() :].replace(',', '.')}")
    except ValueError:
        return None
    return (moment.replace(tzinfo=None) - datetime(1970, 1, 1)) / timedelta(seconds=1)
