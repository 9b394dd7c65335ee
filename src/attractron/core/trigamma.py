"""The trigamma function ψ' and the next one, ψ'', of complex arguments, which SciPy does not have."""

import numpy as np
from numpy.typing import NDArray

ComplexArray = NDArray[np.complex128]

SHIFTS = 8
"""Steps by which the recurrence of ψ' moves its argument before the asymptotic series: accurate to 1e-13."""

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def trigamma(z: ComplexArray) -> ComplexArray:
    """ψ'(z) for Re z > 0: the recurrence ψ'(z) = ψ'(z+1) + 1/z², then 1/z + 1/(2z²) + Σ_k B_2k / z^(2k+1)."""
    far = z + SHIFTS
    inverse = 1 / far
    series = inverse + inverse**2 / 2 + sum(b * inverse ** (2 * k + 3) for k, b in enumerate(BERNOULLI))
    return np.asarray(series + sum(1 / (z + shift) ** 2 for shift in range(SHIFTS)))


def tetragamma(z: ComplexArray) -> ComplexArray:
    """ψ''(z) for Re z > 0, the derivative of `trigamma` term by term."""
    inverse = 1 / (z + SHIFTS)
    terms = sum(b * (2 * k + 3) * inverse ** (2 * k + 4) for k, b in enumerate(BERNOULLI))
    return np.asarray(-(inverse**2) - inverse**3 - terms - sum(2 / (z + shift) ** 3 for shift in range(SHIFTS)))
