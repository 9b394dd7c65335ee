"""What else an image may show: other shapes fitted beside the vertex, and scored by the same criterion.

All are fitted to the same coarse image, on the background of the vertex's own fit, in the noise that the vertex leaves:
smooth backgrounds (polynomials of order 2 and 6, a spline of one combination of the gates with knots a tenth of the
window apart), the shapes of `rival_shapes`, and the vertex itself with the charges of one dot moved along each line of
the scan by pixels of its own. They are compared by the Bayesian information criterion (`readout.model_selection`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.ndimage import label
from scipy.optimize import OptimizeResult, least_squares, minimize

from attractron.core.checks import FloatArray
from attractron.readout.model_selection import Candidate, Comparison, compare
from attractron.readout.vertex.fit import STEPS, VertexFit
from attractron.readout.vertex.image import PLAIN, Background, Image
from attractron.readout.vertex.model import occupations
from attractron.readout.vertex.rival_shapes import (
    Grid,
    crossing,
    diamond_starts,
    diamonds,
    honeycomb,
    honeycombs,
    line,
    lines,
    many,
    peak,
    peaks,
    splines,
    triangle_starts,
    triangles,
    widths,
)
from attractron.readout.vertex.scan_noise import ScanNoise, estimate

VERTEX, SMOOTH, PEAK = "vertex", "smooth background", "one smooth maximum"
ONE_LINE, STRIPES = "one line", "parallel lines"
CROSSING, CORNER, SEVERAL_VERTICES = "crossing lines", "two gates that pinch off", "several vertices"
TRIANGLES, DIAMONDS, JUMPING = "bias triangles", "Coulomb diamonds", "rows that jump"

ELSEWHERE = "no charging line is in view: move or widen the window until lines of both dots are"

ACROSS = "widen the window until the other dot's lines are in view, or crop a trace across and read that"

INSTEAD = {
    SMOOTH: ("a smooth background without charging lines", ELSEWHERE),
    PEAK: ("one smooth maximum or minimum", ELSEWHERE),
    ONE_LINE: ("one charging line alone", ACROSS),
    STRIPES: ("a function of one combination of the gates (lines of one dot, or a peak of the detector)", ACROSS),
    CROSSING: ("two lines that cross without an interaction", "take a finer image of the place where they cross"),
    CORNER: (
        "a signal that changes on one side of both of two lines (two gates that pinch off)",
        "this is no charge stability diagram of two dots",
    ),
    SEVERAL_VERTICES: ("more than one vertex", "crop the image to one, or read all of them as a honeycomb"),
    TRIANGLES: (
        "a current within triangles only (bias triangles)",
        "read it as bias triangles, or take an image of a charge detector's signal",
    ),
    DIAMONDS: ("families of lines that cross, with opposite steps (Coulomb diamonds)", "read it as Coulomb diamonds"),
    JUMPING: (
        "a vertex with rows that jump (charges that latch, or a detector that switches)",
        "sweep more slowly or the other way, or average several images",
    ),
}
"""What each of the others is, and what to do then."""

SIZE = 40
"""Blocks along each axis of the image that rivals are fitted to."""

ROUGH = 24
"""The same where directions are looked for."""

KNOTS = (14, 20, 30, 52)
"""Intervals of the splines in one combination of the gates: a background's, and those that hold lines."""

COARSE_KNOTS = 16
"""Of the spline where directions are looked for."""

DIRECTIONS = 24
"""Directions that are tried for it."""

EVALUATIONS = 5, 9
"""After which a rival's fit is looked at, and after how many more it ends."""

HOPELESS = 8.0
"""χ² over the number of blocks from which on it is given up then: the vertex has about one, as it tells the noise."""

FARTHEST = 12
"""Blocks by which a row may have jumped."""

ISLANDS = (60, 0.08, 0.45, 0.05, 12)
"""Blocks along each axis; part of the range that is off the level; most of the image off it; part of it that may lie on
the other side; blocks of the largest island at least."""

Family = Callable[[Grid, FloatArray], FloatArray]
"""Grid and parameters → images whose heights are linear, (template, rows, columns)."""


