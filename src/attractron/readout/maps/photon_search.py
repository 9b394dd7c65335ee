"""Where the photon lines of a map are, before any fit: the sum of the map along every curve that they could follow."""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter1d

from attractron.core.checks import FloatArray
from attractron.core.constants import PLANCK

ARMS, POSITIONS, COUPLINGS = 120, 61, 8
WIDTHS = (1.0, 2.5)
"""Smoothing along a row, pixels."""

FEWEST_PIXELS = 4
"""Distance of the lines at the highest frequency, at least."""

APART = 1.5
"""Smoothing lengths from the middle within which a curve is not summed: all of them meet there."""


class Guess(NamedTuple):
    """α in meV per unit of the axis, V₀, t in meV, γ in meV, and which sides show a line."""

    lever_arm: float
    position: float
    coupling: float
    width: float
    sides: tuple[int, ...]
    score: float


def search(gate: FloatArray, frequency: FloatArray, signal: FloatArray) -> list[Guess]:
    """The best curves for each width, best first; what is alike in all rows is taken off.

    Args:
        gate: rising (column,).
        frequency: GHz (row,).
        signal: in units of the noise of a pixel (row, column).
    """
    moving = signal - np.median(signal, axis=0)
    moving -= np.median(moving, axis=1)[:, None]
    found = [guess for width in WIDTHS for guess in _best(gate, frequency, moving, width)]
    return sorted(found, key=lambda guess: -guess.score)


def _best(gate: FloatArray, frequency: FloatArray, moving: FloatArray, width: float) -> list[Guess]:
    """Both sides together, and each alone."""
    smooth = gaussian_filter1d(moving, width, axis=1, mode="nearest")
    smooth -= gaussian_filter1d(moving, 4 * width, axis=1, mode="nearest")
    smooth /= max(float(np.std(smooth)), 1e-300)
    quantum = PLANCK * frequency
    span, step = float(np.ptp(gate)), float(np.median(np.abs(np.diff(gate))))
    arms = np.geomspace(1.05 * quantum.max() / span, quantum.max() / (FEWEST_PIXELS * step), ARMS)
    places = np.linspace(gate[0], gate[-1], POSITIONS)
    couplings = np.linspace(0.0, 0.45, COUPLINGS) * quantum.max()
    sums = np.zeros((2, ARMS, POSITIONS, COUPLINGS))
    for level, t in enumerate(couplings):
        there = quantum > 2 * t
        distance = np.sqrt(quantum[there] ** 2 - 4 * t**2)[None, :] / arms[:, None]  # (arm, row)
        far = distance > APART * width * step
        rows = np.flatnonzero(there)[None, None, :]
        for which, side in enumerate((1, -1)):
            x = places[None, :, None] + side * distance[:, None, :]
            column = np.rint((x - gate[0]) / (gate[-1] - gate[0]) * (gate.size - 1)).astype(int)
            inside = (column >= 0) & (column < gate.size) & far[:, None, :]
            values = np.where(inside, smooth[rows, np.clip(column, 0, gate.size - 1)], 0.0)
            many = inside.sum(axis=2)
            enough = many >= max(4, frequency.size / 4)
            sums[which, :, :, level] = np.where(enough, values.sum(axis=2) ** 2 / np.maximum(many, 1), 0.0)
    found = []
    for sides, score in (((1, -1), sums.sum(axis=0)), ((1,), sums[0]), ((-1,), sums[1])):
        arm, place, number = np.unravel_index(int(np.argmax(score)), score.shape)
        found.append(
            Guess(
                lever_arm=float(arms[arm]),
                position=float(places[place]),
                coupling=float(couplings[number]),
                width=float(1.5 * width * step * arms[arm]),
                sides=sides,
                score=float(score[arm, place, number]),
            )
        )
    return found
