"""The verdict: each number against its formula."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import (
    best_detuning,
    building_block,
    chain,
    effective_interaction,
    pairing_temperature,
    pairing_tunnelling,
    verdict,
)

MEASURED = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)


@settings(max_examples=20)
@given(W=st.floats(0.1, 2.0), ratio=st.floats(1.1, 5.0))
def test_largest_tunnelling_at_the_best_detuning(W: float, ratio: float) -> None:
    """W + 2t = 2√(U²/4 + t²) gives t = (U² - W²)/4W."""
    U = ratio * W
    device = building_block(W=W, U=U, delta=U, t=0.01)
    assert pairing_tunnelling(device) == pytest.approx((U**2 - W**2) / (4 * W), rel=1e-9)


@settings(max_examples=20)
@given(U=st.floats(0.2, 4.0), t=st.floats(0.0, 1.0))
def test_best_detuning_is_U(U: float, t: float) -> None:
    """W_eff is even in δ - U with its minimum there; the search locates a smooth minimum to √rounding."""
    assert best_detuning(building_block(W=0.5, U=U, delta=0.1, t=t)) == pytest.approx(U, abs=1e-5)


@settings(max_examples=20)
@given(W=st.floats(0.3, 2.0), U=st.floats(0.5, 4.0), delta=st.floats(0.0, 5.0), t=st.floats(0.0, 0.5))
def test_pairing_temperature_is_the_last_change_of_sign(W: float, U: float, delta: float, t: float) -> None:
    device = building_block(W=W, U=U, delta=delta, t=t)
    limit = pairing_temperature(device)
    above = [effective_interaction(device, temperature=(limit or 0.01) * factor) for factor in (1.001, 1.5, 4.0, 50.0)]
    assert min(above) > -1e-9
    if limit > 0:
        assert effective_interaction(device, temperature=limit) == pytest.approx(0.0, abs=1e-8)
        assert effective_interaction(device, temperature=limit * 0.999) < 0


def test_high_temperature_law() -> None:
    """W_eff → W - U²/4k_BT: for W ≪ U the pairing temperature tends to U²/4W k_B, with a relative error ∝ (W/U)²."""
    errors = []
    for W in (0.1, 0.05):
        limit = K_B * pairing_temperature(building_block(W=W, U=2.0, delta=2.0, t=0.0))
        errors.append(abs(limit / (2.0**2 / (4 * W)) - 1))
    assert errors[0] < 0.02
    assert errors[1] / errors[0] == pytest.approx(0.25, abs=0.03)


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
