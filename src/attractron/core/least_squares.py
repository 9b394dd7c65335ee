"""Least squares with bounds: one driver on SciPy for the fits of traces, images and whole diagrams.

Every fit of this package knows its Jacobian, so that the driver asks for it. SciPy's trust region reflects at the
bounds, and each parameter is measured in units of the change that its column of the Jacobian makes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from attractron.core.checks import FloatArray

UNBOUNDED = (-np.inf, np.inf)

FLAT = 1e-12
"""Damping, relative to the square of a column, that keeps directions without response in place."""

LEAST_DAMPING, MOST_DAMPING = 1e-3, 1e8

Function = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """The end of a fit.

    Attributes:
        point: parameters.
        residual: model less data there, (n,).
        jacobian: derivatives of the residual, (n, parameter).
    """

    point: FloatArray
    residual: FloatArray
    jacobian: FloatArray

    @property
    def squares(self) -> float:
        """Σ r²."""
        return float(self.residual @ self.residual)

    @property
    def covariance(self) -> FloatArray:
        """(JᵀJ)⁺ of the parameters, for residuals that are independent and of unit variance: whitened ones."""
        return np.asarray(np.linalg.pinv(self.jacobian.T @ self.jacobian, hermitian=True))


def minimise(
    residual: Callable[[FloatArray], FloatArray],
    jacobian: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    *,
    bounds: tuple[FloatArray, FloatArray] | tuple[float, float] = UNBOUNDED,
    robust: float | None = None,
    ftol: float = 1e-8,
    xtol: float = 1e-8,
    gtol: float = 1e-8,
    evaluations: int | None = None,
) -> Minimum:
    """The least sum of squares of a residual, from a start.

    Args:
        residual: of the parameters, (n,).
        jacobian: its derivatives, (n, parameter).
        start: parameters.
        bounds: lowest and highest value of each.
        robust: residual from which on it counts by its magnitude and not by its square; None for least squares.
        ftol: relative change of the sum of squares that ends the fit.
        xtol: the same of the parameters.
        gtol: the same of the gradient.
        evaluations: of the residual at most; SciPy's bound by default.
    """
    found = least_squares(
        residual,
        start,
        jacobian,
        bounds=bounds,
        loss="linear" if robust is None else "soft_l1",
        f_scale=1.0 if robust is None else robust,
        x_scale="jac",
        ftol=ftol,
        xtol=xtol,
        gtol=gtol,
        max_nfev=evaluations,
    )
    return Minimum(point=found.x, residual=found.fun, jacobian=found.jac)


def descend(
    residual: Function,
    jacobian: Function,
    point: FloatArray,
    lows: FloatArray,
    highs: FloatArray,
    enough: float,
    *,
    rounds: int,
) -> tuple[FloatArray, float]:
    """Levenberg's and Marquardt's descent, projected on bounds, and the squares at its end.

    A refit often ends on a bound, in a direction that hardly changes the curve. SciPy's trust regions either stay
    inside, which takes dozens of steps, or stop early there; and of a few parameters they take most of the time.

    Args:
        residual: of the parameters, (n,).
        jacobian: its derivatives, (n, parameter).
        point: start.
        lows: lowest values.
        highs: highest ones.
        enough: gain of the squares by one step below which the descent ends.
        rounds: steps at most.
    """
    values = residual(point)
    squares, damping = float(values @ values), 0.0
    for _ in range(rounds):
        columns = jacobian(point)
        slope = columns.T @ values
        moving = (lows < highs) & ~((point <= lows) & (slope > 0)) & ~((point >= highs) & (slope < 0))
        norms = np.linalg.norm(columns[:, moving], axis=0)
        norms[norms == 0] = 1.0
        scaled = columns[:, moving] / norms
        normal, towards = scaled.T @ scaled, slope[moving] / norms
        while True:
            step = np.zeros_like(point)
            step[moving] = -np.linalg.solve(normal + (damping + FLAT) * np.eye(towards.size), towards) / norms
            there = np.clip(point + step, lows, highs)
            new = residual(there)
            if float(new @ new) < squares:
                break
            damping = max(10 * damping, LEAST_DAMPING)
            if damping > MOST_DAMPING:
                return point, squares
        gain = squares - float(new @ new)
        point, values, squares = there, new, squares - gain
        if gain <= enough and damping <= LEAST_DAMPING:
            break
        damping = damping / 10 if damping > LEAST_DAMPING else 0.0
    return point, squares
