"""The same diagram under all conventions: what they agree on, and the band between them, which is the uncertainty."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import axes as checked_axes
from attractron.core.checks import choice
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.wires.cutoffs import Cutoff, Frozen, Sharp, Tanh
from attractron.wires.flow import axis_coordinates
from attractron.wires.integrate import PHASES, Scheme
from attractron.wires.model import KNOBS, CoupledWires
from attractron.wires.phases import phase_diagram
from attractron.wires.validity import METHOD, REFERENCES

if TYPE_CHECKING:
    import xarray as xr

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
