"""Values of an axis that are one set point but for rounding, or for the jitter of what was read back."""

import numpy as np

from attractron.core.checks import FloatArray

JITTER = (0.0, 1e-6, 0.25)
"""Spread of what is one set point over the distance to the next: as written, with rounding, read back from a source."""

CLEAR = 3.0
"""Ratio of neighbouring distances from which on the smaller may be jitter and the larger a step."""

FEWEST = 3
"""Set points of an axis whose values jitter; fewer may be levels of a signal that switches."""

TRIALS = 30
"""Distances that are tried as the step between set points."""


def settled(column: FloatArray, jitter: float) -> FloatArray:
    """Values apart by no more than a part `jitter` of the distance to the next ones become one of them."""
    if jitter == 0:
        return column
    values = np.sort(column)
    gaps = np.diff(values)
    sizes = np.unique(gaps[gaps > 0])
    if sizes.size < 2:
        return column
    ratios = sizes[1:] / sizes[:-1]
    for at in np.argsort(-ratios, kind="stable")[:TRIALS]:
        step = sizes[at + 1]
        cuts = np.flatnonzero(gaps >= step)
        first, last = np.concatenate([[0], cuts + 1]), np.concatenate([cuts, [values.size - 1]])
        repeated = FEWEST <= first.size <= values.size / 2
        if repeated and ratios[at] >= CLEAR and np.max(values[last] - values[first]) <= jitter * step:
            middles = values[(first + last) // 2]
            return np.asarray(middles[np.searchsorted(values[first], column, side="right") - 1])
    return column
