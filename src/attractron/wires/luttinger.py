"""From densities, velocities and interactions to the numbers of coupled wires: weak-coupling g-ology.

A wire of Fermi velocity v (ħv_F in meV nm) and interaction U(q) (meV nm) conserves the current, so u K = v; its
compressibility in Hartree and Fock's approximation, which is exact to first order, gives u/K. Exchange between
electrons that move the same way cancels the direct U(0) of equal spins, and its dependence on momentum shifts v;
together

    spinful     u_c/K_c = v + [2U(0) - U(2k_F)]/π        u_c K_c = v
                u_s/K_s = v - U(2k_F)/π                  u_s K_s = v        y_s = U(2k_F)/(πu_s),  K_s = 1 + y_s/2
    spinless    u/K = v + [U(0) - U(2k)]/π               u K = v

(g_1 = U(2k_F), g_2 = g_4 = U(0)). The square roots K = [1 + …/πv]^{-½} are the random-phase approximation, exact where
U is long-ranged (U(2k) ≪ U(0)) and k small; otherwise only their first order is right. A contact interaction leaves
spinless fermions free, and K < ½ needs U(0) - U(2k) > 3πv, a range beyond the spacing of the electrons.

Between the wires a density-density coupling V(q) gives V_φ = √2 V(0), V_θ = 0 and, since both 2k_F densities are
(1/πα) cos(2φ - 2k_F x) for each species, g_1 = g_2 = 2V(2k_F): a sum of two spins is
(2/πα) cos(√2φ_s) cos(√2φ_c - 2k_F x). With ū = (u_c + u)/2

    y = g_1/(√2πū) = √2 V/(πū)        "operator-product": the y of the flow equations, as one-loop fermions have it
    y = g_1/(πū), g_1 = V/2           "literal": as printed in Shavit and Oreg (2020), 8 times weaker in y²
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
import xarray as xr

from attractron.core.checks import choice, finite, positive, shown
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.results import dataset
from attractron.core.units import InverseLength, Length, LineEnergy, Unit
from attractron.wires.model import CoupledWires

Interaction = float | tuple[float, float] | Callable[[float], float]
"""In meV nm: a contact interaction, (U(0), U(2k_F)), or U as a function of q in nm⁻¹."""

NORMALISATIONS = {"operator-product": np.sqrt(2) / np.pi, "literal": 1 / (2 * np.pi)}
"""y ū/V."""


class Amplitudes(NamedTuple):
    """Forward and backward scattering U(0), U(2k_F) in meV nm."""

    forward: float
    backward: float


class Charge(NamedTuple):
    """Luttinger parameter and velocity (meV nm) of one sector."""

    K: float
    u: float


class Spinful(NamedTuple):
    """Both sectors of a wire of electrons, and its backscattering."""

    K_c: float
    u_c: float
    K_s: float
    u_s: float
    y_s: float


@dataclass(frozen=True, kw_only=True)
class Electrons(ShownAsTable):
    """Electrons of one wire.

    Attributes:
        density: electrons (or, for carriers "holes", holes) per nm, both spins together.
        v_F: ħv_F in meV nm.
        U: their interaction (`Interaction`).

    Raises:
        InputError: density or velocity not positive, an interaction that is not finite numbers.

    Example:
        >>> electrons = at.wires.Electrons(density=0.2, v_F=300.0, U=100.0)  # per nm, meV nm
        >>> round(electrons.momentum(spins=2), 4)  # k_F in 1/nm
        0.3142
    """

    density: InverseLength
    v_F: LineEnergy
    U: Annotated[Interaction, Unit("meV*nm")] = 0.0

    def __post_init__(self) -> None:
        positive("density", self.density)
        positive("v_F", self.v_F)
        _amplitudes("U", self.U, 2 * self.momentum(spins=2))
        _amplitudes("U", self.U, 2 * self.momentum(spins=1))

    def momentum(self, *, spins: int) -> float:
        """k_F = π density/spins in nm⁻¹."""
        return np.pi * self.density / spins


def _amplitudes(name: str, interaction: Interaction, q: float) -> Amplitudes:
    """U(0) and U(q) of an interaction.

    Args:
        name: of the argument, for errors.
        interaction: see `Interaction`.
        q: 2k_F in nm⁻¹.

    Raises:
        InputError: not a number, a pair of numbers or a function that returns finite numbers.
    """
    if callable(interaction):
        values = [interaction(0.0), interaction(q)]
        return Amplitudes(finite(f"{name}(0)", values[0]), finite(f"{name}({q:.6g})", values[1]))
    if isinstance(interaction, tuple):
        if len(interaction) != 2:
            raise InputError(name, "be a number, a pair (U(0), U(2k_F)) or a function of q", shown(interaction))
        return Amplitudes(finite(f"{name}[0]", interaction[0]), finite(f"{name}[1]", interaction[1]))
    return Amplitudes(*[finite(name, interaction)] * 2)


def spinful(v_F: float, U: Amplitudes) -> Spinful:
    """Charge and spin of a wire of electrons (module's equations).

    Args:
        v_F: ħv_F in meV nm.
        U: amplitudes in meV nm.

    Raises:
        InputError: attraction so strong that the charge is unstable, or |U(2k_F)| ≥ πv_F, beyond weak coupling.
    """
    positive("v_F", v_F)
    if abs(U.backward) >= np.pi * v_F:
        raise InputError("U(2k_F)", f"be weaker than π v_F = {np.pi * v_F:.6g}", U.backward, "take an exact solution")
    charge = _charge(v_F, 2 * U.forward - U.backward, "2U(0) - U(2k_F)")
    u_s = v_F * float(np.sqrt(1 - U.backward / (np.pi * v_F)))
    y_s = U.backward / (np.pi * u_s)
    return Spinful(charge.K, charge.u, 1 + y_s / 2, u_s, y_s)


def spinless(v_F: float, U: Amplitudes) -> Charge:
    """A wire of polarised electrons (module's equations).

    Raises:
        InputError: attraction so strong that the wire is unstable.
    """
    positive("v_F", v_F)
    return _charge(v_F, U.forward - U.backward, "U(0) - U(2k_F)")


def _charge(v_F: float, stiffening: float, name: str) -> Charge:
    """K = (1 + stiffening/πv)^{-½} and u = v/K."""
    ratio = 1 + stiffening / (np.pi * v_F)
    if ratio <= 0:
        raise InputError(
            name, f"be above -π v_F = {-np.pi * v_F:.6g}", stiffening, "stronger attraction makes the wire collapse"
        )
    return Charge(float(1 / np.sqrt(ratio)), v_F * float(np.sqrt(ratio)))


def backscattering(V: float, mean_velocity: float, normalisation: str = "operator-product") -> float:
    """y of a density-density coupling V(2k_F) between the wires, in the unit of ū = (u_c + u)/2.

    Raises:
        InputError: a velocity that is not positive, an unknown normalisation.
    """
    choice("normalisation", normalisation, NORMALISATIONS)
    return float(NORMALISATIONS[normalisation] * finite("V", V) / positive("mean_velocity", mean_velocity))


def forward_scattering(V: float, charge: Charge, secondary: Charge) -> float:
    """υ = √(K_c K/(u_c u)) V_φ/π of a density-density coupling V(0): V_φ = √2 V."""
    return float(np.sqrt(2 * charge.K * secondary.K / (charge.u * secondary.u)) * V / np.pi)


def from_interactions(
    primary: Electrons,
    secondary: Electrons,
    V: Interaction,
    *,
    alpha_0: float | None = None,
    carriers: str = "holes",
    normalisation: str = "operator-product",
) -> xr.Dataset:
    """What `CoupledWires` needs, from densities, velocities and interactions (module's equations).

    Theory: docs/theory/wires.md, eq-normalisation, eq-interactions.

    Args:
        primary: the spinful wire.
        secondary: the spinless wire; its density is that of its carriers.
        V: interaction of a primary with a secondary electron; V(2k_F) at the primary's 2k_F.
        alpha_0: short-distance cut-off in nm; 1/k_F by default.
        carriers: of the secondary wire, "holes" (k < 0) or "particles".
        normalisation: of y, a key of `NORMALISATIONS`.

    Returns:
        Dataset of numbers: K_c, K_s, K, y_s, y, upsilon, u_ratio, mismatch = |k_F - k|α_0 and mismatch_2 = (k_F + k)α_0
        (both at most 1), velocities u_c, u_s, u and couplings V_phi, V_theta in meV nm, momenta k_F, k in nm⁻¹.

    Raises:
        InputError: an unstable or strongly coupled wire, bad numbers or names.

    Example:
        >>> primary = at.wires.Electrons(density=0.2, v_F=300.0, U=100.0)
        >>> secondary = at.wires.Electrons(density=0.1, v_F=300.0)
        >>> found = at.wires.from_interactions(primary, secondary, 50.0)
        >>> round(float(found.K_c), 3), float(found.K), round(float(found.y), 3)
        (0.951, 1.0, 0.073)
    """
    choice("carriers", carriers, ("holes", "particles"))
    k_F, k = primary.momentum(spins=2), secondary.momentum(spins=1)
    alpha_0 = 1 / k_F if alpha_0 is None else positive("alpha_0", alpha_0)
    first = spinful(primary.v_F, _amplitudes("U", primary.U, 2 * k_F))
    second = spinless(secondary.v_F, _amplitudes("U", secondary.U, 2 * k))
    between = _amplitudes("V", V, 2 * k_F)
    numbers = {
        **first._asdict(),
        "K": second.K,
        "u": second.u,
        "y": backscattering(between.backward, (first.u_c + second.u) / 2, normalisation),
        "upsilon": forward_scattering(between.forward, Charge(first.K_c, first.u_c), second),
        "u_ratio": second.u / first.u_c,
        "V_phi": float(np.sqrt(2)) * between.forward,
        "V_theta": 0.0,
        "mismatch": min(1.0, abs(k_F - k) * alpha_0),
        "mismatch_2": min(1.0, (k_F + k) * alpha_0),
        "k_F": k_F,
        "k": k,
    }
    return dataset(
        {name: ((), value, _UNITS.get(name, "1"), _NAMES[name]) for name, value in numbers.items()},
        {},
        question="wires.from_interactions",
        parameters={"primary": _described(primary), "secondary": _described(secondary), "V": shown(V)},
        options={"alpha_0": alpha_0, "carriers": carriers, "normalisation": normalisation},
        method="weak-coupling g-ology; charge in the random-phase approximation",
        validity=(
            "Exact to first order in the interactions; beyond it only for a range longer than the electrons' spacing.",
            "A density-density coupling (V_θ = 0) is off the line (13): a flow that starts from υ on the line doubles, "
            "to first order, what forward scattering adds to dimensions; `coupled_wires_from_interactions` does not.",
        ),
        references=("shavit_oreg2020", "giamarchi2003"),
    )


def coupled_wires_from_interactions(
    primary: Electrons,
    secondary: Electrons,
    V: Annotated[Interaction, Unit("meV*nm")],
    *,
    alpha_0: Length | None = None,
    carriers: str = "holes",
    normalisation: str = "operator-product",
) -> CoupledWires:
    """The model for the flow, arguments and errors as of `from_interactions`; V_θ = 0, so it is off the line (13).

    Theory: docs/theory/wires.md, eq-normalisation, eq-interactions.

    Returns:
        Wires with y_2 = y, each with its own mismatch, and the SU(2)-symmetric K_s.

    Example:
        >>> primary = at.wires.Electrons(density=0.2, v_F=300.0, U=100.0)
        >>> secondary = at.wires.Electrons(density=0.1, v_F=300.0)
        >>> wires = at.wires.coupled_wires_from_interactions(primary, secondary, 50.0)
        >>> round(wires.y_s, 3), wires.mismatch, wires.V_theta_ratio
        (0.112, 0.0, 0.0)
    """
    found = from_interactions(primary, secondary, V, alpha_0=alpha_0, carriers=carriers, normalisation=normalisation)
    same = ("K_c", "K", "u_c", "u", "V_phi", "V_theta", "y_s", "y", "mismatch", "mismatch_2")
    numbers = {name: float(found[name]) for name in same}
    return CoupledWires.from_couplings(**numbers, y_2=numbers["y"], carriers=carriers)


def _described(electrons: Electrons) -> dict[str, float | str]:
    return {"density": electrons.density, "v_F": electrons.v_F, "U": shown(electrons.U)}


_UNITS = {**dict.fromkeys(("u_c", "u_s", "u", "V_phi", "V_theta"), "meV nm"), "k_F": "nm⁻¹", "k": "nm⁻¹"}

_NAMES = {
    "K_c": "Luttinger parameter of the primary wire's charge",
    "u_c": "velocity ħu_c of the primary wire's charge",
    "K_s": "Luttinger parameter of the primary wire's spin, on the SU(2)-symmetric line",
    "u_s": "velocity ħu_s of the primary wire's spin",
    "y_s": "backscattering in the primary wire",
    "K": "Luttinger parameter of the secondary wire",
    "u": "velocity ħu of the secondary wire",
    "y": "coupling y of the wires",
    "upsilon": "forward scattering υ between the wires",
    "u_ratio": "ratio of velocities u/u_c",
    "V_phi": "coupling of the densities V_φ",
    "V_theta": "coupling of the currents V_θ",
    "mismatch": "mismatch |k_F - k|α_0 of the resonant coupling",
    "mismatch_2": "mismatch (k_F + k)α_0 of the other coupling",
    "k_F": "Fermi momentum of the primary wire",
    "k": "Fermi momentum of the secondary wire",
}
