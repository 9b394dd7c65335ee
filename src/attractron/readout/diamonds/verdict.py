"""What a fit of diamonds shows: whether there are any, and the numbers that follow from their lines."""

from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.diamonds.charge_jumps import ChargeJump, JumpSearch, charge_jumps
from attractron.readout.diamonds.fit import DiamondFit
from attractron.readout.diamonds.model import GLOBALS
from attractron.readout.model_selection import Candidate, Comparison, compare
from attractron.readout.rivals import rivals
from attractron.readout.scatter import weighted_mean

NO_DIAMONDS, DIAMONDS, SINGLE_CROSSING, NOT_DESCRIBED = range(4)
STATUS = {
    NO_DIAMONDS: "no_diamonds",
    DIAMONDS: "diamonds",
    SINGLE_CROSSING: "single_crossing",
    NOT_DESCRIBED: "not_described",
}

UNDESCRIBED = (0.03, 8.0)
"""Part of the image's structure that recurs in the residual, and its deviations from none, beyond which windows do not
describe it."""

FEWEST = 0.15
"""Part of the pixels in which at most one window is open: fewer are no picture of diamonds."""

STEEPNESS_KNOWN = 0.3
"""Uncertainty of the logarithm of a slope above which a line is not seen."""

FAR, SOFTEST, LEAKS = 0.3, 0.2, 0.6
"""Bias offset over the largest bias, width of edges over half the bias range, and current in blockade over that in the
windows, beyond which what was found is something else."""

SEEN = 8.0
"""A window's current over its standard deviation from which on it is there."""

FLAT = 0.1
"""Change of a plateau's current over a third of its depth, from which on it is none."""

MODEL_ERROR = (0.05, 0.005)
"""Part of w by which edges may be misplaced, and part of a slope, because onsets are not quite those of the model."""

DEGENERACY = 0.2
"""Part of w in an energy: spin degeneracy moves edges by up to w ln 2, uniformly, which is ln 2/√12 on average."""

PLACED = 0.02
"""Uncertainty of a degeneracy point's place over the gate's range above which its two windows are not both seen."""


@dataclass(frozen=True, kw_only=True)
class Number:
    """A value with its uncertainty, scalars or over points."""

    value: FloatArray
    uncertainty: FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class Verdict:
    """What a fit shows.

    Attributes:
        status: a code of `STATUS`.
        reasons: for it, in sentences.
        numbers: by name, empty where nothing was read.
        comparison: of diamonds with other shapes.
        left: part of the structure that recurs in the residual.
        jumps: what the image says of charges that jump nearby; None where nothing was read.
    """

    status: int
    reasons: tuple[str, ...]
    numbers: dict[str, Number]
    comparison: Comparison | None
    left: float
    jumps: JumpSearch | None = None

    @property
    def like_diamonds(self) -> bool:
        """Windows fit better than other shapes do, whatever speaks against them: a part of them may be described."""
        return self.comparison is not None and self.comparison.best == "diamonds"


NOTHING = Verdict(
    status=NO_DIAMONDS,
    reasons=("Nothing has the form of windows that open with the bias.",),
    numbers={},
    comparison=None,
    left=1.0,
)
"""Of an image in which no start was found."""


def judge(fitted: DiamondFit, *, conductance: bool) -> Verdict:
    """Whether diamonds describe the image, better than other shapes, and what they say."""
    found, plan = fitted.found, fitted.plan
    problem = found.problem
    if found.pixels < FEWEST * problem.values.size:
        return NOTHING
    own = Candidate(found.squares, len(found.point) + len(found.coefficients))
    candidates = {"diamonds": own, **rivals(problem.values, problem.weights, problem.noise)}
    comparison = compare(candidates, found.pixels)
    background = np.tensordot(found.coefficients[-len(plan.background()) :], plan.background(), axes=(0, 0))
    left, deviations = found.left_over(background)
    reasons = _against(fitted, comparison, conductance=conductance)
    if reasons:
        return Verdict(status=NO_DIAMONDS, reasons=reasons, numbers={}, comparison=comparison, left=left)
    if left > UNDESCRIBED[0] and deviations > UNDESCRIBED[1]:
        share = (
            f"Windows between straight edges leave {left:.0%} of what is in the image beyond background and noise: "
            "see the residual; crop to fewer diamonds, to a lower bias, or to the lines before a charge nearby jumped."
        )
        return Verdict(status=NOT_DESCRIBED, reasons=(share,), numbers={}, comparison=comparison, left=left)
    jumps = charge_jumps(fitted)
    numbers = _numbers(fitted, jumps.jump)
    if not conductance:
        numbers |= _ratios(fitted)
    status = DIAMONDS if "addition_energy" in numbers else SINGLE_CROSSING
    return Verdict(status=status, reasons=(), numbers=numbers, comparison=comparison, left=left, jumps=jumps)


