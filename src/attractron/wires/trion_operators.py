"""What grows, decays or is gapped in the trion phase, and what it costs to take a single particle out.

An operator exp[i(qᵀθ + pᵀφ)] over (up, down, secondary), with the unit vectors

    n_s = (1, -1, 0)/√2,     n_g = (1, 1, 2)/√6,     n_f = (1, 1, -1)/√3,

of the pinned spin, the pinned φ_g and the free φ_f, splits into its components. If q·n_s or q·n_g is not zero it
contains a field whose partner is pinned: it creates solitons, is gapped, and has no scaling dimension. Otherwise the
pinned fields are numbers, and

    dimension = (p·n_f)² K_f/4 + (q·n_f)²/(4K_f).

An electron is q = (1, 0, 0), p = (-r, 0, 0) for r = ± (movers to the right and left); its momentum is -pᵀ(k_F, k_F, k).
From ψ_r↑ψ_r'↓c†_r'': q = (1, 1, -1), q·n_f = √3 and p = (-r, -r', r''), which gives the parts of (C3): exp(i√3θ_f)
times cos(√(8/3)φ_g + φ_f/√3) at 2k_F + k, cos(√3φ_f) at 2k_F - k and cos(√2φ_s) cos(√(2/3)φ_g - φ_f/√3) at k; for
k = -k_F the first and the third merge into (21), of dimension 3/(4K_f) + K_f/12: 1/2 at K_f = 3, free fermions.
The three impurities are cos(2φ↑) + cos(2φ↓) (both spins), cos(2φ_σ) (one spin) and cos(2φ) (secondary): all have
|p·n_f| = 2/√3 and the dimension K_f/3.
"""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, choice, non_negative
from attractron.core.results import dataset
from attractron.wires.trion import KINETIC, VALIDITY, TrionLiquid, coordinates, grid, luttinger_parameter, sectors

Vector = tuple[int, int, int]

N_S = np.array([1.0, -1.0, 0.0]) / np.sqrt(2)
N_G = np.array([1.0, 1.0, 2.0]) / np.sqrt(6)
N_F = np.array([1.0, 1.0, -1.0]) / np.sqrt(3)

OPERATORS: dict[str, tuple[Vector, Vector]] = {
    "electron": ((1, 0, 0), (-1, 0, 0)),
    "secondary particle": ((0, 0, 1), (0, 0, -1)),
    "electron pair": ((1, 1, 0), (-1, 1, 0)),
    "trion": ((1, 1, -1), (-1, -1, -1)),
    "trion, opposite spins' movers": ((1, 1, -1), (-1, 1, 1)),
    "trion, same movers": ((1, 1, -1), (-1, -1, 1)),
    "trion density wave": ((0, 0, 0), (-2, 0, 0)),
    "trion pair": ((2, 2, -2), (0, 0, 0)),
    "impurity for both spins": ((0, 0, 0), (2, 0, 0)),
    "impurity for one spin": ((0, 0, 0), (0, 2, 0)),
    "impurity in the secondary": ((0, 0, 0), (0, 0, 2)),
}
"""Name → (q, p) of a representative exponential."""

IMPURITIES = tuple(name for name in OPERATORS if name.startswith("impurity"))

EXCITATIONS: dict[str, Vector] = {
    "electron": (1, 0, 0),
    "spin flip": (1, -1, 0),
    "electron pair": (1, 1, 0),
    "secondary particle": (0, 0, 1),
    "electron and secondary hole": (1, 0, -1),
    "trion": (1, 1, -1),
}
"""Name → particles added (up, down, secondary)."""

HALF_KINK = 1 - 1 / np.sqrt(2)
"""Energy of a half soliton of φ_g at a spin soliton, in that of a whole soliton (see `excitation_costs`)."""


def dimension(q: ArrayLike, p: ArrayLike, K_f: ArrayLike) -> FloatArray:
    """Scaling dimension of exp[i(qᵀθ + pᵀφ)] in the trion phase; infinite when it is gapped.

    Args:
        q, p: coefficients of θ and φ over (up, down, secondary).
        K_f: Luttinger parameter of the free sector, any shape.
    """
    charge, phase = np.asarray(q, dtype=float), np.asarray(p, dtype=float)
    K = np.asarray(K_f, dtype=float)
    if max(abs(charge @ N_S), abs(charge @ N_G)) > 1e-12:
        return np.full(K.shape, np.inf)
    return np.asarray((phase @ N_F) ** 2 * K / 4 + (charge @ N_F) ** 2 / (4 * K))


