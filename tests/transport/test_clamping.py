"""What setting negative rates to zero does to the current, against steady states with the rates as they came out."""

import numpy as np
import pytest
from hypothesis import given

from attractron.core.constants import K_B
from attractron.transport import current, pair_junction
from attractron.transport.clamping import NUMBERS, change, elastic_lead_flow, lead_flow
from attractron.transport.master_equation import steady_state
from attractron.transport.rates import Rates, clamped
from attractron.transport.solve import joined, make_model
from attractron.transport.validity import CLAMPED_PART, clamped_matter
from tests.transport.junctions import junctions, published


def at_one_point(junction, knobs, processes="2e", origin="centre"):
    """The model and all that `change` takes, at one point of the knobs."""
    model = make_model(junction, list(knobs), processes, "finite-part", origin)
    energy, mu = model.energies.at(np.array([list(knobs.values())]))
    found, added = zip(*(clamped(each) for each in model.rates(energy, mu)), strict=True)
    populations, _ = steady_state(*joined(found), *model.ends, model.states)
    return model, found, added, energy, mu, populations


def flow_with(model, found, added, energy, mu, part):
    """Flow out of every lead with a part of what clamping added taken back; a dense solution, whatever the signs."""
    rates = [
        Rates(*(rate - part * more for rate, more in zip(each, less, strict=True)))
        for each, less in zip(found, added, strict=True)
    ]
    L = np.zeros((model.states, model.states))
    for table, each in zip(model.tables, rates, strict=True):
        for start, stop, rate in (
            (table.initial, table.final, each.forward[0]),
            (table.final, table.initial, each.backward[0]),
        ):
            np.add.at(L, (stop, start), rate)
            np.add.at(L, (start, start), -rate)
    L[-1] = np.abs(L).max()
    p = np.linalg.solve(L, np.append(np.zeros(model.states - 1), L[-1, 0]))[None]
    flow = sum(lead_flow(table, each, p, mu.shape[1]) for table, each in zip(model.tables, rates, strict=True))
    return flow + elastic_lead_flow(model.elastic, energy, mu, p, float(model.kT[0]))


def changed(model, found, added, energy, mu, populations):
    return change(model.tables, model.elastic, found, added, energy, mu, populations, float(model.kT[0]))


@pytest.mark.parametrize("knobs", [{"V": 0.04, "delta_V": 0.3, "V_SD": 0.1}, {"V": 0.1, "delta_V": 0.0, "V_SD": 0.9}])
def test_it_is_the_derivative_of_the_current(knobs):
    """[I(λ) - I(0)]/λ - δI falls as λ: halving λ halves it."""
    *given_to, populations = at_one_point(published(), {name: value / 0.61 for name, value in knobs.items()})
    expected = changed(*given_to, populations)
    start = flow_with(*given_to, 0.0)
    apart = [
        np.abs((flow_with(*given_to, part) - start) / part - expected)[0, 0] / np.abs(expected[0, 0])
        for part in (4e-3, 2e-3, 1e-3)
    ]
    assert np.abs(expected[0, 0]) > 0
    assert np.log2(np.divide(apart[:-1], apart[1:])) == pytest.approx([1, 1], abs=0.1)


@given(junctions())
def test_what_leaves_one_lead_enters_another(junction):
    model, found, added, energy, mu, populations = at_one_point(junction, {"V_SD": 0.3}, origin="absolute")
    flow = changed(model, found, added, energy, mu, populations)[0]
    assert abs(flow.sum()) <= 1e-9 * (np.abs(flow).sum() + 1e-12)


@given(junctions(equilibrium=True))
def test_without_bias_it_vanishes_like_the_current(junction):
    """Clamping keeps detailed balance."""
    model, found, added, energy, mu, populations = at_one_point(junction, {"V_SD": 0.0}, origin="absolute")
    assert np.abs(changed(model, found, added, energy, mu, populations)).max() <= 1e-11 * float(model.Gamma.max())


def test_shuttling_beside_a_decoupled_dot_does_no_harm():
    """U = 0: L and R exchange electrons through clamped rates, 480 times as often as P passes one, and I is exact."""
    kT = 0.5 * K_B
    couplings = dict.fromkeys(("Gamma_L", "Gamma_R"), 0.1 * kT) | dict.fromkeys(("Gamma_S", "Gamma_D"), 0.05 * kT)
    junction = pair_junction(W=0.3, U=0.0, mu_P=0.3, temperature=0.5, **couplings)
    result, exact = (current(junction, {"V": 0.0, "V_SD": 1e-3}, processes=name) for name in ("2e", "0e"))
    assert float(result.current) == pytest.approx(float(exact.current), rel=1e-12)
    assert float(result.clamped) > 400 * float(result.current)
    assert float(result.clamped_effect) == 0.0
    assert "set to zero" not in result.attrs["validity"]


def test_the_measure_tells_harm_from_noise():
    """Γ = 0.1 k_BT: shuttling 40 times the current, which is right to 0.5 %; Γ = 24 k_BT: both as large as it."""
    weak = published(0.1 * K_B * 2.0 / 0.41625, temperature=2.0)
    at = {"V": 0.0, "V_SD": 2.5e-4}
    result, other = (current(weak, at, origin="centre", method=method) for method in ("finite-part", "broadened"))
    assert float(result.Gamma_over_kT.max()) == pytest.approx(0.1)
    assert float(result.clamped) > 40 * float(result.current)
    assert float(result.current) == pytest.approx(float(other.current), rel=5e-3)
    assert abs(float(result.clamped_effect)) < 5e-3 * float(result.current)
    assert "set to zero" not in result.attrs["validity"]
    strong = current(published(), {"V": 0.025, "delta_V": 0.2, "V_SD": 0.1}, origin="centre")
    assert abs(float(strong.clamped_effect)) > 0.5 * float(strong.current)
    assert "At 1 of 1 points the current would change by more than 1 %" in strong.attrs["validity"]


def test_nothing_clamped_changes_nothing():
    result = current(published(), {"V_SD": 0.1}, processes="0e", origin="centre")
    assert float(result.clamped) == float(result.clamped_effect) == 0.0


def test_parts_of_a_block_do_not_show(monkeypatch):
    axes = {"V": np.linspace(-0.4, 0.4, 7), "V_SD": 0.1}
    whole = current(published(), axes, origin="centre")
    monkeypatch.setattr("attractron.transport.clamping.NUMBERS", 2 * 64)
    assert NUMBERS > 2 * 64
    assert np.array_equal(current(published(), axes, origin="centre").clamped_effect, whole.clamped_effect)


def test_what_has_no_digits_counts_as_harm():
    amount, effect = np.array([1.0, 1.0, 1.0, np.nan]), np.array([CLAMPED_PART, -0.02, np.nan, np.nan])
    assert clamped_matter(amount, effect).tolist() == [False, True, True, False]
