"""Measured or simulated data from a file, as a labelled trace or image: what the file does not say is never guessed.

Files are fetched and unpacked in `archives`, their formats told in `formats`, each format is read in a room of its own,
and what a file holds is resolved into axes and a signal in `resolve`, `coordinates` and `setpoints`.
"""

import re
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from tokenize import TokenError

import numpy as np
import xarray as xr

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.readout.files.archives import file_name, is_url, opened
from attractron.readout.files.containers import Array, Arrays
from attractron.readout.files.formats import format_of
from attractron.readout.files.limits import check_range
from attractron.readout.files.names import ALSO_CALLED, NAME_IN_FILE, OWN, labels
from attractron.readout.files.resolve import Spans, resolve
from attractron.readout.files.stopped import ZEROS, check_size, without_fill, without_tail
from attractron.readout.files.tables import read_table
from attractron.readout.files.units import NONE, Scale, given_scale, scale

FEWEST = 3
"""Points that an axis must have to be one."""

QUANTITIES = ("current", "derivative")
_DERIVATIVE = re.compile(r"^d\w*\s*/?\s*d[A-Z]|derivative|gradient|(?<![a-z])diff(?![a-z])", re.IGNORECASE)
_PER_VOLT = re.compile(r"/\s*[mµu]?V(olts?)?$|[mµu]?V\^?-1$")


