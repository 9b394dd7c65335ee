"""The t-V chain against closed forms, limits, thermodynamics and rings."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.wires.bethe.tv import (
    band,
    band_slope,
    chain,
    curvature,
    half_filled,
    kernel,
    kernel_slope,
    quantities,
    sea,
)
from tests.wires.rings import extrapolated, tv_energy

anisotropies = st.one_of(st.floats(-0.9, 1.0), st.floats(1.0, 20.0))
fillings = st.floats(0.02, 0.48)


def named(refined):
    return dict(zip(("Lambda", "K", "u", "energy", "mu"), refined.values, strict=True))


@given(Delta=anisotropies, part=st.floats(0.05, 0.9))
def test_slopes_are_derivatives(Delta, part):
    c = curvature(Delta)
    s, h = part * (np.pi / 2 / np.sqrt(-c) if c < -0.3 else 1.0), 1e-3
    points = s + h * np.array([-2, -1, 1, 2])
    for function, slope in (
        (lambda x: kernel(x, 0.4, c), kernel_slope(s, 0.4, c)),
        (lambda x: band(x, c), band_slope(s, c)),
    ):
        assert function(points) @ [1, -8, 8, -1] / (12 * h) == pytest.approx(slope, rel=1e-5, abs=1e-6)


@given(Delta=st.floats(-0.95, 0.95), s=st.floats(-2.0, 2.0))
def test_kernels_are_the_phases_of_the_xxz_chain(Delta, s):
    # Rapidities λ = s tan(γ/2), Δ = cos γ: dk = 2 sin γ/(cosh 2λ - cos γ) dλ, and the two-body phase likewise with 2γ.
    gamma = np.arccos(Delta)
    step = np.tan(gamma / 2)
    c, g = curvature(Delta), Delta / (1 + Delta)
    for strength, angle in ((1.0, gamma), (g, 2 * gamma)):
        expected = step * np.sin(angle) / (np.cosh(2 * s * step) - np.cos(angle)) / np.pi
        assert kernel(np.asarray(s), strength, c) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_quadrature_converges_exponentially():
    exact = quantities(sea(0.6, 1.5, 100), 0.6)
    errors = [np.abs(quantities(sea(0.6, 1.5, n), 0.6) - exact)[1:].max() for n in (3, 6, 9, 12)]
    gains = np.diff(np.log10(errors))
    assert np.all(gains < -1)
    np.testing.assert_allclose(gains, gains.mean(), rtol=0.35)


@settings(max_examples=30)
@given(Delta=st.one_of(st.floats(-0.95, 1.0), st.floats(1.0, 1e3)), filling=st.floats(1e-6, 0.499))
def test_moderate_parameters_are_accurate(Delta, filling):
    found = chain(Delta, filling)
    finer = quantities(sea(Delta, found.values[0], 400), Delta)
    assert found.error < 1e-10
    assert np.abs(finer - found.values)[1:].max() < 1e-10


@given(Delta=anisotropies, filling=fillings)
def test_compressibility_is_that_of_the_luttinger_liquid(Delta, filling):
    # dµ/dn = πu/K and de/dn = µ: K from the dressed charge, u from the dressed energy, µ and e apart.
    h = 0.02 * min(filling, 0.5 - filling)
    points = [named(chain(Delta, filling + k * h)) for k in (-2, -1, 1, 2)]
    mu, e = (np.array([p[name] for p in points]) @ [1, -8, 8, -1] / (12 * h) for name in ("mu", "energy"))
    here = named(chain(Delta, filling))
    assert mu == pytest.approx(np.pi * here["u"] / here["K"], rel=1e-4)
    assert e == pytest.approx(here["mu"], rel=1e-5, abs=1e-5)


@given(filling=st.floats(1e-4, 0.499))
def test_free_fermions(filling):
    here = named(chain(0.0, filling))
    expected = {
        "K": 1.0,
        "u": 2 * np.sin(np.pi * filling),
        "energy": -2 / np.pi * np.sin(np.pi * filling),
        "mu": -2 * np.cos(np.pi * filling),
    }
    for name, value in expected.items():
        assert here[name] == pytest.approx(value, abs=1e-11)


@pytest.mark.parametrize("n", [0.1, 0.35, 0.47])
def test_hard_rods(n):
    # Δ = ∞ forbids neighbours: each fermion takes the bond to its right away, N free fermions on L - N sites with
    # e = -(2/π)(1 - n) sin πm, m = n/(1 - n). So πu/K = d²e/dn² = 2π sin(πm)/(1 - n)³, and since
    # a flux Φ shifts all momenta by Φ/L, uK = (π/L) Σ 2cos k = 2(1 - n) sin πm: K = (1 - n)², u = 2 sin(πm)/(1 - n).
    m = n / (1 - n)
    limits = {
        "K": (1 - n) ** 2,
        "u": 2 * np.sin(np.pi * m) / (1 - n),
        "energy": -2 / np.pi * (1 - n) * np.sin(np.pi * m),
    }
    first, second = (named(chain(Delta, n)) for Delta in (1000.0, 2000.0))
    for name, limit in limits.items():
        assert np.log2(abs(first[name] - limit) / abs(second[name] - limit)) == pytest.approx(1, abs=0.05), name


@pytest.mark.parametrize("n", [0.2, 0.45])
def test_weak_interaction_to_second_order(n):
    # K = 1 - (V(0) - V(2k))/2πv with V(q) = 2V cos q, and uK = v up to second order.
    v = 2 * np.sin(np.pi * n)
    slope = -2 * (1 - np.cos(2 * np.pi * n)) / (2 * np.pi * v)
    found = [named(chain(V / 2, n)) for V in (0.1, 0.05)]
    for rest in (
        [abs(one["K"] - 1 - slope * V) for one, V in zip(found, (0.1, 0.05), strict=True)],
        [abs(one["K"] * one["u"] - v) for one in found],
    ):
        assert np.log2(rest[0] / rest[1]) == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("Delta", [-0.5, 0.2, 0.6])
def test_half_filling_is_the_limit(Delta):
    # The band's curvature gives K a correction of order δ² (umklapp, δ^{8K-4}, is weaker for these Δ, or comparable).
    limit = named(half_filled(Delta))
    for name, tolerance in {"K": 3e-5, "u": 3e-4, "energy": 3e-3, "mu": 3e-2}.items():
        assert named(chain(Delta, 0.499))[name] == pytest.approx(limit[name], abs=tolerance), name
    steps = [abs(named(chain(Delta, 0.5 - d))["u"] - limit["u"]) for d in (0.02, 0.01)]
    assert np.log2(steps[0] / steps[1]) > 1.2


def test_half_filling_at_known_points():
    # Free fermions; Δ = ½: e of the XXZ chain is -3J/8; Δ = 1: J(¼ - ln 2) (Hulthén). J = 2, and +V/4 for fermions.
    assert named(half_filled(0.0))["energy"] == pytest.approx(-2 / np.pi, abs=1e-12)
    assert named(half_filled(0.5))["energy"] == pytest.approx(-0.75 + 0.25, abs=1e-12)
    assert named(half_filled(1.0))["energy"] == pytest.approx(2 * (0.25 - np.log(2)) + 0.5, abs=1e-12)
    np.testing.assert_allclose([named(half_filled(1.0))[name] for name in ("K", "u", "mu")], [0.5, np.pi, 2])


@pytest.mark.parametrize("Delta", [1.5, 10.0])
def test_beside_the_insulator_fermions_are_hard_rods_of_charge_half(Delta):
    # K = Z² with Z = 1/(1 + 1) on the full zone.
    beside = [named(chain(Delta, 0.5 - d)) for d in (2e-4, 1e-4)]
    np.testing.assert_allclose([one["K"] for one in beside], 0.25, atol=2e-2)
    assert (beside[0]["K"] - 0.25) / (beside[1]["K"] - 0.25) == pytest.approx(2, rel=0.1)
    assert beside[1]["u"] < beside[0]["u"] < 0.5


@pytest.mark.parametrize(
    ("Delta", "filling", "sizes"),
    [(0.5, 1 / 4, (8, 12, 16)), (1.5, 1 / 4, (8, 12, 16)), (-0.5, 1 / 3, (9, 12, 15)), (2.0, 2 / 5, (5, 10, 15))],
)
def test_rings_have_the_energies_velocity_stiffness_and_compressibility(Delta, filling, sizes):
    # E_0 = eL - πu/6L; a flux adds uKΦ²/2πL; one fermion more and one less cost πu/KL together.
    here, V, flux = named(chain(Delta, filling)), 2 * Delta, 0.3
    numbers = [round(filling * L) for L in sizes]
    energies = [tv_energy(L, N, V) for L, N in zip(sizes, numbers, strict=True)]
    levels = list(zip(sizes, numbers, energies, strict=True))
    expected = {
        here["u"]: [(here["energy"] * L - E) * 6 * L / np.pi for L, _, E in levels],
        here["u"] * here["K"]: [(tv_energy(L, N, V, flux) - E) * 2 * np.pi * L / flux**2 for L, N, E in levels],
        here["u"] / here["K"]: [
            (tv_energy(L, N + 1, V) + tv_energy(L, N - 1, V) - 2 * E) * L / np.pi for L, N, E in levels
        ],
    }
    for value, found in expected.items():
        assert extrapolated(sizes, found) == pytest.approx(value, rel=2e-3)
