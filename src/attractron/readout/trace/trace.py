"""From one line across a charge detector's diagram to electron temperature, tunnel broadening and tunnel coupling.

The shapes that are fitted, and their derivatives, are in `attractron.readout.trace.lineshapes`; how a trace is read,
and when it is not, in `attractron.readout.trace.reading` and `refusals` there.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.units import to_energy, to_unit
from attractron.readout.files.resolve import MEASURED
from attractron.readout.lever_arms import ENERGY_PER_UNIT, energy_per_unit
from attractron.readout.trace.found_line import BOTH, LORENTZIAN, THERMAL, Wanted
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.reading import read_line
from attractron.readout.trace.record import Record
from attractron.readout.trace.result import Measured, Quantity, line_result
from attractron.readout.trace.rivals import Line
from attractron.readout.trace.shapes import fermi_occupation, lorentzian_occupation

SLOPES = ("same", "separate")
INTERDOT = "interdot step"
ABSOLUTE_ZERO = 1e-6
"""K, for a shape that does not depend on the temperature."""

QUIETEST = 0.5
"""Noise of a point over that of most below which it is chance: few repeats tell it roughly."""

FLAT = 1e-12
"""Part of the signal below which its changes are rounding."""


def charging_line(
    trace: xr.Dataset,
    *,
    lever_arm: float | str | None = None,
    tunnel_broadening: float | str | None = None,
    slopes: str | None = None,
    near: float | str | None = None,
) -> xr.Dataset:
    """Electron temperature and tunnel broadening from one charging step of a dot beside a lead.

        I(V) = Σ_k s_k (V - V_c)^k + [A + c (V - V₀) + d (V - V₀)²] n(µ),    µ = α (V - V₀),
        n = 1/2 + Im ψ(1/2 + (Γ/2 + iµ)/(2π k_B T))/π

    with the digamma function ψ: the Fermi function averaged over a Lorentzian of full width Γ; without Γ the Fermi
    function itself. V_c is the middle of the axis. Steps up and down, electrons and holes differ in the sign of A only.
    A trace that is a derivative (attribute `derivative`) is fitted with dI/dV.

    The background is a polynomial of the order, up to 3, that the data ask for, or two straight lines, or two
    polynomials of a detector that the charge moves along its own peak (c, d). White and 1/f
    noise, drift, pick-up of the mains, jumps and telegraph switching of the detector are recognised and fitted along.
    Without `tunnel_broadening` a thermal step (Γ = 0), a Lorentzian one (T = 0) and one with both widths compete, and
    the sentence says which it is; all of them compete with no step, two steps, a Coulomb peak, a pinch-off and a jump.

    Theory: docs/theory/readout.md, eq-trace, eq-step, eq-profile, eq-bic.

    Args:
        trace: `signal` over one axis in mV, as `load` gives it, or over an energy in meV or a frequency in GHz, for
            which V stands then; missing points are left out.
        lever_arm: α in meV/mV, or text with a unit ("100 µeV/mV"); none for an energy, where α = 1, and a frequency,
            where α = h.
        tunnel_broadening: Γ in meV; "fit" fits it beside T; None takes the shape that suits.
        slopes: "same" (c = d = 0) or "separate" backgrounds before and after the step; None takes what suits.
        near: a place on the axis: of several steps that next to it is read, the others are fitted along.

    Returns:
        Dataset with `status`: "described", "open" where a thermal and a Lorentzian step describe the trace alike
        (`temperature` then is that without Γ, and `tunnel_broadening` that without T), or why nothing was read, in
        which case all numbers are NaN. `temperature` (K), `tunnel_broadening` (meV), `position` (in the unit of the
        axis), `step_height`, `background`, `slope`, `curvature`, `cubic`, `slope_change`, `curvature_change`, each
        with its `_uncertainty` (one standard deviation, correlations of the noise and 1 % of the energies for the line
        shape included, the lever arm taken as exact). `temperature_interval`, `temperature_upper_bound` and the same
        of Γ are of 95 %;
        `temperature_status` and `tunnel_broadening_status` say whether the value or only the bound is to be quoted, or
        whether it was assumed. `noise`, `chi_squared`, `misfit` and `misfit_probability` say how well the trace is
        described (see `readout.trace.misfit`), `score` over `candidate` what else was fitted (`attrs["runner_up"]`).
        `variance_factor` is that by which a misfit raises variances. `signal`, `fit`, `residual`, `pickup`, `used` (0
        for outliers) and `relative_noise` lie over the axis. `attrs["summary"]` says it in a sentence.

    Raises:
        InputError: not a trace, or bad options.

    Example:
        >>> from attractron.papers.measured import DATA
        >>> trace = at.readout.load(DATA / "addition_line.nc")
        >>> print(at.readout.charging_line(trace, lever_arm="100 µeV/mV").attrs["summary"])
        The charging line at -4.893 ± 0.012 mV gives an electron temperature of 251 ± 13 mK, assuming no tunnel
        broadening. The model is not exact (3.6% of the step is left beyond noise): uncertainties are raised 2.4-fold.
        What the end of the trace shows, near -14.85 mV, is fitted along.
    """
    measured = _measured(trace, lever_arm)
    wanted_slopes = None if slopes is None else checks.choice("slopes", slopes, SLOPES)
    both = Line(shape=lead_occupation, free=("temperature", "own"))
    if tunnel_broadening is None:
        lines = {
            THERMAL: Line(shape=fermi_occupation, free=("temperature",), held={"own": 0.0}),
            LORENTZIAN: Line(shape=lorentzian_occupation, free=("own",), held={"temperature": ABSOLUTE_ZERO}),
            BOTH: both,
        }
    elif tunnel_broadening == "fit":
        lines = {BOTH: both}
    else:
        gamma = checks.non_negative("tunnel_broadening", to_energy("tunnel_broadening", tunnel_broadening))
        shape = lead_occupation if gamma else fermi_occupation
        lines = {THERMAL: Line(shape=shape, free=("temperature",), held={"own": gamma})}
    reading = read_line(measured.record, _wanted(measured, lines, wanted_slopes, near))
    given = tunnel_broadening if tunnel_broadening in (None, "fit") else lines[THERMAL].held["own"]
    options = {"tunnel_broadening": given, "slopes": wanted_slopes, "near": near}
    quantities = (
        Quantity(parameter="temperature", name="temperature", unit="K", long_name="electron temperature"),
        Quantity(parameter="own", name="tunnel_broadening", unit="meV", long_name="tunnel broadening Γ (full width)"),
    )
    said = ["One level beside one lead at equilibrium."]
    if given not in (None, "fit"):
        said.append(f"Tunnel broadening is taken as {given:g} meV.")
    return line_result("charging_line", measured, reading, quantities, said, options)


def interdot_line(
    trace: xr.Dataset,
    *,
    temperature: float | str,
    lever_arm: float | str | None = None,
    slopes: str | None = None,
    near: float | str | None = None,
) -> xr.Dataset:
    """Tunnel coupling of two dots from the line along which an electron moves from one to the other.

        I(V) = Σ_k s_k (V - V_c)^k + [A + c (V - V₀) + d (V - V₀)²] n(ε),    ε = α (V - V₀),
        n = ½ [1 + (ε/Ω) tanh(Ω/(2 k_B T))],    Ω² = ε² + 4t²

    the thermal average of the two-level system H = (ε/2) σ_Z + t σ_X, whose levels cross with a gap of 2t; the two
    sites of a polarizer are such a system with ε = δ.

    Theory: docs/theory/readout.md, eq-trace, eq-interdot, eq-profile, eq-bic.

    Args:
        trace: as for `charging_line`, along an axis that crosses the line.
        lever_arm: α in meV/mV of the axis on the detuning ε, or text with a unit; none where the axis is ε or ε/h.
        temperature: T in K, or text with a unit ("75 mK"), or "fit".
        slopes: as for `charging_line`.
        near: the same.

    Returns:
        Dataset as of `charging_line`, with `tunnel_coupling` (meV) in place of the broadening. It is an upper bound
        when t² may as well be zero: then the temperature hides the coupling.

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
    wanted_slopes = None if slopes is None else checks.choice("slopes", slopes, SLOPES)
    kelvin = 0.0 if fitted else checks.temperature("temperature", to_unit("temperature", temperature, "K"))
    if not fitted and kelvin == 0:
        raise InputError("temperature", "be positive", 0.0, 'give the electrons\' temperature, or "fit"')
    measured = _measured(trace, lever_arm)
    line = Line(
        shape=interdot_occupation,
        free=("temperature", "own") if fitted else ("own",),
        held={} if fitted else {"temperature": kelvin},
        squared=True,
    )
    reading = read_line(measured.record, _wanted(measured, {INTERDOT: line}, wanted_slopes, near))
    options = {"temperature": "fit" if fitted else kelvin, "slopes": wanted_slopes, "near": near}
    quantities = (
        Quantity(parameter="own", name="tunnel_coupling", unit="meV", long_name="tunnel coupling t", squared=True),
        Quantity(parameter="temperature", name="temperature", unit="K", long_name="electron temperature"),
    )
    said = [
        "One electron on two dots at equilibrium, without spin or further levels.",
        "The temperature is fitted." if fitted else f"The temperature is taken as {kelvin:g} K.",
    ]
    return line_result("interdot_line", measured, reading, quantities, said, options)


