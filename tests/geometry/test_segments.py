"""Dots of many electrons: wires and bodies that float, against exact capacitances and a reference of other code."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import dblquad

from attractron.core.constants import COULOMB, E_SQUARED
from attractron.core.errors import InputError
from attractron.dots import CapacitanceModel
from attractron.dots.capacitance import building_block_parameters, maxwell_matrix
from attractron.geometry import (
    HalfSpace,
    Layout,
    Metal,
    Metallic,
    ParticleInABox,
    Plane,
    PlaneDot,
    WireDot,
    box,
    crossed_nanotubes,
    device,
    electrostatics,
    rectangle,
    segments,
)
from attractron.geometry.images import images_of
from attractron.geometry.media import Vacuum

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())


def wire(name, x, *, length=300.0, pieces=24, along="x", z=0.0, y=0.0):
    return WireDot(name=name, centre=(x, y, z), along=along, shape=Metallic(length=length, segments=pieces))


def between(result, first, second, name="repulsion"):
    return float(result[name].sel(dot=first, dot_2=second))


@pytest.mark.thorough
@pytest.mark.parametrize("length", [300, 400])
def test_crossed_nanotubes_of_metal(length):
    """The reference has another mesh and no extrapolation, 0.3 % off; touching dots attract no longer."""
    result = electrostatics(crossed_nanotubes(shape=Metallic(length=length)))
    W, U, far = (between(result, "L", other) for other in "RBT")
    assert [W, U, far] == pytest.approx(KNOWN["metallic"][str(length)], rel=5e-3)
    assert ((U - far - W) > 0) == (length < 400)
    assert ("L and R touch" in result.attrs["validity"]) == (length == 400)
    assert "sign of Δ can change" in result.attrs["validity"]


def test_a_wire_over_a_plane():
    """Capacitance per length between two long wires, free of their ends: 1/(2 acosh(h/a)) of a round wire; the mean
    over rings, 1/√(R² + a²), is the same to a²/h²."""
    found = []
    for length in (8000.0, 16000.0):
        long = wire("L", 0, length=length, pieces=int(length / 50))
        drawn = Layout(clouds=(long,), metals=(Plane(name="back", z=-130),))
        result = electrostatics(drawn, method="images")
        found.append(result["capacitance"].item())
        assert result["lever_arm"].item() == pytest.approx(1, abs=1e-12)
    per_length = (found[1] - found[0]) / 8000 * COULOMB / E_SQUARED
    assert per_length == pytest.approx(0.09698976292246283, rel=2e-5)


def test_bodies_float_with_their_own_capacitance():
    """e²/C of a cube, C = 0.6606785 of its side, and of a square plate, 0.3667896."""
    bodies = {
        "cube": box("cube", x=(0, 50), y=(0, 50), z=(0, 50), floating=True),
        "square": rectangle("square", x=(0, 50), y=(0, 50), z=0, floating=True),
    }
    for name, body in bodies.items():
        drawn = Layout(metals=(body,))
        assert drawn.dots == drawn.metallic == (name,)
        assert drawn.gates == ()
        own = electrostatics(drawn, resolution="fine")["repulsion"].item()
        assert own == pytest.approx(COULOMB / (KNOWN["self_capacitance"][name] * 50), rel=1e-4)


def test_they_are_the_conductors_of_a_capacitance_model():
    """M = e² C⁻¹ of the dots' block of C, and a building block of the same numbers."""
    result = electrostatics(crossed_nanotubes(shape=Metallic(length=300, segments=12), solid_planes=True))
    C = result["capacitance"].sel(metal=list("LRTB"), metal_2=list("LRTB")).values
    model = CapacitanceModel(names=tuple("LRTB"), C=C, system=("L", "R"), floating=(("T", "B"),), electrons=(1,))
    assert model.repulsion == pytest.approx(result["repulsion"].values, rel=1e-9)
    W, U = (building_block_parameters(model)[name] for name in ("W", "U"))
    made = device(result)
    assert made.named()["delta"].value == pytest.approx(U)
    assert made.repulsion[0, 1] == pytest.approx(W)


def cage(name, inside, gap=4.0):
    low, high = inside
    sides = {axis: (low[k] - gap, high[k] + gap) for k, axis in enumerate("xyz")}
    return Metal(name=name, rectangles=box(name, **sides).rectangles, floating=True)


def test_a_floating_cage_passes_on_the_charge_within():
    """A dot in a closed box that floats: outside, its electron is one on the box, whatever its place (Faraday)."""
    dot = WireDot(name="D", centre=(20, 0, 0), along="x", shape=ParticleInABox(length=60))
    other = PlaneDot(name="O", centre=(300, 0, 50), rms=20)
    gate = rectangle("G", x=(-100, 200), y=(-100, 100), z=-120)
    result = electrostatics(Layout(metals=(cage("F", ((-40, -30, -30), (60, 30, 30))), gate), clouds=(dot, other)))
    assert list(result["dot"].values) == ["D", "O", "F"]
    assert between(result, "D", "O") == pytest.approx(between(result, "F", "O"), rel=2e-3)
    arms = result["lever_arm"].sel(gate="G")
    assert (arms > 0.1).any()
    assert (arms > 0).all()
    assert arms.sel(dot="D").item() == pytest.approx(arms.sel(dot="F").item(), rel=2e-3)
    assert between(result, "D", "F") == pytest.approx(between(result, "F", "F"), rel=2e-3)
    M = result["repulsion"].values
    C = maxwell_matrix(M)
    assert (C[~np.eye(3, dtype=bool)] < 1e-5 * C.max()).all()


