"""The Hubbard chain against closed forms, limits, thermodynamics and rings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import bernoulli, digamma, j0, j1

from attractron.wires.bethe.hubbard import BOOLE, hubbard, kernel, kernel_slope, quantities, sea
from tests.wires.rings import extrapolated, hubbard_energy

fillings = st.floats(0.05, 0.95)
repulsions = st.floats(1.0, 30.0)


def solved(U, filling):
    values = hubbard(U, filling).values
    return dict(zip(("Q", "K_c", "u_c", "u_s", "energy", "mu"), values, strict=True))


@pytest.mark.parametrize("u", [0.1, 1.0, 7.0])
@pytest.mark.parametrize("x", [0.0, 0.3, 1.9])
def test_kernel_is_the_fourier_integral(u, x):
    # R(x) = (1/π) ∫_0^∞ cos(ωx)/(1 + e^{2uω}) dω, and its derivative under the integral.
    end = 20 / u
    direct = quad(lambda w: np.cos(w * x) / (1 + np.exp(2 * u * w)) / np.pi, 0, end, limit=500, epsabs=1e-12)[0]
    slope = quad(lambda w: -w * np.sin(w * x) / (1 + np.exp(2 * u * w)) / np.pi, 0, end, limit=500, epsabs=1e-12)[0]
    assert kernel(np.array(x), u) == pytest.approx(direct, abs=1e-10)
    assert kernel_slope(np.array(x), u) == pytest.approx(slope, abs=1e-9)


@pytest.mark.parametrize("u", [0.005, 0.3, 20.0])
def test_kernel_is_that_of_digammas(u):
    # The sum of (-1)^{n+1}/(n + iz) is [ψ(1 + iz/2) - ψ(½ + iz/2)]/2, here where digammas do not cancel (z ≤ 40).
    x = 2 * u * np.linspace(0, 40, 20_001)
    exact = (digamma(1 + 0.25j * x / u) - digamma(0.5 + 0.25j * x / u)).real / (4 * np.pi * u)
    np.testing.assert_allclose(kernel(x, u), exact, rtol=1e-11, atol=4e-16 / u)
    assert kernel(np.zeros(1), u) == pytest.approx(np.log(2) / (2 * np.pi * u), rel=2e-15)
    twice = 2 * np.arange(1, len(BOOLE) + 1)
    np.testing.assert_allclose(BOOLE, (2.0**twice - 1) * bernoulli(twice[-1])[twice] / twice, rtol=1e-9)


def test_quadrature_converges_exponentially():
    exact = quantities(sea(0.25, 1.2, 200), 0.25)
    nodes = np.array([4, 8, 12, 16])
    errors = [np.abs(quantities(sea(0.25, 1.2, n), 0.25) - exact)[1:].max() for n in nodes]
    gains = np.diff(np.log10(errors))
    assert np.all(gains < -1)
    np.testing.assert_allclose(gains, gains.mean(), rtol=0.35)


@pytest.mark.parametrize(("U", "filling"), [(0.3, 0.4), (1.0, 0.99), (50.0, 0.7)])
def test_the_error_is_an_estimate_of_the_error(U, filling):
    found = hubbard(U, filling)
    finer = quantities(sea(U / 4, found.values[0], 300), U / 4)
    assert found.error < 1e-11
    assert np.abs(finer - found.values)[1:].max() <= 30 * found.error


@settings(max_examples=20)
@given(U=repulsions, filling=fillings)
def test_filling_grows_with_the_sea_by_its_end_values(U, filling):
    # dn/dQ = 2ρ(Q)ξ(Q), with the difference of fillings by a fourth-order rule.
    Q, h = solved(U, filling)["Q"], 1e-3
    n = [sea(U / 4, Q + k * h, 24).filling for k in (-2, -1, 1, 2)]
    found = sea(U / 4, Q, 24)
    assert (n[0] - 8 * n[1] + 8 * n[2] - n[3]) / (12 * h) == pytest.approx(2 * found.rho_end * found.xi_end, rel=1e-6)


@settings(max_examples=15)
@given(U=repulsions, filling=fillings)
def test_compressibility_is_that_of_the_luttinger_liquid(U, filling):
    # dµ/dn = πu_c/(2K_c) and de/dn = µ: K_c from the dressed charge, u_c from the dressed energy, µ and e apart.
    h = 0.02 * min(filling, 1 - filling)
    points = [solved(U, filling + k * h) for k in (-2, -1, 1, 2)]
    mu, e = (np.array([p[name] for p in points]) @ [1, -8, 8, -1] / (12 * h) for name in ("mu", "energy"))
    here = solved(U, filling)
    assert mu == pytest.approx(np.pi * here["u_c"] / (2 * here["K_c"]), rel=1e-4)
    assert e == pytest.approx(here["mu"], rel=1e-5, abs=1e-5)


@settings(max_examples=30)
@given(U=repulsions, filling=fillings)
def test_repulsion_bounds(U, filling):
    # Between free electrons (K_c = 1, both velocities v_F) and a full exclusion (K_c = ½, u_s = 0).
    found = solved(U, filling)
    assert 0.5 < found["K_c"] < 1
    assert 0 < found["u_s"] < 2 * np.sin(np.pi * filling / 2) + 1e-9
    assert -4 / np.pi * np.sin(np.pi * filling / 2) < found["energy"] <= -2 / np.pi * np.sin(np.pi * filling) + 1e-12


@pytest.mark.parametrize("n", [0.2, 0.5, 0.8])
def test_strong_repulsion_to_second_order(n):
    # U = ∞: free spinless fermions with k_F = πn. To first order in 1/U, with R(0) = 2 ln2/(πU) on the whole sea:
    # ξ = 1 + 2 sin(πn) R(0), so K_c = ½ + (4 ln2/πU) sin πn; spins exchange by J = (4/U) n [1 - sin(2πn)/2πn], which
    # costs e = -J n ln2 and moves them with (π/2)J on the squeezed chain, of which n sites make one of the lattice.
    exchange = 4 * n * (1 - np.sin(2 * np.pi * n) / (2 * np.pi * n))
    first = {
        "K_c": (0.5, 4 * np.log(2) / np.pi * np.sin(np.pi * n)),
        "u_s": (0.0, np.pi / 2 * exchange / n),
        "energy": (-2 / np.pi * np.sin(np.pi * n), -exchange * n * np.log(2)),
    }
    assert solved(1e7, n)["u_c"] == pytest.approx(2 * np.sin(np.pi * n), rel=1e-6)
    for name, (limit, slope) in first.items():
        rest = [abs(solved(U, n)[name] - limit - slope / U) for U in (200.0, 400.0)]
        assert np.log2(rest[0] / rest[1]) > 1.9, name


@pytest.mark.parametrize("n", [0.3, 0.6])
def test_weak_repulsion_to_second_order(n):
    # First order in U: K_c = 1 - U/2πv_F, u_c,s = v_F ± U/2π, e = e_0 + Un²/4, µ = µ_0 + Un/2.
    v = 2 * np.sin(np.pi * n / 2)
    first = {
        "K_c": (1.0, -1 / (2 * np.pi * v)),
        "u_c": (v, 1 / (2 * np.pi)),
        "u_s": (v, -1 / (2 * np.pi)),
        "energy": (-2 * v / np.pi, n**2 / 4),
        "mu": (-2 * np.cos(np.pi * n / 2), n / 2),
    }
    for name, (limit, slope) in first.items():
        rest = [abs(solved(U, n)[name] - limit - slope * U) for U in (0.6, 0.3)]
        assert np.log2(rest[0] / rest[1]) > 1.7, name


def test_the_weakest_repulsion_beside_half_filling_is_first_order():
    # As above at U = 0.02, where the next order is U²/(1 - n); a sea of this U is full over half of its range.
    n = 0.9
    found, v = solved(0.02, n), 2 * np.sin(np.pi * n / 2)
    assert found["K_c"] == pytest.approx(1 - 0.02 / (2 * np.pi * v), abs=1e-4)
    assert found["u_c"] == pytest.approx(v + 0.02 / (2 * np.pi), abs=1e-4)
    assert found["mu"] == pytest.approx(-2 * np.cos(np.pi * n / 2) + 0.01 * n, abs=1e-4)


@pytest.mark.parametrize("U", [2.0, 6.0])
def test_half_filling_is_approached_as_lieb_and_wu_found(U):
    # At n = 1: e = -4 ∫ J_0 J_1/(ω(1 + e^{ωU/2})) and µ_- = 2 - 4 ∫ J_1/(ω(1 + e^{ωU/2})), both over ω from 0 to ∞.
    end = 80 / U
    energy = -4 * quad(lambda w: j0(w) * j1(w) / w / (1 + np.exp(w * U / 2)), 0, end)[0]
    mu = 2 - 4 * quad(lambda w: j1(w) / w / (1 + np.exp(w * U / 2)), 0, end)[0]
    hole = 1e-5
    beside = solved(U, 1 - hole)
    # µ has the slope πu_c/2K_c, which falls linearly to zero at n = 1: half of it is left in the mean.
    assert beside["mu"] + hole * np.pi * beside["u_c"] / (4 * beside["K_c"]) == pytest.approx(mu, abs=1e-10)
    assert beside["energy"] + hole * beside["mu"] == pytest.approx(energy, abs=1e-10)
    assert beside["K_c"] == pytest.approx(0.5, abs=1e-3)
    assert beside["u_c"] == pytest.approx(0, abs=5e-3)


@pytest.mark.parametrize("U", [1.0, pytest.param(10.0, marks=pytest.mark.thorough)])
def test_rings_have_the_energies_velocities_and_stiffness(U):
    # Quarter filling; E_0 = eL - π(u_c + u_s)/6L, where the spins add corrections of 1/ln³L.
    here, sizes = solved(U, 0.5), (4, 8, 12)
    energies = [hubbard_energy(L, L // 4, U) for L in sizes]
    velocities = [(here["energy"] * L - E) * 6 * L / np.pi for L, E in zip(sizes, energies, strict=True)]
    assert extrapolated(sizes, velocities) == pytest.approx(here["u_c"] + here["u_s"], rel=2e-3)
    flux = 0.3
    stiffness = [
        (hubbard_energy(L, L // 4, U, flux) - E) * np.pi * L / flux**2 for L, E in zip(sizes, energies, strict=True)
    ]
    assert extrapolated(sizes, stiffness) == pytest.approx(here["u_c"] * here["K_c"], rel=2e-4)
