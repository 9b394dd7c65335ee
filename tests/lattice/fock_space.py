"""Oracle: the whole Fock space of a chain by Kronecker products, with modes in an order of its own.

Modes are ordered site by site, not species by species, so that signs agree only where they are physics: with
Jordan-Wigner strings over all fermions in this order and none over two-level systems. A sum of products is a dense
matrix; sectors are cut out by counting. Nothing but the list of terms is shared with the package.
"""

from functools import lru_cache

import numpy as np
from scipy import sparse


@lru_cache(maxsize=4)
def operators(species):
    """(operator, species, site) → sparse matrix."""
    modes = sorted((site, each.name, each.statistics) for each in species for site in range(each.sites))
    z, one, lower = np.diag([1.0, -1.0]), np.eye(2), np.array([[0.0, 1.0], [0.0, 0.0]])
    found = {}
    for position, (site, name, statistics) in enumerate(modes):
        matrix = sparse.csr_array(np.eye(1))
        for k, (_, _, other) in enumerate(modes):
            string = z if statistics == other == "fermion" else one
            own = string if k < position else lower if k == position else one
            matrix = sparse.kron(matrix, sparse.csr_array(own), format="csr")
        found["annihilate", name, site] = matrix
        found["create", name, site] = matrix.T
        found["number", name, site] = matrix.T @ matrix
    return found


def matrix(species, terms, table=None):
    """The sum of terms as a sparse matrix."""
    table = operators(species) if table is None else table
    size = next(iter(table.values())).shape[0]
    total = sparse.csr_array((size, size))
    for term in terms:
        product = sparse.csr_array(sparse.eye(size))
        for factor in term.factors:
            product = product @ table[tuple(factor)]
        total += term.coefficient * product
    return total


def in_sector(species, numbers, table):
    """Indices of the states with given numbers, name → number."""
    kept = True
    for name, number in numbers.items():
        sites = next(each.sites for each in species if each.name == name)
        count = sum(table["number", name, site].diagonal() for site in range(sites))
        kept = kept & (np.round(count) == number)
    return np.flatnonzero(kept)


def levels(model, numbers):
    """All energies of a sector."""
    table = operators(model.species)
    kept = in_sector(model.species, numbers, table)
    return np.linalg.eigvalsh(matrix(model.species, model.terms, table)[kept][:, kept].toarray())
