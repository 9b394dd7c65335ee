"""Paired wires side by side as study files describe them: do pairs condense, or do charges order?"""

import math
from collections.abc import Mapping
from typing import Any, Literal

import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.studies.kinds.origins import StudiedWires
from attractron.studies.kinds.wires import WIRES
from attractron.studies.kinds.wires_questions import CONVENTIONS, arguments_of_flow, cutoffs
from attractron.studies.schemas import options_of, signature_of, table_of, units_of
from attractron.studies.study import Kind, Query, Question, Study, Verdict
from attractron.wires import ArrayOfWires, array_flow, array_phases, flow, phase_name
from attractron.wires.arrays.phases import NOTES, marked
from attractron.wires.summary import numbers, summary

OWN = ("U_perp", "t_perp")
"""What no flow of a wire gives."""


def array_of(
    *, wires: StudiedWires | None = None, conventions: Mapping[str, Any] | None = None, **given: Any
) -> ArrayOfWires:
    """Paired wires; K_c and l_spin are given, or follow from the flow of `wires`.

    Raises:
        InputError: K_c, l_spin or Lambda that nothing gives, wires that do not pair, and as `attractron.wires`.
    """
    if wires is not None:
        return _from_wires(wires, conventions or CONVENTIONS().complete(), given)
    for name in ("K_c", "l_spin", "Lambda", *OWN):
        if name not in given:
            other = "" if name in OWN else ", or the table [model.wires]"
            raise InputError(name, "be given", "nothing", f"add {name} = ...{other}")
    return ArrayOfWires(**given)


def _from_wires(model: StudiedWires, chosen: Mapping[str, Any], given: Mapping[str, Any]) -> ArrayOfWires:
    Lambda = given.get("Lambda", model.bandwidth)
    if Lambda is None:
        raise InputError("Lambda", "be given", "nothing", 'add for example Lambda = "10 meV"')
    for name in OWN:
        if name not in given:
            raise InputError(name, "be given", "nothing", f"add {name} = ...")
    flowed = flow(model.wires, **arguments_of_flow(model, chosen, {}))
    try:
        return ArrayOfWires.from_flow(flowed, **{**given, "Lambda": Lambda})
    except InputError as error:
        argument = "wires" if error.argument == "flow" else error.argument
        raise InputError(argument, error.expected, error.got, error.remedy) from None


def _flow_answer(query: Query) -> xr.Dataset:
    """The couplings of neighbours below the spin gap.

    Raises:
        InputError: axes; every flow has its own scales.
    """
    if query.axes:
        raise InputError("axes", "be left out for the flow", ", ".join(query.axes), "ask for the phase-diagram")
    return array_flow(query.model)


def _phases_answer(query: Query) -> xr.Dataset:
    """The phases over the axes, and those that fixed dimensions give."""
    found = {order: array_phases(query.model, query.axes, order=order) for order in ("first", "second")}
    result = found[query.options.order]
    codes = xr.concat([each["phase"] for each in found.values()], dim="scheme", combine_attrs="override")
    labels = xr.Variable("scheme", [f"{order} order" for order in found], {"units": "1", "long_name": "convention"})
    same = (codes == codes[0]).all("scheme").assign_attrs(units="1", long_name="both orders find the same phase")
    return result.assign(phase_by_scheme=codes, unanimous=same).assign_coords(scheme=labels)


def _with_validity(study: Study, result: xr.Dataset) -> xr.Dataset:
    """The result with notes that count the marks of the whole."""
    notes = " ".join([*NOTES, *marked(result["valid"].to_numpy())])
    return _with_gaps(study, result).assign_attrs(validity=notes, axes=", ".join(study.asked))


def _verdict(_study: Study, result: xr.Dataset) -> Verdict:
    return Verdict(text=summary(result), numbers=numbers(result))


def _with_gaps(study: Study, result: xr.Dataset) -> xr.Dataset:
    """The result with the spin gap by every cut-off where it follows from a flow: all temperatures scale with it."""
    table: Any = ARRAY.table.model_validate(study.document.data["model"])
    varied = any(name.startswith(("wires.", "conventions.")) for name in study.swept)  # then there is no one gap
    if varied or table.wires is None or table.l_spin is not None:
        return result
    chosen = table.conventions.complete()
    model, gaps = table.wires.made(), {}
    for name, cutoff in cutoffs(chosen).items():
        found = flow(model.wires, **{**arguments_of_flow(model, chosen, {}), "cutoff": cutoff})
        paired = phase_name(found) == "paired"
        gaps[name] = study.model.Lambda * math.exp(-float(found["l_spin"])) / K_B if paired else math.nan
    attrs = {"units": "K", "long_name": "spin gap of a wire over k_B", "chosen": chosen["cutoff"]}
    return result.assign(spin_gap_by_cutoff=xr.Variable("cutoff", list(gaps.values()), attrs)).assign_coords(
        cutoff=xr.Variable("cutoff", list(gaps), {"units": "1", "long_name": "cut-off"})
    )


def _optional(entry: tuple[Any, Any]) -> tuple[Any, Any]:
    """A parameter that may follow from the flow of a wire."""
    annotation, default = entry
    return (annotation | None, None) if default is ... and annotation else entry


ARRAY = Kind(
    name="array",
    about="paired wires side by side: superconductor or charge order (Shavit and Oreg 2020, sec. III B)",
    table=table_of(
        array_of,
        wires=(WIRES.table | None, None),
        conventions=(CONVENTIONS, CONVENTIONS()),
        **{name: _optional(entry) for name, entry in signature_of(ArrayOfWires).items()},
    ),
    parameters=lambda _array: units_of(ArrayOfWires),
    controls=lambda _array: {},
    vary=lambda array, values: array.with_parameters(**values),
    describe=lambda array: array.describe(),
    questions={
        "phase-diagram": Question(
            about="superconductor, π-CDW or decoupled wires, and the temperature of the order",
            answer=_phases_answer,
            verdict=_verdict,
            options=options_of(array_phases, leave_out=("threshold",), order=(Literal["first", "second"], "second")),
            needs=("*",),
            finish=_with_validity,
        ),
        "flow": Question(
            about="the couplings of neighbours below the spin gap, and what orders",
            answer=_flow_answer,
            verdict=_verdict,
            finish=_with_gaps,
        ),
    },
)
