"""A first honeycomb: which periodic one explains most of a coarse image.

Addition energies E_1, E_2 that are the same for all electrons make a lattice of hexagons,

    E(n_1, n_2) = ½ E_1 (n_1 - u_1)² + ½ E_2 (n_2 - u_2)² + W (n_1 n_2 - …),    u_i = µ_i/E_i.

Averaged over the steps n_1 and n_2 are linear in the gates, n̄_i = g_i (cos φ_i x + sin φ_i y) + o_i, with
u_1 = n̄_1 + (W/E_1) n̄_2 and u_2 = n̄_2 + (W/E_2) n̄_1. These averages are what a hypothesis is made of, since an image
shows them first: as two families of parallel lines, each of which is found by itself among all directions, distances
and places (a staircase of straight steps), the second one beside the first. Then come the shifts by the other dot's
electrons, W/√(E_1 E_2), and ln(E_1/E_2), and differential evolution improves all eight numbers together. Step heights
and background are linear and are eliminated.
"""

import numpy as np
from scipy.optimize import differential_evolution

from attractron.core.checks import FloatArray
from attractron.readout.honeycomb.model import ChargeStates
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.scan_noise import ScanNoise, estimate
from attractron.readout.vertex.search import Single

SIZE = 40
"""Blocks along each axis of the coarse image."""

DIRECTIONS, DENSITIES, PLACES = 45, 18, 10
"""Of families of lines that are tried."""

SPARSEST, DENSEST = 0.3, 4.0
"""Lines of a dot over half a window: at least (one in view) and at most (more are not resolved in blocks)."""

MOST_SHIFTED = 0.6
"""Shift of a line by an electron of the other dot, over the distance of lines."""

LIMITS = np.array(
    [(-0.3, np.pi + 0.3)] * 2
    + [(np.log(SPARSEST), np.log(DENSEST))] * 2
    + [(-0.6, 0.6)] * 2
    + [(-MOST_SHIFTED, MOST_SHIFTED), (np.log(1 / 3), np.log(3.0))]
)
"""Of φ_1, φ_2, ln g_1, ln g_2, o_1, o_2, W/√(E_1 E_2) and ln(E_1/E_2)."""

FAMILIES = (10, 8)
"""First families that are kept, and second ones beside each."""

SHIFTS, RATIOS = np.array([-0.35, -0.2, -0.1, 0.1, 0.2, 0.35]), np.array([-0.5, 0.5])
"""That each pair of families is tried with."""

AROUND = np.linspace(-0.4, 0.4, 5)
"""Places of lines that are tried when a lattice is given another basis, in spacings."""

EVOLVING, GENERATIONS = 80, 120
"""Hypotheses that evolve, and for how long at most."""

SMALLEST_SINE = 0.2
"""Of the angle between both dots' lines."""

BLOCKS = 1.5
"""Width of a step in blocks."""

NEXT = ((0, 0), (1, 0), (0, 1), (1, 1))
"""Corners of a lattice's cell, one of which is the ground state: Delaunay triangles of reduced lattices lie in it."""


