"""Which phase a chain is in, by what its gaps tend to; "undecided" wherever they do not say.

With ± the error of `extrapolate`, a gap is *open* if its limit is more than twice that above zero, and *closed* if zero
lies within it and the error is at most half of the gap of the longest chain (an error that covers everything says
nothing).

    decoupled    spin gap, D_pair, D_hole closed; no binding that is open
    paired       spin gap and pair binding open; D_pair and D_hole closed
    trion        spin gap, D_pair, D_hole open; D_trion closed

A negative D at any length means that the chain gains by splitting into parts of different density: undecided, whatever
the gaps. One or two lengths: undecided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import whole
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.lattice.exact import energy_unit
from attractron.lattice.gaps import FEWEST_LENGTHS, GAPS, extrapolate, gaps

PHASES = {0: "undecided", 1: "decoupled", 2: "paired", 3: "trion"}

OPEN = 2.0
"""Errors by which the limit of an open gap lies above zero."""

CLOSED = 0.5
"""Largest error of a closed gap, in units of the gap of the longest chain."""

STIFFNESS = ("D_pair", "D_hole", "D_trion")


def phase_of_chain(model: Any, lengths: Sequence[int], **numbers: int) -> xr.Dataset:
    """The gaps of chains of one filling, what they tend to, and the phase that they say (module's docstring).

    Args:
        model: `PrimarySecondary` or another model with a `length`, species up, down and sec.
        lengths: of the chains; at each, particles in proportion must be whole numbers. Three or more for a verdict.
        **numbers: n_<species> of a chain of the model's own length.

    Returns:
        Dataset: each gap and its _uncertainty over `length`; <gap>_limit and <gap>_limit_uncertainty, NaN from fewer
        than three lengths; phase, integer codes with flag_meanings; `why` in the attributes.

    Raises:
        InputError: a ring, whose gaps tend otherwise; a length at which the filling makes no whole numbers; as
            `attractron.lattice.gaps`.

    Example:
        >>> chain = at.lattice.PrimarySecondary(length=4, t=1, U=2, V1=0, t_sec=0.5, V_sec=2, V_sec2=0, V=4)
        >>> found = at.lattice.phase_of_chain(chain, [4], n_up=1, n_down=1, n_sec=3)
        >>> int(found["phase"]), found.attrs["why"]
        (0, 'one length: a finite chain has gaps in any phase')
    """
    sizes = [whole("lengths", each, at_least=1) for each in lengths]
    if not sizes or sorted(set(sizes)) != sizes:
        raise InputError("lengths", "rise", str(sizes), "for example [4, 6, 8]")
    if getattr(model, "boundary", "open") != "open":
        remedy = "its gaps go with 1/L and with the filling of shells; ask gaps at each length"
        raise InputError("model", 'have boundary="open" for a verdict', repr(model.boundary), remedy)
    chains = [_scaled(model, size, numbers) for size in sizes]
    found = [gaps(chain, **own) for chain, own in chains]
    values = {name: np.array([float(each[name]) for each in found]) for name in GAPS}
    converged = all(int(each["status"]) == 0 for each in found)
    limits = {name: _limit(sizes, own) for name, own in values.items()}
    code, why = judge(sizes, values, limits) if converged else (0, "some energies did not converge")
    variables: dict[str, Variable] = {"phase": ((), np.int8(code), "1", "phase")}
    for name, (text, _) in GAPS.items():
        errors = np.array([float(each[f"{name}_uncertainty"]) for each in found])
        variables[name] = ("length", values[name], "1", text)
        variables[f"{name}_uncertainty"] = ("length", errors, "1", f"uncertainty of the {text}")
        variables[f"{name}_limit"] = ((), limits[name][0], "1", f"{text} of a long chain")
        variables[f"{name}_limit_uncertainty"] = (
            (),
            limits[name][1],
            "1",
            f"uncertainty of the {text} of a long chain",
        )
    result = dataset(
        variables,
        {"length": ("length", sizes, "1", "sites")},
        question="lattice.phase_of_chain",
        parameters={**model.describe(), **numbers},
        method="exact diagonalisation of all sectors at every length, two forms of extrapolation",
        validity=["Short open chains: a length or a gap beyond what they resolve is not seen."],
        references=("attractron",),
        options={"lengths": sizes},
    )
    result["phase"].attrs.update(flags(PHASES))
    return result.assign_attrs(energy_unit=energy_unit(model), why=why)


def _scaled(model: Any, size: int, numbers: Mapping[str, int]) -> tuple[Any, dict[str, int]]:
    """The model at another length, with particles in proportion."""
    own = {}
    for name, number in numbers.items():
        scaled, rest = divmod(whole(name, number) * size, model.length)
        if rest:
            remedy = f"{name} = {number} on {model.length} sites would be {number * size / model.length:.4g}"
            raise InputError("lengths", "keep all numbers of particles whole", size, remedy)
        own[name] = scaled
    return replace(model, length=size), own


def _limit(sizes: Sequence[int], values: Any) -> tuple[float, float]:
    if len(sizes) < FEWEST_LENGTHS or not np.isfinite(values).all():
        return np.nan, np.nan
    return extrapolate(sizes, values)


def judge(
    sizes: Sequence[int], values: Mapping[str, Any], limits: Mapping[str, tuple[float, float]]
) -> tuple[int, str]:
    """Code of the phase, and why.

    Args:
        sizes: lengths, rising.
        values: gap → its values (length,).
        limits: gap → limit and error.
    """
    if len(sizes) < FEWEST_LENGTHS:
        count = "one length" if len(sizes) == 1 else f"{len(sizes)} lengths"
        return 0, f"{count}: a finite chain has gaps in any phase"
    negative = [name for name in STIFFNESS if np.nanmin([*values[name], np.inf]) < 0]
    if negative:
        return 0, f"{', '.join(negative)} below zero: the chain gains by splitting into parts of different density"
    states = {name: _state(limits[name], values[name][-1]) for name in GAPS}
    said = ", ".join(f"{name} {states[name]}" for name in ("spin_gap", "pair_binding", *STIFFNESS))
    charge = states["D_pair"], states["D_hole"]
    if states["spin_gap"] == "closed" and charge == ("closed",) * 2 and "open" not in _bindings(states):
        return 1, said
    if states["spin_gap"] == "open" and charge == ("closed",) * 2 and states["pair_binding"] == "open":
        return 2, said
    if states["spin_gap"] == "open" and charge == ("open",) * 2 and states["D_trion"] == "closed":
        return 3, said
    return 0, f"no phase has all of: {said}"


def _bindings(states: Mapping[str, str]) -> tuple[str, ...]:
    return states["pair_binding"], states["pair_binding_adding"], states["trion_binding"]


def _state(limit: tuple[float, float], longest: float) -> str:
    value, error = limit
    if not np.isfinite(value):
        return "unknown"
    if value > OPEN * error:
        return "open"
    return "closed" if abs(value) <= error <= CLOSED * longest else "unknown"
