"""Layouts that are known: the crossed nanotubes of Hamo et al. (2016), and dots below the gates of a semiconductor."""

from typing import Any

import numpy as np

from attractron.core.checks import finite, non_negative, positive
from attractron.core.errors import InputError
from attractron.core.units import Length
from attractron.geometry.clouds import ParticleInABox, PlaneDot, Shape, WireDot
from attractron.geometry.layout import Layout
from attractron.geometry.media import HalfSpace, Medium, OxideStack
from attractron.geometry.metals import Metal, Plane, contacts, gate_array, rectangle

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
    shift_x: Length = 0.0,
    shift_y: Length = 0.0,
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
        shift_x: by which the polarizer's chip is misplaced along the system's tube, nm.
        shift_y: by which it is misplaced along its own tube, towards T, nm.
        solid_planes: solid planes "V_G" and "P_G" in place of gates and contacts; `pitch`, `width`, `length`,
            `suspended` and `depth` are without effect then.
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
        clouds += [
            on_wire("T", (shift_x, top_distance + shift_y, distance), "y"),
            on_wire("B", (shift_x, shift_y, distance), "y"),
        ]
    if solid_planes:
        planes = (Plane(name="V_G", z=-height), Plane(name="P_G", z=top))
        return Layout(metals=planes[: 1 + polarizer], clouds=tuple(clouds))
    strips: dict[str, Any] = {"pitch": pitch, "width": width, "length": length}
    ledges: dict[str, Any] = {"suspended": suspended, "depth": depth, "width": length}
    middle = (shift_x, top_distance / 2 + shift_y)
    metals: list[Metal] = [
        *gate_array(SYSTEM, z=-height, **strips),
        *contacts(("S", "D"), z=0, bottom=-height, **ledges),
    ]
    if polarizer:
        metals += gate_array(POLARIZER, z=top, along="y", centre=middle, **strips)
        metals += contacts(("P_S", "P_D"), z=distance, bottom=top, along="y", centre=middle, **ledges)
    return Layout(metals=tuple(metals), clouds=tuple(clouds))


def matched_nanotubes(*, distance: Length = 125.0, polarizer: bool = True) -> Layout:
    """Crossed nanotubes with assumed lengths for which W and 2Δ of Hamo et al. come out, both within 2.5 %.

    The system's tube is 149 nm over its gates, the polarizer's 200 nm, dots are boxes of 300 nm, T is 500 nm from B.
    Two measured numbers (W = 0.83 meV without the polarizer, 2Δ = 1.58 meV) do not fix four lengths: other ones do as
    well.

    Args:
        distance: between the tubes, nm.
        polarizer: whether the polarizer's chip and dots are there.

    Returns:
        The layout, with the names of `crossed_nanotubes`.

    Example:
        >>> at.geometry.matched_nanotubes().clouds[2].centre
        (0.0, 500.0, 125.0)
    """
    return crossed_nanotubes(
        distance=distance, height=149.0, polarizer_height=200.0, dot=300.0, top_distance=500.0, polarizer=polarizer
    )


def planar_gaas(
    *,
    spacing: Length = 260.0,
    side: Length = 170.0,
    top_distance: Length = 260.0,
    depth: Length = 90.0,
    rms: Length = 25.0,
    gate_width: Length = 80.0,
    setback: Length = 60.0,
    reach: Length = 600.0,
    permittivity: float = 12.9,
    solid_plane: bool = False,
) -> Layout:
    """Dots L and R, and an island of T and B, in the electron gas below nine gates on gallium arsenide.

    All lengths are **assumed**: they are those of usual devices, of none in particular. L and R are at y = 0, B in
    front of both, T behind B. Gates V_L, V_R end before their dots, V_C between them, V_B between B and T, V_T behind
    T; V_bL, V_bR, V_b1 and V_b2 are barriers from both sides. Other gates' sizes follow from `gate_width` and
    `setback`. There is no doping and no back gate: part of the charge ends at infinity.

    Args:
        spacing: from L to R, nm.
        side: from L, and from R, to B, nm.
        top_distance: from B to T, nm.
        depth: of the electron gas, nm.
        rms: standard deviation of the round clouds, nm.
        gate_width: of V_L and V_R, nm.
        setback: from the middle of a dot to the end of its gate, nm.
        reach: how far gates extend from the middle, nm.
        permittivity: of the semiconductor.
        solid_plane: one gate "V_G" that covers the surface, in place of the nine; `gate_width`, `setback` and `reach`
            are without effect then.

    Returns:
        The layout.

    Raises:
        InputError: `side` not above half of `spacing`, gates that touch, lengths that are not positive.

    Example:
        >>> drawn = at.geometry.planar_gaas()
        >>> drawn.dots, drawn.gates
        (('L', 'R', 'T', 'B'), ('V_L', 'V_R', 'V_C', 'V_B', 'V_T', 'V_bL', 'V_bR', 'V_b1', 'V_b2'))
    """
    medium = HalfSpace(permittivity=finite("permittivity", permittivity))
    return _planar(
        medium, 0.0, spacing, side, top_distance, depth, rms, gate_width, setback, reach, solid_plane=solid_plane
    )


