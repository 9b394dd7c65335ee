"""Any drawing, sheet by sheet and dot by dot (`layout`), with the questions of drawn devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from attractron.core.errors import InputError
from attractron.core.units import Length, Number, Unit
from attractron.geometry import (
    Gaussian,
    HalfSpace,
    Layout,
    ParticleInABox,
    Plane,
    PlaneDot,
    Uniform,
    Vacuum,
    WireDot,
    box,
    rectangle,
)
from attractron.geometry.clouds import Cloud
from attractron.studies.kinds.drawn import OPTIONS, drawn_kind
from attractron.studies.kinds.drawn_device import Drawn
from attractron.studies.schemas import table_of

Lengths = Annotated[float | tuple[float, ...], Unit("nm")]
"""A number, [from, to], or [x, y, z]."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A gate or a contact: one of its sides a number, two [from, to]; a solid box with three of them."""

    x: Lengths
    y: Lengths
    z: Lengths
    grounded: bool = False


@dataclass(frozen=True, kw_only=True)
class SolidPlane:
    """An infinite plane."""

    z: Length
    grounded: bool = False


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A dot on a wire (`along`), of a length or Gaussian (`rms`), or a round one in a plane (`rms` alone)."""

    centre: Lengths
    along: Literal["x", "y", "z"] | None = None
    length: Length | None = None
    rms: Length | None = None
    density: Literal["box", "uniform"] = "box"
    radius: Length = 1.5


def built(
    *,
    dots: Mapping[str, Dot],
    gates: Mapping[str, Sheet] = {},
    planes: Mapping[str, SolidPlane] = {},
    permittivity: Number = 1.0,
) -> Layout:
    """The layout of these tables; a permittivity fills z < 0.

    Raises:
        InputError: what `Layout` refuses, a dot without a size or with two.
    """
    metals: list[Any] = []
    for name, sheet in gates.items():
        sides: dict[str, Any] = {"x": sheet.x, "y": sheet.y, "z": sheet.z}
        solid = all(isinstance(side, tuple) for side in sides.values())
        metals.append((box if solid else rectangle)(name, **sides, grounded=sheet.grounded))
    metals += [Plane(name=name, z=plane.z, grounded=plane.grounded) for name, plane in planes.items()]
    medium = Vacuum() if permittivity == 1 else HalfSpace(permittivity=permittivity)
    return Layout(metals=tuple(metals), clouds=tuple(_cloud(name, dot) for name, dot in dots.items()), medium=medium)


def _cloud(name: str, dot: Dot) -> Cloud:
    if (dot.length is None) == (dot.rms is None) or (dot.along is None and dot.rms is None):
        expected = "have a length or an rms on a wire (`along`), an rms in a plane"
        raise InputError(f"dots.{name}", expected, f"length {dot.length}, rms {dot.rms}, along {dot.along}")
    centre: Any = dot.centre
    if dot.along is None:
        assert dot.rms is not None
        return PlaneDot(name=name, centre=centre, rms=dot.rms)
    shape: Any = Gaussian(rms=dot.rms) if dot.rms is not None else None
    if dot.length is not None:
        shape = (Uniform if dot.density == "uniform" else ParticleInABox)(length=dot.length)
    return WireDot(name=name, centre=centre, along=dot.along, shape=shape, radius=dot.radius)


def _made(**given: Any) -> Drawn:
    own = {name: given.pop(name) for name in OPTIONS if name in given}
    return Drawn(draw=partial(built, **given), lengths={}, defaults={}, **own)


_TABLE = table_of(built, **OPTIONS)
_TABLE.made_by = (_made,)

LAYOUT = drawn_kind(
    "layout", "any drawing: gates, medium and dots of your own; does it pair?", _TABLE, lengths=(), gates=None
)
