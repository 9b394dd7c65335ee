"""The charge states of two dots with several electrons each: occupations over two gates and their derivatives.

    E(n_1, n_2) = Σ_(k ≤ n_1) e_k + Σ_(m ≤ n_2) f_m + Σ_(k ≤ n_1, m ≤ n_2) W_km - µ_1 n_1 - µ_2 n_2
    <n_i> = Σ_n n_i e^(-E(n)/w) / Σ_n e^(-E(n)/w)

exact at a temperature k_B T = w, n_i counted from the fewest electrons in view. Dots that tunnel to each other by t mix
states a = (n_1 + 1, n_2) and b = (n_1, n_2 + 1). Of two states alone the partition function is exact with

    2 e^(-(E_a + E_b)/2w) cosh(√((E_a - E_b)²/4 + t²)/w)    in the place of    e^(-E_a/w) + e^(-E_b/w),

and <n_i> = w ∂ ln Z/∂µ_i: of states further apart than t, of which each mixes with two, the same holds to second order
in t, and near their own line it is exact (addition energies are larger than t). That lowers all states alike only if
the states next to those in view are in Z as well. s = (t/w)² is fitted; where it comes
out negative the change that |s| makes is taken off: lines between the dots that are sharper than all others. Dot 1's
line k runs along µ_1 = e_k
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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.readout.vertex.model import EXTREME

SHARED = ("phi_1", "phi_2", "rho", "log_width", "bend_1", "bend_2", "turn_1", "turn_2", "W", "tunnelling")
"""Parameters that all vertices share, in this order; then come the places p_k, p_m and the interactions of vertices."""

PHI, RHO, WIDTH, BEND, TURN, COMMON, TUNNELLING = slice(0, 2), 2, 3, slice(4, 6), slice(6, 8), 8, 9

LEAST_TOTAL = 1e-9
"""Sum of the weights of all states, of which that of the lowest is one, at least."""

LEAST_SPLITTING = 1e-12
"""Square of half a splitting over w that counts as none."""

MOST_TUNNELLING = 1e4
"""s of a fit that runs away."""

CHUNK = 4096
"""Pixels that are worked on at once: their states stay in the processor's cache."""


