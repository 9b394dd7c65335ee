"""Where electrons attract: the best detuning, and the ranges of temperature or tunnelling in which W_eff is negative.

A scan brackets the changes of sign up to a thousand times the energies of the islands; beyond that a law in inverse
powers takes over, W_eff = w₀ + w₁/x + w₂/x², since differences of large free energies would be rounding.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from attractron.core.checks import FloatArray, nearest
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.units import Temperature
from attractron.dots.device import Device
from attractron.dots.interaction import Pair, dressed, effective_interaction, pair_charges
from attractron.dots.spectrum import Hamiltonian, Layout, hamiltonian, layout

RESOLUTION = 1e-12
"""W_eff within this fraction of the energies is zero: what rounding leaves of exact cancellations."""

ROUNDING = 1e-14
"""The same as a fraction of k_B T or of the tunnelling, for each dot."""

FAR = 1e3
"""The scan ends at this many times the energies."""

SAME = 1e-7
"""A fitted limit of W_eff within this fraction of the energies of the bare repulsion, or of zero, is that."""

Ranges = tuple[tuple[float, float], ...]
"""Ends of the ranges, rising; the first may be 0 and the last infinite."""


def pairing_temperature(device: Device, *, pair: Pair | None = None) -> float:
    """Temperature in K above which electrons do not attract: the highest root of W_eff(T) = 0.

    W_eff(T) = F(i, j) + F(0) - F(i) - F(j) is what decides the sign of the correlation between the two occupations.
    Far above all energies of the polarizer it tends to W - U²/4k_BT, so that k_B T ≈ U²/4W when this is large. Heating
    may also create attraction (a polarizer with δ = t = 0 gives W - k_BT ln 2), so a device that repels at T = 0 can
    have a pairing temperature; `verdict` names the lower end as well.

    Theory: docs/theory/dots.md, eq-free-energy, eq-pairing-temperature.

    Returns:
        K; 0 when electrons attract at no temperature, infinity when they do at every high one (W ≤ 0). Where k_B T
        exceeds 10³ times the energies of the islands, from the high-temperature law, to a relative 10⁻⁶.

    Raises:
        InputError: unknown dots.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> round(at.dots.pairing_temperature(device), 1)  # K
        18.6
    """
    return last(temperature_ranges(device, pair))[1]


def pairing_tunnelling(
    device: Device, knob: str = "t", *, pair: Pair | None = None, temperature: Temperature = 0.0
) -> float:
    """Tunnelling in meV above which electrons do not attract: the largest root of W_eff(t) = 0.

    For the building block at δ = U and T = 0 it is t = (U² - W²)/4W, from W + 2t = 2√(U²/4 + t²).

    Theory: docs/theory/dots.md, eq-pairing-tunnelling.

    Args:
        device: the device.
        knob: the parameter that tunnels.
        pair, temperature: as for `effective_interaction`.

    Returns:
        meV; 0 when electrons attract at no tunnelling, infinity when they do at every large one (W ≤ 0, or an island
        that the knob leaves alone still screens more than W). Beyond 10³ times the energies of the islands, from a law
        w₀ + w₁/t + w₂/t² fitted to W_eff, to a relative 10⁻⁶; a limit w₀ other than W and below 10⁻⁷ of the energies
        cannot be told from zero.

    Raises:
        InputError: the device has no such parameter, unknown dots, a negative temperature.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> round(at.dots.pairing_tunnelling(device), 3), round((2.41**2 - 0.83**2) / (4 * 0.83), 3)  # meV
        (1.542, 1.542)
    """
    check_parameter(device, knob)
    return last(tunnelling_ranges(device, knob, pair, checked_temperature("temperature", temperature)))[1]


def best_detuning(
    device: Device, knob: str = "delta", *, pair: Pair | None = None, temperature: Temperature = 0.0
) -> float:
    """The detuning at which a pair is bound most strongly, in meV.

    For the building block this is δ = U at every t: with s(x) = √(x²/4 + t²) and x = δ - U,
    W_eff = W - s(x + U) - s(x - U) + 2 s(x) is even in x and has its minimum at 0 (from equations 1 to 3 of Hamo et
    al. 2016). For other devices the minimum of W_eff over the knob is searched up to three times the largest repulsion,
    and the detunings of the islands, on either side of zero; of several equal minima the smallest detuning is returned,
    and the present one when none matters.

    Theory: docs/theory/dots.md, eq-best-detuning.

    Args:
        device: the device.
        knob: the parameter that detunes.
        pair, temperature: as for `effective_interaction`.

    Raises:
        InputError: the device has no such parameter, or W_eff is lowest at an end of the search.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=1.0, t=0.05)
        >>> round(at.dots.best_detuning(device), 6)  # δ = U
        2.41
    """
    check_parameter(device, knob)
    best = lowest_detuning(device, knob, pair, temperature)
    if best is None:
        wanted = f"have a best value within ±{search_reach(device):.4g} meV"
        raise InputError("knob", wanted, f"{knob!r}, with W_eff lowest at an end", "W_eff may fall without a minimum")
    return best


def search_reach(device: Device) -> float:
    """How far from zero the best detuning is searched, meV."""
    levels = hamiltonian(device).levels
    detunings = [np.ptp([levels[device.index(dot)] for dot in island.dots]) for island in device.islands]
    return 3.0 * float(np.abs(device.repulsion).max() + max(detunings, default=0.0)) or 1.0


def lowest_detuning(device: Device, knob: str, pair: Pair | None, temperature: float) -> float | None:
    """Where W_eff is lowest over the knob, the present value when it does not matter, None at an end of the search."""
    reach = search_reach(device)
    grid = np.linspace(-reach, reach, 1201)
    swept = effective_interaction(device, {knob: grid}, pair=pair, temperature=temperature)
    values = swept["effective_interaction"].values
    if np.ptp(values) < RESOLUTION * reach:
        return device.named()[knob].value
    lowest = int(np.argmax(values < values.min() + RESOLUTION * reach))
    if lowest in (0, len(grid) - 1):
        return None

    def interaction(value: float) -> float:
        return effective_interaction(device.with_parameters(**{knob: value}), pair=pair, temperature=temperature)

    bounds = (grid[lowest - 1], grid[lowest + 1])
    found = minimize_scalar(interaction, bounds=bounds, method="bounded", options={"xatol": 1e-12 * reach})
    return float(found.x)


class Law(NamedTuple):
    """W_eff = limit + first/x + second/x² at large x."""

    limit: float
    first: float
    second: float

    def last_root(self, beyond: float) -> float:
        """The largest x at which W_eff turns positive when it is negative at `beyond`; infinity when it never does."""
        if self.limit <= 0:
            return beyond if self.limit == 0 and (self.first, self.second) >= (0, 0) else math.inf
        discriminant = self.first**2 - 4 * self.limit * self.second
        return max(beyond, (math.sqrt(max(discriminant, 0.0)) - self.first) / (2 * self.limit))


def temperature_ranges(device: Device, pair: Pair | None = None) -> Ranges:
    """Ranges of temperature in K in which W_eff < 0."""
    plan, arrays = layout(device), hamiltonian(device)
    charges = pair_charges(device, plan, pair)

    def interaction(kT: float) -> float:
        return float(dressed(plan, arrays, charges, kT / K_B))

    def scan(grid: FloatArray) -> FloatArray:
        return np.array([interaction(float(kT)) for kT in grid])

    far = FAR * _energies(device, plan, arrays, charges)
    found = _ranges(interaction, scan, far, _noise(arrays), high_temperature_law(plan, arrays, charges))
    return tuple((low / K_B, high / K_B) for low, high in found)


def tunnelling_ranges(device: Device, knob: str, pair: Pair | None = None, temperature: Temperature = 0.0) -> Ranges:
    """Ranges of a parameter that tunnels, from zero, in meV, in which W_eff < 0."""
    still = device.with_parameters(**{knob: 0.0})
    plan, arrays = layout(still), hamiltonian(still)
    charges = pair_charges(still, plan, pair)
    energies = _energies(still, plan, arrays, charges) + K_B * temperature

    def interaction(t: float) -> float:
        return effective_interaction(device.with_parameters(**{knob: t}), pair=pair, temperature=temperature)

    def scan(grid: FloatArray) -> FloatArray:
        swept = effective_interaction(device, {knob: grid}, pair=pair, temperature=temperature)
        return np.asarray(swept["effective_interaction"].values)

    law = _fitted_law(scan, FAR * energies, _bare(plan, arrays, charges), SAME * energies)
    return _ranges(interaction, scan, FAR * energies, _noise(arrays), law)


def high_temperature_law(plan: Layout, arrays: Hamiltonian, charges: FloatArray) -> Law:
    """W_eff = U_ij - C₂/k_BT + C₃/(k_BT)² far above all energies of the islands, also for i = j; x = k_BT, meV.

    With all N states of the islands equally likely, their free energy is -k_BT ln N + κ₁ - κ₂/2k_BT + κ₃/6(k_BT)² - …,
    κ_n being the cumulants of H. Two electrons add φ_i + φ_j = Σ_d (U_id + U_jd) n_d to H, and W_eff keeps those parts
    of the cumulants that hold both: C₂ = ⟨φ_i φ_j⟩ and C₃ = ⟨(H + (φ_i + φ_j)/2) φ_i φ_j⟩, each factor less its mean.
    As the φ are diagonal, tunnelling does not enter. For the building block C₂ = U²/4 and C₃ = 0.
    """
    second = third = 0.0
    for cluster in plan.clusters:
        electrons = np.concatenate([block.occupation for block in cluster.basis])
        double = np.concatenate([block.double for block in cluster.basis])
        own, coupling = (
            arrays.repulsion[np.ix_(cluster.dots, cluster.dots)],
            arrays.repulsion[plan.open][:, cluster.dots],
        )
        one, other = (_centred(electrons @ (charge @ coupling)) for charge in charges[1:3])
        energy = _centred(electrons @ arrays.levels[cluster.dots] + np.einsum("ij,sij->s", own, double))
        second += float(np.mean(one * other))
        third += float(np.mean((energy + (one + other) / 2) * one * other))
    return Law(_bare(plan, arrays, charges), -second, third)


def _fitted_law(scan: Callable[[FloatArray], FloatArray], far: float, bare: float, same: float) -> Law:
    """The law through the last octaves of the scan; an island whose tunnelling wins screens nothing, which leaves the
    bare repulsion."""
    inverse = np.array([4.0, 2.0, 1.0])  # far / x
    powers, values = np.vander(inverse, increasing=True), scan(far / inverse)
    limit, first, second = np.linalg.solve(powers, values)
    if abs(limit - bare) <= same:
        limit, (first, second, _) = bare, np.linalg.solve(powers, (values - bare) / inverse)
    elif abs(limit) <= same:
        limit = 0.0
    return Law(float(limit), float(first) * far, float(second) * far**2)


def _crossing(function: Callable[[float], float], low: float, high: float) -> float:
    """Where the function changes sign; the middle, where one value by itself has another sign than among many."""
    if function(low) * function(high) > 0:
        return (low + high) / 2
    return float(brentq(function, low, high, xtol=1e-100, rtol=1e-12))


def _ranges(
    function: Callable[[float], float],
    scan: Callable[[FloatArray], FloatArray],
    far: float,
    noise: Callable[[FloatArray], FloatArray],
    law: Law,
) -> Ranges:
    """Ranges of x > 0 in which the function is negative.

    A logarithmic scan over eight decades up to `far` brackets the changes of sign, so that two of them closer than a
    tenth are taken for none. Points at which only rounding is left have no sign and are passed over.
    """
    grid = np.concatenate([[0.0], np.geomspace(far * 1e-8, far, 201)])
    values = scan(grid)
    known = np.abs(values) > noise(grid)
    grid, negative = grid[known], values[known] < 0
    if not negative.any():
        return ()
    turns = np.flatnonzero(negative[1:] != negative[:-1])
    ends = [_crossing(function, float(grid[turn]), float(grid[turn + 1])) for turn in turns]
    if negative[0]:
        ends.insert(0, 0.0)
    if negative[-1]:
        ends.append(law.last_root(float(grid[-1])))
    return tuple(zip(ends[::2], ends[1::2], strict=True))


def _energies(device: Device, plan: Layout, arrays: Hamiltonian, charges: FloatArray) -> float:
    """The energies that decide between attraction and repulsion: couplings, detunings and tunnelling, meV."""
    islands = [np.array([device.index(dot) for dot in island.dots]) for island in device.islands]
    acting = np.concatenate([plan.open[charges[3] > 0], *islands])
    repulsion = float(np.abs(arrays.repulsion[np.ix_(acting, acting)]).max())
    detuning = max((float(np.ptp(arrays.levels[dots])) for dots in islands), default=0.0)
    return repulsion + detuning + float(np.abs(arrays.tunnelling).max()) or 1.0


def _noise(arrays: Hamiltonian) -> Callable[[FloatArray], FloatArray]:
    """What rounding may leave of W_eff at k_B T or at a tunnelling of x, meV."""
    largest = sum(float(np.abs(array).max()) for array in arrays)
    return lambda x: RESOLUTION * largest + ROUNDING * len(arrays.levels) * x


def _bare(plan: Layout, arrays: Hamiltonian, charges: FloatArray) -> float:
    """Repulsion of the two electrons without the islands, meV."""
    return float(charges[1] @ arrays.repulsion[np.ix_(plan.open, plan.open)] @ charges[2])


def _centred(values: FloatArray) -> FloatArray:
    return np.asarray(values - values.mean())


def last(ranges: Ranges) -> tuple[float, float]:
    """The highest range; from zero to zero where there is none."""
    return ranges[-1] if ranges else (0.0, 0.0)


def check_parameter(device: Device, name: str) -> None:
    """Refuse a knob that is no parameter of the device."""
    named = device.named()
    if name not in named:
        wanted = f"be a parameter of the device ({', '.join(named)})"
        raise InputError("knob", wanted, repr(name), nearest(name, named))
