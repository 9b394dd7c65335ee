"""What a fit shows: a vertex with its sign, one whose sign is below resolution, none, or more than one."""

from dataclasses import dataclass, replace

import numpy as np

from attractron.readout.vertex.fit import SHAPES, VertexFit
from attractron.readout.vertex.geometry import Geometry
from attractron.readout.vertex.model import BENDS, FULL_WIDTH, WIDTHS, gradients, occupations, triple_points
from attractron.readout.vertex.scan_noise import estimate, recurring
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

PARALLEL = 0.1
"""Sine of the angle between the dots' lines, in the window, below which they do not cross."""

RIDGE = (0.3, 0.2)
"""Sine of the angle between two lines, and what is left of both their steps over the larger, below which they may be
the flanks of one ridge."""

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
        left: part of the image's steps that recurs in the residual.
    """

    status: int
    reasons: tuple[str, ...] = ()
    signed: bool = True
    doubtful: bool = False
    left: float = 0.0

    @property
    def structured(self) -> bool:
        """The image holds more than the fit and noise."""
        return self.doubtful or self.status == SEVERAL


def judge(fitted: VertexFit, read: Geometry) -> Verdict:
    """What the fit shows, and the reasons for it."""
    left, deviations = _unexplained(fitted)
    return replace(_judged(fitted, read, left, deviations), left=left)


def _judged(fitted: VertexFit, read: Geometry, left: float, deviations: float) -> Verdict:
    doubtful = deviations > UNEXHAUSTED
    reasons = _against(fitted, read)
    if left > UNDESCRIBED[0] and deviations > UNDESCRIBED[1]:
        share = (
            f"{left:.0%} of what is in the image beyond background and noise is left over by the best vertex: "
            "further lines, a jump, rows that are shifted, or a peak of the detector; see the residual."
        )
        return Verdict(status=SEVERAL, reasons=(share,), doubtful=doubtful)
    if reasons:
        return Verdict(status=NO_VERTEX, reasons=tuple(reasons), doubtful=doubtful)
    further = _further_line(fitted)
    if further:
        return Verdict(status=SEVERAL, reasons=(further,))
    if np.hypot(*read.span) < read.resolution:
        return Verdict(
            status=BELOW_RESOLUTION,
            reasons=(f"The interaction line is shorter than {read.resolution:.2g} mV.",),
            doubtful=deviations > UNDESCRIBED[1],
        )
    unsigned = _unsigned(fitted, read)
    if unsigned:
        return Verdict(status=BELOW_RESOLUTION, reasons=(unsigned,), signed=False)
    return Verdict(status=REPULSIVE if read.sign > 0 else ATTRACTIVE)


def _unexplained(fitted: VertexFit) -> tuple[float, float]:
    """Part of the steps in the image that recurs in the residual, and its standard deviations from none."""
    power, deviations = recurring(fitted.noise, fitted.image.values - fitted.model)
    smooth = np.tensordot(fitted.parameters[SHAPES + 2 :], fitted.image.background_terms, axes=(0, 0))
    explained = float(np.mean(fitted.noise.whiten(fitted.model - smooth) ** 2))
    return power / (explained + abs(power)), deviations


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


def _against(fitted: VertexFit, read: Geometry) -> list[str]:
    """Reasons why there is no vertex in view."""
    slopes, points = gradients(fitted.shape), triple_points(fitted.shape)
    gains = np.hypot(*slopes.T)
    seen = fitted.seen
    kinked = seen.max() >= KINKED[0] and read.significance >= KINKED[1]
    reasons = []
    if seen.min() < DETECTED and not kinked:
        reasons.append(f"A second dot's charging line is not seen (its step is {seen.min():.1f} standard deviations).")
    if abs(np.linalg.det(slopes)) < PARALLEL * gains.prod():
        reasons.append("The lines found do not cross.")
    if read.contradiction > CONTRADICTION and np.hypot(*read.span) > read.resolution:
        reasons.append(
            "The lines found contradict the lever arms, with which the two dots' estimates of the interaction differ "
            f"by {read.contradiction:.0%}: check them, or read without."
        )
    if np.abs(points).max() > 1 or np.hypot(*(points[1] - points[0])) > LONGEST:
        reasons.append("The lines found cross out of view.")
    if (FULL_WIDTH * np.exp(fitted.shape[WIDTHS]) / gains).max() > WIDEST:
        reasons.append("What was found is too broad for a charging line.")
    if reasons and fitted.image.derivative is None and _is_ridge(fitted):
        reasons.append("Side by side their steps cancel: if the image is a derivative, that has to be said.")
    return reasons


def _is_ridge(fitted: VertexFit) -> bool:
    """Two lines that are nearly parallel, with steps up and down again: what a derivative makes of one line."""
    normals = gradients(fitted.shape)
    normals /= np.hypot(*normals.T)[:, None]
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
