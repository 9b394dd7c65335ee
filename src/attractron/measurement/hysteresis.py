"""A sweep up and a sweep down in one file: both are read, and what lies elsewhere on the way down is the hysteresis."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr

PLACES = {"position": "The line", "triple_point": "The vertex"}
"""What a result holds of places, and what lies there."""


def hysteresis(up: xr.Dataset, down: xr.Dataset) -> list[dict[str, Any]]:
    """By how much a line or a vertex lies higher on the way down, along each axis.

    The difference of the places that both sweeps give, of triple points the mean of both; its uncertainty has both.

    Returns:
        For each axis `axis`, `value`, `uncertainty`, `unit` and a `sentence`; nothing where no place was read.
    """
    return [
        {
            "axis": axis,
            "value": value,
            "uncertainty": error,
            "unit": unit,
            "sentence": _sentence(what, axis, value, error, unit),
        }
        for what, axis, value, error, unit in _shifts(up, down)
    ]


def _shifts(up: xr.Dataset, down: xr.Dataset) -> Iterator[tuple[str, str, float, float, str]]:
    for name, what in PLACES.items():
        if name not in up or name not in down or up[name].dims != down[name].dims:
            continue
        first, second = (each[name].to_numpy() for each in (up, down))
        errors = [each[f"{name}_uncertainty"].to_numpy() for each in (up, down)]
        unit = str(up[name].attrs["units"])
        shift, error = np.atleast_1d(second - first), np.atleast_1d(np.hypot(*errors))
        axes = [""]
        if "axis" in up[name].dims:
            points = up[name].dims.index("point") if "point" in up[name].dims else 0
            shift, error = shift.mean(axis=points), np.sqrt((error**2).sum(axis=points)) / error.shape[points]
            axes = [str(axis) for axis in up["axis"].to_numpy()]
        if shift.shape != (len(axes),) or not np.isfinite(shift).all():
            continue
        for axis, value, spread in zip(axes, shift, error, strict=True):
            yield what, axis, float(value), float(spread), unit


def _sentence(what: str, axis: str, value: float, error: float, unit: str) -> str:
    digits = max(0, 1 - int(np.floor(np.log10(error)))) if 0 < error < np.inf else 4
    place = f" in {axis}" if axis else ""
    way = "higher" if value >= 0 else "lower"
    return f"{what} lies {abs(value):.{digits}f} ± {error:.{digits}f} {unit} {way}{place} on the way down."
