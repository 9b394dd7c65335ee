"""The geometry of a bias triangle, and what its terms contain."""

import numpy as np

from attractron.readout.triangles.model import ARMS, EXCITED, INTERDOT, Plan

P1, P2 = np.meshgrid(np.linspace(-15, 10, 40), np.linspace(-14, 9, 43), indexing="ij")
THETA = np.array([1.0, -2.0, 0.1, 0.03, 0.02, 0.12, 0.3, np.log(0.02), np.log(0.03)])


def plan(**changes):
    return Plan(**{"rows": P1, "columns": P2, "bias": 1.0, "upper": 0} | changes)


def test_the_three_energies_span_the_bias_everywhere():
    for upper in (0, 1):
        assert np.allclose(sum(plan(upper=upper).energies(THETA)), 1.0)


def test_holes_flow_along_the_base_from_electrons():
    """Moving both gates by α⁻¹ (E_m, E_m) undoes the shift, and leaves the detuning as it is."""
    move = np.linalg.solve(THETA[ARMS].reshape(2, 2), np.full(2, THETA[INTERDOT]))
    there = THETA.copy()
    there[:2] += move
    shifted, moved = plan().energies(THETA, THETA[INTERDOT]), plan().energies(there)
    assert np.allclose(shifted, moved)
    assert np.allclose(shifted[1], plan().energies(THETA)[1])


def test_detuning_rises_by_the_difference_of_lever_arms():
    epsilon = plan().energies(THETA)[1]
    assert np.allclose(np.gradient(epsilon, P1[:, 0], axis=0), 0.02 - 0.1)
    assert np.allclose(np.gradient(epsilon, P2[0], axis=1), 0.12 - 0.03)


def test_nothing_flows_outside_of_both_triangles():
    terms = plan().basis(THETA)[: -len(plan().background())]
    first, epsilon, last = plan().energies(THETA)
    other_first, _, other_last = plan().energies(THETA, THETA[INTERDOT])
    inside = np.maximum(np.minimum(first, last), np.minimum(other_first, other_last))
    assert np.abs(terms[:, inside < -0.3]).max() < 1e-3
    assert np.abs(terms[0][(inside > 0.15) & (epsilon > 0.15)]).max() > 0.99


def test_derivatives_are_those_of_differences():
    layout = plan(excited=True)
    theta = np.append(THETA, 0.4)
    assert theta.size == layout.count == EXCITED + 1
    coefficients = np.random.default_rng(0).standard_normal(len(layout.basis(theta)))
    found = layout.derivatives(theta, coefficients)
    for number, scale in enumerate(layout.scales(theta)):
        step = 1e-5 * scale * np.eye(theta.size)[number]
        change = layout.basis(theta + step) - layout.basis(theta - step)
        expected = np.tensordot(coefficients, change, axes=(0, 0)) / (2e-5 * scale)
        assert np.allclose(found[number], expected, rtol=0, atol=2e-3 * np.abs(expected).max()), number
