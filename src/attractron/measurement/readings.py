"""All kinds of reading by the names of `--as`, and which of them data and options ask for."""

from collections.abc import Iterator
from dataclasses import fields

import xarray as xr

from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.measurement.kinds import detuning, diamonds, honeycomb, lines, pairs, peaks, triangles, vertex
from attractron.measurement.kinds.diamonds import bias_axes
from attractron.measurement.kinds.kind import ReadingKind
from attractron.measurement.options import ReadOptions
from attractron.readout.trace.coulomb_peak import is_coulomb_peak
from attractron.readout.trace.coulomb_peaks import is_row_of_peaks

READINGS: dict[str, ReadingKind] = {
    **vertex.KINDS,
    **honeycomb.KINDS,
    **diamonds.KINDS,
    **triangles.KINDS,
    **detuning.KINDS,
    **pairs.KINDS,
    **lines.KINDS,
    **peaks.KINDS,
}
"""By the names of `--as`."""


def choose(data: xr.Dataset, options: ReadOptions) -> str:
    """Name of the reading that is wanted.

    If none is said, an image is a series of Coulomb peaks where one axis is a temperature, photon lines where one is a
    frequency and positive, a detuning map where one is another energy, Coulomb diamonds where one is called like a
    bias, or is said to be it, bias triangles where a bias is given, a honeycomb where the place of one of its vertices
    is, and otherwise a vertex (`recognised` says what becomes of one that is refused). A trace is a Coulomb peak, or a
    row of three or more of them, where that is what describes it, and otherwise a charging line.

    Raises:
        InputError: data or options that do not fit the reading.
    """
    sizes = data["signal"].sizes
    name = choice("as", options.reading or _likely(data, options), READINGS)
    reading = READINGS[name]
    if len(sizes) != reading.dimensions:
        axes = ", ".join(f"{axis}: {size}" for axis, size in sizes.items())
        number, remedy = "one axis", ""
        if len(sizes) == 2:
            number, remedy = "two axes", f'cut along one gate with crop, for example "{next(iter(sizes))}=-10"'
        raise InputError("as", f"fit the data, which have {number} ({axes})", name, remedy)
    for axis in map(str, sizes):
        unit = str(data[axis].attrs["units"])
        if unit not in reading.axis_units:
            where, kinds = f"{data.attrs['file']}: axis {axis!r}", " or ".join(reading.axis_units)
            first = reading.axis_units[0]
            if unit == "1":
                also = ", or V" if first == "mV" else ""
                remedy = f'give it with --axis-unit {first}{also} (in Python: axis_unit="{first}")'
                raise InputError(where, f"have a unit for a {name}, {kinds}", "none in the file", remedy)
            remedy = f'if the file is wrong, say --axis-unit "{axis}={first}" (in Python: axis_unit="{axis}={first}")'
            if name == "vertex" and options.reading is None and unit in READINGS["detuning-map"].axis_units:
                middle = float(data[axis].median())
                cut = f'"{axis}={middle:.3g}"'
                remedy = f"read its lines with --as detuning-map, or one of them with --crop {cut}; {remedy}"
            raise InputError(where, f"be in {kinds} for a {name}", unit, remedy)
    if options.free is not None and options.device is None:
        raise InputError("free", "come with a device", "none", "give its study file with device")
    particular = {option for each in READINGS.values() for option in each.takes}
    for option in (entry.name for entry in fields(ReadOptions)):
        if option in particular and option not in reading.takes and getattr(options, option) is not None:
            takes = ", ".join(each.replace("_", "-") for each in reading.takes)
            raise InputError(option.replace("_", "-"), f"be left out for a {name}", "one", f"it takes {takes}")
    return name


def _likely(data: xr.Dataset, options: ReadOptions) -> str:
    """What data are by their form; a step's options ask for a step, whatever the trace looks like."""
    signal = data["signal"]
    if signal.ndim == 2:
        units = {str(axis): str(data[axis].attrs["units"]) for axis in signal.dims}
        if "GHz" in units.values() and all(data[axis].min() > 0 for axis, unit in units.items() if unit == "GHz"):
            return "photon-assisted"
        if {"GHz", "meV"} & set(units.values()):
            return "detuning-map"
        if "K" in units.values():
            return "coulomb-peak-series"
        return next((name for name in _over_gates(data, options) if _takes_all(name, options)), "vertex")
    asked = options.slopes is not None or bool(data.attrs["derivative"])
    if asked:
        return "charging-line"
    if is_coulomb_peak(data):
        return "coulomb-peak"
    return "coulomb-peaks" if _takes_all("coulomb-peaks", options) and is_row_of_peaks(data) else "charging-line"


def _over_gates(data: xr.Dataset, options: ReadOptions) -> Iterator[str]:
    """Kinds that an image over voltages may be by its axes' names and by the options, the likeliest first."""
    axes = [str(dim) for dim in data["signal"].dims]
    if options.bias is not None and options.bias not in axes:
        yield "bias-triangles"
    elif options.bias is not None or len(bias_axes(data)) == 1:
        yield "coulomb-diamonds"
    if options.near is not None:
        yield "honeycomb"


def _takes_all(name: str, options: ReadOptions) -> bool:
    """The kind takes every option that was given and that not all kinds take."""
    particular = {option for each in READINGS.values() for option in each.takes}
    return all(getattr(options, option) is None for option in particular.difference(READINGS[name].takes))
