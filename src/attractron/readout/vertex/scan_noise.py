"""Noise of a picture taken pixel after pixel: white noise and 1/f noise along the raster, estimated and undone.

A detector drifts while the picture is taken, row after row (or column after column). In the order in which the pixels
were taken the noise is stationary, with a power spectrum

    S(f) = S_0 + S_1 / f^γ        (f in cycles a pixel)

where γ < 0 is what differentiating does to noise. Dividing the Fourier amplitudes of the raster by √S(f) makes the
noise white with unit variance, and least squares on data and model so filtered is the generalised least-squares fit.
S_0, S_1 and γ maximise Whittle's likelihood of the residual's periodogram.
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray

BINS = 60
"""Logarithmic bins of the periodogram."""


@dataclass(frozen=True, kw_only=True)
class RasterNoise:
    """Noise along a raster.

    Attributes:
        shape: rows and columns of the picture.
        fast: the axis along which neighbouring pixels are taken one after the other.
        white: S_0, the variance of a pixel from white noise.
        drift: S_1.
        exponent: γ.
    """

    shape: tuple[int, int]
    fast: int
    white: float
    drift: float
    exponent: float

    def whiten(self, pictures: FloatArray) -> FloatArray:
        """Filter pictures (…, rows, columns) so that this noise is white with unit variance; (…, pixels).

        The pixels come in the order of the raster. Single precision is kept.
        """
        from scipy.fft import irfft, rfft

        ordered = pictures if self.fast == 1 else np.swapaxes(pictures, -1, -2)
        series = ordered.reshape(*ordered.shape[:-2], -1)
        frequencies = np.fft.rfftfreq(series.shape[-1])
        frequencies[0] = frequencies[1] / 2
        response = (self.white + self.drift * frequencies**-self.exponent) ** -0.5
        return np.asarray(irfft(rfft(series) * response.astype(series.dtype), series.shape[-1]))

    def picture(self, series: FloatArray) -> FloatArray:
        """What `whiten` gave for one picture, as a picture again (rows, columns)."""
        return series.reshape(self.shape) if self.fast == 1 else series.reshape(self.shape[::-1]).T


def recurring(noise: RasterNoise, residual: FloatArray) -> tuple[float, float]:
    """What a residual repeats from one line of the raster to the next, which noise along the raster does not.

    With the whitened residual w, in lines one after the other, the mean of w_(l,p) w_(l+1,p) and w_(l,p) w_(l+2,p) over
    all pixels is the power of what neighbouring lines have in common. Of white noise the two means are independent and
    have the variance 1/N each, N the number of pixels.

    Args:
        noise: that is taken to be in the residual.
        residual: (rows, columns).

    Returns:
        Power in units of the noise's, a pixel, and the same over its standard deviation if there is noise alone.
    """
    lines = noise.whiten(residual).reshape(noise.shape[1 - noise.fast], -1)
    power = float(np.mean(lines[1:] * lines[:-1]) + np.mean(lines[2:] * lines[:-2])) / 2
    return power, power * float(np.sqrt(2 * lines.size))


def estimate(residual: FloatArray, levelled: int | None = None) -> RasterNoise:
    """The noise that a residual (rows, columns) shows, along the axis on which it is the more likely.

    Where the mean of every line was taken out, the noise is told along these lines, from waves shorter than a line.
    """
    fits = [_along(residual, fast, levelled is not None) for fast in ((0, 1) if levelled is None else (levelled,))]
    return min(fits, key=lambda fit: fit[0])[1]


def _along(residual: FloatArray, fast: int, levelled: bool) -> tuple[float, RasterNoise]:
    """Minus the logarithm of Whittle's likelihood, and the noise that maximises it."""
    from scipy.optimize import minimize

    series = (residual if fast == 1 else residual.T).ravel()
    frequencies, power, counts = _binned_periodogram(series, 1 / residual.shape[fast] if levelled else 0.0)
    size = max(float(power @ counts / counts.sum()), 1e-14)  # a floor, for residuals of noiseless pictures

    def unlikelihood(logarithms: FloatArray) -> tuple[float, FloatArray]:
        """Value and gradient for ln S_0, ln S_1 and γ."""
        white, drift = np.exp(logarithms[0]), np.exp(logarithms[1]) * frequencies ** -logarithms[2]
        spectrum = white + drift
        slope = counts * (1 - power / spectrum) / spectrum
        gradient = [white * slope.sum(), slope @ drift, -slope @ (drift * np.log(frequencies))]
        return float(counts @ (np.log(spectrum) + power / spectrum)), np.array(gradient)

    limits = [(np.log(size) - 9, np.log(size) + 3), (np.log(size) - 25, np.log(size) + 3), (-2.2, 2.2)]
    starts = [
        [np.log(part * size), np.log((1 - part) * size / 10), exponent]
        for part, exponent in ((0.9, 1.0), (0.3, 1.0), (0.3, -1.5))
    ]
    best = min(
        (minimize(unlikelihood, start, jac=True, bounds=limits) for start in starts), key=lambda fit: float(fit.fun)
    )
    white, drift, exponent = best.x
    shape = (residual.shape[0], residual.shape[1])
    noise = RasterNoise(
        shape=shape, fast=fast, white=float(np.exp(white)), drift=float(np.exp(drift)), exponent=float(exponent)
    )
    return float(best.fun), noise


def _binned_periodogram(series: FloatArray, lowest: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Frequencies, mean power and number of frequencies of each bin, above the lowest frequency."""
    frequencies = np.fft.rfftfreq(series.size)
    kept = frequencies > lowest
    frequencies, power = frequencies[kept], np.abs(np.fft.rfft(series)[kept]) ** 2 / series.size
    starts = np.unique(np.geomspace(1, power.size, BINS).astype(int)) - 1
    counts = np.diff(np.append(starts, power.size)).astype(float)
    means = np.add.reduceat(power, starts) / counts
    return np.exp(np.add.reduceat(np.log(frequencies), starts) / counts), means, counts
