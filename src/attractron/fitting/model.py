"""A charge stability diagram as a function of everything that it depends on, with exact derivatives.

    I(V) = I_0 + Σ_a s_a V_a + Σ_i w_i ⟨n_i⟩,    e_i = F(i) - F(0) + o_i - µ_i,    µ_i = ± Σ_g α_gi (V_g - V_g⁰)

for two open dots. F are the free energies of the charge states with the islands in them (`dots.spectrum`); they leave
the costs e_1, e_2 of one carrier on either dot (meV, counted from the leads) and the interaction W_eff between both, so
that the four charge states have the free energies 0, e_1, e_2, e_1 + e_2 + W. Without broadening their Boltzmann
weights give ⟨n_i⟩, and for J = Σ_i w_i n_i

    ∂J/∂e_i = -(⟨J n_i⟩ - ⟨J⟩⟨n_i⟩) / k_B T,    ∂J/∂W = -(⟨J n_1 n_2⟩ - ⟨J⟩⟨n_1 n_2⟩) / k_B T.

With broadening, all states with one carrier count as one sector in which dot 1 holds it with probability
p = 1/(1 + e^{(e_1 - e_2)/k_B T}), and ⟨n_1⟩ = p ⟨P_1⟩ + ⟨P_2⟩ with the averages of `dots.broadening`. Since only ratios
of energies to k_B T matter,

    T ∂J/∂T = -(e_1 ∂J/∂e_1 + e_2 ∂J/∂e_2 + W ∂J/∂W + Γ ∂J/∂Γ)

at fixed e_i and W. Derivatives by parameters p of the Hamiltonian pass through ∂F/∂p = ⟨∂H/∂p⟩ (Hellmann and Feynman)
and ∂F/∂T = (F - ⟨H⟩)/T.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots.broadening import two_carrier_slopes, two_carriers
from attractron.dots.detector import Detector
from attractron.dots.device import Device
from attractron.dots.spectrum import Hamiltonian, Layout, layout, sector_slopes, sectors


class _Response(NamedTuple):
    """Charges (dot, …) and the derivatives of J: by e_1, e_2 and W (1/meV), T (1/K) and Γ (1/meV), times J's unit."""

    charges: FloatArray
    cost_1: FloatArray
    cost_2: FloatArray
    interaction: FloatArray
    temperature: FloatArray
    broadening: FloatArray


def charges(cost_1: FloatArray, cost_2: FloatArray, W: float, temperature: float, width: float) -> FloatArray:
    """⟨n_1⟩ and ⟨n_2⟩, (2, …).

    Args:
        cost_1, cost_2: e_i in meV, any shape.
        W: interaction in meV.
        temperature: T > 0 in K.
        width: tunnel broadening Γ in meV; zero for none.
    """
    kT = K_B * temperature
    if width == 0:
        return _thermal(cost_1 / kT, cost_2 / kT, W / kT)[:2]
    lower, upper, first = _sector_steps(cost_1 / kT, cost_2 / kT, W / kT)
    number, both = two_carriers(lower, upper, width / (4 * np.pi * kT))
    one = number - 2 * both
    return np.stack([first * one + both, (1 - first) * one + both])


def response(
    cost_1: FloatArray,
    cost_2: FloatArray,
    W: float,
    temperature: float,
    width: float,
    weights: tuple[float, float],
    *,
    by_width: bool,
) -> _Response:
    """Charges and derivatives (arguments as for `charges`).

    Args:
        weights: w_1, w_2 in J = w_1 n_1 + w_2 n_2.
        by_width: whether ∂J/∂Γ is needed where Γ = 0 (it always is where Γ > 0); else it is zero there.
    """
    kT = K_B * temperature
    scaled = (cost_1 / kT, cost_2 / kT, W / kT)
    if width == 0 and not by_width:
        found, slopes = _thermal_slopes(*scaled, weights)
    else:
        found, slopes = _broadened_slopes(*scaled, width / (4 * np.pi * kT), weights)
    by_1, by_2, by_W, by_reach = slopes
    by_T = -(scaled[0] * by_1 + scaled[1] * by_2 + scaled[2] * by_W + width / (4 * np.pi * kT) * by_reach)
    return _Response(found, by_1 / kT, by_2 / kT, by_W / kT, by_T / temperature, by_reach / (4 * np.pi * kT))


