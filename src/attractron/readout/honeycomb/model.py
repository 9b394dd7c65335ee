"""The charge states of two dots with several electrons each: occupations over two gates and their derivatives.

    E(n_1, n_2) = Σ_(k ≤ n_1) e_k + Σ_(m ≤ n_2) f_m + Σ_(k ≤ n_1, m ≤ n_2) W_km - µ_1 n_1 - µ_2 n_2
    <n_i> = Σ_n n_i e^(-E(n)/w) / Σ_n e^(-E(n)/w)

exact at a temperature k_B T = w, n_i counted from the fewest electrons in view. Dot 1's line k runs along µ_1 = e_k
while dot 2 holds none of its electrons in view and is shifted by W_km by each of them: the honeycomb of van der Wiel
et al. (Rev. Mod. Phys. 75, 1 (2003), Fig. 2) with addition energies e_(k+1) - e_k that need not be equal. The two
triple points of vertex (k, m) are those at which k - 1 or k electrons on dot 1 meet m - 1 or m on dot 2.

In the window's coordinates (x, y), with g = e^{±ρ/2} for dots 1 and 2,

    µ_i = g_i (d_i + ½ b_i t_i² + c_i t_i d_i),    d_i = cos φ_i x + sin φ_i y,    t_i = cos φ_i y - sin φ_i x

where b_i bends the lines and c_i turns them from one to the next: lever arms that change gently over the window. Levels
are given as places, e_k = g_1 p_k, and energies are in units in which g_1 g_2 = 1, as in `readout.vertex.model`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.readout.vertex.model import EXTREME

SHARED = ("phi_1", "phi_2", "rho", "log_width", "bend_1", "bend_2", "turn_1", "turn_2", "W")
"""Parameters that all vertices share, in this order; then come the places p_k, p_m and the interactions of vertices."""

PHI, RHO, WIDTH, BEND, TURN, COMMON = slice(0, 2), 2, 3, slice(4, 6), slice(6, 8), 8

CHUNK = 4096
"""Pixels that are worked on at once: their states stay in the processor's cache."""


