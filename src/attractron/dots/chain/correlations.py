"""Correlations along a lattice gas, as a Markov chain through the windows of `attractron.dots.chain.transfer_matrix`.

Given all that follows, the next site of a chain in equilibrium depends on the present window alone, so the windows from
left to right are a Markov chain with the probabilities P(s → s') = w(s → s') Z(s')/Z(s), where Z(s) sums over all that
may follow a window s. Connected correlations are carried along as a signed measure of total zero instead of as a
difference of probabilities: on a line they keep their relative accuracy however far they decay.
"""

from itertools import pairwise

import numpy as np

from attractron.core.checks import FloatArray
from attractron.dots.chain.transfer_matrix import LOG_WEIGHT, Step, Sums, add_site, advance, product, start

MOST_DOUBLINGS = 45
"""Correlations that have not decayed after 2⁴⁵ sites (ξ above 10¹²) count as long-range order: rounding hides 1/ξ."""


def middle_site(sites: int) -> int:
    """The site i, counted from 1, from which distances are counted to the right: up to N // 2 of them fit."""
    return (sites + 1) // 2


def pair_correlations(step: Step, sites: int, furthest: int, *, periodic: bool) -> tuple[FloatArray, FloatArray]:
    """Occupations to the right of the middle, and their correlations with the middle, for one point at T > 0.

    Args:
        step: walks of one site (one point, weights alone).
        sites: number of sites N.
        furthest: largest distance, at most N // 2.
        periodic: a ring (N > 2r) or a line.

    Returns:
        ⟨n_{i+d}⟩ and ⟨n_i n_{i+d}⟩ - ⟨n_i⟩⟨n_{i+d}⟩ for d = 0 … furthest.
    """
    before, after = _around(step, sites, furthest, periodic)
    filled = np.arange(step.states) & 1
    joint = np.exp(before + after[0] - (before + after[0]).max())
    joint /= joint.sum()
    signed = joint * (filled - (joint @ filled).sum())
    densities, connected = [(joint @ filled).sum()], [(signed @ filled).sum()]
    for here, there in pairwise(after):
        log_move = step.values[LOG_WEIGHT, 0] + there[..., None] - here[:, step.sources]
        move = np.exp(log_move - log_move.max())
        joint = (joint[:, step.sources] * move).sum(axis=-1)
        signed = (signed[:, step.sources] * move).sum(axis=-1)
        total = joint.sum()
        joint, signed = joint / total, signed / total
        signed -= joint * signed.sum()
        densities.append((joint @ filled).sum())
        connected.append((signed @ filled).sum())
    return np.array(densities), np.array(connected)


def correlation_length(step: Step) -> float:
    """ξ = -1/ln|λ₂/λ₁| of the transfer matrix, in sites (one point, weights alone).

    Dividing by the Perron vector makes the transfer matrix stochastic (largest eigenvalue 1), with no entry that can
    overflow. Infinite where correlations do not decay within `MOST_DOUBLINGS`.
    """
    right = _perron(step)
    if right is None:
        return np.inf
    stochastic = np.zeros((step.states, step.states))
    columns = np.arange(step.states)[:, None]
    log_moves = step.values[LOG_WEIGHT, 0] + right[:, None] - right[step.sources]
    stochastic[step.sources, columns] = np.exp(log_moves - log_moves.max())
    stochastic /= stochastic.sum(axis=1, keepdims=True)
    second = float(np.sort(np.abs(np.linalg.eigvals(stochastic)))[-2])
    return float(-1 / np.log(second)) if second > 0 else 0.0


def _around(step: Step, sites: int, furthest: int, periodic: bool) -> tuple[FloatArray, FloatArray]:
    """Log weights, each up to a constant, of all that comes before the middle window (row, state) and of all that
    comes after the window at distance 0 … furthest (distance, row, state).

    On a ring a row is the window to which the walk returns.
    """
    mirror = step.reversed()
    before, after = start(step, periodic=periodic), start(mirror, periodic=periodic)
    rest = sites - furthest
    if not periodic:
        before = advance(before, step, middle_site(sites))
        after = Sums(np.zeros_like(after.values), after.offset)  # a line may end with any window
        rest -= middle_site(sites)
    after = advance(after, mirror, rest)
    stages = [after.values[LOG_WEIGHT, 0]]
    for _ in range(furthest):
        after = add_site(after, mirror, 0)
        stages.append(after.values[LOG_WEIGHT, 0])
    return before.values[LOG_WEIGHT, 0], np.array(stages[::-1])


def _perron(step: Step) -> FloatArray | None:
    """Logarithm of the right Perron vector, by doubling until all columns agree; None if they never do."""
    power = step.matrix()
    for _ in range(MOST_DOUBLINGS):
        power = product(power, power, step.slack)
        log_weight = power.values[LOG_WEIGHT, 0]
        if np.isfinite(log_weight).all():
            columns = log_weight - log_weight[0]
            if np.ptp(columns, axis=1).max() <= 64 * np.finfo(float).eps * (1 + np.abs(columns).max()):
                return np.asarray(columns[:, 0])
    return None
