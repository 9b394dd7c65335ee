"""Layouts against a reference of other code, solid angles and plate capacitors; what results say of themselves."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import attractron as at
from attractron.core.constants import COULOMB, E_SQUARED
from attractron.core.errors import InputError
from attractron.dots import CapacitanceModel
from attractron.dots.capacitance import maxwell_matrix
from attractron.geometry import (
    HalfSpace,
    Layout,
    Metal,
    OxideStack,
    ParticleInABox,
    Plane,
    PlaneDot,
    WireDot,
    box,
    crossed_nanotubes,
    electrostatics,
    rectangle,
)
from tests.geometry.finite_differences import repulsion_and_lever_arm

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())
DOT = WireDot(name="L", centre=(0, 0, 0), along="x", shape=ParticleInABox(length=200))
GATE = rectangle("G", x=(-75, 75), y=(-300, 300), z=-100)


@pytest.fixture(scope="module")
def crossed():
    return electrostatics(crossed_nanotubes())


def between(result, first, second, name="repulsion"):
    return float(result[name].sel(dot=first, dot_2=second))


PAIRS = {"W": ("L", "R"), "U": ("L", "B"), "far": ("L", "T"), "polarizer": ("T", "B")}


def test_crossed_nanotubes(crossed):
    """To 2e-3 as asked, and within the error said."""
    for name, pair in PAIRS.items():
        value, uncertainty = KNOWN["gates"][name]
        found, error = between(crossed, *pair), between(crossed, *pair, "repulsion_error")
        assert found == pytest.approx(value, rel=2e-3), name
        assert abs(found - value) < error + 2 * uncertainty, name
        assert error < 0.01 * value


def test_lever_arms_of_crossed_nanotubes(crossed):
    known = dict(KNOWN["lever_arms"])
    dots = known.pop("dots")
    for gate, arms in known.items():
        assert crossed["lever_arm"].sel(gate=gate, dot=dots).values == pytest.approx(arms, abs=4e-4), gate
    assert ((crossed["missing_charge"] > 0) & (crossed["missing_charge"] < 0.002)).all()


@pytest.mark.thorough
def test_crossed_nanotubes_on_a_fine_mesh():
    result = electrostatics(crossed_nanotubes(), resolution="fine")
    for name, pair in PAIRS.items():
        assert between(result, *pair) == pytest.approx(KNOWN["gates"][name][0], rel=2e-4), name


def test_the_page_says_what_comes_out(crossed, monkeypatch):
    monkeypatch.setattr(at.geometry, "electrostatics", lambda layout: crossed)
    text = (Path(__file__).parents[2] / "docs" / "geometry.md").read_text(encoding="utf-8")
    scope = {}
    exec(compile(re.search(r"```python\n(.*?)```", text, flags=re.DOTALL)[1], "geometry.md", "exec"), scope)
    for name in ("W", "pairing"):
        assert f"{scope[name]:.3f}" == re.search(rf"^{name} = .*# ([\d.]+)", text, flags=re.MULTILINE)[1]


def test_finite_differences_agree():
    """Two dots beside a gate in a grounded cage, on a grid of nodes: an independent referee."""
    cage = Metal(name="cage", rectangles=box("c", x=(0, 300), y=(0, 300), z=(0, 300)).rectangles, grounded=True)
    gate = rectangle("G", x=(60, 180), y=(90, 210), z=120)
    dots = tuple(
        WireDot(name=name, centre=(150, 150 + shift, 165), along="x", shape=ParticleInABox(length=160), radius=0.1)
        for name, shift in (("L", -45), ("R", 45))
    )
    found = electrostatics(Layout(metals=(cage, gate), clouds=dots))
    steps = np.array([20, 40, 60])
    referee = [repulsion_and_lever_arm(300, number, gate.rectangles[0], dots) for number in steps]
    # A sheet of nodes is too large by a part of a step: v + a h + b h², to h = 0.
    repulsion, arm = np.linalg.solve(np.vander(1 / steps, increasing=True), np.array(referee))[0]
    assert between(found, "L", "R") == pytest.approx(COULOMB * repulsion, rel=3e-3)
    assert found["lever_arm"].sel(gate="G", dot="L").item() == pytest.approx(arm, rel=3e-3)


def test_without_the_second_chip():
    result = electrostatics(crossed_nanotubes(polarizer=False))
    assert between(result, "L", "R") == pytest.approx(KNOWN["gates"]["W0"][0], rel=1e-3)


def test_repulsions_are_those_of_conductors(crossed):
    M = crossed["repulsion"].values
    names = tuple(crossed["dot"].values)
    model = CapacitanceModel(
        names=names, C=maxwell_matrix(M), system=("L", "R"), floating=(("T", "B"),), electrons=(1,)
    )
    assert model.repulsion == pytest.approx(M, rel=1e-9)


def test_capacitances_are_maxwells(crossed):
    C = crossed["capacitance"].values
    off = C - np.diag(np.diag(C))
    assert (C == C.T).all()
    assert (off <= 0).all()
    assert (C.sum(axis=0) > 0).all()
    assert C[0, 0] > 0


def test_two_near_plates():
    """ε0 A/d, and a little more at the edges: Kirchhoff's disc gives d/πr (ln(16πr/d) - 1) with πr² = A."""
    plates = tuple(rectangle(name, x=(0, 100), y=(0, 100), z=z) for name, z in (("a", 0.0), ("b", 2.0)))
    C = electrostatics(Layout(metals=plates), resolution=2.0)["capacitance"].values
    ideal = E_SQUARED / COULOMB * 100**2 / (4 * np.pi * 2)
    radius = 100 / np.sqrt(np.pi)
    edges = 2 / (np.pi * radius) * (np.log(16 * np.pi * radius / 2) - 1)
    assert (C[0, 0] - C[0, 1]) / 2 / ideal == pytest.approx(1 + edges, rel=0.02)


