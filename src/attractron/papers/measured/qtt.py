"""Two measured files that others have published: the vertex of a double dot and a charging line, read again."""

import math
from pathlib import Path

import numpy as np
import xarray as xr

from attractron.core.results import flag_names
from attractron.papers.figures import Readings, Recipe
from attractron.plotting.readings import picture_trace, picture_vertex
from attractron.readout import charging_line, load, read_vertex

DATA = Path(__file__).parent / "data"
"""The files, with their licence and the published readings."""

GATES = ("P3", "P4")

GRID = 0.5
"""Step of P4 in mV, and of the grid on which the published lines were fitted."""

LENGTH = math.hypot(4.42, 4.42)
"""Of the published interaction line, from (P3, P4) = (-13.08, -14.48) to (-8.66, -10.06) mV."""

LEVER_ARM = "100 µeV/mV"
"""The published one of the charging line."""


def measured(name: str) -> xr.Dataset:
    """One of the measured files."""
    return load(DATA / name)


def _sourced(reading: xr.Dataset, data: xr.Dataset) -> xr.Dataset:
    """The reading with the file that it was made from, and the reference to it before the others."""
    others = str(reading.attrs["references"])
    references = f"qtt2023, {others}" if others else "qtt2023"
    return reading.assign_attrs(references=references, file=data.attrs["file"], source=data.attrs["source"])


def vertex(_quick: bool) -> xr.Dataset:
    """The measured image, read without any knowledge of the device."""
    data = measured("anti_crossing.nc")
    return _sourced(read_vertex(data), data)


def vertex_readings(reading: xr.Dataset) -> Readings:
    """Triple points in mV, the one at lower P3 first, the angle of the line between them, and the sign."""
    points, errors = (reading[name].sel(axis=list(GATES)) for name in ("triple_point", "triple_point_uncertainty"))
    ordered = points.transpose("point", "axis").to_numpy()
    ordered = ordered[np.argsort(ordered[:, 0])]
    return {
        **{
            f"{which}_{gate}": float(ordered[row, column])
            for row, which in enumerate(("lower", "upper"))
            for column, gate in enumerate(GATES)
        },
        **{f"{gate}_deviation": float(errors.sel(axis=gate).max()) for gate in GATES},
        "angle": float(reading["interaction_line_angle"]),
        "angle_deviation": float(reading["interaction_line_angle_uncertainty"]),
        "sign": flag_names(reading["status"])[int(reading["status"])],
    }


def trace(_quick: bool) -> xr.Dataset:
    """The measured trace, read with the published lever arm and without tunnel broadening, as published."""
    data = measured("addition_line.nc")
    return _sourced(charging_line(data, lever_arm=LEVER_ARM), data)


def trace_readings(reading: xr.Dataset) -> Readings:
    """The electron temperature in mK, and how many points were used."""
    return {
        "temperature": 1e3 * float(reading["temperature"]),
        "deviation": 1e3 * float(reading["temperature_uncertainty"]),
        "left_out": int((reading["used"] == 0).sum()),
        "points": reading["used"].size,
    }


FIGURES = (
    Recipe(
        name="measured-vertex",
        compute=vertex,
        draw=picture_vertex,
        readings=vertex_readings,
        parameters={"grid": GRID, "length": LENGTH, "tilt": math.degrees(math.atan2(GRID, LENGTH))},
    ),
    Recipe(
        name="measured-trace",
        compute=trace,
        draw=picture_trace,
        readings=trace_readings,
        parameters={"lever_arm": LEVER_ARM},
    ),
)
