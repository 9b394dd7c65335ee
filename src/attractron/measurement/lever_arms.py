"""Lever arms and windows as text, as a user types them on the command line."""

from collections.abc import Iterator, Sequence

from attractron.core.checks import shown
from attractron.core.errors import InputError
from attractron.core.units import to_unit

ONE = 'for a trace one number, "0.1" or "100 µeV/mV"'
TWO = 'for a diagram two dots, "P3=0.1, P4=0.02; P3=0.03, P4=0.09"'


def one_lever_arm(text: str) -> float:
    """The lever arm of a trace: "0.1" (meV/mV) or "100 µeV/mV".

    Raises:
        InputError: anything else, or a lever arm that no gate has.
    """
    if "=" in text:
        raise InputError("lever-arms", f"be {ONE}", shown(text), "this file holds a trace")
    from attractron.readout.lever_arms import lever_arm

    return lever_arm("lever-arms", _number(text))


def lever_arm_table(text: str) -> dict[str, dict[str, float]]:
    """Lever arms of two dots, dot → {axis: meV/mV}: "P3=0.1, P4=0.02; P3=0.03, P4=0.09", with names if wanted ("L: …").

    Raises:
        InputError: not two dots, an entry without "=", or a value that is no lever arm of a gate.
    """
    from attractron.readout.lever_arms import lever_arm

    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) != 2:
        raise InputError("lever-arms", f"name two dots, with ';' between them: {TWO}", shown(text))
    table: dict[str, dict[str, float]] = {}
    for number, part in enumerate(parts, start=1):
        dot, colon, entries = part.rpartition(":")
        name = dot.strip() if colon else f"dot {number}"
        table[name] = {
            axis: lever_arm(f"lever-arms, {name}, {axis}", _number(value), signed=True)
            for axis, value in assignments("lever-arms", entries, TWO)
        }
    if len(table) < 2:
        raise InputError("lever-arms", "give both dots names of their own", shown(text))
    return table


def windows(text: str) -> dict[str, tuple[float, float] | float]:
    """Axis → lowest and highest gate voltage, or the one at which it is cut, in mV: "P3=-20:0, P4=-10".

    Raises:
        InputError: an entry of another form.
    """
    example = '"P3=-20:0, P4=-10" (mV; a range, or one value to cut along)'
    found: dict[str, tuple[float, float] | float] = {}
    for axis, value in assignments("crop", text, example):
        ends = [to_unit(f"crop, {axis}", _number(end), "mV") for end in value.split(":")]
        if len(ends) > 2 or (len(ends) == 2 and ends[0] == ends[1]):
            raise InputError(f"crop, {axis}", f"be a range or one value, {example}", shown(value))
        found[axis] = ends[0] if len(ends) == 1 else (min(ends), max(ends))
    return found


def axes_given(entries: Sequence[str]) -> list[str] | dict[str, list[float]]:
    """Names of axes, or with all their first and last values in mV: ["P4=-20:0", "P3=-10:5"].

    Raises:
        InputError: some with ends and some without, or an entry of another form.
    """
    if not any("=" in entry for entry in entries):
        return list(entries)
    example = '"P4=-20:0, P3=-10:5" (mV; first and last value)'
    found = {}
    for axis, value in assignments("axes", ",".join(entries), example):
        ends = [to_unit(f"axes, {axis}", _number(end), "mV") for end in value.split(":")]
        if len(ends) != 2:
            raise InputError(f"axes, {axis}", f"be of the form {example}", shown(value))
        found[axis] = ends
    return found


def assignments(argument: str, text: str, example: str) -> Iterator[tuple[str, str]]:
    """Name and value of every "name=value" between commas.

    Raises:
        InputError: an entry of another form.
    """
    seen: set[str] = set()
    for entry in text.split(","):
        name, equals, value = (part.strip() for part in entry.partition("="))
        if not (name and equals and value):
            raise InputError(argument, f"be of the form {example}", shown(text))
        if name in seen:
            raise InputError(argument, "name every axis once", f"{name!r} twice")
        seen.add(name)
        yield name, value


def _number(text: str) -> float | str:
    """A bare number as such; text with a unit stays text."""
    try:
        return float(text)
    except ValueError:
        return text
