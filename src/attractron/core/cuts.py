"""Parts of any labelled result: at values of its axes, within ranges of them, and along a line through them."""

import json
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, axis, finite, nearest, shown, whole
from attractron.core.errors import InputError
from attractron.core.results import to_json
from attractron.core.units import to_unit

DISTANCE, FRACTION = "distance", "fraction"
"""The dimension of a cut: in the unit of its axes if that is one, else from 0 to 1."""

CUT = "line_cut"
"""Attribute of a result that is a cut, and of the coordinate along it: where it begins and ends."""

SELECTION = "selection"
"""Attribute of a result that is a part of another: what was chosen."""

POINTS = 201
"""Of a cut, unless another number is asked for."""

ROUNDING = 1e-9
"""Of an axis: an end so little outside lies on it."""

NUMBERS = "iuf"
"""Kinds of values that an axis of numbers has."""

MOST_LISTED = 20
"""Labels in a message."""

INFINITE = (-np.inf, np.inf)

Value = float | str
"""Of an axis: a number in its unit, text with a unit that converts to it, or a label."""

Wanted = Value | tuple[Value | None, Value | None]
"""A value, or a range, None being the end of the axis."""


def select(dataset: xr.Dataset, wanted: Mapping[str, Wanted]) -> xr.Dataset:
    """The part of a result at some values of its axes, each the nearest there is, or within ranges of them.

    Args:
        dataset: any result.
        wanted: axis, or another coordinate over one dimension, → a number, text with a unit ("1200 µV"), a label, or
            (from, to) with both ends belonging to it; None for an end of the axis.

    Returns:
        The part; what a single value is taken of has no such dimension any more, and the value as a coordinate. The
        attribute `selection` says what was taken: a value, or the ends of a range.

    Raises:
        InputError: no such axis, with the nearest name; a number farther outside than half a step, a label that it
            does not have, a range that holds none of its points.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0, 3.5, 36), "delta_V": np.linspace(-2, 2, 41)}
        >>> diagram = at.dots.stability_diagram(device, axes)
        >>> part = at.core.select(diagram, {"V": 1.22, "dot": "L", "delta_V": (0.0, 1.0)})
        >>> round(float(part["V"]), 2), part["occupation"].sizes
        (1.2, Frozen({'delta_V': 11}))
    """
    chosen = json.loads(str(dataset.attrs.get(SELECTION, "{}")))
    for name, value in wanted.items():
        coordinate = _coordinate(dataset, name)
        (dim,) = coordinate.dims
        if isinstance(value, tuple):
            where: Any = _within(name, coordinate, value)
        elif coordinate.dtype.kind in NUMBERS:
            where = _nearest(name, coordinate, value)
        else:
            where = _labelled(name, coordinate, value)
        taken = coordinate.to_numpy()[where]
        chosen[name] = [taken[0], taken[-1]] if isinstance(value, tuple) else taken
        dataset = dataset.isel({dim: where})
    return dataset.assign_attrs({SELECTION: to_json(chosen)}) if chosen else dataset


def _coordinate(dataset: xr.Dataset, name: str) -> xr.DataArray:
    """A coordinate over one dimension, or the count along a dimension that has none."""
    if name in dataset.dims and name not in dataset.coords:
        return xr.DataArray(np.arange(dataset.sizes[name]), dims=name, name=name)
    if name in dataset.coords and dataset[name].ndim == 1:
        return dataset[name]
    if name in dataset.coords and dataset[name].ndim == 0:
        raise InputError(name, "be chosen once", "an axis of a single value", "leave it out")
    known = [*map(str, dataset.dims), *(str(each) for each in dataset.coords if dataset[each].ndim == 1)]
    known = list(dict.fromkeys(known))
    raise InputError("axis", f"be one of the result ({', '.join(known) or 'it has none'})", name, nearest(name, known))


def _number(name: str, coordinate: xr.DataArray, value: Any) -> float:
    """A value of an axis in its unit."""
    try:
        return finite(name, float(value))
    except (TypeError, ValueError):
        return to_unit(name, value, str(coordinate.attrs.get("units", "1")))


def _span(values: FloatArray) -> str:
    return f"{values.min():.6g} to {values.max():.6g}"


def _nearest(name: str, coordinate: xr.DataArray, value: Any) -> int:
    values, number = coordinate.to_numpy().astype(float), _number(name, coordinate, value)
    steps = np.diff(np.unique(values))
    room = float(steps.max()) / 2 if steps.size else np.inf
    if not values.min() - room <= number <= values.max() + room:
        raise InputError(name, f"lie within {_span(values)}", f"{number:g}")
    return int(np.argmin(np.abs(values - number)))


