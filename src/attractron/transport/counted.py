"""What all questions about jumps share: units, evaluation over the axes, labels and what the answers rest on."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray, axis, choice, shown
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.transport.current import STATUS_NAME, coordinates, options_of, with_failure
from attractron.transport.failures import failure
from attractron.transport.jumps import Jumps, over_blocks
from attractron.transport.junction import Junction
from attractron.transport.kinetics import OUT_OF_RANGE, STATUS
from attractron.transport.rates import PA_PER_MEV
from attractron.transport.solution import Knobs, Model
from attractron.transport.validity import CLAMPED_PART, LITERATURE, method_text, notes

if TYPE_CHECKING:
    import xarray as xr

ELEMENTARY_CHARGE = 1.602176634e-7
"""e in pA s."""

PER_NS = 1e-9 * PA_PER_MEV / ELEMENTARY_CHARGE
"""1/ħ in 1/ns per meV."""

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
