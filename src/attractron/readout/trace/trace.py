"""From one line across a charge detector's diagram to electron temperature, tunnel broadening and tunnel coupling.

The shapes that are fitted, and their derivatives, are in `attractron.readout.trace.lineshapes`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.core.units import to_unit
from attractron.readout.files.resolve import MEASURED
from attractron.readout.lever_arms import ENERGY_PER_UNIT, energy_per_unit
from attractron.readout.profile_likelihood import TWO_SIDED
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit, judged
from attractron.readout.trace.lineshapes import LineShape, interdot_occupation, lead_occupation
from attractron.readout.trace.search import find_step
from attractron.readout.trace.step_fit import StepFit, StepModel, equivalent_width, fit_step
from attractron.readout.trace.step_likelihood import WIDTHS, Range, step_likelihood, uncertainties, width_range
from attractron.readout.trace.summary import charging_sentence, interdot_sentence, notes, told_apart

FEWEST_POINTS = 20
FEWEST_IN_STEP = 3
"""Points within the width of a step below which its shape cannot be read."""

STATUS = {0: "resolved", 1: "upper bound", 2: "not read"}
DESCRIBED = {0: "described", 1: "not described"}
SLOPES = ("same", "separate")


def charging_line(
    trace: xr.Dataset,
    *,
    lever_arm: float | str | None = None,
    tunnel_broadening: float | str | None = None,
    slopes: str = "same",
) -> xr.Dataset:
    """Electron temperature and tunnel broadening from one charging step of a dot beside a lead.

        I(V) = I₀ + s (V - V_c) + [A + c (V - V₀)] n(µ),    µ = α (V - V₀),
        n = 1/2 + Im ψ(1/2 + (Γ/2 + iµ)/(2π k_B T))/π

    with the digamma function ψ: the Fermi function averaged over a Lorentzian of full width Γ; without Γ the Fermi
    function itself. V_c is the middle of the axis. Steps up and down, electrons and holes differ in the sign of A only.
    A trace that is a derivative (attribute `derivative`) is fitted with dI/dV, of constant background.

    Args:
        trace: `signal` over one axis in mV, as `load` gives it, or over an energy in meV or a frequency in GHz, for
            which V stands then; missing points are left out.
        lever_arm: α in meV/mV, or text with a unit ("100 µeV/mV"); none for an energy, where α = 1, and a frequency,
            where α = h.
        tunnel_broadening: Γ in meV; None means none, "fit" fits it.
        slopes: "same" (c = 0) or "separate" backgrounds before and after the step.

    Returns:
        Dataset with `temperature` (K), `tunnel_broadening` (meV), `position` (in the unit of the axis), `step_height`,
        `background`, `slope`, `slope_change`, each with its `_uncertainty` (one standard deviation, correlations of
        the noise and 1 % of the energies for the line shape included, the lever arm taken as exact); 95 % bounds
        `temperature_upper_bound` and `tunnel_broadening_upper_bound`; `temperature_status` and
        `tunnel_broadening_status`, which say whether the value or only the bound is to be quoted; `status`, which says
        whether the model describes the trace: where it does not, all these numbers are NaN; `noise`, `chi_squared`,
        `misfit` and `misfit_probability`, which that rests on (see `readout.trace.goodness_of_fit`);
        `signal`, `fit`, `residual` and `used` (0 for outliers) over the axis. `attrs["summary"]` says it in a sentence.

    Raises:
        InputError: not a trace, bad options; no step, two steps, one at the edge or with too few points in it, or a
            saturated detector.

    Example:
        >>> from attractron.papers.measured import DATA
        >>> trace = at.readout.load(DATA / "addition_line.nc")
        >>> print(at.readout.charging_line(trace, lever_arm="100 µeV/mV").attrs["summary"])
        The charging line at -4.889 ± 0.013 mV gives an electron temperature of 256 ± 11 mK, assuming no tunnel
        broadening.
    """
    fitted = isinstance(tunnel_broadening, str) and tunnel_broadening == "fit"
    checks.choice("slopes", slopes, SLOPES)
    if fitted or tunnel_broadening is None:
        gamma = 0.0
    else:
        gamma = checks.non_negative("tunnel_broadening", to_unit("tunnel_broadening", tunnel_broadening, "meV"))
    fixed = ({} if fitted else {"own": gamma}) | ({} if slopes == "separate" else {"slope_change": 0.0})
    options = {"tunnel_broadening": "fit" if fitted else gamma, "slopes": slopes}
    reading = _read(trace, lever_arm, lead_occupation, fixed, lambda width: width)
    quantities = (
        _temperature(reading),
        _plain(reading, "own", "tunnel_broadening", "meV", "tunnel broadening Γ (full width)"),
    )
    said = [
        "One level beside one lead at equilibrium.",
        "Tunnel broadening is fitted." if fitted else f"Tunnel broadening is taken as {gamma:g} meV.",
    ]
    if fitted:
        said.append(told_apart(reading.fit, "temperature", "tunnel broadening"))
    result = _result("charging_line", reading, quantities, said, options)
    result.attrs["summary"] = charging_sentence(result, reading.goodness, fitted)
    return result


def interdot_line(
    trace: xr.Dataset, *, temperature: float | str, lever_arm: float | str | None = None, slopes: str = "same"
) -> xr.Dataset:
    """Tunnel coupling of two dots from the line along which an electron moves from one to the other.

        I(V) = I₀ + s (V - V_c) + [A + c (V - V₀)] n(ε),    ε = α (V - V₀),
        n = ½ [1 + (ε/Ω) tanh(Ω/(2 k_B T))],    Ω² = ε² + 4t²

    the thermal average of the two-level system H = (ε/2) σ_Z + t σ_X, whose levels cross with a gap of 2t; the two
    sites of a polarizer are such a system with ε = δ.

    Args:
        trace: as for `charging_line`, along an axis that crosses the line.
        lever_arm: α in meV/mV of the axis on the detuning ε, or text with a unit; none where the axis is ε or ε/h.
        temperature: T in K, or text with a unit ("75 mK"), or "fit".
        slopes: "same" or "separate".

    Returns:
        Dataset as of `charging_line`, with `tunnel_coupling` (meV) in place of the broadening. It is an upper bound
        when t² is below twice its uncertainty: then the temperature hides the coupling.

    Raises:
        InputError: as for `charging_line`.

    Example:
        >>> island = at.dots.building_block(W=0.83, U=0.0, delta=0.0, t=0.05)
        >>> detector = at.dots.Detector(weights={"T": -100.0}, white_noise=0.5)
        >>> axes = {"delta": np.linspace(-1.5, 1.5, 301), "V_L": -3.0, "V_R": -3.0}
        >>> line = at.dots.stability_diagram(island, axes, temperature=0.5, detector=detector)
        >>> line["delta"].attrs["units"] = "mV"  # as if a gate moved the detuning by 1 meV/mV
        >>> found = at.readout.interdot_line(line, lever_arm=1.0, temperature=0.5)
        >>> print(f"t = {1e3 * float(found['tunnel_coupling']):.0f} µeV")
        t = 50 µeV
    """
    fitted = temperature == "fit"
    checks.choice("slopes", slopes, SLOPES)
    kelvin = 0.0 if fitted else checks.temperature("temperature", to_unit("temperature", temperature, "K"))
    if not fitted and kelvin == 0:
        raise InputError("temperature", "be positive", 0.0, 'give the electrons\' temperature, or "fit"')
    fixed = ({} if fitted else {"temperature": kelvin}) | ({} if slopes == "separate" else {"slope_change": 0.0})
    options = {"temperature": "fit" if fitted else kelvin, "slopes": slopes}
    reading = _read(trace, lever_arm, interdot_occupation, fixed, lambda width: width**2)
    said = [
        "One electron on two dots at equilibrium, without spin or further levels.",
        "The temperature is fitted." if fitted else f"The temperature is taken as {kelvin:g} K.",
    ]
    if fitted:
        said.append(told_apart(reading.fit, "temperature", "tunnel coupling"))
    result = _result("interdot_line", reading, (_coupling(reading), _temperature(reading)), said, options)
    result.attrs["summary"] = interdot_sentence(result, reading.goodness, fitted)
    return result


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """A fit with the data that it was made to, both in the order of the axis."""

    axis: xr.DataArray
    signal: xr.DataArray
    finite: NDArray[np.intp]
    model: StepModel
    fit: StepFit
    goodness: GoodnessOfFit
    ranges: Mapping[str, Range]
    uncertainties: Mapping[str, float]


def _read(
    trace: xr.Dataset,
    lever_arm: float | str | None,
    shape: LineShape,
    fixed: Mapping[str, float],
    own: Callable[[float], float],
) -> _Reading:
    signal = _signal(trace)
    axis = signal[signal.dims[0]]
    alpha = energy_per_unit("lever_arm", lever_arm, str(axis.attrs["units"]))
    points = checks.axis(str(axis.name), axis.to_numpy())
    finite = np.flatnonzero(np.isfinite(signal.to_numpy()))
    if finite.size < FEWEST_POINTS:
        raise InputError("trace", f"have at least {FEWEST_POINTS} points", f"{finite.size} that are finite")
    finite = finite if points[0] < points[-1] else finite[::-1]
    gate, values = points[finite], np.asarray(signal.to_numpy()[finite], dtype=float)
    derivative = bool(trace.attrs.get("derivative", 0))
    guess = find_step(gate, values, derivative)
    step = float(np.median(np.diff(gate)))
    model = StepModel(
        shape=shape, lever_arm=alpha, centre=float(points[0] + points[-1]) / 2, derivative=derivative, step=step
    )
    held = {**fixed, **({"background": 0.0} if derivative else {})}
    fit = fit_step(model, gate, values, guess, held, own(alpha * guess.width))
    _check_view(model, fit, gate, str(axis.attrs["units"]))
    fit, found = judged(model, fit, gate, values)
    likelihood = step_likelihood(model, fit, gate, values, found.excess)
    widths = () if found.unreadable else [name for name in WIDTHS if name in fit.varied]
    ranges = {name: width_range(likelihood, fit, name) for name in widths}
    spreads = uncertainties(likelihood, fit, ranges, float(np.ptp(values[fit.used])))
    return _Reading(
        axis=axis,
        signal=signal,
        finite=finite,
        model=model,
        fit=fit,
        goodness=found,
        ranges=ranges,
        uncertainties=spreads,
    )


def _signal(trace: xr.Dataset) -> xr.DataArray:
    wanted = f"hold a signal over one axis in {' or '.join(ENERGY_PER_UNIT)}"
    remedy = "read it with readout.load, or pick a line of an image with .isel(...) or .sel(...)"
    name = next((name for name in MEASURED if name in trace), None)
    if name is None:
        raise InputError("trace", wanted, ", ".join(map(str, trace.data_vars)) or "nothing", remedy)
    signal = trace[name]
    if signal.ndim != 1 or signal.dims[0] not in signal.coords:
        raise InputError("trace", wanted, f"{name} over ({', '.join(map(str, signal.dims))})", remedy)
    unit = signal[signal.dims[0]].attrs.get("units")
    if unit not in ENERGY_PER_UNIT:
        raise InputError(
            "trace", wanted, "an axis without unit" if unit in (None, "1") else f"an axis in {unit}", remedy
        )
    return signal


def _check_view(model: StepModel, fit: StepFit, gate: FloatArray, unit: str) -> None:
    """The step is inside the trace, with enough points in it."""
    place, width = fit.values["position"], equivalent_width(model, fit.values)
    if not gate[0] + width <= place <= gate[-1] - width:
        ends = f"from {gate[0]:.4g} to {gate[-1]:.4g} {unit}"
        got = f"a step of width {width:.3g} {unit} at {place:.4g} {unit} in a range {ends}"
        raise InputError("trace", "show the whole step and the plateaus beside it", got, "measure a wider range")
    inside = int((np.abs(gate - place) <= width / 2).sum())
    if inside < FEWEST_IN_STEP:
        got = f"{inside} in a step of width {width:.3g} {unit}"
        remedy = "measure it with a finer gate step"
        raise InputError("trace", f"have at least {FEWEST_IN_STEP} points within the step", got, remedy)


class _Quantity(NamedTuple):
    """A number that may be too small to be resolved, with its uncertainty, its 95 % interval and its upper bound."""

    name: str
    value: float
    uncertainty: float
    range: Range
    unit: str
    long_name: str

    def variables(self) -> dict[str, Variable]:
        name, unit, text = self.name, self.unit, self.long_name
        return {
            name: ((), self.value, unit, text),
            f"{name}_uncertainty": ((), self.uncertainty, unit, f"uncertainty of the {text}"),
            f"{name}_interval": ("end", [self.range.lower, self.range.upper], unit, f"95 % interval of the {text}"),
            f"{name}_upper_bound": ((), self.range.bound, unit, f"95 % upper bound of the {text}"),
        }


def _range(reading: _Reading, parameter: str) -> Range:
    """What is held is known."""
    value = reading.fit.values[parameter]
    return reading.ranges.get(parameter, Range(resolved=True, lower=value, upper=value, bound=value))


def _plain(reading: _Reading, parameter: str, name: str, unit: str, long_name: str) -> _Quantity:
    """A parameter as the fit has it; its covariance counts where it is resolved."""
    value, spread, found = reading.fit.values[parameter], reading.fit.uncertainty(parameter), _range(reading, parameter)
    uncertainty = spread if found.resolved else (found.upper - value) / np.sqrt(TWO_SIDED)
    return _Quantity(name, value, uncertainty, found, unit, long_name)


def _temperature(reading: _Reading) -> _Quantity:
    return _plain(reading, "temperature", "temperature", "K", "electron temperature")


def _coupling(reading: _Reading) -> _Quantity:
    """t from t², in which the curve is linear at zero."""
    square, spread = reading.fit.values["own"], reading.fit.uncertainty("own")
    found = _range(reading, "own")
    root = Range(
        resolved=found.resolved,
        lower=float(np.sqrt(found.lower)),
        upper=float(np.sqrt(found.upper)),
        bound=float(np.sqrt(found.bound)),
    )
    value = np.sqrt(square)
    error = np.sqrt(square + spread) - value
    return _Quantity("tunnel_coupling", value, error, root, "meV", "tunnel coupling t")


def _result(
    question: str,
    reading: _Reading,
    quantities: Sequence[_Quantity],
    said: list[str],
    options: Mapping[str, Any],
) -> xr.Dataset:
    fit, model, axis = reading.fit, reading.model, reading.axis
    away = (reading.signal.to_numpy()[reading.finite] - fit.curve)[fit.used]
    dim, unit = str(axis.name), str(reading.signal.attrs.get("units", "a.u."))
    derivative = model.derivative
    gate_unit = str(axis.attrs["units"])
    height = f"{unit} {gate_unit}" if derivative else unit
    described = {
        "position": (gate_unit, "position of the step V₀"),
        "step_height": (height, "step of the signal, towards larger gate voltage"),
        "background": (height, "background I₀ in the middle of the axis"),
        "slope": (unit if derivative else f"{unit}/{gate_unit}", "slope of the background s"),
        "slope_change": (unit if derivative else f"{unit}/{gate_unit}", "change of the slope across the step c"),
    }
    found = {name: entry for each in quantities for name, entry in each.variables().items()}
    for name, (units, text) in described.items():
        found[name] = ((), fit.values[name], units, text)
        found[f"{name}_uncertainty"] = ((), reading.uncertainties[name], units, f"uncertainty of the {text}")
    unread = reading.goodness.unreadable
    if unread:  # a wrong model would give numbers all the same
        found = {
            name: (dims, np.full(np.shape(old), np.nan), units, text)
            for name, (dims, old, units, text) in found.items()
        }
    for each in quantities:
        known = np.int32(2 if unread else not each.range.resolved)
        found[f"{each.name}_status"] = ((), known, "1", f"what is known of the {each.long_name}")
    found |= _quality(reading.goodness, unit)
    result = dataset(
        found | _curves(reading, dim, unit),
        {
            dim: (dim, axis.to_numpy(), gate_unit, str(axis.attrs.get("long_name", dim))),
            "end": ("end", ["lower", "upper"], "1", "end of an interval"),
        },
        question=f"readout.{question}",
        parameters={"lever_arm": model.lever_arm},
        method="least squares with analytic derivatives, outliers left out; covariance with white and 1/f noise",
        validity=[*said, *notes(model, fit, reading.goodness, away, gate_unit)],
        references=(),
        options=options,
    )
    for each in quantities:
        result[f"{each.name}_status"].attrs.update(flags(STATUS))
    result["status"].attrs.update(flags(DESCRIBED))
    result.attrs["derivative"] = int(derivative)
    return result


def _quality(found: GoodnessOfFit, unit: str) -> dict[str, Variable]:
    return {
        "status": ((), np.int32(found.unreadable), "1", "whether the model describes the trace"),
        "noise": ((), found.noise, unit, "white noise, from how neighbouring residuals differ"),
        "chi_squared": ((), found.chi_squared, "1", "variance of the residual over that of white noise"),
        "misfit": ((), found.share, "1", "slow residual beyond the noise over the step, both r.m.s."),
        "misfit_probability": ((), found.probability, "1", "probability of such a residual by noise alone"),
    }


def _curves(reading: _Reading, dim: str, unit: str) -> dict[str, Variable]:
    """Data, fit and residual over the axis; points that are missing have none."""
    signal = reading.signal.to_numpy().astype(float)
    curve, used = np.full(signal.size, np.nan), np.zeros(signal.size, dtype=np.int32)
    curve[reading.finite], used[reading.finite] = reading.fit.curve, reading.fit.used
    return {
        "signal": (dim, signal, unit, str(reading.signal.attrs.get("long_name", "signal"))),
        "fit": (dim, curve, unit, "fit"),
        "residual": (dim, signal - curve, unit, "residual"),
        "used": (dim, used, "1", "points that the fit uses"),
    }
