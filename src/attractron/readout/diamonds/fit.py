"""The fit of all windows in view: from the starts of the search to slopes, places and their covariance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.diamonds.model import ALONE, GLOBALS, Plan
from attractron.readout.diamonds.search import WIDTH, image_plan, problem, search, squares
from attractron.readout.projection import Projected, Projection
from attractron.readout.rivals import rivals
from attractron.readout.transport_image import TransportImage
from attractron.readout.vertex.scan_noise import unit_noise

MIDDLE, FINE = 56, 96
"""Pixels along each axis of the images in which starts are told apart, and in which the best one is fitted."""

SOFT = 5.0
"""Widths of an edge that count as part of it."""

SOFTEST = 0.2
"""The same at most, over half the bias range."""

NEEDED = 40.0
"""Gain in χ² from which on a point beyond the image's edge is believed in."""

NEAR = 0.25
"""Of a diamond's height: the part of a window next to its edges, where the whole of it is not described."""

SOONEST = 0.7
"""Of the usual distance between points, at which the next one may lie beyond the last."""

TRIED = 14
"""Places beyond each edge of the image at which a further point is tried."""


@dataclass(frozen=True, eq=False, kw_only=True)
class DiamondFit:
    """A fitted image.

    Attributes:
        image: what was fitted, bias along rows.
        plan: how θ is laid out.
        found: the fit.
        inside: for each point whether it lies in the image.
    """

    image: TransportImage
    plan: Plan
    found: Projected
    inside: tuple[bool, ...]

    @property
    def theta(self) -> FloatArray:
        """Parameters."""
        return self.found.point


def fits(image: TransportImage, conductance: bool) -> Iterator[DiamondFit]:
    """The best fit from all starts, of whole windows, then of the part of them that is next to the edges.

    Args:
        image: bias along rows.
        conductance: the signal is dI/dV.
    """
    middle = image.coarse(MIDDLE)
    if not conductance:
        middle = middle.compressed()
    starts = search(middle, conductance)
    if not starts:
        return
    ends = [_shared(middle, start, conductance) for start in starts]
    _, best = min(ends, key=lambda each: each[0])
    best = _with_neighbours(middle, best, conductance)
    left, best = _shared(middle, best, conductance)
    others = rivals(middle.values, middle.there, unit_noise(middle.values.shape))
    if left > min(each.chi_squared for each in others.values()):
        return  # hopeless, and the full fit of a dozen points that are none would take long
    for reach in (np.inf, NEAR):
        yield _separate(image.coarse(FINE), best, conductance, reach)


def _count(theta: FloatArray) -> int:
    """Of points, all with the same slopes."""
    return len(theta) - GLOBALS - 2


def _shared(image: TransportImage, start: FloatArray, conductance: bool) -> tuple[float, FloatArray]:
    """Squares and parameters of the fit with the same slopes and coefficients for all points, to the whole image."""
    plan = image_plan(image, (0,) * _count(start), conductance, shared=True)
    found = problem(image, plan, image.there, unit_noise(image.values.shape), start).minimise(start, 8, 1e-3)
    return squares(image, plan, found.point), found.point


def _with_neighbours(image: TransportImage, theta: FloatArray, conductance: bool) -> FloatArray:
    """Points beyond both edges of the image whose windows reach into it."""
    noise = _scatter(image)
    for side in (-1, 1):
        plan = image_plan(image, (0,) * _count(theta), conductance, shared=True)
        before = squares(image, plan, theta)
        rising, falling = plan.slopes(theta, 0)
        places = theta[GLOBALS:-2]
        edge = image.middle[1] + side * image.half[1]
        last = places[np.argmax(side * places)]
        reach = (image.half[0] + abs(theta[0])) * max(1 / rising, 1 / falling)
        first = max(side * edge, side * last + 0.3 * reach / TRIED)
        tried = []
        for place in side * np.linspace(first, side * edge + reach, TRIED):
            more = np.concatenate([theta[:-2], [place], theta[-2:]])
            tried.append((squares(image, replace(plan, owners=(*plan.owners, 0)), more), more))
        after, more = min(tried, key=lambda each: each[0])
        if before - after > NEEDED * noise**2:
            theta = more
    order = np.argsort(theta[GLOBALS:-2])
    return np.concatenate([theta[:GLOBALS], theta[GLOBALS:-2][order], theta[-2:]])


def _scatter(image: TransportImage) -> float:
    """Noise of a pixel from second differences along rows, which smooth signals leave out."""
    return float(1.4826 * np.median(np.abs(np.diff(image.values, 2, axis=1))) / np.sqrt(6)) + 1e-9


