"""Polarizers against electrons in second quantisation, and perturbation theory by its order of convergence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.ladder import Rung, little

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
