"""The flow equations and their integration, compiled: an explicit Runge-Kutta pair of order 8 that stops at events.

State of one flow (see `attractron.wires.flow.flow` for the equations):

    0  y_s             (its real part where the phase between the spins flows too)
    1  D = X - y_s,  X = 2(K_s - 1)
    2, 3  ln|y_1|, ln|y_2|
    4, 5, 6  p, r, q   of M⁻¹ = [[p, r], [r, q]]
    7  imaginary part of y_s
    8  θ               relative phase of the two spins' backscattering

Logarithms, because y may pass 1e16 while c y² is tiny. D, because the SU(2) line is D = 0 and the line-preserving
equations conserve it exactly, and because X² - y_s² = D(X + y_s) is not lost to cancellation near the line.

Everything compiled is in this file: Numba keys what it keeps on disk by the text of one file.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.integrate import DOP853

from attractron.core.checks import FloatArray

Function = TypeVar("Function", bound=Callable[..., object])
Ints = NDArray[np.int64]

# Coefficients of Dormand and Prince's pair 8(5,3) (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I).
A, B, C = np.ascontiguousarray(DOP853.A), np.ascontiguousarray(DOP853.B), np.ascontiguousarray(DOP853.C)
E3, E5 = np.ascontiguousarray(DOP853.E3), np.ascontiguousarray(DOP853.E5)
STAGES, SIZE = 12, 9
ROWS = STAGES + 4
"""Of the work space: slopes of the stages, that at the end, the new state, and two of error estimates."""

RTOL, ATOL = 1e-12, 1e-14
"""Of every component of the state and step; events then hold to 1e-10 in l."""

ABSENT, CUT, UNCUT, OFF = 0, 1, 2, 3
"""A coupling: zero; with a smooth cut-off; without one; beyond a sharp cut-off, where it is no source any more."""

DECOUPLED, PAIRED, TRION, TRIPLET, FAILED = 0, 1, 2, 3, -1
"""How a flow ends."""

MOST_STEPS = 100_000
FAR = 1e10
"""|y_s| at which it has diverged: the pole of the equations is then 1e-10 away."""
SOME = 1e3
"""The same where y_s suppresses y, or grows without a pole, as with (16b) as published: ln y has by then gained 250."""


def compiled(function: Function) -> Function:
    """Compiled when first called, without the interpreter's lock; kept on disk where a folder can be written."""
    try:
        compilation: Any = njit(nogil=True, error_model="numpy", cache=True)
        dispatcher: Function = compilation(function)
    except RuntimeError:  # Numba found no folder for its cache
        compilation = njit(nogil=True, error_model="numpy")
        dispatcher = compilation(function)
    return dispatcher


@compiled
def log_cut(ell: float, l_star: Any, chi: float) -> Any:
    """ln c = -ln(1 + e^{2(l-l*)/χ}), which ½[1 - tanh] loses to rounding for large l."""
    u = 2 * (ell - l_star) / chi
    if u.real > 40.0:
        return -u
    if u.real > 0.0:
        return -u - np.log(1.0 + np.exp(-u))
    return -np.log(1.0 + np.exp(u))


@compiled
def cut(ell: float, l_star: Any, chi: float) -> Any:
    """c = 1/(1 + e^{2(l-l*)/χ})."""
    u = 2 * (ell - l_star) / chi
    return 0.0 * u if u.real > 600.0 else 1 / (1 + np.exp(u))


@compiled
def growth(i: int, x: Any, par: Any) -> Any:
    """2 - ½ - vᵀMv/4: the exponent of y_i at K_s = 1, y_s = 0."""
    b, p, r, q = par[2 + i], x[4], x[5], x[6]
    return 1.5 - (2 * q - 2 * math.sqrt(2.0) * b * r + b * b * p) / (4 * (p * q - r * r))


