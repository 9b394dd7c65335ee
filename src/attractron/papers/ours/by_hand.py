"""Limits of the rates of every order that can be done by hand, for the junction of Fig. 4 and for one level.

Charge states (n_L,n_R;n_P) have the energies E = -µ(n_L + n_R) - Un_P + W n_L n_R + U(n_L + n_R)n_P, µ = (U + W)/2 at
the centre of the vertex, and the source is at eV. k events lead from i to f, each on its own dot; event j takes the
energy x_j ≥ 0 below its lead's Fermi level, and all of them together release D = E_i - E_f + Σσµ = Σx_j at T = 0:

    w_k = (1/ħ) ∏Γ_j/(2π)^(k-1) ∫∏dx δ(Σx - D) |A_k|².

*First order*: A = 1, w₁ = Γ/ħ downhill and ½Γ/ħ without a release.

*Second order*: A = 1/(c₁ + x₁) + 1/(c₂ + x₂) with the cost c_j = E_j - E_i - σ_jµ_j of event j alone, so that

    w₂ = (Γ₁Γ₂/2πħ) {D/[c₁(c₁ + D)] + D/[c₂(c₂ + D)] + 2/(c₁ + c₂ + D) · ln[(c₁ + D)(c₂ + D)/c₁c₂]}

(the integral of Averin and Nazarov 1990, for single levels); at k_BT ≪ D each Fermi edge adds (π²/6)(k_BT)² times the
slope of A² outwards. Without a release and for k_BT ≪ c it is (Γ₁Γ₂/2πħ)(1/c₁ + 1/c₂)² k_BT.

*Third order*: A sums 1/[(c_j + x_j)(c_jk + x_j + x_k)] over the 3! orders, c_jk the cost of both. For D ≪ c it is
constant, the area of the triangle Σx = D is D²/2, and three Fermi functions make it ½(D² + π²k_B²T²)/(1 + e^(-D/k_BT)).
For the pair's process (1,1;0) → (0,0;1) at the centre the costs are Δ for L or R, U for P, U for both of L and R and Δ
for P with one of them, Δ = (U - W)/2:

    A₀ = 2/Δ² + 4/(UΔ).

*A pair's current*: at 2αV = eV_SD/2 both legs, (1,1;0) → (0,0;1) with an electron of the source and back with one to
the drain, release eV_SD/2. With no other states the two populations follow from four rates, and

    I = (e/ħ) Γ_SΓ_D/(Γ_S + Γ_D) · (Γ_LΓ_R/8π²) A₀² [(eV_SD/2)² + π²k_B²T²] tanh(eV_SD/4k_BT).

*One level ε between two leads*: sequentially I = (e/ħ)Γ_SΓ_D/(Γ_S + Γ_D) [f(ε - eV) - f(ε)]; to all orders at T = 0
that prefactor times [arctan((eV - ε)/g) + arctan(ε/g)]/π, g = (Γ_S + Γ_D)/2, which has in linear response
(e²/h)Γ_SΓ_D F(0), F(ω) = 1/[(ω - ε)² + g²], and rises by (π²/6)(k_BT)²F''/F of it.

*On shell* a limit by hand there is none, but the definition of the finite part can be added up as it stands: y_j = -x_j
complex with Σy = -D, Im y = ±c for two events, and the mean of (c, c, -2c) and its permutations for three, where the
trapezoidal rule converges exponentially.
"""

from collections.abc import Mapping
from itertools import permutations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import constants
from scipy.special import expit

from attractron.core.checks import FloatArray

U, W = 0.925, 0.435
"""Of Fig. 4, meV."""

DELTA = (U - W) / 2

A_0 = 2 / DELTA**2 + 4 / (U * DELTA)
"""Amplitude of the pair's process at low energies, 1/meV²."""

COUPLINGS = {"S": 0.02, "D": 0.04, "L": 0.03, "R": 0.05}
"""Γ in meV: our choice, and a rate of k events is proportional to k of them."""

