"""The spinless t-V chain (the XXZ chain in fermions) by its Bethe ansatz: numbers at any filling up to one half.

H = -t Σ_i (c†_i c_{i+1} + h.c.) + V Σ_i n_i n_{i+1}, here with t = 1, is the XXZ chain with J = 2 and Δ = V/2. A
fermion of momentum k has the rapidity s with tan(k/2) = S(s)/C(s), where for c = (1 - Δ)/(1 + Δ)

    S = sinh(√c s)/√c, C = cosh(√c s)        (s at c = 0; sin, cos and √-c for Δ > 1),

so that the whole range Δ > -1 is one analytic family: two fermions scatter by the phase 2 arctan(g S(s - s')/C(s - s'))
with g = Δ/(1 + Δ), and a(s; g) = (g/π)/(C² + g² S²) is its derivative by 2π s. The sea is -Λ < s < Λ:

    ρ(s) = a(s; 1) - ∫_{-Λ}^{Λ} a(s - s'; g) ρ(s') ds'             density; n = ∫ρ, e = -2 ∫ρ cos k
    Z(s) = 1 - ∫_{-Λ}^{Λ} a(s - s'; g) Z(s') ds'                   dressed charge
    ε(s) = -2 cos k - µ - ∫_{-Λ}^{Λ} a(s - s'; g) ε(s') ds', ε(Λ) = 0        dressed energy; fixes µ

    K = Z(Λ)²        u = ε'(Λ)/(2πρ(Λ))        dn/dΛ = 2 ρ(Λ) Z(Λ)

Half filling is Λ = ∞ for |Δ| ≤ 1, where the equations are solved by Fourier transformation, and the edge of the zone
for Δ > 1, where the chain is gapped.
"""

from typing import NamedTuple

import numpy as np
from scipy.integrate import quad

from attractron.core.checks import FloatArray
from attractron.wires.bethe.integral_equations import Refined, half_rule, newton, refined

FIRST_NODES = 16
"""Positive nodes of the first rule for a short sea; a long one needs more in proportion to its length."""

FARTHEST = 1e3
"""Bound on Λ: n comes exponentially close to ½ long before, or the sea ends at the edge of the zone."""

LARGEST_EXPONENT = 80.0
"""Bound on √c Λ, for the same reason; squares of squares of cosh(2√c Λ) are still finite."""

QUANTITIES = ("Lambda", "K", "u", "energy", "chemical_potential")
"""What `chain` returns, in this order."""


class Sea(NamedTuple):
    """Solution on the positive nodes s of a rule with weights w; µ = 0 in `energy`, which lacks -µ Z."""

    Lambda: float
    s: FloatArray
    w: FloatArray
    rho: FloatArray
    Z: FloatArray
    energy: FloatArray
    rho_end: float
    Z_end: float
    energy_end: float

    @property
    def filling(self) -> float:
        """Fermions per site n."""
        return float(2 * self.w @ self.rho)

    @property
    def chemical_potential(self) -> float:
        """µ."""
        return self.energy_end / self.Z_end


def curvature(Delta: float) -> float:
    """c = (1 - Δ)/(1 + Δ)."""
    return (1 - Delta) / (1 + Delta)


def _coupling(Delta: float) -> float:
    """g = Δ/(1 + Δ)."""
    return Delta / (1 + Delta)


def _cosine_and_sine(s: FloatArray, c: float) -> tuple[FloatArray, FloatArray]:
    """C(s) and S(s), with C² - c S² = 1."""
    root = np.sqrt(abs(c))
    if c > 0:
        return np.cosh(root * s), np.sinh(root * s) / root
    return np.cos(root * s), s * np.sinc(root * s / np.pi)


def kernel(s: FloatArray, g: float, c: float) -> FloatArray:
    """a(s; g)."""
    C, S = _cosine_and_sine(s, c)
    return np.asarray(g / (np.pi * (C**2 + g**2 * S**2)))


def kernel_slope(s: FloatArray, g: float, c: float) -> FloatArray:
    """da/ds."""
    C, S = _cosine_and_sine(s, c)
    return np.asarray(-2 * g * C * S * (c + g**2) / (np.pi * (C**2 + g**2 * S**2) ** 2))


def band(s: FloatArray, c: float) -> FloatArray:
    """-2 cos k."""
    C, S = _cosine_and_sine(s, c)
    return np.asarray(-2 * (C**2 - S**2) / (C**2 + S**2))


def band_slope(s: FloatArray, c: float) -> FloatArray:
    """Derivative of -2 cos k by s: 2 sin k · 2πa(s; 1)."""
    C, S = _cosine_and_sine(s, c)
    return np.asarray(8 * C * S / (C**2 + S**2) ** 2)


