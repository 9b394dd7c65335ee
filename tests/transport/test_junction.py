"""Junctions: what they are made of, their knobs and linear forms, and what they refuse."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.dots import Device, Gate, building_block
from attractron.transport import Junction, Lead, pair_junction, spin_junction
from attractron.transport.energies import charge_state_energies
from tests.transport.junctions import published

VALUES = {
    "W": 0.4,
    "U": 0.9,
    "mu_P": 0.8,
    "Gamma_S": 0.01,
    "Gamma_D": 0.02,
    "Gamma_L": 0.03,
    "Gamma_R": 0.04,
    "temperature": 0.2,
}


def test_the_papers_junction():
    junction = pair_junction(**VALUES)
    assert junction.knobs == ("V_L", "V_R", "V", "delta_V", "W", "U", "mu_P", "V_SD")
    assert [(lead.name, lead.dot, lead.Gamma, lead.bias) for lead in junction.leads] == [
        ("S", "P", 0.01, 1.0),
        ("D", "P", 0.02, 0.0),
        ("L", "L", 0.03, 0.0),
        ("R", "R", 0.04, 0.0),
    ]
    assert junction.source == "S"
    assert junction.temperature == 0.2
    assert junction.broadening == pytest.approx(0.04 / (0.08617333262 * 0.2))
    assert junction.describe()["leads"][0]["dot"] == "P"


def test_energies_of_a_dot_in_a_field():
    """E = ε(n↑ + n↓) + E_Z/2 (n↑ - n↓) + U n↑n↓, ε = -αV, of all four states."""
    junction = spin_junction(U=-0.4, E_Z=0.1, alpha=0.5, Gamma_S=0.01, Gamma_D=0.02, temperature=0.1)
    found = charge_state_energies(junction, ["V", "E_Z"], "absolute")
    energy, mu = found.at(np.array([[0.2, 0.3]]))
    expected = {(0, 0): 0.0, (0, 1): -0.1 - 0.15, (1, 0): -0.1 + 0.15, (1, 1): -0.2 - 0.4}
    assert energy[0] == pytest.approx([expected[tuple(state)] for state in found.charges.astype(int)])
    assert junction.device.named()["E_Z"].value == pytest.approx(0.1)
    assert (mu == 0).all()
    assert [(lead.name, lead.dot, lead.Gamma, lead.bias) for lead in junction.leads] == [
        ("S_up", "up", 0.01, 1.0),
        ("D_up", "up", 0.02, 0.0),
        ("S_down", "down", 0.01, 1.0),
        ("D_down", "down", 0.02, 0.0),
    ]
    with pytest.raises(InputError, match="Gamma_D"):
        spin_junction(U=-0.4, Gamma_S=0.01, Gamma_D=0.0, temperature=0.1)


def test_the_expansions_parameter_is_the_widest_level_at_the_coldest_lead():
    leads = (
        lead(name="a", Gamma=0.01),
        lead(name="b", Gamma=0.02, temperature=0.4),
        lead(name="c", dot="B", Gamma=0.02),
    )
    junction = Junction(device=device(), leads=leads)
    assert junction.broadening == pytest.approx(0.03 / (0.08617333262 * 0.1))
    assert junction.temperature is None


meV = st.floats(-2, 2)


@given(meV, meV, meV, meV, meV, meV, meV, st.floats(0, 1, exclude_max=True), st.booleans())
def test_energies_and_potentials_are_those_of_the_formula(W, U, mu_P, V, dV, bias, alpha, beta, holes):
    """E(n) = -µ_L n_L - µ_R n_R - (µ_P - β eV_SD) n_P + W n_L n_R + U (n_L + n_R) n_P, all knobs as axes or fixed."""
    s = -1 if holes else 1
    junction = pair_junction(
        **{**VALUES, "W": 0.1, "U": 0.2, "mu_P": 0.3},
        alpha=alpha,
        beta=beta,
        carriers="holes" if holes else "electrons",
    )
    knobs = {"U": U, "V": V, "mu_P": mu_P, "V_SD": bias, "delta_V": dV, "W": W}
    for origin, centre in (("absolute", 0.0), ("centre", (U + W) / 2)):
        forms = charge_state_energies(junction, list(knobs), origin)
        energy, mu = forms.at(np.array([list(knobs.values())]))
        L, R, P = forms.charges.T
        mu_L, mu_R = s * alpha * (V + dV) + centre, s * alpha * (V - dV) + centre
        expected = -mu_L * L - mu_R * R - (mu_P - s * beta * bias) * P + W * L * R + U * (L + R) * P
        assert energy[0] == pytest.approx(expected, abs=1e-13)
        assert mu[0] == pytest.approx([s * bias, 0, 0, 0], abs=0)


def test_parameters_change_and_nothing_else():
    junction = pair_junction(**VALUES)
    changed = junction.with_parameters(W=0.1, mu_P=0.2)
    assert changed.device.named()["W"].value == 0.1
    assert changed.leads == junction.leads
    assert junction.device.named()["W"].value == 0.4
    with pytest.raises(InputError, match=r"`w` must be a parameter of the device .* did you mean 'W'"):
        junction.with_parameters(w=0.1)


def test_junctions_travel_to_workers():
    junction = published()
    copy = pickle.loads(pickle.dumps(junction))
    assert copy.describe() == junction.describe()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Gamma_L": 0.0}, "`Gamma_L` must be positive: got 0.0; leave the lead out when it is closed"),
        ({"Gamma_D": -1}, "`Gamma_D` must be positive: got -1"),
        ({"Gamma_S": np.nan}, "`Gamma_S` must be finite"),
        (
            {"temperature": 0.0},
            "`temperature` must be above zero: got 0 K; rates need thermal leads.*stability_diagram",
        ),
        ({"temperature": -1.0}, "`temperature` must be zero or positive"),
        ({"temperature": 1e-9}, "`temperature` must be zero or at least 1e-06 K"),
        ({"U": np.inf}, "`U` must be finite"),
        ({"alpha": "big"}, "`alpha` must be a number"),
        ({"beta": np.nan}, "`beta` must be finite"),
        ({"beta": 1.0}, "`beta` must lie in .0, 1.: got 1"),
        ({"beta": -0.1}, "`beta` must lie in .0, 1.: got -0.1"),
        ({"carriers": "muons"}, "`carriers` must be one of electrons, holes"),
    ],
)
def test_bad_values_of_the_papers_junction(changes, message):
    with pytest.raises(InputError, match=message):
        pair_junction(**{**VALUES, **changes})


def device(**changes):
    return Device(**{"dots": ("A", "B"), "repulsion": np.array([[0, 0.3], [0.3, 0]]), **changes})


def lead(**changes):
    return Lead(**{"name": "l", "dot": "A", "Gamma": 0.01, "temperature": 0.1, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": 3}, "`name` must be a name: got 3"),
        ({"dot": None}, "`dot` must be a name"),
        ({"Gamma": 0}, "`Gamma` must be positive"),
        ({"temperature": 0}, "`temperature` must be above zero"),
        ({"mu": np.inf}, "`mu` must be finite"),
        ({"bias": "x"}, "`bias` must be a number"),
        ({"lever_arms": 3}, "`lever_arms` must be a mapping"),
        ({"lever_arms": {"A": np.nan}}, r"`lever_arms\['A'\]` must be finite"),
    ],
)
def test_bad_leads(changes, message):
    with pytest.raises(InputError, match=message):
        lead(**changes)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Junction(device=device(), leads=()), "`leads` must have different names, at least one lead"),
        (lambda: Junction(device=device(), leads=(lead(), lead(dot="B"))), "`leads` must have different names"),
        (lambda: Junction(device=device(), leads=("l",)), r"`leads\[0\]` must be a Lead"),
        (lambda: Junction(device=3, leads=(lead(),)), "`device` must be a Device"),
        (lambda: Junction(device=device(), leads=(lead(dot="a"),)), r"`leads\['l'\].dot` must name dots .*mean 'A'"),
        (
            lambda: Junction(device=device(), leads=(lead(lever_arms={"C": 1.0}),)),
            r"`leads\['l'\].lever_arms` must name dots of the device \(A, B\): got 'C'",
        ),
        (lambda: Junction(device=device(), leads=(lead(),), source="L"), "`source` must name a lead .*mean 'l'"),
        (lambda: Junction(device=device(), leads=(lead(),), source=3), r"`source` must name a lead \(l\): got 3"),
        (
            lambda: Junction(device=device(gates={"V_SD": Gate(lever_arms={"A": 1.0})}), leads=(lead(),)),
            "`device` must leave the name V_SD to the bias",
        ),
        (
            lambda: Junction(device=building_block(W=0.8, U=2.4, delta=2.4, t=0.05), leads=(lead(dot="L"),)),
            "`device` must have open dots only, .* tunnelling inside islands: got an island of T, B; give each dot",
        ),
    ],
)
def test_bad_junctions(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_too_many_charge_states_are_refused():
    dots = tuple("abcdefghijk")
    junction = Junction(device=Device(dots=dots, repulsion=np.zeros((11, 11))), leads=(lead(dot="a"),))
    with pytest.raises(InputError, match="`junction` must have at most 1024 charge states: got 2048"):
        charge_state_energies(junction, [], "absolute")


def test_a_copy_is_equal_and_the_short_form_is_short():
    junction = pair_junction(
        W=0.4, U=0.9, mu_P=0.9, Gamma_S=0.09, Gamma_D=0.09, Gamma_L=0.2, Gamma_R=0.4, temperature=0.2
    )
    copy = pickle.loads(pickle.dumps(junction))
    assert copy == junction
    assert hash(copy) == hash(junction)
    assert junction != junction.with_parameters(W=0.5)
    assert junction != 1
    assert repr(junction).endswith(
        "; leads S on P Γ=0.09 T=0.2, D on P Γ=0.09 T=0.2, L on L Γ=0.2 T=0.2, R on R Γ=0.4 T=0.2)"
    )
