"""Is there a charging step in a trace, one or two, and where? Asked before any fit, without an initial guess."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.readout.trace.noise import covariance

POSITIONS = 151
WIDTHS = 10
MOST_POINTS = 2000
"""Longer traces are averaged in blocks for the search."""

EDGE = 0.05
"""Part of the trace at each end where a step would not be in view."""

DETECTED = 5.0
"""Height of a step over its uncertainty from which on it counts as one."""

SECOND = 0.2
"""Height of a second step relative to the first from which on it spoils the reading of one."""

ROUNDING = 1e-12
"""Part of the signal below which its changes are rounding."""

APART = 6
"""Distance of two steps in units of their logistic width from which on they are two."""

CLIPPED = 0.02
"""Part of a noisy trace that may lie exactly on its largest or smallest value."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """Where a step is: its position and its logistic width, both in mV."""

    position: float
    width: float


def find_step(gate: FloatArray, signal: FloatArray, derivative: bool) -> Guess:
    """The step that, with a straight line beneath it, explains most of the trace.

    Args:
        gate: rising, mV, (n,).
        signal: (n,).
        derivative: the trace is the derivative of a step.

    Raises:
        InputError: a saturated detector, no step, or two.
    """
    if np.ptp(signal) <= ROUNDING * np.abs(signal).max():
        raise InputError("trace", "show a charging step", "a flat line", "is the detector on?")
    _check_saturation(signal)
    gate, signal = _averaged(gate, _despiked(signal))
    centred = (gate - gate.mean()) / np.ptp(gate)
    spans = np.ptp(gate)
    positions = np.linspace(gate[0] + EDGE * spans, gate[-1] - EDGE * spans, POSITIONS)
    finest = float(np.median(np.diff(gate)))
    widths = np.geomspace(finest / 2, max(spans / 12, finest), WIDTHS)
    background = np.stack([np.ones_like(gate), centred], axis=1)
    curved = np.column_stack([background, centred**2])
    steps = {float(width): _steps(gate, positions, width, derivative) for width in widths}
    (_, place), width = max((_best(columns, signal, background), width) for width, columns in steps.items())
    guess = Guess(position=float(positions[place]), width=width)
    coarse = positions[::2]
    (gain, first, second), width = max((_best_pair(all_[:, ::2], signal, curved), w) for w, all_ in steps.items())
    more = gain - max(_best(columns, signal, curved)[0] for columns in steps.values())
    if abs(coarse[first] - coarse[second]) > APART * width:
        _check_pair(gate, signal, curved, coarse[[first, second]], width, more, derivative)
    _check_single(gate, signal, background, guess, derivative)
    return guess


def _steps(gate: FloatArray, positions: FloatArray, width: float, derivative: bool) -> FloatArray:
    """Logistic steps of height one, or their derivatives, (n, positions)."""
    rise = expit((gate[:, None] - positions) / width)
    return np.asarray(rise * (1 - rise) / width if derivative else rise)


def _best(steps: FloatArray, signal: FloatArray, background: FloatArray) -> tuple[float, int]:
    """The largest drop of the sum of squares by one step beside the background, and which step makes it."""
    free, rest = _without(background, steps, signal)
    power = (free**2).sum(axis=0)
    gain = np.divide((free.T @ rest) ** 2, power, out=np.zeros_like(power), where=power > 1e-9 * (steps**2).sum())
    return float(gain.max()), int(gain.argmax())


def _best_pair(steps: FloatArray, signal: FloatArray, background: FloatArray) -> tuple[float, int, int]:
    """The same for two steps."""
    free, rest = _without(background, steps, signal)
    gram, overlap = free.T @ free, free.T @ rest
    power = np.diag(gram)
    determinant = np.outer(power, power) - gram**2
    # gᵀ G⁻¹ g with the 2 x 2 matrix G of each pair, for all pairs at once; steps nearly alike are no pair.
    pairs = np.multiply.outer(overlap**2, power)
    numerator = pairs + pairs.T - 2 * np.outer(overlap, overlap) * gram
    usable = determinant > 1e-6 * max(power.max() ** 2, 1e-300)
    gain = np.divide(numerator, determinant, out=np.zeros_like(gram), where=usable)
    first, second = np.unravel_index(gain.argmax(), gain.shape)
    return float(gain[first, second]), int(first), int(second)


def _without(background: FloatArray, steps: FloatArray, signal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Steps and signal with what the background explains taken out."""
    basis, _ = np.linalg.qr(background)
    return steps - basis @ (basis.T @ steps), signal - basis @ (basis.T @ signal)