def planar_silicon(
    *,
    spacing: Length = 110.0,
    side: Length = 75.0,
    top_distance: Length = 110.0,
    depth: Length = 45.0,
    rms: Length = 11.0,
    gate_width: Length = 36.0,
    setback: Length = 28.0,
    reach: Length = 300.0,
    permittivity: float = 13.0,
    oxide: Length = 0.0,
    oxide_permittivity: float = 9.0,
    solid_plane: bool = False,
) -> Layout:
    """The dots and gates of `planar_gaas`, in a silicon well between silicon-germanium, with smaller lengths.

    All lengths are **assumed**. Electrons in silicon are heavier (0.19 electron masses in the plane of the well), so
    that dots are smaller.

    Args:
        spacing, side, top_distance, depth, rms, gate_width, setback, reach, permittivity, solid_plane: as for
            `planar_gaas`.
        oxide: thickness of the oxide below the gates, nm; 0 for none.
        oxide_permittivity: of the oxide, by default alumina's.

    Returns:
        The layout.

    Raises:
        InputError: as for `planar_gaas`.

    Example:
        >>> at.geometry.planar_silicon().clouds[0].centre
        (-55.0, 0.0, -45.0)
    """
    medium: Medium = HalfSpace(permittivity=finite("permittivity", permittivity))
    if non_negative("oxide", oxide):
        medium = OxideStack(substrate=permittivity, oxide=oxide_permittivity, thickness=oxide)
    return _planar(
        medium, oxide, spacing, side, top_distance, depth, rms, gate_width, setback, reach, solid_plane=solid_plane
    )


def _planar(
    medium: Medium,
    surface: Length,
    spacing: Length,
    side: Length,
    top_distance: Length,
    depth: Length,
    rms: Length,
    gate_width: Length,
    setback: Length,
    reach: Length,
    *,
    solid_plane: bool,
) -> Layout:
    """Dots below z = 0 and gates on a surface; lengths as for `planar_gaas`."""
    lengths = {
        "spacing": spacing,
        "side": side,
        "top_distance": top_distance,
        "depth": depth,
        "gate_width": gate_width,
        "setback": setback,
        "reach": reach,
    }  # the others are checked where they are used
    for argument, value in lengths.items():
        positive(argument, value)
    if side <= spacing / 2:
        raise InputError("side", f"be above half of the spacing, {spacing / 2:g} nm", f"{side:g} nm")
    half, front = spacing / 2, float(np.sqrt(side**2 - (spacing / 2) ** 2))
    back = front + top_distance
    places = {"L": (-half, 0.0), "R": (half, 0.0), "T": (0.0, back), "B": (0.0, front)}
    clouds = tuple(PlaneDot(name=name, centre=(x, y, -depth), rms=rms) for name, (x, y) in places.items())
    if solid_plane:
        return Layout(metals=(Plane(name="V_G", z=surface),), clouds=clouds, medium=medium)
    far, wide, thick = 1.5 * setback, 0.625 * gate_width, gate_width / 2
    rows = (front + 5 / 6 * setback, front + 2 * setback)
    drawn = {
        "V_L": ((-half - thick, -half + thick), (-reach, -setback)),
        "V_R": ((half - thick, half + thick), (-reach, -setback)),
        "V_C": ((-0.75 * thick, 0.75 * thick), (-reach, -far)),
        "V_B": ((-wide, wide), (front + setback, front + setback + gate_width)),
        "V_T": ((-wide, wide), (back + 7 / 6 * setback, 1.5 * reach)),
        "V_bL": ((-reach, -half - far), (-wide, wide)),
        "V_bR": ((half + far, reach), (-wide, wide)),
        "V_b1": ((-reach, -far), rows),
        "V_b2": ((far, reach), rows),
    }
    metals = tuple(rectangle(name, x=x, y=y, z=surface) for name, (x, y) in drawn.items())
    return Layout(metals=metals, clouds=clouds, medium=medium)
