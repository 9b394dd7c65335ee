"""The hierarchy of equations of motion: against what is exact, another method, and its own limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit

from attractron.core.constants import K_B, PA_PER_MEV
from attractron.core.errors import InputError
from attractron.dots import Device
from attractron.transport import (
    HierarchyOptions,
    Junction,
    Lead,
    current,
    hierarchy_current,
    linear_conductance,
)
from attractron.transport.hierarchy.poles import poles
from attractron.transport.linear_conductance import why

from ..junctions import published, random_junction
from ..nrg.oracles import free_level
from ..test_linear_conductance import dots

FEW = HierarchyOptions(entries=5000)


def landauer(level, leads):
    """Exact currents into one level, pA, and its occupation; `leads` are (Γ, k_BT, µ).

    I_a = (e/ħ) Γ_a ∫dω [f_a - Σ_b (Γ_b/Γ) f_b] L(ω),   n = Σ_b (Γ_b/Γ) ∫dω f_b L, L Lorentz's curve of width Γ.
    """
    width = sum(Gamma for Gamma, _, _ in leads)

    def filled(kT, mu):
        """∫dω f L over the angle of the Lorentzian, which it spreads evenly."""
        return quad(lambda t: expit((mu - level - width / 2 * np.tan(t)) / kT) / np.pi, -np.pi / 2, np.pi / 2)[0]

    each = [filled(kT, mu) for _, kT, mu in leads]
    n = sum(Gamma / width * value for (Gamma, _, _), value in zip(leads, each, strict=True))
    return [PA_PER_MEV * Gamma * (value - n) for (Gamma, _, _), value in zip(leads, each, strict=True)], n


def single(level, leads):
    """One dot with these leads."""
    return Junction(
        device=Device(dots=("P",), repulsion=[[0.0]], levels=[level]),
        leads=[
            Lead(name=f"{number}", dot="P", Gamma=Gamma, temperature=kT / K_B, mu=mu)
            for number, (Gamma, kT, mu) in enumerate(leads)
        ],
    )


def test_poles_are_the_fermi_function():
    """To 1e-10 at |x| < 4N, the lowest ones Matsubara's."""
    chi, eta = poles(8)
    x = np.linspace(-20, 20, 41)
    found = 0.5 - (2 * eta * x[:, None] / (x[:, None] ** 2 + chi**2)).sum(axis=1)
    np.testing.assert_allclose(found, expit(-x), atol=1e-5)
    np.testing.assert_allclose(found[10:-10], expit(-x[10:-10]), atol=1e-10)
    np.testing.assert_allclose(chi[:3] / np.pi, [1, 3, 5], rtol=1e-6)
    np.testing.assert_allclose(eta[:3], 1, rtol=1e-6)


@settings(max_examples=3)
@given(
    st.floats(-0.5, 0.5),
    st.lists(st.tuples(st.floats(0.01, 0.15), st.floats(0.05, 0.2), st.floats(-0.3, 0.3)), min_size=2, max_size=2),
)
def test_one_level_is_exact(level, leads):
    """Leads at any temperatures and potentials; the error covers."""
    found = hierarchy_current(single(level, leads), {}, options=HierarchyOptions(poles=9))
    expected, n = landauer(level, leads)
    scale = PA_PER_MEV * sum(Gamma for Gamma, _, _ in leads)
    np.testing.assert_allclose(found["lead_current"], expected, atol=2e-4 * scale)
    assert abs(float(found["current"]) - expected[0]) < float(found["current_error"]) + 1e-6 * scale
    assert float(found["occupation"][0]) == pytest.approx(n, abs=2e-4)


def test_two_dots_without_repulsion_conduct_each_by_itself():
    leads = [(0.05, 0.1, 0.2), (0.1, 0.1, 0.0)]
    device = Device(dots=("A", "B"), repulsion=np.zeros((2, 2)), levels=[0.03, -0.1])
    on_both = [
        Lead(name=f"{dot}{number}", dot=dot, Gamma=Gamma, temperature=kT / K_B, mu=mu)
        for dot in "AB"
        for number, (Gamma, kT, mu) in enumerate(leads)
    ]
    found = hierarchy_current(Junction(device=device, leads=on_both), {}, options=FEW)
    for dot, level in enumerate((0.03, -0.1)):
        expected, n = landauer(level, leads)
        np.testing.assert_allclose(found["lead_current"][2 * dot : 2 * dot + 2], expected, rtol=2e-3)
        assert float(found["occupation"][dot]) == pytest.approx(n, abs=1e-3)


