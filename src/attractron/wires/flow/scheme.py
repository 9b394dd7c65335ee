"""Many flows at once: from bare numbers to the arrays of the compiled kernel, and over threads.

Flows do not know of each other, so that the numbers do not depend on the number of threads.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray, choice, positive
from attractron.core.errors import AttractronError, InputError
from attractron.wires.flow.cutoffs import FROZEN, PUBLISHED, SHARP, Cutoff, numbers
from attractron.wires.model import Bare

DECOUPLED, PAIRED, TRION, TRIPLET = 0, 1, 2, 3
PHASES = {DECOUPLED: "decoupled", PAIRED: "paired", TRION: "trion", TRIPLET: "triplet"}
"""Codes and names of the phases."""

CHUNK = 2048
"""Flows that a thread takes at once."""


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """All choices that a flow depends on beside its bare parameters; see `attractron.wires.flow.flow`.

    Raises:
        InputError: an unknown choice or a threshold that is not positive.
    """

    cutoff: Cutoff = PUBLISHED
    y_threshold: float = 1.0
    ys_threshold: float = 1.0
    stop: str = "first"
    feedback: str = "published"
    spin: str = "line-preserving"
    phase_factor: str = "published"

    def __post_init__(self) -> None:
        numbers(self.cutoff)
        positive("y_threshold", self.y_threshold)
        positive("ys_threshold", self.ys_threshold)
        choice("stop", self.stop, ("first", "both"))
        choice("feedback", self.feedback, ("published", "complete"))
        choice("spin", self.spin, ("line-preserving", "published"))
        choice("phase_factor", self.phase_factor, ("published", "complete"))

    def check(self, fields: dict[str, Any]) -> None:
        """Refuse combinations with a model that have no meaning.

        Raises:
            InputError: the published feedback off the line (13), the published (16b) on the SU(2) line.
        """
        if self.feedback == "published" and not np.all(np.equal(fields["V_theta_ratio"], 1)):
            remedy = "the shift of (14) needs the line (13), V_theta_ratio = 1"
            raise InputError("feedback", 'be "complete" off the line (13)', repr(self.feedback), remedy)
        if self.spin == "published" and fields["K_s"] is None:
            remedy = "on the SU(2) line K_s = 1 + y_s/2 is not a variable of its own: give K_s"
            raise InputError("spin", 'be "line-preserving" where K_s is None', repr(self.spin), remedy)

    def describe(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "cutoff": repr(self.cutoff),
            "y_threshold": self.y_threshold,
            "ys_threshold": self.ys_threshold,
            "stop": self.stop,
            "feedback": self.feedback,
            "spin": self.spin,
            "phase_factor": self.phase_factor,
        }


@dataclass(frozen=True, eq=False)
class Flows:
    """The kernel's arrays of some flows: states x (flow, 9), parameters (flow, 10), flags (flow, 5); levels: the
    threshold of y_s and the logarithm of that of y."""

    x: FloatArray
    par: FloatArray
    flags: NDArray[np.int64]
    levels: FloatArray
    sharp: bool


@dataclass(frozen=True, eq=False)
class Ends:
    """How flows ended: phase (flow,); l_spin, l_trion and the l of the end (flow, 3); the state there (flow, 9)."""

    phase: NDArray[np.int8]
    where: FloatArray
    x: FloatArray


def begin(start: Bare, beta: float, scheme: Scheme) -> tuple[NDArray[Any], NDArray[Any]]:
    """States at l = 0 (flow, 9) and parameters (flow, 10) of flattened bare numbers, analytic in them (y = 0: ln 1)."""
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


def prepare(start: Bare, beta: float, scheme: Scheme) -> Flows:
    """Arrays for flattened bare numbers."""
    code, _ = numbers(scheme.cutoff)
    x, par = begin(start, beta, scheme)
    present = np.stack([np.ravel(start.y_1), np.ravel(start.y_2)]) != 0
    turning = (scheme.phase_factor == "complete") & (np.ravel(start.theta) != 0)
    flags = np.zeros((len(x), 5), dtype=np.int64)
    smooth = np.isfinite(par[:, :2].T) & (code != SHARP)
    flags[:, :2] = np.where(present, np.where(smooth, 1, 2), 0).T
    flags[:, 2], flags[:, 3] = code == FROZEN, scheme.spin == "published"
    flags[:, 4] = turning
    return Flows(x, par, flags, np.array([scheme.ys_threshold, np.log(scheme.y_threshold)]), code == SHARP)


def solve(flows: Flows, both: bool, workers: int | None = None) -> Ends:
    """Follow all flows to their ends.

    Raises:
        AttractronError: a flow did not end, which no valid input is known to bring about.
    """
    from attractron.wires.flow import kernel

    size = len(flows.x)
    phase, where, x = np.empty(size, dtype=np.int8), np.empty((size, 3)), flows.x.copy()
    options = np.array([flows.sharp, both], dtype=np.int64)

    def chunk(start: int) -> None:
        own = slice(start, start + CHUNK)
        kernel.solve(x[own], flows.par[own], flows.flags[own], flows.levels, options, phase[own], where[own])

    starts = range(0, size, CHUNK)
    if len(starts) == 1:
        chunk(0)
    else:
        with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
            list(pool.map(chunk, starts))
    if (phase < 0).any():
        bad = int(np.argmax(phase < 0))
        raise AttractronError(f"flow {bad} did not end by l = {where[bad, 2]:g}: bare state {flows.x[bad].tolist()}")
    if not both:
        where[phase == TRION, 0], where[phase != TRION, 1] = np.nan, np.nan
    return Ends(phase, where, x)


def trace(flows: Flows, number: int, points: FloatArray) -> FloatArray:
    """States (point, 9) of one flow at rising l; not a number beyond a pole of the equations."""
    from attractron.wires.flow import kernel

    states = np.full((len(points), 9), np.nan)
    reached = kernel.trace(
        flows.x[number].copy(), flows.par[number], flows.flags[number], flows.sharp, np.asarray(points, float), states
    )
    states[reached:] = np.nan
    return states
