"""Correlations against the whole Fock space with its modes in another order, signs of fermions included."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.lattice import LittleChain, PrimarySecondary, correlations
from tests.lattice.fock_space import in_sector, matrix, operators

CHAIN = {"t": 1.0, "U": 1.5, "V1": 0.3, "t_sec": 0.7, "V_sec": 0.4, "V_sec2": 0.0, "V": 2.5}


@pytest.mark.parametrize("numbers", [(1, 1, 2), (2, 1, 1), (2, 2, 1), (1, 2, 2)])
def test_against_the_whole_fock_space(numbers):
    model = PrimarySecondary(length=3, **CHAIN)
    named = dict(zip(("up", "down", "sec"), numbers, strict=True))
    found = correlations(model, **{f"n_{name}": number for name, number in named.items()})
    table = operators(model.species)
    kept = in_sector(model.species, named, table)
    _, vectors = np.linalg.eigh(matrix(model.species, model.terms, table)[kept][:, kept].toarray())
    state = np.zeros(table["number", "up", 0].shape[0])
    state[kept] = vectors[:, 0]

    def c(name, i):
        return table["annihilate", name, i]

    def n(i):
        return table["number", "up", i] + table["number", "down", i]

    composites = {
        "single": [c("up", i) for i in range(3)],
        "secondary": [c("sec", i) for i in range(3)],
        "pair": [c("down", i) @ c("up", i) for i in range(3)],
        "trion": [c("sec", i).T @ c("down", i) @ c("up", i) for i in range(3)],
        "spin": [(table["number", "up", i] - table["number", "down", i]) / 2 for i in range(3)],
    }
    for name, each in composites.items():
        expected = [[state @ (each[i].T @ (each[j] @ state)) for j in range(3)] for i in range(3)]
        assert found[name].to_numpy() == pytest.approx(np.array(expected), abs=1e-9), name
    mean = [state @ (n(i) @ state) for i in range(3)]
    density = [[state @ (n(i) @ (n(j) @ state)) - mean[i] * mean[j] for j in range(3)] for i in range(3)]
    assert found["density"].to_numpy() == pytest.approx(np.array(density), abs=1e-9)


def test_free_electrons_obey_wick():
    """⟨Δ†_i Δ_j⟩ = ⟨c†_i c_j⟩² of each spin; the connected density is -2 ⟨c†_i c_j⟩² off the diagonal."""
    free = dict.fromkeys(CHAIN, 0.0) | {"t": 1.0, "t_sec": 1.0}
    found = correlations(PrimarySecondary(length=6, **free), n_up=2, n_down=2, n_sec=1)
    _, orbital = np.linalg.eigh(-np.eye(6, k=1) - np.eye(6, k=-1))
    rho = orbital[:, :2] @ orbital[:, :2].T
    hole = orbital[:, :1] @ orbital[:, :1].T
    assert found["single"].to_numpy() == pytest.approx(rho, abs=1e-7)
    assert found["pair"].to_numpy() == pytest.approx(rho**2, abs=1e-7)
    assert found["trion"].to_numpy() == pytest.approx(rho**2 * (np.eye(6) - hole), abs=1e-7)
    off = ~np.eye(6, dtype=bool)
    assert found["density"].to_numpy()[off] == pytest.approx((-2 * rho**2)[off], abs=1e-7)


def test_what_is_not_there_correlates_with_nothing():
    found = correlations(PrimarySecondary(length=3, **CHAIN), n_up=0, n_down=1, n_sec=0)
    assert float(abs(found["single"]).max()) == 0
    assert float(abs(found["pair"]).max()) == 0


def test_chains_without_up_and_down_are_refused():
    with pytest.raises(InputError, match="have the species up and down"):
        correlations(LittleChain(length=3, t=1, W=0, U=1, delta=1, t_p=1), n_electron=1)
