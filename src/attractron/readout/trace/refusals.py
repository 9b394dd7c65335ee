"""When a fitted line is not read: what else the trace may be, and what of the step is not in view."""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.readout.model_selection import DECISIVE
from attractron.readout.trace import rivals
from attractron.readout.trace.found_line import Reading, Wanted
from attractron.readout.trace.misfit import apart, unreadable
from attractron.readout.trace.record import Record
from attractron.readout.trace.search import Guess
from attractron.readout.trace.separable import covariance
from attractron.readout.trace.steps import DETECTED

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

NEAR = 3.0
"""Equivalent widths within which a step is near to a place."""


Answer = tuple[str, str] | None


def refused(reading: Reading, wanted: Wanted) -> tuple[str, str]:
    """Status and reason; "described" where the line is read.

    Args:
        reading: the fitted line, and what competes with it.
        wanted: what is asked of the trace.
    """
    for check in (_several, _kink, _other_shape, _out_of_view, _hot, _wrong_shape):
        if answer := check(reading, wanted):
            return answer
    return "described", ""


def _several(reading: Reading, wanted: Wanted) -> Answer:
    unit = wanted.unit
    place, width = reading.view
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
    place, _ = reading.view
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
    place, width = reading.view
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
    place, width = reading.view
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
    _, width = reading.view
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
