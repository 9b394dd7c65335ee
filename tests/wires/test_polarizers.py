"""Polarizers against electrons one by one; pairs beside them against rings of electrons and spins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.polarizers import Rung, hubbard_pair, little, pair_energy, pair_exchange

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


@given(t=st.floats(0.05, 3.0), V=st.floats(0.0, 10.0))
def test_a_biased_polarizer_has_no_bound(t, V):
    assert Rung(t=t, delta=-V).attraction(V) == pytest.approx(2 * t - np.hypot(2 * t, V), abs=1e-12)


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


def test_without_a_polarizer_that_moves_it_is_a_hubbard_ring():
    """The static limit at fixed V²/Ẽ: what is left falls as τ/Ẽ and V/Ẽ, together as the root of 1/Ẽ or faster."""
    attraction, found = 4.0, []
    for excitation in (400.0, 1600.0, 6400.0):
        V = np.sqrt(2 * excitation * attraction)
        result = pair_energy(Rung(t=excitation / 2), [V], hopping=1.0, repulsion=1.0, sites=4)
        found.append(result["pair_energy"].item() - hubbard_pair(-3.0, 1.0, 4))
    order = -np.diff(np.log(np.abs(found))) / np.log(4)
    np.testing.assert_allclose(order, 1.0, atol=0.05)


@pytest.mark.parametrize("sites", [2, 3, 6])
def test_two_electrons_on_a_hubbard_ring_by_matrices(sites):
    step = -(np.eye(sites, k=1) + (np.eye(sites, k=1 - sites) if sites > 2 else 0))
    step = step + step.T
    H = np.kron(step, np.eye(sites)) + np.kron(np.eye(sites), step) - 3.0 * np.diag(np.eye(sites).ravel())
    expected = np.linalg.eigvalsh(H)[0] - 2 * np.linalg.eigvalsh(step)[0]
    assert hubbard_pair(-3.0, 1.0, sites) == pytest.approx(expected, abs=1e-10)


def test_a_long_ring_binds_as_the_chain_does():
    assert hubbard_pair(-3.0, 0.7, 4000) == pytest.approx(4 * 0.7 - np.hypot(3.0, 4 * 0.7), rel=1e-9)


def dense_ring(rung, electrons, V, hopping, repulsion):
    """Levels of three sites, from matrices that are filled element by element."""
    H_0, near = rung.matrices()
    sites, d = 3, len(H_0)
    shape = (sites,) * electrons + (d,) * sites
    H = np.zeros((np.prod(shape), np.prod(shape)))
    for state in np.ndindex(shape):
        places, levels = state[:electrons], state[electrons:]
        here = np.ravel_multi_index(state, shape)
        H[here, here] += repulsion * (electrons == 2 and places[0] == places[-1])
        for spin in range(electrons):
            for to in {(places[spin] + 1) % sites, (places[spin] - 1) % sites}:
                there = np.ravel_multi_index((*places[:spin], to, *places[spin + 1 :], *levels), shape)
                H[there, here] -= hopping
        for site in range(sites):
            own = H_0 + V * places.count(site) * near
            for level in range(d):
                there = np.ravel_multi_index((*places, *levels[:site], level, *levels[site + 1 :]), shape)
                H[there, here] += own[level, levels[site]]
    return np.linalg.eigvalsh(H)[0]


@pytest.mark.parametrize("rung", [Rung(t=0.4, delta=0.3), Rung(t=0.4, U=2.0, V_rung=0.5, electrons=2)])
def test_a_ring_is_diagonalised_as_it_stands(rung):
    none, one, two = (dense_ring(rung, n, 1.3, 0.9, 0.6) for n in (0, 1, 2))
    found = pair_energy(rung, [1.3], hopping=0.9, repulsion=0.6, sites=3)
    assert found["pair_energy"].item() == pytest.approx(two - 2 * one + none, abs=1e-9)
    assert found["retardation"].item() == pytest.approx(3.6 / rung.response()[1])


def test_pairs_on_two_sites_move_and_repel_as_their_exchange_says():
    """Two sites: even and odd states of a pair lie at -J_z ∓ J_xy; errors are of fourth order in the hopping."""
    rung, V, own = Rung(t=0.5, delta=0.2), 1.6, 0.1
    found = pair_exchange(rung, [V], repulsion=own)
    H_0, near = rung.matrices()
    still = own + sum(np.linalg.eigvalsh(H_0 + n * V * near)[0] for n in (0, 2))
    errors = []
    for hopping in (0.01, 0.005):
        up = np.array([[0.0, -hopping], [-hopping, 0.0]])
        electrons = np.kron(up, np.eye(2)) + np.kron(np.eye(2), up) + own * np.diag([1.0, 0, 0, 1])
        H = np.kron(electrons, np.eye(4))
        for site, count in enumerate(([2, 1, 1, 0], [0, 1, 1, 2])):
            for operator, weight in ((H_0, np.eye(4)), (V * near, np.diag(count))):
                H = H + np.kron(weight, np.kron(operator, np.eye(2)) if site == 0 else np.kron(np.eye(2), operator))
        even, odd = np.linalg.eigvalsh(H)[:2] - still
        J_z, J_xy = found["repulsion"].item() * hopping**2, found["motion"].item() * hopping**2
        errors.append([even + J_z + J_xy, odd + J_z - J_xy])
    np.testing.assert_allclose(np.log2(np.divide(*errors)), 4.0, atol=0.1)


@given(rung=rungs, V=st.floats(0.05, 5.0))
def test_pairs_repel_at_least_as_much_as_they_move(rung, V):
    found = pair_exchange(rung, [V])
    if np.isfinite(found["motion"].item()) and rung.attraction(V) < -1e-6:
        assert found["anisotropy"].item() >= 1 - 1e-9


def test_static_pairs_have_one_exchange():
    found = pair_exchange(Rung(t=5e3), [np.sqrt(2e4 * 2.0)], repulsion=0.5)  # U_0 + U_ind = -1.5
    assert found["motion"].item() == pytest.approx(2 / 1.5, rel=1e-3)
    assert found["anisotropy"].item() == pytest.approx(1.0, abs=1e-3)


def test_pairs_that_are_not_bound_have_none():
    found = pair_exchange(Rung(t=0.5), [0.1], repulsion=1.0)
    assert np.isnan(found["motion"].item())
    assert np.isnan(pair_energy(Rung(t=0.5), [0.1], hopping=1.0, repulsion=1.0, sites=2)["static"].item())


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"sites": 9}, "`sites` must lie between 2 and 8"), ({"hopping": 0.0}, "`hopping` must be positive")],
)
def test_bad_rings(changes, message):
    with pytest.raises(InputError, match=message):
        pair_energy(Rung(t=1.0), [1.0], **{"hopping": 1.0, **changes})
