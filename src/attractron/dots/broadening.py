r"""What a detector reads when the leads broaden the charging lines: exact Lorentzian averages of thermal occupations.

A shift x of all chemical potentials multiplies the weights of the states with N carriers by z^N, z = e^{x/k_B T}. With
the free energies F_N of all states with N carriers, P_N(x) = z^N e^{-F_N/k_B T} / Z(z) is a rational function of z, and

    ⟨P_N⟩ = ∫ dx (Γ/2π) / (x² + Γ²/4) P_N(x)

follows from the roots of Z. None of them is real and positive; written as z = -e^ξ with |Im ξ| < π, each contributes a
Fermi function, whose average is (with ψ the digamma function and g = Γ/(4π k_B T))

    D(ξ) = 1/2 + [ψ(1/2 + g - iξ/2π) - ψ(1/2 + g + iξ/2π)] / (2πi).

One carrier: ⟨P_1⟩ = D((F_1 - F_0)/k_B T). Two carriers: with the steps A = (F_1 - F_0)/k_B T, B = (F_2 - F_1)/k_B T,
their mean m and half difference κ = (B - A)/2, the roots are ξ = m ∓ d with cosh d = e^κ/2: d is real where the lines
lie apart, imaginary where both carriers come at once. With ψ_∓ = ψ(1/2 + g - i(m ∓ d)/2π),

    ⟨N⟩ = 1 + Im(ψ_- + ψ_+)/π,    ⟨P_2⟩ = ⟨N⟩/2 - Im[coth d (ψ_- - ψ_+)]/2π.

At T = 0 each N holds on an interval of x, whose weight is a difference of arctangents, for any number of carriers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import psi

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.trigamma import ComplexArray, trigamma

NODES = 64
"""Points of the average over three or more carriers at T > 0: each step is exact to 1/(2·64) of its height."""

NEAREST = 1e-4
"""Roots are kept apart by at least this |d|: changes ⟨P_2⟩ by less than 1e-8 and avoids that equal terms cancel."""

NEAREST_SLOPES = 1e-3
"""The same for derivatives, in which more cancels: they are exact to 1e-6 there, and the values beside them too."""


@dataclass(frozen=True, kw_only=True)
class Lorentzian:
    """A distribution of common shifts of all chemical potentials.

    Attributes:
        width: full width Γ in meV; zero is no shift at all.
    """

    width: float

    def average(
        self, free: FloatArray, signal: FloatArray, carriers: NDArray[np.int64], temperature: float
    ) -> FloatArray:
        """Mean of a signal over the shifts and over the thermal (at T = 0: the ground) states.

        Args:
            free: free energies of the charge states, meV, (state, …).
            signal: signal of each of them, (state, …) or (state, 1, …).
            carriers: number of carriers of each of them, (state,).
            temperature: K.

        Returns:
            The mean, (…).
        """
        energies, values = _sectors(free, signal, carriers, temperature)
        if temperature == 0:
            parts = _cold(energies, self.width)
        elif len(energies) == 1:
            parts = np.ones_like(energies)
        elif len(energies) == 2:
            (step,), reach = _reduced(np.diff(energies, axis=0), temperature, self.width)
            full = _one_carrier(step, reach)
            parts = np.stack([1 - full, full])
        elif len(energies) == 3:
            (lower, upper), reach = _reduced(np.diff(energies, axis=0), temperature, self.width)
            number, pair = two_carriers(lower, upper, reach)
            parts = np.stack([1 - number + pair, number - 2 * pair, pair])
        else:
            parts = self._sampled(energies, temperature)
        return np.asarray((parts * values).sum(axis=0))

    def _sampled(self, energies: FloatArray, temperature: float) -> FloatArray:
        """P_N averaged over the midpoint quantiles of the Lorentzian, (N, …)."""
        quantiles = (np.arange(NODES) + 0.5) / NODES
        numbers = np.arange(len(energies)).reshape(-1, *[1] * (energies.ndim - 1))
        total = np.zeros_like(energies)
        for shift in self.width / 2 * np.tan(np.pi * (quantiles - 0.5)):
            moved = energies - shift * numbers
            weights = np.exp((moved.min(axis=0) - moved) / (K_B * temperature))
            total += weights / weights.sum(axis=0)
        return total / NODES


def _one_carrier(step: FloatArray, reach: float) -> FloatArray:
    """⟨P_1⟩ for (F_1 - F_0)/k_B T and g = Γ/(4π k_B T)."""
    return np.asarray(0.5 + psi(0.5 + reach - 1j * step / (2 * np.pi)).imag / np.pi)


def two_carriers(lower: FloatArray, upper: FloatArray, reach: float) -> tuple[FloatArray, FloatArray]:
    """⟨N⟩ and ⟨P_2⟩ for the steps A = (F_1 - F_0)/k_B T and B = (F_2 - F_1)/k_B T and g = Γ/(4π k_B T)."""
    first, last, cotangent = _arguments(lower, upper, reach, NEAREST)
    first, last = psi(first), psi(last)
    number = 1 + (first + last).imag / np.pi
    return number, number / 2 - (cotangent * (first - last)).imag / (2 * np.pi)


def two_carrier_slopes(
    lower: FloatArray, upper: FloatArray, reach: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """`two_carriers` with derivatives.

    With C = coth d = ∂d/∂κ and S_± = ψ'_- ± ψ'_+,

        ∂⟨N⟩/∂m = -Re S_+ / 2π²,    ∂⟨N⟩/∂κ = Re[C S_-] / 2π²,
        ∂⟨P_2⟩/∂m = ½ ∂⟨N⟩/∂m + ½ ∂⟨N⟩/∂κ,
        ∂⟨P_2⟩/∂κ = ½ ∂⟨N⟩/∂κ - Im[C (1 - C²)(ψ_- - ψ_+) + i C² S_+ / 2π] / 2π.

    Returns:
        ⟨N⟩ and ⟨P_2⟩, then the derivatives (3, …) of either by A, B and g.
    """
    first, last, C = _arguments(lower, upper, reach, NEAREST_SLOPES)
    sums, differences = trigamma(first) + trigamma(last), trigamma(first) - trigamma(last)
    first, last = psi(first), psi(last)
    apart = first - last
    number = 1 + (first + last).imag / np.pi
    pair = number / 2 - (C * apart).imag / (2 * np.pi)
    by_m, by_kappa = -sums.real / (2 * np.pi**2), (C * differences).real / (2 * np.pi**2)
    bend = C * ((1 - C**2) * apart + 0.5j / np.pi * C * sums)
    pair_m, pair_kappa = (by_m + by_kappa) / 2, by_kappa / 2 - bend.imag / (2 * np.pi)
    by_g = sums.imag / np.pi
    return (
        number,
        pair,
        np.stack([(by_m - by_kappa) / 2, (by_m + by_kappa) / 2, by_g]),
        np.stack(
            [(pair_m - pair_kappa) / 2, (pair_m + pair_kappa) / 2, by_g / 2 - (C * differences).imag / (2 * np.pi)]
        ),
    )


def _arguments(
    lower: FloatArray, upper: FloatArray, reach: float, nearest: float
) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """The arguments of ψ for both roots, which are kept apart by |d| ≥ `nearest`, and coth d.

    tanh² d = 1 - 4 e^{-2κ}, so that e^d = e^κ (1 + tanh d)/2 for real and imaginary d alike, without overflow.
    """
    mean, kappa = (lower + upper) / 2, (upper - lower) / 2
    # Below κ = -300 the tangent of Im d is infinite in effect, and coth d is zero.
    square = 1 - 4 * np.exp(np.minimum(-2 * kappa, 600.0))
    close = np.abs(square) < nearest**2
    square = np.where(close, nearest**2, square)
    tangent = np.sqrt(square.astype(np.complex128))
    # ln(e^κ/2); of roots that were moved apart it is the κ that belongs to their d, 4 e^{-2κ} = 1 - tanh² d.
    d = np.log1p(tangent) + np.where(close, -0.5 * np.log1p(-(nearest**2)), kappa - np.log(2.0))
    d.real[square < 0] = 0.0  # |e^d| = 1 there, exactly
    middle, away = 0.5 + reach - 0.5j / np.pi * mean, 0.5j / np.pi * d
    return middle + away, middle - away, np.asarray(1 / tangent, dtype=np.complex128)


def _reduced(steps: FloatArray, temperature: float, width: float) -> tuple[FloatArray, float]:
    """Steps over k_B T, and g."""
    return steps / (K_B * temperature), width / (4 * np.pi * K_B * temperature)


def _sectors(
    free: FloatArray, signal: FloatArray, carriers: NDArray[np.int64], temperature: float
) -> tuple[FloatArray, FloatArray]:
    """Free energy and mean signal of all states with N carriers, (N, …) both; every N up to the largest occurs."""
    energies, values = [], []
    for number in range(int(carriers.max()) + 1):
        members = np.flatnonzero(carriers == number)
        own = np.broadcast_to(signal[members], free[members].shape)
        if len(members) == 1:
            energies.append(free[members[0]])
            values.append(own[0])
            continue
        lowest = free[members].min(axis=0)
        above = free[members] - lowest
        weights = np.exp(-above / (K_B * temperature)) if temperature > 0 else (above == 0).astype(float)
        total = weights.sum(axis=0)
        energies.append(lowest - (K_B * temperature * np.log(total) if temperature > 0 else 0.0))
        values.append((weights * own).sum(axis=0) / total)
    return np.stack(energies), np.stack(values)


def _cold(energies: FloatArray, width: float) -> FloatArray:
    """Weight of the shifts for which N carriers have the lowest energy F_N - N x, (N, …)."""
    parts = []
    for number, energy in enumerate(energies):
        low, high = np.full_like(energy, -np.inf), np.full_like(energy, np.inf)
        for other, rival in enumerate(energies):
            if other < number:
                low = np.maximum(low, (energy - rival) / (number - other))
            elif other > number:
                high = np.minimum(high, (rival - energy) / (other - number))
        parts.append(np.maximum(np.arctan(2 * high / width) - np.arctan(2 * low / width), 0.0) / np.pi)
    return np.stack(parts)
