"""Junctions as study files describe them, and their questions: which current flows, and which processes carry it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from attractron.core.checks import positive
from attractron.core.errors import InputError
from attractron.studies.kinds.dots import Carriers, GeneralDevice, build_device
from attractron.studies.study import (
    Energy,
    Kind,
    LeverArm,
    Options,
    Query,
    Question,
    Schema,
    Temperature,
)
from attractron.transport.summary import BIAS, conductance_verdict, current_verdict, with_validity

if TYPE_CHECKING:
    import xarray as xr

    from attractron.transport import Junction, Lead

COMPILING = "the first run on a machine compiles for 15 s"
"""Rates are calculated by compiled loops, which are kept on disk."""


class PairJunction(Schema):
    """Two sites beside a polarizer dot with source and drain."""

    W: Energy
    U: Energy
    mu_P: Energy
    Gamma_S: Energy
    Gamma_D: Energy
    Gamma_L: Energy
    Gamma_R: Energy
    temperature: Temperature
    alpha: LeverArm = 1.0
    beta: float = 0.0
    carriers: Carriers = "electrons"


class LeadTable(Schema):
    """A lead on a dot; `bias` is its share of V_SD, `lever_arms` what part of that the dots follow."""

    dot: str
    Gamma: Energy
    temperature: Temperature
    mu: Energy = 0.0
    bias: float = 0.0
    lever_arms: dict[str, float] = Field(default_factory=dict)


class LeadsTable(GeneralDevice):
    """Any device of open dots, and the leads on them."""

    leads: dict[str, LeadTable]
    source: str = ""


class JunctionOptions(Options):
    """Of the questions about a junction."""

    processes: Literal["sequential", "0e", "1e", "2e"] = "2e"
    method: Literal["finite-part", "broadened", "constant"] = "finite-part"
    origin: Literal["absolute", "centre"] = "absolute"


def flow(query: Query) -> "xr.Dataset":
    """The current over the axes."""
    from attractron.transport import current

    return current(query.model, query.axes, **query.options.model_dump(exclude={"name"}), part=True)


def slope(query: Query) -> "xr.Dataset":
    """The differential conductance over the axes."""
    from attractron.transport import differential_conductance

    return differential_conductance(query.model, query.axes, **query.options.model_dump(exclude={"name"}), part=True)


def build_pair(table: PairJunction) -> "Junction":
    """The junction of `[model]`."""
    from attractron.transport import pair_junction

    return pair_junction(**table.model_dump())


def build_junction(table: LeadsTable) -> "Junction":
    """The junction of `[model]`, from its device and its leads."""
    from attractron.transport import Junction

    leads = tuple(_lead(name, lead) for name, lead in table.leads.items())
    return Junction(device=build_device(table), leads=leads, source=table.source)


def _lead(name: str, table: LeadTable) -> "Lead":
    from attractron.transport import Lead

    try:
        return Lead(name=name, **table.model_dump())
    except InputError as error:
        raise InputError(f"leads.{name}.{error.argument}", error.expected, error.got, error.remedy) from None


def _pair_parameters(junction: "Junction") -> dict[str, str]:
    couplings = [f"Gamma_{lead.name}" for lead in junction.leads]
    return {**dict.fromkeys((*junction.device.named(), *couplings), "meV"), "temperature": "K"}


def _vary_pair(junction: "Junction", values: Mapping[str, float]) -> "Junction":
    named = {name: value for name, value in values.items() if name in junction.device.named()}
    leads = []
    for lead in junction.leads:
        name = f"Gamma_{lead.name}"
        Gamma = positive(name, values[name]) if name in values else lead.Gamma
        leads.append(replace(lead, Gamma=Gamma, temperature=values.get("temperature", lead.temperature)))
    return replace(junction.with_parameters(**named), leads=tuple(leads))


def _controls(junction: "Junction") -> dict[str, str]:
    return dict.fromkeys((*junction.device.gates, *junction.device.virtual_gates, BIAS), "mV")


def _questions(knobs: tuple[str, ...] | None) -> dict[str, Question]:
    return {
        "current": Question(
            about="current, and which processes carry it, over gates, bias and parameters",
            answer=flow,
            verdict=current_verdict,
            options=JunctionOptions,
            knobs=knobs,
            finish=with_validity,
        ),
        "differential-conductance": Question(
            about="slope of the current with the bias",
            answer=slope,
            verdict=conductance_verdict,
            options=JunctionOptions,
            knobs=knobs,
            finish=with_validity,
        ),
    }


JUNCTION_KINDS = (
    Kind(
        name="junction",
        about="two sites beside a conducting polarizer, with leads and a bias (Hamo et al. 2016, Fig. 4)",
        schema=PairJunction,
        build=build_pair,
        parameters=_pair_parameters,
        controls=_controls,
        vary=_vary_pair,
        describe=lambda junction: junction.describe(),
        questions=_questions(("V_L", "V_R", "V", "delta_V", BIAS, "W", "U", "mu_P")),
        start=COMPILING,
    ),
    Kind(
        name="leads",
        about="any open dots with any leads, given one by one",
        schema=LeadsTable,
        build=build_junction,
        parameters=lambda junction: dict.fromkeys(junction.device.named(), "meV"),
        controls=_controls,
        vary=lambda junction, values: junction.with_parameters(**values),
        describe=lambda junction: junction.describe(),
        questions=_questions(None),
        start=COMPILING,
    ),
)
