"""Where the two regions with an odd number of electrons lie in a map of the polarizer's current over two gates.

With energies in units of Δ, x = αδV/Δ and y = αV/Δ, the charge states of the pair of dots lie at

    (0,0): 0,    (1,1): -2y,    (1,0): 1 - y - x,    (0,1): 1 - y + x

above that of (0,0), with the polarizer's part: two quadrants that touch the segment |x| ≤ 1, y = 0 with their corners.
Current flows in them, and hardly anywhere else. Their thermal weights are fitted to the map, with heights and an
offset.
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import minimise

SIZE = 20
"""Pixels along each axis of the search."""

ANGLES, ACROSS = np.arange(8) * np.pi / 8, np.deg2rad([55.0, 90.0, 125.0])
"""Direction of the segment, and of the other axis to it, in units of the axes' lengths."""

LENGTHS, RATIOS = (0.08, 0.16, 0.3, 0.5), (0.5, 1.0, 2.0)
"""Half of the segment in half axes, and the other axis over it."""

PLACES = np.linspace(-0.6, 0.6, 7)
SOFT = 0.15
"""Thermal width of the search over Δ."""

REFINED = 6
STEP = 1e-4


@dataclass(frozen=True, kw_only=True)
class Quadrants:
    """Both odd regions.

    Attributes:
        place: u_0, middle of the segment, in half axes.
        segment: from there to its end, x = 1.
        across: from there to y = 1.
        width: thermal width over Δ.
        heights: of the right and the left region above the state (0,0).
        explained: part of the map's variance.
        seen: pixels of each region, of all.
    """

    place: FloatArray
    segment: FloatArray
    across: FloatArray
    width: float
    heights: tuple[float, float]
    explained: float
    seen: tuple[float, float]

    @property
    def to_energies(self) -> FloatArray:
        """(y, x) of u - u_0: rows of the mean and of the detuning, in units of Δ."""
        return np.linalg.inv(np.stack([self.across, self.segment], axis=1))


def weights(x: FloatArray, y: FloatArray, width: FloatArray | float) -> FloatArray:
    """Thermal weights of (1,0), (0,1), (1,1), and of (0,0) and (1,1) together being at hand (4, …)."""
    energies = np.stack([np.zeros_like(x), 1 - y - x, 1 - y + x, -2 * y]) / width
    energies -= energies.min(axis=0)
    filled = np.exp(-np.minimum(energies, 60.0))
    filled /= filled.sum(axis=0)
    return np.concatenate([filled[1:], 4 * filled[:1] * filled[3:]])


def quadrants(first: FloatArray, second: FloatArray, values: FloatArray) -> Quadrants | None:
    """The two odd regions of a map; None where nothing is like them.

    Args:
        first: (n,), from -1 to 1.
        second: (m,), from -1 to 1.
        values: (n, m), without gaps.
    """
    u = np.stack([each.ravel() for each in np.meshgrid(first, second, indexing="ij")])  # (2, pixel)
    target = values.ravel() - values.mean()
    total = float(target @ target)
    candidates = _ranked(u, target)
    best: tuple[float, FloatArray] | None = None
    for start in candidates:
        found = _refined(u, target, start)
        if best is None or found[0] < best[0]:
            best = found
    if best is None or not best[0] < total:
        return None
    left, point = best
    columns = _columns(u, point)
    heights = _fitted(columns, target)[0]
    odd = columns[1:3]
    if np.linalg.det(point[2:6].reshape(2, 2)) == 0:
        return None
    return Quadrants(
        place=point[:2],
        segment=point[2:4],
        across=point[4:6],
        width=float(np.exp(point[6])),
        heights=(float(heights[1]), float(heights[2])),
        explained=1 - left / total,
        seen=(float((odd[0] > 0.5).mean()), float((odd[1] > 0.5).mean())),
    )


def _coordinates(u: FloatArray, point: FloatArray) -> FloatArray:
    """(x, y) of every pixel."""
    axes = np.stack([point[2:4], point[4:6]], axis=1)
    return np.asarray(np.linalg.solve(axes, u - point[:2, None]))


def _columns(u: FloatArray, point: FloatArray) -> FloatArray:
    """A constant, and the weights (5, pixel)."""
    x, y = _coordinates(u, point)
    return np.concatenate([np.ones((1, x.size)), weights(x, y, float(np.exp(point[6])))])


def _fitted(columns: FloatArray, target: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Heights, and what they leave."""
    heights = np.asarray(np.linalg.lstsq(columns.T, target, rcond=1e-9)[0])
    return heights, np.asarray(heights @ columns - target)


def _ranked(u: FloatArray, target: FloatArray) -> list[FloatArray]:
    """The most promising points of a grid of them."""
    places = np.stack([each.ravel() for each in np.meshgrid(PLACES, PLACES, indexing="ij")], axis=1)
    found: list[tuple[float, FloatArray]] = []
    for length in LENGTHS:
        for ratio in RATIOS:
            for angle in ANGLES:
                for turn in ACROSS:
                    p = length * np.array([np.cos(angle), np.sin(angle)])
                    q = length * ratio * np.array([np.cos(angle + turn), np.sin(angle + turn)])
                    xy = np.linalg.solve(
                        np.stack([p, q], axis=1), (u[:, None, :] - places.T[:, :, None]).reshape(2, -1)
                    )
                    x, y = np.asarray(xy, dtype=float).reshape(2, len(places), -1)
                    odd = weights(x, y, SOFT)[:3]
                    columns = np.concatenate([odd, np.ones_like(odd[:1])]).transpose(1, 2, 0)  # (place, pixel, column)
                    normal = np.swapaxes(columns, 1, 2) @ columns + 1e-6 * np.eye(4)
                    right = np.einsum("npc,p->nc", columns, target)
                    heights = np.linalg.solve(normal, right[..., None])[..., 0]
                    gain = np.einsum("nc,nc->n", heights, right)
                    gain = np.where(heights[:, 0] * heights[:, 1] > 0, gain, 0.0)  # both regions differ alike
                    for number in np.argsort(-gain)[:2]:
                        found.append((float(gain[number]), np.array([*places[number], *p, *q, np.log(SOFT)])))
    found.sort(key=lambda each: -each[0])
    return [point for _, point in found[:REFINED]]


def _refined(u: FloatArray, target: FloatArray, start: FloatArray) -> tuple[float, FloatArray]:
    def residual(point: FloatArray) -> FloatArray:
        return _fitted(_columns(u, point), target)[1]

    def jacobian(point: FloatArray) -> FloatArray:
        steps = STEP * np.eye(point.size)
        return np.stack([(residual(point + each) - residual(point - each)) / (2 * STEP) for each in steps], axis=1)

    lows, highs = np.array([*[-1.2] * 2, *[-3.0] * 4, -4.0]), np.array([*[1.2] * 2, *[3.0] * 4, 0.5])
    found = minimise(residual, jacobian, start, bounds=(lows, highs), evaluations=40)
    return found.squares, found.point
