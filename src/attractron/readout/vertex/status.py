"""What a fit shows: a vertex with its sign, one whose sign is below resolution, none, or more than one.

A number is given only where the vertex describes the image (`goodness_of_fit`) and nothing else that was tried does so
as well (`rivals`).
"""

from dataclasses import dataclass, replace

import numpy as np

from attractron.readout.model_selection import Comparison
from attractron.readout.vertex.fit import VertexFit
from attractron.readout.vertex.geometry import Geometry
from attractron.readout.vertex.goodness_of_fit import Goodness, goodness_of_fit
from attractron.readout.vertex.model import (
    BENDS,
    FULL_WIDTH,
    INTERACTION,
    WIDTHS,
    gradients,
    occupations,
    triple_points,
)
from attractron.readout.vertex.rivals import (
    CROSSING,
    INSTEAD,
    JUMPING,
    PEAK,
    SEVERAL_VERTICES,
    TRIANGLES,
    VERTEX,
    islands,
    rivals,
)
from attractron.readout.vertex.scan_noise import estimate
from attractron.readout.vertex.search import LONGEST, SIZE, Scores, without_steps

NO_VERTEX, REPULSIVE, ATTRACTIVE, BELOW_RESOLUTION, SEVERAL = range(5)
STATUS = {
    NO_VERTEX: "no_vertex",
    REPULSIVE: "repulsive",
    ATTRACTIVE: "attractive",
    BELOW_RESOLUTION: "below_resolution",
    SEVERAL: "several_vertices",
}

DETECTED = 7.0
"""Step height over its standard deviation from which on a dot is seen by its own lines; the search looks at thousands
of places, so that noise alone reaches five."""

KINKED = (15.0, 6.0)
"""Step height of the stronger dot, and interaction, over their standard deviations, from which on a kink in the
stronger dot's line shows the other dot, even if that one's own lines are not seen."""

SIGNED = 4.0
"""Height of the smaller step over its standard deviation from which on its sign, or its direction, is known."""

CONTRADICTION = 0.3
"""Relative difference of the two dots' estimates of the interaction, where the noise does not explain it."""

PARALLEL = 0.2
"""Sine of the angle between the dots' lines, in the window, below which they do not cross."""

RIDGE = (0.3, 0.2)
"""Sine of the angle between two lines, and what is left of both their steps over the larger, below which they may be
the flanks of one ridge."""

RIDGED = "Side by side their steps cancel: if the image is a derivative, that has to be said."

WIDEST = 0.5
"""Full width of a charging line in half windows above which it is background."""

FURTHER = ((1.0, DETECTED), (0.6, 26.0))
"""Height of a further straight step in the residual over the larger of the fit, and over its standard deviation as if
the residual were white, that tell of another line: drift reaches 0.85 and 22 in simulated images."""

FURTHER_FILTERED = ((0.1, 16.0),)
"""The same where drift is filtered out first, which leaves 9 of it, and 13 of lines that bend."""

BENT = 0.25
"""Bend of a line, over half a window, above which it is two lines."""

UNDESCRIBED = (0.05, 8.0)
"""Part of the image's steps that recurs in the residual, and its standard deviations, beyond which one vertex does
not describe the image: a second one at the edge leaves 10 %, a honeycomb half, smoothed steps below 1 %."""

BESIDE = (0.015, 6.0)
"""The same for what the residual is more beside the lines than elsewhere: 2 % and 3 standard deviations of 80 simulated
vertices, 5 % and 20 of rows that latch."""

SHORTEST = (4.0, 1.5)
"""Pixels, and full widths, over which each of the four charging lines is in view."""

HALVES = ("next to its triple point", "farther out")

UNEVEN = (0.5, 4.0, 6.0)
"""Part of its step by which a half of a charging line may be lower or higher, and the same in standard deviations of
lower and of higher ones (a step that is fitted too broad is higher everywhere)."""

UNEXHAUSTED = 2.0
"""The same standard deviations from which on a search that found nothing is worth repeating."""

RIVAL = 9.0
"""By how much (in χ²) the interaction's sign must fit better than the other one."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a fit shows.

    Attributes:
        status: a code of `STATUS`.
        reasons: for it, in sentences.
        signed: the interaction has a sign.
        doubtful: nothing was read, or no sign, though the residual is not noise alone: another search may find more.
        goodness: how well the vertex describes the image.
        rivals: the vertex among other shapes, from the best to the worst; None where it was refused before.
        instead: name of what the image shows instead, where it was refused and that is known (of `rivals`).
    """

    status: int
    reasons: tuple[str, ...] = ()
    signed: bool = True
    doubtful: bool = False
    goodness: Goodness
    rivals: Comparison | None = None
    instead: str = ""

    @property
    def left(self) -> float:
        """Part of the image's steps that the vertex leaves."""
        return self.goodness.misfit

    @property
    def structured(self) -> bool:
        """The image holds more than the fit and noise."""
        return self.doubtful or self.status == SEVERAL


