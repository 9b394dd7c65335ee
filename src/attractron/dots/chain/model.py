"""Chains with shared polarizers (Hamo et al. 2016, Fig. 3d, e), and why they are lattice gases.

Sites 1 … N hold n_i = 0 or 1 electron; one polarizer sits on every bond and, on an open chain, one at each end. The
electrons do not hop, so charges are classical; a polarizer with m of them beside it is a two-level system that follows:

    T = 0:  p(m) = U m/2 - √((δ - U m)²/4 + t²)
    T > 0:  p(m) = U m/2 - k_B T ln 2cosh(√((δ - U m)²/4 + t²)/k_B T)          (e^{-p/k_B T} is its exact weight)

For n, n' = 0 or 1 every function of n + n' is bilinear: p(n + n') = p₀ + (p₁ - p₀)(n + n') + (p₀ + p₂ - 2p₁) n n'. So
the chain *is* a lattice gas,

    E = (number of polarizers) p₀ + Σ_i [2(p₁ - p₀) - µ] n_i + (W₁ + w) Σ_i n_i n_{i+1} + Σ_{d≥2} W_d Σ_i n_i n_{i+d},

whose neighbours attract by w = p₀ + p₂ - 2p₁ ≤ 0 (-δ for t = T = 0 and 0 ≤ δ ≤ U): what two electrons save by sharing a
polarizer. It holds for both boundaries: an open chain's end polarizers give the end sites their second p₁ - p₀.
Energies in meV.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray, choice, finite, non_negative, shown, whole
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.units import Energy, Unit
from attractron.dots.chain.transfer_matrix import Step, make_step

LONGEST_RANGE = 8
"""Farthest repulsion W_r; the transfer matrix has 2^r states."""

DEGENERATE = 1e-12
"""At T = 0 energies per site that differ by less than this part of |µ| + ΣW + U + |δ| + |t| count as equal."""

Points = Mapping[str, FloatArray]
"""mu, U, delta, t, temperature (point,) and W (point, r)."""


@dataclass(frozen=True, kw_only=True)
class PolarizerChain(ShownAsTable):
    """A chain of sites with one polarizer on every bond (equation in the module's docstring).

    Theory: docs/theory/dots.md, eq-chain.

    Attributes:
        sites: number of sites N; on a ring more than twice the range of the repulsion, and at least 3.
        W: repulsion in meV: of neighbours, or a tuple (W₁, …, W_r), r ≤ 8, for distances 1 … r.
        U: repulsion in meV between a site's electron and that of an adjacent polarizer in its bottom position.
        delta: detuning δ of the polarizers in meV.
        t: tunnelling amplitude of the polarizers in meV.
        boundary: "open": N + 1 polarizers, those at the ends couple to the one site beside them; "periodic": a ring of
            N sites and N polarizers.

    Raises:
        InputError: a negative repulsion, a value that is not finite, too long a range or too short a ring.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=100, W=(0.83, 0.2), U=2.41, delta=2.41, t=0.0)
        >>> chain.polarizers
        101
    """

    sites: int
    W: Annotated[float | tuple[float, ...], Unit("meV")]
    U: Energy
    delta: Energy
    t: Energy
    boundary: str = "open"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", whole("sites", self.sites, at_least=1))
        choice("boundary", self.boundary, ("open", "periodic"))
        if np.ndim(self.W) > 0 and not isinstance(self.W, tuple):
            raise InputError("W", "be a number or a tuple (W₁, W₂, …)", shown(self.W), "write tuple(W)")
        if not 1 <= len(self._given_range()) <= LONGEST_RANGE:
            raise InputError("W", f"have 1 to {LONGEST_RANGE} entries", len(self._given_range()))
        for distance, value in enumerate(self._given_range(), start=1):
            non_negative(f"W[{distance - 1}]" if isinstance(self.W, tuple) else "W", value)
        non_negative("U", self.U)
        finite("delta", self.delta)
        finite("t", self.t)
        shortest = 2 * len(self.repulsion) + 1
        if self.periodic and self.sites < shortest:
            raise InputError("sites", f"be at least {shortest} on a ring with this range", self.sites)

    @property
    def periodic(self) -> bool:
        """Whether the chain is a ring."""
        return self.boundary == "periodic"

    @property
    def repulsion(self) -> tuple[float, ...]:
        """W₁ … W_r without zeros at the end; at least W₁."""
        given = [float(value) for value in self._given_range()]
        while len(given) > 1 and given[-1] == 0:
            given.pop()
        return tuple(given)

    @property
    def polarizers(self) -> int:
        """Number of polarizers."""
        return self.sites + (0 if self.periodic else 1)

    @property
    def knobs(self) -> tuple[str, ...]:
        """Everything an axis may be, in meV; "W" is W₁, longer ranges keep their values."""
        return ("mu", "W", "U", "delta", "t")

    def _given_range(self) -> tuple[float, ...]:
        return self.W if isinstance(self.W, tuple) else (self.W,)


class LatticeGas(NamedTuple):
    """Energies of each polarizer and of each electron (point,), and of pairs at distance 1 … r (point, r)."""

    constant: FloatArray
    site: FloatArray
    pairs: FloatArray


def polarizer_energy(
    electrons: ArrayLike, *, U: ArrayLike, delta: ArrayLike, t: ArrayLike, temperature: ArrayLike = 0.0
) -> FloatArray:
    """Free energy p(m) of a polarizer with m electrons beside it, in meV (module's docstring); arrays broadcast.

    Args:
        electrons: m.
        U, delta, t: meV.
        temperature: K; at 0 the ground-state energy.
    """
    kT = K_B * np.asarray(temperature, dtype=float)
    half_gap = _half_gap(electrons, U, delta, t)
    # ln 2cosh x = x + ln(1 + e^{-2x}) cannot overflow; at kT = 0 the divisor does not matter.
    entropic = kT * np.log1p(np.exp(-2 * half_gap / np.where(kT > 0, kT, 1.0)))
    return np.asarray(np.multiply(U, electrons) / 2 - half_gap - entropic)


def lattice_gas(points: Points) -> LatticeGas:
    """Energies of the lattice gas at µ = 0 that the chain is, in meV."""
    parameters = {name: points[name] for name in ("U", "delta", "t", "temperature")}
    return _bilinear([polarizer_energy(electrons, **parameters) for electrons in range(3)], points["W"])


def transfer_step(points: Points) -> Step:
    """Walks of one site of the chain, above the empty one; all points at T = 0, or all above."""
    gas = lattice_gas(points)
    site = gas.site - points["mu"]
    kT = K_B * points["temperature"]
    if (kT > 0).all():
        return make_step(-site / kT, -gas.pairs / kT[:, None])
    slack = DEGENERATE * energy_scale(points)
    half_gaps = [_half_gap(electrons, points["U"], points["delta"], points["t"]) for electrons in range(3)]
    entropy = _bilinear([np.log(2) * (half_gap <= slack) for half_gap in half_gaps], np.zeros_like(points["W"]))
    return make_step(entropy.site, entropy.pairs, (site, gas.pairs), slack)


def energy_scale(points: Points) -> FloatArray:
    """|µ| + ΣW + U + |δ| + |t| in meV (point,), against which energies count as equal."""
    return np.asarray(
        np.abs(points["mu"]) + points["W"].sum(axis=1) + sum(np.abs(points[name]) for name in ("U", "delta", "t"))
    )


def points_over(chain: PolarizerChain, axes: Mapping[str, FloatArray | float]) -> dict[str, FloatArray]:
    """The chain at all combinations of the axes, flattened with the last axis fastest; µ and T are 0 unless given."""
    grid = [np.ravel(values) for values in np.meshgrid(*axes.values(), indexing="ij")]
    given = dict(zip(axes, grid, strict=True))
    fixed = {"mu": 0.0, "temperature": 0.0, "U": chain.U, "delta": chain.delta, "t": chain.t}
    points = {name: given.get(name, np.full(grid[0].size, value)) for name, value in fixed.items()}
    points["W"] = np.tile(chain.repulsion, (grid[0].size, 1))
    points["W"][:, 0] = given.get("W", points["W"][:, 0])
    return points


def checked_knobs(chain: PolarizerChain, axes: Mapping[str, ArrayLike]) -> Axes:
    """Axes that hold "mu" and keep the chain physical, or an InputError."""
    knobs = over_axes("axes", axes, chain.knobs)
    if "mu" not in knobs:
        raise InputError("axes", 'hold "mu"', shown(list(knobs)), "add the chemical potential in meV")
    for name in ("W", "U"):
        non_negative(f"axes[{name!r}]", np.min(knobs.get(name, 0.0)))
    return knobs


def _half_gap(electrons: ArrayLike, U: ArrayLike, delta: ArrayLike, t: ArrayLike) -> FloatArray:
    return np.asarray(np.hypot((np.asarray(delta) - np.multiply(U, electrons)) / 2, t))


def _bilinear(polarizer: list[FloatArray], pairs: FloatArray) -> LatticeGas:
    """Coefficients of a function of the electrons beside each polarizer, given for 0, 1 and 2, plus pair terms."""
    none, one, two = polarizer
    return LatticeGas(none, 2 * (one - none), pairs + np.eye(1, pairs.shape[1]) * (none + two - 2 * one)[:, None])
