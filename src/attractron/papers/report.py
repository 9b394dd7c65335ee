"""`attractron reproduce`: the papers' figures calculated, drawn, checked claim by claim and bound into one page.

Every figure is finished before the next begins: its dataset, its picture, the claims of all figures in the folder and
the page are written, each whole or not at all, so that whoever stops early keeps what is done.
"""

import base64
import io
import json
import platform
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import xarray as xr
from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure
from PIL import Image

from attractron.core.files import atomic, folder, read_dataset, together, write_dataset, write_text
from attractron.core.references import reference
from attractron.core.version import __version__
from attractron.papers.catalogue import all_figures, select
from attractron.papers.claims import STATUSES, Claim, Record, in_words, read_claims, replaced, to_text
from attractron.papers.figures import PaperFigure
from attractron.plotting.style import own_style

CLAIMS = "claims.json"
REPORT = "report.html"

Progress = Callable[[int, int, str], None]
"""Called with (figures finished, figures in all, name of the figure that begins; "" at the end)."""


class Interrupted(KeyboardInterrupt):
    """The user stopped `reproduce`; what is finished stays, and the message says how to go on.

    Args:
        finished: claims of the figures that were finished.
        remaining: names of the figures that were not.
        command: the command that makes these.

    Example:
        >>> print(at.papers.Interrupted([], ["hamo-2b"], "attractron reproduce hamo-2b"))
        stopped; not finished: hamo-2b. Go on with: attractron reproduce hamo-2b
    """

    def __init__(self, finished: Sequence[Claim], remaining: Sequence[str], command: str) -> None:
        self.finished = list(finished)
        self.remaining = list(remaining)
        self.command = command
        super().__init__(f"stopped; not finished: {', '.join(remaining)}. Go on with: {command}")


