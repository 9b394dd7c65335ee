"""One level and what its leads remember: the auxiliary density matrices of a single dot, tier by tier.

A lead that follows nothing but the last instant would act by rates; one at a finite temperature remembers. With the
poles of `attractron.transport.hierarchy.poles` its memory is a sum of exponentials, and every exponential is a mode

    j = (lead, σ, k):   γ_j = χ_k k_BT - iσµ,   w_j = Γ k_BT η_k,   σ = + for electrons that enter, - that leave.

A set J of n modes that are at work has a density matrix ρ_J of its own, whose entries |s⟩⟨s'| have s - s' = Σ_J σ, for
no charge comes from nowhere. Divided by √(∏w_j), which puts all of them on one scale, they obey (ħ = 1; Jin, Zheng and
Yan 2008, for a flat wide band)

    ρ̇_J = -(Σ_J γ) ρ_J + ½Γ [d ρ_J d† + d† ρ_J d - ρ_J]
          - i Σ_{j∉J} ± √w_j (d^{-σ} ρ_{J+j} - (-1)^n ρ_{J+j} d^{-σ})
          -   Σ_{j∈J} ± √w_j (d^σ ρ_{J-j} - (-1)^n ρ_{J-j} d^σ),

with d^+ = d†, Γ the sum over the dot's leads, and signs (-1) to the number of modes of J behind j. ρ of no modes is the
density matrix. Without repulsion nothing beyond two modes acts back on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from attractron.core.checks import FloatArray
from attractron.transport.hierarchy.poles import poles

Complex = NDArray[np.complex128]


class Reservoir(NamedTuple):
    """All leads on one dot that share temperature and potential: Γ of all together, k_BT and µ, meV."""

    Gamma: float
    kT: float
    mu: float


@dataclass(frozen=True, eq=False)
class OneDot:
    """The hierarchy of a dot by itself, without its energy.

    Attributes:
        sizes: entries of every tier (tier,).
        blocks: (to, from) → the generator's block between two tiers.
        ket, bra: charges s and s' of the entries, tier by tier.
        current: by reservoir, what the entries of tiers 0 and 1 add to the electrons that leave it, ħ × rate in meV.
        charge: Σσ over the modes of each reservoir, tier by tier (reservoir, entry).
    """

    sizes: tuple[int, ...]
    blocks: dict[tuple[int, int], sparse.csr_array]
    ket: list[NDArray[np.intp]]
    bra: list[NDArray[np.intp]]
    current: list[tuple[Complex, Complex]]
    charge: list[NDArray[np.intp]]


@dataclass(frozen=True, eq=False)
class _Modes:
    """Reservoir, σ, γ and √w of all modes (mode,)."""

    reservoir: NDArray[np.intp]
    sigma: NDArray[np.intp]
    gamma: Complex
    root: FloatArray


Entry = tuple[tuple[int, ...], int, int]
"""Modes that are at work, s and s'."""


def one_dot(reservoirs: Sequence[Reservoir], count: int, depth: int) -> OneDot:
    """The hierarchy of a dot with the given reservoirs.

    Args:
        reservoirs: of the dot.
        count: poles N of each.
        depth: largest number of modes at work at once.
    """
    modes = _modes(reservoirs, count)
    tiers = [_entries(modes, n) for n in range(depth + 1)]
    places = [{entry: number for number, entry in enumerate(tier)} for tier in tiers]
    width = sum(each.Gamma for each in reservoirs)
    blocks = {(n, n): _within(tiers[n], places[n], modes, width) for n in range(depth + 1)}
    for n in range(depth):
        blocks[n, n + 1], blocks[n + 1, n] = _between(tiers[n + 1], places[n], modes, n)
    own = [modes.reservoir == number for number in range(len(reservoirs))]
    sigma = np.array([mask * modes.sigma for mask in own])
    return OneDot(
        sizes=tuple(len(tier) for tier in tiers),
        blocks=blocks,
        ket=[np.array([entry[1] for entry in tier], dtype=np.intp) for tier in tiers],
        bra=[np.array([entry[2] for entry in tier], dtype=np.intp) for tier in tiers],
        current=[_current(tiers, modes, number, each.Gamma) for number, each in enumerate(reservoirs)],
        charge=[
            np.array([sigma[:, list(entry[0])].sum(axis=1) for entry in tier], dtype=np.intp)
            .reshape(-1, len(reservoirs))
            .T
            for tier in tiers
        ],
    )


