"""Quadrature on a symmetric interval: its order, its refinement, and the root-finding in front of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.wires.bethe.integral_equations import MOST_NODES, half_rule, newton, refined


def exact_love(x, nodes):
    """f(x) = 1 + ∫_{-1}^{1} f(x')/(π(1 + (x-x')²)) dx' (Love's equation of a disc capacitor) with an even rule."""
    points, w = half_rule(nodes, 1.0)
    even = (1 / (1 + (points[:, None] - points) ** 2) + 1 / (1 + (points[:, None] + points) ** 2)) / np.pi
    f = np.linalg.solve(np.eye(nodes) - even * w, np.ones(nodes))
    return float(1 + np.sum(w * f * (1 / (1 + (x - points) ** 2) + 1 / (1 + (x + points) ** 2))) / np.pi)


def test_solution_of_loves_equation_is_the_known_one():
    # The standard test of such codes; to five digits f(0) = 1.91903, f(±1) = 1.63969.
    np.testing.assert_allclose([exact_love(0.0, 20), exact_love(1.0, 20)], [1.91903, 1.63969], atol=6e-6)


def test_convergence_is_exponential():
    # The kernel's poles lie at the distance 1: each node gains a fixed number of digits.
    errors = np.abs([exact_love(1.0, n) - exact_love(1.0, 30) for n in (2, 4, 6, 8)])
    gains = np.diff(np.log10(errors))
    assert np.all(gains < -1.5)
    np.testing.assert_allclose(gains, gains.mean(), rtol=0.25)


@given(degree=st.integers(0, 15), end=st.floats(0.1, 3.0))
def test_half_a_rule_integrates_even_polynomials_exactly(degree, end):
    x, w = half_rule(16, end)
    np.testing.assert_allclose(w @ x ** (2 * degree), end ** (2 * degree + 1) / (2 * degree + 1), rtol=1e-12)


def test_refinement_doubles_until_values_stand_still_and_leaves_out_the_first():
    seen = []

    def solve(nodes, before):
        seen.append((nodes, before))
        return np.array([float(nodes), 1.0 + 2.0**-nodes])

    found = refined(solve, 3)
    assert [nodes for nodes, _ in seen] == [3, 6, 12, 24, 48, 96]
    assert seen[0][1] is None
    assert seen[1][1] is not None
    assert found.values[0] == 96
    assert found.error == pytest.approx(2.0**-48, rel=3)


def test_refinement_that_does_not_converge_says_so():
    found = refined(lambda nodes, before: np.array([0.0, 1 / nodes]), 16)
    assert found.error == pytest.approx(1 / MOST_NODES)


@given(root=st.floats(1e-6, 0.999), start=st.floats(1e-3, 0.99))
def test_newton_finds_the_root_from_anywhere_in_the_bracket(root, start):
    assert newton(lambda x: (np.tanh(9 * (x - root)), 9 / np.cosh(9 * (x - root)) ** 2), start, 1.0) == pytest.approx(
        root, rel=1e-9
    )


def test_newton_walks_to_a_root_far_from_its_guess():
    # The first step from here leads to -13 (or 10⁴): it is replaced by one that at most doubles x.
    assert newton(lambda x: (np.arctan(x - 40), 1 / (1 + (x - 40) ** 2)), 1.0, 1e6) == pytest.approx(40)


def test_newton_bisects_where_the_slope_is_lost():
    # A filling that is full beyond the root: its slope is noise there, of either sign, and tells nothing.
    def filling(x):
        return (x - 0.4, 1.0) if x < 0.5 else (0.1, -1e-9)

    assert newton(filling, 0.8, 1.0) == pytest.approx(0.4, rel=1e-12)