class LatticeScores:
    """Part of a coarse image's square that hypotheses leave; the background is free and explains nothing."""

    def __init__(self, image: Image, noise: ScanNoise) -> None:
        rows, columns = image.places
        self.image, self.noise = image, noise
        self.x, self.y = (grid.ravel().astype(np.float32) for grid in np.meshgrid(rows, columns, indexing="ij"))
        self.block = 2.0 / SIZE
        self.basis = np.linalg.qr(noise.whiten(image.background_terms).T)[0].astype(np.float32)
        data = noise.whiten(image.values[None])[0]
        self.data = (data - self.basis @ (self.basis.T @ data)).astype(np.float32)
        self.total = float(self.data @ self.data)

    def __call__(self, hypotheses: FloatArray) -> FloatArray:
        """For hypotheses (parameter, hypothesis)."""
        points = hypotheses.reshape(len(LIMITS), -1)
        first, second = self._series(self.numbers(points))
        a, b = (np.einsum("ij,ij->i", each, each) + 1e-6 for each in (first, second))
        mixed = np.einsum("ij,ij->i", first, second)
        p, q = first @ self.data, second @ self.data
        gain = (b * p * p - 2 * mixed * p * q + a * q * q) / np.maximum(a * b - mixed**2, 1e-2 * a * b)
        sine = np.abs(np.sin(points[1] - points[0]))
        return np.asarray(1 - gain / self.total + 5 * np.maximum(0, SMALLEST_SINE - sine))

    def _series(self, images: Single) -> FloatArray:
        """Images (…, pixel) whitened and free of what the background explains."""
        shown = self.image.observed(
            np.asarray(images.reshape(*images.shape[:-1], *self.image.values.shape), dtype=float)
        )
        series = self.noise.whiten(shown.astype(np.float32))
        return np.asarray(series - (series @ self.basis) @ self.basis.T)

    def numbers(self, points: FloatArray) -> Single:
        """Ground states with steps some blocks wide, (dot, hypothesis, pixel)."""
        phi, density, place = points[0:2, :, None], np.exp(points[2:4, :, None]), points[4:6, :, None]
        mutual, root = points[6, :, None].astype(np.float32), np.exp(points[7, :, None] / 2).astype(np.float32)
        n = (density * (np.cos(phi) * self.x + np.sin(phi) * self.y) + place).astype(np.float32)  # averages
        low = np.floor(n)
        u = n[0] + mutual / root * n[1], n[1] + mutual * root * n[0]
        lowest, best = np.full(n[0].shape, np.inf, dtype=np.float32), np.zeros_like(n)
        for corner in NEXT:
            a, b = low[0] + corner[0], low[1] + corner[1]
            energy = root * (0.5 * a - u[0]) * a + (0.5 * b - u[1]) * b / root + mutual * a * b
            closer = energy < lowest
            lowest = np.where(closer, energy, lowest)
            best[0], best[1] = np.where(closer, a, best[0]), np.where(closer, b, best[1])
        # Own µ_i relative to the step's middle, over the step's width: the other dot's number being what it is.
        shifts = mutual / root, mutual * root
        away = [u[i] - shifts[i] * best[1 - i] - best[i] for i in (0, 1)]  # in (-½, ½) within a hexagon
        widths = BLOCKS * self.block * density
        ramps = [
            np.clip((np.abs(each) - 0.5) / width + 0.5, 0, 0.5) * np.sign(each)
            for each, width in zip(away, widths, strict=True)
        ]
        return np.asarray(best + np.stack(ramps), dtype=np.float32)

    def families(self) -> tuple[FloatArray, FloatArray]:
        """Staircases of straight steps: φ, ln g and o of each (3, family), and their series (family, pixel)."""
        grids = np.meshgrid(
            np.arange(DIRECTIONS) * np.pi / DIRECTIONS,
            np.linspace(np.log(SPARSEST), np.log(DENSEST), DENSITIES),
            np.arange(PLACES) / PLACES - 0.5,
            indexing="ij",
        )
        points = np.stack([grid.ravel() for grid in grids])
        phi, density, place = points[0, :, None], np.exp(points[1, :, None]), points[2, :, None]
        n = (density * (np.cos(phi) * self.x + np.sin(phi) * self.y) + place).astype(np.float32)
        low = np.floor(n)
        width = np.maximum(BLOCKS * self.block * density, 0.15).astype(np.float32)
        return points, self._series(low + np.clip((n - low - 0.5) / width + 0.5, 0, 1))


def search(image: Image, seed: int = 0) -> list[tuple[ChargeStates, FloatArray]]:
    """Starts for the fit, the best first: lines in view and parameters of `readout.honeycomb.model`.

    Args:
        image: the image; its coarse version is searched.
        seed: of the random hypotheses.
    """
    coarse = image.coarse(SIZE)
    # Differences of neighbouring pixels: lines are what is narrow. Later the noise is known from the residual.
    noise = ScanNoise(shape=(len(coarse.axes[0]), len(coarse.axes[1])), fast=1, white=1e-3, drift=1e-3, exponent=1.0)
    generator = np.random.default_rng(seed)
    scores = LatticeScores(coarse, noise)
    best = _evolved(scores, _pairs(scores), generator)
    best = _evolved(scores, np.concatenate([_other_bases(best), best[:, None]], axis=1), generator)
    noise = estimate(_left(scores, best), coarse.levelled)
    scores = LatticeScores(coarse, noise)
    best = _evolved(scores, np.concatenate([_pairs(scores), best[:, None]], axis=1), generator)
    return [lattice_start(best, scores)]


def _left(scores: LatticeScores, point: FloatArray) -> FloatArray:
    """What a hypothesis leaves of the coarse image, (rows, columns)."""
    image = scores.image
    numbers = np.asarray(scores.numbers(point[:, None])[:, 0], dtype=float)
    steps = image.observed(numbers.reshape(2, *image.values.shape))
    columns = np.concatenate([steps, image.background_terms]).reshape(-1, image.values.size).T
    data = image.values.ravel()
    return np.asarray((data - columns @ np.linalg.lstsq(columns, data)[0]).reshape(image.values.shape))


def _pairs(scores: LatticeScores) -> FloatArray:
    """Pairs of families that explain most together, with several shifts, (parameter, hypothesis)."""
    points, series = scores.families()
    overlap, size = series @ scores.data, np.einsum("ij,ij->i", series, series)
    weak = size < 1e-3 * np.median(size)
    gains = np.where(weak, 0.0, overlap**2 / np.maximum(size, 1e-9))
    pairs = []
    for first in _apart(points, gains, FAMILIES[0]):
        mixed = series @ series[first]
        left = np.maximum(size - mixed**2 / size[first], 0.05 * size)
        beside = (overlap - mixed * overlap[first] / size[first]) ** 2 / np.maximum(left, 1e-9)
        crossing = np.abs(np.sin(points[0] - points[0, first])) > SMALLEST_SINE
        pairs += [(first, second) for second in _apart(points, np.where(weak | ~crossing, 0.0, beside), FAMILIES[1])]
    one, other = points[:, [a for a, _ in pairs]], points[:, [b for _, b in pairs]]
    return _with_shifts(np.stack([one[0], other[0], one[1], other[1], one[2], other[2]]))


