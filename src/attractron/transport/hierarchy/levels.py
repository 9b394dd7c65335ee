"""Poles and tiers together: many poles where tiers are few, few poles where tiers are many.

The entries of a hierarchy grow with about the 2d-th power of its poles, d tiers. But what a tier adds depends little on
the poles, so that a value X(N, d) of N poles and d tiers is put together from

    X ≈ X(N_2, 2) + Σ_{d=3}^{D} [X(N_d, d) - X(N_d, d - 1)],

N_d as many as the energies ask for, or as the entries allow. Of every term the last two changes with N say by which
ratio r they fall, and what the poles that are missing would still change, |last change| (r + r² + …), at least N/3 of
it, since the tails of wide levels come in as 1/N⁴; these are added up, and the whole of the last term.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import comb

import numpy as np

from attractron.core.checks import FloatArray
from attractron.transport.hierarchy.equations import Equations, entries, equations
from attractron.transport.hierarchy.one_dot import Reservoir, one_dot
from attractron.transport.hierarchy.options import HierarchyOptions
from attractron.transport.hierarchy.poles import enough
from attractron.transport.hierarchy.steady_state import SteadyState

FIRST = 2
"""The lowest tier at which a hierarchy is cut: it holds dots without repulsion, each by itself."""

RATIO = (0.3, 1.0)
"""Bounds on the ratio of what two poles, one after the other, change."""

TAIL = 3.0
"""A change that falls as 1/N⁴ leaves N/4 of the last one; a third is on the safe side."""


@dataclass(frozen=True, eq=False)
class Found:
    """Values with their errors.

    Attributes:
        current: electrons that leave each reservoir, ħ × rate in meV, dot after dot (reservoir,).
        populations: of the charge states (state,).
        occupation: of the channels (channel,).
        slope: of the current of the named reservoirs with their µ (1,); empty when none was named.
        current_error, populations_error, occupation_error, slope_error: of them.
    """

    current: FloatArray
    populations: FloatArray
    occupation: FloatArray
    slope: FloatArray
    current_error: FloatArray
    populations_error: FloatArray
    occupation_error: FloatArray
    slope_error: FloatArray


def solved(
    energies: FloatArray,
    dots: Sequence[Sequence[Reservoir]],
    options: HierarchyOptions,
    tilted: Sequence[tuple[int, int]] = (),
) -> Found:
    """Currents and populations in the steady state, put together over poles and tiers.

    Args:
        energies: of the 2^m charge states, the first dot's charge varying slowest, meV.
        dots: the reservoirs of every dot.
        options: how finely.
        tilted: channels and reservoirs that are moved in µ together for the slope.
    """
    runs = _Runs(energies, dots, tilted)
    deepest = 2 * len(dots) if options.depth is None else options.depth
    wanted = enough(largest_energy(energies, dots)) if options.poles is None else options.poles
    value, error, term = np.zeros(0), np.zeros(0), np.zeros(0)
    for depth in range(FIRST, max(deepest, 2 * len(dots)) + 1):
        count = _affordable(dots, depth, wanted, options.entries)
        term = runs.term(count, depth)
        left = runs.left(count, depth, wanted)
        if depth == FIRST:
            value, error = term, left
        elif depth <= deepest:
            value, error = value + term, error + left
        else:
            error = error + np.abs(term)
    if len(dots) > 1 and deepest >= 2 * len(dots):
        error = error + np.abs(term)
    parts = np.cumsum([sum(len(dot) for dot in dots), energies.size, len(dots)])
    return Found(*np.split(value, parts), *np.split(error, parts))


@dataclass(frozen=True, eq=False)
class _Runs:
    """Observed values by poles and tiers, each calculated once."""

    energies: FloatArray
    dots: Sequence[Sequence[Reservoir]]
    tilted: Sequence[tuple[int, int]]
    known: dict[tuple[int, int], FloatArray] = field(default_factory=dict)

    def term(self, count: int, depth: int) -> FloatArray:
        """What the tier adds with this many poles."""
        missing = [each for each in (depth, depth - 1)[: 1 + (depth > FIRST)] if (count, each) not in self.known]
        if missing:
            system = equations(self.energies, [one_dot(dot, count, max(missing)) for dot in self.dots], max(missing))
            for each in missing:
                self.known[count, each] = _observed(system, each, self.tilted)
        value = self.known[count, depth]
        return value if depth == FIRST else value - self.known[count, depth - 1]

    def left(self, count: int, depth: int, wanted: int) -> FloatArray:
        """Error of the term, from its last two changes with the number of poles."""
        term = self.term(count, depth)
        if count == 1:
            return np.abs(term) * wanted
        last = np.abs(term - self.term(count - 1, depth))
        ratio = np.ones_like(last)
        if count > 2:
            before = np.abs(self.term(count - 1, depth) - self.term(count - 2, depth))
            ratio = np.clip(last / np.maximum(before, np.finfo(float).tiny), *RATIO)
        powers = np.arange(1, 1 + max(1, wanted - count))
        return np.asarray(last * np.maximum((ratio[:, None] ** powers).sum(axis=1), count / TAIL))


def _observed(system: Equations, depth: int, tilted: Sequence[tuple[int, int]]) -> FloatArray:
    """Currents, populations, occupations, and the slope when it is asked for."""
    state = SteadyState(system, depth)
    rows = [[row[: state.size] for row in dot] for dot in system.currents]
    populations = state.density[: system.states].real
    charged = populations.reshape((2,) * len(rows))
    found = [
        np.array([(row @ state.density).real for dot in rows for row in dot]),
        populations,
        np.array([charged.take(1, axis=channel).sum() for channel in range(len(rows))]),
    ]
    if tilted:
        charge = sum(system.charges[dot][reservoir][: state.size] for dot, reservoir in tilted)
        moved = state.response(1j * np.asarray(charge))
        found.append(np.array([sum((rows[dot][reservoir] @ moved).real for dot, reservoir in tilted)]))
    return np.concatenate(found)


def _affordable(dots: Sequence[Sequence[Reservoir]], depth: int, wanted: int, most: int) -> int:
    """As many poles as are wanted, or as the entries allow, at least one."""
    count = wanted
    while count > 1 and entries([_sizes(len(dot) * count, depth) for dot in dots], depth) > most:
        count -= 1
    return count


def _sizes(modes: int, depth: int) -> list[int]:
    """Entries of every tier of a dot with this many modes for either sign."""
    return [
        sum(
            comb(modes, entering) * comb(modes, n - entering) * (2 if 2 * entering == n else 1)
            for entering in range(n + 1)
            if abs(2 * entering - n) <= 1
        )
        for n in range(depth + 1)
    ]


def largest_energy(energies: FloatArray, dots: Sequence[Sequence[Reservoir]]) -> float:
    """The largest energy of a carrier beside a lead's µ, with the levels' widths, in k_BT."""
    cube = energies.reshape((2,) * len(dots))
    largest = 0.0
    for number, dot in enumerate(dots):
        added = np.diff(cube, axis=number)
        width = sum(each.Gamma for each in dot)
        largest = max(largest, *(float(np.abs(added - each.mu).max() + width) / each.kT for each in dot))
    return largest
