"""A kind of model made for these tests: a straight line, height = slope · x + offset, with one knob x in mV."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from pydantic import Field

from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.core.units import Energy, Temperature
from attractron.studies.schemas import options_of, table_of
from attractron.studies.study import Kind, Question, Verdict


@dataclass(frozen=True)
class Line:
    slope: float
    offset: float


def line_of(*, slope: Energy, offset: Energy = 0.0, tags: Mapping[str, Energy] | None = None):
    if slope == 13:
        raise InputError("slope", "not be 13", slope, "try 12")
    return Line(slope=slope, offset=offset)


def asked(*, temperature: Temperature = 0.0, fail_at: float | None = None, scale: int = 1):
    """Options of the question."""


HeightOptions = options_of(asked, pair=(list[int], Field(default_factory=list, min_length=2)))


def height(query):
    line, options = query.model, query.options
    x = np.asarray(query.axes.get("x", 0.0))
    if options.fail_at is not None and np.any(x >= options.fail_at):
        raise InputError("axes['x']", "stay below the point of failure", float(x.max()), "shorten it")
    dims = ("x",) if x.ndim else ()
    vector = np.sin(np.arange(200_000) + line.slope)
    value = line.slope * x + line.offset
    codes = np.sign(value).astype(int) + 1
    result = dataset(
        {
            "height": (dims, value, "meV", "height of the line"),
            "side": (dims, codes, "1", "below or above ground"),
            # A sum that BLAS does in another order on two threads.
            "norm": ((), np.dot(vector, vector), "1", "the same in all blocks"),
        },
        {"x": ("x", x, "mV", "x")} if x.ndim else {},
        question="tests.height",
        parameters={"slope": line.slope},
        method="multiplication",
        validity=("Straight lines only.",),
        references=("attractron",),
    )
    names = {0: "below", 1: "on ground", 2: "above"}
    result["side"].attrs.update(flags({code: names[code] for code in np.unique(codes).tolist()}))
    return result


def verdict(study, result):
    most = float(result["height"].max())
    return Verdict(text=f"The line reaches {most:.3g} meV.", numbers={"highest": (most, "meV")})


LEVER = Kind(
    name="lever",
    about="a straight line",
    table=table_of(line_of),
    parameters=lambda _line: {"slope": "meV", "offset": "meV"},
    controls=lambda _line: {"x": "mV", "other": "mV"},
    vary=lambda line, values: replace(line, **values),
    describe=lambda line: {"slope": line.slope, "offset": line.offset},
    questions={
        "height": Question(
            about="how high", answer=height, verdict=verdict, options=HeightOptions, knobs=("x",), uncertain=True
        ),
        "profile": Question(
            about="how high along x",
            answer=height,
            verdict=verdict,
            options=HeightOptions,
            needs=("x",),
            uncertain=True,
        ),
        "sweep": Question(
            about="how high along anything", answer=height, verdict=verdict, options=HeightOptions, needs=("*",)
        ),
    },
)

KINDS = {"lever": LEVER}
