"""Devices of dots as study files describe them (`building-block`, `chain`, `device`), and what they are asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron.core.checks import FloatArray, nearest
from attractron.core.errors import InputError
from attractron.core.results import to_json
from attractron.core.units import Energy
from attractron.dots import (
    Detector,
    Device,
    Gate,
    Island,
    building_block,
    chain,
    diagram_window,
    effective_interaction,
    stability_diagram,
    verdict,
)
from attractron.dots.detector import noise
from attractron.dots.interaction import Pair
from attractron.dots.summary import strongest
from attractron.studies.samples import SAMPLE
from attractron.studies.schemas import Schema, options_of, table_of
from attractron.studies.study import Kind, Query, Question, Study, Verdict


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One dot of a general device."""

    level: Energy = 0.0
    on_site: Energy = 0.0
    max_electrons: int = 1


def device_of(
    *,
    dots: Mapping[str, Dot],
    repulsion: Mapping[str, Energy] = {},
    tunnelling: Mapping[str, Energy] = {},
    islands: tuple[Island, ...] = (),
    gates: Mapping[str, Gate] = {},
    virtual_gates: Mapping[str, Mapping[str, float]] = {},
    spin: bool = False,
    carriers: str = "electrons",
) -> Device:
    """Any device of dots; pairs of dots are written "L-R"."""
    names = list(dots)
    for name in names:
        if "-" in name:
            raise InputError(f"dots.{name}", "have a name without '-', which joins the two dots of a pair", repr(name))
    matrix = _matrix("repulsion", repulsion, names)
    np.fill_diagonal(matrix, [dot.on_site for dot in dots.values()])
    return Device(
        dots=tuple(names),
        repulsion=matrix,
        levels=np.array([dot.level for dot in dots.values()]),
        tunnelling=_matrix("tunnelling", tunnelling, names),
        islands=islands,
        gates=gates,
        virtual_gates=virtual_gates,
        max_electrons=tuple(dot.max_electrons for dot in dots.values()),
        spin=spin,
        carriers=carriers,
    )


def _matrix(table: str, pairs: Mapping[str, float], dots: list[str]) -> NDArray[np.float64]:
    """A symmetric matrix from its entries by pairs of dots."""
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


def _diagram(query: Query) -> xr.Dataset:
    """The stability diagram without noise, which `_add_noise` adds to the whole."""
    options = query.options.given()
    quiet = replace(options.pop("detector", Detector()), white_noise=0.0, pink_noise=0.0)
    return stability_diagram(query.model, query.axes, detector=quiet, **options)


def _window(query: Query, points: Mapping[str, int]) -> Mapping[str, FloatArray]:
    """Where the charges of the device change."""
    options = {name: value for name, value in query.options.given().items() if name in ("temperature", "origin")}
    return diagram_window(query.model, points, fixed=query.axes.fixed, **options)


def _add_noise(study: Study, result: xr.Dataset) -> xr.Dataset:
    """The noise of the whole scan: in blocks it would repeat itself, and slow noise would start anew in each."""
    detector: Detector = study.options.given().get("detector", Detector())
    if not (detector.white_noise or detector.pink_noise):
        return result
    current = result["detector_current"]
    options = {**json.loads(result.attrs["options"]), "detector": detector.describe(study.model)}
    noisy = current.copy(data=current.to_numpy() + noise(detector, current.shape))
    return result.assign(detector_current=noisy).assign_attrs(options=to_json(options))


def _interaction(query: Query) -> xr.Dataset:
    return effective_interaction(query.model, query.axes, **query.options.given())


def _numbers(query: Query) -> xr.Dataset:
    return verdict(query.model, uncertainty=query.uncertainty, **query.options.given())


def _diagram_verdict(study: Study, result: xr.Dataset) -> Verdict:
    """Whether the first two open dots pair, and why a picture of one charge state is empty."""
    empty = _why_empty(study, result)
    if len(study.model.open_dots) < 2:
        text = "The device has no two open dots, so there are no two electrons to pair."
        if not study.model.open_dots:
            text += " All dots are on islands, which keep their charges: the diagram shows where on them these are."
        return Verdict(text=text + empty, numbers={})
    said = _device_verdict(study, None)
    return replace(said, text=said.text + empty)


