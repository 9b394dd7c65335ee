r"""Noise of a trace: white, 1/f and a random walk, told from what a model leaves, and undone in its fit.

A trace is taken point after point. In that order its noise is stationary but for its drift, and its covariance is
diagonal in the cosine transform (DCT-II) of the trace, with

    S_k = s_0 + s_1/w_k + s_2/(w_k² + c²),    w_k = 2 sin(πk/2n),    k = 0 … n-1

Of white noise (s_0) that is exact, and of a random walk (s_2, c = 0) too: its precision matrix is that of its
differences, DᵀD/s_2 with free ends, whose eigenvectors are these cosines and whose eigenvalues are w_k². With a corner
c it is noise that is forgotten after 1/c points, of a slow amplifier or of fast switches. 1/f noise (s_1) lies between.
The cosines continue a trace to its mirror image, so that its ends are no neighbours, as they are in a Fourier
transform. A derivative that was taken numerically has differentiated noise, s_{-2} w_k².

The levels maximise the restricted likelihood (Patterson and Thompson, Biometrika 58, 545 (1971)): that of the part of
the data that no choice of the linear parameters changes,

    -2 ln L = ln det S + ln det(XᵀS⁻¹X) + yᵀ[S⁻¹ - S⁻¹X(XᵀS⁻¹X)⁻¹XᵀS⁻¹]y

with X the columns of the model, so that slow noise which a background takes away is not missed. Where the data hardly
tell the levels the likeliest ones may be zero, and what is fitted in such noise too sure of itself: the noise of
numbers is `averaged` over what the data leave open.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, log

import numpy as np
from scipy.fft import dct

from attractron.core.checks import FloatArray

SINGLE = 24
"""Slowest cosines that are looked at one by one; the others count in bins, over which S hardly changes."""

BINS = 70
SIGNIFICANT = 4.0
"""Gain in -2 ln L from which on the noise has one more component."""

FLOOR = 1e-6
"""Noise relative to the range of the data below which it is rounding."""

FEWEST_FREE = 4
"""Points beyond the columns below which only white noise is told."""

WHITE, PINK, WALK, BLUE, CORNER = range(5)
SMALLEST, LARGEST = log(1e-9), log(1e9)
CORNERS = (-7.0, -3.0, -0.7)
"""ln c of the corners at which the search for one starts."""

COARSE = np.linspace(np.log(1e-7), np.log(1e4), 14)
"""ln of the levels, relative to that of white noise, at which a search starts."""

STEP, FINEST, FINE, REFINEMENTS = 1.0, 0.06, 0.02, 40
"""First and last step of the search, gain of -2 ln L that is worth another one, and how many there are at most."""

FORGOTTEN = 10.0
"""Gain in -2 ln L from which on slow noise has a corner: without one it is the more careful assumption."""

OPEN = np.arange(np.log(1e-6), np.log(30.0), 0.5)
"""ln of the levels over which noise is averaged, each as likely as another beforehand, and all together as likely as
that there is none."""

SHARPEST = 1.0
"""ln c of noise that is forgotten from point to point, which is white."""


@dataclass(frozen=True, kw_only=True)
class TraceNoise:
    """Noise of a trace of `size` points.

    Attributes:
        size: number of points, n.
        levels: s_0, s_1, s_2 and s_{-2}.
        corner: c.
        spread: noise of every point over the common one, where repeats tell it, (n,); None where all are alike.
        likeliest: levels that the data ask for, where `levels` are averaged; None where they are the same.
    """

    size: int
    levels: tuple[float, float, float, float]
    corner: float = 0.0
    spread: FloatArray | None = None
    likeliest: tuple[float, float, float, float] | None = None

    @cached_property
    def spectrum(self) -> FloatArray:
        """S_k, (n,). The mean, which every model leaves free, counts as half a wave."""
        return _spectrum(_wave(self.size), np.array([*self.levels, self.corner]))

    @property
    def white(self) -> float:
        """Standard deviation of the white noise of a point."""
        return float(np.sqrt(self.levels[WHITE] + 2 * self.levels[BLUE]))

    def whiten(self, columns: FloatArray) -> FloatArray:
        """Columns (n,) or (n, m) in the base in which this noise is white with unit variance."""
        root = self._root
        if self.spread is not None:
            columns = columns / (self.spread if columns.ndim == 1 else self.spread[:, None])
        return np.asarray(dct(columns, type=2, norm="ortho", axis=0) / (root if columns.ndim == 1 else root[:, None]))

    @cached_property
    def _root(self) -> FloatArray:
        return np.sqrt(self.spectrum)

    def deviation(self, points: float) -> float:
        """Standard deviation by which two means over `points` points each, side by side, differ by this noise."""
        half = int(max(1, min(round(points), self.size // 2)))
        box = np.zeros(self.size)
        start = (self.size - 2 * half) // 2
        box[start : start + half], box[start + half : start + 2 * half] = -1 / half, 1 / half
        return float(np.sqrt(np.sum(dct(box, type=2, norm="ortho") ** 2 * self.spectrum)))


def _wave(size: int) -> FloatArray:
    """2 sin ϑ_k; at k = 0 that of half the slowest cosine."""
    wave = 2 * np.sin(np.pi * np.arange(size) / (2 * size))
    wave[0] = wave[1] / 2 if size > 1 else 1.0
    return np.asarray(wave)


def _spectrum(wave: FloatArray, levels: FloatArray) -> FloatArray:
    """S over w = 2 sin ϑ for s_0, s_1, s_2, s_{-2} and c, numbers or columns (5, spectra, 1)."""
    white, pink, walk, blue, corner = levels
    return np.asarray(white + pink / wave + walk / (wave**2 + corner**2) + blue * wave**2)


def estimate(
    columns: FloatArray,
    signal: FloatArray,
    *,
    derivative: bool = False,
    only_white: bool = False,
    spread: FloatArray | None = None,
) -> TraceNoise:
    """The noise beneath a linear model.

    Args:
        columns: X, (n, p), among which a constant.
        signal: y, (n,).
        derivative: the trace is a derivative, whose noise may be differentiated.
        only_white: look for no other component.
        spread: noise of every point over the common one, (n,).
    """
    size, count = columns.shape
    if spread is not None:
        columns, signal = columns / spread[:, None], signal / spread
    free = size - count
    floor = (FLOOR * float(np.ptp(signal))) ** 2 or 1e-300
    if free < FEWEST_FREE:
        return TraceNoise(size=size, levels=(max(float(np.var(signal)), floor), 0.0, 0.0, 0.0), spread=spread)
    like = _restricted(columns, signal, floor)
    extra = (PINK, WALK, BLUE) if derivative else (PINK, WALK)
    best = _point({}) if only_white else _levels(like, extra)
    squares, _ = like(best[None, :])
    white, pink, walk, blue = (best[:CORNER] * float(squares[0]) / free).tolist()
    return TraceNoise(
        size=size, levels=(max(white, floor), pink, walk, blue), corner=float(best[CORNER]), spread=spread
    )


def averaged(columns: FloatArray, signal: FloatArray, likeliest: TraceNoise) -> TraceNoise:
    """The noise beneath a linear model, averaged over the levels of 1/f noise and drift by their likelihood.

    S_k is linear in the levels, so that its mean is that of the mean levels. The prior of each is even between
    none and some, and in the logarithm of that. What lies outside of that (a corner, differentiated noise, hardly any
    white noise) stays as it is.

    Args:
        columns: X, (n, p), among which a constant.
        signal: y, (n,).
        likeliest: of all noises (`estimate`).

    Example:
        >>> from attractron.readout.trace.drift import averaged, estimate
        >>> rng, flat = np.random.default_rng(2), np.ones((100, 1))
        >>> signal = rng.normal(size=100) + 0.1 * np.cumsum(rng.normal(size=100))
        >>> likeliest = estimate(flat, signal)
        >>> print(*(f"{noise.levels[2]:.4f}" for noise in (likeliest, averaged(flat, signal, likeliest))))
        0.0000 0.0009
    """
    white, pink, walk, blue = likeliest.levels
    size, count = columns.shape
    if likeliest.corner or blue or max(pink, walk) > white * np.exp(OPEN[-1] - 2) or size - count < FEWEST_FREE:
        return likeliest
    if likeliest.spread is not None:
        columns, signal = columns / likeliest.spread[:, None], signal / likeliest.spread
    floor = (FLOOR * float(np.ptp(signal))) ** 2 or 1e-300
    levels, prior = np.append(0.0, np.exp(OPEN)), np.append(OPEN.size, np.ones(OPEN.size))
    shapes = np.zeros((levels.size**2, 5))
    shapes[:, WHITE] = 1.0
    shapes[:, PINK], shapes[:, WALK] = np.repeat(levels, levels.size), np.tile(levels, levels.size)
    squares, costs = _restricted(columns, signal, floor)(shapes)
    odds = np.outer(prior, prior).ravel() * np.exp(-0.5 * (costs - costs.min()))
    scaled = shapes[:, :CORNER] * squares[:, None] / (size - count)
    white, pink, walk, blue = (odds @ scaled / odds.sum()).tolist()
    return replace(likeliest, levels=(max(white, floor), pink, walk, blue), likeliest=likeliest.levels)


def contradiction(columns: FloatArray, signal: FloatArray, one: TraceNoise, other: TraceNoise) -> float:
    """By how much -2 ln L (restricted) is larger with the spectrum of one noise than with that of another.

    Only their shapes count, not their levels. Columns that follow anything in some part of a trace leave the likelihood
    of what is outside it.

    Args:
        columns: X, (n, p), among which a constant.
        signal: y, (n,).
        one: a noise, with white noise in it.
        other: another one.
    """
    if one.spread is not None:
        columns, signal = columns / one.spread[:, None], signal / one.spread
    like = _restricted(columns, signal, (FLOOR * float(np.ptp(signal))) ** 2 or 1e-300)
    shapes = np.array([[*(np.array(each.levels) / each.levels[WHITE]), each.corner] for each in (one, other)])
    _, found = like(shapes)
    return float(found[0] - found[1])


def _restricted(columns: FloatArray, signal: FloatArray, floor: float) -> "_Restricted":
    size, count = columns.shape
    norms = np.linalg.norm(columns, axis=0)
    basis = np.linalg.qr(columns / np.where(norms > 0, norms, 1.0))[0]
    rest = signal - basis @ (basis.T @ signal)
    table = dct(np.column_stack([basis, rest]), type=2, norm="ortho", axis=0)
    edges, wave, members = _bins(size)
    # In every bin S counts as that at its middle.
    products = np.stack([part.T @ part for part in np.split(table, edges[1:])])
    free = size - count
    return _Restricted(products=products, wave=wave, members=members, free=free, least=1e-12 * floor * free)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Restricted:
    """The restricted likelihood of many spectra at once.

    Attributes:
        products: Σ over a bin of the cosines' products of all columns and the data, (bin, column, column).
        wave: 2 sin ϑ at the middle of every bin, (bin,).
        members: cosines in a bin, (bin,).
        free: n - p.
        least: sum of squares that is rounding.
    """

    products: FloatArray
    wave: FloatArray
    members: FloatArray
    free: int
    least: float

    def __call__(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Sums of squares at the best scale, and -2 ln L, of relative levels (spectra, 5)."""
        shapes = _spectrum(self.wave, points.T[..., None])
        count = self.products.shape[1]
        weighed = (1 / shapes) @ self.products.reshape(len(self.wave), -1)
        weighed = weighed.reshape(-1, count, count)
        gram, overlap, power = weighed[:, :-1, :-1], weighed[:, :-1, -1], weighed[:, -1, -1]
        gram = gram + 1e-14 * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(count - 1)
        half = np.linalg.cholesky(gram)
        part = np.linalg.solve(half, overlap[..., None])[..., 0]
        squares = np.maximum(power - np.sum(part**2, axis=1), self.least)
        logarithm = 2 * np.log(np.diagonal(half, axis1=1, axis2=2)).sum(axis=1)
        return squares, np.log(shapes) @ self.members + logarithm + self.free * np.log(squares / self.free)


