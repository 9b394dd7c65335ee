"""Thermopower against one level, chains of charge states by hand, finite differences of currents, and Onsager."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, log_expit

from attractron.core.axes import Axes
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import Device, Gate
from attractron.transport import Junction, Lead, current, thermopower
from attractron.transport.lead_axes import with_leads
from attractron.transport.processes import forms
from attractron.transport.solve import make_model, solve
from attractron.transport.summary import numbers, summary
from attractron.transport.thermopower import linear_response
from tests.transport.junctions import published, random_junction

KELVIN = 0.2
KT = K_B * KELVIN
FW_PER_MEV2 = 243.4134802  # e²/ħ × (1 meV)², in fW: 10⁻⁶ (1.602176634e-19)²/1.054571817e-34 × 10¹⁵


def between(device, *, Gamma=(0.001, 0.002), bias=(0.5, -0.5), kelvin=KELVIN):
    """Each dot between a source and a drain."""
    leads = [
        Lead(name=f"{name}{dot}", dot=dot, Gamma=width, temperature=kelvin, bias=share)
        for dot in device.dots
        for name, width, share in zip("SD", Gamma, bias, strict=True)
    ]
    return Junction(device=device, leads=leads)


def level(carriers="electrons"):
    gates = {"V": Gate(lever_arms={"P": 1.0})}
    return Device(dots=("P",), repulsion=[[0.0]], gates=gates, carriers=carriers)


def two_levels(U):
    gates = {"V": Gate(lever_arms={"up": 1.0, "down": 1.0})}
    return Device(dots=("up", "down"), repulsion=[[0.0, U], [U, 0.0]], gates=gates)


def by_hand(epsilon, U, kelvin=KELVIN):
    """-(1/eT) Σ w_n Δ_n of a chain of states 0, 1, 2: w_n ∝ p_n Γ_{n→n+1}, Δ_n = ε and ε + U, in µV/K."""
    kT = K_B * kelvin
    first = log_expit(-epsilon / kT)  # twice that of one spin
    second = -epsilon / kT + log_expit(-(epsilon + U) / kT)  # of both states with one electron
    share = expit(second - first)
    return -1e3 * (epsilon + U * share) / kelvin


@pytest.mark.parametrize("bias", [(1.0, 0.0), (0.5, -0.5), (0.0, -1.0)])
def test_one_level(bias):
    """S = -(ε - µ)/(eT), G = (2πe²/h)(Γ_SΓ_D/Γ) f(1 - f)/k_BT; no heat without a current of charge."""
    epsilon = KT * np.array([-30.0, -3.0, 0.0, 1.0, 20.0])
    found = thermopower(between(level(), bias=bias), {"V": -epsilon})
    assert found["thermopower"].values == pytest.approx(-1e3 * epsilon / KELVIN, rel=1e-12, abs=1e-9)
    exact = 2 * np.pi * (0.001 * 0.002 / 0.003) * expit(epsilon / KT) * expit(-epsilon / KT) / KT
    assert found["conductance"].values == pytest.approx(exact, rel=1e-12)
    carried = FW_PER_MEV2 * exact / (2 * np.pi) * epsilon**2 / KELVIN
    assert found["thermal_conductance"].values == pytest.approx(np.zeros(5), abs=1e-12 * carried.max())


def test_holes_have_the_other_sign():
    """A level for holes at -ε is one for electrons at ε: the same gate voltage gives both the same."""
    electrons, holes = (thermopower(between(level(kind)), {"V": [-0.1, 0.05]}) for kind in ("electrons", "holes"))
    assert electrons["thermopower"].values == pytest.approx(1e3 * np.array([-0.1, 0.05]) / KELVIN)
    for name in ("thermopower", "conductance", "thermal_conductance"):
        assert holes[name].values == pytest.approx(electrons[name].values, abs=1e-9)


@pytest.mark.parametrize("bias", [(1.0, 0.0), (0.5, -0.5)])
@pytest.mark.parametrize(("U", "zeros"), [(2.0, 3), (-2.0, 1)])
def test_a_dot_with_two_electrons(U, zeros, bias):
    """Weights from p_n Γ_{n→n+1} down to e^{-200}, three zeros with repulsion and one with attraction."""
    epsilon = np.linspace(-3.0, 3.0, 50) - U / 2
    found = thermopower(between(two_levels(U), bias=bias), {"V": -epsilon})["thermopower"].values
    assert found == pytest.approx(by_hand(epsilon, U), rel=1e-10)
    assert np.count_nonzero(np.diff(np.sign(found))) == zeros


def test_spin_counts_like_two_levels():
    gates = {"V": Gate(lever_arms={"P": 1.0})}
    spinful = Device(dots=("P",), repulsion=[[0.3]], max_electrons=2, spin=True, gates=gates)
    axes = {"V": np.linspace(-0.2, 0.5, 15)}
    one, two = (thermopower(between(each), axes) for each in (spinful, two_levels(0.3)))
    for name in ("thermopower", "conductance", "thermal_conductance"):
        assert one[name].values == pytest.approx(two[name].values, rel=1e-11, abs=1e-12)


def biased(seed):
    """Three dots, five leads, in equilibrium, each with a share of the bias."""
    junction = random_junction(seed, dots=3, lead_dots=[0, 1, 2, 0, 1], equilibrium=True)
    shares = np.random.default_rng(seed + 1).uniform(-1, 1, 5)
    return replace(junction, leads=tuple(replace(lead, bias=s) for lead, s in zip(junction.leads, shares, strict=True)))


def driven(junction, knobs):
    """Σ_a s_a I_a in pA."""
    shares = np.array([lead.bias for lead in junction.leads])
    return shares @ current(junction, knobs, processes="sequential")["lead_current"].values


@given(st.integers(0, 10**6), st.floats(-0.3, 0.3))
@settings(max_examples=15)
def test_currents_of_small_differences(seed, gate):
    """S = -(∂I/∂T')/(∂I/∂V) from currents at leads that are really heated, and really biased."""
    junction = biased(seed)
    found = thermopower(junction, {"V_1": gate})
    kelvin = junction.temperature
    share = 1e-4

    def heated(sign):
        leads = [replace(lead, temperature=kelvin * (1 + sign * share * lead.bias)) for lead in junction.leads]
        return driven(replace(junction, leads=tuple(leads)), {"V_1": gate})

    by_heat = (heated(1) - heated(-1)) / (2 * share * kelvin)
    step = share * K_B * kelvin
    by_bias = (driven(junction, {"V_1": gate, "V_SD": step}) - driven(junction, {"V_1": gate, "V_SD": -step})) / (
        2 * step
    )
    assert float(found["conductance"]) == pytest.approx(by_bias / 38740.45865, rel=1e-5)
    assert float(found["thermopower"]) == pytest.approx(-1e3 * by_heat / by_bias, rel=1e-4, abs=1e-2)


@given(st.integers(0, 10**6), st.floats(-0.3, 0.3))
@settings(max_examples=15)
def test_heat_that_a_bias_carries(seed, gate):
    """Onsager: heat per bias, from populations at a small bias, is what the temperature difference drives."""
    junction = biased(seed)
    model = make_model(junction, ["V_1", "V_SD"], "sequential", "finite-part", "absolute")
    (coefficients,), _ = linear_response(model, np.array([[gate, 0.0]]))
    assert coefficients == pytest.approx(coefficients.T, rel=1e-10, abs=1e-15)
    step, (table,) = 1e-4 * model.kT[0], model.tables
    shares = np.array([lead.bias for lead in junction.leads])[table.leads[:, 0]]
    heat = []
    for bias in (step, -step):
        energy, mu = model.energies.at(np.array([[gate, bias]]))
        (rates,), release = model.rates(energy, mu), forms(table, energy, mu).Delta
        p = solve(model, Axes({"V_1": gate, "V_SD": bias})).populations
        flow = p[:, table.initial] * rates.forward - p[:, table.final] * rates.backward
        heat.append(float((shares * release * flow).sum()))
    assert coefficients[1, 0] == pytest.approx((heat[0] - heat[1]) / (2 * step), rel=1e-4, abs=1e-9)


def test_axes_of_leads_and_notes():
    junction = between(two_levels(-0.5))
    axes = {"V": [-0.4, 0.1], "temperature": [0.2, 1.0], "GammaSup": 0.1}
    with pytest.raises(InputError, match="GammaSup"):
        thermopower(junction, axes)
    found = thermopower(junction, {"V": [-0.4, 0.1], "temperature": [0.2, 1.0], "Gamma_Sup": 0.002})
    for kelvin in (0.2, 1.0):
        alone = thermopower(with_leads(junction, {"temperature": kelvin, "Gamma_Sup": 0.002}), {"V": [-0.4, 0.1]})
        np.testing.assert_array_equal(found["thermopower"].sel(temperature=kelvin), alone["thermopower"])
        assert "pairs of order Γ²" in alone.attrs["validity"]
    assert "pairs of order Γ²" in found.attrs["validity"]


def test_the_summary_counts_the_changes_of_sign():
    found = thermopower(between(two_levels(2.0)), {"V": np.linspace(-1.0, 3.0, 51)})
    assert "Its sign changes 3 times along V." in summary(found)
    assert numbers(found)["sign_changes"] == (3, "1")
    assert (
        numbers(found)["largest_thermopower"][0]
        == found["thermopower"].values[np.abs(found["thermopower"].values).argmax()]
    )


@pytest.mark.parametrize(
    ("changes", "axes", "message"),
    [
        ({}, {"V_SD": 0.1}, "`axes['V_SD']` must be left out"),
        ({"mu": 0.1}, {}, "`leads` must be in equilibrium without bias: got different `mu`"),
        ({"temperature": 0.3}, {}, "`leads` must be in equilibrium without bias: got different temperatures"),
        ({"bias": -0.5}, {}, "`leads` must have two on one dot that follow the bias differently: got none"),
    ],
)
def test_bad_input(changes, axes, message):
    junction = between(level())
    leads = (replace(junction.leads[0], **changes), junction.leads[1])
    with pytest.raises(InputError) as caught:
        thermopower(replace(junction, leads=leads), axes)
    assert str(caught.value).startswith(message)


def test_leads_alone_on_their_dot_drive_nothing():
    """L and R of the pair experiment exchange carriers and heat, and take no part in the thermopower of P."""
    junction, gates = published(0.01), {"V": 0.3, "delta_V": 0.1}
    lifted = replace(junction, leads=tuple(replace(lead, bias=float(lead.name != "D")) for lead in junction.leads))
    alone, all_but_one = (thermopower(each, gates)["conductance"] for each in (junction, lifted))
    assert float(all_but_one) == pytest.approx(float(alone), rel=1e-12)
