"""Repulsion of clouds through a list of images: S_ij = ∬ ρ_i G ρ_j in 1/nm, without the metal that has panels.

Wire and wire: 1/√(R² + a²), by Gauss points where they are far from each other. Near ones, or one with itself: the
inner integral along the wire j, with s² = a² + (distance from its axis)² and u = u₀ + s sinh τ, is ∫ ρ_j dτ, smooth
however thin the wire. Round dots in horizontal planes: the difference of two is normal too, so that

    ⟨1/R⟩ = ∫ exp(-kh - k²(σ_i² + σ_j²)/2) J₀(kD) dk,      h apart in height, D sideways,

and multipoles from afar.
"""

from collections.abc import Iterable
from itertools import combinations_with_replacement
from math import factorial

import numpy as np
from scipy.special import eval_legendre, j0

from attractron.core.checks import FloatArray
from attractron.geometry.clouds import POINTS, Cloud, PlaneDot, WireDot, gauss
from attractron.geometry.images import Images

NEAR = 0.25
"""Wires nearer than this part of their length are integrated with the peak taken out."""

FAR, FEW = 1.0, 24
"""Images farther than this part of the wires' length need only so many Gauss points."""

DISTANT, MOMENTS = 40.0, 5
"""Distance in σ from which on a normal distribution is as many multipoles, which leave 10⁻¹² there."""

PANEL = 16
"""Gauss points in a piece of the integral over k."""


def repulsions(clouds: tuple[Cloud, ...], images: Images, pairs: Iterable[tuple[int, int]] | None = None) -> FloatArray:
    """S_ij in 1/nm, (dot, dot); of these pairs alone, zero otherwise."""
    found = np.zeros((len(clouds), len(clouds)))
    for i, j in combinations_with_replacement(range(len(clouds)), 2) if pairs is None else pairs:
        found[i, j] = found[j, i] = repulsion(clouds[i], clouds[j], images)
    return found


def repulsion(first: Cloud, second: Cloud, images: Images) -> float:
    """S_ij of two clouds in 1/nm."""
    if isinstance(first, WireDot) and isinstance(second, WireDot):
        return _wires(first, second, images)
    if isinstance(first, WireDot):
        first, second = second, first
    assert isinstance(first, PlaneDot)
    if isinstance(second, PlaneDot):
        points, charge, variance, radius = np.array([second.centre]), np.ones(1), second.rms**2, 0.0
    else:
        (points, charge), variance, radius = second.points(), 0.0, second.radius
    sideways = np.hypot(points[:, 0] - first.centre[0], points[:, 1] - first.centre[1])
    z = images.sign[:, None] * points[:, 2] + images.shift[:, None]  # (images, points)
    height = np.sqrt((z - first.centre[2]) ** 2 + radius**2)
    potential = _normal(height, np.broadcast_to(sideways, height.shape), first.rms**2 + variance)
    return float(images.weight @ potential @ charge)


def _normal(height: FloatArray, sideways: FloatArray, variance: float) -> FloatArray:
    """⟨1/√(h² + r²)⟩ of a normal distribution around D, in 1/nm, the shape of `height`."""
    near = np.hypot(height, sideways) < DISTANT * np.sqrt(variance)
    found = _multipoles(np.where(near, np.inf, np.hypot(height, sideways)), np.where(near, 0.0, height), variance)
    if near.any():
        found[near] = _transformed(height[near], sideways[near], variance)
    return found


def _multipoles(R: FloatArray, height: FloatArray, variance: float) -> FloatArray:
    """The same from afar, Σ_n (-σ²/2)ⁿ ∂_z²ⁿ(1/R)/n! with ∂_z²ⁿ(1/R) = (2n)! P_2n(h/R)/R²ⁿ⁺¹."""
    terms = [(-variance / 2) ** n * factorial(2 * n) / factorial(n) for n in range(MOMENTS)]
    return np.asarray(sum(term * eval_legendre(2 * n, height / R) / R ** (2 * n + 1) for n, term in enumerate(terms)))


