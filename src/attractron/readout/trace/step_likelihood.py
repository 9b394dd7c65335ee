"""The likelihood of a fitted step: its widths with intervals and bounds that follow χ²."""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.profile_likelihood import ONE_SIDED, TWO_SIDED, Likelihood, bound, interval, resolved
from attractron.readout.trace.misfit import SHAPE_ERROR
from attractron.readout.trace.rivals import RivalFit, Setting
from attractron.readout.trace.shapes import Step, first_of

WIDTHS = ("temperature", "own")
"""Parameters that are not negative."""


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


def step_likelihood(setting: Setting, rival: RivalFit, excess: float) -> Likelihood:
    """The fitted step over its own parameters; all that is linear and known beforehand is projected out.

    Args:
        setting: of the fit.
        rival: the fit, of a step alone or with others.
        excess: power of what is left over that of the noise, by which the noise is raised.
    """
    data, fit, shape = rival.data, rival.fit, rival.fit.shape
    count = len(shape.names)

    def curve(point: FloatArray) -> FloatArray:
        return np.asarray(shape(data.gate, point[:count])[0] @ point[count:])

    def residual(point: FloatArray) -> FloatArray:
        return np.asarray(data.free(curve(point)) - data.target)

    def jacobian(point: FloatArray) -> FloatArray:
        columns, slopes = shape(data.gate, point[:count])
        moved = np.einsum("nhp,h->np", slopes, point[count:])
        return data.free(np.concatenate([moved, columns], axis=1))

    best = np.concatenate([fit.point, fit.heights])
    bounds = {
        **setting.bounds(),
        "temperature": (setting.bounds()["temperature"][0], 10 * setting.bounds()["temperature"][1]),
    }
    names = (*shape.names, *(f"height {number}" for number in range(shape.count)))
    lows, highs = np.transpose([bounds.get(name, (-np.inf, np.inf)) for name in names])
    step = first_of(shape)
    assert isinstance(step, Step)
    warm = setting.kelvin(step.width(fit.point[: len(step.names)]) / 8)
    awake = np.array([warm if name == "temperature" else np.nan for name in names])
    return Likelihood(
        names=names,
        best=np.clip(best, lows, highs),
        residual=residual,
        jacobian=jacobian,
        lows=lows,
        highs=highs,
        variance=lambda direction: excess,
        awake=awake,
    )


def width_range(likelihood: Likelihood, value: float, spread: float, name: str) -> Range:
    """Interval and bound of "temperature" or "own", widened by the shape error as its uncertainty is.

    Where a temperature is not resolved its covariance means nothing: there the shape error is that of the energies.

    Args:
        likelihood: of the step.
        value: the best one.
        spread: its uncertainty, with the shape error.
        name: of the parameter.
    """
    known = resolved(likelihood, name)
    lower, upper = interval(likelihood, name)
    others = [other for other in WIDTHS if other in likelihood.names]
    top = bound(likelihood, name, near_edges=others)
    at = likelihood.index(name)
    if top >= likelihood.highs[at]:
        top = upper = float("inf")
    if known or name != "temperature":
        shape = np.sqrt(max(spread**2 - likelihood.deviation(name) ** 2, 0.0)) if np.isfinite(spread) else 0.0
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
