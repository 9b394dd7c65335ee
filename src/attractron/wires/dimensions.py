"""Exact scaling dimensions of a quadratic Hamiltonian of several Luttinger liquids, whatever couples them.

    H = [∂φᵀ A ∂φ + ∂θᵀ B ∂θ]/2π,      [φ_i(x), ∂θ_j(x')] = iπ δ(x - x') δ_ij,

A and B symmetric and positive: otherwise the energy has no lower bound, and the liquids phase-separate. A linear map φ
→ Rφ, θ → R⁻ᵀθ keeps the commutators; with R = B^½ W, W the eigenvectors of B^½ A B^½ with eigenvalues u_i², and a
rescaling by √u_i, it leaves decoupled modes with K = 1 and velocities u_i. Equal-time correlations of φ are thus those
of

    M = B^½ (B^½ A B^½)^{-½} B^½,      M A M = B,

of θ those of M⁻¹, and φ and θ are not correlated at equal times up to the phases of their algebra, so that

    dim cos(vᵀφ + wᵀθ) = (vᵀ M v + wᵀ M⁻¹ w)/4

(one liquid: A = u/K, B = uK, M = K, and cos 2φ has the dimension K). Derived in full where Shavit and Oreg (2020) use
the line (13), on which this is (14a-c).

The couplings between the wires are cosines of v = (√2, b) over (φ_c, φ), b = ±2 (±1 for a ladder). Where a flow keeps
M⁻¹ = [[p, r], [r, q]], as it does because that is what its equations are linear in, their dimension is

    vᵀMv/4 = (2q - 2√2 b r + b² p)/4(pq - r²).
"""

import math
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, finite, positive, shown, symmetric_matrix
from attractron.core.errors import InputError
from attractron.core.jit import jit
from attractron.core.results import dataset

SYMMETRY = 1e-12
"""Relative difference of a matrix and its transpose that is rounding."""


@jit
def coupling_dimension(p: Any, r: Any, q: Any, b: Any) -> Any:
    """vᵀMv/4 of v = (√2, b), from M⁻¹ = [[p, r], [r, q]] (this module's equation); numbers or arrays, complex too."""
    return (2 * q - 2 * math.sqrt(2.0) * b * r + b * b * p) / (4 * (p * q - r * r))


class Modes(NamedTuple):
    """Correlations M of φ (mode, mode), their inverse, which are those of θ, and the velocities in rising order."""

    M: FloatArray
    M_inverse: FloatArray
    velocities: FloatArray


def normal_modes(A: ArrayLike, B: ArrayLike) -> Modes:
    """Solve H = [∂φᵀ A ∂φ + ∂θᵀ B ∂θ]/2π.

    Args:
        A, B: symmetric positive matrices (mode, mode), in a unit of velocity.

    Returns:
        M, M⁻¹ (dimensionless) and the velocities of the normal modes, √eig(AB), in the unit of A and B.

    Raises:
        InputError: not a symmetric matrix of finite numbers; not positive: unstable towards phase separation (A) or
            a current that grows by itself (B).
    """
    first, second = _positive("A", A), _positive("B", B)
    if first.shape != second.shape:
        raise InputError("B", f"have the shape of A, {first.shape}", second.shape)
    root = _power(second, 0.5)
    middle = root @ first @ root
    M, M_inverse = root @ _power(middle, -0.5) @ root, np.linalg.inv(root) @ _power(middle, 0.5) @ np.linalg.inv(root)
    velocities = np.sqrt(np.linalg.eigvalsh(middle))
    return Modes((M + M.T) / 2, (M_inverse + M_inverse.T) / 2, velocities)


def scaling_dimension(modes: Modes, phi: ArrayLike, theta: ArrayLike | None = None) -> float:
    """Dimension of cos(vᵀφ + wᵀθ); below 2 it is relevant.

    Args:
        modes: of `normal_modes`.
        phi: v (mode,).
        theta: w (mode,); zero by default.

    Returns:
        (vᵀ M v + wᵀ M⁻¹ w)/4.

    Raises:
        InputError: not a vector with one finite number for each mode.
    """
    v = _vector("phi", phi, len(modes.M))
    w = np.zeros(len(modes.M)) if theta is None else _vector("theta", theta, len(modes.M))
    return float(v @ modes.M @ v + w @ modes.M_inverse @ w) / 4