def _against(fitted: DiamondFit, comparison: Comparison, *, conductance: bool) -> tuple[str, ...]:
    """Reasons why there are no diamonds."""
    found, plan = fitted.found, fitted.plan
    if comparison.best != "diamonds" or not comparison.decisive:
        rival = comparison.best if comparison.best != "diamonds" else comparison.runner_up
        return (f"The image is described as well or better by: {rival}.",)
    reasons = []
    spread = np.sqrt(np.diag(found.covariance))
    slopes = spread[GLOBALS + plan.points :]
    if not np.all(slopes < STEEPNESS_KNOWN):
        reasons.append("Edges of both slopes are not seen.")
    reach = float(np.abs(fitted.image.axes[0]).max())
    if abs(found.point[0]) > FAR * reach:
        reasons.append(f"The crossing is at a bias of {found.point[0]:.3g} mV, too far from zero for an offset.")
    if plan.width(found.point) > SOFTEST * fitted.image.half[0]:
        reasons.append("The edges found are too soft.")
    inside = np.array(fitted.inside)
    currents, errors = (values[inside] for values in _plateaus(fitted))
    if not np.any(inside):
        return (*reasons, "No degeneracy point is in view.")
    if not np.all(np.abs(currents) > SEEN * errors):
        reasons.append("A window's current does not stand out of the noise.")
    places = spread[GLOBALS : GLOBALS + plan.points][inside]
    if not np.all(places < PLACED * 2 * fitted.image.half[1]):
        reasons.append("Where the edges cross is not seen.")
    turns = currents[:, 0] * currents[:, 1]
    if conductance and np.any(turns < 0):
        reasons.append("The conductance is positive at one bias and negative at the other.")
    if not conductance and np.any(turns > 0) and np.any(turns < 0):
        reasons.append("The current does not turn with the bias at every crossing alike.")
    blocked = _blocked(fitted)
    if not conductance and blocked > LEAKS * float(np.median(np.abs(currents))):
        reasons.append("What flows between the windows is no blockade: as much as within them.")
    return tuple(reasons)


def _blocked(fitted: DiamondFit) -> float:
    """Magnitude of the current in blockade at zero bias, in the middle of the gate's range."""
    plan, found, image = fitted.plan, fitted.found, fitted.image
    background = np.tensordot(found.coefficients[-len(plan.background()) :], plan.background(), axes=(0, 0))
    row = int(np.argmin(np.abs(image.axes[0] - found.point[0])))
    return abs(float(np.median(background[row])) + image.offset / image.scale)


