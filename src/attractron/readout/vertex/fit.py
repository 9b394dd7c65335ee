"""The fit of a vertex: generalised least squares of two mutually shifting charging lines on a smooth background."""

from dataclasses import dataclass, replace

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Minimum
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.model import (
    CENTRE,
    DIRECTIONS,
    FULL_WIDTH,
    INTERACTION,
    PARAMETERS,
    TAILS,
    WIDTHS,
    derivatives,
    matched,
    occupations,
)
from attractron.readout.vertex.scan_noise import ScanNoise, Whitener, estimate
from attractron.readout.vertex.search import search

MIDDLE, FINE = 64, 160
"""Pixels along each axis of the images in which the starts are told apart, and in which the best one is fitted."""

ACCURACIES = (1e-4, 1e-6)
"""Relative change of the sum of squares at which fits end: with a rough idea of the noise, then with a good one."""

MOST = 15, 12
"""Evaluations after which fits of the middle and of the fine image end at the latest: lines that are there take
up to nine in the fine image, while in noise alone a fit would wander on."""

PATCHES = 12
"""Along each axis: the patches whose disagreement raises the covariance."""

MODEL_ERROR = 0.02
"""Part of a charging line's full width by which a vertex may be misplaced because lines are not quite of the fitted
shape."""

SIZE_ERROR = 0.01
"""The same for the vertex's size where tunnelling broadens lines as much as temperature does: the likeliest value for
36 images with such lines and hardly any noise."""

SHAPES = len(PARAMETERS)

STEPS = slice(SHAPES, SHAPES + 2)
"""Where the step heights are among the parameters."""

EXPECTED = (
    # parameter = sum of others times weights, within a spread: what an image may leave open stays near it.
    ({"log_width_1": 1.0, "log_width_2": -1.0}, 0.0, 0.7),
    ({"log_softness": 1.0, "log_width_1": -0.5, "log_width_2": -0.5}, 0.0, 0.5),
    ({"log_width_x": 1.0, "log_width_1": -0.5, "log_width_2": -0.5}, 0.0, 0.7),
    ({"rho": 1.0}, 0.0, 2.0),
    ({"tails": 1.0}, -1.0, 2.0),
    ({"log_width_1": 1.0}, -3.5, 2.0),
    ({"bend_1": 1.0}, 0.0, 0.05),
    ({"bend_2": 1.0}, 0.0, 0.05),
)
"""Weak expectations (combination, value, spread): dots of one device are about as broad as each other in energy,
and their lines bend by little over half a window."""

GIVEN = 0.1
"""Angle by which charging lines may run otherwise than the lever arms that are given have them, in the window."""


@dataclass(frozen=True, kw_only=True)
class VertexFit:
    """A fitted image.

    Attributes:
        image: what was fitted.
        parameters: of the model (see `model.PARAMETERS`), two step heights, terms of the background.
        covariance: of them, from the noise, from patches of the residual that disagree, and from `model_error`.
        seen: both steps over their standard deviations from the noise alone.
        noise: that the residual shows.
        rival: by how much the best fit with an interaction of the other sign is worse in the sum of squares.
    """

    image: Image
    parameters: FloatArray
    covariance: FloatArray
    seen: FloatArray
    noise: ScanNoise
    rival: float

    @property
    def shape(self) -> FloatArray:
        """The parameters of `readout.vertex.model`."""
        return self.parameters[:SHAPES]

    @property
    def steps(self) -> FloatArray:
        """Change of the signal with the charge of dot 1 and of dot 2, in the image's units.

        Of a detector on its own Coulomb peak, the shift by a charge times the slope where that is the steepest.
        """
        return self.parameters[STEPS] * self._gain

    @property
    def step_errors(self) -> FloatArray:
        """Standard deviations of both."""
        return np.asarray(np.diag(self.covariance)[STEPS] ** 0.5 * abs(self._gain))

    @property
    def _gain(self) -> float:
        sensor = self.image.sensor
        return 1.0 if sensor is None else sensor.steepest(self.parameters[SHAPES:])

    @property
    def smooth(self) -> FloatArray:
        """The fitted image without its charges, (rows, columns)."""
        empty = self.parameters.copy()
        empty[STEPS] = 0.0
        return model(self.image, empty)

    @property
    def model(self) -> FloatArray:
        """The fitted image, (rows, columns)."""
        return model(self.image, self.parameters)


