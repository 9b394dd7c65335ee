"""Any drawing, sheet by sheet and dot by dot (`layout`), with the questions of drawn devices."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Any, Literal

from attractron.core.checks import non_negative
from attractron.core.errors import InputError
from attractron.core.units import Length, Number, Unit
from attractron.geometry import (
    Gaussian,
    HalfSpace,
    Layout,
    Metal,
    OxideStack,
    ParticleInABox,
    Plane,
    PlaneDot,
    Uniform,
    Vacuum,
    WireDot,
    box,
    disc,
    polygon,
    rectangle,
    sphere,
)
from attractron.geometry.clouds import Cloud
from attractron.geometry.media import Medium
from attractron.studies.kinds.drawn import OPTIONS, drawn_kind
from attractron.studies.kinds.drawn_device import Drawn
from attractron.studies.schemas import table_of

Lengths = Annotated[float | tuple[float, ...], Unit("nm")]
"""A number, [from, to], or [x, y, z]."""


@dataclass(frozen=True, kw_only=True)
class Conductor:
    """A gate or a contact.

    Of its sides x, y and z one is a number and two are [from, to]; a solid box has three of them. Or a disc has a
    `centre` [x, y], a `radius` and z, a ball a `centre` [x, y, z] and a `radius`, a sheet of any outline `corners`
    [[x, y], …] and z.
    """

    x: Lengths | None = None
    y: Lengths | None = None
    z: Lengths | None = None
    centre: Lengths | None = None
    radius: Length | None = None
    corners: tuple[Lengths, ...] | None = None
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
    gates: Mapping[str, Conductor] = {},
    planes: Mapping[str, SolidPlane] = {},
    permittivity: Number = 1.0,
    oxide: Length = 0.0,
    oxide_permittivity: Number = 9.0,
) -> Layout:
    """The layout of these tables; a permittivity fills z < 0, an oxide on it carries the gates.

    Raises:
        InputError: what `Layout` refuses, a dot without a size or with two, a gate of no shape or of two.
    """
    metals: list[Any] = [_at("gates", _metal, *entry) for entry in gates.items()]
    metals += [Plane(name=name, z=plane.z, grounded=plane.grounded) for name, plane in planes.items()]
    medium: Medium = Vacuum() if permittivity == 1 else HalfSpace(permittivity=permittivity)
    if non_negative("oxide", oxide):
        medium = OxideStack(substrate=permittivity, oxide=oxide_permittivity, thickness=oxide)
    return Layout(
        metals=tuple(metals), clouds=tuple(_at("dots", _cloud, *entry) for entry in dots.items()), medium=medium
    )


def _at(place: str, make: Callable[[str, Any], Any], name: str, described: Any) -> Any:
    """What is made of an entry of a table; what is wrong with it is said of that entry."""
    try:
        return make(name, described)
    except InputError as error:
        argument = error.argument if error.argument.startswith(place) else f"{place}.{name}.{error.argument}"
        raise InputError(argument, error.expected, error.got, error.remedy) from None


def _metal(name: str, gate: Conductor) -> Metal:
    """A gate of the shape that its keys describe."""
    keys = ("x", "y", "z", "centre", "radius", "corners")
    given: dict[str, Any] = {key: getattr(gate, key) for key in keys if getattr(gate, key) is not None}
    match sorted(given):
        case ["x", "y", "z"]:
            solid = all(isinstance(side, tuple) for side in given.values())
            return (box if solid else rectangle)(name, **given, grounded=gate.grounded)
        case ["centre", "radius", "z"]:
            return disc(name, **given, grounded=gate.grounded)
        case ["centre", "radius"]:
            return sphere(name, **given, grounded=gate.grounded)
        case ["corners", "z"]:
            return polygon(name, given["corners"], z=given["z"], grounded=gate.grounded)
    expected = "have x, y and z; or centre, radius and z; or centre and radius; or corners and z"
    raise InputError(f"gates.{name}", expected, ", ".join(given) or "none of them")


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


TABLES: dict[str, type] = {"gates": Conductor, "planes": SolidPlane, "dots": Dot}
"""Tables whose numbers are lengths."""


def _made(**given: Any) -> Drawn:
    own = {name: given.pop(name) for name in OPTIONS if name in given}
    tables = {name: {key: asdict(each) for key, each in given.pop(name, {}).items()} for name in TABLES}
    numbers = dict(_numbers(tables, ""))
    return Drawn(draw=partial(_rebuilt, tables, given), lengths=numbers, defaults={}, **own)


def _numbers(value: Any, place: str) -> Iterator[tuple[str, float]]:
    """Place → number, of all lengths that a drawing has: "dots.B.centre.2"."""
    if isinstance(value, dict | tuple):
        for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _numbers(entry, f"{place}.{key}" if place else str(key))
    elif isinstance(value, float) and not isinstance(value, bool):
        yield place, value


def _rebuilt(tables: Mapping[str, Any], beside: Mapping[str, Any], **numbers: float) -> Layout:
    """The layout of these tables with numbers at their places."""
    found: dict[str, Any] = {
        name: {key: kind(**_with(tables[name][key], f"{name}.{key}", numbers)) for key in tables[name]}
        for name, kind in TABLES.items()
    }
    return built(**found, **beside)


def _with(value: Any, place: str, numbers: Mapping[str, float]) -> Any:
    if isinstance(value, dict):
        return {key: _with(entry, f"{place}.{key}", numbers) for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(_with(entry, f"{place}.{n}", numbers) for n, entry in enumerate(value))
    return numbers.get(place, value)


_TABLE = table_of(built, **OPTIONS)
_TABLE.made_by = (_made,)

LAYOUT = drawn_kind("layout", "any drawing: gates, medium and dots of your own; does it pair?", _TABLE, lengths=None)
