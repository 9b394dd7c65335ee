"""What else a map of a current over gate and bias may be: the window of one level, and a smooth background."""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import minimise
from attractron.fitting.pair_model import PairMap, Pixels

PAIRS, NO_PAIRS, DIAMOND, SMOOTH = "pairs", "single electrons without pairs", "Coulomb diamonds", "smooth background"
NOTHING = "no current"

ORDER = 4
"""Of the polynomial in gate and bias together."""

LARGEST = 40.0
"""Argument beyond which an edge is a step."""


def others(pairs: PairMap) -> dict[str, tuple[float, int]]:
    """χ² and the number of parameters of shapes that know of no pairs."""
    return {DIAMOND: _diamond(pairs), **smooth_or_nothing(pairs)}


def smooth_or_nothing(pairs: Pixels) -> dict[str, tuple[float, int]]:
    """The same of a smooth background, and of nothing at all."""
    flat = _left(pairs, [np.ones_like(pairs.values)])
    return {SMOOTH: _smooth(pairs), NOTHING: (float(flat @ flat), 1)}


def _axes(pairs: PairMap) -> tuple[FloatArray, FloatArray]:
    """Gate and bias from -1 to 1 (n, 1), (1, m)."""
    gate = 2 * (pairs.gate - pairs.span[0]) / pairs.span[1]
    bias = pairs.bias / np.abs(pairs.bias).max()
    return gate[:, None], bias[None, :]


def _left(pairs: Pixels, columns: list[FloatArray]) -> FloatArray:
    """What columns leave at their best heights, over the noise."""
    shape = pairs.values.shape
    matrix = np.stack([(np.broadcast_to(each, shape) / pairs.noise).ravel() for each in columns], axis=1)
    norms = np.linalg.norm(matrix, axis=0)
    matrix = matrix / np.where(norms > 0, norms, 1.0)
    target = (pairs.values / pairs.noise).ravel()
    return np.asarray(target - matrix @ np.linalg.lstsq(matrix, target, rcond=1e-10)[0])


def _smooth(pairs: Pixels) -> tuple[float, int]:
    x, y = (np.linspace(-1.0, 1.0, size) for size in pairs.values.shape)
    x, y = x[:, None], y[None, :]
    columns = [x**i * y**j for i in range(ORDER + 1) for j in range(ORDER + 1 - i)]
    left = _left(pairs, columns)
    return float(left @ left), len(columns)


def _diamond(pairs: PairMap) -> tuple[float, int]:
    """A plateau where a level lies between the leads, above two edges of slopes of either sign that meet at a point."""
    x, y = _axes(pairs)

    def columns(point: FloatArray) -> list[FloatArray]:
        place, zero, up, down, width = point
        away, size = x - place, np.abs(y - zero)
        edges = [size - np.exp(up) * away, size + np.exp(down) * away]
        window = np.ones_like(size * away)
        for each in edges:
            window = window / (1 + np.exp(np.clip(-each / np.exp(width), -LARGEST, LARGEST)))
        window = window * np.tanh((y - zero) / np.exp(width))
        return [np.ones_like(window), y * np.ones_like(window), window, window * x, window * size]

    def residual(point: FloatArray) -> FloatArray:
        return _left(pairs, columns(point))

    def jacobian(point: FloatArray) -> FloatArray:
        steps = 1e-4 * np.eye(point.size)
        return np.stack([(residual(point + step) - residual(point - step)) / 2e-4 for step in steps], axis=1)

    lows, highs = np.array([-2.0, -0.3, -3.0, -3.0, -6.0]), np.array([2.0, 0.3, 3.0, 3.0, 0.0])
    starts = [
        np.array([place, 0.0, slope, slope, -3.0]) for place in (-0.6, -0.3, 0.0, 0.3, 0.6) for slope in (-0.5, 0.5)
    ]
    starts = sorted(starts, key=lambda each: float(np.sum(residual(each) ** 2)))[:3]
    found = [minimise(residual, jacobian, each, bounds=(lows, highs), evaluations=60) for each in starts]
    return min(each.squares for each in found), 10
