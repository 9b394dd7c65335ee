"""Measurements on coupled wires: tunnelling, one impurity, the fractional conductance; each follows the flow first."""

from typing import Any

import numpy as np
import xarray as xr

from attractron import wires
from attractron.core.checks import positive, whole
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flags
from attractron.core.units import Energy, Length, LineEnergy, Temperature, Voltage
from attractron.studies.kinds.wires_questions import CHOICES, arguments_of_flow
from attractron.studies.schemas import Options, table_of
from attractron.studies.study import Query, Question, Study, Verdict
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.scheme import Scheme
from attractron.wires.phases_in_words import at_largest, listed, located, shares_of

TUNNELLING = table_of(
    Scheme,
    Options,
    leave_out=("stop",),
    **CHOICES,
    temperature=(Temperature, 0.1),
    bias=(Voltage, 1.0),
    points=(int, 201),
    wire=(str, "primary"),
    place=(str, "bulk"),
)
"""A lead at `points` values of the bias from 0 to `bias`."""

IMPURITY = table_of(
    Scheme,
    Options,
    leave_out=("stop",),
    **CHOICES,
    impurity=(Energy, ...),
    lowest=(Energy, 1e-3),
    points=(int, 121),
)
"""An impurity of that strength, at `points` energies from `lowest` to Λ."""

FRACTIONAL = table_of(
    Scheme,
    Options,
    leave_out=("stop",),
    **CHOICES,
    velocity=(LineEnergy, ...),
    wire_length=(Length, ...),
    coldest=(Temperature, 0.02),
    warmest=(Temperature, 20.0),
    points=(int, 61),
)
"""A wire of that length at `points` temperatures; `velocity` is ħu_g."""


def _tunnelling(query: Query) -> xr.Dataset:
    """dI/dV of a lead on the wires that the flow ends at."""
    options = query.options
    bias = np.linspace(0.0, positive("bias", options.bias), whole("points", options.points, at_least=2))
    end = _end(query)
    found = wires.tunnelling(bias, temperature=options.temperature, wire=options.wire, place=options.place, **end)
    return _with_phase(found, end["phase"])


def _impurity(query: Query) -> xr.Dataset:
    """Conductance with one impurity along the flow."""
    options, band = query.options, _bandwidth(query)
    lowest = positive("lowest", options.lowest)
    if lowest >= band:
        raise InputError("lowest", "be smaller than Lambda", lowest)
    omega = np.geomspace(lowest, band, whole("points", options.points, at_least=2))
    omega[-1] = band  # and not a rounding above it
    found = wires.flowing_impurity(omega, query.model.wires, g=options.impurity, Lambda=band, **_scheme(query))
    return _with_phase(found, wires.phase_name(wires.flow(query.model.wires, **_scheme(query))))


def _fractional(query: Query) -> xr.Dataset:
    """Conductance of a finite wire with the trion gap of the flow; 2 e²/h in the other phases."""
    options, end = query.options, _end(query)
    coldest, warmest = positive("coldest", options.coldest), positive("warmest", options.warmest)
    if coldest >= warmest:
        raise InputError("coldest", "be lower than warmest", f"{coldest:g} K, and warmest {warmest:g} K")
    kelvin = np.geomspace(coldest, warmest, whole("points", options.points, at_least=2))
    trions = end["phase"] == "trion"
    # Without trions nothing is reflected: a gap that is no gap.
    gap = end["trion_gap"] if trions else NO_GAP * K_B * coldest
    found = wires.fractional_conductance(
        {"temperature": kelvin, "length": options.wire_length}, gap=gap, velocity=options.velocity
    )
    found = found if trions else found.drop_vars(["recovery_temperature", "correlation_length"])
    return _with_phase(found, end["phase"])


TRION = next(code for code, name in PHASES.items() if name == "trion")

NO_GAP = 1e-12
"""In kT: what is reflected is smaller than any digit that is shown."""


WASHED_OUT = 5.0
"""kT in a gap below which the threshold, some 4 kT wide, cannot be seen."""


def _bandwidth(query: Query) -> float:
    if query.model.bandwidth is None:
        raise InputError("Lambda", "be given", "nothing", 'measurements need units: add Lambda = "10 meV" to [model]')
    return float(query.model.bandwidth)


def _scheme(query: Query) -> dict[str, Any]:
    return arguments_of_flow(query.model, query.options.complete(), query.axes)


def _end(query: Query) -> dict[str, Any]:
    return wires.end_of_flow(wires.flow(query.model.wires, Lambda=_bandwidth(query), **_scheme(query)))


