"""Periodic honeycombs in a coarse image, and how much of it each explains.

Addition energies E_1, E_2 that are the same for all electrons make a lattice of hexagons,

    E(n_1, n_2) = ½ E_1 (n_1 - u_1)² + ½ E_2 (n_2 - u_2)² + W (n_1 n_2 - …),    u_i = µ_i/E_i.

Averaged over the steps n_1 and n_2 are linear in the gates, n̄_i = g_i (cos φ_i x + sin φ_i y) + o_i, with
u_1 = n̄_1 + (W/E_1) n̄_2 and u_2 = n̄_2 + (W/E_2) n̄_1. These averages are what a hypothesis is made of, since an image
shows them first, as two families of parallel lines; with the shifts by the other dot's electrons, W/√(E_1 E_2), and
ln(E_1/E_2) it has eight numbers. In a descent four more warp both families,

    n̄_i = g_i d_i + o_i + b_i d_i² + c_i d_i³,    d_i = cos φ_i x + sin φ_i y,

so that spacings may change over the window and be uneven. Step heights and background are linear and are eliminated.
"""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import descend
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.scan_noise import ScanNoise
from attractron.readout.vertex.search import Single

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

FREE = np.array(
    [(-0.8, np.pi + 0.8)] * 2
    + [*LIMITS[2:4]]
    + [(-2.0, 2.0)] * 2
    + [(-0.8, 0.8), (np.log(1 / 3), np.log(3.0))]
    + [(-0.5, 0.5)] * 4
)
"""The same for a descent, which may pass where an angle or a place comes back to itself, and of b_1, b_2, c_1, c_2."""

EVEN, WARPED = len(LIMITS), len(FREE)
"""Numbers of a hypothesis without and with its warps."""

SMALLEST_SINE = 0.2
"""Of the angle between both dots' lines."""

BLOCKS = 1.5
"""Width of a step in blocks."""

TOGETHER = 16
"""Hypotheses that are held against the image at once: their images stay in the processor's cache."""

RAMPS = 0.4, 0.15, 0.0
"""Widths of steps, in distances of lines, at which a descent goes on: wide steps feel lines that are far away."""

ROUNDS, ENOUGH, NUDGE = 8, 1e-4, 2e-3
"""Steps of a descent at each width, the gain, as a part of the image's square, that ends it, and differences."""