def _why_empty(study: Study, result: xr.Dataset) -> str:
    """Where charges would change, if they change nowhere on the axes."""
    states = np.unique(result["charge_state"]) if "charge_state" in result else np.zeros(2)
    gates = {name: 2 for name in study.axes.dims if name in _gates(study.model)}
    if states.size > 1 or not gates:
        return ""
    text = " The picture is empty: one charge state all over it."
    try:
        window = _window(study.query(study.axes.fixed, {}), gates)
    except InputError as error:
        return f"{text} There is no window that shows another: {error.got}."
    where = " and ".join(f"{name} from {low:g} to {high:g} mV" for name, (low, high) in window.items())
    return f"{text} Charges change within {where}: leave out start and stop of these axes."


def _gates(device: Device) -> tuple[str, ...]:
    return (*device.gates, *device.virtual_gates)


def _pair_verdict(study: Study, result: xr.Dataset) -> Verdict:
    """Whether the pair is bound, and where over the axes it is bound most."""
    said = _device_verdict(study, study.options.given().get("pair"))
    binding = result["two_delta"] if "two_delta" in result else -result["effective_interaction"]
    if binding.ndim == 0:
        return said
    numbers = {"two_delta_lowest": (float(binding.min()), "meV"), "two_delta_highest": (float(binding.max()), "meV")}
    text = f"{said.text} {strongest(result)}"
    if SAMPLE in binding.dims:
        mean, deviation, pairing = float(binding.mean()), float(binding.std()), float((binding > 0).mean())
        text += f" Over the samples it is {mean:.4g} ± {deviation:.2g} meV, and {100 * pairing:.3g} % of them attract."
        numbers |= {"two_delta_mean": (mean, "meV"), "two_delta_deviation": (deviation, "meV")}
    return Verdict(text=text, numbers={**said.numbers, **numbers})


def _device_verdict(study: Study, pair: Pair | None) -> Verdict:
    """The verdict on the device at the gate voltages that the study holds."""
    device = study.model.with_gates(**study.axes.fixed)
    found = verdict(device, uncertainty=study.uncertainty, pair=pair, temperature=study.options.temperature)
    closed = [device.index(dot) for island in device.islands for dot in island.dots]
    moving = [name for name in study.axes.dims if name in device.gates or name in device.virtual_gates]
    swept = [name for name in moving if device.lever_arms(name)[closed].any()]
    where = f" This is at 0 mV on {', '.join(swept)}, which moves the islands." if swept else ""
    return Verdict(
        text=str(found.attrs["summary"]) + where,
        numbers={str(name): (float(value), value.attrs["units"]) for name, value in found.data_vars.items()},
    )


QUESTIONS = {
    "stability-diagram": Question(
        about="charge states, gap and detector current over gates and parameters",
        answer=_diagram,
        verdict=_diagram_verdict,
        options=options_of(stability_diagram),
        needs=("*",),
        uncertain=True,
        finish=_add_noise,
        rewrites=("detector_current",),
        window=_window,
    ),
    "effective-interaction": Question(
        about="the interaction of two electrons dressed by the rest of the device, over parameters",
        answer=_interaction,
        verdict=_pair_verdict,
        options=options_of(effective_interaction),
        uncertain=True,
    ),
    "verdict": Question(
        about="2Δ with its uncertainty, the temperature, tunnelling and detuning that pairing stands",
        answer=_numbers,
        verdict=_pair_verdict,
        options=options_of(verdict, leave_out=("uncertainty",)),
        knobs=(),
        uncertain=True,
    ),
}


def _kind(name: str, about: str, table: type[Schema]) -> Kind:
    return Kind(
        name=name,
        about=about,
        table=table,
        parameters=lambda device: dict.fromkeys(device.named(), "meV"),
        controls=lambda device: dict.fromkeys((*device.gates, *device.virtual_gates), "mV"),
        vary=lambda device, values: device.with_parameters(**values),
        describe=lambda device: device.describe(),
        questions=QUESTIONS,
    )


BUILDING_BLOCK = _kind("building-block", "two sites and a polarizer (Hamo et al. 2016)", table_of(building_block))
CHAIN = _kind("chain", "a few sites with a polarizer on every bond, solved exactly", table_of(chain))
DEVICE = _kind("device", "any dots, islands and gates, given dot by dot", table_of(device_of))
