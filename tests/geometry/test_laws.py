"""Laws of electrostatics on layouts drawn at random: few panels, since they hold on any mesh."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.geometry import Layout, Uniform, WireDot, electrostatics, rectangle
from attractron.geometry.images import images_of
from attractron.geometry.mesh import cut
from attractron.geometry.panels import matrix, potentials

SIZES = st.floats(20, 300)
HEIGHTS = st.floats(15, 200)
COARSE = 0.5


@st.composite
def layouts(draw):
    """Two dots on one wire, a third crossing it, gates below and above."""
    width, length, below, above = draw(SIZES), draw(SIZES), draw(HEIGHTS), draw(HEIGHTS)
    shape = Uniform(length=draw(st.floats(30, 200)))
    dots = [("L", (-110.0, 0.0, 0.0), "x"), ("R", (110.0, 0.0, 0.0), "x"), ("B", (0.0, draw(SIZES), 10.0), "y")]
    clouds = tuple(WireDot(name=name, centre=centre, along=along, shape=shape) for name, centre, along in dots)
    gates = [
        rectangle("G", x=(-width - 20, -10), y=(-length, length), z=-below),
        rectangle("H", x=(10, width + 20), y=(-length, length), z=-below),
        rectangle("K", x=(-width, width), y=(-length, length), z=10 + above),
    ]
    return Layout(metals=tuple(gates), clouds=clouds)


def scaled(entry, s):
    if isinstance(entry, WireDot):
        shape = Uniform(length=entry.shape.length * s)
        return replace(entry, centre=tuple(s * x for x in entry.centre), shape=shape, radius=entry.radius * s)
    sides = {
        k: tuple(s * x for x in v) if isinstance(v := getattr(entry.rectangles[0], k), tuple) else s * v for k in "xyz"
    }
    return rectangle(entry.name, **sides)


@settings(max_examples=8)
@given(drawn=layouts())
def test_signs_and_symmetry(drawn):
    found = electrostatics(drawn, resolution=COARSE)
    M, C = found["repulsion"].values, found["capacitance"].values
    assert (M == M.T).all()
    assert (found["repulsion"] > -found["repulsion_error"]).all()
    assert np.linalg.eigvalsh(M)[0] > 0
    assert (found["lever_arm"] > -found["lever_arm_error"]).all()
    assert (found["missing_charge"] > -found["lever_arm_error"].sum("gate")).all()
    assert (C[~np.eye(3, dtype=bool)] < 0).all()
    assert (C.sum(axis=0) > 0).all()


@settings(max_examples=6)
@given(drawn=layouts(), s=st.floats(0.01, 100))
def test_everything_scales(drawn, s):
    """All lengths s times as large: repulsions 1/s, lever arms the same, capacitances s."""
    other = Layout(
        metals=tuple(scaled(metal, s) for metal in drawn.metals), clouds=tuple(scaled(c, s) for c in drawn.clouds)
    )
    first, second = (electrostatics(each, resolution=COARSE) for each in (drawn, other))
    assert second["repulsion"].values * s == pytest.approx(first["repulsion"].values, rel=1e-8)
    assert second["lever_arm"].values == pytest.approx(first["lever_arm"].values, rel=1e-7, abs=1e-9)
    assert second["capacitance"].values / s == pytest.approx(first["capacitance"].values, rel=1e-8)


@settings(max_examples=6)
@given(drawn=layouts(), order=st.permutations(range(3)))
def test_order_of_metals_and_dots_is_only_that(drawn, order):
    other = Layout(metals=tuple(drawn.metals[k] for k in order), clouds=tuple(drawn.clouds[k] for k in order))
    first, second = (electrostatics(each, resolution=COARSE) for each in (drawn, other))
    same = second.sel(dot=first["dot"], gate=first["gate"], metal=first["metal"])
    same = same.sel(dot_2=first["dot_2"].values, metal_2=first["metal_2"].values)
    for name in ("repulsion", "lever_arm", "capacitance"):
        assert same[name].values == pytest.approx(first[name].values, rel=1e-9, abs=1e-10)


@settings(max_examples=6)
@given(drawn=layouts())
def test_more_grounded_metal_lowers_every_repulsion(drawn):
    """Within the errors said, since both are extrapolated."""
    found = [electrostatics(replace(drawn, metals=drawn.metals[:n]), resolution=COARSE) for n in range(4)]
    for fewer, more in pairwise(found):
        error = fewer["repulsion_error"] + more["repulsion_error"]
        assert (more["repulsion"] < fewer["repulsion"] + error).all()
    bare, screened = found[0]["repulsion"].values, found[-1]["repulsion"].values
    assert (screened < bare).all()


@settings(max_examples=6)
@given(drawn=layouts())
def test_a_lever_arm_is_the_potential_that_the_gate_makes(drawn):
    """Reciprocity: charges that put a gate on 1 and the others on 0, and their potential at the dot, on one mesh."""
    images = images_of(drawn.medium, ())
    boxes = [(cloud.low, cloud.high) for cloud in drawn.clouds]
    meshes = [cut(m.rectangles[0], k, boxes, 2 * COARSE) for k, m in enumerate(drawn.metals)]
    P = matrix(meshes, images)
    own = np.concatenate([np.full(mesh.count, mesh.metal) for mesh in meshes])
    potential = np.array(
        [
            [charge @ potentials(points, meshes, images) @ np.linalg.solve(P, (own == gate) * 1.0) for gate in range(3)]
            for points, charge in (cloud.points() for cloud in drawn.clouds)
        ]
    )
    found = electrostatics(drawn, resolution=2 * COARSE)
    error = 1.01 * found["lever_arm_error"].values.T + 1e-9
    assert (abs(found["lever_arm"].values.T - potential) < error).all()
