"""One temperature, or one lever arm, for many interdot lines: fitted to all rows of a map at once.

With θ the logarithm of the common parameter and the rest of every row fitted at it, row i has the curve's derivative
j_i by θ, less what the row's own parameters make up for, and the residual r_i of noise σ_i:

    dχ²/dθ = -2 Σ_i j_i·r_i/σ_i²,    d²χ²/dθ² = 2 Σ_i |j_i|²/σ_i²,

of which Newton's method finds the minimum. Its variance is Σ_i j_iᵀC_i j_i/σ_i⁴ over the square of the second sum, with
C_i the covariance of the row's noise, white and 1/f.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy.linalg import matmul_toeplitz

from attractron.core.checks import FloatArray
from attractron.readout.trace.noise import correlation
from attractron.readout.trace.search import Guess
from attractron.readout.trace.step_fit import NAMES, StepModel, equivalent_width, fit_step

ROUNDS = 12
SETTLED = 0.02
"""Standard deviations of the last step."""

LARGEST = 0.4
"""Of a step of the logarithm."""

STRETCH = 1e-4
"""Relative change of the lever arm over which a curve is differenced."""


class Row(NamedTuple):
    """A row with the fit that it starts from, and what is held in it."""

    model: StepModel
    gate: FloatArray
    signal: FloatArray
    values: Mapping[str, float]
    held: Mapping[str, float]


class Common(NamedTuple):
    """The common parameter, its standard deviation, and whether the fit found it."""

    value: float
    uncertainty: float
    settled: bool


def common(rows: Sequence[Row], name: str, start: float) -> Common:
    """The parameter that all rows have in common.

    Args:
        rows: of the map.
        name: "temperature", or "lever_arm" of all models.
        start: K, or meV per unit of the axis.
    """
    logarithm, size, settled = float(np.log(start)), np.inf, False
    fits = [dict(row.values) for row in rows]
    for _ in range(ROUNDS):
        pull, weight, variance = 0.0, 0.0, 0.0
        for number, row in enumerate(rows):
            found, own, information, spread = _row(row, fits[number], name, float(np.exp(logarithm)))
            fits[number] = found
            pull, weight, variance = pull + own, weight + information, variance + spread
        if not weight > 0:
            break
        step = float(np.clip(pull / weight, -LARGEST, LARGEST))
        size = np.sqrt(variance) / weight
        settled = abs(step) < SETTLED * size
        if settled:
            break
        logarithm += step
    return Common(float(np.exp(logarithm)), float(np.exp(logarithm) * size), settled)


def _row(
    row: Row, values: Mapping[str, float], name: str, value: float
) -> tuple[dict[str, float], float, float, float]:
    """The row's parameters at the common one, and its parts of the three sums."""
    arm = name == "lever_arm"
    model = replace(row.model, lever_arm=value) if arm else row.model
    held = dict(row.held) if arm else {**row.held, "temperature": value}
    guess = Guess(position=values["position"], width=equivalent_width(model, {**values, **held}) / 4)
    fit = fit_step(model, row.gate, row.signal, guess, held, values["own"])
    gate, left = row.gate[fit.used], (row.signal - fit.curve)[fit.used]
    curve, jacobian = model.curve(gate, fit.values)
    if arm:
        stretched = replace(model, lever_arm=value * (1 + STRETCH)).curve(gate, fit.values)[0]
        column = (stretched - curve) / STRETCH
    else:
        column = jacobian[:, NAMES.index("temperature")] * value
    others = jacobian[:, [NAMES.index(each) for each in fit.varied]]
    norms = np.linalg.norm(others, axis=0)
    basis = np.linalg.qr(others / np.where(norms == 0, 1.0, norms))[0]
    free = column - basis @ (basis.T @ column)
    power = float(np.mean(left**2)) * left.size / max(left.size - others.shape[1], 1)
    if power <= 0:
        power = float(np.finfo(float).eps * np.mean(curve**2))
    covariance = correlation(left) * (power / max(float(np.mean(left**2)), 1e-300))
    spread = float(free @ matmul_toeplitz(covariance, free)) / power**2
    return dict(fit.values), float(free @ left) / power, float(free @ free) / power, spread
