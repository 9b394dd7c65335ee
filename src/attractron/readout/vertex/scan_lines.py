"""What the way of taking an image, line after line, leaves in it: offsets of whole lines, and a lag between them.

A detector may jump between two lines (a charge elsewhere moves), and programs subtract the mean or the median of every
line. Where lines so have offsets of their own, data and models alike lose the mean of every line
(`attractron.readout.vertex.image.level`), which is the same as fitting one offset a line.

Where lines are swept there and back, a detector that lags shifts every other line against those beside it.
"""

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from attractron.core.checks import FloatArray

SUBTRACTED = 1e-3
"""Range of the lines' means or medians over the image's, below which they were subtracted."""

JUMP = (8.0, 0.03, 3.0)
"""A jump between two lines over the standard deviation of such differences and over the image's range, and over its
neighbours: a charging line that runs along the lines is wider than one of them."""

AROUND = 7
"""Lines whose rise from one to the next is compared with that of a jump."""

RESTLESS = 3.0
"""Standard deviation of differences between lines over that of the noise within lines, from which on lines wander."""

LAG = (10, 0.5, 100.0)
"""Most pixels of a lag, fewest, and how much better (in χ²) every other line must fit in between its neighbours."""

EDGE = 1.5
"""Pixels over which slopes are taken: charging lines across the sweep tell its lag, those along it do not."""

NORMAL = 1.4826
"""Standard deviation over the median of the magnitudes, for normal noise."""


def subtracted(values: FloatArray) -> int | None:
    """The axis (0 or 1) along which every line's mean or median is the same, if there is one; NaN where missing."""
    reach = np.nanmax(values) - np.nanmin(values)
    for axis in (1, 0):
        lines = values if axis == 1 else values.T
        measured = lines[np.isfinite(lines).any(axis=1)]
        levels = [middle(measured, axis=1) for middle in (np.nanmean, np.nanmedian)]
        if any(np.ptp(level) < SUBTRACTED * reach for level in levels):
            return axis
    return None


def jumps(values: FloatArray, axis: int) -> bool:
    """Whether the signal jumps between two neighbouring lines along an axis."""
    reach = float(np.subtract(*np.percentile(values, [98, 2])))
    steps, spread, within = differences(values, axis)
    sizes = np.pad(np.abs(steps), 1)
    alone = sizes[1:-1] > JUMP[2] * np.maximum(sizes[:-2], sizes[2:])
    return bool(np.any(alone & (sizes[1:-1] > max(JUMP[0] * max(spread, within), JUMP[1] * reach))))


def without_jumps(values: FloatArray, axis: int) -> tuple[FloatArray, int]:
    """The values less what the signal jumps by between two neighbouring lines along an axis, and how many jumps.

    A line that lies apart from those before and after it jumps twice, there and back. What all lines rise by from one
    to the next is no jump.
    """
    reach = float(np.subtract(*np.percentile(values, [98, 2])))
    steps, spread, within = differences(values, axis)
    steps = steps - median_filter(steps, AROUND)  # charging lines that are slanted rise from line to line, too
    signed = np.pad(steps, 1)
    beside = [np.maximum(np.sign(steps) * other, 0) for other in (signed[:-2], signed[2:])]
    alone = np.abs(steps) > JUMP[2] * np.maximum(*beside)
    sudden = np.where(alone & (np.abs(steps) > max(JUMP[0] * max(spread, within), JUMP[1] * reach)), steps, 0.0)
    offsets = np.concatenate([[0.0], np.cumsum(sudden)])
    return values - (offsets[:, None] if axis == 1 else offsets), int(np.count_nonzero(sudden))


def restless(values: FloatArray, axis: int) -> bool:
    """Whether the offsets of lines along an axis differ by more than the noise within them explains."""
    _, spread, within = differences(values, axis)
    return spread > RESTLESS * within


def differences(values: FloatArray, axis: int) -> tuple[FloatArray, float, float]:
    """By how much each line lies above the one before, the spread of that, and the spread from noise within lines.

    The median over the pixels of two lines' difference: charging lines that cross them change few of the pixels.
    """
    lines = values if axis == 1 else values.T
    changes = np.diff(lines, axis=0)
    steps = np.median(changes, axis=1)
    steps -= np.median(steps)
    spread = NORMAL * float(np.median(np.abs(steps)))
    scatter = NORMAL * float(np.median(np.abs(changes - np.median(changes, axis=1, keepdims=True))))
    return steps, spread, 1.2533 * scatter / float(np.sqrt(lines.shape[1]))


def lag(values: FloatArray) -> tuple[int, float]:
    """The axis along which every other line is shifted against those beside it, and by how many pixels; 0 if none is.

    The second, fourth … lines, moved by d pixels, are compared with the mean of the two lines beside each, which a
    charging line that is slanted does not shift; the sum of squares is the least for d minus the lag.
    """
    found = []
    for axis in (0, 1):
        squares, count = _mismatches(values if axis == 1 else values.T)
        best = int(np.clip(np.argmin(squares), 1, len(squares) - 2))
        below, least, above = squares[best - 1 : best + 2]
        bend = below - 2 * least + above
        pixels = best - LAG[0] + (below - above) / (2 * bend) if bend > 0 else 0.0
        gain = count * (squares[LAG[0]] / max(least, 1e-12) - 1)
        found.append((gain, axis, float(pixels)))
    gain, axis, pixels = max(found)
    return axis, pixels if gain > LAG[2] and abs(pixels) >= LAG[1] else 0.0


def aligned(values: FloatArray, axis: int, pixels: float) -> FloatArray:
    """The values with every other line along an axis moved back by half of a lag, and the others on by the same."""
    lines = np.array(values if axis == 1 else values.T)
    places = np.arange(lines.shape[1])
    for number, line in enumerate(lines):
        lines[number] = np.interp(places + (pixels / 2 if number % 2 else -pixels / 2), places, line)
    return lines if axis == 1 else lines.T


def _mismatches(lines: FloatArray) -> tuple[FloatArray, int]:
    """Mean square of every other line's slope less that of its neighbours, shifted by -10 to 10 pixels; of how many."""
    most = LAG[0]
    lines = gaussian_filter1d(lines, EDGE, axis=1, order=1)
    between = lines[1:-1:2]
    beside = (lines[:-2:2] + lines[2::2])[: len(between)] / 2
    inner = beside[:, most:-most]
    width = inner.shape[1]
    left = np.stack([between[:, most + d : most + d + width] - inner for d in range(-most, most + 1)])
    return np.asarray(np.mean(left**2, axis=(1, 2))), int(inner.size / (2 * EDGE))
