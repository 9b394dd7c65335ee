"""Diagrams as arrays: ground states, thermal averages and detector readings over a grid of gate voltages.

Open dots enter linearly, E_s = E_s⁰ - Σ_i µ_i n_i, and µ is a sum over the axes; so the islands are solved once for
each charge state and every pixel costs a few additions. Only clusters of islands that a swept gate addresses ("driven")
are solved pixel by pixel.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.dots.broadening import Lorentzian
from attractron.dots.islands import averages
from attractron.dots.spectrum import Cluster, Hamiltonian, Layout, Sectors, fields, sectors

BLOCK = 1 << 16
"""Numbers in one work array: small enough to stay in the cache, large enough that the interpreter does not count."""

Outputs = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Reading:
    """The detector over the grid: pA for one carrier on each dot (n,), the common shifts of µ that its reading averages
    over, and its background current in pA by row and by column."""

    weights: FloatArray
    shifts: Lorentzian
    rows: FloatArray
    columns: FloatArray


@dataclass(frozen=True, eq=False)
class Grid:
    """A diagram over two directions of gate voltage.

    Attributes:
        plan: open dots, charge states and all clusters.
        arrays: the Hamiltonian at µ = 0.
        mu_rows, mu_columns: (n, row) and (n, column) in meV; µ_i is their sum.
        driven: clusters whose µ changes over the grid.
        still: per charge state, everything that does not change over the grid.
        temperature: K.
    """

    plan: Layout
    arrays: Hamiltonian
    mu_rows: FloatArray
    mu_columns: FloatArray
    driven: tuple[Cluster, ...]
    still: Sectors
    temperature: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.mu_rows.shape[1], self.mu_columns.shape[1]


def make_grid(
    plan: Layout, arrays: Hamiltonian, mu_rows: FloatArray, mu_columns: FloatArray, temperature: float
) -> Grid:
    """Solve what is the same for all pixels (arguments as the attributes of `Grid`)."""
    moving = np.ptp(mu_rows, axis=1) + np.ptp(mu_columns, axis=1) > 0
    driven = tuple(cluster for cluster in plan.clusters if moving[cluster.dots].any())
    still = tuple(cluster for cluster in plan.clusters if not moving[cluster.dots].any())
    constant = np.where(moving, 0.0, mu_rows[:, 0] + mu_columns[:, 0])
    constant[plan.open] = 0.0
    solved = sectors(
        Layout(plan.open, plan.charges, still, plan.spin), arrays._replace(levels=arrays.levels - constant), temperature
    )
    return Grid(plan, arrays, mu_rows, mu_columns, driven, solved, temperature)


def sum_over(base: FloatArray, terms: list[tuple[FloatArray, Any]]) -> FloatArray:
    """base_i + Σ_k arm_ki x_k over the grid of all x_k, flattened with the last k fastest: (i, point)."""
    total = base[:, None]
    for arm, values in terms:
        total = (total[:, :, None] + (arm[:, None] * np.atleast_1d(values))[:, None, :]).reshape(len(base), -1)
    return total


def fill(grid: Grid, reading: Reading, out: Outputs) -> None:
    """Compute a diagram block by block into preallocated arrays.

    Args:
        grid: what to compute.
        reading: the detector.
        out: `energy`, `gap`, `detector_current` (row, column) in meV, meV and pA, `charge_state` (row, column) codes,
            `occupation` (n, row, column).
    """
    tilt_rows = -grid.plan.charges @ grid.mu_rows[grid.plan.open] + grid.still.ground[:, None]
    tilt_columns = -grid.plan.charges @ grid.mu_columns[grid.plan.open]
    # The outer sum of rows and columns as a product of rank two, which is three times as fast as broadcasting.
    left = np.stack([tilt_rows, np.ones_like(tilt_rows)], axis=2)
    right = np.stack([np.ones_like(tilt_columns), tilt_columns], axis=1)
    same = _same_states(grid.still)
    for rows in _row_blocks(grid):
        block = {name: array[..., rows, :] for name, array in out.items()}
        energies = left[:, rows] @ right  # (state, row, column)
        states = same
        if grid.driven:
            states = _driven_states(grid, rows)
            energies += states.ground
        _ground_state(energies, block)
        if len(energies) == 1:
            np.copyto(block["gap"], states.excited[0] - states.ground[0])
        if grid.temperature > 0:
            energies += states.free - states.ground
        _measure(grid, reading, states.occupation, energies, block)
        block["detector_current"] += reading.rows[rows, None]
        block["detector_current"] += reading.columns


def _measure(grid: Grid, reading: Reading, occupation: FloatArray, free: FloatArray, out: Outputs) -> None:
    """Occupations, and the detector's current without its background; `free` is used up."""
    broadened = reading.shifts.width > 0
    if broadened:
        np.copyto(out["detector_current"], _broadened(grid, reading, free, occupation))
    if grid.temperature == 0:
        _take(occupation, out["charge_state"], out["occupation"])
    else:
        _average(occupation, _state_weights(free, grid.temperature), out["occupation"])
    if not broadened:
        _read(reading.weights, out["occupation"], out["detector_current"])


