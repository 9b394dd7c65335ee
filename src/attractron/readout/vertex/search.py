"""Where the vertex is: a global search over straight charging lines with a kink, in a coarse image.

Hypotheses are piecewise linear versions of `attractron.readout.vertex.model` (ramps in place of smooth steps). Step
heights and background are linear and are eliminated, so that a hypothesis has six numbers: two directions, the middle
of the vertex, the ratio of the dots' lever arms, and the interaction. The strongest straight steps of the image give
half of the first generation; differential evolution (SciPy) does the rest, once for each sign of the interaction.
"""

from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import differential_evolution

from attractron.core.checks import FloatArray
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.model import CENTRE, DIRECTIONS, INTERACTION, RATIO
from attractron.readout.vertex.scan_noise import ScanNoise, estimate

Single = NDArray[np.floating[Any]]
"""Arrays in single precision, which is enough to tell hypotheses apart."""

SIZE = 24
"""Blocks along each axis of the coarse image."""

FIRST, EVOLVING, GENERATIONS = 3000, 64, 80
"""Hypotheses drawn at first, how many of them evolve, and for how long at most."""

LIMITS = np.array([(-0.3, np.pi + 0.3), (-0.85, 0.85), (-0.3, np.pi + 0.3), (-0.85, 0.85), (-1.5, 1.5), (0.02, 1.2)])
"""Of φ_1, x_0, φ_2, y_0, ρ and |W|, in the window's coordinates."""

RAMPS = (2.0, 1.0, 1.0)
"""Width of the steps in blocks, for independent searches, each with the noise that the one before left."""

STRAIGHT = 4
"""Straight steps that stand for the lines of a vertex where only the noise is wanted."""

MOST_TURNED = 3
"""How many of the turned hypotheses are handed to the fit besides the best of each sign."""

TURNS = 40
"""Directions of the other dot's lines that are tried beside a kinked line."""

INSIDE = 0.7
"""How far out, between the middle (0) and the corner (1), a further line may lie: corners hold too few pixels."""

SMALLEST_ANGLE = 0.2
"""Sine of the angle between the dots' charging lines below which they are taken to be one dot's."""

LONGEST = 1.5
"""Length of the interaction line in the window's coordinates; the window is 2 wide."""


