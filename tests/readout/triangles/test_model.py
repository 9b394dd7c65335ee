"""The geometry of a bias triangle, and what its terms contain."""

import numpy as np

from attractron.readout.triangles.model import ARMS, EXCITED, INTERDOT, SLOWNESS, Plan, repulsive
from tests.readout.transport_images import pair_current

P1, P2 = np.meshgrid(np.linspace(-15, 10, 40), np.linspace(-14, 9, 43), indexing="ij")
THETA = np.array([1.0, -2.0, 0.1, 0.03, 0.02, 0.12, 0.3, np.log(0.02), np.log(0.03), 0.5])


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


def test_slow_tunnelling_moves_sides_as_rate_equations_do():
    """Electrons alone, equal leads, (1,1) out of reach: the window is the current over that well within the triangle.

    Only where ε is so far above w that nothing climbs back, which the model leaves to its coefficients.
    """
    arms, fastest = THETA[ARMS].reshape(2, 2), 0.08
    width = float(np.exp(THETA[7]))
    found = pair_current(
        P1[:, 0],
        P2[0],
        arms=arms,
        place=THETA[:2],
        bias=1.0,
        interdot=0.0,
        width=width,
        blocked=True,
        fastest=fastest,
    )
    epsilon = plan().energies(THETA)[1]
    rate = fastest * (0.125 * np.exp(-epsilon) + 1 / (1 + (epsilon / (1.5 * width)) ** 2))
    inside = rate / (1 + 2 * rate)  # what flows where F = G = 1
    theta = THETA.copy()
    theta[SLOWNESS] = np.log(0.5 / 0.3 - 1)  # the leads alone would let 1/2 pass
    detunings = np.linspace(0, 1.2, 400)
    rates = fastest * (0.125 * np.exp(-detunings) + 1 / (1 + (detunings / (1.5 * width)) ** 2))
    layout = plan(holes=False, current=(detunings, rates / (1 + 2 * rates) / 0.3))
    terms = layout.basis(theta)[1]  # the window, from that of ε times it
    there = epsilon > 8 * width
    assert np.allclose((terms / epsilon * inside)[there], found[there], rtol=0, atol=0.004 * inside[there].max())


def test_a_triangle_of_holes_at_lower_voltages_is_one_of_electrons():
    other = THETA.copy()
    other[INTERDOT] = -0.3
    turned = repulsive(other)
    assert turned[INTERDOT] == 0.3
    for shift, same in ((0.0, -0.3), (0.3, 0.0)):
        assert np.allclose(plan().energies(turned, shift), plan().energies(other, same))


def test_derivatives_of_slow_tunnelling_are_those_of_differences():
    grid = np.linspace(-0.3, 1.3, 30)
    layout = plan(current=(grid, np.clip(np.exp(-3 * grid), 0.003, 1.0)))
    coefficients = np.random.default_rng(0).standard_normal(len(layout.basis(THETA)))
    found = layout.derivatives(THETA, coefficients)[SLOWNESS]
    step = 1e-4 * np.eye(THETA.size)[SLOWNESS]
    change = layout.basis(THETA + step) - layout.basis(THETA - step)
    expected = np.tensordot(coefficients, change, axes=(0, 0)) / 2e-4
    assert np.allclose(found, expected, rtol=0, atol=2e-3 * np.abs(expected).max())
