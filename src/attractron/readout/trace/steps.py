"""How many steps a trace has, and the noise beside them: found in turns with pick-up, switching and bad points.

A step counts where the trace is likelier with it than without it, the noise being free to be another in either case:
a drift explains slow changes too, and a step has to explain more. -2 ln L has to fall by 10 beyond what its three
parameters and the places at which it was looked for may gain by chance.
"""

from dataclasses import replace

import numpy as np
from scipy.ndimage import median_filter

from attractron.core.checks import FloatArray
from attractron.readout.trace.beyond_chance import STEP, needed_jumps, needed_steps, sharp_jumps
from attractron.readout.trace.drift import estimate
from attractron.readout.trace.record import Mask, Record, points_of, with_line
from attractron.readout.trace.search import Guess, despiked, find_steps
from attractron.readout.trace.separable import Whitened
from attractron.readout.trace.step_fit import GAIN, Steps, fitted, gained
from attractron.readout.trace.step_noise import noise_on_step
from attractron.readout.trace.switches import Switches, only_jumps
from attractron.readout.trace.telegraph import telegraph

DETECTED = 5.0
"""Height of a step over its uncertainty from which on it counts as one."""

PLATEAU = 3.0
"""Distance of two steps over the sum of their logistic widths from which on there is a plateau between them."""

MOST_STEPS = 5
CANDIDATES = 3
OUTLIER = 5.0
"""Standard deviations beyond which a point is left out."""

MOST_OUTLIERS = 0.1
"""Part of the points beyond which they are no outliers but the model is wrong: then none is left out."""

NOISY = 1.5
"""Noise over that beside the step from which on a point's jump may be noise."""

HOPPING = 6.0
"""Widths of a step within which what looks like several jumps may be its noise."""

SETTLED = 0.2
"""Relative change of the noise of any point below which it is looked at no more."""

CERTAIN = 0.05
"""Change of a mean level below which it is the same."""

ROUNDS = 3


def explore(record: Record) -> tuple[Record, Steps]:
    """All steps of a trace, and the trace with what else shows beside them."""
    found = _all_steps(record)
    for _ in range(ROUNDS):
        changed = _cleared(record, found)
        if _alike(changed, record):
            break
        record, found = changed, _all_steps(changed)
    if found.guesses:
        sharpest = min(found.guesses, key=lambda each: each.width)
        points = points_of(record, found.guesses[0].position, 4 * sharpest.width)
        if points.gate.size != found.points.gate.size:
            found = fitted(record, points, found.guesses)
    return record, found


def weighed(record: Record, found: Steps, main: Guess) -> tuple[Record, Steps]:
    """The same with the points on a step counted as the noise there asks for, where that is larger than beside it.

    Points that were counted as quiet draw a step to themselves: with others where it was, the noise is looked at again.
    """
    record, found, main = _hops(record, found, main)
    common, own = record.spread, np.ones(record.gate.size)
    for _ in range(ROUNDS):
        alone = fitted(record, points_of(record, main.position, 4 * main.width), (main,))
        left = _rest(record, alone.fit.feature(record.gate), len(record.switches.jumps))
        spread = noise_on_step(record.gate, left, record.used | (own > NOISY), alone.guesses[0])
        if spread is None or np.allclose(spread, own, rtol=SETTLED):
            break
        own = np.maximum(spread, own)
        # On a noisy step the largest differences of neighbours are no jumps, and the farthest points no outliers.
        quiet = tuple(jump for jump in record.switches.jumps if own[jump] < NOISY)
        record, found = explore(
            replace(
                record,
                used=np.ones(record.gate.size, dtype=bool),
                switches=replace(record.switches, jumps=quiet),
                spread=own if common is None else common * own,
                on_step=float(own.max()),
            )
        )
        if not found.guesses:
            break
        main = found.guesses[int(np.argmax(np.abs(found.fit.heights)))]
    return record, found


