"""Paired wires side by side as study files describe them: do pairs condense, or do charges order?"""

import math
from collections.abc import Mapping
from typing import Any, Literal

import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.studies.kinds.origins import StudiedWires
from attractron.studies.kinds.wires import WIRES
from attractron.studies.kinds.wires_questions import CONVENTIONS, arguments_of_flow, cutoffs
from attractron.studies.study import Kind, Query, Question, Study, Verdict
from attractron.studies.tables import options_of, parameters_of, table_of, units_of
from attractron.wires import ArrayOfWires, array_flow, array_phases, flow, phase_name
from attractron.wires.arrays.flow import start
from attractron.wires.arrays.phases import NOTES, marked
from attractron.wires.summary import at_largest, code_of, listed, located, percent, shares_of

NAMES = {
    "decoupled": "Nothing orders",
    "superconductor": "Pairs condense: a superconductor",
    "pi-CDW": "Charges of neighbours alternate: a π-CDW",
    "undecided": "Superconductor and π-CDW tie",
}
IN_PHASE = "Charges of neighbours line up: a charge density wave in phase"
"""What `pi-CDW` means for attraction, which pins φ_c- at the other extremum of its cosine."""


def array_of(
    *, wires: StudiedWires | None = None, conventions: Mapping[str, Any] | None = None, **given: Any
) -> ArrayOfWires:
    """Paired wires; K_c and l_spin are given, or follow from the flow of `wires`.

    Raises:
        InputError: K_c, l_spin or Lambda that nothing gives, wires that do not pair, and as `attractron.wires`.
    """
    if wires is not None:
        return _from_wires(wires, conventions or CONVENTIONS().complete(), given)
    for name in ("K_c", "l_spin", "Lambda"):
        if name not in given:
            raise InputError(name, "be given", "nothing", f"add {name} = ..., or the table [model.wires]")
    return ArrayOfWires(**given)


def _from_wires(model: StudiedWires, chosen: Mapping[str, Any], given: Mapping[str, Any]) -> ArrayOfWires:
    Lambda = given.get("Lambda", model.bandwidth)
    if Lambda is None:
        raise InputError("Lambda", "be given", "nothing", 'add for example Lambda = "10 meV"')
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


def _with_validity(_study: Study, result: xr.Dataset) -> xr.Dataset:
    """The result with notes that count the marks of the whole."""
    return result.assign_attrs(validity=" ".join([*NOTES, *marked(result["valid"].to_numpy())]))


def _flow_verdict(study: Study, result: xr.Dataset) -> Verdict:
    """What orders, and below which temperature."""
    array, T = study.model, float(result["transition_temperature"])
    name = flag_names(result["phase"])[int(result["phase"])]
    d_J, d_U = array.dimensions
    order = IN_PHASE if name == "pi-CDW" and array.U_perp < 0 else NAMES[name]
    said = [f"{order}{f', below {T:.3g} K' if T > 0 else ''}."]
    said.append(
        f"The Josephson coupling has the dimension {d_J:.3g}, the π-CDW coupling {d_U:.3g}; the spin gap of a wire is "
        f"{array.spin_gap:.3g} meV (k_B times {array.spin_gap / K_B:.3g} K)."
    )
    said += _gap_by_cutoff(study)
    if array.t_perp >= array.spin_gap:
        said.append("The hopping is not below the spin gap: electrons leave the pairs, outside the range.")
    if start(array).ln_U >= 0:
        said.append("The π-CDW coupling is strong at the spin gap already, outside the range: T is that of the gap.")
    numbers = {
        "transition_temperature": (T, "K"),
        "spin_gap": (array.spin_gap, "meV"),
        "d_J": (d_J, "1"),
        "d_U": (d_U, "1"),
    }
    return Verdict(text=" ".join(said), numbers=numbers)


def _phases_verdict(study: Study, result: xr.Dataset) -> Verdict:
    """The parts of the diagram, the warmest order of each kind, and what fixed dimensions say."""
    shares = shares_of(result["phase"])
    said, numbers = [f"Of the {result['phase'].size} points {listed(shares)}."], dict[str, tuple[float, str]]()
    for name, share in shares.items():
        numbers[f"share_{name}"] = (share, "1")
        warm = result["transition_temperature"].where(result["phase"] == code_of(result, name))
        if name in ("superconductor", "pi-CDW"):
            point = at_largest(result, warm)
            T = float(point["transition_temperature"])
            said.append(f"The {name} is stable up to {T:.3g} K,{located(study, point)}.")
            numbers[f"highest_temperature_{name}"] = (T, "K")
    said.append(f"Fixed dimensions and the full flow agree at {percent(result['unanimous'].mean())} of the points.")
    said += _gap_by_cutoff(study)
    outside = int((~result["valid"]).sum())
    if outside:
        said.append(f"At {outside} points t_perp or the π-CDW coupling is not weak at the spin gap.")
    return Verdict(text=" ".join(said), numbers={**numbers, "points_outside": (outside, "1")})


def _gap_by_cutoff(study: Study) -> list[str]:
    """The spin gap by every cut-off where it follows from a flow: all temperatures of the array scale with it."""
    table: Any = ARRAY.table.model_validate(study.document.data["model"])
    if table.wires is None or table.l_spin is not None:
        return []
    chosen = table.conventions.complete()
    model, gaps = table.wires.made(), []
    for name, cutoff in cutoffs(chosen).items():
        found = flow(model.wires, **{**arguments_of_flow(model, chosen, {}), "cutoff": cutoff})
        paired = phase_name(found) == "paired"
        gap = f"{study.model.Lambda * math.exp(-float(found['l_spin'])) / K_B:.3g} K" if paired else "no pairs alone"
        gaps.append(f"{gap} by {name}")
    return [f"The spin gap of a wire depends on the cut-off ({', '.join(gaps)}), here {chosen['cutoff']}."]


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
        **{name: _optional(entry) for name, entry in parameters_of(ArrayOfWires).items()},
    ),
    parameters=lambda _array: units_of(ArrayOfWires),
    controls=lambda _array: {},
    vary=lambda array, values: array.with_parameters(**values),
    describe=lambda array: array.describe(),
    questions={
        "phase-diagram": Question(
            about="superconductor, π-CDW or decoupled wires, and the temperature of the order",
            answer=_phases_answer,
            verdict=_phases_verdict,
            options=options_of(array_phases, leave_out=("threshold",), order=(Literal["first", "second"], "second")),
            needs=("*",),
            finish=_with_validity,
        ),
        "flow": Question(
            about="the couplings of neighbours below the spin gap, and what orders",
            answer=_flow_answer,
            verdict=_flow_verdict,
        ),
    },
)
