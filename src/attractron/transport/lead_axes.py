"""Couplings and the temperature of leads as axes of questions about a junction: a junction for each of their points."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar, cast

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.around import asked_around
from attractron.core.axes import over_axes
from attractron.core.checks import positive
from attractron.core.results import to_json
from attractron.transport.junction import Junction
from attractron.transport.validity import OF_QUESTION, Failure, marks, notes

Question = TypeVar("Question", bound=Callable[..., xr.Dataset])


def lead_knobs(junction: Junction) -> dict[str, tuple[str, str]]:
    """What the leads add to the knobs of a junction: name → (unit, long name).

    >>> from attractron.dots import Device
    >>> from attractron.transport import Lead
    >>> lead = Lead(name="S", dot="P", Gamma=0.01, temperature=0.1)
    >>> list(lead_knobs(Junction(device=Device(dots=("P",), repulsion=[[0.0]]), leads=[lead])))
    ['Gamma_S', 'temperature']
    """
    couplings = {f"Gamma_{lead.name}": ("meV", f"coupling to {lead.name}") for lead in junction.leads}
    every = {**couplings, "temperature": ("K", "temperature of all leads")}
    return {name: about for name, about in every.items() if name not in junction.knobs}


def with_leads(junction: Junction, values: Mapping[str, float]) -> Junction:
    """The junction with other couplings Γ (meV), or another temperature of all leads (K).

    Raises:
        InputError: Γ or T not positive.
    """
    leads = []
    for lead in junction.leads:
        name = f"Gamma_{lead.name}"
        Gamma = positive(name, values[name]) if name in values else lead.Gamma
        leads.append(replace(lead, Gamma=Gamma, temperature=values.get("temperature", lead.temperature)))
    return replace(junction, leads=tuple(leads))


def over_leads(question: Question) -> Question:
    """The question with the knobs of the leads among its axes; its last option is `part`."""

    @wraps(question)
    def asked(junction: Junction, axes: Mapping[str, ArrayLike], **options: Any) -> xr.Dataset:
        knobs = lead_knobs(junction)
        over_axes("axes", axes, (*junction.knobs, *knobs))
        whys: list[str] = []

        def one(rest: Mapping[str, ArrayLike], values: dict[str, float]) -> xr.Dataset:
            found = question(with_leads(junction, values), rest, **{**options, "part": True})
            place = ", ".join(f"{name} = {value:.6g}" for name, value in values.items())
            whys.extend(f"with {place}, {found.attrs[key]}" for key in ("failure",) if key in found.attrs)
            return found

        result = asked_around(axes, knobs, one)
        if result is None:
            return question(junction, axes, **options)
        without = int((result["status"] != 0).sum())
        failed = Failure(without, result["status"].size, whys[0] if whys else "")
        if not options.get("part"):
            failed.refuse_all()
        return _said_of_all(result, junction, {name: axes[name] for name in axes if name in knobs}, failed, tuple(axes))

    return cast("Question", asked)


def _said_of_all(
    result: xr.Dataset, junction: Junction, own: Mapping[str, Any], failed: Failure, asked: tuple[str, ...]
) -> xr.Dataset:
    """The result with notes on all its points, and on levels where they are the widest in units of k_BT."""
    held = {name: float(value) for name, value in own.items() if not np.ndim(value)}
    worst = {name: float(np.min(value) if name == "temperature" else np.max(value)) for name, value in own.items()}
    chosen = json.loads(result.attrs["options"])
    said = notes(with_leads(junction, worst), chosen["processes"], chosen["method"])
    if "clamped_effect" in result:
        said += marks(*(result[name].to_numpy() for name in ("current", "clamped_effect", "beyond_unitarity")))
    said += OF_QUESTION.get(str(result.attrs["question"]), ())
    why = {"failure": failed.text} if failed.failed else {}
    return result.assign_attrs(
        why,
        parameters=to_json(with_leads(junction, held).describe()),
        validity=" ".join([*said, *failed.notes()]),
        axes=", ".join(name for name in asked if name not in held),
    )
