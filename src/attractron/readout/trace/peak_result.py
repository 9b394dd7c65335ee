"""A Coulomb peak as a labelled result: its numbers, the energies that follow from its widths, and what they rest on."""

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.results import Variable, dataset, flags, with_error
from attractron.readout.model_selection import DECISIVE
from attractron.readout.profile_likelihood import bound, interval, resolved
from attractron.readout.trace.peak_data import PeakTrace
from attractron.readout.trace.peak_options import PeakOptions
from attractron.readout.trace.peak_reading import STATUS, Peak
from attractron.readout.trace.peak_shapes import FULL_WIDTHS, SHAPES

WIDTH_STATUS = {0: "resolved", 1: "upper bound", 2: "not read"}


def peak_result(data: PeakTrace, options: PeakOptions, peak: Peak) -> xr.Dataset:
    """The labelled result of a peak, all numbers NaN where it is not read.

    Args:
        data: the trace.
        options: that were given.
        peak: the fit.
    """
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
