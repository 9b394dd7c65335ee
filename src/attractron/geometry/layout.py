"""Layouts: metals, a medium and the clouds of carriers, checked when made. Lengths in nm."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray, member, members, shown
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.geometry import contact
from attractron.geometry.clouds import Cloud, PlaneDot, WireDot
from attractron.geometry.media import Medium, OxideStack, Vacuum, medium_of
from attractron.geometry.metals import Metal, Plane, Rectangle, Triple
from attractron.geometry.segments import overlap
from attractron.geometry.tubes import Tube

Box = tuple[Triple, Triple]


@dataclass(frozen=True, kw_only=True)
class Layout(ShownAsTable):
    """A device as it is drawn.

    Attributes:
        metals: gates, contacts and shields, each an equipotential; up to two solid planes among them.
        clouds: the dots, each the density of one carrier, or a metallic piece of wire.
        medium: `Vacuum()`, `HalfSpace(permittivity=…)`, a dielectric below z = 0, or `OxideStack(…)`, with an oxide on
            it that carries the gates.

    A metal that is `floating` is a dot too, of many electrons, as a `WireDot` of the shape `Metallic` is.

    Raises:
        InputError: a name used twice, for a metal and a dot too, metals that touch or overlap, a dot in metal or
            outside the medium, a metallic dot that overlaps another, more than two planes, metal or dots beyond a
            plane.

    Example:
        >>> dot = at.geometry.WireDot(name="L", centre=(0, 0, 0), along="x", shape=at.geometry.Uniform(length=300))
        >>> drawn = at.geometry.Layout(metals=(at.geometry.Plane(name="back", z=-130),), clouds=(dot,))
        >>> drawn.dots, drawn.gates
        (('L',), ('back',))
    """

    metals: tuple[Metal | Plane | Tube, ...] = ()
    clouds: tuple[Cloud, ...] = ()
    medium: Medium = field(default_factory=Vacuum)

    def __post_init__(self) -> None:
        for argument, kinds in (("metals", (Metal, Plane, Tube)), ("clouds", (WireDot, PlaneDot))):
            given = members(argument, getattr(self, argument), object)
            for number, each in enumerate(given):
                if not isinstance(each, kinds):
                    expected = " or ".join(f"a {kind.__name__}" for kind in kinds)
                    raise InputError(f"{argument}[{number}]", f"be {expected}", shown(each))
            object.__setattr__(self, argument, given)
        medium_of("medium", self.medium)
        conductors = [metal.name for metal in self.metals] + [wire.name for wire in self.metallic_wires]
        for argument, labels in (("metals", conductors), ("clouds", list(self.dots))):
            if len(set(labels)) < len(labels):
                raise InputError(argument, "have different names", shown(labels))
        both = {metal.name for metal in self.metals} & {cloud.name for cloud in self.clouds}
        if both:
            raise InputError("clouds", "have other names than the metals", f"{sorted(both)[0]!r} for both")
        if not self.metals and not self.clouds:
            raise InputError("metals, clouds", "hold something", "an empty layout")
        self._check_planes()
        self._check_medium()
        self._check_metals()
        for cloud in self.clouds:
            self._check_cloud(cloud, "clouds", "a dot is no longer than the suspended part of its wire")
        for tube in self.tubes:
            self._check_cloud(tube.wire, "metals", "leave a gap, of its radius at least")
        wires = (*self.metallic_wires, *(tube.wire for tube in self.tubes))
        for wire in wires:
            self._check_wire(wire, wires)

    @property
    def dots(self) -> tuple[str, ...]:
        """Names of the clouds, then of metals that float."""
        return (*(cloud.name for cloud in self.clouds), *(metal.name for metal in self.finite_metals if metal.floating))

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of the metals that are neither grounded nor floating, planes included."""
        floating = {metal.name for metal in self.finite_metals if metal.floating}
        return tuple(metal.name for metal in self.metals if not metal.grounded and metal.name not in floating)

    @property
    def held(self) -> tuple[str, ...]:
        """Names of metals that do not float, planes last: those that have lever arms, gates and grounded ones."""
        finite = (metal.name for metal in self.finite_metals if not metal.floating)
        return (*finite, *(tube.name for tube in self.tubes), *(plane.name for plane in self.planes))

    @property
    def frozen(self) -> tuple[Cloud, ...]:
        """Clouds that stay as they are."""
        return tuple(cloud for cloud in self.clouds if not isinstance(cloud, WireDot) or not cloud.segments)

    @property
    def wires(self) -> tuple[WireDot, ...]:
        """Metal that is cut into segments: metallic dots on wires, then tubes."""
        return (*self.metallic_wires, *(tube.wire for tube in self.tubes))

    @property
    def tubes(self) -> tuple[Tube, ...]:
        """Metals that are thin wires."""
        return tuple(metal for metal in self.metals if isinstance(metal, Tube))

    @property
    def flows(self) -> bool:
        """Whether charge flows on other metal than panels on given potentials: on metallic dots or on tubes."""
        return bool(self.metallic or self.tubes)

    @property
    def metallic_wires(self) -> tuple[WireDot, ...]:
        """Metallic dots on wires."""
        return tuple(cloud for cloud in self.clouds if isinstance(cloud, WireDot) and cloud.segments)

    @property
    def metallic(self) -> tuple[str, ...]:
        """Names of the dots that are pieces of metal."""
        frozen = {cloud.name for cloud in self.frozen}
        return tuple(name for name in self.dots if name not in frozen)

    @property
    def finite_metals(self) -> tuple[Metal, ...]:
        """Metals made of rectangles and other surfaces."""
        return tuple(metal for metal in self.metals if isinstance(metal, Metal))

    @property
    def planes(self) -> tuple[Plane, ...]:
        """Solid planes, from low to high."""
        found = [metal for metal in self.metals if isinstance(metal, Plane)]
        return tuple(sorted(found, key=lambda plane: plane.z))

    def clearance(self, cloud: Cloud) -> float:
        """Distance from the box around a cloud to the nearest metal, or to the box around it, nm."""
        sheets = [part for metal in self.finite_metals for part in metal.parts]
        gaps = [
            [max(cloud.low[k] - sheet.high[k], sheet.low[k] - cloud.high[k], 0.0) for k in range(3)] for sheet in sheets
        ]
        return float(min((np.linalg.norm(gap) for gap in gaps), default=np.inf))

    def describe(self) -> dict[str, Any]:
        """The layout as JSON-safe data, for the attributes of results."""
        kinds: Mapping[str, tuple[Any, ...]] = {"metals": self.metals, "clouds": self.clouds, "medium": (self.medium,)}
        return {
            name: [{"kind": type(each).__name__, **asdict(each), **_shape(each)} for each in entries]
            for name, entries in kinds.items()
        }

    def _check_planes(self) -> None:
        planes = self.planes
        if len(planes) > 2 or (len(planes) == 2 and planes[0].z == planes[1].z):
            raise InputError("metals", "hold at most two planes, at different heights", [plane.z for plane in planes])
        if not isinstance(self.medium, Vacuum) and any(plane.z != self._surface for plane in planes):
            remedy = "draw a deep back gate as a large rectangle"
            got = [plane.z for plane in planes]
            raise InputError("metals", f"have planes on the surface, z = {self._surface:g}, only", got, remedy)
        things = [(f"metal {m.name!r}", m.low, m.high) for m in self.finite_metals]
        things += [(f"dot {cloud.name!r}", cloud.low, cloud.high) for cloud in self.clouds]
        things += [(f"tube {tube.name!r}", tube.wire.low, tube.wire.high) for tube in self.tubes]
        sides = set()
        for name, low, high in things:
            side = tuple(bool(low[2] > plane.z) - bool(high[2] < plane.z) for plane in planes)
            if 0 in side:
                raise InputError("metals", "leave everything clear of the planes", f"{name} on or across one")
            sides.add(side)
        if len(sides) > 1 or (len(planes) == 2 and sides - {(1, -1)}):
            where = "between the two planes" if len(planes) == 2 else "on one side of the plane"
            raise InputError("metals", f"leave everything {where}, which screens the other side", "both sides")

    @property
    def _surface(self) -> float:
        """Height of the surface on which gates lie."""
        return self.medium.thickness if isinstance(self.medium, OxideStack) else 0.0

    def _check_medium(self) -> None:
        if isinstance(self.medium, Vacuum):
            return
        for metal in self.finite_metals:
            if metal.high[2] <= 0:
                continue
            got = f"{metal.name!r} up to {metal.high[2]:g} nm"
            if not isinstance(self.medium, OxideStack):
                raise InputError("metals", "lie at z ≤ 0 in a half space", got)
            if not metal.low[2] == metal.high[2] == self._surface:
                expected = f"be sheets on the oxide, z = {self._surface:g}, or lie at z ≤ 0"
                raise InputError("metals", expected, got, "z counts from below the oxide upwards")
        for argument, cloud in [("clouds", c) for c in self.clouds] + [("metals", tube.wire) for tube in self.tubes]:
            if cloud.high[2] >= 0:
                got = f"{cloud.name!r} up to z = {cloud.high[2]:g} nm"
                raise InputError(argument, "lie in the dielectric, z < 0", got, "z counts from the surface upwards")

    def _check_metals(self) -> None:
        for metal in self.finite_metals:
            for a, b in combinations(metal.rectangles, 2):
                if a.normal == b.normal and _overlap((a.low, a.high), (b.low, b.high), a.normal):
                    raise InputError("metals", "have sheets that do not overlap", f"two of {metal.name!r} that do")
            for surface, part in combinations((*metal.surfaces, *metal.rectangles), 2):
                if not isinstance(surface, Rectangle) and contact.overlap(surface, part):
                    raise InputError("metals", "have surfaces that do not overlap", f"two of {metal.name!r} that do")
        for one, other in combinations(self.finite_metals, 2):
            touching = any(_touch((a.low, a.high), (b.low, b.high)) for a in one.rectangles for b in other.rectangles)
            touching |= any(contact.touch(a, b) for a in one.surfaces for b in other.parts)
            touching |= any(contact.touch(a, b) for a in other.surfaces for b in one.rectangles)
            nested = any(m.solid and _inside((n.low, n.high), (m.low, m.high)) for m, n in ((one, other), (other, one)))
            if touching or nested:
                got = f"{one.name!r} and {other.name!r}"
                remedy = "leave a gap, or draw one metal of several parts"
                raise InputError("metals", "neither touch nor overlap", got, remedy)

    def _check_cloud(self, cloud: Cloud, argument: str, remedy: str) -> None:
        radius = cloud.radius if isinstance(cloud, WireDot) else 0.0
        for metal in self.finite_metals:
            solid = metal.solid and _touch((cloud.low, cloud.high), (metal.low, metal.high))
            reached = any(_reaches(cloud, sheet, radius) for sheet in metal.rectangles)
            if solid or reached or any(contact.reaches(cloud, surface, radius) for surface in metal.surfaces):
                raise InputError(argument, "keep clear of metal", f"{cloud.name!r} in {metal.name!r}", remedy)
        for plane in self.planes:
            if min(abs(cloud.low[2] - plane.z), abs(cloud.high[2] - plane.z)) <= radius:
                raise InputError(argument, "keep clear of metal", f"{cloud.name!r} in the plane {plane.name!r}")

    def _check_wire(self, wire: WireDot, wires: tuple[WireDot, ...]) -> None:
        """Metal on a wire has its tube for itself."""
        frozen = [cloud for cloud in self.frozen if self._meets(wire, cloud)]
        metal = [other for other in wires if other is not wire and overlap(wire, other)]
        for other in (*frozen, *metal):
            got = f"{wire.name!r}, which is metallic, and {other.name!r} that do"
            remedy = "shorten them, or move them apart"
            raise InputError("clouds", "have metallic dots and tubes that overlap no other", got, remedy)

    @staticmethod
    def _meets(wire: WireDot, cloud: Cloud) -> bool:
        if isinstance(cloud, WireDot):
            return overlap(wire, cloud)
        flat = Rectangle(x=(cloud.low[0], cloud.high[0]), y=(cloud.low[1], cloud.high[1]), z=cloud.centre[2])
        return _reaches(wire, flat, wire.radius)


