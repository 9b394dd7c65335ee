"""What `run` does with a study: its blocks computed and stored as they are ready, then a verdict and a picture.

A run that was stopped or killed goes on where it was; one that is complete only tells what came of it.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, isfinite
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import positive
from attractron.core.errors import AttractronError, InputError, OutputError
from attractron.core.files import COMPUTED, write_dataset, write_text
from attractron.core.limit import end_child
from attractron.core.log import LOG
from attractron.core.remote import of_storage
from attractron.core.results import provenance
from attractron.core.version import __version__
from attractron.studies import growth
from attractron.studies.adaptive import POINT
from attractron.studies.boxes import Box, boxes, volume
from attractron.studies.events import Events, Listener
from attractron.studies.executors import compute, starting
from attractron.studies.folders import Lock
from attractron.studies.grid import Failure, Layout, Part, compute_study
from attractron.studies.parse import at_its_line
from attractron.studies.places import Place, differences, place_of
from attractron.studies.size import check_size
from attractron.studies.store import FORMAT, PACKAGE, VERSIONS, Store
from attractron.studies.study import Study, Verdict

DRAWN = 400_000
"""Values of a picture; of more, every second or third is drawn."""

AGAIN = "begin anew with --force, choose another --out"

GOALS = ("adaptive.points", "adaptive.loss")
"""Keys of a study that may change when it is extended, beside its axes."""

LISTED = 20
"""Failed points that the summary lists."""

Task = tuple[tuple[int, ...], Box, list[Box]]
"""Place of a block, its box, and what of it has to be computed."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a study came to, and the files that hold it.

    Attributes:
        result: the labelled result.
        verdict: what it says.
        files: result, picture, summary; addresses as text.
        failures: points without a result.

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
        >>> done = at.studies.run(at.studies.read(path), path.parent)
        >>> done.verdict.numbers["best_detuning"]
        (2.410000000000004, 'meV')
    """

    result: xr.Dataset
    verdict: Verdict
    files: tuple[Path | str, ...]
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class _Fill:
    """Computes blocks and writes them: what a worker does."""

    layout: Layout
    store: Store

    def __call__(self, task: Task) -> tuple[int, list[Failure], float]:
        place, box, missing = task
        began = time.perf_counter()
        failures: list[Failure] = []
        for each in missing:
            part = self.layout.answer(each)
            self.store.write(place, part, tuple(stop for _, stop in box))
            failures += part.failures
        return sum(map(volume, missing)), failures, time.perf_counter() - began


def run(
    study: Study,
    out: str | Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    force: bool = False,
    extend: bool = False,
    retry: bool = False,
    time_limit: float | None = None,
    yes: bool = False,
    listener: Listener | None = None,
) -> Outcome:
    """Compute a study, or go on with it, and write its result, picture and summary.

    The result is a Zarr store that is filled block by block; a run that ends early, however it ends, is gone on with by
    the same call, and its arrays are then the same, bit for bit, as those of an undisturbed run with any number of
    workers. Points that fail are recorded with their error, and do not stop the others.

    Args:
        study: from `read_study`.
        out: a folder of this machine or an address that fsspec knows (`s3://bucket/prefix`), for `<study>.zarr` (`.nc`
            for a study without axes), `<study>.png`, `summary.json` and `<study>.log.jsonl`; or the result itself,
            `DIR/NAME.zarr`, or `DIR/NAME.nc`, one file that is written at the end.
        workers: processes.
        scheduler: address of a Dask scheduler, whose workers compute; the store has to be within their reach.
        force: begin anew in place of what is there.
        extend: the study's axes have grown since; what is there stays.
        retry: compute failed points again.
        time_limit: seconds that a call of the question may take, for a point or for a block of points that are asked
            together (asked again in halves then). It is kept whatever the calculation does: see `core.limit`.
        yes: whether a grid of more than 10⁷ points is meant, and points of several versions of the package in a result.
        listener: hears how far the run is.

    Raises:
        InputError: a grid that large and not meant, with its size and time; what only the calculation can find out,
            with its place in the study file; another study than that of the store, with the key that differs.
        OutputError: the folder cannot be written, the disk is full, files of another run are in the way, or another
            run is writing.

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
        >>> done = at.studies.run(at.studies.read(path), path.parent)
        >>> [file.name for file in done.files]
        ['device.nc', 'summary.json']
        >>> done.verdict.text
        'The device pairs by 2Δ = 1.482 meV (k_B times 17.2 K); it attracts ...'
    """
    limit = None if time_limit is None else positive("time_limit", time_limit)
    check_size(study, yes=yes)
    place = place_of(out, Path(study.document.name).stem, single=not study.dimensions)
    if place.address.startswith("memory://") and (workers > 1 or scheduler is not None):
        raise InputError("out", "be within reach of all workers", "the memory of this process")
    place.check(study.document, force=force)
    if study.adaptive is not None and place.in_one_file:
        raise InputError(
            "out", "be a store for an adaptive study", place.result, "NAME.zarr; `show --out` makes a file"
        )
    with place.lock() as lock:
        place.folder.clear()
        if place.in_one_file:
            place.clear()
            return _concluded(study, place, compute_study(study, workers=workers, time_limit=limit), ())
        return _stored(
            Layout(study, limit),
            place,
            {"workers": workers, "scheduler": scheduler},
            lock,
            force=force,
            extend=extend,
            retry=retry,
            yes=yes,
            listener=listener,
        )


def _stored(
    layout: Layout,
    place: Place,
    where: Mapping[str, Any],
    lock: Lock,
    *,
    force: bool,
    extend: bool,
    retry: bool,
    yes: bool,
    listener: Listener | None,
) -> Outcome:
    """A run whose result is a store."""
    study, store = layout.study, Store(place.store)
    there = store.is_there()
    went_on = there and not force and store.ready
    if went_on:
        must_be_of(store, study, extend=extend)
        layout = replace(layout, cut=tuple(store.about["chunks"]))
        layout = layout if study.adaptive is None else growth.stored(layout, store)
    else:
        place.folder.delete(place.log)
    place.clear()
    journal = place.folder.journal(place.log)
    wanted = layout.points if study.adaptive is None else study.adaptive.points
    goal = study.adaptive is not None and study.adaptive.loss is not None
    events = Events(log=journal, points=wanted, listener=listener, most=goal)
    try:
        if went_on:
            _gone_on(store, layout, events)
        else:
            with starting(_Fill(layout, store), **where, tasks=len(layout.blocks()) - 1):
                _begun(store, layout, events, where["scheduler"])
        tasks = _tasks(store, layout, retry=retry)
        if tasks:
            must_be_by_this_version(store, yes=yes)
            store.made_by(study)
            store.open_again(layout)
        events.done = layout.points - sum(volume(part) for _, _, missing in tasks for part in missing)
        events.at_once = 1 if where["scheduler"] else max(1, min(where["workers"], len(tasks)))
        events.started(blocks=len(tasks), **where)
        _fill(layout, store, tasks, events, where, lock)
        while (larger := growth.grown(layout, store)) is not None:
            layout = larger
            store.extend(layout)
            events.tell("refined", points=layout.points)
            _fill(layout, store, _tasks(store, layout, retry=False), events, where, lock)
        study = layout.study
        result = store.completed(study)
        failures = store.failures()
        events.tell("complete" if not failures else "complete but for failed points", failed=len(failures))
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        reason = error.strerror or error
        raise OutputError(
            f"cannot write {place.address}: {reason}; what is finished stays, run again to go on"
        ) from error
    except BaseException as error:
        events.tell("stopped", why=type(error).__name__, done=events.done)
        if of_storage(error):
            reason = " ".join(str(error).split())[:200]
            raise OutputError(
                f"cannot reach {place.address}: {reason}; what is finished stays, run again to go on"
            ) from error
        raise
    finally:
        end_child()
        journal.close()
    return _concluded(study, place, result, failures)


def _fill(
    layout: Layout, store: Store, tasks: list[Task], events: Events, where: Mapping[str, Any], lock: Lock
) -> None:
    """Compute blocks wherever they are computed, and tell of each."""
    for points, failed, seconds in compute(_Fill(layout, store), tasks, **where):
        for failure in failed:
            events.tell("failed", place=failure.place, error=failure.error)
        events.block(points=points, failed=len(failed), seconds=seconds)
        lock.check()


def _gone_on(store: Store, layout: Layout, events: Events) -> None:
    """What is there is looked through; room is made for what the axes have grown by."""
    for block in store.damaged():
        LOG.info(f"{store.address}: block {block} does not have the values that were written; it is computed again")
        events.tell("damaged", block=list(block))
        store.forget(block)
    if layout.sizes != store.about["sizes"]:
        store.extend(layout)


def _begun(store: Store, layout: Layout, events: Events, scheduler: str | None) -> None:
    """The store is laid out after the first block that has a result.

    Raises:
        InputError: the first, the middle and the last point of the first block are all refused.
        AttractronError: no block has a result.
    """
    failed: list[tuple[tuple[int, ...], Part]] = []
    for block, box in boxes(tuple(layout.sizes.values()), layout.chunks):
        began = time.perf_counter()
        part = next(compute(layout.answer if failed else _First(layout), [box], scheduler=scheduler))
        failed.append((block, part))
        if part.canvas.arrays:
            store.create(layout, part)
            for place, each in failed:
                store.write(place, each, tuple(stop for _, stop in each.box))
            events.tell("created", store=store.address, seconds=round(time.perf_counter() - began, 6))
            return
    raise AttractronError(f"every point failed, the first one with: {failed[0][1].failures[0].error}")


@dataclass(frozen=True)
class _First:
    """The first block: where all of it is refused, the study is at fault, and not its points."""

    layout: Layout

    def __call__(self, box: Box) -> Part:
        try:
            return self.layout.result(box)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 (asked again, which finds and records the points at fault)
            if isinstance(error, InputError) and all(self._refused(point) for point in _samples(box)):
                raise at_its_line(self.layout.study, error) from None
            return self.layout.answer(box)

    def _refused(self, point: Box) -> bool:
        failures = self.layout.answer(point).failures
        return any(failure.refusal is not None for failure in failures)


def _samples(box: Box) -> list[Box]:
    """The first, the middle and the last point of a box."""
    return [
        tuple((n, n + 1) for n in point)
        for point in (
            [a for a, _ in box],
            [(a + b) // 2 for a, b in box],
            [b - 1 for _, b in box],
        )
    ]


def _tasks(store: Store, layout: Layout, *, retry: bool) -> list[Task]:
    """What is left to compute: what belongs to one block goes to one worker."""
    found: dict[tuple[int, ...], Task] = {}
    for block, box, part in store.missing(layout, failed=retry):
        found.setdefault(block, (block, box, []))[2].append(part)
    return list(found.values())


def must_be_of(store: Store, study: Study, *, extend: bool) -> None:
    """Refuse to mix two studies in one store.

    Raises:
        InputError: a key differs; only axes that begin with the points that are there may, and only with `extend`.
    """
    known = store.about
    if known["format"] > FORMAT:
        raise InputError(
            store.address, f"be a store of format {FORMAT} or before", known["format"], "update attractron"
        )
    differ = differences(known["study"], study.document.data)
    for key, there, here in differ:
        may_grow = key.startswith(("axes.", "samples.", *GOALS))
        if not (extend and may_grow):
            more = ", or add points to an axis with --extend" if may_grow else ""
            expected = f"be {there!r} as in {store.address}, which is of another study"
            raise InputError(key, expected, repr(here), f"{AGAIN}{more}")
    if study.adaptive is not None:
        there = store.about["sizes"][POINT]
        if differ and study.adaptive.points < there:
            expected = f"be at least the {there} points in {store.address}"
            raise InputError("adaptive.points", expected, study.adaptive.points, AGAIN)
    elif differ:
        _check_growth(store, study)


def must_be_by_this_version(store: Store, *, yes: bool) -> None:
    """Refuse to mix what two versions of the package compute in one result.

    Raises:
        InputError: another version computed what is there, and that is not meant.
    """
    known = store.about.get(VERSIONS, {}).get(PACKAGE, [__version__])
    if known[-1] != __version__ and not yes:
        remedy = "go on with --yes if both give the same, begin anew with --force, or install the other version"
        raise InputError(
            store.address, f"be gone on with by attractron {known[-1]}, which began it", __version__, remedy
        )


def _check_growth(store: Store, study: Study) -> None:
    """All axes begin with the points that are there."""
    stored, axes = store.axes(), Layout(study).coordinates({})
    if list(stored) != list(axes):
        raise InputError("axes", f"be {', '.join(stored)}, as in {store.address}", ", ".join(axes), AGAIN)
    for name, axis in axes.items():
        values, before = axis.to_numpy(), stored[name]
        if values.size < before.size or not np.array_equal(values[: before.size], before):
            raise InputError(
                f"axes.{name}",
                f"begin with the {before.size} points in {store.address}",
                f"{values.size} points from {values[0]:.6g} to {values[-1]:.6g}",
                AGAIN,
            )


def _concluded(study: Study, place: Place, result: xr.Dataset, failures: tuple[Failure, ...]) -> Outcome:
    """The verdict, and the files beside the result."""
    from attractron.plotting import main_variable, picture, save  # not in workers, which draw nothing

    if failures:
        verdict = _failed_verdict(result, failures)
    else:
        verdict = (study.question.verdict if study.adaptive is None else growth.verdict)(study, result)
    names = [place.result]
    with place.folder.together() as hidden:
        if place.in_one_file:
            write_dataset(result, hidden / place.result)
        main = main_variable(result)
        if main is not None:
            save(picture(_thinned(result, main)), hidden / place.picture)
            names.append(place.picture)
        write_text(hidden / place.summary, _summary(study, result, verdict, failures))
        names.append(place.summary)
    return Outcome(result=result, verdict=verdict, files=tuple(map(place.folder.at, names)), failures=failures)


def _failed_verdict(result: xr.Dataset, failures: tuple[Failure, ...]) -> Verdict:
    """No verdict: a part of what it would be about is missing."""
    points = int(result[COMPUTED].size)
    text = (
        f"{len(failures)} of {points} points have no result, so there is no verdict; the first is "
        f"{failures[0].place or 'the only one'}: {failures[0].error}"
    )
    return Verdict(text=text, numbers={"failed_points": (float(len(failures)), "1")})


def _thinned(result: xr.Dataset, main: str) -> xr.Dataset:
    """Every second, third, … point along each axis, where a picture would have more points than it can show."""
    step = ceil((result[main].size / DRAWN) ** 0.5)
    return result if step <= 1 else result.isel({dim: slice(None, None, step) for dim in result[main].dims})


def _summary(study: Study, result: xr.Dataset, verdict: Verdict, failures: tuple[Failure, ...]) -> str:
    """The verdict and how it came about, as the text of summary.json."""
    numbers = {
        name: {"value": value if isfinite(value) else str(value), "unit": unit}  # JSON has no infinity
        for name, (value, unit) in verdict.numbers.items()
    }
    content = {
        "study": study.document.name,
        "kind": study.kind.name,
        "question": study.question_name,
        "verdict": verdict.text,
        "numbers": numbers,
        "failed": [{"place": each.place, "error": each.error} for each in failures[:LISTED]],
        "parameters": json.loads(result.attrs["parameters"]),
        "method": result.attrs["method"],
        "validity": result.attrs["validity"],
        "references": [key for key in result.attrs["references"].split(", ") if key],
        "made": provenance(),
        "study_text": study.document.text,
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