class Hypotheses(Protocol):
    """What tells hypotheses about an image apart."""

    def __call__(self, hypotheses: FloatArray) -> FloatArray:
        """Part of the data's square left over, with penalties, for hypotheses (parameter, hypothesis)."""
        ...

    def straight_steps(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Angles φ and offsets of single straight steps, and the part of the data's square that each explains."""
        ...


class Scores:
    """How much of a coarse image hypotheses leave unexplained, with steps that rise within some blocks.

    The background, and images that are `known` to be in it, are free and explain nothing.
    """

    def __init__(
        self,
        image: Image,
        noise: ScanNoise | None,
        blocks: float = 2.0,
        known: FloatArray | None = None,
    ) -> None:
        self.image, self.noise = image, noise
        rows, columns = image.places
        self.rows, self.columns = rows.astype(np.float32), columns.astype(np.float32)
        self.ramp = np.float32(2.0 * blocks / SIZE)
        terms = image.background_terms
        smooth = self._series(terms if known is None else np.concatenate([terms, known]))
        self.basis = np.linalg.qr(smooth.T)[0].astype(np.float32)  # (pixels, term)
        data = self._series(image.values[None])[0]
        self.data = (data - self.basis @ (data @ self.basis)).astype(np.float32)
        self.total = float(self.data @ self.data)

    def _series(self, images: FloatArray) -> FloatArray:
        return images.reshape(len(images), -1) if self.noise is None else self.noise.whiten(images)

    def _projected(self, images: FloatArray) -> FloatArray:
        series = self._series(self.image.observed(images))
        return np.asarray(series - (series @ self.basis) @ self.basis.T)

    def __call__(self, hypotheses: FloatArray) -> FloatArray:
        """Part of the data's square left over, with penalties, for hypotheses (parameter, hypothesis)."""
        points = hypotheses.reshape(6, -1)
        steps = self._projected(templates(points, self.rows, self.columns, self.ramp).reshape(-1, *self._shape))
        first, second = np.split(steps, 2)
        # What the data's square loses to the best heights of two steps: gᵀ G⁻¹ g, with g their products with the data
        # and G those with each other, 2 x 2, for all hypotheses at once. Steps nearly alike must not gain by that.
        a, b = (np.einsum("ij,ij->i", series, series) + 1e-6 for series in (first, second))
        mixed = np.einsum("ij,ij->i", first, second)
        p, q = first @ self.data, second @ self.data
        gain = (b * p * p - 2 * mixed * p * q + a * q * q) / np.maximum(a * b - mixed**2, 1e-3 * a * b)
        return np.asarray(1 - gain / self.total + crossing_penalty(points))

    @property
    def _shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.columns)

    def straight_steps(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Angles φ and offsets of single straight steps, and the part of the data's square that each explains."""
        return self._straight_steps

    @cached_property
    def _straight_steps(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        grids = np.meshgrid(np.arange(36) * np.pi / 36, np.linspace(-1.1, 1.1, 25), indexing="ij")
        angles, offsets = (grid.ravel() for grid in grids)
        phi, offset = (values.astype(np.float32)[:, None, None] for values in (angles, offsets))
        distance = np.cos(phi) * self.rows[:, None] + np.sin(phi) * self.columns - offset
        steps = self._projected(np.clip(distance / self.ramp, -0.5, 0.5))
        size = np.einsum("ij,ij->i", steps, steps)
        gains = np.where(size > 1e-3 * np.median(size), (steps @ self.data) ** 2 / np.maximum(size, 1e-9), 0.0)
        return angles, offsets, gains / self.total

    def best_step(self) -> tuple[float, float]:
        """Height of the single straight step that explains most, and its height over its standard deviation."""
        angles, offsets, gains = self.straight_steps()
        reach = (np.abs(np.cos(angles)) + np.abs(np.sin(angles))) * INSIDE
        best = int(np.argmax(np.where(np.abs(offsets) < reach, gains, 0.0)))
        step = self._projected(self._step(angles[best], offsets[best]))[0]
        height = float(step @ self.data / (step @ step))
        left = self.data - height * step
        return abs(height), abs(height) * float(np.sqrt(step @ step / np.mean(left**2)))

    def _step(self, angle: float, offset: float) -> FloatArray:
        distance = np.cos(angle) * self.rows[:, None] + np.sin(angle) * self.columns - offset
        return np.asarray(np.clip(distance / self.ramp, -0.5, 0.5))[None]

    def residual(self, hypothesis: FloatArray) -> FloatArray:
        """What a hypothesis leaves, unfiltered (rows, columns)."""
        steps = templates(hypothesis[:, None], self.rows, self.columns, self.ramp)[:, 0]
        return _left(self.image, self.image.observed(steps))

    def strongest_step(self) -> FloatArray:
        """The straight step that explains most, as the image shows it, (1, rows, columns)."""
        angles, offsets, gains = self.straight_steps()
        best = int(np.argmax(gains))
        return self.image.observed(self._step(angles[best], offsets[best]))


def without_steps(image: Image) -> FloatArray:
    """What some straight steps and the background leave of an image: noise, for the most part, before any search.

    One step is too few: a line along the slow axis, met again in every row, would pass for noise and be filtered away.
    """
    known = Scores(image, None).strongest_step()
    for _ in range(STRAIGHT - 1):
        known = np.concatenate([known, Scores(image, None, known=known).strongest_step()])
    return _left(image, known)


def _left(image: Image, steps: FloatArray) -> FloatArray:
    """The image less its least-squares fit by steps (step, rows, columns) and background."""
    columns = np.concatenate([steps, image.background_terms]).reshape(-1, image.values.size).T
    data = image.values.ravel()
    return np.asarray((data - columns @ np.linalg.lstsq(columns, data)[0]).reshape(image.values.shape))


def templates(points: FloatArray, rows: Single, columns: Single, ramp: np.float32) -> FloatArray:
    """Both dots' steps of hypotheses (parameter, hypothesis): (dot, hypothesis, rows, columns), from -½ to ½."""
    phi_1, x_0, phi_2, y_0, rho, W = (values.astype(np.float32)[:, None, None] for values in points)
    gains = (np.exp(rho / 2), np.exp(-rho / 2))
    x, y = rows[:, None] - x_0, columns - y_0
    low, high, sign = np.minimum(W, 0), np.maximum(W, 0), np.sign(W)
    potentials, steps = [], []
    for gain, phi in zip(gains, (phi_1, phi_2), strict=True):
        potential = np.cos(phi) * x + np.sin(phi) * y
        potential *= gain
        potential += W / 2
        potentials.append(potential)
    # In place, since thousands of hypotheses are made: fresh memory would take as long as the numbers in it.
    for own, other, gain in zip(potentials, reversed(potentials), gains, strict=True):
        step = np.clip(other, low, high)
        step *= sign
        step += low
        np.subtract(own, step, out=step)
        step /= ramp * gain
        steps.append(np.clip(step, -0.5, 0.5, out=step))
    return np.stack(steps)


def search(image: Image, seed: int = 0, tries: int = len(RAMPS)) -> list[FloatArray]:
    """Starts for the fit, the best of each sign of the interaction first.

    Args:
        image: the image; its coarse version is searched.
        seed: of the random hypotheses.
        tries: independent searches for each sign of the interaction, three at most.

    Returns:
        Geometry (φ_1, x_0, φ_2, y_0, ρ, W) of the best hypothesis for W > 0 and for W < 0 and of some with the lines
        of one dot turned, each (6,).
    """
    coarse = image.coarse(SIZE)
    noise = estimate(without_steps(coarse), coarse.levelled)
    found: dict[float, FloatArray] = {}
    for number, blocks in enumerate(RAMPS[:tries]):
        scores = Scores(coarse, noise, blocks)
        for sign in (1.0, -1.0):
            ends = [evolved(scores, sign, seed + number)] + ([found[sign]] if sign in found else [])
            found[sign] = _best(scores, ends)
        ranked = sorted(found.values(), key=lambda point: float(scores(point)[0]))
        noise = estimate(scores.residual(ranked[0]), coarse.levelled)
    turned = [point for start in ranked for point in _turned(scores, start)]
    turned.sort(key=lambda point: float(scores(point)[0]))
    plain = ranked[0].copy()  # a start from which either sign of the interaction is near
    plain[INTERACTION] *= 0.01 / abs(plain[INTERACTION])
    return [*ranked, plain, *turned[:MOST_TURNED]]


def _best(scores: Scores, points: list[FloatArray]) -> FloatArray:
    return points[int(np.argmin(scores(np.stack(points, axis=1))))]


def _turned(scores: Scores, point: FloatArray) -> list[FloatArray]:
    """The same kinked line of one dot, with other directions of the other dot's lines that fit well; for either dot.

    A faint dot shows in the kink of the strong one's line first. Both triple points and the kinked line stay; the
    direction of the other dot's lines decides on the ratio of the lever arms and on the sign of the interaction.
    """
    phi_1, x_0, phi_2, y_0, rho, W = point
    gains = np.exp([rho / 2, -rho / 2])
    normals = gains[:, None] * np.array([[np.cos(phi), np.sin(phi)] for phi in (phi_1, phi_2)])
    span = np.linalg.solve(normals, [W, abs(W)])  # from one triple point to the other
    turned = []
    for dot, phi in ((0, phi_1), (1, phi_2)):
        angles = (phi + np.arange(1, TURNS) * np.pi / TURNS) % np.pi
        held = np.cos(phi) * span[0] + np.sin(phi) * span[1]  # by how far the held dot's lines lie apart
        moved = np.cos(angles) * span[0] + np.sin(angles) * span[1]
        allowed = np.abs(np.log(np.abs(moved / held) + 1e-9)) < LIMITS[RATIO, 1]
        angles, moved = angles[allowed], moved[allowed]
        # g_1 n_1·s = W and g_2 n_2·s = |W| for the span s, with g_1g_2 = 1 and g_1/g_2 = e^ρ: so follow ρ and W.
        ratio = np.log(np.abs(moved / held)) * (1 if dot == 0 else -1)
        interaction = np.sqrt(np.abs(held * moved)) * np.sign(held * moved)
        fixed, free = np.full_like(angles, phi), angles
        points = np.stack(
            [
                fixed if dot == 0 else free,
                np.full_like(angles, x_0),
                free if dot == 0 else fixed,
                np.full_like(angles, y_0),
                ratio,
                interaction,
            ]
        )
        if points.size:
            ranks = scores(points)
            lowest = (ranks <= np.roll(ranks, 1)) & (ranks <= np.roll(ranks, -1))
            turned += list(points[:, lowest].T)
    return turned


def evolved(scores: Hypotheses, sign: float, seed: int) -> FloatArray:
    """The best hypothesis with one sign of the interaction that differential evolution finds, (6,)."""
    generator = np.random.default_rng(seed)
    bounds = LIMITS.copy()
    bounds[INTERACTION] = sorted(sign * bounds[INTERACTION])
    points = _first_generation(scores, sign, generator)
    points = np.clip(points, bounds[:, :1], bounds[:, 1:])
    result = differential_evolution(
        scores,
        bounds,
        init=points.T,
        maxiter=GENERATIONS,
        vectorized=True,
        updating="deferred",
        polish=False,
        rng=generator,
        tol=1e-5,
        mutation=(0.3, 0.9),
        recombination=0.85,
    )
    return np.asarray(result.x)


def _first_generation(scores: Hypotheses, sign: float, generator: np.random.Generator) -> FloatArray:
    """The best of many random hypotheses, two thirds of which have one dot on a strong straight step."""
    points = np.empty((6, FIRST))
    points[DIRECTIONS] = generator.uniform(0, np.pi, (2, FIRST))
    points[CENTRE] = generator.uniform(-0.8, 0.8, (2, FIRST))
    points[RATIO] = generator.normal(0, 0.5, FIRST)
    points[INTERACTION] = sign * np.exp(generator.uniform(np.log(0.03), np.log(0.9), FIRST))
    angles, offsets, gains = scores.straight_steps()
    many = 2 * FIRST // 3
    # The cube, so that strong steps are not outnumbered by the many weak ones.
    chosen = generator.choice(len(gains), many, p=gains**3 / np.sum(gains**3))
    phi = angles[chosen] + generator.normal(0, 0.12, many)
    offset = offsets[chosen] + generator.normal(0, 0.08, many)
    along = generator.uniform(-1.1, 1.1, many)
    points[0, :many] = phi % np.pi
    points[1, :many] = np.cos(phi) * offset - np.sin(phi) * along
    points[3, :many] = np.sin(phi) * offset + np.cos(phi) * along
    ranks = np.concatenate([scores(part) for part in np.array_split(points, 6, axis=1)])
    return points[:, np.argsort(ranks)[:EVOLVING]]


def crossing_penalty(points: FloatArray) -> FloatArray:
    """For lines that are nearly parallel, and for interaction lines that are long."""
    phi_1, _, phi_2, _, rho, W = points
    sine = np.sin(phi_2 - phi_1)
    gains, sign = np.exp([rho / 2, -rho / 2]), np.sign(W)
    x = gains[1] * np.sin(phi_2) - sign * gains[0] * np.sin(phi_1)
    y = sign * gains[0] * np.cos(phi_1) - gains[1] * np.cos(phi_2)
    span = np.abs(W) * np.hypot(x, y) / np.maximum(np.abs(sine), 1e-3)
    return np.asarray(5 * np.maximum(0, SMALLEST_ANGLE - np.abs(sine)) + np.maximum(0, span - LONGEST))
