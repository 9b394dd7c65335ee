"""Metals: equipotentials made of rectangles that are parallel to coordinate planes, and solid planes. Lengths in nm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attractron.core.checks import choice, finite, members, names, positive, shown, true_or_false
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.geometry.surfaces import Surface
from attractron.geometry.surfaces import Triple as Triple

AXES = "xyz"

Side = float | tuple[float, float]
"""Where a rectangle stands on one axis: a number across it, (from, to) along it."""


@dataclass(frozen=True, kw_only=True)
class Rectangle(ShownAsTable):
    """A sheet without thickness.

    Attributes:
        x, y, z: one of them a number, the plane in which it lies; the other two (from, to). All in nm.

    Raises:
        InputError: not exactly one number, or an interval that is empty.

    Example:
        >>> sheet = at.geometry.Rectangle(x=(0, 150), y=(-1500, 1500), z=-130)
        >>> sheet.normal, sheet.low, sheet.high
        (2, (0.0, -1500.0, -130.0), (150.0, 1500.0, -130.0))
    """

    x: Side
    y: Side
    z: Side

    def __post_init__(self) -> None:
        sides = [_side(name, getattr(self, name)) for name in AXES]
        for name, side in zip(AXES, sides, strict=True):
            object.__setattr__(self, name, side)
        if sum(not isinstance(side, tuple) for side in sides) != 1:
            remedy = "for example x=(0, 150), y=(-1500, 1500), z=-130"
            raise InputError("x, y, z", "be one number and two intervals (from, to)", shown(tuple(sides)), remedy)

    @property
    def normal(self) -> int:
        """The axis across it: 0, 1 or 2."""
        return next(k for k, name in enumerate(AXES) if not isinstance(getattr(self, name), tuple))

    @property
    def low(self) -> Triple:
        """The corner of lowest coordinates."""
        x, y, z = (side[0] if isinstance(side, tuple) else side for side in (self.x, self.y, self.z))
        return x, y, z

    @property
    def high(self) -> Triple:
        """The corner of highest coordinates."""
        x, y, z = (side[1] if isinstance(side, tuple) else side for side in (self.x, self.y, self.z))
        return x, y, z


@dataclass(frozen=True, kw_only=True)
class Metal(ShownAsTable):
    """One conductor: rectangles and other surfaces on one potential.

    Theory: docs/theory/geometry.md, eq-floating.

    Attributes:
        name: of the gate, contact or shield.
        rectangles: its sheets; those of one metal may touch.
        surfaces: its discs, polygons and spheres.
        solid: whether the rectangles enclose a solid, in which nothing else may lie.
        grounded: held at zero; otherwise it is a gate, whose lever arms are wanted.
        floating: connected to nothing, so that its charge is given: a dot of many electrons.

    Raises:
        InputError: no rectangle and no surface, grounded and floating, or anything of another type.

    Example:
        >>> ledge = at.geometry.Metal(name="S", rectangles=(
        ...     at.geometry.Rectangle(x=(-1500, -500), y=(-1500, 1500), z=0),
        ...     at.geometry.Rectangle(x=-500, y=(-1500, 1500), z=(-130, 0))))
        >>> len(ledge.rectangles)
        2
    """

    name: str
    rectangles: tuple[Rectangle, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    solid: bool = False
    grounded: bool = False
    floating: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", name_of(self.name))
        object.__setattr__(self, "rectangles", members("rectangles", self.rectangles, Rectangle))
        object.__setattr__(self, "surfaces", members("surfaces", self.surfaces, object))
        for number, surface in enumerate(self.surfaces):
            if not isinstance(surface, Surface):
                raise InputError(f"surfaces[{number}]", "be a Disc, a Polygon or a Sphere", shown(surface))
        for argument in ("solid", "grounded", "floating"):
            true_or_false(argument, getattr(self, argument))
        if self.grounded and self.floating:
            raise InputError("floating", "be False for a metal that is grounded", f"{self.name!r} is both")
        if not self.parts:
            raise InputError("rectangles", "be at least one, or one of the surfaces", "none")

    @property
    def parts(self) -> tuple[Rectangle | Surface, ...]:
        """Rectangles, then other surfaces."""
        return (*self.rectangles, *self.surfaces)

    @property
    def low(self) -> Triple:
        """The corner of lowest coordinates of a box around it."""
        x, y, z = (min(part.low[k] for part in self.parts) for k in range(3))
        return x, y, z

    @property
    def high(self) -> Triple:
        """The corner of highest coordinates of a box around it."""
        x, y, z = (max(part.high[k] for part in self.parts) for k in range(3))
        return x, y, z


@dataclass(frozen=True, kw_only=True)
class Plane(ShownAsTable):
    """An infinite plane of metal at a height z (nm), which mirror images replace.

    Theory: docs/theory/geometry.md, eq-images.

    Attributes:
        name: of the plane.
        z: its height in nm.
        grounded: held at zero; otherwise it is a gate.

    Example:
        >>> at.geometry.Plane(name="back", z=-130)
        Plane(name='back', z=-130.0, grounded=False)
    """

    name: str
    z: float
    grounded: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", name_of(self.name))
        object.__setattr__(self, "z", finite("z", self.z))
        true_or_false("grounded", self.grounded)


def rectangle(name: str, *, x: Side, y: Side, z: Side, grounded: bool = False, floating: bool = False) -> Metal:
    """A metal that is one rectangle; arguments as for `Rectangle` and `Metal`.

    Example:
        >>> at.geometry.rectangle("V_L", x=(0, 150), y=(-1500, 1500), z=-130).high
        (150.0, 1500.0, -130.0)
    """
    return Metal(name=name, rectangles=(Rectangle(x=x, y=y, z=z),), grounded=grounded, floating=floating)


def box(
    name: str,
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    z: tuple[float, float],
    grounded: bool = False,
    floating: bool = False,
) -> Metal:
    """A solid box: six rectangles.

    Args:
        name: of the metal.
        x, y, z: (from, to) in nm.
        grounded: held at zero.
        floating: a dot of many electrons.

    Raises:
        InputError: an interval is empty.

    Example:
        >>> len(at.geometry.box("shield", x=(0, 10), y=(0, 20), z=(0, 5)).rectangles)
        6
    """
    sides: dict[str, Any] = {}
    for axis, value in zip(AXES, (x, y, z), strict=True):
        sides[axis] = _side(axis, value)
        if not isinstance(sides[axis], tuple):
            raise InputError(axis, "be (from, to)", shown(value))
    faces = tuple(Rectangle(**{**sides, axis: end}) for axis in AXES for end in sides[axis])
    return Metal(name=name, rectangles=faces, solid=True, grounded=grounded, floating=floating)


def gate_array(
    gates: Sequence[str],
    *,
    z: float,
    pitch: float,
    width: float,
    length: float,
    along: str = "x",
    centre: tuple[float, float] = (0.0, 0.0),
) -> tuple[Metal, ...]:
    """Parallel strips in a plane, one gate each.

    Args:
        gates: their names, in the order of the axis that they follow each other along.
        z: height of the plane, nm.
        pitch: from strip to strip, nm.
        width: of a strip, nm.
        length: of a strip, across `along`, nm.
        along: "x" or "y", the axis along which they follow each other.
        centre: (x, y) of the middle of the array, nm.

    Returns:
        The gates.

    Raises:
        InputError: strips wider than the pitch, lengths that are not positive.

    Example:
        >>> [gate.low[0] for gate in at.geometry.gate_array(("a", "b"), z=-130, pitch=200, width=150, length=3000)]
        [-175.0, 25.0]
    """
    labels = names("gates", gates)
    first = AXES.index(choice("along", along, ("x", "y")))
    for argument, value in (("pitch", pitch), ("width", width), ("length", length)):
        positive(argument, value)
    if width >= pitch:
        raise InputError("width", f"be below the pitch, {pitch:g} nm", width, "strips that touch are one gate")
    found = []
    for number, label in enumerate(labels):
        middle = centre[first] + pitch * (number - (len(labels) - 1) / 2)
        sides: dict[str, Any] = {
            AXES[first]: (middle - width / 2, middle + width / 2),
            AXES[1 - first]: (centre[1 - first] - length / 2, centre[1 - first] + length / 2),
        }
        found.append(rectangle(label, **sides, z=z))
    return tuple(found)


def contacts(
    ends: tuple[str, str],
    *,
    z: float,
    bottom: float,
    suspended: float,
    depth: float,
    width: float,
    along: str = "x",
    centre: tuple[float, float] = (0.0, 0.0),
) -> tuple[Metal, Metal]:
    """The two ledges between which a wire is suspended: a sheet flush with the wire, and the side wall below it.

    Args:
        ends: names of the contacts at the lower and the higher end.
        z: height of wire and sheets, nm.
        bottom: height at which the side walls end, that of the gates; above z for a chip that hangs upside down.
        suspended: length of the wire between the contacts, nm.
        depth: of the sheets along the wire, nm.
        width: of sheets and walls across the wire, nm.
        along: "x" or "y", the direction of the wire.
        centre: (x, y) of the middle of the suspended part, nm.

    Returns:
        The contacts.

    Raises:
        InputError: lengths that are not positive, or no height between wire and bottom.

    Example:
        >>> S, D = at.geometry.contacts(("S", "D"), z=0, bottom=-130, suspended=1000, depth=1000, width=3000)
        >>> S.low, D.low
        ((-1500.0, -1500.0, -130.0), (500.0, -1500.0, -130.0))
    """
    first = AXES.index(choice("along", along, ("x", "y")))
    for argument, value in (("suspended", suspended), ("depth", depth), ("width", width)):
        positive(argument, value)
    if z == bottom:
        raise InputError("bottom", "differ from z, the height of the wire", bottom)
    across = (centre[1 - first] - width / 2, centre[1 - first] + width / 2)

    def ledge(name: str, sign: int) -> Metal:
        edge = centre[first] + sign * suspended / 2
        sheet: dict[str, Any] = {AXES[first]: _ordered(edge, edge + sign * depth), AXES[1 - first]: across}
        wall: dict[str, Any] = {AXES[first]: edge, AXES[1 - first]: across}
        sheets = (Rectangle(**sheet, z=z), Rectangle(**wall, z=_ordered(z, bottom)))
        return Metal(name=name, rectangles=sheets)

    lower, higher = names("ends", ends)
    return ledge(lower, -1), ledge(higher, 1)


def _ordered(first: float, second: float) -> tuple[float, float]:
    return min(first, second), max(first, second)


def _side(argument: str, value: Any) -> Side:
    if not isinstance(value, tuple | list):
        return finite(argument, value)
    if len(value) != 2:
        raise InputError(argument, "be a number or (from, to)", shown(value))
    start, stop = (finite(argument, each) for each in value)
    if start >= stop:
        raise InputError(argument, "rise from its first to its second end", shown(value))
    return start, stop


def name_of(value: Any) -> str:
    """A name that is not empty, or an InputError."""
    if not isinstance(value, str) or not value:
        raise InputError("name", "be a name", shown(value))
    return value
