"""Tunnel coupling over a second axis: every row of a map is an interdot line over the detuning."""

from typing import Any

import numpy as np
import xarray as xr

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.units import to_unit
from attractron.readout.lever_arms import ENERGY_PER_UNIT, energy_per_unit
from attractron.readout.maps.axes import Map, as_map, signal_of
from attractron.readout.maps.common_scale import Common, Row, common
from attractron.readout.maps.detuning_result import (
    AXIS,
    COMMON,
    FEWEST_ROWS,
    OWN,
    PER_ROW,
    Asked,
    Rows,
    labelled,
    nothing,
)
from attractron.readout.trace.lineshapes import interdot_occupation
from attractron.readout.trace.record import Record, prepared
from attractron.readout.trace.search import find_steps
from attractron.readout.trace.separable import Whitened
from attractron.readout.trace.shapes import Step
from attractron.readout.trace.step_fit import fitted
from attractron.readout.trace.steps import explore
from attractron.readout.trace.trace import interdot_line

WANTED = "hold a signal over a detuning (mV, meV or GHz) and one more axis"
TRIED = 12
"""Rows along each axis that are looked at for a step, where the detuning is not named."""

GAIN = 30.0
"""Drop of χ² by a step from which on a row shows one, where axes are told apart."""

FEWEST_POINTS = 20
NO_LINE = "No interdot line can be read: "


def detuning_map(
    data: xr.Dataset | xr.DataArray,
    *,
    temperature: float | str | None = None,
    lever_arm: float | str | None = None,
    along: str | None = None,
    slopes: str | None = None,
) -> xr.Dataset:
    """Tunnel coupling t of two dots for every row of a map over the detuning and a barrier gate, temperature or field.

    Each row is read as `interdot_line` reads a trace. What is "common" is fitted to all rows at once: the temperature
    for a given lever arm, or the lever arm for given temperatures; a curve fixes their ratio only. Over a gate the
    trend of t is fitted,

        t = t₀ e^{κ(V_B - V̄_B)}.

    Theory: docs/theory/readout.md, eq-interdot.

    Args:
        data: `signal` over two axes, as `load` gives it.
        temperature: T in K, or text with a unit; "fit" for every row by itself; "common" for one that is fitted;
            "axis" where the second axis is the temperature, which is the default there.
        lever_arm: of the detuning axis, meV/mV, or text with a unit; "common" to fit it; left out for an axis in meV.
        along: name of the detuning axis; where it is not given, that which has a unit of energy beside one that has
            none, or along which the rows show steps.
        slopes: "same" or "separate" backgrounds before and behind the steps; None takes what suits.

    Returns:
        Dataset over the second axis: `tunnel_coupling` (meV), `temperature` (K), `position` and `step_height`, each
        with `_uncertainty`, `tunnel_coupling_upper_bound` (95 %) and `row_status`; `lever_arm` and, if common,
        `common_temperature` with their uncertainties; `trend_rate` κ (1/mV) and `trend_coupling` t₀ at `trend_centre`,
        with `trend_status` and `trend_probability`; `status`; `data`, `model` and `residual` over the axes.
        `attrs["summary"]` says it.

    Raises:
        InputError: not such a map, options that do not fit it, or a detuning axis that has to be named.

    Example:
        >>> import xarray as xr
        >>> gate, barrier = np.linspace(-3.0, 3.0, 121), np.linspace(0.0, 20.0, 12)
        >>> energy, t = 0.1 * gate, 0.02 * np.exp(0.05 * barrier)[:, None]  # meV
        >>> gap, kT = np.hypot(energy, 2 * t), 0.0086173
        >>> noise = 0.005 * np.random.default_rng(1).normal(size=gap.shape)
        >>> axes = {"V_B": ("V_B", barrier, {"units": "mV"}), "eps": ("eps", gate, {"units": "mV"})}
        >>> image = xr.DataArray(energy / gap * np.tanh(gap / (2 * kT)) + noise, axes, ("V_B", "eps"))
        >>> found = at.readout.detuning_map(image, lever_arm=0.1, temperature=0.1, along="eps")
        >>> round(float(found["trend_rate"]), 3)  # 1/mV
        0.05
    """
    if slopes is not None:
        checks.choice("slopes", slopes, ("same", "separate"))
    derivative = bool(data.attrs.get("derivative", 0)) if isinstance(data, xr.Dataset) else False
    array = signal_of(data.assign_attrs(derivative=0) if isinstance(data, xr.Dataset) else data, WANTED)
    found = _map(array, along, derivative)
    asked = _asked(found, temperature, lever_arm, slopes, derivative)
    return labelled(found, asked, *_read(found, asked))


