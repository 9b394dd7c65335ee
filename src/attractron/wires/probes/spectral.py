"""The spectral function A(q, ω) of the primary wire: spin and charge of one electron, gapless and with a spin gap.

An electron that moves to the right, its momentum q counted from k_F, is a spin, of velocity u_s, times a charge, of
u_c > u_s, whose interactions mix a part into it that moves to the left, with γ = (K_c + 1/K_c - 2)/8 (K_s = 1):

    G(x, t) ~ (x - u_s t)^(-1/2)  (x - u_c t)^(-1/2-γ)  (x + u_c t)^(-γ).

Each factor takes an energy with the weight s_η of `attractron.wires.probes.thermal`, and energy and momentum are those
of all: c by the spin, a and b by the charge to the right and left, ω = a + b + c, q = (a - b)/u_c + c/u_s. Thus, with
r = u_c/u_s and free electrons δ(ω - uq) as the unit,

    A^>(q, ω) = (√r/2) Λ^{-2γ} ∫dc s_½(c) s_{½+γ}(a) s_γ(b),
    a = [ω + u_c q - (1 + r)c]/2,     b = [ω - u_c q + (r - 1)c]/2,     A = (1 + e^{-ω/kT}) A^>.

At T = 0 that is a hypergeometric function. A lives in ω > u_s q (q > 0), ω > u_c|q| (q < 0), and has the powers

    (ω - u_s q)^{2γ-1/2},      |ω - u_c q|^{γ-1/2},      (ω + u_c q)^γ  for q < 0                       (Voit 1993).

For K_c = 1 it is 1/[π√((u_c q - ω)(ω - u_s q))] between both velocities; for u_s = u_c the factors to the right join
and A^> is a product of two weights. Over all momenta it adds up to the density of states, √(u_c u_s) ∫dq A = ρ/ρ_0 of
`attractron.wires.probes.tunnelling`, at any T, with a gap or without.

With a spin gap the spin is one soliton, of energy Δ_s cosh θ and momentum Δ_s sinh θ/u_s, and its part
Z √(Δ_s/2π) ∫dθ e^{θ/2} takes the place of ∫dc s_½(c) (Essler and Tsvelik 2002), c → 0 being θ → ∞ with c = Δ_s e^θ/2.
The threshold is √(Δ_s² + u_s²q²) with the power 2γ - ½ (Voit 1998). A hole has A(-q, -ω).
"""

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.special import beta, gamma, hyp2f1, roots_jacobi

from attractron.core.checks import FloatArray, axis, positive
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.probes.thermal import power_weight
from attractron.wires.probes.tunnelling import ONE_SOLITON, WEIGHT_OF

POINTS = 80
"""Of the Gauss-Jacobi rule that takes both end singularities of the soliton's integral."""

_STEPS = 2.0 ** np.arange(-6, 7)
_AROUND = np.concatenate([-_STEPS[::-1], [0.0], _STEPS])
"""Ends of panels around a point, in kT."""
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)

BLOCK = 512
"""Points of the map that are integrated at a time."""


def mixing(K_c: float) -> float:
    """γ = (K_c + 1/K_c - 2)/8."""
    return (K_c + 1 / K_c - 2) / 8


