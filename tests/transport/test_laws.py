"""What holds for every junction: conservation, detailed balance, symmetries, and no memory of any order or zero."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B, PA_PER_MEV
from attractron.dots import Device, Gate, stability_diagram
from attractron.transport import Junction, Lead, current
from attractron.transport.rates import METHODS
from attractron.transport.solve import ORDERS, make_model
from tests.transport.junctions import junctions, published

choices = st.sampled_from(sorted(ORDERS))
methods = st.sampled_from(sorted(METHODS))
POINT = {"V_1": 0.3, "V_SD": 0.2}


def scale_of(junction):
    """The current that one lead's Γ would make, pA: what rounding is measured against."""
    return PA_PER_MEV * max(lead.Gamma for lead in junction.leads)


@settings(max_examples=30)
@given(junctions(), choices, methods)
def test_charge_is_conserved(junction, processes, method):
    """All currents add up to zero, none flows through a dot with one lead, and the contributions add up."""
    result = current(junction, POINT, processes=processes, method=method)
    rounding = 1e-13 * scale_of(junction)
    for dot in junction.device.dots:
        through = [number for number, lead in enumerate(junction.leads) if lead.dot == dot]
        assert result.lead_current.values[through].sum() == pytest.approx(0.0, abs=rounding)
    assert result.contribution.sum("order").values == pytest.approx(result.lead_current.values, abs=rounding)
    assert float(result.current) == result.lead_current.values[0]
    assert result.populations.values.sum() == pytest.approx(1.0, abs=1e-12)
    assert (result.populations >= 0).all()


@settings(max_examples=30)
@given(junctions(equilibrium=True), choices, methods)
def test_equilibrium(junction, processes, method):
    """Without bias: local detailed balance in each order, Boltzmann's populations, no current."""
    model = make_model(junction, ["V_1"], processes, method, "absolute")
    energy, mu = model.energies.at(np.array([[0.3]]))
    kT = K_B * junction.temperature
    boltzmann = np.exp(-(energy[0] - energy.min()) / kT)
    for table, found in zip(model.tables, model.rates(energy, mu), strict=True):
        there = found.forward[0] * boltzmann[table.initial]
        assert there == pytest.approx(found.backward[0] * boltzmann[table.final], rel=1e-10, abs=0)
    result = current(junction, {"V_1": 0.3}, processes=processes, method=method)
    assert result.populations.values == pytest.approx(boltzmann / boltzmann.sum(), rel=1e-9)
    assert result.lead_current.values == pytest.approx(0.0, abs=1e-13 * scale_of(junction))


def mirrored(junction):
    """Holes for electrons: E'(n) = E(1-n) up to a constant, µ → -µ."""
    device = junction.device
    levels = -device.levels - device.repulsion.sum(axis=1)
    gates = {
        name: Gate(lever_arms={dot: -arm for dot, arm in gate.lever_arms.items()}, offset=gate.offset)
        for name, gate in device.gates.items()
    }
    leads = tuple(replace(lead, mu=-lead.mu, bias=-lead.bias) for lead in junction.leads)
    mirror = Device(dots=device.dots, repulsion=device.repulsion, levels=levels, gates=gates)
    return Junction(device=mirror, leads=leads)


@settings(max_examples=25)
@given(junctions(), choices, methods)
def test_particles_and_holes(junction, processes, method):
    ours = current(junction, POINT, processes=processes, method=method)
    theirs = current(mirrored(junction), POINT, processes=processes, method=method)
    rounding = 1e-11 * scale_of(junction)
    assert theirs.lead_current.values == pytest.approx(-ours.lead_current.values, rel=1e-8, abs=rounding)
    assert theirs.populations.values == pytest.approx(ours.populations.values[::-1], rel=1e-8)


@settings(max_examples=25)
@given(junctions(), choices, methods, st.floats(-3, 3))
def test_only_differences_of_potentials_matter(junction, processes, method, shift):
    device = junction.device
    moved = Device(dots=device.dots, repulsion=device.repulsion, levels=device.levels + shift, gates=dict(device.gates))
    leads = tuple(replace(lead, mu=lead.mu + shift) for lead in junction.leads)
    ours = current(junction, POINT, processes=processes, method=method)
    theirs = current(Junction(device=moved, leads=leads), POINT, processes=processes, method=method)
    rounding = 1e-11 * scale_of(junction)
    assert theirs.lead_current.values == pytest.approx(ours.lead_current.values, rel=1e-8, abs=rounding)
    assert theirs.populations.values == pytest.approx(ours.populations.values, rel=1e-8)


