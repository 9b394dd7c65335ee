"""What a current rests on: the expansion, what it omits, where it leaves its range; said with every result."""

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.transport.junction import Junction
from attractron.transport.rates import METHODS, PA_PER_MEV
from attractron.transport.solution import Knobs, Model

ROUNDING = 1e-12
"""Currents below this part of (e/ħ)Γ are not told from zero."""

CLAMPED_PART = 0.01
"""Part of the current above which clamped rates are spoken of."""

CONTENT = {
    "sequential": "golden-rule rates of first order in Γ on all dots",
    "0e": "golden-rule rates of first order in Γ on all dots and exact elastic passage",
    "1e": "T-matrix rates of first and second order in Γ and exact elastic passage",
    "2e": "T-matrix rates of first, second and third order in Γ and exact elastic passage",
}

LITERATURE = {
    "sequential": (),
    "0e": (),
    "1e": ("kaasbjerg_jauho2016", "turek_matveev2002", "koller2010", "timm2011", "he2020"),
    "2e": ("kaasbjerg_jauho2016", "turek_matveev2002", "koller2010", "timm2011", "he2020"),
}


def method_text(processes: str, method: str) -> str:
    """How the current is calculated, in a phrase."""
    integrals = f"; {METHODS[method]}" if processes in ("1e", "2e") else ""
    return f"steady state of rate equations: {CONTENT[processes]}{integrals}"


def notes(junction: Junction, processes: str, method: str) -> list[str]:
    """The approximations made, one sentence each."""
    ratio = junction.broadening
    found = [f"The expansion is in Γ; the largest width of a level is {ratio:.3g} k_BT."]
    if ratio > 1:
        found.append(
            "Beyond Γ = k_BT such rates are safe for thresholds, slopes and low-bias orders of magnitude, not for "
            "amplitudes."
        )
    if processes == "sequential":
        return [*found, "First order knows neither cotunnelling nor the width of levels."]
    found.append(
        "Two events on one dot enter as elastic passage alone, which is exact while all other charges stand still."
    )
    if LITERATURE[processes]:
        found.append(
            "T-matrix rates need a prescription for intermediate states on shell, keep reducible contributions that a "
            "systematic expansion subtracts (Koller et al. 2010, Timm 2011), and have no single-electron tunnelling of "
            "fourth order in the amplitudes, which renormalises levels and widths (He et al. 2020)."
        )
    if processes == "2e" and method == "constant":
        found.append("The constant-denominator estimate is good to 15-20 % at low bias, far from shell.")
    return found


def marks(current: FloatArray, clamped: FloatArray, beyond: NDArray[np.bool_]) -> list[str]:
    """What the marks of a current say, one sentence each.

    Args:
        current: of the source, over any grid.
        clamped: what clamped rates amount to, in the same unit over the same grid.
        beyond: where the current exceeds what one channel carries.
    """
    points, found = current.size, []
    many = np.count_nonzero(clamped_matter(current, clamped))
    if many:
        found.append(
            f"At {many} of {points} points the regularised rates that were negative and set to zero "
            f"(`clamped`) amount to more than {100 * CLAMPED_PART:g} % of the current."
        )
    if beyond.any():
        found.append(
            f"At {np.count_nonzero(beyond)} of {points} points |I| exceeds (e²/h)|V|, more than one channel can carry "
            "(`beyond_unitarity`)."
        )
    return found


def clamped_matter(current: FloatArray, clamped: FloatArray) -> NDArray[np.bool_]:
    """Where clamped rates amount to more than `CLAMPED_PART` of the current."""
    return np.asarray(clamped > CLAMPED_PART * np.abs(current))


def beyond_unitarity(junction: Junction, model: Model, knobs: Knobs, amount: FloatArray) -> NDArray[np.bool_]:
    """Where the source carries more than one channel can.

        |I| > (e²/h) |V|,   V its largest bias to another lead,

    which holds for leads at one temperature; with several nothing is marked.

    Args:
        junction: the junction.
        model: its numbers.
        knobs: the axes.
        amount: current of the source over the flattened grid, pA (point,).
    """
    if junction.temperature is None:
        return np.zeros(amount.shape, dtype=bool)
    source = junction.source_number
    most = PA_PER_MEV / (2 * np.pi) * _largest_bias(model, knobs, source)
    return np.asarray(np.abs(amount) > most * (1 + 1e-9) + ROUNDING * PA_PER_MEV * model.Gamma[source])


def _largest_bias(model: Model, knobs: Knobs, source: int) -> FloatArray:
    """max_a |µ_source - µ_a| over the flattened grid, meV (point,)."""
    apart = model.landscape.mu - model.landscape.mu[source]
    grid = np.zeros((1,) * len(knobs) + apart.shape) + apart
    for axis, (value, slope) in enumerate(zip(knobs.values(), model.landscape.mu_slopes, strict=True)):
        column = np.reshape(value, (*(1,) * axis, -1, *(1,) * (len(knobs) - axis)))
        grid = grid + column * (slope - slope[source])
    return np.asarray(np.abs(grid).max(axis=-1).ravel())
