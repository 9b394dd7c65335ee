"""The fit of all charging lines of an image at once.

Step heights may change linearly over the window, since a detector's sensitivity does. Every vertex whose two triple
points are in view has an interaction of its own, weakly expected to be like the others'; what the image does not show
(a vertex out of view that shifts a line in view) has the common one.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Minimum
from attractron.readout.honeycomb.model import (
    BEND,
    COMMON,
    SHARED,
    TUNNELLING,
    TURN,
    ChargeStates,
    derivatives,
    gains_of,
    occupations,
    potentials,
    weights,
)
from attractron.readout.honeycomb.search import search
from attractron.readout.honeycomb.triple_points import triple_points
from attractron.readout.vertex.fit import PATCHES
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.scan_noise import ScanNoise, Whitener, estimate

SIZES = (64, 160)
"""Pixels along each axis of the images that are fitted one after the other."""

EVALUATIONS = (20, 12)
"""After which these fits end at the latest."""

STEPS, VARIATION = 2, 4
"""Numbers of step heights, and of their changes along both axes."""

EXPECTED_BEND, EXPECTED_VARIATION, EXPECTED_INTERACTION = 0.05, 0.3, 0.5
"""Spreads of bends and turns over half a window, of changes of a step over half a window relative to it, and of the
vertices' interactions relative to the common one."""

EXPECTED_TUNNELLING = 20.0
"""Spread of (t/k_B T)², which is then of either sign: only an image that tells nothing of it needs this."""

SURE = 2.0
"""Standard deviations of (t/k_B T)²: so far below zero it says that electrons tunnel between the other two states, so
far above that the states out of view count."""

FARTHER, APART = 1.5, 4.0
"""Distance from a dot's only line, in half windows and in interactions, at which others are taken to be at least."""

EVEN, UNEVEN = 0.2, 0.4
"""Spread of the distance of a line out of view, relative to it, where two in view tell it, and where one is alone."""

AT_LINES = 0.3
"""Slope of the fitted steps over the steepest from which on a pixel is at a line."""

IN_VIEW = 0.94
"""Of the window's half width: the lines of a triple point beyond are not in view on both of its sides."""


@dataclass(frozen=True, kw_only=True, eq=False)
class HoneycombFit:
    """A fitted image.

    Attributes:
        image: what was fitted.
        states: lines and vertices of the model.
        parameters: of the model, then both step heights, their changes by x and by y (by dot), the background's terms.
        covariance: of them.
        noise: that the residual shows.
        whitened: residual in units of that noise, in the order of the scan.
    """

    image: Image
    states: ChargeStates
    parameters: FloatArray
    covariance: FloatArray
    noise: ScanNoise
    whitened: FloatArray

    @property
    def model(self) -> FloatArray:
        """The fitted image, (rows, columns)."""
        return model(self.image, self.states, self.parameters)

    @cached_property
    def misfit(self) -> float:
        """Standard deviations by which the residual's square at the lines exceeds that elsewhere."""
        return beside_lines(self)[1]


def model(image: Image, states: ChargeStates, parameters: FloatArray) -> FloatArray:
    """Signal of the model over the image's axes, (rows, columns)."""
    numbers = occupations(states, parameters[: states.size], *image.places)
    heights = _heights(image, states, parameters)
    smooth = np.tensordot(parameters[states.size + STEPS + VARIATION :], image.background_terms, axes=(0, 0))
    return np.asarray(image.observed((heights * numbers).sum(axis=0)) + smooth)


def _heights(image: Image, states: ChargeStates, parameters: FloatArray) -> FloatArray:
    """Step heights of both dots over the window, (dot, rows, columns)."""
    rows, columns = image.places
    level, by_x, by_y = parameters[states.size : states.size + STEPS + VARIATION].reshape(3, 2)[:, :, None, None]
    return np.asarray(level + by_x * rows[:, None] + by_y * columns)


