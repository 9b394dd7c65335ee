"""A half-filled two-leg Hubbard ladder as the secondary: what its relative charge gives the coupled wires.

Leg i has the charge field φ_ρi, the ladder φ_ρ± = (φ_ρ1 ± φ_ρ2)/√2, densities ρ_i = -√2∂φ_ρi/π; leg 1 is near. The
primary's density couples to leg 1 with V per site, spacing a.

Forward: V a ρ_c ρ_1 = (2Va/π²) ∂φ_c∂φ_ρ1, whose part with φ_ρ- is (√2Va/π²) ∂φ_c∂φ_ρ-: V_φ = √2 Va, V_θ = 0. (In (22)
"V" is the coefficient of ∂φ_c∂φ_ρ1/π², 2Va here.)

Backscattering: the 2k density of a spinful wire is (2/πα) cos(√2φ_ρ - 2kx) cos(√2φ_σ). The product of two gives

    (2Va/π²α²) cos(√2φ_s) cos(√2φ_σ1) [cos(√2φ_c + √2φ_ρ1 - 2(k_F+k_1)x) + cos(√2φ_c - √2φ_ρ1 - 2(k_F-k_1)x)]:

(22) with g̃ = Va<cos √2φ_σ1>. With the total charge pinned √2φ_ρ1 = φ_ρ- + constant, so β = 1, and against
g/(2π²α²) of the wire g = 4Va s, s the expectation value of what is pinned; y = g/(√2πū) = 2√2 Va s/(πū).
s is an input: for a rung singlet, whose spin is locked by θ_σ-, <cos √2φ_σ1> vanishes in leading order and s is small.

Luttinger parameter: U n↑n↓ on a site and V_r between the places of a rung change the stiffness of φ_ρ±,
u/K = v + (U ± 2V_r)a/π with uK = v = 2ta (first order; k_1 = π/2a), hence

    K_ρ- = [1 + (U - 2V_r)/(2πt)]^(-1/2),     K_ρ+ = [1 + (U + 2V_r)/(2πt)]^(-1/2) ≤ K_ρ-.

At V_r = U/2 the relative charge is free, K_ρ- = 1. Both legs' Umklapp, cos(√8φ_ρi), sum to 2cos(2φ_ρ+)cos(2φ_ρ-):
with φ_ρ+ pinned this is the mass term of (11), and solitons of φ_ρ- (by π: one electron moved between the legs,
N_1 - N_2 changed by 2) cost Ẽ, by default the doublon-holon energy of a rung.

Back gate: δ = `back_gate` lifts leg 1 above leg 2, (δ/2)(N_1 - N_2) = -(δ/π)∫∂φ_ρ- (the µ* of the text). A soliton then
costs Ẽ - |δ|. Up to |δ| = Ẽ the ladder keeps its density and has the mass (Ẽ - |δ|)α_0/u; beyond it solitons fill in,
as free fermions (K_ρ- near 1): ∂φ_ρ- = κ = sgn(δ) √(δ² - Ẽ²)/u. At half filling 2k_1 = π/a is -π/a on the sites, so
both cosines oscillate with the same k_F - k_1 while |δ| < Ẽ, and the gate splits them beyond:

    mismatch = |k_F - π/2a - κ/2| α_0,      mismatch_2 = |k_F - π/2a + κ/2| α_0.

In Little's limit the legs do not move along: each rung is a polarizer by itself, see `attractron.wires.polarizers`.
"""

import math
from typing import Any

from attractron.core.checks import finite, non_negative, positive
from attractron.core.errors import InputError
from attractron.core.units import Energy, InverseLength, Length, LineEnergy, Number
from attractron.wires.polarizers import Rung


def relative_charge(*, U: float, V_rung: float, t: float) -> float:
    """K_ρ- of the half-filled ladder to first order in the repulsions.

    Args:
        U: repulsion on a site, meV.
        V_rung: repulsion between the two sites of a rung, meV.
        t: hopping along a leg, meV.

    Raises:
        InputError: repulsions that are negative, t ≤ 0, or legs that separate (V_rung too large).
    """
    own, between, hop = non_negative("U", U), non_negative("V_rung", V_rung), positive("t", t)
    stiffness = 1 + (own - 2 * between) / (2 * math.pi * hop)
    if stiffness <= 0:
        limit = own / 2 + math.pi * hop
        raise InputError(
            "V_rung", f"be smaller than {limit:.6g} meV", V_rung, "beyond it one leg fills and one empties"
        )
    return 1 / math.sqrt(stiffness)


