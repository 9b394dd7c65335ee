"""Discs, polygons and spheres: exact capacitances, rectangles of other panels, and what any metal obeys."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import dblquad

from attractron.core.constants import COULOMB, E_SQUARED
from attractron.geometry import (
    Disc,
    HalfSpace,
    Layout,
    Metal,
    OxideStack,
    ParticleInABox,
    Plane,
    PlaneDot,
    Polygon,
    Rectangle,
    Sphere,
    Vacuum,
    WireDot,
    disc,
    distance_scan,
    electrostatics,
    polygon,
    potential_energy,
    rectangle,
    sensitivities,
    sphere,
)
from attractron.geometry.coplanar import integrals
from attractron.geometry.cutting import cut
from attractron.geometry.images import images_of
from attractron.geometry.mesh import Panels
from attractron.geometry.panels import matrix, potentials
from attractron.geometry.solution import ORDER
from attractron.geometry.triangle_potentials import mutual, own_potential
from attractron.geometry.triangles import Triangles, divided

FREE = images_of(Vacuum(), ())
DISC = Disc(centre=(0, 0), radius=1, z=0)
CORNER = ((0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2))


def unit(*metals, resolution="normal"):
    """Capacitances over 4πε0, in nm."""
    found = electrostatics(Layout(metals=metals), resolution=resolution)
    return found["capacitance"].values * COULOMB / E_SQUARED


def on_one_mesh(surface, resolution):
    P = matrix([cut(surface, 0, [], resolution)], FREE)
    return np.linalg.solve(P, np.ones(len(P))).sum()


def ball(name, x, *, z=0.0, radius=1.0):
    return sphere(name, centre=(x, 0, z), radius=radius)


def test_a_disc():
    """2 r/π; the bound is twice the relative error of an independent calculation."""
    assert unit(disc("a", centre=(3, 4), radius=1, z=-2), resolution=2.8)[0, 0] == pytest.approx(2 / np.pi, rel=3.4e-5)
    assert unit(disc("a", centre=(0, 0), radius=1, z=0))[0, 0] == pytest.approx(2 / np.pi, rel=1e-4)


def test_convergence_is_that_of_rectangles():
    sizes = (1, 1.5, 2, 3)
    errors = [1 - on_one_mesh(DISC, size) * np.pi / 2 for size in sizes]
    assert all(error > 0 for error in errors)
    assert 2.5 < np.polyfit(np.log(sizes), -np.log(errors), 1)[0] < 3.4
    square = Polygon(corners=((0, 0), (1, 0), (1, 1), (0, 1)), z=0)
    errors = [1 - on_one_mesh(square, size) / 0.3667896 for size in sizes]
    assert 2.5 < np.polyfit(np.log(sizes), -np.log(errors), 1)[0] < 3.4


@pytest.mark.thorough
def test_a_sphere():
    assert unit(ball("a", 0))[0, 0] == pytest.approx(1, rel=4e-5)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("apart", "own", "across", "errors"),
    [
        (3.0, 1.146287441941130, -0.389083066895123, (3.8e-5, 6.6e-5)),
        (2.2, 1.431308277256401, -0.723777839756837, (4.6e-5, 1.08e-4)),
    ],
)
def test_two_spheres(apart, own, across, errors):
    """Exact by series of images; bounds are twice the errors of an independent calculation."""
    found = unit(ball("a", 0), ball("b", apart))
    assert found[0, 0] == pytest.approx(own, rel=errors[0])
    assert found[0, 1] == pytest.approx(across, rel=errors[1])
    assert found == pytest.approx(found.T, rel=1e-12)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("height", "exact", "error"), [(1.5, 1.535370508836253, 4.4e-5), (1.1, 2.155086117013238, 6.6e-5)]
)
def test_a_sphere_over_a_plane(height, exact, error):
    assert unit(ball("a", 0, z=height), Plane(name="P", z=0))[0, 0] == pytest.approx(exact, rel=error)


@pytest.mark.thorough
def test_a_grounded_sphere_screens_as_kelvin_has_it():
    """Two charges near a unit sphere: 1/R minus that of the image of one for the other; two meshes extrapolated."""
    points, found, sizes = np.array([[2.0, 0, 0], [-1, 1.5, 0]]), [], []
    for resolution in (1.6, 1.0):
        mesh = [cut(Sphere(centre=(0, 0, 0), radius=1), 0, [], resolution)]
        p = potentials(points, mesh, FREE)
        found.append(1 / np.sqrt(9 + 1.5**2) - p[0] @ np.linalg.solve(matrix(mesh, FREE), p[1]))
        sizes.append(mesh[0].count)
    ratio = np.sqrt(sizes[0] / sizes[1])
    G = found[0] + (found[0] - found[1]) / (ratio**ORDER - 1)
    assert abs(G / 0.06244013660445612 - 1) < 1.4e-4


def test_a_ball_between_dots():
    """The same from a whole layout, with thin wires as point charges."""
    shape = ParticleInABox(length=0.02)
    dots = tuple(
        WireDot(name=name, centre=centre, along="z", shape=shape, radius=1e-4)
        for name, centre in (("L", (2, 0, 0)), ("R", (-1, 1.5, 0)))
    )
    found = electrostatics(Layout(metals=(ball("G", 0),), clouds=dots), resolution=0.8)
    assert found["repulsion"].values[0, 1] / COULOMB == pytest.approx(0.0624401, rel=1e-3)
    assert found["lever_arm"].values[0] == pytest.approx([1 / 2, 1 / np.hypot(1, 1.5)], rel=1e-3)


def test_a_triangle_by_quadrature():
    corners = np.array([[[0.0, 0, 0], [1, 0, 0], [0.2, 0.7, 0]]])
    other = np.array([[[0.3, 0.2, 0.4], [1.4, 0.4, 0.1], [0.9, 0.9, 0.8]]])

    def inverse(y, x):
        return 1 / np.sqrt((x - 0.9) ** 2 + (y - 0.3) ** 2 + 0.04)

    def height(x):
        return 3.5 * x if x < 0.2 else 0.7 * (1 - x) / 0.8

    parts = [dblquad(inverse, *ends, 0, height, epsrel=1e-9)[0] for ends in ((0, 0.2), (0.2, 1))]
    point = np.array([[0.9, 0.3, -0.2]])
    assert potentials(point, [Triangles(corners, 0)], FREE)[0, 0] == pytest.approx(sum(parts) / 0.35, rel=1e-7)
    fine = Triangles(divided(corners, 12), 0)
    near = np.zeros((144, 144), dtype=bool)
    assert own_potential(corners)[0] == pytest.approx(mutual(fine, fine, near).mean(), rel=1e-9)  # exact in one plane
    across, few = (Triangles(divided(other, n), 0) for n in (6, 1))
    exact = mutual(fine, across, np.zeros((144, 36), dtype=bool)).mean()
    assert mutual(Triangles(corners, 0), few, np.zeros((1, 1), dtype=bool))[0, 0] == pytest.approx(exact, rel=1e-3)
    away = Triangles(other + np.array([8.0, 0, 0]), 0)
    point_like = mutual(Triangles(corners, 0), away, np.ones((1, 1), dtype=bool))[0, 0]
    by_points = mutual(Triangles(corners, 0), away, np.zeros((1, 1), dtype=bool))[0, 0]
    monopole = 1 / np.linalg.norm(away.centres()[0] - corners[0].mean(axis=0))
    assert abs(point_like - by_points) < 0.1 * abs(monopole - by_points)


def test_triangles_in_one_plane_are_exact():
    """A rectangle of two triangles against its closed form, and turned; lines that are parallel, cross, or are one."""
    rectangles = [rectangle("a", x=(0, 1), y=(0, 0.5), z=0), rectangle("b", x=(0.7, 2), y=(0.5, 3), z=0)]
    sheets = [metal.rectangles[0] for metal in rectangles]
    corners = [
        np.array([[s.low[:2], (s.high[0], s.low[1]), s.high[:2]], [s.low[:2], s.high[:2], (s.low[0], s.high[1])]])
        for s in sheets
    ]
    whole = [Panels(2, 0.0, (0, 1), tuple(np.array([s.low[k], s.high[k]]) for k in (0, 1)), 0) for s in sheets]
    expected = matrix(whole, FREE)
    areas = [0.5, 3.25]
    for turn in (0.0, 0.6):
        R = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        found = [
            [integrals(a @ R, b @ R).sum() / (s * t) for b, t in zip(corners, areas, strict=True)]
            for a, s in zip(corners, areas, strict=True)
        ]
        assert np.array(found) == pytest.approx(expected, rel=1e-11)


DOTS = (PlaneDot(name="L", centre=(-60, 0, -40), rms=12), PlaneDot(name="R", centre=(60, 0, -40), rms=12))
GATE = [(-100, -50), (-20, -50), (-20, 50), (-100, 50)]


@pytest.mark.parametrize(
    "medium",
    [
        Vacuum(),
        HalfSpace(permittivity=12.9),
        pytest.param(OxideStack(substrate=11.7, oxide=3.9, thickness=5), marks=pytest.mark.thorough),
    ],
)
def test_a_polygon_is_a_rectangle(medium):
    """Beside a rectangle, in every medium; the mesh is another one."""
    z = 5 if isinstance(medium, OxideStack) else 0
    beside = rectangle("b", x=(0, 100), y=(-50, 50), z=z)
    one = rectangle("a", x=(-100, -20), y=(-50, 50), z=z)
    found, expected = (
        electrostatics(Layout(metals=(metal, beside), clouds=DOTS, medium=medium), resolution="coarse")
        for metal in (polygon("a", GATE, z=z), one)
    )
    assert found["repulsion"].values == pytest.approx(expected["repulsion"].values, rel=2e-3)
    assert found["lever_arm"].values == pytest.approx(expected["lever_arm"].values, abs=2e-3)
    assert found["capacitance"].values == pytest.approx(expected["capacitance"].values, rel=4e-3)


def test_an_outline_with_a_corner_inside():
    """An L of one polygon, and of two rectangles."""
    two = Metal(name="a", rectangles=(Rectangle(x=(0, 2), y=(0, 1), z=0), Rectangle(x=(0, 1), y=(1, 2), z=0)))
    found, expected = unit(polygon("a", CORNER, z=0))[0, 0], unit(two, resolution=3.0)[0, 0]
    assert found == pytest.approx(expected, rel=2e-4)
    mixed = Metal(
        name="a",
        rectangles=(Rectangle(x=(0, 2), y=(0, 1), z=0),),
        surfaces=(Polygon(corners=((0, 1), (1, 1), (1, 2), (0, 2)), z=0),),
    )
    assert unit(mixed)[0, 0] == pytest.approx(expected, rel=1e-3)


def test_where_it_stands_and_how_it_is_turned_does_not_matter():
    turn = 0.7
    R = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned = [tuple(corner) for corner in (np.array(CORNER) @ R + [30, -20]).tolist()]
    plain = electrostatics(Layout(metals=(polygon("a", CORNER, z=0),)), resolution="coarse")["capacitance"].item()
    other = electrostatics(Layout(metals=(polygon("a", turned[::-1], z=-7),)), resolution="coarse")[
        "capacitance"
    ].item()
    assert other == pytest.approx(plain, rel=1e-6)
    closed = polygon("a", [*CORNER, CORNER[0]], z=0)
    assert closed.surfaces[0].corners == CORNER


@pytest.mark.thorough
def test_induced_charges_are_lever_arms():
    """Potentials of a gate at unit voltage where a dot would be, and what the dot induces on it."""
    metals = (disc("d", centre=(0, 0), radius=30, z=0), ball("s", 0, z=-120, radius=25), polygon("p", GATE, z=20))
    point = WireDot(name="L", centre=(40, 10, -30), along="z", shape=ParticleInABox(length=0.1), radius=0.01)
    found = electrostatics(Layout(metals=metals, clouds=(point,)), resolution=0.8)
    arms = potential_energy(Layout(metals=metals), {}, [[40, 10, -30]], resolution=1.2)["lever_arm"].values
    assert found["lever_arm"].values == pytest.approx(arms, rel=0.01)
    C = found["capacitance"].values
    assert (C == C.T).all()
    assert np.linalg.eigvalsh(C)[0] > 0
    assert (C - np.diag(np.diag(C)) <= 0).all()
    assert (C.sum(axis=1) > 0).all()
    floats = electrostatics(Layout(metals=(replace(metals[0], floating=True), *metals[1:])), resolution=0.8)
    assert floats["repulsion"].item() == pytest.approx(E_SQUARED / C[0, 0], rel=0.02)


def four(radius=40.0, shift=0.0, tip=60.0):
    places = {"L": (-130, 0), "R": (130, 0), "B": (0, 120), "T": (0, 400)}
    dots = tuple(PlaneDot(name=name, centre=(*at, -60), rms=20) for name, at in places.items())
    corners = [(60 + shift, -80), (140 + shift, -80), (140 + shift, 0), (60 + shift, 20)]
    metals = (
        disc("d", centre=(0, 0), radius=radius, z=0),
        polygon("p", corners, z=0),
        ball("s", -150, z=tip, radius=30),
    )
    return Layout(metals=metals, clouds=dots)


@pytest.mark.thorough
def test_derivatives_and_scans():
    """The radius of a disc, the place of a polygon and the height of a sphere, against whole solutions."""
    names = {"radius": 40.0, "shift": 0.0, "tip": 60.0}
    slopes = sensitivities(four, list(names), resolution=0.8)["repulsion_slope"]
    for name, value in names.items():
        scan = distance_scan(four, [value - 0.5, value + 0.5], name=name, resolution=0.8)["repulsion"].values
        change = scan[1] - scan[0]
        off = ~np.eye(4, dtype=bool)
        assert slopes.sel(length=name).values[off] == pytest.approx(change[off], rel=0.05, abs=2e-5)