def judge(fitted: VertexFit, read: Geometry) -> Verdict:
    """What the fit shows, and the reasons for it.

    In the order of causes: what the vertex leaves of the image, whether its lines are there and in view, whether
    another shape describes the image as well, and only then resolution, lever arms and the sign.
    """
    goodness = goodness_of_fit(fitted)
    plain = Verdict(status=NO_VERTEX, goodness=goodness, doubtful=goodness.deviations > UNEXHAUSTED)
    against = _against(fitted)
    if against and _is_ridge(fitted):
        return replace(plain, reasons=(*against, RIDGED))
    if not_described(goodness):
        share = f"{goodness.misfit:.0%} of what is in the image beyond background and noise is left over"
        return replace(plain, status=SEVERAL, reasons=(f"{share} by the best vertex: see the residual.",))
    if against:
        return replace(plain, reasons=tuple(against))
    further = _further_line(fitted)
    if further:
        return replace(plain, status=SEVERAL, reasons=(further,), doubtful=False)
    missing = _missing_arm(goodness)
    if missing:
        return replace(plain, reasons=(missing,))
    found = replace(plain, rivals=rivals(fitted))
    return _of_a_vertex(found, fitted, read)


def _of_a_vertex(found: Verdict, fitted: VertexFit, read: Geometry) -> Verdict:
    """The verdict where the lines of a vertex are there, if no other shape describes the image as well."""
    assert found.rivals is not None
    equals = found.rivals.open_between()
    unresolved = replace(found, status=BELOW_RESOLUTION, doubtful=found.goodness.deviations > UNDESCRIBED[1])
    if CROSSING in equals:
        return replace(unresolved, reasons=("Lines that cross without an interaction describe the image as well.",))
    if equals != (VERTEX,):
        return replace(found, status=SEVERAL if equals[0] == SEVERAL_VERTICES else NO_VERTEX)
    if np.hypot(*read.span) < read.resolution:
        return replace(unresolved, reasons=(f"The interaction line is shorter than {read.resolution:.2g} mV.",))
    if read.contradiction > CONTRADICTION:
        contradiction = (
            "The lines found contradict the lever arms, with which the two dots' estimates of the interaction differ "
            f"by {read.contradiction:.0%}: check them, or read without."
        )
        return replace(found, status=NO_VERTEX, reasons=(contradiction,))
    unsigned = _unsigned(fitted, read)
    if unsigned:
        return replace(found, status=BELOW_RESOLUTION, reasons=(unsigned,), signed=False, doubtful=False)
    return replace(found, status=REPULSIVE if read.sign > 0 else ATTRACTIVE, doubtful=False)


def explained(verdict: Verdict, fitted: VertexFit) -> Verdict:
    """A verdict with the rivals of the vertex, and where it is refused with what the image looks like instead."""
    compared = verdict.rivals or rivals(fitted)
    with_rivals = replace(verdict, rivals=compared)
    if verdict.status not in (NO_VERTEX, SEVERAL):
        return with_rivals
    name = _instead(verdict, compared, fitted)
    if not name:
        return with_rivals
    what, way_on = INSTEAD[name]
    as_well = name != JUMPING and {name, VERTEX} <= set(compared.open_between())
    shows = f"The image {'may as well show' if as_well else 'rather shows'} {what}: {way_on}."
    status = SEVERAL if name == SEVERAL_VERTICES else NO_VERTEX
    return replace(with_rivals, status=status, reasons=(shows, *verdict.reasons), instead=name)


def _instead(verdict: Verdict, compared: Comparison, fitted: VertexFit) -> str:
    """Name of what an image without a vertex shows; empty where nothing that was tried is better than the vertex."""
    if RIDGED in verdict.reasons:
        return ""
    best = compared.open_between()
    others = [name for name in best if name not in (VERTEX, JUMPING)]
    if not set(others) & {PEAK, SEVERAL_VERTICES} and islands(fitted.image):
        return TRIANGLES
    if others:
        return others[0]
    return JUMPING if best == (JUMPING,) or _beside_only(verdict.goodness) else ""


def not_described(goodness: Goodness) -> bool:
    """One vertex leaves more of the image than noise, background and lines that are not quite ideal explain."""
    return _recurs(goodness) or (goodness.near > BESIDE[0] and goodness.near_deviations > BESIDE[1])


def _recurs(goodness: Goodness) -> bool:
    return goodness.left > UNDESCRIBED[0] and goodness.deviations > UNDESCRIBED[1]