def _bins(size: int) -> tuple[np.ndarray, FloatArray, FloatArray]:
    """First cosine of every bin, 2 sin ϑ at its middle, and how many it holds."""
    few = np.arange(min(SINGLE, size))
    many = np.unique(np.geomspace(SINGLE, size, BINS).astype(int)) if size > SINGLE else np.array([], dtype=int)
    edges = np.unique(np.concatenate([few, many[many < size]]))
    members = np.diff(np.append(edges, size))
    wave = _wave(size)
    mean = np.add.reduceat(np.log(wave), edges) / members
    return edges, np.exp(mean), members.astype(float)


def _levels(like: _Restricted, extra: tuple[int, ...]) -> FloatArray:
    """Levels relative to white noise: that alone, with one more component, or with two, as the data ask for."""
    best, lowest = _point({}), float(like(_point({})[None, :])[1][0])
    single = [_searched(like, [{which: level} for level in COARSE]) for which in extra]
    at, value = min(single, key=lambda pair: pair[1])
    if lowest - value <= SIGNIFICANT:
        return best
    best, lowest = _point(at), value
    for which in extra:
        if which not in at:
            both, more = _searched(like, [{**at, which: level} for level in COARSE])
            if lowest - more > SIGNIFICANT:
                best, lowest = _point(both), more
    cornered, more = _searched(like, [{WALK: level, CORNER: corner} for level in COARSE for corner in CORNERS])
    # What is forgotten soon leaves room for what is not.
    slower, most = _searched(like, [{**cornered, PINK: level} for level in COARSE])
    if more - most > SIGNIFICANT:
        cornered, more = slower, most
    return _point(cornered) if lowest - more > FORGOTTEN else best