@compiled
def equations(ell: float, x: Any, par: Any, flags: Any, out: Any) -> None:
    """dx/dl into `out`.

    par: l*_1, l*_2, b_1, b_2 (components of v along φ), f_1, f_2, g_1, g_2 (16 × feedback into r/√2 and q), χ, cos θ.
    flags: state of coupling 1 and 2 (ABSENT …), frozen, K_s as published, θ flows.
    """
    y, X = x[0], x[0] + x[1]
    imaginary, cosine, sine = 0.0 * y, par[9], 0.0 * y
    pull = y
    if flags[4]:
        imaginary, cosine, sine = x[7], np.cos(x[8]), np.sin(x[8])
        pull = y * cosine + imaginary * sine
    total = 0.0 * y
    out[4] = 0.0 * y
    out[5] = 0.0 * y
    out[6] = 0.0 * y
    for i in range(2):
        out[2 + i] = 0.0 * y
        state = flags[i]
        if state != ABSENT:
            rate = growth(i, x, par) - X / 4 - pull / 2
            c = cut(ell, par[i], par[8].real) if state == CUT else 1.0 + 0.0 * y
            out[2 + i] = c * rate if flags[2] else rate
            if state != OFF:
                if state == CUT and (c.real < 1e-200 or x[2 + i].real > 200.0):
                    source = np.exp(2 * x[2 + i] + log_cut(ell, par[i], par[8].real))
                else:
                    source = c * np.exp(2 * x[2 + i])
                total += source / 4
                out[4] += source / 8
                out[5] += math.sqrt(2.0) / 16 * par[4 + i] * source
                out[6] += par[6 + i] * source / 16
    out[0] = -X * y - cosine * total
    if flags[3]:
        K_s = 1 + X / 2
        out[1] = -K_s * K_s * (y * y + imaginary * imaginary + total) - out[0]
    else:
        out[1] = x[1] * y - imaginary * imaginary - (1 - cosine) * total
    out[7] = 0.0 * y
    out[8] = 0.0 * y
    if flags[4]:
        out[7] = -X * imaginary - sine * total
        out[8] = y * sine - imaginary * cosine


@compiled
def advance(ell: float, x: Any, h: float, par: Any, flags: Any, K: Any, new: Any) -> None:
    """One step from the slope K[0]: the new state and its slope K[12]."""
    for stage in range(1, STAGES):
        for j in range(SIZE):
            new[j] = x[j]
        for k in range(stage):
            weight = h * A[stage, k]
            if weight != 0.0:
                for j in range(SIZE):
                    new[j] += weight * K[k, j]
        equations(ell + C[stage] * h, new, par, flags, K[stage])
    for j in range(SIZE):
        new[j] = x[j]
    for k in range(STAGES):
        weight = h * B[k]
        if weight != 0.0:
            for j in range(SIZE):
                new[j] += weight * K[k, j]
    equations(ell + h, new, par, flags, K[STAGES])


@compiled
def error_of(x: FloatArray, new: FloatArray, h: float, K: FloatArray) -> float:
    """Estimated error of a step in units of the tolerance."""
    e5, e3 = K[STAGES + 2], K[STAGES + 3]
    e5[:] = 0.0
    e3[:] = 0.0
    for k in range(STAGES + 1):
        five, three = E5[k], E3[k]
        if five != 0.0 or three != 0.0:
            for j in range(SIZE):
                e5[j] += five * K[k, j]
                e3[j] += three * K[k, j]
    fifth, third = 0.0, 0.0
    for j in range(SIZE):
        scale = 1 / (ATOL + RTOL * max(abs(x[j]), abs(new[j])))
        fifth += (e5[j] * scale) ** 2
        third += (e3[j] * scale) ** 2
    if fifth == 0.0:
        return 0.0
    error = float(h * fifth / math.sqrt((fifth + 0.01 * third) * SIZE))
    return error if math.isfinite(error) else 1e10


@compiled
def gauge(what: int, x: FloatArray, slope: FloatArray, levels: FloatArray) -> tuple[float, float]:
    """Event functions and their slopes: |y_s|² - threshold² (0), ln|y_i| - ln threshold (1, 2); an event is a rise
    through zero."""
    if what == 0:
        return (
            x[0] * x[0] + x[7] * x[7] - levels[0] ** 2,
            2 * (x[0] * slope[0] + x[7] * slope[7]),
        )
    return x[1 + what] - levels[1], slope[1 + what]


