"""Sudden changes of a detector's level: single jumps, and random telegraph switching between two levels.

A charging step is as wide as the temperature makes it; a detector jumps from one point to the next. So a jump is a
difference of neighbours that stands out of the noise and of the differences beside it, and that stays. Jumps enter
the fit of the step as columns. Many jumps to and fro by the same amount are a telegraph process (`telegraph`), of which
the mean level is a column, and what stays open of it is noise.
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.trace.telegraph import start_of

OUTSTANDING = 6.5
"""Difference of neighbours over its standard deviation from which on it may be a jump."""

SHARP = 2.5
"""The same over the differences beside it: a Fermi step as wide as three points (4 k_B T) reaches 1.5."""

STAYS = 5
"""Points on either side over which the level has to stay."""

MOST_JUMPS = 6


@dataclass(frozen=True, kw_only=True)
class Switches:
    """Jumps and telegraph switching in a trace.

    Attributes:
        jumps: numbers of the points behind which the level jumps once.
        levels: mean level, 0 to 1, of every point in a telegraph process, (n,); None where there is none.
        doubt: variance of that level over that of the noise, (n,); None where it is certain.
    """

    jumps: tuple[int, ...] = ()
    levels: FloatArray | None = None
    doubt: FloatArray | None = None

    @property
    def number(self) -> int:
        """Switches of the telegraph process."""
        return 0 if self.levels is None else int(np.count_nonzero(np.diff(self.levels > 0.5)))

    def columns(self, size: int) -> FloatArray:
        """One column a jump and one for the telegraph process, (n, columns)."""
        place = np.arange(size)
        found = [(place > jump).astype(float) for jump in self.jumps]
        if self.levels is not None:
            found.append(self.levels)
        return np.stack(found, axis=1) if found else np.empty((size, 0))


def neighbour_noise(signal: FloatArray) -> float:
    """Standard deviation of white noise, from how neighbours differ: jumps and steps are few among the differences."""
    change = np.diff(signal)
    return float(1.4826 * np.median(np.abs(change - np.median(change))) / np.sqrt(2))


def find_switches(signal: FloatArray, smooth: FloatArray) -> Switches:
    """Jumps and telegraph switching that stand out without any model.

    Args:
        signal: (n,), without pick-up.
        smooth: the same without spikes, (n,).
    """
    levels = start_of(signal)
    return only_jumps(smooth) if levels is None else Switches(levels=levels)


def only_jumps(smooth: FloatArray) -> Switches:
    """Jumps that stand out without any model, where the detector does not switch to and fro.

    Args:
        smooth: (n,), without pick-up and spikes.
    """
    return Switches(jumps=_largest(_jumps(smooth), smooth))


def _jumps(signal: FloatArray) -> list[int]:
    change = np.diff(signal)
    noise = neighbour_noise(signal) * np.sqrt(2)
    if not noise > 0:
        return []
    size = np.abs(change)
    beside = np.maximum(_at(size, 1), _at(size, -1))
    # Two points away a switch back counts as one of its own, a rise that goes on does not.
    for away in (2, -2):
        beside = np.maximum(beside, np.where(_at(change, away) * change > 0, _at(size, away), 0.0))
    # Noise on the differences beside a jump makes it look less sharp than it is.
    sharp = size > SHARP * np.maximum(beside - 1.5 * noise, 0.0)
    candidates = np.flatnonzero((size > OUTSTANDING * noise) & sharp)
    return [int(at) for at in candidates if _stays(signal, int(at), change[at])]


def _at(change: FloatArray, away: int) -> FloatArray:
    """The differences so many points behind each, 0 beyond the ends."""
    found = np.zeros_like(change)
    if away > 0:
        found[:-away] = change[away:]
    else:
        found[-away:] = change[:away]
    return found


def _stays(signal: FloatArray, at: int, change: float) -> bool:
    """A jump's level stays; a spike's does not."""
    before, after = signal[max(at + 1 - STAYS, 0) : at + 1], signal[at + 1 : at + 1 + STAYS]
    if before.size < 2 or after.size < 2:
        return False
    return bool((np.median(after) - np.median(before)) * np.sign(change) > 0.5 * abs(change))


def _largest(jumps: list[int], signal: FloatArray) -> tuple[int, ...]:
    """So many that a model may have; the others are noise, or no detector's."""
    change = np.abs(np.diff(signal))
    return tuple(sorted(sorted(jumps, key=lambda jump: -change[jump])[:MOST_JUMPS]))
