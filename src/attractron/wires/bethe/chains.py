"""Luttinger parameters and velocities of chains that the Bethe ansatz solves, at any filling.

Two chains, both with hopping -t between neighbours: electrons that repel on a site (Hubbard; the primary wire on a
lattice) and spinless fermions that repel on neighbouring sites (t-V, which is the XXZ chain; the secondary wire). Their
equations are in `attractron.wires.bethe.hubbard` and `attractron.wires.bethe.tv`.

K is that of H = u/2π [(∂φ)²/K + K(∂θ)²] with the 2k_F density cos(2φ), whose dimension is K: free fermions have K = 1
and repulsion lowers it. It is the K_ρ of electrons, and π/(2 arccos(-Δ)) of the XXZ chain, whose staggered correlations
fall off as |x|^{-2K} along z and |x|^{-η}, η = 1/(2K) = 2πR², across; authors who write the inverse (1/K) or 2K (1 for
the isotropic spin chain) name it K or g as well.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, finite, positive
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.core.units import Energy, Number
from attractron.wires.bethe import hubbard as lieb_wu
from attractron.wires.bethe import tv as yang_yang
from attractron.wires.luttinger import backscattering
from attractron.wires.model import CoupledWires

LEAST_U = 0.02
"""U/t below which the kernel is too narrow for the finest rule; 0 itself is in closed form."""

NEAREST_HALF = 1e-5
"""Distance of a filling from one electron per site, or half a spinless fermion, within which rounding would decide."""

LARGEST_ERROR = 1e-5
"""Error, over K or 1 if that is larger, beyond which no number is given."""

LOWEST_FILLING = 1e-6
"""Filling below which the lattice is empty for the equations' rounding."""

HUBBARD = {
    "K_c": ("1", "Luttinger parameter of the charge"),
    "u_c": ("meV", "velocity of the charge, ħu_c per lattice spacing"),
    "K_s": ("1", "Luttinger parameter of the spin at the SU(2)-symmetric fixed point"),
    "u_s": ("meV", "velocity of the spin, ħu_s per lattice spacing"),
    "y_s": ("1", "backscattering at the scale of the lattice, first order in U"),
    "energy": ("meV", "energy per site"),
    "chemical_potential": ("meV", "chemical potential dE/dN"),
    "compressibility": ("meV⁻¹", "compressibility dn/dµ per site"),
    "k_F": ("1", "Fermi momentum per inverse lattice spacing"),
    "error": ("1", "largest change with a rule of half as many nodes, energies in units of t"),
}

TV = {
    "K": ("1", "Luttinger parameter"),
    "u": ("meV", "velocity, ħu per lattice spacing"),
    "energy": ("meV", "energy per site"),
    "chemical_potential": ("meV", "chemical potential dE/dN"),
    "compressibility": ("meV⁻¹", "compressibility dn/dµ per site"),
    "k_F": ("1", "Fermi momentum per inverse lattice spacing"),
    "error": ("1", "largest change with a rule of half as many nodes, energies in units of t"),
}