@dataclass(frozen=True, kw_only=True)
class ChargeStates:
    """Which lines the model has, and which vertices have an interaction of their own.

    Attributes:
        lines: number of charging lines of each dot.
        own: vertices (k, m), counted from 0, with a parameter W_km of their own; all others have the common W.
    """

    lines: tuple[int, int]
    own: tuple[tuple[int, int], ...] = ()

    @property
    def size(self) -> int:
        """Number of parameters."""
        return len(SHARED) + sum(self.lines) + len(self.own)

    def places(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
        """p_k of dot 1 and p_m of dot 2."""
        first = len(SHARED)
        middle = first + self.lines[0]
        return parameters[first:middle], parameters[middle : middle + self.lines[1]]

    def interactions(self, parameters: FloatArray) -> FloatArray:
        """W_km, (line of dot 1, line of dot 2)."""
        found = np.full(self.lines, parameters[COMMON])
        start = len(SHARED) + sum(self.lines)
        for at, (k, m) in enumerate(self.own):
            found[k, m] = parameters[start + at]
        return found

    @cached_property
    def numbers(self) -> NDArray[np.intp]:
        """n_1 and n_2 of each state, (dot, state)."""
        return np.array([grid.ravel() for grid in np.indices((self.lines[0] + 1, self.lines[1] + 1))])

    @cached_property
    def filled(self) -> tuple[FloatArray, FloatArray]:
        """Whether a state has filled each line of dot 1, and of dot 2, (state, line)."""
        first, second = (
            (numbers[:, None] > np.arange(lines)).astype(float)
            for numbers, lines in zip(self.numbers, self.lines, strict=True)
        )
        return first, second

    def level_energies(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Of each state: its levels of dot 1, of dot 2, and its interactions, (state,) each."""
        gains = np.exp([parameters[RHO] / 2, -parameters[RHO] / 2])
        first, second = (
            gain * filled @ places
            for gain, filled, places in zip(gains, self.filled, self.places(parameters), strict=True)
        )
        mutual = np.einsum("sk,kl,sl->s", self.filled[0], self.interactions(parameters), self.filled[1])
        return first, second, mutual


def potentials(parameters: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """µ_1 and µ_2 at places of the window, (dot, …)."""
    gains, across, along = _frame(parameters, x, y)
    bends, turns = parameters[BEND], parameters[TURN]
    return np.stack(
        [gains[i] * (across[i] + bends[i] / 2 * along[i] ** 2 + turns[i] * along[i] * across[i]) for i in (0, 1)]
    )


def gradients(parameters: FloatArray, place: FloatArray) -> FloatArray:
    """∂µ_i/∂(x, y) at a place, (dot, axis)."""
    gains, across, along = _frame(parameters, *place)
    bends, turns, phi = parameters[BEND], parameters[TURN], parameters[PHI]
    by_across, by_along = 1 + turns * along, bends * along + turns * across
    normals = np.stack([np.cos(phi), np.sin(phi)], axis=1)
    tangents = np.stack([-np.sin(phi), np.cos(phi)], axis=1)
    return np.asarray(gains[:, None] * (by_across[:, None] * normals + by_along[:, None] * tangents))


def _frame(parameters: FloatArray, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Gains (dot,), d_i and t_i (dot, …)."""
    cosines, sines = np.cos(parameters[PHI]), np.sin(parameters[PHI])
    across = np.stack([c * x + s * y for c, s in zip(cosines, sines, strict=True)])
    along = np.stack([c * y - s * x for c, s in zip(cosines, sines, strict=True)])
    return np.exp([parameters[RHO] / 2, -parameters[RHO] / 2]), across, along


def _slopes(parameters: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """∂µ_i by its own φ_i, b_i and c_i, (3, dot, pixel)."""
    gains, across, along = _frame(parameters, x, y)
    gains, bends, turns = gains[:, None], parameters[BEND][:, None], parameters[TURN][:, None]
    by_angle = along * (1 + turns * along) - across * (bends * along + turns * across)
    return np.stack([gains * by_angle, gains * along**2 / 2, gains * along * across])


def weights(states: ChargeStates, parameters: FloatArray, mu: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Probabilities of the states, and -E/w less its largest value, (pixel, state) both; `mu` is (dot, pixel)."""
    levels = np.sum(states.level_energies(parameters), axis=0)
    exponents = (mu.T @ states.numbers - levels) / np.exp(np.clip(parameters[WIDTH], -EXTREME, EXTREME))
    exponents -= exponents.max(axis=1, keepdims=True)
    found = np.exp(exponents)
    return found / found.sum(axis=1, keepdims=True), exponents


def occupations(states: ChargeStates, parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """<n_1> and <n_2> over the window, (dot, rows, columns)."""
    x, y = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    mu = potentials(parameters, x, y)
    found = [
        weights(states, parameters, part)[0] @ states.numbers.T
        for part in np.array_split(mu, max(1, x.size // CHUNK), axis=1)
    ]
    return np.concatenate(found).T.reshape(2, rows.size, columns.size)


def derivatives(
    states: ChargeStates, parameters: FloatArray, rows: FloatArray, columns: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Occupations (dot, rows, columns), and their derivatives (dot, parameter, rows, columns).

    With L = -E/w the derivative of <n_j> by a parameter is the covariance of n_j and ∂L in the Boltzmann average.
    """
    x, y = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    mu, slopes = potentials(parameters, x, y), _slopes(parameters, x, y)
    split = max(1, x.size // CHUNK)
    parts = [
        _derivatives(states, parameters, *pieces)
        for pieces in zip(np.array_split(mu, split, axis=1), np.array_split(slopes, split, axis=2), strict=True)
    ]
    values = np.concatenate([part[0] for part in parts], axis=1)
    changes = np.concatenate([part[1] for part in parts], axis=2)
    size = rows.size, columns.size
    return values.reshape(2, *size), changes.reshape(2, states.size, *size)


def _derivatives(
    states: ChargeStates, parameters: FloatArray, mu: FloatArray, slopes: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The same for some pixels: (dot, pixel) and (dot, parameter, pixel)."""
    width = np.exp(np.clip(parameters[WIDTH], -EXTREME, EXTREME))
    gains = np.exp([parameters[RHO] / 2, -parameters[RHO] / 2])
    chance, _ = weights(states, parameters, mu)
    numbers = states.numbers.astype(float)
    first, second, mutual = states.level_energies(parameters)
    own = np.zeros((len(states.own), numbers.shape[1]))
    for at, (k, m) in enumerate(states.own):
        own[at] = states.filled[0][:, k] * states.filled[1][:, m]
    common = numbers[0] * numbers[1] - own.sum(axis=0)
    # What -E depends on, state by state, (quantity, state): n_1, n_2, then derivatives that no pixel changes.
    constant = np.concatenate(
        [
            numbers,
            [-(first - second) / 2, first + second + mutual, -common],
            -gains[0] * states.filled[0].T,
            -gains[1] * states.filled[1].T,
            -own,
        ]
    )
    means = chance @ constant.T  # (pixel, quantity)
    covariances = (
        np.stack(
            [
                chance @ (number * constant).T - mean[:, None] * means
                for number, mean in zip(numbers, means.T, strict=False)
            ]
        )
        / width
    )  # (dot, pixel, quantity)
    by_mu = np.moveaxis(covariances[:, :, :2], 2, 1)  # (dot, by µ of dot, pixel)
    split, energy = covariances[:, :, 2], covariances[:, :, 3]
    # L by ln w is E/w: levels less what the potentials give.
    by_width = energy - mu[0] * by_mu[:, 0] - mu[1] * by_mu[:, 1]
    by_rho = split + (mu[0] * by_mu[:, 0] - mu[1] * by_mu[:, 1]) / 2
    changes = np.concatenate(
        [
            slopes[0] * by_mu,
            by_rho[:, None],
            by_width[:, None],
            slopes[1] * by_mu,
            slopes[2] * by_mu,
            np.moveaxis(covariances[:, :, 4:], 2, 1),
        ],
        axis=1,
    )
    return means[:, :2].T, changes
