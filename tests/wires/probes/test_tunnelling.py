"""Tunnelling: power laws, their scaling with the temperature, gaps, and dI/dV as the thermal average of the density."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gamma

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.wires.orders import tunnelling_exponents
from attractron.wires.probes.tunnelling import ONE_SOLITON, channel, responses, tunnelling
from attractron.wires.trion_operators import excitation_costs

PAIRED = {"phase": "paired", "spin_gap": 0.5}
TRION = {"phase": "trion", "spin_gap": 0.5, "trion_gap": 0.2, "K_f": 0.8}


@given(K_c=st.floats(0.2, 2), K=st.floats(0.2, 2), Q=st.floats(-1, 1))
def test_exponents_are_those_of_the_dimensions(K_c, K, Q):
    bulk, end = tunnelling_exponents(K_c, K, Q)
    for place, exponent in (("bulk", bulk), ("end", end)):
        assert channel(K_c=K_c, K=K, Q=Q, place=place).exponent == pytest.approx(float(exponent), abs=1e-12)
    paired = channel(K_c=K_c, K=K, Q=Q, **PAIRED)
    assert paired.exponent == pytest.approx(float(bulk), abs=1e-12)  # the soliton has the power of the gapless spin
    secondary = channel(K_c=K_c, K=K, Q=Q, wire="secondary")
    assert secondary.exponent == pytest.approx((K + 1 / K + Q * Q / K_c) / 2 - 1, abs=1e-12)
    assert secondary == channel(K_c=K_c, K=K, Q=Q, wire="secondary", **PAIRED)


@given(T=st.floats(0.01, 5.0), bias=st.floats(0.01, 3.0))
def test_without_interactions_it_is_ohmic(T, bias):
    found = tunnelling([-bias, bias], temperature=T, K_c=1.0, Lambda=10.0)
    for name in ("density", "conductance"):
        np.testing.assert_allclose(found[name], 1.0, rtol=1e-9)
    np.testing.assert_allclose(found.current, [-bias, bias], rtol=1e-9)


@given(K_c=st.floats(0.3, 1.0), T=st.floats(0.1, 2.0))
def test_one_curve_of_bias_over_temperature(K_c, T):
    a = float(tunnelling_exponents(K_c, 1.0, 0.0)[0])
    x = np.array([0.0, 0.5, 2.0, 7.0])
    kT = np.array([K_B, K_B * T])
    curves = [responses(x * each, each, channel(K_c=K_c), 10.0)[1] / each**a for each in kT]
    np.testing.assert_allclose(curves[0], curves[1], rtol=1e-9)
    zero = (2 * np.pi * kT[0] / 10.0) ** a * gamma(1 + a / 2) ** 2 / gamma(2 + a)  # x → 0 of the closed form
    assert curves[0][0] * kT[0] ** a == pytest.approx(zero, rel=1e-9)


@pytest.mark.parametrize(
    "numbers",
    [{}, {"place": "end"}, {"wire": "secondary", "K": 0.5}, pytest.param(PAIRED, marks=pytest.mark.validation), TRION],
)
def test_the_lead_averages_the_density_thermally(numbers):
    electron, kT = channel(K_c=0.6, **numbers), 0.05
    energy = np.linspace(-6, 6, 12001)
    density, step = responses(energy, kT, electron, 10.0)[0], 1e-4
    for bias in (0.05, 0.45, 0.9):
        window = 1 / (4 * kT * np.cosh((energy - bias) / (2 * kT)) ** 2)
        average = np.trapezoid(density * window, energy)
        below, at, above = responses(np.array([bias - step, bias, bias + step]), kT, electron, 10.0)[1:].T
        assert at[0] == pytest.approx(average, rel=2e-5)
        assert (above[1] - below[1]) / (2 * step) == pytest.approx(at[0], rel=1e-5)


@pytest.mark.parametrize("numbers", [PAIRED, TRION, {**TRION, "wire": "secondary"}])
def test_nothing_below_the_gap_and_activation_into_it(numbers):
    electron = channel(K_c=0.7, **numbers)
    gap = electron.soliton
    inside = responses(np.array([0.0, 0.5 * gap, 0.99 * gap]), 0.0, electron, 10.0)
    assert not inside.any()
    logs = [np.log(responses(np.zeros(1), kT, electron, 10.0)[1, 0]) for kT in (gap / 60, gap / 61)]
    rate = (logs[0] - logs[1]) / (61 - 60)  # -d ln/d(gap/kT), up to powers of kT
    assert rate == pytest.approx(1.0, abs=2.0 / 60)


def test_costs_are_those_of_the_excitations():
    costs = excitation_costs(spin_gap=0.5, trion_gap=0.2).cost
    assert channel(K_c=0.7, **TRION).soliton == float(costs.sel(excitation="electron"))
    secondary = channel(K_c=0.7, wire="secondary", **TRION)
    assert secondary.soliton == float(costs.sel(excitation="secondary particle")) > 0
    assert secondary.exponent == pytest.approx((0.8 + 1 / 0.8) / 6 - 0.5)


def test_above_the_gap_stands_the_gapless_wire():
    """Far above Δ one soliton is Z of the gapless density."""
    bias = np.array([50.0])
    gapless = responses(bias, 0.0, channel(K_c=0.6), 1e4)[0]
    paired = responses(bias, 0.0, channel(K_c=0.6, phase="paired", spin_gap=1e-6), 1e4)[0]
    assert paired == pytest.approx(ONE_SOLITON * gapless, rel=1e-6)


def test_cold_curves_approach_the_ground_state():
    electron, bias = channel(K_c=0.6, **PAIRED), np.array([0.7, 1.2])
    ground = responses(bias, 0.0, electron, 10.0)[1]
    off = [np.abs(responses(bias, kT, electron, 10.0)[1] / ground - 1).max() for kT in (0.01, 0.005)]
    assert off[1] == pytest.approx(off[0] / 4, rel=0.1)


@pytest.mark.parametrize(
    ("argument", "numbers"),
    [
        ("spin_gap", {"phase": "paired"}),
        ("spin_gap", {"phase": "paired", "spin_gap": 20.0}),
        ("K_f", {**TRION, "K_f": None}),
        ("trion_gap", {**TRION, "trion_gap": None}),
        ("place", {**PAIRED, "place": "end"}),
        ("phase", {"phase": "gapped"}),
        ("wire", {"wire": "third"}),
        ("K_c", {"K_c": -1.0}),
        ("Lambda", {"Lambda": 0.0}),
        ("temperature", {"temperature": -1.0}),
        ("bias", {"bias": []}),
    ],
)
def test_errors_name_the_argument(argument, numbers):
    with pytest.raises(InputError, match=argument):
        tunnelling(**{"bias": [0.1], "temperature": 0.1, "K_c": 0.8, "Lambda": 10.0, **numbers})


def test_dimensions_follow_the_axes():
    found = tunnelling([0.1, 0.2, 0.3], temperature=[0.1, 1.0], K_c=0.8, Lambda=10.0)
    assert found.conductance.dims == ("temperature", "bias")
    one = tunnelling([0.1, 0.2, 0.3], temperature=1.0, K_c=0.8, Lambda=10.0)
    np.testing.assert_array_equal(found.conductance[1], one.conductance)


@pytest.mark.parametrize(("bias", "kelvin", "named"), [(11.0, 0.1, "bias"), (1.0, 200.0, "temperature")])
def test_nothing_is_said_above_the_bandwidth(bias, kelvin, named):
    with pytest.raises(InputError, match=f"`{named}` must stay below Lambda"):
        tunnelling([bias], temperature=kelvin, K_c=0.5, Lambda=10.0)
