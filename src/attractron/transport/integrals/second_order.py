"""Integrals of second order: two events on two dots, or on one, which a carrier passes elastically.

An event supplies the energy y with the weight of the Fermi function f(y) = 1/(e^(y/k_BT) + 1). Two events that supply Δ
together have the amplitude A = 1/(y-a) - 1/(y-b), with the energies a and b of the intermediate states of the two
orders in which they happen (Kaasbjerg and Jauho, PRL 116, 196801 (2016)). Energies in any one unit; arrays broadcast.

All integrals are made of the transform of two Fermi functions; with k_BT = 1, ĉ = 1/2π and n the Bose function,

    C(z) = ∫dy f(y)f(Δ-y)/(y-z) = n(Δ)[ψ(½-iĉ(z-Δ)) - ψ(½-iĉz)],    Im z > 0,

and its derivative. Differences of ψ are divided differences times Δ, so that Δ = 0 is a point like any other.
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.core.jit import cached_jit, jit
from attractron.transport.integrals.arguments import energies, in_one_shape, positive_energies
from attractron.transport.integrals.special import (
    HALF_PI,
    REACH,
    STEP,
    UNIT,
    UNIT_SQUARED,
    differences,
    fermi,
    fermi_above,
    guarded_expm1,
    reciprocal,
    size,
)

TOLERANCE = 1e-12
"""Relative error by rounding above which the closed form gives way to a trapezoid."""

ROUNDING = 2.0**-51

CLOSE = 3e-5
"""|a-b| in k_BT below which a quotient is the derivative at the middle; either is exact to about 1e-10 there."""

_FINITE_PART, _BROADENED, _LANDAUER, _ELASTIC = range(4)


def finite_part(a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike) -> FloatArray:
    """The second-order integral in finite parts,

        J₂ = n(Δ){Φ'(a-Δ) - Φ'(a) + Φ'(b-Δ) - Φ'(b) - [2/(a-b)]([Φ(a-Δ) - Φ(a)] - [Φ(b-Δ) - Φ(b)])}
           = Re ∫dy f(y)f(Δ-y)[1/(y-a) - 1/(y-b)]² on Im y = c, 0 < c < πk_BT,

    with Φ(x) = Re ψ(½ + ix/2πk_BT) and n the Bose function (the regularisation of Turek and Matveev). It vanishes as
    (a-b)², is negative near intermediate states on shell, and obeys detailed balance, J₂(a, b, Δ) = e^(-Δ/k_BT)
    J₂(-a, -b, -Δ). Where the closed form loses digits the second line is calculated; errors are below 1e-11 of J₂
    and of the integral with the modulus.

    Theory: docs/theory/transport.md, eq-finite-part, eq-second-order.

    Args:
        a, b: energies of the intermediate states.
        Delta: Δ, the energy that the two events supply.
        kT: k_BT.

    Returns:
        J₂ in 1/energy, in the common shape of the arguments.

    Raises:
        InputError: energies that are not finite, k_BT that is not positive or below 1e-5 of the largest energy, shapes
            that do not broadcast.
    """
    arrays = {"a": energies("a", a), "b": energies("b", b), "Delta": energies("Delta", Delta)}
    return _calculated(_FINITE_PART, arrays, kT)


def broadened(a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike, gamma: ArrayLike) -> FloatArray:
    """The second-order integral with intermediate states of half-width γ, less its sequential part,

        J₂ = ∫dy f(y)f(Δ-y) |1/(y-a+iγ) - 1/(y-b-iγ)|² - (π/γ)[f(a)f(Δ-a) + f(b)f(Δ-b)]
           = (1/γ)Im[C(a+iγ) + C(b+iγ)] - 2Re[C(a+iγ) - C(b+iγ)]/(a-b) - (π/γ)[f(a)f(Δ-a) + f(b)f(Δ-b)],
        C(z) = n(Δ)[ψ(½-i(z-Δ)/2πk_BT) - ψ(½-iz/2πk_BT)].

    For γ → 0 it becomes `finite_part`; roundings are about 1e-16/γ. It does not vanish at a = b.

    Theory: docs/theory/transport.md, eq-broadened.

    Args:
        a, b: energies of the intermediate states.
        Delta: Δ, the energy that the two events supply.
        kT: k_BT.
        gamma: γ, half the sum of the full widths of the levels that the two events change.

    Returns:
        J₂ in 1/energy, in the common shape of the arguments.

    Raises:
        InputError: as in `finite_part`; γ that is not positive.
    """
    arrays = {"a": energies("a", a), "b": energies("b", b), "Delta": energies("Delta", Delta)}
    return _calculated(_BROADENED, arrays | {"gamma": positive_energies("gamma", gamma)}, kT)


def breit_wigner(first: ArrayLike, second: ArrayLike, width: ArrayLike, kT: ArrayLike) -> FloatArray:
    """Elastic transport through one level beyond the sequential one,

        ∫dω (f_1 - f_2) L(ω) - [f(x_1) - f(x_2)],      L = Lorentzian of full width Γ about the level;

    times (e/ħ) Γ_1Γ_2/Γ it is the current I_BW - I_seq from lead 1 to lead 2. Exact while the charge is frozen.

    Args:
        first, second: x_1, x_2, the level less the chemical potential of the lead.
        width: Γ.
        kT: k_BT.

    Returns:
        A number without dimension, in the common shape of the arguments.

    Raises:
        InputError: as in `finite_part`; a width that is not positive.
    """
    return np.asarray(landauer(first, second, width, kT) - sequential(first, second, kT))


def landauer(first: ArrayLike, second: ArrayLike, width: ArrayLike, kT: ArrayLike) -> FloatArray:
    """Transmission of one level, integrated over the window between two leads,

        ∫dω (f_1 - f_2) L = (1/π){Im ψ[½ + (Γ/2 + ix_2)/2πk_BT] - Im ψ[½ + (Γ/2 + ix_1)/2πk_BT]};

    times (e/ħ) Γ_1Γ_2/Γ it is Breit and Wigner's current. Arguments, shapes and errors as in `breit_wigner`.
    """
    return _calculated(_LANDAUER, _level(first, second) | {"width": positive_energies("width", width)}, kT)


def elastic_second_order(first: ArrayLike, second: ArrayLike, width: ArrayLike, kT: ArrayLike) -> FloatArray:
    """The first order in Γ of `breit_wigner`: (Γ/2π)[Φ'(x_1) - Φ'(x_2)], Φ'(x) = -Im ψ'(½ + ix/2πk_BT)/2πk_BT.

    Times (e/ħ) Γ_1Γ_2/Γ it is the elastic current of order Γ². Arguments, shapes and errors as in `breit_wigner`.
    """
    arrays = _level(first, second) | {"width": positive_energies("width", width)}
    return _calculated(_ELASTIC, arrays, kT)


def sequential(first: ArrayLike, second: ArrayLike, kT: ArrayLike) -> FloatArray:
    """f(x_1) - f(x_2) without cancellation: f(x)(1-f(y))(1 - e^(x-y)) for x < y.

    Times (e/ħ) Γ_1Γ_2/Γ it is the sequential current of a level. Arguments, shapes and errors as in `breit_wigner`.
    """
    x, y, kT = in_one_shape(_level(first, second) | {"kT": positive_energies("kT", kT)})
    low, high = np.minimum(x, y) / kT, np.maximum(x, y) / kT
    return np.asarray(np.where(x < y, -1, 1) * np.expm1(low - high) * expit(-low) * expit(high))


def _level(first: ArrayLike, second: ArrayLike) -> dict[str, FloatArray]:
    return {"first": energies("first", first), "second": energies("second", second)}


def _calculated(kind: int, arrays: dict[str, FloatArray], kT: ArrayLike) -> FloatArray:
    """The integrals of a kind for three or four arrays and kT."""
    shaped = in_one_shape(arrays | {"kT": positive_energies("kT", kT)})
    flat = [np.array(array, order="C").ravel() for array in shaped]
    results = np.empty(shaped[0].shape)
    # The fourth energy, γ, comes with one kind alone: elsewhere flat[-2] is the third once more, and not looked at.
    for fill, some in second_order_integrals.pieces(results.size):
        fill(kind, *(array[some] for array in (flat[0], flat[1], flat[2], flat[-2], flat[-1], results.reshape(-1))))
    return results


@jit
def _j2(a: float, b: float, Delta: float) -> float:
    """j₂: the closed form, or a trapezoid where it cancels (a → b, or both far away)."""
    if a == b:
        return 0.0
    value_a, slope_a = _differences(a, Delta)
    value_b, slope_b = _differences(b, Delta)
    weight, apart = _bose_times(Delta), a - b
    closed = UNIT_SQUARED * (slope_a + slope_b).real - 2 * UNIT * (value_a.imag - value_b.imag) / apart
    sizes = UNIT_SQUARED * (size(slope_a) + size(slope_b)) + 2 * UNIT * (size(value_a) + size(value_b)) / abs(apart)
    if ROUNDING * sizes <= TOLERANCE * abs(closed):  # the differences have left enough digits
        return weight * closed
    return _j2_on_a_parallel(a, b, Delta, STEP)


@jit
def _differences(energy: float, Delta: float) -> tuple[complex, complex]:
    """Of ψ and ψ' between ½+iĉ(x-Δ) and ½+iĉx."""
    return differences(complex(0.5, UNIT * (energy - Delta)), complex(0.5, UNIT * energy))


