"""The interaction in meV from a vertex and lever arms: two dots' readings, how they agree, and with the picture.

With lever arms α_ig (dot, axis) and the vector s between the triple points both dots' µ change by |W_eff|, so that
|α_1·s| and |α_2·s| are two readings of it. The charging lines' normals n_i in the picture are parallel to α_i, which is
a third statement on the lever arms.
"""

from collections.abc import Callable

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.anticrossing import PARAMETERS

WARNING = "Check the lever arms: "
"""How a note begins that belongs beside the number itself."""

DISAGREEMENT = 3.0
"""Standard deviations by which the dots' readings of the interaction, or slopes, may differ without a note."""

EXPLAINED = 2.0
"""Standard deviations by which a reading may change with the slope in the picture and count as noise."""

NOTED = 0.02
"""Part of the interaction from which on such a change is said beside the number."""


def readings(
    span: Callable[[FloatArray], FloatArray],
    across: Callable[[FloatArray], FloatArray],
    arms: FloatArray,
    covariance: FloatArray,
    shape: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """|W_eff| as each dot's lever arms read it, again with only the larger arm of each and the other from the slope of
    the dot's line in the picture, and the covariance of these four."""
    main = np.argmax(np.abs(arms), axis=1)
    largest = arms[[0, 1], main]

    def read(parameters: FloatArray) -> FloatArray:
        s, normals = span(parameters), across(parameters)
        return np.asarray(np.abs(np.concatenate([arms @ s, largest * (normals @ s) / normals[[0, 1], main]])))

    size = len(PARAMETERS)
    steps = 1e-6 * np.eye(size)
    changes = [(read(shape + step) - read(shape - step)) / 2e-6 for step in steps]
    jacobian = np.stack(changes, axis=-1)
    return read(shape), np.asarray(jacobian @ covariance[:size, :size] @ jacobian.T)


def contradiction(read: FloatArray, errors: FloatArray) -> float:
    """Relative difference of both dots' readings, or zero where the noise explains it."""
    difference = abs(float(read[0] - read[1]))
    allowed = DISAGREEMENT * np.sqrt(max(errors[0, 0] + errors[1, 1] - 2 * errors[0, 1], 0.0))
    return difference / float(read[:2].mean()) if difference > allowed else 0.0


def interaction(read: FloatArray, errors: FloatArray, sign: float, notes: list[str]) -> tuple[FloatArray, FloatArray]:
    """W_eff and its uncertainty from `readings`: the mean of both dots' own weighted by their covariance."""
    own = errors[:2, :2]
    weights = np.linalg.solve(own + 1e-12 * np.trace(own) * np.eye(2), np.ones(2))
    weights = np.maximum(weights / weights.sum(), 0.0)  # a negative weight would extrapolate beyond both
    weights /= weights.sum()
    value, error = weights @ read[:2], np.sqrt(weights @ own @ weights)
    unexplained = np.sqrt(weights @ _misdirected(read, errors) ** 2)
    apart = (read[0] - read[1]) / 2 if contradiction(read, errors) > 0.05 else 0.0
    if apart:
        notes.append(
            f"{WARNING}the two dots' read {read[0]:.3g} and {read[1]:.3g} meV, more apart than the noise "
            "explains; half of the difference is in the uncertainty."
        )
    if unexplained > max(error, NOTED * value):
        notes.append(
            f"{WARNING}with the slopes in the picture and each dot's larger arm alone the dots read {read[2]:.3g} "
            f"and {read[3]:.3g} meV; the difference is in the uncertainty."
        )
    return np.asarray(sign * value), np.asarray(np.linalg.norm([error, apart, unexplained]))


def _misdirected(read: FloatArray, errors: FloatArray) -> FloatArray:
    """By how much each dot's reading changes when its smaller arm comes from the slope of its line, beyond the noise.

    The line's normal n is parallel to the true arms α, so that α' = α_m n/n_m with the larger arm α_m reads the same if
    α is right. The difference D = |α·s| - |α'·s| has the variance σ² from the fit. Within 2σ it counts as explained;
    beyond, D² - σ² estimates the square of what is not.
    """
    difference = read[:2] - read[2:]
    variance = np.maximum(np.diag(errors)[:2] + np.diag(errors)[2:] - 2 * np.diag(errors[:2, 2:]), 0.0)
    left = np.where(difference**2 > EXPLAINED**2 * variance, difference**2 - variance, 0.0)
    return np.asarray(np.sqrt(left))
