"""Current through a junction in its steady state, with populations, contributions and marks of validity."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import axes as checked_axes
from attractron.core.checks import choice
from attractron.core.results import Variable, dataset, flags
from attractron.dots.interaction import knob_unit
from attractron.transport.failures import Failure, check_connected, check_supported, failure, state_names
from attractron.transport.junction import BIAS, Junction
from attractron.transport.kinetics import STATUS
from attractron.transport.landscape import carrier_sign
from attractron.transport.rates import METHODS, PA_PER_MEV
from attractron.transport.solution import ORDERS, Knobs, Model, Solution, make_model, solve_grid
from attractron.transport.validity import LITERATURE, beyond_unitarity, marks, method_text, notes

if TYPE_CHECKING:
    import xarray as xr

STATUS_NAME = "what became of the point"
LONG_NAMES = {"V": "mean gate voltage V", "delta_V": "gate voltage detuning δV", BIAS: "bias V_SD"}


def current(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
    part: bool = False,
) -> "xr.Dataset":
    """Steady current, populations and their composition (Hamo et al. 2016, Fig. 4; Kaasbjerg and Jauho 2016).

    The populations p of the charge states solve Σ_j (p_j Γ_{j→i} - p_i Γ_{i→j}) = 0 with the golden-rule rates of
    `attractron.transport.rates`; what leaves lead a is

        I_a = e Σ_{processes} σ_a p_i Γ_{i→f} + elastic currents,

    positive when electrons leave the lead.

    Args:
        junction: the junction.
        axes: knob → values; one-dimensional arrays make dimensions in the order given, numbers fix a knob. Gates,
            virtual gates and the bias "V_SD" in mV (gates add up; the bias is 0 unless given), parameters in meV.
        processes: "sequential"; "0e": that and elastic passage through dots with several leads; "1e": that and all
            processes of two dots; "2e": that and all of three dots.
        method: how intermediate states on shell are treated in orders 2 and 3: "finite-part", "broadened" or
            "constant" (see `attractron.transport.rates`).
        origin: "absolute" counts gate voltages from µ_i = 0; "centre" from the particle-hole symmetric point of the
            dots that gates address, µ = (U + W)/2 for the pair junction; a dot without a gate stays where it is.
        part: whether the axes are a part of a grid that is computed piece by piece: then a part without any value is
            marked like single points, and not refused.

    Returns:
        Dataset over the axes: `current` of the source lead and `lead_current` (lead, …) in pA; `contribution`
        (order, lead, …) in pA, which add up to `lead_current`; `populations` (state, …) and `occupation` (dot, …);
        `clamped`, e times the frequency Σ p_i |Γ_{i→f}| of regularised rates that came out negative and were set to
        zero, in pA, to be compared with the current; `beyond_unitarity`, where |I| exceeds
        (e²/h)|V|; `status` with CF flags, "ok" or why a point has no values (NaN), the first of them in words in the
        attribute `failure`. `Gamma_over_kT` (lead,) is what the expansion is in.

    Raises:
        InputError: unknown knobs; axes that are empty, unsorted or not one-dimensional; leads at different
            temperatures, spins or several electrons on a dot beyond sequential rates; dots without leads, which leave
            several steady states; no point with a single steady state.
    """
    knobs, model = prepared(junction, axes, processes, method, origin)
    solution = solve_grid(model, knobs)
    failed = failure(model, knobs, solution.status)
    if not part:
        failed.refuse_all()
    return _labelled(junction, model, knobs, solution, failed, options_of(knobs, processes, method, origin))


def prepared(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    processes: str,
    method: str,
    origin: str,
    default: Mapping[str, float] | None = None,
) -> tuple[Knobs, Model]:
    """Checked axes, with defaults for what is not among them, and the model over them; errors as for `current`."""
    given = checked_axes("axes", axes, junction.knobs)
    knobs = {**given, **{name: value for name, value in (default or {}).items() if name not in given}}
    choice("processes", processes, ORDERS)
    choice("method", method, METHODS)
    choice("origin", origin, ("absolute", "centre"))
    check_supported(junction, processes)
    model = make_model(junction, list(knobs), processes, method, origin)
    check_connected(junction, model)
    return knobs, model


def _labelled(
    junction: Junction,
    model: Model,
    knobs: Knobs,
    solution: Solution,
    failed: Failure,
    options: dict[str, Any],
) -> "xr.Dataset":
    dims = tuple(name for name in knobs if np.ndim(knobs[name]))
    shape = tuple(np.size(knobs[name]) for name in dims)
    contribution = carrier_sign(junction) * PA_PER_MEV * np.moveaxis(solution.flow, 0, -1)  # (order, lead, point)
    lead_current = contribution.sum(axis=0)
    source = junction.source_number
    beyond = beyond_unitarity(junction, model, knobs, lead_current[source])
    processes, method = options["processes"], options["method"]
    occupation = np.einsum("ps,sd->dp", solution.populations, model.landscape.charges)

    def over(array: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(array).reshape((*array.shape[:-1], *shape))

    variables: dict[str, Variable] = {
        "current": (dims, over(lead_current[source]), "pA", f"current out of lead {junction.source}"),
        "lead_current": (("lead", *dims), over(lead_current), "pA", "current out of the lead"),
        "contribution": (("order", "lead", *dims), over(contribution), "pA", "part of the current out of the lead"),
        "populations": (("state", *dims), over(solution.populations.T), "1", "probability of the charge state"),
        "occupation": (("dot", *dims), over(occupation), "1", "mean occupation"),
        "clamped": (dims, over(PA_PER_MEV * solution.clamped), "pA", "charge rate of processes lost to clamping"),
        "beyond_unitarity": (dims, over(beyond), "1", "|I| exceeds (e²/h)|V|"),
        "status": (dims, over(solution.status), "1", STATUS_NAME),
        "Gamma_over_kT": ("lead", model.Gamma / model.kT, "1", "Γ/k_BT of the lead"),
    }
    result = dataset(
        variables,
        {**coordinates(junction, knobs), **_inner_coordinates(junction, model, processes)},
        question="transport.current",
        parameters=junction.describe(),
        options=options,
        method=method_text(processes, method),
        validity=[
            *notes(junction, processes, method),
            *marks(lead_current[source], PA_PER_MEV * solution.clamped, beyond),
            *failed.notes(),
        ],
        references=("hamo2016", *LITERATURE[processes]),
    )
    result["status"].attrs.update(flags(STATUS))
    return with_failure(result, failed)


def with_failure(result: "xr.Dataset", failed: Failure) -> "xr.Dataset":
    """The result, and why points of it have no values, if any."""
    return result.assign_attrs(failure=failed.text) if failed.failed else result


def options_of(knobs: Knobs, processes: str, method: str, origin: str) -> dict[str, Any]:
    """The options of a question, JSON-safe."""
    fixed = {name: value for name, value in knobs.items() if not np.ndim(value)}
    return {"processes": processes, "method": method, "origin": origin, "fixed": fixed}


def coordinates(junction: Junction, knobs: Knobs) -> dict[str, Variable]:
    """The axes that are arrays, with units and names."""
    return {
        name: (name, value, "mV" if name == BIAS else knob_unit(junction.device, name), LONG_NAMES.get(name, name))
        for name, value in knobs.items()
        if np.ndim(value)
    }


def _inner_coordinates(junction: Junction, model: Model, processes: str) -> dict[str, Variable]:
    return {
        "lead": ("lead", [lead.name for lead in junction.leads], "1", "lead"),
        "order": ("order", list(ORDERS[processes]), "1", "kind of process"),
        "state": ("state", state_names(model), "1", f"charges on ({','.join(junction.device.dots)})"),
        "dot": ("dot", list(junction.device.dots), "1", "dot"),
    }
