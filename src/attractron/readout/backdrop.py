"""The detector's slow response to the gates, in which charging lines stand: plain, or as rich as a picture asks for.

Most pictures need a quadratic. A detector that is tuned through one of its own Coulomb peaks, or that saturates, needs
more: polynomials of higher order, or what a detector with one electrochemical potential gives, a ridge f(u) with
u = cos θ x + sin θ y over the window, f a cubic spline. Its knots are several times as far apart as charging lines are
wide, so that it cannot take a charging line's place.
"""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray

EXTENT = 1.02
"""Half length of a ridge's spline over the largest |u|: its ends are not quite reached."""


@dataclass(frozen=True, kw_only=True)
class Backdrop:
    """A linear family of smooth backgrounds.

    Attributes:
        order: of the polynomial in x and y.
        angle: θ of the ridge's gradient, rad.
        intervals: of the ridge's spline; no ridge if zero.
    """

    order: int = 2
    angle: float = 0.0
    intervals: int = 0

    def terms(self, rows: FloatArray, columns: FloatArray) -> FloatArray:
        """Over the window, (term, rows, columns): P_i(x) P_j(y) with i + j up to the order, then splines in u."""
        x, y = (np.polynomial.legendre.legvander(places, self.order).T for places in (rows, columns))
        powers = [(i, total - i) for total in range(self.order + 1) for i in range(total, -1, -1)]
        products = [np.multiply.outer(x[i], y[j]) for i, j in powers]
        return np.stack([*products, *self._ridge(rows, columns)])

    def _ridge(self, rows: FloatArray, columns: FloatArray) -> FloatArray:
        from scipy.interpolate import BSpline

        if self.intervals == 0:
            return np.empty((0, len(rows), len(columns)))
        c, s = np.cos(self.angle), np.sin(self.angle)
        u = np.add.outer(c * rows, s * columns)
        reach = EXTENT * (abs(c) + abs(s))
        step = 2 * reach / self.intervals
        knots = -reach + step * np.arange(-3, self.intervals + 4)
        count = self.intervals + 3
        splines = BSpline(knots, np.eye(count), 3)(u)
        # Three are left out because 1, u and u² are in the polynomial already.
        kept = np.setdiff1d(np.arange(count), [0, count // 2, count - 1])
        return np.asarray(np.moveaxis(splines[..., kept], -1, 0))


PLAIN = Backdrop()
