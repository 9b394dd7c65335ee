"""Tunnelling of single electrons into either wire: density of states and dI/dV of the three phases.

A metallic lead of constant density of states is joined to one point of a wire. The electron that enters has the
correlation t^(-η) of everything gapless that it excites (`attractron.wires.probes.thermal`) times, where a field of its
own is pinned, that of the soliton that it must create. With M of `attractron.wires.orders`

    wire        where   phase               η of the gapless part                   soliton, of energy
    primary     bulk    decoupled           (M_cc + (M⁻¹)_cc + 2)/4                 -
    primary     end     decoupled           ((M⁻¹)_cc + 1)/2                        -
    primary     bulk    paired              (M_cc + (M⁻¹)_cc)/4                     Δ_s
    secondary   bulk    decoupled, paired   (M_φφ + (M⁻¹)_φφ)/2                     -
    secondary   end     decoupled, paired   (M⁻¹)_φφ                                -
    both        bulk    trion               (K_f + 1/K_f)/6                         `excitation_costs`

Gapless: ρ/ρ_0 = (1 + e^{-ω/kT}) s_η(ω)/Λ^a, a = η - 1, with correlations cut off at the time ħ/Λ, and the current

    I(V)/G_T = (1 - e^{-eV/kT}) s_{η+1}(eV)/(eΛ^a)
             = (2kT/e)(2πkT/Λ)^a sinh(x)|Γ(1 + a/2 + ix/π)|²/Γ(2 + a),      x = eV/2kT,

G_T what the junction conducts without interactions: dI/dV ~ T^a at eV ≪ kT and V^a beyond, one curve of eV/kT.

With a gap. One soliton of the energy E at one place has the density of states (ε - E)^{-1/2}/√π, correlations
t^{-1/2} e^{-iEt} at all times: in the paired phase that is the form factor e^{θ/4} of the electron's spin part, of spin
¼, at the rapidity θ, summed over both directions (Essler and Tsvelik 2002). It is the power of the gapless spin part,
½, so that the power above the gap is that of the gapless wire,

    ρ/ρ_0 = Z ((|ω| - Δ_s)/Λ)^a/Γ(1 + a) above Δ_s and 0 below,      Z = 0.9218,

a step for K_c = 1 without a square-root singularity (Voit 1998); three solitons and more, from 3Δ_s on, add the missing
part 1 - Z. In the trion phase spin soliton and (half) soliton of φ_g are one wall, and

    ρ/ρ_0 = (E/Λ)^a ((|ω| - E)/E)^b/Γ(1 + b),      b = (K_f + 1/K_f)/6 - ½,

where the amplitude, a form factor that is not known, is the one that joins the gapless law near 2E. At kT ≪ E the
convolution of both spectra, with detailed balance, is what a dilute gas of solitons gives; e^{-(E-|ω|)/kT} below E.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, choice, finite, positive
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.orders import density_exponent
from attractron.wires.probes.thermal import power_weight, power_weight_slope
from attractron.wires.trion_operators import excitation_costs

ONE_SOLITON = 0.9218
"""Z: weight of the one-soliton part of an electron's spin, 1 being the gapless one (Lukyanov, Zamolodchikov 2001)."""

WEIGHT_OF = ("essler_tsvelik2002", "lukyanov_zamolodchikov2001")

WIRES, PLACES, PHASES = ("primary", "secondary"), ("bulk", "end"), ("decoupled", "paired", "trion")

