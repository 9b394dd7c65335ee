"""Where a flow starts: from named parameters to the numbers of the flow equations, for arrays of parameters at once.

Forward scattering. With H = [∂φᵀA∂φ + ∂θᵀB∂θ]/2π, φ = (φ_c, φ), the equal-time correlations are those of the matrix
M that solves M A M = B, and cos(vᵀφ) has the dimension vᵀMv/4. In fields scaled by √K_c and √K, and with u_c = 1,

    A = [[1, υ√u], [υ√u, u]],      B = [[1, -tυu√u], [-tυu√u, u]],      t = V_θ / (V_θ of the line (13)),

which are positive for |υ| < 1 and |tυu| < 1, and M⁻¹ is the geometric mean of A and B⁻¹, for matrices of two rows

    M⁻¹ = √(ab) S/√det S,      S = A/a + B⁻¹/b,      a = √det A,      b = √det B⁻¹.

On the line (13), t = 1, this is M⁻¹ = [[1/K̃_c, Q/K̃_c], [Q/K̃_c, 1/K̃ + Q²/K̃_c]] with (14a, b).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError

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


class Bare(NamedTuple):
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


def bare(fields: Fields) -> Bare:
    """The numbers for every combination of parameters (broadcast), not checked; complex parameters are allowed."""
    y_s = np.asarray(fields["y_s"])
    D = np.zeros_like(y_s) if fields["K_s"] is None else _snapped(2 * (np.asarray(fields["K_s"]) - 1) - y_s)
    p, r, q = inverse_correlations(
        fields["K_c"], fields["K"], fields["upsilon"], fields["u_ratio"], fields["V_theta_ratio"]
    )
    r = r if fields["carriers"] == "holes" else -r
    second = fields["mismatch"] if fields["mismatch_2"] is None else fields["mismatch_2"]
    mass = 0.0 if fields["mass"] is None else fields["mass"]
    found = (
        *(y_s, D, fields["y"], fields["y_2"], p, r, q),
        *(_l_star(fields["mismatch"], mass), _l_star(second, mass), fields["theta"]),
    )
    return Bare(*np.broadcast_arrays(*found))


def _snapped(D: NDArray[Any]) -> NDArray[Any]:
    return np.where(np.abs(D.real) <= 2 * ON_THE_LINE, D - D.real, D)


def _l_star(mismatch: Any, mass: Any) -> NDArray[Any]:
    """min(l*, l*_m) = ln 1/max(mismatch, mass)."""
    larger = np.where(np.real(mismatch) >= np.real(mass), mismatch, mass)
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(larger) + 0.0)


def inverse_correlations(K_c: Any, K: Any, upsilon: Any, u_ratio: Any, V_theta_ratio: Any = 1.0) -> tuple[Any, ...]:
    """p, r, q of M⁻¹ = [[p, r], [r, q]] (this module's equations; (14a, b) where V_θ has its value of (13))."""
    root, u = np.sqrt(u_ratio), np.asarray(u_ratio)
    off, dual = upsilon * root, -V_theta_ratio * upsilon * u * root
    det_A, det_B = u * (1 - upsilon**2), u * (1 - (V_theta_ratio * upsilon * u) ** 2)
    a, b = np.sqrt(det_A), 1 / np.sqrt(det_B)
    s_11, s_12, s_22 = 1 / a + u * b, off / a - dual * b, u / a + b  # B⁻¹/b = adj(B) b
    factor = np.sqrt(a * b / (s_11 * s_22 - s_12**2))
    return factor * s_11 / K_c, factor * s_12 / np.sqrt(np.multiply(K_c, K)), factor * s_22 / K


def check(fields: Fields) -> None:
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
