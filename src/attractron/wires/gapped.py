"""A gapped secondary liquid does not change K_c: its density cannot be squeezed.

Integrating out the secondary to second order in (V_φ/π²) ∂φ_c∂φ, with its density ρ = -∂φ/π and the static response
χ(q) = 2 Σ_x |<x|ρ_q|0>|²/(L E_x), changes the stiffness of the primary's charge to

    u_c/K_c - V_φ² χ(q)/π.

A gapless liquid has χ = K/(πu) at small q, which is (u_c/K_c)(1 - υ²). For a liquid with a gap, charge conservation
qJ = [ρ_q, H] and the sum rule Σ_x E_x |<x|ρ_q|0>|²/L = uKq²/2π bound it by the lowest energy E_min of what ρ_q creates,

    χ(q) ≤ uKq²/(π E_min²):

it vanishes as q², and so does any correction to K_c. The term V_φ²/m (∂φ_c)² that the paper mentions (Appendix B) has
therefore the coefficient zero; what is left has a gradient more. For free massive fermions (the Luther-Emery point,
K = 1, E_k = √(u²k² + m²), pairs cost 2m at least) the response is known in full. With x = uq/2m

    χ(q) = ∫dk/2π [1 - (u²k(k+q) + m²)/(E_k E_{k+q})]/(E_k + E_{k+q})
         = (1/πu) [1 - arsinh(x)/(x√(1+x²))] = uq²/(6πm²) - ...,      bound uq²/(4πm²),

so the leading term is -(V_φ²u/12π³m²)(∂²φ_c)². The attraction that a gapped secondary mediates sits in the 2k_F part,
which is not conserved, and in polarizers that couple by one place only (`attractron.wires.polarizers`).
"""

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, finite, positive
from attractron.core.errors import InputError
from attractron.core.results import dataset

SMALL = 0.2
"""x below which the series is used, since the closed form cancels there."""

TERMS = 12


def density_response(q: ArrayLike, *, mass: float, velocity: float) -> FloatArray:
    """χ(q) of free massive fermions (this module's equation), 1/(meV nm) over the shape of q.

    Args:
        q: momenta, 1/nm.
        mass: m > 0, half of the gap, meV.
        velocity: ħu, meV nm.
    """
    x = np.abs(velocity * np.asarray(q, dtype=float) / (2 * mass))
    far = np.maximum(x, SMALL)
    closed = 1 - np.arcsinh(far) / (far * np.hypot(1.0, far))
    return np.asarray(np.where(x < SMALL, _series(x), closed) / (np.pi * velocity))


def gapped_secondary(q: ArrayLike, *, mass: float, velocity: float, V_phi: float, K_c: float, u_c: float) -> xr.Dataset:
    """What a gapped secondary does to K_c at momentum q, and that it vanishes for q → 0.

    With u_cK_c unchanged, K_c(q) = K_c/√(1 - V_φ²χ(q)K_c/(πu_c)).

    Theory: docs/theory/wires.md, eq-gapped.

    Args:
        q: momenta, 1/nm, an axis.
        mass: m, half of the gap of the secondary, meV.
        velocity: ħu of the secondary, meV nm.
        V_phi: forward scattering V_φ, meV nm.
        K_c: Luttinger parameter of the primary's charge.
        u_c: its velocity ħu_c, meV nm.

    Returns:
        Dataset over `q`: `response` χ and its bound `response_bound`, 1/(meV nm); `K_c_ratio`, K_c(q)/K_c; and the
        scalar `curvature`, the coefficient of q² in K_c(q)/K_c - 1 at small q, nm².

    Raises:
        InputError: momenta that are not an axis, parameters not positive, a coupling at which the wires are unstable.

    Example:
        >>> found = at.wires.gapped_secondary([1e-4, 2e-4], mass=1.0, velocity=500.0, V_phi=100.0, K_c=0.9, u_c=500.0)
        >>> [float(f"{ratio:.2g}") for ratio in found.K_c_ratio.values - 1]  # vanishes as q²
        [7.6e-07, 3e-06]
    """
    momenta = axis("q", q)
    m, u, K, speed = (
        positive(name, value) for name, value in (("mass", mass), ("velocity", velocity), ("K_c", K_c), ("u_c", u_c))
    )
    strength = finite("V_phi", V_phi) ** 2 * K / (np.pi * speed)
    chi = density_response(momenta, mass=m, velocity=u)
    worst = strength * float(chi.max())
    if worst >= 1:
        largest = float(np.sqrt(V_phi**2 / worst))
        raise InputError(
            "V_phi",
            f"be smaller than {largest:.6g} meV nm",
            V_phi,
            "beyond it the wires phase-separate at these momenta",
        )
    return dataset(
        {
            "response": ("q", chi, "1/(meV nm)", "static response of the density"),
            "response_bound": ("q", u * momenta**2 / (4 * np.pi * m**2), "1/(meV nm)", "bound by the sum rule"),
            "K_c_ratio": ("q", 1 / np.sqrt(1 - strength * chi), "1", "K_c(q)/K_c"),
            "curvature": ((), strength * u / (12 * np.pi * m**2), "nm²", "coefficient of q² in K_c(q)/K_c - 1"),
        },
        {"q": ("q", momenta, "1/nm", "momentum")},
        question="wires.gapped_secondary",
        parameters={"mass": m, "velocity": u, "V_phi": V_phi, "K_c": K, "u_c": speed},
        method="second order in V_φ with the exact response of free massive fermions",
        validity=(
            "Second order in the forward scattering, static; the secondary at its Luther-Emery point (free massive "
            "fermions). Other interactions change the number, not the power of q.",
        ),
        references=("shavit_oreg2020",),
    )


def _series(x: FloatArray) -> FloatArray:
    """1 - arsinh(x)/(x√(1+x²)) = Σ_n -(-1)^n (2n)!!/(2n+1)!! x^(2n), n ≥ 1; twelve terms give 1e-17 at x = 0.2."""
    total, term = np.zeros_like(x), np.ones_like(x)
    for n in range(1, TERMS + 1):
        term = -term * x**2 * (2 * n) / (2 * n + 1)
        total = total - term
    return total
