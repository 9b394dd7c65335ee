"""Images of planes against the series of modes between them, those of an oxide against its boundary conditions."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import j0, k0

from attractron.geometry import HalfSpace, OxideStack, Vacuum
from attractron.geometry.images import images_of
from attractron.geometry.mesh import Panels


def green(images, source, point):
    z = images.sign * source[2] + images.shift
    sideways = (source[0] - point[0]) ** 2 + (source[1] - point[1]) ** 2
    return images.weight @ (1 / np.sqrt(sideways + (z - point[2]) ** 2))


@pytest.mark.parametrize("rho", [200.0, 236.0, 400.0])
def test_two_planes_are_a_series_of_modes(rho):
    """G = (4/H) Σ_n sin(nπ(z-z_lo)/H) sin(nπ(z'-z_lo)/H) K₀(nπρ/H)."""
    low, high, z, other = -130.0, 255.0, 0.0, 125.0
    k = np.arange(1, 200) * np.pi / (high - low)
    modes = 4 / (high - low) * np.sum(np.sin(k * (z - low)) * np.sin(k * (other - low)) * k0(k * rho))
    assert green(images_of(Vacuum(), (low, high)), (0, 0, z), (rho, 0, other)) == pytest.approx(modes, rel=1e-8)


@pytest.mark.parametrize("planes", [(-3.0,), (-3.0, 7.0)])
def test_the_potential_vanishes_on_planes(planes):
    images = images_of(Vacuum(), planes)
    for plane in planes:
        assert abs(green(images, (0, 0, 1.0), (2.0, 1.0, plane))) < 1e-9


def test_a_plane_takes_all_of_a_charge_and_two_share_it_by_distance():
    assert images_of(Vacuum(), (-3.0,)).share(np.array([1.0])) == pytest.approx(np.array([[1.0]]))
    assert images_of(Vacuum(), (-3.0, 7.0)).share(np.array([1.0])) == pytest.approx(np.array([[0.6], [0.4]]))
    assert images_of(Vacuum(), ()).share(np.array([1.0])).shape == (0, 1)


def test_a_half_space_of_vacuum_is_vacuum_and_a_huge_permittivity_reflects():
    place, other = (0, 0, -1.0), (2.0, 0, -3.0)
    assert green(images_of(HalfSpace(permittivity=1), ()), place, other) == pytest.approx(1 / np.sqrt(8), rel=1e-14)
    mirrored = 1 / np.sqrt(8) + 1 / np.sqrt(20)
    assert 1e9 * green(images_of(HalfSpace(permittivity=1e9), ()), place, other) == pytest.approx(mirrored, rel=1e-8)


EDGES = (np.array([0.0, 1.0]), np.array([0.0, 1.0]))


def sheet(z):
    return Panels(2, z, (0, 1), EDGES, 0)


def seen(images, source, point):
    """The images of a charge at the height `source` that one at the height `point` sees."""
    return images.between(sheet(point), sheet(source))


def waves(images, k, source, point):
    """G for a wave number along the surface: 2π/k Σ w exp(-k |z - z'|)."""
    found = seen(images, source, point)
    return 2 * np.pi / k * found.weight @ np.exp(-k * abs(point - found.sign * source - found.shift))


def boundary_system(medium, k, source, point, plane=False):
    """The same from amplitudes of exp(±kz) in the three layers: φ and ε φ' go on at both faces.

    Unknown are a above the oxide, b and c in it (rising, falling), d in the substrate; the charge is at the height
    `source`, on the upper face or in the substrate. Units as 1/R has them, so that it makes a step of 4π in ε φ'.
    """
    t, upper, middle, lower = medium.thickness, medium.above, medium.oxide, medium.substrate
    e = np.exp(-k * t)
    # b e^{k(z-t)} + c e^{-kz} in the oxide, a e^{-k(z-t)} above, d e^{kz} + the charge's own below.
    own, slope = (0.0, 0.0)
    if source <= 0:
        own = 2 * np.pi / (k * lower) * np.exp(k * source)  # at z = 0
        slope = -k * own
    step = 4 * np.pi if source == t else 0.0
    rows = [
        [1.0, -1.0, -e, 0.0],  # a = b + c e
        [0.0, e, 1.0, -1.0],  # b e + c = d + own
        [-upper * k, -middle * k, middle * k * e, 0.0],  # ε1 (-k a) - ε2 k (b - c e) = -4π σ
        [0.0, middle * k * e, -middle * k, -lower * k],  # ε2 k (b e - c) = ε3 (k d + slope)
    ]
    right = [0.0, own, -step, lower * slope]
    if plane:
        rows[2], right[2] = [1.0, 0.0, 0.0, 0.0], 0.0
    a, _, _, d = np.linalg.solve(rows, right)
    if point == t:
        return a
    direct = 2 * np.pi / (k * lower) * np.exp(-k * abs(point - source)) if source <= 0 else 0.0
    return d * np.exp(k * point) + direct


STACKS = [
    OxideStack(substrate=11.7, oxide=3.9, thickness=20),
    OxideStack(substrate=13, oxide=9, thickness=10, above=3),
    OxideStack(substrate=2, oxide=25, thickness=7),
    OxideStack(substrate=4, oxide=4, thickness=7),
]


@pytest.mark.parametrize("medium", STACKS)
@pytest.mark.parametrize("k", [1e-3, 0.02, 0.1, 0.7])
def test_an_oxide_meets_its_boundary_conditions(medium, k):
    images, t = images_of(medium, ()), medium.thickness
    for source, point in ((t, t), (t, -8.0), (-8.0, t), (-8.0, -15.0), (-15.0, -8.0), (t, 0.0), (0.0, t), (0.0, -3.0)):
        exact = boundary_system(medium, k, source, point)
        assert waves(images, k, source, point) == pytest.approx(exact, rel=1e-8), (source, point)
    plane = images_of(medium, (t,))
    for source, point in ((-8.0, -15.0), (-15.0, 0.0)):
        exact = boundary_system(medium, k, source, point, plane=True)
        assert waves(plane, k, source, point) == pytest.approx(exact, rel=1e-7)


@pytest.mark.parametrize(
    ("k", "dots", "gate"),
    [
        (0.002, 475.5310994937576, 476.15450794729594),
        (0.02, 34.802702913928904, 32.32455141274712),
        (0.1, 2.9403450538989153, 0.775553473872082),
    ],
)
def test_an_oxide_by_other_code(k, dots, gate):
    """Dots 8 and 15 nm deep below 20 nm of oxide on silicon, and a gate on it with the first."""
    images = images_of(STACKS[0], ())
    assert waves(images, k, -8.0, -15.0) == pytest.approx(dots, rel=1e-9)
    assert waves(images, k, 20.0, -8.0) == pytest.approx(gate, rel=1e-9)


def test_an_oxide_in_space():
    """A gate and a dot 30 nm aside, by the Hankel integral of the closed form in k."""
    medium, rho, z = STACKS[0], 30.0, -15.0
    t, e1, e2, e3 = medium.thickness, medium.above, medium.oxide, medium.substrate

    def integrand(k):
        th = np.tanh(k * t)
        down = e2 * (e3 + e2 * th) / (e2 + e3 * th)
        return 2 * j0(k * rho) * np.exp(k * z) / (e1 + down) / (np.cosh(k * t) + e3 / e2 * np.sinh(k * t))

    exact = quad(integrand, 0, 1.5, limit=400, epsabs=1e-13)[0]
    found = seen(images_of(medium, ()), t, z)
    value = found.weight @ (1 / np.hypot(rho, z - found.sign * t - found.shift))
    assert value == pytest.approx(exact, rel=1e-8)


def test_limits_of_an_oxide():
    thin = images_of(OxideStack(substrate=11.7, oxide=3.9, thickness=1e-7), ())
    half = images_of(HalfSpace(permittivity=11.7), ())
    same = images_of(OxideStack(substrate=5, oxide=5, above=5, thickness=10), ())
    for source, point in ((1e-7, 1e-7), (1e-7, -5.0), (-3.0, -5.0)):
        assert waves(thin, 0.3, source, point) == pytest.approx(
            waves(half, 0.3, min(source, 0.0), min(point, 0.0)), rel=1e-6
        )
    for source, point in ((10.0, 10.0), (10.0, -5.0), (-3.0, -5.0)):
        assert waves(same, 0.3, source, point) == pytest.approx(2 * np.pi / 1.5 * np.exp(-0.3 * abs(source - point)))
    metal = images_of(OxideStack(substrate=4, oxide=3, above=1e9, thickness=10), ())
    plane = images_of(OxideStack(substrate=4, oxide=3, thickness=10), (10.0,))
    assert waves(metal, 0.1, -3.0, -5.0) == pytest.approx(waves(plane, 0.1, -3.0, -5.0), rel=1e-7)


def test_every_image_of_an_oxide_brings_the_same_share():
    """What is left out falls as (αβ)ⁿ: the order in which the sum converges."""
    medium = STACKS[2]
    found = seen(images_of(medium, ()), medium.thickness, -5.0)
    first, second = medium.reflections
    parts = found.weight / np.hypot(10.0, -5.0 - medium.thickness - found.shift)
    left = parts.sum() - np.cumsum(parts)
    assert left[20] / left[10] == pytest.approx((first * second) ** 10, rel=0.6)
    assert abs(parts[-1] / parts[0]) < 1e-9