@settings(max_examples=25)
@given(junctions(), choices, methods, st.randoms(use_true_random=False))
def test_names_have_no_order(junction, processes, method, random):
    """Dots and leads in any order give the same currents and populations."""
    device = junction.device
    dots, leads = list(range(len(device.dots))), list(junction.leads)
    random.shuffle(dots)
    random.shuffle(leads)
    shuffled = Device(
        dots=tuple(device.dots[i] for i in dots),
        repulsion=device.repulsion[np.ix_(dots, dots)],
        levels=device.levels[dots],
        gates=dict(device.gates),
    )
    ours = current(junction, POINT, processes=processes, method=method)
    theirs = current(
        Junction(device=shuffled, leads=tuple(leads), source=junction.source), POINT, processes=processes, method=method
    )
    order = [str(lead.name) for lead in junction.leads]
    rounding = 1e-11 * scale_of(junction)
    assert theirs.lead_current.sel(lead=order).values == pytest.approx(ours.lead_current.values, rel=1e-8, abs=rounding)
    assert theirs.occupation.sel(dot=list(device.dots)).values == pytest.approx(ours.occupation.values, rel=1e-8)


@given(st.floats(-0.5, 0.5), st.floats(0.02, 1.0), st.floats(0.1, 10.0))
def test_a_single_level_by_hand(level, kelvin, ratio):
    """One dot, two leads: p = (Γ_Sf_S + Γ_Df_D)/Γ, I = (e/ħ) Γ_SΓ_D/Γ (f_S - f_D)."""
    S, D, kT = 0.01, 0.01 * ratio, K_B * kelvin
    leads = tuple(
        Lead(name=name, dot="P", Gamma=Gamma, temperature=kelvin, mu=mu)
        for name, Gamma, mu in (("S", S, 0.1), ("D", D, 0.0))
    )
    junction = Junction(device=Device(dots=("P",), repulsion=np.zeros((1, 1)), levels=np.array([level])), leads=leads)
    f_S, f_D = (1 / (1 + np.exp((level - mu) / kT)) for mu in (0.1, 0.0))
    result = current(junction, {}, processes="sequential")
    assert float(result.occupation[0]) == pytest.approx((S * f_S + D * f_D) / (S + D), rel=1e-12)
    assert float(result.current) == pytest.approx(PA_PER_MEV * S * D / (S + D) * (f_S - f_D), rel=1e-9, abs=1e-11)


def test_leads_at_different_temperatures_drive_a_current():
    """Without bias, hot source: electrons flow out of it through a level above µ, into it through one below."""
    for level, sign in ((0.05, 1), (-0.05, -1), (0.0, 0)):
        leads = tuple(
            Lead(name=name, dot="P", Gamma=0.01, temperature=kelvin) for name, kelvin in (("S", 0.4), ("D", 0.1))
        )
        device = Device(dots=("P",), repulsion=np.zeros((1, 1)), levels=np.array([level]))
        result = current(Junction(device=device, leads=leads), {}, processes="sequential")
        assert np.sign(np.round(float(result.current), 9)) == sign
        assert not bool(result.beyond_unitarity)


@pytest.mark.parametrize("spin", [False, True])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_without_bias_it_is_the_stability_diagram(spin, limit):
    """Sequential rates fill the dots as the grand canonical ensemble of `dots.stability_diagram` does."""
    device = Device(
        dots=("A", "B"),
        repulsion=np.array([[0.5, 0.2], [0.2, 0.7]]),
        levels=np.array([0.1, -0.2]),
        gates={"V": Gate(lever_arms={"A": 1.0, "B": 0.4})},
        max_electrons=limit,
        spin=spin,
    )
    leads = tuple(Lead(name=dot, dot=dot, Gamma=0.01, temperature=0.5) for dot in ("A", "B"))
    axes = {"V": np.linspace(-1, 3, 41)}
    for origin in ("absolute", "centre"):
        ours = current(Junction(device=device, leads=leads), axes, processes="sequential", origin=origin)
        theirs = stability_diagram(device, axes, temperature=0.5, origin=origin)
        assert ours.occupation.values == pytest.approx(theirs.occupation.values, rel=1e-10)


@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2), st.floats(-0.4, 0.4), choices)
def test_the_papers_junction_mirrors_itself(V, dV, bias, processes):
    """µ_{L,R} → U+W-µ, µ_P → 2U-µ_P, V_SD → -V_SD turns the current round.

    So holes carry the same current at the same voltages, and are where electrons are not.
    """
    ours = current(published(), {"V": V, "delta_V": dV, "V_SD": bias}, processes=processes, origin="centre")
    theirs = current(published(), {"V": -V, "delta_V": -dV, "V_SD": -bias}, processes=processes, origin="centre")
    holes = current(
        published(carriers="holes"), {"V": V, "delta_V": dV, "V_SD": bias}, processes=processes, origin="centre"
    )
    assert float(theirs.current) == pytest.approx(-float(ours.current), rel=1e-8, abs=1e-9)
    assert theirs.occupation.values == pytest.approx(1 - ours.occupation.values, abs=1e-9)
    assert float(holes.current) == pytest.approx(float(ours.current), rel=1e-8, abs=1e-9)
    assert holes.occupation.values == pytest.approx(1 - ours.occupation.values, abs=1e-9)
