"""Phase diagrams over any parameters of coupled wires, and what becomes of them under other conventions.

A diagram belongs to a scheme: how the mismatch cuts the couplings off, which feedback is kept, how y is normalised. The
same diagram under all of them shows what they agree on; the band between their boundaries is the uncertainty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray, choice, whole
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.wires.flow.cutoffs import Cutoff, Frozen, Sharp, Tanh
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.flow import Flat, answers
from attractron.wires.flow.integrate import prepare, solve
from attractron.wires.flow.scheme import Scheme, chosen
from attractron.wires.flow.validity import METHOD, REFERENCES, bare_strong, notes, source_grows, triplet_note
from attractron.wires.model import KNOBS, CoupledWires, initial_couplings

BLOCK = 1 << 16
"""Flows in memory at once; the result alone grows with the diagram."""

ANSWERS = ("phase", "l_spin", "l_trion", "source_grows", "bare_strong")
END = ("K_c_tilde_end", "K_tilde_end", "Q_end")


def phase_diagram(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    scheme: Scheme | None = None,
    end: bool = False,
    workers: int | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """Phase and scales over parameters (Shavit and Oreg 2020, Figs. 3 to 5); the equations are those of `flow`.

    Theory: docs/theory/wires.md, eq-flow, eq-scales.

    Args:
        wires: the initial couplings.
        axes: knob → values; one-dimensional arrays make dimensions in the order given, numbers fix a knob.
        scheme: all conventions (`attractron.wires.Scheme`).
        end: add `K_c_tilde_end`, `K_tilde_end` and `Q_end`, the quadratic part at the end of the flows.
        workers: threads; by default one for each core. The numbers do not depend on it.
        conventions: fields of the scheme by name, instead of it: `cutoff`, `y_threshold`, `ys_threshold`,
            `strong_coupling`, `l_max`, `stop`, `feedback`, `spin`, `phase_factor`.

    Returns:
        Dataset over the axes: `phase` with CF flags; `l_spin`, `l_trion` (infinite: never; not a number: the flow ended
        before, with stop="first"); marks `source_grows` (x > 1/χ: the tanh cut-off does not cut) and `bare_strong`.

    Raises:
        InputError: an unknown choice or knob, numbers outside their range, the published feedback off the line (13).

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
        >>> found = at.wires.phase_diagram(wires, {"mismatch": [0.01, 0.3], "y": [0.05, 0.2, 0.5]})
        >>> found.phase.values.tolist()  # 0 decoupled, 1 paired, 2 trion
        [[2, 2, 2], [1, 1, 2]]
    """
    knobs, names = over_axes("axes", axes, KNOBS), ANSWERS + (END if end else ())
    threads = None if workers is None else whole("workers", workers, at_least=1)
    conventional = chosen(scheme, conventions)
    flat = answers_over(wires, knobs, conventional, names, threads)
    result = dataset(
        {name: (knobs.dims, *entry) for name, entry in flat.items()},
        knobs.labelled(KNOBS),
        question="wires.phase_diagram",
        parameters=wires.describe(),
        options={**conventional.describe(), "fixed": knobs.fixed},
        method=METHOD,
        validity=[
            *notes(conventional, flat["source_grows"][0], flat["bare_strong"][0]),
            *triplet_note(flat["phase"][0]),
        ],
        references=REFERENCES,
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


def answers_over(
    wires: CoupledWires, knobs: Axes, scheme: Scheme, names: Iterable[str] = ANSWERS, workers: int | None = None
) -> Flat:
    """What is known of the flows over the axes, in the order of `names`; errors as for `phase_diagram`."""
    fields = wires.fields(knobs)
    scheme.check(fields)
    flat: Flat = {}
    for own, swept in knobs.blocks(BLOCK):
        for name, (values, unit, long_name) in answers_at(fields | swept, wires.beta, scheme, workers).items():
            if name in names:
                flat.setdefault(name, (np.empty(knobs.size, values.dtype), unit, long_name))[0][own] = values
    return {name: (knobs.over(flat[name][0]), *flat[name][1:]) for name in names}


def answers_at(fields: Mapping[str, Any], beta: float, scheme: Scheme, workers: int | None = None) -> Flat:
    """Everything that is known of flows from parameters (point,) but their trajectories."""
    flows = prepare(initial_couplings(fields), beta, scheme)
    ends = solve(flows, scheme.stop == "both", workers)
    return answers(ends, flows.par, source_grows(flows, ends, scheme), bare_strong(flows))


def phases_at(wires: CoupledWires, names: tuple[str, str], points: FloatArray, scheme: Scheme) -> NDArray[np.int8]:
    """Phase codes at points (point, 2) of two parameters, checked by the caller."""
    fields = wires.fields(Axes({})) | dict(zip(names, points.T, strict=True))
    return solve(prepare(initial_couplings(fields), wires.beta, scheme), both=False).phase


NORMALISATIONS = {"operator-product": 1.0, "literal": 1 / np.sqrt(8.0)}
"""Factor on the couplings y and y_2: with H's g read literally (g = V/2, y = g/(πū)) y² is 8 times smaller than the
operator product and one-loop fermions give (g = 2V, y = g/(√2πū))."""

CUTOFFS = (Tanh(), Sharp(), Frozen())


def scheme_comparison(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    cutoffs: Iterable[Cutoff] = CUTOFFS,
    feedbacks: Iterable[str] = ("published", "complete"),
    normalisations: Iterable[str] = ("operator-product", "literal"),
    scheme: Scheme | None = None,
    workers: int | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """Phases over parameters under every combination of conventions.

    Args:
        wires: the initial couplings, with y = g/(√2πū).
        axes: as in `phase_diagram`.
        cutoffs: how mismatch cuts off.
        feedbacks: "published", "complete".
        normalisations: "operator-product" (y as given) and "literal" (y/√8, the paper's text taken at its word).
        scheme: all other conventions, the same for all.
        workers: as in `phase_diagram`.
        conventions: fields of the scheme by name, instead of it: `y_threshold`, `ys_threshold`, `spin`, `phase_factor`.

    Returns:
        Dataset with the dimension `scheme` (a text each): `phase` (scheme, …) with CF flags; `schemes_in`
        (in_phase, …), the fraction of schemes that find each phase; `unanimous` (…), where all agree, so that its
        complement is the band of uncertainty; `share` (scheme, in_phase), the part of the grid's points in each phase.

    Raises:
        InputError: nothing to compare, or as `phase_diagram`.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.6, y_s=0.1, y=0.2, upsilon=0.12, mismatch=0.3)
        >>> found = at.wires.scheme_comparison(wires, {"y": [0.05, 0.3]})
        >>> found.sizes["scheme"], found.schemes_in.sel(in_phase="paired").values.round(2).tolist()
        (12, [0.0, 0.17])
    """
    knobs = over_axes("axes", axes, KNOBS)
    common = chosen(scheme, conventions, cutoff=Tanh(), feedback="complete", stop="first")
    names = [choice("normalisations", name, NORMALISATIONS) for name in normalisations]
    schemes = [
        (replace(common, cutoff=cutoff, feedback=feedback), name)
        for cutoff, feedback, name in product(list(cutoffs), list(feedbacks), names)
    ]
    if not schemes:
        raise InputError("cutoffs, feedbacks, normalisations", "hold one choice each at least", "none")
    phase = np.stack([_phase(wires, knobs, own, NORMALISATIONS[name], workers) for own, name in schemes])
    found = np.stack([phase == code for code in PHASES])  # (in_phase, scheme, …)
    share = found.reshape(*found.shape[:2], -1).mean(axis=2).T
    result = dataset(
        {
            "phase": (("scheme", *knobs.dims), phase, "1", "phase"),
            "schemes_in": (("in_phase", *knobs.dims), found.mean(axis=1), "1", "fraction of schemes in the phase"),
            "unanimous": (knobs.dims, (phase == phase[0]).all(axis=0), "1", "all schemes find the same phase"),
            "share": (("scheme", "in_phase"), share, "1", "part of the grid's points in the phase"),
        },
        {
            "scheme": (
                "scheme",
                [f"{own.cutoff!r}, {own.feedback} feedback, {name} y" for own, name in schemes],
                "1",
                "convention",
            ),
            "in_phase": ("in_phase", list(PHASES.values()), "1", "phase"),
            **knobs.labelled(KNOBS),
        },
        question="wires.scheme_comparison",
        parameters=wires.describe(),
        options={
            **{name: value for name, value in common.describe().items() if name not in ("cutoff", "feedback")},
            "fixed": knobs.fixed,
        },
        method=METHOD,
        validity=[
            "Where schemes differ the flow of second order does not decide: the band is the uncertainty of a boundary."
        ],
        references=REFERENCES,
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


scheme_spread = scheme_comparison
"""Its name until 0.1."""


def _phase(wires: CoupledWires, knobs: Axes, scheme: Scheme, factor: float, workers: int | None) -> NDArray[Any]:
    """Phase codes over the axes, all y multiplied by a factor."""
    scaled = wires.with_parameters(y=factor * wires.y, y_2=factor * wires.y_2)
    axes = {name: factor * values if name in ("y", "y_2") else values for name, values in knobs.items()}
    return phase_diagram(scaled, axes, scheme=scheme, workers=workers)["phase"].to_numpy()
