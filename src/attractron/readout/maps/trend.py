"""How a tunnel coupling follows a barrier gate: t = t₀ e^{κ(V_B - V₀)}, as the transmission of a barrier does.

Fitted to t², whose estimates are normal also where t is hidden, with their standard deviations; a constant t and noise
beyond the uncertainties are told from it.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaincc

from attractron.core.checks import FloatArray
from attractron.core.least_squares import minimise
from attractron.readout.model_selection import Candidate, Comparison, compare

FEWEST = 5
"""Rows with a coupling that a trend needs."""

UNLIKELY = 1e-3
"""Probability of χ² below which no trend describes the rows."""

EXPONENTIAL, CONSTANT = "exponential", "constant"


class Trend(NamedTuple):
    """κ in 1/mV and t₀ in meV at `centre` with their standard deviations, the χ² probability, and what was compared."""

    rate: float
    rate_error: float
    coupling: float
    coupling_error: float
    centre: float
    probability: float
    comparison: Comparison

    @property
    def described(self) -> bool:
        """The rows follow the better of both."""
        return self.probability >= UNLIKELY


def exponential(gate: FloatArray, coupling: FloatArray, uncertainty: FloatArray) -> Trend | None:
    """The trend of couplings over a gate; None where too few are known.

    Args:
        gate: mV (row,).
        coupling: t, meV, NaN where it was not read (row,).
        uncertainty: of t, as √(t² + σ) - t from the standard deviation σ of t² (row,).
    """
    square = coupling**2
    sigma = (coupling + uncertainty) ** 2 - square
    known = np.isfinite(square) & np.isfinite(sigma) & (sigma > 0)
    if known.sum() < FEWEST:
        return None
    x, y, s = gate[known], square[known], sigma[known]
    weights = y**2 / s**2
    centre = float(np.average(x, weights=weights)) if weights.sum() > 0 else float(x.mean())
    span = float(np.ptp(x))

    def curve(point: FloatArray) -> FloatArray:
        return np.asarray(np.exp(2 * (point[0] + point[1] * (x - centre) / span)))

    def residual(point: FloatArray) -> FloatArray:
        return np.asarray((curve(point) - y) / s)

    def jacobian(point: FloatArray) -> FloatArray:
        slope = 2 * curve(point) / s
        return np.stack([slope, slope * (x - centre) / span], axis=1)

    mean = max(float(np.average(y, weights=1 / s**2)), 1e-12 * float(y.max()), 1e-300)
    starts = [np.array([0.5 * np.log(mean), rate]) for rate in (-2.0, 0.0, 2.0)]
    found = min(
        (
            minimise(residual, jacobian, start, bounds=(np.array([-60.0, -40.0]), np.array([10.0, 40.0])))
            for start in starts
        ),
        key=lambda each: each.squares,
    )
    flat = float(np.sum((np.average(y, weights=1 / s**2) - y) ** 2 / s**2))
    comparison = compare({EXPONENTIAL: Candidate(found.squares, 2), CONSTANT: Candidate(flat, 1)}, float(known.sum()))
    best, free = (found.squares, 2) if comparison.best == EXPONENTIAL else (flat, 1)
    errors = np.sqrt(np.diag(found.covariance))
    at = float(np.exp(found.point[0]))
    return Trend(
        rate=float(found.point[1]) / span,
        rate_error=float(errors[1]) / span,
        coupling=at,
        coupling_error=at * float(errors[0]),
        centre=centre,
        probability=float(gammaincc((known.sum() - free) / 2, best / 2)),
        comparison=comparison,
    )
