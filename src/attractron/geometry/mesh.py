"""Panels: rectangles cut along both sides, finer towards their edges and where clouds are near.

Charge crowds at free edges as 1/√distance: with cuts at distances (k/m)⁴ the error of a capacitance falls almost as
the cube of the number of panels. Towards clouds a panel is about as wide as it is far away. Both densities of cuts add
up; a resolution multiplies them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.geometry.metals import Rectangle, Triple

POWER = 4
"""Grading towards edges."""

EDGE, NEAR = 2.0, 1.0
"""Cuts from an edge to the middle, and per distance to the nearest cloud, at resolution 1."""

SAMPLES = 400
"""Points at which the density of cuts is summed up."""


@dataclass(frozen=True)
class Panels:
    """One rectangle, cut: `edges` (along the two sides) in axes `sides`; `height` on the axis `normal`; its metal."""

    normal: int
    height: float
    sides: tuple[int, int]
    edges: tuple[FloatArray, FloatArray]
    metal: int

    @property
    def count(self) -> int:
        """Number of panels."""
        return (len(self.edges[0]) - 1) * (len(self.edges[1]) - 1)

    def mirrored(self, sign: float, shift: float) -> "Panels":
        """Its image, z → sign z + shift; panels stay in order, so that edges may fall."""
        if self.normal == 2:
            return Panels(2, sign * self.height + shift, self.sides, self.edges, self.metal)
        first, second = (
            sign * edge + shift if k == 2 else edge for k, edge in zip(self.sides, self.edges, strict=True)
        )
        return Panels(self.normal, self.height, self.sides, (first, second), self.metal)

    def shifted(self, by: Triple) -> "Panels":
        """The same elsewhere."""
        first, second = (edge + by[k] for k, edge in zip(self.sides, self.edges, strict=True))
        return Panels(self.normal, self.height + by[self.normal], self.sides, (first, second), self.metal)

    def strips(self, most: int) -> Iterator["Panels"]:
        """Pieces of up to `most` panels each, or of one row, in order."""
        first, second = self.edges
        rows = max(1, most // (len(second) - 1))
        for start in range(0, len(first) - 1, rows):
            yield Panels(self.normal, self.height, self.sides, (first[start : start + rows + 1], second), self.metal)

    def coordinates(self) -> list[FloatArray]:
        """Where it is cut along x, y, z; along its normal, where it lies."""
        found = [np.array([self.height])] * 3
        for k, edge in zip(self.sides, self.edges, strict=True):
            found[k] = edge
        return found

    def centres(self) -> FloatArray:
        """(panels, 3)."""
        return self._points(*((edge[1:] + edge[:-1]) / 2 for edge in self.edges))

    def half_widths(self) -> FloatArray:
        """Half of each panel's extent along x, y, z: (panels, 3)."""
        widths = self._points(*(abs(np.diff(edge)) / 2 for edge in self.edges))
        widths[:, self.normal] = 0.0
        return widths

    def reach(self) -> FloatArray:
        """From the centre to a corner: (panels,)."""
        return np.asarray(np.linalg.norm(self.half_widths(), axis=1))

    def moments(self) -> FloatArray:
        """Mean of (r - centre)(r - centre)ᵀ: (panels, 3, 3)."""
        return np.asarray(self.half_widths()[:, :, None] ** 2 / 3 * np.eye(3))

    def areas(self) -> FloatArray:
        """(panels,)."""
        return np.outer(*(abs(np.diff(edge)) for edge in self.edges)).ravel()

    def _points(self, first: FloatArray, second: FloatArray) -> FloatArray:
        points = np.full((len(first), len(second), 3), self.height)
        points[..., self.sides[0]] = first[:, None]
        points[..., self.sides[1]] = second
        return points.reshape(-1, 3)


def cut(sheet: Rectangle, metal: int, boxes: Sequence[tuple[Triple, Triple]], resolution: float) -> Panels:
    """The panels of a rectangle.

    Args:
        sheet: the rectangle.
        metal: number of the metal that it belongs to.
        boxes: corners of the boxes around the clouds, nm.
        resolution: multiplies the cuts along each side.
    """
    normal = sheet.normal
    first, second = (k for k in range(3) if k != normal)
    gaps = [
        [max(low[k] - sheet.high[k], sheet.low[k] - high[k], 0.0) for k in range(3)] for low, high in boxes
    ]  # from the sheet's own box to a cloud's
    edges = []
    for k, other in ((first, second), (second, first)):
        start, stop = sheet.low[k], sheet.high[k]
        t = np.linspace(0, 1, SAMPLES + 1)
        x = start + (stop - start) * np.where(t < 0.5, 8 * t**4, 1 - 8 * (1 - t) ** 4)
        cuts = EDGE * 2 * t  # the inverse of x(t) rises evenly
        if boxes:
            away = [
                np.sqrt(gap[normal] ** 2 + gap[other] ** 2 + np.maximum(np.maximum(low[k] - x, x - high[k]), 0.0) ** 2)
                for (low, high), gap in zip(boxes, gaps, strict=True)
            ]
            density = NEAR / np.maximum(np.min(away, axis=0), (stop - start) / SAMPLES)
            cuts[1:] += np.cumsum(np.diff(x) * (density[1:] + density[:-1]) / 2)
        number = max(2, int(np.ceil(resolution * cuts[-1] - 1e-6)))
        inner = np.interp(np.linspace(0, cuts[-1], number + 1)[1:-1], cuts, x)
        edges.append(np.array([start, *inner, stop]))
    return Panels(normal, sheet.low[normal], (first, second), (edges[0], edges[1]), metal)
