"""Fit of one charging step of any line shape on a sloping background, robust against single bad points."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.least_squares import UNBOUNDED, minimise
from attractron.readout.trace.lineshapes import LineShape
from attractron.readout.trace.noise import covariance
from attractron.readout.trace.search import Guess

Mask = NDArray[np.bool_]

OUTLIER = 5.0
"""Standard deviations beyond which a point is left out."""

MOST_OUTLIERS = 0.1
"""Part of the points beyond which they are no outliers but the model is wrong: then none is left out."""

ROUNDS = 10
DIFFERENCE = 0.01
"""Part of the gate step over which the model is differenced for a trace that is a derivative: exact to 1e-4."""

NAMES = ("background", "slope", "step_height", "position", "temperature", "own", "slope_change")
"""Parameters in the order of the derivatives."""


@dataclass(frozen=True, kw_only=True)
class StepModel:
    """Background plus step: I = I₀ + s (V - V_c) + [A + c (V - V₀)] n(α (V - V₀); T, own).

    Attributes:
        shape: n, with its derivatives.
        lever_arm: α in meV/mV.
        centre: V_c in mV.
        derivative: the data are dI/dV.
        step: spacing of the gate values, mV.
    """

    shape: LineShape
    lever_arm: float
    centre: float
    derivative: bool
    step: float

    def curve(self, gate: FloatArray, values: Mapping[str, float]) -> tuple[FloatArray, FloatArray]:
        """I (or dI/dV) and its derivatives by the parameters, (n,) and (n, parameters)."""
        if not self.derivative:
            return self._current(gate, values)
        half = DIFFERENCE * self.step / 2
        above, below = self._current(gate + half, values), self._current(gate - half, values)
        return (above[0] - below[0]) / (2 * half), (above[1] - below[1]) / (2 * half)

    def _current(self, gate: FloatArray, values: Mapping[str, float]) -> tuple[FloatArray, FloatArray]:
        away = gate - values["position"]
        charge, by = self.shape(self.lever_arm * away, values["temperature"], values["own"])
        height = values["step_height"] + values["slope_change"] * away
        flat = np.ones_like(gate)
        by_position = -height * by[0] * self.lever_arm - values["slope_change"] * charge
        columns = [flat, gate - self.centre, charge, by_position, height * by[1], height * by[2], away * charge]
        current = values["background"] + values["slope"] * (gate - self.centre) + height * charge
        return current, np.stack(columns, axis=1)


@dataclass(frozen=True, kw_only=True)
class StepFit:
    """A fitted step.

    Attributes:
        values: all parameters, the fixed ones too.
        varied: names of the fitted ones, in the order of the covariance.
        covariance: of those.
        curve: fitted curve over all points, (n,).
        used: points that were not left out as outliers, (n,).
    """

    values: dict[str, float]
    varied: tuple[str, ...]
    covariance: FloatArray
    curve: FloatArray
    used: Mask

    def uncertainty(self, name: str) -> float:
        """Standard deviation of a parameter; zero for a fixed one."""
        if name not in self.varied:
            return 0.0
        at = self.varied.index(name)
        return float(np.sqrt(self.covariance[at, at]))

    def correlation(self, first: str, second: str) -> float:
        """Correlation coefficient of two fitted parameters."""
        a, b = self.varied.index(first), self.varied.index(second)
        product = self.covariance[a, a] * self.covariance[b, b]
        return float(self.covariance[a, b] / np.sqrt(product)) if 0 < product < np.inf else float("nan")


def fit_step(
    model: StepModel, gate: FloatArray, signal: FloatArray, guess: Guess, fixed: Mapping[str, float], own_start: float
) -> StepFit:
    """Least squares with outliers left out, first found by a fit with a robust loss.

    Args:
        model: the curve.
        gate: rising, mV, (n,).
        signal: (n,).
        guess: where the step is.
        fixed: parameters that are not fitted.
        own_start: where the line shape's own parameter starts.
    """
    # In units of the trace's range, so that tolerances mean the same for any detector.
    offset, scale = 0.0 if model.derivative else float(np.median(signal)), float(np.ptp(signal))
    reduced = (signal - offset) / scale
    values = _start(model, gate, reduced, guess, fixed, own_start)
    varied = tuple(name for name in NAMES if name not in fixed)
    used = np.ones(gate.size, dtype=bool)
    robust = True
    for _ in range(ROUNDS):
        values = _minimised(model, gate[used], reduced[used], values, varied, robust)
        earlier, used = used, _inliers(model, gate, reduced, values)
        if not robust and np.array_equal(used, earlier):
            break
        robust = False
    # `earlier` are the points of the last fit: its curve and covariance belong to them, should the rounds run out.
    curve, jacobian = model.curve(gate, values)
    columns = jacobian[:, [NAMES.index(name) for name in varied]]
    spread = covariance(columns[earlier], (reduced - curve)[earlier])
    linear = ("background", "slope", "step_height", "slope_change")
    factors = np.array([scale if name in linear else 1.0 for name in varied])
    values |= {name: values[name] * scale for name in linear}
    values["background"] += offset
    return StepFit(
        values=values,
        varied=varied,
        covariance=spread * np.outer(factors, factors),
        curve=curve * scale + offset,
        used=earlier,
    )


def _start(
    model: StepModel,
    gate: FloatArray,
    signal: FloatArray,
    guess: Guess,
    fixed: Mapping[str, float],
    own_start: float,
) -> dict[str, float]:
    """The guess for the step, and the best straight line and height for it."""
    temperature = float(np.clip(model.lever_arm * guess.width / K_B, *_bounds(model, gate)["temperature"]))
    values = dict.fromkeys(NAMES, 0.0) | {"position": guess.position, "temperature": temperature, "own": own_start}
    values |= fixed
    _, columns = model.curve(gate, values)
    line = [0, 1, 2] if not model.derivative else [1, 2]
    heights = np.linalg.lstsq(columns[:, line], signal, rcond=None)[0]
    return values | {NAMES[at]: float(height) for at, height in zip(line, heights, strict=True)}


def _bounds(model: StepModel, gate: FloatArray) -> dict[str, tuple[float, float]]:
    """What the gate's range and spacing can show: a step in view, neither sharper than a point nor wider than all."""
    coldest, hottest = model.lever_arm * np.array([1e-3 * model.step, np.ptp(gate)]) / K_B
    return {
        "temperature": (float(coldest), float(hottest)),
        "own": (0.0, np.inf),
        "position": (float(gate[0]), float(gate[-1])),
    }