@compiled
def meets(what: int, ell: float, x: FloatArray, h: float, par: Any, flags: Ints, levels: FloatArray, K: Any) -> float:
    """Where in (0, h] an event function rises through zero, by Newton steps of the method itself; -1: nowhere.

    A maximum inside the step, told by the slopes at its ends, is looked for as well, so that none is stepped over.
    K holds the slopes of the whole step on entry, and the state behind it.
    """
    first, first_slope = gauge(what, x, K[0], levels)
    if first >= 0.0:
        return -1.0
    last, last_slope = gauge(what, K[STAGES + 1], K[STAGES], levels)
    if last < 0.0 and not first_slope > 0.0 > last_slope:
        return -1.0
    work, new, high = K[: STAGES + 1].copy(), K[STAGES + 1].copy(), h
    if last < 0.0:
        low = 0.0
        for _ in range(60):  # bisect for the maximum, or a point above zero before it
            middle = 0.5 * (low + high)
            advance(ell, x, middle, par, flags, work, new)
            last, slope = gauge(what, new, work[STAGES], levels)
            if last >= 0.0:
                high = middle
                break
            if slope > 0.0:
                low = middle
            else:
                high = middle
        if last < 0.0:
            return -1.0
    low, at = 0.0, high * first / (first - last)
    for _ in range(100):
        advance(ell, x, at, par, flags, work, new)
        value, slope = gauge(what, new, work[STAGES], levels)
        if value >= 0.0:
            high = at
        else:
            low = at
        newton = value / slope if slope > 0.0 else math.inf
        inside = low <= at - newton <= high
        step = newton if inside else at - 0.5 * (low + high)
        at -= step
        if (inside and abs(step) <= 1e-8 * h) or high - low <= 1e-15 * (ell + h):
            break
    return at


@compiled
def remaining(y: float, X: float, A2: float, threshold: float) -> float:
    """l that the flow without source needs until |y_s| = threshold: dy/dl = -Xy, dX/dl = -y²; infinite for never.

    With the invariant A = X² - y² the time is ∫dX/(X² - A) from X' = -√(threshold² + A) to X; for A = -b² < 0 that is
    [atan(X/b) - atan(X'/b)]/b, for A = a² and X < -a [arcoth(X'/a) - arcoth(X/a)]/a, and 1/X' - 1/X for A = 0, written
    with one arctangent each so that A → 0 is smooth.
    """
    if y == 0.0 or (A2 >= 0.0 and X >= 0.0):
        return math.inf
    end = -math.sqrt(threshold**2 + A2)
    if A2 < 0.0:
        b = math.sqrt(-A2)
        return math.atan2(b * (X - end), X * end - A2) / b
    a = math.sqrt(A2)
    if a * (X - end) < 1e-9 * (X * end - A2):
        return (X - end) / (X * end - A2)
    return math.atanh(a * (X - end) / (X * end - A2)) / a


@compiled
def left_over(ell: float, x: FloatArray, par: Any, flags: Ints, span: float) -> tuple[float, float, float]:
    """Bounds on what the source still does within `span`: ∫S, its slowest rate of decay, and S now; S = Σ c y²/4.

    ln c falls at least as e^{-2(l-l*)/χ} does, and y_i grows at most by the exponent at K_s = 1, y_s = 0; what a
    negative y_s adds to it is left to the caller, who weighs with the distance from the end.
    """
    total, slowest, now = 0.0, math.inf, 0.0
    for i in range(2):
        if flags[i] == CUT or flags[i] == UNCUT:
            u = max(0.0, 2 * (ell - par[i]) / par[8]) if flags[i] == CUT else 0.0
            source = math.exp(min(2 * x[2 + i] - u, 700.0)) / 4
            rate = 2 * growth(i, x, par)
            if flags[2] and flags[i] == CUT:
                rate = max(rate, 0.0) * math.exp(-u)
            decay = (2 / par[8] if flags[i] == CUT else 0.0) - rate
            if source > 0.0:
                slowest = min(slowest, decay)
                now += source
                reach = -decay * span
                if abs(reach) < 1e-8:
                    total += source * span
                elif reach > 700.0:
                    total = math.inf
                else:
                    total += source * math.expm1(reach) / -decay
    return total, slowest, now


