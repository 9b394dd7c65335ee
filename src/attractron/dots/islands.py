"""Islands of fixed charge, solved exactly: Fock basis, levels and occupations as arrays without labels.

A cluster is a set of dots whose islands interact with each other; its basis holds every way to place the electrons of
each island, split into blocks by the spin-up count of each island, which tunnelling conserves. All functions
broadcast over leading axes, so that one call serves many charge states, parameters or pixels.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from math import comb, prod

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.linalg import eigsh

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError

DEGENERATE = 1e-9
"""Levels closer than this (meV) share the zero-temperature weight: the T → 0 limit of the thermal average."""
DENSE = 1024
"""Largest block that is diagonalised in full; larger ones give their lowest levels only (Lanczos), at T = 0."""
LARGEST = 20_000
"""Largest basis that is attempted."""
TIE = 1e-9
"""Occupations closer than this to a whole number are whole."""

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Block:
    """States of a cluster with the same spin-up count on every island.

    Attributes:
        occupation: electrons a dot, (state, dot).
        double: ½ n (n - 1) on the diagonal and n_i n_j above it, (state, dot, dot): the weights of U.
        rows, columns: matrix elements of the tunnelling terms, (element,).
        pair: flattened index dot·m + dot of the amplitude of each element, (element,).
        sign: fermionic sign of each element, (element,).
    """

    occupation: FloatArray
    double: FloatArray
    rows: IntArray
    columns: IntArray
    pair: IntArray
    sign: FloatArray

    @property
    def size(self) -> int:
        """Number of states."""
        return len(self.occupation)


@lru_cache(maxsize=64)
def blocks(
    groups: tuple[tuple[int, ...], ...], electrons: tuple[int, ...], limits: tuple[int, ...], spin: bool
) -> tuple[Block, ...]:
    """Fock basis of a cluster, block by block.

    Args:
        groups: the cluster's islands, as positions of their dots within the cluster.
        electrons: charge of each island.
        limits: most electrons on each dot of the cluster.
        spin: whether electrons carry spin.

    Raises:
        InputError: the basis would hold more than `LARGEST` states.
    """
    species = 2 if spin else 1
    size = prod(comb(species * len(group), count) for group, count in zip(groups, electrons, strict=True))
    if size > LARGEST:
        raise InputError("islands", f"have at most {LARGEST} states together", size, "use fewer dots or electrons")
    counts = [
        range(max(0, n - len(group)), min(n, len(group)) + 1) if spin else range(n, n + 1)
        for group, n in zip(groups, electrons, strict=True)
    ]
    made = (_block(groups, ups, electrons, limits) for ups in product(*counts))
    return tuple(block for block in made if block.size)


def _block(
    groups: tuple[tuple[int, ...], ...], ups: tuple[int, ...], electrons: tuple[int, ...], limits: tuple[int, ...]
) -> Block:
    """One block: each state is a pair (up, down) of bit masks over the dots of the cluster."""
    dots = len(limits)

    def masks(group: tuple[int, ...], count: int) -> list[int]:
        return [sum(1 << dot for dot in chosen) for chosen in combinations(group, count)]

    per_island = [
        list(product(masks(group, up), masks(group, n - up)))
        for group, up, n in zip(groups, ups, electrons, strict=True)
    ]
    states = [(sum(up for up, _ in parts), sum(down for _, down in parts)) for parts in product(*per_island)]
    states = [
        (up, down) for up, down in states if all((up >> i & 1) + (down >> i & 1) <= limits[i] for i in range(dots))
    ]
    position = {state: number for number, state in enumerate(states)}
    occupation = np.array(
        [[(up >> i & 1) + (down >> i & 1) for i in range(dots)] for up, down in states], dtype=float
    ).reshape(-1, dots)
    double = np.triu(occupation[:, :, None] * occupation[:, None, :], 1)
    double[:, range(dots), range(dots)] = occupation * (occupation - 1) / 2
    elements = [
        (position[target], number, i * dots + j, sign)
        for number, state in enumerate(states)
        for group in groups
        for i, j in combinations(group, 2)
        for target, sign in _hops(state, i, j)
        if target in position
    ]
    table = np.array(elements, dtype=np.int64).reshape(-1, 4)
    return Block(occupation, double, table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(float))


def _hops(state: tuple[int, int], i: int, j: int) -> list[tuple[tuple[int, int], int]]:
    """Images of a state under c†_i c_j + h.c. for either spin, with the sign from the electrons hopped over (i < j)."""
    between = ((1 << j) - 1) & ~((1 << (i + 1)) - 1)
    images = []
    for spin in (0, 1):
        mask = state[spin]
        if (mask >> i & 1) != (mask >> j & 1):
            moved = mask ^ (1 << i) ^ (1 << j)
            sign = -1 if (mask & between).bit_count() % 2 else 1
            images.append(((moved, state[1]) if spin == 0 else (state[0], moved), sign))
    return images


def levels(
    block: Block, potential: FloatArray, repulsion: FloatArray, tunnelling: FloatArray, *, lowest: bool
) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues and state weights of one block.

    Args:
        block: the basis.
        potential: energy of an electron on each dot, meV, (…, dot).
        repulsion: U_ij within the cluster, meV, (…, dot, dot).
        tunnelling: t_ij within the cluster, meV, (…, dot, dot).
        lowest: whether the lowest levels suffice, as they do at T = 0.

    Returns:
        Energies in meV (…, level), and |⟨state|level⟩|² as (…, state, level).

    Raises:
        InputError: all levels of a block larger than `DENSE` are asked for.
    """
    diagonal, amplitudes = _elements(block, potential, repulsion, tunnelling)
    shape = np.broadcast_shapes(diagonal.shape[:-1], amplitudes.shape[:-1])
    diagonal = np.broadcast_to(diagonal, (*shape, block.size))
    if block.size == 1 or not np.any(amplitudes):
        return diagonal, np.broadcast_to(np.eye(block.size), (*shape, block.size, block.size))
    if block.size == 2:
        return _two_levels(diagonal, np.broadcast_to(amplitudes, (*shape, amplitudes.shape[-1]))[..., 0])
    if block.size > DENSE:
        if not lowest:
            raise InputError(
                "temperature",
                f"be zero for islands with more than {DENSE} states a spin sector",
                f"{block.size} states",
                "all levels would be needed",
            )
        return _lanczos(block, diagonal, amplitudes)
    energies, vectors = np.linalg.eigh(_matrix(block, diagonal, amplitudes))
    return energies, vectors**2


