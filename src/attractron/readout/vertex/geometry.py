"""What fitted charging lines mean: triple points, slopes, the interaction and its sign, lever arms, uncertainties.

The interaction in meV from a vertex and lever arms: two dots' readings, how they agree, and with the image.

With lever arms α_ig (dot, axis) and the vector s between the triple points both dots' µ change by |W_eff|, so that
|α_1·s| and |α_2·s| are two readings of it. The charging lines' normals n_i in the image are parallel to α_i, which is
a third statement on the lever arms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray, choice, finite, shown
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.readout.vertex.fit import SHAPES, VertexFit
from attractron.readout.vertex.model import PARAMETERS, flipped, gradients, line, triple_points

WARNING = "Check the lever arms: "
"""How a note begins that belongs beside the number itself."""

DISAGREEMENT = 3.0
"""Standard deviations by which the dots' readings of the interaction, or slopes, may differ without a note."""

EXPLAINED = 2.0
"""Standard deviations by which a reading may change with the slope in the image and count as noise."""

NOTED = 0.02
"""Part of the interaction from which on such a change is said beside the number."""


def readings(
    span: Callable[[FloatArray], FloatArray],
    across: Callable[[FloatArray], FloatArray],
    arms: FloatArray,
    covariance: FloatArray,
    shape: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """|W_eff| as each dot's lever arms read it, again with only the larger arm of each and the other from the slope of
    the dot's line in the image, and the covariance of these four."""
    main = np.argmax(np.abs(arms), axis=1)
    largest = arms[[0, 1], main]

    def read(parameters: FloatArray) -> FloatArray:
        s, normals = span(parameters), across(parameters)
        return np.asarray(np.abs(np.concatenate([arms @ s, largest * (normals @ s) / normals[[0, 1], main]])))

    size = len(PARAMETERS)
    steps = 1e-6 * np.eye(size)
    changes = [(read(shape + step) - read(shape - step)) / 2e-6 for step in steps]
    jacobian = np.stack(changes, axis=-1)
    return read(shape), np.asarray(jacobian @ covariance[:size, :size] @ jacobian.T)


def contradiction(read: FloatArray, errors: FloatArray) -> float:
    """Relative difference of both dots' readings, or zero where the noise explains it."""
    difference = abs(float(read[0] - read[1]))
    allowed = DISAGREEMENT * np.sqrt(max(errors[0, 0] + errors[1, 1] - 2 * errors[0, 1], 0.0))
    return difference / float(read[:2].mean()) if difference > allowed else 0.0


def interaction(read: FloatArray, errors: FloatArray, sign: float, notes: list[str]) -> tuple[FloatArray, FloatArray]:
    """W_eff and its uncertainty from `readings`: the mean of both dots' own weighted by their covariance."""
    own = errors[:2, :2]
    weights = np.linalg.solve(own + 1e-12 * np.trace(own) * np.eye(2), np.ones(2))
    weights = np.maximum(weights / weights.sum(), 0.0)  # a negative weight would extrapolate beyond both
    weights /= weights.sum()
    value, error = weights @ read[:2], np.sqrt(weights @ own @ weights)
    unexplained = np.sqrt(weights @ _misdirected(read, errors) ** 2)
    apart = (read[0] - read[1]) / 2 if contradiction(read, errors) > 0.05 else 0.0
    if apart:
        notes.append(
            f"{WARNING}the two dots' read {read[0]:.3g} and {read[1]:.3g} meV, more apart than the noise "
            "explains; half of the difference is in the uncertainty."
        )
    if unexplained > max(error, NOTED * value):
        notes.append(
            f"{WARNING}with the slopes in the image and each dot's larger arm alone the dots read {read[2]:.3g} "
            f"and {read[3]:.3g} meV; the difference is in the uncertainty."
        )
    return np.asarray(sign * value), np.asarray(np.linalg.norm([error, apart, unexplained]))


def _misdirected(read: FloatArray, errors: FloatArray) -> FloatArray:
    """By how much each dot's reading changes when its smaller arm comes from the slope of its line, beyond the noise.

    The line's normal n is parallel to the true arms α, so that α' = α_m n/n_m with the larger arm α_m reads the same if
    α is right. The difference D = |α·s| - |α'·s| has the variance σ² from the fit. Within 2σ it counts as explained;
    beyond, D² - σ² estimates the square of what is not.
    """
    difference = read[:2] - read[2:]
    variance = np.maximum(np.diag(errors)[:2] + np.diag(errors)[2:] - 2 * np.diag(errors[:2, 2:]), 0.0)
    left = np.where(difference**2 > EXPLAINED**2 * variance, difference**2 - variance, 0.0)
    return np.asarray(np.sqrt(left))


ASSUMPTIONS = {
    "same-sign": "taking both dots' charges to step the signal the same way",
    "gates": "taking both gates to add charges of the same kind",
}
"""What the sign rests on without lever arms."""

TAILS = 0.5
"""Part of an arctangent in the step's shape from which on tunnelling broadens the lines."""

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
        values: other results, name → (dimensions, value, uncertainty, units, long name).
        segments: charging lines from their triple points to the edge, (line, end, axis), mV.
        notes: what was assumed or looks odd.
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
    assumption: str

    def numbers(self, units: str) -> dict[str, Number]:
        """All results with uncertainties; `units` are the signal's."""
        dims, value, error, _, label = self.values["step"]
        return {**self.values, "step": (dims, value, error, units, label)}


def lever_arm_matrix(given: Any, names: tuple[str, str]) -> FloatArray:
    """Lever arms as an array (dot, axis), meV/mV, or an InputError."""
    if isinstance(given, Mapping):
        if len(given) != 2 or not all(isinstance(entry, Mapping) for entry in given.values()):
            raise InputError("lever_arms", "map two dots to {axis: meV/mV}", shown(given), f"axes {', '.join(names)}")
        for dot, entry in given.items():
            for name in entry:
                choice(f"lever_arms[{dot!r}]", name, names)
        given = [
            [finite(f"lever_arms[{dot!r}]", entry.get(name, 0.0)) for name in names] for dot, entry in given.items()
        ]
    try:
        matrix = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise InputError("lever_arms", "be numbers in meV/mV", shown(given)) from None
    if matrix.shape != (2, 2) or not np.isfinite(matrix).all():
        raise InputError("lever_arms", "be two dots times two axes of finite numbers", shown(matrix.tolist()))
    size = float(np.abs(matrix).max()) or 1.0  # keeps squares in range
    lengths = np.hypot(*(matrix / size).T)
    if abs(np.linalg.det(matrix / size)) <= 1e-3 * lengths.prod():
        raise InputError("lever_arms", "have charging lines that cross", shown(matrix.tolist()))
    return matrix


@dataclass(frozen=True, kw_only=True)
class KnownEnergy:
    """An energy that is known from elsewhere and gives the image its scale: at most one of them is not None.

    Attributes:
        interaction: |W_eff| in meV.
        temperature: K, of lines that temperature alone broadens.
    """

    interaction: float | None = None
    temperature: float | None = None

    def scale(self, parameters: FloatArray) -> FloatArray:
        """meV in one unit of energy of the fit."""
        if self.interaction is not None:
            return np.asarray(self.interaction / abs(parameters[5]))
        # Both dots' lines are k_B T wide; the mean of the logarithms keeps the ratio of the lever arms out of it.
        return np.asarray(K_B * (self.temperature or 0.0) / np.exp(parameters[[6, 7]].mean()))


def geometry(fitted: VertexFit, arms: FloatArray | None, steps: str, known: KnownEnergy | None) -> Geometry:
    """The vertex from a fit.

    Args:
        fitted: the fit.
        arms: lever arms (dot, axis) in meV/mV, or None.
        steps: the assumption that decides on the sign without lever arms.
        known: an energy that is known, or None.
    """
    middle, half = fitted.image.frame
    notes: list[str] = []
    shape, heights, arms = _oriented(fitted, arms, steps, notes)
    turned = np.ones(len(fitted.parameters))
    turned[5] = np.sign(shape[5] * fitted.shape[5]) or 1.0
    covariance = fitted.covariance * np.outer(turned, turned)

    def spread(function: Callable[[FloatArray], FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Value and covariance of a function of the geometry, to first order."""
        value = function(shape)
        changes = []
        for step in 1e-6 * np.eye(len(shape)):
            changes.append((function(shape + step) - function(shape - step)) / 2e-6)
        jacobian = np.stack(changes, axis=-1)
        return value, np.einsum("...i,ij,...j->...", jacobian, covariance[:SHAPES, :SHAPES], jacobian) ** 0.5

    def points(parameters: FloatArray) -> FloatArray:
        return np.asarray(middle + half * triple_points(parameters))

    def span(parameters: FloatArray) -> FloatArray:
        both = points(parameters)
        return np.asarray(both[1] - both[0])

    def normals(parameters: FloatArray) -> FloatArray:
        """Across each charging line at its triple point, (axis, line)."""
        places = triple_points(parameters)
        return np.stack([gradients(parameters, places[end])[dot] / half for dot in (0, 1) for end in (0, 1)], axis=1)

    def slopes(parameters: FloatArray) -> FloatArray:
        across = normals(parameters)
        return np.asarray(-across[1] / across[0])

    def angles(parameters: FloatArray) -> FloatArray:
        across = normals(parameters)
        return _angle(np.stack([-across[1], across[0]]))

    vector = span(shape)
    line = ("line",)
    values: dict[str, Number] = {
        "triple_point": (("point", "axis"), *spread(points), "mV", "triple point"),
        "charging_line_slope": (line, *spread(slopes), "1", "slope of the charging line, first axis over last"),
        "charging_line_angle": (line, *spread(angles), "degree", "angle of the charging line from the last axis"),
        "interaction_line_length": (
            (),
            *spread(lambda parameters: np.hypot(*span(parameters))),
            "mV",
            "length of the interaction line",
        ),
        "interaction_line_angle": (
            (),
            *spread(lambda parameters: _angle(span(parameters))),
            "degree",
            "angle of the interaction line from the last axis",
        ),
        "step": (
            ("dot",),
            heights,
            np.diag(covariance)[SHAPES : SHAPES + 2] ** 0.5 * fitted.image.scale,
            "",
            "change of the signal with one more charge on the dot",
        ),
    }
    if known is not None:
        values["lever_arm"] = (
            ("dot", "axis"),
            *spread(lambda parameters: gradients(parameters) / half * known.scale(parameters)),
            "meV/mV",
            "lever arm from the energy that is known",
        )
    if known is not None and known.temperature is not None:
        number = spread(lambda parameters: parameters[5] * known.scale(parameters))
        values["effective_interaction"] = ((), *number, "meV", "effective interaction")
        notes.extend(_on_thermal_widths(fitted))
    sign, disagreement = float(np.sign(shape[5])) or 1.0, 0.0
    if arms is not None:
        # Both dots' µ rise along the line when they repel; a faint dot's own lines are not needed for that.
        sign = float(np.sign(np.prod(arms @ vector))) or 1.0
        read, errors = readings(span, lambda parameters: gradients(parameters) / half, arms, covariance, shape)
        values["effective_interaction"] = ((), *interaction(read, errors, sign, notes), "meV", "effective interaction")
        disagreement = contradiction(read, errors)
    return Geometry(
        points=points(shape),
        span=vector,
        sign=sign,
        given_arms=arms is not None,
        significance=float(abs(shape[5]) / covariance[5, 5] ** 0.5),
        resolution=_resolution(fitted, shape, vector),
        steps=heights,
        opposed=arms is not None and steps == "same-sign" and bool(heights.prod() < 0),
        contradiction=disagreement,
        values=values,
        segments=_segments(shape, middle, half),
        notes=tuple(notes),
        assumption="as the lever arms say" if arms is not None else ASSUMPTIONS[steps],
    )


def _oriented(
    fitted: VertexFit, arms: FloatArray | None, steps: str, notes: list[str]
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Parameters and step heights with each dot's charge counted as the assumption says; arms in the fit's order."""
    _, half = fitted.image.frame
    shape, heights = fitted.shape, fitted.steps * fitted.image.scale
    normals = gradients(shape) / half  # (dot, axis), in gate voltages
    unit = normals / np.hypot(*normals.T)[:, None]
    if arms is not None:
        toward = unit @ (arms / np.hypot(*arms.T)[:, None]).T  # (fitted dot, given dot)
        if abs(toward[0, 1]) + abs(toward[1, 0]) > abs(toward[0, 0]) + abs(toward[1, 1]):
            arms, toward = arms[::-1], toward[:, ::-1]
        directions = np.sign(np.diag(toward))
        notes.append("The lever arms decide which way charges grow, and so the sign of the interaction.")
        off = np.degrees(np.arccos(np.clip(np.abs(np.diag(toward)), 0, 1))).max()
        if off > 5:
            notes.append(f"{WARNING}their charging lines are up to {off:.0f} degrees off those in the image.")
    elif steps == "same-sign":
        directions = np.where(heights > 0, 1.0, -1.0)
        if (directions @ unit).sum() < 0:  # of the two ways to count, the one in which gates attract electrons
            directions = -directions
        notes.append("Sign of the interaction: both dots' charges are taken to step the signal in the same direction.")
    else:
        main = np.argmax(np.abs(unit), axis=1)
        directions = np.sign(unit[[0, 1], main])
        notes.append("Sign of the interaction: both gate voltages are taken to add the same kind of charge.")
    for dot in (0, 1):
        if directions[dot] < 0:
            shape = flipped(shape, dot)
            heights = heights * np.where(np.arange(2) == dot, -1.0, 1.0)
    return shape, heights, arms


def _on_thermal_widths(fitted: VertexFit) -> list[str]:
    """What must hold for lines to be a thermometer."""
    notes = ["The scale of energy rests on the lines' widths: temperature alone broadens them, not tunnelling."]
    slopes = np.abs(gradients(fitted.shape))
    blocks = np.array([np.abs(np.diff(places)).max() for places in fitted.image.places])
    widths = np.exp(fitted.shape[6:8]) / (slopes @ blocks)
    if widths.min() < 1:
        notes.append(
            f"The lines are only {3.53 * widths.min():.1f} pixels wide: their width, and so the energy, is too large."
        )
    tails = 0.5 * (1 + np.tanh(fitted.shape[9] / 2))
    if tails > TAILS and fitted.covariance[9, 9] < 1:
        notes.append("The lines have the long tails of tunnel broadening: the interaction is read too small.")
    return notes


def _resolution(fitted: VertexFit, shape: FloatArray, span: FloatArray) -> float:
    """Length in mV below which the sign is not trusted: three standard deviations, two pixels, or half of the
    narrower dot's line width (full width at half maximum), whatever is longest."""
    length = float(np.hypot(*span))
    pixels = np.array([np.abs(np.diff(values)).max() for values in fitted.image.axes])
    pixel = float(np.hypot(*(pixels * span)) / max(length, 1e-300))
    width = 3.53 * np.exp(shape[6:8]).min() / max(abs(shape[5]), 1e-300) * length
    error = float(fitted.covariance[5, 5] ** 0.5 / max(abs(shape[5]), 1e-300) * length)
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


def _angle(direction: FloatArray) -> FloatArray:
    """Of a direction (axis, …) from the last axis towards the first, in (-90, 90] degrees."""
    flip = np.where(direction[1] < 0, -1.0, 1.0)
    return np.asarray(np.degrees(np.arctan2(direction[0] * flip, direction[1] * flip)))