def load(
    path: str | Path,
    *,
    variable: str | None = None,
    axes: Sequence[str] | Mapping[str, Sequence[float | str]] | None = None,
    units: str | Mapping[str, str] | None = None,
    quantity: str | None = None,
    average: str | None = None,
    sweep: str | None = None,
) -> xr.Dataset:
    r"""Read a trace (one axis) or an image (two) of a charge detector.

    Files: NetCDF, HDF5 (quantify's, plottr's, Labber's and QCoDeS' old ones by their own metadata), QCoDeS' databases,
    MATLAB, NumPy (.npz, .npy) and text tables, told by their first bytes; packed with .gz or .zip, or at a URL, too. A
    table is a matrix with its axes in the first row and column, named in the first field ("P4 (mV)\P3 (mV)") or with
    that field empty; columns x, y, value in any order; or columns of traces. Set points may be stored for every pixel,
    as columns or as images; rounding and the jitter of values read back, up to a quarter of a step, are taken off
    them. Units stand in brackets in text and in the names of NumPy arrays, in the attribute `units` or `unit`
    elsewhere. What a scan never measured (NaN, fill values, zeros behind a stop) is missing, and `validity` says why.
    The table in docs/reading.md lists what is used of each format.

    Args:
        path: the file, one in an archive ("runs.zip/17.nc"), or a URL, for which fsspec must be installed.
        variable: the quantity to read; needed when the file holds several. Two quadratures, "I,Q", are one complex
            quantity, which is read along the direction in which it varies. Of a QCoDeS database a run, "12", or a
            quantity of it, "12/dmm_v".
        axes: names of its axes, slowest first; needed when the file does not tie them to it. With the first and last
            value of each, {"P4": [-20, 0], "eps": ["-50 µeV", "50 µeV"]}, for evenly spaced ones that the file does not
            hold; numbers are in mV, or in the unit that `units` gives the axis.
        units: of the axes: one for all that the file gives none ("V"), or by name, which overrules the file
            ({"P3": "V", "eps": "ueV"}).
        quantity: "current" or "derivative" (with respect to a gate); by default a derivative when the quantity's name
            or unit says so ("dI/dV", "pA/mV").
        average: name of a dimension of repeats, where it is not called so.
        sweep: "up" or "down", where the file holds both; by default the one up.

    Returns:
        Dataset with `signal` in the unit of the file ("a.u." when it has none) over the axes of the file, in the
        order and direction of the file; columns x, y, value come out rising. Voltages of axes are in mV, energies in
        meV, frequencies in GHz, times in s, magnetic fields in T, temperatures in K; "1" means no unit, and a unit of
        another kind stays as it is. Missing pixels are NaN. Where points were measured again the signal is their mean,
        and `noise` its standard error, from how far the readings lie apart. Its attributes hold `derivative` (1 or 0),
        `file` and `source`, `sweeps` ("up down") where the file holds both, and `said`, what whoever uses any number
        has to know of how the axis was chosen. An array in a group goes by its own
        name where that is unique; otherwise a slash in the name of an axis becomes an underscore. An axis that is
        called as what the result holds ("signal") gets an underscore behind its name (see `readout.files.names`). The
        attribute `also_called` of an axis lists the other names that the file has for it.

    Raises:
        InputError: a file that is missing, a folder, empty, cut off, of another format, or without numbers; a URL that
            cannot be fetched, an archive or a database of which one file or run must be named; fill values of which it
            is not known what they stand for; several quantities or more than two axes; columns without names whose
            roles cannot be known; lines of different length; an axis that is constant, not finite or too short; a unit
            that is none of an axis; an angle without unit.

    Example:
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> file = Path(mkdtemp()) / "trace.csv"
        >>> _ = file.write_text("gate (V),I (pA)" + chr(10) + chr(10).join(["0.1,3", "0.2,4", "0.3,8"]))
        >>> at.readout.load(file)["gate"].values  # mV
        array([100., 200., 300.])
    """
    source = Path(file_name(path) if is_url(path) else path)
    if quantity is not None:
        checks.choice("quantity", quantity, QUANTITIES)
    wanted = None if axes is None else _names(axes)
    spans = _spans(axes, units) if isinstance(axes, Mapping) else {}
    kind, arrays, attributes = _read(path, variable, wanted, spans)
    arrays = {name: without_fill(array) for name, array in arrays.items()}
    name, found, arrays = resolve(source, arrays, variable, wanted, spans, average=average, sweep=sweep)
    values, unwritten = without_tail(_real(f"{source}: {name!r}", found))
    names = found.axes or ()
    given = _given_units(units, names)
    alone = not any(_without(arrays[axis].unit) for axis in names)
    scales = {axis: _scale(axis, arrays[axis].unit, {} if axis in spans else given, alone) for axis in names}
    points = {axis: _points(source, axis, arrays[axis], scales[axis]) for axis in names}
    if len(set(names)) < len(names):
        raise InputError(f"{source}: axes", "have names of their own", ", ".join(map(repr, names)))
    called = labels(names, OWN.__contains__)
    derivative = quantity == "derivative" if quantity else _is_derivative(name, found.unit)
    result = dataset(
        {
            "signal": (tuple(called.values()), values, found.unit or "a.u.", found.label or name),
            **_noise(found, tuple(called.values())),
        },
        {
            called[axis]: (called[axis], values, scales[axis].unit, arrays[axis].label or axis)
            for axis, values in points.items()
        },
        question="readout.load",
        parameters={"variable": name, "axes": list(names)},
        method=f"read from a {kind} file",
        validity=_notes(values, found, derivative, unwritten)
        + _notes_on_axes(scales, given, arrays, spans)
        + [note for note in (attributes.get("validity_of_file"),) if note],
        references=(),
        options={"units": dict(given), "quantity": quantity, "average": average, "sweep": sweep},
    )
    for axis, label in called.items():
        if label != axis:
            result[label].attrs[NAME_IN_FILE] = axis
        others = [other for other in (arrays[axis].label, *arrays[axis].aliases) if other and other != axis]
        if others:
            result[label].attrs[ALSO_CALLED] = list(dict.fromkeys(others))
    if found.said:
        result.attrs["said"] = " ".join(found.said)
    if found.sweeps:
        result.attrs["sweeps"] = " ".join(found.sweeps)
    result.attrs.update(derivative=int(derivative), file=source.name, source=attributes.get("source", source.name))
    return result


