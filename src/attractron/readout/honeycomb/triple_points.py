"""Where the lines of a honeycomb meet: triple points in the window, and each vertex in the terms of a single one."""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.honeycomb.model import (
    PHI,
    WIDTH,
    ChargeStates,
    gains_of,
    gradients,
    potentials,
)

NEWTON, CLOSE = 8, 1e-13
"""Steps at most to where lines that are bent meet, and how near is there."""


def charging_point(states: ChargeStates, parameters: FloatArray, k: int, m: int) -> FloatArray:
    """µ_1 and µ_2 at which dot 1 takes electron k while dot 2 holds m, and the reverse: (dot,)."""
    gains = gains_of(parameters)
    first, second = states.places(parameters)
    interactions = states.interactions(parameters)
    return np.array([gains[0] * first[k] + interactions[k, :m].sum(), gains[1] * second[m] + interactions[:k, m].sum()])


def triple_points(states: ChargeStates, parameters: FloatArray, k: int, m: int) -> FloatArray:
    """Of a vertex in the window, (point, axis); the first is the one at which dot 1 has the lower µ."""
    interaction = float(states.interactions(parameters)[k, m])
    start = charging_point(states, parameters, k, m)
    low = start + np.minimum(interaction, 0) * np.array([1.0, 0.0])
    high = start + np.array([np.maximum(interaction, 0), interaction if interaction > 0 else 0.0])
    if interaction < 0:  # (0,0)-(1,1): both charge together, along µ_1 + µ_2 = W from (W, 0) to (0, W)
        low, high = start + np.array([interaction, 0.0]), start + np.array([0.0, interaction])
    return np.array([_place(parameters, low), _place(parameters, high)])


def _place(parameters: FloatArray, wanted: FloatArray) -> FloatArray:
    """Where both potentials have these values, by Newton's method from the middle of the window."""
    place = np.zeros(2)
    for _ in range(NEWTON):
        away = wanted - potentials(parameters, *place)
        if np.abs(away).max() < CLOSE:
            break
        place = place + np.linalg.solve(gradients(parameters, place), away)
    return place


def single(states: ChargeStates, parameters: FloatArray, k: int, m: int) -> FloatArray:
    """One vertex as the parameters of `readout.vertex.model`: its lines' directions there, its middle, ρ, W, widths."""
    interaction = float(states.interactions(parameters)[k, m])
    middle = _place(parameters, charging_point(states, parameters, k, m) + interaction / 2)
    slopes = gradients(parameters, middle)
    gains = np.hypot(*slopes.T)
    mean = np.sqrt(gains.prod())
    phi = np.arctan2(slopes[:, 1], slopes[:, 0])
    # arctan2 jumps by 2π where a line turns through the axis: stay near the shared direction.
    phi = parameters[PHI] + (phi - parameters[PHI] + np.pi) % (2 * np.pi) - np.pi
    width = parameters[WIDTH] - np.log(mean)
    rho = np.log(gains[0] / gains[1])
    return np.array(
        [
            phi[0],
            middle[0],
            phi[1],
            middle[1],
            rho,
            interaction / mean,
            width,
            width,
            width - 2.0,
            -4.0,
            0.0,
            0.0,
            width,
        ]
    )
