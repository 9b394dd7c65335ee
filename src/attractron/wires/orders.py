"""Which order the primary wire is nearest to when it is gapless or paired, and how electrons tunnel into it.

Three numbers describe the charge modes of both wires once nothing but quadratic terms is left: with M the matrix of the
correlations of (φ_c, φ) (cos(vᵀφ) has the dimension vᵀMv/4, cos(vᵀθ) the dimension vᵀM⁻¹v/4)

    M = [[K_c + Q²K, -QK], [-QK, K]],      M⁻¹ = [[1/K_c, Q/K_c], [Q/K_c, 1/K + Q²/K_c]].

Every positive symmetric M is of this form. On the line (13) of Shavit and Oreg (2020) the three are K̃_c, K̃ and Q of
(14), off it they are `CoupledWires.K_c_tilde`, `K_tilde` and `Q`, so that the formulas below hold for any forward
scattering. To be taken at the end of the flow. Density waves (operators of φ_c) see M_cc, pairs (of θ_c) see (M⁻¹)_cc:

    d = M_cc/2 + spin   (spin- and charge-density waves at 2k_F),      d = (M⁻¹)_cc/2 + spin   (pairs),

and a susceptibility goes as ω^(2d - 2). Spin: ½ each in the gapless phase (K_s = 1), 0 in the paired phase for charge
density waves and singlets, while spin-density waves and triplets contain θ_s or the odd cosine and are gapped.

Logarithms of the gapless phase. On the SU(2) line, where dy_s/dl = -y_s², the spin parts are to first order

    cos√2φ_s:            ½ + ¾y_s   (charge-density wave, singlet)
    sin√2φ_s, cos√2θ_s:  ½ - ¼y_s   (spin-density wave, triplet)

and exp(-2∫d dl) with ∫y_s dl = ln(1 + y_s l) multiplies correlations by (1 + y_s l)^(-3/2) and (1 + y_s l)^(1/2), at
l = ln Λ/ω (Giamarchi and Schulz 1989): a tie of the powers goes to the spin-density wave or the triplet.
"""

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, choice, finite, positive, shown
from attractron.core.errors import InputError
from attractron.core.results import dataset

DENSITY, PAIR = ("CDW", "SDW"), ("singlet", "triplet")
ORDERS = (*DENSITY, *PAIR)
LOGARITHM = {"CDW": -1.5, "SDW": 0.5, "singlet": -1.5, "triplet": 0.5}
"""Power of the logarithm in the gapless phase."""

SURVIVES = ("CDW", "singlet")
"""What has no gap in the paired phase."""


def density_exponent(K_c: ArrayLike, K: ArrayLike, Q: ArrayLike) -> FloatArray:
    """M_cc = K_c + Q²K, twice the dimension of the charge part of a density wave; arrays broadcast."""
    return np.asarray(K_c + np.square(Q) * np.asarray(K, dtype=float))


def susceptibilities(
    *, K_c: float, K: float = 1.0, Q: float = 0.0, phase: str = "decoupled", y_s: float = 0.0
) -> xr.Dataset:
    """Exponents of χ ~ ω^exponent (1 + y_s ln Λ/ω)^logarithm of the primary wire's orders.

    Paired: M_cc - 2 for charge-density waves and (M⁻¹)_cc - 2 for singlets, which is χ_CDW and χ_SC of Shavit and Oreg
    (2020, before (18)) at K_s = 0. Decoupled: these exponents plus 1 (K_s = 1). The most negative one dominates; among
    equal ones the larger power of the logarithm does.

    Theory: docs/theory/wires.md, eq-superconducting.

    Args:
        K_c, K, Q: numbers of the quadratic theory at the end of the flow (module's docstring).
        phase: "decoupled" or "paired".
        y_s: backscattering of the decoupled phase, ≥ 0; 0 turns the logarithms off.

    Returns:
        Dataset over `order` (CDW, SDW, singlet, triplet): `exponent` (NaN for an order with a gap), `logarithm` (power;
        0 in the paired phase), `gapped`; scalars `dominant` (name of the order), `bulk_tunnelling` and `end_tunnelling`
        (exponents of the density of states, infinite where there is a gap).

    Raises:
        InputError: K_c or K not positive, an unknown phase, y_s < 0 or not 0 in the paired phase.

    Example:
        >>> found = at.wires.susceptibilities(K_c=0.8, phase="paired")
        >>> str(found.dominant.values), [round(float(found.exponent.sel(order=o)), 2) for o in ("CDW", "singlet")]
        ('CDW', [-1.2, -0.75])
    """
    _check_numbers(K_c, K, Q)
    gapless = choice("phase", phase, ("decoupled", "paired")) == "decoupled"
    if finite("y_s", y_s) < 0 or (y_s > 0 and not gapless):
        raise InputError("y_s", "be positive, or 0", y_s, "only the decoupled phase has the logarithms of y_s > 0")
    charge = {order: float(density_exponent(K_c, K, Q)) if order in DENSITY else 1 / K_c for order in ORDERS}
    gapped = [not gapless and order not in SURVIVES for order in ORDERS]
    spin = 1.0 if gapless else 0.0
    exponent = [np.nan if gap else charge[order] + spin - 2 for order, gap in zip(ORDERS, gapped, strict=True)]
    logarithm = [LOGARITHM[order] if gapless and y_s > 0 else 0.0 for order in ORDERS]
    bulk, end = tunnelling_exponents(K_c, K, Q) if gapless else (np.inf, np.inf)
    return dataset(
        {
            "exponent": ("order", exponent, "1", "exponent of the susceptibility"),
            "logarithm": ("order", logarithm, "1", "power of the logarithm"),
            "gapped": ("order", gapped, "1", "order has a gap"),
            "dominant": ((), _dominant(exponent, logarithm), "1", "dominant order"),
            "bulk_tunnelling": ((), float(bulk), "1", "exponent of the density of states in the bulk"),
            "end_tunnelling": ((), float(end), "1", "exponent of the density of states at the end"),
        },
        {"order": ("order", list(ORDERS), "1", "order of the primary wire")},
        question="wires.susceptibilities",
        parameters={"K_c": K_c, "K": K, "Q": Q, "y_s": y_s},
        options={"phase": phase},
        method="dimensions of the quadratic Hamiltonian; leading logarithms of one loop",
        validity=(
            "Energies far below the bandwidth and, in the paired phase, below the spin gap; zero temperature.",
            "Logarithms hold on the SU(2)-symmetric line; both wires end together for tunnelling into the end.",
        ),
        references=("shavit_oreg2020", "giamarchi_schulz1989", "attractron"),
    )


