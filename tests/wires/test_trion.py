"""The trion liquid against oscillator chains with a pinned field, and against the published formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.model import CoupledWires
from attractron.wires.trion import TrionLiquid, free_trion_line, trion_phase

ROTATION = np.array([[1, np.sqrt(2)], [np.sqrt(2), -1]]) / np.sqrt(3)


@st.composite
def liquids(draw):
    K_c, K, u_c, u = (draw(st.floats(0.1, 3.0)) for _ in range(4))
    a, b = draw(st.floats(-0.95, 0.95)), draw(st.floats(-0.95, 0.95))
    speed, root = np.pi * np.sqrt(u_c * u), np.sqrt(K_c * K)
    return TrionLiquid(K_c=K_c, K=K, u_c=u_c, u=u, V_phi=a * speed / root, V_theta=b * speed * root)


def matrices(liquid):
    """A and B in (φ_g, φ_f), straight from the Hamiltonian."""
    A = [[liquid.u_c / liquid.K_c, liquid.V_phi / np.pi], [liquid.V_phi / np.pi, liquid.u / liquid.K]]
    B = [[liquid.u_c * liquid.K_c, liquid.V_theta / np.pi], [liquid.V_theta / np.pi, liquid.u * liquid.K]]
    return ROTATION @ A @ ROTATION, ROTATION @ B @ ROTATION


def chain(liquid, mass, sites=24):
    """Lowest frequency and correlation of φ_f at the smallest momentum of a ring of oscillators.

    Lattice of H = [∂φᵀA∂φ + ∂θᵀB∂θ + mass φ_g²]/2π. P = ∂θ/π is conjugate to φ, so H = ½PᵀMP + ½φᵀCφ with M = πB and
    C = (A ⊗ (-Δ) + mass P_g)/π. For H' = ½P'² + ½φ'ᵀ√M C √M φ' with φ = √M φ' the frequencies squared are the
    eigenvalues of √M C √M and ⟨φφᵀ⟩ = √M (√M C √M)^(-1/2) √M / 2. Exact diagonalisation in real space, all sites.
    """
    A, B = matrices(liquid)
    laplacian = 2 * np.eye(sites) - np.roll(np.eye(sites), 1, 0) - np.roll(np.eye(sites), -1, 0)
    stiffness = (np.kron(A, laplacian) + np.kron(np.diag([mass, 0.0]), np.eye(sites))) / np.pi
    values, vectors = np.linalg.eigh(np.pi * B)
    root = np.kron(vectors @ np.diag(np.sqrt(values)) @ vectors.T, np.eye(sites))
    squares, modes = np.linalg.eigh(root @ stiffness @ root)
    frequencies = np.sqrt(squares[1:])  # the uniform shift of φ_f costs nothing
    wave = np.concatenate([np.zeros(sites), np.sqrt(2 / sites) * np.cos(2 * np.pi * np.arange(sites) / sites)])
    amplitude = modes[:, 1:].T @ root @ wave
    momentum = 2 * np.sin(np.pi / sites)
    return frequencies[0] / momentum, float(np.sum(amplitude**2 / frequencies)) / 2 * momentum * 2 / np.pi


@pytest.mark.parametrize("V", [(0.0, 0.0), (1.1, 0.0), (1.1, -0.6), (-0.8, 0.5)])
def test_complete_form_is_the_limit_of_an_infinite_mass(V):
    liquid = TrionLiquid(K_c=0.8, K=0.35, u_c=1.0, u=0.6, V_phi=V[0], V_theta=V[1])
    result = trion_phase(liquid)
    exact = np.array([result["u_f_complete"], result["K_f_complete"]])
    errors = np.array([chain(liquid, mass) - exact for mass in (1e3, 1e4, 1e5)])
    # A finite mass lets φ_g follow: the velocity errs by 1/mass; the equal-time correlation by the massive mode's
    # share, which falls as its frequency grows, as 1/√mass.
    order = np.array([1.0, 0.5])
    np.testing.assert_allclose(np.log10(abs(errors[:-1] / errors[1:])), [order, order], atol=0.02)
    extrapolated = (10**order * errors[2] - errors[1]) / (10**order - 1)
    assert abs(extrapolated).max() < 1e-4
    assert abs(float(result["K_f"]) - exact[1]) > 0.01  # the published form is not that limit


@given(liquid=liquids())
def test_sectors_are_the_rotated_matrices(liquid):
    A, B = matrices(liquid)
    result = trion_phase(liquid)
    for name, expected in {
        "K_g": np.sqrt(B[0, 0] / A[0, 0]),
        "u_g": np.sqrt(B[0, 0] * A[0, 0]),
        "K_f": np.sqrt(B[1, 1] / A[1, 1]),
        "u_f": np.sqrt(B[1, 1] * A[1, 1]),
        "K_f_complete": np.sqrt(1 / (np.linalg.inv(B)[1, 1] * A[1, 1])),
        "u_f_complete": np.sqrt(A[1, 1] / np.linalg.inv(B)[1, 1]),
    }.items():
        assert result[name].item() == pytest.approx(expected, rel=1e-9)
    assert result["V_cross"].item() == pytest.approx(np.pi * A[0, 1], rel=1e-9, abs=1e-9)
    assert result["V_theta_cross"].item() == pytest.approx(np.pi * B[0, 1], rel=1e-9, abs=1e-9)


@given(liquid=liquids())
def test_the_complete_parameter_is_never_larger(liquid):
    result = trion_phase(liquid)
    assert result["K_f_complete"].item() <= result["K_f"].item() * (1 + 1e-12)


def test_both_forms_agree_without_the_cross_term():
    # V'_× = 0 where u_cK_c = uK and V_θ = 0.
    result = trion_phase(TrionLiquid(K_c=0.8, K=0.4, u_c=1.0, u=2.0, V_phi=2.0))
    assert result["V_theta_cross"].item() == pytest.approx(0, abs=1e-14)
    assert result["K_f_complete"].item() == pytest.approx(result["K_f"].item(), rel=1e-14)


def test_equal_free_wires():
    # K = 1 everywhere and V = 0: any rotation leaves K = u = 1.
    result = trion_phase(TrionLiquid(K_c=1.0, K=1.0))
    for name in ("K_f", "K_f_complete", "K_g", "u_f", "u_g"):
        assert result[name].item() == pytest.approx(1.0, abs=1e-14)
    assert result["order"].item() == 0


def test_strong_repulsion_between_the_wires_makes_trions_attract():
    # K_f² = 3/(3 - √8 V_φ/π) = 9 at V_φ = π/√2, close to the instability at V_φ = π.
    V = np.pi / np.sqrt(2)
    result = trion_phase(TrionLiquid(K_c=1.0, K=1.0), {"V_phi": [0.99 * V, 1.01 * V]})
    np.testing.assert_array_equal(result["order"], [0, 0])
    result = trion_phase(TrionLiquid(K_c=1.0, K=1.0), {"V_phi": [4 * V / 3 * 0.99, 4 * V / 3, 4 * V / 3 * 1.01]})
    np.testing.assert_array_equal(result["order"], [0, 1, 2])


def test_axes_make_dimensions_in_their_order():
    liquid = TrionLiquid(K_c=0.9, K=0.4)
    result = trion_phase(liquid, {"K": [0.3, 0.5, 0.7], "V_phi": [0.0, 1.0], "u": 0.8})
    assert result["K_f"].dims == ("K", "V_phi")
    single = trion_phase(TrionLiquid(K_c=0.9, K=0.5, V_phi=1.0, u=0.8))
    assert result["K_f_complete"].sel(K=0.5, V_phi=1.0).item() == single["K_f_complete"].item()


def test_from_wires_takes_the_line_of_the_paper():
    wires = CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.3, u_ratio=0.7)
    liquid = TrionLiquid.from_wires(wires)
    again = CoupledWires.from_couplings(
        K_c=liquid.K_c,
        K=liquid.K,
        u_c=liquid.u_c,
        u=liquid.u,
        V_phi=liquid.V_phi,
        V_theta=liquid.V_theta,
        y_s=0.1,
        y=0.1,
    )
    assert again.upsilon == pytest.approx(0.3, rel=1e-13)
    assert again.V_theta_ratio == pytest.approx(1.0, rel=1e-13)
    mirrored = TrionLiquid.from_wires(wires.with_parameters(carriers="particles"))
    assert (mirrored.V_phi, mirrored.V_theta) == (-liquid.V_phi, -liquid.V_theta)


@pytest.mark.parametrize("kinetic", ["complete", "published"])
def test_the_line_of_free_trions_lies_at_three(kinetic):
    liquid = TrionLiquid(K_c=1.0, K=0.5, u_c=1.0, u=0.8)
    line = free_trion_line(liquid, {"K": np.linspace(0.2, 0.95, 16)}, {"V_phi": (0.0, 12.0)}, kinetic=kinetic)
    assert line.sizes["point"] > 5
    name = "K_f" if kinetic == "published" else "K_f_complete"
    for K, V in zip(line["K"].values, line["V_phi"].values, strict=True):
        values = trion_phase(liquid, {"K": K, "V_phi": [V * (1 - 1e-6), V, V * (1 + 1e-6)]})[name].to_numpy()
        assert values[1] == pytest.approx(3.0, rel=1e-9)
        assert values[0] < 3 < values[2]


def test_published_line_has_a_closed_form():
    # b_ff = 9a_ff is linear in V_φ: √8V_φ/π = 2u_c/K_c + u/K - (2u_cK_c + uK)/9 for V_θ = 0.
    K = np.linspace(0.1, 1.5, 15)
    line = free_trion_line(TrionLiquid(K_c=1.0, K=1.0), {"K": K}, {"V_phi": (0.0, 20.0)}, kinetic="published")
    expected = np.pi / np.sqrt(8) * (2 + 1 / K - (2 + K) / 9)
    kept = expected < np.pi / np.sqrt(K)
    assert 0 < kept.sum() < K.size  # unstable ones are left out
    np.testing.assert_allclose(line["K"], K[kept])
    np.testing.assert_allclose(line["V_phi"], expected[kept], rtol=1e-13)


def test_without_a_crossing_the_line_has_no_point():
    assert free_trion_line(TrionLiquid(K_c=0.5, K=0.5), {"K": [0.4]}, {"V_phi": (0.0, 0.1)}).sizes["point"] == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"K": 0.0}, "`K` must be positive: got 0.0"),
        ({"u_c": -1.0}, "`u_c` must be positive"),
        (
            {"V_phi": 3.2},
            "`V_phi` must lie between -3.14159 and 3.14159 .*: got 3.2; beyond it the wires phase-separate",
        ),
        ({"V_theta": -4.0}, "`V_theta` must lie between"),
        ({"V_phi": np.nan}, "`V_phi` must be finite"),
    ],
)
def test_bad_models(changes, message):
    with pytest.raises(InputError, match=message):
        TrionLiquid(**{"K_c": 1.0, "K": 1.0, **changes})


def test_a_ladder_has_no_such_trions():
    with pytest.raises(InputError, match=r"`wires` must have a wire as the secondary \(beta = 2\): got beta = 1"):
        TrionLiquid.from_wires(CoupledWires(K_c=0.9, K=0.9, y_s=0.1, y=0.1, beta=1.0))


def test_unstable_points_of_an_axis_are_refused():
    with pytest.raises(InputError, match="`V_phi` must lie between"):
        trion_phase(TrionLiquid(K_c=1.0, K=1.0), {"V_phi": [1.0, 4.0]})
    with pytest.raises(InputError, match=r"`K` must be positive: got -1\.0"):
        trion_phase(TrionLiquid(K_c=1.0, K=1.0), {"K": [-1.0, 1.0]})
    with pytest.raises(InputError, match="`kinetic` must be one of complete, published"):
        trion_phase(TrionLiquid(K_c=1.0, K=1.0), kinetic="full")


@pytest.mark.parametrize(
    ("along", "across", "message"),
    [
        ({"K": [0.5], "u": [1.0]}, {"V_phi": (0, 1)}, "`along` must name one parameter"),
        ({"K": [0.5]}, {"K": (0.1, 1)}, "`across` must name another parameter than K"),
        ({"K": [0.5]}, {"V_phi": (1, 0)}, r"`across\['V_phi'\]` must rise: got 1 to 0"),
        ({"K": [0.5]}, {"V_phi": 1.0}, "must be a lowest and a highest value"),
        ({"K": [-0.5, 1.0]}, {"V_phi": (0, 1)}, r"`along\['K'\]` must be positive: got -0.5"),
        ({"W": [0.5]}, {"V_phi": (0, 1)}, "`along` must be one of K_c, K"),
    ],
)
def test_bad_lines(along, across, message):
    with pytest.raises(InputError, match=message):
        free_trion_line(TrionLiquid(K_c=1.0, K=1.0), along, across)
