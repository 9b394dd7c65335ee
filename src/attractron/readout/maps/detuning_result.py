"""What a detuning map says: numbers of every row, what all rows share, the trend, and words."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset, flags, quoted
from attractron.readout.maps.axes import Map
from attractron.readout.maps.common_scale import Common
from attractron.readout.maps.trend import EXPONENTIAL, Trend, exponential

FEWEST_ROWS = 3
SHARE = 0.3
"""Part of the rows that have to be read, at least, for the map to be one of interdot lines."""

ALIKE = 0.9
"""Part of these rows whose steps have the same sign, at least: the electron that moves is the same."""

JUMP = 0.15
"""Of a step from one row to the next, in parts of the detuning axis: a line is continuous, if no charge moves."""

MOST_JUMPS = 0.2
"""Part of neighbouring rows that jump, at most."""


ROW_STATUS = {0: "resolved", 1: "upper bound", 2: "no line", 3: "no data"}
STATUS = {0: "read", 1: "no lines"}
TREND_STATUS = {0: "exponential", 1: "constant", 2: "neither", 3: "open", 4: "not asked"}

OWN, COMMON, AXIS = "fit", "common", "axis"
"""Temperatures: of every row its own, one for all, or the second axis."""

PER_ROW = {
    "tunnel_coupling": "tunnel coupling t (levels 2t apart)",
    "temperature": "electron temperature",
    "position": "position of the step V₀",
    "step_height": "step of the signal, towards larger detuning",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is known and what is fitted.

    Attributes:
        kelvin: of every row (row,), NaN where it is fitted.
        arm: meV per unit of the detuning axis; NaN if it is fitted.
        temperature, lever_arm: as asked for, in words or as numbers.
        slopes, derivative: of the rows.
    """

    kelvin: FloatArray
    arm: float
    temperature: str | float
    lever_arm: str | float
    slopes: str | None
    derivative: bool


class Rows(NamedTuple):
    """Numbers of every row, NaN where there are none, and curves (row, column).

    `alone` is the uncertainty of t without that of the common parameter, `change` what one standard deviation of that
    changes t by: in all rows at once.
    """

    values: dict[str, FloatArray]
    errors: dict[str, FloatArray]
    bounds: FloatArray
    status: NDArray[np.int32]
    model: FloatArray
    reasons: tuple[str, ...]
    alone: FloatArray
    change: FloatArray


def nothing(found: Map) -> Rows:
    """Rows of which none was read."""
    size = found.rows.size
    empty = {name: np.full(size, np.nan) for name in PER_ROW}
    status = np.full(size, 3, dtype=np.int32)
    absent = np.full(size, np.nan)
    return Rows(empty, empty, absent, status, np.full(found.values.shape, np.nan), (), absent, absent)


