r"""A charge that jumps nearby while the gate is swept through a diamond: seen in the edges that go on beyond it.

A jump at the gate voltage V_j moves all that is measured beyond it by δ along the gate. Fitted places of the points on
both sides take most of that up, and the addition energy between them is off by α δ; but the edges of each point that
lie on the far side of V_j are displaced by δ from where its own near side has them. With the derivative D of the
model by a common shift of all points, the template of a jump is T = D where V_g > V_j and zero before, and least
squares of the whitened residual r give

    δ = T'ᵀ r / T'ᵀT',    T' = T less its part within all that the fit may change,

for every V_j. Edges that bend are none: on either side of each point shifts that grow with the distance from it and
with its square are among what may change. The variance of δ is 1/T'ᵀT', or, if more, what patches of the image show by
disagreeing once the jump is taken out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.diamonds.fit import DiamondFit
from attractron.readout.diamonds.model import GLOBALS
from attractron.readout.projection import patch_sums

SURE = 5.0
"""Standard deviations from which on a jump is said, the largest of those at all places: up to 3.5 without a jump."""

SMALLEST = 0.1
"""Part of an edge's width w by which a jump has to move the level: less is within the error of the model's onsets."""

SEEN = 1e-6
"""Of a template's square, the least that the fit's own freedom leaves where a jump is seen at all."""

HIDDEN = 1.0
"""Widths w by which a jump moves the level, that has to be seen: where it would not be, it is said."""


@dataclass(frozen=True, kw_only=True)
class ChargeJump:
    """A jump of the dot's surroundings.

    Attributes:
        place: gate voltage at which it happened, mV.
        size: by which all beyond is moved along the gate, mV.
        uncertainty: standard deviation of the size.
    """

    place: float
    size: float
    uncertainty: float


@dataclass(frozen=True, kw_only=True)
class JumpSearch:
    """What an image says of jumps.

    Attributes:
        jump: that stands out the most of what the fit leaves; None if none does.
        hidden: for each diamond seen whole the gate voltages, in mV, between which a jump would not be seen, or None.
    """

    jump: ChargeJump | None
    hidden: tuple[tuple[float, float] | None, ...]


def charge_jumps(fitted: DiamondFit) -> JumpSearch:
    """Look for a jump at every gate voltage."""
    found, plan = fitted.found, fitted.plan
    problem, noise = found.problem, found.problem.noise
    moved = problem.changes(found.point, found.coefficients)[GLOBALS : GLOBALS + plan.points]
    gate = np.sort(plan.gate[0])
    cuts = (gate[1:] + gate[:-1]) / 2
    _, terms, left = problem.solve(found.point)
    slopes = found.minimum.jacobian[: problem.values.size].T
    free = np.concatenate([terms, slopes, noise.whiten(_bent(fitted, moved) * problem.weights)])
    free /= np.maximum(np.linalg.norm(free, axis=1, keepdims=True), 1e-300)
    inverse = np.linalg.pinv(free @ free.T, hermitian=True, rcond=1e-10)
    whole = moved.sum(axis=0) * problem.weights
    templates = noise.whiten(np.stack([whole * (plan.gate > cut) for cut in cuts]))
    squares = np.sum(templates**2, axis=1)
    templates = templates - (templates @ free.T) @ inverse @ free
    own = np.sum(templates**2, axis=1)
    residual = -left + (free @ left) @ inverse @ free
    products = templates @ residual
    seen = own > SEEN * max(float(squares.max()), 1e-300)
    deviations = np.where(seen, np.abs(products) / np.sqrt(np.where(seen, own, 1.0)), 0.0)
    rising, falling = plan.slopes(found.point, 0)
    alpha, width = rising * falling / (rising + falling), plan.width(found.point)
    best = int(np.argmax(deviations))
    jump = None
    if deviations[best] > SURE:
        size, template = float(products[best] / own[best]), templates[best]
        scores = patch_sums(noise, template * (residual - size * template))
        uncertainty = float(np.sqrt(max(1 / own[best], float(scores @ scores) / own[best] ** 2)))
        if abs(size) > max(SURE * uncertainty, SMALLEST * width / alpha):
            jump = ChargeJump(place=float(cuts[best]), size=size, uncertainty=uncertainty)
    shown = seen & (np.sqrt(own) * HIDDEN * width / alpha > SURE)
    return JumpSearch(jump=jump, hidden=tuple(_hidden(fitted, cuts[~shown])))


def _hidden(fitted: DiamondFit, places: FloatArray) -> Iterator[tuple[float, float] | None]:
    """The range of some gate voltages within each diamond."""
    points = fitted.theta[GLOBALS : GLOBALS + fitted.plan.points]
    for number in range(fitted.plan.points - 1):
        if fitted.inside[number] and fitted.inside[number + 1]:
            within = places[(places > points[number]) & (places < points[number + 1])]
            yield (float(within.min()), float(within.max())) if within.size else None


def _bent(fitted: DiamondFit, moved: FloatArray) -> FloatArray:
    """Derivatives of the model by shifts of each point's edges that grow with the distance from it, on either side."""
    plan, theta = fitted.plan, fitted.theta
    found = []
    for number, change in enumerate(moved):
        away = (plan.gate - theta[GLOBALS + number]) / fitted.image.half[1]
        for side in (away > 0, away < 0):
            found += [change * away * side, change * away**2 * side]
    return np.stack(found)
