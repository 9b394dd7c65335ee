"""Energies of charge states and chemical potentials of leads as linear forms in the knobs of a junction.

Without islands a device is classical: E_s(x) = E_s + Σ_k x_k ∂E_s/∂x_k in every gate voltage, parameter and the bias
alike, so that a map of any dimension costs a product of matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.dots.device import Device
from attractron.dots.spectrum import classical, hamiltonian, layout
from attractron.transport.junction import BIAS, Junction

MOST_STATES = 1024
"""Largest number of charge states between which rates are calculated."""


@dataclass(frozen=True, eq=False)
class ChargeStateEnergies:
    """Energies of the charge states and potentials of the leads, as linear forms in the knobs x.

    Attributes:
        charges: charge states (state, dot), the first dot varying slowest.
        energy: E_s at x = 0, meV (state,).
        energy_slopes: ∂E_s/∂x_k (knob, state).
        mu: µ_a at x = 0, meV (lead,).
        mu_slopes: ∂µ_a/∂x_k (knob, lead).
    """

    charges: FloatArray
    energy: FloatArray
    energy_slopes: FloatArray
    mu: FloatArray
    mu_slopes: FloatArray

    def at(self, knobs: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Energies (point, state) and chemical potentials (point, lead) at knobs (point, knob)."""
        return _linear(self.energy, knobs, self.energy_slopes), _linear(self.mu, knobs, self.mu_slopes)

    def largest_bias(self, knobs: FloatArray, lead: int) -> FloatArray:
        """max_a |µ_lead - µ_a| over all leads a at knobs (point, knob), meV (point,)."""
        apart = _linear(self.mu - self.mu[lead], knobs, self.mu_slopes - self.mu_slopes[:, lead, None])
        return np.asarray(np.abs(apart).max(axis=1))


def charge_state_energies(junction: Junction, knobs: Sequence[str], origin: str) -> ChargeStateEnergies:
    """The linear forms of a junction in some of its knobs.

    Args:
        junction: the junction.
        knobs: the names of the knobs.
        origin: "absolute" or "centre", as for `attractron.transport.current`.

    Raises:
        InputError: more charge states than `MOST_STATES`.
    """
    device = junction.device
    states = int(np.prod([limit + 1 for limit in device.limits]))
    if states > MOST_STATES:
        raise InputError("junction", f"have at most {MOST_STATES} charge states", states, "lower max_electrons")
    charges = layout(device).charges
    swept = [name for name in knobs if name in device.named()]
    at_zero = device.with_parameters(**dict.fromkeys(swept, 0.0))
    start = _energies(at_zero, origin)
    slopes = np.zeros((len(knobs), states))
    mu_slopes = np.zeros((len(knobs), len(junction.leads)))
    for number, name in enumerate(knobs):
        if name in swept:
            slopes[number] = _energies(at_zero.with_parameters(**{name: 1.0}), origin) - start
        elif name == BIAS:
            mu_slopes[number] = bias_shares(junction)
            slopes[number] = charges @ _following(junction) @ mu_slopes[number]
        else:
            slopes[number] = -charges @ device.lever_arms(name)
    return ChargeStateEnergies(charges, start, slopes, np.array([lead.mu for lead in junction.leads]), mu_slopes)


def carrier_sign(junction: Junction) -> float:
    """1 for electrons, -1 for holes: their potentials and their flow count the other way."""
    return 1.0 if junction.device.carriers == "electrons" else -1.0


def bias_shares(junction: Junction) -> FloatArray:
    """∂µ_a/∂V_SD, meV/mV (lead,), with the sign of the carriers."""
    return np.array([carrier_sign(junction) * lead.bias for lead in junction.leads])


def _energies(device: Device, origin: str) -> FloatArray:
    """Energies of the charge states with all gates at their origin, meV (state,)."""
    plan = layout(device)
    start = device.gate_centre() if origin == "centre" else np.zeros(len(device.dots))
    return classical(plan, hamiltonian(device), plan.charges, 0.0) - plan.charges @ start


def _following(junction: Junction) -> FloatArray:
    """β_ai of the leads on the dots (dot, lead)."""
    arms = np.zeros((len(junction.device.dots), len(junction.leads)))
    for number, lead in enumerate(junction.leads):
        for dot, arm in lead.lever_arms.items():
            arms[junction.device.index(dot), number] = arm
    return arms


def _linear(constant: FloatArray, knobs: FloatArray, slopes: FloatArray) -> FloatArray:
    """constant + knobs @ slopes, added up knob by knob, so that no library's blocking shows in the last digit."""
    total = np.tile(constant, (len(knobs), 1))
    for values, slope in zip(knobs.T, slopes, strict=True):
        if slope.any():  # gates do not move the leads, the bias may move no level
            total += values[:, None] * slope
    return total
