"""Which of several shapes describes the data: the Bayesian information criterion of each beside that of the best.

    BIC = χ² + k ln n,    ΔBIC = BIC - min BIC

with χ² the whitened sum of squares against noise that is known without any of the shapes, k the number of fitted
parameters and n that of independent points. Where even the best shape leaves χ² > n - k, what it leaves is not noise,
and all χ² are divided by χ²/(n - k) of the best: a residual that none of them explains must not decide between them.
ΔBIC of 10 are odds of about e⁵ = 150 (Kass and Raftery, J. Am. Stat. Assoc. 90, 773 (1995), section 3.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, log
from typing import NamedTuple

from attractron.core.errors import InputError
from attractron.core.results import Variable

DECISIVE = 10.0
"""ΔBIC from which on the better shape wins; below it the answer is open."""


class Candidate(NamedTuple):
    """What one shape leaves of the data: χ² against the noise, and how many parameters it took."""

    chi_squared: float
    parameters: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Shapes from the best to the worst.

    Attributes:
        names: of the shapes.
        scores: ΔBIC of each; the first is zero.
    """

    names: tuple[str, ...]
    scores: tuple[float, ...]

    @property
    def best(self) -> str:
        """The shape with the lowest BIC."""
        return self.names[0]

    @property
    def runner_up(self) -> str:
        """The next one; empty where nothing stood beside the best."""
        return self.names[1] if len(self.names) > 1 else ""

    @property
    def decisive(self) -> bool:
        """The best shape is better than all others by `DECISIVE`."""
        return len(self.names) < 2 or self.scores[1] >= DECISIVE

    def open_between(self) -> tuple[str, ...]:
        """The shapes that the data do not tell apart from the best, it among them."""
        return tuple(name for name, score in zip(self.names, self.scores, strict=True) if score < DECISIVE)

    def variables(self) -> dict[str, Variable]:
        """For the result: `score` over `candidate`."""
        text = "BIC less that of the best shape"
        return {"score": ("candidate", list(self.scores), "1", text)}

    def coordinates(self) -> dict[str, Variable]:
        """The coordinate of `variables`."""
        return {"candidate": ("candidate", list(self.names), "1", "shape that was fitted, best first")}


def compare(candidates: Mapping[str, Candidate], points: float) -> Comparison:
    """Rank shapes that were fitted to the same data.

    Args:
        candidates: name → χ² and number of parameters; what could not be fitted has an infinite χ².
        points: n, the number of independent points.

    Raises:
        InputError: no candidate that could be fitted.

    Example:
        >>> from attractron.readout.model_selection import Candidate, compare
        >>> found = compare({"no step": Candidate(250.0, 2), "thermal step": Candidate(98.0, 5)}, 100)
        >>> found.best, found.runner_up, found.decisive
        ('thermal step', 'no step', True)
    """
    fitted = {name: each for name, each in candidates.items() if isfinite(each.chi_squared)}
    if not fitted:
        raise InputError("candidates", "hold one that could be fitted", ", ".join(candidates) or "none")
    inflation = max(1.0, min(each.chi_squared / max(points - each.parameters, 1.0) for each in fitted.values()))
    criteria = {name: each.chi_squared / inflation + each.parameters * log(points) for name, each in fitted.items()}
    names = tuple(sorted(criteria, key=lambda name: criteria[name]))
    return Comparison(names=names, scores=tuple(criteria[name] - criteria[names[0]] for name in names))
