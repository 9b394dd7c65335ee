"""A picture on the page as a study: its file with fixed windows, coarse while a slider moves and fine when it rests."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.errors import AttractronError, InputError
from attractron.plotting.style import even_ratios
from attractron.studies.changes import changed
from attractron.studies.grid import Layout, compute_study, finished
from attractron.studies.kinds.catalogue import KINDS
from attractron.studies.parse import study_of
from attractron.studies.study import Kind, Study
from attractron.studies.toml import Document, parse_toml

MOST_POINTS = 201
"""Along an axis of a picture at most."""

MOST_ANSWERED = 45_000
"""Points of a picture in all."""

QUICK = 0.04
"""Seconds that a verdict may take while a slider moves; one that takes longer waits until it rests."""

COARSE: dict[str, int] = {
    "dots.stability_diagram": 61,
    "wires.phase_diagram": 21,
    "transport.current": 12,
    "transport.differential_conductance": 8,
}
"""Points along each of two axes that a question answers in some 50 ms with warm kernels."""

COARSE_OTHERS, COARSE_LINE = 21, 31
"""The same for any other question, and along one axis alone."""

LESS_ASKED, LESS_MODEL = {"compare": "nothing"}, {"resolution": "coarse"}
"""Options and keys of the model that a coarse picture has instead: no other conventions, a coarse mesh."""

FINE: dict[str, int] = {"wires.phase_diagram": 61, "transport.current": 41, "transport.differential_conductance": 21}
"""Points of a picture that is not a user's own study."""


POTENTIAL = "potential"
"""The question whose answer is quick for other voltages alone: of other lengths it waits until the slider rests."""

NAME = "study.toml"

_PLACE = re.compile(r"study\.toml(, line \d+)?: ")
"""Of what is wrong in a file that nobody has opened."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a picture shows.

    Attributes:
        text: the study file that gives these numbers.
        result: the numbers.
        verdict: what they say; None where that takes longer than there is time while a slider moves.
        seconds: that it took.
        refusal: why there is no result.
    """

    text: str
    result: xr.Dataset | None = None
    verdict: str | None = None
    seconds: float = 0.0
    refusal: str = ""


def study_from(text: str, changes: Mapping[str, Any] | None = None) -> Study:
    """The study of a file's text with some keys changed.

    Raises:
        InputError: what is wrong with it, with its line.
    """
    return _study(with_changes(text, changes) if changes else text)


@lru_cache(maxsize=32)
def _study(text: str) -> Study:
    document = parse_toml(text, name=NAME)
    # Which kinds other packages bring takes longer to find out than to read the file.
    try:
        known: Mapping[str, Kind] = {document.data["kind"]: KINDS[document.data["kind"]]}
    except (KeyError, TypeError):
        known = KINDS
    return study_of(document, known)


def followed(text: str) -> frozenset[str] | None:
    """Keys of what a picture follows while a slider moves: voltages of a potential; None for all."""
    study = study_from(text)
    return frozenset(f"axes.{name}" for name in study.axes.fixed) if study.question_name == POTENTIAL else None


def with_changes(text: str, changes: Mapping[str, Any]) -> str:
    """A study file's text with some keys changed.

    Raises:
        InputError: as `studies.read`.
    """
    return changed(parse_toml(text, name=NAME), changes).text


def opened(document: Document) -> str:
    """The text of a study as the page takes it: every axis with ends and points, all but the first two held.

    Raises:
        InputError: samples or points that are put adaptively, which have no grid; more axes varied together.
    """
    for table in ("samples", "adaptive"):
        if table in document.data:
            raise document.error(
                (table,),
                "be left out to be explored",
                f"[{table}]",
                "leave it out of a copy; `attractron show` draws the result of all",
            )
    study = study_of(document, KINDS)
    joint = [each.name for each in study.dimensions if len(each.values) > 1]
    if joint:
        raise document.error(("axes", joint[0]), "be varied alone to be explored", "`with`", "cross the axes")
    drawn = _drawn(study)
    changes: dict[str, Any] = {}
    for each in study.dimensions:
        values = each.values[each.name]
        changes[f"axes.{each.name}"] = axis_of(values, MOST_POINTS) if each.name in drawn else float(values[0])
    return changed(document, changes).text if changes else document.text


