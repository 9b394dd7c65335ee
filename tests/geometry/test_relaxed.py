"""Carriers that yield: grids in two coordinates, far oscillators, and a reference of other code."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import diags_array, eye_array, kron
from scipy.sparse.linalg import eigsh

from attractron.core.constants import COULOMB
from attractron.core.errors import InputError
from attractron.geometry import (
    Gaussian,
    Layout,
    Metallic,
    ParticleInABox,
    Plane,
    PlaneDot,
    Uniform,
    WireDot,
    crossed_nanotubes,
    rectangle,
    relaxed,
)
from attractron.geometry.relaxed import Well, ground_energy

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())["relaxed"]
KINETIC = 76.19964  # ħ²/m_e in meV nm²


def wires(*places, shape, along="x"):
    return tuple(
        WireDot(name=name, centre=centre, along=along, shape=shape)
        for name, centre in zip("LRTB", places, strict=False)
    )


def between(result, first="L", second="R", name="repulsion"):
    return result[name].sel(dot=first, dot_2=second).values


def test_crossed_nanotubes_of_a_small_mass():
    """Solid planes, 0.007 electron masses; the reference has 0.3 % coarser clouds, and 2Δ as a sum over pairs."""
    result = relaxed(crossed_nanotubes(solid_planes=True), mass=KNOWN["mass"], method="images")
    alone = relaxed(crossed_nanotubes(solid_planes=True, polarizer=False), mass=KNOWN["mass"], method="images")
    assert between(alone)[1] == pytest.approx(KNOWN["W0"], rel=3e-3)
    assert result["U_near"].values[1] == pytest.approx(KNOWN["U"], rel=3e-3)
    assert (result["U"] - result["W"]).values[1] == pytest.approx(KNOWN["pairing"], rel=3e-3)
    frozen, yielding = 2 * result["pairing_energy"].values
    assert frozen == pytest.approx((result["U"] - result["W"]).values[0])
    # Three at once pair better than the sum over pairs says: L and R, pushed aside by T, are farther from each other.
    assert KNOWN["pairing"] < yielding < frozen
    assert result["level_spacing"].values == pytest.approx(3 * np.pi**2 * KINETIC / (2 * 0.007 * 400**2), rel=1e-5)


@pytest.mark.parametrize("shape", [ParticleInABox(length=300), Gaussian(rms=60)])
def test_two_wires_on_a_grid(shape):
    """Beside each other and shifted, in vacuum: finite differences of the two coordinates, h² extrapolated."""
    mass, apart, shift = 0.01, 80.0, 50.0
    found = between(relaxed(Layout(clouds=wires((0, 0, 0), (shift, apart, 0), shape=shape)), mass=mass))
    reach = 150.0 if isinstance(shape, ParticleInABox) else 390.0
    values = []
    for number in (60, 90):
        h = 2 * reach / number
        u = -reach + h * np.arange(1, number)
        kinetic = KINETIC / (2 * mass * h**2)
        one = diags_array([-kinetic, 2 * kinetic, -kinetic], offsets=[-1, 0, 1], shape=(number - 1, number - 1))
        if isinstance(shape, Gaussian):
            one = one + diags_array(KINETIC / (8 * mass * 60**4) * u**2)
        alone = eigsh(one.tocsc(), k=1, sigma=0, return_eigenvectors=False)[0]
        distance = np.sqrt((u[:, None] - u - shift) ** 2 + apart**2 + 1.5**2)
        same = eye_array(number - 1)
        H = kron(one, same) + kron(same, one) + diags_array((COULOMB / distance).ravel())
        values.append(eigsh(H.tocsc(), k=1, sigma=0, return_eigenvectors=False)[0] - 2 * alone)
    exact = values[1] + (values[1] - values[0]) / ((90 / 60) ** 2 - 1)
    assert found[1] == pytest.approx(exact, rel=2e-4)
    assert found[1] < found[0]


@pytest.mark.parametrize("kind", ["plane", "wire"])
def test_far_oscillators(kind):
    """Each is pushed by F = e²/4πε0 D², which gains F²σ²/ħω; corrections are of order σ²/D²."""
    rms, D, mass = 20.0, 800.0, 0.02
    if kind == "plane":
        clouds = tuple(PlaneDot(name=name, centre=(x, 0, 0), rms=rms) for name, x in (("L", 0), ("R", D)))
    else:
        clouds = wires((0, 0, 0), (D, 0, 0), shape=Gaussian(rms=rms))
    frozen, yielding = between(relaxed(Layout(clouds=clouds), mass=mass))
    spacing = KINETIC / (2 * mass * rms**2)
    assert frozen - yielding == pytest.approx(2 * (COULOMB / D**2 * rms) ** 2 / spacing, rel=0.02)


def test_light_carriers_are_frozen():
    """What they yield is of second order: proportional to the mass."""
    drawn = crossed_nanotubes(solid_planes=True)
    steps = []
    for mass in (1e-5, 2e-5):
        result = relaxed(drawn, mass=mass, method="images", states=5)
        steps.append(np.array([*(between(result, *pair) for pair in ("LR", "LB", "LT")), result["pairing_energy"]]))
    gains = np.stack([each[:, 0] - each[:, 1] for each in steps])
    assert (gains > 0).all()
    assert (gains < 4e-3).all()
    assert gains[1] / gains[0] == pytest.approx(2, rel=0.01)


def test_more_levels_lower_the_energy_less_and_less():
    drawn = Layout(clouds=wires((0, 0, 0), (60, 90, 0), shape=ParticleInABox(length=300)))
    found = [between(relaxed(drawn, mass=0.05, states=states))[1] for states in (4, 8, 12)]
    assert 0 < found[1] - found[2] < 0.02 * (found[0] - found[1])


def test_a_wide_gate_is_a_plane():
    clouds = wires((-110, 0, 0), (110, 0, 0), shape=ParticleInABox(length=200))
    sheet = Layout(metals=(rectangle("G", x=(-2500, 2500), y=(-2500, 2500), z=-80),), clouds=clouds)
    plane = Layout(metals=(Plane(name="G", z=-80),), clouds=clouds)
    found, exact = relaxed(sheet, mass=0.02), relaxed(plane, mass=0.02, method="images")
    assert between(found) == pytest.approx(between(exact), rel=5e-3)
    assert (between(found, name="repulsion_error") > 0).all()
    assert (between(exact, name="repulsion_error") == 0).all()
    assert "pairing_energy" not in found


def test_a_third_carrier_that_stands_aside():
    rng = np.random.default_rng(7)
    wells = [Well(np.sort(rng.random(n)), np.zeros((1, 3)), np.zeros((n, 1)), 0.0) for n in (3, 4, 2)]
    V = rng.random((3, 3, 4, 4))
    V = V + V.transpose(1, 0, 2, 3)
    pair = {(0, 1): V + V.transpose(0, 1, 3, 2), (0, 2): np.zeros((3, 3, 2, 2)), (1, 2): np.zeros((4, 4, 2, 2))}
    two = ground_energy(wells, pair, (0, 1))
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        assert ground_energy(wells, pair, order) == pytest.approx(two)


BOX = ParticleInABox(length=200)


@pytest.mark.parametrize(
    ("clouds", "options", "words"),
    [
        (wires((0, 0, 0), shape=BOX), {}, "two dots or more"),
        (wires((0, 0, 0), (0, 90, 0), shape=Uniform(length=200)), {}, "ground states: got 'L', Uniform"),
        (wires((0, 0, 0), (0, 90, 0), shape=Metallic(length=200)), {}, "no metallic dots"),
        (wires((0, 0, 0), (0, 1, 0), shape=BOX), {}, "'L' and 'R' too close"),
        (wires((0, 0, 0), (0, 90, 0), shape=BOX), {"mass": 0}, "positive"),
        (wires((0, 0, 0), (0, 90, 0), shape=BOX), {"states": 1}, "at least 2"),
        (wires((0, 0, 0), (0, 90, 0), shape=BOX), {"islands": (("T", "B"),)}, "name dots"),
        (wires((0, 0, 0), (0, 90, 0), shape=BOX), {"method": "image"}, "images"),
    ],
)
def test_what_cannot_relax(clouds, options, words):
    with pytest.raises(InputError, match=words):
        relaxed(Layout(clouds=clouds), **{"mass": 0.05, **options})
