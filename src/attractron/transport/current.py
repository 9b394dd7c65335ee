"""Current through a junction in its steady state, its slope with the bias, and the states between which it flows."""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import Axes
from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.results import to_json
from attractron.dots import stability_diagram
from attractron.transport.energies import bias_shares, carrier_sign
from attractron.transport.junction import BIAS, Junction
from attractron.transport.lead_axes import over_leads
from attractron.transport.question import Flat, labelled, prepared
from attractron.transport.solve import ORDERS, solve
from attractron.transport.validity import beyond_unitarity, marks, state_names

STEP = 0.1
"""Step of the bias in k_BT for the differential conductance."""

SIXTH = (3 / 4, -3 / 20, 1 / 60)
FOURTH = (2 / 3, -1 / 12, 0.0)
"""Weights of f(kh) - f(-kh), k = 1, 2, 3, in the central differences for h f'(0)."""


@over_leads
def current(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
    part: bool = False,
) -> xr.Dataset:
    """Steady current, populations and their composition (Hamo et al. 2016, Fig. 4; Kaasbjerg and Jauho 2016).

    The populations p of the charge states solve Σ_j (p_j Γ_{j→i} - p_i Γ_{i→j}) = 0 with the golden-rule rates of
    `attractron.transport.rates`; what leaves lead a is

        I_a = e Σ_{processes} σ_a p_i Γ_{i→f} + elastic currents,

    positive when electrons leave the lead.

    Theory: docs/theory/transport.md, eq-energy, eq-rate, eq-amplitudes, eq-finite-part, eq-clamping, eq-current.
    Theory: docs/theory/transport.md, eq-elastic.

    Args:
        junction: the junction.
        axes: knob → values; one-dimensional arrays make dimensions in the order given, numbers fix a knob. Gates,
            virtual gates and the bias "V_SD" in mV (gates add up; the bias is 0 unless given), parameters in meV;
            couplings "Gamma_S", … of the leads by their names in meV, "temperature" of all leads in K.
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
        zero, in pA, most of which events of lower order undo at once; `clamped_effect`, what the current would change
        by if these rates kept their values, to first order in them, in pA: to be compared with the current;
        `beyond_unitarity`, where |I| exceeds (e²/h)|V|; `status` with CF flags, "ok" or why a point has no values
        (NaN), the first of them in words in the attribute `failure`. `Gamma_over_kT` (lead,): what the expansion is in.

    Raises:
        InputError: unknown knobs; axes that are empty, unsorted or not one-dimensional; leads at different
            temperatures, spins or several electrons on a dot beyond sequential rates; dots without leads, which leave
            several steady states; no point with a single steady state.

    Example:
        One level, all of the window of the bias: (e/ħ) Γ_SΓ_D/(Γ_S + Γ_D).

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.01, temperature=0.1, bias=0.5)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.01, temperature=0.1, bias=-0.5)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> float(at.transport.current(junction, {"V_SD": 1.0}, processes="sequential")["current"])  # pA
        1217.067...
    """
    over, model = prepared(junction, axes, processes, method, origin)
    steady = solve(model, over)
    contribution = carrier_sign(junction) * PA_PER_MEV * np.moveaxis(steady.flow, 0, -1)  # (order, lead, point)
    lead_current = contribution.sum(axis=0)
    from_source = lead_current[junction.source_number]
    beyond = beyond_unitarity(model, steady, from_source)
    effect = carrier_sign(junction) * PA_PER_MEV * steady.clamped_effect
    occupation = np.einsum("ps,sd->dp", steady.populations, model.energies.charges)
    variables: dict[str, Flat] = {
        "current": ((), from_source, "pA", f"current out of lead {junction.source}"),
        "lead_current": (("lead",), lead_current, "pA", "current out of the lead"),
        "contribution": (("order", "lead"), contribution, "pA", "part of the current out of the lead"),
        "populations": (("state",), steady.populations.T, "1", "probability of the charge state"),
        "occupation": (("dot",), occupation, "1", "mean occupation"),
        "clamped": ((), PA_PER_MEV * steady.clamped, "pA", "charge rate of processes lost to clamping"),
        "clamped_effect": ((), effect, "pA", "change of the current without clamping, to first order"),
        "beyond_unitarity": ((), beyond, "1", "|I| exceeds (e²/h)|V|"),
    }
    result = labelled(
        model,
        over,
        steady.status,
        variables,
        {
            "lead": ("lead", [lead.name for lead in junction.leads], "1", "lead"),
            "order": ("order", list(ORDERS[processes]), "1", "kind of process"),
            "state": ("state", state_names(model), "1", f"charges on ({','.join(junction.device.dots)})"),
            "dot": ("dot", list(junction.device.dots), "1", "dot"),
        },
        question="current",
        validity=marks(from_source, effect, beyond),
        references=("hamo2016",),
        part=part,
    )
    result["Gamma_over_kT"] = ("lead", model.Gamma / model.kT, {"units": "1", "long_name": "Γ/k_BT of the lead"})
    return result


