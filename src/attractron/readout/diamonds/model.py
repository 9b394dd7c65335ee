"""Current of a dot in Coulomb blockade over gate voltage and bias: windows between the leads, with soft edges.

One level of the dot, with source at bias V and drain at zero (electrons; holes alike), lies at -α (V_g - V_n) - η V
above its place at the degeneracy point (V_n, V_0). It lies between the leads where

    u_1 = α (V_g - V_n) + η (V - V_0)      and      u_2 = (1 - η) (V - V_0) - α (V_g - V_n)

have the same sign, u_1 + u_2 being the bias: u_1 = 0 is resonance with the drain, a line of slope dV/dV_g = -α/η, and
u_2 = 0 with the source, of slope α/(1 - η). Hence α = s_+ |s_-| / (s_+ + |s_-|) and η = α / |s_-|, whatever flows in
between (van der Wiel et al., Rev. Mod. Phys. 75, 1 (2003), section II; Hanson et al., Rev. Mod. Phys. 79, 1217
(2007), section II.B).

What flows is left open: within each window, for each sign of the bias, it is a sum of products of onsets at the two
edges, a Fermi step F(u/w) of a level and R(u) = u/(1 - e^(-u/w)) of a metal, whose coefficients are free. A level of
any degeneracy, f_S - f_D = F(u_1/w) F(u_2/w) - F(-u_1/w) F(-u_2/w), is among them exactly, and a metallic island,
R(u_1) R(u_2)/(u_1 coth(u_1/2w) + r u_2 coth(u_2/2w)); where one of these two alone does as well, by the Bayesian
information criterion, it is what is fitted. Degeneracy and unequal rates move a window's edges by parts of w.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.ndimage import correlate1d

from attractron.core.checks import FloatArray

GLOBALS = 5
"""Parameters in front: V_0, ln w, half the distance of the two windows' corners (over w: gate, bias), and ln r, the
ratio of the rates to source and drain of a metal."""

STEP = 1e-4
"""Of differences, in units of w."""

TERMS = 5
"""Of one window."""

ALONE = {"level": (0,), "metal": (3,)}
"""Terms of a current that alone are exact, one level's and a metallic island's."""

NARROW_AND_WIDE, MOST_STEEP = (-9.0, 1.0), 20.0
"""Limits of ln w over half the bias range, and of logarithms of slopes."""

MOST_UNLIKE = 4.0
"""|ln r| at most: beyond it the smaller rate alone is seen."""

SMALL = 1e-9
"""|x| below which onsets of a metal are those at zero."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How parameters of a fit are laid out, and the plane on which the model stands.

    Attributes:
        bias: of the pixels in mV, (rows, columns).
        gate: the same.
        owners: for each point which pair of slopes it has; points at the edge share those of a neighbour.
        conductance: the signal is dI/dV.
        scale: half range of the bias, mV.
        blocks: pixels of the data in one of these, along bias and along gate: they blur edges.
        shared: windows of all points have the same coefficients.
        kinds: which terms each window has.
    """

    bias: FloatArray
    gate: FloatArray
    conductance: bool
    scale: float
    owners: tuple[int, ...]
    blocks: tuple[int, int] = (1, 1)
    shared: bool = False
    kinds: tuple[int, ...] = tuple(range(TERMS))

    @property
    def points(self) -> int:
        """Number of degeneracy points."""
        return len(self.owners)

    @property
    def count(self) -> int:
        """Of the parameters θ."""
        return GLOBALS + self.points + 2 * (max(self.owners, default=0) + 1)

    def background(self) -> FloatArray:
        """What flows in blockade: leakage, an amplifier's offset, cotunnelling; (term, rows, columns)."""
        x = (self.gate - self.gate.mean()) / (np.ptp(self.gate) / 2)
        y = self.bias / self.scale
        if self.conductance:
            return np.stack([np.ones_like(x), x, y, y**2])
        return np.stack([np.ones_like(x), x, y, x * y, y**3])

    def energies(self, theta: FloatArray) -> list[tuple[FloatArray, FloatArray, FloatArray, FloatArray]]:
        """u_1 and u_2 of the window at positive bias, then at negative bias, of each point, in meV."""
        found = []
        width = self.width(theta)
        for number in range(self.points):
            rising, falling = self.slopes(theta, number)
            alpha = rising * falling / (rising + falling)
            eta = alpha / falling
            sides = []
            for sign in (1, -1):
                v = self.bias - theta[0] - sign * theta[3] * width
                g = self.gate - theta[GLOBALS + number] - sign * theta[2] * width / alpha
                sides += [alpha * g + eta * v, (1 - eta) * v - alpha * g]
            found.append((sides[0], sides[1], sides[2], sides[3]))
        return found

    def seen(self, images: FloatArray) -> FloatArray:
        """Images (…, rows, columns) as blocks of pixels show them.

        The mean over a block of n pixels of f is f + (1 - 1/n²)/24 δ²f, δ² the second difference of blocks.
        """
        for axis, block in ((-2, self.blocks[0]), (-1, self.blocks[1])):
            if block > 1:
                part = (1 - block**-2.0) / 24
                images = correlate1d(images, [part, 1 - 2 * part, part], axis=axis, mode="nearest")
        return images

    def slopes(self, theta: FloatArray, number: int) -> tuple[float, float]:
        """|dV/dV_g| of the rising and of the falling line of a point."""
        first = GLOBALS + self.points + 2 * self.owners[number]
        rising, falling = np.exp(np.clip(theta[first : first + 2], -MOST_STEEP, MOST_STEEP))
        return float(rising), float(falling)

    def basis(self, theta: FloatArray) -> FloatArray:
        """All terms, (term, rows, columns)."""
        width = self.width(theta)
        windows = []
        for a, b, c, d in self.energies(theta):
            windows.append(
                [
                    *self._terms(a / width, b / width, width, theta[4]),
                    *self._terms(-c / width, -d / width, width, theta[4]),
                ]
            )
        if self.shared:
            windows = [list(np.sum(windows, axis=0))]
        return np.concatenate([self.seen(np.concatenate(windows)), self.background()])

    def derivatives(self, theta: FloatArray, coefficients: FloatArray) -> FloatArray:
        """Of the model by θ with its coefficients held, (θ, rows, columns).

        A window depends on θ through u_1/w, u_2/w, w and r only.
        """
        found = np.zeros((self.count, *self.bias.shape))
        width, ratio = self.width(theta), float(theta[4])
        size = len(self.kinds)
        half = 0 if self.shared else 2 * size
        for number, energies in enumerate(self.energies(theta)):
            moves = self._moves(theta, number)
            for side, sign in ((0, 1.0), (1, -1.0)):
                x, y = sign * energies[2 * side] / width, sign * energies[2 * side + 1] / width
                weights = coefficients[number * half + side * size : number * half + (side + 1) * size]

                def window(x: FloatArray, y: FloatArray, w: float, r: float, c: FloatArray = weights) -> FloatArray:
                    return np.asarray(np.tensordot(c, np.stack(self._terms(x, y, w, r)), axes=(0, 0)))

                there = window(x, y, width, ratio)
                by_x = (window(x + STEP, y, width, ratio) - there) / STEP
                by_y = (window(x, y + STEP, width, ratio) - there) / STEP
                found[1] += (window(x, y, width * (1 + STEP), ratio) - there) / STEP - by_x * x - by_y * y
                found[4] += (window(x, y, width, ratio + STEP) - there) / STEP
                for place, (first, second) in moves[side].items():
                    found[place] += sign * (by_x * first + by_y * second) / width
        return self.seen(found)

    def _moves(self, theta: FloatArray, number: int) -> tuple[dict[int, tuple[Any, Any]], dict[int, tuple[Any, Any]]]:
        """Changes of u_1 and u_2 by parameters, at positive and at negative bias."""
        width = self.width(theta)
        rising, falling = self.slopes(theta, number)
        alpha, eta = rising * falling / (rising + falling), rising / (rising + falling)
        first = GLOBALS + self.points + 2 * self.owners[number]
        sides = []
        for sign in (1, -1):
            v = self.bias - theta[0] - sign * theta[3] * width
            g = self.gate - theta[GLOBALS + number]  # what α multiplies, the corner's shift in energy apart
            # ∂α/∂ln s_+ = α (1 - η), ∂α/∂ln s_- = α η, ∂η/∂ln s_+ = η (1 - η) = -∂η/∂ln s_-
            turn = eta * (1 - eta) * v
            sides.append(
                {
                    0: (-eta, -(1 - eta)),
                    1: (-sign * width * (theta[2] + eta * theta[3]), sign * width * (theta[2] - (1 - eta) * theta[3])),
                    2: (-sign * width, sign * width),
                    3: (-sign * width * eta, -sign * width * (1 - eta)),
                    GLOBALS + number: (-alpha, alpha),
                    first: (alpha * (1 - eta) * g + turn, -alpha * (1 - eta) * g - turn),
                    first + 1: (alpha * eta * g - turn, -alpha * eta * g + turn),
                }
            )
        return sides[0], sides[1]

    def width(self, theta: FloatArray) -> float:
        """w in meV, within what an image of this range can show."""
        return self.scale * float(np.exp(np.clip(theta[1] - np.log(self.scale), *NARROW_AND_WIDE)))

    def window_terms(self, x: float, y: float, theta: FloatArray) -> FloatArray:
        """The terms of a window at one place, u_1/w = x and u_2/w = y, (term,)."""
        at = self._terms(np.array([x]), np.array([y]), self.width(theta), float(theta[4]))
        return np.array(at)[:, 0]

    def _terms(self, x: FloatArray, y: FloatArray, width: float, ratio: float) -> list[FloatArray]:
        terms = _conductance if self.conductance else _current
        found = terms(x, y, width / self.scale, float(np.exp(MOST_UNLIKE * np.tanh(ratio / MOST_UNLIKE))))
        return [found[kind] for kind in self.kinds]


