"""Paired wires side by side: what couples them, and how relevant it is.

Each wire has a spin gap Δ_s = Λe^{-l_spin}; below it the cosines of the spins are numbers. Neighbours i, j repel with
U_⊥ρ_iρ_j and exchange electrons with t_⊥ < Δ_s (Shavit and Oreg 2020, sec. III B). What is left of that is

    Josephson coupling:  J cos√2(θ_i - θ_j),        π-CDW coupling:  U cos√2(φ_i - φ_j)       (charge fields),

for two wires cos 2θ_c- and cos 2φ_c-, φ_c± = (φ_1 ± φ_2)/√2. The smooth part of U_⊥, with ρ = -√2∂φ_c/π, adds
(2U_⊥/π²)∂φ_i∂φ_j for each pair of neighbours. With λ an eigenvalue of the adjacency matrix of the stack (±1 for two
wires, 2cos q for a ring, 2cos(πk/(N+1)) for an open stack), the mode's stiffness u/K grows by 2U_⊥λ/π while uK keeps
its value, so that with x = U_⊥/(πu_c)

    K(λ) = K_c/√(1 + 2xK_cλ),        K_c- = K(-1) = K_c/√(1 - 2xK_c) > K_c        for two wires that repel.

cos√2(θ_i - θ_j) has the dimension vᵀK⁻¹v/4 with v = √2(e_i - e_j), and in the eigenvectors e_k of the stack

    d_J = ½ Σ_k (e_ki - e_kj)²/K_k,        d_U = ½ Σ_k (e_ki - e_kj)² K_k :

1/K_c- and K_c- for two wires, (1/N)Σ_q(1 - cos q)/K(q) and (1/N)Σ_q(1 - cos q)K(q) on a ring, 1/K_c and K_c for
wires that do not repel. A coupling is relevant for d < 2. The exchange of a particle and a hole, cos 2θ_s- cos 2φ_c-,
has d = K_c- + 1/K_s- → ∞ as K_s → 0: below the spin gap it is no coupling at all. Electrons do not hop between the
secondaries: strong interactions in them make that irrelevant, or their Fermi momenta differ, or they have a gap.
"""

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, choice, finite, non_negative, positive, shown, whole
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.results import dataset, flag_names
from attractron.core.units import Energy, Number

KNOBS = {
    "K_c": ("1", "Luttinger parameter K_c of a wire's charge"),
    "l_spin": ("1", "scale of the spin gap, ln Λ/Δ_s"),
    "U_perp": ("1", "repulsion of neighbours U⊥/(πu_c)"),
    "backscattering": ("1", "2k_F part of U⊥ over its smooth part"),
    "t_perp": ("meV", "hopping t⊥ between neighbours"),
    "delta": ("1", "difference of the densities δα₀"),
    "Lambda": ("meV", "bandwidth Λ"),
}
"""Parameters that may be an axis, with units and long names."""

NEIGHBOUR_LIMIT = "beyond it their charges separate; weaken U_perp"


