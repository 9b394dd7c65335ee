"""Junctions as study files describe them (`junction`, `leads`), and what they are asked: which current flows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import xarray as xr

from attractron.core.checks import positive
from attractron.studies.kinds.device import DEVICE, device_of
from attractron.studies.study import Kind, Query, Question
from attractron.studies.tables import options_of, table_of, units_of
from attractron.transport import Junction, Lead, current, differential_conductance, pair_junction
from attractron.transport.junction import BIAS
from attractron.transport.summary import conductance_verdict, current_verdict, with_validity


def junction_of(*, leads: Mapping[str, Lead], source: str = "", **device: Any) -> Junction:
    """Any device of open dots, and the leads on them."""
    return Junction(device=device_of(**device), leads=tuple(leads.values()), source=source)


def _current(query: Query) -> xr.Dataset:
    return current(query.model, query.axes, part=True, **query.options.given())


def _conductance(query: Query) -> xr.Dataset:
    return differential_conductance(query.model, query.axes, part=True, **query.options.given())


def _pair_parameters(junction: Junction) -> dict[str, str]:
    """What `pair_junction` takes in energies, and the temperature of its leads."""
    couplings = [f"Gamma_{lead.name}" for lead in junction.leads]
    units = units_of(pair_junction)
    return {name: units[name] for name in (*junction.device.named(), *couplings, "temperature")}


def _vary_pair(junction: Junction, values: Mapping[str, float]) -> Junction:
    named = {name: value for name, value in values.items() if name in junction.device.named()}
    leads = []
    for lead in junction.leads:
        name = f"Gamma_{lead.name}"
        Gamma = positive(name, values[name]) if name in values else lead.Gamma
        leads.append(replace(lead, Gamma=Gamma, temperature=values.get("temperature", lead.temperature)))
    return replace(junction.with_parameters(**named), leads=tuple(leads))


def _controls(junction: Junction) -> dict[str, str]:
    return dict.fromkeys((*junction.device.gates, *junction.device.virtual_gates, BIAS), "mV")


def _questions(knobs: tuple[str, ...] | None) -> dict[str, Question]:
    return {
        "current": Question(
            about="current, and which processes carry it, over gates, bias and parameters",
            answer=_current,
            verdict=current_verdict,
            options=options_of(current, leave_out=("part",)),
            knobs=knobs,
            finish=with_validity,
        ),
        "differential-conductance": Question(
            about="slope of the current with the bias",
            answer=_conductance,
            verdict=conductance_verdict,
            options=options_of(differential_conductance, leave_out=("part",)),
            knobs=knobs,
            finish=with_validity,
        ),
    }


JUNCTION = Kind(
    name="junction",
    about="two sites beside a conducting polarizer, with leads and a bias (Hamo et al. 2016, Fig. 4)",
    table=table_of(pair_junction),
    parameters=_pair_parameters,
    controls=_controls,
    vary=_vary_pair,
    describe=lambda junction: junction.describe(),
    questions=_questions(("V_L", "V_R", "V", "delta_V", BIAS, "W", "U", "mu_P")),
)
LEADS = Kind(
    name="leads",
    about="any open dots with any leads, given one by one",
    table=table_of(junction_of, DEVICE.table),
    parameters=lambda junction: dict.fromkeys(junction.device.named(), "meV"),
    controls=_controls,
    vary=lambda junction, values: junction.with_parameters(**values),
    describe=lambda junction: junction.describe(),
    questions=_questions(None),
)
