"""What fitted charging lines mean: triple points, slopes, the sign of the interaction, steps, and uncertainties.

The fit knows lines over the window; here they become gate voltages, and the covariance of the fit becomes uncertainties
of what is reported, to first order. Which way a dot's charge is counted is not in the image (n → 1 - n changes the
sign of W): lever arms decide it, or an assumption that is named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.readout.vertex.fit import SHAPES, VertexFit
from attractron.readout.vertex.interaction import (
    WARNING,
    KnownEnergy,
    contradiction,
    estimates,
    interaction,
    on_thermal_widths,
)
from attractron.readout.vertex.model import (
    FULL_WIDTH,
    INTERACTION,
    WIDTHS,
    central_differences,
    flipped,
    gradients,
    line,
    triple_points,
)

ASSUMPTIONS = {
    "same-sign": "taking both dots' charges to step the signal the same way",
    "gates": "taking both gates to add charges of the same kind",
}
"""What the sign rests on without lever arms."""

Number = tuple[tuple[str, ...], FloatArray, FloatArray, str, str]
"""Dimensions, value, uncertainty, units, long name."""


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """The vertex in gate voltages.

    Attributes:
        points: triple points, (point, axis), mV.
        span: from the first to the second triple point, mV.
        sign: of the interaction, +1 repulsive or -1 attractive, under the assumption that was made.
        given_arms: lever arms were given and decide on the sign.
        significance: of the interaction: |W| over its standard deviation.
        resolution: length in mV below which the sign is not trusted.
        steps: change of the signal with the charge of each dot, in the signal's units.
        opposed: with the lever arms given, the dots' charges step the signal in opposite directions.
        contradiction: relative difference of the interaction as the two dots' lever arms read it, zero if explained.
        values: results, name → (dimensions, value, uncertainty, units, long name).
        segments: charging lines from their triple points to the edge, (line, end, axis), mV.
        notes: what was assumed.
        doubts: what contradicts the lever arms, to be said beside the number itself.
        assumption: what the sign rests on, in some words.
    """

    points: FloatArray
    span: FloatArray
    sign: float
    given_arms: bool
    significance: float
    resolution: float
    steps: FloatArray
    opposed: bool
    contradiction: float
    values: Mapping[str, Number]
    segments: FloatArray
    notes: tuple[str, ...]
    doubts: tuple[str, ...]
    assumption: str


@dataclass(frozen=True, eq=False)
class InGates:
    """What the fit's parameters mean in gate voltages; each with its uncertainty by `with_error`.

    Attributes:
        middle: of the window, mV.
        half: extent of the window, mV.
        shape: the fit's parameters, charges counted as is assumed.
        covariance: of all parameters of the fit, the same.
    """

    middle: FloatArray
    half: FloatArray
    shape: FloatArray
    covariance: FloatArray

    def with_error(self, function: Callable[[FloatArray], FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Value and uncertainty of a function of the geometry, to first order."""
        slopes, own = central_differences(function, self.shape), self.covariance[:SHAPES, :SHAPES]
        return function(self.shape), np.einsum("...i,ij,...j->...", slopes, own, slopes) ** 0.5

    def points(self, parameters: FloatArray) -> FloatArray:
        """Triple points, (point, axis), mV."""
        return np.asarray(self.middle + self.half * triple_points(parameters))

    def span(self, parameters: FloatArray) -> FloatArray:
        """From the first triple point to the second, (axis,), mV."""
        both = self.points(parameters)
        return np.asarray(both[1] - both[0])

    def across(self, parameters: FloatArray) -> FloatArray:
        """∂µ_i/∂V, (dot, axis), in units of the fit's energies."""
        return np.asarray(gradients(parameters) / self.half)

    def normals(self, parameters: FloatArray) -> FloatArray:
        """Across each charging line at its triple point, (axis, line)."""
        places = triple_points(parameters)
        return np.stack(
            [gradients(parameters, places[end])[dot] / self.half for dot in (0, 1) for end in (0, 1)], axis=1
        )

    def slopes(self, parameters: FloatArray) -> FloatArray:
        """Of the charging lines, first axis over last."""
        normals = self.normals(parameters)
        return np.asarray(-normals[1] / normals[0])

    def angles(self, parameters: FloatArray) -> FloatArray:
        """Of the charging lines, degrees."""
        normals = self.normals(parameters)
        return _angle(np.stack([-normals[1], normals[0]]))

    def cross(self, parameters: FloatArray) -> FloatArray:
        """Lever arms over that of the dot's own gate, (dot, axis)."""
        normals = self.across(parameters)
        return np.asarray(normals / normals[[0, 1], dots_own_gates(normals)][:, None])

    def lines(self) -> dict[str, Number]:
        """The triple points, the charging lines and the line between the triple points."""
        length = self.with_error(lambda parameters: np.hypot(*self.span(parameters)))
        angle = self.with_error(lambda parameters: _angle(self.span(parameters)))
        line, along = ("line",), "from the last axis"
        return {
            "triple_point": (("point", "axis"), *self.with_error(self.points), "mV", "triple point"),
            "charging_line_slope": (
                line,
                *self.with_error(self.slopes),
                "1",
                "slope of the charging line, first axis over last",
            ),
            "charging_line_angle": (
                line,
                *self.with_error(self.angles),
                "degree",
                f"angle of the charging line {along}",
            ),
            "cross_lever_arm": (
                ("dot", "axis"),
                *self.with_error(self.cross),
                "1",
                "lever arm over that of the dot's own gate, from the slopes",
            ),
            "interaction_line_length": ((), *length, "mV", "length of the interaction line"),
            "interaction_line_angle": ((), *angle, "degree", f"angle of the interaction line {along}"),
        }

    def energies(self, known: KnownEnergy) -> dict[str, Number]:
        """What an energy that is known adds: lever arms, and if it is the temperature the interaction."""
        arms = self.with_error(lambda parameters: self.across(parameters) * known.scale(parameters))
        found: dict[str, Number] = {
            "lever_arm": (("dot", "axis"), *arms, "meV/mV", "lever arm from the energy that is known")
        }
        if known.temperature is not None:
            number = self.with_error(lambda parameters: parameters[INTERACTION] * known.scale(parameters))
            found["effective_interaction"] = ((), *number, "meV", "effective interaction")
        return found


