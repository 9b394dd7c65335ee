"""Fit of one Coulomb peak of a chosen shape on a straight background, whitened, with its likelihood."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from attractron.core.checks import FloatArray
from attractron.core.least_squares import UNBOUNDED, minimise
from attractron.readout.profile_likelihood import Likelihood
from attractron.readout.trace.peak_rivals import Start
from attractron.readout.trace.peak_shapes import SHAPES, area, full_width
from attractron.readout.trace.whitening import Whitening

NAMES = ("background", "slope", "height", "position", "thermal", "lorentz")
"""Parameters in the order of the derivatives: in units of the signal, per mV, and the last three in mV."""

COLDEST = 1e-3
"""Thermal width over the gate's step below which a peak is as at zero temperature."""

OUTLIER = 6.0
"""Standard deviations beyond which a lonely point is left out."""

MOST_OUTLIERS = 0.05
"""Part of the points beyond which they are no outliers."""

RELATIVE = 1e-4
"""Change of a parameter over which derived quantities are differenced."""


@dataclass(frozen=True, kw_only=True)
class PeakModel:
    """I = b + s (V - V_c) + A · shape(V - V₀; w, g) over the gate (n,), rising, mV."""

    shape: str
    gate: FloatArray

    def curve(self, values: Mapping[str, float]) -> tuple[FloatArray, FloatArray]:
        """I and its derivatives by the parameters, (n,) and (n, parameter)."""
        away, centred = self.gate - values["position"], self.gate - self.gate.mean()
        peak, by = SHAPES[self.shape](away, values["thermal"], values["lorentz"])
        height = values["height"]
        columns = [np.ones_like(away), centred, peak, -height * by[0], height * by[1], height * by[2]]
        return values["background"] + values["slope"] * centred + height * peak, np.stack(columns, axis=1)

    def bounds(self, name: str) -> tuple[float, float]:
        """What the gate's range and spacing can show."""
        span, step = float(np.ptp(self.gate)), float(np.median(np.diff(self.gate)))
        return {
            "position": (float(self.gate[0]), float(self.gate[-1])),
            "thermal": (COLDEST * step, span),
            "lorentz": (0.0, 2 * span),
        }.get(name, UNBOUNDED)


@dataclass(frozen=True, kw_only=True)
class PeakFit:
    """A fitted peak.

    Attributes:
        model: its curve.
        values: all parameters.
        likelihood: over those that were varied.
        covariance: of these.
        curve: (n,).
    """

    model: PeakModel
    values: dict[str, float]
    likelihood: Likelihood
    covariance: FloatArray
    curve: FloatArray

    def uncertainty(self, name: str) -> float:
        """Standard deviation of a parameter; zero for a fixed one."""
        if name not in self.likelihood.names:
            return 0.0
        at = self.likelihood.index(name)
        return float(np.sqrt(self.covariance[at, at]))

    @property
    def width(self) -> float:
        """Full width at half maximum, mV."""
        return full_width(self.model.shape, self.values["thermal"], self.values["lorentz"])

    @property
    def area(self) -> float:
        """∫ over the gate, in the unit of the signal times mV."""
        return self.values["height"] * area(self.model.shape, self.values["thermal"], self.values["lorentz"])

    def derived_uncertainty(self, name: str) -> float:
        """Of `width` or `area`, to first order in the parameters."""
        slopes = []
        for each in self.likelihood.names:
            change = RELATIVE * (abs(self.values[each]) or self.values["thermal"])
            moved = PeakFit(
                model=self.model,
                values={**self.values, each: self.values[each] + change},
                likelihood=self.likelihood,
                covariance=self.covariance,
                curve=self.curve,
            )
            slopes.append((getattr(moved, name) - getattr(self, name)) / change)
        return float(np.sqrt(max(np.array(slopes) @ self.covariance @ np.array(slopes), 0.0)))

    def asymmetry(self, white: Whitening, signal: FloatArray, excess: float) -> tuple[float, float]:
        """(w_right - w_left)/(w_right + w_left) of the two flanks' widths, to first order, and its uncertainty."""
        away = self.model.gate - self.values["position"]
        by_away = SHAPES[self.model.shape](away, self.values["thermal"], self.values["lorentz"])[1][0]
        skewed = white(-self.values["height"] * by_away * np.abs(away))
        jacobian = self.likelihood.jacobian(self.likelihood.best)
        basis, _ = np.linalg.qr(jacobian / np.maximum(np.linalg.norm(jacobian, axis=0), 1e-300))
        free = skewed - basis @ (basis.T @ skewed)
        power = float(free @ free)
        return float(free @ white(signal - self.curve)) / power, float(np.sqrt(excess / power))


def fit_peak(
    model: PeakModel,
    signal: FloatArray,
    start: Start,
    fixed: Mapping[str, float],
    white: Whitening,
    excess: float = 1.0,
) -> PeakFit:
    """Whitened least squares.

    Args:
        model: the curve.
        signal: (n,).
        start: where the peak is.
        fixed: parameters that are not fitted.
        white: the noise.
        excess: power of the residual over that of the noise, by which variances are raised.
    """
    both = {"thermal", "lorentz"}.isdisjoint(fixed)
    widths = {
        "thermal": start.thermal * (0.7 if both else 1.0),
        "lorentz": start.thermal if both else 3 * start.thermal,
    }
    values = dict.fromkeys(NAMES, 0.0) | {"position": start.position} | widths | dict(fixed)
    columns = white(model.curve(values)[1][:, :3])
    heights = np.linalg.lstsq(columns, white(signal), rcond=None)[0]
    values |= dict(zip(NAMES[:3], heights.tolist(), strict=True))
    varied = tuple(name for name in NAMES if name not in fixed)
    at = [NAMES.index(name) for name in varied]

    def of(point: FloatArray) -> dict[str, float]:
        return {**values, **dict(zip(varied, point.tolist(), strict=True))}

    def residual(point: FloatArray) -> FloatArray:
        return white(model.curve(of(point))[0] - signal)

    def jacobian(point: FloatArray) -> FloatArray:
        return white(model.curve(of(point))[1][:, at])

    lows, highs = np.transpose([model.bounds(name) for name in varied])
    first = np.clip([values[name] for name in varied], lows, highs)
    found = minimise(residual, jacobian, first, bounds=(lows, highs), ftol=1e-12, xtol=1e-10, gtol=1e-12)
    awake = np.array([start.thermal / 4 if name == "thermal" else np.nan for name in varied])
    norms = np.maximum(np.linalg.norm(found.jacobian, axis=0), 1e-300)
    scaled = found.jacobian / norms
    covariance = np.linalg.pinv(scaled.T @ scaled, hermitian=True) / np.outer(norms, norms) * excess
    return PeakFit(
        model=model,
        values=of(found.point),
        likelihood=Likelihood(
            names=varied,
            best=found.point,
            residual=residual,
            jacobian=jacobian,
            lows=lows,
            highs=highs,
            variance=lambda direction: excess,
            awake=awake,
        ),
        covariance=covariance,
        curve=model.curve(of(found.point))[0],
    )


def inliers(residual: FloatArray) -> NDArray[np.bool_]:
    """Points that are not alone far from the curve; all of them where many are."""
    away = np.abs(residual - median_filter(residual, size=5, mode="nearest"))
    reach = OUTLIER * 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
    out = (away > reach) & (np.abs(residual) > reach)
    return ~out if reach > 0 and out.mean() <= MOST_OUTLIERS else np.ones(residual.size, dtype=bool)
