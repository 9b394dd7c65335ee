"""Triangles: panels of discs, polygons and spheres, which coordinates do not cut.

The counterpart of `mesh.Panels`, of which panels' matrices are made together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.mesh import Panels
from attractron.geometry.surfaces import Triple

OBLIQUE = 3
"""What stands for the axis across a surface that is not flat or not parallel to coordinate planes."""


@dataclass(frozen=True)
class Triangles:
    """One surface, cut: `corners` (triangles, 3, 3) in nm, and its metal."""

    corners: FloatArray
    metal: int

    @property
    def count(self) -> int:
        """Number of panels."""
        return len(self.corners)

    @cached_property
    def normal(self) -> int:
        """The axis across it where that is one of x, y, z."""
        flat = [k for k in range(3) if self.count and (self.corners[..., k] == self.corners[0, 0, k]).all()]
        return flat[0] if flat else OBLIQUE

    @property
    def height(self) -> float:
        """Where it lies along its normal, if it has one."""
        return float(self.corners[0, 0, self.normal])

    def mirrored(self, sign: float, shift: float) -> "Triangles":
        """Its image, z → sign z + shift."""
        return Triangles(self.corners * [1.0, 1.0, sign] + [0.0, 0.0, shift], self.metal)

    def shifted(self, by: Triple) -> "Triangles":
        """The same elsewhere."""
        return Triangles(self.corners + np.array(by), self.metal)

    def strips(self, most: int) -> Iterator["Triangles"]:
        """Pieces of up to `most` panels each, in order."""
        for start in range(0, self.count, most):
            yield Triangles(self.corners[start : start + most], self.metal)

    def coordinates(self) -> list[FloatArray]:
        """Where its corners lie along x, y, z."""
        return [self.corners[..., k].ravel() for k in range(3)]

    def centres(self) -> FloatArray:
        """(panels, 3)."""
        return np.asarray(self.corners.mean(axis=1))

    def reach(self) -> FloatArray:
        """From the centre to the farthest corner: (panels,)."""
        return np.asarray(np.linalg.norm(self.corners - self.corners.mean(axis=1, keepdims=True), axis=2).max(axis=1))

    def moments(self) -> FloatArray:
        """Mean of (r - centre)(r - centre)ᵀ: (panels, 3, 3)."""
        arms = self.corners - self.corners.mean(axis=1, keepdims=True)
        return np.asarray(np.einsum("pki,pkj->pij", arms, arms) / 12)

    def areas(self) -> FloatArray:
        """(panels,)."""
        sides = self.corners[:, 1:] - self.corners[:, :1]
        return np.asarray(np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1) / 2)


Mesh = Panels | Triangles


def divided(corners: FloatArray, number: int) -> FloatArray:
    """Every triangle cut into number² that are like it."""
    start = corners[:, 0]
    first, second = (corners[:, 1] - start) / number, (corners[:, 2] - start) / number
    parts = []
    for i in range(number):
        for j in range(number - i):
            corner = start + i * first + j * second
            parts.append(np.stack([corner, corner + first, corner + second], axis=1))
            if i + j < number - 1:
                parts.append(np.stack([corner + first, corner + first + second, corner + second], axis=1))
    return np.concatenate(parts)
