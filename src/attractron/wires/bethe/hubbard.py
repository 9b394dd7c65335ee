"""The Hubbard chain solved by Lieb and Wu: numbers at zero magnetisation, at any filling below one.

H = -t Σ_{i,σ} (c†_{iσ} c_{i+1,σ} + h.c.) + U Σ_i n_{i↑} n_{i↓}, here with t = 1 and u = U/4. The ground state is a sea
of charge momenta -Q < k < Q; with the spins integrated out, and s = sin k,

    R(x) = ∫_{-∞}^{∞} dω/2π e^{iωx}/(1 + e^{2u|ω|}) = Re[ψ(1 + ix/4u) - ψ(½ + ix/4u)]/(4πu)
    ρ(k) = 1/2π + cos k ∫_{-Q}^{Q} R(s - s') ρ(k') dk'                       density; n = ∫ρ, e = -2 ∫ρ cos k
    ξ(k) = 1 + ∫_{-Q}^{Q} cos k' R(s - s') ξ(k') dk'                         dressed charge
    κ(k) = -2 cos k - µ + ∫_{-Q}^{Q} cos k' R(s - s') κ(k') dk', κ(Q) = 0    dressed energy; fixes µ

    K_c = ξ(Q)²/2        u_c = κ'(Q)/(2πρ(Q))        dn/dQ = 2 ρ(Q) ξ(Q)
    u_s = -(1/4u) ∫ cos k e^{πs/2u} κ(k) dk / ∫ e^{πs/2u} ρ(k) dk

(the last is the slope of the spinons' dispersion at its end, where both their energy and their density fall off as
e^{-πΛ/2u}). With ρ = (1 + r cos k)/2π the function r obeys the equation of ξ and κ, so one matrix serves all.
"""

from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.trigamma import trigamma
from attractron.wires.bethe.integral_equations import Refined, half_rule, newton, refined

FIRST_NODES = 12
"""Positive nodes of the first rule for U ≫ t; a kernel of width 2u needs in proportion to 1/u."""

FIRST_OF_TAIL = 13
"""Odd n from which the alternating sum of `kernel` is a series in 1/(n + iz)²: 4e-16 is left of it."""

BOOLE = (1 / 4, -1 / 8, 1 / 4, -17 / 16, 31 / 4, -691 / 8, 5461 / 4, -929569 / 32, 3202291 / 4, -221930581 / 8)
"""(4^j - 1) B_2j/2j, j ≥ 1, of Σ_k (-1)^k/(y + k) = 1/2y + Σ_j BOOLE_j y^{-2j}."""

BLOCK = 1 << 13
"""Values of the kernel at once, which stay in a core's cache."""

QUANTITIES = ("Q", "K_c", "u_c", "u_s", "energy", "chemical_potential")
"""What `hubbard` returns, in this order."""


class Sea(NamedTuple):
    """Solution on the positive nodes k of a rule with weights w; µ = 0 in `kappa`, which lacks -µ ξ."""

    Q: float
    k: FloatArray
    w: FloatArray
    rho: FloatArray
    xi: FloatArray
    kappa: FloatArray
    rho_end: float
    xi_end: float
    kappa_end: float

    @property
    def filling(self) -> float:
        """Electrons per site n."""
        return float(2 * self.w @ self.rho)

    @property
    def chemical_potential(self) -> float:
        """µ."""
        return self.kappa_end / self.xi_end


def kernel(x: FloatArray, u: float) -> FloatArray:
    """R(x), as the real part of the alternating sum Σ_{n≥1} (-1)^{n+1}/(n + ix/2u) over 2πu: its first terms as they
    stand, the others by Boole's summation. Digammas take ten times as long, and cancel for large x/u."""
    squares = np.square(np.asarray(x, dtype=float) / (2 * u))
    found = np.empty(squares.size)
    for start in range(0, squares.size, BLOCK):
        own = slice(start, start + BLOCK)
        found[own] = _alternating(squares.ravel()[own])
    return found.reshape(squares.shape) / (2 * np.pi * u)