PA = constants.e**2 * 1e-3 / constants.hbar * 1e12
"""e × 1 meV/ħ in pA."""

ORDERS = {
    "first": ("(0,1,0)", "(0,1,1)", ("S",)),
    "second": ("(1,1,0)", "(0,1,1)", ("S", "L")),
    "third": ("(1,1,0)", "(0,0,1)", ("S", "L", "R")),
}
"""Order → initial and final charges on (L,R,P), and the leads of the events."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)

ComplexArray = NDArray[Any]

Costs = dict[tuple[str, ...], float]
"""Events that have happened → cost of that state, meV."""


def thermal(kelvin: float) -> float:
    """k_BT in meV."""
    return float(constants.k * kelvin / constants.e * 1e3)


def bias_for(order: str, releases: FloatArray) -> FloatArray:
    """V_SD in mV at which the process of an order releases so much, meV."""
    start, stop, _ = ORDERS[order]
    return releases + _energy(stop) - _energy(start)


def threshold(electrons: int, alpha_V: FloatArray) -> FloatArray:
    """V_SD in mV from which an electron of the source enters P as so many leave L and R, from (1,1;0) at αV."""
    stop = {0: "(1,1,1)", 1: "(1,0,1)", 2: "(0,0,1)"}[electrons]
    return np.asarray(_energy(stop) - _energy("(1,1,0)") + electrons * alpha_V)


def prefactor(order: str) -> float:
    """∏Γ/(2π)^(k-1), in meV^k."""
    leads = ORDERS[order][2]
    return float(np.prod([COUPLINGS[lead] for lead in leads]) / (2 * np.pi) ** (len(leads) - 1))


def downhill(order: str, releases: FloatArray, kT: float) -> tuple[FloatArray, FloatArray]:
    """ħ × rate for a release far above k_BT, and what the first correction by temperature adds to it, meV."""
    integral = {"first": _first, "second": _second, "third": _third}[order]
    costs = [_costs(order, float(V)) for V in bias_for(order, releases)]
    parts = np.array([integral(float(D), each, kT) for D, each in zip(releases, costs, strict=True)]).T
    return prefactor(order) * parts.sum(axis=0), prefactor(order) * parts[1]


def even(order: str, kT: FloatArray) -> FloatArray:
    """ħ × rate without a release, for k_BT far below all costs, meV."""
    if order == "first":
        return np.full(kT.shape, prefactor(order) / 2)
    if order == "second":
        amplitude = sum(1 / cost for cost in _costs(order, float(bias_for(order, np.zeros(1))[0])).values())
        return np.asarray(prefactor(order) * amplitude**2 * kT)
    return np.asarray(prefactor(order) * A_0**2 * (np.pi * kT) ** 2 / 4)


def pair_current(bias: FloatArray, kT: float) -> FloatArray:
    """What pairs carry at 2αV = eV_SD/2, pA."""
    S, D, L, R = COUPLINGS.values()
    size = ((bias / 2) ** 2 + (np.pi * kT) ** 2) * np.tanh(bias / (4 * kT)) / (8 * np.pi**2)
    return np.asarray(PA * S * D / (S + D) * L * R * A_0**2 * size)


def one_level(bias: FloatArray, level: float, S: float, D: float, kT: float) -> tuple[FloatArray, FloatArray]:
    """The sequential current at k_BT, and that of all orders at T = 0, pA."""
    scale, g = PA * S * D / (S + D), (S + D) / 2
    sequential = expit((bias - level) / kT) - expit(-level / kT)
    return scale * sequential, scale * (np.arctan((bias - level) / g) + np.arctan(level / g)) / np.pi


def blockade(level: float, S: float, D: float) -> tuple[float, float]:
    """The conductance of one level at T = 0, e²/h, and (π²/6)F''/F, 1/meV²."""
    F = 1 / (level**2 + (S + D) ** 2 / 4)
    return S * D * F, float(np.pi**2 / 6 * (6 * level**2 - (S + D) ** 2 / 2) * F**2)


def on_shell(order: str, bias: float, kT: float) -> float:
    """ħ × rate in finite parts at a bias at which an intermediate state may be on shell, meV."""
    costs, events = _costs(order, bias), ORDERS[order][2]
    D = bias - float(bias_for(order, np.zeros(1))[0])
    c, step = np.pi * kT / 3, 0.3 * kT
    grid = np.arange(-D - 40 * kT, D + 40 * kT, step)
    total, shapes = 0.0, [(1.0, -1.0)] if order == "second" else sorted(set(permutations((1.0, 1.0, -2.0))))
    for shape in shapes:
        free = np.meshgrid(*[grid] * (len(events) - 1), indexing="ij")
        y = [real + 1j * c * size for real, size in zip(free, shape, strict=False)]
        taken = dict(zip(events, [-each for each in (*y, -D - sum(y))], strict=True))
        weight = prod(_filled(each / kT) for each in taken.values())
        total += float((weight * _amplitude(costs, taken) ** 2).sum().real) * step ** len(free) / len(shapes)
    return prefactor(order) * total


def _filled(x: ComplexArray) -> ComplexArray:
    """1/(1 + e^(-x)) for a complex energy below the Fermi level, without overflow."""
    small = np.exp(np.where(x.real > 0, -x, x))
    return np.asarray(np.where(x.real > 0, 1.0, small) / (1 + small))


def _amplitude(costs: Costs, taken: Mapping[str, ComplexArray]) -> ComplexArray:
    """The sum over all orders of 1/∏(cost + energies taken)."""
    total = np.zeros(np.broadcast_shapes(*(each.shape for each in taken.values())), dtype=complex)
    for order in permutations(taken):
        before = [order[:happened] for happened in range(1, len(order))]
        total += 1 / prod(costs[some] + sum(taken[event] for event in some) for some in before)
    return total


def _energy(state: str) -> float:
    L, R, P = (int(count) for count in state.strip("()").split(","))
    return float(-(U + W) / 2 * (L + R) - U * P + W * L * R + U * (L + R) * P)


def _costs(order: str, V: float) -> Costs:
    """The costs of the intermediate states, a state after one event before those after two."""
    start, stop, events = ORDERS[order]
    first, last = (state.strip("()").split(",") for state in (start, stop))
    found = {}
    for happened in range(1, len(events)):
        for some in permutations(events, happened):
            charges = [last[dot] if lead in some else first[dot] for dot, lead in enumerate("LRS")]
            found[some] = _energy(",".join(charges)) - _energy(start) - (V if "S" in some else 0.0)
    return found


def _first(_D: float, _costs: Costs, _kT: float) -> tuple[float, float]:
    return 1.0, 0.0


def _second(D: float, costs: Costs, kT: float) -> tuple[float, float]:
    """Averin and Nazarov's integral; the slopes of A² = [1/(a + x) + 1/(b + D - x)]² out of both ends."""
    a, b = costs.values()
    cold = D / (a * (a + D)) + D / (b * (b + D)) + 2 / (a + b + D) * np.log((a + D) * (b + D) / (a * b))
    near, far = 1 / a + 1 / (b + D), 1 / (a + D) + 1 / b
    outward = 2 * near * (1 / a**2 - 1 / (b + D) ** 2) + 2 * far * (1 / b**2 - 1 / (a + D) ** 2)
    return float(cold), float((np.pi * kT) ** 2 / 6 * outward)


def _third(D: float, costs: Costs, kT: float) -> tuple[float, float]:
    """A² over the triangle Σx = D by Gauss' rule; (πk_BT/D)² of it, which warm edges add where A is constant."""
    x = D * (NODES[:, None] + 1) / 2
    y = (D - x) * (NODES[None, :] + 1) / 2
    amplitude = _amplitude(costs, {"S": x, "L": y, "R": D - x - y}).real
    cold = float((D * (D - x) / 4 * WEIGHTS[:, None] * WEIGHTS[None, :] * amplitude**2).sum())
    return cold, cold * (np.pi * kT / D) ** 2
