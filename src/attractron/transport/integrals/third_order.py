"""The third-order integral of cotunnelling by three dots, in three independent ways."""

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, choice
from attractron.core.errors import InputError
from attractron.transport.integrals.arguments import energies, energies_of_events, positive_energies, together

METHODS = ("closed", "line", "quadrature")

WIDEST = 1e3
"""|Δ|/k_BT beyond which the double quadrature, whose time grows with its square, is refused."""


def third_order_integral(
    a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike, *, method: str = "closed"
) -> FloatArray:
    """The integral of the rate of three events on three dots,

        J₃ = ∫dy₁dy₂dy₃ f(y₁)f(y₂)f(y₃) δ(y₁+y₂+y₃-Δ) A₃²,      A₃ = -Σ_{j≠k} 1/[(y_j-a_j)(y_k-b_k)],

    as a finite part: the real part of the mean over the contours Im y = (c, c, -2c) and permutations, 0 < c < πk_BT/2.
    With f the Fermi function, event j supplies y_j; all 3! orders add up, a_j being the energy of the intermediate
    state when j comes first, b_k when k comes last. The rate is (1/ħ) Γ₁Γ₂Γ₃/4π² J₃.

    Laws: J₃ does not depend on the order of the events; J₃(a, b, Δ) = e^(-Δ/k_BT) J₃(-a, -b, -Δ); it goes as the
    inverse square of a common scale of all energies; it vanishes as the fourth power of the interaction, that of all
    s = Δ-a_j-a_k-b_m and Δ-a_j-b_k-b_m. It may be negative where two intermediate states are near the shell.

    Args:
        a: energies after the first event, one for each of the three events on the last axis.
        b: energies before the last event, likewise.
        Delta: Δ, the energy that the three events supply.
        kT: k_BT.
        method: "closed", both integrals in closed form: about 9 µs each, relative error below 2e-10 and mostly 1e-13;
            where its terms cancel more, found by adding up their sizes, the next is used instead. "line", one integral
            in closed form, one a trapezoid: 0.5 ms and more for |Δ| ≫ k_BT, relative error mostly 1e-14, at energies of
            1e3 k_BT and more up to 1e-8. "quadrature", both trapezoids: the definition itself, 20 ms and more, for
            checks. An interaction well below k_BT lets A₃ itself cancel: all errors are at least 1e-15 of the integral
            with the moduli of all terms, relative to J₃ up to 1e-13 (k_BT/|s|)².

    Returns:
        J₃ in 1/energy², in the common shape of the arguments less the last axis of a and b.

    Raises:
        InputError: energies that are not finite, a or b without a last axis of three, k_BT that is not positive or
            below 1e-5 of the largest energy, shapes that do not broadcast, an unknown method, a quadrature at
            |Δ| > 1e3 k_BT.

    Source: the T-matrix rates of Kaasbjerg and Jauho, PRL 116, 196801 (2016); the closed form is our own (see
    `attractron.transport.integrals.third_order_closed`).
    """
    way = choice("method", method, METHODS)
    arrays = {"a": energies_of_events("a", a), "b": energies_of_events("b", b)}
    arrays |= {"Delta": energies("Delta", Delta), "kT": positive_energies("kT", kT)}
    shaped = together(arrays, per_event=("a", "b"))
    first, last = (np.array(array, order="C").reshape(-1, 3) for array in shaped[:2])
    change, temperature = (np.array(array, order="C").ravel() for array in shaped[2:])
    results = np.empty(shaped[2].shape)
    if way == "quadrature":
        results[...] = _by_quadrature(first, last, change, temperature).reshape(results.shape)
    else:
        from attractron.transport.integrals.third_order_loops import third_order_integrals

        fill = third_order_integrals.for_items(change.size)
        fill(first, last, change, temperature, way == "line", results.reshape(-1))
    return results


def _by_quadrature(a: FloatArray, b: FloatArray, Delta: FloatArray, kT: FloatArray) -> FloatArray:
    from attractron.transport.integrals.third_order_quadrature import quadrature

    ratio = np.max(np.abs(Delta) / kT, initial=0.0)
    if ratio > WIDEST:
        raise InputError("method", f"not be quadrature at |Delta| > {WIDEST:g} kT", f"{ratio:.3g} kT", "use line")
    poles = np.stack([a, b], axis=-1) / kT[:, None, None]
    return np.array([quadrature(*each) for each in zip(poles, Delta / kT, strict=True)]) / kT**2
