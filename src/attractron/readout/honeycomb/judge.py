"""Is it a honeycomb, and which of its vertices are read: steps that are seen, rivals, what is left around each vertex.

The image as a whole is held against what is simpler: the background alone, the lines of one dot alone, and the lines of
two dots that do not notice each other (W = 0). Each line has to show its own step, and around each vertex the residual
has to be noise.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.readout.honeycomb.fit import HoneycombFit, beside_lines, model
from attractron.readout.honeycomb.model import (
    COMMON,
    SHARED,
    ChargeStates,
    gains_of,
    occupations,
    potentials,
    weights,
)
from attractron.readout.honeycomb.triple_points import triple_points
from attractron.readout.model_selection import Candidate, Comparison, compare
from attractron.readout.vertex.scan_noise import recurring

DETECTED = 7.0
"""Step height over its standard deviation from which on a dot is seen: the search looks at thousands of places."""

UNDESCRIBED = (0.05, 8.0)
"""Part of the image's steps that recurs in the residual, and its standard deviations, beyond which this is no
honeycomb of two dots (as for a single vertex, `readout.vertex.status`)."""

STEP_KNOWN, UNLIKE = 4.0, 0.4
"""A line whose own step differs from its dot's by more than this part, and by as many standard deviations, is not one
of this dot's lines."""

JUMPING = (1.35, 8.0)
"""Mean square of the residual at the lines over that elsewhere, and its standard deviations from one, beyond which rows
jump: 1.5 and 14 to 2.4 and 25 of rows that latch, at most 1.05 and 2 of honeycombs."""

PATCH = (1.5, 5.0)
"""Mean square of the residual around a vertex over that of the noise, and its standard deviations, beyond which the
vertex is not described."""

SMALLEST_PATCH = 5.0
"""Half width of the patch around a vertex, in pixels."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an image shows.

    Attributes:
        found: a honeycomb.
        reasons: why not, in sentences.
        comparison: with what is simpler.
        described: of each vertex with an interaction of its own, whether the residual around it is noise.
        seen: steps of both dots over their standard deviations.
    """

    found: bool
    reasons: tuple[str, ...]
    comparison: Comparison
    described: tuple[bool, ...]
    seen: FloatArray


def judge(fitted: HoneycombFit) -> Verdict:
    """Hold the fit against its rivals and against the noise."""
    size = fitted.states.size
    heights = np.abs(fitted.parameters[size : size + 2])
    variances = np.diag(fitted.covariance)[size : size + 2]
    seen = np.where(variances > 0, heights / np.sqrt(np.where(variances > 0, variances, 1.0)), 0.0)
    comparison = _rivals(fitted)
    reasons = []
    left, deviations = _unexplained(fitted)
    if min(fitted.states.lines) == 0 or seen.min() < DETECTED:
        reasons.append("The charging lines of two dots are not seen.")
    elif comparison.best != "honeycomb":
        reasons.append(f"The image is as well described by {comparison.best}.")
    elif not comparison.decisive:
        reasons.append(f"It is open between {' and '.join(comparison.open_between())}.")
    if left > UNDESCRIBED[0] and deviations > UNDESCRIBED[1]:
        reasons.append(
            f"{left:.0%} of what is in the image beyond background and noise is left over: further lines, a jump, rows "
            "that are shifted, a third dot, or steps that change over the window; see the residual."
        )
    ratio, beside = beside_lines(fitted)
    if ratio > JUMPING[0] and beside > JUMPING[1]:
        reasons.append(
            f"Beside the lines the residual's square is {ratio:.1f} times that elsewhere: rows that jump (charges that "
            "latch, or a detector that switches), lines that tunnelling broadens more than temperature, or ones that "
            "are not those of two dots; see the residual. A vertex alone may have such lines: crop to one, --as vertex."
        )
    reasons += _odd_lines(fitted)
    return Verdict(
        found=not reasons and bool(fitted.states.own),
        reasons=tuple(reasons) or (() if fitted.states.own else ("No vertex has both its triple points in view.",)),
        comparison=comparison,
        described=tuple(_described(fitted, k, m) for k, m in fitted.states.own),
        seen=seen,
    )


def _unexplained(fitted: HoneycombFit) -> tuple[float, float]:
    """Part of the steps in the image that recurs in the residual, and its standard deviations from none."""
    image = fitted.image
    power, deviations = recurring(fitted.noise, image.values - fitted.model)
    flat = fitted.parameters.copy()
    flat[fitted.states.size : fitted.states.size + 6] = 0.0
    steps = fitted.model - model(image, fitted.states, flat)
    explained = float(np.mean(fitted.noise.whiten(steps) ** 2))
    return power / (explained + abs(power)), deviations