@over_leads
def differential_conductance(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
    part: bool = False,
) -> xr.Dataset:
    """Differential conductance dI/dV_SD of the source lead.

    The current is analytic in the bias within π k_BT of the real axis, except where a rate is clamped at zero. So the
    central difference of sixth order with a step of k_BT/10, relative error about 36 (1/10π)⁶ = 4e-8, is as good as a
    derivative; across the kink of a clamped rate it averages over ±0.3 k_BT.

    Theory: docs/theory/transport.md, eq-current.

    Args:
        junction: the junction; at least one lead must follow the bias.
        axes, processes, method, origin, part: as for `attractron.transport.current`; V_SD is 0 unless it is among the
            axes.

    Returns:
        Dataset over the axes: `conductance` in e²/h, that of the source, and `lead_conductance` (lead, …), dI_a/dV_SD
        of every lead; `conductance_error`, the difference of the source's to the central difference of fourth order,
        which is far above its own error where the current is smooth; `status`.

    Raises:
        InputError: as for `attractron.transport.current`; no lead follows the bias.

    Example:
        A resonance of Γ_S = Γ_D ≫ k_BT conducts one e²/h, less (πk_BT)²/3 over (Γ/2)².

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.1, temperature=0.02, bias=1)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.1, temperature=0.02, bias=0)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> found = at.transport.differential_conductance(junction, {"V_SD": 0.0}, processes="0e")
        >>> round(float(found["conductance"]), 3)
        0.999
    """
    largest = np.abs(bias_shares(junction)).max()
    if largest == 0:
        raise InputError("junction", "have a lead that follows the bias", "`bias` 0 on all leads")
    over, model = prepared(junction, axes, processes, method, origin, default={BIAS: 0.0})
    step = STEP * float(model.kT.min() / largest)
    steps = [sign * number * step for number in range(1, len(SIXTH) + 1) for sign in (1.0, -1.0)]
    states = [solve(model, Axes({**over, BIAS: over[BIAS] + bias})) for bias in steps]
    flows = np.array([state.flow.sum(axis=1).T for state in states])  # (step, lead, point)
    # What flows is ħ × rate in meV: per mV it is a conductance in e²/ħ.
    scale = carrier_sign(junction) * 2 * np.pi / step
    changes = flows[::2] - flows[1::2]
    every, fourth = (scale * np.einsum("k,kap->ap", weights, changes) for weights in (SIXTH, FOURTH))
    sixth, fourth = every[junction.source_number], fourth[junction.source_number]
    return labelled(
        model,
        over,
        np.max([state.status for state in states], axis=0),
        {
            "conductance": ((), sixth, "e²/h", f"dI/dV_SD of lead {junction.source}"),
            "conductance_error": ((), np.abs(sixth - fourth), "e²/h", "bound of the difference error"),
            "lead_conductance": (("lead",), every, "e²/h", "dI/dV_SD of the lead"),
        },
        {"lead": ("lead", [lead.name for lead in junction.leads], "1", "lead")},
        question="differential_conductance",
        method=f"central difference of sixth order with steps of {step:.3g} mV",
        references=("hamo2016",),
        part=part,
    )


def charge_stability(junction: Junction, axes: Mapping[str, ArrayLike], *, origin: str = "absolute") -> xr.Dataset:
    """Charge states of a junction without bias, over the same axes and from the same origin as its current.

    Without bias the populations are those of equilibrium, p_s ∝ exp(-E_s/k_BT), whatever the couplings; the ground
    state at every point gives the boundaries. `result.assign(charge_state=charge_stability(...)["charge_state"])` with
    the result of `attractron.transport.current` over the same axes is what `plotting.stability.plot` draws the
    boundaries over.

    Theory: docs/theory/transport.md, eq-junction.

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

    Example:
        At the symmetric point of the pair experiment one more electron on each of L and R empties P.

        >>> junction = at.transport.pair_junction(
        ...     W=0.435, U=0.925, mu_P=0.925, Gamma_S=0.01, Gamma_D=0.01, Gamma_L=0.01, Gamma_R=0.01, temperature=0.1
        ... )
        >>> diagram = at.transport.charge_stability(junction, {"V": [-0.1, 0.1]}, origin="centre")
        >>> diagram["charge_state"].attrs["flag_meanings"]
        '(0,0,1) (1,1,0)'

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
