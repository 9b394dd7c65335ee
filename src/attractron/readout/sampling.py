"""Markov chains of a posterior: emcee's walkers, until the samples are enough.

D. Foreman-Mackey et al., Publ. Astron. Soc. Pac. 125, 306 (2013), with moves along differences of walkers (C. J. F. ter
Braak, Stat. Comput. 16, 239 (2006)) and, where the covariance of a fit is known, independent proposals from Student's t
distribution around it: a posterior that is nearly Gaussian is then sampled in a few steps, another one by the former.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError

WALKERS = 32
"""At least: twice as many as parameters are needed."""

CHUNK = 400
"""Steps after which convergence is looked at."""

MOST_STEPS = 12_000

LONG = 50
"""Autocorrelation times after which a chain is taken as converged, as emcee's authors recommend."""

EFFECTIVE = 2000
"""Independent samples that are wanted."""

DEGREES = 5.0
"""Of freedom of the t distribution that proposes: its tails are wider than those of what is sampled."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is sampled.

    Attributes:
        start: a point where the density is high, (parameter,).
        scales: how far walkers start from it.
        lows: lowest values.
        highs: highest ones.
        logarithm: of the density within these, up to a constant.
        covariance: of the parameters near the start where it is known.
        watched: parameters whose samples have to be enough; all of them by default.
    """

    start: FloatArray
    scales: FloatArray
    lows: FloatArray
    highs: FloatArray
    logarithm: Callable[[FloatArray], float]
    covariance: FloatArray | None = None
    watched: tuple[int, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Samples of a target.

    Attributes:
        chain: thinned, (sample, parameter).
        acceptance: part of the proposals that was accepted.
        times: autocorrelation times in steps of all walkers, (parameter,), of those that are watched.
        thin: steps between samples.
        walkers: number of walkers.
    """

    chain: FloatArray
    acceptance: float
    times: FloatArray
    thin: int
    walkers: int = WALKERS


def samples(target: Target, seed: int) -> Samples:
    """Samples of a target, by walkers that start around its start.

    Raises:
        InputError: emcee is not installed.
    """
    try:
        import emcee
    except ImportError:
        remedy = 'install it: pip install emcee, or pip install "attractron[posterior]"'
        raise InputError("posterior", "have the sampler emcee", "none installed", remedy) from None

    def logarithm(point: FloatArray) -> float:
        if np.any(point < target.lows) or np.any(point > target.highs):
            return -np.inf
        return target.logarithm(point)

    size = target.start.size
    walkers = max(WALKERS, 2 * size + 2)
    first = _first(target, walkers, np.random.default_rng(seed))
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    chunk = CHUNK
    if target.covariance is not None:
        independent = emcee.moves.MHMove(_around(target.start, target.covariance), size)
        moves = [(independent, 0.6), (emcee.moves.DEMove(), 0.3), (emcee.moves.DESnookerMove(), 0.1)]
        chunk = CHUNK // 2
    sampler = emcee.EnsembleSampler(walkers, size, logarithm, moves=moves)
    sampler.random_state = np.random.RandomState(seed).get_state()
    state: Any = first
    watched = list(range(size) if target.watched is None else target.watched)
    times = np.full(len(watched), np.inf)
    while sampler.iteration < MOST_STEPS:
        state = sampler.run_mcmc(state, chunk, skip_initial_state_check=True)
        times = np.asarray(sampler.get_autocorr_time(tol=0), dtype=float)[watched]
        longest = float(np.max(times))
        if np.isfinite(longest) and sampler.iteration > LONG * longest + chunk:
            count = (sampler.iteration - chunk) * walkers / longest
            if count >= EFFECTIVE:
                break
    thin = max(int(np.nan_to_num(float(np.min(times)), nan=1.0) / 2), 1)
    burnt = max(chunk, int(2 * np.nan_to_num(float(np.max(times)), nan=0.0)))
    chain = sampler.get_chain(discard=min(burnt, sampler.iteration // 2), thin=thin, flat=True)
    acceptance = float(np.mean(sampler.acceptance_fraction))
    return Samples(chain=np.asarray(chain), acceptance=acceptance, times=times, thin=thin, walkers=walkers)


def _first(target: Target, walkers: int, rng: np.random.Generator) -> FloatArray:
    """Where walkers start; beyond a bound mirrored at it."""
    first = target.start + 0.5 * target.scales * rng.standard_normal((walkers, target.start.size))
    first = np.where(first < target.lows, 2 * np.maximum(target.lows, -1e300) - first, first)
    first = np.where(first > target.highs, 2 * np.minimum(target.highs, 1e300) - first, first)
    return np.asarray(np.clip(first, target.lows, target.highs))


def _around(centre: FloatArray, covariance: FloatArray) -> Callable[[FloatArray, Any], tuple[FloatArray, FloatArray]]:
    """Proposals of a t distribution, whatever the place that is left, and ln q(left)/q(proposed)."""
    scale = np.sqrt(np.diag(covariance))
    lower = np.linalg.cholesky(covariance / np.outer(scale, scale) + 1e-9 * np.eye(scale.size)) * scale[:, None]

    def distance(points: FloatArray) -> FloatArray:
        away = np.linalg.solve(lower, (points - centre).T)
        return np.asarray(-(DEGREES + centre.size) / 2 * np.log1p((away**2).sum(axis=0) / DEGREES))

    def propose(points: FloatArray, random: Any) -> tuple[FloatArray, FloatArray]:
        stretch = np.sqrt(DEGREES / random.chisquare(DEGREES, size=(len(points), 1)))
        proposed = centre + stretch * random.standard_normal(points.shape) @ lower.T
        return proposed, distance(points) - distance(proposed)

    return propose