def fit_honeycomb(image: Image, *, wide: bool = False) -> HoneycombFit:
    """Search and fit: first a coarse image with one interaction, then the fine one with the vertices' own.

    Args:
        image: the image.
        wide: search longer (`readout.honeycomb.search`).
    """
    states, shape = search(image, wide=wide)
    coarse = image.coarse(SIZES[0])
    point = _with_linear(coarse, states, shape)
    # Which way each dot's charge is counted is not in the image, but which two states tunnelling mixes is.
    # At first both dots are taken to step the signal the same way.
    states = replace(states, turned=bool(point[states.size] * point[states.size + 1] < 0))
    noise = estimate(coarse.values - model(coarse, states, point), coarse.levelled)
    for _ in range(2):
        point = _minimum(coarse, states, point, noise, EVALUATIONS[0], 1e-4).point
        states, point = _in_view(states, point)
        noise = estimate(coarse.values - model(coarse, states, point), coarse.levelled)
    fitted = _fine(image, states, point)
    if _tunnelling(fitted) < -SURE:
        point[TUNNELLING] = 1.0
        other = _fine(image, replace(states, turned=not states.turned), point)
        noise = fitted.noise  # one measure for both
        fitted = min(fitted, other, key=lambda each: float(np.sum(noise.whiten(each.image.values - each.model) ** 2)))
    if _tunnelling(fitted) > SURE:
        return _fine(image, *_with_lines_beyond(fitted.states, fitted.parameters))
    return _without_tunnelling(fitted) if fitted.parameters[TUNNELLING] < 0 else fitted


def _tunnelling(fitted: HoneycombFit) -> float:
    """(t/k_B T)² over its standard deviation."""
    return float(fitted.parameters[TUNNELLING] / np.sqrt(fitted.covariance[TUNNELLING, TUNNELLING]))


