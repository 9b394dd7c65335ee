r"""Random telegraph switching of a detector between two levels: a hidden Markov chain, fitted and averaged over.

    y_i = Σ_k b_k X_ik + A z_i + noise,    P(z_{i+1} ≠ z_i | z_i) = q_0, q_1

The chances P(z_i = 1 | y) are those of the forward-backward recursion, and b, A, the noise and the rates q those of the
Baum-Welch algorithm (Rabiner, Proc. IEEE 77, 257 (1989), sections III A and C; with a regression in place of the means:
Hamilton, Econometrica 57, 357 (1989)). A point belongs to no level with a small chance: what stays for one point only
may be a short visit of the other level, but not a spike of any height.

Beside a line that is not known yet the chain is found in the differences of neighbours,

    y_{i+1} - y_i = A (z_{i+1} - z_i) + what is smooth + noise,

of which a line has no large ones, with Viterbi's sequence (section III B there): switches up and down take turns.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter
from scipy.special import entr, expit, ndtri

from attractron.core.checks import FloatArray
from attractron.readout.trace.separable import orthonormal

FEWEST_SWITCHES = 6
"""Switches to and fro from which on they are a telegraph process."""

APART = 3.5
"""Distance of two levels over the noise from which on points can be told to be at one or the other."""

SPREADS = 1.1
"""Scatter of the points over that of neighbours, each as white noise of some level, that two levels make at least."""

LONGEST = 200_000
"""Points beyond which levels of a telegraph process are not told from each other."""

ROUNDS = 30
SETTLED = 1e-3
"""Largest change of a chance below which the chain is fitted."""

SPIKES = 1e-3
"""Chance that a point is at neither level."""

UNEXPLAINED = 1e-6
"""Chance that a difference of neighbours is neither noise nor a switch."""

FASTEST = 0.5
"""Chance of a switch from point to point beyond which there is no chain."""

SMOOTH = 9
"""Differences whose median is the slope of what is smooth."""

BY_CHANCE = 0.1
"""Large differences that white noise has in a whole trace."""

STEEPEST = 40.0
"""Largest logarithm of odds that is told from certainty."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Telegraph:
    """A fitted telegraph process.

    Attributes:
        chance: of every point to be at the upper level, (n,).
        size: A.
        noise: standard deviation of the white noise beside it.
        rates: chances of a switch up and down from point to point.
    """

    chance: FloatArray
    size: float
    noise: float
    rates: tuple[float, float]

    @property
    def doubt(self) -> FloatArray:
        """Variance of A z_i over that of the noise, (n,)."""
        return np.asarray(self.size**2 * self.chance * (1 - self.chance) / self.noise**2)

    @property
    def information(self) -> float:
        """Entropy of a chain of these rates, twice, in natural units: what telling all its levels costs."""
        visits = np.array([np.sum(1 - self.chance), np.sum(self.chance)])
        rates = np.array(self.rates)
        return float(2 * visits @ (entr(rates) + entr(1 - rates)))


def telegraph(signal: FloatArray, columns: FloatArray, start: FloatArray | None = None) -> Telegraph | None:
    """The telegraph process in a trace, None where it shows none.

    Args:
        signal: y, (n,).
        columns: X, what else is in the trace, (n, columns), among which a constant.
        start: chances to begin with, (n,); by default the trace is above or below its middle.

    Example:
        >>> from attractron.readout.trace.telegraph import telegraph
        >>> rng, place = np.random.default_rng(1), np.arange(400)
        >>> state = np.cumsum(rng.random(400) < 0.1) % 2
        >>> found = telegraph(0.8 * state + 0.01 * place + 0.1 * rng.normal(size=400), np.stack([place**0, place], 1))
        >>> print(f"{found.size:.2f}, {found.rates[0]:.2f}, {np.sum((found.chance > 0.5) != state)} wrong")
        0.81, 0.13, 0 wrong
    """
    size = signal.size
    if size > LONGEST or size < 8 * FEWEST_SWITCHES:
        return None
    basis = orthonormal(columns)
    free = signal - basis @ (basis.T @ signal)
    if start is None and np.std(free) < SPREADS * 1.4826 * np.median(np.abs(np.diff(free))) / np.sqrt(2):
        return None
    chance = (free > np.median(free)).astype(float) if start is None else start
    data, rates, noise = signal, (0.1, 0.1), 0.0
    for _ in range(ROUNDS):
        overlap = basis.T @ chance
        room = float(chance.sum() - overlap @ overlap)
        if room <= 1e-9 * size or not 0 < chance.mean() < 1:
            return None
        high = float(chance @ (data - basis @ (basis.T @ data))) / room
        lower = basis @ (basis.T @ (data - high * chance))
        left = signal - lower
        if not noise:
            away = np.where(chance > 0.5, left - high, left)
            noise = 1.4826 * float(np.median(np.abs(away)))
        if not (noise > 0 and high > 0):
            return None
        low_part, high_part = (_inside(left - level, noise, float(np.ptp(left))) for level in (0.0, high))
        odds = np.clip(high_part[1] - low_part[1], -STEEPEST, STEEPEST)
        earlier, (chance, rates) = chance, chances(odds, rates)
        trusted = chance * high_part[0] + (1 - chance) * low_part[0]
        squares = chance * high_part[0] * (left - high) ** 2 + (1 - chance) * low_part[0] * left**2
        noise = float(np.sqrt(squares.sum() / trusted.sum()))
        # Points at neither level count as where they are expected.
        expected = lower + high * chance
        data = expected + trusted * (signal - expected)
        if np.abs(chance - earlier).max() < SETTLED:
            break
    switches = int(np.count_nonzero(np.diff(chance > 0.5)))
    if switches < FEWEST_SWITCHES or max(rates) > FASTEST or high < APART * noise:
        return None
    return Telegraph(chance=chance, size=high, noise=noise, rates=rates)