def _transformed(height: FloatArray, sideways: FloatArray, variance: float) -> FloatArray:
    """The same near by, by the integral over k: (points,)."""
    last = 9 / np.sqrt(variance)  # exp(-81/2) is left out
    pieces = 4 + int(np.ceil(last * sideways.max() / 8)) + int(np.ceil(np.log2(1 + last * height.max())))
    nodes, weights = gauss(PANEL)
    edges = last * np.linspace(0, 1, pieces + 1) ** 2
    half = np.diff(edges)[:, None] / 2
    k, weight = (edges[:-1, None] + half * (1 + nodes)).ravel(), (half * weights).ravel()
    fall = weight * np.exp(-(k**2) * variance / 2)
    return np.asarray(np.exp(-height[..., None] * k) * j0(sideways[..., None] * k) @ fall)


def _wires(first: WireDot, second: WireDot, images: Images) -> float:
    square = (first.radius**2 + second.radius**2) / 2
    reach = max(first.shape.reach, second.shape.reach)
    low, high = (images.sign * end + images.shift for end in (second.low[2], second.high[2]))
    above, below = np.minimum(low, high) - first.high[2], first.low[2] - np.maximum(low, high)
    far = np.maximum(above, below) > FAR * 2 * reach
    value = 0.0
    for number, some in ((FEW, np.flatnonzero(far)), (POINTS, np.flatnonzero(~far))):
        points, charge = first.points(number=number)
        others, other_charge = second.points(number=number)
        sideways = np.sum((points[:, None, :2] - others[:, :2]) ** 2, axis=-1)
        sign, shift = images.sign[some, None, None], images.shift[some, None, None]
        apart = (points[:, 2, None] - (sign * others[:, 2] + shift)) ** 2 + sideways  # (images, points, points)
        values = (1 / np.sqrt(apart + square)) @ other_charge @ charge
        for k in np.flatnonzero(apart.min(axis=(1, 2), initial=np.inf) < (NEAR * 2 * reach) ** 2):
            mirror = np.array([1.0, 1.0, images.sign[some[k]]])
            centre = np.array(second.centre) * mirror + [0, 0, images.shift[some[k]]]
            values[k] = _close(first, second, centre, second.axis * mirror, square)
        value += float(images.weight[some] @ values)
    return value


def _close(first: WireDot, second: WireDot, centre: FloatArray, axis: FloatArray, square: float) -> float:
    """Two wires that may touch, cross or be the same; `centre` and `axis` are those of the second, or of its image."""
    reach, other = first.shape.reach, second.shape.reach
    between, cosine = np.array(first.centre) - centre, float(first.axis @ axis)
    if 1 - abs(cosine) < 1e-12:
        ends = (np.array([-other, other]) - between @ axis) * np.sign(cosine)
    else:  # where the two axes are nearest to each other
        ends = np.array([(between @ axis * cosine - between @ first.axis) / (1 - cosine**2)])
    cuts = np.unique(np.clip([-reach, *ends, reach], -reach, reach))
    nodes, weights = gauss(64)
    step = (1 + nodes) / 2
    place, slope = step**3 * (10 - 15 * step + 6 * step**2), 30 * (step * (1 - step)) ** 2  # crowded at both ends
    width = np.diff(cuts)[:, None]
    u, weight = (cuts[:-1, None] + width * place).ravel(), (width * slope * weights / 2).ravel()
    relative = between + u[:, None] * first.axis
    foot = relative @ axis
    s = np.sqrt(square + np.maximum(np.sum(relative**2, axis=1) - foot**2, 0))
    lowest, highest = np.arcsinh((-other - foot) / s), np.arcsinh((other - foot) / s)
    middle = np.clip(0.0, lowest, highest)
    inner = np.zeros(len(u))
    for start, stop in ((lowest, middle), (middle, highest)):
        tau = start[:, None] + (stop - start)[:, None] * step
        inside = np.clip(foot[:, None] + s[:, None] * np.sinh(tau), -other, other)
        inner += (stop - start) / 2 * (second.shape.density(inside) @ weights)
    return float(weight * first.shape.density(u) @ inner)