@compiled
def tail(ell: float, x: FloatArray, par: Any, flags: Ints, levels: FloatArray) -> tuple[int, float]:
    """Whether the rest is known: 1 and the l that is left until |y_s| is strong, 2 for never, 0 for not yet.

    What the source may still shift is bounded by `left_over`. Before an event at the distance L a perturbation δ of
    y_s or X moves it by at most (1+L)²(1+(|X|+|y_s|)L) δ; that must stay below 1e-12 (1+L). The flow never gets there
    if the invariant A = X² - |y_s|² is positive, and X too, by more than 100 times what the source may change it. On
    the SU(2) line with y_s > 0, w = 1/y_s obeys dw/dl = 1 + S w²: it stays finite if the integral over the unperturbed
    w is small.
    """
    y, X = math.hypot(x[0], x[7]), x[0] + x[1]
    A2 = x[1] * (X + x[0]) - x[7] * x[7]
    if flags[3]:
        return _tail_as_published(ell, x, par, flags)
    if y >= levels[0] and not (X > 0.0 and A2 >= 0.0):
        return 0, 0.0
    span = remaining(y, X, A2, levels[0])
    total, decay, now = left_over(ell, x, par, flags, span)
    if span < math.inf:
        reach = (1 + span) ** 2 * (1 + (abs(X) + y) * span)  # may overflow
        moved = total * reach if total > 0.0 else 0.0
        return (1, span) if moved < 1e-12 * (1 + span) else (0, 0.0)
    if now == 0.0:
        return 2, math.inf
    if x[0] < 0.0 or flags[4]:
        decay -= y  # y_s < 0 adds at most |y_s| to twice the growth
    if decay <= 0.0:
        return 0, 0.0
    if x[1] == 0.0 and x[7] == 0.0:
        w = 1 / y
        return (2, math.inf) if now * (w * w + 2 * w / decay + 2 / decay**2) / decay < 0.01 * w else (0, 0.0)
    return (2, math.inf) if 2 * now / decay * (abs(X) + y) <= 0.01 * A2 else (0, 0.0)


@compiled
def _tail_as_published(ell: float, x: FloatArray, par: Any, flags: Ints) -> tuple[int, float]:
    """The same for (16b) as published, whose invariant y_s²/2 - 4(1/K_s + ln K_s) tells only whether the flow ends on
    the line y_s = 0, K_s > 1; otherwise it is integrated to its event."""
    y, excess = math.hypot(x[0], x[7]), (x[0] + x[1]) / 2
    below = 4 * (math.log1p(excess) - excess / (1 + excess)) - y * y / 2
    _, decay, now = left_over(ell, x, par, flags, math.inf)
    if now == 0.0 and (y == 0.0 or (excess >= 0.0 and below >= 0.0)):
        return 2, math.inf
    if now == 0.0 or excess < 0.0:
        return 0, 0.0
    decay -= y
    never = decay > 0.0 and 2 * now / decay * (y + 2 * excess) * (1 + excess) ** 2 <= 0.01 * below
    return (2, math.inf) if never else (0, 0.0)


@compiled
def next_break(ell: float, par: Any, flags: Ints) -> float:
    """The next l* of a coupling."""
    found = math.inf
    for i in range(2):
        if flags[i] != ABSENT and ell < par[i] < found:
            found = par[i]
    return found


@compiled
def enter(ell: float, par: Any, flags: Ints, sharp: bool) -> None:
    """At an l*: switch a sharply cut coupling off as a source."""
    for i in range(2):
        if sharp and flags[i] == UNCUT and ell >= par[i]:
            flags[i] = OFF


