"""Arrays of paired wires: dimensions of the couplings between neighbours, and the range in which they are stable."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.arrays.model import ArrayOfWires, coupling_dimensions
from attractron.wires.flow.flow import flow
from attractron.wires.model import CoupledWires


def make(**changes):
    return ArrayOfWires(**({"K_c": 0.85, "l_spin": 3.0, "U_perp": 0.02, "t_perp": 0.2, "Lambda": 10.0} | changes))


def correlations(K_c, x, N, ring):
    """M of N charge fields from their normal modes (u_c = 1): H = [∂φᵀA∂φ + K_c(∂θ)²]/2π, A = 1/K_c + 2x per neighbour:

    U_⊥ρ_iρ_j = πx (2/π²)∂φ_i∂φ_j = (2/2π)(2x)∂φ_i∂φ_j, twice an off-diagonal element of A over 2π. Modes of A have
    velocities v = √(K_c a), and φ fluctuates as K_c/v.
    """
    A = np.eye(N) / K_c
    for i in range(N if ring else N - 1):
        A[i, (i + 1) % N] += 2 * x
        A[(i + 1) % N, i] += 2 * x
    a, vectors = np.linalg.eigh(A)
    return vectors @ np.diag(K_c / np.sqrt(K_c * a)) @ vectors.T


@given(
    K_c=st.floats(0.3, 1.5),
    x=st.floats(-0.15, 0.15),
    N=st.integers(2, 9),
    boundary=st.sampled_from(["open", "periodic"]),
)
def test_dimensions_are_those_of_the_coupled_fields(K_c, x, N, boundary):
    ring = boundary == "periodic"
    N = max(N, 3) if ring else N
    result = coupling_dimensions(K_c=K_c, U_perp=x, number=N, boundary=boundary)
    M = correlations(K_c, x, N, ring)
    for bond in range(result.sizes["bond"]):
        v = np.zeros(N)
        v[bond], v[(bond + 1) % N] = math.sqrt(2), -math.sqrt(2)
        assert float(result["pi_cdw"][bond]) == pytest.approx(v @ M @ v / 4, rel=1e-9)
        assert float(result["josephson"][bond]) == pytest.approx(v @ np.linalg.inv(M) @ v / 4, rel=1e-9)
    np.testing.assert_array_equal(result["josephson_relevant"], result["josephson"] < 2)


@given(K_c=st.floats(0.3, 1.5), x=st.floats(-0.3, 0.3))
def test_two_wires_have_the_published_parameter(K_c, x):
    if 2 * abs(x) * K_c < 0.99:
        K_minus = K_c / math.sqrt(1 - 2 * x * K_c)  # K_c/√(1 - 2U_⊥K_c/(πu_c))
        assert make(K_c=K_c, U_perp=x).dimensions == pytest.approx((1 / K_minus, K_minus))
        result = coupling_dimensions(K_c=K_c, U_perp=x)
        assert float(result["josephson"].item()) == pytest.approx(1 / K_minus)


@pytest.mark.parametrize("number", [3, 4, 7, 24])
def test_an_array_has_the_dimensions_of_its_ring(number):
    array = make(number=number, U_perp=0.1)
    ring = coupling_dimensions(K_c=0.85, U_perp=0.1, number=number, boundary="periodic")
    np.testing.assert_allclose(ring["josephson"], array.dimensions[0])
    np.testing.assert_allclose(ring["pi_cdw"], array.dimensions[1])


@given(K_c=st.floats(0.2, 3), number=st.integers(2, 12))
def test_wires_that_do_not_repel_have_their_own_dimensions(K_c, number):
    assert make(K_c=K_c, U_perp=0.0, number=number).dimensions == pytest.approx((1 / K_c, K_c))


@given(x=st.floats(0.01, 0.2), number=st.integers(2, 12))
def test_repulsion_between_wires_favours_the_josephson_coupling(x, number):
    """By Jensen's inequality it also makes π-CDW less relevant."""
    d_J, d_U = make(U_perp=x, number=number).dimensions
    assert d_J < 1 / 0.85
    assert d_U > 0.85


