"""The current through a polarizer over gate and bias, as a function of the few parameters that such a map may fix.

A map is compared with `transport.current` of `transport.pair_junction` on the particle-hole symmetric line µ_P = U:

    I(V_g, V_SD) = I₀ + s I_T(α(V_g - V_c), V_SD - V_0; W, U, Γ_S, Γ_D, Γ_L, Γ_R, T),    β = 0, δV = 0.

Γ_L and Γ_R enter by their product (pairs) and their sum (single electrons): they are √(Γ_L Γ_R) e^(±ρ). All that is
positive is fitted by its logarithm; I₀, and the gain s where the signal is no current, enter linearly.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.least_squares import Minimum, minimise
from attractron.fitting.pair_flow import JUNCTION, Currents, junction_of
from attractron.readout.maps.goodness import scan_noise
from attractron.readout.vertex.scan_noise import ScanNoise

NAMES = ("centre", "lever_arm", "bias_offset", *(name for name in JUNCTION if name != "asymmetry"), "excess")
"""V_c in lengths of the gate's axis; α as a logarithm; V_0 over the largest bias; cosh ρ - 1, in which the current is
linear near zero: at δV = 0 both dots are alike."""

LOWEST = {
    "centre": -3.0,
    "bias_offset": -0.2,
    "lever_arm": np.log(1e-4),
    "U": np.log(1e-3),
    "ratio": np.log(1e-2),
    "Gamma_S": np.log(1e-5),
    "Gamma_D": np.log(1e-5),
    "Gamma_LR": np.log(1e-5),
    "asymmetry": -2.5,
    "excess": 0.0,
    "temperature": np.log(5e-3),
}
HIGHEST = {
    "centre": 4.0,
    "bias_offset": 0.2,
    "lever_arm": 0.0,
    "U": np.log(50.0),
    "ratio": np.log(0.98),
    "Gamma_S": np.log(5.0),
    "Gamma_D": np.log(5.0),
    "Gamma_LR": np.log(5.0),
    "asymmetry": 2.5,
    "excess": 5.0,
    "temperature": np.log(10.0),
}

GATES, BIASES = (-2.5, 3.0), 3.5
"""Of αV/U and |eV_SD|/U up to which the current is calculated: no other line is farther out, where it takes long."""

STEP = 1e-3
"""Of the logarithms, over which the current is differenced."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Pixels(ABC):
    """Pixels of a map on a grid, and what the current through them depends on.

    Attributes:
        values: (n, m), pA or any unit; electrons flow from the source for a positive product with the bias.
        noise: of every pixel, (n, m).
        current: the values are in pA: no gain is fitted.
        free: the currents of each order have amplitudes of their own.
        scan: how the noise of neighbours goes together, where that is known.
    """

    values: FloatArray
    noise: FloatArray
    current: bool
    free: bool = False
    scan: ScanNoise | None = None

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Of the parameters."""

    @property
    @abstractmethod
    def bounds(self) -> dict[str, tuple[float, float]]:
        """Of each."""

    @property
    @abstractmethod
    def geometry(self) -> tuple[str, ...]:
        """Names of the parameters that only say where in energies a pixel is."""

    @abstractmethod
    def knobs(self, point: Mapping[str, float]) -> FloatArray:
        """αV and αδV in meV, V_SD in mV of the pixels (knob, n, m)."""

    def orders(self, point: Mapping[str, float], processes: str) -> FloatArray:
        """I_T in pA, of first order with the elastic current, of second and of third order (part, n, m)."""
        return Currents.at(point, self.knobs, processes).base

    def derivatives(
        self, point: Mapping[str, float], processes: str, steps: Mapping[str, float]
    ) -> tuple[FloatArray, dict[str, FloatArray]]:
        """I_T, and its derivatives by parameters, differenced over their steps; each (part, n, m)."""
        currents = Currents.at(point, self.knobs, processes)
        return currents.base, currents.derivatives(steps, self.geometry)

    @abstractmethod
    def thinned(self, rows: int, columns: int) -> Self:
        """Some of the pixels, evenly spread."""

    def freed(self) -> Self:
        """With free amplitudes of every order."""
        return replace(self, free=True)

    def with_error(self, error: float) -> Self:
        """With an error of the model, relative to the current, beside the noise of every pixel."""
        return replace(self, noise=np.hypot(self.noise, error * np.abs(self.values)))

    def renoised(self, curve: FloatArray) -> Self:
        """With the noise that a curve leaves: a part that grows with the current, and 1/f along the scan."""
        seen = np.isfinite(self.noise)
        left, size = (curve - self.values)[seen], np.abs(curve)[seen]
        quiet, loud = size <= np.median(size), size >= np.quantile(size, 0.75)
        white = float(np.mean(left[quiet] ** 2))
        more = max(float(np.mean(left[loud] ** 2)) - white, 0.0) / float(np.mean(size[loud] ** 2))
        noise = np.sqrt(white + more * curve**2)
        found = replace(self, noise=np.where(seen, np.maximum(noise, 1e-6 * float(size.max())), np.inf))
        return replace(found, scan=scan_noise((curve - self.values) / found.noise))

    def whitened(self, images: FloatArray) -> FloatArray:
        """Images (…, n, m) over the noise, what it has in common along the scan taken out (…, pixel)."""
        over = images / self.noise
        return over.reshape(*images.shape[:-2], -1) if self.scan is None else self.scan.whiten(over)


@dataclass(frozen=True, eq=False, kw_only=True)
class PairMap(Pixels):
    """A map over a gate and the bias.

    Attributes:
        gate: rising, mV or meV, (n,).
        bias: rising, mV, (m,).
        span: middle and length of the whole gate axis.
        reach: largest magnitude of the whole bias axis.
        sign: +1 where the gate attracts electrons, -1 where its axis is turned round.
    """

    gate: FloatArray
    bias: FloatArray
    span: tuple[float, float]
    reach: float = 1.0
    sign: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """As `NAMES`."""
        return NAMES

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        """As `LOWEST` and `HIGHEST`."""
        return {name: (LOWEST[name], HIGHEST[name]) for name in NAMES}

    @property
    def geometry(self) -> tuple[str, ...]:
        """Of gate and bias."""
        return NAMES[:3]

    def knobs(self, point: Mapping[str, float]) -> FloatArray:
        """Those of gate and bias, at αδV = 0, no farther out than any line."""
        values = physical(point, self)
        U = values["U"]
        energy = self.sign * values["lever_arm"] * (self.gate - values["centre"])
        energy = np.clip(energy, GATES[0] * U, GATES[1] * U)
        bias = np.clip(self.bias - values["bias_offset"], -BIASES * U, BIASES * U)
        return np.stack(np.broadcast_arrays(energy[:, None], 0.0, bias[None, :]))

    def turned(self, sign: int) -> "PairMap":
        """With this sign of the gate."""
        return replace(self, sign=sign)

    def thinned(self, rows: int, columns: int) -> "PairMap":
        """Some of its pixels, evenly spread."""
        i, j = spread(self.gate.size, rows), spread(self.bias.size, columns)
        grid = np.ix_(i, j)
        return replace(self, gate=self.gate[i], bias=self.bias[j], values=self.values[grid], noise=self.noise[grid])


def spread(size: int, most: int) -> NDArray[np.intp]:
    """At most so many of the numbers below a size, evenly spread, with both ends."""
    return np.unique(np.linspace(0, size - 1, min(most, size)).round().astype(np.intp))


def physical(point: Mapping[str, float], pairs: PairMap) -> dict[str, float]:
    """meV, K, and the gate's own unit for the centre."""
    middle, length = pairs.span
    return {
        "centre": middle + point["centre"] * length,
        "lever_arm": float(np.exp(point["lever_arm"])),
        "bias_offset": point["bias_offset"] * pairs.reach,
        **junction_of(point),
    }


