"""The numbers of a line that was read, with their uncertainties, in the units of the data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.profile_likelihood import careful_deviation
from attractron.readout.trace.found_line import Reading
from attractron.readout.trace.misfit import SHAPE_ERROR
from attractron.readout.trace.record import polynomial
from attractron.readout.trace.rivals import RivalFit
from attractron.readout.trace.separable import coefficients, covariance
from attractron.readout.trace.shapes import Step, first_of
from attractron.readout.trace.step_likelihood import Range, step_likelihood, width_range

STRETCH = 1e-4
"""Relative change of the lever arm over which the curve is differenced."""

BACKGROUND = ("background", "slope", "curvature", "cubic")
"""Coefficients of the background's polynomial about the middle of the axis."""


CHANGES = ("slope_change", "curvature_change")
"""What is added to the background behind the step, times V - V₀ and its square."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Numbers:
    """Parameters of a step.

    Attributes:
        values: all of them, held ones too.
        spread: their standard deviations; zero for those that are held.
        ranges: intervals and bounds of the fitted widths.
        correlation: of the temperature and the own parameter; NaN where one is held.
    """

    values: Mapping[str, float]
    spread: Mapping[str, float]
    ranges: Mapping[str, Range]
    correlation: float = float("nan")


def numbers(reading: Reading, name: str, scale: float, offset: float) -> Numbers:
    """The numbers that one of the shapes gives.

    The covariance is that of the noise, raised by the excess of what the shape leaves, and by the shape error
    ε = `SHAPE_ERROR`: energies that are wrong by ε in the line shape move the curve by δI = ε ∂I/∂ln α, and the
    parameters by what least squares makes of that, which is ε T and ε Γ where all energies are fitted. Backgrounds that
    the data do not tell from the best one count by their odds.

    Args:
        reading: the trace.
        name: of the shape.
        scale: of the signal, by which it was divided.
        offset: that was taken from it before.
    """
    assert reading.setting is not None
    rival, excess = reading.fits[name], reading.misfit.excess if reading.misfit and reading.misfit.significant else 1.0
    step, point = reading.line(name)
    data, fit = rival.data, rival.fit
    names = _names(rival, step)
    found = covariance(data, fit)
    moved = _shape_shift(rival)
    found = found * excess + np.outer(moved, moved)
    linear = coefficients(data, fit)
    everything = np.concatenate([linear, fit.heights, fit.point])
    half = reading.record.span / 2
    units = {each: scale / half**power for power, each in enumerate(BACKGROUND)}
    units |= dict.fromkeys(("step_height", *CHANGES), scale)
    values = dict.fromkeys((*BACKGROUND, *CHANGES), 0.0) | step.values(point)
    spread = dict.fromkeys(values, 0.0)
    spread["step_height"] = 0.0
    for each, at in names.items():
        unit = units.get(each, 1.0)
        values[each] = float(everything[at]) * unit
        spread[each] = float(np.sqrt(found[at, at] + _between(rival, each, everything[at]))) * unit
    values["background"] += 0.0 if reading.record.derivative else offset
    likelihood = step_likelihood(reading.setting, rival, excess)
    ranges: dict[str, Range] = {
        each: width_range(likelihood, values[each], spread[each], each)
        for each in ("temperature", "own")
        if each in step.free
    }
    if not all(found_range.resolved for found_range in ranges.values()):
        # Beside a width that may be zero the covariance lets it be negative, and widens what is correlated with it.
        for each, named in (
            ("position", "position"),
            ("step_height", "height 0"),
            ("slope_change", "height 1"),
            ("curvature_change", "height 2"),
        ):
            if each in names and named in likelihood.names:
                spread[each] = careful_deviation(likelihood, named) * units.get(each, 1.0)
    correlation = float("nan")
    if {"temperature", "own"} <= set(names):
        first, second = names["temperature"], names["own"]
        product = found[first, first] * found[second, second]
        correlation = float(found[first, second] / np.sqrt(product)) if 0 < product < np.inf else float("nan")
    return Numbers(values=values, spread=spread, ranges=ranges, correlation=correlation)


def _names(rival: RivalFit, step: Step) -> dict[str, int]:
    """Where every number stands among b, c and θ."""
    fixed, heights = rival.data.columns.shape[1], rival.fit.shape.count
    found = {name: at for at, name in enumerate(BACKGROUND[: rival.order + 1])}
    found["step_height"] = fixed
    found |= {name: fixed + at for at, name in enumerate(CHANGES[: rival.slopes], start=1)}
    return found | {name: fixed + heights + at for at, name in enumerate(step.free)}


def _between(rival: RivalFit, name: str, value: float) -> float:
    """Variance of a parameter of the step between backgrounds, by their odds exp(-ΔBIC/2)."""
    total, sum_ = 1.0, 0.0
    for other in rival.alternatives:
        step = first_of(other.fit.shape)
        assert isinstance(step, Step)
        if name not in step.free:
            continue
        odds = float(np.exp(-0.5 * max(other.bic - rival.bic, 0.0)))
        total += odds
        sum_ += odds * float(other.fit.point[step.free.index(name)] - value) ** 2
    return sum_ / total


def _shape_shift(rival: RivalFit) -> FloatArray:
    """Change of b, c and θ by the shape error."""
    data, fit = rival.data, rival.fit
    step = first_of(fit.shape)
    assert isinstance(step, Step)
    point, heights = fit.point[: len(step.names)], fit.heights[: step.count]
    stretched = replace(step, lever_arm=step.lever_arm * (1 + STRETCH))
    change = (stretched(data.gate, point)[0] - step(data.gate, point)[0]) @ heights * SHAPE_ERROR / STRETCH
    columns = np.concatenate([data.columns, fit.tangents(data.gate)], axis=1)
    norms = np.linalg.norm(columns, axis=0)
    norms[norms == 0] = 1.0
    white = data.noise.whiten(columns / norms)
    return np.asarray(np.linalg.lstsq(white, data.noise.whiten(change), rcond=1e-12)[0] / norms)


def curves(reading: Reading) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The fitted curve, the pick-up in it, and whether a point was fitted, over all points of the record, (n,) each."""
    record, rival, setting = reading.record, reading.chosen, reading.setting
    if rival is None or setting is None:
        nothing = np.full(record.gate.size, np.nan)
        return nothing, np.zeros_like(nothing), np.zeros_like(nothing)
    found = coefficients(rival.data, rival.fit)
    count = rival.order + 1
    waves = record.waves.shape[1]
    pickup = record.waves @ found[count : count + waves]
    other = record.nuisance[:, waves:] @ found[count + waves :]
    shape = rival.fit.feature(record.gate)
    curve = polynomial(record.gate, rival.order, setting.points.ends) @ found[:count] + pickup + other + shape
    near = (record.gate >= setting.points.gate[0] - setting.points.reach) & (
        record.gate <= setting.points.gate[-1] + setting.points.reach
    )
    return np.where(near, curve, np.nan), pickup, (near & record.used).astype(float)