def _spans(axes: Mapping[str, Sequence[float | str]], units: str | Mapping[str, str] | None) -> Spans:
    """First and last value of every axis, and their unit; numbers are in the unit given for the axis, or in mV."""
    found = {}
    for name, ends in axes.items():
        if np.shape(ends) != (2,):
            wanted = "have a first and a last value in mV, or with a unit"
            raise InputError(f"axes, {name}", wanted, checks.shown(ends), "[-20, 0]")
        given = units.get(name, "mV") if isinstance(units, Mapping) else units or "mV"
        bare = given_scale("units", given)
        pairs = [_end(f"axes, {name}", end, bare) for end in ends]
        if pairs[0][1] != pairs[1][1]:
            raise InputError(f"axes, {name}", "have both ends in units of one kind", checks.shown(ends))
        found[name] = (pairs[0][0], pairs[1][0], pairs[0][1])
    return found


_WITH_UNIT = re.compile(r"\s*(?P<number>[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)\s*(?P<unit>[^\d\s.].*?)?\s*")


def _end(argument: str, value: float | str, bare: Scale) -> tuple[float, str]:
    """An end of an axis in the package's unit, and that unit."""
    parts = _WITH_UNIT.fullmatch(value) if isinstance(value, str) else None
    if parts is None or parts["unit"] is None:
        return float(bare(np.asarray(checks.finite(argument, value)))), bare.unit
    own = given_scale(argument, parts["unit"])
    return float(own(np.asarray(float(parts["number"])))), own.unit


def _names(axes: Sequence[str] | Mapping[str, Sequence[float | str]]) -> tuple[str, ...]:
    if isinstance(axes, str) or not all(isinstance(name, str) for name in axes) or len(set(axes)) < len(axes):
        raise InputError("axes", "be a list of different names", checks.shown(axes), 'for example ["P4", "P3"]')
    return tuple(axes)


def _read(
    path: str | Path, variable: str | None, axes: tuple[str, ...] | None, spans: Spans
) -> tuple[str, Arrays, dict[str, str]]:
    """Name of the format, arrays and attributes of the file."""
    kind = "data"
    with opened(path) as local:
        try:
            found = format_of(local)
            kind = found.name
            if found.reader is None:
                return kind, *read_table(local, variable, axes, spans)
            return (kind, *found.reader(local, variable))
        except InputError as error:  # of a file that was unpacked: by the name that the user knows
            argument = error.argument.replace(str(local), str(path))
            raise InputError(argument, error.expected, error.got, error.remedy) from error.__cause__
        except UNREADABLE as error:
            reason = " ".join(str(error).split())[:120]
            remedy = "it may be cut off, or of another format than its ending says"
            raise InputError(str(path), f"be a readable {kind} file", f"({reason})", remedy) from error


UNREADABLE = (
    *(OSError, EOFError, ValueError, TypeError, RuntimeError, LookupError, AttributeError, ArithmeticError),
    *(SyntaxError, TokenError, struct.error, sqlite3.Error, zipfile.BadZipFile, zlib.error),
)
"""What readers of the formats raise at files that are cut off or broken."""


def _real(what: str, found: Array) -> FloatArray:
    values = np.asarray(found.values, dtype=float)
    if not np.isfinite(values).any():
        reasons = "; ".join(f"{number} points {reason}" for reason, number in found.missing.items())
        raise InputError(what, "hold numbers", f"none that is finite ({reasons})" if reasons else "none that is finite")
    check_size(what, values)
    check_range(what, values)
    return np.where(np.isfinite(values), values, np.nan)


def _noise(found: Array, dims: tuple[str, ...]) -> dict[str, Variable]:
    if found.noise is None:
        return {}
    text = "standard error of the signal, from repeats"
    return {"noise": (dims, found.noise, found.unit or "a.u.", text)}


