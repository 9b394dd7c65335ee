"""Gaps of a chain from the ground states of neighbouring charge sectors, and what they tend to in long chains.

With E(a, b, s) the ground-state energy at N_↑ + a, N_↓ + b, N_sec + s:

    spin gap                E(1, -1, 0) - E(0, 0, 0)
    pair binding            2E(0, -1, 0) - E(0, 0, 0) - E(-1, -1, 0)           > 0: two electrons are bound
    the same, adding        2E(1, 0, 0) - E(0, 0, 0) - E(1, 1, 0)
    charge gap              E(1, 0, 0) + E(0, -1, 0) - 2E(0, 0, 0)             of one electron
    D_pair, D_hole, D_trion E(x) + E(-x) - 2E(0, 0, 0),  x = (1, 1, 0), (0, 0, -1), (1, 1, -1)
    trion binding           E(-1, -1, 0) + E(0, 0, 1) - E(0, 0, 0) - E(-1, -1, 1)

Which D falls as 1/L counts the gapless modes of the charge: a pair mode and a hole mode in the paired phase, that of
the trion alone in the trion phase. In the trion phase pair binding means nothing: it leaves a hole behind.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, whole
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.lattice.exact import STATUS, energy_unit, sector_of, solve
from attractron.lattice.hamiltonian import Sector
from attractron.lattice.models import Model
from attractron.lattice.terms import normal_form

Offset = tuple[int, int, int]

GAPS: dict[str, tuple[str, dict[Offset, int]]] = {
    "spin_gap": ("spin gap", {(1, -1, 0): 1, (0, 0, 0): -1}),
    "pair_binding": ("pair binding, removing", {(0, -1, 0): 2, (0, 0, 0): -1, (-1, -1, 0): -1}),
    "pair_binding_adding": ("pair binding, adding", {(1, 0, 0): 2, (0, 0, 0): -1, (1, 1, 0): -1}),
    "charge_gap": ("charge gap of one electron", {(1, 0, 0): 1, (0, -1, 0): 1, (0, 0, 0): -2}),
    "D_pair": ("E(+pair) + E(-pair) - 2E", {(1, 1, 0): 1, (-1, -1, 0): 1, (0, 0, 0): -2}),
    "D_hole": ("E(+hole) + E(-hole) - 2E", {(0, 0, -1): 1, (0, 0, 1): 1, (0, 0, 0): -2}),
    "D_trion": ("E(+trion) + E(-trion) - 2E", {(1, 1, -1): 1, (-1, -1, 1): 1, (0, 0, 0): -2}),
    "trion_binding": ("trion binding", {(-1, -1, 0): 1, (0, 0, 1): 1, (0, 0, 0): -1, (-1, -1, 1): -1}),
}
"""Gap → its name, and sector → coefficient of its energy."""

FEWEST_LENGTHS = 3


def gaps(model: Model, **numbers: int) -> xr.Dataset:
    """The gaps of a chain (module's docstring), each sector solved once.

    Args:
        model: with the species up, down and, for holes and trions, sec; other species stay as they are.
        **numbers: n_<species>, as `attractron.lattice.ground_state`; as many electrons up as down.

    Returns:
        Dataset: each gap and its _uncertainty (the summed errors of its energies), energy, status. NaN where a sector
        lies outside the chain, or where there is no secondary.

    Raises:
        InputError: as `attractron.lattice.ground_state` for any of the sectors; no species up and down; different
            numbers of them.

    Example:
        >>> chain = at.lattice.PrimarySecondary(length=6, t=1, U=1, V1=0, t_sec=3, V_sec=0, V_sec2=0, V=16)
        >>> found = at.lattice.gaps(chain, n_up=2, n_down=2, n_sec=3)
        >>> round(float(found["pair_binding"]), 6), round(float(found["D_pair"]), 6)
        (0.791223, 0.885316)
    """
    places = _places(model)
    centre = sector_of(model, numbers)
    if centre[places[0]] != centre[places[1]]:
        got = f"{centre[places[0]]} and {centre[places[1]]}"
        raise InputError("n_up", "be equal to n_down for gaps", got, "ask ground_state for other sectors")
    wanted = {
        offset for _, parts in GAPS.values() for offset in parts if len(places) == 3 or not any(o[2] for o in parts)
    }
    sectors = {offset: _moved(model, centre, places, offset) for offset in sorted(wanted)}
    form = normal_form(model.species, model.terms)
    energies: dict[Offset, tuple[float, float]] = {}
    converged = True
    for offset, sector in sectors.items():
        if sector is None:
            continue
        found = solve(model.species, form, sector)
        energies[offset] = float(found.energies[0]), float(found.residuals[0])
        converged = converged and found.converged
    variables: dict[str, Variable] = {
        "energy": ((), energies[0, 0, 0][0], "1", "ground-state energy"),
        "status": ((), np.int8(not converged), "1", "status of the diagonalisation"),
    }
    for name, (text, parts) in GAPS.items():
        value, error = _combined(parts, energies)
        variables[name] = ((), value, "1", text)
        variables[f"{name}_uncertainty"] = ((), error, "1", f"uncertainty of the {text}")
    result = dataset(
        variables,
        {},
        question="lattice.gaps",
        parameters={**model.describe(), **numbers},
        method=f"exact diagonalisation of {len(energies)} sectors",
        validity=[
            "Exact for this chain; a finite chain has gaps in any phase: what they tend to takes several lengths.",
            *([] if converged else ["NOT CONVERGED: some energies are no eigenvalues to the accuracy of the method."]),
        ],
        references=("attractron",),
    )
    result["status"].attrs.update(flags(STATUS))
    return result.assign_attrs(energy_unit=energy_unit(model))


def _places(model: Model) -> tuple[int, ...]:
    """Where up, down and perhaps sec stand among the species."""
    names = [each.name for each in model.species]
    for name in ("up", "down"):
        if name not in names:
            expected = "have the species up and down for gaps"
            raise InputError("model", expected, ", ".join(names), "combine energies of ground_state")
    return tuple(names.index(name) for name in ("up", "down", "sec") if name in names)


def _moved(model: Model, centre: Sector, places: tuple[int, ...], offset: Offset) -> Sector | None:
    """A sector beside the centre; None where a species has no room or its number is not fixed."""
    numbers = list(centre)
    for place, change in zip(places, offset, strict=False):
        own = numbers[place]
        if own is None or not 0 <= own + change <= model.species[place].sites:
            return None
        numbers[place] = own + change
    return tuple(numbers)


def _combined(parts: Mapping[Offset, int], energies: Mapping[Offset, tuple[float, float]]) -> tuple[float, float]:
    if not all(offset in energies for offset in parts):
        return np.nan, np.nan
    value = sum(weight * energies[offset][0] for offset, weight in parts.items())
    return value, sum(abs(weight) * energies[offset][1] for offset, weight in parts.items())


def extrapolate(lengths: Sequence[int], values: ArrayLike) -> tuple[float, float]:
    """What a gap of open chains tends to, and how far two forms of its approach disagree.

    With x = 1/(L + 1): a + bx + cx² (a gap that closes, or ends that matter) and a + bx² + cx³ (the bottom of a band
    above a gap), by least squares. The limit is the mean of both; its error is half their difference plus what the
    larger of them moves when the shortest chain is left out and the last coefficient with it. That is a range of
    assumptions, no standard deviation: a form that neither covers lies outside it.

    Args:
        lengths: three different lengths at least.
        values: gaps (length,).

    Returns:
        Limit and error.

    Raises:
        InputError: fewer lengths, or two alike; values that are not finite or of another number.

    Example:
        >>> limit, error = at.lattice.extrapolate([8, 16, 32], [1.459, 1.240, 1.147])
        >>> round(limit, 2), error < 0.1
        (1.09, True)
    """
    sites = [whole("lengths", each, at_least=1) for each in lengths]
    if len(set(sites)) < max(FEWEST_LENGTHS, len(sites)):
        raise InputError("lengths", f"be at least {FEWEST_LENGTHS} different lengths", str(sites), "add longer chains")
    gap = np.asarray(values, dtype=float)
    if gap.shape != (len(sites),) or not np.isfinite(gap).all():
        raise InputError("values", f"be {len(sites)} finite numbers", str(gap.tolist()))
    order = np.argsort(sites)
    x, gap = 1 / (np.array(sites)[order] + 1.0), gap[order]
    limits = [_limit(x, gap, powers) for powers in ((1, 2), (2, 3))]
    fewer = [_limit(x[1:], gap[1:], powers) for powers in ((1,), (2,))]
    moved = max(abs(one - other) for one, other in zip(limits, fewer, strict=True))
    return float(np.mean(limits)), abs(limits[0] - limits[1]) / 2 + moved


def _limit(x: FloatArray, values: FloatArray, powers: tuple[int, ...]) -> float:
    design: Any = np.stack([np.ones_like(x), *(x**power for power in powers)], axis=1)
    return float(np.linalg.lstsq(design, values, rcond=None)[0][0])
