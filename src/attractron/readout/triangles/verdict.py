"""What the fit of an island of current shows: a pair of triangles, a single one, none, or more than triangles."""

from dataclasses import dataclass

import numpy as np

from attractron.readout.model_selection import Candidate, Comparison, compare
from attractron.readout.rivals import rivals
from attractron.readout.triangles.fit import TriangleFit
from attractron.readout.triangles.model import ARMS, EXCITED, INTERDOT, WIDTH
from attractron.readout.vertex.scan_noise import recurring

NO_TRIANGLES, TRIANGLES, ONE_TRIANGLE, NOT_DESCRIBED = range(4)
STATUS = {
    NO_TRIANGLES: "no_triangles",
    TRIANGLES: "triangles",
    ONE_TRIANGLE: "one_triangle",
    NOT_DESCRIBED: "not_described",
}

LIT = 0.03
"""Of the strongest current, that counts as flowing."""

UNDESCRIBED = (0.01, 6.0)
"""Part of an island's current that recurs in the residual, and its deviations from none, beyond which it is none of
triangles."""

INNER, NEAR_BASE, FEWEST, FAINT = 0.02, 0.35, 6, 0.12
"""Distance from sides, and depth from the base, over the bias, of the strips in which triangles are compared; fewest
pixels of a strip; and current in one triangle over that in both, below which it is not there."""

TOLD = (0.08, 0.85, 0.4)
"""Energies of an excited state over the bias between which it is told, and least current of its step over the usual."""

RESOLVED = 4.0
"""E_m over w below which two triangles are not told from one whose sides bend."""

KNOWN = 0.15
"""Uncertainty of the larger lever arms, relative, above which sides are not seen."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Judged:
    """One island and what its fit shows.

    Attributes:
        fitted: the fit.
        status: a code of `STATUS`.
        reason: for it.
        comparison: with other shapes.
    """

    fitted: TriangleFit
    status: int
    reason: str
    comparison: Comparison


def judge(fitted: TriangleFit) -> Judged:
    """Whether two triangles describe an island, better than other shapes."""
    best, single = fitted.found, fitted.single
    problem = best.problem
    candidates = {
        "two triangles": Candidate(best.squares, len(best.point) + len(best.coefficients)),
        "one triangle": Candidate(single.squares, len(single.point) - 1 + len(single.coefficients)),
        **rivals(problem.values, problem.weights, problem.noise),
    }
    comparison = compare(candidates, best.pixels)
    left = _left_over(fitted)
    status, reason = TRIANGLES, ""
    arms = np.abs(best.point[ARMS]).reshape(2, 2).max(axis=1)
    spread = np.sqrt(np.diag(best.covariance))[ARMS].reshape(2, 2).max(axis=1)
    resolved = RESOLVED * float(np.exp(best.point[WIDTH]))
    if left[0] > UNDESCRIBED[0] and left[1] > UNDESCRIBED[1]:
        status = NOT_DESCRIBED
        reason = (
            f"Triangles leave {left[0]:.1%} of an island's current beyond noise: see the residual, or crop to one pair."
        )
    elif "one triangle" in comparison.open_between() or abs(best.point[INTERDOT]) < resolved:
        status = ONE_TRIANGLE
        reason = (
            "One triangle is seen, not two (spin blockade, or an interdot energy below resolution or above the bias): "
            "which of its sides is the base stays open."
        )
    elif not _both_lit(fitted):
        status = ONE_TRIANGLE
        reason = (
            "In one of both triangles much less current flows than where they overlap: whether it is one stays open."
        )
    elif comparison.best != "two triangles":
        status, reason = NO_TRIANGLES, f"The island of current is described better by: {comparison.best}."
    elif np.any(spread > KNOWN * arms) or not np.all(np.isfinite(spread)) or np.any(arms > 1.0):
        status, reason = NO_TRIANGLES, "The sides of the triangles are not seen."
    elif np.exp(best.point[WIDTH]) > KNOWN * fitted.plan.bias:
        status, reason = NO_TRIANGLES, "The edges found are as soft as the triangles are wide."
    return Judged(fitted=fitted, status=status, reason=reason, comparison=comparison)


def _both_lit(fitted: TriangleFit) -> bool:
    """Along the base about as much flows in each triangle alone as where they overlap."""
    best, plan = fitted.found, fitted.plan
    first, epsilon, last = plan.energies(best.point)
    other_first, _, other_last = plan.energies(best.point, best.point[INTERDOT])
    width = plan.bias * INNER
    electrons, holes = np.minimum(first, last), np.minimum(other_first, other_last)
    near = (epsilon > 0) & (epsilon < NEAR_BASE * plan.bias)
    background = np.tensordot(best.coefficients[-3:], plan.background(), axes=(0, 0))
    data = best.problem.values - background
    places = (
        near & (electrons > width) & (holes > width),
        near & (electrons > width) & (holes < -width),
        near & (holes > width) & (electrons < -width),
    )
    if min(place.sum() for place in places[1:]) < FEWEST:
        return True  # too narrow strips to be told
    alone = [float(np.mean(data[place])) for place in places[1:]]
    both = float(np.mean(data[places[0]])) if places[0].sum() >= FEWEST else max(alone, key=abs)
    return all(value * both > 0 and abs(value) > FAINT * abs(both) for value in alone)


def _left_over(fitted: TriangleFit) -> tuple[float, float]:
    """What recurs in the residual over the usual current in the triangles, both squared, and its deviations from none.

    The usual current, not its mean square: that may be one bright line along the base.
    """
    best = fitted.found
    noise, weights = best.problem.noise, best.problem.weights
    power, deviations = recurring(noise, best.residual * weights)
    background = np.tensordot(best.coefficients[-3:], fitted.plan.background(), axes=(0, 0))
    model = np.abs(best.problem.model(best.point, best.coefficients) - background)
    lit = model[(model > LIT * model.max()) & (weights > 0)]
    usual = float(np.median(lit)) if lit.size else 0.0
    part = float(np.mean((weights > 0) & (model > LIT * model.max())))
    explained = part * usual**2 / (noise.white + noise.drift * 10)
    return power / (explained + abs(power)), deviations


def tells_of_excited(fitted: TriangleFit) -> bool:
    """A step within the triangle that changes the current by more than what a smooth dependence might have missed."""
    if not fitted.plan.excited:
        return False
    best, plan = fitted.found, fitted.plan
    energy = best.point[EXCITED] / plan.bias
    terms = plan.basis(best.point)[: -len(plan.background())]
    kinds = len(terms) // 3
    steps = np.zeros(len(terms), dtype=bool)
    for region in range(3):
        steps[(region + 1) * kinds - 2 : (region + 1) * kinds] = True
    parts = best.coefficients[: len(terms), None, None] * terms
    whole, step = np.abs(parts.sum(axis=0)), np.abs(parts[steps].sum(axis=0))
    lit = whole > LIT * whole.max()
    near = lit & (np.abs(plan.energies(best.point)[1] / plan.bias - energy) < TOLD[0])
    strong = near.any() and np.max(step[near]) > TOLD[2] * np.median(whole[lit])
    return bool(TOLD[0] < energy < TOLD[1] and strong)
