"""Coupled wires: a spinful primary and a spinless secondary Luttinger liquid, and where their flow starts.

`CoupledWires` names the parameters; `initial_couplings` turns them, arrays of them too, into the numbers of the flow
equations. Forward scattering is solved on the way. With H = [∂φᵀA∂φ + ∂θᵀB∂θ]/2π, φ = (φ_c, φ), the equal-time
correlations are those of the matrix M that solves M A M = B, and cos(vᵀφ) has the dimension vᵀMv/4. In fields scaled by
√K_c and √K, and with u_c = 1,

    A = [[1, υ√u], [υ√u, u]],      B = [[1, -tυu√u], [-tυu√u, u]],      t = V_θ / (V_θ of the line (13)),

which are positive for |υ| < 1 and |tυu| < 1, and M⁻¹ is the geometric mean of A and B⁻¹, for matrices of two rows

    M⁻¹ = √(ab) S/√det S,      S = A/a + B⁻¹/b,      a = √det A,      b = √det B⁻¹.

On the line (13), t = 1, this is M⁻¹ = [[1/K̃_c, Q/K̃_c], [Q/K̃_c, 1/K̃ + Q²/K̃_c]] with (14a, b).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.axes import Axes
from attractron.core.checks import FloatArray, choice, finite, positive
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.units import Angle, Number
from attractron.wires.dimensions import coupling_dimension

Fields = Mapping[str, Any]
"""Parameter name → number or array; all arrays broadcast with each other. A parameter that is not given is None."""

ON_THE_LINE = 4 * np.finfo(float).eps
"""|K_s - 1 - y_s/2| up to which K_s is meant to lie on the SU(2) line."""


POSITIVE = {
    "K_c": "K_c < 1 means repulsion, K_c > 1 attraction",
    "K": "K < 1 means repulsion, K > 1 attraction",
    "u_ratio": "it is the ratio of two speeds, u/u_c",
    "K_s": "K_s > 1 means repulsion; None is the SU(2) line",
}
"""What must be positive, and a word on it."""


class InitialCouplings(NamedTuple):
    """The numbers that a flow starts from, all of one shape.

    Attributes:
        y_s: backscattering in the spin sector.
        D: 2(K_s - 1) - y_s, the distance from the SU(2) line; the line-preserving flow keeps its sign.
        y_1, y_2: the couplings between the wires.
        p, r, q: M⁻¹ = [[p, r], [r, q]] in the fields (φ_c, φ) before the shift.
        l_1, l_2: l* of both couplings, infinite where they are commensurate.
        theta: relative phase of the two spins' backscattering.
    """

    y_s: FloatArray
    D: FloatArray
    y_1: FloatArray
    y_2: FloatArray
    p: FloatArray
    r: FloatArray
    q: FloatArray
    l_1: FloatArray
    l_2: FloatArray
    theta: FloatArray


def initial_couplings(fields: Fields) -> InitialCouplings:
    """The numbers for every combination of parameters (broadcast), not checked; complex parameters are allowed."""
    y_s = np.asarray(fields["y_s"])
    D = np.zeros_like(y_s) if fields["K_s"] is None else _snapped(2 * (np.asarray(fields["K_s"]) - 1) - y_s)
    p, r, q = _inverse_correlations(
        fields["K_c"], fields["K"], fields["upsilon"], fields["u_ratio"], fields["V_theta_ratio"]
    )
    r = r if fields["carriers"] == "holes" else -r
    second = fields["mismatch"] if fields["mismatch_2"] is None else fields["mismatch_2"]
    mass = 0.0 if fields["mass"] is None else fields["mass"]
    found = (
        *(y_s, D, fields["y"], fields["y_2"], p, r, q),
        *(_l_star(fields["mismatch"], mass), _l_star(second, mass), fields["theta"]),
    )
    return InitialCouplings(*np.broadcast_arrays(*found))


def _snapped(D: NDArray[Any]) -> NDArray[Any]:
    return np.where(np.abs(D.real) <= 2 * ON_THE_LINE, D - D.real, D)


def _l_star(mismatch: Any, mass: Any) -> NDArray[Any]:
    """min(l*, l*_m) = ln 1/max(mismatch, mass)."""
    larger = np.where(np.real(mismatch) >= np.real(mass), mismatch, mass)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(larger) + 0.0)


def _inverse_correlations(K_c: Any, K: Any, upsilon: Any, u_ratio: Any, V_theta_ratio: Any = 1.0) -> tuple[Any, ...]:
    """p, r, q of M⁻¹ = [[p, r], [r, q]] (this module's equations; (14a, b) where V_θ has its value of (13))."""
    root, u = np.sqrt(u_ratio), np.asarray(u_ratio)
    off, dual = upsilon * root, -V_theta_ratio * upsilon * u * root
    det_A, det_B = u * (1 - upsilon**2), u * (1 - (V_theta_ratio * upsilon * u) ** 2)
    a, b = np.sqrt(det_A), 1 / np.sqrt(det_B)
    s_11, s_12, s_22 = 1 / a + u * b, off / a - dual * b, u / a + b  # B⁻¹/b = adj(B) b
    factor = np.sqrt(a * b / (s_11 * s_22 - s_12**2))
    return factor * s_11 / K_c, factor * s_12 / np.sqrt(np.multiply(K_c, K)), factor * s_22 / K


def _check(fields: Fields) -> None:
    """Refuse what has no flow.

    Raises:
        InputError: names the parameter, its first bad value and what to do.
    """
    for name, remedy in POSITIVE.items():
        if fields[name] is not None:
            _demand(name, fields[name], lambda value: value > 0, "be positive", remedy)
    for name in ("mismatch", "mismatch_2", "mass"):
        if fields[name] is not None:
            remedy = "it is e^-l*: 0 for commensurate wires, 1 where the cosine is cut off at once"
            _demand(name, fields[name], lambda value: (value >= 0) & (value <= 1), "lie in [0, 1]", remedy)
    _demand("beta", fields["beta"], lambda value: value > 0, "be positive", "2 is the wire, 1 the ladder")
    upsilon, u = np.asarray(fields["upsilon"]), np.asarray(fields["u_ratio"])
    unstable = "beyond it the wires phase-separate; weaken the coupling between them"
    _demand("upsilon", upsilon, lambda value: np.abs(value) < 1, "lie in (-1, 1)", unstable)
    product = fields["V_theta_ratio"] * upsilon * u
    what = "upsilon * u_ratio" if np.all(np.equal(fields["V_theta_ratio"], 1)) else "V_theta_ratio * upsilon * u_ratio"
    _demand(what, product, lambda value: np.abs(value) < 1, "lie in (-1, 1)", unstable)
    if fields["K_s"] is None:
        remedy = "a phase between the spins breaks SU(2): give K_s"
        _demand("theta", fields["theta"], lambda value: value == 0, "be 0 on the SU(2) line (K_s=None)", remedy)


def _demand(name: str, values: Any, test: Callable[[Any], Any], expected: str, remedy: str) -> None:
    array = np.asarray(values)
    bad = ~np.asarray(test(array))
    if bad.any():
        raise InputError(name, expected, float(array[bad][0]) if array.ndim else float(array), remedy)


KNOBS = {
    "K_c": ("1", "Luttinger parameter K_c of the primary wire's charge"),
    "K": ("1", "Luttinger parameter K of the secondary wire"),
    "K_s": ("1", "Luttinger parameter K_s of the primary wire's spin"),
    "y_s": ("1", "backscattering y_s in the primary wire"),
    "y": ("1", "coupling y of the wires"),
    "y_2": ("1", "second coupling y₂ of the wires"),
    "upsilon": ("1", "forward scattering υ between the wires"),
    "u_ratio": ("1", "ratio of velocities u/u_c"),
    "mismatch": ("1", "mismatch e^(-l*) of the momenta"),
    "mismatch_2": ("1", "mismatch e^(-l*₂) of the second coupling"),
    "mass": ("1", "mass of the secondary wire in its bandwidth, e^(-l*_m)"),
    "theta": ("rad", "phase between the spins' backscattering"),
    "V_theta_ratio": ("1", "V_θ in units of its value on the line (13)"),
}
"""Parameters that may be an axis, with units and long names."""

OPTIONAL = ("K_s", "mismatch_2", "mass")


@dataclass(frozen=True, kw_only=True)
class CoupledWires(ShownAsTable):
    """A primary and a secondary wire with their initial, dimensionless couplings (Shavit and Oreg 2020, (9) to (16)).

    Fields obey [φ_i(x), ∂θ_j(x')] = iπδ(x-x')δ_ij; K < 1 is repulsion. The cosines between the wires are

        y cos(√2φ_s) cos(√2φ_c + βφ),      y_2 cos(√2φ_s) cos(√2φ_c - βφ)

    for carriers "holes"; for "particles" the signs of φ are exchanged, so that `y` is always the coupling whose
    mismatch |k_F - |k|| can be made small.

    Theory: docs/theory/wires.md, eq-liquids, eq-between, eq-line.

    Attributes:
        K_c, K: Luttinger parameters of the primary wire's charge and of the secondary wire, before the forward
            scattering between them.
        K_s: of the primary wire's spin; None means the SU(2)-symmetric line K_s = 1 + y_s/2.
        y_s: g_s/(πu_s).
        y: g_1/(√2 π ū), ū = (u_c + u)/2: from a density-density coupling V it is √2 V/(πū). Its sign is a shift of φ.
        y_2: the same of the other cosine.
        upsilon: υ = √(K_c K/(u_c u)) V_φ/π; negative for attraction between the wires.
        u_ratio: u/u_c.
        mismatch: e^{-l*} = (k_F - |k|)α_0 in [0, 1], where y is cut off; 0 is the commensurate point.
        mismatch_2: the same of y_2; None: as `mismatch`.
        mass: |m_sec - μ_sec|/Λ_sec in [0, 1], the gap of the secondary wire (B1): both couplings are cut off at
            min(l*, ln 1/mass); None: none.
        theta: relative phase of the two spins' backscattering off the secondary wire, rad.
        carriers: of the secondary wire, "holes" (k < 0) or "particles".
        beta: 2 for the wire, 1 for the ladder (22).
        V_theta_ratio: V_θ over its value -V_φ(u/u_c)K_cK of (13), on which (14) holds; 0: density-density coupling.

    Raises:
        InputError: a number outside its range, |υ| ≥ 1 or |υu/u_c| ≥ 1 (phase separation), theta on the SU(2) line.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> round(wires.K_tilde, 3), round(wires.Q, 3)  # (14)
        (0.403, 0.18)
        >>> [round(dimension, 3) for dimension in wires.dimensions]  # of cos(√2φ_c ± 2φ)
        [0.754, 0.959]
    """

    K_c: Number
    K: Number
    y_s: Number
    y: Number
    K_s: Number | None = None
    y_2: Number = 0.0
    upsilon: Number = 0.0
    u_ratio: Number = 1.0
    mismatch: Number = 0.0
    mismatch_2: Number | None = None
    mass: Number | None = None
    theta: Angle = 0.0
    carriers: str = "holes"
    beta: float = 2.0
    V_theta_ratio: Number = 1.0

    def __post_init__(self) -> None:
        for name in (*KNOBS, "beta"):
            value = getattr(self, name)
            if not (name in OPTIONAL and value is None):
                finite(name, value)
        choice("carriers", self.carriers, ("holes", "particles"))
        _check(asdict(self))

    @classmethod
    def from_couplings(
        cls, *, K_c: float, K: float, u_c: float, u: float, V_phi: float, V_theta: float = 0.0, **others: Any
    ) -> "CoupledWires":
        """From velocities and the forward scattering V_φ ∂φ_c∂φ/π² + V_θ ∂θ_c∂θ/π² of (12).

        Args:
            K_c, K: Luttinger parameters.
            u_c, u: velocities, in any one unit (for example meV nm, ħu).
            V_phi: √2 V for a density-density coupling V; in the unit of the velocities.
            V_theta: 0 for a density-density coupling.
            others: the remaining attributes; y_s and y are needed.

        Raises:
            InputError: as the class, and where V_φ = 0 but V_θ is not (no ratio to the line (13)).
        """
        for name, value in (("K_c", K_c), ("K", K), ("u_c", u_c), ("u", u)):
            positive(name, value)
        finite("V_phi", V_phi), finite("V_theta", V_theta)
        line = -V_phi * (u / u_c) * K_c * K
        if line == 0 and V_theta != 0:
            raise InputError("V_theta", "be 0 where V_phi is 0", V_theta, "give the couplings in the fields that mix")
        ratio = V_theta / line + 0.0 if line else 1.0  # not -0
        if math.isclose(ratio, 1.0, rel_tol=1e-14):
            ratio = 1.0
        upsilon = math.sqrt(K_c * K / (u_c * u)) * V_phi / math.pi
        return cls(K_c=K_c, K=K, upsilon=upsilon, u_ratio=u / u_c, V_theta_ratio=ratio, **others)

    def with_parameters(self, **values: Any) -> "CoupledWires":
        """The same wires with some attributes changed."""
        return replace(self, **values)

    def initial_couplings(self) -> InitialCouplings:
        """The numbers that the flow starts from."""
        return initial_couplings(asdict(self))

    @property
    def y_1(self) -> float:
        """The coupling that is nearly commensurate: `y`."""
        return self.y

    @property
    def K_c_tilde(self) -> float:
        """K̃_c after the shift that removes the forward scattering; (14a) on the line (13), 1/(M⁻¹)_cc in general."""
        return float(1 / self.initial_couplings().p)

    @property
    def K_tilde(self) -> float:
        """K̃ after the shift; (14b) on the line (13), the correlation M_φφ in general."""
        start = self.initial_couplings()
        return float(start.p / (start.p * start.q - start.r**2))

    @property
    def Q(self) -> float:
        """The shift φ_c → φ_c - Qφ, υ√(uK_c/(u_cK)) on the line (13); its sign is reversed for carriers "particles"."""
        start = self.initial_couplings()
        return float(start.r / start.p)

    @property
    def l_star(self) -> tuple[float, float]:
        """Where y and y_2 are cut off, with the mass; infinite for a commensurate point."""
        start = self.initial_couplings()
        return float(start.l_1), float(start.l_2)

    @property
    def dimensions(self) -> tuple[float, float]:
        """Scaling dimensions of both couplings' charge parts, vᵀMv/4 with v = (√2, ±β); with K_s/2 they decide."""
        p, r, q = self.initial_couplings()[4:7]
        first, second = (float(coupling_dimension(p, r, q, b)) for b in (self.beta, -self.beta))
        return first, second

    def describe(self) -> dict[str, Any]:
        """The parameters, JSON-safe, with those derived by (14) beside them."""
        derived = {"K_c_tilde": self.K_c_tilde, "K_tilde": self.K_tilde, "Q": self.Q}
        return {name: value for name, value in asdict(self).items() if value is not None} | derived

    def fields(self, axes: Axes) -> dict[str, Any]:
        """All parameters, those of `axes` replaced by their values shaped to broadcast over its dimensions; checked.

        Raises:
            InputError: a combination on the axes that the class would refuse.
        """
        found = asdict(self) | axes.open_grid
        _check(found)
        return found
