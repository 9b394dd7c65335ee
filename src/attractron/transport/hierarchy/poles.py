"""The Fermi function as a sum of simple poles.

    f(x) = 1/(1 + e^x) ≈ ½ - Σ_k 2 η_k x/(x² + χ_k²),      k = 1, …, N.

tanh has the continued fraction tanh y = y/(1 + y²/(3 + y²/(5 + …))). Cut after 2N terms it is y times the first element
of the inverse of 1 + iyB, B the symmetric tridiagonal matrix with 1/√((2n-1)(2n+1)) beside its diagonal. With the
eigenvalues ±λ of B and the first components v of their vectors (Ozaki 2007; Padé's approximant, Hu, Xu and Yan 2010)

    χ = 2/λ,      η = v²/λ²      for λ > 0.

The lowest poles are Matsubara's, χ = (2k - 1)π with η = 1; the highest stand for all others together, so that N poles
serve up to |x| of about 4N, where Matsubara's fail as 1/N.
"""

from functools import lru_cache
from math import ceil

import numpy as np

from attractron.core.checks import FloatArray

FEWEST = 4
"""Poles at small energies."""

REACH = 4.0
"""Energies in k_BT that one more pole adds to those at which the sum holds."""


@lru_cache(maxsize=64)
def poles(count: int) -> tuple[FloatArray, FloatArray]:
    """χ and η of N poles, ascending in χ.

    >>> chi, eta = poles(4)
    >>> float(0.5 - (2 * eta * 3.0 / (3.0**2 + chi**2)).sum()), 1 / (1 + np.exp(3.0))
    (0.047425873..., 0.047425873...)
    """
    odd = 2.0 * np.arange(1, 2 * count + 1) - 1
    beside = 1 / np.sqrt(odd[:-1] * odd[1:])
    values, vectors = np.linalg.eigh(np.diag(beside, 1) + np.diag(beside, -1))
    values, first = values[count:][::-1], vectors[0, count:][::-1]
    return 2 / values, first**2 / values**2


def enough(largest: float) -> int:
    """Poles that serve energies up to `largest` in k_BT.

    >>> enough(0.5), enough(21.0)
    (5, 10)
    """
    return FEWEST + ceil(largest / REACH)
