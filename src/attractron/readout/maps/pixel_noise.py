"""Noise of single pixels, known without any model of the map: from how neighbours differ.

Second differences of a smooth map are small beside noise: with white noise of standard deviation σ they have √6 σ. A
current amplifier adds noise in proportion to the current, σ² = σ_0² + (r I)².
"""

from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray

BINS = 12
"""Of pixels by the size of their signal, alike in number."""

QUIET = 0.25
"""Quantile of the groups that counts as noise alone: the lowest by itself is too low by chance."""

GROWN = 1.5
"""Noise of the largest signals over that of the smallest from which on it counts as growing with the signal."""


class PixelNoise(NamedTuple):
    """σ_0 in the unit of the map, and r."""

    white: float
    relative: float

    def of(self, signal: FloatArray) -> FloatArray:
        """Standard deviation of every pixel of a signal without noise."""
        return np.asarray(np.hypot(self.white, self.relative * np.abs(signal)))


def pixel_noise(image: FloatArray) -> PixelNoise:
    """The noise of a map's pixels.

    A sharp structure makes differences large, hence the smaller of the noises along both axes, a low quantile of all
    groups of pixels for σ_0, and for r the smallest that the larger signals show.

    Args:
        image: (rows, columns), NaN where missing.
    """
    sizes, levels = [], []
    for along in (0, 1):
        turned = np.moveaxis(image, along, -1)
        second = (turned[..., :-2] - 2 * turned[..., 1:-1] + turned[..., 2:]).ravel()
        level = np.abs((turned[..., :-2] + turned[..., 1:-1] + turned[..., 2:]) / 3).ravel()
        known = np.isfinite(second)
        order = np.argsort(level[known])
        groups = [group for group in np.array_split(order, BINS) if group.size]
        sizes.append([1.4826 * float(np.median(np.abs(second[known][group]))) / np.sqrt(6) for group in groups])
        levels.append([float(np.median(level[known][group])) for group in groups])
    size, level = np.min(sizes, axis=0), np.mean(levels, axis=0)
    white = float(np.quantile(size, QUIET))
    large = level >= 0.3 * level.max()
    relative = np.sqrt(np.maximum(size[large] ** 2 - white**2, 0.0)) / np.maximum(level[large], 1e-300)
    grown = size[large].min() > GROWN * white
    return PixelNoise(white=white, relative=float(relative.min()) if grown and relative.size else 0.0)
