"""Arrays with names as files hold them, with what the file itself says of them: axes, set points, unit, label."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.readout.files.units import split_unit


@dataclass(frozen=True, kw_only=True)
class Array:
    """An array of a file.

    Attributes:
        values: the numbers.
        unit: as the file writes it, None where it says nothing.
        axes: name of the axis of each dimension, None where the file says nothing.
        coordinates: names of the arrays that hold its set points, one for each value (columns, images) or one for each
            point of a dimension; empty where the file says nothing.
        label: what the file calls it in pictures (`long_name`, `label`).
        aliases: other names that it goes by in the file.
        missing: why points were never measured, and how many; they are NaN in `values`, or left out.
        said: what the reader of any number has to know of them.
        noise: standard error of the values where they are means of repeats, NaN where that is not known.
        sweeps: "up" and "down" where the file holds both.
        notes: what was done to the values.
    """

    values: NDArray[Any]
    unit: str | None = None
    axes: tuple[str, ...] | None = None
    coordinates: tuple[str, ...] = ()
    label: str | None = None
    aliases: tuple[str, ...] = ()
    missing: Mapping[str, int] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    noise: NDArray[Any] | None = None
    sweeps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Arrays = dict[str, Array]
"""Arrays by their names."""

Contents = tuple[Arrays, dict[str, str]]
"""What a file holds: arrays, and attributes of the file."""

Reader = Callable[[Path, str | None], Contents]
"""Reads a file; the second argument is the quantity that the user named, so that no more than it need be read."""


def short_names(arrays: Arrays) -> Arrays:
    """Arrays in groups by their own names where no other array has it, else by their full ones."""
    bases = [name.rpartition("/")[2] for name in arrays]
    short = {name: base if bases.count(base) == 1 else name for name, base in zip(arrays, bases, strict=True)}
    return {
        short[name]: replace(
            array,
            axes=None if array.axes is None else tuple(short.get(axis, axis) for axis in array.axes),
            coordinates=tuple(short.get(other, other) for other in array.coordinates),
        )
        for name, array in arrays.items()
    }


def renamed(arrays: Arrays, names: Mapping[str, str]) -> Arrays:
    """Arrays by other names (old → new); they keep the old ones as aliases."""
    return {
        names.get(name, name): replace(
            array,
            axes=None if array.axes is None else tuple(names.get(axis, axis) for axis in array.axes),
            coordinates=tuple(names.get(other, other) for other in array.coordinates),
            aliases=(*array.aliases, name) if name in names else array.aliases,
        )
        for name, array in arrays.items()
    }


def called(arrays: Arrays, names: Iterable[str]) -> Arrays:
    """Arrays by the names that the user says, where these are aliases or labels in the file, of one array each."""
    found = {}
    for name in names:
        if name in arrays:
            continue
        fitting = [own for own, array in arrays.items() if name in array.aliases]
        fitting = fitting or [own for own, array in arrays.items() if name == array.label]
        if len(fitting) == 1:
            found[fitting[0]] = name
    return renamed(arrays, found) if found else arrays


def labelled(values: Mapping[str | None, NDArray[Any]] | Mapping[str, NDArray[Any]]) -> Arrays:
    """Arrays by their labels, whose units stand in brackets; records become an array for each field."""
    found: Arrays = {}
    for label, array in values.items():
        if array.dtype.names is not None:
            found.update(fields(array))
        else:
            name, unit = split_unit(label or "")
            found[name] = Array(values=array, unit=unit)
    return found


def fields(records: NDArray[Any]) -> Arrays:
    """An array for each field of records."""
    return labelled({name: records[name] for name in records.dtype.names or ()})


def unit_of(attributes: Mapping[str, Any]) -> str | None:
    """The unit among the attributes of an array."""
    return text(attributes.get("units")) or text(attributes.get("unit"))


def label_of(attributes: Mapping[str, Any]) -> str | None:
    """What an array is called in pictures, among its attributes."""
    return text(attributes.get("long_name")) or text(attributes.get("label"))


def text(value: object) -> str | None:
    """An attribute as text, None where there is none; text in an array of one entry is that entry."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(-1)[0]
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace").strip() or None
    return None if value is None else str(value).strip() or None


def texts(value: object) -> tuple[str, ...]:
    """An attribute as a list of texts: an array of them, or one."""
    if isinstance(value, np.ndarray | list | tuple):
        return tuple(entry for entry in map(text, np.ravel(np.asarray(value, dtype=object))) if entry)
    found = text(value)
    return (found,) if found else ()
