"""How finely the hierarchy of equations of motion is solved: poles, tiers, entries."""

from dataclasses import dataclass

from attractron.core.checks import whole
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable

FAST, FINE = 0.05, 0.01
"""The relative accuracies from which on less, and below which more work is done than by default."""

MOST_ENTRIES = 2_000_000
"""Entries that fit into the memory of a usual machine."""


@dataclass(frozen=True, kw_only=True)
class HierarchyOptions(ShownAsTable):
    """Parameters of the hierarchy of equations of motion.

    Attributes:
        entries: most entries of all auxiliary density matrices together; with 100000 a point of three dots takes two
            to four seconds and 0.5 GB. It sets how many poles each tier can have.
        poles: most poles of the Fermi function; None: 4, and one for every 4 k_BT of the largest energy.
        depth: the highest tier, that is of modes at work at once; None: two for every dot, which is exact for dots
            without repulsion, and beyond which little was found with it.

    Raises:
        InputError: fewer than 1000 entries or more than two millions, no poles, a depth below 2.

    Example:
        >>> at.transport.HierarchyOptions(entries=20_000).poles is None
        True
    """

    entries: int = 100_000
    poles: int | None = None
    depth: int | None = None

    def __post_init__(self) -> None:
        if whole("entries", self.entries, at_least=1000) > MOST_ENTRIES:
            raise InputError("entries", f"be at most {MOST_ENTRIES}, which take 4 GB", self.entries)
        if self.poles is not None:
            whole("poles", self.poles, at_least=1)
        if self.depth is not None:
            whole("depth", self.depth, at_least=2)


def chosen(accuracy: float) -> HierarchyOptions:
    """Options that reach a relative accuracy as a rule.

    >>> chosen(0.05).entries, chosen(0.001).entries
    (20000, 400000)
    """
    return HierarchyOptions(entries=20_000 if accuracy >= FAST else 100_000 if accuracy >= FINE else 400_000)