def _measured(trace: xr.Dataset, lever_arm: float | str | None) -> Measured:
    """The signal over its rising axis, of a range of one, whatever its unit, precision and offset."""
    signal = _signal(trace)
    axis = signal[signal.dims[0]]
    unit = str(axis.attrs["units"])
    alpha = energy_per_unit("lever_arm", lever_arm, unit)
    points = checks.axis(str(axis.name), axis.to_numpy())
    values = np.asarray(signal.to_numpy(), dtype=float)
    finite = np.flatnonzero(np.isfinite(values))
    if not finite.size:
        raise InputError("trace", "have points that are finite", "none")
    finite = finite if points[0] < points[-1] else finite[::-1]
    offset, scale = float(np.median(values[finite])), float(np.ptp(values[finite]))
    if scale <= FLAT * float(np.abs(values[finite]).max()):
        scale, values = 0.0, np.zeros_like(values)
    offset = 0.0 if bool(trace.attrs.get("derivative", 0)) else offset
    repeats, spread = _repeats(trace, signal, finite)
    record = Record(
        gate=np.asarray(points[finite], dtype=float),
        time=finite.astype(float),
        signal=(values[finite] - offset) / scale if scale else np.zeros(finite.size),
        used=np.ones(finite.size, dtype=bool),
        derivative=bool(trace.attrs.get("derivative", 0)),
        repeats=repeats / scale if scale else 0.0,
        spread=spread,
    )
    return Measured(
        axis=axis, signal=signal, finite=finite, record=record, lever_arm=alpha, scale=scale or 1.0, offset=offset
    )


