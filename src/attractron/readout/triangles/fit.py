"""The fit of a pair of triangles in each island of current, with and without an excited state, and with one only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.model_selection import DECISIVE
from attractron.readout.projection import Projected, Projection
from attractron.readout.transport_image import TransportImage
from attractron.readout.triangles.model import EXCITED, INTERDOT, SLOWNESS, Plan, repulsive
from attractron.readout.triangles.search import Island, pairs, plan_of, singles
from attractron.readout.vertex.scan_noise import ScanNoise, unit_noise

COARSE, FINE = 40, 90
"""Pixels along each axis in which starts are told apart, and in which the best are fitted."""

REFINED = 2
"""Single triangles in whose outline pairs are fitted."""

STEPS = np.linspace(0.1, 0.9, 9)
"""Energies of an excited state over the bias that are tried."""

PROFILES = 2
"""Times that the current along the detuning is taken from the fit before, for slow tunnelling."""

EXPECTED_SLOWNESS = (0.7, 1.0)
"""Expected ln of what the leads would let pass over the largest current, less one, and its spread."""

WANDER = 3.0
"""Expected spread of ln w and ln w_ε about their start: only fits of what has no edges feel it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TriangleFit:
    """Fits of one island in the same noise.

    Attributes:
        plan: of the best.
        found: the best: two triangles, with an excited state where that fits much better.
        single: one triangle only.
        other: fast tunnelling between the dots where the best is slow, or the reverse.
        island: what was fitted.
    """

    plan: Plan
    found: Projected
    single: Projected
    other: Projected
    island: Island

    @property
    def averaged(self) -> tuple[FloatArray, FloatArray]:
        """Parameters and covariance over slow and fast tunnelling, each as likely as e^(-χ²/2) says."""
        second = 1 / (1 + float(np.exp(np.clip((self.other.squares - self.found.squares) / 2, -700, 700))))
        apart = self.other.point - self.found.point
        covariance = (1 - second) * self.found.covariance + second * self.other.covariance
        return self.found.point + second * apart, covariance + second * (1 - second) * np.outer(apart, apart)

    @property
    def theta(self) -> FloatArray:
        """Parameters."""
        return self.found.point


def fit(island: Island, bias: float) -> TriangleFit | None:
    """The best pair of triangles in an island, or None where no triangle has its outline.

    Args:
        island: part of an image.
        bias: magnitude in meV.
    """
    small = island.image.coarse(COARSE).compressed()
    outlines = [_end(small, plan_of(small, bias, upper, holes=False), theta) for upper, theta in singles(island, bias)]
    outlines.sort(key=lambda end: end.squares)
    ends = [
        _end(small, plan_of(small, bias, outline.upper), theta)
        for outline in outlines[:REFINED]
        for theta in pairs(outline.point, bias)
    ]
    if not ends:
        return None
    best = min(ends, key=lambda end: end.squares)
    return _final(island, bias, best.upper, best.point)


class _End(NamedTuple):
    squares: float
    upper: int
    point: FloatArray


def _end(image: TransportImage, plan: Plan, start: FloatArray) -> _End:
    """Where a fit in a coarse image ends."""
    found = _task(image, image.there, plan, unit_noise(image.values.shape), start).minimise(start, 20, 1e-4)
    return _End(found.squares, plan.upper, found.point)


def _final(island: Island, bias: float, upper: int, theta: FloatArray) -> TriangleFit:
    """The fit in the fine image, in the noise that its residual shows."""
    fine = island.image.coarse(FINE)
    weights = fine.there * (1 - _spread(island, fine))
    plan = plan_of(fine, bias, upper)
    noise = unit_noise(fine.values.shape)
    for accuracy in (1e-4, 1e-6):
        task = _task(fine, weights, plan, noise, theta)
        best = task.minimise(theta, 20, accuracy)
        theta, noise = best.point, task.renoised(best.residual).noise
    richer = plan_of(fine, bias, upper, excited=True)
    starts = list(_stepped(np.append(theta, 0.0), bias))
    task = _task(fine, weights, richer, noise, starts[0])
    with_step = task.minimise(min(starts[1:], key=task.evaluate), 20, 1e-6)
    best = _task(fine, weights, plan, noise, theta).minimise(theta, 10, 1e-6)
    more = len(with_step.coefficients) + len(with_step.point) - len(best.coefficients) - len(best.point)
    wanted = more * np.log(best.pixels) + 2 * DECISIVE
    if best.squares - with_step.squares > wanted and 0 < with_step.point[EXCITED] < bias:
        noise = best.problem.renoised(with_step.residual).noise
        best = _task(fine, weights, richer, noise, with_step.point).minimise(with_step.point, 10, 1e-6)
        plan = richer
    fast, slow = best, best
    start = repulsive(best.point)
    for _ in range(PROFILES):
        slowed = replace(plan, current=plan.currents(slow.point, slow.coefficients))
        task = _task(fine, weights, slowed, best.problem.noise, start)
        if plan.excited:
            start = min(_stepped(start, bias), key=task.evaluate)
        slow = task.minimise(start, 12, 1e-5)
        start = slow.point
    if slow.squares < fast.squares:
        plan, best, other = slowed, slow, fast
    else:
        other = slow
    single = replace(plan, holes=False)
    alone = _task(fine, weights, single, best.problem.noise, best.point).minimise(best.point, 15, 1e-5)
    return TriangleFit(plan=plan, found=best, single=alone, other=other, island=island)


def _stepped(theta: FloatArray, bias: float) -> Iterator[FloatArray]:
    """The same parameters, and with the excited state elsewhere."""
    yield theta
    for part in STEPS:
        moved = theta.copy()
        moved[EXCITED] = part * bias
        yield moved


def _spread(island: Island, fine: TransportImage) -> FloatArray:
    """Where other islands are, in the blocks of the fine image."""
    rows, columns = (
        np.argmin(np.abs(fine_axis[:, None] - axis[None, :]), axis=1)
        for fine_axis, axis in zip(fine.axes, island.image.axes, strict=True)
    )
    return np.asarray(island.others[np.ix_(rows, columns)])


def _task(image: TransportImage, weights: FloatArray, plan: Plan, noise: ScanNoise, start: FloatArray) -> Projection:
    spread, centre = np.full(plan.count, np.inf), np.zeros(plan.count)
    spread[7:9], centre[7:9] = WANDER, start[7:9]
    centre[SLOWNESS], spread[SLOWNESS] = EXPECTED_SLOWNESS
    if not plan.holes:
        spread[INTERDOT], centre[INTERDOT] = 1e-6, start[INTERDOT]
    return Projection(
        values=image.values,
        weights=weights,
        basis=plan.basis,
        changes=plan.derivatives,
        noise=noise,
        expected=(centre, spread),
    )
