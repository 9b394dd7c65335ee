"""One Coulomb peak in a trace: place, height, and temperature, tunnel broadening or lever arm from its width.

The shapes are in `attractron.readout.trace.peak_shapes`, what else the trace may be in `peak_rivals`.
"""

from dataclasses import replace

import xarray as xr

from attractron.core.errors import InputError
from attractron.readout.trace.peak_data import PeakTrace, peak_trace
from attractron.readout.trace.peak_options import PeakOptions, peak_options
from attractron.readout.trace.peak_reading import FEWEST_IN_PEAK, TOO_NARROW, read_fit
from attractron.readout.trace.peak_result import peak_result
from attractron.readout.trace.peak_summary import peak_sentence
from attractron.readout.trace.refusals import HOTTEST


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

    Theory: docs/theory/readout.md, eq-peaks, eq-profile, eq-bic.

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
    result = peak_result(data, options, replace(peak, status=1) if hot else peak)
    result.attrs["summary"] = peak_sentence(result, options.shape is not None, peak.widths_varied, hot)
    return result
