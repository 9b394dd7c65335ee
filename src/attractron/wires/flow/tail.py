"""The end of a flow in closed form, once the other wire is no source any more.

Without source, dy_s/dl = -X y_s and dX/dl = -y_s² keep A = X² - y_s²: on the SU(2) line y_s > 0 dies out, and y_s < 0
reaches -1 at l + 1/|y_s| - 1. The integration goes on until what the source may still do is bounded below 1e-12 of the
distance; no result depends on a largest l.
"""

import math
from typing import Any

from attractron.core.checks import FloatArray
from attractron.core.jit import jit
from attractron.wires.flow.equations import ABSENT, CONSTANTS, CUT, OFF, UNCUT, Ints, growth, log_cut
from attractron.wires.flow.events import WITH_CUTOFF

FAR = 1e10
"""|y_s| at which it has diverged: the pole of the equations is then 1e-10 away."""
SOME = 1e3
"""The same where y_s suppresses y, or grows without a pole, as with (16b) as published: ln y has by then gained 250."""

TINY = 1e-10
"""Of |y_s| and |X| together; far below the integration has only ATOL for them."""


@jit
def modulus(a: float, b: float) -> float:
    """√(a² + b²), |a| exactly for b = 0; `math.hypot` of Python and of compiled code may differ in the last bit."""
    large, small = max(abs(a), abs(b)), min(abs(a), abs(b))
    if small == 0.0:
        return float(large)
    return float(large * math.sqrt(1 + (small / large) * (small / large)))


@jit
def l_to_strong(y: float, X: float, A2: float, threshold: float) -> float:
    """l that the flow without source needs until |y_s| = threshold: dy/dl = -Xy, dX/dl = -y²; infinite for never.

    With the invariant A = X² - y² the time is ∫dX/(X² - A) from X' = -√(threshold² + A) to X; for A = -b² < 0 that is
    [atan(X/b) - atan(X'/b)]/b, for A = a² and X < -a [arcoth(X'/a) - arcoth(X/a)]/a, and 1/X' - 1/X for A = 0, written
    with one function each so that A → 0 is smooth.
    """
    if y == 0.0 or (A2 >= 0.0 and X >= 0.0):
        return math.inf
    end = -math.sqrt(max(threshold * threshold + A2, 0.0))  # |y_s| = threshold may round below 0
    if A2 < 0.0:
        b = math.sqrt(-A2)
        # Both arcs in one: b(X-X') over XX'+b² is the tangent of their difference, whose quadrant atan2 knows.
        return math.atan2(b * (X - end), X * end - A2) / b
    a = math.sqrt(A2)
    # artanh t = t to rounding; a = 0 is no exception, even where y² is below the range of numbers (both sides 0)
    if a * (X - end) <= 1e-9 * (X * end - A2):
        return float((X - end) / (X * end - A2))
    tangent = a * (X - end) / (X * end - A2)
    if tangent < 0.5:
        return math.atanh(tangent) / a
    # The same without the cancellation in X + a = -y²/(|X| + a) and X' + a = -threshold²/(|X'| + a).
    return math.log((a - X) * threshold / (y * (a - end))) / a


