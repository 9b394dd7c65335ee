"""Tubes: the same as metallic wires that are held at a potential, and nearly the same as thin boxes."""

from dataclasses import replace

import numpy as np
import pytest

from attractron.core.constants import E_SQUARED
from attractron.core.errors import InputError
from attractron.geometry import (
    HalfSpace,
    Layout,
    Metallic,
    ParticleInABox,
    Plane,
    PlaneDot,
    Tube,
    WireDot,
    box,
    crossed_nanotubes,
    device,
    electrostatics,
    relaxed,
    sensitivities,
)

DOTS = (PlaneDot(name="L", centre=(-60, 0, 0), rms=15), PlaneDot(name="R", centre=(60, 0, 0), rms=15))
TUBE = Tube(name="G", start=(0, -200, 20), stop=(0, 200, 20), radius=5.9, segments=24)
BACK = Plane(name="back", z=-90)


def test_a_tube_is_a_metallic_wire_that_is_held():
    """Alone over a plane: its capacitance is e² over the repulsion of the same wire when it floats."""
    held = electrostatics(Layout(metals=(TUBE, BACK)), method="images")
    dot = WireDot(name="G", centre=(0, 0, 20), along="y", shape=Metallic(length=400), radius=5.9)
    floats = electrostatics(Layout(metals=(BACK,), clouds=(dot,)), method="images")
    assert held["capacitance"].item() == pytest.approx(E_SQUARED / floats["repulsion"].item(), rel=1e-12)
    assert Layout(metals=(TUBE, BACK)).gates == ("G", "back")


def test_a_tube_is_about_a_thin_box():
    """A square of side s is a circle of radius 0.59 s, up to the square of radius / distance."""
    square = box("G", x=(-5, 5), y=(-200, 200), z=(15, 25))
    found, other = (electrostatics(Layout(metals=(metal,), clouds=DOTS)) for metal in (TUBE, square))
    assert found["repulsion"].values[0, 1] == pytest.approx(other["repulsion"].values[0, 1], rel=0.01)
    assert found["lever_arm"].values == pytest.approx(other["lever_arm"].values, rel=0.01)
    bare = electrostatics(Layout(clouds=DOTS))
    assert found["repulsion"].values[0, 1] < 0.95 * bare["repulsion"].values[0, 1]


def test_lever_arms_of_tubes_stand_between_those_of_gates_and_planes():
    """With metallic dots, a box and a plane: all charge is somewhere, and gates have their own."""
    side = box("S", x=(150, 200), y=(-50, 50), z=(-20, 20))
    drawn = Layout(metals=(TUBE, BACK, side), clouds=DOTS)
    found = electrostatics(drawn, resolution=0.6)
    assert drawn.held == ("S", "G", "back")
    assert list(found["gate"].values) == ["G", "back", "S"]
    assert abs(found["missing_charge"]).max() < 1e-9
    assert found["lever_arm"].sel(gate="S", dot="R") > 2 * found["lever_arm"].sel(gate="S", dot="L")
    assert found["lever_arm"].sel(gate="G", dot="R").item() == pytest.approx(
        found["lever_arm"].sel(gate="G", dot="L").item(), rel=0.1
    )
    metal = WireDot(name="M", centre=(-130, 0, 20), along="y", shape=Metallic(length=100))
    mixed = electrostatics(replace(drawn, clouds=(*DOTS, metal)), resolution=0.6)
    assert list(mixed["metal"].values) == ["S", "M", "G"]
    assert abs(mixed["missing_charge"]).max() < 1e-9
    assert mixed["lever_arm"].sel(gate="G", dot="M") > 0
    assert set(device(mixed, islands=()).gates) == {"G", "back", "S"}


def test_lead_parts_of_a_nanotube_screen():
    drawn = crossed_nanotubes(solid_planes=True)
    ends = [Tube(name=f"lead {s}", start=(s * 402, 0, 0), stop=(s * 498, 0, 0), grounded=True) for s in (-1, 1)]
    bare, with_leads = (
        electrostatics(replace(drawn, metals=(*drawn.metals, *more)), method="images") for more in ((), ends)
    )
    change = with_leads["repulsion"] - bare["repulsion"]
    assert (change < 0).all()
    assert abs(change.sel(dot="L", dot_2="R").item()) < 0.05 * bare["repulsion"].sel(dot="L", dot_2="R").item()
    assert list(with_leads["gate"].values) == list(bare["gate"].values)


def lead_at(gap: float) -> Layout:
    shape = ParticleInABox(length=200)
    places = {"L": (-150, 0, 0), "R": (150, 0, 0), "T": (0, 400, 80), "B": (0, 0, 80)}
    dots = tuple(WireDot(name=name, centre=at, along="x", shape=shape) for name, at in places.items())
    tube = Tube(name="lead", start=(250 + gap, 0, 0), stop=(400, 0, 0), segments=8)
    return Layout(metals=(tube, BACK), clouds=dots)


def test_derivatives_by_a_tubes_length():
    found = sensitivities(lead_at, ["gap"], fixed={"gap": 20.0}, method="images")
    up, down = (electrostatics(lead_at(gap), method="images")["repulsion"] for gap in (20.5, 19.5))
    assert found["repulsion_slope"].sel(length="gap").values == pytest.approx((up - down).values, abs=1e-6, rel=1e-3)
    assert abs(up - down).max() > 1e-5


@pytest.mark.parametrize(
    ("metals", "clouds", "options", "words"),
    [
        (
            (TUBE, Tube(name="H", start=(-50, 0, 20), stop=(50, 0, 20))),
            (),
            {},
            "'G', which is metallic, and 'H'",
        ),
        ((TUBE,), (PlaneDot(name="L", centre=(0, 0, 20), rms=9),), {}, "'G', which is metallic, and 'L'"),
        ((TUBE, box("S", x=(-9, 9), y=(190, 220), z=(0, 40))), (), {}, "'G' in 'S'; leave a gap"),
        ((TUBE, replace(TUBE, start=(0, -200, 90))), (), {}, "different names"),
        ((TUBE, Plane(name="P", z=22)), (), {}, "in the plane 'P'"),
        ((TUBE, Plane(name="P", z=50)), (PlaneDot(name="L", centre=(0, 0, 90), rms=9),), {}, "on one side"),
        ((TUBE,), (), {"medium": HalfSpace(permittivity=4)}, "z < 0"),
    ],
)
def test_tubes_that_cannot_be(metals, clouds, options, words):
    with pytest.raises(InputError, match=words):
        Layout(metals=metals, clouds=clouds, **options)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stop": (0, -200, 20)}, "another point"),
        ({"radius": 0}, "positive"),
        ({"segments": 400}, "longer than the wire's radius"),
        ({"start": (0, 0)}, "three numbers"),
        ({"name": ""}, "a name"),
    ],
)
def test_what_is_no_tube(fields, words):
    with pytest.raises(InputError, match=words):
        replace(TUBE, **fields)


def test_nothing_relaxes_beside_a_tube():
    with pytest.raises(InputError, match="no tubes: got G"):
        relaxed(Layout(metals=(TUBE,), clouds=DOTS), mass=0.1)
    assert np.isfinite(TUBE.wire.radius)