def _with_phase(result: xr.Dataset, phase: str) -> xr.Dataset:
    code = next(code for code, name in PHASES.items() if name == phase)
    attrs = {"units": "1", "long_name": "phase", **flags(PHASES)}
    return result.assign(phase=xr.Variable((), np.int32(code), attrs))


def _of_tunnelling(study: Study, result: xr.Dataset) -> Verdict:
    """The gap for one electron, or the power."""
    point = at_largest(result, result["gap"])
    gap, power = float(point["gap"]), float(point["exponent"])
    begin, where = _phases(result), located(result, point)
    wire = study.options.wire
    if gap == 0:
        text = (
            f"{begin} Electrons tunnel into the {wire} as a power law{where}: dI/dV ~ V^{power:.3g}, and T^{power:.3g}."
        )
    else:
        most = " at most" if result["gap"].ndim else ""
        text = (
            f"{begin} Electrons tunnel into the {wire} above {gap:.3g} mV{most}{where}, and there as "
            f"(V - {gap:.3g} mV)^{power:.3g}."
        )
        if (warm := K_B * float(np.max(result["temperature"]))) > gap / WASHED_OUT:
            text += f" k_BT is {warm:.3g} meV, not far below the gap, which is washed out."
    return Verdict(text=text, numbers={"gap": (gap, "meV"), "exponent": (power, "1")})


def _of_impurity(_study: Study, result: xr.Dataset) -> Verdict:
    """Below which energy the wire is cut."""
    point = at_largest(result, result["E_cut"])
    E, where = float(point["E_cut"]), located(result, point)
    said = (
        "The impurity does not cut the wire down to the lowest energy asked for."
        if E == 0
        else f"The impurity cuts the wire below {E:.3g} meV, k_B times {E / K_B:.3g} K{where}."
    )
    return Verdict(text=f"{_phases(result)} {said}", numbers={"E_cut": (E, "meV")})


def _of_fractional(_study: Study, result: xr.Dataset) -> Verdict:
    """The lowest conductance and where, at temperatures at which leads without interactions do not matter."""
    begin = _phases(result)
    if not (result["phase"] == TRION).any():
        text = f"{begin} Without trions the primary conducts 2 e²/h at every temperature."
        return Verdict(text=text, numbers={"lowest_conductance": (2.0, "e²/h")})
    back = result["recovery_temperature"].fillna(0.0) if "recovery_temperature" in result else xr.DataArray(0.0)
    valid = result["primary"].where(result["temperature"] > back)
    highest = float(back.max())
    leads = f"leads without interactions bring 2 e²/h back below {highest:.2g} K, an estimate"
    if not valid.notnull().any():
        text = f"{begin} The wire is too short for a plateau: {leads}, which no temperature asked for exceeds."
        return Verdict(text=text, numbers={})
    point = at_largest(result, (-valid).fillna(-np.inf))
    G = float(point["primary"])
    text = f"{begin} With the secondary grounded the primary conducts {G:.4g} e²/h"
    text += f" at {float(point['temperature']):.3g} K{located(result, point)}"
    if highest >= float(result["temperature"].min()):
        text += f"; {leads}"
    return Verdict(text=f"{text}.", numbers={"lowest_conductance": (G, "e²/h")})


def _phases(result: xr.Dataset) -> str:
    shares = shares_of(result["phase"])
    if result["phase"].ndim:
        return f"Of the {result['phase'].size} points {listed(shares)}."
    return f"The phase is {next(iter(shares))}."


def _whole(study: Study, result: xr.Dataset) -> xr.Dataset:
    return result.assign_attrs(axes=", ".join(study.asked))


def measurements() -> dict[str, Question]:
    """What is measured on coupled wires, a flow for each point of the axes."""
    return {
        "tunnelling": Question(
            about="dI/dV of a lead on either wire, with the gap or the power law of its phase",
            answer=_tunnelling,
            verdict=_of_tunnelling,
            options=TUNNELLING,
            own=("bias",),
            knobs=(),
            finish=_whole,
        ),
        "impurity": Question(
            about="conductance with one impurity along the flow, and the energy that cuts the wire",
            answer=_impurity,
            verdict=_of_impurity,
            options=IMPURITY,
            own=("lowest",),
            knobs=(),
            finish=_whole,
        ),
        "fractional-conductance": Question(
            about="conductance of a finite wire against the temperature, 4/3 e²/h with trions",
            answer=_fractional,
            verdict=_of_fractional,
            options=FRACTIONAL,
            own=("coldest", "warmest"),
            knobs=(),
            finish=_whole,
        ),
    }
