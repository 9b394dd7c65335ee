"""Paired wires side by side as study files describe them: do pairs condense, or do charges order?"""

import math
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.studies.kinds.wires import Conventions, conventions
from attractron.studies.kinds.wires_kinds import COMPILING
from attractron.studies.kinds.wires_model import WiresTable, build_wires
from attractron.studies.study import Energy, Kind, Options, Query, Question, Schema, Study, Verdict
from attractron.wires.summary import at_largest, code_of, listed, located, percent, shares_of

if TYPE_CHECKING:
    import xarray as xr

    from attractron.wires import ArrayOfWires

NAMES = {
    "decoupled": "Nothing orders",
    "superconductor": "Pairs condense: a superconductor",
    "pi-CDW": "Charges of neighbours alternate: a π-CDW",
    "undecided": "Superconductor and π-CDW tie",
}
IN_PHASE = "Charges of neighbours line up: a charge density wave in phase"
"""What `pi-CDW` means for attraction, which pins φ_c- at the other extremum of its cosine."""


class ArrayTable(Schema):
    """Paired wires; K_c and l_spin are given, or follow from the flow of `wires`."""

    U_perp: float
    t_perp: Energy
    K_c: float | None = None
    l_spin: float | None = None
    Lambda: Energy | None = None
    delta: float = 0.0
    backscattering: float = 1.0
    spin_factor: float | None = None
    number: int = 2
    wires: WiresTable | None = None
    conventions: Conventions = Field(default_factory=Conventions)


class ArrayOptions(Options):
    """Of the phase diagram of an array."""

    order: Literal["first", "second"] = "second"


def build_array(table: ArrayTable) -> "ArrayOfWires":
    """The array of `[model]`.

    Raises:
        InputError: K_c, l_spin or Lambda that nothing gives, wires that do not pair, and as `attractron.wires`.
    """
    from attractron.wires import ArrayOfWires

    given = table.model_dump(exclude={"wires", "conventions"}, exclude_none=True)
    if table.wires is not None:
        return _from_wires(table.wires, table.conventions, given)
    for name in ("K_c", "l_spin", "Lambda"):
        if name not in given:
            raise InputError(name, "be given", "nothing", f"add {name} = ..., or the table [model.wires]")
    return ArrayOfWires(**given)


def _from_wires(table: WiresTable, chosen: Conventions, given: dict[str, Any]) -> "ArrayOfWires":
    from attractron.wires import ArrayOfWires, flow

    try:
        model = build_wires(table)
    except InputError as error:  # the array has a K_c too
        inside = "wires." if error.argument in WiresTable.model_fields else ""
        raise InputError(inside + error.argument, error.expected, error.got, error.remedy) from None
    Lambda = given.get("Lambda", model.bandwidth)
    if Lambda is None:
        raise InputError("Lambda", "be given", "nothing", 'add for example Lambda = "10 meV"')
    flowed = flow(model.wires, **conventions(model, chosen, {}))
    try:
        return ArrayOfWires.from_flow(flowed, **{**given, "Lambda": Lambda})
    except InputError as error:
        argument = "wires" if error.argument == "flow" else error.argument
        raise InputError(argument, error.expected, error.got, error.remedy) from None


def flow_answer(query: Query) -> "xr.Dataset":
    """The couplings of neighbours below the spin gap.

    Raises:
        InputError: axes; every flow has its own scales.
    """
    from attractron.wires import array_flow

    if query.axes:
        raise InputError("axes", "be left out for the flow", ", ".join(query.axes), "ask for the phase-diagram")
    return array_flow(query.model)


def phases_answer(query: Query) -> "xr.Dataset":
    """The phases over the axes, and those that fixed dimensions give."""
    import xarray as xr

    from attractron.wires import array_phases

    found = {order: array_phases(query.model, query.axes, order=order) for order in ("first", "second")}
    result = found[query.options.order]
    codes = xr.concat([each["phase"] for each in found.values()], dim="scheme", combine_attrs="override")
    labels = xr.Variable("scheme", [f"{order} order" for order in found], {"units": "1", "long_name": "convention"})
    same = (codes == codes[0]).all("scheme").assign_attrs(units="1", long_name="both orders find the same phase")
    return result.assign(phase_by_scheme=codes, unanimous=same).assign_coords(scheme=labels)


def with_validity(_study: Study, result: "xr.Dataset") -> "xr.Dataset":
    """The result with notes that count the marks of the whole."""
    from attractron.wires.arrays.phases import NOTES, marked

    return result.assign_attrs(validity=" ".join([*NOTES, *marked(result["valid"].to_numpy())]))


def flow_verdict(study: Study, result: "xr.Dataset") -> Verdict:
    """What orders, and below which temperature."""
    from attractron.wires.arrays.flow import start

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


def phases_verdict(study: Study, result: "xr.Dataset") -> Verdict:
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
    from attractron.wires import flow, phase_name

    table = ArrayTable.model_validate(study.document.data["model"])
    if table.wires is None or table.l_spin is not None:
        return []
    model, gaps = build_wires(table.wires), []
    for name, cutoff in table.conventions.cutoffs().items():
        found = flow(model.wires, **{**conventions(model, table.conventions, {}), "cutoff": cutoff})
        paired = phase_name(found) == "paired"
        gap = f"{study.model.Lambda * math.exp(-float(found['l_spin'])) / K_B:.3g} K" if paired else "no pairs alone"
        gaps.append(f"{gap} by {name}")
    return [f"The spin gap of a wire depends on the cut-off ({', '.join(gaps)}), here {table.conventions.cutoff}."]


def _units(_array: "ArrayOfWires") -> dict[str, str]:
    from attractron.wires.arrays.model import KNOBS

    return {name: unit for name, (unit, _) in KNOBS.items()}


ARRAY = Kind(
    name="array",
    about="paired wires side by side: superconductor or charge order (Shavit and Oreg 2020, sec. III B)",
    schema=ArrayTable,
    build=build_array,
    parameters=_units,
    controls=lambda _array: {},
    vary=lambda array, values: array.with_parameters(**values),
    describe=lambda array: array.describe(),
    questions={
        "phase-diagram": Question(
            about="superconductor, π-CDW or decoupled wires, and the temperature of the order",
            answer=phases_answer,
            verdict=phases_verdict,
            options=ArrayOptions,
            needs=("*",),
            finish=with_validity,
        ),
        "flow": Question(
            about="the couplings of neighbours below the spin gap, and what orders",
            answer=flow_answer,
            verdict=flow_verdict,
        ),
    },
    start=COMPILING,
)
