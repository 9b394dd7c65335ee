"""The fit of a Coulomb peak beside its rivals: its shape, its noise, and what the trace is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.readout.model_selection import DECISIVE, Comparison, compare
from attractron.readout.trace.against_drift import beats_drift
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit, goodness_of_fit
from attractron.readout.trace.peak_data import PeakTrace
from attractron.readout.trace.peak_fit import NAMES as PARAMETERS
from attractron.readout.trace.peak_fit import PeakFit, PeakModel, fit_peak, inliers
from attractron.readout.trace.peak_options import PeakOptions
from attractron.readout.trace.peak_rivals import (
    BOTH,
    COULOMB_PEAKS,
    LORENTZIAN,
    METALLIC,
    THERMAL,
    Fitted,
    Start,
    averaged,
    candidates,
    find_peak,
    fit_rivals,
)
from attractron.readout.trace.peak_shapes import FULL_WIDTHS, SHAPES
from attractron.readout.trace.whitening import Whitening, unweighted, whitening, whitening_beneath

STATUS = {0: "described", 1: "not described", 2: "no peak", 3: "another shape", 4: "at edge"}
TOO_NARROW = 5
"""Status of a fit with too few points in the peak, which is refused."""

WIDEST = 0.5
"""Full width over the length of the trace from which on the background beside a peak is not in view."""

FEWEST_IN_PEAK = 3
"""Points within half the height of a peak below which its shape cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Peak:
    """A fit with what it rests on.

    Attributes:
        fit: of the chosen shape.
        both: with both widths free, where the chosen one has no tunnel broadening.
        others: the two thermal shapes, by name.
        comparison: of all rivals.
        goodness: of the fit.
        white: the noise.
        used: points that are no outliers, (n,).
        status: code of `STATUS`.
        widths_varied: names of the fitted widths.
    """

    fit: PeakFit
    both: PeakFit | None
    others: Mapping[str, PeakFit]
    comparison: Comparison
    goodness: GoodnessOfFit
    white: Whitening
    used: np.ndarray
    status: int
    widths_varied: tuple[str, ...]

    def kelvin(self, options: PeakOptions) -> float:
        """Temperature that alone would make the peak as wide as it is; 0 where no lever arm is given."""
        alpha = options.lever_arm or 0.0
        return float(alpha * self.fit.width / (FULL_WIDTHS["single-level"] * K_B))


def read_fit(data: PeakTrace, options: PeakOptions) -> Peak:
    """The fit of the shape that the options or the trace ask for, beside its rivals.

    The noise comes from the residual of the rival that leaves least, and then from that of the fit itself.
    """
    start = find_peak(data.gate, data.signal)
    used = np.ones(data.gate.size, dtype=bool)
    gate, signal = averaged(data.gate, data.signal)
    rivals = fit_rivals(gate, signal, start, unweighted(signal))
    if gate.size == data.gate.size:
        used = inliers(_least(rivals))
        if not used.all():
            gate, signal = gate[used], signal[used]
            rivals = fit_rivals(gate, signal, start, unweighted(signal))
    white = whitening(_least(rivals), 5)
    if not np.all(white.amplitudes == white.amplitudes[0]):
        rivals = fit_rivals(gate, signal, start, white)
    comparison = compare(candidates(rivals, white), gate.size)
    shape, fixed = _chosen(options, comparison)
    better = Start(float(rivals[THERMAL].point[0]), abs(float(rivals[THERMAL].point[1])))
    gate, signal = data.gate[used], data.signal[used]
    model = PeakModel(shape=shape, gate=gate)
    first = fit_peak(model, signal, better, fixed, unweighted(signal))
    varied = [PARAMETERS.index(name) for name in first.likelihood.names]
    white = whitening_beneath(model.curve(first.values)[1][:, varied], signal - first.curve)
    fit = fit_peak(model, signal, better, fixed, white)
    line = fit.values["background"] + fit.values["slope"] * (gate - gate.mean())
    goodness = goodness_of_fit(signal - fit.curve, fit.curve - line, float(np.ptp(gate)) / fit.width)
    excess = max(goodness.excess, 1.0) if goodness.significant else 1.0
    fit = fit_peak(model, signal, better, fixed, white, excess)
    status = _status(data, fit, comparison, goodness) or 2 * (not _beats_drift(fit, signal))
    both, others = None, {}
    if status == 0:
        if "lorentz" in fixed and fixed["lorentz"] == 0 and shape == "single-level" and "thermal" not in fixed:
            both = fit_peak(model, signal, better, {}, white, excess)
        if fixed.get("lorentz") == 0 and "thermal" not in fixed:
            others = {
                name: fit_peak(PeakModel(shape=name, gate=gate), signal, better, fixed, white, excess)
                for name in SHAPES
            }
    widths = tuple(name for name in ("thermal", "lorentz") if name not in fixed)
    return Peak(
        fit=fit,
        both=both,
        others=others,
        comparison=comparison,
        goodness=goodness,
        white=white,
        used=used,
        status=status,
        widths_varied=widths,
    )