@jit
def _source_left(
    ell: float, x: FloatArray, par: Any, flags: Ints, span: float, least_X: float
) -> tuple[float, float, float]:
    """Bounds on what the source still does within `span`: ∫S, its slowest rate of decay, and S now; S = Σ c y²/4.

    ln c falls at least as e^{-2(l-l*)/χ} does (that of a `CustomCutoff` with the slope -2/χ beyond its table), and y_i
    grows at most by the exponent at the least X to come and y_s = 0; what a negative y_s adds to it is left to the
    caller, who weighs with the distance from the end. A source below the range of numbers that decays today is taken to
    decay for ever.
    """
    total, slowest, now = 0.0, math.inf, 0.0
    for i in range(2):
        if flags[i] == CUT or flags[i] == UNCUT:
            u = 0.0
            if flags[i] == CUT and len(par) > CONSTANTS:
                u = -log_cut(ell, par[i], par)
            elif flags[i] == CUT:
                u = max(0.0, 2 * (ell - par[i]) / par[8])
            log_source = 2 * x[2 + i] - u - math.log(4.0)
            rate = 2 * growth(i, x, par) - least_X / 2
            if flags[2] and flags[i] == CUT:
                rate = max(rate, 0.0) * math.exp(-u)
            decay = (2 / par[8] if flags[i] == CUT else 0.0) - rate
            # Logarithms: a source below the range of numbers may still grow into it.
            here = math.exp(min(log_source, 700.0))  # e^709 is the largest number there is
            if here == 0.0 and not flags[2]:
                decay = max(decay, decay + (x[0] + x[1] - least_X) / 2 + (x[0] if flags[4] == 0 else 0.0))
            slowest = min(slowest, decay)
            now += here
            reach = -decay * span
            if decay == 0.0 or abs(reach) < 1e-8:
                log_total = log_source + math.log(span) if span > 0.0 else -math.inf
            elif reach > 0.0:  # e^reach - 1 = e^reach (1 - e^-reach)
                log_total = log_source + reach + math.log(-math.expm1(-reach) / -decay)
            else:
                log_total = log_source + math.log(-math.expm1(reach) / decay)
            total += math.exp(log_total) if log_total < 700.0 else math.inf
    return total, slowest, now


@jit
def closed_tail(ell: float, x: FloatArray, par: Any, flags: Ints, levels: FloatArray) -> tuple[int, float]:
    """Whether the rest is known: 1 and the l that is left until |y_s| is strong, 2 for never, 0 for not yet.

    What the source may still shift is bounded by `_source_left`. Before an event at the distance L a perturbation δ of
    y_s or X moves it by at most (1+L)²(1+(|X|+|y_s|)L) δ; that must stay below 1e-12 (1+L). The flow never gets there
    if the invariant A = X² - |y_s|² is positive, and X too, by more than 100 times what the source may change it. On
    the SU(2) line with y_s > 0, w = 1/y_s obeys dw/dl = 1 + S w²: it stays finite if the integral over the unperturbed
    w is small.
    """
    y, X = modulus(x[0], x[7]), x[0] + x[1]
    A2 = x[1] * (X + x[0]) - x[7] * x[7]
    if flags[3]:
        return _closed_tail_as_published(ell, x, par, flags, levels)
    if y >= levels[0] and not (X > 0.0 and A2 >= 0.0):
        return 0, 0.0
    span = l_to_strong(y, X, A2, levels[0])
    least_X = (
        0.99 * math.sqrt(A2) if span == math.inf and X > 0.0 and A2 > 0.0 else 0.0
    )  # X² > A, which is left in peace
    total, decay, now = _source_left(ell, x, par, flags, span, least_X)
    if span < math.inf:
        reach = (1 + span) * (1 + span) * (1 + (abs(X) + y) * span)  # may overflow
        moved = total * reach if total > 0.0 else 0.0
        return (1, span) if moved < 1e-12 * (1 + span) else (0, 0.0)
    if x[0] < 0.0 or flags[4]:
        decay -= y  # y_s < 0 adds at most |y_s| to twice the growth
    if decay <= 0.0:
        return 0, 0.0
    if now == 0.0:
        return 2, math.inf
    if x[1] == 0.0 and x[7] == 0.0:
        if y == 0.0:  # w is infinite: what is left of the source makes the first y_s
            return 0, 0.0
        w = 1 / y
        moved = now * (w * w + 2 * w / decay + 2 / (decay * decay)) / decay
        return (2, math.inf) if moved < 0.01 * w else (0, 0.0)
    return (2, math.inf) if 2 * now / decay * (abs(X) + y) <= 0.01 * A2 else (0, 0.0)


