"""Other things that an image of a current may show, fitted beside transport windows: smooth, stripes, one line.

Each is a linear family on a grid of angles and places, so that the best of them needs no start.
"""

from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.readout.model_selection import Candidate
from attractron.readout.vertex.image import Background
from attractron.readout.vertex.scan_noise import ScanNoise

ANGLES, PLACES = 12, 9
"""Directions of lines, and distances from the middle, that are tried."""

SHARP = 0.06
"""Width of a step in the search, in half windows."""

STRIPE_INTERVALS = 16
"""Of the spline across stripes."""

RIDGE = 1e-9


def rivals(values: FloatArray, weights: FloatArray, noise: ScanNoise) -> dict[str, Candidate]:
    """χ² and number of parameters of other shapes, in the pixels that count and the noise that is given.

    Args:
        values: the image, (rows, columns).
        weights: 1 where a pixel counts, else 0.
        noise: of the scan.
    """
    rows, columns = (np.linspace(-1, 1, length) for length in values.shape)
    data = noise.whiten(values * weights)

    def score(terms: FloatArray) -> float:
        white = noise.whiten(terms * weights)
        normal = white @ white.T
        normal[np.diag_indices_from(normal)] *= 1 + RIDGE
        moments = white @ data
        return float(data @ data - np.linalg.lstsq(normal, moments)[0] @ moments)

    plain = Background(order=2).terms(rows, columns)
    smooth = Background(order=4).terms(rows, columns)
    found = {"smooth": Candidate(score(smooth), len(smooth))}
    stripes = [
        Background(order=2, angle=angle, intervals=STRIPE_INTERVALS).terms(rows, columns)
        for angle in np.pi * np.arange(ANGLES) / ANGLES
    ]
    found["stripes"] = Candidate(min(map(score, stripes)), len(stripes[0]) + 1)
    line = _best_line(values, weights, plain, rows, columns)
    found["one line"] = Candidate(score(np.concatenate([plain, line[None]])), len(plain) + 4)
    return found


def _steps(rows: FloatArray, columns: FloatArray) -> Iterator[FloatArray]:
    """Soft steps in all directions and places."""
    for angle in np.pi * np.arange(ANGLES) / ANGLES:
        u = np.add.outer(np.cos(angle) * rows, np.sin(angle) * columns)
        for place in np.linspace(-1, 1, PLACES):
            yield expit((u - place) / SHARP)


def _best_line(
    values: FloatArray, weights: FloatArray, plain: FloatArray, rows: FloatArray, columns: FloatArray
) -> FloatArray:
    """The step that explains most beside the background."""
    orthogonal, _ = np.linalg.qr((plain * weights).reshape(len(plain), -1).T)

    def beside(image: FloatArray) -> FloatArray:
        flat = (image * weights).ravel()
        return np.asarray(flat - orthogonal @ (orthogonal.T @ flat))

    left, best, most = beside(values), np.zeros_like(values), -1.0
    for step in _steps(rows, columns):
        flat = beside(step)
        length = float(flat @ flat)
        gain = float(left @ flat) ** 2 / length if length > 1e-6 * flat.size else 0.0
        if gain > most:
            best, most = step, gain
    return best
