"""Least squares of an image whose model is linear in most of its parameters: those are solved for, the others searched.

    min_θ |Q w (D - c(θ) Φ(θ))|²,    c(θ) the best coefficients for θ

Q is the filter that makes the noise of the scan white (`readout.vertex.scan_noise`), w chooses the pixels. The
derivative by θ is that of Φ with c held, less its part within the span of Φ (Kaufman, BIT 15, 49 (1975)); with it
(JᵀJ)⁻¹ is the covariance of θ after all c were fitted, too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Minimum, minimise
from attractron.readout.vertex.scan_noise import ScanNoise, recurring

Basis = Callable[[FloatArray], FloatArray]
"""θ → terms of the model, (term, rows, columns)."""

Slopes = Callable[[FloatArray, FloatArray], FloatArray]
"""θ and coefficients → derivatives of the model by θ, (θ, rows, columns)."""

RIDGE = 1e-9
"""Of the normal equations over their largest element: terms that the pixels do not tell apart share their weight."""

SHARES = np.concatenate([[0.0], np.geomspace(1e-5, 0.5, 48)])
"""Of 1/f noise in S(f) = S (1 - s + s/f), tried."""

BINS = 60
"""Logarithmic bins of a periodogram."""

PATCHES = 10
"""Along each axis: the patches whose disagreement raises the covariance."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Projection:
    """A model that is linear in all but θ, beside the image that it is to describe.

    Attributes:
        values: the image, (rows, columns).
        weights: 1 where a pixel counts, 0 elsewhere.
        basis: of the model.
        changes: derivatives of the model by θ.
        noise: of the scan.
        expected: weak expectations on θ: where it should be, and how near (∞: anywhere).
    """

    values: FloatArray
    weights: FloatArray
    basis: Basis
    changes: Slopes
    noise: ScanNoise
    expected: tuple[FloatArray, FloatArray]

    def minimise(self, start: FloatArray, evaluations: int, accuracy: float = 1e-5) -> "Projected":
        """The best θ from a start."""
        solved: dict[bytes, tuple[FloatArray, FloatArray, FloatArray]] = {}

        def solve(point: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
            key = point.tobytes()
            if key not in solved:
                solved.clear()
                solved[key] = self.solve(point)
            return solved[key]

        def jacobian(point: FloatArray) -> FloatArray:
            return np.concatenate([self.slopes(point, *solve(point)[:2]), np.diag(1 / self.expected[1])])

        found = minimise(
            lambda point: np.concatenate([solve(point)[2], (point - self.expected[0]) / self.expected[1]]),
            jacobian,
            start,
            ftol=accuracy,
            xtol=1e-7,
            gtol=1e-10,
            evaluations=evaluations,
        )
        return self.at(found)

    def at(self, found: Minimum) -> "Projected":
        """The end of a fit, with its coefficients."""
        return Projected(problem=self, point=found.point, coefficients=self.solve(found.point)[0], minimum=found)

    def evaluate(self, point: FloatArray) -> float:
        """Sum of squares of the best coefficients for θ."""
        left = self.solve(point)[2]
        return float(left @ left)

    def solve(self, point: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Best coefficients, whitened terms (term, pixels) and what they leave."""
        terms = self._whitened(self.basis(point))
        normal, size = _normal(terms)
        coefficients = np.linalg.solve(normal, terms @ self._data / size) / size
        return coefficients, terms, coefficients @ terms - self._data

    def slopes(self, point: FloatArray, coefficients: FloatArray, terms: FloatArray) -> FloatArray:
        """Derivatives of the residual by θ, coefficients at their best, (pixels, θ)."""
        raw = self._whitened(self.changes(point, coefficients))
        normal, size = _normal(terms)
        within = np.linalg.solve(normal, (terms @ raw.T) / size[:, None]) / size[:, None]
        return np.asarray(raw.T - terms.T @ within)

    def model(self, point: FloatArray, coefficients: FloatArray) -> FloatArray:
        """(rows, columns)."""
        return np.asarray(np.tensordot(coefficients, self.basis(point), axes=(0, 0)))

    def renoised(self, left: FloatArray) -> "Projection":
        """The same with the noise that the pixels which count show in a residual."""
        return replace(self, noise=noise_of(left, self.weights))

    def _whitened(self, images: FloatArray) -> FloatArray:
        return self.noise.whiten(images * self.weights)

    @cached_property
    def _data(self) -> FloatArray:
        return self.noise.whiten(self.values * self.weights)


@dataclass(frozen=True, eq=False, kw_only=True)
class Projected:
    """The end of a fit.

    Attributes:
        problem: what was fitted.
        point: θ.
        coefficients: of the terms.
        minimum: whitened residual and Jacobian, the expectations below the pixels.
    """

    problem: Projection
    point: FloatArray
    coefficients: FloatArray
    minimum: Minimum

    @property
    def squares(self) -> float:
        """Σ of the whitened residual squared, pixels alone."""
        left = self.minimum.residual[: self.problem.values.size]
        return float(left @ left)

    @property
    def pixels(self) -> float:
        """That count."""
        return float(self.problem.weights.sum())

    @property
    def residual(self) -> FloatArray:
        """Data less model, (rows, columns), everywhere."""
        return np.asarray(self.problem.values - self.problem.model(self.point, self.coefficients))

    @cached_property
    def covariance(self) -> FloatArray:
        """Of θ, from the noise; each variance at least what patches of the image show by disagreeing.

        With scores s_p = Σ_(pixels of patch p) Jᵀ r the latter is C (Σ_p s_p s_pᵀ) C (White, of clustered residuals).
        """
        jacobian, left, noise = self.minimum.jacobian, self.minimum.residual, self.problem.noise
        sizes = np.linalg.norm(jacobian, axis=0)
        moved = sizes > 0  # a parameter that changes nothing has no uncertainty that a number could say
        scaled = jacobian[:, moved] / sizes[moved]
        plain = np.linalg.pinv(scaled.T @ scaled, hermitian=True, rcond=1e-12)
        pixels = self.problem.values.size
        patches = patch_sums(noise, scaled[:pixels].T * left[:pixels])
        found = np.diag(plain @ (patches @ patches.T) @ plain)
        raised = np.sqrt(np.maximum(found / np.diag(plain), 1.0))
        covariance = np.diag(np.where(moved, 0.0, np.inf))
        covariance[np.ix_(moved, moved)] = plain * np.outer(raised, raised) / np.outer(sizes[moved], sizes[moved])
        return np.asarray(covariance)

    def left_over(self, smooth: FloatArray | None = None) -> tuple[float, float]:
        """Part of the image's structure that recurs in the residual from line to line, and its deviations from none.

        Args:
            smooth: the model's background, which is no structure; by default its mean.
        """
        weights, noise = self.problem.weights, self.problem.noise
        power, deviations = recurring(noise, self.residual * weights)
        model = self.problem.model(self.point, self.coefficients)
        smooth = np.full_like(model, model[weights > 0].mean()) if smooth is None else smooth
        explained = float(np.mean(noise.whiten((model - smooth) * weights) ** 2))
        return power / (explained + abs(power)), deviations


def patch_sums(noise: ScanNoise, series: FloatArray) -> FloatArray:
    """Sums over patches of the image of series (…, pixels) in the order of the scan, (…, patch)."""
    sums = noise.lines(series)
    for axis in (-2, -1):
        length = sums.shape[axis]
        starts = np.unique(np.linspace(0, length, min(PATCHES, length), endpoint=False).astype(int))
        sums = np.add.reduceat(sums, starts, axis=axis)
    return np.asarray(sums.reshape(*series.shape[:-1], -1))


def _normal(terms: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Normal equations of terms of unit length, and their lengths."""
    normal = terms @ terms.T
    size = np.sqrt(np.diag(normal))
    size[size == 0] = 1.0
    return normal / np.outer(size, size) + RIDGE * np.eye(len(size)), size


def noise_of(left: FloatArray, weights: FloatArray) -> ScanNoise:
    """White and 1/f noise along the scan in a residual of which some pixels count; the others are zero in it.

    The exponent is that of 1/f: one that is free would take a wrong model for a strong drift.
    """
    part = max(float(np.mean(weights**2)), 1e-3)
    found = [_along(left * weights, fast) for fast in (1, 0)]
    _, fast, variance, share = min(found, key=lambda each: each[0])
    shape = (left.shape[0], left.shape[1])
    white = variance * (1 - share) / part
    return ScanNoise(shape=shape, fast=fast, white=white, drift=variance * share / part, exponent=1.0)


def _along(left: FloatArray, fast: int) -> tuple[float, int, float, float]:
    """Minus the logarithm of Whittle's likelihood along an axis at its best share of 1/f, axis, variance, share."""
    series = (left if fast == 1 else left.T).ravel()
    frequencies = np.fft.rfftfreq(series.size)[1:]
    power = np.abs(np.fft.rfft(series)[1:]) ** 2 / series.size
    starts = np.unique(np.geomspace(1, power.size, BINS).astype(int)) - 1
    counts = np.diff(np.append(starts, power.size))
    means = np.add.reduceat(power, starts) / counts
    places = np.exp(np.add.reduceat(np.log(frequencies), starts) / counts)
    best = (np.inf, fast, 0.0, 0.0)
    for share in SHARES:
        shape = 1 - share + share / places
        variance = max(float(counts @ (means / shape)) / counts.sum(), 1e-16)
        unlikelihood = float(counts @ np.log(variance * shape))
        if unlikelihood < best[0]:
            best = (unlikelihood, fast, variance, share)
    return best
