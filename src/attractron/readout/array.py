"""An array of a file, with what the file says of it."""

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Array:
    """An array of a file.

    Attributes:
        values: the numbers.
        unit: as the file writes it, None where it says nothing.
        axes: name of the axis of each dimension, None where the file says nothing.
    """

    values: NDArray[Any]
    unit: str | None = None
    axes: tuple[str, ...] | None = None


Arrays = dict[str, Array]
"""Arrays by their names."""


def split_unit(label: str) -> tuple[str, str | None]:
    """Name and unit of a label: "P3 (mV)" or "VG [V]"; no unit in brackets means None."""
    head, opening, tail = label.strip().rstrip(")]").replace("[", "(").rpartition("(")
    if not opening or label.strip()[-1] not in ")]":
        return label.strip(), None
    return head.strip(), tail.strip() or None
