"""The ladder against mean-field energies and counted solitons; polarizers against electrons one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.ladder import Rung, ladder, little, relative_charge
from attractron.wires.model import CoupledWires

LADDER = {
    "t": 10.0,
    "U": 4.0,
    "V_rung": 1.0,
    "V": 2.0,
    "K_c": 0.9,
    "u_c": 50.0,
    "k_F": 0.82,
    "spacing": 2.0,
    "alpha_0": 2.0,
    "y_s": 0.1,
}


def legs(imbalance, t, U, V_rung):
    """Energy per rung of two legs with 1 ± imbalance electrons a site: free bands, interactions in mean field."""
    kinetic = sum(-4 * t / np.pi * np.sin(np.pi * (1 + sign * imbalance) / 2) for sign in (1, -1))
    return kinetic + U * (2 + 2 * imbalance**2) / 4 + V_rung * (1 - imbalance**2)


@pytest.mark.parametrize(("U", "V_rung"), [(0.0, 0.0), (4.0, 0.0), (4.0, 1.0), (4.0, 2.0), (4.0, 5.0)])
def test_relative_charge_is_the_compressibility_of_the_legs(U, V_rung):
    # ρ_1 - ρ_2 = -(2/π)∂φ_ρ- = 2x/a: energy per rung (u/2πK)(πx/a)² a = πu x²/(2Ka), and uK = v = 2ta.
    t, step = 10.0, 1e-3
    curvature = (legs(step, t, U, V_rung) - 2 * legs(0, t, U, V_rung) + legs(-step, t, U, V_rung)) / step**2
    stiffness = curvature / np.pi  # u/(Ka)
    assert relative_charge(U=U, V_rung=V_rung, t=t) == pytest.approx(np.sqrt(2 * t / stiffness), rel=1e-5)


def test_relative_charge_is_closer_to_one_than_the_total():
    total = 1 / np.sqrt(1 + (4.0 + 2 * 1.0) / (2 * np.pi * 2.0))  # K_ρ+: both legs filled, the rungs' repulsion adds
    assert total < relative_charge(U=4.0, V_rung=1.0, t=2.0) < 1
    assert relative_charge(U=4.0, V_rung=2.0, t=2.0) == 1.0


def test_forward_scattering_is_the_mean_field_energy():
    # p electrons more a site in the primary (∂φ_c = -πp/√2a), x more on the near leg and fewer on the far one
    # (∂φ_ρ- = -πx/a): the energy Vpx a rung is V_φ ∂φ_c∂φ_ρ- a/π².
    found = ladder(**LADDER)
    u = found["u_ratio"] * LADDER["u_c"]
    V_phi = np.pi * found["upsilon"] * np.sqrt(LADDER["u_c"] * u / (found["K_c"] * found["K"]))
    p, x, a = 0.01, 0.02, LADDER["spacing"]
    energy = V_phi * (np.pi * p / (np.sqrt(2) * a)) * (np.pi * x / a) * a / np.pi**2
    assert energy == pytest.approx(LADDER["V"] * p * x, rel=1e-12)
    assert u * found["K"] == pytest.approx(2 * LADDER["t"] * a)


def test_fields_make_coupled_wires_with_a_more_relevant_coupling():
    found = ladder(**LADDER)
    wires = CoupledWires(**found)
    assert wires.beta == 1.0
    as_wire = wires.with_parameters(beta=2.0)
    assert wires.dimensions[0] < as_wire.dimensions[0]
    # g = 4Va s and y = g/(√2πū), ū the mean velocity.
    mean = (LADDER["u_c"] + found["u_ratio"] * LADDER["u_c"]) / 2
    assert found["y"] == found["y_2"] == pytest.approx(4 * 2.0 * 2.0 / (np.sqrt(2) * np.pi * mean))
    assert ladder(**LADDER, pinned_factor=0.25)["y"] == pytest.approx(found["y"] / 4)


def test_below_the_gap_the_gate_lowers_the_mass_alone():
    values = [ladder(**LADDER, gap=3.0, back_gate=gate) for gate in (0.0, 1.0, -2.0, 3.0)]
    u = values[0]["u_ratio"] * LADDER["u_c"]
    np.testing.assert_allclose([each["mass"] for each in values], np.array([3, 2, 1, 0]) * 2.0 / u, rtol=1e-12)
    assert {each["mismatch"] for each in values} == {values[0]["mismatch_2"]}
    assert values[0]["mismatch"] == pytest.approx(abs(0.82 - np.pi / 4) * 2.0)


def filled_solitons(gate, gap, velocity, length=2e4):
    """Density of free massive fermions with the chemical potential `gate`, by counting momenta of a ring."""
    momenta = 2 * np.pi * np.arange(-60000, 60001) / length
    return np.count_nonzero(np.hypot(velocity * momenta, gap) < gate) / length


def test_beyond_the_gap_solitons_shift_the_momenta():
    found = ladder(**LADDER, gap=3.0, back_gate=5.0)
    u = found["u_ratio"] * LADDER["u_c"]
    # A soliton moves φ_ρ- by π: its gradient is π times their density, half of it on each momentum.
    half = np.pi * filled_solitons(5.0, 3.0, u) / 2
    away = 0.82 - np.pi / 4
    assert found["mismatch"] == pytest.approx(abs(away - half) * 2.0, abs=2e-3)
    assert found["mismatch_2"] == pytest.approx((away + half) * 2.0, abs=2e-3)
    assert found["mass"] == 0
    reversed_gate = ladder(**LADDER, gap=3.0, back_gate=-5.0)
    assert (reversed_gate["mismatch"], reversed_gate["mismatch_2"]) == (found["mismatch_2"], found["mismatch"])


def test_without_a_gap_the_near_leg_follows_its_potential():
    # Free legs: lifting leg 1 by δ/2 lowers its k_1 by δ/2v; k_F + k_1 and, on the sites, k_F - k_1 move along.
    free = {**LADDER, "U": 0.0, "V_rung": 0.0, "gap": 0.0}
    found = ladder(**free, back_gate=0.4)
    shift = 0.2 / (2 * LADDER["t"] * LADDER["spacing"])
    assert found["mismatch"] == pytest.approx((0.82 - np.pi / 4 - shift) * 2.0, rel=1e-12)


def test_gap_of_a_rung_by_default():
    u = ladder(**LADDER)["u_ratio"] * LADDER["u_c"]
    assert ladder(**LADDER)["mass"] == pytest.approx(3.0 * 2.0 / u)
    assert ladder(**LADDER, t_rung=0.5)["mass"] == pytest.approx((3 + np.sqrt(9 + 4)) / 2 * 2.0 / u)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"t": 0.0}, "`t` must be positive"),
        ({"V_rung": 40.0}, r"`V_rung` must be smaller than 33\.4159 meV: got 40\.0; beyond it one leg fills"),
        ({"V_rung": 5.0}, "`V_rung` must be smaller than U for one electron a site"),
        ({"pinned_factor": 1.5}, r"`pinned_factor` must lie in \[0, 1\]: got 1\.5"),
        ({"gap": -1.0}, "`gap` must be zero or positive"),
        ({"spacing": 0.0}, "`spacing` must be positive"),
        ({"back_gate": np.nan}, "`back_gate` must be finite"),
        ({"K_c": 0.0}, "`K_c` must be positive"),
        ({"k_F": -1.0}, "`k_F` must be positive"),
    ],
)
def test_bad_input(changes, message):
    with pytest.raises(InputError, match=message):
        ladder(**{**LADDER, **changes})


rungs = st.builds(
    Rung,
    t=st.floats(0.05, 3.0),
    delta=st.floats(-3.0, 3.0),
    U=st.floats(0.0, 10.0),
    V_rung=st.floats(0.0, 5.0),
    electrons=st.sampled_from([1, 2]),
)


def fock_ground_energy(rung, field):
    """Lowest energy of the rung with a potential `field` on the near place, from fermion operators (Jordan-Wigner).

    Modes: near up, near down, far up, far down; states with N_up = 1 and N_down = electrons - 1.
    The triplet with S_z = 0 lies above the singlet, to which it does not couple.
    """
    lower, flip = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0])
    c = []
    for mode in range(4):
        operator = np.eye(1)
        for place in range(4):
            operator = np.kron(operator, flip if place < mode else lower if place == mode else np.eye(2))
        c.append(operator)
    n = [each.T @ each for each in c]
    H = (rung.delta / 2 + field) * (n[0] + n[1]) - rung.delta / 2 * (n[2] + n[3])
    H = H + rung.U * (n[0] @ n[1] + n[2] @ n[3]) + rung.V_rung * (n[0] + n[1]) @ (n[2] + n[3])
    for near, far in ((0, 2), (1, 3)):
        H = H - rung.t * (c[near].T @ c[far] + c[far].T @ c[near])
    kept = (np.diag(n[0] + n[2]) == 1) & (np.diag(n[1] + n[3]) == rung.electrons - 1)
    return np.linalg.eigvalsh(H[np.ix_(kept, kept)])[0]


@given(rung=rungs, V=st.floats(0.0, 5.0))
def test_attraction_is_that_of_the_electrons(rung, V):
    expected = [fock_ground_energy(rung, n * V) for n in (0, 1, 2)]
    np.testing.assert_allclose(rung.attraction(V), expected[2] - 2 * expected[1] + expected[0], atol=1e-10)


@given(rung=rungs, V=st.floats(0.0, 20.0))
def test_polarizers_never_repel(rung, V):
    assert rung.attraction(V) <= 1e-11


@pytest.mark.parametrize("electrons", [1, 2])
def test_second_order_is_the_leading_order(electrons):
    # At δ ≠ 0 the next term is V³.
    rung = Rung(t=0.7, delta=0.4, U=3.0, V_rung=1.0, electrons=electrons)
    result = little(rung, [0.01, 0.02, 0.04])
    errors = abs(result["attraction"] - result["second_order"]).to_numpy()
    np.testing.assert_allclose(np.log2(errors[1:] / errors[:-1]), 3.0, atol=0.1)


def test_a_symmetric_two_level_polarizer_halves_littles_estimate():
    result = little(Rung(t=0.5), [0.01])
    assert result["excitation"].item() == pytest.approx(1.0, rel=1e-14)
    assert result["coefficient"].item() == pytest.approx(0.5, rel=1e-14)
    # E(n) = nV/2 - √(t² + n²V²/4): the exact attraction in closed form.
    V = np.array([0.3, 1.0, 4.0])
    exact = -np.sqrt(0.25 + V**2) + 2 * np.sqrt(0.25 + V**2 / 4) - 0.5
    np.testing.assert_allclose(little(Rung(t=0.5), V)["attraction"], exact, atol=1e-14)
    assert Rung(t=0.5).attraction(1e6) == pytest.approx(-0.5, abs=1e-5)


@given(t=st.floats(0.05, 3.0), delta=st.floats(-3.0, 3.0))
def test_two_levels_in_closed_form(t, delta):
    chi, cost = Rung(t=t, delta=delta).response()
    assert cost == pytest.approx(np.sqrt(delta**2 + 4 * t**2), rel=1e-12)
    assert chi == pytest.approx(2 * t**2 / cost**3, rel=1e-9)


@given(t=st.floats(0.05, 3.0), D=st.floats(0.0, 10.0))
def test_the_rung_of_the_ladder_in_closed_form(t, D):
    chi, cost = Rung(t=t, U=D + 1.0, V_rung=1.0, electrons=2).response()
    root = np.sqrt(D**2 + 16 * t**2)
    assert cost == pytest.approx((D + root) / 2, rel=1e-12)
    assert chi == pytest.approx((1 - D / root) / cost, rel=1e-8)


def test_a_mott_insulating_rung_polarises_little():
    # U_ind → -8V²t²/D³: relative error of order t²/D².
    errors = [Rung(t=t, U=10.0, electrons=2).response()[0] / (8 * t**2 / 1000) - 1 for t in (0.2, 0.1)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2.0, abs=0.05)


def test_attraction_against_the_own_repulsion():
    result = little(Rung(t=0.5), [0.5, 1.5, 3.0], repulsion=0.2)
    np.testing.assert_allclose(result["net"], 0.2 + result["attraction"])
    np.testing.assert_array_equal(result["attractive"], result["net"] < 0)
    assert result["attractive"].values.tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"t": 0.0}, r"`t` must be positive: got 0\.0"),
        ({"U": -1.0}, "`U` must be zero or positive"),
        ({"delta": np.inf}, "`delta` must be finite"),
        ({"electrons": 3}, "`electrons` must be 1 or 2: got 3"),
        ({"electrons": 1.5}, "`electrons` must be a whole number"),
    ],
)
def test_bad_rungs(changes, message):
    with pytest.raises(InputError, match=message):
        Rung(**{"t": 1.0, **changes})


def test_bad_questions():
    with pytest.raises(InputError, match="`V` must be one-dimensional"):
        little(Rung(t=1.0), 1.0)
    with pytest.raises(InputError, match="`repulsion` must be zero or positive"):
        little(Rung(t=1.0), [1.0], repulsion=-1.0)
