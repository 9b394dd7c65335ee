"""The finite trion wire: transmission against integrated waves, limits of length and temperature, the projector."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.wires.conductance import conductance
from attractron.wires.probes.fractional import (
    fractional_conductance,
    plateau_halfwidth,
    thermal_transmission,
    transmission,
)

REGION = {"gap": 0.5, "velocity": 100.0}


@given(E=st.floats(-3, 3), length=st.floats(1, 1000))
def test_transmission_is_that_of_the_matched_waves(E, length):
    """-iħuτ_z ψ' + Δτ_x ψ = Eψ carries (right, left) through the region; what comes back at the far end is nothing."""
    through = expm(1j * length / 100.0 * np.array([[E, -0.5], [0.5, -E]]))
    assert transmission(E, length=length, **REGION) == pytest.approx(1 / abs(through[1, 1]) ** 2, rel=1e-6)


@pytest.mark.parametrize("T", [0.3, 2.0, 30.0])
@pytest.mark.parametrize("detuning", [0.0, 0.5, 1.3])
def test_the_thermal_average(T, detuning):
    kT = K_B * T

    def integrand(E):
        passed = transmission(E + detuning, length=300.0, **REGION)
        return float(passed) / (4 * kT * np.cosh(E / (2 * kT)) ** 2)

    edges = [-0.5 - detuning, 0.5 - detuning]
    expected = quad(integrand, -40 * kT, 40 * kT, points=[e for e in edges if abs(e) < 40 * kT], limit=2000)[0]
    found = thermal_transmission(temperature=T, length=300.0, detuning=detuning, **REGION)
    assert found == pytest.approx(expected, rel=1e-6)


def test_cold_regions_let_tails_through():
    """1/cosh²(L/ξ), ξ = ħu/Δ."""
    lengths = np.array([50.0, 400.0, 2000.0])
    found = fractional_conductance({"temperature": 0.0, "length": lengths}, **REGION)
    np.testing.assert_allclose(found.passed, 1 / np.cosh(lengths / 200.0) ** 2, rtol=1e-9)
    assert float(found.correlation_length) == 200.0


def test_long_regions_are_activated():
    """√(2πkT/Δ) e^{-Δ/kT} (1 + O(kT/Δ)): the correction halves with kT."""
    kT = np.array([0.03, 0.015])
    passed = [thermal_transmission(temperature=each / K_B, length=np.inf, detuning=0.0, **REGION) for each in kT]
    off = passed / (np.sqrt(2 * np.pi * kT / 0.5) * np.exp(-0.5 / kT)) - 1
    assert off[1] == pytest.approx(off[0] / 2, rel=0.1)


def test_dense_fringes_average_out():
    long = thermal_transmission(temperature=5.0, length=5e4, detuning=0.1, **REGION)
    assert long == pytest.approx(thermal_transmission(temperature=5.0, length=np.inf, detuning=0.1, **REGION), rel=1e-9)


def test_both_ends_are_the_conductances_of_the_phases():
    found = fractional_conductance({"temperature": [1e-3, 1e5], "length": 1e5}, **REGION)
    for number, phase in enumerate(("trion", "paired")):
        G = conductance(phase=phase).contact_conductance
        for name, pair in {
            "primary": ("primary", "primary"),
            "drag": ("secondary", "primary"),
            "secondary": ("secondary", "secondary"),
        }.items():
            expected = float(G.sel(contact=pair[0], driven_contact=pair[1]))
            assert float(found[name][number]) == pytest.approx(expected, abs=1e-3)


@given(T=st.floats(0.01, 100), length=st.floats(10, 5000), detuning=st.floats(-2, 2))
def test_the_total_current_and_the_bounds(T, length, detuning):
    axes = {"temperature": T, "length": length}
    found = fractional_conductance({**axes, "detuning": detuning}, **REGION)
    assert -1e-9 <= float(found.passed) <= 1 + 1e-9
    assert float(found.primary - 2) == pytest.approx(float(found.drag), abs=1e-12)  # n_g: (1, 1) and 2 lose alike
    other = fractional_conductance({**axes, "detuning": -detuning}, **REGION)
    assert float(other.passed) == pytest.approx(float(found.passed), rel=1e-9)


def test_the_plateau_ends_where_the_detuning_exceeds_the_gap():
    detuning = np.linspace(-2, 2, 401)
    found = fractional_conductance({"temperature": 0.02, "length": 4000.0, "detuning": detuning}, **REGION)
    on = detuning[found.primary.values < 4 / 3 + 0.01]
    assert on.max() == pytest.approx(0.5, abs=0.02)
    assert plateau_halfwidth(gap=0.5, K=0.5, u=300.0, u_g=200.0) == pytest.approx(1.5)


def test_leads_bring_the_wire_back_far_below_the_gap():
    found = fractional_conductance({"temperature": 1.0, "length": [400.0, 1000.0]}, **REGION)
    expected = 100.0 / (K_B * found.length) / np.cosh(found.length / 200.0) ** 3
    np.testing.assert_allclose(found.recovery_temperature, expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("argument", "axes", "numbers"),
    [
        ("length", {"temperature": 1.0}, {}),
        ("temperature", {"length": 1.0}, {}),
        ("temperature", {"length": 1.0, "temperature": -1.0}, {}),
        ("length", {"length": -1.0, "temperature": 1.0}, {}),
        ("gap", {"length": 1.0, "temperature": 1.0}, {"gap": 0.0}),
        ("bias", {"length": 1.0, "temperature": 1.0, "bias": 1.0}, {}),
    ],
)
def test_errors_name_the_argument(argument, axes, numbers):
    with pytest.raises(InputError, match=argument):
        fractional_conductance(axes, **{**REGION, **numbers})


def incoherent(kT, gap):
    """𝒯 of a region so long that fringes average out, by a quadrature in the root of the energy above the gap."""

    def integrand(root):
        E = gap + root**2
        return np.sqrt(1 - (gap / E) ** 2) / (4 * kT * np.cosh(E / 2 / kT) ** 2) * 2 * root

    return 2 * quad(integrand, 0, np.sqrt(60 * kT), epsabs=0, epsrel=1e-11)[0]


@pytest.mark.parametrize("kT", [0.02, 0.0225, 0.025, 0.0275, 0.03])
def test_narrow_resonances_at_the_gap_are_resolved(kT):
    long = [thermal_transmission(temperature=kT / K_B, length=L, detuning=0.0, **REGION) for L in (1e5, 1e6)]
    assert long == pytest.approx([incoherent(kT, REGION["gap"])] * 2, rel=2e-6)


@pytest.mark.parametrize("detuning", [0.0, 0.3, -0.5, 0.7])
@pytest.mark.parametrize("length", [30.0, 1000.0])
def test_fringes_as_wide_as_the_temperature_are_summed(length, detuning):
    E, kT = np.linspace(-3.0, 3.0, 400_001), 0.025
    tail = np.exp(-np.abs(E - detuning) / kT)
    passed = np.trapezoid(transmission(E, length=length, **REGION) * tail / (kT * (1 + tail) ** 2), E)
    found = thermal_transmission(temperature=kT / K_B, length=length, detuning=detuning, **REGION)
    assert found == pytest.approx(passed, rel=1e-10)
