"""Does the fitted step describe its trace? What the residual holds beyond noise, and what that means for the numbers.

Noise of a charge detector is white or 1/f. Its level is known without the model, from how neighbouring points differ:
that is where most harmonics of the residual lie. A wrong model leaves slow waves, of the length of the step and
longer, that such noise does not have.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaincc

from attractron.core.checks import FloatArray
from attractron.readout.trace.noise import spectrum
from attractron.readout.trace.step_fit import NAMES, StepFit, StepModel, equivalent_width

FEWEST_HARMONICS = 6
"""Slow harmonics that are looked at, at least."""

LONGEST_BAND = 0.25
"""Part of all harmonics that count as slow, at most: the others tell the noise."""

UNLIKELY = 1e-3
"""Probability with which noise alone would leave such a residual, below which the model is taken to be wrong."""

UNREADABLE = 0.2
"""Slow residual over the step, both r.m.s., beyond which no number is read from a model that is wrong."""

SHAPE_ERROR = 0.01
"""Relative error of the width of a step, because no detector is exactly linear.

A response q + κ q (1 - q) to the charge q moves a thermal step to first order in κ and narrows it to second, by 0.8 %
at κ = 0.2, where the detector is steeper by half at one end of the step than at the other. That leaves a residual below
0.1 % of the step, which noise hides.
"""

ROUNDING = 1e-6
"""Residual relative to the range of the curve below which it is rounding."""

STRETCH = 1e-4
"""Relative change of the lever arm over which the curve is differenced."""


@dataclass(frozen=True, kw_only=True)
class GoodnessOfFit:
    """What a residual holds beyond white and 1/f noise.

    Attributes:
        noise: standard deviation of white noise that differs from point to point as the residual does.
        chi_squared: variance of the residual over that; near one where noise is white and the model right.
        excess: power of the slow harmonics over that of the noise; one where the model is right.
        probability: of such an excess by chance.
        share: r.m.s. of the slow residual that is not noise over that of the step.
    """

    noise: float
    chi_squared: float
    excess: float
    probability: float
    share: float

    @property
    def significant(self) -> bool:
        """The model does not describe the trace exactly."""
        return self.probability < UNLIKELY

    @property
    def unreadable(self) -> bool:
        """The model does not describe the trace at all."""
        return self.significant and self.share > UNREADABLE


def goodness_of_fit(residual: FloatArray, step: FloatArray, waves: float) -> GoodnessOfFit:
    """Compare the slow harmonics of the residual with the white and 1/f noise that all harmonics tell.

    The first K harmonics, K the number of steps that fit side by side into the trace, have powers P_k. For noise of
    spectrum S_k, fitted to all harmonics, 2 Σ P_k/S_k is distributed as χ² with 2K degrees of freedom; the fit of the
    step takes some power away, which makes the test careful.

    Args:
        residual: data minus curve in the order of the axis, (n,).
        step: the fitted curve, (n,); a straight line in it does not count.
        waves: length of the trace over the width of the step.
    """
    size = residual.size
    harmonics = (size - 1) // 2
    count = int(np.clip(np.ceil(waves), FEWEST_HARMONICS, max(LONGEST_BAND * harmonics, 1)))
    noise = spectrum(residual)[:count]
    power = np.abs(np.fft.rfft(residual)[1 : count + 1]) ** 2 / size
    white = float(np.median(np.abs(np.diff(residual)))) * 1.4826 / np.sqrt(2)
    if not (np.all(noise > 0) and white > 0 and np.std(residual) > ROUNDING * np.ptp(step)):
        return GoodnessOfFit(noise=white, chi_squared=1.0, excess=1.0, probability=1.0, share=0.0)
    excess = float(np.mean(power / noise))
    extra = max(0.0, 2 * float(np.sum(power - noise)) / size)
    place = np.arange(size)
    bent = step - np.polynomial.Polynomial.fit(place, step, 1)(place)
    return GoodnessOfFit(
        noise=white,
        chi_squared=float(np.var(residual)) / white**2,
        excess=max(excess, 1.0),
        probability=float(gammaincc(count, count * excess)),
        share=float(np.sqrt(extra / np.mean(bent**2))),
    )


def judged(model: StepModel, fit: StepFit, gate: FloatArray, signal: FloatArray) -> tuple[StepFit, GoodnessOfFit]:
    """The goodness of fit of a step, and the fit with what it means for the uncertainties.

    The covariance is raised by the excess, and by the shape error ε = `SHAPE_ERROR`: energies that are wrong by ε in
    the line shape move the curve by δI = ε ∂I/∂ln α, and the fitted parameters by (JᵀJ)⁻¹Jᵀ δI, which is ε T and ε Γ
    where all energies are fitted.
    """
    residual, step = (signal - fit.curve)[fit.used], fit.curve[fit.used]
    found = goodness_of_fit(residual, step, np.ptp(gate) / equivalent_width(model, fit.values))
    shift = _shape_shift(model, fit, gate)
    return replace(fit, covariance=fit.covariance * found.excess + np.outer(shift, shift)), found


def _shape_shift(model: StepModel, fit: StepFit, gate: FloatArray) -> FloatArray:
    """Change of the fitted parameters by the shape error."""
    curve, jacobian = model.curve(gate[fit.used], fit.values)
    stretched = replace(model, lever_arm=model.lever_arm * (1 + STRETCH)).curve(gate[fit.used], fit.values)[0]
    columns = jacobian[:, [NAMES.index(name) for name in fit.varied]]
    norms = np.linalg.norm(columns, axis=0)
    norms[norms == 0] = 1.0
    change = SHAPE_ERROR * (stretched - curve) / STRETCH
    return np.asarray(np.linalg.lstsq(columns / norms, change, rcond=None)[0] / norms)
