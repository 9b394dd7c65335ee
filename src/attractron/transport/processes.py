"""Which sets of lead events connect which charge states, to any order in the couplings.

An event moves one carrier between a lead and its dot; a process of order k is a set of k events on k different dots,
in no order, because the bilinears of different dots commute and all k! orderings add up in one amplitude. It leads
from a charge state i to another one f. For event j (lead, σ_j = ±1 in or out of the dot) the amplitude needs

    a_j = E(i + j) - E(i) - σ_j µ_j,     b_j = E(f) - E(f - j) - σ_j µ_j,     Δ = E(f) - E(i) - Σ_j σ_j µ_j,

linear forms in the energies of the states and the chemical potentials of the leads. The table holds one direction of
every process, from the lower to the higher number of the state; the way back follows by a → -b, b → -a, Δ → -Δ.

Two events on one dot are not in the table. In order 2 they return to the same charge state: `attractron.transport.
elastic` has them, to all orders for a frozen system. What a general term of order 3 would add, a third event while a
carrier passes through another dot, corrects rates of order 1 by a relative Γ² and is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Processes:
    """All processes of one order k.

    Attributes:
        initial, final: numbers of the charge states (process,).
        leads: numbers of the leads (process, k).
        signs: σ = +1 for a carrier into the dot, -1 out of it (process, k).
        after: the state after event j alone (process, k).
        before: the state from which event j leads to the final one (process, k).
        ways, ways_back: spin states that the final (initial) charges of the dots involved offer (process,).
    """

    initial: Indices
    final: Indices
    leads: Indices
    signs: FloatArray
    after: Indices
    before: Indices
    ways: FloatArray
    ways_back: FloatArray

    @property
    def order(self) -> int:
        """Number of events k."""
        return int(self.leads.shape[1])

    def __len__(self) -> int:
        return len(self.initial)

    def carried(self, leads: int) -> FloatArray:
        """Carriers that each process takes out of each lead (process, lead)."""
        moved = np.zeros((len(self), leads))
        np.put_along_axis(moved, self.leads, self.signs, axis=1)
        return moved


class Forms(NamedTuple):
    """The energies that a process depends on, meV: Δ (point, process), a and b (point, process, k)."""

    Delta: FloatArray
    a: FloatArray
    b: FloatArray


def processes(charges: FloatArray, lead_dots: Sequence[int], order: int, *, spin: bool = False) -> Processes:
    """The processes of one order between charge states.

    Args:
        charges: all charge states (state, dot), the first dot varying slowest, as `attractron.dots.spectrum.layout`
            makes them.
        lead_dots: the number of the dot of each lead.
        order: number of events k.
        spin: an odd dot has two spin states, between which leads do not distinguish.

    Returns:
        The table; empty when there are fewer than k dots with leads.
    """
    counts = charges.astype(np.intp)
    limits = counts.max(axis=0)
    strides = np.cumprod(np.append(1, limits[:0:-1] + 1))[::-1]
    columns: list[tuple[NDArray[np.generic], ...]] = []
    for leads in combinations(range(len(lead_dots)), order):
        dots = [lead_dots[lead] for lead in leads]
        if len(set(dots)) < order:
            continue
        for signs in product((1, -1), repeat=order):
            steps = np.array(signs) * strides[dots]
            moved = counts[:, dots] + signs
            allowed = ((moved >= 0) & (moved <= limits[dots])).all(axis=1)
            if steps.sum() > 0 and allowed.any():
                start = np.flatnonzero(allowed)
                columns.append(_columns(start, steps, leads, signs, counts[allowed][:, dots], moved[allowed], spin))
    if not columns:
        empty, none = np.zeros((0, order), dtype=np.intp), np.zeros(0, dtype=np.intp)
        return Processes(none, none, empty, empty.astype(float), empty, empty, none.astype(float), none.astype(float))
    initial, final, lead, sign, after, before, ways, back = (
        np.concatenate(column) for column in zip(*columns, strict=True)
    )
    return Processes(initial, final, lead, sign, after, before, ways, back)


def _columns(
    start: Indices,
    steps: Indices,
    leads: tuple[int, ...],
    signs: tuple[int, ...],
    counts: Indices,
    moved: Indices,
    spin: bool,
) -> tuple[NDArray[np.generic], ...]:
    """The rows of one choice of leads and signs, in the order of the fields of `Processes`."""
    final = start + steps.sum()
    ways, back = (2.0 ** (spin * (charge % 2).sum(axis=1)) for charge in (moved, counts))
    return (
        start,
        final,
        np.tile(leads, (len(start), 1)),
        np.tile(np.array(signs, dtype=float), (len(start), 1)),
        start[:, None] + steps,
        final[:, None] - steps,
        ways,
        back,
    )


def forms(table: Processes, energy: FloatArray, mu: FloatArray) -> Forms:
    """The linear forms of all processes.

    Args:
        table: of the processes.
        energy: of the charge states, meV (point, state).
        mu: chemical potentials of the leads, meV (point, lead).
    """
    paid = table.signs * mu[:, table.leads]
    initial, final = energy[:, table.initial], energy[:, table.final]
    a = energy[:, table.after] - initial[..., None] - paid
    b = final[..., None] - energy[:, table.before] - paid
    return Forms(final - initial - paid.sum(axis=-1), a, b)
