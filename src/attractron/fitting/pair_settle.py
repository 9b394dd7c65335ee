"""From a first fit of the current through a polarizer to the last one: the model's error, and what it is held against.

What the model leaves beyond noise counts as an error relative to the current, such that χ² is one a pixel.
Amplitudes of lowest order are seldom exact: where there is an error, each order has an amplitude of its own if that is
better, and how far the thresholds move by it is part of their uncertainty.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Minimum
from attractron.fitting.pair_flow import junction_of
from attractron.fitting.pair_model import PairFit, Pixels, fit_pairs, with_background
from attractron.fitting.pair_rivals import NO_PAIRS, NOTHING, PAIRS
from attractron.readout.maps.goodness import MapGoodness, map_goodness
from attractron.readout.model_selection import Candidate, Comparison, compare

COARSE, FINE = (14, 16), (24, 28)
"""Pixels along gate and bias of the first fits and of the last ones."""

ROUGH, FINER = 0.3, 0.1
"""Error of the model, relative to the current, of the first fits."""

ENOUGH = 2.0
"""χ² over the number of pixels at which the first fit counts as found."""

MOVED = 0.5
"""Of the model's relative error, by which it may move thresholds, in units of U."""

HOPELESS = 4.0
"""The same above which the model is given up."""

ROUGHLY = 1e-3
"""Relative change of χ² at which fits end that give no numbers."""

SILENT = 2.0
"""χ² a pixel up to which a map is noise about a constant, if neither windows nor a smooth background suit it better."""

ROUNDS = 6
FALLS, TIGHTER = 0.8, 0.3
"""Part of the last error to which a round lowers it, or is the last; and of it that the next fit is given."""

Map = TypeVar("Map", bound=Pixels)

Rivals = Callable[[Map], dict[str, tuple[float, int]]]
"""χ² and the number of parameters of other shapes."""


class Outcome(NamedTuple, Generic[Map]):
    """The map, the pixels that were fitted, and what came; by how much amplitudes may move thresholds, meV."""

    pairs: Map
    fine: Map
    fit: PairFit
    error: float
    shift: float
    goodness: MapGoodness
    comparison: Comparison
    status: int = 0

    @property
    def beyond_noise(self) -> float:
        """Variance of what the fit leaves over that of the noise, where it is certainly more."""
        return max(self.goodness.excess, 1.0) if self.goodness.significant else 1.0

    @property
    def covariance(self) -> FloatArray:
        """Of the fitted parameters, raised by what the residual holds beyond noise."""
        return self.fit.minimum.covariance * self.beyond_noise


def improved(
    whole: Map, fine: Map, best: PairFit, held: dict[str, float], rivals: Rivals[Map], error: float = FINER
) -> Outcome[Map]:
    """The outcome of a map from the best of its first fits.

    Args:
        whole: all pixels.
        fine: those that are fitted.
        best: first fit.
        held: parameters that are not fitted.
        rivals: other shapes.
        error: of the model, to begin with.
    """
    few = fine.thinned(*COARSE)
    first, _ = with_background(few.orders(best.point, "2e"), few)
    if _squares(first, few.with_error(ROUGH)) > HOPELESS * few.values.size:
        best = replace(best, curve=first)
        error = max(model_error(best.curve - few.values, few, best.parameters), ROUGH)
        return _judged(whole, few.with_error(error), best, None, error, 0.0, rivals)
    error, fit = _settled(fine, best, held, error)
    shift = 0.0
    if error > 0:  # amplitudes of lowest order that are wrong by a factor each: how far do they move the thresholds?
        freely = fine.freed()
        other, freed = _settled(freely, fit, held, error)
        apart = [junction_of(each.point) for each in (fit, freed)]
        shift = max(abs(apart[0][name] - apart[1][name]) for name in ("W", "U"))
        if other < error:
            fine, error, fit = freely, other, freed
        shift = max(shift, MOVED * error * apart[0]["U"]) if error > 0 else 0.0
    if error == 0:  # sharp structure between neighbours was taken for noise, or drift along the scan was not
        fine = fine.renoised(fit.curve)
    weighted = fine.with_error(error)
    fit = fit_pairs(weighted, fit.point, held, evaluations=15)
    alone = fit_pairs(weighted, fit.point, held, processes="1e", evaluations=12, enough=ROUGHLY)
    return _judged(whole.freed() if fine.free else whole, weighted, fit, alone, error, shift, rivals)


