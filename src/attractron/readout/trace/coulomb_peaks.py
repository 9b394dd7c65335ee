"""A row of Coulomb peaks in a trace: positions, spacings, heights and widths."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, quoted
from attractron.readout.model_selection import Candidate, Comparison, compare
from attractron.readout.trace.against_drift import beats_drift
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit, goodness_of_fit
from attractron.readout.trace.peak_data import PeakTrace, peak_trace
from attractron.readout.trace.peak_fit import inliers
from attractron.readout.trace.peak_row_fit import LORENTZIAN, Row, RowFit, find_row, fit_row
from attractron.readout.trace.peak_shapes import AREAS, FULL_WIDTHS, SHAPES
from attractron.readout.trace.whitening import Whitening, unweighted, whitening

STATUS = {0: "described", 1: "not described", 2: "no peak"}

FEWEST_PEAKS = 2
"""Of a row."""

PLAINLY = 3
"""Peaks from which on a trace is taken for a row by itself: two may be many things."""

DEGREES = (1, 3)
"""Of the background: a straight line, or a bent one where it is decisively better."""

DETECTED = 5.0
"""Height over its uncertainty below which a maximum is no peak."""

NAMES = {
    "single-level": "thermal peaks, one level",
    "metallic": "thermal peaks, metallic",
    LORENTZIAN: "Lorentzian peaks",
}


def coulomb_peaks(trace: xr.Dataset, *, lever_arm: float | str | None = None, shape: str | None = None) -> xr.Dataset:
    """Positions, spacings, heights and widths of all Coulomb peaks that a trace shows wholly.

        G(V) = b(V) + Σ_j A_j shape(V - V_j; w_j),    ΔV_j = V_{j+1} - V_j

    with a smooth background b and every peak's own width: cosh⁻² of thermal peaks ("single-level"), x/sinh x
    ("metallic"), or Lorentzians where they describe the trace decisively better. With a lever arm α the spacings are
    addition energies α ΔV_j and the thermal widths temperatures (see `coulomb_peak`). Peaks that the window cuts are
    left out with the part of the trace that they reach into, and said. Dips are read as peaks are.

    Theory: docs/theory/readout.md, eq-peaks.

    Args:
        trace: `signal` over one axis in mV, or over an energy in meV or a frequency in GHz.
        lever_arm: α in meV/mV, or text with a unit; None gives voltages only.
        shape: of thermal peaks; None: what the trace tells, and "single-level" where it does not.

    Returns:
        Dataset over `peak` with `position`, `height`, `width` (full, at half maximum), `area`, and with a lever arm
        `temperature`; over `gap` with `spacing` and `addition_energy`; all with `_uncertainty`; `spacing_mean` and
        `spacing_spread` (standard deviation among the gaps), the same of the energy; `left_out` (end) peaks cut by the
        window; `score` over `candidate`, `status`, and what else `coulomb_peak` gives of data and fit.

    Raises:
        InputError: not a trace, bad options, or a flat line.

    Example:
        >>> import xarray as xr
        >>> gate = np.linspace(0, 40, 801)
        >>> current = sum(np.cosh((gate - place) / 0.5) ** -2 for place in (5, 15, 25, 35))
        >>> noise = np.random.default_rng(1).normal(0, 0.02, gate.size)
        >>> trace = xr.Dataset({"signal": ("P", current + noise, {"units": "nA"})}, {"P": ("P", gate, {"units": "mV"})})
        >>> print(f"{float(at.readout.coulomb_peaks(trace)['spacing_mean']):.1f} mV")
        10.0 mV
    """
    data = peak_trace(trace)
    alpha = data.lever_arm(lever_arm)
    if shape is not None:
        checks.choice("shape", shape, SHAPES)
    row = find_row(data.gate, data.signal)
    used = row.inside.copy()
    if not row.positions.size:
        used[:] = True
        fit, comparison, kind = _nothing(data), None, shape or "single-level"
    else:
        fits, white, used = _fits(data, row, shape)
        comparison = compare(_candidates(data.signal[used], fits, white), int(used.sum()))
        kind = _shape_of(comparison)
        fit = fits[NAMES[kind]]
    goodness = _goodness(data, fit, used, row)
    real = (fit.significance > DETECTED) & _beats_drift(data, fit, used)
    status = 2 if int(real.sum()) < FEWEST_PEAKS else int(goodness.unreadable)
    result = _result(data, alpha, row, fit, kind, comparison, goodness, used, status)
    result.attrs["summary"] = _sentence(result, alpha, row, int(real.sum()))
    return result


def is_row_of_peaks(trace: xr.Dataset) -> bool:
    """Whether a row of three or more Coulomb peaks describes a trace."""
    try:
        data = peak_trace(trace)
    except InputError:  # too short, or over another axis: whatever reads it will say so
        return False
    if find_row(data.gate, data.signal).positions.size < PLAINLY:
        return False
    found = coulomb_peaks(trace)
    return int(found["status"]) == 0 and found.sizes["peak"] >= PLAINLY


def _beats_drift(data: PeakTrace, fit: RowFit, used: np.ndarray) -> bool:
    """The peaks together are more than slow noise."""
    columns, degree = fit.jacobian, fit.background.size
    return bool(fit.positions.size) and beats_drift(
        data.gate[used], data.signal[used], columns[:, :degree], columns[:, degree:]
    )


def _fits(data: PeakTrace, row: Row, shape: str | None) -> tuple[dict[str, RowFit], Whitening, np.ndarray]:
    """Each shape's fit on the best background, the noise, and the points that are used."""
    used = row.inside.copy()
    gate, signal = data.gate[used], data.signal[used]
    start = (row.positions, row.heights, np.full(row.positions.size, row.thermal))
    flat = unweighted(signal)
    names = {each: NAMES[each] for each in ([shape] if shape else [*SHAPES, LORENTZIAN])}
    first = fit_row(gate, signal, start, "single-level", DEGREES[0], flat)
    kept = inliers(signal - first.curve)
    used[np.flatnonzero(used)[~kept]] = False
    gate, signal = gate[kept], signal[kept]
    flat = unweighted(signal)
    tried = {
        (each, degree): fit_row(gate, signal, _scaled(first, each), each, degree, flat)
        for each in names
        for degree in DEGREES
    }
    best = min(tried, key=lambda key: _criterion(signal, tried[key]))
    white = whitening(signal - tried[best].curve, tried[best].parameters)
    final = {
        name: fit_row(gate, signal, (fit.positions, fit.heights, fit.widths), each, best[1], white)
        for each, name in names.items()
        for fit in [tried[each, best[1]]]
    }
    # What the noise of neighbouring points made a maximum may be none in noise that is slower.
    real = min(final.values(), key=lambda fit: _criterion(signal, fit)).significance > DETECTED
    if 0 < int(real.sum()) < real.size:
        return _fits(data, replace(row, positions=row.positions[real], heights=row.heights[real]), shape)
    return final, white, used


