"""One Coulomb peak at several temperatures: the lever arm from how its width grows, and where that stops."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from scipy.special import chdtrc

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.least_squares import minimise
from attractron.core.results import Variable, dataset, flags, quoted
from attractron.readout.model_selection import Candidate, Comparison, compare
from attractron.readout.profile_likelihood import Likelihood, bound, interval, resolved
from attractron.readout.trace.peak_data import PeakTrace, peak_trace
from attractron.readout.trace.peak_options import PeakOptions
from attractron.readout.trace.peak_reading import read_fit
from attractron.readout.trace.peak_shapes import FULL_WIDTHS, SHAPES
from attractron.readout.trace.peak_summary import width_quoted

FEWEST = 3
"""Temperatures at which a peak has to be read."""

STATUS = {0: "described", 1: "not described"}
T0_STATUS = {0: "resolved", 1: "upper bound", 2: "not read"}
READ = {0: "read", 1: "left out"}

SATURATING, CONSTANT = "width grows from a base temperature on", "width does not depend on temperature"

MISFIT = 1e-3
"""Probability of χ² by chance below which widths do not follow the curve."""


def coulomb_peak_series(
    traces: xr.Dataset | Sequence[xr.Dataset],
    *,
    temperatures: Sequence[float] | None = None,
    shape: str = "single-level",
) -> xr.Dataset:
    r"""Lever arm and base electron temperature from one Coulomb peak at several temperatures of the cryostat.

        full width = (c k_B/α) √(T² + T₀²),    c = 3.53 for "single-level" and 4.35 for "metallic"

    Each trace is read by `coulomb_peak`; where it is no Coulomb peak it is left out. α comes from the slope at high
    temperatures, T₀, the temperature at which the electrons stay, from where the width saturates. Tunnel broadening
    that is not negligible would look like a larger T₀: it is fitted in each trace where the shape asks for it.

    Theory: docs/theory/readout.md, eq-saturation.

    Args:
        traces: `signal` over an axis in K (the thermometer's temperature) and a gate in mV, or one trace each.
        temperatures: in K, of the traces where they come one by one.
        shape: line shape, which sets c.

    Returns:
        Dataset with `lever_arm` (meV/mV), `base_temperature` (K), each with its `_uncertainty`, `lever_arm_of_shape`
        over `shape`, `covariance` (parameter, other) of both; `base_temperature_interval` and
        `base_temperature_upper_bound` (95 %); over `bath_temperature` `width` with its uncertainty, `width_fit` and
        `row_status`; `chi_squared` a degree of freedom and its `misfit_probability`; `status`; `signal` and `fit`
        over both axes, `score` over `candidate`.

    Raises:
        InputError: no such axes, temperatures that are missing, not positive or not as many, fewer than three peaks.

    Example:
        >>> import xarray as xr
        >>> gate, kelvin = np.linspace(-5, 5, 201), np.array([0.1, 0.2, 0.4, 0.6])
        >>> wide = 0.0862 * np.sqrt(kelvin**2 + 0.1**2)[:, None] / 0.1
        >>> current = np.cosh(gate / 2 / wide) ** -2 + np.random.default_rng(1).normal(0, 0.001, (4, 201))
        >>> axes = {"T": ("T", kelvin, {"units": "K"}), "P": ("P", gate, {"units": "mV"})}
        >>> found = at.readout.coulomb_peak_series(xr.Dataset({"signal": (("T", "P"), current, {"units": "nA"})}, axes))
        >>> print(f"{float(found['lever_arm']):.3f} meV/mV, {1e3 * float(found['base_temperature']):.0f} mK")
        0.100 meV/mV, 100 mK
    """
    checks.choice("shape", shape, SHAPES)
    rows, kelvin = _rows(traces, temperatures)
    options = PeakOptions(lever_arm=None, temperature=None, tunnel_broadening=None, fit_broadening=False, shape=shape)
    widths, errors = np.full(kelvin.size, np.nan), np.full(kelvin.size, np.nan)
    curves = [np.full(row.values.size, np.nan) for row in rows]
    for at, row in enumerate(rows):
        peak = read_fit(row, options)
        curves[at] = row.curves(peak.fit.curve, peak.used)["fit"][1]
        if peak.status == 0:
            widths[at], errors[at] = peak.fit.values["thermal"], peak.fit.uncertainty("thermal")
    kept = np.isfinite(widths) & (errors > 0)
    if int(kept.sum()) < FEWEST:
        got = f"one at {int(kept.sum())} of {kelvin.size}"
        remedy = "read one trace with coulomb_peak (on the command line: cut it out with --crop), which says why not"
        raise InputError("traces", f"show one Coulomb peak at {FEWEST} temperatures at least", got, remedy)
    fit = _saturation(kelvin[kept], widths[kept], errors[kept])
    result = _result(rows, kelvin, widths, errors, curves, kept, fit, shape)
    result.attrs["summary"] = _sentence(result, kelvin, kept, shape)
    return result


def _rows(
    traces: xr.Dataset | Sequence[xr.Dataset], temperatures: Sequence[float] | None
) -> tuple[list[PeakTrace], FloatArray]:
    """Checked traces on one axis with their temperatures, rising."""
    if isinstance(traces, xr.Dataset):
        names = [str(dim) for dim in traces["signal"].dims] if "signal" in traces else []
        hot = [name for name in names if name in traces.coords and traces[name].attrs.get("units") == "K"]
        if len(names) != 2 or len(hot) != 1:
            remedy = 'say the unit of the temperatures with --axis-unit "AXIS=K"'
            raise InputError("traces", "hold a signal over a temperature in K and a gate", ", ".join(names), remedy)
        if temperatures is not None:
            raise InputError("temperatures", "be left out where the data have them as an axis", "some")
        kelvin = np.asarray(traces[hot[0]].to_numpy(), dtype=float)
        parts = [traces.isel({hot[0]: at}) for at in range(kelvin.size)]
    else:
        parts = list(traces)
        if temperatures is None or len(temperatures) != len(parts):
            got = "none" if temperatures is None else f"{len(temperatures)} for {len(parts)}"
            raise InputError("temperatures", "be given in K for every trace", got)
        kelvin = np.array([checks.finite("temperatures", value) for value in temperatures])
    for value in kelvin:
        checks.positive("temperatures", value)
    order = np.argsort(kelvin)
    return [peak_trace(parts[at]) for at in order], kelvin[order]


def _saturation(kelvin: FloatArray, widths: FloatArray, errors: FloatArray) -> tuple[Likelihood, Comparison, float]:
    """(k_B/α, T₀²) of w = (k_B/α) √(T² + T₀²), beside widths that are all alike, and χ² a degree of freedom.

    In T₀² the width is linear where T₀ vanishes.
    """

    def residual(point: FloatArray) -> FloatArray:
        return np.asarray((point[0] * np.sqrt(kelvin**2 + point[1]) - widths) / errors)

    def jacobian(point: FloatArray) -> FloatArray:
        root = np.sqrt(kelvin**2 + point[1])
        return np.stack([root, point[0] / (2 * root)], axis=1) / errors[:, None]

    lows, highs = np.zeros(2), np.array([np.inf, (100 * kelvin.max()) ** 2])
    start = np.array([widths[-1] / kelvin[-1], kelvin[0] ** 2 / 4])
    found = minimise(residual, jacobian, start, bounds=(lows, highs), ftol=1e-12, xtol=1e-12, gtol=1e-12)
    weights = errors**-2
    alike = float(np.sum(((widths - np.sum(weights * widths) / np.sum(weights)) / errors) ** 2))
    comparison = compare({SATURATING: Candidate(found.squares, 2), CONSTANT: Candidate(alike, 1)}, kelvin.size)
    reduced = found.squares / max(kelvin.size - 2, 1)
    likelihood = Likelihood(
        names=("slope", "base_squared"),
        best=found.point,
        residual=residual,
        jacobian=jacobian,
        lows=lows,
        highs=highs,
        variance=lambda direction: max(reduced, 1.0),
    )
    return likelihood, comparison, reduced


def _result(
    rows: Sequence[PeakTrace],
    kelvin: FloatArray,
    widths: FloatArray,
    errors: FloatArray,
    curves: Sequence[FloatArray],
    kept: np.ndarray,
    fit: tuple[Likelihood, Comparison, float],
    shape: str,
) -> xr.Dataset:
    likelihood, comparison, reduced = fit
    slope, squared = likelihood.best
    freedom = int(kept.sum()) - 2
    wrong = comparison.best == CONSTANT or not comparison.decisive
    found = _numbers(likelihood, shape)
    if wrong:
        found = {
            key: (dims, np.full(np.shape(old), np.nan), unit, text) for key, (dims, old, unit, text) in found.items()
        }
    known = 2 if wrong else int(not resolved(likelihood, "base_squared"))
    full, unit = FULL_WIDTHS[shape], rows[0].axis_unit
    signal = np.stack([row.values.to_numpy().astype(float) for row in rows])
    gate = str(rows[0].axis.name)
    inner: dict[str, Variable] = {
        "width": ("bath_temperature", full * widths, unit, "full width at half maximum"),
        "width_uncertainty": ("bath_temperature", full * errors, unit, "uncertainty of the full width"),
        "width_fit": ("bath_temperature", full * slope * np.sqrt(kelvin**2 + squared), unit, "fitted full width"),
        "row_status": ("bath_temperature", (~kept).astype(np.int32), "1", "whether the peak was read"),
        "base_temperature_status": ((), np.int32(known), "1", "what is known of the base temperature"),
        "chi_squared": ((), reduced, "1", "χ² of the widths a degree of freedom"),
        "misfit_probability": ((), _chance(reduced * freedom, freedom), "1", "probability of such a χ² by chance"),
        "status": ((), np.int32(wrong), "1", "whether the widths follow the temperature"),
        "signal": (("bath_temperature", gate), signal, rows[0].unit, "signal"),
        "fit": (("bath_temperature", gate), np.stack(list(curves)), rows[0].unit, "fit"),
    }
    result = dataset(
        found | inner | comparison.variables(),
        rows[0].coordinate()
        | comparison.coordinates()
        | {
            "bath_temperature": ("bath_temperature", kelvin, "K", "temperature T of the thermometer"),
            "shape": ("shape", list(SHAPES), "1", "line shape of a thermal peak"),
            "end": ("end", ["lower", "upper"], "1", "end of an interval"),
            "parameter": ("parameter", ["lever_arm", "base_temperature"], "1", "parameter"),
            "other": ("other", ["lever_arm", "base_temperature"], "1", "parameter"),
        },
        question="readout.coulomb_peak_series",
        parameters={"temperatures": kelvin.tolist()},
        method="width of each peak by whitened least squares; least squares of the widths",
        validity=_validity(kelvin, kept, reduced, freedom, shape),
        references=("beenakker1991", "feldman_cousins1998"),
        options={"shape": shape},
    )
    result["status"].attrs.update(flags(STATUS))
    result["row_status"].attrs.update(flags(READ))
    result["base_temperature_status"].attrs.update(flags(T0_STATUS))
    result.attrs.update(runner_up=comparison.runner_up, shape=shape, derivative=0)
    return result


def _chance(squares: float, freedom: int) -> float:
    return float(chdtrc(freedom, squares)) if freedom > 0 else 1.0


def _numbers(likelihood: Likelihood, shape: str) -> dict[str, Variable]:
    """α and T₀ with their covariance, to first order in k_B/α and T₀²."""
    slope, squared = likelihood.best
    jacobian = likelihood.jacobian(likelihood.best)
    covariance = np.linalg.pinv(jacobian.T @ jacobian, hermitian=True) * likelihood.variance(jacobian[:, 0])
    alpha, base = K_B / slope, np.sqrt(squared)
    low, high = interval(likelihood, "base_squared")
    top = bound(likelihood, "base_squared")
    clear = resolved(likelihood, "base_squared")
    # T₀ = √(T₀²) has no derivative at zero: there its uncertainty is that of the interval.
    factors = np.array([-K_B / slope**2, 1 / (2 * base) if clear else 0.0])
    error = (np.sqrt(high) - base) / 1.96 if not clear else float(factors[1] * np.sqrt(covariance[1, 1]))
    both = covariance * np.outer(factors, factors)
    if not clear:
        both[1, 1] = error**2
    other = FULL_WIDTHS[shape]
    return {
        "lever_arm": ((), alpha, "meV/mV", "lever arm α"),
        "lever_arm_uncertainty": ((), float(np.sqrt(both[0, 0])), "meV/mV", "uncertainty of the lever arm"),
        # The same full widths with another c.
        "lever_arm_of_shape": (
            "shape",
            [alpha * FULL_WIDTHS[name] / other for name in SHAPES],
            "meV/mV",
            "lever arm for each line shape",
        ),
        "base_temperature": ((), base, "K", "base electron temperature T₀"),
        "base_temperature_uncertainty": ((), error, "K", "uncertainty of the base electron temperature"),
        "base_temperature_interval": ("end", [np.sqrt(low), np.sqrt(high)], "K", "95 % interval of T₀"),
        "base_temperature_upper_bound": ((), np.sqrt(top), "K", "95 % upper bound of T₀"),
        "covariance": (("parameter", "other"), both, "1", "covariance, in units of meV/mV and K"),
    }


def _validity(kelvin: FloatArray, kept: np.ndarray, reduced: float, freedom: int, shape: str) -> list[str]:
    said = [
        f"Line shape {shape}, {FULL_WIDTHS[shape]:.2f} k_B T wide, at all temperatures.",
        "Electron temperature √(T² + T₀²), T that of the thermometer, which is taken as exact.",
    ]
    if not kept.all():
        left = ", ".join(f"{1e3 * value:g}" for value in kelvin[~kept])
        said.append(f"Left out, since no Coulomb peak can be read there: {left} mK.")
    if _chance(reduced * freedom, freedom) < MISFIT:
        said.append(f"Widths scatter {reduced**0.5:.1f} times as much as they should, which is in the uncertainties.")
    return said


def _sentence(result: xr.Dataset, kelvin: FloatArray, kept: np.ndarray, shape: str) -> str:
    if int(result["status"]):
        return (
            "No lever arm can be read: the width of the peak does not grow with temperature beyond its noise. Measure "
            "at higher temperatures, or read one trace with --as coulomb-peak."
        )
    span = f"{1e3 * kelvin[kept].min():.4g} to {1e3 * kelvin[kept].max():.4g} mK"
    base = width_quoted(result, "base_temperature", "mK", 1e3)
    other = next(name for name in SHAPES if name != shape)
    arm = float(result["lever_arm_of_shape"].sel(shape=other))
    said = (
        f"The width of the Coulomb peak from {span} gives a lever arm of {quoted(result, 'lever_arm', 'meV/mV')} and a "
        f"base electron temperature {base} ({shape}; {other}: {arm:.4g} meV/mV)."
    )
    if float(result["misfit_probability"]) < MISFIT:
        said += " The widths do not follow √(T² + T₀²) within their uncertainties, which are raised: look at them."
    return said