def gapless(q: ArrayLike, omega: ArrayLike, *, K_c: float, u_c: float, u_s: float, Lambda: float) -> FloatArray:
    """A(q, ω) of the gapless wire at T = 0, 1/meV; q in 1/nm, ω and Λ in meV, ħu in meV nm, K_c ≠ 1, u_c ≥ u_s."""
    energy = np.abs(np.asarray(omega, dtype=float))
    momentum = np.asarray(q, dtype=float) * np.where(np.asarray(omega) < 0, -1.0, 1.0)
    energy, momentum = np.broadcast_arrays(energy, momentum)
    g, r = mixing(K_c), u_c / u_s
    plus, minus = energy + u_c * momentum, energy - u_c * momentum  # 2a and 2b at c = 0
    top = plus / (1 + r)
    with np.errstate(all="ignore"):
        # Above u_c q the spin may take nothing; below, it must take c ≥ bottom for b ≥ 0.
        above = beta(0.5, g + 0.5) * top**g * minus ** (g - 1)
        above = above * hyp2f1(1 - g, 0.5, 1 + g, -(r - 1) * top / minus)
        bottom = -minus / (r - 1) if r > 1 else np.full_like(minus, np.inf)
        rest = top - bottom
        below = beta(g, g + 0.5) * bottom**-0.5 * rest ** (2 * g - 0.5) * (r - 1.0) ** (g - 1)
        below = below * hyp2f1(0.5, g, 2 * g + 0.5, -rest / bottom)
        edge = beta(g + 0.5, g - 0.5) * top ** (2 * g - 1) * (r - 1.0) ** (g - 1) if g > 0.5 else np.inf
        below = np.where(minus == 0, edge, below)  # finite at ω = u_c q where γ exceeds 1/2
        threshold = np.where((rest == 0) & (momentum > 0) & (g < 0.25), np.inf, 0.0)  # ω = u_s q: the power 2γ - 1/2
        integral = np.where(minus > 0, above * (plus > 0), np.where(rest > 0, below, threshold))
    # s_½(c) s_{½+γ}(a) s_γ(b): halves of a and b, (1 + r) of a.
    constant = (1 + r) ** (g - 0.5) * 0.5 ** (2 * g - 1.5) / (gamma(0.5) * gamma(0.5 + g) * gamma(g))
    return np.asarray(np.sqrt(r) / 2 * Lambda ** (-2 * g) * constant * np.nan_to_num(integral, posinf=np.inf))


def gapless_at(
    q: ArrayLike, omega: ArrayLike, *, K_c: float, u_c: float, u_s: float, Lambda: float, kT: float
) -> FloatArray:
    """The same at kT > 0 in meV, by quadrature; for u_c = u_s the closed product."""
    energy, momentum = np.broadcast_arrays(np.asarray(omega, dtype=float), np.asarray(q, dtype=float))
    g, r = mixing(K_c), u_c / u_s
    plus, minus = energy.ravel() + u_c * momentum.ravel(), energy.ravel() - u_c * momentum.ravel()
    if r == 1:
        added = power_weight(plus / 2, 1 + g, kT) * power_weight(minus / 2, g, kT) / 2
    else:
        parts = range(0, plus.size, BLOCK)
        added = np.concatenate(
            [_over_spins(plus[at : at + BLOCK], minus[at : at + BLOCK], g, r, kT) for at in parts] or [plus]
        )
        added *= np.sqrt(r) / 2
    filled = 1 + np.exp(np.minimum(-energy.ravel() / kT, 700.0))
    return np.asarray(Lambda ** (-2 * g) * filled * added).reshape(energy.shape)


def _over_spins(plus: FloatArray, minus: FloatArray, g: float, r: float, kT: float) -> FloatArray:
    """∫dc s_½(c) s_{½+γ}(a) s_γ(b) on panels graded around c = 0, a = 0 and b = 0 (point,)."""
    places = [np.zeros_like(plus), plus / (1 + r), -minus / (r - 1)]
    widths = [1.0, 2 / (1 + r), 2 * min(g, 1.0) / (r - 1)]
    low = np.minimum(0.0, np.minimum(places[1], places[2])) - 45 * kT * max(1.0, 2 / (r - 1))
    high = np.maximum(0.0, np.maximum(places[1], places[2])) + 45 * kT
    ends = [place[:, None] + kT * width * _AROUND for place, width in zip(places, widths, strict=True)]
    breaks = np.sort(np.clip(np.concatenate([*ends, low[:, None], high[:, None]], axis=1), low[:, None], high[:, None]))
    breaks = np.concatenate([breaks, (breaks[:, 1:] + breaks[:, :-1]) / 2], axis=1)
    breaks.sort(axis=1)
    middle, half = (breaks[:, 1:] + breaks[:, :-1]) / 2, (breaks[:, 1:] - breaks[:, :-1]) / 2
    c = (middle[..., None] + half[..., None] * _NODES).reshape(len(plus), -1)
    weight = (half[..., None] * _WEIGHTS).reshape(len(plus), -1)
    a, b = (plus[:, None] - (1 + r) * c) / 2, (minus[:, None] + (r - 1) * c) / 2
    product = power_weight(c, 0.5, kT) * power_weight(a, 0.5 + g, kT) * power_weight(b, g, kT)
    return np.asarray((weight * product).sum(axis=1))