def _scaled(fit: RowFit, shape: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A fit of cosh⁻² as the start of another shape, at the same full widths."""
    return fit.positions, fit.heights, fit.widths * FULL_WIDTHS["single-level"] / _full_width(shape)


def _full_width(shape: str) -> float:
    return 2.0 if shape == LORENTZIAN else float(FULL_WIDTHS[shape])


def _criterion(signal: FloatArray, fit: RowFit) -> float:
    squares = max(float(np.sum((signal - fit.curve) ** 2)), 1e-300)
    return float(signal.size * np.log(squares) + 2 * fit.parameters * np.log(signal.size))


def _candidates(signal: FloatArray, fits: Mapping[str, RowFit], white: Whitening) -> dict[str, Candidate]:
    return {
        name: Candidate(float(np.sum(white(signal - fit.curve) ** 2)), fit.parameters) for name, fit in fits.items()
    }


def _nothing(data: PeakTrace) -> RowFit:
    """A straight line."""
    x = 2 * (data.gate - data.gate.mean()) / np.ptp(data.gate)
    line = np.polynomial.polynomial.polyfit(x, data.signal, 1)
    none = np.zeros(0)
    curve = np.polynomial.polynomial.polyval(x, line)
    return RowFit(
        background=line,
        positions=none,
        heights=none,
        widths=none,
        covariance=np.zeros((0, 0)),
        curve=curve,
        parameters=2,
        jacobian=np.stack([x**0, x], axis=1),
    )


def _goodness(data: PeakTrace, fit: RowFit, used: np.ndarray, row: Row) -> GoodnessOfFit:
    gate, signal = data.gate[used], data.signal[used]
    width = float(np.median(fit.widths)) * FULL_WIDTHS["single-level"] if fit.widths.size else float(np.ptp(gate)) / 4
    return goodness_of_fit(signal - fit.curve, fit.curve, float(np.ptp(gate)) / width)


def _shape_of(comparison: Comparison) -> str:
    """The best shape; a single level where that is as good as the best."""
    open_ = comparison.open_between()
    best = NAMES["single-level"] if NAMES["single-level"] in open_ else comparison.best
    return next(shape for shape, name in NAMES.items() if name == best)


def _result(
    data: PeakTrace,
    alpha: float | None,
    row: Row,
    fit: RowFit,
    shape: str,
    comparison: Comparison | None,
    goodness: GoodnessOfFit,
    used: np.ndarray,
    status: int,
) -> xr.Dataset:
    covariance = fit.covariance * (max(goodness.excess, 1.0) if goodness.significant else 1.0)
    found = _peaks(data, alpha, fit, covariance, shape) | _spacings(data, alpha, fit, covariance)
    if status:
        found = {
            key: (dims, np.full(np.maximum(np.shape(old), 1), np.nan), unit, text)  # one that is nowhere, to be drawn
            for key, (dims, old, unit, text) in found.items()
        }
    extra: dict[str, Variable] = {
        "left_out": ("end", np.array(row.cut, dtype=np.int32), "1", "peaks that the window cuts, left out"),
        "status": ((), np.int32(status), "1", "what the trace is"),
        "noise": ((), goodness.noise, data.unit, "white noise, from how neighbouring residuals differ"),
        "chi_squared": ((), goodness.chi_squared, "1", "variance of the residual over that of white noise"),
        "misfit": ((), goodness.share, "1", "slow residual beyond the noise over the peaks, both r.m.s."),
        "misfit_probability": ((), goodness.probability, "1", "probability of such a residual by noise alone"),
    }
    count = fit.positions.size
    result = dataset(
        found | extra | (comparison.variables() if comparison else {}) | data.curves(fit.curve, used),
        data.coordinate()
        | (comparison.coordinates() if comparison else {})
        | {
            "peak": ("peak", np.arange(1, max(count, 1) + 1), "1", "number of the peak"),
            "gap": ("gap", np.arange(1, max(count, 2)), "1", "number of the gap, behind the peak of this number"),
            "end": ("end", ["lower", "upper"], "1", "end of the window"),
        },
        question="readout.coulomb_peaks",
        parameters={"lever_arm": alpha},
        method="all peaks at once by whitened least squares with analytic derivatives",
        validity=_validity(data, alpha, row, fit, shape, comparison, goodness),
        references=("beenakker1991",),
        options={"shape": shape},
    )
    result["status"].attrs.update(flags(STATUS))
    result.attrs.update(runner_up=comparison.runner_up if comparison else "", shape=shape, derivative=0)
    return result


def _peaks(
    data: PeakTrace, alpha: float | None, fit: RowFit, covariance: FloatArray, shape: str
) -> dict[str, Variable]:
    count = fit.positions.size
    errors = np.split(np.sqrt(np.diag(covariance)), 3) if count else [np.zeros(0)] * 3
    area = np.pi if shape == LORENTZIAN else float(AREAS[shape])
    joint = covariance[np.arange(count) + count, np.arange(count) + 2 * count]
    area_errors = area * np.sqrt(
        np.maximum(
            (errors[1] * fit.widths) ** 2 + (errors[2] * fit.heights) ** 2 + 2 * joint * fit.heights * fit.widths, 0.0
        )
    )
    gate, full = data.axis_unit, _full_width(shape)
    entries = {
        "position": (fit.positions, errors[0], gate, "position of the peak"),
        "height": (fit.heights, errors[1], data.unit, "height of the peak"),
        "width": (full * fit.widths, full * errors[2], gate, "full width at half maximum"),
        "area": (area * fit.heights * fit.widths, area_errors, f"{data.unit} {gate}", "area of the peak"),
    }
    if alpha is not None and shape != LORENTZIAN:
        kelvin = alpha / K_B
        entries["temperature"] = (kelvin * fit.widths, kelvin * errors[2], "K", "temperature from the width")
    found: dict[str, Variable] = {}
    for name, (values, error, unit, text) in entries.items():
        found[name] = ("peak", values, unit, text)
        found[f"{name}_uncertainty"] = ("peak", error, unit, f"uncertainty of the {text}")
    return found


def _spacings(data: PeakTrace, alpha: float | None, fit: RowFit, covariance: FloatArray) -> dict[str, Variable]:
    """Differences of neighbours; their mean is known as well as the two outer peaks are, and as they scatter."""
    count = fit.positions.size
    gaps = np.diff(fit.positions)
    places = covariance[:count, :count]
    differences = np.diff(np.eye(count), axis=0) if count else np.zeros((0, 0))
    errors = np.sqrt(np.diag(differences @ places @ differences.T)) if gaps.size else gaps
    spread = float(gaps.std(ddof=1)) if gaps.size > 1 else np.nan
    mean = float(gaps.mean()) if gaps.size else np.nan
    outer = differences.mean(axis=0) if gaps.size else np.zeros(count)
    error = float(np.sqrt(outer @ places @ outer)) if gaps.size else np.nan
    found: dict[str, Variable] = {}
    scales = {"spacing": (1.0, data.axis_unit, "spacing of neighbouring peaks")}
    if alpha is not None:
        scales["addition_energy"] = (alpha, "meV", "addition energy")
    for name, (scale, unit, text) in scales.items():
        found[name] = ("gap", scale * gaps, unit, text)
        found[f"{name}_uncertainty"] = ("gap", scale * errors, unit, f"uncertainty of the {text}")
        found[f"{name}_mean"] = ((), scale * mean, unit, f"mean {text}")
        found[f"{name}_mean_uncertainty"] = ((), scale * error, unit, f"uncertainty of the mean {text}")
        found[f"{name}_spread"] = ((), scale * spread, unit, f"standard deviation of the {text} among the gaps")
    return found


def _validity(
    data: PeakTrace,
    alpha: float | None,
    row: Row,
    fit: RowFit,
    shape: str,
    comparison: Comparison | None,
    goodness: GoodnessOfFit,
) -> list[str]:
    said = [
        f"Every peak has its own height and width; line shape: {shape}; background of degree {fit.background.size - 1}."
    ]
    if alpha is not None and data.axis_unit == "mV":
        said.append(f"The lever arm, {alpha:g} meV/mV, is taken as exact and the same for all peaks.")
    if comparison:
        said.append(f"Shapes that describe the trace: {', '.join(comparison.open_between())}.")
    if any(row.cut):
        said.append(f"{sum(row.cut)} peaks that the window cuts are left out.")
    if goodness.significant and not goodness.unreadable:
        said.append(
            f"The model is not exact (a slow residual of {goodness.share:.1%} of the peaks is beyond noise): "
            f"uncertainties are raised {goodness.excess**0.5:.1f}-fold."
        )
    return said


def _sentence(result: xr.Dataset, alpha: float | None, row: Row, count: int) -> str:
    status, unit = int(result["status"]), result["position"].attrs["units"]
    if status == 2:
        one = (
            "one peak is wholly in view: read it with --as coulomb-peak"
            if count == 1
            else "none stands out of the noise"
        )
        return f"No row of Coulomb peaks can be read: {one}."
    if status == 1:
        share = float(result["misfit"])
        return (
            f"No row of Coulomb peaks can be read. {count} peaks on a smooth background do not describe the trace (a "
            f"slow residual of {share:.1%} of them is beyond white and 1/f noise): look at the picture; crop the trace."
        )
    first, last = (float(result["position"][at]) for at in (0, -1))
    apart = quoted(result, "spacing_mean", unit)
    said = f"{count} Coulomb peaks from {first:.5g} to {last:.5g} {unit} are {apart} apart"
    spread = float(result["spacing_spread"])
    said += f" in the mean (spread {spread:.2g} {unit})" if np.isfinite(spread) else ""
    if alpha is not None and unit == "mV":
        energy = float(result["addition_energy_mean"])
        said += f": an addition energy of {energy:.4g} meV"
    if "temperature" in result:
        kelvin = 1e3 * result["temperature"].to_numpy()
        said += (
            f"; their widths are those of {kelvin.min():.4g} to {kelvin.max():.4g} mK (shape: {result.attrs['shape']})"
        )
    cut = sum(row.cut)
    return f"{said}." + (f" {cut} more, cut by the window, {'is' if cut == 1 else 'are'} left out." if cut else "")
