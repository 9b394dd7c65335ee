"""The likelihood of a fitted step: its widths with intervals and bounds that follow χ²."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import matmul_toeplitz

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.readout.profile_likelihood import (
    ONE_SIDED,
    TWO_SIDED,
    Likelihood,
    bound,
    half_width,
    interval,
    resolved,
)
from attractron.readout.trace.goodness_of_fit import SHAPE_ERROR
from attractron.readout.trace.noise import correlation
from attractron.readout.trace.step_fit import NAMES, StepFit, StepModel, equivalent_width

COLD = 1e-3
"""Thermal energy over the energy between two points at which a step is as sharp as at zero temperature."""

WIDTHS = ("temperature", "own")
"""Parameters that are not negative."""


LINEAR = ("background", "slope", "step_height", "slope_change")
"""Parameters in the unit of the signal."""


@dataclass(frozen=True, kw_only=True)
class Range:
    """What the data say of a width.

    Attributes:
        resolved: it differs from zero by two standard deviations.
        lower: end of the 95 % interval.
        upper: its other end.
        bound: the one-sided 95 % upper bound.
    """

    resolved: bool
    lower: float
    upper: float
    bound: float


def step_likelihood(model: StepModel, fit: StepFit, gate: FloatArray, signal: FloatArray, excess: float) -> Likelihood:
    """The fitted step over its varied parameters, with the noise that its residual shows.

    The fit counts points alike; what correlated noise of covariance C does to that is dᵀC d/dᵀd along a direction d,
    raised by the `excess` of a residual that is not noise alone.

    Args:
        model: the curve.
        fit: its minimum.
        gate: rising, mV, (n,).
        signal: (n,).
        excess: power of the slow residual over that of the noise.
    """
    gate, signal = gate[fit.used], signal[fit.used]
    scale, columns = float(np.ptp(signal)), [NAMES.index(name) for name in fit.varied]
    units = np.array([scale if name in LINEAR else 1.0 for name in fit.varied])

    def values(point: FloatArray) -> dict[str, float]:
        return {**fit.values, **dict(zip(fit.varied, (point * units).tolist(), strict=True))}

    def residual(point: FloatArray) -> FloatArray:
        return np.asarray((model.curve(gate, values(point))[0] - signal) / scale)

    def jacobian(point: FloatArray) -> FloatArray:
        return np.asarray(model.curve(gate, values(point))[1][:, columns] * units / scale)

    best = np.array([fit.values[name] for name in fit.varied]) / units
    lag = correlation(residual(best)) * excess * gate.size / max(gate.size - best.size, 1)

    def variance(direction: FloatArray) -> float:
        return float(direction @ matmul_toeplitz(lag, direction)) / float(direction @ direction)

    coldest, hottest = model.lever_arm * np.array([COLD * model.step, 10 * np.ptp(gate)]) / K_B
    limits = {"temperature": (coldest, hottest), "own": (0.0, np.inf), "position": (gate[0], gate[-1])}
    lows, highs = np.transpose([limits.get(name, (-np.inf, np.inf)) for name in fit.varied])
    warm = model.lever_arm * equivalent_width(model, fit.values) / 8 / K_B
    awake = np.array([warm if name == "temperature" else np.nan for name in fit.varied])
    return Likelihood(
        names=fit.varied,
        best=np.clip(best, lows, highs),
        residual=residual,
        jacobian=jacobian,
        lows=lows,
        highs=highs,
        variance=variance,
        awake=awake,
    )


def uncertainties(likelihood: Likelihood, fit: StepFit, ranges: Mapping[str, Range], scale: float) -> dict[str, float]:
    """Standard deviations of all parameters but the widths.

    Beside a width that is not resolved the covariance lets it be negative, and widens all that is correlated with it:
    there they are half of the range of the profile in which Δχ² ≤ 1.

    Args:
        likelihood: of the fit.
        fit: the fit.
        ranges: of its widths.
        scale: of the signal, in which the likelihood has its linear parameters.
    """
    names = [name for name in NAMES if name not in WIDTHS]
    if all(found.resolved for found in ranges.values()):
        return {name: fit.uncertainty(name) for name in names}
    return {
        name: half_width(likelihood, name) * (scale if name in LINEAR else 1.0) if name in fit.varied else 0.0
        for name in names
    }


def width_range(likelihood: Likelihood, fit: StepFit, name: str) -> Range:
    """Interval and bound of "temperature" or "own", widened by the shape error as its uncertainty is.

    Where a temperature is not resolved its covariance means nothing: there the shape error is that of the energies.
    """
    value, known = fit.values[name], resolved(likelihood, name)
    lower, upper = interval(likelihood, name)
    top = bound(likelihood, name, near_edges=[other for other in WIDTHS if other in fit.varied])
    at = likelihood.index(name)
    if top >= likelihood.highs[at]:
        top = upper = float("inf")
    if known or name != "temperature":
        shape = np.sqrt(max(fit.uncertainty(name) ** 2 - likelihood.deviation(name) ** 2, 0.0))
    else:
        shape = SHAPE_ERROR * top

    def widened(end: float, level: float) -> float:
        return value + float(np.sign(end - value) * np.hypot(end - value, np.sqrt(level) * shape))

    return Range(
        resolved=known,
        lower=max(widened(lower, TWO_SIDED), float(likelihood.lows[at])) if known else lower,
        upper=widened(upper, TWO_SIDED),
        bound=widened(top, ONE_SIDED),
    )