def figures_by_paper() -> dict[str, list[tuple[str, str, str]]]:
    """Name, place in the paper and title of every figure, by paper, in the order of the papers.

    Example:
        >>> at.papers.figures_by_paper()["Hamo et al., Nature 535, 395 (2016)"][2]
        ('hamo-2a', 'Fig. 2a', 'Two sites without the polarizer repel: the interaction line is vertical')
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    for figure in all_figures().values():
        found.setdefault(_heading(figure.paper), []).append((figure.name, _panel(figure), figure.title))
    return found


def list_figures() -> list[tuple[str, str]]:
    """Name and title of every figure, in the order of the papers.

    Example:
        >>> at.papers.list_figures()[3]
        ('hamo-2b', 'With the polarizer they attract: the interaction line is horizontal')
    """
    return [(figure.name, figure.title) for figure in all_figures().values()]


def reproduce(
    figures: Sequence[str],
    out: str | Path,
    *,
    quick: bool = False,
    progress: Progress | None = None,
) -> list[Claim]:
    """Calculate figures of the papers and check their claims.

    Writes `<figure>.png`, `<figure>.nc`, `claims.json` and `report.html` to the folder. Claims of figures that are in
    the folder already and are not asked for are kept.

    Args:
        figures: names, or how names begin ("hamo-3"); all figures when empty.
        out: the folder; it is made when there is none.
        quick: on coarser grids.
        progress: told of every figure as it begins, and of the end.

    Returns:
        The claims of the figures that were asked for.

    Raises:
        InputError: a name that is no figure's, or a claims.json in the folder that is none.
        OutputError: the folder cannot be written.
        Interrupted: the user pressed Ctrl-C; the figures before are finished.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as out:
        ...     [claim] = at.papers.reproduce(["measured-trace"], out)
        >>> claim.published, round(claim.computed), claim.status  # electron temperature in mK
        (253.9, 251, 'holds')
    """
    known = all_figures()
    wanted = select(figures, list(known))
    target = folder(out)
    binder = _Binder.open(target, known, wanted)
    return _make([known[name] for name in wanted], binder, quick, progress or _silent)


def command(names: Sequence[str], *, quick: bool, out: str | Path | None = None) -> str:
    """The command line that makes these figures."""
    options = [*(["--quick"] if quick else []), *([] if out is None else ["--out", str(out)])]
    return shlex.join(["attractron", "reproduce", *names, *options])


def _make(figures: Sequence[PaperFigure], binder: "_Binder", quick: bool, progress: Progress) -> list[Claim]:
    names = [figure.name for figure in figures]
    found: list[Claim] = []
    for number, figure in enumerate(figures):
        try:
            progress(number, len(figures), figure.name)
            found += binder.add(figure, quick)
        except KeyboardInterrupt:
            remaining = names[number:]
            raise Interrupted(found, remaining, command(remaining, quick=quick, out=binder.target)) from None
    progress(len(figures), len(figures), "")
    return found


def _silent(_done: int, _total: int, _name: str) -> None:
    """Progress that nobody watches."""


@dataclass
class _Binder:
    """What the folder holds so far: claims, how datasets were made, and pictures as they stand in the page."""

    target: Path
    known: Mapping[str, PaperFigure]
    records: list[Record]
    origins: dict[str, dict[str, Any]]
    pictures: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, target: Path, known: Mapping[str, PaperFigure], wanted: Sequence[str]) -> "_Binder":
        """What an earlier run left in the folder; of what is made anew now the old dataset need not be readable."""
        records = read_claims(target / CLAIMS)
        kept = {record["figure"] for record in records} - set(wanted)
        return cls(target, known, records, {name: _origin(target / f"{name}.nc") for name in kept})

    def add(self, figure: PaperFigure, quick: bool) -> list[Claim]:
        """Calculate, draw and check one figure; then write all that is known."""
        dataset = figure.compute(quick).assign_attrs(resolution="quick" if quick else "full")
        claims = figure.claims(dataset)
        with together(self.target) as hidden:
            write_dataset(_compressed(dataset), hidden / f"{figure.name}.nc")
            with own_style():
                _write_picture(figure.draw(dataset), hidden / f"{figure.name}.png")
            self.pictures[figure.name] = _embedded(hidden / f"{figure.name}.png")
            self.origins[figure.name] = dict(dataset.attrs)
            self.records = replaced(self.records, [claim.record() for claim in claims], list(self.known))
            write_text(hidden / CLAIMS, to_text(self.records))
            write_text(hidden / REPORT, self._page())
        return claims

    def _page(self) -> str:
        """The report."""
        template = package_files("attractron.papers").joinpath("templates/report.html.jinja")
        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        names = list(dict.fromkeys(record["figure"] for record in self.records))
        papers = [
            {
                "id": f"paper-{number}",
                "title": _heading(paper),
                "sections": [self._section(name) for name in members],
                "counts": self._counts(members),
            }
            for number, (paper, members) in enumerate(self._by_paper(names).items(), start=1)
        ]
        return environment.from_string(template.read_text(encoding="utf-8")).render(
            papers=papers,
            statuses=STATUSES,
            counts=self._counts(names),
            missing=[name for name in self.known if name not in names],
            made_with=_made_with(),
            all_again=command([], quick=False),
        )

    def _by_paper(self, names: Sequence[str]) -> dict[str, list[str]]:
        """The figures of every paper, in the order of the papers; those that are no more come last."""
        found: dict[str, list[str]] = {}
        for name in sorted(names, key=lambda name: name not in self.known):
            paper = self.known[name].paper if name in self.known else "Figures of an earlier run"
            found.setdefault(paper, []).append(name)
        return found

    def _counts(self, names: Sequence[str]) -> dict[str, int]:
        """How many claims of these figures have a status, and how many are read back."""
        rows = [record for record in self.records if record["figure"] in set(names)]
        by_status = {status: sum(record["status"] == status for record in rows) for status in STATUSES}
        return by_status | {"read back": sum(record["read_back"] for record in rows), "all": len(rows)}

    def _section(self, name: str) -> dict[str, Any]:
        figure, origin = self.known.get(name), self.origins.get(name, {})
        quick = origin.get("resolution") == "quick"
        return {
            "name": name,
            "title": figure.title if figure else name,
            "panel": _MINUS.sub("−", _panel(figure)) if figure else "",
            "caption": _MINUS.sub("−", figure.caption) if figure else "",
            "python": figure.python.strip() if figure else "",
            "picture": self.pictures.get(name)
            or self.pictures.setdefault(name, _embedded(self.target / f"{name}.png")),
            "rows": [_row(record) for record in self.records if record["figure"] == name],
            "counts": self._counts([name]),
            "origin": {key: _readable(str(origin[key])) for key in _SHOWN if origin.get(key) not in (None, "{}")},
            "references": [str(reference(key)) for key in origin.get("references", "").split(", ") if key],
            "again": command([name], quick=quick),
        }


_SHOWN = ("question", "method", "parameters", "options", "validity", "resolution", "attractron_version")


def _readable(text: str) -> str:
    """Parameters as "name = value", without matrices and lists, which stand in the dataset; other text as it is."""
    if not text.startswith("{"):
        return text
    found: dict[str, Any] = {}
    for name, value in json.loads(text).items():
        found |= (
            {f"{name}.{inner}": entry for inner, entry in value.items()} if isinstance(value, dict) else {name: value}
        )
    scalars = {name: value for name, value in found.items() if not isinstance(value, dict | list)}
    return ", ".join(
        f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} = {value}" for name, value in scalars.items()
    )


_MINUS = re.compile(r"(?<!\w)-(?=\d)")


def _panel(figure: PaperFigure) -> str:
    """Where a figure stands in its paper, without the paper."""
    return _heading(figure.source.removeprefix(figure.paper).lstrip(",; ").replace(f" of {figure.paper}", ""))


def _heading(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(record: Record) -> dict[str, str]:
    published, computed, tolerance = in_words(record)
    kind = "read-back" if record["read_back"] else "prediction"
    words = {"published": published, "computed": computed, "tolerance": tolerance, "kind": kind}
    return {key: _MINUS.sub("−", record[key]) for key in ("claim", "source", "status", "note")} | words


def _origin(path: Path) -> dict[str, Any]:
    return dict(read_dataset(path).attrs) if path.exists() else {}


def _compressed(dataset: xr.Dataset) -> xr.Dataset:
    """The dataset, to be stored compressed: diagrams are mostly flat."""
    packed = dataset.copy()
    for variable in packed.data_vars.values():
        if variable.ndim > 1 and variable.dtype.kind in "iuf":
            variable.encoding.update(zlib=True, complevel=4, shuffle=True)
    return packed


def _write_picture(picture: Figure, path: Path) -> None:
    with atomic(path) as temporary:
        picture.savefig(temporary, dpi=150, metadata={"Software": f"attractron {__version__}"})


def _embedded(path: Path) -> str:
    """The picture as text that stands in the page itself; empty when there is none. WebP is half as long as PNG."""
    if not path.exists():
        return ""
    packed = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").save(packed, "WEBP", lossless=True)
    return base64.b64encode(packed.getvalue()).decode("ascii")


def _made_with() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "xarray", "matplotlib"))
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"attractron {__version__}, {packages}, Python {platform.python_version()}; {moment}"
