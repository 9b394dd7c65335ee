"""Surfaces that are no rectangles: discs and polygons, which lie flat, and spheres. Lengths in nm."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray, finite, positive, shown
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.geometry.outlines import crossing, ears

Triple = tuple[float, float, float]

ROUND = 64
"""Sides of a polygon around a disc that stands for it where it is asked whether metals touch."""


@dataclass(frozen=True, kw_only=True)
class Disc(ShownAsTable):
    """A round sheet without thickness, in a horizontal plane.

    Attributes:
        centre: (x, y) in nm.
        radius: in nm.
        z: its height in nm.

    Raises:
        InputError: radius 0, or anything of another type.

    Example:
        >>> at.geometry.Disc(centre=(0, 0), radius=50, z=-20).low
        (-50.0, -50.0, -20.0)
    """

    centre: tuple[float, float]
    radius: float
    z: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "centre", _point("centre", self.centre))
        object.__setattr__(self, "radius", positive("radius", self.radius))
        object.__setattr__(self, "z", finite("z", self.z))

    @property
    def low(self) -> Triple:
        """The corner of lowest coordinates of a box around it."""
        return self.centre[0] - self.radius, self.centre[1] - self.radius, self.z

    @property
    def high(self) -> Triple:
        """The corner of highest coordinates of a box around it."""
        return self.centre[0] + self.radius, self.centre[1] + self.radius, self.z

    @property
    def outline(self) -> FloatArray:
        """Corners of a polygon around it: (corners, 2)."""
        angle = 2 * np.pi * np.arange(ROUND) / ROUND
        around = self.radius / np.cos(np.pi / ROUND) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return np.asarray(np.array(self.centre) + around)

    @property
    def triangles(self) -> FloatArray:
        """Few triangles that cover it: (triangles, 3, 3)."""
        outline = self.outline
        middle = np.broadcast_to(self.centre, outline.shape)
        return _flat(np.stack([middle, outline, np.roll(outline, -1, axis=0)], axis=1), self.z)

    def shifted(self, by: Triple) -> "Disc":
        """The same elsewhere."""
        return replace(self, centre=(self.centre[0] + by[0], self.centre[1] + by[1]), z=self.z + by[2])


@dataclass(frozen=True, kw_only=True)
class Polygon(ShownAsTable):
    """A sheet of any outline without thickness, in a horizontal plane.

    Attributes:
        corners: (x, y) of each in nm, in order around it, either way.
        z: its height in nm.

    Raises:
        InputError: fewer than three corners, two that are one, an outline that crosses or touches itself.

    Example:
        >>> at.geometry.Polygon(corners=((0, 0), (100, 0), (0, 50)), z=-20).high
        (100.0, 50.0, -20.0)
    """

    corners: tuple[tuple[float, float], ...]
    z: float

    def __post_init__(self) -> None:
        given: Any = self.corners
        given = given.tolist() if isinstance(given, np.ndarray) else given
        if not isinstance(given, tuple | list):
            raise InputError("corners", "be points (x, y)", shown(given))
        corners = tuple(_point(f"corners[{k}]", corner) for k, corner in enumerate(given))
        if len(corners) > 1 and corners[0] == corners[-1]:
            corners = corners[:-1]  # closed, as layout files have it
        if len(corners) < 3:
            raise InputError("corners", "be at least three", f"{len(corners)}")
        bad = crossing(np.array(corners))
        if bad is not None:
            first, second = (corners[k] for k in bad)
            remedy = "list the corners in order around it, each once"
            got = f"the sides from {first} and from {second} that do"
            raise InputError("corners", "have sides that neither cross nor touch", got, remedy)
        object.__setattr__(self, "corners", corners)
        object.__setattr__(self, "z", finite("z", self.z))

    @property
    def low(self) -> Triple:
        """The corner of lowest coordinates of a box around it."""
        return min(x for x, _ in self.corners), min(y for _, y in self.corners), self.z

    @property
    def high(self) -> Triple:
        """The corner of highest coordinates of a box around it."""
        return max(x for x, _ in self.corners), max(y for _, y in self.corners), self.z

    @property
    def outline(self) -> FloatArray:
        """Its corners: (corners, 2)."""
        return np.array(self.corners)

    @cached_property
    def triangles(self) -> FloatArray:
        """Few triangles that cover it: (triangles, 3, 3)."""
        return _flat(ears(self.outline)[0], self.z)

    def shifted(self, by: Triple) -> "Polygon":
        """The same elsewhere."""
        return replace(self, corners=tuple((x + by[0], y + by[1]) for x, y in self.corners), z=self.z + by[2])


@dataclass(frozen=True, kw_only=True)
class Sphere(ShownAsTable):
    """The surface of a ball of metal, in which nothing else may lie.

    Attributes:
        centre: (x, y, z) in nm.
        radius: in nm.

    Raises:
        InputError: radius 0, or anything of another type.

    Example:
        >>> at.geometry.Sphere(centre=(0, 0, 30), radius=20).low
        (-20.0, -20.0, 10.0)
    """

    centre: Triple
    radius: float

    def __post_init__(self) -> None:
        if not isinstance(self.centre, tuple | list) or len(self.centre) != 3:
            raise InputError("centre", "be three numbers (x, y, z)", shown(self.centre))
        object.__setattr__(self, "centre", tuple(finite(f"centre[{k}]", each) for k, each in enumerate(self.centre)))
        object.__setattr__(self, "radius", positive("radius", self.radius))

    @property
    def low(self) -> Triple:
        """The corner of lowest coordinates of a box around it."""
        x, y, z = (each - self.radius for each in self.centre)
        return x, y, z

    @property
    def high(self) -> Triple:
        """The corner of highest coordinates of a box around it."""
        x, y, z = (each + self.radius for each in self.centre)
        return x, y, z

    def shifted(self, by: Triple) -> "Sphere":
        """The same elsewhere."""
        x, y, z = (each + step for each, step in zip(self.centre, by, strict=True))
        return replace(self, centre=(x, y, z))


Surface = Disc | Polygon | Sphere


def _point(argument: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise InputError(argument, "be two numbers (x, y)", shown(value))
    return finite(f"{argument}[0]", value[0]), finite(f"{argument}[1]", value[1])


def _flat(corners: FloatArray, z: float) -> FloatArray:
    return np.concatenate([corners, np.full((*corners.shape[:-1], 1), z)], axis=-1)