def _rivals(fitted: HoneycombFit) -> Comparison:
    """χ² of simpler images with the noise of the fit; what is linear in them is fitted again."""
    states, size = fitted.states, fitted.states.size
    shape = fitted.parameters[:size]
    image = fitted.image
    numbers = occupations(states, shape, *image.places)
    uncoupled = replace(states, own=())
    apart = shape[: len(SHARED) + sum(states.lines)].copy()
    apart[COMMON] = 0.0
    # Without shifts each line lies where it is on average over the other dot's electrons in view.
    interactions = states.interactions(shape)
    gains = gains_of(shape)
    first, second = uncoupled.places(apart)
    first += interactions.mean(axis=1) * numbers[1].mean() / gains[0] if interactions.size else 0.0
    second += interactions.mean(axis=0) * numbers[0].mean() / gains[1] if interactions.size else 0.0
    least = float(fitted.whitened @ fitted.whitened)
    # Where interactions w are small against their covariance C, fitting all else again at w = 0 costs wᵀC⁻¹w only.
    chosen = slice(size - len(states.own), size) if states.own else slice(COMMON, COMMON + 1)
    own = shape[chosen]
    nearly = least + float(own @ np.linalg.pinv(fitted.covariance[chosen, chosen], hermitian=True) @ own)
    squares = {
        "honeycomb": Candidate(least, len(fitted.parameters)),
        "a smooth background": Candidate(_left(fitted, numbers[:0]), len(fitted.parameters) - size - 6),
        "lines of one dot": Candidate(
            min(_left(fitted, numbers[dot : dot + 1]) for dot in (0, 1)), len(fitted.parameters) - size + 4
        ),
        "lines that cross without an interaction": Candidate(
            min(nearly, _left(fitted, occupations(uncoupled, apart, *image.places))),
            len(fitted.parameters) - len(states.own) - 1,
        ),
    }
    return compare(squares, image.values.size)


def _left(fitted: HoneycombFit, images: FloatArray) -> float:
    """Whitened square that images of charges, growing or fading over the window, and the background leave."""
    rows, columns = fitted.image.places
    varied = [images, images * rows[:, None], images * columns]
    terms = np.concatenate(
        [*(fitted.image.observed(each) for each in varied if each.size), fitted.image.background_terms]
    )
    series = fitted.noise.whiten(terms).T
    data = fitted.noise.whiten(fitted.image.values)
    away = data - series @ np.linalg.lstsq(series, data)[0]
    return float(away @ away)


def _odd_lines(fitted: HoneycombFit) -> list[str]:
    """Lines of the model that the image does not show: each line's own step beside that of its dot."""
    states, image = fitted.states, fitted.image
    shape = fitted.parameters[: states.size]
    series, owners = [], []
    for dot in (0, 1):
        for line in range(states.lines[dot]):
            series.append(fitted.noise.whiten(image.observed(_filled(fitted, states, shape, dot, line))))
            owners.append((dot, line))
    if not series:
        return []
    smooth = fitted.noise.whiten(image.background_terms)
    basis = np.linalg.qr(np.concatenate([smooth]).T)[0]
    columns = np.array(series).T
    columns = columns - basis @ (basis.T @ columns)
    normal = columns.T @ columns
    data = fitted.whitened - basis @ (basis.T @ fitted.whitened)
    inverse = np.linalg.pinv(normal, hermitian=True)
    change = -inverse @ (columns.T @ data)  # the residual is model less data
    errors = np.sqrt(np.diag(inverse))
    odd = []
    for (dot, line), away, error in zip(owners, change, errors, strict=True):
        height = abs(fitted.parameters[states.size + dot])
        if abs(away) > UNLIKE * height and abs(away) > STEP_KNOWN * error and error < UNLIKE * height / 2:
            odd.append(f"{line + 1} of dot {dot + 1}")
    return [f"Lines whose step is unlike that of their dot: {', '.join(odd)}."] if odd else []


def _filled(fitted: HoneycombFit, states: ChargeStates, shape: FloatArray, dot: int, line: int) -> FloatArray:
    """Probability that a dot has filled a line, over the window."""
    rows, columns = fitted.image.places
    x, y = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    chance = weights(states, shape, potentials(shape, x, y))
    return np.asarray((chance @ states.filled[dot][:, line]).reshape(rows.size, columns.size))


def _near(fitted: HoneycombFit, k: int, m: int) -> NDArray[np.bool_]:
    """Pixels around a vertex, as far as its triple points are apart and half as much again, in the scan's order."""
    rows, columns = fitted.image.places
    points = triple_points(fitted.states, fitted.parameters[: fitted.states.size], k, m)
    middle, reach = points.mean(axis=0), np.abs(points[1] - points[0])
    pixel = np.array([np.abs(np.diff(places)).mean() for places in (rows, columns)])
    reach = np.maximum(reach, SMALLEST_PATCH * pixel)
    near = np.multiply.outer(np.abs(rows - middle[0]) < reach[0], np.abs(columns - middle[1]) < reach[1])
    return np.asarray(near if fitted.noise.fast == 1 else near.T, dtype=bool).ravel()


def _described(fitted: HoneycombFit, k: int, m: int) -> bool:
    """The residual around a vertex is noise; of a vertex out of view nothing is known."""
    square = fitted.whitened[_near(fitted, k, m)] ** 2
    if not square.size:
        return False
    excess = float(square.mean())
    return excess < PATCH[0] or (excess - 1) * np.sqrt(square.size / 2) < PATCH[1]
