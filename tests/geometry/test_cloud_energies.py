"""Repulsions of clouds against values of other code, closed forms and quadrature."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from attractron.core.constants import COULOMB
from attractron.geometry import Gaussian, HalfSpace, ParticleInABox, PlaneDot, Uniform, Vacuum, WireDot
from attractron.geometry.cloud_energies import _multipoles, _transformed, repulsions
from attractron.geometry.images import images_of

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())
FREE = images_of(Vacuum(), ())
BOX = ParticleInABox(length=400)
CROSSED = (
    WireDot(name="L", centre=(-200, 0, 0), along="x", shape=BOX),
    WireDot(name="R", centre=(200, 0, 0), along="x", shape=BOX),
    WireDot(name="B", centre=(0, 0, 125), along="y", shape=BOX),
    WireDot(name="T", centre=(0, 400, 125), along="y", shape=BOX),
)


def on_a_line(shape, place=0.0, along="x", radius=1.5):
    return WireDot(name=str(place), centre=(place, 0, 0), along=along, shape=shape, radius=radius)


def test_crossed_wires_between_solid_planes():
    known = KNOWN["solid_planes"]
    M = COULOMB * repulsions(CROSSED, images_of(Vacuum(), (-130.0, 255.0)))
    assert [M[0, 1], M[0, 2], M[0, 3]] == pytest.approx([known["W"], known["U"], known["far"]], rel=1e-8)
    assert COULOMB * repulsions(CROSSED, images_of(Vacuum(), (-130.0,)))[0, 1] == pytest.approx(known["W0"], rel=1e-9)
    assert COULOMB * repulsions(CROSSED, FREE)[0, 1] == pytest.approx(known["W_free"], rel=1e-10)


def test_a_uniform_line_with_itself_and_a_touching_one():
    """∬ 1/√((x-y)² + a²) over [0, L]²: 2 f(L) with f(t) = t asinh(t/a) - √(t² + a²) + a; neighbours f(2L) - 2 f(L)."""

    def f(t, a=1.5):
        return t * np.arcsinh(t / a) - np.sqrt(t**2 + a**2) + a

    shape = Uniform(length=400)
    S = repulsions((on_a_line(shape), on_a_line(shape, 400.0)), FREE)
    assert S[0, 0] == pytest.approx(2 * f(400) / 400**2, rel=1e-9)
    assert S[0, 1] == pytest.approx((f(800) - 2 * f(400)) / 400**2, rel=1e-9)


def test_a_normal_distribution_with_itself():
    """The difference of two is normal with √2 σ."""
    density = Gaussian(rms=50 * np.sqrt(2)).density
    exact = 2 * quad(lambda u: density(u) / np.hypot(u, 1.5), 0, 600, points=(1, 5, 30, 100), limit=200)[0]
    assert repulsions((on_a_line(Gaussian(rms=50)),), FREE)[0, 0] == pytest.approx(exact, rel=1e-8)


def test_a_particle_in_a_box_with_itself():
    """By the correlation function of 2/L cos²(πu/L) in closed form: (1/L)[(1 - s)(1 + ½ cos 2πs) + (3/4π) sin 2πs]."""

    def correlation(u):
        s = u / 400
        return ((1 - s) * (1 + np.cos(2 * np.pi * s) / 2) + 3 / (4 * np.pi) * np.sin(2 * np.pi * s)) / 400

    exact = 2 * quad(lambda u: correlation(u) / np.hypot(u, 1.5), 0, 400, points=(1, 5, 30, 100), limit=200)[0]
    assert repulsions((on_a_line(BOX),), FREE)[0, 0] == pytest.approx(exact, rel=1e-8)


def test_crossing_wires_that_nearly_touch():
    """Uniform crosses 4 nm apart: the potential of the first line in closed form, integrated along the second."""
    shape = Uniform(length=300)
    crossing = WireDot(name="B", centre=(40, -20, 4), along="y", shape=shape)

    def potential(y):
        s = np.sqrt(y**2 + 16 + 1.5**2)
        return (np.arcsinh((150 - 40) / s) + np.arcsinh((150 + 40) / s)) / 300

    exact = quad(potential, -170, 130, points=(-10, 0, 10), limit=200)[0] / 300
    assert repulsions((on_a_line(shape), crossing), FREE)[0, 1] == pytest.approx(exact, rel=1e-8)


def test_a_tilted_wire_turns_from_parallel_to_perpendicular():
    line = on_a_line(Uniform(length=300))

    def at_angle(degrees):
        direction = (np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 0.0)
        return WireDot(name="B", centre=(0, 0, 30), along=direction, shape=Uniform(length=300))

    found = [repulsions((line, at_angle(angle)), FREE)[0, 1] for angle in (0, 1e-4, 30, 60, 90)]
    assert found[0] == pytest.approx(found[1], rel=1e-6)
    assert (np.diff(found[1:]) < 0).all()


def test_round_dots():
    """⟨1/R⟩ of a normal distribution in a plane with itself is √π/2σ; a half space and a plane on it: other code."""
    known = KNOWN["half_space"]
    dots = tuple(PlaneDot(name=n, centre=(x, 0, -90), rms=25) for n, x in (("L", -130.0), ("R", 130.0)))
    assert repulsions(dots, FREE)[0, 0] == pytest.approx(np.sqrt(np.pi) / 50, rel=1e-12)
    M = COULOMB * repulsions(dots, images_of(HalfSpace(permittivity=12.9), ()))
    assert [M[0, 1], M[0, 0]] == pytest.approx([known["W"], known["on_site"]], rel=1e-8)
    covered = COULOMB * repulsions(dots, images_of(HalfSpace(permittivity=12.9), (0.0,)))[0, 1]
    assert covered == pytest.approx(known["W_plane"], rel=1e-8)


def test_a_round_dot_and_a_wire():
    """Each by the points that stand for it, which are far enough from each other."""
    dot, wire = PlaneDot(name="D", centre=(0, 0, 100), rms=25), on_a_line(BOX)
    (places, charge), (others, other) = dot.points(), wire.points()
    apart = np.sqrt(np.sum((places[:, None] - others) ** 2, axis=-1) + 1.5**2)
    assert repulsions((dot, wire), FREE)[0, 1] == pytest.approx(charge @ (1 / apart) @ other, rel=1e-8)


def test_round_dots_from_afar_are_multipoles():
    """Where both hold they agree; a dot without extent has Coulomb's law, at no cost."""
    height, sideways = np.array([0.0, 30.0, 41.0, 45.0]), np.array([41.0, 30.0, 0.0, 20.0])
    afar = _multipoles(np.hypot(height, sideways), height, 1.0)
    np.testing.assert_allclose(afar, _transformed(height, sideways, 1.0), rtol=3e-12)
    small = tuple(PlaneDot(name=name, centre=(x, 0, 0), rms=1e-6) for name, x in (("L", 0.0), ("R", 50.0)))
    assert repulsions(small, FREE)[0, 1] == pytest.approx(1 / 50, rel=1e-12)
