"""A detector that is a dot on its own Coulomb peak: one response S(u), which gates and the dots' charges shift alike.

The current of such a detector is a function of its electrochemical potential alone. Over the window, with (x, y) turned
by an angle θ into p along the detector's gradient and q along its equipotentials,

    D = S(u) + B(x, y),    u = cos δ p + sin δ q + ½ κ q² + s_1 <n_1> + s_2 <n_2>

where s_i is the shift by one more charge on dot i, δ corrects θ, κ lets the detector's lever arms change gently, and B
is the little that gates do to the signal besides (q, p q and q²; p and p² are in S). S is a cubic spline, so that peaks
of any shape, flanks and saturation are in it: how high a step is, and of which sign, follows from the slope of S where
it stands. A linear S is the detector of `attractron.readout.vertex.fit`.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.interpolate import BSpline

from attractron.core.checks import FloatArray

TURNS = 2
"""Parameters δ and κ, which come first after the shifts."""

AROUND = 3
"""Terms of B."""

SPREADS = ((2.0, 2.0), (0.3, 0.3), 5.0, 5.0)
"""Weak expectations: of shifts, of δ and κ, of the spline's bend over a knot and of B, in the image's units."""

MARGIN = 0.05
"""By how much the spline goes on beyond the range of u at the start, as a part of it; then it is a straight line."""

SAMPLES = 400
"""Places at which the steepest slope of a response is looked for."""


@dataclass(frozen=True, kw_only=True)
class Sensor:
    """A family of responses.

    Attributes:
        angle: θ, the direction of the detector's gradient in the window, rad.
        low: end of the spline.
        high: its other end.
        intervals: of the spline.
    """

    angle: float
    low: float
    high: float
    intervals: int

    @property
    def size(self) -> int:
        """Number of parameters after the shifts: δ, κ, the spline's and the terms of B."""
        return TURNS + self.intervals + 3 + AROUND

    @property
    def expected(self) -> FloatArray:
        """Weak expectations on the parameters, (expectation, parameter), each of zero within one."""
        rows = np.zeros((self.size + 2, self.size + 2))
        rows[np.arange(2 + TURNS), np.arange(2 + TURNS)] = 1 / np.array([*SPREADS[0], *SPREADS[1]])
        first, last = 2 + TURNS, self.size + 2 - AROUND
        # Differences of the spline's weights beyond the second tell how sharply it bends.
        for row in range(first + 2, last):
            rows[row, row - 2 : row + 1] = np.array([1.0, -2.0, 1.0]) / SPREADS[2]
        rows[np.arange(last, self.size + 2), np.arange(last, self.size + 2)] = 1 / SPREADS[3]
        return rows[np.any(rows != 0, axis=1)]

    @cached_property
    def _slopes(self) -> BSpline:
        """Derivatives of all splines of the basis."""
        step = (self.high - self.low) / self.intervals
        knots = self.low + step * np.arange(-3, self.intervals + 4)
        return BSpline(knots, np.eye(self.intervals + 3), 3).derivative()

    def turned(self, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
        """p and q over the window, (rows, columns)."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.add.outer(c * rows, s * columns), np.add.outer(-s * rows, c * columns)

    def potential(self, turns: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
        """u of empty dots, (rows, columns), for δ and κ."""
        p, q = self.turned(rows, columns)
        return np.asarray(np.cos(turns[0]) * p + np.sin(turns[0]) * q + turns[1] / 2 * q**2)

    def basis(self, u: FloatArray) -> FloatArray:
        """The splines at u, straight beyond the ends, (spline, …); in the precision of u."""
        step = (self.high - self.low) / self.intervals
        places = ((u - self.low) / step).ravel()
        inside = np.clip(places, 0, self.intervals)
        first = np.minimum(inside.astype(int), self.intervals - 1)
        t, beyond = inside - first, places - inside
        # The four cubics that are not zero there, and their slopes by t.
        pieces = (
            (1 - t) ** 3 / 6 - beyond * (1 - t) ** 2 / 2,
            (t * t * (t - 2) / 2 + 2 / 3) + beyond * t * (3 * t / 2 - 2),
            (1 + 3 * t * (1 + t * (1 - t))) / 6 + beyond * (1 + t * (2 - 3 * t)) / 2,
            t**3 / 6 + beyond * t * t / 2,
        )
        found = np.zeros((self.intervals + 3, places.size), dtype=u.dtype)
        for number, piece in enumerate(pieces):
            found[first + number, np.arange(places.size)] = piece
        return found.reshape(self.intervals + 3, *u.shape)

    def slope(self, weights: FloatArray, u: FloatArray) -> FloatArray:
        """dS/du at u."""
        return np.asarray(self._slopes(np.clip(u, self.low, self.high)) @ weights)

    def around(self, rows: FloatArray, columns: FloatArray) -> FloatArray:
        """The terms of B, (term, rows, columns)."""
        p, q = self.turned(rows, columns)
        return np.stack([q, p * q, q**2])

    def steepest(self, parameters: FloatArray) -> float:
        """The slope of the response where it is the steepest, with parameters as of `signal`."""
        _, _, weights, _ = self._parts(parameters)
        slopes = self.slope(weights, np.linspace(self.low, self.high, SAMPLES))
        return float(slopes[np.argmax(np.abs(slopes))])

    def signal(self, parameters: FloatArray, n: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
        """D, (rows, columns).

        Args:
            parameters: s_1, s_2, δ, κ, the spline's, those of B.
            n: occupations (dot, rows, columns).
            rows: x in the window.
            columns: y in the window.
        """
        shifts, turns, weights, others = self._parts(parameters)
        u = self.potential(turns, rows, columns) + np.tensordot(shifts, n, axes=1)
        return np.asarray(
            np.tensordot(weights, self.basis(u), axes=1) + np.tensordot(others, self.around(rows, columns), axes=1)
        )

    def local_slope(self, parameters: FloatArray, n: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
        """dS/du over the window, (rows, columns), with parameters and occupations as of `signal`."""
        shifts, turns, weights, _ = self._parts(parameters)
        return self.slope(weights, self.potential(turns, rows, columns) + np.tensordot(shifts, n, axes=1))

    def slopes(
        self, parameters: FloatArray, n: FloatArray, changes: FloatArray, rows: FloatArray, columns: FloatArray
    ) -> FloatArray:
        """Derivatives of D by the parameters that occupations depend on, then by its own, (parameter, rows, columns).

        Args:
            parameters: as of `signal`.
            n: the same.
            changes: derivatives of the occupations, (dot, parameter, rows, columns).
            rows: x in the window.
            columns: y in the window.
        """
        shifts, turns, weights, _ = self._parts(parameters)
        p, q = self.turned(rows, columns)
        u = self.potential(turns, rows, columns) + np.tensordot(shifts, n, axes=1)
        slope = self.slope(weights, u)
        by_turns = np.stack([np.cos(turns[0]) * q - np.sin(turns[0]) * p, q**2 / 2])
        through = np.concatenate([np.tensordot(shifts, changes, axes=1), n, by_turns])
        return np.concatenate([slope * through, self.basis(u), self.around(rows, columns)])

    def refined(self, parameters: FloatArray, intervals: int) -> tuple["Sensor", FloatArray]:
        """A family with another number of intervals, and the parameters in it that give about the same response."""
        family = replace(self, intervals=intervals)
        shifts, turns, weights, others = self._parts(parameters)
        u = np.linspace(self.low, self.high, SAMPLES)
        again = np.linalg.lstsq(family.basis(u).T, weights @ self.basis(u))[0]
        return family, np.concatenate([shifts, turns, again, others])

    def _parts(self, parameters: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Shifts, δ and κ, the spline's, those of B."""
        shifts, turns, weights, others = np.split(parameters, [2, 2 + TURNS, -AROUND])
        return shifts, turns, weights, others


def sensor(places: tuple[FloatArray, FloatArray], angle: float, shifts: FloatArray, intervals: int) -> Sensor:
    """The family that reaches as far as u does in a window, with charges that shift it."""
    rows, columns = places
    c, s = np.cos(angle), np.sin(angle)
    u = np.add.outer(c * rows[[0, -1]], s * columns[[0, -1]])
    low = u.min() + min(0.0, *shifts, shifts.sum())
    high = u.max() + max(0.0, *shifts, shifts.sum())
    margin = MARGIN * (high - low)
    return Sensor(angle=angle, low=float(low - margin), high=float(high + margin), intervals=intervals)
