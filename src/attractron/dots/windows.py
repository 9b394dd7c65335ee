"""Where electrons attract: the windows of temperature or tunnelling in which W_eff is negative, up to infinity.

A scan brackets the changes of sign up to a thousand times the energies of the islands; beyond that a law in inverse
powers takes over, W_eff = w₀ + w₁/x + w₂/x², since differences of large free energies would be rounding.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
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

Windows = tuple[tuple[float, float], ...]
"""Ends of the windows, rising; the first may be 0 and the last infinite."""


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


def temperature_windows(device: Device, pair: Pair | None = None) -> Windows:
    """Windows of temperature in K in which W_eff < 0."""
    plan, arrays = layout(device), hamiltonian(device)
    charges = pair_charges(device, plan, pair)

    def interaction(kT: float) -> float:
        return float(dressed(plan, arrays, charges, kT / K_B))

    def scan(grid: FloatArray) -> FloatArray:
        return np.array([interaction(float(kT)) for kT in grid])

    far = FAR * _energies(device, plan, arrays, charges)
    found = _windows(interaction, scan, far, _noise(arrays), high_temperature_law(plan, arrays, charges))
    return tuple((low / K_B, high / K_B) for low, high in found)


def tunnelling_windows(device: Device, knob: str, pair: Pair | None = None, temperature: float = 0.0) -> Windows:
    """Windows of a parameter that tunnels, from zero, in meV, in which W_eff < 0."""
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
    return _windows(interaction, scan, FAR * energies, _noise(arrays), law)


def high_temperature_law(plan: Layout, arrays: Hamiltonian, charges: FloatArray) -> Law:
    """W_eff = U_ij - C₂/k_BT + C₃/(k_BT)² far above all energies of the islands, for two different dots; x = k_BT, meV.

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


def _windows(
    function: Callable[[float], float],
    scan: Callable[[FloatArray], FloatArray],
    far: float,
    noise: Callable[[FloatArray], FloatArray],
    law: Law,
) -> Windows:
    """Windows of x > 0 in which the function is negative.

    A logarithmic scan over eight decades up to `far` brackets the changes of sign, so that two of them closer than a
    tenth are taken for none. Points at which only rounding is left have no sign and are passed over.
    """
    from scipy.optimize import brentq

    grid = np.concatenate([[0.0], np.geomspace(far * 1e-8, far, 201)])
    values = scan(grid)
    known = np.abs(values) > noise(grid)
    grid, negative = grid[known], values[known] < 0
    if not negative.any():
        return ()
    turns = np.flatnonzero(negative[1:] != negative[:-1])
    ends = [float(brentq(function, grid[turn], grid[turn + 1], xtol=1e-100, rtol=1e-12)) for turn in turns]
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