def test_a_box_within_a_cage_is_screened():
    """Whatever stands around, a dot in a closed box has all of its charge there."""
    cage = box("cage", x=(-150, 150), y=(-100, 100), z=(-80, 80))
    cage = Metal(name="cage", rectangles=cage.rectangles)  # hollow
    outside = rectangle("far", x=(-300, 300), y=(-300, 300), z=-120)
    result = electrostatics(Layout(metals=(cage, outside), clouds=(DOT,)), resolution=0.8)
    assert result["lever_arm"].sel(gate="cage").item() == pytest.approx(1, abs=2e-3)
    assert abs(result["lever_arm"].sel(gate="far").item()) < 2e-3


def test_a_gate_in_a_covered_surface_is_seen_under_its_solid_angle():
    """With all else of the surface grounded, the potential below is Ω/2π, whatever the permittivity."""
    side, gap, end, depth = 50.0, 0.1, 1000.0, 60.0
    inner, outer = side + gap, (-end, end)
    frame = [
        ((-end, -inner), outer),
        ((inner, end), outer),
        ((-side, side), (-end, -inner)),
        ((-side, side), (inner, end)),
    ]
    metals = [rectangle("G", x=(-side, side), y=(-side, side), z=0)]
    metals += [rectangle(f"ground {k}", x=x, y=y, z=0, grounded=True) for k, (x, y) in enumerate(frame)]
    dot = PlaneDot(name="D", centre=(0, 0, -depth), rms=1)
    drawn = Layout(metals=tuple(metals), clouds=(dot,), medium=HalfSpace(permittivity=12.9))
    half = side + gap / 2
    share = 4 * np.arctan(half**2 / (depth * np.sqrt(2 * half**2 + depth**2))) / (2 * np.pi)
    for resolution, bound in (("normal", 0.01), (2.5, 1.5e-3)):
        result = electrostatics(drawn, resolution=resolution)
        assert result["lever_arm"].item() == pytest.approx(share, rel=bound)
        assert abs(result["lever_arm"].item() - share) < result["lever_arm_error"].item()
    assert list(result["gate"].values) == ["G"]