def _beats_drift(fit: PeakFit, signal: FloatArray) -> bool:
    """The peak is more than slow noise."""
    columns = fit.model.curve(fit.values)[1]
    varied = [at for at, name in enumerate(PARAMETERS) if name in fit.likelihood.names]
    return beats_drift(fit.model.gate, signal, columns[:, :2], columns[:, varied[2:]])


def _least(rivals: Mapping[str, Fitted]) -> FloatArray:
    """The residual of the shape with the least of it, against white noise."""
    size = next(iter(rivals.values())).residual.size

    def criterion(name: str) -> float:
        squares = float(np.sum(rivals[name].residual ** 2))
        return float(size * np.log(max(squares, 1e-300)) + rivals[name].parameters * np.log(size))

    return np.asarray(rivals[min(rivals, key=criterion)].residual)


def _chosen(options: PeakOptions, comparison: Comparison) -> tuple[str, dict[str, float]]:
    """The shape, and the widths in mV that are not fitted."""
    scores = dict(zip(comparison.names, comparison.scores, strict=True))
    best = min(scores.get(BOTH, np.inf), scores.get(LORENTZIAN, np.inf))
    sharp = min(scores.get(name, np.inf) for name in (THERMAL, METALLIC))
    fixed: dict[str, float] = {}
    alpha = options.lever_arm
    if options.temperature is not None and alpha is not None:
        fixed["thermal"] = K_B * options.temperature / alpha
    if options.tunnel_broadening is not None:
        fixed["lorentz"] = options.tunnel_broadening / (alpha or 1.0)
    wanted = options.fit_broadening or "thermal" in fixed or sharp - best >= DECISIVE
    if options.shape == "metallic" or (options.tunnel_broadening is None and not wanted):
        fixed["lorentz"] = 0.0
    metallic = options.shape is None and scores.get(THERMAL, np.inf) - scores.get(METALLIC, np.inf) >= DECISIVE
    shape = options.shape or ("metallic" if metallic and fixed.get("lorentz") == 0 else "single-level")
    return shape, fixed


def _status(data: PeakTrace, fit: PeakFit, comparison: Comparison, goodness: GoodnessOfFit) -> int:
    """What the trace is; a peak has to be in view, and better than all that is none."""
    scores = dict(zip(comparison.names, comparison.scores, strict=True))
    own = min(scores[name] for name in COULOMB_PEAKS if name in scores)
    if own >= DECISIVE and comparison.best != "no peak":
        return 3
    if min(scores.get(name, np.inf) for name in ("no peak", "step")) - own < DECISIVE:
        return 2
    if abs(fit.values["height"]) < 5 * fit.uncertainty("height"):
        return 2
    place, half = fit.values["position"], fit.width / 2
    span = float(np.ptp(data.gate))
    if not data.gate[0] + half <= place <= data.gate[-1] - half or fit.width > WIDEST * span:
        return 4
    inside = int((np.abs(data.gate - place) <= half).sum())
    if inside < FEWEST_IN_PEAK:
        return TOO_NARROW
    return 1 if goodness.unreadable else 0
