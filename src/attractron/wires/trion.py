"""The liquid of trions: what is left when a pair of primary electrons is bound to a secondary hole.

Spin and φ_g = (φ_c + √2φ)/√3 are pinned; φ_f = (√2φ_c - φ)/√3 stays free (19). The quadratic Hamiltonian of charge and
secondary, H = [∂φᵀA∂φ + ∂θᵀB∂θ]/2π with φ = (φ_c, φ),

    A = [[u_c/K_c, V_φ/π], [V_φ/π, u/K]],      B = [[u_cK_c, V_θ/π], [V_θ/π, uK]],

becomes RAR, RBR in (φ_g, φ_f), R = [[1, √2], [√2, -1]]/√3 = Rᵀ = R⁻¹. With a = 3RAR and b = 3RBR

    a_ff = 2u_c/K_c + u/K - √8V_φ/π,     b_ff = 2u_cK_c + uK - √8V_θ/π,
    a_gg = u_c/K_c + 2u/K + √8V_φ/π,     b_gg = u_cK_c + 2uK + √8V_θ/π,
    a_gf = √2(u_c/K_c - u/K) + V_φ/π,    b_gf = √2(u_cK_c - uK) + V_θ/π,

and K_j = √(b_jj/a_jj), u_j = √(a_jj b_jj)/3, V_× = πa_gf/3, V'_× = πb_gf/3: the published (20), (C1), (C2).

Pinning φ_g fixes ∂φ_g = 0, so V_× drops out, but leaves θ_g free. In the Lagrangian [∂_tφᵀB⁻¹∂_tφ - ∂_xφᵀA∂_xφ]/2π
masses add: what remains is (B⁻¹)_ff, so that the stiffness of θ_f is

    1/(B⁻¹)_ff = (b_ff - b_gf²/b_gg)/3 ≤ b_ff/3        (`kinetic="complete"`),

and K_f, u_f of (20) with it. The published form leaves V'_× out (`kinetic="published"`); they agree where V'_× = 0.

At K_f = 3 trions are free. This line, a curve in the plane of any two parameters (`free_trion_line`), has density waves
of trions on the side of smaller K_f and superconductivity of trions on the other.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray, axis, choice, finite, positive
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.results import Variable, dataset, flags
from attractron.wires.model import CoupledWires

KINETIC = ("complete", "published")
FREE_TRIONS = 3.0
"""K_f of trions that do not interact: then Ψ_trion of (21) has the dimension 1/2 of a free fermion."""

ORDERS = {0: "trion density wave", 1: "free trions", 2: "trion superconductivity"}

KNOBS = {
    "K_c": ("1", "Luttinger parameter of the primary's charge"),
    "K": ("1", "Luttinger parameter of the secondary"),
    "V_phi": ("1", "forward scattering of densities (unit of the velocities)"),
    "V_theta": ("1", "forward scattering of currents (unit of the velocities)"),
    "u_c": ("1", "charge velocity of the primary (unit of the velocities)"),
    "u": ("1", "velocity of the secondary (unit of the velocities)"),
}

VALIDITY = (
    "Spin and φ_g are taken as pinned, at energies far below both gaps; parameters are those at the scale where they "
    "become pinned.",
)


class Sectors(NamedTuple):
    """Elements of a = 3RAR and b = 3RBR, the Hamiltonian in (φ_g, φ_f)."""

    a_ff: Any
    a_gg: Any
    a_gf: Any
    b_ff: Any
    b_gg: Any
    b_gf: Any


@dataclass(frozen=True, kw_only=True)
class TrionLiquid(ShownAsTable):
    """Charge of the primary and density of the secondary, before φ_g is pinned, for hole-like secondary carriers.

    Particles instead of holes are the same with the signs of V_phi and V_theta reversed; the bound object then has an
    electron of the secondary in the place of the hole.

    Theory: docs/theory/wires.md, eq-trion.

    Attributes:
        K_c, K: Luttinger parameters of the primary's charge and of the secondary.
        V_phi, V_theta: forward scattering V_φ ∂φ_c∂φ/π² + V_θ ∂θ_c∂θ/π², in the unit of the velocities (ħ = 1).
        u_c, u: velocities, in any common unit.

    Raises:
        InputError: a parameter or velocity that is not positive; a coupling at which the wires are unstable.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> liquid = at.wires.TrionLiquid.from_wires(wires)
        >>> round(liquid.V_phi, 3), round(liquid.V_theta, 3)  # the line (13): V_θ = -V_φ (u/u_c) K_c K
        (0.628, -0.226)
    """

    K_c: float
    K: float
    V_phi: float = 0.0
    V_theta: float = 0.0
    u_c: float = 1.0
    u: float = 1.0

    def __post_init__(self) -> None:
        for name in ("K_c", "K", "u_c", "u"):
            positive(name, getattr(self, name))
        for name, limit in _limits(asdict(self)).items():
            if abs(finite(name, getattr(self, name))) >= limit:
                expected = f"lie between -{limit:.6g} and {limit:.6g} (π√(u_c u) times or over √(K_c K))"
                raise InputError(name, expected, getattr(self, name), "beyond it the wires phase-separate")

    @classmethod
    def from_wires(cls, wires: CoupledWires) -> "TrionLiquid":
        """The initial parameters of coupled wires, with u_c = 1.

        Raises:
            InputError: a ladder as the secondary, which pins another combination than φ_g.
        """
        if wires.beta != 2:
            raise InputError("wires", "have a wire as the secondary (beta = 2)", f"beta = {wires.beta:g}")
        return cls(**{name: float(value) for name, value in liquid_fields(asdict(wires)).items()})


def liquid_fields(wires: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of the liquid from those of `CoupledWires`, numbers or arrays that broadcast, with u_c = 1.

    V_φ = πυ√(u_c u/(K_c K)), V_θ in its ratio to the line (13); both with the other sign for carriers "particles".
    """
    K_c, K, u = (np.asarray(wires[name], dtype=float) for name in ("K_c", "K", "u_ratio"))
    sign = 1.0 if wires["carriers"] == "holes" else -1.0
    V_phi = sign * np.pi * wires["upsilon"] * np.sqrt(u / (K_c * K))
    V_theta = -wires["V_theta_ratio"] * V_phi * u * K_c * K
    return {"K_c": K_c, "K": K, "V_phi": V_phi, "V_theta": V_theta, "u_c": 1.0, "u": u}


