"""Reading an image again where the plain background does not describe it: richer ones, lines with offsets, a lag, luck.

A detector that is tuned through one of its own Coulomb peaks makes a background that no quadratic follows, and steps
that change over the image; one that jumps between two lines, or lags behind the sweep, makes lines that no vertex has.
Each of these is tried only where the plain reading leaves structure, and taken only if it leaves little.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize_scalar

from attractron.core.checks import FloatArray
from attractron.readout.vertex.fit import VertexFit, fit, refined
from attractron.readout.vertex.geometry import Geometry, geometry
from attractron.readout.vertex.goodness_of_fit import near_lines
from attractron.readout.vertex.image import PLAIN, Background, Image
from attractron.readout.vertex.interaction import KnownEnergy
from attractron.readout.vertex.pick_up import PickUp, pick_up
from attractron.readout.vertex.rivals import islands
from attractron.readout.vertex.scan_lines import jumps, lag, restless
from attractron.readout.vertex.search import SIZE
from attractron.readout.vertex.sensor_fit import compared, fit_sensor
from attractron.readout.vertex.status import NO_VERTEX, SEVERAL, UNDESCRIBED, Verdict, judge
from attractron.readout.vertex.switching import switching

ORDER = 6
"""Of the polynomial that stands for a background that is not plain."""

INTERVALS, FINER = 14, 20
"""Of a ridge's spline: knots a tenth of the window apart, several widths of a charging line; and where that leaves
little, but something."""

PEAKED, RICHER = "Coulomb peak", "even steps on a richer background"

PASSES = 2
"""How often a detector's states are found, and the vertex is fitted with them."""

FEW = 2
"""Searches on other backgrounds, of which there are several."""

STRUCTURE = 6.0
"""Standard deviations of what the plain reading leaves from which on another detector may explain it, and
a detector on its own peak does not."""

ANGLES = 36
"""Directions of a ridge that are tried."""

CLEANER = 0.5
"""What a richer background may leave over, of what the plain one does: a further line is left by both."""

