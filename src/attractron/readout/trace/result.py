"""A line that was read from a trace as a labelled result, or what was tried where none was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.results import Variable, dataset, flags
from attractron.readout.profile_likelihood import TWO_SIDED
from attractron.readout.trace.found_line import LORENTZIAN, STATUS, THERMAL, Reading
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit
from attractron.readout.trace.numbers import Numbers, curves, numbers
from attractron.readout.trace.record import Record
from attractron.readout.trace.step_likelihood import Range
from attractron.readout.trace.summary import notes, sentence

RESOLVED, BOUND, NOT_READ, ASSUMED, OPEN = range(5)
QUANTITY_STATUS = {RESOLVED: "resolved", BOUND: "upper bound", NOT_READ: "not read", ASSUMED: "assumed", OPEN: "open"}
"""What is known of a quantity."""

CODES = {**dict(enumerate(STATUS)), len(STATUS): "open"}
"""Status of the whole."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """A trace and where it comes from.

    Attributes:
        axis: as it was given.
        signal: the same.
        finite: numbers of the points that the record holds, in its order.
        record: of unit range.
        lever_arm: α, meV per unit of the axis.
        scale: of the signal.
        offset: of the signal.
    """

    axis: xr.DataArray
    signal: xr.DataArray
    finite: NDArray[np.intp]
    record: Record
    lever_arm: float
    scale: float
    offset: float


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A width that a line gives.

    Attributes:
        parameter: of the shape.
        name: in the result.
        unit: there.
        long_name: there.
        squared: the parameter is the square of the quantity.
    """

    parameter: str
    name: str
    unit: str
    long_name: str
    squared: bool = False

    def variables(self, found: Numbers | None, status: int) -> dict[str, Variable]:
        """Value, uncertainty, interval and bound; NaN where nothing is known."""
        value = error = lower = upper = top = np.nan
        if found is not None:
            value, error = found.values[self.parameter], found.spread[self.parameter]
            known = found.ranges.get(self.parameter, Range(resolved=True, lower=value, upper=value, bound=value))
            lower, upper, top = known.lower, known.upper, known.bound
            if not known.resolved:  # the covariance means nothing there
                error = (upper - value) / np.sqrt(TWO_SIDED)
            if self.squared:
                root = np.sqrt(value)
                error = np.sqrt(value + error) - root
                value, lower, upper, top = root, np.sqrt(max(lower, 0.0)), np.sqrt(upper), np.sqrt(top)
        name, unit, text = self.name, self.unit, self.long_name
        return {
            name: ((), value, unit, text),
            f"{name}_uncertainty": ((), error, unit, f"uncertainty of the {text}"),
            f"{name}_interval": ("end", [lower, upper], unit, f"95 % interval of the {text}"),
            f"{name}_upper_bound": ((), top, unit, f"95 % upper bound of the {text}"),
            f"{name}_status": ((), np.int32(status), "1", f"what is known of the {text}"),
        }


def line_result(
    question: str,
    measured: Measured,
    reading: Reading,
    quantities: Sequence[Quantity],
    said: list[str],
    options: Mapping[str, Any],
) -> xr.Dataset:
    """The result of `charging_line` or `interdot_line`."""
    axis, record = measured.axis, measured.record
    dim, unit = str(axis.name), str(measured.signal.attrs.get("units", "a.u."))
    gate_unit = str(axis.attrs["units"])
    sources = _sources(reading, quantities, measured)
    main = sources["main"][0]
    found: dict[str, Variable] = {}
    for each in quantities:
        found |= each.variables(*sources[each.parameter])
    found |= _described(main, unit, gate_unit, record.derivative)
    found |= _quality(reading.misfit, measured.scale, unit)
    status = "open" if reading.status == "described" and reading.open_between else reading.status
    code = next(code for code, name in CODES.items() if name == status)
    found["status"] = ((), np.int32(code), "1", "what was found in the trace")
    coordinates: dict[str, Variable] = {
        dim: (dim, axis.to_numpy(), gate_unit, str(axis.attrs.get("long_name", dim))),
        "end": ("end", ["lower", "upper"], "1", "end of an interval"),
    }
    if reading.comparison is not None:
        found |= reading.comparison.variables()
        coordinates |= reading.comparison.coordinates()
    result = dataset(
        found | _curves(reading, measured, dim, unit),
        coordinates,
        question=f"readout.{question}",
        parameters={"lever_arm": measured.lever_arm},
        method="generalised least squares in white and 1/f noise and drift; pick-up, jumps and bad points taken out",
        validity=[*said, *notes(reading, measured.lever_arm, gate_unit, main)],
        references=(),
        options=options,
    )
    for each in quantities:
        result[f"{each.name}_status"].attrs.update(flags(QUANTITY_STATUS))
    result["status"].attrs.update(flags(CODES))
    result.attrs["derivative"] = int(record.derivative)
    result.attrs["shape"] = reading.name if status in ("described", "open") else ""
    result.attrs["pickup_periods"] = ", ".join(f"{each.period:.6g}" for each in reading.record.pickups)  # in points
    result.attrs["runner_up"] = "" if reading.comparison is None else reading.comparison.runner_up
    result.attrs["summary"] = sentence(result, reading, question)
    return result


