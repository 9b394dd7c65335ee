"""The verdict: each number against its formula."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import (
    Device,
    Gate,
    Island,
    Parameter,
    best_detuning,
    building_block,
    chain,
    effective_interaction,
    verdict,
)

MEASURED = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
REVERSED = Device(
    dots=("L", "R", "T", "B"),
    repulsion=[[0, 0.5, 0, 2.0], [0.5, 0, 2.0, 0], [0, 2.0, 0, 0], [2.0, 0, 0, 0]],
    islands=(Island(dots=("T", "B"), electrons=1),),
    parameters={
        "delta": Parameter(value=0.0, levels={"T": 0.5, "B": -0.5}),
        "t": Parameter(value=0.0, tunnelling={("T", "B"): 1.0}),
    },
)
"""L repels the bottom site and R the top one: whatever side the polarizer's electron takes, it screens no pair."""


@settings(max_examples=20)
@given(U=st.floats(0.2, 4.0), t=st.floats(0.0, 1.0))
def test_best_detuning_is_U(U: float, t: float) -> None:
    """W_eff is even in δ - U with its minimum there; the search locates a smooth minimum to √rounding."""
    assert best_detuning(building_block(W=0.5, U=U, delta=0.1, t=t)) == pytest.approx(U, abs=1e-5)


@pytest.mark.parametrize("temperature", [0.0, 5.0])
def test_both_ends_of_the_window_are_named(temperature: float) -> None:
    """The polarizer of the test above, W = 0.1 and U = 2: from 0.1/k_B ln 2 = 1.67 K, and at 5 K it is inside."""
    result = verdict(building_block(W=0.1, U=2.0, delta=0.0, t=0.0), temperature=temperature)
    assert float(result["pairing_temperature_low"]) == pytest.approx(0.1 / (K_B * np.log(2)), rel=1e-4)
    assert "it attracts from a temperature of 1.67 K to one of 115 K and" in result.attrs["summary"]
    assert (float(result["two_delta"]) > 0) == (temperature > 0)
    assert float(verdict(MEASURED, temperature=temperature)["pairing_temperature_low"]) == 0.0


def test_tunnelling_may_make_attraction_too() -> None:
    """At δ > 2U the polarizer stands still until it tunnels: W_eff = W - s(δ) - s(δ - 2U) + 2 s(δ - U)."""

    def interaction(t: float) -> float:
        return 0.1 - np.hypot(2.5, t) - np.hypot(0.5, t) + 2 * np.hypot(1.5, t)

    low, high = brentq(interaction, 0.01, 2.0), brentq(interaction, 2.0, 20.0)
    result = verdict(building_block(W=0.1, U=2.0, delta=5.0, t=0.0))
    assert float(result["pairing_tunnelling_low"]) == pytest.approx(low, rel=1e-9)
    assert float(result["pairing_tunnelling"]) == pytest.approx(high, rel=1e-9)
    assert f"from a tunnelling of {low:.3g} meV to one of {high:.3g} meV." in result.attrs["summary"]


def test_several_windows_are_all_named() -> None:
    """The first polarizer (δ = U = 1) attracts in the cold; the second has its electron on the top site, d = 5 below
    the bottom one, which any electron beside it blocks (U = 100): it adds -k_BT ln(1 + exp(-d/k_BT)) when heated."""
    repulsion = np.zeros((6, 6))
    for i, j, value in ((0, 1, 0.5), (0, 3, 1.0), (1, 3, 1.0), (0, 5, 100.0), (1, 5, 100.0)):
        repulsion[i, j] = repulsion[j, i] = value
    device = Device(
        dots=("L", "R", "T1", "B1", "T2", "B2"),
        repulsion=repulsion,
        levels=[0.0, 0.0, 0.5, -0.5, 0.0, 5.0],
        islands=(Island(dots=("T1", "B1"), electrons=1), Island(dots=("T2", "B2"), electrons=1)),
        parameters={},
    )

    def interaction(kT: float) -> float:
        pole = [-kT * np.logaddexp(-0.5 / kT, (0.5 - n) / kT) for n in range(3)]
        other = [-kT * np.log1p(np.exp(-(5 + 100 * n) / kT)) for n in range(3)]
        return 0.5 + sum(free[2] + free[0] - 2 * free[1] for free in (pole, other))

    first, second = brentq(interaction, 0.1, 1.5), brentq(interaction, 1.5, 10.0)
    third = brentq(interaction, 10.0, 1e5)
    result = verdict(device)
    assert K_B * float(result["pairing_temperature_low"]) == pytest.approx(second, rel=1e-8)
    assert K_B * float(result["pairing_temperature"]) == pytest.approx(third, rel=1e-8)
    assert result.attrs["summary"].endswith(
        f"it attracts up to a temperature of {first / K_B:.3g} K, again from a temperature of {second / K_B:.3g} K to "
        f"one of {third / K_B:.3g} K."
    )


def test_a_window_that_opens_for_good() -> None:
    """Sites that attract by themselves, W = -0.3 meV, beside a polarizer that does not couple and beside one that makes
    them repel: hot or strongly tunnelling it no longer does."""
    cold = verdict(building_block(W=-0.3, U=0.0, delta=1.0, t=0.1)).attrs["summary"]
    assert "at every temperature and at every tunnelling" in cold
    repulsion = REVERSED.repulsion.copy()
    repulsion[0, 1] = repulsion[1, 0] = -0.3
    turned = Device(
        dots=REVERSED.dots, repulsion=repulsion, islands=REVERSED.islands, parameters=dict(REVERSED.named())
    )
    result = verdict(turned)
    assert float(result["two_delta"]) < 0
    assert np.isinf(result["pairing_temperature"])
    low = float(result["pairing_temperature_low"])
    assert effective_interaction(turned, temperature=low) == pytest.approx(0.0, abs=1e-9)
    assert f"above a temperature of {low:.3g} K and above a tunnelling of" in result.attrs["summary"]