def _check_single(gate: FloatArray, signal: FloatArray, background: FloatArray, guess: Guess, derivative: bool) -> None:
    steps = _steps(gate, np.array([guess.position]), guess.width, derivative)
    (height,), (uncertainty,), _ = _heights(signal, background, steps)
    if abs(height) <= DETECTED * uncertainty:
        got = f"none; the best candidate has {abs(height) / uncertainty:.1f}"
        wanted = f"show a charging step of at least {DETECTED:g} times its uncertainty"
        raise InputError("trace", wanted, got, "measure longer, or choose a gate range with a step")


def _check_pair(
    gate: FloatArray,
    signal: FloatArray,
    background: FloatArray,
    places: FloatArray,
    width: float,
    more: float,
    derivative: bool,
) -> None:
    """Refuse two steps when they explain the trace much better than the best single one, by `more` squares."""
    heights, uncertainties, power = _heights(signal, background, _steps(gate, places, width, derivative))
    smaller = int(np.abs(heights).argmin())
    needed = (DETECTED * uncertainties[smaller]) ** 2 * power[smaller]
    if more > needed and abs(heights[smaller]) > SECOND * np.abs(heights).max():
        at = " and ".join(f"{place:.4g}" for place in np.sort(places))
        raise InputError("trace", "show one charging step", f"two, near {at} mV", "choose a gate range with one")


def _heights(
    signal: FloatArray, background: FloatArray, steps: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Heights of steps, their uncertainties, and the squares that a step of height one explains by itself alone."""
    columns = np.column_stack([background, steps])
    found = np.linalg.lstsq(columns, signal, rcond=None)[0]
    variances = np.diag(covariance(columns, signal - columns @ found))
    last = slice(background.shape[1], None)
    power = 1 / np.diag(np.linalg.pinv(columns.T @ columns))
    return np.asarray(found[last]), np.asarray(np.sqrt(variances[last])), np.asarray(power[last])


def _check_saturation(signal: FloatArray) -> None:
    """A noisy detector that stands still at the end of its range tells nothing there; a noise-free one may."""
    for end, extreme in (("largest", signal.max()), ("smallest", signal.min())):
        still = signal == extreme
        rest = signal[(signal != signal.max()) & (signal != signal.min())]  # both rails may be reached
        many = still.sum() > max(5, CLIPPED * signal.size)
        # A coarse digitiser repeats all its values, a rail only one.
        if many and np.unique(rest).size > rest.size / 2 and _is_noisy(signal):
            share = f"{still.mean():.0%} of the points at its {end} value {extreme:.4g}"
            raise InputError("trace", "come from a detector within its range", share, "it is saturated")


def _is_noisy(signal: FloatArray) -> bool:
    """Noise makes neighbouring second differences alternate, a smooth curve does not."""
    second = np.diff(signal, 2)
    return second.size > 3 and float(second[1:] @ second[:-1]) < -0.3 * float(second @ second)


def _despiked(signal: FloatArray) -> FloatArray:
    """Points far from the median of their five neighbours drawn back to where noise would put them."""
    smooth = median_filter(signal, size=5, mode="nearest")
    away = signal - smooth
    reach = 6 * 1.4826 * float(np.median(np.abs(away)))
    return np.asarray(smooth + np.clip(away, -reach, reach) if reach > 0 else signal)


def _averaged(gate: FloatArray, signal: FloatArray) -> tuple[FloatArray, FloatArray]:
    block = -(-gate.size // MOST_POINTS)
    whole = gate.size // block * block
    return gate[:whole].reshape(-1, block).mean(axis=1), signal[:whole].reshape(-1, block).mean(axis=1)
