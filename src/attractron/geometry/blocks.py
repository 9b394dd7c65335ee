"""Blocks of the panels' matrix that several drawings have in common.

Two rectangles that are cut alike and do not move against each other have the same mutual potentials. So where one
chip moves over another, or one gate is widened, most of the matrix stays. Blocks are told apart by the edges of both
meshes, relative to each other (in a dielectric or between planes: by their heights as well).
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations_with_replacement

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.triangles import Mesh

DIGITS = 12
"""Significant digits to which coordinates must agree."""


class Blocks:
    """Blocks that come again, kept until the last use of them.

    Args:
        matrices: the cut rectangles of each of the matrices that will be asked for, in any order.
        images: whether mirror images make the height of a block matter; all drawings have the same ones.

    Attributes:
        size: bytes that are held at most.
    """

    def __init__(self, matrices: Iterable[Sequence[Mesh]], images: bool) -> None:
        self._images = images
        self._left: Counter[Hashable] = Counter()
        sizes: dict[Hashable, int] = {}
        for meshes in matrices:
            for one, other in combinations_with_replacement(meshes, 2):
                key = geometry_of(other, one, heights=images)
                self._left[key] += 1
                sizes[key] = 8 * one.count * other.count
        self.size = sum(size for key, size in sizes.items() if self._left[key] > 1)
        self._kept: dict[Hashable, FloatArray] = {}

    def fill(self, block: FloatArray, mesh: Mesh, other: Mesh) -> bool:
        """Write the block of two meshes, if it is there."""
        key = geometry_of(mesh, other, heights=self._images)
        self._left[key] -= 1
        found = self._kept.get(key) if self._left[key] else self._kept.pop(key, None)
        if found is None:
            return False
        block[...] = found
        return True

    def keep(self, block: FloatArray, mesh: Mesh, other: Mesh) -> None:
        """Keep the block of two meshes, if it comes again."""
        key = geometry_of(mesh, other, heights=self._images)
        if self._left[key] > 0:
            self._kept[key] = block.copy()


def geometry_of(mesh: Mesh, other: Mesh, *, heights: bool) -> Hashable:
    """What their mutual potentials depend on: alike for pairs of meshes that have the same.

    Args:
        mesh, other: the cut rectangles.
        heights: whether their heights matter, not only that of one over the other.
    """
    scale = max(np.abs(edge).max() for edge in (*mesh.coordinates(), *other.coordinates())) or 1.0
    step = 10.0 ** (np.ceil(np.log10(scale)) - DIGITS)
    parts: list[bytes] = []
    for k, (own, its) in enumerate(zip(mesh.coordinates(), other.coordinates(), strict=True)):
        origin = 0.0 if heights and k == 2 else own[0]
        parts += [(np.rint((edge - origin) / step) + 0.0).tobytes() for edge in (own, its)]
    return (type(mesh).__name__, type(other).__name__, mesh.normal, other.normal, float(step), *parts)
