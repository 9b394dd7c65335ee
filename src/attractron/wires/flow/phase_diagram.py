"""Phase diagrams over any parameters of coupled wires.

The same diagram under all conventions: what they agree on, and the band between them, which is the uncertainty.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, choice, whole
from attractron.core.checks import axes as checked_axes
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.wires.flow.cutoffs import PUBLISHED, Cutoff, Frozen, Sharp, Tanh
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.flow import axis_coordinates, end_parameters, reshaped, scales
from attractron.wires.flow.integrate import Ends, prepare, solve
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.validity import METHOD, REFERENCES, bare_strong, notes, source_grows, triplet_note
from attractron.wires.model import KNOBS, CoupledWires, initial_couplings

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
    flows = prepare(initial_couplings(fields), beta, scheme)
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
    ends: Ends = solve(prepare(initial_couplings(fields), wires.beta, scheme), both=False)
    return ends.phase


NORMALISATIONS = {"operator-product": 1.0, "literal": 1 / np.sqrt(8.0)}
"""Factor on the couplings y and y_2: with H's g read literally (g = V/2, y = g/(πū)) y² is 8 times smaller than the
operator product and one-loop fermions give (g = 2V, y = g/(√2πū))."""

CUTOFFS = (Tanh(), Sharp(), Frozen())


def scheme_spread(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    cutoffs: Iterable[Cutoff] = CUTOFFS,
    feedbacks: Iterable[str] = ("published", "complete"),
    normalisations: Iterable[str] = ("operator-product", "literal"),
    y_threshold: float = 1.0,
    ys_threshold: float = 1.0,
    workers: int | None = None,
) -> "xr.Dataset":
    """Phases over parameters under every combination of conventions.

    Args:
        wires: the bare couplings, with y = g/(√2πū).
        axes: as in `phase_diagram`.
        cutoffs: how mismatch cuts off.
        feedbacks: "published", "complete".
        normalisations: "operator-product" (y as given) and "literal" (y/√8, the paper's text taken at its word).
        y_threshold, ys_threshold, workers: as in `phase_diagram`.

    Returns:
        Dataset with the dimension `scheme` (a text each): `phase` (scheme, …) with CF flags; `schemes_in`
        (in_phase, …), the fraction of schemes that find each phase; `unanimous` (…), where all agree, so that its
        complement is the band of uncertainty; `share` (scheme, in_phase), the part of the grid's points in each phase.

    Raises:
        InputError: nothing to compare, or as `phase_diagram`.
    """
    names = [choice("normalisations", name, NORMALISATIONS) for name in normalisations]
    schemes = [
        (Scheme(cutoff=cutoff, feedback=feedback, y_threshold=y_threshold, ys_threshold=ys_threshold), name)
        for cutoff, feedback, name in product(list(cutoffs), list(feedbacks), names)
    ]
    if not schemes:
        raise InputError("cutoffs, feedbacks, normalisations", "hold one choice each at least", "none")
    knobs = checked_axes("axes", axes, KNOBS)
    phase = np.stack([_phase(wires, knobs, scheme, name, workers) for scheme, name in schemes])
    dims = tuple(name for name, values in knobs.items() if np.ndim(values))
    codes = np.array(list(PHASES))
    found = np.stack([phase == code for code in codes])  # (in_phase, scheme, …)
    variables: dict[str, Variable] = {
        "phase": (("scheme", *dims), phase, "1", "phase"),
        "schemes_in": (("in_phase", *dims), found.mean(axis=1), "1", "fraction of schemes in the phase"),
        "unanimous": (dims, (phase == phase[0]).all(axis=0), "1", "all schemes find the same phase"),
        "share": (
            ("scheme", "in_phase"),
            found.reshape(*found.shape[:2], -1).mean(axis=2).T,
            "1",
            "part of the grid's points in the phase",
        ),
    }
    labels = [f"{scheme.cutoff!r}, {scheme.feedback} feedback, {name} y" for scheme, name in schemes]
    result = dataset(
        variables,
        {
            "scheme": ("scheme", labels, "1", "convention"),
            "in_phase": ("in_phase", list(PHASES.values()), "1", "phase"),
            **axis_coordinates(knobs),
        },
        question="wires.scheme_spread",
        parameters=wires.describe(),
        options={"y_threshold": y_threshold, "ys_threshold": ys_threshold},
        method=METHOD,
        validity=[
            "Where schemes differ the flow of second order does not decide: the band is the uncertainty of a boundary."
        ],
        references=REFERENCES,
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def _phase(wires: CoupledWires, knobs: Mapping[str, Any], scheme: Scheme, name: str, workers: int | None) -> Any:
    """Phase codes over the axes under one convention."""
    factor = NORMALISATIONS[name]
    scaled = wires.with_parameters(y=factor * wires.y, y_2=factor * wires.y_2)
    axes = {knob: factor * values if knob in ("y", "y_2") else values for knob, values in knobs.items()}
    diagram = phase_diagram(
        scaled,
        axes,
        cutoff=scheme.cutoff,
        feedback=scheme.feedback,
        y_threshold=scheme.y_threshold,
        ys_threshold=scheme.ys_threshold,
        workers=workers,
    )
    return diagram["phase"].values
