"""What a residual holds beyond white and 1/f noise: slow waves of a wrong model (of steps: `misfit`).

Noise of a charge detector is white or 1/f. Its level is known without the model, from how neighbouring points differ:
that is where most harmonics of the residual lie. A wrong model leaves slow waves, of the length of the step and
longer, that such noise does not have.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from attractron.core.checks import FloatArray
from attractron.readout.trace.noise import spectrum

FEWEST_HARMONICS = 6
"""Slow harmonics that are looked at, at least."""

LONGEST_BAND = 0.25
"""Part of all harmonics that count as slow, at most: the others tell the noise."""

UNLIKELY = 1e-3
"""Probability with which noise alone would leave such a residual, below which the model is taken to be wrong."""

UNREADABLE = 0.2
"""Slow residual over the step, both r.m.s., beyond which no number is read from a model that is wrong."""

ROUNDING = 1e-6
"""Residual relative to the range of the curve below which it is rounding."""


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