def model(image: Image, parameters: FloatArray) -> FloatArray:
    """Signal of the model over the image's axes, (rows, columns)."""
    rows, columns = image.places
    if image.sensor is not None:
        n = occupations(parameters[:SHAPES], rows, columns)
        return image.observed(image.sensor.signal(parameters[SHAPES:], n, rows, columns))
    current = np.tensordot(parameters[STEPS], occupations(parameters[:SHAPES], rows, columns), axes=(0, 0))
    return np.asarray(
        image.observed(current) + np.tensordot(parameters[SHAPES + 2 :], image.background_terms, axes=(0, 0))
    )


def step_heights(image: Image, parameters: FloatArray) -> FloatArray:
    """By how much a little more charge on either dot changes the signal, (dot, rows, columns) or one value for all."""
    heights = parameters[STEPS][:, None, None]
    if image.sensor is None:
        return np.asarray(heights)
    n = occupations(parameters[:SHAPES], *image.places)
    return np.asarray(heights * image.sensor.local_slope(parameters[SHAPES:], n, *image.places))


def fit(image: Image, seed: int = 0, arms: FloatArray | None = None, tries: int = 3) -> VertexFit:
    """Search and fit: the best of the fits from all starts, with the noise estimated from its residual.

    Args:
        image: the image.
        seed: of the search.
        arms: lever arms (dot, axis) in meV/mV that are given, which say roughly how the lines run.
        tries: searches for each sign of the interaction.

    Returns:
        The fit in the fine image.
    """
    middle, fine = image.coarse(MIDDLE), image.coarse(FINE)
    given = None if arms is None else arms * image.frame[1]
    ends = [_start(middle, geometry) for geometry in search(image, seed, tries)]
    squares = np.zeros(len(ends))
    for accuracy in ACCURACIES:
        # One noise, that of the best so far, weighs all of them: else their squares could not be compared.
        best = ends[int(np.argmin(squares))]
        noise = estimate(middle.values - model(middle, best), middle.levelled)
        reached = [minimum(middle, end, noise, given, accuracy, MOST[0]) for end in ends]
        ends, squares = [each.point for each in reached], np.array([each.squares for each in reached])
    best = ends[int(np.argmin(squares))]
    others = [value for value, end in zip(squares, ends, strict=True) if sign(end) != sign(best)]
    rival = float(min(others, default=np.inf) - squares.min())
    return refined(fine, best, given, rival)


def refined(fine: Image, best: FloatArray, given: FloatArray | None, rival: float) -> VertexFit:
    """The fit of the fine image from a start close by, with its covariance."""
    for accuracy in ACCURACIES:
        noise = estimate(fine.values - model(fine, best), fine.levelled)
        fine = _refilled(fine, best)
        found = minimum(fine, best, noise, given, accuracy, MOST[1])
        best = found.point
    covariance = found.covariance
    return VertexFit(
        image=fine,
        parameters=best,
        covariance=_patched(found, noise, covariance) + _model_error(best),
        seen=np.abs(best[STEPS]) / np.diag(covariance)[STEPS] ** 0.5,
        noise=noise,
        rival=rival,
    )


def _patched(found: Minimum, noise: ScanNoise, covariance: FloatArray) -> FloatArray:
    """Covariance raised to what patches of the image show if they disagree by more than the noise explains.

    A wrong model that is alike over many pixels (an uneven step, a line that is not straight, drift) moves the fit as
    noise does not. With scores s_p = Σ_(pixels of patch p) Jᵀ r, the covariance is then C (Σ_p s_p s_pᵀ) C (White's, of
    clustered residuals); each parameter gets the larger of its two variances, and correlations stay those of C.
    """
    pixels = noise.shape[0] * noise.shape[1]  # below them stand the expectations
    scores = noise.lines(found.jacobian[:pixels].T * found.residual[:pixels])
    for axis in (1, 2):
        size = scores.shape[axis]
        starts = np.unique(np.linspace(0, size, min(PATCHES, size), endpoint=False).astype(int))
        scores = np.add.reduceat(scores, starts, axis=axis)
    patches = scores.reshape(len(scores), -1)
    variance = np.diag(covariance @ (patches @ patches.T) @ covariance)
    raised = np.sqrt(np.maximum(variance / np.diag(covariance), 1.0))
    return np.asarray(covariance * np.outer(raised, raised))


