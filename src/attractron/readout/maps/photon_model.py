r"""Lines along which microwaves move an electron between two dots, fitted to a whole map at once.

    Ω(ε) = n h f,    Ω = √(ε² + 4t²),    ε = α (V - V₀),    hence    ε = ±√((n h f)² - 4t²)

for n photons of frequency f. Every row of the map, at one frequency, is

    S = c + s (V - V_c) + A ½ (ε/Ω) tanh(Ω/2k_BT) + Σ_n Σ_± A_n^± (|ε|/Ω) L([Ω(ε) - n h f]/γ) Θ(±ε)

(an electron that is excited moves the charge ε/Ω) with amplitudes of its own, since what a line passes on depends on
the frequency, and of either sign; the place of the lines is common to all rows. Amplitudes and background are linear
and eliminated (Golub and Pereyra 1973).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B, PLANCK
from attractron.core.least_squares import Minimum, minimise

SHAPES = ("Lorentzian in energy", "Lorentzian in detuning", "Gaussian in detuning")

NAMES = ("lever_arm", "position", "coupling_squared", "width", "temperature")
"""Parameters that are not linear: ln α, V₀ (mV), t² (meV²), ln γ, ln T."""

STEP = 1e-4
"""Of finite differences, in units of the parameters' sizes."""

EVALUATIONS = 60

FIXED = "lines that do not move"
CURVED = "photon lines"
STRAIGHT = "photon lines, t = 0"
ONE_SIDE = "one photon line"
NOTHING = "no lines"
HELD = "photon lines, t given"


