"""What the residuals of a fit say about the noise, and what the noise means for the fitted parameters."""

import numpy as np
from scipy.linalg import matmul_toeplitz
from scipy.optimize import minimize_scalar

from attractron.core.checks import FloatArray

LOWEST = 3
"""First Fourier component that is used: those below are what a fit with slope and step takes out of the noise."""

SIGNIFICANT = 2.0
"""Gain in log-likelihood above which noise is taken as correlated."""

FEWEST = 16
"""Residuals below which nothing can be said about correlations."""


def correlation(residual: FloatArray) -> FloatArray:
    """Autocovariance of the residuals at lags 0 … n-1, from white noise plus 1/f noise.

        S(f) = σ² [(1 - a) + a g/f],   g such that the bracket has mean 1

    The share a of 1/f noise maximises Whittle's likelihood -Σ_k (ln S_k + P_k/S_k) of the periodogram P; it is zero
    unless the gain is significant. Samples count as equally spaced in time, in the order of the array. The spectrum is
    continued to half the lowest frequency of the record, so that its two ends are not neighbours.

    Args:
        residual: in the order in which it was taken, (n,).

    Returns:
        Autocovariance in units of residual², (n,).
    """
    size = residual.size
    white = np.zeros(size)
    white[0] = float(np.mean(residual**2))
    if size < FEWEST or white[0] == 0:
        return white
    share, power = _share(residual)
    if share == 0:
        return white
    # Autocovariance is the Fourier transform of the spectrum (Wiener and Khinchin), here of a record twice as long.
    frequencies = np.arange(1, size + 1) / (2 * size)
    density = np.concatenate([[0.0], power * (1 - share + share * _pink(size) / frequencies)])
    return np.asarray(np.fft.irfft(density, 2 * size)[:size])


def spectrum(residual: FloatArray) -> FloatArray:
    """Expected periodogram |Σ r_j exp(-2πi jk/n)|²/n of that noise at the harmonics k = 1 … (n-1)/2."""
    size = residual.size
    harmonics = np.arange(1, (size - 1) // 2 + 1)
    if size < FEWEST or not residual.any():
        return np.full(harmonics.size, float(np.mean(residual**2)))
    share, power = _share(residual)
    return np.asarray(power * (1 - share + share * _pink(size) * size / harmonics))


def _share(residual: FloatArray) -> tuple[float, float]:
    """Share of 1/f noise in the variance, and the variance."""
    size = residual.size
    harmonics = np.arange(LOWEST, (size - 1) // 2 + 1)
    periodogram = np.abs(np.fft.rfft(residual)[harmonics]) ** 2 / size
    pink = _pink(size) * size / harmonics

    def cost(share: float) -> float:
        """-ln L with the variance at its best for this share."""
        shape = 1 - share + share * pink
        return float(np.log(shape).sum() + harmonics.size * np.log(np.mean(periodogram / shape)))

    best = minimize_scalar(cost, bounds=(0.0, 1.0), method="bounded")
    share = float(best.x) if cost(0.0) - best.fun > SIGNIFICANT else 0.0
    return share, float(np.mean(periodogram / (1 - share + share * pink)))


def _pink(size: int) -> float:
    """g: the mean of g/f over the frequencies of a record is 1."""
    harmonics = np.arange(1, size // 2 + 1)
    return float(harmonics.size / (size / harmonics).sum())


def covariance(jacobian: FloatArray, residual: FloatArray) -> FloatArray:
    """Covariance of least-squares parameters when the noise is correlated: H⁻¹ (Jᵀ C J) H⁻¹ with H = JᵀJ.

    Args:
        jacobian: derivatives of the curve by the parameters, (n, parameters).
        residual: data minus curve, (n,).

    Returns:
        Covariance, (parameters, parameters); infinite where the data do not fix the parameters.
    """
    size, count = jacobian.shape
    norms = np.linalg.norm(jacobian, axis=0)
    infinite = np.full((count, count), np.inf)
    if size <= count or not np.all(norms > 0):
        return infinite
    # The fit itself counts all points alike; what correlated noise does to it stands between two inverses (a
    # sandwich). Columns of unit length keep the inverse exact where parameters have very different units.
    scaled = jacobian / norms
    normal = scaled.T @ scaled
    if np.linalg.cond(normal) > 1e12:
        return infinite
    inverse = np.linalg.inv(normal)
    middle = scaled.T @ matmul_toeplitz(correlation(residual), scaled)
    return np.asarray(inverse @ middle @ inverse * size / (size - count) / np.outer(norms, norms))