def sea(Delta: float, Lambda: float, nodes: int) -> Sea:
    """Solve the integral equations for a sea that ends at Λ."""
    c, g = curvature(Delta), _coupling(Delta)
    s, w = half_rule(nodes, Lambda)
    even = kernel(s[:, None] - s, g, c) + kernel(s[:, None] + s, g, c)  # (s, s')
    drives = np.stack([kernel(s, 1.0, c), np.ones(nodes), band(s, c)], axis=-1)
    rho, Z, energy = np.linalg.solve(np.eye(nodes) + even * w, drives).T
    end = np.asarray(Lambda)
    at_end = w * (kernel(end - s, g, c) + kernel(end + s, g, c))
    return Sea(
        Lambda=Lambda,
        s=s,
        w=w,
        rho=rho,
        Z=Z,
        energy=energy,
        rho_end=float(kernel(end, 1.0, c) - at_end @ rho),
        Z_end=float(1 - at_end @ Z),
        energy_end=float(band(end, c) - at_end @ energy),
    )


def chain(Delta: float, filling: float) -> Refined:
    """`QUANTITIES` for Δ > -1 and 0 < filling < ½, with t = 1."""
    c = curvature(Delta)

    def solve(nodes: int, before: FloatArray | None) -> FloatArray:
        def excess(Lambda: float) -> tuple[float, float]:
            found = sea(Delta, Lambda, nodes)
            if found.filling >= 0.5:  # beyond any end, if only by rounding: a value without slope, so halve
                return 1.0, 0.0
            missing = 1 - 2 * found.filling
            # n comes close to ½ exponentially: its logarithm is almost a line for Newton's method.
            return float(np.log((1 - 2 * filling) / missing)), 4 * found.rho_end * found.Z_end / missing

        start = _first_end(filling, Delta) if before is None else float(before[0])
        return quantities(sea(Delta, newton(excess, start, edge), nodes), Delta)

    root = float(np.sqrt(abs(c)))
    edge = min(FARTHEST, (np.pi / 2 if c < 0 else LARGEST_EXPONENT) / root if root else np.inf)
    return refined(solve, FIRST_NODES + int(4 * _first_end(filling, Delta) / _pole_distance(Delta)))


def _pole_distance(Delta: float) -> float:
    """Distance of the nearest pole of a(s; 1) and a(s; g) from the real axis; it sets the nodes that a rule needs."""
    if Delta >= 1:
        return 1.0
    gamma = float(np.arccos(Delta))
    return float(min(gamma / 2, np.pi - gamma) / np.sqrt(curvature(Delta)))


def _first_end(filling: float, Delta: float) -> float:
    """First guess of Λ: |Δ| ≤ 1: with the density of the infinite sea, exact at Δ = 0; Δ > 1: part of the zone."""
    c = curvature(Delta)
    gamma_by_root = float(np.arccos(Delta) / np.sqrt(c)) if c > 0 else 2.0
    infinite = float(2 / np.pi * gamma_by_root * np.arctanh(np.tan(np.pi * filling / 2)))
    return infinite if c >= 0 else min(infinite, float(np.pi * filling / np.sqrt(-c)))


def quantities(found: Sea, Delta: float) -> FloatArray:
    """`QUANTITIES` of a solved sea."""
    c, g = curvature(Delta), _coupling(Delta)
    mu = found.chemical_potential
    energy = found.energy - mu * found.Z
    end = np.asarray(found.Lambda)
    slope = kernel_slope(end - found.s, g, c) + kernel_slope(end + found.s, g, c)
    energy_slope = float(band_slope(end, c) - found.w @ (slope * energy))
    return np.array(
        [
            found.Lambda,
            found.Z_end**2,
            energy_slope / (2 * np.pi * found.rho_end),
            2 * found.w @ (found.rho * band(found.s, c)),
            mu,
        ]
    )


def half_filled(Delta: float) -> Refined:
    """`QUANTITIES` at filling ½ for -1 < Δ ≤ 1, with t = 1 and γ = arccos Δ.

        K = π/(2(π - γ))        u = π sin γ/γ        µ = V
        e = V/4 + Δ/2 - 2 (sin γ/γ) ∫_0^∞ e^{-x} (1 - e^{-2(π/γ-1)x})/((1 - e^{-2πx/γ}) cosh x) dx

    the last from the Fourier transform of the infinite sea (V n n - V/4 = V S^z S^z at ½ filling).
    """
    gamma = float(np.arccos(Delta))
    wide = np.pi / gamma if gamma > 0 else np.inf
    integral, error = quad(_half_filled_integrand, 0, np.inf, args=(wide,), epsabs=1e-13, epsrel=1e-13)
    sine = float(np.sinc(gamma / np.pi))  # sin γ/γ
    energy = Delta - 2 * sine * integral
    return Refined(np.array([np.inf, np.pi / (2 * (np.pi - gamma)), np.pi * sine, energy, 2 * Delta]), 2 * sine * error)


def _half_filled_integrand(x: float, wide: float) -> float:
    """The integrand of `half_filled`'s e; wide = π/γ."""
    if x == 0:
        return 1 - 1 / wide
    ratio = np.expm1(-2 * (wide - 1) * x) / np.expm1(-2 * wide * x)
    return float(2 * np.exp(-2 * x) / (1 + np.exp(-2 * x)) * ratio)
