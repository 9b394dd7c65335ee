"""The flow equations of coupled wires (Shavit and Oreg 2020, (16)), one function that kernels and derivatives call.

With X = 2(K_s - 1), S = Σ_i c_i y_i²/4 and M the correlations of (φ_c, φ) (see `attractron.wires.model`),

    dy_s/dl = -X y_s - cos θ S                                                             (16a)
    dX/dl   = -y_s² - S                     line-preserving;  -K_s²(y_s² + S) as published (16b)
    dy_i/dl = (2 - v_iᵀMv_i/4 - K_s/2 - y_s/2) y_i,      v_i = (√2, ±β)                     (16c, d)
    dM⁻¹/dl = Σ_i c_i y_i² v_i v_iᵀ/16                                                     (16e, f)

the last being the complete second order: the product of cos(√2φ_s)cos(vᵀφ) with itself holds (vᵀ∂φ)², which adds to the
quadratic form ∂φᵀM⁻¹∂φ. In the fields shifted by (14), M⁻¹ = diag(1/K̃_c, 1/K̃) and v_i = (√2, ±(β ∓ √2Q)); the published
form keeps only the diagonal of the feedback there and writes it for Q = 0, so that d(1/K̃)/dl = β²Σcy²/16 and
d(1/K̃_c)/dl = Σcy²/8.

The line K_s = 1 + y_s/2 is SU(2) symmetric. D = X - y_s obeys dD/dl = y_s D in the line-preserving form: the line is
kept exactly and never crossed. The published (16b) differs from it at third order and drifts off.

A relative phase θ between the two spins' backscattering shifts cos(√2φ_s) to cos(√2φ_s - θ/2); its square then holds
cos(√8φ_s - θ). "published" keeps the component along cos √8φ_s, the factor cos θ of (16a). "complete" keeps both,
y_s → y_s' + iy_s'', and by the same products y_s/2 in (16c) becomes (y_s' cos θ + y_s'' sin θ)/2, while
dθ/dl = y_s' sin θ - y_s'' cos θ.

State of one flow, an array of nine numbers:

    0  y_s             (its real part where the phase between the spins flows too)
    1  D = X - y_s
    2, 3  ln|y_1|, ln|y_2|
    4, 5, 6  p, r, q   of M⁻¹ = [[p, r], [r, q]]
    7  imaginary part of y_s
    8  θ               relative phase of the two spins' backscattering

Logarithms, because y may pass 1e16 while c y² is tiny. D, because the SU(2) line is D = 0 and the line-preserving
equations conserve it exactly, and because X² - y_s² = D(X + y_s) is not lost to cancellation near the line.

The functions take complex numbers too, exact to first order in the imaginary part: a derivative by a step along the
imaginary axis (`attractron.wires.flow.sensitivity`) needs no more. They use Python's `math`, whose values are those of
compiled code; NumPy's own exponential rounds differently.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.jit import jit
from attractron.wires.dimensions import coupling_dimension

Ints = NDArray[np.int64]

SIZE = 9
"""Numbers of a state."""

CONSTANTS = 10
"""Constants of a flow; a table of its cut-off may stand behind them."""

TERMS = 24
"""Terms of each Chebyshev series in the table of a cut-off."""

ABSENT, CUT, UNCUT, OFF = 0, 1, 2, 3
"""A coupling: zero; with a smooth cut-off; without one; beyond a sharp cut-off, where it is no source any more."""


@jit
def _exponential(z: Any) -> Any:
    """e^z; infinite, as of compiled code, where Python would raise OverflowError."""
    value = math.exp(z.real) if z.real < 709.0 else math.inf
    return value + value * (z - z.real)


@jit
def _logarithm(z: Any) -> Any:
    """ln z for a positive real part."""
    return math.log(z.real) + (z - z.real) / z.real


@jit
def _cosine_and_sine(z: Any) -> tuple[Any, Any]:
    """cos z and sin z; not a number for an infinite z, of a step that is too long, where Python would raise."""
    a = z.real if abs(z.real) < math.inf else math.nan
    return math.cos(a) - math.sin(a) * (z - a), math.sin(a) + math.cos(a) * (z - a)


@jit
def log_cut(ell: float, l_star: Any, par: Any) -> Any:
    """ln c, of `Tanh` and `Frozen` -ln(1 + e^{2(l-l*)/χ}), which ½[1 - tanh] loses to rounding for large l."""
    if len(par) > CONSTANTS:
        return _tabulated(ell - l_star, par, 0)
    u = 2 * (ell - l_star) / par[8].real
    if u.real > 40.0:
        return -u
    if u.real > 0.0:
        return -u - _logarithm(1.0 + _exponential(-u))
    return -_logarithm(1.0 + _exponential(u))


@jit
def fall(ell: float, l_star: float, par: Any) -> float:
    """-½ d ln c/dl, how fast √c falls: (1 - c)/χ of `Tanh` and `Frozen`."""
    if len(par) > CONSTANTS:
        return float(-0.5 * _tabulated(ell - l_star, par, 1))
    return float((1 - math.exp(log_cut(ell, l_star, par))) / par[8])


@jit
def _cut(ell: float, l_star: Any, par: Any) -> Any:
    """c, of `Tanh` and `Frozen` 1/(1 + e^{2(l-l*)/χ})."""
    if len(par) > CONSTANTS:
        return _exponential(_tabulated(ell - l_star, par, 0))
    u = 2 * (ell - l_star) / par[8].real
    return 0.0 * u if u.real > 600.0 else 1 / (1 + _exponential(u))


@jit
def _tabulated(away: Any, par: Any, derivative: int) -> Any:
    """ln c at l - l*, or its derivative there, of a `CustomCutoff`: piecewise Chebyshev series by Clenshaw's scheme.

    The table behind the constants: where it begins and ends, how many pieces, and of each the series of ln c and that
    of its derivative (`attractron.wires.flow.cutoff_table`). Before it c = 1, beyond it ln c is linear, with the slope
    -2/χ.
    """
    begin, end, pieces = par[CONSTANTS].real, par[CONSTANTS + 1].real, int(par[CONSTANTS + 2].real)
    zero = 0.0 * away
    if away.real <= begin:
        return zero
    beyond = away - end if away.real > end else zero
    inside = away - beyond
    width = (end - begin) / pieces
    piece = min(int((inside.real - begin) / width), pieces - 1)
    t = 2 * (inside - begin - piece * width) / width - 1
    first = CONSTANTS + 3 + (2 * piece + derivative) * TERMS
    later, last = zero, zero
    for k in range(TERMS - 1, 0, -1):
        later, last = par[first + k].real + 2 * t * later - last, later
    value = par[first].real + t * later - last
    return value if derivative else value - 2 * beyond / par[8].real


@jit
def growth(i: int, x: Any, par: Any) -> Any:
    """2 - ½ - vᵀMv/4: the exponent of y_i at K_s = 1, y_s = 0."""
    return 1.5 - coupling_dimension(x[4], x[5], x[6], par[2 + i])


@jit
def equations(ell: float, x: Any, par: Any, flags: Any, out: Any) -> None:
    """dx/dl into `out`.

    par: l*_1, l*_2, b_1, b_2 (components of v along φ), f_1, f_2, g_1, g_2 (16 × feedback into r/√2 and q), χ, cos θ;
    then the table of a `CustomCutoff`.
    flags: state of coupling 1 and 2 (ABSENT …), frozen, K_s as published, θ flows.
    """
    y, X = x[0], x[0] + x[1]
    imaginary, cosine, sine = 0.0 * y, par[9], 0.0 * y
    pull = y
    if flags[4]:
        imaginary = x[7]
        cosine, sine = _cosine_and_sine(x[8])
        pull = y * cosine + imaginary * sine
    total = 0.0 * y  # zero of the type of y, real or complex
    out[4] = 0.0 * y
    out[5] = 0.0 * y
    out[6] = 0.0 * y
    for i in range(2):
        out[2 + i] = 0.0 * y
        state = flags[i]
        if state != ABSENT:
            rate = growth(i, x, par) - X / 4 - pull / 2
            c = _cut(ell, par[i], par) if state == CUT else 1.0 + 0.0 * y
            out[2 + i] = c * rate if flags[2] else rate
            if state != OFF:
                # c and y² leave the range of floats one down, the other up, long before their product does.
                if state == CUT and (c.real < 1e-200 or x[2 + i].real > 200.0):
                    source = _exponential(2 * x[2 + i] + log_cut(ell, par[i], par))
                else:
                    source = c * _exponential(2 * x[2 + i])
                total += source / 4
                out[4] += source / 8
                out[5] += math.sqrt(2.0) / 16 * par[4 + i] * source
                out[6] += par[6 + i] * source / 16
    out[0] = -X * y - cosine * total
    if flags[3]:
        K_s = 1 + X / 2
        out[1] = -K_s * K_s * (y * y + imaginary * imaginary + total) - out[0]
    else:  # y_s D and what θ adds, without the difference of two large numbers
        out[1] = x[1] * y - imaginary * imaginary - (1 - cosine) * total
    out[7] = 0.0 * y
    out[8] = 0.0 * y
    if flags[4]:
        out[7] = -X * imaginary - sine * total
        out[8] = y * sine - imaginary * cosine
