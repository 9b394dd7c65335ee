"""Options as they are typed, and as Python takes them."""

import re

from attractron.core.errors import InputError

_BETWEEN = re.compile(r",(?=[^,=]+=)")
"""A comma before the next name: labels such as (0,1) have commas, too."""


def bare_value(text: str | None) -> float | str | None:
    """A bare number as such; text with a unit, or a word, stays text."""
    from attractron.measurement.options import bare_number

    return None if text is None else bare_number(text)


def names(text: str | None) -> list[str] | None:
    """Names between commas."""
    return None if text is None else [name.strip() for name in text.split(",")]


def assigned(option: str, text: str, example: str) -> dict[str, str]:
    """Name → text of "V=1.2, dot=L".

    Raises:
        InputError: not of this form, or a name twice.
    """
    found: dict[str, str] = {}
    for entry in _BETWEEN.split(text):
        name, _, value = (part.strip() for part in entry.partition("="))
        if not (name and value):
            raise InputError(option, "be of the form AXIS=VALUE,…", repr(entry.strip()), f"for example {example}")
        if name in found:
            raise InputError(option, "give an axis once", repr(name))
        found[name] = value
    return found


def selection(texts: list[str]) -> dict[str, str | tuple[str | None, str | None]]:
    """Axis → a value or a range, of "V=1.2,dot=L" and "V=0:2"."""
    found: dict[str, str | tuple[str | None, str | None]] = {}
    for text in texts:
        for name, value in assigned("--sel", text, "V=1.2, or V=0:2").items():
            low, colon, high = (part.strip() for part in value.partition(":"))
            if name in found or ":" in high:
                raise InputError("--sel", "give one value or one range for each axis", f"{name}={value}")
            found[name] = (low or None, high or None) if colon else low
    return found


def ends(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Both ends of a line, "V=0,delta_V=-1 : V=3,delta_V=1", axis → value."""
    first, colon, last = (part.strip() for part in text.partition(":"))
    example = '"V=0,delta_V=-1 : V=3,delta_V=1"'
    if not (first and colon and last) or ":" in last:
        raise InputError("--cut", "be of the form START : STOP", repr(text), f"for example {example}")
    return assigned("--cut", first, example), assigned("--cut", last, example)
