"""The tables `[axes]` and `[samples]` of a study file as dimensions of its result, and as knobs that are held."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from pydantic import Field, create_model

from attractron.core import checks
from attractron.core.checks import FloatArray, nearest, shown
from attractron.studies.adaptive import read_adaptive
from attractron.studies.knobs import check_knob, names_in
from attractron.studies.refinement import Refinement
from attractron.studies.samples import read_samples
from attractron.studies.schemas import Schema, number
from attractron.studies.study import Dimension
from attractron.studies.toml import Document, Keys
from attractron.studies.validation import validated

MOST = 3 * 10**7
"""Points of one axis; beyond it the axis itself and its checks need a gigabyte."""

WHOLE = 1e-9
"""Of a step: `stop` is a whole number of steps away when it is that close to one."""

_RANGE: dict[str, Any] = {
    "start": (Any, None),
    "stop": (Any, None),
    "points": (int | None, Field(None, ge=2, le=MOST)),
    "step": (Any, None),
    "spacing": (Literal["linear", "log"], "linear"),
    "with": (str | None, None),  # no word that a class could have as an attribute
}
_Range: Any = create_model("Range", __base__=Schema, **_RANGE)
_Values: Any = create_model("Values", __base__=Schema, **{"values": (list[Any], ...), "with": _RANGE["with"]})


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What the axes of a study file say.

    Attributes:
        held: knob → value, of those that are no axis but a number.
        dimensions: in the order of the file, samples last.
        order: names of all that is held or varied, as in the file.
        notes: what the reader of the result is told about them.
        open: knob → points, of axes that have no ends: the question gives them a window. Here they count from zero.
        adaptive: how further points are put.
    """

    held: dict[str, float] = field(default_factory=dict)
    dimensions: tuple[Dimension, ...] = ()
    order: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    open: Mapping[str, int] = field(default_factory=dict)
    adaptive: Refinement | None = None

    @property
    def crossed(self) -> dict[str, FloatArray]:
        """Axes of one knob."""
        return {
            each.name: each.values[each.name]
            for each in self.dimensions
            if each.name in each.values and len(each.values) == 1
        }

    def first(self) -> dict[str, float]:
        """Every knob at the first point of the grid."""
        return self.held | {name: value for each in self.dimensions for name, value in each.at(0).items()}

    def within(self, windows: Mapping[str, FloatArray]) -> "Grid":
        """The same with windows for the axes that have no ends."""
        values = ({name: windows.get(name, old) for name, old in each.values.items()} for each in self.dimensions)
        closed = (Dimension(name=each.name, values=new) for each, new in zip(self.dimensions, values, strict=True))
        return replace(self, dimensions=tuple(closed), open={})


def read_axes(document: Document, units: Mapping[str, str]) -> Grid:
    """The axes and samples of a file whose knobs have these units.

    Raises:
        InputError: names that are no knob, numbers in other units, axes that are varied together and not equally long,
            and the like, with the line.
    """
    held: dict[str, float] = {}
    dimensions: dict[str, dict[str, FloatArray]] = {}
    notes: list[str] = []
    without_ends: dict[str, int] = {}
    named = names_in(document, ("axes",), units)
    table = {name: _at(document, keys) for name, keys in named.items()}
    for name in sorted(named, key=lambda name: _leader(table[name]) is not None):  # leaders first
        keys, leader = named[name], _leader(table[name])
        check_knob(document, keys, units, name)
        if leader is not None:
            _check_leader(document, keys, name, leader, dimensions)
            size = dimensions[leader][leader].size
            dimensions[leader][name], note = _together(document, keys, units[name], leader, size)
            notes += note
        elif isinstance(table[name], list | dict):
            values, note = _spread(document, keys, units[name], None)
            dimensions[name] = {name: checks.axis(document.where(keys), values)}
            notes += note
            without_ends |= {name: values.size} if _has_no_ends(table[name]) else {}
        else:
            held[name] = number(document.where(keys), table[name], units[name])
    drawn, said = read_samples(document, units, named)
    begun, adaptive = read_adaptive(document, units, named, alone=not (dimensions or drawn))
    drawn = [*drawn, *begun]
    return Grid(
        held=held,
        dimensions=(*(Dimension(name=name, values=values) for name, values in dimensions.items()), *drawn),
        order=(*named, *(name for each in drawn for name in each.values)),
        notes=(*notes, *said),
        open=without_ends,
        adaptive=adaptive,
    )


def place_of(document: Document, name: str, point: int) -> Keys:
    """Where the file says what a knob is at a point."""
    places = [
        (*table, *key)
        for table in (("axes",), ("samples", "of"), ("adaptive", "of"))
        for key in ((name,), tuple(name.split(".")))
    ]
    keys = next(keys for keys in places if keys in document.lines)
    return (*keys, point) if (*keys, point) in document.lines else keys


