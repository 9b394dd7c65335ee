"""Models: their Hamiltonians against sums written out by hand, what they refuse."""

import numpy as np
import pytest
from scipy import sparse

from attractron.core.errors import InputError
from attractron.lattice import LittleChain, PrimaryLadder, PrimarySecondary, ThreeComponent, ground_state
from tests.lattice.fock_space import matrix, operators

WIRES = {"length": 4, "t": 1.0, "U": 2.0, "V1": 0.5, "t_sec": 0.7, "V_sec": 1.5, "V_sec2": 0.25, "V": 3.0}
LADDER = {"length": 2, "t": 1.0, "U": 2.0, "V1": 0.5, "t_leg": 0.7, "t_rung": 0.4, "U_sec": 3.0, "V": 1.2}


def by_hand(model):
    """Number operator and hopping of (species, site) as sparse matrices."""
    table = operators(model.species)

    def n(name, site):
        return table["number", name, site]

    def hop(name, i, j):
        forth = table["create", name, i] @ table["annihilate", name, j]
        return forth + forth.T

    return table, n, hop


def test_primary_and_secondary_by_hand():
    model = PrimarySecondary(**{**WIRES, "length": 3})
    table, n, hop = by_hand(model)
    both = [n("up", i) + n("down", i) for i in range(3)]
    sec = [n("sec", i) for i in range(3)]
    expected = sum(-1.0 * (hop("up", i, i + 1) + hop("down", i, i + 1)) - 0.7 * hop("sec", i, i + 1) for i in (0, 1))
    expected = expected + sum(2.0 * n("up", i) @ n("down", i) + 3.0 * sec[i] @ both[i] for i in range(3))
    expected = expected + sum(0.5 * both[i] @ both[i + 1] + 1.5 * sec[i] @ sec[i + 1] for i in (0, 1))
    expected = expected + 0.25 * sec[0] @ sec[2]
    assert abs(matrix(model.species, model.terms, table) - expected).max() < 1e-12


def test_primary_and_ladder_by_hand():
    model = PrimaryLadder(**LADDER, V_rung=0.8, back_gate=-0.3)
    table, n, hop = by_hand(model)
    both = [n("up", i) + n("down", i) for i in range(2)]
    leg = [[n("sec_up", 2 * i + k) + n("sec_down", 2 * i + k) for i in range(2)] for k in range(2)]
    spins = ("sec_up", "sec_down")
    expected = -1.0 * (hop("up", 0, 1) + hop("down", 0, 1)) + 0.5 * both[0] @ both[1]
    expected = expected + sum(-0.7 * (hop(s, 0, 2) + hop(s, 1, 3)) - 0.4 * (hop(s, 0, 1) + hop(s, 2, 3)) for s in spins)
    for i in range(2):
        expected = expected + 2.0 * n("up", i) @ n("down", i) + 1.2 * both[i] @ leg[0][i] - 0.3 * leg[0][i]
        expected = expected + 0.8 * leg[0][i] @ leg[1][i]
        expected = expected + sum(3.0 * n("sec_up", 2 * i + k) @ n("sec_down", 2 * i + k) for k in range(2))
    assert abs(matrix(model.species, model.terms, table) - expected).max() < 1e-12


@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_little_chain_by_hand(boundary):
    model = LittleChain(length=3, t=0.3, W=0.5, U=2.0, delta=1.0, t_p=0.4, spinful=True, U_H=0.7, boundary=boundary)
    if boundary == "open":
        model = LittleChain(length=2, t=0.3, W=0.5, U=2.0, delta=1.0, t_p=0.4, spinful=True, U_H=0.7)
    table, n, hop = by_hand(model)
    length, bonds = model.length, model.length + (boundary == "open")
    both = [n("up", i) + n("down", i) for i in range(length)]
    links = [(i, i + 1) for i in range(length - 1)] + ([(length - 1, 0)] if boundary == "periodic" else [])
    expected = 0
    for i, j in links:
        expected = expected - 0.3 * (hop("up", i, j) + hop("down", i, j)) + 0.5 * both[i] @ both[j]
    for i in range(length):
        expected = expected + 0.7 * n("up", i) @ n("down", i)
    for b in range(bonds):
        beside = [b - 1, b] if boundary == "open" else [(b - 1) % length, b % length]
        near = n("polarizer", b)
        x = table["create", "polarizer", b] + table["annihilate", "polarizer", b]
        expected = expected + 0.5 * (sparse.eye(near.shape[0]) - 2 * near) + 0.4 * x
        expected = expected + sum(2.0 * both[i] @ near for i in beside if 0 <= i < length)
    assert abs(matrix(model.species, model.terms, table) - expected).max() < 1e-12


def test_two_equal_repulsions_make_a_primary_and_a_secondary():
    wires = PrimarySecondary(**{**WIRES, "V1": 0, "V_sec": 0, "V_sec2": 0, "boundary": "periodic"})
    three = ThreeComponent(length=4, t_a=1.0, t_b=1.0, t_c=0.7, U_ab=2.0, U_ac=3.0, U_bc=3.0, boundary="periodic")
    one, other = ground_state(wires, n_up=2, n_down=1, n_sec=2), ground_state(three, n_a=2, n_b=1, n_c=2)
    assert float(one["energy"]) == pytest.approx(float(other["energy"]), abs=1e-10)
    swapped = ThreeComponent(length=4, t_a=0.7, t_b=1.0, t_c=1.0, U_ab=3.0, U_ac=3.0, U_bc=2.0, boundary="periodic")
    assert float(ground_state(swapped, n_a=2, n_b=2, n_c=1)["energy"]) == pytest.approx(float(other["energy"]))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: PrimarySecondary(**{**WIRES, "U": -1.0}), "`U` must be zero or positive: got -1; TermList"),
        (lambda: PrimarySecondary(**{**WIRES, "t": np.nan}), "`t` must be finite"),
        (lambda: PrimarySecondary(**{**WIRES, "length": 0}), "`length` must be at least 1"),
        (lambda: PrimarySecondary(**{**WIRES, "boundary": "periodic"}), "`length` must be at least 5 on this ring"),
        (lambda: PrimarySecondary(**{**WIRES, "boundary": "perodic"}), "did you mean 'periodic'"),
        (lambda: ThreeComponent(length=2, t_a=1, t_b=1, t_c=1, U_ab=1, U_ac=1, U_bc=-2), "`U_bc` must be zero"),
        (lambda: LittleChain(length=4, t=1, W=0, U=1, delta=1, t_p=0, U_H=1), "`U_H` must be 0 for spinless"),
        (lambda: LittleChain(length=4, t=1, W=0, U=1, delta=1, t_p=0, spinful=1), "be True or False"),
        (lambda: PrimaryLadder(**{**LADDER, "V": -1}), "`V` must be zero or positive"),
    ],
)
def test_bad_parameters_are_refused(make, says):
    with pytest.raises(InputError, match=says):
        make()
