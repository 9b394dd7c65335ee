"""Integrals of third order: three events on three dots, which supply the energy Δ together.

Both integrations are done in closed form where its terms leave enough digits, which is nearly everywhere
(`attractron.transport.integrals.third_order_closed`); where they cancel, one of them is
(`attractron.transport.integrals.third_order_line`).
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.core.jit import cached_jit, jit
from attractron.transport.integrals.arguments import energies, energies_of_events, in_one_shape, positive_energies
from attractron.transport.integrals.special import STEP
from attractron.transport.integrals.third_order_closed import Work, closed, make_work
from attractron.transport.integrals.third_order_line import line

TOLERANCE = 2e-10
"""Relative error by rounding above which the closed form gives way to the line integral."""


def third_order_integral(a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike) -> FloatArray:
    """The integral of the rate of three events on three dots,

        J₃ = ∫dy₁dy₂dy₃ f(y₁)f(y₂)f(y₃) δ(y₁+y₂+y₃-Δ) A₃²,      A₃ = -Σ_{j≠k} 1/[(y_j-a_j)(y_k-b_k)],

    as a finite part: the real part of the mean over the contours Im y = (c, c, -2c) and permutations, 0 < c < πk_BT/2.
    With f the Fermi function, event j supplies y_j; all 3! orders add up, a_j being the energy of the intermediate
    state when j comes first, b_k when k comes last. The rate is (1/ħ) Γ₁Γ₂Γ₃/4π² J₃.

    Laws: J₃ does not depend on the order of the events; J₃(a, b, Δ) = e^(-Δ/k_BT) J₃(-a, -b, -Δ); it goes as the
    inverse square of a common scale of all energies; it vanishes as the fourth power of the interaction, that of all
    s = Δ-a_j-a_k-b_m and Δ-a_j-b_k-b_m. It may be negative where two intermediate states are near the shell.

    About 9 µs each, compiled. The relative error is below 2e-10 and mostly 1e-13; an interaction well below k_BT lets
    A₃ itself cancel: errors are at least 1e-15 of the integral with the moduli of all terms, relative to J₃ up to
    1e-13 (k_BT/|s|)². At energies of 1e3 k_BT and more it is up to 1e-8 for the few integrals that are left to the
    line, which take 0.5 ms and more for |Δ| ≫ k_BT.

    Theory: docs/theory/transport.md, eq-rate, eq-amplitudes, eq-finite-part.

    Args:
        a: energies after the first event, one for each of the three events on the last axis.
        b: energies before the last event, likewise.
        Delta: Δ, the energy that the three events supply.
        kT: k_BT.

    Returns:
        J₃ in 1/energy², in the common shape of the arguments less the last axis of a and b.

    Raises:
        InputError: energies that are not finite, a or b without a last axis of three, k_BT that is not positive or
            below 1e-5 of the largest energy, shapes that do not broadcast.

    Example:
        All intermediate states far away, nothing supplied: A₃ = 6/a² is constant, and J₃ = (π²/4) A₃² (k_BT)².

        >>> a = np.array([1e3, 1e3, 1e3])
        >>> round(float(at.transport.third_order_integral(a, -a, 0.0, 1.0)) / (np.pi**2 / 4 * 36e-12), 3)
        1.0

    Source: the T-matrix rates of Kaasbjerg and Jauho, PRL 116, 196801 (2016); the closed form is our own (see
    `attractron.transport.integrals.third_order_closed`).
    """
    arrays = {"a": energies_of_events("a", a), "b": energies_of_events("b", b)}
    arrays |= {"Delta": energies("Delta", Delta), "kT": positive_energies("kT", kT)}
    shaped = in_one_shape(arrays, per_event=("a", "b"))
    first, last = (np.array(array, order="C").reshape(-1, 3) for array in shaped[:2])
    change, temperature = (np.array(array, order="C").ravel() for array in shaped[2:])
    results = np.empty(shaped[2].shape)
    for fill, some in third_order_integrals.pieces(change.size):
        fill(first[some], last[some], change[some], temperature[some], results.reshape(-1)[some])
    return results


def constant_estimate(a: ArrayLike, b: ArrayLike, Delta: ArrayLike, kT: ArrayLike) -> FloatArray:
    """The third-order integral with its amplitude taken constant, the three events supplying Δ/3 each,

        J₃ ≈ ½(Δ² + π²k_B²T²) f(Δ) A₃²,      A₃ = -Σ_{j≠k} 1/[(Δ/3-a_j)(Δ/3-b_k)].

    Good to 15-20 % far from intermediate states on shell; it is infinite where one of them reaches Δ/3.

    Theory: docs/theory/transport.md, eq-constant.

    Args:
        a: energies after the first event, one for each of three events on the last axis.
        b: energies before the last event, likewise.
        Delta: Δ, the energy that the three events supply.
        kT: k_BT.

    Returns:
        The estimate of J₃ in 1/energy², in the common shape of the arguments less the last axis of a and b.

    Raises:
        InputError: as in `third_order_integral`; a or b without a last axis of three energies.
    """
    arrays = {"a": energies_of_events("a", a), "b": energies_of_events("b", b)}
    arrays |= {"Delta": energies("Delta", Delta), "kT": positive_energies("kT", kT)}
    a, b, Delta, kT = in_one_shape(arrays, per_event=("a", "b"))
    first, last = Delta[..., None] / 3 - a, Delta[..., None] / 3 - b
    on_shell = ((first == 0) | (last == 0)).any(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = 1 / first, 1 / last
        amplitude = np.where(on_shell, np.inf, p.sum(axis=-1) * q.sum(axis=-1) - (p * q).sum(axis=-1))
    return np.asarray(0.5 * (Delta**2 + (np.pi * kT) ** 2) * expit(-Delta / kT) * amplitude**2)


@cached_jit(compilation=14.0, item=2e-3)
def third_order_integrals(a: FloatArray, b: FloatArray, Delta: FloatArray, kT: FloatArray, results: FloatArray) -> int:
    """Integrals (i,) with a, b (i, 3), Δ, kT (i,); fills in results, counts line integrals."""
    work, poles, count = make_work(), np.empty((3, 2)), 0
    for index in range(results.size):
        scale = kT[index]
        for j in range(3):
            poles[j, 0], poles[j, 1] = a[index, j] / scale, b[index, j] / scale
        value, by_line = _j3(work, poles, Delta[index] / scale)
        results[index] = value / (scale * scale)
        count += by_line
    return count


@jit
def _j3(work: Work, poles: FloatArray, Delta: float) -> tuple[float, bool]:
    """j₃ for k_BT = 1, and whether it is a line integral because the closed form cancels."""
    factor = 1.0
    if Delta > 0.0:  # J(a, b, Δ) = e^-Δ J(-a, -b, -Δ), since f(y) = e^-y f(-y): downhill nothing overflows
        poles, Delta, factor = -poles, -Delta, math.exp(-Delta)
    value, error = closed(work, poles, Delta)
    if error <= TOLERANCE * abs(value) < math.inf:
        return factor * value, False
    return factor * line(poles, Delta, STEP), True