def hubbard_chain(U: ArrayLike, filling: ArrayLike, t: float = 1.0) -> xr.Dataset:
    """The Hubbard chain at zero temperature and magnetisation: Luttinger parameter, velocities and energies.

        H = -t Σ_{i,σ} (c†_{iσ} c_{i+1,σ} + h.c.) + U Σ_i n_{i↑} n_{i↓},      K_c = ξ(Q)²/2

    with the dressed charge ξ (Lieb and Wu 1968; equations in `attractron.wires.bethe.hubbard`). dn/dµ = 2K_c/(πu_c).
    Above one electron per site by the particle-hole transformation: n → 2 - n, µ → U - µ.

    Theory: docs/theory/wires.md, eq-bethe.

    Args:
        U: repulsion in meV, 0 or at least 0.02 t; a number or an axis.
        filling: electrons per site n in (0, 2), not 1 (the Mott insulator); a number or an axis.
        t: hopping in meV.

    Returns:
        Dataset with the variables of `HUBBARD` over the axes (U, filling); a number makes no dimension. `y_s` is
        U/(πu_s): what first-order perturbation theory gives at the lattice spacing, from where it decreases
        logarithmically; the Bethe ansatz knows its fixed point (K_s = 1, y_s = 0) only.

    Raises:
        InputError: U negative (attraction opens a spin gap, which this does not cover) or too small, a filling outside
            (0, 2) or at 1, t not positive; a point that the finest quadrature does not resolve.

    Example:
        >>> found = at.wires.hubbard_chain(U=4.0, filling=0.5)
        >>> round(float(found.K_c), 4), round(float(found.u_s), 4)
        (0.7114, 0.8818)
    """
    t = positive("t", t)
    found, coords = _over("U", U, filling, lambda value, n: _hubbard(value, n, t), _check_hubbard(t), HUBBARD)
    return dataset(
        found,
        coords,
        question="wires.hubbard_chain",
        parameters={"U": np.asarray(U), "filling": np.asarray(filling), "t": t},
        method="Bethe ansatz: integral equations of Lieb and Wu by Gauss-Legendre quadrature (Nyström)",
        validity=(
            "Exact for the infinite chain at zero temperature and magnetisation, to `error`.",
            "K_s = 1 is the fixed point; `y_s` is of first order in U and no estimate where it is not small against 1.",
        ),
        references=("lieb_wu1968", "essler2005"),
    )


def tv_chain(V: ArrayLike, filling: ArrayLike, t: float = 1.0) -> xr.Dataset:
    """Spinless fermions that repel (or attract) their neighbours: Luttinger parameter, velocity and energies.

        H = -t Σ_i (c†_i c_{i+1} + h.c.) + V Σ_i n_i n_{i+1},      K = Z(Λ)²

    with the dressed charge Z (Yang and Yang 1966; equations in `attractron.wires.bethe.tv`), the XXZ chain with
    Δ = V/2t. dn/dµ = K/(πu). At half filling K = π/[2(π - arccos Δ)] and u = πt √(1-Δ²)/arccos Δ; at any filling
    1/4 < K for V > 0, the bound being that of a full lattice of hard rods, n → 1/2 at Δ > 1.

    Theory: docs/theory/wires.md, eq-bethe.

    Args:
        V: interaction of neighbours in meV, above -2t; a number or an axis.
        filling: fermions per site in (0, 1); a number or an axis.
        t: hopping in meV.

    Returns:
        Dataset with the variables of `TV` over the axes (V, filling); a number makes no dimension.

    Raises:
        InputError: V ≤ -2t (the fermions phase-separate), a filling outside (0, 1), half filling with V > 2t (the
            charge-density-wave insulator), t not positive; a point that the finest quadrature does not resolve.

    Example:
        >>> found = at.wires.tv_chain(V=2.0, filling=0.5)  # the isotropic spin chain: K = 1/2, u = π, e = 1 - 2 ln 2
        >>> round(float(found.K), 9), round(float(found.u / np.pi), 9), round(float(found.energy), 4)
        (0.5, 1.0, -0.3863)
    """
    t = positive("t", t)
    found, coords = _over("V", V, filling, lambda value, n: _tv(value, n, t), _check_tv(t), TV)
    return dataset(
        found,
        coords,
        question="wires.tv_chain",
        parameters={"V": np.asarray(V), "filling": np.asarray(filling), "t": t},
        method="Bethe ansatz: integral equations of Yang and Yang by Gauss-Legendre quadrature (Nyström)",
        validity=(
            "Exact for the infinite chain at zero temperature, to `error`.",
            "At V = 2t and half filling a marginal operator adds corrections that vanish only as 1/ln of the length.",
        ),
        references=("yang_yang1966", "haldane1980"),
    )


