"""Jumps and steps that a trace needs: each has to be more than what chance finds in so many places.

A jump is looked for at every one of n pairs of neighbours, before any line is known: on a steep line the largest
differences look like jumps. In noise alone the best of n heights gains x of -2 ln L with a probability of about
n P(χ²_1 > x), so that 2 ln n is gained by chance alone; a jump that is there gains 10 more. The steps and the noise
are fitted again without it: what they explain, or a drift, is none.

Steps are found one after the other, the first ones beside what later ones explain better. So each is left out once
more in the end.
"""

from dataclasses import replace

import numpy as np

from attractron.readout.trace.record import Record, points_of
from attractron.readout.trace.step_fit import GAIN, Steps, fitted, gained

SHARP = 0.5
"""Logistic width over the gate's step below which a step shows no width: it is over from one point to the next."""

WIDER = 3.0
"""Width of a line over that of a sharp step from which on that is none: the same electrons would widen it alike."""

JUMP, STEP = 2.0, 3.0
"""Gain of -2 ln L by chance in units of ln n: a height anywhere, and one with a width."""


def needed_steps(record: Record, found: Steps) -> Steps:
    """The steps without those that the others, or the noise, explain.

    Args:
        record: the trace.
        found: steps that were found in it.
    """
    while len(found.guesses) > 1:
        fewer = [
            fitted(record, found.points, tuple(each for each in found.guesses if each is not left))
            for left in found.guesses
        ]
        gains = [gained(record, each, found) for each in fewer]
        least = int(np.argmin(gains))
        if gains[least] >= GAIN + STEP * np.log(found.points.gate.size):
            break
        found = fewer[least]
    return found


def sharp_jumps(record: Record, found: Steps) -> tuple[Record, Steps]:
    """The record with the jumps that were taken for steps beside a line that is wide, and the other steps.

    Args:
        record: the trace.
        found: steps that were found in it.
    """
    widest = max((each.width for each in found.guesses), default=0.0)
    sharp = [each for each in found.guesses if each.width < min(SHARP * record.spacing, widest / WIDER)]
    if not sharp:
        return record, found
    lines = tuple(each for each in found.guesses if each not in sharp)
    for each in sharp:
        at = int(np.searchsorted(record.gate, each.position)) - 1
        trials = []
        for jump in range(max(at - 1, 0), min(at + 2, record.gate.size - 1)):
            jumps = tuple(sorted({*record.switches.jumps, jump}))
            other = replace(record, switches=replace(record.switches, jumps=jumps))
            trials.append((other, _again(other, replace(found, guesses=lines))))
        record, found = min(trials, key=lambda pair: pair[1].deviance)
    return record, found


def needed_jumps(record: Record, found: Steps) -> tuple[Record, Steps]:
    """The record without jumps that its steps, or the noise, explain, and the steps as they then are.

    Args:
        record: the trace.
        found: steps that were found in it.
    """
    if record.switches.jumps:
        found = _again(record, found)
    while jumps := record.switches.jumps:
        fewer = []
        for jump in jumps:
            kept = tuple(each for each in jumps if each != jump)
            other = replace(record, switches=replace(record.switches, jumps=kept))
            fewer.append((other, _again(other, found)))
        gains = [gained(other, steps, found) for other, steps in fewer]
        least = int(np.argmin(gains))
        if gains[least] >= GAIN + JUMP * np.log(found.points.gate.size):
            break
        record, found = fewer[least]
    return record, found


def _again(record: Record, found: Steps) -> Steps:
    """The same steps at the same points of another record."""
    width = 4 * min((each.width for each in found.guesses), default=record.span / 4)
    place = found.guesses[0].position if found.guesses else float(record.gate.mean())
    return fitted(record, points_of(record, place, width), found.guesses)
