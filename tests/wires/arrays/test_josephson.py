"""The Josephson coupling alone: invariant, separatrix and temperature by quadrature, and its essential singularity."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

from attractron.core.constants import K_B
from attractron.wires import ArrayOfWires, array_flow, josephson_transition
from attractron.wires.arrays.josephson import separatrix

ARRAY = ArrayOfWires(K_c=0.45, l_spin=3.0, U_perp=0.0, t_perp=0.3, Lambda=10.0)
PLANE = ARRAY.with_parameters(number=8)


def squared(array):
    """J²(κ), and J² at the start."""
    K, s = array.K_modes, array.participation
    begin = (array.t_perp / array.spin_gap) ** 4
    return lambda kappa: begin + 8 * (2 * kappa - float(np.mean(np.log1p(s * kappa / K))))


@given(st.floats(0.2, 0.49))
def test_two_wires_have_the_known_separatrix(K):
    line = separatrix(ARRAY.with_parameters(K_c=K))
    assert line.critical == pytest.approx(8 * (2 * K - np.log(K) - 1 - np.log(2)), rel=1e-6, abs=1e-13)
    assert line.kappa == pytest.approx(0.5 - K, abs=1e-12)
    assert line.curvature == pytest.approx(4.0, rel=1e-9)


@pytest.mark.parametrize("array", [ARRAY, PLANE, PLANE.with_parameters(U_perp=0.1)])
def test_the_temperature_is_that_of_the_quadrature(array):
    J2, line = squared(array), separatrix(array)
    end = brentq(lambda kappa: J2(kappa) - 1, line.kappa, 5.0)
    length = quad(lambda kappa: 4 / J2(kappa), 0, end, points=[line.kappa], epsabs=1e-12)[0]
    found = josephson_transition(array, {})
    assert float(found["transition_temperature"]) == pytest.approx(array.spin_gap / K_B * np.exp(-length), rel=1e-7)
    assert float(found["distance"]) == pytest.approx(J2(line.kappa), rel=1e-9)


@given(st.floats(0.05, 0.45), st.sampled_from([ARRAY, PLANE]))
@example(0.202, PLANE)  # fades so slowly that its steps reach l of thousands
@settings(max_examples=15, deadline=None)
def test_the_flow_keeps_the_invariant(t_perp, array):
    """J² - 8 mean(2K_k - ln K_k) along the trajectory of the whole flow."""
    found = array_flow(array.with_parameters(t_perp=t_perp, backscattering=0.0), points=21)
    K, J = found["K"].values, found["J"].values
    kept = J**2 - 8 * (2 * K - np.log(K)).mean(axis=1)
    assert np.ptp(kept) < 1e-7


@pytest.mark.parametrize("array", [ARRAY, PLANE])
def test_it_closes_with_the_root_of_the_distance_in_the_exponent(array):
    """ln(Δ_s/T_c) √(mC)/2π → 1, the error falling as √C."""
    critical = float(josephson_transition(array, {})["critical_hopping"])
    above = critical * (1 + np.array([1e-2, 1e-3, 1e-4]))
    found = josephson_transition(array, {"t_perp": above})
    lingering = found["l_strong"].values - array.l_spin
    m = separatrix(array).curvature
    ratio = lingering * np.sqrt(m * found["distance"].values) / (2 * np.pi)
    errors = np.abs(1 - ratio)
    assert errors[:-1] / errors[1:] == pytest.approx(np.sqrt(10), rel=0.05)
    below = josephson_transition(array, {"t_perp": critical * np.linspace(0.9, 0.999, 200)})
    assert not below["transition_temperature"].any()


def test_at_one_half_the_exponent_is_that_of_j():
    """K = ½, no lingering at the side: ln(Δ_s/T_c) → π/(2J)."""
    found = josephson_transition(ARRAY.with_parameters(K_c=0.5 - 1e-12), {"t_perp": [0.1, 0.03]})
    lengths = np.log(ARRAY.spin_gap / K_B / found["essential_temperature"].values)
    assert lengths * found["josephson"].values * 2 / np.pi == pytest.approx(1.0, rel=1e-6)


def test_relevant_couplings_have_no_transition_and_nearly_the_fixed_dimension():
    array = ARRAY.with_parameters(K_c=1.0)
    found = josephson_transition(array, {"t_perp": [0.001, 0.01]})
    assert (found["critical_hopping"] == 0).all()
    ratio = (found["transition_temperature"] / found["fixed_dimension_temperature"]).values
    assert abs(ratio[0] - ratio[1]) < 1e-3
    assert (ratio > 1).all()  # K grows on the way
    assert found["plane_temperature"].values == pytest.approx(found["transition_temperature"].values / 4)
