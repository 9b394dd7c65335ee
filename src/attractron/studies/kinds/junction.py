"""Junctions as study files describe them (`junction`, `leads`), and what they are asked: which current flows."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from attractron.studies.kinds.device import DEVICE, device_of
from attractron.studies.schemas import options_of, table_of
from attractron.studies.study import Kind, Query, Question, Study, Verdict
from attractron.transport import (
    Junction,
    Lead,
    current,
    differential_conductance,
    linear_conductance,
    pair_junction,
    thermopower,
)
from attractron.transport.junction import BIAS
from attractron.transport.lead_axes import with_leads
from attractron.transport.linear_conductance import notes as notes_beyond_orders
from attractron.transport.linear_conductance import why
from attractron.transport.summary import numbers, summary
from attractron.transport.validity import OF_QUESTION, Failure, marks, notes


def junction_of(*, leads: Mapping[str, Lead], source: str = "", **device: Any) -> Junction:
    """Any device of open dots, and the leads on them."""
    return Junction(device=device_of(**device), leads=tuple(leads.values()), source=source)


def _current(query: Query) -> xr.Dataset:
    return current(query.model, query.axes, part=True, **query.options.given())


def _conductance(query: Query) -> xr.Dataset:
    return differential_conductance(query.model, query.axes, part=True, **query.options.given())


def _linear(query: Query) -> xr.Dataset:
    return linear_conductance(query.model, query.axes, part=True, **query.options.given())


def _thermopower(query: Query) -> xr.Dataset:
    return thermopower(query.model, query.axes, part=True, **query.options.given())


def _parameters(junction: Junction) -> dict[str, str]:
    """Energies of the device, couplings, and the temperature of all leads."""
    couplings = [f"Gamma_{lead.name}" for lead in junction.leads]
    return {**dict.fromkeys((*junction.device.named(), *couplings), "meV"), "temperature": "K"}


def _vary(junction: Junction, values: Mapping[str, float]) -> Junction:
    named = {name: value for name, value in values.items() if name in junction.device.named()}
    return with_leads(junction.with_parameters(**named), values)


def _controls(junction: Junction) -> dict[str, str]:
    return dict.fromkeys((*junction.device.gates, *junction.device.virtual_gates, BIAS), "mV")


def current_verdict(_study: Study, result: xr.Dataset) -> Verdict:
    """What carries the current, and where."""
    return Verdict(text=summary(result), numbers=numbers(result))


def with_validity(study: Study, result: xr.Dataset) -> xr.Dataset:
    """The result with notes that count the marks of the whole: a block knows only its own.

    Raises:
        InputError: no point has values.
    """
    asked = study.options
    chosen = (
        (asked.processes, asked.method) if "processes" in type(asked).model_fields else ("sequential", "finite-part")
    )
    said = notes(_widest(study), *chosen)
    if "current" in result:
        said += marks(*(result[name].to_numpy() for name in ("current", "clamped_effect", "beyond_unitarity")))
    said += OF_QUESTION.get(str(result.attrs["question"]), ())
    status = result["status"]
    without = int((status != 0).sum())
    failed = Failure(without, status.size, _why(study, result) if without else "")
    failed.refuse_all()
    why = {"failure": failed.text} if without else {}
    return result.assign_attrs(validity=" ".join([*said, *failed.notes()]), axes=", ".join(study.asked), **why)


def with_accuracy(study: Study, result: xr.Dataset) -> xr.Dataset:
    """The result with notes that count the points of the whole whose error is too large."""
    said = notes_beyond_orders(study.model, result["status"].to_numpy(), study.options.accuracy, study.options.method)
    chosen = {"why": why(result["method"].to_numpy() == 1, study.options.accuracy)} if "method" in result else {}
    return result.assign_attrs(validity=" ".join(said), axes=", ".join(study.asked), **chosen)


def _why(study: Study, result: xr.Dataset) -> str:
    """Where the first point without values is and why it has none: asked again at that point alone."""
    failed = result["status"] != 0
    point = result.isel(failed.argmax(...)) if failed.ndim else result
    place = {name: float(point[name]) for name in study.swept}
    inner = {name: place.get(name, held) for name, held in study.axes.items() if _taken(study, name)}
    outer = {name: value for name, value in place.items() if name not in inner}
    again = study.question.answer(study.query(inner, outer))
    around = "".join(f"with {name} = {value:.6g}, " for name, value in outer.items())
    return around + str(again.attrs["failure"])


def _taken(study: Study, name: str) -> bool:
    return name in study.taken


def _widest(study: Study) -> Junction:
    """The junction where its levels are the widest in units of k_BT among all that the study asks about."""
    varied = {name: values for name, values in study.swept.items() if name not in study.kind.controls(study.model)}
    worst = {name: float(np.min(v) if name.endswith("temperature") else np.max(v)) for name, v in varied.items()}
    junction: Junction = study.query({}, worst).model
    return junction


def _questions(knobs: tuple[str, ...] | None) -> dict[str, Question]:
    question = partial(Question, verdict=current_verdict, knobs=knobs, finish=with_validity)
    return {
        "current": question(
            about="current, and which processes carry it, over gates, bias and parameters",
            answer=_current,
            options=options_of(current, leave_out=("part",)),
        ),
        "differential-conductance": question(
            about="slope of the current with the bias",
            answer=_conductance,
            options=options_of(differential_conductance, leave_out=("part",)),
        ),
        "thermopower": question(
            about="voltage against a temperature difference, conductance and heat conductance by single electrons",
            answer=_thermopower,
            options=options_of(thermopower, leave_out=("part",)),
        ),
        "linear-conductance": question(
            about="conductance at zero bias and any couplings, by the numerical renormalisation group",
            answer=_linear,
            options=options_of(linear_conductance, leave_out=("part", "options")),
            finish=with_accuracy,
            whole=("temperature",),
        ),
    }


JUNCTION = Kind(
    name="junction",
    about="two sites beside a conducting polarizer, with leads and a bias (Hamo et al. 2016, Fig. 4)",
    table=table_of(pair_junction),
    parameters=_parameters,
    controls=_controls,
    vary=_vary,
    describe=lambda junction: junction.describe(),
    questions=_questions(None),
)
LEADS = Kind(
    name="leads",
    about="any open dots with any leads, given one by one",
    table=table_of(junction_of, DEVICE.table),
    parameters=_parameters,
    controls=_controls,
    vary=_vary,
    describe=lambda junction: junction.describe(),
    questions=_questions(None),
)
