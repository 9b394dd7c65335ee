"""The scheme of events against rates and currents from second-quantised operators: four dots, six leads."""

import numpy as np
import pytest
from scipy.integrate import quad

from attractron.core.constants import PA_PER_MEV
from attractron.transport import current
from attractron.transport.solve import make_model
from tests.transport.junctions import random_junction
from tests.transport.operators import Enumeration

SEEDS = {5: [0, 0, 1, 2, 3, 3], 11: [0, 1, 1, 2, 2, 3]}
V_SD, V_1 = 0.3, 0.4
QUADRATURE = 1e-6
"""What the oracle's coarse trapezoid may be off by, of the largest rate of an order: e^(-2π(π/3)/0.36), e^-20."""


@pytest.fixture(scope="module", params=SEEDS)
def pair(request):
    """A random junction and the same one enumerated by operators."""
    lead_dots = SEEDS[request.param]
    junction = random_junction(request.param, dots=4, lead_dots=lead_dots)
    device, leads = junction.device, junction.leads
    follow = sum(
        (np.array([lead.lever_arms.get(dot, 0.0) for dot in device.dots]) * lead.bias * V_SD for lead in leads), 0.0
    )
    gate = np.array([0.7, 0, 0, 0.2]) * (V_1 - 0.1)

    def energy(n):
        n = np.array(n)
        return n @ (device.levels + follow - gate) + n @ device.repulsion @ n / 2

    enumeration = Enumeration(
        energy,
        4,
        lead_dots,
        np.array([lead.mu + lead.bias * V_SD for lead in leads]),
        np.array([lead.Gamma for lead in leads]),
        0.05,
    )
    return junction, enumeration, {order: enumeration.rates(order) for order in (1, 2, 3)}


def test_every_rate(pair):
    junction, enumeration, oracle = pair
    model = make_model(junction, ["V_1", "V_SD"], "2e", "finite-part", "absolute")
    energy, mu = model.energies.at(np.array([[V_1, V_SD]]))
    assert [tuple(charge) for charge in model.energies.charges] == enumeration.states
    for table, found in zip(model.tables, model.rates(energy, mu), strict=True):
        assert table.order in (1, 2, 3)
        ours = {}
        for p in range(len(table)):
            moves = {int(lead): int(sign) for lead, sign in zip(table.leads[p], table.signs[p], strict=True)}
            back = {lead: -sign for lead, sign in moves.items()}
            ours[table.initial[p], table.final[p], *sorted(moves.items())] = found.forward[0, p]
            ours[table.final[p], table.initial[p], *sorted(back.items())] = found.backward[0, p]
        theirs = {(i, f, *sorted(moves.items())): rate for i, f, moves, rate in oracle[table.order]}
        assert ours.keys() == theirs.keys()
        largest = max(map(abs, theirs.values()))
        for key, rate in theirs.items():
            assert ours[key] == pytest.approx(rate, abs=QUADRATURE * largest), key


def test_currents_of_all_leads(pair):
    """Clamped rates, LU instead of elimination, Landauer's integral instead of polygammas for the elastic part."""
    junction, enumeration, oracle = pair
    states = len(enumeration.states)
    events = [(i, f, moves, max(rate, 0.0)) for order in oracle.values() for i, f, moves, rate in order]
    flow = np.zeros((states, states))
    for i, f, _, rate in events:
        flow[f, i] += rate
        flow[i, i] -= rate
    flow[-1] = 1.0
    p = np.linalg.solve(flow, np.eye(states)[-1])
    leads = np.zeros(len(junction.leads))
    for i, _, moves, rate in events:
        for lead, sign in moves.items():
            leads[lead] += sign * rate * p[i]
    leads += elastic(enumeration, p)
    result = current(junction, {"V_1": V_1, "V_SD": V_SD})
    assert result.populations.values == pytest.approx(p, abs=1e-5)
    assert result.lead_current.values == pytest.approx(
        PA_PER_MEV * leads, rel=2e-5, abs=1e-5 * PA_PER_MEV * leads.max()
    )


def elastic(enumeration, p):
    """Σ over frozen charges of (1/2π)∫dω T(ω) (f_a - f_b), less the sequential current Γ_aΓ_b/Γ (f_a(ε) - f_b(ε))."""
    dots, kT, mu = np.array(enumeration.lead_dots), enumeration.kT, enumeration.mu
    total = np.zeros(len(dots))

    def fermi(x):
        return 0.5 * (1 - np.tanh(x / (2 * kT)))

    for a in range(len(dots)):
        for b in range(len(dots)):
            if a == b or dots[a] != dots[b]:
                continue
            Gamma = enumeration.Gamma
            width, strength = Gamma[dots == dots[a]].sum(), Gamma[a] * Gamma[b]
            for number, n in enumerate(enumeration.states):
                other = tuple(1 - k if dot == dots[a] else k for dot, k in enumerate(n))
                level = (enumeration.energy(other) - enumeration.energy(n)) * (1 if n[dots[a]] == 0 else -1)

                def passing(w, level=level, width=width, strength=strength, a=a, b=b):
                    window = fermi(w - mu[a]) - fermi(w - mu[b])
                    return strength * window / ((w - level) ** 2 + width**2 / 4) / (2 * np.pi)

                low, high = min(mu[a], mu[b]) - 40 * kT, max(mu[a], mu[b]) + 40 * kT
                points = [x for x in (level - width, level, level + width, mu[a], mu[b]) if low < x < high]
                exact = quad(passing, low, high, points=points, limit=400, epsabs=1e-14)[0]
                sequential = strength / width * (fermi(level - mu[a]) - fermi(level - mu[b]))
                total[a] += p[number] * (exact - sequential)
    return total
