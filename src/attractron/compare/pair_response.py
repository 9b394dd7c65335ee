"""Mean charges of two dots that hold one carrier each, and how a sum of them responds to everything that moves them.

With the costs e_1, e_2 of one carrier on either dot (meV, counted from the leads), and their interaction W, the four
charge states have the free energies 0, e_1, e_2, e_1 + e_2 + W. Without broadening their Boltzmann weights p_s give

    ∂J/∂e_i = -(⟨J n_i⟩ - ⟨J⟩⟨n_i⟩) / k_B T,    ∂J/∂W = -(⟨J n_1 n_2⟩ - ⟨J⟩⟨n_1 n_2⟩) / k_B T

for J = Σ_i w_i n_i. With broadening, all states with one carrier count as one sector in which dot 1 holds it with
probability p = 1/(1 + e^{(e_1 - e_2)/k_B T}), and ⟨n_1⟩ = p ⟨P_1⟩ + ⟨P_2⟩ with the averages of `dots.broadening`. Since
only ratios of energies to k_B T matter,

    T ∂J/∂T = -(e_1 ∂J/∂e_1 + e_2 ∂J/∂e_2 + W ∂J/∂W + Γ ∂J/∂Γ).
"""

from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.dots.broadening import two_carrier_slopes, two_carriers


class Response(NamedTuple):
    """Charges (dot, …) and the derivatives of J: by e_1, e_2 and W (1/meV), T (1/K) and Γ (1/meV), times J's unit."""

    charges: FloatArray
    cost_1: FloatArray
    cost_2: FloatArray
    interaction: FloatArray
    temperature: FloatArray
    broadening: FloatArray


def charges(cost_1: FloatArray, cost_2: FloatArray, W: float, temperature: float, width: float) -> FloatArray:
    """⟨n_1⟩ and ⟨n_2⟩, (2, …).

    Args:
        cost_1, cost_2: e_i in meV, any shape.
        W: interaction in meV.
        temperature: T > 0 in K.
        width: tunnel broadening Γ in meV; zero for none.
    """
    kT = K_B * temperature
    if width == 0:
        return _thermal(cost_1 / kT, cost_2 / kT, W / kT)[:2]
    lower, upper, first = _sector_steps(cost_1 / kT, cost_2 / kT, W / kT)
    number, both = two_carriers(lower, upper, width / (4 * np.pi * kT))
    one = number - 2 * both
    return np.stack([first * one + both, (1 - first) * one + both])


def response(
    cost_1: FloatArray,
    cost_2: FloatArray,
    W: float,
    temperature: float,
    width: float,
    weights: tuple[float, float],
    *,
    by_width: bool,
) -> Response:
    """Charges and derivatives (arguments as for `charges`).

    Args:
        weights: w_1, w_2 in J = w_1 n_1 + w_2 n_2.
        by_width: whether ∂J/∂Γ is needed where Γ = 0 (it always is where Γ > 0); else it is zero there.
    """
    kT = K_B * temperature
    scaled = (cost_1 / kT, cost_2 / kT, W / kT)
    if width == 0 and not by_width:
        found, slopes = _thermal_slopes(*scaled, weights)
    else:
        found, slopes = _broadened_slopes(*scaled, width / (4 * np.pi * kT), weights)
    by_1, by_2, by_W, by_reach = slopes
    by_T = -(scaled[0] * by_1 + scaled[1] * by_2 + scaled[2] * by_W + width / (4 * np.pi * kT) * by_reach)
    return Response(found, by_1 / kT, by_2 / kT, by_W / kT, by_T / temperature, by_reach / (4 * np.pi * kT))


def _thermal(a: FloatArray, b: FloatArray, w: float) -> FloatArray:
    """⟨n_1⟩, ⟨n_2⟩ and ⟨n_1 n_2⟩ for energies over k_B T, (3, …)."""
    energies = np.stack([np.zeros_like(a), a, b, a + b + w])
    states = np.exp(energies.min(axis=0) - energies)
    _, first, second, both = states / states.sum(axis=0)
    return np.stack([first + both, second + both, both])


def _thermal_slopes(a: FloatArray, b: FloatArray, w: float, weights: tuple[float, float]) -> tuple[FloatArray, ...]:
    """Charges, and the derivatives of J by a, b, w and (zero) g."""
    first, second, both = _thermal(a, b, w)
    together = both - first * second
    total = weights[0] * first + weights[1] * second
    by_a = -(weights[0] * first * (1 - first) + weights[1] * together)
    by_b = -(weights[1] * second * (1 - second) + weights[0] * together)
    by_w = -(weights[0] + weights[1] - total) * both
    return np.stack([first, second]), np.stack([by_a, by_b, by_w, np.zeros_like(a)])


def _broadened_slopes(
    a: FloatArray, b: FloatArray, w: float, reach: float, weights: tuple[float, float]
) -> tuple[FloatArray, ...]:
    """Charges, and the derivatives of J by a, b, w and g = Γ/(4π k_B T)."""
    lower, upper, first = _sector_steps(a, b, w)
    number, both, of_number, of_both = two_carrier_slopes(lower, upper, reach)
    one = number - 2 * both
    single = weights[0] * first + weights[1] * (1 - first)
    by_lower, by_upper, by_reach = single * (of_number - 2 * of_both) + (weights[0] + weights[1]) * of_both
    # lower = -ln(e^{-a} + e^{-b}) and upper = a + b + w - lower; ∂ lower/∂a = p.
    turned = (weights[0] - weights[1]) * one * first * (1 - first)
    along = by_lower - by_upper
    by_a = first * along + by_upper - turned
    by_b = (1 - first) * along + by_upper + turned
    found = np.stack([first * one + both, (1 - first) * one + both])
    return found, np.stack([by_a, by_b, by_upper, by_reach])


def _sector_steps(a: FloatArray, b: FloatArray, w: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(F_1 - F_0)/k_B T, (F_2 - F_1)/k_B T, and the part of dot 1 in the one-carrier sector."""
    lower = np.minimum(a, b) - np.log1p(np.exp(-np.abs(a - b)))
    first = 0.5 * (1 - np.tanh((a - b) / 2))
    return lower, a + b + w - lower, first