def trion_operators(
    model: TrionLiquid, axes: Mapping[str, ArrayLike] | None = None, *, kinetic: str = "complete"
) -> xr.Dataset:
    """Scaling dimensions in the trion phase, and whether impurities are relevant.

    The two-point function of an operator of dimension D falls as x^(-2D) (as exp(-x/ξ) when it is gapped), so that the
    order with the smaller D dominates: density wave K_f/3 against superconductivity 3/K_f. A static impurity of
    dimension D flows as dg/dl = (1 - D) g: relevant for D < 1, K_f < 3.

    Theory: docs/theory/wires.md, eq-trion.

    Args:
        model: the liquid (hole-like carriers).
        axes: parameters of the model that vary.
        kinetic: which K_f is meant, "complete" or "published" (see `attractron.wires.trion`).

    Returns:
        Dataset over `operator` and the axes: `dimension` (infinite: gapped); over `operator`: `gapped`, `momentum_kF`
        and `momentum_k`, the coefficients of k_F and of k in its momentum; over the axes: `K_f`, and
        `impurities_relevant`.

    Raises:
        InputError: as for `attractron.wires.trion.trion_phase`.

    Example:
        >>> found = at.wires.trion_operators(at.wires.TrionLiquid(K_c=1.0, K=1.0))  # K_f = 1
        >>> [float(found.dimension.sel(operator=name).round(3)) for name in ("trion density wave", "trion pair")]
        [0.333, 3.0]
    """
    choice("kinetic", kinetic, KINETIC)
    knobs, fields = grid(model, axes or {})
    K_f = np.broadcast_to(luttinger_parameter(sectors(**fields), kinetic), knobs.shape)
    dimensions = np.array([dimension(q, p, K_f) for q, p in OPERATORS.values()])
    momenta = -np.array([(p[0] + p[1], p[2]) for _, p in OPERATORS.values()])
    impurity = dimensions[list(OPERATORS).index(IMPURITIES[0])]
    return dataset(
        {
            "dimension": (("operator", *knobs.dims), dimensions, "1", "scaling dimension"),
            "gapped": (
                "operator",
                [bool(np.isinf(dimension(q, p, 1.0))) for q, p in OPERATORS.values()],
                "1",
                "gapped",
            ),
            "momentum_kF": ("operator", momenta[:, 0], "1", "momentum in k_F"),
            "momentum_k": ("operator", momenta[:, 1], "1", "momentum in k"),
            "K_f": (knobs.dims, K_f, "1", "Luttinger parameter of the free sector"),
            "impurities_relevant": (knobs.dims, impurity < 1, "1", "impurities are relevant"),
        },
        {"operator": ("operator", list(OPERATORS), "1", "operator"), **coordinates(knobs)},
        question="wires.trion_operators",
        parameters=asdict(model),
        options={"kinetic": kinetic},
        method="projection on the free sector",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )


def excitation_costs(*, spin_gap: float, trion_gap: float) -> xr.Dataset:
    """Lowest energy of excitations above the ground state of the trion phase.

    exp(iqᵀθ) shifts φ by πq on one side: √2φ_s by πs with s = q↑ - q↓ and √6φ_g by πg with g = q↑ + q↓ + 2q_sec. The
    minima of g* cos(√2φ_s) cos(√6φ_g) lie at (0, π) and (π, 0) mod 2π. So a secondary particle (s = 0, g = 2) is one
    soliton of φ_g, energy Δ_g; an electron (s = ±1, g = 1) is a spin soliton, energy Δ_s, across which the sign of the
    potential of φ_g changes, with half a soliton of φ_g. With a spin soliton that is thin on the scale of φ_g
    (Δ_s ≫ Δ_g) and in the classical limit K_g → 0, the profile obeys φ'²/2 = 1 - cos φ on one side and 1 + cos φ on
    the other and they meet at π/2, so that the half soliton costs

        2 ∫_0^{π/2} 2 sin(φ/2) dφ / ∫_0^{2π} 2 sin(φ/2) dφ = 1 - 1/√2 = 0.293   of Δ_g.

    Each of w spin solitons takes half a soliton of either sign, the rest of g is made of whole ones; w ≥ |s|, of the
    parity of s, is chosen for the lowest

        E = w (Δ_s + 0.293 Δ_g) + max(|g| - w, 0) Δ_g/2.

    The trion has s = g = 0 and costs nothing: φ_f is free. Solitons are counted as not interacting.

    Args:
        spin_gap: Δ_s, energy of one spin soliton, meV (any unit serves).
        trion_gap: Δ_g, energy of one soliton of φ_g, same unit. Zero: the paired phase.

    Returns:
        Dataset over `excitation`: `cost` in meV, `spin_solitons` w and `half_solitons` |g|.

    Raises:
        InputError: a negative gap.

    Example:
        >>> found = at.wires.excitation_costs(spin_gap=1.0, trion_gap=0.2)
        >>> [float(found.cost.sel(excitation=name).round(3)) for name in ("electron", "electron pair", "trion")]
        [1.059, 0.2, 0.0]
    """
    Delta_s, Delta_g = non_negative("spin_gap", spin_gap), non_negative("trion_gap", trion_gap)
    added = np.array(list(EXCITATIONS.values()))
    spin, bound = abs(added @ [1, -1, 0]), abs(added @ [1, 1, 2])
    # E is convex in w with its only kink at w = |g|: the lowest w, or that kink.
    choices = np.stack([spin, np.maximum(spin, bound)])
    energies = choices * (Delta_s + HALF_KINK * Delta_g) + np.maximum(bound - choices, 0) * Delta_g / 2
    lowest = energies.argmin(axis=0)
    every = np.arange(len(added))
    return dataset(
        {
            "cost": ("excitation", energies[lowest, every], "meV", "lowest energy"),
            "spin_solitons": ("excitation", choices[lowest, every], "1", "spin solitons"),
            "half_solitons": ("excitation", bound, "1", "half solitons of φ_g"),
        },
        {"excitation": ("excitation", list(EXCITATIONS), "1", "excitation")},
        question="wires.excitation_costs",
        parameters={"spin_gap": Delta_s, "trion_gap": Delta_g},
        method="counting solitons, half solitons at their classical energy",
        validity=(
            "The half soliton is classical (K_g → 0) with a thin spin soliton (spin gap far above trion gap).",
            "Interactions of solitons, and bound states of them, are left out.",
            "Gaps from a flow are scales: energies of solitons up to factors of order one.",
        ),
        references=("shavit_oreg2020",),
    )
