"""A charge stability diagram as a function of everything that it depends on, with exact derivatives.

    I(V) = I_0 + Σ_a s_a V_a + Σ_i w_i ⟨n_i⟩,    e_i = F(i) - F(0) + o_i - µ_i,    µ_i = ± Σ_g α_gi (V_g - V_g⁰)

for two open dots. F are the free energies of the charge states with the islands in them (`dots.spectrum`), W_eff the
interaction that they leave, and ⟨n_i⟩ follow from e_1, e_2, W_eff, T and Γ (`pair_response`). Derivatives by parameters
p of the Hamiltonian pass through ∂F/∂p = ⟨∂H/∂p⟩ (Hellmann and Feynman) and ∂F/∂T = (F - ⟨H⟩)/T.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from attractron.compare.pair_response import charges, response
from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.dots.detector import Detector
from attractron.dots.device import Device
from attractron.dots.spectrum import Hamiltonian, Layout, layout, sector_slopes, sectors

BLOCK = 1 << 15
"""Pixels that are treated at once: work arrays stay in the cache."""

REDUCTION = np.array([[-1.0, 0.0, 1.0, 0.0], [-1.0, 1.0, 0.0, 0.0], [1.0, -1.0, -1.0, 1.0]])
"""From F(0,0), F(0,1), F(1,0), F(1,1) to F(1,0) - F(0,0), F(0,1) - F(0,0) and W_eff."""

OWN = ("temperature", "background", "tunnel_broadening")
"""Names of parameters that a device's own may not have; the others have a dot in them."""

Values = Mapping[str, float]


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
                "crop the picture to one vertex and describe the two dots that it shows",
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

    def starts(self, detector: Detector, temperature: float, offsets: Values) -> dict[str, float]:
        """All parameters with the values of the device, the detector and the rest."""
        device = self.device
        arms = {gate: device.gates[gate].lever_arms for gate in self.gates}
        weights = dict(zip(device.dots, self.sign * detector.per_dot(device), strict=True))
        return {
            **{name: parameter.value for name, parameter in device.named().items()},
            "temperature": temperature,
            **{f"lever_arm.{gate}.{dot}": float(arms[gate].get(dot, 0.0)) for gate in arms for dot in self.dots},
            **{f"offset.{dot}": float(offsets.get(dot, 0.0)) for dot in self.dots},
            **{f"weight.{dot}": float(weights[dot]) for dot in self.dots},
            "background": detector.background,
            **{f"slope.{name}": float(detector.slope.get(name, 0.0)) for name in self.names},
            "tunnel_broadening": detector.tunnel_broadening,
        }

    def units(self, name: str) -> str:
        """Unit of a parameter."""
        kinds = {"lever_arm": "meV/mV", "offset": "meV", "weight": "pA", "slope": "pA/mV"}
        plain = {"temperature": "K", "background": "pA", "tunnel_broadening": "meV"}
        if name in self.device.named():
            return "meV"
        return plain[name] if name in plain else kinds[name.partition(".")[0]]

    def energies(self, values: Values) -> FloatArray:
        """F(1,0) - F(0,0), F(0,1) - F(0,0) and W_eff without gates and offsets, meV, (3,)."""
        return np.asarray(REDUCTION @ sectors(self.plan, self._arrays(values), values["temperature"]).free)

    def energy_slopes(self, values: Values, names: Sequence[str]) -> FloatArray:
        """Derivatives of `energies`, (name, 3); zero for what they do not depend on."""
        arrays, kelvin = self._arrays(values), values["temperature"]
        rows = []
        for name in names:
            if name == "temperature":
                mean = sector_slopes(self.plan, arrays, arrays, self.plan.charges, kelvin)[0]
                rows.append((sectors(self.plan, arrays, kelvin).free - mean) / kelvin)
            elif name in self.device.named():
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
        """Picture of the background or of a slope, per unit of the parameter."""
        if name == "background":
            return np.ones(self.shape)
        axis = self.names.index(name.partition(".")[2])
        values = self.axes[axis][:, None] if axis == 0 else self.axes[axis][None, :]
        return np.broadcast_to(values, self.shape).copy()

    def picture(self, values: Values) -> FloatArray:
        """The detector's current over the axes, pA, (rows, columns)."""
        return np.asarray(np.tensordot(self._weights(values), self.charges(values), axes=1) + self._background(values))

    def derivatives(self, values: Values, names: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """The picture and its derivatives by some parameters, (name, rows, columns), each per unit of its own."""
        picture, found = np.empty(self.shape), np.zeros((len(names), *self.shape))
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
            picture[rows] = np.tensordot(weights, answer.charges, axes=1)
            for name, slope, target in zip(names, slopes, found, strict=True):
                kind, _, rest = name.partition(".")
                if slope.any():
                    target[rows] = np.tensordot(slope, np.stack(answer[1:4]), axes=1)
                if name == "temperature":
                    target[rows] += answer.temperature
                elif name == "tunnel_broadening":
                    target[rows] = answer.broadening
                elif kind == "offset":
                    target[rows] = by_cost[rest]
                elif kind == "lever_arm":
                    gate, _, dot = rest.rpartition(".")
                    target[rows] = -self.sign * self._voltage(gate, rows) * by_cost[dot]
                elif kind == "weight":
                    target[rows] = self.sign * answer.charges[self.dots.index(rest)]
        for name, target in zip(names, found, strict=True):
            if name == "background" or name.startswith("slope."):
                target[:] = self.smooth(name)
        return picture + self._background(values), found

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
