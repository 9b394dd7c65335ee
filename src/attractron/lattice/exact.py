"""Ground states of short chains by exact diagonalisation of a charge sector (Lanczos; dense when it is small)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackNoConvergence, eigsh

from attractron.core.checks import FloatArray, choice, nearest, whole
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.lattice.hamiltonian import Sector, bit_strings, hamiltonian, sector_dimension
from attractron.lattice.models import Model
from attractron.lattice.terms import Monomial, Species, conserved, normal_form

LARGEST = 1_000_000
"""States of a sector."""

DENSE = 150
"""Sectors up to this size are diagonalised as a whole."""

MOST_STATES = 20
"""Lowest states of a sector that may be asked for."""

TOLERANCE = 1e-9
"""Of a residual |Hψ - Eψ| in units of max(1, |E|): above it a state is not converged."""

DEGENERATE = 1e-8
"""Two levels closer than this, in units of max(1, |E|), count as one."""

STATUS = {0: "converged", 1: "not converged"}

METHODS = ("exact",)


@dataclass(frozen=True, eq=False)
class Eigenstates:
    """The lowest states of a sector.

    Attributes:
        species: of the model.
        sector: particles of each.
        energies: (state,), rising.
        residuals: |Hψ - Eψ| (state,): a level of H lies within it.
        vectors: (state of the basis, state).
    """

    species: tuple[Species, ...]
    sector: Sector
    energies: FloatArray
    residuals: FloatArray
    vectors: FloatArray

    @property
    def converged(self) -> bool:
        """Whether every residual is small."""
        return bool((self.residuals <= TOLERANCE * np.maximum(1.0, np.abs(self.energies))).all())

    @property
    def degenerate(self) -> bool:
        """Whether the two lowest levels coincide: then densities and correlations depend on which state is taken."""
        if self.energies.size < 2:
            return False
        return bool(self.energies[1] - self.energies[0] <= DEGENERATE * max(1.0, abs(self.energies[0])))


def ground_state(model: Model, *, method: str = "exact", states: int = 1, **numbers: int) -> xr.Dataset:
    """The ground state of a chain with given numbers of particles, and the lowest levels above it.

    H is a sparse matrix over the states of the charge sector, diagonalised by implicitly restarted Lanczos from a fixed
    start. The error of an energy is the size of its residual |Hψ - Eψ| plus rounding, 1e-15 × |H|: a level of H lies
    that close for certain.

    Args:
        model: `PrimarySecondary`, `PrimaryLadder`, `ThreeComponent`, `LittleChain`, `TermList`, or what has their
            `species` and `terms`.
        method: "exact".
        states: lowest levels, 1 to 20.
        **numbers: n_<species> for each species whose number the Hamiltonian conserves: n_up, n_down, n_sec.

    Returns:
        Dataset: energy, energy_error, gap (to the next level; NaN where there is one state only), status, energies and
        energies_error (level), density (species, site; NaN beyond a shorter species' sites), degenerate. Energies in
        the unit of the model's parameters. Densities of a degenerate ground state are those of one of its states.

    Raises:
        InputError: a number that is missing, unknown, not conserved or outside the chain; more than 10⁶ states.

    Example:
        >>> chain = at.lattice.PrimarySecondary(length=4, t=1, U=2, V1=0, t_sec=0.5, V_sec=2, V_sec2=0, V=4)
        >>> found = at.lattice.ground_state(chain, n_up=1, n_down=1, n_sec=3)
        >>> round(float(found["energy"]), 9)
        2.295001088
    """
    choice("method", method, METHODS)
    if whole("states", states, at_least=1) > MOST_STATES:
        raise InputError("states", f"be at most {MOST_STATES}", states)
    sector = sector_of(model, numbers)
    form = normal_form(model.species, model.terms)
    found = solve(model.species, form, sector, max(states, 2))
    return _labelled(model, numbers, found, states, method)


def sector_of(model: Model, numbers: Mapping[str, Any]) -> Sector:
    """The particle numbers in the order of the species, checked against the model.

    Raises:
        InputError: as `ground_state`.
    """
    fixed = conserved(model.species, model.terms)
    wanted = {f"n_{each.name}": each for each, is_fixed in zip(model.species, fixed, strict=True) if is_fixed}
    for name in numbers:
        if name not in wanted:
            free = [f"n_{each.name}" for each in model.species]
            why = "no number that this Hamiltonian conserves" if name in free else "no species"
            expected = f"be one of {', '.join(wanted)}" if wanted else "be left out: no number is conserved"
            raise InputError(name, expected, why, nearest(name, wanted))
    for name, species in wanted.items():
        if name not in numbers:
            raise InputError(name, f"be given: particles of {species.name!r}", "nothing", f"0 to {species.sites}")
        if whole(name, numbers[name]) > species.sites:
            raise InputError(name, f"be at most {species.sites}, one a site", numbers[name])
    sector = tuple(int(numbers[f"n_{each.name}"]) if f"n_{each.name}" in wanted else None for each in model.species)
    check_dimension(model.species, sector)
    return sector


def check_dimension(species: tuple[Species, ...], sector: Sector) -> None:
    """Refuse sectors that are too large.

    Raises:
        InputError: more than 10⁶ states.
    """
    dimension = sector_dimension(species, sector)
    if dimension > LARGEST:
        expected = f"have a sector of at most {LARGEST:,} states for exact diagonalisation"
        remedy = "take a shorter chain or fewer particles; longer ones need DMRG, which is not here yet"
        raise InputError("model", expected, f"{dimension:,} states", remedy)


def solve(species: tuple[Species, ...], form: dict[Monomial, float], sector: Sector, states: int = 1) -> Eigenstates:
    """The lowest states of a sector (fewer where it is smaller), without labels.

    Args:
        species: of the model.
        form: its Hamiltonian (`attractron.lattice.terms.normal_form`).
        sector: particles of each species.
        states: how many.

    Raises:
        InputError: a sector of more than 10⁶ states.
    """
    check_dimension(species, sector)
    matrix = hamiltonian(species, form, sector)
    energies, vectors = _lowest(matrix, min(states, matrix.shape[0]))
    rounding = 1e-15 * float(abs(matrix).sum(axis=1).max())
    residuals = np.linalg.norm(matrix @ vectors - vectors * energies, axis=0) + rounding
    return Eigenstates(species, sector, energies, residuals, vectors)


def _lowest(matrix: Any, states: int) -> tuple[FloatArray, FloatArray]:
    """Lowest levels and vectors of a sparse symmetric matrix, rising."""
    size = matrix.shape[0]
    if size <= max(DENSE, 3 * states):
        return eigh(matrix.toarray(), subset_by_index=(0, states - 1))  # type: ignore[no-any-return]
    start = np.random.default_rng(0).standard_normal(size)  # fixed, of no symmetry
    width = min(size - 1, max(2 * states + 1, 24))
    try:
        energies, vectors = eigsh(matrix, k=states, which="SA", v0=start, ncv=width, maxiter=2000, tol=1e-11)
    except ArpackNoConvergence as stopped:
        # What has converged may miss the lowest: the start vector stands in, and its residual says what it is worth.
        missing = states - stopped.eigenvalues.size
        filler = np.repeat(start[:, None] / np.linalg.norm(start), missing, axis=1)
        vectors = np.concatenate([stopped.eigenvectors, filler], axis=1)
        energies = np.einsum("is,is->s", vectors, matrix @ vectors)
    order = np.argsort(energies)
    return energies[order], vectors[:, order]


def densities(found: Eigenstates) -> FloatArray:
    """⟨n⟩ of the lowest state (species, site); NaN beyond the sites of a shorter species."""
    sites = max(each.sites for each in found.species)
    shape = [bit_strings(each.sites, n).size for each, n in zip(found.species, found.sector, strict=True)]
    weight = (found.vectors[:, 0] ** 2).reshape(shape)
    result = np.full((len(found.species), sites), np.nan)
    for k, each in enumerate(found.species):
        own = weight.sum(axis=tuple(axis for axis in range(len(shape)) if axis != k))
        bits = (bit_strings(each.sites, found.sector[k])[:, None] >> np.arange(each.sites)) & 1
        result[k, : each.sites] = own @ bits
    return result


def _labelled(model: Model, numbers: Mapping[str, int], found: Eigenstates, states: int, method: str) -> xr.Dataset:
    kept = min(states, found.energies.size)
    gap = float(found.energies[1] - found.energies[0]) if found.energies.size > 1 else np.nan
    density = densities(found)
    variables: dict[str, Variable] = {
        "energy": ((), found.energies[0], "1", "ground-state energy"),
        "energy_error": ((), found.residuals[0], "1", "error of the ground-state energy"),
        "gap": ((), gap, "1", "energy of the next level of the sector above the lowest"),
        "energies": ("level", found.energies[:kept], "1", "lowest energies of the sector"),
        "energies_error": ("level", found.residuals[:kept], "1", "error of the energies"),
        "density": (("species", "site"), density, "1", "particles on a site"),
        "degenerate": ((), found.degenerate, "1", "the two lowest levels coincide"),
        "status": ((), np.int8(not found.converged), "1", "status of the diagonalisation"),
    }
    coords: dict[str, Variable] = {
        "level": ("level", np.arange(kept), "1", "number of the level"),
        "species": ("species", [each.name for each in found.species], "1", "species"),
        "site": ("site", np.arange(density.shape[1]), "1", "site"),
    }
    result = dataset(
        variables,
        coords,
        question="lattice.ground_state",
        parameters={**model.describe(), **numbers},
        method=f"{method} diagonalisation of a sector of {found.vectors.shape[0]} states",
        validity=_validity(found),
        references=("attractron",),
        options={"method": method, "states": states},
    )
    result["status"].attrs.update(flags(STATUS))
    return result.assign_attrs(energy_unit=energy_unit(model))


def energy_unit(model: Model) -> str:
    """Which unit energies have: that of the parameters, in which the hopping has its value."""
    hopping = model.describe().get("t")
    return "that of the model's parameters" + ("" if hopping is None else f", in which t = {hopping:g}")


def _validity(found: Eigenstates) -> list[str]:
    said = ["Exact for this chain and these numbers; a finite chain has no phases and no true gaps."]
    if not found.converged:
        said.append("NOT CONVERGED: the energies are no eigenvalues to the accuracy of the method.")
    if found.degenerate:
        said.append("The ground state is degenerate: densities are those of one of its states.")
    if found.energies.size > 2:
        said.append("Of more than two equal levels Lanczos may miss some.")
    return said