def _searched(like: _Restricted, starts: list[dict[int, float]]) -> tuple[dict[int, float], float]:
    """The likeliest levels (their logarithms) and -2 ln L there: the best of the starts, then finer and finer grids."""
    names = list(starts[0])
    points = np.array([[start[name] for name in names] for start in starts])
    step = STEP
    offsets = np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * len(names), indexing="ij"), axis=-1).reshape(-1, len(names))
    best, lowest = points[0], np.inf
    for _ in range(REFINEMENTS):
        costs = like(np.array([_relative(names, point) for point in points.tolist()]))[1]
        at = int(np.argmin(costs))
        moved = costs[at] < lowest - FINE
        if costs[at] < lowest:
            best, lowest = points[at], float(costs[at])
        if not moved:
            step /= 2.5
            if step < FINEST:
                break
        points = best + step * offsets
    return dict(zip(names, best.tolist(), strict=True)), lowest


def _point(logarithms: dict[int, float]) -> FloatArray:
    """Levels, relative to white noise, and the corner from their logarithms."""
    return np.array(_relative(logarithms, logarithms.values()))


def _relative(names: Iterable[int], logarithms: Iterable[float]) -> list[float]:
    levels = [1.0, 0.0, 0.0, 0.0, 0.0]
    for which, value in zip(names, logarithms, strict=True):
        levels[which] = exp(min(max(value, SMALLEST), SHARPEST if which == CORNER else LARGEST))
    return levels
