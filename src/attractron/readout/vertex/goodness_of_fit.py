"""Whether a fitted vertex describes an image at all: what it leaves, and whether each of its four lines is there.

Two measures of what is left, both as a part of the steps' own power in units of the noise:

- what the residual repeats from one line of the scan to the next, which noise along the scan does not
  (`scan_noise.recurring`);
- how much more the whitened residual w scatters near the lines than away from them, (<w²>_near - <w²>_away) n_near/n,
  so that 1/f noise and background cannot take up what the lines leave: they are what the data away from the lines show.

And one of the lines: each of the four is cut into a near and a far half, and each half may have a step of its own
height, h (1 + c). With the template T = h (n - ½) G, G a Gaussian along and beside that half, the whitened images T and
the model's derivatives J, the best c and their covariance follow from linear least squares,

    c = (Tᵀ P T)⁻¹ Tᵀ P r,    P = 1 - J (JᵀJ)⁻¹ Jᵀ

(a score test: the other parameters may give way). A line that ends, as an edge of a triangle does, has c = -1 there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from attractron.core.checks import FloatArray
from attractron.readout.vertex.fit import SHAPES, VertexFit, model, step_heights
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.model import FULL_WIDTH, WIDTHS, gradients, occupations, triple_points
from attractron.readout.vertex.scan_noise import estimate, recurring

SIZE = 48
"""Blocks along each axis of the image in which the lines' halves are tested."""

ON_LINE = 0.05
"""Part of an occupation's steepest slope from which on a pixel is near a line."""

FEWEST = 30
"""Pixels away from the lines that are needed to know the noise there."""

STRIP = (4.0, 2.5)
"""Standard deviation of G across a line: in line widths w, and in blocks at least."""

BEFORE = 2.0
"""Line widths w next to a triple point that belong to no half."""

DIFFERENCE = 1e-4
"""Of parameters, for the derivatives of the model."""

MEDIAN_OF_SQUARE = 0.4549
"""Of a standard normal number."""


@dataclass(frozen=True, kw_only=True)
class Arm:
    """A charging line from its triple point to the edge of the window.

    Attributes:
        dot: 0 or 1.
        pixels: its length in pixels of the fitted image.
        widths: the same in full widths of the line.
        heights: of the step along its near and far half, over the fitted height.
        errors: their standard deviations.
    """

    dot: int
    pixels: float
    widths: float
    heights: tuple[float, float]
    errors: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Goodness:
    """How well a vertex describes an image.

    Attributes:
        left: part of the steps' power that recurs in the residual from line to line of the scan.
        deviations: the same over its standard deviation if there is noise alone.
        near: part of the steps' power by which the residual near the lines is more than away from them.
        near_deviations: the same over its standard deviation.
        arms: the four charging lines, in the order of the result.
    """

    left: float
    deviations: float
    near: float
    near_deviations: float
    arms: tuple[Arm, ...]

    @property
    def misfit(self) -> float:
        """The larger of both parts, zero at least."""
        return max(self.left, self.near, 0.0)


def goodness_of_fit(fitted: VertexFit) -> Goodness:
    """Measure a fit against the noise that the image shows without it."""
    image, noise = fitted.image, fitted.noise
    residual = image.values - fitted.model
    power, deviations = recurring(noise, residual)
    explained = float(np.mean(noise.whiten(fitted.model - fitted.smooth) ** 2))
    near, near_deviations = _near(fitted, residual)
    return Goodness(
        left=power / (explained + abs(power)),
        deviations=deviations,
        near=near / (explained + abs(near)),
        near_deviations=near_deviations,
        arms=_arms(fitted),
    )


def _near(fitted: VertexFit, residual: FloatArray) -> tuple[float, float]:
    """Mean over all pixels of what w² is more near the lines than away from them, and over its standard deviation."""
    noise = fitted.noise
    lines = noise.lines(noise.whiten(residual))
    squares = (lines if noise.fast == 1 else lines.T) ** 2
    near = near_lines(fitted)
    if np.sum(~near) < FEWEST or not near.any():
        return 0.0, 0.0
    away = float(np.median(squares[~near])) / MEDIAN_OF_SQUARE  # a second vertex there must not hide this one's misfit
    excess = float(np.mean(squares[near])) - away
    return excess * float(near.mean()), excess / max(away, 1e-12) * float(np.sqrt(near.sum() / 2))


