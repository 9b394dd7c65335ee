"""Metals that are round, or have any outline: discs, polygons and spheres. Lengths in nm."""

from collections.abc import Sequence
from typing import Any

from attractron.geometry.metals import Metal
from attractron.geometry.surfaces import Disc, Polygon, Sphere, Triple


def disc(
    name: str, *, centre: tuple[float, float], radius: float, z: float, grounded: bool = False, floating: bool = False
) -> Metal:
    """A round gate without thickness.

    Args:
        name: of the metal.
        centre: (x, y) in nm.
        radius: in nm.
        z: its height in nm.
        grounded: held at zero.
        floating: a dot of many electrons.

    Raises:
        InputError: radius 0, or anything of another type.

    Example:
        Its capacitance is 8 ε₀ times the radius, which is 4πε₀ 2/π.

        >>> gate = at.geometry.disc("G", centre=(0, 0), radius=100, z=0)
        >>> found = at.geometry.electrostatics(at.geometry.Layout(metals=(gate,)))
        >>> round(float(found["capacitance"][0, 0]), 3)  # aF
        7.083
    """
    return _metal(name, Disc(centre=centre, radius=radius, z=z), grounded, floating)


def polygon(
    name: str, corners: Sequence[tuple[float, float]], *, z: float, grounded: bool = False, floating: bool = False
) -> Metal:
    """A gate without thickness of any outline, as layout files have them.

    Args:
        name: of the metal.
        corners: (x, y) of each in nm, in order around it, either way; the first may come again as the last.
        z: its height in nm.
        grounded: held at zero.
        floating: a dot of many electrons.

    Raises:
        InputError: fewer than three corners, an outline that crosses or touches itself.

    Example:
        >>> gate = at.geometry.polygon("G", [(0, 0), (200, 0), (200, 50), (50, 50), (50, 200), (0, 200)], z=-20)
        >>> gate.low, gate.high
        ((0.0, 0.0, -20.0), (200.0, 200.0, -20.0))
    """
    given: Any = corners
    return _metal(name, Polygon(corners=given, z=z), grounded, floating)


def sphere(name: str, *, centre: Triple, radius: float, grounded: bool = False, floating: bool = False) -> Metal:
    """A ball of metal, such as the end of a tip.

    Args:
        name: of the metal.
        centre: (x, y, z) in nm.
        radius: in nm.
        grounded: held at zero.
        floating: a dot of many electrons.

    Raises:
        InputError: radius 0, or anything of another type.

    Example:
        >>> at.geometry.sphere("tip", centre=(0, 0, 50), radius=20).low
        (-20.0, -20.0, 30.0)
    """
    return _metal(name, Sphere(centre=centre, radius=radius), grounded, floating)


def _metal(name: str, surface: Disc | Polygon | Sphere, grounded: bool, floating: bool) -> Metal:
    return Metal(name=name, surfaces=(surface,), grounded=grounded, floating=floating)