def two_wires(
    *, K_c: float, u_c: float, K: float, u: float, V_phi: float, V_theta: float = 0.0
) -> tuple[FloatArray, FloatArray]:
    """A and B of the fields (φ_c, φ) of (9), (11) and (12).

        A = [[u_c/K_c, V_φ/π], [V_φ/π, u/K]]      B = [[u_c K_c, V_θ/π], [V_θ/π, u K]]

    Args:
        K_c, u_c: primary wire's charge.
        K, u: secondary wire.
        V_phi, V_theta: coupling, in the unit of the velocities; √2 V and 0 for a density-density coupling V.

    Raises:
        InputError: a parameter or velocity that is not positive, a number that is not finite.
    """
    for name, value in (("K_c", K_c), ("u_c", u_c), ("K", K), ("u", u)):
        positive(name, value)
    off, dual = finite("V_phi", V_phi) / np.pi, finite("V_theta", V_theta) / np.pi
    return np.array([[u_c / K_c, off], [off, u / K]]), np.array([[u_c * K_c, dual], [dual, u * K]])


def exact_dimensions(*, K_c: float, u_c: float, K: float, u: float, V_phi: float, V_theta: float = 0.0) -> xr.Dataset:
    """Dimensions and exponents of coupled wires for any V_φ, V_θ, on the line (13) and off it.

    Theory: docs/theory/wires.md, eq-dimension, eq-line.

    Args:
        K_c, u_c, K, u, V_phi, V_theta: as of `two_wires`.

    Returns:
        Dataset: `dimension_1`, `dimension_2` of cos(√2φ_c ± 2φ) (on (13): K̃_c/2 + (1 ∓ Q/√2)² K̃); `dimension_cdw` of
        cos(√2φ_c) (on (13): (K̃_c + Q²K̃)/2) and `dimension_sc` of cos(√2θ_c) (1/(2K̃_c)), both without their spin
        part K_s/2; `velocity` (mode) of the normal modes in the unit given.

    Raises:
        InputError: as `two_wires` and `normal_modes`.

    Example:
        >>> found = at.wires.exact_dimensions(K_c=0.9, u_c=1.0, K=0.4, u=1.0, V_phi=0.3)
        >>> float(found.dimension_1.round(3)), float(found.dimension_2.round(3))  # forward scattering favours one
        (0.827, 0.875)
    """
    parameters = {"K_c": K_c, "u_c": u_c, "K": K, "u": u, "V_phi": V_phi, "V_theta": V_theta}
    modes = normal_modes(*two_wires(**parameters))
    root = float(np.sqrt(2))
    operators = {
        "dimension_1": ((root, 2.0), None, "dimension of cos(√2φ_c + 2φ)"),
        "dimension_2": ((root, -2.0), None, "dimension of cos(√2φ_c - 2φ)"),
        "dimension_cdw": ((root, 0.0), None, "dimension of cos(√2φ_c), the charge part of the density wave"),
        "dimension_sc": ((0.0, 0.0), (root, 0.0), "dimension of cos(√2θ_c), the charge part of the pairs"),
    }
    return dataset(
        {
            **{name: ((), scaling_dimension(modes, v, w), "1", text) for name, (v, w, text) in operators.items()},
            "velocity": (("mode",), modes.velocities, "unit of u_c", "velocities of the normal modes"),
        },
        {},
        question="wires.exact_dimensions",
        parameters=parameters,
        method="normal modes of the quadratic Hamiltonian",
        validity=("Exact for the quadratic part of the Hamiltonian; cosines are perturbations of it.",),
        references=("shavit_oreg2020",),
    )


def _power(matrix: FloatArray, exponent: float) -> FloatArray:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**exponent) @ vectors.T)


def _positive(name: str, matrix: ArrayLike) -> FloatArray:
    """A symmetric positive matrix, or an InputError."""
    array = symmetric_matrix(name, matrix, SYMMETRY)
    lowest, largest = np.linalg.eigvalsh(array)[[0, -1]]
    if lowest <= np.finfo(float).eps * len(array) * largest:
        what = "the liquids phase-separate" if name == "A" else "a current grows by itself"
        raise InputError(name, "be positive definite", f"lowest eigenvalue {lowest:.6g}", f"{what}; couple them less")
    return array


def _vector(name: str, values: ArrayLike, length: int) -> FloatArray:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(name, "be a vector of numbers", shown(values)) from None
    if array.shape != (length,):
        raise InputError(name, f"have one number for each of {length} modes", f"shape {array.shape}")
    if not np.isfinite(array).all():
        raise InputError(name, "be finite", shown(array.tolist()))
    return array
