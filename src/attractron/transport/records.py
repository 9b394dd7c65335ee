"""Records of a charge detector: factorial cumulants of the number of carriers seen in a window of time.

    M(z, t) = ⟨z^N⟩ = ⟨1|e^{L(z)t}|p⟩,    L(z) = Σ_j Γ_j (z^{n_j}|f⟩⟨i| - |i⟩⟨i|),
    C_F,m(t) = ∂_z^m ln M(z, t) at z = 1.

Carriers that do not interact give ln M = Σ_k ln[1 + p_k(z - 1)] with probabilities p_k, and so factorial cumulants of
alternating sign at all times,

    (-1)^{m-1} C_F,m(t) = (m - 1)! Σ_k p_k^m ≥ 0.

One sign against it shows an interaction (Kambly, Flindt and Büttiker 2011; Stegmann et al. 2015). That all signs obey
shows nothing.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from math import comb, factorial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, choice, whole
from attractron.core.errors import InputError
from attractron.transport.counted import (
    DIRECTIONS,
    PER_NS,
    detected,
    dot_numbers,
    evaluated,
    labelled,
    positive_axis,
)
from attractron.transport.current import prepared
from attractron.transport.jumps import Jumps
from attractron.transport.junction import Junction

if TYPE_CHECKING:
    import xarray as xr

MOST_ORDERS = 8
"""Highest factorial cumulant; matrices grow with it."""

DIGITS = 1e-10
"""A sign counts when the cumulant is larger than this, times N^(m/2) when more than one carrier is seen."""


def factorial_cumulants(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    times: ArrayLike,
    *,
    dots: Sequence[str],
    direction: str = "in",
    orders: int = 4,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
) -> "xr.Dataset":
    """Factorial cumulants of the number of carriers that a detector sees come onto some dots in a window of time.

    Definition, sign rule and sources are in `attractron.transport.records`; the window opens in the steady state. A
    jump that brings carriers onto several of the dots at once counts them all. C_F,1 is the mean number ⟨N⟩, and
    C_F,2 = ⟨⟨N²⟩⟩ - ⟨N⟩ is negative for carriers that keep apart and positive for those that come together.

    Args:
        junction: the junction.
        axes, processes, method, origin: as for `attractron.transport.current`.
        times: lengths t of the window in ns, zero or positive, rising or falling.
        dots: the dots that the detector sees.
        direction: "in" counts carriers that come, "out" those that leave.
        orders: how many factorial cumulants, 1 to 8.

    Returns:
        Dataset over the axes: `factorial_cumulant` (cumulant_order, time, …); `interaction` (cumulant_order, time, …),
        whether its sign is one that carriers without interaction cannot have; `clamped` and `status` as for
        `attractron.transport.current`.

    Raises:
        InputError: as for `attractron.transport.current`; no such dots; times that are no axis or negative; orders out
            of range.
    """
    if whole("orders", orders, at_least=1) > MOST_ORDERS:
        raise InputError("orders", f"be at most {MOST_ORDERS}", orders)
    numbers = dot_numbers(junction, dots)
    choice("direction", direction, DIRECTIONS)
    windows = positive_axis("times", times)
    knobs, model = prepared(junction, axes, processes, method, origin)
    found = evaluated(
        model, knobs, partial(_of_windows, dots=numbers, direction=direction, orders=orders, times=windows * PER_NS)
    )
    counted = found.values[0]
    order = np.arange(1, orders + 1)[:, None, None]
    least = DIGITS * np.maximum(counted[:1], 1.0) ** (order / 2)
    return labelled(
        junction,
        model,
        knobs,
        found,
        {
            "factorial_cumulant": (("cumulant_order", "time"), counted, "1", "factorial cumulant of the number seen"),
            "interaction": (
                ("cumulant_order", "time"),
                (-1.0) ** (order - 1) * counted < -least,
                "1",
                "a sign that carriers without interaction cannot have",
            ),
        },
        {
            "cumulant_order": ("cumulant_order", order.ravel(), "1", "order of the cumulant"),
            "time": ("time", windows, "ns", "length of the window"),
        },
        question="transport.factorial_cumulants",
        method="Taylor coefficients of the generating function by the exponential of one block matrix",
        options={
            "processes": processes,
            "method": method,
            "origin": origin,
            "dots": list(dots),
            "direction": direction,
            "orders": orders,
        },
        validity=["The detector misses nothing, and its back-action is not included."],
        references=("kambly2011", "stegmann2015", "kleinherbers2018"),
    )


def _of_windows(
    block: Jumps, dots: list[int], direction: str, orders: int, times: FloatArray
) -> tuple[FloatArray, ...]:
    """Factorial cumulants (point, cumulant, time) for windows in units of ħ/meV."""
    seen = detected(block, dots, direction).sum(axis=1)
    mean = (block.rate * block.populations[:, block.initial]) @ seen
    generator = _blocks(block, seen, mean, orders)
    return (np.stack([_cumulants(block.populations, generator, mean, tau, orders) for tau in times], axis=-1),)


def _blocks(block: Jumps, seen: FloatArray, mean: FloatArray, orders: int) -> FloatArray:
    """L(z) - (z - 1)·mean as a Toeplitz matrix of its coefficients in powers of z - 1, (point, rows, rows).

    Without the mean the Taylor coefficients grow as the square root of what they do with it, and keep their digits.
    """
    points, states = block.populations.shape
    every = block.matrix()
    coefficients = [every - every.sum(axis=1)[:, :, None] * np.eye(states)]
    binomials = [np.array([comb(int(n), k) for n in seen], dtype=float) for k in range(1, orders + 1)]
    coefficients += [block.matrix(binomial) for binomial in binomials]
    coefficients[1] = coefficients[1] - mean[:, None, None] * np.eye(states)
    whole_matrix = np.zeros((points, orders + 1, states, orders + 1, states))
    for row in range(orders + 1):
        for column in range(row + 1):
            whole_matrix[:, row, :, column, :] = coefficients[row - column]
    side = (orders + 1) * states
    return whole_matrix.reshape(points, side, side)


def _cumulants(populations: FloatArray, generator: FloatArray, mean: FloatArray, tau: float, orders: int) -> FloatArray:
    """Factorial cumulants (point, cumulant) of one window: ln of a power series, with the mean put back."""
    from scipy.linalg import expm

    points, states = populations.shape
    usable = np.where(np.isfinite(generator), generator, 0.0)
    moments = (
        (expm(usable * tau)[:, :, :states] @ populations[:, :, None]).reshape(points, orders + 1, states).sum(axis=2)
    )
    logarithm = np.zeros((points, orders + 1))
    for k in range(1, orders + 1):
        known = sum(j * logarithm[:, j] * moments[:, k - j] for j in range(1, k))
        logarithm[:, k] = moments[:, k] - known / k
    logarithm[:, 1] += mean * tau
    return np.asarray(logarithm[:, 1:] * [factorial(k) for k in range(1, orders + 1)])
