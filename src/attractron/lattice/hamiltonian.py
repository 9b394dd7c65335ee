"""Operators between charge sectors as sparse matrices: bit strings, one array operation a term, no loop over states.

A sector fixes the number of every species that is conserved; a species without a fixed number has all of its 2^sites
states. States are products |a⟩|b⟩… of the species' bit strings, the last species fastest, and the state of occupied
modes is c†_1 c†_2 … |0⟩ in their order (`attractron.lattice.terms`). So an operator on one species picks up
(-1)^(particles on lower sites of the species) and (-1)^(particles of the species before it).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import comb, prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from attractron.core.checks import FloatArray
from attractron.lattice.terms import Factor, Monomial, Species

Sector = tuple[int | None, ...]
"""Particles of each species; None where they are not fixed."""

IntArray = NDArray[np.int64]

Letters = tuple[tuple[str, int], ...]
"""(operator, site) of the factors on one species."""


class Local(NamedTuple):
    """An operator on one species: entries value at (row, column)."""

    rows: IntArray
    columns: IntArray
    values: FloatArray


@lru_cache(maxsize=256)
def bit_strings(sites: int, number: int | None) -> IntArray:
    """All states of a species as whole numbers in rising order, site i being bit i.

    >>> bit_strings(3, 2).tolist()
    [3, 5, 6]
    """
    if number is None:
        return np.arange(1 << sites, dtype=np.int64)
    if number < 0 or number > sites:
        return np.zeros(0, dtype=np.int64)
    if number in (0, sites):
        return np.array([(1 << number) - 1], dtype=np.int64)
    top = np.int64(1) << np.int64(sites - 1)
    return np.concatenate([bit_strings(sites - 1, number), bit_strings(sites - 1, number - 1) | top])


def sector_dimension(species: Sequence[Species], sector: Sector) -> int:
    """Number of states of a sector, without making them."""
    return prod(
        1 << each.sites if number is None else comb(each.sites, number) if number >= 0 else 0
        for each, number in zip(species, sector, strict=True)
    )


@lru_cache(maxsize=20_000)
def _local(sites: int, number: int | None, letters: Letters, fermions: bool, parity: bool) -> Local:
    """A product of operators on one species, acting from the right, after (-1)^N if `parity`."""
    before = bit_strings(sites, number)
    states, alive = before.copy(), np.ones(before.size, dtype=bool)
    odd = np.bitwise_count(states).astype(np.int64) * parity
    for operator, site in reversed(letters):
        bit = np.int64(1) << np.int64(site)
        occupied = (states & bit) != 0
        alive &= ~occupied if operator == "create" else occupied
        if operator != "number":
            odd += np.bitwise_count(states & (bit - 1)) * fermions
            states = states ^ bit
    after = bit_strings(sites, None if number is None else number + change(letters))
    rows = np.searchsorted(after, states[alive])
    signs = np.asarray(1.0 - 2.0 * (odd[alive] % 2), dtype=np.float64)
    return Local(np.asarray(rows, dtype=np.int64), np.flatnonzero(alive), signs)


def change(letters: Iterable[tuple[str, int]]) -> int:
    """Particles that a product adds."""
    operators = [operator for operator, _ in letters]
    return operators.count("create") - operators.count("annihilate")


def _parts(species: Sequence[Species], sector: Sector, monomial: Monomial) -> dict[int, Local]:
    """Species number → what a product in normal form does to it, for all species that it changes.

    An odd product on a later species counts the particles of those before it.
    """
    letters = [tuple((f.operator, f.site) for f in monomial if f.species == each.name) for each in species]
    odd = [
        each.fermions and sum(operator != "number" for operator, _ in own) % 2 == 1
        for each, own in zip(species, letters, strict=True)
    ]
    found = {}
    for k, (each, own) in enumerate(zip(species, letters, strict=True)):
        parity = each.fermions and sum(odd[k + 1 :]) % 2 == 1
        if own or parity:
            found[k] = _local(each.sites, sector[k], own, each.fermions, parity)
    return found


def after(species: Sequence[Species], sector: Sector, monomial: Monomial) -> Sector:
    """The sector that a product leads to."""
    return tuple(
        None if number is None else number + change((f.operator, f.site) for f in monomial if f.species == each.name)
        for each, number in zip(species, sector, strict=True)
    )


def hamiltonian(species: Sequence[Species], form: dict[Monomial, float], sector: Sector) -> Any:
    """A sum of products in normal form that keeps the sector, as a CSR matrix (state, state).

    Args:
        species: of the model.
        form: product → coefficient (`attractron.lattice.terms.normal_form`).
        sector: particles of each species.
    """
    return _matrix(species, form, sector, sector)


def operator(species: Sequence[Species], form: dict[Monomial, float], sector: Sector) -> Any:
    """Products in normal form that all lead from one sector to another, as a CSR matrix (state there, state here)."""
    return _matrix(species, form, sector, after(species, sector, next(iter(form))))


def _matrix(species: Sequence[Species], form: dict[Monomial, float], sector: Sector, target: Sector) -> Any:
    here = [bit_strings(each.sites, number).size for each, number in zip(species, sector, strict=True)]
    there = [bit_strings(each.sites, number).size for each, number in zip(species, target, strict=True)]
    diagonals: dict[tuple[int, ...], FloatArray] = {}
    groups: dict[tuple[int, ...], list[tuple[float, dict[int, Local]]]] = {}
    for monomial, value in form.items():
        if not value:
            continue
        touched = tuple(k for k, each in enumerate(species) if any(f.species == each.name for f in monomial))
        if all(factor.operator == "number" for factor in monomial):
            _add_diagonal(diagonals, species, sector, monomial, value, touched)
            continue
        parts = _parts(species, sector, monomial)
        groups.setdefault(tuple(sorted(parts)), []).append((value, parts))
    rows: list[IntArray] = []
    columns: list[IntArray] = []
    values: list[FloatArray] = []
    if diagonals:
        total = np.zeros(here)
        for touched, own in diagonals.items():
            total += own.reshape([size if k in touched else 1 for k, size in enumerate(here)])
        rows.append(np.arange(total.size))
        columns.append(np.arange(total.size))
        values.append(total.ravel())
    for touched, members in groups.items():
        block = _block(members, touched, here, there)
        whole = _embedded(block, touched, here, there)
        rows.append(whole.rows)
        columns.append(whole.columns)
        values.append(whole.values)
    shape = (prod(there), prod(here))
    if not rows:
        return sparse.csr_matrix(shape)
    triple = [np.concatenate(each) for each in (rows, columns, values)]
    return sparse.csr_matrix((triple[2], (triple[0].astype(np.int32), triple[1].astype(np.int32))), shape=shape)


def _add_diagonal(
    diagonals: dict[tuple[int, ...], FloatArray],
    species: Sequence[Species],
    sector: Sector,
    monomial: Sequence[Factor],
    value: float,
    touched: tuple[int, ...],
) -> None:
    """Add coefficient × product of occupations to the diagonal over the species that it touches."""
    product: Any = np.array(value)
    for k in touched:
        states = bit_strings(species[k].sites, sector[k])
        mask = np.int64(sum(1 << f.site for f in monomial if f.species == species[k].name))
        product = np.multiply.outer(product, ((states & mask) == mask).astype(float))
    diagonals[touched] = diagonals[touched] + product if touched in diagonals else product


def _block(
    members: list[tuple[float, dict[int, Local]]], touched: tuple[int, ...], here: list[int], there: list[int]
) -> Local:
    """The sum of products on the same species, on the product of their states alone."""
    rows, columns, values = [], [], []
    for weight, parts in members:
        row, column, value = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.array([weight])
        for k in touched:
            row = np.add.outer(row * there[k], parts[k].rows).ravel()
            column = np.add.outer(column * here[k], parts[k].columns).ravel()
            value = np.multiply.outer(value, parts[k].values).ravel()
        rows.append(row)
        columns.append(column)
        values.append(value)
    return Local(*(np.concatenate(each) for each in (rows, columns, values)))


def _embedded(block: Local, touched: tuple[int, ...], here: list[int], there: list[int]) -> Local:
    """An operator on some species, with the others as they are: index by index, the last species fastest."""
    others = [k for k in range(len(here)) if k not in touched]
    spectators = [np.arange(here[k]) for k in others]
    count = prod(here[k] for k in others)
    grid = [each.ravel() for each in np.meshgrid(*spectators, indexing="ij")] if others else []

    def index(inner: IntArray, sizes: list[int]) -> IntArray:
        own = dict(zip(touched, np.unravel_index(inner, [sizes[k] for k in touched]), strict=True))
        beside = dict(zip(others, grid, strict=True))
        total = np.zeros((inner.size, count), dtype=np.int64)
        for k, size in enumerate(sizes):
            total *= size
            total += own[k][:, None] if k in own else beside[k][None, :]
        return total.ravel()

    return Local(index(block.rows, there), index(block.columns, here), np.repeat(block.values, count))
