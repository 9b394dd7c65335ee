"""What touches a disc, a polygon or a sphere is refused; what leaves a gap is not."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.geometry import (
    Disc,
    Layout,
    Metal,
    OxideStack,
    PlaneDot,
    Polygon,
    Tube,
    Uniform,
    WireDot,
    box,
    disc,
    polygon,
    rectangle,
    sphere,
)
from attractron.geometry.outlines import area, ears, inside

CORNERS = ((0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2))
ELL = polygon("a", CORNERS, z=0)
ROUND = disc("a", centre=(0, 0), radius=1, z=0)
BALL = sphere("a", centre=(0, 0, 0), radius=10)


def at(x, y, radius, z=0.0):
    return disc("b", centre=(x, y), radius=radius, z=z)


@pytest.mark.parametrize(
    ("one", "other", "touches"),
    [
        (ROUND, at(1.5, 0, 1), True),
        (ROUND, at(2.1, 0, 1), False),
        (ROUND, at(1.5, 0, 1, z=0.2), False),
        (ROUND, at(0.1, 0, 0.2), True),
        (ROUND, rectangle("b", x=(0, 0.1), y=(-0.1, 0.1), z=0), True),
        (ROUND, rectangle("b", x=0, y=(-0.1, 0.1), z=(-1, 1)), True),
        (ROUND, rectangle("b", x=(0.8, 2), y=(0.8, 2), z=0), False),  # its box touches
        (ELL, at(1.6, 1.6, 0.5), False),
        (ELL, at(1.5, 1.4, 0.41), True),
        (ELL, polygon("b", [(1, 1), (2, 1), (2, 2)], z=0), True),
        (BALL, sphere("b", centre=(19, 0, 0), radius=10), True),
        (BALL, sphere("b", centre=(12, 12, 12), radius=10), False),
        (BALL, at(0, 0, 1), True),
        (BALL, at(0, 0, 30, z=10.1), False),
        (BALL, at(0, 0, 30, z=9.9), True),
        (BALL, at(9, 9, 2, z=9), False),
        (BALL, box("b", x=(9, 20), y=(-5, 5), z=(-5, 5)), True),
        (BALL, box("b", x=(-20, 20), y=(-20, 20), z=(-20, 20)), True),
    ],
)
def test_metals(one, other, touches):
    if touches:
        for metals in ((one, other), (other, one)):
            with pytest.raises(InputError, match=r"neither touch nor overlap: got '.' and '.'; leave a gap"):
                Layout(metals=metals)
    else:
        Layout(metals=(one, other))


def wire(centre, length, along="x"):
    return WireDot(name="w", centre=centre, along=along, shape=Uniform(length=length), radius=1.5)


@pytest.mark.parametrize(
    ("metal", "dot", "touches"),
    [
        (BALL, wire((0, 0, 11), 20), True),
        (BALL, wire((0, 0, 11.6), 20), False),
        (BALL, wire((0, 0, 0), 5), True),
        (at(0, 0, 50), wire((0, 0, 0), 20), True),
        (at(0, 0, 50), wire((0, 0, 3), 20), False),
        (at(0, 0, 50), wire((0, 0, 0), 20, (0, 0.1, 1)), True),
        (at(0, 0, 50), PlaneDot(name="w", centre=(60, 0, 0), rms=5), True),
        (at(0, 0, 50), PlaneDot(name="w", centre=(60, 60, 0), rms=5), False),
        (at(0, 0, 50), PlaneDot(name="w", centre=(0, 0, -1), rms=5), False),
        (polygon("b", [(100 * x, 100 * y) for x, y in CORNERS], z=0), wire((150, 150, 0), 50), False),
        (polygon("b", [(100 * x, 100 * y) for x, y in CORNERS], z=0), wire((150, 101, 0), 50), True),
    ],
)
def test_dots(metal, dot, touches):
    if touches:
        with pytest.raises(InputError, match="keep clear of metal: got 'w' in '"):
            Layout(metals=(metal,), clouds=(dot,))
    else:
        Layout(metals=(metal,), clouds=(dot,))


def test_one_metal_and_tubes():
    ell = Polygon(corners=CORNERS, z=0)
    Layout(metals=(Metal(name="a", surfaces=(ell, Polygon(corners=((1, 1), (2, 1), (2, 2)), z=0))),))
    with pytest.raises(InputError, match="surfaces that do not overlap: got two of 'a'"):
        Layout(metals=(Metal(name="a", surfaces=(ell, Disc(centre=(1, 1), radius=0.2, z=0))),))
    with pytest.raises(InputError, match="'lead' in 'a'; leave a gap"):
        Layout(metals=(BALL, Tube(name="lead", start=(0, 0, 0), stop=(90, 0, 0))))
    with pytest.raises(InputError, match="be sheets on the oxide"):
        Layout(metals=(BALL,), medium=OxideStack(substrate=11.7, oxide=3.9, thickness=10))


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ([(0, 0), (1, 1)], "at least three: got 2"),
        ([(0, 0), (1, 1), (1, 0), (0, 1)], "neither cross nor touch"),
        ([(0, 0), (1, 0), (1, 0), (0, 1)], "neither cross nor touch"),
        ([(0, 0), (2, 0), (1, 0)], "neither cross nor touch"),
        ([(0, 0), (2, 0), (2, 2), (1, 0), (0, 2)], "neither cross nor touch"),
        ([(0, 0), (2, 0), "a"], "two numbers"),
        ([(0, 0), (2, 0), (1, np.nan)], "finite"),
        ("abc", "points"),
    ],
)
def test_what_is_no_polygon(corners, words):
    with pytest.raises(InputError, match=words):
        polygon("p", corners, z=0)


def test_what_is_no_disc_sphere_or_metal():
    for make in (lambda: at(0, 0, 0), lambda: sphere("s", centre=(0, 0, 0), radius=-1)):
        with pytest.raises(InputError, match="positive"):
            make()
    for make in (lambda: sphere("s", centre=(0, 0), radius=1), lambda: disc("d", centre=3, radius=1, z=0)):
        with pytest.raises(InputError, match=r"numbers \(x, y"):
            make()
    with pytest.raises(InputError, match=r"surfaces\[0\]` must be a Disc"):
        Metal(name="a", surfaces=("disc",))
    with pytest.raises(InputError, match="at least one"):
        Metal(name="a")


@pytest.mark.parametrize("seed", range(5))
def test_triangles_cover_an_outline(seed):
    """Stars with corners in and out: as much area, and all points of triangles inside."""
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * (np.arange(12) + rng.uniform(0, 0.8, 12)) / 12
    corners = rng.uniform(0.2, 1, 12)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    triangles, free = ears(corners[:: rng.choice([1, -1])])
    assert sum(area(each) for each in triangles) == pytest.approx(area(corners), rel=1e-12)
    assert free.sum() == 12
    assert inside(triangles.mean(axis=1), corners).all()