@dataclass(frozen=True, kw_only=True)
class Contest:
    """The image for which shapes compete, and its noise."""

    image: Image
    noise: ScanNoise

    @cached_property
    def grid(self) -> Grid:
        """Of the image."""
        rows, columns = self.image.places
        return rows[:, None], columns

    @cached_property
    def rough(self) -> "Contest":
        """The same on fewer blocks as if the noise were white: good enough to tell starts apart."""
        image = self.image.coarse(ROUGH)
        shape = (image.values.shape[0], image.values.shape[1])
        return Contest(image=image, noise=ScanNoise(shape=shape, fast=1, white=1.0, drift=0.0, exponent=0.0))

    @cached_property
    def _basis(self) -> FloatArray:
        return np.asarray(np.linalg.qr(self.noise.whiten(self.image.background_terms).T)[0])

    @cached_property
    def _data(self) -> FloatArray:
        data = self.noise.whiten(self.image.values)
        return np.asarray(data - self._basis @ (data @ self._basis))

    @property
    def smooth_terms(self) -> int:
        """Number of the background's terms."""
        return len(self.image.background_terms)

    def left(self, templates: FloatArray) -> FloatArray:
        """Whitened data less the best combination of templates and background."""
        series = self.noise.whiten(self.image.observed(templates))
        series = series - (series @ self._basis) @ self._basis.T
        products = series @ series.T
        heights = np.linalg.solve(
            products + 1e-9 * (np.trace(products) + 1e-9) * np.eye(len(series)), series @ self._data
        )
        return np.asarray(self._data - heights @ series)

    def background(self, family: Background) -> Candidate:
        """How another family of backgrounds does."""
        terms = replace(self.image, background=family).background_terms
        columns = self.noise.whiten(terms).T
        data = self.noise.whiten(self.image.values)
        left = data - columns @ np.linalg.lstsq(columns, data)[0]
        return Candidate(float(left @ left), columns.shape[1] + (family.intervals > 0))

    def spline(self, course: FloatArray, intervals: int) -> Candidate:
        """A function of one combination of the gates beside a plain background."""
        plain = replace(self.image, background=PLAIN)
        terms = np.concatenate([plain.background_terms, plain.observed(splines(self.grid, course, intervals))])
        series, data = self.noise.whiten(terms), self.noise.whiten(self.image.values)
        left = data - _explained(series, data)
        return Candidate(float(left @ left), len(plain.background_terms) + intervals + len(course))

    def simplest(self, candidates: Iterable[Candidate]) -> Candidate:
        """The one with the lowest BIC."""
        cost = float(np.log(self.image.values.size))
        return min(candidates, key=lambda each: each.chi_squared + cost * each.parameters)

    def _fitted(self, family: Family, start: FloatArray) -> OptimizeResult:
        """The fit from a start, given up early where it stays far worse than the vertex."""

        def left(point: FloatArray) -> FloatArray:
            return self.left(family(self.grid, point))

        first, then = EVALUATIONS
        found = least_squares(left, start, max_nfev=first, diff_step=1e-4, ftol=1e-3)
        if found.status != 0 or 2 * float(found.cost) > HOPELESS * self.image.values.size:
            return found
        return least_squares(left, found.x, max_nfev=then, diff_step=1e-4, ftol=1e-3)

    def best(
        self,
        family: Family,
        starts: list[FloatArray],
        tried: int = 1,
        valid: Callable[[FloatArray], bool] | None = None,
    ) -> Candidate:
        """The best fit from the best of some starts; infinitely bad where its images are not of the kind meant."""
        if not starts:
            return Candidate(np.inf, 0)
        rough = self.rough
        scores = [float(np.sum(rough.left(family(rough.grid, start)) ** 2)) for start in starts]
        found = min(
            (self._fitted(family, starts[index]) for index in np.argsort(scores)[:tried]),
            key=lambda fit: float(fit.cost),
        )
        images = family(self.grid, found.x)
        if valid is not None and not valid(images):
            return Candidate(np.inf, 0)
        return Candidate(2 * float(found.cost), self.smooth_terms + found.x.size + len(images))


def islands(image: Image) -> bool:
    """The signal differs from one value in islands only, and there to one side: a current, as in bias triangles.

    A charge detector's signal has a value of its own in each charge state.
    """
    values = image.coarse(ISLANDS[0]).values
    scatter = float(np.median(np.abs(np.diff(values, axis=0)))) + float(np.median(np.abs(np.diff(values, axis=1))))
    ordered = np.sort(values.ravel())
    half = ordered.size // 2
    start = int(np.argmin(ordered[half:] - ordered[: ordered.size - half]))
    level = float(np.median(ordered[start : start + half]))  # of the half of the values that lie closest together
    off = np.abs(values - level) > max(4 * scatter, ISLANDS[1] * float(np.ptp(values)))
    sides = np.sort([np.sum(off & (values > level)), np.sum(off & (values < level))])
    parts, count = label(off)
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    at_edge = np.unique(np.concatenate([parts[[0, -1]].ravel(), parts[:, [0, -1]].ravel()]))
    sizes[at_edge] = 0
    sizes[0] = 0
    one_sided = sides[0] < ISLANDS[3] * sides[1]
    return bool(one_sided and 0 < off.mean() < ISLANDS[2] and sizes.sum() > off.sum() / 2 and sizes.max() > ISLANDS[4])


def rivals(fitted: VertexFit) -> Comparison:
    """The vertex and all others, from the best to the worst.

    Args:
        fitted: the vertex.

    Returns:
        The comparison; names are those of this module.
    """
    left = replace(fitted.image, values=fitted.image.values - fitted.model).coarse(SIZE)
    image = fitted.image.coarse(SIZE)
    contest = Contest(image=image, noise=estimate(left.values, image.levelled))
    found = dict(_candidates(contest, fitted, left))
    return compare(found, image.values.size)


