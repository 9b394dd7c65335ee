"""An impurity in the primary wire: scales against the integrated flow, conductance against the free-fermion point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp
from scipy.special import polygamma

from attractron.core.errors import InputError
from attractron.wires.impurity import impurity_conductance, impurity_scales, interpolated


def at_free_fermions(x):
    """G/G_0 of a paired wire at M_cc = 1 with x = Γ/(2πkT).

    An impurity of dimension ½ refermionises: a particle of energy ω passes with the probability ω²/(ω² + Γ²), and
    G/G_0 = ∫ (-f'(ω)) ω²/(ω² + Γ²) dω. With -f' = 1/(4kT cosh²) and Γ²/(ω² + Γ²) = Γ∫₀^∞ e^{-Γs} cos ωs ds the thermal
    average of cos ωs is πkTs/sinh(πkTs), and ∫ z e^{-2xz}/sinh z dz = ψ'(½ + x)/2.
    """
    return 1 - x * polygamma(1, 0.5 + x)


@pytest.mark.parametrize("x", [0.05, 0.7, 4.0])
def test_the_closed_form_at_free_fermions_is_the_thermal_average(x):
    Gamma = 2 * np.pi * x  # in units of kT
    average, _ = quad(lambda w: w * w / (w * w + Gamma**2) / (4 * np.cosh(w / 2) ** 2), -60, 60, points=[0])
    assert at_free_fermions(x) == pytest.approx(average, rel=1e-7)


def test_the_interpolation_is_close_to_the_exact_conductance_of_free_fermions():
    kT = np.geomspace(1e-4, 1e4, 801)  # in units of Γ
    exact = at_free_fermions(1 / (2 * np.pi * kT))
    K_c = 1.0
    assert np.abs(interpolated(kT, 0.42, (2 - K_c) / 2, K_c / 2) - exact).max() < 0.011
    # Both powers: G ~ T² when cut, 1 - G ~ 1/T when weak.
    cut, weak = np.diff(np.log(exact[:2])), np.diff(np.log(1 - exact[-2:]))
    slopes = np.log(kT[1] / kT[0])
    np.testing.assert_allclose([cut[0] / slopes, weak[0] / slopes], [2, -1], atol=1e-3)


@given(K_c=st.floats(0.1, 0.95), g=st.floats(0.01, 0.9))
def test_the_wire_is_cut_where_the_impurity_becomes_strong(K_c, g):
    """dg/dl = (1 - d)g from g/Λ to 1, d = (K_c + K_s)/2: l = ln(Λ/g)/(1 - d), and E = Λe^{-l}."""
    scales = impurity_scales(K_c=K_c, g=g, Lambda=2.0)
    for E, K_s in zip(scales, (1.0, 0.0), strict=True):
        strong_at = np.log(2.0 / g) / (1 - (K_c + K_s) / 2)
        assert np.log(2.0 / E) == pytest.approx(strong_at, rel=1e-9)
    assert scales[0] < scales[1]


@given(K_c=st.floats(0.2, 1.5), g=st.floats(0.01, 0.9), gap=st.floats(0.05, 1.0))
def test_a_small_gap_leaves_the_impurity_to_the_gapless_wire_first(K_c, g, gap):
    def stronger(_, state):
        return [(1 - (K_c + 1.0) / 2) * state[0]]

    E_LL, E_sG = impurity_scales(K_c=K_c, g=g, Lambda=1.0, spin_gap=gap)
    first = solve_ivp(stronger, (0, -np.log(gap)), [g], rtol=1e-11, method="DOP853") if gap < 1 else None
    at_gap = g if first is None else first.y[0, -1]
    if at_gap >= 1:
        assert E_sG == E_LL >= gap * (1 - 1e-6)
    else:
        assert gap * (1 + 1e-9) > E_LL
        assert E_sG == pytest.approx(gap * at_gap ** (2 / (2 - K_c)), rel=1e-8)


def test_an_irrelevant_impurity_cuts_nothing():
    assert impurity_scales(K_c=1.0, g=0.1, Lambda=1.0)[0] == 0.0
    assert impurity_scales(K_c=2.0, g=0.1, Lambda=1.0) == (0.0, 0.0)
    result = impurity_conductance([0.1, 0.5], K_c=1.1, g=0.1, Lambda=1.0)
    np.testing.assert_array_equal(result["gapless"], 2.0)
    # The mixing with the secondary wire counts: 0.9 + 0.5²·0.5 > 1.
    assert impurity_scales(K_c=0.9, K=0.5, Q=0.5, g=0.1, Lambda=1.0)[0] == 0.0


def test_the_drop_is_largest_between_the_two_energies():
    result = impurity_conductance(np.geomspace(1e-7, 1, 401), K_c=0.8, g=0.2, Lambda=1.0)
    at = float(result["omega"][int(np.argmax(result["drop"].to_numpy()))])
    assert float(result["E_LL"]) < at < float(result["E_sG"])
    assert float(result["drop"].min()) >= 0
    assert float(result["drop"].max()) > 0.5
    low = np.log(result["paired"].to_numpy()[:2])
    slope = (low[1] - low[0]) / np.log(result["omega"].to_numpy()[1] / result["omega"].to_numpy()[0])
    assert slope == pytest.approx(2 * (2 / 0.8 - 1), rel=1e-2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"g": 1.5}, "`g` must be smaller than Lambda: got 1.5"),
        ({"g": 0.0}, "`g` must be positive"),
        ({"K_c": -1.0}, "`K_c` must be positive"),
        ({"spin_gap": 2.0}, "`spin_gap` must not exceed Lambda"),
        ({"omega": [0.0, 1.0]}, "`omega` must lie in"),
        ({"omega": [1.0, 0.5, 0.7]}, "`omega` must rise or fall"),
    ],
)
def test_bad_input_is_refused(change, message):
    arguments = {"omega": [0.1], "K_c": 0.8, "g": 0.1, "Lambda": 1.0} | change
    with pytest.raises(InputError, match=message):
        impurity_conductance(**arguments)
