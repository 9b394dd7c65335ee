"""Where the vertex is in an image of a detector on its own Coulomb peak: a global search that needs no response.

In coordinates (p, q) along the detector's gradient and along its equipotentials, the image of `sensor` is

    D = S_00(p) + n_1 [S_10 - S_00](p) + n_2 [S_01 - S_00](p) + n_1 n_2 [S_11 - S_10 - S_01 + S_00](p)

with S_jk(p) = S(p + j s_1 + k s_2), where the dots are empty or full: a sum of 1, n_1, n_2 and n_1 n_2 whose heights
are functions of p. All four are
eliminated by linear least squares, whatever S is, so that a hypothesis has the six numbers of
`attractron.readout.vertex.search`, and the height and sign of steps may change over the image. A further term in q
takes up what a slightly wrong direction leaves. The shifts follow from what the regions have in common: the response
in each is the same S, moved along p.
"""

from functools import cached_property

import numpy as np
from scipy.ndimage import gaussian_filter, gaussian_filter1d, map_coordinates, minimum_filter

from attractron.core.checks import FloatArray
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.model import CENTRE, DIRECTIONS
from attractron.readout.vertex.search import crossing_penalty, evolved, templates

ROWS, COLUMNS = 26, 36
"""Of the turned image: along p and along q."""

RAMP = 0.1
"""Over which steps rise, in half windows."""

HEIGHTS = 8
"""Knots in p of the heights of steps, between which they are linear."""

DAMPING = 0.003
"""Relative size of the weights that keeps heights small where a region has no pixels."""

SHIFTS = np.linspace(-0.9, 0.9, 37)
"""Of the detector by a charge, in half windows along its gradient."""

KNOTS = 22
"""Of the response, where shifts are looked for."""

BENDING, LARGE = 0.01, 0.3
"""Weights that keep the response smooth where it has no pixels, and that prefer small shifts."""

INSIDE = 0.45
"""Of a step from -½ to ½, beyond which a pixel is in a region."""

TRIES, KEPT, PAIRS = 3, 3, 8
"""Searches for each sign of the interaction until two agree, hypotheses that are kept, and pairs of shifts for each."""

SAME = 0.1
"""Difference of angles (rad) and of places below which two hypotheses are one."""

BINS, SMOOTHED, NEARBY = 72, 2.0, 0.15
"""Of the directions of slopes, bins over which they are smoothed, and the distance from the mode that counts, rad."""

STEEP = 0.7
"""Quantile of the slopes in the image from which on they count alike: charging lines are steep, but few pixels."""


