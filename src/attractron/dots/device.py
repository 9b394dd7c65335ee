"""Devices: capacitively coupled dots, islands of fixed charge, gates. Frozen descriptions, validated when made.

    H = Σ_i ½ U_ii n_i (n_i - 1) + Σ_{i<j} U_ij n_i n_j + Σ_i (ε_i - µ_i) n_i + Σ_{i<j} t_ij (c†_i c_j + h.c.)

with µ_i = ± Σ_g α_gi (V_g - V_g⁰): a positive gate voltage attracts electrons (+) and repels holes (-). Dots on an
island share a fixed number of electrons and may tunnel into each other (spin is conserved, amplitudes are real); all
other dots are open: they exchange electrons with a reservoir at zero chemical potential.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from attractron.core.checks import (
    FloatArray,
    choice,
    finite,
    member,
    members,
    names,
    nearest,
    reals,
    shown,
    table,
    true_or_false,
    weights,
    whole,
)
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.dots.parts import Gate, Island, Parameter

MOST_SHOWN = 8
"""Parameters in the short form of a device."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Device(ShownAsTable):
    """Any number of capacitively coupled dots (Hamiltonian in the module's docstring).

    Theory: docs/theory/dots.md, eq-device, eq-gates.

    Attributes:
        dots: names, in the order of all arrays.
        repulsion: U_ij in meV, symmetric (dots, dots); the diagonal is the on-site repulsion U_ii.
        levels: ε_i in meV (dots,); zero by default.
        tunnelling: t_ij in meV, symmetric (dots, dots) with zero diagonal, only inside islands; zero by default.
        islands: groups of dots with a fixed charge.
        gates: name → `Gate`.
        virtual_gates: name → {gate: voltage of that gate per unit of the virtual one}. Contributions add up.
        max_electrons: most electrons on a dot, one number or one a dot; on an island at most 1, with spin 2.
        spin: electrons carry spin ½: an open dot with an odd number is twofold degenerate, an island's dots have one
            orbital for each spin.
        carriers: "electrons" or "holes"; occupations count carriers.
        parameters: name → `Parameter`; by default one for every entry that is not zero: U_LR, level_T, t_TB.

    Raises:
        InputError: repulsion not symmetric or not finite, tunnelling between different islands, a charge that does not
            fit on its island, unknown dots or gates, names used twice, or anything of another type.

    Example:
        Two dots with a repulsion of 0.83 meV, each with its own gate.

        >>> device = at.dots.Device(dots=("L", "R"), repulsion=[[0.0, 0.83], [0.83, 0.0]],
        ...                         gates={"V_L": at.dots.Gate(lever_arms={"L": 0.1})})
        >>> device.knobs
        ('V_L', 'U_LR')
        >>> at.dots.effective_interaction(device.with_parameters(U_LR=0.5))
        0.5
    """

    dots: tuple[str, ...]
    repulsion: FloatArray
    levels: FloatArray = field(default_factory=lambda: np.zeros(0))
    tunnelling: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    islands: tuple[Island, ...] = ()
    gates: Mapping[str, Gate] = field(default_factory=dict)
    virtual_gates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    max_electrons: int | tuple[int, ...] = 1
    spin: bool = False
    carriers: str = "electrons"
    parameters: Mapping[str, Parameter] | None = None

    # The device that this one was varied from: parameters are counted from there, so that no detour leaves a trace.
    _start: "Device | None" = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        dots = names("dots", self.dots)
        size = len(dots)
        if size == 0 or len(set(dots)) != size:
            raise InputError("dots", "be different names, at least one", shown(dots))
        limits = self.max_electrons if isinstance(self.max_electrons, tuple | list) else (self.max_electrons,) * size
        self._set(
            dots=dots,
            repulsion=_symmetric("repulsion", self.repulsion, size),
            levels=_vector("levels", self.levels, size),
            tunnelling=_symmetric("tunnelling", self.tunnelling, size),
            islands=members("islands", self.islands, Island),
            gates=table("gates", self.gates, _gate),
            virtual_gates=table("virtual_gates", self.virtual_gates, weights),
            max_electrons=tuple(whole("max_electrons", limit, at_least=1) for limit in limits),
            spin=true_or_false("spin", self.spin),
        )
        choice("carriers", self.carriers, ("electrons", "holes"))
        if len(self.limits) != size:
            raise InputError("max_electrons", f"be one number or {size}, one a dot", len(self.limits))
        self._check_islands()
        self._check_gates()
        given = self._default_parameters() if self.parameters is None else self.parameters
        self._set(parameters=table("parameters", given, _parameter))
        self._check_parameters()

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # Made anew on arrival, since arrays arrive writable; what parameters are counted from travels along.
        given = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.init}
        return _make_device, (given, self._start)

    @property
    def limits(self) -> tuple[int, ...]:
        """Most electrons on each dot."""
        return self.max_electrons if isinstance(self.max_electrons, tuple) else (self.max_electrons,) * len(self.dots)

    @property
    def knobs(self) -> tuple[str, ...]:
        """Everything an axis may be: gates, virtual gates and parameters."""
        return (*self.gates, *self.virtual_gates, *self.named())

    def unit(self, knob: str) -> str:
        """Unit of a knob: mV for gates, meV for parameters."""
        return "meV" if knob in self.named() else "mV"

    @property
    def open_dots(self) -> tuple[str, ...]:
        """Dots that exchange electrons with a reservoir, in order."""
        closed = {dot for island in self.islands for dot in island.dots}
        return tuple(dot for dot in self.dots if dot not in closed)

    def index(self, dot: str) -> int:
        """Position of a dot in the arrays."""
        if dot not in self.dots:
            raise InputError("dot", f"be one of {', '.join(self.dots)}", repr(dot), nearest(dot, self.dots))
        return self.dots.index(dot)

    def lever_arms(self, knob: str) -> FloatArray:
        """∂µ_i/∂V of a gate or a virtual gate, meV/mV, shape (dots,), with the sign of the carriers."""
        sign = 1.0 if self.carriers == "electrons" else -1.0
        weights = {knob: 1.0} if knob in self.gates else self.virtual_gates[knob]
        arms = np.zeros(len(self.dots))
        for gate, weight in weights.items():
            for dot, arm in self.gates[gate].lever_arms.items():
                arms[self.index(dot)] += sign * weight * arm
        return arms

    def gate_origin(self) -> FloatArray:
        """µ_i with all gates at 0 mV: what the offsets of the gates leave, meV, shape (dots,)."""
        return -sum(
            (self.lever_arms(name) * gate.offset for name, gate in self.gates.items()), np.zeros(len(self.dots))
        )

    def particle_hole_centre(self) -> FloatArray:
        """µ_i at the centre of the repulsion, meV, shape (dots,); zero on islands.

        µ_i = ½ U_ii (n_max - 1) + Σ_j U_ij n̄_j with n̄_j half of the most electrons on an open dot and the mean
        occupation on an island: (U + W)/2 for the building block, where its diagram is symmetric between empty and
        full when δ = U. Levels, detunings and gate offsets do not enter: they move the diagram against this point.
        """
        half = np.array(self.limits) / 2.0
        for island in self.islands:
            half[[self.index(dot) for dot in island.dots]] = island.electrons / len(island.dots)
        mutual = self.repulsion - np.diag(np.diag(self.repulsion))
        centre = mutual @ half + np.diag(self.repulsion) * (np.array(self.limits) - 1) / 2.0
        centre[[self.index(dot) for island in self.islands for dot in island.dots]] = 0.0
        return np.asarray(centre)

    def gate_centre(self) -> FloatArray:
        """µ_i where origin="centre" puts the zero of the gate voltages, meV, shape (dots,).

        Dots that a gate addresses start at the particle-hole centre; the level of any other dot, such as a polarizer
        that conducts, is no matter of gate voltages and stays what it is.
        """
        gated = {dot for gate in self.gates.values() for dot in gate.lever_arms}
        return np.where([dot in gated for dot in self.dots], self.particle_hole_centre(), 0.0)

    def direction(self, parameter: str) -> tuple[FloatArray, FloatArray, FloatArray]:
        """∂/∂p of (repulsion, levels, tunnelling)."""
        entry = self.named()[parameter]
        size = len(self.dots)
        repulsion, levels, tunnelling = np.zeros((size, size)), np.zeros(size), np.zeros((size, size))
        for target, values in ((repulsion, entry.repulsion), (tunnelling, entry.tunnelling)):
            for (first, second), weight in values.items():
                i, j = self.index(first), self.index(second)
                target[i, j] = target[j, i] = weight
        for dot, weight in entry.levels.items():
            levels[self.index(dot)] = weight
        return repulsion, levels, tunnelling

    def with_parameters(self, **values: float) -> "Device":
        """The same device with some parameters (meV) changed.

        Raises:
            InputError: the device has no such parameter, or the value is not finite.
        """
        parameters = dict(self.named())
        for name, value in values.items():
            if name not in parameters:
                raise InputError(
                    name,
                    f"be a parameter of the device ({', '.join(parameters)})",
                    "an unknown name",
                    nearest(name, parameters),
                )
            parameters[name] = replace(parameters[name], value=finite(name, value))
        return (self._start or self)._varied(parameters)

    def _varied(self, parameters: Mapping[str, Parameter]) -> "Device":
        """This device with its parameters at other values."""
        arrays = [self.repulsion, self.levels, self.tunnelling]
        for name, parameter in parameters.items():
            step = parameter.value - self.named()[name].value
            if step != 0:
                arrays = [array + step * slope for array, slope in zip(arrays, self.direction(name), strict=True)]
        repulsion, levels, tunnelling = arrays
        varied = replace(self, repulsion=repulsion, levels=levels, tunnelling=tunnelling, parameters=parameters)
        varied._set(_start=self)
        return varied

    def with_gates(self, **voltages: float) -> "Device":
        """The same device with voltages (mV) on gates or virtual gates, which further axes then count from.

        Raises:
            InputError: the device has no such gate, or the value is not finite.
        """
        gates = (*self.gates, *self.virtual_gates)
        start = self._start or self
        levels = start.levels
        for name, value in voltages.items():
            if name not in gates:
                raise InputError(name, f"be a gate of the device ({', '.join(gates)})", "an unknown name")
            levels = levels - finite(name, value) * self.lever_arms(name)
        return replace(start, levels=levels)._varied(self.named())

    def __eq__(self, other: object) -> bool:
        """Devices are equal whose numbers and names are, as those of a copy."""
        if not isinstance(other, Device):
            return NotImplemented
        return self is other or (self.describe() == other.describe() and self.named() == other.named())

    def __hash__(self) -> int:
        return hash((self.dots, self.spin, self.carriers, self.repulsion.shape))

    def __repr__(self) -> str:
        """Short: names of dots, the first parameters, islands and gates; `describe` has all numbers."""
        named = [f"{name}={parameter.value:g}" for name, parameter in self.named().items()]
        more = [f"… ({len(named)} parameters)"] if len(named) > MOST_SHOWN else []
        islands = [f"island {'-'.join(island.dots)}: {island.electrons}" for island in self.islands]
        gates = ", ".join((*self.gates, *self.virtual_gates))
        parts = [", ".join(self.dots), ", ".join([*named[:MOST_SHOWN], *more]), *islands, gates and f"gates {gates}"]
        return f"Device({'; '.join(part for part in parts if part)})"

    def describe(self) -> dict[str, Any]:
        """The device as JSON-safe data, for the attributes of results."""
        return {
            "dots": list(self.dots),
            **{name: parameter.value for name, parameter in self.named().items()},
            "repulsion": self.repulsion.tolist(),
            "levels": self.levels.tolist(),
            "tunnelling": self.tunnelling.tolist(),
            "islands": [{"dots": list(island.dots), "electrons": island.electrons} for island in self.islands],
            "gates": {
                name: {"lever_arms": dict(gate.lever_arms), "offset": gate.offset} for name, gate in self.gates.items()
            },
            "virtual_gates": {name: dict(weights) for name, weights in self.virtual_gates.items()},
            "max_electrons": list(self.limits),
            "spin": self.spin,
            "carriers": self.carriers,
        }

    def named(self) -> Mapping[str, Parameter]:
        """The parameters by name."""
        return self.parameters if self.parameters is not None else {}

    def _default_parameters(self) -> dict[str, Parameter]:
        named = {}
        for i, first in enumerate(self.dots):
            if self.levels[i] != 0:
                named[f"level_{first}"] = Parameter(value=float(self.levels[i]), levels={first: 1.0})
            for j, second in enumerate(self.dots[i:], start=i):
                if self.repulsion[i, j] != 0:
                    named[f"U_{first}{second}"] = Parameter(
                        value=float(self.repulsion[i, j]), repulsion={(first, second): 1.0}
                    )
                if self.tunnelling[i, j] != 0:
                    named[f"t_{first}{second}"] = Parameter(
                        value=float(self.tunnelling[i, j]), tunnelling={(first, second): 1.0}
                    )
        return named

    def _check_islands(self) -> None:
        home: dict[str, int] = {}
        for number, island in enumerate(self.islands):
            label = f"islands[{number}]"
            if not island.dots:
                raise InputError(f"{label}.dots", "be different names, at least one", "none")
            for dot in island.dots:
                if dot not in self.dots or dot in home:
                    raise InputError(
                        f"{label}.dots",
                        "name dots of the device, each on one island",
                        repr(dot),
                        nearest(dot, self.dots),
                    )
                home[dot] = number
            most = 2 if self.spin else 1
            if any(self.limits[self.index(dot)] > most for dot in island.dots):
                raise InputError(
                    "max_electrons",
                    f"be at most {most} on an island ({'with' if self.spin else 'without'} spin)",
                    "more",
                    "one orbital a dot",
                )
            room = sum(self.limits[self.index(dot)] for dot in island.dots)
            if island.electrons > room:
                raise InputError(f"{label}.electrons", f"fit on the island (0 to {room})", island.electrons)
        self._check_tunnelling("tunnelling", self.tunnelling)

    def _check_tunnelling(self, argument: str, amplitudes: FloatArray) -> None:
        home = {dot: number for number, island in enumerate(self.islands) for dot in island.dots}
        for i, j in zip(*np.nonzero(np.triu(amplitudes)), strict=True):
            first, second = self.dots[i], self.dots[j]
            if i == j or first not in home or home[first] != home.get(second):
                raise InputError(
                    argument,
                    "connect two dots of one island",
                    f"{amplitudes[i, j]:g} meV between {first!r} and {second!r}",
                )

    def _check_gates(self) -> None:
        for name, gate in self.gates.items():
            for dot in gate.lever_arms:
                if dot not in self.dots:
                    raise InputError(
                        f"gates[{name!r}].lever_arms", "name dots of the device", repr(dot), nearest(dot, self.dots)
                    )
        for name, entry in self.virtual_gates.items():
            for gate_name in entry:
                if gate_name not in self.gates:
                    raise InputError(
                        f"virtual_gates[{name!r}]",
                        "name gates of the device",
                        repr(gate_name),
                        nearest(gate_name, self.gates),
                    )

    def _check_parameters(self) -> None:
        if len(set(self.knobs)) != len(self.knobs):
            raise InputError("parameters", "have names that no gate and no other parameter uses", shown(self.knobs))
        for name in self.named():
            self._check_tunnelling(f"parameters[{name!r}].tunnelling", self.direction(name)[2])


