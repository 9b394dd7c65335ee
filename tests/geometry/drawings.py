"""Drawings by named lengths, small enough for tests."""

from attractron.geometry import HalfSpace, Layout, ParticleInABox, Plane, WireDot, box, rectangle


def shallow(
    *,
    distance=100.0,
    depth=50.0,
    width=120.0,
    gap=20.0,
    dot=150.0,
    shift=0.0,
    permittivity=1.0,
    back=False,
    block=False,
):
    """Four dots in two wires under three gates, in vacuum or a dielectric; a plane behind, a block of metal beside."""
    shape = ParticleInABox(length=dot)
    clouds = [
        WireDot(name=name, centre=(x, y, -depth), along="x", shape=shape)
        for name, x, y in (("L", -90, 0), ("R", 90, 0), ("B", shift, distance), ("T", shift, distance + 300))
    ]
    edges = (-1.5 * width - gap, -width / 2, width / 2 + gap)
    metals = [rectangle(f"G{k}", x=(x, x + width), y=(-300, 300), z=0) for k, x in enumerate(edges)]
    if back:
        metals.append(Plane(name="back", z=-200))
    if block:
        metals.append(box("block", x=(-300, -200), y=(-100, 100), z=(-depth - 60, -depth - 30)))
    medium = {} if permittivity == 1 else {"medium": HalfSpace(permittivity=permittivity)}
    return Layout(metals=tuple(metals), clouds=tuple(clouds), **medium)