def geometry(fitted: VertexFit, arms: FloatArray | None, steps: str, known: KnownEnergy | None) -> Geometry:
    """The vertex from a fit.

    Args:
        fitted: the fit.
        arms: lever arms (dot, axis) in meV/mV, or None.
        steps: the assumption that decides on the sign without lever arms.
        known: an energy that is known, or None.
    """
    middle, half = fitted.image.frame
    shape, heights, arms, note, doubts = oriented(fitted, arms, steps)
    # A dot whose charge is counted the other way round turns the sign of W, and so its correlations.
    turned = np.ones(len(fitted.parameters))
    turned[INTERACTION] = np.sign(shape[INTERACTION] * fitted.shape[INTERACTION]) or 1.0
    covariance = fitted.covariance * np.outer(turned, turned)
    gates = InGates(middle, half, shape, covariance)
    vector = gates.span(shape)
    values = gates.lines()
    values["step"] = (
        ("dot",),
        heights,
        fitted.step_errors * fitted.image.scale,
        fitted.image.units,
        "change of the signal with one more charge on the dot",
    )
    notes = [note]
    if known is not None:
        values |= gates.energies(known)
        notes += on_thermal_widths(fitted) if known.temperature is not None else []
    sign, disagreement = float(np.sign(shape[INTERACTION])) or 1.0, 0.0
    if arms is not None:
        # Both dots' µ rise along the line when they repel; a faint dot's own lines are not needed for that.
        sign = float(np.sign(np.prod(arms @ vector))) or 1.0
        read, errors = estimates(gates.span, gates.across, arms, covariance, shape)
        size, error, more = interaction(read, errors)
        values["effective_interaction"] = ((), sign * size, error, "meV", "effective interaction")
        doubts = [*doubts, *more]
        disagreement = contradiction(read, errors)
    return Geometry(
        points=gates.points(shape),
        span=vector,
        sign=sign,
        given_arms=arms is not None,
        significance=float(abs(shape[INTERACTION]) / covariance[INTERACTION, INTERACTION] ** 0.5),
        resolution=_resolution(fitted, shape, vector),
        steps=heights,
        opposed=arms is not None and steps == "same-sign" and bool(heights.prod() < 0),
        contradiction=disagreement,
        values=values,
        segments=_segments(shape, middle, half),
        notes=tuple(notes),
        doubts=tuple(doubts),
        assumption="as the lever arms say" if arms is not None else ASSUMPTIONS[steps],
    )


