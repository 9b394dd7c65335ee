"""Shapes that an image over two gates may show besides one vertex: families of images with few parameters.

Heights are linear and left to the fit. In the window's coordinates (x, y), with F(z) = 1/(1 + e^{-z}) and
d_i = cos φ_i (x - x_0) + sin φ_i (y - y_0):

- a function of one combination of the gates, f(u) with u = p (1 + η q) + ½ κ q², p = cos θ x + sin θ y and
  q = cos θ y - sin θ x, f a cubic spline: parallel lines of one dot, a peak of the detector, a broad edge;
- one maximum, e^{-q/2} and 1/(1 + q) of a quadratic form q;
- one line, F((u - u_0)/w);
- crossing lines, F(d_1/w_1) and F(d_2/w_2), and with their product a corner: two gates that both pinch off;
- a honeycomb: <n_1> and <n_2> of two dots in equilibrium, E = Σ_i ½ c_i n_i (n_i - 1) + W n_1 n_2 - Σ_i n_i µ_i;
- bias triangles, F(e_1/w) F(e_2/w) F(e_3/w) with the distances e_k from three edges, and the same displaced; current
  may fall from base to tip (van der Wiel et al., Rev. Mod. Phys. 75, 1 (2002), figure 8);
- Coulomb diamonds: two families of evenly spaced lines, whose steps oppose each other.
"""

from itertools import product

import numpy as np
from scipy.special import expit

from attractron.core.checks import FloatArray
from attractron.readout.vertex.fit import VertexFit
from attractron.readout.vertex.model import INTERACTION, WIDTHS, gradients, triple_points

NARROWEST, BROADEST = -4.0, -1.9
"""Of the logarithms of widths in half windows: full widths of a half are background."""

SHARPEST = 0.1
"""Widths of a triangle's edges over its size, at most: else it is one maximum."""

FURTHER = 0.02
"""Part of the pixels of both dots that hold a further charge, from which on there is more than one vertex."""

Grid = tuple[FloatArray, FloatArray]
"""Coordinates x (rows, 1) and y (columns,)."""


def widths(fitted: VertexFit) -> FloatArray:
    """Logarithms of both dots' widths in the window."""
    return np.asarray(np.clip(fitted.shape[WIDTHS] - np.log(np.hypot(*gradients(fitted.shape).T)), NARROWEST, 0.0))


def rise(distance: FloatArray, log_width: float) -> FloatArray:
    """F of a distance over a width."""
    return np.asarray(expit(distance * np.exp(-np.clip(log_width, NARROWEST, BROADEST))))


def combination(grid: Grid, course: FloatArray) -> FloatArray:
    """u for θ, κ (bend) and η (fan)."""
    angle, bend, fan = course
    x, y = grid
    c, s = np.cos(angle), np.sin(angle)
    p, q = c * x + s * y, c * y - s * x
    return np.asarray(p * (1 + fan * q) + bend / 2 * q**2)


def splines(grid: Grid, course: FloatArray, intervals: int) -> FloatArray:
    """Cubic B-splines, evenly spaced over the range of u; (spline, rows, columns)."""
    u = combination(grid, course)
    low, high = float(u.min()), float(u.max())
    place = (u - low) / max(high - low, 1e-9) * intervals
    away = np.abs(place - np.arange(-1, intervals + 2)[:, None, None])
    return np.asarray(np.where(away < 1, 2 / 3 - away**2 + away**3 / 2, np.where(away < 2, (2 - away) ** 3 / 6, 0.0)))


def peak(grid: Grid, point: FloatArray) -> FloatArray:
    """One maximum; parameters: its place, logarithms of its widths, and their tilt."""
    x_0, y_0, log_x, log_y, tilt = point
    x, y = (grid[0] - x_0) * np.exp(-log_x), (grid[1] - y_0) * np.exp(-log_y)
    q = x**2 + y**2 + 2 * np.tanh(tilt) * x * y
    return np.stack([np.exp(-q / 2), 1 / (1 + q)])


def peaks(values: FloatArray, grid: Grid) -> list[FloatArray]:
    """Starts at the extremes of an image."""
    places = [np.unravel_index(int(find(values)), values.shape) for find in (np.argmax, np.argmin)]
    return [
        np.array([grid[0][i, 0], grid[1][j], *log_widths, 0.0])
        for i, j in places
        for log_widths in product((-1.5, -0.5), repeat=2)
    ]


def line(grid: Grid, point: FloatArray) -> FloatArray:
    """One step; parameters: θ, κ, η, u_0 and ln w."""
    offset, log_width = point[3:]
    return rise(combination(grid, point[:3]) - offset, log_width)[None]


def lines(course: FloatArray) -> list[FloatArray]:
    """Starts for a line in a known direction."""
    widths = (-3.0, -2.0)
    return [np.array([*course, offset, width]) for offset in np.linspace(-1.1, 1.1, 23) for width in widths]


def crossing(grid: Grid, point: FloatArray) -> FloatArray:
    """Both steps, and their product."""
    phi_1, x_0, phi_2, y_0, *widths = point
    x, y = grid[0] - x_0, grid[1] - y_0
    steps = [rise(np.cos(phi) * x + np.sin(phi) * y, width) for phi, width in zip((phi_1, phi_2), widths, strict=True)]
    return np.stack([*steps, steps[0] * steps[1]])


