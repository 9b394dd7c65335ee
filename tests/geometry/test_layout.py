"""What no layout can be, and what it says then."""

import json
import pickle
from dataclasses import replace

import pytest

from attractron.core.errors import InputError
from attractron.geometry import (
    Gaussian,
    HalfSpace,
    Layout,
    Metal,
    OxideStack,
    ParticleInABox,
    Plane,
    PlaneDot,
    Rectangle,
    Uniform,
    WireDot,
    box,
    contacts,
    crossed_nanotubes,
    gate_array,
    rectangle,
)

DOT = WireDot(name="L", centre=(0, 0, 0), along="x", shape=ParticleInABox(length=400))
GATE = rectangle("G", x=(-75, 75), y=(-300, 300), z=-100)
SOLID = box("S", x=(-75, 75), y=(-300, 300), z=(-100, -50))
LEDGES = contacts(("S", "D"), z=0, bottom=-130, suspended=350, depth=100, width=300)
STACK = OxideStack(substrate=11.7, oxide=3.9, thickness=10)
BELOW = PlaneDot(name="L", centre=(0, 0, -90), rms=25)


def test_a_layout_survives_pickling_and_is_json_safe():
    drawn = crossed_nanotubes()
    assert pickle.loads(pickle.dumps(drawn)) == drawn
    assert json.loads(json.dumps(drawn.describe()))["clouds"][0]["density"] == "ParticleInABox"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "empty layout"),
        ({"metals": (GATE, GATE)}, "different names"),
        ({"clouds": (DOT, DOT)}, "different names"),
        ({"metals": (replace(GATE, name="L"),), "clouds": (DOT,)}, "other names than the metals.*'L' for both"),
        ({"metals": (GATE, rectangle("H", x=(0, 90), y=(0, 90), z=-100))}, "'G' and 'H'; leave a gap"),
        ({"metals": (GATE, rectangle("H", x=(75, 90), y=(0, 90), z=-100))}, "neither touch nor overlap"),
        ({"metals": (GATE, rectangle("H", x=0, y=(0, 90), z=(-200, 0)))}, "neither touch nor overlap"),
        ({"metals": (SOLID, rectangle("H", x=(0, 9), y=(0, 9), z=-70))}, "neither touch nor overlap"),
        ({"metals": (Metal(name="G", rectangles=GATE.rectangles * 2),)}, "sheets that do not overlap"),
        ({"metals": (rectangle("G", x=(-9, 9), y=(-9, 9), z=1.0),), "clouds": (DOT,)}, "'L' in 'G'"),
        ({"metals": (box("G", x=(-999, 999), y=(-9, 9), z=(-9, 9)),), "clouds": (DOT,)}, "'L' in 'G'"),
        ({"metals": LEDGES, "clouds": (DOT,)}, "'L' in 'S'; a dot is no longer than the suspended part"),
        ({"metals": (Plane(name="P", z=1.0),), "clouds": (DOT,)}, "in the plane 'P'"),
        ({"metals": (Plane(name="P", z=0.0),), "clouds": (DOT,)}, "clear of the planes"),
        ({"metals": (Plane(name="P", z=-50), GATE), "clouds": (DOT,)}, "on one side of the plane"),
        ({"metals": (Plane(name="P", z=-9), Plane(name="Q", z=-5)), "clouds": (DOT,)}, "between the two planes"),
        ({"metals": tuple(Plane(name=n, z=k) for k, n in enumerate("PQR"))}, "at most two planes"),
        ({"medium": HalfSpace(permittivity=4), "clouds": (DOT,)}, "z < 0"),
        ({"medium": STACK, "clouds": (DOT,)}, "z < 0"),
        ({"medium": STACK, "metals": (rectangle("G", x=(0, 1), y=(0, 1), z=5),)}, "on the oxide, z = 10, or"),
        ({"medium": STACK, "metals": (box("G", x=(0, 1), y=(0, 1), z=(10, 20)),)}, "on the oxide, z = 10, or"),
        ({"medium": STACK, "metals": (Plane(name="P", z=0.0),)}, "on the surface, z = 10, only"),
        ({"medium": HalfSpace(permittivity=4), "metals": (rectangle("G", x=(0, 1), y=(0, 1), z=1),)}, "z ≤ 0"),
        (
            {"medium": HalfSpace(permittivity=4), "metals": (Plane(name="P", z=-200),), "clouds": (BELOW,)},
            "z = 0, only",
        ),
        ({"medium": 12.9, "clouds": (DOT,)}, "HalfSpace"),
        ({"metals": GATE}, "tuple"),
        ({"metals": ("G",)}, "metals"),
    ],
)
def test_bad_layouts_are_refused(fields, words):
    with pytest.raises(InputError, match=words):
        Layout(**fields)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: HalfSpace(permittivity=-3.9), "at least 1"),
        (lambda: WireDot(name="L", centre=(0, 0, 0), along="x", shape=Uniform(length=9), radius=0), "radius.*positive"),
        (lambda: WireDot(name="L", centre=(0, 0), along="x", shape=Uniform(length=9)), "three numbers"),
        (lambda: WireDot(name="L", centre=(0, 0, 0), along="w", shape=Uniform(length=9)), "x, y, z or a vector"),
        (lambda: WireDot(name="L", centre=(0, 0, 0), along=(0, 0, 0), shape=Uniform(length=9)), "direction"),
        (lambda: WireDot(name="L", centre=(0, 0, 0), along="x", shape=400), "ParticleInABox"),
        (lambda: ParticleInABox(length=0), "positive"),
        (lambda: Gaussian(rms=float("nan")), "finite"),
        (lambda: PlaneDot(name="L", centre=(0, 0, 0), rms=-1), "positive"),
        (lambda: Rectangle(x=0, y=0, z=(0, 1)), "one number and two intervals"),
        (lambda: Rectangle(x=(1, 0), y=(0, 1), z=0), "rise"),
        (lambda: box("b", x=0, y=(0, 1), z=(0, 1)), "from, to"),
        (lambda: Metal(name="m", rectangles=()), "at least one"),
        (lambda: gate_array(("a", "b"), z=0, pitch=100, width=100, length=9), "below the pitch"),
        (lambda: contacts(("S", "D"), z=0, bottom=0, suspended=9, depth=9, width=9), "differ from z"),
        (lambda: crossed_nanotubes(dot=1200), "suspended part"),
        (lambda: crossed_nanotubes(distance=-10), "distance.*positive"),
        (lambda: crossed_nanotubes(distance="near"), "distance.*number"),
        (lambda: crossed_nanotubes(radius=0), "radius.*positive"),
        (lambda: Plane(name=3, z=0), "name.*be a name"),
    ],
)
def test_bad_parts_are_refused(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_a_tilted_wire_is_seen_on_its_own_line():
    """Its box touches the gate, the wire itself does not."""
    tilted = WireDot(name="L", centre=(0, 0, 0), along=(1, 1, 0), shape=Uniform(length=200))
    aside = rectangle("G", x=(30, 60), y=(-60, -30), z=0)
    assert Layout(metals=(aside,), clouds=(tilted,)).gates == ("G",)
    with pytest.raises(InputError, match="clear of metal"):
        Layout(metals=(rectangle("G", x=(30, 60), y=(30, 60), z=0),), clouds=(tilted,))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"oxide": 0.5}, "at least 1"),
        ({"thickness": 0}, "positive"),
        ({"substrate": float("nan")}, "finite"),
        ({"oxide": 1e4}, "reflect less than 0.98"),
    ],
)
def test_oxides_that_cannot_be(fields, words):
    with pytest.raises(InputError, match=words):
        OxideStack(**{"substrate": 11.7, "oxide": 3.9, "thickness": 10, **fields})
