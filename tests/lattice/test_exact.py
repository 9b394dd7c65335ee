"""Exact ground states: energies of independent codes, solvable chains, symmetries of random models, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.lattice import (
    LittleChain,
    PrimarySecondary,
    Species,
    Term,
    TermList,
    exact,
    ground_state,
    hopping,
    repulsion,
)
from tests.lattice.fock_space import levels

# (t, U, V1, t_sec, V_sec, V_sec2, V), L, (N_up, N_down, N_sec), the two lowest energies: sparse Kronecker products
# and a code of its own in a basis of fermions agreed to 1e-10 on them; open chains.
A, B, C = (1, 2, 0, 0.5, 2, 0, 4), (1, 4, 0, 0.5, 4, 1, 6), (1, 1, 0.5, 1, 2, 0.5, 2)
D, E = (1, 8, 0, 0.3, 2, 0, 1), (0.4, 1, 0.25, 1, 1.5, 0.75, 2.5)
ENERGIES = [
    (A, 4, (1, 1, 3), 2.2950010879060425, 2.6389089474207132),
    (A, 5, (2, 1, 3), -0.2517860712204936, 0.29828022181659536),
    (A, 6, (1, 1, 5), 6.1348199960556755, 6.320961937657603),
    (A, 6, (2, 2, 3), -1.6653406320668873, -1.0866513333224057),
    (B, 4, (2, 2, 2), 6.216929271488439, 6.935508327335757),
    (B, 6, (2, 2, 4), 10.951261301640816, 11.230950363655685),
    (B, 6, (3, 1, 4), 12.871487127489903, 13.018540046009894),
    (C, 4, (1, 1, 3), 0.710164563047373, 1.6389639531874458),
    (C, 5, (2, 1, 3), -1.7660788899281188, -1.1373345392045446),
    (C, 6, (1, 1, 5), 4.842702922616455, 5.462356460476226),
    (C, 6, (2, 2, 3), -3.9188014945440988, -3.0129591372407374),
    (D, 4, (2, 2, 2), 0.38818090060626176, 0.7037600661020806),
    (D, 6, (2, 2, 4), 0.1446661975586097, 0.4246847325124189),
    (D, 6, (3, 1, 4), 0.4246847325124176, 0.6369255010977006),
    (E, 4, (1, 1, 3), 2.351437566462772, 2.6311830312960525),
    (E, 5, (2, 1, 3), 0.8615587505936223, 1.066866771529243),
    (E, 6, (1, 1, 5), 6.043460141628216, 6.3090456650172575),
    (E, 6, (2, 2, 3), -0.39799667989606374, 0.0013811518566956057),
]
NAMES = ("t", "U", "V1", "t_sec", "V_sec", "V_sec2", "V")


def wires(values, length, boundary="open"):
    return PrimarySecondary(length=length, boundary=boundary, **dict(zip(NAMES, values, strict=True)))


def lowest(model, *numbers, states=1):
    named = dict(zip((f"n_{each.name}" for each in model.species), numbers, strict=False))
    return ground_state(model, states=states, **named)


@pytest.mark.parametrize(("values", "length", "numbers", "first", "second"), ENERGIES)
def test_energies_of_independent_codes(values, length, numbers, first, second):
    found = lowest(wires(values, length), *numbers, states=2)
    assert found["energies"].to_numpy() == pytest.approx([first, second], abs=1e-9, rel=0)
    assert float(found["gap"]) == pytest.approx(second - first, abs=2e-9)
    assert 0 < float(found["energy_error"]) < 1e-9
    assert int(found["status"]) == 0


@pytest.mark.parametrize(
    ("numbers", "energy"),
    [((2, 2, 3), -4.004834813), ((3, 1, 3), -2.662180257), ((2, 1, 3), -5.614843830), ((1, 1, 3), -8.016075808)],
)
def test_a_paired_chain_of_six_sites(numbers, energy):
    """U = 1, V = 16, a fast secondary; recorded to 1e-9."""
    assert float(lowest(wires((1, 1, 0, 3, 0, 0, 16), 6), *numbers)["energy"]) == pytest.approx(energy, abs=1e-9)


@pytest.mark.parametrize(("electrons", "energy"), [(0, -5.2478567054), (1, -3.4836421938), (2, -1.9507122027)])
def test_littles_chain_of_eight_sites(electrons, energy):
    """t = 0.3, W = 0.5, t_p = 0.3, δ = 1, U = 2; recorded to 1e-10."""
    chain = LittleChain(length=8, t=0.3, W=0.5, U=2, delta=1, t_p=0.3)
    assert float(lowest(chain, electrons)["energy"]) == pytest.approx(energy, abs=1e-9)


def free(length, particles, boundary):
    hop = -np.eye(length, k=1) - np.eye(length, k=-1)
    if boundary == "periodic":
        hop[0, -1] = hop[-1, 0] = -1
    return np.linalg.eigvalsh(hop)[:particles].sum()


@pytest.mark.parametrize("boundary", ["open", "periodic"])
@pytest.mark.parametrize("numbers", [(2, 3, 1), (1, 4, 5), (3, 3, 2)])
def test_free_fermions(numbers, boundary):
    """Sums of the lowest levels of one particle; on a ring the sign of a hop around it counts those in between."""
    found = lowest(wires((1, 0, 0, 1, 0, 0, 0), 6, boundary), *numbers)
    expected = sum(free(6, particles, boundary) for particles in numbers)
    assert float(found["energy"]) == pytest.approx(expected, abs=1e-9)


def hubbard(length, U, boundary="open", t=1.0):
    return wires((t, U, 0, 0, 0, 0, 0), length, boundary)


def test_the_dimer_by_hand():
    """Two electrons on two sites: singlet ½(U - √(U² + 16t²)), triplet 0, then U and ½(U + √(U² + 16t²))."""
    root = np.hypot(3.0, 4 * 0.7)
    found = lowest(hubbard(2, 3.0, t=0.7), 1, 1, 0, states=4)["energies"].to_numpy()
    assert found == pytest.approx([(3 - root) / 2, 0, 3, (3 + root) / 2], abs=1e-12)


def lieb_wu(length, U, up, down):
    """Energy of the Hubbard ring (t = 1) by the Bethe ansatz, for odd numbers of electrons of each spin.

    L k_j = 2πI_j - Σ_α θ(2 sin k_j - 2Λ_α), Σ_j θ(2Λ_α - 2 sin k_j) = 2πJ_α + Σ_β θ(Λ_α - Λ_β), θ(x) = 2 atan(2x/U);
    I_j and J_α consecutive about 0, shifted by ½ for even numbers. Lieb and Wu, PRL 20, 1445 (1968).
    """
    from scipy.optimize import fsolve

    electrons = up + down
    first = np.arange(electrons) - (electrons - 1) / 2
    second = np.arange(down) - (down - 1) / 2

    def theta(x):
        return 2 * np.arctan(2 * x / U)

    def equations(unknown):
        k, rapidity = unknown[:electrons], unknown[electrons:]
        between = theta(2 * np.sin(k)[:, None] - 2 * rapidity[None, :])
        return np.concatenate(
            [
                length * k - 2 * np.pi * first + between.sum(axis=1),
                -between.sum(axis=0) - 2 * np.pi * second - theta(rapidity[:, None] - rapidity[None, :]).sum(axis=1),
            ]
        )

    start = np.concatenate([2 * np.pi * first / length * 0.7, np.sin(second)])
    k, _, done, _ = fsolve(equations, start, full_output=True, xtol=1e-13)
    assert done == 1
    return -2 * np.cos(k[:electrons]).sum()


@pytest.mark.parametrize(("length", "U", "each"), [(6, 4.0, 3), (6, 1.0, 1), (6, 8.0, 3), (8, 4.0, 3)])
def test_the_hubbard_ring_of_lieb_and_wu(length, U, each):
    found = lowest(hubbard(length, U, "periodic"), each, each, 0)
    assert float(found["energy"]) == pytest.approx(lieb_wu(length, U, each, each), abs=1e-9)


def test_an_attractive_hubbard_chain_is_a_repulsive_one_seen_through_holes():
    """n_↓ → 1 - n_↓: E(-U; N_↑, N_↓) = E(U; N_↑, L - N_↓) - U N_↑."""
    spins = (Species("up", 5), Species("down", 5))
    hops = [term for spin in ("up", "down") for i in range(4) for term in hopping(1.0, spin, i, i + 1)]
    attract = TermList(species=spins, terms=(*hops, *(repulsion(-3.0, ("up", i), ("down", i)) for i in range(5))))
    found = float(lowest(attract, 2, 2)["energy"])
    assert found == pytest.approx(float(lowest(hubbard(5, 3.0), 2, 3, 0)["energy"]) - 3.0 * 2, abs=1e-9)


def test_a_t_V_ring_at_its_critical_point_is_the_heisenberg_ring():
    """V = 2t: J = 2t, E = 2t E_Heisenberg/J + V (N - L/4), for an odd number of fermions on the ring."""
    ring = wires((0, 0, 0, 1, 2, 0, 0), 6, "periodic")
    heisenberg = -2.8027756377319946  # J = 1, ring of six: -(2 + √13)/2
    assert float(lowest(ring, 0, 0, 3)["energy"]) == pytest.approx(2 * heisenberg + 2 * (3 - 6 / 4), abs=1e-9)


SMALL = st.floats(0, 4).map(lambda value: round(value, 3))
VALUES = st.tuples(*[SMALL] * 7)
THREE = st.tuples(*[st.integers(0, 3)] * 3)


@settings(max_examples=12, deadline=None)
@given(VALUES, THREE)
def test_random_chains_against_the_whole_fock_space(values, numbers):
    model = wires(values, 3, "open" if values[5] else "periodic")
    named = dict(zip(("up", "down", "sec"), numbers, strict=True))
    expected = levels(model, named)
    found = lowest(model, *numbers, states=3)["energies"].to_numpy()
    assert found == pytest.approx(expected[: found.size], abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(VALUES, st.tuples(*[st.integers(0, 4)] * 3))
def test_laws_of_random_chains(values, numbers):
    """Spin flip, reflection of the profile, sign of the hoppings, holes for particles, the variational bound."""
    model, (up, down, sec) = wires(values, 4), numbers
    found = lowest(model, up, down, sec)
    energy = float(found["energy"])
    assert energy == pytest.approx(float(lowest(model, down, up, sec)["energy"]), abs=1e-9)
    density = found["density"].to_numpy()
    assert density.sum(axis=1) == pytest.approx(numbers, abs=1e-9)
    if not bool(found["degenerate"]) and float(found["gap"]) > 1e-6:
        assert density == pytest.approx(density[:, ::-1], abs=1e-6)
    t, U, V1, t_sec, V_sec, V_sec2, V = values
    assert energy == pytest.approx(float(lowest(wires((-t, U, V1, -t_sec, *values[4:]), 4), *numbers)["energy"]))
    # Holes for all particles: n → 1 - n adds energies of sites, alike but at the ends unless V1 = V_sec = V_sec2 = 0.
    flat = (t, U, 0, t_sec, 0, 0, V)
    shift = U * (4 - up - down) + V * (2 * (4 - sec) - (up + down))
    holes = float(lowest(wires(flat, 4), 4 - up, 4 - down, 4 - sec)["energy"])
    assert float(lowest(wires(flat, 4), *numbers)["energy"]) == pytest.approx(holes - shift, abs=1e-9)
    # Any state is above: here that of free particles, whose interaction energy follows from Wick's theorem.
    level, orbital = np.linalg.eigh(-np.eye(4, k=1) - np.eye(4, k=-1))
    rho = [orbital[:, :n] @ orbital[:, :n].T for n in numbers]
    n = [np.diag(each) for each in rho]
    exchange = [np.outer(each, each) - matrix**2 for each, matrix in zip(n, rho, strict=True)]
    both = exchange[0] + exchange[1] + np.outer(n[0], n[1]) + np.outer(n[1], n[0])
    trial = t * (level[:up].sum() + level[:down].sum()) + t_sec * level[:sec].sum()
    trial += U * n[0] @ n[1] + V * n[2] @ (n[0] + n[1]) + V1 * np.diag(both, 1).sum()
    trial += V_sec * np.diag(exchange[2], 1).sum() + V_sec2 * np.diag(exchange[2], 2).sum()
    assert energy <= trial + 1e-9


def test_a_number_that_is_not_conserved_is_not_given():
    """Pairs come from outside: E = -Δ for c†_0 c†_1 + h.c. between |00⟩ and |11⟩."""
    pairing = (
        Term(-1.5, (("create", "a", 0), ("create", "a", 1))),
        Term(-1.5, (("annihilate", "a", 1), ("annihilate", "a", 0))),
    )
    model = TermList(species=(Species("a", 2),), terms=pairing)
    assert float(ground_state(model)["energy"]) == pytest.approx(-1.5)
    with pytest.raises(InputError, match="`n_a` must be left out: no number is conserved"):
        ground_state(model, n_a=1)


def test_degenerate_ground_states_are_said():
    found = lowest(hubbard(2, 0.0, t=0.0), 1, 0, 0)
    assert bool(found["degenerate"])
    assert "degenerate" in found.attrs["validity"]


def test_what_does_not_converge_is_marked(monkeypatch):
    def stopped(matrix, k, **options):
        raise exact.ArpackNoConvergence("stopped", np.zeros(0), np.zeros((matrix.shape[0], 0)))

    monkeypatch.setattr(exact, "eigsh", stopped)
    found = lowest(wires(A, 6), 2, 2, 3)
    assert int(found["status"]) == 1
    assert "NOT CONVERGED" in found.attrs["validity"]
    assert float(found["energy_error"]) > 1


def test_twice_the_same_is_the_same():
    one, other = (lowest(wires(A, 6), 2, 2, 3) for _ in range(2))
    assert one.identical(other)


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({"n_up": 2, "n_down": 2}, "`n_sec` must be given"),
        ({"n_up": 2, "n_down": 2, "n_sek": 3}, "did you mean 'n_sec'"),
        ({"n_up": 7, "n_down": 2, "n_sec": 3}, "`n_up` must be at most 6"),
        ({"n_up": -1, "n_down": 2, "n_sec": 3}, "`n_up` must be at least 0"),
        ({"n_up": 2.5, "n_down": 2, "n_sec": 3}, "`n_up` must be a whole number"),
        ({"n_up": 2, "n_down": 2, "n_sec": 3, "method": "dmrg"}, "`method` must be one of exact"),
        ({"n_up": 2, "n_down": 2, "n_sec": 3, "states": 0}, "`states` must be at least 1"),
        ({"n_up": 2, "n_down": 2, "n_sec": 3, "states": 21}, "`states` must be at most 20"),
    ],
)
def test_bad_questions_are_refused(numbers, says):
    with pytest.raises(InputError, match=says):
        ground_state(wires(A, 6), **numbers)


def test_too_large_a_sector_is_refused_with_its_size():
    with pytest.raises(InputError, match=r"at most 1,000,000 states.*: got [0-9,]+ states; take a shorter chain"):
        ground_state(wires(A, 24), n_up=3, n_down=6, n_sec=20)
