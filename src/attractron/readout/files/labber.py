"""Labber's log files: scalar channels in one block of numbers, vectors and spectra as traces beside it."""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.readout.files.containers import Array, Arrays, text

DATA, NAMES, CHANNELS, LOGGED, TRACES = "Data/Data", "Data/Channel names", "Channels", "Log list", "Traces"
"""Values (point of the innermost loop, channel, sweep), names of the channels, units, what is measured, vectors."""

STEPS = "Step dimensions"
"""Attribute of the group of the data: points of each loop, the innermost first."""

LAST = "Entries, last trace"
"""Attribute of the group of the data: points of the last sweep that were taken before a stop."""


def wrote(file: Any) -> bool:
    """The file is Labber's."""
    return DATA in file and NAMES in file


def arrays(file: Any) -> Arrays:
    """Channels as images (outer loops first, sweep along the innermost one), with the stepped ones as set points.

    The parts of a complex channel come as one array of complex numbers.
    """
    units = _units(file)
    values = np.asarray(file[DATA][()])
    blank = _not_taken(file, values)
    loops = _loops(file, values)
    parts = [(str(text(row[0])), (text(row[1]) or "").lower()) for row in file[NAMES][()]]
    logged = {str(text(row[0])) for row in file[LOGGED][()]} if LOGGED in file else set()
    stepped = [name for name, _ in parts if name not in logged] if logged else []
    found: Arrays = {}
    for at, (name, part) in enumerate(parts):
        channel = np.where(blank, np.nan, values[:, at, :]).T if blank.any() else values[:, at, :].T
        image = channel.reshape(loops)
        if part.startswith("imag") and name in found:
            image = found[name].values + 1j * image
        found[name] = Array(values=image, unit=units.get(name), coordinates=_steps(name, stepped))
    return found | _traces(file, found, stepped, units, loops)


def _steps(name: str, stepped: list[str]) -> tuple[str, ...]:
    """What a measured channel depends on, the outermost loop first; nothing where the file does not say it."""
    return () if name in stepped else tuple(reversed(stepped))


def _units(file: Any) -> dict[str, str | None]:
    if CHANNELS not in file or not {"name", "unitPhys"} <= set(file[CHANNELS].dtype.names or ()):
        return {}
    return {str(text(row["name"])): text(row["unitPhys"]) for row in file[CHANNELS][()]}


def _not_taken(file: Any, values: NDArray[Any]) -> NDArray[np.bool_]:
    """Points (point, sweep) of a last sweep behind a stop."""
    blank = np.zeros((values.shape[0], values.shape[2]), dtype=bool)
    last = file["Data"].attrs.get(LAST)
    if last is not None and 0 < int(last) < values.shape[0]:
        blank[int(last) :, -1] = True
    return blank


def _loops(file: Any, values: NDArray[Any]) -> tuple[int, ...]:
    """Points of the loops, the outermost first: as the file says, or sweeps and points; a stop leaves the latter."""
    told = [int(size) for size in np.atleast_1d(file["Data"].attrs.get(STEPS, file.attrs.get(STEPS, ()))) if size > 1]
    size = values.shape[0] * values.shape[2]
    if len(told) > 2 and prod(told) == size and told[0] == values.shape[0]:
        return tuple(reversed(told))
    return (values.shape[0],) if values.shape[2] == 1 else (values.shape[2], values.shape[0])


def _traces(
    file: Any, channels: Arrays, stepped: list[str], units: dict[str, str | None], loops: tuple[int, ...]
) -> Arrays:
    """Vectors (point, part, sweep) of channels, over their own axis and the stepped channels."""
    found: Arrays = {}
    for name in file.get(TRACES, ()):
        item = file[f"{TRACES}/{name}"]
        if f"{name}_t0dt" not in file[TRACES] or item.ndim != 3:
            continue
        start, step = np.atleast_2d(file[f"{TRACES}/{name}_t0dt"][()])[0]
        values = item[()]
        points, sweeps = values.shape[0], values.shape[2]
        rows = (values[:, 0] + 1j * values[:, 1] if values.shape[1] == 2 else values[:, 0]).T
        axis = text(item.attrs.get("x, name")) or "x"
        found[axis] = Array(values=start + step * np.arange(points), unit=text(item.attrs.get("x, unit")))
        moving = [other for other in reversed(stepped) if np.ptp(channels[other].values) > 0] if sweeps > 1 else []
        shape = (*loops, points) if len(moving) > 1 and prod(loops) == sweeps else (sweeps, points)
        rows = rows.reshape(shape) if sweeps > 1 else rows[0]
        if len(moving) == 1:
            found[moving[0]] = Array(values=channels[moving[0]].values.ravel()[:sweeps], unit=units.get(moving[0]))
        found[name] = Array(values=rows, unit=units.get(name), coordinates=(*moving, axis))
    return found