@dataclass(frozen=True, kw_only=True)
class ChargeStates:
    """Which lines the model has, and which vertices have an interaction of their own.

    Attributes:
        lines: number of charging lines of each dot.
        own: vertices (k, m), counted from 0, with a parameter W_km of their own; all others have the common W.
        turned: the charge of one dot is counted the other way round, so that (0,0) and (1,1) are the states between
            which an electron tunnels.
        beyond: lines of each dot out of view, on either side, whose states tunnelling mixes with those in view.
    """

    lines: tuple[int, int]
    own: tuple[tuple[int, int], ...] = ()
    turned: bool = False
    beyond: int = 0

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

    @cached_property
    def mixed(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """States (n_1 + 1, n_2) and (n_1, n_2 + 1) that tunnelling mixes, (pair,) each."""
        first, second = (grid.ravel() for grid in np.indices(self.lines))
        row = self.lines[1] + 1
        lower = 1 if self.turned else 0
        return (first + 1) * row + second + lower, first * row + second + 1 - lower

    def level_energies(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Of each state: its levels of dot 1, of dot 2, and its interactions, (state,) each."""
        gains = gains_of(parameters)
        first, second = (
            gain * filled @ places
            for gain, filled, places in zip(gains, self.filled, self.places(parameters), strict=True)
        )
        mutual = np.einsum("sk,kl,sl->s", self.filled[0], self.interactions(parameters), self.filled[1])
        return first, second, mutual


def gains_of(parameters: FloatArray) -> FloatArray:
    """Slopes of µ_1 and µ_2 across their lines, √ρ and 1/√ρ, of which no trial of a fit is beyond numbers; (dot,)."""
    half = float(np.clip(parameters[RHO], -EXTREME, EXTREME)) / 2
    return np.exp([half, -half])


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
    return gains_of(parameters), across, along


def _slopes(parameters: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """∂µ_i by its own φ_i, b_i and c_i, (3, dot, pixel)."""
    gains, across, along = _frame(parameters, x, y)
    gains, bends, turns = gains[:, None], parameters[BEND][:, None], parameters[TURN][:, None]
    by_angle = along * (1 + turns * along) - across * (bends * along + turns * across)
    return np.stack([gains * by_angle, gains * along**2 / 2, gains * along * across])


class Mixture(NamedTuple):
    """Boltzmann factors over Z, and what tunnelling adds to Z: derivatives by mean m and half difference d of -E/w.

    Attributes:
        bare: e^(-E/w), (pixel, state).
        added: C = 2 e^m (cosh √(d² + s) - cosh d), which is ∂C/∂m as well, (pixel, pair).
        uneven: ∂C/∂d.
        curved: ∂²C/∂d².
        by_tunnelling: ∂C/∂s.
        uneven_by_tunnelling: ∂²C/∂d∂s.
    """

    bare: FloatArray
    added: FloatArray
    uneven: FloatArray
    curved: FloatArray
    by_tunnelling: FloatArray
    uneven_by_tunnelling: FloatArray


def mixture(states: ChargeStates, parameters: FloatArray, mu: FloatArray) -> Mixture:
    """The terms of Z at potentials `mu`, (dot, pixel)."""
    levels = np.sum(states.level_energies(parameters), axis=0)
    exponents = (mu.T @ states.numbers - levels) / np.exp(np.clip(parameters[WIDTH], -EXTREME, EXTREME))
    exponents -= exponents.max(axis=1, keepdims=True)
    bare = np.exp(exponents)
    s = float(np.clip(parameters[TUNNELLING], -MOST_TUNNELLING, MOST_TUNNELLING))
    size, sign = abs(s), -1.0 if s < 0 else 1.0
    left, right = states.mixed
    middle, away = (exponents[:, left] + exponents[:, right]) / 2, (exponents[:, left] - exponents[:, right]) / 2
    square = np.maximum(away**2 + size, LEAST_SPLITTING)
    root = np.sqrt(square)
    low, high = np.exp(middle + root), np.exp(middle - root)
    both, over = low + high, (low - high) / root  # 2 e^m cosh r and 2 e^m sinh r / r
    together, apart = bare[:, left] + bare[:, right], bare[:, left] - bare[:, right]
    added = sign * (both - together)
    total = np.maximum(bare.sum(axis=1) + added.sum(axis=1), LEAST_TOTAL)[:, None]  # s < 0 takes away from it
    return Mixture(
        bare=bare / total,
        added=added / total,
        uneven=sign * (away * over - apart) / total,
        curved=sign * (both + size / square * (over - both) - together) / total,
        by_tunnelling=over / 2 / total,
        uneven_by_tunnelling=away / (2 * square) * (both - over) / total,
    )


def weights(states: ChargeStates, parameters: FloatArray, mu: FloatArray) -> FloatArray:
    """Probabilities of the states, (pixel, state); `mu` is (dot, pixel)."""
    terms = mixture(states, parameters, mu)
    left, right = states.mixed
    found = terms.bare.copy()
    found[:, left] += (terms.added + terms.uneven) / 2
    found[:, right] += (terms.added - terms.uneven) / 2
    return found


def occupations(states: ChargeStates, parameters: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """<n_1> and <n_2> over the window, (dot, rows, columns)."""
    x, y = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    mu = potentials(parameters, x, y)
    found = [
        weights(states, parameters, part) @ states.numbers.T
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
    gains = gains_of(parameters)
    terms = mixture(states, parameters, mu)
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
    left, right = states.mixed
    even, odd = (constant[:, left] + constant[:, right]) / 2, (constant[:, left] - constant[:, right]) / 2
    weight = np.concatenate([terms.bare, terms.added, terms.uneven, terms.curved], axis=1)
    pairs = terms.added.shape[1]
    means = weight[:, : -pairs or None] @ np.concatenate([constant, even, odd], axis=1).T  # (pixel, quantity)
    covariances = (
        np.stack(
            [
                weight
                @ np.concatenate(
                    [
                        constant[dot] * constant,
                        even[dot] * even,
                        even[dot] * odd + odd[dot] * even,
                        odd[dot] * odd,
                    ],
                    axis=1,
                ).T
                - means[:, dot, None] * means
                for dot in (0, 1)
            ]
        )
        / width
    )  # (dot, pixel, quantity)
    by_tunnelling = (
        even[:2] @ terms.by_tunnelling.T
        + odd[:2] @ terms.uneven_by_tunnelling.T
        - means[:, :2].T * terms.by_tunnelling.sum(axis=1)
    )
    by_mu = np.moveaxis(covariances[:, :, :2], 2, 1)  # (dot, by µ of dot, pixel)
    split, energy = covariances[:, :, 2], covariances[:, :, 3]
    # L by ln w is E/w: levels less what the potentials give; s is free of w.
    by_width = energy - mu[0] * by_mu[:, 0] - mu[1] * by_mu[:, 1]
    by_rho = split + (mu[0] * by_mu[:, 0] - mu[1] * by_mu[:, 1]) / 2
    changes = np.concatenate(
        [
            slopes[0] * by_mu,
            by_rho[:, None],
            by_width[:, None],
            slopes[1] * by_mu,
            slopes[2] * by_mu,
            np.moveaxis(covariances[:, :, 4:5], 2, 1),
            by_tunnelling[:, None],
            np.moveaxis(covariances[:, :, 5:], 2, 1),
        ],
        axis=1,
    )
    return means[:, :2].T, changes
