"""A cut-off of one's own as a table that the compiled flow reads: piecewise Chebyshev series of ln c(l - l*).

The pieces are equally wide, each with `TERMS` terms; their number is doubled until the series agree with the function
between their nodes. Before the table c = 1 to rounding. Beyond it, where c is below e^-300, ln c goes on with its last
slope -2/χ, so that the rest of a flow is in closed form like that of a `Tanh`.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.polynomial import chebyshev

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.wires.flow.equations import TERMS

ONE = 1e-16
"""|ln c| below which c is 1."""

LOWEST = -300.0
"""ln c at which a table ends at the latest."""

FARTHEST = 1e4
"""|l - l*| by which c has to be 1, or to fall off, at the latest."""

AGREES = 1e-11
"""Error of ln c that a table may have, relative beyond 1."""

MOST_PIECES = 256
WIDEST_JUMP = 0.01
"""Width in l below which a cut-off is a jump."""


def table_of(log_factor: Callable[[Any], Any]) -> tuple[float, FloatArray]:
    """χ of the straight line beyond the table, and the table: begin, end, pieces and their series.

    Args:
        log_factor: ln c as a function of l - l*, for arrays.

    Raises:
        InputError: not a function of arrays, not 1 far before l*, rising, not falling off, not log-concave, not smooth.
    """
    begin, end = (_where(log_factor, level) for level in (-ONE, LOWEST))
    if begin == -FARTHEST:
        raise InputError("log_factor", "be 0 far before l*, where nothing is cut off", f"not at l - l* = {begin:g}")
    if end == FARTHEST:
        raise InputError("log_factor", f"fall below {LOWEST:g} beyond l*", f"not by l - l* = {end:g}")
    if end - begin < WIDEST_JUMP:
        raise InputError("log_factor", "be smooth", f"all of it within {end - begin:g}", "a sharp cut-off is `Sharp()`")
    pieces = 1
    while pieces <= MOST_PIECES:
        edges = np.linspace(begin, end, pieces + 1)
        series = [_series(log_factor, low, high) for low, high in pairwise(edges)]
        if all(error < AGREES for _, error in series):
            return _packed(begin, end, [terms for terms, _ in series])
        pieces *= 2
    got = f"more than {MOST_PIECES} series of {TERMS} terms hold"
    raise InputError("log_factor", "be smooth", got, "leave no kink in it, and no noise of rounding")


def _values(log_factor: Callable[[Any], Any], away: FloatArray) -> FloatArray:
    try:
        with np.errstate(all="ignore"):
            found = np.asarray(log_factor(np.array(away)), dtype=float)
    except (TypeError, ValueError) as error:
        expected, remedy = "be a function of an array of l - l*", "use NumPy's functions"
        raise InputError("log_factor", expected, str(error), remedy) from error
    if found.shape != away.shape:
        got = f"shape {found.shape} for {away.shape}"
        raise InputError("log_factor", "give one number for each l - l*", got, "use NumPy's functions")
    if np.isnan(found).any() or (found > ONE).any():
        at = int(np.argmax(np.isnan(found) | (found > ONE)))
        got = f"{found[at]:g} at l - l* = {away[at]:g}"
        raise InputError("log_factor", "be ln c, zero or negative", got, "c is between 0 and 1")
    return found


def _where(log_factor: Callable[[Any], Any], level: float) -> float:
    """Where ln c falls below a level first; ∓`FARTHEST` where it is so from the start, or never."""
    trials = np.geomspace(1e-3, FARTHEST, 1620)
    trials = np.concatenate([-trials[::-1], [0.0], trials])
    below = _values(log_factor, trials) < level
    if not below.any() or below[0]:
        return FARTHEST if not below.any() else -FARTHEST
    at = int(np.argmax(below))
    low, high = float(trials[at - 1]), float(trials[at])
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if _values(log_factor, np.array([middle]))[0] < level else (middle, high)
    return low


def _series(log_factor: Callable[[Any], Any], low: float, high: float) -> tuple[FloatArray, float]:
    """Terms over one piece and their largest error between the nodes, relative beyond 1."""

    def values(t: FloatArray) -> FloatArray:
        return np.maximum(_values(log_factor, low + (t + 1) * (high - low) / 2), 2 * LOWEST)

    nodes = chebyshev.chebpts1(TERMS)
    terms: FloatArray = np.asarray(chebyshev.chebfit(nodes, values(nodes), TERMS - 1))
    between = np.cos(np.pi * (np.arange(2 * TERMS) + 0.25) / (2 * TERMS))
    exact = values(between)
    return terms, float(np.max(abs(chebyshev.chebval(between, terms) - exact) / np.maximum(1.0, abs(exact))))


def _packed(begin: float, end: float, series: list[FloatArray]) -> tuple[float, FloatArray]:
    """χ and the table, of a function that falls ever faster."""
    width = (end - begin) / len(series)
    slopes = [np.append(chebyshev.chebder(terms), 0.0) * 2 / width for terms in series]
    t = np.linspace(-1, 1, 9)
    steepness = np.concatenate([chebyshev.chebval(t, slope) for slope in slopes])
    allowed = 1e-7 * max(1.0, float(-steepness.min()))
    if (np.diff(steepness) > allowed).any() or (steepness > allowed).any():
        at = begin + (int(np.argmax(np.diff(steepness))) / t.size) * width
        remedy = "c(l - l*) is to be log-concave, as e^-u² is, and not a power of l"
        raise InputError("log_factor", "fall ever faster, or along a line", f"not so at l - l* = {at:.3g}", remedy)
    packed = [np.concatenate([terms, slope]) for terms, slope in zip(series, slopes, strict=True)]
    return float(-2 / steepness[-1]), np.concatenate([[begin, end, len(series)], *packed])