def trion_phase(
    model: TrionLiquid, axes: Mapping[str, ArrayLike] | None = None, *, kinetic: str = "complete"
) -> xr.Dataset:
    """Parameters of the free and of the gapped sector, and the order that dominates.

    Theory: docs/theory/wires.md, eq-trion.

    Args:
        model: the liquid.
        axes: parameters of the model that vary; arrays make dimensions.
        kinetic: which K_f decides `order`, "complete" or "published" (this module's equations).

    Returns:
        Dataset over the axes: `K_f`, `u_f` as published and `K_f_complete`, `u_f_complete` with V'_×; `K_g`, `u_g`;
        `V_cross`, `V_theta_cross` (V_× and V'_×, in the unit of the velocities); `order` (CF flags: a density wave of
        trions for K_f < 3, superconductivity of trions for K_f > 3).

    Raises:
        InputError: an unknown parameter; values at which the wires are unstable; unknown kinetic.

    Example:
        >>> found = at.wires.trion_phase(at.wires.TrionLiquid(K_c=1.0, K=1.0), {"V_phi": [0.0, 3.0]})
        >>> found.K_f_complete.values.round(2).tolist(), found.order.values.tolist()  # 2: superconductivity
        ([1.0, 3.17], [0, 2])
    """
    choice("kinetic", kinetic, KINETIC)
    knobs, fields = grid(model, axes or {})
    found = {name: np.broadcast_to(value, knobs.shape) for name, value in _numbers(sectors(**fields)).items()}
    decisive = found["K_f_complete" if kinetic == "complete" else "K_f"]
    names = {
        "K_f": ("1", "K_f of the free sector, as published"),
        "K_f_complete": ("1", "K_f of the free sector, complete"),
        "u_f": ("1", "velocity of the free sector, as published"),
        "u_f_complete": ("1", "velocity of the free sector, complete"),
        "K_g": ("1", "Luttinger parameter of the gapped sector"),
        "u_g": ("1", "velocity of the gapped sector"),
        "V_cross": ("1", "coupling of ∂φ_g and ∂φ_f"),
        "V_theta_cross": ("1", "coupling of ∂θ_g and ∂θ_f"),
    }
    variables: dict[str, Variable] = {
        name: (knobs.dims, found[name], unit, long_name) for name, (unit, long_name) in names.items()
    }
    result = dataset(
        {**variables, "order": (knobs.dims, _order_codes(decisive), "1", "dominant order")},
        coordinates(knobs),
        question="wires.trion_phase",
        parameters=asdict(model),
        options={"kinetic": kinetic},
        method="rotation of the quadratic Hamiltonian to the pinned and the free sector",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )
    result["order"].attrs.update(flags(ORDERS))
    return result


