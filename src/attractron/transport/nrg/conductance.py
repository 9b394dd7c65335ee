"""Linear conductance and occupations at a temperature from the shells of the iteration, with their errors.

Of a dot whose level has the full width Γ (Meir and Wingreen 1992),

    g = (πΓ/2) ∫dω A(ω) (-f'(ω)) ∈ [0, 1]:   G_ab = (e²/h) (4 Γ_a Γ_b / Γ²) g   between its leads a and b.

A shell of energy ω below k_BT holds the states that matter at this temperature, and the integral needs no broadening,

    g = (πΓ / 2k_BT) (1/Z) Σ_{mn} |⟨m|d|n⟩|² / (e^{E_m/k_BT} + e^{E_n/k_BT}),

summed over all states of the shell, those to be discarded too. Occupations are Σ_m ⟨m|n_i|m⟩ e^{-E_m/k_BT}/Z. Both are
averaged over a few shells and over twists of the band.

Errors add what twists, shells, kept states and the band leave open, in squares. The weights of these parts are no
theory: they were chosen so that errors cover on 78 points of levels without repulsion, where g is known; 29 points of
another calculation with repulsion and 40 random junctions, looked at afterwards, bear them out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.transport.nrg.iteration import Shell, Site, interleaved, shells
from attractron.transport.nrg.options import KEPT, NrgOptions

OF_TWO_TWISTS = 0.125
"""Of the difference between two twists, the error of their mean, in which their first harmonic in z cancels."""

OF_HALVES = 0.5
"""Of the difference between even and odd twists, when there are more, the error of their mean."""

OF_HALF_KEPT = 0.5
"""Of the change from half of the kept states to all of them, the error that all of them leave."""

OF_TOO_FEW = 0.07
"""Relative error for every time that the kept states go beyond once into half of those that one per cent takes. There
the change from half of them may vanish by accident: three channels with 500 states were 4 to 7 % low."""

OF_BAND = 0.1
"""Relative error of the conductance, in the largest energy of the dots over D: 0.1 % at a hundredth."""

HIGHEST = 600.0
"""Exponents above which Boltzmann factors are zero."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """Results at several temperatures.

    Attributes:
        conductance: g of the probed dot (temperature,).
        error: of it.
        occupation: ⟨n⟩ of the channels (channel, temperature).
        occupation_error: of it.
    """

    conductance: FloatArray
    error: FloatArray
    occupation: FloatArray
    occupation_error: FloatArray


def of_shell(shell: Shell, kT: float, Gamma: float) -> tuple[float, FloatArray]:
    """g of the probed dot, and the occupation of each dot, from one shell.

    Args:
        shell: of the iteration.
        kT: k_BT in the unit of its energies.
        Gamma: full width of the probed dot's level.
    """
    factors = {sector: np.exp(np.minimum(energy / kT, HIGHEST)) for sector, energy in shell.energies.items()}
    partition = sum(float((1 / each).sum()) for each in factors.values())
    total = 0.0
    for sector, block in shell.probe.items():
        total += float((block**2 / (factors[sector][:, None] + factors[sector - shell.unit])).sum())
    counts = sum((charge / factors[sector]).sum(axis=1) for sector, charge in shell.charges.items())
    return np.pi * Gamma / (2 * kT) * total / partition, np.asarray(counts) / partition


def estimate(
    energies: FloatArray, widths: FloatArray, kT: FloatArray, probe: int, band: float, options: NrgOptions
) -> Estimate:
    """g and occupations of coupled dots at several temperatures by one run for each twist.

    Args:
        energies: of the 2^m charge states, the first dot's charge varying slowest (state,).
        widths: full widths Γ of the dots' levels (dot,).
        kT: temperatures, none beyond a twentieth of the band (temperature,).
        probe: number of the dot.
        band: D, in the same unit.
        options: how finely.
    """
    twists = [(number + 1) / options.twists for number in range(options.twists)]
    runs = [_run(energies, widths, kT, probe, band, twist, options, options.kept) for twist in twists]
    g, n = np.array([run[0] for run in runs]), np.array([run[1] for run in runs])  # (twist, T, step), and last dot
    fewer = _run(energies, widths, kT, probe, band, twists[-1], options, options.kept // 2)
    mean = g.mean(axis=(0, 2))
    lacking = OF_TOO_FEW * max(0.0, KEPT[len(widths)] / 2 / options.kept - 1)
    beside = np.hypot(OF_BAND * _largest(energies, widths) / band, lacking) * mean
    tails = widths / (2 * np.pi * band)  # what of a level lies beyond the band
    return Estimate(
        conductance=mean,
        error=_error(g, fewer[0], beside),
        occupation=n.mean(axis=(0, 2)).T,
        occupation_error=_error(n, fewer[1], tails).T,
    )


def automatic_band(energies: FloatArray, widths: FloatArray, ratio: float) -> float:
    """D that counts as wide to a tenth of 1/ratio, for energies of charge states (state,) and widths (dot,)."""
    return ratio * _largest(energies, widths)


def _largest(energies: FloatArray, widths: FloatArray) -> float:
    """The energy that the band is compared with: largest repulsion, 2.5 Γ, a tenth of the cost of a carrier."""
    cube = energies.reshape((2,) * len(widths))
    repulsion, cost = 0.0, 0.0
    for dot in range(len(widths)):
        added = np.diff(cube, axis=dot)
        cost = max(cost, float(np.abs(added).max()))
        for other in range(dot):
            repulsion = max(repulsion, float(np.abs(np.diff(added, axis=other)).max()))
    return max(repulsion, 2.5 * float(widths.max()), 0.1 * cost)


def _error(values: FloatArray, fewer: FloatArray, more: FloatArray) -> FloatArray:
    """What twists, shells, kept states and the band leave open, added in squares.

    Args:
        values: by twist, temperature and shell (twist, T, step, …).
        fewer: those of the last twist with half of the kept states (T, step, …).
        more: the part of the band and of too few states (T, …).
    """
    apart = values[::2].mean(axis=(0, 2)) - values[1::2].mean(axis=(0, 2))
    spread = np.ptp(values.mean(axis=0), axis=1)
    truncated = values[-1].mean(axis=1) - fewer.mean(axis=1)
    part = OF_TWO_TWISTS if len(values) == 2 else OF_HALVES
    parts = (part * apart, spread / 2, OF_HALF_KEPT * truncated, more * np.ones_like(apart))
    return np.asarray(np.sqrt(np.sum(np.square(parts), axis=0)))


def _run(
    energies: FloatArray,
    widths: FloatArray,
    kT: FloatArray,
    probe: int,
    band: float,
    twist: float,
    options: NrgOptions,
    kept: int,
) -> tuple[FloatArray, FloatArray]:
    """g (temperature, step) and occupations (temperature, step, dot) of one twist."""
    lowest = 0.75 * min(options.steps) * float(kT.min())
    sites = interleaved(widths.tolist(), band, options.Lambda, twist, lowest)
    nearest = _nearest(sites, kT, options.steps)
    wanted = sorted(set(nearest.ravel().tolist()))
    asked = [number in wanted for number in range(len(sites))]
    g = np.empty(nearest.shape)
    n = np.empty((*nearest.shape, len(widths)))
    for number, shell in zip(wanted, shells(energies, sites, probe, kept, asked), strict=True):
        for place in np.argwhere(nearest == number):
            g[tuple(place)], n[tuple(place)] = of_shell(shell, float(kT[place[0]]), float(widths[probe]))
    return g, n


def _nearest(sites: Sequence[Site], kT: FloatArray, steps: Sequence[float]) -> np.ndarray:
    """The site nearest to ω = step × k_BT on a logarithmic scale (temperature, step)."""
    scales = np.log([site.scale for site in sites])
    targets = np.log(kT)[:, None] + np.log(steps)
    return np.asarray(np.abs(targets[..., None] - scales).argmin(axis=-1))