def with_spin_gap(
    q: ArrayLike, omega: ArrayLike, *, K_c: float, u_c: float, u_s: float, Lambda: float, spin_gap: float
) -> FloatArray:
    """A(q, ω) of the paired wire at T = 0, one soliton, 1/meV; arguments as of `gapless`, Δ_s in meV, u_c > u_s.

    With X = e^θ, a falls and b rises with X, so that the integral runs between the roots of b and a; a^{γ-1/2} and
    b^{γ-1} at its ends are the weight of a Gauss-Jacobi rule.
    """
    energy = np.abs(np.asarray(omega, dtype=float))
    momentum = np.asarray(q, dtype=float) * np.where(np.asarray(omega) < 0, -1.0, 1.0)
    energy, momentum = np.broadcast_arrays(energy, momentum)
    g, r = mixing(K_c), u_c / u_s
    w, v = (energy + u_c * momentum) / spin_gap, (energy - u_c * momentum) / spin_gap
    root, other = np.sqrt(w * w + r * r - 1), np.sqrt(v * v + r * r - 1)
    # (2a/Δ) X = -(1+r)/2 (X - X_a)(X - X_a'), X_a > 0 > X_a'; (2b/Δ) X = (r-1)/2 (X - X_b)(X - X_b').
    X_a, X_a_other = (w + root) / (1 + r), (w - root) / (1 + r)
    X_b, X_b_other = (other - v) / (r - 1), (-other - v) / (r - 1)
    x, weight = roots_jacobi(POINTS, g - 0.5, g - 1)  # (1 - x)^{γ-1/2} (1 + x)^{γ-1}
    width = np.maximum(X_a - X_b, 0.0)
    X = X_b[..., None] + width[..., None] * (1 + x) / 2
    smooth = X ** (0.5 - 1 - 2 * g + 1.5)  # e^{θ/2} dθ = X^{-1/2} dX, and 1/X of a and b
    smooth = smooth * ((1 + r) * (X - X_a_other[..., None]) / 4) ** (g - 0.5)
    smooth = smooth * ((r - 1) * (X - X_b_other[..., None]) / 4) ** (g - 1)
    with np.errstate(divide="ignore"):
        integral = np.where(width > 0, (width / 2) ** (2 * g - 0.5), 0.0) * (weight * smooth).sum(axis=-1)
    constant = spin_gap ** (2 * g - 1.5) * np.sqrt(spin_gap / (2 * np.pi)) / (gamma(0.5 + g) * gamma(g))
    return np.asarray(ONE_SOLITON * np.sqrt(r) / 2 * Lambda ** (-2 * g) * constant * integral)