def _other_bases(point: FloatArray) -> FloatArray:
    """The same lattice with other lines taken for those of a dot, (parameter, hypothesis).

    Of a strongly coupled honeycomb the lines between (1,0) and (0,1), or (0,0) and (1,1), may be as long as those of a
    dot: n̄_1 and n̄_1 ± n̄_2 are as good a basis.
    """
    phi, density, place = point[0:2], np.exp(point[2:4]), point[4:6]
    rows = np.stack([density * np.cos(phi), density * np.sin(phi), place], axis=1)  # n̄_i = rows_i · (x, y, 1)
    found = []
    for a, b, sign in ((0, 1, 1), (0, 1, -1), (1, 0, 1), (1, 0, -1)):
        pair = np.stack([rows[a], rows[b] + sign * rows[a]])
        turned = np.where(np.arctan2(pair[:, 1], pair[:, 0]) < LIMITS[0, 0], -1.0, 1.0)[:, None] * pair
        angles, sizes = np.arctan2(turned[:, 1], turned[:, 0]), np.hypot(turned[:, 0], turned[:, 1])
        # Averages do not tell the places well: both are tried all around.
        found += [
            [*angles, *np.log(sizes), *((turned[:, 2] + (first, second) + 0.5) % 1 - 0.5)]
            for first in AROUND
            for second in AROUND
        ]
    return _with_shifts(np.array(found).T)


def _with_shifts(shape: FloatArray) -> FloatArray:
    """Pairs of families (six numbers, pair), each with every shift and ratio."""
    pairs = shape.shape[1]
    grids = np.stack([grid.ravel() for grid in np.meshgrid(SHIFTS, RATIOS)])
    return np.concatenate([np.repeat(shape, grids.shape[1], axis=1), np.tile(grids, pairs)])


def _apart(points: FloatArray, gains: FloatArray, count: int) -> list[int]:
    """The families that gain most, no two of them nearly alike."""
    found: list[int] = []
    for at in np.argsort(-gains):
        alike = any(
            abs(np.sin(points[0, at] - points[0, other])) < 0.1 and abs(points[1, at] - points[1, other]) < 0.2
            for other in found
        )
        if not alike:
            found.append(int(at))
        if len(found) == count:
            break
    return found


def _evolved(scores: LatticeScores, points: FloatArray, generator: np.random.Generator) -> FloatArray:
    """The best hypothesis after differential evolution from the best of those given."""
    points = np.clip(points, LIMITS[:, :1], LIMITS[:, 1:])
    ranks = np.concatenate([scores(part) for part in np.array_split(points, max(1, points.shape[1] // 100), axis=1)])
    first = points[:, np.argsort(ranks)[:EVOLVING]]
    found = differential_evolution(
        scores,
        LIMITS,
        init=np.clip(first + generator.normal(0, 1e-3, first.shape), LIMITS[:, :1], LIMITS[:, 1:]).T,
        maxiter=GENERATIONS,
        vectorized=True,
        updating="deferred",
        polish=False,
        rng=generator,
        tol=1e-4,
        mutation=(0.3, 0.9),
        recombination=0.7,
    )
    return np.asarray(found.x)


def lattice_start(point: FloatArray, scores: LatticeScores) -> tuple[ChargeStates, FloatArray]:
    """A periodic honeycomb as the lines in view, with places for the fewest electrons there."""
    mean_phi, density, offset = point[0:2], np.exp(point[2:4]), point[4:6]
    root = np.exp(point[7] / 2)
    shifts = point[6] / root, point[6] * root  # of a line by an electron of the other dot, in distances of lines
    numbers = np.round(scores.numbers(point[:, None])[:, 0])  # (dot, pixel)
    least, most = numbers.min(axis=1), numbers.max(axis=1)
    vectors = density[:, None] * np.stack([np.cos(mean_phi), np.sin(mean_phi)], axis=1)
    own = np.stack([vectors[i] + shifts[i] * vectors[1 - i] for i in (0, 1)])  # ∇u_i
    origin = np.array([offset[i] + shifts[i] * offset[1 - i] for i in (0, 1)])
    gains = np.hypot(*own.T)
    phi = np.arctan2(own[:, 1], own[:, 0])
    # u_i passes n + ½ plus the shifts by the other dot's electrons.
    places = [(np.arange(least[i], most[i]) + 0.5 + shifts[i] * least[1 - i] - origin[i]) / gains[i] for i in (0, 1)]
    energies = np.array([root, 1 / root]) * gains  # ∇µ_i in units of √(E_1 E_2)
    W = point[6] / np.sqrt(energies.prod())
    width = np.log(scores.block / 4)
    shared = np.array([*phi, np.log(energies[0] / energies[1]), width, 0.0, 0.0, 0.0, 0.0, W])
    states = ChargeStates(lines=(places[0].size, places[1].size))
    return states, np.concatenate([shared, *places])