@dataclass(frozen=True, kw_only=True)
class ArrayOfWires(ShownAsTable):
    """Paired wires side by side, two of them or a ring of N (equations in the module's docstring).

    Theory: docs/theory/wires.md, eq-array.

    Attributes:
        K_c: of a wire's charge at the end of its own flow (with a secondary wire, `CoupledWires.K_c_tilde` there).
        l_spin: l̄ of its own flow, where its spin gap opens: Δ_s = Λe^{-l̄}; finite, the wires are paired.
        U_perp: U_⊥/(πu_c) of neighbours, u_c in the units of U_⊥ (ħu_c, meV nm); negative for attraction.
        t_perp: hopping t_⊥ ≥ 0 between neighbours in meV.
        Lambda: bandwidth Λ in meV.
        delta: δα_0 in [0, 1]: difference of the neighbours' densities (2k_F) in units of the short-distance cut-off,
            which dephases the π-CDW coupling beyond ln 1/(δα_0); 0 for equal wires.
        backscattering: U_⊥(2k_F)/U_⊥(0) ≥ 0, 1 for a contact interaction, smaller the farther apart the wires are.
        spin_factor: factor F by which the flow of the spin sector, between Λ and Δ_s, raises the π-CDW coupling above
            that of free spins (see `attractron.wires.arrays.flow`); 1: not counted.
        number: of wires, 2, or N ≥ 3 on a ring (the bulk of a stack).

    Raises:
        InputError: a number outside its range, an infinite l_spin (wires that are not paired), U_⊥ beyond stability.

    Example:
        >>> array = at.wires.ArrayOfWires(K_c=0.9, l_spin=3.0, U_perp=0.05, t_perp=0.1, Lambda=10.0)
        >>> round(array.spin_gap, 3), [round(dimension, 3) for dimension in array.dimensions]  # meV; Josephson, π-CDW
        (0.498, [1.06, 0.943])
    """

    K_c: Number
    l_spin: Number
    U_perp: Number
    t_perp: Energy
    Lambda: Energy
    delta: Number = 0.0
    backscattering: Number = 1.0
    spin_factor: float = 1.0
    number: int = 2

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", whole("number", self.number, at_least=2))
        for name in ("K_c", "Lambda", "spin_factor"):
            positive(name, getattr(self, name))
        for name in ("t_perp", "delta", "backscattering"):
            non_negative(name, getattr(self, name))
        finite("U_perp", self.U_perp)
        if not 0 <= self.l_spin < math.inf:
            wanted = "be finite and zero or positive"
            raise InputError("l_spin", wanted, self.l_spin, "only wires in the paired phase have a spin gap")
        if self.delta > 1:
            raise InputError("delta", "lie in [0, 1]", self.delta, "it is δα_0: 0 for equal densities")
        _check_stable(self.K_c, self.U_perp, self.number, ring=self.number > 2)

    @classmethod
    def from_flow(
        cls, flow: xr.Dataset, *, U_perp: float, t_perp: float, Lambda: float, **others: Any
    ) -> "ArrayOfWires":
        """From one flow of a wire with its secondary (`attractron.wires.flow.flow`): K_c, l_spin and the spin factor.

        F = exp(-2∫(d_s - ½)dl) with d_s = (K_s + y_s)/2 along the trajectory, by the trapezoidal rule.

        Args:
            flow: a result without axes, in the paired phase.
            U_perp, t_perp, Lambda, others: as for the class.

        Raises:
            InputError: not the result of a single flow, one that is not paired, and as the class.
        """
        if (
            not {"phase", "l_spin", "K_c_tilde_end", "running_y_s", "running_K_s"} <= set(flow.data_vars)
            or flow["phase"].ndim
        ):
            raise InputError("flow", "be a single flow of attractron.wires.flow.flow", list(map(str, flow.sizes)))
        name = flag_names(flow["phase"])[int(flow["phase"])]
        if name != "paired":
            raise InputError("flow", "end in the paired phase", name, "other phases have no pairs to exchange")
        excess = ((flow["running_K_s"] + flow["running_y_s"] - 1) / 2).to_numpy()
        known = np.isfinite(excess)
        factor = math.exp(-2 * float(np.trapezoid(excess[known], flow["l"].to_numpy()[known])))
        numbers = {"K_c": float(flow["K_c_tilde_end"]), "l_spin": float(flow["l_spin"]), "spin_factor": factor}
        return cls(U_perp=U_perp, t_perp=t_perp, Lambda=Lambda, **(numbers | others))

    @property
    def spin_gap(self) -> float:
        """Δ_s in meV."""
        return self.Lambda * math.exp(-self.l_spin)

    @property
    def K_modes(self) -> FloatArray:
        """K of the modes that couplings of neighbours contain: K_c- of two wires, K(q) of a ring (mode,)."""
        adjacency = -self.participation if self.number == 2 else 2 - 2 * self.participation
        return _stiffness(self.K_c, self.U_perp, adjacency)

    @property
    def participation(self) -> FloatArray:
        """s of the modes, 1 for two wires, 1 - cos q on a ring; Σs/(number of modes) = 1 (mode,)."""
        if self.number == 2:
            return np.ones(1)
        return 1 - np.cos(2 * np.pi * np.arange(self.number) / self.number)

    @property
    def dimensions(self) -> tuple[float, float]:
        """d_J and d_U of the Josephson and the π-CDW coupling."""
        K, s = self.K_modes, self.participation
        return float(np.mean(s / K)), float(np.mean(s * K))

    def with_parameters(self, **values: Any) -> "ArrayOfWires":
        """The same array with some attributes changed."""
        return replace(self, **values)

    def describe(self) -> dict[str, Any]:
        """The parameters, JSON-safe, with the spin gap in meV and the couplings' dimensions beside them."""
        d_J, d_U = self.dimensions
        return asdict(self) | {"spin_gap": self.spin_gap, "d_J": d_J, "d_U": d_U}


def _stiffness(K_c: float, U_perp: float, adjacency: FloatArray) -> FloatArray:
    """K(λ) = K_c/√(1 + 2xK_cλ), x = U_⊥/(πu_c), λ eigenvalues of the adjacency matrix."""
    return np.asarray(K_c / np.sqrt(1 + 2 * U_perp * K_c * adjacency))