def _make_device(given: dict[str, Any], start: Device | None) -> Device:
    device = Device(**given)
    object.__setattr__(device, "_start", start)
    return device


def _gate(argument: str, value: Any) -> Gate:
    return member(argument, value, Gate)


def _parameter(argument: str, value: Any) -> Parameter:
    return member(argument, value, Parameter)


def _vector(argument: str, values: Any, size: int) -> FloatArray:
    array = reals(argument, values)
    if array.size == 0:
        array = np.zeros(size)
    if array.shape != (size,):
        raise InputError(argument, f"have one entry a dot, shape ({size},)", f"shape {array.shape}")
    if not np.isfinite(array).all():
        raise InputError(argument, "be finite", shown(array.tolist()))
    array.flags.writeable = False
    return array


def _symmetric(argument: str, values: Any, size: int) -> FloatArray:
    array = reals(argument, values)
    if array.size == 0:
        array = np.zeros((size, size))
    if array.shape != (size, size):
        raise InputError(argument, f"be a matrix over the dots, shape ({size}, {size})", f"shape {array.shape}")
    if not np.isfinite(array).all():
        raise InputError(argument, "be finite", shown(array.tolist()))
    if not np.allclose(array, array.T, rtol=1e-12, atol=0.0):
        i, j = np.argwhere(~np.isclose(array, array.T, rtol=1e-12, atol=0.0))[0]
        raise InputError(argument, "be symmetric", f"{array[i, j]:g} at ({i}, {j}) and {array[j, i]:g} at ({j}, {i})")
    array.flags.writeable = False
    return array
