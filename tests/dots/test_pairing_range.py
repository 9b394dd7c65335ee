"""Ranges of temperature and tunnelling in which devices pair: closed forms, many digits, and laws at their ends."""

from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from attractron.core.constants import K_B
from attractron.dots import (
    Device,
    Island,
    Parameter,
    best_detuning,
    building_block,
    chain,
    effective_interaction,
    pairing_temperature,
    pairing_tunnelling,
)
from attractron.dots.interaction import pair_charges
from attractron.dots.pairing_range import Law, high_temperature_law, temperature_ranges
from attractron.dots.spectrum import hamiltonian, layout

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
@given(W=st.floats(0.1, 2.0), ratio=st.floats(1.1, 5.0))
def test_largest_tunnelling_at_the_best_detuning(W: float, ratio: float) -> None:
    """W + 2t = 2√(U²/4 + t²) gives t = (U² - W²)/4W."""
    U = ratio * W
    device = building_block(W=W, U=U, delta=U, t=0.01)
    assert pairing_tunnelling(device) == pytest.approx((U**2 - W**2) / (4 * W), rel=1e-9)


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


def log_cosh(x: float) -> float:
    """ln cosh x = ln(1 + 2 sinh²(x/2)), without cancellation for small x."""
    return float(np.log1p(2 * np.sinh(x / 2) ** 2))


@settings(max_examples=30)
@given(U=st.floats(0.1, 5.0), power=st.floats(-10, -1), t=st.floats(0.0, 1.0))
def test_pairing_temperature_for_any_small_repulsion(U: float, power: float, t: float) -> None:
    """At δ = U the polarizer's gaps with 0 and 2 electrons are 2r = √(U² + 4t²), with 1 it is 2t: so
    W_eff = W - 2k_BT (ln cosh(r/k_BT) - ln cosh(t/k_BT)), a difference that keeps its digits at any temperature."""
    W = U * 10**power
    r = np.hypot(U / 2, t)

    def interaction(kT: float) -> float:
        return W - 2 * kT * (log_cosh(r / kT) - log_cosh(t / kT))

    assume(2 * (r - t) > 1.01 * W)
    expected = brentq(interaction, U / 60, U**2 / W + U, rtol=1e-12)
    assert K_B * pairing_temperature(building_block(W=W, U=U, delta=U, t=t)) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=20)
@given(U=st.floats(0.1, 5.0), power=st.floats(-10, -1))
def test_pairing_tunnelling_for_any_small_repulsion(U: float, power: float) -> None:
    W = U * 10**power
    expected = (U**2 - W**2) / (4 * W)
    assert pairing_tunnelling(building_block(W=W, U=U, delta=U, t=0.01)) == pytest.approx(expected, rel=1e-6)


def three_levels(W: float, t: float = 0.0, spin: bool = False) -> Device:
    """An island of three dots whose third cumulant does not vanish."""
    repulsion, tunnelling = np.zeros((5, 5)), np.zeros((5, 5))
    for i, j, value in ((0, 1, W), (0, 3, 1.0), (0, 4, 0.4), (1, 2, 0.2), (1, 3, 0.9), (2, 3, 0.7), (3, 3, 1.3)):
        repulsion[i, j] = repulsion[j, i] = value
    tunnelling[2, 3] = tunnelling[3, 2] = t
    return Device(
        dots=tuple("LRabc"),
        repulsion=repulsion,
        levels=[0.0, 0.0, 0.0, 0.3, 0.9],
        tunnelling=tunnelling,
        islands=(Island(dots=("a", "b", "c"), electrons=3 if spin else 1),),
        max_electrons=(1, 1, 2, 2, 2) if spin else 1,
        spin=spin,
    )


@pytest.mark.parametrize("W", [1e-3, 1e-5, 1e-8])
def test_pairing_temperature_of_three_levels_in_forty_digits(W: float) -> None:
    """One electron on three dots without tunnelling: Z_s = Σ_d exp(-(ε_d + φ_d)/k_BT), W_eff = W - k_BT ln(Z_LR Z_0 /
    Z_L Z_R), with forty digits so that nothing cancels; bisected."""
    levels, left, right = (0.0, 0.3, 0.9), (0.0, 1.0, 0.4), (0.2, 0.9, 0.0)
    with localcontext() as context:
        context.prec = 40

        def interaction(kT: Decimal) -> Decimal:
            def logarithm(n: int, m: int) -> Decimal:
                energies = [
                    Decimal(e) + n * Decimal(a) + m * Decimal(b) for e, a, b in zip(levels, left, right, strict=True)
                ]
                return sum(((-energy / kT).exp() for energy in energies), Decimal(0)).ln()

            return Decimal(W) - kT * (logarithm(1, 1) + logarithm(0, 0) - logarithm(1, 0) - logarithm(0, 1))

        low, high = Decimal("0.1"), Decimal(1) / Decimal(W)
        for _ in range(80):
            middle = (low * high).sqrt()
            low, high = (middle, high) if interaction(middle) < 0 else (low, middle)
    assert K_B * pairing_temperature(three_levels(W)) == pytest.approx(float(high), rel=1e-6)


