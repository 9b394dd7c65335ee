"""Energies of a device's charge states: the open dots classically, the islands beside them exactly.

A charge state fixes the electrons on the open dots. They make a potential for each cluster of islands, whose levels
follow by diagonalisation; the energy of the charge state is the sum

    E_s = Σ_i (ε_i - µ_i) n_i + Σ_i ½ U_ii n_i (n_i - 1) + Σ_{i<j} U_ij n_i n_j + Σ_clusters E_c(potential of n).
"""

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots.device import Device
from attractron.dots.islands import Block, averages, blocks, slope

MOST_STATES = 200_000
"""Largest number of charge states that is enumerated."""


class Hamiltonian(NamedTuple):
    """Arrays of a Hamiltonian, with any leading axes: U_ij (…, n, n), ε_i - µ_i (…, n), t_ij (…, n, n), meV."""

    repulsion: FloatArray
    levels: FloatArray
    tunnelling: FloatArray


@dataclass(frozen=True, eq=False)
class Cluster:
    """Islands that interact with each other.

    Attributes:
        dots: positions of its dots in the device.
        basis: Fock basis, block by block.
    """

    dots: NDArray[np.intp]
    basis: tuple[Block, ...]

    def part(self, arrays: Hamiltonian, field: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Potential, repulsion and tunnelling of the cluster; `field` (…, state, dot) adds an axis of states."""
        return (
            arrays.levels[..., None, self.dots] + field,
            _submatrix(arrays.repulsion, self.dots, self.dots)[..., None, :, :],
            _submatrix(arrays.tunnelling, self.dots, self.dots)[..., None, :, :],
        )


@dataclass(frozen=True, eq=False)
class Layout:
    """What is open and what is closed.

    Attributes:
        open: positions of the open dots.
        charges: all charge states of the open dots, (state, open dot); the first open dot varies slowest.
        clusters: the islands, grouped by their mutual repulsion.
        spin: whether electrons carry spin.
    """

    open: NDArray[np.intp]
    charges: FloatArray
    clusters: tuple[Cluster, ...]
    spin: bool


class Sectors(NamedTuple):
    """Per charge state: free energy, ground energy and next level (meV; …, state), occupations (…, state, n)."""

    free: FloatArray
    ground: FloatArray
    excited: FloatArray
    occupation: FloatArray


def _submatrix(array: FloatArray, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> FloatArray:
    """Rows and columns of the last two axes."""
    return np.asarray(array[..., rows[:, None], columns])


def layout(device: Device) -> Layout:
    """Open dots, charge states and clusters of a device.

    Raises:
        InputError: more than `MOST_STATES` charge states.
    """
    opened = np.array([device.index(dot) for dot in device.open_dots], dtype=np.intp)
    limits = [device.limits[i] for i in opened]
    if prod(limit + 1 for limit in limits) > MOST_STATES:
        raise InputError(
            "dots",
            f"have at most {MOST_STATES} charge states",
            prod(limit + 1 for limit in limits),
            "lower max_electrons",
        )
    states = list(product(*(range(limit + 1) for limit in limits)))
    charges = np.array(states, dtype=float).reshape(len(states), len(opened))
    return Layout(opened, charges, tuple(_cluster(device, members) for members in _linked_islands(device)), device.spin)


def _linked_islands(device: Device) -> list[list[int]]:
    """Groups of islands connected by repulsion between their dots."""
    if not device.islands:
        return []
    positions = [[device.index(dot) for dot in island.dots] for island in device.islands]
    # A parameter that is zero now may be swept: what it would couple counts as coupled.
    coupling = np.abs(device.repulsion) + sum(np.abs(device.direction(name)[0]) for name in device.named())
    linked = [[bool(coupling[np.ix_(a, b)].any()) for b in positions] for a in positions]
    count, labels = connected_components(np.array(linked), directed=False)
    return [np.flatnonzero(labels == label).tolist() for label in range(count)]


def _cluster(device: Device, members: list[int]) -> Cluster:
    islands = [device.islands[member] for member in members]
    dots = [device.index(dot) for island in islands for dot in island.dots]
    local = {dot: position for position, dot in enumerate(dots)}
    groups = tuple(tuple(local[device.index(dot)] for dot in island.dots) for island in islands)
    limits = tuple(device.limits[dot] for dot in dots)
    return Cluster(np.array(dots), blocks(groups, tuple(island.electrons for island in islands), limits, device.spin))


def hamiltonian(device: Device) -> Hamiltonian:
    """The device's arrays with all gates at 0 mV."""
    return Hamiltonian(device.repulsion, device.levels - device.gate_origin(), device.tunnelling)


def classical(plan: Layout, arrays: Hamiltonian, charges: FloatArray, temperature: float) -> FloatArray:
    """Energy of the open dots alone, with -k_B T ln 2 for each odd dot when electrons carry spin; meV (…, state)."""
    mutual = _submatrix(arrays.repulsion, plan.open, plan.open)
    pairs = np.einsum("si,...ij,sj->...s", charges, mutual, charges)
    once = np.einsum("...ii->...i", mutual)
    energy = np.einsum("si,...i->...s", charges, arrays.levels[..., plan.open] - once / 2) + pairs / 2
    degeneracy = (charges % 2).sum(axis=-1) * np.log(2.0) if plan.spin else 0.0
    return np.asarray(energy - K_B * temperature * degeneracy)


def fields(
    cluster: Cluster, plan: Layout, arrays: Hamiltonian, charges: FloatArray
) -> tuple[FloatArray, NDArray[np.intp]]:
    """Distinct potentials on a cluster, meV (…, distinct, dot), and which of them each charge state makes."""
    coupling = _submatrix(arrays.repulsion, plan.open, cluster.dots)
    felt = np.any(coupling != 0, axis=(*range(coupling.ndim - 2), coupling.ndim - 1))
    # Many charge states make the same potential: each is diagonalised once.
    distinct, which = np.unique(charges[:, felt], axis=0, return_inverse=True)
    return distinct @ coupling[..., felt, :], which.reshape(-1)


def sectors(plan: Layout, arrays: Hamiltonian, temperature: float, charges: FloatArray | None = None) -> Sectors:
    """Energies and occupations of charge states.

    Args:
        plan: from `layout`.
        arrays: the Hamiltonian, with any leading axes.
        temperature: K, for the free energies and the islands' occupations.
        charges: (state, open dot); all of the device's by default.

    Returns:
        Arrays with the Hamiltonian's leading axes, then the charge state; spin degeneracies of open dots enter the
        free energy only.
    """
    charges = plan.charges if charges is None else charges
    free = classical(plan, arrays, charges, temperature)
    ground = classical(plan, arrays, charges, 0.0)
    occupation = np.zeros((*free.shape, arrays.levels.shape[-1]))
    occupation[..., plan.open] = charges
    lowest_gap = np.full(free.shape, np.inf)
    for cluster in plan.clusters:
        field, which = fields(cluster, plan, arrays, charges)
        energy, electrons, lowest = averages(cluster.basis, *cluster.part(arrays, field), temperature)
        free = free + energy[..., which]
        ground = ground + lowest[..., which, 0]
        lowest_gap = np.minimum(lowest_gap, (lowest[..., 1] - lowest[..., 0])[..., which])
        occupation[..., cluster.dots] = electrons[..., which, :]
    return Sectors(free, ground, ground + lowest_gap, occupation)


def sector_slopes(
    plan: Layout, point: Hamiltonian, direction: Hamiltonian, charges: FloatArray, temperature: float
) -> tuple[FloatArray, FloatArray]:
    """∂F_s/∂p from below and from above for each charge state, by Hellmann and Feynman (no leading axes), (state,)."""
    below = classical(plan, direction, charges, 0.0)
    above = below.copy()
    for cluster in plan.clusters:
        for state, charge in enumerate(charges):
            at, along = (
                cluster.part(arrays, (charge @ arrays.repulsion[np.ix_(plan.open, cluster.dots)])[None, :])
                for arrays in (point, direction)
            )
            lower, upper = slope(cluster.basis, tuple(a[0] for a in at), tuple(a[0] for a in along), temperature)
            below[state] += lower
            above[state] += upper
    return below, above
