"""One Coulomb peak in a trace: place, height, and temperature, tunnel broadening or lever arm from its width.

The shapes are in `attractron.readout.trace.peak_shapes`, what else the trace may be in `peak_rivals`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, with_error
from attractron.readout.model_selection import DECISIVE, Comparison, compare
from attractron.readout.profile_likelihood import bound, interval, resolved
from attractron.readout.trace.against_drift import beats_drift
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit, goodness_of_fit
from attractron.readout.trace.peak_data import PeakTrace, peak_trace
from attractron.readout.trace.peak_fit import NAMES as PARAMETERS
from attractron.readout.trace.peak_fit import PeakFit, PeakModel, fit_peak, inliers
from attractron.readout.trace.peak_options import PeakOptions, peak_options
from attractron.readout.trace.peak_rivals import (
    BOTH,
    COULOMB_PEAKS,
    LORENTZIAN,
    METALLIC,
    THERMAL,
    Fitted,
    Start,
    averaged,
    candidates,
    find_peak,
    fit_rivals,
)
from attractron.readout.trace.peak_shapes import FULL_WIDTHS, SHAPES
from attractron.readout.trace.peak_summary import peak_sentence
from attractron.readout.trace.refusals import HOTTEST
from attractron.readout.trace.whitening import Whitening, unweighted, whitening

STATUS = {0: "described", 1: "not described", 2: "no peak", 3: "another shape", 4: "at edge"}
TOO_NARROW = 5
"""Status of a fit with too few points in the peak, which is refused."""

WIDEST = 0.5
"""Full width over the length of the trace from which on the background beside a peak is not in view."""

WIDTH_STATUS = {0: "resolved", 1: "upper bound", 2: "not read"}

FEWEST_IN_PEAK = 3
"""Points within half the height of a peak below which its shape cannot be read."""


def coulomb_peak(
    trace: xr.Dataset,
    *,
    lever_arm: float | str | None = None,
    temperature: float | str | None = None,
    tunnel_broadening: float | str | None = None,
    shape: str | None = None,
) -> xr.Dataset:
    r"""Electron temperature, tunnel broadening or lever arm from one Coulomb peak of a current or conductance.

        G(V) = b + s (V - V_c) + A · shape(α (V - V₀))

    - "single-level": cosh⁻²(µ/2k_B T), 3.53 k_B T wide, or with a tunnel broadening Γ its average over a Lorentzian of
      full width Γ, Re ψ'(1/2 + (Γ/2 + iµ)/2πk_B T);
    - "metallic" (level spacing ≪ k_B T): (µ/k_B T)/sinh(µ/k_B T), 4.35 k_B T wide.

    These two look nearly alike, so that the shape alone seldom tells which it is, and the temperatures differ by a
    fifth: `temperature_of_shape` holds both. Peaks up and down are read, on the noise that the residual shows (white
    and 1/f). Beside them are fitted a Lorentzian, a Gaussian, a Fano resonance, a step, a pinch-off, two peaks, and
    none: where one that is no Coulomb peak wins no number is given, nor for a peak that is wider than half of the
    trace, or than 10 K would make it. The bias has to be well below k_B T/e.

    Args:
        trace: `signal` over one axis in mV, or over an energy in meV or a frequency in GHz, for which V stands then;
            missing points and lonely outliers are left out.
        lever_arm: α in meV/mV, or text with a unit; None gives widths in mV only, or with a temperature α from them.
            None for an energy, where α = 1, and a frequency, where α = h.
        temperature: T in K; None or "fit" fits it where there is a lever arm.
        tunnel_broadening: Γ in meV, or "fit"; None fits it where the temperature is given or where a peak without it
            does not describe the trace, and otherwise takes none and gives its upper bound.
        shape: "single-level" or "metallic"; None: what the trace tells, and "single-level" where it does not.

    Returns:
        Dataset with `position`, `width` (full, at half maximum), `asymmetry` of the flanks, `height`, `area`,
        `background`, `slope`, `temperature`, `tunnel_broadening`, `lever_arm`, each with its `_uncertainty` (one
        standard deviation; the lever arm taken as exact); 95 % `temperature_interval` and `temperature_upper_bound`,
        the same of the broadening (see `readout.profile_likelihood`), `temperature_lower_bound` with a tunnel
        broadening fitted; `temperature_of_shape` and `lever_arm_of_shape` over `shape`; `score` over `candidate`;
        `status` (all numbers are NaN unless it is "described"); `noise`, `chi_squared`, `misfit`,
        `misfit_probability`; `signal`, `fit`, `residual` and `used` over the axis.

    Raises:
        InputError: not a trace, bad options, a flat line, or fewer than three points in the peak.

    Example:
        >>> import xarray as xr
        >>> gate, noise = np.linspace(-5, 5, 201), np.random.default_rng(1).normal(0, 0.02, 201)
        >>> current = np.cosh(0.1 * (gate - 1) / (2 * 0.0862 * 0.3)) ** -2 + noise
        >>> trace = xr.Dataset({"signal": ("P", current, {"units": "nA"})}, {"P": ("P", gate, {"units": "mV"})})
        >>> found = at.readout.coulomb_peak(trace, lever_arm=0.1)
        >>> print(f"{float(found['temperature']):.2f} K")
        0.30 K
    """
    data = peak_trace(trace)
    return read_peak(data, peak_options(data.lever_arm(lever_arm), temperature, tunnel_broadening, shape))


def is_coulomb_peak(trace: xr.Dataset) -> bool:
    """Whether one Coulomb peak describes a trace, and nothing that is none does as well."""
    try:
        data = peak_trace(trace)
    except InputError:  # too short, or over another axis: whatever reads it will say so
        return False
    options = PeakOptions(lever_arm=None, temperature=None, tunnel_broadening=None, fit_broadening=False, shape=None)
    return read_fit(data, options).status == 0


def read_peak(data: PeakTrace, options: PeakOptions) -> xr.Dataset:
    """The reading of checked data with checked options.

    Raises:
        InputError: fewer than three points in the peak.
    """
    peak = read_fit(data, options)
    if peak.status == TOO_NARROW:
        got = f"fewer in a peak of width {peak.fit.width:.3g} {data.axis_unit}"
        wanted = f"have at least {FEWEST_IN_PEAK} points within the peak"
        raise InputError("trace", wanted, got, "measure it with a finer gate step")
    hot = peak.kelvin(options) if peak.status == 0 else 0.0
    hot = hot if hot > HOTTEST else 0.0
    result = _result(data, options, replace(peak, status=1) if hot else peak)
    result.attrs["summary"] = peak_sentence(result, options.shape is not None, peak.widths_varied, hot)
    return result


@dataclass(frozen=True, kw_only=True)
class Peak:
    """A fit with what it rests on.

    Attributes:
        fit: of the chosen shape.
        both: with both widths free, where the chosen one has no tunnel broadening.
        others: the two thermal shapes, by name.
        comparison: of all rivals.
        goodness: of the fit.
        white: the noise.
        used: points that are no outliers, (n,).
        status: code of `STATUS`.
        widths_varied: names of the fitted widths.
    """

    fit: PeakFit
    both: PeakFit | None
    others: Mapping[str, PeakFit]
    comparison: Comparison
    goodness: GoodnessOfFit
    white: Whitening
    used: np.ndarray
    status: int
    widths_varied: tuple[str, ...]

    def kelvin(self, options: PeakOptions) -> float:
        """Temperature that alone would make the peak as wide as it is; 0 where no lever arm is given."""
        alpha = options.lever_arm or 0.0
        return float(alpha * self.fit.width / (FULL_WIDTHS["single-level"] * K_B))


def read_fit(data: PeakTrace, options: PeakOptions) -> Peak:
    """The fit of the shape that the options or the trace ask for, beside its rivals.

    The noise comes from the residual of the rival that leaves least, and then from that of the fit itself.
    """
    start = find_peak(data.gate, data.signal)
    used = np.ones(data.gate.size, dtype=bool)
    gate, signal = averaged(data.gate, data.signal)
    rivals = fit_rivals(gate, signal, start, unweighted(signal))
    if gate.size == data.gate.size:
        used = inliers(_least(rivals))
        if not used.all():
            gate, signal = gate[used], signal[used]
            rivals = fit_rivals(gate, signal, start, unweighted(signal))
    white = whitening(_least(rivals), 5)
    if not np.all(white.amplitudes == white.amplitudes[0]):
        rivals = fit_rivals(gate, signal, start, white)
    comparison = compare(candidates(rivals, white), gate.size)
    shape, fixed = _chosen(options, comparison)
    better = Start(float(rivals[THERMAL].point[0]), abs(float(rivals[THERMAL].point[1])))
    gate, signal = data.gate[used], data.signal[used]
    model = PeakModel(shape=shape, gate=gate)
    first = fit_peak(model, signal, better, fixed, unweighted(signal))
    white = whitening(signal - first.curve, len(first.likelihood.names))
    fit = fit_peak(model, signal, better, fixed, white)
    line = fit.values["background"] + fit.values["slope"] * (gate - gate.mean())
    goodness = goodness_of_fit(signal - fit.curve, fit.curve - line, float(np.ptp(gate)) / fit.width)
    excess = max(goodness.excess, 1.0) if goodness.significant else 1.0
    fit = fit_peak(model, signal, better, fixed, white, excess)
    status = _status(data, fit, comparison, goodness) or 2 * (not _beats_drift(fit, signal))
    both, others = None, {}
    if status == 0:
        if "lorentz" in fixed and fixed["lorentz"] == 0 and shape == "single-level" and "thermal" not in fixed:
            both = fit_peak(model, signal, better, {}, white, excess)
        if fixed.get("lorentz") == 0 and "thermal" not in fixed:
            others = {
                name: fit_peak(PeakModel(shape=name, gate=gate), signal, better, fixed, white, excess)
                for name in SHAPES
            }
    widths = tuple(name for name in ("thermal", "lorentz") if name not in fixed)
    return Peak(
        fit=fit,
        both=both,
        others=others,
        comparison=comparison,
        goodness=goodness,
        white=white,
        used=used,
        status=status,
        widths_varied=widths,
    )


def _beats_drift(fit: PeakFit, signal: FloatArray) -> bool:
    """The peak is more than slow noise."""
    columns = fit.model.curve(fit.values)[1]
    varied = [at for at, name in enumerate(PARAMETERS) if name in fit.likelihood.names]
    return beats_drift(fit.model.gate, signal, columns[:, :2], columns[:, varied[2:]])


def _least(rivals: Mapping[str, Fitted]) -> FloatArray:
    """The residual of the shape with the least of it, against white noise."""
    size = next(iter(rivals.values())).residual.size

    def criterion(name: str) -> float:
        squares = float(np.sum(rivals[name].residual ** 2))
        return float(size * np.log(max(squares, 1e-300)) + rivals[name].parameters * np.log(size))

    return np.asarray(rivals[min(rivals, key=criterion)].residual)


def _chosen(options: PeakOptions, comparison: Comparison) -> tuple[str, dict[str, float]]:
    """The shape, and the widths in mV that are not fitted."""
    scores = dict(zip(comparison.names, comparison.scores, strict=True))
    best = min(scores.get(BOTH, np.inf), scores.get(LORENTZIAN, np.inf))
    sharp = min(scores.get(name, np.inf) for name in (THERMAL, METALLIC))
    fixed: dict[str, float] = {}
    alpha = options.lever_arm
    if options.temperature is not None and alpha is not None:
        fixed["thermal"] = K_B * options.temperature / alpha
    if options.tunnel_broadening is not None:
        fixed["lorentz"] = options.tunnel_broadening / (alpha or 1.0)
    wanted = options.fit_broadening or "thermal" in fixed or sharp - best >= DECISIVE
    if options.shape == "metallic" or (options.tunnel_broadening is None and not wanted):
        fixed["lorentz"] = 0.0
    metallic = options.shape is None and scores.get(THERMAL, np.inf) - scores.get(METALLIC, np.inf) >= DECISIVE
    shape = options.shape or ("metallic" if metallic and fixed.get("lorentz") == 0 else "single-level")
    return shape, fixed


def _status(data: PeakTrace, fit: PeakFit, comparison: Comparison, goodness: GoodnessOfFit) -> int:
    """What the trace is; a peak has to be in view, and better than all that is none."""
    scores = dict(zip(comparison.names, comparison.scores, strict=True))
    own = min(scores[name] for name in COULOMB_PEAKS if name in scores)
    if own >= DECISIVE and comparison.best != "no peak":
        return 3
    if min(scores.get(name, np.inf) for name in ("no peak", "step")) - own < DECISIVE:
        return 2
    if abs(fit.values["height"]) < 5 * fit.uncertainty("height"):
        return 2
    place, half = fit.values["position"], fit.width / 2
    span = float(np.ptp(data.gate))
    if not data.gate[0] + half <= place <= data.gate[-1] - half or fit.width > WIDEST * span:
        return 4
    inside = int((np.abs(data.gate - place) <= half).sum())
    if inside < FEWEST_IN_PEAK:
        return TOO_NARROW
    return 1 if goodness.unreadable else 0


def _result(data: PeakTrace, options: PeakOptions, peak: Peak) -> xr.Dataset:
    fit, unit = peak.fit, data.unit
    found = _numbers(data, peak) | _energies(options, peak)
    status_of = {name: found.pop(name) for name in list(found) if name.endswith("_status")}
    if peak.status:
        found = {
            key: (dims, np.full(np.shape(old), np.nan), unit, text) for key, (dims, old, unit, text) in found.items()
        }
        status_of = {key: (dims, np.int32(2), unit, text) for key, (dims, _, unit, text) in status_of.items()}
    quality: dict[str, Variable] = {
        "status": ((), np.int32(peak.status), "1", "what the trace is"),
        "noise": ((), peak.goodness.noise, unit, "white noise, from how neighbouring residuals differ"),
        "chi_squared": ((), peak.goodness.chi_squared, "1", "variance of the residual over that of white noise"),
        "misfit": ((), peak.goodness.share, "1", "slow residual beyond the noise over the peak, both r.m.s."),
        "misfit_probability": ((), peak.goodness.probability, "1", "probability of such a residual by noise alone"),
    }
    result = dataset(
        found | status_of | quality | peak.comparison.variables() | data.curves(fit.curve, peak.used),
        data.coordinate()
        | peak.comparison.coordinates()
        | {
            "end": ("end", ["lower", "upper"], "1", "end of an interval"),
            "shape": ("shape", list(SHAPES), "1", "line shape of a thermal peak"),
        },
        question="readout.coulomb_peak",
        parameters={"lever_arm": options.lever_arm},
        method="whitened least squares with analytic derivatives; intervals from the profile of χ²",
        validity=_validity(data, options, peak),
        references=("beenakker1991", "feldman_cousins1998"),
        options=options.stored(),
    )
    for name in status_of:
        result[name].attrs.update(flags(WIDTH_STATUS))
    result["status"].attrs.update(flags(STATUS))
    result.attrs.update(runner_up=peak.comparison.runner_up, shape=fit.model.shape, derivative=0)
    return result


def _numbers(data: PeakTrace, peak: Peak) -> dict[str, Variable]:
    fit, unit, gate = peak.fit, data.unit, data.axis_unit
    signal = data.signal[peak.used]
    excess = fit.likelihood.variance(signal)
    skew, skew_error = fit.asymmetry(peak.white, signal, excess)
    entries = {
        "position": (fit.values["position"], fit.uncertainty("position"), gate, "position of the peak V₀"),
        "height": (fit.values["height"], fit.uncertainty("height"), unit, "height of the peak"),
        "width": (fit.width, fit.derived_uncertainty("width"), gate, "full width at half maximum"),
        "area": (fit.area, fit.derived_uncertainty("area"), f"{unit} {gate}", "area of the peak"),
        "asymmetry": (skew, skew_error, "1", "difference of the flanks' widths over their sum, right less left"),
        "background": (fit.values["background"], fit.uncertainty("background"), unit, "background b in the middle"),
        "slope": (fit.values["slope"], fit.uncertainty("slope"), f"{unit}/{gate}", "slope of the background s"),
    }
    found: dict[str, Variable] = {}
    for name, (value, error, units, text) in entries.items():
        found[name] = ((), value, units, text)
        found[f"{name}_uncertainty"] = ((), error, units, f"uncertainty of the {text}")
    return found


def _energies(options: PeakOptions, peak: Peak) -> dict[str, Variable]:
    """What follows from the widths: T and Γ with a lever arm, or a lever arm with T."""
    fit, alpha = peak.fit, options.lever_arm
    found: dict[str, Variable] = {}
    if alpha is None and options.temperature is not None:
        arm = K_B * options.temperature / fit.values["thermal"]
        relative = fit.uncertainty("thermal") / fit.values["thermal"]
        found |= with_error("lever_arm", arm, arm * relative, "meV/mV", "lever arm α")
        arms = [
            K_B * options.temperature / peak.others[name].values["thermal"] if name in peak.others else np.nan
            for name in SHAPES
        ]
        found["lever_arm_of_shape"] = ("shape", arms, "meV/mV", "lever arm for each line shape")
        alpha = arm if "lorentz" in peak.widths_varied else None
    if alpha is None:
        return found
    if options.lever_arm is not None:
        found |= _width(peak, "thermal", "temperature", alpha / K_B, "K", "electron temperature")
        kelvins = [
            alpha / K_B * peak.others[name].values["thermal"] if name in peak.others else np.nan for name in SHAPES
        ]
        found["temperature_of_shape"] = ("shape", kelvins, "K", "electron temperature for each line shape")
        lowest = found["temperature_interval"][1][0]
        if peak.both is not None:
            lowest = alpha / K_B * bound(peak.both.likelihood, "thermal", "lower", ["lorentz"])
        found["temperature_lower_bound"] = ((), lowest, "K", "95 % lower bound with any tunnel broadening")
    found |= _width(peak, "lorentz", "tunnel_broadening", alpha, "meV", "tunnel broadening Γ (full width)")
    return found


def _width(peak: Peak, parameter: str, name: str, factor: float, unit: str, text: str) -> dict[str, Variable]:
    """A width with interval and bound; a broadening that was taken as zero has the bound that fitting it gives."""
    fit, value, error, known = peak.fit, peak.fit.values[parameter], peak.fit.uncertainty(parameter), 0
    ends = (value, value)
    top = value
    if peak.status == 0 and parameter in peak.widths_varied:
        ends = interval(fit.likelihood, parameter)
        top = bound(fit.likelihood, parameter, near_edges=peak.widths_varied)
        known = int(not resolved(fit.likelihood, parameter))
    elif peak.both is not None and parameter == "lorentz":
        ends = interval(peak.both.likelihood, parameter)
        top = bound(peak.both.likelihood, parameter, near_edges=["thermal"])
        known = 1
    if known:
        error = (ends[1] - value) / 1.96
    return with_error(name, factor * value, factor * error, unit, text) | {
        f"{name}_interval": ("end", [factor * end for end in ends], unit, f"95 % interval of the {text}"),
        f"{name}_upper_bound": ((), factor * top, unit, f"95 % upper bound of the {text}"),
        f"{name}_status": ((), np.int32(known), "1", f"what is known of the {text}"),
    }


def _validity(data: PeakTrace, options: PeakOptions, peak: Peak) -> list[str]:
    shape = peak.fit.model.shape
    said = [
        f"The line shape is that of {'one level' if shape == 'single-level' else 'a metallic island'}, "
        f"{FULL_WIDTHS[shape]:.2f} k_B T wide without tunnel broadening; bias well below k_B T/e.",
    ]
    if options.lever_arm is not None and data.axis_unit == "mV":
        said.append(f"The lever arm, {options.lever_arm:g} meV/mV, is taken as exact.")
    if "lorentz" not in peak.widths_varied:
        gamma = (options.tunnel_broadening or 0.0) if options.lever_arm else 0.0
        said.append(f"Tunnel broadening is taken as {gamma:g} meV.")
    likely = ", ".join(peak.comparison.open_between())
    said.append(f"Shapes that describe the trace within ΔBIC = {DECISIVE:g}: {likely}.")
    if peak.goodness.significant and not peak.goodness.unreadable:
        said.append(
            f"The model is not exact (a slow residual of {peak.goodness.share:.1%} of the peak is beyond noise): "
            f"uncertainties are raised {peak.goodness.excess**0.5:.1f}-fold."
        )
    out = int((~peak.used).sum())
    if out:
        said.append(f"{out} outliers of {peak.used.size} points are left out.")
    return said