def _map(array: xr.DataArray, along: str | None, derivative: bool) -> Map:
    names = [str(dim) for dim in array.dims]
    units = {name: str(array[name].attrs.get("units", "1")) for name in names}
    possible = [name for name in names if units[name] in ENERGY_PER_UNIT]
    if along is not None:
        column = checks.choice("along", along, names)
        if column not in possible:
            raise InputError("along", f"name an axis in {' or '.join(ENERGY_PER_UNIT)}", f"{column} in {units[column]}")
    elif not possible:
        got = ", ".join(f"{name} in {units[name]}" for name in names)
        raise InputError("data", WANTED, got, "units are overruled with axis-unit")
    elif len(possible) == 1:
        column = possible[0]
    else:
        column = _with_steps(array, names, derivative)
    return as_map(array, next(name for name in names if name != column), column)


def _with_steps(array: xr.DataArray, names: list[str], derivative: bool) -> str:
    """The axis along which the rows show steps."""
    counts = {}
    for column, row in (names, names[::-1]):
        found = as_map(array, row, column)
        some = np.unique(np.linspace(0, found.rows.size - 1, min(TRIED, found.rows.size)).round().astype(int))
        counts[column] = sum(_has_step(found.columns, found.values[number], derivative) for number in some)
    best, other = sorted(counts, key=lambda name: -counts[name])
    if counts[best] < 2 * counts[other] or counts[best] == 0:
        got = ", ".join(f"steps along {name} in {count} of {TRIED} rows" for name, count in counts.items())
        raise InputError("along", f"name the axis of the detuning ({', '.join(names)})", got, f"say --along {best}")
    return best


def _has_step(gate: FloatArray, signal: FloatArray, derivative: bool) -> bool:
    """A step gains much beside the richest background."""
    known = np.isfinite(signal)
    if known.sum() < FEWEST_POINTS or np.ptp(signal[known]) == 0:
        return False
    record = _record(gate[known], signal[known], derivative)
    columns = [record.background(record.orders[-1])]
    guesses = find_steps(record.gate, record.clean(), columns, derivative=derivative)
    return bool(guesses) and min(guess.gain for guess in guesses) > GAIN


def _record(gate: FloatArray, signal: FloatArray, derivative: bool) -> Record:
    return Record(
        gate=gate,
        time=np.arange(gate.size, dtype=float),
        signal=(signal - np.median(signal)) / np.ptp(signal),
        used=np.ones(gate.size, dtype=bool),
        derivative=derivative,
    )


def _asked(
    found: Map, temperature: float | str | None, lever_arm: float | str | None, slopes: str | None, derivative: bool
) -> Asked:
    of_axis = found.unit(found.row) == "K"
    if temperature is None:
        if not of_axis:
            raise InputError("temperature", "be given", "none", f'say "75 mK", "{OWN}" or "{COMMON}"')
        temperature = AXIS
    if lever_arm == COMMON and temperature in (OWN, COMMON):
        raise InputError(
            "lever_arm", "be given where temperatures are fitted", repr(COMMON), "a curve fixes their ratio"
        )
    if temperature == AXIS and not of_axis:
        got = f"{found.row} in {found.unit(found.row)}"
        raise InputError("temperature", "be the second axis only where that is in K", got)
    kelvin = np.full(found.rows.size, np.nan)
    if temperature == AXIS:
        kelvin = found.rows.copy()
    elif temperature not in (OWN, COMMON):
        temperature = checks.temperature("temperature", to_unit("temperature", temperature, "K"))
        kelvin[:] = temperature
    if (kelvin <= 0).any():
        raise InputError("temperature", "be positive", f"{float(np.min(kelvin)):g} K")
    unit = found.unit(found.column)
    arm = float("nan") if lever_arm == COMMON else energy_per_unit("lever_arm", lever_arm, unit)
    return Asked(
        kelvin=kelvin,
        arm=arm,
        temperature=temperature,
        lever_arm=COMMON if lever_arm == COMMON else arm,
        slopes=slopes,
        derivative=derivative,
    )


def _read(found: Map, asked: Asked) -> tuple[Rows, Common | None]:
    if COMMON not in (asked.temperature, asked.lever_arm):
        kelvin = [OWN] * found.rows.size if asked.temperature == OWN else list(asked.kelvin)
        return _each(found, asked, asked.arm, kelvin), None
    name = "temperature" if asked.temperature == COMMON else "lever_arm"
    numbers, rows = _with_steps_in(found, asked)
    if len(rows) < FEWEST_ROWS:
        return nothing(found), None
    shared = common(rows, name, _start(rows, asked, numbers, name))
    if not shared.settled:
        return nothing(found), shared
    size, spread = found.rows.size, shared.uncertainty
    if name == "temperature":
        read = _each(found, asked, asked.arm, [shared.value] * size)
        moved = _bounds(found, asked, read, asked.arm, [max(shared.value - spread, 0.5 * shared.value)] * size)
    else:
        read = _each(found, asked, shared.value, list(asked.kelvin))
        moved = _bounds(found, asked, read, shared.value + spread, list(asked.kelvin))
    changes = np.zeros((size, 2))
    changes[numbers] = shared.changes
    return _with_common(read, changes, moved), shared


