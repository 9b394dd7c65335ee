r"""Least squares of a trace in which most parameters are linear: a shape of a few widths and places on a background.

    y = X b + Σ_j c_j φ_j(V; θ) + noise

X are columns that are known (background, pick-up, jumps), b and the heights c enter linearly, θ does not. For any θ the
best b and c follow from linear algebra, so that only θ is searched for (variable projection; Golub and Pereyra, SIAM J.
Numer. Anal. 10, 413 (1973), with Kaufman's Jacobian). X is projected out once: all that depends on it is P = 1 - QQᵀ
behind the filter that makes the noise white.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import descend
from attractron.readout.trace.drift import TraceNoise

SINGULAR = 1e-9
"""Norm of what is left of a column beside the others, relative to its own, below which it tells nothing."""


class Shape(Protocol):
    """A curve over the gate, linear in its heights."""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters θ."""
        ...

    @property
    def count(self) -> int:
        """How many heights it has."""
        ...

    def __call__(self, gate: FloatArray, point: FloatArray, /) -> tuple[FloatArray, FloatArray]:
        """φ, (n, heights), and its derivatives by θ, (n, heights, parameters)."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class Whitened:
    """A trace in its noise, with the columns that are always fitted projected out.

    Attributes:
        gate: (n,).
        signal: y, (n,).
        columns: X, (n, columns).
        noise: of the trace.
    """

    gate: FloatArray
    signal: FloatArray
    columns: FloatArray
    noise: TraceNoise

    @cached_property
    def basis(self) -> FloatArray:
        """Q, an orthonormal base of the whitened columns."""
        return orthonormal(self.noise.whiten(self.columns))

    @cached_property
    def target(self) -> FloatArray:
        """P y."""
        return self.free(self.signal)

    def free(self, columns: FloatArray) -> FloatArray:
        """Whitened columns (n,) or (n, m) without what the fixed ones can take of them."""
        white = self.noise.whiten(columns)
        return np.asarray(white - self.basis @ (self.basis.T @ white))

    @property
    def chi_squared(self) -> float:
        """What the fixed columns alone leave."""
        return float(self.target @ self.target)

    @property
    def parameters(self) -> int:
        """Number of fixed columns that count."""
        return int(self.basis.shape[1])


@dataclass(frozen=True, eq=False, kw_only=True)
class ShapeFit:
    """A shape fitted to a whitened trace.

    Attributes:
        shape: that was fitted.
        point: θ.
        heights: c.
        chi_squared: what is left, against the noise.
        parameters: all that were fitted, with those of the fixed columns.
    """

    shape: Shape
    point: FloatArray
    heights: FloatArray
    chi_squared: float
    parameters: int

    def bic(self, points: float) -> float:
        """χ² + k ln n."""
        return self.chi_squared + self.parameters * float(np.log(points))

    def feature(self, gate: FloatArray) -> FloatArray:
        """The shape alone, without the fixed columns, (n,)."""
        return np.asarray(self.shape(gate, self.point)[0] @ self.heights)

    def tangents(self, gate: FloatArray) -> FloatArray:
        """Derivatives by heights and θ, (n, heights + parameters)."""
        columns, slopes = self.shape(gate, self.point)
        return np.concatenate([columns, np.einsum("nhp,h->np", slopes, self.heights)], axis=1)


def orthonormal(columns: FloatArray) -> FloatArray:
    """An orthonormal base of columns, without those that the others make up, (n, rank)."""
    norms = np.linalg.norm(columns, axis=0)
    kept = columns[:, norms > 0] / norms[norms > 0]
    if not kept.shape[1]:
        return np.empty((columns.shape[0], 0))
    basis, triangle = np.linalg.qr(kept)
    good = np.abs(np.diag(triangle)) > SINGULAR
    if good.all():
        return np.asarray(basis)
    return np.asarray(np.linalg.qr(kept[:, good])[0])


def fit_shape(
    data: Whitened,
    shape: Shape,
    start: Mapping[str, float],
    bounds: Mapping[str, tuple[float, float]],
    *,
    enough: float = 1e-6,
    rounds: int = 60,
) -> ShapeFit:
    """Least squares of a shape from a start; parameters that the bounds do not name are free.

    Args:
        data: that is fitted.
        shape: the shape.
        start: its parameters.
        bounds: lowest and highest values.
        enough: gain of χ² below which the fit ends.
        rounds: steps at most.
    """
    lows, highs = np.transpose([bounds.get(name, (-np.inf, np.inf)) for name in shape.names]).reshape(2, -1)
    first = np.clip([start[name] for name in shape.names], lows, highs)
    known: dict[bytes, tuple[FloatArray, FloatArray]] = {}

    def both(point: FloatArray) -> tuple[FloatArray, FloatArray]:
        key = point.tobytes()
        if key not in known:
            known.clear()
            known[key] = _projected(data, shape, point)
        return known[key]

    point = first
    if shape.names:
        point, _ = descend(lambda at: both(at)[0], lambda at: both(at)[1], first, lows, highs, enough, rounds=rounds)
    left, _ = both(point)
    return ShapeFit(
        shape=shape,
        point=point,
        heights=_heights(data, shape, point),
        chi_squared=float(left @ left),
        parameters=data.parameters + shape.count + len(shape.names),
    )


def first_glance(
    data: Whitened, shape: Shape, start: Mapping[str, float], bounds: Mapping[str, tuple[float, float]]
) -> float:
    """χ² of a shape at its start."""
    point = np.array([np.clip(start[name], *bounds.get(name, (-np.inf, np.inf))) for name in shape.names])
    if not shape.count:
        return data.chi_squared
    left = data.target - (basis := orthonormal(data.free(shape(data.gate, point)[0]))) @ (basis.T @ data.target)
    return float(left @ left)


def _projected(data: Whitened, shape: Shape, point: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What is left of the data beside the shape at its best heights, and its derivatives by θ."""
    columns, slopes = shape(data.gate, point)
    count = columns.shape[1]
    if not count:
        return data.target, np.empty((data.target.size, 0))
    free = data.free(np.concatenate([columns, slopes.reshape(columns.shape[0], -1)], axis=1))
    basis = orthonormal(free[:, :count])
    heights = np.linalg.lstsq(free[:, :count], data.target, rcond=None)[0]
    left = data.target - basis @ (basis.T @ data.target)
    moved = np.einsum("nhp,h->np", free[:, count:].reshape(len(free), count, slopes.shape[2]), heights)
    return left, -(moved - basis @ (basis.T @ moved))


