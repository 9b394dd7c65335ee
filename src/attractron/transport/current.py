"""Current through a junction in its steady state, with populations, contributions and marks of validity.

Differential conductance: the slope of the current with the bias.

The charge stability diagram of a junction without bias, to be laid under its current.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import axes as checked_axes
from attractron.core.checks import choice
from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, to_json
from attractron.dots import stability_diagram
from attractron.dots.interaction import knob_unit
from attractron.transport.energies import bias_shares, carrier_sign
from attractron.transport.junction import BIAS, Junction
from attractron.transport.master_equation import STATUS
from attractron.transport.rates import METHODS
from attractron.transport.steady_state import ORDERS, Knobs, Model, Solution, make_model, solve_grid
from attractron.transport.validity import (
    LITERATURE,
    Failure,
    beyond_unitarity,
    check_connected,
    check_supported,
    failure,
    marks,
    method_text,
    notes,
    state_names,
)

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


STEP = 0.1
"""Step of the bias in k_BT."""

SIXTH = (3 / 4, -3 / 20, 1 / 60)
FOURTH = (2 / 3, -1 / 12, 0.0)
"""Weights of f(kh) - f(-kh), k = 1, 2, 3, in the central differences for h f'(0)."""


def differential_conductance(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
    part: bool = False,
) -> "xr.Dataset":
    """Differential conductance dI/dV_SD of the source lead.

    The current is analytic in the bias within π k_BT of the real axis, except where a rate is clamped at zero. So the
    central difference of sixth order with a step of k_BT/10, relative error about 36 (1/10π)⁶ = 4e-8, is as good as a
    derivative; across the kink of a clamped rate it averages over ±0.3 k_BT.

    Args:
        junction: the junction; at least one lead must follow the bias.
        axes, processes, method, origin, part: as for `attractron.transport.current`; V_SD is 0 unless it is among the
            axes.

    Returns:
        Dataset over the axes: `conductance` in e²/h; `conductance_error`, its difference to the central difference of
        fourth order, which is far above its own error where the current is smooth; `status`.

    Raises:
        InputError: as for `attractron.transport.current`; no lead follows the bias.
    """
    largest = np.abs(bias_shares(junction)).max()
    if largest == 0:
        raise InputError("junction", "have a lead that follows the bias", "`bias` 0 on all leads")
    knobs, model = prepared(junction, axes, processes, method, origin, default={BIAS: 0.0})
    step = STEP * float(model.kT.min() / largest)
    steps = [sign * number * step for number in range(1, len(SIXTH) + 1) for sign in (1.0, -1.0)]
    grids = [{**knobs, BIAS: knobs[BIAS] + bias} for bias in steps]
    solutions = [solve_grid(model, grid) for grid in grids]
    flows = np.array([solution.flow.sum(axis=1)[:, junction.source_number] for solution in solutions])
    # What flows is ħ × rate in meV: per mV it is a conductance in e²/ħ.
    scale = carrier_sign(junction) * 2 * np.pi / step
    sixth, fourth = (scale * (np.asarray(weights) @ (flows[::2] - flows[1::2])) for weights in (SIXTH, FOURTH))
    status = np.max([solution.status for solution in solutions], axis=0)
    failed = failure(model, knobs, status)
    if not part:
        failed.refuse_all()
    dims = tuple(name for name in knobs if np.ndim(knobs[name]))
    shape = tuple(np.size(knobs[name]) for name in dims)
    result = dataset(
        {
            "conductance": (dims, sixth.reshape(shape), "e²/h", f"dI/dV_SD of lead {junction.source}"),
            "conductance_error": (dims, np.abs(sixth - fourth).reshape(shape), "e²/h", "bound of the difference error"),
            "status": (dims, status.reshape(shape), "1", STATUS_NAME),
        },
        coordinates(junction, knobs),
        question="transport.differential_conductance",
        parameters=junction.describe(),
        options=options_of(knobs, processes, method, origin),
        method=f"central difference of sixth order with steps of {step:.3g} mV; {method_text(processes, method)}",
        validity=[*notes(junction, processes, method), *failed.notes()],
        references=("hamo2016", *LITERATURE[processes]),
    )
    result["status"].attrs.update(flags(STATUS))
    return with_failure(result, failed)


def charge_stability(junction: Junction, axes: Mapping[str, ArrayLike], *, origin: str = "absolute") -> "xr.Dataset":
    """Charge states of a junction without bias, over the same axes and from the same origin as its current.

    Without bias the populations are those of equilibrium, p_s ∝ exp(-E_s/k_BT), whatever the couplings; the ground
    state at every point gives the boundaries. `result.assign(charge_state=charge_stability(...)["charge_state"])` with
    the result of `attractron.transport.current` over the same axes is what `plotting.stability.plot` draws the
    boundaries over.

    Args:
        junction: the junction; its leads have one temperature and µ = 0.
        axes: knob → values, as for `attractron.transport.current` but without the bias.
        origin: "absolute" or "centre", as for `attractron.transport.current`.

    Returns:
        Dataset over the axes: `charge_state` of the ground state, with CF flags such as "(1,1,0)"; `occupation`
        (dot, …) at the leads' temperature; `energy` of the ground state and `gap` to the next one, meV.

    Raises:
        InputError: leads that are not in equilibrium without bias; unknown knobs, the bias among them; axes that are
            empty, unsorted or not one-dimensional.

    Source: van der Wiel et al., Rev. Mod. Phys. 75, 1 (2002), for stability diagrams.
    """
    kelvin = junction.temperature
    if kelvin is None or any(lead.mu for lead in junction.leads):
        raise InputError(
            "leads",
            "be in equilibrium without bias",
            "different temperatures" if kelvin is None else "leads with `mu` other than 0",
            "use one temperature, shift the levels instead of `mu`, or take `occupation` from transport.current",
        )
    diagram = stability_diagram(junction.device, axes, temperature=kelvin, origin=origin)
    return diagram.drop_vars("detector_current").assign_attrs(
        question="transport.charge_stability", parameters=to_json(junction.describe())
    )
