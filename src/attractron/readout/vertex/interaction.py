"""The scale of energy of a vertex: lever arms or an energy that is known, and the interaction in meV that follows.

With lever arms α_ig (dot, axis) and the vector s between the triple points both dots' µ change by |W_eff| along s, so
that |α_1·s| and |α_2·s| are two estimates of it. The charging lines' normals n_i in the image are parallel to α_i,
which is a third statement on the lever arms. Without lever arms a known interaction, or the width k_B T of lines that
temperature alone broadens, sets the scale, and the slopes give the lever arms.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.readout.vertex.fit import SHAPES, VertexFit
from attractron.readout.vertex.model import FULL_WIDTH, INTERACTION, TAILS, WIDTHS, central_differences, gradients

WARNING = "Check the lever arms: "
"""How a note begins that belongs beside the number itself."""

DISAGREEMENT = 3.0
"""Standard deviations by which the dots' estimates of the interaction may differ without a note."""

EXPLAINED = 3.0
"""Standard deviations by which an estimate may change with the slope in the image and count as noise: with two, one
vertex in ten had an error added that only chance had made."""

NOTED = 0.02
"""Part of the interaction from which on such a change is said beside the number."""

LONG_TAILS = 0.5
"""Part of an arctangent in the step's shape from which on tunnelling broadens the lines."""


@dataclass(frozen=True, kw_only=True)
class KnownEnergy:
    """An energy that is known from elsewhere and gives the image its scale: at most one of them is not None.

    Attributes:
        interaction: |W_eff| in meV.
        temperature: K, of lines that temperature alone broadens.
    """

    interaction: float | None = None
    temperature: float | None = None

    def scale(self, parameters: FloatArray) -> FloatArray:
        """meV in one unit of energy of the fit."""
        if self.interaction is not None:
            return np.asarray(self.interaction / abs(parameters[INTERACTION]))
        # Both dots' lines are k_B T wide; the mean of the logarithms keeps the ratio of the lever arms out of it.
        return np.asarray(K_B * (self.temperature or 0.0) / np.exp(parameters[WIDTHS].mean()))


def estimates(
    span: Callable[[FloatArray], FloatArray],
    across: Callable[[FloatArray], FloatArray],
    arms: FloatArray,
    covariance: FloatArray,
    shape: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """|W_eff| in meV as each dot's lever arms have it, again with only the larger arm of each and the other from the
    slope of the dot's line in the image, and the covariance of these four.

    Args:
        span: from one triple point to the other, as a function of the fit's parameters, (axis,) mV.
        across: normals of both dots' lines in gate voltages, the same, (dot, axis).
        arms: lever arms (dot, axis) in the order of the fit's dots.
        covariance: of the fit's parameters.
        shape: the fit's parameters.
    """
    main = np.argmax(np.abs(arms), axis=1)
    largest = arms[[0, 1], main]

    def read(parameters: FloatArray) -> FloatArray:
        s, normals = span(parameters), across(parameters)
        return np.asarray(np.abs(np.concatenate([arms @ s, largest * (normals @ s) / normals[[0, 1], main]])))

    slopes = central_differences(read, shape)
    return read(shape), np.asarray(slopes @ covariance[:SHAPES, :SHAPES] @ slopes.T)


def contradiction(read: FloatArray, errors: FloatArray) -> float:
    """Relative difference of both dots' estimates, or zero where the noise explains it."""
    difference = abs(float(read[0] - read[1]))
    allowed = DISAGREEMENT * np.sqrt(max(errors[0, 0] + errors[1, 1] - 2 * errors[0, 1], 0.0))
    return difference / float(read[:2].mean()) if difference > allowed else 0.0


def interaction(read: FloatArray, errors: FloatArray) -> tuple[FloatArray, FloatArray, list[str]]:
    """|W_eff| and its uncertainty from `estimates`, the mean of both dots' own weighted by their covariance; doubts."""
    own, doubts = errors[:2, :2], []
    weights = weights_of_dots(own)
    value, error = weights @ read[:2], np.sqrt(weights @ own @ weights)
    unexplained = np.sqrt(weights @ _misdirected(read, errors) ** 2)
    apart = (read[0] - read[1]) / 2 if contradiction(read, errors) > 0.05 else 0.0
    if apart:
        doubts.append(
            f"{WARNING}the two dots' read {read[0]:.3g} and {read[1]:.3g} meV, more apart than the noise "
            "explains; half of the difference is in the uncertainty."
        )
    if unexplained > max(error, NOTED * value):
        doubts.append(
            f"{WARNING}with the slopes in the image and each dot's larger arm alone the dots read {read[2]:.3g} "
            f"and {read[3]:.3g} meV; the difference is in the uncertainty."
        )
    spread = np.hypot(np.hypot(error, apart), unexplained)
    return np.asarray(value), np.asarray(spread), doubts


def weights_of_dots(errors: FloatArray) -> FloatArray:
    """Weights (dot,) of the mean of both dots' estimates, from their covariance (dot, dot)."""
    weights = np.linalg.solve(errors + 1e-12 * np.trace(errors) * np.eye(2), np.ones(2))
    weights = np.maximum(weights / weights.sum(), 0.0)  # a negative weight would extrapolate beyond both
    return np.asarray(weights / weights.sum())


def _misdirected(read: FloatArray, errors: FloatArray) -> FloatArray:
    """By how much each dot's estimate changes when its smaller arm comes from the slope of its line, beyond the noise.

    The line's normal n is parallel to the true arms α, so that α' = α_m n/n_m with the larger arm α_m reads the same if
    α is right. The difference D = |α·s| - |α'·s| has the variance σ² from the fit. Within 3σ it counts as explained;
    beyond, D² - σ² estimates the square of what is not.
    """
    difference = read[:2] - read[2:]
    variance = np.maximum(np.diag(errors)[:2] + np.diag(errors)[2:] - 2 * np.diag(errors[:2, 2:]), 0.0)
    left = np.where(difference**2 > EXPLAINED**2 * variance, difference**2 - variance, 0.0)
    return np.asarray(np.sqrt(left))


def on_thermal_widths(fitted: VertexFit) -> list[str]:
    """What must hold for lines to be a thermometer."""
    notes = ["The scale of energy rests on the lines' widths: temperature alone broadens them, not tunnelling."]
    slopes = np.abs(gradients(fitted.shape))
    blocks = np.array([np.abs(np.diff(places)).max() for places in fitted.image.places])
    widths = np.exp(fitted.shape[WIDTHS]) / (slopes @ blocks)
    if widths.min() < 1:
        pixels = FULL_WIDTH * widths.min()
        notes.append(f"The lines are only {pixels:.1f} pixels wide: their width, and so the energy, is too large.")
    tails = 0.5 * (1 + np.tanh(fitted.shape[TAILS] / 2))
    if tails > LONG_TAILS and fitted.covariance[TAILS, TAILS] < 1:
        notes.append("The lines have the long tails of tunnel broadening: the interaction is read too small.")
    return notes
