"""Counting fields: every single transition that the rates allow, with the carriers that it moves.

A transition j leads from a charge state i to f at a rate Γ_j and takes n_ja carriers out of lead a. A field χ that
counts the carriers of lead a weighs it with e^{χ n_ja} in the rate matrix,

    L(χ) = Σ_j Γ_j (e^{χ n_ja} |f⟩⟨i| - |i⟩⟨i|),

and all of counting statistics follows from L(χ): its derivatives at χ = 0 are matrices with the weights n_ja^k, which
`Transitions.matrix` makes. Elastic passage leaves the charge state as it is and counts nevertheless. The exact elastic
current less the sequential one may be negative and is no stream of single events, so that transitions hold its order Γ²
alone, split by detailed balance,

    Γ_{a→b} - Γ_{b→a} = (1/ħ)(Γ_aΓ_b/2π)[Φ'(ε-µ_a) - Φ'(ε-µ_b)],    Γ_{a→b} = e^{(µ_a-µ_b)/k_BT} Γ_{b→a},

and negative rates, which regularisation leaves close to resonance, are set to zero as for all processes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.axes import Axes
from attractron.core.checks import FloatArray, axis, choice, shown
from attractron.core.constants import ELEMENTARY_CHARGE, PA_PER_MEV
from attractron.core.errors import InputError
from attractron.transport.elastic import Channels, within_range
from attractron.transport.integrals.second_order import elastic_second_order
from attractron.transport.junction import Junction
from attractron.transport.master_equation import OUT_OF_RANGE, steady_state
from attractron.transport.processes import Indices
from attractron.transport.question import Flat
from attractron.transport.rates import clamped
from attractron.transport.solve import Model, joined

FLAT = 1e-6
"""Bias in k_BT below which a quotient of differences is taken at this bias: it is even, so the error is its square."""


@dataclass(frozen=True, eq=False)
class Transitions:
    """All transitions at some points.

    Attributes:
        initial, final: numbers of the charge states (transition,); equal for elastic passage.
        carried: carriers out of each lead (transition, lead).
        charged: carriers onto each dot (transition, dot).
        rate: ħ × rate, meV, none negative (point, transition).
        populations: of the charge states in the steady state (point, state).
        clamped: ħ × frequency of what negative rates would have undone, meV (point,).
        status: codes of `attractron.transport.master_equation.STATUS` (point,).
    """

    initial: Indices
    final: Indices
    carried: FloatArray
    charged: FloatArray
    rate: FloatArray
    populations: FloatArray
    clamped: FloatArray
    status: NDArray[np.int8]

    def matrix(self, weights: FloatArray | float = 1.0) -> FloatArray:
        """Σ_j w_j Γ_j |f⟩⟨i| for weights (transition,), columns are initial states (point, state, state), meV."""
        points, states = self.populations.shape
        total = np.zeros((states * states, points))
        np.add.at(total, self.final * states + self.initial, (self.rate * weights).T)
        return np.ascontiguousarray(total.T).reshape(points, states, states)


def transitions(model: Model, knobs: FloatArray) -> Transitions:
    """All transitions and the steady state at points of the knobs (point, knob)."""
    energy, mu = model.energies.at(knobs)
    found, added = zip(*(clamped(each) for each in model.rates(energy, mu)), strict=True)
    forward, backward = joined(found)
    initial, final = model.ends
    populations, status = steady_state(forward, backward, initial, final, model.states)
    carried = np.concatenate([table.carried(mu.shape[1]) for table in model.tables])
    rate, lost = [forward, backward], [*joined(added)]
    if model.elastic:
        passing = _elastic_rates(model.elastic, energy, mu, float(model.kT[0]))
        states, across = _elastic_moves(model.elastic, mu.shape[1])
        rate, lost = [*rate, np.maximum(passing, 0.0)], [*lost, np.maximum(-passing, 0.0)]
    else:
        states, across = np.zeros(0, dtype=np.intp), np.zeros((0, mu.shape[1]))
    start, stop = np.concatenate([initial, final, states]), np.concatenate([final, initial, states])
    return Transitions(
        initial=start,
        final=stop,
        carried=np.concatenate([carried, -carried, across]),
        charged=model.energies.charges[stop] - model.energies.charges[start],
        rate=np.concatenate(rate, axis=1),
        populations=populations,
        clamped=np.asarray((np.concatenate(lost, axis=1) * populations[:, start]).sum(axis=1)),
        status=status,
    )


def _elastic_moves(table: Channels, leads: int) -> tuple[Indices, FloatArray]:
    """States in which carriers pass, and carriers out of each lead, in the order of `_elastic_rates`."""
    unit = np.eye(leads)
    there = unit[table.first] - unit[table.second]
    return np.tile(np.concatenate([table.empty, table.filled]), 2), np.concatenate([there, there, -there, -there])


def _elastic_rates(table: Channels, energy: FloatArray, mu: FloatArray, kT: float) -> FloatArray:
    """ħ × rates of passage from the first to the second lead, dot empty and filled, then back (point, transition)."""
    level = energy[:, table.filled] - energy[:, table.empty]
    first, second = level - mu[:, table.first], level - mu[:, table.second]
    bias = mu[:, table.first] - mu[:, table.second]
    middle, half = (first + second) / 2, np.maximum(np.abs(bias), FLAT * kT) / 2
    low, high = middle - half, middle + half
    slope = table.strength * within_range(elastic_second_order, low, high, table.width, kT) / (high - low)
    there, back = slope * kT * _emitted(bias / kT), slope * kT * _emitted(-bias / kT)
    return np.concatenate([there, there, back, back], axis=1)


def _emitted(x: FloatArray) -> FloatArray:
    """x/(1 - e^-x), without overflow and with its limit 1 at zero."""
    size = np.abs(x)
    safe = np.where(size > 0, size, 1.0)
    return np.asarray(np.where(size > 0, safe / -np.expm1(-safe), 1.0) * np.exp(np.minimum(x, 0.0)))


PER_NS = 1e-9 * PA_PER_MEV / ELEMENTARY_CHARGE
"""1/ħ in 1/ns per meV."""


class Evaluated(NamedTuple):
    """Numbers over the flattened grid, points last.

    Attributes:
        values: NaN where the status is not 0.
        clamped: what negative rates were worth, ready to be labelled.
        status: codes of `attractron.transport.master_equation.STATUS` (point,).
    """

    values: tuple[FloatArray, ...]
    clamped: Flat
    status: NDArray[np.int8]


def evaluated(model: Model, axes: Axes, function: Callable[[Transitions], tuple[FloatArray, ...]]) -> Evaluated:
    """A function of the transitions, of arrays with the points first, over the grid of all axes."""
    blocks, lost, status = [], [], []
    for points in model.points(axes, numbers=model.states**2):
        block = transitions(model, points)
        blocks.append([np.moveaxis(value, 0, -1) for value in function(block)])
        lost.append(block.clamped)
        status.append(block.status)
    codes = np.concatenate(status)
    arrays = [np.concatenate(parts, axis=-1) for parts in zip(*blocks, strict=True)]
    finite = np.all([np.isfinite(array).reshape(-1, codes.size).all(axis=0) for array in arrays], axis=0)
    final = np.where((codes == 0) & ~finite, OUT_OF_RANGE, codes).astype(np.int8)
    return Evaluated(
        values=tuple(np.where(final == 0, array, np.nan) for array in arrays),
        clamped=((), PA_PER_MEV * np.concatenate(lost), "pA", "charge rate of jumps lost to clamping"),
        status=final,
    )


def lead_number(junction: Junction, argument: str, name: str) -> int:
    """The number of a lead, or an InputError that names the nearest."""
    names = [lead.name for lead in junction.leads]
    return names.index(choice(argument, name, names))


def dot_numbers(junction: Junction, dots: Sequence[str]) -> list[int]:
    """Numbers of the dots that a detector sees, or an InputError."""
    known = list(junction.device.dots)
    if isinstance(dots, str) or not isinstance(dots, Sequence) or not dots or len(set(dots)) < len(dots):
        raise InputError("dots", "be a list of different dots", shown(dots), f"for example {known[:1]}")
    return [known.index(choice("dots", dot, known)) for dot in dots]


def positive_axis(argument: str, values: Any) -> FloatArray:
    """An axis without negative values, or an InputError."""
    array = axis(argument, values)
    if (array < 0).any():
        raise InputError(argument, "be zero or positive", float(array[array < 0][0]))
    return array


DIRECTIONS = {"in": 1.0, "out": -1.0}
"""Sign of the change of charge that is detected."""


def detected(block: Transitions, dots: Sequence[int], direction: str) -> FloatArray:
    """Which jumps bring a carrier onto (or off) which of the dots, ones and zeros (transition, dot)."""
    return np.maximum(DIRECTIONS[direction] * block.charged[:, list(dots)], 0.0)


def last_state(block: Transitions) -> NDArray[np.intp]:
    """The most populated state, which all others reach (point,)."""
    return np.asarray(np.nan_to_num(block.populations).argmax(axis=1))
