"""Residuals of a trace made independent of each other and of unit variance, in noise that is white and 1/f."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import dct

from attractron.core.checks import FloatArray
from attractron.readout.trace.drift import estimate
from attractron.readout.trace.noise import correlation

LEAST = 1e-12
"""Of the largest power: keeps rounding from making any of them zero or negative."""


@dataclass(frozen=True, kw_only=True)
class Whitening:
    """Amplitudes of noise at the frequencies k/2n of the cosine transform of a trace.

    Attributes:
        amplitudes: (n,); all alike for white noise, which needs no transform.
    """

    amplitudes: FloatArray

    def __call__(self, values: FloatArray) -> FloatArray:
        """Values (n,) or columns (n, m) as multiples of the noise."""
        amplitudes = self.amplitudes if values.ndim == 1 else self.amplitudes[:, None]
        if np.all(self.amplitudes == self.amplitudes[0]):
            return np.asarray(values / amplitudes)
        return np.asarray(dct(values, norm="ortho", axis=0) / amplitudes)


def unweighted(signal: FloatArray) -> Whitening:
    """All points alike, in units of the signal's range: fits end at absolute gradients, which amperes never reach."""
    return Whitening(amplitudes=np.full(signal.size, float(np.ptp(signal)) or 1.0))


def whitening(residual: FloatArray, parameters: int) -> Whitening:
    """The noise that the residual of a fit with so many parameters shows.

    The cosine transform continues a trace evenly beyond its ends: drift makes no jump there, as it would for Fourier's,
    and its components are nearly independent. Their powers are the spectrum of `noise.correlation`, smoothed to the
    resolution of the record.
    """
    size = residual.size
    lag = correlation(residual) * size / max(size - parameters, 1)
    if not np.any(lag[1:]):
        return Whitening(amplitudes=np.full(size, float(np.sqrt(lag[0])) or 1.0))
    tapered = lag * (1 - np.arange(size) / size)
    power = np.fft.rfft(np.concatenate([tapered, [0.0], tapered[:0:-1]])).real[:size]
    return Whitening(amplitudes=np.sqrt(np.maximum(power, LEAST * power.max())))


def whitening_beneath(columns: FloatArray, residual: FloatArray) -> Whitening:
    """The noise beneath a fitted curve by its restricted likelihood (`drift.estimate`).

    What slow noise the background and the curve take away is not missed then, as it is in the residual's spectrum.

    Args:
        columns: derivatives of the curve by the parameters, (n, parameter), among them a constant.
        residual: data less curve, (n,).
    """
    return Whitening(amplitudes=np.sqrt(estimate(columns, residual).spectrum))
