r"""Does a fitted line describe its trace? What is left of it, against noise that does not know the line.

Noise is known from the data beside the step, and from how neighbours differ, so that it does not grow where a shape is
wrong. Columns that could follow anything in the region of the step (bumps, half of its width apart) are fitted besides:
where the shape is right they take χ² with as many degrees of freedom as they are, and where it is wrong they show what
is missing. The slow waves of the whole trace are held against the noise in the same way.
"""

import numpy as np
from scipy.special import chdtrc

from attractron.core.checks import FloatArray
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit
from attractron.readout.trace.rivals import RivalFit
from attractron.readout.trace.separable import coefficients, orthonormal
from attractron.readout.trace.switches import neighbour_noise

UNREADABLE = 0.1
"""What is left over the step, both r.m.s., beyond which no number is read from a model that is wrong."""

SHAPE_ERROR = 0.01
"""Relative error of the width of a step, because no detector is exactly linear.

A response q + κ q (1 - q) to the charge q moves a thermal step to first order in κ and narrows it to second, by 0.8 %
at κ = 0.2, where the detector is steeper by half at one end of the step than at the other. That leaves a residual below
0.1 % of the step, which noise hides.
"""

ROUNDING = 1e-6
"""Residual relative to the range of the curve below which it is rounding."""

REACH = 2.5
"""Equivalent widths on either side of a step in which bumps stand."""

BUMPS = 11
"""Half an equivalent width apart."""


def unreadable(found: GoodnessOfFit) -> bool:
    """The line does not describe the trace at all."""
    return found.significant and found.share > UNREADABLE


def bumps(gate: FloatArray, position: float, width: float) -> FloatArray:
    """Columns that follow anything in the region of a step but noise, (n, bumps).

    Args:
        gate: (n,).
        position: of the step.
        width: its equivalent width.
    """
    width = min(width, float(np.ptp(gate)))
    centres = position + width * np.linspace(-REACH, REACH, BUMPS)
    inside = (centres > gate[0]) & (centres < gate[-1])
    return np.asarray(np.exp(-0.5 * ((gate[:, None] - centres[inside]) / (0.3 * width)) ** 2))


def judge(rival: RivalFit, position: float, width: float, block: int = 1, repeats: float = 0.0) -> GoodnessOfFit:
    """The goodness of fit of a line.

    Args:
        rival: the fitted line.
        position: of its step.
        width: its equivalent width.
        block: points that were averaged into one of the fit.
        repeats: standard deviation of the noise of a point where it was measured several times; 0 where it was not.
    """
    data, fit = rival.data, rival.fit
    left_over = signal_left(rival)
    white = repeats / np.sqrt(block) if repeats > 0 else neighbour_noise(left_over)
    of_a_point = float(white * np.sqrt(block))
    step = data.free(fit.feature(data.gate))
    size = float(step @ step)
    floor = ROUNDING * float(np.ptp(data.signal))
    if not (size > 0 and np.std(left_over) > floor):
        return GoodnessOfFit(noise=of_a_point, chi_squared=1.0, excess=1.0, probability=1.0, share=0.0)
    moved = orthonormal(data.free(fit.tangents(data.gate)))
    left = data.target - step
    left = left - moved @ (moved.T @ left)
    local = data.free(bumps(data.gate, position, max(width, 2 * float(np.median(np.diff(data.gate))))))
    local = orthonormal(local - moved @ (moved.T @ local))
    near, count = float(np.sum((local.T @ left) ** 2)), local.shape[1]
    waves = int(np.clip(np.ceil(2 * np.ptp(data.gate) / width), 8, max(left.size // 4, 8)))
    taken = np.sum(data.basis[:waves] ** 2) + np.sum(moved[:waves] ** 2)
    slow, free = float(np.sum(left[:waves] ** 2)), max(waves - float(taken), 1.0)
    probability = min(1.0, 2 * min(float(chdtrc(max(count, 1), near)), float(chdtrc(free, slow))))
    return GoodnessOfFit(
        noise=of_a_point,
        chi_squared=float(np.var(left_over)) / white**2 if white > 0 else 1.0,
        excess=max(1.0, near / max(count, 1), slow / free),
        probability=probability,
        share=float(np.sqrt(max(near - count, slow - free, 0.0) / size)),
    )


def signal_left(rival: RivalFit) -> FloatArray:
    """Data less the fitted curve at the points of the fit, (m,)."""
    data = rival.data
    return np.asarray(data.signal - data.columns @ coefficients(data, rival.fit) - rival.fit.feature(data.gate))


def apart(one: RivalFit, other: RivalFit, position: float, width: float) -> float:
    """How far two fitted curves are apart around a step, over the step, both r.m.s."""
    gate = one.data.gate
    near = np.abs(gate - position) < REACH * width
    if near.sum() < 3:
        return 0.0
    away = (signal_left(one) - signal_left(other))[near]
    step = one.fit.feature(gate)[near]
    return float(np.std(away) / max(float(np.std(step)), 1e-300))
