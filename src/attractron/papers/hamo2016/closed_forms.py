"""Equations (1) to (3) solved by hand, from elementary functions alone: what calculated figures are compared with."""

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray

BOLTZMANN = 0.08617333262
"""k_B in meV/K, as tables print it: typed here, so that no other one is compared with itself."""


def interaction(W: float, U: ArrayLike, delta: ArrayLike, t: ArrayLike) -> FloatArray:
    """W_eff = E(2) + E(0) - 2E(1) in meV with E(N) = UN/2 - √((δ - UN)²/4 + t²) + W [N = 2].

    Beside N electrons the polarizer is a 2 × 2 matrix with δ/2 on top, UN - δ/2 at the bottom and t between them.
    """
    U, delta, t = (np.asarray(value, dtype=float) for value in (U, delta, t))
    none, one, two = (U * n / 2 - np.sqrt((delta - U * n) ** 2 / 4 + t**2) for n in range(3))
    return np.asarray(W + two + none - 2 * one)


def interaction_at(temperature: ArrayLike, W: float, U: float, delta: float, t: float) -> FloatArray:
    """The same from the polarizer's partition functions e^{-UN/2k_BT} 2cosh(√((δ - UN)²/4 + t²)/k_BT), T > 0."""
    kT = BOLTZMANN * np.asarray(temperature, dtype=float)
    roots = [np.sqrt((delta - U * n) ** 2 / 4 + t**2) for n in range(3)]
    none, one, two = (U * n / 2 - kT * np.logaddexp(root / kT, -root / kT) for n, root in enumerate(roots))
    return np.asarray(W + two + none - 2 * one)


def on_top(delta: ArrayLike, t: ArrayLike) -> FloatArray:
    """⟨n_T⟩ = (1 - δ/√(δ² + 4t²))/2 of the polarizer alone, in its ground state."""
    delta = np.asarray(delta, dtype=float)
    return np.asarray((1 - delta / np.sqrt(delta**2 + 4 * np.asarray(t, dtype=float) ** 2)) / 2)


def double_dot(C_L: float, C_R: float, C_m: ArrayLike) -> FloatArray:
    """e² C_m/(C_L C_R - C_m²) in meV: the repulsion of two dots with total capacitances C_L, C_R in aF, C_m between."""
    C_m = np.asarray(C_m, dtype=float)
    return np.asarray(160.2176634 * C_m / (C_L * C_R - C_m**2))


def filling(mu: ArrayLike, site: float, pair: float, temperature: float) -> FloatArray:
    """Filling of an infinite chain whose electrons cost `site` each and `pair` with a neighbour, meV.

    Its 2 × 2 transfer matrix has the largest eigenvalue λ = (1 + zb)/2 + √((1 - zb)²/4 + z), z = e^{(µ - site)/k_BT}
    and b = e^{-pair/k_BT}, and the filling is z ∂lnλ/∂z.
    """
    kT = BOLTZMANN * temperature
    z, b = np.exp((np.asarray(mu, dtype=float) - site) / kT), np.exp(-pair / kT)
    root = np.sqrt((1 - z * b) ** 2 / 4 + z)
    largest = (1 + z * b) / 2 + root
    return np.asarray(z * (b / 2 + (1 - b * (1 - z * b) / 2) / (2 * root)) / largest)
