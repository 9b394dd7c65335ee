"""Jumps: every single change that the rates allow, with the carriers it moves; what counting and correlations rest on.

A jump j leads from a charge state i to f at a rate Γ_j and takes n_ja carriers out of lead a. Elastic passage leaves
the charge state as it is. The exact elastic current less the sequential one may be negative and is no stream of
events, so that jumps hold its order Γ² alone, split by detailed balance,

    Γ_{a→b} - Γ_{b→a} = (1/ħ)(Γ_aΓ_b/2π)[Φ'(ε-µ_a) - Φ'(ε-µ_b)],    Γ_{a→b} = e^{(µ_a-µ_b)/k_BT} Γ_{b→a},

and negative rates, which regularisation leaves close to resonance, are set to zero as for all processes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.transport.elastic import Channels, within_range
from attractron.transport.kinetics import steady_state
from attractron.transport.processes import Indices
from attractron.transport.rates import clamped
from attractron.transport.solution import BLOCK, Knobs, Model, block_size, in_blocks, joined

FLAT = 1e-6
"""Bias in k_BT below which a quotient of differences is taken at this bias: it is even, so the error is its square."""


@dataclass(frozen=True, eq=False)
class Jumps:
    """All jumps at some points.

    Attributes:
        initial, final: numbers of the charge states (jump,); equal for elastic passage.
        carried: carriers out of each lead (jump, lead).
        charged: carriers onto each dot (jump, dot).
        rate: ħ × rate, meV, none negative (point, jump).
        populations: of the charge states in the steady state (point, state).
        clamped: ħ × frequency of what negative rates would have undone, meV (point,).
        status: codes of `attractron.transport.kinetics.STATUS` (point,).
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
        """Σ_j w_j Γ_j |f⟩⟨i| for weights (jump,), columns are initial states (point, state, state), meV."""
        points, states = self.populations.shape
        total = np.zeros((states * states, points))
        np.add.at(total, self.final * states + self.initial, (self.rate * weights).T)
        return np.ascontiguousarray(total.T).reshape(points, states, states)


def jumps(model: Model, knobs: FloatArray) -> Jumps:
    """All jumps and the steady state at points of the knobs (point, knob)."""
    energy, mu = model.landscape.at(knobs)
    found, added = zip(*(clamped(each) for each in model.rates(energy, mu)), strict=True)
    forward, backward = joined(found)
    initial, final = model.ends
    populations, status = steady_state(forward, backward, initial, final, energy.shape[1])
    carried = _carried(model, mu.shape[1])
    rate, lost = [forward, backward], [*joined(added)]
    if model.elastic:
        passing = _elastic_rates(model.elastic, energy, mu, float(model.kT[0]))
        states, across = _elastic_moves(model.elastic, mu.shape[1])
        rate, lost = [*rate, np.maximum(passing, 0.0)], [*lost, np.maximum(-passing, 0.0)]
    else:
        states, across = np.zeros(0, dtype=np.intp), np.zeros((0, mu.shape[1]))
    start, stop = np.concatenate([initial, final, states]), np.concatenate([final, initial, states])
    return Jumps(
        initial=start,
        final=stop,
        carried=np.concatenate([carried, -carried, across]),
        charged=model.landscape.charges[stop] - model.landscape.charges[start],
        rate=np.concatenate(rate, axis=1),
        populations=populations,
        clamped=np.asarray((np.concatenate(lost, axis=1) * populations[:, start]).sum(axis=1)),
        status=status,
    )


def _carried(model: Model, leads: int) -> FloatArray:
    """Carriers that the processes of all tables take out of each lead (process, lead)."""
    blocks = []
    for table in model.tables:
        block = np.zeros((len(table), leads))
        np.put_along_axis(block, table.leads, table.signs, axis=1)
        blocks.append(block)
    return np.concatenate(blocks)


def _elastic_moves(table: Channels, leads: int) -> tuple[Indices, FloatArray]:
    """States in which carriers pass, and carriers out of each lead, in the order of `_elastic_rates`."""
    unit = np.eye(leads)
    there = unit[table.first] - unit[table.second]
    return np.tile(np.concatenate([table.empty, table.filled]), 2), np.concatenate([there, there, -there, -there])


def _elastic_rates(table: Channels, energy: FloatArray, mu: FloatArray, kT: float) -> FloatArray:
    """ħ × rates of passage from the first to the second lead, dot empty and filled, then back, meV (point, jump)."""
    from attractron.transport.integrals import elastic_second_order

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


def over_blocks(model: Model, axes: Knobs) -> Iterator[Jumps]:
    """The jumps over the grid of all axes, flattened with the last axis fastest, with matrices that fit into memory."""
    size = max(1, min(block_size(model), BLOCK // len(model.landscape.energy) ** 2))
    for points in in_blocks(axes, size):
        yield jumps(model, points)