def _hops(record: Record, found: Steps, main: Guess) -> tuple[Record, Steps, Guess]:
    """The same without jumps that lie together where a step is without them, and where its points scatter.

    The largest hops of an electron on a noisy step look like jumps of the detector, and take the step away.
    """
    jumps = list(record.switches.jumps)
    if len(jumps) < 2:
        return record, found, main
    everything = np.ones(record.gate.size, dtype=bool)
    bare, other = explore(replace(record, used=everything, switches=replace(record.switches, jumps=())))
    if not other.guesses:
        return record, found, main
    step = other.guesses[int(np.argmax(np.abs(other.fit.heights)))]
    alone = fitted(bare, points_of(bare, step.position, 4 * step.width), (step,))
    step = alone.guesses[0]
    on = np.abs(record.gate[jumps] - step.position) < HOPPING * step.width
    left = _rest(bare, alone.fit.feature(bare.gate))
    if not on.all() or noise_on_step(bare.gate, left, everything, step) is None:
        return record, found, main
    # Hops are no telegraph switching either.
    bare = replace(bare, used=everything, switches=replace(bare.switches, levels=record.switches.levels))
    return bare, other, step


def _alike(one: Record, other: Record) -> bool:
    return (
        np.array_equal(one.used, other.used)
        and one.nuisance.shape == other.nuisance.shape
        and (one.switches.levels is None) == (other.switches.levels is None)
        and (one.switches.levels is None or _same_levels(one.switches, other.switches))
    )


def _same_levels(one: Switches, other: Switches) -> bool:
    """All points are at the same mean level, and as certainly."""
    assert one.levels is not None
    assert other.levels is not None
    return bool(
        np.allclose(one.levels, other.levels, atol=CERTAIN)
        and (one.doubt is None) == (other.doubt is None)
        and (
            one.doubt is None or other.doubt is None or np.allclose(one.doubt, other.doubt, rtol=SETTLED, atol=SETTLED)
        )
    )


def _all_steps(record: Record) -> Steps:
    span = float(np.ptp(record.gate))
    found = fitted(record, points_of(record, float(record.gate.mean()), span), ())
    clean = record.clean()
    while len(found.guesses) < MOST_STEPS:
        more = [_with(record, found, guess) for guess in _candidates(record, clean, found)]
        if not more:
            break
        gain, best = max(more, key=lambda pair: pair[0])
        size = best.points.gate.size
        if gain < GAIN + STEP * np.log(size) or not _stands_out(best) or not _apart(best.guesses):
            break
        found = best
    return needed_steps(record, found)


def _candidates(record: Record, clean: FloatArray, found: Steps) -> list[Guess]:
    beside = [record.nuisance]
    if found.guesses:
        beside.append(found.fit.tangents(record.gate))
    sets = [
        np.concatenate([record.background(order), *beside], axis=1) for order in {record.orders[0], record.orders[-1]}
    ]
    distinct: list[Guess] = []
    for guess in find_steps(record.gate, clean, sets, derivative=record.derivative):
        if all(
            abs(guess.position - other.position) > other.width or not 0.4 < guess.width / other.width < 2.5
            for other in distinct
        ):
            distinct.append(guess)
    return distinct[:CANDIDATES]


def _with(record: Record, found: Steps, guess: Guess) -> tuple[float, Steps]:
    """Gain of -2 ln L by one more step, and the fit with it."""
    guesses = (*found.guesses, guess)
    sharpest = min(guesses, key=lambda each: each.width)
    points = points_of(record, guess.position, 4 * sharpest.width)
    same = points.gate.size == found.points.gate.size and np.array_equal(points.gate, found.points.gate)
    before = found if same else fitted(record, points, found.guesses)
    more = fitted(record, points, guesses)
    return gained(record, before, more), more


def _apart(guesses: tuple[Guess, ...]) -> bool:
    """There is a plateau between the newest step and any other: what overlaps is one feature, of whatever shape."""
    newest = guesses[-1]
    return all(abs(newest.position - other.position) > PLATEAU * (newest.width + other.width) for other in guesses[:-1])


