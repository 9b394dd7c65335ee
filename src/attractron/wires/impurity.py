"""One impurity in the primary wire: at which energy it cuts the wire, gapless and paired.

An impurity g cos(√2φ_s) cos(√2φ_c) at one point has the dimension d = (M_cc + K_s)/2, M_cc = K_c + Q²K, and obeys
dg/dl = (1 - d)g: d = (1 + M_cc)/2 in the gapless phase and, as the spin cosine takes its expectation value, M_cc/2 in
the paired one (Kane and Fisher 1992; Shavit and Oreg 2020, sec. II C 2). It is strong below

    E_LL = Λ (g/Λ)^{2/(1 - M_cc)},      E_sG = Λ (g/Λ)^{2/(2 - M_cc)}.

E_LL is 0 for M_cc ≥ 1, where an impurity does not cut the gapless wire, E_sG for M_cc ≥ 2. With a spin gap Δ_s well
below Λ the impurity first grows as in the gapless wire: g(Δ_s)/Δ_s = (g/Λ)(Λ/Δ_s)^{(1 - M_cc)/2}, and

    E_sG = Δ_s (g(Δ_s)/Δ_s)^{2/(2 - M_cc)},      or E_LL if that exceeds Δ_s.

Far below these energies electrons (gapless) or pairs (paired) hop across the cut, operators of the dual fields with the
dimensions (1 + 1/M_cc)/2 and 2/M_cc. With w = 1 - d, d the dimension of the impurity, the conductance goes as

    1 - G/G_0 ~ (E/ω)^{2w},      G/G_0 ~ (ω/E)^{2w/D},      D = M_cc (gapless), M_cc/2 (paired),

in between as G/G_0 = [1 + (E/ω)^{2w}]^{-1/D}, an interpolation that has both exponents right and nothing else.
At M_cc = 1 the paired wire is a problem of free fermions: with kT for ω, G/G_0 = 1 - xψ'(½ + x), x = Γ/(2πkT), from
which the interpolation, with E = 0.42Γ, differs by at most 0.011.
"""

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, finite, positive
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.wires.orders import density_exponent

CLEAN = 2.0
"""e²/h: two channels."""


def impurity_scales(
    *, K_c: float, g: float, Lambda: float, K: float = 1.0, Q: float = 0.0, spin_gap: float | None = None
) -> tuple[float, float]:
    """E_LL and E_sG (module's docstring), below which an impurity cuts the gapless and the paired wire.

    Args:
        K_c, K, Q: numbers of the quadratic theory at the end of the flow (`attractron.wires.orders`).
        g: strength of the impurity in meV, 0 < g < Λ.
        Lambda: bandwidth Λ in meV.
        spin_gap: Δ_s in meV, at most Λ; None takes Δ_s = Λ, as the published E_sG does.

    Returns:
        E_LL and E_sG in meV; 0 where the impurity is irrelevant.

    Raises:
        InputError: a number that is not positive, g ≥ Λ or Δ_s > Λ.
    """
    for name, value in (("K_c", K_c), ("K", K), ("Lambda", Lambda), ("g", g)):
        positive(name, value)
    finite("Q", Q)
    if g >= Lambda:
        raise InputError("g", "be smaller than Lambda", g, "a stronger impurity cuts the wire at every energy")
    gap = Lambda if spin_gap is None else positive("spin_gap", spin_gap)
    if gap > Lambda:
        raise InputError("spin_gap", "not exceed Lambda", spin_gap)
    M = float(density_exponent(K_c, K, Q))
    gapless = _strong_below(Lambda, g / Lambda, (1 - M) / 2)
    at_gap = (g / Lambda) * (Lambda / gap) ** ((1 - M) / 2)
    return gapless, gapless if at_gap >= 1 else _strong_below(gap, at_gap, (2 - M) / 2)


def impurity_conductance(
    omega: ArrayLike,
    *,
    K_c: float,
    g: float,
    Lambda: float,
    K: float = 1.0,
    Q: float = 0.0,
    spin_gap: float | None = None,
) -> xr.Dataset:
    """Conductance of the primary wire with one impurity, gapless and paired, and the drop between them.

    Theory: docs/theory/wires.md, eq-impurity.

    Args:
        omega: energies ω (temperature times k_B, or bias) in meV, positive, rising or falling (omega,).
        K_c, g, Lambda, K, Q, spin_gap: as for `impurity_scales`.

    Returns:
        Dataset over `omega`: `gapless`, `paired` and their difference `drop` in e²/h; scalars `E_LL` and `E_sG` in meV.
        Exact in the exponents on both sides of each scale; scales hold up to factors of order one.

    Raises:
        InputError: as `impurity_scales`; an energy that is not positive or exceeds Λ.

    Example:
        >>> found = at.wires.impurity_conductance([0.01, 1.0], K_c=0.8, g=0.1, Lambda=10.0)  # meV
        >>> found.gapless.values.round(2).tolist(), found.paired.values.round(2).tolist()  # e²/h
        ([2.0, 2.0], [0.87, 1.99])
    """
    E_LL, E_sG = impurity_scales(K_c=K_c, g=g, Lambda=Lambda, K=K, Q=Q, spin_gap=spin_gap)
    energies = axis("omega", omega)
    if energies.min() <= 0 or energies.max() > Lambda:
        raise InputError("omega", "lie in (0, Lambda]", f"{energies.min():g} to {energies.max():g}")
    M = float(density_exponent(K_c, K, Q))
    gapless = CLEAN * interpolated(energies, E_LL, (1 - M) / 2, M)
    paired = CLEAN * interpolated(energies, E_sG, (2 - M) / 2, M / 2)
    return dataset(
        {
            "gapless": ("omega", gapless, "e²/h", "conductance of the gapless wire"),
            "paired": ("omega", paired, "e²/h", "conductance of the paired wire"),
            "drop": ("omega", gapless - paired, "e²/h", "drop of the conductance by pairing"),
            "E_LL": ((), E_LL, "meV", "energy below which the gapless wire is cut"),
            "E_sG": ((), E_sG, "meV", "energy below which the paired wire is cut"),
        },
        {"omega": ("omega", energies, "meV", "energy")},
        question="wires.impurity_conductance",
        parameters={"K_c": K_c, "K": K, "Q": Q, "g": g, "Lambda": Lambda, "spin_gap": spin_gap},
        method="[1 + (E/ω)^2w]^(-1/D), interpolating between the exponents of a weak and of a cut wire",
        validity=(
            "One impurity; powers are exact far from E, the crossover between them is an interpolation and energies "
            "hold up to factors of order one.",
            "Energies above that of a wire's length and, for the paired curve, below the spin gap.",
            "The secondary wire passes the impurity undisturbed.",
        ),
        references=("shavit_oreg2020", "kane_fisher1992", "attractron"),
    )


def interpolated(omega: FloatArray, E: float, w: float, D: float) -> FloatArray:
    """[1 + (E/ω)^{2w}]^{-1/D}; 1 for an irrelevant impurity, w ≤ 0."""
    return np.ones_like(omega) if w <= 0 else np.asarray((1 + (E / omega) ** (2 * w)) ** (-1 / D))


def _strong_below(cutoff: float, strength: float, w: float) -> float:
    """cutoff · strength^{1/w}, 0 for an irrelevant impurity."""
    return cutoff * strength ** (1 / w) if w > 0 else 0.0
