"""The fractional conductance at a temperature, in a wire of finite length, and how wide its plateau is.

In the trion phase φ_g is pinned, n_g = (1, 1, 2)/√6, and the conductances over (up, down, secondary) are
T = 1 - (1 - 𝒯) n_g n_gᵀ (`attractron.wires.conductance`, with 𝒯 = 0 there), 𝒯 the part of the current of φ_g that gets
through nevertheless: with the secondary grounded

    G = 2 - (2/3)(1 - 𝒯),      drag -(2/3)(1 - 𝒯),      secondary 1 - (2/3)(1 - 𝒯)      (e²/h):

4/3 and -2/3 for 𝒯 = 0, 2 and 0 for 𝒯 = 1. What passes are solitons of φ_g, each √6φ_g → √6φ_g + 2π, and where
cos √6φ_g has the dimension 1, 3K_g/2 = 1, they are free fermions of the mass Δ and the velocity u_g (Luther and Emery
1974). A region of the length L with the mass between massless ones, a detuning μ_g away from commensurate densities,

    H = -iħu_g τ_z ∂_x + Δ(x) τ_x - μ_g(x),

is then solved by matching two waves: with E the energy from the middle of the gap in the region,

    𝒯(E) = 1/[1 + Δ² sinh²(κL)/(Δ² - E²)],   ħu_gκ = √(Δ² - E²)   (|E| > Δ: κ → ik, the same function),
    𝒯 = ∫dE (-f'(E)) 𝒯(E + μ_g).

Limits. Cold, at μ_g = 0: 𝒯 = 1/cosh²(L/ξ) → 4e^{-2L/ξ}, ξ = ħu_g/Δ. Long: 𝒯 → √(2πkT/Δ) e^{-Δ/kT}, from √(1 - Δ²/E²)
above the gap. The plateau is |μ_g| < Δ, its edges kT wide: a mismatch δk = k_F - |k| of the densities is
μ_g = ħu_g δk, and a chemical potential of the secondary, δk = K δμ/(ħu), gives δμ = ±Δ u/(K u_g).

What is exact. Both limits of 𝒯, 0 and 1, and with them 4/3 and 2, hold for any K_g and for leads without interactions,
which leave no K in the conductance (`attractron.wires.conductance`). Between them this is the exact solution of
another problem: K_g = 2/3 in wire and leads. For other K_g the activation by Δ and the decay by ξ = ħu_g/Δ remain and
amplitudes change. Leads without interactions change what happens far below ħu_g/L: tunnelling of a soliton through the
region moves the charge (1, 1, 2)/3 and has the dimension |q|² = 2/3 < 1 there (1 for matched leads), so that it grows
on cooling as T^{-1/3} and the wire returns to 2 e²/h at

    kT* = (ħu_g/L) 𝒯_0^{3/2},      𝒯_0 = 1/cosh²(L/ξ):

the plateau lives between T* and Δ. (A weak region is irrelevant: cos √6φ_g at a point has the dimension 3/2.)
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, positive
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset

CLEAN, SHARE = 2.0, 2.0 / 3.0
"""e²/h: of two channels; (1, 1, 0)·n_g squared, what the primary loses with φ_g."""

SOLITON_CHARGE = 2.0 / 3.0
"""Dimension of a soliton's tunnelling between leads without interactions, |(1, 1, 2)/3|²."""

KNOBS = {
    "temperature": ("K", "temperature"),
    "length": ("nm", "length of the region"),
    "detuning": ("meV", "detuning µ_g of the densities"),
}

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
REACH = 40.0
"""kT beyond the gap that are integrated over: e^-40 is left out."""
_GRADES = np.concatenate([2.0 ** -np.arange(40, 1, -2), np.linspace(0.5, REACH, 40)])
MOST_FRINGES = 3000
"""Within the reach, from which on a fringe is so much narrower than kT that their average serves."""


def transmission(E: ArrayLike, *, gap: float, length: float, velocity: float) -> FloatArray:
    """𝒯(E) of the region, E from the middle of the gap (this module's equation).

    Args:
        E: energies, meV.
        gap: Δ, meV.
        length: L, nm; infinite: the average over the fringes, √(1 - Δ²/E²).
        velocity: ħu_g, meV nm.
    """
    energy = np.asarray(E, dtype=float)
    below = gap**2 - energy**2
    if np.isinf(length):
        return np.asarray(np.sqrt(np.maximum(-below, 0.0)) / np.maximum(np.abs(energy), gap))
    phase = np.sqrt(np.abs(below)) * length / velocity
    edge = (gap * length / velocity) ** 2  # of sinh²(κL) Δ²/(Δ² - E²) for E → ±Δ
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        wave = np.where(below > 0, np.sinh(np.minimum(phase, 350.0)), np.sin(phase)) / phase
        back = edge * np.where(phase < 1e-8, 1.0, wave) ** 2  # infinite deep in a long wire: nothing passes
    return np.asarray(1 / (1 + back))


