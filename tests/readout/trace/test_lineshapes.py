"""Line shapes against convolutions and matrices that know nothing of their closed forms, derivatives by their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation

ENERGY = np.array([-1.3, -0.2, -0.03, 0.0, 0.08, 0.5, 2.0])
SHAPES = [
    (lead_occupation, 0.3, 0.05),
    (lead_occupation, 0.05, 0.4),
    (interdot_occupation, 0.3, 0.01),
    (interdot_occupation, 0.1, 0.002),
]


@pytest.mark.parametrize(("temperature", "gamma"), [(0.3, 0.05), (0.1, 0.3), (1.0, 0.02)])
def test_lead_occupation_is_the_fermi_function_averaged_over_a_lorentzian(temperature, gamma):
    # With x = (Γ/2) tan φ the Lorentzian's weight dx (Γ/2π)/(x² + Γ²/4) is dφ/π: a finite range for the quadrature.
    def averaged(mu):
        def fermi(angle):
            return expit((mu - gamma / 2 * np.tan(angle)) / (K_B * temperature)) / np.pi

        edges = np.arctan(2 * (mu + K_B * temperature * np.array([-8.0, 0.0, 8.0])) / gamma)
        return quad(fermi, -np.pi / 2, np.pi / 2, points=edges, epsabs=1e-12, limit=200)[0]

    expected = [averaged(mu) for mu in ENERGY]
    np.testing.assert_allclose(lead_occupation(ENERGY, temperature, gamma)[0], expected, atol=1e-10)


def test_lead_occupation_limits():
    np.testing.assert_allclose(lead_occupation(ENERGY, 0.3, 0.0)[0], expit(ENERGY / (K_B * 0.3)), atol=1e-14)
    cold = lead_occupation(ENERGY, 1e-5, 0.3)[0]
    np.testing.assert_allclose(cold, 0.5 + np.arctan(2 * ENERGY / 0.3) / np.pi, atol=1e-9)


@pytest.mark.parametrize(("temperature", "coupling"), [(0.2, 0.05), (0.5, 0.0), (0.1, 0.2)])
def test_interdot_occupation_is_that_of_the_density_matrix(temperature, coupling):
    # ρ = exp(-H/k_BT)/Z of H = -(ε/2) σ_Z + t σ_X: the dot with energy -ε/2 holds ρ_11.
    def exact(energy):
        state = expm(-np.array([[-energy / 2, coupling], [coupling, energy / 2]]) / (K_B * temperature))
        return state[0, 0] / np.trace(state)

    found = interdot_occupation(ENERGY, temperature, coupling**2)[0]
    np.testing.assert_allclose(found, [exact(energy) for energy in ENERGY], atol=1e-12)


@pytest.mark.parametrize(("shape", "temperature", "own"), SHAPES)
@pytest.mark.parametrize("which", [0, 1, 2])
def test_derivatives_are_those_that_differences_converge_to(shape, temperature, own, which):
    """Halving the step of a central difference divides its distance from the derivative by four."""
    sizes = (0.01, 0.1 * temperature, 0.1 * own)

    def distance(step):
        ends = []
        for sign in (1, -1):
            arguments = [ENERGY, temperature, own]
            arguments[which] = arguments[which] + sign * step
            ends.append(shape(*arguments)[0])
        return np.abs((ends[0] - ends[1]) / (2 * step) - shape(ENERGY, temperature, own)[1][which]).max()

    ratios = [distance(step) / distance(step / 2) for step in sizes[which] * 0.5 ** np.arange(3)]
    np.testing.assert_allclose(ratios[1:], 4.0, rtol=0.05)


@given(
    shape=st.sampled_from([lead_occupation, interdot_occupation]),
    energy=st.floats(-5, 5),
    temperature=st.floats(0.01, 10),
    own=st.floats(0, 1),
)
def test_line_shapes_are_odd_rise_and_stay_between_zero_and_one(shape, energy, temperature, own):
    up, by = shape(np.array([energy]), temperature, own)
    down, _ = shape(np.array([-energy]), temperature, own)
    assert -1e-15 <= up[0] <= 1 + 1e-15
    assert up[0] + down[0] == pytest.approx(1)
    assert by[0, 0] >= -1e-12


def test_the_series_of_the_interdot_line_joins_its_formula():
    around = 0.05 * 2 * K_B * 0.3 * np.array([1 - 1e-9, 1 + 1e-9])
    for values in (interdot_occupation(around, 0.3, 0.0)[0], *interdot_occupation(around, 0.3, 0.0)[1]):
        assert values[0] == pytest.approx(values[1], rel=1e-7)
