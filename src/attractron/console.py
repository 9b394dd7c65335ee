"""How the command line prints: tables, what is in a result, references, progress; plain text when nobody looks."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr
    from rich.progress import Progress

    from attractron.core.references import Reference
    from attractron.papers import Claim
    from attractron.studies.events import Progress as StudyProgress

MOST_VALUES = 12
"""Values without an order that are listed one by one."""

SILENCE = 15.0
"""Seconds between two lines of progress where nobody looks at a terminal."""

MOST_CHARACTERS = 80
"""Of one parameter; the file has the rest."""


def say(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")


def flush() -> None:
    """Let what was said be seen now, by a pipe too."""
    sys.stdout.flush()


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table: drawn on a terminal, aligned text otherwise, so that nothing is cut off in a pipe or a file."""
    body = [[_on_a_line(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        drawn = Table(*header)
        for row in body:
            drawn.add_row(*(Text(cell) for cell in row))
        Console().print(drawn)
        return
    lines = [list(header), *body]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _on_a_line(cell: str) -> str:
    """A text without line ends; blanks before it stay."""
    return cell[: len(cell) - len(cell.lstrip(" "))] + " ".join(cell.split())


def describe(result: "xr.Dataset") -> None:
    """What is in a result: how it was made, its axes and its variables."""
    attributes = result.attrs
    for name in (
        "summary",
        "kind",
        "question",
        "method",
        "parameters",
        "options",
        "validity",
        "references",
        "attractron_version",
    ):
        text = _in_words(str(attributes.get(name, "")))
        if text:
            say(f"{name.replace('_', ' ')}: {text}")
    if "computed" in result:
        say(f"not complete: {int(result['computed'].sum())} of {result['computed'].size} points have a value")
    say()
    beside = [name for name, each in result.coords.items() if each.ndim == 1 and name not in result.dims]
    named = [*(name for name in result.dims if name in result.coords), *beside]
    axes = [(str(name), str(result[name].size), *_about(result[name])) for name in named]
    if axes:
        table(("axis", "points", "range", "unit", "meaning"), axes)
        say()
    table(
        ("variable", "over", "range", "unit", "meaning"),
        [(str(name), ", ".join(map(str, array.dims)) or "-", *_about(array)) for name, array in result.items()],
    )


def _in_words(text: str) -> str:
    """JSON objects as `name = value`, without what is empty; other text as it is."""
    try:
        values = json.loads(text)
    except ValueError:
        return text
    if not isinstance(values, dict):
        return text
    return ", ".join(f"{name} = {_short(value)}" for name, value in values.items() if value not in ({}, None))


def _short(value: Any) -> str:
    """A matrix by its shape, anything else as JSON, cut where it gets long."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return f"({len(value)} × {len(value[0])} matrix)"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _about(array: "xr.DataArray") -> tuple[str, str, str]:
    """Range, unit and meaning."""
    if "flag_meanings" in array.attrs:
        span = str(array.attrs["flag_meanings"])
    elif array.dtype.kind in "iuf" and array.size:
        least, most = float(array.min()), float(array.max())
        span = f"{least:.6g}" if least == most else f"{least:.6g} … {most:.6g}"
    else:
        values = [str(value) for value in array.to_numpy().ravel()[:MOST_VALUES]]
        span = ", ".join(values) + (", …" if array.size > MOST_VALUES else "")
    return span, str(array.attrs.get("units", "")), str(array.attrs.get("long_name", ""))


def claims_table(claims: "Sequence[Claim]") -> None:
    """The claims of papers beside what was computed, and a note on each that does not simply hold."""
    from attractron.papers.claims import STATUSES, in_words

    table(
        ("figure", "status", "published", "computed", "tolerance", "claim"),
        [(claim.figure, claim.status, *in_words(claim.record()), claim.claim) for claim in claims],
    )
    for claim in claims:
        if claim.status != "holds":
            say(f"{claim.figure} {claim.status}: {claim.claim} {claim.record()['note']}")
    counts = {status: sum(claim.status == status for claim in claims) for status in STATUSES}
    read_back = sum(claim.read_back for claim in claims)
    of_these = f"; read back: {read_back}, predictions: {len(claims) - read_back}"
    say(", ".join(f"{status}: {count}" for status, count in counts.items()) + of_these)


def bibtex(key: str, entry: "Reference") -> str:
    """A reference as a BibTeX entry."""
    where = re.fullmatch(r"(?P<journal>.*?)\s+(?P<volume>\d+),\s+(?P<pages>\S+)", entry.journal)
    fields = {
        "author": entry.authors.replace(", ", " and ") if where else f"{{{entry.authors}}}",
        "title": f"{{{entry.title}}}",
        **(where.groupdict() if where else {"howpublished": entry.journal}),
        "year": str(entry.year),
        **({"doi": entry.doi} if entry.doi else {}),
    }
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{'article' if where else 'misc'}{{{key},\n{body}\n}}"


@contextmanager
def study_progress(name: str) -> "Iterator[Callable[[StudyProgress], None]]":
    """A function to tell how far a study is: a bar on a terminal, and otherwise a line every now and then."""
    with _bar(guessed=False) as bar:
        task = None if bar is None else bar.add_task(name, total=None)
        said = time.monotonic()

        def tell(now: "StudyProgress") -> None:
            nonlocal said
            failed = f", {now.failed} failed" if now.failed else ""
            rate = f", {now.rate:.3g} points a second" if now.rate else ""
            left = "" if now.left is None else f", about {_duration(now.left)} left"
            if bar is not None and task is not None:
                bar.update(task, completed=now.done, total=now.points, description=f"{name}{rate}{left}{failed}")
            elif time.monotonic() - said > SILENCE:
                said = time.monotonic()
                sys.stderr.write(f"attractron: {name}: {now.done} of {now.points} points{rate}{left}{failed}\n")
                sys.stderr.flush()

        yield tell


def _duration(seconds: float) -> str:
    """A time as people say it."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


@contextmanager
def figure_progress() -> Iterator[Callable[[int, int, str], None]]:
    """A function to tell of figures finished, figures in all, and the one that begins."""
    with _bar() as bar:
        task = None if bar is None else bar.add_task("", total=None)

        def tell(done: int, total: int, name: str) -> None:
            if bar is not None and task is not None:
                bar.update(task, completed=done, total=total, description=name)

        yield tell


@contextmanager
def _bar(*, guessed: bool = True) -> "Iterator[Progress | None]":
    """A progress bar, with the time left as it guesses it, or None when the error stream is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    left = (TimeRemainingColumn(),) if guessed else ()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *left)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield bar
