"""The windows' terms: what they contain exactly, and their derivatives."""

import numpy as np
import pytest

from attractron.readout.diamonds.model import GLOBALS, MOST_UNLIKE, TERMS, Plan
from tests.readout.transport_images import dot_current

BIAS, GATE = np.meshgrid(np.linspace(-2, 2, 24), np.linspace(-10, 10, 31), indexing="ij")


def plan(owners=(0,), *, conductance=False, blocks=(1, 1)):
    return Plan(bias=BIAS, gate=GATE, owners=owners, conductance=conductance, scale=2.0, blocks=blocks)


@pytest.mark.parametrize("kind", ["level", "spin", "metal"])
def test_a_single_degeneracy_point_is_contained_exactly(kind):
    """Of a level with spin the edges are those without, moved by parts of w: corners may lie apart."""
    alpha, eta, width, rates = 0.15, 0.35, 0.06, (0.7, 1.0)
    points = (1.0,)
    exact = dot_current(
        kind, GATE[0], BIAS[:, 0], alpha=alpha, eta=eta, points=points, offset=0.1, width=width, rates=rates
    )
    theta = np.array([0.1, np.log(width), 0.0, 0.0, 0.0, 1.0])
    theta = np.concatenate([theta, np.log([alpha / (1 - eta), alpha / eta])])
    if kind == "spin":
        theta = _shifted(theta, alpha, rates)
    if kind == "metal":
        theta[4] = MOST_UNLIKE * np.arctanh(np.log(rates[0] / rates[1]) / MOST_UNLIKE)
    terms = plan().basis(theta).reshape(-1, exact.size)
    left = exact.ravel() - np.linalg.lstsq(terms.T, exact.ravel())[0] @ terms
    assert np.abs(left).max() < (1e-3 if kind == "spin" else 1e-8) * np.abs(exact).max()


def _shifted(theta, alpha, rates):
    """Each edge moves by w times the logarithm of what degeneracy does to rates there (see `model`)."""
    source, drain = rates
    width = np.exp(theta[1])
    # Positive bias: the drain fills and the source empties; at negative bias they change roles.
    fill, empty = (np.log((2 * rate + other) / (rate + other)) for rate, other in ((drain, source), (source, drain)))
    fills, leaves = (fill, empty), (np.log(2) - fill, np.log(2) - empty)
    # u_1 = 0 at positive bias lies at -fill w, u_2 = 0 at +leave w; at negative bias the source fills: u_2 = 0 at +…
    first, second = np.array([-fills[0], leaves[0]]), np.array([-leaves[1], fills[1]])
    eta = np.exp(theta[6]) / (np.exp(theta[6]) + np.exp(theta[7]))

    def corner(moves):
        """(gate times α, bias) of a corner whose energies u_1 and u_2 are moved, in w."""
        bias = moves[0] + moves[1]
        return moves[0] - eta * bias, bias

    (gate_plus, bias_plus), (gate_minus, bias_minus) = corner(first), corner(second)
    shifted = theta.copy()
    shifted[0] += width * (bias_plus + bias_minus) / 2
    shifted[5] += width * (gate_plus + gate_minus) / 2 / alpha
    shifted[2], shifted[3] = (gate_plus - gate_minus) / 2, (bias_plus - bias_minus) / 2
    return shifted


@pytest.mark.parametrize("conductance", [False, True])
def test_derivatives_are_those_of_differences(conductance):
    layout = plan((0, 1, 1), conductance=conductance, blocks=(2, 3))
    draw = np.random.default_rng(0)
    theta = np.concatenate([[0.1, np.log(0.2), 0.3, -0.2, 0.4, -8.0, 1.0, 9.0], np.log([0.5, 0.7, 0.6, 0.4])])
    assert theta.size == layout.count
    coefficients = draw.standard_normal(6 * TERMS + len(layout.background()))
    found = layout.derivatives(theta, coefficients)
    for number in range(theta.size):
        step = 1e-6 * np.eye(theta.size)[number]
        change = (layout.basis(theta + step) - layout.basis(theta - step)) / 2e-6
        expected = np.tensordot(coefficients, change, axes=(0, 0))
        assert np.allclose(found[number], expected, rtol=0, atol=3e-4 * max(np.abs(expected).max(), 1e-3)), number


def test_blocks_of_pixels_show_the_mean_of_a_smooth_image():
    fine = np.linspace(0, 1, 300)
    curve = np.sin(6 * fine)
    blocks = curve.reshape(-1, 3).mean(axis=1)
    middle = np.sin(6 * fine.reshape(-1, 3).mean(axis=1))
    seen = plan(blocks=(1, 3)).seen(middle[None])[0]
    assert np.abs(seen - blocks)[1:-1].max() < 1e-3 * np.abs(middle - blocks)[1:-1].max()


def test_slopes_are_those_of_capacitances():
    """Along u_1 = 0 the bias changes by -α/η with the gate, along u_2 = 0 by α/(1 - η)."""
    theta = np.concatenate([np.zeros(GLOBALS), [0.0], np.log([0.3, 0.2])])
    first, second, *_ = plan().energies(theta)[0]
    assert np.allclose(np.gradient(first, GATE[0], axis=1) / np.gradient(first, BIAS[:, 0], axis=0), 0.2)
    assert np.allclose(np.gradient(second, GATE[0], axis=1) / np.gradient(second, BIAS[:, 0], axis=0), -0.3)
