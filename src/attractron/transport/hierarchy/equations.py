"""The hierarchy of several dots that repel each other: products of those of single dots, tied by their energies alone.

As no charge moves between dots, fermions of different dots may be taken to commute, and an auxiliary density matrix of
all dots is one entry for each dot. The generator is the sum of those of the dots by themselves, and of -i(E_s - E_s')
for the entry |s⟩⟨s'|, the only place where dots know of each other. What is cut off is the number of modes that are at
work on all dots together, the tier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from attractron.core.checks import FloatArray
from attractron.transport.hierarchy.one_dot import Complex, OneDot


@dataclass(frozen=True, eq=False)
class Equations:
    """A linear system ρ̇ = Aρ for all entries, ascending in their tiers.

    Attributes:
        generator: A in meV (entry, entry).
        ends: number of entries up to each tier (tier,).
        currents: by dot and reservoir, the row that gives the electrons that leave it (entry,).
        charges: by dot and reservoir, Σσ over its modes (entry,).
        states: number of charge states; the first entries are their populations.
    """

    generator: sparse.csr_array
    ends: tuple[int, ...]
    currents: list[list[Complex]]
    charges: list[list[NDArray[np.intp]]]
    states: int


def equations(energies: FloatArray, dots: Sequence[OneDot], depth: int) -> Equations:
    """The equations up to a tier.

    Args:
        energies: E_s of the 2^m charge states, the first dot's charge varying slowest, meV.
        dots: the hierarchies of the dots, at least as deep.
        depth: the highest tier.
    """
    cells = _cells(len(dots), depth)
    sizes = [[dot.sizes[n] for dot, n in zip(dots, cell, strict=True)] for cell in cells]
    starts = np.concatenate([[0], np.cumsum([prod(size) for size in sizes])])
    place = {cell: int(start) for cell, start in zip(cells, starts[:-1], strict=True)}
    rows, columns, values = [], [], []
    for cell, size in zip(cells, sizes, strict=True):
        own = np.arange(prod(size)) + place[cell]
        rows.append(own)
        columns.append(own)
        values.append(-1j * _apart(energies, dots, cell))
        for number, dot in enumerate(dots):
            for to in {max(cell[number] - 1, 0), cell[number], cell[number] + 1}:
                target = (*cell[:number], to, *cell[number + 1 :])
                if target in place:
                    row, column, value = _inserted(dot.blocks[to, cell[number]], size, number)
                    rows.append(row + place[target])
                    columns.append(column + place[cell])
                    values.append(value)
    entries = int(starts[-1])
    generator = sparse.csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(entries, entries)
    )
    ends = tuple(
        sum(prod(size) for cell, size in zip(cells, sizes, strict=True) if sum(cell) <= n) for n in range(depth + 1)
    )
    return Equations(
        generator=generator,
        ends=ends,
        currents=[
            [_row(dots, number, current, place, entries) for current in dot.current] for number, dot in enumerate(dots)
        ],
        charges=[
            [_charges(dots, number, reservoir, cells) for reservoir in range(len(dot.current))]
            for number, dot in enumerate(dots)
        ],
        states=energies.size,
    )


def entries(sizes: Sequence[Sequence[int]], depth: int) -> int:
    """Number of entries up to a tier, from those of every dot's tiers."""
    return sum(prod(size[n] for size, n in zip(sizes, cell, strict=True)) for cell in _cells(len(sizes), depth))


def _cells(dots: int, depth: int) -> list[tuple[int, ...]]:
    """Modes at work on every dot, in ascending tiers."""
    every = (cell for cell in product(range(depth + 1), repeat=dots) if sum(cell) <= depth)
    return sorted(every, key=lambda cell: (sum(cell), cell))


def _apart(energies: FloatArray, dots: Sequence[OneDot], cell: tuple[int, ...]) -> FloatArray:
    """E_s - E_s' of the entries of a cell."""
    ket, bra = np.zeros(1, dtype=np.intp), np.zeros(1, dtype=np.intp)
    for dot, n in zip(dots, cell, strict=True):
        ket = (2 * ket[:, None] + dot.ket[n]).ravel()
        bra = (2 * bra[:, None] + dot.bra[n]).ravel()
    return np.asarray(energies[ket] - energies[bra])


def _inserted(
    block: sparse.csr_array, size: Sequence[int], number: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], Complex]:
    """1 ⊗ block ⊗ 1, the block of one dot among the entries of the others: rows, columns, values."""
    before, after = np.arange(prod(size[:number])), np.arange(prod(size[number + 1 :]))
    shape = (before.size, block.nnz, after.size)
    inner = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr)), block.indices
    row, column = (
        ((before[:, None, None] * width + index[:, None]) * after.size + after).ravel()
        for index, width in zip(inner, block.shape, strict=True)
    )
    return row, column, np.broadcast_to(block.data[:, None], shape).ravel()


def _row(
    dots: Sequence[OneDot],
    number: int,
    current: tuple[Complex, Complex],
    place: dict[tuple[int, ...], int],
    total: int,
) -> Complex:
    """The row of a current: on its own dot tiers 0 and 1, of all others the trace."""
    row = np.zeros(total, dtype=complex)
    for n, part in enumerate(current):
        cell = tuple(n if other == number else 0 for other in range(len(dots)))
        if cell in place:
            values = np.kron(np.kron(np.ones(2**number), part), np.ones(2 ** (len(dots) - number - 1)))
            row[place[cell] : place[cell] + values.size] = values
    return row


def _charges(dots: Sequence[OneDot], number: int, reservoir: int, cells: list[tuple[int, ...]]) -> NDArray[np.intp]:
    """Σσ over the modes of one reservoir, of all entries."""
    found = []
    for cell in cells:
        size = [dot.sizes[n] for dot, n in zip(dots, cell, strict=True)]
        own = dots[number].charge[cell[number]][reservoir]
        found.append(np.tile(np.repeat(own, prod(size[number + 1 :])), prod(size[:number])))
    return np.concatenate(found)
