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
from attractron.readout.trace.search import find_step
from attractron.readout.trace.step_fit import StepModel
from attractron.readout.trace.trace import interdot_line

WANTED = "hold a signal over a detuning (mV, meV or GHz) and one more axis"
TRIED = 12
"""Rows along each axis that are looked at for a step, where the detuning is not named."""


def detuning_map(
    data: xr.Dataset | xr.DataArray,
    *,
    temperature: float | str | None = None,
    lever_arm: float | str | None = None,
    along: str | None = None,
    slopes: str = "same",
) -> xr.Dataset:
    """Tunnel coupling t of two dots for every row of a map over the detuning and a barrier gate, temperature or field.

    Each row is read as `interdot_line` reads a trace. What is "common" is fitted to all rows at once: the temperature
    for a given lever arm, or the lever arm for given temperatures; a curve fixes their ratio only. Over a gate the
    trend of t is fitted,

        t = t₀ e^{κ(V_B - V̄_B)}.

    Args:
        data: `signal` over two axes, as `load` gives it.
        temperature: T in K, or text with a unit; "fit" for every row by itself; "common" for one that is fitted;
            "axis" where the second axis is the temperature, which is the default there.
        lever_arm: of the detuning axis, meV/mV, or text with a unit; "common" to fit it; left out for an axis in meV.
        along: name of the detuning axis; where it is not given, that which has a unit of energy beside one that has
            none, or along which the rows show steps.
        slopes: "same" or "separate" backgrounds before and behind the steps.

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
    known = np.isfinite(signal)
    if known.sum() < 20:
        return False
    try:
        find_step(gate[known], signal[known], derivative)
    except InputError:  # says why there is none, which is all that is asked
        return False
    return True


def _asked(
    found: Map, temperature: float | str | None, lever_arm: float | str | None, slopes: str, derivative: bool
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
    if asked.temperature == COMMON:
        shared = _common(found, asked, "temperature")
        if shared is None or not shared.settled:
            return nothing(found), shared
        kelvin = np.full(found.rows.size, shared.value)
        rows = _each(found, asked, asked.arm, list(kelvin))
        return _with_common(rows, _each(found, asked, asked.arm, list(kelvin + shared.uncertainty))), shared
    if asked.lever_arm == COMMON:
        shared = _common(found, asked, "lever_arm")
        if shared is None or not shared.settled:
            return nothing(found), shared
        kelvin = asked.kelvin
        rows = _each(found, asked, shared.value, list(kelvin))
        return _with_common(rows, _each(found, asked, shared.value + shared.uncertainty, list(kelvin))), shared
    if asked.temperature == OWN:
        return _each(found, asked, asked.arm, [OWN] * found.rows.size), None
    return _each(found, asked, asked.arm, list(asked.kelvin)), None


def _common(found: Map, asked: Asked, name: str) -> Common | None:
    """What all rows have in common; None where too few rows show a step.

    A first guess of the width of the sharpest steps gives either: they are the ones that the temperature broadens.
    """
    rows, widths = [], []
    step = float(np.median(np.diff(found.columns)))
    arm = 1.0 if np.isnan(asked.arm) else asked.arm
    for number, signal in enumerate(found.values):
        known = np.isfinite(signal)
        gate, values = found.columns[known], signal[known]
        if not _has_step(gate, values, asked.derivative):
            continue
        guess = find_step(gate, values, asked.derivative)
        widths.append((guess.width, number))
        model = StepModel(
            shape=interdot_occupation,
            lever_arm=arm,
            centre=float(gate[0] + gate[-1]) / 2,
            derivative=asked.derivative,
            step=step,
        )
        held = asked.fixed | ({} if np.isnan(asked.kelvin[number]) else {"temperature": float(asked.kelvin[number])})
        start = {"position": guess.position, "temperature": 0.0, "own": (0.5 * arm * guess.width) ** 2}
        rows.append(Row(model, gate, values, start, held))
    if len(rows) < FEWEST_ROWS:
        return None
    width = float(np.quantile([each for each, _ in widths], 0.25))

    if name == "temperature":
        return common(rows, name, arm * width / K_B)
    thermal = K_B * float(np.median(asked.kelvin)) / width
    scaled = [row._replace(values={**row.values, "own": (0.5 * thermal * width) ** 2}) for row in rows]
    return common(scaled, name, thermal)


def _each(found: Map, asked: Asked, arm: float, kelvin: list[Any]) -> Rows:
    """Every row read by itself."""
    size = found.rows.size
    values = {name: np.full(size, np.nan) for name in PER_ROW}
    errors = {name: np.full(size, np.nan) for name in PER_ROW}
    bounds, status = np.full(size, np.nan), np.full(size, 3, dtype=np.int32)
    model, reasons = np.full(found.values.shape, np.nan), []
    for number in range(size):
        trace = _trace(found, number, asked.derivative)
        given = None if found.unit(found.column) != "mV" else arm
        try:
            row = interdot_line(trace, lever_arm=given, temperature=kelvin[number], slopes=asked.slopes)
        except InputError as error:  # a row without a step is a row without a number: why, is said
            reasons.append(error.got if isinstance(error.got, str) else str(error.got))
            continue
        described = int(row["status"]) == 0
        status[number] = int(row["tunnel_coupling_status"]) if described else 2
        model[number] = row["fit"].to_numpy()
        bounds[number] = float(row["tunnel_coupling_upper_bound"])
        for name in PER_ROW:
            values[name][number] = float(row[name])
            errors[name][number] = float(row[f"{name}_uncertainty"])
    return Rows(values, errors, bounds, status, model, tuple(reasons), errors["tunnel_coupling"], np.zeros(size))


def _trace(found: Map, number: int, derivative: bool) -> xr.Dataset:
    axis = found.array[found.column].attrs
    row = xr.DataArray(
        found.values[number],
        {found.column: (found.column, found.columns, {"units": found.unit(found.column), **axis})},
        (found.column,),
        attrs=dict(found.array.attrs),
    )
    return xr.Dataset({"signal": row}, attrs={"derivative": int(derivative)})


def _with_common(rows: Rows, moved: Rows) -> Rows:
    """Uncertainties with that of the common parameter, from the same rows read one standard deviation away."""
    changes = {name: np.nan_to_num(moved.values[name] - rows.values[name]) for name in PER_ROW}
    errors = {name: np.hypot(rows.errors[name], changes[name]) for name in PER_ROW}
    return rows._replace(
        errors=errors,
        bounds=np.fmax(rows.bounds, moved.bounds),
        alone=rows.errors["tunnel_coupling"],
        change=changes["tunnel_coupling"],
    )
