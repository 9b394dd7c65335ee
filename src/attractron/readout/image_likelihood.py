r"""The likelihood of an image whose model is linear in some of its parameters: these are integrated out.

    p(θ | D) ∝ |A|^(-1/2) exp(-[|Q D|²/τ - bᵀ A⁻¹ b + |P θ - p|²]/2),    A = XᵀQᵀQX/τ + VᵀV,    b = XᵀQᵀQD/τ

with the images X(θ) a of amplitudes a that have flat priors, or weak ones of zero mean |V a|² (step heights; the
response of a detector), less what images explain that do not depend on θ (the background, with a flat prior too), the
filter Q that makes the scan's noise white and weak expectations P of θ. τ ≥ 1 is the factor by which a fit raises its
variances because patches of the image disagree more than noise does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.scan_noise import ScanNoise

SIDE = 96
"""Pixels along each axis of the image that is compared, where its lines are wide enough for blocks of pixels."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageLikelihood:
    """The likelihood of what an image does not depend on linearly.

    Attributes:
        image: that is compared.
        noise: in it.
        columns: of θ, X as it is before the detector and what was taken out of the image, (amplitude, rows, columns).
        fixed: images that do not depend on θ, (term, rows, columns).
        expected: P, (expectation, parameter).
        targets: p.
        weak: V, (expectation, amplitude); none by default.
        flattening: τ.
        near: amplitudes that are about right: with them single precision of X is enough.
    """

    image: Image
    noise: ScanNoise
    columns: Callable[[FloatArray], FloatArray]
    fixed: FloatArray
    expected: FloatArray
    targets: FloatArray
    weak: FloatArray | None = None
    flattening: float = 1.0
    near: FloatArray | None = None

    @cached_property
    def _background(self) -> FloatArray:
        """Orthonormal (wave, term): what the background explains."""
        return np.asarray(np.linalg.qr(self.noise.modes(self.fixed).T)[0])

    def seen(self, images: FloatArray) -> FloatArray:
        """Images (…, rows, columns) in unit noise, less what the background explains, (…, wave)."""
        waves = self.noise.modes(images)
        if len(self.fixed) == 0:
            return waves
        return np.asarray(waves - (waves @ self._background) @ self._background.T)

    @cached_property
    def _data(self) -> FloatArray:
        return self.seen(self.image.values)

    def __call__(self, point: FloatArray) -> float:
        """Its logarithm, up to a constant.

        With amplitudes a_0 that are near the best, a = a_0 + a', the sums are those of what they leave, D - X a_0, and
        small: |Q (D - X a_0)|²/τ + |V a_0|² - b'ᵀ A⁻¹ b' with b' = XᵀQᵀQ (D - X a_0)/τ - VᵀV a_0.
        """
        images = self.image.observed(self.columns(point))
        near, left = np.zeros(len(images)), self._data
        if self.near is not None:
            near = self.near
            shown = near.astype(images.dtype) @ images.reshape(len(near), -1)
            left = self.seen(self.image.values - shown.reshape(self.image.values.shape))
        columns = self.seen(images)
        gram = (columns @ columns.T).astype(float) / self.flattening
        projected = (columns @ left.astype(columns.dtype)).astype(float) / self.flattening
        squares = float(left @ left) / self.flattening
        if self.weak is not None:
            gram += self.weak.T @ self.weak
            pulled = self.weak @ near
            projected -= self.weak.T @ pulled
            squares += float(pulled @ pulled)
        sign, logarithm = np.linalg.slogdet(gram)
        if sign <= 0:  # a dot without a line in view
            return -np.inf
        squares -= float(projected @ np.linalg.solve(gram, projected))
        away = self.expected @ point - self.targets
        return -0.5 * float(squares + logarithm + away @ away)

    def covariance(self, slopes: FloatArray) -> FloatArray:
        """Of θ near its best values for τ = 1, the amplitudes free.

        Args:
            slopes: derivatives of the current by θ, then by the amplitudes, (parameter, rows, columns).
        """
        columns = self.seen(self.image.observed(slopes))
        information, size = columns @ columns.T, self.expected.shape[1]
        information[:size, :size] += self.expected.T @ self.expected
        if self.weak is not None:
            information[size:, size:] += self.weak.T @ self.weak
        return np.asarray(np.linalg.pinv(information, hermitian=True)[:size, :size])


def compared(image: Image, width: float) -> Image:
    """The image in blocks of pixels, if its narrowest line, so wide in the window, is wider than two of them."""
    coarse = image.coarse(SIDE)
    blocks = max(float(np.abs(np.diff(places)).max()) for places in coarse.places)
    return coarse if width > 2 * blocks else image
