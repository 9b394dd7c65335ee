"""plottr's data dictionaries (`.ddh5`): columns in a group, each with the names of its axes."""

from typing import Any

import h5py

from attractron.readout.files.containers import Array, Arrays, label_of, short_names, texts, unit_of

CREATED = "__creation_time_sec__"
"""Attribute that plottr puts on what it writes."""


def _groups(file: Any) -> dict[str, Any]:
    return {
        name: group
        for name, group in file.items()
        if isinstance(group, h5py.Group)
        and (CREATED in group.attrs or any(CREATED in item.attrs for item in group.values()))
    }


def wrote(file: Any) -> bool:
    """The file is plottr's."""
    return bool(_groups(file))


def arrays(file: Any) -> Arrays:
    """Columns of all groups, cut to the shortest of each group: the one that was not written when a scan was stopped.

    A column with `axes` is measured, one without is a set point; a plain column among axes of its own is both.
    """
    found: Arrays = {}
    for name, group in _groups(file).items():
        columns = {key: item for key, item in group.items() if isinstance(item, h5py.Dataset) and item.ndim > 0}
        rows = min((item.shape[0] for item in columns.values()), default=0)
        for key, item in columns.items():
            axes = tuple(f"{name}/{axis}" for axis in texts(item.attrs.get("axes")))
            values = item[:rows]
            found[f"{name}/{key}"] = Array(
                values=values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values,
                unit=unit_of(item.attrs),
                coordinates=axes,
                label=label_of(item.attrs),
            )
    return short_names(found)
