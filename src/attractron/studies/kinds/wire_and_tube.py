"""A wire beside a nanotube as study files describe them (`wire-and-tube`): the phases over gate, field and distance."""

from typing import Any

import xarray as xr

from attractron.studies.kinds.wires_questions import CHOICES, KEPT, cutoffs
from attractron.studies.schemas import Options, table_of, units_of
from attractron.studies.study import Kind, Query, Question, Study, Verdict
from attractron.wires import Scheme, WireAndTube, experiment
from attractron.wires.experiment import KNOBS
from attractron.wires.phases_in_words import Numbers, at_largest, listed, located, shares_of

OPTIONS = table_of(Scheme, Options, leave_out=("stop", "feedback"), **{n: CHOICES[n] for n in ("cutoff", "chi")})
"""Conventions of the flow; its feedback is complete, since a repulsion of densities is off the line (13)."""


def _answer(query: Query) -> xr.Dataset:
    """Phases over the knobs."""
    options = query.options.complete()
    kept = {name: options[name] for name in KEPT}
    return experiment(query.model, query.axes, cutoff=cutoffs(options)[options["cutoff"]], **kept)


def _with_axes(study: Study, result: xr.Dataset) -> xr.Dataset:
    return result.assign_attrs(axes=", ".join(study.asked))


def _verdict(_study: Study, result: xr.Dataset) -> Verdict:
    """The parts of the diagram, and the largest spin gap and where it is."""
    shares = {name.replace("_", " "): share for name, share in shares_of(result["phase"]).items()}
    said = [f"Of the {result['phase'].size} points {listed(shares)}."]
    numbers: Numbers = {f"share_{name.replace(' ', '_')}": (share, "1") for name, share in shares.items()}
    if bool((result["spin_temperature"] > 0).any()):
        point = at_largest(result, result["spin_temperature"].fillna(0.0))
        T = float(point["spin_temperature"])
        said.append(f"Pairs without a third particle are bound up to {T:.3g} K,{located(result, point)}.")
        numbers["largest_spin_gap"] = (T, "K")
    if "unstable" in shares:
        said.append("Next to the edge of the tube's band the formulas for weak coupling do not hold: unstable there.")
    return Verdict(text=" ".join(said), numbers=numbers)


def _vary(setup: WireAndTube, values: Any) -> WireAndTube:
    return setup.with_parameters(**values)


WIRE_AND_TUBE = Kind(
    name="wire-and-tube",
    about="a wire beside a nanotube: phases over gate, magnetic field and distance (Shavit and Oreg 2020, App. A)",
    table=table_of(WireAndTube),
    parameters=lambda _setup: {name: unit for name, unit in units_of(WireAndTube).items() if name not in KNOBS},
    controls=lambda _setup: {name: unit for name, (unit, _) in KNOBS.items()},
    vary=_vary,
    describe=lambda setup: setup.describe(),
    questions={
        "phase-diagram": Question(
            about="decoupled, paired or trion, over the knobs of an experiment",
            answer=_answer,
            verdict=_verdict,
            options=OPTIONS,
            knobs=tuple(KNOBS),
            needs=("*",),
            finish=_with_axes,
        ),
    },
)