def _row_blocks(grid: Grid) -> Iterator[slice]:
    rows, columns = grid.shape
    work = max((block.size**2 for cluster in grid.driven for block in cluster.basis), default=1)
    height = max(1, BLOCK // (columns * len(grid.plan.charges) * work))
    return (slice(start, min(start + height, rows)) for start in range(0, rows, height))


def _same_states(still: Sectors) -> Sectors:
    """What to add to the ground energies of `still`, which all pixels share: energies (state, 1, 1)."""
    free, ground, excited = (energy[:, None, None] - still.ground[:, None, None] for energy in still[:3])
    return Sectors(free, ground, excited, still.occupation)


def _driven_states(grid: Grid, rows: slice) -> Sectors:
    """What to add to the ground energies of `still` where driven clusters are solved pixel by pixel.

    Energies (state, row, column) and occupations (state, n, row, column).
    """
    mu = grid.mu_rows[:, rows, None] + grid.mu_columns[:, None, :]
    arrays = grid.arrays._replace(levels=grid.arrays.levels - np.moveaxis(mu, 0, -1))
    rest = _same_states(grid.still)
    free, ground, gap = rest.free, rest.ground, rest.excited
    occupation = np.tile(grid.still.occupation[..., None, None], (1, 1, *mu.shape[1:]))
    for cluster in grid.driven:
        field, which = fields(cluster, grid.plan, grid.arrays, grid.plan.charges)
        energy, electrons, lowest = averages(cluster.basis, *cluster.part(arrays, field), grid.temperature)
        free = free + np.moveaxis(energy[..., which], -1, 0)
        ground = ground + np.moveaxis(lowest[..., which, 0], -1, 0)
        gap = np.minimum(gap, np.moveaxis(lowest[..., which, 1] - lowest[..., which, 0], -1, 0))
        occupation[:, cluster.dots] = np.moveaxis(electrons[..., which, :], (-2, -1), (0, 1))
    return Sectors(free, ground, ground + gap, occupation)


def _ground_state(energies: FloatArray, out: Outputs) -> None:
    """Lowest energy, distance to the next state and code of the lowest, in one sweep over the states (axis 0)."""
    lowest, next_up, code = out["energy"], out["gap"], out["charge_state"]
    np.copyto(lowest, energies[0])
    next_up.fill(np.inf)
    code.fill(0)
    for state, energy in enumerate(energies[1:], start=1):
        np.copyto(code, state, where=energy < lowest)
        np.minimum(next_up, np.maximum(energy, lowest), out=next_up)
        np.minimum(lowest, energy, out=lowest)
    np.subtract(next_up, lowest, out=next_up)


def _take(table: FloatArray, code: NDArray[Any], out: FloatArray) -> None:
    """Occupations of the ground state, from a table (state, n) or pixel by pixel (state, n, row, column)."""
    index = code.astype(np.intp)
    for dot, target in enumerate(out):
        if table.ndim == 2:
            np.take(table[:, dot], index, out=target, mode="clip")
        else:
            np.copyto(target, np.take_along_axis(table[:, dot], index[None], axis=0)[0])


def _state_weights(energies: FloatArray, temperature: float) -> FloatArray:
    """Boltzmann weights of the states on axis 0, overwriting the energies; ground states share them at T = 0."""
    energies -= energies.min(axis=0)
    if temperature > 0:
        np.multiply(energies, -1.0 / (K_B * temperature), out=energies)
        np.exp(energies, out=energies)
    else:
        np.copyto(energies, energies == 0)
    energies /= energies.sum(axis=0)
    return energies


def _average(table: FloatArray, weights: FloatArray, out: FloatArray) -> None:
    """Σ_s w_s n_s from a table (state, n) or pixel by pixel (state, n, row, column)."""
    if table.ndim == 2:
        np.copyto(out, (table.T @ weights.reshape(len(weights), -1)).reshape(out.shape))
    else:
        np.einsum("snrc,src->nrc", table, weights, out=out)


def _read(weights: FloatArray, occupation: FloatArray, out: FloatArray) -> None:
    """Σ_i w_i n_i, skipping the dots that the detector does not see."""
    np.multiply(occupation[0], weights[0], out=out)
    for dot in np.flatnonzero(weights[1:]) + 1:
        out += weights[dot] * occupation[dot]


def _broadened(grid: Grid, reading: Reading, free: FloatArray, table: FloatArray) -> FloatArray:
    """The detector's current averaged over common shifts of all chemical potentials."""
    signal = np.tensordot(reading.weights, table, axes=(0, 1))  # (state, …)
    carriers = grid.plan.charges.sum(axis=1).astype(np.int64)
    return reading.shifts.average(
        free, signal.reshape(*signal.shape, *(1,) * (3 - signal.ndim)), carriers, grid.temperature
    )
