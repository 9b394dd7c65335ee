"""What a trace with a peak may be: shapes fitted beside each other on one straight background.

Every shape is linear in its heights and background, which least squares give at once; a search over a grid starts the
place and the width, so that no guess is needed.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.readout.model_selection import Candidate
from attractron.readout.trace.peak_shapes import FULL_WIDTHS, metallic, single_level
from attractron.readout.trace.whitening import Whitening

POSITIONS, WIDTHS = 121, 12
MOST_POINTS = 1500
"""Longer traces are averaged in blocks for the search and for the comparison."""

COLD = 1e-4
"""Thermal width over the full one at which a peak is a Lorentzian."""

HORIZON = 0.5
"""Thermal width over the trace beyond which a peak is not in view."""

THERMAL, METALLIC, LORENTZIAN, BOTH = (
    "thermal peak, one level",
    "thermal peak, metallic",
    "Lorentzian peak",
    "thermal and Lorentzian peak",
)
PINCH_OFF = "pinch-off"
"""Of a channel: ln(1 + e^x), whose bend on a straight line looks like a broad peak."""

COULOMB_PEAKS = (THERMAL, METALLIC, LORENTZIAN, BOTH)
"""Shapes that a Coulomb peak may have."""

Columns = Callable[[FloatArray, FloatArray], FloatArray]


class Start(NamedTuple):
    """Where a peak is, and its thermal width w, both in mV."""

    position: float
    thermal: float


class Rival(NamedTuple):
    """A shape: its columns beside the background, where its non-linear parameters start, and which are places."""

    columns: Columns
    start: Callable[[Start], list[float]]
    places: tuple[int, ...] = (0,)


def _peak(shape: Callable[[FloatArray, float], FloatArray]) -> Columns:
    return lambda gate, point: shape(gate - point[0], abs(point[1]))[:, None]


def _lorentz(away: FloatArray, half: float) -> FloatArray:
    return np.asarray(1 / (1 + (away / half) ** 2))


def _fano(gate: FloatArray, point: FloatArray) -> FloatArray:
    away = (gate - point[0]) / abs(point[1])
    return np.stack([1 / (1 + away**2), away / (1 + away**2)], axis=1)


def _two(gate: FloatArray, point: FloatArray) -> FloatArray:
    return np.stack([single_level(gate - point[at], abs(point[1]), 0.0)[0] for at in (0, 2)], axis=1)


def _both(gate: FloatArray, point: FloatArray) -> FloatArray:
    return single_level(gate - point[0], max(abs(point[1]), COLD * abs(point[2])), abs(point[2]))[0][:, None]


def _step(gate: FloatArray, point: FloatArray) -> FloatArray:
    return np.asarray(expit((gate - point[0]) / abs(point[1]))[:, None])


def _opening(gate: FloatArray, point: FloatArray) -> FloatArray:
    return np.asarray(np.logaddexp(0.0, (gate - point[0]) / abs(point[1]))[:, None])


def _bent(gate: FloatArray, point: FloatArray) -> FloatArray:
    middle = (gate - gate.mean()) / np.ptp(gate)
    return np.stack([middle**2, middle**3], axis=1)


HALF = FULL_WIDTHS["single-level"] / 2

RIVALS: dict[str, Rival] = {
    THERMAL: Rival(_peak(lambda x, w: single_level(x, w, 0.0)[0]), lambda at: [at.position, at.thermal]),
    METALLIC: Rival(_peak(lambda x, w: metallic(x, w, 0.0)[0]), lambda at: [at.position, 0.8 * at.thermal]),
    LORENTZIAN: Rival(_peak(_lorentz), lambda at: [at.position, HALF * at.thermal]),
    BOTH: Rival(_both, lambda at: [at.position, at.thermal / 2, HALF * at.thermal]),
    "Gaussian peak": Rival(_peak(lambda x, w: np.exp(-((x / w) ** 2) / 2)), lambda at: [at.position, 1.5 * at.thermal]),
    "Fano resonance": Rival(_fano, lambda at: [at.position, HALF * at.thermal]),
    "step": Rival(_step, lambda at: [at.position + at.thermal, at.thermal]),
    PINCH_OFF: Rival(_opening, lambda at: [at.position, at.thermal]),
    "two peaks": Rival(_two, lambda at: [at.position - at.thermal, at.thermal, at.position + 2 * at.thermal], (0, 2)),
    "no peak": Rival(_bent, lambda at: []),
}
"""By their names in the result."""


def find_peak(gate: FloatArray, signal: FloatArray) -> Start:
    """The peak, up or down, that explains most of the trace on a straight line.

    Args:
        gate: rising, mV, (n,).
        signal: (n,).
    """
    gate, signal = averaged(gate, signal)
    span, finest = float(np.ptp(gate)), float(np.median(np.diff(gate)))
    positions = np.linspace(gate[0], gate[-1], POSITIONS)
    basis, _ = np.linalg.qr(np.stack([np.ones_like(gate), gate - gate.mean()], axis=1))
    rest = signal - basis @ (basis.T @ signal)
    best = (-1.0, Start(float(gate.mean()), span / 20))
    for thermal in np.geomspace(finest / 3, span / 6, WIDTHS):
        peaks = np.cosh(np.clip((gate[:, None] - positions) / (2 * thermal), -300, 300)) ** -2.0
        free = peaks - basis @ (basis.T @ peaks)
        power = (free**2).sum(axis=0)
        gain = np.divide((free.T @ rest) ** 2, power, out=np.zeros_like(power), where=power > 1e-9)
        at = int(gain.argmax())
        best = max(best, (float(gain[at]), Start(float(positions[at]), float(thermal))))
    return best[1]


def averaged(gate: FloatArray, signal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means of blocks of a long trace."""
    block = -(-gate.size // MOST_POINTS)
    whole = gate.size // block * block
    return gate[:whole].reshape(-1, block).mean(axis=1), signal[:whole].reshape(-1, block).mean(axis=1)


class Fitted(NamedTuple):
    """A rival's residual, non-linear parameters and number of all parameters."""

    residual: FloatArray
    point: FloatArray
    parameters: int


def fit_rival(
    rival: Rival, gate: FloatArray, signal: FloatArray, start: Start, white: Whitening, first: list[float] | None = None
) -> Fitted:
    """One shape, fitted from a start: heights and background by projection at every place and width."""
    span = float(np.ptp(gate))
    line = np.stack([np.ones_like(gate), (gate - gate.mean()) / span], axis=1)
    wanted = white(signal)

    def left(point: FloatArray) -> FloatArray:
        columns = white(np.column_stack([line, rival.columns(gate, point)]))
        return np.asarray(wanted - columns @ np.linalg.lstsq(columns, wanted, rcond=None)[0])

    point = np.array(rival.start(start) if first is None else first)
    if point.size:
        place = np.isin(np.arange(point.size), rival.places)
        lows = np.where(place, gate[0] - span / 4, -HORIZON * span)
        highs = np.where(place, gate[-1] + span / 4, HORIZON * span)
        scale = np.full(point.size, start.thermal)
        point = least_squares(
            left, np.clip(point, lows, highs), bounds=(lows, highs), x_scale=scale, ftol=1e-7, xtol=1e-7
        ).x
    columns = np.column_stack([line, rival.columns(gate, point)])
    heights = np.linalg.lstsq(white(columns), wanted, rcond=None)[0]
    return Fitted(signal - columns @ heights, point, point.size + columns.shape[1])


def fit_rivals(gate: FloatArray, signal: FloatArray, start: Start, white: Whitening) -> dict[str, Fitted]:
    """All shapes; the second of two peaks starts where one peak leaves most."""
    found = {
        name: fit_rival(rival, gate, signal, start, white) for name, rival in RIVALS.items() if name != "two peaks"
    }
    left = find_peak(gate, found[THERMAL].residual)
    thermal = float(np.clip(abs(found[THERMAL].point[1]), np.ptp(gate) / gate.size, np.ptp(gate) / 4))
    starts = ([start.position, thermal, left.position], [start.position - thermal, thermal, start.position + thermal])
    pairs = [fit_rival(RIVALS["two peaks"], gate, signal, start, white, point) for point in starts]
    found["two peaks"] = min(pairs, key=lambda each: float(np.sum(white(each.residual) ** 2)))
    return found


def candidates(found: Mapping[str, Fitted], white: Whitening) -> dict[str, Candidate]:
    """χ² of each against the noise."""
    return {name: Candidate(float(np.sum(white(each.residual) ** 2)), each.parameters) for name, each in found.items()}
