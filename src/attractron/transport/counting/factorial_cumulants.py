"""Factorial cumulants of the number of carriers that a charge detector sees in a window of time.

    M(z, t) = ⟨z^N⟩ = ⟨1|e^{L(z)t}|p⟩,    L(z) = Σ_j Γ_j (z^{n_j}|f⟩⟨i| - |i⟩⟨i|),
    C_s,m(t) = ∂_z^m ln M(z, t) at z = s.

s = 1 makes the factorial cumulants C_F,m, any other s the generalised ones. Carriers that do not interact give
ln M = Σ_k ln[1 + p_k(z - 1)] with probabilities p_k, and so alternating signs at all times and for all s ≥ 0,

    (-1)^{m-1} C_s,m(t) = (m - 1)! Σ_k {p_k/[1 + p_k(s - 1)]}^m ≥ 0.

One sign against it shows an interaction (Kambly, Flindt and Büttiker 2011; Stegmann et al. 2015). That all signs obey
shows nothing. Towards s = 0 windows without any carrier weigh most, and C_0,1 = P(1)/P(0).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from math import comb, factorial, frexp

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, choice, finite, whole
from attractron.core.constants import PER_NS
from attractron.core.errors import InputError
from attractron.transport.counting.counting_field import (
    DIRECTIONS,
    Transitions,
    detected,
    dot_numbers,
    evaluated,
    positive_axis,
)
from attractron.transport.junction import Junction
from attractron.transport.question import labelled, prepared

MOST_ORDERS = 8
"""Highest factorial cumulant; matrices grow with it."""

TERMS = 30
"""Of the exponential series for a window in which no state is left more than once on average."""

DIGITS = 1e-10
"""A sign counts when the cumulant is larger than this part of the mean number of carriers."""


def factorial_cumulants(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    times: ArrayLike,
    *,
    dots: Sequence[str],
    direction: str = "in",
    orders: int = 4,
    s: float = 1.0,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
) -> xr.Dataset:
    """Factorial cumulants of the number of carriers that a detector sees come onto some dots in a window of time.

    Definition, sign rule and sources are in `attractron.transport.counting.factorial_cumulants`; the window opens in
    the steady state. A jump that brings carriers onto several of the dots at once counts them all. C_F,1 is the mean
    number ⟨N⟩, and C_F,2 = ⟨⟨N²⟩⟩ - ⟨N⟩ is negative for carriers that keep apart and positive for those that come
    together.

    Theory: docs/theory/transport.md, eq-factorial.

    Args:
        junction: the junction.
        axes, processes, method, origin: as for `attractron.transport.current`.
        times: lengths t of the window in ns, zero or positive, rising or falling.
        dots: the dots that the detector sees.
        direction: "in" counts carriers that come, "out" those that leave.
        orders: how many factorial cumulants, 1 to 8.
        s: of the generalised factorial cumulants C_s,m, zero or positive; 1 makes the ordinary ones, and what is said
            above of C_F,1 and C_F,2.

    Returns:
        Dataset over the axes: `factorial_cumulant` C_s,m (cumulant_order, time, …); `interaction` (cumulant_order,
        time, …), whether its sign is one that carriers without interaction cannot have; `clamped` and `status` as for
        `attractron.transport.current`.

    Raises:
        InputError: as for `attractron.transport.current`; no such dots; times that are no axis or negative; orders or s
            out of range.

    Example:
        Electrons on a single level keep apart, and show no sign of an interaction.

        >>> source = at.transport.Lead(name="S", dot="P", Gamma=0.01, temperature=0.1, bias=0.5)
        >>> drain = at.transport.Lead(name="D", dot="P", Gamma=0.01, temperature=0.1, bias=-0.5)
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=[source, drain])
        >>> axes, window = {"V_SD": 1.0}, [10.0]  # mV, ns
        >>> found = at.transport.factorial_cumulants(junction, axes, window, dots=["P"], processes="sequential")
        >>> found["factorial_cumulant"].values[:2, 0].round(1).tolist(), bool(found["interaction"].any())
        ([76.0, -37.9], False)
    """
    if whole("orders", orders, at_least=1) > MOST_ORDERS:
        raise InputError("orders", f"be at most {MOST_ORDERS}", orders)
    if finite("s", s) < 0:
        raise InputError("s", "be zero or positive, where the rule of signs holds", s)
    numbers = dot_numbers(junction, dots)
    choice("direction", direction, DIRECTIONS)
    windows = positive_axis("times", times)
    over, model = prepared(junction, axes, processes, method, origin)
    found = evaluated(
        model,
        over,
        partial(_of_windows, dots=numbers, direction=direction, orders=orders, s=float(s), times=windows * PER_NS),
    )
    cumulant = found.values[0]
    order = np.arange(1, orders + 1)[:, None, None]
    least = DIGITS * cumulant[:1]
    return labelled(
        model,
        over,
        found.status,
        {
            "factorial_cumulant": (
                ("cumulant_order", "time"),
                cumulant,
                "1",
                f"factorial cumulant of the number seen{'' if s == 1 else f', s = {s:g}'}",
            ),
            "interaction": (
                ("cumulant_order", "time"),
                (-1.0) ** (order - 1) * cumulant < -least,
                "1",
                "a sign that carriers without interaction cannot have",
            ),
            "clamped": found.clamped,
        },
        {
            "cumulant_order": ("cumulant_order", order.ravel(), "1", "order of the cumulant"),
            "time": ("time", windows, "ns", "length of the window"),
        },
        question="factorial_cumulants",
        method="Taylor coefficients of the generating function, by doubling a short window",
        options={"dots": list(dots), "direction": direction, "orders": orders, "s": float(s)},
        validity=["The detector misses nothing, and its back-action is not included."],
        references=("kambly2011", "stegmann2015", "kleinherbers2018"),
        elastic="order-Γ²",
    )


def _of_windows(
    block: Transitions, dots: list[int], direction: str, orders: int, s: float, times: FloatArray
) -> tuple[FloatArray, ...]:
    """Factorial cumulants (point, cumulant, time) for windows in units of ħ/meV."""
    seen = detected(block, dots, direction).sum(axis=1)
    series = _generator(block, seen, orders, s)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is marked by who asked
        return (np.stack([_cumulants(series, block.populations, tau, s) for tau in times], axis=-1),)


def _generator(block: Transitions, seen: FloatArray, orders: int, s: float) -> FloatArray:
    """Coefficients of L(z) in powers of z - s (point, power, state, state); off the diagonal none is negative."""
    leaving = block.matrix().sum(axis=1)
    constant = block.matrix(s**seen) - leaving[:, :, None] * np.eye(leaving.shape[1])
    binomials = [
        np.array([comb(int(n), k) * s ** max(int(n) - k, 0) for n in seen], dtype=float) for k in range(1, orders + 1)
    ]
    return np.stack([constant, *(block.matrix(binomial) for binomial in binomials)], axis=1)


def _product(a: FloatArray, b: FloatArray) -> FloatArray:
    """The product of two power series of matrices, to their order."""
    powers = a.shape[1]
    total = a[:, :1] @ b
    for power in range(1, powers):
        total[:, power:] += a[:, power : power + 1] @ b[:, : powers - power]
    return np.asarray(total)


def _cumulants(series: FloatArray, populations: FloatArray, tau: float, s: float = 1.0) -> FloatArray:
    """Factorial cumulants (point, cumulant) of one window, by doubling a short one.

    e^{L(z)t} = e^{s(z)} G(z) with ⟨1|G(z)|p⟩ = 1, so that s = ln M; doubling t doubles s and squares G, whose norm is
    put into s again. Cumulants grow as t while the moments grow as t^m: their difference is never taken. The short
    window is summed without subtractions, so that rare jumps keep their digits.
    """
    leaving = -series[:, 0].diagonal(axis1=1, axis2=2).min(axis=1)
    if s > 1:  # more comes in than leaves
        leaving = np.maximum(leaving, series[:, 0].sum(axis=1).max(axis=1) + leaving)
    # In the short window no state is left more than once on average: few terms of the exponential series do.
    doublings = max(0, frexp(np.nanmax(leaving, initial=0.0) * tau)[1])
    short, unit = tau / 2**doublings, np.zeros_like(series)
    unit[:, 0] = np.eye(series.shape[2])
    step = series * short + unit * (leaving * short)[:, None, None, None]  # e^{-leaving·t} falls out of the norm
    propagator = unit
    for term in range(TERMS, 0, -1):
        propagator = unit + _product(step, propagator) / term
    logarithm = np.zeros(series.shape[:2])
    for doubling in range(doublings + 1):
        if doubling:
            propagator, logarithm = _product(propagator, propagator), 2 * logarithm
        if s == 1:  # probability is kept to the last digit
            propagator = propagator / propagator[:, :1].sum(axis=2, keepdims=True)
        moments = np.einsum("pkfi,pi->pk", propagator, populations)
        if s != 1:
            propagator, moments = propagator / moments[:, :1, None, None], moments / moments[:, :1]
        added, inverse = _logarithm(moments), _inverse(moments)
        logarithm = logarithm + added
        propagator = _product(inverse[:, :, None, None] * np.eye(series.shape[2]), propagator)
    return logarithm[:, 1:] * [factorial(k) for k in range(1, series.shape[1])]


def _logarithm(series: FloatArray) -> FloatArray:
    """ln of power series that begin with 1 (point, power)."""
    found = np.zeros_like(series)
    for k in range(1, series.shape[1]):
        known = sum(j * found[:, j] * series[:, k - j] for j in range(1, k))
        found[:, k] = series[:, k] - known / k
    return found


def _inverse(series: FloatArray) -> FloatArray:
    """The inverse of power series that begin with 1 (point, power)."""
    found = np.zeros_like(series)
    found[:, 0] = 1.0
    for k in range(1, series.shape[1]):
        found[:, k] = -np.einsum("pj,pj->p", series[:, 1 : k + 1], found[:, k - 1 :: -1][:, :k])
    return found