def coupling_dimensions(
    *, K_c: float, U_perp: float, number: int = 2, boundary: str = "open", K_s: float = 0.0
) -> xr.Dataset:
    """Dimensions of the couplings of neighbours in a stack of wires, (23) to (25) (module's docstring).

    The cosines of both spins add K_s to d_J and d_U, ½K_s for each; the exchange of a particle and a hole has d_U +
    1/K_s.

    Theory: docs/theory/wires.md, eq-array.

    Args:
        K_c: of each wire's charge.
        U_perp: U_⊥/(πu_c) of neighbours.
        number: N ≥ 2 wires.
        boundary: "open", or "periodic" for a ring (N ≥ 3).
        K_s: of each wire's spin; 0, its value far below the spin gap, by default, 1 above it.

    Returns:
        Dataset over `bond` (between wires b and b + 1): the dimensions `josephson`, `pi_cdw` and `particle_hole`, which
        is infinite at K_s = 0, and whether they are below 2, `josephson_relevant` …; over `mode`: `K_mode`.

    Raises:
        InputError: K_c not positive, K_s negative, too few wires, an unknown boundary, or a U_⊥ beyond which charges
            separate.

    Example:
        >>> found = at.wires.coupling_dimensions(K_c=0.9, U_perp=0.0)
        >>> found.josephson.values.round(3).tolist(), found.pi_cdw.values.round(3).tolist()  # 1/K_c and K_c
        ([1.111], [0.9])
    """
    positive("K_c", K_c), finite("U_perp", U_perp), non_negative("K_s", K_s)
    ring = choice("boundary", boundary, ("open", "periodic")) == "periodic"
    N = whole("number", number, at_least=3 if ring else 2)
    _check_stable(K_c, U_perp, N, ring=ring)
    bonds = np.eye(N) - np.roll(np.eye(N), 1, axis=1)
    bonds = bonds if ring else bonds[:-1]  # (bond, wire)
    adjacency, vectors = np.linalg.eigh(_adjacency(N, ring))
    K = _stiffness(K_c, U_perp, adjacency)
    weights = (bonds @ vectors) ** 2 / 2  # (bond, mode)
    found = {
        "josephson": (weights @ (1 / K) + K_s, "Josephson coupling"),
        "pi_cdw": (weights @ K + K_s, "π-CDW coupling"),
        "particle_hole": (weights @ K + (1 / K_s if K_s > 0 else math.inf), "particle-hole exchange"),
    }
    return dataset(
        {
            **{name: ("bond", d, "1", f"dimension of the {text}") for name, (d, text) in found.items()},
            **{f"{name}_relevant": ("bond", d < 2, "1", f"{text} is relevant") for name, (d, text) in found.items()},
            "K_mode": ("mode", K, "1", "Luttinger parameter of the mode"),
        },
        {
            "bond": ("bond", np.arange(1, len(bonds) + 1), "1", "first wire of the bond"),
            "mode": ("mode", np.arange(N), "1", "mode of the stack"),
        },
        question="wires.coupling_dimensions",
        parameters={"K_c": K_c, "K_s": K_s, "U_perp": U_perp, "number": N},
        options={"boundary": boundary},
        method="eigenvectors of the stack's adjacency matrix",
        validity=VALIDITY[:2],
        references=("shavit_oreg2020", "attractron"),
    )


VALIDITY = (
    "Energies below the spin gap of every wire and t_perp below it; exchange of single electrons and of particle-hole "
    "pairs is then irrelevant.",
    "Repulsion between nearest neighbours only; with a secondary wire K_c stands for 1/(M⁻¹)_cc, which neglects that "
    "the π-CDW coupling is less relevant by Q²K.",
)


def _adjacency(N: int, ring: bool) -> FloatArray:
    matrix = np.eye(N, k=1) + np.eye(N, k=-1)
    if ring:
        matrix[0, -1] = matrix[-1, 0] = 1.0
    return matrix


def _check_stable(K_c: float, U_perp: float, N: int, *, ring: bool) -> None:
    """Both ends of the spectrum of the adjacency matrix keep 1 + 2xK_cλ positive."""
    if ring:
        extremes = (2.0, 2 * math.cos(2 * math.pi * (N // 2) / N))
    else:
        extremes = (2 * math.cos(math.pi / (N + 1)), -2 * math.cos(math.pi / (N + 1)))
    if min(1 + 2 * U_perp * K_c * value for value in extremes) > 0:
        return
    lowest, highest = -1 / (2 * K_c * extremes[0]), -1 / (2 * K_c * extremes[1])
    raise InputError("U_perp", f"lie in ({lowest:.6g}, {highest:.6g})", shown(U_perp), NEIGHBOUR_LIMIT)
