"""Currents against those of other codes and of exact formulas."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from attractron.core.constants import K_B, PA_PER_MEV
from attractron.dots import Device
from attractron.transport import Junction, Lead, current, pair_junction
from attractron.transport.solve import make_model
from tests.transport.junctions import published

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
PAIR = json.loads((REFERENCE / "pair_currents.json").read_text(encoding="utf-8"))
QMEQ = json.loads((REFERENCE / "qmeq_currents.json").read_text(encoding="utf-8"))


def junction_of(parameters):
    """The junction of a set of the reference, µeV to meV."""
    U, W, T, S, D, L, R = (1e-3 * parameters[name] for name in ("U", "W", "T", "GS", "GD", "GL", "GR"))
    return pair_junction(W=W, U=U, mu_P=U, Gamma_S=S, Gamma_D=D, Gamma_L=L, Gamma_R=R, temperature=T / K_B)


@pytest.mark.parametrize("column", PAIR["sets"][0]["columns"][3:])
@pytest.mark.parametrize("reference", PAIR["sets"], ids=lambda reference: reference["name"])
def test_an_independent_code(reference, column):
    """48 points at three strengths of the couplings; its third order is a trapezoid good to 1e-5."""
    junction = junction_of(reference["parameters"])
    processes, _, method = column.partition(" ")
    for point in reference["points"]:
        V, dV, bias = (1e-3 * value for value in point[:3])
        expected = point[reference["columns"].index(column)]
        result = current(
            junction,
            {"V": V, "delta_V": dV, "V_SD": bias},
            processes=processes,
            method=method or "finite-part",
            origin="centre",
        )
        # What flows at all rounds at 1e-15 of (e/ħ)Γ, 1e-11 pA, whatever is left of it.
        assert float(result.current) == pytest.approx(expected, rel=1e-5, abs=1e-13)


def test_the_rate_of_a_pair():
    """(1,1;0) → (0,0;1) at αV = 25, V = 100 µeV: finite part by source and drain, estimate by the source."""
    junction = junction_of(PAIR["sets"][0]["parameters"])
    for method, leads in (("finite-part", [0, 1]), ("constant", [0])):
        model = make_model(junction, ["V", "V_SD"], "2e", method, "centre")
        energy, mu = model.energies.at(np.array([[0.025, 0.1]]))
        table, found = model.tables[2], model.rates(energy, mu)[2]
        back = (table.initial == 1) & (table.final == 6) & np.isin(table.leads[:, 0], leads)
        assert back.sum() == len(leads)
        assert 1e3 * found.backward[0, back].sum() == pytest.approx(PAIR["rate"][method], rel=1e-5)


def test_frozen_charges_conduct_as_a_resonance():
    """Fig. 4b: P beside 0, 1, 2 frozen charges at V_SD = -1.3 mV, Breit and Wigner's current to all orders."""
    parameters = {**PAIR["sets"][0]["parameters"], "GL": 1e-9, "GR": 1e-9}
    far = 1e4  # mV: L and R filled or emptied for good
    for point in PAIR["breit_wigner"]["points"]:
        junction = junction_of(parameters).with_parameters(mu_P=1e-3 * point["mu_P"])
        for (V_L, V_R), expected in zip([(-far, -far), (far, -far), (far, far)], point["currents"], strict=True):
            found = current(junction, {"V_L": 1e-3 * V_L, "V_R": 1e-3 * V_R, "V_SD": -1.3}, processes="0e")
            assert float(found.current) == pytest.approx(expected, rel=1e-9)


def qmeq_junction():
    values = QMEQ["parameters"]
    return pair_junction(
        W=values["W"],
        U=values["U"],
        mu_P=0.0,
        Gamma_S=values["Gamma_P_S"],
        Gamma_D=values["Gamma_P_D"],
        Gamma_L=values["Gamma_L"],
        Gamma_R=values["Gamma_R"],
        temperature=values["kT"] / K_B,
    )


def test_sequential_currents_and_occupations_of_a_public_code():
    """QmeQ's Pauli equation at 53 points: the same first-order theory, to the floor of its double precision."""
    for V, eps_P, bias, expected, *occupation in QMEQ["Pauli"]:
        found = current(qmeq_junction(), {"V": V, "mu_P": -eps_P, "V_SD": bias}, processes="sequential")
        assert float(found.current) / PA_PER_MEV == pytest.approx(expected, rel=1e-9, abs=5e-18)
        assert found.occupation.values == pytest.approx(occupation, abs=1e-12)


def test_second_order_currents_of_a_public_code():
    """QmeQ's real-time diagrammatics, whose second order is another expansion.

    On resonance it subtracts the reducible parts that regularised T-matrix rates keep and renormalises levels, second
    order beside a first-order current: relative Γ/k_BT, here 0.1. Where first order is blocked both hold the same
    leading term, but its populations of virtual states, second order too, meet rates of first order, which only a
    third order would compensate: of the size Γ_SΓ_D/Γ_P (Γ_L/2πk_BT)² at most.
    """
    values = QMEQ["parameters"]
    relative = values["Gamma_L"] / values["kT"]
    strength = values["Gamma_P_S"] * values["Gamma_P_D"] / (values["Gamma_P_S"] + values["Gamma_P_D"])
    absolute = strength * (relative / (2 * np.pi)) ** 2
    deviations, sequential = [], []
    for V, eps_P, bias, expected, *_ in QMEQ["RTD"]:
        knobs = {"V": V, "mu_P": -eps_P, "V_SD": bias}
        found = float(current(qmeq_junction(), knobs, processes="1e").current) / PA_PER_MEV
        first = float(current(qmeq_junction(), knobs, processes="sequential").current) / PA_PER_MEV
        assert found == pytest.approx(expected, rel=relative, abs=absolute)
        if expected > absolute:
            deviations.append(abs(found / expected - 1))
            sequential.append(abs(first / expected - 1))
    assert len(deviations) > 15
    assert np.median(deviations) < 0.035
    assert np.median(deviations) < 0.5 * np.median(sequential)