def thermal_transmission(*, temperature: float, length: float, detuning: float, gap: float, velocity: float) -> float:
    """𝒯 at a temperature in K (this module's equation); other units as of `transmission`."""
    kT = K_B * temperature
    if kT == 0:
        return float(transmission(detuning, gap=gap, length=length, velocity=velocity))
    # Panels shrink towards the ends of the gap, where 𝒯 is a root, and resolve f'; the reach goes past both ends, so
    # that what is activated is right however small.
    reach = REACH * kT + abs(detuning) + gap
    graded = [place + sign * kT * _GRADES for place in (detuning, -gap, gap) for sign in (-1, 1)]
    edges = np.clip(np.concatenate([[-gap, gap], *graded]), detuning - reach, detuning + reach)
    outer = np.abs(edges) >= gap
    sides = [np.unique(np.abs(edges[outer & (sign * edges > 0)])) for sign in (-1, 1)]
    fringes = np.sqrt((reach + abs(detuning)) ** 2 - gap**2) * length / (np.pi * velocity)
    if fringes > MOST_FRINGES:
        length_above, panels_above = np.inf, _panels
    else:
        length_above, panels_above = length, partial(_fringe_panels, gap=gap, scale=length / velocity)
    total = 0.0
    for E, weight, own_length in (
        (*_panels(np.unique(np.clip(edges, -gap, gap))), length),
        *(
            (sign * E, weight, length_above)
            for sign, side in zip((-1, 1), sides, strict=True)
            for E, weight in [panels_above(side)]
        ),
    ):
        tail = np.exp(-np.abs(E - detuning) / kT)
        passed = transmission(E, gap=gap, length=own_length, velocity=velocity)
        total += float((weight * passed * tail / (kT * (1 + tail) ** 2)).sum())
    return total