def modelled(point: Mapping[str, float], pairs: Pixels, processes: str) -> FloatArray:
    """I_T in pA over the grid."""
    return np.asarray(pairs.orders(point, processes).sum(axis=0))


@dataclass(frozen=True, eq=False, kw_only=True)
class PairFit:
    """A fitted map.

    Attributes:
        point: all parameters, by their names in the map.
        varied: names of the fitted ones.
        processes: that were taken along.
        minimum: of the whitened residual, over the varied ones.
        curve: (n, m), with offset and gain.
        linear: I₀, and s.
    """

    point: dict[str, float]
    varied: tuple[str, ...]
    processes: str
    minimum: Minimum
    curve: FloatArray
    linear: FloatArray

    @property
    def squares(self) -> float:
        """χ²."""
        return self.minimum.squares

    @property
    def parameters(self) -> int:
        """Fitted ones."""
        return len(self.varied) + self.linear.size


def fit_pairs(
    pairs: Pixels,
    start: Mapping[str, float],
    held: Mapping[str, float],
    *,
    processes: str = "2e",
    evaluations: int = 15,
    enough: float = 1e-5,
) -> PairFit:
    """Least squares of a map from a start; what is held stays at its value.

    Args:
        pairs: the map.
        start: parameters by their names in the map.
        held: those that are not fitted.
        processes: as of `transport.current`.
        evaluations: steps at most.
        enough: relative change of χ², or of the parameters, at which the fit ends.
    """
    varied = tuple(name for name in pairs.names if name not in held)
    lows, highs = np.transpose([pairs.bounds[name] for name in varied])
    fixed = {**start, **held}

    def at(values: FloatArray) -> dict[str, float]:
        return {**fixed, **dict(zip(varied, values.tolist(), strict=True))}

    known: dict[bytes, FloatArray] = {}

    def grid(values: FloatArray) -> FloatArray:
        key = values.tobytes()
        if key not in known:
            known[key] = pairs.orders(at(values), processes)
        return known[key]

    def residual(values: FloatArray) -> FloatArray:
        return left(grid(values))

    def left(orders: FloatArray) -> FloatArray:
        curve, _ = with_background(orders, pairs)
        return pairs.whitened(curve - pairs.values)

    def jacobian(values: FloatArray) -> FloatArray:
        steps = np.where(values + STEP > highs, -STEP, STEP)
        named = dict(zip(varied, steps.tolist(), strict=True))
        orders, found = pairs.derivatives(at(values), processes, named)
        known[values.tobytes()] = orders
        base = left(orders)
        return np.stack([(left(orders + step * found[name]) - base) / step for name, step in named.items()], axis=1)

    first = np.clip([fixed[name] for name in varied], lows + 1e-6, highs - 1e-6)
    found = minimise(residual, jacobian, first, bounds=(lows, highs), evaluations=evaluations, ftol=enough, xtol=enough)
    curve, linear = with_background(grid(found.point), pairs)
    return PairFit(point=at(found.point), varied=varied, processes=processes, minimum=found, curve=curve, linear=linear)


def with_background(orders: FloatArray, pairs: Pixels) -> tuple[FloatArray, FloatArray]:
    """The modelled current with the offset, and the gain or gains, that suit the map best; and these.

    Args:
        orders: as of `Pixels.orders`, (part, n, m).
        pairs: the map.
    """
    total = orders.sum(axis=0)
    fixed = pairs.current and not pairs.free
    target = pairs.whitened(pairs.values - total if fixed else pairs.values)
    columns = [np.ones_like(total), *(() if fixed else orders if pairs.free else [total])]
    matrix = pairs.whitened(np.stack(columns)).T
    norms = np.linalg.norm(matrix, axis=0)
    norms[norms == 0] = 1.0
    found = np.linalg.lstsq(matrix / norms, target, rcond=1e-12)[0] / norms
    curve = np.tensordot(found, np.stack(columns), axes=1)
    return np.asarray(curve + total if fixed else curve), np.asarray(found)
