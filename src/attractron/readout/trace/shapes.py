r"""Shapes that a trace over a gate may have: steps of a charging or interdot line, peaks, pinch-offs.

Those of lines have their energies from the lever arm; the others, which are fitted to be told from lines, know
nothing of energies. A pinch-off is a channel that opens: it rises from nothing with one width and goes on with another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import erfcx, expit, log_expit, ndtr

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.readout.trace.lineshapes import LineShape
from attractron.readout.trace.separable import Shape

COLDEST = 0.02
"""Thermal energy over that between two points below which a step is as sharp as at zero temperature."""

DIFFERENCE = 0.01
"""Part of the gate step over which the model is differenced for a trace that is a derivative: exact to 1e-4."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Step:
    """A step A n(α (V - V₀); T, own), with c (V - V₀) n + d (V - V₀)² n beside it where slopes and bends differ.

    Attributes:
        line: n with its derivatives.
        lever_arm: α, meV per unit of the axis.
        free: which of "position", "temperature" and "own" are fitted.
        held: the others.
        slopes: powers of V - V₀ by which the background changes across the step.
        derivative: the data are dI/dV.
        spacing: of the gate.
    """

    line: LineShape
    lever_arm: float
    free: tuple[str, ...]
    held: dict[str, float]
    spacing: float
    slopes: int = 0
    derivative: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that are fitted."""
        return self.free

    @property
    def count(self) -> int:
        """One height, and one for every power."""
        return 1 + self.slopes

    def values(self, point: FloatArray) -> dict[str, float]:
        """Position, temperature and own parameter."""
        return {**self.held, **dict(zip(self.free, np.asarray(point, dtype=float).tolist(), strict=True))}

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """φ and ∂φ/∂θ."""
        if not self.derivative:
            return self._current(gate, point)
        half = DIFFERENCE * self.spacing / 2
        above, below = self._current(gate + half, point), self._current(gate - half, point)
        return (above[0] - below[0]) / (2 * half), (above[1] - below[1]) / (2 * half)

    def _current(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        values = self.values(point)
        away = gate - values["position"]
        charge, by = self.line(self.lever_arm * away, values["temperature"], values["own"])
        slopes = {"position": -self.lever_arm * by[0], "temperature": by[1], "own": by[2]}
        moved = np.stack([slopes[name] for name in self.free], axis=1)
        columns, by_point = [charge], [moved]
        for power in range(1, self.slopes + 1):
            factor = away**power
            beside = moved * factor[:, None]
            if "position" in self.free:
                beside[:, self.free.index("position")] -= power * away ** (power - 1) * charge
            columns.append(factor * charge)
            by_point.append(beside)
        return np.stack(columns, axis=1), np.stack(by_point, axis=1)

    def width(self, point: FloatArray) -> float:
        """Width that the step would have with its steepest slope throughout: 4 k_B T/α for a Fermi function."""
        values = self.values(point)
        _, by = self.line(np.zeros(1), values["temperature"], values["own"])
        steepness = self.lever_arm * float(by[0, 0])
        return 1 / steepness if steepness > 0 else float("inf")


@dataclass(frozen=True, eq=False, kw_only=True)
class Sum:
    """Several shapes side by side; names of the parts after the first have their number behind them."""

    parts: tuple[Shape, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of all parts."""
        found = list(self.parts[0].names)
        for number, part in enumerate(self.parts[1:], start=1):
            found += [f"{name}_{number}" for name in part.names]
        return tuple(found)

    @property
    def count(self) -> int:
        """Heights of all parts."""
        return sum(part.count for part in self.parts)

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Blocks of the parts."""
        columns = []
        slopes = np.zeros((gate.size, self.count, len(self.names)))
        row = column = 0
        for part in self.parts:
            values, by = part(gate, point[column : column + len(part.names)])
            columns.append(values)
            slopes[:, row : row + part.count, column : column + len(part.names)] = by
            row, column = row + part.count, column + len(part.names)
        return np.concatenate(columns, axis=1), slopes


def fermi_occupation(energy: FloatArray, temperature: float, own: float) -> tuple[FloatArray, FloatArray]:
    """The Fermi function, 1/(1 + exp(-µ/k_B T)): `lead_occupation` at Γ = 0; nothing depends on `own`."""
    reduced = energy / (K_B * temperature)
    charge = expit(reduced)
    slope = charge * expit(-reduced)
    return charge, np.stack([slope / (K_B * temperature), -slope * reduced / temperature, np.zeros_like(energy)])


def lorentzian_occupation(energy: FloatArray, temperature: float, own: float) -> tuple[FloatArray, FloatArray]:
    """1/2 + arctan(2µ/Γ)/π: `lead_occupation` at T = 0; nothing depends on the temperature."""
    half = own / 2
    power = np.pi * np.maximum(energy**2 + half**2, np.finfo(float).tiny)
    by = np.stack([half / power, np.zeros_like(energy), -energy / (2 * power)])
    return 0.5 + np.arctan2(energy, half) / np.pi, by


@dataclass(frozen=True, kw_only=True)
class Peak:
    """cosh⁻²((V - V₀)/2w), the thermal Coulomb peak, or 1/(1 + ((V - V₀)/w)²), the Lorentzian one."""

    lorentzian: bool = False
    names: tuple[str, ...] = ("position", "width")
    count: int = 1

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """φ and ∂φ/∂(V₀, w)."""
        position, width = point
        away = (gate - position) / width
        if self.lorentzian:
            peak = 1 / (1 + away**2)
            slope = -2 * away * peak**2
        else:
            charge = expit(away)
            peak = 4 * charge * (1 - charge)
            slope = peak * (1 - 2 * charge)
        return peak[:, None], np.stack([-slope / width, -slope * away / width], axis=1)[:, None, :]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A channel that opens at one gate voltage and, where it saturates, levels off at another.

    w ln(1 + exp((V - V₀)/w)) for the rise, and the same at V₀ + d with a width of its own: heights are the slopes.
    """

    saturates: bool = True
    side: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """Place and width of the first bend, distance and width of the second."""
        return ("position", "width", "distance", "width_2") if self.saturates else ("position", "width")

    @property
    def count(self) -> int:
        """A slope for every bend."""
        return 2 if self.saturates else 1

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """φ and ∂φ/∂θ."""
        first, by_place, by_width = _bend(gate, point[0], point[1])
        if not self.saturates:
            return first[:, None], np.stack([by_place, by_width], axis=1)[:, None, :]
        second, place_2, width_2 = _bend(gate, point[0] + point[2], point[3])
        nothing = np.zeros_like(gate)
        slopes = np.stack(
            [
                np.stack([by_place, by_width, nothing, nothing], axis=1),
                np.stack([place_2, nothing, place_2, width_2], axis=1),
            ],
            axis=1,
        )
        return np.stack([first, second], axis=1), slopes


