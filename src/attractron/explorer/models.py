"""What the page shows of each model: its pictures beside each other, each a study of its own."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from attractron.core.errors import InputError
from attractron.explorer.knobs import range_of, value_of
from attractron.explorer.view import FINE, POTENTIAL, opened, with_points
from attractron.geometry.potential import check_places
from attractron.studies.changes import changed
from attractron.studies.kinds.catalogue import KINDS, template
from attractron.studies.parse import study_of
from attractron.studies.study import Study
from attractron.studies.toml import Document, parse_toml

MODELS = {
    "building-block": "building block: two dots and a polarizer",
    "chain": "chain of dots with polarizers",
    "device": "device, dot by dot",
    "crossed-nanotubes": "drawing: crossed nanotubes",
    "planar-dots": "drawing: planar dots",
    "layout": "drawing of your own",
    "junction": "pair junction: current by pairs",
    "leads": "dots with leads",
    "wires": "coupled wires",
}
"""Kinds that can be chosen on the page; any other can be opened as a study file."""

PLANE: Mapping[str, Any] = {
    "mismatch": {"start": 0.001, "stop": 0.9, "points": 61, "spacing": "log"},
    "y": {"start": 0.01, "stop": 0.6, "points": 61},
}
"""The phase diagram of coupled wires that stands beside their flow."""

BIAS_AXIS = "V_SD"
BIAS: Mapping[str, Any] = {"start": 0.01, "stop": 0.45, "points": 41}


WELLS: Mapping[str, float] = {"V_L": 80.0, "V_R": 80.0, "V_C": -120.0}
"""Voltages of the potential that stands beside a drawing, mV: two plungers and the barrier between them."""

ANY_GATE = 100.0
"""Of the first gate, where a drawing has others, mV."""


@cache
def pictures(kind: str) -> tuple[str, ...]:
    """The study files of all pictures of a kind, from its template.

    Raises:
        InputError: no such kind.
    """
    return tuple(pictures_of(parse_toml(template(kind), name=f"{kind}.toml")))


def pictures_of(document: Document) -> list[str]:
    """The study file of what was opened, and of a picture beside it.

    Raises:
        InputError: it cannot be explored.
    """
    study = study_of(document, KINDS)
    if study.kind.name == "junction" and study.question_name == "current" and len(study.dimensions) == 1:
        first = document if BIAS_AXIS in study.swept else changed(document, {f"axes.{BIAS_AXIS}": dict(BIAS)})
        return [with_points(opened(first), FINE["transport.current"]), opened(document)]
    own = opened(document)
    again = parse_toml(own, name=document.name)
    return [own, *filter(None, (_beside(study, again), _potential(study, again)))]


def _potential(study: Study, document: Document) -> str | None:
    """The potential along the first dot of a drawing, on a coarse mesh; None where there is none."""
    if POTENTIAL not in study.kind.questions or study.question_name == POTENTIAL:
        return None
    layout = study.model.layout
    try:
        check_places(layout, np.zeros((0, 3)))
    except InputError:
        return None
    if not layout.clouds or not layout.gates:
        return None
    axes = WELLS if set(layout.gates) >= WELLS.keys() else {layout.gates[0]: ANY_GATE}
    text = _asked(study, document, POTENTIAL, axes, {})
    return changed(parse_toml(text, name=document.name), {"model.resolution": "coarse"}).text


def _beside(study: Study, document: Document) -> str | None:
    """The study of the picture that belongs beside another one; None where there is none."""
    kind, question = study.kind, study.question_name
    if kind.name == "wires":
        other = "phase-diagram" if question != "phase-diagram" else "flow"
        axes = dict(PLANE) if other == "phase-diagram" else {}
        return _asked(study, document, other, axes, {"compare": "nothing"})
    if "effective-interaction" in kind.questions and question != "effective-interaction":
        name = next((each for each in ("delta", "U") if each in kind.parameters(study.model)), None)
        name = name or next(iter(kind.parameters(study.model)), None)
        value = None if name is None else value_of(study, name)
        if name is None or value is None or study.table.model_fields_set & {"leads"}:
            return None
        low, high, _ = range_of(name, value, "meV")
        return _asked(study, document, "effective-interaction", {name: {"start": low, "stop": high, "points": 101}}, {})
    return None


def _asked(study: Study, document: Document, question: str, axes: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """Another question about the same model, with those options that it has too."""
    known = study.kind.questions[question].options.model_fields.keys()
    given = {name: each for name, each in document.data.get("question", {}).items() if name in known - {"name"}}
    tables = {"model": document.data.get("model", {}), "question": {"name": question, **given, **options}, "axes": axes}
    if study.kind.questions[question].uncertain:
        tables["uncertainty"] = document.data.get("uncertainty", {})
    # Each entry is put first in its table.
    entries = {f"{table}.{name}": values[name] for table, values in tables.items() for name in reversed(values)}
    return changed(parse_toml(f'kind = "{study.kind.name}"', name=document.name), entries).text


def changes_for(study: Study, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Of changes on the page, those that a study can take: all of its model, and options that its question has.

    A parameter that is an axis of the picture stays one; voltages are those of the picture that holds them.
    """
    options, controls = study.question.options.model_fields, study.kind.controls(study.model)
    found = {}
    for key, value in changes.items():
        table, _, name = key.partition(".")
        if table == "question" and name not in options:
            continue
        if table == "axes" and (name in study.swept or name in set(controls) - study.axes.fixed.keys()):
            continue
        found[key] = value
    return found


def check(kind: str) -> str:
    """The name of a kind that can be chosen.

    Raises:
        InputError: it is none.
    """
    if kind not in MODELS:
        raise InputError("model", f"be one of {', '.join(MODELS)}", repr(kind))
    return kind
