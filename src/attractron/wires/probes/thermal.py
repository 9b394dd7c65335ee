"""The spectral function of a correlation that falls as a power of time, at any temperature.

A gapless liquid correlates an operator of dimension η/2 with itself as (ħ = 1)

    G(t) = [πkT/(i sinh πkT(t - i0))]^η  →  [i(t - i0)]^(-η)      for T → 0.

Its Fourier transform over 2π, the weight with which the operator adds the energy w,

    s_η(w) = (2πkT)^(η-1) e^{w/2kT} |Γ(η/2 + iw/2πkT)|²/(2πΓ(η))  →  w^(η-1)/Γ(η)  for w > 0, 0 for w < 0,

obeys detailed balance, s_η(-w) = e^{-w/kT} s_η(w), and since powers of time multiply, s_η * s_η' = s_{η+η'} (a
convolution). With η → 0 it becomes δ(w), with η = 1 the empty states 1/(1 + e^{-w/kT}) of free fermions, with η = 2
w/(1 - e^{-w/kT}).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln, loggamma

from attractron.core.checks import FloatArray


def power_weight(w: ArrayLike, eta: float, kT: float) -> FloatArray:
    """s_η(w) of this module, in the unit of energy to the power η - 1.

    Args:
        w: energies, any shape.
        eta: η > 0.
        kT: temperature in the unit of w, 0 for the ground state (infinite at w = 0 where η < 1).
    """
    energy = np.asarray(w, dtype=float)
    if kT == 0:
        with np.errstate(divide="ignore"):
            power = np.power(np.maximum(energy, 0.0), eta - 1) * np.exp(-gammaln(eta))
        return np.asarray(np.where(energy > 0, power, np.where((energy == 0) & (eta <= 1), power, 0.0)))
    x = energy / (2 * np.pi * kT)
    exponent = np.pi * x + 2 * loggamma(eta / 2 + 1j * x).real - gammaln(eta) + (eta - 1) * np.log(2 * np.pi * kT)
    return np.asarray(np.exp(exponent) / (2 * np.pi))


def power_weight_slope(w: ArrayLike, eta: float, kT: float) -> FloatArray:
    """ds_η/dw at kT > 0: s_η (1/2kT - Im ψ(η/2 + iw/2πkT)/πkT)."""
    x = np.asarray(w, dtype=float) / (2 * np.pi * kT)
    rate = 1 / (2 * kT) - digamma(eta / 2 + 1j * x).imag / (np.pi * kT)
    return np.asarray(power_weight(w, eta, kT) * rate)
