"""The fit of a vertex that is seen by a detector on its own Coulomb peak (`attractron.readout.vertex.sensor`).

All that a global search finds (`attractron.readout.vertex.sensor_search`) is fitted, since its valleys are narrow, and
the best with more knots in the response where these describe the image better.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Minimum
from attractron.readout.model_selection import Candidate, Comparison, compare
from attractron.readout.vertex.fit import ACCURACIES, MOST, SHAPES, VertexFit, minimum, model, refined, sign
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.model import occupations
from attractron.readout.vertex.scan_noise import ScanNoise, estimate
from attractron.readout.vertex.sensor import TURNS, Sensor, sensor
from attractron.readout.vertex.sensor_search import sensor_search

SIZES = 40, 64, 110
"""Blocks along each axis of the images in which starts are looked for, fitted, and the best is fitted at last."""

ROUNDS = ((4, 8), (15, 3))
"""Evaluations of each start in the coarsest image, and how many go on then."""

PROMISING = 0.7
"""Of what even steps leave of the coarsest image, what is left at most when a fit goes on."""

INTERVALS = (12, 20, 32)
"""Of the spline: at first, and where more of them describe the image better."""

LINE = 0.03
"""Width of lines at the start, in the window's coordinates."""

MEDIAN = 0.4549
"""Of the square of a normal number of unit variance."""

DAMPING = 1e-3
"""Relative size of the weights that keeps splines which no pixel tells small."""


def fit_sensor(image: Image, seed: int, arms: FloatArray | None, plain: VertexFit) -> VertexFit | None:
    """The best fit with a response in the place of even steps on a background; None if it is no better than these.

    Args:
        image: the image.
        seed: of the search.
        arms: lever arms (dot, axis) in meV/mV that are given.
        plain: the fit with even steps.
    """
    given = None if arms is None else arms * image.frame[1]
    coarse, middle, fine = (image.coarse(size) for size in SIZES)
    starts = _starts(coarse, seed)
    # White noise: what a wrong response leaves would pass for drift, and then stay.
    for evaluations, count in ROUNDS:
        found = _ranked(coarse, starts, given, ACCURACIES[0], evaluations)
        starts = [(family, each.point) for family, each in found[:count]]
    if found[0][1].squares > PROMISING * _left(coarse, plain):
        return None
    found = _ranked(middle, starts, given, ACCURACIES[1], 2 * MOST[0])
    (family, best), squares = (found[0][0], found[0][1].point), found[0][1].squares
    rivals = [each.squares for _, each in found if sign(each.point) != sign(best)]
    finer = []
    for intervals in INTERVALS[1:]:
        richer, own = family.refined(best[SHAPES:], intervals)
        finer += _ranked(middle, [(richer, np.concatenate([best[:SHAPES], own]))], given, ACCURACIES[0], MOST[0])
    cost = float(np.log(middle.values.size))
    family, last = min([found[0], *finer], key=lambda each: each[1].squares + cost * len(each[1].point))
    return refined(replace(fine, sensor=family), last.point, given, min(rivals, default=np.inf) - squares)


def _ranked(
    image: Image,
    starts: list[tuple[Sensor, FloatArray]],
    given: FloatArray | None,
    accuracy: float,
    evaluations: int,
) -> list[tuple[Sensor, Minimum]]:
    """Fits from some starts, the best first."""
    noise = white(image)
    found = [
        (family, minimum(replace(image, sensor=family), start, noise, given, accuracy, evaluations))
        for family, start in starts
    ]
    return sorted(found, key=lambda each: each[1].squares)


def _left(coarse: Image, plain: VertexFit) -> float:
    """What a fit with even steps leaves of a coarse image, in white noise."""
    even = replace(plain.image, values=plain.image.values - plain.model).coarse(SIZES[0])
    return float(np.sum(white(coarse).whiten(even.values) ** 2))


def compared(image: Image, fits: Mapping[str, VertexFit]) -> Comparison:
    """Fits of an image that differ in what they take the detector for, in the noise of the one that leaves the least.

    What others leave would pass for drift if it were the measure.
    """
    middle, left = image.coarse(SIZES[1]), {}
    for name, each in fits.items():
        shown = replace(middle, background=each.image.background, sensor=each.image.sensor)
        left[name] = middle.values - model(shown, each.parameters)
    noise = estimate(min(left.values(), key=lambda values: float(np.sum(values**2))), middle.levelled)
    candidates = {
        name: Candidate(float(np.sum(noise.whiten(values) ** 2)), len(fits[name].parameters))
        for name, values in left.items()
    }
    return compare(candidates, middle.values.size)


def white(image: Image) -> ScanNoise:
    """White noise as neighbouring pixels show it, along the axis along which they differ less."""
    sizes = [np.median(np.diff(image.values, 2, axis=axis) ** 2) / (6 * MEDIAN) for axis in (0, 1)]
    shape = (image.values.shape[0], image.values.shape[1])
    return ScanNoise(shape=shape, fast=int(np.argmin(sizes)), white=float(max(*sizes, 1e-12)), drift=0.0, exponent=1.0)


def _starts(coarse: Image, seed: int) -> list[tuple[Sensor, FloatArray]]:
    """Families and parameters where the search has found vertices."""
    noise, width = white(coarse), np.log(LINE)
    angle, found = sensor_search(coarse, seed)
    starts = []
    for geometry, shifts in found:
        shape = np.concatenate([geometry, [width, width, width - 1.0, 0.0, 0.0, 0.0, width]])
        family, rest = _linear(coarse, noise, angle, occupations(shape, *coarse.places), shifts)
        starts.append((family, np.concatenate([shape, rest])))
    return starts


def _linear(
    image: Image, noise: ScanNoise, angle: float, n: FloatArray, shifts: FloatArray
) -> tuple[Sensor, FloatArray]:
    """The family for given lines and shifts, and shifts, no turn, spline and B by least squares."""
    family = sensor(image.places, angle, shifts, INTERVALS[0])
    u = family.potential(np.zeros(TURNS), *image.places) + np.tensordot(shifts, n, axes=1)
    terms = np.concatenate([family.basis(u), family.around(*image.places)])
    columns = noise.whiten(image.observed(terms)).T
    data = noise.whiten(image.values)
    square = columns.T @ columns
    square += DAMPING**2 * np.trace(square) / len(square) * np.eye(len(square))
    weights = np.linalg.solve(square, columns.T @ data)
    return family, np.concatenate([shifts, np.zeros(TURNS), weights])