def _inside(away: FloatArray, noise: float, reach: float) -> tuple[FloatArray, FloatArray]:
    """Chance of a point to be no spike, and ln of its likelihood, at some distance from a level, (n,) each."""
    gauss = -0.5 * (away / noise) ** 2 - np.log(noise * np.sqrt(2 * np.pi))
    spike = np.log(SPIKES / max(reach, noise))
    return np.asarray(expit(gauss - spike)), np.asarray(np.logaddexp(gauss, spike))


def chances(odds: FloatArray, rates: tuple[float, float]) -> tuple[FloatArray, tuple[float, float]]:
    """P(z_i = 1 | y), (n,), and the rates that this makes likelier: forward and backward, once.

    Args:
        odds: ln p(y_i | z_i = 1)/p(y_i | z_i = 0), (n,).
        rates: chances of a switch up and down.
    """
    up, down = rates
    ratios = np.exp(odds).tolist()
    ahead, forward = up / down, []
    for ratio in ratios:  # odds of the upper level by the points up to this one
        ahead *= ratio
        forward.append(ahead)
        ahead = (ahead * (1 - down) + up) / (ahead * down + 1 - up)
    behind, backward = 1.0, [1.0] * len(ratios)
    for at in range(len(ratios) - 1, 0, -1):  # likelihood of the points behind this one, upper over lower
        behind *= ratios[at]
        behind = (behind * (1 - down) + down) / (behind * up + 1 - up)
        backward[at - 1] = behind
    first, last = np.array(forward), np.array(backward)
    found = first * last
    chance = np.asarray(found / (1 + found))
    # Of every pair of neighbours: P(z_i, z_{i+1} | y).
    before, after = first[:-1], np.array(ratios)[1:] * last[1:]
    weights = np.stack([np.full(before.size, 1 - up), up * after, before * down, before * (1 - down) * after])
    pairs = np.mean(weights / weights.sum(axis=0), axis=1)
    least = 0.5 / odds.size
    new = (pairs[1] / max(pairs[0] + pairs[1], least), pairs[2] / max(pairs[2] + pairs[3], least))
    return chance, (float(np.clip(new[0], least, 1 - least)), float(np.clip(new[1], least, 1 - least)))


def start_of(signal: FloatArray) -> FloatArray | None:
    """Levels, 0 or 1, from the differences of neighbours, (n,); None where these show no switching.

    Args:
        signal: (n,).
    """
    size = signal.size
    if size > LONGEST or size < 8 * FEWEST_SWITCHES:
        return None
    change = np.diff(signal)
    change = change - median_filter(change, size=SMOOTH, mode="mirror")
    noise = 1.4826 * float(np.median(np.abs(change)))
    large = np.abs(change) > -noise * ndtri(BY_CHANCE / size)
    if not noise > 0 or np.count_nonzero(large) < FEWEST_SWITCHES:
        return None
    step, chance = float(np.median(np.abs(change[large]))), float(np.mean(large))
    levels = np.full(size, np.nan)
    for _ in range(ROUNDS):
        earlier, levels = levels, _alternating(change / noise, step / noise, float(np.clip(chance, 1 / size, 0.4)))
        if np.array_equal(earlier, levels):
            break
        turns = np.diff(levels)
        if np.count_nonzero(turns) < FEWEST_SWITCHES:
            return None
        step, chance = float(np.median((change * turns)[turns != 0])), float(np.mean(turns != 0))
        noise = 1.4826 * float(np.median(np.abs(change - step * turns)))
        if not (noise > 0 and step > 0):
            return None
    return levels


def _alternating(change: FloatArray, step: float, chance: float) -> FloatArray:
    """The likeliest levels of differences in units of their noise: those of switches up and down take turns."""
    price = float(np.log((1 - chance) / chance))
    most = -float(np.log(UNEXPLAINED / max(float(np.ptp(change)), 1.0) * np.sqrt(2 * np.pi)))
    stay, rise, fall = (
        np.minimum(0.5 * away**2, most) + paid
        for away, paid in ((change, 0), (change - step, price), (change + step, price))
    )
    ahead, moves = 0.0, []  # cost of the lower level less that of the upper one
    for still, up, down in zip(stay.tolist(), rise.tolist(), fall.tolist(), strict=True):
        from_high, from_low = ahead + still > down, still > ahead + up
        moves.append((from_high, from_low))
        ahead = (down if from_high else ahead + still) - (ahead + up if from_low else still)
    state = ahead > 0
    levels = [state]
    for from_high, from_low in reversed(moves):
        if from_low if state else from_high:
            state = not state
        levels.append(state)
    return np.array(levels[::-1], dtype=float)
