"""Correlations of a ground state: electrons, pairs, trions, densities and spins, with the signs of fermions.

For an operator O_i on site i the matrix ⟨O†_i O_j⟩ is that of the overlaps of the vectors O_i|ψ⟩:

    single    O_i = c_i↑                    pair      O_i = c_i↓ c_i↑
    secondary O_i = d_i                     trion     O_i = d†_i c_i↓ c_i↑          (a pair and a hole)
    density   O_i = n_i - ⟨n_i⟩, n = n_↑ + n_↓
    spin      O_i = ½(n_i↑ - n_i↓)
"""

from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.lattice.exact import Eigenstates, energy_unit, sector_of, solve
from attractron.lattice.hamiltonian import after, operator
from attractron.lattice.models import Model
from attractron.lattice.terms import Factor, Term, normal_form

CORRELATORS: dict[str, tuple[str, tuple[tuple[float, tuple[tuple[str, str], ...]], ...]]] = {
    "single": ("⟨c†_i↑ c_j↑⟩", ((1.0, (("annihilate", "up"),)),)),
    "pair": ("pair correlation", ((1.0, (("annihilate", "down"), ("annihilate", "up"))),)),
    "secondary": ("⟨d†_i d_j⟩", ((1.0, (("annihilate", "sec"),)),)),
    "trion": (
        "trion correlation",
        ((1.0, (("create", "sec"), ("annihilate", "down"), ("annihilate", "up"))),),
    ),
    "density": ("connected density correlation", ((1.0, (("number", "up"),)), (1.0, (("number", "down"),)))),
    "spin": ("⟨S^z_i S^z_j⟩", ((0.5, (("number", "up"),)), (-0.5, (("number", "down"),)))),
}
"""Name → what it is, and O_i as a sum of (weight, operators on site i)."""


def correlations(model: Model, **numbers: int) -> xr.Dataset:
    """Correlations ⟨O†_i O_j⟩ in the ground state (module's docstring).

    Args:
        model: with the species up and down; with sec for the last two.
        **numbers: n_<species>, as `attractron.lattice.ground_state`.

    Returns:
        Dataset over (site, other): single, pair, density, spin, and secondary and trion where there is a secondary;
        gap to the next level. Of a degenerate ground state they are those of one state, and `validity` says so.

    Raises:
        InputError: as `attractron.lattice.ground_state`; no species up and down.

    Example:
        >>> chain = at.lattice.PrimarySecondary(length=4, t=1, U=2, V1=0, t_sec=0.5, V_sec=2, V_sec2=0, V=4)
        >>> found = at.lattice.correlations(chain, n_up=1, n_down=1, n_sec=3)
        >>> bool(np.isclose(np.trace(found["single"]), 1.0))
        True
    """
    names = {each.name for each in model.species}
    if not {"up", "down"} <= names:
        expected = "have the species up and down for correlations"
        raise InputError("model", expected, ", ".join(sorted(names)))
    found = solve(model.species, normal_form(model.species, model.terms), sector_of(model, numbers), 2)
    length = next(each.sites for each in model.species if each.name == "up")
    variables: dict[str, Variable] = {
        name: (("site", "other"), _overlaps(found, length, parts, connected=name == "density"), "1", text)
        for name, (text, parts) in CORRELATORS.items()
        if {species for _, letters in parts for _, species in letters} <= names
    }
    gap = float(found.energies[1] - found.energies[0]) if found.energies.size > 1 else np.nan
    variables["gap"] = ((), gap, "1", "energy of the next level of the sector above the lowest")
    said = ["Exact for this chain; exponents and correlation lengths take longer ones."]
    if not found.converged:
        said.append("NOT CONVERGED: the state is no eigenstate to the accuracy of the method.")
    if found.degenerate:
        said.append("The ground state is degenerate: correlations are those of one of its states.")
    return dataset(
        variables,
        {name: (name, np.arange(length), "1", text) for name, text in (("site", "site i"), ("other", "site j"))},
        question="lattice.correlations",
        parameters={**model.describe(), **numbers},
        method="overlaps in the exact ground state",
        validity=said,
        references=("attractron",),
    ).assign_attrs(energy_unit=energy_unit(model))


def _overlaps(found: Eigenstates, length: int, parts: Any, *, connected: bool) -> FloatArray:
    """⟨O†_i O_j⟩ (site, other); without ⟨O_i⟩⟨O_j⟩ if `connected`."""
    state = found.vectors[:, 0]
    vectors = []
    for site in range(length):
        terms = [Term(w, tuple(Factor(op, name, site) for op, name in letters)) for w, letters in parts]
        form = normal_form(found.species, terms)
        target = after(found.species, found.sector, next(iter(form)))
        room = zip(found.species, target, strict=True)
        if not all(number is None or 0 <= number <= each.sites for each, number in room):
            return np.zeros((length, length))
        vectors.append(operator(found.species, form, found.sector) @ state)
    stacked = np.array(vectors)  # (site, state)
    result: FloatArray = stacked @ stacked.T
    if connected:
        mean = stacked @ state
        result = result - np.outer(mean, mean)
    return result
