"""Two dots' charging lines that shift each other: one formula for repulsion, none and attraction, and its geometry.

For two dots at temperature T with µ_1, µ_2 counted from their charging points and interaction W, the occupation is

    <n_1> = F((µ_1 - c_W(µ_2)) / k_B T),    c_W(µ) = k_B T [ln(1 + e^{µ/k_B T}) - ln(1 + e^{(µ - W)/k_B T})]

with the Fermi function F(z) = 1/(1 + e^{-z}), and the same with 1 and 2 exchanged: exact, from the partition function
1 + e^{µ_1} + e^{µ_2} + e^{µ_1 + µ_2 - W}. The charging line of dot 1 runs along µ_1 = 0 while dot 2 is empty, along
µ_1 = W when it is full, and in between along µ_1 = µ_2 (W > 0: the line (1,0)-(0,1)) or µ_1 + µ_2 = W (W < 0: the line
(0,0)-(1,1)). An image tells lines and not energies, so that here
each line is as wide as it looks: what shifts both dots together (tunnelling to the leads, smoothing, noise of a gate)
shifts the line (0,0)-(1,1) by twice as much as the others and (1,0)-(0,1) not at all, while tunnelling between the dots
broadens only the latter. With the distances from the three lines over their widths,

    z_0 = µ_1 / w_1,    z_W = (µ_1 - W) / w_1,    z_x = (µ_1 - µ_2) / w_x  or  (µ_1 + µ_2 - W) / w_x,

the argument of F is the one between the other two, z = z_0 - ς τ [ln(1 + e^A) - ln(1 + e^B)] with ς the sign of W,
A = ς (z_0 - z_x)/τ, B = A - |W|/(w_1 τ): the formula above when all widths are k_B T and τ = 1, and exact for a
distribution of common shifts at T = 0, for which τ = 0. F is a mixture of a Fermi function and an arctangent (tunnel
broadening), and τ w_1 = τ w_2 is the softness of the corners.

In the window's coordinates (x, y), with g = e^{±ρ/2} for dots 1 and 2,

    µ_i - W/2 = g_i (d_i + ½ b_i t_i²),    d_i = cos φ_i (x - x_0) + sin φ_i (y - y_0),
                                            t_i = cos φ_i (y - y_0) - sin φ_i (x - x_0)

so that (x_0, y_0) is the middle of the vertex; the bends b_i let lever arms change gently over the window, which
charging lines of devices do. Energies are in units in which g_1 g_2 = 1.
"""

from collections.abc import Callable

import numpy as np

from attractron.core.checks import FloatArray

PARAMETERS = (
    "phi_1",
    "x_0",
    "phi_2",
    "y_0",
    "rho",
    "W",
    "log_width_1",
    "log_width_2",
    "log_softness",
    "tails",
    "bend_1",
    "bend_2",
    "log_width_x",
)
"""Order of the model's parameters; `tails` is the logit of the arctangent's part."""

DIRECTIONS, CENTRE, WIDTHS, BENDS = [0, 2], [1, 3], [6, 7], [10, 11]
"""Places of φ_i, (x_0, y_0), ln w_i and b_i among the parameters, in the order of the dots or of the axes."""

RATIO, INTERACTION, SOFTNESS, TAILS, CROSSED = 4, 5, 8, 9, 12
"""Places of ρ, W, ln(τ w), `tails` and ln w_x."""

FULL_WIDTH = 3.53
"""Full width at half maximum of dF/dz: that of a charging line over its w."""

NEWTON = 6
"""Steps to where bent lines meet: bends are small."""

EXTREME = 20.0
"""Logarithms of widths stay within it: an image without noise lets them run away."""

FARTHEST = 1e12
"""Distance from a line, over its width, beyond which a step is over: a fit that runs away squares it."""

MATCHED = 1.763
"""Half width at half maximum of the derivative of F(z): the arctangent's is made the same."""


STEP = 1e-6
"""Of parameters in differences: lines are smooth in them on the scale of the window."""


def central_differences(function: Callable[[FloatArray], FloatArray], parameters: FloatArray) -> FloatArray:
    """Derivatives of a function of the parameters by central differences, (…, parameter)."""
    steps = STEP * np.eye(len(parameters))
    return np.stack([(function(parameters + step) - function(parameters - step)) / (2 * STEP) for step in steps], -1)