def total_charge(*, U: float, V_rung: float, t: float) -> float:
    """K_ρ+ of the half-filled ladder to first order in the repulsions: what its gap pins.

    Args:
        U: repulsion on a site, meV.
        V_rung: repulsion between the two sites of a rung, meV.
        t: hopping along a leg, meV.

    Raises:
        InputError: repulsions that are negative, t ≤ 0.
    """
    own, between, hop = non_negative("U", U), non_negative("V_rung", V_rung), positive("t", t)
    return 1 / math.sqrt(1 + (own + 2 * between) / (2 * math.pi * hop))


def ladder(
    *,
    t: Energy,
    U: Energy,
    V: Energy,
    K_c: Number,
    u_c: LineEnergy,
    k_F: InverseLength,
    spacing: Length,
    alpha_0: Length,
    y_s: Number,
    V_rung: Energy = 0.0,
    t_rung: Energy = 0.0,
    gap: Energy | None = None,
    back_gate: Energy = 0.0,
    pinned_factor: Number = 1.0,
) -> dict[str, Any]:
    """The parameters of `CoupledWires` for a ladder as the secondary (this module's equations).

    Theory: docs/theory/wires.md, eq-ladder.

    Args:
        t, U, V_rung: hopping along the legs, repulsion on a site and across a rung, meV.
        V: repulsion of an electron of the primary and one on the near leg, per site, meV.
        K_c, u_c, y_s: of the primary; ħu_c in meV nm.
        k_F: Fermi momentum of the primary, 1/nm.
        spacing: lattice constant a of the legs, nm.
        alpha_0: short-distance cut-off, nm.
        t_rung: hopping across a rung, meV, which enters the soliton's energy.
        gap: energy Ẽ of a soliton, meV; None: the doublon-holon energy of a rung; 0: no gap.
        back_gate: energy of the near leg above the far one, meV; either sign.
        pinned_factor: s in [0, 1], the expectation value of the pinned fields in the cosines.

    Returns:
        Keyword arguments for `CoupledWires`. With V_θ = 0 they are off the line (13), so that a flow needs
        `feedback="complete"`.

    Raises:
        InputError: numbers out of range.

    Example:
        >>> found = at.wires.ladder(
        ...     t=100.0, U=300.0, V=50.0, K_c=0.8, u_c=400.0, k_F=0.31, spacing=5.0, alpha_0=5.0, y_s=0.1, gap=10.0
        ... )
        >>> wires = at.wires.CoupledWires(**found)
        >>> round(wires.K, 3), wires.beta, round(wires.mass, 4)
        (0.823, 1.0, 0.0411)
    """
    K = relative_charge(U=U, V_rung=V_rung, t=t)
    a, cutoff, speed = positive("spacing", spacing), positive("alpha_0", alpha_0), positive("u_c", u_c)
    if abs(finite("pinned_factor", pinned_factor) - 0.5) > 0.5:
        raise InputError("pinned_factor", "lie in [0, 1]", pinned_factor)
    u = 2 * t * a / K
    cost = _soliton(t_rung, U, V_rung) if gap is None else non_negative("gap", gap)
    lifted = finite("back_gate", back_gate)
    kappa = math.copysign(math.sqrt(max(lifted**2 - cost**2, 0.0)) / u, lifted)
    away = positive("k_F", k_F) - math.pi / (2 * a)
    y = 2 * math.sqrt(2) * finite("V", V) * a * pinned_factor / (math.pi * (speed + u) / 2)
    return {
        "K_c": positive("K_c", K_c),
        "K": K,
        "y_s": finite("y_s", y_s),
        "y": y,
        "y_2": y,
        "upsilon": math.sqrt(K_c * K / (speed * u)) * math.sqrt(2) * V * a / math.pi,
        "V_theta_ratio": 0.0,
        "u_ratio": u / speed,
        "mismatch": min(abs(away - kappa / 2) * cutoff, 1.0),
        "mismatch_2": min(abs(away + kappa / 2) * cutoff, 1.0),
        "mass": min(max(cost - abs(lifted), 0.0) * cutoff / u, 1.0),
        "beta": 1.0,
    }


def _soliton(t_rung: float, U: float, V_rung: float) -> float:
    """Ẽ of a rung; U - V_rung without tunnelling, which must then be positive for one electron a site."""
    if not non_negative("t_rung", t_rung):
        if V_rung >= U:
            raise InputError("V_rung", "be smaller than U for one electron a site", V_rung, "give t_rung, or the gap")
        return U - V_rung
    return Rung(t=t_rung, U=U, V_rung=V_rung, electrons=2).response()[1]