def _panels(edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Gauss's nodes and weights on panels between the edges."""
    middle, half = (edges[1:] + edges[:-1]) / 2, (edges[1:] - edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * _NODES).ravel(), (half[:, None] * _WEIGHTS).ravel()


def _fringe_panels(edges: FloatArray, *, gap: float, scale: float) -> tuple[FloatArray, FloatArray]:
    """The same above the gap, where 𝒯 has a resonance wherever the phase kL is nπ; `scale` is L/ħu_g.

    Near the gap resonances are narrow: 𝒯 = 1/(1 + b² sin² φ) with b = Δ/ħu_gk ≫ 1. The variable ψ of
    tan ψ = √(1 + b²) tan φ makes it flat, with b that of each resonance.
    """
    phase = np.sqrt(np.maximum(edges**2 - gap**2, 0.0)) * scale
    half_fringes = np.arange(np.ceil(phase[0] / (np.pi / 2)), phase[-1] / (np.pi / 2)) * np.pi / 2
    phase = np.unique(np.concatenate([phase, half_fringes]))
    number = np.round((phase[1:] + phase[:-1]) / 2 / np.pi)
    stretch = np.where(number > 0, np.hypot(1.0, gap * scale / np.maximum(number * np.pi, 1.0)), 1.0)
    from_resonance = np.stack([phase[:-1], phase[1:]]) - number * np.pi
    psi = np.arctan2(stretch * np.sin(from_resonance), np.cos(from_resonance))  # (end, panel)
    middle, half = (psi[1] + psi[0]) / 2, (psi[1] - psi[0]) / 2
    nodes = middle[:, None] + half[:, None] * _NODES
    sine, cosine, s = np.sin(nodes), np.cos(nodes), stretch[:, None]
    phi = (np.arctan2(sine, s * cosine) + number[:, None] * np.pi) / scale  # ħu_gk
    energy = np.hypot(gap, phi)
    weight = half[:, None] * _WEIGHTS * s / ((s * cosine) ** 2 + sine**2) * phi / (energy * scale)
    return energy.ravel(), weight.ravel()


def fractional_conductance(axes: Mapping[str, ArrayLike], *, gap: float, velocity: float) -> xr.Dataset:
    """Conductance of a finite wire in the trion phase, the secondary grounded (this module's equations).

    Args:
        axes: `temperature` in K, `length` in nm and `detuning` μ_g in meV (0 if not given): arrays make dimensions.
        gap: Δ, half of the cost of a soliton pair of φ_g, meV.
        velocity: ħu_g, meV nm (`attractron.wires.trion_phase`).

    Returns:
        Dataset over the axes, in e²/h: `primary` (2 to 4/3), `drag` (0 to -2/3) and `secondary` (1 to 1/3); `passed`,
        the part 𝒯 of the current of φ_g that gets through; `recovery_temperature` T* in K, below which leads without
        interactions bring 2 e²/h back; scalar `correlation_length` ξ in nm.

    Raises:
        InputError: an unknown axis, no temperature or length, numbers that are not positive.

    Example:
        >>> found = at.wires.fractional_conductance(
        ...     {"temperature": [0.05, 1.0, 20.0], "length": 1000.0}, gap=0.5, velocity=100.0)
        >>> found.primary.values.round(3).tolist()  # e²/h: 4/3 while k_BT is far below the gap
        [1.333, 1.335, 1.86]
    """
    knobs = over_axes("axes", axes, KNOBS)
    for name in ("temperature", "length"):
        if name not in knobs:
            raise InputError("axes", f"have a {name}", ", ".join(knobs) or "nothing")
    Delta, speed = positive("gap", gap), positive("velocity", velocity)
    for value in np.atleast_1d(knobs["temperature"]):
        checked_temperature("axes['temperature']", value)
    for value in np.atleast_1d(knobs["length"]):
        positive("axes['length']", value)
    fields = {"detuning": 0.0, **knobs.open_grid}
    kelvin, length, detuning = np.broadcast_arrays(*(np.asarray(fields[name], dtype=float) for name in KNOBS))
    points = zip(kelvin.flat, length.flat, detuning.flat, strict=True)
    passed = np.array(
        [thermal_transmission(temperature=T, length=L, detuning=m, gap=Delta, velocity=speed) for T, L, m in points]
    ).reshape(knobs.shape)
    cold = np.asarray(1 / np.cosh(np.minimum(np.asarray(fields["length"]) * Delta / speed, 300.0)) ** 2)
    recovery = speed / (K_B * np.asarray(fields["length"])) * cold ** (1 / (2 * (1 - SOLITON_CHARGE)))
    dims, lost = knobs.dims, SHARE * (1 - passed)
    return dataset(
        {
            "primary": (dims, CLEAN - lost, "e²/h", "conductance of the primary, secondary grounded"),
            "drag": (dims, -lost, "e²/h", "current of the secondary by the voltage of the primary"),
            "secondary": (dims, 1 - lost, "e²/h", "conductance of the secondary, primary grounded"),
            "passed": (dims, passed, "1", "part of the current of φ_g that gets through"),
            "recovery_temperature": (
                dims,
                np.broadcast_to(recovery, knobs.shape),
                "K",
                "temperature below which leads without interactions bring 2 e²/h back",
            ),
            "correlation_length": ((), speed / Delta, "nm", "correlation length of the gap"),
        },
        knobs.labelled(KNOBS),
        question="wires.fractional_conductance",
        parameters={"gap": Delta, "velocity": speed, **knobs.fixed},
        method="transmission of a massive region of free fermions (Luther and Emery's point), averaged thermally",
        validity=(
            "Exact in both limits, 4/3 and 2, for leads without interactions; between them exact for K_g = 2/3 in wire "
            "and leads, otherwise an interpolation with the right activation and decay length.",
            "Temperatures above the recovery temperature, which is an estimate; sharp ends of the region, no disorder; "
            "the spin gap far above this one.",
        ),
        references=("shavit_oreg2020", "luther_emery1974", "attractron"),
    )


def plateau_halfwidth(*, gap: float, K: float, u: float, u_g: float) -> float:
    """Half of the width of the plateau in the chemical potential of the secondary, meV: Δ u/(K u_g).

    Args:
        gap: Δ, meV.
        K, u: Luttinger parameter and velocity of the secondary.
        u_g: velocity of φ_g, in the unit of u.

    Raises:
        InputError: a number that is not positive.

    Example:
        >>> round(at.wires.plateau_halfwidth(gap=0.5, K=0.4, u=300.0, u_g=250.0), 3)  # meV
        1.5
    """
    for name, value in (("gap", gap), ("K", K), ("u", u), ("u_g", u_g)):
        positive(name, value)
    return gap * u / (K * u_g)
