"""Differential conductance against exact derivatives, its order of convergence, and its marks."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from scipy.integrate import quad

from attractron.core.constants import K_B, PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import Device, Gate
from attractron.transport import Junction, Lead, current, differential_conductance, spin_junction
from tests.transport.junctions import published

E2_PER_H = PA_PER_MEV / (2 * np.pi)
"""pA per mV."""


def resonance(bias, level, S, D, kT):
    """(h/e²) dI/dV = ∫dω Γ_SΓ_D/[(ω-ε)² + Γ²/4] (-f'(ω - eV)), exact for a level without interaction."""
    width = S + D

    def passing(w):
        return S * D / ((w - level) ** 2 + width**2 / 4) / (4 * kT * np.cosh((w - bias) / (2 * kT)) ** 2)

    points = sorted({bias, level})
    return quad(passing, bias - 40 * kT, bias + 40 * kT, points=points, limit=400, epsabs=1e-14)[0]


@pytest.mark.parametrize("scale", [0.01, 1.0])
def test_a_resonance(scale):
    junction = published(scale, U=0.0, W=0.0, mu_P=0.02)
    bias = np.linspace(-0.3, 0.3, 7)
    result = differential_conductance(junction, {"V_SD": bias}, processes="0e")
    expected = [resonance(value, -0.02, 0.0925 * scale, 0.0925 * scale, K_B * 0.2) for value in bias]
    assert result.conductance.values == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert (np.abs(result.conductance.values - expected) < result.conductance_error.values + 1e-9).all()


def test_the_difference_is_of_sixth_order(monkeypatch):
    """Doubling the step multiplies the error by 2⁶."""
    junction = published(0.01, U=0.0, mu_P=0.02)
    errors = []
    for step in (0.2, 0.4):
        monkeypatch.setattr(import_module("attractron.transport.current"), "STEP", step)
        found = differential_conductance(junction, {"V_SD": 0.05}, processes="0e")
        errors.append(abs(float(found.conductance) - resonance(0.05, -0.02, 0.000925, 0.000925, K_B * 0.2)))
    assert np.log2(errors[1] / errors[0]) == pytest.approx(6, abs=0.5)


def test_the_step_counts_in_the_leads_potentials():
    """Source at +3V, drain at -2V: dI/dV = 3 G_S + 2 G_D, G that of the resonance at either potential."""
    junction = published(0.01, U=0.0, mu_P=0.02)
    shares = {"S": 3.0, "D": -2.0}
    leads = tuple(replace(lead, bias=shares.get(lead.name, 0.0)) for lead in junction.leads)
    bias, Gamma = 0.02, 0.000925
    found = differential_conductance(replace(junction, leads=leads), {"V_SD": bias}, processes="0e")
    expected = sum(abs(s) * resonance(s * bias, -0.02, Gamma, Gamma, K_B * 0.2) for s in shares.values())
    assert float(found.conductance) == pytest.approx(expected, rel=1e-6)


def test_it_is_the_slope_of_the_current():
    """All processes, over a map; V_SD is 0 unless it is asked for."""
    axes = {"V": np.array([0.0, 0.025]), "V_SD": np.array([0.0, 0.1])}
    result = differential_conductance(published(0.2), axes, origin="centre")
    assert result.conductance.dims == ("V", "V_SD")
    assert result.conductance.attrs["units"] == "e²/h"
    step = 1e-4
    up, down = (
        current(published(0.2), {**axes, "V_SD": axes["V_SD"] + sign * step}, origin="centre").current.values
        for sign in (1, -1)
    )
    assert result.conductance.values == pytest.approx((up - down) / (2 * step) / E2_PER_H, rel=1e-4)
    linear = differential_conductance(published(0.2), {"V": axes["V"]}, origin="centre")
    assert linear.conductance.values == pytest.approx(result.conductance.values[:, 0], rel=1e-12)


def test_holes_conduct_forwards():
    ours = differential_conductance(published(0.2), {"V": 0.01}, origin="centre")
    holes = differential_conductance(published(0.2, carriers="holes"), {"V": 0.01}, origin="centre")
    assert float(holes.conductance) == pytest.approx(float(ours.conductance), rel=1e-9)
    assert float(ours.conductance) > 0


def test_points_without_a_steady_state_are_marked():
    axes = {"delta_V": np.array([0.0, 0.6]), "V_SD": 0.05}
    junction = published(0.01, temperature=1e-3)
    result = differential_conductance(junction, axes, processes="sequential", origin="centre")
    names = flag_names(result.status)
    assert [names[int(code)] for code in result.status] == ["several_steady_states", "ok"]
    assert np.isnan(result.conductance.values).tolist() == [True, False]
    assert "1 of 2 points have no single steady state; at delta_V = 0, V_SD = 0.05 all" in result.attrs["validity"]
    with pytest.raises(InputError, match="`axes` must hold a point with one steady state: got none of 1; at V_SD"):
        differential_conductance(junction, {"V_SD": 0.05}, processes="sequential", origin="centre")


def test_no_lead_follows_the_bias():
    leads = tuple(Lead(name=name, dot="P", Gamma=0.01, temperature=0.1) for name in ("S", "D"))
    junction = Junction(device=Device(dots=("P",), repulsion=np.zeros((1, 1))), leads=leads)
    with pytest.raises(InputError, match="`junction` must have a lead that follows the bias"):
        differential_conductance(junction, {})


def test_spins_without_interaction_conduct_each_by_itself():
    """U = 0: a resonance at each of ±E_Z/2, exact in all orders; what leaves the source comes to the drain."""
    gate, field = np.linspace(-0.3, 0.3, 7), 0.25
    found = differential_conductance(
        spin_junction(U=0.0, E_Z=field, Gamma_S=0.01, Gamma_D=0.03, temperature=0.2), {"V": gate}, processes="1e"
    )["lead_conductance"]
    one = Lead(name="S", dot="P", Gamma=0.01, temperature=0.2, bias=1.0)
    other = Lead(name="D", dot="P", Gamma=0.03, temperature=0.2)
    device = Device(dots=("P",), repulsion=[[0.0]], gates={"V": Gate(lever_arms={"P": 1.0})})
    level = Junction(device=device, leads=[one, other])
    for spin, shift in (("up", -field / 2), ("down", field / 2)):
        alone = differential_conductance(level, {"V": gate + shift}, processes="0e")["conductance"].values
        assert found.sel(lead=f"S_{spin}").values == pytest.approx(alone, rel=1e-6)
        assert found.sel(lead=f"D_{spin}").values == pytest.approx(-alone, rel=1e-6)
