"""QCoDeS' HDF5 files of before its databases (DataSet with HDF5Format, as qtt writes them)."""

from typing import Any

import numpy as np

from attractron.readout.files.containers import Array, Arrays, text, texts
from attractron.readout.files.units import split_unit

GROUP = "Data Arrays"


def wrote(file: Any) -> bool:
    """The file is one of QCoDeS' HDF5Format."""
    return GROUP in file and any("set_arrays" in item.attrs for item in file[GROUP].values())


def arrays(file: Any) -> Arrays:
    """Arrays that were stored as one column, in their shapes; a scan that was stopped wrote fewer values than it has.

    The slow axis is stored once, the fast one for every pixel. `set_arrays` names the set points of an array, slowest
    first; of a set point those of the loops around it.
    """
    found: Arrays = {}
    for name, item in file[GROUP].items():
        if text(item.attrs.get("is_setpoint")) is None or item.ndim != 2:
            continue
        flat = item[:, 0]
        shape = tuple(int(size) for size in np.atleast_1d(item.attrs.get("shape", flat.shape)))
        values = np.full(int(np.prod(shape)), np.nan, dtype=np.result_type(flat.dtype, np.float32))
        values[: flat.size] = flat[: values.size]
        is_set_point = str(text(item.attrs["is_setpoint"])).lower() == "true"
        label, in_label = split_unit(text(item.attrs.get("label")) or name)
        found[name] = Array(
            values=values.reshape(shape),
            unit=text(item.attrs.get("unit")) or text(item.attrs.get("units")) or in_label,
            coordinates=() if is_set_point else texts(item.attrs["set_arrays"]),
            label=label,
            aliases=tuple(alias for alias in (text(item.attrs.get("name")),) if alias and alias != name),
            missing={"behind the last one written": values.size - flat.size} if flat.size < values.size else {},
        )
    return found