def _stands_out(found: Steps) -> bool:
    """The newest step is higher than its uncertainty by far."""
    data = Whitened(
        gate=found.points.gate,
        signal=found.points.signal,
        columns=found.points.columns(1),
        noise=found.noise,
    )
    free = data.free(found.fit.shape(found.points.gate, found.fit.point)[0])
    variance = np.linalg.pinv(free.T @ free)[-1, -1]
    return bool(abs(found.fit.heights[-1]) > DETECTED * np.sqrt(variance))


def _cleared(record: Record, found: Steps) -> Record:
    """The record with pick-up, switching and bad points that show beside the steps."""
    feature = found.fit.feature(record.gate)
    if not record.derivative:
        record = with_line(record, feature, found.fit.tangents(record.gate))
        record, found = needed_jumps(*sharp_jumps(_switching(record, found), found))
        feature = found.fit.feature(record.gate)
    return replace(record, used=_inliers(record, feature))


def _rest(record: Record, feature: FloatArray, without: int = 0) -> FloatArray:
    """What the steps, the background and what is known beside them leave; the last columns may be left in."""
    fixed = np.concatenate([record.background(record.orders[-1]), record.nuisance], axis=1)
    norms = np.linalg.norm(fixed, axis=0)
    fixed = fixed / np.where(norms > 0, norms, 1.0)
    left = record.signal - feature
    found = np.linalg.lstsq(fixed, left if record.switches.number else despiked(left, 8.0), rcond=1e-10)[0]
    if without:
        found[-without:] = 0.0
    return np.asarray(left - fixed @ found)


def _switching(record: Record, found: Steps) -> Record:
    """The record with telegraph switching that shows beside the steps."""
    feature, waves = found.fit.feature(record.gate), record.waves
    fixed = [record.background(record.orders[-1]), waves, found.fit.tangents(record.gate)]
    columns = np.concatenate(fixed, axis=1)
    process = telegraph(record.signal - feature, columns, record.switches.levels)
    without = record
    if record.switches.levels is not None:  # what was no chain may have hidden a jump
        bare = replace(record, switches=Switches())
        without = replace(bare, switches=only_jumps(bare.clean()))
    if process is None:
        return without
    chain = Switches(levels=process.chance, doubt=process.doubt)
    trial = replace(record, switches=chain, used=np.ones(record.gate.size, dtype=bool))
    gain = _alone(without, feature) - _alone(trial, feature)
    return trial if gain > GAIN + process.information else without


def _alone(record: Record, feature: FloatArray) -> float:
    """-2 ln L of what the steps leave of a record."""
    used = record.used
    columns = np.concatenate([record.background(record.orders[-1]), record.nuisance], axis=1)[used]
    signal = (record.signal - feature)[used]
    relative = record.relative_noise
    noise = estimate(columns, signal, spread=None if relative is None else relative[used])
    data = Whitened(gate=record.gate[used], signal=signal, columns=columns, noise=noise)
    loud = 0.0 if relative is None else 2 * float(np.sum(np.log(relative[used])))
    return float(np.sum(np.log(noise.spectrum))) + loud + data.chi_squared


def _inliers(record: Record, feature: FloatArray) -> Mask:
    """Points not far from the curve, and from their neighbours: where a wrong shape shows, nothing is left out."""
    away = _rest(record, feature)
    away = away if record.relative_noise is None else away / record.relative_noise
    lonely = away - median_filter(away, size=5, mode="nearest")
    far = np.abs(away) > OUTLIER * 1.4826 * float(np.median(np.abs(away - np.median(away))))
    alone = np.abs(lonely) > OUTLIER * 1.4826 * float(np.median(np.abs(lonely)))
    out = far & alone
    return ~out if 0 < out.mean() <= MOST_OUTLIERS else np.ones(out.size, dtype=bool)