def labelled(found: Map, asked: Asked, rows: Rows, shared: Common | None) -> xr.Dataset:
    """The result as a Dataset (variables in `attractron.readout.detuning_map`)."""
    good = rows.status < 2
    read = bool(good.sum() >= max(FEWEST_ROWS, SHARE * found.rows.size)) and _one_line(found, rows, good)
    if not read:
        rows = nothing(found)._replace(model=rows.model, status=np.maximum(rows.status, 2).astype(np.int32))
    trend = None
    if read and found.unit(found.row) == "mV":
        trend = _trend(found, rows, good)
    units = {
        "tunnel_coupling": "meV",
        "temperature": "K",
        "position": found.unit(found.column),
        "step_height": str(found.array.attrs.get("units", "a.u.")),
    }
    row = found.row
    variables: dict[str, Variable] = {}
    for name, text in PER_ROW.items():
        variables[name] = (row, rows.values[name], units[name], text)
        variables[f"{name}_uncertainty"] = (row, rows.errors[name], units[name], f"uncertainty of the {text}")
    variables["tunnel_coupling_upper_bound"] = (row, rows.bounds, "meV", "95 % upper bound of the tunnel coupling t")
    variables["row_status"] = (row, rows.status, "1", "what is known of the row")
    variables["rows_read"] = ((), int(good.sum()) if read else 0, "1", "rows that are interdot lines")
    variables |= _shared(found, asked, shared if read else None) | _of_trend(trend)
    variables["status"] = ((), np.int32(0 if read else 1), "1", "whether the rows are interdot lines")
    dims = tuple(map(str, found.array.dims))
    signal = units["step_height"]
    for name, image, label in (
        ("data", found.values, str(found.array.attrs.get("long_name", "signal"))),
        ("model", rows.model, "fit"),
        ("residual", found.values - rows.model, "data less fit"),
    ):
        variables[name] = (dims, found.like_data(image), signal, label)
    result = dataset(
        variables,
        {
            found.column: _coordinate(found, found.column),
            row: (row, found.rows, found.unit(row), str(found.array[row].attrs.get("long_name", row))),
        },
        question="readout.detuning_map",
        parameters={"lever_arm": asked.lever_arm},
        method="every row as an interdot line; what is common by least squares over all rows",
        validity=_validity(found, asked, rows, read),
        references=(),
        options={"temperature": asked.temperature, "along": found.column, "slopes": asked.slopes},
    )
    result["row_status"].attrs.update(flags(ROW_STATUS))
    result["status"].attrs.update(flags(STATUS))
    result["trend_status"].attrs.update(flags(TREND_STATUS))
    result.attrs["summary"] = _summary(result, found, rows, trend, read)
    return result


def _one_line(found: Map, rows: Rows, good: NDArray[np.bool_]) -> bool:
    """The rows' steps are those of one line: of one sign, and next to each other."""
    heights, places = rows.values["step_height"][good], rows.values["position"][good]
    same = max((heights > 0).mean(), (heights < 0).mean())
    neighbours = np.diff(np.flatnonzero(good)) == 1
    jumps = np.abs(np.diff(places))[neighbours] > JUMP * np.ptp(found.columns)
    return bool(same >= ALIKE and (jumps.size == 0 or jumps.mean() <= MOST_JUMPS))


def _trend(found: Map, rows: Rows, good: NDArray[np.bool_]) -> Trend | None:
    """The trend, in its uncertainties also what the common parameter does to all rows at once."""
    t, alone = (np.where(good, each, np.nan) for each in (rows.values["tunnel_coupling"], rows.alone))
    trend = exponential(found.rows, t, alone)
    moved = exponential(found.rows, np.maximum(t + rows.change, 0.0), alone)
    if trend is None or moved is None:
        return trend
    at_centre = moved.coupling * np.exp(moved.rate * (trend.centre - moved.centre))
    return trend._replace(
        rate_error=float(np.hypot(trend.rate_error, moved.rate - trend.rate)),
        coupling_error=float(np.hypot(trend.coupling_error, at_centre - trend.coupling)),
    )


def _coordinate(found: Map, name: str) -> Variable:
    axis = found.array[name]
    return (name, axis.to_numpy(), found.unit(name), str(axis.attrs.get("long_name", name)))


def _shared(found: Map, asked: Asked, shared: Common | None) -> dict[str, Variable]:
    unit = "meV/mV" if found.unit(found.column) == "mV" else "1"
    arm, error = asked.arm, 0.0
    if asked.lever_arm == COMMON:
        arm, error = (shared.value, shared.uncertainty) if shared else (np.nan, np.nan)
    variables: dict[str, Variable] = {
        "lever_arm": ((), arm, unit, "lever arm of the detuning axis"),
        "lever_arm_uncertainty": ((), error, unit, "uncertainty of the lever arm of the detuning axis"),
    }
    if asked.temperature == COMMON:
        value, spread = (shared.value, shared.uncertainty) if shared else (np.nan, np.nan)
        text = "temperature of all rows"
        variables["common_temperature"] = ((), value, "K", text)
        variables["common_temperature_uncertainty"] = ((), spread, "K", f"uncertainty of the {text}")
    return variables