def test_weak_couplings_follow_the_rates():
    """Γ → 0: the master equation; what differs falls with Γ, here by half for half of it."""
    apart = []
    for scale in (1.0, 0.5):
        junction = random_junction(3, dots=2, lead_dots=[0, 0, 1], kT=0.1)
        leads = [
            Lead(name=lead.name, dot=lead.dot, Gamma=0.004 * scale, temperature=lead.temperature, mu=lead.mu)
            for lead in junction.leads
        ]
        weak = Junction(device=junction.device, leads=leads)
        rates = current(weak, {}, processes="sequential")
        found = hierarchy_current(weak, {}, options=FEW)
        apart.append(float(np.abs(found["populations"] - rates["populations"]).max()))
    assert apart[0] < 0.02
    assert apart[1] == pytest.approx(apart[0] / 2, rel=0.1)


def test_the_pair_junction_at_zero_bias_against_the_renormalisation_group():
    """Centre, k_BT = 131.9 µeV, the experiment's couplings, Γ = 3.2 k_BT: 0.1677 ± 0.0003 e²/h there."""
    axes = {"V": 0.0, "temperature": 0.13186395 / K_B}
    found = linear_conductance(
        published(), axes, origin="centre", method="hierarchy", options=HierarchyOptions(entries=12_000)
    )
    assert float(found["conductance"]) == pytest.approx(0.1677, rel=3e-3)
    np.testing.assert_allclose(found["occupation"], 0.5, atol=1e-4)
    assert found.attrs["references"].startswith("jin_zheng_yan2008")


def test_the_slope_is_that_of_the_current():
    """dI/dV at no bias: the response to µ is the difference of currents."""
    junction = published(0.5, temperature=3.0)
    few = HierarchyOptions(entries=3000, poles=3)
    G = linear_conductance(junction, {"V": 0.1}, origin="centre", method="hierarchy", options=few)
    V = 0.002
    two = hierarchy_current(junction, {"V": 0.1, "V_SD": [-V, V]}, origin="centre", options=few)["current"]
    expected = float(two[1] - two[0]) / (2 * V) / (PA_PER_MEV / (2 * np.pi))
    assert float(G["conductance"]) == pytest.approx(expected, rel=1e-4)


def test_currents_are_conserved_and_states_add_up():
    found = hierarchy_current(published(0.3, temperature=2.0), {"V_SD": [0.2, 0.5]}, origin="centre", options=FEW)
    total = PA_PER_MEV * 0.03
    np.testing.assert_allclose(found["lead_current"].sum("lead"), 0, atol=1e-6 * total)
    np.testing.assert_allclose(found["lead_current"].sel(lead=["L", "R"]), 0, atol=1e-6 * total)
    np.testing.assert_allclose(found["populations"].sum("state"), 1, rtol=1e-8)
    n_L = found["populations"].sel(state=["(1,0,0)", "(1,0,1)", "(1,1,0)", "(1,1,1)"]).sum("state")
    np.testing.assert_allclose(found["occupation"].sel(dot="L"), n_L, rtol=1e-8)
    assert (found["current"] > 0).all()


def test_a_dot_with_spin_is_two_dots():
    U, Gamma, kelvin = 0.3, 0.06, 1.0
    shares = (("S", 1 / 3, 0.1), ("D", 2 / 3, 0.0))
    spinful = Junction(
        device=Device(dots=("A",), repulsion=[[U]], levels=[-0.1], max_electrons=2, spin=True),
        leads=[Lead(name=n, dot="A", Gamma=Gamma * part, temperature=kelvin, mu=mu) for n, part, mu in shares],
    )
    two = Junction(
        device=Device(dots=("A", "B"), repulsion=[[0, U], [U, 0]], levels=[-0.1, -0.1]),
        leads=[
            Lead(name=n + dot, dot=dot, Gamma=Gamma * part, temperature=kelvin, mu=mu)
            for dot in "AB"
            for n, part, mu in shares
        ],
    )
    one, other = (hierarchy_current(each, {}, options=FEW) for each in (spinful, two))
    assert float(one["current"]) == pytest.approx(2 * float(other["current"]), rel=1e-9)
    assert float(one["occupation"][0]) == pytest.approx(float(other["occupation"].sum()), rel=1e-9)


