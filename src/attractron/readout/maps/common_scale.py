"""One temperature, or one lever arm, for many interdot lines: fitted to all rows of a map at once.

With θ the logarithm of the common parameter and the rest of every row fitted at it, row i has, behind the filter that
makes its noise white and of unit size, the curve's derivative j_i by θ, less what the row's own parameters make up for,
and the residual r_i:

    dχ²/dθ = -2 Σ_i j_i·r_i,    d²χ²/dθ² = 2 Σ_i |j_i|²,

of which Newton's method finds the minimum. Its variance is 1/Σ_i |j_i|², raised where rows disagree beyond their noise.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincc

from attractron.core.checks import FloatArray
from attractron.readout.trace.separable import ShapeFit, Whitened, fit_shape, orthonormal
from attractron.readout.trace.shapes import Step

ROUNDS = 12
SETTLED = 0.02
"""Standard deviations of the last step."""

LARGEST = 0.4
"""Of a step of the logarithm."""

STRETCH = 1e-4
"""Relative change of the lever arm over which a curve is differenced."""

FREE = ("position", "own")
"""What every row has for itself, beside heights and background."""


class Row(NamedTuple):
    """A row in its noise, with its line, where that starts, and the ends of the axis."""

    data: Whitened
    step: Step
    start: dict[str, float]
    ends: tuple[float, float]

    def fitted(self, name: str, value: float, start: dict[str, float]) -> ShapeFit:
        """The line at a value of the common parameter."""
        bounds = {"position": self.ends, "own": (0.0, np.inf)}
        return fit_shape(self.data, self.at(name, value), start, bounds)

    def at(self, name: str, value: float) -> Step:
        """The line with the common parameter in it."""
        if name == "lever_arm":
            return replace(self.step, lever_arm=value)
        return replace(self.step, held={**self.step.held, name: value})


class Common(NamedTuple):
    """The common parameter and its standard deviation.

    Attributes:
        value: K, or meV per unit of the axis.
        uncertainty: the same.
        settled: whether the fit found it.
        probability: that noise makes rows disagree so much.
        changes: of √own and the position of every row with one standard deviation of it, (row, 2).
    """

    value: float
    uncertainty: float
    settled: bool
    probability: float
    changes: FloatArray


def common(rows: Sequence[Row], name: str, start: float) -> Common:
    """The parameter that all rows have in common.

    Args:
        rows: of the map.
        name: "temperature", or "lever_arm".
        start: K, or meV per unit of the axis.
    """
    logarithm, size, settled, scatter = float(np.log(start)), np.inf, False, 0.0
    points = [row.start for row in rows]
    for _ in range(ROUNDS):
        fits = [row.fitted(name, float(np.exp(logarithm)), at) for row, at in zip(rows, points, strict=True)]
        points = [_point(fit) for fit in fits]
        found = np.array([_sums(row, fit, name) for row, fit in zip(rows, fits, strict=True)])
        pull, weight = found.sum(axis=0)
        if not weight > 0:
            break
        step = float(np.clip(pull / weight, -LARGEST, LARGEST))
        known = found[:, 1] > 1e-9 * weight
        scatter = float(np.sum((found[known, 0] - found[known, 1] * pull / weight) ** 2 / found[known, 1]))
        size = float(np.sqrt(max(scatter / max(known.sum() - 1, 1), 1.0) / weight))
        settled = abs(step) < SETTLED * size
        if settled:
            break
        logarithm += step
    value = float(np.exp(logarithm))
    changes = np.zeros((len(rows), 2))
    if settled:
        moved = [
            _point(row.fitted(name, value * float(np.exp(size)), at)) for row, at in zip(rows, points, strict=True)
        ]
        for number, (one, other) in enumerate(zip(points, moved, strict=True)):
            changes[number] = (np.sqrt(other["own"]) - np.sqrt(one["own"]), other["position"] - one["position"])
    chance = float(gammaincc(max(len(rows) - 1, 1) / 2, scatter / 2))
    return Common(value, value * size, settled, chance, changes)


def _point(fit: ShapeFit) -> dict[str, float]:
    return dict(zip(fit.shape.names, fit.point.tolist(), strict=True))


def _sums(row: Row, fit: ShapeFit, name: str) -> tuple[float, float]:
    """j·r and |j|² of a row that was fitted at the common parameter."""
    step, gate = fit.shape, row.data.gate
    assert isinstance(step, Step)
    values = step.values(fit.point)
    if name == "lever_arm":
        wider = replace(step, lever_arm=step.lever_arm * (1 + STRETCH))
        column = ((wider(gate, fit.point)[0] - step(gate, fit.point)[0]) @ fit.heights) / STRETCH
    else:
        alone = replace(step, free=(name,), held={each: value for each, value in values.items() if each != name})
        slopes = alone(gate, np.array([values[name]]))[1]
        column = np.einsum("nh,h->n", slopes[:, :, 0], fit.heights) * values[name]
    white = row.data.free(np.concatenate([fit.tangents(gate), column[:, None]], axis=1))
    basis = orthonormal(white[:, :-1])
    left = row.data.target - row.data.free(fit.feature(gate))
    free = white[:, -1] - basis @ (basis.T @ white[:, -1])
    return float(free @ left), float(free @ free)