def _labelled(name: str, coordinate: xr.DataArray, label: Any) -> int:
    labels = [str(each) for each in coordinate.to_numpy()]
    if str(label) not in labels:
        raise InputError(
            name, f"be one of {', '.join(labels[:MOST_LISTED])}", shown(label), nearest(str(label), labels)
        )
    return labels.index(str(label))


def _within(name: str, coordinate: xr.DataArray, ends: tuple[Any, Any]) -> np.ndarray:
    if coordinate.dtype.kind not in NUMBERS:
        labels = ", ".join(map(str, coordinate.to_numpy()[:MOST_LISTED]))
        raise InputError(name, f"be one of {labels}", "a range")
    values = coordinate.to_numpy().astype(float)
    first, last = (
        end if given is None else _number(name, coordinate, given) for given, end in zip(ends, INFINITE, strict=True)
    )
    low, high = min(first, last), max(first, last)
    room = ROUNDING * float(np.ptp(values))
    (found,) = np.nonzero((values >= low - room) & (values <= high + room))
    if not found.size:
        raise InputError(name, f"have points in the range, of {_span(values)}", f"{low:g} to {high:g}")
    return found


def line_cut(
    dataset: xr.Dataset, *, start: Mapping[str, Value], stop: Mapping[str, Value], points: int = POINTS
) -> xr.Dataset:
    """A result along a straight line between two points of its axes.

    x(s) = start + (stop - start) s, s = 0 … 1 in even steps. Between the points of the axes floats are linear in each
    of them (exact for what is linear in each); flags, phases, whole numbers and texts are those of the nearest point,
    which the attribute `interpolation` of each variable says. A point beside one without a value (not a number) has
    none either, unless it lies exactly on one that has.

    Args:
        dataset: any result; what does not depend on the axes of the cut stays as it is, other axes remain.
        start: axis → value where the cut begins, a number or text with a unit.
        stop: axis → value where it ends, of the same axes.
        points: of the cut.

    Returns:
        The result over `distance` in the unit of the axes, or, if they differ in it, over `fraction`, s; with the axes
        as coordinates over it, and the ends in the attribute `line_cut`.

    Raises:
        InputError: other axes at the end than at the start, or none; names that are no axes, with the nearest that are;
            ends outside the result, with its range; ends that are the same; fewer than two points.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0, 3.5, 36), "delta_V": np.linspace(-2, 2, 41)}
        >>> diagram = at.dots.stability_diagram(device, axes)
        >>> cut = at.core.line_cut(diagram, start={"V": 0, "delta_V": -1}, stop={"V": 3, "delta_V": 1}, points=31)
        >>> cut["gap"].dims, round(float(cut["distance"][-1]), 3), cut["gap"].attrs["interpolation"]
        (('distance',), 3.606, 'linear')
    """
    count = whole("points", points, at_least=2)
    if not start or set(start) != set(stop):
        got = f"{', '.join(start) or 'none'}, and {', '.join(stop) or 'none'}"
        raise InputError("stop", "name the same axes as start, one or several", got)
    lines = {name: _line(dataset, name, start[name], stop[name], count) for name in start}
    if all(line[0] == line[-1] for line in lines.values()):
        there = ", ".join(f"{name} = {line[0]:g}" for name, line in lines.items())
        raise InputError("stop", "lie elsewhere than start", there)
    along = _along(dataset, lines)
    dim = str(along.dims[0])
    if dim in dataset.variables or dim in dataset.dims:
        raise InputError("dataset", "have no axis or variable of this name", repr(dim), "rename it")
    places = {name: _cells(dataset[name].to_numpy().astype(float), line) for name, line in lines.items()}
    found = {}
    for name, variable in dataset.variables.items():
        if name not in lines:
            found[name] = _cut(variable, places, dim) if set(lines) & set(variable.dims) else variable
    coordinates = {name: xr.Variable(dim, line, dataset[name].attrs) for name, line in lines.items()}
    coordinates |= {str(name): value for name, value in found.items() if name in dataset.coords}
    cut = xr.Dataset(
        {name: found[name] for name in dataset.data_vars}, {dim: along, **coordinates}, dict(dataset.attrs)
    )
    return cut.assign_attrs({CUT: str(along.attrs[CUT])})


