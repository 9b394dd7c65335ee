"""Where points are put next: the library `adaptive` (python-adaptive) chooses them, in batches that a study fixes.

What is asked next depends on the points that there are and on their values, and on nothing else: neither on who
computes them, nor on when a run was stopped.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.errors import AttractronError

TASKS = 8
"""Blocks of a batch: so many workers have something to do."""

APART = 1e-6
"""Codes of flags that differ by more are two."""

THIN = 1e-6
"""Part of its longest edge squared below which a triangle is a line, on the border of the plane."""


@dataclass(frozen=True, kw_only=True)
class Refinement:
    """How a study puts its points.

    Attributes:
        ends: knob → first and last value; one or two knobs.
        logarithmic: knobs that are spread by their logarithm.
        points: most of them.
        loss: that is small enough; None: all points are computed.
        quantity: that is looked at; None: what the picture shows.
        batch: points that are asked for at once.
    """

    ends: Mapping[str, tuple[float, float]]
    logarithmic: frozenset[str]
    points: int
    loss: float | None
    quantity: str | None
    batch: int

    @property
    def block(self) -> int:
        """Points that are computed and stored together."""
        return -(-self.batch // TASKS)

    def values(self, shares: FloatArray) -> dict[str, FloatArray]:
        """Knob → values, of shares (point, knob) of the way between the ends."""
        found = {}
        for (name, (start, stop)), share in zip(self.ends.items(), shares.T, strict=True):
            if name in self.logarithmic:
                found[name] = start * (stop / start) ** share
            else:
                found[name] = start + (stop - start) * share
        return found

    def shares(self, values: Mapping[str, FloatArray]) -> FloatArray:
        """The inverse: (point, knob)."""
        columns = [
            np.log(values[name] / start) / np.log(stop / start)
            if name in self.logarithmic
            else (values[name] - start) / (stop - start)
            for name, (start, stop) in self.ends.items()
        ]
        return np.asarray(np.clip(np.stack(columns, axis=-1), 0.0, 1.0))

    def first(self) -> dict[str, FloatArray]:
        """The first batch: evenly over a line; in a plane its corners and Sobol points between them."""
        if len(self.ends) == 1:
            return self.values(np.linspace(0.0, 1.0, self.batch)[:, None])
        from scipy.stats import qmc

        corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        inside = qmc.Sobol(2, scramble=True, rng=0).random_base2((self.batch - 1).bit_length())
        return self.values(np.concatenate([corners, inside])[: self.batch])

    def following(
        self, values: Mapping[str, FloatArray], quantity: NDArray[Any], *, flags: bool
    ) -> tuple[dict[str, FloatArray], float]:
        """The next batch, and the loss without it.

        Args:
            values: knob → its values at the points that there are.
            quantity: (point,); one that is not finite counts as that of the nearest point that is.
            flags: codes, of which one is no larger than another: refined where they differ.

        Raises:
            AttractronError: the library is missing.
        """
        shares = self.shares(values)
        learner = self._learner(flags=flags)
        told = _filled(shares, np.asarray(quantity, float))
        for place, value in zip(shares.tolist(), told.tolist(), strict=True):
            learner.tell(place[0] if len(place) == 1 else tuple(place), value)
        loss = float(learner.loss(real=True))
        asked, _ = learner.ask(self.batch)
        return self.values(np.reshape(np.asarray(asked, float), (self.batch, len(self.ends)))), loss

    def _learner(self, *, flags: bool) -> Any:
        try:
            adaptive: Any = importlib.import_module("adaptive")  # only where it is asked for
        except ImportError as error:
            needed = 'an adaptive study needs python-adaptive: pip install "attractron[adaptive]"'
            raise AttractronError(needed) from error
        if len(self.ends) == 1:
            return adaptive.Learner1D(None, (0.0, 1.0), **({"loss_per_interval": _of_interval} if flags else {}))
        return adaptive.Learner2D(
            None, ((0.0, 1.0), (0.0, 1.0)), **({"loss_per_triangle": _of_triangle} if flags else {})
        )


def _filled(shares: FloatArray, quantity: FloatArray) -> FloatArray:
    """Values, where they are not finite those of the nearest point that has one; 0 where none has."""
    known = np.isfinite(quantity)
    if not known.any():
        return np.zeros_like(quantity)
    found = quantity.copy()
    for n in np.flatnonzero(~known):
        apart = ((shares[known] - shares[n]) ** 2).sum(axis=-1)
        found[n] = quantity[known][np.argmin(apart)]
    return found


def _of_interval(xs: Any, ys: Any) -> float:
    """The length of an interval with a boundary in it; of any other its square, so that none is left out for ever."""
    length = float(xs[1] - xs[0])
    return length if ys[0] != ys[1] else length**2


def _of_triangle(ip: Any) -> FloatArray:
    """The longest edge of each triangle with a boundary in it; of any other its square."""
    corners = ip.tri.points[ip.tri.simplices]  # (triangle, corner, axis)
    codes = ip.values[ip.tri.simplices][..., 0]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    longest = np.sqrt(np.max([(edge**2).sum(axis=-1) for edge in (first, second, second - first)], axis=0))
    area = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    loss = np.where(np.ptp(codes, axis=-1) > APART, longest, longest**2)
    return np.where(area > THIN * longest**2, loss, 0.0)
