"""Search for the largest minimum of smooth functions within bounds, where some points cannot be tried.

max_x min_k f_k(x)      as      max s   with   f_k(x) ≥ s      (SLSQP; a kink of the minimum is no obstacle)
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import minimize

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError

TOLERANCE = 1e-9
"""Of the functions' values, relative to that at the start, at which a search ends."""

MOST_STEPS = 60
"""Steps of one search."""

PENALTY = 10.0
"""How far below the best value a point is put that cannot be tried, in such values, so that steps to it shrink."""

Step = Callable[[int, float], None]
"""Hears after each step how many steps were made, and the best value so far."""


@dataclass(kw_only=True)
class Search:
    """One search after another for the same functions.

    Attributes:
        values: f_k at x, (function,); raises InputError where x cannot be.
        slopes: df_k/dx at x, (function, x).
        low, high: bounds of x.
        hear: of progress.
        steps: made so far, all searches together.
        evaluations: of `values`.
        gradients: evaluations of `slopes`.
        refused: points that could not be.
        reason: what the last of them said.
    """

    values: Callable[[FloatArray], FloatArray]
    slopes: Callable[[FloatArray], FloatArray]
    low: FloatArray
    high: FloatArray
    hear: Step | None = None
    steps: int = 0
    evaluations: int = 0
    gradients: int = 0
    refused: int = 0
    reason: str = ""
    _known: dict[bytes, FloatArray | None] = field(default_factory=dict)

    def run(self, start: FloatArray) -> tuple[FloatArray, float, FloatArray]:
        """From a start: the best x, the minimum there, and all x on the way (step, x).

        Raises:
            InputError: the start cannot be.
        """
        span = self.high - self.low
        self._known.clear()
        self.evaluations += 1
        first = self._known[start.tobytes()] = self.values(start)
        best, top = start, float(first.min())
        scale = max(abs(top), 1e-3)
        path = [start]

        def place(z: FloatArray) -> FloatArray:
            return np.clip(self.low + z[:-1] * span, self.low, self.high)

        def functions(z: FloatArray) -> FloatArray:
            nonlocal best, top
            x = place(z)
            found = self._at(x)
            if found is None:
                return np.full(len(first), top / scale - PENALTY - z[-1])
            if found.min() > top:
                best, top = x, float(found.min())
            return np.asarray(found / scale - z[-1])

        def gradients(z: FloatArray) -> FloatArray:
            x = place(z)
            found = np.zeros((len(first), len(z)))
            if self._at(x) is not None:
                self.gradients += 1
                found[:, :-1] = self.slopes(x) * span / scale
            found[:, -1] = -1
            return found

        def step(z: FloatArray) -> None:
            path.append(place(z))
            self.steps += 1
            if self.hear is not None:
                self.hear(self.steps, top)

        minimize(
            lambda z: -z[-1],
            np.append((start - self.low) / span, top / scale),
            jac=lambda z: np.append(np.zeros(len(z) - 1), -1.0),
            bounds=[*[(0.0, 1.0)] * len(span), (None, None)],
            constraints={"type": "ineq", "fun": functions, "jac": gradients},
            method="SLSQP",
            callback=step,
            options={"maxiter": MOST_STEPS, "ftol": TOLERANCE},
        )
        return best, top, np.array(path)

    def _at(self, x: FloatArray) -> FloatArray | None:
        key = x.tobytes()
        if key not in self._known:
            self.evaluations += 1
            try:
                found = self.values(x)
                self._known[key] = found if np.isfinite(found).all() else None
            except InputError as error:
                self.refused += 1
                self.reason = str(error)
                self._known[key] = None
        return self._known[key]
