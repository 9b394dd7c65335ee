"""From a trace to the line in it, or to the reason why none can be read.

1. Pick-up and jumps are found without a model (`record`), then steps, and what shows beside them (`steps`).
2. All rivals are fitted against the same noise (`rivals`), and the best one wins.
3. The line that won has to describe the trace, absolutely (`misfit`), and to be in view.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.readout.model_selection import DECISIVE, Comparison, compare
from attractron.readout.trace import rivals
from attractron.readout.trace.drift import TraceNoise, averaged, contradiction, estimate
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit
from attractron.readout.trace.misfit import apart, bumps, judge, unreadable
from attractron.readout.trace.record import Record, prepared
from attractron.readout.trace.rivals import Line, RivalFit, Setting, fit_line, fit_lines
from attractron.readout.trace.search import Guess
from attractron.readout.trace.separable import covariance
from attractron.readout.trace.shapes import Step, first_of
from attractron.readout.trace.step_fit import Steps
from attractron.readout.trace.steps import DETECTED, explore, weighed

FEWEST_POINTS = 20
FEWEST_IN_STEP = 3
"""Points within the width of a step below which its shape cannot be read."""

WIDEST = 1 / 3
"""Width of a step over the length of the trace from which on its plateaus are not in view."""

HOTTEST = 10.0
"""K: no dot shows single electrons at more, but a pinch-off, which may look the same, would be read as hotter."""

SECOND = 0.2
"""Height of a further step relative to the largest below which it is only fitted along."""

MATERIAL = 0.03
"""Distance of two curves over the step, both r.m.s., below which a detector that is not linear may make it."""

CLIPPED = 0.02
"""Part of a noisy trace that may lie exactly on its largest or smallest value."""

END = 0.03
"""Part of a trace at either end in which a further step is only fitted along."""

CONTRADICTED = 6.0
"""-2 ln L (restricted) of the noise outside the steps from which on it contradicts that of the whole trace."""

NEAR = 3.0
"""Equivalent widths within which a step is near to a place."""

THERMAL, LORENTZIAN, BOTH = "thermal step", "Lorentzian step", "thermal and Lorentzian step"

STATUS = (
    "described",
    "not described",
    "no step",
    "several steps",
    "out of view",
    "too few points",
    "saturated",
    "undecided",
)
"""What is found in a trace; only the first gives numbers."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading:
    """What was found in a trace.

    Attributes:
        record: the trace.
        status: one of `STATUS`.
        reason: in words, where nothing is read.
        name: of the shape that is read, or that was tried.
        chosen: the same, fitted; None where nothing was.
        fits: of all shapes.
        setting: in which they were fitted.
        comparison: of all shapes.
        misfit: of the chosen one.
        steps: all that were found.
        open_between: shapes that are asked for and not told apart.
    """

    record: Record
    status: str = "described"
    reason: str = ""
    name: str = ""
    chosen: RivalFit | None = None
    fits: Mapping[str, RivalFit] = field(default_factory=dict)
    setting: Setting | None = None
    comparison: Comparison | None = None
    misfit: GoodnessOfFit | None = None
    steps: tuple[Guess, ...] = ()
    open_between: tuple[str, ...] = ()

    def line(self, name: str) -> tuple[Step, FloatArray]:
        """The step of a fit, and its parameters."""
        fit = self.fits[name].fit
        step = first_of(fit.shape)
        assert isinstance(step, Step)
        return step, fit.point[: len(step.names)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Wanted:
    """What is asked of a trace.

    Attributes:
        lines: shapes.
        lever_arm: α, meV per unit of the axis.
        slopes: "same", "separate" or None for what suits.
        near: a place next to which the step is.
        unit: of the axis.
    """

    lines: Mapping[str, Line]
    lever_arm: float
    slopes: str | None
    near: float | None
    unit: str


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
    record, found = explore(prepared(record))
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
    place, width = _view(reading)
    reading = replace(reading, misfit=judge(fits[name], place, width, found.points.block, record.repeats))
    status, reason = _refused(reading, wanted, main)
    return replace(reading, status=status, reason=reason)


def saturation(signal: FloatArray) -> str:
    """What there is to say of a detector at the end of its range; a noise-free one may stand still."""
    for end, extreme in (("largest", signal.max()), ("smallest", signal.min())):
        still = signal == extreme
        rest = signal[(signal != signal.max()) & (signal != signal.min())]  # both rails may be reached
        many = still.sum() > max(5, CLIPPED * signal.size)
        # A coarse digitiser repeats all its values, a rail only one.
        if many and np.unique(rest).size > rest.size / 2 and _is_noisy(signal):
            return f"the detector is saturated: {still.mean():.0%} of the points are at its {end} value"
    return ""


def _is_noisy(signal: FloatArray) -> bool:
    """Noise makes neighbouring second differences alternate, a smooth curve does not."""
    second = np.diff(signal, 2)
    return second.size > 3 and float(second[1:] @ second[:-1]) < -0.3 * float(second @ second)


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


def _view(reading: Reading) -> tuple[float, float]:
    """Place and equivalent width of the step that is read."""
    step, point = reading.line(reading.name)
    return step.values(point)["position"], step.width(point)


def _refused(reading: Reading, wanted: Wanted, main: Guess) -> tuple[str, str]:
    """Status and reason."""
    for check in (_several, _kink, _other_shape, _out_of_view, _hot, _wrong_shape):
        if answer := check(reading, wanted):
            return answer
    return "described", ""


Answer = tuple[str, str] | None


def _several(reading: Reading, wanted: Wanted) -> Answer:
    unit = wanted.unit
    place, width = _view(reading)
    if wanted.near is not None:
        if abs(place - wanted.near) <= NEAR * width:
            return None
        return "no step", f"there is no step near {wanted.near:g} {unit}; the next one is at {place:.4g} {unit}"
    assert reading.chosen is not None
    assert reading.setting is not None
    heights = np.abs(reading.chosen.fit.heights)
    first = 1 + reading.chosen.slopes
    further = [
        each
        for each, height in zip(reading.setting.others, heights[first:], strict=True)
        if height > SECOND * heights[0] and not at_an_end(each, reading.record)
    ]
    if not further:
        return None
    return "several steps", _places([place, *(each.position for each in further)], unit)


def _kink(reading: Reading, wanted: Wanted) -> Answer:
    """Where the slope changes a line without height follows any bend."""
    rival = reading.chosen
    assert rival is not None
    if not rival.slopes:
        return None
    at = rival.data.columns.shape[1]
    deviation = float(np.sqrt(covariance(rival.data, rival.fit)[at, at]))
    if abs(rival.fit.heights[0]) >= DETECTED * deviation:
        return None
    place, _ = _view(reading)
    return "not described", (
        f"the slope of the trace changes at {place:.4g} {wanted.unit}, without a step: a channel that opens, or the "
        "detector's own peak"
    )


def at_an_end(guess: Guess, record: Record) -> bool:
    """A step of which only a part is in the trace, or what switching the sweep on leaves at its beginning."""
    room = min(guess.position - record.gate[0], record.gate[-1] - guess.position)
    return bool(room < max(END * record.span, 4 * guess.width))


def _places(places: list[float], unit: str) -> str:
    at = " and ".join(f"{each:.4g}" for each in sorted(places))
    return f"there are {len(places)} steps, at {at} {unit}: choose one with near, or crop the trace"


def _other_shape(reading: Reading, wanted: Wanted) -> Answer:
    """Another shape is likelier, or as likely."""
    assert reading.chosen is not None
    own = reading.chosen.bic
    place, width = _view(reading)
    ahead = {name: fit.bic - own for name, fit in reading.fits.items() if name not in wanted.lines}
    if ahead[rivals.NO_STEP] < DECISIVE:
        return "no step", "a background without any step describes the trace as well"
    if ahead.get(rivals.PEAK, np.inf) < -DECISIVE:
        return (
            "not described",
            "the trace is rather a Coulomb peak: read it with --as coulomb-peak, or several with --as coulomb-peaks",
        )
    pinch = reading.fits.get(rivals.PINCH_OFF)
    if pinch is not None:
        far = apart(reading.chosen, pinch, place, width) > MATERIAL
        if ahead[rivals.PINCH_OFF] < -DECISIVE and far:
            return (
                "not described",
                "the trace opens or bends as a channel does at its pinch-off, it is no charging step",
            )
        # With more parameters it follows any step as well: it has to do better to be in question, and better than the
        # best of several curves does by chance.
        if ahead[rivals.PINCH_OFF] < -2 * np.log(rivals.OPENINGS) and far:
            return "undecided", "the trace may as well be the pinch-off of a channel"
    two = reading.fits.get(rivals.TWO_STEPS)
    if two is not None and ahead[rivals.TWO_STEPS] < -DECISIVE and wanted.near is None:
        heights = np.abs(two.fit.heights)
        if heights.min() > SECOND * heights.max() and apart(reading.chosen, two, place, width) > MATERIAL:
            return "several steps", _places([float(two.fit.point[0]), float(two.fit.point[2])], wanted.unit)
    if ahead.get(rivals.PEAK, np.inf) < DECISIVE:
        return "undecided", "the trace may as well be a Coulomb peak"
    if ahead.get(rivals.JUMP, np.inf) < DECISIVE:
        return "too few points", "a step from one point to the next, a detector's jump, describes the trace as well"
    return None


def _out_of_view(reading: Reading, wanted: Wanted) -> Answer:
    """The step is inside the trace, with both plateaus and enough points in it."""
    gate, unit = reading.record.gate, wanted.unit
    place, width = _view(reading)
    ends = f"in a range from {gate[0]:.4g} to {gate[-1]:.4g} {unit}"
    if width > WIDEST * reading.record.span:
        return "out of view", f"a step as wide as {width:.3g} {unit} {ends} shows no plateaus: measure a wider range"
    if not gate[0] + width <= place <= gate[-1] - width:
        return "out of view", f"a step of width {width:.3g} {unit} at {place:.4g} {unit} {ends}: measure a wider range"
    inside = int((np.abs(gate - place) <= width / 2).sum())
    if inside < FEWEST_IN_STEP:
        reason = f"{inside} points are within the step of width {width:.3g} {unit}: measure it with a finer gate step"
        return "too few points", reason
    return None


def _hot(reading: Reading, wanted: Wanted) -> Answer:
    _, width = _view(reading)
    kelvin = wanted.lever_arm * width / (4 * K_B)
    if kelvin > HOTTEST:
        reason = (
            f"the step is as wide as {kelvin:.3g} K would make it, at which no dot shows single electrons: a "
            "pinch-off, or a lever arm that is too large"
        )
        return "not described", reason
    return None


def _wrong_shape(reading: Reading, wanted: Wanted) -> Answer:
    found = reading.misfit
    assert found is not None
    if not unreadable(found):
        return None
    causes = "a derivative taken for a current or the reverse, a bent background, another line"
    reason = f"what the step leaves is {found.share:.0%} of it, beyond noise: look at the picture; perhaps {causes}"
    return "not described", reason