def sectors(*, K_c: Any, K: Any, V_phi: Any, V_theta: Any, u_c: Any, u: Any) -> Sectors:
    """a and b of this module's equations, for numbers or arrays that broadcast."""
    root, v, w = math.sqrt(8.0), V_phi / np.pi, V_theta / np.pi
    return Sectors(
        a_ff=2 * u_c / K_c + u / K - root * v,
        a_gg=u_c / K_c + 2 * u / K + root * v,
        a_gf=math.sqrt(2) * (u_c / K_c - u / K) + v,
        b_ff=2 * u_c * K_c + u * K - root * w,
        b_gg=u_c * K_c + 2 * u * K + root * w,
        b_gf=math.sqrt(2) * (u_c * K_c - u * K) + w,
    )


def _kinetic_stiffness(parts: Sectors, kinetic: str) -> Any:
    """Stiffness of θ_f times 3: b_ff, or 1/(b⁻¹)_ff with θ_g integrated out."""
    return parts.b_ff if kinetic == "published" else parts.b_ff - parts.b_gf**2 / parts.b_gg


def luttinger_parameter(parts: Sectors, kinetic: str) -> Any:
    """K_f, in one of the forms of `KINETIC`."""
    return np.sqrt(_kinetic_stiffness(parts, kinetic) / parts.a_ff)


def _order_codes(K_f: FloatArray) -> Any:
    """Codes of `ORDERS`; K_f counts as 3 within rounding."""
    free = np.isclose(K_f, FREE_TRIONS, rtol=1e-12, atol=0)
    return np.where(free, 1, np.where(K_f < FREE_TRIONS, 0, 2)).astype(np.int32)


def grid(model: TrionLiquid, axes: Mapping[str, ArrayLike]) -> tuple[Axes, dict[str, Any]]:
    """The axes, and all parameters in shapes that broadcast over them, every corner being stable.

    Raises:
        InputError: an unknown parameter; values at which the wires are unstable.
    """
    knobs = over_axes("axes", axes, KNOBS)
    fields: dict[str, Any] = asdict(model) | knobs.open_grid
    _demand_stable(model, fields)
    return knobs, fields


def coordinates(knobs: Axes) -> dict[str, Variable]:
    """The axes as coordinates of a result, fixed ones as scalars."""
    return {name: ((name,) if np.ndim(value) else (), value, *KNOBS[name]) for name, value in knobs.items()}


def _stable(*, K_c: Any, K: Any, V_phi: Any, V_theta: Any, u_c: Any, u: Any) -> Any:
    """Where both A and B are positive definite."""
    fields = {"K_c": K_c, "K": K, "u_c": u_c, "u": u}
    positive_ones = np.all(np.broadcast_arrays(*(np.asarray(value) > 0 for value in fields.values())), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        limits = _limits(fields)
    return positive_ones & (np.abs(V_phi) < limits["V_phi"]) & (np.abs(V_theta) < limits["V_theta"])


def _limits(fields: Mapping[str, Any]) -> dict[str, Any]:
    """|V_φ| < π√(u_c u/(K_c K)) keeps A positive, |V_θ| < π√(u_c u K_c K) keeps B positive."""
    speed, root = np.sqrt(fields["u_c"] * fields["u"]), np.sqrt(fields["K_c"] * fields["K"])
    return {"V_phi": np.pi * speed / root, "V_theta": np.pi * speed * root}


def _demand_stable(model: TrionLiquid, fields: Mapping[str, Any]) -> None:
    arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in fields.values()))
    bad = ~np.asarray(_stable(**fields))
    if bad.any():
        # The model's own check words the message for the first point that is refused.
        first = np.unravel_index(int(np.argmax(bad)), bad.shape)
        values = {name: float(array[first]) for name, array in zip(fields, arrays, strict=True)}
        replace(model, **values)


def _numbers(parts: Sectors) -> dict[str, Any]:
    found = {
        "K_g": np.sqrt(parts.b_gg / parts.a_gg),
        "u_g": np.sqrt(parts.a_gg * parts.b_gg) / 3,
        "V_cross": np.pi * parts.a_gf / 3,
        "V_theta_cross": np.pi * parts.b_gf / 3,
    }
    for suffix, kinetic in (("", "published"), ("_complete", "complete")):
        found["K_f" + suffix] = luttinger_parameter(parts, kinetic)
        found["u_f" + suffix] = np.sqrt(parts.a_ff * _kinetic_stiffness(parts, kinetic)) / 3
    return found


