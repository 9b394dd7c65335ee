"""Mirror images: solid planes, the surface of a dielectric and the faces of an oxide, as weighted lists.

    G(r, r') = Σ_k w_k / |r - (x', y', s_k z' + t_k)|        (1/4πε0 left out; s_k = ±1)

One plane at z₀ is the image (-1, s = -1, t = 2z₀). Two planes, H apart, are (+1, s = 1, t = 2kH) and
(-1, s = -1, t = 2z_lo + 2kH), |k| ≤ K; what is left out falls in even powers of 1/(K + ½), so that sums to several K
are extrapolated together: a matter of weights alone. Below the surface of a dielectric G = (1/ε)(1/R + κ/R'),
κ = (ε - 1)/(ε + 1); a plane on the surface makes it (1/ε)(1/R - 1/R').

An oxide of thickness t (ε1 above, ε2, ε3 below z = 0): with α = (ε2 - ε1)/(ε2 + ε1), β = (ε2 - ε3)/(ε2 + ε3) and
x = exp(-2kt), the solution for each wave number k is a geometric series in αβx, so that charges return from 2nt away:

    on the oxide, both at z = t:       (2/(ε1 + ε2)) (1 + βx)/(1 - αβx) exp(-k |z - z'|)
    one on the oxide, one at z' ≤ 0:   (4ε2/(ε1 + ε2)(ε2 + ε3)) exp(-k (t - z'))/(1 - αβx)
    both at z ≤ 0:                     (1/ε3) [exp(-k |z - z'|) + (αx - β)/(1 - αβx) exp(k (z + z'))]

times 2π/k. A plane on the oxide is ε1 → ∞, α = -1.
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.media import HalfSpace, Medium, OxideStack
from attractron.geometry.triangles import Mesh

SUMS = (4, 8, 16, 32)
"""The K to which images of two planes are summed."""

LEFT = 1e-10
"""Part of a charge that is left out of an oxide's images."""


@dataclass(frozen=True)
class Images:
    """Weights w, signs s and shifts t (nm), each (images,); the charge itself comes first.

    With an oxide they hold for two charges in the substrate, and `on_oxide` has the others.
    """

    weight: FloatArray
    sign: FloatArray
    shift: FloatArray
    planes: tuple[float, ...]
    on_oxide: "OnOxide | None" = None

    def between(self, one: Mesh, other: Mesh) -> "Images":
        """Those of `other` that `one` sees."""
        if self.on_oxide is None:
            return self
        if _on_top(one):
            return self.on_oxide.both if _on_top(other) else self.on_oxide.seen_from
        return self.on_oxide.seen if _on_top(other) else self

    def below(self, panels: Mesh) -> "Images":
        """Those of panels that dots see."""
        return self if self.on_oxide is None or not _on_top(panels) else self.on_oxide.seen

    def share(self, z: FloatArray) -> FloatArray:
        """Which part of -1 a unit charge at height z induces on each plane: (planes, …)."""
        if not self.planes:
            return np.zeros((0, *np.shape(z)))
        if len(self.planes) == 1:
            return np.ones((1, *np.shape(z)))
        low, high = self.planes
        upper = (np.asarray(z) - low) / (high - low)
        return np.stack([1 - upper, upper])


@dataclass(frozen=True)
class OnOxide:
    """Images of charges on an oxide: for others there, for those in the substrate, and of the latter for the former."""

    both: Images
    seen: Images
    seen_from: Images


def _on_top(panels: Mesh) -> bool:
    return panels.normal == 2 and panels.height > 0


def images_of(medium: Medium, planes: tuple[float, ...]) -> Images:
    """The images of a medium and of up to two planes (heights in rising order)."""
    if isinstance(medium, OxideStack):
        return _oxide(medium, planes)
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


def _oxide(medium: OxideStack, planes: tuple[float, ...]) -> Images:
    """Images of an oxide, with a plane on it if there is one."""
    upper, middle, lower = medium.above, medium.oxide, medium.substrate
    alpha, beta = medium.reflections
    if planes:
        alpha = -1.0
    back = alpha * beta
    count = 2 if back == 0 else 2 + int(np.ceil(np.log(LEFT) / np.log(abs(back))))
    n = np.arange(float(count))
    far = np.asarray(2 * n * medium.thickness)
    powers = np.asarray(back**n)
    later = np.concatenate([[0.0], powers[:-1]])  # of the power n - 1

    def images(weight: FloatArray, sign: float, shift: FloatArray) -> Images:
        return Images(weight, np.full(len(shift), sign), shift, planes)

    both = images(2 / (upper + middle) * (powers + beta * later), 1.0, far)
    through = 4 * middle / ((upper + middle) * (middle + lower)) * powers
    mirrored = alpha * later - beta * powers
    weight, shift = np.concatenate([[1.0], mirrored]) / lower, np.concatenate([[0.0], far])
    sign = np.concatenate([[1.0], np.full(count, -1.0)])
    on_oxide = OnOxide(both, images(through, 1.0, far), images(through, 1.0, -far))
    return Images(weight, sign, shift, planes, on_oxide)