def test_what_falls_without_end_has_no_best_detuning() -> None:
    message = r"`knob` must have a best value within ±{} meV: got '{}', with W_eff lowest at an end; W_eff may fall"
    with pytest.raises(InputError, match=message.format("14.46", "W")):
        best_detuning(MEASURED, "W")
    with pytest.raises(InputError, match=message.format("14.46", "U")):
        best_detuning(MEASURED, "U")
    for t in (0.0, 0.3):
        with pytest.raises(InputError, match=message.format("6", "delta")):
            best_detuning(REVERSED.with_parameters(t=t))


def test_verdict_says_that_no_detuning_is_best() -> None:
    result = verdict(REVERSED.with_parameters(t=0.3))
    assert np.isnan(result["best_detuning"])
    assert np.isnan(result["two_delta_best"])
    assert result.attrs["summary"].endswith("No detuning is best: within ±6 meV W_eff is lowest at an end.")


@pytest.mark.parametrize("voltage", [-40.0, 40.0])
def test_best_detuning_follows_a_gate_that_detunes(voltage: float) -> None:
    """A gate that shifts ε_T - ε_B by 40 meV moves the best δ by as much, however small U is against it."""
    arms = {"V_L": {"L": 1.0}, "V_R": {"R": 1.0}, "V_P": {"T": -0.5, "B": 0.5}}
    device = building_block(W=0.5, U=2.0, delta=1.0, t=0.1, lever_arms=arms)
    shifted = replace(device, gates={**device.gates, "V_P": Gate(lever_arms=arms["V_P"], offset=-voltage)})
    assert best_detuning(device.with_gates(V_P=voltage)) == pytest.approx(2.0 - voltage, abs=1e-5)
    assert best_detuning(shifted) == pytest.approx(2.0 - voltage, abs=1e-5)


def test_uncertainty_is_propagated_linearly() -> None:
    """Only W and δ enter at δ < U, t → 0: W_eff = W - δ, so σ² = σ_W² + σ_δ²."""
    device = building_block(W=0.5, U=3.0, delta=1.0, t=1e-6)
    result = verdict(device, uncertainty={"W": 0.03, "delta": 0.04, "U": 0.5})
    assert float(result["two_delta"]) == pytest.approx(0.5, abs=1e-6)
    assert float(result["two_delta_uncertainty"]) == pytest.approx(0.05, rel=1e-4)
    assert "2Δ = 0.5 ± 0.05 meV" in result.attrs["summary"]


def test_uncertainty_at_a_kink_takes_the_steeper_side() -> None:
    """t = 0, δ = U: ∂W_eff/∂U is -2 from below and 0 from above."""
    result = verdict(building_block(W=0.5, U=2.0, delta=2.0, t=0.0), uncertainty={"U": 0.1})
    assert float(result["two_delta_uncertainty"]) == pytest.approx(0.2)


def test_uncertainty_at_the_best_detuning_is_not_zero() -> None:
    """W_eff is even about δ = U, so its slope vanishes there; moved by σ either way it weakens all the same."""
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    weaker = effective_interaction(device.with_parameters(delta=2.31)) - effective_interaction(device)
    assert weaker > 0.03
    assert float(verdict(device, uncertainty={"delta": 0.1})["two_delta_uncertainty"]) == pytest.approx(weaker)


def test_paragraph_of_the_measured_device() -> None:
    summary = verdict(MEASURED).attrs["summary"]
    assert summary == (
        "The device pairs by 2Δ = 1.482 meV (k_B times 17.2 K); it attracts up to a temperature of 18.6 K and "
        "up to a tunnelling of 1.54 meV. The best detuning is δ = 2.41 meV, where 2Δ would be 1.482 meV."
    )


def test_paragraphs_of_devices_that_do_not_pair() -> None:
    bare = verdict(building_block(W=0.83, U=0.0, delta=1.0, t=0.05)).attrs["summary"]
    assert "does not pair: the electrons repel by 0.83 meV; it attracts at no temperature and at no tunnelling" in bare
    assert "electrons would still repel by 0.83 meV" in bare
    open_sign = verdict(building_block(W=1.0, U=2.0, delta=1.01, t=0.0), uncertainty={"W": 0.1}).attrs["summary"]
    assert "a sign that the given uncertainties leave open" in open_sign
    attracted = verdict(building_block(W=-0.1, U=0.0, delta=1.0, t=0.05))
    assert np.isinf(attracted["pairing_temperature"])
    assert "it attracts at every temperature" in attracted.attrs["summary"]


def test_chain_pairs_like_the_building_block() -> None:
    """Neighbours on a chain share one polarizer exactly as L and R do; their outer polarizers drop out."""
    block, pair = verdict(MEASURED), verdict(chain(sites=3, W=0.83, U=2.41, delta=2.41, t=0.05))
    for name in block.data_vars:
        assert float(pair[name]) == pytest.approx(float(block[name]), rel=1e-6)


@given(values=st.dictionaries(st.sampled_from(["W", "U"]), st.floats(-1, -1e-9), min_size=1))
def test_negative_uncertainties_are_refused(values: dict[str, float]) -> None:
    assume(values)
    with pytest.raises(InputError, match="must be zero or positive"):
        verdict(MEASURED, uncertainty=values)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match="`knob` must be a parameter of the device"):
        verdict(MEASURED, uncertainty={"X": 0.1})
    with pytest.raises(InputError, match="did you mean 'delta'"):
        best_detuning(MEASURED, "detla")
