"""A first honeycomb: which periodic one explains most of a coarse image (`readout.honeycomb.lattice`).

The lines of one dot, that of the larger step, show first: as a family of parallel lines, found among all directions,
distances and places (a staircase of straight steps). Beside each such family all second ones are tried in a still
coarser image, with the shifts that the dots give each other: two families without these are no measure, since large
shifts hide the smaller step. From the best pairs a descent improves all numbers together, once more in the
noise that the best of them leaves. Of the bases of its lattice the reduced one is taken.
"""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.honeycomb.lattice import (
    BLOCKS,
    DENSEST,
    LIMITS,
    SMALLEST_SINE,
    SPARSEST,
    LatticeScores,
    averages,
)
from attractron.readout.honeycomb.model import ChargeStates
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.scan_noise import ScanNoise, estimate

SIZES = 24, 40
"""Blocks along each axis of the coarse images in which all pairs are tried, and in which the best of them descend."""

DIRECTIONS, PLACES = 45, 10
SPARSE, DENSE = np.geomspace(SPARSEST, 1.0, 9), np.arange(1.2, DENSEST, 0.2)
"""Of first families. Lines in the window's corners are misplaced by the step of the density."""

SECOND = 24, 6
"""Directions and places of second families, beside each first one."""

FIRST, DESCENTS = 4, (10, 6)
"""First families that are kept, and pairs that descend, at first and once the noise is known."""

WIDE_FIRST, WIDE_DESCENTS = 8, (40, 20)
"""The same of a wide search, for an image that shows lines and is not described by what the other finds."""

SHIFTS = -0.3, 0.0, 0.3
"""That each pair of families is tried with."""

REDUCTIONS = 4
"""Steps to a reduced basis at most."""

STRAIGHT, RAMP = 0.15, 0.25
"""Widths of steps of first families and of pairs, at least, in distances of lines: no wider than grids are fine."""

ALIKE = 0.15, 0.25
"""Differences of angles and of logarithms of densities below which two families are alike."""


ALONG = np.linspace(-1.6, 1.6, 321)
"""Places across a dot's lines, of which the window's corners are within 1.42, where lines are looked for."""


def search(image: Image, *, wide: bool = False) -> tuple[ChargeStates, FloatArray]:
    """The start for the fit: lines in view and parameters of `readout.honeycomb.model`.

    Args:
        image: the image; its coarse version is searched.
        wide: try more pairs of families, which takes three times as long.
    """
    first, descents = (WIDE_FIRST, WIDE_DESCENTS) if wide else (FIRST, DESCENTS)
    rough, scores = (_scores(image.coarse(size)) for size in SIZES)
    best = _best(scores, _pairs(rough, first, descents[0]))
    rough, scores = _again(rough, best), _again(scores, best)
    best = _best(scores, _beside(best, _pairs(rough, first, descents[1])))
    reduced = _reduced(best)
    if not np.allclose(np.sin(reduced[:2] - best[:2]), 0):
        best = _within(scores.descended(_within(reduced)))
    return lattice_start(best, scores)


def _scores(coarse: Image) -> LatticeScores:
    """In the noise of a detector that drifts: lines are what is narrow. Later the noise is known from the residual."""
    shape = coarse.values.shape[0], coarse.values.shape[1]
    return LatticeScores(coarse, ScanNoise(shape=shape, fast=1, white=1e-3, drift=1e-3, exponent=1.0))


def _again(scores: LatticeScores, point: FloatArray) -> LatticeScores:
    """In the noise that a hypothesis leaves."""
    return LatticeScores(scores.image, estimate(scores.left(point), scores.image.levelled))


def _best(scores: LatticeScores, points: FloatArray) -> FloatArray:
    """Of hypotheses (parameter, hypothesis) that descend, the one that explains most."""
    ends = np.stack([_within(scores.descended(point)) for point in points.T], axis=1)
    return np.asarray(ends[:, np.argmin(scores(ends))])


def _beside(point: FloatArray, others: FloatArray) -> FloatArray:
    """A hypothesis and others that are not warped yet, (parameter, hypothesis)."""
    return np.concatenate([point[:, None], np.pad(others, ((0, len(point) - len(others)), (0, 0)))], axis=1)


def _within(point: FloatArray) -> FloatArray:
    """The same honeycomb, its places nearest to the middle of the window."""
    point = point.copy()
    point[4:6] -= np.round(point[4:6])
    return point


def _families(scores: LatticeScores) -> tuple[FloatArray, FloatArray]:
    """Staircases of straight steps: φ, ln g and o of each (3, family), and their series (family, pixel)."""
    grids = np.meshgrid(
        np.arange(DIRECTIONS) * np.pi / DIRECTIONS,
        np.log(np.concatenate([SPARSE, DENSE])),
        np.arange(PLACES) / PLACES - 0.5,
        indexing="ij",
    )
    points = np.stack([grid.ravel() for grid in grids])
    phi, density, place = points[:, :, None].astype(np.float32)
    density = np.exp(density)
    n = density * np.cos(phi) * scores.x + density * np.sin(phi) * scores.y + place
    low = np.floor(n)
    width = np.maximum(np.float32(BLOCKS * scores.block) * density, np.float32(STRAIGHT))
    return points, scores.series(low + np.clip((n - low - np.float32(0.5)) / width + np.float32(0.5), 0, 1))