def _elements(
    block: Block, potential: FloatArray, repulsion: FloatArray, tunnelling: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Diagonal (…, state) and tunnelling elements (…, element): the Hamiltonian is linear in its three arguments."""
    diagonal = np.einsum("...i,si->...s", potential, block.occupation) + np.einsum(
        "...ij,sij->...s", repulsion, block.double
    )
    return diagonal, tunnelling.reshape(*tunnelling.shape[:-2], -1)[..., block.pair] * block.sign


def _matrix(block: Block, diagonal: FloatArray, amplitudes: FloatArray) -> FloatArray:
    matrix = np.zeros((*diagonal.shape, block.size))
    matrix[..., range(block.size), range(block.size)] = diagonal
    matrix[..., block.rows, block.columns] = amplitudes
    return matrix


def _two_levels(diagonal: FloatArray, amplitude: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Closed form of a 2 × 2 block: mean ± √(half² + t²), as in E(N) of the polarizer."""
    mean, half = diagonal.mean(axis=-1), (diagonal[..., 0] - diagonal[..., 1]) / 2
    gap = np.hypot(half, amplitude)
    tilt = np.divide(half, gap, out=np.zeros_like(gap), where=gap > 0)
    first = np.stack([(1 - tilt) / 2, (1 + tilt) / 2], axis=-1)
    return np.stack([mean - gap, mean + gap], axis=-1), np.stack([first, 1 - first], axis=-2)


def _lanczos(block: Block, diagonal: FloatArray, amplitudes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The few lowest levels of a large block, problem by problem, from a fixed starting vector."""
    shape, count = diagonal.shape[:-1], 4
    amplitudes = np.broadcast_to(amplitudes, (*shape, amplitudes.shape[-1]))
    energies, weights = np.empty((*shape, count)), np.empty((*shape, block.size, count))
    for index in np.ndindex(shape):
        hopping = csr_array((amplitudes[index], (block.rows, block.columns)), shape=(block.size, block.size))
        matrix = hopping + csr_array((diagonal[index], (range(block.size), range(block.size))), shape=hopping.shape)
        start = np.random.default_rng(0).standard_normal(block.size)
        found, vectors = eigsh(matrix, k=count, which="SA", v0=start, tol=0)
        order = np.argsort(found)
        energies[index], weights[index] = found[order], vectors[:, order] ** 2
    return energies, weights


def averages(
    basis: tuple[Block, ...], potential: FloatArray, repulsion: FloatArray, tunnelling: FloatArray, temperature: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Free energy, mean occupations and the two lowest levels of a cluster.

        F = -k_B T ln Σ_n exp(-E_n / k_B T),  ⟨n_i⟩ = Σ_n w_n ⟨n|n_i|n⟩;  at T = 0 the ground level (averaged over
        the ground states when there are several, the limit T → 0).

    Args:
        basis: from `blocks`.
        potential, repulsion, tunnelling: as for `levels`.
        temperature: K.

    Returns:
        Free energy in meV (…,), occupations (…, dot), ground and first excited level in meV (…, 2); the latter is
        +inf where the cluster has one state only.
    """
    solved = [levels(block, potential, repulsion, tunnelling, lowest=temperature == 0) for block in basis]
    energies = np.concatenate([energy for energy, _ in solved], axis=-1)
    weights = _boltzmann(energies, temperature)
    occupation, start = np.zeros((*energies.shape[:-1], basis[0].occupation.shape[1])), 0
    for block, (energy, projection) in zip(basis, solved, strict=True):
        part = weights[..., start : start + energy.shape[-1]]
        occupation = occupation + np.einsum("...sl,...l->...s", projection, part) @ block.occupation
        start += energy.shape[-1]
    lowest = np.full((*energies.shape[:-1], 2), np.inf)
    kept = min(2, energies.shape[-1])
    lowest[..., :kept] = np.sort(energies, axis=-1)[..., :kept]
    return _free_energy(energies, temperature), occupation, lowest


def slope(
    basis: tuple[Block, ...],
    point: tuple[FloatArray, FloatArray, FloatArray],
    direction: tuple[FloatArray, FloatArray, FloatArray],
    temperature: float,
) -> tuple[float, float]:
    """Derivative of the free energy along a direction of the Hamiltonian, from below and from above.

    Hellmann and Feynman: ∂F/∂p = Σ_n w_n ⟨n|∂H/∂p|n⟩. At T = 0 with several ground states, ∂H/∂p is diagonalised
    among them: its largest eigenvalue is the derivative from below, its smallest the one from above.

    Args:
        basis: from `blocks`.
        point: (potential, repulsion, tunnelling) of the cluster, without leading axes.
        direction: their derivatives.
        temperature: K.
    """
    if max(block.size for block in basis) > DENSE:
        raise InputError("islands", f"have at most {DENSE} states a spin sector for derivatives", "more")
    solved = [np.linalg.eigh(_matrix(block, *_elements(block, *point))) for block in basis]
    change = [_matrix(block, *_elements(block, *direction)) for block in basis]
    energies = np.concatenate([energy for energy, _ in solved])
    if temperature > 0:
        diagonal = [
            np.einsum("sl,st,tl->l", vectors, matrix, vectors)
            for (_, vectors), matrix in zip(solved, change, strict=True)
        ]
        mean = float(_boltzmann(energies, temperature) @ np.concatenate(diagonal))
        return mean, mean
    # No parameter mixes blocks, so that ground states of different blocks are diagonalised apart.
    rates = []
    for (energy, vectors), matrix in zip(solved, change, strict=True):
        ground = vectors[:, energy - energies.min() < DEGENERATE]
        rates.extend(np.linalg.eigvalsh(ground.T @ matrix @ ground).tolist())
    return max(rates), min(rates)


def _boltzmann(energies: FloatArray, temperature: float) -> FloatArray:
    """Weights of levels along the last axis; at T = 0 the ground levels share the weight equally."""
    above = energies - energies.min(axis=-1, keepdims=True)
    weights = np.exp(-above / (K_B * temperature)) if temperature > 0 else (above < DEGENERATE).astype(float)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def _free_energy(energies: FloatArray, temperature: float) -> FloatArray:
    """F = -k_B T ln Σ exp(-E/k_B T) along the last axis, meV; the ground level at T = 0."""
    ground = energies.min(axis=-1)
    if temperature == 0:
        return np.asarray(ground)
    above = (energies - ground[..., None]) / (K_B * temperature)
    return np.asarray(ground - K_B * temperature * np.log(np.exp(-above).sum(axis=-1)))


def nearest_charges(
    occupation: FloatArray, groups: tuple[tuple[int, ...], ...], electrons: tuple[int, ...]
) -> tuple[IntArray, dict[int, FloatArray]]:
    """The whole charges nearest to mean occupations of islands that together keep theirs.

    On each island every dot has the whole part of its occupation, and the dots with the largest remainders one more,
    until the island has its charge: of all whole charges with this sum they are the nearest.

    Args:
        occupation: mean occupations, (dot, …).
        groups: the islands, as positions of their dots.
        electrons: charge of each island.

    Returns:
        Codes (…), numbers with a digit for each dot, the first one leading; and code → charges (dot,) of those that
        occur. Of dots too many for a code, all codes are zero and have no charges.

    >>> nearest_charges(np.array([[0.9, 0.2], [0.1, 0.8]]), ((0, 1),), (1,))
    (array([2, 1]), {1: array([0., 1.]), 2: array([1., 0.])})
    """
    base = max(electrons) + 1
    if base ** len(occupation) > np.iinfo(np.int32).max:
        return np.zeros(occupation.shape[1:], dtype=np.int64), {0: np.zeros(0)}
    whole = np.floor(occupation + TIE)
    for group, total in zip(groups, electrons, strict=True):
        dots = list(group)
        ranks = np.argsort(np.argsort(whole[dots] - occupation[dots] - TIE, axis=0, kind="stable"), axis=0)
        whole[dots] += ranks < total - whole[dots].sum(axis=0)
    digits = base ** np.arange(len(occupation))[::-1]
    codes = np.tensordot(digits, whole.astype(np.int64), axes=1)
    return codes, {int(code): code // digits % base * 1.0 for code in np.unique(codes)}
