"""Sudden changes of a detector's level: single jumps, and random telegraph switching between two levels.

A charging step is as wide as the temperature makes it; a detector jumps from one point to the next. So a jump is a
difference of neighbours that stands out of the noise and of the differences beside it, and that stays. Jumps enter
the fit of the step as columns. Many jumps to and fro by the same amount are a telegraph process with two levels z_i
and white noise beside it; of a residual r the likeliest sequence of levels is Viterbi's (Rabiner, Proc. IEEE 77, 257
(1989), section III B), with the probability p of a switch from point to point,

    Σ_i [(r_i - b - A z_i)²/2σ²] + ln[(1 - p)/p] (number of switches).
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray

OUTSTANDING = 6.5
"""Difference of neighbours over its standard deviation from which on it may be a jump."""

SHARP = 2.5
"""The same over the differences beside it: a Fermi step as wide as three points (4 k_B T) reaches 1.5."""

STAYS = 5
"""Points on either side over which the level has to stay."""

MOST_JUMPS = 6
FEWEST_SWITCHES = 6
"""Switches to and fro from which on they are a telegraph process."""

ALIKE = 0.25
"""Spread of the sizes of switches, relative to their mean and beyond noise, below which there are two levels."""

APART = 3.5
"""Distance of two levels over the noise from which on points can be told to be at one or the other."""

LONGEST = 200_000
"""Points beyond which levels of a telegraph process are not told from each other."""

ROUNDS = 8


@dataclass(frozen=True, kw_only=True)
class Switches:
    """Jumps and telegraph switching in a trace.

    Attributes:
        jumps: numbers of the points behind which the level jumps once.
        levels: 0 or 1 of every point in a telegraph process, (n,); None where there is none.
    """

    jumps: tuple[int, ...] = ()
    levels: FloatArray | None = None

    @property
    def number(self) -> int:
        """Switches of the telegraph process."""
        return 0 if self.levels is None else int(np.count_nonzero(np.diff(self.levels)))

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


def find_switches(signal: FloatArray) -> Switches:
    """Jumps and telegraph switching that stand out without any model.

    Args:
        signal: (n,), without spikes and pick-up.
    """
    jumps = _jumps(signal)
    if len(jumps) < FEWEST_SWITCHES:
        return Switches(jumps=_largest(jumps, signal))
    sizes = np.array([_height(signal, jump, jumps) for jump in jumps])
    noise = neighbour_noise(signal)
    spread, size = float(np.std(np.abs(sizes))), float(np.mean(np.abs(sizes)))
    alternate = np.mean(np.sign(sizes[1:]) != np.sign(sizes[:-1]))
    if alternate > 0.7 and spread < ALIKE * size + noise and signal.size <= LONGEST:
        levels = np.zeros(signal.size)
        for jump, change in zip(jumps, sizes, strict=True):
            levels[jump + 1 :] = 1.0 if change > 0 else 0.0
        levels[: jumps[0] + 1] = 0.0 if sizes[0] > 0 else 1.0
        return Switches(levels=levels)
    return Switches(jumps=_largest(jumps, signal))


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


def _height(signal: FloatArray, at: int, jumps: list[int]) -> float:
    """Change of the level at a jump, over the points up to its neighbours."""
    others = [jump for jump in jumps if jump != at]
    first = max([jump + 1 for jump in others if jump < at] + [at + 1 - STAYS, 0])
    last = min([jump + 1 for jump in others if jump > at] + [at + 1 + STAYS, signal.size])
    return float(np.median(signal[at + 1 : last]) - np.median(signal[first : at + 1]))


def _largest(jumps: list[int], signal: FloatArray) -> tuple[int, ...]:
    """So many that a model may have; the others are noise, or no detector's."""
    change = np.abs(np.diff(signal))
    return tuple(sorted(sorted(jumps, key=lambda jump: -change[jump])[:MOST_JUMPS]))


def telegraph_levels(residual: FloatArray, levels: FloatArray | None = None) -> FloatArray | None:
    """The levels of a telegraph process in a residual, None where it shows none.

    Args:
        residual: what a model without the process leaves of the trace, (n,).
        levels: where to start from; by default from the residual above and below its middle.
    """
    size = residual.size
    if size > LONGEST or size < 8 * FEWEST_SWITCHES:
        return None
    # The first sequence is that of the sign, cleaned of single points.
    state = (residual > np.median(residual)).astype(float) if levels is None else levels
    for _ in range(ROUNDS):
        if not 0 < state.mean() < 1:
            return None
        low, high = float(np.mean(residual[state == 0])), float(np.mean(residual[state == 1]))
        noise = float(np.std(residual - np.where(state == 1, high, low)))
        chance = np.clip(np.count_nonzero(np.diff(state)) / size, 1 / size, 0.3)
        earlier, state = state, _viterbi(residual, low, high, noise, float(np.log((1 - chance) / chance)))
        if np.array_equal(earlier, state):
            break
    switches = int(np.count_nonzero(np.diff(state)))
    if not (0 < state.mean() < 1 and switches >= FEWEST_SWITCHES):
        return None
    low, high = float(np.mean(residual[state == 0])), float(np.mean(residual[state == 1]))
    noise = float(np.std(residual - np.where(state == 1, high, low)))
    return state if high - low > APART * noise else None


def _viterbi(residual: FloatArray, low: float, high: float, noise: float, penalty: float) -> FloatArray:
    """The likeliest levels: of two only the difference of their costs counts, which a switch keeps within ± penalty."""
    gains = (((residual - low) ** 2 - (residual - high) ** 2) / (2 * max(noise, 1e-300) ** 2)).tolist()
    ahead = 0.0
    stay_low, stay_high = [True] * len(gains), [True] * len(gains)
    for at, gain in enumerate(gains):
        # Before this point's data: the better way to be high is from low where that is cheaper by the penalty.
        if ahead > penalty:
            stay_low[at], ahead = False, penalty
        elif ahead < -penalty:
            stay_high[at], ahead = False, -penalty
        ahead += gain
    state = np.empty(len(gains))
    high_now = ahead > 0
    for at in range(len(gains) - 1, -1, -1):
        state[at] = high_now
        if not (stay_high[at] if high_now else stay_low[at]):
            high_now = not high_now
    return state