def coupled_wires_from_chains(
    *,
    U: Energy,
    filling: Number,
    V_sec: Energy,
    filling_sec: Number,
    V: Energy,
    t: Energy = 1.0,
    t_sec: Energy = 1.0,
    y_s: float | None = None,
    normalisation: str = "operator-product",
) -> CoupledWires:
    """The model for the flow of a Hubbard chain above a t-V chain, with V n_i n_i,sec on every rung.

    Each chain alone is exact; the coupling between them is of first order: V_φ = √2 V, V_θ = 0 (off the line (13)) and
    y = √2 V/(πū). The cut-off is the lattice spacing, and a mismatch is the distance of k± = k_F ± k from the nearest
    multiple of π, since cos(2k± x) is known on the sites only: a secondary chain more than half full has the holes that
    match, by cos(√2φ_c + 2φ), one less than half full the particles.

    Theory: docs/theory/wires.md, eq-normalisation, eq-bethe.

    Args:
        U, filling, t: of the Hubbard chain, as of `hubbard_chain`.
        V_sec, filling_sec, t_sec: of the t-V chain, as of `tv_chain`.
        V: repulsion on the rungs in meV.
        y_s: initial backscattering; by default U/(πu_s), which must stay below 1 to be of use.
        normalisation: of y, as of `luttinger.from_interactions`.

    Raises:
        InputError: as both chains; y_s not given where its first order is 1 or more; V so strong that the chains
            phase-separate.

    Example:
        >>> wires = at.wires.coupled_wires_from_chains(U=1.0, filling=0.6, V_sec=1.0, filling_sec=0.3, V=0.5)
        >>> round(wires.K_c, 3), round(wires.K, 3), wires.mismatch  # k_F = π·0.6/2 = k
        (0.907, 0.818, 0.0)
    """
    finite("V", V)
    primary, secondary = hubbard_chain(U, filling, t), tv_chain(V_sec, filling_sec, t_sec)
    first_order = float(primary["y_s"])
    if y_s is None and first_order >= 1:
        raise InputError("U", "be weak enough for y_s = U/(πu_s) < 1", U, f"give y_s, here {first_order:.3g} that way")
    u_c, u = float(primary["u_c"]), float(secondary["u"])
    mismatches = sorted(
        (_folded(float(primary["k_F"]) + sign * float(secondary["k_F"])), carriers)
        for sign, carriers in ((1, "holes"), (-1, "particles"))
    )
    y = backscattering(V, (u_c + u) / 2, normalisation)
    return CoupledWires.from_couplings(
        K_c=float(primary["K_c"]),
        K=float(secondary["K"]),
        u_c=u_c,
        u=u,
        V_phi=float(np.sqrt(2)) * V,
        y_s=first_order if y_s is None else y_s,
        y=y,
        y_2=y,
        mismatch=min(1.0, mismatches[0][0]),
        mismatch_2=min(1.0, mismatches[1][0]),
        carriers=mismatches[0][1],
    )


def _folded(momentum: float) -> float:
    """Distance of a momentum k± from the nearest multiple of π: cos(2k± x) is the same on the sites."""
    return abs(momentum - np.pi * round(momentum / np.pi))


def _over(
    name: str,
    interaction: ArrayLike,
    filling: ArrayLike,
    solve: Callable[[float, float], tuple[float, ...]],
    check: Callable[[float, float], None],
    labels: dict[str, tuple[str, str]],
) -> tuple[dict[str, Variable], dict[str, Variable]]:
    """Variables and coordinates over the axes that are arrays; every point is checked before the first is solved."""
    given = {name: _numbers(name, interaction), "filling": _numbers("filling", filling)}
    dims = tuple(key for key, values in given.items() if np.ndim(values))
    points = [(float(x), float(n)) for x in given[name].flat for n in given["filling"].flat]
    for point in points:
        check(*point)
    solved = np.array([_resolved(name, point, solve(*point)) for point in points])  # (point, quantity)
    shape = tuple(given[dim].size for dim in dims)
    variables: dict[str, Variable] = {
        key: (dims, column.reshape(shape), units, text)
        for (key, (units, text)), column in zip(labels.items(), solved.T, strict=True)
    }
    units = {name: ("meV", "interaction"), "filling": ("1", "particles per site")}
    return variables, {key: ((key,) if key in dims else (), values, *units[key]) for key, values in given.items()}


