"""From a study to its result: cut into fixed blocks, computed anywhere, put together."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

import xarray as xr

from attractron.core import checks
from attractron.core.around import concatenated, without
from attractron.core.axes import Axes
from attractron.core.errors import InputError
from attractron.core.results import to_json
from attractron.studies.executors import blocks, compute
from attractron.studies.parse import at_its_line
from attractron.studies.study import Dimension, Query, Study

Track = Callable[[Iterable[Any], int], Iterator[Any]]
"""Watches an iteration of known length, for a progress bar."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of a study that is computed at one go."""

    answer: Callable[[Query], xr.Dataset]
    queries: tuple[Query, ...]

    def results(self) -> list[xr.Dataset]:
        """A result for each query."""
        return [self.answer(query) for query in self.queries]


def compute_study(study: Study, *, workers: int = 1, track: Track | None = None) -> xr.Dataset:
    """The result of a study: the question's variables over all axes, with the study's text in the attributes.

    Example:
        >>> text = '''
        ... kind = "building-block"
        ... model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
        ... question = { name = "verdict" }
        ... '''
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp()) / "device.toml"
        >>> _ = path.write_text(text, encoding="utf-8")
        >>> result = at.studies.compute_study(at.studies.read(path))
        >>> round(float(result["two_delta"]), 3)  # meV
        1.482
    """
    checks.whole("workers", workers, at_least=1)  # of the call, not of the study file
    try:
        whole = _whole(study, workers, track)
    except InputError as error:
        raise at_its_line(study, error) from None
    said = {"validity": " ".join([str(whole.attrs["validity"]), *study.notes])} if study.notes else {}
    return whole.assign_attrs(
        said,
        kind=study.kind.name,
        parameters=to_json(study.kind.describe(study.model)),
        study=study.document.text,
    )


def _whole(study: Study, workers: int, track: Track | None) -> xr.Dataset:
    """The blocks of a study computed, put together and finished."""
    inner, outer = split(study)
    work = _blocks(study, inner, outer)
    answers = compute(Block.results, work, workers=workers)
    results = [result for answer in (track(answers, len(work)) if track else answers) for result in answer]
    whole = _stacked(study, outer, results) if outer else _joined(inner, results)
    return whole if study.question.finish is None else study.question.finish(study, whole)


def split(study: Study) -> tuple[Axes, tuple[Dimension, ...]]:
    """The axes that the question takes, and the dimensions that are varied around it, point by point."""
    taken = study.question.knobs
    inner = {
        name: value for name, value in study.axes.items() if name in study.own and (taken is None or name in taken)
    }
    return Axes(inner), tuple(each for each in study.dimensions if not inner.keys() >= each.values.keys())


def _blocks(study: Study, inner: Axes, outer: tuple[Dimension, ...]) -> list[Block]:
    """The study in blocks that depend on its axes alone, never on who computes them."""
    if outer:
        queries = []
        for numbers in product(*(range(dimension.size) for dimension in outer)):
            places = (each.at(number) for each, number in zip(outer, numbers, strict=True))
            queries.append(study.query(inner, {name: value for place in places for name, value in place.items()}))
        parts = [queries[part] for part in blocks(len(queries))]
    else:
        whole = study.query(inner, {})
        parts = [[whole]]
        if inner.dims:
            first, values = next(iter(inner.swept.items()))
            parts = [[replace(whole, axes=Axes({**inner, first: values[part]}))] for part in blocks(values.size)]
    return [Block(answer=study.question.answer, queries=tuple(part)) for part in parts]


def _joined(inner: Axes, results: list[xr.Dataset]) -> xr.Dataset:
    """Blocks of one diagram, end to end along the axis that was cut."""
    return results[0] if len(results) == 1 else _concatenated(results, inner.dims[0], data_vars="minimal")


def _stacked(study: Study, outer: tuple[Dimension, ...], results: list[xr.Dataset]) -> xr.Dataset:
    """Results for a grid of points, in C order, as one result with what is varied as leading dimensions."""
    varied = [name for dimension in outer for name in (dimension.name, *dimension.values)]
    results = [result.drop_vars(varied, errors="ignore") for result in results]  # the value at each point, say
    for dimension in reversed(outer):
        size, index = dimension.size, dimension.index()
        results = [
            _concatenated(results[start : start + size], index, data_vars="all")
            for start in range(0, len(results), size)
        ]
    (whole,) = results
    coords = {
        name: xr.Variable(dimension.name, values, {"units": study.units[name], "long_name": name})
        for dimension in outer
        for name, values in dimension.values.items()
    }
    whole.attrs.pop("summary", None)  # of the first point
    return whole.assign_coords(coords).assign_attrs(options=without(str(whole.attrs["options"]), varied))


def _concatenated(
    parts: list[xr.Dataset], dim: str | xr.DataArray, *, data_vars: Literal["minimal", "all"]
) -> xr.Dataset:
    """Parts end to end, if all have the same other axes."""
    try:
        return concatenated(parts, dim, data_vars=data_vars)
    except ValueError:  # of xarray, about dimensions that only a single result has
        axis = str(dim if isinstance(dim, str) else dim.name)
        expected = "leave the other axes of a result as they are"
        raise InputError(f"axes[{axis!r}]", expected, "axes that differ from point to point") from None