def spectral_function(
    q: ArrayLike,
    omega: ArrayLike,
    *,
    K_c: float,
    u_c: float,
    u_s: float,
    Lambda: float,
    temperature: float = 0.0,
    spin_gap: float | None = None,
) -> xr.Dataset:
    """A(q, ω) of electrons of the primary that move to the right (this module's equations).

    Args:
        q: momenta less k_F, 1/nm, an axis.
        omega: energies from the Fermi level, meV, an axis; negative ones take electrons out.
        K_c: Luttinger parameter of the charge at the end of the flow, not 1 (there A is a pair of delta functions or
            a closed form without left movers: take 0.999).
        u_c, u_s: velocities ħu of charge and spin, meV nm, u_c > u_s.
        Lambda: bandwidth ħu/α_0, meV.
        temperature: K; 0 with a spin gap.
        spin_gap: Δ_s in meV; None for the gapless wire.

    Returns:
        Dataset over `q` and `omega`: `spectral_function` in 1/meV, δ(ω - uq) without interactions; over `q`:
        `threshold` in meV, the lowest energy of an electron, `hole_threshold`, the same of a hole, and `charge_edge`
        u_c q; scalars `threshold_exponent`
        2γ - ½, `charge_exponent` γ - ½ and `left_exponent` γ (of q < 0).

    Raises:
        InputError: axes, numbers that are not positive, u_c ≤ u_s, K_c = 1, a temperature beside a spin gap.

    Example:
        >>> found = at.wires.spectral_function([0.01], [1.5, 2.5, 4.5], K_c=0.5, u_c=400.0, u_s=200.0, Lambda=50.0)
        >>> float(found.threshold[0]), found.spectral_function.values[0].round(3).tolist()  # meV, 1/meV
        (2.0, [0.0, 0.255, 0.04])
    """
    momenta, energies = axis("q", q), axis("omega", omega)
    for name, value in (("K_c", K_c), ("u_c", u_c), ("u_s", u_s), ("Lambda", Lambda)):
        positive(name, value)
    if u_c <= u_s:
        raise InputError("u_c", "exceed u_s", u_c, "repulsion makes the charge faster than the spin")
    if mixing(K_c) < LEAST:
        raise InputError("K_c", "differ from 1", K_c, "take 0.99: it tends to a closed form there")
    kT = K_B * checked_temperature("temperature", temperature)
    if spin_gap is not None and kT > 0:
        raise InputError("temperature", "be 0 beside a spin gap", temperature, "`tunnelling` has the temperature")
    arguments = {"K_c": K_c, "u_c": u_c, "u_s": u_s, "Lambda": Lambda}
    grid = momenta[:, None], energies
    gap = 0.0 if spin_gap is None else positive("spin_gap", spin_gap)
    if gap:
        values = with_spin_gap(*grid, spin_gap=gap, **arguments)
    else:
        values = gapless_at(*grid, kT=kT, **arguments) if kT else gapless(*grid, **arguments)
    lowest, highest = (sign * _threshold(sign * momenta, gap, u_c, u_s) for sign in (1, -1))
    g = mixing(K_c)
    return dataset(
        {
            "spectral_function": (("q", "omega"), values, "1/meV", "spectral function A"),
            "threshold": ("q", lowest, "meV", "lowest energy of an added electron"),
            "hole_threshold": ("q", highest, "meV", "highest energy of an electron that can be taken out"),
            "charge_edge": ("q", u_c * momenta, "meV", "energy of the charge alone"),
            "threshold_exponent": ((), 2 * g - 0.5, "1", "exponent at the threshold"),
            "charge_exponent": ((), g - 0.5, "1", "exponent at the energy of the charge"),
            "left_exponent": ((), g, "1", "exponent at the threshold of q < 0 without a gap"),
        },
        {
            "q": ("q", momenta, "1/nm", "momentum less k_F"),
            "omega": ("omega", energies, "meV", "energy"),
        },
        question="wires.spectral_function",
        parameters={**arguments, "temperature": temperature, "spin_gap": spin_gap},
        method="convolution of spin and charge: closed at T = 0, panels at T > 0, Gauss-Jacobi with a spin gap",
        validity=(
            "Energies far below Λ; no forward scattering with the secondary (Q = 0), which would add a third velocity.",
            "SU(2)-symmetric spin without its logarithms; with a gap one soliton, below three gaps, at T = 0.",
        ),
        references=("giamarchi2003", "voit1993", "voit1998", *WEIGHT_OF, "attractron"),
    )


def _threshold(q: FloatArray, gap: float, u_c: float, u_s: float) -> FloatArray:
    """The lowest energy at which an electron of momentum q is added."""
    return np.hypot(gap, u_s * q) if gap else np.where(q > 0, u_s, -u_c) * q


LEAST = 1e-7
"""γ below which left movers are not resolved: K_c within 0.1 % of 1."""
