"""Lorentzian averages in closed form against quadrature, against sorted crossings at T = 0, and by their laws."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import digamma

from attractron.core.constants import K_B
from attractron.dots import Detector, Device, Gate, stability_diagram
from attractron.dots.broadening import NODES, Lorentzian, two_carrier_slopes, two_carriers

PAIR = np.array([0, 1, 1, 2])
TRIPLE = np.array([0, 1, 1, 2, 1, 2, 2, 3])
meV = st.floats(-2.0, 2.0)


def pair(mu_1: float, mu_2: float, W: float) -> np.ndarray:
    """Energies of (0,0), (0,1), (1,0), (1,1)."""
    return np.array([0.0, -mu_2, -mu_1, W - mu_1 - mu_2])


def triple(mu: np.ndarray, W: float) -> np.ndarray:
    """Energies of three dots that all repel each other by W, in the order of `TRIPLE`."""
    charges = np.array([(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
    total = charges.sum(axis=1)
    return -charges @ mu + W * total * (total - 1) / 2


def average(energies, signal, carriers, temperature, width) -> float:
    shifts = Lorentzian(width=width)
    return float(shifts.average(energies[:, None], np.asarray(signal)[:, None], carriers, temperature)[0])


def quadrature(energies, signal, carriers, temperature, width) -> float:
    """The average by its definition. With x = (Γ/2) tan φ the Lorentzian's weight is dφ/π; the range is cut around
    every x at which two states cross, since there the integrand changes within k_B T."""
    kT = K_B * temperature

    def integrand(angle: float) -> float:
        powers = -(energies - width / 2 * np.tan(angle) * carriers) / kT
        weights = np.exp(powers - powers.max())
        return float(weights @ signal / weights.sum()) / np.pi

    places = {
        (energies[i] - energies[j]) / (carriers[i] - carriers[j])
        for i in range(len(carriers))
        for j in range(i)
        if carriers[i] != carriers[j]
    }
    cuts = np.unique(
        [np.arctan(2 * (place + kT * k) / width) for place in places for k in (-30, -10, -3, 0, 3, 10, 30)]
    )
    edges = [-np.pi / 2, *cuts, np.pi / 2]
    return sum(quad(integrand, *ends, epsabs=1e-13, limit=200)[0] for ends in pairwise(edges))


@pytest.mark.parametrize(
    ("mu_1", "mu_2", "W", "temperature", "width"),
    [
        (0.3, -0.1, 0.8, 0.3, 0.1),
        (0.3, -0.1, -0.8, 0.3, 0.1),  # both carriers come at once: complex roots
        (-0.4, -0.4, -0.8, 1.0, 0.02),
        (0.05, 0.05, 0.0, 0.5, 0.3),  # a double root
        (0.05, 0.05, 1e-9, 0.5, 0.3),  # nearly so
        (0.05, 0.05, -1e-9, 0.5, 0.3),
        (0.2, 0.1, -0.4, 0.02, 1.0),  # Γ far above k_B T
        (1.5, 1.2, 2.5, 3.0, 0.001),  # and far below
    ],
)
def test_two_dots_against_quadrature(mu_1, mu_2, W, temperature, width):
    signal = np.array([0.0, 1.0, 2.5, 3.2])
    energies = pair(mu_1, mu_2, W)
    expected = quadrature(energies, signal, PAIR, temperature, width)
    assert average(energies, signal, PAIR, temperature, width) == pytest.approx(expected, abs=2e-9)


@given(mu_1=meV, mu_2=meV, temperature=st.floats(0.01, 3.0), width=st.floats(1e-4, 2.0))
def test_without_interaction_each_dot_is_a_digamma_function(mu_1, mu_2, temperature, width):
    """W = 0: ⟨n_i⟩ = ½ + Im ψ(½ + (Γ/2 + iµ_i)/2πk_BT)/π whatever the other dot does."""
    found = average(pair(mu_1, mu_2, 0.0), np.array([0.0, 0.3, 1.0, 1.3]), PAIR, temperature, width)
    z = 0.5 + (width / 2 + 1j * np.array([mu_1, mu_2])) / (2 * np.pi * K_B * temperature)
    assert found == pytest.approx(float(np.array([1.0, 0.3]) @ (0.5 + digamma(z).imag / np.pi)), abs=1e-8)


@given(
    mu_1=meV,
    mu_2=meV,
    mu_3=meV,
    W=meV,
    width=st.floats(1e-4, 2.0),
    signal=st.lists(meV, min_size=8, max_size=8),
)
def test_at_zero_temperature_the_ground_states_between_crossings_have_the_weight_of_arctangents(
    mu_1, mu_2, mu_3, W, width, signal
):
    """Three dots: all crossings x of two states are sorted, the ground state in between is looked up, and the
    Lorentzian gives each interval arctan(2x/Γ)/π at its end less that at its start."""
    energies = triple(np.array([mu_1, mu_2, mu_3]), W)
    apart = np.diff(np.sort(energies))
    assume(((apart == 0) | (apart > 1e-9)).all())  # degenerate or not, but not by rounding
    steps = TRIPLE[:, None] - TRIPLE
    crossings = ((energies[:, None] - energies)[steps > 0]) / steps[steps > 0]
    inner = np.unique(crossings)
    edges = np.concatenate([[inner[0] - 1], inner, [inner[-1] + 1]])
    middles = (edges[1:] + edges[:-1]) / 2
    levels = energies[:, None] - middles * TRIPLE[:, None]
    ground = levels.min(axis=0)
    shared = levels - ground < 1e-12  # states of the same charge may be degenerate throughout
    values = (shared * np.array(signal)[:, None]).sum(axis=0) / shared.sum(axis=0)
    weights = np.diff(np.concatenate([[-0.5], np.arctan(2 * inner / width) / np.pi, [0.5]]))
    assert average(energies, np.array(signal), TRIPLE, 0.0, width) == pytest.approx(weights @ values, abs=1e-6)


@given(
    mu=st.lists(meV, min_size=3, max_size=3),
    W=meV,
    temperature=st.one_of(st.just(0.0), st.floats(1e-3, 10.0)),
    width=st.floats(1e-4, 2.0),
)
def test_probabilities_add_up_to_one(mu, W, temperature, width):
    for energies, carriers in ((pair(mu[0], mu[1], W), PAIR), (triple(np.array(mu), W), TRIPLE)):
        parts = [average(energies, carriers == n, carriers, temperature, width) for n in range(carriers.max() + 1)]
        assert sum(parts) == pytest.approx(1.0, abs=1e-9)
        assert min(parts) > -1e-8


@pytest.mark.parametrize(("mu_1", "mu_2", "W"), [(0.3, -0.1, 0.8), (-0.2, -0.3, -0.7)])
def test_narrow_lorentzians_leave_the_thermal_average(mu_1, mu_2, W):
    """The mean over a Lorentzian of width Γ differs from the value at its middle by a term linear in Γ."""
    energies, signal = pair(mu_1, mu_2, W), np.array([0.0, 1.0, 2.5, 3.2])
    weights = np.exp((energies.min() - energies) / (K_B * 2.0))
    thermal = weights @ signal / weights.sum()
    away = [abs(average(energies, signal, PAIR, 2.0, width) - thermal) for width in (1e-4, 5e-5, 2.5e-5)]
    assert away[0] < 1e-3
    np.testing.assert_allclose([away[0] / away[1], away[1] / away[2]], 2.0, rtol=1e-2)


@pytest.mark.parametrize(("mu_1", "mu_2", "W"), [(0.3, -0.1, 0.8), (-0.2, -0.3, -0.7)])
def test_cold_averages_go_to_the_arctangents(mu_1, mu_2, W):
    """Sommerfeld: the difference to T = 0 falls as T²."""
    energies, signal = pair(mu_1, mu_2, W), np.array([0.0, 1.0, 2.5, 3.2])
    zero = average(energies, signal, PAIR, 0.0, 0.4)
    away = [abs(average(energies, signal, PAIR, kelvin, 0.4) - zero) for kelvin in (0.1, 0.05, 0.025)]
    np.testing.assert_allclose([away[0] / away[1], away[1] / away[2]], 4.0, rtol=0.02)


@pytest.mark.parametrize("temperature", [0.05, 0.5])
def test_three_carriers_are_sampled_to_the_stated_error(temperature):
    """Each of the three steps of the signal, which are 1 high, is exact to 1/(2 NODES)."""
    energies = triple(np.array([0.3, 0.1, -0.2]), 0.6)
    expected = quadrature(energies, TRIPLE.astype(float), TRIPLE, temperature, 0.1)
    assert abs(average(energies, TRIPLE, TRIPLE, temperature, 0.1) - expected) < 3 * 0.5 / NODES


@pytest.mark.parametrize("reach", [0.0, 0.3, 5.0])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_slopes_are_those_that_differences_converge_to(reach, which):
    """Halving the step of a central difference divides its distance from the derivative by four; real and complex
    roots, and far away ones."""
    lower = np.array([-3.0, -0.5, 0.0, 1.0, 4.0, 30.0])
    upper = np.array([5.0, 0.5, -3.0, 1.5, 9.0, -35.0])
    if which == 2:
        reach += 0.5

    def values(step: float) -> np.ndarray:
        shifted = [lower, upper, reach]
        shifted[which] = shifted[which] + step
        return np.stack(two_carriers(*shifted))

    exact = np.stack([slopes[which] for slopes in two_carrier_slopes(lower, upper, reach)[2:]])
    errors = [np.abs((values(h) - values(-h)) / (2 * h) - exact).max() for h in (0.08, 0.04, 0.02)]
    np.testing.assert_allclose([errors[0] / errors[1], errors[1] / errors[2]], 4.0, rtol=0.05)


@pytest.mark.parametrize("away", [-1e-6, 0.0, 1e-9, 1e-7, 1e-5])
def test_slopes_near_a_double_root(away):
    """κ = ln 2 is a double root; a difference across it is smooth."""
    lower, upper = np.array([0.3 - np.log(2.0)]), np.array([0.3 + np.log(2.0) + away])
    above, below = (two_carriers(lower, upper + step, 0.2) for step in (1e-3, -1e-3))
    number, both, of_number, of_both = two_carrier_slopes(lower, upper, 0.2)
    assert of_number[1][0] == pytest.approx((above[0] - below[0])[0] / 2e-3, abs=1e-6)
    assert of_both[1][0] == pytest.approx((above[1] - below[1])[0] / 2e-3, abs=1e-6)
    for slow, fast in zip((number, both), two_carriers(lower, upper, 0.2), strict=True):
        assert slow[0] == pytest.approx(fast[0], abs=1e-6)


def test_a_diagram_of_interacting_dots_is_broadened_pixel_by_pixel():
    """The detector's image of the two dots, an island beside them, is the average over its own unbroadened images
    at shifted gate voltages."""
    device = Device(
        dots=("a", "b"),
        repulsion=np.array([[0.0, 0.5], [0.5, 0.0]]),
        gates={"V_a": Gate(lever_arms={"a": 1.0}), "V_b": Gate(lever_arms={"b": 1.0})},
        virtual_gates={"V": {"V_a": 1.0, "V_b": 1.0}},
    )
    axes = {"V_a": np.linspace(-0.5, 1.0, 7), "V_b": np.linspace(-0.4, 0.9, 5)}
    sensor = {"weights": {"a": 1.0, "b": 0.4}}
    width, temperature = 0.2, 0.4
    broad = stability_diagram(
        device, axes, temperature=temperature, detector=Detector(tunnel_broadening=width, **sensor)
    )["detector_current"]
    angles, weights = np.polynomial.legendre.leggauss(160)
    total = np.zeros(broad.shape)
    for angle, weight in zip(angles * np.pi / 2, weights / 2, strict=True):
        shifted = axes | {"V": width / 2 * np.tan(angle)}
        plain = stability_diagram(device, shifted, temperature=temperature, detector=Detector(**sensor))
        total += weight * plain["detector_current"].values
    np.testing.assert_allclose(broad.values, total, atol=1e-5)
