"""From a charge stability diagram alone to its vertex: triple points, charging lines, interaction and its sign.

The image is fitted as a whole: two families of charging lines that shift each other (`anticrossing`), on a smooth
background, in the presence of white and 1/f noise (`raster_noise`), from starts that a global search finds
(`vertex_search`). Everything that is reported follows from the fitted lines.

Reading a image again where the plain background does not describe it: richer ones, lines with offsets, luck.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, choice, positive, whole
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, quoted, to_json
from attractron.core.units import to_unit
from attractron.readout.vertex.fit import VertexFit, fit
from attractron.readout.vertex.geometry import WARNING, Geometry, KnownEnergy, geometry, lever_arm_matrix
from attractron.readout.vertex.image import PLAIN, Background, Image, prepare
from attractron.readout.vertex.scan_lines import jumps, lag, restless
from attractron.readout.vertex.search import SIZE
from attractron.readout.vertex.status import BELOW_RESOLUTION, NO_VERTEX, SEVERAL, STATUS, UNDESCRIBED, Verdict, judge

if TYPE_CHECKING:
    import xarray as xr

ORDER = 6
"""Of the polynomial that stands for a background that is not plain."""

INTERVALS = 14
"""Of a ridge's spline: knots a tenth of the window apart, several widths of a charging line."""

ANGLES = 36
"""Directions of a ridge that are tried."""

CLEANER = 0.5
"""What a richer background may leave over, of what the plain one does: a further line is left by both."""

CLEAN = 0.02
"""What may be left over in any case."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One reading of a image."""

    fitted: VertexFit
    read: Geometry
    verdict: Verdict

    @property
    def notes(self) -> tuple[str, ...]:
        """How the image was read if not plainly."""
        image, notes = self.fitted.image, []
        if image.levelled is not None:
            line = image.names[image.levelled]
            notes.append(f"The mean of every line along {line} is taken out of data and model alike.")
        if image.lag:
            notes.append(
                f"Every other line was shifted by {abs(image.lag):.2g} pixels, which is undone as if both "
                "directions of the sweep lagged alike."
            )
        if image.background.intervals:
            notes.append("The background is richer than a quadratic: a function of one combination of the gates.")
        elif image.background.order > PLAIN.order:
            notes.append(f"The background is richer than a quadratic: a polynomial of order {image.background.order}.")
        return tuple(notes)

    @property
    def found(self) -> bool:
        """It shows one vertex."""
        return self.verdict.status not in (NO_VERTEX, SEVERAL)


def attempt(image: Image, seed: int, arms: FloatArray | None, steps: str, known: KnownEnergy | None) -> Attempt:
    """Fit a image, and judge."""
    fitted = fit(image, seed, arms)
    read = geometry(fitted, arms, steps, known)
    return Attempt(fitted=fitted, read=read, verdict=judge(fitted, read))


def best_attempt(image: Image, seed: int, arms: FloatArray | None, steps: str, known: KnownEnergy | None) -> Attempt:
    """The plain reading if it describes the image; else the first of others that does, or the plain one after all."""
    plain = attempt(image, seed, arms, steps, known)
    if not plain.verdict.structured:
        return plain
    most = CLEANER * plain.verdict.left if plain.verdict.status == SEVERAL else np.inf
    for other in _otherwise(image, plain.fitted.noise.fast):
        again = attempt(other, seed, arms, steps, known)
        if again.found and again.verdict.left < min(max(most, CLEAN), UNDESCRIBED[0]):
            return again
    if plain.found or not plain.verdict.doubtful:
        return plain
    # A search that misses what is there is repeated with other hypotheses.
    last = attempt(image, seed + 1000, arms, steps, known)
    return last if last.verdict.left < UNDESCRIBED[0] else plain


def _otherwise(image: Image, fast: int) -> Iterator[Image]:
    """Without a lag; without the offsets of lines along the fast axis if they jump; on richer backgrounds."""
    known = image.levelled is not None
    axis, pixels = lag(image.values)
    if pixels:
        image = image.without_lag(axis, pixels)
        yield image
    jump = not known and jumps(image.values, fast)
    base = image.level(fast) if jump else image
    if jump:
        yield base
    coarse = base.coarse(SIZE)
    richer = [ridge(coarse), Background(order=ORDER)]
    for background in sorted(richer, key=lambda background: unexplained(coarse, background)):
        yield replace(base, background=background)
    if not known and not jump and restless(image.values, fast):
        yield image.level(fast)


def ridge(image: Image) -> Background:
    """The background of one electrochemical potential whose direction explains most of a image."""
    from scipy.optimize import minimize_scalar

    def unexplained_at(angle: float) -> float:
        return unexplained(image, Background(angle=angle, intervals=INTERVALS))

    step = np.pi / ANGLES
    start = step * int(np.argmin([unexplained_at(step * number) for number in range(ANGLES)]))
    found = minimize_scalar(unexplained_at, bounds=(start - step, start + step), method="bounded")
    return Background(angle=float(found.x), intervals=INTERVALS)


def unexplained(image: Image, background: Background) -> float:
    """Part of a image's square that a family of backgrounds leaves."""
    terms = replace(image, background=background).background_terms.reshape(-1, image.values.size).T
    data = image.values.ravel()
    left = data - terms @ np.linalg.lstsq(terms, data)[0]
    return float(left @ left / (data @ data))