_STEPS = 2.0 ** np.arange(-1, 15)
_BREAKS = np.concatenate([-_STEPS[::-1], [0.0], _STEPS[:6], [45.0]])
"""Ends of panels around the energy that is left for the gapless part, in kT."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class Channel:
    """What an electron excites: gapless fields with the correlation t^(-eta), and a soliton.

    Attributes:
        eta: η of the gapless part.
        a: exponent of the gapless density of states, which says how Λ enters.
        soliton: its energy in meV, None where nothing is pinned.
        weight: Z.
    """

    eta: float
    a: float
    soliton: float | None = None
    weight: float = 1.0

    @property
    def exponent(self) -> float:
        """Power of |ω|, or of |ω| less the gap."""
        return self.eta - (1.0 if self.soliton is None else 0.5)

    def scale(self, Lambda: float) -> float:
        """What multiplies the convolution of both spectra."""
        if self.soliton is None:
            return float(Lambda**-self.a)
        return float(self.weight * (self.soliton / Lambda) ** self.a * self.soliton**-self.exponent)


def channel(
    *,
    K_c: float,
    K: float = 1.0,
    Q: float = 0.0,
    phase: str = "decoupled",
    wire: str = "primary",
    place: str = "bulk",
    spin_gap: float | None = None,
    trion_gap: float | None = None,
    K_f: float | None = None,
) -> Channel:
    """Powers and gap of one electron (this module's table); arguments and errors as of `tunnelling`."""
    for name, value in (("K_c", K_c), ("K", K)):
        positive(name, value)
    finite("Q", Q)
    choice("phase", phase, PHASES), choice("wire", wire, WIRES), choice("place", place, PLACES)
    eta = _gapless(K_c, K, Q, wire, place)
    if phase == "decoupled" or (phase == "paired" and wire == "secondary"):
        return Channel(eta, eta - 1)
    if place == "end":
        remedy = "the amplitude at an end depends on what it does to the pinned field"
        raise InputError("place", 'be "bulk" for a field with a gap', place, remedy)
    Delta_s = _given("spin_gap", spin_gap, phase)
    if phase == "paired":
        return Channel(eta - 0.5, eta - 1, Delta_s, ONE_SOLITON)
    free, Delta_g = _given("K_f", K_f, phase), _given("trion_gap", trion_gap, phase)
    costs = excitation_costs(spin_gap=Delta_s, trion_gap=Delta_g)["cost"]
    cost = float(costs.sel(excitation="electron" if wire == "primary" else "secondary particle"))
    return Channel((free + 1 / free) / 6, eta - 1, cost)


def _gapless(K_c: float, K: float, Q: float, wire: str, place: str) -> float:
    """η of the gapless phase."""
    if wire == "primary":
        pair = 1 / K_c
        return (pair + 1) / 2 if place == "end" else (float(density_exponent(K_c, K, Q)) + pair + 2) / 4
    phase = 1 / K + Q * Q / K_c
    return phase if place == "end" else (K + phase) / 2


def _given(name: str, value: float | None, phase: str) -> float:
    if value is None:
        raise InputError(name, f"be given in the {phase} phase", "nothing")
    return positive(name, value)


def tunnelling(
    bias: ArrayLike,
    *,
    temperature: ArrayLike,
    K_c: float,
    Lambda: float,
    K: float = 1.0,
    Q: float = 0.0,
    phase: str = "decoupled",
    wire: str = "primary",
    place: str = "bulk",
    spin_gap: float | None = None,
    trion_gap: float | None = None,
    K_f: float | None = None,
) -> xr.Dataset:
    """Density of states and dI/dV of a metallic lead on one of the wires (this module's equations).

    Theory: docs/theory/wires.md, eq-tunnelling.

    Args:
        bias: of the lead in mV; as an energy e × bias it is ω of the density of states.
        temperature: K, a number or an axis; 0 for the ground state.
        K_c, K, Q: numbers of the quadratic theory at the end of the flow (`attractron.wires.orders`).
        Lambda: bandwidth Λ in meV.
        phase: "decoupled", "paired" or "trion".
        wire: "primary" or "secondary".
        place: "bulk" or "end" (of both wires); only the bulk where the electron has a gap.
        spin_gap: Δ_s in meV, of the paired and the trion phase.
        trion_gap: Δ_g in meV, of the trion phase.
        K_f: Luttinger parameter of the trions, of the trion phase.

    Returns:
        Dataset over `temperature` (if an axis) and `bias`: `density` ρ(ω, T)/ρ_0 and `conductance` dI/dV/G_T, both 1
        without interactions, `current` I/G_T in mV; scalars `gap` in meV, `exponent`, the power of |ω| or of |ω| less
        the gap, and `gapless_exponent`, that without a gap.

    Raises:
        InputError: a number that is not positive, an unknown choice, a gap that is missing or exceeds Λ, a bias or
            k_BT above Λ, the end of a wire with a gap.

    Example:
        >>> found = at.wires.tunnelling([0.0, 0.4, 0.6], temperature=0.01, K_c=1.0, Lambda=10.0,
        ...                             phase="paired", spin_gap=0.5)
        >>> found.conductance.values.round(3).tolist(), round(float(found.exponent), 3)
        ([0.0, 0.0, 0.922], 0.0)
    """
    volts = axis("bias", bias)
    kelvin = axis("temperature", np.atleast_1d(temperature))
    warm = [K_B * checked_temperature("temperature", value) for value in kelvin]
    band = positive("Lambda", Lambda)
    numbers: dict[str, Any] = {"K_c": K_c, "K": K, "Q": Q, "spin_gap": spin_gap, "trion_gap": trion_gap, "K_f": K_f}
    choices: dict[str, Any] = {"phase": phase, "wire": wire, "place": place}
    electron = channel(**numbers, **choices)
    for name, gap in (("spin_gap", spin_gap), ("trion_gap", trion_gap)):
        if gap is not None and gap > band:
            raise InputError(name, "not exceed Lambda", gap)
    for name, largest in (("bias", np.abs(volts).max()), ("temperature", max(warm))):
        if largest > band:
            raise InputError(name, "stay below Lambda", f"{largest:g} meV beside {band:g} meV")
    found = np.array([responses(volts, kT, electron, band) for kT in warm])  # (temperature, quantity, bias)
    dims: tuple[str, ...] = ("temperature", "bias")
    if np.ndim(temperature) == 0:
        found, dims = found[0], ("bias",)
    density, conductance, current = np.moveaxis(found, -2, 0)
    kind = "power law" if electron.soliton is None else "threshold"
    return dataset(
        {
            "density": (dims, density, "1", "density of states, in that without interactions"),
            "conductance": (dims, conductance, "1", "dI/dV, in that without interactions"),
            "current": (dims, current, "mV", "current over the conductance without interactions"),
            "gap": ((), electron.soliton or 0.0, "meV", "gap for one electron"),
            "exponent": ((), electron.exponent, "1", f"exponent of the {kind}"),
            "gapless_exponent": ((), electron.a, "1", "exponent of the gapless density of states"),
        },
        {
            "bias": ("bias", volts, "mV", "bias of the lead"),
            "temperature": (
                ("temperature",) if "temperature" in dims else (),
                kelvin if "temperature" in dims else kelvin[0],
                "K",
                "temperature",
            ),
        },
        question="wires.tunnelling",
        parameters={**numbers, "Lambda": band},
        options=choices,
        method="powers of time at finite temperature in closed form, convolved with one soliton where there is a gap",
        validity=[*VALIDITY, *(SOLITON if electron.soliton is not None else ())],
        references=("shavit_oreg2020", "giamarchi2003", "voit1998", *WEIGHT_OF, "attractron"),
    )


VALIDITY = (
    "Lowest order in the tunnelling, a lead of constant density of states; energies and temperatures far below Λ, "
    "which is known up to a factor of order one (an amplitude, not a power).",
    "Equal velocities or not only change that amplitude; the backscattering y_s of the gapless phase adds logarithms.",
)
SOLITON = (
    "One soliton: up to three times the gap, and temperatures far below it.",
    "In the trion phase the amplitude is not known and V_× is taken to be 0: its scattering of trions off the soliton "
    "would change the power.",
)


def responses(bias: FloatArray, kT: float, electron: Channel, Lambda: float) -> FloatArray:
    """Density, dI/dV and current (quantity, bias); all are known for ω ≥ 0 and are even, even and odd."""
    w = np.abs(bias)
    scale = electron.scale(Lambda)
    if kT == 0:
        gap = electron.soliton or 0.0
        density, current = (power_weight(w - gap, electron.exponent + n, 0.0) for n in (1, 2))
        return np.array([scale * density, scale * density, scale * np.sign(bias) * current])
    detailed = np.exp(-w / kT)
    states = _weight(w, electron.eta, kT, electron.soliton, slope=False)
    flow = _weight(w, electron.eta + 1, kT, electron.soliton, slope=False)
    change = _weight(w, electron.eta + 1, kT, electron.soliton, slope=True)
    current = -np.expm1(-w / kT) * flow
    conductance = detailed * flow / kT - np.expm1(-w / kT) * change
    return scale * np.array([(1 + detailed) * states, conductance, np.sign(bias) * current])


def _weight(w: FloatArray, eta: float, kT: float, soliton: float | None, *, slope: bool) -> FloatArray:
    """s_η(w), or its convolution with the spectrum of a soliton, at w ≥ 0; or the slope of it."""
    kernel = power_weight_slope if slope else power_weight
    if soliton is None:
        return kernel(w, eta, kT)
    # ε = E + s² takes the square root away. A soliton is created, or one that was there is used up.
    created = _over_solitons(w[:, None] - soliton + kT * _BREAKS, kT, soliton)
    there = _over_solitons(np.broadcast_to(kT * np.maximum(_BREAKS, 0.0), (w.size, _BREAKS.size)), kT, soliton)
    total = np.zeros(w.size)
    for sign, (energy, weight) in ((1, created), (-1, there)):
        filling = weight / (1 + np.exp(-sign * np.minimum(energy, 700.0 * kT) / kT))
        total += (filling * kernel(w[:, None] - sign * energy, eta, kT)).sum(axis=1)
    return total


def _over_solitons(ends: FloatArray, kT: float, soliton: float) -> tuple[FloatArray, FloatArray]:
    """Energies ε of a soliton and the weights of ∫dε (ε - E)^{-1/2}/√π; ends of panels in ε - E (w, panel)."""
    root = np.sqrt(np.maximum(np.concatenate([np.zeros((len(ends), 1)), ends], axis=1), 0.0))
    middle, half = (root[:, 1:] + root[:, :-1]) / 2, (root[:, 1:] - root[:, :-1]) / 2
    s = middle[..., None] + half[..., None] * _NODES
    weight = half[..., None] * _WEIGHTS * 2 / np.sqrt(np.pi)
    return soliton + s.reshape(len(ends), -1) ** 2, weight.reshape(len(ends), -1)