def _candidates(contest: Contest, fitted: VertexFit, left: Image) -> Iterator[tuple[str, Candidate]]:
    residual = contest.noise.whiten(left.values)
    vertex = Candidate(float(residual @ residual), len(fitted.parameters))
    yield VERTEX, vertex
    course = _course(fitted.image)
    few, *dense = KNOTS
    smooth = [contest.background(Background(order=order)) for order in (2, 6)] + [contest.spline(course, few)]
    yield SMOOTH, contest.simplest(smooth)
    yield STRIPES, contest.simplest(contest.spline(course, intervals) for intervals in dense)
    yield PEAK, contest.best(peak, peaks(contest.rough.image.values, contest.rough.grid), 2)
    yield ONE_LINE, contest.best(line, lines(course))
    crossed = np.array([*fitted.shape[:4], *widths(fitted)])
    yield CROSSING, contest.best(lambda grid, point: crossing(grid, point)[:2], [crossed])
    yield CORNER, contest.best(crossing, [crossed])
    # A vertex with two further lines: freer widths of its own lines must not decide between them.
    further = contest.best(honeycomb, honeycombs(fitted), 2, many)
    yield SEVERAL_VERTICES, further._replace(parameters=vertex.parameters + 2)
    yield TRIANGLES, contest.best(triangles, triangle_starts(fitted), 2)
    yield DIAMONDS, contest.best(diamonds, diamond_starts(fitted), 2)
    yield JUMPING, _jumping(contest, fitted, vertex)


def _course(image: Image) -> FloatArray:
    """θ, κ and η of the combination of gates of which a function explains most of an image."""
    coarse = replace(image, background=PLAIN).coarse(ROUGH)
    rows, columns = coarse.places
    data = coarse.values.ravel()
    plain = coarse.background_terms.reshape(-1, data.size)

    def unexplained(course: FloatArray) -> float:
        ridge = coarse.observed(splines((rows[:, None], columns), course, COARSE_KNOTS)).reshape(-1, data.size)
        return float(np.sum((data - _explained(np.concatenate([plain, ridge]), data)) ** 2))

    angles = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
    start = angles[int(np.argmin([unexplained(np.array([angle, 0.0, 0.0])) for angle in angles]))]
    simplex = np.array([start, 0.0, 0.0]) + np.vstack([np.zeros(3), np.diag([0.08, 0.1, 0.1])])
    options = {"initial_simplex": simplex, "maxfev": 50, "xatol": 1e-3, "fatol": 0.0}
    return np.asarray(minimize(unexplained, simplex[0], method="Nelder-Mead", options=options).x)


def _explained(terms: FloatArray, data: FloatArray) -> FloatArray:
    """The best combination of terms (term, pixel); nearly dependent ones do no harm."""
    products = terms @ terms.T
    heights = np.linalg.solve(products + 1e-8 * np.trace(products) / len(terms) * np.eye(len(terms)), terms @ data)
    return np.asarray(heights @ terms)


def _jumping(contest: Contest, fitted: VertexFit, vertex: Candidate) -> Candidate:
    """The vertex with one dot's charges moved along the rows, or the columns, in each by blocks of its own."""
    if fitted.image.derivative is not None or fitted.image.sensor is not None:
        return Candidate(np.inf, 0)
    best = Candidate(np.inf, 0)
    for axis in (0, 1):
        for dot in (0, 1):
            moved, count = _moved(contest, fitted, dot, axis)
            left = contest.left(moved)
            best = min(best, Candidate(float(left @ left), vertex.parameters + count))
    return best


def _moved(contest: Contest, fitted: VertexFit, dot: int, axis: int) -> tuple[FloatArray, int]:
    """Both dots' steps with those of one dot moved where the data of each line want them, and the number of lines."""
    n = occupations(fitted.shape, *contest.image.places)
    steps = fitted.parameters[STEPS]
    smooth = contest.image.coarse(SIZE).values - np.tensordot(steps, n, axes=1)
    trend = np.tensordot(_plane(contest, smooth), contest.image.background_terms, axes=1)
    rest = contest.image.values - trend - steps[1 - dot] * n[1 - dot]
    lines, target = (n[dot], rest) if axis == 1 else (n[dot].T, rest.T)
    shifts = np.arange(-FARTHEST, FARTHEST + 1)
    places = np.clip(np.arange(lines.shape[1]) - shifts[:, None], 0, lines.shape[1] - 1)
    candidates = lines[:, places]  # (line, shift, pixel)
    squares = np.sum((target[:, None] - steps[dot] * candidates) ** 2, axis=-1)
    chosen = candidates[np.arange(len(lines)), np.argmin(squares, axis=1)]
    result = n.copy()
    result[dot] = chosen if axis == 1 else chosen.T
    return result, len(lines)


def _plane(contest: Contest, values: FloatArray) -> FloatArray:
    terms = contest.image.background_terms.reshape(contest.smooth_terms, -1)
    return np.asarray(np.linalg.lstsq(terms.T, values.ravel())[0])
