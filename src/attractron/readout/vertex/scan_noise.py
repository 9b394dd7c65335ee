"""Noise of an image taken pixel after pixel, white and 1/f along the scan: estimated, and undone in a fit.

A detector drifts while the image is taken, row after row (or column after column). In the order in which the pixels
were taken the noise is stationary, with a power spectrum

    S(f) = S_0 + S_1 / f^γ        (f in cycles a pixel)

where γ < 0 is what differentiating does to noise. Dividing the Fourier amplitudes of that series by √S(f) makes the
noise white with unit variance. Least squares on data and model that are filtered so is the generalised least-squares
fit, (D - M)ᵀ C⁻¹ (D - M) with C the covariance of that noise, and filtered derivatives give its covariance of the
parameters. S_0, S_1 and γ maximise Whittle's likelihood of the residual's periodogram.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.fft import irfft, rfft
from scipy.optimize import minimize

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Minimum, minimise

BINS = 60
"""Logarithmic bins of the periodogram."""


@dataclass(frozen=True, kw_only=True)
class ScanNoise:
    """Noise along a scan.

    Attributes:
        shape: rows and columns of the image.
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

    def whiten(self, images: FloatArray) -> FloatArray:
        """Filter images (…, rows, columns) so that this noise is white with unit variance; (…, pixels).

        The pixels come in the order of the scan. Single precision is kept.
        """
        ordered = images if self.fast == 1 else np.swapaxes(images, -1, -2)
        series = ordered.reshape(*ordered.shape[:-2], -1)
        # An FFT takes the series as periodic: the last pixel of the scan counts as a neighbour of the first.
        waves = rfft(series)
        waves *= self._response(series.shape[-1]).astype(series.dtype)
        return np.asarray(irfft(waves, series.shape[-1], overwrite_x=True))

    def modes(self, images: FloatArray) -> FloatArray:
        """Images (…, rows, columns) as waves along the scan in unit noise, (…, wave): cheaper than `whiten`.

        Sums over waves, x·y, are those over the pixels of whitened images (Parseval). Single precision is kept.
        """
        ordered = images if self.fast == 1 else np.swapaxes(images, -1, -2)
        series = ordered.reshape(*ordered.shape[:-2], -1)
        size = series.shape[-1]
        waves = rfft(series)
        weights = np.full(size // 2 + 1, (2 / size) ** 0.5)  # each wave but these stands for its conjugate, too
        weights[[0, -1] if size % 2 == 0 else [0]] = size**-0.5
        waves *= (self._response(size) * weights).astype(series.dtype)
        return np.asarray(waves.view(series.dtype))

    def _response(self, size: int) -> FloatArray:
        """The filter of a series of that many pixels: 1/√S at its frequencies."""
        if size not in self._responses:
            frequencies = np.fft.rfftfreq(size)
            # 1/f has no value at f = 0: the mean of the image counts as a wave twice as long as the scan.
            frequencies[0] = frequencies[1] / 2
            spectrum = self.white + self.drift * frequencies**-self.exponent
            self._responses[size] = np.asarray(spectrum**-0.5, dtype=float)
        return self._responses[size]

    @cached_property
    def _responses(self) -> dict[int, FloatArray]:
        return {}

    def lines(self, series: FloatArray) -> FloatArray:
        """Series of pixels (…, pixels) as lines of the scan, (…, line, pixel of the line)."""
        return series.reshape(*series.shape[:-1], self.shape[1 - self.fast], self.shape[self.fast])


def unit_noise(shape: tuple[int, int]) -> ScanNoise:
    """White noise of unit variance, of which nothing else is known yet.

    Example:
        >>> from attractron.readout.vertex.scan_noise import unit_noise
        >>> unit_noise((2, 3)).white
        1.0
    """
    return ScanNoise(shape=shape, fast=1, white=1.0, drift=0.0, exponent=1.0)


@dataclass(frozen=True, eq=False, kw_only=True)
class Whitener:
    """Least squares of an image in the noise of its scan: the least |Q (M(θ) - D)|² + |P θ - p|².

    Q is the filter of `ScanNoise.whiten`. The second term are weak expectations on the parameters, which decide what
    the image leaves open.

    Attributes:
        noise: that Q makes white.
        expected: P, (expectation, parameter).
        targets: p, (expectation,).
        linear: ∂M/∂θ of the last parameters, on which M depends linearly, (parameter, rows, columns): filtered once.
    """

    noise: ScanNoise
    expected: FloatArray
    targets: FloatArray
    linear: FloatArray | None = None

    def residual(self, left: FloatArray, point: FloatArray) -> FloatArray:
        """Q (M - D) and P θ - p one below the other; `left` is M - D, (rows, columns)."""
        return np.concatenate([self.noise.whiten(left), self.expected @ point - self.targets])

    def jacobian(self, slopes: FloatArray) -> FloatArray:
        """Q ∂M/∂θ and P, (pixels and expectations, parameter); `slopes` are ∂M/∂θ without the linear ones."""
        return np.concatenate([np.concatenate([self.noise.whiten(slopes), self._constant]).T, self.expected])

    def minimise(
        self,
        left: Callable[[FloatArray], FloatArray],
        slopes: Callable[[FloatArray], FloatArray],
        start: FloatArray,
        **options: Any,
    ) -> Minimum:
        """The minimum from a start, with M - D and ∂M/∂θ of the parameters, and options of `core.least_squares`."""
        return minimise(
            lambda point: self.residual(left(point), point),
            lambda point: self.jacobian(slopes(point)),
            start,
            **options,
        )

    @cached_property
    def _constant(self) -> FloatArray:
        size = self.noise.shape[0] * self.noise.shape[1]
        return np.empty((0, size)) if self.linear is None else self.noise.whiten(self.linear)


def recurring(noise: ScanNoise, residual: FloatArray) -> tuple[float, float]:
    """What a residual repeats from one line of the scan to the next, which noise along the scan does not.

    With the whitened residual w, in lines one after the other, the mean of w_(l,p) w_(l+1,p) and w_(l,p) w_(l+2,p) over
    all pixels is the power of what neighbouring lines have in common. Of white noise the two means are independent and
    have the variance 1/N each, N the number of pixels.

    Args:
        noise: that is taken to be in the residual.
        residual: (rows, columns).

    Returns:
        Power in units of the noise's, a pixel, and the same over its standard deviation if there is noise alone.
    """
    lines = noise.lines(noise.whiten(residual))
    power = float(np.mean(lines[1:] * lines[:-1]) + np.mean(lines[2:] * lines[:-2])) / 2
    return power, power * float(np.sqrt(2 * lines.size))


def estimate(residual: FloatArray, levelled: int | None = None) -> ScanNoise:
    """The noise that a residual shows, along the axis on which it is the more likely.

    Args:
        residual: (rows, columns).
        levelled: the axis along which the mean of every line was taken out, or None. The noise is then told along
            these lines, from waves that are shorter than a line: longer ones are gone.
    """
    fits = [_along(residual, fast, levelled is not None) for fast in ((0, 1) if levelled is None else (levelled,))]
    return min(fits, key=lambda fit: fit[0])[1]


def _along(residual: FloatArray, fast: int, levelled: bool) -> tuple[float, ScanNoise]:
    """Minus the logarithm of Whittle's likelihood, and the noise that maximises it."""
    series = (residual if fast == 1 else residual.T).ravel()
    # A smooth spectrum is alike within a narrow bin, of which the likelihood then needs the mean power only.
    frequencies, power, counts = _binned_periodogram(series, 1 / residual.shape[fast] if levelled else 0.0)
    size = max(float(power @ counts / counts.sum()), 1e-14)  # a floor, for residuals of noiseless images

    def unlikelihood(logarithms: FloatArray) -> tuple[float, FloatArray]:
        """Value and gradient for ln S_0, ln S_1 and γ."""
        white, drift = np.exp(logarithms[0]), np.exp(logarithms[1]) * frequencies ** -logarithms[2]
        spectrum = white + drift
        slope = counts * (1 - power / spectrum) / spectrum
        gradient = [white * slope.sum(), slope @ drift, -slope @ (drift * np.log(frequencies))]
        return float(counts @ (np.log(spectrum) + power / spectrum)), np.array(gradient)

    # Either term may be absent, which ends at a bound. Starts: white for the most part, drifting, differentiated.
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
    noise = ScanNoise(
        shape=shape, fast=fast, white=float(np.exp(white)), drift=float(np.exp(drift)), exponent=float(exponent)
    )
    return float(best.fun), noise


def _binned_periodogram(series: FloatArray, lowest: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Frequencies, mean power and number of frequencies of each bin, above the lowest frequency."""
    frequencies = np.fft.rfftfreq(series.size)
    used = frequencies > lowest
    frequencies, power = frequencies[used], np.abs(np.fft.rfft(series)[used]) ** 2 / series.size
    starts = np.unique(np.geomspace(1, power.size, BINS).astype(int)) - 1
    counts = np.diff(np.append(starts, power.size)).astype(float)
    means = np.add.reduceat(power, starts) / counts
    return np.exp(np.add.reduceat(np.log(frequencies), starts) / counts), means, counts
