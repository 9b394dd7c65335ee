"""Where steps may be in a trace: a search over places and widths, before any fit and without a guess.

Every step of a dictionary is a column beside the background. Behind the filter that makes the noise white, the one
that takes most of the sum of squares is the likeliest. Which noise there is depends on what is a step: steps are
looked for in white noise, where wide ones show, and in what the trace looks like without any, where sharp ones stand
out of a drift.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.fft import dct
from scipy.ndimage import median_filter
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.readout.trace.drift import TraceNoise, estimate

MOST_POINTS = 600
"""Longer traces are averaged in blocks for the search."""

FINEST = 0.35
"""Logistic width of the sharpest step of the dictionary, in points."""

WIDEST = 0.09
"""The same of the widest one, in lengths of the trace."""

RATIO = 1.7
"""From one width to the next."""

CLOSE = 1.5
"""Distance of places in units of the width."""

EDGE = 0.02
"""Part of the trace at each end where no step is looked for."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A step that may be there.

    Attributes:
        position: in the unit of the axis.
        width: logistic width, k_B T/α of a thermal step.
        gain: of χ², by the noise that it was looked for in.
    """

    position: float
    width: float
    gain: float = 0.0


def averaged(block: int, *arrays: FloatArray) -> tuple[FloatArray, ...]:
    """Means over blocks of points, (n, …) → (n/block, …)."""
    if block <= 1:
        return arrays
    whole = arrays[0].shape[0] // block * block
    return tuple(each[:whole].reshape(whole // block, block, *each.shape[1:]).mean(axis=1) for each in arrays)


def despiked(signal: FloatArray, reach: float = 6.0) -> FloatArray:
    """Points far from the median of their five neighbours drawn back to where noise would put them."""
    smooth = median_filter(signal, size=5, mode="nearest")
    away = signal - smooth
    limit = reach * 1.4826 * float(np.median(np.abs(away)))
    return np.asarray(smooth + np.clip(away, -limit, limit) if limit > 0 else signal)


def find_steps(
    gate: FloatArray, signal: FloatArray, columns: list[FloatArray], *, derivative: bool = False
) -> list[Guess]:
    """The likeliest step beside each set of columns, in white and in the trace's own noise; the best first.

    Args:
        gate: rising, (n,).
        signal: (n,), without spikes.
        columns: sets of columns of what else is in the trace, each (n, columns).
        derivative: the trace is the derivative of a step.
    """
    block = -(-gate.size // MOST_POINTS)
    found = _found(gate, signal, columns, block, derivative)
    if block == 1 or not found:
        return found
    # A step that is sharper than the blocks is looked at once more, with all points around it.
    spacing = float(np.ptp(gate)) / gate.size
    fine = []
    for guess in found:
        if guess.width > 2 * block * spacing:
            fine.append(guess)
            continue
        middle = int(np.searchsorted(gate, guess.position))
        less = max(block // 20, 1)
        near = slice(max(middle - less * MOST_POINTS // 2, 0), middle + less * MOST_POINTS // 2)
        again = find_steps(gate[near], signal[near], [each[near] for each in columns], derivative=derivative)
        fine += again[:1]
    return fine


def _found(
    gate: FloatArray, signal: FloatArray, columns: list[FloatArray], block: int, derivative: bool
) -> list[Guess]:
    gate, signal, *columns = averaged(block, gate, signal, *columns)
    places, widths = _dictionary(gate)
    steps = _transformed(gate.tobytes(), derivative)
    found = []
    for fixed in columns:
        own = estimate(fixed, signal, derivative=derivative)
        noises = [own] if own.levels[1:] == (0.0, 0.0, 0.0) else [own, _white(own)]
        for noise in noises:
            gains = _gains(steps, fixed, signal, noise)
            best = int(np.argmax(gains))
            found.append(Guess(position=float(places[best]), width=float(widths[best]), gain=float(gains[best])))
    return sorted(found, key=lambda guess: -guess.gain)


def _white(noise: TraceNoise) -> TraceNoise:
    return TraceNoise(size=noise.size, levels=(max(noise.levels[0], float(np.median(noise.spectrum))), 0.0, 0.0, 0.0))


def _dictionary(gate: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places and widths, (steps,) each."""
    span, spacing = float(np.ptp(gate)), float(np.median(np.diff(gate)))
    widths = spacing * FINEST * RATIO ** np.arange(60)
    widths = widths[widths <= max(WIDEST * span, spacing)]
    places, all_widths = [], []
    for width in widths:
        count = int(np.clip(span * (1 - 2 * EDGE) / (CLOSE * width), 20, 2 * gate.size))
        grid = np.linspace(gate[0] + EDGE * span, gate[-1] - EDGE * span, count)
        places.append(grid)
        all_widths.append(np.full(count, width))
    return np.concatenate(places), np.concatenate(all_widths)


@lru_cache(maxsize=4)
def _transformed(gate: bytes, derivative: bool) -> FloatArray:
    """Cosine transforms of all steps: a trace is searched several times."""
    points = np.frombuffer(gate)
    places, widths = _dictionary(points)
    return np.asarray(dct(_steps(points, places, widths, derivative), type=2, norm="ortho", axis=0))


def _steps(gate: FloatArray, places: FloatArray, widths: FloatArray, derivative: bool) -> FloatArray:
    """Logistic steps of height one, or their derivatives, (n, steps)."""
    rise = expit((gate[:, None] - places) / widths)
    return np.asarray(rise * (1 - rise) / widths if derivative else rise)


def _gains(steps: FloatArray, fixed: FloatArray, signal: FloatArray, noise: TraceNoise) -> FloatArray:
    """Drop of χ² by every step, (steps,)."""
    norms = np.linalg.norm(fixed, axis=0)
    kept = fixed[:, norms > 0] / norms[norms > 0]
    basis = np.linalg.qr(noise.whiten(kept))[0]
    target = noise.whiten(signal)
    target = target - basis @ (basis.T @ target)
    white = steps / np.sqrt(noise.spectrum)[:, None]
    overlap = white.T @ target
    power = np.einsum("nm,nm->m", white, white)
    left = power - np.einsum("pm,pm->m", basis.T @ white, basis.T @ white)
    # A step that the fixed columns make up themselves explains nothing.
    return np.asarray(np.divide(overlap**2, left, out=np.zeros_like(overlap), where=left > 1e-3 * power))
