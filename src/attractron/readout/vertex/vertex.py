"""From a charge stability diagram alone to its vertex: triple points, charging lines, interaction and its sign.

The image is fitted as a whole: two families of charging lines that shift each other (`model`), on a smooth background,
in the presence of white and 1/f noise (`scan_noise`), from initial guesses that a global search finds (`search`), and
again with other assumptions on the background where these do not describe it (`fallbacks`). Everything that is
reported follows from the fitted lines (`geometry`, `interaction`, `status`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from threadpoolctl import threadpool_limits

from attractron.core.checks import choice, positive, whole
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, quoted, to_json
from attractron.core.units import to_energy, to_unit
from attractron.readout.lever_arms import lever_arm_matrix
from attractron.readout.vertex.fallbacks import Reading, best_reading
from attractron.readout.vertex.geometry import Geometry
from attractron.readout.vertex.image import prepare
from attractron.readout.vertex.interaction import KnownEnergy
from attractron.readout.vertex.status import BELOW_RESOLUTION, NO_VERTEX, SEVERAL, STATUS, Verdict, explained

STEPS = ("same-sign", "gates")

LINES = ("dot 1, first", "dot 1, second", "dot 2, first", "dot 2, second")
"""Names of the charging lines: each of them ends at the triple point of that name."""

VALIDITY = (
    "Charging lines are taken to bend gently at most, those of one dot alike: lever arms that hardly change over the "
    "window.",
    "Two charging points are in view, one of each dot, and two levels each: no third dot, no second electron.",
    "Uncertainties are one standard deviation from the noise in the residual (white and 1/f along the scan) and 2 % "
    "of a charging line's width (of the interaction 1 % where tunnelling broadens the lines), because their shape is "
    "not exactly the fitted one; errors of the gate voltages are not in them, and of the lever arms only what the "
    "slopes in the image contradict.",
)


def read_vertex(
    image: xr.DataArray | xr.Dataset,
    *,
    lever_arms: ArrayLike | Mapping[str, Mapping[str, float]] | None = None,
    interaction: float | str | None = None,
    temperature: float | str | None = None,
    quantity: str = "current",
    along: str | None = None,
    steps: str = "same-sign",
    seed: int = 0,
) -> xr.Dataset:
    """Read the vertex of two dots in an image of a charge detector's signal over two gates.

    Which of two opposite regions are (1,0) and (0,1) decides on the sign of the interaction: they touch when it is
    repulsive, and (0,0) and (1,1) touch when it is attractive (Hamo et al. 2016, Figs. 2a, b). The image alone does
    not tell them apart, so an assumption does. With lever arms: each dot's charge grows in the direction of its lever
    arms. Without: `steps="same-sign"`, both dots' electrons change the detector's signal in the same direction, so
    that (0,0) and (1,1) are the extremes, or `steps="gates"`, both gates' voltages add charges of the same kind to the
    dot that they couple to more.

    With lever arms α_ig (dot, axis) and the vector s between the triple points, both dots' µ change by
    |W_eff| = |Σ_g α_ig s_g|; the two readings are averaged with their covariance. What they differ by beyond the noise,
    and what they change by when each dot's smaller arm is taken from the slope of its line in the image instead, is
    added to the uncertainty and said in the summary. Charge steps that oppose the lever arms leave no sign.

    Theory: docs/theory/readout.md, eq-vertex, eq-span, eq-scan-noise, eq-bic.

    Args:
        image: DataArray, or Dataset with `signal`, over two gate axes in mV (either direction, unevenly spaced ones
            too). Missing pixels are NaN.
        lever_arms: meV/mV, dot → {axis: α} or an array (dot, axis) in the order of the image's axes. The order of the
            dots is free: they are matched with the lines by direction.
        interaction: |W_eff| in meV (or text with a unit) if it is known: the slopes then give the lever arms.
        temperature: of the electrons in K (or text with a unit) if it is known and alone broadens the lines: their
            width k_B T then gives the lever arms and with them W_eff.
        quantity: "current", or its "derivative" along one axis.
        along: the axis of the derivative; the last one by default.
        steps: "same-sign" or "gates"; with lever arms, "gates" says that the steps may oppose each other.
        seed: of the search.

    Returns:
        Dataset with `status` (CF flags no_vertex, repulsive, attractive, below_resolution, several_vertices);
        `triple_point` (point, axis) mV; `charging_line` (line, end, axis) mV, from a triple point to the edge of the
        window; `charging_line_slope` (line) and `charging_line_angle`, and for the interaction line
        `interaction_line_length` mV and `interaction_line_angle` in degrees from the last axis towards the first;
        `resolution` mV, the length below which no sign is given; `step` (dot) in the signal's units; with lever arms
        `effective_interaction` in meV (positive: repulsive); with `interaction`, `lever_arm` (dot, axis) in meV/mV;
        with `temperature` both (NaN where the sign stays open); `cross_lever_arm` (dot, axis), the lever arms over that
        of the dot's own gate as the slopes have them (see `virtual_gates`);
        `data`, `model` and `residual` over the axes (in blocks of pixels if the image is large); `score` over
        `candidate`, ΔBIC of the vertex and of what else the image may show, best first, and attrs["runner_up"];
        `misfit`, the part of the image's steps that the vertex leaves. Numbers have a one-sigma `*_uncertainty`.
        Without a vertex they are NaN, and `attempted_charging_line` and `attempted_triple_point` are what was refused.
        attrs["summary"] is one sentence.

    Raises:
        InputError: not two axes in mV with at least 16 points each, not a number anywhere or too many missing, a
            constant image, a saturated detector, lever arms for other axes or of parallel lines, more than one of
            lever arms, interaction and temperature.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0.0, 3.5, 40), "delta_V": np.linspace(-1.7, 1.7, 40)}
        >>> image = at.dots.stability_diagram(device, axes, temperature=0.5)["detector_current"]
        >>> found = at.readout.read_vertex(image, lever_arms=[[1, 1], [1, -1]])  # meV/mV
        >>> print(f"W_eff = {float(found['effective_interaction']):.2f} meV")
        W_eff = -1.47 meV
    """
    prepared = prepare(image, quantity, along)
    arms = None if lever_arms is None else lever_arm_matrix(lever_arms, prepared.names)
    known = _known_energy(arms, interaction, temperature)
    choice("steps", steps, STEPS)
    first = whole("seed", seed)
    with threadpool_limits(limits=1):  # products of small matrices: more threads wait for each other, for seconds
        found = best_reading(prepared, first, arms, steps, known)
        found = replace(found, verdict=explained(found.verdict, found.fitted))
    read, verdict = found.read, found.verdict
    result = _labelled(found)
    result.attrs["options"] = _options(quantity, along, steps, arms, interaction, temperature, seed)
    result.attrs["summary"] = " ".join(filter(None, [_summary(result, read, verdict), found.said]))
    return result


def _known_energy(arms: Any, interaction: float | str | None, temperature: float | str | None) -> KnownEnergy | None:
    given = [
        name
        for name, value in (("lever_arms", arms), ("interaction", interaction), ("temperature", temperature))
        if value is not None
    ]
    if len(given) > 1:
        raise InputError(given[-1], f"be left out where {given[0]} is given", "both", "one of them fixes the energies")
    if interaction is not None:
        return KnownEnergy(interaction=positive("interaction", to_energy("interaction", interaction)))
    if temperature is not None:
        return KnownEnergy(temperature=positive("temperature", to_unit("temperature", temperature, "K")))
    return None


def _options(*values: Any) -> str:
    names = ("quantity", "along", "steps", "lever_arms", "interaction", "temperature", "seed")
    return to_json(dict(zip(names, values, strict=True)))


def _labelled(found: Reading) -> xr.Dataset:
    fitted, read, verdict = found.fitted, found.read, found.verdict
    names = fitted.image.names
    scale = fitted.image.scale
    units = fitted.image.units
    blank = verdict.status in (NO_VERTEX, SEVERAL)
    variables: dict[str, Variable] = {
        "data": (names, fitted.image.values * scale, units, "signal less its mean"),
        "model": (names, fitted.model * scale, units, "fitted signal"),
        "residual": (names, (fitted.image.values - fitted.model) * scale, units, "data less fit"),
        "status": ((), verdict.status, "1", "what was found"),
    }
    for name, (dims, value, error, unit, label) in read.values.items():
        hide = blank or (name == "effective_interaction" and not verdict.signed)
        variables[name] = (dims, np.full_like(value, np.nan) if hide else value, unit, label)
        variables[f"{name}_uncertainty"] = (
            dims,
            np.full_like(error, np.nan) if hide else error,
            unit,
            f"standard deviation of the {label}",
        )
    variables["charging_line"] = (
        ("line", "end", "axis"),
        np.full((4, 2, 2), np.nan) if blank else read.segments,
        "mV",
        "charging lines from the triple point to the edge",
    )
    if blank:  # kept apart from what was read, for the picture
        attempt = "of the attempt that was refused"
        variables["attempted_charging_line"] = (
            ("line", "end", "axis"),
            read.segments,
            "mV",
            f"charging lines {attempt}",
        )
        variables["attempted_triple_point"] = (("point", "axis"), read.points, "mV", f"triple points {attempt}")
    if verdict.rivals is not None:
        variables |= verdict.rivals.variables()
    variables["misfit"] = ((), verdict.left, "1", "part of the image's steps that the vertex leaves")
    variables["resolution"] = (
        (),
        np.nan if blank else read.resolution,
        "mV",
        "length below which the interaction has no sign",
    )
    result = dataset(
        variables,
        {
            **{name: (name, values, "mV", str(name)) for name, values in zip(names, fitted.image.axes, strict=True)},
            "axis": ("axis", list(names), "1", "gate axis"),
            "line": ("line", list(LINES), "1", "charging line"),
            "dot": ("dot", [1, 2], "1", "dot"),
            **({} if verdict.rivals is None else verdict.rivals.coordinates()),
        },
        question="readout.read_vertex",
        parameters={},
        method="global search (differential evolution), then generalised least squares of two shifting charging lines",
        validity=(*VALIDITY, *read.notes, *read.doubts, *found.notes, *verdict.reasons),
        references=("hamo2016", "vanderwiel2002"),
    )
    result["status"].attrs.update(flags(STATUS))
    result.attrs["runner_up"] = "" if verdict.rivals is None else verdict.rivals.runner_up
    result.attrs["instead"] = verdict.instead
    return result


def _place(point: xr.Dataset) -> str:
    """A triple point, to the second digit of its uncertainty."""
    errors = point["triple_point_uncertainty"].to_numpy()
    known = errors[np.isfinite(errors) & (errors > 0)]
    digits = max(0, 1 - int(np.floor(np.log10(known.max())))) if known.size else 3
    return f"({', '.join(f'{value:.{digits}f}' for value in point['triple_point'].to_numpy()[::-1])})"


def _summary(result: xr.Dataset, read: Geometry, verdict: Verdict) -> str:
    reasons = " ".join(verdict.reasons)
    if verdict.status == NO_VERTEX:
        return f"No vertex can be read. {reasons}"
    if verdict.status == SEVERAL:
        return f"More is in view than the charging lines of one vertex: crop the image to one vertex. {reasons}"
    # In the order of the picture: the last axis runs to the right.
    names = ", ".join(str(name) for name in result["axis"].to_numpy()[::-1])
    first, second = (_place(point) for point in (result.isel(point=0), result.isel(point=1)))
    where = (
        f"triple points at ({names}) = {first} and {second} mV, {quoted(result, 'interaction_line_length', 'mV')} apart"
    )
    if not verdict.signed:
        return f"The sign of the vertex's interaction stays open: {where}. {reasons}"
    if verdict.status == BELOW_RESOLUTION:
        start = f"The vertex's interaction is below resolution: {where}"
    elif "effective_interaction" in result and "lever_arm" not in result:
        start = f"The vertex is {STATUS[verdict.status]}: {where}"
    else:
        start = f"The vertex is {STATUS[verdict.status]} ({read.assumption}): {where}"
    if "effective_interaction" not in result:
        return f"{start}."
    return " ".join([f"{start}, W_eff = {quoted(result, 'effective_interaction', 'meV')}.", *read.doubts])
