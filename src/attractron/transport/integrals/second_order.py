"""Integrals of the T-matrix rates: second order, an estimate of the third, and elastic transport through one level.

An event supplies the energy y with the weight of the Fermi function f(y) = 1/(e^(y/k_BT) + 1). Two events that supply Δ
together have the amplitude A = 1/(y-a) - 1/(y-b), with the energies a and b of the intermediate states of the two
orders in which they happen (Kaasbjerg and Jauho, PRL 116, 196801 (2016)). Energies in any one unit; arrays broadcast.
The third order is in `attractron.transport.integrals.third_order`.
"""

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray
from attractron.transport.integrals.arguments import energies, energies_of_events, positive_energies, together


def finite_part(a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike) -> FloatArray:
    """The second-order integral in finite parts,

        J₂ = n(Δ){Φ'(a-Δ) - Φ'(a) + Φ'(b-Δ) - Φ'(b) - [2/(a-b)]([Φ(a-Δ) - Φ(a)] - [Φ(b-Δ) - Φ(b)])}
           = Re ∫dy f(y)f(Δ-y)[1/(y-a) - 1/(y-b)]² on Im y = c, 0 < c < πk_BT,

    with Φ(x) = Re ψ(½ + ix/2πk_BT) and n the Bose function (the regularisation of Turek and Matveev). It vanishes as
    (a-b)², is negative near intermediate states on shell, and obeys detailed balance, J₂(a, b, Δ) = e^(-Δ/k_BT)
    J₂(-a, -b, -Δ). Where the closed form loses digits the second line is calculated; errors are below 1e-11 of J₂
    and of the integral with the modulus.

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
    from attractron.transport.integrals import second_order_loops as second_order

    arrays = {"a": energies("a", a), "b": energies("b", b), "Delta": energies("Delta", Delta)}
    return _calculated(second_order.FINITE_PART, arrays, kT)


def broadened(a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike, gamma: ArrayLike) -> FloatArray:
    """The second-order integral with intermediate states of half-width γ, less its sequential part,

        J₂ = ∫dy f(y)f(Δ-y) |1/(y-a+iγ) - 1/(y-b-iγ)|² - (π/γ)[f(a)f(Δ-a) + f(b)f(Δ-b)]
           = (1/γ)Im[C(a+iγ) + C(b+iγ)] - 2Re[C(a+iγ) - C(b+iγ)]/(a-b) - (π/γ)[f(a)f(Δ-a) + f(b)f(Δ-b)],
        C(z) = n(Δ)[ψ(½-i(z-Δ)/2πk_BT) - ψ(½-iz/2πk_BT)].

    For γ → 0 it becomes `finite_part`; roundings are about 1e-16/γ. It does not vanish at a = b.

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
    from attractron.transport.integrals import second_order_loops as second_order

    arrays = {"a": energies("a", a), "b": energies("b", b), "Delta": energies("Delta", Delta)}
    return _calculated(second_order.BROADENED, arrays | {"gamma": positive_energies("gamma", gamma)}, kT)


def constant_estimate(a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike) -> FloatArray:
    """The third-order integral with its amplitude taken constant, the three events supplying Δ/3 each,

        J₃ ≈ ½(Δ² + π²k_B²T²) f(Δ) A₃²,      A₃ = -Σ_{j≠k} 1/[(Δ/3-a_j)(Δ/3-b_k)].

    Good to 15-20 % far from intermediate states on shell; it is infinite where one of them reaches Δ/3.

    Args:
        a: energies after the first event, one for each of three events on the last axis.
        b: energies before the last event, likewise.
        Delta: Δ, the energy that the three events supply.
        kT: k_BT.

    Returns:
        The estimate of J₃ in 1/energy², in the common shape of the arguments less the last axis of a and b.

    Raises:
        InputError: as in `finite_part`; a or b without a last axis of three energies.
    """
    from scipy.special import expit

    arrays = {"a": energies_of_events("a", a), "b": energies_of_events("b", b)}
    arrays |= {"Delta": energies("Delta", Delta), "kT": positive_energies("kT", kT)}
    a, b, Delta, kT = together(arrays, per_event=("a", "b"))
    first, last = Delta[..., None] / 3 - a, Delta[..., None] / 3 - b
    on_shell = ((first == 0) | (last == 0)).any(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = 1 / first, 1 / last
        amplitude = np.where(on_shell, np.inf, p.sum(axis=-1) * q.sum(axis=-1) - (p * q).sum(axis=-1))
    return np.asarray(0.5 * (Delta**2 + (np.pi * kT) ** 2) * expit(-Delta / kT) * amplitude**2)


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
    from attractron.transport.integrals import second_order_loops as second_order

    return _calculated(second_order.LANDAUER, _level(first, second) | {"width": positive_energies("width", width)}, kT)


def elastic_second_order(first: ArrayLike, second: ArrayLike, width: ArrayLike, kT: ArrayLike) -> FloatArray:
    """The first order in Γ of `breit_wigner`: (Γ/2π)[Φ'(x_1) - Φ'(x_2)], Φ'(x) = -Im ψ'(½ + ix/2πk_BT)/2πk_BT.

    Times (e/ħ) Γ_1Γ_2/Γ it is the elastic current of order Γ². Arguments, shapes and errors as in `breit_wigner`.
    """
    from attractron.transport.integrals import second_order_loops as second_order

    arrays = _level(first, second) | {"width": positive_energies("width", width)}
    return _calculated(second_order.ELASTIC_SECOND_ORDER, arrays, kT)


def sequential(first: ArrayLike, second: ArrayLike, kT: ArrayLike) -> FloatArray:
    """f(x_1) - f(x_2) without cancellation: f(x)(1-f(y))(1 - e^(x-y)) for x < y.

    Times (e/ħ) Γ_1Γ_2/Γ it is the sequential current of a level. Arguments, shapes and errors as in `breit_wigner`.
    """
    from scipy.special import expit

    x, y, kT = together(_level(first, second) | {"kT": positive_energies("kT", kT)})
    low, high = np.minimum(x, y) / kT, np.maximum(x, y) / kT
    return np.asarray(np.where(x < y, -1, 1) * np.expm1(low - high) * expit(-low) * expit(high))


def _level(first: ArrayLike, second: ArrayLike) -> dict[str, FloatArray]:
    return {"first": energies("first", first), "second": energies("second", second)}


def _calculated(kind: int, arrays: dict[str, FloatArray], kT: ArrayLike) -> FloatArray:
    """The compiled loop over the elements of three or four arrays and kT."""
    from attractron.transport.integrals.second_order_loops import second_order_integrals

    shaped = together(arrays | {"kT": positive_energies("kT", kT)})
    flat = [np.array(array, order="C").ravel() for array in shaped]
    results = np.empty(shaped[0].shape)
    fill = second_order_integrals.for_items(results.size)
    fill(kind, flat[0], flat[1], flat[2], flat[-2], flat[-1], results.reshape(-1))
    return results