CLEAN = 0.02
"""What may be left over in any case."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One reading of an image."""

    fitted: VertexFit
    read: Geometry
    verdict: Verdict

    @property
    def notes(self) -> tuple[str, ...]:
        """How the image was read if not plainly."""
        image, notes = self.fitted.image, [self.said] if self.said else []
        if image.levelled is not None:
            line = image.names[image.levelled]
            notes.append(f"The mean of every line along {line} is taken out of data and model alike.")
        if image.pick_up is not None:
            notes.append("Amplitude and phase of the pick-up are free in every line.")
        if image.lag:
            notes.append(
                f"Every other line was shifted by {abs(image.lag):.2g} pixels, which is undone as if both "
                "directions of the sweep lagged alike."
            )
        if image.sensor is not None:
            notes.append(
                "The detector is on its own Coulomb peak: its signal is a function of one potential, which gates and "
                "charges shift alike, so that steps change their height and sign over the image; the step given is the "
                "shift by a charge times the steepest slope."
            )
        elif image.background.intervals:
            notes.append("The background is richer than a quadratic: a function of one combination of the gates.")
        elif image.background.order > PLAIN.order:
            notes.append(f"The background is richer than a quadratic: a polynomial of order {image.background.order}.")
        return tuple(notes)

    @property
    def said(self) -> str:
        """What disturbs the image and is fitted along with the vertex, for the sentence; or nothing."""
        image, said = self.fitted.image, []
        if image.switching is not None:
            size = abs(float(self.fitted.parameters[-1])) * image.scale
            said.append(
                f"The detector switches {image.switching.count} times between two levels {size:.2g} {image.units} "
                "apart, which is fitted along."
            )
        waves = image.pick_up
        if waves is None:
            return " ".join(said)
        found = ", ".join(
            f"{1 / f:.4g} pixels ({size * image.scale:.2g} {image.units})"
            for f, size in zip(waves.frequencies, waves.amplitudes, strict=True)
        )
        return " ".join(
            [
                *said,
                f"Periodic pick-up along {image.names[waves.axis]} is fitted along (period, mean amplitude): {found}.",
            ]
        )

    @property
    def found(self) -> bool:
        """It shows one vertex."""
        return self.verdict.status not in (NO_VERTEX, SEVERAL)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What a reading is asked with besides the image."""

    seed: int
    arms: FloatArray | None
    steps: str
    known: KnownEnergy | None

    def read(self, image: Image, tries: int = 3) -> Reading:
        """Fit an image, and judge."""
        return self.judged(fit(image, self.seed, self.arms, tries))

    def judged(self, fitted: VertexFit) -> Reading:
        """What a fit means."""
        read = geometry(fitted, self.arms, self.steps, self.known)
        return Reading(fitted=fitted, read=read, verdict=judge(fitted, read))


def best_reading(image: Image, seed: int, arms: FloatArray | None, steps: str, known: KnownEnergy | None) -> Reading:
    """The plain reading if it describes the image; else the first of others that does, or the plain one after all."""
    asked = _Asked(seed=seed, arms=arms, steps=steps, known=known)
    values, waves = image.values, pick_up(image.values)
    if waves is not None:
        image = image.without_pick_up(waves)
    plain = asked.read(image)
    slow = _slow_pick_up(image, plain, values)
    if slow is not None:
        freed = replace(image, values=values, pick_up=None).without_pick_up(slow)
        again = asked.read(freed)
        if again.found:
            image, plain = freed, again
    if not plain.verdict.structured or (not plain.found and islands(plain.fitted.image)):
        return plain
    switched = _switched(image, plain, asked)
    if switched is not None:
        return switched
    most = CLEANER * plain.verdict.left if plain.verdict.status == SEVERAL else np.inf
    tried = [plain]
    for again, best in _others(image, plain, asked):
        if best and again.found and again.verdict.left < min(max(most, CLEAN), UNDESCRIBED[0]):
            return again
        tried.append(again)
    if plain.found or not plain.verdict.doubtful or _surpassed(image, tried):
        return plain
    # A search that misses what is there is repeated with other hypotheses.
    last = replace(asked, seed=seed + 1000).read(image)
    return last if last.found and last.verdict.left < UNDESCRIBED[0] else plain


def _switched(image: Image, plain: Reading, asked: _Asked) -> Reading | None:
    """With the states of a detector that switches, if it does so and a vertex is then read."""
    if plain.fitted.model.shape != image.values.shape or image.derivative is not None:
        return None
    again, height = plain, 0.0
    for _ in range(PASSES):
        fitted = again.fitted
        left = image.values - fitted.model
        if fitted.image.switching is not None:
            left = left + float(fitted.parameters[-1]) * fitted.image.switching.states
        found = switching(left, fitted.noise.fast, near_lines(fitted))
        if found is None:
            return None
        height = height or found.height
        start = fitted.parameters if fitted.image.switching is not None else np.append(fitted.parameters, height)
        given = None if asked.arms is None else asked.arms * image.frame[1]
        again = asked.judged(refined(replace(image, switching=found), start, given, plain.fitted.rival))
    if not again.found:
        again = asked.read(again.fitted.image, FEW)
    return again if again.found and again.verdict.left < UNDESCRIBED[0] else None


def _surpassed(image: Image, tried: list[Reading]) -> bool:
    """Another description of the same data is better than the first, so that this one is not worth a second search."""
    alike = (image.lag, image.levelled)
    fits = {
        str(number): each.fitted
        for number, each in enumerate(tried)
        if (each.fitted.image.lag, each.fitted.image.levelled) == alike
    }
    return len(fits) > 1 and compared(image, fits).best != "0"


def _slow_pick_up(image: Image, plain: Reading, values: FloatArray) -> PickUp | None:
    """Waves in what the plain reading leaves, in which they are not taken for charging lines or these for them."""
    if plain.fitted.model.shape != image.values.shape:
        return None
    left = image.values - plain.fitted.model
    return pick_up(left, slow=True) if image.pick_up is None else image.pick_up.and_in(left, values)


def _others(image: Image, plain: Reading, asked: _Asked) -> Iterator[tuple[Reading, bool]]:
    """Without a lag; without the offsets of lines along the fast axis if they jump; with other detectors.

    And whether each describes the image as well as those before it.
    """
    fast = plain.fitted.noise.fast
    known = image.levelled is not None
    axis, pixels = lag(image.values)
    if pixels:
        image = image.without_lag(axis, pixels)
        plain = asked.read(image)
        yield plain, True
    jump = not known and jumps(image.values, fast)
    base = image.level(fast) if jump else image
    if jump:
        plain = asked.read(base)
        yield plain, True
    if _structure(plain) > STRUCTURE:
        yield from _detectors(base, plain, asked)
    if not known and not jump and restless(image.values, fast):
        yield asked.read(image.level(fast), FEW), True


def _structure(reading: Reading) -> float:
    """Standard deviations of what a reading leaves beyond noise."""
    return max(reading.verdict.goodness.deviations, reading.verdict.goodness.near_deviations)


def _detectors(image: Image, plain: Reading, asked: _Asked) -> Iterator[tuple[Reading, bool]]:
    """With a detector on its own Coulomb peak, and on richer backgrounds unless that describes the image better."""
    fits = {}
    if image.levelled is None and image.derivative is None:  # else the response is no function of what is seen
        peaked = fit_sensor(image, asked.seed, asked.arms, plain.fitted)
        if peaked is not None:
            fits[PEAKED] = peaked
            again = asked.judged(peaked)
            # A free response makes much of wrong lines: nothing but noise may be left by right ones.
            yield again, _structure(again) < STRUCTURE
    coarse = image.coarse(SIZE)
    richer = [ridge(coarse), Background(order=ORDER)]
    for background in sorted(richer, key=lambda family: _unexplained(coarse, family)):
        again = asked.read(replace(image, background=background), FEW)
        if background.intervals and not again.found and again.verdict.left < UNDESCRIBED[0]:
            again = asked.read(replace(image, background=replace(background, intervals=FINER)), FEW)
        yield again, RICHER in compared(image, {**fits, RICHER: again.fitted}).open_between()


def ridge(image: Image) -> Background:
    """The background of one electrochemical potential whose direction explains most of an image."""

    def unexplained_at(angle: float) -> float:
        return _unexplained(image, Background(angle=angle, intervals=INTERVALS))

    step = np.pi / ANGLES
    start = step * int(np.argmin([unexplained_at(step * number) for number in range(ANGLES)]))
    found = minimize_scalar(unexplained_at, bounds=(start - step, start + step), method="bounded")
    return Background(angle=float(found.x), intervals=INTERVALS)


def _unexplained(image: Image, background: Background) -> float:
    """Part of an image's square that a family of backgrounds leaves."""
    terms = replace(image, background=background).background_terms.reshape(-1, image.values.size).T
    data = image.values.ravel()
    left = data - terms @ np.linalg.lstsq(terms, data)[0]
    return float(left @ left / (data @ data))
