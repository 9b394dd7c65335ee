"""Thermopower of a junction: which voltage stands against a difference of temperatures.

Leads at one temperature T and one chemical potential exchange carriers in detailed balance: process j from the charge
state i to f, a carrier out of lead a with the energy Δ_j above µ, happens c_j = p_i Γ_{i→f} = p_f Γ_{f→i} times in
either direction. Leads whose µ_a rises by s_a µ' and whose temperature by s_a T' drive it by the change of
ln(Γ_{i→f}/Γ_{f→i}), while populations give way by δp:

    J_j = c_j s_a (µ' + Δ_j T'/T)/k_BT + δp_i Γ_{i→f} - δp_f Γ_{f→i},     Σ_j J_j (|f⟩⟨f| - |i⟩⟨i|) = 0,

a network of resistors k_BT/c_j between the charge states. What flows from the lifted to the other leads is linear in
both drives, with coefficients that are symmetric (Onsager):

    carriers  Σ_j s_a J_j = L_11 µ' + L_12 T'/T,     heat  Σ_j s_a Δ_j J_j = L_21 µ' + L_22 T'/T,     L_12 = L_21.
"""

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray
from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.transport.energies import carrier_sign
from attractron.transport.junction import BIAS, Junction
from attractron.transport.lead_axes import over_leads
from attractron.transport.master_equation import OUT_OF_RANGE, resolvent, steady_state
from attractron.transport.processes import forms
from attractron.transport.question import labelled, prepared
from attractron.transport.solve import Model
from attractron.transport.validity import OF_QUESTION


@over_leads
def thermopower(
    junction: Junction, axes: Mapping[str, ArrayLike], *, origin: str = "absolute", part: bool = False
) -> xr.Dataset:
    """Thermopower (Seebeck coefficient), conductance and heat conductance by sequential tunnelling.

    A bias V_SD lifts the electrons of lead a by s_a V_SD, and a difference of temperatures T' is taken to heat it by
    s_a T', s_a the lead's `bias`: source and drain have 1 and 0, or ±1/2. A hot source whose electrons are lifted by
    e V_SD lies at the voltage V = -V_SD, and with the coefficients of `attractron.transport.thermopower`

        S = -dV/dT' = dV_SD/dT' at zero current = -L_12/(eT L_11),     one level at ε: S = -(ε - µ)/(eT),
        G = e² L_11,     κ = (L_22 - L_12²/L_11)/T.

    Args:
        junction: the junction; its leads are in equilibrium, and some dot lies between leads of different shares.
        axes: knob → values, as for `attractron.transport.current`, but without a bias.
        origin, part: as for `attractron.transport.current`.

    Returns:
        Dataset over the axes: `thermopower` S in µV/K; `conductance` G in e²/h, of all leads that follow the bias by
        their shares; `thermal_conductance` κ in fW/K, of the electrons at zero current; `status`.

    Raises:
        InputError: a bias; leads at different temperatures or chemical potentials; no dot between leads of different
            shares; otherwise as for `attractron.transport.current`.

    Example:
        A level k_BT above the leads: S = -k_B/e.

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.001, temperature=0.2, bias=1)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.002, temperature=0.2)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]], gates={"V": at.dots.Gate(lever_arms={"P": 1.0})})
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> round(float(at.transport.thermopower(junction, {"V": -0.2 * 0.0861733})["thermopower"]), 2)
        -86.17

    Source: Beenakker and Staring, Phys. Rev. B 46, 9667 (1992).
    """
    _check_equilibrium(junction, axes)
    over, model = prepared(junction, axes, "sequential", "finite-part", origin)
    found = [linear_response(model, points) for points in model.points(over, numbers=4 * model.states**2)]
    coefficients, status = (np.concatenate(parts) for parts in zip(*found, strict=True))
    carriers, both, heat = coefficients[:, 0, 0], coefficients[:, 0, 1], coefficients[:, 1, 1]
    kelvin = model.junction.leads[0].temperature
    with np.errstate(invalid="ignore", divide="ignore"):
        opposing = both / carriers  # meV: mean energy that a carrier brings
    return labelled(
        model,
        over,
        status,
        {
            "thermopower": ((), -1e3 * carrier_sign(junction) * opposing / kelvin, "µV/K", "thermopower"),
            "conductance": ((), 2 * np.pi * carriers, "e²/h", "conductance by sequential tunnelling"),
            "thermal_conductance": (
                (),
                PA_PER_MEV * (heat - both * opposing) / kelvin,
                "fW/K",
                "heat conductance of electrons at zero current",
            ),
        },
        question="thermopower",
        method="linear response to differences of voltage and temperature",
        validity=OF_QUESTION["transport.thermopower"],
        references=("beenakker_staring1992",),
        part=part,
    )