@compiled
def follow(x: FloatArray, par: Any, flags: Ints, levels: FloatArray, sharp: bool, both: bool, K: Any, out: Any) -> int:
    """One flow from the state x, which ends as that at the end: its phase; l_spin, l_trion and the end's l in `out`.

    The first of |y_s| = threshold and of |y_i| = threshold at l < l*_i decides the phase. The integration stops at
    every l* (so that the second kind is never stepped over); where the source is negligible the rest is closed form.
    """
    ell, h, phase, done = 0.0, 0.2, FAILED, False
    out[0], out[1], out[2] = math.nan, math.nan, math.nan
    for i in range(2):
        if flags[i] != ABSENT and x[2 + i] >= levels[1]:
            out[1] = 0.0
            phase = TRION if par[i] > 0.0 else phase
    dying = x[0] + x[1] > 0.0 and x[1] * (2 * x[0] + x[1]) >= 0.0
    if math.hypot(x[0], x[7]) >= levels[0] and not dying:
        out[0] = 0.0
        phase = phase if phase == TRION else (PAIRED if x[0] < 0.0 else TRIPLET)
    enter(ell, par, flags, sharp)
    stop = next_break(ell, par, flags)
    new = K[STAGES + 1]
    equations(ell, x, par, flags, K[0])
    for _ in range(MOST_STEPS):
        if math.isnan(out[0]) and math.hypot(x[0], x[7]) > SOME * (1 + levels[0]):  # strong from the start, never below
            out[0] = ell
            phase = phase if phase != FAILED else (PAIRED if x[0] < 0.0 else TRIPLET)
        done = phase != FAILED and (not both or not (math.isnan(out[0]) or math.isnan(out[1])))
        if not done and stop == math.inf and math.isnan(out[0]):
            decided, span = tail(ell, x, par, flags, levels)
            if decided:
                out[0] = ell + span
                if phase == FAILED and decided == 1:
                    phase = PAIRED if x[0] < 0.0 else TRIPLET
                phase = DECOUPLED if phase == FAILED else phase
                done = not both
        if not done and both and math.isnan(out[1]) and not math.isnan(out[0]):
            out[1] = last_resort(ell, x, par, flags, stop == math.inf, out[0])
            done = not math.isnan(out[1])
        if done:
            break
        clipped = ell + h >= stop
        step = stop - ell if clipped else h
        advance(ell, x, step, par, flags, K, new)
        error = error_of(x, new, step, K)
        if error > 1.0:
            h = step * max(0.2, 0.9 * error ** (-1 / 8))
            continue
        phase = _events(ell, x, step, par, flags, levels, K, phase, out)
        if phase != FAILED and (not both or not (math.isnan(out[0]) or math.isnan(out[1]))):
            at = _last_event(ell, ell + step, out, phase == TRION and not both)
            advance(ell, x, at - ell, par, flags, K, new)
            x[:], ell, done = new, at, True
            break
        ell = stop if clipped else ell + step
        x[:] = new
        grown = step * min(5.0, 0.9 * max(error, 1e-12) ** (-1 / 8))
        h = max(h, grown) if clipped else grown
        if clipped:
            enter(ell, par, flags, sharp)
            stop = next_break(ell, par, flags)
            equations(ell, x, par, flags, K[0])
        else:
            K[0] = K[STAGES]
    out[2] = ell
    return phase if done else FAILED


@compiled
def _events(ell: float, x: Any, step: float, par: Any, flags: Ints, levels: Any, K: Any, phase: int, out: Any) -> int:
    """Look for events in a step just made; sets l_spin and l_trion once, and the phase by the first that counts."""
    spin = meets(0, ell, x, step, par, flags, levels, K) if math.isnan(out[0]) else -1.0
    if spin >= 0.0:
        out[0] = ell + spin
    strong, locked = math.inf, math.inf
    for i in range(2):
        if flags[i] != ABSENT and phase != TRION:
            at = meets(1 + i, ell, x, step, par, flags, levels, K)
            if at >= 0.0:
                strong = min(strong, at)
                if ell + at < par[i]:
                    locked = min(locked, at)
    if phase == FAILED and locked < math.inf and not 0.0 <= spin <= locked:
        out[1] = ell + locked
        return TRION
    if strong < math.inf and math.isnan(out[1]):
        out[1] = ell + strong
    if phase == FAILED and spin >= 0.0:
        return PAIRED if K[STAGES + 1, 0] < 0.0 else TRIPLET
    return phase