def _of_trend(trend: Trend | None) -> dict[str, Variable]:
    known = _trend_status(trend)
    given = trend is not None and known == 0
    numbers = {
        "trend_rate": (trend.rate, trend.rate_error, "1/mV", "rate κ at which ln t follows the gate")
        if trend and given
        else (np.nan, np.nan, "1/mV", "rate κ at which ln t follows the gate"),
        "trend_coupling": (trend.coupling, trend.coupling_error, "meV", "tunnel coupling t₀ of the trend")
        if trend and given
        else (np.nan, np.nan, "meV", "tunnel coupling t₀ of the trend"),
    }
    variables: dict[str, Variable] = {}
    for name, (value, error, unit, text) in numbers.items():
        variables[name] = ((), value, unit, text)
        variables[f"{name}_uncertainty"] = ((), error, unit, f"uncertainty of the {text}")
    variables["trend_centre"] = ((), trend.centre if trend else np.nan, "mV", "gate at which the trend has t₀")
    probability = trend.probability if trend else np.nan
    variables["trend_probability"] = ((), probability, "1", "probability of such a scatter about the trend by noise")
    variables["trend_status"] = ((), np.int32(known), "1", "how the tunnel coupling follows the gate")
    return variables


def _trend_status(trend: Trend | None) -> int:
    if trend is None:
        return 4
    if not trend.described:
        return 2
    if not trend.comparison.decisive:
        return 3
    return 0 if trend.comparison.best == EXPONENTIAL else 1


def _validity(found: Map, asked: Asked, rows: Rows, read: bool) -> list[str]:
    said = ["One electron on two dots at equilibrium, without spin or further levels."]
    if asked.temperature == AXIS:
        said.append("Electrons are taken to be as cold as the second axis says.")
    if asked.temperature not in (OWN, COMMON) and asked.lever_arm != COMMON:
        said.append("Lever arm and temperature are taken as exact.")
    if asked.temperature == COMMON or asked.lever_arm == COMMON:
        said.append("What is common to all rows is in the uncertainty of each; rows are not independent of each other.")
    bad = int((rows.status >= 2).sum())
    if read and bad:
        why = f" (the first: {rows.reasons[0]})" if rows.reasons else ""
        said.append(f"{bad} of {found.rows.size} rows are no interdot lines{why}.")
    return said


def _summary(result: xr.Dataset, found: Map, rows: Rows, trend: Trend | None, read: bool) -> str:
    if not read:
        why = f" (the first: {rows.reasons[0]})" if rows.reasons else ""
        return f"The rows of this map along {found.column} are no interdot lines{why}: check the axis with --along."
    t = 1e3 * np.where(rows.status == 0, rows.values["tunnel_coupling"], np.nan)
    count = int((rows.status < 2).sum())
    said = [f"{count} of {found.rows.size} rows are interdot lines."]
    if np.isfinite(t).any():
        said.append(f"The tunnel coupling is {np.nanmin(t):.3g} to {np.nanmax(t):.3g} µeV.")
    else:
        said.append(
            f"The tunnel coupling is below {1e3 * float(np.nanmin(rows.bounds)):.3g} µeV (95 %) in the best row."
        )
    if "common_temperature" in result:
        said.append(f"All rows together give a temperature of {quoted(result, 'common_temperature', 'mK', 1e3)}.")
    if float(result["lever_arm_uncertainty"]) > 0:
        said.append(f"All rows together give a lever arm of {quoted(result, 'lever_arm', 'meV/mV')}.")
    known = int(result["trend_status"])
    if known == 0:
        rate = quoted(result, "trend_rate", f"per mV of {found.row}")
        said.append(f"It follows exp(κ {found.row}) with κ = {rate}.")
    elif known == 1:
        said.append(f"It does not change with {found.row} beyond its uncertainty.")
    elif known == 2:
        said.append(
            f"It follows {found.row} neither exponentially nor not at all: more than noise, look at the picture."
        )
    return " ".join(said)