def _resolved(name: str, point: tuple[float, float], found: tuple[float, ...]) -> tuple[float, ...]:
    """The numbers of a point, K first and the error last, if the finest rule resolves them."""
    if found[-1] > LARGEST_ERROR * max(1.0, found[0]):
        got = f"{point[0]:.9g} at filling {point[1]:.9g}, error {found[-1]:.1g}"
        raise InputError(name, "be such that the finest quadrature resolves the equations", got, "move away from there")
    return found


def _numbers(name: str, values: ArrayLike) -> FloatArray:
    return axis(name, values) if np.ndim(values) else np.asarray(finite(name, values))


def _check_filling(filling: float, most: int) -> None:
    if not LOWEST_FILLING <= filling <= most - LOWEST_FILLING:
        raise InputError(
            "filling",
            f"lie in (0, {most}), at least {LOWEST_FILLING:g} from its ends",
            filling,
            "an empty or full chain has no Luttinger parameter",
        )


def _check_hubbard(t: float) -> Callable[[float, float], None]:
    def check(U: float, filling: float) -> None:
        if U < 0:
            raise InputError(
                "U", "be zero or positive", U, "attraction opens a spin gap; at n = 1 it maps to repulsion, not covered"
            )
        if 0 < U < LEAST_U * t:
            remedy = "use U = 0, or luttinger.from_interactions, whose first order is good to (U/t)² there"
            raise InputError("U", f"be 0 or at least {LEAST_U:g} t", U, remedy)
        _check_filling(filling, 2)
        if U > 0 and abs(filling - 1) < NEAREST_HALF * (1 - 1e-9):
            raise InputError(
                "filling",
                f"differ from 1 by at least {NEAREST_HALF:g}",
                filling,
                "one electron per site is a Mott insulator; K_c tends to 1/2 and u_c to 0 beside it",
            )

    return check


def _check_tv(t: float) -> Callable[[float, float], None]:
    def check(V: float, filling: float) -> None:
        Delta = V / (2 * t)
        if Delta <= -1:
            raise InputError("V", f"be above -2t = {-2 * t:g}", V, "at stronger attraction the fermions phase-separate")
        _check_filling(filling, 1)
        if filling == 0.5 and Delta > 1:
            raise InputError(
                "filling",
                "differ from 1/2 where V > 2t",
                filling,
                "there the chain is a charge-density-wave insulator; K tends to 1/4 and u to 0 beside it",
            )
        if 0 < abs(filling - 0.5) < NEAREST_HALF * (1 - 1e-9):
            raise InputError("filling", f"be 1/2 or differ from it by at least {NEAREST_HALF:g}", filling)

    return check


def _hubbard(U: float, filling: float, t: float) -> tuple[float, ...]:
    """The columns of `HUBBARD`."""
    electrons = min(filling, 2 - filling)
    if U == 0:
        k_F = np.pi * electrons / 2
        v_F = 2 * np.sin(k_F)
        K_c, u_c, u_s, energy, mu, error = 1.0, v_F, v_F, -2 * v_F / np.pi, -2 * np.cos(k_F), 0.0
    else:
        solved = lieb_wu.hubbard(U / t, electrons)
        (_, K_c, u_c, u_s, energy, mu), error = solved.values, solved.error
    energy, mu = t * energy, t * mu
    if filling > 1:
        energy, mu = energy + U * (filling - 1), U - mu
    u_c, u_s = t * u_c, t * u_s
    return (K_c, u_c, 1.0, u_s, U / (np.pi * u_s), energy, mu, 2 * K_c / (np.pi * u_c), np.pi * filling / 2, error)


def _tv(V: float, filling: float, t: float) -> tuple[float, ...]:
    """The columns of `TV`."""
    Delta = V / (2 * t)
    solved = yang_yang.half_filled(Delta) if filling == 0.5 else yang_yang.chain(Delta, min(filling, 1 - filling))
    _, K, u, energy, mu = solved.values
    energy, mu, u = t * energy, t * mu, t * u
    if filling > 0.5:
        energy, mu = energy + V * (2 * filling - 1), 2 * V - mu
    return (K, u, energy, mu, K / (np.pi * u), np.pi * filling, solved.error)