def test_a_neutral_metal_screens_less_than_a_grounded_one():
    dots = tuple(PlaneDot(name=name, centre=(x, 0, 0), rms=20) for name, x in (("L", -60), ("R", 60)))
    lid = rectangle("F", x=(-200, 200), y=(-200, 200), z=40, floating=True)
    grounded, floating, none = (
        between(electrostatics(Layout(metals=metals, clouds=dots), resolution="coarse"), "L", "R")
        for metals in ((replace(lid, floating=False),), (lid,), ())
    )
    assert 0 < grounded < floating < none


def test_segments_by_plain_integrals():
    """Tilted wires in a dielectric half space, one pair of segments by quadrature of 1/√(R² + a²) and its image."""
    first = wire("L", 0, length=80, pieces=4, z=-60)
    second = WireDot(
        name="R", centre=(70, 30, -90), along=(1, 2, 0.5), shape=Metallic(length=60, segments=4), radius=2.5
    )
    images = images_of(HalfSpace(permittivity=4.0), ())
    found = segments.matrix((first, second), images)[1, 4 + 2]
    square = (1.5**2 + 2.5**2) / 2

    def G(v, u):
        a = np.array(first.centre) + u * first.axis
        b = np.array(second.centre) + v * second.axis
        mirror = np.array([*b[:2], -b[2]])
        return sum(w / np.sqrt((a - c) @ (a - c) + square) for w, c in ((1 / 4, b), (3 / 5 / 4, mirror)))

    value = dblquad(G, -20, 0, 0, 15, epsabs=1e-9)[0] / (20 * 15)
    assert found == pytest.approx(value, rel=1e-8)


def test_parallel_wires_by_plain_integrals():
    first, second = wire("L", 0, length=80, pieces=4), wire("R", 30, length=60, pieces=4, y=20, along=(-1, 0, 0))
    found = segments.matrix((first, second), images_of(Vacuum(), ()))
    value = dblquad(lambda v, u: 1 / np.sqrt((30 - v - u) ** 2 + 400 + 2.25), -40, -20, -15, 0)[0] / (20 * 15)
    assert found[0, 4 + 1] == pytest.approx(value, rel=1e-8)
    assert found == pytest.approx(found.T)


def test_more_segments_and_the_error_said():
    """Twice the step from half as many segments, which bounds what four times as many still change."""
    M = {}
    for number in (12, 24, 96):
        drawn = crossed_nanotubes(shape=Metallic(length=300, segments=number), polarizer=False, solid_planes=True)
        result = electrostatics(drawn, method="images")
        M[number] = [between(result, "L", "R"), between(result, "L", "L")]
        if number == 24:
            said = [between(result, "L", other, "repulsion_error") for other in "RL"]
    coarse, middle, fine = np.array(list(M.values()))
    assert said == pytest.approx(2 * abs(middle - coarse), rel=1e-9)
    assert (0.2 * np.array(said) < abs(fine - middle)).all()
    assert (abs(fine - middle) < said).all()


def test_levels_of_a_metal():
    drawn = crossed_nanotubes(shape=Metallic(length=300), polarizer=False, solid_planes=True)
    said = electrostatics(drawn, mass=0.05).attrs["validity"]
    assert "of its own repulsion; that of a metal is far below 1" in said
    assert "Frozen" not in said


TUBE = wire("L", 0)


@pytest.mark.parametrize(
    ("clouds", "metals", "words"),
    [
        ((TUBE, wire("R", 299)), (), "'L', which is metallic, and 'R' that do; shorten"),
        ((TUBE, replace(TUBE, name="R", shape=ParticleInABox(length=20))), (), "'L', which is metallic, and 'R'"),
        ((TUBE, wire("R", 100, along="y", z=2)), (), "dots and tubes that overlap no other"),
        ((TUBE, wire("R", 100, along=(1, 1, 1))), (), "dots and tubes that overlap no other"),
        ((TUBE, PlaneDot(name="R", centre=(0, 0, 0), rms=9)), (), "dots and tubes that overlap no other"),
        ((TUBE,), (rectangle("G", x=(0, 9), y=(-9, 9), z=1),), "'L' in 'G'"),
        ((TUBE,), (rectangle("L", x=(0, 9), y=(-9, 9), z=9),), "different names"),
        (
            (PlaneDot(name="F", centre=(0, 0, 0), rms=9),),
            (box("F", x=(0, 9), y=(0, 9), z=(9, 19), floating=True),),
            "names",
        ),
    ],
)
def test_dots_that_overlap_are_refused(clouds, metals, words):
    with pytest.raises(InputError, match=words):
        Layout(clouds=clouds, metals=metals)


def test_wires_that_touch_with_their_ends_or_pass_are_accepted():
    Layout(clouds=(TUBE, wire("R", 300), wire("T", 100, along="y", z=3.1), wire("B", 0, y=3.1)))


def test_what_is_no_metal():
    with pytest.raises(InputError, match="at least 4"):
        Metallic(length=300, segments=3)
    with pytest.raises(InputError, match=r"24 of 1 nm, radius 1.5"):
        wire("L", 0, length=24)
    with pytest.raises(InputError, match="is both"):
        rectangle("G", x=(0, 1), y=(0, 1), z=0, grounded=True, floating=True)
