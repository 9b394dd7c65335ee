"""From a study to its result: cut into fixed blocks, computed anywhere, put together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import cloudpickle
import xarray as xr

from attractron.core import checks
from attractron.core.around import without
from attractron.core.axes import Axes
from attractron.core.errors import AttractronError, InputError
from attractron.core.limit import end_child, within
from attractron.core.results import to_json
from attractron.studies.boxes import Box, boxes, chunk_shape, volume
from attractron.studies.canvas import Canvas
from attractron.studies.executors import compute
from attractron.studies.parse import at_its_line
from attractron.studies.study import Dimension, Study

LONGEST = 500
"""Characters of an error that are kept."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A point without a result.

    Attributes:
        point: its index along each dimension of the study.
        place: the same in values, `W = 0.83, x = 2`.
        error: what went wrong, on a line.
        refusal: the error itself where the values of the point were refused; None for a calculation that broke.
    """

    point: tuple[int, ...]
    place: str
    error: str
    refusal: InputError | None = None


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a box came to: a canvas over it, and the points that failed."""

    box: Box
    canvas: Canvas
    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """The dimensions of a study and its blocks.

    Attributes:
        study: the study.
        limit: seconds that a call of the question may take, for a point or for a block; None for any.
        cut: size of the blocks along each dimension, of a store that is there already; None for `chunk_shape`.
    """

    study: Study
    limit: float | None = None
    cut: tuple[int, ...] | None = None

    @cached_property
    def inner(self) -> Axes:
        """The axes that the question takes."""
        return Axes({name: value for name, value in self.study.axes.items() if name in self.study.taken})

    @cached_property
    def outer(self) -> tuple[Dimension, ...]:
        """What is varied around it, point by point."""
        inner = self.inner.keys()
        return tuple(each for each in self.study.dimensions if not inner >= each.values.keys())

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Dimension → points, the outer ones first."""
        swept = {name: values.size for name, values in self.inner.swept.items()}
        return {**{dimension.name: dimension.size for dimension in self.outer}, **swept}

    @cached_property
    def varied(self) -> frozenset[str]:
        """Everything that is varied around the question, and the dimensions that this makes."""
        return frozenset(name for dimension in self.outer for name in (dimension.name, *dimension.values))

    @property
    def points(self) -> int:
        """Of the whole grid."""
        return volume(self.whole)

    @property
    def whole(self) -> Box:
        """The grid as one box."""
        return tuple((0, size) for size in self.sizes.values())

    @cached_property
    def chunks(self) -> tuple[int, ...]:
        """Size of the blocks along each dimension."""
        if self.cut is None and self.study.adaptive is not None:
            return (self.study.adaptive.block,)
        shape = chunk_shape(tuple(self.sizes.values()), len(self.outer))
        whole = [name in self.inner and name in self.study.question.whole for name in self.sizes]
        uncut = zip(self.sizes.values(), shape, whole, strict=True)
        return self.cut or tuple(size if all_of_it else length for size, length, all_of_it in uncut)

    def blocks(self) -> list[Box]:
        """All blocks in order."""
        return [box for _, box in boxes(tuple(self.sizes.values()), self.chunks)]

    def canvas(self, box: Box) -> Canvas:
        """An empty canvas over a box."""
        return Canvas(
            outer=tuple(dimension.name for dimension in self.outer),
            sizes={name: b - a for name, (a, b) in zip(self.sizes, box, strict=True)},
            varied=self.varied,
        )

    def coordinates(self, labels: Mapping[str, Mapping[str, Any]]) -> dict[str, xr.Variable]:
        """The axes as coordinates; `labels` are units and long names that the question itself gives to some."""
        around = {dimension.name: dimension.index().variable for dimension in self.outer}
        for dimension in self.outer:
            for name, values in dimension.values.items():
                attrs = {"units": self.study.units[name], "long_name": name}
                around[name] = xr.Variable(dimension.name, values, attrs)
        own = {name: xr.Variable(name, values, labels.get(name)) for name, values in self.inner.swept.items()}
        return {**around, **own}

    def answer(self, box: Box) -> Part:
        """Everything in a box; points that fail are written down, and do not stop the rest."""
        part = Part(box=box, canvas=self.canvas(box))
        for asked in self._asked_at_once(box):
            self._try(part, asked)
        return part

    def result(self, box: Box) -> Part:
        """Everything in a box; what a point raises, this raises."""
        part = Part(box=box, canvas=self.canvas(box))
        for asked in self._asked_at_once(box):
            self._paint(part, asked, self._ask(asked))
        return part

    def _asked_at_once(self, box: Box) -> Iterator[Box]:
        """The box in pieces that one call of the question answers: points of the outer dimensions one by one."""
        depth = len(self.outer)
        for index in product(*(range(a, b) for a, b in box[:depth])):
            yield (*((n, n + 1) for n in index), *box[depth:])

    def _try(self, part: Part, box: Box) -> None:
        """One call of the question; where it fails, the halves of its box one by one, down to the point at fault."""
        try:
            piece = self._ask(box)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever a point raises is recorded with it)
            halves = _halves(box)
            for half in halves:
                self._try(part, half)
            if not halves:
                part.failures.append(self._failure(tuple(start for start, _ in box), error))
            return
        self._paint(part, box, piece)

    def _failure(self, point: tuple[int, ...], error: Exception) -> Failure:
        said = str(error) if isinstance(error, AttractronError) else f"{type(error).__name__}: {error}"
        return Failure(
            point=point,
            place=self.place(point),
            error=" ".join(said.split())[:LONGEST],
            refusal=error if isinstance(error, InputError) else None,
        )

    def _paint(self, part: Part, box: Box, piece: xr.Dataset) -> None:
        region = {
            name: slice(a - origin, b - origin)
            for name, (a, b), (origin, _) in zip(self.sizes, box, part.box, strict=True)
        }
        part.canvas.paint(piece, region)

    def _ask(self, box: Box) -> xr.Dataset:
        """One call of the question.

        Raises:
            TooLongError: it takes longer than it may.
        """
        if self.limit is None:
            return self._answered(box)
        found: xr.Dataset = within(self.limit, self._packed, box)
        return found

    @cached_property
    def _packed(self) -> bytes:
        """`_answered`, for a process of its own."""
        return bytes(cloudpickle.dumps(Layout(self.study, None, self.cut)._answered))

    def _answered(self, box: Box) -> xr.Dataset:
        depth = len(self.outer)
        around: dict[str, float] = {}
        for dimension, (number, _) in zip(self.outer, box, strict=False):
            around.update(dimension.at(number))
        cut = {name: values[a:b] for (name, values), (a, b) in zip(self.inner.swept.items(), box[depth:], strict=True)}
        return self.study.question.answer(self.study.query({**self.inner, **cut}, around))

    def place(self, point: tuple[int, ...]) -> str:
        """A point by the values of its axes."""
        around: dict[str, float] = {}
        for dimension, number in zip(self.outer, point, strict=False):
            around |= {dimension.name: number} if dimension.name not in dimension.values else {}
            around |= dimension.at(number)
        for (name, values), number in zip(self.inner.swept.items(), point[len(self.outer) :], strict=True):
            around[name] = values[number]
        return ", ".join(f"{name} = {value:.6g}" for name, value in around.items())


def _halves(box: Box) -> tuple[Box, ...]:
    """A box cut in two along its longest side; none for a point."""
    lengths = [b - a for a, b in box]
    if not lengths or max(lengths) == 1:
        return ()
    n = lengths.index(max(lengths))
    (a, b), middle = box[n], box[n][0] + lengths[n] // 2
    return (*box[:n], (a, middle), *box[n + 1 :]), (*box[:n], (middle, b), *box[n + 1 :])


def compute_study(study: Study, *, workers: int = 1, time_limit: float | None = None) -> xr.Dataset:
    """The result of a study in memory: the question's variables over all axes, the study's text in the attributes.

    Args:
        study: from `read_study`.
        workers: processes.
        time_limit: seconds that a call of the question may take.

    Raises:
        TooLongError: it takes longer.
        InputError: `workers`; a point whose values are refused, with its place in the study file.
        AttractronError: a point whose calculation broke.

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
    if study.adaptive is not None:
        raise InputError(
            "study", "have fixed points to be computed in memory", "[adaptive]", "studies.run fills a store"
        )
    layout = Layout(study, None if time_limit is None else checks.positive("time_limit", time_limit))
    canvas = layout.canvas(layout.whole)
    try:
        for part in compute(layout.result, layout.blocks(), workers=workers):
            canvas.join(part.canvas, part.box)
        return finished(study, canvas.dataset(layout.coordinates(canvas.labels)))
    except InputError as error:
        raise at_its_line(study, error) from None
    finally:
        end_child()


def finished(study: Study, whole: xr.Dataset) -> xr.Dataset:
    """The whole result with what cannot be done block by block, and what it is the result of."""
    varied = Layout(study).varied
    if varied:
        whole.attrs.pop("summary", None)  # of the first point
        whole.attrs["options"] = without(str(whole.attrs["options"]), sorted(varied))
    done = whole if study.question.finish is None else study.question.finish(study, whole)
    said = {"validity": " ".join([str(done.attrs["validity"]), *study.notes])} if study.notes else {}
    if study.adaptive is not None:
        said["adaptive"] = ", ".join(study.adaptive.ends)
    return done.assign_attrs(
        said,
        kind=study.kind.name,
        parameters=to_json(study.kind.describe(study.model)),
        study=study.document.text,
    )