def _drawn(study: Study) -> list[str]:
    """The axes that the picture has: the longest two, in their order."""
    longest = sorted(study.dimensions, key=lambda each: each.size, reverse=True)[:2]
    return [each.name for each in study.dimensions if each in longest]


def axis_of(values: FloatArray, most: int) -> Any:
    """An axis as a study file has it: a range where its points are even, on a line or in ratios, else their list."""
    points = min(values.size, most)
    if values.size >= 3 and (even_ratios(values) or np.allclose(np.diff(values), values[1] - values[0], rtol=1e-6)):
        spacing = {"spacing": "log"} if even_ratios(values) else {}
        return {"start": float(values[0]), "stop": float(values[-1]), "points": points, **spacing}
    chosen = np.unique(np.linspace(0, values.size - 1, points).round().astype(int))
    return [float(value) for value in values[chosen]]


def with_points(text: str, most: int) -> str:
    """The same study with at most so many points along each axis."""
    document = parse_toml(text, name=NAME)
    axes = document.data.get("axes", {})
    changes: dict[str, Any] = {}
    for name, entry in axes.items():
        if isinstance(entry, dict) and entry.get("points", 0) > most:
            changes[f"axes.{name}.points"] = most
        elif isinstance(entry, list) and len(entry) > most:
            changes[f"axes.{name}"] = axis_of(np.asarray(entry, dtype=float), most)
    return changed(document, changes).text if changes else text


def coarse_points(study: Study) -> int:
    """Points along each axis while a slider moves."""
    if len(study.dimensions) < 2:
        return COARSE_LINE
    return COARSE.get(question_name(study), COARSE_OTHERS)


def question_name(study: Study) -> str:
    """How the results of a study call the question that it asks."""
    folder = {"wires": "wires", "ladder": "wires", "junction": "transport", "leads": "transport"}
    return f"{folder.get(study.kind.name, 'dots')}.{study.question_name.replace('-', '_')}"


def answer(text: str, changes: Mapping[str, Any], *, fine: bool, quick_verdict: bool = True) -> Answer:
    """The answer of a study with some keys changed, which never raises for values that the model refuses.

    Args:
        text: of the study, as `opened` gives it.
        changes: key → value.
        fine: all points, and the verdict; else a coarse grid, and a verdict if it is quick.
        quick_verdict: whether it was the last time.
    """
    began = time.perf_counter()
    new = text
    try:
        new = with_changes(text, changes)
        if fine:
            study = study_from(new)
            _check_size(study)
        else:
            before = study_from(text)
            less = {f"question.{name}": value for name, value in LESS_ASKED.items() if hasattr(before.options, name)}
            less |= {f"model.{name}": value for name, value in LESS_MODEL.items() if hasattr(before.table, name)}
            study = study_from(with_points(new, coarse_points(before)), less)
        result = compute_study(study) if fine or Layout(study).outer else _at_once(study)
        verdict = study.question.verdict(study, result).text if fine or quick_verdict else None
    except AttractronError as error:
        return Answer(text=new, refusal=_PLACE.sub("", str(error)), seconds=time.perf_counter() - began)
    return Answer(text=new, result=result, verdict=verdict, seconds=time.perf_counter() - began)


def _at_once(study: Study) -> xr.Dataset:
    """All points by one call of the question, which has them as its own axes."""
    found = study.question.answer(study.query(study.axes, {}))
    return finished(study, found)


def _check_size(study: Study) -> None:
    points = prod(each.size for each in study.dimensions)
    if points > MOST_ANSWERED:
        raise InputError("axes", f"have at most {MOST_ANSWERED} points here", points, "attractron run takes any number")
