"""Every published figure by name, in the order of the papers."""

from collections.abc import Sequence
from functools import cache

from attractron.core.checks import nearest
from attractron.core.errors import InputError
from attractron.papers.figures import PaperFigure


@cache
def all_figures() -> dict[str, PaperFigure]:
    """Every figure by name, in the order of the papers."""
    from attractron.papers import hamo2016, measured, ours, shavit_oreg2020

    return in_order(hamo2016.FIGURES, shavit_oreg2020.FIGURES, ours.FIGURES, measured.FIGURES)


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
