"""Points that were measured more than once: their mean, and how far apart they lie as the noise."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from attractron.core.checks import FloatArray

OUTLIER = 5.0
"""Standard deviations beyond which one of several readings of a point is left out."""

FREEDOM = 30
"""Degrees of freedom over which the noise of neighbouring points is taken together: it is known to 13 %."""

FEWEST_FREEDOM = 5
"""Below which repeats tell no noise."""

NAMES = (
    *("repeat", "repeats", "rep", "reps", "repetition", "repetitions", "average", "averages", "averaging", "avg"),
    *("iteration", "iterations", "shot", "shots", "trace", "run", "runs", "cycle", "cycles", "n_avg", "n_rep"),
    *("repeat_index", "rep_index", "averages_index", "scan", "scans", "loop", "measurement", "nr_of_averages"),
)
"""What a dimension of repeats is called."""


def is_repeat(name: str) -> bool:
    """A dimension whose name says that the points were measured again along it."""
    return name.casefold().replace(" ", "_") in NAMES


def averaged(values: NDArray[np.generic], places: NDArray[np.intp], size: int) -> tuple[FloatArray, FloatArray | None]:
    """Mean of the readings of each point, and its standard error.

    Readings far from the median of their point, compared with how far apart readings lie in general, are left out
    where a point has three or more. The variance within points is taken together over neighbouring ones, so that few
    repeats of each tell it.

    Args:
        values: readings, (n,); NaN counts as none.
        places: number of the point of each, (n,).
        size: how many points there are.

    Returns:
        Means, (size,), and standard errors, None where there are too few repeats.
    """
    order = np.lexsort((values, places))
    known = order[np.isfinite(values[order].astype(float))]
    x, at = np.asarray(values[known], dtype=float), places[known]
    counts = np.bincount(at, minlength=size)
    first = np.cumsum(counts) - counts
    lower, upper = (x[np.clip(first + step, 0, max(x.size - 1, 0))] for step in ((counts - 1) // 2, counts // 2))
    middle: FloatArray = (lower + upper) / 2
    away = x - middle[at]
    spread = _spread(values, places)
    used = (counts[at] < 3) | (np.abs(away) <= OUTLIER * spread) if spread > 0 else np.ones(x.size, dtype=bool)
    x, at = x[used], at[used]
    counts = np.bincount(at, minlength=size)
    filled = np.maximum(counts, 1)
    mean = np.where(counts > 0, np.bincount(at, weights=x, minlength=size) / filled, np.nan)
    squares = np.bincount(at, weights=(x - mean[at]) ** 2, minlength=size)
    freedom: FloatArray = np.maximum(counts - 1, 0).astype(float)
    if freedom.sum() < FEWEST_FREEDOM:
        return mean, None
    error: FloatArray = np.where(counts > 0, np.sqrt(_variance(squares.astype(float), freedom) / filled), np.nan)
    return mean, error


def _spread(values: NDArray[np.generic], places: NDArray[np.intp]) -> float:
    """Standard deviation of single readings, from how those that follow each other at a point differ."""
    order = np.argsort(places, kind="stable")
    steps = np.diff(values[order].astype(float))[np.diff(places[order]) == 0]
    steps = np.abs(steps[np.isfinite(steps)])
    return 1.4826 / np.sqrt(2) * float(np.median(steps)) if steps.size else 0.0


def _variance(squares: FloatArray, freedom: FloatArray) -> FloatArray:
    """Of single readings, over as many neighbours as it takes to know it."""
    window = int(np.ceil(FREEDOM / freedom.mean()))
    if window <= 1:
        return np.asarray(squares / np.maximum(freedom, 1))
    if window >= squares.size:
        return np.full(squares.size, squares.sum() / freedom.sum())
    sums, counts = (uniform_filter1d(each, window, mode="nearest") for each in (squares, freedom))
    known: FloatArray = np.where(counts > 0, sums / np.maximum(counts, 1e-12), squares.sum() / freedom.sum())
    return known


def over_dimension(values: FloatArray, dim: int) -> tuple[FloatArray, FloatArray | None]:
    """Mean over a dimension of repeats and its standard error."""
    rows = np.moveaxis(values, dim, 0)
    size = rows[0].size
    places = np.tile(np.arange(size), rows.shape[0])
    mean, error = averaged(rows.ravel(), places, size)
    return mean.reshape(rows.shape[1:]), None if error is None else error.reshape(rows.shape[1:])