def oriented(
    fitted: VertexFit, arms: FloatArray | None, steps: str
) -> tuple[FloatArray, FloatArray, FloatArray | None, str, list[str]]:
    """Parameters and step heights with each dot's charge counted as the assumption says, arms in the fit's order, the
    assumption as a note, and doubts about the arms."""
    doubts = []
    _, half = fitted.image.frame
    shape, heights = fitted.shape, fitted.steps * fitted.image.scale
    normals = gradients(shape) / half  # (dot, axis), in gate voltages
    unit = normals / np.hypot(*normals.T)[:, None]
    if arms is not None:
        toward = unit @ (arms / np.hypot(*arms.T)[:, None]).T  # (fitted dot, given dot)
        if abs(toward[0, 1]) + abs(toward[1, 0]) > abs(toward[0, 0]) + abs(toward[1, 1]):
            arms, toward = arms[::-1], toward[:, ::-1]
        directions = np.sign(np.diag(toward))
        note = "The lever arms decide which way charges grow, and so the sign of the interaction."
        off = np.degrees(np.arccos(np.clip(np.abs(np.diag(toward)), 0, 1))).max()
        if off > 5:
            doubts.append(f"{WARNING}their charging lines are up to {off:.0f} degrees off those in the image.")
    elif steps == "same-sign":
        directions = np.where(heights > 0, 1.0, -1.0)
        if (directions @ unit).sum() < 0:  # of the two ways to count, the one in which gates attract electrons
            directions = -directions
        note = "Sign of the interaction: both dots' charges are taken to step the signal in the same direction."
    else:
        main = np.argmax(np.abs(unit), axis=1)
        directions = np.sign(unit[[0, 1], main])
        note = "Sign of the interaction: both gate voltages are taken to add the same kind of charge."
    for dot in (0, 1):
        if directions[dot] < 0:
            shape = flipped(shape, dot)
            heights = heights * np.where(np.arange(2) == dot, -1.0, 1.0)
    return shape, heights, arms, note, doubts


def _resolution(fitted: VertexFit, shape: FloatArray, span: FloatArray) -> float:
    """Length in mV below which the sign is not trusted: three standard deviations, two pixels, or half of the
    narrower dot's line width (full width at half maximum), whatever is longest."""
    length = float(np.hypot(*span))
    pixels = np.array([np.abs(np.diff(values)).max() for values in fitted.image.axes])
    pixel = float(np.hypot(*(pixels * span)) / max(length, 1e-300))
    width = FULL_WIDTH * np.exp(shape[WIDTHS]).min() / max(abs(shape[INTERACTION]), 1e-300) * length
    error = float(fitted.covariance[INTERACTION, INTERACTION] ** 0.5 / max(abs(shape[INTERACTION]), 1e-300) * length)
    return float(max(3 * error, 2 * pixel, width / 2))


def _segments(shape: FloatArray, middle: FloatArray, half: FloatArray) -> FloatArray:
    """Charging lines from their triple point to the window's edge, (line, end, axis), mV."""
    points = triple_points(shape)
    slopes = gradients(shape)
    segments = []
    for dot in (0, 1):
        along = np.array([-slopes[dot, 1], slopes[dot, 0]])
        for point, other in ((points[0], points[1]), (points[1], points[0])):
            # Away from the other triple point, as the other dot's potential sees it.
            away = (np.sign(slopes[1 - dot] @ (point - other)) or 1.0) * np.sign(slopes[1 - dot] @ along)
            places = line(shape, dot, point, away * np.linspace(0, 3, 601))
            inside = np.all(np.abs(places) <= 1, axis=1)
            end = places[np.flatnonzero(inside).max(initial=0)] if inside[0] else point
            segments.append([point, end])
    return np.asarray(middle + half * np.array(segments))


def dots_own_gates(normals: FloatArray) -> NDArray[np.intp]:
    """The axis of each dot's own gate, (dot,): of both ways to pair dots and gates the one that couples more.

    Args:
        normals: of the dots' charging lines in gate voltages, (dot, axis), of any length.
    """
    size = np.abs(normals) / np.hypot(*normals.T)[:, None]
    return np.array([0, 1] if size[0, 0] * size[1, 1] >= size[0, 1] * size[1, 0] else [1, 0])


def _angle(direction: FloatArray) -> FloatArray:
    """Of a direction (axis, …) from the last axis towards the first, in (-90, 90] degrees."""
    flip = np.where(direction[1] < 0, -1.0, 1.0)
    return np.asarray(np.degrees(np.arctan2(direction[0] * flip, direction[1] * flip)))
