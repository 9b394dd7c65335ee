"""What can be changed on the page: every number of a study with its unit and a sensible range, and its choices."""

from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import Any, Literal, get_args, get_origin

from attractron.studies.paths import SEPARATOR, numbers_of
from attractron.studies.schemas import Schema
from attractron.studies.study import Study

DIGITS = 4
"""Significant digits of a number that a slider gives, so that what is shown is what is used."""

LOGARITHMIC = ("t", "Gamma", "temperature", "Lambda", "mismatch", "chi", "u_ratio")
"""Begin of the names of knobs whose size may change by orders of magnitude."""

PURE: dict[str, tuple[float, float]] = {
    "K_c": (0.1, 1.5),
    "K": (0.1, 1.5),
    "K_s": (0.5, 2.0),
    "y_s": (-1.0, 1.0),
    "y": (0.0, 1.0),
    "y_2": (0.0, 1.0),
    "upsilon": (-0.9, 0.9),
    "mismatch": (1e-3, 1.0),
    "mismatch_2": (1e-3, 1.0),
    "u_ratio": (0.1, 10.0),
    "chi": (0.1, 10.0),
    "mass": (0.0, 0.9),
    "theta": (0.0, 1.5),
    "y_threshold": (0.2, 4.0),
    "ys_threshold": (0.2, 4.0),
    "beta": (0.0, 0.9),
}
"""Range of numbers without a unit, which is that of their meaning."""

CHOICES = {
    "processes": ("sequential", "0e", "1e", "2e"),
    "method": ("finite-part", "broadened", "constant"),
    "origin": ("absolute", "centre"),
    "feedback": ("published", "complete"),
}
"""Options whose annotation is any text, and what they may be."""

WIDTH, DECADES = 2.5, 1.5
"""How far a slider goes beyond a value: by this factor, or by so many powers of ten to both sides."""

MOST_PLACES = 60
"""Numbers of a drawing or a device by their place in the file that are offered at most."""


