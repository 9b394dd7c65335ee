"""Reading a picture again where the plain background does not describe it: richer ones, lines with offsets, luck."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.backdrop import PLAIN, Backdrop
from attractron.readout.geometry import Geometry, KnownEnergy, geometry
from attractron.readout.picture import Picture
from attractron.readout.raster_lines import jumps, lag, restless
from attractron.readout.verdict import NO_VERTEX, SEVERAL, UNDESCRIBED, Verdict, judge
from attractron.readout.vertex_fit import VertexFit, fit
from attractron.readout.vertex_search import SIZE

ORDER = 6
"""Of the polynomial that stands for a background that is not plain."""

INTERVALS = 14
"""Of a ridge's spline: knots a tenth of the window apart, several widths of a charging line."""

ANGLES = 36
"""Directions of a ridge that are tried."""

CLEANER = 0.5
"""What a richer background may leave over, of what the plain one does: a further line is left by both."""

CLEAN = 0.02
"""What may be left over in any case."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One reading of a picture."""

    fitted: VertexFit
    read: Geometry
    verdict: Verdict

    @property
    def notes(self) -> tuple[str, ...]:
        """How the picture was read if not plainly."""
        picture, notes = self.fitted.picture, []
        if picture.levelled is not None:
            line = picture.names[picture.levelled]
            notes.append(f"The mean of every line along {line} is taken out of data and model alike.")
        if picture.lag:
            notes.append(
                f"Every other line was shifted by {abs(picture.lag):.2g} pixels, which is undone as if both "
                "directions of the sweep lagged alike."
            )
        if picture.backdrop.intervals:
            notes.append("The background is richer than a quadratic: a function of one combination of the gates.")
        elif picture.backdrop.order > PLAIN.order:
            notes.append(f"The background is richer than a quadratic: a polynomial of order {picture.backdrop.order}.")
        return tuple(notes)

    @property
    def found(self) -> bool:
        """It shows one vertex."""
        return self.verdict.status not in (NO_VERTEX, SEVERAL)


def attempt(picture: Picture, seed: int, arms: FloatArray | None, steps: str, known: KnownEnergy | None) -> Attempt:
    """Fit a picture, and judge."""
    fitted = fit(picture, seed, arms)
    read = geometry(fitted, arms, steps, known)
    return Attempt(fitted=fitted, read=read, verdict=judge(fitted, read))


def best_attempt(
    picture: Picture, seed: int, arms: FloatArray | None, steps: str, known: KnownEnergy | None
) -> Attempt:
    """The plain reading if it describes the picture; else the first of others that does, or the plain one after all."""
    plain = attempt(picture, seed, arms, steps, known)
    if not plain.verdict.structured:
        return plain
    most = CLEANER * plain.verdict.left if plain.verdict.status == SEVERAL else np.inf
    for other in _otherwise(picture, plain.fitted.noise.fast):
        again = attempt(other, seed, arms, steps, known)
        if again.found and again.verdict.left < min(max(most, CLEAN), UNDESCRIBED[0]):
            return again
    if plain.found or not plain.verdict.doubtful:
        return plain
    # A search that misses what is there is repeated with other hypotheses.
    last = attempt(picture, seed + 1000, arms, steps, known)
    return last if last.verdict.left < UNDESCRIBED[0] else plain


def _otherwise(picture: Picture, fast: int) -> Iterator[Picture]:
    """Without a lag; without the offsets of lines along the fast axis if they jump; on richer backgrounds."""
    known = picture.levelled is not None
    axis, pixels = lag(picture.values)
    if pixels:
        picture = picture.without_lag(axis, pixels)
        yield picture
    jump = not known and jumps(picture.values, fast)
    base = picture.level(fast) if jump else picture
    if jump:
        yield base
    coarse = base.coarse(SIZE)
    richer = [ridge(coarse), Backdrop(order=ORDER)]
    for backdrop in sorted(richer, key=lambda backdrop: unexplained(coarse, backdrop)):
        yield replace(base, backdrop=backdrop)
    if not known and not jump and restless(picture.values, fast):
        yield picture.level(fast)


def ridge(picture: Picture) -> Backdrop:
    """The background of one electrochemical potential whose direction explains most of a picture."""
    from scipy.optimize import minimize_scalar

    def unexplained_at(angle: float) -> float:
        return unexplained(picture, Backdrop(angle=angle, intervals=INTERVALS))

    step = np.pi / ANGLES
    start = step * int(np.argmin([unexplained_at(step * number) for number in range(ANGLES)]))
    found = minimize_scalar(unexplained_at, bounds=(start - step, start + step), method="bounded")
    return Backdrop(angle=float(found.x), intervals=INTERVALS)


def unexplained(picture: Picture, backdrop: Backdrop) -> float:
    """Part of a picture's square that a family of backgrounds leaves."""
    terms = replace(picture, backdrop=backdrop).background().reshape(-1, picture.values.size).T
    data = picture.values.ravel()
    left = data - terms @ np.linalg.lstsq(terms, data)[0]
    return float(left @ left / (data @ data))