def honeycomb(grid: Grid, point: FloatArray) -> FloatArray:
    """<n_1> and <n_2> of up to two electrons on each dot.

    Parameters: φ_1, x_0, φ_2, y_0, ρ, W, ln w, and what the second electron costs on each dot besides.
    """
    phi_1, x_0, phi_2, y_0, rho, W, log_width, *costs = point
    x, y = grid[0] - x_0, grid[1] - y_0
    first, second = (
        gain * (np.cos(phi) * x + np.sin(phi) * y) + W / 2
        for gain, phi in zip(np.exp([rho / 2, -rho / 2]), (phi_1, phi_2), strict=True)
    )
    numbers = list(product((-1, 0, 1, 2), repeat=2))
    numbers = [pair for pair in numbers if abs(pair[0]) + abs(pair[1]) < 4]
    own = [sum(cost * (n * (n - 1)) / 2 for cost, n in zip(costs, pair, strict=True)) for pair in numbers]
    E = np.stack([e + n * m * W - n * first - m * second for e, (n, m) in zip(own, numbers, strict=True)])
    weights = np.exp((E.min(axis=0) - E) * np.exp(-np.clip(log_width, NARROWEST, BROADEST)))
    weights /= weights.sum(axis=0)
    return np.tensordot(np.array(numbers).T, weights, axes=1)


def many(numbers: FloatArray) -> bool:
    """A further charge on a dot is in view: else two dots with many electrons are but one vertex."""
    return bool(np.mean((numbers > 1.5) | (numbers < -0.5)) > FURTHER)


def honeycombs(fitted: VertexFit) -> list[FloatArray]:
    """Starts: further charges at some distances around a fitted vertex."""
    geometry = fitted.shape[: INTERACTION + 1]
    width = float(np.clip(fitted.shape[WIDTHS].mean(), NARROWEST, 0.0))
    return [
        np.array([*geometry, width, *costs])
        for costs in product((0.4, 0.6, 0.8, 1.0, 1.3, 1.7), repeat=2)
        if min(costs) > abs(geometry[-1])
    ]


def triangles(grid: Grid, point: FloatArray) -> FloatArray:
    """Two triangles, and the same with current that falls from the base to the tip.

    Parameters: place of a corner, two directions of edges through it, that of the base and its distance, ln w, and the
    displacement of the second triangle.
    """
    x_0, y_0, phi_1, phi_2, phi_3, size, log_width, *shift = point
    log_width = min(log_width, float(np.log(SHARPEST * max(abs(size), 0.05))))
    total, falling = [], []
    for part in (0.0, 1.0):
        x, y = grid[0] - x_0 - part * shift[0], grid[1] - y_0 - part * shift[1]
        one, two, base = (np.cos(phi) * x + np.sin(phi) * y for phi in (phi_1, phi_2, phi_3))
        inside = rise(one, log_width) * rise(two, log_width) * rise(size - base, log_width)
        total.append(inside)
        falling.append(inside * base / max(abs(size), 0.05))
    return np.stack([sum(total), sum(falling)])


def triangle_starts(fitted: VertexFit) -> list[FloatArray]:
    """From the vertex: its lines are edges of triangles, its interaction line displaces them."""
    points = triple_points(fitted.shape)
    span = points[1] - points[0]
    width = float(widths(fitted).mean())
    starts = []
    for turns in product((0.0, np.pi), repeat=2):
        phi = fitted.shape[[0, 2]] + turns
        # The base faces the corner between both edges, along the bisector or turned towards one of them.
        inward = np.array([np.cos(phi).sum(), np.sin(phi).sum()])
        bisector = np.arctan2(inward[1], inward[0])
        for turn, size, corner in product((-0.35, 0.0, 0.35), (0.35, 0.8), (points[0], points[1])):
            for displacement in (span, 0.3 * inward / max(np.hypot(*inward), 1e-9)):
                starts.append(np.array([*corner, *phi, bisector + turn, size, width, *displacement]))
    return starts


def diamonds(grid: Grid, point: FloatArray) -> FloatArray:
    """Current through one dot over gate and bias: steps along two families of lines, evenly spaced, and the bias.

    Parameters: a crossing, the directions of both families, the distance from one line to the next, ln w.
    """
    x_0, y_0, phi_1, phi_2, period, log_width = point
    x, y = grid[0] - x_0, grid[1] - y_0
    families = []
    for phi in (phi_1, phi_2):
        along = np.cos(phi) * x + np.sin(phi) * y
        spacing = max(abs(period), 0.2) * max(abs(np.sin(phi)), 0.1)  # the period is along the second axis
        families.append(sum(rise(along - k * spacing, log_width) for k in range(-3, 4)))
    return np.stack([families[0] - families[1], families[0] + families[1], (families[0] - families[1]) * x])


def diamond_starts(fitted: VertexFit) -> list[FloatArray]:
    """Along the lines of a fitted vertex, with some periods."""
    phi_1, x_0, phi_2, y_0 = fitted.shape[:4]
    width = float(widths(fitted).mean())
    return [
        np.array([x_0, y_0, phi_1 + turn, phi_2, period, width])
        for turn, period in product((0.0, np.pi), (0.5, 0.7, 0.9, 1.2, 1.6, 4.0))
    ]
