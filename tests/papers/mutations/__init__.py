"""Equations of both papers broken on purpose, a factor at a time, and the claim that must notice.

One file for each area: `BROKEN` names what is broken by its equation. `judge` says what the claims of a figure become.
"""

from typing import NamedTuple


class Broken(NamedTuple):
    """A piece of a formula, which stands once in its folder of the package, and what takes its place.

    The claim of `figure` whose reading is `reading` holds (differs, is open) with the formula as it is, and must not
    with the broken one.
    """

    folder: str
    piece: str
    broken: str
    figure: str
    reading: str