def _thermal(a: FloatArray, b: FloatArray, w: float) -> FloatArray:
    """⟨n_1⟩, ⟨n_2⟩ and ⟨n_1 n_2⟩ for energies over k_B T, (3, …)."""
    energies = np.stack([np.zeros_like(a), a, b, a + b + w])
    states = np.exp(energies.min(axis=0) - energies)
    _, first, second, both = states / states.sum(axis=0)
    return np.stack([first + both, second + both, both])


def _thermal_slopes(a: FloatArray, b: FloatArray, w: float, weights: tuple[float, float]) -> tuple[FloatArray, ...]:
    """Charges, and the derivatives of J by a, b, w and (zero) g."""
    first, second, both = _thermal(a, b, w)
    together = both - first * second
    total = weights[0] * first + weights[1] * second
    by_a = -(weights[0] * first * (1 - first) + weights[1] * together)
    by_b = -(weights[1] * second * (1 - second) + weights[0] * together)
    by_w = -(weights[0] + weights[1] - total) * both
    return np.stack([first, second]), np.stack([by_a, by_b, by_w, np.zeros_like(a)])


def _broadened_slopes(
    a: FloatArray, b: FloatArray, w: float, reach: float, weights: tuple[float, float]
) -> tuple[FloatArray, ...]:
    """Charges, and the derivatives of J by a, b, w and g = Γ/(4π k_B T)."""
    lower, upper, first = _sector_steps(a, b, w)
    number, both, of_number, of_both = two_carrier_slopes(lower, upper, reach)
    one = number - 2 * both
    single = weights[0] * first + weights[1] * (1 - first)
    by_lower, by_upper, by_reach = single * (of_number - 2 * of_both) + (weights[0] + weights[1]) * of_both
    # lower = -ln(e^{-a} + e^{-b}) and upper = a + b + w - lower; ∂ lower/∂a = p.
    turned = (weights[0] - weights[1]) * one * first * (1 - first)
    along = by_lower - by_upper
    by_a = first * along + by_upper - turned
    by_b = (1 - first) * along + by_upper + turned
    found = np.stack([first * one + both, (1 - first) * one + both])
    return found, np.stack([by_a, by_b, by_upper, by_reach])


