"""Oracle: exact diagonalisation of small rings, and what conformal field theory says of their levels.

A ring of L sites with closed shells and central charge c has E_0 = eL - πcu/(6L) + o(1/L); a flux Φ through it adds
(uK/2πL)Φ² for each species (twice that for both spins), and so a ring needs periodic boundaries for an odd number of
fermions of a species and antiperiodic ones (Φ = π) for an even number.
"""

from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix, diags, identity, kron
from scipy.sparse.linalg import eigsh


def shell_flux(fermions):
    """Flux that closes the shell."""
    return np.pi * ((fermions + 1) % 2)


def occupations(sites, fermions):
    states = np.zeros((0, sites), dtype=int)
    rows = [np.isin(np.arange(sites), chosen).astype(int) for chosen in combinations(range(sites), fermions)]
    return np.array(rows) if rows else states


def hopping(sites, fermions, flux):
    """-Σ (c†_i c_{i+1} + h.c.), the bond from the last site to the first with the phase of the flux."""
    states = occupations(sites, fermions)
    weights = 1 << np.arange(sites)
    index = {code: row for row, code in enumerate(states @ weights)}
    rows, columns, values = [], [], []
    for site in range(sites):
        following = (site + 1) % sites
        movable = np.flatnonzero((states[:, site] == 0) & (states[:, following] == 1))
        codes = states[movable] @ weights + weights[site] - weights[following]
        # The last bond passes all other fermions.
        sign = (-1) ** (fermions - 1) * np.exp(1j * flux) if following == 0 else 1.0
        rows += [index[code] for code in codes]
        columns += list(movable)
        values += [-sign] * len(movable)
    half = csr_matrix((values, (rows, columns)), shape=(len(states),) * 2)
    return half + half.getH()


def lowest(matrix):
    if matrix.shape[0] < 20:
        return float(np.linalg.eigvalsh(matrix.toarray())[0])
    start = np.ones(matrix.shape[0])
    return float(eigsh(matrix, k=1, which="SA", v0=start, return_eigenvectors=False)[0])


def tv_energy(sites, fermions, V, extra_flux=0.0):
    """Ground-state energy of the t-V ring, t = 1."""
    states = occupations(sites, fermions)
    pairs = (states * np.roll(states, -1, axis=1)).sum(axis=1)
    return lowest(hopping(sites, fermions, shell_flux(fermions) + extra_flux) + diags(V * pairs))


def hubbard_energy(sites, each_spin, U, extra_flux=0.0):
    """Ground-state energy of the Hubbard ring with as many electrons of both spins, t = 1."""
    states = occupations(sites, each_spin)
    kinetic = hopping(sites, each_spin, shell_flux(each_spin) + extra_flux)
    one = identity(len(states), format="csr")
    pairs = (states @ states.T).ravel()
    return lowest((kron(kinetic, one) + kron(one, kinetic) + diags(U * pairs.astype(float))).tocsr())


def extrapolated(sizes, values, orders=(0, 2, 4)):
    """The constant of a polynomial in 1/L with the given orders through the last values."""
    sizes, values = np.array(sizes[-len(orders) :], dtype=float), np.array(values[-len(orders) :])
    return float(np.linalg.solve(sizes[:, None] ** -np.array(orders, dtype=float), values)[0])
