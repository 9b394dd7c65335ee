"""Coulomb repulsion of parallel wires above a metal plane: what their distance and the gate make of V(q).

Two lines of charge at the distance d, both at the height D above a gate, in a medium of permittivity ε. Every charge
has its image of opposite sign at 2D below it, at √(d² + 4D²) from the other line. The Fourier transform of e²/(4πε_0ε
r) along a line is 2K_0(|q|r), so that

    V(q) = (2e²/4πε_0ε) [K_0(qd) - K_0(q√(d² + 4D²))],      V(0) = (2e²/4πε_0ε) ln(√(d² + 4D²)/d).

Forward scattering falls with the distance as a logarithm, and as 2D²/d² beyond the gate; backscattering, at 2k_F, falls
as √(π/2qd) e^{-qd} once d > 1/2k_F: the distance between the wires is a knob for y more than for υ.

Charges of one wire of the radius a, spread evenly around it: the mean of K_0 over two points of the same cylinder is
I_0(qa)K_0(qa), hence

    U(q) = (2e²/4πε_0ε) [I_0(qa)K_0(qa) - K_0(2qD)],      U(0) = (2e²/4πε_0ε) ln(2D/a)      (a ≪ D).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import i0e, k0, k0e

from attractron.core.checks import FloatArray
from attractron.core.constants import COULOMB


def between_lines(q: ArrayLike, distance: ArrayLike, *, gate_distance: float, permittivity: float) -> FloatArray:
    """V(q) of two parallel lines in meV nm; arrays broadcast.

    Args:
        q: in 1/nm, ≥ 0.
        distance: d in nm.
        gate_distance: D in nm.
        permittivity: ε, relative.
    """
    d = np.asarray(distance, dtype=float)
    image = np.hypot(d, 2 * gate_distance)
    return _transform(q, lambda wave: k0(wave * d) - k0(wave * image), np.log(image / d)) * 2 * COULOMB / permittivity


def within_line(q: ArrayLike, radius: float, *, gate_distance: float, permittivity: float) -> FloatArray:
    """U(q) of one wire in meV nm.

    Args:
        q: in 1/nm, ≥ 0.
        radius: a in nm.
        gate_distance, permittivity: as for `between_lines`.
    """
    near = np.log(2 * gate_distance / radius)
    prefactor = 2 * COULOMB / permittivity
    return (
        _transform(q, lambda wave: i0e(wave * radius) * k0e(wave * radius) - k0(2 * wave * gate_distance), near)
        * prefactor
    )


def _transform(q: ArrayLike, of: Callable[[FloatArray], FloatArray], at_zero: ArrayLike) -> FloatArray:
    """A transform that has a limit at q = 0."""
    wave = np.abs(np.asarray(q, dtype=float))
    safe = np.where(wave > 0, wave, 1.0)
    return np.asarray(np.where(wave > 0, of(safe), at_zero))
