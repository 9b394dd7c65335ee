"""Exact dimensions against a symplectic diagonalisation, and against the paper's formulas on its line."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.dimensions import exact_dimensions, normal_modes, scaling_dimension, two_wires

numbers = st.floats(0.1, 3.0)
parts = st.floats(-0.95, 0.95)


def symplectic(A, B):
    """Oracle (Williamson): real normal modes from the equations of motion, normalised by the symplectic form.

    With ∂θ/π the momentum of φ, dφ/dt = B ∂θ and d∂θ/dt = A ∂²φ: the squares of the velocities are eigenvalues of BA.
    An eigenvector e of BA is a pattern of φ; with f = A e/u that of ∂θ and the scale fᵀe = 1 (the form stays canonical)
    each mode is a liquid with K = 1, so ⟨φφᵀ⟩ ∝ Σ e eᵀ and ⟨θθᵀ⟩ ∝ Σ f fᵀ.
    """
    squares, patterns = np.linalg.eig(B @ A)
    velocities = np.sqrt(squares.real)
    M, inverse = np.zeros_like(A), np.zeros_like(A)
    for u, e in zip(velocities, patterns.real.T, strict=True):
        f = A @ e / u
        M += np.outer(e, e) / (f @ e)
        inverse += np.outer(f, f) / (f @ e)
    return np.sort(velocities), M, inverse


def wires(K_c, u_c, K, u, part, dual):
    limit = np.pi * np.sqrt(u_c * u)
    V_phi, V_theta = part * limit / np.sqrt(K_c * K), dual * limit * np.sqrt(K_c * K)
    return {"K_c": K_c, "u_c": u_c, "K": K, "u": u, "V_phi": V_phi, "V_theta": V_theta}


@given(K_c=numbers, u_c=numbers, K=numbers, u=numbers, part=parts, dual=parts)
def test_modes_are_those_of_the_symplectic_diagonalisation(K_c, u_c, K, u, part, dual):
    A, B = two_wires(**wires(K_c, u_c, K, u, part, dual))
    velocities, M, inverse = symplectic(A, B)
    # Where the velocities agree, `eig` may return patterns that are not conjugate.
    assume(velocities[1] - velocities[0] > 1e-3 * velocities[1])
    modes = normal_modes(A, B)
    np.testing.assert_allclose(modes.velocities, velocities, rtol=1e-7)
    np.testing.assert_allclose(modes.M, M, rtol=1e-7, atol=1e-7 * np.abs(M).max())
    np.testing.assert_allclose(modes.M_inverse, inverse, rtol=1e-7, atol=1e-7 * np.abs(inverse).max())


@given(seed=st.integers(0, 10**6), size=st.integers(1, 5))
def test_correlations_solve_their_equation(seed, size):
    first, second = np.random.default_rng(seed).normal(size=(2, size, 2 * size + 2))
    A, B = first @ first.T, second @ second.T
    M, inverse, velocities = normal_modes(A, B)
    np.testing.assert_allclose(M @ A @ M, B, rtol=1e-8, atol=1e-8 * np.abs(B).max())
    np.testing.assert_allclose(M @ inverse, np.eye(size), atol=1e-8)
    assert np.prod(velocities) ** 2 == pytest.approx(np.linalg.det(A) * np.linalg.det(B), rel=1e-8)


@given(K=numbers, u=numbers)
def test_one_liquid(K, u):
    modes = normal_modes([[u / K]], [[u * K]])
    assert scaling_dimension(modes, [2.0]) == pytest.approx(K)
    assert scaling_dimension(modes, [0.0], [2.0]) == pytest.approx(1 / K)
    assert scaling_dimension(modes, [1.0], [1.0]) == pytest.approx((K + 1 / K) / 4)  # an electron; ½ when free
    np.testing.assert_allclose(modes.velocities, [u])


@given(K_c=numbers, K=numbers, u=numbers, upsilon=parts)
def test_line_of_the_paper(K_c, K, u, upsilon):
    # On V_θ = -V_φ u K_c K (u_c = 1): (14a-c), the exponents of decoupled wires, and the velocities after the shift.
    assume(abs(upsilon * u) < 0.95)
    V_phi = np.pi * upsilon * np.sqrt(u / (K_c * K))
    found = exact_dimensions(K_c=K_c, u_c=1.0, K=K, u=u, V_phi=V_phi, V_theta=-V_phi * u * K_c * K)
    Q = upsilon * np.sqrt(u * K_c / K)
    K_c_tilde, K_tilde = K_c * np.sqrt(1 - (u * upsilon) ** 2), K / np.sqrt(1 - upsilon**2)
    expected = {
        "dimension_1": K_c_tilde / 2 + (1 - Q / np.sqrt(2)) ** 2 * K_tilde,
        "dimension_2": K_c_tilde / 2 + (1 + Q / np.sqrt(2)) ** 2 * K_tilde,
        "dimension_cdw": (K_c_tilde + Q**2 * K_tilde) / 2,
        "dimension_sc": 1 / (2 * K_c_tilde),
    }
    for name, value in expected.items():
        assert float(found[name]) == pytest.approx(value, rel=1e-7, abs=1e-9), name
    velocities = np.sort([np.sqrt(1 - (u * upsilon) ** 2), u * np.sqrt(1 - upsilon**2)])
    np.testing.assert_allclose(found["velocity"], velocities, rtol=1e-7)


def test_currents_count_as_much_as_densities_to_first_order():
    # M = K + O(V): d(dimension_1) ∝ V_φ - V_θ/K_cK for equal velocities, so V_θ = 0 has half the effect of the line.
    small = 1e-5
    base = {"K_c": 1.0, "u_c": 1.0, "K": 1.0, "u": 1.0, "V_phi": small}
    slopes = [
        float(exact_dimensions(**base, V_theta=V_theta)["dimension_1"] - 1.5) / small for V_theta in (0.0, -small)
    ]
    np.testing.assert_allclose(slopes, [-1 / (np.sqrt(2) * np.pi), -np.sqrt(2) / np.pi], rtol=1e-4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"V_phi": 10.0}, "`A` must be positive definite: got lowest eigenvalue -.*; the liquids phase-separate"),
        ({"V_theta": 10.0}, "`B` must be positive definite: .*; a current grows by itself; couple them less"),
        ({"K_c": 0.0}, "`K_c` must be positive"),
        ({"u": -1.0}, "`u` must be positive"),
        ({"V_phi": np.nan}, "`V_phi` must be finite"),
    ],
)
def test_two_wires_refuse(changes, message):
    with pytest.raises(InputError, match=message):
        exact_dimensions(**{"K_c": 0.8, "u_c": 1.0, "K": 0.5, "u": 0.7, "V_phi": 0.1, **changes})


@pytest.mark.parametrize(
    ("A", "B", "message"),
    [
        ([[1.0, 0.2], [0.1, 1.0]], np.eye(2), "`A` must be symmetric"),
        ([1.0, 2.0], np.eye(2), r"`A` must be a square matrix: got shape \(2,\)"),
        (np.eye(2), np.eye(3), r"`B` must have the shape of A, \(2, 2\)"),
        (np.eye(2), np.full((2, 2), np.inf), "`B` must be finite"),
        ("none", np.eye(2), "`A` must be a matrix of numbers"),
    ],
)
def test_matrices_refused(A, B, message):
    with pytest.raises(InputError, match=message):
        normal_modes(A, B)


@pytest.mark.parametrize(
    ("phi", "theta", "message"),
    [
        ([1.0], None, "`phi` must have one number for each of 2 modes"),
        ([1.0, 1.0], [np.inf, 0.0], "`theta` must be finite"),
        ("up", None, "`phi` must be a vector of numbers"),
    ],
)
def test_operators_refused(phi, theta, message):
    with pytest.raises(InputError, match=message):
        scaling_dimension(normal_modes(np.eye(2), np.eye(2)), phi, theta)