def _pairs(scores: LatticeScores, firsts: int, count: int) -> FloatArray:
    """Pairs of families that explain most together, shifted by each other, (parameter, hypothesis).

    Args:
        scores: of a coarse image.
        firsts: first families that are kept.
        count: of pairs.
    """
    points, series = _families(scores)
    overlap, size = series @ scores.data, np.einsum("ij,ij->i", series, series)
    gains = np.where(size < 1e-3 * np.median(size), 0.0, overlap**2 / np.maximum(size, 1e-9))
    second = np.meshgrid(
        np.arange(SECOND[0]) * np.pi / SECOND[0],
        np.log(np.concatenate([SPARSE, DENSE])),
        np.arange(SECOND[1]) / SECOND[1] - 0.5,
        SHIFTS,
        indexing="ij",
    )
    angle, density, place, shift = (grid.ravel() for grid in second)
    pairs, ranks = [], []
    for first in _distinct(points[:2], gains, firsts):
        own = points[:, first, None] * np.ones(angle.size)
        beside = np.stack([own[0], angle, own[1], density, own[2], place, shift, np.zeros(angle.size)])
        beside = beside[:, np.abs(np.sin(angle - own[0])) > SMALLEST_SINE]
        pairs.append(beside)
        ranks.append(scores(beside, RAMP))
    everything = np.concatenate(pairs, axis=1)
    return everything[:, _distinct(everything[[1, 3, 0, 2]], -np.concatenate(ranks), count)]


def _distinct(points: FloatArray, gains: FloatArray, count: int) -> list[int]:
    """The families, or pairs of them, that gain most, no two of them nearly alike in angles and densities."""
    found: list[int] = []
    for at in np.argsort(-gains):
        away = np.abs(points[:, found] - points[:, at, None])
        away[::2] = np.abs(np.sin(away[::2]))
        if not (away < np.tile(ALIKE, len(points) // 2)[:, None]).all(axis=0).any():
            found.append(int(at))
        if len(found) == count:
            break
    return found


def _reduced(point: FloatArray) -> FloatArray:
    """The same lattice in the basis in which the dots shift each other least, |W| ≤ ½ E_i, without warps.

    The lines between (1,0) and (0,1), or (0,0) and (1,1), are lines of n_1 + n_2, or n_1 - n_2: with one of these in a
    dot's place the same image is described by other steps and a large W. Lagrange's reduction of the form
    ½ E_1 n_1² + ½ E_2 n_2² + W n_1 n_2 ends where these lines are the shortest.
    """
    density, root = np.exp(point[2:4]), np.exp(point[7] / 2)
    # n̄_i = rows_i · (x, y, 1)
    rows = np.stack([density * np.cos(point[0:2]), density * np.sin(point[0:2]), point[4:6]], axis=1)
    form = np.array([[root, point[6]], [point[6], 1 / root]])
    for _ in range(REDUCTIONS):
        i = int(np.argmin(np.diag(form)))
        times = np.round(form[0, 1] / form[i, i])
        if times == 0:
            break
        # n_i = n_i' - times n_j
        rows[i] += times * rows[1 - i]
        change = np.eye(2)
        change[i, 1 - i] = -times
        form = change.T @ form @ change
    turned = np.where(np.arctan2(rows[:, 1], rows[:, 0]) < LIMITS[0, 0], -1.0, 1.0)
    rows, form = turned[:, None] * rows, form * np.outer(turned, turned)
    angles, sizes = np.arctan2(rows[:, 1], rows[:, 0]), np.hypot(rows[:, 0], rows[:, 1])
    mutual, ratio = form[0, 1] / np.sqrt(form[0, 0] * form[1, 1]), np.log(form[0, 0] / form[1, 1])
    return np.array([*angles, *np.log(sizes), *rows[:, 2], mutual, ratio])


def lattice_start(point: FloatArray, scores: LatticeScores) -> tuple[ChargeStates, FloatArray]:
    """A honeycomb as the lines in view, with places for the fewest electrons there."""
    mean_phi, density = point[0:2], np.exp(point[2:4])
    root = np.exp(point[7] / 2)
    shifts = point[6] / root, point[6] * root  # of a line by an electron of the other dot, in distances of lines
    numbers = np.round(scores.numbers(point[:, None])[:, 0])  # (dot, pixel)
    least, most = numbers.min(axis=1), numbers.max(axis=1)
    vectors = density[:, None] * np.stack([np.cos(mean_phi), np.sin(mean_phi)], axis=1)
    own = np.stack([vectors[i] + shifts[i] * vectors[1 - i] for i in (0, 1)])  # ∇u_i
    gains = np.hypot(*own.T)
    phi = np.arctan2(own[:, 1], own[:, 0])
    places = []
    for i in (0, 1):
        # u_i passes n + ½ plus the shifts by the other dot's electrons, of which there is the usual number at a line.
        usual = numbers[1 - i].mean()
        n = averages(point[:, None], ALONG * np.cos(phi[i]), ALONG * np.sin(phi[i]))[:, 0]
        u = n[i] + shifts[i] * n[1 - i]
        at = np.interp(
            np.arange(least[i], most[i]) + 0.5 + shifts[i] * usual,
            np.maximum.accumulate(u) + 1e-9 * np.arange(u.size),
            ALONG,
        )
        places.append(at - shifts[i] * (usual - least[1 - i]) / gains[i])
    energies = np.array([root, 1 / root]) * gains  # ∇µ_i in units of √(E_1 E_2)
    W = point[6] / np.sqrt(energies.prod())
    width = np.log(scores.block / 4)
    shared = np.array([*phi, np.log(energies[0] / energies[1]), width, 0.0, 0.0, 0.0, 0.0, W, 0.0])
    states = ChargeStates(lines=(places[0].size, places[1].size))
    return states, np.concatenate([shared, *places])
