"""The competition between neighbours: duality, exact invariants, SciPy, and what the paper says of it."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, solve_ivp

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.wires.arrays import flow as array_equations
from attractron.wires.arrays.flow import DECOUPLED, PI_CDW, SUPERCONDUCTOR, UNDECIDED, Start, second_order, start
from attractron.wires.arrays.model import ArrayOfWires
from attractron.wires.arrays.phases import array_flow, array_phases, superconducting_hopping

ONE = np.ones(1)


def make(**changes):
    return ArrayOfWires(**({"K_c": 0.85, "l_spin": 3.0, "U_perp": 0.02, "t_perp": 0.2, "Lambda": 10.0} | changes))


def starts(J, U, K, cut=math.inf):
    return Start(*(np.atleast_1d(np.log(each)) for each in (J, U)), np.atleast_2d(np.log(K)), np.atleast_1d(float(cut)))


def by_scipy(J, U, K, cut=math.inf, threshold=1.0):
    """Phase and l for two wires, in J, U and K themselves, with located events; none within 200 is decoupled."""

    def rhs(_, x, on):
        J, U, K = x
        return [(2 - 1 / K) * J, (2 - K) * U, (J * J - on * K * K * U * U) / 4]

    def strong_J(_, x, on):
        return x[0] - threshold

    def strong_U(_, x, on):
        return x[1] - threshold if on else -1.0

    strong_J.terminal = strong_U.terminal = True
    x, at = [J, U, K], 0.0
    for end, on in ((min(cut, 200.0), 1.0), (200.0, 0.0)):
        if end > at:
            found = solve_ivp(
                rhs, (at, end), x, "DOP853", args=(on,), events=(strong_J, strong_U), rtol=1e-11, atol=1e-14
            )
            for which, times in enumerate(found.t_events):
                if times.size:
                    return (SUPERCONDUCTOR, PI_CDW)[which], times[0]
            x, at = found.y[:, -1], end
    return DECOUPLED, math.inf


couplings = st.floats(1e-3, 0.9)


@settings(max_examples=20)
@given(J=couplings, U=couplings, K=st.floats(0.6, 2.5), cut=st.one_of(st.just(math.inf), st.floats(0.01, 4.0)))
def test_the_winner_is_that_of_the_integrated_flow(J, U, K, cut):
    phase, strong = second_order(starts(J, U, K, cut), ONE)
    expected, at = by_scipy(J, U, K, cut)
    if phase[0] != UNDECIDED and abs(at - cut) > 1e-6:
        assert phase[0] == expected
        assert strong[0] == pytest.approx(at, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("threshold", [0.95, 2.0])
def test_what_counts_as_strong_is_an_argument(threshold):
    for J, U, K in ((0.3, 0.1, 0.9), (0.05, 0.4, 0.7)):
        expected, l_expected = by_scipy(J, U, K, threshold=threshold)
        phase, l_strong = second_order(starts(J, U, K), ONE, math.log(threshold))
        assert phase[0] == expected
        assert l_strong[0] == pytest.approx(l_expected, rel=1e-7)
    strong = array_phases(make(), {}, threshold=threshold)
    assert float(strong["l_strong"]) == pytest.approx(float(array_flow(make(), threshold=threshold)["l_strong"]))
    quiet = make(U_perp=0.0)
    later = [float(array_phases(quiet, {}, order="first", threshold=t)["l_strong"]) for t in (1.0, threshold)]
    assert later[1] - later[0] == pytest.approx(math.log(threshold) / (2 - quiet.dimensions[0]))
    with pytest.raises(InputError, match="`threshold` must be positive"):
        array_phases(make(), {}, threshold=0.0)


@settings(max_examples=12)
@given(J=couplings, U=couplings, K=st.floats(0.05, 20.0))
def test_duality_exchanges_superconductor_and_charge_density_wave(J, U, K):
    """θ ↔ φ, J ↔ U, K ↔ 1/K is an exact symmetry of the equations, and of their integration to the last digits."""
    phase, strong = second_order(starts(J, U, K), ONE)
    dual, again = second_order(starts(U, J, 1 / K), ONE)
    assert (phase[0], dual[0]) in {(SUPERCONDUCTOR, PI_CDW), (PI_CDW, SUPERCONDUCTOR), (UNDECIDED, UNDECIDED)}
    assert again[0] == pytest.approx(strong[0], rel=1e-8)


@settings(max_examples=20)
@given(J=couplings)
def test_on_the_self_dual_line_neither_wins(J):
    """K stays 1 and both grow as e^l."""
    phase, strong = second_order(starts(J, J, 1.0), ONE)
    assert phase[0] == UNDECIDED
    assert strong[0] == pytest.approx(-math.log(J), rel=1e-9)
    assert second_order(starts(J * 1.001, J, 1.0), ONE)[0][0] == SUPERCONDUCTOR
    assert second_order(starts(J, J * 1.001, 1.0), ONE)[0][0] == PI_CDW


@settings(max_examples=12)
@given(K=st.floats(0.3, 0.49), beyond=st.floats(1e-4, 0.3))
def test_an_irrelevant_josephson_coupling_wins_beyond_its_separatrix(K, beyond):
    """J² - 8(2K - ln K) is conserved without U: dJ²/dK = 8(2 - 1/K). The separatrix passes J = 0 at K = ½."""
    J = math.sqrt(8 * (2 * K - math.log(K) - 1 - math.log(2)))
    below = second_order(starts(J * (1 - beyond), 1e-300, K, cut=0.0), ONE)
    assert (below[0][0], below[1][0]) == (DECOUPLED, math.inf)
    if J * (1 + beyond) < 1:
        phase, strong = second_order(starts(J * (1 + beyond), 1e-300, K, cut=0.0), ONE)
        assert phase[0] == SUPERCONDUCTOR
        # l = ∫dK/(J²/4) along the conserved curve, up to where J = 1
        level = (J * (1 + beyond)) ** 2 - 8 * (2 * K - math.log(K))

        def square(k):
            return level + 8 * (2 * k - math.log(k))

        low, high = 0.5, 3.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if square(middle) < 1 else (low, middle)
        expected = sum(quad(lambda k: 4 / square(k), *ends, epsabs=0, limit=200)[0] for ends in ((K, 0.5), (0.5, high)))
        assert strong[0] == pytest.approx(expected, rel=1e-5)


def test_a_charge_density_wave_without_hopping_has_the_dual_separatrix():
    absent = np.array([array_equations.NONE])
    U = math.sqrt(8 * (2 / 3 - math.log(1 / 3) - 1 - math.log(2)))
    for factor, expected in ((0.99, DECOUPLED), (1.01, PI_CDW)):
        flows = Start(absent, np.log([factor * U]), np.log([[3.0]]), np.array([math.inf]))
        assert second_order(flows, ONE)[0][0] == expected


def test_the_steps_are_of_order_five():
    state, s = np.log([[0.5, 0.2, 0.6]]), ONE

    def after(steps):
        x = state
        for _ in range(steps):
            x, _ = array_equations._step(x, s, ONE, np.array([2.0 / steps]))
        return x

    exact = after(1024)
    errors = [np.abs(after(steps) - exact).max() for steps in (32, 64, 128)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    np.testing.assert_allclose(orders, 5, atol=0.3)


def test_the_transition_temperature_is_the_published_power():
    """T_c = Δ_s (J/Δ_s)^{1/(2 - 1/K_c-)}/k_B with J = t_⊥²/Δ_s, when U_⊥ only sets K_c-."""
    array = make(backscattering=0.0, U_perp=0.1)
    result = array_phases(array, {"t_perp": [0.01, 0.1, 0.3]}, order="first")
    gap, K_minus = array.spin_gap, 0.85 / math.sqrt(1 - 0.2 * 0.85)
    expected = gap * (result["t_perp"] ** 2 / gap**2) ** (1 / (2 - 1 / K_minus)) / K_B
    np.testing.assert_allclose(result["transition_temperature"], expected)
    assert set(result["phase"].to_numpy()) == {SUPERCONDUCTOR}
    # The second order is a correction in J: it raises K on the way, by 1 at most in the exponent's denominator.
    second = array_phases(array, {"t_perp": [0.01, 0.1, 0.3]})
    ratio = second["transition_temperature"] / result["transition_temperature"]
    assert np.all((ratio > 1) & (ratio < 1.2))


@given(
    l_spin=st.floats(0.5, 6), x=st.floats(0.001, 0.1), b=st.floats(0.01, 1), F=st.floats(1, 4), t=st.floats(0.001, 0.01)
)
def test_couplings_at_the_spin_gap(l_spin, x, b, F, t):
    """dU/dl = (1 - d_U)U with both spin cosines, integrated from 4xb; J = (t_⊥/Δ_s)²."""
    array = make(l_spin=l_spin, U_perp=x, backscattering=b, spin_factor=F, t_perp=t)
    flows = start(array)
    grown = solve_ivp(lambda _, U: (1 - array.dimensions[1]) * U, (0, l_spin), [4 * x * b], rtol=1e-10, atol=0)
    assert math.exp(flows.ln_U[0]) == pytest.approx(F * grown.y[0, -1], rel=1e-7, abs=1e-300)
    assert math.exp(flows.ln_J[0] / 2) == pytest.approx(t / array.spin_gap)


def test_the_spin_factor_of_a_bare_attraction():
    """F = exp(-2∫¾ y_s dl) with y_s = y_0/(1 + y_0 l), y_0 = -1/(1 + l_spin) is (1 + l_spin)^{3/2}."""
    l_spin = 4.0
    area, _ = quad(lambda at: -1 / (1 + l_spin) / (1 - at / (1 + l_spin)), 0, l_spin)
    assert math.exp(-1.5 * area) == pytest.approx((1 + l_spin) ** 1.5)


def test_different_densities_turn_a_charge_density_wave_into_a_superconductor():
    result = array_phases(make(U_perp=0.1), {"delta": np.geomspace(1e-5, 1, 61)})
    phases = result["phase"].to_numpy()
    assert phases[0] == PI_CDW
    assert phases[-1] == SUPERCONDUCTOR
    assert (np.diff(phases != PI_CDW) >= 0).all()  # once
    assert flag_names(result["phase"]) == dict(enumerate(["decoupled", "superconductor", "pi-CDW", "undecided"]))
    published = array_phases(make(U_perp=0.1), {"delta": result["delta"].to_numpy()}, order="first")
    assert (published["phase"].to_numpy()[0], published["phase"].to_numpy()[-1]) == (PI_CDW, SUPERCONDUCTOR)
    reached = -np.log(published["delta"].to_numpy()) >= float(published["l_strong"][0])
    np.testing.assert_array_equal(published["phase"].to_numpy() == PI_CDW, reached)
    last = int(np.flatnonzero(phases == PI_CDW)[-1])
    # dephased only below the scale on which it would have become strong
    assert -math.log(result["delta"][last]) >= float(result["l_strong"][last])
    assert -math.log(result["delta"][last + 1]) <= float(result["l_strong"][0])


def test_the_wire_that_is_hopped_between_more_often_is_a_superconductor():
    result = array_phases(make(), {"U_perp": [0.0, 0.005, 0.02, 0.08], "t_perp": np.geomspace(1e-3, 0.45, 31)})
    phases = result["phase"].to_numpy()
    assert (phases[0] == SUPERCONDUCTOR).all()  # nothing else is there
    edge = (phases[1:] == PI_CDW).sum(axis=1)
    assert (np.diff(edge) >= 0).all()
    assert 0 < edge[0] < 31
    assert set(phases.ravel()) == {SUPERCONDUCTOR, PI_CDW}
    assert np.all(np.isfinite(result["transition_temperature"]))


def test_strongly_repelling_wires_alone_stay_decoupled():
    array = make(K_c=0.4, U_perp=0.0)
    result = array_phases(array, {"t_perp": [0.0, 0.01, 0.2]})
    assert set(result["phase"].to_numpy()) == {DECOUPLED}
    np.testing.assert_array_equal(result["transition_temperature"], 0.0)
    assert set(array_phases(array, {"t_perp": [0.0, 0.01, 0.2]}, order="first")["phase"].to_numpy()) == {DECOUPLED}
    # Their repulsion makes the Josephson coupling relevant: K_c- > ½.
    helped = array_phases(array.with_parameters(U_perp=0.6, delta=1.0), {"t_perp": [0.01, 0.2]})
    assert set(helped["phase"].to_numpy()) == {SUPERCONDUCTOR}


@pytest.mark.parametrize(
    "changes",
    [{}, {"delta": 0.02}, {"U_perp": 0.0}, {"number": 6}, {"number": 6, "delta": 0.02}, {"K_c": 0.4, "U_perp": 0.0}],
)
def test_the_trajectory_ends_where_the_phase_diagram_says(changes):
    array = make(**changes)
    path = array_flow(array, points=51)
    result = array_phases(array, {"t_perp": array.t_perp})
    assert int(path["phase"]) == int(result["phase"])
    assert float(path["l_strong"]) == float(result["l_strong"])
    name = {SUPERCONDUCTOR: "J", PI_CDW: "U"}.get(int(path["phase"]))
    if name:
        assert float(path[name][-1]) == pytest.approx(1.0, rel=1e-7)
        assert float(path["l"][-1]) == pytest.approx(float(path["l_strong"]))
    else:
        assert float(path["J"][-1]) < float(path["J"][0])
    if "delta" in changes:
        dephased = path["l"] > -math.log(0.02)
        np.testing.assert_array_equal(np.isnan(path["U"]), dephased)


def test_a_ring_of_many_flows_mode_by_mode():
    """Against SciPy on K(q) themselves, s = 1 - cos q, for six wires."""
    array = make(number=6, U_perp=0.05, delta=0.0)
    s, K = array.participation, array.K_modes
    J, U = (float(np.exp(each[0])) for each in start(array)[:2])

    def rhs(_, x):
        J, U, K = x[0], x[1], x[2:]
        return [(2 - np.mean(s / K)) * J, (2 - np.mean(s * K)) * U, *(s / 4 * (J * J - K * K * U * U))]

    def strong(_, x):
        return max(x[0], x[1]) - 1

    strong.terminal = True
    found = solve_ivp(rhs, (0, 50), [J, U, *K], "DOP853", events=strong, rtol=1e-11, atol=1e-13)
    result = array_phases(array, {"t_perp": array.t_perp})
    assert float(result["l_strong"]) == pytest.approx(3.0 + found.t_events[0][0], rel=1e-8)
    assert int(result["phase"]) == (SUPERCONDUCTOR if found.y[0, -1] > found.y[1, -1] else PI_CDW)


def test_a_coupling_that_is_strong_at_the_gap_stays_as_it_is():
    array = make(K_c=0.8, l_spin=4.0, U_perp=-0.1, t_perp=0.01)
    path, point = array_flow(array, points=5), array_phases(array, {})
    assert float(path["l_strong"]) == array.l_spin
    assert path["J"].values == pytest.approx(np.full(5, float(point["josephson"])))
    assert path["K"].values == pytest.approx(np.tile(array.K_modes, (5, 1)))


def test_points_outside_the_validity_are_marked():
    result = array_phases(make(U_perp=0.0), {"t_perp": [0.1, 0.6]})
    assert list(result["valid"].to_numpy()) == [True, False]
    assert "At 1 of 2 points t_perp" in result.attrs["validity"]
    assert json.loads(result.attrs["options"]) == {"order": "second", "threshold": 1.0, "fixed": {}}
    assert "points t_perp" not in array_phases(make(), {"t_perp": [0.1, 0.2]}).attrs["validity"]


@pytest.mark.parametrize(
    ("axes", "order", "message"),
    [
        ({"t": [0.1]}, "second", "name a knob of the model"),
        ({"t_perp": [0.1]}, "third", "`order` must be one of first, second"),
        ({"U_perp": [0.1, 0.9]}, "second", "`U_perp` must lie in"),
        ({"l_spin": [1.0, -1.0]}, "second", "`l_spin` must be finite and zero or positive"),
        ({"t_perp": [0.1, 0.1]}, "second", "must rise or fall strictly"),
    ],
)
def test_bad_axes_are_refused(axes, order, message):
    with pytest.raises(InputError, match=message):
        array_phases(make(), axes, order=order)


def test_a_trajectory_has_points():
    with pytest.raises(InputError, match="`points` must be at least 2: got 1"):
        array_flow(make(), points=1)


def test_pairs_condense_above_the_tie_of_both_couplings():
    """With fixed dimensions J^(1/(2 - d_J)) = U^(1/(2 - d_U)), J = (t/Δ_s)²: by hand."""
    array = ArrayOfWires(K_c=0.9, l_spin=3.0, U_perp=0.0, t_perp=0.0, Lambda=10.0, backscattering=0.1)
    x = np.array([0.01, 0.1])
    K = 0.9 / np.sqrt(1 - 2 * x * 0.9)
    U = 0.4 * x * np.exp((1 - K) * 3.0)
    tie = U ** ((2 - 1 / K) / (2 * (2 - K)))
    assert superconducting_hopping(array, x, order="first") == pytest.approx(tie, rel=1e-3)
    dephased = array.with_parameters(delta=1.0)
    assert superconducting_hopping(dephased, x).tolist() == [0.0, 0.0]
    strong = array.with_parameters(backscattering=1e3)
    assert np.isinf(superconducting_hopping(strong, x)).all()
