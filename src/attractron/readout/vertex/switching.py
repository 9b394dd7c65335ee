"""A detector that switches between two levels while an image is taken (random telegraph noise): its states, found.

In the order of the scan the residual of a fit is r_t = c + a s_t + noise, with s_t either 0 or 1 and seldom another one
than before. The most likely s (Viterbi) costs λ for every switch: the advantage of state 1 over state 0 is

    A_t = clip(A_(t-1), -λ, λ) + (a/σ²) (r_t - c - a/2)

and is followed back from the end. Levels and σ are those of the states that were found, until these stay. The states
are a further term of the background (`attractron.readout.vertex.image`), whose height is fitted along.

Charges that latch, and charging lines that a fit has missed, make jumps too, but not anywhere: near the lines that were
fitted, or at one place in neighbouring lines of the scan. Then nothing is taken to be the detector's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from attractron.core.checks import FloatArray

PENALTY = 12.0
"""λ: about ln of the pixels between two switches, and as much again because noise along the scan is not white."""

ROUNDS = 12
"""Of states and levels, at most."""

SEPARATE = 1.5
"""Distance of both levels over the noise, at least."""

SHORTEST = 12.0
"""Pixels between two switches in the mean, at least: faster ones are noise."""

FEWEST = 2
"""Switches, at least."""

GAIN = 30.0
"""By how much (in χ²) each switch must improve the description in the mean."""

CHANCE = 3.5
"""Standard deviations by which more switches than by chance may lie near lines, or beside one in the next line."""

BESIDE = 2
"""Pixels within which a switch is beside another one."""


@dataclass(frozen=True, kw_only=True)
class Switching:
    """States of a detector that switches.

    Attributes:
        states: 0 or 1, less the mean, (rows, columns).
        count: of the switches.
        height: of the upper level over the lower one, in the units of the residual.
    """

    states: FloatArray
    count: int
    height: float


def switching(residual: FloatArray, fast: int, near: NDArray[np.bool_]) -> Switching | None:
    """The states that a residual shows, or None if none are told from noise and from charges that jump.

    Args:
        residual: (rows, columns).
        fast: the axis along which neighbouring pixels are taken one after the other.
        near: where the fitted charging lines are, (rows, columns).
    """
    lines = residual if fast == 1 else residual.T
    series = lines.ravel()
    states = series > np.median(series)
    for _ in range(ROUNDS):
        low, high = float(series[~states].mean()), float(series[states].mean())
        spread = float(np.var(series - np.where(states, high, low)))
        advantage = (high - low) / max(spread, 1e-12) * (series - (high + low) / 2)
        found = _most_likely(advantage)
        if found.all() or not found.any() or np.array_equal(found, states):
            break
        states = found
    if found.all() or not found.any() or (high - low) ** 2 < SEPARATE**2 * spread:
        return None
    switches = np.diff(states.astype(int), prepend=int(states[0])) != 0
    count = int(switches.sum())
    gained = float(np.sum((series - series.mean()) ** 2)) / spread - series.size
    if count < FEWEST or count * SHORTEST > series.size or gained < GAIN * count:
        return None
    if _clustered(switches.reshape(lines.shape), near if fast == 1 else near.T):
        return None
    levels = (states - states.mean()).reshape(lines.shape)
    return Switching(states=levels if fast == 1 else levels.T, count=count, height=high - low)


def _most_likely(advantage: FloatArray) -> NDArray[np.bool_]:
    """States of the least cost for the advantages of state 1 pixel by pixel."""
    total, kept = 0.0, np.empty(len(advantage))
    for place, value in enumerate(advantage.tolist()):
        total = min(max(total, -PENALTY), PENALTY) + value
        kept[place] = total
    states = np.empty(len(advantage), dtype=bool)
    state = kept[-1] > 0
    for place in range(len(kept) - 1, -1, -1):
        # The state before is the other one where that is worth a switch.
        if abs(kept[place]) > PENALTY:
            state = kept[place] > 0
        states[place] = state
    return states


def _clustered(switches: NDArray[np.bool_], near: NDArray[np.bool_]) -> bool:
    """More of them than by chance lie near the lines, or beside one in the next line of the scan."""
    density = float(switches.mean())
    beside = np.zeros_like(switches)
    beside[1:] = binary_dilation(switches[:-1], np.ones((1, 2 * BESIDE + 1), dtype=bool))
    by_chance = 1 - (1 - density) ** (2 * BESIDE + 1)
    count = int(switches.sum())
    pairs = ((int(np.sum(switches & near)), float(near.mean())), (int(np.sum(switches & beside)), by_chance))
    return any(found > count * part + CHANCE * np.sqrt(count * part * (1 - part)) + 1 for found, part in pairs)