def _sources(
    reading: Reading, quantities: Sequence[Quantity], measured: Measured
) -> dict[str, tuple[Numbers | None, int]]:
    """For every parameter, and for all the others ("main"), the fit that it comes from, and what is known of it."""
    if reading.status != "described":
        nothing: dict[str, tuple[Numbers | None, int]] = {"main": (None, NOT_READ)}
        return nothing | {each.parameter: (None, NOT_READ) for each in quantities}

    def of(name: str) -> Numbers:
        return numbers(reading, name, measured.scale, measured.offset)

    main = of(reading.name)
    found: dict[str, tuple[Numbers | None, int]] = {"main": (main, RESOLVED)}
    for each in quantities:
        known = main.ranges.get(each.parameter)
        found[each.parameter] = (main, ASSUMED if known is None else RESOLVED if known.resolved else BOUND)
    if reading.open_between:
        return found | {"temperature": (of(THERMAL), OPEN), "own": (of(LORENTZIAN), OPEN)}
    if reading.name == LORENTZIAN:  # a Lorentzian step has no temperature: how high could it be?
        return found | {"temperature": (of("thermal and Lorentzian step"), BOUND)}
    return found


def _described(main: Numbers | None, unit: str, gate_unit: str, derivative: bool) -> dict[str, Variable]:
    height = f"{unit} {gate_unit}" if derivative else unit
    per = [unit if power == 0 else f"{unit}/{gate_unit}" + (f"^{power}" if power > 1 else "") for power in range(4)]
    texts = {
        "position": (gate_unit, "position of the step V₀"),
        "step_height": (height, "step of the signal, towards larger gate voltage"),
        "background": (per[0], "background in the middle of the axis s₀"),
        "slope": (per[1], "slope of the background there s₁"),
        "curvature": (per[2], "quadratic coefficient of the background s₂"),
        "cubic": (per[3], "cubic coefficient of the background s₃"),
        "slope_change": (unit if derivative else per[1], "change of the slope across the step c"),
        "curvature_change": (per[2], "change of the quadratic coefficient across the step d"),
    }
    found: dict[str, Variable] = {}
    for name, (units, text) in texts.items():
        value, error = (np.nan, np.nan) if main is None else (main.values[name], main.spread[name])
        found[name] = ((), value, units, text)
        found[f"{name}_uncertainty"] = ((), error, units, f"uncertainty of the {text}")
    return found


def _quality(found: GoodnessOfFit | None, scale: float, unit: str) -> dict[str, Variable]:
    noise = squares = share = chance = factor = np.nan
    if found is not None:
        noise, squares, share, chance = found.noise * scale, found.chi_squared, found.share, found.probability
        factor = found.excess if found.significant else 1.0
    return {
        "noise": ((), noise, unit, "white noise, from how neighbours differ"),
        "chi_squared": ((), squares, "1", "variance of the residual over that of white noise"),
        "misfit": ((), share, "1", "residual beyond the noise over the step, both r.m.s."),
        "misfit_probability": ((), chance, "1", "probability of that by noise alone"),
        "variance_factor": ((), factor, "1", "factor by which variances are raised for that"),
    }


def _curves(reading: Reading, measured: Measured, dim: str, unit: str) -> dict[str, Variable]:
    """Data, fit, residual and pick-up over the axis; points that are missing have none."""
    signal = measured.signal.to_numpy().astype(float)
    curve, waves = np.full(signal.size, np.nan), np.zeros(signal.size)
    used = np.zeros(signal.size, dtype=np.int32)
    loud = np.ones(signal.size)
    fitted, pickup, taken = curves(reading)
    if reading.record.relative_noise is not None:
        loud[measured.finite] = reading.record.relative_noise
    curve[measured.finite] = fitted * measured.scale + measured.offset
    waves[measured.finite] = pickup * measured.scale
    used[measured.finite] = taken
    return {
        "signal": (dim, signal, unit, str(measured.signal.attrs.get("long_name", "signal"))),
        "fit": (dim, curve, unit, "fit"),
        "residual": (dim, signal - curve, unit, "residual"),
        "used": (dim, used, "1", "points that the fit uses"),
        "pickup": (dim, waves, unit, "periodic pick-up in the signal"),
        "relative_noise": (dim, loud, "1", "noise of a point over that of most"),
    }
