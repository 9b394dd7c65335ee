"""Generalised least squares of a diagram: first on every so many pixels, then on all of them.

Sum of squares of the whitened residual (`readout.vertex.scan_noise`), plus ((θ - θ_0)/r)² with a wide range r for every
parameter: what the data do not fix then stays where it started, and what they fix moves by less than its uncertainty
squared over r squared. On a part of the pixels a trust region finds the minimum; on all pixels Newton's method
without second derivatives (Gauss and Newton) ends it, which needs the normal equations only: at a million pixels the
filtered derivatives are dropped as soon as these are summed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import lsq_linear

from attractron.core.checks import LOWEST_TEMPERATURE, FloatArray
from attractron.core.constants import K_B
from attractron.fitting.model import DiagramModel
from attractron.readout.vertex.scan_noise import ScanNoise, Whitener, estimate

COARSE = 96
"""Pixels along each axis on which the minimum is found."""

ROUNDS = 15
"""Most steps on all pixels."""

QUIETEST = 1e-4
"""Noise over the range of the data below which it is taken to be that: sums of squares stay resolved."""

HALVINGS = 6
"""How often a step on all pixels that does not improve the fit is halved."""

SETTLED = 0.05
"""Standard deviations that a further step would move the fit by when it ends."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is fitted to what.

    Attributes:
        model: the diagram.
        data: pA, (rows, columns), NaN where missing.
        values: all parameters at the start.
        free: names of those that are fitted.
        ranges: r of each free parameter.
        bounds: lowest and highest value of each free parameter, (2, free).
    """

    model: DiagramModel
    data: FloatArray
    values: Mapping[str, float]
    free: tuple[str, ...]
    ranges: FloatArray
    bounds: FloatArray

    @property
    def start(self) -> FloatArray:
        """The free parameters at the start."""
        return np.array([self.values[name] for name in self.free])

    def at(self, point: FloatArray) -> dict[str, float]:
        """All parameters with the free ones at a point."""
        return {**self.values, **{name: float(value) for name, value in zip(self.free, point, strict=True)}}

    def residual(self, point: FloatArray) -> FloatArray:
        """Data less model, zero where data are missing, (rows, columns)."""
        return np.nan_to_num(self.data - self.model.current(self.at(point)), nan=0.0)

    def derivatives(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Residual, and derivatives of the model in units of the ranges, (free, rows, columns)."""
        current, slopes = self.model.derivatives(self.at(point), self.free)
        slopes *= self.ranges[:, None, None]
        slopes[:, np.isnan(self.data)] = 0.0
        return np.nan_to_num(self.data - current, nan=0.0), slopes

    def thinned(self) -> "Problem":
        """The same with every so many pixels only, about `COARSE` of them along each axis."""
        rows, columns = (slice(None, None, max(1, size // COARSE)) for size in self.data.shape)
        model = replace(self.model, axes=(self.model.axes[0][rows], self.model.axes[1][columns]))
        return replace(self, model=model, data=self.data[rows, columns])


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The minimum.

    Attributes:
        point: free parameters.
        information: Σ of products of derivatives of the whitened model (Fisher's matrix), in units of the ranges.
        residual: data less model, pA.
        noise: that the residual shows.
        settled: the last step was small.
    """

    point: FloatArray
    information: FloatArray
    residual: FloatArray
    noise: ScanNoise
    settled: bool


def make_problem(model: DiagramModel, data: FloatArray, values: Mapping[str, float], free: tuple[str, ...]) -> Problem:
    """Ranges and bounds of the parameters, from the image's size in energy and current."""
    energy = float(
        sum(
            abs(values[f"lever_arm.{gate}.{dot}"] * weight) * np.ptp(axis)
            for gate, weights in model.gates.items()
            for weight, axis in zip(weights, model.axes, strict=True)
            for dot in model.dots
        )
    )
    kT, current = K_B * values["temperature"], float(np.nanmax(data) - np.nanmin(data))
    arms = max(abs(values[f"lever_arm.{gate}.{dot}"]) for gate in model.gates for dot in model.dots)
    hamiltonian = max(energy / 2, *(abs(parameter.value) for parameter in model.device.named().values()), 0.0)
    ranges = {
        "hamiltonian": hamiltonian,
        "lever_arm": arms,
        "offset": energy,
        "weight": 3 * current,
        "temperature": 3 * values["temperature"],
        "tunnel_broadening": 10 * kT + 3 * values["tunnel_broadening"],
        "background": 3 * current + 3 * abs(float(np.nanmean(data))),
    }
    extents = dict(zip(model.names, map(np.ptp, model.axes), strict=True))
    entries = [model.parameters[name] for name in free]
    sizes = [3 * current / extents[of[0]] if kind == "slope" else ranges[kind] for kind, of, _ in entries]
    lows = [_lowest(model, name, values[name]) for name in free]
    bounds = np.array([lows, [np.inf] * len(free)])
    return Problem(model=model, data=data, values=values, free=free, ranges=np.array(sizes), bounds=bounds)


def _lowest(model: DiagramModel, name: str, start: float) -> float:
    """What physics demands: a temperature above zero, no negative width, repulsion that stays repulsion.

    Between two sites the sign of a tunnelling amplitude is a convention, which the start chooses.
    """
    if name == "temperature":
        return max(1e-3 * start, LOWEST_TEMPERATURE)
    if name == "tunnel_broadening":
        return 0.0
    entry = model.device.named().get(name)
    if entry is None or entry.levels or start < 0:
        return -np.inf
    pairs = all(len(island.dots) == 2 for island in model.device.islands)
    signed = (entry.repulsion and not entry.tunnelling) or (entry.tunnelling and not entry.repulsion and pairs)
    return 0.0 if signed else -np.inf


def solve(problem: Problem) -> Solution:
    """The minimum from the problem's start, with the noise estimated from the residual that it leaves."""
    thin = problem.thinned()
    point = np.clip(problem.start, *problem.bounds)
    white = float(np.mean(thin.residual(point) ** 2))
    noise = ScanNoise(shape=thin.model.shape, fast=1, white=max(white, 1e-300), drift=0.0, exponent=0.0)
    for _ in range(3):
        point = _trust_region(thin, point, noise)
        noise = _noise(thin, thin.residual(point))
    return _gauss_newton(problem, point)


def _noise(problem: Problem, residual: FloatArray) -> ScanNoise:
    found = estimate(residual)
    floor = (QUIETEST * float(np.nanmax(problem.data) - np.nanmin(problem.data))) ** 2
    return replace(found, white=max(found.white, floor))


def _trust_region(problem: Problem, point: FloatArray, noise: ScanNoise) -> FloatArray:
    """The minimum near a point in units of the ranges, with the given noise."""
    start, ranges = problem.start / problem.ranges, problem.ranges
    whitener = Whitener(noise=noise, expected=np.eye(len(start)), targets=start)
    found = whitener.minimise(
        lambda at: -problem.residual(at * ranges),
        lambda at: problem.derivatives(at * ranges)[1],
        point / ranges,
        bounds=tuple(problem.bounds / ranges),
        ftol=1e-7,
        evaluations=60,
    )
    return found.point * ranges


def _gauss_newton(problem: Problem, point: FloatArray) -> Solution:
    """The minimum with all pixels, the noise being that of the residual at every step."""
    ranges, origin = problem.ranges, problem.start / problem.ranges
    here = point / ranges
    residual, slopes = problem.derivatives(point)
    for _ in range(ROUNDS):
        noise = _noise(problem, residual)
        whitened, left = noise.whiten(slopes), noise.whiten(residual)
        information = whitened @ whitened.T
        step, size = _bounded(information, whitened @ left - (here - origin), problem.bounds / ranges - here)
        del whitened
        if size < SETTLED:
            break
        cost = left @ left + np.sum((here - origin) ** 2)
        for part in 0.5 ** np.arange(HALVINGS):
            trial = here + part * step
            residual, slopes = problem.derivatives(trial * ranges)
            left = noise.whiten(residual)
            if left @ left + np.sum((trial - origin) ** 2) <= cost:
                break
        here = trial
    return Solution(
        point=here * ranges, information=information, residual=residual, noise=noise, settled=size < SETTLED
    )


def _bounded(information: FloatArray, pull: FloatArray, room: FloatArray) -> tuple[FloatArray, float]:
    """The step to the minimum of the quadratic form within bounds, and its size in standard deviations."""
    # With A + 1 = RᵀR (A the information, 1 from the ranges) the quadratic form is |R s - R⁻ᵀ pull|²: least squares
    # with bounds, of as few rows as there are parameters.
    root = np.linalg.cholesky(information + np.eye(len(pull))).T
    # `lsq_linear` wants room on either side, also of a parameter that lies at its bound.
    bounds = (np.minimum(room[0], -1e-300), np.maximum(room[1], 1e-300))
    step = lsq_linear(root, np.linalg.solve(root.T, pull), bounds=bounds).x
    return step, float(np.linalg.norm(root @ step))
