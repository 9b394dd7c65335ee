"""The current through a polarizer over gate and bias, as a function of the few parameters that such a map may fix.

A map is compared with `transport.current` of `transport.pair_junction` on the particle-hole symmetric line µ_P = U:

    I(V_g, V_SD) = I₀ + s I_T(α(V_g - V_c), V_SD; W, U, Γ_S, Γ_D, Γ_L, Γ_R, T),    β = 0, δV = 0.

Γ_L and Γ_R enter by their product (pairs) and their sum (single electrons): they are √(Γ_L Γ_R) e^(±ρ). All that is
positive is fitted by its logarithm; I₀, and the gain s where the signal is no current, enter linearly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray
from attractron.core.constants import PA_PER_MEV
from attractron.core.least_squares import Minimum, minimise
from attractron.transport import pair_junction
from attractron.transport.question import prepared
from attractron.transport.solve import solve

NAMES = ("centre", "lever_arm", "U", "ratio", "Gamma_S", "Gamma_D", "Gamma_LR", "asymmetry", "temperature")
"""V_c in lengths of the gate's axis; α, U, W/U, Γ and T as logarithms; ρ."""

LOWEST = {
    "centre": -3.0,
    "lever_arm": np.log(1e-4),
    "U": np.log(1e-3),
    "ratio": np.log(1e-2),
    "Gamma_S": np.log(1e-5),
    "Gamma_D": np.log(1e-5),
    "Gamma_LR": np.log(1e-5),
    "asymmetry": 0.0,
    "temperature": np.log(5e-3),
}
HIGHEST = {
    "centre": 4.0,
    "lever_arm": 0.0,
    "U": np.log(50.0),
    "ratio": np.log(0.98),
    "Gamma_S": np.log(5.0),
    "Gamma_D": np.log(5.0),
    "Gamma_LR": np.log(5.0),
    "asymmetry": 2.5,
    "temperature": np.log(10.0),
}

GATES, BIASES = (-2.5, 3.0), 3.5
"""Of αV/U and |eV_SD|/U up to which the current is calculated: no other line is farther out, where it takes long."""

STEP = 1e-3
"""Of the logarithms, over which the current is differenced."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PairMap:
    """Pixels of a map on a grid.

    Attributes:
        gate: rising, mV or meV, (n,).
        bias: rising, mV, (m,).
        values: (n, m), pA or any unit; electrons flow from the source for a positive product with the bias.
        noise: of every pixel, (n, m).
        span: middle and length of the whole gate axis.
        current: the values are in pA: no gain is fitted.
        free: the currents of each order have amplitudes of their own.
        sign: +1 where the gate attracts electrons, -1 where its axis is turned round.
    """

    gate: FloatArray
    bias: FloatArray
    values: FloatArray
    noise: FloatArray
    span: tuple[float, float]
    current: bool
    sign: int = 1
    free: bool = False

    def freed(self) -> "PairMap":
        """With free amplitudes of every order."""
        return replace(self, free=True)

    def turned(self, sign: int) -> "PairMap":
        """With this sign of the gate."""
        return replace(self, sign=sign)

    def with_error(self, error: float) -> "PairMap":
        """With an error of the model, relative to the current, beside the noise of every pixel."""
        return replace(self, noise=np.hypot(self.noise, error * np.abs(self.values)))

    def renoised(self, curve: FloatArray) -> "PairMap":
        """With the noise that a curve leaves: white where little flows, and with a part that grows with the current."""
        seen = np.isfinite(self.noise)
        left, size = (curve - self.values)[seen], np.abs(curve)[seen]
        quiet, loud = size <= np.median(size), size >= np.quantile(size, 0.75)
        white = float(np.mean(left[quiet] ** 2))
        more = max(float(np.mean(left[loud] ** 2)) - white, 0.0) / float(np.mean(size[loud] ** 2))
        noise = np.sqrt(white + more * curve**2)
        return replace(self, noise=np.where(seen, np.maximum(noise, 1e-6 * float(size.max())), np.inf))

    def thinned(self, rows: int, columns: int) -> "PairMap":
        """Some of its pixels, evenly spread."""
        i = np.unique(np.linspace(0, self.gate.size - 1, min(rows, self.gate.size)).round().astype(int))
        j = np.unique(np.linspace(0, self.bias.size - 1, min(columns, self.bias.size)).round().astype(int))
        grid = np.ix_(i, j)
        return replace(self, gate=self.gate[i], bias=self.bias[j], values=self.values[grid], noise=self.noise[grid])


def physical(point: Mapping[str, float], pairs: PairMap) -> dict[str, float]:
    """meV, K, and the gate's own unit for the centre."""
    found = {name: float(np.exp(value)) for name, value in point.items() if name not in ("centre", "asymmetry")}
    middle, length = pairs.span
    U, mean, rho = found["U"], found["Gamma_LR"], point["asymmetry"]
    return {
        "centre": middle + point["centre"] * length,
        "lever_arm": found["lever_arm"],
        "U": U,
        "W": found["ratio"] * U,
        "Gamma_S": found["Gamma_S"],
        "Gamma_D": found["Gamma_D"],
        "Gamma_L": mean * float(np.exp(-rho)),
        "Gamma_R": mean * float(np.exp(rho)),
        "temperature": found["temperature"],
    }