def _minimised(
    model: StepModel,
    gate: FloatArray,
    signal: FloatArray,
    values: Mapping[str, float],
    varied: tuple[str, ...],
    robust: bool,
) -> dict[str, float]:
    """All values with the varied ones at the minimum; a robust fit counts what is beyond the noise by its magnitude."""
    columns = [NAMES.index(name) for name in varied]

    def at(point: FloatArray) -> dict[str, float]:
        return {**values, **dict(zip(varied, point.tolist(), strict=True))}

    def residual(point: FloatArray) -> FloatArray:
        return model.curve(gate, at(point))[0] - signal

    def jacobian(point: FloatArray) -> FloatArray:
        return model.curve(gate, at(point))[1][:, columns]

    start = np.array([values[name] for name in varied])
    known = _bounds(model, gate)
    lows, highs = np.transpose([known.get(name, UNBOUNDED) for name in varied])
    away = residual(start)
    noise = 1.4826 * float(np.median(np.abs(away - np.median(away)))) or 1.0
    found = minimise(
        residual,
        jacobian,
        np.clip(start, lows, highs),
        bounds=(lows, highs),
        robust=noise if robust else None,
        ftol=1e-12,
        xtol=1e-10,
        gtol=1e-12,
    )
    return at(found.point)


def _inliers(model: StepModel, gate: FloatArray, signal: FloatArray, values: Mapping[str, float]) -> Mask:
    """Points not far from the curve. In the step, where a wrong line shape shows, only lonely points are outliers."""
    away = signal - model.curve(gate, values)[0]
    reach = OUTLIER * 1.4826 * float(np.median(np.abs(away)))
    far = np.abs(away) > reach
    lonely = np.abs(away - median_filter(away, size=5, mode="nearest")) > reach
    near_step = np.abs(gate - values["position"]) < 3 * equivalent_width(model, values)
    out = far & (lonely | ~near_step)
    return ~out if 0 < out.mean() <= MOST_OUTLIERS else np.ones(gate.size, dtype=bool)


def equivalent_width(model: StepModel, values: Mapping[str, float]) -> float:
    """Width in mV that the step would have with its steepest slope throughout: 4 k_B T/α for a Fermi function."""
    _, by = model.shape(np.zeros(1), values["temperature"], values["own"])
    return 1 / (model.lever_arm * float(by[0, 0]))
