"""Two dots' charging lines that shift each other: one formula for repulsion, none and attraction, and its geometry.

For two dots at temperature T with µ_1, µ_2 counted from their charging points and interaction W, the occupation is

    <n_1> = F((µ_1 - c_W(µ_2)) / k_B T),    c_W(µ) = k_B T [ln(1 + e^{µ/k_B T}) - ln(1 + e^{(µ - W)/k_B T})]

with the Fermi function F(z) = 1/(1 + e^{-z}), and the same with 1 and 2 exchanged: exact, from the partition function
1 + e^{µ_1} + e^{µ_2} + e^{µ_1 + µ_2 - W}. The charging line of dot 1 runs along µ_1 = 0 while dot 2 is empty, along
µ_1 = W when it is full, and in between along µ_1 = µ_2 (W > 0: the line (1,0)-(0,1)) or µ_1 + µ_2 = W (W < 0: the line
(0,0)-(1,1)). A picture tells lines and not energies, so that here F may be as wide on each dot as it looks, a mixture
of a Fermi function and an arctangent (tunnel broadening), and c_W has a softness of its own.

In the window's coordinates (x, y), with g = e^{±ρ/2} for dots 1 and 2,

    µ_i - W/2 = g_i (cos φ_i (x - x_0) + sin φ_i (y - y_0))

so that (x_0, y_0) is the middle of the vertex. Energies are in units in which g_1 g_2 = 1.
"""

import numpy as np

from attractron.core.checks import FloatArray

PARAMETERS = ("phi_1", "x_0", "phi_2", "y_0", "rho", "W", "log_width_1", "log_width_2", "log_softness", "tails")
"""Order of the model's parameters; `tails` is the logit of the arctangent's part."""

SHAPE = slice(0, 6)
"""The parameters that are geometry."""

MATCHED = 1.763
"""Half width at half maximum of the derivative of F(z): the arctangent's is made the same."""


def gradients(parameters: FloatArray) -> FloatArray:
    """∂µ_i/∂(x, y), (dot, axis)."""
    phi_1, _, phi_2, _, rho, *_ = parameters
    gains = np.exp([rho / 2, -rho / 2])
    return np.asarray(gains[:, None] * np.array([[np.cos(phi_1), np.sin(phi_1)], [np.cos(phi_2), np.sin(phi_2)]]))


def triple_points(parameters: FloatArray) -> FloatArray:
    """Both triple points in the window, (point, axis); the first is the one at which dot 1 has the lower µ."""
    interaction = parameters[5]
    half = abs(interaction) / 2 * np.array([1.0, np.sign(interaction) or 1.0])
    step = np.linalg.solve(gradients(parameters), half)
    return np.array([parameters[[1, 3]] - step, parameters[[1, 3]] + step])


def flipped(parameters: FloatArray, dot: int) -> FloatArray:
    """The same picture with the charge of a dot counted the other way round: n → 1 - n, so that W changes sign."""
    other = np.array(parameters, dtype=float)
    other[0 if dot == 0 else 2] += np.pi
    other[5] *= -1
    return other


def occupations(parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """<n_1> and <n_2>, (dot, rows, columns)."""
    potentials = _potentials(parameters, rows, columns)
    return np.stack([_one(parameters, potentials, dot)[0] for dot in (0, 1)])


def derivatives(parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Occupations (dot, rows, columns) and their derivatives (dot, parameter, rows, columns)."""
    potentials = _potentials(parameters, rows, columns)
    slopes = gradients(parameters)
    turned = slopes @ np.array([[0.0, 1.0], [-1.0, 0.0]])  # ∂/∂φ of the gradients
    offset = (rows[:, None] - parameters[1], columns[None] - parameters[3])
    by_angle = [turned[dot, 0] * offset[0] + turned[dot, 1] * offset[1] for dot in (0, 1)]
    arms = potentials - parameters[5] / 2
    values, changes = [], []
    for dot in (0, 1):
        value, own, other, by_W, by_softness, by_width, by_tails = _one(parameters, potentials, dot)
        pair = (own, other) if dot == 0 else (other, own)  # ∂n/∂µ_1, ∂n/∂µ_2
        widths = (by_width, np.zeros_like(value))
        values.append(value)
        changes.append(
            np.stack(
                [
                    pair[0] * by_angle[0],
                    -pair[0] * slopes[0, 0] - pair[1] * slopes[1, 0],
                    pair[1] * by_angle[1],
                    -pair[0] * slopes[0, 1] - pair[1] * slopes[1, 1],
                    (pair[0] * arms[0] - pair[1] * arms[1]) / 2,
                    by_W + (own + other) / 2,
                    widths[dot],
                    widths[1 - dot],
                    by_softness,
                    by_tails,
                ]
            )
        )
    return np.stack(values), np.stack(changes)


def _potentials(parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """µ_1 and µ_2, (dot, rows, columns)."""
    slopes = gradients(parameters)
    x, y = rows[:, None] - parameters[1], columns[None] - parameters[3]
    return np.asarray(np.stack([slopes[dot, 0] * x + slopes[dot, 1] * y for dot in (0, 1)]) + parameters[5] / 2)


def _one(parameters: FloatArray, potentials: FloatArray, dot: int) -> tuple[FloatArray, ...]:
    """Occupation of a dot and its derivatives with respect to its µ, the other's µ, W, and the three shape parameters
    (log softness, log width, tails)."""
    own, other = potentials[dot], potentials[1 - dot]
    interaction, width, softness = parameters[5], np.exp(parameters[6 + dot]), np.exp(parameters[8])
    part = _logistic(parameters[9])
    empty, full = other / softness, (other - interaction) / softness
    on_empty, on_full = _logistic(empty), _logistic(full)
    curve = softness * (_softplus(empty) - _softplus(full))
    z = (own - curve) / width
    fermi, u = _logistic(z), z / MATCHED
    tail = 0.5 + np.arctan(u) / np.pi
    slope = ((1 - part) * fermi * (1 - fermi) + part / (np.pi * MATCHED * (1 + u * u))) / width
    return (
        (1 - part) * fermi + part * tail,
        slope,
        -(on_empty - on_full) * slope,
        -on_full * slope,
        -(curve - other * on_empty + (other - interaction) * on_full) * slope,
        -z * width * slope,
        part * (1 - part) * (tail - fermi),
    )


def _logistic(z: FloatArray | float) -> FloatArray:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(z))))


def _softplus(z: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))