def gradients(parameters: FloatArray, place: FloatArray | None = None) -> FloatArray:
    """∂µ_i/∂(x, y), (dot, axis), at a place in the window; in the middle of the vertex by default."""
    normals, along, gains, bends = _frame(parameters)
    away = np.zeros(2) if place is None else place - parameters[CENTRE]
    return np.asarray(gains[:, None] * (normals + (bends * (along @ away))[:, None] * along))


def triple_points(parameters: FloatArray) -> FloatArray:
    """Both triple points in the window, (point, axis); the first is the one at which dot 1 has the lower µ."""
    interaction, centre = parameters[INTERACTION], parameters[CENTRE]
    half = abs(interaction) / 2 * np.array([1.0, np.sign(interaction) or 1.0])
    normals, along, gains, bends = _frame(parameters)
    points = []
    for wanted in (-half, half):
        place = centre + np.linalg.solve(gradients(parameters), wanted)
        for _ in range(NEWTON):  # lines that are bent meet a little off the straight ones
            away = place - centre
            found = gains * (normals @ away + bends / 2 * (along @ away) ** 2)
            place = place + np.linalg.solve(gradients(parameters, place), wanted - found)
        points.append(place)
    return np.array(points)


def line(parameters: FloatArray, dot: int, point: FloatArray, reach: FloatArray) -> FloatArray:
    """The charging line of a dot through a point, at distances `reach` along it from there, (reach, axis)."""
    normals, along, _, bends = _frame(parameters)
    away = point - parameters[CENTRE]
    level = normals[dot] @ away + bends[dot] / 2 * (along[dot] @ away) ** 2
    further = along[dot] @ away + reach
    across = level - bends[dot] / 2 * further**2
    return np.asarray(parameters[CENTRE] + further[:, None] * along[dot] + across[:, None] * normals[dot])


