r"""Shapes of Coulomb peaks over the gate, one at their middle, with analytic derivatives.

Widths are in mV: w = k_B T/α thermal and g = Γ/α of the level, so that a shape knows nothing of the lever arm α.
"""

from collections.abc import Callable

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.trigamma import tetragamma, trigamma

Shape = Callable[[FloatArray, float, float], tuple[FloatArray, FloatArray]]
"""(distance from the middle, w, g) → values (n,) and derivatives by distance, w and g (3, n)."""

SMALL = 0.02
"""u below which u/sinh u is taken from its series, exact there to 1e-13."""

FULL_WIDTHS = {"single-level": 4 * np.arccosh(np.sqrt(2.0)), "metallic": 4.354637}
"""Full width at half maximum over w of a thermal peak: 3.53 and 4.35."""

AREAS = {"single-level": 4.0, "metallic": np.pi**2 / 2}
"""Area over height and w of a thermal peak."""


def single_level(away: FloatArray, thermal: float, lorentz: float) -> tuple[FloatArray, FloatArray]:
    """Conductance through one level, broadened by temperature and by tunnelling.

        G ∝ ∫ dE (-∂f/∂E) (Γ/2)²/((E - µ)² + (Γ/2)²) ∝ Re ψ'(z),    z = 1/2 + (g/2 + ix)/(2πw)

    with the trigamma function ψ'. Its limits are cosh⁻²(x/2w) for Γ → 0 (C. W. J. Beenakker, Phys. Rev. B 44, 1646
    (1991), eq. 3.14, where Γ ≪ k_B T ≪ level spacing) and the Lorentzian of full width g for T → 0.
    """
    scale = 2 * np.pi * thermal
    reach = np.asarray((lorentz / 2 + 1j * away) / scale, dtype=np.complex128)
    middle = np.asarray([0.5 + lorentz / 2 / scale], dtype=np.complex128)
    top, top_slope = float(trigamma(middle)[0].real), float(tetragamma(middle)[0].real)
    values = trigamma(np.asarray(0.5 + reach)).real / top
    slope = tetragamma(np.asarray(0.5 + reach))
    by_away = -slope.imag / (scale * top)
    by_thermal = (-(slope * reach).real + values * top_slope * lorentz / (2 * scale)) / (thermal * top)
    by_lorentz = (slope.real - values * top_slope) / (2 * scale * top)
    return values, np.stack([by_away, by_thermal, by_lorentz])


def metallic(away: FloatArray, thermal: float, lorentz: float) -> tuple[FloatArray, FloatArray]:
    """Conductance through many levels, u/sinh u with u = x/w; Γ plays no part.

    I. O. Kulik and R. I. Shekhter, Sov. Phys. JETP 41, 308 (1975), where the level spacing ≪ k_B T ≪ charging energy.
    """
    u = away / thermal
    small = np.abs(u) < SMALL
    safe = np.clip(np.where(small, 1.0, u), -700, 700)
    values = np.where(small, 1 - u**2 / 6 + 7 * u**4 / 360, safe / np.sinh(safe))
    slope = np.where(small, -u / 3 + 7 * u**3 / 90, (1 - safe / np.tanh(safe)) / np.sinh(safe))
    return values, np.stack([slope / thermal, -u * slope / thermal, np.zeros_like(u)])


SHAPES: dict[str, Shape] = {"single-level": single_level, "metallic": metallic}
"""By the names of the argument `shape`."""


def full_width(shape: str, thermal: float, lorentz: float) -> float:
    """Full width at half maximum in mV."""
    high = FULL_WIDTHS[shape] * thermal + lorentz  # a convolution is narrower than the sum of its widths
    if lorentz == 0 or shape == "metallic":
        return float(FULL_WIDTHS[shape] * thermal)
    low = max(lorentz, FULL_WIDTHS[shape] * thermal) * 0.99
    grid = np.linspace(low / 2, high / 2, 65)
    values = single_level(grid, thermal, lorentz)[0]  # falls
    return 2 * float(np.interp(0.5, values[::-1], grid[::-1]))


def area(shape: str, thermal: float, lorentz: float) -> float:
    """∫ of the shape over the gate, mV."""
    if lorentz == 0 or shape == "metallic":
        return AREAS[shape] * thermal
    middle = np.asarray(0.5 + lorentz / (4 * np.pi * thermal), dtype=np.complex128)
    return 2 * np.pi**2 * thermal / float(trigamma(middle).real)