def _at(document: Document, keys: Keys) -> Any:
    value: Any = document.data
    for key in keys:
        value = value[key]
    return value


def _has_no_ends(value: Any) -> bool:
    """An axis of which only the points are given."""
    return isinstance(value, dict) and not {"values", "start", "stop", "with"} & {*value}


def _leader(value: Any) -> Any:
    """The axis that an axis is varied together with."""
    return value.get("with") if isinstance(value, dict) else None


def _check_leader(document: Document, keys: Keys, name: str, leader: Any, dimensions: Mapping[str, Any]) -> None:
    others = [other for other in dimensions if other != name]
    if leader not in others:
        expected = f"name an axis with several points and no `with` of its own ({', '.join(others) or 'there is none'})"
        raise document.error((*keys, "with"), expected, shown(leader), nearest(str(leader), others))


def _together(document: Document, keys: Keys, unit: str, leader: str, size: int) -> tuple[FloatArray, list[str]]:
    """Values that go with those of another axis, in any order."""
    values, notes = _spread(document, keys, unit, size)
    if values.size != size:
        expected = f"have as many points as {leader}, with which it is varied ({size})"
        remedy = "without `with` an axis is crossed with the others"
        raise document.error(keys, expected, f"{values.size} points", remedy)
    return values, notes


def _spread(document: Document, keys: Keys, unit: str, size: int | None) -> tuple[FloatArray, list[str]]:
    """The values of an axis, and what there is to say of them; `size` is that of the axis that it goes with."""
    value = _at(document, keys)
    if isinstance(value, dict) and "values" not in value:
        return _range(document, keys, unit, validated(_Range, document, keys), size)
    if isinstance(value, dict):
        keys, value = (*keys, "values"), validated(_Values, document, keys).values
    if any(isinstance(item, list) for item in value):
        raise document.error(keys, "be one-dimensional", shown(value), "give the axis, not the grid")
    return np.array([number(document.where((*keys, n)), item, unit) for n, item in enumerate(value)]), []


def _range(document: Document, keys: Keys, unit: str, given: Any, size: int | None) -> tuple[FloatArray, list[str]]:
    if _has_no_ends(given.model_dump(exclude_none=True)):
        return _open(document, keys, given), []
    for end in ("start", "stop"):
        if getattr(given, end) is None:
            raise document.error((*keys, end), "be given", "nothing", "leave out both ends for a window by itself")
    start, stop = (number(document.where((*keys, end)), getattr(given, end), unit) for end in ("start", "stop"))
    if given.step is not None:
        return _steps(document, keys, unit, given, (start, stop))
    points = size if given.points is None else given.points
    if points is None:
        raise document.error((*keys, "points"), "be given", "nothing", "add points = ..., or step = ...")
    if given.spacing == "linear":
        return np.linspace(start, stop, points), []
    for end, value in (("start", start), ("stop", stop)):
        if value <= 0:
            raise document.error((*keys, end), "be positive on a logarithmic axis", f"{value:g}", 'spacing = "linear"')
    return np.geomspace(start, stop, points), []


def _open(document: Document, keys: Keys, given: Any) -> FloatArray:
    """Places of an axis that waits for its window."""
    if given.points is None or given.spacing != "linear" or given.step is not None:
        expected = "have a start and a stop, or nothing but its points"
        raise document.error(keys, expected, shown(_at(document, keys)), "{ start = ..., stop = ..., points = ... }")
    return np.arange(given.points, dtype=float)


def _steps(
    document: Document, keys: Keys, unit: str, given: Any, ends: tuple[float, float]
) -> tuple[FloatArray, list[str]]:
    """From start by whole steps; stop is reached exactly where it is a whole number of them away."""
    where, (start, stop) = (*keys, "step"), ends
    if given.points is not None or given.spacing != "linear":
        other = "points" if given.points is not None else 'spacing = "log"'
        raise document.error(where, f"be left out beside {other}", "both", "give one of them")
    step = number(document.where(where), given.step, unit)
    steps = (stop - start) / step if step else 0.0
    if not np.isfinite(steps) or steps <= 0:
        raise document.error(where, f"lead from {start:g} to {stop:g}", f"{step:g}")
    if steps >= MOST:
        raise document.error(where, f"make an axis of at most {MOST:g} points", f"{steps:.3g}", "a longer step")
    whole = round(steps)
    if abs(steps - whole) <= WHOLE * max(steps, 1.0) and whole:
        return np.linspace(start, stop, whole + 1), []
    count = int(steps)
    if not count:
        raise document.error(where, f"be at most from start to stop, {abs(stop - start):g}", f"{step:g}")
    last = start + count * step
    note = f"The axis {'.'.join(map(str, keys[1:]))} ends at {last:.6g}: {stop:g} is no whole number of steps away."
    return np.linspace(start, last, count + 1), [note]
