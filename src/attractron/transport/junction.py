"""Junctions: a device of capacitively coupled dots with leads on them and a bias. Frozen, validated when made.

A lead a fills the states of its dot with the golden-rule rate Γ_a f(E - µ_a)/ħ. With bias and lever arms

    µ_a = µ_a⁰ + s_a V_SD,    ε_i → ε_i + Σ_a β_ai s_a V_SD,

where s_a is the lead's share of the bias (1 for a source with all leads else at 0) and β_ai the part of its potential
that dot i follows. Energies are those of the device's charge states (`attractron.dots.spectrum`), which are classical
here. For holes both signs of V_SD flip, so that a positive bias drives electrons out of the source in either language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from attractron.core.checks import finite, member, members, nearest, positive, shown, weights
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.units import Energy, LeverArm, Temperature
from attractron.dots.device import Device
from attractron.dots.parts import Gate, Parameter

BIAS = "V_SD"
"""The knob that a junction adds to those of its device, mV."""


@dataclass(frozen=True, kw_only=True)
class Lead(ShownAsTable):
    """A metallic lead on a dot.

    Theory: docs/theory/transport.md, eq-junction.

    Attributes:
        name: of the lead.
        dot: the dot that it fills.
        Gamma: Γ = 2πν|t|² in meV, ħ times the tunnelling rate: the lead's part of the level's full width.
        temperature: K, above zero.
        mu: chemical potential of its carriers without bias, meV.
        bias: s, the change of its chemical potential with V_SD, meV/mV.
        lever_arms: dot → β, the part of the lead's biased potential that the dot's level follows.

    Raises:
        InputError: Γ ≤ 0, T ≤ 0, or an entry that is not finite.

    Example:
        >>> lead = at.transport.Lead(name="S", dot="P", Gamma=0.09, temperature=0.2, bias=1.0)
        >>> round(lead.Gamma / (0.0862 * lead.temperature), 1)  # Γ/k_BT: beyond 1, amplitudes are not to be trusted
        5.2
    """

    name: str
    dot: str
    Gamma: Energy
    temperature: Temperature
    mu: Energy = 0.0
    bias: float = 0.0
    lever_arms: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for entry in ("name", "dot"):
            if not isinstance(getattr(self, entry), str):
                raise InputError(entry, "be a name", shown(getattr(self, entry)))
        object.__setattr__(self, "Gamma", _coupling(self.Gamma))
        object.__setattr__(self, "temperature", _warm(self.temperature))
        for entry in ("mu", "bias"):
            object.__setattr__(self, entry, finite(entry, getattr(self, entry)))
        object.__setattr__(self, "lever_arms", weights("lever_arms", self.lever_arms))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Junction(ShownAsTable):
    """A device with leads.

    Theory: docs/theory/transport.md, eq-junction.

    Attributes:
        device: dots without islands; all gates, virtual gates and parameters of it are knobs of the junction.
        leads: any number of leads, several on one dot if need be.
        source: name of the lead whose current is asked for; the first lead by default.

    Raises:
        InputError: no leads, names used twice, leads or lever arms on dots that do not exist, islands.

    Example:
        One level between two leads, Γ_S + Γ_D = 2.3 k_BT:

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.01, temperature=0.1, bias=1)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.01, temperature=0.1, bias=0)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> junction.knobs, round(junction.broadening, 1)
        (('V_SD',), 2.3)
    """

    device: Device
    leads: tuple[Lead, ...]
    source: str = ""

    def __post_init__(self) -> None:
        member("device", self.device, Device)
        object.__setattr__(self, "leads", members("leads", self.leads, Lead))
        names = [lead.name for lead in self.leads]
        if not names or len(set(names)) != len(names):
            raise InputError("leads", "have different names, at least one lead", shown(names))
        object.__setattr__(self, "source", self.source or names[0])
        if self.source not in names:
            wanted, near = f"name a lead ({', '.join(names)})", nearest(str(self.source), names)
            raise InputError("source", wanted, shown(self.source), near)
        self._check_device()

    def _check_device(self) -> None:
        if self.device.islands:
            raise InputError(
                "device",
                "have open dots only, since rates between charge states know no coherent tunnelling inside islands",
                f"an island of {', '.join(self.device.islands[0].dots)}",
                "give each dot its own leads, as pair_junction does, or ask attractron.dots about the isolated device",
            )
        if BIAS in self.device.knobs:
            raise InputError("device", f"leave the name {BIAS} to the bias", "a knob of that name")
        dots = self.device.dots
        for lead in self.leads:
            for argument, dot in (("dot", lead.dot), *(("lever_arms", dot) for dot in lead.lever_arms)):
                if dot not in dots:
                    raise InputError(
                        f"leads[{lead.name!r}].{argument}",
                        f"name dots of the device ({', '.join(dots)})",
                        repr(dot),
                        nearest(dot, dots),
                    )

    @property
    def knobs(self) -> tuple[str, ...]:
        """Everything an axis may be: gates, virtual gates, parameters and the bias "V_SD"."""
        return (*self.device.knobs, BIAS)

    @property
    def temperature(self) -> float | None:
        """The temperature of all leads in K; None when they differ."""
        temperatures = {lead.temperature for lead in self.leads}
        return temperatures.pop() if len(temperatures) == 1 else None

    @property
    def broadening(self) -> float:
        """The largest full width ΣΓ of a dot's level over the lowest k_BT: the expansion's small parameter."""
        widths: dict[str, float] = {}
        for lead in self.leads:
            widths[lead.dot] = widths.get(lead.dot, 0.0) + lead.Gamma
        return max(widths.values()) / (K_B * min(lead.temperature for lead in self.leads))

    @property
    def source_number(self) -> int:
        """Position of the source among the leads."""
        return [lead.name for lead in self.leads].index(self.source)

    def with_parameters(self, **values: float) -> "Junction":
        """The same junction with some parameters (meV) of its device changed.

        Raises:
            InputError: the device has no such parameter, or the value is not finite.
        """
        return replace(self, device=self.device.with_parameters(**values))

    def __eq__(self, other: object) -> bool:
        """Junctions are equal whose devices and leads are, as those of a copy."""
        if not isinstance(other, Junction):
            return NotImplemented
        return (self.device, self.leads, self.source) == (other.device, other.leads, other.source)

    def __hash__(self) -> int:
        return hash((self.device, tuple(lead.name for lead in self.leads), self.source))

    def __repr__(self) -> str:
        """Short: the device and its leads with Γ in meV and the temperature in K; `describe` has all numbers."""
        leads = ", ".join(f"{lead.name} on {lead.dot} Γ={lead.Gamma:g} T={lead.temperature:g}" for lead in self.leads)
        return f"Junction({self.device!r}; leads {leads})"

    def describe(self) -> dict[str, Any]:
        """The junction as JSON-safe data, for the attributes of results."""
        leads = [
            {
                "name": lead.name,
                "dot": lead.dot,
                "Gamma": lead.Gamma,
                "temperature": lead.temperature,
                "mu": lead.mu,
                "bias": lead.bias,
                "lever_arms": dict(lead.lever_arms),
            }
            for lead in self.leads
        ]
        return {**self.device.describe(), "leads": leads, "source": self.source}


def pair_junction(
    *,
    W: Energy,
    U: Energy,
    mu_P: Energy,
    Gamma_S: Energy,
    Gamma_D: Energy,
    Gamma_L: Energy,
    Gamma_R: Energy,
    temperature: Temperature,
    alpha: LeverArm = 1.0,
    beta: float = 0.0,
    carriers: str = "electrons",
) -> Junction:
    """Two sites beside a polarizer dot that conducts (Hamo et al. 2016, Fig. 4a).

        E(n) = -µ_L n_L - µ_R n_R - µ_P n_P + W n_L n_R + U (n_L + n_R) n_P,   µ_{L,R} = α(V ± δV),

    with one lead on each of L and R at chemical potential 0, and source and drain on P: the source at eV_SD, the drain
    at 0, and µ_P lowered by β eV_SD. The current is that of the source, positive when electrons flow S → P → D.

    Knobs: gates "V_L" and "V_R", virtual gates "V" = (V_L + V_R)/2 and "delta_V" = (V_L - V_R)/2, the bias "V_SD" (all
    mV), parameters "W", "U" and "mu_P" (meV).

    Theory: docs/theory/transport.md, eq-pair-junction.

    Args:
        W: repulsion between an electron on L and one on R, meV.
        U: repulsion between an electron on L or R and one on P, meV.
        mu_P: chemical potential of the polarizer dot, meV; µ_P = U is the particle-hole symmetric point.
        Gamma_S: coupling to the source, meV, full width.
        Gamma_D: coupling to the drain, meV.
        Gamma_L: coupling of L to its lead, meV.
        Gamma_R: coupling of R to its lead, meV.
        temperature: of all leads, K.
        alpha: lever arm α of V_L on L and of V_R on R, meV/mV.
        beta: lever arm β of the source on P, a share of its bias, in [0, 1).
        carriers: "electrons" or "holes".

    Returns:
        The junction with dots ("L", "R", "P") and leads ("S", "D", "L", "R").

    Raises:
        InputError: Γ ≤ 0, T ≤ 0, β outside [0, 1), or a value that is not finite.

    Example:
        >>> junction = at.transport.pair_junction(
        ...     W=0.435, U=0.925, mu_P=0.925, Gamma_S=0.0925, Gamma_D=0.0925, Gamma_L=0.2, Gamma_R=0.4, temperature=0.2
        ... )
        >>> junction.knobs
        ('V_L', 'V_R', 'V', 'delta_V', 'W', 'U', 'mu_P', 'V_SD')
    """
    share = lever_arm_of_bias(beta)
    unset = Device(
        dots=("L", "R", "P"),
        repulsion=np.zeros((3, 3)),
        gates={f"V_{dot}": Gate(lever_arms={dot: finite("alpha", alpha)}) for dot in ("L", "R")},
        virtual_gates={"V": {"V_L": 1.0, "V_R": 1.0}, "delta_V": {"V_L": 1.0, "V_R": -1.0}},
        carriers=carriers,
        parameters={
            "W": Parameter(value=0.0, repulsion={("L", "R"): 1.0}),
            "U": Parameter(value=0.0, repulsion={("L", "P"): 1.0, ("R", "P"): 1.0}),
            "mu_P": Parameter(value=0.0, levels={"P": -1.0}),
        },
    )
    kelvin = _warm(temperature)
    couplings = {"S": ("P", Gamma_S), "D": ("P", Gamma_D), "L": ("L", Gamma_L), "R": ("R", Gamma_R)}
    leads = [
        Lead(
            name=name,
            dot=dot,
            Gamma=_coupling(Gamma, f"Gamma_{name}"),
            temperature=kelvin,
            bias=1.0 if name == "S" else 0.0,
            lever_arms={"P": share} if name == "S" else {},
        )
        for name, (dot, Gamma) in couplings.items()
    ]
    return Junction(device=unset.with_parameters(W=W, U=U, mu_P=mu_P), leads=tuple(leads), source="S")


def spin_junction(
    *,
    U: Energy,
    Gamma_S: Energy,
    Gamma_D: Energy,
    temperature: Temperature,
    E_Z: Energy = 0.0,
    alpha: LeverArm = 1.0,
    carriers: str = "electrons",
) -> Junction:
    """A dot with one orbital and spin in a magnetic field, between source and drain (Anderson 1961).

        E(n) = ε (n_up + n_down) + (E_Z/2)(n_up - n_down) + U n_up n_down,   ε = -αV,   E_Z = g µ_B B,

    with µ_B = 0.0579 meV/T, as two dots without spin, one for each spin, which rates of every order know. U < 0 is
    attraction. Leads keep the spin, and fill both alike; the source is at eV_SD, the drain at 0.

    Knobs: the gate "V" and the bias "V_SD" in mV, parameters "U" and "E_Z" in meV.

    Args:
        U: interaction of both electrons, meV; negative attracts.
        Gamma_S: coupling of each spin to the source, meV, full width.
        Gamma_D: coupling of each spin to the drain, meV.
        temperature: of all leads, K.
        E_Z: Zeeman energy, which lifts spin up by half of it, meV.
        alpha: lever arm of the gate, meV/mV.
        carriers: "electrons" or "holes".

    Returns:
        The junction with dots ("up", "down") and leads ("S_up", "D_up", "S_down", "D_down"). Its `current` is that of
        spin up alone: what leaves the source is the sum of `lead_current` over "S_up" and "S_down".

    Raises:
        InputError: Γ ≤ 0, T ≤ 0, or a value that is not finite.

    Example:
        Two electrons that attract by 0.4 meV come as a pair, unless the field holds one of them down.

        >>> dot = at.transport.spin_junction(U=-0.4, Gamma_S=0.002, Gamma_D=0.002, temperature=0.1)
        >>> diagram = at.transport.charge_stability(dot, {"V": [-0.25, -0.15], "E_Z": [0.2, 0.6]})
        >>> diagram["occupation"].sum("dot").round(2).values.tolist()
        [[0.0, 1.0], [2.0, 1.0]]

    Source: Cheng et al., Nature 521, 196 (2015), for attraction in a field.
    """
    unset = Device(
        dots=("up", "down"),
        repulsion=np.zeros((2, 2)),
        gates={"V": Gate(lever_arms=dict.fromkeys(("up", "down"), finite("alpha", alpha)))},
        carriers=carriers,
        parameters={
            "U": Parameter(value=0.0, repulsion={("up", "down"): 1.0}),
            "E_Z": Parameter(value=0.0, levels={"up": 0.5, "down": -0.5}),
        },
    )
    kelvin = _warm(temperature)
    ends = {"S": (_coupling(Gamma_S, "Gamma_S"), 1.0), "D": (_coupling(Gamma_D, "Gamma_D"), 0.0)}
    leads = [
        Lead(name=f"{name}_{spin}", dot=spin, Gamma=Gamma, temperature=kelvin, bias=bias)
        for spin in unset.dots
        for name, (Gamma, bias) in ends.items()
    ]
    return Junction(device=unset.with_parameters(U=U, E_Z=E_Z), leads=tuple(leads))


def lever_arm_of_bias(beta: float) -> float:
    """β as a number, in [0, 1): at 1 the level of P follows the source, and no bias fills it."""
    if not 0 <= finite("beta", beta) < 1:
        raise InputError("beta", "lie in [0, 1)", beta, "at 1 the level of P follows the source")
    return float(beta)


def _coupling(value: Any, argument: str = "Gamma") -> float:
    if finite(argument, value) <= 0:
        raise InputError(argument, "be positive", value, "leave the lead out when it is closed")
    return positive(argument, value)


def _warm(value: Any) -> float:
    kelvin = checked_temperature("temperature", value)
    if kelvin == 0:
        raise InputError(
            "temperature",
            "be above zero",
            "0 K",
            "rates need thermal leads, and some ten millikelvin are as good as zero wherever k_BT is the smallest "
            "energy; for the ground state itself ask dots.stability_diagram",
        )
    return kelvin