STEPS = ("same-sign", "gates")

LINES = ("dot 1, first", "dot 1, second", "dot 2, first", "dot 2, second")
"""Names of the charging lines: each of them ends at the triple point of that name."""

VALIDITY = (
    "Charging lines are taken to bend gently at most, those of one dot alike: lever arms that hardly change over the "
    "window.",
    "Two charging points are in view, one of each dot, and two levels each: no third dot, no second electron.",
    "Uncertainties are one standard deviation from the noise in the residual (white and 1/f along the raster) and 2 % "
    "of a charging line's width, because its shape is not exactly the fitted one; errors of the gate voltages are not "
    "in them, and of the lever arms only what the slopes in the image contradict.",
)


def read_vertex(
    image: "xr.DataArray | xr.Dataset",
    *,
    lever_arms: ArrayLike | Mapping[str, Mapping[str, float]] | None = None,
    interaction: float | str | None = None,
    temperature: float | str | None = None,
    quantity: str = "current",
    along: str | None = None,
    steps: str = "same-sign",
    seed: int = 0,
) -> "xr.Dataset":
    """Read the vertex of two dots in a image of a charge detector's signal over two gates.

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
        with `temperature` both (NaN where the sign stays open);
        `data`, `model` and `residual` over the axes (in blocks of pixels if the image is large). All but images
        and status have a one-sigma `*_uncertainty`. Without a vertex the numbers are NaN. attrs["summary"] is one
        sentence.

    Raises:
        InputError: not two axes in mV with at least 16 points each, not a number anywhere or too many missing, a
            constant image, a saturated detector, lever arms for other axes or of parallel lines, more than one of
            lever arms, interaction and temperature.
    """
    from threadpoolctl import threadpool_limits

    prepared = prepare(image, quantity, along)
    arms = None if lever_arms is None else lever_arm_matrix(lever_arms, prepared.names)
    known = _known_energy(arms, interaction, temperature)
    choice("steps", steps, STEPS)
    first = whole("seed", seed)
    with threadpool_limits(limits=1):  # products of small matrices: more threads wait for each other, for seconds
        found = best_attempt(prepared, first, arms, steps, known)
    read, verdict = found.read, found.verdict
    result = _labelled(image, found)
    result.attrs["options"] = _options(quantity, along, steps, arms, interaction, temperature, seed)
    result.attrs["summary"] = _summary(result, read, verdict)
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
        return KnownEnergy(interaction=positive("interaction", to_unit("interaction", interaction, "meV")))
    if temperature is not None:
        return KnownEnergy(temperature=positive("temperature", to_unit("temperature", temperature, "K")))
    return None


def _options(*values: Any) -> str:
    names = ("quantity", "along", "steps", "lever_arms", "interaction", "temperature", "seed")
    return to_json(dict(zip(names, values, strict=True)))


def _labelled(image: Any, found: Attempt) -> "xr.Dataset":
    fitted, read, verdict = found.fitted, found.read, found.verdict
    names = fitted.image.names
    scale = fitted.image.scale
    units = _units(image)
    blank = verdict.status in (NO_VERTEX, SEVERAL)
    variables: dict[str, Variable] = {
        "data": (names, fitted.image.values * scale, units, "signal less its mean"),
        "model": (names, fitted.model * scale, units, "fitted signal"),
        "residual": (names, (fitted.image.values - fitted.model) * scale, units, "data less fit"),
        "status": ((), verdict.status, "1", "what was found"),
    }
    for name, (dims, value, error, unit, label) in read.numbers(units).items():
        hide = (blank and name != "step") or (name == "effective_interaction" and not verdict.signed)
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
    variables["resolution"] = ((), read.resolution, "mV", "length below which the interaction has no sign")
    result = dataset(
        variables,
        {
            **{name: (name, values, "mV", str(name)) for name, values in zip(names, fitted.image.axes, strict=True)},
            "axis": ("axis", list(names), "1", "gate axis"),
            "line": ("line", list(LINES), "1", "charging line"),
            "dot": ("dot", [1, 2], "1", "dot"),
        },
        question="readout.read_vertex",
        parameters={},
        method="global search (differential evolution), then generalised least squares of two shifting charging lines",
        validity=(*VALIDITY, *read.notes, *found.notes, *verdict.reasons),
        references=("hamo2016", "vanderwiel2002"),
    )
    result["status"].attrs.update(flags(STATUS))
    return result


def _units(image: Any) -> str:
    array = image if hasattr(image, "dtype") else image["signal" if "signal" in image else next(iter(image.data_vars))]
    return str(array.attrs.get("units", "a.u."))


def _summary(result: "xr.Dataset", read: Geometry, verdict: Verdict) -> str:
    reasons = " ".join(verdict.reasons)
    if verdict.status == NO_VERTEX:
        return f"No vertex is in view. {reasons}"
    if verdict.status == SEVERAL:
        return f"More is in view than the charging lines of one vertex: crop the image to one vertex. {reasons}"
    names = ", ".join(str(name) for name in result["axis"].to_numpy())
    first, second = (f"({a:.4g}, {b:.4g})" for a, b in result["triple_point"].to_numpy())
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
    doubts = [note for note in read.notes if note.startswith(WARNING)]
    return " ".join([f"{start}, W_eff = {quoted(result, 'effective_interaction', 'meV')}.", *doubts])