@dataclass(frozen=True, kw_only=True)
class PhotonModel:
    """What is fitted.

    Attributes:
        gate: of the columns, rising, mV or meV (column,).
        frequency: of the rows, GHz (row,).
        photons: numbers n of the lines.
        shape: one of `SHAPES`.
        sides: of ε at which there are lines, +1 and -1.
        kind: `CURVED` as above, `ONE_SIDE` the same, `HELD` with t as given, `STRAIGHT` with t = 0, `FIXED` with
            ε = ±1 (in units of 1/α) whatever the frequency, `NOTHING` without lines.
        whiten: of the noise along a row (column, column), or None.
    """

    gate: FloatArray
    frequency: FloatArray
    photons: tuple[int, ...] = (1,)
    shape: str = SHAPES[0]
    sides: tuple[int, ...] = (1, -1)
    kind: str = CURVED
    whiten: FloatArray | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Parameters that are fitted."""
        if self.kind == NOTHING:
            return ("lever_arm", "position", "coupling_squared", "temperature")
        return NAMES if self.kind in (CURVED, ONE_SIDE) else tuple(name for name in NAMES if name != "coupling_squared")

    @property
    def linear(self) -> int:
        """Amplitudes of a row."""
        return 3 + (0 if self.kind == NOTHING else len(self.photons) * len(self.sides))

    def columns(self, values: Mapping[str, float]) -> FloatArray:
        """What the amplitudes of every row multiply (row, column, amplitude)."""
        alpha, gamma = np.exp(values["lever_arm"]), np.exp(values["width"])
        squared = 0.0 if self.kind in (STRAIGHT, FIXED) else values["coupling_squared"]
        energy = alpha * (self.gate - values["position"])
        gap = np.sqrt(energy**2 + 4 * max(squared, 0.0))
        kT = K_B * np.exp(values["temperature"])
        step = 0.5 * np.where(gap > 0, energy / np.maximum(gap, 1e-300) * np.tanh(gap / (2 * kT)), 0.0)
        span = float(np.ptp(self.gate))
        background = np.stack([np.ones_like(energy), (self.gate - self.gate.mean()) / span, step], axis=1)
        rows = [np.broadcast_to(background, (self.frequency.size, *background.shape))]
        if self.kind != NOTHING:
            for photons in self.photons:
                for side in self.sides:
                    rows.append(self._line(energy, gap, squared, photons, side, gamma)[:, :, None])
        return np.concatenate(rows, axis=2)

    def _line(
        self, energy: FloatArray, gap: FloatArray, squared: float, photons: int, side: int, gamma: float
    ) -> FloatArray:
        """One line (row, column)."""
        quantum = np.ones_like(self.frequency) if self.kind == FIXED else photons * PLANCK * self.frequency
        here = side * energy
        if self.shape == SHAPES[0]:
            away = (gap[None, :] - quantum[:, None]) / gamma
            charge = np.maximum(here, 0.0) / np.maximum(gap, 1e-300)
            return np.asarray(charge / (1 + away**2))
        place = np.sqrt(np.maximum(quantum**2 - 4 * squared, 0.0))
        away = (here[None, :] - place[:, None]) / gamma
        # Below 2t there is no resonance: what is left fades with the distance in energy.
        lost = np.sqrt(np.maximum(4 * squared - quantum**2, 0.0)) / gamma
        fades = 1 / (1 + lost**2)[:, None]
        return np.asarray(fades * (1 / (1 + away**2) if self.shape == SHAPES[1] else np.exp(-(away**2) / 2)))


class Fit(NamedTuple):
    """A fitted map.

    Attributes:
        model: that was fitted.
        values: parameters that are not linear.
        curve: the map (row, column).
        amplitudes: linear parameters (row, amplitude).
        minimum: of the whitened problem.
        squares: Σ of the whitened residual.
    """

    model: PhotonModel
    values: dict[str, float]
    curve: FloatArray
    amplitudes: FloatArray
    minimum: Minimum
    squares: float

    @property
    def parameters(self) -> int:
        """How many were fitted in all."""
        return len(self.model.names) + self.model.linear * self.model.frequency.size


def fit(model: PhotonModel, signal: FloatArray, start: Mapping[str, float]) -> Fit:
    """Least squares from a start; positions that leave the map are kept in it.

    Args:
        model: the shape.
        signal: without missing points, in units of its noise (row, column).
        start: all parameters of `NAMES`.
    """
    names = model.names
    sizes = np.array([_size(name, model, start) for name in names])
    data = _whitened(model, signal[..., None])[..., 0]

    def at(point: FloatArray) -> dict[str, float]:
        return {**start, **dict(zip(names, (point * sizes).tolist(), strict=True))}

    def residual(point: FloatArray) -> FloatArray:
        columns = _whitened(model, model.columns(at(point)))
        return np.asarray((data - _curve(columns, _amplitudes(columns, data))).ravel())

    def jacobian(point: FloatArray) -> FloatArray:
        base = residual(point)
        return np.stack([(residual(point + step) - base) / STEP for step in STEP * np.eye(point.size)], axis=1)

    lows, highs = np.array([_bounds(name, model, start) for name in names]).T / sizes
    first = np.clip(np.array([start[name] for name in names]) / sizes, lows, highs)
    found = minimise(
        residual, jacobian, first, bounds=(lows, highs), ftol=1e-9, xtol=1e-8, gtol=1e-10, evaluations=EVALUATIONS
    )
    values = at(found.point)
    plain = model.columns(values)
    amplitudes = _amplitudes(_whitened(model, plain), data)
    scaled = replace(found, point=found.point * sizes, jacobian=found.jacobian / sizes)
    return Fit(model, values, _curve(plain, amplitudes), amplitudes, scaled, found.squares)


WEAK = 1e-6
"""Weight of the expectation that amplitudes vanish, which decides where a line is out of the map."""


def _amplitudes(columns: FloatArray, data: FloatArray) -> FloatArray:
    """Least squares of every row, (row, amplitude)."""
    turned = np.swapaxes(columns, 1, 2)
    gram = turned @ columns + WEAK * columns.shape[1] * np.eye(columns.shape[2])
    return np.asarray(np.linalg.solve(gram, turned @ data[..., None])[..., 0])


def _curve(columns: FloatArray, amplitudes: FloatArray) -> FloatArray:
    return np.asarray((columns @ amplitudes[..., None])[..., 0])


def _whitened(model: PhotonModel, columns: FloatArray) -> FloatArray:
    """Columns (row, column, …) in noise that is white."""
    return columns if model.whiten is None else np.asarray(model.whiten @ columns)


def _size(name: str, model: PhotonModel, start: Mapping[str, float]) -> float:
    if name == "position":
        return float(np.exp(start["width"] - start["lever_arm"]))
    if name == "coupling_squared":
        return float(np.max(PLANCK * model.frequency) ** 2) / 4
    return 1.0


def _bounds(name: str, model: PhotonModel, start: Mapping[str, float]) -> tuple[float, float]:
    span, step = float(np.ptp(model.gate)), float(np.median(np.abs(np.diff(model.gate))))
    alpha = float(np.exp(start["lever_arm"]))
    quantum = float(PLANCK * np.max(model.frequency)) if model.kind != FIXED else 1.0
    low, high = {
        "lever_arm": (start["lever_arm"] - 1.0, start["lever_arm"] + 1.0),
        "position": (float(model.gate.min()) - span, float(model.gate.max()) + span),
        "coupling_squared": (0.0, 4 * quantum**2),
        "width": (float(np.log(0.3 * alpha * step)), float(np.log(0.5 * alpha * span))),
        "temperature": (float(np.log(0.05 * alpha * step / K_B)), float(np.log(3 * alpha * span / K_B))),
    }[name]
    return low, max(high, low + 1e-9)
