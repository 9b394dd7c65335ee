"""Several Coulomb peaks on one background: where they are, and a fit of all of them at once."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from attractron.core.checks import FloatArray
from attractron.core.least_squares import minimise
from attractron.readout.trace.peak_rivals import find_peak
from attractron.readout.trace.peak_shapes import FULL_WIDTHS, SHAPES
from attractron.readout.trace.whitening import Whitening

DETECTED = 6.0
"""Prominence of a peak over the noise of the smoothed trace."""

FAINTEST = 0.01
"""Prominence relative to the largest below which a peak is not looked for."""

MOST_PEAKS = 40
"""The most prominent ones are read."""

EVALUATIONS = 60
"""Of a fit of all peaks at most: from good starts it takes ten."""

LORENTZIAN = "Lorentzian"
"""Name of the shape of cold, tunnel-broadened peaks beside those of `SHAPES`."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Peaks that are wholly in view, and the part of the trace that holds no others.

    Attributes:
        positions: mV, rising.
        heights: over the straight line beside them; negative for a trace of dips.
        thermal: thermal width of a typical one, mV.
        inside: points between peaks that the window cuts, (n,).
        cut: how many it cuts at the lower and the upper end.
    """

    positions: FloatArray
    heights: FloatArray
    thermal: float
    inside: NDArray[np.bool_]
    cut: tuple[int, int]


def find_row(gate: FloatArray, signal: FloatArray) -> Row:
    """Maxima (or minima, whichever stand out more) that rise from both sides by more than noise does.

    Args:
        gate: rising, mV, (n,).
        signal: (n,).
    """
    from scipy.signal import find_peaks

    middle = float(np.median(signal))
    sign = 1.0 if signal.max() - middle >= middle - signal.min() else -1.0
    step = float(np.median(np.diff(gate)))
    thermal = find_peak(gate, signal).thermal
    blur = float(np.clip(thermal / step / 2, 0.7, gate.size / 20))
    smooth = sign * gaussian_filter1d(signal, blur, mode="nearest")
    white = float(np.median(np.abs(np.diff(signal)))) * 1.4826 / np.sqrt(2)
    # Gaussian weights leave this much of white noise; over a long trace its largest excursion is larger.
    least = DETECTED * white / np.sqrt(2 * np.sqrt(np.pi) * blur)
    least = max(least, FAINTEST * float(np.ptp(smooth)))
    found, about = find_peaks(smooth, prominence=least)
    if found.size > MOST_PEAKS:
        kept = np.sort(np.argsort(about["prominences"])[-MOST_PEAKS:])
        found, about = found[kept], {key: values[kept] for key, values in about.items()}
    if not found.size:
        return Row(
            positions=np.zeros(0), heights=np.zeros(0), thermal=thermal, inside=np.ones(gate.size, bool), cut=(0, 0)
        )
    ends = [0, *found, gate.size - 1]
    valleys = [low + int(np.argmin(smooth[low : high + 1])) for low, high in pairwise(ends)]
    heights = smooth[found] - np.maximum(smooth[valleys[:-1]], smooth[valleys[1:]])
    # A peak that the window cuts shows as a maximum too near to its end, or as the flank of one beyond it.
    reach = FULL_WIDTHS["single-level"] * thermal
    first, last = int(gate[found[0]] - gate[0] < reach), found.size - int(gate[-1] - gate[found[-1]] < reach)
    cut = (
        bool(first) or smooth[0] - smooth[valleys[0]] > least,
        last < found.size or smooth[-1] - smooth[valleys[-1]] > least,
    )
    place = np.arange(gate.size)
    low, high = valleys[first] if cut[0] else 0, valleys[last] if cut[1] else gate.size - 1
    return Row(
        positions=gate[found[first:last]],
        heights=sign * heights[first:last],
        thermal=thermal,
        inside=(place >= low) & (place <= high),
        cut=(int(cut[0]), int(cut[1])),
    )


@dataclass(frozen=True, kw_only=True)
class RowFit:
    """A fitted row: I = Σ_k b_k x^k + Σ_j A_j shape(V - V_j; w_j).

    Attributes:
        background: b, of x from -1 to 1 over the gate.
        positions: V_j, mV.
        heights: A_j.
        widths: w_j of a thermal peak, or half the full width of a Lorentzian, mV.
        covariance: of positions, heights and widths in this order.
        curve: (n,).
        parameters: number of them.
        jacobian: derivatives of the curve, those by the background's first, (n, parameters).
    """

    background: FloatArray
    positions: FloatArray
    heights: FloatArray
    widths: FloatArray
    covariance: FloatArray
    curve: FloatArray
    parameters: int
    jacobian: FloatArray

    @property
    def significance(self) -> FloatArray:
        """Heights over their uncertainties."""
        count = self.heights.size
        return np.abs(self.heights) / np.sqrt(np.diag(self.covariance)[count : 2 * count])


def fit_row(
    gate: FloatArray,
    signal: FloatArray,
    start: tuple[FloatArray, FloatArray, FloatArray],
    shape: str,
    degree: int,
    white: Whitening,
) -> RowFit:
    """Whitened least squares of all peaks at once.

    Args:
        gate: rising, mV, (n,).
        signal: (n,).
        start: positions, heights and widths.
        shape: of `SHAPES`, or "Lorentzian".
        degree: of the background.
        white: the noise.
    """
    x = 2 * (gate - gate.mean()) / np.ptp(gate)
    powers = np.stack([x**k for k in range(degree + 1)], axis=1)
    count = start[0].size

    def peaks(point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Curve and derivatives."""
        positions, heights, widths = np.split(point[degree + 1 :], 3)
        curve, columns = powers @ point[: degree + 1], np.empty((gate.size, 3 * count))
        for j in range(count):
            away = gate - positions[j]
            values, by_away, by_width = _shape(shape, away, widths[j])
            curve = curve + heights[j] * values
            columns[:, j] = -heights[j] * by_away
            columns[:, count + j] = values
            columns[:, 2 * count + j] = heights[j] * by_width
        return curve, np.concatenate([powers, columns], axis=1)

    edges = np.concatenate([[gate[0]], (start[0][1:] + start[0][:-1]) / 2, [gate[-1]]])
    step, span = float(np.median(np.diff(gate))), float(np.ptp(gate))
    free = np.full(degree + 1 + count, np.inf)
    lows = np.concatenate([-free[: degree + 1], edges[:-1], -free[:count], np.full(count, step / 20)])
    highs = np.concatenate([free[: degree + 1], edges[1:], free[:count], np.full(count, span / 2)])
    first = np.concatenate([np.zeros(degree + 1), *start])
    rest = signal - peaks(first)[0]
    first[: degree + 1] = np.linalg.lstsq(powers, rest, rcond=None)[0]
    found = minimise(
        lambda point: white(peaks(point)[0] - signal),
        lambda point: white(peaks(point)[1]),
        np.clip(first, lows, highs),
        bounds=(lows, highs),
        ftol=1e-10,
        xtol=1e-9,
        gtol=1e-10,
        evaluations=EVALUATIONS,
    )
    norms = np.maximum(np.linalg.norm(found.jacobian, axis=0), 1e-300)
    scaled = found.jacobian / norms
    covariance = np.linalg.pinv(scaled.T @ scaled, hermitian=True) / np.outer(norms, norms)
    positions, heights, widths = np.split(found.point[degree + 1 :], 3)
    return RowFit(
        background=found.point[: degree + 1],
        positions=positions,
        heights=heights,
        widths=widths,
        covariance=covariance[degree + 1 :, degree + 1 :],
        curve=peaks(found.point)[0],
        parameters=found.point.size,
        jacobian=peaks(found.point)[1],
    )


def _shape(shape: str, away: FloatArray, width: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Values and derivatives by distance and width."""
    if shape == LORENTZIAN:
        values = 1 / (1 + (away / width) ** 2)
        return values, -2 * away / width**2 * values**2, 2 * away**2 / width**3 * values**2
    values, by = SHAPES[shape](away, width, 0.0)
    return values, by[0], by[1]
