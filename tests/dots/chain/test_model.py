"""The chain with shared polarizers as a model, and as the lattice gas that it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots.chain.model import PolarizerChain, lattice_gas, points_over, polarizer_energy
from tests.dots.chain_enumeration import chains, levels

temperatures = st.one_of(st.just(0.0), st.floats(0.01, 300.0))


def make(**changes):
    return PolarizerChain(**{"sites": 5, "W": 0.5, "U": 2.0, "delta": 1.5, "t": 0.1, **changes})


@given(chain=chains(), electrons=st.integers(0, 2), kelvin=temperatures)
def test_polarizer_is_its_two_level_matrix(chain, electrons, kelvin):
    # Oracle: eigenvalues e of the matrix; F = -kT ln Σ exp(-e/kT), with the lower one taken out.
    low, high = levels(chain, electrons)
    expected = low - (K_B * kelvin * np.log1p(np.exp(-(high - low) / (K_B * kelvin))) if kelvin else 0.0)
    found = polarizer_energy(electrons, U=chain.U, delta=chain.delta, t=chain.t, temperature=kelvin)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(chain=chains(), kelvin=temperatures)
def test_sharing_a_polarizer_never_repels(chain, kelvin):
    # p(m) is a free energy with a Hamiltonian linear in m, hence concave.
    gas = lattice_gas(points_over(chain, {"temperature": kelvin}))
    assert gas.pairs[0, 0] - chain.repulsion[0] <= 1e-12


@given(U=st.floats(0.0, 4.0), part=st.floats(0.0, 1.0))
def test_without_tunnelling_neighbours_gain_the_detuning(U, part):
    # t = 0, δ ≤ U: p = -δ/2, δ/2, δ/2 for m = 0, 1, 2; an electron costs 2δ and a pair of neighbours gets δ back.
    delta = part * U
    gas = lattice_gas(points_over(make(W=(0.7, 0.2), U=U, delta=delta, t=0.0), {"mu": 0.0}))
    np.testing.assert_allclose(gas.site, 2 * delta, atol=1e-12)
    np.testing.assert_allclose(gas.pairs, [[0.7 - delta, 0.2]], atol=1e-12)


def test_points_run_over_the_axes_with_the_last_fastest():
    points = points_over(make(W=(0.5, 0.3)), {"W": np.array([1.0, 2.0]), "mu": np.array([3.0, 4.0, 5.0])})
    np.testing.assert_array_equal(points["mu"], [3, 4, 5, 3, 4, 5])
    np.testing.assert_array_equal(points["W"], [[1, 0.3]] * 3 + [[2, 0.3]] * 3)
    np.testing.assert_array_equal(points["delta"], [1.5] * 6)


def test_polarizers_sit_on_every_bond_and_at_open_ends():
    assert make(sites=5).polarizers == 6
    assert make(sites=5, boundary="periodic").polarizers == 5


def test_numbers_of_numpy_are_numbers():
    assert type(make(sites=np.int64(7)).sites) is int
    assert make(W=np.float64(0.5)).repulsion == (0.5,)


def test_zeros_at_the_end_of_the_range_do_not_count():
    assert make(W=(0.5, 0.0, 0.0)).repulsion == (0.5,)
    assert make(W=(0.0, 0.2, 0.0)).repulsion == (0.0, 0.2)
    assert make(W=0.0).repulsion == (0.0,)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sites": 0}, "`sites` must be at least 1: got 0"),
        ({"sites": 2.5}, "`sites` must be a whole number"),
        ({"boundary": "ring"}, "`boundary` must be one of open, periodic: got 'ring'"),
        ({"W": -1.0}, "`W` must be zero or positive: got -1.0"),
        ({"W": (0.5, -0.1)}, r"`W\[1\]` must be zero or positive: got -0.1"),
        ({"W": (0.1,) * 9}, "`W` must have 1 to 8 entries: got 9"),
        ({"W": ()}, "`W` must have 1 to 8 entries: got 0"),
        ({"W": [0.5, 0.1]}, r"`W` must be a number or a tuple .*write tuple\(W\)"),
        ({"U": -0.1}, "`U` must be zero or positive"),
        ({"delta": np.nan}, "`delta` must be finite"),
        ({"t": "much"}, "`t` must be a number"),
        ({"sites": 2, "boundary": "periodic"}, "`sites` must be at least 3 on a ring with this range: got 2"),
        ({"sites": 6, "W": (1.0, 1.0, 1.0), "boundary": "periodic"}, "`sites` must be at least 7 on a ring"),
    ],
)
def test_bad_chains_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        make(**changes)