def model_error(parameters: FloatArray) -> FloatArray:
    """Standard deviations of the vertex's place (two) and size because the shape of real lines is not the fitted one.

    A detector whose response bends moves all lines alike: the vertex, not its size. For the size the corners count. The
    formula is exact where temperature broadens the lines; where tunnelling does so too its mixture of a Fermi function
    and an arctangent, p of it, stands for their convolution: 2 sqrt(p (1 - p)) of `SIZE_ERROR`.
    """
    width = FULL_WIDTH * float(np.exp(parameters[WIDTHS]).mean())
    part = 0.5 * (1 + np.tanh(parameters[TAILS] / 2))
    return width * np.array([MODEL_ERROR, MODEL_ERROR, 2 * np.sqrt(part * (1 - part)) * SIZE_ERROR])


def _model_error(parameters: FloatArray) -> FloatArray:
    """The same as a covariance, (all, all)."""
    variance = np.zeros(len(parameters))
    variance[[*CENTRE, INTERACTION]] = model_error(parameters) ** 2
    return np.diag(variance)


def sign(parameters: FloatArray) -> float:
    """Of the interaction if both steps count as having the same sign; charges may be counted either way."""
    return float(np.sign(parameters[INTERACTION] * parameters[SHAPES] * parameters[SHAPES + 1]))


def _start(image: Image, geometry: FloatArray) -> FloatArray:
    """Full parameters from a geometry: lines about two blocks wide, step heights and background by least squares."""
    width = np.log(0.03)
    shape = np.concatenate([geometry, [width, width, width, -1.0, 0.0, 0.0, width]])
    rows, columns = image.places
    terms = np.concatenate([image.observed(occupations(shape, rows, columns)), image.background_terms]).reshape(
        -1, image.values.size
    )
    return np.concatenate([shape, np.linalg.lstsq(terms.T, image.values.ravel())[0]])


def minimum(
    image: Image, start: FloatArray, noise: ScanNoise, given: FloatArray | None, accuracy: float, evaluations: int
) -> Minimum:
    """Least squares in the whitened image, from a start."""
    rows, columns = image.places

    def left(parameters: FloatArray) -> FloatArray:
        return model(image, parameters) - image.values

    def slopes(parameters: FloatArray) -> FloatArray:
        """By the model's parameters and both step heights; those by the background do not change."""
        values, changes = derivatives(parameters[:SHAPES], rows, columns)
        if image.sensor is not None:
            return image.observed(image.sensor.slopes(parameters[SHAPES:], values, changes, rows, columns))
        return image.observed(np.concatenate([np.tensordot(parameters[STEPS], changes, axes=1), values]))

    expected, targets = expectations(start, given)
    linear = image.background_terms if image.sensor is None else None
    if image.sensor is not None:
        more = image.sensor.expected
        expected = np.concatenate([expected, np.pad(more, ((0, 0), (SHAPES, 0)))])
        targets = np.concatenate([targets, np.zeros(len(more))])
    whitener = Whitener(noise=noise, expected=expected, targets=targets, linear=linear)
    return whitener.minimise(left, slopes, start, ftol=accuracy, xtol=1e-5, gtol=1e-12, evaluations=evaluations)


def expectations(start: FloatArray, given: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """Rows that are appended to the equations, and their right-hand sides."""
    expected = [*EXPECTED, *(_as_given(start, given) if given is not None else ())]
    rows = np.zeros((len(expected), len(start)))
    targets = np.zeros(len(expected))
    for number, (weights, value, spread) in enumerate(expected):
        for name, weight in weights.items():
            rows[number, PARAMETERS.index(name)] = weight / spread
        targets[number] = value / spread
    return rows, targets


def _as_given(start: FloatArray, given: FloatArray) -> list[tuple[dict[str, float], float, float]]:
    """Directions of the lines as lever arms in the window's coordinates (dot, axis) have them, next to the start's."""
    wanted = []
    for name, value, arms in zip(("phi_1", "phi_2"), start[DIRECTIONS], matched(start[:SHAPES], given), strict=True):
        phi = np.arctan2(arms[1], arms[0])
        wanted.append(({name: 1.0}, float(phi + np.pi * np.round((value - phi) / np.pi)), GIVEN))
    return wanted


def _refilled(image: Image, parameters: FloatArray) -> Image:
    """Missing pixels take the model's value: they then leave no residual."""
    if not image.missing.any():
        return image
    return replace(image, values=np.where(image.missing, model(image, parameters), image.values))