def near_lines(fitted: VertexFit) -> NDArray[np.bool_]:
    """Pixels near the fitted charging lines, (rows, columns)."""
    near = np.zeros(fitted.image.values.shape, dtype=bool)
    for n in occupations(fitted.shape, *fitted.image.places):
        slope = np.hypot(*np.gradient(n))
        near |= slope > ON_LINE * slope.max()
    return np.asarray(maximum_filter(near, 3))


def _arms(fitted: VertexFit) -> tuple[Arm, ...]:
    image, parameters = fitted.image.coarse(SIZE), fitted.parameters
    left = image.values - model(image, parameters)
    noise = estimate(left, image.levelled)
    frames = [_frame(fitted, number) for number in range(4)]
    templates = np.stack([_template(image, parameters, *frame, half) for frame in frames for half in (0, 1)])
    steps = np.diag(np.full(len(parameters), DIFFERENCE))
    slopes = np.stack([model(image, parameters + step) - model(image, parameters - step) for step in steps])
    basis = np.linalg.qr(noise.whiten(slopes / (2 * DIFFERENCE)).T)[0]
    series = noise.whiten(templates)
    series = series - (series @ basis) @ basis.T
    products = series @ series.T
    products += 1e-6 * (np.trace(products) / len(products) + 1e-9) * np.eye(len(products))
    covariance = np.linalg.inv(products)
    heights = 1 + covariance @ (series @ noise.whiten(left))
    errors = np.sqrt(np.diag(covariance))
    pixel = 2 / np.array(fitted.image.values.shape)
    arms = []
    for number, (dot, _, direction, length) in enumerate(frames):
        gradient = gradients(fitted.shape)[dot]
        full = FULL_WIDTH * float(np.exp(fitted.shape[WIDTHS[dot]]) / np.hypot(*gradient))
        two = slice(2 * number, 2 * number + 2)
        arms.append(
            Arm(
                dot=dot,
                pixels=length / float(np.abs(direction) @ pixel),
                widths=length / full,
                heights=(float(heights[two][0]), float(heights[two][1])),
                errors=(float(errors[two][0]), float(errors[two][1])),
            )
        )
    return tuple(arms)


def _frame(fitted: VertexFit, number: int) -> tuple[int, FloatArray, FloatArray, float]:
    """Of a charging line: its dot, triple point, direction away from the vertex, and its length within the window."""
    dot, end = divmod(number, 2)
    points, slopes = triple_points(fitted.shape), gradients(fitted.shape)
    point, other = points[end], points[1 - end]
    along = np.array([-slopes[dot, 1], slopes[dot, 0]]) / np.hypot(*slopes[dot])
    # Away from the other triple point, as the other dot's potential sees it.
    along *= (np.sign(slopes[1 - dot] @ (point - other)) or 1.0) * np.sign(slopes[1 - dot] @ along)
    if np.abs(point).max() >= 1:
        return dot, point, along, 0.0
    with np.errstate(divide="ignore"):
        return dot, point, along, float(np.min((1 - point * np.sign(along)) / np.abs(along)))


def _template(
    image: Image, parameters: FloatArray, dot: int, point: FloatArray, along: FloatArray, length: float, half: int
) -> FloatArray:
    """T of a half of a line, (rows, columns)."""
    rows, columns = image.places
    gradient = gradients(parameters[:SHAPES])[dot]
    normal = gradient / np.hypot(*gradient)
    width = float(np.exp(parameters[WIDTHS[dot]]) / np.hypot(*gradient))
    block = float(np.abs(normal) @ (2 / np.array(image.values.shape)))
    x, y = rows[:, None] - point[0], columns - point[1]
    across, further = normal[0] * x + normal[1] * y, along[0] * x + along[1] * y
    start = min(BEFORE * width, length / 4)
    ends = np.linspace(start, length, 3)[half : half + 2]
    rise = max(0.3 * float(ends[1] - ends[0]), 1e-6)
    inside = np.clip((further - ends[0]) / rise + 0.5, 0, 1) * np.clip((ends[1] - further) / rise + 0.5, 0, 1)
    beside = np.exp(-((across / max(STRIP[0] * width, STRIP[1] * block)) ** 2) / 2)
    n = occupations(parameters[:SHAPES], rows, columns)[dot]
    return image.observed(step_heights(image, parameters)[dot] * (n - 0.5) * beside * inside)