def _repeats(trace: xr.Dataset, signal: xr.DataArray, points: NDArray[np.intp]) -> tuple[float, FloatArray | None]:
    """Noise of a point as `load` has it from repeats, 0 where there were none, and that of every point over it.

    It is larger where the signal is steep and the gate does not quite stand still, or where points were measured less
    often. Where it is not known, or zero by chance, a point counts as others do.
    """
    if "noise" not in trace or trace["noise"].dims != signal.dims:
        return 0.0, None
    noise = trace["noise"].to_numpy().astype(float)[points]
    known = np.isfinite(noise) & (noise > 0)
    if not known.any():
        return 0.0, None
    common = float(np.median(noise[known]))
    spread = np.where(known, noise / common, 1.0)
    return float(np.sqrt(np.mean(noise[known] ** 2))), np.maximum(spread, QUIETEST)


def _wanted(measured: Measured, lines: Mapping[str, Line], slopes: str | None, near: Any) -> Wanted:
    unit = str(measured.axis.attrs["units"])
    place = None
    if near is not None:
        place = checks.finite("near", to_unit("near", near, unit))
        gate = measured.record.gate
        if not gate[0] <= place <= gate[-1]:
            span = f"{gate[0]:.4g} to {gate[-1]:.4g} {unit}"
            raise InputError("near", f"lie within the data, {span}", f"{place:g} {unit}")
    return Wanted(lines=lines, lever_arm=measured.lever_arm, slopes=slopes, near=place, unit=unit)


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
