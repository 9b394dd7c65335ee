"""What a published figure is made of, and the list of all of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from attractron.core.checks import nearest
from attractron.core.errors import InputError
from attractron.papers.claims import Claim

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class PaperFigure:
    """A figure of a paper, calculated anew.

    Args:
        name: what the user types and what the files are called, e.g. "hamo-2a".
        title: one line.
        source: paper and figure.
        caption: what is drawn, with which parameters, and which of them are our choice.
        compute: the dataset of the figure; on coarser grids when asked to be quick.
        draw: the picture of that dataset.
        claims: what the paper says of it, read from that dataset alone.
    """

    name: str
    title: str
    source: str
    caption: str
    compute: "Callable[[bool], xr.Dataset]"
    draw: "Callable[[xr.Dataset], Figure]"
    claims: "Callable[[xr.Dataset], list[Claim]]"

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InputError("name", "be lower-case words joined by '-'", repr(self.name))


@cache
def all_figures() -> dict[str, PaperFigure]:
    """Every figure by name, in the order of the papers."""
    from attractron.papers import hamo2016

    return in_order(hamo2016.FIGURES)


def in_order(*papers: Sequence[PaperFigure]) -> dict[str, PaperFigure]:
    """The figures of the papers one after another, by name.

    Raises:
        InputError: two figures have the same name.
    """
    found: dict[str, PaperFigure] = {}
    for figure in (figure for paper in papers for figure in paper):
        if figure.name in found:
            raise InputError("name", "be used by one figure only", repr(figure.name))
        found[figure.name] = figure
    return found


def select(wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    """The known names that are wanted, by name or by how they begin ("hamo-3"), in the known order; all when none is.

    Raises:
        InputError: something wanted names nothing; the nearest name is given.
    """
    chosen: set[str] = set()
    for beginning in (wanted,) if isinstance(wanted, str) else wanted:
        found = [beginning] if beginning in known else [name for name in known if name.startswith(beginning or " ")]
        if not found:
            raise InputError(
                "figure",
                f"be the name of a figure, or how names begin ({', '.join(known)})",
                repr(beginning),
                nearest(beginning, known),
            )
        chosen.update(found)
    return [name for name in known if name in chosen or not chosen]
