"""Pick-up that only shows beside a step: slow, drifting, or a harmonic that sampling folds next to zero.

In a spectrum a few periods a trace are not told from a step or a drift, and a frequency that drifts by part of a
period leaves no line beside itself. What is left of it counts as slow noise then, in which a step is lost. So further
pick-up is tried in the fit of the steps itself, where the slow noise that it explains is its rival. It counts where

    -2 ln L + k ln n,    k = parameters of pick-up and steps,

falls by 10, and where white noise is all that it leaves: many slow waves follow the misfit of a wrong shape as well,
but never to its end.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from attractron.core.checks import FloatArray
from attractron.readout.trace.pickup import FEWEST, GAP, MOST_OVERTONES, ORDERS, Pickup, folded, lock, repeated
from attractron.readout.trace.record import SLOWEST_BESIDE, Record, points_of, with_pickups
from attractron.readout.trace.search import Guess
from attractron.readout.trace.step_fit import GAIN, Steps, fitted
from attractron.readout.trace.steps import explore

FASTEST = 20
"""Periods a trace of a slow wave that its drift may hide in the spectrum, at most."""

SLOW_WAVES = 2
"""Of these, how many are tried beside the steps."""

TURNS = 6
"""Further pick-ups, harmonics and coefficients of the phase, at most."""

STEP_PARAMETERS = 3
PROMISING = 2
"""Of the variants, how many are explored."""

LEAST_POINTS = 4
"""Points for every column of pick-up, at least."""

LEAST_NOISE = 1e-5
"""White noise over the range of a trace from which on it is any."""

MOST_NOISE = 0.1
"""Share of the points that may differ from their neighbours by more than noise: a step, jumps."""

LONGEST = 20_000
"""Points beyond which nothing further is tried."""


def with_hidden(record: Record, found: Steps) -> tuple[Record, Steps]:
    """The record with pick-up that the spectrum does not show, and its steps beside that.

    Args:
        record: with what was found before.
        found: its steps.
    """
    if not _noisy(record.signal):
        return record, found
    before = record, found
    for _ in range(TURNS):
        if not _open(record, found):
            break
        trials = [with_pickups(record, pickups) for pickups in _variants(record, found)]
        scores = [(_glance(trial, found), number) for number, trial in enumerate(trials) if _fits(trial)]
        before_it = _glance(record, found)
        promising = [number for score, number in sorted(scores)[:PROMISING] if score < before_it]
        explored = [explore(trials[number]) for number in promising]
        gains = [_gain((record, found), each) for each in explored]
        if not gains or max(gains) <= GAIN:
            break
        record, found = explored[int(np.argmax(gains))]
    return (record, found) if record is before[0] or _white(found) else before


def _white(found: Steps) -> bool:
    """Whether the noise is white, and more than rounding."""
    white, *slow = found.noise.levels[:3]
    return bool(max(slow) <= white and np.sqrt(white) > LEAST_NOISE)


def _noisy(signal: FloatArray) -> bool:
    """Whether white noise may be left in the end: fourth differences, of r.m.s. √70 σ, have hardly anything else.

    >>> smooth = np.tanh(np.linspace(-5.0, 5.0, 200))
    >>> _noisy(smooth), _noisy(smooth + 1e-5 * np.random.default_rng(1).standard_normal(200))
    (False, True)
    """
    if signal.size < FEWEST:
        return False
    largest = float(np.quantile(np.abs(np.diff(signal, n=4)), 1 - MOST_NOISE))
    return bool(largest / -ndtri(MOST_NOISE / 2) > np.sqrt(70) * LEAST_NOISE / 2)


def _fits(record: Record) -> bool:
    """Whether the points outnumber the columns of pick-up by far."""
    return bool(record.nuisance.shape[1] < record.gate.size / LEAST_POINTS)


def _open(record: Record, found: Steps) -> bool:
    """Whether a trace may hold more: slow noise, no step, or several of them."""
    slow = any(level > 0 for level in found.noise.levels[1:3])
    return (slow or len(found.guesses) != 1) and FEWEST <= record.gate.size <= LONGEST


def _variants(record: Record, found: Steps) -> Iterator[tuple[Pickup, ...]]:
    """The pick-ups with one thing more."""
    pickups, size = record.pickups, record.gate.size
    plain = np.concatenate([record.background(record.orders[-1]), record.switches.columns(size)], axis=1)
    beside = np.concatenate([plain, found.fit.tangents(record.gate)], axis=1) if found.guesses else plain
    backgrounds = [each[:, np.any(each != 0, axis=0)] for each in (beside, plain)]
    for at, each in enumerate(pickups):
        others = (*pickups[:at], *pickups[at + 1 :])
        if len(each.phase) < ORDERS:
            longer = replace(each, phase=(*each.phase, 0.0))
            yield (*others, lock(longer, record.time, record.signal, backgrounds[0], others)[0])
        for overtone in range(2, min(max(each.overtones) + GAP, MOST_OVERTONES) + 1):
            slow = folded(overtone * each.phase[0]) * size < FASTEST
            if overtone not in each.overtones and slow and not repeated(each, overtone, size):
                yield (*others, replace(each, overtones=tuple(sorted((*each.overtones, overtone)))))
    # Wrong steps may have taken a slow wave: it is looked for without them, too.
    for background in backgrounds[: 1 + bool(found.guesses)]:
        waves = [
            lock(Pickup(phase=(float(periods) / size, 0.0)), record.time, record.signal, background, pickups)
            for periods in np.arange(SLOWEST_BESIDE, FASTEST, 1.5)
        ]
        yield from ((*pickups, wave) for wave, _ in sorted(waves, key=lambda pair: pair[1])[:SLOW_WAVES])


def _glance(record: Record, found: Steps) -> float:
    """-2 ln L + k ln n beside the steps of before, or beside none."""
    return min(_score(record, guesses) for guesses in {(), found.guesses})


def _gain(before: tuple[Record, Steps], after: tuple[Record, Steps]) -> float:
    """By how much -2 ln L + k ln n falls, at the points that both use."""
    used = before[0].used & after[0].used
    first, second = (_score(replace(record, used=used), found.guesses) for record, found in (before, after))
    return first - second


def _score(record: Record, guesses: tuple[Guess, ...]) -> float:
    """-2 ln L + k ln n."""
    width = 4 * min((each.width for each in guesses), default=record.span / 4)
    place = guesses[0].position if guesses else float(record.gate.mean())
    steps = fitted(record, points_of(record, place, width), guesses)
    count = STEP_PARAMETERS * len(guesses) + record.nuisance.shape[1]
    return float(steps.deviance + count * np.log(steps.points.gate.size))