def modelled(point: Mapping[str, float], pairs: PairMap, processes: str) -> FloatArray:
    """I_T in pA over the grid (gate, bias)."""
    return np.asarray(parts(point, pairs, processes).sum(axis=0))


def parts(point: Mapping[str, float], pairs: PairMap, processes: str) -> FloatArray:
    """The same as sequential and elastic current, and those of second and of third order (part, gate, bias)."""
    values = physical(point, pairs)
    junction = pair_junction(
        W=values["W"],
        U=values["U"],
        mu_P=values["U"],
        Gamma_S=values["Gamma_S"],
        Gamma_D=values["Gamma_D"],
        Gamma_L=values["Gamma_L"],
        Gamma_R=values["Gamma_R"],
        temperature=values["temperature"],
    )
    U = values["U"]
    energy, gate = _near(pairs.sign * values["lever_arm"] * (pairs.gate - values["centre"]), GATES[0] * U, GATES[1] * U)
    bias, side = _near(pairs.bias, -BIASES * U, BIASES * U)
    axes: dict[str, ArrayLike] = {"V": energy, "delta_V": 0.0, "V_SD": bias}
    # As `transport.current`, without the labels, which would take longer than the numbers.
    over, model = prepared(junction, axes, processes, "finite-part", "centre")
    flow = solve(model, over).flow[:, :, junction.source_number]  # (point, order)
    orders = PA_PER_MEV * flow.T.reshape(-1, energy.size, bias.size)[:, gate][:, :, side]
    together = np.concatenate([orders[:2].sum(axis=0, keepdims=True), orders[2:]])
    return np.asarray(np.nan_to_num(together))


def _near(values: FloatArray, low: float, high: float) -> tuple[FloatArray, NDArray[np.intp]]:
    """The different values between two ends, rising, and which of them each of the given ones is, or is nearest to."""
    different, which = np.unique(np.clip(values, low, high), return_inverse=True)
    return np.asarray(different), np.asarray(which)


@dataclass(frozen=True, eq=False, kw_only=True)
class PairFit:
    """A fitted map.

    Attributes:
        point: all parameters as in `NAMES`.
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
    pairs: PairMap,
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
        start: parameters as in `NAMES`.
        held: those that are not fitted.
        processes: as of `transport.current`.
        evaluations: steps at most.
        enough: relative change of χ², or of the parameters, at which the fit ends.
    """
    varied = tuple(name for name in NAMES if name not in held)
    fixed = {**start, **held}

    def at(values: FloatArray) -> dict[str, float]:
        return {**fixed, **dict(zip(varied, values.tolist(), strict=True))}

    known: dict[bytes, FloatArray] = {}

    def grid(values: FloatArray) -> FloatArray:
        key = values.tobytes()
        if key not in known:
            known[key] = parts(at(values), pairs, processes)
        return known[key]

    def residual(values: FloatArray) -> FloatArray:
        curve, _ = with_background(grid(values), pairs)
        return np.asarray(((curve - pairs.values) / pairs.noise).ravel())

    def jacobian(values: FloatArray) -> FloatArray:
        base = residual(values)
        columns = []
        for number in range(values.size):
            moved = values.copy()
            backwards = moved[number] + STEP > HIGHEST[varied[number]]
            moved[number] += -STEP if backwards else STEP
            columns.append((residual(moved) - base) / (moved[number] - values[number]))
        return np.stack(columns, axis=1)

    lows, highs = (np.array([ends[name] for name in varied]) for ends in (LOWEST, HIGHEST))
    first = np.clip([fixed[name] for name in varied], lows + 1e-6, highs - 1e-6)
    found = minimise(residual, jacobian, first, bounds=(lows, highs), evaluations=evaluations, ftol=enough, xtol=enough)
    curve, linear = with_background(grid(found.point), pairs)
    return PairFit(point=at(found.point), varied=varied, processes=processes, minimum=found, curve=curve, linear=linear)


def with_background(orders: FloatArray, pairs: PairMap) -> tuple[FloatArray, FloatArray]:
    """The modelled current with the offset, and the gain or gains, that suit the map best; and these.

    Args:
        orders: as of `parts`, (part, gate, bias).
        pairs: the map.
    """
    total = orders.sum(axis=0)
    fixed = pairs.current and not pairs.free
    target = (pairs.values - total if fixed else pairs.values) / pairs.noise
    columns = [np.ones_like(total), *(() if fixed else orders if pairs.free else [total])]
    matrix = np.stack([(column / pairs.noise).ravel() for column in columns], axis=1)
    norms = np.linalg.norm(matrix, axis=0)
    norms[norms == 0] = 1.0
    found = np.linalg.lstsq(matrix / norms, target.ravel(), rcond=1e-12)[0] / norms
    curve = np.tensordot(found, np.stack(columns), axes=1)
    return np.asarray(curve + total if fixed else curve), np.asarray(found)