def test_exact_von_neumann_currents_of_a_public_code():
    """QmeQ's second-order von Neumann approach, which resums: three points, within Γ/2k_BT."""
    for V, eps_P, bias, expected in QMEQ["2vN"]:
        found = current(qmeq_junction(), {"V": V, "mu_P": -eps_P, "V_SD": bias}, processes="1e")
        assert float(found.current) / PA_PER_MEV == pytest.approx(expected, rel=0.05)


def resonance(strength, width, level, mu_1, mu_2, kT):
    """(e/h)∫dω Γ_1Γ_2/[(ω-ε)² + Γ²/4] (f_1 - f_2), by quadrature; pA."""

    def fermi(x):
        return 0.5 * (1 - np.tanh(x / (2 * kT)))

    def passing(w):
        return strength / ((w - level) ** 2 + width**2 / 4) * (fermi(w - mu_1) - fermi(w - mu_2))

    low, high = min(mu_1, mu_2) - 40 * kT, max(mu_1, mu_2) + 40 * kT
    points = [x for x in (level - width, level, level + width, mu_1, mu_2) if low < x < high]
    return PA_PER_MEV / (2 * np.pi) * quad(passing, low, high, points=points, limit=500, epsabs=1e-15)[0]


def landauer(Gamma_S, Gamma_D, level, bias, kT):
    """The current of a level between source and drain."""
    return resonance(Gamma_S * Gamma_D, Gamma_S + Gamma_D, level, bias, 0.0, kT)


@pytest.mark.parametrize("W", [0.0, 0.3])
@pytest.mark.parametrize("scale", [0.01, 1.0])
def test_a_dot_without_interaction_is_landauers_in_every_order(W, scale):
    """U = 0: P conducts by itself; processes of two and three dots must cancel, whatever L and R do to each other."""
    junction = published(scale, U=0.0, W=W, mu_P=0.03)
    S = D = 0.0925 * scale
    for bias in (-0.2, 0.01, 0.5):
        expected = landauer(S, D, -0.03, bias, K_B * 0.2)
        for processes in ("0e", "1e", "2e"):
            found = current(junction, {"V": 0.02, "V_SD": bias}, processes=processes)
            assert float(found.current) == pytest.approx(expected, rel=1e-9)


def test_the_expansion_converges_order_by_order():
    """I_exact - I_1 - I_2 = O(Γ³) without interaction: halving Γ divides it by 8, the nearer the weaker."""
    from attractron.transport.integrals.second_order import elastic_second_order

    level, bias, kT = 0.03, 0.05, K_B * 0.2
    rests = []
    for scale in 0.01 * 0.5 ** np.arange(4):
        S = D = 0.0925 * scale
        junction = published(scale, U=0.0, mu_P=-level)
        first = float(current(junction, {"V_SD": bias}, processes="sequential").current)
        second = PA_PER_MEV * S * D / (S + D) * float(elastic_second_order(level - bias, level, S + D, kT))
        rests.append(landauer(S, D, level, bias, kT) - first - second)
    assert np.log2(np.array(rests[:-1]) / rests[1:]) == pytest.approx(3, abs=0.015)


@pytest.mark.parametrize(("level", "expected"), [(0.5, 1.033), (2.0, 1.006), (8.0, 1.001)])
def test_deep_blockade_is_the_textbooks_cotunnelling(level, expected):
    """I → (e²/h)(Γ_SΓ_D/ε²) V with corrections of order V/ε and (πk_BT/ε)²."""
    Gamma, bias = 1e-3, 0.01
    junction = published(1.0, U=0.0, mu_P=-level, Gamma_S=Gamma, Gamma_D=Gamma)
    found = float(current(junction, {"V_SD": bias}, processes="0e").current)
    assert found / (PA_PER_MEV / (2 * np.pi) * Gamma**2 / level**2 * bias) == pytest.approx(expected, abs=5e-4)


def test_three_leads_on_one_dot():
    """Landauer's and Büttiker's currents of a level with three leads at three potentials, exact for each lead."""
    kT, level, mu = K_B * 0.1, 0.03, {"a": 0.2, "b": 0.05, "c": -0.1}
    Gamma = {"a": 0.01, "b": 0.03, "c": 0.02}
    leads = tuple(Lead(name=name, dot="P", Gamma=Gamma[name], temperature=0.1, mu=mu[name]) for name in mu)
    device = Device(dots=("P",), repulsion=np.zeros((1, 1)), levels=np.array([level]))
    found = current(Junction(device=device, leads=leads), {}, processes="0e")
    width = sum(Gamma.values())
    for lead in leads:
        expected = sum(
            resonance(Gamma[lead.name] * Gamma[other], width, level, mu[lead.name], mu[other], kT)
            for other in mu
            if other != lead.name
        )
        assert float(found.lead_current.sel(lead=lead.name)) == pytest.approx(expected, rel=1e-9)
