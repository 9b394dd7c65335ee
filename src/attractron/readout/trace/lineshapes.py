r"""Shapes of charging steps with their analytic derivatives.

Both shapes rise from 0 to 1 and are odd about their middle, so that the sign of a step is a sign of its height and
electrons and holes need no formulas of their own.
"""

from typing import Protocol

import numpy as np
from scipy.special import psi

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.trigamma import trigamma


class LineShape(Protocol):
    """Mean charge over energy (meV) for one parameter of its own and the temperature (K)."""

    def __call__(self, energy: FloatArray, temperature: float, own: float, /) -> tuple[FloatArray, FloatArray]:
        """The charge (n,) and its derivatives by energy, temperature and own parameter (3, n)."""
        ...


def lead_occupation(mu: FloatArray, temperature: float, broadening: float) -> tuple[FloatArray, FloatArray]:
    """Mean charge of a level beside a lead, broadened by temperature and by tunnelling.

        n = 1/2 + Im ψ(z)/π,    z = 1/2 + (Γ/2 + iµ)/(2π k_B T)

    the Fermi function averaged over a Lorentzian of full width Γ, with the digamma function ψ. Its limits are the Fermi
    function (Γ → 0) and 1/2 + arctan(2µ/Γ)/π (T → 0).

    Args:
        mu: depth of the level below the lead's chemical potential, meV.
        temperature: T > 0 in K.
        broadening: Γ ≥ 0 in meV.

    Returns:
        n, and its derivatives by µ (1/meV), T (1/K) and Γ (1/meV).
    """
    scale = 2 * np.pi * K_B * temperature
    reach = (broadening / 2 + 1j * mu) / scale
    slope = trigamma(np.asarray(0.5 + reach, dtype=np.complex128))
    by_mu = slope.real / (np.pi * scale)
    by_temperature = -(slope * reach).imag / (np.pi * temperature)
    by_broadening = slope.imag / (2 * np.pi * scale)
    return 0.5 + psi(0.5 + reach).imag / np.pi, np.stack([by_mu, by_temperature, by_broadening])


def interdot_occupation(
    energy: FloatArray, temperature: float, coupling_squared: float
) -> tuple[FloatArray, FloatArray]:
    """Mean charge of one of two tunnel-coupled dots that share an electron.

        n = ½ [1 + (ε/Ω) tanh(Ω/(2 k_B T))],    Ω² = ε² + 4t²

    It depends on t only through t², which therefore is the parameter: near t = 0 its estimate stays well-behaved.

    Args:
        energy: detuning ε in meV, positive where this dot holds the electron.
        temperature: T > 0 in K.
        coupling_squared: t² ≥ 0 in meV²; the levels cross with a gap of 2t.

    Returns:
        n, and its derivatives by ε (1/meV), T (1/K) and t² (1/meV²).
    """
    double = 2 * K_B * temperature
    x = np.sqrt(energy**2 + 4 * coupling_squared) / double
    quotient, slope = _tanh_quotient(x)
    up = energy / double
    by_energy = (quotient + up**2 * slope) / (2 * double)
    by_temperature = -up * (quotient + x**2 * slope) / (2 * temperature)
    by_coupling = up * slope / double**2
    return 0.5 + up * quotient / 2, np.stack([by_energy, by_temperature, by_coupling])


SMALL = 0.05
"""Below it tanh(x)/x and its slope are taken from their series, exact there to 1e-12."""


def _tanh_quotient(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """τ = tanh(x)/x and τ'(x)/x."""
    small = x < SMALL
    safe = np.where(small, 1.0, x)
    tanh = np.tanh(safe)
    square = np.where(small, x, 0.0) ** 2
    quotient = np.where(small, 1 + square * (-1 / 3 + square * (2 / 15 + square * (-17 / 315))), tanh / safe)
    series = -2 / 3 + square * (8 / 15 + square * (-34 / 105 + square * (496 / 2835)))
    return quotient, np.where(small, series, (1 - tanh**2 - tanh / safe) / safe**2)