def _with_steps_in(found: Map, asked: Asked) -> tuple[list[int], list[Row]]:
    """Numbers of the rows that show a step, and the highest one of each as an interdot line in the row's noise."""
    numbers, rows = [], []
    for number, signal in enumerate(found.values):
        known = np.isfinite(signal)
        gate, values = found.columns[known], signal[known]
        if gate.size < FEWEST_POINTS or np.ptp(values) == 0:
            continue
        record, steps = explore(prepared(_record(gate, values, asked.derivative)))
        if not steps.guesses:
            continue
        guess = steps.guesses[int(np.argmax(np.abs(steps.fit.heights)))]
        if len(steps.guesses) > 1:  # what else is there counts as noise, which makes the row weigh less
            steps = fitted(record, steps.points, (guess,))
        arm = 1.0 if np.isnan(asked.arm) else asked.arm
        line = Step(
            line=interdot_occupation,
            lever_arm=arm,
            free=("position", "own"),
            held={} if np.isnan(asked.kelvin[number]) else {"temperature": float(asked.kelvin[number])},
            spacing=record.spacing,
            derivative=asked.derivative,
        )
        points = steps.points
        data = Whitened(
            gate=points.gate, signal=points.signal, columns=points.columns(record.orders[-1]), noise=steps.noise
        )
        start = {"position": guess.position, "width": guess.width}
        numbers.append(number)
        rows.append(Row(data, line, start, (float(gate[0]), float(gate[-1]))))
    return numbers, rows


def _start(rows: list[Row], asked: Asked, numbers: list[int], name: str) -> float:
    """A first guess, from the sharpest steps: they are the ones that the temperature broadens."""
    width = float(np.quantile([row.start["width"] for row in rows], 0.25))
    kelvin = float(np.median(asked.kelvin[numbers]))
    arm = K_B * kelvin / width if name == "lever_arm" else asked.arm
    for row in rows:
        row.start["own"] = (0.5 * arm * row.start.pop("width")) ** 2
    return arm if name == "lever_arm" else arm * width / K_B


def _each(found: Map, asked: Asked, arm: float, kelvin: list[Any]) -> Rows:
    """Every row read by itself."""
    size = found.rows.size
    values = {name: np.full(size, np.nan) for name in PER_ROW}
    errors = {name: np.full(size, np.nan) for name in PER_ROW}
    bounds, status = np.full(size, np.nan), np.full(size, 2, dtype=np.int32)
    model, reasons = np.full(found.values.shape, np.nan), []
    for number in range(size):
        row = _row(found, asked, number, arm, kelvin[number])
        if row is None:
            status[number] = 3
            continue
        model[number] = row["fit"].to_numpy()
        if int(row["status"]) != 0:
            reasons.append(str(row.attrs["summary"]).removeprefix(NO_LINE).removesuffix("."))
            continue
        status[number] = int(row["tunnel_coupling_status"])
        bounds[number] = float(row["tunnel_coupling_upper_bound"])
        for name in PER_ROW:
            values[name][number] = float(row[name])
            errors[name][number] = float(row[f"{name}_uncertainty"])
    return Rows(values, errors, bounds, status, model, tuple(reasons), errors["tunnel_coupling"], np.zeros(size))


def _row(found: Map, asked: Asked, number: int, arm: float, kelvin: Any) -> xr.Dataset | None:
    """A row as an interdot line; None where it has no points."""
    if not np.isfinite(found.values[number]).any():
        return None
    given = None if found.unit(found.column) != "mV" else arm
    trace = _trace(found, number, asked.derivative)
    return interdot_line(trace, lever_arm=given, temperature=kelvin, slopes=asked.slopes)


def _trace(found: Map, number: int, derivative: bool) -> xr.Dataset:
    axis = found.array[found.column].attrs
    row = xr.DataArray(
        found.values[number],
        {found.column: (found.column, found.columns, {"units": found.unit(found.column), **axis})},
        (found.column,),
        attrs=dict(found.array.attrs),
    )
    return xr.Dataset({"signal": row}, attrs={"derivative": int(derivative)})


def _bounds(found: Map, asked: Asked, rows: Rows, arm: float, kelvin: list[Any]) -> FloatArray:
    """Bounds of the rows that have nothing else, where the common parameter is one standard deviation away."""
    bounds = rows.bounds.copy()
    for number in np.flatnonzero(rows.status == 1):
        row = _row(found, asked, int(number), arm, kelvin[number])
        if row is not None:
            bounds[number] = np.fmax(bounds[number], float(row["tunnel_coupling_upper_bound"]))
    return bounds


def _with_common(rows: Rows, changes: FloatArray, bounds: FloatArray) -> Rows:
    """Uncertainties with that of the common parameter, which moves all rows at once."""
    errors = dict(rows.errors)
    for name, change in (("tunnel_coupling", changes[:, 0]), ("position", changes[:, 1])):
        errors[name] = np.hypot(errors[name], change)
    t = rows.values["tunnel_coupling"]
    bounds = np.where(rows.status == 0, t + np.hypot(rows.bounds - t, 1.645 * changes[:, 0]), bounds)
    return rows._replace(errors=errors, bounds=bounds, alone=rows.errors["tunnel_coupling"], change=changes[:, 0])