@jit
def _bose_times(Delta: float) -> float:
    """Δ n(Δ)."""
    return 1.0 if Delta == 0.0 else Delta / guarded_expm1(Delta)


@jit
def _j2_on_a_parallel(a: float, b: float, Delta: float, step: float) -> float:
    """j₂ by a trapezoid on Im y = π/2: Re ∫dy f(y)f(Δ-y) (a-b)²/[(y-a)(y-b)]², without cancellation."""
    start, end = min(0.0, Delta) - REACH, max(0.0, Delta) + REACH
    total = 0.0
    for index in range(math.floor(start / step), math.ceil(end / step) + 1):
        x = index * step
        amplitude = (a - b) * reciprocal((x + HALF_PI - a) * (x + HALF_PI - b))
        total += (fermi_above(x) * fermi_above(Delta - x).conjugate() * amplitude * amplitude).real
    return total * step


@jit
def _j2_broadened(a: float, b: float, Delta: float, gamma: float) -> float:
    """j₂ with intermediate states of half-width γ, less what two sequential events make of them."""
    c_a, c_b = _transform(a, gamma, Delta)[0], _transform(b, gamma, Delta)[0]
    slope = _transform(0.5 * (a + b), gamma, Delta)[1].real if abs(a - b) <= CLOSE else (c_a.real - c_b.real) / (a - b)
    on_shell = fermi(a) * fermi(Delta - a) + fermi(b) * fermi(Delta - b)
    return (c_a.imag + c_b.imag - math.pi * on_shell) / gamma - 2.0 * slope