def _current(x: FloatArray, y: FloatArray, unit: float, ratio: float) -> list[FloatArray]:
    """Terms of one window from its energies over w; ramps in units of the bias range."""
    (open_x, ramp_x, all_x), (open_y, ramp_y, all_y) = _onsets(x), _onsets(y)
    return [
        open_x * open_y,
        unit * ramp_x * open_y,
        unit * open_x * ramp_y,
        unit * ramp_x * ramp_y / (all_x + ratio * all_y),
        unit**2 * ramp_x * ramp_y,
    ]


def _conductance(x: FloatArray, y: FloatArray, unit: float, ratio: float) -> list[FloatArray]:
    """The same for dI/dV: peaks at both edges, plateaus between them that may slope."""
    (open_x, ramp_x, _), (open_y, ramp_y, _) = _onsets(x), _onsets(y)
    both = open_x * open_y
    return [both * (1 - open_x), both * (1 - open_y), both, unit * ramp_x * open_y, unit * ramp_y * open_x]


def _onsets(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """1/(1 + e^(-x)) into a level, x/(1 - e^(-x)) into a metal, and x coth(x/2), in and out of a metal."""
    size = np.maximum(np.abs(x), SMALL)
    less = np.exp(-size)
    positive = x > 0
    both = size * (1 + less) / (1 - less)
    ramp = size / (1 - less)
    return (
        np.where(positive, 1.0, less) / (1 + less),
        np.where(positive, ramp, ramp - size),  # x/(1 - e^-x) + x = -x/(1 - e^x) with the sign of x turned
        both,
    )
