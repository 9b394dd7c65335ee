"""Operators of the trion phase against the published exponents, and solitons against a discretised field."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import solve_banded

from attractron.core.errors import InputError
from attractron.wires.trion import TrionLiquid
from attractron.wires.trion_operators import HALF_KINK, IMPURITIES, dimension, excitation_costs, trion_operators

FREE = TrionLiquid(K_c=1.0, K=1.0, V_phi=4 * np.pi / (3 * np.sqrt(2)))  # K_f = 3, nothing left of V'_×


def test_free_trions_are_free_fermions():
    result = trion_operators(FREE)
    dimensions = result["dimension"].to_series()
    assert result["K_f"].item() == pytest.approx(3.0, rel=1e-14)
    assert dimensions["trion"] == pytest.approx(0.5, rel=1e-13)
    assert dimensions["trion density wave"] == pytest.approx(1.0, rel=1e-13)
    assert dimensions["trion pair"] == pytest.approx(1.0, rel=1e-13)


@given(K_f=st.floats(0.1, 20.0))
def test_published_exponents(K_f):
    # exp(ibθ_f) cos(aφ_f) has the dimension a²K_f/4 + b²/(4K_f); (21): a = 1/√3, b = √3; Ψ†Ψ: a = 2/√3; ΨΨ: b = 2√3.
    assert dimension((1, 1, -1), (-1, -1, -1), K_f) == pytest.approx(K_f / 12 + 3 / (4 * K_f))
    assert dimension((1, 1, -1), (-1, -1, 1), K_f) == pytest.approx(3 * K_f / 4 + 3 / (4 * K_f))
    assert dimension((0, 0, 0), (2, 0, 0), K_f) == pytest.approx(K_f / 3)
    assert dimension((2, 2, -2), (0, 0, 0), K_f) == pytest.approx(3 / K_f)


def test_momenta_are_those_of_the_trion_operator():
    result = trion_operators(FREE)
    momenta = {
        name: (int(a), int(b))
        for name, a, b in zip(*(result[v].values for v in ("operator", "momentum_kF", "momentum_k")), strict=True)
    }
    assert momenta["trion"] == (2, 1)
    assert momenta["trion, same movers"] == (2, -1)
    assert momenta["trion, opposite spins' movers"] == (0, -1)


def test_single_particles_and_bare_pairs_are_gapped():
    gapped = trion_operators(FREE)["gapped"].to_series()
    assert set(gapped[gapped].index) == {"electron", "secondary particle", "electron pair"}


def test_exponentials_of_gapped_particles_are_those_with_solitons():
    # n_s·q = n_g·q = 0 only for multiples of the trion (1, 1, -1).
    for q in itertools.product(range(-3, 4), repeat=3):
        bound = q[0] == q[1] == -q[2]
        assert np.isinf(dimension(q, (0, 0, 0), 2.0)) != bound


def test_all_impurities_become_irrelevant_at_the_same_point():
    V = FREE.V_phi * np.array([0.9, 0.999, 1.001, 1.05])
    result = trion_operators(FREE, {"V_phi": V})
    np.testing.assert_array_equal(result["impurities_relevant"], [True, True, False, False])
    for name in IMPURITIES:
        np.testing.assert_allclose(result["dimension"].sel(operator=name), result["K_f"] / 3, rtol=1e-14)


def kink_energy(steps, flipped):
    """Stationary ∫[φ'²/2 + 1 - s(x) cos φ]dx for a φ that climbs by 2π (s = 1), or by π with s(x > 0) = -1.

    Differences and rectangles of width h on [-16, 16], Newton's method; 1 - s cos φ vanishes in the ground states. The
    whole soliton, which may sit anywhere, is held at φ(0) = π and is twice its left half.
    """
    x = np.linspace(-16, 16 if flipped else 0, steps + 1)
    h = x[1] - x[0]
    sign = -np.sign(x) if flipped else np.ones_like(x)
    phi = 2 * np.arctan(np.exp(x)) * (1 if flipped else 2)
    phi[[0, -1]] = 0.0, np.pi
    for _ in range(50):
        force = (-phi[2:] + 2 * phi[1:-1] - phi[:-2]) / h + h * sign[1:-1] * np.sin(phi[1:-1])
        bands = np.full((3, steps - 1), -1 / h)
        bands[1] = 2 / h + h * sign[1:-1] * np.cos(phi[1:-1])
        phi[1:-1] -= solve_banded((1, 1), bands, force)
    assert abs(force).max() < 1e-10
    weight = np.full_like(x, h)
    weight[[0, -1]] = h / 2
    energy = np.sum(np.diff(phi) ** 2) / (2 * h) + np.sum(weight * (1 - sign * np.cos(phi)))
    return energy if flipped else 2 * energy


def test_half_a_soliton_at_a_spin_soliton():
    ratios = np.array([kink_energy(2 * steps, True) / kink_energy(steps, False) for steps in (200, 400, 800)])
    errors = abs(ratios - HALF_KINK)
    np.testing.assert_allclose(np.log2(errors[:-1] / errors[1:]), 2.0, atol=0.1)
    assert errors[-1] < 1e-4


def costs(**gaps):
    return excitation_costs(**gaps)["cost"].to_series()


def test_costs_in_both_wires():
    found = costs(spin_gap=1.0, trion_gap=0.2)
    assert found["electron"] == pytest.approx(1.0 + HALF_KINK * 0.2)
    assert found["electron and secondary hole"] == pytest.approx(found["electron"])
    assert found["secondary particle"] == pytest.approx(0.2)
    assert found["electron pair"] == pytest.approx(0.2)
    assert found["spin flip"] == pytest.approx(2 * found["electron"])
    assert found["trion"] == 0


def test_in_the_paired_phase_only_spin_costs():
    found = costs(spin_gap=0.7, trion_gap=0.0)
    assert found["electron"] == pytest.approx(0.7)
    assert found["electron pair"] == found["secondary particle"] == 0


def test_a_soft_spin_splits_a_soliton_in_halves():
    # 2(Δ_s + 0.293Δ_g) < Δ_g when Δ_s < 0.207Δ_g.
    result = excitation_costs(spin_gap=0.1, trion_gap=1.0)
    chosen = result.sel(excitation="secondary particle")
    assert chosen["spin_solitons"] == 2
    assert chosen["cost"].item() == pytest.approx(2 * (0.1 + HALF_KINK))


@given(spin=st.floats(0, 5), bound=st.floats(0, 5))
def test_costs_are_the_lowest_over_all_numbers_of_spin_solitons(spin, bound):
    result = excitation_costs(spin_gap=spin, trion_gap=bound)
    added = {
        "electron": (1, 1),
        "spin flip": (2, 0),
        "electron pair": (0, 2),
        "secondary particle": (0, 2),
        "trion": (0, 0),
    }
    for name, (s, g) in added.items():
        expected = min(w * (spin + HALF_KINK * bound) + max(g - w, 0) * bound / 2 for w in range(s, 12, 2))
        assert result["cost"].sel(excitation=name).item() == pytest.approx(expected, abs=1e-12)


def test_bad_gaps():
    with pytest.raises(InputError, match=r"`trion_gap` must be zero or positive: got -1\.0"):
        excitation_costs(spin_gap=1.0, trion_gap=-1.0)
    with pytest.raises(InputError, match=r"`kinetic` must be one of"):
        trion_operators(FREE, kinetic="both")
