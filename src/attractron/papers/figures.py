"""What a published figure is made of."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
