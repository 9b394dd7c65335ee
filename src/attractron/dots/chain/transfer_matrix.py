"""Sums over all configurations of a lattice gas on a line, exact for any length and at any temperature, zero included.

A configuration n_1 … n_N (n_i = 0 or 1) whose electrons interact up to distance r is a walk through *windows*, the
occupations of the last r sites: state s holds the site at distance d as its bit d - 1, and adding a site with n
electrons leads to (2s + n) mod 2^r. For two windows, `Sums` hold what all walks from one to the other amount to:

    LOG_WEIGHT       ln Σ w, with w the Boltzmann weight (at T = 0: how many walks share the lowest energy)
    COUNT, PAIRS     w-weighted means of the number of electrons and of occupied neighbours
    VARIANCE         w-weighted variance of the number of electrons
    ENERGY           T = 0 only: the lowest energy
    LOW, HIGH        T = 0 only: fewest and most electrons among the walks of lowest energy

Joining walks adds each of them; merging walks with the same ends takes ln Σ exp, weighted means, the variance within
plus that between (law of total variance), min and max. That is a semiring, so a block of 2L sites is a block of L times
itself and N sites take log₂ N products: no finite differences, no overflow, and variances are never differences.
All of it is indifferent to a constant added to a quantity in all windows, so constants are kept apart (`offset`).

Walks whose energies differ by no more than the slack (in energy per site) count as equal at T = 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray

IntArray = NDArray[np.int_]

LOG_WEIGHT, COUNT, PAIRS, VARIANCE, ENERGY, LOW, HIGH = range(7)

BLOCK = 1 << 16
"""Numbers in one work array: small enough to stay in the cache."""

PATIENCE = 1000
"""Sites walked in the hope that the sums settle, before long ranges are doubled too; it decides only about time."""


class Sums(NamedTuple):
    """Quantities (quantity, point, from, to), less what they have in common, `offset` (quantity, point)."""

    values: FloatArray
    offset: FloatArray


@dataclass(frozen=True, eq=False)
class Step:
    """All walks of one site.

    Attributes:
        sources: (state, 2) the two windows that lead to a state.
        values: (quantity, point, state, 2) what the walk from there adds; 4 quantities, 7 at T = 0, or weights alone.
        slack: (point,) energy per site below which walks count as equal at T = 0.
    """

    sources: IntArray
    values: FloatArray
    slack: FloatArray

    @property
    def states(self) -> int:
        """Number of windows, 2^r."""
        return len(self.sources)

    def part(self, points: slice | NDArray[Any]) -> "Step":
        """Some of the points."""
        return replace(self, values=self.values[:, points], slack=self.slack[points])

    def weights(self) -> "Step":
        """Without the other quantities (T > 0)."""
        return replace(self, values=self.values[:1])

    def reversed(self) -> "Step":
        """The same walks taken backwards."""
        reach = self.states.bit_length() - 1
        targets = (2 * np.arange(self.states)[:, None] + np.arange(2)) % self.states
        oldest = np.arange(self.states)[:, None] >> (reach - 1)
        return replace(self, sources=targets, values=self.values[:, :, targets, oldest])

    def matrix(self) -> Sums:
        """The walks of one site between all pairs of windows."""
        shape = (*self.values.shape[:2], self.states, self.states)
        values = _no_walks(shape)
        values[:, :, self.sources, np.arange(self.states)[:, None]] = self.values
        return _reduced(values, np.zeros(shape[:2]))


def windows(reach: int) -> tuple[IntArray, IntArray]:
    """The graph of windows of `reach` sites.

    Returns:
        sources (state, 2): the two windows that lead to a state; met (state, 2, reach): 1 where the added site and the
        site at distance 1 … reach are both occupied.
    """
    state = np.arange(1 << reach)[:, None]
    sources = (state >> 1) | (np.arange(2) << (reach - 1))
    return sources, (state & 1)[..., None] * ((sources[..., None] >> np.arange(reach)) & 1)


def make_step(
    log_site: FloatArray,
    log_pairs: FloatArray,
    energies: tuple[FloatArray, FloatArray] | None = None,
    slack: FloatArray | None = None,
) -> Step:
    """Walks of one site of a lattice gas with the weight exp(Σ_i a n_i + Σ_i Σ_d b_d n_i n_{i+d}).

    Args:
        log_site: a (point,).
        log_pairs: b_d (point, r).
        energies: T = 0: the same coefficients (site, pairs) of the energy, of which only the lowest counts.
        slack: T = 0: energy per site (point,) below which configurations count as degenerate.

    Returns:
        The step, with 4 quantities, or 7 at T = 0.
    """
    sources, met = windows(log_pairs.shape[1])
    filled = np.broadcast_to(np.arange(len(sources))[:, None] & 1, sources.shape)

    def linear(site: FloatArray, pairs: FloatArray) -> FloatArray:
        return np.asarray(site[:, None, None] * filled + np.einsum("pd,scd->psc", pairs, met))

    values = np.zeros((4 if energies is None else 7, len(log_site), *sources.shape))
    values[LOG_WEIGHT] = linear(log_site, log_pairs)
    values[COUNT] = filled
    values[PAIRS] = met[..., 0]
    if energies is not None:
        values[ENERGY] = linear(*energies)
        values[LOW] = values[HIGH] = filled
    return Step(sources, values, np.zeros(len(log_site)) if slack is None else slack)


def totals(step: Step, sites: int, *, periodic: bool) -> FloatArray:
    """Sums over all configurations of `sites` sites.

    Args:
        step: walks of one site.
        sites: number of sites N.
        periodic: a ring (N > 2r) instead of a line with nothing beyond its ends.

    Returns:
        The quantities of the module's docstring (quantity, point).
    """
    rows = step.states if periodic or step.states <= 32 else 1  # long ranges are walked, from one window on a line
    return np.concatenate([_totals(step.part(points), sites, periodic) for points in _blocks(step, rows)], axis=1)


def advance(rows: Sums, step: Step, sites: int) -> Sums:
    """Prolong walks by a number of sites: by doubling, or site by site where that is less work."""
    walking = 2 * rows.values.shape[2] * step.states
    doubling = sites.bit_length() * step.states**3
    if doubling <= min(sites, PATIENCE) * walking:
        return _double(rows, step, sites)
    return _walk(rows, step, sites, PATIENCE if doubling < (sites - PATIENCE) * walking else sites)


def start(step: Step, *, periodic: bool) -> Sums:
    """Walks of no site: from the empty window (one row), or from each window to itself."""
    shape = (*step.values.shape[:2], step.states if periodic else 1, step.states)
    values = _no_walks(shape)
    here = np.arange(shape[2])
    values[:, :, here, here] = 0.0
    return Sums(values, np.zeros(shape[:2]))


def add_site(rows: Sums, step: Step, length: int) -> Sums:
    """Walks one site longer; `length` sites in all."""
    # The slack is an energy per site: what counts as degenerate grows with the walks that are compared.
    return _reduced(merge(rows.values[..., step.sources] + step.values[:, :, None], length * step.slack), rows.offset)


def product(left: Sums, right: Sums, slack: FloatArray) -> Sums:
    """Walks of `left` prolonged by those of `right`."""
    columns = np.swapaxes(right.values, 2, 3)[:, :, None]  # (quantity, point, 1, to, middle)
    values = [
        merge(left.values[:, :, rows, None] + columns, slack)
        for rows in _slices(left.values.shape[2], BLOCK // columns[0].size)
    ]
    return _reduced(np.concatenate(values, axis=2), left.offset + right.offset)


def merge(candidates: FloatArray, slack: FloatArray) -> FloatArray:
    """Sum up alternatives.

    Args:
        candidates: (quantity, point, …, alternative).
        slack: energy (point,) by which alternatives may differ and still count as equal at T = 0.

    Returns:
        The sums (quantity, point, …).
    """
    merged = np.empty(candidates.shape[:-1])
    log_weight = candidates[LOG_WEIGHT]
    if len(candidates) > ENERGY:
        energy = candidates[ENERGY]
        merged[ENERGY] = energy.min(axis=-1)
        # At T = 0 weights count walks: those above the lowest energy do not weigh, however many they are.
        tied = energy <= (merged[ENERGY] + slack.reshape(-1, *(1,) * (energy.ndim - 2)))[..., None]
        log_weight = np.where(tied, log_weight, -np.inf)
        merged[LOW] = np.where(tied, candidates[LOW], np.inf).min(axis=-1)
        merged[HIGH] = np.where(tied, candidates[HIGH], -np.inf).max(axis=-1)
    top = log_weight.max(axis=-1)
    weight = np.exp(log_weight - np.where(np.isfinite(top), top, 0.0)[..., None])
    # The largest weight is 1: where the total is less, there is no walk at all.
    total = np.maximum(weight.sum(axis=-1), 1.0)
    merged[LOG_WEIGHT] = top + np.log(total)
    if len(candidates) > 1:
        weight /= total[..., None]
        for mean in (COUNT, PAIRS):
            merged[mean] = np.einsum("...k,...k->...", weight, candidates[mean])
        spread = candidates[COUNT] - merged[COUNT][..., None]
        merged[VARIANCE] = np.einsum("...k,...k->...", weight, candidates[VARIANCE] + spread * spread)
    return merged


def _no_walks(shape: tuple[int, ...]) -> FloatArray:
    values = np.zeros(shape)
    values[LOG_WEIGHT] = -np.inf
    values[ENERGY : ENERGY + 1] = np.inf
    return values


def _totals(step: Step, sites: int, periodic: bool) -> FloatArray:
    values, offset = advance(start(step, periodic=periodic), step, sites)
    ends = np.diagonal(values, axis1=2, axis2=3) if periodic else values[:, :, 0]
    return merge(ends, sites * step.slack) + offset


def _blocks(step: Step, rows: int) -> Iterator[slice]:
    """Slices of points whose work arrays fit into the cache."""
    return _slices(step.values.shape[1], BLOCK // (2 * step.states * rows))


def _slices(size: int, width: int) -> Iterator[slice]:
    width = max(1, width)
    return (slice(first, min(first + width, size)) for first in range(0, size, width))


def _double(rows: Sums, step: Step, sites: int) -> Sums:
    block, length, done = step.matrix(), 1, 0
    while sites:
        if sites & 1:
            done += length
            rows = product(rows, block, done * step.slack)
        sites >>= 1
        if sites:
            length *= 2
            block = product(block, block, length * step.slack)
    return rows


def _walk(rows: Sums, step: Step, sites: int, limit: int) -> Sums:
    """Site by site; rows that come back, up to a constant, go on coming back, so that what they add is known.

    At T > 0 they are the Perron vector, the only positive eigenvector: nothing that takes over later can hide in it (to
    rounding: Collatz and Wielandt's bounds on the leading eigenvalue). At T = 0 they come back with the period of the
    ground state. Earlier rows to compare with are those after 1, 2, 4, … sites (Brent's search for cycles). Points that
    have not settled after `limit` sites are doubled.
    """
    walked = Sums(np.empty_like(rows.values), np.empty_like(rows.offset))
    points, left = np.arange(rows.offset.shape[1]), np.full(rows.offset.shape[1], sites)
    active, anchor, anchored = step, rows, 0
    for length in range(1, limit + 1):
        rows = add_site(rows, active, length)
        left -= 1
        lag = length - anchored
        repeats = np.where(_same(rows.values, anchor.values), left // lag, 0)
        rows = Sums(rows.values, rows.offset + repeats * (rows.offset - anchor.offset))
        left -= repeats * lag
        if length.bit_count() == 1:
            anchor, anchored = rows, length
        if not left.all():
            _put(walked, points[left == 0], _take(rows, left == 0))
            going = left > 0
            points, left, active = points[going], left[going], active.part(going)
            rows, anchor = _take(rows, going), _take(anchor, going)
            if not points.size:
                break
    for rest in np.unique(left):
        chosen = left == rest
        _put(walked, points[chosen], _double(_take(rows, chosen), active.part(chosen), int(rest)))
    return walked


def _same(values: FloatArray, before: FloatArray) -> NDArray[np.bool_]:
    """Points whose values agree to rounding."""
    size = 1.0 + np.abs(values).max(axis=(2, 3), keepdims=True)
    with np.errstate(invalid="ignore"):  # windows not yet reached: -inf less -inf does not count as equal
        close = np.abs(values - before) <= 64 * np.finfo(float).eps * size
    return np.asarray(close.all(axis=(0, 2, 3)))


def _take(rows: Sums, points: NDArray[Any]) -> Sums:
    return Sums(rows.values[:, points], rows.offset[:, points])


def _put(rows: Sums, points: NDArray[Any], found: Sums) -> None:
    rows.values[:, points] = found.values
    rows.offset[:, points] = found.offset


def _reduced(values: FloatArray, offset: FloatArray) -> Sums:
    """Move what the leading entry holds into the offset."""
    flat = values.reshape(*values.shape[:2], -1)
    leading = flat[ENERGY].argmin(axis=-1) if len(values) > ENERGY else flat[LOG_WEIGHT].argmax(axis=-1)
    common = np.take_along_axis(flat, leading[None, :, None], axis=-1)[..., 0]
    return Sums(values - common[..., None, None], offset + common)