def _check_equilibrium(junction: Junction, axes: Mapping[str, ArrayLike]) -> None:
    if isinstance(axes, Mapping) and BIAS in axes:
        wanted = "be left out, since the thermopower is a response around zero bias"
        raise InputError(f"axes[{BIAS!r}]", wanted, "a bias", "for a current at finite bias ask transport.current")
    if junction.temperature is None or len({lead.mu for lead in junction.leads}) > 1:
        got = "different temperatures" if junction.temperature is None else "different `mu`"
        raise InputError(
            "leads",
            "be in equilibrium without bias",
            got,
            "give all the same; for a finite difference of temperatures ask transport.current",
        )
    if not relative_shares(junction).any():
        raise InputError(
            "leads",
            "have two on one dot that follow the bias differently",
            "none",
            "give source and drain of a dot bias=0.5 and -0.5",
        )


def relative_shares(junction: Junction) -> FloatArray:
    """Shares s_a of the bias less their mean over the leads of the same dot, weighted with Γ (lead,).

    What is taken off drives every process of the dot alike and is made up for by populations, so that no current
    depends on it, and leads alone on their dot drive none, exactly.
    """
    shares = np.zeros(len(junction.leads))
    for number, lead in enumerate(junction.leads):
        beside = [other for other in junction.leads if other.dot == lead.dot]
        apart = sum(other.Gamma * (lead.bias - other.bias) for other in beside)
        shares[number] = apart / sum(other.Gamma for other in beside)
    return shares


def linear_response(model: Model, knobs: FloatArray) -> tuple[FloatArray, NDArray[np.int8]]:
    """The coefficients L (point, 2, 2) of carriers and heat at points of the knobs (point, knob), ħL in meV^(0, 1, 2).

    Returns:
        ħ L_11 in meV/meV, ħ L_12 in meV and ħ L_22 in meV², and codes of
        `attractron.transport.master_equation.STATUS` (point,).
    """
    energy, mu = model.energies.at(knobs)
    (table,), (found,) = model.tables, model.rates(energy, mu)
    start, stop, states = table.initial, table.final, model.states
    populations, status = steady_state(found.forward, found.backward, start, stop, states)
    lead = table.leads[:, 0]
    release = forms(table, energy, mu).Delta
    shares = np.array([each.bias for each in model.junction.leads])
    carried = np.broadcast_to(relative_shares(model.junction)[lead], release.shape)
    moved = np.stack([carried, shares[lead] * release], axis=-1)  # (point, process, carriers and heat)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is marked below
        driven = (populations[:, start] * found.forward / model.kT[0])[..., None] * moved
        rates, gathered = np.zeros((states, states, len(knobs))), np.zeros((states, len(knobs), 2))
        np.add.at(rates, (stop, start), found.forward.T)
        np.add.at(rates, (start, stop), found.backward.T)
        np.add.at(gathered, start, np.moveaxis(driven, 1, 0))
        np.add.at(gathered, stop, -np.moveaxis(driven, 1, 0))
        last = np.asarray(np.nan_to_num(populations).argmax(axis=1))
        change = resolvent(np.moveaxis(rates, 2, 0), last, np.moveaxis(gathered, 1, 0)).real
        flow = driven + change[:, start] * found.forward[..., None] - change[:, stop] * found.backward[..., None]
        coefficients = np.einsum("pjm,pjn->pmn", moved, flow)
    lost = (status == 0) & ~(np.isfinite(coefficients).all(axis=(1, 2)) & (coefficients[:, 0, 0] > 0))
    status[lost] = OUT_OF_RANGE
    coefficients[status != 0] = np.nan
    return coefficients, status
