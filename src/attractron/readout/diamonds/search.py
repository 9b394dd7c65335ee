"""Where the degeneracy points may lie, and how steep their lines: tried on a coarse image, best first.

Along lines parallel to a window's middle, V_g = c + m (V - V_0) with m = (1/s_+ - 1/|s_-|)/2, much flows where c is at
a degeneracy point and little where it is in the middle of a diamond. Summed over the bias that is a profile over c
with a maximum at each point; the model is then fitted to the image for each pair of slopes on a grid.
"""

from collections.abc import Sequence

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.diamonds.model import Plan
from attractron.readout.projection import Projection
from attractron.readout.transport_image import TransportImage
from attractron.readout.vertex.scan_noise import ScanNoise

SIZE = 40
"""Pixels along each axis of the image that is searched."""

STEEP = np.geomspace(0.12, 12.0, 13)
"""Lever arms that are tried, over the ratio of the half ranges of bias and gate."""

SHARES = (0.1, 0.26, 0.42, 0.58, 0.74, 0.9)
"""Shares of the source η that are tried."""

PROMINENT = (0.12, 0.35)
"""Of maxima in the profile, over its range."""

APART, UNLIKE = 0.35, 1.5
"""Expected spread of the corners' distance over w (degeneracy moves edges by up to ln 2), and of ln r."""

BROAD, STEEPER = 1.2, 1.0
"""Of ln w about that of the search, and of the logarithms of slopes about those of the start: they only keep a fit of
what shows no edges from wandering."""

MOST_POINTS = 12
WIDTH = 0.04
"""w in the search over the half range of the bias."""


def image_plan(image: TransportImage, owners: tuple[int, ...], conductance: bool, *, shared: bool = False) -> Plan:
    """The plane of an image with bias along rows and gate along columns."""
    bias, gate = np.meshgrid(image.axes[0], image.axes[1], indexing="ij")
    return Plan(
        bias=bias,
        gate=gate,
        owners=owners,
        blocks=image.blocks,
        conductance=conductance,
        scale=float(image.half[0]),
        shared=shared,
    )


def search(image: TransportImage, conductance: bool, most: int = 3) -> list[FloatArray]:
    """Parameters with slopes that all points share, best first.

    Args:
        image: bias along rows, gate along columns.
        conductance: it is dI/dV.
        most: how many are wanted.
    """
    small = image.coarse(SIZE)
    current = _current(small, conductance)
    offset = _offset(small, current)
    unit = small.half[0] / small.half[1]
    tried: list[tuple[float, FloatArray]] = []
    for share in SHARES:
        for steep in STEEP:
            alpha = steep * unit
            rising, falling = alpha / (1 - share), alpha / share
            for places in _candidates(small, current, offset, (1 / rising - 1 / falling) / 2):
                start = np.concatenate(
                    [[offset, np.log(WIDTH * small.half[0]), 0.0, 0.0, 0.0], places, np.log([rising, falling])]
                )
                plan = image_plan(small, (0,) * len(places), conductance, shared=True)
                tried.append((squares(small, plan, start), start))
    tried.sort(key=lambda each: each[0])
    return [start for _, start in tried[:most]]


def squares(image: TransportImage, plan: Plan, theta: FloatArray) -> float:
    """What the model with these parameters leaves, by plain least squares; a point costs as much as noise would."""
    terms = (plan.basis(theta) * image.there).reshape(-1, image.values.size)
    values = (image.values * image.there).ravel()
    normal = terms @ terms.T
    normal[np.diag_indices_from(normal)] *= 1 + 1e-9
    normal[np.diag_indices_from(normal)] += 1e-12
    found = np.linalg.solve(normal, terms @ values)
    left = float(values @ values - found @ (terms @ values))
    return left * (1 + 0.01 * plan.points)


def _current(image: TransportImage, conductance: bool) -> FloatArray:
    """The current that belongs to the image: a conductance is summed over the bias."""
    if not conductance:
        return image.values
    rows = image.values - np.quantile(image.values, 0.05)
    order = np.argsort(image.axes[0])
    summed = np.empty_like(rows)
    summed[order] = np.cumsum(rows[order], axis=0) * image.pixel[0]
    middle = order[len(order) // 2]
    return np.asarray(summed - summed[middle])


def _offset(image: TransportImage, current: FloatArray) -> float:
    """The bias at which least flows: the middle of all that flow almost as little."""
    flowing = np.abs(current).mean(axis=1)
    smooth = np.convolve(np.pad(flowing, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    low = smooth <= smooth.min() + 0.05 * np.ptp(smooth)
    return float(np.mean(image.axes[0][low]))


def _candidates(image: TransportImage, current: FloatArray, offset: float, shear: float) -> list[FloatArray]:
    """Places of degeneracy points in mV, as maxima of the profile that are prominent, or very much so."""
    from scipy.signal import find_peaks

    bias, gate = image.axes
    order = np.argsort(gate)
    step = image.pixel[1]
    places = np.arange(gate.min(), gate.max() + step / 2, step)
    total, count = np.zeros(places.size), np.zeros(places.size)
    for v, row in zip(bias - offset, current[:, order], strict=True):
        at = places + shear * v
        inside = (at >= gate.min()) & (at <= gate.max())
        values = np.interp(at[inside], gate[order], row - np.median(row))
        total[inside] += np.sign(v) * values
        count[inside] += 1
    seen = count > 0.25 * bias.size
    profile = np.where(seen, total / np.maximum(count, 1), np.nan)
    if seen.sum() < 5:
        return []
    profile = np.interp(places, places[seen], profile[seen])
    profile = np.convolve(np.pad(profile, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    found: list[FloatArray] = []
    for side in (1, -1):
        # The ends may be maxima, too: a floor beside them lets them be found.
        padded = np.pad(side * profile, 1, constant_values=float((side * profile).min()))
        for prominent in PROMINENT:
            peaks, _ = find_peaks(padded, prominence=prominent * max(np.ptp(profile), 1e-12))
            where = places[np.clip(peaks - 1, 0, places.size - 1)]
            if 0 < len(where) <= MOST_POINTS and not _among(where, found):
                found.append(where)
    return found


def _among(where: FloatArray, found: Sequence[FloatArray]) -> bool:
    return any(len(where) == len(each) and np.array_equal(where, each) for each in found)


def problem(image: TransportImage, plan: Plan, weights: FloatArray, noise: ScanNoise, start: FloatArray) -> Projection:
    """The fit of a plan to an image."""
    spread, centre = np.full(plan.count, np.inf), np.zeros(plan.count)
    spread[1:5] = BROAD, APART, APART, UNLIKE
    centre[1] = np.log(WIDTH * plan.scale)
    slopes = slice(plan.count - 2 * (max(plan.owners) + 1), plan.count)
    spread[slopes], centre[slopes] = STEEPER, start[slopes]
    return Projection(
        values=image.values,
        weights=weights,
        basis=plan.basis,
        changes=plan.derivatives,
        noise=noise,
        expected=(centre, spread),
    )