def test_a_large_gate_is_a_plane():
    dots = (DOT, WireDot(name="R", centre=(300, 0, 0), along="x", shape=DOT.shape))
    wide = rectangle("G", x=(-4000, 4000), y=(-4000, 4000), z=-100)
    plane = electrostatics(Layout(metals=(Plane(name="G", z=-100),), clouds=dots), method="images")
    sheet = electrostatics(Layout(metals=(wide,), clouds=dots))
    assert between(sheet, "L", "R") == pytest.approx(between(plane, "L", "R"), rel=5e-3)
    assert plane["lever_arm"].values.tolist() == [[1.0, 1.0]]
    assert sheet["lever_arm"].values == pytest.approx(1, abs=0.03)


def test_a_wide_gate_on_an_oxide_is_a_plane_on_it():
    """Also for a gate below the oxide, whose panels see those above through it."""
    stack = OxideStack(substrate=11.7, oxide=3.9, thickness=20)
    dots = tuple(PlaneDot(name=name, centre=(x, 0, -30), rms=12) for name, x in (("L", -60), ("R", 60)))
    buried = rectangle("back", x=(-90, 90), y=(-90, 90), z=-70)
    wide = rectangle("G", x=(-2000, 2000), y=(-2000, 2000), z=20)
    for below in ((), (buried,)):
        plane = electrostatics(
            Layout(metals=(Plane(name="G", z=20), *below), clouds=dots, medium=stack), resolution=0.8
        )
        sheet = electrostatics(Layout(metals=(wide, *below), clouds=dots, medium=stack), resolution=0.8)
        error = sum(between(each, "L", "R", "repulsion_error") for each in (sheet, plane))
        assert between(sheet, "L", "R") == pytest.approx(between(plane, "L", "R"), abs=error)
        assert error < 0.1 * between(plane, "L", "R")
        arms = [each["lever_arm"].sel(gate="G", dot="L").item() for each in (sheet, plane)]
        assert arms[0] == pytest.approx(arms[1], abs=0.03)
    assert (sheet["capacitance"].sel(metal="G", metal_2="back") < 0).all()
    assert "3.9 up to 20 nm" in sheet.attrs["validity"]


def test_a_plane_behind_a_gate_takes_the_rest():
    result = electrostatics(Layout(metals=(GATE, Plane(name="back", z=-160)), clouds=(DOT,)), resolution="coarse")
    assert result["missing_charge"].item() == pytest.approx(0, abs=1e-12)
    assert list(result["gate"].values) == ["G", "back"]
    assert list(result["metal"].values) == ["G"]


def test_what_a_result_says():
    dots = (DOT, WireDot(name="R", centre=(200, 0, 0), along="x", shape=DOT.shape))
    result = electrostatics(Layout(metals=(GATE,), clouds=dots), resolution=0.5, mass=0.05)
    said = result.attrs["validity"]
    assert "Frozen clouds" in said
    assert "ends at infinity" in said
    # 3π²ħ²/2mL² with ħ²/m_e = 76.1996 meV nm².
    assert f"level spacing {3 * np.pi**2 / 2 * 76.1996 / 0.05 / 200**2:.3g} meV" in said
    assert result["seconds"] > 0
    assert result["repulsion"].attrs["units"] == "meV"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"resolution": "normall"}, "did you mean 'normal'"),
        ({"resolution": 0}, "positive"),
        ({"resolution": 0.1}, "4 and 4 panels; raise it"),
        ({"method": "images"}, "the finite metal 'G'"),
        ({"resolution": 100.0}, "panels, which need"),
        ({"memory": 1e-9}, "raise `memory`"),
        ({"mass": -1.0}, "positive"),
    ],
)
def test_bad_options_are_refused(options, words):
    dots = (DOT, WireDot(name="R", centre=(300, 0, 0), along="x", shape=DOT.shape))
    with pytest.raises(InputError, match=words):
        electrostatics(Layout(metals=(GATE,), clouds=dots), **{"resolution": 0.5, **options})