def _sector_steps(a: FloatArray, b: FloatArray, w: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(F_1 - F_0)/k_B T, (F_2 - F_1)/k_B T, and the part of dot 1 in the one-carrier sector."""
    lower = np.minimum(a, b) - np.log1p(np.exp(-np.abs(a - b)))
    first = 0.5 * (1 - np.tanh((a - b) / 2))
    return lower, a + b + w - lower, first


BLOCK = 1 << 15
"""Pixels that are treated at once: work arrays stay in the cache."""

REDUCTION = np.array([[-1.0, 0.0, 1.0, 0.0], [-1.0, 1.0, 0.0, 0.0], [1.0, -1.0, -1.0, 1.0]])
"""From F(0,0), F(0,1), F(1,0), F(1,1) to F(1,0) - F(0,0), F(0,1) - F(0,0) and W_eff."""

OWN = ("temperature", "background", "tunnel_broadening")
"""Names of parameters that a device's own may not have; the others have a dot in them."""

Values = Mapping[str, float]


class FitParameter(NamedTuple):
    """What a parameter is: its kind, the gate, dot or axis that it belongs to, and its unit."""

    kind: str
    of: tuple[str, ...]
    unit: str

    @property
    def linear(self) -> bool:
        """The current depends on it linearly."""
        return self.kind in ("weight", "background", "slope")


@dataclass(frozen=True, eq=False, kw_only=True)
class DiagramModel:
    """The diagram of a device over two gate axes.

    Attributes:
        device: with two open dots for one carrier each.
        names: of the two axes, gates or virtual gates.
        axes: gate voltages of rows and columns, mV.

    Raises:
        InputError: another kind of device, names that parameters of the fit have, axes that are no gates or that
            address islands.
    """

    device: Device
    names: tuple[str, str]
    axes: tuple[FloatArray, FloatArray]

    def __post_init__(self) -> None:
        device = self.device
        if len(device.open_dots) != 2 or any(device.limits[device.index(dot)] != 1 for dot in device.open_dots):
            raise InputError(
                "device",
                "have two open dots for one carrier each",
                f"{', '.join(device.open_dots) or 'none'} with at most {list(device.limits)} carriers a dot",
                "crop the image to one vertex and describe the two dots that it shows",
            )
        taken = [name for name in device.named() if name in OWN or "." in name]
        taken += [dot for dot in device.open_dots if "." in dot]
        if taken:
            raise InputError("device", f"have no parameter or dot named {', '.join(OWN)} or with a '.'", repr(taken[0]))
        known = (*device.gates, *device.virtual_gates)
        for name in self.names:
            if name not in known:
                raise InputError("image", f"have gates of the device as axes ({', '.join(known)})", repr(name))
            if any(device.lever_arms(name)[device.index(dot)] for dot in self._closed):
                raise InputError(
                    "image", "have axes that move no island", repr(name), "fit along gates of the open dots"
                )

        arms = np.array([[device.lever_arms(name)[device.index(dot)] for name in self.names] for dot in self.dots])
        still = [dot for dot, line in zip(self.dots, arms, strict=True) if not line.any()]
        if still:
            raise InputError("device", "have lever arms of the image's axes on both dots", f"none on {still[0]!r}")

    @property
    def dots(self) -> tuple[str, ...]:
        """The two open dots."""
        return self.device.open_dots

    @property
    def _closed(self) -> list[str]:
        return [dot for dot in self.device.dots if dot not in self.device.open_dots]

    @property
    def sign(self) -> float:
        """+1 for electrons, -1 for holes."""
        return 1.0 if self.device.carriers == "electrons" else -1.0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.axes[0]), len(self.axes[1])

    @cached_property
    def gates(self) -> dict[str, tuple[float, float]]:
        """Gates that the axes move: voltage of the gate per unit of either axis."""
        weights = [
            {name: 1.0} if name in self.device.gates else dict(self.device.virtual_gates[name]) for name in self.names
        ]
        return {gate: (weights[0].get(gate, 0.0), weights[1].get(gate, 0.0)) for gate in {**weights[0], **weights[1]}}

    @cached_property
    def plan(self) -> Layout:
        """Charge states and islands."""
        return layout(self.device)

    @cached_property
    def parameters(self) -> dict[str, FitParameter]:
        """All parameters by the names that a user knows them by, in the order of the results."""
        found = [FitParameter("hamiltonian", (name,), "meV") for name in self.device.named()]
        found += [FitParameter("temperature", (), "K")]
        found += [FitParameter("lever_arm", (gate, dot), "meV/mV") for gate in self.gates for dot in self.dots]
        found += [FitParameter("offset", (dot,), "meV") for dot in self.dots]
        found += [FitParameter("weight", (dot,), "pA") for dot in self.dots]
        found += [FitParameter("background", (), "pA")]
        found += [FitParameter("slope", (name,), "pA/mV") for name in self.names]
        found += [FitParameter("tunnel_broadening", (), "meV")]
        return {
            entry.of[0] if entry.kind == "hamiltonian" else ".".join((entry.kind, *entry.of)): entry for entry in found
        }

    def initial_values(self, detector: Detector, temperature: float, offsets: Values) -> dict[str, float]:
        """All parameters with the values of the device, the detector and the rest."""
        named, gates = self.device.named(), self.device.gates
        weights = dict(zip(self.device.dots, self.sign * detector.per_dot(self.device), strict=True))

        def value(entry: FitParameter) -> float:
            match entry:
                case ("hamiltonian", (name,), _):
                    return named[name].value
                case ("temperature", _, _):
                    return temperature
                case ("lever_arm", (gate, dot), _):
                    return gates[gate].lever_arms.get(dot, 0.0)
                case ("offset", (dot,), _):
                    return offsets.get(dot, 0.0)
                case ("weight", (dot,), _):
                    return float(weights[dot])
                case ("slope", (axis,), _):
                    return detector.slope.get(axis, 0.0)
                case ("background", _, _):
                    return detector.background
            return detector.tunnel_broadening

        return {name: float(value(entry)) for name, entry in self.parameters.items()}

    def energies(self, values: Values) -> FloatArray:
        """F(1,0) - F(0,0), F(0,1) - F(0,0) and W_eff without gates and offsets, meV, (3,)."""
        return np.asarray(REDUCTION @ sectors(self.plan, self._arrays(values), values["temperature"]).free)

    def energy_slopes(self, values: Values, names: Sequence[str]) -> FloatArray:
        """Derivatives of `energies`, (name, 3); zero for what they do not depend on."""
        arrays, kelvin = self._arrays(values), values["temperature"]
        rows = []
        for name in names:
            kind = self.parameters[name].kind
            if kind == "temperature":
                mean = sector_slopes(self.plan, arrays, arrays, self.plan.charges, kelvin)[0]
                rows.append((sectors(self.plan, arrays, kelvin).free - mean) / kelvin)
            elif kind == "hamiltonian":
                along = Hamiltonian(*self.device.direction(name))
                rows.append(sector_slopes(self.plan, arrays, along, self.plan.charges, kelvin)[0])
            else:
                rows.append(np.zeros(4))
        return np.asarray(np.array(rows).reshape(-1, 4) @ REDUCTION.T)

    def charges(self, values: Values) -> FloatArray:
        """⟨n_i⟩ over the axes, (dot, rows, columns)."""
        found = np.empty((2, *self.shape))
        *levels, W = self.energies(values)
        for rows in self._blocks():
            costs = self._costs(values, levels, rows)
            found[:, rows] = charges(*costs, W, values["temperature"], values["tunnel_broadening"])
        return found

    def smooth(self, name: str) -> FloatArray:
        """Image of the background or of a slope, per unit of the parameter."""
        kind, of, _ = self.parameters[name]
        if kind == "background":
            return np.ones(self.shape)
        values = self.axes[0][:, None] if of == self.names[:1] else self.axes[1][None, :]
        return np.broadcast_to(values, self.shape).copy()

    def current(self, values: Values) -> FloatArray:
        """The detector's current over the axes, pA, (rows, columns)."""
        return np.asarray(np.tensordot(self._weights(values), self.charges(values), axes=1) + self._background(values))

    def derivatives(self, values: Values, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """The current and its derivatives by some parameters, (name, rows, columns), each per unit of its own."""
        current, found = np.empty(self.shape), np.zeros((len(names), *self.shape))
        slopes = self.energy_slopes(values, names)
        *levels, W = self.energies(values)
        weights = self._weights(values)
        for rows in self._blocks():
            answer = response(
                *self._costs(values, levels, rows),
                W,
                values["temperature"],
                values["tunnel_broadening"],
                weights,
                by_width="tunnel_broadening" in names,
            )
            by_cost = dict(zip(self.dots, (answer.cost_1, answer.cost_2), strict=True))
            current[rows] = np.tensordot(weights, answer.charges, axes=1)
            for name, slope, target in zip(names, slopes, found, strict=True):
                if slope.any():  # through the costs and W_eff: parameters of the Hamiltonian, and the temperature
                    target[rows] = np.tensordot(slope, np.stack(answer[1:4]), axes=1)
                match self.parameters[name]:
                    case ("temperature", _, _):
                        target[rows] += answer.temperature
                    case ("tunnel_broadening", _, _):
                        target[rows] = answer.broadening
                    case ("offset", (dot,), _):
                        target[rows] = by_cost[dot]
                    case ("lever_arm", (gate, dot), _):
                        target[rows] = -self.sign * self._voltage(gate, rows) * by_cost[dot]
                    case ("weight", (dot,), _):
                        target[rows] = self.sign * answer.charges[self.dots.index(dot)]
        for name, target in zip(names, found, strict=True):
            if self.parameters[name].kind in ("background", "slope"):
                target[:] = self.smooth(name)
        return current + self._background(values), found

    def _arrays(self, values: Values) -> Hamiltonian:
        """The Hamiltonian with the swept gates and their offsets taken out."""
        device = self.device.with_parameters(**{name: values[name] for name in self.device.named()})
        origin = device.gate_origin()
        for gate in self.gates:
            origin = origin + device.lever_arms(gate) * device.gates[gate].offset
        return Hamiltonian(device.repulsion, device.levels - origin, device.tunnelling)

    def _weights(self, values: Values) -> tuple[float, float]:
        first, second = (self.sign * values[f"weight.{dot}"] for dot in self.dots)
        return first, second

    def _background(self, values: Values) -> FloatArray:
        rows, columns = (values[f"slope.{name}"] * axis for name, axis in zip(self.names, self.axes, strict=True))
        return values["background"] + rows[:, None] + columns

    def _voltage(self, gate: str, rows: slice) -> FloatArray:
        by_row, by_column = self.gates[gate]
        return by_row * self.axes[0][rows, None] + by_column * self.axes[1] - self.device.gates[gate].offset

    def _costs(self, values: Values, levels: Sequence[float], rows: slice) -> tuple[FloatArray, FloatArray]:
        """e_1 and e_2 over some rows, meV."""
        first, second = (
            level
            + values[f"offset.{dot}"]
            - self.sign
            * np.sum([values[f"lever_arm.{gate}.{dot}"] * self._voltage(gate, rows) for gate in self.gates], 0)
            for dot, level in zip(self.dots, levels, strict=True)
        )
        return first, second

    def _blocks(self) -> Iterator[slice]:
        rows, columns = self.shape
        height = max(1, BLOCK // columns)
        return (slice(start, min(start + height, rows)) for start in range(0, rows, height))
