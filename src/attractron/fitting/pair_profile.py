"""What a map of the pair current leaves open along one direction of its parameters: the profile of χ² along it.

Over two gates the bias alone sets the scale of all energies, and W and U by themselves enter through amplitudes only:
2Δ changes along a valley as long as W/U may be. Over gate and bias an offset of the bias moves with U and the centre
such that all lines stay in place, where one polarity alone is in view; the model's currents have kinks there, which
stop any descent. So the parameter along the valley is held at a few values, all else fitted at each, and every quantity
is the mean over them with the weight e^(-χ²/2), all values being as likely before; its variance is the mean of the
variances at each and the variance of its means. Where the valley is straight and short this is the propagation of
errors; where it is long or bent it is still right.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import PchipInterpolator

from attractron.core.checks import FloatArray
from attractron.fitting.pair_model import PairFit, fit_pairs
from attractron.fitting.pair_settle import Outcome

FAR = 10.0
"""Of χ² above the least, from which on nothing farther along the valley counts."""

CLOSE = 1e-4
"""Relative change of χ² at which fits along the valley end."""

POINTS = 401
"""Values between which the mean is taken."""

MOST = 8
"""Values on each side, at most."""

Quantities = Mapping[str, FloatArray]


class Profile(NamedTuple):
    """Fits along a parameter, rising, with χ² in units of what noise leaves."""

    values: FloatArray
    fits: tuple[PairFit, ...]
    chi_squared: FloatArray

    @property
    def best(self) -> PairFit:
        """The one of the least χ²."""
        return self.fits[int(np.argmin(self.chi_squared))]


def alone(outcome: Outcome[Any]) -> Profile:
    """The fit of an outcome by itself."""
    return Profile(values=np.zeros(1), fits=(outcome.fit,), chi_squared=np.zeros(1))


def profiled(
    outcome: Outcome[Any],
    held: Mapping[str, float],
    name: str,
    bounds: tuple[float, float],
    along: Callable[[dict[str, float], int, int], dict[str, float]],
) -> Profile:
    """Fits of an outcome's pixels along a parameter, both ways from where it is, until χ² says that it is no longer so.

    Args:
        outcome: the outcome.
        held: parameters that are not fitted.
        name: of the parameter.
        bounds: of its values.
        along: the next point on one side (-1, 1), the how many-th, from which its fit starts.
    """
    scale = outcome.beyond_noise

    def at(point: dict[str, float]) -> PairFit:
        fixed = {**held, name: point[name]}
        return fit_pairs(outcome.fine, point, fixed, evaluations=6, enough=CLOSE)

    # Held in the middle, too: the covariance of a free fit has the spread along the valley, which would count twice.
    middle = at(outcome.fit.point)
    found = {middle.point[name]: middle}
    for side in (-1, 1):
        last = middle
        for number in range(1, MOST + 1):
            start = along(last.point, side, number)
            if not bounds[0] - 1e-9 <= start[name] <= bounds[1] + 1e-9:
                break
            last = at(start)
            found[start[name]] = last
            if last.squares > min(each.squares for each in found.values()) + FAR * scale:
                break
    if len(found) == 1:
        return alone(outcome)
    values = np.array(sorted(found))
    fits = tuple(found[value] for value in values.tolist())
    return Profile(values=values, fits=fits, chi_squared=np.array([fit.squares for fit in fits]) / scale)


def averaged(
    profile: Profile, at: Callable[[PairFit], tuple[Quantities, Quantities]]
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Quantities and their standard deviations, over all values of the parameter.

    Args:
        profile: the fits.
        at: quantities and standard deviations at a fit, the parameter held; what ends in "angle" is a line's, degrees.
    """
    every = [at(fit) for fit in profile.fits]
    values = np.linspace(profile.values[0], profile.values[-1], POINTS)

    def over(numbers: FloatArray) -> FloatArray:
        """Numbers at the fits (fit, …), everywhere between."""
        if len(every) == 1:
            return np.repeat(numbers, POINTS, axis=0)
        return np.asarray(PchipInterpolator(profile.values, numbers)(values))

    chi_squared = over(profile.chi_squared)
    weight = np.exp(-(chi_squared - chi_squared.min()) / 2)
    weight /= weight.sum()
    found = {}
    for name in every[0][0]:
        means = np.stack([np.asarray(each[0][name]) for each in every])
        if name.endswith("angle"):
            means = means[0] + (means - means[0] + 90.0) % 180.0 - 90.0
        means, variances = over(means), over(np.stack([np.asarray(each[1][name]) ** 2 for each in every]))
        mean = np.tensordot(weight, means, axes=1)
        spread = np.sqrt(np.tensordot(weight, variances + (means - mean) ** 2, axes=1))
        if name.endswith("angle"):
            mean = 90.0 - (90.0 - mean) % 180.0
        found[name] = (np.asarray(mean), np.asarray(spread))
    return found