def test_large_rings_are_an_integral_over_momentum():
    q = np.linspace(0, 2 * np.pi, 20001)[:-1]
    K = 0.85 / np.sqrt(1 + 4 * 0.1 * 0.85 * np.cos(q))
    expected = np.mean((1 - np.cos(q)) / K), np.mean((1 - np.cos(q)) * K)
    assert make(U_perp=0.1, number=40).dimensions == pytest.approx(expected, rel=1e-12)


def test_a_ring_of_three_is_frustrated_and_bears_more_repulsion():
    assert make(number=3, U_perp=0.5).dimensions[1] > 0.85


def test_the_spin_gap_is_an_energy():
    assert make().spin_gap == pytest.approx(10 * math.exp(-3))
    assert make().describe()["spin_gap"] == make().spin_gap


def test_a_flow_gives_its_numbers_to_an_array():
    """A bare attraction with y = 0 has F = (1 + l_spin)^{3/2} (the spin sector alone, see array_equations)."""
    wires = CoupledWires(K_c=0.9, K=0.5, y_s=-0.2, y=0.0, upsilon=0.2)
    path = flow(wires, axes={"l": np.linspace(0, 4, 4001)})
    array = ArrayOfWires.from_flow(path, U_perp=0.02, t_perp=0.1, Lambda=10.0, number=4)
    assert (array.l_spin, array.K_c, array.number) == (pytest.approx(4.0), pytest.approx(wires.K_c_tilde), 4)
    assert array.spin_factor == pytest.approx(5**1.5, rel=1e-5)
    coarse = ArrayOfWires.from_flow(flow(wires), U_perp=0.02, t_perp=0.1, Lambda=10.0)
    assert coarse.spin_factor == pytest.approx(5**1.5, rel=1e-3)
    assert ArrayOfWires.from_flow(path, U_perp=0.02, t_perp=0.1, Lambda=10.0, spin_factor=1.0).spin_factor == 1.0


def test_only_a_single_paired_flow_makes_an_array():
    wires = CoupledWires(K_c=0.9, K=0.5, y_s=0.2, y=0.0)
    given = {"U_perp": 0.02, "t_perp": 0.1, "Lambda": 10.0}
    with pytest.raises(InputError, match="`flow` must end in the paired phase: got decoupled; other phases"):
        ArrayOfWires.from_flow(flow(wires), **given)
    with pytest.raises(InputError, match="`flow` must be a single flow"):
        ArrayOfWires.from_flow(flow(wires, axes={"y": [0.1, 0.2]}), **given)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"l_spin": math.inf}, "`l_spin` must be finite and zero or positive: got inf; only wires in the paired phase"),
        ({"l_spin": math.nan}, "`l_spin` must be finite"),
        ({"U_perp": 0.6}, r"`U_perp` must lie in \(-0.588235, 0.588235\): got 0.6; beyond it their charges separate"),
        ({"U_perp": 0.3, "number": 4}, r"`U_perp` must lie in \(-0.294118, 0.294118\): got 0.3"),
        ({"U_perp": -0.3, "number": 3}, r"`U_perp` must lie in \(-0.294118, 0.588235\)"),
        ({"U_perp": math.nan}, "`U_perp` must be finite"),
        ({"t_perp": -1.0}, "`t_perp` must be zero or positive"),
        ({"delta": 1.5}, r"`delta` must lie in \[0, 1\]: got 1.5"),
        ({"Lambda": 0.0}, "`Lambda` must be positive"),
        ({"K_c": 0.0}, "`K_c` must be positive"),
        ({"number": 1}, "`number` must be at least 2"),
    ],
)
def test_bad_arrays_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        make(**changes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"K_c": -1.0, "U_perp": 0.0}, "`K_c` must be positive"),
        ({"K_c": 1.0, "U_perp": 0.6}, "`U_perp` must lie in"),
        ({"K_c": 1.0, "U_perp": 0.0, "boundary": "closed"}, "`boundary` must be one of open, periodic"),
        ({"K_c": 1.0, "U_perp": 0.0, "number": 2, "boundary": "periodic"}, "`number` must be at least 3"),
    ],
)
def test_bad_stacks_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        coupling_dimensions(**arguments)
