"""What a published figure is made of: a recipe in Python, panels to draw on, a file in its paper's folder `claims`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.errors import InputError
from attractron.papers.claims import Claim, Value
from attractron.plotting.style import lettered, new_figure

__all__ = ["PaperFigure", "Reading", "Readings", "Recipe", "lettered", "panels"]

Reading = Value | None | Mapping[str, Value | None]
"""What a claim compares or a note tells; None where nothing was found; for a choice that is open, a value for each."""

Readings = dict[str, Reading]
"""Readings by name, in the units of the claims and notes that use them."""

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What Python says of a figure; the table of claims of its paper says the rest.

    Args:
        name: that of the figure in the table.
        compute: the dataset of the figure; on coarser grids when asked to be quick.
        draw: the picture of that dataset.
        readings: what claims and their notes need, read from that dataset alone.
        parameters: what captions and notes need and no dataset changes.
    """

    name: str
    compute: Callable[[bool], xr.Dataset]
    draw: Callable[[xr.Dataset], Figure]
    readings: Callable[[xr.Dataset], Readings]
    parameters: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PaperFigure:
    """A figure of a paper, calculated anew: a recipe joined with its entry in the table of claims.

    Args:
        name: what the user types and what the files are called, e.g. "hamo-2a".
        paper: who published it.
        title: one line.
        source: paper and figure.
        caption: what is drawn, with which parameters, and which of them are our choice.
        compute: the dataset of the figure; on coarser grids when asked to be quick.
        draw: the picture of that dataset.
        claims: what the paper says of it, read from that dataset alone.
        python: a few lines that calculate it with the public interface; "" where there are none.

    Example:
        >>> from attractron.papers.catalogue import all_figures
        >>> figure = all_figures()["hamo-4b"]
        >>> [claim.status for claim in figure.claims(figure.compute(True))]
        ['open', 'open', 'holds']
    """

    name: str
    paper: str
    title: str
    source: str
    caption: str
    compute: Callable[[bool], xr.Dataset]
    draw: Callable[[xr.Dataset], Figure]
    claims: Callable[[xr.Dataset], list[Claim]]
    python: str = ""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError("name", "be lower-case words joined by '-'", repr(self.name))


def panels(width: float, height: float, rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, list[Axes]]:
    """A new figure, sizes in inches, and its axes row by row; options as for `Figure.subplots`."""
    figure = new_figure(width, height)
    return figure, list(figure.subplots(rows, columns, squeeze=False, **options).flat)