def layout_of(argument: str, value: Any) -> Layout:
    """A layout, or an InputError."""
    return member(argument, value, Layout)


def _shape(entry: Any) -> dict[str, Any]:
    """Which shape a cloud on a wire has, since its length alone does not say."""
    return {"density": type(entry.shape).__name__} if isinstance(entry, WireDot) else {}


def _touch(first: Box, second: Box) -> bool:
    """Whether two closed boxes have a point in common."""
    return all(first[0][k] <= second[1][k] and second[0][k] <= first[1][k] for k in range(3))


def _overlap(first: Box, second: Box, normal: int) -> bool:
    """Whether two sheets in parallel planes cover an area together."""
    if first[0][normal] != second[0][normal]:
        return False
    return all(first[0][k] < second[1][k] and second[0][k] < first[1][k] for k in range(3) if k != normal)


def _inside(inner: Box, outer: Box) -> bool:
    return all(outer[0][k] <= inner[0][k] and inner[1][k] <= outer[1][k] for k in range(3))


def _reaches(cloud: Cloud, sheet: Rectangle, radius: float) -> bool:
    """Whether a cloud comes within `radius` of a sheet: by its box, or along its line where this is tilted."""
    low, high = np.array(sheet.low) - radius, np.array(sheet.high) + radius
    if isinstance(cloud, PlaneDot):
        return _touch((cloud.low, cloud.high), (sheet.low, sheet.high))
    start = np.array(cloud.centre) - cloud.shape.edge * cloud.axis
    return _crosses(start, 2 * cloud.shape.edge * cloud.axis, low, high)


def _crosses(start: FloatArray, step: FloatArray, low: FloatArray, high: FloatArray) -> bool:
    """Whether start + s step, 0 ≤ s ≤ 1, has a point within a closed box."""
    first, last = 0.0, 1.0
    for k in range(3):
        if step[k] == 0:
            if not low[k] <= start[k] <= high[k]:
                return False
            continue
        one, other = (low[k] - start[k]) / step[k], (high[k] - start[k]) / step[k]
        first, last = max(first, min(one, other)), min(last, max(one, other))
    return bool(first <= last)