@pytest.mark.parametrize("pair", [("L", "R"), ("L", "L")])
@pytest.mark.parametrize("device", [three_levels(0.1), three_levels(0.1, t=0.4), three_levels(0.1, t=0.4, spin=True)])
def test_high_temperature_law_errs_by_the_third_power(device: Device, pair: tuple[str, str]) -> None:
    """What the law leaves out is of the order (k_BT)⁻³: doubling T divides its error by 8 (1 + O(E/k_BT))."""
    device = replace(device, max_electrons=(2, *device.limits[1:]))
    plan = layout(device)
    limit, first, second = high_temperature_law(plan, hamiltonian(device), pair_charges(device, plan, pair))
    assert limit == (0.1 if pair == ("L", "R") else 0.0)
    assert abs(second) > 1e-4
    kT = np.array([60.0, 120.0])
    exact = [effective_interaction(device, pair=pair, temperature=x / K_B) for x in kT]
    errors = np.abs(exact - (limit + first / kT + second / kT**2))
    assert errors[0] / errors[1] == pytest.approx(8.0, rel=0.1)


def test_attraction_without_end_is_told_from_attraction_with_a_distant_one() -> None:
    """W = 0 and W < 0 leave -U²/4k_BT or more of attraction at any temperature; rounding is no attraction."""
    for W in (0.0, -1e-9, -0.3):
        device = building_block(W=W, U=2.0, delta=2.0, t=0.1)
        assert pairing_temperature(device) == pairing_tunnelling(device) == np.inf
    for W, delta in ((1e-13, 1.0), (1e-6, 1.0), (0.0, 1.0), (0.0, 0.0)):
        apart = building_block(W=W, U=0.0, delta=delta, t=0.0)
        assert pairing_temperature(apart) == pairing_tunnelling(apart) == 0.0
    assert pairing_temperature(REVERSED) == pairing_tunnelling(REVERSED) == 0.0
    three = chain(sites=3, W=0.83, U=2.41, delta=2.41, t=0.05)  # S1 and S3 share no polarizer
    assert pairing_temperature(three, pair=("S1", "S3")) == pairing_tunnelling(three, pair=("S1", "S3")) == 0.0
    assert best_detuning(three, pair=("S1", "S3")) == 2.41


@pytest.mark.parametrize(
    ("law", "root"),
    [
        ((1e-3, -1.0, 0.0), 1e3),
        ((1.0, -3.0, 2.0), 2.0),
        ((1.0, 0.0, -4.0), 2.0),
        ((-1e-9, -1.0, 0.0), np.inf),
        ((-1e-9, 1.0, 1.0), np.inf),
        ((0.0, -1.0, 3.0), np.inf),
        ((0.0, 0.0, -1.0), np.inf),
        ((0.0, 0.0, 0.0), 0.5),
        ((0.0, 1.0, -1.0), 0.5),
        ((1.0, 1.0, 1.0), 0.5),
    ],
)
def test_last_root_of_a_law(law: tuple[float, float, float], root: float) -> None:
    """Of w₀ + w₁/x + w₂/x², by hand; where the law has none, the last point at which attraction is known."""
    assert Law(*law).last_root(0.5) == pytest.approx(root)


def test_an_island_that_does_not_tunnel_may_go_on_attracting() -> None:
    """Two polarizers, the knob on the second: at any t the first attracts by δ = 0.4, so W_eff → 0.6 - 0.4 or 0.3 -
    0.4; the second adds U²/4t to it (see above), which ends at t = U²/(4 · 0.2) up to (U/2t)²."""
    repulsion = np.zeros((6, 6))
    for i, j, value in ((0, 1, 0.6), (0, 3, 1.0), (1, 3, 1.0), (0, 5, 2.0), (1, 5, 2.0)):
        repulsion[i, j] = repulsion[j, i] = value
    device = Device(
        dots=("L", "R", "T1", "B1", "T2", "B2"),
        repulsion=repulsion,
        levels=[0.0, 0.0, 0.2, -0.2, 1.0, -1.0],
        islands=(Island(dots=("T1", "B1"), electrons=1), Island(dots=("T2", "B2"), electrons=1)),
        parameters={
            "t": Parameter(value=0.0, tunnelling={("T2", "B2"): 1.0}),
            "W": Parameter(value=0.6, repulsion={("L", "R"): 1.0}),
        },
    )
    assert pairing_tunnelling(device.with_parameters(W=0.3)) == np.inf
    assert pairing_tunnelling(device) == pytest.approx((2.0**2 - 0.2**2) / (4 * 0.2), rel=1e-9)
    far = device.with_parameters(W=0.4 + 1e-5)
    assert pairing_tunnelling(far) == pytest.approx(2.0**2 / 4e-5, rel=1e-5)


@settings(max_examples=15)
@given(U=st.floats(0.5, 4.0), ratio=st.floats(0.001, 0.2))
def test_heating_makes_and_ends_attraction(U: float, ratio: float) -> None:
    """δ = t = 0: Z_N = 1 + exp(-NU/k_BT), so W_eff = W - k_BT ln(2 (1 + x²)/(1 + x)²) with x = exp(-U/k_BT): repulsion
    at T = 0, W - k_BT ln 2 for k_BT ≪ U, W - U²/4k_BT far above; one window between two roots."""
    W = ratio * U

    def interaction(kT: float) -> float:
        x = np.exp(-U / kT)
        return W - kT * np.log(2 * (1 + x**2) / (1 + x) ** 2)

    low, high = brentq(interaction, W / 10, U / 2), brentq(interaction, U / 2, U**2 / W)
    (window,) = temperature_ranges(building_block(W=W, U=U, delta=0.0, t=0.0))
    assert [K_B * end for end in window] == pytest.approx([low, high], rel=1e-8)
