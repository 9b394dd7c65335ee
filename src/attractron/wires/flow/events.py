"""Events of a flow: where in a step y_s or a y_i becomes strong, and the l* that end a step.

An event is a rise of its function through zero: |y_s|² - threshold² (SPIN), ln|y_i| - ln threshold (SPIN + 1, + 2). The
first of |y_s| = threshold and of |y_i| = threshold at l < l*_i decides the phase. Measured with its cut-off, y_i counts
as it stands in (16), √c_i|y_i|, and ½ ln c_i comes to its function. That may rise, fall beyond l* and rise again, so
that its first zero is approached from the left by steps that cannot pass it (`_first_rise`).
"""

import math
from typing import Any

from attractron.core.checks import FloatArray
from attractron.core.jit import jit
from attractron.wires.flow.equations import ABSENT, CONSTANTS, CUT, OFF, UNCUT, Ints, fall, log_cut
from attractron.wires.flow.stepper import STAGES, advance

DECOUPLED, PAIRED, TRION, TRIPLET, FAILED = 0, 1, 2, 3, -1
"""How a flow ends."""

PHASES = {DECOUPLED: "decoupled", PAIRED: "paired", TRION: "trion", TRIPLET: "triplet"}
"""Codes and names of the phases."""

SPIN = 0
"""Number of the event of y_s; those of y_1 and y_2 follow."""


BARE, WITH_CUTOFF = 0.0, 1.0
"""Codes of the measures of a strong y_i, an entry of the levels: the threshold of y_s, the logarithm of that of y, the
measure, and the largest l."""


@jit
def log_strength(i: int, ell: float, x: FloatArray, par: Any, flags: Ints, levels: FloatArray) -> float:
    """Logarithm of what is compared with the threshold of y: |y_i|, or √c_i|y_i|."""
    if levels[2] == BARE:
        return float(x[2 + i])
    if flags[i] == OFF:
        return -math.inf
    return float(x[2 + i] + (0.5 * log_cut(ell, par[i], par) if flags[i] == CUT else 0.0))


@jit
def _event_function(
    event: int, ell: float, x: FloatArray, slope: FloatArray, par: Any, flags: Ints, levels: FloatArray
) -> tuple[float, float]:
    """Value and slope of an event's function."""
    if event == SPIN:
        return (
            x[0] * x[0] + x[7] * x[7] - levels[0] * levels[0],
            2 * (x[0] * slope[0] + x[7] * slope[7]),
        )
    i, rise = event - SPIN - 1, slope[1 + event]
    if levels[2] == WITH_CUTOFF and flags[i] == CUT:
        rise -= fall(ell, par[i], par)
    return log_strength(i, ell, x, par, flags, levels) - levels[1], rise


@jit
def where_strong(
    event: int, ell: float, x: FloatArray, h: float, par: Any, flags: Ints, levels: FloatArray, K: Any
) -> float:
    """Where in (0, h] an event's function rises through zero, by Newton steps of the method itself; -1: nowhere.

    No interpolation: every trial is a step of order 8 from the beginning, so that the event is as exact as the flow. A
    maximum inside the step, told by the slopes at its ends, is looked for as well, so that none is stepped over. K
    holds the slopes of the whole step on entry, and the state behind it.
    """
    first, first_slope = _event_function(event, ell, x, K[0], par, flags, levels)
    if first >= 0.0:
        return -1.0
    last, last_slope = _event_function(event, ell + h, K[STAGES + 1], K[STAGES], par, flags, levels)
    if event != SPIN and levels[2] == WITH_CUTOFF and flags[event - SPIN - 1] == CUT:
        return _first_rise(event, ell, x, h, par, flags, levels, K)
    if last < 0.0 and not first_slope > 0.0 > last_slope:
        return -1.0
    work, new, high = K[: STAGES + 1].copy(), K[STAGES + 1].copy(), h
    if last < 0.0:
        low = 0.0
        for _ in range(60):  # bisect for the maximum, or a point above zero before it
            middle = 0.5 * (low + high)
            advance(ell, x, middle, par, flags, work, new)
            last, slope = _event_function(event, ell + middle, new, work[STAGES], par, flags, levels)
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
        value, slope = _event_function(event, ell + at, new, work[STAGES], par, flags, levels)
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
def _first_rise(
    event: int, ell: float, x: FloatArray, h: float, par: Any, flags: Ints, levels: FloatArray, K: Any
) -> float:
    """The first zero in (0, h] of an event's function f with a cut-off in it, which is below zero at 0; -1: none.

    ln c is concave, so that f'' is at most the largest slope M of the growth of ln y, and f(s + t) lies below the
    parabola f + f't + Mt²/2: going on to the zero of that, one zero of f after another is never passed, and the first
    is approached as by Newton's method. M is four times the range of growth over the stages of the step, and doubled
    wherever f is found above zero all the same.
    """
    low, high = K[0, 1 + event], K[0, 1 + event]
    for k in range(1, STAGES + 1):
        low, high = min(low, K[k, 1 + event]), max(high, K[k, 1 + event])
    most, at = 4 * (high - low) / h, 0.0
    value, slope = _event_function(event, ell, x, K[0], par, flags, levels)
    last, _ = _event_function(event, ell + h, K[STAGES + 1], K[STAGES], par, flags, levels)
    work, new = K[: STAGES + 1].copy(), K[STAGES + 1].copy()
    for _ in range(200):
        below = slope + math.sqrt(slope * slope - 2 * most * value)
        step = -2 * value / below if below > 0.0 else math.inf
        if at + step >= h and last < 0.0:
            return -1.0
        if at + step < h:
            advance(ell, x, at + step, par, flags, work, new)
            there, rise = _event_function(event, ell + at + step, new, work[STAGES], par, flags, levels)
            if there < 0.0:
                at, value, slope = at + step, there, rise
            if abs(there) <= 1e-14 + 1e-15 * abs(new[1 + event]) or step <= 1e-15 * (ell + h):
                return at + step if there >= 0.0 else at
            if there < 0.0:
                continue
        most = 2 * most + abs(value) / (h * h)
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
    """The next l* of a coupling, or the end of the table of its cut-off, infinite beyond the last."""
    found = math.inf
    for i in range(2):
        if flags[i] != ABSENT and ell < par[i] < found:
            found = par[i]
        if len(par) > CONSTANTS and flags[i] == CUT and ell < par[i] + par[CONSTANTS + 1] < found:
            found = par[i] + par[CONSTANTS + 1]
    return found


@jit
def cut_sharply(ell: float, par: Any, flags: Ints) -> None:
    """Switch the couplings whose l* has been reached off as a source."""
    for i in range(2):
        if flags[i] == UNCUT and ell >= par[i]:
            flags[i] = OFF