@jit
def _closed_tail_as_published(
    ell: float, x: FloatArray, par: Any, flags: Ints, levels: FloatArray
) -> tuple[int, float]:
    """The same for (16b) as published, whose invariant y_s²/2 - 4(1/K_s + ln K_s) tells only whether the flow ends on
    the line y_s = 0, K_s > 1; otherwise it is integrated to its event. Only where it is so weak (TINY) that no
    tolerance resolves it the event is that of the line-preserving form: K_s² = 1 on all but ln(1/y) of a way of 1/y."""
    y, excess = modulus(x[0], x[7]), (x[0] + x[1]) / 2
    above = max(excess, 0.0)
    below = 4 * (math.log1p(above) - above / (1 + above)) - y * y / 2
    least_X = 0.0
    if below > 0.0:  # f(K_s) = below where y_s = 0: f is at most 2(K_s - 1)², and f' = 4(K_s - 1)/K_s² has no minimum
        least = math.sqrt(below / 2)
        steepness = 4 * min(least / ((1 + least) * (1 + least)), above / ((1 + above) * (1 + above)))
        least_X = 0.98 * 2 * max(least, above - y * y / 2 / steepness)
    _, decay, now = _source_left(ell, x, par, flags, math.inf, least_X)
    if excess < 0.0 and y != 0.0:
        if now > 0.0 or decay <= 0.0 or y - 2 * excess > TINY:
            return 0, 0.0
        return 1, l_to_strong(y, 2 * excess, x[1] * (2 * excess + x[0]) - x[7] * x[7], levels[0])
    if now == 0.0 and decay > 0.0 and (y == 0.0 or below >= 0.0):
        return 2, math.inf
    if now == 0.0 or excess < 0.0:
        return 0, 0.0
    decay -= y
    if decay <= 0.0:
        return 0, 0.0
    moved = 2 * now / decay * (y + 2 * excess) * ((1 + excess) * (1 + excess))
    return (2, math.inf) if moved <= 0.01 * below else (0, 0.0)


@jit
def l_trion_without_event(
    ell: float, x: FloatArray, par: Any, flags: Ints, levels: FloatArray, behind: bool, l_spin: float
) -> float:
    """l_trion where no integration tells it: infinite once no y_i can become strong, the l of a diverging y_s that
    takes every y_i that is not frozen with it; otherwise not a number, the flow goes on.

    Without a gap y_i becomes strong if its exponent at the end is positive; √c_i y_i, if it exceeds the 1/χ at which
    √c_i falls. A diverging y_s > 0 suppresses the y_i, as it pins √2φ_s where cos(√2φ_s) = 0, unless the phase between
    the spins turns with it. `behind`: all l* have been passed.
    """
    y, X, waiting = modulus(x[0], x[7]), x[0] + x[1], False
    suppressed = flags[4] == 0 and x[0] > 0.0
    diverged = y > (SOME if suppressed or flags[3] else min(FAR, 1e3 * FAR / (1 + ell)))
    K_s_excess = math.sqrt(max(0.0, x[1] * (X + x[0]) - x[7] * x[7])) / 2
    measured = levels[2] == WITH_CUTOFF
    if y * y == 0.0 and l_spin < math.inf:  # y_s² is below the range of numbers: no integration gets to the gap
        ell, diverged = l_spin, True
    for i in range(2):
        if flags[i] == ABSENT or (measured and flags[i] == OFF):
            continue
        frozen = flags[2] == 1 and flags[i] == CUT
        if diverged and suppressed:
            continue
        if diverged and not frozen:
            return ell
        if frozen:
            waiting = waiting or not (diverged or (behind and log_cut(ell, par[i], par) < -40.0))
        elif l_spin < math.inf or not behind:
            waiting = True
        else:
            falls, bound = 0.0, -math.inf
            if measured and flags[i] == CUT and len(par) > CONSTANTS:
                falls, bound = 1 / par[8], x[2 + i] + 0.5 * log_cut(ell, par[i], par) - levels[1]
            elif measured and flags[i] == CUT:
                falls, bound = 1 / par[8], x[2 + i] - (ell - par[i]) / par[8] - levels[1]  # ½ ln c is below that
            waiting = waiting or growth(i, x, par) - falls > K_s_excess / 2 or bound >= 0.0
    return math.nan if waiting else math.inf