def _without_tunnelling(fitted: HoneycombFit) -> HoneycombFit:
    """The fit on the edge s = 0 of what is physical, if its s is below it: all else moves along with s.

    The variance of s becomes its mean square over what is left of its distribution beyond zero, to first order.
    """
    s, column = float(fitted.parameters[TUNNELLING]), fitted.covariance[:, TUNNELLING]
    variance = float(column[TUNNELLING])
    away = -s / np.sqrt(variance)
    hazard = float(np.exp(-(away**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(-away)))
    left = 1 + away * hazard - hazard**2 + (hazard - away) ** 2
    point = fitted.parameters - column * s / variance
    values = model(fitted.image, fitted.states, point) - fitted.image.values
    return replace(
        fitted,
        parameters=point,
        covariance=fitted.covariance - (1 - left) * np.outer(column, column) / variance,
        whitened=fitted.noise.whiten(values),
    )


def _fine(image: Image, states: ChargeStates, point: FloatArray) -> HoneycombFit:
    """The fit of the fine image from a start close by."""
    fine = image.coarse(SIZES[1])
    for accuracy in (1e-4, 1e-6):
        if not states.beyond:
            states, point = _in_view(states, point)
        noise = estimate(fine.values - model(fine, states, point), fine.levelled)
        fine = _refilled(fine, states, point)
        minimum = _minimum(fine, states, point, noise, EVALUATIONS[1], accuracy)
        point = minimum.point
    pixels = noise.shape[0] * noise.shape[1]
    return HoneycombFit(
        image=fine,
        states=states,
        parameters=point,
        covariance=_covariance(minimum, noise, states),
        noise=noise,
        whitened=minimum.residual[:pixels],
    )


def _with_linear(image: Image, states: ChargeStates, shape: FloatArray) -> FloatArray:
    """All parameters, steps and background by least squares."""
    steps = image.observed(occupations(states, shape, *image.places))
    columns = np.concatenate([steps, image.background_terms]).reshape(-1, image.values.size).T
    linear = np.linalg.lstsq(columns, image.values.ravel())[0]
    return np.concatenate([shape, linear[:STEPS], np.zeros(VARIATION), linear[STEPS:]])


def _minimum(
    image: Image, states: ChargeStates, start: FloatArray, noise: ScanNoise, evaluations: int, accuracy: float
) -> Minimum:
    def left(parameters: FloatArray) -> FloatArray:
        return model(image, states, parameters) - image.values

    expected, targets = expectations(states, start)
    whitener = Whitener(noise=noise, expected=expected, targets=targets, linear=image.background_terms)
    return whitener.minimise(
        left,
        lambda point: image.observed(slopes(image, states, point)),
        start,
        ftol=accuracy,
        xtol=1e-6,
        gtol=1e-12,
        evaluations=evaluations,
    )


def slopes(image: Image, states: ChargeStates, parameters: FloatArray) -> FloatArray:
    """Derivatives of the current by all parameters but the background's, (parameter, rows, columns)."""
    rows, columns = image.places
    numbers, changes = derivatives(states, parameters[: states.size], rows, columns)
    heights = _heights(image, states, parameters)
    by_height = np.concatenate([numbers, numbers * rows[:, None], numbers * columns])
    return np.concatenate([np.einsum("drc,dprc->prc", heights, changes), by_height])


def expectations(states: ChargeStates, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rows that are appended to the equations, and their right-hand sides."""
    rows: list[FloatArray] = []
    targets: list[float] = []

    def expect(weights: dict[int, float], spread: float, target: float = 0.0) -> None:
        targets.append(target / spread)
        row = np.zeros(len(start))
        for at, weight in weights.items():
            row[at] = weight / spread
        rows.append(row)

    for at in (*range(BEND.start, BEND.stop), *range(TURN.start, TURN.stop)):
        expect({at: 1.0}, EXPECTED_BEND)
    first = states.size - len(states.own)
    for at in range(len(states.own)):
        expect({first + at: 1.0, COMMON: -1.0}, EXPECTED_INTERACTION * abs(start[COMMON]) + 1e-3)
    if states.beyond:
        for line, nearest, next_one in _beyond(states):
            away = abs(start[line] - start[nearest])
            if next_one is None:
                expect({line: 1.0}, UNEVEN * away, float(start[line]))
            else:
                expect({line: 1.0, nearest: -2.0, next_one: 1.0}, EVEN * away)
    expect({TUNNELLING: 1.0}, EXPECTED_TUNNELLING)
    for at in range(VARIATION):
        expect({states.size + STEPS + at: 1.0}, EXPECTED_VARIATION * abs(start[states.size + at % 2]) + 1e-3)
    return np.array(rows), np.array(targets)


def _beyond(states: ChargeStates) -> list[tuple[int, int, int | None]]:
    """Of each line out of view the parameter that is its place, that of the nearest line in view and of the next."""
    found, first = [], len(SHARED)
    for lines in states.lines:
        last = first + lines - 1
        for line, inwards in ((first, 1), (last, -1)):
            found.append((line, line + inwards, line + 2 * inwards if lines > 3 else None))
        first = last + 1
    return found


def _with_lines_beyond(states: ChargeStates, parameters: FloatArray) -> tuple[ChargeStates, FloatArray]:
    """The model with one more line of each dot on either side, an electron being below all that are in view."""
    shape, common = parameters[: states.size], float(parameters[COMMON])
    gains = gains_of(shape)
    places = []
    for own, gain in zip(states.places(shape), gains, strict=True):
        far = max(FARTHER, APART * abs(common) / gain)
        before, after = (own[1] - own[0], own[-1] - own[-2]) if len(own) > 1 else (far, far)
        places.append(np.concatenate([[own[0] - before], own, [own[-1] + after]]) - common / gain)
    wider = replace(
        states,
        lines=(states.lines[0] + 2, states.lines[1] + 2),
        own=tuple((k + 1, m + 1) for k, m in states.own),
        beyond=1,
    )
    interactions, rest = parameters[states.size - len(states.own) : states.size], parameters[states.size :]
    return wider, np.concatenate([shape[: len(SHARED)], *places, interactions, rest])


def _covariance(minimum: Minimum, noise: ScanNoise, states: ChargeStates) -> FloatArray:
    """From the noise, raised where patches of the image disagree (as `readout.vertex.fit`), and by the lines' shape."""
    covariance, pixels = minimum.covariance, noise.shape[0] * noise.shape[1]
    scores = noise.lines(minimum.jacobian[:pixels].T * minimum.residual[:pixels])
    for axis in (1, 2):
        size = scores.shape[axis]
        starts = np.unique(np.linspace(0, size, min(PATCHES, size), endpoint=False).astype(int))
        scores = np.add.reduceat(scores, starts, axis=axis)
    patches = scores.reshape(len(scores), -1)
    found = np.einsum("ij,jp->ip", covariance, patches)
    raised = np.sqrt(np.maximum(np.sum(found**2, axis=1) / np.maximum(np.diag(covariance), 1e-300), 1.0))
    return np.asarray(covariance * np.outer(raised, raised))


def beside_lines(fitted: HoneycombFit) -> tuple[float, float]:
    """Mean square of the whitened residual at the lines over that elsewhere, and its standard deviations from one."""
    flat = fitted.parameters.copy()
    flat[fitted.states.size : fitted.states.size + 6] = 0.0
    steps = fitted.model - model(fitted.image, fitted.states, flat)
    steep = np.hypot(*np.gradient(steps))
    near = steep > AT_LINES * np.percentile(steep, 99)
    ordered = (near if fitted.noise.fast == 1 else near.T).ravel()
    square = fitted.whitened**2
    if not 0 < ordered.sum() < ordered.size:
        return 1.0, 0.0
    ratio = float(square[ordered].mean() / square[~ordered].mean())
    return ratio, (ratio - 1) * float(np.sqrt(ordered.sum() / 2))


def _refilled(image: Image, states: ChargeStates, parameters: FloatArray) -> Image:
    """Missing pixels take the model's value: they then leave no residual."""
    if not image.missing.any():
        return image
    return replace(image, values=np.where(image.missing, model(image, states, parameters), image.values))


def _in_view(states: ChargeStates, parameters: FloatArray) -> tuple[ChargeStates, FloatArray]:
    """The model with lines only that are in the window, and interactions for the vertices in it."""
    shape = parameters[: states.size]
    interactions = states.interactions(shape)
    edge = np.linspace(-1, 1, 41)
    x, y = (grid.ravel() for grid in np.meshgrid(edge, edge, indexing="ij"))
    chance = weights(states, shape, potentials(shape, x, y))
    likely = states.numbers[:, chance.argmax(axis=1)]
    least, most = likely.min(axis=1), likely.max(axis=1)
    # A line below the fewest electrons in view is never empty: the shifts that its electrons make join the places.
    gains = gains_of(shape)
    first, second = (np.array(each) for each in states.places(shape))
    first = first + interactions[:, : least[1]].sum(axis=1) / gains[0]
    second = second + interactions[: least[0]].sum(axis=0) / gains[1]
    kept = replace(states, lines=(int(most[0] - least[0]), int(most[1] - least[1])), own=())
    places = np.concatenate([first[least[0] : most[0]], second[least[1] : most[1]]])
    inner = interactions[least[0] : most[0], least[1] : most[1]]
    bare = np.concatenate([shape[: len(SHARED)], places])
    own = tuple((k, m) for k in range(kept.lines[0]) for m in range(kept.lines[1]) if _seen(kept, bare, inner, k, m))
    found = replace(kept, own=own)
    shape = np.concatenate([bare, [inner[k, m] for k, m in own]])
    return found, np.concatenate([shape, parameters[states.size :]])


def _seen(states: ChargeStates, bare: FloatArray, inner: FloatArray, k: int, m: int) -> bool:
    """Both triple points of a vertex are in the window."""
    everything = replace(states, own=tuple((a, b) for a in range(states.lines[0]) for b in range(states.lines[1])))
    points = triple_points(everything, np.concatenate([bare, inner.ravel()]), k, m)
    return bool(np.isfinite(points).all() and np.abs(points).max() < IN_VIEW)
