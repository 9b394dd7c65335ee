"""From a trace to the line in it, or to the reason why none can be read.

1. Pick-up and jumps are found without a model (`record`), then steps, and what shows beside them (`steps`).
2. All rivals are fitted against the same noise (`rivals`), and the best one wins.
3. The line that won has to describe the trace, absolutely (`misfit`), and to be in view.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from attractron.readout.model_selection import DECISIVE, compare
from attractron.readout.trace import rivals
from attractron.readout.trace.drift import TraceNoise, averaged, contradiction, estimate
from attractron.readout.trace.found_line import BOTH, LORENTZIAN, THERMAL, Reading, Wanted
from attractron.readout.trace.hidden_pickup import with_hidden
from attractron.readout.trace.misfit import bumps, judge
from attractron.readout.trace.record import Record, prepared
from attractron.readout.trace.refusals import at_an_end, refused, saturation
from attractron.readout.trace.rivals import RivalFit, Setting, fit_line, fit_lines
from attractron.readout.trace.search import Guess
from attractron.readout.trace.shapes import Step, first_of
from attractron.readout.trace.step_fit import Steps
from attractron.readout.trace.steps import explore, weighed

FEWEST_POINTS = 20

CONTRADICTED = 6.0
"""-2 ln L (restricted) of the noise outside the steps from which on it contradicts that of the whole trace."""


def read_line(record: Record, wanted: Wanted) -> Reading:
    """Find the line in a trace, choose its shape, and say whether it is one.

    Args:
        record: gate, time and signal, of a range of about one.
        wanted: what is asked.
    """
    if record.gate.size < FEWEST_POINTS:
        reason = f"{record.gate.size} points are fewer than {FEWEST_POINTS}"
        return Reading(record=record, status="too few points", reason=reason)
    if np.ptp(record.signal) <= 0:
        return Reading(record=record, status="no step", reason="the trace is a flat line: is the detector on?")
    if saturated := saturation(record.signal):
        return Reading(record=record, status="saturated", reason=saturated)
    record, found = with_hidden(*explore(prepared(record)))
    if found.guesses and not record.derivative:
        record, found = weighed(record, found, _main(record, found, wanted)[0])
    if not found.guesses:
        return _without_step(record, found, wanted)
    main, others = _main(record, found, wanted)
    setting = replace(_setting(record, found, wanted), others=others)
    setting = replace(setting, noise=_common_noise(setting, wanted, main))
    fits = fit_lines(setting, wanted.lines, main)
    best = min(fits, key=lambda name: fits[name].bic)
    guess = _guess(fits[best], wanted)
    fits |= _rivals(setting, guess)
    size = found.points.gate.size
    comparison = compare({name: fit.candidate for name, fit in fits.items()}, size)
    name, undecided = _choice({each: fits[each].bic for each in wanted.lines})
    if fits[name].order > 1 or fits[name].slopes:
        # Tails of a step and a bent background are alike: a shape has to win on the background that bends most, too.
        other, more = _choice({each: fits[each].bent for each in wanted.lines})
        name, undecided = (name, undecided) if other == name and not more else (THERMAL, (THERMAL, LORENTZIAN))
    if record.on_step > 1 and name in (LORENTZIAN, BOTH) and THERMAL in wanted.lines:
        # Tails tell shapes apart by how much quieter they are than the step, which is known roughly there.
        name, undecided = THERMAL, (THERMAL, LORENTZIAN)
    reading = Reading(
        record=record,
        name=name,
        chosen=fits[name],
        fits=fits,
        setting=setting,
        comparison=comparison,
        steps=found.guesses,
        open_between=undecided,
    )
    place, width = reading.view
    reading = replace(reading, misfit=judge(fits[name], place, width, found.points.block, record.repeats))
    status, reason = refused(reading, wanted)
    return replace(reading, status=status, reason=reason)


def _setting(record: Record, found: Steps, wanted: Wanted) -> Setting:
    return Setting(
        points=found.points,
        noise=found.noise,
        lever_arm=wanted.lever_arm,
        spacing=record.spacing,
        derivative=record.derivative,
        orders=record.orders,
        slopes=wanted.slopes,
    )


def _common_noise(setting: Setting, wanted: Wanted, main: Guess) -> TraceNoise:
    """The noise beside the richest shape, unless what is outside the steps' regions contradicts it.

    A wrong shape must not add to the noise that judges it: bumps that follow anything in the regions of the steps leave
    the noise outside. Where that alone is hardly any it knows slow noise badly, and a right shape's noise is better
    known without the bumps. Levels that the data leave open count by their odds.
    """
    points, spacing = setting.points, setting.spacing
    richest = max(wanted.lines.values(), key=lambda line: len(line.free))
    fit = fit_line(replace(setting, slopes="same", orders=setting.orders[-1:]), richest, main).fit
    regions = [bumps(points.gate, each.position, 4 * max(each.width, spacing)) for each in (main, *setting.others)]
    alone = np.concatenate([points.columns(setting.orders[-1]), fit.tangents(points.gate)], axis=1)
    together = np.concatenate([alone, *regions], axis=1)
    quiet = estimate(alone, points.signal, derivative=setting.derivative, spread=points.spread)
    if together.shape[1] > points.gate.size / 3:
        return averaged(alone, points.signal, quiet)
    outside = estimate(together, points.signal, derivative=setting.derivative, spread=points.spread)
    if contradiction(together, points.signal, quiet, outside) > CONTRADICTED:
        return averaged(together, points.signal, outside)
    return averaged(alone, points.signal, quiet)


def _without_step(record: Record, found: Steps, wanted: Wanted) -> Reading:
    setting = _setting(record, found, wanted)
    fit = rivals.no_step(setting)
    reading = Reading(record=record, name=rivals.NO_STEP, chosen=fit, fits={rivals.NO_STEP: fit}, setting=setting)
    jumps = record.switches.jumps
    if not jumps:
        return replace(reading, status="no step", reason="no step stands out of the noise")
    at = " and ".join(f"{float(record.gate[jump]):.4g}" for jump in jumps[:3])
    if len(jumps) > 1:
        reason = f"the changes at {at} {wanted.unit} are sharper than a gate step: jumps of the detector"
        return replace(reading, status="no step", reason=reason)
    reason = (
        f"the step at {at} {wanted.unit} is sharper than a gate step: a jump of the detector, or a line that wants "
        "a finer gate step"
    )
    return replace(reading, status="too few points", reason=reason)


def _main(record: Record, found: Steps, wanted: Wanted) -> tuple[Guess, tuple[Guess, ...]]:
    """The step that is read, and the others: the highest inside, or that near to the place that is wanted."""
    heights = np.abs(found.fit.heights)
    ends = np.array([at_an_end(guess, record) for guess in found.guesses])
    order = np.lexsort((-heights, ends))
    if wanted.near is not None:
        order = np.argsort([abs(guess.position - wanted.near) for guess in found.guesses], kind="stable")
    main = found.guesses[int(order[0])]
    return main, tuple(found.guesses[int(at)] for at in order[1:])


def _guess(fit: RivalFit, wanted: Wanted) -> Guess:
    step = first_of(fit.fit.shape)
    assert isinstance(step, Step)
    point = fit.fit.point[: len(step.names)]
    return Guess(position=step.values(point)["position"], width=step.width(point) / 4)


def _rivals(setting: Setting, guess: Guess) -> dict[str, RivalFit]:
    """Everything else that the trace could be."""
    found = {rivals.NO_STEP: rivals.no_step(setting)}
    if setting.derivative:
        return found
    found[rivals.JUMP] = rivals.jump(setting, guess)
    if not setting.others:
        found[rivals.PEAK] = rivals.peak(setting, guess)
        found[rivals.PINCH_OFF] = rivals.pinch_off(setting, guess)
        found[rivals.TWO_STEPS] = rivals.two_steps(setting, guess)
    return found


def _choice(scores: Mapping[str, float]) -> tuple[str, tuple[str, ...]]:
    """Which of the shapes that are asked for is read, and between which the data leave it open."""
    if set(scores) != {THERMAL, LORENTZIAN, BOTH}:
        return min(scores, key=lambda name: scores[name]), ()
    simple, other = sorted((THERMAL, LORENTZIAN), key=lambda name: scores[name])
    if scores[BOTH] < scores[simple] - DECISIVE:
        return BOTH, ()
    if scores[other] - scores[simple] < DECISIVE:
        return THERMAL, (THERMAL, LORENTZIAN)
    # Of two nested shapes the wider one is the honest one as soon as it is the likelier.
    return (BOTH if scores[BOTH] < scores[simple] else simple), ()