@compiled
def _last_event(start: float, end: float, out: FloatArray, trion: bool) -> float:
    """The l of the event, in a step from `start` to `end`, that ends the flow."""
    if trion:
        return float(out[1])
    at = start
    for number in range(2):
        if start < out[number] <= end:
            at = max(at, out[number])
    return at


@compiled
def last_resort(ell: float, x: FloatArray, par: Any, flags: Ints, behind: bool, l_spin: float) -> float:
    """l_trion where no integration tells it: infinite once no y_i can become strong, the l of a diverging y_s that
    takes every y_i that is not frozen with it; otherwise not a number, the flow goes on.

    Without a gap y_i becomes strong if its exponent at the end is positive. A diverging y_s > 0 suppresses the y_i, as
    it pins √2φ_s where cos(√2φ_s) = 0, unless the phase between the spins turns with it. `behind`: all l* have been
    passed.
    """
    y, X, waiting = math.hypot(x[0], x[7]), x[0] + x[1], False
    suppressed = flags[4] == 0 and x[0] > 0.0
    diverged = y > (SOME if suppressed or flags[3] else min(FAR, 1e3 * FAR / (1 + ell)))
    K_s_excess = math.sqrt(max(0.0, x[1] * (X + x[0]) - x[7] * x[7])) / 2
    for i in range(2):
        if flags[i] == ABSENT:
            continue
        frozen = flags[2] == 1 and flags[i] == CUT
        if diverged and suppressed:
            continue
        if diverged and not frozen:
            return ell
        if frozen:
            waiting = waiting or not (diverged or (behind and log_cut(ell, par[i], par[8]) < -40.0))
        elif l_spin < math.inf:
            waiting = True
        else:
            waiting = waiting or not behind or growth(i, x, par) > K_s_excess / 2
    return math.nan if waiting else math.inf


@compiled
def solve(x: FloatArray, par: FloatArray, flags: Ints, levels: FloatArray, options: Ints, phase: Any, out: Any) -> None:
    """Flows one after another: x (flow, 9) ends as the state at the end, phase (flow,), out (flow, 3): l_spin, l_trion,
    end. options: sharp, both."""
    K = np.zeros((ROWS, SIZE))
    own = np.zeros_like(flags[0])
    for flow in range(len(x)):
        own[:] = flags[flow]
        K[:] = 0.0
        phase[flow] = follow(x[flow], par[flow], own, levels, options[0] == 1, options[1] == 1, K, out[flow])


@compiled
def trace(x: FloatArray, par: Any, flags: Ints, sharp: bool, points: FloatArray, states: FloatArray) -> int:
    """The state (point, 9) at rising points of ell, which the steps end at; how many points were reached."""
    K, own = np.zeros((ROWS, SIZE)), flags.copy()
    new, ell, h = K[STAGES + 1], 0.0, 0.05
    enter(ell, par, own, sharp)
    equations(ell, x, par, own, K[0])
    for number in range(len(points)):
        steps = 0
        while ell < points[number]:
            stop = min(points[number], next_break(ell, par, own))
            clipped = ell + h >= stop
            step = stop - ell if clipped else h
            advance(ell, x, step, par, own, K, new)
            error = error_of(x, new, step, K)
            steps += 1
            if steps > MOST_STEPS:
                return number
            if error > 1.0:
                h = step * max(0.2, 0.9 * error ** (-1 / 8))
                continue
            ell = stop if clipped else ell + step
            x[:] = new
            grown = step * min(5.0, 0.9 * max(error, 1e-12) ** (-1 / 8))
            h = max(h, grown) if clipped else grown
            enter(ell, par, own, sharp)
            equations(ell, x, par, own, K[0])
        states[number] = x
    return len(points)