def _beside_only(goodness: Goodness) -> bool:
    """What is left lies beside the lines and is not alike in neighbouring lines of the scan: these jump."""
    return not_described(goodness) and not _recurs(goodness)


def _missing_arm(goodness: Goodness) -> str:
    """Which of the four charging lines is not in view, ends, or is not as high all along; or nothing."""
    for arm in goodness.arms:
        if arm.pixels < SHORTEST[0] or arm.widths < SHORTEST[1]:
            return (
                f"A charging line of dot {arm.dot + 1} is in view over {arm.pixels:.0f} pixels and {arm.widths:.1f} of "
                "its widths only: move or widen the window, so that both lines of each dot are seen."
            )
        for height, error, half in zip(arm.heights, arm.errors, HALVES, strict=True):
            if abs(height - 1) > max(UNEVEN[0], UNEVEN[1 if height < 1 else 2] * error):
                return (
                    f"A charging line of dot {arm.dot + 1} is {height:.1f} times as high as on average {half}, where "
                    "one of a vertex is even: it ends there, or goes over into another."
                )
    return ""


def _unsigned(fitted: VertexFit, read: Geometry) -> str:
    """Why the sign of an interaction that is resolved stays open, or nothing."""
    if read.opposed and fitted.seen.min() >= SIGNED:
        size = abs(float(read.values["effective_interaction"][1]))
        return (
            "With these lever arms the dots' charges step the detector's signal in opposite directions: the arms of "
            f"one dot have the wrong sign, or the detector does see them so and steps are to be `gates`; |W_eff| would "
            f"be {size:.3g} meV."
        )
    if not read.given_arms and fitted.seen.min() < SIGNED:
        return "The fainter dot shows in the other one's line only: give lever arms."
    if not read.given_arms and fitted.rival < RIVAL:
        return "Both signs of the interaction fit equally well."
    return ""


def _against(fitted: VertexFit) -> list[str]:
    """Reasons why there is no vertex in view."""
    slopes, points = gradients(fitted.shape), triple_points(fitted.shape)
    gains = np.hypot(*slopes.T)
    seen = fitted.seen
    significance = abs(fitted.shape[INTERACTION]) / fitted.covariance[INTERACTION, INTERACTION] ** 0.5
    kinked = seen.max() >= KINKED[0] and significance >= KINKED[1]
    reasons = []
    if seen.min() < DETECTED and not kinked:
        reasons.append(f"A second dot's charging line is not seen (its step is {seen.min():.1f} standard deviations).")
    if abs(np.linalg.det(slopes)) < PARALLEL * gains.prod():
        reasons.append("The lines found do not cross.")
    if np.abs(points).max() > 1 or np.hypot(*(points[1] - points[0])) > LONGEST:
        reasons.append("The lines found cross out of view.")
    if (FULL_WIDTH * np.exp(fitted.shape[WIDTHS]) / gains).max() > WIDEST:
        reasons.append("What was found is too broad for a charging line.")
    return reasons


def _is_ridge(fitted: VertexFit) -> bool:
    """Two lines that are nearly parallel, with steps up and down again: what a derivative makes of one line."""
    normals = gradients(fitted.shape)
    normals /= np.hypot(*normals.T)[:, None]
    if fitted.image.derivative is not None:
        return False
    left = abs(fitted.steps @ [1.0, np.sign(normals[0] @ normals[1])]) / np.abs(fitted.steps).max()
    return bool(abs(np.linalg.det(normals)) < RIDGE[0] and left < RIDGE[1] and fitted.seen.min() > DETECTED)


def _further_line(fitted: VertexFit) -> str:
    """How the residual, or a bend that no lever arms have, tells of a line that is not of this vertex; or nothing.

    Drift makes steps too: hence the comparison with the larger step of the fit, and the filter. A further line that is
    faint beside the noise stays unnoticed.
    """
    bends, spread = np.abs(fitted.shape[BENDS]), np.diag(fitted.covariance)[BENDS] ** 0.5
    if np.any((bends > BENT) & (bends > SIGNED * spread)):
        return "A line bends as none of one vertex does: it goes over into another line."
    residual = replace(fitted.image, values=fitted.image.values - fitted.model).coarse(SIZE)
    found = residual.observed(occupations(fitted.shape, *residual.places))
    for noise, limits in ((None, FURTHER), (estimate(without_steps(residual), residual.levelled), FURTHER_FILTERED)):
        height, deviations = Scores(residual, noise, known=found).best_step()
        part = height / float(np.abs(fitted.steps).max())
        if any(part > least and deviations > significance for least, significance in limits):
            return f"The residual shows a further straight step, {part:.2g} times the larger of the two."
    return ""