def test_holes_flow_the_other_way():
    electrons, holes = (
        hierarchy_current(published(0.1, temperature=2.0, carriers=each), {"V_SD": 0.2}, options=FEW)["current"]
        for each in ("electrons", "holes")
    )
    assert float(electrons) > 0
    assert float(holes) > 0


def test_cold_leads_are_refused_with_the_temperature_that_works():
    with pytest.raises(InputError, match=r"at least 0\.48\d+ K.*got 0\.2 K with a level 24\.2 k_BT wide"):
        hierarchy_current(published(), {})
    with pytest.raises(InputError, match="at least"):
        linear_conductance(published(), {"temperature": [0.2, 1.0]}, method="hierarchy")


def test_what_is_not_reached_is_marked():
    """Energies of 54 k_BT with few entries: the error says so, and covers 0.00448 ± 0.00012 e²/h."""
    found = linear_conductance(
        published(0.3), {"V": 0.0}, origin="centre", method="hierarchy", options=HierarchyOptions(entries=6000)
    )
    assert int(found["status"]) == 1
    assert abs(float(found["conductance"]) - 0.00448) < float(found["conductance_error"])


def test_auto_takes_what_holds_and_says_which():
    junction = dots([0.05], [[0.0]], [0.1])
    found = linear_conductance(junction, {"temperature": [0.1, 1.0]}, method="auto")
    assert found["method"].values.tolist() == [0, 1]
    assert "hierarchy at 1 of 2 points" in found.attrs["why"]
    for number, kelvin in enumerate((0.1, 1.0)):
        expected = 8 / 9 * free_level(0.05, 0.1, K_B * kelvin)[0]
        assert float(found["conductance"][number]) == pytest.approx(expected, rel=5e-3)
    warm = linear_conductance(junction, {"temperature": 1.0}, method="auto")
    assert "The hierarchy everywhere" in warm.attrs["why"]
    assert "no point has" in why(np.zeros(1, dtype=bool), 0.01)
    fast = linear_conductance(junction, {"temperature": [1.0]}, method="auto", accuracy=0.05)
    assert "faster" in fast.attrs["why"]


def test_a_free_level_conducts_by_its_spectral_function():
    junction = dots([0.05], [[0.0]], [0.1])
    found = linear_conductance(junction, {"temperature": [0.5, 1.0]}, method="hierarchy")
    for number, kelvin in enumerate((0.5, 1.0)):
        g, n = free_level(0.05, 0.1, K_B * kelvin)
        at = found.isel(temperature=number)
        assert abs(float(at["conductance"]) - 8 / 9 * g) < float(at["conductance_error"]) < 2e-3 * g
        assert abs(float(at["occupation"][0]) - n) < float(at["occupation_error"][0])


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: HierarchyOptions(entries=10), "at least 1000"),
        (lambda: HierarchyOptions(entries=10**8), "at most"),
        (lambda: HierarchyOptions(poles=0), "poles"),
        (lambda: HierarchyOptions(depth=1), "depth"),
        (lambda: hierarchy_current(published(), {"temperature": 2.0}, accuracy=3), "relative error"),
        (lambda: hierarchy_current(published(), {"temperature": 2.0}, options=3), "HierarchyOptions"),
        (lambda: hierarchy_current(published(), {"Gamma_S": -1.0}), "positive"),
        (lambda: hierarchy_current(published(), {"bias": 1.0}), "name a knob"),
        (lambda: linear_conductance(published(), {}, method="auto", options=FEW), "left out with method 'auto'"),
        (lambda: linear_conductance(published(), {}, options=FEW), "NrgOptions"),
    ],
)
def test_bad_input_is_refused(ask, words):
    with pytest.raises(InputError, match=words):
        ask()
