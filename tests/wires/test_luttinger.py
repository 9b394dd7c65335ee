"""From interactions to Luttinger parameters: against one-loop fermions and against exactly solved chains."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.bethe.chains import hubbard_chain, tv_chain
from attractron.wires.dimensions import exact_dimensions
from attractron.wires.luttinger import (
    NORMALISATIONS,
    Amplitudes,
    Electrons,
    backscattering,
    coupled_wires_from_interactions,
    from_interactions,
    spinful,
    spinless,
)
from tests.wires.one_loop import SECONDARY, couplings, flow, vertex

weak = st.floats(-1.0, 1.0)
v = 1.7


def primary(**changes):
    return Electrons(**{"density": 0.1, "v_F": 100.0, "U": (200.0, 30.0), **changes})


def secondary(**changes):
    return Electrons(**{"density": 0.048, "v_F": 80.0, "U": (400.0, 40.0), **changes})


@given(g_1=weak, g_2=weak)
def test_the_oracle_is_g_ology_for_one_wire(g_1, g_2):
    rates = couplings(flow(vertex(g_1, g_2, 0.0, 0.0, 0.0), v))
    np.testing.assert_allclose(rates, [-(g_1**2) / (np.pi * v), 0, 0, 0, 0], atol=1e-14)


@given(g_1=weak, g_2=weak, g_sec=weak, V_forward=weak, V_backward=weak)
def test_the_oracle_keeps_the_symmetry_of_the_wires(g_1, g_2, g_sec, V_forward, V_backward):
    # SU(2): Γ̇_{↑↑;↑↑} is that of g_2 - g_1; both spins couple alike.
    rates = flow(vertex(g_1, g_2, g_sec, V_forward, V_backward), v)
    dg_1, charge, dg_sec, forward, backward = couplings(rates)
    np.testing.assert_allclose(rates, vertex(dg_1, (charge + dg_1) / 2, dg_sec, forward, backward), atol=1e-14)


@given(g_1=weak, g_2=weak, g_sec=weak, V_forward=weak, V_backward=weak)
def test_second_order_coefficients_of_the_flow_are_those_of_fermions(g_1, g_2, g_sec, V_forward, V_backward):
    # (16a) on K_s = 1 + y_s/2, (16e) and (16f), with y_s = g_1/πv, 1/K = 1 + g_sec/2πv, 1/K_c = 1 + (2g_2 - g_1)/2πv.
    y_s, y = g_1 / (np.pi * v), backscattering(V_backward, v)
    dg_1, charge, dg_sec, _, _ = couplings(flow(vertex(g_1, g_2, g_sec, V_forward, V_backward), v))
    assert dg_1 / (np.pi * v) == pytest.approx(-(y_s**2) - y**2 / 4, abs=1e-14)
    assert dg_sec / (2 * np.pi * v) == pytest.approx(y**2 / 4, abs=1e-14)
    assert charge / (2 * np.pi * v) == pytest.approx(y**2 / 8, abs=1e-14)


def test_the_literal_reading_is_eight_times_weaker():
    y = {name: backscattering(0.3, v, name) for name in NORMALISATIONS}
    assert y["operator-product"] == pytest.approx(np.sqrt(2) * 0.3 / (np.pi * v))
    assert y["literal"] == pytest.approx(0.3 / 2 / (np.pi * v))
    assert (y["operator-product"] / y["literal"]) ** 2 == pytest.approx(8)


@pytest.mark.parametrize(("carriers", "sign", "name"), [("particles", 1, "dimension_2"), ("holes", -1, "dimension_1")])
def test_growth_of_the_coupling_is_that_of_fermions(carriers, sign, name):
    # (16c, d): d ln y/dℓ = 2 - dim_charge - K_s/2 - y_s/2 with all parameters from interactions of size ε, against the
    # fermions' linear rate: what is left is of order ε². Secondary holes are fermions that V attracts.
    left = []
    for size in (0.04, 0.02):
        U, U_sec, V = (size * np.array(pair) for pair in ((1.3, 0.4), (0.9, 0.2), (0.7, 0.3)))
        rates = couplings(flow(vertex(U[1], U[0], U_sec[0] - U_sec[1], sign * V[0], V[1]), v))
        wires = from_interactions(
            primary(v_F=v, U=tuple(U)), secondary(v_F=v, U=tuple(U_sec)), tuple(V), carriers=carriers
        )
        given_names = ("K_c", "u_c", "K", "u", "V_phi", "V_theta")
        exact = exact_dimensions(**{key: float(wires[key]) for key in given_names})
        growth = 2 - float(exact[name]) - float(wires["K_s"]) / 2 - float(wires["y_s"]) / 2
        left.append(abs(growth - rates[4] / V[1]))
        assert abs(rates[4] / V[1]) > 10 * left[-1]
    assert np.log2(left[0] / left[1]) == pytest.approx(2, abs=0.3)


@given(g_1=weak, V_forward=weak, V_backward=weak)
def test_the_secondary_alone_does_not_flow(g_1, V_forward, V_backward):
    rates = flow(vertex(g_1, 0.0, 0.7, V_forward, 0.0), v)
    assert rates[SECONDARY, SECONDARY, SECONDARY, SECONDARY] == 0


@pytest.mark.parametrize("n", [0.5, 0.8])
def test_hubbard_chain_to_second_order(n):
    # Contact repulsion: U(0) = U(2k_F) = U. Exact K_c, u_c, u_s from the Bethe ansatz.
    rest = {"K_c": [], "u_c": [], "u_s": []}
    for U in (0.6, 0.3):
        exact, weak_coupling = hubbard_chain(U, n), spinful(2 * np.sin(np.pi * n / 2), Amplitudes(U, U))._asdict()
        for name, differences in rest.items():
            differences.append(abs(float(exact[name]) - weak_coupling[name]))
    for name, (coarse, fine) in rest.items():
        assert np.log2(coarse / fine) > 1.7, name


@pytest.mark.parametrize("n", [0.2, 0.4, 0.5, 0.7])
def test_tv_chain_to_second_order(n):
    # V(q) = 2V cos q; the exchange between neighbours shifts the lattice's velocity as assumed: uK = v.
    rest = {"K": [], "u": []}
    for V in (0.1, 0.05):
        exact = tv_chain(V, n)
        first = spinless(2 * np.sin(np.pi * n), Amplitudes(2 * V, 2 * V * np.cos(2 * np.pi * n)))._asdict()
        for name, differences in rest.items():
            differences.append(abs(float(exact[name]) - first[name]))
    for name, (coarse, fine) in rest.items():
        assert np.log2(coarse / fine) == pytest.approx(2, abs=0.2), name


@given(v_F=st.floats(0.1, 1e3), forward=st.floats(0, 20), part=st.floats(-0.99, 0.99))
def test_currents_are_conserved(v_F, forward, part):
    backward = part * min(forward, np.pi) * v_F
    one = spinful(v_F, Amplitudes(forward * v_F, backward))
    assert one.K_c * one.u_c == pytest.approx(v_F)
    assert one.u_s**2 == pytest.approx(v_F * (v_F - backward / np.pi))
    assert one.K_s == pytest.approx(1 + one.y_s / 2)
    two = spinless(v_F, Amplitudes(forward * v_F, backward))
    assert v_F == pytest.approx(two.K * two.u)


def test_strong_repulsion_in_the_secondary_needs_range():
    assert spinless(100.0, Amplitudes(500.0, 500.0)).K == 1
    limit = 3 * np.pi * 100
    assert spinless(100.0, Amplitudes(limit + 1, 0.0)).K < 0.5 < spinless(100.0, Amplitudes(limit - 1, 0.0)).K


def test_numbers_with_their_units():
    found = from_interactions(primary(), secondary(), (20.0, 10.0), alpha_0=5.0)
    u_c, u = float(found["u_c"]), float(found["u"])
    expected = {
        "K_c": (1 + 370 / (100 * np.pi)) ** -0.5,
        "K": (1 + 360 / (80 * np.pi)) ** -0.5,
        "V_phi": np.sqrt(2) * 20,
        "V_theta": 0.0,
        "y": 2 * np.sqrt(2) * 10 / (np.pi * (u_c + u)),
        "y_s": 30 / (np.pi * float(found["u_s"])),
        "upsilon": np.sqrt(float(found["K_c"] * found["K"]) / (u_c * u)) * np.sqrt(2) * 20 / np.pi,
        "u_ratio": u / u_c,
        "k_F": 0.05 * np.pi,
        "k": 0.048 * np.pi,
        "mismatch": 0.01 * np.pi,
        "mismatch_2": 0.49 * np.pi,
    }
    for name, value in expected.items():
        assert float(found[name]) == pytest.approx(min(1, value) if "mismatch" in name else value, rel=1e-12), name
    assert found["u_c"].attrs["units"] == "meV nm"
    assert found["k"].attrs["units"] == "nm⁻¹"
    assert json.loads(found.attrs["options"])["normalisation"] == "operator-product"


def test_an_interaction_may_be_a_function_of_momentum():
    def screened(q):
        return 300 / (1 + (20 * q) ** 2)

    by_function = from_interactions(primary(U=screened), secondary(U=screened), screened)
    k_F, k = 0.05 * np.pi, 0.048 * np.pi
    by_numbers = from_interactions(
        primary(U=(300.0, screened(2 * k_F))), secondary(U=(300.0, screened(2 * k))), (300.0, screened(2 * k_F))
    )
    for name in by_function.data_vars:
        assert float(by_function[name]) == float(by_numbers[name])
    assert float(by_function["mismatch"]) == pytest.approx(0.04)  # α_0 = 1/k_F


def test_the_model_has_the_exact_dimensions_off_the_line():
    found = from_interactions(primary(), secondary(), (60.0, 10.0))
    names = ("K_c", "u_c", "K", "u", "V_phi", "V_theta")
    exact = exact_dimensions(**{name: float(found[name]) for name in names})
    wires = coupled_wires_from_interactions(primary(), secondary(), (60.0, 10.0))
    np.testing.assert_allclose(wires.dimensions, [float(exact["dimension_1"]), float(exact["dimension_2"])], rtol=1e-12)
    for name in ("y", "y_s", "upsilon", "u_ratio", "mismatch", "mismatch_2"):
        assert getattr(wires, name) == pytest.approx(float(found[name]), rel=1e-12)
    assert wires.y_2 == wires.y
    assert wires.V_theta_ratio == 0
    particles = coupled_wires_from_interactions(primary(), secondary(), (60.0, 10.0), carriers="particles")
    np.testing.assert_allclose(particles.dimensions, wires.dimensions[::-1], rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: primary(density=0.0), "`density` must be positive"),
        (lambda: primary(v_F=-1.0), "`v_F` must be positive"),
        (lambda: primary(U=(1.0, 2.0, 3.0)), r"`U` must be a number, a pair \(U\(0\), U\(2k_F\)\) or a function of q"),
        (lambda: primary(U=(1.0, np.nan)), r"`U\[1\]` must be finite"),
        (lambda: primary(U=lambda q: np.inf if q == 0 else 1.0), r"`U\(0\)` must be finite"),
        (lambda: from_interactions(primary(U=400.0), secondary(), 1.0), r"`U\(2k_F\)` must be weaker than π v_F"),
        (
            lambda: from_interactions(primary(U=(-200.0, 0.0)), secondary(), 1.0),
            r"`2U\(0\) - U\(2k_F\)` must be above -π v_F = -314.*: got -400.0; stronger attraction makes",
        ),
        (
            lambda: from_interactions(primary(), secondary(U=(-300.0, 0.0)), 1.0),
            r"`U\(0\) - U\(2k_F\)` must be above -π v_F",
        ),
        (lambda: from_interactions(primary(), secondary(), np.nan), "`V` must be finite"),
        (lambda: from_interactions(primary(), secondary(), 1.0, carriers="hole"), "did you mean 'holes'"),
        (lambda: from_interactions(primary(), secondary(), 1.0, normalisation="ope"), "`normalisation` must be one of"),
        (lambda: from_interactions(primary(), secondary(), 1.0, alpha_0=0.0), "`alpha_0` must be positive"),
        (lambda: coupled_wires_from_interactions(primary(), secondary(), 500.0), "`upsilon` must lie in"),
    ],
)
def test_bad_input(make, message):
    with pytest.raises(InputError, match=message):
        make()
