"""Phase diagrams over any parameters of coupled wires."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, whole
from attractron.core.checks import axes as checked_axes
from attractron.core.results import Variable, dataset, flags
from attractron.wires.bare import bare
from attractron.wires.cutoffs import PUBLISHED, Cutoff
from attractron.wires.flow import axis_coordinates, end_parameters, reshaped, scales
from attractron.wires.integrate import PHASES, Ends, Scheme, prepare, solve
from attractron.wires.model import KNOBS, CoupledWires
from attractron.wires.validity import METHOD, REFERENCES, bare_strong, notes, source_grows, triplet_note

if TYPE_CHECKING:
    import xarray as xr

BLOCK = 1 << 16
"""Flows in memory at once; the result alone grows with the diagram."""

KEPT = ("phase", "l_spin", "l_trion", "source_grows", "bare_strong")
END = ("K_c_tilde_end", "K_tilde_end", "Q_end")


def phase_diagram(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    cutoff: Cutoff = PUBLISHED,
    y_threshold: float = 1.0,
    ys_threshold: float = 1.0,
    stop: str = "first",
    feedback: str = "published",
    spin: str = "line-preserving",
    phase_factor: str = "published",
    end: bool = False,
    workers: int | None = None,
) -> "xr.Dataset":
    """Phase and scales over parameters (Shavit and Oreg 2020, Figs. 3 to 5); the equations are those of `flow`.

    Args:
        wires: the bare couplings.
        axes: knob → values; one-dimensional arrays make dimensions in the order given, numbers fix a knob.
        cutoff, y_threshold, ys_threshold, stop, feedback, spin, phase_factor: as in `flow`.
        end: add `K_c_tilde_end`, `K_tilde_end` and `Q_end`, the quadratic part at the end of the flows.
        workers: threads; by default one for each core. The numbers do not depend on it.

    Returns:
        Dataset over the axes: `phase` with CF flags; `l_spin`, `l_trion` (infinite: never; not a number: the flow ended
        before, with stop="first"); marks `source_grows` (x > 1/χ: the tanh cut-off does not cut) and `bare_strong`.

    Raises:
        InputError: an unknown choice or knob, numbers outside their range, the published feedback off the line (13).
    """
    scheme = Scheme(
        cutoff=cutoff,
        y_threshold=y_threshold,
        ys_threshold=ys_threshold,
        stop=stop,
        feedback=feedback,
        spin=spin,
        phase_factor=phase_factor,
    )
    knobs = checked_axes("axes", axes, KNOBS)
    threads = None if workers is None else whole("workers", workers, at_least=1)
    fields = wires.fields(knobs)
    scheme.check(fields)
    dims = [name for name, values in knobs.items() if np.ndim(values)]
    shape = tuple(np.size(knobs[name]) for name in dims)
    flat, labels = _collected(fields, dims, shape, wires.beta, scheme, KEPT + (END if end else ()), threads)
    result = dataset(
        {name: reshaped(("", values, *labels[name]), tuple(dims), shape) for name, values in flat.items()},
        axis_coordinates(knobs),
        question="wires.phase_diagram",
        parameters=wires.describe(),
        options={
            **scheme.describe(),
            "fixed": {name: value for name, value in knobs.items() if not np.ndim(value)},
        },
        method=METHOD,
        validity=[*notes(fields, scheme, flat["source_grows"], flat["bare_strong"]), *triplet_note(flat["phase"])],
        references=REFERENCES,
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def _collected(
    fields: dict[str, Any],
    dims: list[str],
    shape: tuple[int, ...],
    beta: float,
    scheme: Scheme,
    names: tuple[str, ...],
    workers: int | None,
) -> tuple[dict[str, NDArray[Any]], dict[str, tuple[str, str]]]:
    """The variables of all blocks, flat, and their units and long names."""
    flat: dict[str, NDArray[Any]] = {}
    labels: dict[str, tuple[str, str]] = {}
    for own, block in _blocks(fields, dims, shape):
        found = answers(block, beta, scheme, workers)
        for name in names:
            _, values, unit, long_name = found[name]
            labels[name] = unit, long_name
            flat.setdefault(name, np.empty(int(np.prod(shape, dtype=int)), values.dtype))[own] = values
    return flat, labels


def _blocks(fields: dict[str, Any], dims: list[str], shape: tuple[int, ...]) -> Iterator[tuple[slice, dict[str, Any]]]:
    """Slices of the flattened grid, and the parameters there, the axes' as arrays (point,)."""
    points = int(np.prod(shape, dtype=int))
    for start in range(0, points, BLOCK):
        own = slice(start, min(start + BLOCK, points))
        index = np.unravel_index(np.arange(own.start, own.stop), shape or (1,))
        at = {name: np.ravel(fields[name])[number] for name, number in zip(dims, index, strict=False)}
        yield own, fields | at


def answers(fields: dict[str, Any], beta: float, scheme: Scheme, workers: int | None = None) -> dict[str, Variable]:
    """Everything that is known of flows from parameters (point,) but their trajectories, flat."""
    flows = prepare(bare(fields), beta, scheme)
    ends = solve(flows, scheme.stop == "both", workers)
    return {
        **scales(ends, None),
        **end_parameters(ends, flows.par),
        "source_grows": ("", source_grows(flows, ends, scheme), "1", "x > 1/χ: the cut-off does not stop the source"),
        "bare_strong": ("", bare_strong(flows), "1", "a bare coupling is beyond its threshold"),
    }


def phases_at(wires: CoupledWires, names: tuple[str, str], points: FloatArray, scheme: Scheme) -> NDArray[np.int8]:
    """Phase codes at points (point, 2) of two parameters, checked by the caller."""
    fields = wires.fields({}) | dict(zip(names, points.T, strict=True))
    ends: Ends = solve(prepare(bare(fields), wires.beta, scheme), both=False)
    return ends.phase
