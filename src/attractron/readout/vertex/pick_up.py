"""Periodic pick-up in the lines of a scan, as from the mains: found, and taken out of data and models alike.

Pick-up of frequency ν is, in pixels, a wave cos(2π f p + φ_l) with f = ν τ modulo 1 (τ the time a pixel takes), folded
into 0 … ½, and a phase φ_l of line l that is known only where the time between lines is. So each line has an amplitude
and a phase of its own: with orthonormal waves Q (pixels of a line, 2 a frequency) data and models lose Q Qᵀ of every
line, which is the same as fitting two amplitudes a line and a frequency, and biases nothing where there is no pick-up.

A frequency stands out of the mean periodogram of the lines, or of the differences of neighbouring lines, in which
charging lines are nearly gone.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.fft import rfft
from scipy.ndimage import median_filter
from scipy.optimize import minimize_scalar

from attractron.core.checks import FloatArray

MOST = 6
"""Frequencies that are looked for: the mains and its harmonics."""

LOBE = 2
"""Bins on either side that a wave fills in the periodogram of lines tapered by a Hann window."""

BESIDE = 5
"""Bins further out, on either side, whose power is that of everything else."""

STANDS_OUT = (6.0, 8.0, 16.0)
"""A wave has more than the first, and more than 1 + a/√n + b/n, times the power of the neighbouring bins, with n the
number of lines that are as good as independent: noise alone does not get there, and weaker waves do no harm."""

LOW = (3, 20.0)
"""Fewest bins below a wave for a comparison on both sides, and the ratio that is asked for where there are fewer."""

ENOUGH = 250
"""Lines in which waves are looked for, of many."""

APART = 0.7
"""Cycles in a line by which waves differ; nearer ones are one whose amplitude changes within the line."""

NORMAL = 1.4826
"""Standard deviation over the median of the magnitudes, for normal noise."""

SLOWEST = 2
"""Cycles in a line below which a wave is not told from drift and charging lines."""


@dataclass(frozen=True, kw_only=True)
class PickUp:
    """Waves along the lines of a scan.

    Attributes:
        axis: of the image along which lines run.
        frequencies: cycles a pixel of the whole image.
        amplitudes: r.m.s. over the lines, in the units of the values.
        waves: Q by which models lose them, and as which, (pixel of a line, wave) both; they differ in a coarse image.
    """

    axis: int
    frequencies: tuple[float, ...]
    amplitudes: tuple[float, ...]
    waves: tuple[FloatArray, FloatArray]

    def removed(self, images: FloatArray) -> FloatArray:
        """Images (…, rows, columns) without any such wave in their lines."""
        lines = images if self.axis == 1 else np.swapaxes(images, -1, -2)
        inward, outward = (each.astype(images.dtype) for each in self.waves)
        lines = lines - (lines @ inward) @ outward.T
        return np.asarray(lines if self.axis == 1 else np.swapaxes(lines, -1, -2))

    def and_in(self, left: FloatArray, values: FloatArray) -> "PickUp | None":
        """With further waves that stand out of what a fit leaves of the values; None if none does."""
        length = len(self.waves[0])
        found = _along(left, self.axis, True)
        if found is None:
            return None
        new = [f for f in found.frequencies if all(abs(f - known) > APART / length for known in self.frequencies)]
        return _waves(values, self.axis, [*self.frequencies, *new]) if new else None

    def of_levelled(self) -> "PickUp":
        """The same for lines less their means, which waves of no whole number of cycles would bring back."""
        inward, outward = (
            np.linalg.qr(np.concatenate([np.ones((len(each), 1)), each], axis=1))[0] for each in self.waves
        )
        return replace(self, waves=(np.asarray(inward), np.asarray(outward)))

    def coarse(self, block: int) -> "PickUp":
        """The same for lines in blocks of so many pixels, to whose means the waves alias."""
        length = len(self.waves[0]) // block * block
        inward, outward = (each[:length].reshape(-1, block, each.shape[1]) for each in self.waves)
        return replace(self, waves=(inward.sum(axis=1), outward.mean(axis=1)))


def pick_up(values: FloatArray, slow: bool = False) -> PickUp | None:
    """The waves that stand out of an image, along the axis along which they stand out more; or None.

    Args:
        values: (rows, columns), or what a fit leaves of them.
        slow: look for waves of few cycles in a line, too, which charging lines may pass for.
    """
    found = [_along(values, axis, slow) for axis in (1, 0)]
    strengths = [sum(each.amplitudes) if each is not None else 0.0 for each in found]
    return found[int(np.argmax(strengths))]


def _along(values: FloatArray, axis: int, slow: bool) -> PickUp | None:
    lines = values if axis == 1 else values.T
    length = lines.shape[1]
    left, frequencies = lines - lines.mean(axis=1, keepdims=True), list[float]()
    waves = np.empty((length, 0))
    while len(frequencies) < MOST:
        candidate = _strongest(left, slow)
        if candidate is None or any(abs(candidate - known) < APART / length for known in frequencies):
            break
        frequencies.append(candidate)
        waves = _orthonormal(frequencies, length)
        left = lines - (lines @ waves) @ waves.T
    return _waves(values, axis, frequencies) if frequencies else None


def _waves(values: FloatArray, axis: int, frequencies: list[float]) -> PickUp:
    """The waves of given frequencies in an image."""
    lines = values if axis == 1 else values.T
    waves = _orthonormal(frequencies, lines.shape[1])
    amplitudes = tuple(_amplitude(lines, frequency) for frequency in frequencies)
    return PickUp(axis=axis, frequencies=tuple(frequencies), amplitudes=amplitudes, waves=(waves, waves))


def _amplitude(lines: FloatArray, frequency: float) -> float:
    """R.m.s. over the lines of a wave's amplitude."""
    waves = _orthonormal([frequency], lines.shape[1])
    return float(np.sqrt(2 * np.mean(np.sum((lines @ waves) ** 2, axis=1)) / lines.shape[1]))


