"""Jumps: every single change that the rates allow, with the carriers it moves; what counting and correlations rest on.

A jump j leads from a charge state i to f at a rate Γ_j and takes n_ja carriers out of lead a. Elastic passage leaves
the charge state as it is. The exact elastic current less the sequential one may be negative and is no stream of
events, so that jumps hold its order Γ² alone, split by detailed balance,

    Γ_{a→b} - Γ_{b→a} = (1/ħ)(Γ_aΓ_b/2π)[Φ'(ε-µ_a) - Φ'(ε-µ_b)],    Γ_{a→b} = e^{(µ_a-µ_b)/k_BT} Γ_{b→a},

and negative rates, which regularisation leaves close to resonance, are set to zero as for all processes.

What all questions about jumps share: units, evaluation over the axes, labels and what the answers rest on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray, axis, choice, shown
from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.transport.current import STATUS_NAME, coordinates, options_of, with_failure
from attractron.transport.elastic import Channels, within_range
from attractron.transport.junction import Junction
from attractron.transport.master_equation import OUT_OF_RANGE, STATUS, steady_state
from attractron.transport.processes import Indices
from attractron.transport.rates import clamped
from attractron.transport.steady_state import BLOCK, Knobs, Model, block_size, in_blocks, joined
from attractron.transport.validity import CLAMPED_PART, LITERATURE, failure, method_text, notes

if TYPE_CHECKING:
    import xarray as xr

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
    from attractron.transport.integrals.second_order import elastic_second_order

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


Labelled = tuple[tuple[str, ...], NDArray[Any], str, str]
"""Dimensions but those of the axes, data with the points last, units, long name."""


class Found(NamedTuple):
    """Numbers over the flattened grid, points last; NaN where the status is not 0."""

    values: tuple[FloatArray, ...]
    clamped: FloatArray
    status: NDArray[np.int8]


def evaluated(model: Model, knobs: Knobs, function: Callable[[Jumps], tuple[FloatArray, ...]]) -> Found:
    """A function of the jumps, of arrays with the points first, over the grid of all axes."""
    blocks, clamped, status = [], [], []
    for block in over_blocks(model, knobs):
        values = function(block)
        blocks.append([np.moveaxis(value, 0, -1) for value in values])
        clamped.append(block.clamped)
        status.append(block.status)
    codes = np.concatenate(status)
    arrays = [np.concatenate(parts, axis=-1) for parts in zip(*blocks, strict=True)]
    finite = np.all([np.isfinite(array).reshape(-1, codes.size).all(axis=0) for array in arrays], axis=0)
    final = np.where((codes == 0) & ~finite, OUT_OF_RANGE, codes).astype(np.int8)
    return Found(tuple(np.where(final == 0, array, np.nan) for array in arrays), np.concatenate(clamped), final)


def labelled(
    junction: Junction,
    model: Model,
    knobs: Knobs,
    found: Found,
    variables: Mapping[str, Labelled],
    coords: Mapping[str, Variable],
    *,
    question: str,
    method: str,
    options: Mapping[str, Any],
    validity: Sequence[str],
    references: Sequence[str],
) -> "xr.Dataset":
    """The dataset over the axes of arrays whose last axis are the points, with `clamped` and `status`.

    Options are those of the question, among them `processes`, `method` and `origin`.

    Raises:
        InputError: no point has values.
    """
    failed = failure(model, knobs, found.status)
    failed.refuse_all()
    dims = tuple(name for name in knobs if np.ndim(knobs[name]))
    shape = tuple(np.size(knobs[name]) for name in dims)
    every: dict[str, Labelled] = {
        **variables,
        "clamped": ((), PA_PER_MEV * found.clamped, "pA", "charge rate of jumps lost to clamping"),
        "status": ((), found.status, "1", STATUS_NAME),
    }
    chosen = options["processes"], options["method"]
    result = dataset(
        {
            name: ((*inner, *dims), np.reshape(array, (*array.shape[:-1], *shape)), unit, long_name)
            for name, (inner, array, unit, long_name) in every.items()
        },
        {**coordinates(junction, knobs), **coords},
        question=question,
        parameters=junction.describe(),
        options={**options_of(knobs, *chosen, options["origin"]), **options},
        method=f"{method}; {method_text(*chosen).replace('exact elastic', 'order-Γ² elastic')}",
        validity=[*_notes(junction, *chosen), *validity, *failed.notes()],
        references=(*references, *LITERATURE[chosen[0]]),
    )
    result["status"].attrs.update(flags(STATUS))
    return with_failure(result, failed)


def _notes(junction: Junction, processes: str, method: str) -> list[str]:
    found = [note for note in notes(junction, processes, method) if not note.startswith("Two events on one dot")]
    if processes != "sequential":
        found.append(
            "Two events on one dot enter as elastic passage of order Γ², which is a stream of single jumps; its rates "
            f"are negative close to resonance and are set to zero there (`clamped`, to be kept below "
            f"{100 * CLAMPED_PART:g} % of the currents)."
        )
    return found


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


def detected(block: Jumps, dots: Sequence[int], direction: str) -> FloatArray:
    """Which jumps bring a carrier onto (or off) which of the dots, ones and zeros (jump, dot)."""
    return np.maximum(DIRECTIONS[direction] * block.charged[:, list(dots)], 0.0)


def last_state(block: Jumps) -> NDArray[np.intp]:
    """The most populated state, which all others reach (point,)."""
    return np.asarray(np.nan_to_num(block.populations).argmax(axis=1))