def tunnelling_exponents(K_c: ArrayLike, K: ArrayLike, Q: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Exponents of the density of states ρ(ω) of the gapless primary wire, in its bulk and at its end.

    An electron e^{i(θ_σ - φ_σ)} has the dimension (M_cc + (M⁻¹)_cc + K_s + 1/K_s)/8, and ρ ~ ω^(2d - 1):

        bulk: (M_cc + (M⁻¹)_cc - 2)/4,      end: ((M⁻¹)_cc - 1)/2      for K_s = 1.

    At the end φ_c and φ are pinned, which doubles the dimension of e^{iθ}; both wires are taken to end there.
    """
    pair = 1 / np.asarray(K_c, dtype=float)
    return (density_exponent(K_c, K, Q) + pair - 2) / 4, (pair - 1) / 2 + 0 * np.multiply(K, Q)


def superconducting_margin(K_c: ArrayLike, K: ArrayLike, Q: ArrayLike) -> FloatArray:
    """K_c + Q²K - 1/K_c, positive where pairs dominate over density waves (18)."""
    return density_exponent(K_c, K, Q) - 1 / np.asarray(K_c, dtype=float)


def superconducting(K_c: ArrayLike, K: ArrayLike, Q: ArrayLike) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Whether superconducting correlations dominate in the paired phase: K_c + Q²K > 1/K_c (18), elementwise.

    It is M_cc > (M⁻¹)_cc. With K̃_c, K̃ and Q of (14) this is the paper's condition on the line (13); with those of the
    exact matrix (`CoupledWires.K_c_tilde` …) it holds for any forward scattering.

    Theory: docs/theory/wires.md, eq-superconducting.

    Raises:
        InputError: K_c or K not positive.

    Example:
        >>> at.wires.superconducting(0.95, 0.4, [0.0, 1.0]).tolist()  # K_c < 1 and still: Q helps
        [False, True]
    """
    _check_numbers(K_c, K, Q)
    return np.asarray(superconducting_margin(K_c, K, Q) > 0)


def _dominant(exponent: list[float], logarithm: list[float]) -> str:
    ranked = [
        (round(power, 12), -log, order)
        for power, log, order in zip(exponent, logarithm, ORDERS, strict=True)
        if not np.isnan(power)
    ]
    return min(ranked, key=lambda each: each[:2])[2]


def _check_numbers(K_c: ArrayLike, K: ArrayLike, Q: ArrayLike) -> None:
    for name, values in (("K_c", K_c), ("K", K)):
        array = np.asarray(values, dtype=float)
        if array.ndim == 0:
            positive(name, values)
        elif not (np.isfinite(array).all() and (array > 0).all()):
            raise InputError(name, "be positive", shown(array[~(array > 0)].ravel()[:1].tolist()))
    if not np.isfinite(np.asarray(Q, dtype=float)).all():
        raise InputError("Q", "be finite", shown(Q))