def _bend(gate: FloatArray, place: float, width: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """w ln(1 + e^u) with u = (V - V₀)/w, and its derivatives by V₀ and w."""
    away = (gate - place) / width
    bent = -log_expit(-away)
    rise = expit(away)
    return width * bent, -rise, bent - away * rise


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """1 - exp(-(V - V₀)/τ) from V₀ on, its onset blurred by a Gaussian of width s: a saturating exponential.

    With u = (V - V₀)/s and a = s/τ it is Φ(u) - ½ e^(-u²/2) erfcx((a - u)/√2), Φ the Gaussian's integral. `side` -1 is
    its mirror image.
    """

    side: int = 1
    names: tuple[str, ...] = ("position", "decay", "blur")
    count: int = 1

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """φ and its derivatives, by differences."""
        middle = self._curve(gate, point)
        slopes = []
        for at, value in enumerate(point):
            step = 1e-5 * (abs(value) if at else abs(point[1]) + abs(point[2]))
            ahead, behind = point.copy(), point.copy()
            ahead[at], behind[at] = value + step, value - step
            slopes.append((self._curve(gate, ahead) - self._curve(gate, behind)) / (2 * step))
        return middle[:, None], np.stack(slopes, axis=1)[:, None, :]

    def _curve(self, gate: FloatArray, point: FloatArray) -> FloatArray:
        position, decay, blur = point
        away = self.side * (gate - position) / blur
        ratio = blur / decay
        # erfcx overflows far behind the onset, where the exponential itself is safe.
        argument = (ratio - away) / np.sqrt(2)
        near = np.maximum(argument, -5.0)
        tail = np.where(
            argument > -5.0,
            0.5 * np.exp(-np.minimum(away**2 / 2, 700.0)) * erfcx(near),
            np.exp(np.clip(ratio**2 / 2 - ratio * away, -700.0, 50.0)),
        )
        return np.asarray(ndtr(away) - tail)


@dataclass(frozen=True, kw_only=True)
class Lopsided:
    """(1 + exp(-(V - V₀)/w))^(-ν): a step whose two ends differ; ν = 1 is a Fermi function."""

    names: tuple[str, ...] = ("position", "width", "exponent")
    count: int = 1

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """φ and ∂φ/∂(V₀, w, ν)."""
        position, width, exponent = point
        away = (gate - position) / width
        logarithm = log_expit(away)
        values = np.exp(exponent * logarithm)
        by_away = exponent * values * expit(-away)
        slopes = [-by_away / width, -by_away * away / width, values * logarithm]
        return values[:, None], np.stack(slopes, axis=1)[:, None, :]


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """No feature at all."""

    names: tuple[str, ...] = ()
    count: int = 0

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """No columns."""
        return np.empty((gate.size, 0)), np.empty((gate.size, 0, 0))


@dataclass(frozen=True, kw_only=True)
class Heaviside:
    """A step between two points."""

    place: float
    names: tuple[str, ...] = ()
    count: int = 1

    def __call__(self, gate: FloatArray, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """0 before and 1 behind the place."""
        return (gate > self.place).astype(float)[:, None], np.empty((gate.size, 1, 0))


def background(gate: FloatArray, order: int) -> FloatArray:
    """1, u, u², … with u from -1 to 1 over the trace, (n, order + 1)."""
    return np.vander(reduced(gate), order + 1, increasing=True)


def reduced(gate: FloatArray) -> FloatArray:
    """The gate as -1 to 1."""
    return np.asarray((gate - (gate[0] + gate[-1]) / 2) / ((gate[-1] - gate[0]) / 2))


def summed(parts: Sequence[Shape]) -> Shape:
    """One shape as itself, several as their sum."""
    return parts[0] if len(parts) == 1 else Sum(parts=tuple(parts))


def first_of(shape: Shape) -> Shape:
    """The first part of a sum, any other shape as itself."""
    return shape.parts[0] if isinstance(shape, Sum) else shape