def _orthonormal(frequencies: list[float], length: int) -> FloatArray:
    """Cosines and sines of the frequencies, orthonormal, (pixel, wave)."""
    phases = 2 * np.pi * np.multiply.outer(np.arange(length), frequencies)
    vectors, sizes, _ = np.linalg.svd(np.concatenate([np.cos(phases), np.sin(phases)], axis=1), full_matrices=False)
    return np.asarray(vectors[:, sizes > 1e-3 * sizes[0]])


def _strongest(lines: FloatArray, slow: bool) -> float | None:
    """The frequency that stands out the most, in the differences of lines or in the lines; None if none does."""
    best: tuple[float, float | None] = (1.0, None)
    taper = np.hanning(lines.shape[1] + 2)[1:-1]
    every = max(1, len(lines) // ENOUGH)
    for series in (np.diff(lines, axis=0)[::every], lines[::every]):
        tapered = (series - series.mean(axis=1, keepdims=True)) * taper
        ratio = _over_limit(np.mean(np.abs(rfft(tapered)) ** 2, axis=0), len(series) / 2, slow)
        place = int(np.argmax(ratio))
        if ratio[place] > best[0]:
            best = (float(ratio[place]), _refined(tapered, place))
    return best[1]


def _over_limit(power: FloatArray, most: float, slow: bool) -> FloatArray:
    """Power over the least that tells of a wave, by bin, for a mean over so many independent lines at most.

    The spectrum besides waves is smooth: at a bin it is the geometric mean of what the bins on both sides have, or
    from those above on as that of a random walk. Their scatter tells how many lines are independent.
    """
    logs = np.log(power + 1e-14 * power.max() + 1e-300)
    over = np.zeros_like(power)
    # Where the median around is nearly reached, no wave stands out of it.
    near = median_filter(logs, 2 * (LOBE + BESIDE) + 1, mode="nearest")
    low = np.arange(len(logs)) < LOBE + BESIDE + LOW[0]
    for place in np.flatnonzero(low | (logs > near + np.log(STANDS_OUT[0] / 2))):
        if place < SLOWEST:
            continue
        left = logs[max(1, place - LOBE - BESIDE) : max(1, place - LOBE)]
        right = logs[place + LOBE + 1 : place + LOBE + 1 + BESIDE]
        sides = [side for side in (left, right) if len(side) >= LOW[0]]
        if not sides:
            continue
        level = float(np.mean([np.median(side) for side in sides]))
        scatter = NORMAL * float(np.median(np.abs(np.concatenate([side - np.median(side) for side in sides]))))
        independent = min(most, 1 / max(scatter, 1e-3) ** 2)
        limit = max(STANDS_OUT[0], 1 + STANDS_OUT[1] / np.sqrt(independent) + STANDS_OUT[2] / independent)
        if len(left) < LOW[0] and not slow:
            continue
        if len(left) < LOW[0]:  # no further down than a random walk rises
            level += 2 * np.log((place + LOBE + 1 + BESIDE / 2) / place)
            limit = max(limit, LOW[1])
        over[place] = np.exp(logs[place] - level) / limit
    return over


def _refined(series: FloatArray, place: int) -> float:
    """The frequency near a bin at which the lines have the most power."""
    length = series.shape[1]

    def weakness(frequency: float) -> float:
        return -float(np.sum(np.abs(series @ np.exp(-2j * np.pi * frequency * np.arange(length))) ** 2))

    limits = max(place - 1, 0.5) / length, min((place + 1) / length, 0.5)
    return float(minimize_scalar(weakness, bounds=limits, method="bounded", options={"xatol": 1e-3 / length}).x)
