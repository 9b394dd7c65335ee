"""Many flows at once: from initial couplings to the arrays of the kernels, through the equations, over threads.

Flows do not know of each other, so that the numbers do not depend on the number of threads.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import AttractronError
from attractron.core.jit import cached_jit, jit
from attractron.wires.flow.cutoffs import FROZEN, NO_TABLE, SHARP, numbers, table
from attractron.wires.flow.equations import ABSENT, SIZE, Ints, equations
from attractron.wires.flow.events import (
    BARE,
    DECOUPLED,
    FAILED,
    PAIRED,
    TRION,
    TRIPLET,
    WITH_CUTOFF,
    cut_sharply,
    events_in_step,
    last_event,
    log_strength,
    next_l_star,
)
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.stepper import ROWS, STAGES, advance, error_of, longer, shorter
from attractron.wires.flow.tail import SOME, closed_tail, l_trion_without_event, modulus
from attractron.wires.model import InitialCouplings

MOST_STEPS = 100_000

CHUNK = 2048
"""Flows that a thread takes at once."""


@dataclass(frozen=True, eq=False)
class Flows:
    """The kernels' arrays of some flows: states x (flow, 9), parameters (flow, 10), flags (flow, 5); levels (4,):
    the threshold of y_s, the logarithm of that of y, the measure of a strong y, and the largest l; the table of a
    `CustomCutoff`."""

    x: FloatArray
    par: FloatArray
    flags: NDArray[np.int64]
    levels: FloatArray
    sharp: bool
    table: FloatArray = field(default_factory=lambda: NO_TABLE)

    def constants(self, own: slice) -> FloatArray:
        """What the equations of some flows read: parameters, and the table of their cut-off, (flow, 10 + table)."""
        par = self.par[own]
        return np.hstack([par, np.broadcast_to(self.table, (len(par), self.table.size))]) if self.table.size else par


@dataclass(frozen=True, eq=False)
class Ends:
    """How flows ended: phase (flow,); l_spin, l_trion and the l of the end (flow, 3); the state there (flow, 9)."""

    phase: NDArray[np.int8]
    where: FloatArray
    x: FloatArray


def begin(start: InitialCouplings, beta: float, scheme: Scheme) -> tuple[NDArray[Any], NDArray[Any]]:
    """States at l = 0 (flow, 9) and parameters (flow, 10) of flattened couplings, analytic in them (y = 0: ln 1)."""
    y_s, D, y_1, y_2, p, r, q, l_1, l_2, theta = (np.ravel(values) for values in start)
    kind = np.result_type(float, *start)
    x, par = np.zeros((y_s.size, 9), kind), np.zeros((y_s.size, 10), kind)
    signs = np.sign(np.real([y_1, y_2]))
    x[:, :2] = np.stack([y_s, D], axis=1)
    x[:, 2:4] = np.log(np.where(signs == 0, 1.0, signs * np.stack([y_1, y_2]))).T
    if scheme.feedback == "complete":
        x[:, 4:7] = np.stack([p, r, q], axis=1)
        par[:, 2:8] = [beta, -beta, beta, -beta, beta**2, beta**2]
    else:
        shift = np.sqrt(2) * r / p
        x[:, 4], x[:, 6] = p, q - r * r / p
        par[:, 2], par[:, 3], par[:, 6:8] = beta - shift, -beta - shift, beta**2
    x[:, 8] = theta
    par[:, 0], par[:, 1], par[:, 8], par[:, 9] = l_1, l_2, numbers(scheme.cutoff)[1], np.cos(theta)
    return x, par


def prepare(start: InitialCouplings, beta: float, scheme: Scheme) -> Flows:
    """Arrays for flattened couplings."""
    code, _ = numbers(scheme.cutoff)
    x, par = begin(start, beta, scheme)
    present = np.stack([np.ravel(start.y_1), np.ravel(start.y_2)]) != 0
    turning = (scheme.phase_factor == "complete") & (np.ravel(start.theta) != 0)
    flags = np.zeros((len(x), 5), dtype=np.int64)
    smooth = np.isfinite(par[:, :2].T) & (code != SHARP)
    flags[:, :2] = np.where(present, np.where(smooth, 1, 2), 0).T
    flags[:, 2], flags[:, 3] = code == FROZEN, scheme.spin == "published"
    flags[:, 4] = turning
    measure = WITH_CUTOFF if scheme.strong_coupling == "with_cutoff" else BARE
    levels = np.array([scheme.ys_threshold, np.log(scheme.y_threshold), measure, scheme.l_max])
    return Flows(x, par, flags, levels, code == SHARP, table(scheme.cutoff))


def solve(flows: Flows, both: bool, workers: int | None = None) -> Ends:
    """Follow all flows to their ends.

    Raises:
        AttractronError: a flow did not end, which no valid input is known to bring about.
    """
    size = len(flows.x)
    phase, where, x = np.empty(size, dtype=np.int8), np.empty((size, 3)), flows.x.copy()
    options = np.array([flows.sharp, both], dtype=np.int64)
    for run, piece in _solve.pieces(size):
        chunks = [slice(start, min(start + CHUNK, piece.stop)) for start in range(piece.start, piece.stop, CHUNK)]

        def follow(own: slice, run: Any = run) -> None:
            run(x[own], flows.constants(own), flows.flags[own], flows.levels, options, phase[own], where[own])

        if len(chunks) == 1 or run == _solve.plain:  # plain Python holds the interpreter's lock
            for own in chunks:
                follow(own)
        else:
            with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
                list(pool.map(follow, chunks))
    if (phase < 0).any():
        bad = int(np.argmax(phase < 0))
        raise AttractronError(f"flow {bad} did not end by l = {where[bad, 2]:g}: initial state {flows.x[bad].tolist()}")
    if not both:
        where[phase == TRION, 0], where[phase != TRION, 1] = np.nan, np.nan
    return Ends(phase, where, x)


def trajectories(flows: Flows, points: FloatArray, ends: FloatArray) -> FloatArray:
    """States (flow, point, 9) at rising l; not a number beyond the end (flow,) of each, or a pole of the equations."""
    paths = np.full((len(ends), len(points), SIZE), np.nan)
    within = points <= ends[:, None] * (1 + 1e-12)
    run = _trace.for_items(int(np.count_nonzero(within)))
    for number, shown in enumerate(within):
        states = np.full((np.count_nonzero(shown), SIZE), np.nan)
        par, flags = flows.constants(slice(number, number + 1))[0], flows.flags[number]
        reached = run(flows.x[number].copy(), par, flags, flows.sharp, points[shown], states)
        states[reached:] = np.nan
        paths[number, shown] = states
    return paths


@jit
def _follow(x: FloatArray, par: Any, flags: Ints, levels: FloatArray, sharp: bool, both: bool, K: Any, out: Any) -> int:
    """One flow from the state x, which ends as that at the end: its phase; l_spin, l_trion and the end's l in `out`.

    The integration stops at every l*, where equations and events change, so that nothing is stepped over; where the
    source is negligible the rest is closed form. At the largest l the flow ends, and scales not met are infinite.
    """
    ell, h, phase, done = 0.0, 0.2, FAILED, False
    out[0], out[1], out[2] = math.nan, math.nan, math.nan
    if sharp:
        cut_sharply(ell, par, flags)
    for i in range(2):
        if flags[i] != ABSENT and log_strength(i, ell, x, par, flags, levels) >= levels[1]:
            out[1] = 0.0
            phase = TRION if par[i] > 0.0 else phase
    # Strong, but with X > 0 and X² > y_s² it only decays: no gap.
    dying = x[0] + x[1] > 0.0 and x[1] * (2 * x[0] + x[1]) >= 0.0
    if modulus(x[0], x[7]) >= levels[0] and not dying:
        out[0] = 0.0
        phase = phase if phase == TRION else (PAIRED if x[0] < 0.0 else TRIPLET)
    stop = next_l_star(ell, par, flags)
    new = K[STAGES + 1]
    equations(ell, x, par, flags, K[0])
    for _ in range(MOST_STEPS):
        if math.isnan(out[0]) and modulus(x[0], x[7]) > SOME * (1 + levels[0]):  # strong from the start, never below
            out[0] = ell
            phase = phase if phase != FAILED else (PAIRED if x[0] < 0.0 else TRIPLET)
        done = phase != FAILED and (not both or not (math.isnan(out[0]) or math.isnan(out[1])))
        if not done and stop == math.inf and math.isnan(out[0]):
            decided, span = closed_tail(ell, x, par, flags, levels)
            if decided:
                out[0] = ell + span if ell + span <= levels[3] else math.inf
                if phase == FAILED and out[0] < math.inf:
                    phase = PAIRED if x[0] < 0.0 else TRIPLET
                phase = DECOUPLED if phase == FAILED else phase
                done = not both
        if not done and both and math.isnan(out[1]) and not math.isnan(out[0]):
            out[1] = l_trion_without_event(ell, x, par, flags, levels, stop == math.inf, out[0])
            done = not math.isnan(out[1])
        if not done and ell >= levels[3]:
            for number in range(2):
                out[number] = math.inf if math.isnan(out[number]) else out[number]
            phase = DECOUPLED if phase == FAILED else phase
            done = True
        if done:
            break
        end = min(stop, levels[3])
        clipped = ell + h >= end
        step = end - ell if clipped else h
        advance(ell, x, step, par, flags, K, new)
        error = error_of(x, new, step, K)
        if error > 1.0:
            h = shorter(step, error)
            continue
        # `both` follows a flow beyond the event that decided its phase, until the other event too is known.
        phase = events_in_step(ell, x, step, par, flags, levels, K, phase, out)
        if phase != FAILED and (not both or not (math.isnan(out[0]) or math.isnan(out[1]))):
            at = last_event(ell, ell + step, out, phase == TRION and not both)
            advance(ell, x, at - ell, par, flags, K, new)
            x[:], ell, done = new, at, True
            break
        ell = end if clipped else ell + step  # exactly l*, which ell + step may miss by a rounding
        x[:] = new
        h = max(h, longer(step, error)) if clipped else longer(step, error)  # a step that was cut short says little
        if clipped:
            if sharp:
                cut_sharply(ell, par, flags)
            stop = next_l_star(ell, par, flags)
            equations(ell, x, par, flags, K[0])
        else:
            K[0] = K[STAGES]
    out[2] = ell
    return phase if done else FAILED


@cached_jit(compilation=10.0, item=0.016)
def _solve(
    x: FloatArray, par: FloatArray, flags: Ints, levels: FloatArray, options: Ints, phase: Any, out: Any
) -> None:
    """Flows one after another: x (flow, 9) ends as the state at the end, phase (flow,), out (flow, 3): l_spin, l_trion,
    end. options: sharp, both."""
    K = np.zeros((ROWS, SIZE))
    own = np.zeros_like(flags[0])
    for flow in range(len(x)):
        own[:] = flags[flow]
        K[:] = 0.0
        phase[flow] = _follow(x[flow], par[flow], own, levels, options[0] == 1, options[1] == 1, K, out[flow])


@cached_jit(compilation=4.0, item=0.0004)
def _trace(x: FloatArray, par: Any, flags: Ints, sharp: bool, points: FloatArray, states: FloatArray) -> int:
    """The state (point, 9) at rising points of ell, which the steps end at; how many points were reached."""
    K, own = np.zeros((ROWS, SIZE)), flags.copy()
    new, ell, h = K[STAGES + 1], 0.0, 0.05
    if sharp:
        cut_sharply(ell, par, own)
    equations(ell, x, par, own, K[0])
    for number in range(len(points)):
        steps = 0
        while ell < points[number]:
            stop = min(points[number], next_l_star(ell, par, own))
            clipped = ell + h >= stop
            step = stop - ell if clipped else h
            advance(ell, x, step, par, own, K, new)
            error = error_of(x, new, step, K)
            steps += 1
            if steps > MOST_STEPS or ell + step == ell:  # a pole: l goes on no more
                return number
            if error > 1.0:
                h = shorter(step, error)
                continue
            ell = stop if clipped else ell + step
            x[:] = new
            h = max(h, longer(step, error)) if clipped else longer(step, error)
            if sharp:
                cut_sharply(ell, par, own)
            equations(ell, x, par, own, K[0])
        states[number] = x
    return len(points)
