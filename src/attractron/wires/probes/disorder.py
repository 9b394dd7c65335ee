"""Weak disorder: over which length electrons, pairs and trions are localised, and when they are not.

Random backscattering of the dimension d grows as dD/dl = (3 - 2d) D (Giamarchi and Schulz 1988), D = α/ℓ_0 with ℓ_0 the
mean free path that Born's approximation gives without interactions and α the short-distance cut-off. With M_cc of
`attractron.wires.orders`

    phase       d                  3 - 2d            delocalised for
    decoupled   (M_cc + 1)/2       2 - M_cc          M_cc > 2
    paired      M_cc/2             3 - M_cc          M_cc > 3
    trion       K_f/3              3 - 2K_f/3        K_f > 9/2

D = 1 at the localisation length

    L = α (ℓ_0/α)^{1/(3 - 2d)},

ℓ_0 itself for free electrons (d = 1), shorter for pairs. A gap that opens at the length ξ (from the gap E, ξ = ħu/E)
well above α has D grow as in the gapless wire up to there:

    D(ξ) = (α/ℓ_0)(ξ/α)^{2 - M_cc},      L = ξ D(ξ)^{-1/(3 - 2d)},      or L of the gapless wire if that is below ξ.

One impurity needs only d < 1 to cut the wire, K_f < 3: for 3 < K_f < 9/2 a single impurity lets trions pass at low
energies that many of them localise, and so does 2 < M_cc < 3 for pairs.
"""

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, choice, finite, positive
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.orders import density_exponent

PHASES = ("decoupled", "paired", "trion")


def disorder_growth(phase: str, *, M_cc: ArrayLike = 1.0, K_f: ArrayLike = 1.0) -> FloatArray:
    """3 - 2d, with which weak disorder grows; elementwise.

    Args:
        phase: "decoupled", "paired" or "trion".
        M_cc: K_c + Q²K, of the first two.
        K_f: Luttinger parameter of the trions.
    """
    choice("phase", phase, PHASES)
    if phase == "trion":
        return 3 - 2 * np.asarray(K_f, dtype=float) / 3
    return (2.0 if phase == "decoupled" else 3.0) - np.asarray(M_cc, dtype=float)


def localisation_length(
    mean_free_path: ArrayLike,
    *,
    K_c: float,
    alpha_0: float,
    K: float = 1.0,
    Q: float = 0.0,
    phase: str = "decoupled",
    gap_length: float | None = None,
    K_f: float | None = None,
) -> xr.Dataset:
    """Localisation length of one phase beside that of the gapless wire (this module's equations).

    Args:
        mean_free_path: ℓ_0 without interactions in nm, at least α_0 (mean_free_path,), an axis.
        K_c, K, Q: numbers of the quadratic theory at the end of the flow (`attractron.wires.orders`).
        alpha_0: short-distance cut-off in nm.
        phase: "decoupled", "paired" or "trion".
        gap_length: ξ = ħu/E of the phase's gap in nm, at least α_0; None: α_0, the gap is there from the start.
        K_f: Luttinger parameter of the trions, of the trion phase.

    Returns:
        Dataset over `mean_free_path`: `localisation_length` and `gapless_length` in nm, infinite where disorder is
        irrelevant; scalars `growth` 3 - 2d, `delocalised`, and `one_impurity_passes` (d > 1).

    Raises:
        InputError: numbers that are not positive or below α_0, an unknown phase, K_f missing.

    Example:
        >>> found = at.wires.localisation_length([1e3, 1e4], K_c=0.8, alpha_0=1.0, phase="paired")  # nm
        >>> found.localisation_length.values.round(0).tolist(), found.gapless_length.values.round(0).tolist()
        ([23.0, 66.0], [316.0, 2154.0])
    """
    paths = axis("mean_free_path", mean_free_path)
    for name, value in (("K_c", K_c), ("K", K), ("alpha_0", alpha_0)):
        positive(name, value)
    finite("Q", Q), choice("phase", phase, PHASES)
    if paths.min() < alpha_0:
        raise InputError("mean_free_path", "be at least alpha_0", float(paths.min()), "disorder is strong otherwise")
    xi = alpha_0 if gap_length is None else positive("gap_length", gap_length)
    if xi < alpha_0:
        raise InputError("gap_length", "be at least alpha_0", xi)
    if phase == "trion" and K_f is None:
        raise InputError("K_f", "be given in the trion phase", "nothing")
    liquid = 1.0 if K_f is None else positive("K_f", K_f)
    M = float(density_exponent(K_c, K, Q))
    rate, gapless_rate = (float(disorder_growth(each, M_cc=M, K_f=liquid)) for each in (phase, "decoupled"))
    gapless = _length(alpha_0, alpha_0 / paths, gapless_rate)
    at_gap = (alpha_0 / paths) * (xi / alpha_0) ** gapless_rate
    found = gapless if phase == "decoupled" else np.where(at_gap >= 1, gapless, _length(xi, at_gap, rate))
    return dataset(
        {
            "localisation_length": ("mean_free_path", found, "nm", f"localisation length, {phase}"),
            "gapless_length": ("mean_free_path", gapless, "nm", "localisation length of the gapless wire"),
            "growth": ((), rate, "1", "exponent 3 - 2d of disorder"),
            "delocalised": ((), rate <= 0, "1", "weak disorder is irrelevant"),
            "one_impurity_passes": ((), rate <= 1, "1", "one weak impurity is irrelevant"),
        },
        {"mean_free_path": ("mean_free_path", paths, "nm", "mean free path without interactions")},
        question="wires.localisation_length",
        parameters={
            **{"K_c": K_c, "K": K, "Q": Q, "alpha_0": alpha_0},
            **{"gap_length": gap_length, "K_f": K_f},
        },
        options={"phase": phase},
        method="flow of weak disorder of the dimension d up to strength one",
        validity=(
            "Weak disorder, first order: it does not act back on the Luttinger parameters, which shifts thresholds by "
            "the root of its strength; lengths hold up to factors of order one.",
            "Backscattering at 2k_F of the primary (in the trion phase of either wire); no logarithms of y_s.",
        ),
        references=("shavit_oreg2020", "giamarchi_schulz1988", "attractron"),
    )


def _length(start: float, strength: FloatArray, rate: float) -> FloatArray:
    """start · strength^{-1/rate}, infinite for disorder that does not grow."""
    with np.errstate(over="ignore", divide="ignore"):  # next to the threshold it is longer than numbers go
        return start * strength ** (-1 / rate) if rate > 0 else np.full_like(strength, np.inf)
