r"""Confidence intervals and one-sided bounds from the profile of χ², also where a parameter cannot be negative.

    Δχ²(x) = min χ² with the parameter at x - min χ²

all other parameters being fitted again at every x. A slope or a covariance at the minimum plays no part: near T → 0,
t → 0 and Γ → 0 a curve depends on its parameter not at all at first, and they say anything from nothing to infinity.

**Noise.** The residual is whitened, or `variance` says how large noise is along a direction d of the data: for a fit
that counts points alike in noise of covariance C it is dᵀC d/dᵀd along the way by which the curve has moved. That is an
effective number of points, one for each question asked, and near the minimum the covariance (JᵀJ)⁻¹JᵀC J(JᵀJ)⁻¹.

**Edges.** With the best value x̂ never below an edge, Δχ² has no χ² distribution there: at the edge itself it is zero
in half of all cases (χ̄², Chernoff, Ann. Math. Stat. 25, 573 (1954)). Intervals follow Feldman and Cousins, Phys.
Rev. D 57, 3873 (1998), section IV.B, for the Gaussian half-line: x is inside where Δχ²(x) ≤ c(µ), µ its distance from
the edge in standard deviations, with c from 2.71 at the edge to 3.84 from µ = 1.96 on. They cover 95 % everywhere, are
never empty and turn into bounds by themselves; the plain profile (3.84) covers 97.5 % at the edge. µ² is the Δχ² that
the edge would have if the curve at x were the data, so that no parametrisation enters.

**One-sided bounds** are where Δχ² reaches 2.71. They cover 95 % from µ = 1.64 on and more below: what is zero lies
below every bound. Where *another* parameter is at its own edge the distribution leans to one side (an upper bound
covered 90 % at a correlation of -0.95), and 3.84 is taken, which covers at least 94.5 %.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaincinv, ndtr

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Function, descend

LEVEL = 0.95
"""Confidence of all intervals and bounds."""

TWO_SIDED = float(2 * gammaincinv(0.5, LEVEL))
"""Δχ² of an interval far from edges, 3.84."""

ONE_SIDED = float(2 * gammaincinv(0.5, 2 * LEVEL - 1))
"""Δχ² of a bound, 2.71."""

RESOLVED = 4.0
"""Δχ² at its edge below which a parameter may as well be there: only a bound is quoted."""

FAR = 25.0
"""Δχ² at the edge from which on an interval does not notice it: 1.96 + 1.96 standard deviations, and room."""

STEPS = 60
"""Doublings, or quarterings, of the distance in which a bound is looked for."""

ROUNDS = 30
"""Of a refit at most."""

PRECISION = 1e-3
"""Of a bound, relative to its distance from the best value."""

NEGLIGIBLE = 1e-3
"""Change of χ² at which a fit ends, χ² being about the number of points."""

ROOM = 1.02
"""Beyond where the covariance expects the end of an interval, so that it lies between there and the best value."""

Side = Literal["lower", "upper"]


class Refit(NamedTuple):
    """The fit with one parameter held: Δχ², and where the others went."""

    rise: float
    point: FloatArray


def _white(direction: FloatArray) -> float:
    return 1.0


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """A least-squares fit with its minimum: χ² = Σ r²/variance.

    Attributes:
        names: of the parameters.
        best: their values at the minimum, (parameter,).
        residual: curve less data over the parameters, (n,).
        jacobian: its derivatives, (n, parameter).
        lows: lowest values, (parameter,); finite ones are edges.
        highs: highest ones.
        variance: of the noise along a direction of the data (n,); one for a whitened residual.
        awake: values (NaN for none) below which the curve hardly responds to a parameter, so that no fit leaves from
            there: fits start at it, too.
    """

    names: tuple[str, ...]
    best: FloatArray
    residual: Function
    jacobian: Function
    lows: FloatArray
    highs: FloatArray
    variance: Callable[[FloatArray], float] = _white
    awake: FloatArray | None = None

    def index(self, name: str) -> int:
        """Place of a parameter."""
        return self.names.index(name)

    def held(self, name: str, value: float, start: FloatArray | None = None) -> Refit:
        """All others fitted again with one parameter held at a value."""
        found = self._refit(self.residual, self.index(name), value, self.best if start is None else start)
        least = self.residual(self.best)
        moved = self.residual(found) - least
        return Refit(self._squares(float(np.sum((least + moved) ** 2) - least @ least), moved), found)

    def distance(self, name: str, point: FloatArray, edge: float) -> float:
        """Standard deviations by which the curve at a point differs from all those with the parameter at an edge."""
        there = self.residual(point)

        def away(other: FloatArray) -> FloatArray:
            return self.residual(other) - there

        moved = away(self._refit(away, self.index(name), edge, point))
        return float(np.sqrt(self._squares(float(moved @ moved), moved)))

    def deviation(self, name: str) -> float:
        """Standard deviation as the covariance at the minimum has it; infinite where the curve does not respond."""
        jacobian, at = self.jacobian(self.best), self.index(name)
        column, others = jacobian[:, at], np.delete(jacobian, at, axis=1)
        norms = np.linalg.norm(others, axis=0)
        basis, _ = np.linalg.qr(others / np.where(norms == 0, 1.0, norms))
        free = column - basis @ (basis.T @ column)
        size = float(np.linalg.norm(free))
        return float(np.sqrt(self.variance(free)) / size) if size > 0 else float("inf")

    def _squares(self, squares: float, moved: FloatArray) -> float:
        variance = self.variance(moved) if np.any(moved) else 0.0
        return max(squares, 0.0) / variance if variance > 0 else 0.0

    def _refit(self, residual: Function, at: int, value: float, start: FloatArray) -> FloatArray:
        """The best of fits from the start and, where a parameter sleeps there, from where it wakes."""
        free = np.arange(self.best.size) != at
        lows, highs = np.where(free, self.lows, value), np.where(free, self.highs, value)
        least = self.residual(self.best)
        enough = NEGLIGIBLE * float(least @ least) / least.size
        starts = [np.clip(start, lows, highs)]
        if self.awake is not None and np.any(free & (starts[0] < self.awake)):
            starts.append(np.clip(np.fmax(starts[0], self.awake), lows, highs))
        found = [descend(residual, self.jacobian, each, lows, highs, enough, rounds=ROUNDS) for each in starts]
        return min(found, key=lambda end: end[1])[0]


def bound(likelihood: Likelihood, name: str, side: Side = "upper", near_edges: Sequence[str] = ()) -> float:
    """The 95 % bound of a parameter; its edge, or an infinity, where no value on that side is excluded.

    Args:
        likelihood: the fit.
        name: the parameter.
        side: "upper" or "lower".
        near_edges: other parameters that cannot pass their lowest value.

    Example:
        >>> from attractron.readout.profile_likelihood import Likelihood, bound
        >>> data = np.array([1.0, 3.0])  # two measurements of one number, each ± 1
        >>> fit = Likelihood(names=("x",), best=np.array([2.0]), residual=lambda p: p[0] - data,
        ...                  jacobian=lambda p: np.ones((2, 1)), lows=np.array([0.0]), highs=np.array([np.inf]))
        >>> round(bound(fit, "x"), 3)  # 2 + 1.645/√2
        3.163
    """
    level = TWO_SIDED if any(not resolved(likelihood, other) for other in near_edges if other != name) else ONE_SIDED
    return _end(likelihood, name, side, lambda point: level)


def interval(likelihood: Likelihood, name: str) -> tuple[float, float]:
    """The 95 % interval of a parameter that cannot be below `lows`: its ends, the lower one the edge itself if inside.

    Example:
        >>> from attractron.readout.profile_likelihood import Likelihood, interval
        >>> fit = Likelihood(names=("x",), best=np.array([0.0]), residual=lambda p: p - 0.0,
        ...                  jacobian=lambda p: np.ones((1, 1)), lows=np.array([0.0]), highs=np.array([np.inf]))
        >>> lower, upper = interval(fit, "x")  # Feldman and Cousins, Table X: at x̂ = 0 from 0 to 1.96
        >>> print(f"{lower:.2f} {upper:.2f}")
        0.00 1.96
    """
    edge = float(likelihood.lows[likelihood.index(name)])
    if not np.isfinite(edge) or (far := likelihood.held(name, edge).rise) > FAR:
        return _end(likelihood, name, "lower", _two_sided), _end(likelihood, name, "upper", _two_sided)

    def level(point: FloatArray) -> float:
        return critical(likelihood.distance(name, point, edge))

    lower = edge if far <= critical(0.0) else _end(likelihood, name, "lower", level)
    return lower, _end(likelihood, name, "upper", level)


def careful_deviation(likelihood: Likelihood, name: str) -> float:
    """Half of the distance to the farther of the two values at which Δχ² is 4: a standard deviation for both sides.

    Where another parameter is at its edge the profile may rise steeply to one side and slowly to the other, where half
    of the range around the best value covers too little.

    Example:
        >>> from attractron.readout.profile_likelihood import Likelihood, careful_deviation
        >>> fit = Likelihood(names=("x",), best=np.array([2.0]), residual=lambda p: (p - 2.0) / 0.1,
        ...                  jacobian=lambda p: np.full((1, 1), 10.0), lows=np.array([-9.0]), highs=np.array([9.0]))
        >>> print(f"{careful_deviation(fit, 'x'):.3f}")
        0.100
    """
    best = float(likelihood.best[likelihood.index(name)])
    return max(abs(_end(likelihood, name, side, _four) - best) for side in _SIDES) / 2


def _four(point: FloatArray) -> float:
    return 4.0


_SIDES: tuple[Side, Side] = ("lower", "upper")


def _two_sided(point: FloatArray) -> float:
    return TWO_SIDED


def resolved(likelihood: Likelihood, name: str) -> bool:
    """Whether a parameter differs from its lowest value by two standard deviations."""
    edge = float(likelihood.lows[likelihood.index(name)])
    return not np.isfinite(edge) or likelihood.held(name, edge).rise >= RESOLVED


def critical(distance: float) -> float:
    """Δχ² that a value so many standard deviations from the edge exceeds in 5 % of all measurements.

    With x̂ Gaussian about µ and the best value max(x̂, 0), Δχ² is (x̂ - µ)² for x̂ ≥ 0 and µ² - 2µx̂ below. So
    P(Δχ² ≤ c) is Φ(√c) - Φ(-√c) where √c ≤ µ, and Φ(√c) - Φ(-(µ² + c)/2µ) otherwise.

    Example:
        >>> from attractron.readout.profile_likelihood import critical
        >>> print(f"{critical(0.0):.2f} {critical(1.0):.2f} {critical(3.0):.2f}")
        2.71 3.31 3.84
    """
    grid, levels = _criticals()
    return float(np.interp(distance, grid, levels))


@cache
def _criticals() -> tuple[FloatArray, FloatArray]:
    grid = np.linspace(0.0, np.sqrt(TWO_SIDED), 101)

    def miss(level: float, distance: float) -> float:
        return float(ndtr(np.sqrt(level)) - ndtr(-(distance**2 + level) / (2 * distance)) - LEVEL)

    inner = [brentq(miss, 0.9 * ONE_SIDED, 1.1 * TWO_SIDED, args=(distance,)) for distance in grid[1:-1]]
    return grid, np.array([ONE_SIDED, *inner, TWO_SIDED])


def _end(likelihood: Likelihood, name: str, side: Side, level: Callable[[FloatArray], float]) -> float:
    """Where √Δχ² crosses √level on one side of the best value: a bracket, from which Brent's method takes over."""
    at, sign = likelihood.index(name), 1.0 if side == "upper" else -1.0
    best = float(likelihood.best[at])
    wall = float(likelihood.highs[at] if side == "upper" else likelihood.lows[at])
    known: dict[float, float] = {0.0: -np.sqrt(level(likelihood.best))}
    start = {"point": likelihood.best}

    def excess(away: float) -> float:
        """Each distance is looked at once: another start might end in another valley."""
        if away not in known:
            refit = likelihood.held(name, best + sign * away, start["point"])
            start["point"] = refit.point
            known[away] = float(np.sqrt(refit.rise) - np.sqrt(level(refit.point)))
        return known[away]

    room = abs(wall - best)
    if room == 0:
        return wall
    reach = likelihood.deviation(name) * np.sqrt(TWO_SIDED) * ROOM
    if not 0 < reach < np.inf:
        reach = room / 2 if np.isfinite(room) else abs(best) or 1.0
    inner, outer = 0.0, min(reach, room)
    for _ in range(STEPS):
        if excess(outer) >= 0:
            break
        if outer == room:
            return wall
        inner, outer = outer, min(2 * outer, room)
    else:
        return sign * float("inf")
    while inner == 0.0 and excess(outer) > -known[0.0] and outer > PRECISION**4 * max(reach, abs(best)):
        start["point"] = likelihood.best  # far beyond: come back in quarters
        if excess(outer / 4) < 0:
            inner = outer / 4
        else:
            outer /= 4
    return best + sign * float(brentq(excess, inner, outer, xtol=PRECISION * outer))
