"""The mean of several readings of one quantity, whose scatter may be larger than their uncertainties say."""

import numpy as np

from attractron.core.checks import FloatArray


def weighted_mean(values: FloatArray, covariance: FloatArray, floor: float) -> tuple[float, float]:
    """Weighted mean of correlated values and its uncertainty, which grows where they scatter by more than they should.

    With weights w = C⁻¹ 1 the mean is w·x/Σw, its variance 1/Σw, times χ²/(n - 1) where that exceeds 1 (Birge).

    Args:
        values: x, (n,).
        covariance: C, (n, n).
        floor: uncertainty that all have in common, and each has besides.
    """
    size = float(np.abs(values).mean()) or 1.0
    scaled = covariance / size**2 + np.eye(len(values)) * (1e-12 + (floor / size) ** 2)
    weights = np.linalg.solve(scaled, np.ones(len(values)))
    mean = float(weights @ values / weights.sum())
    left = (values - mean) / size
    scatter = float(left @ np.linalg.solve(scaled, left)) / max(len(values) - 1, 1)
    error = size * float(np.sqrt(max(scatter, 1.0) / weights.sum()))
    return mean, float(np.hypot(error, floor))
