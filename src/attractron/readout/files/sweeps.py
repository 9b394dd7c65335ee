"""Sweeps there and back, points in any order and set points that repeat: brought to one rising or falling axis."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.readout.files.jitter import JITTER, settled

SWEEPS = ("up", "down")

TURN = 0.5
"""Part of the range by which an axis has to go back to turn; less is jitter."""

MOST_SWEEPS = 4
"""Points over sweeps below which an axis is not swept but in no order."""

NAMES = ("sweep", "sweeps", "direction", "sweep_direction", "updown", "up_down", "trace_retrace", "forward_backward")
"""What a dimension of two sweeps is called: up the first, down the second."""


def sweeps(axis: FloatArray) -> list[tuple[int, int]]:
    """First and last index of every sweep from one end of an axis to the other, in the order of the points.

    Neighbouring sweeps share the point at which they turn. An axis in no order is one sweep.

    Example:
        >>> from attractron.readout.files.sweeps import sweeps
        >>> sweeps(np.array([0.0, 1, 2, 3, 2, 1, 0]))
        [(0, 3), (3, 6)]
    """
    reach = TURN * float(np.ptp(axis))
    turns, low, high, rising = [0], 0, 0, 0
    for at, value in enumerate(axis):
        low = at if value < axis[low] else low
        high = at if value > axis[high] else high
        if rising >= 0 and axis[high] - value > reach:
            turns += [high] if rising else []
            rising, low = -1, at
        elif rising <= 0 and value - axis[low] > reach:
            turns += [low] if rising else []
            rising, high = 1, at
    turns.append(axis.size - 1)
    found = [(first, last) for first, last in pairwise(turns) if last > first]
    return found if len(found) * MOST_SWEEPS <= axis.size else [(0, axis.size - 1)]


def directions(axis: FloatArray) -> NDArray[np.intp]:
    """+1 for points of sweeps up, -1 for those of sweeps down; all the same where the axis does not turn."""
    found = np.zeros(axis.size, dtype=np.intp)
    for first, last in sweeps(axis):
        found[first + (first > 0) : last + 1] = 1 if axis[last] >= axis[first] else -1
    return found


def merged(axis: FloatArray) -> tuple[FloatArray, NDArray[np.intp]]:
    """Rising set points without repeats, and which of them each point has.

    Values apart by rounding or jitter are one where they come back; else they stay as they are.
    """
    for jitter in JITTER[:2]:
        points, places = np.unique(settled(axis, jitter), return_inverse=True)
        if points.size < axis.size:
            break
    return points, places
