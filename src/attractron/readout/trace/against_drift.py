"""Is a feature more than drift? The trace has to be likelier with it than without it, in the noise of either case.

Slow noise, a random walk above all, makes maxima and steps that any shape follows well; a residual that was fitted with
the shape no longer shows the noise that could have made it. So the noise is estimated twice, beside the background
alone and beside the feature too (`drift.estimate`), and -2 ln L has to fall by 10 beyond ln n for every parameter.
"""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.trace.drift import TraceNoise, estimate
from attractron.readout.trace.separable import Whitened

GAIN = 10.0
"""Gain of -2 ln L, besides ln n for every parameter, from which on a feature is more than drift."""


def deviance(gate: FloatArray, signal: FloatArray, columns: FloatArray, noise: TraceNoise) -> float:
    """-2 ln L of a trace beside some columns in some noise."""
    data = Whitened(gate=gate, signal=signal, columns=columns, noise=noise)
    return float(np.sum(np.log(noise.spectrum))) + data.chi_squared


def beats_drift(gate: FloatArray, signal: FloatArray, background: FloatArray, tangents: FloatArray) -> bool:
    """Whether a fitted feature is likelier than the slow noise that could have made it.

    Args:
        gate: rising, (n,).
        signal: (n,).
        background: columns of what is there besides, (n, columns).
        tangents: derivatives of the fitted feature by its parameters, its height among them, (n, parameters).

    Example:
        >>> from attractron.readout.trace.against_drift import beats_drift
        >>> gate, rng = np.linspace(-1, 1, 300), np.random.default_rng(1)
        >>> peak = np.exp(-gate**2 / 0.02)
        >>> both = np.stack([peak, gate * peak, gate**2 * peak], axis=1)
        >>> flat = np.stack([gate**0, gate], axis=1)
        >>> [beats_drift(gate, signal, flat, both) for signal in (peak + rng.normal(0, 0.1, 300),
        ...                                                       np.cumsum(rng.normal(0, 0.1, 300)))]
        [True, False]
    """
    together = np.concatenate([background, tangents], axis=1)
    if together.shape[1] > gate.size / 2:
        return False
    found = [
        deviance(gate, signal, columns, estimate(columns, signal))
        for columns in (background, together[:, np.any(together != 0, axis=0)])
    ]
    return bool(found[0] - found[1] > GAIN + tangents.shape[1] * np.log(gate.size))