def _modes(reservoirs: Sequence[Reservoir], count: int) -> _Modes:
    chi, eta = poles(count)
    rows = [
        (number, sigma, pole * kT - 1j * sigma * mu, np.sqrt(Gamma * kT * weight))
        for number, (Gamma, kT, mu) in enumerate(reservoirs)
        for sigma in (1, -1)
        for pole, weight in zip(chi, eta, strict=True)
    ]
    reservoir, sigma, gamma, root = (np.array(column) for column in zip(*rows, strict=True))
    return _Modes(reservoir, sigma, gamma, root)


def _entries(modes: _Modes, n: int) -> list[Entry]:
    """All entries with n modes at work."""
    sigma = modes.sigma.tolist()
    found: list[Entry] = []
    for chosen in combinations(range(len(sigma)), n):
        charge = sum(sigma[mode] for mode in chosen)
        if charge == 0:
            found += [(chosen, 0, 0), (chosen, 1, 1)]
        elif abs(charge) == 1:
            found.append((chosen, int(charge == 1), int(charge == -1)))
    return found


def _within(tier: list[Entry], place: dict[Entry, int], modes: _Modes, width: float) -> sparse.csr_array:
    """Decay of the modes, and what a lead without memory does: the ½ of the Fermi function."""
    decay = np.array([modes.gamma[list(chosen)].sum() for chosen, _, _ in tier]) + width / 2
    jumps = [(number, place[chosen, 1 - s, 1 - r]) for number, (chosen, s, r) in enumerate(tier) if s == r]
    rows, columns = np.array(jumps, dtype=np.intp).reshape(-1, 2).T
    size = (len(tier), len(tier))
    jump = sparse.csr_array((np.full(len(rows), width / 2, dtype=complex), (rows, columns)), shape=size)
    return sparse.csr_array(jump - sparse.diags_array(decay))


def _between(
    tier: list[Entry], below: dict[Entry, int], modes: _Modes, n: int
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Blocks from a tier of n + 1 modes to that of n, and back."""
    sigma, root, parity = modes.sigma.tolist(), modes.root.tolist(), (-1) ** n
    rows, columns, up, down = [], [], [], []
    for number, (chosen, ket, bra) in enumerate(tier):
        for position, mode in enumerate(chosen):
            others = chosen[:position] + chosen[position + 1 :]
            weight = (-1) ** (n - position) * root[mode]
            for entry, of_up, of_down in (
                ((others, ket - sigma[mode], bra), 1, 1),  # on the left of ρ
                ((others, ket, bra + sigma[mode]), -parity, parity),  # on its right
            ):
                if entry in below:
                    rows.append(below[entry])
                    columns.append(number)
                    up.append(-1j * weight * of_up)
                    down.append(-weight * of_down)
    size = (len(below), len(tier))
    return (
        sparse.csr_array((np.array(up, dtype=complex), (rows, columns)), shape=size),
        sparse.csr_array((np.array(down, dtype=complex), (columns, rows)), shape=size[::-1]),
    )


def _current(tiers: list[list[Entry]], modes: _Modes, reservoir: int, Gamma: float) -> tuple[Complex, Complex]:
    """I/e = ½Γ(ρ_00 - ρ_11) + i Σ_j σ √w_j ρ_j over the modes of a reservoir."""
    empty = np.array([Gamma / 2, -Gamma / 2], dtype=complex)
    one = tiers[1] if len(tiers) > 1 else []
    own = [1j * modes.sigma[j] * modes.root[j] * (modes.reservoir[j] == reservoir) for (j,), _, _ in one]
    return empty, np.array(own, dtype=complex)