def _given_units(units: str | Mapping[str, str] | None, names: tuple[str, ...]) -> Mapping[str, str]:
    """Axis → unit; the empty name stands for all axes without one."""
    if units is None:
        return {}
    if isinstance(units, str):
        if not units.strip():
            raise InputError("units", "be a unit, V or mV", repr(units))
        return {"": units}
    if not isinstance(units, Mapping):
        raise InputError("units", "be a unit or map axes to units", checks.shown(units), 'for example "mV"')
    for axis in units:
        if axis not in names:
            wanted = f"name axes of the quantity ({', '.join(names)})"
            raise InputError("units", wanted, repr(axis), checks.nearest(str(axis), names))
    return units


def _scale(axis: str, unit: str | None, given: Mapping[str, str], alone: bool) -> Scale:
    """How the axis comes to its unit in results: that of the user for this axis, of the file, of the user for all.

    A unit for all is one for axes without; where there are none (`alone`) it has to agree with the file.

    Raises:
        InputError: a unit for all axes that contradicts the file, or one that is none of an axis.
    """
    if axis in given:
        return given_scale("units", given[axis])
    known = scale(unit)
    if "" not in given:
        return known or Scale(unit=str(unit))
    for_all = given_scale("units", given[""])
    if known is not None and known.unit == NONE:
        return for_all
    if known != for_all and (alone or (known is not None and known.unit == for_all.unit)):
        remedy = f'leave it out, or overrule the file with --axis-unit "{axis}=V" (in Python: units={{"{axis}": "V"}})'
        raise InputError("units", f"agree with the file, where {axis} is in {unit}", repr(given[""]), remedy)
    return known or Scale(unit=str(unit))


def _points(source: Path, axis: str, array: Array, scale: Scale) -> FloatArray:
    """The axis in its unit in results."""
    where = f"{source}: axis {axis!r}"
    if array.values.dtype.kind == "c":
        raise InputError(where, "be real", "complex numbers")
    values = np.atleast_1d(np.asarray(array.values, dtype=float).squeeze())
    if values.size < FEWEST:
        raise InputError(where, f"have at least {FEWEST} points", values.size)
    if np.ptp(values) == 0:
        raise InputError(where, "vary", f"{values.size} times {values[0]:g}")
    check_range(where, values)
    return scale(checks.axis(where, values.astype(float)))


def _is_derivative(name: str, unit: str | None) -> bool:
    return bool(_DERIVATIVE.search(name) or _PER_VOLT.search(unit or ""))


def _notes(values: FloatArray, found: Array, derivative: bool, unwritten: int) -> list[str]:
    notes = ["Values as in the file.", *found.notes]
    if derivative:
        notes.append("The signal is taken as the derivative of the detector's current with respect to a gate.")
    if found.unit is None:
        notes.append("The file names no unit of the signal: arbitrary units.")
    missing = int(np.isnan(values).sum())
    if missing:
        notes.append(f"{missing} of {values.size} points are missing.")
    reasons = {**found.missing, **({ZEROS: unwritten} if unwritten else {})}
    notes += [f"Never measured: {number} points ({reason})." for reason, number in reasons.items()]
    return notes


def _notes_on_axes(scales: Mapping[str, Scale], given: Mapping[str, str], arrays: Arrays, spans: Spans) -> list[str]:
    """Units of the axes, and who said them."""
    notes = [f"Axes in {' and '.join(dict.fromkeys(each.unit for each in scales.values()))}."]
    if spans:
        notes.append(f"The values of {', '.join(spans)} were given by the user, evenly spaced.")
        scales = {axis: each for axis, each in scales.items() if axis not in spans}
    told = [axis for axis in scales if axis in given or (_without(arrays[axis].unit) and "" in given)]
    if told:
        notes.append(f"The unit of {', '.join(told)} was given by the user.")
    for axis in told:
        if not _without(arrays[axis].unit) and scale(arrays[axis].unit) != scales[axis]:
            notes.append(f"It overrules the file, where {axis} is in {arrays[axis].unit}.")
    for axis in scales:
        if axis not in told and _without(arrays[axis].unit):
            notes.append(f"The file names no unit of {axis}.")
    return notes


def _without(unit: str | None) -> bool:
    known = scale(unit)
    return known is not None and known.unit == NONE
