"""Chains on a lattice as study files describe them (`lattice`): exact ground states, gaps, the phase that they say."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import xarray as xr

from attractron.lattice import PrimarySecondary, gaps, ground_state, phase_of_chain
from attractron.lattice.verdict import PHASES
from attractron.studies.schemas import Options, table_of, units_of
from attractron.studies.study import Kind, Query, Question, Study, Verdict

NUMBERS = ("n_up", "n_down", "n_sec")


def particles(*, n_up: int, n_down: int, n_sec: int) -> dict[str, int]:
    """Numbers of particles, as options of every question."""
    return {"n_up": n_up, "n_down": n_down, "n_sec": n_sec}


def _numbers(query: Query) -> dict[str, Any]:
    return {name: getattr(query.options, name) for name in NUMBERS}


def _ground_state(query: Query) -> xr.Dataset:
    return ground_state(query.model, states=query.options.states, **_numbers(query))


def _gaps(query: Query) -> xr.Dataset:
    """Gaps of one length, or of several with what they tend to."""
    if query.options.lengths:
        return phase_of_chain(query.model, query.options.lengths, **_numbers(query))
    return gaps(query.model, **_numbers(query))


def _range(values: xr.DataArray) -> str:
    low, high = float(values.min()), float(values.max())
    return f"{low:.4g}" if np.isclose(low, high) else f"{low:.4g} to {high:.4g}"


def _ground_verdict(study: Study, result: xr.Dataset) -> Verdict:
    """The energy, and whether it is one."""
    failed, equal = int((result["status"] != 0).sum()), int(result["degenerate"].sum())
    text = f"Ground-state energy {_range(result['energy'])}, error at most {float(result['energy_error'].max()):.1g}"
    text += f", on {study.model.length} sites, in the unit of the parameters."
    text += f" {failed} of {result['status'].size} points did not converge." if failed else ""
    text += f" {equal} of {result['degenerate'].size} ground states are degenerate." if equal else ""
    return Verdict(text=text, numbers={"energy_lowest": (float(result["energy"].min()), "1")})


def _gaps_verdict(study: Study, result: xr.Dataset) -> Verdict:
    """The phase where several lengths say one; else what this length shows, and that it decides nothing."""
    numbers = {
        f"{name}_{end}": (float(getattr(result[name], end)()), "1")
        for name in ("spin_gap", "pair_binding")
        for end in ("min", "max")
    }
    if "phase" in result:
        counts = {name: int((result["phase"] == code).sum()) for code, name in PHASES.items()}
        total = result["phase"].size
        parts = [f"{name} at {count} of {total} points" for name, count in counts.items() if count]
        why = str(result.attrs.get("why", ""))
        text = next(name for name, count in counts.items() if count) if total == 1 else ", ".join(parts)
        text = f"Phase: {text}" + (f" ({why})." if total == 1 and why else ".")
        text += " From short chains, extrapolated in two forms; gaps smaller than their errors are not excluded."
        return Verdict(text=text, numbers=numbers)
    bound = (result["pair_binding"] > result["pair_binding_uncertainty"]) & (
        result["pair_binding_adding"] > result["pair_binding_adding_uncertainty"]
    )
    split = (result["D_pair"] < 0) | (result["D_hole"] < 0) | (result["D_trion"] < 0)
    text = f"Phase: undecided (one length of {study.model.length} sites: a finite chain has gaps in any phase)."
    text += f" Two electrons are bound at {int(bound.sum())} of {bound.size} points: pair binding"
    text += f" {_range(result['pair_binding'])}, spin gap {_range(result['spin_gap'])}, in the unit of the parameters."
    if int(split.sum()):
        text += f" At {int(split.sum())} points D_pair, D_hole or D_trion is negative: the chain gains by splitting."
    if int((result["status"] != 0).sum()):
        text += f" {int((result['status'] != 0).sum())} points did not converge."
    return Verdict(text=text + " For a phase ask for lengths = [...], three or more of this filling.", numbers=numbers)


def _vary(chain: PrimarySecondary, values: Mapping[str, float]) -> PrimarySecondary:
    changed: dict[str, Any] = dict(values)
    return replace(chain, **changed)


_GROUND: Any = table_of(particles, Options, states=(int, 1))
_GAPS: Any = table_of(particles, Options, lengths=(list[int], []))

LATTICE = Kind(
    name="lattice",
    about="a primary and a secondary wire on a lattice of few sites, without approximation",
    table=table_of(PrimarySecondary),
    parameters=lambda _chain: units_of(PrimarySecondary),
    controls=lambda _chain: {},
    vary=_vary,
    describe=asdict,
    questions={
        "gaps": Question(
            about="spin gap, binding of pairs and trions, stiffness of the charge, and the phase they say",
            answer=_gaps,
            verdict=_gaps_verdict,
            options=_GAPS,
            knobs=(),
        ),
        "ground-state": Question(
            about="energy of the ground state with its error, lowest levels, densities",
            answer=_ground_state,
            verdict=_ground_verdict,
            options=_GROUND,
            knobs=(),
        ),
    },
)
