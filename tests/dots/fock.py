"""Oracle: the whole Fock space of a device, operators by Kronecker products, nothing shared with the package.

Each dot has one orbital (two with spin). With Jordan-Wigner strings c_k = Z ⊗ … ⊗ Z ⊗ a ⊗ 1 ⊗ …, the Hamiltonian

    H = Σ_i ½ U_ii n_i (n_i - 1) + Σ_{i<j} U_ij n_i n_j + Σ_i (ε_i - µ_i) n_i + Σ_{i<j} t_ij Σ_σ (c†_iσ c_jσ + h.c.)

is a dense matrix. The grand canonical ensemble of the open dots is the trace over all states in which each island
holds its fixed charge, which commutes with H. States are classified by the charges of the open dots, which commute
with H as well.
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.constants import K_B
from attractron.dots import Device


@dataclass(frozen=True)
class Ensemble:
    """Exact answers at one point of gate voltage."""

    energy: float
    gap: float
    occupation: np.ndarray


def annihilators(orbitals: int) -> list[np.ndarray]:
    lower, z, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0]), np.eye(2)
    operators = []
    for position in range(orbitals):
        matrix = np.eye(1)
        for k in range(orbitals):
            matrix = np.kron(matrix, z if k < position else lower if k == position else one)
        operators.append(matrix)
    return operators


def hamiltonian(device: Device, mu: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """H and the number operator of every dot."""
    species = 2 if device.spin else 1
    c = annihilators(species * len(device.dots))
    number = [sum(c[species * i + s].T @ c[species * i + s] for s in range(species)) for i in range(len(device.dots))]
    one = np.eye(len(number[0]))
    total = np.zeros_like(one)
    for i, n_i in enumerate(number):
        total += (device.levels[i] - mu[i]) * n_i + device.repulsion[i, i] / 2 * n_i @ (n_i - one)
        for j in range(i + 1, len(number)):
            total += device.repulsion[i, j] * n_i @ number[j]
            for s in range(species):
                hop = c[species * i + s].T @ c[species * j + s]
                total += device.tunnelling[i, j] * (hop + hop.T)
    return total, number


def ensemble(device: Device, mu: np.ndarray, temperature: float) -> Ensemble:
    """Ground energy, gap to another charge state and thermal occupations."""
    total, number = hamiltonian(device, mu)
    counts = np.array([np.diag(n) for n in number])
    allowed = np.ones(counts.shape[1], dtype=bool)
    for island in device.islands:
        allowed &= counts[[device.index(dot) for dot in island.dots]].sum(axis=0) == island.electrons
    for i, limit in enumerate(device.limits):
        allowed &= counts[i] <= limit
    keep = np.flatnonzero(allowed)
    energies, vectors = np.linalg.eigh(total[np.ix_(keep, keep)])
    opened = [device.index(dot) for dot in device.open_dots]
    # Degenerate levels of different charge may come out mixed, so each charge sector is diagonalised by itself.
    sectors = np.unique(counts[opened][:, keep], axis=1).T
    lowest = []
    for sector in sectors:
        members = keep[(counts[opened][:, keep] == sector[:, None]).all(axis=0)]
        lowest.append(np.linalg.eigvalsh(total[np.ix_(members, members)])[0])
    lowest.sort()
    weights = np.exp(-(energies - energies[0]) / (K_B * temperature))
    weights /= weights.sum()
    return Ensemble(lowest[0], lowest[1] - lowest[0], (counts[:, keep] @ vectors**2) @ weights)
