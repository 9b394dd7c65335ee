"""What a junction does at many points of its knobs, as arrays without labels: rates, populations, flows.

The equations of the populations and their solution are in `attractron.transport.master_equation`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.axes import Axes
from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.transport.clamping import change, frequency, lead_flow
from attractron.transport.elastic import Channels, channels, elastic_lead_flow
from attractron.transport.energies import ChargeStateEnergies, charge_state_energies
from attractron.transport.junction import Junction
from attractron.transport.master_equation import OUT_OF_RANGE, steady_state
from attractron.transport.processes import Indices, Processes, forms, processes
from attractron.transport.rates import Rates, clamped, rates

ORDERS = {
    "sequential": ("sequential",),
    "0e": ("sequential", "elastic"),
    "1e": ("sequential", "elastic", "second"),
    "2e": ("sequential", "elastic", "second", "third"),
}
"""What each choice of processes is made of."""

HIGHEST = {"sequential": 1, "0e": 1, "1e": 2, "2e": 3}
"""How many dots a process of each choice may change at once."""

BLOCK = 1 << 18
"""Numbers in the work arrays of one block of points, which bounds the memory."""


@dataclass(frozen=True, eq=False)
class Model:
    """A junction made ready for numbers.

    Attributes:
        junction: the junction.
        chosen: one of the choices of `ORDERS`.
        method: of the integrals, see `attractron.transport.rates`.
        origin: of the gate voltages.
        energies: energies and chemical potentials.
        tables: processes of first and higher order.
        elastic: elastic channels, or None.
        Gamma, kT, widths: of the leads, see `attractron.transport.rates`.
    """

    junction: Junction
    chosen: str
    method: str
    origin: str
    energies: ChargeStateEnergies
    tables: tuple[Processes, ...]
    elastic: Channels | None
    Gamma: FloatArray
    kT: FloatArray
    widths: FloatArray

    @property
    def ends(self) -> tuple[Indices, Indices]:
        """Initial and final states of the processes of all tables."""
        return (
            np.concatenate([table.initial for table in self.tables]),
            np.concatenate([table.final for table in self.tables]),
        )

    @property
    def states(self) -> int:
        """How many charge states there are."""
        return len(self.energies.energy)

    def rates(self, energy: FloatArray, mu: FloatArray) -> tuple[Rates, ...]:
        """Rates of every table at energies (point, state) and chemical potentials (point, lead), meV."""
        return tuple(
            rates(table, forms(table, energy, mu), self.Gamma, self.kT, self.widths, self.method)
            for table in self.tables
        )

    def points(self, axes: Axes, numbers: int = 0) -> Iterator[FloatArray]:
        """Points of the knobs (point, knob) over the grid of all axes, the last axis fastest, in blocks.

        Work arrays of a block stay within `BLOCK` numbers; `numbers` is how many a point takes at least.
        """
        for own, swept in axes.blocks(self._most_points(numbers)):
            points = np.empty((own.stop - own.start, len(axes)))
            for number, (name, value) in enumerate(axes.items()):
                points[:, number] = swept.get(name, value)
            yield points

    def in_blocks(self, points: FloatArray) -> Iterator[FloatArray]:
        """Given points (point, knob) in such blocks."""
        most = self._most_points(0)
        for start in range(0, len(points), most):
            yield points[start : start + most]

    def _most_points(self, numbers: int) -> int:
        per_point = sum(len(table) * (4 * table.order + 6) for table in self.tables) + 4 * self.states
        return max(1, BLOCK // max(per_point, numbers))


class SteadyState(NamedTuple):
    """What every point holds.

    Attributes:
        populations: of the charge states (point, state).
        flow: carriers out of each lead, ħ × rate in meV (point, contribution, lead).
        clamped: ħ × frequency of the processes that negative rates would have undone, meV (point,).
        clamped_effect: change of the flow out of the source if these rates kept their negative values, to first order
            in these, ħ × rate in meV (point,).
        bias: largest difference of the source's chemical potential to that of another lead, meV (point,).
        status: codes of `attractron.transport.master_equation.STATUS` (point,).
    """

    populations: FloatArray
    flow: FloatArray
    clamped: FloatArray
    clamped_effect: FloatArray
    bias: FloatArray
    status: NDArray[np.int8]


def make_model(junction: Junction, knobs: Sequence[str], chosen: str, method: str, origin: str) -> Model:
    """Tables and linear forms for a junction with these knobs and one of the choices of `ORDERS`."""
    energies = charge_state_energies(junction, knobs, origin)
    dots = [junction.device.index(lead.dot) for lead in junction.leads]
    Gamma = np.array([lead.Gamma for lead in junction.leads])
    return Model(
        junction=junction,
        chosen=chosen,
        method=method,
        origin=origin,
        energies=energies,
        tables=tuple(
            processes(energies.charges, dots, order, spin=junction.device.spin)
            for order in range(1, HIGHEST[chosen] + 1)
        ),
        elastic=None if chosen == "sequential" else channels(junction, energies.charges),
        Gamma=Gamma,
        kT=K_B * np.array([lead.temperature for lead in junction.leads]),
        widths=np.array([Gamma[np.equal(dots, dot)].sum() for dot in dots]),
    )


def solve(model: Model, axes: Axes) -> SteadyState:
    """The steady state over the grid of all axes, flattened with the last axis fastest.

    Axes are in the order of the knobs that the model was made for.
    """
    return _joined_blocks(_solve_block(model, points) for points in model.points(axes))


def solve_at(model: Model, points: FloatArray) -> SteadyState:
    """The steady state at points (point, knob) that lie on no grid, in the order of the model's knobs."""
    return _joined_blocks(_solve_block(model, block) for block in model.in_blocks(points))


def _joined_blocks(blocks: Iterable[SteadyState]) -> SteadyState:
    return SteadyState(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _solve_block(model: Model, knobs: FloatArray) -> SteadyState:
    """The steady state at points of the knobs (point, knob), and what flows in it."""
    energy, mu = model.energies.at(knobs)
    found, added = zip(*(clamped(each) for each in model.rates(energy, mu)), strict=True)
    populations, status = steady_state(*joined(found), *model.ends, model.states)
    flows = [lead_flow(table, each, populations, mu.shape[1]) for table, each in zip(model.tables, found, strict=True)]
    if model.elastic:
        flows.insert(1, elastic_lead_flow(model.elastic, energy, mu, populations, float(model.kT[0])))
    flow = np.stack(flows, axis=1)
    lost = (status == 0) & ~np.isfinite(flow).all(axis=(1, 2))
    removed = sum(
        (frequency(table, each, populations) for table, each in zip(model.tables[1:], added[1:], strict=True)),
        np.zeros(len(knobs)),
    )
    effect = change(model.tables, model.elastic, found, added, energy, mu, populations, float(model.kT[0]))
    populations[lost], status[lost] = np.nan, OUT_OF_RANGE
    effect[status != 0] = np.nan
    source = model.junction.source_number
    bias = model.energies.largest_bias(knobs, source)
    return SteadyState(populations, flow, removed, effect[:, source], bias, status)


def joined(found: Sequence[Rates]) -> tuple[FloatArray, FloatArray]:
    """Rates forward and backward of all tables side by side (point, process)."""
    return (
        np.concatenate([each.forward for each in found], axis=1),
        np.concatenate([each.backward for each in found], axis=1),
    )
