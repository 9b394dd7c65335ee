"""Events of a flow: where in a step y_s or a y_i becomes strong, and the l* that end a step.

An event is a rise of its function through zero: |y_s|² - threshold² (SPIN), ln|y_i| - ln threshold (SPIN + 1, + 2). The
first of |y_s| = threshold and of |y_i| = threshold at l < l*_i decides the phase.
"""

import math
from typing import Any

from attractron.core.checks import FloatArray
from attractron.core.jit import jit
from attractron.wires.flow.equations import ABSENT, OFF, UNCUT, Ints
from attractron.wires.flow.stepper import STAGES, advance

DECOUPLED, PAIRED, TRION, TRIPLET, FAILED = 0, 1, 2, 3, -1
"""How a flow ends."""

PHASES = {DECOUPLED: "decoupled", PAIRED: "paired", TRION: "trion", TRIPLET: "triplet"}
"""Codes and names of the phases."""

SPIN = 0
"""Number of the event of y_s; those of y_1 and y_2 follow."""


@jit
def _event_function(event: int, x: FloatArray, slope: FloatArray, levels: FloatArray) -> tuple[float, float]:
    """Value and slope of an event's function; levels: the threshold of y_s, and the logarithm of that of y."""
    if event == SPIN:
        return (
            x[0] * x[0] + x[7] * x[7] - levels[0] * levels[0],
            2 * (x[0] * slope[0] + x[7] * slope[7]),
        )
    return x[1 + event] - levels[1], slope[1 + event]


@jit
def where_strong(
    event: int, ell: float, x: FloatArray, h: float, par: Any, flags: Ints, levels: FloatArray, K: Any
) -> float:
    """Where in (0, h] an event's function rises through zero, by Newton steps of the method itself; -1: nowhere.

    No interpolation: every trial is a step of order 8 from the beginning, so that the event is as exact as the flow. A
    maximum inside the step, told by the slopes at its ends, is looked for as well, so that none is stepped over. K
    holds the slopes of the whole step on entry, and the state behind it.
    """
    first, first_slope = _event_function(event, x, K[0], levels)
    if first >= 0.0:
        return -1.0
    last, last_slope = _event_function(event, K[STAGES + 1], K[STAGES], levels)
    if last < 0.0 and not first_slope > 0.0 > last_slope:
        return -1.0
    work, new, high = K[: STAGES + 1].copy(), K[STAGES + 1].copy(), h
    if last < 0.0:
        low = 0.0
        for _ in range(60):  # bisect for the maximum, or a point above zero before it
            middle = 0.5 * (low + high)
            advance(ell, x, middle, par, flags, work, new)
            last, slope = _event_function(event, new, work[STAGES], levels)
            if last >= 0.0:
                high = middle
                break
            if slope > 0.0:
                low = middle
            else:
                high = middle
        if last < 0.0:
            return -1.0
    low, at = 0.0, high * first / (first - last)  # the secant's guess
    for _ in range(100):
        advance(ell, x, at, par, flags, work, new)
        value, slope = _event_function(event, new, work[STAGES], levels)
        if value >= 0.0:
            high = at
        else:
            low = at
        newton = value / slope if slope > 0.0 else math.inf
        inside = low <= at - newton <= high
        step = newton if inside else at - 0.5 * (low + high)
        at -= step
        # Newton squares the distance: what is left after a step of 1e-8 h is rounding.
        if (inside and abs(step) <= 1e-8 * h) or high - low <= 1e-15 * (ell + h):
            break
    return at


@jit
def events_in_step(
    ell: float, x: Any, step: float, par: Any, flags: Ints, levels: Any, K: Any, phase: int, out: Any
) -> int:
    """Look for events in a step just made; sets l_spin and l_trion once, and the phase by the first that counts."""
    spin = where_strong(SPIN, ell, x, step, par, flags, levels, K) if math.isnan(out[0]) else -1.0
    if spin >= 0.0:
        out[0] = ell + spin
    strong, locked = math.inf, math.inf
    for i in range(2):
        if flags[i] != ABSENT and phase != TRION:
            at = where_strong(SPIN + 1 + i, ell, x, step, par, flags, levels, K)
            if at >= 0.0:
                strong = min(strong, at)
                if ell + at < par[i]:  # beyond l* the cosine's phase is lost, whatever y says
                    locked = min(locked, at)
    if phase == FAILED and locked < math.inf and not 0.0 <= spin <= locked:
        out[1] = ell + locked
        return TRION
    if strong < math.inf and math.isnan(out[1]):
        out[1] = ell + strong
    if phase == FAILED and spin >= 0.0:
        return PAIRED if K[STAGES + 1, 0] < 0.0 else TRIPLET
    return phase


@jit
def last_event(start: float, end: float, out: FloatArray, trion: bool) -> float:
    """The l of the event, in a step from `start` to `end`, that ends the flow."""
    if trion:
        return float(out[1])
    at = start
    for number in range(2):
        if start < out[number] <= end:
            at = max(at, out[number])
    return at


@jit
def next_l_star(ell: float, par: Any, flags: Ints) -> float:
    """The next l* of a coupling, infinite beyond the last."""
    found = math.inf
    for i in range(2):
        if flags[i] != ABSENT and ell < par[i] < found:
            found = par[i]
    return found


@jit
def cut_sharply(ell: float, par: Any, flags: Ints) -> None:
    """Switch the couplings whose l* has been reached off as a source."""
    for i in range(2):
        if flags[i] == UNCUT and ell >= par[i]:
            flags[i] = OFF
