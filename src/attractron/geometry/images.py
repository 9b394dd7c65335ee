"""Mirror images: solid planes and the surface of a dielectric half space, as a weighted list.

    G(r, r') = Σ_k w_k / |r - (x', y', s_k z' + t_k)|        (1/4πε0 left out; s_k = ±1)

One plane at z₀ is the image (-1, s = -1, t = 2z₀). Two planes, H apart, are (+1, s = 1, t = 2kH) and
(-1, s = -1, t = 2z_lo + 2kH), |k| ≤ K; what is left out falls in even powers of 1/(K + ½), so that sums to several K
are extrapolated together: a matter of weights alone. Below the surface of a dielectric G = (1/ε)(1/R + κ/R'),
κ = (ε - 1)/(ε + 1); a plane on the surface makes it (1/ε)(1/R - 1/R').
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.media import HalfSpace, Medium

SUMS = (4, 8, 16, 32)
"""The K to which images of two planes are summed."""


@dataclass(frozen=True)
class Images:
    """Weights w, signs s and shifts t (nm), each (images,); the charge itself comes first."""

    weight: FloatArray
    sign: FloatArray
    shift: FloatArray
    planes: tuple[float, ...]

    def share(self, z: FloatArray) -> FloatArray:
        """Which part of -1 a unit charge at height z induces on each plane: (planes, …)."""
        if not self.planes:
            return np.zeros((0, *np.shape(z)))
        if len(self.planes) == 1:
            return np.ones((1, *np.shape(z)))
        low, high = self.planes
        upper = (np.asarray(z) - low) / (high - low)
        return np.stack([1 - upper, upper])


def images_of(medium: Medium, planes: tuple[float, ...]) -> Images:
    """The images of a medium and of up to two planes (heights in rising order)."""
    scale = 1.0
    rows = [(1.0, 1.0, 0.0)]
    if isinstance(medium, HalfSpace):
        scale = 1 / medium.permittivity
        rows += [(-1.0 if planes else (medium.permittivity - 1) / (medium.permittivity + 1), -1.0, 0.0)]
    elif len(planes) == 1:
        rows += [(-1.0, -1.0, 2 * planes[0])]
    elif len(planes) == 2:
        rows = _two(*planes)
    weight, sign, shift = np.array(rows).T
    return Images(scale * weight, sign, shift, planes)


def _two(low: float, high: float) -> list[tuple[float, float, float]]:
    steps = [(each + 0.5) ** -2 for each in SUMS]
    factors = [
        float(np.prod([other / (other - own) for other in steps if other != own])) for own in steps
    ]  # of the polynomial through the sums, at zero
    rows = []
    for k in sorted(range(-SUMS[-1], SUMS[-1] + 1), key=abs):
        weight = sum(factor for factor, K in zip(factors, SUMS, strict=True) if abs(k) <= K)
        rows += [(weight, 1.0, 2 * k * (high - low)), (-weight, -1.0, 2 * low + 2 * k * (high - low))]
    return rows
