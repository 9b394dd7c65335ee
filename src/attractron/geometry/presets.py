"""Layouts that are known: the crossed nanotubes of Hamo et al. (2016)."""

from typing import Any

from attractron.core.checks import positive
from attractron.core.units import Length
from attractron.geometry.clouds import ParticleInABox, Shape, WireDot
from attractron.geometry.layout import Layout
from attractron.geometry.metals import Metal, Plane, contacts, gate_array

SYSTEM = ("V_bL", "V_L", "V_C", "V_R", "V_bR")
POLARIZER = ("P_1", "P_2", "P_3", "P_4", "P_5")


def crossed_nanotubes(
    *,
    distance: Length = 125.0,
    height: Length = 130.0,
    polarizer_height: Length = 130.0,
    dot: Length = 400.0,
    spacing: Length = 400.0,
    top_distance: Length = 400.0,
    shape: Shape | None = None,
    radius: Length = 1.5,
    pitch: Length = 200.0,
    width: Length = 150.0,
    length: Length = 3000.0,
    suspended: Length = 1000.0,
    depth: Length = 1000.0,
    solid_planes: bool = False,
    polarizer: bool = True,
) -> Layout:
    """Two suspended nanotubes on two chips that face each other, crossed at right angles.

    Hamo et al. give the distance of about 125 nm, dots of about 400 nm and the right angle. Everything else is
    **assumed**: the heights of the tubes over their gates, five gates a chip and their sizes, the suspended length, the
    contacts, the shape of the clouds. Neither the oxide below the gates nor the thickness of metal is there.

    The system's tube lies on x at z = 0 with dots L and R, the polarizer's on y at z = `distance` with B over the
    crossing and T aside. Gates V_bL, V_L, V_C, V_R, V_bR (V_L and V_R under the dots) and contacts S, D belong to the
    system, P_1 to P_5 and P_S, P_D to the polarizer.

    Args:
        distance: between the tubes, nm.
        height: of the system's tube over its gates, nm.
        polarizer_height: of the polarizer's tube over its own, nm.
        dot: length of each dot, nm, a particle in a box.
        spacing: from L to R, nm.
        top_distance: from B to T, nm.
        shape: of the clouds, in place of the box.
        radius: of the tubes, nm.
        pitch: of the gates, nm.
        width: of a gate, nm.
        length: of gates and contacts across the tube, nm.
        suspended: length of the tube between its contacts, nm.
        depth: of the contacts along the tube, nm.
        solid_planes: solid planes "V_G" and "P_G" in place of gates and contacts.
        polarizer: whether the polarizer's chip and dots are there.

    Returns:
        The layout.

    Raises:
        InputError: lengths that are not positive, metals that touch, a dot that reaches into a contact.

    Example:
        >>> drawn = at.geometry.crossed_nanotubes(distance=150)
        >>> drawn.dots, len(drawn.metals)
        (('L', 'R', 'T', 'B'), 14)
    """
    lengths = {
        "distance": distance,
        "height": height,
        "polarizer_height": polarizer_height,
        "spacing": spacing,
        "top_distance": top_distance,
        "length": length,
    }  # the others are checked where they are used
    for argument, value in lengths.items():
        positive(argument, value)
    density = ParticleInABox(length=dot) if shape is None else shape
    top = distance + polarizer_height

    def on_wire(name: str, centre: tuple[float, float, float], along: str) -> WireDot:
        return WireDot(name=name, centre=centre, along=along, shape=density, radius=radius)

    clouds = [on_wire("L", (-spacing / 2, 0, 0), "x"), on_wire("R", (spacing / 2, 0, 0), "x")]
    if polarizer:
        clouds += [on_wire("T", (0, top_distance, distance), "y"), on_wire("B", (0, 0, distance), "y")]
    if solid_planes:
        planes = (Plane(name="V_G", z=-height), Plane(name="P_G", z=top))
        return Layout(metals=planes[: 1 + polarizer], clouds=tuple(clouds))
    strips: dict[str, Any] = {"pitch": pitch, "width": width, "length": length}
    ledges: dict[str, Any] = {"suspended": suspended, "depth": depth, "width": length}
    middle = (0.0, top_distance / 2)
    metals: list[Metal] = [
        *gate_array(SYSTEM, z=-height, **strips),
        *contacts(("S", "D"), z=0, bottom=-height, **ledges),
    ]
    if polarizer:
        metals += gate_array(POLARIZER, z=top, along="y", centre=middle, **strips)
        metals += contacts(("P_S", "P_D"), z=distance, bottom=top, along="y", centre=middle, **ledges)
    return Layout(metals=tuple(metals), clouds=tuple(clouds))