class LatticeScores:
    """Part of a coarse image's square that hypotheses leave; the background is free and explains nothing."""

    def __init__(self, image: Image, noise: ScanNoise) -> None:
        rows, columns = image.places
        self.image, self.noise = image, noise
        self.x, self.y = (grid.ravel().astype(np.float32) for grid in np.meshgrid(rows, columns, indexing="ij"))
        self.block = 2.0 / np.sqrt(image.values.size)
        self.basis = np.linalg.qr(noise.whiten(image.background_terms).T)[0].astype(np.float32)
        data = noise.whiten(image.values[None])[0]
        self.data = (data - self.basis @ (self.basis.T @ data)).astype(np.float32)
        self.total = float(self.data @ self.data)

    def __call__(self, hypotheses: FloatArray, ramp: float = 0.0) -> FloatArray:
        """For hypotheses (parameter, hypothesis) with steps at least `ramp` of the distance of lines wide."""
        points = hypotheses.reshape(len(hypotheses), -1)
        parts = np.array_split(points, max(1, points.shape[1] // TOGETHER), axis=1)
        return np.concatenate([self._left(part, ramp) for part in parts])

    def _left(self, points: FloatArray, ramp: float) -> FloatArray:
        _, (p, q, a, b, mixed) = self._products(points, ramp)
        gain = (b * p * p - 2 * mixed * p * q + a * q * q) / np.maximum(a * b - mixed**2, 1e-2 * a * b)
        sine = np.abs(np.sin(points[1] - points[0]))
        return np.asarray(1 - gain / self.total + 5 * np.maximum(0, SMALLEST_SINE - sine))

    def _products(self, points: FloatArray, ramp: float) -> tuple[FloatArray, tuple[FloatArray, ...]]:
        """Series of both dots (dot, hypothesis, pixel), their products with the data, their squares, their product."""
        both = self.series(self.numbers(points, ramp))
        first, second = both
        squares = (np.einsum("ij,ij->i", each, each) + 1e-6 for each in both)
        return both, (first @ self.data, second @ self.data, *squares, np.einsum("ij,ij->i", first, second))

    def residuals(self, points: FloatArray, ramp: float) -> FloatArray:
        """What hypotheses leave, with the best step heights, (hypothesis, pixel)."""
        (first, second), (p, q, a, b, mixed) = self._products(points.reshape(len(points), -1), ramp)
        determinant = np.maximum(a * b - mixed**2, 1e-2 * a * b)
        heights = (b * p - mixed * q) / determinant, (a * q - mixed * p) / determinant
        return np.asarray(self.data - heights[0][:, None] * first - heights[1][:, None] * second, dtype=float)

    def descended(self, point: FloatArray) -> FloatArray:
        """A hypothesis after a descent, at first with wide steps, then with narrow ones; warped."""
        point = np.concatenate([point, np.zeros(WARPED - point.size)])
        for ramp in RAMPS:

            def residual(at: FloatArray, ramp: float = ramp) -> FloatArray:
                return np.asarray(self.residuals(at, ramp)[0])

            def jacobian(at: FloatArray, ramp: float = ramp) -> FloatArray:
                nudged = self.residuals(at[:, None] + NUDGE * np.eye(at.size), ramp)
                return np.asarray((nudged - self.residuals(at, ramp)).T / NUDGE)

            point, _ = descend(residual, jacobian, point, FREE[:, 0], FREE[:, 1], ENOUGH * self.total, rounds=ROUNDS)
        return point

    def series(self, images: Single) -> FloatArray:
        """Images (…, pixel) whitened and free of what the background explains."""
        shown = images.reshape(*images.shape[:-1], *self.image.values.shape)
        series = self.noise.whiten(self.image.observed(np.asarray(shown, dtype=float)).astype(np.float32))
        return np.asarray(series - (series @ self.basis) @ self.basis.T)

    def numbers(self, points: FloatArray, ramp: float = 0.0) -> Single:
        """Ground states with steps some blocks wide, or `ramp` if that is more, (dot, hypothesis, pixel).

        One of a cell's corners is the ground state: Delaunay triangles of reduced lattices lie in it.
        """
        points = points.astype(np.float32)
        density, mutual, root = np.exp(points[2:4, :, None]), points[6, :, None], np.exp(points[7, :, None] / 2)
        n = averages(points, self.x, self.y)
        low = np.floor(n)
        u = n[0] + mutual / root * n[1], n[1] + mutual * root * n[0]
        # Of E/√(E_1 E_2) at the corners of a cell: what depends on n_1 alone, on n_2 alone, and the interaction.
        first, second = (low[0], low[0] + 1), (low[1], low[1] + 1)
        own = [root * (0.5 * a - u[0]) * a for a in first]
        other = [(0.5 * b - u[1]) * b / root for b in second]
        mixed = [mutual * a for a in first]

        def energy(i: int, j: int) -> Single:
            total = own[i] + other[j]
            total += mixed[i] * second[j]
            return np.asarray(total)

        lowest, more = energy(0, 0), energy(1, 0)
        right = more < lowest
        np.minimum(lowest, more, out=lowest)
        more = energy(0, 1)
        above = more < lowest
        right &= ~above
        np.minimum(lowest, more, out=lowest)
        last = energy(1, 1) < lowest
        best = low + np.stack([right | last, above | last])
        # Own µ_i relative to the step's middle, over the step's width: the other dot's number being what it is.
        shifts = mutual / root, mutual * root
        widths = np.maximum(np.float32(BLOCKS * self.block) * density, np.float32(ramp))
        steps = np.empty_like(best)
        for i, step in enumerate(steps):
            away = u[i] - shifts[i] * best[1 - i] - best[i]  # in (-½, ½) within a hexagon
            np.abs(away, out=step)
            step -= 0.5
            step /= widths[i]
            step += 0.5
            np.clip(step, 0, 0.5, out=step)
            step *= np.sign(away, out=away)
        steps += best
        return steps

    def left(self, point: FloatArray) -> FloatArray:
        """What a hypothesis leaves of the coarse image, not whitened, (rows, columns)."""
        image = self.image
        numbers = np.asarray(self.numbers(point[:, None])[:, 0], dtype=float)
        steps = image.observed(numbers.reshape(2, *image.values.shape))
        columns = np.concatenate([steps, image.background_terms]).reshape(-1, image.values.size).T
        data = image.values.ravel()
        return np.asarray((data - columns @ np.linalg.lstsq(columns, data)[0]).reshape(image.values.shape))


def averages(points: FloatArray, x: FloatArray | Single, y: FloatArray | Single) -> FloatArray:
    """n̄_1 and n̄_2 at places (pixel,) for hypotheses (parameter, hypothesis), (dot, hypothesis, pixel)."""
    phi, density, place = points[0:2, :, None], np.exp(points[2:4, :, None]), points[4:6, :, None]
    if len(points) == EVEN:
        return np.asarray(density * np.cos(phi) * x + density * np.sin(phi) * y + place)
    away = np.cos(phi) * x + np.sin(phi) * y
    bent, cubic = points[8:10, :, None], points[10:12, :, None]
    return np.asarray(((cubic * away + bent) * away + density) * away + place)