INTERVALS = 400
"""Parts of the range of `across` in which roots are looked for."""


def free_trion_line(
    model: TrionLiquid,
    along: Mapping[str, ArrayLike],
    across: Mapping[str, tuple[float, float]],
    *,
    kinetic: str = "complete",
) -> xr.Dataset:
    """Points of the line K_f = 3 in the plane of two parameters.

    For each value of the first parameter all roots in the second one of

        b_gg (b_ff - 9 a_ff) - b_gf² = 0   (complete)   or   b_ff - 9 a_ff = 0   (published),

    which are polynomials in V_φ and V_θ and smooth for positive K and u, are bracketed in 400 parts of the range
    and polished to rounding (Brent). Points at which the wires are unstable are left out.

    Theory: docs/theory/wires.md, eq-trion.

    Args:
        model: the liquid; its values of the two parameters do not matter.
        along: the first parameter and its values.
        across: the second parameter and the range in which roots are looked for.
        kinetic: "complete" or "published".

    Returns:
        Dataset over `point`, ordered along the first parameter, with both parameters as variables; it has no point
        where the line does not cross the range. A curve that is parallel to the second parameter is found by
        exchanging the two.

    Raises:
        InputError: not one parameter each, equal ones, unknown ones, a range that does not rise, or one that leaves
            positive K and u.

    Example:
        >>> liquid = at.wires.TrionLiquid(K_c=1.0, K=1.0)
        >>> found = at.wires.free_trion_line(liquid, {"K": [0.9, 1.0]}, {"V_phi": (0.0, 3.2)})
        >>> found.V_phi.values.round(3).tolist()
        [3.099, 2.962]
    """
    choice("kinetic", kinetic, KINETIC)
    x, y = _name("along", along), _name("across", across)
    if x == y:
        raise InputError("across", f"name another parameter than {x}", repr(y))
    values = _within(f"along[{x!r}]", x, axis(f"along[{x!r}]", along[x]))
    ends = _within(f"across[{y!r}]", y, _range(f"across[{y!r}]", across[y]))
    points = [(value, root) for value in values for root in _roots(asdict(model) | {x: value}, y, ends, kinetic)]
    found = np.array(points).reshape(-1, 2)
    return dataset(
        {name: ("point", column, *KNOBS[name]) for name, column in zip((x, y), found.T, strict=True)},
        {"point": ("point", np.arange(len(found)), "1", "number of the point")},
        question="wires.free_trion_line",
        parameters=asdict(model),
        options={"along": x, "across": {y: ends}, "kinetic": kinetic},
        method=f"Brent's method in {INTERVALS} parts of the range for each value along",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )


def _name(argument: str, values: Any) -> str:
    if not isinstance(values, Mapping) or len(values) != 1:
        raise InputError(argument, "name one parameter", repr(values), 'for example {"K": [0.2, 0.4]}')
    return choice(argument, next(iter(values)), KNOBS)


def _range(argument: str, ends: Any) -> FloatArray:
    if np.shape(ends) != (2,):
        raise InputError(argument, "be a lowest and a highest value", repr(ends))
    low, high = (finite(argument, end) for end in ends)
    if low >= high:
        raise InputError(argument, "rise", f"{low:g} to {high:g}")
    return np.array([low, high])


def _within(argument: str, name: str, values: FloatArray) -> FloatArray:
    if not name.startswith("V_") and values.min() <= 0:
        raise InputError(argument, "be positive", float(values.min()))
    return values


def _roots(fields: dict[str, Any], name: str, ends: FloatArray, kinetic: str) -> list[float]:
    def excess(value: Any) -> Any:
        parts = sectors(**(fields | {name: value}))
        published = parts.b_ff - FREE_TRIONS**2 * parts.a_ff
        return published if kinetic == "published" else parts.b_gg * published - parts.b_gf**2

    places = np.linspace(ends[0], ends[1], INTERVALS + 1)
    signs = np.sign(excess(places))
    exact = places[signs == 0].tolist()
    crossed = np.flatnonzero(signs[1:] * signs[:-1] < 0)
    between = [brentq(excess, places[number], places[number + 1], xtol=1e-14, rtol=1e-14) for number in crossed]
    return [root for root in sorted(exact + between) if _stable(**(fields | {name: root}))]