def _frame(parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Unit vectors across and along each dot's lines (dot, axis), gains and bends (dot,)."""
    phi, rho = parameters[DIRECTIONS], parameters[RATIO]
    normals = np.stack([np.cos(phi), np.sin(phi)], axis=1)
    along = np.stack([-np.sin(phi), np.cos(phi)], axis=1)
    half = np.clip(rho / 2, -EXTREME, EXTREME)
    return normals, along, np.exp([half, -half]), parameters[BENDS]


def matched(parameters: FloatArray, arms: FloatArray) -> FloatArray:
    """Lever arms along the window's axes (dot, axis), in the order of the dots whose lines run as they say."""
    normals, _, _, _ = _frame(parameters)
    alike = np.abs(normals @ (arms / np.hypot(*arms.T)[:, None]).T)  # (dot of the fit, dot of the arms)
    return np.asarray(arms[::-1] if alike[0, 1] + alike[1, 0] > np.trace(alike) else arms)


def flipped(parameters: FloatArray, dot: int) -> FloatArray:
    """The same image with the charge of a dot counted the other way round: n → 1 - n, so that W changes sign."""
    other = np.array(parameters, dtype=float)
    other[DIRECTIONS[dot]] += np.pi
    other[[INTERACTION, BENDS[dot]]] *= -1
    return other


def occupations(parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """<n_1> and <n_2>, (dot, rows, columns)."""
    potentials = _potentials(parameters, rows, columns)
    found = np.empty_like(potentials)
    for dot in (0, 1):
        z, _, _ = _argument(parameters, potentials, dot)
        part = _logistic(parameters[TAILS])
        u = np.clip(z / MATCHED, -FARTHEST, FARTHEST)
        found[dot] = (1 - part) * _logistic(z) + part * (0.5 + np.arctan(u) / np.pi)
    return found


def derivatives(parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Occupations (dot, rows, columns) and their derivatives (dot, parameter, rows, columns)."""
    # The chain rule: φ_i, b_i, the middle and ρ act through µ_1 and µ_2; W does so as well (half of it is in both) and
    # directly; the widths, the softness and the tails act directly.
    potentials = _potentials(parameters, rows, columns)
    by_angle, by_x, by_y, by_bend = _slopes(parameters, rows, columns)
    arms = potentials - parameters[INTERACTION] / 2
    values, changes = [], []
    for dot in (0, 1):
        value, own, other, by_W, by_softness, by_width, by_tails, by_width_x = _one(parameters, potentials, dot)
        pair = (own, other) if dot == 0 else (other, own)  # ∂n/∂µ_1, ∂n/∂µ_2
        widths = (by_width, np.zeros_like(value))
        values.append(value)
        changes.append(
            np.stack(
                [
                    pair[0] * by_angle[0],
                    -pair[0] * by_x[0] - pair[1] * by_x[1],
                    pair[1] * by_angle[1],
                    -pair[0] * by_y[0] - pair[1] * by_y[1],
                    (pair[0] * arms[0] - pair[1] * arms[1]) / 2,
                    by_W + (own + other) / 2,
                    widths[dot],
                    widths[1 - dot],
                    by_softness,
                    by_tails,
                    pair[0] * by_bend[0],
                    pair[1] * by_bend[1],
                    by_width_x,
                ]
            )
        )
    return np.stack(values), np.stack(changes)


def _potentials(parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """µ_1 and µ_2, (dot, rows, columns)."""
    across, along = _places(parameters, rows, columns)
    _, _, gains, bends = _frame(parameters)
    bent = across + bends[:, None, None] / 2 * along**2
    return np.asarray(gains[:, None, None] * bent + parameters[INTERACTION] / 2)


def _places(parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """d_i and t_i, (dot, rows, columns) both."""
    normals, along, _, _ = _frame(parameters)
    x, y = rows[:, None] - parameters[CENTRE[0]], columns[None] - parameters[CENTRE[1]]
    across, further = (np.stack([vector[0] * x + vector[1] * y for vector in vectors]) for vectors in (normals, along))
    return across, further


def _slopes(
    parameters: FloatArray, rows: FloatArray, columns: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Derivatives of µ_i by φ_i, x, y and b_i, (dot, rows, columns) each."""
    across, further = _places(parameters, rows, columns)
    normals, along, gains, bends = (values[..., None, None] for values in _frame(parameters))
    slope = bends * further
    by_x, by_y = (gains * (normals[:, axis] + slope * along[:, axis]) for axis in (0, 1))
    return gains * further * (1 - bends * across), by_x, by_y, gains * further**2 / 2


def _argument(
    parameters: FloatArray, potentials: FloatArray, dot: int
) -> tuple[
    FloatArray, tuple[FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray, FloatArray, FloatArray]
]:
    """z of a dot; z_0, z_W and z_x; A, B and the soft maxima ln(1 + e^A), ln(1 + e^B)."""
    own, other = potentials[dot], potentials[1 - dot]
    W = parameters[INTERACTION]
    width, crossed, softness = np.exp(np.clip(parameters[[WIDTHS[dot], CROSSED, SOFTNESS]], -EXTREME, EXTREME))
    tau = softness / width
    sign, late = (1.0, 0.0) if W >= 0 else (-1.0, 1.0)
    first, last, middle = own / width, (own - W) / width, (own - sign * other - late * W) / crossed
    a, b = sign * (first - middle) / tau, sign * (last - middle) / tau
    soft_a, soft_b = _softplus(a), _softplus(b)
    return first - sign * tau * (soft_a - soft_b), (first, last, middle), (a, b, soft_a, soft_b)


def _one(parameters: FloatArray, potentials: FloatArray, dot: int) -> tuple[FloatArray, ...]:
    """Occupation of a dot and its derivatives with respect to its µ, the other's µ, W, and the four shape parameters
    (log softness, log width, tails, log width of the interaction line)."""
    part = _logistic(parameters[TAILS])
    width, crossed, softness = np.exp(np.clip(parameters[[WIDTHS[dot], CROSSED, SOFTNESS]], -EXTREME, EXTREME))
    tau = softness / width
    sign, late = (1.0, 0.0) if parameters[INTERACTION] >= 0 else (-1.0, 1.0)
    z, (first, last, middle), (a, b, soft_a, soft_b) = _argument(parameters, potentials, dot)
    on_a, on_b = _logistic(a), _logistic(b)
    on_line = on_a - on_b  # one on the interaction line, zero on the others
    softer = -sign * tau * (soft_a - a * on_a - soft_b + b * on_b)
    fermi, u = _logistic(z), np.clip(z / MATCHED, -FARTHEST, FARTHEST)
    tail = 0.5 + np.arctan(u) / np.pi
    slope = (1 - part) * fermi * (1 - fermi) + part / (np.pi * MATCHED * (1 + u * u))
    return (
        (1 - part) * fermi + part * tail,
        slope * ((1 - on_line) / width + on_line / crossed),
        slope * on_line * -sign / crossed,
        -slope * (on_line * late / crossed + on_b / width),
        slope * softer,
        -slope * ((1 - on_a) * first + on_b * last + softer),
        part * (1 - part) * (tail - fermi),
        -slope * on_line * middle,
    )


def _logistic(z: FloatArray | float) -> FloatArray:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(z))))


def _softplus(z: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))
