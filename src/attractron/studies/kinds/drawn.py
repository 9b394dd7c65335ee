"""Devices as they are drawn (`crossed-nanotubes`, `planar-dots`): every length a knob, and what is asked of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import to_json
from attractron.core.units import Energy, Length, Temperature
from attractron.dots import effective_interaction, stability_diagram
from attractron.geometry import (
    Gaussian,
    Layout,
    ParticleInABox,
    Uniform,
    crossed_nanotubes,
    planar_gaas,
    planar_silicon,
)
from attractron.studies.kinds.device import DEVICE
from attractron.studies.kinds.device import QUESTIONS as OF_DEVICES
from attractron.studies.kinds.drawn_device import ENERGY, KEPT, Drawn, pairing
from attractron.studies.kinds.drawn_potential import OPTIONS as OF_LINE
from attractron.studies.kinds.drawn_potential import along_line, wells
from attractron.studies.kinds.drawn_verdict import verdict_of
from attractron.studies.kinds.junction import LEADS, current_verdict, with_validity
from attractron.studies.schemas import Schema, options_of, signature_of, table_of, units_of
from attractron.studies.study import Kind, Query, Question, Study, Verdict
from attractron.transport import Lead, current
from attractron.transport.junction import BIAS

DOT = float(signature_of(crossed_nanotubes)["dot"][1])
"""Length of a dot by default, nm; in study files `dot_length`, since results have an axis of dots."""


def _checked(query: Query) -> Drawn:
    """The drawing of a query, whose uncertain lengths lead to drawings on both sides.

    Raises:
        InputError: a deviation that cannot be drawn.
    """
    drawn: Drawn = query.model
    for name, deviation in query.uncertainty.items():
        for side in (-1, 1):
            drawn.vary({name: drawn.value(name) + side * deviation})
    return drawn


def _as_of_device(query: Query) -> Query:
    """The query as if the device had been given by its numbers."""
    return replace(query, model=_checked(query).device, uncertainty={})


def _pairing(query: Query) -> xr.Dataset:
    return pairing(_checked(query), query.options.temperature)


def _diagram(query: Query) -> xr.Dataset:
    return OF_DEVICES["stability-diagram"].answer(_as_of_device(query))


def _window(query: Query, points: Mapping[str, int]) -> Mapping[str, FloatArray]:
    window = OF_DEVICES["stability-diagram"].window
    assert window is not None
    return window(_as_of_device(query), points)


def _interaction(query: Query) -> xr.Dataset:
    return OF_DEVICES["effective-interaction"].answer(_as_of_device(query))


def _current(query: Query) -> xr.Dataset:
    return LEADS.questions["current"].answer(replace(query, model=query.model.junction))


def _as_junction(study: Study) -> Study:
    """The study as if dots and leads had been given by their numbers."""
    return replace(study, kind=LEADS, model=study.model.junction, uncertainty={})


def _with_validity(study: Study, result: xr.Dataset) -> xr.Dataset:
    done = with_validity(_as_junction(study), result)
    return done.assign_attrs(validity=f"{done.attrs['validity']} {study.model.found.attrs['validity']}")


def _current_verdict(study: Study, result: xr.Dataset) -> Verdict:
    """What carries the current, and the repulsions from which it was computed."""
    junction = study.model.junction
    said = current_verdict(study, result.assign_attrs(parameters=to_json(junction.describe())))
    made = junction.device
    pairs = [(i, j) for i in range(len(made.dots)) for j in range(i)]
    energies = ", ".join(f"{made.dots[j]}-{made.dots[i]} {made.repulsion[i, j]:.4g}" for i, j in pairs)
    drawn = f" Repulsions of this drawing, in meV: {energies}; clouds are frozen." if pairs else ""
    return replace(said, text=said.text + drawn)


def _as_device(study: Study) -> Study:
    """The study as if the device had been given by its numbers."""
    return replace(study, kind=DEVICE, model=study.model.device, uncertainty={})


def _with_electrostatics(study: Study, result: xr.Dataset) -> xr.Dataset:
    """The result with the electrostatics beside it, unless lengths vary, and noise where a detector has any."""
    finish = OF_DEVICES[study.question_name].finish
    done = result if finish is None else finish(_as_device(study), result)
    if _varies(study):
        return done
    found: xr.Dataset = study.model.found
    known = found[list(KEPT)].drop_vars([name for name in ("dot",) if name in done.coords])
    said = f"{done.attrs['validity']} {found.attrs['validity']}"
    return done.assign({name: known[name] for name in KEPT}).assign_attrs(validity=said)


def _varies(study: Study) -> bool:
    """Whether any length is swept."""
    return any(name not in (*study.kind.controls(study.model), *ENERGY, "temperature") for name in study.swept)


def _refuse_idle(preset: Callable[..., Layout], idle: tuple[str, ...], lengths: Mapping[str, Any], by: str) -> None:
    """Lengths of gates that are not drawn keep their defaults: another value would change nothing.

    Raises:
        InputError: one that does not.
    """
    for name in idle:
        default = signature_of(preset)[name][1]
        if name in lengths and lengths[name] != default:
            expected = f"be left out with {by}, which leaves no gates of that length"
            raise InputError(name, expected, f"{lengths[name]:g} nm", f"or set {by} = false")


def tubes(*, dot_length: float = DOT, density: str = "box", rms: float | None = None, **lengths: Any) -> Layout:
    """Crossed nanotubes with the shape of their clouds; a Gaussian one where its width is given.

    Raises:
        InputError: as `crossed_nanotubes`; another length of gates than by default where planes stand for them.
    """
    if lengths.get("solid_planes"):
        _refuse_idle(crossed_nanotubes, ("pitch", "width", "length", "suspended", "depth"), lengths, "solid_planes")
    if rms is not None:
        return crossed_nanotubes(shape=Gaussian(rms=rms), **lengths)
    shape = Uniform(length=dot_length) if density == "uniform" else ParticleInABox(length=dot_length)
    return crossed_nanotubes(shape=shape, **lengths)


def _made(draw: Callable[..., Layout], defaults: Mapping[str, Mapping[str, float]], **given: Any) -> Drawn:
    """From a table: `defaults` are those of each material, the first by default."""
    own = {name: given.pop(name) for name in OPTIONS if name in given}
    chosen = defaults[given.get("material", next(iter(defaults)))]
    return Drawn(draw=draw, lengths=given, defaults=chosen, **own)


OPTIONS: dict[str, tuple[Any, Any]] = {
    "t": (Energy, 0.0),
    "delta": (Energy | None, None),
    "carriers": (Literal["electrons", "holes"], "electrons"),
    "resolution": (Literal["coarse", "normal", "fine"], "normal"),
    "mass": (float | None, None),
    "leads": (Mapping[str, Lead], {}),
    "levels": (Mapping[str, Energy], {}),
}
"""Keys of `[model]` beside the lengths, with their defaults."""


def _questions() -> dict[str, Question]:
    """Those of a device, and whether it pairs at all; lengths are varied around each, point by point."""
    return {
        "pairing": Question(
            about="whether this drawing pairs: 2Δ, W, U and the far site with their errors, over lengths",
            answer=_pairing,
            verdict=verdict_of,
            options=options_of(pairing, temperature=(Temperature, 0.0)),
            knobs=(),
            uncertain=True,
        ),
        "stability-diagram": Question(
            about="charge states, gap and detector current of the drawn device over its gates",
            answer=_diagram,
            verdict=verdict_of,
            options=options_of(stability_diagram),
            knobs=_device_knobs,
            needs=("*",),
            uncertain=True,
            finish=_with_electrostatics,
            rewrites=("detector_current",),
            window=_window,
        ),
        "effective-interaction": Question(
            about="the interaction of two electrons dressed by the rest of the drawn device",
            answer=_interaction,
            verdict=verdict_of,
            options=options_of(effective_interaction),
            knobs=_device_knobs,
            uncertain=True,
            finish=_with_electrostatics,
        ),
        "current": Question(
            about="current through the drawn dots that have leads, over gates and bias",
            answer=_current,
            verdict=_current_verdict,
            options=options_of(current, leave_out=("part",)),
            knobs=_junction_knobs,
            finish=_with_validity,
        ),
        "potential": Question(
            about="potential energy of an electron along a line through a dot, over gate voltages: wells and barriers",
            answer=along_line,
            verdict=wells,
            options=OF_LINE,
            knobs=_gates,
        ),
    }


def _kind(
    name: str,
    about: str,
    draw: Callable[..., Layout],
    sources: Mapping[str, Callable[..., Layout]],
    **beside: Any,
) -> Kind:
    """A drawing as a kind of study.

    Args:
        name, about: of the kind.
        draw: keys of the table → layout.
        sources: value of the key `material` → the preset that it chooses; the first has the table's keys.
        beside: keys that `draw` takes beside those of the presets.
    """
    source = next(iter(sources.values()))
    table = table_of(source, leave_out=("shape", "dot"), **beside, **OPTIONS)
    defaults = {key: _lengths(preset, beside) for key, preset in sources.items()}
    table.made_by = (partial(_made, draw, defaults),)
    return drawn_kind(name, about, table, lengths=tuple(next(iter(defaults.values()))))


def drawn_kind(name: str, about: str, table: type[Schema], *, lengths: tuple[str, ...] | None) -> Kind:
    """A kind of study whose models are `Drawn`.

    Args:
        name, about: of the kind.
        table: makes the model.
        lengths: parameters in nm, which may be uncertain; None where each study has its own.
    """
    return Kind(
        name=name,
        about=about,
        table=table,
        parameters=lambda drawn: {**dict.fromkeys(drawn.lengths if lengths is None else lengths, "nm"), **ENERGY},
        controls=_controls,
        vary=lambda drawn, values: drawn.vary(values),
        describe=lambda drawn: drawn.describe(),
        questions=_questions(),
    )


def _gates(drawn: Drawn) -> tuple[str, ...]:
    return drawn.gates


def _device_knobs(drawn: Drawn) -> tuple[str, ...]:
    return (*drawn.gates, *drawn.virtual_gates, *ENERGY)


def _junction_knobs(drawn: Drawn) -> tuple[str, ...]:
    return (*drawn.gates, *drawn.virtual_gates, BIAS)


def _controls(drawn: Drawn) -> dict[str, str]:
    return dict.fromkeys((*drawn.gates, *drawn.virtual_gates, *([BIAS] if drawn.leads else [])), "mV")


def _lengths(preset: Callable[..., Layout], beside: Mapping[str, tuple[Any, Any]]) -> dict[str, float]:
    """Length → its default, of a preset and of the keys beside."""
    known = {key: default for key, (_, default) in signature_of(preset).items() if units_of(preset).get(key) == "nm"}
    known |= {key: default for key, (annotation, default) in beside.items() if annotation is Length}
    return {key: float(default) for key, default in known.items() if key != "dot"}


CROSSED_NANOTUBES = _kind(
    "crossed-nanotubes",
    "two crossed nanotubes as they are drawn (Hamo et al. 2016): does this drawing pair?",
    tubes,
    {"": crossed_nanotubes},
    dot_length=(Length, DOT),
    density=(Literal["box", "uniform"], "box"),
    rms=(Length | None, None),
)

MATERIALS: dict[str, Callable[..., Layout]] = {"gaas": planar_gaas, "silicon": planar_silicon}


def planar(*, material: str = "gaas", **lengths: Any) -> Layout:
    """Planar dots below surface gates, of a material.

    Raises:
        InputError: as `planar_gaas`; another length of gates than by default where a plane stands for them.
    """
    if lengths.get("solid_plane"):
        _refuse_idle(MATERIALS[material], ("gate_width", "setback", "reach"), lengths, "solid_plane")
    return MATERIALS[material](**lengths)


PLANAR_DOTS = _kind(
    "planar-dots",
    "planar dots below surface gates, in gallium arsenide or silicon: does this drawing pair?",
    planar,
    MATERIALS,
    material=(Literal["gaas", "silicon"], "gaas"),
)