def _alternating(squares: FloatArray) -> FloatArray:
    """Re Σ_{n≥1} (-1)^{n+1}/(n + iz) over z²."""
    total = np.zeros_like(squares)
    for n in range(1, FIRST_OF_TAIL):
        total += (n if n % 2 else -n) / (n * n + squares)
    inverse = 1 / (FIRST_OF_TAIL + 1j * np.sqrt(squares)) ** 2
    tail = np.full_like(inverse, BOOLE[-1])
    for coefficient in BOOLE[-2::-1]:
        tail = tail * inverse + coefficient
    return np.asarray(total + 0.5 * FIRST_OF_TAIL / (FIRST_OF_TAIL**2 + squares) + (tail * inverse).real)


def kernel_slope(x: FloatArray, u: float) -> FloatArray:
    """dR/dx."""
    w = np.asarray(0.25j * x / u, dtype=np.complex128)
    return np.asarray(-(trigamma(1 + w) - trigamma(0.5 + w)).imag / (16 * np.pi * u**2))


def sea(u: float, Q: float, nodes: int) -> Sea:
    """Solve the integral equations for a sea that ends at Q."""
    k, w = half_rule(nodes, Q)
    s, c = np.sin(k), np.cos(k)
    even = kernel(s[:, None] - s, u) + kernel(s[:, None] + s, u)  # (k, k')
    drives = np.stack([even @ w, np.ones(nodes), -2 * c], axis=-1)
    r, xi, kappa = np.linalg.solve(np.eye(nodes) - even * (w * c), drives).T
    rho = (1 + c * r) / (2 * np.pi)
    at_end = w * (kernel(np.sin(Q) - s, u) + kernel(np.sin(Q) + s, u))
    return Sea(
        Q=Q,
        k=k,
        w=w,
        rho=rho,
        xi=xi,
        kappa=kappa,
        rho_end=float(1 / (2 * np.pi) + np.cos(Q) * (at_end @ rho)),
        xi_end=float(1 + at_end @ (c * xi)),
        kappa_end=float(-2 * np.cos(Q) + at_end @ (c * kappa)),
    )


def hubbard(U: float, filling: float) -> Refined:
    """`QUANTITIES` for U > 0 and 0 < filling < 1, with t = 1."""
    u = U / 4

    def solve(nodes: int, before: FloatArray | None) -> FloatArray:
        def excess(Q: float) -> tuple[float, float]:
            found = sea(u, Q, nodes)
            return found.filling / filling - 1, 2 * found.rho_end * found.xi_end / filling

        # Between n = Q/π (U = ∞) and n = 2Q/π (U = 0, where the sea is rigid).
        start = 0.75 * np.pi * filling if before is None else float(before[0])
        return quantities(sea(u, newton(excess, start, np.pi), nodes), u)

    # The sea over the width 2u of the kernel: s = sin k ends at 1 at most.
    return refined(solve, FIRST_NODES + int(2 * min(1.0, np.pi * filling) / u))


def quantities(found: Sea, u: float) -> FloatArray:
    """`QUANTITIES` of a solved sea."""
    s, c = np.sin(found.k), np.cos(found.k)
    mu = found.chemical_potential
    kappa = found.kappa - mu * found.xi
    top = np.sin(found.Q)
    slope = kernel_slope(top - s, u) + kernel_slope(top + s, u)
    kappa_slope = 2 * top + np.cos(found.Q) * (found.w @ (slope * c * kappa))
    # cosh(πs/2u) without its largest factor, which would overflow and cancels.
    tail = found.w * (np.exp(np.pi * (s - s.max()) / (2 * u)) + np.exp(-np.pi * (s + s.max()) / (2 * u)))
    return np.array(
        [
            found.Q,
            found.xi_end**2 / 2,
            kappa_slope / (2 * np.pi * found.rho_end),
            -(tail @ (c * kappa)) / (4 * u * (tail @ found.rho)),
            -4 * found.w @ (found.rho * c),
            mu,
        ]
    )