def _heights(data: Whitened, shape: Shape, point: FloatArray) -> FloatArray:
    if not shape.count:
        return np.empty(0)
    free = data.free(shape(data.gate, point)[0])
    return np.asarray(np.linalg.lstsq(free, data.target, rcond=None)[0])


def coefficients(data: Whitened, fit: ShapeFit | None) -> FloatArray:
    """b of the fixed columns beside a fitted shape."""
    left = data.signal if fit is None else data.signal - fit.feature(data.gate)
    norms = np.linalg.norm(data.columns, axis=0)
    norms[norms == 0] = 1.0
    white = data.noise.whiten(data.columns / norms)
    return np.asarray(np.linalg.lstsq(white, data.noise.whiten(left), rcond=1e-12)[0] / norms)


def covariance(data: Whitened, fit: ShapeFit) -> FloatArray:
    """Of b, c and θ in this order, the noise of the trace taken as known; infinite where the data do not fix them."""
    columns = np.concatenate([data.columns, fit.tangents(data.gate)], axis=1)
    norms = np.linalg.norm(columns, axis=0)
    silent = norms == 0
    white = data.noise.whiten(columns / np.where(silent, 1.0, norms))
    normal = white.T @ white
    size = np.diag(normal).copy()
    size[size == 0] = 1.0
    scaled = normal / np.sqrt(np.outer(size, size))
    values, vectors = np.linalg.eigh(scaled)
    lost = values < 1e-13 * values.max()
    inverse = (vectors[:, ~lost] / values[~lost]) @ vectors[:, ~lost].T
    open_ = silent | (np.sum(vectors[:, lost] ** 2, axis=1) > 1e-6)
    inverse = (
        inverse / np.sqrt(np.outer(size, size)) / np.outer(np.where(silent, 1.0, norms), np.where(silent, 1.0, norms))
    )
    inverse[open_, :], inverse[:, open_] = 0.0, 0.0
    inverse[open_, open_] = np.inf
    return np.asarray(inverse)
