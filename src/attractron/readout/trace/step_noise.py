"""Noise that is larger on a step than beside it: an electron that hops slowly, or a gate that does not stand still.

A point on a step is an average over an electron that hops to and fro. Where it hops few times while the point is taken,
the point scatters about the mean with a variance ∝ n(1 - n), which vanishes on the plateaus. A gate that jitters does
nearly the same, ∝ (dn/dV)². Least squares that count those points as quiet as the others follow their scatter.

It shows in second differences of what a step leaves, which slow noise and a slightly wrong shape do not reach:

    ⟨d²⟩ = 6 σ² [1 + k 4n(1 - n)],    d_i = r_{i-1} - 2r_i + r_{i+1}

Two means of d² are compared by their F distribution; neighbouring d are correlated by -2/3 and 1/6, so that N of them
count as N/[1 + 2(4/9 + 1/36)].
"""

import numpy as np
from scipy.special import expit, fdtrc

from attractron.core.checks import FloatArray
from attractron.readout.trace.record import Mask
from attractron.readout.trace.search import Guess

ON, BESIDE = 0.3, 0.02
"""4n(1 - n) from which on a point is on the step, and up to which it is beside it."""

CHANCE = 1e-4
"""Probability by which even noise shows such a difference."""

LARGER = 1.5
"""Ratio of the variances from which on it matters."""

CORRELATED = 1 + 2 * (4 / 9 + 1 / 36)

SPIKE = 3
"""Second differences that one point is in."""

FEWEST = 4
"""Other second differences on the step that are needed."""


def noise_on_step(gate: FloatArray, left: FloatArray, used: Mask, guess: Guess) -> FloatArray | None:
    """Noise of every point over that beside the step, (n,); None where it is no larger.

    Args:
        gate: rising, (n,).
        left: what a step leaves, (n,).
        used: points that are no outliers, (n,).
        guess: the step.

    Example:
        >>> from attractron.readout.trace.search import Guess
        >>> from attractron.readout.trace.step_noise import noise_on_step
        >>> gate, rng = np.linspace(-5, 5, 400), np.random.default_rng(1)
        >>> occupation, even = 1 / (1 + np.exp(gate / 0.4)), 0.01 * rng.standard_normal(400)
        >>> hops = rng.binomial(20, occupation) / 20 - occupation  # 20 looks at the electron a point
        >>> all_ = np.ones(400, dtype=bool)
        >>> noise_on_step(gate, even, all_, Guess(position=0.0, width=0.4)) is None
        True
        >>> print(f"{noise_on_step(gate, even + hops, all_, Guess(position=0.0, width=0.4)).max():.0f}")  # √(1/80)/0.01
        11
    """
    occupation = expit((gate - guess.position) / guess.width)
    profile = 4 * occupation * (1 - occupation)
    second = (left[:-2] - 2 * left[1:-1] + left[2:]) ** 2
    known = used[:-2] & used[1:-1] & used[2:]
    on, beside = profile[1:-1] > ON, known & (profile[1:-1] < BESIDE)
    if on.sum() < SPIKE + FEWEST or beside.sum() < FEWEST:
        return None
    quiet = float(np.mean(second[beside]))
    if not quiet > 0:
        return None
    # A spike on the step is none of its noise; what scatters there may have been taken for spikes.
    without = float(np.mean(np.sort(second[on])[:-SPIKE])) / quiet
    ratio = float(np.mean(second[on])) / quiet
    if without < LARGER or fdtrc((on.sum() - SPIKE) / CORRELATED, beside.sum() / CORRELATED, without) > CHANCE:
        return None
    return np.asarray(np.sqrt(1 + (ratio - 1) / float(np.mean(profile[1:-1][on])) * profile))