def _separate(image: TransportImage, start: FloatArray, conductance: bool, reach: float) -> DiamondFit:
    """Each point in view with slopes and coefficients of its own, where one window is open at a time."""
    places = start[GLOBALS:-2]
    low, high = image.middle[1] - image.half[1], image.middle[1] + image.half[1]
    inside = [bool(low <= place <= high) for place in places]
    owners = _owners(inside)
    plan = image_plan(image, owners, conductance)
    theta = np.concatenate([start[:-2], np.tile(start[-2:], max(owners) + 1)])
    theta[1] = min(theta[1], np.log(WIDTH * plan.scale))
    noise = unit_noise(image.values.shape)
    for accuracy in (1e-3, 1e-4, 1e-6):
        weights = image.there * _one_window(plan, theta, _beyond(plan, theta), reach)
        task: Projection = problem(image, plan, weights, noise, theta)
        found = task.minimise(theta, 15, accuracy)
        theta, noise = found.point, task.renoised(found.residual).noise
    task = replace(task, noise=noise)
    plan, found = _simplest(plan, task, task.minimise(theta, 15, 1e-6))
    return DiamondFit(image=image, plan=plan, found=found, inside=tuple(inside))


def _simplest(plan: Plan, task: Projection, found: Projected) -> tuple[Plan, Projected]:
    """The fit with fewer terms where these do as well: by the Bayesian information criterion."""
    best, fewest = (plan, found), _criterion(found)
    if plan.conductance:
        return best
    start = found.point.copy()
    start[2:4] = 0.0
    for kinds in ALONE.values():
        simple = replace(plan, kinds=kinds)
        simply = replace(task, basis=simple.basis, changes=simple.derivatives).minimise(start, 15, 1e-6)
        if _criterion(simply) < fewest:
            best, fewest = (simple, simply), _criterion(simply)
    return best


def _criterion(found: Projected) -> float:
    return found.squares + len(found.coefficients) * float(np.log(found.pixels))


def _owners(inside: Sequence[bool]) -> tuple[int, ...]:
    """Own slopes for points inside; those outside take the nearest one's."""
    seen = [number for number, there in enumerate(inside) if there] or [0]
    return tuple(int(np.argmin([abs(number - other) for other in seen])) for number in range(len(inside)))


def _beyond(plan: Plan, theta: FloatArray) -> FloatArray:
    """Where the next points may lie beyond the first and the last one, at the soonest."""
    places = theta[GLOBALS : GLOBALS + plan.points]
    if plan.points < 2:
        return np.empty(0)
    nearest = SOONEST * float(np.median(np.diff(np.sort(places))))
    return np.array([places.min() - nearest, places.max() + nearest])


def _one_window(plan: Plan, theta: FloatArray, beyond: FloatArray, reach: float) -> FloatArray:
    """1 where one window at most is open, by a part of the diamonds' height at most, and none that is not fitted."""
    soft = min(SOFT * float(np.exp(theta[1])), SOFTEST * plan.scale)
    depth = [_depth(each) for each in plan.energies(theta)]
    inside = np.ones(plan.bias.shape, dtype=bool)
    if np.isfinite(reach):
        inside &= np.max(np.stack(depth), axis=0) < reach * _height(plan, theta)
    if len(depth) > 1:
        inside &= np.sort(np.stack(depth), axis=0)[-2] < -soft
    if beyond.size:
        slopes = [np.log(plan.slopes(theta, number)) for number in (0, plan.points - 1)]
        ends = np.concatenate([theta[:GLOBALS], beyond, *slopes])
        more = replace(plan, owners=(0, 1))
        for each in more.energies(ends):
            inside &= _depth(each) < -soft
    return inside.astype(float)


def _height(plan: Plan, theta: FloatArray) -> float:
    """Of the usual diamond in meV; of one point alone half the bias range."""
    if plan.points < 2:
        return plan.scale
    rising, falling = plan.slopes(theta, 0)
    apart = np.diff(np.sort(theta[GLOBALS : GLOBALS + plan.points]))
    return min(float(np.median(apart)) * rising * falling / (rising + falling), 2 * plan.scale)


def _depth(energies: tuple[FloatArray, FloatArray, FloatArray, FloatArray]) -> FloatArray:
    """By how much a window is open, the distance from its nearer edge in meV; negative outside."""
    first, second, third, fourth = energies
    return np.asarray(np.maximum(np.minimum(first, second), np.minimum(-third, -fourth)))
