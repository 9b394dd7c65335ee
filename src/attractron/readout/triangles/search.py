"""Where pairs of triangles lie, and which triangles they may be: islands of current in a plane without.

An island that is the union of two triangles, one moved along the base by the part x = E_m/B of it, is a triangle of
the same sides that is larger by 1 + x, without its tip. So a single triangle is fitted to it first, with each side of
the largest one in its outline as the base, and then pairs that are smaller by 1 + x.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_opening, gaussian_filter, label
from scipy.spatial import ConvexHull, QhullError

from attractron.core.checks import FloatArray
from attractron.readout.transport_image import TransportImage
from attractron.readout.triangles.model import ARMS, BASE_WIDTH, EXCITED, INTERDOT, PLACE, WIDTH, Plan

LIT = (5.0, 0.12)
"""Of a pixel over the noise of the background, and over the strongest one, that belongs to an island."""

FEWEST = 25
"""Pixels of an island."""

MARGIN = 0.35
"""Of an island's extent, that is fitted around it."""

OVERLAPS = (0.08, 0.16, 0.26, 0.4, 0.55, 0.75, 0.95)
"""E_m over the bias that is tried."""

SOFT = 0.03
"""Width over the bias in the search."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Island:
    """A part of the image around one island of current.

    Attributes:
        image: that part.
        corners: of the largest triangle in the island's outline, mV, (corner, (row, column)).
        others: 1 in the pixels of other islands, which do not count.
        brightest: largest magnitude in it.
    """

    image: TransportImage
    corners: FloatArray
    others: FloatArray
    brightest: float


def islands(image: TransportImage) -> list[Island]:
    """Islands that the image's edge does not cut, brightest first."""
    smooth = gaussian_filter(image.values, 0.7)
    centre = float(np.median(smooth[image.there > 0]))
    spread = 1.4826 * float(np.median(np.abs(smooth - centre)[image.there > 0])) + 1e-12
    bright = np.abs(smooth - centre)
    lit = binary_opening((bright > LIT[0] * spread) & (bright > LIT[1] * np.percentile(bright, 99.9)), np.ones((2, 2)))
    numbers, count = label(lit, np.ones((3, 3)))
    found = []
    for number in range(1, count + 1):
        rows, columns = np.nonzero(numbers == number)
        shape = image.values.shape
        if rows.size < FEWEST or min(rows.min(), columns.min()) == 0:
            continue
        if rows.max() == shape[0] - 1 or columns.max() == shape[1] - 1:
            continue
        points = np.stack([image.axes[0][rows], image.axes[1][columns]], axis=1)
        corners = _largest(points / image.half)
        if corners is None:
            continue
        cuts = tuple(_around(places, length) for places, length in zip((rows, columns), shape, strict=True))
        others = ((numbers > 0) & (numbers != number))[cuts]
        part = image.part(cuts)
        found.append(
            Island(
                image=part,
                corners=corners * image.half,
                others=others.astype(float),
                brightest=float(bright[rows, columns].max()),
            )
        )
    return sorted(found, key=lambda island: -island.brightest)


def _around(places: NDArray[np.intp], length: int) -> slice:
    """Pixels around those of an island along one axis."""
    margin = max(3, round(MARGIN * (places.max() - places.min() + 1)))
    return slice(max(0, int(places.min()) - margin), min(length, int(places.max()) + margin + 1))


def _largest(points: FloatArray) -> FloatArray | None:
    """Corners of the largest triangle between points of their hull."""
    try:
        hull = points[ConvexHull(points).vertices]
    except QhullError:
        return None
    if len(hull) > 24:
        hull = hull[np.linspace(0, len(hull), 24, endpoint=False).astype(int)]
    best, most = None, 0.0
    for chosen in combinations(range(len(hull)), 3):
        a, b, c = hull[list(chosen)]
        area = abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
        if area > most:
            best, most = np.array([a, b, c]), area
    return best


def singles(island: Island, bias: float) -> Iterator[tuple[int, FloatArray]]:
    """The upper dot and parameters of one triangle with the island's outline, each side as the base."""
    for tip, left, right in permutations(range(3)):
        corner, first, last = island.corners[[tip, left, right]]
        theta = _of_triangle(first, last, corner, bias)
        if theta is not None:
            yield from _named(theta)


def pairs(single: FloatArray, bias: float) -> Iterator[FloatArray]:
    """Parameters of pairs with about the outline of one triangle."""
    for part in OVERLAPS:
        theta = single.copy()
        theta[ARMS] *= 1 + part
        theta[INTERDOT] = part * bias
        theta[PLACE] -= np.linalg.solve(theta[ARMS].reshape(2, 2), np.full(2, part * bias))
        yield theta


def _of_triangle(low: FloatArray, high: FloatArray, tip: FloatArray, bias: float) -> FloatArray | None:
    """Parameters, the upper dot first: µ_u = µ_l = 0 at `low`, both B at `high`, and µ_u = B, µ_l = 0 at the tip."""
    edges = np.stack([high - low, tip - low])
    if abs(np.linalg.det(edges)) < 1e-9 * np.abs(edges).max() ** 2:
        return None
    upper, lower = np.linalg.solve(edges, [-bias, -bias]), np.linalg.solve(edges, [-bias, 0.0])
    theta = np.zeros(EXCITED)
    theta[PLACE] = low
    theta[ARMS] = np.concatenate([upper, lower])
    theta[[WIDTH, BASE_WIDTH]] = np.log(SOFT * bias)
    return theta


def _named(theta: FloatArray) -> Iterator[tuple[int, FloatArray]]:
    """The same, each dot named by the gate that it follows more; none where lever arms are not mostly positive."""
    arms = theta[ARMS].reshape(2, 2)
    if np.any(arms.max(axis=1) <= 0) or np.any(arms.min(axis=1) < -0.5 * arms.max(axis=1)):
        return
    shares = arms / np.abs(arms).max(axis=0)  # gates of very different strength
    upper = 0 if shares[0, 0] - shares[0, 1] > shares[1, 0] - shares[1, 1] else 1
    named = theta.copy()
    if upper == 1:
        named[ARMS] = arms[::-1].ravel()
    yield upper, named


def plan_of(image: TransportImage, bias: float, upper: int, *, holes: bool = True, excited: bool = False) -> Plan:
    """The plane of an image."""
    rows, columns = np.meshgrid(image.axes[0], image.axes[1], indexing="ij")
    return Plan(rows=rows, columns=columns, bias=bias, upper=upper, holes=holes, excited=excited)
