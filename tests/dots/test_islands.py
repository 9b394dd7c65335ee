"""Islands against textbook solutions, and the sparse solver against the dense one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import Device, Gate, Island, building_block, interaction_derivatives, stability_diagram
from attractron.dots import islands as islands_module
from attractron.dots.islands import averages, blocks
from tests.dots.fock import ensemble
from tests.dots.strategies import devices


@given(U=st.floats(0.0, 10.0), t=st.floats(0.01, 3.0), temperature=st.floats(0.5, 50.0))
def test_hubbard_dimer(U: float, t: float, temperature: float) -> None:
    """Two electrons on two sites: a triplet at 0, singlets at U and ½(U ± √(U² + 16t²))."""
    basis = blocks(((0, 1),), (2,), (2, 2), True)
    free, occupation, lowest = averages(
        basis, np.zeros(2), np.diag([U, U]), np.array([[0.0, t], [t, 0.0]]), temperature
    )
    root = np.sqrt(U**2 + 16 * t**2)
    energies = np.array([(U - root) / 2, 0.0, 0.0, 0.0, U, (U + root) / 2])
    kT = K_B * temperature
    assert float(free) == pytest.approx(-kT * np.logaddexp.reduce(-energies / kT), abs=1e-9)
    assert occupation == pytest.approx([1.0, 1.0])
    assert lowest == pytest.approx(energies[:2], abs=1e-9)


@pytest.mark.parametrize(("sign", "ground"), [(1.0, -1.0), (-1.0, -2.0)])
def test_sign_of_tunnelling_matters_on_a_ring(sign: float, ground: float) -> None:
    """One electron on a triangle: levels 2t, -t, -t. Two electrons fill two of them, so the fermionic sign shows."""
    ring = sign * (np.ones((3, 3)) - np.eye(3))
    for electrons in (1, 2):
        basis = blocks(((0, 1, 2),), (electrons,), (1, 1, 1), False)
        free, _, _ = averages(basis, np.zeros(3), np.zeros((3, 3)), ring, 0.0)
        levels = np.sort(sign * np.array([2.0, -1.0, -1.0]))
        assert float(free) == pytest.approx(levels[:electrons].sum())
    assert levels[0] == ground


@settings(max_examples=25)
@given(device=devices(spin=True), voltage=st.floats(-2, 2))
def test_spin_against_the_whole_fock_space(device: Device, voltage: float) -> None:
    exact = ensemble(device, device.gate_origin() + voltage * device.lever_arms("V"), 3.0)
    point = stability_diagram(device, {"V": voltage}, temperature=3.0)
    assert point["occupation"].values == pytest.approx(exact.occupation, abs=1e-9)
    assert float(point["energy"]) == pytest.approx(exact.energy, abs=1e-9)


def test_lanczos_agrees_with_dense_diagonalisation(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(3)
    size = 6
    hop = np.triu(generator.normal(size=(size, size)), 1)
    repulsion = generator.uniform(0, 2, (size, size))
    arguments = (generator.normal(size=(2, size)), repulsion + repulsion.T, hop + hop.T, 0.0)
    basis = blocks((tuple(range(size)),), (3,), (1,) * size, False)
    dense = averages(basis, *arguments)
    monkeypatch.setattr(islands_module, "DENSE", 10)
    for sparse, full in zip(averages(basis, *arguments), dense, strict=True):
        assert sparse == pytest.approx(full, abs=1e-9)
    with pytest.raises(InputError, match="`temperature` must be zero for islands with more than 10 states"):
        averages(basis, *arguments[:3], 1.0)


def test_eight_dots_on_one_island() -> None:
    """Free fermions on eight sites: the four lowest orbitals are filled, so the ground energy is their sum."""
    generator = np.random.default_rng(1)
    hop = np.triu(generator.normal(size=(8, 8)), 1)
    hop = hop + hop.T
    names = tuple("abcdefgh")
    device = Device(
        dots=names,
        repulsion=np.zeros((8, 8)),
        tunnelling=hop,
        islands=(Island(dots=names, electrons=4),),
        gates={"V": Gate(lever_arms={"a": 1.0})},
    )
    levels, orbitals = np.linalg.eigh(hop)
    point = stability_diagram(device, {"V": 0.0})
    assert float(point["energy"]) == pytest.approx(levels[:4].sum())
    assert point["occupation"].values == pytest.approx((orbitals[:, :4] ** 2).sum(axis=1))
    assert float(point["gap"]) == pytest.approx(levels[4] - levels[3])


def test_two_islands_that_repel_are_solved_together() -> None:
    """Two single-electron dipoles coupled by V on one pair of sites: four states, 4 × 4 matrix written out."""
    t, coupling = 0.4, 1.3
    repulsion = np.zeros((4, 4))
    repulsion[1, 3] = repulsion[3, 1] = coupling
    hop = np.zeros((4, 4))
    hop[0, 1] = hop[1, 0] = hop[2, 3] = hop[3, 2] = t
    device = Device(
        dots=tuple("abcd"),
        repulsion=repulsion,
        tunnelling=hop,
        islands=(Island(dots=("a", "b"), electrons=1), Island(dots=("c", "d"), electrons=1)),
        gates={"V": Gate(lever_arms={"a": 1.0})},
    )
    one, x = np.eye(2), np.array([[0.0, 1.0], [1.0, 0.0]])
    matrix = t * (np.kron(x, one) + np.kron(one, x)) + np.diag([0, 0, 0, coupling])
    levels = np.linalg.eigvalsh(matrix)
    point = stability_diagram(device, {"V": 0.0})
    assert float(point["energy"]) == pytest.approx(levels[0])
    assert float(point["gap"]) == pytest.approx(levels[1] - levels[0])


def test_too_large_a_basis_is_refused() -> None:
    with pytest.raises(InputError, match="at most 20000 states"):
        blocks((tuple(range(20)),), (10,), (1,) * 20, False)


# Islands' levels that count as degenerate at T = 0: those within 1e-9 meV, no more and no less.
ROUNDING = pytest.mark.parametrize(("split", "shared"), [(1e-12, True), (7e-10, True), (1.5e-9, False), (1e-6, False)])


@ROUNDING
def test_occupations_are_shared_between_degenerate_levels(split: float, shared: bool) -> None:
    """A polarizer without tunnelling and with δ = split has its electron on the bottom site, unless it is degenerate;
    an island of three dots, two of them at the same level, shares it among these."""
    device = building_block(W=0.5, U=2.0, delta=split, t=0.0)
    occupation = stability_diagram(device, {"V": -1.0})["occupation"]
    assert occupation.values.tolist() == [0.0, 0.0, *((0.5, 0.5) if shared else (0.0, 1.0))]
    three = Device(
        dots=("a", "b", "c"),
        repulsion=np.zeros((3, 3)),
        levels=[0.0, split, 1.0],
        islands=(Island(dots=("a", "b", "c"), electrons=1),),
        gates={"V": Gate(lever_arms={"a": 1.0})},
    )
    found = stability_diagram(three, {"V": 0.0})["occupation"].values.tolist()
    assert found == ([0.5, 0.5, 0.0] if shared else [1.0, 0.0, 0.0])


@ROUNDING
def test_derivatives_differ_between_sides_of_a_kink_only(split: float, shared: bool) -> None:
    """W_eff = W - δ below δ = U and W - (2U - δ) above: slopes -1 and +1, at the kink one on either side."""
    slopes = interaction_derivatives(building_block(W=0.5, U=2.0, delta=2.0 + split, t=0.0))
    found = slopes["effective_interaction_slope"].sel(parameter="delta")
    assert found.values.tolist() == [-1.0 if shared else 1.0, 1.0]
