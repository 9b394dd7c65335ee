"""Axes whose names a result needs for itself: renamed on the way in, by their own names in what a reader sees."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import xarray as xr

from attractron.measurement.options import ReadOptions
from attractron.readout.files.names import ALSO_CALLED, NAME_IN_FILE, labels

NAMING = ("lever_arms", "crop", "near")
"""Options that hold "axis=value" in text."""


def by_label(data: xr.Dataset, options: ReadOptions) -> ReadOptions:
    """Options with axes by their names in the data where the user gave one of the file's: "P1/left" as "P1_left".

    A file may have several names for an axis: "x0", "P1" and "Plunger 1" (see `readout.load`).
    """
    dims = list(map(str, data["signal"].dims))
    others = [(other, dim) for dim in dims for other in data[dim].attrs.get(ALSO_CALLED, ())]
    names = {other: dim for other, dim in others if sum(name == other for name, _ in others) == 1}
    in_file = {str(data[dim].attrs.get(NAME_IN_FILE, dim)): dim for dim in dims}
    return _translated(options, {name: dim for name, dim in names.items() if name not in dims} | in_file)


def renamed(data: xr.Dataset, options: ReadOptions, taken: Callable[[str], bool]) -> tuple[xr.Dataset, ReadOptions]:
    """Data and options with an underscore behind the names of axes that a result has taken."""
    called = labels(map(str, data["signal"].dims), taken)
    changed = {name: label for name, label in called.items() if label != name}
    if not changed:
        return data, options
    own = {label: data[name].attrs.get(NAME_IN_FILE, name) for name, label in changed.items()}
    data = data.rename(changed)
    for label, name in own.items():
        data[label].attrs[NAME_IN_FILE] = name
    return data, _translated(options, changed)


def name_axes(result: xr.Dataset, data: xr.Dataset) -> None:
    """Axes in the result's sentence, and for its picture, by their names in the file."""
    for dim in map(str, data["signal"].dims):
        name = data[dim].attrs.get(NAME_IN_FILE)
        if name is None:
            continue
        if dim in result.coords:
            result[dim].attrs[NAME_IN_FILE] = name
        said = rf"(?<!\w){re.escape(dim)}(?!\w)"
        result.attrs["summary"] = str(name).join(re.split(said, str(result.attrs["summary"])))


def _translated(options: ReadOptions, names: Mapping[str, str]) -> ReadOptions:
    found: dict[str, Any] = {}
    for name, label in names.items():
        if name == label:
            continue
        found |= {option: label for option in ("along", "bias") if getattr(options, option) == name}
        for option in NAMING:
            text = found.get(option, getattr(options, option))
            if text is not None:
                found[option] = label.join(re.split(rf"(?:(?<=[;,:])|^)\s*{re.escape(name)}(?=\s*=)", text))
    return replace(options, **found)
