"""Does a model describe a map? What it leaves, in blocks of pixels, against noise that is known without it.

Noise joins neighbours along the scan, which whitening takes away; what a model misses joins neighbours in both
directions. The normalised residual z of a right model has blocks whose means have the variance 1/pixels.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from attractron.core.checks import FloatArray
from attractron.readout.vertex.image import block_means
from attractron.readout.vertex.scan_noise import ScanNoise, estimate

FEWEST_BLOCKS = 5
"""Blocks along each axis, at least."""

UNLIKELY = 1e-3
"""Probability with which noise alone would leave such a residual, below which the model is taken to be wrong."""

QUIETEST = 0.05
"""White noise of the normalised residual, at least: what is below the measured noise is taken to be that."""


@dataclass(frozen=True, kw_only=True)
class MapGoodness:
    """What a residual holds beyond noise.

    Attributes:
        noise: along the scan, of the normalised residual.
        chi_squared: variance of the residual over that of the noise of single pixels.
        excess: the same of blocks of the size that shows most, whitened.
        probability: of such an excess by chance.
        share: r.m.s. of the structure in the residual over that of the map.
    """

    noise: ScanNoise
    chi_squared: float
    excess: float
    probability: float
    share: float

    @property
    def significant(self) -> bool:
        """The model does not describe the map exactly."""
        return self.probability < UNLIKELY


def map_goodness(left: FloatArray, signal: FloatArray) -> MapGoodness:
    """Compare what a model leaves with noise.

    Args:
        left: (model - data)/noise, zero where data are missing (rows, columns).
        signal: data/noise; NaN where missing.
    """
    scan = scan_noise(left)
    whitened = scan.lines(scan.whiten(left))
    whitened = whitened if scan.fast == 1 else whitened.T
    contrast = float(np.nanstd(signal))
    best = (1.0, 0.5, 0.0, np.inf)
    pixels = 2
    while min(whitened.shape) >= FEWEST_BLOCKS * pixels:
        blocks = block_means(whitened, (pixels, pixels)) * pixels
        square = float(np.mean(blocks**2))
        probability = float(gammaincc(blocks.size / 2, blocks.size * square / 2))
        power = float(np.mean(block_means(left, (pixels, pixels)) ** 2))
        share = float(np.sqrt(power * max(1 - 1 / max(square, 1e-12), 0.0))) / max(contrast, 1e-300)
        score = (square - 1) * np.sqrt(blocks.size / 2)
        if pixels == 2 or score > -best[3]:
            best = (square, probability, share, -score)
        pixels *= 2
    square, probability, share, _ = best
    return MapGoodness(
        noise=scan,
        chi_squared=float(np.mean(left[np.isfinite(signal)] ** 2)),
        excess=max(square, 1.0),
        probability=probability,
        share=share,
    )


def scan_noise(left: FloatArray) -> ScanNoise:
    """Noise of a normalised residual, white and 1/f along the scan.

    Whichever is larger, the white noise that the pixels have by themselves or that which the residual shows.
    """
    found = estimate(left)
    return ScanNoise(
        shape=found.shape,
        fast=found.fast,
        white=max(found.white, QUIETEST),
        drift=found.drift,
        exponent=found.exponent,
    )
