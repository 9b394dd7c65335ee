"""A trace as the reading of peaks takes it: finite, rising, with its labels."""

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import Variable
from attractron.readout.files.resolve import MEASURED
from attractron.readout.lever_arms import ENERGY_PER_UNIT, energy_per_unit

FEWEST_POINTS = 20

ROUNDING = 1e-12
"""Part of the signal below which its changes are rounding."""


@dataclass(frozen=True, kw_only=True)
class PeakTrace:
    """Data over a gate.

    Attributes:
        axis: as it came.
        values: signal over it, with missing points.
        finite: indices of the points that are there, in rising order of the gate.
        unit: of the signal.
    """

    axis: xr.DataArray
    values: xr.DataArray
    finite: NDArray[np.intp]
    unit: str

    @property
    def axis_unit(self) -> str:
        """ "mV", "meV" or "GHz"."""
        return str(self.axis.attrs["units"])

    def lever_arm(self, given: float | str | None) -> float | None:
        """meV in a unit of the axis; None for a gate without lever arm.

        Raises:
            InputError: a lever arm out of range, or one of an axis that is an energy.
        """
        if self.axis_unit == "mV" and given is None:
            return None
        return energy_per_unit("lever_arm", given, self.axis_unit)

    @property
    def gate(self) -> FloatArray:
        """Rising, mV, (n,)."""
        return np.asarray(self.axis.to_numpy()[self.finite], dtype=float)

    @property
    def signal(self) -> FloatArray:
        """(n,)."""
        return np.asarray(self.values.to_numpy()[self.finite], dtype=float)

    def coordinate(self) -> dict[str, Variable]:
        """The axis for a result."""
        dim = str(self.axis.name)
        text, unit = str(self.axis.attrs.get("long_name", dim)), str(self.axis.attrs["units"])
        return {dim: (dim, self.axis.to_numpy(), unit, text)}

    def curves(self, curve: FloatArray, used: NDArray[np.bool_]) -> dict[str, Variable]:
        """Data, fit and residual over the axis; `curve` is over the points that are used."""
        dim, signal = str(self.axis.name), self.values.to_numpy().astype(float)
        fitted, taken = np.full(signal.size, np.nan), np.zeros(signal.size, dtype=np.int32)
        fitted[self.finite[used]], taken[self.finite[used]] = curve, 1
        return {
            "signal": (dim, signal, self.unit, str(self.values.attrs.get("long_name", "signal"))),
            "fit": (dim, fitted, self.unit, "fit"),
            "residual": (dim, signal - fitted, self.unit, "residual"),
            "used": (dim, taken, "1", "points that the fit uses"),
        }


def peak_trace(trace: xr.Dataset) -> PeakTrace:
    """The measured quantity of a dataset over one axis.

    Raises:
        InputError: none, over several axes, in another unit, with too few points, or a flat line.
    """
    wanted = f"hold a signal over one axis in {' or '.join(ENERGY_PER_UNIT)}"
    remedy = "read it with readout.load, or pick a line of an image with .isel(...) or .sel(...)"
    name = next((name for name in MEASURED if name in trace), None)
    if name is None:
        raise InputError("trace", wanted, ", ".join(map(str, trace.data_vars)) or "nothing", remedy)
    values = trace[name]
    if values.ndim != 1 or values.dims[0] not in values.coords:
        raise InputError("trace", wanted, f"{name} over ({', '.join(map(str, values.dims))})", remedy)
    axis = values[values.dims[0]]
    unit = axis.attrs.get("units")
    if unit not in ENERGY_PER_UNIT:
        raise InputError("trace", wanted, f"an axis in {unit}", remedy)
    points, signal = checks.axis(str(axis.name), axis.to_numpy()), values.to_numpy().astype(float)
    finite = np.flatnonzero(np.isfinite(signal))
    if finite.size < FEWEST_POINTS:
        raise InputError("trace", f"have at least {FEWEST_POINTS} points", f"{finite.size} that are finite")
    if np.ptp(signal[finite]) <= ROUNDING * np.abs(signal[finite]).max():
        raise InputError("trace", "show a peak", "a flat line")
    finite = finite if points[0] < points[-1] else finite[::-1]
    return PeakTrace(axis=axis, values=values, finite=finite, unit=str(values.attrs.get("units", "a.u.")))