class Regions:
    """How much of a turned image hypotheses leave unexplained, with heights that are free at each p."""

    def __init__(self, image: Image, angle: float) -> None:
        rows, columns = image.places
        self.angle = angle
        c, s = np.cos(angle), np.sin(angle)
        reach_p = abs(c) * np.abs(rows).max() + abs(s) * np.abs(columns).max()
        reach_q = abs(s) * np.abs(rows).max() + abs(c) * np.abs(columns).max()
        self.rows = np.linspace(-reach_p, reach_p, ROWS + 1)[:-1] + reach_p / ROWS
        self.columns = np.linspace(-reach_q, reach_q, COLUMNS + 1)[:-1] + reach_q / COLUMNS
        p, q = self.rows[:, None], self.columns
        places = [
            np.interp(at, np.sort(axis), np.argsort(axis).astype(float), left=np.nan, right=np.nan)
            for at, axis in ((c * p - s * q, rows), (s * p + c * q, columns))
        ]
        there = np.isfinite(places[0]) & np.isfinite(places[1])
        values = map_coordinates(image.values, [np.nan_to_num(place) for place in places], order=1)
        self.there = there
        self.values = np.where(there, values, 0.0)
        # Less the mean of every row: what any function of p explains is explained by every hypothesis.
        ones = there.astype(float)
        count = np.maximum(ones.sum(axis=1, keepdims=True), 1.0)
        self._mask = ones.astype(np.float32)
        trend = ones * (q - (ones * q).sum(axis=1, keepdims=True) / count)
        self._trend = trend.astype(np.float32)
        self._flat = (ones / np.sqrt(count)).astype(np.float32)
        place = np.linspace(0, HEIGHTS - 1, ROWS)[:, None]
        self._knots = np.maximum(0.0, 1 - np.abs(place - np.arange(HEIGHTS))).astype(np.float32)
        self._pairs = self._knots[:, :, None] * self._knots[:, None]
        self.data = self._free(self.values.astype(np.float32))
        self.total = float(np.sum(self.data**2))

    def _free(self, images: FloatArray) -> FloatArray:
        """Images (…, rows, columns) without what 1 and q explain in each row, and zero out of the window."""
        images = images * self._mask
        return np.asarray(images - np.sum(images * self._flat, axis=-1, keepdims=True) * self._flat)

    def __call__(self, hypotheses: FloatArray) -> FloatArray:
        """What they leave, as a part of the square, with penalties, for hypotheses (parameter, hypothesis)."""
        points = hypotheses.reshape(6, -1)
        n = templates(points, self.rows.astype(np.float32), self.columns.astype(np.float32), np.float32(RAMP))
        return np.asarray(1 - self._gains(np.stack([*n, n[0] * n[1]])) / self.total + crossing_penalty(points))

    def left(self, point: FloatArray) -> float:
        """The same for one hypothesis."""
        return float(self(point)[0])

    def _gains(self, terms: FloatArray) -> FloatArray:
        """What the data's square loses to terms (term, hypothesis, rows, columns) and the trends, (hypothesis,)."""
        trend = np.broadcast_to(self._trend, terms.shape[1:])[None]
        free = np.moveaxis(self._free(np.concatenate([terms, trend])), 0, 2)  # (hypothesis, row, term, column)
        squares, products = free @ free.swapaxes(-1, -2), (free @ self.data[..., None])[..., 0]
        count = squares.shape[-1] * HEIGHTS
        squares = np.tensordot(squares, self._pairs, axes=(1, 0))  # (hypothesis, term, term, knot, knot)
        squares = squares.transpose(0, 1, 3, 2, 4).reshape(-1, count, count)
        products = np.tensordot(products, self._knots, axes=(1, 0)).reshape(-1, count)
        damped = squares + DAMPING * self._mask.sum() / HEIGHTS * np.eye(count, dtype=np.float32)
        return np.asarray(np.sum(products * np.linalg.solve(damped, products[..., None])[..., 0], axis=-1))

    def straight_steps(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Angles φ and offsets of single straight steps, and the part of the data's square that each explains."""
        return self._straight_steps

    @cached_property
    def _straight_steps(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        grids = np.meshgrid(np.arange(36) * np.pi / 36, np.linspace(-1.1, 1.1, 25), indexing="ij")
        angles, offsets = (grid.ravel() for grid in grids)
        phi, offset = (values.astype(np.float32)[:, None, None] for values in (angles, offsets))
        distance = np.cos(phi) * self.rows[:, None] + np.sin(phi) * self.columns - offset
        steps = np.clip(distance / RAMP, -0.5, 0.5)
        return angles, offsets, self._gains(steps[None]) / self.total

    def shifts(self, point: FloatArray) -> FloatArray:
        """Pairs (s_1, s_2) with which a common response describes the regions of a hypothesis, the best first."""
        n = templates(point[:, None], self.rows, self.columns, np.float32(RAMP))[:, 0]
        places, values, weights, full = [], [], [], []
        for first in (-1, 1):
            for second in (-1, 1):
                inside = self.there & (first * n[0] > INSIDE) & (second * n[1] > INSIDE)
                count = inside.sum(axis=1)
                used = count > 0
                places.append(self.rows[used])
                values.append((self.values * inside).sum(axis=1)[used] / count[used])
                weights.append(count[used])
                full.append(np.tile([(first + 1) / 2, (second + 1) / 2], (int(used.sum()), 1)))
        p, value, weight = (np.concatenate(each).astype(float) for each in (places, values, weights))
        charges = np.concatenate(full)
        grid = np.stack(np.meshgrid(SHIFTS, SHIFTS, indexing="ij"), axis=-1).reshape(-1, 2)
        u = p + grid @ charges.T  # (shifts, point)
        low, high = u.min(axis=1, keepdims=True), u.max(axis=1, keepdims=True)
        # Knots as far apart for all shifts: else large shifts would have a coarser response.
        step = float(np.ptp(self.rows)) / KNOTS
        knots = np.arange(int(np.ceil(float((high - low).max()) / step)) + 2)
        basis = np.maximum(0.0, 1 - np.abs(((u - low) / step)[..., None] - knots))  # (shifts, point, knot)
        weighted = basis * weight[:, None]
        bends = np.diff(np.eye(len(knots)), 2, axis=0)
        squares = np.swapaxes(weighted, 1, 2) @ basis
        squares += BENDING * weight.mean() * (bends.T @ bends) + 1e-6 * weight.sum() * np.eye(len(knots))
        heights = np.linalg.solve(squares, np.swapaxes(weighted, 1, 2) @ value[:, None])[..., 0]
        left = (value - np.einsum("spk,sk->sp", basis, heights)) ** 2 @ weight
        return self._lowest(grid, left * (1 + LARGE * np.abs(grid).sum(axis=1)))

    def _lowest(self, grid: FloatArray, left: FloatArray) -> FloatArray:
        """Local minima of what pairs of shifts leave, the lowest first."""
        size = len(SHIFTS)
        places = left.reshape(size, size)
        minima = np.flatnonzero((places == minimum_filter(places, 3)).ravel())
        return np.asarray(grid[minima[np.argsort(left[minima])][:PAIRS]])

    def in_window(self, point: FloatArray) -> FloatArray:
        """A hypothesis in the window's own coordinates."""
        moved = point.copy()
        c, s = np.cos(self.angle), np.sin(self.angle)
        moved[CENTRE] = c * point[1] - s * point[3], s * point[1] + c * point[3]
        moved[DIRECTIONS] += self.angle
        return moved


def sensor_search(image: Image, seed: int) -> tuple[float, list[tuple[FloatArray, FloatArray]]]:
    """Direction of the detector's gradient, and starts: geometry (6,) and shifts (2,), the best geometry first.

    Args:
        image: the coarse image.
        seed: of the random hypotheses.
    """
    angle = gradient_direction(image)
    regions = Regions(image, angle)
    ranked: list[FloatArray] = []
    for turn in range(TRIES):
        again = sorted((evolved(regions, sign, seed + turn) for sign in (1.0, -1.0)), key=regions.left)
        agreed = bool(ranked) and np.abs(_apart(again[0], ranked[0])).max() < SAME
        ranked = sorted([*ranked, *again], key=regions.left)
        if agreed:
            break
    distinct: list[FloatArray] = []
    for point in ranked:
        # Lines within SAME of each other are one hypothesis; its angles may differ by a half turn.
        if all(np.abs(_apart(point, other)).max() > SAME for other in distinct):
            distinct.append(point)
    return angle, [(regions.in_window(point), pair) for point in distinct[:KEPT] for pair in regions.shifts(point)]


def _apart(point: FloatArray, other: FloatArray) -> FloatArray:
    """Differences of what two hypotheses say of place and directions of lines, in either order of the dots."""
    directions = [(point[DIRECTIONS] - order + np.pi / 2) % np.pi - np.pi / 2 for order in _orders(other)]
    nearer = min(directions, key=lambda each: float(np.abs(each).max()))
    return np.concatenate([point[CENTRE] - other[CENTRE], nearer])


def _orders(point: FloatArray) -> tuple[FloatArray, FloatArray]:
    return point[DIRECTIONS], point[DIRECTIONS[::-1]]


def gradient_direction(image: Image) -> float:
    """The direction in which the slopes of an image have their mode, rad in 0 ... π: that of the detector's gradient.

    Slopes of charging lines stand in fewer pixels, and steep ones count no more than others.
    """
    by_row, by_column = np.gradient(gaussian_filter(image.values, 1.0), *image.places)
    steep = np.hypot(by_row, by_column).ravel()
    weights = np.minimum(steep, np.quantile(steep, STEEP))
    angles = np.arctan2(by_column, by_row).ravel() % np.pi
    width = np.pi / BINS
    counts, _ = np.histogram(angles, BINS, (0, np.pi), weights=weights)
    mode = (int(np.argmax(gaussian_filter1d(counts, SMOOTHED, mode="wrap"))) + 0.5) * width
    away = (angles - mode + np.pi / 2) % np.pi - np.pi / 2
    return float((mode + np.median(away[np.abs(away) < NEARBY])) % np.pi)
