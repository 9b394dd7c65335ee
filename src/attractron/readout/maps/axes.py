"""Maps at the door: two axes of known units, rising, without missing points."""

from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from attractron.core import checks
from attractron.core.checks import FloatArray, shown
from attractron.core.errors import InputError
from attractron.readout.files.resolve import MEASURED

ENERGY_AXES = ("mV", "meV")
"""Units of an axis that moves a level."""


class Map(NamedTuple):
    """A measured map with rows along one axis and columns along another, both rising.

    Attributes:
        array: as it was given.
        row, column: names of the axes.
        rows, columns: their values.
        values: (row, column), NaN where missing.
    """

    array: xr.DataArray
    row: str
    column: str
    rows: FloatArray
    columns: FloatArray
    values: FloatArray

    def unit(self, axis: str) -> str:
        """Unit of an axis."""
        return str(self.array[axis].attrs.get("units", "1"))

    def like_data(self, values: FloatArray) -> FloatArray:
        """An image (row, column) in the order and direction of the data."""
        image = xr.DataArray(values, {self.row: self.rows, self.column: self.columns}, (self.row, self.column))
        ordered = image.sel({axis: self.array[axis] for axis in (self.row, self.column)})
        return np.asarray(ordered.transpose(*self.array.dims).to_numpy())


def signal_of(data: xr.Dataset | xr.DataArray, wanted: str) -> xr.DataArray:
    """The signal of a map over two axes.

    Args:
        data: as `readout.load` gives it, or the signal itself.
        wanted: what it must be, for the message.

    Raises:
        InputError: not two axes, axes without values, a derivative, or nothing that is finite.
    """
    if isinstance(data, xr.Dataset):
        name = next((name for name in MEASURED if name in data), None)
        if name is None:
            raise InputError("data", wanted, ", ".join(map(str, data.data_vars)) or "nothing")
        if bool(data.attrs.get("derivative", 0)):
            raise InputError("data", "be a signal and no derivative for this reading", "a derivative")
        data = data[name]
    if not isinstance(data, xr.DataArray):
        raise InputError("data", wanted, shown(type(data).__name__))
    if data.ndim != 2 or any(dim not in data.coords for dim in data.dims):
        raise InputError("data", wanted, f"dimensions ({', '.join(map(str, data.dims))})")
    if not np.isfinite(data.to_numpy()).any():
        raise InputError("data", "hold numbers", "missing points only")
    for dim in map(str, data.dims):
        checks.axis(dim, data[dim].to_numpy())
    return data


def as_map(array: xr.DataArray, row: str, column: str) -> Map:
    """The map with these axes as rows and columns."""
    ordered = array.transpose(row, column).sortby([row, column])
    return Map(
        array=array,
        row=row,
        column=column,
        rows=np.asarray(ordered[row].to_numpy(), dtype=float),
        columns=np.asarray(ordered[column].to_numpy(), dtype=float),
        values=np.asarray(ordered.to_numpy(), dtype=float),
    )


def complete_rows(found: Map, fewest_rows: int, fewest_columns: int) -> Any:
    """Numbers of the rows that are complete; a scan that was stopped leaves fewer.

    Raises:
        InputError: too few of them, or too few points in each.
    """
    complete = np.flatnonzero(np.isfinite(found.values).all(axis=1))
    if complete.size < fewest_rows:
        wanted = f"have at least {fewest_rows} complete rows along {found.row}"
        raise InputError("data", wanted, f"{complete.size} of {found.rows.size}", "crop columns with missing points")
    if found.columns.size < fewest_columns:
        raise InputError("data", f"have at least {fewest_columns} points along {found.column}", found.columns.size)
    return complete