def _plateaus(fitted: DiamondFit, depth: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Current well within each window, or dI/dV at its edges, and its standard deviation; (point, sign of the bias)."""
    found, plan = fitted.found, fitted.plan
    terms = found.problem.noise.whiten(found.problem.basis(found.point) * found.problem.weights)
    normal = terms @ terms.T
    normal[np.diag_indices_from(normal)] *= 1 + 1e-9
    covariance = np.linalg.pinv(normal, hermitian=True)
    width = plan.width(found.point)
    deep = depth * max(0.25 * plan.scale, 4 * width) / width
    values = plan.window_terms(deep, deep, found.point)
    if plan.conductance:  # none flows there but at the edges
        values = plan.window_terms(0.0, deep, found.point) + plan.window_terms(deep, 0.0, found.point)
    currents, errors = np.zeros((plan.points, 2)), np.zeros((plan.points, 2))
    size = len(plan.kinds)
    for number in range(plan.points):
        for side in (0, 1):
            place = slice((2 * number + side) * size, (2 * number + side + 1) * size)
            currents[number, side] = values @ found.coefficients[place]
            errors[number, side] = np.sqrt(max(float(values @ covariance[place, place] @ values), 1e-30))
    return currents, errors


def _ratios(fitted: DiamondFit) -> dict[str, Number]:
    """Plateau currents at positive over negative bias, and the ratio of tunnel rates that makes them, if any does."""
    currents, errors = _plateaus(fitted)
    inside = np.array(fitted.inside)
    less = np.abs(_plateaus(fitted, 0.7)[0][inside])
    currents, errors = np.abs(currents[inside]), errors[inside]
    if np.any(np.abs(less / currents - 1) > FLAT):
        return {}  # no plateau: many levels, or a metal
    ratios = currents[:, 0] / currents[:, 1]
    spread = ratios * np.hypot(errors[:, 0] / currents[:, 0], errors[:, 1] / currents[:, 1])
    mean, error = weighted_mean(ratios, np.diag(spread**2), 0.01 * float(ratios.mean()))
    found = {"current_ratio": Number(value=np.array(mean), uncertainty=np.array(error))}
    if 0.5 + error < mean < 2 - error:
        found["tunnel_rate_ratio"] = Number(
            value=np.array((2 * mean - 1) / (2 - mean)), uncertainty=np.array(3 * error / (2 - mean) ** 2)
        )
    return found


def edges_in_view(fitted: DiamondFit) -> FloatArray:
    """Edges from each degeneracy point to a diamond's tip or out of view, (line, end, (bias, gate))."""
    plan, theta = fitted.plan, fitted.theta
    image = fitted.image
    places = theta[GLOBALS : GLOBALS + plan.points]
    lines = []
    for number, place in enumerate(places):
        slopes = plan.slopes(theta, number)
        for side, neighbour in ((-1, number - 1), (1, number + 1)):
            distance = abs(places[neighbour] - place) if 0 <= neighbour < plan.points else np.inf
            for column, sign in ((0, 1), (1, -1)):
                other = (
                    slopes[1 - column]
                    if not 0 <= neighbour < plan.points
                    else plan.slopes(theta, neighbour)[1 - column]
                )
                reach = distance * other / (slopes[column] + other)
                lines.append([place, side * reach, sign * slopes[column]])
    ends = []
    for place, reach, slope in lines:
        room = [(image.middle[0] + way * image.half[0] - theta[0]) / (slope * np.sign(reach)) for way in (-1, 1)]
        wall = image.middle[1] + np.sign(reach) * image.half[1] - place
        far = min(abs(reach), max(room), abs(wall) if np.sign(wall) == np.sign(reach) else 0.0)
        step = np.sign(reach) * far
        ends.append([[theta[0], place], [theta[0] + slope * step, place + step]])
    inside = np.repeat(fitted.inside, 4)
    return np.asarray(np.array(ends)[inside])


def _numbers(fitted: DiamondFit, jump: ChargeJump | None) -> dict[str, Number]:
    """Lever arms, slopes, places and energies with their uncertainties."""
    found, plan = fitted.found, fitted.plan
    theta, covariance = found.point, found.covariance.copy()
    width = plan.width(theta)
    seen = [number for number in range(plan.points) if fitted.inside[number]]
    rows = {number: GLOBALS + plan.points + 2 * plan.owners[number] for number in range(plan.points)}
    slopes = np.array([plan.slopes(theta, number) for number in seen])
    alphas = slopes.prod(axis=1) / slopes.sum(axis=1)
    shares = alphas / slopes[:, 1]
    places = theta[GLOBALS : GLOBALS + plan.points]
    order = len(theta)

    def gradient(entries: dict[int, float]) -> FloatArray:
        row = np.zeros(order)
        for place, value in entries.items():
            row[place] += value
        return row

    by_alpha = np.array(
        [
            gradient({rows[n]: a * (1 - eta), rows[n] + 1: a * eta})
            for n, a, eta in zip(seen, alphas, shares, strict=True)
        ]
    )
    soft, slope_error = MODEL_ERROR
    finite = np.where(np.isfinite(covariance), covariance, 0.0)
    alpha_covariance = by_alpha @ finite @ by_alpha.T
    alpha, alpha_error = weighted_mean(alphas, alpha_covariance, slope_error * float(alphas.mean()))
    result = {
        "lever_arm": Number(value=np.array(alpha), uncertainty=np.array(alpha_error)),
        "point_lever_arm": Number(
            value=alphas, uncertainty=np.hypot(np.sqrt(np.diag(alpha_covariance)), slope_error * alphas)
        ),
    }
    for name, column, sign in (("slope_positive", 0, 1.0), ("slope_negative", 1, -1.0)):
        places_of = [rows[number] + column for number in seen]
        raw = finite[np.ix_(places_of, places_of)] * np.outer(slopes[:, column], slopes[:, column])
        value, error = weighted_mean(slopes[:, column], raw, slope_error * float(slopes[:, column].mean()))
        result[name] = Number(value=np.array(sign * value), uncertainty=np.array(error))
    by_share = np.array(
        [
            gradient({rows[n]: eta * (1 - eta), rows[n] + 1: -eta * (1 - eta)})
            for n, eta in zip(seen, shares, strict=True)
        ]
    )
    share, share_error = weighted_mean(shares, by_share @ finite @ by_share.T, slope_error * 0.5)
    result["source_share"] = Number(value=np.array(share), uncertainty=np.array(share_error))
    result["degeneracy_point"] = Number(
        value=places[seen],
        uncertainty=np.hypot(np.sqrt(np.diag(finite))[[GLOBALS + n for n in seen]], soft * width / alpha),
    )
    result["bias_offset"] = Number(value=np.array(theta[0]), uncertainty=np.hypot(np.sqrt(finite[0, 0]), soft * width))
    result["edge_width"] = Number(value=np.array(width), uncertainty=np.array(width * np.sqrt(finite[1, 1])))
    result |= _energies(fitted, rows, finite, (alpha, alpha_error), jump)
    return result


def _energies(
    fitted: DiamondFit,
    rows: dict[int, int],
    covariance: FloatArray,
    lever_arm: tuple[float, float],
    jump: ChargeJump | None,
) -> dict[str, Number]:
    """Addition energies of diamonds between neighbouring points, from widths and from heights.

    All of a charge's jump is in the uncertainty of the diamond in which it happened.
    """
    alpha, alpha_error = lever_arm
    plan, theta = fitted.plan, fitted.found.point
    width, soft = plan.width(theta), DEGENERACY
    from_width, from_height = [], []
    for number in range(plan.points - 1):
        left, right = GLOBALS + number, GLOBALS + number + 1
        distance = theta[right] - theta[left]
        variance = covariance[left, left] + covariance[right, right] - 2 * covariance[left, right]
        # A point out of view is known by one edge, if at all: too little for an energy.
        if not (fitted.inside[number] and fitted.inside[number + 1]):
            continue
        if jump is not None and theta[left] < jump.place < theta[right]:
            variance += jump.size**2
        error = np.sqrt((alpha_error * distance) ** 2 + alpha**2 * variance + 2 * (soft * width) ** 2)
        from_width.append((alpha * distance, error))
        # Apices: the left point's line of one slope meets the right point's line of the other, above and below.
        heights = []
        for a, b in (
            (plan.slopes(theta, number)[0], plan.slopes(theta, number + 1)[1]),
            (plan.slopes(theta, number)[1], plan.slopes(theta, number + 1)[0]),
        ):
            heights.append(distance * a * b / (a + b))
        spread = np.sqrt(sum(covariance[rows[n] + c, rows[n] + c] for n in (number, number + 1) for c in (0, 1)) / 16)
        mean = float(np.mean(heights))
        from_height.append((mean, np.sqrt((mean * spread) ** 2 + alpha**2 * variance + 2 * (soft * width) ** 2)))
    if not from_width:
        return {}
    wide, high = np.array(from_width), np.array(from_height)
    found = {
        "addition_energy": Number(value=wide[:, 0], uncertainty=wide[:, 1]),
        "addition_energy_from_height": Number(value=high[:, 0], uncertainty=high[:, 1]),
    }
    mean = float(wide[:, 0].mean())
    found["mean_addition_energy"] = Number(
        value=np.array(mean),
        uncertainty=np.array(np.hypot(alpha_error / alpha * mean, wide[:, 1].mean() / np.sqrt(len(wide)))),
    )
    return found