def _judged(
    whole: Map,
    weighted: Map,
    fit: PairFit,
    alone: PairFit | None,
    error: float,
    shift: float,
    rivals: Rivals[Map],
) -> Outcome[Map]:
    """The outcome: what the fit leaves against noise, and its rivals; `alone` is the fit without pairs."""
    seen = np.isfinite(weighted.noise)
    squares = {PAIRS: (_squares(fit.curve, weighted), fit.parameters), **rivals(weighted)}
    if alone is not None:
        squares[NO_PAIRS] = (_squares(alone.curve, weighted), alone.parameters)
    comparison = compare({name: Candidate(*each) for name, each in squares.items()}, float(seen.sum()))
    return Outcome(
        pairs=whole,
        fine=weighted,
        fit=fit,
        error=error,
        shift=shift,
        goodness=_goodness(fit.curve, weighted),
        comparison=comparison,
    )


def silent(pairs: Map, rivals: Rivals[Map]) -> Outcome[Map] | None:
    """The outcome of a map in which nothing stands out of the noise; None where something does."""
    fine = pairs.thinned(*FINE)
    seen = int(np.isfinite(fine.noise).sum())
    squares = rivals(fine)
    comparison = compare({name: Candidate(*each) for name, each in squares.items()}, float(seen))
    if comparison.best != NOTHING or squares[NOTHING][0] > SILENT * seen:
        return None
    return _unfitted(pairs, comparison)


def unlike(pairs: Map, rivals: Rivals[Map]) -> Outcome[Map]:
    """The outcome of a map that is not like one of pairs, so that no fit is worth its time."""
    fine = pairs.thinned(*FINE)
    squares = {name: each for name, each in rivals(fine).items() if name != NOTHING}
    candidates = {name: Candidate(*each) for name, each in squares.items()}
    return _unfitted(pairs, compare(candidates, float(np.isfinite(fine.noise).sum())))


def _unfitted(pairs: Map, comparison: Comparison) -> Outcome[Map]:
    fine = pairs.thinned(*FINE)
    mean = np.full_like(fine.values, np.average(fine.values, weights=fine.noise**-2.0))
    residual = np.where(np.isfinite(fine.noise), (mean - fine.values) / fine.noise, 0.0)
    minimum = Minimum(point=np.empty(0), residual=residual.ravel(), jacobian=np.empty((residual.size, 0)))
    fit = PairFit(point={}, varied=(), processes="", minimum=minimum, curve=mean, linear=mean[:1, 0])
    goodness = _goodness(mean, fine)
    return Outcome(
        pairs=pairs, fine=fine, fit=fit, error=0.0, shift=0.0, goodness=goodness, comparison=comparison, status=2
    )


def _settled(pairs: Pixels, start: PairFit, held: dict[str, float], error: float) -> tuple[float, PairFit]:
    """The model's error, and the fit with it.

    Fits end early where the error that they are given hides what is wrong with them: each is given less than the last
    one's residual shows, until that falls no more.
    """
    fit, last = start, np.inf
    for _ in range(ROUNDS):
        fit = fit_pairs(pairs.with_error(error), fit.point, held, evaluations=10, enough=ROUGHLY)
        found = model_error(fit.curve - pairs.values, pairs, fit.parameters)
        if found > 0 and not _goodness(fit.curve, pairs).significant:
            found = 0.0  # what is left is drift along the scan
        if found == 0 or found > FALLS * last:
            return found, fit
        last, error = found, found * TIGHTER
    return last, fit


def _goodness(curve: FloatArray, pairs: Pixels) -> MapGoodness:
    seen = np.isfinite(pairs.noise)
    left = np.where(seen, (curve - pairs.values) / pairs.noise, 0.0)
    return map_goodness(left, np.where(seen, pairs.values / pairs.noise, np.nan))


def _squares(curve: FloatArray, pairs: Pixels) -> float:
    return float(np.sum(((curve - pairs.values) / pairs.noise) ** 2))


def model_error(left: FloatArray, pairs: Pixels, parameters: int) -> float:
    """Error of the model relative to the current with which what it leaves has χ² of one a pixel."""
    seen = np.isfinite(pairs.noise)
    freedom = max(int(seen.sum()) - parameters, 1)

    def surplus(error: float) -> float:
        noise = pairs.with_error(error).noise[seen]
        return float(np.sum((left[seen] / noise) ** 2)) - freedom

    if surplus(0.0) < 3 * np.sqrt(2 * freedom):
        return 0.0
    low, high = 1e-6, 1.0
    for _ in range(40):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if surplus(middle) > 0 else (low, middle)
    return high