@jit
def _transform(energy: float, gamma: float, Delta: float) -> tuple[complex, complex]:
    """C and its derivative at energy + iγ."""
    far, near = complex(0.5 + UNIT * gamma, UNIT * (Delta - energy)), complex(0.5 + UNIT * gamma, -UNIT * energy)
    value, slope = differences(far, near)
    weight = _bose_times(Delta)
    return 1j * UNIT * weight * value, UNIT_SQUARED * weight * slope


@jit
def _transmission(first: float, second: float, width: float) -> float:
    """∫dω (f_1 - f_2) L for a level counted from the chemical potentials of two leads, as a divided difference of ψ."""
    half = 0.5 + UNIT * width / 2
    value = differences(complex(half, UNIT * first), complex(half, UNIT * second))[0]
    return UNIT * (second - first) * value.real / math.pi


@jit
def _transmission_of_second_order(first: float, second: float, width: float) -> float:
    """(Γ/2π)[Φ'(x₁) - Φ'(x₂)], what `_transmission` has in first order of Γ."""
    slope = differences(complex(0.5, UNIT * first), complex(0.5, UNIT * second))[1]
    return UNIT_SQUARED * UNIT * width * (second - first) * slope.real


@cached_jit(compilation=4.5, item=8e-5)
def second_order_integrals(
    kind: int,
    first: FloatArray,
    second: FloatArray,
    third: FloatArray,
    fourth: FloatArray,
    kT: FloatArray,
    results: FloatArray,
) -> None:
    """Integrals (i,): their kind, three or (broadened) four energies, kT, and results to fill in."""
    for index in range(results.size):
        scale = kT[index]
        x, y, z = first[index] / scale, second[index] / scale, third[index] / scale
        if kind == _FINITE_PART:
            results[index] = _j2(x, y, z) / scale
        elif kind == _BROADENED:
            results[index] = _j2_broadened(x, y, z, fourth[index] / scale) / scale
        elif kind == _LANDAUER:
            results[index] = _transmission(x, y, z)
        else:
            results[index] = _transmission_of_second_order(x, y, z)
