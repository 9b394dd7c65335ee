"""Devices of dots as study files describe them, and the questions that all of them share."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import Field

from attractron.core.checks import nearest
from attractron.core.errors import InputError
from attractron.core.results import to_json
from attractron.studies.study import (
    Current,
    Energy,
    Kind,
    LeverArm,
    Options,
    Query,
    Question,
    Schema,
    Study,
    Temperature,
    Verdict,
    Voltage,
)

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from attractron.dots import Detector, Device

Carriers = Literal["electrons", "holes"]


class BuildingBlock(Schema):
    """Two sites and a polarizer."""

    W: Energy
    U: Energy
    delta: Energy
    t: Energy
    on_site: Energy | None = None
    max_electrons: int = 1
    spin: bool = False
    carriers: Carriers = "electrons"
    lever_arms: dict[str, dict[str, LeverArm]] | None = None


class Chain(Schema):
    """A few sites with shared polarizers, enumerated."""

    sites: int
    W: Energy
    U: Energy
    delta: Energy
    t: Energy
    spin: bool = False
    carriers: Carriers = "electrons"


class Dot(Schema):
    """One dot of a general device."""

    level: Energy = 0.0
    on_site: Energy = 0.0
    max_electrons: int = 1


class IslandTable(Schema):
    """Dots that share a fixed number of electrons."""

    dots: list[str]
    electrons: int


class GateTable(Schema):
    """A gate and its lever arms, cross-capacitances among them."""

    lever_arms: dict[str, LeverArm]
    offset: Voltage = 0.0


class GeneralDevice(Schema):
    """Any device of dots; pairs of dots are written "L-R"."""

    dots: dict[str, Dot]
    repulsion: dict[str, Energy] = Field(default_factory=dict)
    tunnelling: dict[str, Energy] = Field(default_factory=dict)
    islands: list[IslandTable] = Field(default_factory=list)
    gates: dict[str, GateTable] = Field(default_factory=dict)
    virtual_gates: dict[str, dict[str, float]] = Field(default_factory=dict)
    spin: bool = False
    carriers: Carriers = "electrons"


class DetectorTable(Schema):
    """The charge detector; slopes in pA/mV for gates and pA/meV for parameters."""

    background: Current = 0.0
    slope: dict[str, float] = Field(default_factory=dict)
    weights: dict[str, Current] | None = None
    tunnel_broadening: Energy = 0.0
    white_noise: Current = 0.0
    pink_noise: Current = 0.0
    seed: int = 0


class DiagramOptions(Options):
    """Of a stability diagram."""

    temperature: Temperature = 0.0
    origin: Literal["absolute", "centre"] = "absolute"
    detector: DetectorTable = Field(default_factory=DetectorTable)


class PairOptions(Options):
    """Of questions about two electrons."""

    temperature: Temperature = 0.0
    pair: list[str] | None = Field(default=None, min_length=2, max_length=2)


def diagram(query: Query) -> "xr.Dataset":
    """The stability diagram without noise, which `add_noise` adds to the whole."""
    from attractron.dots import stability_diagram

    options: DiagramOptions = query.options
    quiet = replace(detector_of(options), white_noise=0.0, pink_noise=0.0)
    return stability_diagram(
        query.model, query.axes, temperature=options.temperature, origin=options.origin, detector=quiet
    )


def add_noise(study: Study, result: "xr.Dataset") -> "xr.Dataset":
    """The noise of the whole scan: in blocks it would repeat itself, and slow noise would start anew in each."""
    from attractron.dots.detector import noise

    detector = detector_of(study.options)
    if not (detector.white_noise or detector.pink_noise):
        return result
    current = result["detector_current"]
    options = {**json.loads(result.attrs["options"]), "detector": detector.describe(study.model)}
    noisy = current.copy(data=current.to_numpy() + noise(detector, current.shape))
    return result.assign(detector_current=noisy).assign_attrs(options=to_json(options))


def interaction(query: Query) -> "xr.Dataset":
    """The effective interaction over the axes."""
    from attractron.dots import effective_interaction

    options: PairOptions = query.options
    return effective_interaction(query.model, query.axes, pair=_pair(options), temperature=options.temperature)


def numbers(query: Query) -> "xr.Dataset":
    """The verdict as numbers."""
    from attractron.dots import verdict

    options: PairOptions = query.options
    return verdict(query.model, uncertainty=query.uncertainty, pair=_pair(options), temperature=options.temperature)


def diagram_verdict(study: Study, _result: "xr.Dataset") -> Verdict:
    """Whether the first two open dots pair."""
    if len(study.model.open_dots) < 2:
        return Verdict(text="The device has no two open dots, so there are no two electrons to pair.", numbers={})
    return _device_verdict(study, None)


def pair_verdict(study: Study, result: "xr.Dataset") -> Verdict:
    """Whether the pair is bound, and where over the axes it is bound most."""
    said = _device_verdict(study, _pair(study.options))
    binding = result["two_delta"] if "two_delta" in result else -result["effective_interaction"]
    if binding.ndim == 0:
        return said
    least, most = float(binding.min()), float(binding.max())
    best = binding.isel(binding.argmax(...))
    where = ", ".join(f"{name} = {float(best[name]):.4g} {study.units[str(name)]}" for name in binding.dims)
    swept = f" Over the axes 2Δ runs from {least:.4g} to {most:.4g} meV (negative is repulsion), the most at {where}."
    return Verdict(
        text=said.text + swept,
        numbers={**said.numbers, "two_delta_lowest": (least, "meV"), "two_delta_highest": (most, "meV")},
    )


def _device_verdict(study: Study, pair: tuple[str, str] | None) -> Verdict:
    from attractron.dots import verdict

    held = {name: value for name, value in study.axes.items() if isinstance(value, float)}
    device = study.model.with_gates(**held)
    found = verdict(device, uncertainty=study.uncertainty, pair=pair, temperature=study.options.temperature)
    closed = [device.index(dot) for island in device.islands for dot in island.dots]
    moving = [name for name in study.axes if name in device.gates or name in device.virtual_gates]
    swept = [name for name in moving if name not in held and device.lever_arms(name)[closed].any()]
    where = f" This is at 0 mV on {', '.join(swept)}, which moves the islands." if swept else ""
    return Verdict(
        text=str(found.attrs["summary"]) + where,
        numbers={str(name): (float(value), value.attrs["units"]) for name, value in found.data_vars.items()},
    )


def detector_of(options: DiagramOptions) -> "Detector":
    """The detector that the options describe."""
    from attractron.dots import Detector

    return Detector(**options.detector.model_dump())


def _pair(options: PairOptions) -> tuple[str, str] | None:
    return (options.pair[0], options.pair[1]) if options.pair else None


def build_block(table: BuildingBlock) -> "Device":
    """The device of `[model]`."""
    from attractron.dots import building_block

    return building_block(**table.model_dump())


def build_chain(table: Chain) -> "Device":
    """The device of `[model]`."""
    from attractron.dots import chain

    return chain(**table.model_dump())


def build_device(table: GeneralDevice) -> "Device":
    """The device of `[model]`, from pairs of dots to matrices."""
    from attractron.dots import Device, Gate, Island

    names = list(table.dots)
    for name in names:
        if "-" in name:
            raise InputError(f"dots.{name}", "have a name without '-', which joins the two dots of a pair", repr(name))
    repulsion = _matrix("repulsion", table.repulsion, names)
    for dot, entry in table.dots.items():
        repulsion[names.index(dot), names.index(dot)] = entry.on_site
    return Device(
        dots=tuple(names),
        repulsion=repulsion,
        levels=np.array([dot.level for dot in table.dots.values()]),
        tunnelling=_matrix("tunnelling", table.tunnelling, names),
        islands=tuple(Island(dots=tuple(entry.dots), electrons=entry.electrons) for entry in table.islands),
        gates={name: Gate(lever_arms=gate.lever_arms, offset=gate.offset) for name, gate in table.gates.items()},
        virtual_gates=table.virtual_gates,
        max_electrons=tuple(dot.max_electrons for dot in table.dots.values()),
        spin=table.spin,
        carriers=table.carriers,
    )


def _matrix(table: str, pairs: Mapping[str, float], dots: list[str]) -> "NDArray[np.float64]":
    matrix = np.zeros((len(dots), len(dots)))
    known = {f"{a}-{b}": (i, j) for i, a in enumerate(dots) for j, b in enumerate(dots) if i != j}
    for pair, energy in pairs.items():
        argument = f"{table}.{pair}"
        if pair not in known:
            raise InputError(argument, "join two dots, such as L-R", repr(pair), nearest(pair, known))
        i, j = known[pair]
        if matrix[i, j]:
            raise InputError(argument, "be given once", f"{pair} beside {dots[j]}-{dots[i]}")
        matrix[i, j] = matrix[j, i] = energy
    return matrix


def _device_kind(name: str, about: str, schema: type[Schema], build: "Callable[[Any], Device]") -> Kind:
    return Kind(
        name=name,
        about=about,
        schema=schema,
        build=build,
        parameters=lambda device: dict.fromkeys(device.named(), "meV"),
        controls=lambda device: dict.fromkeys((*device.gates, *device.virtual_gates), "mV"),
        vary=lambda device, values: device.with_parameters(**values),
        describe=lambda device: device.describe(),
        questions=DEVICE_QUESTIONS,
    )


DEVICE_QUESTIONS = {
    "stability-diagram": Question(
        about="charge states, gap and detector current over gates and parameters",
        answer=diagram,
        verdict=diagram_verdict,
        options=DiagramOptions,
        needs=("*",),
        uncertain=True,
        finish=add_noise,
    ),
    "effective-interaction": Question(
        about="the interaction of two electrons dressed by the rest of the device, over parameters",
        answer=interaction,
        verdict=pair_verdict,
        options=PairOptions,
        uncertain=True,
    ),
    "verdict": Question(
        about="2Δ with its uncertainty, the temperature, tunnelling and detuning that pairing stands",
        answer=numbers,
        verdict=pair_verdict,
        options=PairOptions,
        knobs=(),
        uncertain=True,
    ),
}

DOT_KINDS = (
    _device_kind("building-block", "two sites and a polarizer (Hamo et al. 2016)", BuildingBlock, build_block),
    _device_kind("chain", "a few sites with a polarizer on every bond, solved exactly", Chain, build_chain),
    _device_kind("device", "any dots, islands and gates, given dot by dot", GeneralDevice, build_device),
)