@dataclass(frozen=True, kw_only=True)
class Knob:
    """A number of a study.

    Attributes:
        name: as results and axes have it.
        key: where it stands in the file, as for `studies.read(…, changes)`.
        value: now.
        unit: of it, "1" for none.
        low, high: of its slider.
        log: whether the slider is logarithmic.
        given: whether the file gives it; what it leaves out is less often of interest.
    """

    name: str
    key: str
    value: float
    unit: str
    low: float
    high: float
    log: bool
    given: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A word of a study: where it stands, what it is, and what it may be."""

    name: str
    key: str
    value: str
    allowed: tuple[str, ...]


def knobs_of(study: Study) -> list[Knob]:
    """All numbers that may be changed and are no axis of the picture: parameters, options, voltages, then the rest."""
    return [_knob(study, name, unit) for name, unit in _names(study).items() if _known(study, name)]


def choices_of(study: Study) -> list[Choice]:
    """All words that may be changed: options of the question, then of the model."""
    found = []
    for table, part in (("question", study.options), ("model", study.table)):
        for name, field in type(part).model_fields.items():
            allowed = _allowed(field.annotation) or CHOICES.get(name, ())
            value = getattr(part, name)
            if len(allowed) > 1 and (value in allowed or value is None):
                found.append(Choice(name=name, key=f"{table}.{name}", value=str(value or ""), allowed=allowed))
    return found


def rounded(value: float) -> float:
    """The number that a slider at this place stands for.

    >>> rounded(0.123456), rounded(2.0)
    (0.1235, 2.0)
    """
    return float(f"{value:.{DIGITS}g}")


def value_of(study: Study, name: str) -> float | None:
    """A number of a study as it is now; None where there is none."""
    if name in study.axes.fixed:
        return study.axes.fixed[name]
    if name in study.held:
        return study.held[name]
    for found in (_of_model(study.model, name), _at(study.options, name), _at(study.table, name)):
        if isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found):
            return float(found)
    return 0.0 if name in study.kind.controls(study.model) else None


def _names(study: Study) -> dict[str, str]:
    """Knob → unit."""
    controls = study.kind.controls(study.model)
    units = {**study.kind.parameters(study.model), **study.question.options.units()}
    units |= {name: controls[name] for name in study.axes.fixed if name in controls}
    known = {name.rpartition(SEPARATOR)[2] for name in units}
    places = [(name, unit) for name, unit in numbers_of(study.table).items() if SEPARATOR in name]
    own = {name: unit for name, unit in places if name.rpartition(SEPARATOR)[2] not in known}
    units |= dict(list(own.items())[:MOST_PLACES])
    return {name: unit for name, unit in units.items() if name not in study.swept and name not in study.question.own}


def _known(study: Study, name: str) -> bool:
    return value_of(study, name) is not None and not isinstance(_at(study.table, name), int)


def _of_model(model: Any, name: str) -> Any:
    """A parameter by what models call it: of dots, of their leads, of a drawing, of wires."""
    device = getattr(model, "device", model) if hasattr(model, "leads") and hasattr(model, "source") else model
    if hasattr(device, "named") and name in device.named():
        return device.named()[name].value
    if hasattr(model, "lengths"):
        try:
            return model.value(name)
        except (KeyError, TypeError):
            return None
    if hasattr(model, "wires"):
        own = {**model.source, "Lambda": model.bandwidth}
        return own[name] if name in own else getattr(model.wires, name, None)
    for lead in getattr(model, "leads", ()):
        if name == f"Gamma_{lead.name}":
            return lead.Gamma
    return getattr(model, name, None)


def _at(table: Any, path: str) -> Any:
    """What stands at a place of a table."""
    found = table
    for part in path.split(SEPARATOR):
        if isinstance(found, Schema):
            found = getattr(found, part, None)
        elif isinstance(found, dict):
            found = found.get(part)
        elif isinstance(found, list | tuple) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        else:
            return None
    return found


def _knob(study: Study, name: str, unit: str) -> Knob:
    value = value_of(study, name)
    assert value is not None
    key = key_of(study, name)
    low, high, log = range_of(name, value, unit, _window(study, unit))
    derived = name in study.kind.parameters(study.model) and name not in type(study.table).model_fields
    given = SEPARATOR not in name and (derived or _in(study.document.data, key))
    return Knob(name=name, key=key, value=value, unit=unit, low=low, high=high, log=log, given=given)


def key_of(study: Study, name: str) -> str:
    """Where the file holds a number, or is to hold it."""
    data = study.document.data
    if name in data.get("axes", {}) and name not in study.swept:
        return f"axes.{name}"
    if name in study.question.options.model_fields:
        return f"question.{name}"
    in_a_list = any(part.isdigit() for part in name.split(SEPARATOR))  # which no key of a file leads into
    if (name in type(study.table).model_fields or name in numbers_of(study.table)) and not in_a_list:
        return f"model.{name}"
    return f"axes.{name}"


def _in(data: Any, key: str) -> bool:
    for part in key.split(SEPARATOR):
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True


def _window(study: Study, unit: str) -> float:
    """How wide axes in this unit are, for voltages that are zero now."""
    spans = [abs(values).max() for name, values in study.swept.items() if study.units[name] == unit]
    return float(max(spans, default=1.0))


def range_of(name: str, value: float, unit: str, window: float = 1.0) -> tuple[float, float, bool]:
    """Ends of a slider and whether it is logarithmic; the value lies within.

    >>> range_of("U", 2.41, "meV"), range_of("temperature", 0.05, "K"), range_of("upsilon", 0.1, "1")
    ((0.0, 7.0, False), (0.001, 10.0, True), (-0.9, 0.9, False))
    """
    base = name.rpartition(SEPARATOR)[2]
    log = value > 0 and any(base == each or base.startswith(f"{each}_") for each in LOGARITHMIC)
    if base in PURE and unit in ("1", "rad"):
        low, high = PURE[base]
    elif unit == "K" and log:
        low, high = 1e-3, 10.0
    elif log:
        low, high = _power(value * 10**-DECADES), _power(value * 10**DECADES)
    elif unit == "nm" and value > 0:
        low, high = nice(value / WIDTH), nice(value * WIDTH)
    elif unit == "K" or base == "t":
        low, high = 0.0, nice(WIDTH * value) if value > 0 else 1.0
    elif value > 0 and unit != "mV":
        low, high = 0.0, nice(WIDTH * value)
    else:
        high = nice(max(WIDTH * abs(value), window if unit == "mV" else 1.0))
        low = -high
    return min(low, value), max(high, value), log


def nice(value: float) -> float:
    """A round number at or above a positive one, of one digit."""
    power = 10.0 ** floor(log10(value))
    return rounded(power * next(digit for digit in (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10) if digit * power >= value))


def _power(value: float) -> float:
    return rounded(10.0 ** round(log10(value)))


def _allowed(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(each for each in get_args(annotation) if isinstance(each, str))
    return next((found for part in get_args(annotation) if (found := _allowed(part))), ())