def _line(dataset: xr.Dataset, name: str, first: Any, last: Any, points: int) -> FloatArray:
    """The values of an axis along the cut."""
    axes = [str(dim) for dim in dataset.dims if dim in dataset.coords and dataset[dim].dtype.kind in NUMBERS]
    if name not in axes:
        known = f"be an axis of numbers of the result ({', '.join(axes) or 'it has none'})"
        raise InputError("axis", known, name, nearest(name, axes))
    values = axis(name, dataset[name].to_numpy())
    low, high = float(values.min()), float(values.max())
    room = ROUNDING * (high - low)
    ends = [_number(name, dataset[name], end) for end in (first, last)]
    for end in ends:
        if not low - room <= end <= high + room:
            unit = str(dataset[name].attrs.get("units", "1"))
            raise InputError(name, f"lie within {low:.6g} to {high:.6g} {unit}".removesuffix(" 1"), f"{end:g}")
    return np.clip(np.linspace(ends[0], ends[1], points), low, high)


def _along(dataset: xr.Dataset, lines: Mapping[str, FloatArray]) -> xr.Variable:
    """What the cut is over."""
    points = next(iter(lines.values())).size
    units = {str(dataset[name].attrs.get("units", "1")) for name in lines}
    ends = {end: {name: line[at] for name, line in lines.items()} for end, at in (("start", 0), ("stop", -1))}
    attrs = {CUT: to_json(ends)}
    if len(units) == 1:
        length = float(np.sqrt(sum((line[-1] - line[0]) ** 2 for line in lines.values())))
        named = {"units": units.pop(), "long_name": "distance along the cut"}
        return xr.Variable(DISTANCE, np.linspace(0.0, length, points), named | attrs)
    named = {"units": "1", "long_name": "part of the way along the cut"}
    return xr.Variable(FRACTION, np.linspace(0.0, 1.0, points), named | attrs)


def _cells(values: FloatArray, line: FloatArray) -> tuple[np.ndarray, np.ndarray, FloatArray]:
    """Both neighbours of each point among the values of an axis, and how far it is on its way to the second, 0 to 1."""
    if values.size == 1:
        first = np.zeros(line.size, int)
        return first, first, np.zeros(line.size)
    order = np.argsort(values)
    rising = values[order]
    at = np.clip(np.searchsorted(rising, line, side="right") - 1, 0, values.size - 2)
    share = (line - rising[at]) / (rising[at + 1] - rising[at])
    close = np.abs(share - np.round(share)) <= ROUNDING  # on a point of the axis, but for rounding
    return order[at], order[at + 1], np.where(close, np.round(share), share)


def _cut(
    variable: xr.Variable, places: Mapping[str, tuple[np.ndarray, np.ndarray, FloatArray]], dim: str
) -> xr.Variable:
    """A variable at the points of the cut."""
    names = [str(name) for name in variable.dims if name in places]
    linear = variable.dtype.kind in "fc" and "flag_values" not in variable.attrs
    if not linear:
        near = {name: np.where(places[name][2] > 0.5, places[name][1], places[name][0]) for name in names}
        return _labels(_at(variable, near, dim), variable, "nearest")
    total: Any = 0.0
    for sides in product((0, 1), repeat=len(names)):
        corner = {name: places[name][side] for name, side in zip(names, sides, strict=True)}
        shares = (places[name][2] if side else 1 - places[name][2] for name, side in zip(names, sides, strict=True))
        value = _at(variable, corner, dim)
        weight = np.prod([*shares], axis=0).reshape([-1 if each == dim else 1 for each in value.dims])
        with np.errstate(invalid="ignore"):  # 0 × ∞, of a corner that has no part
            total = total + value.copy(data=np.where(weight == 0, 0.0, weight * value.to_numpy()))
    return _labels(total.transpose(*_dims(variable, names, dim)), variable, "linear")


def _at(variable: xr.Variable, index: Mapping[str, np.ndarray], dim: str) -> xr.Variable:
    """A variable at points, with their dimension in the place of the first that they are along."""
    found = variable.isel({name: xr.Variable(dim, number) for name, number in index.items()})
    return found.transpose(*_dims(variable, list(index), dim))


def _dims(variable: xr.Variable, names: list[str], dim: str) -> list[str]:
    return list(dict.fromkeys(dim if name in names else str(name) for name in variable.dims))


def _labels(values: xr.Variable, like: xr.Variable, method: str) -> xr.Variable:
    return xr.Variable(values.dims, values.to_numpy(), {**like.attrs, "interpolation": method})
